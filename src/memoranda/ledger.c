/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c: the ledgers of memoranda: their names, the folds that only count, and who may open how many. See internal.h.
 *
 * What one peer may fill: ENT_MEMORANDA_OF_PEER_MAX ledgers under memoranda in which we have said nothing to it, each of
 * UNASKED_ENTRIES_MAX entries; and once we have, ENT_MEMO_LEDGER_MAX entries of ENT_MEMORANDA_BYTES_MAX bytes in each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* More than a memorandum that others have had for years, and that we are to join, has of one of them: hundreds. */
enum { UNASKED_ENTRIES_MAX = 512 };

static const char before_id[] = "memo/";

bool ledger_name_read(const char *name, char ret_id[ENT_MEMO_ID_SIZE],
		char ret_author[ENT_PARTY_ID_SIZE]) {
	const size_t before = sizeof before_id - 1;
	if (strncmp(name, before_id, before) != 0)
		return false;
	const char *id = name + before;
	const size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-");
	const char *author = id + length + 1;
	if (length == 0 || length >= ENT_MEMO_ID_SIZE || id[length] != '/' ||
			!ent_party_id_ok(author, strlen(author)))
		return false;
	memcpy(ret_id, id, length);
	ret_id[length] = '\0';
	memcpy(ret_author, author, ENT_PARTY_ID_SIZE);
	return true;
}

struct memo_ledger *ledger_of(const struct memorandum *memorandum, const char *author) {
	for (size_t i = 0; i < memorandum->n_ledgers; i++)
		if (strcmp(memorandum->ledgers[i]->author, author) == 0)
			return memorandum->ledgers[i];
	return NULL;
}

uint64_t ledger_size(const struct memo_ledger *ledger) {
	const uint64_t durable = ledger->durable;
	if (ledger->ours)
		return durable;
	const uint64_t received = received_size(ledger->of->all, ledger->marks);
	return received < durable ? received : durable;
}

/* --- The fold --- */

static ent_status fold_apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct memo_ledger *ledger = state;
	/* What is in the store is taken whatever it is. */
	const bool is_new = !ledger->opening && seq >= ledger->durable;
	(void)bytes;
	if (is_new && ledger->unasked && seq >= UNASKED_ENTRIES_MAX) {
		ent_fault_set(reterr_fault, ledger->name,
				"more than %d entries of a party to which we have said nothing "
				"here",
				(int)UNASKED_ENTRIES_MAX);
		return ENT_E_LIMIT;
	}
	if (is_new && ledger->bytes + size > ENT_MEMORANDA_BYTES_MAX) {
		ent_fault_set(reterr_fault, ledger->name,
				"more than %d bytes of one party under one memorandum",
				(int)ENT_MEMORANDA_BYTES_MAX);
		return ENT_E_LIMIT;
	}
	ledger->bytes += size;
	ledger->applied = seq + 1;
	return ENT_OK;
}

static void fold_durable(void *state, uint64_t size) {
	struct memo_ledger *ledger = state;
	ledger->durable_bytes = ledger->bytes;
	ledger->durable = size;
}

static bool fold_back(void *state) {
	struct memo_ledger *ledger = state;
	ledger->applied = ledger->durable;
	ledger->bytes = ledger->durable_bytes;
	return true;
}

/* What is durable stays so: entries are only counted anew. */
static void fold_reset(void *state) {
	struct memo_ledger *ledger = state;
	ledger->applied = 0;
	ledger->bytes = 0;
}

/* --- Opening --- */

size_t ledger_unasked_of(struct ent_memoranda *all, const char *peer) {
	struct memorandum *memoranda[ENT_MEMORANDA_MAX];
	size_t n = 0;
	const size_t n_memoranda = memoranda_copy(all, memoranda);
	for (size_t i = 0; i < n_memoranda; i++) {
		(void)pthread_mutex_lock(&memoranda[i]->lock);
		const struct memo_ledger *ledger = ledger_of(memoranda[i], peer);
		n += ledger != NULL && ledger->unasked;
		(void)pthread_mutex_unlock(&memoranda[i]->lock);
	}
	return n;
}

static struct memo_ledger *make(struct memorandum *memorandum, const char *author) {
	struct memo_ledger *ledger = calloc(1, sizeof *ledger);
	if (ledger == NULL)
		return NULL;
	ledger->of = memorandum;
	ledger->ours = strcmp(author, memorandum->all->us) == 0;
	(void)snprintf(ledger->author, sizeof ledger->author, "%s", author);
	(void)snprintf(ledger->name, sizeof ledger->name, "%s%s/%s", before_id, memorandum->id,
			author);
	if (!ledger->ours)
		ledger->marks = received_marks(memorandum->all, ledger->name);
	if (!ledger->ours && ledger->marks == NULL) {
		free(ledger);
		return NULL;
	}
	return ledger;
}

