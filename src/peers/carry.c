/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.c: the thread that carries. It sleeps until a peer is to be looked at: something is owed, a request has ended, an
 * answer was taken, a pause or a period is over. It waits for nothing itself but the reading of what goes into a parcel.
 */
#include <time.h>

#include "internal.h"

/* Nobody waits for what this ends: it only keeps sums of times small. */
#define SLEEP_MAX_US INT64_C(3600000000)

static void wake_carrier(struct ent_peers *peers) {
	if (peers->woken)
		return;
	peers->woken = true;
	(void)pthread_cond_signal(&peers->for_carrier);
}

void peers_wake(struct peer *peer) {
	peer->wake = true;
	wake_carrier(peer->peers);
}

static int64_t step(struct peer *peer, int64_t now_utc_us) {
	int64_t line_us = INT64_MAX;
	peers_lock(peer->peers);
	const bool removed = peer->removed;
	peers_unlock(peer->peers);
	/* What has come of a try is known first: a line's self-check looks at it. */
	const int64_t send_us = peers_send(peer, now_utc_us);
	if (!removed)
		line_us = peers_line_step(peer, now_utc_us);
	return line_us < send_us ? line_us : send_us;
}

/* Looks at all whose time it is. Returns when the next one is to be looked at. With the lock. */
static int64_t go_over(struct ent_peers *peers) {
	int64_t next_utc_us = INT64_MAX;
	for (size_t i = 0; i < peers->n && !peers->ends; i++) {
		struct peer *peer = peers->peer[i];
		const int64_t now_utc_us = peers_now(peers);
		if (peer->wake || peer->next_utc_us <= now_utc_us) {
			peer->wake = false;
			peers_unlock(peers);
			const int64_t at_utc_us = step(peer, now_utc_us);
			peers_lock(peers);
			peer->next_utc_us = at_utc_us;
		}
		if (peer->next_utc_us < next_utc_us)
			next_utc_us = peer->next_utc_us;
	}
	return next_utc_us;
}

static struct timespec moment_in(int64_t us) {
	struct timespec at;
	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	const int64_t ns = (us % 1000000) * 1000 + at.tv_nsec;
	at.tv_sec += (time_t)(us / 1000000 + ns / 1000000000);
	at.tv_nsec = (long)(ns % 1000000000);
	return at;
}

void *peers_carry(void *user) {
	struct ent_peers *peers = user;
	peers_lock(peers);
	while (!peers->ends) {
		peers->woken = false;
		const int64_t next_utc_us = go_over(peers);
		const int64_t now_utc_us = peers_now(peers);
		int64_t sleep_us = SLEEP_MAX_US;
		if (next_utc_us < now_utc_us + SLEEP_MAX_US)
			sleep_us = next_utc_us > now_utc_us ? next_utc_us - now_utc_us : 0;
		const struct timespec until = moment_in(sleep_us);
		int error = 0;
		while (!peers->woken && !peers->ends && error == 0)
			error = pthread_cond_timedwait(&peers->for_carrier, &peers->lock, &until);
	}
	peers_unlock(peers);
	return NULL;
}
