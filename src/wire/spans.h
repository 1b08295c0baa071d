/* SPDX-License-Identifier: Apache-2.0 */
/* spans.h: sets of characters, as spans of code points, ascending. */
#ifndef ENTENTE_WIRE_SPANS_H
#define ENTENTE_WIRE_SPANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct span {
	uint32_t first, last;
};

static inline bool spans_have(const struct span *spans, size_t n, uint32_t character) {
	for (size_t i = 0; i < n && character >= spans[i].first; i++)
		if (character <= spans[i].last)
			return true;
	return false;
}

#endif
