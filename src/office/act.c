/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act.c: our own acts under a memorandum. First it is looked at whether it can be one at all; then the party key is there
 * or is opened, then the order stands in the desk's ledger, and only then the act is signed and done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define SAME_ORDER(name, text)                                                      \
	_Static_assert((int)ENT_DESK_ORDER_MEMO_##name == (int)ENT_MEMO_ACT_##name, \
			"orders begin with the acts of memo.h, in their order");
ENT_MEMO_ACT_MAP(SAME_ORDER)

/* --- Done --- */

static void refuse_changed(struct office_call *call) {
	office_refuse(call, 412, "%s", ent_desk_refusal_text(ENT_DESK_REFUSAL_CHANGED));
}

enum { MESSAGE_SIZE = ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 2 };

static void answer_refused(struct office_call *call, const struct ent_memoranda_done *done,
		const char *message) {
	struct office_writing writing;
	office_begin(&writing);
	office_write_text(&writing.out, "message", message);
	/* By the number of the invariant, as in a memorandum's history. */
	ent_jsonout_name(&writing.out, "rule");
	if (done->rule != ENT_MEMO_RULE_NONE)
		ent_jsonout_uint(&writing.out, ent_memo_rule_invariant(done->rule));
	else
		ent_jsonout_null(&writing.out);
	office_finish(call, &writing, 409, NULL);
}

static void answer_done(struct office_call *call, const struct ent_memoranda_done *done,
		const char *ledger) {
	struct office_writing writing;
	char text[2 * ENT_HASH_SIZE + 1];
	office_begin(&writing);
	office_write_text(&writing.out, "memorandum", done->memorandum);
	office_write_text(&writing.out, "ledger", ledger);
	office_write_uint(&writing.out, "seq", done->seq);
	office_write_time(&writing.out, "time", done->time_utc_us);
	office_write_text(&writing.out, "class", ent_memo_class_text(done->class_));
	office_hex(&done->leaf, text);
	office_write_text(&writing.out, "leaf", text);
	if (call->route == OFFICE_DRAFT) {
		office_hex(call->memo.act.sealed ? &done->sealed : &call->document, text);
		office_write_text(&writing.out, "hash", text);
	}
	office_finish(call, &writing, 201, NULL);
}

static const char *why_not(const struct ent_memoranda_done *done, char ret_message[MESSAGE_SIZE]) {
	const char *why = done->fault.why[0] != '\0'    ? done->fault.why
			: done->status == ENT_E_REFUSED ? ent_memo_rule_text(done->rule)
							: ent_status_text(done->status);
	if (done->status == ENT_E_EXISTS)
		return ent_desk_refusal_text(ENT_DESK_REFUSAL_CHANGED);
	(void)snprintf(ret_message, MESSAGE_SIZE, "%s%s%s", done->fault.where,
			done->fault.where[0] != '\0' ? ": " : "", why);
	return ret_message;
}

/* First into the ledger of the desk: whoever has the answer, and then looks there, finds it. */
static void answer(struct office_call *call, const struct ent_memoranda_done *done) {
	char message[MESSAGE_SIZE];
	char ledger[ENT_MEMO_ID_SIZE + ENT_PARTY_ID_SIZE + 8];
	if (done->status == ENT_OK) {
		(void)snprintf(ledger, sizeof ledger, "memo/%s/%s", done->memorandum,
				call->office->party_id);
		office_was_done(call, ledger, done->seq);
		answer_done(call, done, ledger);
		return;
	}
	const char *why = why_not(done, message);
	office_was_not_done(call, why);
	if (done->status == ENT_E_REFUSED)
		answer_refused(call, done, why);
	else if (done->status == ENT_E_EXISTS)
		refuse_changed(call);
	else
		office_refuse_status(call, done->status, &done->fault);
}

/* --- Doing --- */

