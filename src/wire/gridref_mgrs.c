/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref_mgrs.c: the letters of MGRS (DMA TM 8358.1, chapter 3; NGA.STND.0037).
 *
 *  - Zones 1 to 60 of 6 degrees from 180 W. Of band V, zone 32 begins at 3 E and 31 ends there
 *    (Norway); in band X there are only zones 31, 33, 35 and 37 between 0 and 42 E, parted at 9,
 *    21 and 33 E (Svalbard). Bands of 8 degrees from 80 S, C to X; X has 12. Beyond, UPS.
 *  - A column of 100 km has one of eight letters, in three sets that zones take in turn; a row
 *    one of twenty, which repeat every 2,000 km and begin at the equator with A in odd zones, F
 *    in even ones. In UPS, columns and rows are lettered from the pole's own hemisphere's edge.
 *  - A reference says a square; it is taken when any of the square is in the band, and within
 *    the overlap of zones, 40 km, and of UTM and UPS, 30' (the same manual, 2-6.3): sheets carry
 *    the grid of the zone next to theirs so far, and people read from them.
 *
 * The square's farthest point from its middle is a corner; the projections are conformal and
 * their scale is the same to 1 % within a square.
 */
#include "gridref_forms.h"
#include "utm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define BANDS "CDEFGHJKLMNPQRSTUVWX"
#define ROWS "ABCDEFGHJKLMNPQRSTUV"
#define POLAR_BANDS "ABYZ"
#define NO_LETTER "the letters I and O are never used"

#define TILE_M 100000.0
#define POLE_M 2000000.0
#define OVERLAP_M 40000.0
#define OVERLAP_DEG 0.5
#define DEGREE_M 111319.5 /* of the equator: ENT_GEO_A_M pi / 180 */
#define ROUNDING_DEG 1e-8 /* far above what the projections and the stored grid leave: 1 mm */

enum { DIGITS_MAX = 5, ROW_COUNT = 20, BAND_V = 17, BAND_X = 19, CORNERS = 4 };

static const char *const columns[3] = {"ABCDEFGH", "JKLMNPQR", "STUVWXYZ"};

/* By the letter that is the band: A, B in the south, Y, Z in the north; west, east. */
static const struct polar {
	const char *columns, *rows;
	int first_column, first_row; /* in tiles */
} polar[4] = {
		{"JKLPQRSTUXYZ", "ABCDEFGHJKLMNPQRSTUVWXYZ", 8, 8},
		{"ABCFGHJKLPQR", "ABCDEFGHJKLMNPQRSTUVWXYZ", 20, 8},
		{"RSTUXYZ", "ABCDEFGHJKLMNP", 13, 13},
		{"ABCFGHJ", "ABCDEFGHJKLMNP", 20, 13},
};

/* zone 0: UPS, and band one of POLAR_BANDS. */
struct square {
	int zone, band;
	double east_m, north_m, side_m; /* south-western corner */
};

struct range {
	int from_deg, to_deg;
};

/* --- Zones and bands --- */

static struct range band_range(int band) {
	const int south_deg = 8 * band - 80;
	return (struct range){south_deg, band == BAND_X ? 84 : south_deg + 8};
}

static struct range zone_range(int zone, int band) {
	struct range range = {6 * zone - 186, 6 * zone - 180};
	if (band == BAND_V && zone == 31)
		range.to_deg = 3;
	if (band == BAND_V && zone == 32)
		range.from_deg = 3;
	if (band == BAND_X && zone >= 31 && zone <= 37) {
		range.from_deg = zone == 31 ? 0 : range.from_deg - 3;
		range.to_deg = zone == 37 ? 42 : range.to_deg + 3;
	}
	return range;
}

static bool is_zone(int zone, int band) {
	return band != BAND_X || (zone != 32 && zone != 34 && zone != 36);
}

static int band_of(struct ent_point point) {
	const int band = (int)((point.lat_ndeg + 80 * ENT_GEO_NDEG_PER_DEG) /
			(8 * ENT_GEO_NDEG_PER_DEG));
	return band < BAND_X ? band : BAND_X;
}

