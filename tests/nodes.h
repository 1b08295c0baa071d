/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nodes.h: nodes under test: a home for one (a folder, a clock that a test sets, what it said), jobs that are waited for,
 * and what a node's state is, as bytes.
 */
#ifndef ENTENTE_TESTS_NODES_H
#define ENTENTE_TESTS_NODES_H

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "stores.h"

#include "entente/node.h"

/* 1 January 2030: later than any clock that a node would otherwise look at. */
#define NOON_US INT64_C(1893499200000000)
#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)

/* --- A home --- */

struct home {
	char path[FOLDER_SIZE];
	struct ent_node_options options;
	_Atomic int64_t now_utc_us; /* advances by a microsecond whenever it is looked at */
	pthread_mutex_t lock;
	size_t said_length;
	char said[16384];
};

static inline int64_t home_clock(void *user) {
	return atomic_fetch_add(&((struct home *)user)->now_utc_us, 1);
}

static inline void home_say(void *user, enum ent_node_say severity, const char *text) {
	struct home *home = user;
	static const char *const severities[] = {"info", "warning", "error"};
	(void)pthread_mutex_lock(&home->lock);
	const size_t room = sizeof home->said - home->said_length;
	const int length = snprintf(home->said + home->said_length, room, "%s: %s\n",
			severities[severity], text);
	/* Of too much, the first is kept. */
	if (length > 0 && (size_t)length < room)
		home->said_length += (size_t)length;
	home->said[home->said_length] = '\0';
	(void)pthread_mutex_unlock(&home->lock);
}

static inline bool home_said(struct home *home, const char *text) {
	(void)pthread_mutex_lock(&home->lock);
	const bool said = strstr(home->said, text) != NULL;
	(void)pthread_mutex_unlock(&home->lock);
	return said;
}

static inline void home_forget(struct home *home) {
	(void)pthread_mutex_lock(&home->lock);
	home->said_length = 0;
	home->said[0] = '\0';
	(void)pthread_mutex_unlock(&home->lock);
}

/* What a home is, but for the folder. */
static inline void home_init(struct home *home) {
	memset(home, 0, sizeof *home);
	(void)pthread_mutex_init(&home->lock, NULL);
	atomic_init(&home->now_utc_us, NOON_US);
	home->options = ent_node_options_default;
	home->options.directory = home->path;
	home->options.clock = home_clock;
	home->options.say = home_say;
	home->options.user = home;
}

static inline void home_make(struct home *home) {
	home_init(home);
	folder_make(home->path);
}

static inline void home_remove(struct home *home) {
	folder_remove(home->path);
	(void)pthread_mutex_destroy(&home->lock);
}

static inline struct ent_node *home_open(struct home *home) {
	struct ent_node *node = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_node_create(&home->options, &node, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return node;
}

/* It must not open; says why. */
static inline ent_status home_refused(struct home *home, char ret_why[512]) {
	struct ent_node *node = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_node_create(&home->options, &node, &fault);
	CHECK(status != ENT_OK && node == NULL);
	(void)snprintf(ret_why, 512, "%s: %s", fault.where, fault.why);
	return status;
}

static inline void pause_us(int64_t us) {
	const struct timespec pause = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
	(void)nanosleep(&pause, NULL);
}

/* --- Files of a home --- */

static inline void home_file(const struct home *home, const char *name, char ret_path[512]) {
	(void)snprintf(ret_path, 512, "%s/%s", home->path, name);
}

/* A snapshot's sizes, descending; how many there are. */
static inline size_t home_snapshots(const struct home *home, uint64_t sizes[8]) {
	DIR *folder = opendir(home->path);
	size_t n = 0;
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		unsigned ledger;
		unsigned long long size;
		if (sscanf(file->d_name, "snapshot-%u-%llu", &ledger, &size) != 2 ||
				strstr(file->d_name, ".new") != NULL ||
				strstr(file->d_name, ".bad") != NULL)
			continue;
		CHECK(n < 8);
		size_t at = n++;
		for (; at > 0 && sizes[at - 1] < size; at--)
			sizes[at] = sizes[at - 1];
		sizes[at] = size;
	}
	(void)closedir(folder);
	return n;
}

static inline void home_snapshot_path(const struct home *home, uint64_t size, char ret_path[512]) {
	(void)snprintf(ret_path, 512, "%s/snapshot-1-%020llu", home->path,
			(unsigned long long)size);
}

static inline void home_drop_snapshots(const struct home *home, size_t newest) {
	uint64_t sizes[8];
	char path[512];
	const size_t n = home_snapshots(home, sizes);
	for (size_t i = 0; i < n && i < newest; i++) {
		home_snapshot_path(home, sizes[i], path);
		CHECK(unlink(path) == 0);
	}
}

