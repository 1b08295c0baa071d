/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with an input, and where: for every format. */
#include "entente/refused.h"
#include "reading.h"

#define TEN "0123456789"

static const struct bad {
	const char *why, *text;
	ent_status status;
	const char *where, *says;
} bad[] = {
		{"nothing", "", ENT_E_SYNTAX, "", "empty"},
		{"spaces", "  \n ", ENT_E_SYNTAX, "", "neither"},
		{"zip", "PK\x03\x04xxxx", ENT_E_REFUSED, "", "KMZ"},
		{"UTF-16", "\xff\xfe{", ENT_E_SYNTAX, "", "UTF-16"},
		{"an air tasking message", "EXER/OLIVE DRAGON//\nMSGID/ATO/X//\n", ENT_E_REFUSED,
				"", "USMTF"},
		{"some text", "hello\nworld\n", ENT_E_MISSING, "line 1",
				"no column gives the time"},
		/* JSON */
		{"not well formed", "{\"type\":\n\"Feature\",,}", ENT_E_SYNTAX, "line 2, column 11",
				"name in quotes"},
		{"some object", "{\"a\":1}", ENT_E_SYNTAX, "", "neither GeoJSON"},
		{"some list", "[{\"a\":1}]", ENT_E_SYNTAX, "[0]", "recorded reports"},
		{"a list of numbers", "[1,2]", ENT_E_SYNTAX, "[0]", "recorded reports"},
		{"duplicate member", "{\"type\":\"Feature\",\"type\":\"Feature\"}", ENT_E_EXISTS,
				"type", "twice"},
		/* GeoJSON */
		{"no geometry", "{\"type\":\"Feature\",\"properties\":{}}", ENT_E_MISSING,
				"geometry", "missing"},
		{"null geometry", FEATURE("", "null"), ENT_E_MISSING, "geometry",
				"without a place"},
		{"floor without unit", FEATURE("\"floor\":100", SQUARE), ENT_E_SYNTAX,
				"properties.floor", "must be text"},
		{"floor without reference", FEATURE("\"floor\":\"100 m\"", SQUARE), ENT_E_SYNTAX,
				"properties.floor", "reference"},
		{"altitude object without units",
				FEATURE("\"floor\":{\"value\":1,\"reference\":\"W84\"}", SQUARE),
				ENT_E_MISSING, "properties.floor.units", "missing"},
		{"unknown reference",
				FEATURE("\"floor\":{\"value\":1,\"units\":\"M\",\"reference\":"
					"\"X\"}",
						SQUARE),
				ENT_E_SYNTAX, "properties.floor.reference", "W84, AMSL"},
		{"floor above ceiling",
				FEATURE("\"floor\":\"200 m W84\",\"ceiling\":\"100 m W84\"",
						SQUARE),
				ENT_E_DOMAIN, "properties.floor", "above the ceiling"},
		{"floor UNL", FEATURE("\"floor\":\"UNL\"", SQUARE), ENT_E_DOMAIN,
				"properties.floor", "only a ceiling"},
		{"altitude beyond limits", FEATURE("\"floor\":\"999 km W84\"", SQUARE),
				ENT_E_DOMAIN, "properties.floor", "-20 km"},
		{"local time", FEATURE("\"start\":\"2026-11-24T10:00:00\"", SQUARE), ENT_E_SYNTAX,
				"properties.start", "time without zone"},
		{"start after end",
				FEATURE("\"start\":\"2026-11-24T10:00:00Z\",\"end\":\"2026-11-"
					"24T09:00:00Z\"",
						SQUARE),
				ENT_E_DOMAIN, "properties.start", "after the end"},
		{"radius as number",
				FEATURE("\"radius\":5",
						"{\"type\":\"Point\",\"coordinates\":[8,47]}"),
				ENT_E_SYNTAX, "properties.radius", "must be text, with its unit"},
		{"a kind that no memorandum has", FEATURE("\"kind\":\"no-fly-zone\"", SQUARE),
				ENT_E_SYNTAX, "properties.kind",
				"there is no kind \"no-fly-zone\": it is flight, "
				"reserved-airspace, "
				"hazard-area, protected-place or reserved-position"},
		{"a kind of another case", FEATURE("\"kind\":\"Flight\"", SQUARE), ENT_E_SYNTAX,
				"properties.kind", "there is no kind \"Flight\""},
		{"a kind as number", FEATURE("\"kind\":1", SQUARE), ENT_E_SYNTAX, "properties.kind",
				"must be text"},
		{"open ring",
				FEATURE("",
						"{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[9,"
						"47],[9,48],[8,48]]]}"),
				ENT_E_SHAPE, "geometry.coordinates[0]", "not closed"},
		{"short ring",
				FEATURE("",
						"{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[9,"
						"47],[8,47]]]}"),
				ENT_E_SHAPE, "geometry.coordinates[0]", "four positions"},
		{"crossing edges",
				FEATURE("",
						"{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[9,"
						"48],[9,47],[8,48],[8,47]]]}"),
				ENT_E_SHAPE, "geometry.coordinates", ""},
		{"latitude out of range",
				FEATURE("", "{\"type\":\"Point\",\"coordinates\":[8,97]}"),
				ENT_E_DOMAIN, "geometry.coordinates", "latitude"},
		{"text for a number",
				FEATURE("",
						"{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[9,"
						"47],[\"9\",48],[8,47]]]}"),
				ENT_E_SYNTAX, "geometry.coordinates[0][2]", "longitude"},
		{"not an array", FEATURE("", "{\"type\":\"Polygon\",\"coordinates\":7}"),
				ENT_E_SYNTAX, "geometry.coordinates", "rings"},
		{"MultiPoint", FEATURE("", "{\"type\":\"MultiPoint\",\"coordinates\":[[8,47]]}"),
				ENT_E_REFUSED, "geometry.coordinates", "one feature each"},
		{"GeometryCollection",
				FEATURE("", "{\"type\":\"GeometryCollection\",\"geometries\":[]}"),
				ENT_E_REFUSED, "geometry.type", "one feature each"},
		{"no such geometry", FEATURE("", "{\"type\":\"Blob\",\"coordinates\":[]}"),
				ENT_E_SYNTAX, "geometry.type", "no type"},
		{"line without width or times", FEATURE("", LINE), ENT_E_MISSING,
				"geometry.coordinates", "half_width"},
		{"too few times", FEATURE("\"times\":[\"2026-11-24T10:00:00Z\"]", LINE),
				ENT_E_DOMAIN, "properties.times", "1 entries for 2 positions"},
		{"too many times",
				FEATURE("\"times\":[\"2026-11-24T10:00:00Z\",\"2026-11-24T10:00:"
					"01Z\",\"2026-11-24T10:00:02Z\"]",
						LINE),
				ENT_E_DOMAIN, "properties.times", "3 entries for 2 positions"},
		{"too few altitudes", FEATURE(TIMES ",\"altitudes\":[\"FL90\"]", LINE),
				ENT_E_DOMAIN, "properties.altitudes", "1 entries for 2 positions"},
		{"one altitude and a list of them",
				FEATURE(TIMES ",\"altitude\":\"FL90\",\"altitudes\":[\"FL90\","
					      "\"FL100\"]",
						LINE),
				ENT_E_EXISTS, "properties.altitude", "beside \"altitudes\""},
		{"times that are none", FEATURE("\"times\":\"soon\"", LINE), ENT_E_SYNTAX,
				"properties.times", "an array"},
		{"one bad time",
				FEATURE("\"times\":[\"2026-11-24T10:00:00Z\",\"2026-11-24\"]",
						LINE),
				ENT_E_SYNTAX, "properties.times[1]", "not a time"},
		{"no altitude, said once",
				FEATURE(TIMES,
						"{\"type\":\"LineString\",\"coordinates\":[[8,47],["
						"9,47]]}"),
				ENT_E_MISSING, "geometry.coordinates[0]", "has no altitude"},
		{"a misspelt tolerance", FEATURE(TIMES ",\"lateral_tolerence\":\"5nm\"", LINE),
				ENT_E_SYNTAX, "properties.lateral_tolerence",
				"did you mean lateral_tolerance?"},
		{"another case", FEATURE("\"Floor\":\"FL90\"", SQUARE), ENT_E_SYNTAX,
				"properties.Floor", "did you mean floor?"},
		{"a misspelt number", FEATURE("\"raduis\":5", SQUARE), ENT_E_SYNTAX,
				"properties.raduis", "did you mean radius?"},
		{"misspelt properties",
				"{\"type\":\"Feature\",\"propertys\":{},\"geometry\":" SQUARE "}",
				ENT_E_SYNTAX, "propertys", "did you mean properties?"},
		{"a tolerance beyond its limit",
				FEATURE(TIMES ",\"lateral_tolerance\":\"501km\"", LINE),
				ENT_E_DOMAIN, "properties.lateral_tolerance", "0 to 500 km"},
		{"a long callsign", FEATURE("\"callsign\":\"ABCDEFGHIJKLMNOP\"", SQUARE),
				ENT_E_LIMIT, "properties.callsign", "more than 15 bytes"},
		{"an address of five digits", FEATURE("\"icao24\":\"4b123\"", SQUARE), ENT_E_SYNTAX,
				"properties.icao24", "6 hexadecimal digits"},
		{"an address of a letter beyond f", FEATURE("\"icao24\":\"4b123g\"", SQUARE),
				ENT_E_SYNTAX, "properties.icao24", "6 hexadecimal digits"},
		{"a long id", FEATURE("\"id\":\"" TEN TEN TEN TEN TEN TEN TEN TEN "\"", SQUARE),
				ENT_E_LIMIT, "geometry.coordinates", "an id of more than 79 bytes"},
		{"the feature's id beside its path",
				"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"
				"\"Feature\",\"id\":17,\"properties\":{\"floor\":1},"
				"\"geometry\":" SQUARE "}]}",
				ENT_E_SYNTAX, "features[0].properties.floor, id 17",
				"must be text"},
		{"times that do not rise",
				FEATURE("\"times\":[\"2026-11-24T10:00:00Z\",\"2026-11-24T10:00:"
					"00Z\"]",
						LINE),
				ENT_E_DOMAIN, "geometry.coordinates", ""},
		{"another reference system",
				"{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\","
				"\"properties\":{\"name\":\"EPSG:21781\"}},\"features\":[]}",
				ENT_E_REFUSED, "crs", "WGS84"},
		{"third feature",
				"{\"type\":\"FeatureCollection\",\"features\":[" FEATURE(
						"", SQUARE) "," FEATURE("", SQUARE) ",7]}",
				ENT_E_SYNTAX, "features[2]", "an object"},
		{"a property of a target", FEATURE("\"target_type\":1", SQUARE), ENT_E_REFUSED,
				"properties.target_type", "no place for targets"},
		{"weapons in a null", FEATURE("\"weapons\":null", SQUARE), ENT_E_REFUSED,
				"properties.weapons", "no place for targets"},
		{"a member of the feature",
				"{\"type\":\"Feature\",\"orderOfBattle\":[],\"geometry\":" SQUARE
				"}",
				ENT_E_REFUSED, "orderOfBattle", "no place"},
		/* F3548 */
		{"no volumes", "{\"extents\":[]}", ENT_E_MISSING, "", "holds no volumes"},
		{"a subscription", "{\"extents\":{},\"notify_for_constraints\":false}",
				ENT_E_DOMAIN, "", "is a subscription"},
		{"a reference alone", "{\"operational_intent_reference\":{\"id\":\"x\"}}",
				ENT_E_MISSING, "", "reference alone"},
		{"neither outline", "{\"extents\":[{\"volume\":{}}]}", ENT_E_MISSING,
				"extents[0].volume", "exactly one"},
		{"both outlines",
				"{\"extents\":[{\"volume\":" CIRCLE3
				",\"outline_polygon\":{\"vertices\":[]}}}]}",
				ENT_E_SHAPE, "extents[0].volume", "exactly one"},
		{"feet",
				"{\"extents\":[{\"volume\":" CIRCLE3
				",\"altitude_lower\":{\"value\":1,\"units\":\"FT\",\"reference\":"
				"\"W84\"}}}]}",
				ENT_E_SYNTAX, "extents[0].volume.altitude_lower.units", "\"M\""},
		{"another reference",
				"{\"extents\":[{\"volume\":" CIRCLE3
				",\"altitude_upper\":{\"value\":1,\"units\":\"M\",\"reference\":"
				"\"AGL\"}}}]}",
				ENT_E_SYNTAX, "extents[0].volume.altitude_upper.reference",
				"\"W84\""},
		{"too low",
				"{\"extents\":[{\"volume\":" CIRCLE3
				",\"altitude_upper\":{\"value\":-8001,\"units\":\"M\","
				"\"reference\":\"W84\"}}}]}",
				ENT_E_DOMAIN, "extents[0].volume.altitude_upper", "-8000"},
		{"time format",
				"{\"extents\":[{\"volume\":" CIRCLE3
				"},\"time_start\":{\"value\":\"2026-11-24T10:00:00Z\",\"format\":"
				"\"unix\"}}]}",
				ENT_E_SYNTAX, "extents[0].time_start.format", "RFC3339"},
		{"two vertices",
				"{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lat\":1,"
				"\"lng\":1},{\"lat\":1,\"lng\":2}]}}}",
				ENT_E_SHAPE, "volume.outline_polygon.vertices", ""},
		{"vertex without lng",
				"{\"volume\":{\"outline_polygon\":{\"vertices\":[{\"lat\":1}]}}}",
				ENT_E_MISSING, "volume.outline_polygon.vertices[0].lng", "missing"},
		{"radius 0",
				"{\"volume\":{\"outline_circle\":{\"center\":{\"lat\":1,\"lng\":1},"
				"\"radius\":{\"value\":0,\"units\":\"M\"}}}}",
				ENT_E_DOMAIN, "volume.outline_circle.radius", "above 0"},
		{"a weapon in an intent",
				"{\"extents\":[{\"volume\":" CIRCLE3 "},\"munition\":1}]}",
				ENT_E_REFUSED, "extents[0].munition", "no place"},
		{"end before start",
				"{\"extents\":[{\"volume\":" CIRCLE3
				"},\"time_start\":{\"value\":\"2026-11-24T10:00:00Z\",\"format\":"
				"\"RFC3339\"},\"time_end\":{\"value\":\"2026-11-24T09:00:00Z\","
				"\"format\":\"RFC3339\"}}]}",
				ENT_E_DOMAIN, "extents[0].time_start", "after the end"},
		{"misspelt volumes",
				"{\"volumes\":[{\"volume\":" CIRCLE3
				"}}],\"off_nominal_volume\":[]}",
				ENT_E_SYNTAX, "off_nominal_volume",
				"did you mean off_nominal_volumes?"},
		{"an id that is no UUID",
				"{\"reference\":{\"id\":\"not-a-uuid\"},\"details\":{\"volumes\":"
				"[{\"volume\":" CIRCLE3 "}}]}}",
				ENT_E_SYNTAX, "reference.id", "must be a UUID"},
		{"a UUID of another version",
				"{\"id\":\"2f8343be-6482-1d1b-a474-16847e01af1e\",\"extents\":"
				"[{\"volume\":" CIRCLE3 "}}]}",
				ENT_E_SYNTAX, "id", "must be a UUID"},
		{"second of a list", "[{\"extents\":[{\"volume\":" CIRCLE3 "}}]},{\"extents\":7}]",
				ENT_E_SYNTAX, "[1].extents", "an array"},
		/* ADS-B */
		{"latitude as text", "[{\"timestamp\":0,\"latitude\":\"1\"}]", ENT_E_SYNTAX,
				"[0].latitude", "number of degrees"},
		{"seconds for milliseconds", "[{\"timestamp\":1533101250}]", ENT_E_DOMAIN,
				"[0].timestamp", "looks like seconds"},
		{"another's word for it", "[{\"timestamp\":0,\"lat\":47}]", ENT_E_SYNTAX, "[0].lat",
				"did you mean latitude?"},
		{"time as text", "[{\"timestamp\":\"0\"}]", ENT_E_SYNTAX, "[0].timestamp",
				"milliseconds"},
		{"twice", REPORT(",\"latitude\":2"), ENT_E_EXISTS, "[0].latitude", "twice"},
		{"no object", "[{\"timestamp\":0},7]", ENT_E_SYNTAX, "[1]", "an object"},
		{"a target", REPORT(",\"target\":1"), ENT_E_REFUSED, "[0].target", "no place"},
		{"a misspelt member", REPORT(",\"callsing\":\"X\""), ENT_E_SYNTAX, "[0].callsing",
				"did you mean callsign?"},
		{"a long flight_id",
				REPORT(",\"flight_id\":\"" TEN TEN TEN TEN TEN TEN TEN TEN "\""),
				ENT_E_LIMIT, "[0]", "an id of more than 79 bytes"},
		{"an address that is none", "[{\"timestamp\":0,\"icao24\":\"xyzzyx\"}]",
				ENT_E_SYNTAX, "[0]", "6 hexadecimal digits"},
		{"cut off", "[{\"timestamp\":0},", ENT_E_SYNTAX, "line 1", "ends before"},
		/* CSV */
		{"a flight of two references",
				"time,id,lat,lon,altitude\n2026-11-24T10:00:00Z,KLM7,47,8,FL90\n"
				"2026-11-24T10:01:00Z,KLM7,47,8,3000 ft AMSL\n",
				ENT_E_DOMAIN, "line 3",
				"an altitude in AMSL, but the others of KLM7 are in FL"},
		{"no altitude column", "time,id,lat,lon\n", ENT_E_MISSING, "line 1",
				"no column gives the altitude"},
		{"no reference", "time,id,lat,lon,altitude_ft\n", ENT_E_MISSING,
				"line 1, column altitude_ft", "no reference"},
		{"no identity", "time,lat,lon,altitude_fl\n", ENT_E_MISSING, "line 1",
				"id, callsign or icao24"},
		{"two times", "time,time_ms,id,lat,lon,altitude_fl\n", ENT_E_EXISTS,
				"line 1, column time_ms", "another column"},
		{"a weapon column", "time,id,lat,lon,altitude_fl,weapon_type\n", ENT_E_REFUSED,
				"line 1, column weapon_type", "no place"},
		{"a misspelt column", "time,icao24,call_sign,lat,lon,altitude_fl\n", ENT_E_SYNTAX,
				"line 1, column call_sign", "did you mean callsign?"},
		{"a misspelt time", "tima,id,lat,lon,altitude_fl\n", ENT_E_SYNTAX,
				"line 1, column tima", "did you mean time?"},
		{"a long callsign",
				"time,callsign,lat,lon,altitude\n2026-11-24T10:00:00Z,"
				"ABCDEFGHIJKLMNOP,47,8,FL100\n",
				ENT_E_LIMIT, "line 2", "a callsign of more than 15 bytes"},
		{"bad number", CSV "2026-11-24T10:00:00Z,a,47,x8,100\n", ENT_E_SYNTAX,
				"line 2, column lon", "not a decimal"},
		{"not a number", CSV "2026-11-24T10:00:00Z,a,nan,8,100\n", ENT_E_SYNTAX,
				"line 2, column lat", "not a decimal"},
		{"local time", CSV "2026-11-24T10:00:00,a,47,8,100\n", ENT_E_SYNTAX,
				"line 2, column time", "without zone"},
		{"no such day", CSV "2026-11-31T10:00:00Z,a,47,8,100\n", ENT_E_DOMAIN,
				"line 2, column time", "no such day"},
		{"missing field", CSV "\n2026-11-24T10:00:00Z,a,47,8\n", ENT_E_SYNTAX, "line 3",
				"has 4 fields; the header has 5"},
		{"stray quote", CSV "\"2026\"x,a,47,8,1\n", ENT_E_SYNTAX, "line 2",
				"must be doubled"},
		{"open quote", CSV "\"2026\n\n", ENT_E_SYNTAX, "line 2", "no end"},
		{"unit missing", "time,id,lat,lon,altitude\n2026-11-24T10:00:00Z,a,47,8,100\n",
				ENT_E_SYNTAX, "line 2, column altitude", "reference"},
		/* KML */
		{"other XML", "<gpx/>", ENT_E_SYNTAX, "line 1", "not KML"},
		{"not well formed", "<kml>\n<a></b></kml>", ENT_E_SYNTAX, "line 2, column 6",
				"mismatched"},
		{"DOCTYPE", "<!DOCTYPE kml>\n<kml/>", ENT_E_REFUSED, "line 1", "DOCTYPE"},
		{"network link", "<kml>\n<NetworkLink/></kml>", ENT_E_REFUSED, "line 2",
				"not followed"},
		{"nothing of a place", KML(""), ENT_E_MISSING, "line 2, Placemark P",
				"without a place"},
		{"a model", KML("<Model><Location/></Model>"), ENT_E_REFUSED,
				"line 2, Placemark P, Model (line 2)", "not taken"},
		{"a picture on the ground",
				"<kml>\n<GroundOverlay><LatLonBox/></GroundOverlay></kml>",
				ENT_E_REFUSED, "line 2", "a picture on the ground"},
		{"a misspelt Placemark", "<kml>\n<Placemrk>" KML_SQUARE "</Placemrk></kml>",
				ENT_E_SYNTAX, "line 2, Placemrk", "did you mean Placemark?"},
		{"a misspelt shape", KML(KML_SQUARE "<LineSting/>"), ENT_E_SYNTAX,
				"Placemark P, LineSting (line 2)", "did you mean LineString?"},
		{"a misspelt name of data",
				KML("<ExtendedData><Data name='cieling'><value>FL90</value></Data>"
				    "</ExtendedData>" KML_SQUARE),
				ENT_E_SYNTAX, "Placemark P, data cieling", "did you mean ceiling?"},
		{"bad coordinates", KML("<Point><coordinates>8;47</coordinates></Point>"),
				ENT_E_SYNTAX, "line 2, Placemark P, coordinates (line 2)",
				"position"},
		{"open ring",
				KML("<Polygon><outerBoundaryIs><LinearRing><coordinates>8,47 9,47 "
				    "9,48 "
				    "8,48</coordinates></LinearRing></outerBoundaryIs></Polygon>"),
				ENT_E_SHAPE, "Placemark P", "not closed"},
		{"line without width",
				KML("<LineString><coordinates>8,47 "
				    "9,47</coordinates></LineString>"),
				ENT_E_MISSING, "Placemark P, LineString", "half_width"},
		{"bad data",
				KML("<ExtendedData><Data "
				    "name='floor'><value>7</value></Data></"
				    "ExtendedData>" KML_SQUARE),
				ENT_E_SYNTAX, "Placemark P, data floor", "reference"},
		{"refused data",
				KML("<ExtendedData><Data "
				    "name='strike'><value/></Data></ExtendedData>" KML_SQUARE),
				ENT_E_REFUSED, "Placemark P, data strike", "no place"},
		{"date without a zone",
				KML("<TimeSpan><begin>2026-11-24</begin></TimeSpan>" KML_SQUARE),
				ENT_E_SYNTAX, "begin", "not a time"},
		{"whens and coords", KML("<Track><when>2026-11-24T10:00:00Z</when></Track>"),
				ENT_E_SHAPE, "gx:Track", "1 when and 0 gx:coord"},
		{"a kind that no memorandum has, in KML",
				KML("<ExtendedData><Data name='kind'><value>zone</value></Data>"
				    "</ExtendedData>" KML_SQUARE),
				ENT_E_SYNTAX, "data kind", "there is no kind \"zone\""},
		{"a track of reports that is no flight",
				KML("<ExtendedData><Data name='kind'><value>hazard-area</value>"
				    "</Data></ExtendedData><Track><when>2026-11-24T10:00:00Z"
				    "</when><coord>8 47 100</coord></Track>"),
				ENT_E_DOMAIN, "data kind", "a gx:Track is a flight"},
		{"sea floor",
				KML("<Point><altitudeMode>clampToSeaFloor</"
				    "altitudeMode><coordinates>8,47</coordinates></Point>"),
				ENT_E_REFUSED, "altitudeMode", "must be"},
};

