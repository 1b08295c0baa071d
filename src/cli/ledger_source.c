/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_source.c: see ledger_source.h. */
#include "ledger_source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entente/base64.h"
#include "entente/desk.h"
#include "entente/json.h"
#include "entente/node.h"

enum { LINE_FIRST = 4096, PATH_SIZE = 4096 };

/* --- Open --- */

/* A start of a node makes both, its key and its ledgers. */
static bool has_ledgers(const char *directory) {
	char path[PATH_SIZE];
	struct stat about;
	const int length = snprintf(path, sizeof path, "%s/ledger.sqlite", directory);
	return length > 0 && (size_t)length < sizeof path &&
			(stat(path, &about) == 0 || errno != ENOENT);
}

struct naming {
	char text[ENT_FAULT_WHY_SIZE / 2];
	size_t length;
	bool full;
};

/* An ent_store_ledger_fn. */
static void name_one(void *user, uint32_t ledger, const char *name) {
	struct naming *naming = user;
	const size_t room = sizeof naming->text - naming->length;
	(void)ledger;
	const int length = snprintf(naming->text + naming->length, room, "%s%s",
			naming->length > 0 ? ", " : "", name);
	naming->full = naming->full || (size_t)length >= room;
	if (naming->full)
		naming->text[naming->length] = '\0';
	else
		naming->length += (size_t)length;
}

static void tell_no_such(const struct ledger_source *source, struct ent_fault *fault) {
	struct naming naming = {.length = 0};
	if (ent_store_ledgers(source->store, name_one, &naming) == ENT_OK && naming.length > 0)
		ent_fault_set(fault, source->path,
				"there is no ledger of this name in it, but %s%s", naming.text,
				naming.full ? " and more" : "");
	else
		ent_fault_set(fault, source->path, "there is no ledger of this name in it");
}

static ent_status open_directory(
		struct ledger_source *source, const char *name, struct ent_fault *fault) {
	struct ent_store_head head;
	ent_status status = ENT_OK;
	/* The desk's is signed by the node's own key, under that ledger's name. */
	const bool desk = name != NULL && strcmp(name, ENT_DESK_LEDGER) == 0;
	if (!has_ledgers(source->path)) {
		ent_fault_set(fault, source->path,
				"there is no ledger in it: a node makes it at its first start, in "
				"its "
				"data directory");
		return ENT_E_MISSING;
	}
	source->other = name != NULL && !desk && strcmp(name, ENT_NODE_LEDGER) != 0;
	if (!source->other)
		status = ent_node_read_vkey(source->path, &source->vkey, fault);
	if (status == ENT_OK && desk)
		status = ent_node_vkey_of(&source->vkey, name, &source->vkey, fault);
	if (status == ENT_OK)
		status = ent_store_open_sqlite_read_only(source->path, &source->store, fault);
	if (status == ENT_OK)
		status = ent_store_ledger(source->store, name != NULL ? name : ENT_NODE_LEDGER,
				false, &source->ledger);
	if (status == ENT_E_MISSING && name != NULL && source->store != NULL)
		tell_no_such(source, fault);
	if (status == ENT_OK)
		status = ent_store_head(source->store, source->ledger, &head);
	if (status != ENT_OK) {
		if (fault->why[0] == '\0')
			ent_fault_set(fault, source->path, "%s",
					status == ENT_E_IO ? "the database cannot be read: it is "
							     "damaged, or the disk fails"
							   : ent_status_text(status));
		return status;
	}
	source->size = head.size;
	source->note_length = head.note_length;
	memcpy(source->note, head.note, head.note_length + 1);
	(void)snprintf(source->name, sizeof source->name, "%s",
			source->other ? name : source->vkey.name);
	return ENT_OK;
}

static ent_status bad_line(
		const struct ledger_source *source, const char *why, struct ent_fault *fault) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "%.120s:%" PRIu64, source->path, source->line_number);
	ent_fault_set(fault, where, "%s", why);
	return ENT_E_SYNTAX;
}

