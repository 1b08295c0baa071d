/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replica.c: a ledger of another author.
 *
 *     given -> limits -> its checkpoint: signed, of this ledger
 *           -> of no more than is here: its root against that of our first entries     E_EXISTS, with evidence
 *           -> of more: it follows                                                     E_MISSING
 *           -> entries that are here: leaf against leaf                                E_EXISTS, with evidence, or E_REFUSED
 *           -> the tree with the others has the checkpoint's root                      E_REFUSED
 *           -> each stands where it may, and the fold takes it                         E_SYNTAX
 *           -> cosigned and stored, one transaction
 *           -> checkpoints that others had, and that were ahead                        E_EXISTS, with evidence
 *
 * What the author signed is known before anything is stored; what is stored is what was given, byte for byte.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replica.h"

/* --- Begin and end --- */

static ent_status open_replica(struct ent_replica *replica,
		const struct ent_replica_options *options, struct ent_fault *fault) {
	if (options->vkey.type != 0x01 ||
			(options->key != NULL &&
					!ent_vkey_name_ok(options->key_name,
							strlen(options->key_name)))) {
		ent_fault_set(fault, options->name,
				"its author's key, or the name of ours, is none");
		return ENT_E_REFUSED;
	}
	replica->key = options->key;
	if (options->key != NULL)
		(void)snprintf(replica->key_name, sizeof replica->key_name, "%s",
				options->key_name);
	replica->clock = options->clock;
	replica->entries_max = options->entries_max > 0 ? options->entries_max : ENT_STORE_SIZE_MAX;
	replica->user = options->user;
	ent_status status = held_init(&replica->held, options->store, options->name,
			options->origin, &options->vkey, &options->fold, fault);
	if (status == ENT_OK)
		status = held_add_older(&replica->held, options->older, options->n_older);
	return status == ENT_OK ? held_open(&replica->held, fault) : status;
}

ent_status ent_replica_open(const struct ent_replica_options *options,
		struct ent_replica **ret_replica, struct ent_fault *reterr_fault) {
	struct ent_replica *replica = calloc(1, sizeof *replica);
	if (replica == NULL)
		return ENT_E_MEMORY;
	assert(options->key == NULL || options->clock != NULL);
	if (pthread_mutex_init(&replica->taking, NULL) != 0) {
		free(replica);
		return ENT_E_MEMORY;
	}
	const ent_status status = open_replica(replica, options, reterr_fault);
	if (status == ENT_OK)
		*ret_replica = replica;
	else
		ent_replica_close(replica);
	return status;
}

void ent_replica_close(struct ent_replica *replica) {
	if (replica == NULL)
		return;
	for (size_t i = 0; i < replica->n_witnessed; i++)
		free(replica->witnessed[i].note);
	held_finish(&replica->held);
	(void)pthread_mutex_destroy(&replica->taking);
	free(replica);
}

uint32_t ent_replica_number(const struct ent_replica *replica) {
	return replica->held.ledger;
}

/* --- What has come --- */

/* One taking: what was given, what it came to, and room. */
struct taking {
	struct ent_replica *replica;
	struct held *held;
	const struct ent_replica_given *given;
	struct given_note note;
	struct ent_store_entry *entries; /* all that were given, with their leaves */
	size_t n_held;                   /* of them are here */
	struct ent_tree tree;            /* the tree that grows, or a scratch */
	int64_t time_us;                 /* of the last entry */
	struct ent_replica_answer *answer;
	struct ent_fault *fault;
};

static ent_status say(const struct taking *taking, ent_status status, const char *why) {
	ent_fault_set(taking->fault, taking->held->name, "%s", why);
	return status;
}

static ent_status say_entry(
		const struct taking *taking, uint64_t seq, ent_status status, const char *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "%.140s: entry %" PRIu64, taking->held->name, seq);
	ent_fault_set(taking->fault, where, "%s", why);
	return status;
}

