/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c: entries of the store become state. A thread of its own reads them, holds each to the leaf hash beside it,
 * lets the tree grow and parses; the caller's thread applies what was parsed, in order. What passes between them are groups of entries:
 *
 *     store -> [reader] -> group -> group -> group -> [applier] -> open version
 *
 * When either fails the other stops; what the applier finds wrong comes first, since it stands before.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "internal.h"

enum {
	GROUP = 32,
	GROUPS = 3,
	/* What is replaced in one version is freed when it is published: some hundred megabytes at most. */
	LEFT_BEHIND_MAX = 1 << 18
};

struct group {
	struct ent_airspace_entry *entries[GROUP]; /* made when they are first needed */
	size_t n;
};

struct replay {
	struct ent_node *node;
	struct ent_fault *fault;

	/* The reader's. */
	uint64_t next, end; /* the entry that comes next; the first that is not wanted */
	struct group *filling;
	ent_status read_status;
	struct ent_fault read_fault;

	/* Under the lock. */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	struct group groups[GROUPS];
	uint64_t filled, emptied; /* groups, since the beginning */
	bool read_all, stop;
};

/* --- The reader --- */

/* NULL: no more are wanted. */
static struct group *group_to_fill(struct replay *replay) {
	(void)pthread_mutex_lock(&replay->lock);
	while (replay->filled - replay->emptied == GROUPS && !replay->stop)
		(void)pthread_cond_wait(&replay->moved, &replay->lock);
	struct group *group = replay->stop ? NULL : &replay->groups[replay->filled % GROUPS];
	(void)pthread_mutex_unlock(&replay->lock);
	if (group != NULL)
		group->n = 0;
	return group;
}

static void pass_on(struct replay *replay, bool all) {
	(void)pthread_mutex_lock(&replay->lock);
	if (replay->filling != NULL)
		replay->filled++;
	replay->filling = NULL;
	replay->read_all = all;
	(void)pthread_cond_signal(&replay->moved);
	(void)pthread_mutex_unlock(&replay->lock);
}

static ent_status parse(
		struct replay *replay, const char *bytes, size_t size, struct ent_fault *fault) {
	struct group *group = replay->filling;
	struct ent_airspace_entry **entry = &group->entries[group->n];
	ent_status status = ENT_OK;
	if (*entry == NULL)
		status = ent_airspace_entry_create(entry);
	if (status == ENT_OK)
		status = ent_airspace_entry_read(*entry, bytes, size, size, fault);
	if (status == ENT_OK)
		group->n++;
	return status;
}

static ent_status read_one(struct replay *replay, const struct ent_store_entry *entry,
		struct ent_fault *fault) {
	struct ent_hash leaf;
	if (entry->bytes == NULL) {
		ent_fault_set(fault, "", "it is archived, and no snapshot is behind it");
		return ENT_E_SYNTAX;
	}
	ent_ledger_leaf_hash(entry->bytes, entry->size, &leaf);
	if (!ent_seal_equal(&entry->leaf, &leaf, sizeof leaf)) {
		ent_fault_set(fault, "", "it is not the one whose hash is kept beside it");
		return ENT_E_SYNTAX;
	}
	if (replay->filling == NULL)
		replay->filling = group_to_fill(replay);
	/* The applier has failed, and says why. */
	if (replay->filling == NULL)
		return ENT_E_REFUSED;
	ent_status status = parse(replay, entry->bytes, entry->size, fault);
	if (status == ENT_OK)
		status = ent_tree_append(&replay->node->tree, &leaf, NULL, NULL);
	return status;
}

