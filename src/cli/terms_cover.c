/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_cover.c: how much of what was read a memorandum speaks of: what lies inside the area and the time of one of its
 * versions. Whatever is not certainly inside is said to be outside, or partly so: what reaches from one version's time into
 * the next one's has to lie inside the areas of both.
 */
#include <string.h>

#include "terms.h"

/* A circle's edge is drawn inside of it: at most 0.06 % of the radius too narrow. */
enum { CIRCLE_SIDES = 90 };
enum { OUT_MAX = ENT_MEMODOC_RINGS_MAX + 2 };

enum covered { INSIDE, PARTLY, BEYOND };

struct cover {
	struct ent_volume *area; /* with the air of the options, for its altitudes */
	struct ent_volume *out
			[OUT_MAX]; /* who touches one of them reaches outside: edges, above, below */
	size_t n_out;
};

/* Of all versions, in the order of their times. */
struct covers {
	const struct check_terms *terms;
	struct cover of[CHECK_VERSIONS_MAX];
};

static const struct ent_span always = {ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
static const struct ent_band all_heights = {{ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_BELOW},
		{ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE}};

static void cover_finish(struct cover *cover) {
	ent_volume_release(cover->area);
	for (size_t i = 0; i < cover->n_out; i++)
		ent_volume_release(cover->out[i]);
}

/* The area's outline with another band. */
static ent_status outline(const struct ent_volume_parts *area, struct ent_band band,
		const struct ent_air *air, struct ent_volume **ret_volume) {
	size_t sizes[ENT_MEMODOC_RINGS_MAX];
	if (area->kind == ENT_VOLUME_CIRCLE)
		return ent_volume_create_circle(area->vertices[0], area->radius_mm, band, always,
				air, ret_volume, NULL);
	for (uint32_t i = 0; i < area->n_rings; i++)
		sizes[i] = ent_ring_size(area, i);
	return ent_volume_create_polygon(
			area->vertices, sizes, area->n_rings, band, always, air, ret_volume, NULL);
}

static ent_status add_out(struct cover *cover, ent_status status) {
	cover->n_out += status == ENT_OK;
	return status;
}

/* A closed line without width, at all heights. */
static ent_status add_edge(struct cover *cover, const struct ent_point *ring, size_t n) {
	struct ent_point line[ENT_MEMODOC_VERTICES_MAX + 1];
	memcpy(line, ring, n * sizeof *ring);
	line[n] = ring[0];
	return add_out(cover,
			ent_volume_create_corridor(line, n + 1, 0, all_heights, always, NULL,
					&cover->out[cover->n_out], NULL));
}

static ent_status add_edges(struct cover *cover, const struct ent_volume_parts *area) {
	if (area->kind == ENT_VOLUME_CIRCLE) {
		struct ent_point ring[CIRCLE_SIDES];
		for (int i = 0; i < CIRCLE_SIDES; i++)
			ring[i] = ent_geo_direct(area->vertices[0], 360.0 * i / CIRCLE_SIDES,
					(double)area->radius_mm / 1000);
		return add_edge(cover, ring, CIRCLE_SIDES);
	}
	const struct ent_point *ring = area->vertices;
	ent_status status = ENT_OK;
	for (uint32_t i = 0; status == ENT_OK && i < area->n_rings; i++) {
		status = add_edge(cover, ring, ent_ring_size(area, i));
		ring += ent_ring_size(area, i);
	}
	return status;
}

/* Nothing is below the ground, nor beyond what altitudes there are. */
static bool has_below(struct ent_altitude floor) {
	return floor.mm > ENT_ALTITUDE_MIN_MM && !(floor.ref == ENT_ALTITUDE_AGL && floor.mm <= 0);
}

static ent_status add_heights(struct cover *cover, const struct ent_volume_parts *area,
		const struct ent_air *air) {
	const struct ent_altitude floor = area->band.floor, ceiling = area->band.ceiling;
	ent_status status = ENT_OK;
	/* What only touches the band's edge is inside. */
	if (ceiling.mm < ENT_ALTITUDE_MAX_MM) {
		const struct ent_band above = {{ceiling.ref, ceiling.mm + 1},
				{ceiling.ref, ENT_ALTITUDE_UNBOUNDED_ABOVE}};
		status = add_out(cover, outline(area, above, air, &cover->out[cover->n_out]));
	}
	if (status == ENT_OK && has_below(floor)) {
		const struct ent_band below = {{floor.ref, ENT_ALTITUDE_UNBOUNDED_BELOW},
				{floor.ref, floor.mm - 1}};
		status = add_out(cover, outline(area, below, air, &cover->out[cover->n_out]));
	}
	return status;
}

static ent_status cover_make(const struct check_version *version, const struct ent_air *air,
		struct cover *cover) {
	const struct ent_volume_parts *area = ent_volume_parts(
			ent_memodoc_parts(version->doc)->area.volume);
	struct ent_band band = area->band;
	if (!has_below(band.floor))
		band.floor = (struct ent_altitude){band.ceiling.ref, ENT_ALTITUDE_UNBOUNDED_BELOW};
	ent_status status = outline(area, band, air, &cover->area);
	if (status == ENT_OK)
		status = add_edges(cover, area);
	return status == ENT_OK ? add_heights(cover, area, air) : status;
}

/* Each goes on where the one before it has ended, or there is a gap. */
static bool is_inside_times(const struct check_terms *terms, struct ent_span span) {
	int64_t until_us = span.start_utc_us; /* so far */
	for (size_t v = 0; v < terms->n_versions; v++) {
		const struct check_version *version = &terms->version[v];
		if (until_us >= version->from_utc_us && until_us < version->until_utc_us)
			until_us = version->until_utc_us;
	}
	return until_us == INT64_MAX || span.end_utc_us < until_us;
}

static bool touches(const struct ent_volume *a, const struct ent_volume *b) {
	const struct ent_minima none = {0, 0, 0};
	return ent_conflict_judge(a, b, &none).kind != ENT_VERDICT_CLEAR;
}

static enum covered covers_area(const struct cover *cover, const struct ent_volume *volume) {
	enum covered covered = touches(cover->area, volume) ? INSIDE : BEYOND;
	for (size_t i = 0; covered == INSIDE && i < cover->n_out; i++)
		if (touches(cover->out[i], volume))
			covered = PARTLY;
	return covered;
}

/* ret_version: unless BEYOND, the first that speaks of it. */
static enum covered covers(
		const struct covers *covers, const struct check_item *item, uint32_t *ret_version) {
	const struct ent_span span = check_span_of(item);
	bool any = false, whole = is_inside_times(covers->terms, span);
	for (uint32_t v = 0; v < covers->terms->n_versions; v++) {
		if (check_is_beyond_time(&covers->terms->version[v], span))
			continue;
		const enum covered covered = covers_area(&covers->of[v], item->volume);
		whole = whole && covered == INSIDE;
		if (covered != BEYOND && !any)
			*ret_version = v;
		any = any || covered != BEYOND;
	}
	return !any ? BEYOND : whole ? INSIDE : PARTLY;
}

/* The parts of one thing stand next to one another and count once: outside when all are, inside when all are. */
static ent_status count(struct check_model *model, const struct covers *all) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < model->n_items;) {
		const uint32_t group = model->items[i].group;
		model->of_kind[model->items[i].kind]++;
		bool seen[BEYOND + 1] = {false};
		struct check_seen own = {.any = false};
		for (; i < model->n_items && model->items[i].group == group; i++) {
			uint32_t version = 0;
			const enum covered covered = covers(all, &model->items[i], &version);
			seen[covered] = true;
			if (covered != BEYOND)
				check_notice_see(model->notice, model, i, version, &own);
		}
		status = check_notice_judge(model->notice, model, &own);
		if (seen[BEYOND] && !seen[INSIDE] && !seen[PARTLY])
			model->beyond_terms++;
		else if (seen[BEYOND] || seen[PARTLY])
			model->partly_beyond_terms++;
	}
	check_notice_sort(model->notice);
	return status;
}

ent_status check_terms_cover(struct check_model *model, const struct ent_air *air) {
	const struct check_terms *terms = model->terms;
	struct covers all = {.terms = terms};
	ent_status status = ENT_OK;
	for (size_t v = 0; status == ENT_OK && v < terms->n_versions; v++)
		status = cover_make(&terms->version[v], air, &all.of[v]);
	if (status == ENT_OK)
		status = count(model, &all);
	for (size_t v = 0; v < terms->n_versions; v++)
		cover_finish(&all.of[v]);
	return status;
}