static bool is_named(const struct memorandum *memorandum, const char *author) {
	const struct life *life = memorandum->life;
	for (uint32_t i = 0; life != NULL && i < ent_memo_n_versions(life->memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(life->memo, i);
		for (uint32_t j = 0; j < terms->n_parties; j++)
			if (strcmp(terms->party[j], author) == 0)
				return true;
	}
	return false;
}

/* Under the lock. Have we said something to it here? Without memory it is as if not. */
static bool is_asked(struct memorandum *memorandum, const char *author) {
	struct audience audience;
	return members_audience(memorandum, &audience) == ENT_OK && members_has(&audience, author);
}

/* Before it is open: the post keeps what it was given until its end. */
static ent_status check_room(struct memorandum *memorandum, const char *author, bool stored,
		bool *ret_asked, struct ent_fault *fault) {
	struct ent_memoranda *all = memorandum->all;
	const bool ours = strcmp(author, all->us) == 0;
	(void)pthread_mutex_lock(&memorandum->lock);
	const bool asked = ours || is_asked(memorandum, author);
	/* One place is for ours, and half are for those whom a document names. */
	const size_t most = ours || ledger_of(memorandum, all->us) != NULL
			? ENT_MEMO_PARTIES_MAX
			: ENT_MEMO_PARTIES_MAX - 1;
	const bool full = memorandum->n_ledgers >= most ||
			(!asked && !stored && memorandum->n_ledgers >= ENT_MEMO_PARTIES_MAX / 2 &&
					!is_named(memorandum, author));
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (full) {
		ent_fault_set(fault, memorandum->id, "as many parties write in it as may");
		return ENT_E_LIMIT;
	}
	if (!asked && !stored && ledger_unasked_of(all, author) >= ENT_MEMORANDA_OF_PEER_MAX) {
		ent_fault_set(fault, memorandum->id,
				"%s writes in %d memoranda in which we have said nothing to it",
				author, (int)ENT_MEMORANDA_OF_PEER_MAX);
		return ENT_E_LIMIT;
	}
	*ret_asked = asked;
	return ENT_OK;
}

static ent_status open_made(struct memo_ledger *ledger, bool stored, struct ent_fault *fault) {
	struct ent_post *post = ledger->of->all->options.post;
	const struct ent_post_ledger_options options = {.name = ledger->name,
			.fold = {ledger, fold_apply, fold_durable, fold_back, fold_reset},
			.decide = act_decide,
			.goes_on = act_goes_on,
			.asks = stored,
			.entries_max = ENT_MEMO_LEDGER_MAX};
	ledger->opening = true;
	const ent_status status = ledger->ours
			? ent_post_open_ours(post, &options, &ledger->post, fault)
			: ent_post_open_theirs(
					  post, ledger->author, &options, &ledger->post, fault);
	ledger->opening = false;
	return status;
}

/* A contradiction that was found before this start. */
static void look_for_fork(struct memo_ledger *ledger) {
	struct ent_post_stand *stand = calloc(1, sizeof *stand);
	if (stand == NULL)
		return;
	ent_post_stand(ledger->post, stand);
	if (stand->frozen && !ledger->ours) {
		(void)snprintf(ledger->evidence, sizeof ledger->evidence, "%.80s: %.170s",
				ledger->name, stand->reason);
		ledger->forked = true;
	}
	free(stand);
}

static ent_status open_new(struct memorandum *memorandum, const char *author, bool stored,
		struct memo_ledger **ret_ledger, struct ent_fault *fault) {
	bool asked = false;
	ent_status status = check_room(memorandum, author, stored, &asked, fault);
	if (status != ENT_OK)
		return status;
	struct memo_ledger *ledger = make(memorandum, author);
	if (ledger == NULL)
		return ENT_E_MEMORY;
	ledger->unasked = !asked;
	status = open_made(ledger, stored, fault);
	if (status != ENT_OK) {
		free(ledger);
		return status;
	}
	look_for_fork(ledger);
	(void)pthread_mutex_lock(&memorandum->lock);
	memorandum->ledgers[memorandum->n_ledgers++] = ledger;
	(void)pthread_mutex_unlock(&memorandum->lock);
	*ret_ledger = ledger;
	return ENT_OK;
}

/* One is opened at a time, so that none is opened twice. */
ent_status ledger_open(struct memorandum *memorandum, const char *author, bool stored,
		struct memo_ledger **ret_ledger, struct ent_fault *reterr_fault) {
	struct ent_memoranda *all = memorandum->all;
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&all->opening);
	(void)pthread_mutex_lock(&memorandum->lock);
	struct memo_ledger *ledger = ledger_of(memorandum, author);
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (ledger == NULL)
		status = open_new(memorandum, author, stored, &ledger, reterr_fault);
	(void)pthread_mutex_unlock(&all->opening);
	if (status == ENT_OK)
		*ret_ledger = ledger;
	return status;
}
