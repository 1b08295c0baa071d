/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_map.c: the map, as SVG: a plate carree squeezed by the cosine of the middle latitude,
 * centred on the traffic, so that the antimeridian may run through it; near a pole, an
 * azimuthal equidistant map around it (html_polar.c). For drawing only: a point nearer than
 * half a unit to the one before it is left out.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html_map.h"

/* Two marks this near would cover one another. */
#define MARK_WIDE 17.0
#define NEAR 0.5
/* The room of a name. */
#define LABEL_WIDE 90.0
#define LABEL_HIGH 12.0

enum { CIRCLE_POINTS = 64, PART_POINTS = 24 };

/* Degrees east of the middle, -180 to 180. */
static double from_middle(const struct map *map, double lon_deg) {
	double d = lon_deg - map->lon0_deg;
	d -= 360 * floor((d + 180) / 360);
	return d;
}

static double to_x(const struct map *map, double lon_deg) {
	return (from_middle(map, lon_deg) - map->west) * map->scale_x;
}

static double to_y(const struct map *map, double lat_deg) {
	return (map->north - lat_deg) * map->scale_y;
}

static void to_xy(const struct map *map, struct ent_point at, double *ret_x, double *ret_y) {
	const double lat_deg = ent_geo_lat_deg(at), lon_deg = ent_geo_lon_deg(at);
	if (map->pole != 0) {
		html_polar_xy(map, lat_deg, lon_deg, ret_x, ret_y);
		return;
	}
	*ret_x = to_x(map, lon_deg);
	*ret_y = to_y(map, lat_deg);
}

static void stretch(struct map *map, const struct ent_volume *volume) {
	struct ent_point sw, ne;
	ent_volume_bounds(volume, &sw, &ne);
	double west = from_middle(map, (double)sw.lon_ndeg / 1e9),
	       east = from_middle(map, (double)ne.lon_ndeg / 1e9);
	if (west > east) {
		west = -180;
		east = 180;
	}
	map->west = west < map->west ? west : map->west;
	map->east = east > map->east ? east : map->east;
	map->south = fmin(map->south, (double)sw.lat_ndeg / 1e9);
	map->north = fmax(map->north, (double)ne.lat_ndeg / 1e9);
}

/* The mean direction of all centres is the middle. */
static struct map lay_out(const struct check_model *model) {
	struct map map = {.west = 180, .east = -180, .south = 90, .north = -90};
	double x = 0, y = 0;
	for (size_t i = 0; i < model->n_items; i++) {
		const struct ent_vec3 c = ent_volume_parts(model->items[i].volume)->center;
		const double length = sqrt(c.x * c.x + c.y * c.y) + 1;
		x += c.x / length;
		y += c.y / length;
	}
	map.lon0_deg = ent_geo_atan2_deg(y, x);
	for (size_t i = 0; i < model->n_items; i++)
		stretch(&map, model->items[i].volume);
	if (html_polar_lay_out(model, &map))
		return map;
	if (map.west > map.east) {
		map.west = map.south = -1;
		map.east = map.north = 1;
	}
	const double pad_lat = fmax(0.03 * (map.north - map.south), 0.005);
	const double pad_lon = fmax(0.03 * (map.east - map.west), 0.005);
	map.south = fmax(-90, map.south - pad_lat);
	map.north = fmin(90, map.north + pad_lat);
	map.west -= pad_lon;
	map.east += pad_lon;
	const double squeeze = fmax(0.08, cos((map.south + map.north) / 2 * M_PI / 180));
	double unit = HTML_MAP_WIDTH / ((map.east - map.west) * squeeze);
	if ((map.north - map.south) * unit > HTML_MAP_HEIGHT_MAX)
		unit = HTML_MAP_HEIGHT_MAX / (map.north - map.south);
	map.scale_x = unit * squeeze;
	map.scale_y = unit;
	/* What is left of the width goes to both sides. */
	const double spare = HTML_MAP_WIDTH / map.scale_x - (map.east - map.west);
	map.west -= spare / 2;
	map.east += spare / 2;
	map.height = fmax(HTML_MAP_HEIGHT_MIN, (map.north - map.south) * unit);
	map.north += (map.height / unit - (map.north - map.south)) / 2;
	map.south = map.north - map.height / unit;
	return map;
}

/* A path under way; points too near the last one are left out, and a jump round the back of the map lifts the pen. */
struct pen {
	const struct map *map;
	FILE *out;
	double x, y;
	bool down;
};

