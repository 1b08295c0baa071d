/* SPDX-License-Identifier: Apache-2.0 */
/*
 * received.c: when entries of others were received here: a ledger of our own that goes to nobody, docs/formats.md. An entry
 * of it, a mark, says that so many entries of a ledger were here at its time. What is not marked is not received. Marks of
 * another kind are told.c's.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const char name_of_it[] = "received";

/* --- Marks --- */

static struct marks *find(const struct ent_memoranda *all, const char *name) {
	struct marks *marks = all->marks;
	while (marks != NULL && strcmp(marks->name, name) != 0)
		marks = marks->next;
	return marks;
}

struct marks *received_marks(struct ent_memoranda *all, const char *name) {
	(void)pthread_mutex_lock(&all->marks_lock);
	struct marks *marks = find(all, name);
	if (marks == NULL && (marks = calloc(1, sizeof *marks)) != NULL) {
		(void)snprintf(marks->name, sizeof marks->name, "%s", name);
		marks->next = all->marks;
		all->marks = marks;
	}
	(void)pthread_mutex_unlock(&all->marks_lock);
	return marks;
}

uint64_t received_size(struct ent_memoranda *all, const struct marks *marks) {
	(void)pthread_mutex_lock(&all->marks_lock);
	const uint64_t size = marks->n > 0 ? marks->mark[marks->n - 1].size : 0;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return size;
}

int64_t received_time(struct ent_memoranda *all, const struct marks *marks, uint64_t seq) {
	(void)pthread_mutex_lock(&all->marks_lock);
	size_t low = 0, high = marks->n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (marks->mark[middle].size > seq)
			high = middle;
		else
			low = middle + 1;
	}
	const int64_t time_utc_us = low < marks->n ? marks->mark[low].time_utc_us : INT64_MAX;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return time_utc_us;
}

int64_t ent_memoranda_received(struct ent_memoranda *memoranda, const char *ledger, uint64_t seq) {
	(void)pthread_mutex_lock(&memoranda->marks_lock);
	const struct marks *marks = find(memoranda, ledger);
	(void)pthread_mutex_unlock(&memoranda->marks_lock);
	return marks != NULL ? received_time(memoranda, marks, seq) : INT64_MAX;
}

/* --- The fold --- */

static ent_status put_mark(struct ent_memoranda *all, const char *name, struct mark mark) {
	struct marks *marks = received_marks(all, name);
	if (marks == NULL)
		return ENT_E_MEMORY;
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&all->marks_lock);
	if (marks->n_applied == marks->capacity) {
		const size_t capacity = 2 * marks->capacity + 8;
		struct mark *grown = realloc(marks->mark, capacity * sizeof *grown);
		if (grown == NULL)
			status = ENT_E_MEMORY;
		else {
			marks->mark = grown;
			marks->capacity = capacity;
		}
	}
	if (status == ENT_OK)
		marks->mark[marks->n_applied++] = mark;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return status;
}

