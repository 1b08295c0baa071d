/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref.h: places as people write, speak and read them: decimal degrees, DMS, DDM, MGRS,
 * GARS, GEOREF; in and out. Depends on: base, geo.
 *
 * Decimal, DMS and DDM name a point. MGRS, GARS and GEOREF name a cell; its place is the
 * middle, and radius_mm says how far from there the true place can be. A cell is printed by
 * truncation, so that it contains the point; angles are rounded, halves away from zero.
 *
 * Angles, GARS and GEOREF are exact on the stored grid: decimal arithmetic on integers. MGRS
 * goes through the projections UTM and UPS, correct to 20 nm, and is the one form that calls
 * libm; so a point within that of a cell's border may print as either neighbour.
 *
 * The forms, as docs/formats.md states them for users:
 *  1. Latitude comes first; with hemisphere letters (capitals) either order is taken. Decimal
 *     degrees have two letters or none; DMS and DDM must have both. Both angles are of one
 *     form. "47.4583, 8.5480", "47.4583N 8.5480E", 47°27'30"N 8°32'53"E, 47d27m30sN
 *     8d32m53sE, N47 27 30 E008 32 53, 472730N 0083253E, 47°27.5'N 008°32.88'E, 4727N 00832E.
 *  2. MGRS: zone, band, 100 km square, 0 to 5 digits each of easting and northing, as
 *     32TMT6507056350 or 32T MT 65070 56350; near the poles ZAH1234567890. A grid zone alone
 *     is refused: up to 900 km wide, it is no place but most likely a reference cut short. A
 *     100 km square alone is one of the standard's precisions and taken.
 *  3. GARS: 006AG39; 006AG3 (15'), 006AG (30').
 *  4. GEOREF: GJPJ3217; GJPJ (1 degree), GJ (15 degrees), GJPJ32101725 (0.01').
 *
 * MGRS: DMA TM 8358.1 (1990), chapter 3, and NGA.STND.0037 2.0.0, Universal Grids and Grid
 * Reference Systems (2014). GARS and GEOREF: NGA, Coordinate Systems (earth-info.nga.mil).
 */
#ifndef ENTENTE_GRIDREF_H
#define ENTENTE_GRIDREF_H

#include "entente/geo.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The closed set of forms: name, word for options, title, and the precision that shows a
 * place to about a metre (GARS: its finest), and the finest one.
 */
#define ENT_GRIDREF_FORM_MAP(X)                            \
	X(DECIMAL, "decimal", "Latitude, longitude", 5, 9) \
	X(DMS, "dms", "DMS", 1, 6)                         \
	X(DDM, "ddm", "DDM", 3, 8)                         \
	X(MGRS, "mgrs", "MGRS", 5, 5)                      \
	X(GARS, "gars", "GARS", 2, 2)                      \
	X(GEOREF, "georef", "GEOREF", 5, 7)

#define ENT_GRIDREF_FORM_ENUM_(name, word, title, precision, finest) ENT_GRIDREF_##name,
enum ent_gridref_form { ENT_GRIDREF_FORM_MAP(ENT_GRIDREF_FORM_ENUM_) ENT_GRIDREF_FORM_COUNT };
#undef ENT_GRIDREF_FORM_ENUM_

enum {
	ENT_GRIDREF_TEXT_SIZE = 48, /* room for any reference that is printed, with terminator */
	ENT_GRIDREF_MAX = 128,      /* longest text that is looked at */
};

/* Closed; rounded outward to the stored grid. west < east, up to 180: none crosses the antimeridian. */
struct ent_gridref_cell {
	int64_t south_ndeg, west_ndeg, north_ndeg, east_ndeg;
};

struct ent_gridref {
	enum ent_gridref_form form;
	unsigned precision;      /* as for ent_gridref_print; finer decimals count as the finest */
	struct ent_point centre; /* the point, or the middle of the cell */
	int64_t radius_mm; /* no place that it can mean is further from there; 0 for a point */
	struct ent_gridref_cell cell; /* GARS and GEOREF; zero for the others */
};

/*
 * A reference in any form; spaces around it are passed over. E_SYNTAX with the reason: of no
 * form, or it says what cannot be. E_DOMAIN: a latitude beyond 90 or longitude beyond 180
 * degrees, written as an angle.
 */
ENT_API ENT_MUST_USE ent_status ent_gridref_parse(const char *text, size_t length,
		struct ent_gridref *ret_reference, struct ent_fault *reterr_fault);

/*
 * One angle alone, as a column has it: decimal degrees with a sign or a letter, DMS or DDM
 * with a letter. E_SYNTAX, also when the letter is of the other angle. E_DOMAIN as above.
 */
ENT_API ENT_MUST_USE ent_status ent_gridref_parse_angle(const char *text, size_t length,
		bool latitude, int64_t *ret_ndeg, struct ent_fault *reterr_fault);

/*
 * A point in a form; returns the length. 'precision', at most ent_gridref_finest: decimals of
 * the last unit (decimal, DMS, DDM); digits each of easting and northing, 0 to 5 (MGRS); 0 for
 * 30', 1 for 15', 2 for 5' (GARS); 0 for 15 degrees, 1 for 1 degree, and from 2 on the digits
 * each of the minutes (GEOREF). UTF-8: the degree sign is no ASCII.
 */
ENT_API size_t ent_gridref_print(struct ent_point point, enum ent_gridref_form form,
		unsigned precision, char ret_text[ENT_GRIDREF_TEXT_SIZE]);

/* For options: "dms", in small letters. E_MISSING. */
ENT_API ENT_MUST_USE ent_status ent_gridref_form_from_word(
		const char *word, enum ent_gridref_form *ret_form);
ENT_API const char *ent_gridref_form_word(enum ent_gridref_form form);
ENT_API const char *ent_gridref_form_title(enum ent_gridref_form form);
ENT_API unsigned ent_gridref_usual(enum ent_gridref_form form); /* precision */
ENT_API unsigned ent_gridref_finest(enum ent_gridref_form form);

#ifdef __cplusplus
}
#endif

#endif
