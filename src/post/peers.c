/* SPDX-License-Identifier: Apache-2.0 */
/* peers.c: whom the post knows, and by which keys. One that was removed keeps its place, and its book, until the end. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static struct peer *find(const struct ent_post *post, const char *id) {
	for (struct peer *peer = post->peers; peer != NULL; peer = peer->next)
		if (strcmp(peer->id, id) == 0)
			return peer;
	return NULL;
}

struct peer *post_peer(struct ent_post *post, const char *id) {
	(void)pthread_mutex_lock(&post->lock);
	struct peer *peer = find(post, id);
	(void)pthread_mutex_unlock(&post->lock);
	return peer;
}

bool post_peer_keys(struct peer *peer, struct ent_vkey *ret_vkey) {
	(void)pthread_mutex_lock(&peer->lock);
	const bool known = peer->known;
	*ret_vkey = peer->vkey;
	(void)pthread_mutex_unlock(&peer->lock);
	return known;
}

static void destroy(struct peer *peer) {
	for (size_t i = 0; i < ent_book_count(peer->book); i++)
		free(peer->lines[i].note);
	free(peer->lines);
	ent_book_destroy(peer->book);
	(void)pthread_mutex_destroy(&peer->lock);
	free(peer);
}

void post_peers_close(struct ent_post *post) {
	while (post->peers != NULL) {
		struct peer *peer = post->peers;
		post->peers = peer->next;
		destroy(peer);
	}
}

static ent_status create(const struct ent_post *post, const char *id, struct peer **ret_peer) {
	struct peer *peer = calloc(1, sizeof *peer);
	if (peer == NULL)
		return ENT_E_MEMORY;
	memcpy(peer->id, id, sizeof peer->id);
	if (ent_book_create(&peer->book) != ENT_OK) {
		free(peer);
		return ENT_E_MEMORY;
	}
	if (pthread_mutex_init(&peer->lock, NULL) != 0) {
		ent_book_destroy(peer->book);
		free(peer);
		return ENT_E_MEMORY;
	}
	ent_book_older(peer->book, post->older, post->n_older);
	*ret_peer = peer;
	return ENT_OK;
}

/* The peer of this id, made when there is none. */
static ent_status take_place(struct ent_post *post, const char *id, struct peer **ret_peer) {
	struct peer *made = NULL, *peer = post_peer(post, id);
	if (peer == NULL) {
		const ent_status status = create(post, id, &made);
		if (status != ENT_OK)
			return status;
	}
	(void)pthread_mutex_lock(&post->lock);
	peer = find(post, id);
	if (peer == NULL && post->n_peers < ENT_POST_PEERS_MAX) {
		peer = made;
		made = NULL;
		/* In the order in which they came. */
		struct peer **last = &post->peers;
		while (*last != NULL)
			last = &(*last)->next;
		*last = peer;
		post->n_peers++;
	}
	(void)pthread_mutex_unlock(&post->lock);
	if (made != NULL)
		destroy(made);
	*ret_peer = peer;
	return peer != NULL ? ENT_OK : ENT_E_LIMIT;
}

/* Its replicas go on by the keys that it has now. */
static ent_status open_anew(struct ent_post *post, struct peer *peer, struct ent_fault *fault) {
	const struct choice choice = {.author = peer};
	struct ent_post_ledger **ledgers = NULL;
	size_t n = 0;
	ent_status status = post_choose(post, &choice, &ledgers, &n);
	for (size_t i = 0; i < n; i++) {
		const ent_status opened = kept_open(ledgers[i], fault);
		status = status == ENT_OK ? opened : status;
	}
	free(ledgers);
	return status == ENT_OK || status == ENT_E_MEMORY ? status : ENT_E_IO;
}

ent_status ent_post_put_peer(struct ent_post *post, const struct ent_card *card,
		struct ent_fault *reterr_fault) {
	struct ent_vkey older[ENT_SCRIBE_OLDER_MAX];
	struct peer *peer = NULL;
	size_t n = 0;
	ent_status status = cosigned_keys(post, card, older, &n, reterr_fault);
	if (status == ENT_OK)
		status = take_place(post, card->id, &peer);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&peer->lock);
	const bool anew = peer->known || peer->vkey.type != 0;
	const bool other = anew &&
			memcmp(peer->vkey.public_key, card->line_key.public_key,
					sizeof peer->vkey.public_key) != 0;
	peer->known = true;
	peer->vkey = card->line_key;
	memcpy(peer->older, older, n * sizeof older[0]);
	peer->n_older = n;
	(void)pthread_mutex_unlock(&peer->lock);
	return other ? open_anew(post, peer, reterr_fault) : ENT_OK;
}

void ent_post_remove_peer(struct ent_post *post, const char *id) {
	struct peer *peer = post_peer(post, id);
	if (peer == NULL)
		return;
	(void)pthread_mutex_lock(&peer->lock);
	peer->known = false;
	(void)pthread_mutex_unlock(&peer->lock);
}
