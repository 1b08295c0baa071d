/* SPDX-License-Identifier: Apache-2.0 */
/* parcel_show.c: see parcel_show.h. */
#include "parcel_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/jsonout.h"
#include "entente/text.h"

enum { SIGNER = 0x01 /* C2SP signed-note; the other type is a cosigner's */ };

/* Of one note: what it says, and what the keys that are given say to it. */
struct note {
	struct ent_checkpoint checkpoint;
	char root[ENT_BASE64_SIZE(ENT_HASH_SIZE)];
	const struct ent_vkey *author; /* whose ledger it is; NULL: no key of it was given */
	bool is_signed;
	struct ent_fault fault;                /* why not */
	uint64_t cosigned_s[PARCEL_VKEYS_MAX]; /* by key */
	ent_status cosigned[PARCEL_VKEYS_MAX]; /* E_MISSING: not by this one; else wrong */
	bool has_entries, root_is; /* all entries are here; and they come to this root */
	bool wrong;
};

/* The tree of a ledger whose first entry is here. */
struct growing {
	bool whole;
	struct ent_tree tree;
};

static void grow(struct growing *growing, const struct ent_parcel_item *item) {
	struct ent_hash leaf;
	if (item->kind == ENT_PARCEL_LEDGER) {
		ent_tree_init(&growing->tree);
		growing->whole = item->number == 0;
	}
	if (item->kind != ENT_PARCEL_ENTRY || !growing->whole)
		return;
	ent_ledger_leaf_hash(item->bytes, item->size, &leaf);
	growing->whole = ent_tree_append(&growing->tree, &leaf, NULL, NULL) == ENT_OK;
}

static void look_at_keys(const struct ent_parcel_item *item, const struct parcel_keys *keys,
		struct note *note) {
	for (size_t i = 0; i < keys->n; i++) {
		const struct ent_vkey *vkey = &keys->vkey[i];
		const size_t length = strlen(vkey->name);
		note->cosigned[i] = ENT_E_MISSING;
		if (vkey->type != SIGNER) {
			note->cosigned[i] = ent_checkpoint_cosigned(item->bytes, item->size, vkey,
					&note->cosigned_s[i], &note->fault);
			note->wrong = note->wrong ||
					(note->cosigned[i] != ENT_OK &&
							note->cosigned[i] != ENT_E_MISSING);
		} else if (strncmp(note->checkpoint.origin, vkey->name, length) == 0 &&
				note->checkpoint.origin[length] == '/') {
			struct ent_checkpoint same;
			note->author = vkey;
			note->is_signed = ent_checkpoint_open(item->bytes, item->size, vkey, &same,
							  &note->fault) == ENT_OK;
			note->wrong = note->wrong || !note->is_signed;
		}
	}
}

/* Its form was looked at when the parcel was read. */
static void look_at_note(const struct ent_parcel_item *item, const struct growing *growing,
		const struct parcel_keys *keys, struct note *note) {
	struct ent_hash root;
	*note = (struct note){.author = NULL};
	if (ent_checkpoint_look(item->bytes, item->size, &note->checkpoint, NULL) != ENT_OK)
		return;
	(void)ent_base64_print(ENT_BASE64, note->checkpoint.root.bytes, ENT_HASH_SIZE, note->root);
	look_at_keys(item, keys, note);
	if (item->kind != ENT_PARCEL_CHECKPOINT)
		return;
	/* Who gives keys wants to know who signed. */
	note->wrong = note->wrong || (keys->n > 0 && note->author == NULL);
	note->has_entries = growing->whole;
	ent_tree_root(&growing->tree, &root);
	note->root_is = growing->whole && memcmp(&root, &note->checkpoint.root, sizeof root) == 0;
	note->wrong = note->wrong || (note->has_entries && !note->root_is);
}

static const char *time_text(uint64_t time_s, char ret_text[ENT_TEXT_TIME_SIZE]) {
	const uint64_t most = (uint64_t)INT64_MAX / 1000000;
	(void)ent_text_print_time((int64_t)(time_s < most ? time_s : most) * 1000000, ret_text);
	return ret_text;
}

