/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of `entente check`, through the interface that the program uses. */
#include <zlib.h>

#include "reading.h"

/* --- What good files mean --- */

TEST(geojson__every_kind_of_feature_becomes_what_it_says) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_data(&run, "read_volumes.geojson") == ENT_OK);
	CHECK(run.model.n_items == 7 && run.faults.total == 0);
	CHECK(strcmp(run.model.sources[0].format, "geojson") == 0 &&
			run.model.sources[0].items == 7);

	const struct ent_volume_parts *p = parts(&run, "danger-area-1");
	CHECK(p->kind == ENT_VOLUME_POLYGON && p->n_rings == 2 && p->n_vertices == 8);
	CHECK(p->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW);
	CHECK(altitude_is(p->band.ceiling, ENT_ALTITUDE_AMSL, 914400));
	CHECK(p->span.start_utc_us == INT64_C(1795507200000000)); /* 08:00Z */
	CHECK(p->span.end_utc_us == INT64_C(1795536000000000));   /* 17:00+01:00 */

	CHECK(find(&run, "two-fields", 0)->group == find(&run, "two-fields", 1)->group);
	CHECK(altitude_is(parts(&run, "two-fields")->band.floor, ENT_ALTITUDE_W84, 100000));
	CHECK(altitude_is(parts(&run, "two-fields")->band.ceiling, ENT_ALTITUDE_FL,
			9500 * 3048 / 10));

	p = parts(&run, "17");
	CHECK(p->kind == ENT_VOLUME_CIRCLE && p->radius_mm == 926000);
	CHECK(altitude_is(p->band.floor, ENT_ALTITUDE_AGL, 152400) &&
			p->band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE);
	CHECK(p->air != NULL && p->air->terrain_known && p->air->terrain_ref == ENT_ALTITUDE_AMSL);
	CHECK(p->air->terrain_mm.lo_mm == 430000 && p->air->terrain_mm.hi_mm == 520000);
	CHECK(p->span.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE &&
			p->span.end_utc_us == ENT_TIME_UNBOUNDED_AFTER);

	p = parts(&run, "MAIL1");
	CHECK(p->kind == ENT_VOLUME_CORRIDOR && p->radius_mm == 250000);
	CHECK(p->air->qnh_known && p->air->qnh_lo_pa == 100800 && p->air->qnh_hi_pa == 101600);

	p = parts(&run, "ABC123");
	CHECK(p->kind == ENT_VOLUME_TRACK && p->track->n_points == 3 &&
			p->track->ref == ENT_ALTITUDE_FL);
	CHECK(p->track->points[2].altitude_mm == 10820400 &&
			p->track->points[1].time_utc_us == INT64_C(1795515000500000));
	CHECK(p->track->tolerance.lateral_mm == 1852000 &&
			p->track->tolerance.vertical_mm == 60960);
	CHECK(p->track->tolerance.time_us == 30000000);
	CHECK(strcmp(find(&run, "ABC123", 0)->icao24, "4b1234") == 0);

	p = parts(&run, "ellipsoidal");
	CHECK(p->track->ref == ENT_ALTITUDE_W84 && p->track->points[0].altitude_mm == 1000250);
	finish(&run);
}

TEST(f3548__volumes_of_one_intent_are_one_group) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_data(&run, "read_intent.json") == ENT_OK);
	CHECK(run.model.n_items == 2 && strcmp(run.model.sources[0].format, "f3548") == 0);
	const char *id = "2f8343be-6482-4d1b-a474-16847e01af1e";
	CHECK(find(&run, id, 0)->group == find(&run, id, 1)->group);
	const struct ent_volume_parts *p = parts(&run, id);
	CHECK(p->kind == ENT_VOLUME_CIRCLE && p->radius_mm == 300183);
	CHECK(altitude_is(p->band.floor, ENT_ALTITUDE_W84, 560500) &&
			altitude_is(p->band.ceiling, ENT_ALTITUDE_W84, 620000));
	CHECK(p->span.end_utc_us - p->span.start_utc_us == INT64_C(1800000000));
	p = ent_volume_parts(find(&run, id, 1)->volume);
	CHECK(p->kind == ENT_VOLUME_POLYGON && p->n_vertices == 3);
	CHECK(p->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW &&
			p->span.end_utc_us == ENT_TIME_UNBOUNDED_AFTER);
	CHECK(read_data(&run, "read_intents.json") == ENT_OK);
	CHECK(run.model.n_items == 5);
	CHECK(find(&run, "0b6f3c1e-52a4-4d8e-9c37-6f1a2b3c4d5e", 0)->group !=
			find(&run, "read_intents[0]", 0)->group);
	finish(&run);
}

