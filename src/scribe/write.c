/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.c: the scribe's thread.
 *
 *     wait -> a ledger whose jobs wait -> decide and apply each -> store the batch -> tell the observer and its jobs
 *                 ^ the next one, in turn     \-> drop: back to what is durable, and tell   \-> mend, now or each second
 */
#include <stdio.h>
#include <time.h>

#include "internal.h"

#define RETRY_US INT64_C(1000000)

/* --- Deciding --- */

/* Later than the entry before, and not before the clock. */
static int64_t next_time(const struct ent_scribe_ledger *ledger) {
	const struct ent_scribe *scribe = ledger->scribe;
	const struct batch *batch = &scribe->batch;
	const int64_t clock_us = scribe->options.clock(scribe->options.user);
	const bool first = batch->n == 0 && ledger->held.tree.size == 0;
	uint64_t seq = 0;
	int64_t last_us = ledger->held.time_us;
	if (batch->n > 0)
		(void)ent_scribe_entry_place(batch->entries[batch->n - 1].bytes,
				batch->entries[batch->n - 1].size, &seq, &last_us);
	if (!first && clock_us <= last_us)
		return last_us + 1;
	return clock_us > 0 ? clock_us : 0;
}

static ent_status decide(struct ent_scribe_ledger *ledger, const struct ent_scribe_job *job,
		const char *frozen_why, struct ent_scribe_outcome *ret_outcome) {
	struct batch *batch = &ledger->scribe->batch;
	struct ent_scribe_draft draft = {.seq = ledger->held.tree.size + batch->n,
			.time_us = next_time(ledger),
			.batch = batch};
	struct ent_scribe_outcome outcome = {.first = draft.seq, .time_us = draft.time_us};
	const bool goes_on = frozen_why == NULL ||
			(ledger->options.goes_on != NULL && ledger->options.goes_on(job->command));
	ent_status status = ENT_E_REFUSED;
	batch_begin_command(batch);
	if (goes_on)
		status = ledger->options.decide(
				ledger->options.fold.state, job->command, &draft, &outcome.fault);
	else
		ent_fault_set(&outcome.fault, "", "the ledger is frozen: %s", frozen_why);
	if (status != ENT_OK)
		batch_drop_command(batch);
	outcome.refused = status == ENT_E_REFUSED;
	outcome.n = batch->n - batch->command_n;
	*ret_outcome = outcome;
	return outcome.refused ? ENT_OK : status;
}

static ent_status apply(struct ent_scribe_ledger *ledger, struct ent_fault *fault) {
	const struct batch *batch = &ledger->scribe->batch;
	ent_status status = ENT_OK;
	for (size_t i = batch->command_n; status == ENT_OK && i < batch->n; i++)
		status = held_apply(&ledger->held, ledger->held.tree.size + i,
				batch->entries[i].bytes, batch->entries[i].size, fault);
	return status;
}

static void count_failed(struct ent_scribe_ledger *ledger, size_t n) {
	(void)pthread_mutex_lock(&ledger->scribe->lock);
	ledger->n_failed += n;
	(void)pthread_mutex_unlock(&ledger->scribe->lock);
}

/* What the batch has is dropped: it has never been. */
static void drop(struct ent_scribe_ledger *ledger, ent_status status, const char *why) {
	struct batch *batch = &ledger->scribe->batch;
	scribe_say(ledger->scribe, ENT_SCRIBE_ERROR,
			"%s: a batch of %zu entries was not written: %s", ledger->held.name,
			batch->n, why[0] != '\0' ? why : ent_status_text(status));
	count_failed(ledger, scribe_jobs_done(&batch->jobs, status));
	batch_clear(batch);
}

