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

static inline ent_status test_read_endless(
		void *user, void *buffer, size_t size, size_t *ret_size) {
	struct test_endless *from = user;
	char *out = buffer;
	const size_t head = strlen(from->head), body = strlen(from->body);
	size_t n = 0;
	while (n < size && from->given < from->total) {
		const bool begins = from->given < head;
		const size_t at = (size_t)(begins ? from->given : (from->given - head) % body);
		size_t part = (begins ? head : body) - at;
		if (part > size - n)
			part = size - n;
		if (part > from->total - from->given)
			part = (size_t)(from->total - from->given);
		memcpy(out + n, (begins ? from->head : from->body) + at, part);
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
