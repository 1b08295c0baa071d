/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places as text. tests/test_gridref_oracle.c holds them to another library at random points;
 * here are exact rows, refusals, and what must hold for any place.
 */
#include <math.h>

#include "test.h"

#include "entente/gridref.h"

static ent_status parse(const char *text, struct ent_gridref *ret_ref, struct ent_fault *fault) {
	return ent_gridref_parse(text, strlen(text), ret_ref, fault);
}

#define LAT_1 INT64_C(47458333333) /* 47 27 30 = 47.458333333.. */
#define LON_1 INT64_C(8548055556)  /* 8 32 53 = 8.5480555555.. */
#define LON_2 INT64_C(8548000000)  /* 8 32.88 */

static const struct {
	const char *text;
	enum ent_gridref_form form;
	unsigned precision;
	int64_t lat_ndeg, lon_ndeg;
} spellings[] = {
		{"47.4583N 8.5480E", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"47.4583, 8.5480", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"47.4583 8.5480", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"+47.4583,+8.5480", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"-33.9461 151.1772", ENT_GRIDREF_DECIMAL, 4, -33946100000, 151177200000},
		{"47.4583S8.5480W", ENT_GRIDREF_DECIMAL, 4, -47458300000, -LON_2},
		{"N47.4583 E8.548", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{" 8.5480E, 47.4583N\r\n", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"47.4583\xc2\xb0N 8.5480\xc2\xb0"
		 "E",
				ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"47.4583\xc2\xb0 8.5480\xc2\xb0", ENT_GRIDREF_DECIMAL, 4, 47458300000, LON_2},
		{"47N 008E", ENT_GRIDREF_DECIMAL, 0, 47000000000, 8000000000},
		{"47\xc2\xb0"
		 "27'30\"N 8\xc2\xb0"
		 "32'53\"E",
				ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"8\xc2\xb0"
		 "32'53\"E 47\xc2\xb0"
		 "27'30\"N",
				ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47\xc2\xb0 27\xe2\x80\xb2 30\xe2\x80\xb3 N, 8\xc2\xb0 32\xe2\x80\xb2 "
		 "53\xe2\x80\xb3 E",
				ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47\xc2\xba"
		 "27\xe2\x80\x99"
		 "30\xe2\x80\x9dN 8\xcb\x9a"
		 "32'53''E",
				ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47\xb0"
		 "27'30\"N 8\xb0"
		 "32'53\"E",
				ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47d27m30sN 8d32m53sE", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47d27'30\"N 8d32'53\"E", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"N47 27 30 E008 32 53", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"47 27 30 N 008 32 53 E", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"472730N 0083253E", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"472730N0083253E", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"E0083253 N472730", ENT_GRIDREF_DMS, 0, LAT_1, LON_1},
		{"472730.0N 0083253.00E", ENT_GRIDREF_DMS, 2, LAT_1, LON_1},
		{"47\xc2\xb0"
		 "27.5'N 008\xc2\xb0"
		 "32.88'E",
				ENT_GRIDREF_DDM, 2, LAT_1, LON_2},
		{"47 27.5N, 8 32.88E", ENT_GRIDREF_DDM, 2, LAT_1, LON_2},
		{"4727.5N 00832.88E", ENT_GRIDREF_DDM, 2, LAT_1, LON_2},
		{"4727N 00832E", ENT_GRIDREF_DDM, 0, 47450000000, 8533333333},
		{"47d27mN 8d32mE", ENT_GRIDREF_DDM, 0, 47450000000, 8533333333},
};

TEST(gridref__angles_are_taken_in_every_spelling) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		struct ent_gridref ref;
		struct ent_fault fault = {"", ""};
		if (parse(spellings[i].text, &ref, &fault) != ENT_OK)
			fail_msg("%s", fault.why);
		CHECK_ROW(spellings[i].text, ref.form == spellings[i].form);
		CHECK_ROW(spellings[i].text, ref.precision == spellings[i].precision);
		CHECK_ROW(spellings[i].text, ref.centre.lat_ndeg == spellings[i].lat_ndeg);
		CHECK_ROW(spellings[i].text, ref.centre.lon_ndeg == spellings[i].lon_ndeg);
		CHECK_ROW(spellings[i].text, ref.radius_mm == 0);
	}
}

