/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lacks.c: entries that are here without the payload that we were to have, since somebody handed them on who has none, or a bearer
 * took it out. A payload for these is taken when it comes later, and for no others: what was here and is purged
 * does not come back. "<author>+<ledger>+.lacks" in DIR/cosigned has them, a line each: "<number> handed-on", as long as the
 * author has not brought the entry itself, and is not told that it is here; else "<number> bare".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taking.h"

#define ENDING ".lacks"
#define HANDED_ON "handed-on"
#define BARE "bare"
enum { LINE_SIZE = 40, TEXT_SIZE = LACKS_MAX * LINE_SIZE + 1 };

/* --- Kept --- */

/* Under 'lacking': so that the newest is what is there. */
static ent_status write_file(struct ent_post_ledger *ledger, const struct lack *lacks, size_t n) {
	struct ent_post *post = ledger->post;
	struct ent_fault fault = {"", ""};
	char file[FILE_NAME_SIZE], text[TEXT_SIZE];
	size_t length = 0;
	for (size_t i = 0; i < n; i++)
		length += (size_t)snprintf(text + length, sizeof text - length, "%" PRIu64 " %s\n",
				lacks[i].seq, lacks[i].handed_on ? HANDED_ON : BARE);
	folder_name(ledger->author, ledger->name, ENDING, file);
	const ent_status status = folder_write(&post->cosigned, file, text, length, &fault);
	if (status != ENT_OK)
		post_say(post, ENT_SCRIBE_WARNING, "cosigned/%s is not kept: %s", file, fault.why);
	return status;
}

static void set(struct ent_post_ledger *ledger, const struct lack *lacks, size_t n) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	memcpy(ledger->lacks, lacks, n * sizeof lacks[0]);
	ledger->n_lacks = n;
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

static size_t copy(struct ent_post_ledger *ledger, struct lack ret_lacks[LACKS_MAX]) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const size_t n = ledger->n_lacks;
	if (n > 0)
		memcpy(ret_lacks, ledger->lacks, n * sizeof ret_lacks[0]);
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return n;
}

/* Its room, which stays. */
static bool make_room(struct ent_post_ledger *ledger) {
	struct lack *room = calloc(LACKS_MAX, sizeof *room);
	(void)pthread_mutex_lock(&ledger->post->lock);
	if (ledger->lacks == NULL) {
		ledger->lacks = room;
		room = NULL;
	}
	const bool made = ledger->lacks != NULL;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	free(room);
	return made;
}

ent_status lacks_recall(struct ent_post_ledger *ledger) {
	char file[FILE_NAME_SIZE], text[TEXT_SIZE];
	struct lack lacks[LACKS_MAX];
	size_t length = 0, n = 0;
	folder_name(ledger->author, ledger->name, ENDING, file);
	const ent_status status = folder_read(
			&ledger->post->cosigned, file, text, sizeof text, &length);
	if (status == ENT_E_MISSING)
		return ENT_OK;
	if (status != ENT_OK)
		return ENT_E_IO;
	for (const char *line = text, *end; n < LACKS_MAX && (end = strchr(line, '\n')) != NULL;
			line = end + 1) {
		char *word = NULL;
		lacks[n].seq = strtoull(line, &word, 10);
		if (word == line || *word != ' ')
			continue;
		lacks[n++].handed_on = strncmp(word + 1, HANDED_ON "\n", sizeof HANDED_ON) == 0;
	}
	if (n > 0 && !make_room(ledger))
		return ENT_E_MEMORY;
	if (n > 0)
		set(ledger, lacks, n);
	return ENT_OK;
}

/* --- What comes --- */

static bool has(const struct lack *lacks, size_t n, uint64_t seq) {
	for (size_t i = 0; i < n; i++)
		if (lacks[i].seq == seq)
			return true;
	return false;
}

