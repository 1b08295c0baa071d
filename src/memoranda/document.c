/* SPDX-License-Identifier: Apache-2.0 */
/* document.c: documents by their hash, and the terms of the line that the one in force has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* --- Bytes --- */

struct copying {
	char *bytes;
	size_t size;
};

static ent_status copy_bytes(struct copying *copying, const char *bytes, size_t size) {
	copying->bytes = malloc(size + 1);
	if (copying->bytes == NULL)
		return ENT_E_MEMORY;
	memcpy(copying->bytes, bytes, size);
	copying->bytes[size] = '\0';
	copying->size = size;
	return ENT_OK;
}

/* Behind the salt. */
static ent_status copy_payload(void *user, const struct ent_store_payload *payload) {
	if (payload->size < ENT_PARCEL_SALT_SIZE)
		return ENT_E_MISSING;
	return copy_bytes(user, payload->bytes + ENT_PARCEL_SALT_SIZE,
			payload->size - ENT_PARCEL_SALT_SIZE);
}

static ent_status copy_sealed(const struct memorandum *memorandum, const struct said *said,
		struct copying *copying) {
	const struct ent_memoranda *all = memorandum->all;
	const struct memo_ledger *ledger = ledger_of(
			memorandum, memorandum->life->parties.party[said->party].id);
	uint32_t number = 0;
	if (ledger == NULL)
		return ENT_E_MISSING;
	const ent_status status = ent_store_ledger(
			all->options.store, ledger->name, false, &number);
	return status != ENT_OK ? status
				: ent_store_payload_get(all->options.store, number, said->seq,
						  copy_payload, copying);
}

static ent_status copy_document(struct memorandum *memorandum, const struct ent_hash *hash,
		struct copying *copying) {
	struct ent_memo_act act = {0};
	const struct said *said = memorandum->life != NULL ? life_draft(memorandum->life, hash)
							   : NULL;
	if (said == NULL)
		return ENT_E_MISSING;
	if (said->sealed)
		return copy_sealed(memorandum, said, copying);
	const ent_status status = fill_act(memorandum, said->party, said->seq, &act);
	return status == ENT_OK ? copy_bytes(copying, act.document.bytes, act.document.size)
				: status;
}

ent_status ent_memoranda_document(struct ent_memoranda *memoranda, const char *id,
		const struct ent_hash *hash, char **ret_bytes, size_t *ret_size) {
	struct memorandum *memorandum = NULL;
	struct copying copying = {NULL, 0};
	ent_status status = look_begin(memoranda, id, &memorandum);
	if (status != ENT_OK)
		return status;
	status = copy_document(memorandum, hash, &copying);
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (status != ENT_OK)
		return status;
	*ret_bytes = copying.bytes;
	*ret_size = copying.size;
	return ENT_OK;
}

/* --- What it says --- */

ent_status document_of(struct memorandum *memorandum, const struct ent_hash *hash,
		const struct ent_memodoc **ret_doc) {
	struct copying copying = {NULL, 0};
	struct ent_memodoc *doc = NULL;
	if (memorandum->doc != NULL && memcmp(&memorandum->doc_hash, hash, sizeof *hash) == 0) {
		*ret_doc = memorandum->doc;
		return ENT_OK;
	}
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	if (faults == NULL)
		return ENT_E_MEMORY;
	ent_status status = copy_document(memorandum, hash, &copying);
	if (status == ENT_OK)
		status = ent_memodoc_read(copying.bytes, copying.size, &doc, faults);
	free(copying.bytes);
	free(faults);
	if (status != ENT_OK)
		return status;
	ent_memodoc_destroy(memorandum->doc);
	memorandum->doc = doc;
	memorandum->doc_hash = *hash;
	*ret_doc = doc;
	return ENT_OK;
}

/* --- The line's terms --- */

/* A document whose terms a line could not keep is none (memo/doc_clauses.c). */
_Static_assert(ENT_LINE_PERIOD_LEAST_US == INT64_C(600000000) &&
				ENT_LINE_PERIOD_MOST_US == INT64_C(86400000000),
		"what a memorandum may say of a line's tests is what a line can keep");

/* How far back changes are looked at for one that changed anything. */
enum { CHANGES_MAX = 8 };

/* What a line to one peer goes by at a moment. */
struct found {
	struct ent_line_terms terms;
	struct memorandum *memorandum; /* NULL: none says so */
	struct ent_hash version;
	/* When what binds us both last changed, 0: never; and when it next does, INT64_MAX: nobody knows. */
	int64_t last_utc_us, next_utc_us;
};

static void note_moment(struct found *found, int64_t at_utc_us, int64_t moment_utc_us) {
	if (moment_utc_us <= at_utc_us && moment_utc_us > found->last_utc_us)
		found->last_utc_us = moment_utc_us;
	else if (moment_utc_us > at_utc_us && moment_utc_us < found->next_utc_us)
		found->next_utc_us = moment_utc_us;
}

static void note_moments(const struct ent_memo_state *state, uint32_t us, uint32_t them,
		struct found *found, int64_t at_utc_us) {
	const struct ent_memo_member *member[] = {&state->member[us], &state->member[them]};
	if (state->version_given) {
		note_moment(found, at_utc_us, state->since_utc_us);
		note_moment(found, at_utc_us, state->until_utc_us);
	}
	if (state->next_given)
		note_moment(found, at_utc_us, state->next_from_utc_us);
	for (size_t i = 0; i < 2; i++)
		if (member[i]->withdrawing)
			note_moment(found, at_utc_us, member[i]->withdrawn_utc_us);
}

