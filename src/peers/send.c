/* SPDX-License-Identifier: Apache-2.0 */
/*
 * send.c: a parcel to a peer, way by way, until one of them brought it; then, when a test or a self-check wants every way
 * tried, by those that are left, too. The same bytes each time: what arrives twice is nothing.
 *
 * What a peer can take of us: one parcel at a time; of its size at first PARCEL_FIRST, more only as it is quick, and only as
 * far as all that is on its way leaves room; an answer of ANSWER_USUAL, or of a whole parcel for LARGE_MAX peers at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
	PARCEL_LEAST = 16 << 10, /* of a line that breaks off again and again */
	PARCEL_FIRST = 256 << 10,
	IN_AIR_MAX = 64 << 20,
	/* "witnessed" of 256 ledgers with many cosignatures, and as many "have". */
	ANSWER_USUAL = 1 << 20,
	LARGE_MAX = 4,
	SLOWEST_BYTES_PER_S = 16 << 10,
};
#define TOTAL_US INT64_C(30000000)
#define QUICK_US INT64_C(2000000)
/* When nothing could be made of what is owed; and never again at once, whatever the post says. */
#define AGAIN_US INT64_C(1000000)
#define LEAST_US INT64_C(10000)

/* --- How a request ended --- */

static void done(void *user, const struct ent_fetch_result *result) {
	struct peer *peer = user;
	struct delivery *delivery = &peer->delivery;
	char *answer = NULL;
	enum ent_fetch_end end = result->end;
	if (end == ENT_FETCH_ANSWERED && result->status == 200 && result->size > 0) {
		answer = malloc(result->size + 1);
		if (answer == NULL)
			end = ENT_FETCH_OURS;
		else
			memcpy(answer, result->body, result->size + 1);
	}
	peers_lock(peer->peers);
	delivery->end = end;
	delivery->status = result->status;
	delivery->duration_us = result->duration_us;
	delivery->answer = answer;
	delivery->answer_size = result->size;
	delivery->stage = STAGE_ENDED;
	peers_wake(peer);
	peers_unlock(peer->peers);
}

static uint32_t chance(void) {
	uint32_t number;
	ent_seal_random(&number, sizeof number);
	return number;
}

/* A slow line has small parcels, so that what breaks off loses little. */
static void adapt(struct peer *peer, bool reached) {
	const struct delivery *delivery = &peer->delivery;
	if (reached && delivery->duration_us < QUICK_US &&
			delivery->parcel.length >= peer->bytes / 2)
		peer->bytes *= 2;
	else if (!reached &&
			(delivery->end == ENT_FETCH_NO_ANSWER || delivery->end == ENT_FETCH_CUT))
		peer->bytes /= 4;
	if (peer->bytes > ENT_PEERS_PARCEL_BYTES)
		peer->bytes = ENT_PEERS_PARCEL_BYTES;
	if (peer->bytes < PARCEL_LEAST)
		peer->bytes = PARCEL_LEAST;
}

/* With the lock. True: what is known of an address has changed. */
static bool note_outcome(struct peer *peer, bool reached, int64_t now_utc_us) {
	const struct delivery *delivery = &peer->delivery;
	const unsigned at = delivery->way;
	/* The card is another one since. */
	if (at >= peer->route.n)
		return false;
	const bool failed_before = peer->route.way[at].failures > 0;
	const bool first = peer->route.way[at].tried_utc_us == 0;
	const enum ent_fetch_end last = peer->way[at].last;
	ent_route_outcome(&peer->route, at, reached, now_utc_us, chance());
	peer->way[at].last = delivery->end;
	peer->way[at].turned_down = delivery->end == ENT_FETCH_ANSWERED && !reached;
	peer->to_try &= ~(UINT32_C(1) << at);
	return first || failed_before == reached || last != delivery->end;
}

static void deliver(struct peer *peer) {
	peer->delivery.delivered = true;
	peer->asks = false;
}

static void leave_large(struct peer *peer) {
	if (peer->delivery.large)
		peer->peers->n_large--;
	peer->delivery.large = false;
}

/* A request has ended. With the lock. True: what is known of an address has changed. */
static bool judge(struct peer *peer, int64_t now_utc_us) {
	struct delivery *delivery = &peer->delivery;
	const bool reached = delivery->end == ENT_FETCH_ANSWERED &&
			(delivery->status == 200 || delivery->status == 204);
	const bool was_large = delivery->large;
	delivery->stage = STAGE_IDLE;
	leave_large(peer);
	if (delivery->end == ENT_FETCH_TOO_LARGE && !was_large) {
		delivery->wants_large = true;
		return false;
	}
	delivery->wants_large = false;
	adapt(peer, reached);
	const bool changed = note_outcome(peer, reached, now_utc_us);
	if (reached)
		peer->sent_utc_us = now_utc_us;
	if (reached && delivery->answer != NULL) {
		delivery->stage = STAGE_TAKING;
		peers_take_answer(peer);
	} else if (reached) {
		deliver(peer);
	}
	return changed;
}

