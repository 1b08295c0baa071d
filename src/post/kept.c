/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c: the replica of a ledger: of a peer's, or of one of ours that asks. It is opened anew when its author's key is another one, or
 * when that failed. Then all of its entries are applied again, and who applies may have locks of its own: so nothing
 * is locked meanwhile that looking needs, and who looks sees what was there before.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int64_t replica_clock(void *user) {
	return post_now(user);
}

static ent_status open_replica(struct ent_post_ledger *ledger, struct ent_replica **ret_replica,
		struct ent_fault *fault) {
	struct ent_post *post = ledger->post;
	struct ent_vkey older[ENT_SCRIBE_OLDER_MAX];
	struct ent_replica_options options = {.store = post->options.store,
			.name = ledger->name,
			.origin = ledger->origin,
			.older = older,
			.key = post->options.line_key,
			.key_name = post->vkey.name,
			.entries_max = ledger->options.entries_max,
			.fold = ledger->options.fold,
			.clock = replica_clock,
			.user = post};
	if (ledger->peer != NULL) {
		(void)pthread_mutex_lock(&ledger->peer->lock);
		options.vkey = ledger->peer->vkey;
		options.n_older = ledger->peer->n_older;
		memcpy(older, ledger->peer->older, sizeof older);
		(void)pthread_mutex_unlock(&ledger->peer->lock);
	} else {
		/* What we signed is not for us to cosign. */
		options.vkey = post->vkey;
		options.older = post->older;
		options.n_older = post->n_older;
		options.key = NULL;
	}
	return ent_replica_open(&options, ret_replica, fault);
}

/* Under 'use'. */
static void write_aside(struct ent_post_ledger *ledger, struct ent_replica *replica) {
	struct ent_replica_answer held;
	ent_replica_look(replica, &held);
	free(ledger->aside.note);
	ledger->aside = (struct aside){.size = held.size};
	ledger->aside.note = malloc(held.note_length + 1);
	if (ledger->aside.note != NULL) {
		memcpy(ledger->aside.note, held.note, held.note_length + 1);
		ledger->aside.note_length = held.note_length;
	}
}

void kept_put_aside(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->use);
	/* Whoever uses it has it until then, and may store more. */
	ledger->is_left = true;
	while (ledger->users > 0)
		(void)pthread_cond_wait(&ledger->unused, &ledger->use);
	struct ent_replica *replica = ledger->replica;
	if (replica != NULL)
		write_aside(ledger, replica);
	ledger->replica = NULL;
	ledger->is_left = false;
	(void)pthread_mutex_unlock(&ledger->use);
	ent_replica_close(replica);
}

/* Under 'opening'. */
static ent_status open_anew(struct ent_post_ledger *ledger, struct ent_fault *fault) {
	struct ent_replica *replica = NULL;
	kept_put_aside(ledger);
	const ent_status status = open_replica(ledger, &replica, fault);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&ledger->use);
	ledger->replica = replica;
	if (ledger->number == 0)
		ledger->number = ent_replica_number(replica);
	(void)pthread_mutex_unlock(&ledger->use);
	return ENT_OK;
}

ent_status kept_open(struct ent_post_ledger *ledger, struct ent_fault *reterr_fault) {
	(void)pthread_mutex_lock(&ledger->opening);
	const ent_status status = open_anew(ledger, reterr_fault);
	(void)pthread_mutex_unlock(&ledger->opening);
	return status;
}

/* Then it stays until kept_unuse. */
static bool is_there(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->use);
	const bool there = ledger->replica != NULL && !ledger->is_left;
	ledger->users += there;
	(void)pthread_mutex_unlock(&ledger->use);
	return there;
}

void kept_unuse(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->use);
	if (--ledger->users == 0)
		(void)pthread_cond_broadcast(&ledger->unused);
	(void)pthread_mutex_unlock(&ledger->use);
}

ent_status kept_use(struct ent_post_ledger *ledger, struct ent_fault *reterr_fault) {
	ent_status status = ENT_OK;
	if (is_there(ledger))
		return ENT_OK;
	/* Ours is written by now. */
	if (ledger->peer == NULL)
		return ENT_E_MISSING;
	(void)pthread_mutex_lock(&ledger->opening);
	bool there = is_there(ledger);
	if (!there) {
		status = open_anew(ledger, reterr_fault);
		there = status == ENT_OK && is_there(ledger);
	}
	(void)pthread_mutex_unlock(&ledger->opening);
	return there ? ENT_OK : status;
}

void kept_look(struct ent_post_ledger *ledger, struct ent_replica_answer *ret_answer) {
	(void)pthread_mutex_lock(&ledger->use);
	if (ledger->replica != NULL) {
		ent_replica_look(ledger->replica, ret_answer);
	} else {
		const struct aside *aside = &ledger->aside;
		ret_answer->size = aside->size;
		ret_answer->taken = 0;
		ret_answer->note_length = aside->note_length;
		ret_answer->fork_length = 0;
		if (aside->note_length > 0)
			memcpy(ret_answer->note, aside->note, aside->note_length);
		ret_answer->note[aside->note_length] = ret_answer->fork[0] = '\0';
	}
	(void)pthread_mutex_unlock(&ledger->use);
}
