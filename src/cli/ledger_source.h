/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_source.h: where a ledger comes from: a data directory, or an export file.
 *
 * An export is text, a line each:
 *
 *     {"entente_ledger":1,"name":...,"vkey":...,"entries":N,"checkpoint":"the signed note"}
 *     the entries, each exactly as it is in the ledger; one whose bytes were archived is
 *     {"seq":N,"archived":"its leaf hash in base64"}
 *     behind each 256 entries, and behind the last, {"tile":N,"hashes":"their leaf hashes in base64"}
 *
 * Of a ledger whose entries nobody here folds there is no "vkey": the data directory has no word on who signs it.
 *
 * An entry is JSON in one line, so it needs no escaping. The hashes say which entry is not what it was.
 */
#ifndef ENTENTE_CLI_LEDGER_SOURCE_H
#define ENTENTE_CLI_LEDGER_SOURCE_H

#include <stdio.h>

#include "entente/ledger.h"
#include "entente/store.h"

enum { LEDGER_LINE_MAX = 1 << 26 };

struct ledger_source {
	const char *path;
	struct ent_store *store; /* NULL: an export */
	uint32_t ledger;
	char name[ENT_ORIGIN_SIZE];
	bool other; /* neither the airspace's nor the desk's: its entries have number and time, and nobody here folds them */
	struct ent_vkey vkey; /* the source's own word on who signs it; it has none of another ledger */
	uint64_t size;        /* what its head says */
	char note[ENT_NOTE_SIZE];
	size_t note_length;
	/* An export's. */
	FILE *file;
	char *line;
	size_t line_capacity;
	uint64_t line_number;
};

/*
 * The path is a data directory or an export file; "-" is standard input. 'name' is that of a ledger of the data directory;
 * NULL: the airspace's. E_MISSING, E_IO, E_SYNTAX, with the reason.
 */
ENT_MUST_USE ent_status ledger_source_open(struct ledger_source *source, const char *path,
		const char *name, struct ent_fault *reterr_fault);
void ledger_source_close(struct ledger_source *source);

/* One entry, or hashes that are known of others. */
struct ledger_item {
	/* Its number in a data directory; its place in an export; of hashes, the first's number. */
	uint64_t at;
	bool numbered;         /* 'at' is sure: it does not depend on those before it */
	const char *bytes;     /* NULL: archived */
	size_t size, capacity; /* so much can be read from 'bytes' on */
	bool has_hash;
	struct ent_hash hash; /* of the entry, as it is kept beside it: of an archived one the only thing */
	/*
	 * Hashes of n entries from 'at' on, behind these; NULL: this is an entry. In a data directory a full tile; n is 0
	 * when it is not there or cannot be read.
	 */
	const struct ent_hash *tile;
	size_t n;
};
/* Return anything but OK to stop. */
typedef ent_status (*ledger_item_fn)(void *user, const struct ledger_item *item);
/* All of it, once, in order. E_IO, E_SYNTAX with the line; what 'item' returns. */
ENT_MUST_USE ent_status ledger_source_walk(struct ledger_source *source, ledger_item_fn item,
		void *user, struct ent_fault *reterr_fault);

#endif
