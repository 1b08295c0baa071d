/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_verify.h: is a ledger what its checkpoint was signed over, and does it fold? */
#ifndef ENTENTE_CLI_LEDGER_VERIFY_H
#define ENTENTE_CLI_LEDGER_VERIFY_H

#include "ledger_source.h"

enum { VERIFY_FAULTS_MAX = 100 };

struct verify_result {
	uint64_t entries, archived;
	uint64_t faults; /* all of them */
	struct ent_fault fault[VERIFY_FAULTS_MAX];
	bool signed_by; /* the checkpoint is by the key */
	bool root_is;   /* the root is the checkpoint's */
	bool folds; /* every entry follows from those before it; false of a ledger that nobody here folds */
	struct ent_hash root;
	int64_t first_utc_us, last_utc_us; /* of its entries */
	struct ent_fold *
			fold; /* what they come to, as far as they fold; for verify_result_finish */
};
/* Frees the fold, block by block, which takes a tenth of the time of the verification: who ends then can leave it. */
void verify_result_finish(struct verify_result *result);

/* Called now and then with how many entries are done. May be NULL. */
typedef void (*verify_progress_fn)(void *user, uint64_t done, uint64_t all);

/* 'vkey' says who must have signed it. E_IO, E_SYNTAX, E_MEMORY: it could not be looked at to its end. */
ENT_MUST_USE ent_status ledger_verify(struct ledger_source *source, const struct ent_vkey *vkey,
		verify_progress_fn progress, void *user, struct verify_result *ret_result,
		struct ent_fault *reterr_fault);

#endif
