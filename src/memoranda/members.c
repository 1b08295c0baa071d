/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members.c: who is in a memorandum, who is to have what of it, and what follows from a member's contradiction. See
 * memoranda.h, rule 1: what we say goes to those that our own acts name, so that nobody gets it by knowing an id.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Each round takes in whom the documents of the one before name; a memorandum has not so many. */
enum { ROUNDS_MAX = ENT_MEMO_PARTIES_MAX };

bool members_has(const struct audience *audience, const char *id) {
	for (size_t i = 0; i < audience->n; i++)
		if (strcmp(audience->id[i], id) == 0)
			return true;
	return false;
}

void members_add(struct audience *audience, const char *id) {
	if (audience->n < AUDIENCE_MAX && !members_has(audience, id))
		(void)snprintf(audience->id[audience->n++], ENT_PARTY_ID_SIZE, "%s", id);
}

/* --- To whom we speak --- */

bool members_named(const struct ent_memo_terms *terms, const char *id) {
	for (uint32_t i = 0; i < terms->n_parties; i++)
		if (strcmp(terms->party[i], id) == 0)
			return true;
	return false;
}

static void add_terms(
		struct audience *audience, const struct ent_memo_terms *terms, const char *but) {
	for (uint32_t i = 0; i < terms->n_parties; i++)
		if (strcmp(terms->party[i], but) != 0)
			members_add(audience, terms->party[i]);
}

static void add_version(const struct memorandum *memorandum, const struct said *said,
		const struct ent_hash *hash, struct audience *audience) {
	const struct life *life = memorandum->life;
	uint32_t version;
	if (ent_memo_find(life->memo, hash, &version) == ENT_OK)
		add_terms(audience, ent_memo_terms(life->memo, version),
				life->parties.party[said->party].id);
}

static ent_status add_sealed(
		struct memorandum *memorandum, const struct said *said, struct audience *audience) {
	struct ent_memo_act act = {0};
	const ent_status status = fill_act(memorandum, said->party, said->seq, &act);
	for (uint32_t i = 0; status == ENT_OK && i < act.n_sealed_for; i++)
		if (strcmp(act.sealed_for[i], memorandum->life->parties.party[said->party].id) != 0)
			members_add(audience, act.sealed_for[i]);
	return status;
}

static const struct said *offer_of(const struct life *life, const struct said *answer) {
	for (size_t i = 0; i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_OFFER &&
				life->said[i].party == answer->offer_party &&
				life->said[i].seq == answer->offer_seq)
			return &life->said[i];
	return NULL;
}

static ent_status add_said(struct memorandum *memorandum, const struct said *said, bool sealed,
		struct audience *audience) {
	const struct said *offer = NULL;
	switch (said->kind) {
	case ENT_MEMO_ACT_DRAFT:
		if (said->sealed)
			return sealed ? add_sealed(memorandum, said, audience) : ENT_OK;
		add_version(memorandum, said, &said->version, audience);
		break;
	case ENT_MEMO_ACT_OFFER:
	case ENT_MEMO_ACT_SIGN:
	case ENT_MEMO_ACT_PAPER:
		add_version(memorandum, said, &said->version, audience);
		break;
	case ENT_MEMO_ACT_ACCEPT:
		offer = offer_of(memorandum->life, said);
		if (offer != NULL)
			add_version(memorandum, said, &offer->version, audience);
		break;
	default:
		break;
	}
	return ENT_OK;
}

ent_status members_spoken_to(struct memorandum *memorandum, const char *party, bool sealed,
		struct audience *audience) {
	const struct life *life = memorandum->life;
	const uint32_t place = life_place(life, party);
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < life->n_said; i++)
		if (life->said[i].party == place)
			status = add_said(memorandum, &life->said[i], sealed, audience);
	return status;
}

