/* SPDX-License-Identifier: Apache-2.0 */
/* memoranda.c: memoranda as they are looked at: by a worker, for somebody may act under them just then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Of "at", else ENT_MEMORANDA_NOW, as the call's number. False: it is answered. */
static bool read_moment(struct office_call *call) {
	const char *at = ent_http_query(call->request, "at");
	struct ent_fault fault = {{0}, {0}};
	call->number = ENT_MEMORANDA_NOW;
	if (at == NULL || ent_text_parse_time(at, strlen(at), &call->number, &fault) == ENT_OK)
		return true;
	office_refuse(call, 400, "at: %s", fault.why);
	return false;
}

static void refuse_missing(struct office_call *call, ent_status status) {
	if (status == ENT_E_MISSING)
		office_refuse(call, 404, "there is no memorandum of that id");
	else
		office_refuse(call, 503, "%s", ent_status_text(status));
}

/* --- All of them: the main members of each --- */

static void copy_text_as(struct ent_json_value from, const char *name, const char *as,
		struct ent_jsonout *out) {
	struct ent_json_value value;
	const char *text = NULL;
	size_t length = 0;
	ent_jsonout_name(out, as);
	if (ent_json_member(from, name, &value) && ent_json_string(value, &text, &length))
		ent_jsonout_string_n(out, text, length);
	else
		ent_jsonout_null(out);
}

static void copy_text(struct ent_json_value from, const char *name, struct ent_jsonout *out) {
	copy_text_as(from, name, name, out);
}

static bool is_true(struct ent_json_value from, const char *name) {
	struct ent_json_value value;
	bool is = false;
	return ent_json_member(from, name, &value) && ent_json_bool(value, &is) && is;
}

/* An object of texts. */
static void copy_texts(struct ent_json_value from, const char *of, struct ent_jsonout *out) {
	struct ent_json_value texts, value;
	const char *name = NULL, *text = NULL;
	size_t length = 0;
	ent_jsonout_name(out, of);
	ent_jsonout_object_begin(out);
	if (ent_json_member(from, of, &texts)) {
		struct ent_json_walk walk = ent_json_walk_from(texts);
		while (ent_json_next_member(&walk, &name, &length, &value)) {
			ent_jsonout_name(out, name);
			if (ent_json_string(value, &text, &length))
				ent_jsonout_string_n(out, text, length);
			else
				ent_jsonout_null(out);
		}
	}
	ent_jsonout_object_end(out);
}

static void copy_parties(struct ent_json_value from, struct ent_jsonout *out) {
	struct ent_json_value members, member, party;
	const char *text = NULL;
	size_t length = 0;
	ent_jsonout_name(out, "parties");
	ent_jsonout_array_begin_inline(out);
	if (ent_json_member(from, "members", &members)) {
		struct ent_json_walk walk = ent_json_walk_from(members);
		while (ent_json_next_element(&walk, &member))
			if (ent_json_member(member, "party", &party) &&
					ent_json_string(party, &text, &length))
				ent_jsonout_string_n(out, text, length);
	}
	ent_jsonout_array_end(out);
}

/* Who suspends it, or has left: of each the member's moment, under another name, and its reason. */
struct leaving {
	const char *list, *is, *moment, *as, *reason;
	bool bound; /* only who is bound counts */
};

static void copy_leaving(struct ent_json_value from, const struct leaving *leaving,
		struct ent_jsonout *out) {
	struct ent_json_value members, member;
	ent_jsonout_name(out, leaving->list);
	ent_jsonout_array_begin(out);
	if (ent_json_member(from, "members", &members)) {
		struct ent_json_walk walk = ent_json_walk_from(members);
		while (ent_json_next_element(&walk, &member)) {
			if (!is_true(member, leaving->is) ||
					(leaving->bound && !is_true(member, "bound")))
				continue;
			ent_jsonout_object_begin(out);
			copy_text_as(member, "party", "party", out);
			copy_text_as(member, leaving->moment, leaving->as, out);
			copy_text_as(member, leaving->reason, "reason", out);
			ent_jsonout_object_end(out);
		}
	}
	ent_jsonout_array_end(out);
}

