/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scribe.c: how fast the ledgers between parties are: entries of 500 bytes, JSON, which a fold parses.
 *
 * usage: bench_scribe append DIR N         one after another, each waited for: median milliseconds until durable
 *        bench_scribe busy DIR N           as many at once as may wait: entries a second
 *        bench_scribe take DIR N PIECE     into a replica, in pieces: checked, folded and stored, entries a second
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entries.h"
#include "measure.h"

static const char origin[] = "bench.line.entente.invalid/line/a/b";
static const char key_name[] = "bench.line.entente.invalid";

/* --- Writing --- */

struct waiting {
	struct ent_scribe_job job; /* first */
	struct writing *writing;
};

struct writing {
	pthread_mutex_t lock;
	pthread_cond_t done;
	size_t n_done, n_failed;
	struct waiting jobs[ENTRIES_AT_ONCE];
};

static void done(struct ent_scribe_job *job, ent_status status) {
	struct writing *writing = ((struct waiting *)job)->writing;
	(void)pthread_mutex_lock(&writing->lock);
	writing->n_done++;
	writing->n_failed += status != ENT_OK;
	(void)pthread_cond_signal(&writing->done);
	(void)pthread_mutex_unlock(&writing->lock);
}

/* So many at once, until all are durable. */
static void write_some(struct ent_scribe_ledger *ledger, struct writing *writing, size_t n) {
	writing->n_done = 0;
	for (size_t i = 0; i < n; i++) {
		writing->jobs[i] = (struct waiting){.job = {.done = done}, .writing = writing};
		ent_scribe_submit(ledger, &writing->jobs[i].job);
	}
	(void)pthread_mutex_lock(&writing->lock);
	while (writing->n_done < n)
		(void)pthread_cond_wait(&writing->done, &writing->lock);
	(void)pthread_mutex_unlock(&writing->lock);
}

static double measure_writing(struct ent_scribe_ledger *ledger, struct writing *writing,
		double *took_s, size_t all, size_t at_once) {
	size_t n = 0, written = 0;
	const double start_s = measure_now_s();
	for (; written < all; written += at_once) {
		const double from_s = measure_now_s();
		write_some(ledger, writing, at_once);
		took_s[n++] = measure_now_s() - from_s;
	}
	return at_once == 1 ? 1000 * measure_quantile(took_s, n, 0.5)
			    : (double)written / (measure_now_s() - start_s);
}

static int write_all(struct ent_scribe_ledger *ledger, size_t all, size_t at_once) {
	struct writing *writing = calloc(1, sizeof *writing);
	double *took_s = calloc(all + 1, sizeof *took_s);
	int result = 2;
	if (writing != NULL && took_s != NULL && pthread_mutex_init(&writing->lock, NULL) == 0 &&
			pthread_cond_init(&writing->done, NULL) == 0) {
		(void)printf("%.3f\n", measure_writing(ledger, writing, took_s, all, at_once));
		result = writing->n_failed == 0 ? 0 : 1;
	}
	free(took_s);
	free(writing);
	return result;
}

static int run_write(struct ent_store *store, const struct ent_sign_key *key, struct sum *sum,
		size_t all, size_t at_once) {
	const struct ent_scribe_options options = {.store = store, .clock = entry_clock};
	const struct ent_scribe_ledger_options ledger_options = {.name = "line/a/b",
			.origin = origin,
			.key_name = key_name,
			.key = key,
			.fold = sum_fold(sum),
			.decide = entry_decide};
	struct ent_scribe *scribe = NULL;
	struct ent_scribe_ledger *ledger = NULL;
	int result = 2;
	if (ent_scribe_create(&options, &scribe) == ENT_OK &&
			ent_scribe_open(scribe, &ledger_options, &ledger, NULL) == ENT_OK)
		result = write_all(ledger, all, at_once);
	ent_scribe_destroy(scribe);
	return result;
}

/* --- Taking --- */

struct giving {
	char (*bytes)[ENTRY_SIZE + 1];
	struct ent_replica_entry *entries;
	char (*notes)[ENT_NOTE_SIZE]; /* one of each piece */
	size_t *note_lengths;
};

