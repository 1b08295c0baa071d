/* SPDX-License-Identifier: Apache-2.0 */
/*
 * epochs.c: the ledgers of a line (docs/decisions/0021): of each side the first, and those in which it began anew. The line is of the
 * current ones: of ours the latest that there is, of the peer's the latest of which something is durable here.
 *
 *     stored at the start -> opened, by age; all of ours but the latest are past
 *     ent_peers_begin_anew -> another one of ours; the one before is past
 *     the peer offers one -> opened -> durable -> current, when it is later than the current one; told
 *     a peer's answer has one of ours that is not here -> opened, asks -> current likewise
 *
 * Ledgers are added by whoever has the folder's lock, and never go. What they come to is of the line's lock.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void name_of(const struct line_epoch *epoch, char ret_name[ENT_LINE_NAME_SIZE]) {
	const struct peer *peer = epoch->peer;
	const bool ours = epoch->side == ENT_LINE_OURS;
	ent_line_name(ours ? peer->peers->id : peer->id, ours ? peer->id : peer->peers->id,
			epoch->epoch, ret_name);
}

void peers_epochs_init(struct peer *peer) {
	struct line *line = &peer->line;
	for (int side = 0; side < ENT_LINE_SIDES; side++) {
		line->epoch[side][0] = (struct line_epoch){.peer = peer,
				.side = (enum ent_line_side)side,
				.epoch = ENT_LINE_EPOCH_FIRST};
		line->n_epochs[side] = 1;
		line->current[side] = &line->epoch[side][0];
	}
}

void peers_epochs_finish(struct line *line) {
	for (unsigned i = 0; i < ENT_PEERS_EPOCHS_MAX; i++)
		free(line->epoch[ENT_LINE_THEIRS][i].ahead);
}

/* --- Which is current --- */

/* One that comes before the latest is past from its first entry on. */
void peers_epochs_durable(struct line_epoch *epoch) {
	struct line *line = &epoch->peer->line;
	if (epoch->ahead == NULL || epoch->size == 0)
		return;
	if (epoch->epoch > line->current[ENT_LINE_THEIRS]->epoch) {
		line->line.half[ENT_LINE_THEIRS] = epoch->ahead->half[ENT_LINE_THEIRS];
		line->current[ENT_LINE_THEIRS] = epoch;
	}
	free(epoch->ahead);
	epoch->ahead = NULL;
}

/* Ours goes on in this one. Under the line's lock. */
static void make_current(struct line_epoch *epoch) {
	struct line *line = &epoch->peer->line;
	line->current[ENT_LINE_OURS] = epoch;
	ent_line_begin(&line->line, ENT_LINE_OURS, epoch->epoch);
	line->durable.half[ENT_LINE_OURS] = line->line.half[ENT_LINE_OURS];
	line->applied_test_utc_us = line->test_utc_us = 0;
}

/* What the first entry of ours will say, when there is none yet. */
static ent_status prepare_first_entry(struct line_epoch *epoch, const struct line_epoch *before) {
	struct line *line = &epoch->peer->line;
	char *note = malloc(ENT_NOTE_SIZE);
	if (note == NULL)
		return ENT_E_MEMORY;
	const size_t length = ent_post_checkpoint(before->ledger, note);
	const bool fits = length < sizeof line->line.checkpoint;
	peers_line_lock(line);
	name_of(before, line->line.before);
	if (fits)
		memcpy(line->line.checkpoint, note, length + 1);
	memcpy(line->durable.before, line->line.before, sizeof line->durable.before);
	memcpy(line->durable.checkpoint, line->line.checkpoint, sizeof line->durable.checkpoint);
	peers_line_unlock(line);
	free(note);
	return fits ? ENT_OK : ENT_E_LIMIT;
}

/* --- Opening --- */

static ent_status open_one(
		struct line_epoch *epoch, bool asks, bool past, struct ent_fault *reterr_fault) {
	struct peer *peer = epoch->peer;
	struct ent_post *post = peer->peers->options.post;
	struct ent_post_ledger_options options = peers_line_options(epoch);
	char name[ENT_LINE_NAME_SIZE];
	struct ent_post_ledger *ledger = NULL;
	name_of(epoch, name);
	options.name = name;
	options.asks = asks;
	options.past = past;
	const ent_status status = epoch->side == ENT_LINE_OURS
			? ent_post_open_ours(post, &options, &ledger, reterr_fault)
			: ent_post_open_theirs(post, peer->id, &options, &ledger, reterr_fault);
	peers_line_lock(&peer->line);
	epoch->ledger = ledger;
	if (ledger != NULL && peer->line.current[ENT_LINE_OURS] == epoch) {
		peer->line.ours = ledger;
		peer->line.begins_anew = false;
	}
	peers_line_unlock(&peer->line);
	return status;
}

