/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scribes.h: a scribe's ledgers under test: a fold that is the chain of all entries' hashes, so that it tells their every
 * byte and their order; commands that say how many entries they come to; jobs that are waited for.
 */
#ifndef ENTENTE_TESTS_SCRIBES_H
#define ENTENTE_TESTS_SCRIBES_H

#include <inttypes.h>
#include <pthread.h>
#include <time.h>

#include "merkle.h"
#include "notes.h"
#include "stores.h"

#include "entente/scribe.h"

/* --- The fold --- */

struct chain {
	uint64_t size, durable_size;
	struct ent_hash hash, durable_hash;
	bool steps_back; /* it can */
	unsigned resets, backs;
	uint64_t fail_at; /* the entry from which on it has no memory for so many */
	unsigned fails;
};

static inline void chain_reset(void *state) {
	struct chain *chain = state;
	chain->size = 0;
	memset(&chain->hash, 0, sizeof chain->hash);
	chain->resets++;
}

/* An entry with "bad" in it may not stand in a ledger. */
static inline ent_status chain_apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct chain *chain = state;
	const struct ent_seal_part parts[] = {
			{chain->hash.bytes, sizeof chain->hash.bytes}, {bytes, size}};
	CHECK(seq == chain->size);
	if (chain->fails > 0 && seq >= chain->fail_at) {
		chain->fails--;
		return ENT_E_MEMORY;
	}
	if (size > 9 && memcmp(bytes + size - 5, "bad\"}", 5) == 0) {
		ent_fault_set(reterr_fault, "text", "it is bad");
		return ENT_E_SYNTAX;
	}
	ent_seal_sha256_parts(parts, 2, &chain->hash);
	chain->size++;
	return ENT_OK;
}

static inline void chain_durable(void *state, uint64_t size) {
	struct chain *chain = state;
	CHECK(size == chain->size && size >= chain->durable_size);
	chain->durable_size = size;
	chain->durable_hash = chain->hash;
}

static inline bool chain_back(void *state) {
	struct chain *chain = state;
	chain->backs++;
	if (!chain->steps_back)
		return false;
	chain->size = chain->durable_size;
	chain->hash = chain->durable_hash;
	return true;
}

static inline struct ent_scribe_fold chain_fold(struct chain *chain) {
	return (struct ent_scribe_fold){chain, chain_apply, chain_durable, chain_back, chain_reset};
}

/* --- Commands --- */

enum kind { SAY, REFUSE, REFUSE_LATE, FAIL, BAD, MANY, WRONG_PLACE, FLASH, SEALED };

struct command {
	enum kind kind;
	unsigned n;       /* entries */
	uint64_t number;  /* in their text */
	size_t text_size; /* more of it */
};

static inline size_t entry_print(char *ret_bytes, size_t capacity, uint64_t seq, int64_t time_us,
		uint64_t number, size_t text_size, const char *end) {
	const size_t length = (size_t)snprintf(ret_bytes, capacity,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64 ",\"number\":%" PRIu64
			",\"text\":\"%0*d%s\"}",
			seq, time_us, number, (int)text_size, 0, end);
	CHECK(length < capacity);
	return length;
}

static inline ent_status chain_decide(void *state, const void *user, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	const struct command *command = user;
	const struct chain *chain = state;
	char bytes[2048];
	const unsigned n = command->kind == MANY ? ENT_SCRIBE_COMMAND_ENTRIES_MAX + 1 : command->n;
	ent_status status = ENT_OK;
	/* It sees all that was decided before it. */
	CHECK(draft->seq == chain->size);
	if (command->kind == REFUSE) {
		ent_fault_set(reterr_fault, "number", "refused at %" PRIu64, draft->seq);
		return ENT_E_REFUSED;
	}
	for (unsigned i = 0; status == ENT_OK && i < n; i++) {
		const size_t size = entry_print(bytes, sizeof bytes,
				draft->seq + (command->kind == WRONG_PLACE), draft->time_us,
				command->number, command->text_size,
				command->kind == BAD ? "bad" : "");
		status = ent_scribe_add(draft, bytes, size);
		if (status == ENT_OK && command->kind == SEALED)
			status = ent_scribe_add_payload(draft, bytes, size);
	}
	if (command->kind == REFUSE_LATE && status == ENT_OK)
		return ENT_E_REFUSED;
	return command->kind == FAIL && status == ENT_OK ? ENT_E_MEMORY : status;
}

static inline bool chain_goes_on(const void *command) {
	return ((const struct command *)command)->kind == FLASH;
}

/* --- A place for it all --- */