TEST(faults__name_the_place_and_the_reason) {
	(void)state_;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct run run;
		begin(&run, NULL);
		ent_status status = read_text(&run, bad[i].text);
		CHECK_ROW(bad[i].why, status == bad[i].status);
		CHECK_ROW(bad[i].why, run.faults.total == 1 && run.faults.n_shown == 1);
		CHECK_ROW(bad[i].why, strcmp(run.faults.shown[0].file, "input") == 0);
		CHECK_ROW(bad[i].why,
				strstr(run.faults.shown[0].fault.where, bad[i].where) != NULL);
		CHECK_ROW(bad[i].why, strstr(run.faults.shown[0].fault.why, bad[i].says) != NULL);
		CHECK_ROW(bad[i].why, run.faults.shown[0].fault.why[0] != '\0');
		CHECK_ROW(bad[i].why, run.model.left_out == 0);
		finish(&run);
	}
}

TEST(skip_bad__goes_on_and_counts_what_it_left_out) {
	(void)state_;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct check_read_options options = {.skip_bad = true};
		struct run run;
		begin(&run, &options);
		CHECK_ROW(bad[i].why, read_text(&run, bad[i].text) == ENT_OK);
		CHECK_ROW(bad[i].why,
				run.model.left_out == 1 && run.model.sources[0].left_out == 1);
		CHECK_ROW(bad[i].why, run.faults.total == 1);
		finish(&run);
	}
}

