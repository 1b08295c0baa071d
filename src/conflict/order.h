/* SPDX-License-Identifier: Apache-2.0 */
/* order.h: the order in which items are packed into a tree, so that neighbours are near one another. */
#ifndef ENTENTE_CONFLICT_ORDER_H
#define ENTENTE_CONFLICT_ORDER_H

#include "tree.h"

struct order {
	uint64_t key;
	uint32_t item;
};

/* A new array of n, the caller's to free; NULL when there is no memory. */
struct order *order_items(const struct item *items, uint32_t n, unsigned threads);

#endif
