/* SPDX-License-Identifier: Apache-2.0 */
/*
 * documents.c: memoranda as documents, held here or sent along: the template, what is found in one, one as text, how two differ.
 * It is what `entente memo new|rewrite|check|show|diff` says, from the same pages.h. Nothing of it is stored, and nothing is signed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/memodoc.h"
#include "entente/pages.h"
#include "internal.h"

#define TEXT "text/plain; charset=utf-8"
#define DOCUMENT "application/json"

/* --- A document of either kind --- */

static void refuse_faults(struct office_call *call, unsigned status,
		const struct ent_memodoc_faults *faults) {
	struct office_writing writing;
	char message[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 2];
	const struct ent_fault *first = &faults->fault[0].fault;
	(void)snprintf(message, sizeof message, "%s%s%s", first->where,
			first->where[0] != '\0' ? ": " : "", first->why);
	office_begin(&writing);
	office_write_text(&writing.out, "message", message);
	ent_pages_write_faults(&writing.out, faults);
	office_finish(call, &writing, status, NULL);
}

bool office_read_document(struct office_call *call, const char *bytes, size_t size,
		unsigned refused, struct ent_memodoc **ret_doc) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	const ent_status status = faults != NULL ? ent_memodoc_read(bytes, size, ret_doc, faults)
						 : ENT_E_MEMORY;
	if (status == ENT_E_MEMORY)
		office_refuse(call, 503, "%s", ent_status_text(status));
	else if (status != ENT_OK)
		refuse_faults(call, refused, faults);
	free(faults);
	return status == ENT_OK;
}

static bool read_sent(struct office_call *call, struct ent_memodoc **ret_doc) {
	size_t size = 0;
	const char *body = ent_http_body(call->request, &size);
	return office_read_document(call, body, size, 400, ret_doc);
}

/* Nobody else's fault is the client's: what is drafted for some parties alone is read by nobody on the way. */
static bool read_held(struct office_call *call, const char *hash, struct ent_memodoc **ret_doc) {
	char *bytes = NULL;
	size_t size = 0;
	if (!office_find_document(call, hash, &bytes, &size))
		return false;
	const bool read = office_read_document(call, bytes, size, 409, ret_doc);
	free(bytes);
	return read;
}

/* --- The template, and what each member is --- */

static void send_made(struct office_call *call, ent_status status, const char *content_type,
		struct ent_jsonout_memory *made) {
	if (status != ENT_OK) {
		free(made->bytes);
		office_refuse(call, 503, "%s", ent_status_text(status));
		return;
	}
	office_send(call, 200, content_type, made->bytes, made->size, NULL);
}

bool office_ask_template(struct office_call *call) {
	const char *languages = ent_http_query(call->request, "language");
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	struct ent_fault fault = {{0}, {0}};
	if (languages == NULL)
		languages = "en";
	if (ent_pages_check_languages(languages, &fault) != ENT_OK)
		office_refuse(call, 400, "language: %s", fault.why);
	else
		send_made(call, ent_pages_template(languages, ent_jsonout_to_memory, &made, &fault),
				DOCUMENT, &made);
	return false;
}

bool office_ask_guide(struct office_call *call) {
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	send_made(call, ent_memodoc_write_guide(ent_jsonout_to_memory, &made), TEXT, &made);
	return false;
}

/* --- What is found in one: faults are the answer, no refusal --- */

static void answer_found(struct office_call *call, const char *bytes, size_t size) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	struct ent_memodoc *doc = NULL;
	struct office_writing writing;
	ent_status status = faults != NULL ? ent_memodoc_read(bytes, size, &doc, faults)
					   : ENT_E_MEMORY;
	office_begin(&writing);
	if (status != ENT_E_MEMORY)
		status = ent_pages_write_found(&writing.out, status == ENT_OK ? doc : NULL,
				office_now(call->office), faults);
	if (status == ENT_OK) {
		office_finish(call, &writing, 200, NULL);
	} else {
		office_drop(&writing);
		office_refuse(call, 503, "%s", ent_status_text(status));
	}
	ent_memodoc_destroy(doc);
	free(faults);
}

static void run_check(struct office_call *call) {
	size_t size = 0;
	const char *body = ent_http_body(call->request, &size);
	answer_found(call, body, size);
}

bool office_ask_check(struct office_call *call) {
	return office_is_type(call, DOCUMENT) && office_put(call, &call->office->looks, run_check);
}