/* Who has put something before us: of open documents all that they name, of one that was kept to us who drafted it. */
static ent_status add_askers(struct memorandum *memorandum, struct audience *audience) {
	const struct life *life = memorandum->life;
	const char *us = memorandum->all->us;
	ent_status status = ENT_OK;
	for (uint32_t i = 0; i < ent_memo_n_versions(life->memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(life->memo, i);
		if (members_named(terms, us))
			add_terms(audience, terms, us);
	}
	for (size_t i = 0; status == ENT_OK && i < life->n_said; i++) {
		struct audience kept_to = {.n = 0};
		const char *author = life->parties.party[life->said[i].party].id;
		if (!life->said[i].sealed || strcmp(author, us) == 0)
			continue;
		status = add_sealed(memorandum, &life->said[i], &kept_to);
		if (members_has(&kept_to, us))
			members_add(audience, author);
	}
	return status;
}

ent_status members_concerned(struct memorandum *memorandum, struct audience *ret_audience) {
	ret_audience->n = 0;
	if (memorandum->life == NULL)
		return ENT_OK;
	const ent_status status = members_spoken_to(
			memorandum, memorandum->all->us, true, ret_audience);
	return status != ENT_OK || ret_audience->n > 0 ? status
						       : add_askers(memorandum, ret_audience);
}

ent_status members_audience(struct memorandum *memorandum, struct audience *ret_audience) {
	const struct life *life = memorandum->life;
	const uint32_t us = life != NULL ? life_place(life, memorandum->all->us) : 0;
	ret_audience->n = 0;
	return life == NULL || us == life->parties.n || ent_memo_size(life->memo, us) == 0
			? ENT_OK
			: members_concerned(memorandum, ret_audience);
}

/* --- Whose life it is --- */

static int by_id(const void *a, const void *b) {
	return strcmp(((const struct party *)a)->id, ((const struct party *)b)->id);
}

static void want(struct parties *parties, const char *id) {
	for (size_t i = 0; i < parties->n; i++)
		if (strcmp(parties->party[i].id, id) == 0)
			return;
	if (parties->n < ENT_MEMO_PARTIES_MAX)
		(void)snprintf(parties->party[parties->n++].id, ENT_PARTY_ID_SIZE, "%s", id);
}

/* Those of documents that name us come before those of others: there are but so many places. */
static void want_named(const struct memorandum *memorandum, bool us, struct parties *parties) {
	const struct ent_memo *memo = memorandum->life->memo;
	for (uint32_t i = 0; i < ent_memo_n_versions(memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(memo, i);
		if (members_named(terms, memorandum->all->us) != us)
			continue;
		for (uint32_t j = 0; j < terms->n_parties; j++)
			want(parties, terms->party[j]);
	}
}

static void wanted(const struct memorandum *memorandum, const struct audience *audience,
		struct parties *ret_parties) {
	memset(ret_parties, 0, sizeof *ret_parties);
	want(ret_parties, memorandum->all->us);
	/* There is room for all of these. */
	for (size_t i = 0; i < memorandum->n_ledgers; i++)
		want(ret_parties, memorandum->ledgers[i]->author);
	for (size_t i = 0; i < audience->n; i++)
		want(ret_parties, audience->id[i]);
	if (memorandum->life != NULL) {
		want_named(memorandum, true, ret_parties);
		want_named(memorandum, false, ret_parties);
	}
	qsort(ret_parties->party, ret_parties->n, sizeof ret_parties->party[0], by_id);
}

static bool same_ids(const struct parties *a, const struct parties *b) {
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->party[i].id, b->party[i].id) != 0)
			return false;
	return a->n == b->n;
}

static bool same_keys(const struct parties *a, const struct parties *b) {
	for (size_t i = 0; i < a->n; i++)
		if (a->party[i].n_keys != b->party[i].n_keys ||
				a->party[i].settable_clock != b->party[i].settable_clock ||
				memcmp(a->party[i].key, b->party[i].key, sizeof a->party[i].key) !=
						0)
			return false;
	return true;
}

bool parties_same(const struct parties *a, const struct parties *b) {
	return same_ids(a, b) && same_keys(a, b);
}

