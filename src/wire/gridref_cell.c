/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref_cell.c: GARS and GEOREF: cells between meridians and parallels. Both number their
 * cells from 180 W and 90 S in a unit that is a fraction of a degree; everything is exact on
 * integers, and what ends between two stored values is rounded outward.
 *
 * The farthest point of such a cell from its middle is a corner: along a parallel the distance
 * grows with the longitude from the middle, and along a meridian it falls to one least value
 * and grows again.
 */
#include "gridref_forms.h"

#include <string.h>

#define WEST_NDEG (-180 * ENT_GEO_NDEG_PER_DEG)
#define SOUTH_NDEG (-90 * ENT_GEO_NDEG_PER_DEG)

/* Without I and O, which look like 1 and 0. */
#define LETTERS_24 "ABCDEFGHJKLMNPQRSTUVWXYZ"
#define LETTERS_15 "ABCDEFGHJKLMNPQ"
#define LETTERS_12 "ABCDEFGHJKLM"
#define NO_LETTER "the letters I and O are never used"

enum { GEOREF_DIGITS_MAX = 7, GARS_COLUMNS = 720, GARS_ROWS = 360 };

/* Cells of degrees/parts of a degree; at most 6,000,000 parts, so that all products fit. */
struct unit {
	int64_t degrees, parts;
};

struct place {
	int64_t x, y; /* whole units from 180 W and 90 S */
};

static const struct unit gars_units[] = {{1, 2}, {1, 4}, {1, 12}};

static struct unit georef_unit(unsigned precision) {
	struct unit unit = {precision == 0 ? 15 : 1, precision < 2 ? 1 : 60};
	for (unsigned i = 2; i < precision; i++)
		unit.parts *= 10;
	return unit;
}

/* --- Between cells and the stored grid --- */

static int64_t last_below(int64_t width_deg, struct unit unit) {
	return width_deg * unit.parts / unit.degrees - 1;
}

/*
 * The cell of a stored value. It stands for all that lies within half a unit of it, so a border
 * that near counts as reached: 47 degrees 35 minutes are stored as 47.583333333, a third of a
 * unit south of their parallel.
 */
static int64_t cell_of(int64_t from_origin_ndeg, struct unit unit) {
	const int64_t one = unit.degrees * ENT_GEO_NDEG_PER_DEG;
	return (from_origin_ndeg * unit.parts + unit.parts / 2) / one;
}

/* A border belongs to the cell north or east of it; the pole to the last one. */
static struct place place_of(struct ent_point point, struct unit unit) {
	const struct place most = {last_below(360, unit), last_below(180, unit)};
	struct place at = {cell_of(point.lon_ndeg - WEST_NDEG, unit),
			cell_of(point.lat_ndeg - SOUTH_NDEG, unit)};
	at.x = at.x < most.x ? at.x : most.x;
	at.y = at.y < most.y ? at.y : most.y;
	return at;
}

/* Where cell i begins, rounded downward, or with 'up' upward. */
static int64_t edge(int64_t origin_ndeg, int64_t i, struct unit unit, bool up) {
	const int64_t numerator = i * unit.degrees * ENT_GEO_NDEG_PER_DEG;
	return origin_ndeg + (numerator + (up ? unit.parts - 1 : 0)) / unit.parts;
}

/* The stored value nearest to the middle of cell i; exact, or else a third from it: never a tie. */
static int64_t middle(int64_t origin_ndeg, int64_t i, struct unit unit) {
	const int64_t numerator = (2 * i + 1) * unit.degrees * ENT_GEO_NDEG_PER_DEG;
	return origin_ndeg + (numerator + unit.parts) / (2 * unit.parts);
}

static void set_cell(struct ent_gridref *ref, struct place at, struct unit unit) {
	ref->cell = (struct ent_gridref_cell){edge(SOUTH_NDEG, at.y, unit, false),
			edge(WEST_NDEG, at.x, unit, false), edge(SOUTH_NDEG, at.y + 1, unit, true),
			edge(WEST_NDEG, at.x + 1, unit, true)};
	ref->centre = (struct ent_point){
			middle(SOUTH_NDEG, at.y, unit), middle(WEST_NDEG, at.x, unit)};
	double widest_m = 0;
	for (int corner = 0; corner < 4; corner++) {
		struct ent_point point = {0, 0};
		const ent_status status = ent_geo_point_from_ndeg(
				corner < 2 ? ref->cell.south_ndeg : ref->cell.north_ndeg,
				corner % 2 == 0 ? ref->cell.west_ndeg : ref->cell.east_ndeg,
				&point);
		(void)status; /* a corner is in range */
		const double length_m = ent_geo_inverse(ref->centre, point).length_m;
		widest_m = length_m > widest_m ? length_m : widest_m;
	}
	ref->radius_mm = gridref_radius_mm(widest_m);
}

/* --- GARS --- */

/*
 * Three digits: half degrees east of 180 W, from 001. Two letters: half degrees north of 90 S,
 * AA to QZ. Then the quarter, 1 and 2 in the north, and its ninth, 1 to 9 as on a telephone.
 */
