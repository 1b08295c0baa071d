/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exact.c: see exact.h. Each round compares the state that it knows with the committed one, and files what differs.
 *
 * An intent is filed as one volume that holds all of its own: a circle, its lowest and highest altitude, its first and last
 * moment; four times less memory than its volumes would take. What a query hits in the index is then judged by the
 * exact volumes, which are unpacked for it. Index, numbers and state are taken together by a reader.
 */
#include "entente/exact.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/index.h"
#include "entente/wake.h"
#include "internal.h"

#define ROUND_NS 100000000
enum { NUMBERS, INTENTS }; /* the maps of its fold */

struct ent_exact {
	struct ent_node *node;
	struct ent_index *index;
	struct ent_fold *fold; /* id -> number in the index; number -> intent in 'known' */
	const struct ent_fold_version *known; /* of the airspace */
	uint64_t next_number;
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
		.n_maps = 2, .words = {[NUMBERS] = 2, [INTENTS] = 1}};

/* --- Volumes --- */

static double apart_m(struct ent_point a, struct ent_point b) {
	return ent_geo_inverse(a, b).length_m;
}

static struct ent_point first_point(const struct ent_extent_volume *volume) {
	return volume->outline == ENT_EXTENT_CIRCLE ? volume->center : volume->vertices[0];
}

/* How far from a point a volume reaches. Edges stay within a circle that holds their ends. */
static double reach_m(struct ent_point from, const struct ent_extent_volume *volume) {
	double most = 0;
	if (volume->outline == ENT_EXTENT_CIRCLE)
		return apart_m(from, volume->center) + (double)volume->radius_mm / 1000;
	for (size_t i = 0; i < volume->n_vertices; i++) {
		const double apart = apart_m(from, volume->vertices[i]);
		most = apart > most ? apart : most;
	}
	return most;
}

/* Two millimetres are for rounding. */
static int64_t radius_of(double reach) {
	const int64_t mm = (int64_t)(reach * 1000) + 2;
	return mm < ENT_RADIUS_MAX_MM ? mm : ENT_RADIUS_MAX_MM;
}

static struct ent_band band_of(int32_t lower_mm, int32_t upper_mm) {
	return (struct ent_band){{ENT_ALTITUDE_W84, lower_mm}, {ENT_ALTITUDE_W84, upper_mm}};
}

/* One volume exactly; what the engine does not take for a polygon, as a circle around it. */
static ent_status make_volume(
		const struct ent_extent_volume *from, struct ent_volume **ret_volume) {
	const struct ent_band band = band_of(from->lower_mm, from->upper_mm);
	const struct ent_span span = {from->start_utc_us, from->end_utc_us};
	if (from->outline == ENT_EXTENT_CIRCLE)
		return ent_volume_create_circle(
				from->center, from->radius_mm, band, span, NULL, ret_volume, NULL);
	const size_t ring = from->n_vertices;
	const ent_status status = ent_volume_create_polygon(
			from->vertices, &ring, 1, band, span, NULL, ret_volume, NULL);
	if (status == ENT_OK || status == ENT_E_MEMORY)
		return status;
	return ent_volume_create_circle(from->vertices[0],
			radius_of(reach_m(from->vertices[0], from)), band, span, NULL, ret_volume,
			NULL);
}

/* The volume that holds all of an extent's, and how many those are. */
static ent_status make_whole(struct ent_extent_walk *walk, const struct ent_extent *extent,
		struct ent_volume **ret_volume, size_t *ret_n) {
	struct ent_extent_volume volume;
	struct ent_point center = {0, 0};
	double most = 0;
	size_t n = 0;
	ent_status status;
	ent_extent_walk_begin(walk, extent);
	while ((status = ent_extent_walk_next(walk, &volume)) == ENT_OK) {
		if (n++ == 0)
			center = first_point(&volume);
		const double reach = reach_m(center, &volume);
		most = reach > most ? reach : most;
	}
	if (status != ENT_E_MISSING || n == 0)
		return ENT_E_SYNTAX;
	*ret_n = n;
	return ent_volume_create_circle(center, radius_of(most),
			band_of(extent->lower_mm, extent->upper_mm),
			(struct ent_span){extent->start_utc_us, extent->end_utc_us}, NULL,
			ret_volume, NULL);
}

/* --- Intents --- */

static const struct ent_entity *intent_at(uint64_t value) {
	return ent_fold_block(value);
}

static size_t volumes_of(struct ent_exact *exact, const struct ent_entity *intent) {
	ent_extent_walk_begin(&exact->walk, &intent->extent);
	return exact->walk.left;
}

static ent_status add_intent(struct ent_exact *exact, const struct ent_fold_change *change) {
	struct ent_volume *whole;
	size_t n;
	const uint64_t number = exact->next_number++;
	ent_status status = make_whole(&exact->walk, &intent_at(change->value)->extent, &whole, &n);
	if (status != ENT_OK)
		return status;
	status = ent_fold_put(exact->fold, NUMBERS, change->key, number);
	if (status == ENT_OK)
		status = ent_fold_put(exact->fold, INTENTS, &number, change->value);
	if (status == ENT_OK)
		status = ent_index_insert(exact->index, number, whole);
	ent_volume_release(whole);
	if (status == ENT_OK) {
		exact->state.volumes += n;
		exact->state.intents++;
	}
	return status;
}

