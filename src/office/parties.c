/* SPDX-License-Identifier: Apache-2.0 */
/* parties.c: the parties that are known, how the line to each stands, and what each has of the other's ledgers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* --- Their ledgers, looked at once for all of them --- */

struct theirs {
	struct ent_post_ledger *ledger;
	const char *author, *name;
	uint64_t size;
	int64_t time_utc_us;
	bool frozen;
	char reason[ENT_FAULT_WHY_SIZE];
};

/* Too large for a stack. */
struct looking {
	struct theirs theirs[ENT_POST_LEDGERS_MAX];
	size_t n;
	struct ent_post_stand stand;
	struct ent_peer_view view;
	struct ent_post_share share[ENT_BOOK_LEDGERS_MAX];
	char ids[ENT_PARTIES_MAX][ENT_PARTY_ID_SIZE];
};

static void gather(void *user, struct ent_post_ledger *ledger) {
	struct looking *looking = user;
	if (looking->n < ENT_POST_LEDGERS_MAX)
		looking->theirs[looking->n++].ledger = ledger;
}

static struct looking *look(struct ent_office *office) {
	struct looking *looking = calloc(1, sizeof *looking);
	size_t kept = 0;
	if (looking == NULL)
		return NULL;
	ent_post_ledgers(office->options.post, gather, looking);
	for (size_t i = 0; i < looking->n; i++) {
		const struct ent_post_stand *stand = &looking->stand;
		ent_post_stand(looking->theirs[i].ledger, &looking->stand);
		if (stand->ours)
			continue;
		struct theirs *theirs = &looking->theirs[kept++];
		theirs->author = stand->author;
		theirs->name = stand->name;
		theirs->size = stand->size;
		theirs->time_utc_us = stand->time_utc_us;
		theirs->frozen = stand->frozen;
		memcpy(theirs->reason, stand->reason, sizeof theirs->reason);
	}
	looking->n = kept;
	return looking;
}

/* --- A party --- */

static void write_source(const char *name, const char *text, struct ent_jsonout *out) {
	ent_jsonout_name(out, name);
	if (text[0] != '\0')
		ent_jsonout_string(out, text);
	else
		ent_jsonout_null(out);
}

/* What it is tested by, and which clause of which version says so. */
static void write_terms(struct ent_office *office, const char *peer, struct ent_jsonout *out) {
	struct ent_memoranda_source source;
	char version[2 * ENT_HASH_SIZE + 1] = "";
	const struct ent_line_terms terms = ent_memoranda_line_terms(
			office->options.memoranda, peer, office_now(office), &source);
	if (source.memorandum[0] != '\0')
		office_hex(&source.version, version);
	ent_jsonout_name(out, "terms");
	ent_jsonout_object_begin(out);
	office_write_uint(out, "test_every_s", (uint64_t)terms.period_us / 1000000);
	office_write_uint(out, "late_after_s", (uint64_t)terms.late_us / 1000000);
	write_source("memorandum", source.memorandum, out);
	write_source("version", version, out);
	write_source("clause", source.clause, out);
	ent_jsonout_object_end(out);
}

static void write_line(struct ent_office *office, const struct ent_peer_view *view,
		struct ent_jsonout *out) {
	const struct ent_line_view *line = &view->line;
	ent_jsonout_name(out, "line");
	ent_jsonout_object_begin(out);
	office_write_text(out, "state", ent_line_state_text(line->state));
	office_write_uint(out, "missed", line->missed);
	office_write_text(out, "why", ent_line_result_text(line->why));
	office_write_time(out, "good", line->has_good ? line->good_utc_us : 0);
	office_write_time(out, "expected", line->expected_utc_us);
	ent_jsonout_name(out, "ours");
	ent_jsonout_bool(out, line->ours);
	ent_jsonout_name(out, "peer_says");
	if (line->peer_has_said)
		ent_jsonout_string(out, ent_line_result_text(line->peer_result));
	else
		ent_jsonout_null(out);
	ent_jsonout_name(out, "peer_is_ahead");
	ent_jsonout_bool(out, line->peer_is_ahead);
	write_terms(office, view->card.id, out);
	ent_jsonout_object_end(out);
}

