/* SPDX-License-Identifier: Apache-2.0 */
/* The operators' interface as pure functions: what is asked, what comes of it at a desk, what is said. */
#include "desks.h"
#include "entente/v1.h"

struct v1_test {
	struct desk_test desk;
	struct ent_json *json;
	struct ent_v1_call call;
	struct ent_v1_answer answer;
	struct ent_v1_by by;
};

static void begin(struct v1_test *test) {
	*test = (struct v1_test){0};
	desk_begin_staffed(&test->desk);
	CHECK(ent_json_create(&test->json) == ENT_OK);
}

static void end(struct v1_test *test) {
	free(test->answer.body);
	ent_json_destroy(test->json);
	desk_end(&test->desk);
}

/* Who acts from now on. */
static void sign_in(struct v1_test *test, const char *id) {
	test->by.session = desk_signed_in(&test->desk, id, 1);
	test->by.who = ent_desk_operator(test->desk.desk, id);
}

/* For tests/test_v1_openapi.py: a line for each exchange but those that no operation is for, or that have no body. */
static void record(const struct ent_v1_request *request, const struct ent_v1_answer *answer) {
	const char *path = getenv("ENTENTE_V1_RECORD");
	struct ent_jsonout out;
	if (path == NULL || answer->body == NULL)
		return;
	FILE *file = fopen(path, "ae");
	CHECK(file != NULL);
	ent_jsonout_init(&out, ent_jsonout_to_file, file, 0);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "method");
	ent_jsonout_string(&out, request->method);
	ent_jsonout_name(&out, "path");
	ent_jsonout_string(&out, request->path);
	ent_jsonout_name(&out, "status");
	ent_jsonout_int(&out, answer->status);
	ent_jsonout_name(&out, "content_type");
	ent_jsonout_string(&out, "application/json");
	ent_jsonout_name(&out, "body");
	ent_jsonout_string_n(&out, answer->body, answer->size);
	ent_jsonout_object_end(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_OK);
	CHECK(fclose(file) == 0);
}

/* Asks, and when it is a command has it decided, applied and answered. The status. */
static int answer_of(struct v1_test *test, const struct ent_v1_request *request, bool right) {
	struct desk_test *desk = &test->desk;
	struct ent_fault fault = {{0}, {0}};
	const struct ent_hash device = {{1}};
	free(test->answer.body);
	CHECK(ent_v1_read(test->json, request, &test->call, &test->answer) == ENT_OK);
	if (test->answer.status != 0)
		return test->answer.status;
	desk->now_utc_us += SECOND_US;
	if (ent_v1_only_looks(test->call.route)) {
		CHECK(ent_v1_look(&test->call, desk->desk, &test->by, desk->now_utc_us,
				      &test->answer) == ENT_OK);
		return test->answer.status;
	}
	/* As ent_v1_hash would have it, which takes a tenth of a second. */
	test->call.right = right && ent_v1_held_to(&test->call, desk->desk, test->call.held_to);
	(void)snprintf(test->call.hash, sizeof test->call.hash, HASH("n"));
	CHECK(ent_v1_decide(desk->desk, &test->call, &test->by, ENT_CLASS_ACTUAL, &device, 0,
			      desk->now_utc_us, &desk->outcome) == ENT_OK);
	if (desk->outcome.has_entry)
		CHECK(ent_desk_apply(desk->desk, desk->outcome.entry, desk->outcome.size, &fault) ==
				ENT_OK);
	CHECK(ent_v1_answer(&test->call, desk->desk, desk->outcome.refusal, desk->now_utc_us,
			      &test->answer) == ENT_OK);
	return test->answer.status;
}

static int ask_with(struct v1_test *test, const struct ent_v1_request *request, bool right) {
	const int status = answer_of(test, request, right);
	record(request, &test->answer);
	return status;
}

static int ask(struct v1_test *test, const char *method, const char *path, const char *body,
		const char *if_match) {
	const struct ent_v1_request request = {.method = method,
			.path = path,
			.content_type = "application/json",
			.if_match = if_match,
			.body = body,
			.body_size = strlen(body)};
	return ask_with(test, &request, true);
}

static void says(const struct v1_test *test, const char *text) {
	if (test->answer.body == NULL || strstr(test->answer.body, text) == NULL)
		fail_msg("\"%s\" is not in: %s", text, test->answer.body);
}

