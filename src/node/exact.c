/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exact.c: see exact.h. Each round compares the state that it knows with the committed one, and files what differs.
 *
 * Volumes are filed under base + i, where base is an intent's own number; a fold of our own says which intent has
 * which number, and a reader takes it and the index together.
 */
#include "entente/exact.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/index.h"

#define ROUND_NS 100000000
enum { BASE_BITS = 10, NUMBERS = 0, INTENTS = 1 };
_Static_assert(ENT_EXTENT_VOLUMES_MAX <= 1 << BASE_BITS,
		"an intent's volumes have numbers of their own");

/* Of one intent; a block of the fold. */
struct filed {
	struct ent_uuid id;
	uint64_t base;
	size_t n;
};

struct ent_exact {
	struct ent_node *node;
	struct ent_index *index;
	struct ent_fold *fold;
	const struct ent_fold_version *known; /* of the airspace */
	uint64_t next_base;
	pthread_t thread;
	pthread_mutex_t round; /* held while index and fold change: a reader takes both together */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop, started;
	struct ent_exact_state state; /* the thread's */
	struct ent_exact_state shown; /* as of the last round */
	struct ent_extent_walk walk;
};

static const struct ent_fold_options fold_options = {
		.n_maps = 2, .words = {[NUMBERS] = 2, [INTENTS] = 1}, .owns = {[NUMBERS] = true}};

/* --- Volumes --- */

/* All around its vertices: their box's middle, and the farthest of them. */
static ent_status around(const struct ent_extent_volume *from, struct ent_band band,
		struct ent_span span, struct ent_volume **ret_volume) {
	double most_m = 0;
	for (size_t i = 1; i < from->n_vertices; i++) {
		const double apart = ent_geo_inverse(from->vertices[0], from->vertices[i]).length_m;
		most_m = apart > most_m ? apart : most_m;
	}
	/* Edges stay within the circle that holds their ends. The millimetre is for rounding. */
	const int64_t radius_mm = (int64_t)(most_m * 1000) + 2;
	return ent_volume_create_circle(
			from->vertices[0], radius_mm, band, span, NULL, ret_volume, NULL);
}

static ent_status make_volume(struct ent_exact *exact, const struct ent_extent_volume *from,
		struct ent_volume **ret_volume) {
	const struct ent_band band = {
			{ENT_ALTITUDE_W84, from->lower_mm}, {ENT_ALTITUDE_W84, from->upper_mm}};
	const struct ent_span span = {from->start_utc_us, from->end_utc_us};
	if (from->outline == ENT_EXTENT_CIRCLE)
		return ent_volume_create_circle(
				from->center, from->radius_mm, band, span, NULL, ret_volume, NULL);
	const size_t ring = from->n_vertices;
	const ent_status status = ent_volume_create_polygon(
			from->vertices, &ring, 1, band, span, NULL, ret_volume, NULL);
	if (status == ENT_OK || status == ENT_E_MEMORY)
		return status;
	exact->state.grown++;
	return around(from, band, span, ret_volume);
}

/* What stays is under a number that no intent has: it is found, and passed over. */
static void take_out(struct ent_exact *exact, uint64_t number) {
	if (ent_index_remove(exact->index, number) != ENT_OK)
		exact->state.lost++;
}

/* All volumes of an intent or none. */
static ent_status file_volumes(
		struct ent_exact *exact, const struct ent_extent *extent, struct filed *filed) {
	struct ent_extent_volume volume;
	struct ent_volume *made;
	ent_status status;
	ent_extent_walk_begin(&exact->walk, extent);
	while ((status = ent_extent_walk_next(&exact->walk, &volume)) == ENT_OK) {
		status = make_volume(exact, &volume, &made);
		if (status == ENT_OK) {
			status = ent_index_insert(exact->index, filed->base + filed->n, made);
			ent_volume_release(made);
		}
		if (status != ENT_OK)
			break;
		filed->n++;
	}
	if (status == ENT_E_MISSING)
		return ENT_OK;
	while (filed->n > 0)
		take_out(exact, filed->base + --filed->n);
	return status;
}

/* --- Intents --- */