/*
 * An answer was taken. When it was none that could be taken, the parcel may well be there: that it is sent again is left
 * to the book's pauses, and the way to the route's. With the lock.
 */
static bool judge_taken(struct peer *peer, int64_t now_utc_us) {
	struct delivery *delivery = &peer->delivery;
	delivery->stage = STAGE_IDLE;
	deliver(peer);
	if (delivery->taken == ENT_OK) {
		peer->heard_utc_us = now_utc_us;
		return false;
	}
	return note_outcome(peer, false, now_utc_us);
}

/* --- What goes, and by which way --- */

static unsigned lowest(uint32_t ways) {
	unsigned at = 0;
	while ((ways >> at & 1) == 0)
		at++;
	return at;
}

/* With the lock. */
static unsigned next_way(const struct peer *peer, int64_t now_utc_us) {
	if (peer->delivery.delivered)
		return peer->to_try != 0 ? lowest(peer->to_try) : ENT_ROUTE_NONE;
	const unsigned picked = ent_route_pick(&peer->route, now_utc_us);
	return picked == ENT_ROUTE_NONE && peer->to_try != 0 ? lowest(peer->to_try) : picked;
}

/* The parcel goes by all ways that were not tried since our last test. */
static void look_at_test(struct peer *peer) {
	const int64_t tested_utc_us = peers_line_tested(peer);
	peers_lock(peer->peers);
	if (tested_utc_us != peer->test_tried_utc_us && peer->delivery.stage == STAGE_IDLE &&
			!peer->delivery.has_parcel) {
		peer->test_tried_utc_us = tested_utc_us;
		for (unsigned i = 0; i < peer->route.n; i++)
			if (peer->route.way[i].tried_utc_us < tested_utc_us)
				peer->to_try |= UINT32_C(1) << i;
	}
	peers_unlock(peer->peers);
}

/* With the lock. */
static void drop_parcel(struct peer *peer) {
	struct delivery *delivery = &peer->delivery;
	if (!delivery->has_parcel)
		return;
	peer->peers->in_air -= delivery->parcel.length;
	ent_post_parcel_finish(&delivery->parcel);
	delivery->has_parcel = delivery->delivered = delivery->wants_large = false;
}

void peers_forget(struct peer *peer) {
	free(peer->delivery.answer);
	peer->delivery.answer = NULL;
	drop_parcel(peer);
}

/* The parcel that there is has been by all ways that it is to go. */
static void end_parcel(struct peer *peer) {
	struct ent_peers *peers = peer->peers;
	if (!peer->delivery.delivered)
		ent_post_failed(peers->options.post, peer->id, &peer->delivery.parcel);
	peers_lock(peers);
	drop_parcel(peer);
	peers_unlock(peers);
}

