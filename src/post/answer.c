/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: what goes back for a parcel: of each ledger that came our cosigned checkpoint, which acknowledges it, and
 * how much of it is here. Where the author went another way than what is here, less is said: it then gives again what
 * came before, piece by piece, and with the first that differs there is the proof. An author that says that it has less
 * of its own ledger than is here gets it back (docs/decisions/0020); a member that has less of another's gets what it
 * lacks, and nothing else is said of that one (0022). What the peer has not of ours on the line is given with it
 * (fetched.c). Of another's ledger whose checkpoint came, and that is here as far, ours goes back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

bool answer_note_fits(const char *note, size_t length) {
	size_t lines = 0;
	for (size_t i = 0; i < length; i++)
		lines += note[i] == '\n';
	return length > 0 && note[length - 1] == '\n' && lines <= ENT_PARCEL_NOTE_LINES_MAX;
}

void answer_add(struct answer *answer, struct ent_post_ledger *ledger, uint64_t asked) {
	size_t i = 0;
	while (i < answer->n && answer->came[i] != ledger)
		i++;
	if (i == ENT_PARCEL_LEDGERS_MAX)
		return;
	if (i == answer->n) {
		answer->came[answer->n] = ledger;
		answer->asked[answer->n++] = UINT64_MAX;
	}
	if (asked < answer->asked[i])
		answer->asked[i] = asked;
}

void answer_show(struct answer *answer, struct ent_post_ledger *ledger) {
	size_t i = 0;
	while (i < answer->n_shown && answer->shown[i] != ledger)
		i++;
	if (i == answer->n_shown && i < ENT_PARCEL_WITNESSED_MAX)
		answer->shown[answer->n_shown++] = ledger;
}

static uint64_t doubt_of(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const uint64_t doubt = ledger->doubt;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return doubt;
}

/* --- What an author lacks of its own, or a member of another's --- */

enum { GIVEN_BYTES_MAX = 12 << 20 }; /* of all entries that an answer gives back */
/* Beside them of each ledger its line and checkpoint, a note with our cosignature, and a "have". */
enum { BESIDE = 2 * (ENT_REPLICA_NOTE_MAX + 512 + ENT_PARCEL_NAME_MAX + 64) };
/* Of the line, see fetched.c. */
enum {
	FETCHED_BYTES_MAX = FETCHED_ENTRIES_MAX * 1024 +
			FETCHED_LEDGERS_MAX * ENT_PARCEL_LEDGER_COST
};
_Static_assert(GIVEN_BYTES_MAX + FETCHED_BYTES_MAX + ENT_PARCEL_FRAME_COST +
						ENT_PARCEL_LEDGERS_MAX * BESIDE <=
				ENT_PARCEL_SIZE_MAX,
		"an answer is a parcel whatever is given back");

struct giving {
	struct ent_parcel_writer *writer; /* NULL: they are weighed */
	size_t bytes;
};

static ent_status give_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct giving *giving = user;
	(void)seq;
	if (entry->bytes == NULL)
		return ENT_E_MISSING;
	giving->bytes += ent_parcel_entry_cost(entry->size, 0);
	if (giving->bytes > GIVEN_BYTES_MAX)
		return ENT_E_LIMIT;
	if (giving->writer != NULL)
		ent_parcel_write_entry(giving->writer, entry->bytes, entry->size);
	return ENT_OK;
}

/*
 * All that is behind so many, with the checkpoint that the author signed of it; of a part there is none, so what does not fit is not
 * given.
 */
static ent_status give_back(struct ent_post_ledger *ledger, uint64_t from,
		const struct ent_replica_answer *held, struct ent_parcel_writer *writer,
		size_t *bytes) {
	struct ent_store *store = ledger->post->options.store;
	struct giving giving = {.bytes = *bytes};
	const uint64_t n = held->size - from;
	if (n > ENT_REPLICA_ENTRIES_MAX || !answer_note_fits(held->note, held->note_length))
		return ENT_OK;
	ent_status status = ent_store_read(store, ledger->number, from, n, give_entry, &giving);
	if (status == ENT_E_LIMIT || status == ENT_E_MISSING)
		return ENT_OK;
	if (status != ENT_OK)
		return status;
	*bytes = giving.bytes;
	giving = (struct giving){.writer = writer};
	ent_parcel_write_ledger(writer, ledger->name, from, n);
	status = ent_store_read(store, ledger->number, from, n, give_entry, &giving);
	if (status != ENT_OK)
		return ENT_E_IO;
	ent_parcel_write_checkpoint(writer, held->note, held->note_length);
	return ENT_OK;
}

