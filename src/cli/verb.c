/* SPDX-License-Identifier: Apache-2.0 */
/* verb.c: see verb.h. */
#include "verb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "entente/memoterms.h"
#include "entente/seal.h"

enum { BAD_REQUEST = 400, SERVER_ERROR = 500 };

int verb_fail(const struct verb *verb, const char *where, const char *why) {
	char shown[ENT_FAULT_WHERE_SIZE];
	(void)ent_text_show(where, strlen(where), shown, sizeof shown);
	(void)fprintf(stderr, "entente %s: %s%s%s\n", verb->command, shown,
			where[0] != '\0' ? ": " : "", why);
	return VERB_FAILED;
}

int verb_fail_fault(const struct verb *verb, const struct ent_fault *fault, ent_status status) {
	return verb_fail(verb, fault->where,
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

int verb_begin(struct verb *verb) {
	struct ent_fault fault = {{0}, {0}};
	if (verb->data == NULL)
		return verb_fail(verb, "--data", "it is needed: the data directory of our node");
	if (ent_seal_start() != ENT_OK)
		return verb_fail(verb, "",
				"the system gives no random numbers: is /dev/urandom there?");
	ent_status status = client_open(verb->data, &verb->client, &fault);
	if (status == ENT_OK)
		status = ent_json_create(&verb->json_reader);
	return status == ENT_OK ? 0 : verb_fail_fault(verb, &fault, status);
}

void verb_end(struct verb *verb) {
	client_close(verb->client);
	ent_json_destroy(verb->json_reader);
	free(verb->answer.body);
	verb->client = NULL;
	verb->json_reader = NULL;
	verb->answer = (struct client_answer){.body = NULL};
}

/* --- Asking --- */

/* {"message":...} of an answer that refuses. */
static int say_refused(struct verb *verb) {
	struct ent_json_value root;
	char text[VERB_TEXT_SIZE] = "", status[48];
	if (ent_json_parse(verb->json_reader, verb->answer.body, verb->answer.size, NULL, &root,
			    NULL) == ENT_OK)
		(void)verb_text(root, "message", text);
	if (text[0] == '\0') {
		(void)snprintf(status, sizeof status, "it answers with status %u",
				verb->answer.status);
		(void)verb_fail(verb, "the node", status);
	} else {
		(void)fprintf(stderr, "entente %s: %s%s\n", verb->command,
				verb->answer.status < SERVER_ERROR ? "refused: " : "", text);
	}
	return verb->answer.status >= BAD_REQUEST && verb->answer.status < SERVER_ERROR
			? VERB_REFUSED
			: VERB_FAILED;
}

int verb_ask(struct verb *verb, const struct client_request *request) {
	struct ent_fault fault = {{0}, {0}};
	free(verb->answer.body);
	verb->answer = (struct client_answer){.body = NULL};
	const ent_status status = client_ask(verb->client, request, &verb->answer, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(verb, &fault, status);
	return verb->answer.status / 100 == 2 ? 0 : say_refused(verb);
}

int verb_ask_json(struct verb *verb, const struct client_request *request,
		struct ent_json_value *ret_root) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_json_value root;
	const int end = verb_ask(verb, request);
	if (end != 0)
		return end;
	const ent_status status = ent_json_parse(verb->json_reader, verb->answer.body,
			verb->answer.size, NULL, &root, &fault);
	if (status == ENT_E_MEMORY)
		return verb_fail(verb, "", ent_status_text(status));
	if (status != ENT_OK || ent_json_kind(root) != ENT_JSON_OBJECT)
		return verb_fail(verb, "the node", "its answer is not what a node answers");
	*ret_root = root;
	return 0;
}

int verb_get(struct verb *verb, const char *path, struct ent_json_value *ret_root) {
	const struct client_request request = {.method = ENT_FETCH_GET, .path = path};
	return verb_ask_json(verb, &request, ret_root);
}

int verb_print(const struct verb *verb) {
	const size_t size = verb->answer.size;
	const bool ends = size > 0 && verb->answer.body[size - 1] == '\n';
	if (fwrite(verb->answer.body, 1, size, stdout) != size ||
			(!ends && fputc('\n', stdout) == EOF))
		return verb_fail(verb, "standard output", strerror(errno));
	return 0;
}

int verb_write(const struct verb *verb, const char *path, const char *mode, const char *bytes,
		size_t size) {
	const bool standard = path == NULL || strcmp(path, "-") == 0;
	const char *name = standard ? "standard output" : path;
	FILE *file = standard ? stdout : fopen(name, mode);
	if (file == NULL)
		return verb_fail(verb, name, strerror(errno));
	bool fine = fwrite(bytes, 1, size, file) == size && fflush(file) == 0;
	const int error = errno;
	if (!standard)
		fine = fclose(file) == 0 && fine;
	return fine ? 0 : verb_fail(verb, name, strerror(error));
}

/* --- Times --- */

int verb_now(struct verb *verb, int64_t *ret_utc_us) {
	struct ent_json_value root;
	char text[VERB_TEXT_SIZE];
	const int end = verb_get(verb, "/v1/state", &root);
	if (end != 0)
		return end;
	(void)verb_text(root, "time", text);
	if (ent_text_parse_time(text, strlen(text), ret_utc_us, NULL) != ENT_OK)
		return verb_fail(verb, "the node", "it does not say what time it is");
	return 0;
}

int verb_time(struct verb *verb, const char *where, const char *text, int64_t *ret_utc_us) {
	struct ent_fault fault = {{0}, {0}};
	int64_t us = 0, now_us = 0;
	if (text[0] != '+') {
		if (ent_text_parse_time(text, strlen(text), ret_utc_us, &fault) != ENT_OK)
			return verb_fail(verb, where, fault.why);
		return 0;
	}
	if (ent_text_parse_duration(text + 1, strlen(text + 1), &us, &fault) != ENT_OK)
		return verb_fail(verb, where, fault.why);
	const int end = verb_now(verb, &now_us);
	if (end == 0)
		*ret_utc_us = now_us + us;
	return end;
}

/* --- Values --- */

const char *verb_text(
		struct ent_json_value object, const char *name, char ret_text[VERB_TEXT_SIZE]) {
	struct ent_json_value value;
	const char *text = "";
	size_t length = 0;
	if (ent_json_member(object, name, &value))
		(void)ent_json_string(value, &text, &length);
	return ent_text_show(text, length, ret_text, VERB_TEXT_SIZE);
}

bool verb_is(struct ent_json_value object, const char *name, const char *text) {
	struct ent_json_value value;
	return ent_json_member(object, name, &value) && ent_json_string_is(value, text);
}

bool verb_true(struct ent_json_value object, const char *name) {
	struct ent_json_value value;
	bool yes = false;
	return ent_json_member(object, name, &value) && ent_json_bool(value, &yes) && yes;
}

int64_t verb_number(struct ent_json_value object, const char *name) {
	struct ent_json_value value;
	int64_t number = 0;
	if (ent_json_member(object, name, &value))
		(void)ent_json_int(value, &number);
	return number;
}

struct ent_json_walk verb_walk(struct ent_json_value object, const char *name) {
	struct ent_json_value value;
	if (!ent_json_member(object, name, &value) || ent_json_kind(value) != ENT_JSON_ARRAY)
		return (struct ent_json_walk){object.json, 0, 0};
	return ent_json_walk_from(value);
}

bool verb_is_memorandum(const struct verb *verb, const char *text) {
	const size_t length = strlen(text);
	if (length > 0 && length < ENT_MEMO_ID_SIZE &&
			strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length)
		return true;
	(void)verb_fail(verb, text, "no memorandum has such an id; see entente memo list");
	return false;
}
