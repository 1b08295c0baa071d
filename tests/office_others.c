/* SPDX-License-Identifier: Apache-2.0 */
/* office_others.c: see office_others.h. */
#include "office_others.h"
#include "office_below.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- The post --- */

struct ent_post_ledger {
	const char *name, *author;
	bool ours;
};
static struct ent_post_ledger ledgers[] = {{"line/us/" OTHERS_PEER, "us", true},
		{"line/" OTHERS_PEER "/us", OTHERS_PEER, false}};

void ent_post_ledgers(struct ent_post *post,
		void (*visit)(void *user, struct ent_post_ledger *ledger), void *user) {
	(void)post;
	for (size_t i = 0; i < 2; i++)
		visit(user, &ledgers[i]);
}

void ent_post_stand(struct ent_post_ledger *ledger, struct ent_post_stand *ret_stand) {
	memset(ret_stand, 0, sizeof *ret_stand);
	ret_stand->name = ledger->name;
	ret_stand->author = ledger->author;
	ret_stand->ours = ledger->ours;
	ret_stand->size = 7;
	ret_stand->frozen = !ledger->ours;
	(void)snprintf(ret_stand->reason, sizeof ret_stand->reason, "%s",
			ledger->ours ? "" : "two checkpoints");
}

ent_status ent_post_payloads(struct ent_post *post, const char *prefix,
		void (*visit)(void *user, const struct ent_post_payload *payload), void *user) {
	static const char *const due[] = {OTHERS_PEER, "00000000000000cc"};
	struct ent_post_payload payload = {.author = OTHERS_PEER,
			.ledger = "memo/" OTHERS_MEMORANDUM "/" OTHERS_PEER,
			.seq = 4,
			.kept_from_utc_us = INT64_C(1767225540000000),
			.due_utc_us = INT64_C(1767225600000000),
			.under_given = true,
			.under = {{0xab}},
			.ours = true};
	(void)post;
	if (strcmp(prefix, "memo/" OTHERS_MEMORANDUM "/") != 0)
		return ENT_E_IO;
	for (size_t i = 0; i < 2; i++)
		(void)snprintf(payload.party[payload.n_parties++], ENT_PARTY_ID_SIZE, "%s", due[i]);
	visit(user, &payload);
	payload.due_utc_us = INT64_MAX;
	payload.here = true;
	visit(user, &payload);
	return ENT_OK;
}

/* The first of them was agreed so, of a minute. */
int64_t ent_memoranda_purge_after(struct ent_memoranda *memoranda, const char *ledger,
		const struct ent_hash *under, struct ent_memoranda_source *ret_source) {
	(void)memoranda;
	(void)ledger;
	*ret_source = (struct ent_memoranda_source){.clause = "8.1", .version = *under};
	return INT64_C(60000000);
}

bool ent_peers_has_purged(struct ent_peers *peers, const char *peer, const char *ledger,
		uint64_t number, const struct ent_hash *leaf) {
	(void)peers;
	(void)ledger;
	(void)number;
	(void)leaf;
	return strcmp(peer, OTHERS_PEER) != 0;
}

size_t ent_post_shares(struct ent_post *post, const char *peer, struct ent_post_share *ret_shares,
		size_t capacity) {
	(void)post;
	if (strcmp(peer, OTHERS_PEER) != 0 || capacity == 0)
		return 0;
	ret_shares[0] = (struct ent_post_share){
			.ledger = &ledgers[0], .size = 9, .acknowledged = 7};
	return 1;
}

size_t ent_post_alarms(struct ent_post *post, struct ent_post_alarm *ret_alarms, size_t capacity) {
	if (capacity < 4)
		return 4;
	ret_alarms[1] = (struct ent_post_alarm){.kind = ENT_POST_FORGED,
			.number = 2,
			.peer = OTHERS_PEER,
			.ledger = "memo/aid-2026/" OTHERS_PEER,
			.kept = "alarms/0.alarm",
			.closable = true,
			.first_utc_us = 1767225600000000,
			.last_utc_us = post->now_utc_us,
			.times = 3};
	ret_alarms[0] = (struct ent_post_alarm){.kind = ENT_POST_FORK,
			.number = 3,
			.peer = OTHERS_PEER,
			.ledger = "line/" OTHERS_PEER "/us",
			.evidence = "/data/evidence/1",
			.first_utc_us = post->now_utc_us,
			.last_utc_us = post->now_utc_us,
			.times = 2};
	ent_fault_set(&ret_alarms[0].fault, "line 3", OTHERS_ALARM);
	ret_alarms[2] = ret_alarms[3] = ret_alarms[1];
	ret_alarms[2].number = 4;
	ret_alarms[3].number = 5;
	return 4;
}

