/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.c: who is known. The folder is read whole before anything of it counts; then each party that is new, renewed or gone
 * is made so here and in the post, one by one. One that cannot be is told of, and is as it was; the others go on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct listed {
	struct ent_card card;
	struct ent_hash hash; /* of its text */
	int64_t confirmed_utc_us;
};

unsigned peers_ways(const struct ent_card *card, const char *ret_urls[ENT_ROUTE_WAYS_MAX]) {
	unsigned n = 0;
	if (card->address[0] != '\0')
		ret_urls[n++] = card->address;
	for (size_t i = 0; i < card->n_reserves; i++)
		ret_urls[n++] = card->reserve[i];
	return n;
}

struct peer *peers_find(const struct ent_peers *peers, const char *id) {
	for (size_t i = 0; i < peers->n; i++)
		if (strcmp(peers->peer[i]->id, id) == 0)
			return peers->peer[i];
	return NULL;
}

/* --- One party --- */

void peers_destroy_one(struct peer *peer) {
	if (peer == NULL)
		return;
	peers_forget(peer);
	peers_line_finish(&peer->line);
	free(peer);
}

static ent_status peer_create(
		struct ent_peers *peers, const struct listed *listed, struct peer **ret_peer) {
	struct peer *peer = calloc(1, sizeof *peer);
	if (peer == NULL)
		return ENT_E_MEMORY;
	peer->peers = peers;
	(void)snprintf(peer->id, sizeof peer->id, "%s", listed->card.id);
	peer->confirmed_utc_us = listed->confirmed_utc_us;
	peer->last = &peer->first;
	const ent_status status = peers_line_init(peer);
	if (status == ENT_OK)
		*ret_peer = peer;
	else
		peers_destroy_one(peer);
	return status;
}

/* Addresses that stay keep what is known of them. With the lock. */
static void renew_route(struct peer *peer, const struct ent_card *card) {
	const char *urls[ENT_ROUTE_WAYS_MAX] = {NULL}, *before_urls[ENT_ROUTE_WAYS_MAX] = {NULL};
	const struct ent_route before = peer->route;
	struct peer_way ways[ENT_ROUTE_WAYS_MAX];
	const unsigned n_before = peers_ways(&peer->card, before_urls);
	memcpy(ways, peer->way, sizeof ways);
	const unsigned n = peers_ways(card, urls);
	ent_route_init(&peer->route, n);
	memset(peer->way, 0, sizeof peer->way);
	for (unsigned i = 0; i < n; i++)
		for (unsigned j = 0; j < n_before && j < before.n; j++)
			if (strcmp(urls[i], before_urls[j]) == 0) {
				peer->route.way[i] = before.way[j];
				peer->way[i] = ways[j];
			}
	peer->to_try = 0;
	/* What is on its way goes by an address of before: nothing follows from it for those of now. */
	peer->delivery.way = ENT_ROUTE_NONE;
}

/* Takes the card; the TLS key that is dropped goes to 'ret_dropped'. True: there is one. */
static bool take_card(
		struct peer *peer, const struct listed *listed, struct ent_hash *ret_dropped) {
	struct ent_peers *peers = peer->peers;
	peers_lock(peers);
	const bool dropped = peer->card.number != 0 &&
			memcmp(&peer->card.tls_key, &listed->card.tls_key,
					sizeof peer->card.tls_key) != 0;
	*ret_dropped = peer->card.tls_key;
	renew_route(peer, &listed->card);
	peer->card = listed->card;
	peer->card_hash = listed->hash;
	peer->confirmed_utc_us = listed->confirmed_utc_us;
	peer->removed = false;
	peer->asks = true;
	peers_wake(peer);
	peers_unlock(peers);
	return dropped;
}

static void drop(struct ent_peers *peers, const struct ent_hash *key) {
	if (peers->server != NULL)
		ent_http_server_drop_key(peers->server, key->bytes);
}

static void enter(struct ent_peers *peers, struct peer *peer) {
	peers_lock(peers);
	peers->peer[peers->n++] = peer;
	peers_wake(peer);
	peers_unlock(peers);
}

static ent_status add(
		struct ent_peers *peers, const struct listed *listed, struct ent_fault *fault) {
	struct peer *peer = NULL;
	struct ent_hash none;
	if (peers->n == ENT_PARTIES_MAX) {
		ent_fault_set(fault, "", "more than %d parties since the start", ENT_PARTIES_MAX);
		return ENT_E_LIMIT;
	}
	ent_status status = peer_create(peers, listed, &peer);
	if (status != ENT_OK)
		return status;
	status = peers_epochs_open(peer, fault);
	if (status == ENT_OK)
		status = peers_epochs_share(peer);
	/* The post may have one of its ledgers by now, and then it must stay. */
	if (status == ENT_OK)
		(void)take_card(peer, listed, &none);
	else
		peer->removed = true;
	enter(peers, peer);
	return status;
}

static ent_status renew(struct peer *peer, const struct listed *listed) {
	struct ent_hash dropped;
	const ent_status status = peers_epochs_share(peer);
	if (status == ENT_OK && take_card(peer, listed, &dropped))
		drop(peer->peers, &dropped);
	return status;
}

