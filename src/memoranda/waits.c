/* SPDX-License-Identifier: Apache-2.0 */
/*
 * waits.c: acts of members that are here and do not count yet, since what they have seen is not here (memo.h). Whose entries lack
 * may keep them back for ever, so that somebody's withdrawal is known here and in no state: it is shown beside the state, and
 * told once when it lasts.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Entries of several members come with the same parcels or the next ones, which is seconds; what lasts longer is kept back. */
#define TOLD_AFTER_US INT64_C(60000000)

/* --- Shown --- */

/* Of a party whose ledger is not here only its entry says that there is one. */
static bool find_stranger(struct memorandum *memorandum, uint32_t party,
		const struct ent_memo_waiting *waiting, struct ent_memo_seen *ret_lacking) {
	const struct ent_memo *memo = memorandum->life->memo;
	struct ent_memo_act act = {0};
	const uint32_t seq = ent_memo_size(memo, party) - waiting->n;
	if (fill_act(memorandum, party, seq, &act) != ENT_OK)
		return false;
	for (uint32_t i = 0; i < act.n_seen; i++) {
		if (life_place(memorandum->life, act.seen[i].party) < ent_memo_n_parties(memo))
			continue;
		*ret_lacking = act.seen[i];
		return true;
	}
	return false;
}

static bool find_lacking(struct memorandum *memorandum, uint32_t party,
		const struct ent_memo_waiting *waiting, struct ent_memo_seen *ret_lacking) {
	if (waiting->n == 0)
		return false;
	if (!waiting->known)
		return find_stranger(memorandum, party, waiting, ret_lacking);
	*ret_lacking = (struct ent_memo_seen){.size = waiting->size};
	(void)snprintf(ret_lacking->party, sizeof ret_lacking->party, "%s",
			ent_memo_party_id(memorandum->life->memo, waiting->party));
	return true;
}

void waits_show(struct memorandum *memorandum, uint32_t party, struct ent_jsonout *out) {
	struct ent_memo_waiting waiting;
	struct ent_memo_seen lacking;
	ent_memo_waiting(memorandum->life->memo, party, &waiting);
	ent_jsonout_name(out, "waiting");
	ent_jsonout_uint(out, waiting.n);
	ent_jsonout_name(out, "waiting_since");
	if (waiting.n > 0)
		ent_jsonout_time(out, waiting.received_utc_us);
	else
		ent_jsonout_null(out);
	ent_jsonout_name(out, "waiting_for");
	if (find_lacking(memorandum, party, &waiting, &lacking)) {
		ent_jsonout_object_begin(out);
		show_text(out, "party", lacking.party);
		ent_jsonout_name(out, "entries");
		ent_jsonout_uint(out, lacking.size);
		ent_jsonout_object_end(out);
	} else {
		ent_jsonout_null(out);
	}
	ent_jsonout_name(out, "waiting_kinds");
	ent_jsonout_array_begin(out);
	for (unsigned kind = 0; kind < ENT_MEMO_ACT_COUNT; kind++)
		if (waiting.kinds >> kind & 1)
			ent_jsonout_string(out, ent_memo_act_text((enum ent_memo_act_kind)kind));
	ent_jsonout_array_end(out);
}

/* --- Told --- */

struct late {
	char author[ENT_PARTY_ID_SIZE];
	uint32_t kinds;
	bool known;
	struct ent_memo_seen lacking;
};

/* Once, until nothing of it waits any more: who gives out what lacks bit by bit fills no log. */
static bool is_to_tell(struct memo_ledger *ledger, const struct ent_memo_waiting *waiting,
		int64_t now_us) {
	if (waiting->n == 0)
		ledger->waits_told = false;
	if (waiting->n == 0 || ledger->waits_told ||
			now_us - waiting->received_utc_us < TOLD_AFTER_US)
		return false;
	ledger->waits_told = true;
	return true;
}

/* Under the lock. */
static size_t find_late(struct memorandum *memorandum, int64_t now_us,
		struct late ret_late[ENT_MEMO_PARTIES_MAX]) {
	const struct life *life = memorandum->life;
	size_t n = 0;
	for (uint32_t i = 0; life != NULL && i < ent_memo_n_parties(life->memo); i++) {
		struct ent_memo_waiting waiting;
		struct memo_ledger *ledger = ledger_of(
				memorandum, ent_memo_party_id(life->memo, i));
		ent_memo_waiting(life->memo, i, &waiting);
		if (ledger == NULL || !is_to_tell(ledger, &waiting, now_us))
			continue;
		struct late *late = &ret_late[n++];
		*late = (struct late){.kinds = waiting.kinds};
		memcpy(late->author, ledger->author, sizeof late->author);
		late->known = find_lacking(memorandum, i, &waiting, &late->lacking);
	}
	return n;
}

static void say(const struct memorandum *memorandum, const struct late *late) {
	char kinds[ENT_MEMO_ACT_COUNT * 20] = "", entry[64] = "what has not come";
	size_t length = 0;
	for (unsigned kind = 0; kind < ENT_MEMO_ACT_COUNT; kind++)
		if (late->kinds >> kind & 1)
			length += (size_t)snprintf(kinds + length, sizeof kinds - length, "%s%s",
					length > 0 ? ", " : " (",
					ent_memo_act_text((enum ent_memo_act_kind)kind));
	if (late->known)
		(void)snprintf(entry, sizeof entry, "entry %" PRIu64 " of %s",
				late->lacking.size - 1, late->lacking.party);
	memoranda_say(memorandum->all, ENT_SCRIBE_WARNING,
			"memorandum %s: not all is here: what %s has written%s%s waits for %s; "
			"what "
			"the memorandum comes to may no longer hold",
			memorandum->id, late->author, kinds, length > 0 ? ")" : "", entry);
}

void waits_tell(struct memorandum *memorandum) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	struct late late[ENT_MEMO_PARTIES_MAX];
	const int64_t now_us = options->clock(options->user);
	(void)pthread_mutex_lock(&memorandum->lock);
	const size_t n = find_late(memorandum, now_us, late);
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (size_t i = 0; i < n; i++) {
		say(memorandum, &late[i]);
		if (options->waits != NULL)
			options->waits(options->user, memorandum->id, late[i].author);
	}
}
