/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in fetch: every allocation of ours fails once, then all from it on. What cannot be begun says
 * so, what was begun ends, and nothing stays behind. The library's own memory is not ours to refuse.
 */
#include "fetching.h"
#include "memory.h"
#include "served.h"

/* Of this the tests need no memory themselves: the peer is a server, whose own shall not fail. */
static void handle(void *user, struct ent_http_request *request) {
	(void)user;
	memory_spared = true;
	char *body = malloc(20000);
	CHECK(body != NULL);
	memset(body, 'b', 20000);
	const struct ent_http_answer answer = {.status = 200,
			.content_type = "text/plain",
			.take_body = body,
			.size = 20000};
	ent_http_answer(request, &answer);
}

static void connected(void *user, const struct ent_http_record *record) {
	(void)user, (void)record;
}

TEST(fetch__without_memory_requests_end_and_nothing_stays) {
	(void)state_;
	const struct ent_http_options options = {.listen = "127.0.0.1:0",
			.threads = 1,
			.limits = ent_http_limits_default,
			.handle = handle,
			.record = connected};
	const struct ent_fetch_options fetch_options = {.certificate_pem = "none",
			.key_pem = "none",
			.requests_max = 4,
			.connections_kept_max = 4};
	struct ent_http_server *server = NULL;
	char url[64];
	unsigned failed = 0, ours = 0;
	CHECK(ent_http_server_create(&options, &server, NULL) == ENT_OK);
	(void)snprintf(url, sizeof url, "http://%s/", ent_http_server_address(server));
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			struct ent_fetch *fetch = NULL;
			struct asked asked;
			struct ent_fault fault = {0};
			asked_init(&asked);
			memory_begin(fail_at, all_later == 1);
			ent_status status = ent_fetch_create(&fetch_options, &fetch, &fault);
			if (status == ENT_OK) {
				struct ent_fetch_request request = fetch_request(url);
				request.user = &asked;
				status = ent_fetch_submit(fetch, &request, &fault);
			}
			if (status == ENT_OK)
				asked_wait(&asked, 1);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			ent_fetch_destroy(fetch);
			CHECK(status == ENT_OK || (reached && status == ENT_E_MEMORY));
			CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
			CHECK(asked.ends == (status == ENT_OK));
			/* The server's allocations fail as well, and then it answers 503 or not at all. */
			if (!reached)
				CHECK(asked.end == ENT_FETCH_ANSWERED && asked.size == 20000);
			ours += status == ENT_OK && asked.end == ENT_FETCH_OURS;
			failed += status != ENT_OK;
			asked_finish(&asked);
		}
	}
	/* The object and the transfer; the answer, at first and as it grows. */
	CHECK(failed >= 2 && ours >= 2);
	ent_http_server_destroy(server);
	CHECK(memory.live == 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(fetch__without_memory_requests_end_and_nothing_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