static void say_entry(const struct replay *replay, uint64_t seq, const struct ent_fault *fault,
		ent_status status, struct ent_fault *ret_fault) {
	ent_fault_set(ret_fault, replay->node->options.directory, "entry %" PRIu64 ": %s%s%s", seq,
			fault->where, fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

static ent_status take_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct replay *replay = user;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = read_one(replay, entry, &fault);
	if (status != ENT_OK) {
		say_entry(replay, seq, &fault, status, &replay->read_fault);
		return status;
	}
	replay->next++;
	if (replay->filling->n == GROUP)
		pass_on(replay, false);
	return ENT_OK;
}

static ent_status read_all(struct replay *replay) {
	const struct ent_node *node = replay->node;
	ent_status status = ent_store_read(node->store, node->ledger, replay->next,
			replay->end - replay->next, take_entry, replay);
	if (status == ENT_OK && replay->next < replay->end)
		status = ENT_E_MISSING;
	if (status != ENT_OK && replay->read_fault.why[0] == '\0')
		ent_fault_set(&replay->read_fault, node->options.directory,
				"entry %" PRIu64 " is missing or cannot be read", replay->next);
	return status == ENT_E_MISSING ? ENT_E_SYNTAX : status;
}

static void *reader_run(void *user) {
	struct replay *replay = user;
	replay->read_status = read_all(replay);
	pass_on(replay, true);
	return NULL;
}

/* --- The applier --- */

/* NULL: that was all. */
static struct group *group_to_apply(struct replay *replay) {
	(void)pthread_mutex_lock(&replay->lock);
	while (replay->emptied == replay->filled && !replay->read_all)
		(void)pthread_cond_wait(&replay->moved, &replay->lock);
	struct group *group = replay->emptied < replay->filled
			? &replay->groups[replay->emptied % GROUPS]
			: NULL;
	(void)pthread_mutex_unlock(&replay->lock);
	return group;
}

static void give_back(struct replay *replay, bool stop) {
	(void)pthread_mutex_lock(&replay->lock);
	replay->emptied++;
	replay->stop = stop;
	(void)pthread_cond_signal(&replay->moved);
	(void)pthread_mutex_unlock(&replay->lock);
}

/* The fold may be between versions. */
static ent_status apply_group(struct replay *replay, const struct group *group, uint64_t first) {
	struct ent_fold *fold = replay->node->fold;
	ent_status status = ent_fold_open(fold) != NULL ? ENT_OK : ent_fold_begin(fold);
	for (size_t i = 0; status == ENT_OK && i < group->n; i++) {
		struct ent_fault fault = {{0}, {0}};
		status = ent_airspace_entry_apply(fold, group->entries[i], &fault);
		if (status != ENT_OK)
			say_entry(replay, first + i, &fault, status, replay->fault);
	}
	return status;
}

static ent_status apply_all(struct replay *replay, uint64_t first, bool publish) {
	struct ent_fold *fold = replay->node->fold;
	struct group *group;
	ent_status status = ENT_OK;
	while (status == ENT_OK && (group = group_to_apply(replay)) != NULL) {
		const size_t n = group->n;
		status = apply_group(replay, group, first);
		first += n;
		if (status == ENT_OK && publish && ent_fold_left_behind(fold) >= LEFT_BEHIND_MAX)
			ent_fold_publish(fold, ent_fold_seal(fold));
		give_back(replay, status != ENT_OK);
	}
	return status;
}

/* --- Both --- */

static struct replay *replay_create(struct ent_node *node, uint64_t end, struct ent_fault *fault) {
	struct replay *replay = calloc(1, sizeof *replay);
	if (replay == NULL)
		return NULL;
	replay->node = node;
	replay->fault = fault;
	replay->next = node->tree.size;
	replay->end = end;
	(void)pthread_mutex_init(&replay->lock, NULL);
	(void)pthread_cond_init(&replay->moved, NULL);
	return replay;
}

static void replay_destroy(struct replay *replay) {
	for (size_t i = 0; i < (size_t)GROUPS * GROUP; i++)
		ent_airspace_entry_destroy(replay->groups[i / GROUP].entries[i % GROUP]);
	(void)pthread_cond_destroy(&replay->moved);
	(void)pthread_mutex_destroy(&replay->lock);
	free(replay);
}

ent_status node_replay(
		struct ent_node *node, uint64_t end, bool publish, struct ent_fault *reterr_fault) {
	pthread_t reader;
	if (node->tree.size >= end)
		return ENT_OK;
	const uint64_t first = node->tree.size;
	struct replay *replay = replay_create(node, end, reterr_fault);
	if (replay == NULL)
		return ENT_E_MEMORY;
	if (pthread_create(&reader, NULL, reader_run, replay) != 0) {
		replay_destroy(replay);
		return ENT_E_MEMORY;
	}
	ent_status status = apply_all(replay, first, publish);
	(void)pthread_join(reader, NULL);
	if (status == ENT_OK && replay->read_status != ENT_OK) {
		status = replay->read_status;
		if (reterr_fault != NULL)
			*reterr_fault = replay->read_fault;
	}
	replay_destroy(replay);
	return status;
}
