/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing of an input goes by without a word: every fault of a thing, names that are misspelt or too long. */
#include <fcntl.h>
#include <unistd.h>

#include "draft.h"
#include "reading.h"

static const struct {
	const char *why, *text;
	uint64_t items; /* the good ones */
	const char *where[8];
} things[] = {
		{"GeoJSON volume",
				FEATURE("\"floor\":\"x\",\"ceiling\":7,\"start\":\"now\","
					"\"end\":\"soon\",\"radius\":\"5\"",
						"{\"type\":\"Point\",\"coordinates\":[8,"
						"97]}"),
				0,
				{"properties.floor", "properties.ceiling", "properties.start",
						"properties.end", "properties.radius",
						"geometry.coordinates"}},
		{"GeoJSON polygon",
				FEATURE("\"floor\":\"FL90\",\"ceiling\":\"FL80\",\"start\":"
					"\"2026-11-24T10:00:00Z\",\"end\":\"2026-11-24T09:"
					"00:00Z\"",
						"{\"type\":\"Polygon\",\"coordinates\":[[["
						"8,"
						"97],[9,47],[999,48],[8,97]],[[8,47],[9,47]"
						"]]}"),
				0,
				{"properties.start", "properties.floor",
						"geometry.coordinates[0][0]",
						"geometry.coordinates[0][2]",
						"geometry.coordinates[0][3]",
						"geometry.coordinates[1]"}},
		{"GeoJSON track",
				FEATURE("\"times\":[\"x\",\"y\"],\"altitudes\":[\"a\","
					"\"FL90\"],"
					"\"lateral_tolerance\":\"5\",\"time_tolerance\":"
					"\"5\"",
						"{\"type\":\"LineString\",\"coordinates\":["
						"[8,47],[8,97]]}"),
				0,
				{"properties.lateral_tolerance", "properties.time_tolerance",
						"properties.altitudes[0]", "properties.times[0]",
						"geometry.coordinates[1]", "properties.times[1]"}},
		{"F3548",
				"{\"extents\":[{\"volume\":{\"outline_circle\":{\"center\":"
				"{\"lat\":97,\"lng\":8},\"radius\":{\"value\":0,\"units\":"
				"\"M\"}},\"altitude_lower\":{},\"altitude_upper\":{}},"
				"\"time_start\":{},\"time_end\":{}},7]}",
				0,
				{"extents[0].time_start.format", "extents[0].time_end.format",
						"extents[0].volume.altitude_lower."
						"reference",
						"extents[0].volume.altitude_upper."
						"reference",
						"extents[0].volume.outline_circle.center",
						"extents[0].volume.outline_circle.radius",
						"extents[1]"}},
		{"CSV",
				"time,id,lat,lon,altitude,altitude_reference\nx,a,y,z,q,r\n"
				"2026-11-24T10:00:00Z,a,47,8,FL100,\n",
				1,
				{"line 2, column time", "line 2, column lat", "line 2, column lon",
						"line 2, column altitude_reference",
						"line 2, column altitude"}},
		{"ADS-B",
				"[{\"timestamp\":\"0\",\"latitude\":\"1\",\"altitude\":"
				"\"2\"},"
				"{\"timestamp\":0,\"icao24\":\"aaaaaa\",\"latitude\":1,"
				"\"longitude\":1,\"altitude\":1}]",
				1, {"[0].timestamp", "[0].latitude", "[0].altitude"}},
		{"KML",
				KML("<TimeSpan><begin>now</begin><end>soon</end></TimeSpan>"
				    "<ExtendedData><Data name='floor'><value>x</value></"
				    "Data><Data "
				    "name='radius'><value>y</value></Data></"
				    "ExtendedData><Point><coordinates>8,97 "
				    "999,1</coordinates></Point>"),
				0,
				{"begin (line 2)", "end (line 2)", "coordinates (line 2)",
						"coordinates (line 2)", "data floor",
						"data radius"}},
};

TEST(faults__all_of_one_thing_are_found_and_it_is_left_out_once) {
	(void)state_;
	for (size_t i = 0; i < COUNT(things); i++) {
		const struct check_read_options options = {.skip_bad = true};
		struct run run;
		size_t n = 0;
		begin(&run, &options);
		CHECK_ROW(things[i].why, read_text(&run, things[i].text) == ENT_OK);
		for (; n < 8 && things[i].where[n] != NULL; n++)
			if (n >= run.faults.n_shown ||
					strstr(run.faults.shown[n].fault.where,
							things[i].where[n]) == NULL)
				fail_msg("%s: fault %zu is at %s, not %s", things[i].why, n,
						run.faults.shown[n].fault.where,
						things[i].where[n]);
		CHECK_ROW(things[i].why, run.faults.total == n);
		CHECK_ROW(things[i].why,
				run.model.left_out == 1 && run.model.n_items == things[i].items);
		finish(&run);
	}
}

