/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay.c: members of a memorandum hand on each other's signed entries (docs/decisions/0022). Below, A is the author, we and the
 * peer are members.
 *
 *     A's ledger grew here, and the peer has not shown that it has as much  -> its checkpoint goes to the peer
 *     the peer shows a checkpoint of A's that is larger than what is here   -> "have" of A's ledger goes to the peer
 *     the peer asks so, and may have it from us (ent_post_relay)            -> the answer has entries and A's checkpoint
 *
 * Each waits first: A delivers itself, as a rule, and then nothing of this is sent. Of two who would tell each other the same, the
 * one whose id is less goes first. Who is asked and gives nothing is asked so often and no more, until it shows more.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/route.h"
#include "internal.h"

/* An author that can be reached is quicker: its own parcel goes as soon as the entry is durable. */
#define TELL_US INT64_C(1000000)
#define ASK_US INT64_C(1000000)
enum {
	ASKS_MAX = 8,  /* with pauses that rise, some minutes in all */
	HANDS_MAX = 64 /* more than are members */
};

/* --- Whose --- */

bool relay_author(const struct ent_post *post, const char *name, const struct peer *from,
		char ret_author[ENT_PARTY_ID_SIZE]) {
	const char *slash = strrchr(name, '/');
	if (strncmp(name, "memo/", 5) != 0 || strlen(slash + 1) < ENT_PARTY_ID_SIZE - 1)
		return false;
	memcpy(ret_author, slash + 1, ENT_PARTY_ID_SIZE - 1);
	ret_author[ENT_PARTY_ID_SIZE - 1] = '\0';
	return post_name_is_of(name, ret_author) && strcmp(ret_author, post->id) != 0 &&
			strcmp(ret_author, from->id) != 0;
}

struct ent_post_ledger *relay_find(
		struct ent_post *post, const char *name, const struct peer *from) {
	char author[ENT_PARTY_ID_SIZE];
	return relay_author(post, name, from, author) ? ent_post_find(post, author, name) : NULL;
}

/* Under the post's lock, as all that follows with one of these. NULL: it shares nothing of it. */
static struct member *member_of(struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_members; i++)
		if (ledger->members[i].peer == peer)
			return &ledger->members[i];
	return NULL;
}

static struct hand *hand_of(struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_hands; i++)
		if (ledger->hands[i].peer == peer)
			return &ledger->hands[i];
	return NULL;
}

/* NULL: no memory, or there are enough. */
static struct hand *make_hand(struct ent_post_ledger *ledger, struct peer *peer) {
	struct hand *hand = hand_of(ledger, peer);
	if (hand != NULL || ledger->n_hands == HANDS_MAX)
		return hand;
	struct hand *hands = realloc(ledger->hands, (ledger->n_hands + 1) * sizeof *hands);
	if (hands == NULL)
		return NULL;
	ledger->hands = hands;
	hand = &hands[ledger->n_hands++];
	*hand = (struct hand){.peer = peer};
	return hand;
}

static void tell_owed(struct ent_post *post, const struct peer *peer) {
	if (post->options.owed != NULL)
		post->options.owed(post->options.user, peer->id);
}

/* --- When --- */

/* It has all that we would tell it of, or is told later. */
static int64_t tell_us(const struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_members; i++) {
		const struct member *member = &ledger->members[i];
		if (member->peer != peer || member->told >= ledger->held)
			continue;
		const bool first = strcmp(ledger->post->id, peer->id) < 0;
		return ledger->grew_us + (first ? TELL_US : 2 * TELL_US);
	}
	return INT64_MAX;
}

static bool is_lacking(const struct ent_post_ledger *ledger, const struct hand *hand) {
	return hand->shown > ledger->held && hand->asked < ASKS_MAX && !ledger->frozen;
}

static int64_t ask_us(const struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_hands; i++)
		if (ledger->hands[i].peer == peer && is_lacking(ledger, &ledger->hands[i]))
			return ledger->hands[i].again_us;
	return INT64_MAX;
}

/* A pause that a clock set back would make longer than the longest is over. */
static int64_t not_before(int64_t at_us, int64_t now_us) {
	return at_us != INT64_MAX && (at_us <= now_us || at_us - now_us > ENT_ROUTE_PAUSE_MAX_US)
			? now_us
			: at_us;
}

int64_t relay_next_us(struct ent_post *post, const struct peer *peer, int64_t now_us) {
	int64_t next_us = INT64_MAX;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		const struct ent_post_ledger *ledger = post->ledgers[i];
		if (!ledger->is_open || ledger->peer == NULL)
			continue;
		const int64_t told_us = not_before(tell_us(ledger, peer), now_us);
		const int64_t asked_us = not_before(ask_us(ledger, peer), now_us);
		next_us = told_us < next_us ? told_us : next_us;
		next_us = asked_us < next_us ? asked_us : next_us;
	}
	(void)pthread_mutex_unlock(&post->lock);
	return next_us;
}

