/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in http: every allocation of ours fails once, then all from it on. The client gets its answer,
 * 503, or is closed; the server goes on, and nothing stays behind. The library's own memory is not ours to refuse.
 */
#include <unistd.h>

#include "entente/http.h"
#include "memory.h"
#include "served.h"

enum { BODY_SIZE = 100 };

static void handle(void *user, struct ent_http_request *request) {
	size_t size;
	(void)user;
	(void)ent_http_body(request, &size);
	ent_http_set_subject(request, "somebody");
	struct ent_http_answer answer = {.status = size == 40000 ? 201 : 200};
	char *body = size == 0 ? malloc(BODY_SIZE) : NULL;
	if (body != NULL) {
		memset(body, 'b', BODY_SIZE);
		answer.content_type = "text/plain";
		answer.take_body = body;
		answer.size = BODY_SIZE;
	}
	ent_http_answer(request, &answer);
}

static struct ent_http_options options_of(void) {
	const struct ent_http_options options = {.listen = "127.0.0.1:0",
			.threads = 1,
			.limits = ent_http_limits_default,
			.handle = handle};
	return options;
}

static uint16_t port_of(const struct ent_http_server *server) {
	return (uint16_t)strtoul(strrchr(ent_http_server_address(server), ':') + 1, NULL, 10);
}

TEST(http__starting_without_memory_leaves_nothing) {
	(void)state_;
	const struct ent_http_options options = options_of();
	const int64_t before = memory.live;
	unsigned failed = 0;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			struct ent_http_server *server = NULL;
			struct ent_fault fault = {0};
			memory_begin(fail_at, all_later == 1);
			const ent_status status = ent_http_server_create(&options, &server, &fault);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
			CHECK((status == ENT_OK) == (server != NULL));
			CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
			failed += reached;
			ent_http_server_destroy(server);
			CHECK(memory.live == before);
		}
	}
	CHECK(failed >= 8);
}

/* The status of a request that is sent with memory failing; the client itself needs none. */
static int ask(uint16_t port, const char *bytes, size_t size, uint64_t fail_at, bool all_later,
		bool *ret_reached) {
	char text[512] = "";
	int status = 0;
	memory_begin(fail_at, all_later);
	const int fd = client_connect_to(port);
	(void)client_send(fd, bytes, size);
	for (size_t n = 0; n < sizeof text - 1;) {
		const ssize_t got = read(fd, text + n, sizeof text - 1 - n);
		if (got <= 0)
			break;
		n += (size_t)got;
		if (strstr(text, "\r\n\r\n") != NULL)
			break;
	}
	*ret_reached = memory.calls >= fail_at;
	(void)sscanf(text, "HTTP/1.1 %d", &status);
	memory_begin(0, false);
	(void)close(fd);
	return status;
}

TEST(http__serving_without_memory_is_503_or_closed_and_goes_on) {
	(void)state_;
	static char post[41000];
	const char *const get = "GET /a?b=c HTTP/1.1\r\nHost: test\r\n\r\n";
	const size_t post_size = 40000 +
			(size_t)sprintf(post,
					"POST / HTTP/1.1\r\nHost: test\r\n"
					"Content-Length: 40000\r\n\r\n");
	const struct {
		const char *why, *bytes;
		size_t size;
		int status;
	} rows[] = {{"get", get, strlen(get), 200}, {"post", post, post_size, 201}};
	const int64_t before = memory.live;
	unsigned failed = 0;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_http_options options = options_of();
		struct ent_http_server *server = NULL;
		CHECK(ent_http_server_create(&options, &server, NULL) == ENT_OK);
		const uint16_t port = port_of(server);
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++)
			for (int all_later = 0; all_later < 2; all_later++) {
				const int status = ask(port, rows[i].bytes, rows[i].size, fail_at,
						all_later == 1, &reached);
				CHECK_ROW(rows[i].why,
						status == rows[i].status || status == 503 ||
								(reached && status == 0));
				failed += status != rows[i].status;
				bool ignored;
				CHECK_ROW(rows[i].why,
						ask(port, get, strlen(get), 0, false, &ignored) ==
								200);
			}
		ent_http_server_stop(server, 0);
		struct ent_http_answers answers;
		ent_http_server_answers(server, &answers);
		CHECK_ROW(rows[i].why, answers.held == 0);
		ent_http_server_destroy(server);
		CHECK_ROW(rows[i].why, memory.live == before);
	}
	CHECK(failed >= 6);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__starting_without_memory_leaves_nothing),
			TEST_ENTRY(http__serving_without_memory_is_503_or_closed_and_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