/* NULL: there are as many as may be. */
static struct line_epoch *add(struct peer *peer, enum ent_line_side side, int64_t number) {
	struct line *line = &peer->line;
	struct line_epoch *epoch = NULL;
	peers_line_lock(line);
	if (line->n_epochs[side] < ENT_PEERS_EPOCHS_MAX) {
		epoch = &line->epoch[side][line->n_epochs[side]++];
		*epoch = (struct line_epoch){.peer = peer, .side = side, .epoch = number};
	}
	peers_line_unlock(line);
	return epoch;
}

static struct line_epoch *find(struct line *line, enum ent_line_side side, int64_t number) {
	for (unsigned i = 0; i < line->n_epochs[side]; i++)
		if (line->epoch[side][i].epoch == number)
			return &line->epoch[side][i];
	return NULL;
}

/* What is behind 'ahead' is a line of which nothing but the peer's half is looked at. */
static ent_status open_theirs(struct line_epoch *epoch, struct ent_fault *fault) {
	struct line *line = &epoch->peer->line;
	struct ent_line *ahead = malloc(sizeof *ahead);
	if (ahead == NULL)
		return ENT_E_MEMORY;
	peers_line_lock(line);
	*ahead = line->line;
	ent_line_begin(ahead, ENT_LINE_THEIRS, epoch->epoch);
	free(epoch->ahead);
	epoch->ahead = ahead;
	peers_line_unlock(line);
	return open_one(epoch, false, false, fault);
}

static int by_number(const void *a, const void *b) {
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

/* The epochs beside the first that the store has of this side, ascending. */
static ent_status stored(struct peer *peer, enum ent_line_side side,
		int64_t ret_numbers[ENT_PEERS_EPOCHS_MAX], size_t *ret_n,
		struct ent_fault *reterr_fault) {
	char(*names)[ENT_PARCEL_NAME_MAX + 1] = calloc(2 * ENT_PEERS_EPOCHS_MAX, sizeof *names);
	char prefix[ENT_LINE_NAME_SIZE + 1];
	const struct line_epoch *first = &peer->line.epoch[side][0];
	const bool ours = side == ENT_LINE_OURS;
	size_t n = 0, kept = 0;
	if (names == NULL)
		return ENT_E_MEMORY;
	name_of(first, prefix);
	(void)snprintf(prefix + strlen(prefix), sizeof prefix - strlen(prefix), "@");
	ent_status status = ent_post_stored(
			peer->peers->options.post, prefix, names, 2 * ENT_PEERS_EPOCHS_MAX, &n);
	if (status == ENT_OK && n >= ENT_PEERS_EPOCHS_MAX) {
		ent_fault_set(reterr_fault, prefix, "there are more of it than there may be");
		status = ENT_E_LIMIT;
	}
	for (size_t i = 0; status == ENT_OK && i < n; i++)
		kept += ent_line_name_read(names[i], ours ? peer->peers->id : peer->id,
				ours ? peer->id : peer->peers->id, &ret_numbers[kept]);
	free(names);
	qsort(ret_numbers, kept, sizeof ret_numbers[0], by_number);
	*ret_n = kept;
	return status;
}

static ent_status open_stored_theirs(struct peer *peer, struct ent_fault *fault) {
	int64_t numbers[ENT_PEERS_EPOCHS_MAX];
	size_t n = 0;
	ent_status status = open_one(&peer->line.epoch[ENT_LINE_THEIRS][0], false, false, fault);
	if (status == ENT_OK)
		status = stored(peer, ENT_LINE_THEIRS, numbers, &n, fault);
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		struct line_epoch *epoch = add(peer, ENT_LINE_THEIRS, numbers[i]);
		epoch->recalled = true;
		status = open_theirs(epoch, fault);
		/* Told once is enough, but for the one that counts. */
		if (status == ENT_OK && i + 1 < n)
			epoch->told = epoch->size > 0;
	}
	return status;
}