/* False: the batch was dropped, and the ledger has to be mended. */
static bool decide_job(struct ent_scribe_ledger *ledger, struct ent_scribe_job *job,
		const char *frozen_why) {
	struct batch *batch = &ledger->scribe->batch;
	struct ent_scribe_outcome outcome;
	struct ent_fault fault = {{0}, {0}};
	if (job->gone != NULL && job->gone(job)) {
		job->done(job, ENT_E_MISSING);
		return true;
	}
	ent_status status = decide(ledger, job, frozen_why, &outcome);
	if (status != ENT_OK) {
		count_failed(ledger, 1);
		job->done(job, status);
		return true;
	}
	status = apply(ledger, &fault);
	if (status != ENT_OK) {
		held_back(&ledger->held);
		drop(ledger, status, fault.why);
		count_failed(ledger, 1);
		job->done(job, status);
		return held_is_whole(&ledger->held);
	}
	batch->refused += outcome.refused;
	if (job->decided != NULL)
		job->decided(job, &outcome);
	scribe_jobs_add(&batch->jobs, job);
	return true;
}

/* --- Storing --- */

static ent_status store_batch(struct ent_scribe_ledger *ledger, struct ent_fault *fault) {
	struct ent_scribe *scribe = ledger->scribe;
	struct batch *batch = &scribe->batch;
	struct ent_store_full full = {0};
	char note[ENT_NOTE_SIZE];
	uint64_t seq = 0;
	ent_status status = ENT_OK;
	scribe->grown = ledger->held.tree;
	for (size_t i = 0; status == ENT_OK && i < batch->n; i++) {
		struct ent_store_entry *entry = &batch->entries[i];
		ent_ledger_leaf_hash(entry->bytes, entry->size, &entry->leaf);
		status = ent_tree_append(&scribe->grown, &entry->leaf, ent_store_full_take, &full);
	}
	if (status == ENT_OK) {
		struct held_batch grown = {.entries = batch->entries,
				.n = batch->n,
				.payloads = batch->payloads,
				.n_payloads = batch->n_payloads,
				.tree = &scribe->grown,
				.full = &full,
				.note = note};
		ent_tree_root(&scribe->grown, &grown.root);
		(void)ent_scribe_entry_place(batch->entries[batch->n - 1].bytes,
				batch->entries[batch->n - 1].size, &seq, &grown.time_us);
		grown.note_length = scribe_sign(ledger, scribe->grown.size, &grown.root, note);
		status = held_store(&ledger->held, &grown, fault);
	} else {
		held_back(&ledger->held);
	}
	ent_store_full_finish(&full);
	return status;
}

/* A batch of refusals only writes nothing: what it was decided on is durable. */
static void commit(struct ent_scribe_ledger *ledger) {
	struct ent_scribe *scribe = ledger->scribe;
	struct batch *batch = &scribe->batch;
	struct ent_fault fault = {{0}, {0}};
	const size_t n = batch->n;
	const ent_status status = n > 0 ? store_batch(ledger, &fault) : ENT_OK;
	if (status != ENT_OK) {
		drop(ledger, status == ENT_E_DOMAIN ? ENT_E_IO : status, fault.why);
		return;
	}
	(void)pthread_mutex_lock(&scribe->lock);
	ledger->batches += n > 0;
	ledger->refused += batch->refused;
	(void)pthread_mutex_unlock(&scribe->lock);
	/* First the observer: who is told that a job is done finds that all know of it. */
	if (n > 0 && scribe->options.stored != NULL)
		scribe->options.stored(scribe->options.user, ledger, ledger->held.tree.size);
	(void)scribe_jobs_done(&batch->jobs, ENT_OK);
	batch_clear(batch);
}

/* --- Mending --- */

/* By the clock that cannot be set. */
static int64_t now_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void mend(struct ent_scribe_ledger *ledger) {
	struct ent_scribe *scribe = ledger->scribe;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = held_mend(&ledger->held, &fault);
	struct jobs jobs;
	scribe_jobs_init(&jobs);
	(void)pthread_mutex_lock(&scribe->lock);
	const bool was = ledger->failed;
	ledger->failed = status != ENT_OK;
	scribe->n_failed += (size_t)ledger->failed - (size_t)was;
	scribe->retry_at_us = now_us() + RETRY_US;
	if (ledger->failed) {
		(void)snprintf(ledger->failed_why, sizeof ledger->failed_why, "%s", fault.why);
		/* It takes none of them. */
		for (struct ent_scribe_job *job; (job = scribe_jobs_take(&ledger->queue)) != NULL;)
			scribe_jobs_add(&jobs, job);
		ledger->n_failed += jobs.n;
	}
	(void)pthread_mutex_unlock(&scribe->lock);
	(void)scribe_jobs_done(&jobs, ENT_E_IO);
	if (status == ENT_OK)
		scribe_say(scribe, ENT_SCRIBE_WARNING, "%s takes entries again", ledger->held.name);
	else if (!was)
		scribe_say(scribe, ENT_SCRIBE_ERROR, "%s takes no entries: %s", ledger->held.name,
				fault.why);
}

