/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_profile.c: one conflict as altitude over time, and the lateral distance below it, after
 * tolerances. For drawing only: distances to an outline are along chords.
 */
#include <math.h>
#include <string.h>

#include "html_out.h"
#include "terms.h"

#define WIDTH 360.0
#define LEFT 44.0
#define TOP 20.0
#define HIGH 130.0  /* of the altitude part */
#define BELOW 178.0 /* where the distance part begins */
#define LOW 46.0    /* its height */
#define MARGIN_US INT64_C(240000000)

enum { SAMPLES = 80 };

struct frame {
	int64_t from_us, to_us;
	double lo_mm, hi_mm;
	double farthest_m;
};

static double frame_x(const struct frame *f, int64_t time_us) {
	return LEFT +
			(WIDTH - LEFT - 6) * (double)(time_us - f->from_us) /
			(double)(f->to_us - f->from_us);
}

static double frame_y(const struct frame *f, double mm) {
	const double y = TOP + HIGH * (f->hi_mm - mm) / (f->hi_mm - f->lo_mm);
	return y < TOP ? TOP : y > TOP + HIGH ? TOP + HIGH : y;
}

static int64_t clamp(int64_t time_us, struct ent_span span) {
	return time_us < span.start_utc_us          ? span.start_utc_us
			: time_us > span.end_utc_us ? span.end_utc_us
						    : time_us;
}

static double altitude_at(const struct ent_volume *flight, int64_t time_us) {
	struct ent_point at;
	int32_t altitude_mm;
	ent_track_at(flight, time_us, &at, &altitude_mm);
	return altitude_mm;
}

static int64_t sample(const struct frame *f, int i) {
	return f->from_us + (f->to_us - f->from_us) / SAMPLES * i;
}

static bool flies(const struct check_item *item, int64_t time_us) {
	const struct ent_span span = ent_volume_parts(item->volume)->span;
	return time_us >= span.start_utc_us && time_us <= span.end_utc_us;
}

static void stretch(struct frame *f, double mm) {
	f->lo_mm = fmin(f->lo_mm, mm);
	f->hi_mm = fmax(f->hi_mm, mm);
}

static struct frame frame_of(const struct check_item *const sides[2], const struct ent_witness *w,
		int64_t vertical_mm) {
	struct frame f = {.lo_mm = 1e18, .hi_mm = -1e18};
	const struct ent_span flight =
			ent_volume_parts(sides[check_is_flight(sides[0]) ? 0 : 1]->volume)->span;
	f.from_us = clamp(w->first_utc_us, flight) - MARGIN_US;
	f.to_us = clamp(w->last_utc_us, flight) + MARGIN_US;
	for (int k = 0; k < 2; k++) {
		const struct ent_band band = ent_volume_parts(sides[k]->volume)->band;
		if (!check_is_flight(sides[k])) {
			if (band.floor.mm != ENT_ALTITUDE_UNBOUNDED_BELOW)
				stretch(&f, band.floor.mm);
			if (band.ceiling.mm != ENT_ALTITUDE_UNBOUNDED_ABOVE)
				stretch(&f, band.ceiling.mm);
		}
		for (int i = 0; check_is_flight(sides[k]) && i <= SAMPLES; i++)
			if (flies(sides[k], sample(&f, i)))
				stretch(&f, altitude_at(sides[k]->volume, sample(&f, i)));
	}
	f.lo_mm -= 0.3 * (double)vertical_mm + 15000;
	f.hi_mm += 0.3 * (double)vertical_mm + 15000;
	return f;
}

static enum ent_altitude_ref reference(const struct check_item *item) {
	const struct ent_band band = ent_volume_parts(item->volume)->band;
	return check_is_flight(item) ? band.floor.ref : band.ceiling.ref;
}

/* What the axis of altitude counts, above it. */
static void draw_axis_name(const struct check_item *const sides[2], FILE *out) {
	static const char *const names[ENT_ALTITUDE_REF_COUNT] = {
			[ENT_ALTITUDE_W84] = "ft above the WGS84 ellipsoid",
			[ENT_ALTITUDE_AMSL] = "ft above mean sea level",
			[ENT_ALTITUDE_AGL] = "ft above the ground",
			[ENT_ALTITUDE_FL] = "flight level (1013.25 hPa)"};
	const bool one = reference(sides[0]) == reference(sides[1]);
	(void)fprintf(out, "<text x=\"%.0f\" y=\"%.0f\">%s</text>", LEFT, TOP - 8,
			one ? names[reference(sides[0])] : "ft, each above its own reference");
}

