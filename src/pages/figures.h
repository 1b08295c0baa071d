/* SPDX-License-Identifier: Apache-2.0 */
/* figures.h: dates, ids and numbers in a text, and the figures beside it. */
#ifndef ENTENTE_PAGES_FIGURES_H
#define ENTENTE_PAGES_FIGURES_H

#include "page.h"

/* Tells where a clause's text has a date or a party that its figures contradict. E_LIMIT, E_MEMORY. */
ENT_MUST_USE ent_status memo_figures_doubts(
		const struct ent_memodoc *doc, ent_pages_doubt_fn tell, void *user);
/* Is it the same text, whatever its numbers, dates and ids? */
bool memo_figures_apart_same(const char *a, const char *b);

#endif
