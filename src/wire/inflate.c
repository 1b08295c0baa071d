/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflate.c: the only door to zlib. Between members (RFC 1952, section 2.2) the input may
 * end; anywhere else its end is an error.
 */
#include "entente/inflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

enum { INPUT_SIZE = 65536, GZIP_ONLY = 16 + MAX_WBITS };

struct ent_inflate {
	ent_read_fn read;
	void *user;
	uint64_t left; /* bytes that may still come out */
	z_stream z;
	bool between; /* no member is open */
	bool began;   /* one has been */
	ent_status status;
	const char *why;
	unsigned char input[INPUT_SIZE];
};

/* zlib's own would do, but these are the ones that tests make fail. */
static voidpf allocate(voidpf unused, uInt items, uInt size) {
	(void)unused;
	return calloc(items, size);
}

static void release(voidpf unused, voidpf block) {
	(void)unused;
	free(block);
}

ent_status ent_inflate_create(
		ent_read_fn read, void *user, uint64_t limit, struct ent_inflate **ret_inflate) {
	struct ent_inflate *inflate = calloc(1, sizeof *inflate);
	if (inflate == NULL)
		return ENT_E_MEMORY;
	inflate->z.zalloc = allocate;
	inflate->z.zfree = release;
	if (inflateInit2(&inflate->z, GZIP_ONLY) != Z_OK) {
		free(inflate);
		return ENT_E_MEMORY;
	}
	inflate->read = read;
	inflate->user = user;
	inflate->left = limit;
	inflate->between = true;
	inflate->why = "";
	*ret_inflate = inflate;
	return ENT_OK;
}

static ent_status fail(struct ent_inflate *inflate, ent_status status, const char *why) {
	inflate->status = status;
	inflate->why = why;
	return status;
}

/* Makes sure that there is input, or that it has ended. */
static ent_status refill(struct ent_inflate *inflate, bool *ret_ended) {
	size_t got = inflate->z.avail_in;
	if (got == 0) {
		ent_status status = inflate->read(inflate->user, inflate->input, INPUT_SIZE, &got);
		if (status != ENT_OK)
			return fail(inflate, status, "reading failed");
		inflate->z.next_in = inflate->input;
		inflate->z.avail_in = (uInt)got;
	}
	*ret_ended = got == 0;
	return ENT_OK;
}

/* Opens the next member when none is open. */
static ent_status open_member(struct ent_inflate *inflate) {
	if (!inflate->between)
		return ENT_OK;
	if (inflate->began && inflateReset(&inflate->z) != Z_OK)
		return fail(inflate, ENT_E_MEMORY, "out of memory");
	inflate->between = false;
	inflate->began = true;
	return ENT_OK;
}

/* One call of zlib; afterwards z.avail_out says what came. */
static ent_status step(struct ent_inflate *unpacker) {
	int result = inflate(&unpacker->z, Z_NO_FLUSH);
	switch (result) {
	case Z_STREAM_END:
		unpacker->between = true;
		return ENT_OK;
	case Z_OK:
	case Z_BUF_ERROR:
		return ENT_OK;
	case Z_MEM_ERROR:
		return fail(unpacker, ENT_E_MEMORY, "out of memory");
	default:
		return fail(unpacker, ENT_E_SYNTAX,
				"the gzip data is damaged, or followed by something else");
	}
}

ent_status ent_inflate_read(void *user, void *buffer, size_t size, size_t *ret_size) {
	struct ent_inflate *inflate = user;
	if (inflate->status != ENT_OK)
		return inflate->status;
	if (size > UINT_MAX)
		size = UINT_MAX;
	/* One byte more than is allowed may be asked for: that it comes shows that there is more. */
	size_t wanted = size > inflate->left ? (size_t)inflate->left + 1 : size;
	inflate->z.next_out = buffer;
	inflate->z.avail_out = (uInt)wanted;
	while (inflate->z.avail_out == wanted) {
		bool ended;
		ent_status status = refill(inflate, &ended);
		if (status == ENT_OK && ended && !inflate->between)
			status = fail(inflate, ENT_E_SYNTAX, "the gzip data is cut off");
		if (status == ENT_OK && ended)
			break;
		if (status == ENT_OK)
			status = open_member(inflate);
		if (status == ENT_OK)
			status = step(inflate);
		if (status != ENT_OK)
			return status;
	}
	size_t got = wanted - inflate->z.avail_out;
	if (got > inflate->left)
		return fail(inflate, ENT_E_LIMIT, "the unpacked data is larger than the limit");
	inflate->left -= got;
	*ret_size = got;
	return ENT_OK;
}

const char *ent_inflate_why(const struct ent_inflate *inflate) {
	return inflate->why;
}

void ent_inflate_destroy(struct ent_inflate *inflate) {
	if (inflate == NULL)
		return;
	(void)inflateEnd(&inflate->z);
	free(inflate);
}