/* --- What is here --- */

/*
 * Who has shown a checkpoint of the same need not be told; its word alone may be of another way of the author's. What
 * is larger than ours is not compared yet, so it is told all the same: it may see then that the author says two things.
 */
static void note_told(struct ent_post_ledger *ledger, int64_t now_us) {
	for (size_t i = 0; i < ledger->n_hands; i++) {
		const struct hand *hand = &ledger->hands[i];
		struct member *member = member_of(ledger, hand->peer);
		if (member == NULL || hand->noted > ledger->held || member->told >= hand->noted)
			continue;
		member->told = hand->noted;
		member->told_us = now_us;
	}
}

void relay_grew(struct ent_post_ledger *ledger, uint64_t size) {
	struct ent_post *post = ledger->post;
	const int64_t now_us = post_now(post);
	bool waits = false;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < ledger->n_members; i++)
		waits = waits || ledger->members[i].told < ledger->held;
	/* An author that writes all the time keeps nobody from being told. */
	if (size > ledger->held && !waits)
		ledger->grew_us = now_us;
	if (size > ledger->held)
		ledger->held = size;
	note_told(ledger, now_us);
	(void)pthread_mutex_unlock(&post->lock);
	for (size_t i = 0;; i++) {
		(void)pthread_mutex_lock(&post->lock);
		const struct peer *peer = i < ledger->n_members ? ledger->members[i].peer : NULL;
		(void)pthread_mutex_unlock(&post->lock);
		if (peer == NULL)
			return;
		tell_owed(post, peer);
	}
}

/* --- What the peer has --- */

void relay_shown(struct ent_post_ledger *ledger, struct peer *peer, uint64_t size, bool is_noted) {
	struct ent_post *post = ledger->post;
	const int64_t now_us = post_now(post);
	bool asks = false;
	(void)pthread_mutex_lock(&post->lock);
	struct hand *hand = make_hand(ledger, peer);
	if (hand != NULL && size > hand->shown) {
		if (!is_lacking(ledger, hand)) {
			hand->asked = 0;
			hand->again_us = now_us + ASK_US;
		}
		hand->shown = size;
		asks = is_lacking(ledger, hand);
	}
	if (hand != NULL && is_noted && size > hand->noted)
		hand->noted = size;
	note_told(ledger, now_us);
	(void)pthread_mutex_unlock(&post->lock);
	if (asks)
		tell_owed(post, peer);
}

/* --- What it has that is the same --- */

void relay_cosigned(struct ent_post_ledger *ledger, struct peer *peer,
		const struct ent_checkpoint *checkpoint, bool is_compared) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct hand *hand = make_hand(ledger, peer);
	if (hand != NULL && is_compared && checkpoint->size > hand->has)
		hand->has = checkpoint->size;
	if (hand != NULL && !is_compared && checkpoint->size > hand->cosigned) {
		hand->cosigned = checkpoint->size;
		hand->root = checkpoint->root;
	}
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

void relay_be_unsure(struct ent_post *post, const struct peer *peer) {
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		struct hand *hand = hand_of(post->ledgers[i], peer);
		if (hand != NULL)
			hand->has = hand->cosigned = 0;
	}
	(void)pthread_mutex_unlock(&post->lock);
}

bool relay_shares(struct ent_post_ledger *ledger, const struct peer *peer) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const bool shares = member_of(ledger, peer) != NULL;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return shares;
}

/* Are the first so many entries here these? When it cannot be said, they are not. */
static bool is_root(struct ent_post_ledger *ledger, uint64_t size, const struct ent_hash *root) {
	struct ent_store_tiles tiles = {ledger->post->options.store, ledger->number};
	struct ent_hash here;
	struct ent_tree *tree = malloc(sizeof *tree);
	bool same = false;
	if (tree != NULL && ent_tree_restore(tree, size, ent_store_tile, &tiles) == ENT_OK) {
		ent_tree_root(tree, &here);
		same = ent_seal_equal(&here, root, sizeof here);
	}
	free(tree);
	return same;
}

/* What was ahead when it was shown is compared when there is as much here. */
static uint64_t compare_ahead(
		struct ent_post_ledger *ledger, const struct peer *peer, const struct hand *seen) {
	const bool same = is_root(ledger, seen->cosigned, &seen->root);
	uint64_t has = 0;
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct hand *hand = hand_of(ledger, peer);
	/* It may have started anew meanwhile. */
	if (hand != NULL && hand->cosigned == seen->cosigned &&
			ent_seal_equal(&hand->root, &seen->root, sizeof hand->root)) {
		if (same && hand->cosigned > hand->has)
			hand->has = hand->cosigned;
		hand->cosigned = 0;
	}
	if (hand != NULL)
		has = hand->has;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return has;
}