static void write_ways(const struct ent_peer_view *view, struct ent_jsonout *out) {
	ent_jsonout_name(out, "ways");
	ent_jsonout_array_begin(out);
	for (unsigned i = 0; i < view->n_ways; i++) {
		const struct ent_peer_way *way = &view->ways[i];
		ent_jsonout_object_begin(out);
		office_write_text(out, "url", way->url);
		ent_jsonout_name(out, "primary");
		ent_jsonout_bool(out, i == 0);
		office_write_uint(out, "failures", way->route.failures);
		office_write_time(out, "reached", way->route.reached_utc_us);
		ent_jsonout_name(out, "last");
		if (way->route.tried_utc_us != 0)
			ent_jsonout_string(out, ent_fetch_end_text(way->last));
		else
			ent_jsonout_null(out);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_owed(
		struct ent_office *office, struct looking *looking, struct ent_jsonout *out) {
	const size_t n = ent_post_shares(office->options.post, looking->view.card.id,
			looking->share, ENT_BOOK_LEDGERS_MAX);
	ent_jsonout_name(out, "owed");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < n && i < ENT_BOOK_LEDGERS_MAX; i++) {
		const struct ent_post_share *share = &looking->share[i];
		ent_post_stand(share->ledger, &looking->stand);
		ent_jsonout_object_begin(out);
		office_write_text(out, "ledger", looking->stand.name);
		office_write_uint(out, "size", share->size);
		office_write_uint(out, "acknowledged", share->acknowledged);
		office_write_time(out, "acknowledged_time", share->acknowledged_utc_us);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_theirs(const struct looking *looking, struct ent_jsonout *out) {
	ent_jsonout_name(out, "theirs");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < looking->n; i++) {
		const struct theirs *theirs = &looking->theirs[i];
		if (strcmp(theirs->author, looking->view.card.id) != 0)
			continue;
		ent_jsonout_object_begin(out);
		office_write_text(out, "ledger", theirs->name);
		office_write_uint(out, "size", theirs->size);
		office_write_time(out, "time", theirs->time_utc_us);
		ent_jsonout_name(out, "frozen");
		ent_jsonout_bool(out, theirs->frozen);
		office_write_text(out, "reason", theirs->reason);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_epochs(const struct ent_peer_view *view, struct ent_jsonout *out) {
	ent_jsonout_name(out, "epochs");
	ent_jsonout_array_begin(out);
	for (unsigned i = 0; i < view->n_epochs; i++) {
		const struct ent_peer_epoch *epoch = &view->epochs[i];
		ent_jsonout_object_begin(out);
		office_write_text(out, "ledger", epoch->ledger);
		ent_jsonout_name(out, "ours");
		ent_jsonout_bool(out, epoch->ours);
		office_write_text(out, "before", epoch->before);
		office_write_uint(out, "had", epoch->had);
		office_write_uint(out, "here", epoch->here);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_party(
		struct ent_office *office, struct looking *looking, struct ent_jsonout *out) {
	const struct ent_peer_view *view = &looking->view;
	uint8_t fingerprint[ENT_FINGERPRINT_SIZE];
	char words[ENT_FINGERPRINT_TEXT_SIZE];
	ent_fingerprint(&view->card.party_key, fingerprint);
	(void)ent_fingerprint_print(fingerprint, words);
	office_write_text(out, "id", view->card.id);
	office_write_text(out, "name", view->card.name);
	office_write_text(out, "words", words);
	office_write_uint(out, "card_number", view->card.number);
	office_write_time(out, "confirmed", view->confirmed_utc_us);
	write_line(office, view, out);
	write_ways(view, out);
	office_write_time(out, "heard", view->heard_utc_us);
	office_write_time(out, "sent", view->sent_utc_us);
	write_owed(office, looking, out);
	write_theirs(looking, out);
	write_epochs(view, out);
}

/* --- The routes --- */

static void run_parties(struct office_call *call) {
	struct ent_office *office = call->office;
	struct office_writing writing;
	struct looking *looking = look(office);
	if (looking == NULL)
		return;
	const size_t n = ent_peers_list(office->options.peers, looking->ids, ENT_PARTIES_MAX);
	office_begin(&writing);
	ent_jsonout_name(&writing.out, "parties");
	ent_jsonout_array_begin(&writing.out);
	for (size_t i = 0; i < n && i < ENT_PARTIES_MAX; i++) {
		/* One that was removed meanwhile is passed over. */
		if (ent_peers_look(office->options.peers, looking->ids[i], &looking->view) !=
				ENT_OK)
			continue;
		ent_jsonout_object_begin(&writing.out);
		write_party(office, looking, &writing.out);
		ent_jsonout_object_end(&writing.out);
	}
	ent_jsonout_array_end(&writing.out);
	free(looking);
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_parties(struct office_call *call) {
	return office_put(call, &call->office->looks, run_parties);
}

static void run_party(struct office_call *call) {
	struct ent_office *office = call->office;
	struct office_writing writing;
	struct looking *looking = look(office);
	if (looking == NULL)
		return;
	if (ent_peers_look(office->options.peers, call->id, &looking->view) != ENT_OK) {
		office_refuse(call, 404, "there is no party of that id that is known");
	} else {
		office_begin(&writing);
		write_party(office, looking, &writing.out);
		office_finish(call, &writing, 200, NULL);
	}
	free(looking);
}

bool office_ask_party(struct office_call *call) {
	return office_put(call, &call->office->looks, run_party);
}

static void run_again(struct office_call *call) {
	struct ent_office *office = call->office;
	struct office_writing writing;
	struct ent_fault fault = {{0}, {0}};
	size_t changed = 0;
	if (!office_ordered(call, ENT_DESK_ORDER_PARTIES_READ, ""))
		return;
	/* Only the command line changes the folder: an operator has the node look what it finds. */
	ent_status status = office_tell_trust(office,
			call->who.command_line ? ENT_DESK_BY_COMMAND_LINE : ENT_DESK_BY_NODE,
			&fault);
	if (status == ENT_OK)
		status = office_read_party(office, &fault);
	if (status == ENT_OK)
		status = ent_peers_again(office->options.peers, &changed, &fault);
	/* One party that cannot be taken in keeps nobody else's new key from counting. */
	if (status == ENT_OK || changed > 0)
		ent_memoranda_again(office->options.memoranda);
	if (status != ENT_OK) {
		char why[ENT_FAULT_WHY_SIZE + 32];
		const char *cause = fault.why[0] != '\0' ? fault.why : ent_status_text(status);
		/* The others may have been taken in. */
		(void)snprintf(why, sizeof why, "%zu changed; %s", changed, cause);
		office_was_not_done(call, changed > 0 ? why : cause);
		office_refuse_status(call, status, &fault);
		return;
	}
	office_begin(&writing);
	office_write_uint(&writing.out, "changed", changed);
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_again(struct office_call *call) {
	return office_put(call, &call->office->deeds, run_again);
}
