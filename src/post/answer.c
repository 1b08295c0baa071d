/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: what goes back for a parcel: of each ledger that came our cosigned checkpoint, which acknowledges it, and how
 * much of it is here. Where the author went another way than what is here, less is said: it then gives again what came
 * before, piece by piece, and with the first that differs there is the proof.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

bool answer_note_fits(const char *note, size_t length) {
	size_t lines = 0;
	for (size_t i = 0; i < length; i++)
		lines += note[i] == '\n';
	return length > 0 && note[length - 1] == '\n' && lines <= ENT_PARCEL_NOTE_LINES_MAX;
}

void answer_add(struct answer *answer, struct ent_post_ledger *ledger) {
	for (size_t i = 0; i < answer->n; i++)
		if (answer->came[i] == ledger)
			return;
	if (answer->n < ENT_PARCEL_LEDGERS_MAX)
		answer->came[answer->n++] = ledger;
}

static uint64_t doubt_of(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const uint64_t doubt = ledger->doubt;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return doubt;
}

ent_status answer_write(struct ent_post *post, struct peer *peer, const struct answer *answer,
		char **ret_text, size_t *ret_length) {
	struct ent_parcel_writer *writer = NULL;
	struct ent_replica_answer *held = malloc(sizeof *held);
	uint64_t sizes[ENT_PARCEL_LEDGERS_MAX];
	const char *text = NULL;
	size_t length = 0;
	ent_status status = held != NULL
			? ent_parcel_writer_create(post->id, peer->id, ENT_PARCEL_SIZE_MAX, &writer)
			: ENT_E_MEMORY;
	for (size_t i = 0; status == ENT_OK && i < answer->n; i++) {
		post_replica_look(answer->came[i], held);
		sizes[i] = held->size;
		if (answer_note_fits(held->note, held->note_length))
			ent_parcel_write_witnessed(writer, held->note, held->note_length);
	}
	for (size_t i = 0; status == ENT_OK && i < answer->n; i++) {
		const uint64_t doubt = doubt_of(answer->came[i]);
		ent_parcel_write_have(
				writer, answer->came[i]->name, doubt < sizes[i] ? doubt : sizes[i]);
	}
	if (status == ENT_OK)
		status = ent_parcel_writer_finish(writer, &text, &length);
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