static ent_status add_intent(struct ent_exact *exact, const struct ent_fold_change *change) {
	const struct ent_entity *intent =
			(const struct ent_entity *)(uintptr_t)
					change->value; /* NOLINT: a slot holds an entity */
	void *block;
	ent_status status = ent_fold_alloc(exact->fold, sizeof(struct filed), &block);
	if (status != ENT_OK)
		return status;
	struct filed *filed = block;
	*filed = (struct filed){intent->id, exact->next_base << BASE_BITS, 0};
	exact->next_base++;
	status = ent_fold_put(exact->fold, NUMBERS, change->key, (uint64_t)(uintptr_t)filed);
	if (status == ENT_OK)
		status = ent_fold_put(
				exact->fold, INTENTS, &filed->base, (uint64_t)(uintptr_t)filed);
	if (status == ENT_OK)
		status = file_volumes(exact, &intent->extent, filed);
	exact->state.volumes += filed->n;
	exact->state.intents++;
	return status;
}

static ent_status remove_intent(struct ent_exact *exact, const struct ent_fold_change *change) {
	uint64_t value;
	if (!ent_fold_get(ent_fold_open(exact->fold), NUMBERS, change->key, &value))
		return ENT_OK;
	struct filed *filed = (struct filed *)(uintptr_t)value; /* NOLINT: as above */
	for (size_t i = 0; i < filed->n; i++)
		take_out(exact, filed->base + i);
	exact->state.volumes -= filed->n;
	exact->state.intents--;
	ent_status status = ent_fold_remove(exact->fold, INTENTS, &filed->base);
	if (status == ENT_OK)
		status = ent_fold_remove(exact->fold, NUMBERS, change->key);
	return status == ENT_OK ? ent_fold_retire(exact->fold, filed) : status;
}

static bool stopping(struct ent_exact *exact) {
	(void)pthread_mutex_lock(&exact->lock);
	const bool stop = exact->stop;
	(void)pthread_mutex_unlock(&exact->lock);
	return stop;
}

/* An intent that is changed in its state only is made anew, too: it is rare, and simple. */
static bool take_change(void *user, const struct ent_fold_change *change) {
	struct ent_exact *exact = user;
	ent_status status = change->was ? remove_intent(exact, change) : ENT_OK;
	if (status == ENT_OK && change->is)
		status = add_intent(exact, change);
	if (status != ENT_OK)
		exact->state.lost++;
	return !stopping(exact);
}

/* --- The thread --- */

static void follow(struct ent_exact *exact) {
	const struct ent_fold_version *now = ent_node_take(exact->node);
	const struct ent_airspace_head *head = ent_fold_head(now);
	if (now == exact->known || ent_fold_begin(exact->fold) != ENT_OK) {
		ent_node_release(exact->node, now);
		return;
	}
	(void)pthread_mutex_lock(&exact->round);
	ent_fold_diff(exact->known, now, ENT_AIRSPACE_INTENTS, take_change, exact);
	ent_fold_publish(exact->fold, ent_fold_seal(exact->fold));
	(void)pthread_mutex_unlock(&exact->round);
	(void)pthread_mutex_lock(&exact->lock);
	exact->state.entries = head->size;
	exact->shown = exact->state;
	(void)pthread_cond_broadcast(&exact->wake);
	(void)pthread_mutex_unlock(&exact->lock);
	if (exact->known != NULL)
		ent_node_release(exact->node, exact->known);
	exact->known = now;
}

static bool wait_for_round(struct ent_exact *exact) {
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ROUND_NS;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	(void)pthread_mutex_lock(&exact->lock);
	int waited = 0;
	while (!exact->stop && waited == 0)
		waited = pthread_cond_timedwait(&exact->wake, &exact->lock, &until);
	const bool go_on = !exact->stop;
	(void)pthread_mutex_unlock(&exact->lock);
	return go_on;
}

static void *run(void *user) {
	while (wait_for_round(user))
		follow(user);
	return NULL;
}

/* --- Begin and end --- */

static ent_status start(struct ent_exact *exact, struct ent_node *node) {
	ent_status status = ent_index_create(&exact->index);
	if (status == ENT_OK)
		status = ent_fold_create(&fold_options, &exact->fold);
	if (status != ENT_OK)
		return status;
	exact->node = node;
	if (pthread_create(&exact->thread, NULL, run, exact) != 0)
		return ENT_E_MEMORY;
	exact->started = true;
	return ENT_OK;
}

ent_status ent_exact_create(struct ent_node *node, struct ent_exact **ret_exact) {
	struct ent_exact *exact = calloc(1, sizeof *exact);
	if (exact == NULL)
		return ENT_E_MEMORY;
	if (pthread_mutex_init(&exact->lock, NULL) != 0 ||
			pthread_mutex_init(&exact->round, NULL) != 0 ||
			pthread_cond_init(&exact->wake, NULL) != 0) {
		free(exact);
		return ENT_E_MEMORY;
	}
	const ent_status status = start(exact, node);
	if (status == ENT_OK)
		*ret_exact = exact;
	else
		ent_exact_destroy(exact);
	return status;
}

