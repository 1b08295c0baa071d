/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_v1.c: a request of the operators' interface from anywhere: method, path, content type, If-Match and cookies, a line
 * each, and the body. Whatever it is, it is answered with a code and JSON; what comes of it as an entry is applied; and an
 * administrator is left. It is asked by an administrator, by another operator, and by nobody.
 */
#include "fuzz.h"

#include <stdio.h>

#include "entente/v1.h"

enum { HEADERS = 5, SIZE_MAX_TRIED = 1 << 14 };

#define BEGIN_US INT64_C(1767225600000000)
#define HASH "$argon2id$v=19$m=65536,t=3,p=1$s$h"

static struct ent_json *json;

static void must(struct ent_desk *desk, const struct ent_desk_command *command) {
	struct ent_desk_outcome outcome = {0};
	struct ent_fault fault;
	const int64_t time_us = ent_desk_time(desk) == 0 ? BEGIN_US
							 : ent_desk_time(desk) + 10000000;
	FUZZ_CHECK(ent_desk_decide(desk, command, time_us, &outcome) == ENT_OK);
	FUZZ_CHECK(outcome.refusal == ENT_DESK_REFUSAL_NONE);
	FUZZ_CHECK(ent_desk_apply(desk, outcome.entry, outcome.size, &fault) == ENT_OK);
	ent_desk_outcome_finish(&outcome);
}

/* Entries 0 and 1 make them, 2 and 3 sign them in. */
static void staff(struct ent_desk *desk) {
	static const char *const ids[] = {"ada", "wim"};
	for (unsigned i = 0; i < 4; i++) {
		struct ent_desk_command command = {
				.act = i < 2 ? ENT_DESK_ACT_ADD : ENT_DESK_ACT_SIGN_IN,
				.class = ENT_CLASS_ACTUAL,
				.by = ENT_DESK_BY_COMMAND_LINE,
				.id = ids[i % 2],
				.name = ids[i % 2],
				.password = HASH,
				.right = true};
		if (i == 0)
			command.roles = ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR);
		must(desk, &command);
	}
}

static void check_answer(struct ent_v1_answer *answer) {
	struct ent_json_value root;
	FUZZ_CHECK(answer->status >= 200 && answer->status < 500);
	FUZZ_CHECK((answer->body == NULL) == (answer->status == 204));
	if (answer->body != NULL)
		FUZZ_CHECK(ent_json_parse(json, answer->body, answer->size, NULL, &root, NULL) ==
				ENT_OK);
	free(answer->body);
}

static void ask(const struct ent_v1_request *request, const char *id, uint64_t session) {
	struct ent_desk *desk = NULL;
	struct ent_v1_call call;
	struct ent_v1_answer answer = {0};
	struct ent_desk_outcome outcome = {0};
	struct ent_fault fault;
	const struct ent_hash device = {{0}};
	FUZZ_CHECK(ent_desk_create(&desk) == ENT_OK);
	staff(desk);
	FUZZ_CHECK(ent_v1_read(json, request, &call, &answer) == ENT_OK);
	if (answer.status != 0) {
		check_answer(&answer);
		ent_desk_destroy(desk);
		return;
	}
	const struct ent_v1_by by = {id != NULL ? ent_desk_operator(desk, id) : NULL, session};
	const int64_t now_us = ent_desk_time(desk) + 6000000;
	if (ent_v1_only_looks(call.route)) {
		FUZZ_CHECK(ent_v1_look(&call, desk, &by, now_us, &answer) == ENT_OK);
		check_answer(&answer);
		ent_desk_destroy(desk);
		return;
	}
	call.right = ent_v1_held_to(&call, desk, call.held_to) && call.given_length % 2 == 0;
	(void)snprintf(call.hash, sizeof call.hash, HASH);
	FUZZ_CHECK(ent_v1_decide(desk, &call, &by, ENT_CLASS_ACTUAL, &device, 0, now_us,
				   &outcome) == ENT_OK);
	if (outcome.has_entry)
		FUZZ_CHECK(ent_desk_apply(desk, outcome.entry, outcome.size, &fault) == ENT_OK);
	FUZZ_CHECK(ent_desk_administrators(desk) > 0);
	FUZZ_CHECK(outcome.refusal != ENT_DESK_REFUSAL_BAD);
	FUZZ_CHECK(ent_v1_answer(&call, desk, outcome.refusal, now_us, &answer) == ENT_OK);
	check_answer(&answer);
	ent_desk_outcome_finish(&outcome);
	ent_desk_destroy(desk);
}

/* An empty line is a header that was not sent. */
static const char *sent(const char *line) {
	return line[0] != '\0' ? line : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	const char *line[HEADERS];
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	if (json == NULL)
		FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	char *at = text;
	for (unsigned i = 0; i < HEADERS; i++) {
		line[i] = at;
		at += strcspn(at, "\n");
		if (at < text + size)
			*at++ = '\0';
	}
	const size_t body_size = (size_t)(text + size - at);
	char *body = malloc(body_size > 0 ? body_size : 1);
	FUZZ_CHECK(body != NULL);
	memcpy(body, at, body_size);
	const struct ent_v1_request request = {.method = line[0],
			.path = line[1],
			.content_type = sent(line[2]),
			.if_match = sent(line[3]),
			.cookie = sent(line[4]),
			.body = body,
			.body_size = body_size};
	ask(&request, "ada", 2);
	ask(&request, "wim", 3);
	ask(&request, NULL, 0);
	free(body);
	free(text);
	return 0;
}