/* Of all members together. */
static int64_t count_waiting(struct ent_json_value from) {
	struct ent_json_value members, member, waiting;
	int64_t n = 0, all = 0;
	if (!ent_json_member(from, "members", &members))
		return 0;
	struct ent_json_walk walk = ent_json_walk_from(members);
	while (ent_json_next_element(&walk, &member))
		if (ent_json_member(member, "waiting", &waiting) && ent_json_int(waiting, &n))
			all += n;
	return all;
}

static ent_status write_whole(
		struct office_call *call, const char *id, struct office_writing *whole) {
	office_begin(whole);
	ent_status status = ent_memoranda_write(
			call->office->options.memoranda, id, ENT_MEMORANDA_NOW, &whole->out);
	if (status == ENT_OK) {
		ent_jsonout_object_end(&whole->out);
		status = ent_jsonout_finish(&whole->out);
	}
	return status;
}

/* E_MISSING: it is gone meanwhile. */
static ent_status write_brief(struct office_call *call, struct ent_json *json, const char *id,
		struct ent_jsonout *out) {
	static const char *const texts[] = {
			"status", "version", "since", "until", "next", "next_from", "ended"};
	static const struct leaving leavings[] = {
			{"suspended_by", "suspended", "suspended_since", "since",
					"suspension_reason", true},
			{"withdrawn", "withdrawing", "withdrawn", "from", "withdrawal_reason",
					false}};
	struct office_writing whole;
	struct ent_json_value root;
	char tag[ENT_MEMORANDA_TAG_SIZE];
	ent_status status = write_whole(call, id, &whole);
	if (status == ENT_OK)
		status = ent_json_parse(
				json, whole.memory.bytes, whole.memory.size, NULL, &root, NULL);
	if (status == ENT_OK)
		status = ent_memoranda_tag(call->office->options.memoranda, id, tag);
	if (status == ENT_OK) {
		ent_jsonout_object_begin(out);
		copy_text(root, "id", out);
		copy_texts(root, "title", out);
		for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
			copy_text(root, texts[i], out);
		for (size_t i = 0; i < sizeof leavings / sizeof leavings[0]; i++)
			copy_leaving(root, &leavings[i], out);
		copy_texts(root, "level", out);
		ent_jsonout_name(out, "level_suspended");
		ent_jsonout_bool(out, is_true(root, "level_suspended"));
		copy_parties(root, out);
		ent_jsonout_name(out, "waiting");
		ent_jsonout_int(out, count_waiting(root));
		office_write_text(out, "tag", tag);
		ent_jsonout_object_end(out);
	}
	office_drop(&whole);
	return status;
}

/* One that cannot be looked at keeps nobody from seeing the others. */
static ent_status write_all(struct office_call *call, char (*ids)[ENT_MEMO_ID_SIZE], size_t n,
		struct ent_jsonout *out) {
	size_t unshown[ENT_MEMORANDA_MAX], n_unshown = 0;
	ent_jsonout_name(out, "memoranda");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < n; i++) {
		const ent_status status = write_brief(call, call->json, ids[i], out);
		if (status == ENT_E_MEMORY)
			return status;
		if (status != ENT_OK && status != ENT_E_MISSING)
			unshown[n_unshown++] = i;
	}
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "unshown");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < n_unshown; i++)
		ent_jsonout_string(out, ids[unshown[i]]);
	ent_jsonout_array_end(out);
	return ENT_OK;
}