static void draw_point(struct pen *pen, struct ent_point at, bool last) {
	double x, y;
	to_xy(pen->map, at, &x, &y);
	if (pen->down && !last && fabs(x - pen->x) < NEAR && fabs(y - pen->y) < NEAR)
		return;
	const bool jump = pen->map->pole == 0 && pen->down &&
			fabs(x - pen->x) > 180 * pen->map->scale_x;
	(void)fprintf(pen->out, "%c%.1f %.1f", pen->down && !jump ? 'L' : 'M', x, y);
	pen->x = x;
	pen->y = y;
	pen->down = true;
}

static void draw_track(const struct map *map, const struct ent_volume_parts *parts, FILE *out) {
	struct pen pen = {map, out, 0, 0, false};
	(void)fputs("<path class=\"t\" d=\"", out);
	for (uint32_t i = 0; i < parts->track->n_points; i++)
		draw_point(&pen, parts->track->points[i].at, i + 1 == parts->track->n_points);
	(void)fputs("\"/>\n", out);
}

static void draw_circle(struct pen *pen, struct ent_point center, double radius_m) {
	for (int i = 0; i < CIRCLE_POINTS; i++)
		draw_point(pen, ent_geo_direct(center, 360.0 * i / CIRCLE_POINTS, radius_m), true);
	(void)fputc('Z', pen->out);
	pen->down = false;
}

static void draw_volume(const struct map *map, const struct ent_volume_parts *parts, FILE *out) {
	struct pen pen = {map, out, 0, 0, false};
	if (parts->kind == ENT_VOLUME_CORRIDOR)
		/* Its width on the map, a unit at least, and wider when zoomed. */
		(void)fprintf(out,
				"<path class=\"v\" style=\"fill:none;stroke-width:%.1f;"
				"stroke-opacity:.45;stroke-linejoin:round;vector-effect:none\" "
				"d=\"",
				fmax(1, 2 * (double)parts->radius_mm / 1852e3 / 60 * map->scale_y));
	else
		(void)fputs("<path class=\"v\" fill-rule=\"evenodd\" d=\"", out);
	if (parts->kind == ENT_VOLUME_CIRCLE) {
		draw_circle(&pen, parts->vertices[0], fmax(1, (double)parts->radius_mm / 1e3));
	} else if (parts->kind == ENT_VOLUME_CORRIDOR) {
		for (uint32_t i = 0; i < parts->n_vertices; i++)
			draw_point(&pen, parts->vertices[i], true);
	} else {
		for (uint32_t r = 0; r < parts->n_rings; r++) {
			for (uint32_t i = parts->ring_start[r]; i < parts->ring_start[r + 1]; i++)
				draw_point(&pen, ent_geo_point_from_ecef(parts->at[i]), true);
			(void)fputc('Z', out);
			pen.down = false;
		}
	}
	(void)fputs("\"/>\n", out);
}

/* The part of a track that is in conflict. */
static void draw_part(const struct map *map, const struct ent_volume *volume,
		const struct check_conflict *conflict, FILE *out) {
	const struct ent_witness *w = &conflict->verdict.witness;
	const struct ent_span span = ent_volume_parts(volume)->span;
	const int64_t from = w->first_utc_us > span.start_utc_us ? w->first_utc_us
								 : span.start_utc_us;
	const int64_t to = w->last_utc_us < span.end_utc_us ? w->last_utc_us : span.end_utc_us;
	struct pen pen = {map, out, 0, 0, false};
	(void)fprintf(out, "<path class=\"c%s\" d=\"", html_is_unknown(conflict) ? " u" : "");
	for (int i = 0; i <= PART_POINTS; i++) {
		struct ent_point at;
		int32_t altitude_mm;
		ent_track_at(volume, from + (to - from) / PART_POINTS * i, &at, &altitude_mm);
		draw_point(&pen, at, true);
	}
	(void)fputs("\"/>\n", out);
}

/* Where the marks stand. Where they are few, one that would cover a worse one goes beside it. */
static void place_marks(const struct check_model *model, const struct map *map, size_t n,
		double *ret_xs, double *ret_ys) {
	for (size_t i = 0; i < n; i++) {
		const struct ent_point at = check_place(model, &model->conflicts[i]);
		to_xy(map, at, &ret_xs[i], &ret_ys[i]);
		for (size_t k = 0; n <= HTML_LABELS_MAX && k < i; k++)
			if (fabs(ret_xs[k] - ret_xs[i]) < MARK_WIDE &&
					fabs(ret_ys[k] - ret_ys[i]) < MARK_WIDE)
				ret_xs[i] = ret_xs[k] + MARK_WIDE;
	}
}