static int zone_of(struct ent_point point, int band) {
	const int64_t east_ndeg = point.lon_ndeg + 180 * ENT_GEO_NDEG_PER_DEG;
	const int usual = (int)(east_ndeg / (6 * ENT_GEO_NDEG_PER_DEG)) + 1;
	int zone = usual;
	for (int other = usual - 1; other <= usual + 1; other++) {
		const struct range range = zone_range(other, band);
		if (is_zone(other, band) &&
				point.lon_ndeg >= range.from_deg * ENT_GEO_NDEG_PER_DEG &&
				point.lon_ndeg < range.to_deg * ENT_GEO_NDEG_PER_DEG)
			zone = other;
	}
	return zone;
}

/* The row's letter at the equator is A in odd zones, F in even ones. */
static int row_shift(int zone) {
	return zone % 2 == 0 ? 5 : 0;
}

/* --- Squares on the ground --- */

static struct utm_degrees unproject(const struct square *s, double east_m, double north_m) {
	const struct utm_place place = {east_m, north_m};
	return s->zone > 0 ? utm_inverse(s->zone, place) : ups_inverse(s->band >= 2, place);
}

static struct ent_point nearest(struct utm_degrees at) {
	struct ent_point point = {0, 0};
	const double turn_deg = at.lon_deg > 180 ? 360 : at.lon_deg < -180 ? -360 : 0;
	const ent_status status = ent_geo_point_from_deg(at.lat_deg, at.lon_deg - turn_deg, &point);
	(void)status; /* an arc tangent is in range */
	return point;
}

struct ground {
	struct ent_point centre;
	struct utm_degrees corner[CORNERS + 1]; /* and the middle */
	double widest_m;
};

static struct ground ground_of(const struct square *s) {
	struct ground ground;
	struct utm_degrees *middle = &ground.corner[CORNERS];
	*middle = unproject(s, s->east_m + s->side_m / 2, s->north_m + s->side_m / 2);
	ground.centre = nearest(*middle);
	ground.widest_m = 0;
	for (int i = 0; i < CORNERS; i++) {
		const struct utm_degrees at = unproject(s, s->east_m + (i % 2) * s->side_m,
				s->north_m + (i >= 2) * s->side_m);
		const double length_m = ent_geo_inverse_deg(ent_geo_lat_deg(ground.centre),
				ent_geo_lon_deg(ground.centre), at.lat_deg, at.lon_deg)
							.length_m;
		ground.widest_m = fmax(ground.widest_m, length_m);
		ground.corner[i] = at;
	}
	return ground;
}

/* No square lies across its zone's meridian or the equator, so its corners are its ends. */
static void ends(const struct ground *ground, double *ret_south_deg, double *ret_north_deg) {
	*ret_south_deg = *ret_north_deg = ground->corner[0].lat_deg;
	for (int i = 1; i < CORNERS; i++) {
		*ret_south_deg = fmin(*ret_south_deg, ground->corner[i].lat_deg);
		*ret_north_deg = fmax(*ret_north_deg, ground->corner[i].lat_deg);
	}
}

/* How far the nearest of the square is from the zone; 0 inside. */
static double outside_zone_m(const struct ground *ground, struct range zone) {
	double least_m = INFINITY;
	const double half_deg = (zone.to_deg - zone.from_deg) / 2.0;
	const double middle_deg = zone.from_deg + half_deg;
	for (int i = 0; i <= CORNERS; i++) {
		double sine, cosine;
		const double away_deg = fabs(
				remainder(ground->corner[i].lon_deg - middle_deg, 360));
		ent_geo_sincos_deg(ground->corner[i].lat_deg, &sine, &cosine);
		least_m = fmin(least_m, (away_deg - half_deg) * cosine * DEGREE_M);
	}
	return fmax(0, least_m);
}

/* --- Parsing --- */

static ent_status refuse_outside(const struct gridref_text *text, const struct square *s,
		const char *what, struct range range, bool latitude) {
	const char plus = latitude ? 'N' : 'E', minus = latitude ? 'S' : 'W';
	return gridref_refuse(text,
			"there is no such place in zone %d: %s reaches from %d%c to %d%c", s->zone,
			what, range.from_deg < 0 ? -range.from_deg : range.from_deg,
			range.from_deg < 0 ? minus : plus,
			range.to_deg < 0 ? -range.to_deg : range.to_deg,
			range.to_deg < 0 ? minus : plus);
}

