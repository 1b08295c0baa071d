/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places.c: the places for sealed payloads, and each peer's share of them (docs/decisions/0023). A sealed entry has one from when it is
 * looked at until all of it is done (purge.c). A payload has one from the moment at which it is taken, or whatever comes between two looks
 * would be taken beyond the share:
 *
 *     comes --places_take--> coming --stored--> came, of its ledger --looked at to the end--> the place is its entry's
 *                                 \--not stored--> none
 *
 * Until a look is at the end of a ledger, what came of it may count twice, and never not at all. What was here before a start counts when the
 * first look has met it; until all ledgers were looked at, nothing that has a payload is taken, and its author brings it again. So a start waits
 * for no ledger, however long its author has made it. All of it is of the post's lock.
 */
#include "internal.h"

enum { OF_PEERS_MAX = ENT_POST_PAYLOADS_MAX / 4 * 3 };

/* As many as are left to all others: so whoever fills its own leaves room to each of them, and to us. */
static bool is_room(size_t of_peer, size_t of_all) {
	return of_all < OF_PEERS_MAX && of_peer < OF_PEERS_MAX - of_all;
}

void places_open(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	ledger->is_unlooked = true;
	ledger->post->n_unlooked++;
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

enum places_left places_take(struct ent_post *post, struct peer *peer) {
	(void)pthread_mutex_lock(&post->lock);
	const bool known = post->n_unlooked == 0;
	const bool room = known && peer->n_behind == 0 &&
			is_room(peer->n_sealed + peer->n_coming, post->n_of_peers + post->n_coming);
	peer->n_coming += room;
	post->n_coming += room;
	(void)pthread_mutex_unlock(&post->lock);
	return room ? PLACES_LEFT : known ? PLACES_NONE : PLACES_UNKNOWN;
}

void places_give_back(struct ent_post *post, struct peer *peer, size_t n) {
	(void)pthread_mutex_lock(&post->lock);
	peer->n_coming -= n;
	post->n_coming -= n;
	(void)pthread_mutex_unlock(&post->lock);
}

void places_came(struct ent_post_ledger *ledger, size_t n) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	ledger->n_came += n;
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

size_t places_begin(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const size_t n = ledger->n_came;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return n;
}

enum places_left places_left(const struct ent_post_ledger *ledger, size_t added) {
	struct ent_post *post = ledger->post;
	const struct peer *peer = ledger->peer;
	enum places_left left = PLACES_LEFT;
	(void)pthread_mutex_lock(&post->lock);
	if (peer != NULL && !is_room(peer->n_sealed + added, post->n_of_peers + added))
		left = PLACES_NONE_OF_PEER;
	else if (post->n_payloads + added >= ENT_POST_PAYLOADS_MAX)
		left = PLACES_NONE;
	(void)pthread_mutex_unlock(&post->lock);
	return left;
}

void places_end(struct ent_post_ledger *ledger, size_t added, size_t came, bool is_behind) {
	struct ent_post *post = ledger->post;
	struct peer *peer = ledger->peer;
	(void)pthread_mutex_lock(&post->lock);
	post->n_payloads += added;
	ledger->n_came -= came;
	/* Also when it could not be read: nobody else's waits for that. */
	post->n_unlooked -= ledger->is_unlooked;
	ledger->is_unlooked = false;
	if (peer != NULL) {
		post->n_of_peers += added;
		peer->n_sealed += added;
		post->n_coming -= came;
		peer->n_coming -= came;
		peer->n_behind += is_behind;
		peer->n_behind -= ledger->is_behind;
	}
	ledger->is_behind = is_behind;
	(void)pthread_mutex_unlock(&post->lock);
}

void places_done(struct ent_post_ledger *ledger, size_t n) {
	struct ent_post *post = ledger->post;
	(void)pthread_mutex_lock(&post->lock);
	post->n_payloads -= n;
	if (ledger->peer != NULL) {
		post->n_of_peers -= n;
		ledger->peer->n_sealed -= n;
	}
	(void)pthread_mutex_unlock(&post->lock);
}
