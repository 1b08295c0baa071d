/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purge.c: payloads are let go of when they are due, and those whom they concern told (docs/decisions/0023).
 *
 *     sealed entry, ours or for us --looked at--> KEPT --due--> [store: no byte of it is left] --> PURGED
 *     PURGED --our receipts are written--> SAID --all others say so--> forgotten
 *
 * Nothing of this is kept on disk but the ledgers and the payloads themselves: after a start all sealed entries are looked at
 * again, and what was done is found done. So a purge that was cut goes on, and no receipt is written twice.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
	TELL_MAX = 256 /* entries of one ledger that are read for their receipts in one go */
};

enum step { KEPT, PURGED, SAID, DONE };

struct sealed_entry {
	uint64_t seq;
	struct keeping keeping; /* by what it says itself, until it is bound */
	int64_t looked_utc_us;  /* when it was looked at first since the start */
	bool is_bound;
	uint8_t step;
	bool told; /* that receipts are missing */
};

/* --- How long --- */

static int64_t later(int64_t time_utc_us, int64_t by_us) {
	return time_utc_us > INT64_MAX - by_us ? INT64_MAX : time_utc_us + by_us;
}

struct keeping keeping_of(const char *bytes, size_t size, const struct envelope_sealed *sealed) {
	struct keeping keeping = {.under_given = sealed->under_given, .under = sealed->under};
	uint64_t seq = 0;
	/* What does not say when it was written is due at once. */
	if (!ent_scribe_entry_place(bytes, size, &seq, &keeping.time_utc_us))
		keeping.time_utc_us = 0;
	return keeping;
}

/*
 * A peer's entry that is dated ahead of when it came is kept as one is that is dated as late as an honest clock may have it: nobody
 * keeps anything here for longer by a date, or by a clock that was wrong once.
 */
bool keeping_bound(const struct ent_post_ledger *ledger, uint64_t seq, int64_t otherwise_utc_us,
		struct keeping *keeping) {
	const struct ent_post_options *options = &ledger->post->options;
	if (ledger->peer == NULL)
		return true;
	const int64_t received_us = options->received_us != NULL
			? options->received_us(options->user, ledger->name, seq)
			: INT64_MAX;
	const bool is_known = received_us != INT64_MAX;
	const int64_t latest_us = later(
			is_known ? received_us : otherwise_utc_us, ENT_POST_CLOCKS_APART_US);
	if (keeping->time_utc_us > latest_us)
		keeping->time_utc_us = latest_us;
	return is_known;
}

static int64_t keep_us(const struct ent_post_ledger *ledger, const struct keeping *keeping) {
	const struct ent_post_options *options = &ledger->post->options;
	return options->keep_us != NULL
			? options->keep_us(options->user, ledger->name,
					  keeping->under_given ? &keeping->under : NULL)
			: INT64_MAX;
}

int64_t keeping_until(const struct ent_post_ledger *ledger, const struct keeping *keeping) {
	return later(keeping->time_utc_us, keep_us(ledger, keeping));
}

bool keeping_is_over(const struct ent_post_ledger *ledger, const struct keeping *keeping) {
	return keeping_until(ledger, keeping) <= post_now(ledger->post);
}

void purge_again(struct ent_post *post) {
	post->purges_again = true;
}

/* --- Looking at entries --- */

struct looking {
	struct ent_post_ledger *ledger;
	size_t added;
	bool is_full;
	struct envelope envelope;
	struct envelope_sealed sealed;
};

static void tell_full(struct ent_post *post) {
	if (!atomic_exchange(&post->full_told, true))
		post_say(post, ENT_SCRIBE_ERROR,
				"there are %d sealed entries whose payloads are to be purged yet: "
				"of more they are not",
				(int)ENT_POST_PAYLOADS_MAX);
}