#define EXTENTS "\"extents\":[{\"volume\":" CIRCLE3 "}}]"
static const struct {
	const char *why, *text;
	enum check_kind kind;
} kinds[] = {
		{"nobody said", FEATURE("", SQUARE), CHECK_KIND_UNKNOWN},
		{"null says nothing", FEATURE("\"kind\":null", SQUARE), CHECK_KIND_UNKNOWN},
		{"a track", FEATURE(TIMES, LINE), CHECK_KIND_FLIGHT},
		{"a track that is said to be another thing",
				FEATURE(TIMES ",\"kind\":\"hazard-area\"", LINE),
				CHECK_KIND_HAZARD_AREA},
		{"a flight as an area", FEATURE("\"kind\":\"flight\"", SQUARE), CHECK_KIND_FLIGHT},
		{"airspace", FEATURE("\"kind\":\"reserved-airspace\"", SQUARE),
				CHECK_KIND_RESERVED_AIRSPACE},
		{"a hazard", FEATURE("\"kind\":\"hazard-area\"", SQUARE), CHECK_KIND_HAZARD_AREA},
		{"a place", FEATURE("\"kind\":\"protected-place\"", SQUARE),
				CHECK_KIND_PROTECTED_PLACE},
		{"a position", FEATURE("\"kind\":\"reserved-position\"", SQUARE),
				CHECK_KIND_RESERVED_POSITION},
		{"KML",
				KML("<ExtendedData><Data name='kind'><value>hazard-area"
				    "</value></Data></ExtendedData>" KML_SQUARE),
				CHECK_KIND_HAZARD_AREA},
		{"KML that says nothing", KML(KML_SQUARE), CHECK_KIND_UNKNOWN},
		{"CSV",
				CSV "2026-11-24T10:00:00Z,x,47,8,9000\n"
				    "2026-11-24T10:01:00Z,x,47,8.1,9000\n",
				CHECK_KIND_FLIGHT},
		{"an intent, by what is around it", "{\"operational_intent\":{" EXTENTS "}}",
				CHECK_KIND_FLIGHT},
		{"an intent, by its state", "{\"state\":\"Accepted\"," EXTENTS "}",
				CHECK_KIND_FLIGHT},
		{"an intent, by its reference's",
				"{\"reference\":{\"state\":\"Accepted\"},\"details\":{"
				"\"volumes\":[{\"volume\":" CIRCLE3 "}}]}}",
				CHECK_KIND_FLIGHT},
		{"an intent, by its priority",
				"{\"details\":{\"priority\":0,\"volumes\":[{"
				"\"volume\":" CIRCLE3 "}}]}}",
				CHECK_KIND_FLIGHT},
		{"a constraint", "{\"constraint\":{" EXTENTS "}}", CHECK_KIND_UNKNOWN},
		{"a constraint, whatever stands in it",
				"{\"constraint\":{\"state\":\"x\"," EXTENTS "}}",
				CHECK_KIND_UNKNOWN},
		{"neither is said", "{" EXTENTS "}", CHECK_KIND_UNKNOWN},
		{"a bare volume", CIRCLE3 "}", CHECK_KIND_UNKNOWN},
};
#undef EXTENTS

TEST(kinds__are_said_or_shown_by_what_a_thing_is_else_not_known) {
	(void)state_;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct run run;
		begin(&run, NULL);
		CHECK_ROW(kinds[i].why, read_text(&run, kinds[i].text) == ENT_OK);
		CHECK_ROW(kinds[i].why, run.model.n_items == 1);
		CHECK_ROW(kinds[i].why, run.model.items[0].kind == kinds[i].kind);
		finish(&run);
	}
}