static ent_status check_utm(const struct gridref_text *text, const struct square *s,
		const struct ground *ground) {
	char what[16];
	double south_deg, north_deg;
	ends(ground, &south_deg, &north_deg);
	const struct range band = band_range(s->band), zone = zone_range(s->zone, s->band);
	const double from_deg = s->band == 0 ? band.from_deg - OVERLAP_DEG : band.from_deg;
	const double to_deg = s->band == BAND_X ? band.to_deg + OVERLAP_DEG : band.to_deg;
	if (south_deg > to_deg + ROUNDING_DEG || north_deg < from_deg - ROUNDING_DEG) {
		(void)snprintf(what, sizeof what, "band %c", BANDS[s->band]);
		return refuse_outside(text, s, what, band, true);
	}
	if (outside_zone_m(ground, zone) > OVERLAP_M)
		return refuse_outside(text, s, "it", zone, false);
	return ENT_OK;
}

static ent_status check_ups(const struct gridref_text *text, const struct square *s,
		const struct ground *ground) {
	const bool north = s->band >= 2;
	double south_deg, north_deg;
	ends(ground, &south_deg, &north_deg);
	if (north ? north_deg < 84 - OVERLAP_DEG : south_deg > -80 + OVERLAP_DEG)
		return gridref_refuse(text, "the polar zone %c reaches to %s", POLAR_BANDS[s->band],
				north ? "84N" : "80S");
	return ENT_OK;
}

/* Of the rows with that letter, 2,000 km apart, the one near the band's middle: bands are narrower. */
static double row_north_m(int zone, int band, int row) {
	const struct range range = band_range(band);
	const double middle_m = (range.from_deg + range.to_deg) / 2.0 * 111000;
	const double first_m = ((row + ROW_COUNT - row_shift(zone)) % ROW_COUNT) * TILE_M;
	const double cycle_m = ROW_COUNT * TILE_M;
	return first_m + cycle_m * nearbyint((middle_m - first_m - TILE_M / 2) / cycle_m);
}

/* 'letters' are the band, the column, the row. */
static ent_status take_utm(const struct gridref_text *text, int zone, const char *letters,
		struct square *ret_square) {
	const int band = gridref_letter(BANDS, letters[0]);
	if (zone < 1 || zone > UTM_ZONES)
		return gridref_refuse(text, "MGRS has the zones 1 to 60");
	if (band < 0)
		return gridref_refuse(text,
				"MGRS has the bands C to X with a zone's number, and A, "
				"B, Y, Z without; " NO_LETTER);
	if (!is_zone(zone, band))
		return gridref_refuse(text,
				"band X has no zone %d: around Svalbard there are 31, "
				"33, 35 and 37",
				zone);
	const char *alphabet = columns[(zone - 1) % 3];
	const int column = gridref_letter(alphabet, letters[1]);
	const int row = gridref_letter(ROWS, letters[2]);
	if (column < 0)
		return gridref_refuse(text, "zone %d has the columns %c to %c; " NO_LETTER, zone,
				alphabet[0], alphabet[7]);
	if (row < 0)
		return gridref_refuse(text, "MGRS has the rows A to V; " NO_LETTER);
	*ret_square = (struct square){
			zone, band, (column + 1) * TILE_M, row_north_m(zone, band, row), TILE_M};
	return ENT_OK;
}

static ent_status take_ups(
		const struct gridref_text *text, const char *letters, struct square *ret_square) {
	const int band = gridref_letter(POLAR_BANDS, letters[0]);
	if (band < 0)
		return gridref_refuse(
				text, "without a zone's number MGRS begins with A, B, Y or Z");
	const int column = gridref_letter(polar[band].columns, letters[1]);
	const int row = gridref_letter(polar[band].rows, letters[2]);
	if (column < 0 || row < 0)
		return gridref_refuse(text,
				"the polar zone %c has the columns %s and the rows A to "
				"%c; I and O are never used",
				letters[0], polar[band].columns,
				polar[band].rows[strlen(polar[band].rows) - 1]);
	*ret_square = (struct square){0, band, (polar[band].first_column + column) * TILE_M,
			(polar[band].first_row + row) * TILE_M, TILE_M};
	return ENT_OK;
}