static void ask_keys(const struct ent_memoranda *all, struct parties *parties) {
	for (size_t i = 0; i < parties->n; i++) {
		struct party *party = &parties->party[i];
		party->n_keys = all->options.keys(
				all->options.user, party->id, party->key, ENT_MEMORANDA_KEYS_MAX);
		party->settable_clock = all->options.settable(all->options.user, party->id) ||
				(all->options.settable_clock && strcmp(party->id, all->us) == 0);
	}
}

/* One round. 'again': it has changed, and may name others; 'more': it is to be another one, and is not whole yet. */
static ent_status take_in(struct memorandum *memorandum, struct audience *audience, bool *ret_again,
		bool *ret_more) {
	struct parties parties;
	*ret_more = false;
	(void)pthread_mutex_lock(&memorandum->lock);
	ent_status status = fill(memorandum);
	if (status == ENT_OK)
		status = members_audience(memorandum, audience);
	wanted(memorandum, audience, &parties);
	*ret_again = memorandum->life == NULL || memorandum->keys_again ||
			memorandum->coming != NULL ||
			!same_ids(&parties, &memorandum->life->parties);
	memorandum->keys_again = false;
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (status != ENT_OK || !*ret_again)
		return status;
	ask_keys(memorandum->all, &parties);
	(void)pthread_mutex_lock(&memorandum->lock);
	if (memorandum->life == NULL || !parties_same(&parties, &memorandum->life->parties)) {
		status = fill_anew(memorandum, &parties, ret_more);
	} else {
		life_destroy(memorandum->coming);
		memorandum->coming = NULL;
	}
	if (status != ENT_OK)
		memorandum->keys_again = true;
	(void)pthread_mutex_unlock(&memorandum->lock);
	return status;
}

/* --- Who is to have what --- */

/* Has this party drafted what names us and the other? */
static bool brings_together(
		const struct memorandum *memorandum, const char *author, const char *other) {
	const struct life *life = memorandum->life;
	const uint32_t place = life_place(life, author);
	uint32_t version;
	for (size_t i = 0; i < life->n_said; i++) {
		const struct said *said = &life->said[i];
		if (said->party != place || said->kind != ENT_MEMO_ACT_DRAFT || said->sealed ||
				ent_memo_find(life->memo, &said->version, &version) != ENT_OK)
			continue;
		const struct ent_memo_terms *terms = ent_memo_terms(life->memo, version);
		if (members_named(terms, memorandum->all->us) && members_named(terms, author) &&
				members_named(terms, other))
			return true;
	}
	return false;
}

static bool is_to_have(const struct memorandum *memorandum, const struct memo_ledger *ledger,
		const struct audience *audience, const char *id) {
	if (strcmp(id, ledger->author) == 0 || strcmp(id, memorandum->all->us) == 0)
		return false;
	if (ledger->ours)
		return members_has(audience, id);
	return (members_has(audience, ledger->author) && members_has(audience, id)) ||
			brings_together(memorandum, ledger->author, id);
}

/* Under the lock: one that this ledger is not shared with yet. */
static bool next_share(struct memorandum *memorandum, const struct audience *audience,
		struct memo_ledger **ret_ledger, char ret_id[ENT_PARTY_ID_SIZE]) {
	struct audience all = *audience;
	for (size_t i = 0; memorandum->life != NULL && i < memorandum->life->parties.n; i++)
		members_add(&all, memorandum->life->parties.party[i].id);
	for (size_t i = 0; memorandum->life != NULL && i < memorandum->n_ledgers; i++) {
		struct memo_ledger *ledger = memorandum->ledgers[i];
		for (size_t j = 0; j < all.n; j++) {
			bool shared = false;
			for (size_t k = 0; k < ledger->n_shared; k++)
				shared = shared || strcmp(ledger->shared[k], all.id[j]) == 0;
			if (shared || ledger->n_shared == AUDIENCE_MAX ||
					!is_to_have(memorandum, ledger, audience, all.id[j]))
				continue;
			memcpy(ret_id, all.id[j], ENT_PARTY_ID_SIZE);
			memcpy(ledger->shared[ledger->n_shared++], ret_id, ENT_PARTY_ID_SIZE);
			*ret_ledger = ledger;
			return true;
		}
	}
	return false;
}

