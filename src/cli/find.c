/* SPDX-License-Identifier: Apache-2.0 */
/* find.c: which pairs of items count, and what is found among them. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "terms.h"

bool check_is_flight(const struct check_item *item) {
	return ent_volume_parts(item->volume)->kind == ENT_VOLUME_TRACK;
}

/* --- What is checked --- */

/*
 * Marks what lies outside, and takes out what cannot matter to anything inside: a proposal looks
 * at all that there is. Counts flights and volumes, those of one group once.
 */
static void choose_items(struct check_model *model, const struct check_options *options) {
	size_t kept = 0;
	uint32_t counted = UINT32_MAX;
	for (size_t i = 0; i < model->n_items; i++) {
		struct check_item *item = &model->items[i];
		item->outside = !check_in_scope(item, &model->scope);
		model->outside += item->outside;
		if (!options->propose &&
				!check_in_time(item, &model->scope, model->minima.time_us)) {
			ent_volume_release(item->volume);
			continue;
		}
		if (!item->outside && item->group != counted) {
			*(check_is_flight(item) ? &model->flights : &model->volumes) += 1;
			counted = item->group;
		}
		model->items[kept++] = *item;
	}
	model->n_items = kept;
}

/* --- Which pairs count --- */

/* NAME, and NAME#2 and so on: further stretches of a flight, or what another input calls so too. */
static bool is_numbered(const char *id, const char *name, size_t length) {
	const size_t own = strlen(id);
	return own > length + 1 && memcmp(id, name, length) == 0 && id[length] == '#' &&
			strspn(id + length + 1, "0123456789") == own - length - 1;
}

bool check_is_called(const struct check_item *item, const char *name, size_t length) {
	const char *const own[] = {item->id, item->callsign, item->icao24};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strlen(own[i]) == length && memcmp(own[i], name, length) == 0)
			return true;
	return is_numbered(item->id, name, length);
}

/* Which of --together's names says that these two may be near; how many there are when none. */
static size_t together(const struct check_options *options, const struct check_item *a,
		const struct check_item *b) {
	const struct check_names *names = &options->together;
	for (size_t i = 0; i < names->n; i++) {
		const char *first = names->name[i], *comma = strchr(first, ','),
			   *second = comma + 1;
		const size_t length1 = (size_t)(comma - first), length2 = strlen(second);
		if ((check_is_called(a, first, length1) && check_is_called(b, second, length2)) ||
				(check_is_called(b, first, length1) &&
						check_is_called(a, second, length2)))
			return i;
	}
	return names->n;
}

bool check_together(const struct check_options *options, const struct check_item *a,
		const struct check_item *b) {
	return together(options, a, b) < options->together.n;
}

struct finder {
	struct check_model *model;
	const struct check_options *options;
	size_t room;
	ent_status status;
	uint32_t asked;             /* the item that a query is for */
	uint32_t *whole;            /* of each item, close together: most pairs end here */
	bool *named;                /* of each item: does --together have a name of it? */
	bool near[CHECK_NAMES_MAX]; /* of each of --together: were the two near? */
};

/*
 * Before the judge. Two that fly together are judged until they are found near once, which is
 * counted; what their other parts do matters no more.
 */
static bool pair_counts(void *user, uint64_t id_a, uint64_t id_b) {
	const struct finder *finder = user;
	const struct check_item *items = finder->model->items;
	if (finder->whole[id_a] == finder->whole[id_b] ||
			(items[id_a].outside && items[id_b].outside))
		return false;
	if (!finder->named[id_a] || !finder->named[id_b])
		return true;
	const size_t name = together(finder->options, &items[id_a], &items[id_b]);
	return name == finder->options->together.n || !finder->near[name];
}

/* A UUID by its length and hyphens: the readers make no such id of a file's name. */
static bool has_uuid(const struct check_item *item) {
	enum { LENGTH = 36 };
	const size_t length = strcspn(item->id, "#");
	return length == LENGTH && item->id[8] == '-' && item->id[13] == '-' &&
			item->id[18] == '-' && item->id[23] == '-';
}