/* The one that can be closed always stays in the list; 4 happens again just then, and the disk keeps the file of 5. */
ent_status ent_post_close_alarm(struct ent_post *post, const struct ent_post_alarm *seen,
		struct ent_fault *reterr_fault) {
	(void)post;
	if (seen->number == 5) {
		ent_fault_set(reterr_fault, "alarms/0.alarm", "Input/output error");
		return ENT_E_IO;
	}
	return seen->number == 2 && seen->times == 3 ? ENT_OK : ENT_E_MISSING;
}

const char *ent_post_alarm_word(enum ent_post_alarm_kind kind) {
	return kind == ENT_POST_FORK ? "fork" : kind == ENT_POST_FORGED ? "forged" : "another";
}

const char *ent_post_alarm_text(enum ent_post_alarm_kind kind) {
	return kind == ENT_POST_FORK ? "a fork" : "another";
}

static char *copy(const char *text, size_t length) {
	char *bytes = malloc(length + 1);
	if (bytes == NULL)
		return NULL;
	memcpy(bytes, text, length);
	bytes[length] = '\0';
	return bytes;
}

/* An empty parcel, or one of 'bytes' bytes when that is little. */
ent_status ent_post_compose(struct ent_post *post, const char *peer, enum ent_book_bearer bearer,
		bool always, size_t bytes, struct ent_post_parcel *ret_parcel,
		struct ent_fault *reterr_fault) {
	struct ent_parcel_writer *writer = NULL;
	const char *text = NULL;
	(void)post;
	(void)reterr_fault;
	if (strcmp(peer, OTHERS_PEER) != 0 || bearer != ENT_BOOK_FILE || !always)
		return ENT_E_MISSING;
	ent_status status = ent_parcel_writer_create(
			"fedcba9876543210", peer, ENT_PARCEL_SIZE_MAX, &writer);
	if (status == ENT_OK) {
		ent_parcel_write_have(writer, "line/a/b", bytes);
		status = ent_parcel_writer_finish(writer, &text, &ret_parcel->length);
	}
	if (status == ENT_OK)
		ret_parcel->text = copy(text, ret_parcel->length);
	ent_parcel_writer_destroy(writer);
	return status == ENT_OK && ret_parcel->text == NULL ? ENT_E_MEMORY : status;
}

void ent_post_sent(struct ent_post *post, const char *peer, enum ent_book_bearer bearer,
		const struct ent_post_parcel *parcel) {
	(void)post;
	(void)peer;
	(void)bearer;
	(void)parcel;
}

void ent_post_parcel_finish(struct ent_post_parcel *parcel) {
	free(parcel->text);
	parcel->text = NULL;
}