TEST(near__names_of_their_own_are_passed_over) {
	(void)state_;
	static const char *const own[] = {"name", "Name", "NAME", "id", "ID", "time", "Time",
			"type", "state", "latitude", "attitude", "flood", "star", "elevation",
			"altitude_m", "speed", "description", "stroke-width", "marker-color",
			"track", "lateral", "times_flown", "", "\xff"};
	for (size_t i = 0; i < COUNT(own); i++) {
		struct ent_fault fault = {0};
		CHECK_ROW(own[i],
				!check_draft_knows(own[i], strlen(own[i])) ||
						strcmp(own[i], "name") == 0 ||
						strcmp(own[i], "id") == 0);
		CHECK_ROW(own[i], check_draft_pass_over(own[i], strlen(own[i]), &fault) == ENT_OK);
	}
	static const struct {
		const char *name, *meant;
	} near[] = {{"half-width", "half_width"}, {"halfWidth", "half_width"},
			{"TERRAIN_ELEVATION", "terrain_elevation"}, {"cieling", "ceiling"},
			{"ceilings", "ceiling"}, {"Times", "times"}, {"QNH", "qnh"}, {"END", "end"},
			{"vertical_tollerence", "vertical_tolerance"}, {"call_sign", "callsign"}};
	for (size_t i = 0; i < COUNT(near); i++) {
		struct ent_fault fault = {0};
		char says[64];
		(void)snprintf(says, sizeof says, "did you mean %s?", near[i].meant);
		CHECK_ROW(near[i].name,
				check_draft_pass_over(near[i].name, strlen(near[i].name), &fault) ==
						ENT_E_SYNTAX);
		CHECK_ROW(near[i].name, strstr(fault.why, says) != NULL);
	}
	/* Columns that look like one that another column gives already. */
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      "time,times,id,lat,lon,plane,call,altitude_fl,calsign,callsign\n"
			      "2026-11-24T10:00:00Z,1,a,47,8,b,c,100,d,e\n") == ENT_OK);
	finish(&run);
}

TEST(aircraft_address__is_six_digits_and_a_mark_for_what_is_none_of_icaos) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      "time,icao24,lat,lon,altitude_fl\n2026-11-24T10:00:00Z,4B12cD,47,8,"
			      "100\n"
			      "2026-11-24T10:00:00Z,~4b12cd,47,8,100\n") == ENT_OK);
	CHECK(run.model.n_items == 2);
	CHECK(strcmp(run.model.items[0].icao24, "4b12cd") == 0);
	CHECK(strcmp(run.model.items[1].icao24, "~4b12cd") == 0);
	finish(&run);
}

TEST(inputs__that_hold_nothing_are_counted_as_such) {
	(void)state_;
	static const char *const rows[] = {"[]", "{\"type\":\"FeatureCollection\",\"features\":[]}",
			"<kml></kml>", "{\"operational_intents\":[]}", CSV};
	struct run run;
	begin(&run, NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK_ROW(rows[i], read_text(&run, rows[i]) == ENT_OK);
		const struct check_source *source = &run.model.sources[i];
		CHECK_ROW(rows[i], source->items == 0 && source->left_out == 0);
	}
	CHECK(run.model.n_sources == COUNT(rows) && run.model.n_items == 0);
	finish(&run);
}

TEST(standard_input__cannot_be_read_twice) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	const int kept = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY);
	CHECK(kept >= 0 && null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO);
	CHECK(check_read_file(run.reader, "-", false) == ENT_E_SYNTAX);
	CHECK(check_read_file(run.reader, "-", true) == ENT_E_IO);
	CHECK(strstr(run.faults.shown[1].fault.why, "named twice") != NULL);
	CHECK(dup2(kept, STDIN_FILENO) == STDIN_FILENO && close(kept) == 0 && close(null) == 0);
	finish(&run);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(faults__all_of_one_thing_are_found_and_it_is_left_out_once),
			TEST_ENTRY(near__names_of_their_own_are_passed_over),
			TEST_ENTRY(aircraft_address__is_six_digits_and_a_mark_for_what_is_none_of_icaos),
			TEST_ENTRY(inputs__that_hold_nothing_are_counted_as_such),
			TEST_ENTRY(standard_input__cannot_be_read_twice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