struct desk {
	char path[FOLDER_SIZE];
	struct ent_store *store;
	struct ent_scribe *scribe;
	struct ent_sign_key *key;
	_Atomic int64_t now_us;
	_Atomic uint64_t told; /* by the observer */
	char said[1024];
};

static inline int64_t desk_clock(void *user) {
	struct desk *desk = user;
	return desk->now_us;
}

static inline void desk_say(void *user, enum ent_scribe_say severity, const char *text) {
	struct desk *desk = user;
	(void)severity;
	(void)snprintf(desk->said, sizeof desk->said, "%s", text);
}

static inline void desk_stored(void *user, struct ent_scribe_ledger *ledger, uint64_t size) {
	struct desk *desk = user;
	struct ent_scribe_ledger_state state;
	ent_scribe_state(ledger, &state);
	CHECK(state.size == size);
	desk->told += size;
}

static inline void desk_start(struct desk *desk) {
	const struct ent_scribe_options options = {
			desk->store, desk_clock, desk_say, desk_stored, desk};
	CHECK(ent_scribe_create(&options, &desk->scribe) == ENT_OK);
}

static inline void desk_open(struct desk *desk) {
	CHECK(ent_seal_start() == ENT_OK);
	memset(desk, 0, sizeof *desk);
	folder_make(desk->path);
	desk->now_us = INT64_C(1795668110000000);
	desk->key = note_key(7);
	desk->store = store_at(desk->path);
	desk_start(desk);
}

static inline void desk_stop(struct desk *desk) {
	ent_scribe_destroy(desk->scribe);
	desk->scribe = NULL;
}

static inline void desk_close(struct desk *desk) {
	desk_stop(desk);
	ent_store_close(desk->store);
	folder_remove(desk->path);
	ent_sign_key_destroy(desk->key);
}

static const char desk_key_name[] = "a.line.entente.invalid";

static inline struct ent_scribe_ledger_options desk_ledger_options(
		const struct desk *desk, const char *name, struct chain *chain) {
	static char origin[ENT_ORIGIN_SIZE];
	(void)snprintf(origin, sizeof origin, "%s/%s", desk_key_name, name);
	return (struct ent_scribe_ledger_options){.name = name,
			.origin = origin,
			.key_name = desk_key_name,
			.key = desk->key,
			.fold = chain_fold(chain),
			.decide = chain_decide,
			.goes_on = chain_goes_on};
}

