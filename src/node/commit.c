/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commit.c: the thread that makes batches durable: hashes their entries, signs the checkpoint, writes all in one
 * transaction, publishes the version, and only then tells the jobs. Between batches it frees what nobody sees any more.
 */
#include <stdio.h>

#include "internal.h"

/* A batch may leave behind about as many; freeing them takes a few milliseconds, for which the next one waits. */
enum { SWEEP_BLOCKS = 1 << 17 };

static ent_status grow_tree(
		struct ent_tree *tree, struct batch *batch, struct ent_store_full *full) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < batch->n_entries; i++) {
		struct ent_store_entry *entry = &batch->entries[i];
		ent_ledger_leaf_hash(entry->bytes, entry->size, &entry->leaf);
		status = ent_tree_append(tree, &entry->leaf, ent_store_full_take, full);
	}
	return status;
}

/* Signs what the tree is now. */
static void sign(const struct ent_node *node, const struct ent_tree *tree,
		struct ent_store_head *ret_head) {
	struct ent_checkpoint checkpoint = {.size = tree->size};
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", node->vkey.name);
	ent_tree_root(tree, &checkpoint.root);
	ret_head->size = tree->size;
	ret_head->note_length = ent_checkpoint_sign(
			&checkpoint, node->vkey.name, node->key, ret_head->note);
	uint8_t chance[16];
	ent_seal_random(chance, sizeof chance);
	ret_head->batch = ent_uuid_from_random(chance);
}

/* The tree grows only when the batch is written. */
static ent_status write_batch(struct ent_node *node, struct batch *batch,
		struct ent_store_head *ret_head, struct ent_fault *fault) {
	struct ent_store_full full = {0};
	node->grown = node->tree;
	ent_status status = grow_tree(&node->grown, batch, &full);
	if (status == ENT_OK) {
		sign(node, &node->grown, ret_head);
		const struct ent_store_batch written = {.ledger = node->ledger,
				.first = batch->first,
				.entries = batch->entries,
				.n_entries = batch->n_entries,
				.tiles = full.tiles,
				.n_tiles = full.n,
				.note = ret_head->note,
				.note_length = ret_head->note_length,
				.batch = ret_head->batch};
		status = ent_store_append(node->store, &written, fault);
	}
	if (status == ENT_OK)
		node->tree = node->grown;
	ent_store_full_finish(&full);
	return status;
}

/* Under the lock. */
static void succeed(struct ent_node *node, const struct batch *batch,
		const struct ent_store_head *head) {
	node_publish(node, batch->version, head);
	node->state.batches++;
	node->state.refused += batch->refused;
	node->state.committed += batch->jobs.n - batch->refused;
	if (node->options.snapshot_entries > 0 &&
			node->state.size - node->snapshot_tried >= node->options.snapshot_entries)
		(void)pthread_cond_signal(&node->snapshot);
}

/* A batch of refusals only writes nothing: what it was decided on is durable by now. */
static ent_status commit(struct ent_node *node, struct batch *batch) {
	struct ent_store_head head;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	if (batch->n_entries > 0)
		status = write_batch(node, batch, &head, &fault);
	if (status != ENT_OK && fault.why[0] == '\0')
		ent_fault_set(&fault, "", "%s", ent_status_text(status));
	(void)pthread_mutex_lock(&node->lock);
	if (status == ENT_OK) {
		succeed(node, batch, batch->n_entries > 0 ? &head : &node->head);
	} else {
		/* Whatever it was, later batches rest on this one. */
		node->failed = true;
		node->state.failed += batch->jobs.n;
		(void)snprintf(node->reason, sizeof node->reason, "%s", fault.why);
	}
	(void)pthread_mutex_unlock(&node->lock);
	if (status != ENT_OK)
		node_say(node, ENT_NODE_ERROR, "a batch of %zu entries was not written: %s",
				batch->n_entries, fault.why);
	return status;
}

static void commit_and_tell(struct ent_node *node, struct batch *batch) {
	const ent_status status = commit(node, batch);
	(void)pthread_mutex_lock(&node->lock);
	node->sealed = NULL;
	(void)pthread_cond_signal(&node->work);
	(void)pthread_mutex_unlock(&node->lock);
	jobs_done(&batch->jobs, status == ENT_OK || status == ENT_E_MEMORY ? status : ENT_E_IO);
	batch_destroy(batch);
}

void *committer_run(void *user) {
	struct ent_node *node = user;
	bool swept = true;
	for (;;) {
		(void)pthread_mutex_lock(&node->lock);
		while (node->sealed == NULL && !node->committer_stop && swept)
			(void)pthread_cond_wait(&node->batch, &node->lock);
		struct batch *batch = node->sealed;
		const bool stop = node->committer_stop;
		(void)pthread_mutex_unlock(&node->lock);
		if (batch != NULL)
			commit_and_tell(node, batch);
		else if (stop)
			return NULL;
		swept = !ent_fold_sweep(node->fold, SWEEP_BLOCKS);
	}
}
