/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_copy.c: see ledger_copy.h. */
#include "ledger_copy.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entente/base64.h"
#include "entente/jsonout.h"
#include "entente/node.h"

enum { BATCH_MAX = 1024, BATCH_BYTES_MAX = 8 << 20, PATH_SIZE = 4096 };

/* --- Out --- */

struct exporting {
	FILE *file;
	/* Since the last tile; zeros where an entry is missing. */
	struct ent_hash hashes[ENT_TILE_WIDTH];
};

static ent_status write_head(const struct ledger_source *source, FILE *file) {
	struct ent_jsonout out;
	char vkey[ENT_VKEY_SIZE];
	ent_jsonout_init(&out, ent_jsonout_to_file, file, 0);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "entente_ledger");
	ent_jsonout_int(&out, 1);
	ent_jsonout_name(&out, "name");
	ent_jsonout_string(&out, source->name);
	if (!source->other) {
		(void)ent_vkey_print(&source->vkey, vkey);
		ent_jsonout_name(&out, "vkey");
		ent_jsonout_string(&out, vkey);
	}
	ent_jsonout_name(&out, "entries");
	ent_jsonout_uint(&out, source->size);
	ent_jsonout_name(&out, "checkpoint");
	ent_jsonout_string_n(&out, source->note, source->note_length);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

static ent_status write_tile(struct exporting *exporting, uint64_t index, size_t n) {
	char text[ENT_BASE64_SIZE(sizeof exporting->hashes)];
	(void)ent_base64_print(ENT_BASE64, exporting->hashes, n * sizeof(struct ent_hash), text);
	const int wrote = fprintf(
			exporting->file, "{\"tile\":%" PRIu64 ",\"hashes\":\"%s\"}\n", index, text);
	memset(exporting->hashes, 0, sizeof exporting->hashes);
	return wrote > 0 ? ENT_OK : ENT_E_IO;
}

static ent_status export_item(void *user, const struct ledger_item *item) {
	struct exporting *exporting = user;
	/* It is written from what stands beside the entries; so a tile that was changed goes no further. */
	if (item->tile != NULL)
		return write_tile(exporting, item->at / ENT_TILE_WIDTH, ENT_TILE_WIDTH);
	if (item->bytes == NULL) {
		char text[ENT_BASE64_SIZE(ENT_HASH_SIZE)];
		(void)ent_base64_print(ENT_BASE64, &item->hash, sizeof item->hash, text);
		if (fprintf(exporting->file, "{\"seq\":%" PRIu64 ",\"archived\":\"%s\"}\n",
				    item->at, text) < 0)
			return ENT_E_IO;
	} else if (fwrite(item->bytes, 1, item->size, exporting->file) != item->size ||
			fputc('\n', exporting->file) == EOF) {
		return ENT_E_IO;
	}
	/* What is kept of it goes along, so that a change before the export is found behind it, too. */
	exporting->hashes[item->at % ENT_TILE_WIDTH] = item->hash;
	return ENT_OK;
}

ent_status ledger_export(struct ledger_source *source, FILE *file, struct ent_fault *reterr_fault) {
	struct exporting exporting = {.file = file};
	ent_status status = write_head(source, file);
	if (status == ENT_OK)
		status = ledger_source_walk(source, export_item, &exporting, reterr_fault);
	if (status == ENT_OK && source->size % ENT_TILE_WIDTH > 0)
		status = write_tile(&exporting, source->size / ENT_TILE_WIDTH,
				(size_t)(source->size % ENT_TILE_WIDTH));
	if (fflush(file) != 0)
		status = ENT_E_IO;
	if (status == ENT_E_IO && reterr_fault->why[0] == '\0')
		ent_fault_set(reterr_fault, "the export", "cannot be written: %s", strerror(errno));
	return status;
}

/* --- In --- */

struct importing {
	struct ent_store *store;
	uint32_t ledger;
	const struct ledger_source *source;
	struct ent_tree tree;
	uint64_t first; /* of the batch */
	struct ent_store_entry entries[BATCH_MAX];
	size_t n, bytes;
	struct ent_store_full full;
	struct ent_fault *fault;
};

static void forget_batch(struct importing *importing) {
	for (size_t i = 0; i < importing->n; i++)
		free((void *)importing->entries[i].bytes);
	ent_store_full_finish(&importing->full);
	importing->first += importing->n;
	importing->n = importing->bytes = 0;
}

/* Only the last batch brings the checkpoint: until then it is no ledger that anybody takes. */
static ent_status write_batch(struct importing *importing, bool last) {
	uint8_t chance[16];
	ent_seal_random(chance, sizeof chance);
	const struct ent_store_batch batch = {.ledger = importing->ledger,
			.first = importing->first,
			.entries = importing->entries,
			.n_entries = importing->n,
			.tiles = importing->full.tiles,
			.n_tiles = importing->full.n,
			.note = last ? importing->source->note : "",
			.note_length = last ? importing->source->note_length : 0,
			.batch = ent_uuid_from_random(chance)};
	const ent_status status = ent_store_append(importing->store, &batch, importing->fault);
	forget_batch(importing);
	return status;
}