/* Room for one more byte and a NUL. E_SYNTAX: it is too long already. E_MEMORY. */
static ent_status grow_line(struct ledger_source *source, size_t length, struct ent_fault *fault) {
	if (length > LEDGER_LINE_MAX)
		return bad_line(source, "the line is longer than any entry may be", fault);
	if (length + 2 <= source->line_capacity)
		return ENT_OK;
	size_t capacity = source->line_capacity > 0 ? 2 * source->line_capacity : LINE_FIRST;
	if (capacity > LEDGER_LINE_MAX + 2)
		capacity = LEDGER_LINE_MAX + 2;
	char *grown = realloc(source->line, capacity);
	if (grown == NULL)
		return ENT_E_MEMORY;
	source->line = grown;
	source->line_capacity = capacity;
	return ENT_OK;
}

/* The next line, without its end. E_MISSING: no more. E_SYNTAX: see above; getline takes whatever comes. */
static ent_status next_line(
		struct ledger_source *source, size_t *ret_length, struct ent_fault *fault) {
	size_t length = 0;
	int c;
	source->line_number++;
	do {
		/* An empty one has a NUL, too. */
		const ent_status status = grow_line(source, length, fault);
		if (status != ENT_OK)
			return status;
		c = getc_unlocked(source->file);
		if (c != EOF && c != '\n')
			source->line[length++] = (char)c;
	} while (c != EOF && c != '\n');
	if (ferror(source->file)) {
		ent_fault_set(fault, source->path, "cannot be read: %s", strerror(errno));
		return ENT_E_IO;
	}
	if (c == EOF && length == 0)
		return ENT_E_MISSING;
	source->line[length] = '\0';
	*ret_length = length;
	return ENT_OK;
}

static bool text_member(struct ent_json_value object, const char *name, const char **ret_text,
		size_t *ret_length) {
	struct ent_json_value value;
	return ent_json_member(object, name, &value) &&
			ent_json_string(value, ret_text, ret_length);
}

static bool read_head(
		struct ledger_source *source, struct ent_json_value head, struct ent_fault *fault) {
	struct ent_json_value value;
	const char *text;
	size_t length;
	int64_t number;
	if (!ent_json_member(head, "entente_ledger", &value) || !ent_json_int(value, &number) ||
			number != 1 || !ent_json_member(head, "entries", &value) ||
			!ent_json_int(value, &number) || number < 0 ||
			!text_member(head, "name", &text, &length) || length >= sizeof source->name)
		return false;
	source->size = (uint64_t)number;
	memcpy(source->name, text, length + 1);
	source->other = !ent_json_member(head, "vkey", &value);
	if (!source->other &&
			(!text_member(head, "vkey", &text, &length) ||
					ent_vkey_parse(text, length, &source->vkey, fault) !=
							ENT_OK))
		return false;
	if (!text_member(head, "checkpoint", &text, &length) || length >= sizeof source->note)
		return false;
	memcpy(source->note, text, length + 1);
	source->note_length = length;
	return true;
}

static ent_status open_file(struct ledger_source *source, struct ent_fault *fault) {
	struct ent_json *json;
	struct ent_json_value head;
	size_t length;
	source->file = strcmp(source->path, "-") == 0 ? stdin : fopen(source->path, "re");
	if (source->file == NULL) {
		ent_fault_set(fault, source->path, "cannot be read: %s", strerror(errno));
		return errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
	}
	ent_status status = next_line(source, &length, fault);
	if (status == ENT_E_MISSING)
		return bad_line(source, "the file is empty", fault);
	if (status == ENT_OK)
		status = ent_json_create(&json);
	if (status != ENT_OK)
		return status;
	struct ent_fault inner = {{0}, {0}};
	if (ent_json_parse(json, source->line, length, NULL, &head, &inner) != ENT_OK ||
			!read_head(source, head, &inner))
		status = bad_line(source, "this is not the head of an exported ledger", fault);
	ent_json_destroy(json);
	return status;
}

ent_status ledger_source_open(struct ledger_source *source, const char *path, const char *name,
		struct ent_fault *reterr_fault) {
	struct stat about;
	*source = (struct ledger_source){.path = path};
	const bool directory = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
	return directory ? open_directory(source, name, reterr_fault)
			 : open_file(source, reterr_fault);
}

