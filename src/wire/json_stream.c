/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_stream.c: a top-level array of any length, in a window.
 *
 * The window holds text of the array from some element's start on. It is cut at a comma
 * and what stands before, put between brackets, is parsed. When that parses, the comma was
 * one of the top-level array: a cut in a string or in a nested value leaves something open.
 * So the comma may be guessed from the end (a '}' before it), and only when the guess
 * fails is the text scanned. What follows the comma moves to the front, and the window is
 * filled again; it grows only for an element that is larger than it.
 */
#include "entente/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_locate.h"

/* The bracket that opens a batch takes the place of the byte before it. */
enum { FRONT = 1 };

/* A word or number that the window cuts in two looks wrong within so many bytes of its end. */
enum { NEAR_END = 4096 };

struct ent_json_stream {
	ent_read_fn read;
	void *user;
	struct ent_json *json;
	char *window;          /* FRONT bytes, text, room, ENT_JSON_PADDING */
	size_t capacity, used; /* of text */
	size_t taken;          /* text of the last batch with its comma; goes at the next call */
	uint64_t lines, line_bytes; /* before the text */
	uint64_t elements;          /* given out */
	bool opened, ended, closed; /* '[' seen; the source ended; all was given out */
};

ent_status ent_json_stream_create(
		ent_read_fn read, void *user, struct ent_json_stream **ret_stream) {
	struct ent_json_stream *stream = calloc(1, sizeof *stream);
	if (stream == NULL)
		return ENT_E_MEMORY;
	stream->read = read;
	stream->user = user;
	stream->capacity = ENT_JSON_WINDOW;
	stream->window = malloc(FRONT + stream->capacity + ENT_JSON_PADDING);
	ent_status status = stream->window == NULL ? ENT_E_MEMORY : ent_json_create(&stream->json);
	if (status != ENT_OK) {
		ent_json_stream_destroy(stream);
		return status;
	}
	*ret_stream = stream;
	return ENT_OK;
}

void ent_json_stream_destroy(struct ent_json_stream *stream) {
	if (stream == NULL)
		return;
	ent_json_destroy(stream->json);
	free(stream->window);
	free(stream);
}

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static ent_status fail_here(const struct ent_json_stream *stream, size_t at, ent_status status,
		const char *why, struct ent_fault *fault) {
	uint64_t lines = stream->lines, bytes = stream->line_bytes;
	char where[64];
	for (size_t i = 0; i < at; i++) {
		bytes++;
		if (stream->window[FRONT + i] == '\n') {
			lines++;
			bytes = 0;
		}
	}
	(void)snprintf(where, sizeof where, "line %llu, column %llu", (unsigned long long)lines + 1,
			(unsigned long long)bytes + 1);
	ent_fault_set(fault, where, "%s", why);
	return status;
}

/* Takes n bytes off the front of the text. */
static void drop(struct ent_json_stream *stream, size_t n) {
	const char *text = stream->window + FRONT, *end = text + n, *line = text;
	for (const char *at; (at = memchr(line, '\n', (size_t)(end - line))) != NULL;
			line = at + 1) {
		stream->lines++;
		stream->line_bytes = 0;
	}
	stream->line_bytes += (uint64_t)(end - line);
	stream->used -= n;
	memmove(stream->window + FRONT, end, stream->used);
}

static ent_status fill(struct ent_json_stream *stream) {
	while (!stream->ended && stream->used < stream->capacity) {
		size_t got;
		ent_status status = stream->read(stream->user,
				stream->window + FRONT + stream->used,
				stream->capacity - stream->used, &got);
		if (status != ENT_OK)
			return status;
		stream->used += got;
		stream->ended = got == 0;
	}
	return ENT_OK;
}

static ent_status grow(struct ent_json_stream *stream, struct ent_fault *fault) {
	if (stream->capacity >= ENT_JSON_ELEMENT_MAX) {
		/* Either it is that large, or something that is not well formed hides where it ends. */
		const char *why;
		stream->window[0] = '[';
		size_t at = json_locate(
				stream->window, FRONT + stream->used, ENT_JSON_DEPTH_MAX, &why);
		bool long_string = strcmp(why, JSON_WHY_NO_END) == 0;
		if (at >= FRONT && at < stream->used - NEAR_END && !long_string)
			return fail_here(stream, at - FRONT,
					strcmp(why, JSON_WHY_TOO_DEEP) == 0 ? ENT_E_LIMIT
									    : ENT_E_SYNTAX,
					why, fault);
		return fail_here(stream, 0, ENT_E_LIMIT,
				"one element of the array is larger than 16 MiB", fault);
	}
	char *window = realloc(stream->window, FRONT + 2 * stream->capacity + ENT_JSON_PADDING);
	if (window == NULL)
		return ENT_E_MEMORY;
	stream->window = window;
	stream->capacity *= 2;
	return ENT_OK;
}

