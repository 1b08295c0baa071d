/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_memo.c: entries of a memorandum's ledgers from anywhere, one a line: a letter a, b or c for whose ledger, then
 * the entry. A line that goes on with a quotation mark gets the beginning that fits: the next number, and a second
 * later. All signatures are good. Whatever comes, each entry counts, is a named fault, or waits; and the same entries,
 * the ledgers one after another the other way round, come to the same.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/seal.h"
#include "memo_acts.h"

enum { LINES_MAX = 64, SIZE_MAX_TRIED = 1 << 14, N = 3 };
#define AT_US (3600 * SECOND_US)

struct line {
	char *bytes;
	size_t size;
	unsigned party;
};

static bool any_signature(void *user, const struct ent_memo_party *party, uint64_t seq,
		const void *message, size_t size, const uint8_t *signature) {
	(void)user;
	(void)party;
	(void)seq;
	(void)message;
	(void)size;
	(void)signature;
	return true;
}

static struct ent_memo *create(void) {
	struct ent_memo_party parties[N] = {{{0}, 0, {0}}};
	struct ent_memo *memo;
	for (int i = 0; i < N; i++)
		memcpy(parties[i].id, acts_id[i], ENT_PARTY_ID_SIZE);
	const struct ent_memo_options options = {.memorandum = "m",
			.parties = parties,
			.n_parties = N,
			.terms = acts_terms,
			.verify = any_signature};
	FUZZ_CHECK(ent_memo_create(&options, &memo) == ENT_OK);
	return memo;
}

/* An exact copy, so that a byte too far is seen. */
static struct line line_of(const char *text, size_t size, uint32_t seq, unsigned number) {
	struct line line = {NULL, 0, (unsigned)(text[0] - 'a')};
	const bool head = size > 1 && text[1] == '"';
	char *bytes = malloc(size + 100);
	FUZZ_CHECK(bytes != NULL);
	if (head)
		line.size = (size_t)snprintf(bytes, 100, "{\"seq\":%u,\"time_us\":%u000000,",
				(unsigned)seq, number + 1);
	memcpy(bytes + line.size, text + 1, size - 1);
	line.size += size - 1;
	line.bytes = realloc(bytes, line.size > 0 ? line.size : 1);
	FUZZ_CHECK(line.bytes != NULL);
	return line;
}

static void check_entry(const struct ent_memo *memo, unsigned party, uint32_t seq) {
	struct ent_memo_entry entry;
	ent_memo_entry(memo, party, seq, &entry);
	if (entry.standing == ENT_MEMO_FAULTY || entry.standing == ENT_MEMO_WAITS)
		FUZZ_CHECK(entry.fault.why[0] != '\0');
	FUZZ_CHECK((entry.standing == ENT_MEMO_FAULTY) == (entry.rule != ENT_MEMO_RULE_NONE));
}

static char *dump(const struct ent_memo *memo) {
	struct ent_memo_cut cut;
	ent_memo_cut_all(memo, &cut);
	FUZZ_CHECK(ent_memo_differ(memo, &cut, &cut, AT_US, NULL, NULL) == 0);
	return acts_dump(memo, &cut, AT_US);
}

static void check_other_order(const struct line *lines, int n, const struct ent_memo *memo) {
	struct ent_memo *other = create();
	for (unsigned party = N; party-- > 0;)
		for (int i = 0; i < n; i++)
			if (lines[i].party == party)
				FUZZ_CHECK(ent_memo_add(other, acts_id[party], lines[i].bytes,
							   lines[i].size, i) == ENT_OK);
	char *a = dump(memo), *b = dump(other);
	if (strcmp(a, b) != 0)
		(void)fprintf(stderr, "one order:\n%s\nanother:\n%s\n", a, b);
	FUZZ_CHECK(strcmp(a, b) == 0);
	free(a);
	free(b);
	ent_memo_destroy(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct line lines[LINES_MAX];
	const char *text = (const char *)data;
	int n = 0;
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	struct ent_memo *memo = create();
	while (size > 0 && n < LINES_MAX) {
		const char *end = memchr(text, '\n', size);
		const size_t length = end != NULL ? (size_t)(end - text) : size;
		if (length > 0 && text[0] >= 'a' && text[0] < 'a' + N) {
			const unsigned party = (unsigned)(text[0] - 'a');
			const uint32_t seq = ent_memo_size(memo, party);
			lines[n] = line_of(text, length, seq, (unsigned)n);
			FUZZ_CHECK(ent_memo_add(memo, acts_id[party], lines[n].bytes, lines[n].size,
						   n) == ENT_OK);
			check_entry(memo, party, seq);
			n++;
		}
		text += end != NULL ? length + 1 : length;
		size -= end != NULL ? length + 1 : length;
	}
	check_other_order(lines, n, memo);
	while (n > 0)
		free(lines[--n].bytes);
	ent_memo_destroy(memo);
	return 0;
}