bool check_is_own_version(const struct check_model *model, const struct check_item *item,
		const struct check_item *filed) {
	const char *const f3548 = "f3548";
	const char *format = model->sources[item->source].format;
	const char *filed_format = model->sources[filed->source].format;
	return format != NULL && filed_format != NULL && strcmp(format, f3548) == 0 &&
			strcmp(filed_format, f3548) == 0 && has_uuid(item) && has_uuid(filed) &&
			strcspn(item->id, "#") == strcspn(filed->id, "#") &&
			memcmp(item->id, filed->id, strcspn(item->id, "#")) == 0;
}

static bool hit_counts(void *user, uint64_t id) {
	const struct finder *finder = user;
	const struct check_item *item = &finder->model->items[finder->asked];
	const struct check_item *filed = &finder->model->items[id];
	if (!filed->against || !pair_counts(user, finder->asked, id))
		return false;
	const bool own = check_is_own_version(finder->model, item, filed);
	finder->model->own_versions = finder->model->own_versions || own;
	return !own;
}

static bool make_room(struct finder *finder) {
	struct check_model *model = finder->model;
	if (model->n_conflicts < finder->room)
		return true;
	const size_t room = finder->room > 0 ? 2 * finder->room : 64;
	struct check_conflict *conflicts = realloc(model->conflicts, room * sizeof *conflicts);
	if (conflicts == NULL) {
		finder->status = ENT_E_MEMORY;
		return false;
	}
	model->conflicts = conflicts;
	finder->room = room;
	return true;
}

static bool add(struct finder *finder, uint32_t a, uint32_t b, const struct ent_verdict *verdict) {
	struct check_model *model = finder->model;
	const struct check_item *item_a = &model->items[a], *item_b = &model->items[b];
	struct ent_verdict own;
	/* Who was looked for by the largest minima may be far enough apart by its own. */
	if (model->terms != NULL) {
		const struct ent_minima minima = check_minima_of(model, item_a, item_b);
		own = ent_conflict_judge(item_a->volume, item_b->volume, &minima);
		if (own.kind == ENT_VERDICT_CLEAR)
			return true;
		verdict = &own;
	}
	if (!check_happens_in_scope(item_a, item_b, &verdict->witness, &model->scope))
		return true;
	const size_t name = together(finder->options, item_a, item_b);
	if (name < finder->options->together.n) {
		finder->near[name] = true;
		model->together++;
		return true;
	}
	if (model->n_conflicts == CHECK_CONFLICTS_MAX) {
		model->more = true;
		return false;
	}
	if (!make_room(finder))
		return false;
	model->unknowns += verdict->kind == ENT_VERDICT_UNKNOWN;
	model->conflicts[model->n_conflicts++] = (struct check_conflict){
			.a = a, .b = b, .verdict = *verdict};
	return true;
}

static bool found_pair(void *user, const struct ent_index_pair *pair) {
	return add(user, (uint32_t)pair->id_a, (uint32_t)pair->id_b, &pair->verdict);
}

static bool found_hit(void *user, const struct ent_index_hit *hit) {
	struct finder *finder = user;
	return add(finder, finder->asked, (uint32_t)hit->id, &hit->verdict);
}

/* --- All of it --- */

/* What lies outside and has no part in a conflict has done its work: it is not shown. */
static ent_status drop_bystanders(struct check_model *model) {
	uint32_t *now = calloc(model->n_items + 1, sizeof *now); /* an item's new number, and 1 */
	if (now == NULL)
		return ENT_E_MEMORY;
	for (size_t i = 0; i < model->n_conflicts; i++)
		now[model->conflicts[i].a] = now[model->conflicts[i].b] = 1;
	uint32_t kept = 0;
	for (size_t i = 0; i < model->n_items; i++) {
		if (model->items[i].outside && now[i] == 0) {
			ent_volume_release(model->items[i].volume);
			continue;
		}
		model->items[kept++] = model->items[i];
		now[i] = kept;
	}
	for (size_t i = 0; i < model->n_conflicts; i++) {
		struct check_conflict *conflict = &model->conflicts[i];
		conflict->a = now[conflict->a] - 1;
		conflict->b = now[conflict->b] - 1;
		if (conflict->proposed)
			conflict->proposed_for = now[conflict->proposed_for] - 1;
	}
	model->n_items = kept;
	free(now);
	return ENT_OK;
}

