/* SPDX-License-Identifier: Apache-2.0 */
/* operator_desk.c: see operator_desk.h. */
#include "operator_desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "entente/node.h"

/* --- Reading --- */

struct reading {
	struct operator_desk *desk;
	struct ent_fault *fault;
};

static ent_status take_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct reading *reading = user;
	struct operator_desk *desk = reading->desk;
	struct ent_fault inner = {{0}, {0}};
	struct ent_hash leaf = entry->leaf;
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "%.100s: ledger " ENT_DESK_LEDGER ", entry %" PRIu64,
			desk->directory, seq);
	if (entry->bytes != NULL)
		ent_ledger_leaf_hash(entry->bytes, entry->size, &leaf);
	if (entry->bytes == NULL || !ent_seal_equal(&leaf, &entry->leaf, sizeof leaf)) {
		ent_fault_set(reading->fault, where, "it is gone or was changed");
		return ENT_E_SYNTAX;
	}
	ent_status status = ent_tree_append(&desk->tree, &leaf, NULL, NULL);
	if (status == ENT_OK)
		status = ent_desk_apply(desk->desk, entry->bytes, entry->size, &inner);
	if (status == ENT_E_SYNTAX)
		ent_fault_set(reading->fault, where, "%.60s%s%.120s", inner.where,
				inner.where[0] != '\0' ? ": " : "", inner.why);
	return status;
}

/* The checkpoint is by the node's key, and over what was read. */
static ent_status check_head(struct operator_desk *desk, const struct ent_store_head *head,
		struct ent_fault *fault) {
	struct ent_checkpoint checkpoint;
	struct ent_fault inner = {{0}, {0}};
	struct ent_hash root;
	const ent_status status = ent_checkpoint_open(
			head->note, head->note_length, &desk->vkey, &checkpoint, &inner);
	ent_tree_root(&desk->tree, &root);
	if (status != ENT_OK) {
		ent_fault_set(fault, desk->directory, "ledger " ENT_DESK_LEDGER ": %.150s",
				inner.why[0] != '\0' ? inner.why : ent_status_text(status));
		return status;
	}
	if (strcmp(checkpoint.origin, desk->vkey.name) == 0 && checkpoint.size == head->size &&
			desk->tree.size == head->size &&
			ent_seal_equal(&root, &checkpoint.root, sizeof root))
		return ENT_OK;
	ent_fault_set(fault, desk->directory,
			"ledger " ENT_DESK_LEDGER " is not what was signed; entente ledger verify "
			"tells more");
	return ENT_E_SYNTAX;
}

static ent_status read_ledger(struct operator_desk *desk, struct ent_fault *fault) {
	struct reading reading = {desk, fault};
	struct ent_store_head head = {0};
	ent_status status = ent_store_ledger(desk->store, ENT_DESK_LEDGER, false, &desk->ledger);
	if (status == ENT_E_MISSING)
		return ENT_OK;
	desk->there = status == ENT_OK;
	if (status == ENT_OK)
		status = ent_store_head(desk->store, desk->ledger, &head);
	if (status == ENT_OK && head.size > 0)
		status = ent_store_read(
				desk->store, desk->ledger, 0, head.size, take_entry, &reading);
	return status == ENT_OK && head.size > 0 ? check_head(desk, &head, fault) : status;
}