/* Under the lock. Of several the one with the shortest period counts. */
static void find_in(struct memorandum *memorandum, const char *peer, int64_t at_utc_us,
		struct found *found) {
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	uint32_t version = 0;
	const struct life *life = memorandum->life;
	if (life == NULL)
		return;
	const uint32_t us = life_place(life, memorandum->all->us), them = life_place(life, peer);
	if (us == life->parties.n || them == life->parties.n)
		return;
	ent_memo_cut_all(life->memo, &cut);
	ent_memo_state(life->memo, &cut, at_utc_us, &state);
	note_moments(&state, us, them, found, at_utc_us);
	if ((state.status != ENT_MEMO_IN_FORCE && state.status != ENT_MEMO_SUSPENDED) ||
			!state.member[us].bound || !state.member[them].bound ||
			ent_memo_find(life->memo, &state.version, &version) != ENT_OK)
		return;
	const struct ent_memo_terms *terms = ent_memo_terms(life->memo, version);
	if (terms->test_every_us == 0 ||
			(found->memorandum != NULL &&
					terms->test_every_us >= found->terms.period_us))
		return;
	found->terms.period_us = terms->test_every_us;
	found->terms.late_us = terms->late_after_us;
	found->memorandum = memorandum;
	found->version = state.version;
}

/* What could not be added yet is not agreed yet. */
static void fill_as_far_as_it_goes(struct memorandum *memorandum) {
	const ent_status status = fill(memorandum);
	(void)status;
}

static void find_at(struct memorandum *const *each, size_t n, const char *peer, int64_t at_utc_us,
		struct found *ret_found) {
	*ret_found = (struct found){.terms = ent_line_terms_default(), .next_utc_us = INT64_MAX};
	for (size_t i = 0; i < n; i++) {
		(void)pthread_mutex_lock(&each[i]->lock);
		fill_as_far_as_it_goes(each[i]);
		find_in(each[i], peer, at_utc_us, ret_found);
		(void)pthread_mutex_unlock(&each[i]->lock);
	}
}

static void put_clause(const struct found *found, char ret_clause[ENT_MEMO_CLAUSE_SIZE]) {
	const struct ent_memodoc *doc = NULL;
	struct ent_memodoc_applied applied = {.clause = ""};
	int64_t period_us = 0, late_us = 0;
	if (found->memorandum == NULL)
		return;
	(void)pthread_mutex_lock(&found->memorandum->lock);
	if (document_of(found->memorandum, &found->version, &doc) == ENT_OK &&
			ent_memodoc_look_line(doc, &period_us, &late_us, &applied) == ENT_OK &&
			strlen(applied.clause) < ENT_MEMO_CLAUSE_SIZE)
		memcpy(ret_clause, applied.clause, strlen(applied.clause) + 1);
	(void)pthread_mutex_unlock(&found->memorandum->lock);
}

struct ent_line_terms ent_memoranda_line_terms(struct ent_memoranda *memoranda, const char *peer,
		int64_t at_utc_us, struct ent_memoranda_source *ret_source) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	const size_t n = memoranda_copy(memoranda, each);
	struct found found, before;
	find_at(each, n, peer, at_utc_us, &found);
	struct ent_line_terms terms = found.terms;
	terms.until_utc_us = found.next_utc_us != INT64_MAX ? found.next_utc_us : 0;
	int64_t since_utc_us = found.last_utc_us;
	for (int i = 0; i < CHANGES_MAX && since_utc_us > 0; i++) {
		find_at(each, n, peer, since_utc_us - 1, &before);
		if (before.terms.period_us != terms.period_us ||
				before.terms.late_us != terms.late_us) {
			terms.since_utc_us = since_utc_us;
			terms.before_period_us = before.terms.period_us;
			terms.before_late_us = before.terms.late_us;
			break;
		}
		since_utc_us = before.last_utc_us;
	}
	if (ret_source != NULL) {
		*ret_source = (struct ent_memoranda_source){.version = found.version};
		if (found.memorandum != NULL)
			(void)snprintf(ret_source->memorandum, sizeof ret_source->memorandum, "%s",
					found.memorandum->id);
		put_clause(&found, ret_source->clause);
	}
	return terms;
}

/* --- How long payloads are kept --- */

/* Under the lock. */
static void put_purge_clause(struct memorandum *memorandum, const struct ent_hash *version,
		struct ent_memoranda_source *ret_source) {
	const struct ent_memodoc *doc = NULL;
	struct ent_memodoc_applied applied;
	int64_t after_us = 0;
	*ret_source = (struct ent_memoranda_source){.version = *version};
	(void)snprintf(ret_source->memorandum, sizeof ret_source->memorandum, "%s", memorandum->id);
	if (document_of(memorandum, version, &doc) == ENT_OK &&
			ent_memodoc_look_purge(doc, &after_us, &applied) == ENT_OK)
		(void)snprintf(ret_source->clause, sizeof ret_source->clause, "%s", applied.clause);
}

int64_t ent_memoranda_purge_after(struct ent_memoranda *memoranda, const char *ledger,
		const struct ent_hash *under, struct ent_memoranda_source *ret_source) {
	char id[ENT_MEMO_ID_SIZE], author[ENT_PARTY_ID_SIZE];
	int64_t after_us = 0;
	uint32_t version = 0;
	struct memorandum *memorandum = ledger_name_read(ledger, id, author)
			? memoranda_find(memoranda, id)
			: NULL;
	if (memorandum == NULL)
		return 0;
	(void)pthread_mutex_lock(&memorandum->lock);
	fill_as_far_as_it_goes(memorandum);
	if (memorandum->life != NULL &&
			ent_memo_find(memorandum->life->memo, under, &version) == ENT_OK)
		after_us = ent_memo_terms(memorandum->life->memo, version)->purge_after_us;
	if (after_us != 0 && ret_source != NULL)
		put_purge_clause(memorandum, under, ret_source);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return after_us;
}