static const struct check_read_options recorded = {.recorded = true};

TEST(csv__rows_become_cleaned_flights) {
	(void)state_;
	struct run run;
	begin(&run, &recorded);
	CHECK(read_data(&run, "read_tracks.csv") == ENT_OK);
	const uint64_t *touched = run.model.cleaning.touched;
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++)
		CHECK(touched[rule] == 1); /* the file has one of each */
	CHECK(run.model.cleaning.reports == 12 && run.model.cleaning.kept == 5 &&
			run.model.n_items == 2);
	const struct ent_volume_parts *p = parts(&run, "4b0001-ABC1");
	CHECK(p->track->n_points == 4 && p->track->ref == ENT_ALTITUDE_AMSL);
	CHECK(p->track->points[3].altitude_mm == 975512); /* 3200.5 ft = 975512.4 mm */
	CHECK(parts(&run, "4b0001-ABC1#2")->track->n_points == 1);
	finish(&run);
}

TEST(csv__columns_may_be_named_in_many_ways) {
	(void)state_;
	static const struct {
		const char *header, *row;
		enum ent_altitude_ref ref;
		int32_t mm;
	} rows[] = {
			{"Time,ID,Lat,Lon,Altitude", "2026-11-24T10:00:00Z,a,47,8,FL350",
					ENT_ALTITUDE_FL, 10668000},
			{"time,id,lat,lon,altitude", "2026-11-24T10:00:00Z,a,47,8,\"3,000 ft\"",
					ENT_ALTITUDE_REF_COUNT, 0},
			{"time_ms,id,lat_deg,lon_deg,alt_fl", "1795514400000,a,47,8,350",
					ENT_ALTITUDE_FL, 10668000},
			{"time_s;flight id;latitude;longitude;altitude-w84-m",
					"1795514400.0;a;47;8;1000.25", ENT_ALTITUDE_W84, 1000250},
			{"timestamp\ticao24\tlat\tlng\tpressure_altitude_ft",
					"2026-11-24T10:00:00Z\tABCDEF\t47\t8\t35000",
					ENT_ALTITUDE_FL, 10668000},
			{"time,id,lat,lon,alt_ft,alt_ref", "2026-11-24T10:00:00Z,a,47,8,1000,msl",
					ENT_ALTITUDE_AMSL, 304800},
			{"\xef\xbb\xbftime,id,lat,lon,altitude_agl_m",
					"2026-11-24T10:00:00Z,a,47,8,120", ENT_ALTITUDE_AGL,
					120000},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run run;
		char text[512];
		begin(&run, NULL);
		(void)snprintf(text, sizeof text, "%s\r\n%s", rows[i].header, rows[i].row);
		ent_status status = read_text(&run, text);
		if (rows[i].ref == ENT_ALTITUDE_REF_COUNT) {
			CHECK_ROW(rows[i].header, status == ENT_E_SYNTAX && run.model.n_items == 0);
		} else {
			CHECK_ROW(rows[i].header, status == ENT_OK && run.model.n_items == 1);
			const struct ent_track_parts *track =
					ent_volume_parts(run.model.items[0].volume)->track;
			CHECK_ROW(rows[i].header, track->ref == rows[i].ref);
			CHECK_ROW(rows[i].header, track->points[0].altitude_mm == rows[i].mm);
			CHECK_ROW(rows[i].header,
					track->points[0].time_utc_us == INT64_C(1795514400000000));
		}
		finish(&run);
	}
}