TEST(v1__paths_and_methods_find_their_route) {
	static const struct {
		const char *method, *path;
		int status; /* 0: it is the route */
		enum ent_v1_route route;
	} rows[] = {
			{"GET", "/v1/session", 0, ENT_V1_WHO},
			{"DELETE", "/v1/session", 0, ENT_V1_SIGN_OUT},
			{"GET", "/v1/operators", 0, ENT_V1_LIST},
			{"GET", "/v1/operators/ada", 0, ENT_V1_SHOW},
			{"DELETE", "/v1/operators/ada/tries", 0, ENT_V1_UNLOCK},
			{"DELETE", "/v1/operators/ada/sessions/7", 0, ENT_V1_END},
			{"PATCH", "/v1/session", 405, ENT_V1_ROUTE_COUNT},
			{"DELETE", "/v1/operators/ada", 405, ENT_V1_ROUTE_COUNT},
			{"GET", "/v1/operators/", 404, ENT_V1_ROUTE_COUNT},
			{"GET", "/v1/operators/Ada", 404, ENT_V1_ROUTE_COUNT},
			{"GET", "/v1/operators/ada/", 404, ENT_V1_ROUTE_COUNT},
			{"GET", "/v1/operators/ada/x", 404, ENT_V1_ROUTE_COUNT},
			{"DELETE", "/v1/operators/ada/sessions/-7", 404, ENT_V1_ROUTE_COUNT},
			{"DELETE", "/v1/operators/ada/sessions/9999999999999999999", 404,
					ENT_V1_ROUTE_COUNT},
			{"GET", "/v1", 404, ENT_V1_ROUTE_COUNT},
			{"GET", "", 404, ENT_V1_ROUTE_COUNT},
			{"GET", "v1/session", 404, ENT_V1_ROUTE_COUNT},
	};
	struct v1_test test;
	(void)state_;
	begin(&test);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_v1_request request = {
				.method = rows[i].method, .path = rows[i].path, .body = ""};
		free(test.answer.body);
		CHECK(ent_v1_read(test.json, &request, &test.call, &test.answer) == ENT_OK);
		CHECK_ROW(rows[i].path, test.answer.status == rows[i].status);
		CHECK_ROW(rows[i].path, rows[i].status != 0 || test.call.route == rows[i].route);
	}
	CHECK(test.call.session == 7);
	end(&test);
}

TEST(v1__bodies_that_are_not_what_they_should_be_are_refused_by_name) {
	static const struct {
		const char *why, *body, *says;
	} rows[] = {
			{"no JSON", "{", "line 1"},
			{"no object", "[]", "the body is an object"},
			{"missing", "{\"id\":\"eve\",\"name\":\"E\",\"languages\":[],\"roles\":[]}",
					"password: it is missing"},
			{"unknown", "{\"id\":\"eve\",\"admin\":true}",
					"a member that is not known"},
			{"of another route", "{\"id\":\"eve\",\"disabled\":true}",
					"a member that is not known"},
			{"twice", "{\"id\":\"eve\",\"id\":\"eve\"}", "id: it is there twice"},
			{"an id", "{\"id\":\"Eve\"}", "id: an id has"},
			{"a name", "{\"name\":\"\"}", "name: a name has"},
			{"a name of an accent alone", "{\"name\":\"\\u0301\"}", "name: a name has"},
			{"a name of signs alone", "{\"name\":\"...\"}",
					"and at least one letter or digit"},
			{"a NUL within", "{\"name\":\"a\\u0000b\"}", "name: a name has"},
			{"languages", "{\"languages\":\"fr\"}", "languages: a list"},
			{"a language", "{\"languages\":[\"french\"]}", "languages: at most 8 tags"},
			{"languages twice", "{\"languages\":[\"fr\",\"fr\"]}",
					"languages: none twice"},
			{"a role", "{\"roles\":[\"boss\"]}", "roles: watch-officer"},
			{"a short password",
					"{\"id\":\"eve\",\"name\":\"E\",\"languages\":[],\"roles\":"
					"["
					"],\"password\":\"short\"}",
					"12 characters"},
	};
	struct v1_test test;
	(void)state_;
	begin(&test);
	sign_in(&test, "ada");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_ROW(rows[i].why,
				ask(&test, "POST", "/v1/operators", rows[i].body, NULL) == 400);
		says(&test, rows[i].says);
	}
	CHECK(ent_desk_operators(test.desk.desk) == 2);
	end(&test);
}

