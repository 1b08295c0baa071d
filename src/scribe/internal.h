/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the parts of a scribe share.
 *
 *     submit -> queue of the ledger -> [scribe's thread: decide, apply, store] -> done
 *
 * 'lock' guards the queues, which ledgers have something in them (a list in which each stands once, and goes to the end
 * when it has had its turn), what is frozen, and what is shown. The batch, the tree that is tried out, and what a ledger
 * holds are the thread's.
 */
#ifndef ENTENTE_SCRIBE_INTERNAL_H
#define ENTENTE_SCRIBE_INTERNAL_H

#include <pthread.h>

#include "held.h"

enum { BATCH_ENTRIES_MAX = 4096, BATCH_BYTES_MAX = 16 << 20, BATCH_JOBS_MAX = 4096 };

struct jobs {
	struct ent_scribe_job *first, **last;
	size_t n;
};

/* Jobs of one ledger, and the entries that were decided for them. */
struct batch {
	struct jobs jobs;
	struct ent_store_entry *entries; /* leaf hashes are filled in when it is stored */
	size_t n, capacity, bytes;
	struct ent_store_payload *payloads;
	size_t n_payloads, payloads_capacity;
	size_t command_n, command_payloads; /* when the command began that is being decided */
	uint64_t refused;
};

struct ent_scribe_ledger {
	struct ent_scribe *scribe;
	struct held held;
	struct ent_scribe_ledger_options options; /* but for its names, which are not kept */
	struct jobs queue;
	struct ent_scribe_ledger *next_ready;
	bool is_ready;
	bool failed; /* it takes nothing until it is mended */
	bool frozen;
	char failed_why[ENT_FAULT_WHY_SIZE], frozen_why[ENT_FAULT_WHY_SIZE];
	uint64_t batches, refused, n_failed;
};

struct ent_scribe {
	struct ent_scribe_options options;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t work;
	bool has_lock, has_work, stop;
	struct ent_scribe_ledger *ledgers[ENT_SCRIBE_LEDGERS_MAX];
	size_t n_ledgers, n_failed;
	int64_t retry_at_us; /* when the failed ones are tried again */
	struct ent_scribe_ledger *ready, **last_ready;
	/* The thread's. */
	struct batch batch;
	struct ent_tree grown;
};

void scribe_jobs_init(struct jobs *jobs);
void scribe_jobs_add(struct jobs *jobs, struct ent_scribe_job *job);
/* The first, which leaves the list. NULL: there is none. */
struct ent_scribe_job *scribe_jobs_take(struct jobs *jobs);
/* Tells each that it is done; the list is empty afterwards. Returns how many it were. */
size_t scribe_jobs_done(struct jobs *jobs, ent_status status);

/* batch.c */
void batch_init(struct batch *batch);
/* Frees its entries; it is empty, and keeps its room, afterwards. */
void batch_clear(struct batch *batch);
void batch_finish(struct batch *batch);
bool batch_is_full(const struct batch *batch);
void batch_begin_command(struct batch *batch);
/* Drops what the command that is being decided has added. */
void batch_drop_command(struct batch *batch);

void scribe_say(const struct ent_scribe *scribe, enum ent_scribe_say severity, const char *format,
		...) ENT_PRINTF(3, 4);

/* The ledger's checkpoint of so many entries. Returns its length. */
size_t scribe_sign(const struct ent_scribe_ledger *ledger, uint64_t size,
		const struct ent_hash *root, char ret_note[ENT_NOTE_SIZE]);

/* write.c: the thread. */
void *scribe_run(void *scribe);

#endif