static void mend_all(struct ent_scribe *scribe) {
	for (size_t i = 0;; i++) {
		(void)pthread_mutex_lock(&scribe->lock);
		struct ent_scribe_ledger *ledger = i < scribe->n_ledgers ? scribe->ledgers[i]
									 : NULL;
		const bool failed = ledger != NULL && ledger->failed;
		(void)pthread_mutex_unlock(&scribe->lock);
		if (ledger == NULL)
			return;
		if (failed)
			mend(ledger);
	}
}

/* --- The loop --- */

struct turn {
	struct ent_scribe_ledger *ledger; /* NULL: none */
	struct jobs jobs;
	bool frozen, stop, retry;
	char frozen_why[ENT_FAULT_WHY_SIZE];
};

/* Under the lock. Others may be busy all the while: then nobody waits, and it is due all the same. */
static bool is_due(const struct ent_scribe *scribe) {
	return scribe->n_failed > 0 && now_us() >= scribe->retry_at_us;
}

static void wait(struct ent_scribe *scribe) {
	const struct timespec until = {.tv_sec = scribe->retry_at_us / 1000000,
			.tv_nsec = scribe->retry_at_us % 1000000 * 1000};
	if (scribe->n_failed == 0)
		(void)pthread_cond_wait(&scribe->work, &scribe->lock);
	else
		(void)pthread_cond_timedwait(&scribe->work, &scribe->lock, &until);
}

/* Under the lock: the jobs of the ledger whose turn it is. */
static void take_turn(struct ent_scribe *scribe, struct turn *turn) {
	struct ent_scribe_ledger *ledger = scribe->ready;
	turn->ledger = ledger;
	if (ledger == NULL)
		return;
	scribe->ready = ledger->next_ready;
	if (scribe->ready == NULL)
		scribe->last_ready = &scribe->ready;
	ledger->is_ready = false;
	scribe_jobs_init(&turn->jobs);
	while (ledger->queue.n > 0)
		scribe_jobs_add(&turn->jobs, scribe_jobs_take(&ledger->queue));
	turn->frozen = ledger->frozen;
	(void)snprintf(turn->frozen_why, sizeof turn->frozen_why, "%s", ledger->frozen_why);
}

static void wait_for_turn(struct ent_scribe *scribe, struct turn *turn) {
	(void)pthread_mutex_lock(&scribe->lock);
	while (scribe->ready == NULL && !scribe->stop && !is_due(scribe))
		wait(scribe);
	turn->retry = is_due(scribe);
	turn->stop = scribe->stop;
	take_turn(scribe, turn);
	(void)pthread_mutex_unlock(&scribe->lock);
}

/* Goes on with what is durable; jobs that were not decided before are decided on that. */
static void write_jobs(struct turn *turn) {
	struct ent_scribe_ledger *ledger = turn->ledger;
	struct batch *batch = &ledger->scribe->batch;
	struct ent_scribe_job *job;
	while (held_is_whole(&ledger->held) && (job = scribe_jobs_take(&turn->jobs)) != NULL) {
		const bool whole = decide_job(ledger, job, turn->frozen ? turn->frozen_why : NULL);
		if (whole && (batch_is_full(batch) || turn->jobs.n == 0))
			commit(ledger);
		if (!held_is_whole(&ledger->held))
			mend(ledger);
	}
	count_failed(ledger, scribe_jobs_done(&turn->jobs, ENT_E_IO));
}

void *scribe_run(void *user) {
	struct ent_scribe *scribe = user;
	struct turn turn;
	for (;;) {
		wait_for_turn(scribe, &turn);
		if (turn.retry && !turn.stop)
			mend_all(scribe);
		if (turn.ledger != NULL)
			write_jobs(&turn);
		else if (turn.stop)
			return NULL;
	}
}
