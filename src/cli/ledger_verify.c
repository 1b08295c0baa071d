/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_verify.c: see ledger_verify.h. This thread reads, hashes and parses, the replay's folds.
 *
 * What is wrong is told by the number of the entry: its "seq" is not where it stands (missing, doubled, swapped), its
 * hash is not the one that the source keeps of it (changed), or it does not follow from those before it. A data
 * directory keeps the hash twice, beside the entry and in its tile; a tile that differs from what stands beside good
 * entries is told by its own number. Where all that is kept of an entry was changed with it, the root alone tells, and
 * so a range.
 */
#include "ledger_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/airspace.h"
#include "entente/desk.h"
#include "entente/replay.h"
#include "entente/scribe.h"

static const char changed[] = "it or the hash kept of it was changed: they do not match";

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
	struct ent_fold *fold;
	uint64_t folding;      /* the next one to fold */
	struct ent_desk *desk; /* what it comes to, when it is a desk's; then there is no replay */
	struct ent_replay *
			replay; /* NULL: an entry does not fold, and those behind it cannot be judged */
};

static void add_fault(struct verifying *verifying, const char *where, const char *why) {
	struct verify_result *result = verifying->result;
	if (result->faults < VERIFY_FAULTS_MAX)
		ent_fault_set(&result->fault[result->faults], where, "%s", why);
	result->faults++;
}

/* Of the checkpoint: it comes first, whatever was told of the entries. */
static void tell_checkpoint(struct verifying *verifying, const char *why) {
	struct verify_result *result = verifying->result;
	const size_t kept = result->faults < VERIFY_FAULTS_MAX ? (size_t)result->faults
							       : VERIFY_FAULTS_MAX - 1;
	memmove(result->fault + 1, result->fault, kept * sizeof result->fault[0]);
	ent_fault_set(&result->fault[0], "checkpoint", "%s", why);
	result->faults++;
}

static void tell(struct verifying *verifying, uint64_t entry, const char *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "entry %" PRIu64, entry);
	add_fault(verifying, where, why);
}

/* The entry that stands there is not the one that was signed. */
static void tell_changed(struct verifying *verifying, uint64_t entry, const char *why) {
	verifying->told = true;
	verifying->last_told = entry;
	tell(verifying, entry, why);
}

/* --- Folding --- */

/* The entry that does not follow is the one after the 'n' that do: entries are added from 0 on without a gap. */
static void tell_replayed(struct verifying *verifying, uint64_t n, ent_status status,
		const struct ent_fault *fault) {
	char why[ENT_FAULT_WHY_SIZE];
	(void)snprintf(why, sizeof why, "it does not follow from those before it: %.60s%s%.120s",
			fault->where, fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
	tell(verifying, n, why);
	verifying->result->folds = false;
}

/* After the last one that can be added. E_MEMORY. */
static ent_status stop_folding(struct verifying *verifying) {
	struct ent_fault fault = {{0}, {0}};
	uint64_t n;
	if (verifying->replay == NULL)
		return ENT_OK;
	const ent_status status = ent_replay_finish(verifying->replay, &n, &fault);
	verifying->replay = NULL;
	if (status == ENT_E_MEMORY)
		return status;
	if (status != ENT_OK)
		tell_replayed(verifying, n, status, &fault);
	return ENT_OK;
}

/* A desk's ledger is small: entries are applied here and now. */
static ent_status fold_desk(
		struct verifying *verifying, const struct ledger_item *item, uint64_t seq) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_E_REFUSED;
	if (!verifying->result->folds)
		return ENT_OK;
	if (item->bytes != NULL && seq == verifying->folding)
		status = ent_desk_apply(verifying->desk, item->bytes, item->size, &fault);
	verifying->folding++;
	if (status == ENT_E_SYNTAX)
		tell_replayed(verifying, seq, status, &fault);
	verifying->result->folds = status == ENT_OK;
	return status == ENT_E_MEMORY ? status : ENT_OK;
}

/* What is archived or missing cannot be folded: its node goes on from a snapshot there. */
static ent_status fold_on(
		struct verifying *verifying, const struct ledger_item *item, uint64_t seq) {
	struct ent_fault fault = {{0}, {0}};
	struct verify_result *result = verifying->result;
	if (verifying->desk != NULL)
		return fold_desk(verifying, item, seq);
	if (verifying->replay == NULL)
		return ENT_OK;
	ent_status status = ENT_E_REFUSED;
	if (item->bytes != NULL && seq == verifying->folding)
		status = ent_replay_add(
				verifying->replay, item->bytes, item->size, item->capacity, &fault);
	if (status == ENT_OK) {
		verifying->folding++;
		return ENT_OK;
	}
	result->folds = false;
	const uint64_t faults = result->faults;
	const ent_status stopped = stop_folding(verifying);
	if (stopped == ENT_OK && status == ENT_E_SYNTAX && result->faults == faults)
		tell_replayed(verifying, seq, status, &fault);
	return status == ENT_E_MEMORY ? status : stopped;
}

/* --- Entry by entry --- */

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

/* Those from the next one on, up to the one before 'seq'. */
static void tell_missing(struct verifying *verifying, uint64_t seq) {
	const uint64_t next = verifying->next;
	char why[ENT_FAULT_WHY_SIZE];
	(void)snprintf(why, sizeof why, "%s", missing(verifying));
	if (seq - next > 1)
		(void)snprintf(why, sizeof why, "%s, and those behind it up to entry %" PRIu64,
				missing(verifying), seq - 1);
	tell_changed(verifying, next, why);
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
	if (seq > next)
		tell_missing(verifying, seq);
	*ret_seq = seq;
	return true;
}

