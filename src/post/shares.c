/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shares.c: who has which of the ledgers, and what of ours is new. The line of a peer's book and the peer's 'lines' have
 * one number.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void tell_owed(struct ent_post *post, struct peer *peer) {
	struct ent_vkey vkey;
	if (post->options.owed != NULL && post_peer_keys(peer, &vkey))
		post->options.owed(post->options.user, peer->id);
}

/* --- Growing --- */

/* Under the peer's lock. Others may have told of more already. */
static bool grow(struct peer *peer, const char *name, uint64_t size, bool urgent) {
	const struct ent_book_ledger *line = ent_book_find(peer->book, name);
	/* A line that is there does not fail. */
	return line != NULL && size > line->size &&
			ent_book_grew(peer->book, name, size, urgent) == ENT_OK;
}

/* The member's number 'i'. NULL: there are no more. */
static struct peer *member_at(struct ent_post_ledger *ledger, size_t i) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct peer *peer = i < ledger->n_members ? ledger->members[i].peer : NULL;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return peer;
}

void post_stored(void *user, struct ent_scribe_ledger *scribe, uint64_t size) {
	struct ent_post *post = user;
	struct peer *peer;
	purge_again(post);
	(void)pthread_mutex_lock(&post->lock);
	struct ent_post_ledger *ledger = post->by_number[ent_scribe_number(scribe)];
	(void)pthread_mutex_unlock(&post->lock);
	if (ledger == NULL)
		return;
	/* All books first: what one peer got may come back by another. */
	for (size_t i = 0; (peer = member_at(ledger, i)) != NULL; i++) {
		(void)pthread_mutex_lock(&peer->lock);
		(void)grow(peer, ledger->name, size, ledger->options.urgent);
		(void)pthread_mutex_unlock(&peer->lock);
	}
	if (post->options.grew != NULL)
		post->options.grew(post->options.user, ledger, size);
	for (size_t i = 0; (peer = member_at(ledger, i)) != NULL; i++)
		tell_owed(post, peer);
}

void post_be_unsure(struct ent_post *post, struct peer *peer) {
	(void)pthread_mutex_lock(&peer->lock);
	ent_book_unsure(peer->book);
	(void)pthread_mutex_unlock(&peer->lock);
	tell_owed(post, peer);
}

/* --- Sharing --- */

/* Under the peer's lock. */
static ent_status add_line(struct peer *peer, struct ent_post_ledger *ledger) {
	const size_t n = ent_book_count(peer->book);
	if (n == peer->capacity) {
		const size_t capacity = n > 0 ? 2 * n : 4;
		struct line *lines = realloc(peer->lines, capacity * sizeof *lines);
		if (lines == NULL)
			return ENT_E_MEMORY;
		peer->lines = lines;
		peer->capacity = capacity;
	}
	const ent_status status = ent_book_grew(peer->book, ledger->name, 0, false);
	if (status == ENT_OK)
		peer->lines[n] = (struct line){.ledger = ledger};
	return status;
}

ent_status post_owe(struct ent_post_ledger *ledger, struct peer *peer) {
	struct ent_post *post = ledger->post;
	struct ent_scribe_ledger *scribe = post_scribe(ledger);
	struct ent_scribe_ledger_state state;
	struct ent_fault fault;
	uint64_t acknowledged = 0;
	int64_t time_us = 0;
	/* It asks first; this comes when it is written. */
	if (scribe == NULL) {
		tell_owed(post, peer);
		return ENT_OK;
	}
	const bool is_cosigned = cosigned_read(ledger, peer, &acknowledged, &time_us);
	(void)pthread_mutex_lock(&peer->lock);
	ent_status status = ENT_OK;
	if (ent_book_find(peer->book, ledger->name) == NULL)
		status = add_line(peer, ledger);
	(void)pthread_mutex_unlock(&peer->lock);
	if (status != ENT_OK)
		return status;
	/* Behind the line: whoever writes from now on finds it. */
	ent_scribe_state(scribe, &state);
	(void)pthread_mutex_lock(&peer->lock);
	(void)grow(peer, ledger->name, state.size, ledger->options.urgent);
	if (is_cosigned && acknowledged <= state.size) {
		ent_book_acknowledged(peer->book, ledger->name, acknowledged, time_us);
		/* It may have been restored while we were not there. */
		ent_book_unsure(peer->book);
	}
	(void)pthread_mutex_unlock(&peer->lock);
	if (is_cosigned && acknowledged > state.size) {
		ent_fault_set(&fault, "cosigned", "the peer cosigned more entries than there are");
		post_alarm(post, ENT_POST_OLD_COPY, peer->id, ledger->name, &fault, NULL);
	}
	if (state.size > 0)
		tell_owed(post, peer);
	return ENT_OK;
}

