/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_json.c: JSON inputs: an object is read as a whole, a list element by element, so
 * that a recording of any length takes little memory.
 */
#include <stdlib.h>
#include <string.h>

#include "jsonread.h"
#include "traffic.h"

enum list_kind { LIST_UNKNOWN, LIST_SIGHTINGS, LIST_F3548 };

static ent_status fault(struct check_reader *reader, ent_status status, const char *where,
		const char *why) {
	struct ent_fault text;
	ent_fault_set(&text, where, "%s", why);
	check_reader_fault(reader, status, &text);
	return status;
}

static ent_status read_object(
		struct check_reader *reader, struct ent_json *json, const char *text, size_t size) {
	struct ent_json_path path = {0};
	struct ent_json_options options = {
			.capacity = size + ENT_JSON_PADDING, .refuse_duplicates = true};
	struct ent_json_value root;
	struct ent_fault why = {0};
	ent_status status = ent_json_parse(json, text, size, &options, &root, &why);
	if (status != ENT_OK) {
		check_reader_fault(reader, status, &why);
		return status;
	}
	if (check_is_geojson(root)) {
		reader->source->format = "geojson";
		return check_read_geojson(reader, root, &path);
	}
	if (check_is_f3548(root)) {
		reader->source->format = "f3548";
		return check_read_f3548(reader, root, &path);
	}
	return fault(reader, ENT_E_SYNTAX, "",
			"this JSON object is neither GeoJSON (type) nor of ASTM F3548 (extents, "
			"volumes, details)");
}

ent_status check_read_json_object(struct check_reader *reader, ent_read_fn read, void *user) {
	char *text;
	size_t size, skip = 0;
	struct ent_json *json = NULL;
	ent_status status = ent_stream_read_all(
			read, user, ENT_JSON_SIZE_MAX, ENT_JSON_PADDING, &text, &size);
	if (status == ENT_E_LIMIT && reader->stream.why[0] == '\0')
		return fault(reader, status, "",
				"one JSON object of more than 64 MiB; divide it over several "
				"files");
	if (status != ENT_OK) {
		check_reader_fault(reader, status, NULL);
		return status;
	}
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		skip = 3;
	status = ent_json_create(&json);
	if (status == ENT_OK)
		status = read_object(reader, json, text + skip, size - skip);
	else
		check_reader_fault(reader, status, NULL);
	ent_json_destroy(json);
	free(text);
	return status;
}

static ent_status read_element(struct check_reader *reader, struct check_traffic *traffic,
		enum list_kind *kind, struct ent_json_value value, uint64_t index) {
	if (*kind == LIST_UNKNOWN) {
		*kind = check_is_f3548(value) ? LIST_F3548 : LIST_SIGHTINGS;
		reader->source->format = *kind == LIST_F3548 ? "f3548" : "adsb";
		if (*kind == LIST_SIGHTINGS && !check_is_sighting(value))
			return fault(reader, ENT_E_SYNTAX, "[0]",
					"a list must hold recorded reports (timestamp, icao24, "
					"latitude, longitude, altitude) or objects of ASTM F3548");
	}
	if (*kind == LIST_SIGHTINGS)
		return check_read_sighting(reader, traffic, value, index);
	struct ent_json_path path = {0};
	(void)ent_json_path_index(&path, index);
	return check_read_f3548(reader, value, &path);
}

static ent_status read_elements(struct check_reader *reader, struct ent_json_stream *stream,
		struct check_traffic *traffic) {
	enum list_kind kind = LIST_UNKNOWN;
	struct ent_json_value batch, value;
	uint64_t index;
	struct ent_fault why = {0};
	ent_status status;
	while ((status = ent_json_stream_next(stream, &batch, &index, &why)) == ENT_OK) {
		struct ent_json_walk walk = ent_json_walk_from(batch);
		for (; ent_json_next_element(&walk, &value); index++) {
			ent_status element = read_element(reader, traffic, &kind, value, index);
			if (element != ENT_OK)
				return element;
		}
	}
	if (status == ENT_E_MISSING)
		return ENT_OK;
	check_reader_fault(reader, status, &why);
	return status;
}

ent_status check_read_json_array(struct check_reader *reader, ent_read_fn read, void *user) {
	struct ent_json_stream *stream = NULL;
	struct check_traffic *traffic = NULL;
	reader->source->format = "adsb";
	ent_status status = ent_json_stream_create(read, user, &stream);
	if (status == ENT_OK)
		status = check_traffic_create(reader, CHECK_RECORDING, &traffic);
	if (status != ENT_OK) {
		check_reader_fault(reader, status, NULL);
		ent_json_stream_destroy(stream);
		return status;
	}
	status = read_elements(reader, stream, traffic);
	ent_json_stream_destroy(stream);
	/* What came before a fault is good. */
	if (!check_status_is_fatal(status)) {
		ent_status filed = check_traffic_file(
				traffic, &reader->options.air, &reader->options.tolerance);
		status = status == ENT_OK ? filed : status;
	}
	check_traffic_destroy(traffic);
	return status;
}
