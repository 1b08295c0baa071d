/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.c: the bare lines. Each is the fold of two ledgers, ours and the peer's, both under one lock: the scribe's thread
 * applies ours, the worker that takes a parcel the peer's. What is to be written is found out by the carrier, and decided
 * again by the scribe's thread, at the time that the entry will have. What was applied and is not stored yet is not shown, and has
 * no receipt.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

enum {
	/* In the peer's ledger: of tests and receipts at the shortest period, those of six years. */
	LINE_ENTRIES_MAX = 1 << 20,
	/* What these come to at 256 bytes each; entries of kinds that are not known here may be larger. */
	LINE_BYTES_MAX = 1 << 28,
};
#define RETRY_FIRST_US INT64_C(1000000)
#define RETRY_MAX_US INT64_C(60000000)
/* Whether our ledger is written by now, when nobody has answered yet. */
#define ASKING_US INT64_C(1000000)
/* At the latest: what others write may bring other terms, and that wakes no line. Tests are no nearer to one another. */
#define TERMS_US ENT_LINE_PERIOD_LEAST_US

static void wake(struct peer *peer) {
	peers_lock(peer->peers);
	peers_wake(peer);
	peers_unlock(peer->peers);
}

/* --- The folds --- */

static ent_status parse(struct ent_peers *peers, const char *bytes, size_t size,
		struct ent_line_entry *ret_entry, struct ent_fault *reterr_fault) {
	(void)pthread_mutex_lock(&peers->parse_lock);
	const ent_status status = ent_line_entry_parse(
			peers->json, bytes, size, ret_entry, reterr_fault);
	(void)pthread_mutex_unlock(&peers->parse_lock);
	return status;
}

/* Of all ledgers of the peer's: each might be filled else. */
static bool is_room(const struct line *line, size_t size) {
	uint64_t bytes = size;
	for (unsigned i = 0; i < line->n_epochs[ENT_LINE_THEIRS]; i++)
		bytes += line->epoch[ENT_LINE_THEIRS][i].bytes;
	return bytes <= LINE_BYTES_MAX;
}

/* Into the line, or what a later ledger comes to. One that another took the place of is kept, and changes nothing. */
static ent_status apply_entry(struct line_epoch *of, const struct ent_line_entry *entry,
		const struct ent_hash *leaf, struct ent_fault *fault) {
	struct line *line = &of->peer->line;
	struct ent_line *into = line->current[of->side] == of ? &line->line : of->ahead;
	const bool begins = of->epoch != ENT_LINE_EPOCH_FIRST && entry->seq == 0;
	if (into != NULL) {
		const ent_status status = ent_line_apply(into, of->side, entry, leaf, fault);
		if (status != ENT_OK)
			return status;
	} else if (begins != (entry->kind == ENT_LINE_KIND_EPOCH)) {
		ent_fault_set(fault, "kind", "another epoch than the first begins with saying so");
		return ENT_E_SYNTAX;
	}
	if (begins) {
		memcpy(of->before, entry->ledger, sizeof of->before);
		memcpy(of->checkpoint, entry->checkpoint, sizeof of->checkpoint);
	}
	return ENT_OK;
}

static ent_status apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct line_epoch *of = state;
	struct line *line = &of->peer->line;
	struct ent_line_entry entry;
	struct ent_hash leaf;
	ent_status status = parse(of->peer->peers, bytes, size, &entry, reterr_fault);
	if (status != ENT_OK)
		return status;
	ent_ledger_leaf_hash(bytes, size, &leaf);
	peers_line_lock(line);
	if (of->side == ENT_LINE_THEIRS && !is_room(line, size)) {
		ent_fault_set(reterr_fault, "", "more than %d bytes of one party on its line",
				(int)LINE_BYTES_MAX);
		status = ENT_E_LIMIT;
	}
	if (status == ENT_OK)
		status = apply_entry(of, &entry, &leaf, reterr_fault);
	if (status == ENT_OK && entry.kind == ENT_LINE_KIND_PURGE) {
		const struct purged_key key = purged_key_of(
				entry.ledger, entry.number, &entry.leaf);
		status = purged_add(&line->purged[of->side], &key, of->epoch, seq);
	}
	if (status == ENT_OK)
		of->bytes += size;
	if (status == ENT_OK && line->current[ENT_LINE_OURS] == of &&
			entry.kind == ENT_LINE_KIND_CHECK)
		line->applied_test_utc_us = entry.time_utc_us;
	peers_line_unlock(line);
	return status;
}