static ent_status check_limits(const struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	size_t bytes = 0;
	if (given->n > ENT_REPLICA_ENTRIES_MAX || given->n_payloads > ENT_REPLICA_ENTRIES_MAX ||
			given->first > ENT_STORE_SIZE_MAX - ENT_REPLICA_ENTRIES_MAX)
		return say(taking, ENT_E_LIMIT, "more entries than are taken at once");
	for (size_t i = 0; i < given->n; i++) {
		if (given->entries[i].size > ENT_SCRIBE_ENTRY_MAX)
			return say_entry(taking, given->first + i, ENT_E_LIMIT,
					"larger than any entry may be");
		bytes += given->entries[i].size;
		if (bytes > ENT_REPLICA_BYTES_MAX)
			return say(taking, ENT_E_LIMIT, "more bytes than are taken at once");
	}
	for (size_t i = 0; i < given->n_payloads; i++)
		if (given->payloads[i].size > ENT_STORE_PAYLOAD_MAX)
			return say_entry(taking, given->payloads[i].seq, ENT_E_LIMIT,
					"its payload is larger than any may be");
	return ENT_OK;
}

static ent_status open_note(const struct taking *taking, const char *note, size_t length,
		struct given_note *ret_note) {
	struct ent_fault why = {{0}, {0}};
	char where[ENT_FAULT_WHERE_SIZE];
	ret_note->note = note;
	ret_note->length = length;
	if (length > ENT_REPLICA_NOTE_MAX)
		return say(taking, ENT_E_LIMIT, "its checkpoint is longer than is taken");
	const ent_status status = ent_checkpoint_open(
			note, length, &taking->held->vkey, &ret_note->checkpoint, &why);
	if (status != ENT_OK) {
		(void)snprintf(where, sizeof where, "%.100s: its checkpoint%s%.40s",
				taking->held->name, why.where[0] != '\0' ? ", " : "", why.where);
		ent_fault_set(taking->fault, where, "%s", why.why);
		return status;
	}
	if (strcmp(ret_note->checkpoint.origin, taking->held->origin) != 0)
		return say(taking, ENT_E_REFUSED, "its checkpoint is of another ledger");
	if (ret_note->checkpoint.size > ENT_STORE_SIZE_MAX)
		return say(taking, ENT_E_LIMIT, "its checkpoint is of more entries than any has");
	return ENT_OK;
}

/* --- Against what is here --- */

static ent_status say_fork(const struct taking *taking, ent_status status) {
	if (status == ENT_E_EXISTS)
		return say(taking, status,
				"its author contradicts itself: two checkpoints that it signed "
				"cannot both be honest");
	if (status == ENT_E_REFUSED)
		return say(taking, status,
				taking->held->by_older
						? "its checkpoint is not of these entries, or "
						  "contradicts "
						  "one that an older key of its author signed"
						: "its checkpoint is not of the entries that came "
						  "with it");
	return status;
}

struct comparing {
	const struct taking *taking;
	uint64_t differs; /* the first that does; UINT64_MAX: none */
};

static ent_status compare_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct comparing *comparing = user;
	const struct taking *taking = comparing->taking;
	const struct ent_hash *leaf = &taking->entries[seq - taking->given->first].leaf;
	if (!ent_seal_equal(&entry->leaf, leaf, sizeof *leaf) && comparing->differs == UINT64_MAX)
		comparing->differs = seq;
	return ENT_OK;
}

/* Those that were given and are here are the same. */
static ent_status compare_held(struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	struct comparing comparing = {taking, UINT64_MAX};
	if (taking->n_held == 0)
		return ENT_OK;
	const ent_status status = ent_store_read(taking->held->store, taking->held->ledger,
			given->first, taking->n_held, compare_entry, &comparing);
	if (status != ENT_OK || comparing.differs == UINT64_MAX)
		return status;
	if (taking->note.checkpoint.size > taking->held->tree.size)
		return say_fork(taking,
				fork_of_entries(taking->held, &taking->note, given->first,
						taking->entries, given->n, taking->answer));
	return say_entry(taking, comparing.differs, ENT_E_REFUSED,
			"it is not the one that its checkpoint was signed over, which is here");
}

/* --- What is new --- */

