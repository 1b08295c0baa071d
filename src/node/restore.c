/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore.c: a node's state and tree from its store. What the store says is checked before it is believed:
 *
 * 1. The head's checkpoint is signed by the node's key, and is of the head's size.
 * 2. A snapshot is used when its checkpoint is signed by the node's key, too, and its root is that of the ledger's
 *    first entries, by their tiles; from there on, or from nothing, the tree grows with the entries themselves.
 * 3. Each entry's hash is the one that is kept beside it; that names the entry which was changed. Who changes both is
 *    found by 4., but not where. Tiles of entries that are applied are not looked at: `entente ledger verify` does.
 * 4. In the end the root is that of the head's checkpoint, so all that was applied is what was signed. Then snapshots
 *    that were found bad are set aside, for else they would push out the good one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

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

/* The tree of the ledger's first entries is the one that the snapshot's checkpoint was signed over. */
static ent_status restore_tree(struct ent_node *node, const struct ent_checkpoint *checkpoint,
		struct ent_fault *fault) {
	struct ent_store_tiles tiles = {node->store, node->ledger};
	struct ent_hash root;
	const ent_status status = ent_tree_restore(
			&node->tree, checkpoint->size, ent_store_tile, &tiles);
	if (status != ENT_OK)
		return status;
	ent_tree_root(&node->tree, &root);
	if (ent_seal_equal(&root, &checkpoint->root, sizeof root))
		return ENT_OK;
	ent_fault_set(fault, "", "the snapshot is not of this ledger, or tiles were changed");
	return ENT_E_SYNTAX;
}

static ent_status read_state(struct ent_node *node, const char *bytes, size_t length, uint64_t size,
		struct ent_fault *fault) {
	ent_status status = ent_fold_begin(node->fold);
	if (status != ENT_OK)
		return status;
	status = ent_airspace_snapshot_read(node->fold, bytes, length, fault);
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(node->fold));
	if (status == ENT_OK && head->size != size) {
		ent_fault_set(fault, "", "the snapshot's state is of another size");
		status = ENT_E_SYNTAX;
	}
	/* It stays open: what is applied to it then copies nothing. */
	if (status != ENT_OK)
		ent_fold_discard(node->fold);
	return status;
}

static ent_status load_snapshot(
		struct ent_node *node, uint64_t most, uint64_t *ret_size, struct ent_fault *fault) {
	struct ent_store_snapshot *snapshot;
	const void *bytes;
	struct ent_checkpoint checkpoint;
	size_t length, note = 0;
	ent_status status = ent_store_snapshot_open(
			node->store, node->ledger, most, &snapshot, ret_size, &bytes, &length);
	if (status != ENT_OK)
		return status;
	status = snapshot_note(node, bytes, length, *ret_size, &checkpoint, &note, fault);
	if (status == ENT_OK)
		status = restore_tree(node, &checkpoint, fault);
	if (status == ENT_OK)
		status = read_state(
				node, (const char *)bytes + note, length - note, *ret_size, fault);
	ent_store_snapshot_close(snapshot);
	return status == ENT_E_MISSING ? ENT_E_SYNTAX : status;
}