TEST(gridref__angles_are_rounded_once_to_the_stored_grid) {
	(void)state_;
	static const struct {
		const char *why, *text;
		int64_t lat_ndeg, lon_ndeg;
	} rows[] = {
			{"half of a stored value, away from zero", "0.0000000005N 0.0000000005W", 1,
					-1},
			{"less than half", "0.00000000049999999999999999N 0.0000000004999W", 0, 0},
			{"0.0000018 seconds are half of one", "0 0 0.0000018N 0 0 0.00000179999W",
					1, 0},
			{"0.00000003 minutes are half of one", "0 0.00000003S 0 0.0000000299999E",
					-1, 0},
			{"the last second before a degree", "0 59 59.9999999N 0 59 59.99999E",
					1000000000, 999999997},
			{"the poles keep no longitude", "90N 47E", 90000000000, 0},
			{"and the other", "-90 -180", -90000000000, 0},
			{"180 E is 180 W", "0N 180E", 0, -180000000000},
			{"in DMS", "0\xc2\xb0 0' 0\"N 180\xc2\xb0 0' 0\"E", 0, -180000000000},
			{"a value that rounds to 180", "0N 179.9999999999E", 0, -180000000000},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_gridref ref;
		struct ent_fault fault = {"", ""};
		if (parse(rows[i].text, &ref, &fault) != ENT_OK)
			fail_msg("%s: %s", rows[i].why, fault.why);
		CHECK_ROW(rows[i].why, ref.centre.lat_ndeg == rows[i].lat_ndeg);
		CHECK_ROW(rows[i].why, ref.centre.lon_ndeg == rows[i].lon_ndeg);
	}
}

/*
 * Computed with GeographicLib 2.1.2: middles by its classes MGRS, GARS and Georef, to 1e-9
 * degree; radii by its Geodesic from there to the corners, up to the next millimetre.
 */
TEST(gridref__cells_are_taken_at_every_precision) {
	(void)state_;
	static const struct {
		const char *text;
		enum ent_gridref_form form;
		unsigned precision;
		int64_t lat_ndeg, lon_ndeg, radius_mm;
	} rows[] = {
			/* The example of GeoConvert's manual. */
			{"38SMB4488", ENT_GRIDREF_MGRS, 2, 33334235085, 44403627848, 707364},
			{"38SMB", ENT_GRIDREF_MGRS, 0, 32987244449, 44464839017, 70738247},
			{"4QFJ12345678", ENT_GRIDREF_MGRS, 4, 21309478092, -157916818906, 7073},
			{"04q fj 1234 5678", ENT_GRIDREF_MGRS, 4, 21309478092, -157916818906, 7073},
			{"32T MT 65070 56350", ENT_GRIDREF_MGRS, 5, 47459659085, 8536565990, 708},
			{"32TMT6507056350", ENT_GRIDREF_MGRS, 5, 47459659085, 8536565990, 708},
			{"31NAA6602100000", ENT_GRIDREF_MGRS, 5, 4517, 511, 707},
			{"31VDG", ENT_GRIDREF_MGRS, 0, 59984288728, 2103990685, 70738252},
			{"33XVG7459943593", ENT_GRIDREF_MGRS, 5, 77865495688, 13917503385, 708},
			{"60CWS", ENT_GRIDREF_MGRS, 0, -79707363115, 179507406931, 70738254},
			{"ZAH1234567890", ENT_GRIDREF_MGRS, 5, 89378482890, 169693705330, 712},
			{"z ah 12345 67890", ENT_GRIDREF_MGRS, 5, 89378482890, 169693705330, 712},
			{"BAN00000000", ENT_GRIDREF_MGRS, 4, -89999936310, 45000000000, 7114},
			{"006AG39", ENT_GRIDREF_GARS, 2, -86958333333, -177291666667, 4660419},
			{"006ag3", ENT_GRIDREF_GARS, 1, -86875000000, -177375000000, 13982870},
			{"006AG", ENT_GRIDREF_GARS, 0, -86750000000, -177250000000, 27970797},
			{"381NH45", ENT_GRIDREF_GARS, 2, 57625000000, 10375000000, 5266763},
			{"720QZ29", ENT_GRIDREF_GARS, 2, 89791666667, 179958333333, 4653953},
			{"GJPJ3217", ENT_GRIDREF_GEOREF, 2, 38291666667, -76458333333, 1177794},
			{"gj pj 3210 1725", ENT_GRIDREF_GEOREF, 4, 38287583333, -76464916667,
					11779},
			{"NKLN2444638946", ENT_GRIDREF_GEOREF, 5, 57649108333, 10407441667, 1054},
			{"GJPJ", ENT_GRIDREF_GEOREF, 1, 38500000000, -76500000000, 70681003},
			{"GJ", ENT_GRIDREF_GEOREF, 0, 37500000000, -82500000000, 1083101350},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_gridref ref;
		struct ent_fault fault = {"", ""};
		if (parse(rows[i].text, &ref, &fault) != ENT_OK)
			fail_msg("%s", fault.why);
		CHECK_ROW(rows[i].text, ref.form == rows[i].form);
		CHECK_ROW(rows[i].text, ref.precision == rows[i].precision);
		CHECK_ROW(rows[i].text, llabs(ref.centre.lat_ndeg - rows[i].lat_ndeg) <= 1);
		CHECK_ROW(rows[i].text, llabs(ref.centre.lon_ndeg - rows[i].lon_ndeg) <= 1);
		/* One of the stored grid is 0.11 mm. */
		CHECK_ROW(rows[i].text, llabs(ref.radius_mm - rows[i].radius_mm) <= 1);
	}
}

