/* SPDX-License-Identifier: Apache-2.0 */
/* replay.c: see replay.h. When the applier fails it empties what still comes, so that nobody waits for it. */
#include "entente/replay.h"

#include <pthread.h>
#include <stdlib.h>

enum {
	GROUP = 64, /* entries that are passed on at once; each keeps a parser */
	GROUPS = 8,
	/*
	 * Who has had to wait goes on when this many groups are its own: it is woken seldom, for to be woken takes as long as
	 * the work on many an entry, and the other has enough left meanwhile.
	 */
	ENOUGH = GROUPS / 2,
	/* Bytes of an entry that has a group to itself: so that few parsers become large, and stay it. */
	LARGE = 16384,
	AHEAD = 2, /* entries, whose places in memory are asked for before their turn */
	/* What is replaced in one version is freed when it is published: some hundred megabytes at most. */
	LEFT_BEHIND_MAX = 1 << 18
};

struct group {
	struct ent_airspace_entry *entries[GROUP]; /* made when they are first needed */
	size_t n;
};

struct ent_replay {
	struct ent_fold *fold;
	bool publish;
	pthread_t applier;
	struct group *filling; /* the caller's; NULL: none yet */

	/* The applier's, until it is joined. */
	uint64_t applied;
	ent_status status;
	struct ent_fault fault;

	/* Under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct group groups[GROUPS];
	uint64_t filled, emptied; /* groups, since the beginning */
	bool all, failed;
};

/* --- The applier --- */

/* NULL: that was all. */
static struct group *group_to_apply(struct ent_replay *replay) {
	(void)pthread_mutex_lock(&replay->lock);
	if (replay->emptied == replay->filled)
		while (replay->filled - replay->emptied < ENOUGH && !replay->all)
			(void)pthread_cond_wait(&replay->moved, &replay->lock);
	struct group *group = replay->emptied < replay->filled
			? &replay->groups[replay->emptied % GROUPS]
			: NULL;
	(void)pthread_mutex_unlock(&replay->lock);
	return group;
}

static void give_back(struct ent_replay *replay) {
	(void)pthread_mutex_lock(&replay->lock);
	replay->emptied++;
	replay->failed = replay->status != ENT_OK;
	if (replay->filled - replay->emptied <= GROUPS - ENOUGH || replay->failed)
		(void)pthread_cond_signal(&replay->moved);
	(void)pthread_mutex_unlock(&replay->lock);
}

static void expect(const struct ent_replay *replay, const struct group *group, size_t i) {
	if (i < group->n)
		ent_airspace_expect(replay->fold, ent_airspace_entry_command(group->entries[i]));
}

static void apply_group(struct ent_replay *replay, const struct group *group) {
	struct ent_fold *fold = replay->fold;
	if (replay->status == ENT_OK && ent_fold_open(fold) == NULL)
		replay->status = ent_fold_begin(fold);
	for (size_t i = 0; replay->status == ENT_OK && i < group->n; i++) {
		expect(replay, group, i + AHEAD);
		replay->status = ent_airspace_entry_apply(fold, group->entries[i], &replay->fault);
		replay->applied += replay->status == ENT_OK;
	}
	if (replay->status == ENT_OK && replay->publish &&
			ent_fold_left_behind(fold) >= LEFT_BEHIND_MAX)
		ent_fold_publish(fold, ent_fold_seal(fold));
}

static void *applier_run(void *user) {
	struct ent_replay *replay = user;
	const struct group *group;
	while ((group = group_to_apply(replay)) != NULL) {
		apply_group(replay, group);
		give_back(replay);
	}
	return NULL;
}

/* --- The caller --- */

static bool start_applier(struct ent_replay *replay) {
	if (pthread_mutex_init(&replay->lock, NULL) != 0)
		return false;
	if (pthread_cond_init(&replay->moved, NULL) == 0) {
		if (pthread_create(&replay->applier, NULL, applier_run, replay) == 0)
			return true;
		(void)pthread_cond_destroy(&replay->moved);
	}
	(void)pthread_mutex_destroy(&replay->lock);
	return false;
}

ent_status ent_replay_create(struct ent_fold *fold, bool publish, struct ent_replay **ret_replay) {
	struct ent_replay *replay = calloc(1, sizeof *replay);
	if (replay == NULL)
		return ENT_E_MEMORY;
	replay->fold = fold;
	replay->publish = publish;
	if (!start_applier(replay)) {
		free(replay);
		return ENT_E_MEMORY;
	}
	*ret_replay = replay;
	return ENT_OK;
}

/* NULL: no more is wanted. */
static struct group *group_to_fill(struct ent_replay *replay) {
	(void)pthread_mutex_lock(&replay->lock);
	if (replay->filled - replay->emptied == GROUPS)
		while (replay->filled - replay->emptied > GROUPS - ENOUGH && !replay->failed)
			(void)pthread_cond_wait(&replay->moved, &replay->lock);
	struct group *group = replay->failed ? NULL : &replay->groups[replay->filled % GROUPS];
	(void)pthread_mutex_unlock(&replay->lock);
	if (group != NULL)
		group->n = 0;
	return group;
}

static void pass_on(struct ent_replay *replay, bool all) {
	(void)pthread_mutex_lock(&replay->lock);
	replay->filled += replay->filling != NULL;
	replay->all = all;
	if (replay->filled - replay->emptied >= ENOUGH || all)
		(void)pthread_cond_signal(&replay->moved);
	(void)pthread_mutex_unlock(&replay->lock);
	replay->filling = NULL;
}

ent_status ent_replay_add(struct ent_replay *replay, const char *bytes, size_t size,
		size_t capacity, struct ent_fault *reterr_fault) {
	if (size > LARGE && replay->filling != NULL && replay->filling->n > 0)
		pass_on(replay, false);
	if (replay->filling == NULL)
		replay->filling = group_to_fill(replay);
	struct group *group = replay->filling;
	if (group == NULL)
		return ENT_E_REFUSED;
	struct ent_airspace_entry **entry = &group->entries[group->n];
	ent_status status = ENT_OK;
	if (*entry == NULL)
		status = ent_airspace_entry_create(entry);
	if (status == ENT_OK)
		status = ent_airspace_entry_read(*entry, bytes, size, capacity, reterr_fault);
	if (status == ENT_OK && (++group->n == GROUP || size > LARGE))
		pass_on(replay, false);
	return status;
}

ent_status ent_replay_finish(
		struct ent_replay *replay, uint64_t *ret_n, struct ent_fault *reterr_fault) {
	pass_on(replay, true);
	(void)pthread_join(replay->applier, NULL);
	const ent_status status = replay->status;
	*ret_n = replay->applied;
	if (status != ENT_OK && reterr_fault != NULL)
		*reterr_fault = replay->fault;
	for (size_t i = 0; i < (size_t)GROUPS * GROUP; i++)
		ent_airspace_entry_destroy(replay->groups[i / GROUP].entries[i % GROUP]);
	(void)pthread_cond_destroy(&replay->moved);
	(void)pthread_mutex_destroy(&replay->lock);
	free(replay);
	return status;
}
