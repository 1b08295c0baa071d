/* SPDX-License-Identifier: Apache-2.0 */
/*
 * v1memo.h: what the bodies of POST /v1/memoranda and POST /v1/memoranda/{id}/acts ask for, as plain values. Depends
 * on: base, wire, seal, memo.
 *
 * Each body is one JSON object. A member that is not known there, is missing, stands there twice or says what it cannot is a
 * fault that names it. Whether the act may be done is no question here: ent_memo_decide answers it.
 *
 *     draft   document, ad_referendum; perhaps for (a draft ad referendum that some parties alone get), reason, passphrase
 *     act     act (a kind of memo.h, but memo-draft), what the kind has (below); perhaps reason, passphrase
 *
 *     memo-offer       version, answer_by             memo-resume      -
 *     memo-accept      offer                          memo-withdraw    perhaps from
 *     memo-decline     offer                          memo-level       subject, level
 *     memo-sign        version; no reason             memo-declare     reason
 *     memo-paper       version, scan, signed,         memo-obligation  clause, done; reason, when it is not done
 *                      signed_by
 *     memo-suspend     perhaps from
 *
 * Times are RFC 3339; hashes 64 small hexadecimal digits; 'offer' is {"party","seq"}, 'signed_by' and 'for' are
 * lists of parties in any order.
 */
#ifndef ENTENTE_V1MEMO_H
#define ENTENTE_V1MEMO_H

#include "entente/base.h"
#include "entente/json.h"
#include "entente/memo.h"
#include "entente/seal.h"

enum {
	ENT_V1_DRAFT_MAX = ENT_MEMO_ENTRY_MAX, /* bytes of a body: six for one of the document */
	ENT_V1_ACT_MAX = 16384,                /* so for a reason and a passphrase, and the rest */
	ENT_V1_PASSPHRASE_MAX = ENT_PASSWORD_MAX
};

struct ent_v1_memo {
	/*
	 * Kind and what the kind has; all else is zero. Its texts are this value's own. 'from_utc_us' 0: none was given, it is
	 * to have effect at once.
	 */
	struct ent_memo_act act;
	size_t passphrase_length; /* 0: none was given */
	char passphrase[ENT_V1_PASSPHRASE_MAX + 1];
	char *texts; /* from malloc; NULL: none */
};

/* E_SYNTAX with the member and the reason; E_LIMIT: longer than ENT_V1_DRAFT_MAX; E_MEMORY. */
ENT_MUST_USE ent_status ent_v1_memo_read_draft(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault);
/* The same; E_LIMIT: longer than ENT_V1_ACT_MAX. */
ENT_MUST_USE ent_status ent_v1_memo_read_act(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault);
/* Wipes the passphrase, frees the texts. A value of zeros is fine, and one that was finished. */
void ent_v1_memo_finish(struct ent_v1_memo *memo);

#endif
