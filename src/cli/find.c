/* SPDX-License-Identifier: Apache-2.0 */
/* find.c: which items are checked, which pairs of them count, and the conflicts in order. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

bool check_is_flight(const struct check_item *item) {
	return ent_volume_parts(item->volume)->kind == ENT_VOLUME_TRACK;
}

/* --- What is checked --- */

static bool in_span(const struct check_item *item, const struct ent_span *span) {
	const struct ent_span own = ent_volume_parts(item->volume)->span;
	return own.start_utc_us <= span->end_utc_us && own.end_utc_us >= span->start_utc_us;
}

/* Do two arcs of longitude meet? Each goes east from west to east; from -180 to 180 all round. */
static bool longitudes_meet(int64_t west1, int64_t east1, int64_t west2, int64_t east2) {
	const int64_t turn = 360 * ENT_GEO_NDEG_PER_DEG;
	const int64_t width1 = east1 - west1 == turn ? turn : (east1 - west1 + turn) % turn;
	const int64_t width2 = east2 - west2 == turn ? turn : (east2 - west2 + turn) % turn;
	const int64_t from1 = ((west2 - west1) % turn + turn) % turn;
	const int64_t from2 = ((west1 - west2) % turn + turn) % turn;
	return from1 <= width1 || from2 <= width2;
}

/* By the box around the item, which keeps a little more than touches. */
static bool in_area(const struct check_item *item, const struct check_options *options) {
	struct ent_point south_west, north_east;
	ent_volume_bounds(item->volume, &south_west, &north_east);
	return south_west.lat_ndeg <= options->north_east.lat_ndeg &&
			north_east.lat_ndeg >= options->south_west.lat_ndeg &&
			longitudes_meet(south_west.lon_ndeg, north_east.lon_ndeg,
					options->south_west.lon_ndeg, options->north_east.lon_ndeg);
}

/* Takes out what lies outside; counts flights and volumes, those of one group once. */
static void choose_items(struct check_model *model, const struct check_options *options) {
	size_t kept = 0;
	for (size_t i = 0; i < model->n_items; i++) {
		struct check_item *item = &model->items[i];
		if (!in_span(item, &options->span) ||
				(options->area_given && !in_area(item, options))) {
			ent_volume_release(item->volume);
			model->outside++;
			continue;
		}
		const bool counted = kept > 0 && model->items[kept - 1].group == item->group;
		if (!counted)
			*(check_is_flight(item) ? &model->flights : &model->volumes) += 1;
		model->items[kept++] = *item;
	}
	model->n_items = kept;
}

/* --- Which pairs count --- */

/* Is this item called so: its id, callsign or address? */
static bool called(const struct check_item *item, const char *name, size_t length) {
	const char *const own[] = {item->id, item->callsign, item->icao24};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strlen(own[i]) == length && memcmp(own[i], name, length) == 0)
			return true;
	return false;
}

bool check_together(const struct check_options *options, const struct check_item *a,
		const struct check_item *b) {
	const struct check_names *names = &options->together;
	for (size_t i = 0; i < names->n; i++) {
		const char *first = names->name[i], *comma = strchr(first, ','),
			   *second = comma + 1;
		const size_t length1 = (size_t)(comma - first), length2 = strlen(second);
		if ((called(a, first, length1) && called(b, second, length2)) ||
				(called(b, first, length1) && called(a, second, length2)))
			return true;
	}
	return false;
}

struct finder {
	struct check_model *model;
	const struct check_options *options;
	size_t room;
	ent_status status;
	uint32_t asked; /* the item that a query is for */
};

static bool counts(const struct finder *finder, const struct check_item *a,
		const struct check_item *b, const struct ent_witness *witness) {
	return a->group != b->group && witness->last_utc_us >= finder->options->span.start_utc_us &&
			witness->first_utc_us <= finder->options->span.end_utc_us;
}