ent_status gridref_parse_gars(const struct gridref_text *text, struct ent_gridref *ret_reference) {
	const char *c = text->compact;
	const size_t length = strlen(c);
	const int column = (c[0] - '0') * 100 + (c[1] - '0') * 10 + c[2] - '0';
	const int high = gridref_letter(LETTERS_24, c[3]), low = gridref_letter(LETTERS_24, c[4]);
	if (length < 5 || length > 7)
		return gridref_refuse(text,
				"GARS is three digits, two letters, and up to two "
				"digits, as 006AG39");
	if (column < 1 || column > GARS_COLUMNS)
		return gridref_refuse(text, "GARS has the columns 001 to 720");
	if (high < 0 || low < 0)
		return gridref_refuse(text, "a GARS row is two letters; " NO_LETTER);
	if (high * 24 + low >= GARS_ROWS)
		return gridref_refuse(text, "GARS has the rows AA to QZ");
	if (length > 5 && (c[5] < '1' || c[5] > '4'))
		return gridref_refuse(text, "a GARS quarter is 1, 2, 3 or 4");
	if (length > 6 && (c[6] < '1' || c[6] > '9'))
		return gridref_refuse(text, "a GARS key is 1 to 9");
	struct ent_gridref ref = {.form = ENT_GRIDREF_GARS, .precision = (unsigned)length - 5};
	struct place at = {column - 1, high * 24 + low};
	if (length > 5) {
		const int quarter = c[5] - '1';
		at = (struct place){2 * at.x + quarter % 2, 2 * at.y + 1 - quarter / 2};
	}
	if (length > 6) {
		const int ninth = c[6] - '1';
		at = (struct place){3 * at.x + ninth % 3, 3 * at.y + 2 - ninth / 3};
	}
	set_cell(&ref, at, gars_units[ref.precision]);
	*ret_reference = ref;
	return ENT_OK;
}

size_t gridref_print_gars(struct ent_point point, unsigned precision, char *text) {
	const struct place at = place_of(point, gars_units[2]);
	const int64_t row = at.y / 6;
	size_t n = gridref_put_digits(text, 0, (uint64_t)(at.x / 6 + 1), 3);
	text[n++] = LETTERS_24[row / 24];
	text[n++] = LETTERS_24[row % 24];
	if (precision > 0)
		text[n++] = (char)('1' + at.x / 3 % 2 + 2 * (1 - at.y / 3 % 2));
	if (precision > 1)
		text[n++] = (char)('1' + at.x % 3 + 3 * (2 - at.y % 3));
	return n;
}

/* --- GEOREF --- */

/* Digits of minutes, tens first, at most 59.99...; false when there are 60 or more. */
static bool take_minutes(const char *digits, size_t count, int64_t *ret_units) {
	int64_t units = 0;
	if (digits[0] > '5')
		return false;
	for (size_t i = 0; i < count; i++)
		units = 10 * units + (digits[i] - '0');
	*ret_units = units;
	return true;
}

/*
 * Longitude before latitude at each step: 15 degrees, A to Z and A to M; 1 degree in it, A to
 * Q; minutes in that, equally many digits of both.
 */
static ent_status take_georef_letters(
		const struct gridref_text *text, size_t letters, struct place *ret_place) {
	static const char *const alphabets[] = {LETTERS_24, LETTERS_12, LETTERS_15, LETTERS_15};
	static const char *const says[] = {"the first letter of GEOREF is A to Z",
			"the second letter of GEOREF is A to M",
			"the third letter of GEOREF is A to Q",
			"the fourth letter of GEOREF is A to Q"};
	int found[4] = {0};
	for (size_t i = 0; i < letters; i++) {
		found[i] = gridref_letter(alphabets[i], text->compact[i]);
		if (found[i] < 0)
			return gridref_refuse(text, "%s; " NO_LETTER, says[i]);
	}
	*ret_place = letters == 2
			? (struct place){found[0], found[1]}
			: (struct place){15 * found[0] + found[2], 15 * found[1] + found[3]};
	return ENT_OK;
}

ent_status gridref_parse_georef(
		const struct gridref_text *text, struct ent_gridref *ret_reference) {
	const char *c = text->compact;
	const size_t letters = strcspn(c, "0123456789"), length = strlen(c);
	const size_t digits = length - letters, half = digits / 2;
	struct place at = {0, 0};
	if (letters != 4 && !(letters == 2 && digits == 0))
		return gridref_refuse(text,
				"GEOREF is two or four letters, and after four digits, "
				"as GJPJ3217");
	if (digits % 2 != 0 || digits == 2 || half > GEOREF_DIGITS_MAX ||
			strspn(c + letters, "0123456789") != digits)
		return gridref_refuse(text,
				"GEOREF ends with equally many digits, two to seven, "
				"for minutes of longitude and of latitude");
	const ent_status status = take_georef_letters(text, letters, &at);
	if (status != ENT_OK)
		return status;
	struct ent_gridref ref = {.form = ENT_GRIDREF_GEOREF,
			.precision = letters == 2     ? 0
					: digits == 0 ? 1
						      : (unsigned)half};
	const struct unit unit = georef_unit(ref.precision);
	if (digits > 0) {
		struct place minutes;
		if (!take_minutes(c + letters, half, &minutes.x) ||
				!take_minutes(c + letters + half, half, &minutes.y))
			return gridref_refuse(text, "60 minutes and more: they go to 59");
		at.x = at.x * unit.parts + minutes.x;
		at.y = at.y * unit.parts + minutes.y;
	}
	set_cell(&ref, at, unit);
	*ret_reference = ref;
	return ENT_OK;
}

size_t gridref_print_georef(struct ent_point point, unsigned precision, char *text) {
	const struct unit unit = georef_unit(precision);
	const struct place tile = place_of(point, (struct unit){15, 1});
	const struct place at = place_of(point, unit);
	size_t n = 0;
	text[n++] = LETTERS_24[tile.x];
	text[n++] = LETTERS_12[tile.y];
	if (precision == 0)
		return n;
	text[n++] = LETTERS_15[at.x / unit.parts % 15];
	text[n++] = LETTERS_15[at.y / unit.parts % 15];
	if (precision == 1)
		return n;
	n = gridref_put_digits(text, n, (uint64_t)(at.x % unit.parts), precision);
	return gridref_put_digits(text, n, (uint64_t)(at.y % unit.parts), precision);
}