static void draw_altitudes(
		const struct frame *f, const struct check_item *const sides[2], FILE *out) {
	static const double steps_ft[] = {
			100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
	const bool level = reference(sides[0]) == ENT_ALTITUDE_FL &&
			reference(sides[1]) == ENT_ALTITUDE_FL;
	const double span_ft = (f->hi_mm - f->lo_mm) / 304.8;
	double step = steps_ft[0];
	for (size_t i = 0; i < sizeof steps_ft / sizeof steps_ft[0] && span_ft / step > 5; i++)
		step = steps_ft[i];
	const int lowest = (int)ceil(f->lo_mm / 304.8 / step);
	const int highest = (int)floor(f->hi_mm / 304.8 / step);
	for (int k = lowest; k <= highest; k++) {
		const double ft = k * step;
		const double y = frame_y(f, ft * 304.8);
		(void)fprintf(out,
				"<path class=\"px\" d=\"M%.0f %.1fH%.0f\"/><text x=\"%.0f\" "
				"y=\"%.1f\" text-anchor=\"end\">",
				LEFT, y, WIDTH - 6, LEFT - 4, y + 4);
		if (level)
			(void)fprintf(out, "FL%03.0f</text>", ft / 100);
		else
			(void)fprintf(out, "%.0f</text>", ft);
	}
}

/* The day of the first moment stands above. */
static void draw_times(const struct frame *f, FILE *out) {
	char text[ENT_TEXT_TIME_SIZE];
	check_show_time(f->from_us, text);
	(void)fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%.*s UTC</text>",
			WIDTH - 6, TOP - 8, (int)strcspn(text, "T"), text);
	for (int k = 0; k <= 2; k++) {
		const int64_t at = f->from_us + (f->to_us - f->from_us) / 2 * k;
		check_show_time(at, text);
		const char *day_end = strchr(text, 'T');
		(void)fprintf(out, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"%s\">%.8s</text>",
				frame_x(f, at), TOP + HIGH + 13,
				k == 0                   ? "start"
						: k == 1 ? "middle"
							 : "end",
				day_end != NULL ? day_end + 1 : text);
	}
}

static void draw_side(const struct frame *f, const struct check_item *item, char side, FILE *out) {
	const struct ent_volume_parts *parts = ent_volume_parts(item->volume);
	if (parts->track == NULL) {
		const double top = parts->band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE
				? TOP
				: frame_y(f, parts->band.ceiling.mm);
		const double bottom = parts->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW
				? TOP + HIGH
				: frame_y(f, parts->band.floor.mm);
		const double from = frame_x(f, clamp(f->from_us, parts->span));
		const double to = frame_x(f, clamp(f->to_us, parts->span));
		(void)fprintf(out,
				"<rect class=\"pv\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
				"height=\"%.1f\"/>",
				fmax(from, LEFT), top, fmax(0, to - fmax(from, LEFT)),
				fmax(0, bottom - top));
		return;
	}
	char command = 'M';
	(void)fprintf(out, "<path class=\"p%c\" d=\"", side);
	for (int i = 0; i <= SAMPLES; i++) {
		const int64_t at = sample(f, i);
		if (!flies(item, at))
			continue;
		(void)fprintf(out, "%c%.1f %.1f", command, frame_x(f, at),
				frame_y(f, altitude_at(item->volume, at)));
		command = 'L';
	}
	(void)fputs("\"/>", out);
}

