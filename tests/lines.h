/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h: for tests: two parties' lines, each with its own clock, and what they wrote. */
#ifndef ENTENTE_TESTS_LINES_H
#define ENTENTE_TESTS_LINES_H

#include "test.h"

#include "entente/line.h"
#include "entente/seal.h"

#define ID_A "0123456789abcdef"
#define ID_B "fedcba9876543210"
#define MINUTE (INT64_C(60) * 1000000)
#define HOUR (60 * MINUTE)
/* The beginning of an even hour: A's turn. */
#define TEN (INT64_C(498796) * HOUR)

enum { LOG_MAX = 10000 };

struct end {
	struct ent_line line;
	struct {
		char bytes[ENT_LINE_ENTRY_SIZE];
		size_t size;
	} log[LOG_MAX];
	size_t n, given;  /* written; of them the other has */
	int64_t ahead_us; /* of its clock */
	bool stopped;
	struct ent_line_check check;
	bool checks;
};

static struct end a, b;
static struct ent_json *json;
static struct ent_line_terms terms;

static inline int start(void **state) {
	(void)state;
	terms = ent_line_terms_default();
	return ent_seal_start() == ENT_OK && ent_json_create(&json) == ENT_OK ? 0 : 1;
}

static inline int stop(void **state) {
	(void)state;
	ent_json_destroy(json);
	return 0;
}

static inline void begin(int64_t opened_utc_us) {
	const struct ent_line_ends of_a = {{ID_A, ID_B}, {1, 1}}, of_b = {{ID_B, ID_A}, {1, 1}};
	memset(&a, 0, sizeof a);
	memset(&b, 0, sizeof b);
	ent_line_init(&a.line, &of_a, opened_utc_us);
	ent_line_init(&b.line, &of_b, opened_utc_us);
}

static inline ent_status apply_bytes(struct ent_line *line, enum ent_line_side side,
		const char *bytes, size_t size, struct ent_fault *fault) {
	struct ent_line_entry entry;
	struct ent_hash leaf;
	const ent_status status = ent_line_entry_parse(json, bytes, size, &entry, fault);
	if (status != ENT_OK)
		return status;
	ent_ledger_leaf_hash(bytes, size, &leaf);
	return ent_line_apply(line, side, &entry, &leaf, fault);
}

/* All that it has to write at this moment. */
static inline void write_all(struct end *end, int64_t now_utc_us) {
	struct ent_line_entry entry;
	while (!end->stopped &&
			ent_line_decide(&end->line, &terms, end->checks ? &end->check : NULL,
					ENT_CLASS_ACTUAL, now_utc_us + end->ahead_us,
					&entry) == ENT_OK) {
		CHECK(end->n < LOG_MAX);
		end->log[end->n].size = ent_line_entry_print(&entry, end->log[end->n].bytes);
		CHECK(apply_bytes(&end->line, ENT_LINE_OURS, end->log[end->n].bytes,
				      end->log[end->n].size, NULL) == ENT_OK);
		end->n++;
	}
}

static inline void bring(struct end *from, struct end *to) {
	for (; from->given < from->n; from->given++)
		CHECK(apply_bytes(&to->line, ENT_LINE_THEIRS, from->log[from->given].bytes,
				      from->log[from->given].size, NULL) == ENT_OK);
}

/* Both write, and when the link is there they have it at once. */
static inline void meet(int64_t now_utc_us, bool linked) {
	for (int i = 0; i < 4; i++) {
		write_all(&a, now_utc_us);
		write_all(&b, now_utc_us);
		if (linked && !a.stopped && !b.stopped) {
			bring(&a, &b);
			bring(&b, &a);
		}
	}
}

static inline void run(int64_t from_utc_us, int64_t to_utc_us, bool linked) {
	for (int64_t now = from_utc_us; now < to_utc_us; now += MINUTE)
		meet(now, linked);
}

static inline struct ent_line_view look(const struct end *end, int64_t now_utc_us) {
	struct ent_line_view view;
	ent_line_look(&end->line, &terms, now_utc_us + end->ahead_us, &view);
	return view;
}

static inline enum ent_line_state state_of(const struct end *end, int64_t now_utc_us) {
	return look(end, now_utc_us).state;
}

/* How many entries of a kind a log has in a period, and whether the first has a result. */
static inline size_t count(const struct end *end, const char *part) {
	size_t n = 0;
	for (size_t i = 0; i < end->n; i++)
		n += strstr(end->log[i].bytes, part) != NULL;
	return n;
}

static inline void receipt_of(uint64_t number, const struct ent_hash *leaf, const char *ledger,
		struct ent_line_entry *ret_entry) {
	*ret_entry = (struct ent_line_entry){.kind = ENT_LINE_KIND_RECEIPT,
			.seq = b.line.half[ENT_LINE_OURS].size,
			.time_utc_us = TEN + MINUTE,
			.number = number,
			.leaf = *leaf};
	(void)snprintf(ret_entry->ledger, sizeof ret_entry->ledger, "%s", ledger);
}

#endif
