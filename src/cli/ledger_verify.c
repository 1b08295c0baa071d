/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_verify.c: see ledger_verify.h. One thread reads and hashes, another parses and folds; chunks of entries go
 * from one to the other through a ring.
 *
 * What is wrong is told by the number of the entry: its "seq" is not where it stands (missing, doubled, swapped), its
 * hash is not the one that the source keeps of it (changed), or it does not follow from those before it. A data
 * directory keeps the hash twice, beside the entry and in its tile; a tile that differs from what stands beside good
 * entries is told by its own number. Where all that is kept of an entry was changed with it, the root alone tells, and
 * so a range.
 */
#include "ledger_verify.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/airspace.h"

enum { CHUNK_ENTRIES = 512, CHUNK_BYTES = 1 << 18, RING = 8, FOLD_EVERY = 65536 };

static const char changed[] = "it or the hash kept of it was changed: they do not match";

/* Entries one behind another; each with room behind it for a parser. */
struct chunk {
	size_t n, used, capacity;
	char *bytes;
	struct {
		uint64_t seq;
		size_t at, size;
		bool archived;
	} entry[CHUNK_ENTRIES];
};

/* The leaf hash of an entry that was read not long ago, and of which nothing was told. */
struct recent {
	bool there;
	bool beside; /* the source keeps it beside the entry */
	uint64_t seq;
	struct ent_hash leaf;
};

struct verifying {
	struct verify_result *result;
	struct ledger_source *source;
	verify_progress_fn progress;
	void *progress_user;
	struct ent_tree tree;
	struct recent recent[ENT_TILE_WIDTH];
	uint64_t next; /* where the next entry stands */
	bool told; /* where the entries are not those that were signed, so that the root need not tell */
	uint64_t last_told;
	uint64_t suspect; /* the first entry of which a tile has another hash; UINT64_MAX: none */

	pthread_mutex_t lock; /* of the ring and the result's faults */
	pthread_cond_t moved;
	struct chunk chunks[RING];
	uint64_t filled, folded; /* chunks */
	bool end, out_of_memory;

	/* The folding thread's. */
	struct ent_fold *fold;
	struct ent_json *json;
	uint64_t open;
	bool stopped; /* an entry did not fold: those behind it cannot be judged */
};

static void add_fault(struct verifying *verifying, const char *where, const char *why) {
	struct verify_result *result = verifying->result;
	(void)pthread_mutex_lock(&verifying->lock);
	if (result->faults < VERIFY_FAULTS_MAX)
		ent_fault_set(&result->fault[result->faults], where, "%s", why);
	result->faults++;
	(void)pthread_mutex_unlock(&verifying->lock);
}

static void tell(struct verifying *verifying, uint64_t entry, const char *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "entry %" PRIu64, entry);
	add_fault(verifying, where, why);
}

/* --- The folding thread --- */

