/* SPDX-License-Identifier: Apache-2.0 */
/* find.c: which items are checked, and which pairs of them count. */
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

/* By the box around the volume, which keeps a little more than touches. */
static bool in_area(const struct ent_volume *volume, const struct check_options *options) {
	struct ent_point south_west, north_east;
	ent_volume_bounds(volume, &south_west, &north_east);
	return south_west.lat_ndeg <= options->north_east.lat_ndeg &&
			north_east.lat_ndeg >= options->south_west.lat_ndeg &&
			longitudes_meet(south_west.lon_ndeg, north_east.lon_ndeg,
					options->south_west.lon_ndeg, options->north_east.lon_ndeg);
}

/* Is any of a track's legs in the area between two moments? Without memory: yes. */
static bool flies_in_area(const struct ent_volume *flight, const struct ent_witness *w,
		const struct check_options *options) {
	const struct ent_volume_parts *parts = ent_volume_parts(flight);
	const struct ent_track_parts *track = parts->track;
	const int64_t first = w->first_utc_us > parts->span.start_utc_us ? w->first_utc_us
									 : parts->span.start_utc_us;
	const int64_t last = w->last_utc_us < parts->span.end_utc_us ? w->last_utc_us
								     : parts->span.end_utc_us;
	bool in = false;
	for (uint32_t i = 0; !in && i < track->n_points; i++) {
		struct ent_track_point leg[2] = {track->points[i], track->points[i]};
		const bool more = i + 1 < track->n_points;
		if (more)
			leg[1] = track->points[i + 1];
		if (leg[1].time_utc_us < first || leg[0].time_utc_us > last)
			continue;
		for (int k = 0; k < 2; k++) {
			const int64_t at = leg[k].time_utc_us;
			leg[k].time_utc_us = at < first ? first : at > last ? last : at;
			ent_track_at(flight, leg[k].time_utc_us, &leg[k].at, &leg[k].altitude_mm);
		}
		struct ent_volume *part;
		const bool moves = leg[0].time_utc_us < leg[1].time_utc_us;
		in = ent_volume_create_track(leg, moves ? 2 : 1, track->ref, track->tolerance, NULL,
				     &part, NULL) != ENT_OK;
		if (!in) {
			in = in_area(part, options);
			ent_volume_release(part);
		}
	}
	return in;
}

/* Does some part of a conflict lie in the area: a flight while it is in conflict, or two volumes? */
static bool happens_in_area(const struct check_item *a, const struct check_item *b,
		const struct ent_witness *w, const struct check_options *options) {
	if (!options->area_given || (!check_is_flight(a) && !check_is_flight(b)))
		return true;
	return (check_is_flight(a) && flies_in_area(a->volume, w, options)) ||
			(check_is_flight(b) && flies_in_area(b->volume, w, options));
}

/* Takes out what lies outside; counts flights and volumes, those of one group once. */
static void choose_items(struct check_model *model, const struct check_options *options) {
	size_t kept = 0;
	for (size_t i = 0; i < model->n_items; i++) {
		struct check_item *item = &model->items[i];
		if (!in_span(item, &options->span) ||
				(options->area_given && !in_area(item->volume, options))) {
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

bool check_is_called(const struct check_item *item, const char *name, size_t length) {
	const char *const own[] = {item->id, item->callsign, item->icao24};
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strlen(own[i]) == length && memcmp(own[i], name, length) == 0)
			return true;
	return false;
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
	uint32_t *group;            /* of each item, close together: most pairs end here */
	bool *named;                /* of each item: does --together have a name of it? */
	bool near[CHECK_NAMES_MAX]; /* of each of --together: were the two near? */
};

/*
 * Before the judge. Two that fly together are judged until they are found near once, which is
 * counted; what their other parts do matters no more.
 */
static bool pair_counts(void *user, uint64_t id_a, uint64_t id_b) {
	const struct finder *finder = user;
	if (finder->group[id_a] == finder->group[id_b])
		return false;
	if (!finder->named[id_a] || !finder->named[id_b])
		return true;
	const size_t name = together(
			finder->options, &finder->model->items[id_a], &finder->model->items[id_b]);
	return name == finder->options->together.n || !finder->near[name];
}

static bool hit_counts(void *user, uint64_t id) {
	const struct finder *finder = user;
	return pair_counts(user, finder->asked, id);
}

/* After it: does some part of the conflict lie in the time and the area? */
static bool happens_inside(const struct finder *finder, const struct check_item *a,
		const struct check_item *b, const struct ent_witness *witness) {
	return witness->last_utc_us >= finder->options->span.start_utc_us &&
			witness->first_utc_us <= finder->options->span.end_utc_us &&
			happens_in_area(a, b, witness, finder->options);
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
	if (!happens_inside(finder, item_a, item_b, &verdict->witness))
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
	free(finder->group);
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
	choose_items(model, options);
	finder->group = calloc(model->n_items + 1, sizeof *finder->group);
	finder->named = calloc(model->n_items + 1, sizeof *finder->named);
	if (finder->group == NULL || finder->named == NULL) {
		finish(finder);
		return NULL;
	}
	for (size_t i = 0; i < model->n_items; i++) {
		finder->group[i] = model->items[i].group;
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
		status = load(index, model, options->against.n > 0);
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
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
	finish(finder);
	return status;
}
