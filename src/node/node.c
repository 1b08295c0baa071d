/* SPDX-License-Identifier: Apache-2.0 */
/* node.c: a node comes and goes, takes jobs, and shows itself; see node.h and internal.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "entente/text.h"
#include "entente/wake.h"
#include "internal.h"

#define DAY_US INT64_C(86400000000)
#define WRITTEN_UTC_US INT64_C(1767225600000000) /* 2026 began */

const struct ent_node_options ent_node_options_default = {
		.expire_after_us = INT64_C(7200) * 1000000,
		.queue_max = 16384,
		.snapshot_entries = 100000};

void node_say(const struct ent_node *node, enum ent_node_say severity, const char *format, ...) {
	char text[1024];
	va_list arguments;
	if (node->options.say == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	node->options.say(node->options.user, severity, text);
}

/* --- Begin and end --- */

static ent_status init_locks(struct ent_node *node) {
	const bool fine = pthread_mutex_init(&node->lock, NULL) == 0 &&
			ent_wake_init(&node->work) == ENT_OK &&
			pthread_cond_init(&node->batch, NULL) == 0 &&
			pthread_cond_init(&node->snapshot, NULL) == 0;
	return fine ? ENT_OK : ENT_E_MEMORY;
}

static ent_status start_threads(struct ent_node *node) {
	static void *(*const runs[])(void *) = {decider_run, committer_run, snapshotter_run};
	pthread_t *const threads[] = {&node->decider, &node->committer, &node->snapshotter};
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		if (pthread_create(threads[i], NULL, runs[i], node) != 0)
			return ENT_E_MEMORY;
		node->threads++;
	}
	return ENT_OK;
}

/* --- The first entry of a ledger, and another one whenever the configuration differs from its last --- */

struct waiting {
	struct ent_node_job job;
	struct ent_node *node;
	ent_status status;
	bool is_done;
	pthread_mutex_t lock;
	pthread_cond_t done;
};

static void config_decided(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	(void)job;
	(void)outcome;
	(void)version;
}

static void config_done(struct ent_node_job *job, ent_status status) {
	struct waiting *waiting = (struct waiting *)job;
	(void)pthread_mutex_lock(&waiting->lock);
	waiting->status = status;
	waiting->is_done = true;
	(void)pthread_cond_signal(&waiting->done);
	(void)pthread_mutex_unlock(&waiting->lock);
}

static ent_status configure(struct ent_node *node, struct ent_fault *fault) {
	const struct ent_fold_version *version = ent_fold_take(node->fold);
	const struct ent_airspace_head head = *(const struct ent_airspace_head *)ent_fold_head(
			version);
	ent_fold_release(node->fold, version);
	if (head.size > 0 && head.expire_after_us == node->options.expire_after_us &&
			head.index_is_time == node->options.index_is_time)
		return ENT_OK;
	struct waiting waiting = {
			.job = {.command = {.kind = ENT_COMMAND_CONFIG,
						.expire_after_us = node->options.expire_after_us,
						.index_is_time = node->options.index_is_time},
					.decided = config_decided,
					.done = config_done},
			.lock = PTHREAD_MUTEX_INITIALIZER,
			.done = PTHREAD_COND_INITIALIZER};
	ent_node_submit(node, &waiting.job);
	(void)pthread_mutex_lock(&waiting.lock);
	while (!waiting.is_done)
		(void)pthread_cond_wait(&waiting.done, &waiting.lock);
	(void)pthread_mutex_unlock(&waiting.lock);
	if (waiting.status != ENT_OK) {
		struct ent_node_state state;
		ent_node_state(node, &state);
		ent_fault_set(fault, node->options.directory, "the ledger cannot be written: %s",
				state.reason[0] != '\0' ? state.reason
							: ent_status_text(waiting.status));
	}
	return waiting.status;
}

/*
 * Long pauses are in order, and so is the first start; but a clock that is far ahead now is there for good, so that
 * whoever looks at the log should be able to see it.
 */
static void say_last_entry(const struct ent_node *node) {
	char last[ENT_TEXT_TIME_SIZE], now[ENT_TEXT_TIME_SIZE];
	const int64_t now_utc_us = node->options.clock(node->options.user);
	const int64_t pause_us = now_utc_us - node->state.time_utc_us;
	(void)ent_text_print_time(now_utc_us, now);
	(void)ent_text_print_time(node->state.time_utc_us, last);
	if (node->state.size == 0)
		node_say(node, ENT_NODE_INFO, "a new ledger begins, and by the clock it is %s",
				now);
	else if (pause_us > DAY_US)
		node_say(node, ENT_NODE_INFO,
				"the last entry is from %s, and by the clock it is %s: %lld days "
				"later",
				last, now, (long long)(pause_us / DAY_US));
	if (now_utc_us < WRITTEN_UTC_US)
		node_say(node, ENT_NODE_WARNING,
				"the clock is wrong: by it, it is %s, before this program was "
				"written",
				now);
}

static ent_status open_all(struct ent_node *node, struct ent_fault *fault) {
	struct ent_store_head head;
	ent_status status = ent_seal_start();
	if (status == ENT_OK)
		status = ent_fold_create(&ent_airspace_fold_options, &node->fold);
	if (status == ENT_OK)
		status = ent_store_open_sqlite(node->options.directory, &node->store, fault);
	if (status == ENT_OK)
		status = ent_store_ledger(node->store, ENT_NODE_LEDGER, true, &node->ledger);
	if (status == ENT_OK)
		status = ent_store_head(node->store, node->ledger, &head);
	if (status == ENT_OK)
		status = node_key_open(node, head.size, fault);
	if (status == ENT_OK)
		status = node_restore(node, fault);
	if (status == ENT_OK)
		say_last_entry(node);
	if (status == ENT_OK)
		status = start_threads(node);
	if (status == ENT_OK)
		status = configure(node, fault);
	return status == ENT_OK ? node_key_show(node, fault) : status;
}

