/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams.h: for tests: bytes in memory as a stream that gives a few at a time, and
 * streams that never end.
 */
#ifndef ENTENTE_TEST_STREAMS_H
#define ENTENTE_TEST_STREAMS_H

#include "entente/stream.h"
#include "test.h"

struct test_bytes {
	const char *bytes;
	size_t size, at;
	size_t most;   /* at most so many at a time; 0: all that is asked for */
	uint64_t seed; /* not 0: a random number of them, up to most */
};

static inline ent_status test_read_bytes(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct test_bytes *from = user;
	size_t part = from->size - from->at;
	size_t most = from->most;
	if (from->seed != 0 && most > 0)
		most = 1 + (size_t)(test_random(&from->seed) % most);
	if (most > 0 && part > most)
		part = most;
	if (part > size)
		part = size;
	memcpy(buffer, from->bytes + from->at, part);
	from->at += part;
	*ret_size = part;
	return ENT_OK;
}

/* 'head', then 'body' over and over for 'total' bytes in all, without holding them. */
struct test_endless {
	const char *head, *body;
	uint64_t total, given;
};

/* Doubles what begins there: a byte at a time would take longer than what reads them. */
static inline void test_repeat(char *out, size_t filled, size_t size) {
	while (filled < size) {
		const size_t part = filled < size - filled ? filled : size - filled;
		memcpy(out + filled, out, part);
		filled += part;
	}
}

static inline ent_status test_read_endless(
		void *user, void *buffer, size_t size, size_t *ret_size) {
	struct test_endless *from = user;
	char *out = buffer;
	const size_t head = strlen(from->head), body = strlen(from->body);
	const uint64_t left = from->total - from->given;
	const size_t whole = size < left ? size : (size_t)left;
	size_t n = 0;
	while (n < whole) {
		const bool begins = from->given < head;
		const size_t at = (size_t)(begins ? from->given : (from->given - head) % body);
		size_t part = (begins ? head : body) - at;
		if (part > whole - n)
			part = whole - n;
		memcpy(out + n, (begins ? from->head : from->body) + at, part);
		if (!begins && at == 0) {
			test_repeat(out + n, part, whole - n);
			part = whole - n;
		}
		from->given += part;
		n += part;
	}
	*ret_size = n;
	return ENT_OK;
}

/* Fails after the given bytes. */
static inline ent_status test_read_broken(void *user, void *buffer, size_t size, size_t *ret_size) {
	ent_status status = test_read_bytes(user, buffer, size, ret_size);
	return status == ENT_OK && *ret_size == 0 ? ENT_E_IO : status;
}

#endif
