/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_line.c: what a peer writes into its ledger of a line, an entry a line, and what we do then: what is taken is spelled
 * as we spell it, what we decide can be applied, and deciding comes to an end.
 */
#include "fuzz.h"

#include "entente/line.h"

enum { INPUT_MAX = 20000, DECIDED_MAX = 4 * ENT_LINE_RECENT_MAX };

static const struct ent_line_ends ends = {{"0123456789abcdef", "fedcba9876543210"}, {1, 1}};
static const int64_t begin_utc_us = INT64_C(1795668110000000);

static struct ent_line line;

/* All that is due, written and taken as a node would. */
static void decide_all(
		struct ent_json *json, const struct ent_line_check *check, int64_t now_utc_us) {
	const struct ent_line_terms terms = ent_line_terms_default();
	struct ent_line_entry entry, again;
	struct ent_hash leaf;
	struct ent_line_view view;
	char bytes[ENT_LINE_ENTRY_SIZE];
	int n = 0;
	while (ent_line_decide(&line, &terms, check, ENT_CLASS_ACTUAL, now_utc_us, &entry) ==
			ENT_OK) {
		FUZZ_CHECK(n++ < DECIDED_MAX);
		const size_t size = ent_line_entry_print(&entry, bytes);
		FUZZ_CHECK(ent_line_entry_parse(json, bytes, size, &again, NULL) == ENT_OK);
		ent_ledger_leaf_hash(bytes, size, &leaf);
		FUZZ_CHECK(ent_line_apply(&line, ENT_LINE_OURS, &again, &leaf, NULL) == ENT_OK);
	}
	ent_line_look(&line, &terms, now_utc_us, &view);
	FUZZ_CHECK((view.state == ENT_LINE_STATE_UP) == (view.missed == 0 && view.has_good));
	FUZZ_CHECK(view.look_again_utc_us > now_utc_us && view.expected_utc_us > now_utc_us);
	/* Whatever the peer says of times, by our clock nothing good is of the future. */
	const struct ent_line_half *ours = &line.half[ENT_LINE_OURS];
	const int64_t now = now_utc_us > ours->time_utc_us ? now_utc_us : ours->time_utc_us;
	FUZZ_CHECK(!view.has_good || ours->good_from_utc_us <= now + terms.late_us);
}

static void take(struct ent_json *json, const char *bytes, size_t size) {
	struct ent_line_entry entry;
	struct ent_hash leaf;
	struct ent_fault fault = {{0}, {0}};
	char again[ENT_LINE_ENTRY_SIZE];
	const ent_status status = ent_line_entry_parse(json, bytes, size, &entry, &fault);
	FUZZ_CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status != ENT_OK)
		return;
	if (entry.kind != ENT_LINE_KIND_OTHER) {
		FUZZ_CHECK(ent_line_entry_print(&entry, again) == size);
		FUZZ_CHECK(memcmp(again, bytes, size) == 0);
	}
	ent_ledger_leaf_hash(bytes, size, &leaf);
	/* A ledger that says that it is one begun anew may be. */
	if (entry.kind == ENT_LINE_KIND_EPOCH && line.half[ENT_LINE_THEIRS].size == 0)
		ent_line_begin(&line, ENT_LINE_THEIRS, ENT_LINE_TIME_MOST_US);
	/* What stands anywhere else is made to follow, so that more is reached. */
	if (ent_line_apply(&line, ENT_LINE_THEIRS, &entry, &leaf, &fault) != ENT_OK) {
		FUZZ_CHECK(fault.why[0] != '\0');
		entry.seq = line.half[ENT_LINE_THEIRS].size;
		entry.time_utc_us = line.half[ENT_LINE_THEIRS].time_utc_us + 1;
		const ent_status made = ent_line_apply(&line, ENT_LINE_THEIRS, &entry, &leaf, NULL);
		FUZZ_CHECK(made == ENT_OK || made == ENT_E_SYNTAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	const struct ent_line_check check = {true, true, false};
	struct ent_json *json = NULL;
	int64_t now_utc_us = begin_utc_us;
	if (size > INPUT_MAX)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK && ent_json_create(&json) == ENT_OK);
	ent_line_init(&line, &ends, begin_utc_us);
	while (size > 0) {
		const uint8_t *newline = memchr(data, '\n', size);
		const size_t length = newline != NULL ? (size_t)(newline - data) : size;
		/* An exact copy, so that a byte too far is seen. */
		char *bytes = malloc(length > 0 ? length : 1);
		FUZZ_CHECK(bytes != NULL);
		if (length > 0)
			memcpy(bytes, data, length);
		take(json, bytes, length);
		free(bytes);
		decide_all(json, length % 2 == 0 ? &check : NULL, now_utc_us);
		now_utc_us += (int64_t)(length % 128) * 60 * 1000000;
		data += length + (newline != NULL);
		size -= length + (newline != NULL);
	}
	ent_json_destroy(json);
	return 0;
}