static void durable(void *state, uint64_t size) {
	struct line_epoch *of = state;
	struct line *line = &of->peer->line;
	const int64_t now_utc_us = peers_now(of->peer->peers);
	peers_line_lock(line);
	of->size = size;
	of->durable_bytes = of->bytes;
	peers_epochs_durable(of);
	if (line->current[of->side] == of)
		line->durable.half[of->side] = line->line.half[of->side];
	if (line->current[ENT_LINE_OURS] == of)
		line->test_utc_us = line->applied_test_utc_us;
	if (of->side == ENT_LINE_THEIRS && line->is_open)
		line->heard_utc_us = now_utc_us;
	peers_line_unlock(line);
	wake(of->peer);
}

static bool back(void *state) {
	struct line_epoch *of = state;
	struct line *line = &of->peer->line;
	peers_line_lock(line);
	purged_cut(&line->purged[of->side], of->epoch, of->size);
	if (line->current[of->side] == of)
		line->line.half[of->side] = line->durable.half[of->side];
	else if (of->ahead != NULL)
		ent_line_begin(of->ahead, of->side, of->epoch);
	if (line->current[ENT_LINE_OURS] == of)
		line->applied_test_utc_us = line->test_utc_us;
	of->bytes = of->durable_bytes;
	peers_line_unlock(line);
	return true;
}

static void reset(void *state) {
	struct line_epoch *of = state;
	struct line *line = &of->peer->line;
	peers_line_lock(line);
	purged_cut(&line->purged[of->side], of->epoch, 0);
	if (line->current[of->side] == of)
		ent_line_begin(&line->line, of->side, of->epoch);
	else if (of->ahead != NULL)
		ent_line_begin(of->ahead, of->side, of->epoch);
	of->bytes = 0;
	peers_line_unlock(line);
}

/* --- Deciding, in the scribe's thread --- */

/* One entry more, if one is due. 'scratch' is the line with those before it. */
static ent_status add_next(struct peer *peer, const struct line_command *command,
		struct ent_line *scratch, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	char bytes[ENT_LINE_ENTRY_SIZE];
	struct ent_line_entry entry;
	struct ent_hash leaf;
	ent_status status = ent_line_decide(scratch, &command->terms,
			command->has_check ? &command->check : NULL,
			peer->peers->options.settable_clock ? ENT_CLASS_TEST : ENT_CLASS_ACTUAL,
			draft->time_us, &entry);
	if (status != ENT_OK)
		return status;
	const size_t size = ent_line_entry_print(&entry, bytes);
	status = ent_scribe_add(draft, bytes, size);
	if (status != ENT_OK)
		return status;
	ent_ledger_leaf_hash(bytes, size, &leaf);
	return ent_line_apply(scratch, ENT_LINE_OURS, &entry, &leaf, reterr_fault);
}

/* What is to be said of this payload. False: it has been. */
static bool next_purge(struct peer *peer, unsigned i, struct ent_line_entry *ret_entry) {
	struct line *line = &peer->line;
	peers_line_lock(line);
	const bool there = i < line->n_to_purge;
	const struct line_purge purge = there ? line->to_purge[i]
					      : (struct line_purge){.number = 0};
	const struct purged_key key = purged_key_of(purge.ledger, purge.number, &purge.leaf);
	const bool said = purged_find(&line->purged[ENT_LINE_OURS], &key) != NULL;
	peers_line_unlock(line);
	*ret_entry = (struct ent_line_entry){.kind = ENT_LINE_KIND_PURGE,
			.class = peer->peers->options.settable_clock ? ENT_CLASS_TEST
								     : ENT_CLASS_ACTUAL,
			.number = purge.number,
			.leaf = purge.leaf};
	memcpy(ret_entry->ledger, purge.ledger, sizeof ret_entry->ledger);
	return there && !said;
}

