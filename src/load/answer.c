/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: head --(all of it is there)--> body --> whole
 *             ^--(1xx)--'                  body: 'left' bytes, or chunks until one of size 0 and its trailer
 */
#define _GNU_SOURCE
#include "answer.h"

#include <string.h>
#include <strings.h>

/* Where the line that begins at 'at' ends (its CR LF stands there); 'size' when that is not there yet. */
static size_t line_end(const char *bytes, size_t at, size_t size) {
	const char *found = at < size ? memmem(bytes + at, size - at, "\r\n", 2) : NULL;
	return found != NULL ? (size_t)(found - bytes) : size;
}

static bool name_is(const char *line, size_t length, const char *name, const char **ret_value,
		size_t *ret_length) {
	const size_t n = strlen(name);
	if (length <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
		return false;
	const char *value = line + n + 1;
	size_t left = length - n - 1;
	while (left > 0 && (*value == ' ' || *value == '\t')) {
		value++;
		left--;
	}
	while (left > 0 && (value[left - 1] == ' ' || value[left - 1] == '\t'))
		left--;
	*ret_value = value;
	*ret_length = left;
	return true;
}

static bool value_is(const char *value, size_t length, const char *text) {
	return length == strlen(text) && strncasecmp(value, text, length) == 0;
}

/* Decimal or hexadecimal digits, up to the answer's limit. */
static bool take_number(const char *text, size_t length, unsigned base, size_t *ret_number) {
	size_t number = 0;
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];
		unsigned digit = base;
		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (unsigned)(c - 'A') + 10;
		if (digit >= base)
			return false;
		number = number * base + digit;
		if (number > LOAD_ANSWER_MAX)
			return false;
	}
	*ret_number = number;
	return length > 0;
}

static bool take_header(struct load_answer_reader *reader, const char *line, size_t length) {
	const char *value;
	size_t n;
	/* Most headers are told by their first letter. */
	switch (length > 0 ? line[0] | 0x20 : '\0') {
	case 'c':
		if (name_is(line, length, "content-length", &value, &n)) {
			if (reader->has_length || !take_number(value, n, 10, &reader->left))
				return false;
			reader->has_length = true;
		} else if (name_is(line, length, "connection", &value, &n)) {
			reader->close = reader->close || value_is(value, n, "close");
		}
		return true;
	case 't':
		if (name_is(line, length, "transfer-encoding", &value, &n)) {
			reader->chunked = value_is(value, n, "chunked");
			return reader->chunked;
		}
		return true;
	default:
		return true;
	}
}

/* "HTTP/1.1 200 OK"; the reason may be empty. */
static bool take_status_line(struct load_answer_reader *reader, const char *line, size_t length) {
	if (length < 12 || memcmp(line, "HTTP/1.", 7) != 0 || line[8] != ' ')
		return false;
	size_t status;
	if (!take_number(line + 9, 3, 10, &status) || status < 100 || status > 599 ||
			(length > 12 && line[12] != ' '))
		return false;
	reader->status = (unsigned)status;
	/* HTTP/1.0 closes unless it says otherwise; nobody that we measure speaks it. */
	reader->close = line[7] == '0';
	return true;
}

/* Reads the head that begins at 'begin' and ends, empty line included, at 'end'. */
static bool take_head(
		struct load_answer_reader *reader, const char *bytes, size_t begin, size_t end) {
	reader->chunked = reader->has_length = reader->in_chunk = false;
	reader->left = 0;
	size_t at = begin, stop = line_end(bytes, at, end);
	if (!take_status_line(reader, bytes + at, stop - at))
		return false;
	for (at = stop + 2; at + 2 < end; at = stop + 2) {
		stop = line_end(bytes, at, end);
		if (!take_header(reader, bytes + at, stop - at))
			return false;
	}
	if (reader->status == 204 || reader->status == 304) {
		reader->chunked = false;
		reader->left = 0;
		return true;
	}
	return reader->status < 200 || reader->chunked != reader->has_length;
}

