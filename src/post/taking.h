/* SPDX-License-Identifier: Apache-2.0 */
/* taking.h: what the parts that take a parcel in share: take.c, witnessed.c for checkpoints, handed.c for what is another's. */
#ifndef ENTENTE_POST_TAKING_H
#define ENTENTE_POST_TAKING_H

#include "internal.h"

enum { OWN_FOUND_MAX = 16 }; /* more than the line of one peer has */

struct taking {
	struct ent_post *post;
	struct peer *peer;
	struct ent_vkey vkey; /* of the peer, as it was when this came */
	struct ent_parcel parcel;
	struct ent_parcel_cursor cursor; /* behind the item that is taken now */
	uint64_t asked;
	bool is_file;
	bool asks; /* how much we have of a ledger of its own: it has started anew */
	/* Of ours, that this answer made known: they are still to be asked for. */
	struct ent_post_ledger *found[OWN_FOUND_MAX];
	size_t n_found;
	ent_status status; /* the worst that was nobody's fault */
	struct answer answer;
	struct ent_parcel_item *unknown; /* that it asks about, and are not here */
	struct ent_post_taken taken;
	struct ent_post_ledger
			*ahead[ENT_PARCEL_WITNESSED_MAX]; /* of others, that it had more of */
	size_t n_ahead;
	struct envelope envelope;
	/* The ledger whose items come now; NULL: it is passed over. */
	struct ent_post_ledger *ledger;
	bool handed_on;       /* it is another's */
	uint64_t first, here; /* of it: its first entry that came; how many were here before */
	struct ent_replica_entry *entries;
	size_t n_entries;
	struct ent_store_payload *payloads;
	size_t n_payloads;
	size_t n_places; /* that these have, and their entries have not; places.c */
	struct ent_replica_answer held;
};

/* take.c */
/* About the peer. */
void taking_alarm(struct taking *taking, enum ent_post_alarm_kind kind, const char *ledger,
		const struct ent_fault *fault);
/* For want of memory or disk: to be sent again. */
void taking_fail(struct taking *taking, ent_status status);
/* About the author, with the evidence in 'held'. */
void taking_fork(struct taking *taking, struct ent_post_ledger *ledger,
		const struct ent_fault *fault);
/* Nothing more of it is taken: it is frozen, and no line. */
bool taking_is_refused(struct ent_post_ledger *ledger);
/* So many of the ledger were new: all who want to know are told. */
void taking_grew(struct taking *taking);

/* witnessed.c */
void taking_witnessed(struct taking *taking, const struct ent_parcel_item *item);

/*
 * lacks.c: before what has come is taken: which of it is without a payload that we were to have. E_LIMIT: too many, of what is handed
 * on. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status lacks_expect(struct taking *taking);
/* The author has brought these: payloads that lacked are put. E_IO, E_MEMORY. */
ENT_MUST_USE ent_status lacks_end(struct taking *taking);
/* It was refused: what was expected of it lacks no more. Not behind a failed disk, where it may be stored all the same. */
void lacks_undo(struct taking *taking);

/* handed.c: another's ledger, which the peer was asked for; who brings one unasked is told of. NULL: it is passed over. */
struct ent_post_ledger *handed_find(struct taking *taking, const char *name);
/* Takes what has come of it, with this checkpoint. */
void handed_end(struct taking *taking, const struct ent_parcel_item *item);
/* A checkpoint of another's ledger that is not open: somebody may want it, when its author has signed it. */
void handed_shown(struct taking *taking, const struct ent_parcel_item *item,
		const struct ent_checkpoint *checkpoint);

#endif