static ent_status add_purges(struct peer *peer, struct ent_scribe_draft *draft, int room) {
	char bytes[ENT_LINE_ENTRY_SIZE];
	struct ent_line_entry entry;
	ent_status status = ENT_OK;
	for (unsigned i = 0; status == ENT_OK && room > 0 && i < PURGES_WAITING_MAX; i++) {
		if (!next_purge(peer, i, &entry))
			continue;
		entry.seq = draft->seq;
		entry.time_utc_us = draft->time_us;
		status = ent_scribe_add(draft, bytes, ent_line_entry_print(&entry, bytes));
		room--;
	}
	return status;
}

static ent_status decide(void *state, const void *command, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	const struct line_epoch *of = state;
	struct line *line = &of->peer->line;
	struct ent_line *scratch = &of->peer->peers->scratch;
	ent_status status = ENT_OK;
	peers_line_lock(line);
	const bool is_current = line->current[ENT_LINE_OURS] == of;
	*scratch = line->line;
	scratch->half[ENT_LINE_THEIRS] = line->durable.half[ENT_LINE_THEIRS];
	peers_line_unlock(line);
	if (!is_current) {
		ent_fault_set(reterr_fault, "", "another ledger took its place");
		return ENT_E_REFUSED;
	}
	int n = 0;
	for (; status == ENT_OK && n < ENT_SCRIBE_COMMAND_ENTRIES_MAX; n++)
		status = add_next(of->peer, command, scratch, draft, reterr_fault);
	/* The last found nothing to be due. */
	return status == ENT_E_MISSING
			? add_purges(of->peer, draft, ENT_SCRIBE_COMMAND_ENTRIES_MAX - n + 1)
			: status;
}

/* A line's entries say that bytes went over: that goes on whatever is frozen. */
static bool goes_on(const void *command) {
	(void)command;
	return true;
}

static int64_t retry_us(unsigned failures) {
	int64_t pause_us = RETRY_FIRST_US;
	for (unsigned i = 1; i < failures && pause_us < RETRY_MAX_US; i++)
		pause_us *= 2;
	return pause_us < RETRY_MAX_US ? pause_us : RETRY_MAX_US;
}

/* With the lock: what stands there is not to be written any more. */
static void drop_purged(struct line *line) {
	unsigned kept = 0;
	for (unsigned i = 0; i < line->n_to_purge; i++) {
		const struct line_purge purge = line->to_purge[i];
		const struct purged_key key = purged_key_of(
				purge.ledger, purge.number, &purge.leaf);
		if (!peers_line_said(line, ENT_LINE_OURS, &key))
			line->to_purge[kept++] = purge;
	}
	line->n_to_purge = kept;
}

static void written(struct ent_scribe_job *job, ent_status status) {
	struct line *line = (struct line *)job;
	struct peer *peer = line->epoch[ENT_LINE_OURS][0].peer;
	struct ent_peers *peers = peer->peers;
	const int64_t now_utc_us = peers_now(peers);
	peers_line_lock(line);
	line->is_writing = false;
	drop_purged(line);
	line->failures = status == ENT_OK ? 0 : line->failures + 1;
	line->retry_utc_us = status == ENT_OK ? 0 : now_utc_us + retry_us(line->failures);
	const bool first = line->failures == 1;
	peers_line_unlock(line);
	if (first)
		peers_say(peer, ENT_SCRIBE_WARNING, "nothing can be written on the line: %s",
				ent_status_text(status));
	/* The last that is done here: whoever ends all waits for it. */
	peers_lock(peers);
	peers_wake(peer);
	peers->n_jobs--;
	(void)pthread_cond_broadcast(&peers->for_end);
	peers_unlock(peers);
}

/* --- Opening --- */