TEST(gridref__corners_of_gars_and_georef_are_rounded_outward) {
	(void)state_;
	static const struct {
		const char *text;
		struct ent_gridref_cell cell;
	} rows[] = {
			{"001AA", {-90000000000, -180000000000, -89500000000, -179500000000}},
			{"720QZ", {89500000000, 179500000000, 90000000000, 180000000000}},
			{"361HN1", {250000000, 0, 500000000, 250000000}},
			{"361HN2", {250000000, 250000000, 500000000, 500000000}},
			{"361HN3", {0, 0, 250000000, 250000000}},
			{"361HN4", {0, 250000000, 250000000, 500000000}},
			{"361HN37", {0, 0, 83333334, 83333334}},
			{"361HN35", {83333333, 83333333, 166666667, 166666667}},
			{"361HN33", {166666666, 166666666, 250000000, 250000000}},
			{"AA", {-90000000000, -180000000000, -75000000000, -165000000000}},
			{"ZMQQ", {89000000000, 179000000000, 90000000000, 180000000000}},
			{"NGAA0001", {16666666, 0, 33333334, 16666667}},
			{"NGAA00000001", {166666, 0, 333334, 166667}},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_gridref ref;
		CHECK_ROW(rows[i].text, parse(rows[i].text, &ref, NULL) == ENT_OK);
		CHECK_ROW(rows[i].text, ref.cell.south_ndeg == rows[i].cell.south_ndeg);
		CHECK_ROW(rows[i].text, ref.cell.west_ndeg == rows[i].cell.west_ndeg);
		CHECK_ROW(rows[i].text, ref.cell.north_ndeg == rows[i].cell.north_ndeg);
		CHECK_ROW(rows[i].text, ref.cell.east_ndeg == rows[i].cell.east_ndeg);
	}
}