/* --- For people --- */

static const char *entries(uint64_t n) {
	return n == 1 ? "entry" : "entries";
}

static void print_note(const struct note *note, const struct parcel_keys *keys) {
	char shown[ENT_ORIGIN_SIZE], time[ENT_TEXT_TIME_SIZE];
	const char *origin = note->checkpoint.origin;
	(void)printf("%s, %" PRIu64 " %s, root %s\n",
			ent_text_show(origin, strlen(origin), shown, sizeof shown),
			note->checkpoint.size, entries(note->checkpoint.size), note->root);
	if (note->has_entries)
		(void)puts(note->root_is ? "    its entries are all here and come to this root"
					 : "    NOT the root that its entries come to");
	if (note->author != NULL && note->is_signed)
		(void)printf("    signed by %s\n", note->author->name);
	else if (note->author != NULL)
		(void)printf("    NOT signed by its author: %s\n", note->fault.why);
	else if (keys->n > 0)
		(void)puts("    not verified: no key of its author was given");
	for (size_t i = 0; i < keys->n; i++) {
		if (note->cosigned[i] == ENT_OK)
			(void)printf("    cosigned by %s at %s\n", keys->vkey[i].name,
					time_text(note->cosigned_s[i], time));
		else if (note->cosigned[i] != ENT_E_MISSING)
			(void)printf("    a cosignature that says %s is WRONG\n",
					keys->vkey[i].name);
	}
}

static void print_item(const struct ent_parcel_item *item, char *shown) {
	const int length = (int)item->name_length;
	switch (item->kind) {
	case ENT_PARCEL_LEDGER:
		if (item->n == 0)
			(void)printf("ledger %.*s: no entries behind %" PRIu64 "\n", length,
					item->name, item->number);
		else
			(void)printf("ledger %.*s: %" PRIu64 " %s from %" PRIu64 " on\n", length,
					item->name, item->n, entries(item->n), item->number);
		break;
	case ENT_PARCEL_ENTRY:
		(void)printf("  %" PRIu64 " %s\n", item->number,
				ent_text_show(item->bytes, item->size, shown,
						ENT_PARCEL_ENTRY_MAX + 1));
		break;
	case ENT_PARCEL_PAYLOAD:
		(void)printf("  a payload of entry %" PRIu64 ", sealed\n", item->number);
		break;
	case ENT_PARCEL_HAVE:
		(void)printf("the sender has %" PRIu64 " %s of %.*s\n", item->number,
				entries(item->number), length, item->name);
		break;
	default:
		(void)fputs(item->kind == ENT_PARCEL_CHECKPOINT ? "  checkpoint " : "witnessed ",
				stdout);
		break;
	}
}

ent_status parcel_show_text(const struct ent_parcel *parcel, const struct parcel_keys *keys,
		size_t *ret_wrong) {
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct growing growing = {.whole = false};
	struct note note;
	char *shown = malloc(ENT_PARCEL_ENTRY_MAX + 1);
	size_t wrong = 0;
	if (shown == NULL)
		return ENT_E_MEMORY;
	(void)printf("parcel from %s to %s, %zu bytes, whole\n", parcel->from, parcel->to,
			parcel->length);
	ent_parcel_begin(parcel, &cursor);
	while (ent_parcel_next(&cursor, &item)) {
		grow(&growing, &item);
		print_item(&item, shown);
		if (item.kind != ENT_PARCEL_CHECKPOINT && item.kind != ENT_PARCEL_WITNESSED)
			continue;
		look_at_note(&item, &growing, keys, &note);
		print_note(&note, keys);
		wrong += note.wrong;
	}
	free(shown);
	if (keys->n == 0)
		(void)puts("no signature was looked at: give --vkey to hold it to keys that you "
			   "know");
	else
		(void)puts(wrong == 0 ? "nothing is wrong with what these keys can tell"
				      : "NOT all of this is as these keys would have it");
	*ret_wrong = wrong;
	return ferror(stdout) != 0 ? ENT_E_IO : ENT_OK;
}

/* --- For programs --- */