static inline uint8_t *file_bytes(const char *path, size_t *ret_size) {
	FILE *file = fopen(path, "rb");
	CHECK(file != NULL);
	CHECK(fseek(file, 0, SEEK_END) == 0);
	const long size = ftell(file);
	uint8_t *bytes = malloc((size_t)size + 1);
	CHECK(bytes != NULL && fseek(file, 0, SEEK_SET) == 0);
	CHECK(fread(bytes, 1, (size_t)size, file) == (size_t)size);
	(void)fclose(file);
	*ret_size = (size_t)size;
	return bytes;
}

static inline void file_write(const char *path, const void *bytes, size_t size) {
	FILE *file = fopen(path, "wb");
	CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* All files of a home that is closed, but for what ends in 'but'. */
static inline void home_copy(const struct home *from, const struct home *to, const char *but) {
	DIR *folder = opendir(from->path);
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		char source[512], target[512];
		size_t size;
		if (file->d_name[0] == '.' || strncmp(file->d_name, but, strlen(but)) == 0)
			continue;
		home_file(from, file->d_name, source);
		home_file(to, file->d_name, target);
		uint8_t *bytes = file_bytes(source, &size);
		file_write(target, bytes, size);
		free(bytes);
	}
	(void)closedir(folder);
}

/* --- Jobs --- */

enum { MISSING_MAX = 256 };

struct missing {
	size_t n;
	struct ent_ovn ovns[MISSING_MAX];
	char texts[MISSING_MAX][ENT_AIRSPACE_OVN_MAX + 1];
};

struct call {
	struct ent_node_job job; /* first */
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool is_decided, is_done, client_gone;
	ent_status status;
	enum ent_refusal refusal;
	bool created;
	char message[256];
	char ovn[ENT_AIRSPACE_OVN_MAX + 1];
	uint64_t size; /* of the state after it was decided: the entry's number + 1 */
	uint64_t n_notified;
	struct missing *missing; /* to be filled with what the key lacked; may be NULL */
	void (*when_decided)(struct call *call); /* in the deciding thread; may be NULL */
	void *user;
};

static inline bool call_gone(struct ent_node_job *job) {
	return ((struct call *)job)->client_gone;
}

static inline void missing_take(
		struct missing *missing, const struct ent_airspace_outcome *outcome) {
	missing->n = 0;
	for (size_t i = 0; i < outcome->n_missing && i < MISSING_MAX; i++) {
		char *text = missing->texts[i];
		(void)snprintf(text, sizeof missing->texts[i], "%s", outcome->missing[i]->ovn);
		missing->ovns[missing->n++] = (struct ent_ovn){text, strlen(text)};
	}
}

static inline void call_decided(struct ent_node_job *job,
		const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct call *call = (struct call *)job;
	const struct ent_airspace_head *head = ent_fold_head(version);
	(void)pthread_mutex_lock(&call->lock);
	CHECK(!call->is_decided && !call->is_done);
	call->is_decided = true;
	call->refusal = outcome->refusal;
	call->created = outcome->created;
	call->size = head->size;
	call->n_notified = outcome->n_notified;
	(void)snprintf(call->message, sizeof call->message, "%s", outcome->message);
	if (outcome->entity != NULL && outcome->refusal == ENT_REFUSAL_NONE)
		(void)snprintf(call->ovn, sizeof call->ovn, "%s", outcome->entity->ovn);
	if (outcome->refusal == ENT_REFUSAL_CONFLICT && call->missing != NULL)
		missing_take(call->missing, outcome);
	(void)pthread_cond_broadcast(&call->told);
	(void)pthread_mutex_unlock(&call->lock);
	if (call->when_decided != NULL)
		call->when_decided(call);
}

static inline void call_done(struct ent_node_job *job, ent_status status) {
	struct call *call = (struct call *)job;
	(void)pthread_mutex_lock(&call->lock);
	CHECK(!call->is_done);
	call->is_done = true;
	call->status = status;
	(void)pthread_cond_broadcast(&call->told);
	(void)pthread_mutex_unlock(&call->lock);
}

static inline void call_init(struct call *call) {
	memset(call, 0, sizeof *call);
	call->job.gone = call_gone;
	call->job.decided = call_decided;
	call->job.done = call_done;
	(void)pthread_mutex_init(&call->lock, NULL);
	(void)pthread_cond_init(&call->told, NULL);
}

/* What the command borrows is the caller's. */
static inline void call_finish(struct call *call) {
	(void)pthread_mutex_destroy(&call->lock);
	(void)pthread_cond_destroy(&call->told);
}

