/* SPDX-License-Identifier: Apache-2.0 */
/* write.c: writes a parcel into one block, which grows by halves and not beyond its limit. */
#include "entente/parcel.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "text.h"

enum {
	LINE_SIZE = ENT_PARCEL_NAME_MAX + 64, /* of a line that is not an entry's or a payload's */
	END_SIZE = 4 + PARCEL_HEX_LENGTH + 1, /* of the last line */
	ROOM_FIRST = 4096
};

enum stage { LEDGERS, ENTRIES, BEHIND, WITNESSED, HAVES, DONE };

struct ent_parcel_writer {
	char *text; /* terminated */
	size_t length, capacity, limit;
	ent_status status;
	enum stage stage;
	uint64_t number, left;       /* of the next entry; how many are to come */
	uint64_t payload_from;       /* the least number of the next payload */
	size_t n_ledgers, n_entries; /* of all */
	size_t n_witnessed, n_haves;
};

/* Room for so many bytes and a terminator; 'spare' bytes of the limit stay free. */
static bool has_room(struct ent_parcel_writer *writer, size_t size, size_t spare) {
	if (writer->status != ENT_OK)
		return false;
	if (size > writer->limit || writer->length > writer->limit - size ||
			writer->limit - size - writer->length < spare) {
		writer->status = ENT_E_LIMIT;
		return false;
	}
	const size_t needed = writer->length + size + 1;
	if (needed <= writer->capacity)
		return true;
	size_t capacity = writer->capacity + writer->capacity / 2;
	capacity = capacity < needed ? needed : capacity;
	capacity = capacity < ROOM_FIRST ? ROOM_FIRST : capacity;
	char *text = realloc(writer->text, capacity);
	if (text == NULL) {
		writer->status = ENT_E_MEMORY;
		return false;
	}
	writer->text = text;
	writer->capacity = capacity;
	return true;
}

/* The end always has room. */
static void add(struct ent_parcel_writer *writer, const char *text, size_t length) {
	if (!has_room(writer, length, END_SIZE))
		return;
	memcpy(writer->text + writer->length, text, length);
	writer->length += length;
	writer->text[writer->length] = '\0';
}

