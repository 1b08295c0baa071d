/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relays.c: what members hand on of each other's ledgers (docs/decisions/0022). Each party decides by its own acts who reads it
 * (0020); as far as these acts are here anybody can tell whom they name, and to nobody else is it handed on.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* --- What others have, and is not here --- */

void relays_shown(struct memorandum *memorandum, const char *peer, const char *author,
		uint64_t size) {
	struct shown *shown = NULL;
	(void)pthread_mutex_lock(&memorandum->lock);
	for (size_t i = 0; shown == NULL && i < memorandum->n_shown; i++)
		if (strcmp(memorandum->shown[i].author, author) == 0 &&
				strcmp(memorandum->shown[i].peer, peer) == 0)
			shown = &memorandum->shown[i];
	if (shown == NULL && memorandum->n_shown < SHOWN_MAX) {
		shown = &memorandum->shown[memorandum->n_shown++];
		*shown = (struct shown){.size = 0};
		(void)snprintf(shown->author, sizeof shown->author, "%s", author);
		(void)snprintf(shown->peer, sizeof shown->peer, "%s", peer);
	}
	if (shown != NULL && size > shown->size)
		shown->size = size;
	(void)pthread_mutex_unlock(&memorandum->lock);
}

/* Under the lock: does a document name us and this author? */
static bool is_named(const struct memorandum *memorandum, const char *author) {
	const struct life *life = memorandum->life;
	for (uint32_t i = 0; life != NULL && i < ent_memo_n_versions(life->memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(life->memo, i);
		if (members_named(terms, memorandum->all->us) && members_named(terms, author))
			return true;
	}
	return false;
}

/* Takes one out that can be opened now. */
static bool take_shown(struct memorandum *memorandum, struct shown *ret_shown) {
	bool found = false;
	(void)pthread_mutex_lock(&memorandum->lock);
	for (size_t i = 0; !found && i < memorandum->n_shown; i++) {
		if (!is_named(memorandum, memorandum->shown[i].author))
			continue;
		found = true;
		*ret_shown = memorandum->shown[i];
		memorandum->shown[i] = memorandum->shown[--memorandum->n_shown];
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
	return found;
}

static void open_one(struct memorandum *memorandum, const struct shown *shown) {
	struct memo_ledger *ledger = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ledger_open(memorandum, shown->author, false, &ledger, &fault);
	if (status == ENT_OK)
		ent_post_shown(ledger->post, shown->peer, shown->size);
	/* Who is not known cannot be verified. */
	else if (status != ENT_E_MISSING)
		memoranda_passed_over(
				memorandum->all, shown->author, memorandum->id, status, &fault);
}

/*
 * Under the lock: what a party's last entry has seen, which is all that it had; once for each. What is lacking here its entries wait for,
 * also behind a restart. Returns how many.
 */
static uint32_t seen_by(struct memorandum *memorandum, struct memo_ledger *ledger,
		struct shown ret_shown[ENT_MEMO_PARTIES_MAX]) {
	const struct life *life = memorandum->life;
	struct ent_memo_act act = {0};
	uint32_t n = 0;
	if (life == NULL || ledger->ours)
		return 0;
	const uint32_t party = life_place(life, ledger->author);
	const uint32_t size = party < life->parties.n ? ent_memo_size(life->memo, party) : 0;
	if (size <= ledger->seen_looked || fill_act(memorandum, party, size - 1, &act) != ENT_OK)
		return 0;
	ledger->seen_looked = size;
	for (uint32_t i = 0; i < act.n_seen; i++) {
		if (strcmp(act.seen[i].party, memorandum->all->us) == 0)
			continue;
		ret_shown[n] = (struct shown){.size = act.seen[i].size};
		memcpy(ret_shown[n].author, act.seen[i].party, ENT_PARTY_ID_SIZE);
		memcpy(ret_shown[n++].peer, ledger->author, ENT_PARTY_ID_SIZE);
	}
	return n;
}

static void open_seen(struct memorandum *memorandum, struct memo_ledger *ledger) {
	struct shown seen[ENT_MEMO_PARTIES_MAX];
	(void)pthread_mutex_lock(&memorandum->lock);
	const uint32_t n = seen_by(memorandum, ledger, seen);
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (uint32_t i = 0; i < n; i++)
		open_one(memorandum, &seen[i]);
}

static void open_shown(struct memorandum *memorandum) {
	struct shown shown;
	while (take_shown(memorandum, &shown))
		open_one(memorandum, &shown);
}

/* --- What is here, and others may have --- */

static bool is_relayed(const struct memo_ledger *ledger, const char *id) {
	for (size_t i = 0; i < ledger->n_relayed; i++)
		if (strcmp(ledger->relayed[i], id) == 0)
			return true;
	return false;
}

/* Under the lock: those whom its author's acts name, and to whom it is not handed on yet. Without memory it is as if there were none. */
static void find_readers(struct memorandum *memorandum, struct memo_ledger *ledger,
		struct audience *ret_new) {
	struct audience all = {.n = 0};
	ret_new->n = 0;
	/* Whom a sealed draft is for is its author's business. */
	if (members_spoken_to(memorandum, ledger->author, false, &all) != ENT_OK)
		return;
	for (size_t i = 0; i < all.n && ledger->n_relayed < AUDIENCE_MAX; i++) {
		if (strcmp(all.id[i], memorandum->all->us) == 0 || is_relayed(ledger, all.id[i]))
			continue;
		memcpy(ledger->relayed[ledger->n_relayed++], all.id[i], ENT_PARTY_ID_SIZE);
		members_add(ret_new, all.id[i]);
	}
}

static void hand_on(struct memorandum *memorandum, struct memo_ledger *ledger) {
	struct audience readers = {.n = 0};
	(void)pthread_mutex_lock(&memorandum->lock);
	if (!ledger->ours && memorandum->life != NULL)
		find_readers(memorandum, ledger, &readers);
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (size_t i = 0; i < readers.n; i++) {
		const ent_status status = ent_post_relay(ledger->post, readers.id[i]);
		/* Its author brings it. */
		if (status != ENT_OK)
			memoranda_say(memorandum->all, ENT_SCRIBE_WARNING,
					"%s: not handed on to %s: %s", ledger->name, readers.id[i],
					ent_status_text(status));
	}
}

void relays_settle(struct memorandum *memorandum) {
	struct memo_ledger *ledgers[ENT_MEMO_PARTIES_MAX];
	open_shown(memorandum);
	(void)pthread_mutex_lock(&memorandum->lock);
	const size_t n = memorandum->n_ledgers;
	memcpy(ledgers, memorandum->ledgers, n * sizeof ledgers[0]);
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (size_t i = 0; i < n; i++) {
		open_seen(memorandum, ledgers[i]);
		hand_on(memorandum, ledgers[i]);
	}
}
