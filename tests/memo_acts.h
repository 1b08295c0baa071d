/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_acts.h: for tests of a memorandum's life: parties a, b, c, d, documents in one small line, acts that are decided,
 * signed and added, and all that a cut comes to as text.
 *
 * A document is "m REPLACES SIGN_BY FROM UNTIL PARTIES LEVELS NOTE": a hash or "-", seconds ("-": no end), letters,
 * one digit for each subject, any word; one that begins with ACTS_NOTICE says how long before a suspension. Its one obligation is
 * one or another, by its last letter. Moments of tests are seconds; a signature is a hash under the party's letter.
 */
#ifndef ENTENTE_TESTS_ACTS_H
#define ENTENTE_TESTS_ACTS_H

#include "entente/memo.h"
#include "test.h"

enum { ACTS_PARTIES = 4, ACTS_DOCUMENT_SIZE = 256 };
#define SECOND_US INT64_C(1000000)
#define ACTS_LEVELS "1200000"
#define ACTS_NOTICE "notice"

extern const char *const acts_id[ACTS_PARTIES];

/* What the obligation is of a document that ends so. */
void acts_obligation(char last, struct ent_hash *ret_content);
ent_status acts_terms(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault);
bool acts_verify(void *user, const struct ent_memo_party *party, uint64_t seq, const void *message,
		size_t size, const uint8_t *signature);
/* NULL when there is no memory. */
struct ent_memo *acts_create(unsigned n_parties);

/* 'replaces' NULL: the first. Returns ret_text; 'ret_hash' may be NULL. */
const char *acts_document(char ret_text[ACTS_DOCUMENT_SIZE], struct ent_hash *ret_hash,
		const struct ent_hash *replaces, int by_s, int from_s, int until_s,
		const char *parties, const char *note);

struct ent_memo_act acts_act(enum ent_memo_act_kind kind);
struct ent_memo_act acts_draft(const char *document);
struct ent_memo_act acts_sign(const struct ent_hash *version);
/* Signs as the party of that letter and prints; the bytes are the caller's. */
char *acts_print(struct ent_memo_act *act, unsigned party, size_t *ret_size);
/* Adds it as it is, signed well. The rule that it breaks; what waits breaks none. */
enum ent_memo_rule acts_put(struct ent_memo *memo, unsigned party, struct ent_memo_act *act,
		int64_t received_s);
/* Decides, and when it is not refused, signs and adds; then it must count. */
enum ent_memo_rule acts_do(
		struct ent_memo *memo, unsigned party, struct ent_memo_act act, int now_s);
struct ent_memo_entry acts_entry(const struct ent_memo *memo, unsigned party, uint32_t seq);
struct ent_memo_state acts_state(const struct ent_memo *memo, int at_s);

/* All that the cut comes to, in lines; the caller frees it. */
char *acts_dump(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us);

#endif
