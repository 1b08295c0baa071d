/* SPDX-License-Identifier: Apache-2.0 */
/* refold.c: entries of the store become state: each is held to the hash kept beside it, makes the tree grow and is replayed. */
#include <inttypes.h>
#include <string.h>

#include "entente/replay.h"
#include "internal.h"

struct refolding {
	struct ent_node *node;
	struct ent_replay *replay;
	uint64_t first, next,
			end; /* the entry that came first, that comes next; the first that is not wanted */
	struct ent_fault *fault;
};

static void say_entry(const struct refolding *refolding, uint64_t seq,
		const struct ent_fault *fault, ent_status status) {
	ent_fault_set(refolding->fault, refolding->node->options.directory,
			"entry %" PRIu64 ": %s%s%s", seq, fault->where,
			fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

static ent_status take(struct refolding *refolding, const struct ent_store_entry *entry,
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
	const ent_status status = ent_replay_add(
			refolding->replay, entry->bytes, entry->size, entry->size, fault);
	return status != ENT_OK ? status
				: ent_tree_append(&refolding->node->tree, &leaf, NULL, NULL);
}

static ent_status take_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct refolding *refolding = user;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = take(refolding, entry, &fault);
	if (status != ENT_OK)
		say_entry(refolding, seq, &fault, status);
	else
		refolding->next++;
	return status;
}

static ent_status read_all(struct refolding *refolding) {
	const struct ent_node *node = refolding->node;
	ent_status status = ent_store_read(node->store, node->ledger, refolding->next,
			refolding->end - refolding->next, take_entry, refolding);
	if (status == ENT_OK && refolding->next < refolding->end)
		status = ENT_E_MISSING;
	if (status != ENT_OK && refolding->fault->why[0] == '\0')
		ent_fault_set(refolding->fault, node->options.directory,
				"entry %" PRIu64 " is missing or cannot be read", refolding->next);
	return status == ENT_E_MISSING ? ENT_E_SYNTAX : status;
}

/* What the applier finds wrong comes first, since it stands before. */
static ent_status finish(struct refolding *refolding, ent_status status) {
	struct ent_fault fault = {{0}, {0}};
	uint64_t n;
	const ent_status applied = ent_replay_finish(refolding->replay, &n, &fault);
	if (applied == ENT_OK)
		return status;
	say_entry(refolding, refolding->first + n, &fault, applied);
	return applied;
}

ent_status node_refold(
		struct ent_node *node, uint64_t end, bool publish, struct ent_fault *reterr_fault) {
	struct ent_fault unheard = {{0}, {0}};
	struct refolding refolding = {.node = node,
			.first = node->tree.size,
			.next = node->tree.size,
			.end = end,
			.fault = reterr_fault != NULL ? reterr_fault : &unheard};
	if (refolding.next >= end)
		return ENT_OK;
	*refolding.fault = (struct ent_fault){{0}, {0}};
	const ent_status status = ent_replay_create(node->fold, publish, &refolding.replay);
	return status == ENT_OK ? finish(&refolding, read_all(&refolding)) : status;
}