TEST(kml__placemarks_become_what_they_say) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_data(&run, "read_plan.kml") == ENT_OK);
	CHECK(run.model.n_items == 4 && run.faults.total == 0);
	const struct ent_volume_parts *p = parts(&run, "Zone & field");
	CHECK(p->kind == ENT_VOLUME_POLYGON && p->n_rings == 2);
	CHECK(p->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW &&
			altitude_is(p->band.ceiling, ENT_ALTITUDE_AMSL, 1000500));
	CHECK(p->span.end_utc_us - p->span.start_utc_us == INT64_C(3600000000));
	p = parts(&run, "Line");
	CHECK(p->kind == ENT_VOLUME_CORRIDOR && p->radius_mm == 463000 &&
			altitude_is(p->band.ceiling, ENT_ALTITUDE_FL, 1828800));
	p = parts(&run, "mast");
	CHECK(p->kind == ENT_VOLUME_CIRCLE && p->radius_mm == 300000 &&
			p->span.start_utc_us == p->span.end_utc_us);
	p = parts(&run, "Glider");
	CHECK(p->track->n_points == 3 && p->track->ref == ENT_ALTITUDE_AMSL &&
			p->track->points[1].altitude_mm == 1510500);
	CHECK(run.model.cleaning.touched[CHECK_RULE_NO_POSITION] == 1);
	CHECK(run.model.cleaning.lost == 1);
	finish(&run);
}

TEST(adsb__altitude_is_a_flight_level_and_flights_are_aircraft_and_callsign) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_data(&run, "read_reports.json") == ENT_OK);
	CHECK(run.model.n_items == 1 && run.model.no_altitude_flights == 1);
	const struct check_item *item = find(&run, "3003ae-DLH8JW", 0);
	CHECK(strcmp(item->callsign, "DLH8JW") == 0 && strcmp(item->icao24, "3003ae") == 0);
	const struct ent_track_parts *track = ent_volume_parts(item->volume)->track;
	CHECK(track->ref == ENT_ALTITUDE_FL && track->n_points == 3);
	CHECK(track->points[1].altitude_mm == 10660380); /* 34975 ft */
	CHECK(track->points[1].at.lat_ndeg == INT64_C(45818984985) &&
			track->points[1].at.lon_ndeg == INT64_C(9229545593));
	const uint64_t *touched = run.model.cleaning.touched;
	CHECK(touched[CHECK_RULE_NO_IDENTITY] == 1 && touched[CHECK_RULE_NO_TIME] == 1);
	CHECK(touched[CHECK_RULE_NO_POSITION] == 1 && touched[CHECK_RULE_NO_ALTITUDE] == 2);
	CHECK(touched[CHECK_RULE_OUT_OF_RANGE] == 1 && touched[CHECK_RULE_UNSORTED] == 1);
	finish(&run);
}

TEST(adsb__a_report_without_callsign_belongs_to_its_aircraft) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      "[{\"timestamp\":0,\"altitude\":1,\"icao24\":\"aaaaaa\",\"latitude\":"
			      "1,"
			      "\"longitude\":1},"
			      "{\"timestamp\":1000,\"altitude\":1,\"icao24\":\"bbbbbb\","
			      "\"latitude\":2,"
			      "\"longitude\":1},"
			      "{\"timestamp\":1000,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"callsign\":"
			      "\"X\",\"latitude\":1,\"longitude\":1},"
			      "{\"timestamp\":2000,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"callsign\":"
			      "\"\",\"latitude\":1,\"longitude\":1},"
			      "{\"timestamp\":2500,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"callsign\":"
			      "\"Y\",\"latitude\":1,\"longitude\":1},"
			      "{\"timestamp\":3000,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"callsign\":"
			      "null,\"latitude\":1,\"longitude\":1},"
			      "{\"timestamp\":3500,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"callsign\":"
			      "\"X\",\"latitude\":1,\"longitude\":1}]") == ENT_OK);
	CHECK(run.model.n_items == 3);
	CHECK(parts(&run, "aaaaaa-X")->track->n_points == 4);
	CHECK(parts(&run, "aaaaaa-Y")->track->n_points == 2);
	CHECK(parts(&run, "bbbbbb")->track->n_points == 1);
	finish(&run);
}

