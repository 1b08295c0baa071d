/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, at a desk: every allocation of a history fails once, then all from it on. The status is E_MEMORY,
 * the desk is as it was, nothing stays behind, and the same goes well afterwards.
 */
#include "desks.h"
#include "entente/v1.h"
#include "memory.h"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

/* From nothing to an operator in a snapshot that is read, and his token. */
static ent_status live(void) {
	struct ent_desk *desk = NULL, *copy = NULL, *read = NULL;
	struct ent_desk_tokens *tokens = NULL;
	struct ent_desk_outcome outcome = {0};
	struct ent_fault fault = {{0}, {0}};
	struct ent_jsonout_memory bytes = {.limit = ENT_DESK_SNAPSHOT_MAX};
	const struct ent_desk_command add = desk_add(
			ENT_DESK_BY_COMMAND_LINE, "ada", ADMINISTRATOR);
	ent_status status = ent_desk_create(&desk);
	if (status == ENT_OK)
		status = ent_desk_decide(desk, &add, DESK_BEGIN_US, &outcome);
	if (status == ENT_OK)
		status = ent_desk_apply(desk, outcome.entry, outcome.size, &fault);
	CHECK(desk == NULL || ent_desk_size(desk) == (status == ENT_OK));
	CHECK(desk == NULL || ent_desk_operators(desk) == (status == ENT_OK));
	if (status == ENT_OK)
		status = ent_desk_copy(desk, &copy);
	if (status == ENT_OK)
		status = ent_desk_snapshot_write(desk, ent_jsonout_to_memory, &bytes);
	if (status == ENT_OK)
		status = ent_desk_snapshot_read(bytes.bytes, bytes.size, &read, &fault);
	if (status == ENT_OK)
		status = ent_desk_tokens_create(&tokens);
	free(bytes.bytes);
	ent_desk_tokens_destroy(tokens);
	ent_desk_outcome_finish(&outcome);
	ent_desk_destroy(read);
	ent_desk_destroy(copy);
	ent_desk_destroy(desk);
	return status;
}

TEST(desk__memory_that_fails_is_told_and_leaves_nothing_behind) {
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	const int64_t live_before = memory.live;
	memory_begin(0, false);
	CHECK(live() == ENT_OK);
	const uint64_t calls = memory.calls;
	CHECK(calls >= 8);
	CHECK(memory.live == live_before);
	for (int all_later = 0; all_later < 2; all_later++)
		for (uint64_t at = 1; at <= calls; at++) {
			memory_begin(at, all_later != 0);
			const ent_status status = live();
			memory_begin(0, false);
			CHECK(status == ENT_E_MEMORY);
			CHECK(memory.live == live_before);
		}
	CHECK(live() == ENT_OK);
}

/* An entry that cannot be read for want of memory is applied later. */
TEST(desk__an_entry_that_found_no_memory_can_be_applied_again) {
	struct desk_test test;
	struct ent_fault fault = {{0}, {0}};
	struct ent_desk *before = NULL;
	(void)state_;
	desk_begin_staffed(&test);
	const struct ent_desk_command command = {.act = ENT_DESK_ACT_SIGN_IN,
			.class = ENT_CLASS_ACTUAL,
			.id = "wim",
			.password = ent_desk_password_of(test.desk, "wim"),
			.right = true};
	CHECK(ent_desk_decide(test.desk, &command, test.now_utc_us + 1, &test.outcome) == ENT_OK);
	CHECK(ent_desk_copy(test.desk, &before) == ENT_OK);
	unsigned failed = 0;
	ent_status status = ENT_E_MEMORY;
	for (uint64_t at = 1; status == ENT_E_MEMORY; at++) {
		struct ent_desk *desk = NULL;
		CHECK(ent_desk_copy(before, &desk) == ENT_OK);
		memory_begin(at, true);
		status = ent_desk_apply(desk, test.outcome.entry, test.outcome.size, &fault);
		memory_begin(0, false);
		CHECK(desk_same(desk, before) == (status != ENT_OK));
		if (status != ENT_OK) {
			CHECK(ent_desk_apply(desk, test.outcome.entry, test.outcome.size, &fault) ==
					ENT_OK);
			failed++;
		}
		ent_desk_destroy(desk);
	}
	CHECK(status == ENT_OK);
	CHECK(failed > 0);
	ent_desk_destroy(before);
	desk_end(&test);
}

/* A request that makes an operator, from its text to its answer, by the administrator of 'test'. */
static ent_status serve(const struct desk_test *test, const struct ent_v1_by *by) {
	static const char body[] = "{\"id\":\"eve\",\"name\":\"E\",\"languages\":[\"fr\"],"
				   "\"roles\":[\"linguist\"],"
				   "\"password\":\"correct horse battery\"}";
	const struct ent_v1_request request = {.method = "POST",
			.path = "/v1/operators",
			.content_type = "application/json",
			.body = body,
			.body_size = sizeof body - 1};
	const struct ent_hash device = {{1}};
	struct ent_json *json = NULL;
	struct ent_v1_call call = {.route = ENT_V1_ADD};
	struct ent_v1_answer answer = {0};
	struct ent_desk_outcome outcome = {0};
	ent_status status = ent_json_create(&json);
	if (status == ENT_OK)
		status = ent_v1_read(json, &request, &call, &answer);
	CHECK(answer.status == 0);
	(void)snprintf(call.hash, sizeof call.hash, HASH("n"));
	if (status == ENT_OK)
		status = ent_v1_decide(test->desk, &call, by, ENT_CLASS_ACTUAL, &device, 0,
				test->now_utc_us + 1, &outcome);
	CHECK(status != ENT_OK || outcome.has_entry);
	call.route = ENT_V1_LIST;
	if (status == ENT_OK)
		status = ent_v1_look(&call, test->desk, by, test->now_utc_us + 1, &answer);
	CHECK((answer.body != NULL) == (status == ENT_OK));
	free(answer.body);
	answer = (struct ent_v1_answer){0};
	if (status == ENT_OK)
		status = ent_v1_refuse(400, "no", &answer);
	CHECK((answer.body != NULL) == (status == ENT_OK));
	free(answer.body);
	ent_desk_outcome_finish(&outcome);
	ent_json_destroy(json);
	return status;
}

TEST(v1__memory_that_fails_is_told_and_leaves_nothing_behind) {
	struct desk_test test;
	(void)state_;
	desk_begin_staffed(&test);
	const uint64_t session = desk_signed_in(&test, "ada", 1);
	const struct ent_v1_by by = {ent_desk_operator(test.desk, "ada"), session};
	const int64_t live_before = memory.live;
	memory_begin(0, false);
	CHECK(serve(&test, &by) == ENT_OK);
	const uint64_t calls = memory.calls;
	CHECK(calls >= 5);
	CHECK(memory.live == live_before);
	for (int all_later = 0; all_later < 2; all_later++)
		for (uint64_t at = 1; at <= calls; at++) {
			memory_begin(at, all_later != 0);
			const ent_status status = serve(&test, &by);
			memory_begin(0, false);
			CHECK(status == ENT_E_MEMORY);
			CHECK(memory.live == live_before);
		}
	desk_end(&test);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(desk__memory_that_fails_is_told_and_leaves_nothing_behind),
			TEST_ENTRY(desk__an_entry_that_found_no_memory_can_be_applied_again),
			TEST_ENTRY(v1__memory_that_fails_is_told_and_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