static ent_status add_sealed(struct ent_post_ledger *ledger, const struct sealed_entry *entry) {
	if (ledger->n_sealed == ledger->sealed_capacity) {
		const size_t capacity = 2 * ledger->sealed_capacity + 8;
		struct sealed_entry *grown = realloc(ledger->sealed, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		ledger->sealed = grown;
		ledger->sealed_capacity = capacity;
	}
	ledger->sealed[ledger->n_sealed++] = *entry;
	return ENT_OK;
}

/* With a payload or without: when a peer has no place those behind it are looked at when some of its others are done with. */
static ent_status add_looked_at(struct looking *looking, const struct sealed_entry *entry) {
	const enum places_left left = places_left(looking->ledger, looking->added);
	looking->is_full = left == PLACES_NONE_OF_PEER;
	if (looking->is_full)
		return ENT_E_LIMIT;
	if (left == PLACES_NONE) {
		tell_full(looking->ledger->post);
		return ENT_OK;
	}
	const ent_status status = add_sealed(looking->ledger, entry);
	looking->added += status == ENT_OK;
	return status;
}

/* An ent_store_entry_fn. */
static ent_status look_at(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct looking *looking = user;
	struct ent_post_ledger *ledger = looking->ledger;
	struct envelope_sealed *sealed = &looking->sealed;
	ent_status status = ENT_OK;
	sealed->sealed = false;
	if (entry->bytes != NULL)
		status = envelope_read(&looking->envelope, entry->bytes, entry->size,
				ledger->post->id, sealed);
	if (status == ENT_OK && sealed->sealed && (ledger->peer == NULL || sealed->for_them)) {
		struct sealed_entry added = {.seq = seq,
				.keeping = keeping_of(entry->bytes, entry->size, sealed),
				.looked_utc_us = post_now(ledger->post)};
		status = add_looked_at(looking, &added);
	}
	if (status == ENT_OK)
		ledger->n_looked = seq + 1;
	return status;
}

/* In the purge thread alone: how long it takes is as its authors like it, and nobody waits for it. */
static ent_status look_at_new(struct ent_post_ledger *ledger) {
	struct looking looking = {.ledger = ledger};
	struct ent_fault fault;
	const size_t came = places_begin(ledger);
	const ent_status status = ent_post_read(
			ledger, ledger->n_looked, UINT64_MAX, look_at, &looking);
	envelope_finish(&looking.envelope);
	places_end(ledger, looking.added, status == ENT_OK ? came : 0, looking.is_full);
	if (looking.is_full) {
		ent_fault_set(&fault, "",
				"as many sealed entries of it as may be wait to be purged: those "
				"from entry %" PRIu64 " on wait longer",
				ledger->n_looked);
		post_alarm(ledger->post, ENT_POST_TOO_MUCH, ledger->author, ledger->name, &fault,
				NULL);
		return ENT_OK;
	}
	return status == ENT_E_MEMORY ? status : status == ENT_OK ? ENT_OK : ENT_E_IO;
}

/* --- What is due --- */

static ent_status pass_over(void *user, const struct ent_store_payload *payload) {
	(void)user;
	(void)payload;
	return ENT_OK;
}

/* E_IO, E_MEMORY. */
static ent_status is_here(const struct ent_post_ledger *ledger, uint64_t seq, bool *ret_here) {
	const ent_status status = ent_store_payload_get(
			ledger->post->options.store, ledger->number, seq, pass_over, NULL);
	*ret_here = status == ENT_OK;
	return status == ENT_E_MISSING ? ENT_OK : status;
}

/* The next so many that are due, by their places; those of which nothing is here are purged. */
struct due {
	uint64_t seq[ENT_STORE_PURGE_MAX];
	size_t at[ENT_STORE_PURGE_MAX], n;
	/* Whoever is above is asked once for entries in a row that act under the same. */
	const struct keeping *asked;
	int64_t keep_us;
};

static bool is_under_same(const struct keeping *a, const struct keeping *b) {
	return a->under_given == b->under_given &&
			(!a->under_given || memcmp(&a->under, &b->under, sizeof a->under) == 0);
}

/* For good when it is known above when it was received, which it may not have been when it was looked at; else as long as nothing is. */
static int64_t kept_from(const struct ent_post_ledger *ledger, struct sealed_entry *entry) {
	struct keeping keeping = entry->keeping;
	if (!entry->is_bound) {
		entry->is_bound = keeping_bound(ledger, entry->seq, entry->looked_utc_us, &keeping);
		if (entry->is_bound)
			entry->keeping = keeping;
	}
	return keeping.time_utc_us;
}

static int64_t until(
		const struct ent_post_ledger *ledger, struct sealed_entry *entry, struct due *due) {
	if (due->asked == NULL || !is_under_same(due->asked, &entry->keeping))
		due->keep_us = keep_us(ledger, &entry->keeping);
	due->asked = &entry->keeping;
	return later(kept_from(ledger, entry), due->keep_us);
}

static ent_status gather_due(struct ent_post_ledger *ledger, size_t *from, struct due *due) {
	const int64_t now_utc_us = post_now(ledger->post);
	ent_status status = ENT_OK;
	due->n = 0;
	due->asked = NULL;
	for (; status == ENT_OK && *from < ledger->n_sealed && due->n < ENT_STORE_PURGE_MAX;
			(*from)++) {
		struct sealed_entry *entry = &ledger->sealed[*from];
		bool here = false;
		if (entry->step != KEPT)
			continue;
		const int64_t until_utc_us = until(ledger, entry, due);
		if (until_utc_us > now_utc_us) {
			if (until_utc_us < ledger->post->purge_next_utc_us)
				ledger->post->purge_next_utc_us = until_utc_us;
			continue;
		}
		status = is_here(ledger, entry->seq, &here);
		if (status != ENT_OK)
			continue;
		/* What a purge that was cut has deleted may still be in the store's log, until one is done. */
		if (!here && ledger->post->is_swept) {
			entry->step = PURGED;
			continue;
		}
		due->seq[due->n] = entry->seq;
		due->at[due->n++] = *from;
	}
	return status;
}

static ent_status purge_these(struct ent_post_ledger *ledger, const struct due *due) {
	struct ent_store *store = ledger->post->options.store;
	struct ent_fault fault = {{0}, {0}};
	uint64_t purged = 0;
	ent_status status = ent_store_writes(store) ? ENT_OK : ent_store_reopen(store, &fault);
	if (status == ENT_OK)
		status = ent_store_payload_purge(store, ledger->number, due->seq, due->n, &purged);
	ledger->post->is_swept = status == ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < due->n; i++)
		ledger->sealed[due->at[i]].step = PURGED;
	if (status == ENT_OK && purged > 0)
		post_say(ledger->post, ENT_SCRIBE_INFO,
				"%s: %" PRIu64 " payloads were due and are purged", ledger->name,
				purged);
	return status == ENT_OK || status == ENT_E_MEMORY ? status : ENT_E_IO;
}

