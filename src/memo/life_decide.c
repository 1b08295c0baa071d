/* SPDX-License-Identifier: Apache-2.0 */
/* life_decide.c: completes an act of our own, and refuses what would be a fault. */
#include <stdlib.h>
#include <string.h>

#include "life.h"

/* What we have seen: nothing dated too far ahead, but all that we have said before that we had seen. */
static void see(const struct ent_memo *memo, int author, int64_t now_utc_us,
		struct ent_memo_cut *ret_cut) {
	struct ent_memo_cut said;
	ent_memo_cut_dated(memo, now_utc_us, ret_cut);
	ent_memo_cut_seen_by(memo, (uint32_t)author, &said);
	life_join(ret_cut, &said);
}

static void put_envelope(const struct ent_memo *memo, int author, int64_t now_utc_us,
		const struct ent_memo_cut *cut, struct ent_memo_act *act) {
	const struct life_ledger *ledger = &memo->ledgers[author];
	struct life_chain chain;
	uint32_t bound;
	act->seq = ledger->n;
	act->time_utc_us = now_utc_us;
	if (ledger->n > 0 && ledger->entries[ledger->n - 1].latest_utc_us >= now_utc_us)
		act->time_utc_us = ledger->entries[ledger->n - 1].latest_utc_us + 1;
	act->n_seen = 0;
	for (int i = 0; i < (int)memo->n; i++) {
		if (i == author || cut->size[i] == 0)
			continue;
		struct ent_memo_seen *seen = &act->seen[act->n_seen++];
		memcpy(seen->party, memo->ledgers[i].party.id, sizeof seen->party);
		seen->size = cut->size[i];
	}
	life_chain(memo, cut, act->time_utc_us, NULL, &chain);
	const enum ent_memo_status status = life_status(
			memo, cut, act->time_utc_us, &chain, &bound);
	act->under_given = status == ENT_MEMO_IN_FORCE || status == ENT_MEMO_SUSPENDED;
	if (act->under_given)
		act->under = chain.head->terms.hash;
	if (act->from_utc_us == 0 && act->kind == ENT_MEMO_ACT_WITHDRAW)
		act->from_utc_us = act->time_utc_us;
	if (act->from_utc_us == 0 && act->kind == ENT_MEMO_ACT_SUSPEND)
		act->from_utc_us = act->time_utc_us +
				(act->under_given ? chain.head->terms.suspension_notice_us : 0);
}

/* Beside what is kept to some parties, what everybody reads tells of it. Others' entries that do are theirs, and no fault. */
static bool tells_all(const struct ent_memo *memo, const struct ent_memo_act *act) {
	if (act->text.size == 0)
		return false;
	if (act->kind == ENT_MEMO_ACT_DRAFT)
		return act->sealed;
	const int of = act->kind == ENT_MEMO_ACT_DECLINE ? life_party(memo, act->offer.party)
							 : NOBODY;
	return of != NOBODY && act->offer.size < memo->ledgers[of].n &&
			memo->ledgers[of].entries[act->offer.size].sealed;
}

/* Could it be read as it will be written? */
static ent_status check_form(const struct ent_memo *memo, const struct ent_memo_act *act,
		struct ent_fault *fault) {
	struct ent_memo_act again;
	char *bytes;
	size_t size;
	ent_status status = ent_memo_act_print(act, &bytes, &size);
	if (status != ENT_OK)
		return status;
	status = ent_memo_act_read(memo->json, bytes, size, &again, fault);
	free(bytes);
	if (status == ENT_OK && tells_all(memo, act)) {
		ent_fault_set(fault, "text", "%s", ENT_MEMO_NO_REASON);
		return ENT_E_REFUSED;
	}
	return status;
}

static ent_status read_document(const struct ent_memo *memo, int author,
		const struct ent_memo_act *act, struct ent_memo_terms *ret_terms,
		enum ent_memo_rule *ret_rule, struct ent_fault *fault) {
	if (memo->ledgers[author].drafts == ENT_MEMO_DRAFTS_MAX) {
		*ret_rule = ENT_MEMO_RULE_DRAFTS;
		return ENT_OK;
	}
	ent_fault_set(fault, "document", "%s", ent_memo_rule_text(ENT_MEMO_RULE_DOCUMENT));
	const ent_status status = memo->options.terms(memo->options.user, act->document.bytes,
			act->document.size, ret_terms, fault);
	if (status == ENT_E_MEMORY)
		return status;
	if (status != ENT_OK || !life_check_terms(memo, ret_terms, fault))
		*ret_rule = ENT_MEMO_RULE_DOCUMENT;
	return ENT_OK;
}

/* Who is refused its own act is spoken of as itself. The sentences of the rules are of others' entries. */
static void tell_own(const struct life_entry *entry, struct ent_fault *ret_fault) {
	static const char other[] = "its author", own[] = "this party";
	_Static_assert(sizeof other == sizeof own, "one takes the other's place");
	life_tell(entry, ret_fault);
	for (char *at = ret_fault->why; (at = strstr(at, other)) != NULL;)
		memcpy(at, own, sizeof own - 1);
}

static ent_status judge(const struct ent_memo *memo, int author, const struct ent_memo_cut *cut,
		const struct ent_memo_act *act, enum ent_memo_rule *ret_rule,
		struct ent_fault *fault) {
	struct ent_memo_terms terms = {0};
	struct life_entry entry;
	const bool open = act->kind == ENT_MEMO_ACT_DRAFT && !act->sealed;
	enum ent_memo_rule rule = ENT_MEMO_RULE_NONE;
	life_entry_from(memo, author, act, &entry);
	entry.clock = *cut;
	if (open) {
		const ent_status status = read_document(memo, author, act, &terms, &rule, fault);
		if (status != ENT_OK)
			return status;
	}
	if (rule == ENT_MEMO_RULE_NONE)
		rule = life_check_place(memo, author,
				act->seq > 0 ? &memo->ledgers[author].entries[act->seq - 1] : NULL,
				&entry);
	if (rule == ENT_MEMO_RULE_NONE && act->class_ == ENT_CLASS_ACTUAL)
		rule = life_check(memo, author, &entry, open ? &terms : NULL);
	entry.rule = (uint8_t)rule;
	if (rule != ENT_MEMO_RULE_NONE && rule != ENT_MEMO_RULE_DOCUMENT)
		tell_own(&entry, fault);
	*ret_rule = rule;
	return ENT_OK;
}

ent_status ent_memo_decide(const struct ent_memo *memo, const char *party, int64_t now_utc_us,
		struct ent_memo_act *act, enum ent_memo_rule *ret_rule,
		struct ent_fault *reterr_fault) {
	const int author = life_party(memo, party);
	struct ent_memo_cut cut;
	enum ent_memo_rule rule = ENT_MEMO_RULE_FORM;
	if (author == NOBODY)
		return ENT_E_MISSING;
	const struct life_ledger *ledger = &memo->ledgers[author];
	if (ledger->judged < ledger->n)
		return ENT_E_EXISTS;
	if (ledger->n == ENT_MEMO_LEDGER_MAX)
		return ENT_E_LIMIT;
	see(memo, author, now_utc_us, &cut);
	put_envelope(memo, author, now_utc_us, &cut, act);
	ent_status status = check_form(memo, act, reterr_fault);
	if (status == ENT_E_MEMORY)
		return status;
	if (status == ENT_OK) {
		status = judge(memo, author, &cut, act, &rule, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	if (rule == ENT_MEMO_RULE_NONE)
		return ENT_OK;
	*ret_rule = rule;
	return ENT_E_REFUSED;
}
