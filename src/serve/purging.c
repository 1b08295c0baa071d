/* SPDX-License-Identifier: Apache-2.0 */
/* purging.c: see purging.h. The node's clock can be set, so it is looked at, and not slept until. */
#include "purging.h"

#include <time.h>

#include "entente/wake.h"

enum { LOOK_EVERY_S = 1, AGAIN_AFTER_S = 10 };

static void *purge(void *user) {
	struct purging *purging = user;
	struct timespec until;
	(void)pthread_mutex_lock(&purging->lock);
	while (!purging->stop) {
		purging->now = false;
		(void)pthread_mutex_unlock(&purging->lock);
		/* The post has told what it could not do. A purge may take long: what has happened is kept before it. */
		const ent_status kept = ent_post_keep(purging->post);
		const ent_status purged = ent_post_purge(purging->post);
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += purged == ENT_OK && kept == ENT_OK ? LOOK_EVERY_S : AGAIN_AFTER_S;
		(void)pthread_mutex_lock(&purging->lock);
		int waited = 0;
		while (!purging->stop && !purging->now && waited == 0)
			waited = pthread_cond_timedwait(&purging->wake, &purging->lock, &until);
	}
	(void)pthread_mutex_unlock(&purging->lock);
	return NULL;
}

ent_status purging_start(struct purging *purging, struct ent_post *post) {
	purging->post = post;
	if (pthread_mutex_init(&purging->lock, NULL) != 0)
		return ENT_E_MEMORY;
	if (ent_wake_init(&purging->wake) != ENT_OK) {
		(void)pthread_mutex_destroy(&purging->lock);
		return ENT_E_MEMORY;
	}
	purging->runs = pthread_create(&purging->thread, NULL, purge, purging) == 0;
	if (purging->runs)
		return ENT_OK;
	(void)pthread_cond_destroy(&purging->wake);
	(void)pthread_mutex_destroy(&purging->lock);
	return ENT_E_MEMORY;
}

void purging_now(struct purging *purging) {
	if (!purging->runs)
		return;
	(void)pthread_mutex_lock(&purging->lock);
	purging->now = true;
	(void)pthread_cond_signal(&purging->wake);
	(void)pthread_mutex_unlock(&purging->lock);
}

void purging_stop(struct purging *purging) {
	if (!purging->runs)
		return;
	(void)pthread_mutex_lock(&purging->lock);
	purging->stop = true;
	(void)pthread_cond_signal(&purging->wake);
	(void)pthread_mutex_unlock(&purging->lock);
	(void)pthread_join(purging->thread, NULL);
	(void)pthread_cond_destroy(&purging->wake);
	(void)pthread_mutex_destroy(&purging->lock);
	purging->runs = false;
}