TEST(v1__what_headers_must_say) {
	char large[ENT_V1_BODY_MAX + 2];
	struct v1_test test;
	(void)state_;
	begin(&test);
	sign_in(&test, "ada");
	struct ent_v1_request request = {.method = "PUT",
			.path = "/v1/operators/wim/roles",
			.body = "{\"roles\":[]}",
			.body_size = 12};
	/* What a form of another site could send. */
	CHECK(ask_with(&test, &request, true) == 415);
	request.content_type = "text/plain";
	CHECK(ask_with(&test, &request, true) == 415);
	request.content_type = "application/json; charset=utf-8";
	CHECK(ask_with(&test, &request, true) == 428);
	request.if_match = "\"of another one\"";
	CHECK(ask_with(&test, &request, true) == 412);
	request.if_match = "";
	CHECK(ask_with(&test, &request, true) == 412);
	memset(large, ',', ENT_V1_IF_MATCH_SIZE);
	large[ENT_V1_IF_MATCH_SIZE] = '\0';
	request.if_match = large;
	CHECK(ask_with(&test, &request, true) == 431);
	request.if_match = "*";
	CHECK(ask_with(&test, &request, true) == 200);
	memset(large, ' ', sizeof large);
	request.body = large;
	request.body_size = ENT_V1_BODY_MAX + 1;
	CHECK(ask_with(&test, &request, true) == 413);
	end(&test);
}

TEST(v1__of_several_tags_one_is_enough) {
	static const struct {
		const char *header;
		bool has;
	} rows[] = {
			{"\"a,1\"", true},
			{"*", true},
			{" *\t", true},
			{"\"b\", \"a,1\"", true},
			{"\"a,1\",\"b\"", true},
			{",, \"b\"\t,\"\", \"a,1\" ,", true},
			{"W/\"a,1\", \"a,1\"", true},
			{"\"\xc3\xa9\", \"a,1\"", true},
			/* Weak ones are not compared, for what is edited must be the same bytes. */
			{"W/\"a,1\"", false},
			{"\"b\", W/\"a,1\"", false},
			{"\"b\", \"c\"", false},
			{"\"a\", \"1\"", false},
			/* Not well formed, so it says nothing. */
			{"a,1", false},
			{"", false},
			{",", false},
			{"*, \"a,1\"", false},
			{"\"a,1\", *", false},
			{"\"a,1\" \"b\"", false},
			{"\"a,1\", \"b", false},
			{"\"a,1", false},
			{"\"a,1\", b c", false},
			{"w/\"a,1\", \"a,1\"", false},
	};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CHECK_ROW(rows[i].header,
				ent_v1_if_match(rows[i].header, "\"a,1\"") == rows[i].has);
}