/* The newest that is good; each that is not is said. E_MISSING: there is none. */
static ent_status load_newest(struct ent_node *node, uint64_t most) {
	for (;;) {
		struct ent_fault fault = {{0}, {0}};
		uint64_t size = 0;
		const ent_status status = load_snapshot(node, most, &size, &fault);
		if (status == ENT_OK)
			node->state.snapshot_size = node->snapshot_tried = size;
		if (status == ENT_OK || status == ENT_E_MISSING || status == ENT_E_MEMORY)
			return status;
		ent_tree_init(&node->tree);
		/* One that cannot be opened hides its size, and those before it. */
		node_say(node, ENT_NODE_WARNING,
				"the snapshot of %" PRIu64 " entries is passed over: %s", size,
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		if (size == 0)
			return ENT_E_MISSING;
		most = size - 1;
	}
}

/* --- The head --- */

/* The head's checkpoint, which is ours and of the size that the store says. */
static ent_status open_head(struct ent_node *node, struct ent_store_head *ret_head,
		struct ent_checkpoint *ret_checkpoint, struct ent_fault *fault) {
	ent_status status = ent_store_head(node->store, node->ledger, ret_head);
	if (status != ENT_OK)
		return status;
	if (ret_head->size == 0) {
		*ret_checkpoint = (struct ent_checkpoint){0};
		ent_seal_sha256(NULL, 0, &ret_checkpoint->root);
		return ENT_OK;
	}
	status = ent_checkpoint_open(
			ret_head->note, ret_head->note_length, &node->vkey, ret_checkpoint, fault);
	if (status == ENT_E_REFUSED)
		ent_fault_set(fault, node->options.directory,
				"the ledger is not signed by its ledger.key, which is of %s: they "
				"are of two nodes, or two copies",
				node->vkey.name);
	if (status == ENT_OK && ret_checkpoint->size != ret_head->size) {
		ent_fault_set(fault, node->options.directory,
				"the checkpoint is over %" PRIu64
				" entries, the store has %" PRIu64,
				ret_checkpoint->size, ret_head->size);
		return ENT_E_SYNTAX;
	}
	return status;
}

/* 'from': entries that are vouched for otherwise, by a snapshot's checkpoint or because they were ours. */
static ent_status check_root(struct ent_node *node, const struct ent_checkpoint *checkpoint,
		uint64_t from, struct ent_fault *fault) {
	struct ent_hash root;
	ent_tree_root(&node->tree, &root);
	if (node->tree.size == checkpoint->size &&
			ent_seal_equal(&root, &checkpoint->root, sizeof root))
		return ENT_OK;
	if (from < checkpoint->size)
		ent_fault_set(fault, node->options.directory,
				"one or more of the entries %" PRIu64 " to %" PRIu64
				" are not what was signed, though each has the hash that is kept "
				"beside it",
				from, checkpoint->size - 1);
	else
		ent_fault_set(fault, node->options.directory,
				"the checkpoint is signed, but not over the entries that are "
				"there");
	return ENT_E_SYNTAX;
}

/* A vkey is written when an entry is durable: to begin anew with its key would sign another history, too. */
static ent_status check_not_lost(
		struct ent_node *node, const struct ent_store_head *head, struct ent_fault *fault) {
	struct ent_vkey vkey;
	if (head->size > 0 ||
			ent_node_read_vkey(node->options.directory, &vkey, NULL) == ENT_E_MISSING)
		return ENT_OK;
	ent_fault_set(fault, node->options.directory,
			"its ledger has no entries, but ledger.vkey says that it had some: the "
			"ledger is lost; bring back the whole folder from one copy");
	return ENT_E_SYNTAX;
}

/*
 * Snapshots are of what was durable. One that is ahead of the ledger says that the ledger is lost, or an old copy: to
 * go on with it would sign another history with the same key.
 */
static ent_status check_not_older(
		struct ent_node *node, const struct ent_store_head *head, struct ent_fault *fault) {
	uint64_t size;
	const ent_status status = ent_store_snapshot_newest(
			node->store, node->ledger, UINT64_MAX, &size);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : check_not_lost(node, head, fault);
	if (size <= head->size)
		return ENT_OK;
	ent_fault_set(fault, node->options.directory,
			"its ledger has %" PRIu64 " entries, but a snapshot is of %" PRIu64
			": the ledger is lost or an old copy; bring back the whole folder from one "
			"copy",
			head->size, size);
	return ENT_E_SYNTAX;
}

/*
 * All above the one that was used are bad. Only now, when the whole ledger was found to be what was signed: when it
 * was not, the fault may be another's, and nothing is to go that could help.
 */
static void set_bad_aside(struct ent_node *node) {
	unsigned n = 0;
	const ent_status status = ent_store_snapshot_set_aside(
			node->store, node->ledger, node->state.snapshot_size, &n);
	if (status != ENT_OK)
		node_say(node, ENT_NODE_WARNING, "bad snapshots could not be set aside: %s",
				ent_status_text(status));
	else if (n > 0)
		node_say(node, ENT_NODE_WARNING,
				"bad snapshots were set aside: %u; the newest of them stays, as a "
				"file whose name ends in .bad",
				n);
}

ent_status node_restore(struct ent_node *node, struct ent_fault *reterr_fault) {
	struct ent_store_head head;
	struct ent_checkpoint checkpoint;
	ent_status status = open_head(node, &head, &checkpoint, reterr_fault);
	if (status == ENT_OK)
		status = check_not_older(node, &head, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = load_newest(node, head.size);
	if (status == ENT_OK || status == ENT_E_MISSING)
		status = node_refold(node, head.size, true, reterr_fault);
	if (status == ENT_OK)
		status = check_root(node, &checkpoint, node->state.snapshot_size, reterr_fault);
	if (status == ENT_OK && ent_fold_open(node->fold) == NULL)
		status = ent_fold_begin(node->fold);
	if (status != ENT_OK) {
		ent_fold_discard(node->fold);
		return status;
	}
	set_bad_aside(node);
	node_publish(node, ent_fold_seal(node->fold), &head);
	(void)ent_fold_sweep(node->fold, SIZE_MAX);
	return ENT_OK;
}

static ent_status apply_more(
		struct ent_node *node, struct ent_store_head *ret_head, struct ent_fault *fault) {
	struct ent_checkpoint checkpoint;
	ent_status status = open_head(node, ret_head, &checkpoint, fault);
	if (status == ENT_OK && ret_head->size < node->tree.size) {
		ent_fault_set(fault, node->options.directory,
				"the store has lost entries that were durable: %" PRIu64
				" of %" PRIu64,
				ret_head->size, node->tree.size);
		return ENT_E_SYNTAX;
	}
	const uint64_t from = node->tree.size;
	if (status == ENT_OK)
		status = node_refold(node, ret_head->size, false, fault);
	if (status == ENT_OK)
		status = check_root(node, &checkpoint, from, fault);
	if (status == ENT_OK && ent_fold_open(node->fold) == NULL)
		status = ent_fold_begin(node->fold);
	return status;
}

/* Nothing is published before its root was checked. */
ent_status node_catch_up(struct ent_node *node, struct ent_fault *reterr_fault) {
	struct ent_store_head head;
	node->grown = node->tree;
	const ent_status status = apply_more(node, &head, reterr_fault);
	if (status != ENT_OK) {
		node->tree = node->grown;
		ent_fold_discard(node->fold);
		return status;
	}
	(void)pthread_mutex_lock(&node->lock);
	node_publish(node, ent_fold_seal(node->fold), &head);
	(void)pthread_mutex_unlock(&node->lock);
	return ENT_OK;
}
