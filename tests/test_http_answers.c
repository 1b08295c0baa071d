/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the HTTP server holds of answers: each and all are limited, and what was held is given back, however the end
 * came. Work for who does not wait ends.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

/* LARGE is more than sockets take for who reads nothing: 4 MiB to be sent (tcp_wmem), and some hundred kilobytes received. */
enum { MANY = 40, SHORT_US = 300000, LARGE = 12 << 20 };

#define GET(target) "GET " target " HTTP/1.1\r\nHost: test\r\n\r\n"

static struct ent_http_answers answers_of(const struct served *served) {
	struct ent_http_answers answers;
	ent_http_server_answers(served->server, &answers);
	return answers;
}

/* Whether as much is held as that, within WAIT_MS. */
static bool comes_to_hold(const struct served *served, size_t size) {
	const int64_t until = mono_ms() + WAIT_MS;
	while (answers_of(served).held != size && mono_ms() < until)
		pause_ms(5);
	return answers_of(served).held == size;
}

/* A client that reads nothing, for what is not in the sockets' buffers to be held. */
static int ask_unread(const struct served *served, const char *request) {
	const int fd = client_connect_to(served->port);
	CHECK(client_send_text(fd, request));
	return fd;
}

TEST(http__answers_are_limited_each_and_together) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.answer_max = LARGE;
	options.limits.answer_total_max = 2 * LARGE;
	options.limits.answer_us = 60000000;
	served_start(&served, &options);
	CHECK(client_get(served.port, "/grow?size=12582912") == 200);
	CHECK(client_get(served.port, "/grow?size=12582913") == 413);
	CHECK(comes_to_hold(&served, 0) && answers_of(&served).refused == 0);
	const int first = ask_unread(&served, GET("/grow?size=12582912"));
	const int second = ask_unread(&served, GET("/grow?size=12582912"));
	CHECK(comes_to_hold(&served, (size_t)2 * LARGE));
	CHECK(client_get(served.port, "/grow?size=16385") == 503);
	CHECK(answers_of(&served).refused == 1);
	/* What is small is answered all the same, and so a sentence. */
	CHECK(client_get(served.port, "/grow?size=16384") == 200);
	CHECK(client_get(served.port, "/echo") == 200);
	struct answer *answer = client_read(first, false);
	CHECK(answer->status == 200 && answer->size == LARGE);
	free(answer);
	CHECK(comes_to_hold(&served, LARGE));
	CHECK(client_get(served.port, "/grow?size=1000000") == 200);
	(void)close(first);
	(void)close(second);
	CHECK(comes_to_hold(&served, 0));
	served_stop(&served, 0);
}

TEST(http__what_is_held_is_given_back_at_whatever_moment_a_client_goes) {
	(void)state_;
	static const char *const requests[] = {GET("/grow?size=4000000"), GET("/big"), GET("/late"),
			GET("/hold"), GET("/empty"), GET("/split"), GET("/work"),
			"HEAD /grow?size=4000000 HTTP/1.1\r\nHost: test\r\n\r\n"};
	struct served served;
	struct ent_http_options options = served_options();
	uint64_t seed = 7;
	options.limits.answer_us = SHORT_US;
	options.limits.request_us = SHORT_US;
	served_start(&served, &options);
	for (unsigned i = 0; i < MANY * (unsigned)COUNT_OF(requests); i++) {
		const int fd = ask_unread(&served, requests[i % COUNT_OF(requests)]);
		char some[4096];
		pause_ms((int)(test_random(&seed) % 4));
		if (test_random(&seed) % 2 == 0)
			(void)recv(fd, some, sizeof some, MSG_DONTWAIT);
		/* Some are cut by a reset. */
		const struct linger hard = {1, 0};
		if (test_random(&seed) % 2 == 0)
			(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
		(void)close(fd);
	}
	/* Of some the handler heard nothing, as they went before their head was read. */
	served_release(&served);
	const int64_t until = mono_ms() + WAIT_MS;
	while (!comes_to_hold(&served, 0) && mono_ms() < until)
		served_release(&served);
	CHECK(answers_of(&served).held == 0);
	CHECK(client_get(served.port, "/grow?size=4000000") == 200);
	CHECK(comes_to_hold(&served, 0));
	served_release(&served);
	served_stop(&served, 0);
}

TEST(http__who_does_not_read_holds_an_answer_until_its_deadline) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.answer_us = SHORT_US;
	served_start(&served, &options);
	const int fd = ask_unread(&served, GET("/big"));
	CHECK(comes_to_hold(&served, BIG_SIZE));
	CHECK(comes_to_hold(&served, 0));
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__work_ends_for_who_has_gone_or_waited_long_enough) {
	(void)state_;
	static const struct {
		const char *why;
		bool goes;
		int64_t request_us;
		enum ent_http_verdict verdict;
	} rows[] = {
			{"its client has gone", true, 60000000, ENT_HTTP_LOST},
			{"its time is over", false, SHORT_US, ENT_HTTP_LATE},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct served served;
		struct ent_http_options options = served_options();
		options.limits.request_us = rows[i].request_us;
		served_start(&served, &options);
		const int fd = ask_unread(&served, GET("/work"));
		const int64_t until = mono_ms() + WAIT_MS;
		while (!atomic_load(&served.works) && mono_ms() < until)
			pause_ms(5);
		if (rows[i].goes)
			(void)close(fd);
		served_wait_recorded(&served, 1);
		CHECK_ROW(rows[i].why, atomic_load(&served.verdict) == rows[i].verdict);
		CHECK_ROW(rows[i].why,
				atomic_load(&served.last_status) == (rows[i].goes ? 0 : 503));
		if (!rows[i].goes)
			(void)close(fd);
		served_stop(&served, 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__answers_are_limited_each_and_together),
			TEST_ENTRY(http__what_is_held_is_given_back_at_whatever_moment_a_client_goes),
			TEST_ENTRY(http__who_does_not_read_holds_an_answer_until_its_deadline),
			TEST_ENTRY(http__work_ends_for_who_has_gone_or_waited_long_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
