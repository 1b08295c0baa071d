/* SPDX-License-Identifier: Apache-2.0 */
/* reading.h: for tests: runs the readers of `entente check` over texts and over tests/data. */
#ifndef ENTENTE_TEST_READING_H
#define ENTENTE_TEST_READING_H

#include "read.h"
#include "reader.h"
#include "streams.h"
#include "test.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

struct run {
	struct check_model model;
	struct check_faults faults;
	struct check_reader *reader;
};

static inline void begin(struct run *run, const struct check_read_options *options) {
	static const struct check_read_options none = {0};
	memset(run, 0, sizeof *run);
	CHECK(check_faults_init(&run->faults, 0) == ENT_OK);
	CHECK(check_reader_create(&run->model, &run->faults, options != NULL ? options : &none,
			      &run->reader) == ENT_OK);
}

static inline void finish(struct run *run) {
	check_reader_destroy(run->reader);
	check_model_finish(&run->model);
	check_faults_finish(&run->faults);
}

static inline ent_status read_n(struct run *run, const char *name, const char *text, size_t size) {
	struct test_bytes from = {.bytes = text, .size = size};
	return check_read_stream(run->reader, name, false, test_read_bytes, &from);
}

static inline ent_status read_text(struct run *run, const char *text) {
	return read_n(run, "input", text, strlen(text));
}

static inline ent_status read_data(struct run *run, const char *name) {
	char path[512];
	(void)snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
	return check_read_file(run->reader, path, false);
}

static inline const struct check_item *find(const struct run *run, const char *id, size_t nth) {
	for (size_t i = 0; i < run->model.n_items; i++)
		if (strcmp(run->model.items[i].id, id) == 0 && nth-- == 0)
			return &run->model.items[i];
	fail_msg("no item %s", id);
	abort();
}

static inline const struct ent_volume_parts *parts(const struct run *run, const char *id) {
	return ent_volume_parts(find(run, id, 0)->volume);
}

static inline bool altitude_is(struct ent_altitude a, enum ent_altitude_ref ref, int32_t mm) {
	return a.ref == ref && a.mm == mm;
}

/* Pieces of inputs. */
#define FEATURE(properties, geometry) \
	"{\"type\":\"Feature\",\"properties\":{" properties "},\"geometry\":" geometry "}"
#define SQUARE "{\"type\":\"Polygon\",\"coordinates\":[[[8,47],[9,47],[9,48],[8,48],[8,47]]]}"
#define LINE "{\"type\":\"LineString\",\"coordinates\":[[8,47,100],[9,47,100]]}"
#define TIMES "\"times\":[\"2026-11-24T10:00:00Z\",\"2026-11-24T10:01:00Z\"]"
#define CIRCLE3                                                                                    \
	"{\"outline_circle\":{\"center\":{\"lat\":1,\"lng\":2},\"radius\":{\"value\":3,\"units\":" \
	"\"M\"}}"
#define REPORT(rest)                                                                           \
	"[{\"timestamp\":0,\"icao24\":\"aaaaaa\",\"latitude\":1,\"longitude\":1,\"altitude\":" \
	"1" rest "}]"
#define CSV "time,id,lat,lon,altitude_amsl_ft\n"
#define KML(inside) "<kml>\n<Placemark><name>P</name>" inside "</Placemark></kml>"
#define KML_SQUARE                                                           \
	"<Polygon><outerBoundaryIs><LinearRing><coordinates>8,47 9,47 9,48 " \
	"8,47</coordinates></LinearRing></outerBoundaryIs></Polygon>"

#endif