TEST(v1__cookies_are_found_among_others) {
	char token[ENT_DESK_TOKEN_SIZE], other[ENT_DESK_TOKEN_SIZE], header[512];
	char cookie[ENT_V1_COOKIE_SIZE];
	struct ent_hash token_hash, device_hash;
	struct v1_test test;
	(void)state_;
	begin(&test);
	ent_desk_token(token, &token_hash);
	ent_desk_token(other, &device_hash);
	const struct {
		const char *why, *format;
		bool token, device;
	} rows[] = {
			{"both", "a=b; entente_session=%s; entente_device=%s", true, true},
			{"a name that begins so", "entente_session2=%s; entente_device=%s", false,
					true},
			{"cut", "entente_session=%.42s; entente_device=%s", false, true},
			{"with more behind", "entente_session=%sA; entente_device=%s ", false,
					false},
			{"without blanks", "entente_session=%s;entente_device=%s", true, true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		(void)snprintf(header, sizeof header, rows[i].format, token, other);
		const struct ent_v1_request request = {.method = "GET",
				.path = "/v1/session",
				.cookie = header,
				.body = ""};
		CHECK(ent_v1_read(test.json, &request, &test.call, &test.answer) == ENT_OK);
		CHECK_ROW(rows[i].why, test.call.has_token == rows[i].token);
		CHECK_ROW(rows[i].why, test.call.has_device == rows[i].device);
		CHECK_ROW(rows[i].why,
				!rows[i].token ||
						memcmp(&test.call.token, &token_hash,
								sizeof token_hash) == 0);
	}
	CHECK(ent_v1_cookie("n", "t", 60, true, cookie) == strlen(cookie));
	assert_string_equal(cookie, "n=t; Path=/v1; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
	(void)ent_v1_cookie("n", NULL, 60, false, cookie);
	assert_string_equal(cookie, "n=; Path=/v1; Max-Age=0; HttpOnly; SameSite=Strict");
	end(&test);
}

TEST(v1__nothing_but_signing_in_goes_without_a_session) {
	static const struct {
		const char *method, *path, *body;
	} rows[] = {
			{"GET", "/v1/session", ""},
			{"DELETE", "/v1/session", ""},
			{"GET", "/v1/operators", ""},
			{"GET", "/v1/operators/ada", ""},
			{"POST", "/v1/operators",
					"{\"id\":\"eve\",\"name\":\"E\",\"languages\":[],\"roles\":"
					"["
					"],\"password\":\"correct horse battery\"}"},
			{"PUT", "/v1/operators/ada", "{\"name\":\"E\",\"languages\":[]}"},
			{"PUT", "/v1/operators/ada/password",
					"{\"password\":\"correct horse battery\"}"},
			{"PUT", "/v1/operators/ada/roles", "{\"roles\":[]}"},
			{"PUT", "/v1/operators/ada/disabled", "{\"disabled\":true}"},
			{"DELETE", "/v1/operators/ada/tries", ""},
			{"DELETE", "/v1/operators/ada/sessions/2", ""},
	};
	struct v1_test test;
	(void)state_;
	begin(&test);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		test.by = (struct ent_v1_by){0};
		CHECK_ROW(rows[i].path,
				ask(&test, rows[i].method, rows[i].path, rows[i].body, "\"x\"") ==
						401);
		/* Nor with one that is over, while the same operator has another. */
		sign_in(&test, "ada");
		test.desk.now_utc_us += ENT_DESK_SESSION_US;
		const struct ent_v1_by old = test.by;
		sign_in(&test, "ada");
		test.by = old;
		if (!ent_v1_only_looks(test.call.route))
			CHECK_ROW(rows[i].path,
					ask(&test, rows[i].method, rows[i].path, rows[i].body,
							"\"x\"") == 401);
		CHECK(ent_desk_operators(test.desk.desk) == 2);
	}
	CHECK(ask(&test, "POST", "/v1/session", "{\"id\":\"wim\",\"password\":\"p\"}", NULL) ==
			201);
	says(&test, "\"operator\":{\"id\":\"wim\"");
	end(&test);
}

TEST(v1__who_edits_what_another_has_changed_is_told) {
	struct v1_test test;
	char tag[ENT_V1_TAG_SIZE];
	(void)state_;
	begin(&test);
	sign_in(&test, "ada");
	CHECK(ask(&test, "GET", "/v1/operators/wim", "", NULL) == 200);
	memcpy(tag, test.answer.tag, sizeof tag);
	CHECK(ask(&test, "PUT", "/v1/operators/wim", "{\"name\":\"Wim\",\"languages\":[\"nl\"]}",
			      tag) == 200);
	says(&test, "\"name\":\"Wim\"");
	CHECK(strcmp(test.answer.tag, tag) != 0);
	/* The other one still has the old version. */
	CHECK(ask(&test, "PUT", "/v1/operators/wim/roles", "{\"roles\":[\"linguist\"]}", tag) ==
			412);
	CHECK(ask(&test, "GET", "/v1/operators/wim", "", NULL) == 200);
	memcpy(tag, test.answer.tag, sizeof tag);
	/* Signing in is no edit. */
	(void)desk_signed_in(&test.desk, "wim", 3);
	CHECK(ask(&test, "PUT", "/v1/operators/wim/roles",
			      "{\"roles\":[\"linguist\",\"watch-officer\"]}", tag) == 200);
	says(&test, "\"roles\":[\"watch-officer\",\"linguist\"],\"several_roles\":true");
	says(&test, "\"sessions\":[]");
	end(&test);
}

TEST(v1__acts_are_answered_and_refusals_have_their_code) {
	static const struct {
		const char *method, *path, *body;
		int status;
	} rows[] = {
			{"POST", "/v1/operators",
					"{\"id\":\"eve\",\"name\":\"Ève\",\"languages\":[\"fr\"],"
					"\"roles\":[\"linguist\"],\"password\":\"correct horse "
					"battery\"}",
					201},
			{"POST", "/v1/operators",
					"{\"id\":\"eve\",\"name\":\"E\",\"languages\":[],\"roles\":"
					"["
					"],\"password\":\"correct horse battery\"}",
					409},
			{"GET", "/v1/operators/nobody", "", 404},
			{"PUT", "/v1/operators/ada/disabled", "{\"disabled\":true}", 409},
			{"PUT", "/v1/operators/wim/disabled", "{\"disabled\":true}", 200},
			{"PUT", "/v1/operators/wim/disabled", "{\"disabled\":true}", 409},
			{"PUT", "/v1/operators/wim/disabled", "{\"disabled\":false}", 200},
			{"DELETE", "/v1/operators/wim/tries", "", 200},
			{"PUT", "/v1/operators/wim/password",
					"{\"password\":\"correct horse battery\"}", 200},
			{"DELETE", "/v1/operators/wim/sessions/2", "", 404},
			{"DELETE", "/v1/session", "", 204},
			{"DELETE", "/v1/session", "", 401},
	};
	struct v1_test test;
	(void)state_;
	begin(&test);
	sign_in(&test, "ada");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].path,
				ask(&test, rows[i].method, rows[i].path, rows[i].body, NULL) ==
						rows[i].status);
	end(&test);
}

