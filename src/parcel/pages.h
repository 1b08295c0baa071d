/* SPDX-License-Identifier: Apache-2.0 */
/* pages.h: a book from within. */
#ifndef ENTENTE_PARCEL_PAGES_H
#define ENTENTE_PARCEL_PAGES_H

#include "entente/book.h"

struct ent_book {
	struct ent_book_ledger *ledgers;
	size_t n, capacity;
	uint64_t moment; /* from 1; one more with each acknowledgement */
	struct ent_vkey older[ENT_BOOK_OLDER_MAX]; /* keys that were ours before */
	size_t n_older;
};

#endif