static ent_status open_stored_ours(struct peer *peer, struct ent_fault *fault) {
	struct line *line = &peer->line;
	int64_t numbers[ENT_PEERS_EPOCHS_MAX];
	size_t n = 0;
	ent_status status = stored(peer, ENT_LINE_OURS, numbers, &n, fault);
	for (size_t i = 0; status == ENT_OK && i < n; i++)
		(void)add(peer, ENT_LINE_OURS, numbers[i]);
	for (size_t i = 0; status == ENT_OK && i <= n; i++) {
		struct line_epoch *epoch = &line->epoch[ENT_LINE_OURS][i];
		if (i == n && n > 0) {
			status = prepare_first_entry(epoch, epoch - 1);
			peers_line_lock(line);
			make_current(epoch);
			peers_line_unlock(line);
		} else if (i < n) {
			/* None is current while those of before are read. */
			line->current[ENT_LINE_OURS] = &line->epoch[ENT_LINE_OURS][n];
		}
		if (status == ENT_OK)
			status = open_one(epoch, true, i < n, fault);
	}
	return status;
}

ent_status peers_epochs_open(struct peer *peer, struct ent_fault *reterr_fault) {
	struct line *line = &peer->line;
	ent_status status = open_stored_theirs(peer, reterr_fault);
	if (status == ENT_OK)
		status = open_stored_ours(peer, reterr_fault);
	peers_line_lock(line);
	line->is_open = status == ENT_OK;
	peers_line_unlock(line);
	return status;
}

ent_status peers_epochs_share(struct peer *peer) {
	struct line *line = &peer->line;
	ent_status status = ENT_OK;
	for (unsigned i = 0; status == ENT_OK && i < line->n_epochs[ENT_LINE_OURS]; i++)
		if (line->epoch[ENT_LINE_OURS][i].ledger != NULL)
			status = ent_post_share(line->epoch[ENT_LINE_OURS][i].ledger, peer->id);
	return status;
}

/* --- Beginning anew --- */

/* Behind all that is known of, so that it is the latest whatever the clock says. */
static int64_t next_number(struct line *line, int64_t now_utc_us) {
	int64_t number = now_utc_us;
	peers_line_lock(line);
	for (unsigned i = 0; i < line->n_epochs[ENT_LINE_OURS]; i++)
		if (number <= line->epoch[ENT_LINE_OURS][i].epoch)
			number = line->epoch[ENT_LINE_OURS][i].epoch + 1;
	const int64_t received = line->line.half[ENT_LINE_THEIRS].receipts_epoch;
	peers_line_unlock(line);
	return number > received ? number : received + 1;
}

/* In the place of the current one; with the folder's lock. 'asks': it is one that the peer has. */
static ent_status go_on_in(
		struct peer *peer, int64_t number, bool asks, struct ent_fault *reterr_fault) {
	struct line *line = &peer->line;
	const struct line_epoch *before = line->current[ENT_LINE_OURS];
	struct line_epoch *epoch = add(peer, ENT_LINE_OURS, number);
	if (epoch == NULL) {
		ent_fault_set(reterr_fault, peer->id,
				"it has begun anew %d times already; a party that comes back so "
				"often begins with a new card",
				ENT_PEERS_EPOCHS_MAX - 1);
		return ENT_E_LIMIT;
	}
	/* Nothing more is written in the one before from here on. */
	peers_line_lock(line);
	line->begins_anew = true;
	peers_line_unlock(line);
	ent_post_past(before->ledger);
	ent_status status = prepare_first_entry(epoch, before);
	peers_line_lock(line);
	make_current(epoch);
	peers_line_unlock(line);
	if (status == ENT_OK)
		status = open_one(epoch, asks, false, reterr_fault);
	return status == ENT_OK ? ent_post_share(epoch->ledger, peer->id) : status;
}

static ent_status begin_anew(struct peer *peer, size_t *n, struct ent_fault *fault) {
	struct ent_peers *peers = peer->peers;
	struct line *line = &peer->line;
	char name[ENT_LINE_NAME_SIZE];
	if (peers_line_is_written(peer) || line->epoch[ENT_LINE_OURS][0].ledger == NULL)
		return ENT_OK;
	const int64_t number = next_number(line, peers_now(peers));
	const ent_status status = go_on_in(peer, number, false, fault);
	if (status == ENT_OK) {
		++*n;
		name_of(line->current[ENT_LINE_OURS], name);
		peers_say(peer, ENT_SCRIBE_WARNING,
				"it has not said what it has of our line, which begins anew in %s",
				name);
	}
	peers_lock(peers);
	peers_wake(peer);
	peers_unlock(peers);
	return status;
}