ent_status operator_desk_open(struct operator_desk *desk, const char *directory, bool to_write,
		struct ent_fault *reterr_fault) {
	struct ent_vkey vkey = {.type = 1};
	*desk = (struct operator_desk){.directory = directory};
	ent_tree_init(&desk->tree);
	ent_status status = to_write ? ent_node_read_key(directory, &desk->key, &vkey, reterr_fault)
				     : ent_node_read_vkey(directory, &vkey, reterr_fault);
	if (status == ENT_E_MISSING)
		ent_fault_set(reterr_fault, directory,
				"no node has begun there: start it once (entente serve), which "
				"makes its key");
	if (status == ENT_OK)
		status = ent_node_vkey_of(&vkey, ENT_DESK_LEDGER, &desk->vkey, reterr_fault);
	if (status == ENT_OK)
		status = ent_desk_create(&desk->desk);
	if (status == ENT_OK)
		status = to_write ? ent_store_open_sqlite(directory, &desk->store, reterr_fault)
				  : ent_store_open_sqlite_read_only(
						    directory, &desk->store, reterr_fault);
	if (status == ENT_OK)
		status = read_ledger(desk, reterr_fault);
	if (status != ENT_OK && reterr_fault->why[0] == '\0')
		ent_fault_set(reterr_fault, directory, "%s", ent_status_text(status));
	return status;
}

void operator_desk_close(struct operator_desk *desk) {
	ent_desk_outcome_finish(&desk->outcome);
	ent_desk_destroy(desk->desk);
	ent_store_close(desk->store);
	ent_sign_key_destroy(desk->key);
}

/* --- Writing --- */

static ent_status append(
		struct operator_desk *desk, struct ent_store_full *full, struct ent_fault *fault) {
	struct ent_store_entry entry = {.bytes = desk->outcome.entry, .size = desk->outcome.size};
	struct ent_checkpoint checkpoint = {{0}};
	char note[ENT_NOTE_SIZE];
	uint8_t chance[16];
	const uint64_t first = desk->tree.size;
	ent_ledger_leaf_hash(entry.bytes, entry.size, &entry.leaf);
	ent_status status = ent_tree_append(&desk->tree, &entry.leaf, ent_store_full_take, full);
	if (status == ENT_OK && !desk->there)
		status = ent_store_ledger(desk->store, ENT_DESK_LEDGER, true, &desk->ledger);
	if (status != ENT_OK)
		return status;
	desk->there = true;
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", desk->vkey.name);
	checkpoint.size = desk->tree.size;
	ent_tree_root(&desk->tree, &checkpoint.root);
	ent_seal_random(chance, sizeof chance);
	const struct ent_store_batch batch = {.ledger = desk->ledger,
			.first = first,
			.entries = &entry,
			.n_entries = 1,
			.tiles = full->tiles,
			.n_tiles = full->n,
			.note = note,
			.note_length = ent_checkpoint_sign(
					&checkpoint, desk->vkey.name, desk->key, note),
			.batch = ent_uuid_from_random(chance)};
	return ent_store_append(desk->store, &batch, fault);
}

/* A clock that is behind the ledger's goes on a microsecond after it. */
static int64_t next_time(const struct ent_desk *desk) {
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	const int64_t now_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	return now_us > ent_desk_time(desk) ? now_us : ent_desk_time(desk) + 1;
}

ent_status operator_desk_do(struct operator_desk *desk, const struct ent_desk_command *command,
		struct ent_fault *reterr_fault) {
	struct ent_store_full full = {0};
	ent_status status = ent_desk_decide(
			desk->desk, command, next_time(desk->desk), &desk->outcome);
	const enum ent_desk_refusal refusal = desk->outcome.refusal;
	/* A wrong password is refused, and has an entry. */
	const bool enters = status == ENT_OK && desk->outcome.has_entry;
	if (enters)
		status = ent_desk_apply(
				desk->desk, desk->outcome.entry, desk->outcome.size, reterr_fault);
	if (enters && status == ENT_OK)
		status = append(desk, &full, reterr_fault);
	ent_store_full_finish(&full);
	if (status == ENT_OK && refusal != ENT_DESK_REFUSAL_NONE) {
		ent_fault_set(reterr_fault, command->id != NULL ? command->id : "", "%s",
				ent_desk_refusal_text(refusal));
		return ENT_E_REFUSED;
	}
	if (status != ENT_OK && reterr_fault->why[0] == '\0')
		ent_fault_set(reterr_fault, desk->directory, "%s", ent_status_text(status));
	return status;
}