/* Under the post's lock. NULL: it is none. */
static struct member *find_member(struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_members; i++)
		if (ledger->members[i].peer == peer)
			return &ledger->members[i];
	return NULL;
}

/* 'ret_is_new' false: it is one already. */
static ent_status add_member(struct ent_post_ledger *ledger, struct peer *peer, bool is_only_asked,
		bool *ret_is_new) {
	struct ent_post *post = ledger->post;
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&post->lock);
	struct member *member = find_member(ledger, peer);
	*ret_is_new = member == NULL || (member->is_only_asked && !is_only_asked);
	if (member != NULL && *ret_is_new)
		member->is_only_asked = false;
	if (member == NULL && ledger->n_members == ledger->capacity) {
		const size_t capacity = ledger->capacity > 0 ? 2 * ledger->capacity : 4;
		struct member *members = realloc(ledger->members, capacity * sizeof *members);
		status = members != NULL ? ENT_OK : ENT_E_MEMORY;
		if (members != NULL) {
			ledger->members = members;
			ledger->capacity = capacity;
		}
	}
	if (member == NULL && status == ENT_OK)
		ledger->members[ledger->n_members++] = (struct member){
				.peer = peer, .is_only_asked = is_only_asked};
	(void)pthread_mutex_unlock(&post->lock);
	return status;
}

static void remove_member(struct ent_post_ledger *ledger, const struct peer *peer) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	for (size_t i = 0; i < ledger->n_members; i++)
		if (ledger->members[i].peer == peer)
			ledger->members[i] = ledger->members[--ledger->n_members];
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

ent_status ent_post_share(struct ent_post_ledger *ledger, const char *id) {
	struct peer *peer = post_peer(ledger->post, id);
	struct ent_vkey vkey;
	bool is_new = false;
	if (peer == NULL || peer == ledger->peer || !post_peer_keys(peer, &vkey))
		return ENT_OK;
	ent_status status = add_member(ledger, peer, false, &is_new);
	if (status != ENT_OK || !is_new)
		return status;
	/* What it is to be told of. */
	if (ledger->peer != NULL) {
		tell_owed(ledger->post, peer);
		return ENT_OK;
	}
	status = post_owe(ledger, peer);
	if (status != ENT_OK)
		remove_member(ledger, peer);
	return status;
}

ent_status ent_post_ask(struct ent_post_ledger *ledger, const char *id) {
	struct ent_post *post = ledger->post;
	struct peer *peer = post_peer(post, id);
	struct ent_vkey vkey;
	bool is_new = false;
	if (peer == NULL || ledger->peer != NULL || !post_peer_keys(peer, &vkey))
		return ENT_OK;
	(void)pthread_mutex_lock(&post->lock);
	const bool asks = ledger->stage == ASKS;
	(void)pthread_mutex_unlock(&post->lock);
	const ent_status status = asks ? add_member(ledger, peer, true, &is_new) : ENT_OK;
	if (is_new)
		tell_owed(post, peer);
	return status;
}

bool ent_post_knows(struct ent_post *post, const char *id) {
	struct peer *peer = post_peer(post, id);
	struct ent_vkey vkey;
	return peer != NULL && post_peer_keys(peer, &vkey);
}

/* --- Looking --- */

size_t ent_post_shares(struct ent_post *post, const char *id, struct ent_post_share *ret_shares,
		size_t capacity) {
	struct peer *peer = post_peer(post, id);
	size_t n = 0;
	if (peer == NULL)
		return 0;
	(void)pthread_mutex_lock(&peer->lock);
	n = peer->known ? ent_book_count(peer->book) : 0;
	for (size_t i = 0; i < n && i < capacity; i++) {
		const struct ent_book_ledger *line = ent_book_at(peer->book, i);
		ret_shares[i] = (struct ent_post_share){.ledger = peer->lines[i].ledger,
				.size = line->size,
				.acknowledged = line->acknowledged,
				.there = line->there,
				.acknowledged_utc_us = line->acknowledged_utc_us};
	}
	(void)pthread_mutex_unlock(&peer->lock);
	return n;
}

int64_t ent_post_next_us(struct ent_post *post, const char *id) {
	struct peer *peer = post_peer(post, id);
	int64_t next_us = INT64_MAX;
	if (peer == NULL)
		return next_us;
	const int64_t now_us = post_now(post);
	(void)pthread_mutex_lock(&peer->lock);
	if (peer->known)
		next_us = ent_book_next_us(peer->book, now_us);
	const bool known = peer->known;
	(void)pthread_mutex_unlock(&peer->lock);
	const int64_t ask_us = known ? asking_next_us(post, peer, now_us) : INT64_MAX;
	const int64_t relay_us = known ? relay_next_us(post, peer, now_us) : INT64_MAX;
	next_us = ask_us < next_us ? ask_us : next_us;
	return relay_us < next_us ? relay_us : next_us;
}