ent_status ent_peers_begin_anew(
		struct ent_peers *peers, size_t *ret_n, struct ent_fault *reterr_fault) {
	ent_status status = ENT_OK;
	size_t n = 0;
	(void)pthread_mutex_lock(&peers->folder_lock);
	for (size_t i = 0; i < peers->n; i++) {
		struct peer *peer = peers->peer[i];
		struct ent_fault fault = {{0}, {0}};
		if (peer->removed)
			continue;
		const ent_status one = begin_anew(peer, &n, &fault);
		if (one == ENT_OK)
			continue;
		peers_say(peer, ENT_SCRIBE_ERROR, "its line cannot begin anew: %s",
				fault.why[0] != '\0' ? fault.why : ent_status_text(one));
		if (status == ENT_OK)
			ent_fault_set(reterr_fault, peer->id, "%s",
					fault.why[0] != '\0' ? fault.why : ent_status_text(one));
		status = status == ENT_OK ? one : status;
	}
	(void)pthread_mutex_unlock(&peers->folder_lock);
	*ret_n = n;
	return status;
}

/* --- What others bring --- */

static void refuse(struct peer *peer, const char *ledger) {
	struct ent_fault fault;
	ent_fault_set(&fault, "",
			"it has begun anew %d times already: what it goes on in is not taken",
			ENT_PEERS_EPOCHS_MAX - 1);
	ent_post_raise(peer->peers->options.post, ENT_POST_TOO_MUCH, peer->id, ledger, &fault);
}

static ent_status take_theirs(
		struct peer *peer, int64_t number, const char *ledger, struct ent_fault *fault) {
	struct line_epoch *epoch = find(&peer->line, ENT_LINE_THEIRS, number);
	if (epoch == NULL)
		epoch = add(peer, ENT_LINE_THEIRS, number);
	if (epoch == NULL)
		refuse(peer, ledger);
	return epoch == NULL || epoch->ledger != NULL ? ENT_OK : open_theirs(epoch, fault);
}

/* One that we lost: ours goes on in it, unless it has gone on in a later one. */
static ent_status take_ours(struct peer *peer, int64_t number, struct ent_fault *fault) {
	struct line *line = &peer->line;
	if (find(line, ENT_LINE_OURS, number) != NULL)
		return ENT_OK;
	if (number > line->current[ENT_LINE_OURS]->epoch)
		return go_on_in(peer, number, true, fault);
	struct line_epoch *epoch = add(peer, ENT_LINE_OURS, number);
	if (epoch == NULL)
		return ENT_E_LIMIT;
	const ent_status status = open_one(epoch, true, true, fault);
	return status == ENT_OK ? ent_post_share(epoch->ledger, peer->id) : status;
}

/*
 * Who has it offers it with each parcel, and it is tried with each: so each cause is told once, and nobody fills the log. With the
 * folder's lock.
 */
