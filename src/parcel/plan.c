/* SPDX-License-Identifier: Apache-2.0 */
/* plan.c: what goes into the next parcel, and when; see book.h. */
#include "entente/book.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "entente/route.h"
#include "pages.h"

/* A ledger that something is owed of. */
struct owed {
	const struct ent_book_ledger *ledger;
	size_t at; /* in the book */
	uint64_t first, next;
	uint64_t before_others; /* those below this number go before what others have */
	int64_t oldest_utc_us;
};

struct planning {
	struct owed owed[ENT_BOOK_LEDGERS_MAX];
	size_t n;
	uint64_t entries;
	size_t cost, bytes;
	ent_book_look_fn look;
	void *user;
};

/* It went out, and it is not yet time to send it again. */
static bool is_under_way(const struct ent_book_ledger *ledger, int64_t now_utc_us) {
	const struct ent_book_sent *net = &ledger->over[ENT_BOOK_NET];
	return net->at_utc_us != 0 && net->sent >= ledger->there &&
			now_utc_us < net->retry_utc_us &&
			net->retry_utc_us - now_utc_us <= ENT_ROUTE_PAUSE_MAX_US;
}

static bool is_owed(const struct ent_book_ledger *ledger) {
	return ledger->acknowledged != ledger->size || ledger->there != ledger->size;
}

/* Is something due of this ledger, and from where on? */
static bool is_due(const struct ent_book_ledger *ledger, enum ent_book_bearer bearer,
		int64_t now_utc_us, uint64_t *ret_first) {
	/* A file has no answer that would say how much is there. */
	if (!is_owed(ledger) && (bearer == ENT_BOOK_FILE || ledger->unsure_at == 0))
		return false;
	if (bearer == ENT_BOOK_FILE) {
		*ret_first = ledger->there < ledger->acknowledged ? ledger->there
								  : ledger->acknowledged;
		return true;
	}
	const bool under_way = is_under_way(ledger, now_utc_us);
	*ret_first = under_way ? ledger->over[ENT_BOOK_NET].sent : ledger->there;
	return !under_way || *ret_first < ledger->size;
}

static bool goes_before(const struct owed *owed) {
	return owed->before_others > owed->first;
}

/* What goes before others, then what is oldest, then by name: one order whatever the book's. */
static int compare_owed(const void *a, const void *b) {
	const struct owed *x = a, *y = b;
	if (goes_before(x) != goes_before(y))
		return goes_before(x) ? -1 : 1;
	if (x->oldest_utc_us != y->oldest_utc_us)
		return x->oldest_utc_us < y->oldest_utc_us ? -1 : 1;
	return strcmp(x->ledger->name, y->ledger->name);
}

/*
 * Over the network what is urgent; in a file, which may be small and takes days, what is not: that a line was tested is of no use
 * by then, and days of it would stand before the one act that the file is for.
 */
static uint64_t before_others(
		const struct ent_book_ledger *ledger, enum ent_book_bearer bearer, uint64_t first) {
	if (bearer == ENT_BOOK_FILE)
		return ledger->urgent > first ? first : ledger->size;
	return ledger->urgent < ledger->size ? ledger->urgent : ledger->size;
}

static ent_status gather(const struct ent_book *book, enum ent_book_bearer bearer,
		int64_t now_utc_us, struct planning *planning) {
	for (size_t i = 0; i < book->n; i++) {
		const struct ent_book_ledger *ledger = &book->ledgers[i];
		struct ent_book_entry oldest = {0, now_utc_us};
		uint64_t first = 0;
		if (!is_due(ledger, bearer, now_utc_us, &first))
			continue;
		const ent_status status = first < ledger->size
				? planning->look(planning->user, ledger->name, first, &oldest)
				: ENT_OK;
		if (status != ENT_OK)
			return status;
		planning->owed[planning->n++] = (struct owed){.ledger = ledger,
				.at = i,
				.first = first,
				.next = first,
				.before_others = before_others(ledger, bearer, first),
				.oldest_utc_us = oldest.time_utc_us};
	}
	qsort(planning->owed, planning->n, sizeof planning->owed[0], compare_owed);
	return ENT_OK;
}