/* A comma between two objects, the last one; used when there is none. */
static size_t guess_comma(const struct ent_json_stream *stream) {
	const char *text = stream->window + FRONT;
	for (size_t at = stream->used; at-- > 1;) {
		if (text[at] != ',')
			continue;
		size_t before = at;
		while (before > 0 && is_space(text[before - 1]))
			before--;
		if (before > 0 && text[before - 1] == '}')
			return at;
	}
	return stream->used;
}

/* text[0..size) between brackets; the byte behind it is put back. */
static ent_status parse(struct ent_json_stream *stream, size_t size,
		struct ent_json_value *ret_batch, struct ent_fault *fault) {
	char *text = stream->window;
	char behind = text[FRONT + size];
	struct ent_json_options options = {
			.capacity = FRONT + stream->capacity + ENT_JSON_PADDING,
			.lines_before = stream->lines,
			.bytes_before = stream->line_bytes - FRONT, /* unsigned: wraps, and back */
	};
	text[0] = '[';
	text[FRONT + size] = ']';
	ent_status status = ent_json_parse(
			stream->json, text, FRONT + size + 1, &options, ret_batch, fault);
	text[FRONT + size] = behind;
	return status;
}

static ent_status open_array(struct ent_json_stream *stream, struct ent_fault *fault) {
	ent_status status = fill(stream);
	size_t at = 0;
	if (status != ENT_OK)
		return status;
	if (stream->used >= 3 && memcmp(stream->window + FRONT, "\xef\xbb\xbf", 3) == 0)
		at = 3; /* byte order mark, which RFC 8259 lets a reader pass over */
	while (at < stream->used && is_space(stream->window[FRONT + at]))
		at++;
	if (at == stream->used || stream->window[FRONT + at] != '[')
		return fail_here(
				stream, at, ENT_E_SYNTAX, "an array must start here with [", fault);
	drop(stream, at + 1);
	stream->opened = true;
	return ENT_OK;
}

/* The rest of the text, whose last byte but spaces must close the array. */
static ent_status parse_last(struct ent_json_stream *stream, struct ent_json_value *ret_batch,
		struct ent_fault *fault) {
	size_t end = stream->used;
	while (end > 0 && is_space(stream->window[FRONT + end - 1]))
		end--;
	if (end == 0 || stream->window[FRONT + end - 1] != ']')
		return fail_here(stream, end, ENT_E_SYNTAX,
				"the text ends before its array does, or goes on behind it", fault);
	stream->closed = true;
	ent_status status = parse(stream, end - 1, ret_batch, fault);
	if (status != ENT_OK)
		return status;
	struct ent_json_walk walk = ent_json_walk_from(*ret_batch);
	struct ent_json_value first;
	if (ent_json_next_element(&walk, &first)) {
		stream->taken = stream->used;
		return ENT_OK;
	}
	if (stream->elements > 0)
		return fail_here(stream, end - 1, ENT_E_SYNTAX, "a value must follow the comma",
				fault);
	return ENT_E_MISSING;
}

/* Up to the last comma that there is. */
static ent_status parse_some(struct ent_json_stream *stream, struct ent_json_value *ret_batch,
		struct ent_fault *fault) {
	size_t comma = guess_comma(stream);
	if (comma < stream->used) {
		ent_status status = parse(stream, comma, ret_batch, fault);
		if (status == ENT_OK || status == ENT_E_MEMORY) {
			stream->taken = comma + 1;
			return status;
		}
	}
	size_t true_comma = json_last_comma(stream->window + FRONT, stream->used);
	if (true_comma == stream->used)
		return ENT_E_MISSING;
	stream->taken = true_comma + 1;
	return parse(stream, true_comma, ret_batch, fault);
}

static uint64_t count(struct ent_json_value batch) {
	struct ent_json_walk walk = ent_json_walk_from(batch);
	struct ent_json_value value;
	uint64_t n = 0;
	while (ent_json_next_element(&walk, &value))
		n++;
	return n;
}

ent_status ent_json_stream_next(struct ent_json_stream *stream, struct ent_json_value *ret_batch,
		uint64_t *ret_first, struct ent_fault *reterr_fault) {
	struct ent_json_value batch;
	ent_status status = ENT_OK;
	if (!stream->opened)
		status = open_array(stream, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (stream->closed)
		return ENT_E_MISSING;
	drop(stream, stream->taken);
	stream->taken = 0;
	for (;;) {
		status = fill(stream);
		if (status != ENT_OK)
			return status;
		if (stream->ended) {
			status = parse_last(stream, &batch, reterr_fault);
			break;
		}
		status = parse_some(stream, &batch, reterr_fault);
		if (status != ENT_E_MISSING)
			break;
		status = grow(stream, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	if (status != ENT_OK)
		return status;
	*ret_batch = batch;
	*ret_first = stream->elements;
	stream->elements += count(batch);
	return ENT_OK;
}
