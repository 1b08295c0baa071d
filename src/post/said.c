/* SPDX-License-Identifier: Apache-2.0 */
/*
 * said.c: what a peer says of our ledgers: the book takes it in, the newest acknowledgements are kept, and what the peer has is
 * held against what is here. That we signed a checkpoint is not enough: a copy of this node may have, of other entries.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A checkpoint of ours that was acknowledged now. */
struct acknowledged {
	struct ent_post_ledger *ledger;
	uint64_t size;
	struct ent_hash root;
};

struct saying {
	struct ent_post *post;
	struct peer *peer;
	struct ent_vkey cosigner; /* the peer's key */
	const struct ent_parcel *parcel;
	uint64_t before[ENT_BOOK_LEDGERS_MAX]; /* what was acknowledged */
	struct acknowledged now[ENT_BOOK_LEDGERS_MAX];
	size_t n_before, n_now;
	struct ent_post_taken *taken;
};

/* --- Acknowledgements --- */

static void keep_note(struct line *line, const struct ent_parcel_item *item) {
	/* One that is too long is not kept, and what it vouches for is sent again after a start. */
	char *note = item->size < ENT_NOTE_SIZE ? malloc(item->size) : NULL;
	if (note == NULL)
		return;
	memcpy(note, item->bytes, item->size);
	free(line->note);
	line->note = note;
	line->note_length = item->size;
}

/* The number of the line that this checkpoint acknowledges more of than before. 'n_before': none. */
static size_t line_of(const struct saying *saying, const struct ent_checkpoint *checkpoint) {
	const struct peer *peer = saying->peer;
	size_t i = 0;
	for (; i < saying->n_before; i++) {
		const struct ent_book_ledger *line = ent_book_at(peer->book, i);
		if (line->acknowledged > saying->before[i] &&
				checkpoint->size == line->acknowledged &&
				strcmp(checkpoint->origin, peer->lines[i].ledger->origin) == 0)
			break;
	}
	return i;
}

/* Under the peer's lock. */
static void take_note(struct saying *saying, const struct ent_parcel_item *item) {
	struct ent_checkpoint checkpoint;
	uint64_t time_s = 0;
	if (ent_checkpoint_look(item->bytes, item->size, &checkpoint, NULL) != ENT_OK)
		return;
	const size_t i = line_of(saying, &checkpoint);
	if (i == saying->n_before || saying->n_now == ENT_BOOK_LEDGERS_MAX ||
			!post_signed(saying->post, item->bytes, item->size, &checkpoint) ||
			ent_checkpoint_cosigned(item->bytes, item->size, &saying->cosigner, &time_s,
					NULL) != ENT_OK)
		return;
	struct line *line = &saying->peer->lines[i];
	saying->now[saying->n_now++] = (struct acknowledged){
			line->ledger, checkpoint.size, checkpoint.root};
	keep_note(line, item);
}

/* Under the peer's lock. */
static void take_notes(struct saying *saying) {
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	ent_parcel_begin(saying->parcel, &cursor);
	while (ent_parcel_next(&cursor, &item))
		if (item.kind == ENT_PARCEL_WITNESSED)
			take_note(saying, &item);
}

/* --- Against what is here --- */

/* The root of its first 'size' entries. */
static ent_status root_at(
		struct ent_post_ledger *ledger, uint64_t size, struct ent_hash *ret_root) {
	struct ent_store_tiles tiles = {ledger->post->options.store, ledger->number};
	struct ent_scribe_ledger_state state;
	struct ent_scribe_ledger *scribe = post_scribe(ledger);
	/* It is not written yet: what others have of it is asked. */
	if (scribe == NULL)
		return ENT_E_MISSING;
	ent_scribe_state(scribe, &state);
	if (state.size == size) {
		*ret_root = state.root;
		return ENT_OK;
	}
	struct ent_tree *tree = malloc(sizeof *tree);
	if (tree == NULL)
		return ENT_E_MEMORY;
	const ent_status status = ent_tree_restore(tree, size, ent_store_tile, &tiles);
	if (status == ENT_OK)
		ent_tree_root(tree, ret_root);
	free(tree);
	return status;
}

static void raise_old_copy(const struct saying *saying, const char *ledger) {
	const struct ent_fault fault = {"",
			"it has other entries that our key signed: this node goes on from an old "
			"copy, or a copy of it writes, too. Stop this one, and find the other"};
	saying->taken->alarms++;
	post_alarm(saying->post, ENT_POST_OLD_COPY, saying->peer->id, ledger, &fault, NULL);
}