/* Equally many of easting and northing, the leading ones first. */
static ent_status take_digits(
		const struct gridref_text *text, const char *digits, struct square *square) {
	const size_t count = strlen(digits), half = count / 2;
	if (strspn(digits, "0123456789") != count)
		return gridref_refuse(text, "after the 100 km square MGRS has digits only");
	if (count % 2 != 0)
		return gridref_refuse(text,
				"an odd number of digits, %zu: easting and northing have equally "
				"many",
				count);
	if (half > DIGITS_MAX)
		return gridref_refuse(text,
				"%zu digits: MGRS has up to 5 each of easting and "
				"northing",
				count);
	for (size_t i = 0; i < half; i++) {
		square->side_m /= 10;
		square->east_m += (digits[i] - '0') * square->side_m;
		square->north_m += (digits[half + i] - '0') * square->side_m;
	}
	return ENT_OK;
}

ent_status gridref_parse_mgrs(const struct gridref_text *text, struct ent_gridref *ret_reference) {
	const char *c = text->compact;
	const size_t zone_digits = strspn(c, "0123456789");
	const char *letters = c + zone_digits;
	const size_t n = strcspn(letters, "0123456789");
	struct square square = {0};
	int zone = 0;
	for (size_t i = 0; i < zone_digits; i++)
		zone = zone > UTM_ZONES ? zone : 10 * zone + (c[i] - '0');
	if (zone_digits > 2)
		return gridref_refuse(text, "a zone of MGRS has one or two digits");
	if (n == 1)
		return gridref_refuse(text,
				"a grid zone alone is no place; the two letters of a 100 "
				"km square are missing");
	if (n != 3)
		return gridref_refuse(text,
				"MGRS has three letters: the band, and two for the 100 "
				"km square");
	ent_status status = zone_digits > 0 ? take_utm(text, zone, letters, &square)
					    : take_ups(text, letters, &square);
	if (status == ENT_OK)
		status = take_digits(text, letters + 3, &square);
	if (status != ENT_OK)
		return status;
	const struct ground ground = ground_of(&square);
	status = square.zone > 0 ? check_utm(text, &square, &ground)
				 : check_ups(text, &square, &ground);
	if (status != ENT_OK)
		return status;
	*ret_reference = (struct ent_gridref){.form = ENT_GRIDREF_MGRS,
			.precision = (unsigned)strlen(letters + 3) / 2,
			.centre = ground.centre,
			.radius_mm = gridref_radius_mm(ground.widest_m)};
	return ENT_OK;
}

/* --- Printing --- */

static int floor_mod(int64_t value, int64_t by) {
	return (int)((value % by + by) % by);
}

static size_t put_square(char *text, size_t n, char column, char row, int64_t east_m,
		int64_t north_m, unsigned precision) {
	int64_t cut = 1;
	for (unsigned i = precision; i < DIGITS_MAX; i++)
		cut *= 10;
	text[n++] = column;
	text[n++] = row;
	n = gridref_put_digits(text, n, (uint64_t)(floor_mod(east_m, 100000) / cut), precision);
	return gridref_put_digits(text, n, (uint64_t)(floor_mod(north_m, 100000) / cut), precision);
}

static size_t print_ups(struct ent_point point, unsigned precision, char *text) {
	const bool north = point.lat_ndeg > 0;
	const struct utm_place at = ups_forward(north, point);
	const int64_t east_m = (int64_t)floor(at.east_m), north_m = (int64_t)floor(at.north_m);
	const int band = 2 * north + (at.east_m >= POLE_M);
	text[0] = POLAR_BANDS[band];
	return put_square(text, 1, polar[band].columns[east_m / 100000 - polar[band].first_column],
			polar[band].rows[north_m / 100000 - polar[band].first_row], east_m, north_m,
			precision);
}

size_t gridref_print_mgrs(struct ent_point point, unsigned precision, char *text) {
	if (point.lat_ndeg < -80 * ENT_GEO_NDEG_PER_DEG ||
			point.lat_ndeg >= 84 * ENT_GEO_NDEG_PER_DEG)
		return print_ups(point, precision, text);
	const int band = band_of(point), zone = zone_of(point, band);
	const struct utm_place at = utm_forward(zone, point);
	const int64_t east_m = (int64_t)floor(at.east_m), north_m = (int64_t)floor(at.north_m);
	const int64_t rows = (int64_t)floor(at.north_m / TILE_M) + row_shift(zone);
	size_t n = gridref_put_digits(text, 0, (uint64_t)zone, 2);
	text[n++] = BANDS[band];
	return put_square(text, n, columns[(zone - 1) % 3][east_m / 100000 - 1],
			ROWS[floor_mod(rows, ROW_COUNT)], east_m, north_m, precision);
}