static ent_status grow(struct taking *taking, struct ent_store_full *full) {
	ent_status status = ENT_OK;
	struct ent_hash root;
	taking->tree = taking->held->tree;
	for (size_t i = taking->n_held; status == ENT_OK && i < taking->given->n; i++)
		status = ent_tree_append(
				&taking->tree, &taking->entries[i].leaf, ent_store_full_take, full);
	if (status != ENT_OK)
		return status;
	ent_tree_root(&taking->tree, &root);
	if (ent_seal_equal(&root, &taking->note.checkpoint.root, sizeof root))
		return ENT_OK;
	return say(taking, ENT_E_REFUSED,
			"these entries, behind those that are here, do not come to the root that "
			"its author signed");
}

static ent_status check_places(struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	int64_t last_us = taking->held->time_us;
	for (size_t i = taking->n_held; i < given->n; i++) {
		uint64_t seq = 0;
		int64_t time_us = 0;
		if (!ent_scribe_entry_place(given->entries[i].bytes, given->entries[i].size, &seq,
				    &time_us) ||
				seq != given->first + i)
			return say_entry(taking, given->first + i, ENT_E_SYNTAX,
					"it does not begin with its number and time");
		if (seq > 0 && time_us <= last_us)
			return say_entry(taking, seq, ENT_E_SYNTAX,
					"its time is not later than that of the entry before");
		last_us = time_us;
	}
	taking->time_us = last_us;
	return ENT_OK;
}

static ent_status apply(const struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	ent_status status = ENT_OK;
	for (size_t i = taking->n_held; status == ENT_OK && i < given->n; i++)
		status = held_apply(taking->held, given->first + i, given->entries[i].bytes,
				given->entries[i].size, taking->fault);
	if (status != ENT_OK)
		held_back(taking->held);
	return status;
}

static ent_status cosign(
		const struct taking *taking, char note[ENT_NOTE_SIZE], size_t *ret_length) {
	const struct ent_replica *replica = taking->replica;
	memcpy(note, taking->note.note, taking->note.length);
	*ret_length = taking->note.length;
	if (replica->key == NULL)
		return ENT_OK;
	const int64_t time_us = replica->clock(replica->user);
	const ent_status status = ent_checkpoint_cosign(note, taking->note.length,
			replica->key_name, replica->key,
			time_us > 0 ? (uint64_t)time_us / 1000000 : 0, ret_length);
	return status == ENT_OK
			? status
			: say(taking, ENT_E_LIMIT, "its checkpoint has too many signatures");
}

static ent_status store(struct taking *taking, const struct ent_store_full *full) {
	char note[ENT_NOTE_SIZE];
	struct held_batch batch = {.entries = taking->entries + taking->n_held,
			.n = taking->given->n - taking->n_held,
			.payloads = taking->given->payloads,
			.n_payloads = taking->given->n_payloads,
			.tree = &taking->tree,
			.full = full,
			.root = taking->note.checkpoint.root,
			.time_us = taking->time_us,
			.note = note};
	ent_status status = cosign(taking, note, &batch.note_length);
	if (status == ENT_OK)
		status = apply(taking);
	if (status != ENT_OK)
		return status;
	status = held_store(taking->held, &batch, taking->fault);
	if (status == ENT_OK)
		taking->answer->taken = batch.n;
	return status == ENT_E_DOMAIN ? ENT_E_IO : status;
}

static ent_status take_new(struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	const uint64_t size = taking->held->tree.size, end = given->first + given->n;
	struct ent_store_full full = {0};
	if (given->first > size || end < taking->note.checkpoint.size)
		return say(taking, ENT_E_MISSING,
				"entries are missing between those that are here and its "
				"checkpoint");
	if (end > taking->note.checkpoint.size)
		return say(taking, ENT_E_REFUSED, "its checkpoint is not over all of its entries");
	if (end > taking->replica->entries_max)
		return say(taking, ENT_E_LIMIT, "it would have more entries than are kept of it");
	ent_status status = compare_held(taking);
	if (status == ENT_OK)
		status = grow(taking, &full);
	if (status == ENT_OK)
		status = check_places(taking);
	if (status == ENT_OK)
		status = store(taking, &full);
	ent_store_full_finish(&full);
	return status;
}

