/* SPDX-License-Identifier: Apache-2.0 */
/* scribe.c: a scribe comes and goes, opens ledgers, takes jobs, and shows what it has; see scribe.h and internal.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/wake.h"
#include "internal.h"

void scribe_say(const struct ent_scribe *scribe, enum ent_scribe_say severity, const char *format,
		...) {
	char text[1024];
	va_list arguments;
	if (scribe->options.say == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	scribe->options.say(scribe->options.user, severity, text);
}

/* --- Begin and end --- */

static ent_status start(struct ent_scribe *scribe) {
	scribe->has_lock = pthread_mutex_init(&scribe->lock, NULL) == 0;
	scribe->has_work = scribe->has_lock && ent_wake_init(&scribe->work) == ENT_OK;
	scribe->started = scribe->has_work &&
			pthread_create(&scribe->thread, NULL, scribe_run, scribe) == 0;
	return scribe->started ? ENT_OK : ENT_E_MEMORY;
}

ent_status ent_scribe_create(
		const struct ent_scribe_options *options, struct ent_scribe **ret_scribe) {
	struct ent_scribe *scribe = calloc(1, sizeof *scribe);
	if (scribe == NULL)
		return ENT_E_MEMORY;
	assert(options->store != NULL && options->clock != NULL);
	scribe->options = *options;
	scribe->last_ready = &scribe->ready;
	batch_init(&scribe->batch);
	const ent_status status = start(scribe);
	if (status == ENT_OK)
		*ret_scribe = scribe;
	else
		ent_scribe_destroy(scribe);
	return status;
}

void ent_scribe_destroy(struct ent_scribe *scribe) {
	if (scribe == NULL)
		return;
	if (scribe->started) {
		(void)pthread_mutex_lock(&scribe->lock);
		scribe->stop = true;
		(void)pthread_cond_signal(&scribe->work);
		(void)pthread_mutex_unlock(&scribe->lock);
		(void)pthread_join(scribe->thread, NULL);
	}
	for (size_t i = 0; i < scribe->n_ledgers; i++) {
		held_finish(&scribe->ledgers[i]->held);
		free(scribe->ledgers[i]);
	}
	batch_finish(&scribe->batch);
	if (scribe->has_work)
		(void)pthread_cond_destroy(&scribe->work);
	if (scribe->has_lock)
		(void)pthread_mutex_destroy(&scribe->lock);
	free(scribe);
}

/* --- Ledgers --- */

/* Its place among the others is taken before it is read, so that nobody opens it twice. */
static ent_status take_place(struct ent_scribe *scribe, struct ent_scribe_ledger *ledger) {
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&scribe->lock);
	for (size_t i = 0; status == ENT_OK && i < scribe->n_ledgers; i++)
		if (strcmp(scribe->ledgers[i]->held.name, ledger->held.name) == 0)
			status = ENT_E_EXISTS;
	if (status == ENT_OK && scribe->n_ledgers == ENT_SCRIBE_LEDGERS_MAX)
		status = ENT_E_LIMIT;
	if (status == ENT_OK)
		scribe->ledgers[scribe->n_ledgers++] = ledger;
	(void)pthread_mutex_unlock(&scribe->lock);
	return status;
}

static void leave_place(struct ent_scribe *scribe, const struct ent_scribe_ledger *ledger) {
	(void)pthread_mutex_lock(&scribe->lock);
	for (size_t i = 0; i < scribe->n_ledgers; i++)
		if (scribe->ledgers[i] == ledger)
			scribe->ledgers[i] = scribe->ledgers[--scribe->n_ledgers];
	(void)pthread_mutex_unlock(&scribe->lock);
}

size_t scribe_sign(const struct ent_scribe_ledger *ledger, uint64_t size,
		const struct ent_hash *root, char ret_note[ENT_NOTE_SIZE]) {
	struct ent_checkpoint checkpoint = {.size = size, .root = *root};
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", ledger->held.origin);
	return ent_checkpoint_sign(
			&checkpoint, ledger->held.vkey.name, ledger->options.key, ret_note);
}

