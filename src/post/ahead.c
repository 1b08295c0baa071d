/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ahead.c: checkpoints of a peer's ledger that another member had, and that are ahead of what is here: its replica compares
 * them once it has as much. "<author>+<ledger>+.ahead" in DIR/cosigned keeps them over a restart, for else whoever told two
 * members two things would only have to wait for that: of each its bytes as a number in a line, and the note. A ledger has
 * ENT_REPLICA_WITNESSED_MAX of them at most. One that is no longer ahead may stand there, and is compared again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define ENDING ".ahead"
enum {
	LINE_SIZE = 16,
	AHEAD_SIZE = ENT_REPLICA_WITNESSED_MAX * (ENT_REPLICA_NOTE_MAX + LINE_SIZE) + 1
};

/* --- Kept --- */

struct notes {
	char *text; /* of AHEAD_SIZE */
	size_t length;
};

static void add_note(void *user, const char *note, size_t length) {
	struct notes *notes = user;
	notes->length += (size_t)snprintf(notes->text + notes->length, LINE_SIZE, "%zu\n", length);
	memcpy(notes->text + notes->length, note, length);
	notes->length += length;
}

/* Under the lock of all such files: whoever writes last has the newest. */
static void write_notes(struct ent_post_ledger *ledger, const struct notes *notes) {
	const struct ent_post *post = ledger->post;
	struct ent_fault fault = {{0}, {0}};
	struct ent_hash hash;
	char file[FILE_NAME_SIZE];
	ent_seal_sha256(notes->text, notes->length, &hash);
	if (ent_seal_equal(&hash, &ledger->ahead, sizeof hash))
		return;
	folder_name(ledger->author, ledger->name, ENDING, file);
	if (notes->length == 0)
		(void)unlinkat(post->cosigned.fd, file, 0);
	else if (folder_write(&post->cosigned, file, notes->text, notes->length, &fault) !=
			ENT_OK) {
		post_say(post, ENT_SCRIBE_WARNING, "cosigned/%s is not kept: %s", file, fault.why);
		return;
	}
	ledger->ahead = hash;
}

void ahead_keep(struct ent_post_ledger *ledger) {
	struct ent_post *post = ledger->post;
	struct notes notes = {.text = malloc(AHEAD_SIZE)};
	if (notes.text != NULL && kept_use(ledger, NULL) == ENT_OK) {
		(void)pthread_mutex_lock(&post->ahead_lock);
		ent_replica_witnessed(ledger->replica, add_note, &notes);
		write_notes(ledger, &notes);
		(void)pthread_mutex_unlock(&post->ahead_lock);
		kept_unuse(ledger);
	}
	free(notes.text);
}

/* --- Recalled --- */

/* The next note of what is left of a file. False: there is none, or this is none. */
static bool next_note(const char **at, const char **ret_note, size_t *ret_length) {
	char *end = NULL;
	const unsigned long long length = strtoull(*at, &end, 10);
	if (end == *at || *end != '\n' || length == 0 || length > ENT_REPLICA_NOTE_MAX ||
			strnlen(end + 1, (size_t)length) < length)
		return false;
	*ret_note = end + 1;
	*ret_length = (size_t)length;
	*at = end + 1 + length;
	return true;
}

/* What was compared when the node ended, or died in between, may be a contradiction now. */
static void witness(struct ent_post_ledger *ledger, const char *note, size_t length,
		struct ent_replica_answer *answer) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_replica_witness(ledger->replica, note, length, answer, &fault) == ENT_E_EXISTS)
		evidence_keep(ledger, answer->fork, answer->fork_length, &fault);
}

void ahead_recall(struct ent_post_ledger *ledger) {
	struct ent_replica_answer *answer = malloc(sizeof *answer);
	char *text = malloc(AHEAD_SIZE), file[FILE_NAME_SIZE];
	const char *at = text, *note;
	size_t length = 0;
	folder_name(ledger->author, ledger->name, ENDING, file);
	ent_seal_sha256(NULL, 0, &ledger->ahead);
	if (answer != NULL && text != NULL &&
			folder_read(&ledger->post->cosigned, file, text, AHEAD_SIZE, &length) ==
					ENT_OK &&
			kept_use(ledger, NULL) == ENT_OK) {
		ent_seal_sha256(text, length, &ledger->ahead);
		while (next_note(&at, &note, &length))
			witness(ledger, note, length, answer);
		kept_unuse(ledger);
		/* What is no longer ahead goes. */
		ahead_keep(ledger);
	}
	free(answer);
	free(text);
}
