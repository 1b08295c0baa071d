/* SPDX-License-Identifier: Apache-2.0 */
/* html_profile.c: one conflict as altitude over time, and the lateral distance below it. */
#include <inttypes.h>
#include <math.h>

#include "html_out.h"

#define WIDTH 360.0
#define LEFT 44.0
#define TOP 8.0
#define HIGH 130.0  /* of the altitude part */
#define BELOW 160.0 /* where the distance part begins */
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

static void draw_axes(const struct frame *f, const struct check_item *item, FILE *out) {
	static const double steps_ft[] = {
			100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
	const bool level = ent_volume_parts(item->volume)->band.floor.ref == ENT_ALTITUDE_FL;
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
			(void)fprintf(out, "%.0f ft</text>", ft);
	}
	for (int k = 0; k <= 2; k++) {
		const int64_t at = f->from_us + (f->to_us - f->from_us) / 2 * k;
		const int64_t s = at / 1000000;
		(void)fprintf(out,
				"<text x=\"%.1f\" y=\"%.0f\" "
				"text-anchor=\"%s\">%02d:%02d:%02d</text>",
				frame_x(f, at), TOP + HIGH + 13,
				k == 0                   ? "start"
						: k == 1 ? "middle"
							 : "end",
				(int)(s / 3600 % 24), (int)(s / 60 % 60), (int)(s % 60));
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

static double apart_m(const struct check_item *const sides[2], int64_t time_us) {
	struct ent_point at[2];
	int32_t unused;
	ent_track_at(sides[0]->volume, time_us, &at[0], &unused);
	ent_track_at(sides[1]->volume, time_us, &at[1], &unused);
	return ent_geo_inverse(at[0], at[1]).length_m;
}

static void draw_distance(const struct frame *f, const struct check_item *const sides[2],
		int64_t lateral_mm, FILE *out) {
	if (!check_is_flight(sides[0]) || !check_is_flight(sides[1]))
		return;
	const double minimum_m = (double)lateral_mm / 1e3, most_m = fmax(2 * minimum_m, 200);
	const double y = BELOW + LOW * (1 - minimum_m / most_m);
	(void)fprintf(out,
			"<path class=\"px\" d=\"M%.0f %.1fH%.0f\" stroke-dasharray=\"3 3\"/><text "
			"x=\"%.0f\" y=\"%.1f\" "
			"text-anchor=\"end\">%.3g NM</text><path class=\"pd\" d=\"",
			LEFT, y, WIDTH - 6, LEFT - 4, y + 4, minimum_m / 1852);
	char command = 'M';
	for (int i = 0; i <= SAMPLES; i++) {
		const int64_t at = sample(f, i);
		if (!flies(sides[0], at) || !flies(sides[1], at))
			continue;
		const double m = fmin(most_m, apart_m(sides, at));
		(void)fprintf(out, "%c%.1f %.1f", command, frame_x(f, at),
				BELOW + LOW * (1 - m / most_m));
		command = 'L';
	}
	(void)fprintf(out, "\"/><path class=\"px\" d=\"M%.0f %.0fH%.0f\"/>", LEFT, BELOW + LOW,
			WIDTH - 6);
}

/* One axis serves both, so what the two are measured from must be said where it differs. */
static void note_references(const struct check_item *const sides[2], FILE *out) {
	static const char *const from[ENT_ALTITUDE_REF_COUNT] = {
			[ENT_ALTITUDE_W84] = "the WGS84 ellipsoid",
			[ENT_ALTITUDE_AMSL] = "mean sea level",
			[ENT_ALTITUDE_AGL] = "the ground",
			[ENT_ALTITUDE_FL] = "1013.25 hPa"};
	const struct ent_band a = ent_volume_parts(sides[0]->volume)->band;
	const struct ent_band b = ent_volume_parts(sides[1]->volume)->band;
	const enum ent_altitude_ref refs[2] = {
			check_is_flight(sides[0]) ? a.floor.ref : a.ceiling.ref,
			check_is_flight(sides[1]) ? b.floor.ref : b.ceiling.ref};
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
	/* Between a flight and a volume no distance is drawn. */
	const bool both = check_is_flight(sides[0]) && check_is_flight(sides[1]);
	const struct frame f = frame_of(sides, w, model->minima.vertical_mm);
	const int64_t first = w->first_utc_us > f.from_us ? w->first_utc_us : f.from_us;
	const int64_t last = w->last_utc_us < f.to_us ? w->last_utc_us : f.to_us;
	(void)fprintf(out,
			"<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\"><title>Altitude of both over "
			"time, and their lateral "
			"distance</title>",
			WIDTH, both ? BELOW + LOW + 6 : BELOW);
	draw_axes(&f, sides[check_is_flight(sides[0]) ? 0 : 1], out);
	(void)fprintf(out,
			"<rect class=\"ps\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"/>",
			frame_x(&f, first), TOP, fmax(1.5, frame_x(&f, last) - frame_x(&f, first)),
			both ? BELOW + LOW - TOP : HIGH);
	draw_minimum(&f, sides[0], model->minima.vertical_mm, out);
	draw_side(&f, sides[0], 'a', out);
	draw_side(&f, sides[1], 'b', out);
	draw_distance(&f, sides, model->minima.lateral_mm, out);
	const int64_t times[2] = {w->time_a_utc_us, w->time_b_utc_us};
	for (int k = 0; k < 2; k++)
		if (check_is_flight(sides[k]))
			(void)fprintf(out, "<circle class=\"pc\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>",
					frame_x(&f, times[k]),
					frame_y(&f, altitude_at(sides[k]->volume, times[k])));
	(void)fputs("</svg>\n", out);
	note_references(sides, out);
}
