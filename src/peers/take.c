/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take.c: the listener for peers, and the workers that take what came: parcels, and the answers to ours.
 *
 *     handler -> the peer's inbox -> queue of peers -> a worker -> ent_post_take -> answer
 *
 * A peer stands in the queue once, and one worker at most is at it; who has more stands behind the others again. So who
 * floods fills its own inbox, waits for its own turn, and is told 503 above.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "internal.h"

enum {
	/* One, so that a key's connections are counted together: with a whole parcel on each it holds a quarter of all bodies. */
	THREADS = 1,
	CONNECTIONS_PER_KEY = 4, /* that fetch makes to one peer */
	CONNECTIONS_MAX = 4 * ENT_PARTIES_MAX,
	CONNECTIONS_MIN = 16,
	/* At one address there can be many parties. */
	CONNECTIONS_PER_CLIENT = 256,
	REQUESTS_PER_S = 1000,
	/* A line "from" stands behind the first one, which is always the same. */
	FROM_AT = sizeof "entente parcel 1\nfrom " - 1,
	WHY_SIZE = ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE,
};
/* Whoever has nothing to say is to find the connection there when it has. */
#define IDLE_US INT64_C(600000000)
#define BODY_US INT64_C(120000000)
#define ANSWER_US INT64_C(60000000)
#define REQUEST_US INT64_C(30000000)
/* Who speaks to us can be reached again, perhaps; tried so often at most because of it. */
#define NUDGE_US INT64_C(5000000)

struct waiting {
	struct ent_http_request *request;
	struct waiting *next;
};

/* --- Answers --- */

static void answer_with(
		struct ent_http_request *request, unsigned status, char *take_text, size_t length) {
	static const char *const later[] = {"Retry-After", "1", NULL};
	static const char *const methods[] = {"Allow", "POST", NULL};
	const struct ent_http_answer answer = {.status = status,
			.content_type = take_text != NULL ? "text/plain; charset=utf-8" : NULL,
			.take_body = take_text,
			.size = length,
			.headers = status == 503        ? later
					: status == 405 ? methods
							: NULL};
	if (take_text != NULL)
		ent_http_hold(request, length);
	ent_http_answer(request, &answer);
}