TEST(faults__all_are_found_and_the_first_are_kept) {
	(void)state_;
	char text[8000] = "{\"type\":\"FeatureCollection\",\"features\":[";
	for (int i = 0; i < 50; i++)
		(void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
				i > 0 ? "," : "",
				i % 2 ? FEATURE("\"radius\":1", SQUARE) : FEATURE("", SQUARE));
	(void)snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run, text) == ENT_E_SYNTAX);
	CHECK(run.faults.total == 25 && run.faults.n_shown == CHECK_FAULTS_SHOWN_DEFAULT);
	CHECK(strcmp(run.faults.shown[1].fault.where, "features[3].properties.radius") == 0);
	CHECK(run.model.n_items == 25); /* the good ones are there */
	finish(&run);
}

TEST(faults__no_file_name_can_steer_a_terminal) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(check_read_file(run.reader, "/nope\x1b[31m/\xe2\x80\xae\xc3\xbc", false) == ENT_E_IO);
	CHECK(strcmp(run.faults.shown[0].file, "/nope?[31m/?\xc3\xbc") == 0);
	finish(&run);
}

TEST(multi_polygon__that_fails_halfway_leaves_nothing) {
	(void)state_;
	struct run run;
	begin(&run, NULL);
	CHECK(read_text(&run,
			      FEATURE("",
					      "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[8,47]"
					      ",[9,47],[9,48],[8,47]]],[[[8,47],[9,47],[8,47]]]]"
					      "}")) == ENT_E_SHAPE);
	CHECK(run.model.n_items == 0 && run.model.sources[0].items == 0);
	CHECK(strcmp(run.faults.shown[0].fault.where, "geometry.coordinates[1][0]") == 0);
	finish(&run);
}