static void draw_marks(const struct check_model *model, const struct map *map, FILE *out) {
	double xs[HTML_MARKS_MAX], ys[HTML_MARKS_MAX];
	const size_t n = model->n_conflicts < HTML_MARKS_MAX ? model->n_conflicts : HTML_MARKS_MAX;
	for (size_t i = n; i-- > 0;) {
		const struct check_conflict *c = &model->conflicts[i];
		const struct check_item *sides[] = {&model->items[c->a], &model->items[c->b]};
		for (int k = 0; k < 2; k++)
			if (check_is_flight(sides[k]))
				draw_part(map, sides[k]->volume, c, out);
	}
	place_marks(model, map, n, xs, ys);
	for (size_t i = n; i-- > 0;) {
		char number[CHECK_SHOW_SIZE];
		const size_t wide = strlen(check_show_number(model, i, number));
		(void)fprintf(out,
				"<a href=\"#c%zu\"><g class=\"m%s\" data-p=\"%.1f %.1f\" "
				"transform=\"translate(%.1f %.1f)\">"
				"<circle r=\"%d\"/><text y=\"3.5\" "
				"font-size=\"9\">%s</text></g></a>\n",
				i + 1, html_is_unknown(&model->conflicts[i]) ? " u" : "", xs[i],
				ys[i], xs[i], ys[i],
				wide < 3                   ? 8
						: wide < 4 ? 10
							   : 13,
				number);
	}
}

/* Where an item's name stands: where a flight or corridor begins, above the west of an area or the
 * middle of a circle, but near a pole, which has no west, where its outline begins. */
static void label_place(const struct map *map, const struct check_item *item, double *ret_x,
		double *ret_y) {
	const struct ent_volume_parts *parts = ent_volume_parts(item->volume);
	struct ent_point at, south_west, north_east;
	ent_volume_bounds(item->volume, &south_west, &north_east);
	if (parts->kind == ENT_VOLUME_TRACK)
		at = parts->track->points[0].at;
	else if (parts->kind == ENT_VOLUME_CORRIDOR || map->pole != 0)
		at = parts->vertices[0];
	else
		at = (struct ent_point){north_east.lat_ndeg,
				parts->kind == ENT_VOLUME_CIRCLE ? parts->vertices[0].lon_ndeg
								 : south_west.lon_ndeg};
	to_xy(map, at, ret_x, ret_y);
	*ret_x += 4;
	*ret_y -= 4;
}

/* Names, where there are few enough to be read; one that would cover another goes below it. */
static void draw_labels(const struct check_model *model, const struct map *map, FILE *out) {
	double xs[HTML_LABELS_MAX], ys[HTML_LABELS_MAX];
	size_t n = 0;
	if (model->n_items > HTML_LABELS_MAX)
		return;
	for (size_t i = 0; i < model->n_items; i++) {
		char name[CHECK_ID_SIZE + CHECK_CALLSIGN_SIZE + 4];
		if (i > 0 && model->items[i - 1].group == model->items[i].group)
			continue;
		label_place(map, &model->items[i], &xs[n], &ys[n]);
		for (size_t k = 0; k < n; k++)
			if (fabs(xs[k] - xs[n]) < LABEL_WIDE && fabs(ys[k] - ys[n]) < LABEL_HIGH)
				ys[n] = ys[k] + LABEL_HIGH;
		const bool left = xs[n] > HTML_MAP_WIDTH - LABEL_WIDE;
		(void)fprintf(out,
				"<text class=\"l\" data-p=\"%.1f %.1f\" transform=\"translate(%.1f "
				"%.1f)\"%s>",
				xs[n], ys[n], xs[n], ys[n], left ? " text-anchor=\"end\"" : "");
		html_text(out, check_name(&model->items[i], name, sizeof name));
		(void)fputs("</text>\n", out);
		n++;
	}
}

/* Steps of the graticule: the first that leaves at most nine lines. */
double html_map_step(double degrees) {
	static const double steps[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30};
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		if (degrees / steps[i] <= 9)
			return steps[i];
	return 45;
}