/* A parcel has payloads in the order of their entries. NULL: it is not given. */
static const struct ent_store_payload *given(const struct taking *taking, uint64_t seq) {
	size_t from = 0, to = taking->n_payloads;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		if (taking->payloads[middle].seq == seq)
			return &taking->payloads[middle];
		if (taking->payloads[middle].seq < seq)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

/* Those of the new entries that come without what is sealed for us. E_LIMIT: too many. */
static ent_status find_bare(struct taking *taking, struct lack *lacks, size_t *n) {
	for (size_t i = 0; i < taking->n_entries; i++) {
		const uint64_t seq = taking->first + i;
		struct envelope_sealed sealed;
		if (seq < taking->here || given(taking, seq) != NULL)
			continue;
		const ent_status status = envelope_read(&taking->envelope, taking->entries[i].bytes,
				taking->entries[i].size, taking->post->id, &sealed);
		if (status != ENT_OK)
			return status;
		if (!sealed.for_them || has(lacks, *n, seq))
			continue;
		if (*n == LACKS_MAX)
			return ENT_E_LIMIT;
		lacks[(*n)++] = (struct lack){seq, taking->handed_on};
	}
	return ENT_OK;
}

ent_status lacks_expect(struct taking *taking) {
	struct ent_post_ledger *ledger = taking->ledger;
	struct lack lacks[LACKS_MAX];
	(void)pthread_mutex_lock(&ledger->lacking);
	const size_t before = copy(ledger, lacks);
	size_t n = before;
	ent_status status = find_bare(taking, lacks, &n);
	/* The author can say no more than it has said; somebody else leaves it to the author. */
	if (status == ENT_E_LIMIT && !taking->handed_on)
		status = ENT_OK;
	if (status == ENT_OK && n > before) {
		status = make_room(ledger) ? write_file(ledger, lacks, n) : ENT_E_MEMORY;
		if (status == ENT_OK)
			set(ledger, lacks, n);
	}
	(void)pthread_mutex_unlock(&ledger->lacking);
	return status;
}

bool lacks_payload(struct ent_post_ledger *ledger, uint64_t seq) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const bool lacks = has(ledger->lacks, ledger->n_lacks, seq);
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return lacks;
}

ent_status lacks_end(struct taking *taking) {
	struct ent_post_ledger *ledger = taking->ledger;
	struct lack lacks[LACKS_MAX];
	ent_status status = ENT_OK;
	size_t n = 0;
	bool changed = false;
	(void)pthread_mutex_lock(&ledger->lacking);
	const size_t before = copy(ledger, lacks);
	for (size_t i = 0; status == ENT_OK && i < before; i++) {
		struct lack lack = lacks[i];
		const bool came = lack.seq >= taking->first &&
				lack.seq - taking->first < taking->n_entries;
		const struct ent_store_payload *late = came ? given(taking, lack.seq) : NULL;
		if (late != NULL) {
			status = ent_store_payload_put(
					ledger->post->options.store, ledger->number, late);
			changed = true;
			continue;
		}
		changed = changed || (came && lack.handed_on);
		lack.handed_on = lack.handed_on && !came;
		lacks[n++] = lack;
	}
	if (status == ENT_OK && changed)
		status = write_file(ledger, lacks, n);
	if (status == ENT_OK && changed)
		set(ledger, lacks, n);
	(void)pthread_mutex_unlock(&ledger->lacking);
	return status;
}

/*
 * What was not taken is not here, so nothing lacks of it: else whoever can bring a file, or hands on what its author never signed, would
 * fill the list, and no payload could come late any more.
 */
void lacks_undo(struct taking *taking) {
	struct ent_post_ledger *ledger = taking->ledger;
	struct ent_replica_answer held;
	struct lack lacks[LACKS_MAX];
	size_t n = 0;
	(void)pthread_mutex_lock(&ledger->lacking);
	kept_look(ledger, &held);
	const size_t before = copy(ledger, lacks);
	for (size_t i = 0; i < before; i++)
		if (lacks[i].seq < held.size)
			lacks[n++] = lacks[i];
	/* When the file stays as it was, it has too much until the next that is written. */
	if (n < before) {
		set(ledger, lacks, n);
		(void)write_file(ledger, lacks, n);
	}
	(void)pthread_mutex_unlock(&ledger->lacking);
}

/* --- What its author is told --- */

void lacks_look(struct ent_post_ledger *ledger, struct ent_replica_answer *ret_answer) {
	uint64_t from = UINT64_MAX;
	kept_look(ledger, ret_answer);
	(void)pthread_mutex_lock(&ledger->post->lock);
	for (size_t i = 0; i < ledger->n_lacks; i++)
		if (ledger->lacks[i].handed_on && ledger->lacks[i].seq < from)
			from = ledger->lacks[i].seq;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	if (from >= ret_answer->size)
		return;
	ret_answer->size = from;
	ret_answer->note_length = 0;
	ret_answer->note[0] = '\0';
}