/* A party that is new here, or has another card. */
static ent_status put(struct ent_peers *peers, struct peer *peer, const struct listed *listed,
		struct ent_fault *fault) {
	const ent_status status = ent_post_put_peer(peers->options.post, &listed->card, fault);
	if (status != ENT_OK)
		return status;
	return peer == NULL ? add(peers, listed, fault) : renew(peer, listed);
}

static void take_away(struct ent_peers *peers, struct peer *peer) {
	peers_lock(peers);
	peer->removed = true;
	const struct ent_hash key = peer->card.tls_key;
	peers_wake(peer);
	peers_unlock(peers);
	drop(peers, &key);
	ent_post_remove_peer(peers->options.post, peer->id);
	peers_say(peer, ENT_SCRIBE_INFO, "it is known no more: its line ends");
}

/* Of a node that runs: who was there at its start is nothing new. */
static void say_taken(struct ent_peers *peers, const struct ent_card *card, bool was_known) {
	if (!peers->carries)
		return;
	peers_lock(peers);
	const struct peer *peer = peers_find(peers, card->id);
	peers_unlock(peers);
	if (peer != NULL)
		peers_say(peer, ENT_SCRIBE_INFO, "%s, by its card number %" PRIu64,
				was_known ? "it is renewed" : "it is known now", card->number);
}

/* --- The folder --- */

static ent_status read_all(struct ent_party_folder *folder, struct listed *listed, size_t *ret_n,
		struct ent_fault *reterr_fault) {
	char(*ids)[ENT_PARTY_ID_SIZE] = calloc(ENT_PARTIES_MAX, sizeof *ids);
	struct ent_party_known *known = malloc(sizeof *known);
	size_t n = 0;
	ent_status status = ids != NULL && known != NULL
			? ent_party_list(folder, ids, ENT_PARTIES_MAX, &n, reterr_fault)
			: ENT_E_MEMORY;
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		status = ent_party_get(folder, ids[i], known, reterr_fault);
		if (status != ENT_OK)
			continue;
		listed[i] = (struct listed){
				.card = known->card, .confirmed_utc_us = known->confirmed_utc_us};
		ent_seal_sha256(known->text, known->length, &listed[i].hash);
	}
	free(ids);
	free(known);
	*ret_n = n;
	return status;
}

static bool is_listed(const struct listed *listed, size_t n, const char *id) {
	for (size_t i = 0; i < n; i++)
		if (strcmp(listed[i].card.id, id) == 0)
			return true;
	return false;
}

/*
 * Is it the card that is known here? One that was removed and another of the same number that came in its place between two reads are
 * not. When people confirmed it is taken all the same.
 */
static bool is_known_so(struct peer *peer, const struct listed *listed) {
	if (peer == NULL || peer->removed ||
			memcmp(&peer->card_hash, &listed->hash, sizeof listed->hash) != 0)
		return false;
	peer->confirmed_utc_us = listed->confirmed_utc_us;
	return true;
}

static ent_status put_one(struct ent_peers *peers, const struct listed *listed, size_t *changed,
		struct ent_fault *reterr_fault) {
	struct ent_fault fault = {"", ""};
	peers_lock(peers);
	struct peer *peer = peers_find(peers, listed->card.id);
	const bool same = is_known_so(peer, listed);
	const bool was_known = peer != NULL && !peer->removed;
	peers_unlock(peers);
	if (same)
		return ENT_OK;
	if (peer != NULL && peer->line.epoch[ENT_LINE_OURS][0].ledger == NULL) {
		ent_fault_set(reterr_fault, listed->card.id,
				"its line could not be opened before; it needs another start");
		return ENT_E_IO;
	}
	const ent_status status = put(peers, peer, listed, &fault);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, listed->card.id, "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	*changed += status == ENT_OK;
	if (status == ENT_OK)
		say_taken(peers, &listed->card, was_known);
	return status;
}

static ent_status take_all(struct ent_peers *peers, const struct listed *listed, size_t n,
		size_t *changed, struct ent_fault *reterr_fault) {
	ent_status status = ENT_OK;
	for (size_t i = 0; i < peers->n; i++) {
		struct peer *peer = peers->peer[i];
		if (peer->removed || is_listed(listed, n, peer->id))
			continue;
		take_away(peers, peer);
		++*changed;
	}
	for (size_t i = 0; i < n; i++) {
		const ent_status one = put_one(peers, &listed[i], changed, reterr_fault);
		if (status == ENT_OK)
			status = one;
	}
	return status;
}

ent_status peers_read_folder(
		struct ent_peers *peers, size_t *ret_changed, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = NULL;
	struct listed *listed = calloc(ENT_PARTIES_MAX, sizeof *listed);
	size_t n = 0, changed = 0;
	(void)pthread_mutex_lock(&peers->folder_lock);
	ent_status status = listed != NULL
			? ent_party_folder_open(peers->data, false, &folder, reterr_fault)
			: ENT_E_MEMORY;
	if (status == ENT_OK)
		status = read_all(folder, listed, &n, reterr_fault);
	if (status == ENT_OK)
		status = take_all(peers, listed, n, &changed, reterr_fault);
	ent_party_folder_close(folder);
	(void)pthread_mutex_unlock(&peers->folder_lock);
	free(listed);
	*ret_changed = changed;
	return status;
}