static ent_status purge_due(struct ent_post_ledger *ledger) {
	struct due *due = ledger->n_sealed > 0 ? malloc(sizeof *due) : NULL;
	ent_status status = due == NULL && ledger->n_sealed > 0 ? ENT_E_MEMORY : ENT_OK;
	struct ent_fault fault;
	size_t from = 0;
	while (status == ENT_OK && from < ledger->n_sealed) {
		status = gather_due(ledger, &from, due);
		if (status == ENT_OK && due->n > 0)
			status = purge_these(ledger, due);
	}
	free(due);
	if (status != ENT_OK) {
		ent_fault_set(&fault, ledger->name, "%s", ent_status_text(status));
		post_alarm(ledger->post, ENT_POST_KEPT, NULL, ledger->name, &fault, NULL);
	}
	return status;
}

/* --- Who is told, and who has not said so --- */

static void add_party(struct ent_post_payload *payload, const char *id) {
	for (size_t i = 0; i < payload->n_parties; i++)
		if (strcmp(payload->party[i], id) == 0)
			return;
	if (payload->n_parties < ENT_POST_NAMED_MAX)
		memcpy(payload->party[payload->n_parties++], id, ENT_PARTY_ID_SIZE);
}

/* All but how long it is kept, and whether it is here. */
static void fill_payload(const struct ent_post_ledger *ledger, uint64_t seq,
		const struct ent_store_entry *entry, const struct envelope_sealed *sealed,
		struct ent_post_payload *ret_payload) {
	*ret_payload = (struct ent_post_payload){.author = ledger->author,
			.ledger = ledger->name,
			.seq = seq,
			.under_given = sealed->under_given,
			.under = sealed->under,
			.leaf = entry->leaf,
			.hash = sealed->hash,
			.ours = ledger->peer == NULL || sealed->for_them};
	add_party(ret_payload, ledger->author);
	for (size_t i = 0; i < sealed->n_named; i++)
		add_party(ret_payload, sealed->named[i]);
}

static void fill_due(const struct ent_post_ledger *ledger, const struct keeping *keeping,
		struct ent_post_payload *payload) {
	payload->kept_from_utc_us = keeping->time_utc_us;
	payload->due_utc_us = keeping_until(ledger, keeping);
}