void ent_exact_destroy(struct ent_exact *exact) {
	if (exact == NULL)
		return;
	(void)pthread_mutex_lock(&exact->lock);
	exact->stop = true;
	(void)pthread_cond_broadcast(&exact->wake);
	(void)pthread_mutex_unlock(&exact->lock);
	if (exact->started)
		(void)pthread_join(exact->thread, NULL);
	if (exact->known != NULL)
		ent_node_release(exact->node, exact->known);
	ent_fold_destroy(exact->fold);
	ent_index_destroy(exact->index);
	(void)pthread_cond_destroy(&exact->wake);
	(void)pthread_mutex_destroy(&exact->round);
	(void)pthread_mutex_destroy(&exact->lock);
	free(exact);
}

/* --- Looking --- */

void ent_exact_state(struct ent_exact *exact, struct ent_exact_state *ret_state) {
	(void)pthread_mutex_lock(&exact->lock);
	*ret_state = exact->shown;
	(void)pthread_mutex_unlock(&exact->lock);
}

void ent_exact_wait(struct ent_exact *exact, uint64_t entries) {
	(void)pthread_mutex_lock(&exact->lock);
	while (exact->shown.entries < entries)
		(void)pthread_cond_wait(&exact->wake, &exact->lock);
	(void)pthread_mutex_unlock(&exact->lock);
}

/* What a query has found: intents, each perhaps by several of its volumes. */
struct found {
	uint64_t base;
	struct ent_verdict verdict;
};

struct asking {
	struct found *found;
	size_t n, capacity;
	bool out_of_memory;
};

static bool note(void *user, const struct ent_index_hit *hit) {
	struct asking *asking = user;
	if (asking->n == asking->capacity) {
		const size_t capacity = 2 * asking->capacity + 16;
		struct found *grown = realloc(asking->found, capacity * sizeof *grown);
		asking->out_of_memory = grown == NULL;
		if (grown == NULL)
			return false;
		asking->found = grown;
		asking->capacity = capacity;
	}
	asking->found[asking->n++] = (struct found){
			hit->id >> BASE_BITS << BASE_BITS, hit->verdict};
	return true;
}

/* Of one intent a conflict comes before an unknown, then the nearer one. */
static int by_base(const void *a, const void *b) {
	const struct found *one = a, *two = b;
	if (one->base != two->base)
		return one->base < two->base ? -1 : 1;
	if (one->verdict.kind != two->verdict.kind)
		return one->verdict.kind > two->verdict.kind ? -1 : 1;
	const int64_t x = one->verdict.witness.lateral_mm, y = two->verdict.witness.lateral_mm;
	return x < y ? -1 : x > y;
}

static void give(const struct ent_fold_version *version, struct asking *asking,
		ent_exact_hit_fn hit, void *user) {
	uint64_t value;
	if (asking->n > 1)
		qsort(asking->found, asking->n, sizeof *asking->found, by_base);
	for (size_t i = 0; i < asking->n; i++) {
		const struct found *found = &asking->found[i];
		if ((i > 0 && found[-1].base == found->base) ||
				!ent_fold_get(version, INTENTS, &found->base, &value))
			continue;
		const struct filed *filed = (const struct filed *)(uintptr_t)
				value; /* NOLINT: as above */
		if (!hit(user, &filed->id, &found->verdict))
			return;
	}
}

ent_status ent_exact_query(struct ent_exact *exact, const struct ent_volume *volume,
		const struct ent_minima *minima, ent_exact_hit_fn hit, void *user) {
	struct asking asking = {0};
	struct ent_index_snapshot *snapshot;
	(void)pthread_mutex_lock(&exact->round);
	const struct ent_fold_version *version = ent_fold_take(exact->fold);
	ent_status status = ent_index_snapshot_take(exact->index, &snapshot);
	(void)pthread_mutex_unlock(&exact->round);
	if (status == ENT_OK) {
		status = ent_index_query(snapshot, volume, minima, NULL, NULL, note, &asking);
		ent_index_snapshot_release(snapshot);
	}
	if (status == ENT_OK && asking.out_of_memory)
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		give(version, &asking, hit, user);
	ent_fold_release(exact->fold, version);
	free(asking.found);
	return status;
}
