/* SPDX-License-Identifier: Apache-2.0 */
/* write.c: a write of the system may take less than it was given, or be interrupted. */
#include <errno.h>
#include <unistd.h>

#include "entente/base.h"

bool ent_write_all(int file, const void *bytes, size_t size) {
	const char *at = bytes;
	while (size > 0) {
		const ssize_t wrote = write(file, at, size);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		at += wrote;
		size -= (size_t)wrote;
	}
	return true;
}
