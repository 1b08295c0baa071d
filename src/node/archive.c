/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive.c: the bytes of old entries go, when they are asked to; their hashes stay, and so do all proofs.
 *
 * Only entries below the older of the two snapshots that are kept, since a start needs all behind the newest
 * snapshot that is good; and only those older than archive_after. Times rise with the numbers, so the last such entry is
 * found by halving.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct looking {
	bool is_old;
	int64_t before_utc_us;
};

/* "time_us" stands second in every entry. What is archived is older than what is not. */
static ent_status look(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct looking *looking = user;
	char begin[96] = {0};
	(void)seq;
	looking->is_old = entry->bytes == NULL;
	if (entry->bytes == NULL)
		return ENT_OK;
	memcpy(begin, entry->bytes,
			entry->size < sizeof begin - 1 ? entry->size : sizeof begin - 1);
	const char *time = strstr(begin, "\"time_us\":");
	looking->is_old = time != NULL && strtoll(time + 10, NULL, 10) < looking->before_utc_us;
	return ENT_OK;
}

/* How many of the first 'size' entries are older than that. */
static ent_status count_old(
		struct ent_node *node, uint64_t size, int64_t before_utc_us, uint64_t *ret_n) {
	uint64_t least = 0, most = size;
	while (least < most) {
		struct looking looking = {.before_utc_us = before_utc_us};
		const uint64_t middle = least + (most - least) / 2;
		const ent_status status = ent_store_read(
				node->store, node->ledger, middle, 1, look, &looking);
		if (status != ENT_OK)
			return status;
		if (looking.is_old)
			least = middle + 1;
		else
			most = middle;
	}
	*ret_n = least;
	return ENT_OK;
}

void node_archive(struct ent_node *node, uint64_t below) {
	uint64_t old, archived = 0;
	if (node->options.archive_after_us == 0 || below == 0)
		return;
	const int64_t now = node->options.clock(node->options.user);
	ent_status status = count_old(node, below, now - node->options.archive_after_us, &old);
	if (status == ENT_OK)
		status = ent_store_archive(node->store, node->ledger, old, &archived);
	if (status != ENT_OK)
		node_say(node, ENT_NODE_ERROR, "old entries were not archived: %s",
				ent_status_text(status));
	else if (archived > 0)
		node_say(node, ENT_NODE_INFO,
				"the bytes of %" PRIu64
				" old entries were let go; their hashes stay",
				archived);
}
