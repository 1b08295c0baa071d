/* SPDX-License-Identifier: Apache-2.0 */
/* held.c: see held.h. */
#include "held.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Where an entry stands --- */

#define SEQ "{\"seq\":"
#define TIME ",\"time_us\":"

/* Digits, no zero in front, at most INT64_MAX; 'at' goes behind them. */
static bool take_number(const char **at, const char *end, uint64_t *ret_number) {
	const char *first = *at;
	uint64_t number = 0;
	for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
		const uint64_t digit = (uint64_t)(**at - '0');
		if (number > ((uint64_t)INT64_MAX - digit) / 10)
			return false;
		number = 10 * number + digit;
	}
	*ret_number = number;
	return *at > first && (*first != '0' || *at == first + 1);
}

static bool take_text(const char **at, const char *end, const char *text) {
	const size_t length = strlen(text);
	if ((size_t)(end - *at) < length || memcmp(*at, text, length) != 0)
		return false;
	*at += length;
	return true;
}

bool ent_scribe_entry_place(
		const char *bytes, size_t size, uint64_t *ret_seq, int64_t *ret_time_us) {
	uint64_t seq = 0, time_us = 0;
	if (size == 0)
		return false;
	const char *at = bytes, *end = bytes + size;
	if (!take_text(&at, end, SEQ) || !take_number(&at, end, &seq) ||
			!take_text(&at, end, TIME) || !take_number(&at, end, &time_us) ||
			at == end || (*at != ',' && *at != '}'))
		return false;
	*ret_seq = seq;
	*ret_time_us = (int64_t)time_us;
	return true;
}

/* --- Begin and end --- */

ent_status held_init(struct held *held, struct ent_store *store, const char *name,
		const char *origin, const struct ent_vkey *vkey, const struct ent_scribe_fold *fold,
		struct ent_fault *reterr_fault) {
	if (!ent_checkpoint_origin_ok(origin, strlen(origin)) ||
			strnlen(name, sizeof held->name) >= sizeof held->name ||
			!ent_vkey_name_ok(vkey->name, strlen(vkey->name))) {
		ent_fault_set(reterr_fault, "", "the name of a ledger or of its key is too long");
		return ENT_E_LIMIT;
	}
	memset(held, 0, sizeof *held);
	held->store = store;
	(void)snprintf(held->name, sizeof held->name, "%s", name);
	(void)snprintf(held->origin, sizeof held->origin, "%s", origin);
	held->vkey = *vkey;
	held->fold = *fold;
	ent_tree_init(&held->tree);
	ent_tree_root(&held->tree, &held->root);
	held->has_lock = pthread_mutex_init(&held->lock, NULL) == 0;
	return held->has_lock ? ENT_OK : ENT_E_MEMORY;
}

ent_status held_add_older(struct held *held, const struct ent_vkey *older, size_t n_older) {
	if (n_older > ENT_SCRIBE_OLDER_MAX)
		return ENT_E_LIMIT;
	for (size_t i = 0; i < n_older; i++)
		held->older[i] = older[i];
	held->n_older = n_older;
	return ENT_OK;
}

void held_finish(struct held *held) {
	if (held->has_lock)
		(void)pthread_mutex_destroy(&held->lock);
	held->has_lock = false;
}

/* --- From the store --- */

/* A ledger as it is read: from a size on, or from nothing. */
struct reading {
	struct held *held;
	struct ent_tree tree;
	int64_t time_us;
	struct ent_fault *fault;
};

static ent_status say(const struct held *held, struct ent_fault *fault, ent_status status,
		const char *why) {
	ent_fault_set(fault, held->name, "%s", why);
	return status;
}

static ent_status say_entry(const struct held *held, struct ent_fault *fault, uint64_t seq,
		ent_status status, const struct ent_fault *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "%.140s: entry %" PRIu64, held->name, seq);
	ent_fault_set(fault, where, "%s%s%s", why->where, why->where[0] != '\0' ? ": " : "",
			why->why[0] != '\0' ? why->why : ent_status_text(status));
	return status;
}

ent_status held_apply(struct held *held, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct ent_fault why = {{0}, {0}};
	if (held->fold.apply == NULL)
		return ENT_OK;
	const ent_status status = held->fold.apply(held->fold.state, seq, bytes, size, &why);
	return status == ENT_OK ? status : say_entry(held, reterr_fault, seq, status, &why);
}