/* A line that is short whatever is in it. */
ENT_PRINTF(2, 3)
static void add_line(struct ent_parcel_writer *writer, const char *format, ...) {
	char line[LINE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	const int length = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	assert(length > 0 && length < LINE_SIZE);
	add(writer, line, (size_t)length);
}

static void add_note(struct ent_parcel_writer *writer, const char *key, const char *note,
		size_t length) {
	size_t lines = 0;
	for (size_t i = 0; i < length; i++)
		lines += note[i] == '\n';
	assert(length > 0 && note[length - 1] == '\n' && lines <= ENT_PARCEL_NOTE_LINES_MAX);
	add_line(writer, "%s %zu\n", key, lines);
	add(writer, note, length);
}

static void limit_count(struct ent_parcel_writer *writer, size_t *count, size_t more, size_t most) {
	if (writer->status == ENT_OK && more > most - *count)
		writer->status = ENT_E_LIMIT;
	if (writer->status == ENT_OK)
		*count += more;
}

ent_status ent_parcel_writer_create(const char *from, const char *to, size_t limit,
		struct ent_parcel_writer **ret_writer) {
	assert(ent_party_id_ok(from, strlen(from)) && ent_party_id_ok(to, strlen(to)));
	struct ent_parcel_writer *writer = calloc(1, sizeof *writer);
	if (writer == NULL)
		return ENT_E_MEMORY;
	writer->limit = limit < ENT_PARCEL_SIZE_MAX ? limit : ENT_PARCEL_SIZE_MAX;
	add_line(writer, "entente parcel 1\nfrom %s\nto %s\n", from, to);
	*ret_writer = writer;
	return ENT_OK;
}

void ent_parcel_writer_destroy(struct ent_parcel_writer *writer) {
	if (writer == NULL)
		return;
	free(writer->text);
	free(writer);
}

void ent_parcel_write_ledger(
		struct ent_parcel_writer *writer, const char *name, uint64_t first, uint64_t n) {
	assert(writer->stage == LEDGERS && ent_parcel_name_ok(name, strlen(name)));
	assert(n <= ENT_PARCEL_ENTRIES_MAX && first <= PARCEL_NUMBER_MAX - n);
	limit_count(writer, &writer->n_ledgers, 1, ENT_PARCEL_LEDGERS_MAX);
	limit_count(writer, &writer->n_entries, n, ENT_PARCEL_ENTRIES_MAX);
	writer->stage = n > 0 ? ENTRIES : BEHIND;
	writer->number = writer->payload_from = first;
	writer->left = n;
	add_line(writer, "ledger %s %" PRIu64 " %" PRIu64 "\n", name, first, n);
}

void ent_parcel_write_entry(struct ent_parcel_writer *writer, const char *bytes, size_t size) {
	assert(writer->stage == ENTRIES && size >= 2 && size <= ENT_PARCEL_ENTRY_MAX);
	assert(bytes[0] == '{' && bytes[size - 1] == '}' && memchr(bytes, '\n', size) == NULL);
	add(writer, bytes, size);
	add(writer, "\n", 1);
	writer->number++;
	if (--writer->left == 0)
		writer->stage = BEHIND;
}

void ent_parcel_write_payload(
		struct ent_parcel_writer *writer, uint64_t number, const void *bytes, size_t size) {
	assert(writer->stage == BEHIND && number >= writer->payload_from &&
			number < writer->number);
	assert(size >= ENT_PARCEL_SALT_SIZE && size <= ENT_PARCEL_PAYLOAD_MAX);
	writer->payload_from = number + 1;
	add_line(writer, "payload %" PRIu64 " ", number);
	if (has_room(writer, ENT_BASE64_SIZE(size), END_SIZE))
		writer->length += ent_base64_print(
				ENT_BASE64, bytes, size, writer->text + writer->length);
	add(writer, "\n", 1);
}

void ent_parcel_write_checkpoint(
		struct ent_parcel_writer *writer, const char *note, size_t length) {
	assert(writer->stage == BEHIND);
	writer->stage = LEDGERS;
	add_note(writer, "checkpoint", note, length);
}

void ent_parcel_write_witnessed(struct ent_parcel_writer *writer, const char *note, size_t length) {
	assert(writer->stage == LEDGERS || writer->stage == WITNESSED);
	writer->stage = WITNESSED;
	limit_count(writer, &writer->n_witnessed, 1, ENT_PARCEL_WITNESSED_MAX);
	add_note(writer, "witnessed", note, length);
}

void ent_parcel_write_have(struct ent_parcel_writer *writer, const char *name, uint64_t entries) {
	assert(writer->stage == LEDGERS || writer->stage == WITNESSED || writer->stage == HAVES);
	assert(ent_parcel_name_ok(name, strlen(name)) && entries <= PARCEL_NUMBER_MAX);
	writer->stage = HAVES;
	limit_count(writer, &writer->n_haves, 1, ENT_PARCEL_LEDGERS_MAX);
	add_line(writer, "have %s %" PRIu64 "\n", name, entries);
}

ent_status ent_parcel_writer_finish(
		struct ent_parcel_writer *writer, const char **ret_text, size_t *ret_length) {
	struct ent_hash hash;
	char hex[PARCEL_HEX_LENGTH + 1];
	assert(writer->stage == LEDGERS || writer->stage == WITNESSED || writer->stage == HAVES);
	if (!has_room(writer, END_SIZE, 0))
		return writer->status;
	writer->stage = DONE;
	ent_seal_sha256(writer->text, writer->length, &hash);
	parcel_hex(&hash, hex);
	writer->length += (size_t)snprintf(
			writer->text + writer->length, END_SIZE + 1, "end %s\n", hex);
	*ret_text = writer->text;
	*ret_length = writer->length;
	return ENT_OK;
}

size_t ent_parcel_entry_cost(size_t entry_size, size_t payload_size) {
	/* "payload", a number of up to 19 digits, two spaces, a newline. */
	return entry_size + 1 + (payload_size > 0 ? ENT_BASE64_SIZE(payload_size) + 29 : 0);
}
