/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in a memorandum's life: every allocation fails once, then all from it on. The outcome is
 * E_MEMORY, all is as it was, nothing stays behind, and the same goes well afterwards.
 */
#include "memory.h"
#include "memo_acts.h"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

enum { SCRIPT_MAX = 32 };

struct script {
	struct {
		unsigned party;
		char *bytes;
		size_t size;
	} entry[SCRIPT_MAX];
	size_t n;
	char *expected; /* what all of it comes to */
};

static char *dump_all(const struct ent_memo *memo) {
	struct ent_memo_cut cut;
	ent_memo_cut_all(memo, &cut);
	return acts_dump(memo, &cut, 2500 * SECOND_US);
}

static void write_one(struct script *script, struct ent_memo *memo, unsigned party,
		struct ent_memo_act act, int now_s) {
	struct ent_fault fault;
	enum ent_memo_rule rule;
	CHECK(script->n < SCRIPT_MAX);
	act.from_utc_us = now_s * SECOND_US;
	CHECK(ent_memo_decide(memo, acts_id[party], now_s * SECOND_US, &act, &rule, &fault) ==
			ENT_OK);
	const size_t i = script->n++;
	script->entry[i].party = party;
	script->entry[i].bytes = acts_print(&act, party, &script->entry[i].size);
	CHECK(script->entry[i].bytes != NULL);
	CHECK(ent_memo_add(memo, acts_id[party], script->entry[i].bytes, script->entry[i].size,
			      0) == ENT_OK);
}

/* Versions and entries enough that all lists grow; a broken entry and a document that is none among them. */
static void write_script(struct script *script) {
	struct ent_memo *memo = acts_create(2);
	char document[8][ACTS_DOCUMENT_SIZE];
	struct ent_hash first;
	*script = (struct script){.n = 0};
	acts_document(document[0], &first, NULL, 100, 200, 0, "ab", "one");
	write_one(script, memo, 0, acts_draft(document[0]), 10);
	for (int i = 1; i < 8; i++) {
		char note[8];
		(void)snprintf(note, sizeof note, "n%d", i);
		acts_document(document[i], NULL, &first, 1000, 2000, 0, "ab", note);
		write_one(script, memo, 0, acts_draft(document[i]), 10 + i);
	}
	write_one(script, memo, 0, acts_sign(&first), 20);
	write_one(script, memo, 1, acts_sign(&first), 21);
	write_one(script, memo, 1, acts_act(ENT_MEMO_ACT_SUSPEND), 300);
	script->entry[script->n].bytes = strdup("{\"seq\":");
	script->entry[script->n].party = 1;
	script->entry[script->n++].size = 7;
	struct ent_memo_act bad = acts_draft("no document");
	bad.seq = 9;
	bad.time_utc_us = 400 * SECOND_US;
	bad.n_seen = 1;
	bad.seen[0] = (struct ent_memo_seen){"bbbbbbbbbbbbbbbb", 2};
	script->entry[script->n].bytes = acts_print(&bad, 0, &script->entry[script->n].size);
	script->entry[script->n++].party = 0;
	ent_memo_destroy(memo);
	memo = acts_create(2);
	for (size_t i = 0; i < script->n; i++)
		CHECK(ent_memo_add(memo, acts_id[script->entry[i].party], script->entry[i].bytes,
				      script->entry[i].size, 0) == ENT_OK);
	CHECK(acts_entry(memo, 1, 2).rule == ENT_MEMO_RULE_FORM);
	CHECK(acts_entry(memo, 0, 9).rule == ENT_MEMO_RULE_DOCUMENT);
	script->expected = dump_all(memo);
	ent_memo_destroy(memo);
}

static void finish_script(struct script *script) {
	for (size_t i = 0; i < script->n; i++)
		free(script->entry[i].bytes);
	free(script->expected);
}

/* From the entry on whose memory failed, once more; then it must come to the same. */
static bool fail_at(const struct script *script, uint64_t at, bool all_later, size_t *failed) {
	memory_begin(at, all_later);
	struct ent_memo *memo = acts_create(2);
	bool reached = memo == NULL;
	*failed += memo == NULL;
	if (memo == NULL) {
		memory_begin(0, false);
		return true;
	}
	for (size_t i = 0; i < script->n; i++) {
		ent_status status = ent_memo_add(memo, acts_id[script->entry[i].party],
				script->entry[i].bytes, script->entry[i].size, 0);
		if (status == ENT_E_MEMORY) {
			*failed += 1;
			reached = true;
			memory_begin(0, false);
			status = ent_memo_add(memo, acts_id[script->entry[i].party],
					script->entry[i].bytes, script->entry[i].size, 0);
		}
		CHECK(status == ENT_OK);
	}
	reached = reached || memory.calls >= at;
	memory_begin(0, false);
	char *dump = dump_all(memo);
	CHECK(strcmp(dump, script->expected) == 0);
	free(dump);
	memory.live++; /* the C library allocated it, by itself */
	ent_memo_destroy(memo);
	return reached;
}

TEST(memo__without_memory_is_what_it_was) {
	(void)state_;
	static struct script script;
	size_t failed = 0;
	write_script(&script);
	const int64_t live = memory.live;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t at = 1; reached; at++) {
			reached = fail_at(&script, at, all_later == 1, &failed);
			CHECK(memory.live == live);
		}
	}
	CHECK(failed > 60);
	finish_script(&script);
}

TEST(memo__decided_without_memory_is_not_decided) {
	(void)state_;
	struct ent_memo *memo = acts_create(2);
	char document[ACTS_DOCUMENT_SIZE];
	const int64_t live = memory.live;
	size_t failed = 0;
	acts_document(document, NULL, NULL, 100, 200, 0, "ab", "one");
	for (int all_later = 0; all_later < 2; all_later++) {
		ent_status status = ENT_E_MEMORY;
		for (uint64_t at = 1; status != ENT_OK; at++) {
			struct ent_memo_act act = acts_draft(document);
			struct ent_fault fault;
			enum ent_memo_rule rule;
			memory_begin(at, all_later == 1);
			status = ent_memo_decide(
					memo, acts_id[0], 10 * SECOND_US, &act, &rule, &fault);
			memory_begin(0, false);
			CHECK(status == ENT_OK || status == ENT_E_MEMORY);
			failed += status == ENT_E_MEMORY;
			/* The reader keeps its room for a text. */
			CHECK(memory.live == live || memory.live == live + 1);
		}
	}
	CHECK(failed > 2);
	ent_memo_destroy(memo);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo__without_memory_is_what_it_was),
			TEST_ENTRY(memo__decided_without_memory_is_not_decided),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
