/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server's limits: deadlines, connections, requests, bodies. Deadlines here are fractions of a second, and what
 * is asked is only that the end comes, not when: a busy machine is no failure.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

#define GET_ECHO "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n"
#define GET_HOLD "GET /hold HTTP/1.1\r\nHost: test\r\n\r\n"
#define POST_OF(size) "POST /hold HTTP/1.1\r\nHost: test\r\nContent-Length: " size "\r\n\r\n"

enum { SHORT_US = 300000, LONG_US = 60000000 };

/* Sends byte after byte until the server closes; false when it never does. */
static bool drip(uint16_t port, const char *first, const char *byte) {
	const int fd = client_connect_to(port);
	CHECK(client_send_text(fd, first));
	const int64_t until = mono_ms() + WAIT_MS;
	bool closed = false;
	while (!closed && mono_ms() < until) {
		char got[4096];
		pause_ms(20);
		closed = !client_send_text(fd, byte);
		const ssize_t n = recv(fd, got, sizeof got, MSG_DONTWAIT);
		closed = closed || n == 0 || (n < 0 && errno != EAGAIN);
	}
	(void)close(fd);
	return closed;
}

static const struct {
	const char *why, *first, *byte;
} drips[] = {
		{"empty lines", "", "\r\n"},
		{"a request line", "", "G"},
		{"a header", "GET /echo HTTP/1.1\r\nHost: ", "a"},
		{"headers", "GET /echo HTTP/1.1\r\nHost: test\r\n", "A: b\r\n"},
		{"a body", POST_OF("1000000"), "a"},
		{"a chunk",
				"POST /echo HTTP/1.1\r\nHost: test\r\n"
				"Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
				"a"},
		{"a chunk's extension",
				"POST /echo HTTP/1.1\r\nHost: test\r\n"
				"Transfer-Encoding: chunked\r\n\r\n1;",
				"a"},
		{"trailers",
				"POST /echo HTTP/1.1\r\nHost: test\r\n"
				"Transfer-Encoding: chunked\r\n\r\n0\r\n",
				"A: b\r\n"},
		{"a request line, after a request", GET_ECHO, "G"},
		{"a body that was refused",
				"POST /echo HTTP/1.1\r\nHost: test\r\n"
				"Content-Length: 4194305\r\n\r\n",
				"a"},
};

TEST(http__who_never_ends_is_cut_however_busy_it_seems) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.head_us = options.limits.body_us = options.limits.idle_us = SHORT_US;
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(drips); i++) {
		CHECK_ROW(drips[i].why, drip(served.port, drips[i].first, drips[i].byte));
		CHECK_ROW(drips[i].why, client_get(served.port, "/echo") == 200);
	}
	served_stop(&served, 0);
}

/* See is_stuck in src/http/loop.c: the library would use up a processor until the deadline, which is far. */
TEST(http__framing_longer_than_the_buffer_is_cut_at_once_and_slow_chunks_are_not) {
	(void)state_;
	static const char head[] = "POST /echo HTTP/1.1\r\nHost: test\r\n"
				   "Transfer-Encoding: chunked\r\n\r\n";
	static const char *const begins[] = {"1;", "0", "1\r\na\r\n1;"};
	struct served served;
	struct ent_http_options options = served_options();
	options.threads = 1;
	options.limits.body_us = LONG_US;
	served_start(&served, &options);
	const int slow = client_connect_to(served.port);
	CHECK(client_send_text(slow, head) && client_send_text(slow, "3\r\na"));
	for (size_t i = 0; i < COUNT_OF(begins); i++) {
		char zeros[50000];
		const int fd = client_connect_to(served.port);
		memset(zeros, '0', sizeof zeros);
		CHECK(client_send_text(fd, head) && client_send_text(fd, begins[i]));
		(void)client_send(fd, zeros, sizeof zeros);
		CHECK_ROW(begins[i], client_sees_close(fd));
		(void)close(fd);
	}
	CHECK(client_send_text(slow, "bc\r\n0\r\n\r\n"));
	struct answer *answer = client_read(slow, false);
	CHECK(answer->status == 200 && strstr(answer->body, " 3:00017862") != NULL);
	free(answer);
	(void)close(slow);
	served_stop(&served, 0);
}