/* Others know the new key, and would not take what an older one signed. */
static ent_status sign_anew(struct ent_scribe_ledger *ledger, struct ent_fault *fault) {
	const struct held *held = &ledger->held;
	const struct ent_store_full none = {0};
	char note[ENT_NOTE_SIZE];
	struct held_batch batch = {.tree = &held->tree,
			.full = &none,
			.root = held->root,
			.time_us = held->time_us,
			.note = note};
	batch.note_length = scribe_sign(ledger, held->tree.size, &held->root, note);
	return held_store(&ledger->held, &batch, fault);
}

static ent_status open_ledger(struct ent_scribe *scribe, struct ent_scribe_ledger *ledger,
		const struct ent_scribe_ledger_options *options, struct ent_fault *fault) {
	struct ent_vkey vkey = {.type = 0x01};
	if (!ent_vkey_name_ok(options->key_name, strlen(options->key_name))) {
		ent_fault_set(fault, options->name, "the name of its key is no name");
		return ENT_E_LIMIT;
	}
	(void)snprintf(vkey.name, sizeof vkey.name, "%s", options->key_name);
	ent_sign_key_public(options->key, vkey.public_key);
	ledger->scribe = scribe;
	ledger->options = *options;
	scribe_jobs_init(&ledger->queue);
	ent_status status = held_init(&ledger->held, scribe->options.store, options->name,
			options->origin, &vkey, &options->fold, fault);
	if (status != ENT_OK)
		return status;
	status = take_place(scribe, ledger);
	if (status != ENT_OK) {
		ent_fault_set(fault, options->name, "%s",
				status == ENT_E_EXISTS ? "it is open already"
						       : "too many ledgers are open");
		return status;
	}
	status = held_add_older(&ledger->held, options->older, options->n_older);
	if (status == ENT_OK)
		status = held_open(&ledger->held, fault);
	if (status == ENT_OK && ledger->held.by_older)
		status = sign_anew(ledger, fault);
	if (status != ENT_OK)
		leave_place(scribe, ledger);
	return status;
}

ent_status ent_scribe_open(struct ent_scribe *scribe,
		const struct ent_scribe_ledger_options *options,
		struct ent_scribe_ledger **ret_ledger, struct ent_fault *reterr_fault) {
	struct ent_scribe_ledger *ledger = calloc(1, sizeof *ledger);
	if (ledger == NULL)
		return ENT_E_MEMORY;
	assert(options->key != NULL && options->decide != NULL);
	const ent_status status = open_ledger(scribe, ledger, options, reterr_fault);
	if (status == ENT_OK) {
		*ret_ledger = ledger;
		return ENT_OK;
	}
	held_finish(&ledger->held);
	free(ledger);
	return status;
}

/* --- Jobs --- */

void ent_scribe_submit(struct ent_scribe_ledger *ledger, struct ent_scribe_job *job) {
	struct ent_scribe *scribe = ledger->scribe;
	ent_status refused = ENT_OK;
	(void)pthread_mutex_lock(&scribe->lock);
	if (ledger->failed || scribe->stop)
		refused = ENT_E_IO;
	else if (ledger->queue.n >= ENT_SCRIBE_QUEUE_MAX)
		refused = ENT_E_LIMIT;
	else
		scribe_jobs_add(&ledger->queue, job);
	if (refused == ENT_OK && !ledger->is_ready) {
		ledger->is_ready = true;
		ledger->next_ready = NULL;
		*scribe->last_ready = ledger;
		scribe->last_ready = &ledger->next_ready;
		(void)pthread_cond_signal(&scribe->work);
	}
	(void)pthread_mutex_unlock(&scribe->lock);
	if (refused != ENT_OK)
		job->done(job, refused);
}

void ent_scribe_freeze(struct ent_scribe_ledger *ledger, const char *reason) {
	(void)pthread_mutex_lock(&ledger->scribe->lock);
	ledger->frozen = true;
	(void)snprintf(ledger->frozen_why, sizeof ledger->frozen_why, "%s", reason);
	(void)pthread_mutex_unlock(&ledger->scribe->lock);
}

void ent_scribe_thaw(struct ent_scribe_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->scribe->lock);
	ledger->frozen = false;
	(void)pthread_mutex_unlock(&ledger->scribe->lock);
}

/* --- Looking --- */