static ent_status load(
		struct ent_index *index, const struct check_model *model, bool against_only) {
	struct ent_index_item *items = calloc(model->n_items + 1, sizeof *items);
	if (items == NULL)
		return ENT_E_MEMORY;
	size_t n = 0;
	for (size_t i = 0; i < model->n_items; i++)
		if (!against_only || model->items[i].against)
			items[n++] = (struct ent_index_item){i, model->items[i].volume};
	const ent_status status = ent_index_load(index, items, n, 2);
	free(items);
	return status;
}

static ent_status ask_all(struct finder *finder, const struct ent_index_snapshot *snapshot,
		ent_index_progress_fn progress, void *progress_user) {
	struct check_model *model = finder->model;
	if (finder->options->against.n == 0)
		return ent_index_pairs(snapshot, &model->minima, pair_counts, found_pair, finder,
				progress, progress_user);
	ent_status status = ENT_OK;
	for (uint32_t i = 0; status == ENT_OK && finder->status == ENT_OK && !model->more &&
			i < model->n_items;
			i++) {
		if (model->items[i].against)
			continue;
		finder->asked = i;
		status = ent_index_query(snapshot, model->items[i].volume, &model->minima, NULL,
				hit_counts, found_hit, finder);
		if (progress != NULL && i % 256 == 0)
			(void)progress(progress_user, i, model->n_items);
	}
	return status;
}

static bool is_named(const struct check_options *options, const struct check_item *item) {
	for (size_t i = 0; i < options->together.n; i++) {
		const char *first = options->together.name[i], *comma = strchr(first, ',');
		if (check_is_called(item, first, (size_t)(comma - first)) ||
				check_is_called(item, comma + 1, strlen(comma + 1)))
			return true;
	}
	return false;
}

static void finish(struct finder *finder) {
	if (finder == NULL)
		return;
	free(finder->whole);
	free(finder->named);
	free(finder);
}

static struct finder *start(struct check_model *model, const struct check_options *options) {
	struct finder *finder = calloc(1, sizeof *finder);
	if (finder == NULL)
		return NULL;
	finder->model = model;
	finder->options = options;
	model->minima = options->minima;
	model->scope = options->scope;
	choose_items(model, options);
	finder->whole = calloc(model->n_items + 1, sizeof *finder->whole);
	finder->named = calloc(model->n_items + 1, sizeof *finder->named);
	if (finder->whole == NULL || finder->named == NULL) {
		finish(finder);
		return NULL;
	}
	for (size_t i = 0; i < model->n_items; i++) {
		finder->whole[i] = model->items[i].whole;
		finder->named[i] = is_named(options, &model->items[i]);
	}
	return finder;
}

ent_status check_find(struct check_model *model, const struct check_options *options,
		ent_index_progress_fn progress, void *progress_user) {
	struct finder *finder = start(model, options);
	struct ent_index *index = NULL;
	struct ent_index_snapshot *snapshot = NULL;
	if (finder == NULL)
		return ENT_E_MEMORY;
	ent_status status = ent_index_create(&index);
	if (status == ENT_OK)
		status = load(index, model, options->against.n > 0 && !options->propose);
	if (status == ENT_OK)
		status = ent_index_snapshot_take(index, &snapshot);
	if (status == ENT_OK)
		status = ask_all(finder, snapshot, progress, progress_user);
	if (status == ENT_OK)
		status = finder->status;
	if (status == ENT_E_LIMIT && model->n_conflicts > model->unknowns) {
		/* More pairs than can be judged: what was found stands, and that there may be more. */
		model->more = true;
		status = ENT_OK;
	}
	if (status == ENT_OK)
		check_rank(model);
	if (status == ENT_OK && options->propose)
		status = check_propose(model, options, snapshot, progress, progress_user);
	if (status == ENT_OK && model->outside > 0)
		status = drop_bystanders(model);
	if (status == ENT_OK && model->terms != NULL)
		status = check_terms_cover(model, &options->air);
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
	finish(finder);
	return status;
}
