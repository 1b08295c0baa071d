/* SPDX-License-Identifier: Apache-2.0 */
/* peers.c: all of it begins and ends; what is known is looked at. See internal.h. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente/wake.h"
#include "internal.h"

enum {
	PEM_SIZE = 16384, /* of our own certificate, or its key */
	CONNECTIONS_KEPT = 256,
	PATH_SIZE = 4096,
	LOCKS = 3,
	CONDS = 3
};
/* For answers that are on their way when all ends. */
#define LAST_ANSWERS_US INT64_C(1000000)

void peers_say(const struct peer *peer, enum ent_scribe_say severity, const char *format, ...) {
	const struct ent_peers_options *options = &peer->peers->options;
	char what[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64], text[sizeof what + 64];
	va_list arguments;
	if (options->say == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(what, sizeof what, format, arguments);
	va_end(arguments);
	(void)snprintf(text, sizeof text, "peer %s: %s", peer->id, what);
	options->say(options->user, severity, text);
}

void peers_changed(const struct peer *peer) {
	const struct ent_peers_options *options = &peer->peers->options;
	if (options->changed != NULL)
		options->changed(options->user, peer->id);
}

/* --- Beginning --- */

static ent_status check_options(
		const struct ent_peers_options *options, struct ent_fault *reterr_fault) {
	if (options->ask_us < 0) {
		ent_fault_set(reterr_fault, "ask_us", "a time is not less than none");
		return ENT_E_DOMAIN;
	}
	if (options->workers >= 1 && options->workers <= ENT_PEERS_WORKERS_MAX)
		return ENT_OK;
	ent_fault_set(reterr_fault, "workers", "from 1 to %d", ENT_PEERS_WORKERS_MAX);
	return ENT_E_DOMAIN;
}

static char *copy_of(const char *text) {
	const size_t size = strlen(text) + 1;
	char *copy = malloc(size);
	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

static bool make_locks(struct ent_peers *peers) {
	pthread_mutex_t *const locks[LOCKS] = {
			&peers->lock, &peers->parse_lock, &peers->folder_lock};
	pthread_cond_t *const conds[CONDS] = {
			&peers->for_carrier, &peers->for_workers, &peers->for_end};
	while (peers->n_locks < LOCKS && pthread_mutex_init(locks[peers->n_locks], NULL) == 0)
		peers->n_locks++;
	while (peers->n_conds < CONDS && ent_wake_init(conds[peers->n_conds]) == ENT_OK)
		peers->n_conds++;
	return peers->n_locks == LOCKS && peers->n_conds == CONDS;
}

static void destroy_locks(struct ent_peers *peers) {
	pthread_mutex_t *const locks[LOCKS] = {
			&peers->lock, &peers->parse_lock, &peers->folder_lock};
	pthread_cond_t *const conds[CONDS] = {
			&peers->for_carrier, &peers->for_workers, &peers->for_end};
	for (unsigned i = 0; i < LOCKS && i < peers->n_locks; i++)
		(void)pthread_mutex_destroy(locks[i]);
	for (unsigned i = 0; i < CONDS && i < peers->n_conds; i++)
		(void)pthread_cond_destroy(conds[i]);
}

/* A file of the party's folder, terminated. */
static ent_status read_pem(const struct ent_peers *peers, const char *name, bool is_secret,
		char ret_text[PEM_SIZE], struct ent_fault *reterr_fault) {
	char path[PATH_SIZE];
	struct stat about;
	size_t length = 0;
	(void)snprintf(path, sizeof path, "%s/" ENT_PARTY_FOLDER "/%s", peers->data, name);
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = file < 0 || fstat(file, &about) != 0 ? -1 : 1;
	if (n >= 0 && is_secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		(void)close(file);
		ent_fault_set(reterr_fault, name, "others than its owner may read it");
		return ENT_E_REFUSED;
	}
	while (n > 0 && length < PEM_SIZE - 1) {
		n = read(file, ret_text + length, PEM_SIZE - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	}
	if (file >= 0)
		(void)close(file);
	ret_text[length] = '\0';
	if (n == 0 && length > 0)
		return ENT_OK;
	ent_fault_set(reterr_fault, name, "%s",
			n > 0 ? "it is too long" : "it cannot be read, or is empty");
	return n > 0 ? ENT_E_LIMIT : ENT_E_IO;
}

static ent_status open_ends(struct ent_peers *peers, const char *certificate, const char *key,
		struct ent_fault *reterr_fault) {
	const struct ent_fetch_options options = {.certificate_pem = certificate,
			.key_pem = key,
			.requests_max = ENT_PARTIES_MAX,
			.connections_kept_max = CONNECTIONS_KEPT};
	ent_status status = ent_fetch_create(&options, &peers->fetch, reterr_fault);
	if (status == ENT_OK && peers->options.listen != NULL)
		status = peers_listen(peers, certificate, key, reterr_fault);
	return status;
}

static ent_status read_and_open(struct ent_peers *peers, struct ent_fault *reterr_fault) {
	char certificate[PEM_SIZE], key[PEM_SIZE];
	ent_status status = read_pem(
			peers, ENT_PARTY_TLS_CERTIFICATE, false, certificate, reterr_fault);
	if (status == ENT_OK)
		status = read_pem(peers, ENT_PARTY_TLS_KEY, true, key, reterr_fault);
	if (status == ENT_OK)
		status = open_ends(peers, certificate, key, reterr_fault);
	ent_seal_wipe(key, sizeof key);
	return status;
}

/* There is a party, and it is the post's. */
static ent_status check_party(struct ent_peers *peers, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known *own = malloc(sizeof *own);
	ent_status status = own != NULL
			? ent_party_folder_open(peers->data, false, &folder, reterr_fault)
			: ENT_E_MEMORY;
	if (status == ENT_OK)
		status = ent_party_own(folder, own, reterr_fault);
	if (status == ENT_OK && strcmp(own->card.id, peers->id) != 0) {
		ent_fault_set(reterr_fault, "party", "the ledgers here are of another one, %s",
				peers->id);
		status = ENT_E_REFUSED;
	}
	ent_party_folder_close(folder);
	free(own);
	return status;
}

ent_status ent_peers_create(const struct ent_peers_options *options, struct ent_peers **ret_peers,
		struct ent_fault *reterr_fault) {
	size_t changed;
	ent_status status = check_options(options, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct ent_peers *peers = calloc(1, sizeof *peers);
	if (peers == NULL)
		return ENT_E_MEMORY;
	peers->options = *options;
	peers->ready_last = &peers->ready_first;
	peers->begin_utc_us = INT64_MAX;
	(void)snprintf(peers->id, sizeof peers->id, "%s", ent_post_id(options->post));
	peers->data = copy_of(options->data);
	if (!make_locks(peers) || peers->data == NULL)
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = ent_json_create(&peers->json);
	if (status == ENT_OK)
		status = check_party(peers, reterr_fault);
	if (status == ENT_OK)
		status = peers_read_folder(peers, &changed, reterr_fault);
	if (status == ENT_OK)
		status = read_and_open(peers, reterr_fault);
	peers->options.data = peers->data;
	peers->options.listen = NULL;
	if (status == ENT_OK)
		*ret_peers = peers;
	else
		ent_peers_destroy(peers);
	return status;
}

/* Signals are for the program's own threads. */
static bool start_threads(struct ent_peers *peers) {
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	while (peers->n_workers < peers->options.workers &&
			pthread_create(&peers->worker[peers->n_workers], NULL, peers_work, peers) ==
					0)
		peers->n_workers++;
	peers->carries = peers->n_workers == peers->options.workers &&
			pthread_create(&peers->carrier, NULL, peers_carry, peers) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return peers->carries;
}

ent_status ent_peers_start(struct ent_peers *peers, struct ent_fault *reterr_fault) {
	peers_lock(peers);
	peers_begin_in(peers, peers->options.ask_us);
	peers_unlock(peers);
	if (start_threads(peers))
		return ENT_OK;
	ent_fault_set(reterr_fault, "", "no threads");
	return ENT_E_MEMORY;
}

/* --- Ending --- */

static void end_threads(struct ent_peers *peers) {
	peers_lock(peers);
	peers->ends = true;
	(void)pthread_cond_broadcast(&peers->for_carrier);
	(void)pthread_cond_broadcast(&peers->for_workers);
	peers_unlock(peers);
	if (peers->carries)
		(void)pthread_join(peers->carrier, NULL);
	ent_fetch_destroy(peers->fetch);
	for (unsigned i = 0; i < peers->n_workers; i++)
		(void)pthread_join(peers->worker[i], NULL);
}

void ent_peers_end(struct ent_peers *peers) {
	if (peers == NULL || peers->ended)
		return;
	peers->ended = true;
	if (peers->n_locks == LOCKS && peers->n_conds == CONDS) {
		end_threads(peers);
		peers_turn_away(peers);
		if (peers->server != NULL)
			ent_http_server_stop(peers->server, LAST_ANSWERS_US);
		peers_lock(peers);
		while (peers->n_jobs > 0)
			(void)pthread_cond_wait(&peers->for_end, &peers->lock);
		peers_unlock(peers);
	}
	ent_http_server_destroy(peers->server);
	peers->server = NULL;
}

void ent_peers_destroy(struct ent_peers *peers) {
	if (peers == NULL)
		return;
	ent_peers_end(peers);
	for (size_t i = 0; i < peers->n; i++)
		peers_destroy_one(peers->peer[i]);
	destroy_locks(peers);
	ent_json_destroy(peers->json);
	free(peers->data);
	free(peers);
}

/* --- Between --- */

ent_status ent_peers_again(
		struct ent_peers *peers, size_t *ret_changed, struct ent_fault *reterr_fault) {
	return peers_read_folder(peers, ret_changed, reterr_fault);
}

void ent_peers_owed(struct ent_peers *peers, const char *peer) {
	peers_lock(peers);
	struct peer *found = peers_find(peers, peer);
	if (found != NULL)
		peers_wake(found);
	peers_unlock(peers);
}

void ent_peers_clock_set(struct ent_peers *peers) {
	peers_lock(peers);
	for (size_t i = 0; i < peers->n; i++)
		peers_wake(peers->peer[i]);
	peers_unlock(peers);
}

const char *ent_peers_address(const struct ent_peers *peers) {
	return peers->server != NULL ? ent_http_server_address(peers->server) : NULL;
}

/* --- Looking --- */

static int compare_ids(const void *a, const void *b) {
	return strcmp(a, b);
}

size_t ent_peers_list(
		struct ent_peers *peers, char (*ret_ids)[ENT_PARTY_ID_SIZE], size_t capacity) {
	size_t n = 0;
	peers_lock(peers);
	for (size_t i = 0; i < peers->n; i++) {
		if (peers->peer[i]->removed)
			continue;
		if (n < capacity)
			memcpy(ret_ids[n], peers->peer[i]->id, ENT_PARTY_ID_SIZE);
		n++;
	}
	peers_unlock(peers);
	if (n <= capacity && n > 0)
		qsort(ret_ids, n, sizeof *ret_ids, compare_ids);
	return n;
}

static void fill_view(const struct peer *peer, struct ent_peer_view *view) {
	const char *urls[ENT_ROUTE_WAYS_MAX];
	view->card = peer->card;
	view->confirmed_utc_us = peer->confirmed_utc_us;
	view->n_ways = peers_ways(&peer->card, urls);
	for (unsigned i = 0; i < view->n_ways; i++) {
		struct ent_peer_way *way = &view->ways[i];
		(void)snprintf(way->url, sizeof way->url, "%s", urls[i]);
		way->route = peer->route.way[i];
		way->last = peer->way[i].last;
	}
	view->sent_utc_us = peer->sent_utc_us;
	view->heard_utc_us = peer->heard_utc_us;
	view->on_its_way = peer->delivery.stage == STAGE_OUT;
}

ent_status ent_peers_look(struct ent_peers *peers, const char *id, struct ent_peer_view *ret_view) {
	struct ent_peer_view view = {.n_ways = 0};
	peers_lock(peers);
	struct peer *peer = peers_find(peers, id);
	if (peer != NULL && peer->removed)
		peer = NULL;
	if (peer != NULL)
		fill_view(peer, &view);
	peers_unlock(peers);
	if (peer == NULL)
		return ENT_E_MISSING;
	peers_line_look(peer, peers_now(peers), &view.line);
	peers_epochs_look(peer, &view);
	const int64_t heard_utc_us = peers_line_heard(peer);
	if (heard_utc_us > view.heard_utc_us)
		view.heard_utc_us = heard_utc_us;
	*ret_view = view;
	return ENT_OK;
}
