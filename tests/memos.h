/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memos.h: for tests of a memorandum's life: parties a, b, c, d, documents in one small line, acts that are decided,
 * signed and added, and all that a cut comes to as text.
 *
 * A document is "m REPLACES SIGN_BY FROM UNTIL PARTIES LEVELS NOTE": a hash or "-", seconds ("-": no end), letters,
 * one digit for each subject, any word. Moments of tests are seconds; a signature is a hash under the party's letter.
 */
#ifndef ENTENTE_TESTS_MEMOS_H
#define ENTENTE_TESTS_MEMOS_H

#include "entente/memo.h"
#include "test.h"

enum { MEMOS_PARTIES = 4, MEMOS_DOCUMENT_SIZE = 256 };
#define SECOND_US INT64_C(1000000)
#define MEMOS_LEVELS "1200000"

extern const char *const memos_id[MEMOS_PARTIES];

ent_status memos_terms(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault);
bool memos_verify(void *user, const struct ent_memo_party *party, uint64_t seq, const void *message,
		size_t size, const uint8_t *signature);
/* NULL when there is no memory. */
struct ent_memo *memos_create(unsigned n_parties);

/* 'replaces' NULL: the first. Returns ret_text; 'ret_hash' may be NULL. */
const char *memos_document(char ret_text[MEMOS_DOCUMENT_SIZE], struct ent_hash *ret_hash,
		const struct ent_hash *replaces, int by_s, int from_s, int until_s,
		const char *parties, const char *note);

struct ent_memo_act memos_act(enum ent_memo_act_kind kind);
struct ent_memo_act memos_draft(const char *document);
struct ent_memo_act memos_sign(const struct ent_hash *version);
/* Signs as the party of that letter and prints; the bytes are the caller's. */
char *memos_print(struct ent_memo_act *act, unsigned party, size_t *ret_size);
/* Adds it as it is, signed well. The rule that it breaks; what waits breaks none. */
enum ent_memo_rule memos_put(struct ent_memo *memo, unsigned party, struct ent_memo_act *act,
		int64_t received_s);
/* Decides, and when it is not refused, signs and adds; then it must count. A suspension is from now on. */
enum ent_memo_rule memos_do(
		struct ent_memo *memo, unsigned party, struct ent_memo_act act, int now_s);
struct ent_memo_entry memos_entry(const struct ent_memo *memo, unsigned party, uint32_t seq);
struct ent_memo_state memos_state(const struct ent_memo *memo, int at_s);

/* All that the cut comes to, in lines; the caller frees it. */
char *memos_dump(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us);

#endif
