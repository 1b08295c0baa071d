/* SPDX-License-Identifier: Apache-2.0 */
/* jsonout.c: the JSON writer; a buffer before the sink, and a flag a level for the commas. */
#include "entente/jsonout.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"

static void flush(struct ent_jsonout *out) {
	if (out->status == ENT_OK && out->used > 0)
		out->status = out->write(out->user, out->buffer, out->used);
	out->used = 0;
}

static void put(struct ent_jsonout *out, const char *bytes, size_t size) {
	while (size > 0) {
		if (out->used == sizeof out->buffer)
			flush(out);
		size_t part = sizeof out->buffer - out->used;
		if (part > size)
			part = size;
		memcpy(out->buffer + out->used, bytes, part);
		out->used += part;
		bytes += part;
		size -= part;
	}
}

static void put_text(struct ent_jsonout *out, const char *text) {
	put(out, text, strlen(text));
}

static void new_line(struct ent_jsonout *out) {
	static const char spaces[] = "        ";
	if (out->indent == 0 || out->inline_from_here[out->depth])
		return;
	put(out, "\n", 1);
	for (size_t n = (size_t)out->indent * out->depth; n > 0;) {
		size_t part = n < sizeof spaces - 1 ? n : sizeof spaces - 1;
		put(out, spaces, part);
		n -= part;
	}
}

/* What stands between this and what came before it in the same level. */
static void separate(struct ent_jsonout *out) {
	if (!out->first[out->depth])
		put(out, ",", 1);
	if (!out->first[out->depth] && out->inline_from_here[out->depth] && out->indent > 0)
		put(out, " ", 1);
	out->first[out->depth] = false;
	if (out->depth > 0)
		new_line(out);
}

static void before_value(struct ent_jsonout *out) {
	assert(out->named == out->object[out->depth]);
	if (!out->named)
		separate(out);
	out->named = false;
}

static void begin(struct ent_jsonout *out, bool object, bool in_line) {
	before_value(out);
	assert(out->depth < ENT_JSONOUT_DEPTH_MAX);
	put(out, object ? "{" : "[", 1);
	bool above = out->inline_from_here[out->depth];
	out->depth++;
	out->first[out->depth] = true;
	out->object[out->depth] = object;
	out->inline_from_here[out->depth] = above || in_line;
}

static void end(struct ent_jsonout *out, bool object) {
	assert(out->depth > 0 && out->object[out->depth] == object && !out->named);
	bool empty = out->first[out->depth], in_line = out->inline_from_here[out->depth];
	out->depth--;
	if (!empty && !in_line)
		new_line(out);
	put(out, object ? "}" : "]", 1);
}

void ent_jsonout_init(struct ent_jsonout *out, ent_write_fn write, void *user, unsigned indent) {
	out->write = write;
	out->user = user;
	out->status = ENT_OK;
	out->depth = 0;
	out->indent = indent;
	out->named = false;
	out->first[0] = true;
	out->object[0] = false;
	out->inline_from_here[0] = false;
	out->used = 0;
}

ent_status ent_jsonout_finish(struct ent_jsonout *out) {
	assert(out->depth == 0);
	put(out, "\n", 1);
	flush(out);
	return out->status;
}

void ent_jsonout_object_begin(struct ent_jsonout *out) {
	begin(out, true, false);
}

void ent_jsonout_object_end(struct ent_jsonout *out) {
	end(out, true);
}

void ent_jsonout_array_begin(struct ent_jsonout *out) {
	begin(out, false, false);
}

void ent_jsonout_array_begin_inline(struct ent_jsonout *out) {
	begin(out, false, true);
}

void ent_jsonout_array_end(struct ent_jsonout *out) {
	end(out, false);
}

static void put_unit(struct ent_jsonout *out, uint32_t unit) {
	static const char hex[] = "0123456789abcdef";
	const char escape[] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15],
			hex[unit >> 4 & 15], hex[unit & 15]};
	put(out, escape, sizeof escape);
}

/* A character that may not stand for itself. */
static void put_escape(struct ent_jsonout *out, uint32_t c) {
	const char *two = c == '"'  ? "\\\""
			: c == '\\' ? "\\\\"
			: c == '\n' ? "\\n"
			: c == '\r' ? "\\r"
			: c == '\t' ? "\\t"
				    : NULL;
	if (two != NULL) {
		put(out, two, 2);
	} else if (c < 0x10000) {
		put_unit(out, c);
	} else {
		/* RFC 8259, 7: a surrogate pair. */
		put_unit(out, 0xd800 + ((c - 0x10000) >> 10));
		put_unit(out, 0xdc00 + (c & 0x3ff));
	}
}