TEST(v1__nobody_is_shown_a_hash) {
	struct v1_test test;
	(void)state_;
	begin(&test);
	sign_in(&test, "wim");
	CHECK(ask(&test, "GET", "/v1/operators", "", NULL) == 200);
	says(&test, "\"id\":\"ada\"");
	CHECK(strstr(test.answer.body, "argon2") == NULL);
	CHECK(ask(&test, "GET", "/v1/session", "", NULL) == 200);
	CHECK(strstr(test.answer.body, "argon2") == NULL);
	end(&test);
}

/* Who finds a page open guesses no faster than at the door, and not past a lock. */
TEST(v1__ones_own_password_is_changed_by_who_knows_it) {
	static const char body[] =
			"{\"current\":\"what it is\",\"password\":\"correct horse battery\"}";
	struct v1_test test;
	(void)state_;
	begin(&test);
	sign_in(&test, "wim");
	const struct ent_v1_request request = {.method = "PUT",
			.path = "/v1/operators/wim/password",
			.content_type = "application/json",
			.body = body,
			.body_size = strlen(body)};
	/* Who leaves it out has guessed at nothing. */
	CHECK(ask(&test, "PUT", request.path, "{\"password\":\"correct horse battery\"}", NULL) ==
			400);
	says(&test, "current: it is missing");
	CHECK(!test.desk.outcome.has_entry);
	for (unsigned i = 0; i < ENT_DESK_FREE_TRIES; i++) {
		/* Not as without a session: a client would think that it is over. */
		CHECK(ask_with(&test, &request, false) == 403);
		says(&test, "current: that is not this operator's password now");
		CHECK(strstr(test.desk.outcome.entry, "sign-in-failed") != NULL);
		CHECK(ask(&test, "GET", "/v1/session", "", NULL) == 200);
	}
	CHECK(ask_with(&test, &request, true) == 429);
	says(&test, "current: too many wrong passwords");
	CHECK(!test.desk.outcome.has_entry);
	test.desk.now_utc_us += ENT_DESK_LOCK_FIRST_US;
	CHECK(ask_with(&test, &request, true) == 200);
	CHECK(strcmp(ent_desk_password_of(test.desk.desk, "wim"), HASH("n")) == 0);
	/* That ended the session, too. */
	CHECK(ask_with(&test, &request, true) == 401);
	end(&test);
}

TEST(v1__passwords_are_held_to_their_hash) {
	struct v1_test test;
	char held_to[ENT_PASSWORD_HASH_SIZE];
	(void)state_;
	begin(&test);
	CHECK(ask(&test, "POST", "/v1/session", "{\"id\":\"nobody\",\"password\":\"p\"}", NULL) ==
			401);
	CHECK(ent_v1_held_to(&test.call, test.desk.desk, held_to));
	CHECK(ent_v1_hash(&test.call, held_to) == ENT_OK);
	CHECK(!test.call.right);
	CHECK(ent_seal_password_hash("p", 1, held_to) == ENT_OK);
	CHECK(ent_v1_hash(&test.call, held_to) == ENT_OK);
	CHECK(test.call.right);
	end(&test);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(v1__paths_and_methods_find_their_route),
			TEST_ENTRY(v1__bodies_that_are_not_what_they_should_be_are_refused_by_name),
			TEST_ENTRY(v1__what_headers_must_say),
			TEST_ENTRY(v1__of_several_tags_one_is_enough),
			TEST_ENTRY(v1__cookies_are_found_among_others),
			TEST_ENTRY(v1__nothing_but_signing_in_goes_without_a_session),
			TEST_ENTRY(v1__who_edits_what_another_has_changed_is_told),
			TEST_ENTRY(v1__acts_are_answered_and_refusals_have_their_code),
			TEST_ENTRY(v1__nobody_is_shown_a_hash),
			TEST_ENTRY(v1__ones_own_password_is_changed_by_who_knows_it),
			TEST_ENTRY(v1__passwords_are_held_to_their_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