struct reading_one {
	struct looking looking;
	struct ent_post_payload *payload;
};

static ent_status read_one(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct reading_one *reading = user;
	const struct ent_post_ledger *ledger = reading->looking.ledger;
	struct envelope_sealed *sealed = &reading->looking.sealed;
	if (entry->bytes == NULL)
		return ENT_E_IO;
	const ent_status status = envelope_read(&reading->looking.envelope, entry->bytes,
			entry->size, ledger->post->id, sealed);
	if (status == ENT_OK)
		fill_payload(ledger, seq, entry, sealed, reading->payload);
	return status;
}

static ent_status read_payload(struct ent_post_ledger *ledger, struct sealed_entry *entry,
		struct ent_post_payload *ret_payload) {
	struct reading_one reading = {.looking = {.ledger = ledger}, .payload = ret_payload};
	ret_payload->n_parties = 0;
	ent_status status = ent_post_read(ledger, entry->seq, 1, read_one, &reading);
	envelope_finish(&reading.looking.envelope);
	if (status == ENT_OK && ret_payload->n_parties == 0)
		status = ENT_E_IO;
	struct keeping keeping = entry->keeping;
	keeping.time_utc_us = kept_from(ledger, entry);
	fill_due(ledger, &keeping, ret_payload);
	return status;
}

/* Is it written for all? */
static bool say_purged(const struct ent_post *post, const struct ent_post_payload *payload) {
	bool all = true;
	for (size_t i = 0; post->options.say_purged != NULL && i < payload->n_parties; i++)
		if (strcmp(payload->party[i], post->id) != 0 &&
				!post->options.say_purged(
						post->options.user, payload->party[i], payload))
			all = false;
	return all;
}

/* Do all others say so? Else it is an alarm, in its time. */
static bool all_have_purged(struct ent_post *post, const struct ent_post_payload *payload,
		struct sealed_entry *entry) {
	const int64_t late_utc_us = later(payload->due_utc_us, ENT_POST_PURGED_WITHIN_US);
	const bool late = post_now(post) >= late_utc_us;
	bool all = true;
	for (size_t i = 0; post->options.has_purged != NULL && i < payload->n_parties; i++) {
		struct ent_fault fault;
		if (strcmp(payload->party[i], post->id) == 0 ||
				post->options.has_purged(
						post->options.user, payload->party[i], payload))
			continue;
		all = false;
		if (!late || entry->told)
			continue;
		ent_fault_set(&fault, "", "of entry %" PRIu64 ", which was due a day ago",
				payload->seq);
		post_alarm(post, ENT_POST_UNPURGED, payload->party[i], payload->ledger, &fault,
				NULL);
	}
	entry->told = entry->told || late;
	if (!all && !late && late_utc_us < post->purge_next_utc_us)
		post->purge_next_utc_us = late_utc_us;
	return all;
}

static ent_status tell_one(struct ent_post_ledger *ledger, struct sealed_entry *entry) {
	struct ent_post_payload payload;
	const ent_status status = read_payload(ledger, entry, &payload);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_IO;
	if (entry->step == PURGED && say_purged(ledger->post, &payload))
		entry->step = SAID;
	/* What is on its way is looked for again. */
	if (entry->step == PURGED)
		purge_again(ledger->post);
	if (all_have_purged(ledger->post, &payload, entry) && entry->step == SAID)
		entry->step = DONE;
	return ENT_OK;
}

/* So many at once, and the next time those behind them. */
static ent_status tell(struct ent_post_ledger *ledger) {
	struct sealed_entry *entries = ledger->sealed;
	const size_t n = ledger->n_sealed, from = n > 0 ? ledger->tell_from % n : 0;
	size_t kept = 0;
	ent_status status = ENT_OK;
	for (size_t i = 0; i < n; i++) {
		struct sealed_entry *entry = &entries[i];
		const bool looked = (i + n - from) % n < TELL_MAX;
		if (status == ENT_OK && entry->step != KEPT && looked)
			status = tell_one(ledger, entry);
		else if (entry->step == PURGED)
			purge_again(ledger->post);
		if (entry->step != DONE)
			entries[kept++] = *entry;
	}
	ledger->tell_from = from + TELL_MAX;
	places_done(ledger, n - kept);
	/* There may be some that had to wait. */
	if (n > kept)
		purge_again(ledger->post);
	ledger->n_sealed = kept;
	return status;
}