TEST(http__who_says_nothing_is_cut) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.head_us = options.limits.idle_us = SHORT_US;
	served_start(&served, &options);
	const int never = client_connect_to(served.port), once = client_connect_to(served.port);
	CHECK(client_send_text(once, GET_ECHO));
	struct answer *answer = client_read(once, false);
	CHECK(answer->status == 200);
	free(answer);
	CHECK(client_sees_close(never) && client_sees_close(once));
	(void)close(never);
	(void)close(once);
	served_stop(&served, 0);
}

TEST(http__one_deadline_is_not_anothers) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.head_us = options.limits.body_us = options.limits.answer_us = SHORT_US;
	options.limits.idle_us = options.limits.request_us = LONG_US;
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	for (int i = 0; i < 2; i++) {
		CHECK(client_send_text(fd, GET_HOLD));
		served_wait_held(&served, 1);
		/* Waits in the handler, then idle, for longer than the others allow. */
		pause_ms(600);
		served_release(&served);
		struct answer *answer = client_read(fd, false);
		CHECK(answer->status == 200);
		free(answer);
		pause_ms(600);
	}
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__who_does_not_read_its_answer_is_cut) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.answer_us = SHORT_US;
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	CHECK(client_send_text(fd, "GET /big HTTP/1.1\r\nHost: test\r\n\r\n"));
	served_wait_recorded(&served, 1);
	CHECK(atomic_load(&served.lost) == 1);
	struct answer *answer = client_read(fd, false);
	CHECK(answer->status == 0 && answer->size < BIG_SIZE);
	free(answer);
	(void)close(fd);
	/* Who reads gets it all. */
	CHECK(client_get(served.port, "/big") == 200);
	served_stop(&served, 0);
}

TEST(http__a_handler_that_is_late_is_answered_for) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.request_us = SHORT_US;
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	CHECK(client_send_text(fd, POST_OF("3") "abc"));
	served_wait_held(&served, 1);
	struct answer *answer = client_read(fd, false);
	CHECK(answer->status == 503 && !answer->closes);
	CHECK(strstr(answer->body, "request timeout") != NULL);
	free(answer);
	CHECK(ent_http_gone(served.held[0]));
	/* Its connection goes on, and is of no concern to the late one. */
	CHECK(client_send_text(fd, GET_ECHO));
	answer = client_read(fd, false);
	CHECK(answer->status == 200);
	free(answer);
	(void)close(fd);
	size_t size;
	CHECK(strcmp(ent_http_path(served.held[0]), "/hold") == 0);
	CHECK(memcmp(ent_http_body(served.held[0], &size), "abc", 4) == 0 && size == 3);
	served_release(&served);
	served_wait_recorded(&served, 2);
	CHECK(atomic_load(&served.recorded) == 2);
	served_stop(&served, 0);
}

TEST(http__a_client_that_goes_is_missed) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.request_us = LONG_US;
	served_start(&served, &options);
	const int stays = client_connect_to(served.port);
	CHECK(client_send_text(stays, GET_HOLD));
	served_wait_held(&served, 1);
	const int goes = client_connect_to(served.port);
	CHECK(client_send_text(goes, GET_HOLD));
	served_wait_held(&served, 2);
	CHECK(!ent_http_gone(served.held[0]) && !ent_http_gone(served.held[1]));
	(void)close(goes);
	const int64_t until = mono_ms() + WAIT_MS;
	while (!ent_http_gone(served.held[1]) && mono_ms() < until)
		pause_ms(10);
	CHECK(ent_http_gone(served.held[1]));
	CHECK(!ent_http_gone(served.held[0]));
	served_release(&served);
	struct answer *answer = client_read(stays, false);
	CHECK(answer->status == 200);
	free(answer);
	(void)close(stays);
	served_wait_recorded(&served, 2);
	CHECK(atomic_load(&served.lost) == 1);
	served_stop(&served, 0);
}