static void share(struct memorandum *memorandum, const struct audience *audience) {
	struct memo_ledger *ledger = NULL;
	char id[ENT_PARTY_ID_SIZE];
	for (;;) {
		(void)pthread_mutex_lock(&memorandum->lock);
		const bool more = next_share(memorandum, audience, &ledger, id);
		(void)pthread_mutex_unlock(&memorandum->lock);
		if (!more)
			return;
		const ent_status status = ent_post_share(ledger->post, id);
		if (status == ENT_OK)
			continue;
		memoranda_say(memorandum->all, ENT_SCRIBE_WARNING, "%s: not shared with %s: %s",
				ledger->name, id, ent_status_text(status));
		/* To be tried at the next change, or look. */
		memorandum->unsettled = memorandum->all->failed = true;
		(void)pthread_mutex_lock(&memorandum->lock);
		for (size_t i = 0; i < ledger->n_shared; i++)
			if (strcmp(ledger->shared[i], id) == 0)
				memcpy(ledger->shared[i], ledger->shared[--ledger->n_shared],
						ENT_PARTY_ID_SIZE);
		(void)pthread_mutex_unlock(&memorandum->lock);
		return;
	}
}

/* --- Who contradicts itself --- */

/* Under the lock: our ledger, when it is to be frozen now. */
static struct ent_post_ledger *to_freeze(struct memorandum *memorandum,
		const struct audience *audience, char ret_reason[ENT_FAULT_WHY_SIZE]) {
	struct ent_post_ledger *ours = NULL;
	const struct memo_ledger *ledger = ledger_of(memorandum, memorandum->all->us);
	for (size_t i = 0; ledger != NULL && !memorandum->frozen && i < memorandum->n_ledgers;
			i++) {
		const struct memo_ledger *theirs = memorandum->ledgers[i];
		if (!theirs->forked || !members_has(audience, theirs->author))
			continue;
		(void)snprintf(ret_reason, ENT_FAULT_WHY_SIZE, "%s", theirs->evidence);
		ours = ledger->post;
	}
	return ours;
}

/* It is said only when it is done: who finds it said goes on to act. To do it twice is nothing. */
static void freeze(
		struct memorandum *memorandum, struct ent_post_ledger *ours, const char *reason) {
	ent_post_freeze(ours, reason);
	(void)pthread_mutex_lock(&memorandum->lock);
	memorandum->frozen = true;
	(void)pthread_mutex_unlock(&memorandum->lock);
}

/* --- Whose clock is ahead --- */

/* Under the lock: one that is to be told of, once. */
static struct memo_ledger *take_ahead(
		struct memorandum *memorandum, uint64_t *ret_seq, int64_t *ret_utc_us) {
	for (size_t i = 0; i < memorandum->n_ledgers; i++) {
		struct memo_ledger *ledger = memorandum->ledgers[i];
		if (ledger->ahead_utc_us == 0)
			continue;
		*ret_seq = ledger->ahead;
		*ret_utc_us = ledger->ahead_utc_us;
		ledger->ahead_utc_us = 0;
		return ledger;
	}
	return NULL;
}

/* What was read again at a start may be of a time that has come. */
static void tell_ahead(struct memorandum *memorandum) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	for (;;) {
		uint64_t seq = 0;
		int64_t time_utc_us = 0;
		struct ent_fault fault;
		(void)pthread_mutex_lock(&memorandum->lock);
		const struct memo_ledger *ledger = take_ahead(memorandum, &seq, &time_utc_us);
		(void)pthread_mutex_unlock(&memorandum->lock);
		if (ledger == NULL)
			return;
		const int64_t ahead_us = time_utc_us - options->clock(options->user);
		if (ahead_us <= ENT_MEMO_CLOCKS_APART_US)
			continue;
		ent_fault_set(&fault, "", "entry %" PRIu64 " is %" PRId64 " s ahead of our clock",
				seq, ahead_us / 1000000);
		ent_post_raise(options->post, ENT_POST_CLOCK_AHEAD, ledger->author, ledger->name,
				&fault);
	}
}