TEST(gridref__zones_are_taken_as_far_as_they_overlap) {
	(void)state_;
	static const struct {
		const char *why, *text, *says; /* NULL: taken */
	} rows[] = {
			{"in its zone", "32TMT6507056350", NULL},
			{"32 km west of it", "32TKT4000050000", NULL},
			{"over 40 km west of it", "32TKT3000050000", "it reaches from 6E to 12E"},
			{"a square that only reaches into it", "32TKT", NULL},
			{"a square that does not", "32TJT", "it reaches from 6E to 12E"},
			{"Norway: zone 31 ends at 3 E", "31VEG5000050000",
					"it reaches from 0E to 3E"},
			{"with its overlap", "31VEG3000050000", NULL},
			{"Norway: 32 begins there", "32VJM9000050000", NULL},
			{"Svalbard: 33 reaches to 9 E", "33XUG6097365496", NULL},
			{"and to 21 E", "33XXG3902465496", NULL},
			{"across the antimeridian", "01KAB5000050000", NULL},
			{"the same square, 90 km on", "01KAB0000050000",
					"it reaches from 180W to 174W"},
			{"the next band's letter", "32UMT6507056350",
					"band U reaches from 48N to 56N"},
			{"the one before", "32SMT6507056350", "band S reaches from 32N to 40N"},
			{"the other hemisphere", "32HMT6507056350",
					"band H reaches from 40S to 32S"},
			{"a square on the border of two bands", "32TMU", NULL},
			{"by the other letter", "32UMU", NULL},
			{"the part of it that is of the one", "32UMU0000000000",
					"band U reaches from 48N to 56N"},
			{"north of 84 N, as far as UPS overlaps", "33XVP5000060000", NULL},
			{"further", "33XVQ5000050000", "band X reaches from 72N to 84N"},
			{"south of 80 S, likewise", "33CVM5000070000", NULL},
			{"further", "33CVL5000050000", "band C reaches from 80S to 72S"},
			{"south of 84 N by UPS", "ZAA0000000000", NULL},
			{"further", "ZJA", "the polar zone Z reaches to 84N"},
			{"the southern one", "AJA", "the polar zone A reaches to 80S"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_gridref ref;
		struct ent_fault fault = {"", ""};
		const ent_status status = parse(rows[i].text, &ref, &fault);
		if ((status == ENT_OK) != (rows[i].says == NULL))
			fail_msg("%s: %s %s", rows[i].why, rows[i].text, fault.why);
		if (rows[i].says != NULL)
			CHECK_ROW(rows[i].why, strstr(fault.why, rows[i].says) != NULL);
	}
}

static const struct {
	const char *text, *says;
	bool domain;
} refused[] = {
		{"", "there is no reference"},
		{"  \t", "there is no reference"},
		{"unknown", "is neither decimal, DMS, DDM, MGRS, GARS nor GEOREF"},
		{"Zurich", "is neither"},
		{"foo", "is neither"},
		{"nan nan", "is neither"},
		{"47.4583N 8.5480E x", "\"x\" is not understood"},
		{"47.4583N; 8.5480E", "\"; 8.5480E\" is not understood"},
		{".5N 8E", "is neither"},
		{"--help", "is neither"},
		{"\xc2\xb0", "is neither"},
		{"-47 x", "\"x\" is not understood"},
		{"47e1 8", "hemisphere letters are capitals"},
		{"47n 8e", "hemisphere letters are capitals"},
		{"47", "a latitude and a longitude"},
		{"47 8 5", "need hemisphere letters"},
		{"47\xc2\xb0"
		 "27' 8\xc2\xb0"
		 "32'",
				"need hemisphere letters"},
		{"47,4583, 8,5480", "decimals follow a point"},
		{"47N 8", "1 hemisphere letter; a place has two"},
		{"47N 8E 9N", "3 hemisphere letters"},
		{"1N 2E 3", "more stands behind the last hemisphere letter"},
		{"N47 8E", "before their angles, or both behind"},
		{"47N 48N", "two latitudes"},
		{"E8 W9", "two longitudes"},
		{"47.5N -8.5E", "a sign and a hemisphere letter"},
		{"47.5-", "a latitude and a longitude"},
		{"47.5N 8\xc2\xb0"
		 "30'E",
				"are of two forms"},
		{"47\xc2\xb0"
		 "27'30\"N 8\xc2\xb0"
		 "32.9'E",
				"are of two forms"},
		{"47\xc2\xb0"
		 "60'N 8\xc2\xb0"
		 "0'E",
				"60 minutes and more"},
		{"475960N 0083253E", "60 seconds and more"},
		{"4760N 00832E", "60 minutes and more"},
		{"47272N 0083253E", "a packed latitude is DDMM or DDMMSS"},
		{"472730N 083253E", "a packed longitude is DDDMM or DDDMMSS"},
		{"47.5\xc2\xb0"
		 "30'N 8\xc2\xb0"
		 "30'E",
				"decimals stand in the last number"},
		{"47'27N 8'32E", "degrees, then minutes, then seconds"},
		{"1 2 3 4N 1 2 3 4E", "degrees, then minutes, then seconds"},
		{"1234567890N 8E", "too many digits"},
		{"1,1N 2E", "a comma stands between"},
		{"91N 8E", "the latitude is beyond 90 degrees", true},
		{"90\xc2\xb0"
		 "00'01\"N 8\xc2\xb0"
		 "00'00\"E",
				"the latitude is beyond 90 degrees", true},
		{"999999999\xc2\xb0N 8\xc2\xb0"
		 "E",
				"the latitude is beyond 90 degrees", true},
		{"47, -180.000000001", "the longitude is beyond 180 degrees", true},
		{"32T", "a grid zone alone is no place"},
		{"32TM", "MGRS has three letters"},
		{"32TMTA", "MGRS has three letters"},
		{"0TMT", "MGRS has the zones 1 to 60"},
		{"61TMT", "MGRS has the zones 1 to 60"},
		{"032TMT", "a zone of MGRS has one or two digits"},
		{"32IMT", "bands C to X"},
		{"32OMT", "the letters I and O are never used"},
		{"32YMT", "bands C to X"},
		{"32TIT", "zone 32 has the columns J to R; the letters I and O"},
		{"32TAT", "zone 32 has the columns J to R"},
		{"33TMT", "zone 33 has the columns S to Z"},
		{"32TMW", "MGRS has the rows A to V"},
		{"32TMO", "MGRS has the rows A to V; the letters I and O"},
		{"32XMT", "band X has no zone 32"},
		{"32TMT650705635", "an odd number of digits, 9"},
		{"32TMT650705635012", "12 digits: MGRS has up to 5 each"},
		{"32T MT 6507 056350", "does not part them into halves"},
		{"32T MT 65 07 05 63", "does not part them into halves"},
		{"32TMT65070X6350", "digits only"},
		{"ZDH", "the polar zone Z has the columns ABCFGHJ and the rows A to P"},
		{"CAH", "is neither"},
		{"Z", "a grid zone alone is no place"},
		{"000AA", "GARS has the columns 001 to 720"},
		{"721AA", "GARS has the columns 001 to 720"},
		{"001RA", "GARS has the rows AA to QZ"},
		{"001IA", "a GARS row is two letters; the letters I and O are never used"},
		{"001AA5", "a GARS quarter is 1, 2, 3 or 4"},
		{"001AA10", "a GARS key is 1 to 9"},
		{"001AA111", "up to two digits, as 006AG39"},
		{"IAAA", "the first letter of GEOREF is A to Z; the letters I and O"},
		{"GNPJ", "the second letter of GEOREF is A to M"},
		{"GJRJ", "the third letter of GEOREF is A to Q"},
		{"GJPO", "the fourth letter of GEOREF is A to Q"},
		{"GJ12", "GEOREF is two or four letters"},
		{"GJPJ12", "equally many digits, two to seven"},
		{"GJPJ123", "equally many digits"},
		{"GJPJ1234567812345678", "equally many digits"},
		{"GJPJ6000", "60 minutes and more"},
		{"GJPJ0060", "60 minutes and more"},
		{"GJPJ 321 7", "does not part them into halves"},
};

TEST(gridref__what_is_no_place_is_refused_with_the_reason) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct ent_gridref ref = {.radius_mm = 77};
		struct ent_fault fault = {"", ""};
		const ent_status status = parse(refused[i].text, &ref, &fault);
		CHECK_ROW(refused[i].text,
				status == (refused[i].domain ? ENT_E_DOMAIN : ENT_E_SYNTAX));
		if (strstr(fault.why, refused[i].says) == NULL)
			fail_msg("\"%s\" is not in: %s", refused[i].says, fault.why);
		CHECK_ROW(refused[i].text, ref.radius_mm == 77);
		CHECK_ROW(refused[i].text, parse(refused[i].text, &ref, NULL) == status);
	}
}

