/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetched.c: what a peer wrote on the line comes to us with its answers, too, so that a line of which one direction alone is open is up
 * all the same (docs/decisions/0015, "The bare line").
 *
 *     each parcel over the network  -> "have" of the peer's ledgers of the line, and our checkpoints of them, which acknowledge
 *     such a "have", by a connection, of less than is here  -> the answer has what is behind, with our checkpoint of just its end
 *
 * Entries of a line are small and have no payloads. Of what is more than fits an answer the rest is asked for by the next parcel.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

ent_status fetched_choose(struct ent_post *post, const struct peer *peer,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n) {
	const struct choice choice = {.author = peer};
	size_t n = 0, lines = 0;
	const ent_status status = post_choose(post, &choice, ret_ledgers, &n);
	for (size_t i = 0; status == ENT_OK && i < n; i++)
		if (post_is_line((*ret_ledgers)[i]))
			(*ret_ledgers)[lines++] = (*ret_ledgers)[i];
	*ret_n = lines;
	return status;
}

/*
 * Is the peer owed it, and what is behind so many? What it had acknowledged a parcel that comes a second time asks for, which is
 * nothing, or a copy that was restored: of that we ask ourselves, so that it is told (0020). Only where we do not get through it is given.
 */
static bool is_owed(struct peer *peer, struct fetched *fetched) {
	(void)pthread_mutex_lock(&peer->lock);
	const struct ent_book_ledger *line = ent_book_find(peer->book, fetched->ledger->name);
	/* The first may have begun before the peer was to be asked. */
	const bool is_unheard = line != NULL && line->unsure_at != 0 && line->unreached >= 2;
	const bool is_owed = line != NULL && (fetched->from >= line->acknowledged || is_unheard);
	/* What is written, and not in the book yet, the peer could say that it has, and would not be believed. */
	fetched->to = line != NULL ? line->size : 0;
	(void)pthread_mutex_unlock(&peer->lock);
	return is_owed && fetched->from < fetched->to;
}

void fetched_note(struct ent_post *post, struct peer *peer, const char *name, uint64_t from,
		struct answer *answer) {
	struct fetched fetched = {.ledger = ent_post_find(post, post->id, name), .from = from};
	if (fetched.ledger != NULL && post_is_line(fetched.ledger) && is_owed(peer, &fetched) &&
			answer->n_fetched < FETCHED_LEDGERS_MAX)
		answer->fetched[answer->n_fetched++] = fetched;
}

static ent_status write_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	(void)seq;
	if (entry->bytes == NULL)
		return ENT_E_IO;
	ent_parcel_write_entry(user, entry->bytes, entry->size);
	return ENT_OK;
}

/* As many as there are behind what the peer has, at most 'most'. */
static ent_status write_ledger(const struct fetched *fetched, uint64_t most,
		struct ent_parcel_writer *writer, uint64_t *ret_n) {
	struct ent_scribe_piece piece;
	const uint64_t owed = fetched->to - fetched->from, n = owed < most ? owed : most;
	*ret_n = 0;
	if (n == 0)
		return ENT_OK;
	ent_parcel_write_ledger(writer, fetched->ledger->name, fetched->from, n);
	const ent_status status = ent_scribe_read(post_scribe(fetched->ledger), fetched->from, n,
			SIZE_MAX, write_entry, writer, &piece);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_IO;
	if (piece.end != fetched->from + n)
		return ENT_E_IO;
	ent_parcel_write_checkpoint(writer, piece.note, piece.note_length);
	*ret_n = n;
	return ENT_OK;
}

ent_status fetched_write(const struct answer *answer, struct ent_parcel_writer *writer) {
	uint64_t left = FETCHED_ENTRIES_MAX, n = 0;
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < answer->n_fetched; i++) {
		status = write_ledger(&answer->fetched[i], left, writer, &n);
		left -= n;
	}
	return status;
}