static void fold_entry(struct verifying *verifying, const struct chunk *chunk, size_t i) {
	struct ent_fault fault = {{0}, {0}};
	const char *bytes = chunk->bytes + chunk->entry[i].at;
	char why[ENT_FAULT_WHY_SIZE];
	/* A ledger whose beginning is archived is folded from a snapshot by its node; here it cannot be. */
	if (verifying->stopped || chunk->entry[i].archived) {
		verifying->stopped = true;
		verifying->result->folds = false;
		return;
	}
	ent_status status = verifying->open > 0 ? ENT_OK : ent_fold_begin(verifying->fold);
	if (status == ENT_OK)
		status = ent_airspace_apply(verifying->fold, verifying->json, bytes,
				chunk->entry[i].size, chunk->entry[i].size + ENT_JSON_PADDING,
				&fault);
	if (status == ENT_OK && ++verifying->open == FOLD_EVERY) {
		ent_fold_publish(verifying->fold, ent_fold_seal(verifying->fold));
		verifying->open = 0;
	}
	if (status == ENT_OK)
		return;
	verifying->stopped = true;
	verifying->result->folds = false;
	(void)snprintf(why, sizeof why, "it does not follow from those before it: %.60s%s%.120s",
			fault.where, fault.where[0] != '\0' ? ": " : "",
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	tell(verifying, chunk->entry[i].seq, why);
}

static void *fold_run(void *user) {
	struct verifying *verifying = user;
	for (;;) {
		(void)pthread_mutex_lock(&verifying->lock);
		while (verifying->folded == verifying->filled && !verifying->end)
			(void)pthread_cond_wait(&verifying->moved, &verifying->lock);
		const bool end = verifying->folded == verifying->filled;
		const struct chunk *chunk = &verifying->chunks[verifying->folded % RING];
		(void)pthread_mutex_unlock(&verifying->lock);
		if (end)
			return NULL;
		for (size_t i = 0; i < chunk->n; i++)
			fold_entry(verifying, chunk, i);
		(void)pthread_mutex_lock(&verifying->lock);
		verifying->folded++;
		(void)pthread_cond_signal(&verifying->moved);
		(void)pthread_mutex_unlock(&verifying->lock);
	}
}

/* --- The reading thread --- */

static struct chunk *current(struct verifying *verifying) {
	return &verifying->chunks[verifying->filled % RING];
}

/* The chunk goes to the folding thread; waits until the next one is free. */
static void pass_on(struct verifying *verifying) {
	(void)pthread_mutex_lock(&verifying->lock);
	verifying->filled++;
	(void)pthread_cond_signal(&verifying->moved);
	while (verifying->filled - verifying->folded == RING)
		(void)pthread_cond_wait(&verifying->moved, &verifying->lock);
	(void)pthread_mutex_unlock(&verifying->lock);
	struct chunk *chunk = current(verifying);
	chunk->n = chunk->used = 0;
}

/* The entry that stands there is not the one that was signed. */
static void tell_changed(struct verifying *verifying, uint64_t entry, const char *why) {
	verifying->told = true;
	verifying->last_told = entry;
	tell(verifying, entry, why);
}

static bool add(struct verifying *verifying, const struct ledger_item *item, uint64_t seq) {
	struct chunk *chunk = current(verifying);
	const size_t size = item->bytes != NULL ? item->size : 0;
	if (chunk->n == CHUNK_ENTRIES || (chunk->n > 0 && chunk->used + size > CHUNK_BYTES)) {
		pass_on(verifying);
		chunk = current(verifying);
	}
	if (chunk->used + size + ENT_JSON_PADDING > chunk->capacity) {
		const size_t capacity = chunk->used + size + CHUNK_BYTES + ENT_JSON_PADDING;
		char *grown = realloc(chunk->bytes, capacity);
		if (grown == NULL)
			return false;
		chunk->bytes = grown;
		chunk->capacity = capacity;
	}
	if (size > 0)
		memcpy(chunk->bytes + chunk->used, item->bytes, size);
	memset(chunk->bytes + chunk->used + size, 0, ENT_JSON_PADDING);
	chunk->entry[chunk->n].seq = seq;
	chunk->entry[chunk->n].at = chunk->used;
	chunk->entry[chunk->n].size = size;
	chunk->entry[chunk->n++].archived = item->bytes == NULL;
	chunk->used += size;
	return true;
}

/* {"seq":N,... : what an entry says of its own place. */
static bool says_its_place(const struct ledger_item *item, uint64_t *ret_seq) {
	static const char begin[] = "{\"seq\":";
	if (item->size < sizeof begin || memcmp(item->bytes, begin, sizeof begin - 1) != 0)
		return false;
	*ret_seq = strtoull(item->bytes + sizeof begin - 1, NULL, 10);
	return true;
}

/* A data directory passes over an entry that the store cannot read, too. */
static const char *missing(const struct verifying *verifying) {
	return verifying->source->store != NULL ? "missing or cannot be read" : "missing";
}

/* Which entry is it? False: none that is to come, and that was told. */
static bool find_place(
		struct verifying *verifying, const struct ledger_item *item, uint64_t *ret_seq) {
	const uint64_t next = verifying->next;
	char why[ENT_FAULT_WHY_SIZE];
	uint64_t seq = item->at;
	if (item->bytes != NULL && !says_its_place(item, &seq)) {
		tell_changed(verifying, item->numbered ? item->at : next,
				"it does not begin with its number");
		seq = item->numbered ? item->at : next;
	} else if (item->numbered && seq != item->at) {
		(void)snprintf(why, sizeof why, "entry %" PRIu64 " stands in its place", seq);
		tell_changed(verifying, item->at, why);
		seq = item->at;
	}
	if (seq < next) {
		(void)snprintf(why, sizeof why,
				"it stands behind entry %" PRIu64 ", where it does not belong",
				next - 1);
		tell_changed(verifying, seq, why);
		return false;
	}
	(void)snprintf(why, sizeof why, "%s", missing(verifying));
	if (seq - next > 1)
		(void)snprintf(why, sizeof why, "%s, and those behind it up to entry %" PRIu64,
				missing(verifying), seq - 1);
	if (seq > next)
		tell_changed(verifying, next, why);
	*ret_seq = seq;
	return true;
}

static void tell_tile(struct verifying *verifying, const struct ledger_item *item, uint64_t first,
		size_t differ) {
	char where[ENT_FAULT_WHERE_SIZE], why[ENT_FAULT_WHY_SIZE], more[64] = "";
	(void)snprintf(where, sizeof where, "tile %" PRIu64, item->at / ENT_TILE_WIDTH);
	if (differ > 1)
		(void)snprintf(more, sizeof more, ", and so of %zu more", differ - 1);
	(void)snprintf(why, sizeof why,
			"it does not match: of entry %" PRIu64
			" it has another hash than the one beside that%s",
			first, more);
	add_fault(verifying, where, differ > 0 ? why : "missing or cannot be read");
}

/* An entry whose only hash it has was changed itself; else it may be the tile. */
static void check_tile(struct verifying *verifying, const struct ledger_item *item) {
	uint64_t first = 0;
	size_t differ = 0;
	for (size_t i = 0; i < item->n; i++) {
		const struct recent *recent = &verifying->recent[(item->at + i) % ENT_TILE_WIDTH];
		if (!recent->there || recent->seq != item->at + i ||
				memcmp(&item->tile[i], &recent->leaf, sizeof recent->leaf) == 0)
			continue;
		if (!recent->beside)
			tell_changed(verifying, recent->seq, changed);
		else if (differ++ == 0)
			first = recent->seq;
	}
	if (differ > 0 || item->n == 0)
		tell_tile(verifying, item, first, differ);
	if (differ > 0 && first < verifying->suspect)
		verifying->suspect = first;
}

static ent_status take_item(void *user, const struct ledger_item *item) {
	struct verifying *verifying = user;
	struct verify_result *result = verifying->result;
	struct ent_hash leaf = item->hash;
	uint64_t seq;
	if (item->tile != NULL)
		check_tile(verifying, item);
	if (item->tile != NULL || !find_place(verifying, item, &seq))
		return ENT_OK;
	if (item->bytes != NULL)
		ent_ledger_leaf_hash(item->bytes, item->size, &leaf);
	else if (!item->has_hash)
		tell_changed(verifying, seq, "its bytes are gone, and no hash is kept of it");
	if (item->bytes != NULL && item->has_hash && memcmp(&leaf, &item->hash, sizeof leaf) != 0)
		tell_changed(verifying, seq, changed);
	verifying->recent[seq % ENT_TILE_WIDTH] = (struct recent){
			.there = !verifying->told || verifying->last_told != seq,
			.beside = item->has_hash,
			.seq = seq,
			.leaf = leaf};
	verifying->next = seq + 1;
	result->entries++;
	result->archived += item->bytes == NULL;
	if (verifying->progress != NULL && result->entries % 4096 == 0)
		verifying->progress(
				verifying->progress_user, result->entries, verifying->source->size);
	const ent_status status = ent_tree_append(&verifying->tree, &leaf, NULL, NULL);
	return status == ENT_OK && !add(verifying, item, seq) ? ENT_E_MEMORY : status;
}

/* --- The whole --- */

/* Of which entries nothing else could tell: in a data directory those behind the last tile, and where one differs. */
static void tell_root(struct verifying *verifying, uint64_t size) {
	char where[ENT_FAULT_WHERE_SIZE];
	uint64_t first = size / ENT_TILE_WIDTH * ENT_TILE_WIDTH;
	if (verifying->suspect < first)
		first = verifying->suspect;
	if (verifying->source->store == NULL || first == size)
		first = 0;
	(void)snprintf(where, sizeof where, "entries %" PRIu64 " to %" PRIu64, first,
			size > 0 ? size - 1 : 0);
	add_fault(verifying, where,
			first > 0 ? "one or more of them were changed, with the hash beside them, "
				    "or "
				    "earlier ones, with their tile too: the root is not the "
				    "checkpoint's"
				  : "one or more of them were changed, with the hashes kept of "
				    "them: the root is not the checkpoint's");
}

static void check_head(struct verifying *verifying, const struct ent_vkey *vkey) {
	struct verify_result *result = verifying->result;
	struct ledger_source *source = verifying->source;
	struct ent_checkpoint checkpoint;
	struct ent_fault fault = {{0}, {0}};
	char why[ENT_FAULT_WHY_SIZE];
	ent_tree_root(&verifying->tree, &result->root);
	if (source->size == 0 && source->note_length == 0 && result->entries == 0) {
		result->signed_by = result->root_is = true;
		return;
	}
	if (ent_checkpoint_open(source->note, source->note_length, vkey, &checkpoint, &fault) !=
			ENT_OK) {
		ent_fault_set(&result->fault[0], "checkpoint", "%s", fault.why);
		result->faults += result->faults == 0;
		return;
	}
	result->signed_by = true;
	if (verifying->next < checkpoint.size) {
		(void)snprintf(why, sizeof why,
				"%s, and all behind it: the checkpoint is over %" PRIu64,
				missing(verifying), checkpoint.size);
		tell_changed(verifying, verifying->next, why);
	} else if (verifying->next > checkpoint.size) {
		tell_changed(verifying, checkpoint.size,
				"it stands behind the last that the checkpoint is over");
	}
	result->root_is = verifying->tree.size == checkpoint.size &&
			ent_seal_equal(&result->root, &checkpoint.root, sizeof result->root);
	if (!result->root_is && !verifying->told)
		tell_root(verifying, checkpoint.size);
}

static ent_status run(struct verifying *verifying, struct ent_fault *fault) {
	pthread_t folder;
	if (pthread_create(&folder, NULL, fold_run, verifying) != 0)
		return ENT_E_MEMORY;
	const ent_status status = ledger_source_walk(
			verifying->source, take_item, verifying, fault);
	if (current(verifying)->n > 0)
		pass_on(verifying);
	(void)pthread_mutex_lock(&verifying->lock);
	verifying->end = true;
	(void)pthread_cond_signal(&verifying->moved);
	(void)pthread_mutex_unlock(&verifying->lock);
	(void)pthread_join(folder, NULL);
	return status;
}

static void take_times(struct verifying *verifying) {
	if (verifying->open > 0)
		ent_fold_publish(verifying->fold, ent_fold_seal(verifying->fold));
	const struct ent_fold_version *version = ent_fold_take(verifying->fold);
	const struct ent_airspace_head *head = ent_fold_head(version);
	verifying->result->last_utc_us = head->time_utc_us;
	ent_fold_release(verifying->fold, version);
}

ent_status ledger_verify(struct ledger_source *source, const struct ent_vkey *vkey,
		verify_progress_fn progress, void *user, struct verify_result *ret_result,
		struct ent_fault *reterr_fault) {
	struct verifying *verifying = calloc(1, sizeof *verifying);
	if (verifying == NULL)
		return ENT_E_MEMORY;
	*ret_result = (struct verify_result){.folds = true};
	verifying->result = ret_result;
	verifying->source = source;
	verifying->suspect = UINT64_MAX;
	verifying->progress = progress;
	verifying->progress_user = user;
	ent_tree_init(&verifying->tree);
	(void)pthread_mutex_init(&verifying->lock, NULL);
	(void)pthread_cond_init(&verifying->moved, NULL);
	ent_status status = ent_fold_create(&ent_airspace_fold_options, &verifying->fold);
	if (status == ENT_OK)
		status = ent_json_create(&verifying->json);
	if (status == ENT_OK)
		status = run(verifying, reterr_fault);
	if (status == ENT_OK) {
		check_head(verifying, vkey);
		if (!verifying->stopped)
			take_times(verifying);
	}
	ent_json_destroy(verifying->json);
	ent_fold_destroy(verifying->fold);
	for (size_t i = 0; i < RING; i++)
		free(verifying->chunks[i].bytes);
	(void)pthread_cond_destroy(&verifying->moved);
	(void)pthread_mutex_destroy(&verifying->lock);
	free(verifying);
	return status;
}