TEST(adsb__flight_id_names_a_flight_but_does_not_part_it) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      "[{\"timestamp\":0,\"altitude\":1,\"icao24\":\"aaaaaa\",\"latitude\":"
			      "1,"
			      "\"longitude\":1,\"flight_id\":\"F1\"},"
			      "{\"timestamp\":1000,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"latitude\":1,"
			      "\"longitude\":1,\"flight_id\":\"F1\"},"
			      "{\"timestamp\":900000,\"altitude\":1,\"icao24\":\"aaaaaa\","
			      "\"latitude\":"
			      "1,\"longitude\":1,\"flight_id\":\"F1\"},"
			      "{\"timestamp\":0,\"altitude\":1,\"icao24\":\"bbbbbb\",\"latitude\":"
			      "1,"
			      "\"longitude\":1,\"flight_id\":\"F1\"},"
			      "{\"timestamp\":1000,\"altitude\":1,\"icao24\":\"bbbbbb\","
			      "\"latitude\":1,"
			      "\"longitude\":1,\"flight_id\":\"F2\"}]") == ENT_OK);
	CHECK(run.model.n_items == 3);
	CHECK(parts(&run, "F1")->track->n_points == 2);
	CHECK(parts(&run, "F1#2")->track->n_points == 1);
	CHECK(parts(&run, "bbbbbb")->track->n_points == 2);
	finish(&run);
}

/* --- Several inputs --- */

TEST(ids__are_unique_and_inputs_are_kept_apart) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	const char *one = FEATURE("\"id\":\"x\"", SQUARE);
	struct test_bytes from = {.bytes = one, .size = strlen(one)};
	CHECK(read_text(&run, one) == ENT_OK);
	CHECK(read_text(&run, FEATURE("\"id\":\"x#2\"", SQUARE)) == ENT_OK);
	CHECK(check_read_stream(run.reader, "plan", true, test_read_bytes, &from) == ENT_OK);
	CHECK(read_text(&run, FEATURE("\"id\":\"x\"", SQUARE)) == ENT_OK);
	CHECK(read_text(&run,
			      FEATURE("\"id\":\"x\"",
					      "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[8,47]"
					      ",[9,47],[9,48],[8,47]]],[[[18,47],[19,47],[19,48],["
					      "18,47]]]]}")) == ENT_OK);
	CHECK(run.model.n_items == 6 && run.model.n_sources == 5);
	CHECK(strcmp(run.model.items[0].id, "x") == 0 && !run.model.items[0].against);
	CHECK(strcmp(run.model.items[1].id, "x#2") == 0);
	CHECK(strcmp(run.model.items[2].id, "x#3") == 0 && run.model.items[2].against &&
			run.model.items[2].source == 2);
	CHECK(strcmp(run.model.items[3].id, "x#4") == 0);
	CHECK(strcmp(run.model.items[4].id, "x#5") == 0 &&
			strcmp(run.model.items[5].id, "x#5") == 0);
	CHECK(run.model.items[4].group == run.model.items[5].group &&
			run.model.items[3].group != run.model.items[4].group);
	finish(&run);
}

TEST(ids__from_outside_cannot_steer_a_terminal_and_stay_utf_8) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      FEATURE("\"id\":\" \\u001b[2J\\u0085Z\\u00fcrich\\u0000\\n \"",
					      SQUARE)) == ENT_OK);
	CHECK(strcmp(run.model.items[0].id, "?[2J?Z\xc3\xbcrich??") == 0);
	char name[8];
	check_copy_name(name, sizeof name, "abcdef\xc3\xbc", 8); /* no room for the last one */
	CHECK(strcmp(name, "abcdef") == 0);
	check_copy_name(name, sizeof name, "a\xff\xc3", 3);
	CHECK(strcmp(name, "a??") == 0);
	finish(&run);
}

TEST(options__give_what_an_input_does_not_say) {
	(void)state_;
	struct check_read_options options = {
			.air = {.qnh_known = true, .qnh_lo_pa = 100000, .qnh_hi_pa = 102000},
			.tolerance = {.lateral_mm = 5, .vertical_mm = 6, .time_us = 7},
			.default_ref_given = true,
			.default_ref = ENT_ALTITUDE_AMSL,
	};
	struct run run;
	begin(&run, &options);
	CHECK(read_text(&run, "time,id,lat,lon,altitude_m\n2026-11-24T10:00:00Z,a,47,8,100\n") ==
			ENT_OK);
	CHECK(read_text(&run,
			      FEATURE("\"id\":\"f\",\"floor\":\"10m\",\"ceiling\":\"20m AGL\"",
					      SQUARE)) == ENT_OK);
	const struct ent_track_parts *track = parts(&run, "a")->track;
	CHECK(track->ref == ENT_ALTITUDE_AMSL && track->tolerance.lateral_mm == 5 &&
			track->tolerance.time_us == 7);
	CHECK(parts(&run, "a")->air->qnh_hi_pa == 102000);
	CHECK(altitude_is(parts(&run, "f")->band.floor, ENT_ALTITUDE_AMSL, 10000));
	CHECK(altitude_is(parts(&run, "f")->band.ceiling, ENT_ALTITUDE_AGL, 20000));
	finish(&run);
}