TEST(refused__names_by_their_words) {
	(void)state_;
	static const char *const refused[] = {"target", "Targets", "target_id", "primaryTarget",
			"TARGET-TYPE", "weapon", "weaponsOnBoard", "munition", "strike",
			"strike_time", "order_of_battle", "orderOfBattle", "orbat",
			"force_strength", "sensor video", "SensorVideo", "aim_point", "kill_chain",
			"air_tasking_order", "warhead"};
	static const char *const taken[] = {"retarget", "bird_strike", "birdStrikeRisk",
			"lightning_strike", "name", "callsign", "floor", "fire", "wind_force",
			"signal_strength", "battle", "tensile_strength", "video", "", "_", "of",
			"strikethrough", "order"};
	for (size_t i = 0; i < COUNT(refused); i++)
		CHECK_ROW(refused[i], ent_refused_name(refused[i], strlen(refused[i])));
	for (size_t i = 0; i < COUNT(taken); i++)
		CHECK_ROW(taken[i], !ent_refused_name(taken[i], strlen(taken[i])));
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(faults__name_the_place_and_the_reason),
			TEST_ENTRY(skip_bad__goes_on_and_counts_what_it_left_out),
			TEST_ENTRY(faults__all_are_found_and_the_first_are_kept),
			TEST_ENTRY(faults__no_file_name_can_steer_a_terminal),
			TEST_ENTRY(multi_polygon__that_fails_halfway_leaves_nothing),
			TEST_ENTRY(refused__names_by_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