/* --- What is here already --- */

static ent_status put_payloads(const struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < given->n_payloads; i++)
		status = ent_store_payload_put(
				taking->held->store, taking->held->ledger, &given->payloads[i]);
	/* So the store is reopened before the next. */
	taking->held->unsure = taking->held->unsure || status == ENT_E_IO;
	return status;
}

/* The checkpoint that is here, which an older key signed, by the new one. */
static ent_status renew(struct taking *taking) {
	struct held *held = taking->held;
	const struct ent_store_full none = {0};
	char note[ENT_NOTE_SIZE];
	struct held_batch batch = {.tree = &held->tree,
			.full = &none,
			.root = held->root,
			.time_us = held->time_us,
			.note = note};
	if (!held->by_older || taking->note.checkpoint.size != held->tree.size)
		return ENT_OK;
	ent_status status = cosign(taking, note, &batch.note_length);
	if (status == ENT_OK)
		status = held_store(held, &batch, taking->fault);
	return status == ENT_E_DOMAIN ? ENT_E_IO : status;
}

static ent_status take_old(struct taking *taking) {
	ent_status status = say_fork(taking,
			fork_compare(taking->held, &taking->note, &taking->tree, taking->answer));
	if (status == ENT_OK)
		status = compare_held(taking);
	if (status == ENT_OK)
		status = renew(taking);
	return status == ENT_OK ? put_payloads(taking) : status;
}

/* --- What others had --- */

/* The first that are no longer ahead. */
static ent_status compare_witnessed(struct taking *taking) {
	struct ent_replica *replica = taking->replica;
	ent_status status = ENT_OK;
	while (status == ENT_OK && replica->n_witnessed > 0 &&
			replica->witnessed[0].size <= taking->held->tree.size) {
		struct witnessed *first = &replica->witnessed[0];
		struct given_note note = {.note = NULL};
		status = open_note(taking, first->note, first->note_length, &note);
		if (status == ENT_OK)
			status = say_fork(taking,
					fork_compare(taking->held, &note, &taking->tree,
							taking->answer));
		/* To be looked at again. */
		if (status == ENT_E_IO || status == ENT_E_MEMORY)
			return status;
		free(first->note);
		memmove(first, first + 1, --replica->n_witnessed * sizeof *first);
	}
	return status;
}

/* The smaller ones are the first to be of use. */
static ent_status keep_witnessed(struct ent_replica *replica, const struct given_note *note) {
	size_t at = replica->n_witnessed;
	while (at > 0 && replica->witnessed[at - 1].size > note->checkpoint.size)
		at--;
	for (size_t i = at; i > 0 && replica->witnessed[i - 1].size == note->checkpoint.size; i--)
		if (replica->witnessed[i - 1].note_length == note->length &&
				memcmp(replica->witnessed[i - 1].note, note->note, note->length) ==
						0)
			return ENT_OK;
	if (at == ENT_REPLICA_WITNESSED_MAX)
		return ENT_OK;
	char *copy = malloc(note->length);
	if (copy == NULL)
		return ENT_E_MEMORY;
	memcpy(copy, note->note, note->length);
	if (replica->n_witnessed == ENT_REPLICA_WITNESSED_MAX)
		free(replica->witnessed[--replica->n_witnessed].note);
	memmove(&replica->witnessed[at + 1], &replica->witnessed[at],
			(replica->n_witnessed - at) * sizeof replica->witnessed[0]);
	replica->witnessed[at] = (struct witnessed){note->checkpoint.size, note->length, copy};
	replica->n_witnessed++;
	return ENT_OK;
}

/* --- The whole --- */

static void fill_in(struct ent_replica *replica, struct ent_replica_answer *answer) {
	struct held *held = &replica->held;
	(void)pthread_mutex_lock(&held->lock);
	answer->size = held->tree.size;
	answer->note_length = held->head.note_length;
	memcpy(answer->note, held->head.note, held->head.note_length);
	(void)pthread_mutex_unlock(&held->lock);
	answer->note[answer->note_length] = '\0';
}