static void answer_words(struct ent_http_request *request, unsigned status, const char *where,
		const char *why) {
	const size_t size = strlen(where) + strlen(why) + 4;
	char *text = malloc(size);
	int length = 0;
	if (text != NULL)
		length = snprintf(text, size, "%s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	answer_with(request, status, text, (size_t)length);
}

/* --- Who it is --- */

/* Of two whose cards have the same key the one that the parcel says it is from: a card can claim any key. With the lock. */
static struct peer *find_by_key(
		const struct ent_peers *peers, const uint8_t *key, const char *body, size_t size) {
	struct peer *found = NULL;
	for (size_t i = 0; i < peers->n; i++) {
		struct peer *peer = peers->peer[i];
		if (peer->removed || memcmp(peer->card.tls_key.bytes, key, ENT_HASH_SIZE) != 0)
			continue;
		if (found == NULL)
			found = peer;
		if (size >= FROM_AT + ENT_PARTY_ID_SIZE &&
				memcmp(body + FROM_AT, peer->id, ENT_PARTY_ID_SIZE - 1) == 0)
			return peer;
	}
	return found;
}

static bool admit(void *user, const uint8_t *key) {
	struct ent_peers *peers = user;
	peers_lock(peers);
	const bool known = find_by_key(peers, key, "", 0) != NULL;
	peers_unlock(peers);
	return known;
}

/* --- The queue --- */

static bool has_work(const struct peer *peer) {
	return peer->first != NULL ||
			(peer->delivery.stage == STAGE_TAKING && peer->delivery.answer != NULL);
}

/* With the lock. */
static void enter_queue(struct peer *peer) {
	struct ent_peers *peers = peer->peers;
	if (peer->is_ready || peer->is_served || !has_work(peer))
		return;
	peer->is_ready = true;
	peer->ready_next = NULL;
	*peers->ready_last = peer;
	peers->ready_last = &peer->ready_next;
	(void)pthread_cond_signal(&peers->for_workers);
}

void peers_take_answer(struct peer *peer) {
	enter_queue(peer);
}

static struct ent_http_request *pop(struct peer *peer) {
	struct waiting *waiting = peer->first;
	struct ent_http_request *request = waiting->request;
	peer->first = waiting->next;
	if (peer->first == NULL)
		peer->last = &peer->first;
	peer->n_waiting--;
	peer->peers->n_waiting--;
	free(waiting);
	return request;
}

/* 0: it waits for a worker now; else the status that it is answered with. */
static unsigned push(struct ent_peers *peers, struct ent_http_request *request) {
	size_t size = 0;
	const char *body = ent_http_body(request, &size);
	struct waiting *waiting = malloc(sizeof *waiting);
	unsigned status = 503;
	peers_lock(peers);
	struct peer *peer = find_by_key(peers, ent_http_peer_key(request), body, size);
	if (peer != NULL)
		ent_http_set_subject(request, peer->id);
	if (peer == NULL) {
		status = 403;
	} else if (waiting != NULL && !peers->ends && peer->n_waiting < WAITING_PER_PEER &&
			peers->n_waiting < WAITING_MAX) {
		*waiting = (struct waiting){request, NULL};
		*peer->last = waiting;
		peer->last = &waiting->next;
		peer->n_waiting++;
		peers->n_waiting++;
		status = 0;
		waiting = NULL;
		enter_queue(peer);
	}
	peers_unlock(peers);
	free(waiting);
	return status;
}

static void handle(void *user, struct ent_http_request *request) {
	ent_http_set_route(request, ENT_PEERS_PATH);
	if (strcmp(ent_http_path(request), ENT_PEERS_PATH) != 0) {
		answer_words(request, 404, "", "there is only " ENT_PEERS_PATH);
		return;
	}
	if (ent_http_method(request) != ENT_HTTP_POST) {
		answer_words(request, 405, "", "parcels come with POST");
		return;
	}
	const unsigned status = push(user, request);
	if (status == 403)
		answer_words(request, 403, "", "you are not known here any more");
	else if (status != 0)
		answer_words(request, status, "", "too many parcels wait here");
}

/* --- The workers --- */

static unsigned status_of(ent_status status) {
	switch (status) {
	case ENT_OK:
		return 200;
	case ENT_E_SYNTAX:
		return 400;
	case ENT_E_LIMIT:
		return 413;
	case ENT_E_REFUSED:
	case ENT_E_MISSING:
		return 403;
	default:
		return 503;
	}
}

/* We were spoken to. With the lock. */
static void note_heard(struct peer *peer, int64_t now_utc_us) {
	peer->heard_utc_us = now_utc_us;
	peer->is_fetched = false;
	if (now_utc_us >= peer->nudged_utc_us && now_utc_us - peer->nudged_utc_us < NUDGE_US)
		return;
	peer->nudged_utc_us = now_utc_us;
	for (unsigned i = 0; i < peer->route.n; i++)
		if (peer->route.way[i].failures > 0)
			peer->route.way[i].until_utc_us = now_utc_us;
	peers_wake(peer);
}

static void take_request(struct peer *peer, struct ent_http_request *request) {
	struct ent_peers *peers = peer->peers;
	size_t size = 0, length = 0;
	const char *body = ent_http_body(request, &size);
	char *text = NULL;
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_take(peers->options.post, peer->id, body, size,
			ENT_BOOK_UNASKED, &text, &length, &taken, &fault);
	if (status == ENT_OK) {
		peers_lock(peers);
		note_heard(peer, peers_now(peers));
		peers_unlock(peers);
		answer_with(request, text != NULL ? 200 : 204, text, length);
		return;
	}
	answer_words(request, status_of(status), fault.where,
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
}

static void take_delivery(struct peer *peer, char *answer, size_t size) {
	struct ent_peers *peers = peer->peers;
	char *text = NULL;
	size_t length = 0;
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_take(peers->options.post, peer->id, answer, size,
			peer->delivery.parcel.asked, &text, &length, &taken, &fault);
	free(text);
	free(answer);
	/* MISSING: it was removed meanwhile. */
	if (status != ENT_OK && status != ENT_E_MISSING)
		peers_say(peer, ENT_SCRIBE_WARNING, "its answer cannot be taken: %s: %s",
				fault.where,
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	peers_lock(peers);
	peer->is_fetched = peer->is_fetched || (status == ENT_OK && taken.fetched > 0);
	peer->delivery.taken = status;
	peer->delivery.stage = STAGE_TAKEN;
	peers_wake(peer);
	peers_unlock(peers);
}

/* What the peer at the head of the queue has first. With the lock, which is left meanwhile. */
static void serve_one(struct ent_peers *peers) {
	struct peer *peer = peers->ready_first;
	char *answer = NULL;
	struct ent_http_request *request = NULL;
	const size_t size = peer->delivery.answer_size;
	peers->ready_first = peer->ready_next;
	if (peers->ready_first == NULL)
		peers->ready_last = &peers->ready_first;
	peer->is_ready = false;
	peer->is_served = true;
	if (peer->delivery.stage == STAGE_TAKING) {
		answer = peer->delivery.answer;
		peer->delivery.answer = NULL;
	}
	if (answer == NULL)
		request = pop(peer);
	const bool removed = peer->removed;
	peers_unlock(peers);
	if (answer != NULL)
		take_delivery(peer, answer, size);
	else if (removed)
		answer_words(request, 403, "", "you are not known here any more");
	else
		take_request(peer, request);
	peers_lock(peers);
	peer->is_served = false;
	enter_queue(peer);
}

void *peers_work(void *user) {
	struct ent_peers *peers = user;
	peers_lock(peers);
	while (!peers->ends) {
		if (peers->ready_first != NULL)
			serve_one(peers);
		else
			(void)pthread_cond_wait(&peers->for_workers, &peers->lock);
	}
	peers_unlock(peers);
	return NULL;
}

void peers_turn_away(struct ent_peers *peers) {
	peers_lock(peers);
	for (size_t i = 0; i < peers->n; i++)
		while (peers->peer[i]->first != NULL) {
			struct ent_http_request *request = pop(peers->peer[i]);
			peers_unlock(peers);
			answer_words(request, 503, "", "this node is stopping");
			peers_lock(peers);
		}
	peers_unlock(peers);
}

/* --- The listener --- */

/*
 * At most half of the files that the process may have open: the rest is for the store, for others' HTTP, and for those that we
 * connect to. Above, connections would wait for a descriptor without being known of, where no half-open one makes room for them.
 */
static unsigned connections_max(void) {
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur / 2 >= CONNECTIONS_MAX)
		return CONNECTIONS_MAX;
	return files.rlim_cur / 2 > CONNECTIONS_MIN ? (unsigned)(files.rlim_cur / 2)
						    : CONNECTIONS_MIN;
}

ent_status peers_listen(struct ent_peers *peers, const char *certificate_pem, const char *key_pem,
		struct ent_fault *reterr_fault) {
	struct ent_http_options options = {.listen = peers->options.listen,
			.tls_certificate_pem = certificate_pem,
			.tls_key_pem = key_pem,
			.threads = THREADS,
			.limits = ent_http_limits_default,
			.admit = admit,
			.handle = handle,
			.user = peers};
	struct ent_http_limits *limits = &options.limits;
	limits->body_max = ENT_PARCEL_SIZE_MAX;
	limits->connections_max = connections_max();
	limits->connections_per_client_max = CONNECTIONS_PER_CLIENT;
	limits->connections_per_key_max = CONNECTIONS_PER_KEY;
	limits->rate_per_client = REQUESTS_PER_S;
	limits->burst_per_client = REQUESTS_PER_S;
	limits->body_us = BODY_US;
	limits->answer_us = ANSWER_US;
	limits->idle_us = IDLE_US;
	limits->request_us = REQUEST_US;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_http_server_create(&options, &peers->server, &fault);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, "peers-listen", "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
	return status;
}