TEST(gridref__hostile_text_ends_in_a_refusal_that_steers_nothing) {
	(void)state_;
	char text[4096];
	struct ent_gridref ref;
	struct ent_fault fault;
	for (size_t n = 100; n <= sizeof text; n += 999) {
		for (size_t k = 0; k < 5; k++) {
			memset(text, "1N '\xc2"[k], n);
			CHECK(ent_gridref_parse(text, n, &ref, &fault) == ENT_E_SYNTAX);
		}
	}
	CHECK(parse("47\x1b[2JN 8E", &ref, &fault) == ENT_E_SYNTAX);
	CHECK(strpbrk(fault.why, "\x1b\n\x07") == NULL);
	CHECK(ent_gridref_parse("47N 8E\0", 7, &ref, &fault) == ENT_E_SYNTAX);
}

TEST(gridref__an_angle_alone_says_which_it_is) {
	(void)state_;
	static const struct {
		const char *text;
		bool latitude;
		int64_t ndeg;
		ent_status status;
		const char *says;
	} rows[] = {
			{"47.4583", true, 47458300000, ENT_OK, ""},
			{"-4.7e1", true, -47000000000, ENT_OK, ""},
			{"47.4583N", true, 47458300000, ENT_OK, ""},
			{"8.548W", false, -LON_2, ENT_OK, ""},
			{"W8.548", false, -LON_2, ENT_OK, ""},
			{"472730N", true, LAT_1, ENT_OK, ""},
			{"0083253E", false, LON_1, ENT_OK, ""},
			{"4727.5N", true, LAT_1, ENT_OK, ""},
			{"47\xc2\xb0"
			 "27'30\"N",
					true, LAT_1, ENT_OK, ""},
			{" 47 27 30 S ", true, -LAT_1, ENT_OK, ""},
			{"180E", false, 180000000000, ENT_OK, ""},
			{"8E", true, 0, ENT_E_SYNTAX, "a longitude, where a latitude stands"},
			{"47N", false, 0, ENT_E_SYNTAX, "a latitude, where a longitude stands"},
			{"47\xc2\xb0"
			 "27'",
					true, 0, ENT_E_SYNTAX, "no hemisphere letter: N or S"},
			{"8\xc2\xb0"
			 "27'",
					false, 0, ENT_E_SYNTAX, "no hemisphere letter: E or W"},
			{"47N 8E", true, 0, ENT_E_SYNTAX, "before or behind"},
			{"N47S", true, 0, ENT_E_SYNTAX, "two hemisphere letters"},
			{"472730", true, 0, ENT_E_DOMAIN, "is outside -90 to 90"},
			{"91N", true, 0, ENT_E_DOMAIN, "beyond 90"},
			{"200W", false, 0, ENT_E_DOMAIN, "beyond 180"},
			{"47n", true, 0, ENT_E_SYNTAX, "hemisphere letters are capitals"},
			{"high", true, 0, ENT_E_SYNTAX, "\"high\" is not a decimal number"},
			{"", true, 0, ENT_E_SYNTAX, "is not a decimal number"},
			{"N", true, 0, ENT_E_SYNTAX, "an angle has no number"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t ndeg = 77;
		struct ent_fault fault = {"", ""};
		const ent_status status = ent_gridref_parse_angle(rows[i].text,
				strlen(rows[i].text), rows[i].latitude, &ndeg, &fault);
		if (status != rows[i].status || strstr(fault.why, rows[i].says) == NULL)
			fail_msg("%s: %s: %s", rows[i].text, ent_status_name(status), fault.why);
		CHECK_ROW(rows[i].text, ndeg == (status == ENT_OK ? rows[i].ndeg : 77));
	}
}

static const struct {
	struct ent_point point;
	enum ent_gridref_form form;
	unsigned precision;
	const char *text;
} printed[] = {
		{{47458300000, 8548000000}, ENT_GRIDREF_DECIMAL, 5, "47.45830N 008.54800E"},
		{{47458300000, 8548000000}, ENT_GRIDREF_DECIMAL, 0, "47N 009E"},
		{{-1, -1}, ENT_GRIDREF_DECIMAL, 9, "00.000000001S 000.000000001W"},
		{{LAT_1, LON_1}, ENT_GRIDREF_DMS, 0,
				"47\xc2\xb0"
				"27'30\"N 008\xc2\xb0"
				"32'53\"E"},
		{{LAT_1, -LON_1}, ENT_GRIDREF_DMS, 6,
				"47\xc2\xb0"
				"27'29.999999\"N 008\xc2\xb0"
				"32'53.000002\"W"},
		{{LAT_1, LON_2}, ENT_GRIDREF_DDM, 2,
				"47\xc2\xb0"
				"27.50'N 008\xc2\xb0"
				"32.88'E"},
		{{999999999, 59999999999}, ENT_GRIDREF_DMS, 1,
				"01\xc2\xb0"
				"00'00.0\"N 060\xc2\xb0"
				"00'00.0\"E"},
		{{90000000000, 0}, ENT_GRIDREF_DDM, 0,
				"90\xc2\xb0"
				"00'N 000\xc2\xb0"
				"00'E"},
		{{0, -180000000000}, ENT_GRIDREF_DECIMAL, 1, "00.0N 180.0W"},
		/* GeographicLib 2.1.2. */
		{{57649110000, 10407440000}, ENT_GRIDREF_MGRS, 5, "32VNJ8400190517"},
		{{57649110000, 10407440000}, ENT_GRIDREF_MGRS, 2, "32VNJ8490"},
		{{57649110000, 10407440000}, ENT_GRIDREF_MGRS, 0, "32VNJ"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GARS, 2, "381NH45"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GARS, 0, "381NH"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GEOREF, 5, "NKLN2444638946"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GEOREF, 2, "NKLN2438"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GEOREF, 1, "NKLN"},
		{{57649110000, 10407440000}, ENT_GRIDREF_GEOREF, 0, "NK"},
		{{90000000000, 0}, ENT_GRIDREF_MGRS, 5, "ZAH0000000000"},
		{{-90000000000, 0}, ENT_GRIDREF_MGRS, 5, "BAN0000000000"},
		{{84000000000, 0}, ENT_GRIDREF_MGRS, 5, "ZAA0000033272"},
		{{-80000000000, 0}, ENT_GRIDREF_MGRS, 5, "31CDM4186716915"},
		{{-80000000001, -180000000000}, ENT_GRIDREF_MGRS, 5, "BAA0000087048"},
		{{60000000000, 2999900000}, ENT_GRIDREF_MGRS, 5, "31VDG9999451411"},
		{{60000000000, 3000000000}, ENT_GRIDREF_MGRS, 5, "32VJM6564066593"},
		{{78000000000, 9000000000}, ENT_GRIDREF_MGRS, 5, "33XUG6097365496"},
		{{-1, 6000000000}, ENT_GRIDREF_MGRS, 5, "32MJE6602199999"},
		{{90000000000, 0}, ENT_GRIDREF_GARS, 2, "361QZ11"},
		{{-90000000000, 0}, ENT_GRIDREF_GARS, 2, "361AA37"},
		{{90000000000, 0}, ENT_GRIDREF_GEOREF, 5, "NMAQ0000059999"},
		/* 47 35 00 N 8 35 00 E as it is stored, and one unit south and west of that. */
		{{47583333333, 8583333333}, ENT_GRIDREF_GARS, 2, "378MM35"},
		{{47583333333, 8583333333}, ENT_GRIDREF_GEOREF, 5, "NKJC3500035000"},
		{{47583333332, 8583333332}, ENT_GRIDREF_GEOREF, 5, "NKJC3499934999"},
};

TEST(gridref__angles_print_rounded_and_cells_cut) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(printed); i++) {
		char text[ENT_GRIDREF_TEXT_SIZE];
		const size_t n = ent_gridref_print(
				printed[i].point, printed[i].form, printed[i].precision, text);
		if (n != strlen(text) || strcmp(text, printed[i].text) != 0)
			fail_msg("%s, not %s", text, printed[i].text);
	}
}