/* --- All of it --- */

static ent_status purge_ledger(struct ent_post_ledger *ledger) {
	ent_status status = look_at_new(ledger);
	const ent_status purged = purge_due(ledger);
	const ent_status told = tell(ledger);
	if (status == ENT_OK)
		status = purged != ENT_OK ? purged : told;
	return status;
}

static ent_status purge(struct ent_post *post) {
	const struct choice any = {NULL, NULL};
	struct ent_post_ledger **ledgers = NULL;
	ent_status status = ENT_OK;
	size_t n = 0;
	if (!atomic_exchange(&post->purges_again, false) &&
			post_now(post) < post->purge_next_utc_us)
		return ENT_OK;
	post->purge_next_utc_us = INT64_MAX;
	status = post_choose(post, &any, &ledgers, &n);
	for (size_t i = 0; i < n; i++) {
		const ent_status one = purge_ledger(ledgers[i]);
		status = status == ENT_OK ? one : status;
	}
	free(ledgers);
	if (status != ENT_OK)
		purge_again(post);
	return status;
}

ent_status ent_post_purge(struct ent_post *post) {
	(void)pthread_mutex_lock(&post->purging);
	const ent_status status = purge(post);
	(void)pthread_mutex_unlock(&post->purging);
	return status;
}

void purge_finish(struct ent_post_ledger *ledger) {
	free(ledger->sealed);
	ledger->sealed = NULL;
	ledger->n_sealed = ledger->sealed_capacity = 0;
}

/* --- Looking --- */

struct gathering {
	struct ent_post_ledger *ledger;
	struct envelope envelope;
	struct gathered {
		struct ent_post_payload payload;
		struct keeping keeping;
	} * gathered;
	size_t n, capacity;
};

static ent_status gather(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct gathering *gathering = user;
	struct envelope_sealed sealed;
	if (entry->bytes == NULL)
		return ENT_OK;
	const ent_status status = envelope_read(&gathering->envelope, entry->bytes, entry->size,
			gathering->ledger->post->id, &sealed);
	if (status != ENT_OK || !sealed.sealed)
		return status;
	if (gathering->n == gathering->capacity) {
		const size_t capacity = 2 * gathering->capacity + 4;
		struct gathered *grown = realloc(gathering->gathered, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		gathering->gathered = grown;
		gathering->capacity = capacity;
	}
	struct gathered *gathered = &gathering->gathered[gathering->n++];
	gathered->keeping = keeping_of(entry->bytes, entry->size, &sealed);
	(void)keeping_bound(gathering->ledger, seq, post_now(gathering->ledger->post),
			&gathered->keeping);
	fill_payload(gathering->ledger, seq, entry, &sealed, &gathered->payload);
	return ENT_OK;
}

static ent_status visit_payloads(struct ent_post_ledger *ledger,
		void (*visit)(void *user, const struct ent_post_payload *payload), void *user) {
	struct gathering gathering = {.ledger = ledger};
	ent_status status = ent_post_read(ledger, 0, UINT64_MAX, gather, &gathering);
	envelope_finish(&gathering.envelope);
	for (size_t i = 0; status == ENT_OK && i < gathering.n; i++) {
		struct ent_post_payload *payload = &gathering.gathered[i].payload;
		fill_due(ledger, &gathering.gathered[i].keeping, payload);
		status = is_here(ledger, payload->seq, &payload->here);
		if (status == ENT_OK)
			visit(user, payload);
	}
	free(gathering.gathered);
	return status;
}

ent_status ent_post_payloads(struct ent_post *post, const char *prefix,
		void (*visit)(void *user, const struct ent_post_payload *payload), void *user) {
	const struct choice any = {NULL, NULL};
	struct ent_post_ledger **ledgers = NULL;
	size_t n = 0;
	ent_status status = post_choose(post, &any, &ledgers, &n);
	for (size_t i = 0; status == ENT_OK && i < n; i++)
		if (strncmp(ledgers[i]->name, prefix, strlen(prefix)) == 0)
			status = visit_payloads(ledgers[i], visit, user);
	free(ledgers);
	return status;
}