static void run_memoranda(struct office_call *call) {
	char(*ids)[ENT_MEMO_ID_SIZE] = calloc(ENT_MEMORANDA_MAX, sizeof *ids);
	struct office_writing writing;
	ent_status status = ids != NULL ? ent_json_create(&call->json) : ENT_E_MEMORY;
	if (status != ENT_OK) {
		free(ids);
		return;
	}
	size_t n = ent_memoranda_list(call->office->options.memoranda, ids, ENT_MEMORANDA_MAX);
	office_begin(&writing);
	status = write_all(call, ids, n < ENT_MEMORANDA_MAX ? n : ENT_MEMORANDA_MAX, &writing.out);
	free(ids);
	if (status != ENT_OK) {
		office_drop(&writing);
		return;
	}
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_memoranda(struct office_call *call) {
	return office_put(call, &call->office->looks, run_memoranda);
}

/* --- One --- */

static void run_memorandum(struct office_call *call) {
	struct office_writing writing;
	char tag[ENT_MEMORANDA_TAG_SIZE], etag[ENT_MEMORANDA_TAG_SIZE + 2];
	/* The tag first: of what has changed in between an act is refused, never the other way round. */
	ent_status status = ent_memoranda_tag(call->office->options.memoranda, call->id, tag);
	if (status != ENT_OK) {
		refuse_missing(call, status);
		return;
	}
	office_begin(&writing);
	status = ent_memoranda_write(
			call->office->options.memoranda, call->id, call->number, &writing.out);
	if (status == ENT_OK)
		status = office_write_payloads(call->office, call->id, &writing.out);
	if (status != ENT_OK) {
		office_drop(&writing);
		refuse_missing(call, status);
		return;
	}
	office_write_text(&writing.out, "tag", tag);
	(void)snprintf(etag, sizeof etag, "\"%s\"", tag);
	office_finish(call, &writing, 200, etag);
}

bool office_ask_memorandum(struct office_call *call) {
	return read_moment(call) && office_put(call, &call->office->looks, run_memorandum);
}

static void run_terms(struct office_call *call) {
	struct office_writing writing;
	office_begin(&writing);
	const ent_status status = ent_memoranda_write_terms(
			call->office->options.memoranda, call->id, call->number, &writing.out);
	if (status != ENT_OK) {
		office_drop(&writing);
		refuse_missing(call, status);
		return;
	}
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_terms(struct office_call *call) {
	return read_moment(call) && office_put(call, &call->office->looks, run_terms);
}

static void run_history(struct office_call *call) {
	struct office_writing writing;
	office_begin(&writing);
	ent_jsonout_name(&writing.out, "entries");
	ent_jsonout_array_begin(&writing.out);
	const ent_status status = ent_memoranda_write_history(
			call->office->options.memoranda, call->id, &writing.out);
	if (status != ENT_OK) {
		office_drop(&writing);
		refuse_missing(call, status);
		return;
	}
	ent_jsonout_array_end(&writing.out);
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_history(struct office_call *call) {
	return office_put(call, &call->office->looks, run_history);
}

static void run_documents(struct office_call *call) {
	struct office_writing writing;
	office_begin(&writing);
	const ent_status status = ent_memoranda_write_documents(call->office->options.memoranda,
			call->id, office_now(call->office), &writing.out);
	if (status != ENT_OK) {
		office_drop(&writing);
		refuse_missing(call, status);
		return;
	}
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_documents(struct office_call *call) {
	return office_put(call, &call->office->looks, run_documents);
}

static bool read_hash(const char *text, struct ent_hash *ret_hash) {
	static const char digits[] = "0123456789abcdef";
	if (strlen(text) != 2 * (size_t)ENT_HASH_SIZE || strspn(text, digits) != strlen(text))
		return false;
	for (size_t i = 0; i < ENT_HASH_SIZE; i++)
		ret_hash->bytes[i] = (uint8_t)((strchr(digits, text[2 * i]) - digits) << 4 |
				(strchr(digits, text[2 * i + 1]) - digits));
	return true;
}

bool office_find_document(struct office_call *call, const char *hash_text, char **ret_bytes,
		size_t *ret_size) {
	struct ent_hash hash;
	const ent_status status = !read_hash(hash_text, &hash)
			? ENT_E_MISSING
			: ent_memoranda_document(call->office->options.memoranda, call->id, &hash,
					  ret_bytes, ret_size);
	if (status == ENT_E_MISSING)
		office_refuse(call, 404, "there is no such document under that memorandum");
	else if (status != ENT_OK)
		office_refuse(call, 503, "%s", ent_status_text(status));
	return status == ENT_OK;
}

static void run_document(struct office_call *call) {
	char *bytes = NULL;
	size_t size = 0;
	if (office_find_document(call, call->hash, &bytes, &size))
		office_send(call, 200, "application/json", bytes, size, NULL);
}

bool office_ask_document(struct office_call *call) {
	return office_put(call, &call->office->looks, run_document);
}