static void draw_graticule(const struct map *map, FILE *out) {
	const double step_lat = html_map_step(map->north - map->south);
	const int north = (int)floor((map->north + 1e-9) / step_lat);
	for (int k = (int)ceil(map->south / step_lat); k <= north; k++) {
		const double lat = k * step_lat;
		const double y = to_y(map, lat);
		(void)fprintf(out,
				"<line class=\"g\" x1=\"0\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>"
				"<text class=\"l\" data-p=\"4 %.1f\" transform=\"translate(4 "
				"%.1f)\">%.6g&#176;%c</text>\n",
				HTML_MAP_WIDTH, y, y, y - 3, y - 3,
				fabs(lat) < 1e-9 ? 0 : fabs(lat), lat < 0 ? 'S' : 'N');
	}
	const double step_lon = html_map_step(map->east - map->west);
	const int east = (int)floor((map->lon0_deg + map->east + 1e-9) / step_lon);
	for (int k = (int)ceil((map->lon0_deg + map->west) / step_lon); k <= east; k++) {
		const double lon = k * step_lon;
		const double x = (lon - map->lon0_deg - map->west) * map->scale_x;
		double shown = lon - 360 * floor((lon + 180) / 360);
		(void)fprintf(out,
				"<line class=\"g\" y1=\"0\" y2=\"%.0f\" x1=\"%.1f\" x2=\"%.1f\"/>"
				"<text class=\"l\" data-p=\"%.1f %.1f\" transform=\"translate(%.1f "
				"%.1f)\">%.6g&#176;%c</text>\n",
				map->height, x, x, x + 3, map->height - 5, x + 3, map->height - 5,
				fabs(shown) < 1e-9 ? 0 : fabs(shown), shown < 0 ? 'W' : 'E');
	}
}

/* A bar of a round number of nautical miles, a sixth of the map or less. */
static void draw_scale(const struct map *map, FILE *out) {
	const double nm_per_unit = 60 / map->scale_y;
	double nm = pow(10, floor(log10(HTML_MAP_WIDTH / 6 * nm_per_unit)));
	if (nm * 5 / nm_per_unit < HTML_MAP_WIDTH / 6)
		nm *= 5;
	else if (nm * 2 / nm_per_unit < HTML_MAP_WIDTH / 6)
		nm *= 2;
	const double length = nm / nm_per_unit, y = map->height - 26,
		     x = HTML_MAP_WIDTH - 24 - length;
	(void)fprintf(out,
			"<path d=\"M%.1f %.1fv6h%.1fv-6\" "
			"style=\"fill:none;stroke:var(--ink)\"/><text class=\"l\" data-p=\"%.1f "
			"%.1f\" "
			"transform=\"translate(%.1f %.1f)\" style=\"fill:var(--ink)\" "
			"text-anchor=\"end\">%.*f NM</text>\n",
			x, y, length, x + length, y - 2, x + length, y - 2,
			nm < 1 ? (int)ceil(-log10(nm)) : 0, nm);
}

static void write_legend(
		const struct check_model *model, const struct map *map, size_t drawn, FILE *out) {
	(void)fputs("<p class=\"soft\">Grey: tracks and volumes. Red: where there is a conflict; "
		    "numbers lead to the table. ",
			out);
	if (model->unknowns > 0)
		(void)fputs("Dashed, with a U: a pair that is unknown. ", out);
	if (map->pole != 0)
		(void)fprintf(out, "The %s pole is drawn as the centre of the circles of latitude.",
				map->pole > 0 ? "north" : "south");
	else
		(void)fputs("North is up.", out);
	if (drawn < model->n_items || model->n_conflicts > HTML_MARKS_MAX)
		(void)fprintf(out,
				" Drawn are %zu of %zu flights and volumes and the worst %d "
				"conflicts.",
				drawn, model->n_items, HTML_MARKS_MAX);
	(void)fputs("</p>\n", out);
}

void html_map(const struct check_model *model, FILE *out) {
	const struct map map = lay_out(model);
	const size_t n = model->n_items < HTML_TRACKS_MAX ? model->n_items : HTML_TRACKS_MAX;
	(void)fprintf(out,
			"<div class=\"card map%s\"><svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
			"aria-labelledby=\"mt\">"
			"<title id=\"mt\">Map of %zu flights and volumes and %zu "
			"conflicts</title>\n",
			model->n_items > HTML_LABELS_MAX ? "" : " few", HTML_MAP_WIDTH, map.height,
			model->n_items, model->n_conflicts - (size_t)model->unknowns);
	if (map.pole != 0)
		html_polar_graticule(&map, out);
	else
		draw_graticule(&map, out);
	for (size_t i = 0; i < n; i++)
		if (!check_is_flight(&model->items[i]))
			draw_volume(&map, ent_volume_parts(model->items[i].volume), out);
	for (size_t i = 0; i < n; i++)
		if (check_is_flight(&model->items[i]))
			draw_track(&map, ent_volume_parts(model->items[i].volume), out);
	draw_labels(model, &map, out);
	draw_marks(model, &map, out);
	draw_scale(&map, out);
	(void)fputs("</svg><nav aria-label=\"Map\"><button type=\"button\" "
		    "aria-label=\"Nearer\">+</button>"
		    "<button type=\"button\" aria-label=\"Farther\">&#8722;</button>"
		    "<button type=\"button\" aria-label=\"Whole "
		    "map\">&#8859;</button></nav></div>\n",
			out);
	write_legend(model, &map, n, out);
}