/* Most characters: printable, of ASCII, and no escape. */
static bool is_plain(char c) {
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

static void put_string(struct ent_jsonout *out, const char *text, size_t length) {
	put(out, "\"", 1);
	size_t plain = 0, at = 0; /* text[plain..at) needs nothing */
	while (at < length) {
		uint32_t c = 0;
		while (at < length && is_plain(text[at]))
			at++;
		if (at == length)
			break;
		size_t n = ent_text_character(text + at, length - at, &c);
		if (n > 0 && c != '"' && c != '\\' && !ent_text_steers(c)) {
			at += n;
			continue;
		}
		put(out, text + plain, at - plain);
		if (n == 0)
			put_text(out, "\xef\xbf\xbd"); /* U+FFFD */
		else
			put_escape(out, c);
		at += n > 0 ? n : 1;
		plain = at;
	}
	put(out, text + plain, at - plain);
	put(out, "\"", 1);
}

void ent_jsonout_name(struct ent_jsonout *out, const char *name) {
	assert(out->object[out->depth] && !out->named);
	separate(out);
	put_string(out, name, strlen(name));
	put_text(out, out->indent > 0 ? ": " : ":");
	out->named = true;
}

void ent_jsonout_string(struct ent_jsonout *out, const char *text) {
	ent_jsonout_string_n(out, text, strlen(text));
}

void ent_jsonout_string_n(struct ent_jsonout *out, const char *text, size_t length) {
	before_value(out);
	put_string(out, text, length);
}

static void put_whole(struct ent_jsonout *out, bool minus, uint64_t value) {
	char digits[21];
	size_t at = sizeof digits;
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	if (minus)
		digits[--at] = '-';
	before_value(out);
	put(out, digits + at, sizeof digits - at);
}

void ent_jsonout_int(struct ent_jsonout *out, int64_t value) {
	put_whole(out, value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void ent_jsonout_uint(struct ent_jsonout *out, uint64_t value) {
	put_whole(out, false, value);
}

void ent_jsonout_decimal(struct ent_jsonout *out, int64_t value, unsigned decimals) {
	char text[ENT_TEXT_DECIMAL_SIZE];
	size_t length = ent_text_print_decimal(value, decimals, true, text);
	before_value(out);
	put(out, text, length);
}

void ent_jsonout_bool(struct ent_jsonout *out, bool value) {
	before_value(out);
	put_text(out, value ? "true" : "false");
}

void ent_jsonout_null(struct ent_jsonout *out) {
	before_value(out);
	put_text(out, "null");
}

void ent_jsonout_raw(struct ent_jsonout *out, const char *text, size_t length) {
	before_value(out);
	put(out, text, length);
}

void ent_jsonout_time(struct ent_jsonout *out, int64_t utc_us) {
	char text[ENT_TEXT_TIME_SIZE];
	size_t length = ent_text_print_time(utc_us, text);
	if (text[0] == 'u')
		ent_jsonout_null(out);
	else
		ent_jsonout_string_n(out, text, length);
}

ent_status ent_jsonout_to_file(void *user, const void *bytes, size_t size) {
	return fwrite(bytes, 1, size, user) == size ? ENT_OK : ENT_E_IO;
}

ent_status ent_jsonout_to_memory(void *user, const void *bytes, size_t size) {
	struct ent_jsonout_memory *memory = user;
	if (size > memory->limit || memory->size > memory->limit - size)
		return ENT_E_LIMIT;
	size_t needed = memory->size + size + 1;
	if (needed > memory->capacity) {
		size_t capacity = memory->capacity * 2 > needed ? memory->capacity * 2 : needed;
		char *grown = realloc(memory->bytes, capacity);
		if (grown == NULL)
			return ENT_E_MEMORY;
		memory->bytes = grown;
		memory->capacity = capacity;
	}
	memcpy(memory->bytes + memory->size, bytes, size);
	memory->size += size;
	memory->bytes[memory->size] = '\0';
	return ENT_OK;
}