/* One that cannot be looked at now is looked at with the next. */
static void compare(const struct saying *saying) {
	struct ent_hash root;
	for (size_t i = 0; i < saying->n_now; i++) {
		const struct acknowledged *now = &saying->now[i];
		if (root_at(now->ledger, now->size, &root) != ENT_OK ||
				ent_seal_equal(&root, &now->root, sizeof root))
			continue;
		raise_old_copy(saying, now->ledger->name);
	}
}

/* Is there a checkpoint in it that we signed of other entries than are here, whatever was acknowledged before? */
static bool shows_others(const struct saying *saying, struct ent_post_ledger *ledger) {
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct ent_checkpoint checkpoint;
	struct ent_hash root;
	ent_parcel_begin(saying->parcel, &cursor);
	while (ent_parcel_next(&cursor, &item))
		if (item.kind == ENT_PARCEL_WITNESSED &&
				ent_checkpoint_look(item.bytes, item.size, &checkpoint, NULL) ==
						ENT_OK &&
				strcmp(checkpoint.origin, ledger->origin) == 0 &&
				post_signed(saying->post, item.bytes, item.size, &checkpoint))
			return root_at(ledger, checkpoint.size, &root) == ENT_OK &&
					!ent_seal_equal(&root, &checkpoint.root, sizeof root);
	return false;
}

/*
 * A peer that asks again for what it had may have lost it. But where we are the old copy it asks for the proof (answer.c, doubt), and
 * does what it should: then that is told, and of the peer nothing.
 */
static bool is_ours_to_blame(const struct saying *saying, const char *name) {
	struct ent_post *post = saying->post;
	if (post_alarm_stands(post, ENT_POST_OLD_COPY, name))
		return true;
	struct ent_post_ledger *ledger = ent_post_find(post, post->id, name);
	if (ledger == NULL || !shows_others(saying, ledger))
		return false;
	raise_old_copy(saying, name);
	return true;
}

static void alarm_of_book(const struct saying *saying, const struct ent_book_taken *book) {
	static const enum ent_post_alarm_kind kinds[ENT_BOOK_ALARMS] = {
			[ENT_BOOK_ALARM_WENT_BACK] = ENT_POST_WENT_BACK,
			[ENT_BOOK_ALARM_AHEAD] = ENT_POST_OLD_COPY,
			[ENT_BOOK_ALARM_UNPROVEN] = ENT_POST_UNPROVEN,
			[ENT_BOOK_ALARM_FALSE_NOTE] = ENT_POST_FALSE_NOTE};
	struct ent_fault fault;
	char where[ENT_FAULT_WHERE_SIZE];
	if (book->alarms == 0)
		return;
	if (book->alarm == ENT_BOOK_ALARM_WENT_BACK && is_ours_to_blame(saying, book->ledger))
		return;
	saying->taken->alarms += book->alarms;
	(void)snprintf(where, sizeof where, "line %" PRIu64, book->line);
	ent_fault_set(&fault, where, "it says %" PRIu64 " entries, and %" PRIu64 " are known",
			book->said, book->known);
	post_alarm(saying->post, kinds[book->alarm], saying->peer->id, book->ledger, &fault, NULL);
	if (book->alarm == ENT_BOOK_ALARM_FALSE_NOTE || book->alarm == ENT_BOOK_ALARM_UNPROVEN)
		saying->taken->alarms += old_keys_tell(saying->post, saying->peer->id,
				saying->parcel, &saying->cosigner, book->ledger);
}

void said_take(struct ent_post *post, struct peer *peer, const struct ent_vkey *vkey,
		const struct ent_parcel *parcel, uint64_t asked, struct ent_post_taken *taken) {
	struct saying saying = {.post = post,
			.peer = peer,
			.cosigner = post_cosigner(vkey),
			.parcel = parcel,
			.taken = taken};
	struct ent_book_taken book;
	const int64_t now_us = post_now(post);
	(void)pthread_mutex_lock(&peer->lock);
	saying.n_before = ent_book_count(peer->book);
	for (size_t i = 0; i < saying.n_before; i++)
		saying.before[i] = ent_book_at(peer->book, i)->acknowledged;
	ent_book_take(peer->book, parcel, &post->vkey, &saying.cosigner, asked, now_us, &book);
	if (book.acknowledged > 0)
		take_notes(&saying);
	(void)pthread_mutex_unlock(&peer->lock);
	taken->acknowledged = book.acknowledged;
	compare(&saying);
	alarm_of_book(&saying, &book);
}