ent_status peers_line_init(struct peer *peer) {
	struct line *line = &peer->line;
	const struct ent_line_ends ends = {
			{peer->peers->id, peer->id}, {ENT_LINE_EPOCH_FIRST, ENT_LINE_EPOCH_FIRST}};
	line->has_lock = pthread_mutex_init(&line->lock, NULL) == 0;
	if (!line->has_lock)
		return ENT_E_MEMORY;
	ent_line_init(&line->line, &ends, peer->confirmed_utc_us);
	line->durable = line->line;
	peers_epochs_init(peer);
	line->job = (struct ent_scribe_job){.command = &line->command, .done = written};
	return ENT_OK;
}

struct ent_post_ledger_options peers_line_options(struct line_epoch *epoch) {
	const bool ours = epoch->side == ENT_LINE_OURS;
	return (struct ent_post_ledger_options){.fold = {epoch, apply, durable, back, reset},
			.decide = ours ? decide : NULL,
			.goes_on = ours ? goes_on : NULL,
			.entries_max = ours ? 0 : LINE_ENTRIES_MAX,
			.urgent = true};
}

void peers_line_finish(struct line *line) {
	peers_epochs_finish(line);
	for (int side = 0; side < ENT_LINE_SIDES; side++)
		purged_finish(&line->purged[side]);
	if (line->has_lock)
		(void)pthread_mutex_destroy(&line->lock);
}

/* --- Looking, by the carrier --- */

/* Ours, as it is now; NULL: there is none that may be written, for it is not open yet, or is to begin anew. */
static struct ent_post_ledger *ours_now(struct line *line) {
	peers_line_lock(line);
	struct ent_post_ledger *ours = line->begins_anew ? NULL : line->ours;
	peers_line_unlock(line);
	return ours;
}

static bool still_asks(struct ent_post_ledger *ours) {
	struct ent_post_stand stand;
	ent_post_stand(ours, &stand);
	return stand.asking;
}

/* What is submitted while the ledger asks would wait as long: there is no end to it without a time. */
static bool is_asking(struct line *line, struct ent_post_ledger *ours) {
	if (ours != NULL && line->written != ours && !still_asks(ours))
		line->written = ours;
	return ours == NULL || line->written != ours;
}

bool peers_line_is_written(struct peer *peer) {
	struct ent_post_ledger *ours = ours_now(&peer->line);
	return ours != NULL && !still_asks(ours);
}

static struct ent_line_terms terms_of(const struct peer *peer) {
	const struct ent_peers_options *options = &peer->peers->options;
	struct ent_line_terms terms = ent_line_terms_default();
	if (options->terms != NULL)
		terms = options->terms(options->user, peer->id);
	return ent_line_terms_ok(&terms) ? terms : ent_line_terms_default();
}

void peers_line_look(struct peer *peer, int64_t now_utc_us, struct ent_line_view *ret_view) {
	const struct ent_line_terms terms = terms_of(peer);
	/* What we wrote is not known before it is read. */
	if (!peers_line_is_written(peer)) {
		*ret_view = (struct ent_line_view){.state = ENT_LINE_STATE_UNTESTED};
		return;
	}
	peers_line_lock(&peer->line);
	ent_line_look(&peer->line.durable, &terms, now_utc_us, ret_view);
	peers_line_unlock(&peer->line);
}

int64_t peers_line_tested(struct peer *peer) {
	peers_line_lock(&peer->line);
	const int64_t tested_utc_us = peer->line.test_utc_us;
	peers_line_unlock(&peer->line);
	return tested_utc_us;
}

int64_t peers_line_heard(struct peer *peer) {
	peers_line_lock(&peer->line);
	const int64_t heard_utc_us = peer->line.heard_utc_us;
	peers_line_unlock(&peer->line);
	return heard_utc_us;
}

/* With the lock. */
static void check_ways(
		const struct peer *peer, int64_t since_utc_us, struct ent_line_check *check) {
	for (unsigned i = 0; i < peer->route.n; i++) {
		const struct ent_route_way *way = &peer->route.way[i];
		const enum ent_fetch_class class = ent_fetch_end_class(peer->way[i].last);
		if (way->tried_utc_us < since_utc_us)
			continue;
		check->refused = check->refused || class == ENT_FETCH_CLASS_REFUSED ||
				peer->way[i].turned_down;
		check->path = check->path ||
				(class != ENT_FETCH_CLASS_NO_PATH && class != ENT_FETCH_CLASS_OURS);
	}
}

