/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c: a whole stream into one block, no larger than what was there. */
#include "entente/stream.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SIZE = 65536 };

/* Makes room for more than 'used' bytes, at most 'limit' + 1: that one more shows that it is too much. */
static ent_status grow(char **block, size_t *capacity, size_t limit, size_t padding) {
	size_t most = limit + 1;
	size_t next = *capacity == 0 ? FIRST_SIZE : *capacity + *capacity / 2;
	if (next > most)
		next = most;
	char *grown = realloc(*block, next + padding);
	if (grown == NULL)
		return ENT_E_MEMORY;
	*block = grown;
	*capacity = next;
	return ENT_OK;
}

ent_status ent_stream_read_all(ent_read_fn read, void *user, size_t limit, size_t padding,
		char **ret_bytes, size_t *ret_size) {
	char *block = NULL;
	size_t capacity = 0, used = 0, got = 0;
	ent_status status = ENT_OK;
	if (limit > SIZE_MAX / 4 || padding > SIZE_MAX / 4)
		return ENT_E_LIMIT;
	do {
		if (used == capacity)
			status = grow(&block, &capacity, limit, padding);
		if (status == ENT_OK)
			status = read(user, block + used, capacity - used, &got);
		if (status == ENT_OK)
			used += got;
		if (status == ENT_OK && used > limit)
			status = ENT_E_LIMIT;
	} while (status == ENT_OK && got > 0);
	if (status != ENT_OK) {
		free(block);
		return status;
	}
	memset(block + used, 0, padding);
	*ret_bytes = block;
	*ret_size = used;
	return ENT_OK;
}