static struct ent_point random_point(uint64_t *seed, int i) {
	const int64_t turn = 360 * ENT_GEO_NDEG_PER_DEG;
	int64_t lat = (int64_t)(test_random(seed) % (uint64_t)(turn / 2 + 1)) - turn / 4;
	int64_t lon = (int64_t)(test_random(seed) % (uint64_t)turn) - turn / 2;
	struct ent_point point;
	if (i % 5 == 0) /* near a pole or on it */
		lat = (lat < 0 ? -1 : 1) * (turn / 4 - llabs(lat) % (i % 10 == 0 ? 4 : 400000000));
	if (i % 5 == 1) /* near the antimeridian */
		lon = -turn / 2 + lon % 1000;
	if (lon < -turn / 2)
		lon += turn;
	if (i % 5 == 2) /* on whole degrees: the borders of zones, bands and cells */
		lat = lat / ENT_GEO_NDEG_PER_DEG * ENT_GEO_NDEG_PER_DEG;
	if (i % 5 >= 2 && i % 2 == 0)
		lon = lon / (3 * ENT_GEO_NDEG_PER_DEG) * (3 * ENT_GEO_NDEG_PER_DEG);
	CHECK(ent_geo_point_from_ndeg(lat, lon, &point) == ENT_OK);
	return point;
}

