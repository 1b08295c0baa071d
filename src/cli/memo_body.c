/* SPDX-License-Identifier: Apache-2.0 */
/* memo_body.c: an act as the body of a request, with the passphrase of the party key where that is locked. */
#include <inttypes.h>
#include <string.h>

#include "body.h"
#include "entente/memo.h"
#include "memo_node.h"

/* --- What is written --- */

static void write_text(struct ent_jsonout *out, const char *name, const char *text) {
	if (text == NULL || text[0] == '\0')
		return;
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

static void write_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	if (utc_us == 0)
		return;
	ent_jsonout_name(out, name);
	ent_jsonout_time(out, utc_us);
}

static void write_parties(struct ent_jsonout *out, const char *name,
		const char (*ids)[ENT_PARTY_ID_SIZE], size_t n) {
	ent_jsonout_name(out, name);
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < n; i++)
		ent_jsonout_string(out, ids[i]);
	ent_jsonout_array_end(out);
}

static void write_draft(struct ent_jsonout *out, const struct memo_act *act) {
	ent_jsonout_name(out, "document");
	ent_jsonout_string_n(out, act->document, act->document_size);
	ent_jsonout_name(out, "ad_referendum");
	ent_jsonout_bool(out, act->ad_referendum);
	if (act->n_only_for > 0)
		write_parties(out, "for", act->only_for, act->n_only_for);
}

static void write_offer(struct ent_jsonout *out, const struct memo_act *act) {
	ent_jsonout_name(out, "offer");
	ent_jsonout_object_begin(out);
	write_text(out, "party", act->offer_party);
	ent_jsonout_name(out, "seq");
	ent_jsonout_int(out, act->offer_seq);
	ent_jsonout_object_end(out);
}

static void write_act(struct ent_jsonout *out, const void *user) {
	const struct memo_act *act = user;
	write_text(out, "act", act->kind);
	if (act->document != NULL)
		write_draft(out, act);
	write_text(out, "version", act->version);
	write_text(out, "scan", act->scan);
	write_text(out, "subject", act->subject);
	write_text(out, "level", act->level);
	write_text(out, "clause", act->clause);
	if (act->clause != NULL) {
		ent_jsonout_name(out, "done");
		ent_jsonout_bool(out, act->done);
	}
	if (act->offer_party[0] != '\0')
		write_offer(out, act);
	write_time(out, "from", act->from_utc_us);
	write_time(out, "answer_by", act->answer_by_utc_us);
	write_time(out, "signed", act->signed_utc_us);
	if (act->n_signed_by > 0)
		write_parties(out, "signed_by", act->signed_by, act->n_signed_by);
	write_text(out, "reason", act->reason);
}

/* --- The passphrase --- */

/* NULL when the key is unlocked and no file was named. */
static int find_passphrase(struct verb *verb, const struct memo_asked *asked,
		struct ent_secret **ret_passphrase) {
	struct ent_json_value root;
	char text[VERB_TEXT_SIZE];
	if (asked->passphrase_file == NULL) {
		const int end = verb_get(verb, "/v1/state", &root);
		if (end != 0 || verb_text(root, "key_unlocked_until", text)[0] != '\0')
			return end;
	}
	return body_passphrase(verb, asked->passphrase_file, ret_passphrase);
}

/* --- Sent --- */

static void say_done(
		const struct verb *verb, struct ent_json_value root, const struct memo_act *act) {
	char text[VERB_TEXT_SIZE];
	if (act->kind == NULL)
		(void)printf("memorandum %s", verb_text(root, "memorandum", text));
	else
		(void)printf("%s", act->kind);
	if (verb_text(root, "hash", text)[0] != '\0')
		(void)printf(act->n_only_for > 0 ? ", sealed %s" : ", version %s", text);
	(void)printf(": entry %" PRId64 " of %s", verb_number(root, "seq"),
			verb_text(root, "ledger", text));
	(void)printf(", at %s\n", verb_text(root, "time", text));
	/* Of a clock that can be set: nobody is to take it for done. */
	if (verb_text(root, "class", text)[0] != '\0' &&
			!verb_is(root, "class", ent_memo_class_text(ENT_CLASS_ACTUAL)))
		(void)printf("    of class %s: IT CHANGES NOTHING\n", text);
	/* Said is not received. */
	(void)printf("    kept here; who else has it: entente memo status %s --data %s\n",
			verb_text(root, "memorandum", text), verb->data);
}

int memo_send(struct verb *verb, const struct memo_asked *asked, const struct memo_act *act) {
	struct ent_secret *passphrase = NULL;
	struct ent_json_value root;
	struct body body = {.bytes = NULL};
	const size_t reason = act->reason != NULL ? strlen(act->reason) : 0;
	char path[VERB_PATH_SIZE] = "/v1/memoranda";
	if (act->kind != NULL)
		(void)snprintf(path, sizeof path, "/v1/memoranda/%s/acts", asked->file[0]);
	int end = find_passphrase(verb, asked, &passphrase);
	if (end == 0) {
		const ent_status status = body_make(
				&body, act->document_size + reason, write_act, act, passphrase);
		if (status != ENT_OK)
			end = verb_fail(verb, "", ent_status_text(status));
	}
	ent_secret_destroy(passphrase);
	if (end == 0) {
		const struct client_request request = {.method = ENT_FETCH_POST,
				.path = path,
				.content_type = "application/json",
				.body = body.bytes,
				.size = body.size,
				.if_match = act->if_match};
		end = verb_ask_json(verb, &request, &root);
	}
	body_finish(&body);
	if (end == 0 && verb->json)
		return verb_print(verb);
	if (end == 0)
		say_done(verb, root, act);
	return end;
}