uint64_t ent_post_has(struct ent_post_ledger *ledger, const char *id) {
	struct peer *peer = post_peer(ledger->post, id);
	struct hand seen = {.has = 0};
	if (peer == NULL || ledger->peer == NULL)
		return 0;
	(void)pthread_mutex_lock(&ledger->post->lock);
	const struct hand *hand = hand_of(ledger, peer);
	/* Whose author says two things, of that nothing is known. */
	if (hand != NULL && !ledger->frozen)
		seen = *hand;
	const uint64_t held = ledger->held;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return seen.cosigned > seen.has && seen.cosigned <= held
			? compare_ahead(ledger, peer, &seen)
			: seen.has;
}

/* --- Asking --- */

ent_status relay_list(struct ent_post *post, const struct peer *peer, int64_t now_us,
		struct relay_ask **ret_asks, size_t *ret_n) {
	size_t n = 0;
	(void)pthread_mutex_lock(&post->lock);
	struct relay_ask *asks = malloc((post->n_ledgers + 1) * sizeof *asks);
	for (size_t i = 0; asks != NULL && i < post->n_ledgers; i++) {
		struct ent_post_ledger *ledger = post->ledgers[i];
		const struct hand *hand = hand_of(ledger, peer);
		if (hand != NULL && ledger->is_open &&
				not_before(ask_us(ledger, peer), now_us) <= now_us)
			asks[n++] = (struct relay_ask){ledger, hand->from_start ? 0 : ledger->held};
	}
	(void)pthread_mutex_unlock(&post->lock);
	if (asks == NULL)
		return ENT_E_MEMORY;
	*ret_asks = asks;
	*ret_n = n;
	return ENT_OK;
}

void relay_sent(struct ent_post *post, const struct peer *peer, bool arrived) {
	const int64_t now_us = post_now(post);
	uint32_t by_chance;
	ent_seal_random(&by_chance, sizeof by_chance);
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		struct ent_post_ledger *ledger = post->ledgers[i];
		struct hand *hand = hand_of(ledger, peer);
		if (hand == NULL || !is_lacking(ledger, hand))
			continue;
		if (!arrived && hand->asked > 0) {
			hand->asked--;
			hand->again_us = now_us;
		} else if (arrived && not_before(hand->again_us, now_us) <= now_us) {
			hand->was_asked = true;
			hand->asked++;
			hand->again_us = now_us + ent_route_pause_us(hand->asked, by_chance);
		}
	}
	(void)pthread_mutex_unlock(&post->lock);
}

bool relay_asked(struct ent_post_ledger *ledger, const struct peer *peer) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const struct hand *hand = hand_of(ledger, peer);
	const bool asked = hand != NULL && hand->was_asked;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return asked;
}

bool relay_doubt(struct ent_post_ledger *ledger, struct peer *peer) {
	bool is_new = false;
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct hand *hand = hand_of(ledger, peer);
	if (hand != NULL) {
		is_new = !hand->from_start;
		hand->from_start = true;
		hand->again_us = 0;
	}
	(void)pthread_mutex_unlock(&ledger->post->lock);
	if (is_new)
		tell_owed(ledger->post, peer);
	return is_new;
}

void relay_taken(struct ent_post_ledger *ledger, const struct peer *peer, bool well) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct hand *hand = hand_of(ledger, peer);
	if (hand != NULL) {
		hand->from_start = false;
		/* Who gives what cannot be taken is not asked again for it. */
		hand->asked = well ? 0 : ASKS_MAX;
	}
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

/* --- Giving --- */

/* What is frozen too: where the author said something else there is the proof in it. */
bool relay_gives(struct ent_post_ledger *ledger, const struct peer *peer) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const struct member *member = member_of(ledger, peer);
	const bool gives = member != NULL && member->handed;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return gives;
}

ent_status ent_post_relay(struct ent_post_ledger *ledger, const char *id) {
	struct peer *peer = post_peer(ledger->post, id);
	if (peer == NULL || ledger->peer == NULL)
		return ENT_OK;
	const ent_status status = ent_post_share(ledger, id);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct member *member = member_of(ledger, peer);
	if (member != NULL)
		member->handed = true;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return ENT_OK;
}

void ent_post_shown(struct ent_post_ledger *ledger, const char *id, uint64_t size) {
	struct peer *peer = post_peer(ledger->post, id);
	if (peer != NULL && ledger->peer != NULL && peer != ledger->peer)
		relay_shown(ledger, peer, size, false);
}