static ent_status read_mark(struct ent_json_value root, const char **ret_name,
		struct mark *ret_mark, struct ent_fault *fault) {
	struct ent_json_value value;
	size_t length;
	int64_t number;
	if (!ent_json_member(root, "ledger", &value) ||
			!ent_json_string(value, ret_name, &length) || strlen(*ret_name) != length ||
			length > ENT_PARCEL_NAME_MAX) {
		ent_fault_set(fault, "ledger", "is no name of a ledger");
		return ENT_E_SYNTAX;
	}
	if (!ent_json_member(root, "size", &value) || !ent_json_int(value, &number) ||
			number <= 0) {
		ent_fault_set(fault, "size", "is no number of entries");
		return ENT_E_SYNTAX;
	}
	ret_mark->size = (uint64_t)number;
	if (!ent_json_member(root, "time_us", &value) ||
			!ent_json_int(value, &ret_mark->time_utc_us)) {
		ent_fault_set(fault, "time_us", "is no time");
		return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

static ent_status apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct ent_memoranda *all = state;
	struct mark mark = {0, 0};
	struct ent_json_value root, kind;
	const char *name = NULL;
	(void)seq;
	ent_status status = ent_json_parse(
			all->received_json, bytes, size, NULL, &root, reterr_fault);
	if (status == ENT_OK && ent_json_member(root, "kind", &kind) &&
			ent_json_string_is(kind, "told"))
		return told_apply(all, root, reterr_fault);
	if (status == ENT_OK)
		status = read_mark(root, &name, &mark, reterr_fault);
	return status == ENT_OK ? put_mark(all, name, mark) : status;
}

static void set_durable(void *state, uint64_t size) {
	struct ent_memoranda *all = state;
	(void)size;
	(void)pthread_mutex_lock(&all->marks_lock);
	for (struct marks *marks = all->marks; marks != NULL; marks = marks->next)
		marks->n = marks->n_applied;
	all->told.utc_us = all->told.applied_utc_us;
	(void)pthread_mutex_unlock(&all->marks_lock);
}

static bool step_back(void *state) {
	struct ent_memoranda *all = state;
	(void)pthread_mutex_lock(&all->marks_lock);
	for (struct marks *marks = all->marks; marks != NULL; marks = marks->next)
		marks->n_applied = marks->n;
	all->told.applied_utc_us = all->told.utc_us;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return true;
}

static void reset(void *state) {
	struct ent_memoranda *all = state;
	(void)pthread_mutex_lock(&all->marks_lock);
	for (struct marks *marks = all->marks; marks != NULL; marks = marks->next)
		marks->n = marks->n_applied = 0;
	all->told.utc_us = all->told.applied_utc_us = 0;
	(void)pthread_mutex_unlock(&all->marks_lock);
}

/* --- Marking --- */

/* What is marked is what is durable by now. */
static ent_status decide(void *state, const void *user, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	struct ent_memoranda *all = state;
	const struct mark_command *command = user;
	const struct memo_ledger *ledger = command->ledger;
	char bytes[ENT_PARCEL_NAME_MAX + 160];
	(void)reterr_fault;
	if (ledger == NULL)
		return command->told_utc_us != 0 ? told_decide(all, command, draft) : ENT_OK;
	uint64_t size = ledger->durable;
	(void)pthread_mutex_lock(&all->marks_lock);
	const struct marks *marks = ledger->marks;
	const uint64_t marked = marks->n_applied > 0 ? marks->mark[marks->n_applied - 1].size : 0;
	(void)pthread_mutex_unlock(&all->marks_lock);
	if (size <= marked)
		return ENT_OK;
	if (size - marked > command->most)
		size = marked + command->most;
	const int length = snprintf(bytes, sizeof bytes,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64
			",\"kind\":\"received\",\"class\":\"%s\",\"ledger\":\"%s\",\"size\":"
			"%" PRIu64 "}",
			draft->seq, draft->time_us, all->options.settable_clock ? "TEST" : "ACTUAL",
			ledger->name, size);
	return ent_scribe_add(draft, bytes, (size_t)length);
}

static bool is_unmarked(const struct memo_ledger *ledger) {
	return !ledger->ours && received_size(ledger->of->all, ledger->marks) < ledger->durable;
}

/* One of its ledgers of which not all is marked. NULL: there is none. */
static struct memo_ledger *find_unmarked(struct memorandum *memorandum) {
	struct memo_ledger *found = NULL;
	(void)pthread_mutex_lock(&memorandum->lock);
	for (size_t i = 0; found == NULL && i < memorandum->n_ledgers; i++)
		if (is_unmarked(memorandum->ledgers[i]))
			found = memorandum->ledgers[i];
	(void)pthread_mutex_unlock(&memorandum->lock);
	return found;
}

/* Under the lock of all. */
static void queue_turn(struct ent_memoranda *all, struct memorandum *memorandum) {
	if (memorandum->has_turn)
		return;
	memorandum->has_turn = true;
	memorandum->next_turn = NULL;
	if (all->turn_first == NULL)
		all->turn_last = &all->turn_first;
	*all->turn_last = memorandum;
	all->turn_last = &memorandum->next_turn;
}

/* The next one's. False: there is none, or with 'give_up' there is to be none. */
static bool begin_turn(struct ent_memoranda *all, bool give_up) {
	(void)pthread_mutex_lock(&all->lock);
	struct memorandum *memorandum;
	do {
		memorandum = all->turn_first;
		if (memorandum != NULL) {
			all->turn_first = memorandum->next_turn;
			memorandum->has_turn = false;
		}
	} while (memorandum != NULL && give_up);
	all->turn_of = memorandum;
	all->turns = memorandum != NULL;
	(void)pthread_mutex_unlock(&all->lock);
	return memorandum != NULL;
}

static void turned(struct ent_scribe_job *job, ent_status status);

static void go_on(struct ent_memoranda *all) {
	all->turn_command = (struct mark_command){find_unmarked(all->turn_of), TURN_ENTRIES, 0};
	all->turn_job = (struct ent_scribe_job){.command = &all->turn_command, .done = turned};
	ent_post_submit(all->received, &all->turn_job);
}

/* In the scribe's thread, when it was not refused. */
static void turned(struct ent_scribe_job *job, ent_status status) {
	struct ent_memoranda *all = (struct ent_memoranda *)((char *)job -
			offsetof(struct ent_memoranda, turn_job));
	struct memorandum *memorandum = all->turn_of;
	if (status != ENT_OK) {
		memoranda_say(all, ENT_SCRIBE_WARNING,
				"memorandum %s: what was received does not count yet: %s",
				memorandum->id, ent_status_text(status));
		all->failed = true;
	} else {
		memoranda_changed(memorandum);
		/* More may have come, or there is more than one turn may have. */
		if (find_unmarked(memorandum) != NULL)
			received_turn(memorandum);
	}
	if (begin_turn(all, status != ENT_OK))
		go_on(all);
}

void received_turn(struct memorandum *memorandum) {
	struct ent_memoranda *all = memorandum->all;
	(void)pthread_mutex_lock(&all->lock);
	queue_turn(all, memorandum);
	const bool turns = all->turns;
	all->turns = true;
	(void)pthread_mutex_unlock(&all->lock);
	if (!turns && begin_turn(all, false))
		go_on(all);
}

void received_mark(struct memo_ledger *ledger) {
	if (is_unmarked(ledger))
		received_turn(ledger->of);
}

struct waiting {
	struct ent_scribe_job job; /* first */
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool done;
	ent_status status;
};

static void tell_waiting(struct ent_scribe_job *job, ent_status status) {
	struct waiting *waiting = (struct waiting *)job;
	(void)pthread_mutex_lock(&waiting->lock);
	waiting->done = true;
	waiting->status = status;
	(void)pthread_cond_signal(&waiting->told);
	(void)pthread_mutex_unlock(&waiting->lock);
}

ent_status received_mark_now(struct memo_ledger *ledger) {
	struct ent_memoranda *all = ledger->of->all;
	const struct mark_command command = {ledger, UINT64_MAX, 0};
	struct waiting waiting = {.job = {.command = &command, .done = tell_waiting}};
	if (received_size(all, ledger->marks) >= ledger->durable)
		return ENT_OK;
	if (pthread_mutex_init(&waiting.lock, NULL) != 0)
		return ENT_E_MEMORY;
	if (pthread_cond_init(&waiting.told, NULL) != 0) {
		(void)pthread_mutex_destroy(&waiting.lock);
		return ENT_E_MEMORY;
	}
	ent_post_submit(all->received, &waiting.job);
	(void)pthread_mutex_lock(&waiting.lock);
	while (!waiting.done)
		(void)pthread_cond_wait(&waiting.told, &waiting.lock);
	(void)pthread_mutex_unlock(&waiting.lock);
	(void)pthread_cond_destroy(&waiting.told);
	(void)pthread_mutex_destroy(&waiting.lock);
	return waiting.status;
}

/* --- Begin and end --- */

ent_status received_open(struct ent_memoranda *all, struct ent_fault *reterr_fault) {
	const struct ent_post_ledger_options options = {.name = name_of_it,
			.fold = {all, apply, set_durable, step_back, reset},
			.decide = decide};
	if (ent_json_create(&all->received_json) != ENT_OK)
		return ENT_E_MEMORY;
	return ent_post_open_ours(all->options.post, &options, &all->received, reterr_fault);
}

void received_finish(struct ent_memoranda *all) {
	for (struct marks *marks = all->marks, *next; marks != NULL; marks = next) {
		next = marks->next;
		free(marks->mark);
		free(marks);
	}
	ent_json_destroy(all->received_json);
}