/* An entry that nobody here folds is later than the one before it, at least. */
static void check_time(struct verifying *verifying, const struct ledger_item *item, uint64_t seq) {
	struct verify_result *result = verifying->result;
	uint64_t said = 0;
	int64_t time_us = 0;
	if (!verifying->source->other || item->bytes == NULL)
		return;
	if (!ent_scribe_entry_place(item->bytes, item->size, &said, &time_us))
		tell(verifying, seq, "it does not begin with its number and time");
	else if (seq > 0 && time_us <= result->last_utc_us)
		tell(verifying, seq, "its time is not later than that of the entry before");
	else
		result->last_utc_us = time_us;
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
	check_time(verifying, item, seq);
	if (verifying->progress != NULL && result->entries % 4096 == 0)
		verifying->progress(
				verifying->progress_user, result->entries, verifying->source->size);
	const ent_status status = ent_tree_append(&verifying->tree, &leaf, NULL, NULL);
	return status == ENT_OK ? fold_on(verifying, item, seq) : status;
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

/* Who signs a party's ledgers signs all of them: whose checkpoint it is stands in the origin, "AUTHOR/NAME". */
static bool is_of_ledger(const char *origin, const struct ledger_source *source) {
	const size_t length = strlen(origin), tail = strlen(source->name);
	return !source->other ||
			(length > tail && origin[length - tail - 1] == '/' &&
					strcmp(origin + length - tail, source->name) == 0);
}

static void check_head(struct verifying *verifying, const struct ent_vkey *vkey) {
	struct verify_result *result = verifying->result;
	struct ledger_source *source = verifying->source;
	struct ent_checkpoint checkpoint;
	struct ent_fault fault = {{0}, {0}};
	char why[ENT_FAULT_WHY_SIZE];
	ent_tree_root(&verifying->tree, &result->root);
	/* An empty ledger has one too: what has none could be whatever is left when all was taken away. */
	if (source->note_length == 0) {
		tell_checkpoint(verifying, "there is none, so nothing here was signed");
		return;
	}
	if (ent_checkpoint_open(source->note, source->note_length, vkey, &checkpoint, &fault) !=
			ENT_OK) {
		tell_checkpoint(verifying, fault.why);
		return;
	}
	result->signed_by = true;
	if (!is_of_ledger(checkpoint.origin, source))
		tell_checkpoint(verifying, "it is of another ledger");
	if (source->size != checkpoint.size) {
		(void)snprintf(why, sizeof why,
				"it says %" PRIu64 " entries, the checkpoint is over %" PRIu64,
				source->size, checkpoint.size);
		add_fault(verifying, "head", why);
	}
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

/* What is known at the end of the fold. */
static void take_times(struct verifying *verifying) {
	if (verifying->desk != NULL) {
		verifying->result->last_utc_us = ent_desk_time(verifying->desk);
		return;
	}
	if (ent_fold_open(verifying->fold) != NULL)
		ent_fold_publish(verifying->fold, ent_fold_seal(verifying->fold));
	const struct ent_fold_version *version = ent_fold_take(verifying->fold);
	const struct ent_airspace_head *head = ent_fold_head(version);
	verifying->result->last_utc_us = head->time_utc_us;
	ent_fold_release(verifying->fold, version);
}

static ent_status run(
		struct verifying *verifying, const struct ent_vkey *vkey, struct ent_fault *fault) {
	ent_status status = ENT_OK;
	if (!verifying->source->other && verifying->desk == NULL)
		status = ent_replay_create(verifying->fold, true, &verifying->replay);
	if (status != ENT_OK)
		return status;
	status = ledger_source_walk(verifying->source, take_item, verifying, fault);
	const ent_status stopped = stop_folding(verifying);
	if (status != ENT_OK || stopped != ENT_OK)
		return status != ENT_OK ? status : stopped;
	check_head(verifying, vkey);
	if (verifying->result->folds)
		take_times(verifying);
	return ENT_OK;
}

static bool is_desk(const struct ledger_source *source) {
	static const char desk[] = "/" ENT_DESK_LEDGER;
	const size_t length = strlen(source->name);
	return length >= sizeof desk &&
			strcmp(source->name + length - (sizeof desk - 1), desk) == 0;
}

ent_status ledger_verify(struct ledger_source *source, const struct ent_vkey *vkey,
		verify_progress_fn progress, void *user, struct verify_result *ret_result,
		struct ent_fault *reterr_fault) {
	struct verifying *verifying = calloc(1, sizeof *verifying);
	if (verifying == NULL)
		return ENT_E_MEMORY;
	*ret_result = (struct verify_result){.folds = !source->other};
	verifying->result = ret_result;
	verifying->source = source;
	verifying->suspect = UINT64_MAX;
	verifying->progress = progress;
	verifying->progress_user = user;
	ent_tree_init(&verifying->tree);
	ent_status status = ent_fold_create(&ent_airspace_fold_options, &verifying->fold);
	if (status == ENT_OK && is_desk(source))
		status = ent_desk_create(&verifying->desk);
	if (status == ENT_OK)
		status = run(verifying, vkey, reterr_fault);
	ent_desk_destroy(verifying->desk);
	if (status == ENT_OK)
		ret_result->fold = verifying->fold;
	else
		ent_fold_destroy(verifying->fold);
	free(verifying);
	return status;
}

void verify_result_finish(struct verify_result *result) {
	ent_fold_destroy(result->fold);
	result->fold = NULL;
}
