/* SPDX-License-Identifier: Apache-2.0 */
/* replica.h: what the parts of a replica share; replica.c has the whole picture. */
#ifndef ENTENTE_SCRIBE_REPLICA_H
#define ENTENTE_SCRIBE_REPLICA_H

#include "held.h"

/* A checkpoint that is ahead of what is here. */
struct witnessed {
	uint64_t size;
	size_t note_length;
	char *note;
};

struct ent_replica {
	struct held held;
	const struct ent_sign_key *key;
	char key_name[ENT_ORIGIN_SIZE];
	int64_t (*clock)(void *user);
	void *user;
	uint64_t entries_max;
	pthread_mutex_t taking;                                /* one at a time */
	struct witnessed witnessed[ENT_REPLICA_WITNESSED_MAX]; /* by size, the smallest first */
	size_t n_witnessed;
};

/* A checkpoint that its author signed. */
struct given_note {
	const char *note;
	size_t length;
	struct ent_checkpoint checkpoint;
};

/*
 * fork.c: is a checkpoint of at most as many entries as are here the root of the first of these? OK. E_EXISTS: it is not,
 * and the answer has the evidence. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status fork_compare(const struct held *held, const struct given_note *given,
		struct ent_tree *scratch, struct ent_replica_answer *answer);

/*
 * Entries that were given from 'first' (at most the size here) on differ from those here: do they, with those here before
 * them, come to the root of the larger checkpoint? E_EXISTS: they do, and the answer has the evidence. E_REFUSED: they do
 * not, so nothing is known of what was signed. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status fork_of_entries(const struct held *held, const struct given_note *given,
		uint64_t first, const struct ent_store_entry *entries, size_t n,
		struct ent_replica_answer *answer);

#endif
