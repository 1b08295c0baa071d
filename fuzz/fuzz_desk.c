/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_desk.c: entries of a desk's ledger from anywhere, one a line, behind a few good ones. A line that begins with a
 * comma gets the beginning of an entry of the kind that its first byte behind it names, with the next number, a second later
 * (or, with digits n, 2^(2n) seconds); any other is applied as it is. What is taken leaves an administrator who can sign in
 * and is read from its snapshot as the same; what is refused has a reason and leaves everything as it was. The whole input is
 * also tried as a snapshot.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/desk.h"
#include "entente/jsonout.h"

enum { LINES_MAX = 64, SIZE_MAX_TRIED = 1 << 15 };

#define KIND(name, kind) kind,
static const char *const kinds[ENT_DESK_ACT_COUNT] = {ENT_DESK_ACT_MAP(KIND)};

static const char *const first[] = {
		("{\"seq\":0,\"time_us\":1767225600000000,\"kind\":\"operator-added\","
		 "\"class\":\"ACTUAL\",\"by\":\"(command line)\",\"operator\":\"ada\","
		 "\"name\":\"Ada\",\"password\":\"$argon2id$v=19$m=65536,t=3,p=1$s$h\","
		 "\"languages\":[\"fr\"],\"roles\":[\"administrator\"]}"),
		("{\"seq\":1,\"time_us\":1767225601000000,\"kind\":\"session-begun\","
		 "\"class\":\"ACTUAL\",\"operator\":\"ada\",\"device\":"
		 "\"0000000000000000000000000000000000000000000000000000000000000000\"}"),
		("{\"seq\":2,\"time_us\":1767225602000000,\"kind\":\"operator-added\","
		 "\"class\":\"ACTUAL\",\"by\":\"ada\",\"operator\":\"wim\",\"name\":\"Wim\","
		 "\"password\":\"$argon2id$v=19$m=65536,t=3,p=1$s$h\",\"languages\":[],"
		 "\"roles\":[]}")};

static struct ent_jsonout_memory bytes_of(const struct ent_desk *desk) {
	struct ent_jsonout_memory memory = {.limit = ENT_DESK_SNAPSHOT_MAX};
	FUZZ_CHECK(ent_desk_snapshot_write(desk, ent_jsonout_to_memory, &memory) == ENT_OK);
	return memory;
}

static void check_snapshot(const void *bytes, size_t size, bool must) {
	struct ent_desk *desk = NULL;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_desk_snapshot_read(bytes, size, &desk, &fault);
	FUZZ_CHECK(status == ENT_OK || (status == ENT_E_SYNTAX && !must && fault.why[0] != '\0'));
	if (status != ENT_OK)
		return;
	struct ent_jsonout_memory again = bytes_of(desk);
	FUZZ_CHECK(again.size == size && memcmp(again.bytes, bytes, size) == 0);
	free(again.bytes);
	ent_desk_destroy(desk);
}

static void apply(struct ent_desk *desk, const char *entry, size_t size) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_jsonout_memory before = bytes_of(desk);
	const ent_status status = ent_desk_apply(desk, entry, size, &fault);
	struct ent_jsonout_memory after = bytes_of(desk);
	FUZZ_CHECK(status == ENT_OK || (status == ENT_E_SYNTAX && fault.why[0] != '\0'));
	if (status == ENT_OK)
		FUZZ_CHECK(ent_desk_administrators(desk) > 0);
	else
		FUZZ_CHECK(before.size == after.size &&
				memcmp(before.bytes, after.bytes, after.size) == 0);
	free(before.bytes);
	free(after.bytes);
}

static void apply_line(struct ent_desk *desk, const char *line, size_t size) {
	const bool begins = size > 2 && line[0] == ',';
	/* 'T' is the first: so seeds stay what they are when there is one more. */
	const unsigned which = begins ? (unsigned char)line[1] + 256u * ENT_DESK_ACT_COUNT - 'T'
				      : 0;
	const char *kind = begins ? kinds[which % ENT_DESK_ACT_COUNT] : "";
	const size_t skip = !begins ? 0 : line[2] >= '0' && line[2] <= '9' ? 3 : 2;
	const int64_t later = INT64_C(1000000) << (skip == 3 ? 2 * (line[2] - '0') : 0);
	size_t length = 0;
	char *entry = malloc(size + 160);
	FUZZ_CHECK(entry != NULL);
	if (begins)
		length = (size_t)snprintf(entry, 160,
				"{\"seq\":%llu,\"time_us\":%lld,\"kind\":\"%s\","
				"\"class\":\"ACTUAL\",",
				(unsigned long long)ent_desk_size(desk),
				(long long)(ent_desk_time(desk) + later), kind);
	memcpy(entry + length, line + skip, size - skip);
	length += size - skip;
	/* An exact copy, so that a byte too far is seen. */
	entry = realloc(entry, length > 0 ? length : 1);
	FUZZ_CHECK(entry != NULL);
	apply(desk, entry, length);
	free(entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_desk *desk = NULL;
	struct ent_fault fault;
	const char *text = (const char *)data;
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	check_snapshot(data, size, false);
	FUZZ_CHECK(ent_desk_create(&desk) == ENT_OK);
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		FUZZ_CHECK(ent_desk_apply(desk, first[i], strlen(first[i]), &fault) == ENT_OK);
	for (int line = 0; size > 0 && line < LINES_MAX; line++) {
		const char *end = memchr(text, '\n', size);
		const size_t length = end != NULL ? (size_t)(end - text) : size;
		apply_line(desk, text, length);
		text += end != NULL ? length + 1 : length;
		size -= end != NULL ? length + 1 : length;
	}
	struct ent_jsonout_memory end = bytes_of(desk);
	check_snapshot(end.bytes, end.size, true);
	free(end.bytes);
	ent_desk_destroy(desk);
	return 0;
}