TEST(gridref__a_place_that_was_printed_reads_back_within_what_the_text_says) {
	(void)state_;
	uint64_t seed = 37;
	const int points = (int)(30000 * test_scale());
	for (int i = 0; i < points; i++) {
		const struct ent_point point = random_point(&seed, i);
		for (int form = 0; form < ENT_GRIDREF_FORM_COUNT; form++) {
			const unsigned finest = ent_gridref_finest((enum ent_gridref_form)form);
			const unsigned p = (unsigned)(test_random(&seed) % (finest + 1));
			/* Half of the last decimal, of latitude and of longitude. */
			const double per_degree = form == ENT_GRIDREF_DECIMAL ? 1
					: form == ENT_GRIDREF_DDM             ? 60
									      : 3600;
			const double half_m = 112000 * 0.5 / per_degree / pow(10, p) * sqrt(2);
			char text[ENT_GRIDREF_TEXT_SIZE];
			struct ent_gridref ref;
			const size_t n = ent_gridref_print(
					point, (enum ent_gridref_form)form, p, text);
			CHECK_ROW(text, n < sizeof text);
			CHECK_ROW(text, ent_gridref_parse(text, n, &ref, NULL) == ENT_OK);
			CHECK_ROW(text, (int)ref.form == form && ref.precision == p);
			const double away_m = ent_geo_inverse(point, ref.centre).length_m;
			if (form > ENT_GRIDREF_DDM)
				CHECK_ROW(text, away_m * 1e3 <= (double)ref.radius_mm);
			else
				CHECK_ROW(text, away_m <= half_m + 0.0001);
			if (form <= ENT_GRIDREF_DDM && p == finest)
				CHECK_ROW(text, away_m <= 0);
		}
	}
}

