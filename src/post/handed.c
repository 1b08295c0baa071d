/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handed.c: entries of another party's ledger that a peer hands on, since it was asked for them (docs/decisions/0022). They are
 * taken exactly as if they came from the author; what is wrong with them is the author's only as far as the author has signed it.
 */
#include <string.h>

#include "entente/note.h"
#include "taking.h"

struct ent_post_ledger *handed_find(struct taking *taking, const char *name) {
	const struct ent_fault fault = {"", "nothing of it was taken"};
	char author[ENT_PARTY_ID_SIZE];
	if (!relay_author(taking->post, name, taking->peer, author))
		return NULL;
	struct ent_post_ledger *ledger = relay_find(taking->post, name, taking->peer);
	if (ledger != NULL && relay_asked(ledger, taking->peer))
		return ledger;
	taking_alarm(taking, ENT_POST_UNASKED, name, &fault);
	return NULL;
}

/*
 * The checkpoint with its author's signature and no other: what the peer adds costs room that our answer to the author needs. False: the
 * author has not signed it.
 */
static bool strip(const struct taking *taking, const struct ent_parcel_item *item,
		char ret_note[ENT_NOTE_SIZE], size_t *ret_length) {
	struct ent_note note;
	struct ent_vkey vkey;
	struct ent_checkpoint checkpoint;
	if (!post_peer_keys(taking->ledger->peer, &vkey) ||
			ent_note_parse(item->bytes, item->size, &note, NULL) != ENT_OK)
		return false;
	const char *end = note.signatures + note.signatures_length;
	for (const char *line = note.signatures; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const size_t length = (size_t)((newline != NULL ? newline + 1 : end) - line);
		if (note.text_length + 1 + length < ENT_NOTE_SIZE) {
			memcpy(ret_note, note.text, note.text_length);
			ret_note[note.text_length] = '\n';
			memcpy(ret_note + note.text_length + 1, line, length);
			*ret_length = note.text_length + 1 + length;
			if (ent_checkpoint_open(ret_note, *ret_length, &vkey, &checkpoint, NULL) ==
							ENT_OK &&
					strcmp(checkpoint.origin, taking->ledger->origin) == 0)
				return true;
		}
		line += length;
	}
	return false;
}

/* What the author has signed is its own; what does not come to it is the peer's, who may have been shown another way than we. */
static void tell(struct taking *taking, ent_status status, const struct ent_fault *fault) {
	struct ent_post *post = taking->post;
	struct ent_post_ledger *ledger = taking->ledger;
	switch (status) {
	case ENT_OK:
		if (taking->held.taken > 0)
			relay_taken(ledger, taking->peer, true);
		return;
	case ENT_E_IO:
	case ENT_E_MEMORY:
		taking_fail(taking, status);
		return;
	case ENT_E_EXISTS:
		taking_fork(taking, ledger, fault);
		return;
	case ENT_E_SYNTAX:
	case ENT_E_LIMIT:
		taking->taken.alarms++;
		post_alarm(post, status == ENT_E_SYNTAX ? ENT_POST_BAD_ENTRY : ENT_POST_TOO_MUCH,
				ledger->author, ledger->name, fault, NULL);
		break;
	default:
		/* It may be the author that went another way: all of it has the proof. */
		if (status == ENT_E_REFUSED && taking->first > 0 && taking->here > 0 &&
				relay_doubt(ledger, taking->peer))
			return;
		taking_alarm(taking, ENT_POST_FORGED, ledger->name, fault);
		break;
	}
	relay_taken(ledger, taking->peer, false);
}

void handed_end(struct taking *taking, const struct ent_parcel_item *item) {
	char note[ENT_NOTE_SIZE];
	struct ent_replica_given given = {.first = taking->first,
			.entries = taking->entries,
			.n = taking->n_entries,
			.note = note};
	struct ent_fault fault = {"", "its checkpoint is not signed by its author"};
	taking->held.taken = 0;
	if (!strip(taking, item, note, &given.note_length)) {
		tell(taking, ENT_E_MISSING, &fault);
		return;
	}
	ent_status status = kept_use(taking->ledger, &fault);
	if (status != ENT_OK) {
		taking_fail(taking, status == ENT_E_MEMORY ? status : ENT_E_IO);
		return;
	}
	status = lacks_expect(taking);
	const bool too_many = status == ENT_E_LIMIT;
	if (status == ENT_OK)
		status = ent_replica_take(taking->ledger->replica, &given, &taking->held, &fault);
	if (status != ENT_OK && status != ENT_E_IO)
		lacks_undo(taking);
	kept_unuse(taking->ledger);
	/* What is sealed for us is its author's to bring. */
	if (too_many) {
		relay_taken(taking->ledger, taking->peer, false);
		return;
	}
	tell(taking, status, &fault);
	taking_grew(taking);
}

void handed_shown(struct taking *taking, const struct ent_parcel_item *item,
		const struct ent_checkpoint *checkpoint) {
	struct ent_post *post = taking->post;
	struct ent_vkey vkey;
	struct ent_checkpoint opened;
	char author[ENT_PARTY_ID_SIZE], origin[ENT_ORIGIN_SIZE];
	const char *slash = strchr(checkpoint->origin, '/');
	if (slash == NULL || post->options.shown == NULL ||
			!ent_parcel_name_ok(slash + 1, strlen(slash + 1)) ||
			!relay_author(post, slash + 1, taking->peer, author) ||
			ent_party_origin(author, slash + 1, origin) != ENT_OK ||
			strcmp(origin, checkpoint->origin) != 0)
		return;
	struct peer *peer = post_peer(post, author);
	if (peer != NULL && post_peer_keys(peer, &vkey) && checkpoint->size > 0 &&
			ent_checkpoint_open(item->bytes, item->size, &vkey, &opened, NULL) ==
					ENT_OK)
		post->options.shown(post->options.user, taking->peer->id, author, slash + 1,
				opened.size);
}