static void tell_unopened(struct peer *peer, struct line_epoch *epoch, const char *ledger,
		ent_status status, const struct ent_fault *fault) {
	unsigned *told = epoch != NULL ? &epoch->failed : &peer->line.failed;
	if (status == ENT_OK || (*told & 1U << status) != 0)
		return;
	*told |= 1U << status;
	peers_say(peer, ENT_SCRIBE_ERROR, "%s cannot be opened: %s", ledger,
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

void ent_peers_offered(struct ent_peers *peers, const char *author, const char *ledger) {
	char id[ENT_PARTY_ID_SIZE] = "";
	struct ent_fault fault = {{0}, {0}};
	const bool ours = strcmp(author, peers->id) == 0;
	const size_t at = strlen("line/") + ENT_PARTY_ID_SIZE;
	int64_t number = 0;
	if (strncmp(ledger, "line/", 5) != 0 || strlen(ledger) < at + ENT_PARTY_ID_SIZE - 1)
		return;
	memcpy(id, ours ? ledger + at : author, ENT_PARTY_ID_SIZE - 1);
	(void)pthread_mutex_lock(&peers->folder_lock);
	peers_lock(peers);
	struct peer *peer = peers_find(peers, id);
	if (peer != NULL && peer->removed)
		peer = NULL;
	peers_unlock(peers);
	if (peer != NULL && peer->line.ours != NULL &&
			ent_line_name_read(ledger, author, ours ? id : peers->id, &number) &&
			number != ENT_LINE_EPOCH_FIRST) {
		const ent_status status = ours ? take_ours(peer, number, &fault)
					       : take_theirs(peer, number, ledger, &fault);
		tell_unopened(peer,
				find(&peer->line, ours ? ENT_LINE_OURS : ENT_LINE_THEIRS, number),
				ledger, status, &fault);
	}
	(void)pthread_mutex_unlock(&peers->folder_lock);
}

/* --- Telling --- */

static uint64_t size_of(struct ent_post_ledger *ledger) {
	struct ent_post_stand stand;
	if (ledger == NULL)
		return 0;
	ent_post_stand(ledger, &stand);
	return stand.size;
}

/* Of what its first entry says; 'ret_before' is the ledger before, NULL: it is not here. Under the line's lock. */
static void view_of(struct line *line, const struct line_epoch *epoch, struct ent_peer_epoch *view,
		struct ent_post_ledger **ret_before) {
	struct ent_checkpoint checkpoint;
	*view = (struct ent_peer_epoch){.ours = epoch->side == ENT_LINE_OURS};
	*ret_before = NULL;
	name_of(epoch, view->ledger);
	memcpy(view->before, epoch->before, sizeof view->before);
	if (ent_checkpoint_look(epoch->checkpoint, strlen(epoch->checkpoint), &checkpoint, NULL) ==
			ENT_OK)
		view->had = checkpoint.size;
	for (unsigned i = 0; i < line->n_epochs[epoch->side]; i++) {
		char name[ENT_LINE_NAME_SIZE];
		name_of(&line->epoch[epoch->side][i], name);
		if (strcmp(name, view->before) == 0)
			*ret_before = line->epoch[epoch->side][i].ledger;
	}
}

/* Is what it says signed, and does it go with what is here? Contradictions are told where they are found. */
static void check(const struct line_epoch *epoch, struct ent_post_ledger *before,
		const char *checkpoint, bool recalled) {
	struct ent_fault fault;
	char name[ENT_LINE_NAME_SIZE];
	if (before == NULL || checkpoint[0] == '\0')
		return;
	const ent_status status = ent_post_witness(before, checkpoint, strlen(checkpoint));
	/* At a start its author's key may be another one by now. */
	if (status != ENT_E_MISSING || recalled)
		return;
	name_of(epoch, name);
	ent_fault_set(&fault, "entry 0", "its checkpoint of the ledger before is not its author's");
	ent_post_raise(epoch->peer->peers->options.post, ENT_POST_FORGED, epoch->peer->id, name,
			&fault);
}

static void tell(struct line_epoch *epoch) {
	struct peer *peer = epoch->peer;
	struct ent_post_ledger *before = NULL;
	struct ent_peer_epoch view;
	struct ent_fault fault;
	char checkpoint[ENT_LINE_CHECKPOINT_SIZE];
	peers_line_lock(&peer->line);
	view_of(&peer->line, epoch, &view, &before);
	memcpy(checkpoint, epoch->checkpoint, sizeof checkpoint);
	const bool recalled = epoch->recalled;
	peers_line_unlock(&peer->line);
	view.here = size_of(before);
	check(epoch, before, checkpoint, recalled);
	ent_fault_set(&fault, "",
			"it had %" PRIu64 " entries of %s, and %" PRIu64 " are here: %" PRIu64
			" that it no longer had",
			view.had, view.before, view.here,
			view.here > view.had ? view.here - view.had : 0);
	ent_post_raise(peer->peers->options.post, ENT_POST_EPOCH, peer->id, view.ledger, &fault);
	peers_changed(peer);
}

void peers_epochs_tell(struct peer *peer) {
	struct line *line = &peer->line;
	for (unsigned i = 1; i < ENT_PEERS_EPOCHS_MAX; i++) {
		struct line_epoch *epoch = &line->epoch[ENT_LINE_THEIRS][i];
		peers_line_lock(line);
		const bool due = i < line->n_epochs[ENT_LINE_THEIRS] && epoch->size > 0 &&
				!epoch->told;
		if (due)
			epoch->told = true;
		peers_line_unlock(line);
		if (due)
			tell(epoch);
	}
}

void peers_epochs_look(struct peer *peer, struct ent_peer_view *view) {
	struct line *line = &peer->line;
	for (int side = 0; side < ENT_LINE_SIDES; side++)
		for (unsigned i = 1; i < ENT_PEERS_EPOCHS_MAX; i++) {
			struct ent_post_ledger *before = NULL;
			struct line_epoch *epoch = &line->epoch[side][i];
			peers_line_lock(line);
			const bool is_there = i < line->n_epochs[side] && epoch->size > 0;
			if (is_there)
				view_of(line, epoch, &view->epochs[view->n_epochs], &before);
			peers_line_unlock(line);
			if (is_there)
				view->epochs[view->n_epochs++].here = size_of(before);
		}
}