/* From anybody but the peer: who is that? */
ent_status ent_post_take(struct ent_post *post, const char *peer, const char *text, size_t length,
		uint64_t asked, char **ret_answer, size_t *ret_length,
		struct ent_post_taken *ret_taken, struct ent_fault *reterr_fault) {
	struct ent_parcel parcel;
	(void)post;
	const ent_status status = ent_parcel_read(text, length, &parcel, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (peer != NULL || asked != ENT_BOOK_UNASKED || strcmp(parcel.from, OTHERS_PEER) != 0) {
		ent_fault_set(reterr_fault, "from", "not known");
		return ENT_E_MISSING;
	}
	*ret_answer = copy(text, length);
	*ret_length = length;
	memcpy(ret_taken->from, parcel.from, sizeof ret_taken->from);
	ret_taken->ledgers = 1;
	/* To these two it fails, before an entry is stored or behind it. */
	ret_taken->entries = strcmp(parcel.to, OTHERS_DISK_FULL) == 0 ? 0 : 2;
	if (ret_taken->entries == 0 || strcmp(parcel.to, OTHERS_DISK_FILLS) == 0)
		return free(*ret_answer), *ret_answer = NULL, ENT_E_IO;
	return *ret_answer != NULL ? ENT_OK : ENT_E_MEMORY;
}

/* --- Peers --- */

ent_status ent_peers_again(
		struct ent_peers *peers, size_t *ret_changed, struct ent_fault *reterr_fault) {
	*ret_changed = ++peers->again;
	if (peers->again % OTHERS_AGAIN_FAILS != 0)
		return ENT_OK;
	ent_fault_set(reterr_fault, "", "its card cannot be read");
	*ret_changed = peers->again > OTHERS_AGAIN_FAILS ? 0 : 2;
	return ENT_E_SYNTAX;
}

void ent_peers_clock_set(struct ent_peers *peers) {
	peers->again = 0;
}

size_t ent_peers_list(
		struct ent_peers *peers, char (*ret_ids)[ENT_PARTY_ID_SIZE], size_t capacity) {
	(void)peers;
	if (capacity > 0)
		memcpy(ret_ids[0], OTHERS_PEER, ENT_PARTY_ID_SIZE);
	return 1;
}

ent_status ent_peers_look(struct ent_peers *peers, const char *id, struct ent_peer_view *ret_view) {
	static const uint8_t key[ENT_SIGN_PUBLIC_SIZE] = {1};
	(void)peers;
	if (strcmp(id, OTHERS_PEER) != 0)
		return ENT_E_MISSING;
	memset(ret_view, 0, sizeof *ret_view);
	memcpy(ret_view->card.id, OTHERS_PEER, sizeof ret_view->card.id);
	(void)snprintf(ret_view->card.name, sizeof ret_view->card.name, "Centre");
	ent_party_vkey(OTHERS_PEER, key, &ret_view->card.party_key);
	ret_view->card.number = 2;
	ret_view->confirmed_utc_us = INT64_C(1767225600000000);
	ret_view->line.state = ENT_LINE_STATE_LATE;
	ret_view->line.why = ENT_LINE_NO_PATH;
	ret_view->line.missed = 1;
	ret_view->line.expected_utc_us = INT64_C(1767225600000000);
	ret_view->n_ways = 2;
	(void)snprintf(ret_view->ways[0].url, sizeof ret_view->ways[0].url, "https://a:1");
	(void)snprintf(ret_view->ways[1].url, sizeof ret_view->ways[1].url, "https://b:1");
	ret_view->ways[1].route.tried_utc_us = 1;
	ret_view->ways[1].last = ENT_FETCH_NO_PATH;
	return ENT_OK;
}

/* --- Memoranda --- */

static void print_tag(struct ent_memoranda *memoranda, char ret_tag[ENT_MEMORANDA_TAG_SIZE]) {
	(void)snprintf(ret_tag, ENT_MEMORANDA_TAG_SIZE, "%032" PRIx64, memoranda->done);
}

ent_status ent_memoranda_tag(struct ent_memoranda *memoranda, const char *id,
		char ret_tag[ENT_MEMORANDA_TAG_SIZE]) {
	if (strcmp(id, OTHERS_MEMORANDUM) != 0)
		return ENT_E_MISSING;
	print_tag(memoranda, ret_tag);
	return ENT_OK;
}

struct ent_line_terms ent_memoranda_line_terms(struct ent_memoranda *memoranda, const char *peer,
		int64_t at_utc_us, struct ent_memoranda_source *ret_source) {
	(void)memoranda, (void)peer, (void)at_utc_us;
	*ret_source = (struct ent_memoranda_source){.memorandum = "m-1", .clause = "9"};
	return ent_line_terms_default();
}

void ent_memoranda_again(struct ent_memoranda *memoranda) {
	(void)memoranda;
}

size_t ent_memoranda_list(struct ent_memoranda *memoranda, char (*ret_ids)[ENT_MEMO_ID_SIZE],
		size_t capacity) {
	static const char *const ids[] = {OTHERS_TOO_LARGE, OTHERS_MEMORANDUM};
	(void)memoranda;
	for (size_t i = 0; i < 2 && i < capacity; i++)
		(void)snprintf(ret_ids[i], sizeof ret_ids[i], "%s", ids[i]);
	return 2;
}

/* Beyond what any answer may be. */
static ent_status write_too_much(struct ent_jsonout *out) {
	static const char much[1024];
	for (unsigned i = 0; i < 17 << 10; i++) {
		ent_jsonout_name(out, "much");
		ent_jsonout_string_n(out, much, sizeof much);
	}
	return ENT_OK;
}

/* The moment that was asked for is shown as "since". */
ent_status ent_memoranda_write(struct ent_memoranda *memoranda, const char *id, int64_t at_utc_us,
		struct ent_jsonout *out) {
	static const char rest[] =
			"[{\"party\":\"" OTHERS_PEER
			"\",\"coalition\":[],\"bound\":true,\"suspended\":true,"
			"\"suspended_since\":\"2026-11-26T12:00:00Z\",\"suspends_from\":null,"
			"\"suspension_agreed_from\":null,\"suspension_version\":null,\"suspension_"
			"clause\":null,"
			"\"suspended_declared\":null,"
			"\"suspended_received\":null,\"suspension_reason\":\"floods\","
			"\"withdrawing\":false,\"withdrawn\":null,"
			"\"withdrawn_declared\":null,\"withdrawn_received\":null,"
			"\"withdrawal_reason\":null,"
			"\"level\":{},\"received\":1,\"has\":0,\"frozen\":false,"
			"\"waiting\":1,\"waiting_since\":\"2026-11-26T13:00:00Z\",\"waiting_for\":"
			"{\"party\":\"" OTHERS_PEER "\",\"entries\":5},"
			"\"waiting_kinds\":[\"memo-withdraw\"],\"declarations\":[],\"line\":"
			"\"late\"}"
			"]";
	if (strcmp(id, OTHERS_TOO_LARGE) == 0)
		return write_too_much(out);
	if (strcmp(id, OTHERS_MEMORANDUM) != 0)
		return ENT_E_MISSING;
	ent_jsonout_name(out, "id");
	ent_jsonout_string(out, OTHERS_MEMORANDUM);
	ent_jsonout_name(out, "title");
	ent_jsonout_raw(out, "{\"en\":\"On the river\"}", 21);
	ent_jsonout_name(out, "status");
	ent_jsonout_string(out, ent_memo_status_text(ENT_MEMO_IN_FORCE));
	ent_jsonout_name(out, "since");
	ent_jsonout_time(out, at_utc_us != ENT_MEMORANDA_NOW ? at_utc_us : memoranda->now_utc_us);
	static const char *const none[] = {
			"version", "until", "next", "next_from", "ended", "goes_on"};
	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		ent_jsonout_name(out, none[i]);
		ent_jsonout_null(out);
	}
	ent_jsonout_name(out, "level_suspended");
	ent_jsonout_bool(out, false);
	ent_jsonout_name(out, "level");
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "flight");
	ent_jsonout_string(out, "exchange");
	ent_jsonout_object_end(out);
	ent_jsonout_name(out, "level_clauses");
	ent_jsonout_raw(out, "{\"flight\":\"3.1\"}", 16);
	ent_jsonout_name(out, "level_acts");
	ent_jsonout_raw(out, "[]", 2);
	ent_jsonout_name(out, "members");
	ent_jsonout_raw(out, rest, sizeof rest - 1);
	static const char *const empty[] = {
			"versions", "offers", "sealed", "obligations", "views", "acts"};
	for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
		ent_jsonout_name(out, empty[i]);
		ent_jsonout_raw(out, "[]", 2);
	}
	return ENT_OK;
}