/* False: nothing is to go now; '*ret_next_us' says when again. */
static bool make_parcel(struct peer *peer, int64_t now_utc_us, int64_t *ret_next_us) {
	struct ent_peers *peers = peer->peers;
	struct ent_post *post = peers->options.post;
	struct ent_post_parcel parcel;
	struct ent_fault fault = {"", ""};
	peers_lock(peers);
	if (peer->bytes == 0)
		peer->bytes = PARCEL_FIRST;
	const bool always = peer->asks || peer->to_try != 0;
	const bool room = peers->in_air + peer->bytes <= IN_AIR_MAX;
	const size_t bytes = room || peer->bytes < PARCEL_FIRST ? peer->bytes : PARCEL_FIRST;
	peers_unlock(peers);
	const ent_status status = ent_post_compose(
			post, peer->id, ENT_BOOK_NET, always, bytes, &parcel, &fault);
	if (status == ENT_E_MISSING) {
		const int64_t next_us = ent_post_next_us(post, peer->id);
		*ret_next_us = next_us > now_utc_us + LEAST_US ? next_us : now_utc_us + LEAST_US;
		return false;
	}
	if (status != ENT_OK) {
		if (!peer->delivery.cannot)
			peers_say(peer, ENT_SCRIBE_WARNING, "no parcel can be made: %s: %s",
					fault.where,
					fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		peer->delivery.cannot = true;
		*ret_next_us = now_utc_us + AGAIN_US;
		return false;
	}
	ent_post_sent(post, peer->id, ENT_BOOK_NET, &parcel);
	peers_lock(peers);
	peer->delivery.parcel = parcel;
	peer->delivery.has_parcel = true;
	peer->delivery.cannot = false;
	peers->in_air += parcel.length;
	peers_unlock(peers);
	return true;
}

static void submit(struct peer *peer, const char *url, const struct ent_hash *key, bool large,
		int64_t connect_us, bool has_others) {
	static const char *const headers[] = {"Content-Type", "text/plain; charset=utf-8", NULL};
	const struct ent_post_parcel *parcel = &peer->delivery.parcel;
	const struct ent_fetch_request request = {.method = ENT_FETCH_POST,
			.url = url,
			.peer_key = key->bytes,
			.headers = headers,
			.body = parcel->text,
			.body_size = parcel->length,
			.answer_max = large ? ENT_PARCEL_SIZE_MAX : ANSWER_USUAL,
			.connect_us = connect_us,
			/* A kept connection whose packets vanish is no better than one that does not come about. */
			.silent_us = has_others ? connect_us : 0,
			.total_us = TOTAL_US +
					(int64_t)parcel->length * 1000000 / SLOWEST_BYTES_PER_S,
			.done = done,
			.user = peer};
	struct ent_fault fault = {"", ""};
	if (ent_fetch_submit(peer->peers->fetch, &request, &fault) == ENT_OK)
		return;
	peers_say(peer, ENT_SCRIBE_WARNING, "no request: %s", fault.why);
	const struct ent_fetch_result failed = {.end = ENT_FETCH_OURS, .body = ""};
	done(peer, &failed);
}

/* False: its answer is to be large, and too many are. */
static bool send_by(struct peer *peer, unsigned way) {
	struct ent_peers *peers = peer->peers;
	struct delivery *delivery = &peer->delivery;
	const char *urls[ENT_ROUTE_WAYS_MAX];
	char url[ENT_PARTY_ADDRESS_SIZE + sizeof ENT_PEERS_PATH];
	peers_lock(peers);
	if (delivery->wants_large && peers->n_large >= LARGE_MAX) {
		peers_unlock(peers);
		return false;
	}
	(void)peers_ways(&peer->card, urls);
	(void)snprintf(url, sizeof url, "%s%s", urls[way], ENT_PEERS_PATH);
	const struct ent_hash key = peer->card.tls_key;
	const bool large = delivery->wants_large;
	delivery->large = large;
	peers->n_large += large;
	delivery->way = way;
	delivery->stage = STAGE_OUT;
	const int64_t connect_us = ent_route_connect_us(&peer->route, way);
	const bool has_others = peer->route.n > 1;
	peers_unlock(peers);
	submit(peer, url, &key, large, connect_us, has_others);
	return true;
}

/* What has come of it. True: nothing is on its way. */
static bool settle(struct peer *peer, int64_t now_utc_us) {
	struct ent_peers *peers = peer->peers;
	bool changed = false;
	peers_lock(peers);
	if (peer->delivery.stage == STAGE_ENDED)
		changed = judge(peer, now_utc_us);
	else if (peer->delivery.stage == STAGE_TAKEN)
		changed = judge_taken(peer, now_utc_us);
	const bool is_idle = peer->delivery.stage == STAGE_IDLE;
	peers_unlock(peers);
	if (changed)
		peers_changed(peer);
	return is_idle;
}

int64_t peers_send(struct peer *peer, int64_t now_utc_us) {
	struct ent_peers *peers = peer->peers;
	int64_t next_us;
	if (!settle(peer, now_utc_us))
		return INT64_MAX;
	look_at_test(peer);
	peers_lock(peers);
	unsigned way = next_way(peer, now_utc_us);
	bool has_parcel = peer->delivery.has_parcel;
	const bool removed = peer->removed;
	next_us = ent_route_next_us(&peer->route, now_utc_us);
	peers_unlock(peers);
	if (has_parcel && (way == ENT_ROUTE_NONE || removed)) {
		end_parcel(peer);
		peers_lock(peers);
		way = next_way(peer, now_utc_us);
		peers_unlock(peers);
		has_parcel = false;
	}
	if (removed)
		return INT64_MAX;
	if (way == ENT_ROUTE_NONE)
		return next_us;
	if (!has_parcel && !make_parcel(peer, now_utc_us, &next_us))
		return next_us;
	return send_by(peer, way) ? INT64_MAX : now_utc_us + AGAIN_US;
}
