/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore.c: a node's state and tree from its store. What the store says is checked before it is believed: the head's
 * checkpoint is signed by the node's key, its root is that of the tiles and of the entries behind them, and a
 * snapshot's root is proved to be a prefix of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { PUBLISH_EVERY = 65536 }; /* entries that are applied to one version */

/* --- Snapshots: the signed checkpoint of their size, a line with its length before it, then the state --- */

static ent_status snapshot_note(struct ent_node *node, const char *bytes, size_t length,
		uint64_t size, struct ent_checkpoint *ret_checkpoint, size_t *ret_note_size,
		struct ent_fault *fault) {
	char *end;
	const size_t digits = length < 8 ? length : 8;
	char first[9] = {0};
	memcpy(first, bytes, digits);
	const unsigned long note = strtoul(first, &end, 10);
	const size_t prefix = (size_t)(end - first) + 1;
	if (end == first || *end != '\n' || note > ENT_NOTE_SIZE || prefix + note > length) {
		ent_fault_set(fault, "", "the snapshot does not begin with its checkpoint");
		return ENT_E_SYNTAX;
	}
	*ret_note_size = prefix + note;
	const ent_status status = ent_checkpoint_open(
			bytes + prefix, note, &node->vkey, ret_checkpoint, fault);
	if (status == ENT_OK && ret_checkpoint->size != size) {
		ent_fault_set(fault, "", "the snapshot's checkpoint is of another size");
		return ENT_E_SYNTAX;
	}
	return status;
}

/* The snapshot's root is that of the ledger's first entries. */
static ent_status check_prefix(struct ent_node *node, const struct ent_checkpoint *old,
		const struct ent_checkpoint *now, struct ent_fault *fault) {
	struct ent_store_tiles tiles = {node->store, node->ledger};
	struct ent_proof proof;
	const ent_status status = ent_proof_consistency(
			old->size, now->size, ent_store_tile, &tiles, &proof);
	if (status != ENT_OK)
		return status;
	if (ent_proof_consistency_holds(old->size, now->size, &old->root, &now->root, &proof))
		return ENT_OK;
	ent_fault_set(fault, "", "the snapshot is not of this ledger");
	return ENT_E_SYNTAX;
}

static ent_status load_snapshot(struct ent_node *node, const struct ent_checkpoint *now,
		uint64_t most, uint64_t *ret_size, struct ent_fault *fault) {
	struct ent_store_snapshot *snapshot;
	const void *bytes;
	struct ent_checkpoint old;
	size_t length, note = 0;
	ent_status status = ent_store_snapshot_open(
			node->store, node->ledger, most, &snapshot, ret_size, &bytes, &length);
	if (status != ENT_OK)
		return status;
	status = snapshot_note(node, bytes, length, *ret_size, &old, &note, fault);
	if (status == ENT_OK)
		status = check_prefix(node, &old, now, fault);
	if (status == ENT_OK)
		status = ent_fold_begin(node->fold);
	if (status == ENT_OK) {
		status = ent_airspace_snapshot_read(
				node->fold, (const char *)bytes + note, length - note, fault);
		const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(node->fold));
		if (status == ENT_OK && head->size != *ret_size)
			status = ENT_E_SYNTAX;
		if (status == ENT_OK)
			ent_fold_publish(node->fold, ent_fold_seal(node->fold));
		else
			ent_fold_discard(node->fold);
	}
	ent_store_snapshot_close(snapshot);
	return status;
}