ent_status ent_memoranda_write_terms(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out) {
	static const char term[] = "{\"term\":\"minima\",\"kind\":\"flight\",\"clause\":\"5.1\","
				   "\"lateral_m\":5556,\"vertical_m\":304.8,\"time_s\":0,"
				   "\"says\":\"lateral 3 NM, vertical 1000 ft\"}";
	if (strcmp(id, OTHERS_MEMORANDUM) != 0)
		return ENT_E_MISSING;
	ent_jsonout_name(out, "id");
	ent_jsonout_string(out, id);
	ent_jsonout_name(out, "at");
	ent_jsonout_time(out, at_utc_us != ENT_MEMORANDA_NOW ? at_utc_us : memoranda->now_utc_us);
	ent_jsonout_name(out, "status");
	ent_jsonout_string(out, ent_memo_status_text(ENT_MEMO_IN_FORCE));
	ent_jsonout_name(out, "version");
	ent_jsonout_null(out);
	ent_jsonout_name(out, "terms");
	ent_jsonout_array_begin(out);
	ent_jsonout_raw(out, term, sizeof term - 1);
	ent_jsonout_array_end(out);
	return ENT_OK;
}

ent_status ent_memoranda_write_history(
		struct ent_memoranda *memoranda, const char *id, struct ent_jsonout *out) {
	static const char entry[] = "{\"party\":\"" OTHERS_PEER
				    "\",\"seq\":0,\"kind\":\"memo-draft\","
				    "\"class\":\"ACTUAL\",\"declared\":\"2026-01-01T00:00:00Z\","
				    "\"received\":\"2026-01-01T00:00:00Z\",\"standing\":\"counts\","
				    "\"seen\":{}}";
	(void)memoranda;
	if (strcmp(id, OTHERS_MEMORANDUM) != 0)
		return ENT_E_MISSING;
	ent_jsonout_raw(out, entry, sizeof entry - 1);
	return ENT_OK;
}

