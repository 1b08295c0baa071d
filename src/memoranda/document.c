/* SPDX-License-Identifier: Apache-2.0 */
/* document.c: documents by their hash, and the terms of the line that the one in force has. */
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

/* What a line can keep of what was agreed: the nearest. */
static struct ent_line_terms line_can_keep(int64_t period_us, int64_t late_us) {
	struct ent_line_terms terms = {period_us, late_us};
	if (terms.period_us < ENT_LINE_PERIOD_LEAST_US)
		terms.period_us = ENT_LINE_PERIOD_LEAST_US;
	if (terms.period_us > ENT_LINE_PERIOD_MOST_US)
		terms.period_us = ENT_LINE_PERIOD_MOST_US;
	if (terms.late_us >= terms.period_us)
		terms.late_us = terms.period_us - 1;
	return terms;
}

/* Under the lock. Is this peer bound with us, and by which version? */
static bool binds(const struct memorandum *memorandum, const char *peer, int64_t at_utc_us,
		struct ent_hash *ret_version) {
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	const struct life *life = memorandum->life;
	if (life == NULL)
		return false;
	const uint32_t us = life_place(life, memorandum->all->us), them = life_place(life, peer);
	if (us == life->parties.n || them == life->parties.n)
		return false;
	ent_memo_cut_all(life->memo, &cut);
	ent_memo_state(life->memo, &cut, at_utc_us, &state);
	*ret_version = state.version;
	return (state.status == ENT_MEMO_IN_FORCE || state.status == ENT_MEMO_SUSPENDED) &&
			state.member[us].bound && state.member[them].bound;
}

/* What could not be added yet is not agreed yet. */
static void fill_as_far_as_it_goes(struct memorandum *memorandum) {
	const ent_status status = fill(memorandum);
	(void)status;
}

static bool terms_of(struct memorandum *memorandum, const char *peer, int64_t at_utc_us,
		struct ent_line_terms *ret_terms, char ret_clause[ENT_MEMO_CLAUSE_SIZE],
		struct ent_hash *ret_version) {
	const struct ent_memodoc *doc = NULL;
	struct ent_memodoc_applied applied = {.clause = ""};
	int64_t period_us = 0, late_us = 0;
	bool found = false;
	(void)pthread_mutex_lock(&memorandum->lock);
	fill_as_far_as_it_goes(memorandum);
	if (binds(memorandum, peer, at_utc_us, ret_version) &&
			document_of(memorandum, ret_version, &doc) == ENT_OK &&
			ent_memodoc_look_line(doc, &period_us, &late_us, &applied) == ENT_OK) {
		const size_t length = strlen(applied.clause);
		found = length < ENT_MEMO_CLAUSE_SIZE;
		if (found)
			memcpy(ret_clause, applied.clause, length + 1);
		*ret_terms = line_can_keep(period_us, late_us);
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
	return found;
}

struct ent_line_terms ent_memoranda_line_terms(struct ent_memoranda *memoranda, const char *peer,
		int64_t at_utc_us, char ret_clause[ENT_MEMO_CLAUSE_SIZE],
		struct ent_hash *ret_version) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	const size_t n = memoranda_copy(memoranda, each);
	struct ent_line_terms terms = ent_line_terms_default(), found;
	char clause[ENT_MEMO_CLAUSE_SIZE];
	struct ent_hash version;
	ret_clause[0] = '\0';
	memset(ret_version, 0, sizeof *ret_version);
	for (size_t i = 0; i < n; i++) {
		if (!terms_of(each[i], peer, at_utc_us, &found, clause, &version) ||
				(ret_clause[0] != '\0' && found.period_us >= terms.period_us))
			continue;
		terms = found;
		memcpy(ret_clause, clause, sizeof clause);
		*ret_version = version;
	}
	return terms;
}

/* --- How long payloads are kept --- */

int64_t ent_memoranda_purge_after(
		struct ent_memoranda *memoranda, const char *ledger, const struct ent_hash *under) {
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
	(void)pthread_mutex_unlock(&memorandum->lock);
	return after_us;
}
