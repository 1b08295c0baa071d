/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body.c: a body grows with what has come, never with what was said to come, so that a promise of megabytes costs
 * its maker megabytes. What is held counts against the server's total. A body that is refused on the way is read
 * to its end and thrown away, since the library can answer only then. One that may hold a secret leaves nothing behind
 * where it was, here or in the library's buffer; others are not wiped, for they may be large and many.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 16384 };

static void account(struct ent_http_request *r, size_t capacity) {
	if (capacity >= r->body_capacity)
		atomic_fetch_add(&r->server->body_total, capacity - r->body_capacity);
	else
		atomic_fetch_sub(&r->server->body_total, r->body_capacity - capacity);
	r->body_capacity = capacity;
}

void body_free(struct ent_http_request *r) {
	if (r->secret)
		ent_wipe(r->body, r->body_size);
	free(r->body);
	r->body = NULL;
	r->body_size = 0;
	account(r, 0);
}

/* As realloc, which would leave a copy where it was. */
static char *move_secret(struct ent_http_request *r, size_t size) {
	char *moved = malloc(size);
	if (moved == NULL || r->body == NULL)
		return moved;
	memcpy(moved, r->body, r->body_size);
	ent_wipe(r->body, r->body_size);
	free(r->body);
	return moved;
}

static enum refusal grow(struct ent_http_request *r, size_t needed) {
	const struct ent_http_limits *limits = &r->server->limits;
	const size_t most = r->has_length ? (size_t)r->length : limits->body_max;
	size_t capacity = r->body_capacity == 0 ? FIRST_SIZE : r->body_capacity;
	while (capacity < needed)
		capacity *= 2;
	if (capacity > most)
		capacity = most;
	const size_t before = r->body_capacity;
	account(r, capacity);
	if (atomic_load(&r->server->body_total) > limits->body_total_max)
		return REFUSE_BODY_TOTAL;
	char *grown = r->secret ? move_secret(r, capacity + BODY_PADDING)
				: realloc(r->body, capacity + BODY_PADDING);
	if (grown == NULL) {
		account(r, before);
		return REFUSE_MEMORY;
	}
	r->body = grown;
	return REFUSE_NONE;
}

static bool take(struct ent_http_request *r, const char *bytes, size_t size) {
	const size_t body_max = r->server->limits.body_max;
	r->bytes_in += size;
	if (r->refusal != REFUSE_NONE)
		/* What chunks bring has no end that we know. */
		return r->has_length || r->bytes_in / 2 <= body_max;
	if (size > body_max - r->body_size) {
		r->refusal = REFUSE_BODY_SIZE;
	} else {
		const size_t needed = r->body_size + size;
		if (needed > r->body_capacity)
			r->refusal = grow(r, needed);
	}
	if (r->refusal != REFUSE_NONE) {
		r->close = true;
		body_free(r);
		return true;
	}
	memcpy(r->body + r->body_size, bytes, size);
	r->body_size += size;
	return true;
}

bool body_take(struct ent_http_request *r, char *bytes, size_t size) {
	const bool fine = take(r, bytes, size);
	if (r->secret)
		ent_wipe(bytes, size);
	return fine;
}