static bool add(struct finder *finder, uint32_t a, uint32_t b, const struct ent_verdict *verdict) {
	struct check_model *model = finder->model;
	if (!counts(finder, &model->items[a], &model->items[b], &verdict->witness))
		return true;
	if (check_together(finder->options, &model->items[a], &model->items[b])) {
		model->together++;
		return true;
	}
	if (model->n_conflicts == CHECK_CONFLICTS_MAX) {
		finder->status = ENT_E_LIMIT;
		return false;
	}
	if (model->n_conflicts == finder->room) {
		const size_t room = finder->room > 0 ? 2 * finder->room : 64;
		struct check_conflict *conflicts = realloc(
				model->conflicts, room * sizeof *conflicts);
		if (conflicts == NULL) {
			finder->status = ENT_E_MEMORY;
			return false;
		}
		model->conflicts = conflicts;
		finder->room = room;
	}
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

/* --- The order --- */

/* How bad: the greater part of its minimum that is left, laterally or vertically; unknown after all others. */
static double severity(const struct check_conflict *conflict, const struct ent_minima *minima) {
	const struct ent_witness *w = &conflict->verdict.witness;
	const double lateral = minima->lateral_mm > 0
			? (double)w->lateral_mm / (double)minima->lateral_mm
			: 0;
	const double vertical = minima->vertical_mm > 0
			? (double)w->vertical_lo_mm / (double)minima->vertical_mm
			: 0;
	return (lateral > vertical ? lateral : vertical) +
			(conflict->verdict.kind == ENT_VERDICT_UNKNOWN ? 1e9 : 0);
}

struct ranked {
	double severity;
	struct check_conflict conflict;
};

static int by_severity(const void *left, const void *right) {
	const struct ranked *a = left, *b = right;
	if (a->severity < b->severity || a->severity > b->severity)
		return a->severity < b->severity ? -1 : 1;
	const int64_t ta = a->conflict.verdict.witness.time_a_utc_us;
	const int64_t tb = b->conflict.verdict.witness.time_a_utc_us;
	if (ta != tb)
		return ta < tb ? -1 : 1;
	if (a->conflict.a != b->conflict.a)
		return a->conflict.a < b->conflict.a ? -1 : 1;
	return a->conflict.b < b->conflict.b ? -1 : a->conflict.b > b->conflict.b;
}

static ent_status rank(struct check_model *model) {
	struct ranked *ranked = calloc(model->n_conflicts + 1, sizeof *ranked);
	if (ranked == NULL)
		return ENT_E_MEMORY;
	for (size_t i = 0; i < model->n_conflicts; i++)
		ranked[i] = (struct ranked){severity(&model->conflicts[i], &model->minima),
				model->conflicts[i]};
	qsort(ranked, model->n_conflicts, sizeof *ranked, by_severity);
	for (size_t i = 0; i < model->n_conflicts; i++)
		model->conflicts[i] = ranked[i].conflict;
	free(ranked);
	return ENT_OK;
}

/* --- All of it --- */

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
		return ent_index_pairs(snapshot, &model->minima, found_pair, finder, progress,
				progress_user);
	ent_status status = ENT_OK;
	for (uint32_t i = 0; status == ENT_OK && finder->status == ENT_OK && i < model->n_items;
			i++) {
		if (model->items[i].against)
			continue;
		finder->asked = i;
		status = ent_index_query(snapshot, model->items[i].volume, &model->minima, NULL,
				found_hit, finder);
		if (progress != NULL && i % 256 == 0)
			(void)progress(progress_user, i, model->n_items);
	}
	return status;
}

ent_status check_find(struct check_model *model, const struct check_options *options,
		ent_index_progress_fn progress, void *progress_user) {
	struct finder finder = {.model = model, .options = options, .status = ENT_OK};
	struct ent_index *index = NULL;
	struct ent_index_snapshot *snapshot = NULL;
	model->minima = options->minima;
	choose_items(model, options);
	ent_status status = ent_index_create(&index);
	if (status == ENT_OK)
		status = load(index, model, options->against.n > 0);
	if (status == ENT_OK)
		status = ent_index_snapshot_take(index, &snapshot);
	if (status == ENT_OK)
		status = ask_all(&finder, snapshot, progress, progress_user);
	if (status == ENT_OK)
		status = finder.status;
	if (status == ENT_OK)
		status = rank(model);
	if (status == ENT_OK && options->propose)
		status = check_propose(model, options, snapshot, progress, progress_user);
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
	return status;
}