/* Whether this connection is served. */
static bool is_served(int fd) {
	(void)client_send_text(fd, GET_ECHO);
	struct answer *answer = client_read(fd, false);
	const bool is = answer->status == 200;
	free(answer);
	return is;
}

/* A loop may still be putting away what its client has long seen. */
static bool becomes_served(int fd) {
	const int64_t until = mono_ms() + WAIT_MS;
	while (mono_ms() < until)
		if (is_served(fd))
			return true;
	return false;
}

TEST(http__connections_are_counted_for_all_and_for_each) {
	(void)state_;
	static const struct {
		const char *why;
		unsigned all, each;
	} rows[] = {{"of all", 4, 100}, {"of an address", 100, 4}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct served served;
		struct ent_http_options options = served_options();
		options.limits.connections_max = rows[i].all;
		options.limits.connections_per_client_max = rows[i].each;
		served_start(&served, &options);
		int fds[5];
		for (int k = 0; k < 4; k++) {
			fds[k] = client_connect_to(served.port);
			CHECK_ROW(rows[i].why, is_served(fds[k]));
		}
		for (int k = 0; k < 20; k++) {
			fds[4] = client_connect_to(served.port);
			CHECK_ROW(rows[i].why, client_sees_close(fds[4]));
			(void)close(fds[4]);
		}
		CHECK_ROW(rows[i].why, is_served(fds[0]) && is_served(fds[3]));
		(void)close(fds[1]);
		bool again = false;
		const int64_t until = mono_ms() + WAIT_MS;
		while (!again && mono_ms() < until) {
			fds[4] = client_connect_to(served.port);
			again = is_served(fds[4]);
			if (!again)
				(void)close(fds[4]);
		}
		CHECK_ROW(rows[i].why, again);
		(void)close(fds[0]);
		(void)close(fds[2]);
		(void)close(fds[3]);
		(void)close(fds[4]);
		served_stop(&served, 0);
	}
}

TEST(http__requests_at_once_are_counted) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.requests_per_client_max = 2;
	served_start(&served, &options);
	const int a = client_connect_to(served.port), b = client_connect_to(served.port);
	const int c = client_connect_to(served.port);
	CHECK(client_send_text(a, GET_HOLD) && client_send_text(b, GET_HOLD));
	served_wait_held(&served, 2);
	CHECK(client_send_text(c, GET_ECHO));
	struct answer *answer = client_read(c, false);
	CHECK(answer->status == 429 && !answer->closes);
	CHECK(answer_header(answer, "Retry-After") != NULL);
	free(answer);
	/* With a body the connection is lost, for the body is not read. */
	const int d = client_connect_to(served.port);
	CHECK(client_send_text(d, POST_OF("3") "abc"));
	answer = client_read(d, false);
	CHECK(answer->status == 429 && answer->closes && client_sees_close(d));
	free(answer);
	served_release(&served);
	free(client_read(a, false));
	free(client_read(b, false));
	CHECK(becomes_served(c) && becomes_served(a) && becomes_served(b));
	(void)close(a);
	(void)close(b);
	(void)close(c);
	(void)close(d);
	served_stop(&served, 0);
}

TEST(http__requests_that_expired_count_until_the_handler_is_done) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.requests_per_client_max = 1;
	options.limits.request_us = SHORT_US;
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	CHECK(client_send_text(fd, GET_HOLD));
	struct answer *answer = client_read(fd, false);
	CHECK(answer->status == 503);
	free(answer);
	CHECK(client_get(served.port, "/echo") == 429);
	served_release(&served);
	CHECK(becomes_served(fd));
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__requests_in_time_are_counted) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	/* One in 1000 s, so that no new one comes while this runs. */
	options.limits.rate_per_client = 0.001;
	options.limits.burst_per_client = 5;
	served_start(&served, &options);
	for (int i = 0; i < 5; i++)
		CHECK(client_get(served.port, "/echo") == 200);
	for (int i = 0; i < 3; i++) {
		struct answer *answer = client_ask(served.port, GET_ECHO, strlen(GET_ECHO));
		CHECK(answer->status == 429);
		const unsigned long wait_s = strtoul(
				answer_header(answer, "Retry-After"), NULL, 10);
		CHECK(wait_s > 900 && wait_s <= 1000);
		free(answer);
	}
	served_stop(&served, 0);
	/* A fast one fills up again. */
	options.limits.rate_per_client = 100;
	options.limits.burst_per_client = 1;
	served_start(&served, &options);
	int fine = 0;
	for (int i = 0; i < 5; i++, pause_ms(50))
		fine += client_get(served.port, "/echo") == 200;
	CHECK(fine == 5);
	served_stop(&served, 0);
}