static void begin_answer(struct ent_replica_answer *answer) {
	answer->size = answer->taken = 0;
	answer->note_length = answer->fork_length = 0;
	answer->note[0] = answer->fork[0] = '\0';
}

static ent_status hash_entries(struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	const uint64_t size = taking->held->tree.size;
	taking->entries = malloc((given->n + 1) * sizeof *taking->entries);
	if (taking->entries == NULL)
		return ENT_E_MEMORY;
	for (size_t i = 0; i < given->n; i++) {
		struct ent_store_entry *entry = &taking->entries[i];
		entry->bytes = given->entries[i].bytes;
		entry->size = given->entries[i].size;
		ent_ledger_leaf_hash(entry->bytes, entry->size, &entry->leaf);
	}
	if (given->first < size)
		taking->n_held = size - given->first < given->n ? (size_t)(size - given->first)
								: given->n;
	return ENT_OK;
}

static ent_status take(struct taking *taking) {
	const struct ent_replica_given *given = taking->given;
	struct held *held = taking->held;
	ent_status status = check_limits(taking);
	if (status == ENT_OK)
		status = open_note(taking, given->note, given->note_length, &taking->note);
	for (size_t i = 0; status == ENT_OK && i < given->n_payloads; i++)
		if (given->payloads[i].seq >= taking->note.checkpoint.size)
			status = say_entry(taking, given->payloads[i].seq, ENT_E_SYNTAX,
					"a payload of an entry that its checkpoint is not over");
	if (status == ENT_OK)
		status = held_mend(held, taking->fault);
	if (status == ENT_OK)
		status = hash_entries(taking);
	if (status == ENT_OK)
		status = taking->note.checkpoint.size > held->tree.size ? take_new(taking)
									: take_old(taking);
	/* What does not find its memory or its disk is not to be told of as if it were the author's. */
	if (status == ENT_OK)
		status = compare_witnessed(taking);
	return status;
}

static struct taking *begin(struct ent_replica *replica, struct ent_replica_answer *answer,
		struct ent_fault *fault) {
	struct taking *taking = malloc(sizeof *taking);
	begin_answer(answer);
	if (taking == NULL)
		return NULL;
	taking->replica = replica;
	taking->held = &replica->held;
	taking->answer = answer;
	taking->fault = fault;
	taking->entries = NULL;
	taking->n_held = 0;
	return taking;
}

ent_status ent_replica_take(struct ent_replica *replica, const struct ent_replica_given *given,
		struct ent_replica_answer *answer, struct ent_fault *reterr_fault) {
	ent_status status = ENT_E_MEMORY;
	(void)pthread_mutex_lock(&replica->taking);
	struct taking *taking = begin(replica, answer, reterr_fault);
	if (taking != NULL) {
		taking->given = given;
		status = take(taking);
		free(taking->entries);
		free(taking);
	}
	/* A fold that has to be made anew is made here, and not when the next one comes; that one tries again. */
	if (status != ENT_E_IO && held_mend(&replica->held, NULL) != ENT_OK && status == ENT_OK)
		status = ENT_E_IO;
	fill_in(replica, answer);
	(void)pthread_mutex_unlock(&replica->taking);
	return status;
}

ent_status ent_replica_witness(struct ent_replica *replica, const char *note, size_t note_length,
		struct ent_replica_answer *answer, struct ent_fault *reterr_fault) {
	ent_status status = ENT_E_MEMORY;
	(void)pthread_mutex_lock(&replica->taking);
	struct taking *taking = begin(replica, answer, reterr_fault);
	if (taking != NULL) {
		status = open_note(taking, note, note_length, &taking->note);
		if (status == ENT_OK && taking->note.checkpoint.size > replica->held.tree.size)
			status = keep_witnessed(replica, &taking->note);
		else if (status == ENT_OK)
			status = say_fork(taking,
					fork_compare(taking->held, &taking->note, &taking->tree,
							answer));
		free(taking);
	}
	fill_in(replica, answer);
	(void)pthread_mutex_unlock(&replica->taking);
	return status;
}

void ent_replica_look(struct ent_replica *replica, struct ent_replica_answer *ret_answer) {
	begin_answer(ret_answer);
	fill_in(replica, ret_answer);
}