/* --- The same in another dress --- */

static void check_same(const struct check_model *one, const struct check_model *other) {
	CHECK(other->n_items == one->n_items);
	CHECK(memcmp(&other->cleaning, &one->cleaning, sizeof one->cleaning) == 0);
	for (size_t j = 0; j < one->n_items; j++) {
		const struct check_item *a = &one->items[j], *b = &other->items[j];
		const struct ent_track_parts *x = ent_volume_parts(a->volume)->track;
		const struct ent_track_parts *y = ent_volume_parts(b->volume)->track;
		CHECK(strcmp(a->id, b->id) == 0 && x->n_points == y->n_points && x->ref == y->ref);
		for (uint32_t k = 0; k < x->n_points; k++) {
			CHECK(x->points[k].at.lat_ndeg == y->points[k].at.lat_ndeg);
			CHECK(x->points[k].at.lon_ndeg == y->points[k].at.lon_ndeg);
			CHECK(x->points[k].altitude_mm == y->points[k].altitude_mm);
			CHECK(x->points[k].time_utc_us == y->points[k].time_utc_us);
		}
	}
}

TEST(traffic__reads_the_same_from_csv_json_and_gzip_and_in_any_pieces) {
	(void)state_;
	static const char *const csv =
			"timestamp_ms,icao24,callsign,latitude,longitude,altitude_fl_ft\n";
	char rows[20000], list[40000];
	uint64_t seed = 12;
	(void)snprintf(rows, sizeof rows, "%s", csv);
	(void)snprintf(list, sizeof list, "[");
	for (int i = 0; i < 200; i++) {
		long long ms = 1533101250000 + (long long)(test_random(&seed) % 4000) * 1000;
		int aircraft = (int)(test_random(&seed) % 5),
		    feet = 1000 * (int)(test_random(&seed) % 40);
		double lat = 47 + test_uniform(&seed), lon = 8 + test_uniform(&seed);
		(void)snprintf(rows + strlen(rows), sizeof rows - strlen(rows),
				"%lld,a0000%d,C%d,%.9f,%.9f,%d\n", ms, aircraft, aircraft, lat, lon,
				feet);
		(void)snprintf(list + strlen(list), sizeof list - strlen(list),
				"%s{\"timestamp\":%lld,\"icao24\":\"a0000%d\",\"callsign\":\"C%d\","
				"\"latitude\":%.9f,\"longitude\":%.9f,\"altitude\":%d.0}",
				i > 0 ? "," : "", ms, aircraft, aircraft, lat, lon, feet);
	}
	(void)snprintf(list + strlen(list), sizeof list - strlen(list), "]");
	unsigned char packed[40000];
	z_stream z = {.next_in = (unsigned char *)list,
			.avail_in = (uInt)strlen(list),
			.next_out = packed,
			.avail_out = sizeof packed};
	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END && deflateEnd(&z) == Z_OK);
	struct run runs[4];
	for (size_t i = 0; i < 4; i++)
		begin(&runs[i], &recorded);
	struct test_bytes pieces = {.bytes = list, .size = strlen(list), .most = 7, .seed = 9};
	CHECK(read_text(&runs[0], rows) == ENT_OK);
	CHECK(read_text(&runs[1], list) == ENT_OK);
	CHECK(read_n(&runs[2], "input", (char *)packed, z.total_out) == ENT_OK);
	CHECK(check_read_stream(runs[3].reader, "input", false, test_read_bytes, &pieces) ==
			ENT_OK);
	CHECK(runs[0].model.n_items >= 5);
	for (size_t i = 1; i < 4; i++)
		check_same(&runs[0].model, &runs[i].model);
	for (size_t i = 0; i < 4; i++)
		finish(&runs[i]);
}

