/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parcel.h: what travels between two parties: a text of lines, the same bytes as the body of a request and as a file on a
 * stick (docs/decisions/0015, "Parcels"). Depends on: base, seal, wire, ledger, party.
 *
 *     entente parcel 1
 *     from <id>
 *     to <id>
 *     ledger <name> <first number> <entries>       any number of these, no name twice
 *     <entry>                                      as many lines
 *     payload <number> <base64 of salt and payload>   of these entries, by number, each once
 *     checkpoint <lines>                           of the ledger behind these entries
 *     <signed note>                                as many lines
 *     witnessed <lines>                            any number of these
 *     <signed note, with cosignatures>             as many lines
 *     have <name> <entries>                        any number of these, no name twice: so many are here; of a
 *                                                  ledger of the sender's own: it asks who has more; of the
 *                                                  receiver's, on the line, over the network: it asks for the rest
 *     end <SHA-256 of all lines before, 64 hex digits>
 *
 * 1. UTF-8 without controls; each line ends in a newline; numbers are decimal without zeros in front, below 2^63.
 * 2. The hash finds what a bearer did to it. It is no signature: what an entry is worth is the checkpoint's to say, and
 *    that is the caller's to verify, as it is to compare 'from' and 'to'.
 * 3. A checkpoint's size is the number of the first entry and the entries, its origin is of that ledger: what is given
 *    can be verified with what is here and nothing else.
 *
 * A parcel is read whole: whoever brings it has it whole (http gathers bodies, a file is a file), and nothing of it is to
 * be looked at before the hash at its end is right. Reading allocates nothing; all texts are borrowed from the parcel's.
 */
#ifndef ENTENTE_PARCEL_H
#define ENTENTE_PARCEL_H

#include "entente/base.h"
#include "entente/ledger.h"
#include "entente/party.h"

enum {
	ENT_PARCEL_SIZE_MIN = 128, /* head and end: the whole of one with nothing in it */
	ENT_PARCEL_SIZE_MAX = 16 << 20,
	ENT_PARCEL_LEDGERS_MAX = 256, /* in a parcel; as many "have" lines */
	ENT_PARCEL_NAME_MAX =
			200, /* bytes of a ledger's name: with its author's key's name an origin */
	ENT_PARCEL_ENTRIES_MAX = 65536,
	ENT_PARCEL_ENTRY_MAX = 1 << 20, /* bytes */
	ENT_PARCEL_SALT_SIZE = 32,
	ENT_PARCEL_PAYLOAD_MAX = 1 << 20, /* bytes, with its salt */
	/* A payload's line is the longest one. */
	ENT_PARCEL_LINE_MAX = (ENT_PARCEL_PAYLOAD_MAX + 2) / 3 * 4 + 64,
	ENT_PARCEL_NOTE_LINES_MAX = 64,
	ENT_PARCEL_WITNESSED_MAX = 256
};

/*
 * Is this the name of a ledger: parts of letters, digits, '-', '_', '.' and '@', none of them empty, "." or "..", with one
 * slash between them, in all at most ENT_PARCEL_NAME_MAX?
 */
bool ent_parcel_name_ok(const char *name, size_t length);

/* --- Reading --- */

/* What a parcel is made of. */
#define ENT_PARCEL_ITEM_MAP(X)      \
	X(LEDGER, "ledger")         \
	X(ENTRY, "entry")           \
	X(PAYLOAD, "payload")       \
	X(CHECKPOINT, "checkpoint") \
	X(WITNESSED, "witnessed")   \
	X(HAVE, "have")
#define ENT_PARCEL_ITEM_ENUM_(name, text) ENT_PARCEL_##name,
enum ent_parcel_item_kind { ENT_PARCEL_ITEM_MAP(ENT_PARCEL_ITEM_ENUM_) ENT_PARCEL_ITEM_KINDS };
#undef ENT_PARCEL_ITEM_ENUM_
const char *ent_parcel_item_text(enum ent_parcel_item_kind kind);