static struct office_key_hold *find_key(struct office_call *call) {
	if (call->passphrase != NULL)
		return office_key_open(call);
	struct office_key_hold *hold = office_key_take(call->office);
	if (hold == NULL)
		office_refuse(call, 423,
				"the party key is locked: unlock it for a while, or send its "
				"passphrase with the act");
	return hold;
}

/* Before the ledger of the desk says that anything was done. False: it is answered. */
static bool is_as_seen(struct office_call *call) {
	char tag[ENT_MEMORANDA_TAG_SIZE], quoted[ENT_MEMORANDA_TAG_SIZE + 2];
	const char *if_match = ent_http_header(call->request, "If-Match");
	if (call->route == OFFICE_DRAFT)
		return true;
	if (ent_memoranda_tag(call->office->options.memoranda, call->id, tag) != ENT_OK) {
		office_refuse(call, 404, "there is no memorandum of that id");
		return false;
	}
	(void)snprintf(quoted, sizeof quoted, "\"%s\"", tag);
	if (if_match != NULL && !ent_v1_if_match(if_match, quoted)) {
		refuse_changed(call);
		return false;
	}
	/* Of several this is the one that it is as now; "*", which is no tag, says nothing of what it is to be as. */
	if (if_match != NULL && strchr(if_match, '"') != NULL)
		memcpy(call->tag, tag, sizeof tag);
	return true;
}

static void run_act(struct office_call *call) {
	struct office_key_hold *hold = is_as_seen(call) ? find_key(call) : NULL;
	if (hold == NULL)
		return;
	if (office_ordered(call, (enum ent_desk_order)call->memo.act.kind, call->id)) {
		const struct ent_memoranda_act act = {.memorandum = call->id,
				.act = &call->memo.act,
				.key = office_key_of(hold),
				.tag = call->tag[0] != '\0' ? call->tag : NULL};
		struct ent_memoranda_done done = {.status = ENT_E_IO};
		ent_memoranda_do(call->office->options.memoranda, &act, &done);
		answer(call, &done);
	}
	office_key_release(hold);
}

/* --- Asking --- */

typedef ent_status (*read_fn)(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault);

/* False: it is answered. */
static bool read_act(struct office_call *call, read_fn read) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_json *json = NULL;
	size_t size = 0;
	const char *body = ent_http_body(call->request, &size);
	if (!office_is_type(call, "application/json"))
		return false;
	ent_status status = ent_json_create(&json);
	if (status == ENT_OK)
		status = read(json, body, size, &call->memo, &fault);
	ent_json_wipe(json);
	ent_json_destroy(json);
	if (status == ENT_E_LIMIT)
		office_refuse(call, 413, "the body is too large");
	else if (status != ENT_OK)
		office_refuse_status(call, status, &fault);
	if (status != ENT_OK)
		return false;
	const bool kept = call->memo.passphrase_length == 0 ||
			office_keep_passphrase(
					call, call->memo.passphrase, call->memo.passphrase_length);
	ent_seal_wipe(call->memo.passphrase, sizeof call->memo.passphrase);
	return kept;
}

static bool put(struct office_call *call) {
	struct ent_office *office = call->office;
	return office_put(call, call->passphrase != NULL ? &office->keys : &office->deeds, run_act);
}

bool office_ask_draft(struct office_call *call) {
	const struct ent_memo_text *document = &call->memo.act.document;
	struct ent_memodoc *doc = NULL;
	if (!read_act(call, ent_v1_memo_read_draft) ||
			!office_read_document(call, document->bytes, document->size, 400, &doc))
		return false;
	call->document = ent_memodoc_terms(doc)->hash;
	(void)snprintf(call->id, sizeof call->id, "%s", ent_memodoc_terms(doc)->memorandum);
	ent_memodoc_destroy(doc);
	return put(call);
}

bool office_ask_act(struct office_call *call) {
	return read_act(call, ent_v1_memo_read_act) && put(call);
}