static inline ent_status call_wait(struct call *call) {
	(void)pthread_mutex_lock(&call->lock);
	while (!call->is_done)
		(void)pthread_cond_wait(&call->told, &call->lock);
	const ent_status status = call->status;
	(void)pthread_mutex_unlock(&call->lock);
	return status;
}

static inline void call_wait_decided(struct call *call) {
	(void)pthread_mutex_lock(&call->lock);
	while (!call->is_decided)
		(void)pthread_cond_wait(&call->told, &call->lock);
	(void)pthread_mutex_unlock(&call->lock);
}

static inline bool call_is_done(struct call *call) {
	(void)pthread_mutex_lock(&call->lock);
	const bool done = call->is_done;
	(void)pthread_mutex_unlock(&call->lock);
	return done;
}

static inline ent_status call_do(struct ent_node *node, struct call *call) {
	ent_node_submit(node, &call->job);
	return call_wait(call);
}

static inline void call_submit(
		struct ent_node *node, struct call *call, struct ent_command command) {
	call_init(call);
	call->job.command = command;
	ent_node_submit(node, &call->job);
}

/* --- A store that is busy: nothing is written while the gate is closed --- */

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool holds, open;
	struct ent_store *store;
	uint32_t ledger;
	pthread_t thread;
};

static inline ent_status gate_wait(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct gate *gate = user;
	(void)seq;
	(void)entry;
	(void)pthread_mutex_lock(&gate->lock);
	gate->holds = true;
	(void)pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		(void)pthread_cond_wait(&gate->changed, &gate->lock);
	(void)pthread_mutex_unlock(&gate->lock);
	return ENT_OK;
}

static inline void *gate_hold(void *user) {
	struct gate *gate = user;
	CHECK(ent_store_read(gate->store, gate->ledger, 0, 1, gate_wait, gate) == ENT_OK);
	return NULL;
}

static inline void gate_close(struct gate *gate, struct ent_node *node) {
	uint32_t ledger;
	struct ent_store *store = ent_node_store(node, &ledger);
	*gate = (struct gate){.store = store, .ledger = ledger};
	(void)pthread_mutex_init(&gate->lock, NULL);
	(void)pthread_cond_init(&gate->changed, NULL);
	CHECK(pthread_create(&gate->thread, NULL, gate_hold, gate) == 0);
	(void)pthread_mutex_lock(&gate->lock);
	while (!gate->holds)
		(void)pthread_cond_wait(&gate->changed, &gate->lock);
	(void)pthread_mutex_unlock(&gate->lock);
}

static inline void gate_open(struct gate *gate) {
	(void)pthread_mutex_lock(&gate->lock);
	gate->open = true;
	(void)pthread_cond_broadcast(&gate->changed);
	(void)pthread_mutex_unlock(&gate->lock);
	CHECK(pthread_join(gate->thread, NULL) == 0);
	(void)pthread_mutex_destroy(&gate->lock);
	(void)pthread_cond_destroy(&gate->changed);
}

/* --- Commands --- */

static inline struct ent_uuid id_of(uint64_t number) {
	uint64_t seed = number;
	struct ent_uuid id;
	for (size_t i = 0; i < sizeof id.bytes; i++)
		id.bytes[i] = (uint8_t)test_random(&seed);
	id.bytes[6] = (uint8_t)(0x40 | (id.bytes[6] & 15));
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 63));
	return id;
}

