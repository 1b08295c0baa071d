/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_json.c: the JSON door. A list is taken by the stream if and only if it is taken as a
 * whole, and has the same elements; what is written from a document reads back the same.
 */
#include "fuzz.h"

#include "entente/json.h"
#include "entente/jsonout.h"

struct tally {
	uint64_t elements, hash;
};

static void mix(struct tally *tally, uint64_t value) {
	tally->hash = (tally->hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	tally->hash ^= tally->hash >> 29;
}

static void add_text(struct tally *tally, const char *text, size_t length) {
	mix(tally, length);
	for (size_t i = 0; i < length; i++)
		mix(tally, (unsigned char)text[i]);
}

static void add(struct tally *tally, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *text;
	size_t length;
	double number;
	bool yes;
	mix(tally, (uint64_t)ent_json_kind(value) + 1);
	if (ent_json_kind(value) == ENT_JSON_OBJECT) {
		while (ent_json_next_member(&walk, &text, &length, &inner)) {
			add_text(tally, text, length);
			add(tally, inner);
		}
		mix(tally, 99);
	} else if (ent_json_kind(value) == ENT_JSON_ARRAY) {
		while (ent_json_next_element(&walk, &inner))
			add(tally, inner);
		mix(tally, 98);
	} else if (ent_json_string(value, &text, &length)) {
		add_text(tally, text, length);
	} else if (ent_json_double(value, &number)) {
		uint64_t bits;
		memcpy(&bits, &number, sizeof bits);
		mix(tally, bits);
	} else if (ent_json_bool(value, &yes)) {
		mix(tally, yes);
	}
}

static ent_status by_stream(const uint8_t *data, size_t size, struct tally *tally) {
	struct fuzz_bytes from = {data, size, 0, 11};
	struct ent_json_stream *stream;
	struct ent_json_value batch, value;
	uint64_t first;
	ent_status status;
	FUZZ_CHECK(ent_json_stream_create(fuzz_read, &from, &stream) == ENT_OK);
	while ((status = ent_json_stream_next(stream, &batch, &first, NULL)) == ENT_OK) {
		struct ent_json_walk walk = ent_json_walk_from(batch);
		FUZZ_CHECK(first == tally->elements);
		while (ent_json_next_element(&walk, &value)) {
			add(tally, value);
			tally->elements++;
		}
	}
	ent_json_stream_destroy(stream);
	return status;
}

static void rewrite(struct ent_jsonout *out, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *text;
	size_t length;
	int64_t number;
	if (ent_json_kind(value) == ENT_JSON_ARRAY) {
		ent_jsonout_array_begin(out);
		while (ent_json_next_element(&walk, &inner))
			if (out->depth < ENT_JSONOUT_DEPTH_MAX - 1)
				rewrite(out, inner);
		ent_jsonout_array_end(out);
	} else if (ent_json_string(value, &text, &length)) {
		ent_jsonout_string_n(out, text, length);
	} else if (ent_json_int(value, &number)) {
		ent_jsonout_int(out, number);
	} else {
		ent_jsonout_null(out);
	}
}

/* Written, read and written again: the same bytes. */
static void round_trip(struct ent_json *json, struct ent_json_value root) {
	struct ent_jsonout_memory texts[2] = {{.limit = 1 << 24}, {.limit = 1 << 24}};
	struct ent_jsonout out;
	for (int i = 0; i < 2; i++) {
		ent_jsonout_init(&out, ent_jsonout_to_memory, &texts[i], (unsigned)i);
		rewrite(&out, root);
		FUZZ_CHECK(ent_jsonout_finish(&out) == ENT_OK);
		FUZZ_CHECK(ent_json_parse(json, texts[i].bytes, texts[i].size, NULL, &root, NULL) ==
				ENT_OK);
	}
	struct ent_jsonout_memory last = {.limit = 1 << 24};
	ent_jsonout_init(&out, ent_jsonout_to_memory, &last, 0);
	rewrite(&out, root);
	FUZZ_CHECK(ent_jsonout_finish(&out) == ENT_OK);
	FUZZ_CHECK(last.size == texts[0].size &&
			memcmp(last.bytes, texts[0].bytes, last.size) == 0);
	free(texts[0].bytes);
	free(texts[1].bytes);
	free(last.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_json *json;
	struct ent_json_value root, value;
	struct ent_fault fault = {0};
	struct ent_json_options options = {.refuse_duplicates = size % 2 == 1};
	struct tally whole = {0}, parts = {0};
	FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	ent_status status = ent_json_parse(json, (const char *)data, size, &options, &root, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	ent_status stream = by_stream(data, size, &parts);
	bool is_list = status == ENT_OK && ent_json_kind(root) == ENT_JSON_ARRAY;
	bool marked = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;
	if (is_list) {
		struct ent_json_walk walk = ent_json_walk_from(root);
		while (ent_json_next_element(&walk, &value)) {
			add(&whole, value);
			whole.elements++;
		}
		FUZZ_CHECK(stream == ENT_E_MISSING);
		FUZZ_CHECK(whole.elements == parts.elements && whole.hash == parts.hash);
	} else if (status != ENT_E_EXISTS && !marked) {
		FUZZ_CHECK(stream != ENT_E_MISSING);
	}
	if (status == ENT_OK)
		round_trip(json, root);
	ent_json_destroy(json);
	return 0;
}