/* Why an entry that is read cannot be the one that was written; NULL when it can. */
static const char *look_at(const struct reading *reading, const struct ent_store_entry *entry,
		struct ent_hash *ret_leaf, int64_t *ret_time_us) {
	uint64_t seq = 0;
	if (entry->bytes == NULL)
		return "it is archived";
	ent_ledger_leaf_hash(entry->bytes, entry->size, ret_leaf);
	if (!ent_seal_equal(&entry->leaf, ret_leaf, sizeof *ret_leaf))
		return "it is not the one whose hash is kept beside it";
	if (!ent_scribe_entry_place(entry->bytes, entry->size, &seq, ret_time_us) ||
			seq != reading->tree.size)
		return "it does not begin with its number and time";
	if (seq > 0 && *ret_time_us <= reading->time_us)
		return "its time is not later than that of the entry before";
	return NULL;
}

static ent_status read_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct reading *reading = user;
	struct ent_fault why = {{0}, {0}};
	struct ent_hash leaf = {{0}};
	int64_t time_us = 0;
	const char *wrong = look_at(reading, entry, &leaf, &time_us);
	if (wrong != NULL) {
		ent_fault_set(&why, "", "%s", wrong);
		return say_entry(reading->held, reading->fault, seq, ENT_E_SYNTAX, &why);
	}
	const ent_status status = held_apply(
			reading->held, seq, entry->bytes, entry->size, reading->fault);
	if (status != ENT_OK)
		return status;
	reading->time_us = time_us;
	return ent_tree_append(&reading->tree, &leaf, NULL, NULL);
}

/* By the author's key, or an older one. */
static ent_status open_note(const struct held *held, const struct ent_store_head *head,
		struct ent_checkpoint *ret_checkpoint, bool *ret_by_older,
		struct ent_fault *fault) {
	struct ent_fault why = {{0}, {0}};
	ent_status status = ent_checkpoint_open(
			head->note, head->note_length, &held->vkey, ret_checkpoint, &why);
	*ret_by_older = status == ENT_E_REFUSED;
	for (size_t i = 0; status == ENT_E_REFUSED && i < held->n_older; i++)
		status = ent_checkpoint_open(head->note, head->note_length, &held->older[i],
				ret_checkpoint, &why);
	if (status == ENT_E_REFUSED)
		return say(held, fault, status,
				"its checkpoint is not signed by the key of its author");
	return status == ENT_OK ? status : say(held, fault, ENT_E_SYNTAX, why.why);
}

/* The head's checkpoint, which is of its author, of this ledger and of the head's size. */
static ent_status read_head(const struct held *held, struct ent_store_head *ret_head,
		struct ent_checkpoint *ret_checkpoint, bool *ret_by_older,
		struct ent_fault *fault) {
	ent_status status = ent_store_head(held->store, held->ledger, ret_head);
	*ret_by_older = false;
	if (status != ENT_OK)
		return status;
	if (ret_head->size == 0 && ret_head->note_length == 0) {
		*ret_checkpoint = (struct ent_checkpoint){.size = 0};
		ent_seal_sha256(NULL, 0, &ret_checkpoint->root);
		return ENT_OK;
	}
	status = open_note(held, ret_head, ret_checkpoint, ret_by_older, fault);
	if (status != ENT_OK)
		return status;
	if (strcmp(ret_checkpoint->origin, held->origin) != 0 ||
			ret_checkpoint->size != ret_head->size)
		return say(held, fault, ENT_E_SYNTAX,
				"its checkpoint is of another ledger, or of another size");
	return ENT_OK;
}

static ent_status read_entries(struct reading *reading, const struct ent_checkpoint *checkpoint) {
	struct held *held = reading->held;
	struct ent_hash root;
	if (checkpoint->size < reading->tree.size)
		return say(held, reading->fault, ENT_E_SYNTAX,
				"the store has lost entries that were durable");
	const ent_status status = ent_store_read(held->store, held->ledger, reading->tree.size,
			checkpoint->size - reading->tree.size, read_entry, reading);
	if (status == ENT_E_IO || (status == ENT_OK && reading->tree.size < checkpoint->size)) {
		const struct ent_fault why = {{0}, "missing, or it cannot be read"};
		return say_entry(held, reading->fault, reading->tree.size, ENT_E_IO, &why);
	}
	if (status != ENT_OK)
		return status;
	ent_tree_root(&reading->tree, &root);
	if (!ent_seal_equal(&root, &checkpoint->root, sizeof root))
		return say(held, reading->fault, ENT_E_SYNTAX,
				"its entries are not those that its checkpoint was signed over");
	return ENT_OK;
}

