/* SPDX-License-Identifier: Apache-2.0 */
/* last.c: see last.h. What other parties have written says nothing of our time, and is passed over. */
#include "last.h"

#include <stdlib.h>
#include <string.h>

#include "entente/party.h"
#include "entente/scribe.h"
#include "entente/store.h"

struct ledgers {
	const char *id;
	uint32_t number[ENT_STORE_LEDGERS_MAX];
	size_t n;
};

/* "line/<author>/<peer>" and "memo/<id>/<author>" have one, with an epoch perhaps; other ledgers are the node's own. */
static bool is_ours(const char *name, const char *id) {
	const char *author = NULL;
	if (strncmp(name, "line/", 5) == 0)
		author = name + 5;
	else if (strncmp(name, "memo/", 5) == 0)
		author = strchr(name + 5, '/') != NULL ? strchr(name + 5, '/') + 1 : "";
	return author == NULL || strncmp(author, id, ENT_PARTY_ID_SIZE - 1) == 0;
}

static void found(void *user, uint32_t ledger, const char *name) {
	struct ledgers *ledgers = user;
	if (is_ours(name, ledgers->id) && ledgers->n < ENT_STORE_LEDGERS_MAX)
		ledgers->number[ledgers->n++] = ledger;
}

static ent_status take(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	int64_t *last_us = user, time_us = 0;
	uint64_t number = 0;
	(void)seq;
	if (entry->bytes != NULL &&
			ent_scribe_entry_place(entry->bytes, entry->size, &number, &time_us) &&
			time_us > *last_us)
		*last_us = time_us;
	return ENT_OK;
}

static int64_t last_of_all(struct ent_store *store, struct ledgers *ledgers) {
	int64_t last_us = 0;
	struct ent_store_head head;
	if (ent_store_ledgers(store, found, ledgers) != ENT_OK)
		return 0;
	for (size_t i = 0; i < ledgers->n; i++)
		if (ent_store_head(store, ledgers->number[i], &head) == ENT_OK && head.size > 0 &&
				ent_store_read(store, ledgers->number[i], head.size - 1, 1, take,
						&last_us) != ENT_OK)
			return 0;
	return last_us;
}

int64_t last_time(const char *directory, const char *id) {
	struct ent_store *store = NULL;
	int64_t last_us = 0;
	struct ledgers *ledgers = calloc(1, sizeof *ledgers);
	if (ledgers != NULL && ent_store_open_sqlite_read_only(directory, &store, NULL) == ENT_OK) {
		ledgers->id = id;
		last_us = last_of_all(store, ledgers);
	}
	ent_store_close(store);
	free(ledgers);
	return last_us;
}
