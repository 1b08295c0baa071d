/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_polar.c: the map near a pole: azimuthal and equidistant, so that distances from the pole
 * are true to scale and a volume around it is a plain shape.
 */
#include <math.h>

#include "html_map.h"

/* A plate carree is twice too wide at its far edge before it comes so near. */
#define NEAR_POLE_DEG 80.0
#define METRES_PER_DEG 111195.0 /* of a sphere of 6,371 km */

/* Degrees right of the pole and below it. */
static void offset(const struct map *map, double lat_deg, double lon_deg, double *ret_right,
		double *ret_below) {
	const double from_pole = 90 - map->pole * lat_deg;
	const double turn = (lon_deg - map->lon0_deg) * M_PI / 180;
	*ret_right = from_pole * sin(turn);
	*ret_below = map->pole * from_pole * cos(turn);
}

void html_polar_xy(const struct map *map, double lat_deg, double lon_deg, double *ret_x,
		double *ret_y) {
	double right, below;
	offset(map, lat_deg, lon_deg, &right, &below);
	*ret_x = map->pole_x + right * map->scale_x;
	*ret_y = map->pole_y + below * map->scale_y;
}

/* Degrees from the pole, to every side. */
struct reach {
	double left, right, above, below;
};

static void stretch(struct reach *reach, const struct map *map, const struct ent_volume *volume) {
	const struct ent_volume_parts *parts = ent_volume_parts(volume);
	const double radius = (double)parts->radius_mm / 1e3 / METRES_PER_DEG;
	for (uint32_t i = 0; i < parts->n_at; i++) {
		const struct ent_vec3 at = parts->at[i];
		double right, below;
		offset(map, ent_geo_atan2_deg(at.z, sqrt(at.x * at.x + at.y * at.y)),
				ent_geo_atan2_deg(at.y, at.x), &right, &below);
		reach->left = fmin(reach->left, right - radius);
		reach->right = fmax(reach->right, right + radius);
		reach->above = fmin(reach->above, below - radius);
		reach->below = fmax(reach->below, below + radius);
	}
}

bool html_polar_lay_out(const struct check_model *model, struct map *map) {
	struct reach reach = {1e3, -1e3, 1e3, -1e3};
	const bool north = map->north > NEAR_POLE_DEG && map->south > 0;
	const bool south = map->south < -NEAR_POLE_DEG && map->north < 0;
	if (!north && !south)
		return false;
	map->pole = north ? 1 : -1;
	for (size_t i = 0; i < model->n_items; i++)
		stretch(&reach, map, model->items[i].volume);
	const double wide = fmax(0.02, 1.1 * (reach.right - reach.left));
	const double high = fmax(0.02, 1.1 * (reach.below - reach.above));
	const double unit = fmin(HTML_MAP_WIDTH / wide, HTML_MAP_HEIGHT_MAX / high);
	map->scale_x = map->scale_y = unit;
	map->height = fmax(HTML_MAP_HEIGHT_MIN, high * unit);
	map->pole_x = HTML_MAP_WIDTH / 2 - (reach.left + reach.right) / 2 * unit;
	map->pole_y = map->height / 2 - (reach.above + reach.below) / 2 * unit;
	return true;
}

static void draw_label(double x, double y, double degrees, char side, FILE *out) {
	(void)fprintf(out,
			"<text class=\"l\" data-p=\"%.1f %.1f\" transform=\"translate(%.1f "
			"%.1f)\">%.6g&#176;%c</text>\n",
			x, y, x, y, degrees, side);
}

static bool on_map(const struct map *map, double x, double y) {
	return x > 0 && x < HTML_MAP_WIDTH - 40 && y > 12 && y < map->height;
}

/* Circles of latitude, labelled where they cross the map's middle meridian; every 30th meridian. */
void html_polar_graticule(const struct map *map, FILE *out) {
	const double far_x = fmax(map->pole_x, HTML_MAP_WIDTH - map->pole_x);
	const double far_y = fmax(map->pole_y, map->height - map->pole_y);
	const double reach_deg = fmin(90, sqrt(far_x * far_x + far_y * far_y) / map->scale_y);
	const double step = html_map_step(reach_deg);
	const int circles = (int)(reach_deg / step);
	double x, y;
	for (int k = 1; k <= circles; k++) {
		(void)fprintf(out, "<circle class=\"g\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>\n",
				map->pole_x, map->pole_y, k * step * map->scale_y);
		html_polar_xy(map, map->pole * (90 - k * step), map->lon0_deg, &x, &y);
		if (on_map(map, x, y))
			draw_label(x + 3, y - 3, 90 - k * step, map->pole > 0 ? 'N' : 'S', out);
	}
	for (int lon = -180; lon < 180; lon += 30) {
		html_polar_xy(map, map->pole * (90 - reach_deg), lon, &x, &y);
		(void)fprintf(out,
				"<line class=\"g\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" "
				"y2=\"%.1f\"/>\n",
				map->pole_x, map->pole_y, x, y);
		/* As far out as is still on the map. */
		for (int part = 20; part > 1; part--) {
			html_polar_xy(map, map->pole * (90 - part * reach_deg / 20), lon, &x, &y);
			if (on_map(map, x, y)) {
				draw_label(x + 3, y - 3, lon < 0 ? -lon : lon, lon < 0 ? 'W' : 'E',
						out);
				break;
			}
		}
	}
}