ent_status ent_node_create(const struct ent_node_options *options, struct ent_node **ret_node,
		struct ent_fault *reterr_fault) {
	struct ent_node *node = calloc(1, sizeof *node);
	struct ent_fault fault = {{0}, {0}};
	if (node == NULL)
		return ENT_E_MEMORY;
	assert(options->clock != NULL && options->queue_max > 0);
	node->options = *options;
	jobs_init(&node->queue);
	ent_tree_init(&node->tree);
	if (init_locks(node) != ENT_OK) {
		free(node);
		return ENT_E_MEMORY;
	}
	const ent_status status = open_all(node, &fault);
	if (status == ENT_OK) {
		*ret_node = node;
		return ENT_OK;
	}
	if (fault.why[0] == '\0')
		ent_fault_set(&fault, options->directory, "%s",
				status == ENT_E_IO ? "the database cannot be read: it is damaged, "
						     "or the disk fails"
						   : ent_status_text(status));
	if (reterr_fault != NULL)
		*reterr_fault = fault;
	ent_node_destroy(node);
	return status;
}

static void stop_threads(struct ent_node *node) {
	(void)pthread_mutex_lock(&node->lock);
	node->stop = true;
	(void)pthread_cond_signal(&node->work);
	(void)pthread_mutex_unlock(&node->lock);
	if (node->threads > 0)
		(void)pthread_join(node->decider, NULL);
	(void)pthread_mutex_lock(&node->lock);
	node->committer_stop = true;
	(void)pthread_cond_signal(&node->batch);
	(void)pthread_cond_signal(&node->snapshot);
	(void)pthread_mutex_unlock(&node->lock);
	if (node->threads > 1)
		(void)pthread_join(node->committer, NULL);
	if (node->threads > 2)
		(void)pthread_join(node->snapshotter, NULL);
}

void ent_node_destroy(struct ent_node *node) {
	if (node == NULL)
		return;
	stop_threads(node);
	if (node->threads == 3 && !node->failed)
		node_snapshot(node);
	jobs_done(&node->queue, ENT_E_IO);
	/* Nothing waits in it. */
	batch_destroy(node->open);
	ent_airspace_outcome_finish(&node->outcome);
	ent_fold_destroy(node->fold);
	ent_store_close(node->store);
	ent_sign_key_destroy(node->key);
	(void)pthread_cond_destroy(&node->work);
	(void)pthread_cond_destroy(&node->batch);
	(void)pthread_cond_destroy(&node->snapshot);
	(void)pthread_mutex_destroy(&node->lock);
	free(node);
}

/* --- Commands --- */

void ent_node_submit(struct ent_node *node, struct ent_node_job *job) {
	ent_status refused = ENT_OK;
	(void)pthread_mutex_lock(&node->lock);
	if (node->failed || node->stop)
		refused = ENT_E_IO;
	else if (node->queue.n >= node->options.queue_max)
		refused = ENT_E_LIMIT;
	else {
		jobs_add(&node->queue, job);
		if (node->queue.n == 1)
			(void)pthread_cond_signal(&node->work);
	}
	(void)pthread_mutex_unlock(&node->lock);
	if (refused != ENT_OK)
		job->done(job, refused);
}

/* --- Looking --- */

void node_publish(struct ent_node *node, struct ent_fold_version *version,
		const struct ent_store_head *head) {
	const struct ent_airspace_head *state = ent_fold_head(version);
	ent_fold_publish_unswept(node->fold, version);
	node->head = *head;
	ent_tree_root(&node->tree, &node->state.root);
	node->state.size = state->size;
	node->state.time_utc_us = state->time_utc_us;
	node->state.intents = ent_fold_count(version, ENT_AIRSPACE_INTENTS);
	node->state.constraints = ent_fold_count(version, ENT_AIRSPACE_CONSTRAINTS);
	node->state.subscriptions = ent_fold_count(version, ENT_AIRSPACE_SUBSCRIPTIONS);
	node->state.usss = ent_fold_count(version, ENT_AIRSPACE_USSS);
}

const struct ent_fold_version *ent_node_take(struct ent_node *node) {
	return ent_fold_take(node->fold);
}

void ent_node_release(struct ent_node *node, const struct ent_fold_version *version) {
	ent_fold_release(node->fold, version);
}

void ent_node_state(struct ent_node *node, struct ent_node_state *ret_state) {
	(void)pthread_mutex_lock(&node->lock);
	*ret_state = node->state;
	ret_state->writes = !node->failed;
	ret_state->waiting = node->queue.n;
	memcpy(ret_state->reason, node->failed ? node->reason : "",
			node->failed ? sizeof node->reason : 1);
	(void)pthread_mutex_unlock(&node->lock);
}

size_t ent_node_checkpoint(struct ent_node *node, char ret_note[ENT_NOTE_SIZE]) {
	(void)pthread_mutex_lock(&node->lock);
	const size_t length = node->head.note_length;
	memcpy(ret_note, node->head.note, length);
	(void)pthread_mutex_unlock(&node->lock);
	ret_note[length] = '\0';
	return length;
}

const struct ent_vkey *ent_node_vkey(const struct ent_node *node) {
	return &node->vkey;
}

struct ent_store *ent_node_store(struct ent_node *node, uint32_t *ret_ledger) {
	*ret_ledger = node->ledger;
	return node->store;
}
