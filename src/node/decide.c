/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.c: the thread that decides.
 *
 *     wait -> take the queue -> decide each job into the open batch -> hand the batch over when the committer is idle
 *
 * While the committer is busy the open batch grows: so batches are as large as the store is slow, up to a limit, at
 * which the decider waits for the committer (make_room). When a commit has failed, or memory ran out, everything that
 * is not committed is dropped (drop_open); after a failed commit every job fails at once, and the store is tried again
 * once a second (try_store).
 */
#include <assert.h>
#include <stdio.h>
#include <time.h>

#include "internal.h"

#define RETRY_US INT64_C(1000000)
#define TICK_US INT64_C(1000000)    /* how often an idle node looks for what is due */
#define BEHIND_US INT64_C(60000000) /* what a clock that is kept by NTP is never set back by */

enum {
	JOBS_AT_ONCE = 256
}; /* that are decided before the committer is looked at again: some milliseconds */

static bool batch_is_full(const struct batch *batch) {
	return batch->n_entries >= BATCH_ENTRIES_MAX || batch->bytes >= BATCH_BYTES_MAX ||
			batch->jobs.n >= BATCH_ENTRIES_MAX || batch->ticks >= BATCH_TICKS_MAX;
}

static bool batch_waits(const struct ent_node *node) {
	return node->open != NULL && (node->open->jobs.n > 0 || node->open->n_entries > 0);
}

/* --- The open batch --- */

static void wait_for_committer(struct ent_node *node) {
	(void)pthread_mutex_lock(&node->lock);
	while (node->sealed != NULL)
		(void)pthread_cond_wait(&node->work, &node->lock);
	(void)pthread_mutex_unlock(&node->lock);
}

static bool committer_is_idle(struct ent_node *node) {
	(void)pthread_mutex_lock(&node->lock);
	const bool idle = node->sealed == NULL && !node->failed;
	(void)pthread_mutex_unlock(&node->lock);
	return idle;
}

static void hand_over(struct ent_node *node) {
	struct batch *batch = node->open;
	batch->version = ent_fold_seal(node->fold);
	node->open = NULL;
	(void)pthread_mutex_lock(&node->lock);
	assert(node->sealed == NULL);
	node->sealed = batch;
	(void)pthread_cond_signal(&node->batch);
	(void)pthread_mutex_unlock(&node->lock);
}

static ent_status begin(struct ent_node *node) {
	if (node->open != NULL)
		return ENT_OK;
	struct batch *batch = batch_create();
	if (batch == NULL)
		return ENT_E_MEMORY;
	if (ent_fold_begin(node->fold) != ENT_OK) {
		batch_destroy(batch);
		return ENT_E_MEMORY;
	}
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(node->fold));
	batch->first = head->size;
	node->open = batch;
	return ENT_OK;
}

/* For one more job or entry. E_IO: the commit of what it would rest on has failed. E_MEMORY. */
static ent_status make_room(struct ent_node *node) {
	if (node->open == NULL || !batch_is_full(node->open))
		return begin(node);
	wait_for_committer(node);
	if (!committer_is_idle(node))
		return ENT_E_IO;
	hand_over(node);
	return begin(node);
}

/* Later than the last entry, and not before the clock. */
static int64_t next_time(const struct ent_node *node) {
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(node->fold));
	const int64_t clock = node->options.clock(node->options.user);
	return head->size > 0 && clock <= head->time_utc_us ? head->time_utc_us + 1 : clock;
}

static ent_status decide(
		struct ent_node *node, const struct ent_command *command, int64_t time_utc_us) {
	ent_status status = ent_airspace_decide(node->fold, command, time_utc_us, &node->outcome);
	if (status == ENT_OK && node->outcome.refusal == ENT_REFUSAL_NONE)
		status = batch_add(node->open, node->outcome.entry, node->outcome.entry_size);
	return status;
}

/*
 * Lets expire all that is due, a tick at a time, so that nothing is decided against what is no more; the time
 * that is found then is one at which nothing is due.
 */
static ent_status pass_time(struct ent_node *node, int64_t *ret_time) {
	static const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	for (;;) {
		ent_status status = make_room(node);
		if (status != ENT_OK)
			return status;
		*ret_time = next_time(node);
		if (!ent_airspace_due(ent_fold_open(node->fold), *ret_time))
			return ENT_OK;
		status = decide(node, &tick, *ret_time);
		if (status != ENT_OK)
			return status;
		node->open->ticks++;
	}
}

static ent_status decide_job(struct ent_node *node, struct ent_node_job *job) {
	int64_t time;
	ent_status status = pass_time(node, &time);
	if (status == ENT_OK)
		status = decide(node, &job->command, time);
	if (status != ENT_OK)
		return status;
	node->open->refused += node->outcome.refusal != ENT_REFUSAL_NONE;
	job->decided(job, &node->outcome, ent_fold_open(node->fold));
	jobs_add(&node->open->jobs, job);
	return ENT_OK;
}

/* --- Dropping --- */

/* What is not committed has never been. The jobs of the open batch are told. */
static void drop_open(struct ent_node *node, ent_status status) {
	wait_for_committer(node);
	struct batch *batch = node->open;
	node->open = NULL;
	ent_fold_discard(node->fold);
	if (batch == NULL)
		return;
	(void)pthread_mutex_lock(&node->lock);
	node->state.failed += batch->jobs.n;
	(void)pthread_mutex_unlock(&node->lock);
	jobs_done(&batch->jobs, status);
	batch_destroy(batch);
}