/*
 * What is known since the period began, from tries at every address. False: they are still to be made, and are
 * asked for.
 */
static bool check_ourselves(struct peer *peer, const struct ent_line_terms *terms,
		int64_t now_utc_us, struct ent_line_check *ret_check) {
	struct ent_peers *peers = peer->peers;
	const struct ent_peers_options *options = &peers->options;
	const int64_t due_utc_us = now_utc_us - terms->late_us;
	const int64_t since_utc_us = due_utc_us - due_utc_us % terms->period_us;
	*ret_check = (struct ent_line_check){
			.we_work = options->we_work == NULL || options->we_work(options->user)};
	peers_lock(peers);
	if (peer->probe_since_utc_us != since_utc_us) {
		peer->probe_since_utc_us = since_utc_us;
		for (unsigned i = 0; i < peer->route.n; i++)
			if (peer->route.way[i].tried_utc_us < since_utc_us)
				peer->to_try |= UINT32_C(1) << i;
		peers_wake(peer);
	}
	const bool made = peer->to_try == 0;
	if (made)
		check_ways(peer, since_utc_us, ret_check);
	peers_unlock(peers);
	return made;
}

static void raise_clock(struct peer *peer, enum ent_post_alarm_kind kind, uint64_t number,
		int64_t apart_us) {
	const bool ahead = kind == ENT_POST_CLOCK_AHEAD;
	struct ent_fault fault;
	char ledger[ENT_LINE_NAME_SIZE];
	peers_line_lock(&peer->line);
	memcpy(ledger, peer->line.line.half[ENT_LINE_THEIRS].ledger, sizeof ledger);
	peers_line_unlock(&peer->line);
	ent_fault_set(&fault, "",
			ahead ? "entry %" PRIu64 " is %" PRId64 " s ahead of our clock"
			      : "the receipt of our entry %" PRIu64 " is dated %" PRId64
				" s before it",
			number, apart_us / 1000000);
	ent_post_raise(peer->peers->options.post, kind, peer->id, ledger, &fault);
}

/* Once for what is new: each further entry that is ahead counts again. */
static void tell_clock(struct peer *peer, const struct line_told *before,
		const struct line_told *told, const struct ent_line_view *view) {
	if (view->peer_is_ahead && told->ahead_size != before->ahead_size)
		raise_clock(peer, ENT_POST_CLOCK_AHEAD, view->peer_ahead_number,
				view->peer_ahead_us);
	if (view->peer_is_behind && told->behind != before->behind)
		raise_clock(peer, ENT_POST_CLOCK_BEHIND, view->peer_behind_number,
				view->peer_behind_us);
}

static void tell(struct peer *peer, const struct ent_line_view *view) {
	struct line *line = &peer->line;
	peers_line_lock(line);
	const struct line_told before = line->told;
	const struct line_told told = {view->state, view->why, view->false_receipt,
			view->peer_is_ahead,
			view->peer_is_ahead ? line->durable.half[ENT_LINE_THEIRS].size : 0,
			view->peer_is_behind ? view->peer_behind_number + 1 : 0};
	line->told = told;
	peers_line_unlock(line);
	tell_clock(peer, &before, &told, view);
	if (told.state != before.state)
		peers_say(peer,
				told.state == ENT_LINE_STATE_UP ? ENT_SCRIBE_INFO
								: ENT_SCRIBE_WARNING,
				"the line is %s", ent_line_state_text(told.state));
	if (told.false_receipt && !before.false_receipt)
		peers_say(peer, ENT_SCRIBE_WARNING,
				"it has a receipt of entry %" PRIu64
				" of the line, which we did not write",
				view->false_receipt_number);
	if (told.peer_is_ahead && !before.peer_is_ahead)
		peers_say(peer, ENT_SCRIBE_WARNING, "its clock is ahead of ours");
	if (told.state != before.state || told.why != before.why ||
			told.false_receipt != before.false_receipt ||
			told.peer_is_ahead != before.peer_is_ahead)
		peers_changed(peer);
}

