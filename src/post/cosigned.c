/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cosigned.c: DIR/cosigned. "<peer>+<ledger>+.note" is the newest checkpoint of a ledger of ours that this peer has
 * cosigned: the proof that it was received, and where to go on after a start. "<peer>++.keys" has the line keys that a peer
 * has had, a vkey each line, the newest last: what is here of it may be signed by one of before.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define PAUSE_US INT64_C(1000000)
#define NOTE_ENDING ".note"
#define KEYS_ENDING ".keys"

/* --- Notes --- */

/* By the peer's key, or one that it had. */
static bool is_cosigned(struct peer *peer, const char *note, size_t length, uint64_t *ret_time_s) {
	struct ent_vkey keys[ENT_SCRIBE_OLDER_MAX + 1];
	size_t n = 0;
	(void)pthread_mutex_lock(&peer->lock);
	keys[n++] = peer->vkey;
	for (size_t i = 0; i < peer->n_older; i++)
		keys[n++] = peer->older[i];
	(void)pthread_mutex_unlock(&peer->lock);
	for (size_t i = 0; i < n; i++) {
		const struct ent_vkey cosigner = post_cosigner(&keys[i]);
		if (ent_checkpoint_cosigned(note, length, &cosigner, ret_time_s, NULL) == ENT_OK)
			return true;
	}
	return false;
}

bool cosigned_read(struct ent_post_ledger *ledger, struct peer *peer, uint64_t *ret_size,
		int64_t *ret_time_us) {
	struct ent_post *post = ledger->post;
	struct ent_checkpoint checkpoint;
	char file[FILE_NAME_SIZE], note[ENT_NOTE_SIZE];
	size_t length = 0;
	uint64_t time_s = 0;
	folder_name(peer->id, ledger->name, NOTE_ENDING, file);
	const ent_status status = folder_read(&post->cosigned, file, note, sizeof note, &length);
	if (status == ENT_E_MISSING)
		return false;
	if (status != ENT_OK || !post_signed(post, note, length, &checkpoint) ||
			strcmp(checkpoint.origin, ledger->origin) != 0 ||
			!is_cosigned(peer, note, length, &time_s) ||
			time_s > (uint64_t)INT64_MAX / 1000000) {
		post_say(post, ENT_SCRIBE_WARNING,
				"cosigned/%s is not what it should be; what it vouched for is sent "
				"again",
				file);
		return false;
	}
	*ret_size = checkpoint.size;
	*ret_time_us = (int64_t)time_s * 1000000;
	return true;
}

/* Takes the next note that is due, out of the line. NULL: there is none. */
static char *take_due(struct ent_post *post, struct peer *peer, bool all, size_t *at,
		size_t *ret_length) {
	const int64_t now_us = post_now(post);
	char *note = NULL;
	(void)pthread_mutex_lock(&peer->lock);
	for (; note == NULL && *at < ent_book_count(peer->book); ++*at) {
		struct line *line = &peer->lines[*at];
		const bool rests = line->written_us != 0 && now_us >= line->written_us &&
				now_us - line->written_us < PAUSE_US;
		if (line->note == NULL || line->writing || (rests && !all))
			continue;
		note = line->note;
		*ret_length = line->note_length;
		line->note = NULL;
		line->writing = true;
		line->written_us = now_us;
		break;
	}
	(void)pthread_mutex_unlock(&peer->lock);
	return note;
}

void cosigned_write(struct ent_post *post, struct peer *peer, bool all) {
	struct ent_fault fault = {{0}, {0}};
	char file[FILE_NAME_SIZE], *note;
	size_t at = 0, length = 0;
	while ((note = take_due(post, peer, all, &at, &length)) != NULL) {
		/* Lines are only added, and the ledger of one stays. */
		(void)pthread_mutex_lock(&peer->lock);
		const struct ent_post_ledger *ledger = peer->lines[at].ledger;
		(void)pthread_mutex_unlock(&peer->lock);
		folder_name(peer->id, ledger->name, NOTE_ENDING, file);
		if (folder_write(&post->cosigned, file, note, length, &fault) != ENT_OK)
			post_say(post, ENT_SCRIBE_WARNING, "cosigned/%s is not kept: %s", file,
					fault.why);
		free(note);
		(void)pthread_mutex_lock(&peer->lock);
		peer->lines[at].writing = false;
		(void)pthread_mutex_unlock(&peer->lock);
	}
}

/* --- Keys --- */

enum { KEYS_MAX = ENT_SCRIBE_OLDER_MAX + 1, KEYS_SIZE = KEYS_MAX * ENT_VKEY_SIZE };

static bool same_key(const struct ent_vkey *a, const struct ent_vkey *b) {
	return memcmp(a->public_key, b->public_key, sizeof a->public_key) == 0;
}

/* Those that can be read; the oldest first. */
static size_t parse_keys(const char *text, struct ent_vkey ret_keys[KEYS_MAX]) {
	size_t n = 0;
	for (const char *end; n < KEYS_MAX && (end = strchr(text, '\n')) != NULL; text = end + 1)
		n += ent_vkey_parse(text, (size_t)(end - text), &ret_keys[n], NULL) == ENT_OK;
	return n;
}

static ent_status write_keys(struct ent_post *post, const char *file, const struct ent_vkey *keys,
		size_t n, struct ent_fault *fault) {
	char text[KEYS_SIZE], vkey[ENT_VKEY_SIZE];
	size_t length = 0;
	for (size_t i = 0; i < n; i++) {
		const size_t more = ent_vkey_print(&keys[i], vkey);
		memcpy(text + length, vkey, more);
		length += more;
		text[length++] = '\n';
	}
	return folder_write(&post->cosigned, file, text, length, fault);
}

ent_status cosigned_keys(struct ent_post *post, const struct ent_card *card,
		struct ent_vkey ret_older[ENT_SCRIBE_OLDER_MAX], size_t *ret_n,
		struct ent_fault *reterr_fault) {
	struct ent_vkey keys[KEYS_MAX];
	char file[FILE_NAME_SIZE], text[KEYS_SIZE];
	size_t length = 0, n = 0;
	folder_name(card->id, "", KEYS_ENDING, file);
	ent_status status = folder_read(&post->cosigned, file, text, sizeof text, &length);
	if (status == ENT_OK)
		n = parse_keys(text, keys);
	/* Those that are there must not be written over unread. */
	if (status == ENT_E_IO) {
		ent_fault_set(reterr_fault, file, "it cannot be read");
		return status;
	}
	if (n == 0 || !same_key(&keys[n - 1], &card->line_key)) {
		if (n == KEYS_MAX)
			memmove(keys, keys + 1, --n * sizeof keys[0]);
		keys[n++] = card->line_key;
		status = write_keys(post, file, keys, n, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	*ret_n = 0;
	for (size_t i = n - 1; i > 0; i--)
		if (!same_key(&keys[i - 1], &card->line_key))
			ret_older[(*ret_n)++] = keys[i - 1];
	return ENT_OK;
}
