/* SPDX-License-Identifier: Apache-2.0 */
/* Places as text in CSV: which columns hold them, what they mean, and what a cell's radius does. */
#include "entente/gridref.h"
#include "reading.h"

#define POSITION "time,id,position,altitude\n"
#define AT(second) "2026-11-24T10:00:" second "Z"

static const struct ent_track_parts *first_track(const struct run *run) {
	CHECK(run->model.n_items > 0);
	return ent_volume_parts(run->model.items[0].volume)->track;
}

TEST(csv__a_place_may_be_written_in_any_form) {
	(void)state_;
	static const struct {
		const char *header, *place;
		int64_t lat_ndeg, lon_ndeg, radius_mm;
	} rows[] = {
			{"lat,lon", "47.4583,8.548", 47458300000, 8548000000, 0},
			{"lat,lon", "47.4583N,8.548W", 47458300000, -8548000000, 0},
			{"lat,lon", "472730S,0083253E", -47458333333, 8548055556, 0},
			{"lat,lon", "47 27.5N,008 32.88E", 47458333333, 8548000000, 0},
			{"lat,lon", "\"47\xc2\xb0 27' 30\"\"N\",8d32m53sE", 47458333333, 8548055556,
					0},
			{"latitude,longitude", "90S,180E", -90000000000, 0, 0},
			{"position", "47.4583N 8.548E", 47458300000, 8548000000, 0},
			{"Place", "\"47.4583, 8.548\"", 47458300000, 8548000000, 0},
			{"coordinates", "472730N 0083253E", 47458333333, 8548055556, 0},
			{"mgrs", "32TMT6507056350", 47459659085, 8536565990, 708},
			{"MGRS", "32T MT 65 56", 47461027139, 8542252602, 707380},
			{"gars", "006AG39", -86958333333, -177291666667, 4660419},
			{"georef", "GJPJ3217", 38291666667, -76458333333, 1177794},
			{"mgrs", "GJPJ3217", 38291666667, -76458333333, 1177794},
			{"georef", "-47 -180", -47000000000, -180000000000, 0},
			/* A name beside latitude and longitude is no place. */
			{"lat,place,lon", "47,Zurich,8", 47000000000, 8000000000, 0},
			{"place,mgrs,lat,lon", "32TMT,x,47,8", 47000000000, 8000000000, 0},
			/* Half of a pair is none. */
			{"lat,mgrs", "1,32TMT6507056350", 47459659085, 8536565990, 708},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run run;
		char text[256];
		begin(&run, NULL);
		(void)snprintf(text, sizeof text, "time,id,altitude,%s\n" AT("00") ",a,FL100,%s\n",
				rows[i].header, rows[i].place);
		if (read_text(&run, text) != ENT_OK)
			fail_msg("%s: %s", rows[i].place, run.faults.shown[0].fault.why);
		const struct ent_track_parts *track = first_track(&run);
		CHECK_ROW(rows[i].place,
				llabs(track->points[0].at.lat_ndeg - rows[i].lat_ndeg) <= 1);
		CHECK_ROW(rows[i].place,
				llabs(track->points[0].at.lon_ndeg - rows[i].lon_ndeg) <= 1);
		CHECK_ROW(rows[i].place,
				llabs(track->tolerance.lateral_mm - rows[i].radius_mm) <= 1);
		finish(&run);
	}
}

TEST(csv__a_cell_grows_its_own_flight_by_the_greatest_radius) {
	(void)state_;
	static const struct check_read_options options = {.tolerance = {.lateral_mm = 50000}};
	struct run run;
	begin(&run, &options);
	CHECK(read_text(&run,
			      POSITION AT("00") ",a,32TMT6507056350,FL100\n" AT(
					      "01") ",a,378ML11,FL100\n" AT("02") ",a,32TMT6556,"
										  "FL100\n" AT("00") ",b,47N 8E,FL100\n") ==
			ENT_OK);
	CHECK(run.model.n_items == 2 && run.model.cleaning.kept == 4);
	struct ent_gridref cell;
	CHECK(ent_gridref_parse("378ML11", 7, &cell, NULL) == ENT_OK && cell.radius_mm > 5000000);
	CHECK(parts(&run, "a")->track->tolerance.lateral_mm == 50000 + cell.radius_mm);
	CHECK(parts(&run, "b")->track->tolerance.lateral_mm == 50000);
	finish(&run);
}

