/* SPDX-License-Identifier: Apache-2.0 */
/* change.c: what has changed under a memorandum since it was told last, for people who watch. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

static void put(const struct memo_ledger *ledger, uint32_t seq, const struct ent_memo_entry *entry,
		struct ent_memoranda_change *change) {
	if (change->n == ENT_MEMORANDA_CHANGE_MAX) {
		change->more++;
		return;
	}
	struct ent_memoranda_new *one = &change->entry[change->n++];
	*one = (struct ent_memoranda_new){.seq = seq, .standing = standing_text(entry->standing)};
	memcpy(one->party, ledger->author, sizeof one->party);
	memcpy(one->ledger, ledger->name, strlen(ledger->name) + 1);
	if (entry->understood) {
		one->kind = ent_memo_act_text(entry->kind);
		one->class_ = ent_memo_class_text(entry->class_);
	}
}

/* Of what was not told before: when the last of it was received, just ahead of the clock perhaps, or that moment. */
static int64_t take_new(struct memorandum *memorandum, int64_t now_utc_us,
		struct ent_memoranda_change *change) {
	const struct ent_memo *memo = memorandum->life->memo;
	int64_t at_utc_us = now_utc_us;
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		struct memo_ledger *ledger = ledger_of(memorandum, ent_memo_party_id(memo, i));
		for (; ledger != NULL && ledger->told < ent_memo_size(memo, i); ledger->told++) {
			struct ent_memo_entry entry;
			ent_memo_entry(memo, i, ledger->told, &entry);
			if (entry.received_utc_us > at_utc_us)
				at_utc_us = entry.received_utc_us;
			put(ledger, ledger->told, &entry, change);
		}
	}
	return at_utc_us;
}

void change_counted(const struct memorandum *memorandum, struct ent_memo_cut *ret_cut) {
	const struct ent_memo *memo = memorandum->life->memo;
	struct ent_memo_cut all;
	*ret_cut = (struct ent_memo_cut){.size = {0}};
	ent_memo_cut_now(memo, &all);
	ret_cut->early_us = all.early_us;
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		const struct memo_ledger *ledger = ledger_of(
				memorandum, ent_memo_party_id(memo, i));
		/* Among other parties fewer may be there than were. */
		if (ledger != NULL)
			ret_cut->size[i] = ledger->counted < all.size[i] ? ledger->counted
									 : all.size[i];
	}
}

/* Which entries counted when it was told last, and which do now. */
static void take_cuts(struct memorandum *memorandum, struct ent_memo_cut *ret_before,
		struct ent_memo_cut *ret_after) {
	const struct ent_memo *memo = memorandum->life->memo;
	change_counted(memorandum, ret_before);
	ent_memo_cut_now(memo, ret_after);
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		struct memo_ledger *ledger = ledger_of(memorandum, ent_memo_party_id(memo, i));
		if (ledger != NULL)
			ledger->counted = ret_after->size[i];
	}
}

/* From when on what suspends or withdraws has effect. */
static void put_from(const struct life *life, const struct ent_memo_state *state,
		struct ent_memoranda_new *one) {
	const uint32_t place = life_place(life, one->party);
	if (place >= ent_memo_n_parties(life->memo))
		return;
	const struct ent_memo_member *member = &state->member[place];
	if (member->suspending && member->suspension_seq == one->seq)
		one->from_utc_us = member->suspended_utc_us;
	if (member->withdrawing && member->withdrawal_seq == one->seq)
		one->from_utc_us = member->withdrawn_utc_us;
}

/* Under the lock. Both at the same moment: what time alone has changed is told by itself (timed.c), and not as if an act had. */
static void take(struct memorandum *memorandum, int64_t now_utc_us,
		struct ent_memoranda_change *change) {
	const struct ent_memo *memo = memorandum->life->memo;
	const int64_t at_utc_us = take_new(memorandum, now_utc_us, change);
	struct ent_memo_cut before, after;
	struct ent_memo_state state;
	take_cuts(memorandum, &before, &after);
	ent_memo_state(memo, &before, at_utc_us, &state);
	change->before = ent_memo_status_text(state.status);
	ent_memo_state(memo, &after, at_utc_us, &state);
	change->after = ent_memo_status_text(state.status);
	for (size_t i = 0; i < change->n; i++)
		put_from(memorandum->life, &state, &change->entry[i]);
	timed_changed(memorandum, &after, &state, at_utc_us);
}

void change_take(struct memorandum *memorandum, struct ent_memoranda_change *ret_change) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	const int64_t now_us = options->clock(options->user);
	const char *none = ent_memo_status_text(ENT_MEMO_NOTHING);
	*ret_change = (struct ent_memoranda_change){
			.memorandum = memorandum->id, .before = none, .after = none};
	(void)pthread_mutex_lock(&memorandum->lock);
	if (memorandum->life != NULL)
		take(memorandum, now_us, ret_change);
	(void)pthread_mutex_unlock(&memorandum->lock);
}

void change_say(const struct memorandum *memorandum, const struct ent_memoranda_change *change) {
	char acts[ENT_FAULT_WHY_SIZE] = "";
	size_t length = 0;
	if (strcmp(change->before, change->after) == 0)
		return;
	for (size_t i = 0; i < change->n && length < sizeof acts; i++)
		length += (size_t)snprintf(acts + length, sizeof acts - length, "%s%s of %s",
				i > 0 ? ", " : "",
				change->entry[i].kind != NULL ? change->entry[i].kind : "an entry",
				change->entry[i].party);
	memoranda_say(memorandum->all,
			strcmp(change->after, ent_memo_status_text(ENT_MEMO_IN_FORCE)) == 0
					? ENT_SCRIBE_INFO
					: ENT_SCRIBE_WARNING,
			"memorandum %s: it is %s; before: %s; by %s", memorandum->id, change->after,
			change->before, acts);
}
