/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witnessed.c: checkpoints that a parcel shows beside its ledgers: of others' ledgers, which are held against what is here, and of
 * ours, which say what we have lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/note.h"
#include "taking.h"

/* By its origin: "<id>.line.entente.invalid/<ledger>". NULL: it is not open, or ours. */
static struct ent_post_ledger *find_origin(struct ent_post *post, const char *origin) {
	char id[ENT_PARTY_ID_SIZE];
	const char *slash = strchr(origin, '/');
	if (slash == NULL || strlen(origin) < sizeof id)
		return NULL;
	memcpy(id, origin, sizeof id - 1);
	id[sizeof id - 1] = '\0';
	struct ent_post_ledger *ledger = ent_post_find(post, id, slash + 1);
	return ledger != NULL && ledger->peer != NULL && strcmp(ledger->origin, origin) == 0
			? ledger
			: NULL;
}

/* E_MISSING: not by any key of the author's that is known, so that nothing is said. */
static ent_status check_author(struct ent_post_ledger *ledger, const char *bytes, size_t length,
		struct ent_fault *fault) {
	struct ent_note note;
	struct ent_vkey vkey;
	if (!post_peer_keys(ledger->peer, &vkey))
		return ENT_E_MISSING;
	const ent_status status = ent_note_parse(bytes, length, &note, fault);
	return status == ENT_OK ? ent_note_verify(&note, &vkey, NULL, fault) : status;
}

/* Statuses of ent_post_witness; E_EXISTS with the evidence, and nothing told yet. */
static ent_status hold_against(struct ent_post_ledger *ledger, const char *note, size_t length,
		struct ent_replica_answer *held, struct ent_fault *fault) {
	ent_status status = check_author(ledger, note, length, fault);
	if (status == ENT_OK)
		status = kept_use(ledger, fault);
	if (status == ENT_OK) {
		status = ent_replica_witness(ledger->replica, note, length, held, fault);
		kept_unuse(ledger);
	}
	return status;
}

ent_status ent_post_witness(struct ent_post_ledger *ledger, const char *note, size_t length) {
	struct ent_replica_answer *held = calloc(1, sizeof *held);
	struct ent_fault fault = {{0}, {0}};
	if (held == NULL)
		return ENT_E_MEMORY;
	const ent_status status = hold_against(ledger, note, length, held, &fault);
	if (status == ENT_E_EXISTS)
		evidence_keep(ledger, held->fork, held->fork_length, &fault);
	else if (status == ENT_E_REFUSED || status == ENT_E_SYNTAX)
		post_alarm(ledger->post, ENT_POST_FORGED, ledger->author, ledger->name, &fault,
				NULL);
	free(held);
	return status;
}

/*
 * In an answer, a checkpoint that we signed of a ledger that asks says how much there was of it. One that is not here at all was begun
 * after the copy that we go on from; only lines have such.
 */
static void take_own(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_post *post = taking->post;
	struct ent_checkpoint checkpoint;
	char origin[ENT_ORIGIN_SIZE];
	if (taking->asked == ENT_BOOK_UNASKED || post->options.offered == NULL ||
			!post_signed(post, item->bytes, item->size, &checkpoint))
		return;
	const char *slash = strchr(checkpoint.origin, '/');
	if (slash == NULL || !post_name_is_of(slash + 1, post->id) ||
			ent_party_origin(post->id, slash + 1, origin) != ENT_OK ||
			strcmp(origin, checkpoint.origin) != 0)
		return;
	const bool is_lost = strncmp(slash + 1, "line/", 5) == 0 &&
			taking->n_found < OWN_FOUND_MAX &&
			ent_post_find(post, post->id, slash + 1) == NULL;
	if (is_lost)
		post->options.offered(post->options.user, post->id, slash + 1);
	struct ent_post_ledger *ledger = asking_find(post, slash + 1);
	if (is_lost && ledger != NULL)
		taking->found[taking->n_found++] = ledger;
	if (ledger != NULL)
		asking_signed(ledger, checkpoint.size);
}

static bool is_own(const struct ent_post *post, const char *origin) {
	return strncmp(origin, post->id, ENT_PARTY_ID_SIZE - 1) == 0;
}

/* Once for a parcel: each costs the disk's time. */
static void note_ahead(struct taking *taking, struct ent_post_ledger *ledger) {
	for (size_t i = 0; i < taking->n_ahead; i++)
		if (taking->ahead[i] == ledger)
			return;
	taking->ahead[taking->n_ahead++] = ledger;
}

/*
 * What the peer has of another's: it is asked for what it has more of, and what it has cosigned it has. Where as much is here, the answer
 * shows that in the same way: else who is told first would never be known to have it, since nobody tells it back.
 */
static void take_shown(struct taking *taking, struct ent_post_ledger *ledger,
		const struct ent_parcel_item *item, const struct ent_checkpoint *checkpoint) {
	const struct ent_vkey cosigner = post_cosigner(&taking->vkey);
	const bool is_compared = checkpoint->size <= taking->held.size;
	uint64_t time_s = 0;
	relay_shown(ledger, taking->peer, checkpoint->size, true);
	if (ent_checkpoint_cosigned(item->bytes, item->size, &cosigner, &time_s, NULL) == ENT_OK)
		relay_cosigned(ledger, taking->peer, checkpoint, is_compared);
	if (is_compared && taking->asked == ENT_BOOK_UNASKED && relay_shares(ledger, taking->peer))
		answer_show(&taking->answer, ledger);
}

void taking_witnessed(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_post *post = taking->post;
	struct ent_checkpoint checkpoint;
	struct ent_fault fault = {{0}, {0}};
	if (ent_checkpoint_look(item->bytes, item->size, &checkpoint, NULL) != ENT_OK)
		return;
	if (is_own(post, checkpoint.origin))
		take_own(taking, item);
	struct ent_post_ledger *ledger = find_origin(post, checkpoint.origin);
	if (ledger == NULL)
		handed_shown(taking, item, &checkpoint);
	if (ledger == NULL || taking_is_refused(ledger))
		return;
	const ent_status status = hold_against(
			ledger, item->bytes, item->size, &taking->held, &fault);
	if (status == ENT_OK && checkpoint.size > taking->held.size)
		note_ahead(taking, ledger);
	if (status == ENT_OK && taking->peer != ledger->peer)
		take_shown(taking, ledger, item, &checkpoint);
	else if (status == ENT_E_EXISTS)
		taking_fork(taking, ledger, &fault);
	else if (status == ENT_E_REFUSED || status == ENT_E_SYNTAX)
		taking_alarm(taking, ENT_POST_FORGED, ledger->name, &fault);
	else if (status == ENT_E_IO || status == ENT_E_MEMORY)
		taking_fail(taking, status);
}
