/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_entry.c: entries of an airspace's ledger from anywhere, one a line, behind a few good ones. A line that begins
 * with a quotation mark gets the beginning that fits, with the next number and a second later (or, by a digit n
 * before it, 2^(2n) seconds); any other is applied as it is. What is taken keeps all promises; what is refused has
 * a reason and leaves everything as it was; a replay comes to the same; the snapshot of it all is read as the same.
 */
#include "fuzz.h"

#include <stdio.h>

#include "airspace_whole.h"

enum { LINES_MAX = 64, SIZE_MAX_TRIED = 1 << 15 };

#define HEAD "{\"seq\":%llu,\"time_us\":%lld,"

static const char *const first[] = {
		"\"kind\":\"config\",\"expire_after_us\":7200000000,\"index_is_time\":false}",
		("\"kind\":\"subscription\",\"id\":\"00000000-0000-4000-8000-000000000002\","
		 "\"manager\":\"uss1\",\"ovn\":\"a\",\"uss_base_url\":\"https://a\","
		 "\"notify_for_operational_intents\":true,\"notify_for_constraints\":true,"
		 "\"start_us\":1767225600000000,\"end_us\":1767229200000000,"
		 "\"cells\":\"479aa5f4\",\"volumes\":[]}"),
		("\"kind\":\"intent\",\"id\":\"00000000-0000-4000-8000-000000000003\","
		 "\"manager\":\"uss1\",\"state\":\"Accepted\",\"ovn\":\"b\","
		 "\"uss_base_url\":\"https://a\","
		 "\"subscription_id\":\"00000000-0000-4000-8000-000000000002\","
		 "\"cells\":\"479aa5f4\",\"volumes\":[{\"circle\":[47000000000,8000000000,50000],"
		 "\"lower_mm\":0,\"upper_mm\":1000,"
		 "\"start_us\":1767225600000000,\"end_us\":1767229200000000}]}"),
		("\"kind\":\"availability\",\"manager\":\"a\",\"uss\":\"uss1\","
		 "\"availability\":\"Normal\",\"version\":\"c\"}")};

static struct ent_json *json;
static struct ent_airspace_entry *reader;

static void check_broken(const struct ent_fold_version *version) {
	const char *broken = airspace_broken(version);
	if (broken != NULL)
		(void)fprintf(stderr, "broken: %s\n", broken);
	FUZZ_CHECK(broken == NULL);
}

/* As a replay does, where intents that stand as we write them are not parsed as JSON. NULL: it is refused. */
static uint8_t *state_after(
		struct ent_fold *fold, const char *entry, size_t size, size_t *ret_size) {
	struct ent_fault fault = {{0}, {0}};
	uint8_t *bytes = NULL;
	if (reader == NULL)
		FUZZ_CHECK(ent_airspace_entry_create(&reader) == ENT_OK);
	FUZZ_CHECK(ent_fold_begin(fold) == ENT_OK);
	if (ent_airspace_entry_read(reader, entry, size, size, &fault) == ENT_OK &&
			ent_airspace_entry_apply(fold, reader, &fault) == ENT_OK) {
		bytes = airspace_bytes(ent_fold_open(fold), ret_size);
		FUZZ_CHECK(bytes != NULL);
	}
	ent_fold_discard(fold);
	return bytes;
}

static void apply(struct ent_fold *fold, const char *entry, size_t size) {
	struct ent_fault fault = {{0}, {0}};
	size_t other_size = 0, own_size;
	uint8_t *other = state_after(fold, entry, size, &other_size);
	FUZZ_CHECK(ent_fold_begin(fold) == ENT_OK);
	const ent_status status = ent_airspace_apply(fold, json, entry, size, size, &fault);
	FUZZ_CHECK(status == ENT_OK || (status == ENT_E_SYNTAX && fault.why[0] != '\0'));
	FUZZ_CHECK((status == ENT_OK) == (other != NULL));
	if (status == ENT_OK) {
		uint8_t *own = airspace_bytes(ent_fold_open(fold), &own_size);
		FUZZ_CHECK(own != NULL && own_size == other_size &&
				memcmp(own, other, own_size) == 0);
		free(own);
		check_broken(ent_fold_open(fold));
		ent_fold_publish(fold, ent_fold_seal(fold));
	} else {
		ent_fold_discard(fold);
	}
	free(other);
	(void)ent_fold_sweep(fold, SIZE_MAX);
}

static void apply_line(struct ent_fold *fold, const char *line, size_t size) {
	const struct ent_fold_version *version = ent_fold_take(fold);
	const struct ent_airspace_head *head = ent_fold_head(version);
	const bool digit = size > 1 && line[0] >= '0' && line[0] <= '9' && line[1] == '"';
	const int64_t later = INT64_C(1000000) << (digit ? 2 * (line[0] - '0') : 0);
	const int64_t time_us = head->size == 0 ? INT64_C(1767225600000000)
						: head->time_utc_us + later;
	char *entry = malloc(size + 100);
	FUZZ_CHECK(entry != NULL);
	size_t length = 0;
	if (digit || (size > 0 && line[0] == '"'))
		length = (size_t)snprintf(entry, 100, HEAD, (unsigned long long)head->size,
				(long long)time_us);
	memcpy(entry + length, line + digit, size - digit);
	length += size - digit;
	ent_fold_release(fold, version);
	/* An exact copy, so that a byte too far is seen. */
	entry = realloc(entry, length > 0 ? length : 1);
	FUZZ_CHECK(entry != NULL);
	apply(fold, entry, length);
	free(entry);
}

static void check_snapshot(struct ent_fold *fold) {
	const struct ent_fold_version *version = ent_fold_take(fold);
	struct ent_fold *other;
	struct ent_fault fault = {{0}, {0}};
	size_t size;
	uint8_t *bytes = airspace_bytes(version, &size);
	FUZZ_CHECK(bytes != NULL);
	FUZZ_CHECK(ent_fold_create(&ent_airspace_fold_options, &other) == ENT_OK);
	FUZZ_CHECK(ent_fold_begin(other) == ENT_OK);
	FUZZ_CHECK(ent_airspace_snapshot_read(other, bytes, size, &fault) == ENT_OK);
	FUZZ_CHECK(airspace_differ(version, ent_fold_open(other)) == NULL);
	ent_fold_destroy(other);
	free(bytes);
	ent_fold_release(fold, version);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_fold *fold;
	const char *text = (const char *)data;
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	if (json == NULL)
		FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	FUZZ_CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		apply_line(fold, first[i], strlen(first[i]));
	for (int line = 0; size > 0 && line < LINES_MAX; line++) {
		const char *end = memchr(text, '\n', size);
		const size_t length = end != NULL ? (size_t)(end - text) : size;
		apply_line(fold, text, length);
		text += end != NULL ? length + 1 : length;
		size -= end != NULL ? length + 1 : length;
	}
	check_snapshot(fold);
	ent_fold_destroy(fold);
	return 0;
}