void ent_scribe_state(struct ent_scribe_ledger *ledger, struct ent_scribe_ledger_state *ret_state) {
	struct ent_scribe_ledger_state state = {.size = 0};
	(void)pthread_mutex_lock(&ledger->held.lock);
	state.size = ledger->held.tree.size;
	state.root = ledger->held.root;
	state.time_us = ledger->held.time_us;
	(void)pthread_mutex_unlock(&ledger->held.lock);
	(void)pthread_mutex_lock(&ledger->scribe->lock);
	state.writes = !ledger->failed;
	state.frozen = ledger->frozen;
	if (ledger->failed)
		(void)snprintf(state.reason, sizeof state.reason, "%s", ledger->failed_why);
	else if (ledger->frozen)
		(void)snprintf(state.reason, sizeof state.reason, "%s", ledger->frozen_why);
	state.batches = ledger->batches;
	state.refused = ledger->refused;
	state.failed = ledger->n_failed;
	state.waiting = ledger->queue.n;
	(void)pthread_mutex_unlock(&ledger->scribe->lock);
	*ret_state = state;
}

size_t ent_scribe_checkpoint(struct ent_scribe_ledger *ledger, char ret_note[ENT_NOTE_SIZE]) {
	(void)pthread_mutex_lock(&ledger->held.lock);
	const size_t length = ledger->held.head.note_length;
	memcpy(ret_note, ledger->held.head.note, length);
	(void)pthread_mutex_unlock(&ledger->held.lock);
	ret_note[length] = '\0';
	return length;
}

const char *ent_scribe_name(const struct ent_scribe_ledger *ledger) {
	return ledger->held.name;
}

uint32_t ent_scribe_number(const struct ent_scribe_ledger *ledger) {
	return ledger->held.ledger;
}

const struct ent_vkey *ent_scribe_vkey(const struct ent_scribe_ledger *ledger) {
	return &ledger->held.vkey;
}

/* --- For others --- */

struct pushing {
	ent_store_entry_fn entry;
	void *user;
	uint64_t next;
	size_t bytes, bytes_max;
	bool enough;
};

static ent_status push_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct pushing *pushing = user;
	pushing->enough = pushing->bytes > 0 && entry->size > pushing->bytes_max - pushing->bytes;
	if (pushing->enough)
		return ENT_E_LIMIT;
	const ent_status status = pushing->entry(pushing->user, seq, entry);
	if (status == ENT_OK)
		pushing->next = seq + 1;
	/* The first one may be larger. */
	pushing->bytes += entry->size;
	if (pushing->bytes > pushing->bytes_max)
		pushing->bytes = pushing->bytes_max;
	return status;
}

/* The checkpoint of the first 'end' entries: to sign a part of what is durable says nothing new. */
static ent_status sign_part(const struct ent_scribe_ledger *ledger, uint64_t end,
		struct ent_scribe_piece *piece) {
	struct ent_hash root;
	struct ent_tree *tree = malloc(sizeof *tree);
	if (tree == NULL)
		return ENT_E_MEMORY;
	const ent_status status = held_root_at(&ledger->held, end, tree, &root);
	free(tree);
	if (status == ENT_OK)
		piece->note_length = scribe_sign(ledger, end, &root, piece->note);
	return status;
}

ent_status ent_scribe_read(struct ent_scribe_ledger *ledger, uint64_t first, uint64_t n_max,
		size_t bytes_max, ent_store_entry_fn entry, void *user,
		struct ent_scribe_piece *ret_piece) {
	struct held *held = &ledger->held;
	struct pushing pushing = {entry, user, first, 0, bytes_max, false};
	struct ent_scribe_piece piece = {.first = first};
	(void)pthread_mutex_lock(&held->lock);
	const uint64_t size = held->tree.size;
	piece.note_length = held->head.note_length;
	memcpy(piece.note, held->head.note, held->head.note_length);
	(void)pthread_mutex_unlock(&held->lock);
	if (first > size)
		return ENT_E_DOMAIN;
	const uint64_t n = size - first < n_max ? size - first : n_max;
	ent_status status = n == 0
			? ENT_OK
			: ent_store_read(held->store, held->ledger, first, n, push_entry, &pushing);
	if (status == ENT_E_LIMIT && pushing.enough)
		status = ENT_OK;
	piece.end = pushing.next;
	if (status == ENT_OK && piece.end != size)
		status = sign_part(ledger, piece.end, &piece);
	if (status == ENT_OK)
		*ret_piece = piece;
	return status;
}