ent_status ent_memoranda_write_documents(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out) {
	static const char one[] = "[{\"hash\":\"" OTHERS_HASH
				  "\",\"what\":\"draft\",\"stage\":\"drafted\","
				  "\"drafted\":[{\"party\":\"" OTHERS_PEER
				  "\",\"seq\":0}],\"here\":true}]";
	(void)memoranda, (void)at_utc_us;
	if (strcmp(id, OTHERS_MEMORANDUM) != 0)
		return ENT_E_MISSING;
	ent_jsonout_name(out, "documents");
	ent_jsonout_raw(out, one, sizeof one - 1);
	ent_jsonout_name(out, "more");
	ent_jsonout_uint(out, 0);
	return ENT_OK;
}

ent_status ent_memoranda_document(struct ent_memoranda *memoranda, const char *id,
		const struct ent_hash *hash, char **ret_bytes, size_t *ret_size) {
	struct ent_hash ours;
	(void)memoranda;
	ent_seal_sha256(OTHERS_DOCUMENT, sizeof OTHERS_DOCUMENT - 1, &ours);
	if (strcmp(id, OTHERS_MEMORANDUM) != 0 || !ent_seal_equal(hash, &ours, sizeof ours))
		return ENT_E_MISSING;
	*ret_bytes = copy(OTHERS_DOCUMENT, sizeof OTHERS_DOCUMENT - 1);
	*ret_size = sizeof OTHERS_DOCUMENT - 1;
	return *ret_bytes != NULL ? ENT_OK : ENT_E_MEMORY;
}

/* To resume is refused by a rule, to withdraw because the ledger is frozen; what was changed meanwhile is told. */
void ent_memoranda_do(struct ent_memoranda *memoranda, const struct ent_memoranda_act *act,
		struct ent_memoranda_done *ret_done) {
	char tag[ENT_MEMORANDA_TAG_SIZE] = "";
	*ret_done = (struct ent_memoranda_done){.status = ENT_OK, .class_ = ENT_CLASS_ACTUAL};
	(void)snprintf(ret_done->memorandum, sizeof ret_done->memorandum, "%s", act->memorandum);
	print_tag(memoranda, tag);
	if (act->tag != NULL && strcmp(act->tag, tag) != 0) {
		ret_done->status = ENT_E_EXISTS;
	} else if (act->act->kind == ENT_MEMO_ACT_RESUME) {
		ret_done->status = ENT_E_REFUSED;
		ret_done->rule = ENT_MEMO_RULE_RUNS;
		ent_fault_set(&ret_done->fault, "", "%s", ent_memo_rule_text(ret_done->rule));
	} else if (act->act->kind == ENT_MEMO_ACT_WITHDRAW) {
		ret_done->status = ENT_E_REFUSED;
		ent_fault_set(&ret_done->fault, "", "the ledger is frozen");
	} else {
		ret_done->seq = memoranda->done++;
		ret_done->time_utc_us = memoranda->now_utc_us;
	}
}

/* --- All of it --- */

struct below_own {
	struct ent_post post;
	struct ent_peers peers;
	struct ent_memoranda memoranda;
};

ent_status below_begin(
		const struct below_options *options, struct below *below, struct ent_fault *fault) {
	const struct ent_scribe_options scribe = {
			.store = options->store, .clock = options->clock, .say = options->say};
	(void)fault;
	below->own = calloc(1, sizeof *below->own);
	if (below->own == NULL)
		return ENT_E_MEMORY;
	below->own->post.now_utc_us = below->own->memoranda.now_utc_us = options->clock(NULL);
	if (options->party) {
		below->post = &below->own->post;
		below->peers = &below->own->peers;
		below->memoranda = &below->own->memoranda;
	}
	return ent_scribe_create(&scribe, &below->scribe);
}

void below_set_office(struct below *below, struct ent_office *office) {
	(void)below;
	(void)office;
}

void below_end(struct below *below) {
	ent_scribe_destroy(below->scribe);
	free(below->own);
}