/* The newest that is good; each that is not is said. E_MISSING: there is none. */
static ent_status load_newest(struct ent_node *node, const struct ent_checkpoint *now) {
	uint64_t most = now->size, size;
	for (;;) {
		struct ent_fault fault = {{0}, {0}};
		const ent_status status = load_snapshot(node, now, most, &size, &fault);
		if (status == ENT_OK)
			node->state.snapshot_size = size;
		if (status == ENT_OK || status == ENT_E_MISSING || status == ENT_E_MEMORY)
			return status;
		node_say(node, ENT_NODE_WARNING,
				"the snapshot of %" PRIu64 " entries is passed over: %s", size,
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		if (size == 0)
			return ENT_E_MISSING;
		most = size - 1;
	}
}

/* --- Entries --- */

struct replay {
	struct ent_node *node;
	struct ent_json *json;
	struct ent_fault *fault;
	uint64_t open; /* entries in the open version */
	bool grow;     /* the tree, too */
};

static ent_status replay_entry(void *user, uint64_t seq, const char *bytes, size_t size) {
	struct replay *replay = user;
	struct ent_node *node = replay->node;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	if (bytes == NULL) {
		ent_fault_set(replay->fault, node->options.directory,
				"entry %" PRIu64 " is archived, and no snapshot is behind it", seq);
		return ENT_E_MISSING;
	}
	if (replay->open == 0)
		status = ent_fold_begin(node->fold);
	if (status == ENT_OK) {
		replay->open++;
		status = ent_airspace_apply(node->fold, replay->json, bytes, size, size, &fault);
	}
	if (status == ENT_OK && replay->grow) {
		struct ent_hash leaf;
		ent_ledger_leaf_hash(bytes, size, &leaf);
		status = ent_tree_append(&node->tree, &leaf, NULL, NULL);
	}
	if (status == ENT_OK && replay->open == PUBLISH_EVERY) {
		ent_fold_publish(node->fold, ent_fold_seal(node->fold));
		replay->open = 0;
	}
	if (status != ENT_OK)
		ent_fault_set(replay->fault, node->options.directory, "entry %" PRIu64 ": %s%s%s",
				seq, fault.where, fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	return status;
}

/* From the state's size to the store's. */
static ent_status replay_from(
		struct ent_node *node, uint64_t first, bool grow, struct ent_fault *fault) {
	struct replay replay = {.node = node, .fault = fault, .grow = grow};
	ent_status status = ent_json_create(&replay.json);
	if (status == ENT_OK)
		status = ent_store_read(node->store, node->ledger, first, UINT64_MAX, replay_entry,
				&replay);
	if (status == ENT_OK && replay.open > 0)
		ent_fold_publish(node->fold, ent_fold_seal(node->fold));
	else
		ent_fold_discard(node->fold);
	ent_json_destroy(replay.json);
	return status;
}

/* --- The head --- */

/* The head's checkpoint, which is ours and of the size that the store says. */
static ent_status open_head(struct ent_node *node, const struct ent_store_head *head,
		struct ent_checkpoint *ret_checkpoint, struct ent_fault *fault) {
	if (head->size == 0) {
		*ret_checkpoint = (struct ent_checkpoint){0};
		struct ent_tree empty;
		ent_tree_init(&empty);
		ent_tree_root(&empty, &ret_checkpoint->root);
		return ENT_OK;
	}
	const ent_status status = ent_checkpoint_open(
			head->note, head->note_length, &node->vkey, ret_checkpoint, fault);
	if (status == ENT_E_REFUSED)
		ent_fault_set(fault, node->options.directory,
				"the ledger is not signed by its ledger.key, which is of %s: they "
				"are of two nodes, or two copies",
				node->vkey.name);
	if (status == ENT_OK && ret_checkpoint->size != head->size) {
		ent_fault_set(fault, node->options.directory,
				"the checkpoint is over %" PRIu64
				" entries, the store has %" PRIu64,
				ret_checkpoint->size, head->size);
		return ENT_E_SYNTAX;
	}
	return status;
}

static ent_status check_root(struct ent_node *node, const struct ent_checkpoint *checkpoint,
		struct ent_fault *fault) {
	ent_tree_root(&node->tree, &node->root);
	if (node->tree.size == checkpoint->size &&
			ent_seal_equal(&node->root, &checkpoint->root, sizeof node->root))
		return ENT_OK;
	ent_fault_set(fault, node->options.directory,
			"the entries are not those that the checkpoint of %" PRIu64
			" entries was signed over: see entente ledger verify",
			checkpoint->size);
	return ENT_E_SYNTAX;
}

static void take_state(struct ent_node *node, const struct ent_store_head *head) {
	const struct ent_fold_version *version = ent_fold_take(node->fold);
	const struct ent_airspace_head *state = ent_fold_head(version);
	(void)pthread_mutex_lock(&node->lock);
	node->head = *head;
	node->state.size = state->size;
	node->state.time_utc_us = state->time_utc_us;
	node->state.root = node->root;
	node->state.intents = ent_fold_count(version, ENT_AIRSPACE_INTENTS);
	node->state.constraints = ent_fold_count(version, ENT_AIRSPACE_CONSTRAINTS);
	node->state.subscriptions = ent_fold_count(version, ENT_AIRSPACE_SUBSCRIPTIONS);
	node->state.usss = ent_fold_count(version, ENT_AIRSPACE_USSS);
	(void)pthread_mutex_unlock(&node->lock);
	ent_fold_release(node->fold, version);
}

/*
 * Snapshots are of what was durable. One that is ahead of the ledger says that the ledger is lost, or an old copy: to
 * go on with it would sign another history with the same key.
 */
static ent_status check_not_older(
		struct ent_node *node, const struct ent_store_head *head, struct ent_fault *fault) {
	struct ent_store_snapshot *snapshot;
	const void *bytes;
	uint64_t size;
	size_t length;
	const ent_status status = ent_store_snapshot_open(
			node->store, node->ledger, UINT64_MAX, &snapshot, &size, &bytes, &length);
	if (status != ENT_OK)
		return status == ENT_E_MISSING ? ENT_OK : status;
	ent_store_snapshot_close(snapshot);
	if (size <= head->size)
		return ENT_OK;
	ent_fault_set(fault, node->options.directory,
			"its ledger has %" PRIu64 " entries, but a snapshot is of %" PRIu64
			": the ledger is lost or an old copy; bring back the whole folder from one "
			"copy",
			head->size, size);
	return ENT_E_SYNTAX;
}

ent_status node_restore(struct ent_node *node, struct ent_fault *reterr_fault) {
	struct ent_store_head head;
	struct ent_checkpoint checkpoint;
	struct ent_store_tiles tiles = {node->store, node->ledger};
	ent_status status = ent_store_head(node->store, node->ledger, &head);
	if (status == ENT_OK)
		status = check_not_older(node, &head, reterr_fault);
	if (status == ENT_OK)
		status = open_head(node, &head, &checkpoint, reterr_fault);
	if (status == ENT_OK)
		status = ent_tree_restore(&node->tree, head.size, ent_store_tile, &tiles);
	if (status == ENT_OK)
		status = check_root(node, &checkpoint, reterr_fault);
	if (status != ENT_OK)
		return status;
	const ent_status loaded = load_newest(node, &checkpoint);
	if (loaded != ENT_OK && loaded != ENT_E_MISSING)
		return loaded;
	status = replay_from(node, node->state.snapshot_size, false, reterr_fault);
	take_state(node, &head);
	if (status == ENT_OK && node->state.size != head.size) {
		ent_fault_set(reterr_fault, node->options.directory, "entry %" PRIu64 " is missing",
				node->state.size);
		status = ENT_E_SYNTAX;
	}
	return status;
}

ent_status node_catch_up(struct ent_node *node, struct ent_fault *reterr_fault) {
	struct ent_store_head head;
	struct ent_checkpoint checkpoint;
	ent_status status = ent_store_head(node->store, node->ledger, &head);
	if (status == ENT_OK)
		status = open_head(node, &head, &checkpoint, reterr_fault);
	if (status == ENT_OK && head.size < node->state.size) {
		ent_fault_set(reterr_fault, node->options.directory,
				"the store has lost entries that were durable: %" PRIu64
				" of %" PRIu64,
				head.size, node->state.size);
		status = ENT_E_SYNTAX;
	}
	if (status == ENT_OK)
		status = replay_from(node, node->state.size, true, reterr_fault);
	if (status == ENT_OK)
		status = check_root(node, &checkpoint, reterr_fault);
	if (status == ENT_OK)
		take_state(node, &head);
	return status;
}