TEST(gridref__the_forms_have_words_and_titles) {
	(void)state_;
	for (int form = 0; form < ENT_GRIDREF_FORM_COUNT; form++) {
		enum ent_gridref_form found = ENT_GRIDREF_FORM_COUNT;
		const enum ent_gridref_form f = (enum ent_gridref_form)form;
		CHECK(ent_gridref_form_from_word(ent_gridref_form_word(f), &found) == ENT_OK);
		CHECK(found == f && ent_gridref_usual(f) <= ent_gridref_finest(f));
		CHECK(strlen(ent_gridref_form_title(f)) > 0);
	}
	enum ent_gridref_form untouched = ENT_GRIDREF_GARS;
	CHECK(ent_gridref_form_from_word("utm", &untouched) == ENT_E_MISSING);
	CHECK(untouched == ENT_GRIDREF_GARS);
	CHECK(strcmp(ent_gridref_form_word(ENT_GRIDREF_FORM_COUNT), "unknown") == 0);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(gridref__angles_are_taken_in_every_spelling),
			TEST_ENTRY(gridref__angles_are_rounded_once_to_the_stored_grid),
			TEST_ENTRY(gridref__cells_are_taken_at_every_precision),
			TEST_ENTRY(gridref__corners_of_gars_and_georef_are_rounded_outward),
			TEST_ENTRY(gridref__zones_are_taken_as_far_as_they_overlap),
			TEST_ENTRY(gridref__what_is_no_place_is_refused_with_the_reason),
			TEST_ENTRY(gridref__hostile_text_ends_in_a_refusal_that_steers_nothing),
			TEST_ENTRY(gridref__an_angle_alone_says_which_it_is),
			TEST_ENTRY(gridref__angles_print_rounded_and_cells_cut),
			TEST_ENTRY(gridref__a_place_that_was_printed_reads_back_within_what_the_text_says),
			TEST_ENTRY(gridref__the_forms_have_words_and_titles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
