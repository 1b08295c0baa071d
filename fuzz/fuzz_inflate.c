/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_inflate.c: bytes that claim to be gzip; and any bytes, packed, come back. */
#include "fuzz.h"

#include <zlib.h>

#include "entente/inflate.h"

#define LIMIT (UINT64_C(1) << 20)

static ent_status unpack(
		const uint8_t *data, size_t size, size_t most, char **ret_bytes, size_t *ret_size) {
	struct fuzz_bytes from = {data, size, 0, most};
	struct ent_inflate *inflate;
	FUZZ_CHECK(ent_inflate_create(fuzz_read, &from, LIMIT, &inflate) == ENT_OK);
	ent_status status = ent_stream_read_all(
			ent_inflate_read, inflate, 2 * LIMIT, 0, ret_bytes, ret_size);
	FUZZ_CHECK((status == ENT_OK) == (ent_inflate_why(inflate)[0] == '\0'));
	ent_inflate_destroy(inflate);
	return status;
}

static void round_trip(const uint8_t *data, size_t size) {
	z_stream z = {0};
	FUZZ_CHECK(deflateInit2(&z, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	size_t room = deflateBound(&z, (uLong)size);
	uint8_t *packed = malloc(room);
	FUZZ_CHECK(packed != NULL);
	z.next_in = (Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)size;
	z.next_out = packed;
	z.avail_out = (uInt)room;
	FUZZ_CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	char *back;
	size_t back_size;
	FUZZ_CHECK(unpack(packed, z.total_out, 7, &back, &back_size) == ENT_OK);
	FUZZ_CHECK(back_size == size && (size == 0 || memcmp(back, data, size) == 0));
	free(back);
	free(packed);
	FUZZ_CHECK(deflateEnd(&z) == Z_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *whole, *pieces;
	size_t whole_size, pieces_size;
	ent_status status = unpack(data, size, 0, &whole, &whole_size);
	FUZZ_CHECK(unpack(data, size, 1, &pieces, &pieces_size) == status);
	if (status == ENT_OK) {
		FUZZ_CHECK(whole_size == pieces_size && whole_size <= LIMIT);
		FUZZ_CHECK(whole_size == 0 || memcmp(whole, pieces, whole_size) == 0);
		free(whole);
		free(pieces);
	}
	if (size <= LIMIT)
		round_trip(data, size);
	return 0;
}
