/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acknowledged.c: what others have of our ledger under a memorandum, and of one another's, by the checkpoints that they have cosigned. That
 * somebody has an act says nothing of what they think of it.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Ascending, as members are shown. */
static void add(struct acknowledged *asked, const char *id) {
	size_t at = asked->n++;
	for (; at > 0 && strcmp(asked->by[at - 1].id, id) > 0; at--)
		asked->by[at] = asked->by[at - 1];
	asked->by[at] = (struct acknowledged_by){.size = 0};
	memcpy(asked->by[at].id, id, ENT_PARTY_ID_SIZE);
}

ent_status acknowledged_ask(struct memorandum *memorandum, struct acknowledged *ret_asked) {
	struct ent_post *post = memorandum->all->options.post;
	const struct memo_ledger *ours = NULL;
	ret_asked->n = 0;
	(void)pthread_mutex_lock(&memorandum->lock);
	ours = ledger_of(memorandum, memorandum->all->us);
	for (size_t i = 0; ours != NULL && i < ours->n_shared; i++)
		add(ret_asked, ours->shared[i]);
	(void)pthread_mutex_unlock(&memorandum->lock);
	struct ent_post_share *shares = calloc(ENT_PARCEL_LEDGERS_MAX, sizeof *shares);
	if (shares == NULL)
		return ENT_E_MEMORY;
	for (size_t i = 0; i < ret_asked->n; i++) {
		struct acknowledged_by *by = &ret_asked->by[i];
		size_t n = ent_post_shares(post, by->id, shares, ENT_PARCEL_LEDGERS_MAX);
		n = n < ENT_PARCEL_LEDGERS_MAX ? n : ENT_PARCEL_LEDGERS_MAX;
		for (size_t j = 0; j < n; j++)
			if (shares[j].ledger == ours->post) {
				by->size = shares[j].acknowledged;
				by->at_utc_us = shares[j].acknowledged_utc_us;
			}
	}
	free(shares);
	return ENT_OK;
}

void acknowledged_there(struct memorandum *memorandum, struct known_there *ret_known) {
	struct ent_post_ledger *ledgers[ENT_MEMO_PARTIES_MAX] = {NULL};
	*ret_known = (struct known_there){.n = 0};
	(void)pthread_mutex_lock(&memorandum->lock);
	for (size_t i = 0; i < memorandum->n_ledgers; i++) {
		const struct memo_ledger *ledger = memorandum->ledgers[i];
		if (ledger->ours || ledger->post == NULL)
			continue;
		ledgers[ret_known->n] = ledger->post;
		memcpy(ret_known->id[ret_known->n++], ledger->author, ENT_PARTY_ID_SIZE);
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (size_t i = 0; i < ret_known->n; i++)
		for (size_t j = 0; j < ret_known->n; j++)
			if (i != j)
				ret_known->has[i][j] = ent_post_has(ledgers[j], ret_known->id[i]);
}

void acknowledged_show(const struct acknowledged *asked, uint32_t seq, struct ent_jsonout *out) {
	ent_jsonout_name(out, "acknowledged");
	ent_jsonout_object_begin(out);
	for (size_t i = 0; i < asked->n; i++) {
		ent_jsonout_name(out, asked->by[i].id);
		if (asked->by[i].size > seq)
			ent_jsonout_time(out, asked->by[i].at_utc_us);
		else
			ent_jsonout_null(out);
	}
	ent_jsonout_object_end(out);
}

/* Has everybody whom it goes to acknowledged it? */
static bool by_all(const struct acknowledged *asked, uint32_t seq) {
	for (size_t i = 0; i < asked->n; i++)
		if (asked->by[i].size <= seq)
			return false;
	return true;
}

void acknowledged_show_acts(const struct acknowledged *asked, const struct ent_memo *memo,
		uint32_t us, struct ent_jsonout *out) {
	const uint32_t n = us < ent_memo_n_parties(memo) ? ent_memo_size(memo, us) : 0;
	ent_jsonout_name(out, "acts");
	ent_jsonout_array_begin(out);
	for (uint32_t seq = n < ACTS_SHOWN_MAX ? 0 : n - ACTS_SHOWN_MAX; seq < n; seq++) {
		struct ent_memo_entry entry = {.understood = false};
		ent_memo_entry(memo, us, seq, &entry);
		if (!entry.understood || (seq + 1 < n && by_all(asked, seq)))
			continue;
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "seq");
		ent_jsonout_uint(out, seq);
		show_text(out, "kind", ent_memo_act_text(entry.kind));
		ent_jsonout_name(out, "declared");
		ent_jsonout_time(out, entry.time_utc_us);
		acknowledged_show(asked, seq, out);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}