/* The band around a in which b is nearer than the vertical minimum. */
static void draw_minimum(const struct frame *f, const struct check_item *item, int64_t vertical_mm,
		FILE *out) {
	if (!check_is_flight(item))
		return;
	char command = 'M';
	(void)fputs("<path class=\"pm\" d=\"", out);
	for (int i = 0; i <= 2 * SAMPLES + 1; i++) {
		const bool up = i <= SAMPLES;
		const int64_t at = sample(f, up ? i : 2 * SAMPLES + 1 - i);
		if (!flies(item, at))
			continue;
		const double mm = altitude_at(item->volume, at) +
				(up ? 1 : -1) * (double)vertical_mm;
		(void)fprintf(out, "%c%.1f %.1f", command, frame_x(f, at), frame_y(f, mm));
		command = 'L';
	}
	(void)fputs("Z\"/>", out);
}

static double chord_m(struct ent_vec3 a, struct ent_vec3 b) {
	const double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
	return sqrt(x * x + y * y + z * z);
}

/* From a place to the nearest of a piece. */
static double piece_m(struct ent_vec3 at, struct ent_vec3 from, struct ent_vec3 to) {
	const double length = chord_m(from, to);
	const double along = (at.x - from.x) * (to.x - from.x) + (at.y - from.y) * (to.y - from.y) +
			(at.z - from.z) * (to.z - from.z);
	const double part = length > 0 ? fmax(0, fmin(1, along / (length * length))) : 0;
	const struct ent_vec3 foot = {from.x + part * (to.x - from.x),
			from.y + part * (to.y - from.y), from.z + part * (to.z - from.z)};
	return chord_m(at, foot);
}

/* From a place to a volume's core: its centre, its line, its region. */
static double core_m(const struct ent_volume *volume, struct ent_point place) {
	const struct ent_volume_parts *parts = ent_volume_parts(volume);
	const struct ent_vec3 at = ent_geo_ecef(place);
	double least = 1e9;
	if (parts->kind == ENT_VOLUME_CIRCLE)
		return ent_geo_inverse(place, parts->vertices[0]).length_m;
	if (parts->kind == ENT_VOLUME_CORRIDOR) {
		for (uint32_t i = 0; i < parts->n_pieces; i++)
			least = fmin(least, piece_m(at, parts->at[i], parts->at[i + 1]));
		return least;
	}
	if (ent_volume_contains(volume, at))
		return 0;
	for (uint32_t r = 0; r < parts->n_rings; r++)
		for (uint32_t i = parts->ring_start[r]; i < parts->ring_start[r + 1]; i++) {
			const uint32_t next = i + 1 < parts->ring_start[r + 1]
					? i + 1
					: parts->ring_start[r];
			least = fmin(least, piece_m(at, parts->at[i], parts->at[next]));
		}
	return least;
}

/* A flight and a flight or volume; after radii and tolerances. */
static double apart_m(const struct check_item *const sides[2], int64_t time_us) {
	const struct ent_volume_parts *a = ent_volume_parts(sides[0]->volume);
	const struct ent_volume_parts *b = ent_volume_parts(sides[1]->volume);
	struct ent_point at[2] = {{0, 0}, {0, 0}};
	int32_t unused;
	double m;
	for (int k = 0; k < 2; k++)
		if (check_is_flight(sides[k]))
			ent_track_at(sides[k]->volume, time_us, &at[k], &unused);
	if (check_is_flight(sides[0]) && check_is_flight(sides[1]))
		m = ent_geo_inverse(at[0], at[1]).length_m;
	else if (check_is_flight(sides[0]))
		m = core_m(sides[1]->volume, at[0]);
	else
		m = core_m(sides[0]->volume, at[1]);
	return fmax(0, m - (double)(a->radius_mm + b->radius_mm) / 1e3);
}

/* "5 NM", or metres where that would be a small part of one. */
static void write_length(double m, FILE *out) {
	(void)fprintf(out, m < 185 ? "%.3g m" : "%.3g NM", m < 185 ? m : m / 1852);
}

static void draw_minimum_line(double y, double minimum_m, FILE *out) {
	(void)fprintf(out,
			"<path class=\"px\" d=\"M%.0f %.1fH%.0f\" stroke-dasharray=\"3 3\"/><text "
			"x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">",
			LEFT, y, WIDTH - 6, LEFT - 4, y + 4);
	write_length(minimum_m, out);
	(void)fputs("</text>", out);
}