/* Sends 'size' bytes as one body to "/hold". */
static int post(uint16_t port, size_t size, bool chunked) {
	char head[200];
	char *body = calloc(1, size);
	CHECK(body != NULL);
	const int fd = client_connect_to(port);
	if (chunked)
		(void)snprintf(head, sizeof head,
				"POST /hold HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
				"chunked\r\n\r\n%zx\r\n",
				size);
	else
		(void)snprintf(head, sizeof head,
				"POST /hold HTTP/1.1\r\nHost: test\r\nContent-Length: %zu\r\n\r\n",
				size);
	(void)(client_send_text(fd, head) && client_send(fd, body, size) &&
			(!chunked || client_send_text(fd, "\r\n0\r\n\r\n")));
	free(body);
	return fd;
}

static int status_of(int fd) {
	struct answer *answer = client_read(fd, false);
	const int status = answer->status;
	free(answer);
	(void)close(fd);
	return status;
}

TEST(http__bodies_are_limited_each_and_together) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	options.limits.body_max = 600000;
	options.limits.body_total_max = 1000000;
	served_start(&served, &options);
	for (int chunked = 0; chunked < 2; chunked++) {
		/* It is told, although it sends all before it looks. */
		CHECK(status_of(post(served.port, 600001, chunked)) == 413);
		const int first = post(served.port, 600000, chunked);
		served_wait_held(&served, 1);
		CHECK(status_of(post(served.port, 600000, chunked)) == 503);
		const int small = post(served.port, 1000, chunked);
		served_wait_held(&served, 2);
		served_release(&served);
		CHECK(status_of(first) == 200 && status_of(small) == 200);
		/* What has been given back may be had again. */
		for (int i = 0; i < 5; i++) {
			const int again = post(served.port, 600000, chunked);
			served_wait_held(&served, 1);
			served_release(&served);
			CHECK(status_of(again) == 200);
		}
	}
	/* Without an end, it is not told, but closed. */
	const int endless = post(served.port, 5000000, true);
	CHECK(client_sees_close(endless));
	(void)close(endless);
	CHECK(client_get(served.port, "/echo") == 200);
	served_stop(&served, 0);
}

TEST(http__a_large_body_that_is_refused_does_not_hide_the_answer) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	/* More than sockets hold: it is still sending when the answer comes. */
	CHECK(status_of(post(served.port, (size_t)20 << 20, false)) == 413);
	served_stop(&served, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__who_never_ends_is_cut_however_busy_it_seems),
			TEST_ENTRY(http__framing_longer_than_the_buffer_is_cut_at_once_and_slow_chunks_are_not),
			TEST_ENTRY(http__who_says_nothing_is_cut),
			TEST_ENTRY(http__one_deadline_is_not_anothers),
			TEST_ENTRY(http__who_does_not_read_its_answer_is_cut),
			TEST_ENTRY(http__a_handler_that_is_late_is_answered_for),
			TEST_ENTRY(http__a_client_that_goes_is_missed),
			TEST_ENTRY(http__connections_are_counted_for_all_and_for_each),
			TEST_ENTRY(http__requests_at_once_are_counted),
			TEST_ENTRY(http__requests_that_expired_count_until_the_handler_is_done),
			TEST_ENTRY(http__requests_in_time_are_counted),
			TEST_ENTRY(http__bodies_are_limited_each_and_together),
			TEST_ENTRY(http__a_large_body_that_is_refused_does_not_hide_the_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