static void write_note(
		struct ent_jsonout *out, const struct note *note, const struct parcel_keys *keys) {
	char time[ENT_TEXT_TIME_SIZE];
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "origin");
	ent_jsonout_string(out, note->checkpoint.origin);
	ent_jsonout_name(out, "size");
	ent_jsonout_uint(out, note->checkpoint.size);
	ent_jsonout_name(out, "root");
	ent_jsonout_string(out, note->root);
	if (note->has_entries) {
		ent_jsonout_name(out, "root_is_of_entries");
		ent_jsonout_bool(out, note->root_is);
	}
	if (keys->n > 0) {
		ent_jsonout_name(out, "signed");
		ent_jsonout_bool(out, note->is_signed);
		ent_jsonout_name(out, "cosigned_by");
		ent_jsonout_array_begin(out);
		for (size_t i = 0; i < keys->n; i++) {
			if (note->cosigned[i] != ENT_OK)
				continue;
			ent_jsonout_object_begin(out);
			ent_jsonout_name(out, "name");
			ent_jsonout_string(out, keys->vkey[i].name);
			ent_jsonout_name(out, "time");
			ent_jsonout_string(out, time_text(note->cosigned_s[i], time));
			ent_jsonout_object_end(out);
		}
		ent_jsonout_array_end(out);
	}
	ent_jsonout_name(out, "wrong");
	ent_jsonout_bool(out, note->wrong);
	ent_jsonout_object_end(out);
}

static void write_item(struct ent_jsonout *out, const struct ent_parcel_item *item,
		const struct note *note, const struct parcel_keys *keys) {
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "is");
	ent_jsonout_string(out, ent_parcel_item_text(item->kind));
	if (item->name_length > 0) {
		ent_jsonout_name(out, "ledger");
		ent_jsonout_string_n(out, item->name, item->name_length);
	}
	if (item->kind == ENT_PARCEL_LEDGER) {
		ent_jsonout_name(out, "first");
		ent_jsonout_uint(out, item->number);
		ent_jsonout_name(out, "entries");
		ent_jsonout_uint(out, item->n);
	} else if (item->kind == ENT_PARCEL_HAVE) {
		ent_jsonout_name(out, "entries");
		ent_jsonout_uint(out, item->number);
	} else if (note != NULL) {
		ent_jsonout_name(out, "note");
		write_note(out, note, keys);
	} else {
		ent_jsonout_name(out, "number");
		ent_jsonout_uint(out, item->number);
		ent_jsonout_name(out, item->kind == ENT_PARCEL_ENTRY ? "entry" : "base64");
		ent_jsonout_string_n(out, item->bytes, item->size);
	}
	ent_jsonout_object_end(out);
}

ent_status parcel_show_json(const struct ent_parcel *parcel, const struct parcel_keys *keys,
		size_t *ret_wrong) {
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct growing growing = {.whole = false};
	struct ent_jsonout out;
	struct note note;
	size_t wrong = 0;
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "from");
	ent_jsonout_string(&out, parcel->from);
	ent_jsonout_name(&out, "to");
	ent_jsonout_string(&out, parcel->to);
	ent_jsonout_name(&out, "bytes");
	ent_jsonout_uint(&out, parcel->length);
	ent_jsonout_name(&out, "items");
	ent_jsonout_array_begin(&out);
	ent_parcel_begin(parcel, &cursor);
	while (ent_parcel_next(&cursor, &item)) {
		const bool has_note = item.kind == ENT_PARCEL_CHECKPOINT ||
				item.kind == ENT_PARCEL_WITNESSED;
		grow(&growing, &item);
		if (has_note) {
			look_at_note(&item, &growing, keys, &note);
			wrong += note.wrong;
		}
		write_item(&out, &item, has_note ? &note : NULL, keys);
	}
	ent_jsonout_array_end(&out);
	ent_jsonout_name(&out, "keys_given");
	ent_jsonout_uint(&out, keys->n);
	ent_jsonout_name(&out, "wrong");
	ent_jsonout_uint(&out, wrong);
	ent_jsonout_object_end(&out);
	*ret_wrong = wrong;
	return ent_jsonout_finish(&out);
}