/* --- Who plays, and writes in earnest --- */

/* Under the lock: one that is to be told of, once. */
static struct memo_ledger *take_played(struct memorandum *memorandum, uint64_t *ret_seq) {
	for (size_t i = 0; i < memorandum->n_ledgers; i++) {
		struct memo_ledger *ledger = memorandum->ledgers[i];
		if (ledger->ours || ledger->played == ledger->played_told)
			continue;
		ledger->played_told = ledger->played;
		*ret_seq = ledger->played - 1;
		return ledger;
	}
	return NULL;
}

static void tell_played(struct memorandum *memorandum) {
	for (;;) {
		uint64_t seq = 0;
		struct ent_fault fault;
		(void)pthread_mutex_lock(&memorandum->lock);
		const struct memo_ledger *ledger = take_played(memorandum, &seq);
		(void)pthread_mutex_unlock(&memorandum->lock);
		if (ledger == NULL)
			return;
		ent_fault_set(&fault, "",
				"entry %" PRIu64 " is of class ACTUAL, and does not count", seq);
		ent_post_raise(memorandum->all->options.post, ENT_POST_PLAY, ledger->author,
				ledger->name, &fault);
	}
}

static void mark_asked(struct memorandum *memorandum, const struct audience *audience) {
	for (size_t i = 0; i < memorandum->n_ledgers; i++) {
		struct memo_ledger *ledger = memorandum->ledgers[i];
		ledger->unasked = !ledger->ours && !members_has(audience, ledger->author);
	}
}

/* What follows for others from who is in it. */
static void follow(struct memorandum *memorandum, const struct audience *audience) {
	char reason[ENT_FAULT_WHY_SIZE];
	(void)pthread_mutex_lock(&memorandum->lock);
	mark_asked(memorandum, audience);
	struct ent_post_ledger *ours = to_freeze(memorandum, audience, reason);
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (ours != NULL)
		freeze(memorandum, ours, reason);
	share(memorandum, audience);
	relays_settle(memorandum);
	tell_ahead(memorandum);
	tell_played(memorandum);
}

ent_status settle_some(struct memorandum *memorandum, bool *ret_more) {
	struct audience audience = {.n = 0};
	bool again = true;
	ent_status status = ENT_OK;
	*ret_more = false;
	for (int i = 0; status == ENT_OK && again && !*ret_more && i < ROUNDS_MAX; i++)
		status = take_in(memorandum, &audience, &again, ret_more);
	memorandum->unsettled = status != ENT_OK || *ret_more;
	if (status != ENT_OK) {
		memorandum->all->failed = true;
		memoranda_say(memorandum->all, ENT_SCRIBE_WARNING,
				"memorandum %s: not all that is here counts yet: %s",
				memorandum->id, ent_status_text(status));
		return status;
	}
	(void)pthread_mutex_lock(&memorandum->lock);
	const bool is_somebodys = memorandum->life != NULL;
	(void)pthread_mutex_unlock(&memorandum->lock);
	/* Whatever is still to come of another life, what is in this one goes on. */
	if (is_somebodys)
		follow(memorandum, &audience);
	return ENT_OK;
}

ent_status settle(struct memorandum *memorandum) {
	bool more = true;
	ent_status status = ENT_OK;
	while (status == ENT_OK && more)
		status = settle_some(memorandum, &more);
	return status;
}

ent_status settle_what_failed(struct memorandum *memorandum) {
	struct memo_ledger *ledgers[ENT_MEMO_PARTIES_MAX];
	(void)pthread_mutex_lock(&memorandum->lock);
	const size_t n = memorandum->n_ledgers;
	memcpy(ledgers, memorandum->ledgers, n * sizeof ledgers[0]);
	(void)pthread_mutex_unlock(&memorandum->lock);
	for (size_t i = 0; i < n; i++)
		received_mark(ledgers[i]);
	return memorandum->unsettled ? settle(memorandum) : ENT_OK;
}