static inline struct ent_scribe_ledger *desk_ledger(
		struct desk *desk, const char *name, struct chain *chain) {
	const struct ent_scribe_ledger_options options = desk_ledger_options(desk, name, chain);
	struct ent_scribe_ledger *ledger = NULL;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_scribe_open(desk->scribe, &options, &ledger, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return ledger;
}

/* --- Jobs --- */

struct call {
	struct ent_scribe_job job; /* first */
	struct command command;
	struct ent_scribe_outcome outcome;
	pthread_mutex_t lock;
	pthread_cond_t told;
	bool is_decided, is_done, client_gone;
	ent_status status;
};

static inline bool call_gone(struct ent_scribe_job *job) {
	return ((struct call *)job)->client_gone;
}

static inline void call_decided(
		struct ent_scribe_job *job, const struct ent_scribe_outcome *outcome) {
	struct call *call = (struct call *)job;
	CHECK(!call->is_decided && !call->is_done);
	call->outcome = *outcome;
	call->is_decided = true;
}

static inline void call_done(struct ent_scribe_job *job, ent_status status) {
	struct call *call = (struct call *)job;
	(void)pthread_mutex_lock(&call->lock);
	CHECK(!call->is_done);
	call->is_done = true;
	call->status = status;
	(void)pthread_cond_signal(&call->told);
	(void)pthread_mutex_unlock(&call->lock);
}

static inline void call_submit(
		struct ent_scribe_ledger *ledger, struct call *call, struct command command) {
	memset(call, 0, sizeof *call);
	(void)pthread_mutex_init(&call->lock, NULL);
	(void)pthread_cond_init(&call->told, NULL);
	call->command = command;
	call->job.command = &call->command;
	call->job.gone = call_gone;
	call->job.decided = call_decided;
	call->job.done = call_done;
	ent_scribe_submit(ledger, &call->job);
}

static inline ent_status call_wait(struct call *call) {
	(void)pthread_mutex_lock(&call->lock);
	while (!call->is_done)
		(void)pthread_cond_wait(&call->told, &call->lock);
	(void)pthread_mutex_unlock(&call->lock);
	(void)pthread_mutex_destroy(&call->lock);
	(void)pthread_cond_destroy(&call->told);
	return call->status;
}

static inline ent_status call_do(
		struct ent_scribe_ledger *ledger, struct call *call, struct command command) {
	call_submit(ledger, call, command);
	return call_wait(call);
}

/* So many entries, each a command. */
static inline void say_n(struct ent_scribe_ledger *ledger, uint64_t n, uint64_t number) {
	struct call call;
	for (uint64_t i = 0; i < n; i += 40)
		CHECK(call_do(ledger, &call,
				      (struct command){SAY, n - i < 40 ? (unsigned)(n - i) : 40,
						      number + i, 3}) == ENT_OK);
}

static inline struct ent_scribe_ledger_state state_of(struct ent_scribe_ledger *ledger) {
	struct ent_scribe_ledger_state state;
	ent_scribe_state(ledger, &state);
	return state;
}

static inline void pause_ms(long ms) {
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	(void)nanosleep(&pause, NULL);
}

/* --- What a ledger in a store is, apart from any scribe: RFC 6962 by recursion, times, places --- */

struct oracle {
	struct ent_hash *leaves;
	uint64_t n;
	int64_t time_us;
	struct chain chain;
};

static inline ent_status oracle_entry(
		void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct oracle *oracle = user;
	unsigned long long said_seq = 0;
	long long said_us = 0;
	char head[64] = "";
	CHECK(seq == oracle->n && entry->bytes != NULL);
	memcpy(head, entry->bytes, entry->size < 63 ? entry->size : 63);
	CHECK(sscanf(head, "{\"seq\":%llu,\"time_us\":%lld,", &said_seq, &said_us) == 2);
	CHECK(said_seq == seq && (seq == 0 || said_us > oracle->time_us));
	oracle->time_us = said_us;
	/* By doubling: under AddressSanitizer, which never grows in place, an entry at a time took seconds. */
	if ((seq & (seq - 1)) == 0)
		oracle->leaves = realloc(oracle->leaves, (2 * seq + 1) * sizeof *oracle->leaves);
	CHECK(oracle->leaves != NULL);
	const struct ent_seal_part parts[] = {{"\0", 1}, {entry->bytes, entry->size}};
	ent_seal_sha256_parts(parts, 2, &oracle->leaves[seq]);
	CHECK(memcmp(&entry->leaf, &oracle->leaves[seq], sizeof entry->leaf) == 0);
	oracle->n++;
	return chain_apply(&oracle->chain, seq, entry->bytes, entry->size, NULL);
}

/* The whole ledger is as it should be, and signed; gives what its entries come to. */
static inline struct chain oracle_check(struct ent_store *store, const char *name,
		const struct ent_vkey *vkey, struct ent_hash *ret_root) {
	struct oracle oracle = {.leaves = NULL};
	struct ent_store_head head;
	struct ent_checkpoint checkpoint;
	struct ent_store_tiles tiles = {store, 0};
	static struct ent_tree tree;
	struct ent_hash from_tiles;
	uint32_t ledger = 0;
	CHECK(ent_store_ledger(store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_read(store, ledger, 0, UINT64_MAX, oracle_entry, &oracle) == ENT_OK);
	CHECK(ent_store_head(store, ledger, &head) == ENT_OK && head.size == oracle.n);
	*ret_root = merkle_root(oracle.leaves, oracle.n);
	if (oracle.n > 0) {
		CHECK(ent_checkpoint_open(head.note, head.note_length, vkey, &checkpoint, NULL) ==
				ENT_OK);
		CHECK(checkpoint.size == oracle.n && merkle_same(&checkpoint.root, ret_root));
	}
	tiles.ledger = ledger;
	CHECK(ent_tree_restore(&tree, oracle.n, ent_store_tile, &tiles) == ENT_OK);
	ent_tree_root(&tree, &from_tiles);
	CHECK(merkle_same(&from_tiles, ret_root));
	free(oracle.leaves);
	return oracle.chain;
}

static inline bool chain_is(const struct chain *a, const struct chain *b) {
	return a->size == b->size && memcmp(&a->hash, &b->hash, sizeof a->hash) == 0;
}

/* An idle ledger of a scribe is what its store has. */
static inline void desk_check(
		struct desk *desk, struct ent_scribe_ledger *ledger, const struct chain *chain) {
	struct ent_hash root;
	const struct ent_scribe_ledger_state state = state_of(ledger);
	const struct chain should = oracle_check(
			desk->store, ent_scribe_name(ledger), ent_scribe_vkey(ledger), &root);
	CHECK(chain_is(chain, &should) && chain->durable_size == chain->size);
	CHECK(state.size == should.size && merkle_same(&state.root, &root));
}

#endif
