/* SPDX-License-Identifier: Apache-2.0 */
/* memotold.h: what the nodes of memonodes.h have told of their memoranda, by acts and by time, and what of that is marked on their disks. */
#ifndef ENTENTE_TESTS_MEMOTOLD_H
#define ENTENTE_TESTS_MEMOTOLD_H

#include "entente/store.h"
#include "memonodes.h"

/* The last change that told of entries, when so many have been: another thread tells it. */
static inline struct ent_memoranda_change told(struct node *node, uint64_t n) {
	struct ent_memoranda_change change;
	uint64_t so_far = 0;
	for (int i = 0; i < 2000 && so_far < n; i++) {
		pause_ms(so_far == 0 ? 0 : 2);
		(void)pthread_mutex_lock(&node->lock);
		so_far = node->told;
		change = node->change;
		(void)pthread_mutex_unlock(&node->lock);
	}
	CHECK(so_far == n && change.n > 0);
	return change;
}

static inline void check_status(
		const struct ent_memoranda_change *change, const char *before, const char *after) {
	CHECK_ROW(change->before, strcmp(change->before, before) == 0);
	CHECK_ROW(change->after, strcmp(change->after, after) == 0);
}

static inline uint64_t told_by_time(struct node *node) {
	(void)pthread_mutex_lock(&node->lock);
	const uint64_t n = node->told_by_time;
	(void)pthread_mutex_unlock(&node->lock);
	return n;
}

/* --- The mark of which moment all is told, on the disk --- */

struct received {
	uint32_t number;
	bool there;
	int64_t told_us;
};

static inline void find_received(void *user, uint32_t ledger, const char *name) {
	struct received *received = user;
	if (strcmp(name, "received") == 0)
		*received = (struct received){.number = ledger, .there = true};
}

static inline ent_status take_told(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	static const char name[] = "\"told_us\":";
	char text[512];
	(void)seq;
	(void)snprintf(text, sizeof text, "%.*s", (int)entry->size, (const char *)entry->bytes);
	const char *at = strstr(text, name);
	if (at != NULL)
		((struct received *)user)->told_us = strtoll(at + sizeof name - 1, NULL, 10);
	return ENT_OK;
}

/* Returns how many entries the ledger "received" has. */
static inline uint64_t look_at_received(struct node *node, int64_t *ret_told_us) {
	struct received received = {.there = false};
	struct ent_store_head head;
	CHECK(ent_store_ledgers(node->store, find_received, &received) == ENT_OK);
	if (!received.there)
		return 0;
	CHECK(ent_store_head(node->store, received.number, &head) == ENT_OK);
	CHECK(head.size == 0 ||
			ent_store_read(node->store, received.number, 0, head.size, take_told,
					&received) == ENT_OK);
	*ret_told_us = received.told_us;
	return head.size;
}

/* Until it is of now: another thread writes it, and what has happened meanwhile with the next tick. */
static inline void ticks_until_marked(struct node *node) {
	const int64_t now_us = node_clock(node);
	int64_t told_us = 0;
	for (int i = 0; i < 10000 && told_us < now_us; i++) {
		ent_memoranda_tick(node->memoranda);
		(void)look_at_received(node, &told_us);
		if (told_us < now_us)
			pause_ms(2);
	}
	CHECK(told_us == now_us);
}

/* Time stands where it is; whoever waits for it is told once, and the next time nothing. */
static inline const struct ent_memoranda_timed *ticks(
		struct node *node, enum ent_memoranda_time what, const char *said) {
	const uint64_t before = told_by_time(node);
	ent_memoranda_tick(node->memoranda);
	CHECK(told_by_time(node) == before + 1 && node->by_time.n_timed == 1);
	CHECK(strcmp(node->by_time.memorandum, MEMO) == 0);
	CHECK(node->by_time.n == 0 && node->by_time.more == 0);
	CHECK_ROW(node->said, said == NULL || strstr(node->said, said) != NULL);
	const struct ent_memoranda_timed *timed = &node->by_time.timed[0];
	CHECK_ROW(ent_memoranda_time_text(timed->what), timed->what == what);
	CHECK(!timed->while_down && strstr(node->said, "while the node was down") == NULL);
	ticks_until_marked(node);
	CHECK(told_by_time(node) == before + 1);
	return timed;
}

static inline void ticks_in_vain(struct node *node) {
	const uint64_t before = told_by_time(node);
	ent_memoranda_tick(node->memoranda);
	CHECK(told_by_time(node) == before);
}

/* Just before, and at that moment. */
static inline const struct ent_memoranda_timed *comes(struct nodes *nodes, struct node *node,
		int64_t moment_us, enum ent_memoranda_time what, const char *said) {
	nodes->now_us = moment_us - 1;
	ticks_in_vain(node);
	nodes->now_us = moment_us;
	return ticks(node, what, said);
}

#endif