/* What cannot be taken out is under a number that no intent has any more: it is hit, and passed over. */
static ent_status remove_intent(struct ent_exact *exact, const struct ent_fold_change *change) {
	uint64_t number;
	if (!ent_fold_get(ent_fold_open(exact->fold), NUMBERS, change->key, &number))
		return ENT_OK;
	exact->state.volumes -= volumes_of(exact, intent_at(change->old_value));
	exact->state.intents--;
	ent_status status = ent_fold_remove(exact->fold, NUMBERS, change->key);
	if (status == ENT_OK)
		status = ent_fold_remove(exact->fold, INTENTS, &number);
	return status == ENT_OK ? ent_index_remove(exact->index, number) : status;
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
	if (exact->known != NULL)
		ent_node_release(exact->node, exact->known);
	exact->known = now;
	(void)pthread_mutex_unlock(&exact->round);
	(void)pthread_mutex_lock(&exact->lock);
	exact->state.entries = head->size;
	exact->shown = exact->state;
	(void)pthread_cond_broadcast(&exact->wake);
	(void)pthread_mutex_unlock(&exact->lock);
}

static bool wait_for_round(struct ent_exact *exact) {
	struct timespec until;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
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
			ent_wake_init(&exact->wake) != ENT_OK) {
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

/* What a query asks, and of which state. */
struct asking {
	const struct ent_fold_version *numbers;
	const struct ent_volume *volume;
	const struct ent_minima *minima;
	ent_exact_hit_fn hit;
	void *user;
	struct ent_extent_walk walk;
	ent_status status;
};

static bool worse(const struct ent_verdict *a, const struct ent_verdict *b) {
	if (a->kind != b->kind)
		return a->kind == ENT_VERDICT_CONFLICT;
	return a->witness.lateral_mm < b->witness.lateral_mm;
}

/* The worst that an intent's volumes come to; clear when each is. */
static ent_status judge(struct asking *asking, const struct ent_entity *intent,
		struct ent_verdict *ret_verdict) {
	struct ent_extent_volume volume;
	struct ent_volume *made;
	struct ent_verdict worst = {.kind = ENT_VERDICT_CLEAR};
	ent_status status;
	ent_extent_walk_begin(&asking->walk, &intent->extent);
	while ((status = ent_extent_walk_next(&asking->walk, &volume)) == ENT_OK) {
		status = make_volume(&volume, &made);
		if (status != ENT_OK)
			return status;
		const struct ent_verdict verdict = ent_conflict_judge(
				asking->volume, made, asking->minima);
		ent_volume_release(made);
		if (verdict.kind != ENT_VERDICT_CLEAR &&
				(worst.kind == ENT_VERDICT_CLEAR || worse(&verdict, &worst)))
			worst = verdict;
	}
	*ret_verdict = worst;
	return status == ENT_E_MISSING ? ENT_OK : status;
}

static bool look_closer(void *user, const struct ent_index_hit *hit) {
	struct asking *asking = user;
	struct ent_verdict verdict;
	uint64_t value;
	if (!ent_fold_get(asking->numbers, INTENTS, &hit->id, &value))
		return true;
	const struct ent_entity *intent = intent_at(value);
	asking->status = judge(asking, intent, &verdict);
	if (asking->status != ENT_OK)
		return false;
	return verdict.kind == ENT_VERDICT_CLEAR ||
			asking->hit(asking->user, &intent->id, &verdict);
}

static ent_status query(struct ent_exact *exact, struct asking *asking) {
	struct ent_index_snapshot *snapshot;
	(void)pthread_mutex_lock(&exact->round);
	const struct ent_fold_version *known = exact->known == NULL
			? NULL
			: ent_fold_hold(exact->node->fold, exact->known);
	asking->numbers = ent_fold_take(exact->fold);
	ent_status status = ent_index_snapshot_take(exact->index, &snapshot);
	(void)pthread_mutex_unlock(&exact->round);
	if (status == ENT_OK) {
		status = ent_index_query(snapshot, asking->volume, asking->minima, NULL, NULL,
				look_closer, asking);
		ent_index_snapshot_release(snapshot);
	}
	ent_fold_release(exact->fold, asking->numbers);
	if (known != NULL)
		ent_fold_release(exact->node->fold, known);
	return status == ENT_OK ? asking->status : status;
}

ent_status ent_exact_query(struct ent_exact *exact, const struct ent_volume *volume,
		const struct ent_minima *minima, ent_exact_hit_fn hit, void *user) {
	struct asking *asking = calloc(1, sizeof *asking);
	if (asking == NULL)
		return ENT_E_MEMORY;
	asking->volume = volume;
	asking->minima = minima;
	asking->hit = hit;
	asking->user = user;
	const ent_status status = query(exact, asking);
	free(asking);
	return status;
}