void ledger_source_close(struct ledger_source *source) {
	ent_store_close(source->store);
	if (source->file != NULL && source->file != stdin)
		(void)fclose(source->file);
	free(source->line);
}

/* --- A data directory --- */

struct walking {
	struct ledger_source *source;
	ledger_item_fn item;
	void *user;
	uint64_t at;
	struct ent_hash tile[ENT_TILE_WIDTH];
};

/* A page of entries, copied: who is given them may take its time, and parses them where they are. */
struct page {
	struct {
		uint64_t seq;
		size_t at, size; /* in 'bytes' */
		bool archived;
		struct ent_hash leaf;
	} entries[ENT_TILE_WIDTH];
	size_t n;
	char *bytes;
	size_t used, capacity;
};

/* For one more entry and, behind it, what a parser may look at: zeros. */
static bool grow_page(struct page *page, size_t size) {
	const size_t needed = page->used + size + ENT_JSON_PADDING;
	if (needed <= page->capacity)
		return true;
	char *grown = realloc(page->bytes, 2 * needed);
	if (grown == NULL)
		return false;
	page->bytes = grown;
	page->capacity = 2 * needed;
	return true;
}

static ent_status copy_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct page *page = user;
	if (!grow_page(page, entry->size))
		return ENT_E_MEMORY;
	if (entry->size > 0)
		memcpy(page->bytes + page->used, entry->bytes, entry->size);
	memset(page->bytes + page->used + entry->size, 0, ENT_JSON_PADDING);
	page->entries[page->n].seq = seq;
	page->entries[page->n].at = page->used;
	page->entries[page->n].size = entry->size;
	page->entries[page->n].archived = entry->bytes == NULL;
	page->entries[page->n++].leaf = entry->leaf;
	page->used += entry->size + ENT_JSON_PADDING;
	return ENT_OK;
}

static ent_status give_page(struct walking *walking, const struct page *page) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < page->n; i++) {
		const struct ledger_item item = {.at = page->entries[i].seq,
				.numbered = true,
				.bytes = page->entries[i].archived
						? NULL
						: page->bytes + page->entries[i].at,
				.size = page->entries[i].size,
				.capacity = page->entries[i].size + ENT_JSON_PADDING,
				.has_hash = true,
				.hash = page->entries[i].leaf};
		status = walking->item(walking->user, &item);
	}
	return status;
}

/* The full tile that begins at 'first', as it is stored. */
static ent_status give_tile(struct walking *walking, uint64_t first) {
	struct ent_store_tiles tiles = {walking->source->store, walking->source->ledger};
	struct ledger_item item = {.at = first, .numbered = true, .tile = walking->tile};
	const ent_status status = ent_store_tile(
			&tiles, 0, first / ENT_TILE_WIDTH, ENT_TILE_WIDTH, walking->tile);
	if (status != ENT_OK && status != ENT_E_IO)
		return status;
	item.n = status == ENT_OK ? ENT_TILE_WIDTH : 0;
	return walking->item(walking->user, &item);
}

/* What cannot be read at once is read one by one: those that are not there are passed over. */
static ent_status read_page(struct ledger_source *source, uint64_t first, struct page *page) {
	const uint64_t end = source->size - first < ENT_TILE_WIDTH ? source->size
								   : first + ENT_TILE_WIDTH;
	ent_status status = ent_store_read(
			source->store, source->ledger, first, end - first, copy_entry, page);
	if (status != ENT_E_IO)
		return status;
	page->n = page->used = 0;
	for (uint64_t seq = first; seq < end; seq++) {
		status = ent_store_read(source->store, source->ledger, seq, 1, copy_entry, page);
		if (status != ENT_OK && status != ENT_E_IO)
			return status;
	}
	return ENT_OK;
}

static ent_status walk_directory(struct walking *walking) {
	struct page *page = calloc(1, sizeof *page);
	ent_status status = page != NULL ? ENT_OK : ENT_E_MEMORY;
	for (uint64_t first = 0; status == ENT_OK && first < walking->source->size;
			first += ENT_TILE_WIDTH) {
		page->n = page->used = 0;
		status = read_page(walking->source, first, page);
		if (status == ENT_OK)
			status = give_page(walking, page);
		if (status == ENT_OK && walking->source->size - first >= ENT_TILE_WIDTH)
			status = give_tile(walking, first);
	}
	if (page != NULL)
		free(page->bytes);
	free(page);
	return status;
}