/* Where the next head begins is 'ready', until it is whole. */
static enum load_answer_step read_head(
		struct load_answer_reader *reader, const char *bytes, size_t size) {
	for (;;) {
		const size_t begin = reader->ready;
		/* The end's first bytes may have come before. */
		const size_t from = reader->at > begin + 3 ? reader->at - 3 : begin;
		const char *found = size > from ? memmem(bytes + from, size - from, "\r\n\r\n", 4)
						: NULL;
		reader->at = size;
		if (found == NULL)
			return size - begin > LOAD_ANSWER_HEAD_MAX ? LOAD_ANSWER_BAD
								   : LOAD_ANSWER_MORE;
		const size_t end = (size_t)(found - bytes) + 4;
		if (end - begin > LOAD_ANSWER_HEAD_MAX || !take_head(reader, bytes, begin, end))
			return LOAD_ANSWER_BAD;
		reader->at = reader->ready = end;
		if (reader->status >= 200)
			break;
	}
	reader->body = reader->at;
	return LOAD_ANSWER_WHOLE;
}

/* The line that begins at 'at', of chunks or their trailer, ends at *ret_stop. */
static enum load_answer_step read_line(const struct load_answer_reader *reader, const char *bytes,
		size_t size, size_t *ret_stop) {
	const size_t stop = line_end(bytes, reader->at, size);
	/* Half of its end may be there. */
	if (stop - reader->at > LOAD_ANSWER_HEAD_MAX + (stop == size))
		return LOAD_ANSWER_BAD;
	*ret_stop = stop;
	return stop < size ? LOAD_ANSWER_WHOLE : LOAD_ANSWER_MORE;
}

static enum load_answer_step read_chunk_line(
		struct load_answer_reader *reader, const char *bytes, size_t size) {
	size_t stop;
	const enum load_answer_step step = read_line(reader, bytes, size, &stop);
	if (step != LOAD_ANSWER_WHOLE)
		return step;
	const char *line = bytes + reader->at;
	const char *extension = memchr(line, ';', stop - reader->at);
	const size_t length = extension != NULL ? (size_t)(extension - line) : stop - reader->at;
	if (!take_number(line, length, 16, &reader->left))
		return LOAD_ANSWER_BAD;
	reader->at = stop + 2;
	reader->in_chunk = true;
	return LOAD_ANSWER_WHOLE;
}

/* Lines up to an empty one. */
static enum load_answer_step read_trailer(
		struct load_answer_reader *reader, const char *bytes, size_t size) {
	for (;;) {
		size_t stop;
		const enum load_answer_step step = read_line(reader, bytes, size, &stop);
		if (step != LOAD_ANSWER_WHOLE)
			return step;
		const bool empty = stop == reader->at;
		reader->at = stop + 2;
		if (empty)
			return LOAD_ANSWER_WHOLE;
	}
}

static enum load_answer_step read_chunks(
		struct load_answer_reader *reader, char *bytes, size_t size) {
	for (;;) {
		if (!reader->in_chunk) {
			const enum load_answer_step step = read_chunk_line(reader, bytes, size);
			if (step != LOAD_ANSWER_WHOLE)
				return step;
		}
		if (reader->left == 0)
			break;
		/* With the line break behind it. */
		if (size - reader->at < reader->left + 2)
			return LOAD_ANSWER_MORE;
		if (memcmp(bytes + reader->at + reader->left, "\r\n", 2) != 0)
			return LOAD_ANSWER_BAD;
		memmove(bytes + reader->ready, bytes + reader->at, reader->left);
		reader->ready += reader->left;
		reader->at += reader->left + 2;
		reader->in_chunk = false;
	}
	return read_trailer(reader, bytes, size);
}

enum load_answer_step load_answer_read(struct load_answer_reader *reader, char *bytes, size_t size,
		struct load_answer *ret_answer, size_t *ret_used) {
	enum load_answer_step step = LOAD_ANSWER_WHOLE;
	if (reader->body == 0)
		step = read_head(reader, bytes, size);
	if (step != LOAD_ANSWER_WHOLE)
		return step;
	if (reader->chunked) {
		step = read_chunks(reader, bytes, size);
	} else if (size - reader->body < reader->left) {
		step = LOAD_ANSWER_MORE;
	} else {
		reader->ready = reader->at = reader->body + reader->left;
	}
	if (step != LOAD_ANSWER_WHOLE)
		return step;
	*ret_answer = (struct load_answer){.status = reader->status,
			.close = reader->close,
			.body = bytes + reader->body,
			.size = reader->ready - reader->body};
	*ret_used = reader->at;
	return LOAD_ANSWER_WHOLE;
}