/* All that is given is made before it is measured. */
static bool make_all(
		struct giving *giving, size_t all, size_t piece, const struct ent_sign_key *key) {
	struct ent_tree *tree = malloc(sizeof *tree);
	struct ent_checkpoint checkpoint = {.size = 0};
	bool fine = tree != NULL;
	giving->bytes = malloc(all * sizeof *giving->bytes);
	giving->entries = malloc(all * sizeof *giving->entries);
	giving->notes = malloc((all / piece + 1) * sizeof *giving->notes);
	giving->note_lengths = malloc((all / piece + 1) * sizeof *giving->note_lengths);
	fine = fine && giving->bytes != NULL && giving->entries != NULL && giving->notes != NULL &&
			giving->note_lengths != NULL;
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
	if (fine)
		ent_tree_init(tree);
	for (size_t i = 0; fine && i < all; i++) {
		struct ent_hash leaf;
		entry_print(giving->bytes[i], i, (int64_t)(1000 + i));
		giving->entries[i] = (struct ent_replica_entry){giving->bytes[i], ENTRY_SIZE};
		ent_ledger_leaf_hash(giving->bytes[i], ENTRY_SIZE, &leaf);
		fine = ent_tree_append(tree, &leaf, NULL, NULL) == ENT_OK;
		if (!fine || (i + 1) % piece != 0)
			continue;
		checkpoint.size = i + 1;
		ent_tree_root(tree, &checkpoint.root);
		giving->note_lengths[i / piece] = ent_checkpoint_sign(
				&checkpoint, key_name, key, giving->notes[i / piece]);
	}
	free(tree);
	return fine;
}

static int take_all(struct ent_replica *replica, const struct giving *giving, size_t all,
		size_t piece) {
	struct ent_replica_answer *answer = malloc(sizeof *answer);
	ent_status status = answer != NULL ? ENT_OK : ENT_E_MEMORY;
	const double start_s = measure_now_s();
	for (size_t at = 0; status == ENT_OK && at < all; at += piece) {
		const struct ent_replica_given given = {.first = at,
				.entries = giving->entries + at,
				.n = piece,
				.note = giving->notes[at / piece],
				.note_length = giving->note_lengths[at / piece]};
		status = ent_replica_take(replica, &given, answer, NULL);
	}
	if (status == ENT_OK)
		(void)printf("%.0f\n", (double)all / (measure_now_s() - start_s));
	free(answer);
	return status == ENT_OK ? 0 : 1;
}

static int run_take(struct ent_store *store, const struct ent_sign_key *key, struct sum *sum,
		size_t all, size_t piece) {
	struct giving giving = {.bytes = NULL};
	struct ent_replica *replica = NULL;
	struct ent_replica_options options = {.store = store,
			.name = "line/a/b",
			.origin = origin,
			.vkey = {.type = 0x01},
			.key = key,
			.key_name = "ours.line.entente.invalid",
			.fold = sum_fold(sum),
			.clock = entry_clock};
	int result = 2;
	(void)snprintf(options.vkey.name, sizeof options.vkey.name, "%s", key_name);
	ent_sign_key_public(key, options.vkey.public_key);
	all = all / piece * piece;
	if (make_all(&giving, all, piece, key) &&
			ent_replica_open(&options, &replica, NULL) == ENT_OK)
		result = take_all(replica, &giving, all, piece);
	ent_replica_close(replica);
	free(giving.bytes);
	free(giving.entries);
	free(giving.notes);
	free(giving.note_lengths);
	return result;
}

/* --- The whole --- */

static int run(const char *what, const char *directory, size_t all, size_t piece) {
	struct sum sum = {.json = NULL};
	struct ent_store *store = NULL;
	struct ent_sign_key *key = NULL;
	int result = 2;
	if (ent_seal_start() == ENT_OK && ent_json_create(&sum.json) == ENT_OK &&
			ent_sign_key_create(&key) == ENT_OK &&
			ent_store_open_sqlite(directory, &store, NULL) == ENT_OK) {
		if (strcmp(what, "take") == 0)
			result = run_take(store, key, &sum, all, piece);
		else
			result = run_write(store, key, &sum, all,
					strcmp(what, "busy") == 0 ? ENTRIES_AT_ONCE : 1);
	}
	ent_store_close(store);
	ent_sign_key_destroy(key);
	ent_json_destroy(sum.json);
	return result;
}

int main(int argc, char **argv) {
	const size_t all = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	const size_t piece = argc > 4 ? strtoull(argv[4], NULL, 10) : 1024;
	if (all == 0 || piece == 0 || piece > ENT_REPLICA_ENTRIES_MAX)
		return 2;
	return run(argv[1], argv[2], all, piece);
}