/* Two neighbouring 5' cells are 9 km apart; an aircraft goes from one to the other in a moment. */
TEST(csv__a_step_from_one_cell_to_the_next_is_no_jump) {
	(void)state_;
	static const struct {
		const char *why, *from, *to;
		uint64_t jumps;
	} rows[] = {
			{"neighbouring cells", "378ML15", "378ML12", 0},
			{"their middles as points", "47.375N 8.625E", "47.4583N 8.625E", 1},
			{"cells far apart", "378ML15", "378MP12", 1},
			{"a point just outside a cell", "378ML15", "47.42N 8.625E", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run run;
		char text[256];
		begin(&run, NULL);
		(void)snprintf(text, sizeof text,
				POSITION AT("00") ",a,%s,FL100\n" AT("01") ",a,%s,FL100\n",
				rows[i].from, rows[i].to);
		CHECK_ROW(rows[i].why, read_text(&run, text) == ENT_OK);
		CHECK_ROW(rows[i].why,
				run.model.cleaning.touched[CHECK_RULE_JUMP] == rows[i].jumps);
		finish(&run);
	}
}

TEST(csv__an_empty_place_or_one_out_of_range_is_for_the_rules) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      POSITION AT("00") ",a,,FL100\n" AT("01") ",a,91N 8E,FL100\n" AT(
					      "02") ",a,\"47, 181\",FL100\n" AT("03") ",a,47N "
										      "8E,"
										      "FL100\n") ==
			ENT_OK);
	CHECK(run.model.cleaning.touched[CHECK_RULE_NO_POSITION] == 1);
	CHECK(run.model.cleaning.touched[CHECK_RULE_OUT_OF_RANGE] == 2);
	CHECK(run.model.cleaning.kept == 1 && run.faults.total == 0);
	finish(&run);
}

static const struct {
	const char *why, *text;
	ent_status status;
	const char *where, *says;
} bad[] = {
		{"a false reference", POSITION AT("00") ",a,32UMT6507056350,FL100\n", ENT_E_SYNTAX,
				"line 2, column position", "band U reaches from 48N to 56N"},
		{"no place", POSITION AT("00") ",a,Zurich,FL100\n", ENT_E_SYNTAX,
				"line 2, column position", "is neither decimal"},
		{"a cell that no tolerance holds", POSITION AT("00") ",a,NK,FL100\n", ENT_E_LIMIT,
				"line 2, column position",
				"a cell of 998 km around; a flight is within 500 km"},
		{"60 minutes", "time,id,lat,lon,altitude\n" AT("00") ",a,4760N,00832E,FL100\n",
				ENT_E_SYNTAX, "line 2, column lat", "60 minutes and more"},
		{"a longitude as latitude",
				"time,id,lat,lon,altitude\n" AT("00") ",a,8E,8E,FL100\n",
				ENT_E_SYNTAX, "line 2, column lat",
				"a longitude, where a latitude stands"},
		{"no letter", "time,id,lat,lon,altitude\n" AT("00") ",a,47N,8 32.5,FL100\n",
				ENT_E_SYNTAX, "line 2, column lon", "no hemisphere letter: E or W"},
		{"two places", "time,id,mgrs,gars,altitude\n" AT("00") ",a,32TMT,378ML,FL100\n",
				ENT_E_EXISTS, "line 1, column gars",
				"another column gives the position"},
		{"half a place", "time,id,lat,altitude\n" AT("00") ",a,47N,FL100\n", ENT_E_MISSING,
				"line 1", "no column gives the longitude"},
};

TEST(csv__a_false_place_is_a_fault_that_names_line_and_column) {
	(void)state_;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct run run;
		begin(&run, NULL);
		CHECK_ROW(bad[i].why, read_text(&run, bad[i].text) == bad[i].status);
		CHECK_ROW(bad[i].why, run.faults.total == 1 && run.model.n_items == 0);
		const struct ent_fault *fault = &run.faults.shown[0].fault;
		if (strcmp(fault->where, bad[i].where) != 0 ||
				strstr(fault->why, bad[i].says) == NULL)
			fail_msg("%s: %s: %s", bad[i].why, fault->where, fault->why);
		finish(&run);
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(csv__a_place_may_be_written_in_any_form),
			TEST_ENTRY(csv__a_cell_grows_its_own_flight_by_the_greatest_radius),
			TEST_ENTRY(csv__a_step_from_one_cell_to_the_next_is_no_jump),
			TEST_ENTRY(csv__an_empty_place_or_one_out_of_range_is_for_the_rules),
			TEST_ENTRY(csv__a_false_place_is_a_fault_that_names_line_and_column),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
