/* SPDX-License-Identifier: Apache-2.0 */
/*
 * old_keys.c: the peer shows what a line key of ours signed that is not here, nor among those of before. So it is when this node was
 * started from a copy of its folder of before the key was changed: then the peer does what it should.
 *
 * Of a key that is not here only its id is known, so that it signed cannot be verified. What speaks for it is the peer's cosignature:
 * an honest peer sets it under what it has held to the line key in our card. One that lies can make this up, as it can a number that
 * nobody signed. So it takes the place of no other alarm, and its text begins with what tells the two apart: people who compare the id.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Each costs a verification, and whoever made something up may bring many: the rest is told as what else it is. */
enum { VERIFIED_MAX = 2 };

static bool shows_other_key(const struct ent_post *post, const struct ent_parcel *parcel,
		const struct ent_vkey *cosigner, const char *origin,
		struct ent_checkpoint *ret_checkpoint, char ret_id[ENT_VKEY_ID_SIZE]) {
	struct ent_vkey keys[1 + ENT_SCRIBE_OLDER_MAX];
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	uint64_t time_s = 0;
	unsigned n = 0;
	keys[0] = post->vkey;
	memcpy(keys + 1, post->older, post->n_older * sizeof keys[0]);
	ent_parcel_begin(parcel, &cursor);
	while (n < VERIFIED_MAX && ent_parcel_next(&cursor, &item)) {
		if ((item.kind != ENT_PARCEL_WITNESSED && item.kind != ENT_PARCEL_CHECKPOINT) ||
				ent_checkpoint_look(item.bytes, item.size, ret_checkpoint, NULL) !=
						ENT_OK ||
				strcmp(ret_checkpoint->origin, origin) != 0 ||
				!ent_checkpoint_names_other(item.bytes, item.size, keys,
						1 + post->n_older, ret_id))
			continue;
		n++;
		if (ent_checkpoint_cosigned(item.bytes, item.size, cosigner, &time_s, NULL) ==
				ENT_OK)
			return true;
	}
	return false;
}

bool old_keys_tell(struct ent_post *post, const char *peer, const struct ent_parcel *parcel,
		const struct ent_vkey *cosigner, const char *ledger) {
	struct ent_checkpoint checkpoint;
	struct ent_fault fault;
	char origin[ENT_ORIGIN_SIZE], id[ENT_VKEY_ID_SIZE], ours[ENT_VKEY_ID_SIZE];
	if (ent_party_origin(post->id, ledger, origin) != ENT_OK ||
			!shows_other_key(post, parcel, cosigner, origin, &checkpoint, id))
		return false;
	ent_vkey_id(&post->vkey, ours);
	ent_fault_set(&fault, "",
			"first compare key id %s with your own card, by telephone with the peer: "
			"it "
			"signed %" PRIu64 " entries; ours is %s. If it is yours: stop this node, "
			"take the copy anew, put "
			"the folder party of now into it, start it with --restored",
			id, checkpoint.size, ours);
	post_alarm(post, ENT_POST_OLD_KEYS, peer, ledger, &fault, NULL);
	return true;
}
