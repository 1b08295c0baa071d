/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purging.h: payloads that are due are let go of, at the start and as time comes, by a thread of its own: it waits for the
 * disk and for nobody else (docs/decisions/0023).
 */
#ifndef ENTENTE_SERVE_PURGING_H
#define ENTENTE_SERVE_PURGING_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "entente/post.h"

struct purging {
	struct ent_post *post;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	bool now, stop;
	atomic_bool runs; /* the office is there before it */
};

/* E_MEMORY. */
ENT_MUST_USE ent_status purging_start(struct purging *purging, struct ent_post *post);
/* The clock was set: not only in a second. */
void purging_now(struct purging *purging);
/* Before the post goes; when it was never started, too. */
void purging_stop(struct purging *purging);

#endif
