/* SPDX-License-Identifier: Apache-2.0 */
/* begin.c: see begin.h. A party that is confirmed while the node runs brings a ledger that asks, too: so it looks all the time. */
#include "begin.h"

#include <stdio.h>
#include <time.h>

#include "entente/wake.h"
#include "log.h"

enum { LOOK_EVERY_S = 1, RETRY_EVERY_LOOKS = 10 };

static void say_failed(const struct ent_fault *fault) {
	char text[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	(void)snprintf(text, sizeof text, "ledgers: %s%s%s; it is tried again", fault->where,
			fault->where[0] != '\0' ? ": " : "", fault->why);
	log_say(NULL, ENT_NODE_ERROR, text);
}

/* Of a copy that was restored what could not be read is tried again; whom it asks is waited for, however long that takes. */
static void begin_now(struct begin *begin, size_t asking) {
	char text[192];
	struct ent_fault fault = {{0}, {0}};
	ent_status status;
	if (begin->restored) {
		status = ent_post_begin_failed(begin->post, &fault);
	} else {
		(void)snprintf(text, sizeof text,
				"ledgers: not every peer has said how much of ours it has, or they "
				"could not be read: %zu of them are written from now on all the "
				"same",
				asking);
		log_say(NULL, ENT_NODE_INFO, text);
		status = ent_post_begin(begin->post, &fault);
	}
	if (status != ENT_OK)
		say_failed(&fault);
}

/* The wait begins anew with each ledger more. */
static void *look(void *user) {
	struct begin *begin = user;
	size_t asking = 0;
	uint64_t looks = 0;
	int64_t since_us = 0;
	struct timespec until;
	(void)pthread_mutex_lock(&begin->lock);
	while (!begin->stop) {
		(void)pthread_mutex_unlock(&begin->lock);
		if (++looks % RETRY_EVERY_LOOKS == 0)
			ent_memoranda_retry(begin->memoranda);
		const size_t now_asking = ent_post_asking(begin->post);
		const int64_t now_us = clock_monotonic();
		if (now_asking > asking)
			since_us = now_us;
		asking = now_asking;
		if (asking > 0 && now_us - since_us >= BEGIN_AFTER_US) {
			begin_now(begin, asking);
			since_us = now_us;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_EVERY_S;
		(void)pthread_mutex_lock(&begin->lock);
		if (!begin->stop)
			(void)pthread_cond_timedwait(&begin->wake, &begin->lock, &until);
	}
	(void)pthread_mutex_unlock(&begin->lock);
	return NULL;
}

ent_status begin_start(struct begin *begin, struct ent_post *post, struct ent_memoranda *memoranda,
		bool restored) {
	begin->post = post;
	begin->memoranda = memoranda;
	begin->restored = restored;
	if (pthread_mutex_init(&begin->lock, NULL) != 0)
		return ENT_E_MEMORY;
	if (ent_wake_init(&begin->wake) != ENT_OK) {
		(void)pthread_mutex_destroy(&begin->lock);
		return ENT_E_MEMORY;
	}
	begin->runs = pthread_create(&begin->thread, NULL, look, begin) == 0;
	if (begin->runs)
		return ENT_OK;
	(void)pthread_cond_destroy(&begin->wake);
	(void)pthread_mutex_destroy(&begin->lock);
	return ENT_E_MEMORY;
}

void begin_stop(struct begin *begin) {
	if (!begin->runs)
		return;
	(void)pthread_mutex_lock(&begin->lock);
	begin->stop = true;
	(void)pthread_cond_signal(&begin->wake);
	(void)pthread_mutex_unlock(&begin->lock);
	(void)pthread_join(begin->thread, NULL);
	(void)pthread_cond_destroy(&begin->wake);
	(void)pthread_mutex_destroy(&begin->lock);
	begin->runs = false;
}