/* True: something is due, and the scribe will have it. */
static bool begin_writing(
		struct peer *peer, const struct line_command *command, int64_t now_utc_us) {
	struct line *line = &peer->line;
	struct ent_line_entry entry;
	const enum ent_class class = peer->peers->options.settable_clock ? ENT_CLASS_TEST
									 : ENT_CLASS_ACTUAL;
	peers_line_lock(line);
	const bool due = line->n_to_purge > 0 ||
			ent_line_decide(&line->durable, &command->terms,
					command->has_check ? &command->check : NULL, class,
					now_utc_us, &entry) == ENT_OK;
	if (due) {
		line->is_writing = true;
		line->command = *command;
	}
	peers_line_unlock(line);
	return due;
}

/*
 * The peer's test, or its receipt of ours, may be there while the peer does not get through to us: every parcel asks for it, and when
 * none has gone for a while one goes for that alone. Where it is known that the peer does not get through one goes each minute, so that
 * nothing that it writes here waits for the next test. Returns when to look again.
 */
static int64_t ask_for_word(
		struct peer *peer, const struct ent_line_view *view, int64_t now_utc_us) {
	struct line *line = &peer->line;
	int64_t at_utc_us = view->waits ? view->waits_since_utc_us : 0;
	if (!view->waits)
		line->asked = 0;
	peers_lock(peer->peers);
	/* When the last one was answered, of which one that failed is no part; a clock that was set back is none, either. */
	if (peer->sent_utc_us > at_utc_us && peer->sent_utc_us <= now_utc_us)
		at_utc_us = peer->sent_utc_us;
	at_utc_us += view->waits ? retry_us(line->asked + 1) : RETRY_MAX_US;
	/* One that is on its way wakes when it has ended. */
	if (peer->asks || (!view->waits && !peer->is_fetched))
		at_utc_us = INT64_MAX;
	if (at_utc_us <= now_utc_us) {
		peer->asks = true;
		line->asked++;
		peers_wake(peer);
		at_utc_us = INT64_MAX;
	}
	peers_unlock(peer->peers);
	return at_utc_us;
}

int64_t peers_line_step(struct peer *peer, int64_t now_utc_us) {
	struct ent_peers *peers = peer->peers;
	struct line *line = &peer->line;
	struct ent_line_view view;
	struct line_command command = {.terms = terms_of(peer)};
	peers_epochs_tell(peer);
	struct ent_post_ledger *ours = ours_now(line);
	if (is_asking(line, ours))
		return now_utc_us + ASKING_US;
	peers_line_lock(line);
	const bool is_writing = line->is_writing;
	const int64_t retry_utc_us = line->retry_utc_us;
	ent_line_look(&line->durable, &command.terms, now_utc_us, &view);
	peers_line_unlock(line);
	tell(peer, &view);
	const int64_t ask_utc_us = ask_for_word(peer, &view, now_utc_us);
	if (is_writing)
		return ask_utc_us;
	/* A clock that was set back would make it longer than the longest. */
	if (now_utc_us < retry_utc_us && retry_utc_us - now_utc_us <= RETRY_MAX_US)
		return retry_utc_us < ask_utc_us ? retry_utc_us : ask_utc_us;
	if (view.wants_check)
		command.has_check = check_ourselves(
				peer, &command.terms, now_utc_us, &command.check);
	if (!begin_writing(peer, &command, now_utc_us)) {
		const int64_t next_utc_us = view.look_again_utc_us < now_utc_us + TERMS_US
				? view.look_again_utc_us
				: now_utc_us + TERMS_US;
		return next_utc_us < ask_utc_us ? next_utc_us : ask_utc_us;
	}
	peers_lock(peers);
	peers->n_jobs++;
	peers_unlock(peers);
	ent_post_submit(ours, &line->job);
	return ask_utc_us;
}