/* --- The whole --- */

static void write_notes(const struct answer *answer, const struct peer *peer,
		struct ent_parcel_writer *writer, struct ent_replica_answer *held) {
	size_t n = 0;
	for (size_t i = 0; i < answer->n; i++) {
		if (answer->came[i]->peer != peer)
			continue;
		lacks_look(answer->came[i], held);
		if (!answer_note_fits(held->note, held->note_length))
			continue;
		ent_parcel_write_witnessed(writer, held->note, held->note_length);
		n++;
	}
	for (size_t i = 0; i < answer->n_shown && n < ENT_PARCEL_WITNESSED_MAX; i++) {
		kept_look(answer->shown[i], held);
		if (!answer_note_fits(held->note, held->note_length))
			continue;
		ent_parcel_write_witnessed(writer, held->note, held->note_length);
		n++;
	}
}

/* One after another in the order of a parcel: ledgers, notes, sizes. */
static ent_status write_all(const struct answer *answer, const struct peer *peer,
		struct ent_parcel_writer *writer, struct ent_replica_answer *held) {
	ent_status status = fetched_write(answer, writer);
	size_t bytes = 0;
	for (size_t i = 0; status == ENT_OK && i < answer->n; i++) {
		kept_look(answer->came[i], held);
		if (answer->asked[i] < held->size)
			status = give_back(answer->came[i], answer->asked[i], held, writer, &bytes);
	}
	if (status == ENT_OK)
		write_notes(answer, peer, writer, held);
	for (size_t i = 0; status == ENT_OK && i < answer->n; i++) {
		if (answer->came[i]->peer != peer)
			continue;
		const uint64_t doubt = doubt_of(answer->came[i]);
		lacks_look(answer->came[i], held);
		ent_parcel_write_have(writer, answer->came[i]->name,
				doubt < held->size ? doubt : held->size);
	}
	return status;
}

/* Whoever asks about a ledger that was never here is told so. */
static void write_unknown(const struct answer *answer, struct ent_parcel_writer *writer) {
	char name[ENT_PARCEL_NAME_MAX + 1];
	for (size_t i = 0; i < answer->n_unknown && answer->n + i < ENT_PARCEL_LEDGERS_MAX; i++) {
		(void)snprintf(name, sizeof name, "%.*s", (int)answer->unknown[i].name_length,
				answer->unknown[i].name);
		ent_parcel_write_have(writer, name, 0);
	}
}

ent_status answer_write(struct ent_post *post, struct peer *peer, const struct answer *answer,
		char **ret_text, size_t *ret_length) {
	struct ent_parcel_writer *writer = NULL;
	struct ent_replica_answer *held = malloc(sizeof *held);
	const char *text = NULL;
	size_t length = 0;
	ent_status status = held != NULL
			? ent_parcel_writer_create(post->id, peer->id, ENT_PARCEL_SIZE_MAX, &writer)
			: ENT_E_MEMORY;
	if (status == ENT_OK)
		status = write_all(answer, peer, writer, held);
	if (status == ENT_OK) {
		write_unknown(answer, writer);
		status = ent_parcel_writer_finish(writer, &text, &length);
	}
	char *copy = status == ENT_OK ? malloc(length + 1) : NULL;
	if (status == ENT_OK && copy == NULL)
		status = ENT_E_MEMORY;
	if (status == ENT_OK) {
		memcpy(copy, text, length + 1);
		*ret_text = copy;
		*ret_length = length;
	}
	ent_parcel_writer_destroy(writer);
	free(held);
	return status;
}