/* Before it is signed. */
static void run_check_held(struct office_call *call) {
	char *bytes = NULL;
	size_t size = 0;
	if (office_find_document(call, call->hash, &bytes, &size))
		answer_found(call, bytes, size);
	free(bytes);
}

bool office_ask_check_held(struct office_call *call) {
	return office_put(call, &call->office->looks, run_check_held);
}

/* --- Texts written anew --- */

static void run_rewrite(struct office_call *call) {
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	struct ent_memodoc *doc = NULL;
	size_t n = 0;
	if (read_sent(call, &doc))
		send_made(call, ent_pages_rewrite(doc, ent_jsonout_to_memory, &made, &n), DOCUMENT,
				&made);
	ent_memodoc_destroy(doc);
}

bool office_ask_rewrite(struct office_call *call) {
	return office_is_type(call, DOCUMENT) &&
			office_put(call, &call->office->looks, run_rewrite);
}

/* --- One as text --- */

static const char *language_of(const struct office_call *call) {
	const char *language = ent_http_query(call->request, "language");
	return language != NULL ? language : "en";
}

/* Who stands first: who is asked for, else ourselves. False: it is answered. */
static bool find_reader(struct office_call *call, const struct ent_memodoc *doc, uint32_t *ret_as) {
	const char *as = ent_http_query(call->request, "as");
	*ret_as = ent_memodoc_party(doc, as != NULL ? as : call->office->party_id);
	if (as == NULL || *ret_as < ent_memodoc_terms(doc)->n_parties)
		return true;
	office_refuse(call, 400, "as: the memorandum has no party of this id");
	return false;
}

static void run_text(struct office_call *call) {
	struct ent_memodoc *doc = NULL;
	uint32_t as = UINT32_MAX;
	const bool read = call->route == OFFICE_TEXT ? read_held(call, call->hash, &doc)
						     : read_sent(call, &doc);
	if (read && find_reader(call, doc, &as)) {
		const char *const headers[] = {"Content-Language", language_of(call), NULL};
		char *text = NULL;
		size_t size = 0;
		const ent_status status = ent_pages_show(doc, language_of(call), as, &text, &size);
		if (status == ENT_OK)
			office_send(call, 200, TEXT, text, size, headers);
		else
			office_refuse(call, 503, "%s", ent_status_text(status));
	}
	ent_memodoc_destroy(doc);
}

static bool ask_text(struct office_call *call) {
	if (ent_pages_has_language(language_of(call)))
		return office_put(call, &call->office->looks, run_text);
	office_refuse(call, 400, "language: it is " ENT_PAGES_LANGUAGES);
	return false;
}

bool office_ask_text(struct office_call *call) {
	return ask_text(call);
}

bool office_ask_text_of(struct office_call *call) {
	return office_is_type(call, DOCUMENT) && ask_text(call);
}

/* --- How two differ --- */

static void answer_changes(struct office_call *call, const struct ent_memodoc *was,
		const struct ent_memodoc *is) {
	struct office_writing writing;
	office_begin(&writing);
	const ent_status status = ent_pages_write_changes(was, is, &writing.out);
	if (status == ENT_OK) {
		office_finish(call, &writing, 200, NULL);
		return;
	}
	office_drop(&writing);
	office_refuse(call, 503, "%s", ent_status_text(status));
}

/* From an earlier one that is held to the one of the path; or from that one to what was sent. */
static void run_differences(struct office_call *call) {
	struct ent_memodoc *was = NULL, *is = NULL;
	const bool both_held = call->route == OFFICE_DIFFERENCES;
	const char *from = both_held ? ent_http_query(call->request, "from") : call->hash;
	if (read_held(call, from, &was) &&
			(both_held ? read_held(call, call->hash, &is) : read_sent(call, &is)))
		answer_changes(call, was, is);
	ent_memodoc_destroy(was);
	ent_memodoc_destroy(is);
}

bool office_ask_differences(struct office_call *call) {
	if (ent_http_query(call->request, "from") != NULL)
		return office_put(call, &call->office->looks, run_differences);
	office_refuse(call, 400, "from: the hash of the document to compare with is missing");
	return false;
}

bool office_ask_differences_to(struct office_call *call) {
	return office_is_type(call, DOCUMENT) &&
			office_put(call, &call->office->looks, run_differences);
}
