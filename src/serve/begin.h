/* SPDX-License-Identifier: Apache-2.0 */
/*
 * begin.h: until when ledgers of ours wait for peers to say how much of them they have (docs/decisions/0020): until all have
 * answered, and no longer than BEGIN_AFTER_US, unless the directory is said to be an old copy. That is remembered over starts in a file of
 * it, DIR/restored, until all have answered, or somebody takes the file away (docs/decisions/0021). By the clock that is never
 * set: peers could wait too (ask_us), but by the node's, and one that is set forward would end the wait at once.
 */
#ifndef ENTENTE_SERVE_BEGIN_H
#define ENTENTE_SERVE_BEGIN_H

#include <pthread.h>
#include <stdbool.h>

#include "entente/peers.h"
#include "entente/post.h"

/* 0020: longer than a peer that is there takes to answer, shorter than people wait for a node to come back. */
#define BEGIN_AFTER_US INT64_C(10000000)

struct begin {
	struct ent_post *post;
	struct ent_peers *peers;
	char file[ENT_POST_PATH_SIZE]; /* DIR/restored */
	bool is_old;                   /* the directory is an old copy, as far as is known */
	bool alone;                    /* lines that nobody answers for begin anew, once */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool runs, stop;
};

/* What is asked for at this start. */
struct begin_options {
	struct ent_post *post;
	struct ent_peers *peers;
	const char *directory;
	bool restored, alone;
};
/* All is zero. E_IO: the file; E_MEMORY. */
ENT_MUST_USE ent_status begin_start(struct begin *begin, const struct begin_options *options,
		struct ent_fault *reterr_fault);
/* Before peers and post are destroyed; nothing when it was not started. */
void begin_stop(struct begin *begin);

#endif