/* --- An export --- */

/* {"tile":...} and {"seq":N,"archived":...} are ours; an entry has its kind. */
static ent_status give_hashes(struct walking *walking, struct ent_json *json, size_t length,
		bool *ret_ours, struct ent_fault *fault) {
	const struct ledger_source *source = walking->source;
	struct ent_json_value root, number;
	struct ent_fault inner = {{0}, {0}};
	const char *text;
	size_t text_length, size = 0;
	int64_t tile;
	struct ledger_item item = {.at = walking->at};
	*ret_ours = true;
	if (ent_json_parse(json, source->line, length, NULL, &root, &inner) != ENT_OK)
		return bad_line(source, inner.why, fault);
	if (text_member(root, "hashes", &text, &text_length)) {
		if (ent_base64_parse(ENT_BASE64, text, text_length, walking->tile,
				    sizeof walking->tile, &size) != ENT_OK ||
				size % ENT_HASH_SIZE != 0)
			return bad_line(source, "its hashes are not base64 of at most 256 hashes",
					fault);
		if (!ent_json_member(root, "tile", &number) || !ent_json_int(number, &tile) ||
				tile < 0)
			return bad_line(source, "it does not say which tile it is", fault);
		item.at = (uint64_t)tile * ENT_TILE_WIDTH;
		item.tile = walking->tile;
		item.n = size / ENT_HASH_SIZE;
		return walking->item(walking->user, &item);
	}
	if (text_member(root, "archived", &text, &text_length)) {
		if (ent_base64_parse(ENT_BASE64, text, text_length, &item.hash, sizeof item.hash,
				    &size) != ENT_OK ||
				size != ENT_HASH_SIZE)
			return bad_line(source, "its hash is not base64 of 32 bytes", fault);
		if (!ent_json_member(root, "seq", &number) || !ent_json_int(number, &tile) ||
				tile < 0)
			return bad_line(source, "it does not say which entry it is", fault);
		item.at = (uint64_t)tile;
		item.has_hash = true;
		walking->at++;
		return walking->item(walking->user, &item);
	}
	*ret_ours = false;
	return ENT_OK;
}

static ent_status walk_file(struct walking *walking, struct ent_fault *fault) {
	static const char tile[] = "{\"tile\":", entry[] = "{\"seq\":",
			  archived[] = "\"archived\":";
	struct ledger_source *source = walking->source;
	struct ent_json *json;
	size_t length;
	ent_status status = ent_json_create(&json);
	while (status == ENT_OK && (status = next_line(source, &length, fault)) == ENT_OK) {
		bool ours = strncmp(source->line, tile, sizeof tile - 1) == 0;
		if (!ours && strncmp(source->line, entry, sizeof entry - 1) == 0) {
			const char *comma = strchr(source->line, ',');
			ours = comma != NULL &&
					strncmp(comma + 1, archived, sizeof archived - 1) == 0;
		}
		if (ours)
			status = give_hashes(walking, json, length, &ours, fault);
		if (status != ENT_OK || ours)
			continue;
		const struct ledger_item item = {.at = walking->at++,
				.bytes = source->line,
				.size = length,
				.capacity = source->line_capacity};
		status = walking->item(walking->user, &item);
	}
	ent_json_destroy(json);
	return status == ENT_E_MISSING ? ENT_OK : status;
}

ent_status ledger_source_walk(struct ledger_source *source, ledger_item_fn item, void *user,
		struct ent_fault *reterr_fault) {
	struct walking *walking = calloc(1, sizeof *walking);
	if (walking == NULL)
		return ENT_E_MEMORY;
	walking->source = source;
	walking->item = item;
	walking->user = user;
	const ent_status status = source->store != NULL ? walk_directory(walking)
							: walk_file(walking, reterr_fault);
	free(walking);
	return status;
}