static ent_status import_item(void *user, const struct ledger_item *item) {
	struct importing *importing = user;
	struct ent_hash leaf = item->hash;
	if (item->tile != NULL)
		return ENT_OK;
	char *copy = item->bytes == NULL ? NULL : malloc(item->size + 1);
	if (item->bytes != NULL && copy == NULL)
		return ENT_E_MEMORY;
	if (copy != NULL) {
		memcpy(copy, item->bytes, item->size);
		ent_ledger_leaf_hash(copy, item->size, &leaf);
	}
	importing->entries[importing->n++] = (struct ent_store_entry){copy, item->size, leaf};
	importing->bytes += item->size;
	ent_status status = ent_tree_append(
			&importing->tree, &leaf, ent_store_full_take, &importing->full);
	if (status == ENT_OK && (importing->n == BATCH_MAX || importing->bytes >= BATCH_BYTES_MAX))
		status = write_batch(importing, false);
	return status;
}

/* The entries are those that the checkpoint was signed over; the last batch is still to be written. */
static ent_status check(const struct importing *importing) {
	const struct ledger_source *source = importing->source;
	struct ent_checkpoint checkpoint;
	struct ent_hash root;
	const ent_status status = ent_checkpoint_open(source->note, source->note_length,
			&source->vkey, &checkpoint, importing->fault);
	if (status != ENT_OK)
		return status;
	ent_tree_root(&importing->tree, &root);
	if (checkpoint.size == importing->tree.size &&
			memcmp(&root, &checkpoint.root, sizeof root) == 0)
		return ENT_OK;
	ent_fault_set(importing->fault, source->path,
			"it is not what its checkpoint was signed over; see entente ledger verify");
	return ENT_E_SYNTAX;
}

static ent_status write_vkey(const struct ledger_source *source, const char *directory,
		struct ent_fault *fault) {
	char path[PATH_SIZE], vkey[ENT_VKEY_SIZE];
	(void)snprintf(path, sizeof path, "%s/ledger.vkey", directory);
	(void)ent_vkey_print(&source->vkey, vkey);
	FILE *file = fopen(path, "wxe");
	const bool wrote = file != NULL && fprintf(file, "%s\n", vkey) > 0;
	if (file != NULL && fclose(file) == 0 && wrote)
		return ENT_OK;
	ent_fault_set(fault, path, "cannot be written: %s", strerror(errno));
	return ENT_E_IO;
}

static ent_status import_all(
		struct importing *importing, struct ledger_source *source, const char *directory) {
	struct ent_store_head head;
	ent_status status = ent_store_ledger(
			importing->store, ENT_NODE_LEDGER, true, &importing->ledger);
	if (status == ENT_OK)
		status = ent_store_head(importing->store, importing->ledger, &head);
	if (status == ENT_OK && head.size > 0) {
		ent_fault_set(importing->fault, directory, "there is a ledger in it already");
		return ENT_E_EXISTS;
	}
	if (status == ENT_OK)
		status = ledger_source_walk(source, import_item, importing, importing->fault);
	if (status == ENT_OK)
		status = check(importing);
	if (status == ENT_OK)
		status = write_batch(importing, true);
	return status == ENT_OK ? write_vkey(source, directory, importing->fault) : status;
}

ent_status ledger_import(struct ledger_source *source, const char *directory, uint64_t *ret_entries,
		struct ent_fault *reterr_fault) {
	static const char own[] = "/" ENT_NODE_LEDGER;
	const size_t length = strlen(source->name);
	if (source->other || length < sizeof own ||
			strcmp(source->name + length - (sizeof own - 1), own) != 0) {
		ent_fault_set(reterr_fault, source->path,
				"only a ledger " ENT_NODE_LEDGER " is imported, this is %.100s",
				source->name);
		return ENT_E_REFUSED;
	}
	struct importing *importing = calloc(1, sizeof *importing);
	if (importing == NULL)
		return ENT_E_MEMORY;
	importing->source = source;
	importing->fault = reterr_fault;
	ent_tree_init(&importing->tree);
	ent_status status = ent_store_open_sqlite(directory, &importing->store, reterr_fault);
	if (status == ENT_OK)
		status = import_all(importing, source, directory);
	forget_batch(importing);
	if (status == ENT_OK)
		*ret_entries = importing->tree.size;
	ent_store_close(importing->store);
	free(importing);
	return status;
}

ent_status ledger_file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault) {
	FILE *file = fopen(path, "re");
	struct stat about;
	if (file == NULL || fstat(fileno(file), &about) != 0 || about.st_size > LEDGER_LINE_MAX) {
		ent_fault_set(reterr_fault, path, "cannot be read: %s",
				file == NULL ? strerror(errno) : "too large");
		if (file != NULL)
			(void)fclose(file);
		return ENT_E_IO;
	}
	char *text = malloc((size_t)about.st_size + 1);
	const size_t got = text == NULL ? 0 : fread(text, 1, (size_t)about.st_size, file);
	(void)fclose(file);
	if (text == NULL)
		return ENT_E_MEMORY;
	text[got] = '\0';
	*ret_text = text;
	*ret_size = got;
	return ENT_OK;
}