/* Takes its entries below 'end', as far as there is room. */
static ent_status fill(struct planning *planning, struct owed *owed, bool *is_in, uint64_t end) {
	const size_t base = *is_in ? 0 : ENT_PARCEL_LEDGER_COST;
	size_t cost = planning->cost + base;
	/* Of a checkpoint alone. */
	if (owed->first == owed->ledger->size && !*is_in && cost <= planning->bytes) {
		planning->cost = cost;
		*is_in = true;
	}
	while (owed->next < end && planning->entries < ENT_PARCEL_ENTRIES_MAX) {
		struct ent_book_entry entry = {0, 0};
		const ent_status status = planning->look(
				planning->user, owed->ledger->name, owed->next, &entry);
		if (status != ENT_OK)
			return status;
		const bool fits = cost <= planning->bytes && entry.cost <= planning->bytes - cost;
		if (!fits && planning->entries > 0)
			break;
		cost += entry.cost;
		planning->cost = cost;
		planning->entries++;
		owed->next++;
		*is_in = true;
		if (!fits)
			break;
	}
	return ENT_OK;
}

static ent_status fill_all(struct planning *planning, struct ent_book_plan *plan) {
	bool is_in[ENT_BOOK_LEDGERS_MAX] = {false};
	ent_status status = ENT_OK;
	for (int pass = 0; status == ENT_OK && pass < 2; pass++)
		for (size_t i = 0; status == ENT_OK && i < planning->n; i++) {
			struct owed *owed = &planning->owed[i];
			if (pass == 1 || goes_before(owed))
				status = fill(planning, owed, &is_in[i],
						pass == 0 ? owed->before_others
							  : owed->ledger->size);
		}
	for (size_t i = 0; i < planning->n; i++)
		if (is_in[i])
			plan->part[plan->n++] = (struct ent_book_part){planning->owed[i].at,
					planning->owed[i].first,
					planning->owed[i].next - planning->owed[i].first};
	plan->cost = planning->cost;
	return status;
}

ent_status ent_book_plan(const struct ent_book *book, enum ent_book_bearer bearer,
		int64_t now_utc_us, size_t bytes, ent_book_look_fn look, void *user,
		struct ent_book_plan *ret_plan) {
	struct planning planning = {
			.cost = ENT_PARCEL_FRAME_COST, .bytes = bytes, .look = look, .user = user};
	struct ent_book_plan plan = {.n = 0};
	ent_status status = gather(book, bearer, now_utc_us, &planning);
	if (status == ENT_OK)
		status = fill_all(&planning, &plan);
	if (status == ENT_OK && plan.n == 0)
		status = ENT_E_MISSING;
	if (status == ENT_OK)
		*ret_plan = plan;
	return status;
}

void ent_book_sent(struct ent_book *book, enum ent_book_bearer bearer,
		const struct ent_book_plan *plan, int64_t now_utc_us, uint32_t chance) {
	for (size_t i = 0; i < plan->n; i++) {
		const struct ent_book_part *part = &plan->part[i];
		assert(part->ledger < book->n);
		struct ent_book_sent *over = &book->ledgers[part->ledger].over[bearer];
		over->sent = part->first + part->n;
		over->at_utc_us = now_utc_us;
		over->tries += over->tries < UINT32_MAX;
		over->retry_utc_us = now_utc_us + ent_route_pause_us(over->tries, chance);
	}
}

void ent_book_failed(struct ent_book *book, const struct ent_book_plan *plan) {
	for (size_t i = 0; i < plan->n; i++) {
		assert(plan->part[i].ledger < book->n);
		struct ent_book_ledger *ledger = &book->ledgers[plan->part[i].ledger];
		ledger->unreached += ledger->unsure_at != 0 && ledger->unreached < UINT32_MAX;
		/* When to try an address again is the route's. */
		ledger->over[ENT_BOOK_NET] = (struct ent_book_sent){.sent = ledger->there};
	}
}

int64_t ent_book_next_us(const struct ent_book *book, int64_t now_utc_us) {
	int64_t next_us = INT64_MAX;
	for (size_t i = 0; i < book->n; i++) {
		const struct ent_book_ledger *ledger = &book->ledgers[i];
		uint64_t first = 0;
		int64_t from_us = INT64_MAX;
		if (is_due(ledger, ENT_BOOK_NET, now_utc_us, &first))
			from_us = now_utc_us;
		else if ((is_owed(ledger) || ledger->unsure_at != 0) &&
				is_under_way(ledger, now_utc_us))
			from_us = ledger->over[ENT_BOOK_NET].retry_utc_us;
		next_us = from_us < next_us ? from_us : next_us;
	}
	return next_us;
}
