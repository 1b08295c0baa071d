/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms_cover.c: how much of what was read a memorandum speaks of: what lies inside its area and its time. Whatever is
 * not certainly inside is said to be outside, or partly so.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "terms.h"

/* A circle's edge is drawn inside of it: at most 0.06 % of the radius too narrow. */
enum { CIRCLE_SIDES = 90 };
enum { OUT_MAX = ENT_MEMODOC_RINGS_MAX + 2 };

enum covered { INSIDE, PARTLY, BEYOND };

struct cover {
	int64_t from_us, until_us;
	struct ent_volume *area; /* with the air of the options, for its altitudes */
	struct ent_volume *out
			[OUT_MAX]; /* who touches one of them reaches outside: edges, above, below */
	size_t n_out;
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

static ent_status cover_make(
		const struct check_terms *terms, const struct ent_air *air, struct cover *cover) {
	const struct ent_volume_parts *area = ent_volume_parts(
			ent_memodoc_parts(terms->doc)->area.volume);
	struct ent_band band = area->band;
	cover->from_us = ent_memodoc_terms(terms->doc)->effective_from_utc_us;
	cover->until_us = terms->until_utc_us;
	if (!has_below(band.floor))
		band.floor = (struct ent_altitude){band.ceiling.ref, ENT_ALTITUDE_UNBOUNDED_BELOW};
	ent_status status = outline(area, band, air, &cover->area);
	if (status == ENT_OK)
		status = add_edges(cover, area);
	return status == ENT_OK ? add_heights(cover, area, air) : status;
}

/* From its beginning on, and no longer at its end. */
static enum covered covers_time(const struct cover *cover, const struct ent_volume *volume) {
	const struct ent_volume_parts *parts = ent_volume_parts(volume);
	const int64_t more = parts->track != NULL ? parts->track->tolerance.time_us : 0;
	struct ent_span span = parts->span;
	if (span.start_utc_us != ENT_TIME_UNBOUNDED_BEFORE)
		span.start_utc_us -= more;
	if (span.end_utc_us != ENT_TIME_UNBOUNDED_AFTER)
		span.end_utc_us += more;
	if (span.end_utc_us < cover->from_us ||
			(cover->until_us != INT64_MAX && span.start_utc_us >= cover->until_us))
		return BEYOND;
	return span.start_utc_us >= cover->from_us &&
					(cover->until_us == INT64_MAX ||
							span.end_utc_us < cover->until_us)
			? INSIDE
			: PARTLY;
}

static bool touches(const struct ent_volume *a, const struct ent_volume *b) {
	const struct ent_minima none = {0, 0, 0};
	return ent_conflict_judge(a, b, &none).kind != ENT_VERDICT_CLEAR;
}

static enum covered covers(const struct cover *cover, const struct ent_volume *volume) {
	enum covered covered = covers_time(cover, volume);
	if (covered == BEYOND || !touches(cover->area, volume))
		return BEYOND;
	for (size_t i = 0; covered == INSIDE && i < cover->n_out; i++)
		if (touches(cover->out[i], volume))
			covered = PARTLY;
	return covered;
}

/* The parts of one thing stand next to one another and count once: outside when all are, inside when all are. */
static ent_status count(struct check_model *model, const struct cover *cover) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < model->n_items;) {
		const uint32_t group = model->items[i].group;
		bool seen[BEYOND + 1] = {false};
		struct check_seen own = {.any = false};
		for (; i < model->n_items && model->items[i].group == group; i++) {
			const enum covered covered = covers(cover, model->items[i].volume);
			seen[covered] = true;
			if (covered != BEYOND)
				check_notice_see(model->notice, model, i, &own);
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
	struct cover cover = {.area = NULL};
	ent_status status = cover_make(model->terms, air, &cover);
	if (status == ENT_OK)
		status = count(model, &cover);
	cover_finish(&cover);
	return status;
}

/* --- What is said of it --- */

static bool note_of_asking(const struct check_terms *terms, char *text, size_t size) {
	static const char *const endings[] = {[CHECK_ENDS_REPLACED] = "another takes its place at",
			[CHECK_ENDS_SUSPENDED] = "it is suspended from",
			[CHECK_ENDS_LEFT] = "a party leaves it at"};
	char until[ENT_TEXT_TIME_SIZE];
	if (!terms->asked) {
		(void)snprintf(text, size, "whether this version is in force was not asked");
	} else if (terms->ending != CHECK_ENDS_VALID) {
		check_show_time(terms->until_utc_us, until);
		(void)snprintf(text, size, "this version is in force now; %s %s",
				endings[terms->ending], until);
	} else {
		(void)snprintf(text, size, "this version is in force now");
	}
	return true;
}

bool check_terms_note(const struct check_model *model, unsigned i, char *text, size_t size) {
	const struct check_terms *terms = model->terms;
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(terms->doc);
	text[0] = '\0';
	switch (i) {
	case 0:
		return note_of_asking(terms, text, size);
	case 1:
		if (terms->waiting)
			(void)snprintf(text, size,
					"not all acts are here, it may no longer be in force: see "
					"entente memo status");
		return true;
	case 2:
		if (!terms->flights_agreed)
			(void)snprintf(text, size,
					"it has no minima between two flights: the largest "
					"that it has were applied");
		return true;
	case 3:
		if (model->volumes > 0)
			(void)snprintf(text, size,
					"files do not say of what kind a volume is: the largest "
					"minima that it has were applied");
		return true;
	case 4:
		if (model->beyond_terms > 0)
			(void)snprintf(text, size,
					"it does not speak of %" PRIu64
					" of what was read, which lies outside its area (clause "
					"%s) or its time (clause %s)",
					model->beyond_terms, parts->area.clause.id,
					parts->validity.id);
		return true;
	case 5:
		if (model->partly_beyond_terms > 0)
			(void)snprintf(text, size,
					"it may not speak of all of %" PRIu64
					" of what was read, which reaches, or may reach, out of "
					"its area (clause %s) or its time (clause %s)",
					model->partly_beyond_terms, parts->area.clause.id,
					parts->validity.id);
		return true;
	default:
		return check_notice_note(model->notice, i - 6, text, size);
	}
}