/* A circle of a kilometre at (lat, lon), 50 to 100 m above the ellipsoid. To be destroyed. */
static inline struct ent_extent *extent_at(
		double lat_deg, double lon_deg, int64_t start_utc_us, int64_t end_utc_us) {
	const struct ent_extent_volume volume = {.outline = ENT_EXTENT_CIRCLE,
			.center = {(int64_t)(lat_deg * 1e9), (int64_t)(lon_deg * 1e9)},
			.radius_mm = 1000000,
			.lower_mm = 50000,
			.upper_mm = 100000,
			.start_utc_us = start_utc_us,
			.end_utc_us = end_utc_us};
	struct ent_extent *extent = NULL;
	CHECK(ent_extent_create(&volume, 1, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	return extent;
}

/* An Accepted intent without a subscription. 'ovn' NULL: a new one. */
static inline struct ent_command intent_of(
		uint64_t number, const char *ovn, const struct ent_extent *extent) {
	return (struct ent_command){.kind = ENT_COMMAND_PUT_INTENT,
			.manager = "uss1",
			.id = id_of(number),
			.ovn = ovn,
			.url = "https://uss1.example",
			.extent = extent,
			.state = ENT_INTENT_ACCEPTED};
}

static inline struct ent_command removal_of(uint64_t number, const char *ovn) {
	return (struct ent_command){.kind = ENT_COMMAND_DELETE_INTENT,
			.manager = "uss1",
			.id = id_of(number),
			.ovn = ovn};
}

/* One that changes nothing but the ledger. */
static inline struct ent_command report_of(uint64_t number) {
	return (struct ent_command){.kind = ENT_COMMAND_REPORT,
			.manager = "uss1",
			.id = id_of(number),
			.report_size = number};
}

/* --- What a node's state is --- */

static inline struct ent_node_state node_state(struct ent_node *node) {
	struct ent_node_state state;
	ent_node_state(node, &state);
	return state;
}

struct bytes {
	uint8_t *bytes;
	size_t size, capacity;
};

static inline ent_status bytes_add(void *user, const void *bytes, size_t size) {
	struct bytes *to = user;
	if (to->size + size > to->capacity) {
		to->capacity = 2 * to->capacity + size + 4096;
		to->bytes = realloc(to->bytes, to->capacity);
		CHECK(to->bytes != NULL);
	}
	memcpy(to->bytes + to->size, bytes, size);
	to->size += size;
	return ENT_OK;
}

static inline struct bytes version_bytes(const struct ent_fold_version *version) {
	struct bytes bytes = {NULL, 0, 0};
	CHECK(ent_airspace_snapshot_write(version, bytes_add, &bytes) == ENT_OK);
	return bytes;
}

/* To be freed. */
static inline struct bytes node_bytes(struct ent_node *node) {
	const struct ent_fold_version *version = ent_node_take(node);
	const struct bytes bytes = version_bytes(version);
	ent_node_release(node, version);
	return bytes;
}

static inline bool bytes_same(const struct bytes *a, const struct bytes *b) {
	return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* All that can be seen of a node: its state and its checkpoint. */
struct seen {
	struct bytes state;
	char note[ENT_NOTE_SIZE];
	struct ent_node_state about;
};

static inline void seen_take(struct ent_node *node, struct seen *ret_seen) {
	ret_seen->state = node_bytes(node);
	(void)ent_node_checkpoint(node, ret_seen->note);
	ent_node_state(node, &ret_seen->about);
}

static inline void seen_finish(struct seen *seen) {
	free(seen->state.bytes);
}

static inline void seen_same(const char *why, const struct seen *a, const struct seen *b) {
	CHECK_ROW(why, a->about.size == b->about.size);
	CHECK_ROW(why, a->about.intents == b->about.intents);
	CHECK_ROW(why, a->about.constraints == b->about.constraints);
	CHECK_ROW(why, a->about.subscriptions == b->about.subscriptions);
	CHECK_ROW(why, a->about.usss == b->about.usss);
	CHECK_ROW(why, a->about.time_utc_us == b->about.time_utc_us);
	CHECK_ROW(why, bytes_same(&a->state, &b->state));
	CHECK_ROW(why, strcmp(a->note, b->note) == 0);
	CHECK_ROW(why, memcmp(&a->about.root, &b->about.root, sizeof a->about.root) == 0);
}

/* The state that the ledger's entries fold into, apart from any node. */
struct folding {
	struct ent_fold *fold;
	struct ent_json *json;
};

static inline ent_status folding_entry(
		void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct folding *folding = user;
	struct ent_fault fault = {"", ""};
	(void)seq;
	const ent_status status = ent_airspace_apply(folding->fold, folding->json, entry->bytes,
			entry->size, entry->size, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return status;
}

/* Of the first 'n' entries. To be freed. */
static inline struct bytes ledger_bytes(struct ent_store *store, uint32_t ledger, uint64_t n) {
	struct folding folding;
	CHECK(ent_fold_create(&ent_airspace_fold_options, &folding.fold) == ENT_OK);
	CHECK(ent_json_create(&folding.json) == ENT_OK);
	CHECK(ent_fold_begin(folding.fold) == ENT_OK);
	CHECK(ent_store_read(store, ledger, 0, n, folding_entry, &folding) == ENT_OK);
	const struct bytes bytes = version_bytes(ent_fold_open(folding.fold));
	ent_json_destroy(folding.json);
	ent_fold_destroy(folding.fold);
	return bytes;
}

/* An idle node's state is what its ledger folds into. */
static inline void check_fold(struct ent_node *node) {
	uint32_t ledger;
	struct ent_store *store = ent_node_store(node, &ledger);
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_airspace_head *head = ent_fold_head(version);
	struct bytes state = version_bytes(version);
	struct bytes folded = ledger_bytes(store, ledger, head->size);
	ent_node_release(node, version);
	CHECK(bytes_same(&state, &folded));
	free(state.bytes);
	free(folded.bytes);
}

#endif