static void publish(struct held *held, const struct ent_tree *tree, const struct ent_hash *root,
		int64_t time_us, const struct ent_store_head *head, bool by_older) {
	(void)pthread_mutex_lock(&held->lock);
	held->tree = *tree;
	held->root = *root;
	held->time_us = time_us;
	held->head = *head;
	held->by_older = by_older;
	(void)pthread_mutex_unlock(&held->lock);
	if (held->fold.durable != NULL)
		held->fold.durable(held->fold.state, tree->size);
}

/* From what is durable here, or from nothing. */
static ent_status read_on(struct held *held, bool anew, struct ent_fault *fault) {
	struct ent_store_head head;
	struct ent_checkpoint checkpoint;
	bool by_older = false;
	struct reading *reading = malloc(sizeof *reading);
	if (reading == NULL)
		return ENT_E_MEMORY;
	reading->held = held;
	reading->fault = fault;
	reading->tree = held->tree;
	reading->time_us = held->time_us;
	if (anew)
		ent_tree_init(&reading->tree);
	if (anew && held->fold.reset != NULL)
		held->fold.reset(held->fold.state);
	ent_status status = read_head(held, &head, &checkpoint, &by_older, fault);
	/* What was durable here is not less. */
	if (status == ENT_OK && checkpoint.size < held->tree.size)
		status = say(held, fault, ENT_E_SYNTAX,
				"the store has lost entries that were durable");
	if (status == ENT_OK)
		status = read_entries(reading, &checkpoint);
	held->stale = status != ENT_OK;
	if (status == ENT_OK) {
		publish(held, &reading->tree, &checkpoint.root, reading->time_us, &head, by_older);
		held->unsure = false;
	}
	free(reading);
	return status;
}

ent_status held_open(struct held *held, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_store_ledger(held->store, held->name, true, &held->ledger);
	if (status == ENT_OK)
		status = read_on(held, true, &fault);
	if (status != ENT_OK && fault.why[0] == '\0')
		(void)say(held, &fault, status, ent_status_text(status));
	if (status != ENT_OK && reterr_fault != NULL)
		*reterr_fault = fault;
	return status;
}

/* --- Batches --- */

void held_back(struct held *held) {
	const struct ent_scribe_fold *fold = &held->fold;
	if (fold->apply != NULL && (fold->back == NULL || !fold->back(fold->state)))
		held->stale = true;
}

ent_status held_store(
		struct held *held, const struct held_batch *batch, struct ent_fault *reterr_fault) {
	struct ent_store_head head = {.size = batch->tree->size, .note_length = batch->note_length};
	uint8_t chance[16];
	memcpy(head.note, batch->note, batch->note_length);
	head.note[batch->note_length] = '\0';
	ent_seal_random(chance, sizeof chance);
	head.batch = ent_uuid_from_random(chance);
	const struct ent_store_batch written = {.ledger = held->ledger,
			.first = held->tree.size,
			.entries = batch->entries,
			.n_entries = batch->n,
			.tiles = batch->full->tiles,
			.n_tiles = batch->full->n,
			.note = head.note,
			.note_length = head.note_length,
			.batch = head.batch,
			.payloads = batch->payloads,
			.n_payloads = batch->n_payloads};
	const ent_status status = ent_store_append(held->store, &written, reterr_fault);
	if (status == ENT_OK) {
		publish(held, batch->tree, &batch->root, batch->time_us, &head, false);
		return ENT_OK;
	}
	held->unsure = status != ENT_E_LIMIT && status != ENT_E_MEMORY;
	held_back(held);
	return status;
}

bool held_is_whole(const struct held *held) {
	return !held->stale && !held->unsure;
}

ent_status held_mend(struct held *held, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	if (held_is_whole(held))
		return ENT_OK;
	/* A stale fold needs only to read; but what a failed store shows may not be durable. */
	if (!ent_store_writes(held->store))
		status = ent_store_reopen(held->store, &fault);
	if (status == ENT_OK)
		status = read_on(held, held->stale, &fault);
	if (status != ENT_OK && fault.why[0] == '\0')
		(void)say(held, &fault, status, ent_status_text(status));
	if (status != ENT_OK && reterr_fault != NULL)
		*reterr_fault = fault;
	return status;
}

ent_status held_root_at(const struct held *held, uint64_t size, struct ent_tree *scratch,
		struct ent_hash *ret_root) {
	struct ent_store_tiles tiles = {held->store, held->ledger};
	const ent_status status = ent_tree_restore(scratch, size, ent_store_tile, &tiles);
	if (status == ENT_OK)
		ent_tree_root(scratch, ret_root);
	return status == ENT_E_MISSING ? ENT_E_IO : status;
}