struct ent_parcel_item {
	enum ent_parcel_item_kind kind;
	uint64_t line; /* where it begins, from 1 */
	/* The ledger that it is of; what a note is of stands in the note alone: empty. Not terminated. */
	const char *name;
	size_t name_length;
	/* LEDGER: its first entry. ENTRY, PAYLOAD: its number. HAVE: how many. Else 0. */
	uint64_t number;
	uint64_t n; /* LEDGER: how many entries follow; else 0 */
	/* ENTRY: exactly. PAYLOAD: its base64. CHECKPOINT, WITNESSED: the note. Else none. */
	const char *bytes;
	size_t size;
};

/* A parcel that was found well. A plain value; the text is borrowed. */
struct ent_parcel {
	char from[ENT_PARTY_ID_SIZE], to[ENT_PARTY_ID_SIZE];
	const char *text;
	size_t length;
	size_t n[ENT_PARCEL_ITEM_KINDS]; /* how many of each kind */
};

/*
 * Looks at all of it, notes as far as their form. E_SYNTAX with the line and the reason; E_LIMIT likewise; E_REFUSED: the
 * hash at its end is not that of what stands before.
 */
ENT_MUST_USE ent_status ent_parcel_read(const char *text, size_t length,
		struct ent_parcel *ret_parcel, struct ent_fault *reterr_fault);

/* Where one is in a parcel; its fields are the module's own. */
struct ent_parcel_cursor {
	const char *at, *end;
	uint64_t line;
	struct ent_parcel_item
			ledger; /* whose items come now; its kind is LEDGER when there is one */
	uint64_t entries, payload_from; /* of it: given, and the least number of a payload */
	unsigned stage;
};
void ent_parcel_begin(const struct ent_parcel *parcel, struct ent_parcel_cursor *ret_cursor);
/* The next item, in order. False: there are no more. */
bool ent_parcel_next(struct ent_parcel_cursor *cursor, struct ent_parcel_item *ret_item);
/* Salt and payload of an item of kind PAYLOAD; 'ret_bytes' has room for ENT_PARCEL_PAYLOAD_MAX. Returns the size. */
size_t ent_parcel_payload(const struct ent_parcel_item *item, uint8_t *ret_bytes);

/* --- Writing --- */

/*
 * Writes one. Calls come in the order of the lines above; another order, and texts that no parcel could carry, are misuse
 * and assert. The first failure sticks and is what 'finish' returns: E_LIMIT, E_MEMORY.
 */
struct ent_parcel_writer;

/* 'limit' bytes at most, and never more than ENT_PARCEL_SIZE_MAX. E_MEMORY. */
ENT_MUST_USE ent_status ent_parcel_writer_create(const char *from, const char *to, size_t limit,
		struct ent_parcel_writer **ret_writer);
/* NULL is fine. */
void ent_parcel_writer_destroy(struct ent_parcel_writer *writer);
/* Then n entries, their payloads, and the checkpoint of first + n entries. */
void ent_parcel_write_ledger(
		struct ent_parcel_writer *writer, const char *name, uint64_t first, uint64_t n);
void ent_parcel_write_entry(struct ent_parcel_writer *writer, const char *bytes, size_t size);
/* 'bytes' are the salt and the payload. */
void ent_parcel_write_payload(
		struct ent_parcel_writer *writer, uint64_t number, const void *bytes, size_t size);
void ent_parcel_write_checkpoint(struct ent_parcel_writer *writer, const char *note, size_t length);
void ent_parcel_write_witnessed(struct ent_parcel_writer *writer, const char *note, size_t length);
void ent_parcel_write_have(struct ent_parcel_writer *writer, const char *name, uint64_t entries);
/* The parcel, terminated; borrowed until destroy. Nothing may be written afterwards. */
ENT_MUST_USE ent_status ent_parcel_writer_finish(
		struct ent_parcel_writer *writer, const char **ret_text, size_t *ret_length);

/* Bytes in a parcel of an entry, and of its payload when there is one (0: none); for what plans one. */
size_t ent_parcel_entry_cost(size_t entry_size, size_t payload_size);
enum {
	/* At the most: head and end; of a ledger its line, and its checkpoint signed by its author alone. */
	ENT_PARCEL_FRAME_COST = 160,
	ENT_PARCEL_LEDGER_COST = 1024
};

#endif