static void draw_distance(const struct frame *f, const struct check_item *const sides[2],
		int64_t lateral_mm, FILE *out) {
	const double minimum_m = (double)lateral_mm / 1e3, most_m = fmax(2 * minimum_m, 200);
	bool cut = false;
	draw_minimum_line(BELOW + LOW * (1 - minimum_m / most_m), minimum_m, out);
	(void)fputs("<path class=\"pd\" d=\"", out);
	char command = 'M';
	for (int i = 0; i <= SAMPLES; i++) {
		const int64_t at = sample(f, i);
		if (!flies(sides[0], at) || !flies(sides[1], at))
			continue;
		const double m = apart_m(sides, at);
		cut = cut || m > most_m;
		(void)fprintf(out, "%c%.1f %.1f", command, frame_x(f, at),
				BELOW + LOW * (1 - fmin(most_m, m) / most_m));
		command = 'L';
	}
	(void)fprintf(out, "\"/><path class=\"px\" d=\"M%.0f %.0fH%.0f\"/>", LEFT, BELOW + LOW,
			WIDTH - 6);
	if (!cut)
		return;
	(void)fprintf(out, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">cut off above ",
			(LEFT + WIDTH) / 2, BELOW - 3);
	write_length(most_m, out);
	(void)fputs("</text>", out);
}

/* One axis serves both, so what the two are measured from must be said where it differs. */
static void note_references(const struct check_item *const sides[2], FILE *out) {
	static const char *const from[ENT_ALTITUDE_REF_COUNT] = {
			[ENT_ALTITUDE_W84] = "the WGS84 ellipsoid",
			[ENT_ALTITUDE_AMSL] = "mean sea level",
			[ENT_ALTITUDE_AGL] = "the ground",
			[ENT_ALTITUDE_FL] = "1013.25 hPa"};
	const enum ent_altitude_ref refs[2] = {reference(sides[0]), reference(sides[1])};
	if (refs[0] != refs[1])
		(void)fprintf(out,
				"<p class=\"soft\">Drawn as given: A above %s, B above %s.</p>\n",
				from[refs[0]], from[refs[1]]);
}

void html_profile(const struct check_model *model, size_t conflict, FILE *out) {
	const struct check_conflict *c = &model->conflicts[conflict];
	const struct ent_witness *w = &c->verdict.witness;
	const struct check_item *const sides[2] = {&model->items[c->a], &model->items[c->b]};
	if (!check_is_flight(sides[0]) && !check_is_flight(sides[1])) {
		(void)fputs("<p class=\"soft\">Two volumes: they stand together for the time given "
			    "in the table.</p>\n",
				out);
		return;
	}
	const struct ent_minima minima = check_minima_of(model, sides[0], sides[1]);
	const struct frame f = frame_of(sides, w, minima.vertical_mm);
	const int64_t first = w->first_utc_us > f.from_us ? w->first_utc_us : f.from_us;
	const int64_t last = w->last_utc_us < f.to_us ? w->last_utc_us : f.to_us;
	(void)fprintf(out,
			"<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\"><title>Altitude of both over "
			"time, and their lateral "
			"distance</title>",
			WIDTH, BELOW + LOW + 6);
	/* Behind all words: where it is grey it hides what it covers. */
	(void)fprintf(out,
			"<rect class=\"ps\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"/>",
			frame_x(&f, first), TOP, fmax(1.5, frame_x(&f, last) - frame_x(&f, first)),
			BELOW + LOW - TOP);
	draw_axis_name(sides, out);
	draw_altitudes(&f, sides, out);
	draw_times(&f, out);
	draw_minimum(&f, sides[0], minima.vertical_mm, out);
	draw_side(&f, sides[0], 'a', out);
	draw_side(&f, sides[1], 'b', out);
	draw_distance(&f, sides, minima.lateral_mm, out);
	const int64_t times[2] = {c->nearest.time_a_utc_us, c->nearest.time_b_utc_us};
	for (int k = 0; k < 2; k++)
		if (check_is_flight(sides[k]))
			(void)fprintf(out, "<circle class=\"pc\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
					frame_x(&f, times[k]),
					frame_y(&f, altitude_at(sides[k]->volume, times[k])));
	(void)fputs("</svg>\n", out);
	note_references(sides, out);
}
