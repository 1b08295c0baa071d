/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshots.c: the thread that writes snapshots. It looks at a version that nobody changes, and writes beside the
 * store; so it holds up no batch.
 */
#include <inttypes.h>
#include <stdio.h>

#include "internal.h"

/* The committed version and its checkpoint, together. */
static const struct ent_fold_version *take_both(
		struct ent_node *node, struct ent_store_head *ret_head) {
	(void)pthread_mutex_lock(&node->lock);
	const struct ent_fold_version *version = ent_fold_take(node->fold);
	*ret_head = node->head;
	(void)pthread_mutex_unlock(&node->lock);
	return version;
}

static ent_status write_snapshot(struct ent_node *node, const struct ent_fold_version *version,
		const struct ent_store_head *head) {
	struct ent_store_snapshot *snapshot;
	char prefix[32];
	ent_status status = ent_store_snapshot_begin(
			node->store, node->ledger, head->size, &snapshot);
	if (status != ENT_OK)
		return status;
	const int length = snprintf(prefix, sizeof prefix, "%zu\n", head->note_length);
	status = ent_store_snapshot_write(snapshot, prefix, (size_t)length);
	if (status == ENT_OK)
		status = ent_store_snapshot_write(snapshot, head->note, head->note_length);
	if (status == ENT_OK)
		status = ent_airspace_snapshot_write(version, ent_store_snapshot_write, snapshot);
	const ent_status ended = ent_store_snapshot_end(snapshot, status == ENT_OK);
	return status == ENT_OK ? ended : status;
}

void node_snapshot(struct ent_node *node) {
	struct ent_store_head head;
	const struct ent_fold_version *version = take_both(node, &head);
	ent_status status = ENT_OK;
	/* Only the thread that writes them changes this number. */
	const uint64_t before = node->state.snapshot_size;
	const bool wanted = head.size != before;
	if (wanted)
		status = write_snapshot(node, version, &head);
	ent_fold_release(node->fold, version);
	(void)pthread_mutex_lock(&node->lock);
	/* When it failed, the next try is as far away. But none that is not there holds what is archived. */
	node->snapshot_tried = head.size;
	if (status == ENT_OK)
		node->state.snapshot_size = head.size;
	(void)pthread_mutex_unlock(&node->lock);
	if (status != ENT_OK)
		node_say(node, ENT_NODE_ERROR,
				"the snapshot of %" PRIu64 " entries was not written: %s",
				head.size, ent_status_text(status));
	else if (wanted)
		node_say(node, ENT_NODE_INFO, "snapshot of %" PRIu64 " entries", head.size);
	if (status == ENT_OK && wanted)
		node_archive(node, before);
}

void *snapshotter_run(void *user) {
	struct ent_node *node = user;
	for (;;) {
		(void)pthread_mutex_lock(&node->lock);
		while (!node->committer_stop &&
				(node->options.snapshot_entries == 0 ||
						node->state.size - node->snapshot_tried <
								node->options.snapshot_entries))
			(void)pthread_cond_wait(&node->snapshot, &node->lock);
		const bool stop = node->committer_stop;
		(void)pthread_mutex_unlock(&node->lock);
		if (stop)
			return NULL;
		node_snapshot(node);
	}
}