/* After a failed commit: does the store take writes, and what does it have? */
static bool try_store(struct ent_node *node) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	if (!ent_store_writes(node->store))
		status = ent_store_reopen(node->store, &fault);
	if (status == ENT_OK)
		status = node_catch_up(node, &fault);
	if (status != ENT_OK && fault.why[0] == '\0')
		ent_fault_set(&fault, "", "%s", ent_status_text(status));
	(void)pthread_mutex_lock(&node->lock);
	node->failed = status != ENT_OK;
	if (node->failed)
		(void)snprintf(node->reason, sizeof node->reason, "%s", fault.why);
	(void)pthread_mutex_unlock(&node->lock);
	if (status == ENT_OK)
		node_say(node, ENT_NODE_WARNING, "the store takes writes again");
	return status == ENT_OK;
}

/* --- The loop --- */

struct wake {
	bool stop, failed, hand_over, idle;
	bool room; /* in the open batch */
	struct jobs jobs;
};

static void wait_until(struct ent_node *node, int64_t us) {
	struct timespec until;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += us / 1000000;
	until.tv_nsec += us % 1000000 * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	(void)pthread_cond_timedwait(&node->work, &node->lock, &until);
}

static void take_jobs(struct ent_node *node, size_t most, struct jobs *ret_jobs) {
	jobs_init(ret_jobs);
	while (node->queue.n > 0 && ret_jobs->n < most)
		jobs_add(ret_jobs, jobs_take(&node->queue));
}

/* Waits for something to do, and says what. */
static struct wake wait_for_work(struct ent_node *node) {
	struct wake wake = {0};
	bool waited = false;
	wake.room = node->open == NULL || !batch_is_full(node->open);
	(void)pthread_mutex_lock(&node->lock);
	for (;;) {
		wake.failed = node->failed;
		wake.hand_over = batch_waits(node) && node->sealed == NULL;
		wake.stop = node->stop && node->queue.n == 0 && !batch_waits(node) &&
				node->sealed == NULL;
		if (wake.failed || wake.hand_over || wake.stop || (node->queue.n > 0 && wake.room))
			break;
		if (waited) {
			wake.idle = true;
			break;
		}
		wait_until(node, TICK_US);
		waited = true;
	}
	/* A store that has failed takes none of them. */
	take_jobs(node, wake.failed ? SIZE_MAX : wake.room ? JOBS_AT_ONCE : 0, &wake.jobs);
	(void)pthread_mutex_unlock(&node->lock);
	return wake;
}

static void decide_jobs(struct ent_node *node, struct jobs *jobs) {
	struct ent_node_job *job;
	while ((job = jobs_take(jobs)) != NULL) {
		if (job->gone != NULL && job->gone(job)) {
			job->done(job, ENT_E_MISSING);
			continue;
		}
		if (jobs->first != NULL && node->open != NULL)
			ent_airspace_expect(node->fold, &jobs->first->command);
		const ent_status status = decide_job(node, job);
		if (status == ENT_OK)
			continue;
		drop_open(node, status);
		job->done(job, status);
	}
}

static void be_failed(struct ent_node *node, struct jobs *jobs) {
	drop_open(node, ENT_E_IO);
	jobs_done(jobs, ENT_E_IO);
	if (try_store(node))
		return;
	(void)pthread_mutex_lock(&node->lock);
	if (!node->stop)
		wait_until(node, RETRY_US);
	(void)pthread_mutex_unlock(&node->lock);
}

/* The ledger's time never goes back: when a clock was far ahead, nobody else would say why plans are refused since. */
static void look_at_the_clock(
		struct ent_node *node, const struct ent_airspace_head *head, int64_t now_utc_us) {
	const int64_t behind_us = head->size > 0 ? head->time_utc_us - now_utc_us : 0;
	const bool is_behind = behind_us > BEHIND_US;
	(void)pthread_mutex_lock(&node->lock);
	const bool is_known = node->state.behind_us > 0;
	node->state.behind_us = is_behind ? behind_us : 0;
	(void)pthread_mutex_unlock(&node->lock);
	if (is_behind && !is_known)
		node_say(node, ENT_NODE_WARNING,
				"the clock is %lld s behind the ledger's last entry: until it is "
				"there, nothing expires, and plans that end before are refused",
				(long long)(behind_us / 1000000));
}

/* Nothing else came: what is due expires in an entry of its own. */
static void look_at_the_time(struct ent_node *node) {
	const struct ent_fold_version *seen = ent_fold_take(node->fold);
	const int64_t now_utc_us = node->options.clock(node->options.user);
	const bool due = ent_airspace_due(seen, now_utc_us);
	int64_t unused;
	look_at_the_clock(node, ent_fold_head(seen), now_utc_us);
	ent_fold_release(node->fold, seen);
	const ent_status status = due ? pass_time(node, &unused) : ENT_OK;
	if (status != ENT_OK)
		drop_open(node, status);
}

void *decider_run(void *user) {
	struct ent_node *node = user;
	for (;;) {
		struct wake wake = wait_for_work(node);
		if (wake.failed) {
			be_failed(node, &wake.jobs);
			(void)pthread_mutex_lock(&node->lock);
			const bool stop = node->stop && node->queue.n == 0;
			(void)pthread_mutex_unlock(&node->lock);
			if (stop)
				return NULL;
			continue;
		}
		if (wake.stop)
			return NULL;
		/* What waits is written while what came is decided. */
		if (wake.hand_over)
			hand_over(node);
		decide_jobs(node, &wake.jobs);
		if (wake.idle)
			look_at_the_time(node);
		if (batch_waits(node) && committer_is_idle(node))
			hand_over(node);
	}
}