/* --- Hostile --- */

TEST(hostile__endless_input_of_any_format_ends_in_an_error) {
	(void)state_;
	static const struct {
		const char *why, *head, *body;
		const char *says;
	} rows[] = {
			{"a CSV line of a gigabyte", CSV, "x", "longer than 64 KiB"},
			{"a quoted CSV field", CSV "\"", "x\n", "longer than 64 KiB"},
			{"CSV columns", "time", ",a", "more than 256 columns"},
			{"no line at all", "", "x", "longer than 64 KiB"},
			{"a JSON string", "[{\"timestamp\":\"", "x", "larger than 16 MiB"},
			{"JSON nesting", "[", "[", "nested too deep"},
			{"a JSON object", "{\"type\":\"Feature\",\"a\":\"", "x", "--max-input"},
			{"XML nesting", "", "<a>", "not KML"},
			{"KML text", "<kml><Placemark><name>", "x",
					"text of an element is too long"},
			{"a KML tag", "<kml a='", "x", "too long"},
			{"KML folders", "<kml>", "<Folder/>", "--max-input"},
			{"spaces", "", " ", "neither"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct test_endless from = {.head = rows[i].head,
				.body = rows[i].body,
				.total = UINT64_C(1) << 30};
		struct check_read_options options = {.max_input_bytes = 20 << 20};
		struct run run;
		begin(&run, &options);
		CHECK_ROW(rows[i].why,
				check_read_stream(run.reader, "endless", false, test_read_endless,
						&from) != ENT_OK);
		CHECK_ROW(rows[i].why,
				strstr(run.faults.shown[run.faults.n_shown - 1].fault.why,
						rows[i].says) != NULL);
		CHECK_ROW(rows[i].why, from.given <= options.max_input_bytes + (1 << 20));
		finish(&run);
	}
}

TEST(hostile__a_bomb_of_any_format_ends_at_the_limit) {
	(void)state_;
	size_t size = 1 << 20;
	char *spaces = malloc(size);
	memset(spaces, ' ', size);
	spaces[0] = '{';
	unsigned char *packed = malloc(size);
	z_stream z = {.next_out = packed, .avail_out = (uInt)size};
	CHECK(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	for (int i = 0; i < 300; i++) {
		z.next_in = (unsigned char *)spaces;
		z.avail_in = (uInt)size;
		CHECK(deflate(&z, i == 299 ? Z_FINISH : Z_NO_FLUSH) ==
				(i == 299 ? Z_STREAM_END : Z_OK));
		spaces[0] = ' ';
	}
	CHECK(deflateEnd(&z) == Z_OK);
	struct check_read_options options = {.max_input_bytes = 10 << 20};
	struct run run;
	begin(&run, &options);
	CHECK(read_n(&run, "bomb", (char *)packed, z.total_out) == ENT_E_LIMIT);
	CHECK(strstr(run.faults.shown[0].fault.why, "--max-input") != NULL);
	CHECK(read_n(&run, "cut", (char *)packed, z.total_out / 100) == ENT_E_SYNTAX);
	CHECK(strstr(run.faults.shown[1].fault.why, "cut off") != NULL);
	finish(&run);
	free(packed);
	free(spaces);
}

TEST(files__that_cannot_be_read_are_errors_even_when_bad_is_skipped) {
	(void)state_;
	struct check_read_options options = {.skip_bad = true};
	struct run run;
	begin(&run, &options);
	CHECK(check_read_file(run.reader, "/no/such/file", false) == ENT_E_IO);
	CHECK(check_read_file(run.reader, TEST_DATA, false) == ENT_E_IO);
	CHECK(run.faults.total == 2 && strcmp(run.faults.shown[0].file, "/no/such/file") == 0);
	CHECK(strstr(run.faults.shown[0].fault.why, "cannot be opened") != NULL);
	struct test_bytes broken = {.bytes = "[{\"timestamp\":1", .size = 15};
	CHECK(check_read_stream(run.reader, "broken", false, test_read_broken, &broken) ==
			ENT_E_IO);
	finish(&run);
}

TEST(altitude__as_people_write_it) {
	(void)state_;
	static const struct {
		const char *text;
		enum ent_altitude_ref ref;
		int32_t mm;
	} rows[] = {
			{"FL350", ENT_ALTITUDE_FL, 10668000},
			{"fl 95", ENT_ALTITUDE_FL, 2895600},
			{"3000 ft AMSL", ENT_ALTITUDE_AMSL, 914400},
			{"3000ft MSL", ENT_ALTITUDE_AMSL, 914400},
			{" 150 m agl ", ENT_ALTITUDE_AGL, 150000},
			{"120m W84", ENT_ALTITUDE_W84, 120000},
			{"120m WGS84", ENT_ALTITUDE_W84, 120000},
			{"-50ft HAE", ENT_ALTITUDE_W84, -15240},
			{"GND", ENT_ALTITUDE_AGL, 0},
			{"sfc", ENT_ALTITUDE_AGL, 0},
			{"UNL", ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE},
			{"35000 ft FL", ENT_ALTITUDE_FL, 10668000},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ent_altitude altitude;
		CHECK_ROW(rows[i].text,
				check_altitude_parse(rows[i].text, strlen(rows[i].text), NULL,
						&altitude, NULL) == ENT_OK);
		CHECK_ROW(rows[i].text, altitude_is(altitude, rows[i].ref, rows[i].mm));
	}
	static const char *const wrong[] = {"", "FL", "FL-10", "FL1.5", "FL99999", "3000",
			"3000 ft", "3000 AMSL", "AMSL", "ft AMSL", "3000 ft XYZ", "201km W84",
			"FL350 AMSL", "3000 ft AMSL AGL"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct ent_altitude altitude = {ENT_ALTITUDE_AGL, 77};
		struct ent_fault fault = {0};
		CHECK_ROW(wrong[i],
				check_altitude_parse(wrong[i], strlen(wrong[i]), NULL, &altitude,
						&fault) != ENT_OK);
		CHECK_ROW(wrong[i], altitude.mm == 77 && fault.why[0] != '\0');
	}
	enum ent_altitude_ref fallback = ENT_ALTITUDE_AGL;
	struct ent_altitude altitude;
	CHECK(check_altitude_parse("30 m", 4, &fallback, &altitude, NULL) == ENT_OK &&
			altitude_is(altitude, ENT_ALTITUDE_AGL, 30000));
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(geojson__every_kind_of_feature_becomes_what_it_says),
			TEST_ENTRY(f3548__volumes_of_one_intent_are_one_group),
			TEST_ENTRY(kinds__are_said_or_shown_by_what_a_thing_is_else_not_known),
			TEST_ENTRY(csv__rows_become_cleaned_flights),
			TEST_ENTRY(csv__columns_may_be_named_in_many_ways),
			TEST_ENTRY(kml__placemarks_become_what_they_say),
			TEST_ENTRY(adsb__altitude_is_a_flight_level_and_flights_are_aircraft_and_callsign),
			TEST_ENTRY(adsb__a_report_without_callsign_belongs_to_its_aircraft),
			TEST_ENTRY(adsb__flight_id_names_a_flight_but_does_not_part_it),
			TEST_ENTRY(ids__are_unique_and_inputs_are_kept_apart),
			TEST_ENTRY(ids__from_outside_cannot_steer_a_terminal_and_stay_utf_8),
			TEST_ENTRY(options__give_what_an_input_does_not_say),
			TEST_ENTRY(traffic__reads_the_same_from_csv_json_and_gzip_and_in_any_pieces),
			TEST_ENTRY(hostile__endless_input_of_any_format_ends_in_an_error),
			TEST_ENTRY(hostile__a_bomb_of_any_format_ends_at_the_limit),
			TEST_ENTRY(files__that_cannot_be_read_are_errors_even_when_bad_is_skipped),
			TEST_ENTRY(altitude__as_people_write_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
