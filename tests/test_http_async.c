/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server when its handler answers later, from another thread and in any order, when clients go while they
 * wait, and when the server stops meanwhile.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

enum { CLIENTS = 8, CONNECTIONS_MANY = 200 };

struct caller {
	struct served *served;
	pthread_t thread;
	unsigned id, requests;
	unsigned whole; /* answers that came whole */
	unsigned left;  /* requests that it did not wait for */
	bool goes;      /* sometimes leaves while it waits */
	uint64_t seed;
	const char *fault;
};

/* One request on an open connection; false when the connection is of no more use. */
static bool call_once(struct caller *c, int fd, unsigned n) {
	char text[128], expected[64];
	(void)snprintf(text, sizeof text,
			"GET /late?q=%u.%u HTTP/1.1\r\nHost: test\r\nX-Sent: %u\r\n\r\n", c->id, n,
			n);
	(void)snprintf(expected, sizeof expected, "0 /late q=%u.%u x=%u 0:00000000", c->id, n, n);
	if (!client_send_text(fd, text))
		return false;
	if (c->goes && test_random(&c->seed) % 3 == 0) {
		c->left++;
		if (test_random(&c->seed) % 2 == 0)
			pause_ms((int)(test_random(&c->seed) % 4));
		return false;
	}
	struct answer *answer = client_read(fd, false);
	const bool fine = answer->status == 200 && strcmp(answer->body, expected) == 0;
	c->whole += fine;
	/* 503: the server was stopping before the handler had it. */
	if (answer->status == 200 && !fine)
		c->fault = "not its own answer";
	if (!fine && answer->status != 0 && answer->status != 503)
		c->fault = "neither answered nor refused";
	const bool goes_on = fine && !answer->closes;
	free(answer);
	return goes_on;
}

static void *call(void *user) {
	struct caller *c = user;
	int fd = -1;
	for (unsigned n = 0; n < c->requests; n++) {
		if (fd < 0)
			fd = client_connect_to(c->served->port);
		if (!call_once(c, fd, n)) {
			(void)close(fd);
			fd = -1;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	return NULL;
}

static void start_callers(struct served *served, struct caller *callers, unsigned requests,
		bool goes, void *(*run)(void *)) {
	for (unsigned i = 0; i < CLIENTS; i++) {
		callers[i] = (struct caller){.served = served,
				.id = i,
				.requests = requests,
				.goes = goes,
				.seed = 100 + i};
		CHECK(pthread_create(&callers[i].thread, NULL, run, &callers[i]) == 0);
	}
}

static struct caller join_callers(struct caller *callers) {
	struct caller sum = {0};
	for (unsigned i = 0; i < CLIENTS; i++) {
		CHECK(pthread_join(callers[i].thread, NULL) == 0);
		CHECK_ROW(callers[i].fault == NULL ? "" : callers[i].fault,
				callers[i].fault == NULL);
		sum.whole += callers[i].whole;
		sum.left += callers[i].left;
	}
	return sum;
}

TEST(http__late_answers_find_their_clients) {
	(void)state_;
	for (unsigned threads = 1; threads <= 3; threads += 2)
		for (unsigned late_us = 0; late_us <= 2000; late_us += 2000) {
			struct served served;
			struct caller callers[CLIENTS];
			struct ent_http_options options = served_options();
			options.threads = threads;
			served_start(&served, &options);
			served.late_us = late_us;
			start_callers(&served, callers, 200, false, call);
			const struct caller sum = join_callers(callers);
			CHECK(sum.whole == CLIENTS * 200);
			served_wait_recorded(&served, CLIENTS * 200);
			CHECK(atomic_load(&served.handled) == CLIENTS * 200);
			served_stop(&served, 0);
		}
}

TEST(http__clients_that_go_while_they_wait_cost_nothing) {
	(void)state_;
	struct served served;
	struct caller callers[CLIENTS];
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	served.late_us = 3000;
	start_callers(&served, callers, 200, true, call);
	const struct caller sum = join_callers(callers);
	CHECK(sum.left > 100 && sum.whole == CLIENTS * 200 - sum.left);
	/* Some left before their request came, but none is handled and not recorded. */
	const unsigned handled = atomic_load(&served.handled);
	CHECK(handled >= sum.whole);
	served_wait_recorded(&served, handled);
	CHECK(client_get(served.port, "/late") == 200);
	served_stop(&served, 0);
}

/* More than the 128 events for which the library asks at a time: see loop.c. */
TEST(http__hundreds_of_connections_at_once_are_all_served) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	int fds[CONNECTIONS_MANY];
	options.threads = 1;
	served_start(&served, &options);
	for (unsigned i = 0; i < CONNECTIONS_MANY; i++)
		fds[i] = client_connect_to(served.port);
	for (unsigned round = 0; round < 20; round++) {
		const char *text = round % 2 == 0 ? "GET /echo HTTP/1.1\r\nHost: test\r\n\r\n"
						  : "GET /late HTTP/1.1\r\nHost: test\r\n\r\n";
		for (unsigned i = 0; i < CONNECTIONS_MANY; i++)
			CHECK(client_send_text(fds[i], text));
		for (unsigned i = 0; i < CONNECTIONS_MANY; i++) {
			struct answer *answer = client_read(fds[i], false);
			CHECK(answer->status == 200);
			free(answer);
		}
	}
	for (unsigned i = 0; i < CONNECTIONS_MANY; i++)
		(void)close(fds[i]);
	served_stop(&served, 0);
}

/* Until the server is gone. */
static void *call_until_stopped(void *user) {
	struct caller *c = user;
	int fd = client_connect_to(c->served->port);
	while (call_once(c, fd, c->requests))
		c->requests++;
	(void)close(fd);
	return NULL;
}

TEST(http__a_stop_lets_every_request_in_hand_have_its_answer) {
	(void)state_;
	for (unsigned round = 0; round < 6; round++) {
		struct served served;
		struct caller callers[CLIENTS];
		struct ent_http_options options = served_options();
		options.threads = 1 + round % 2;
		served_start(&served, &options);
		served.late_us = round * 2000;
		start_callers(&served, callers, 0, false, call_until_stopped);
		while (atomic_load(&served.handled) < 100)
			pause_ms(1);
		ent_http_server_stop(served.server, 10000000);
		const struct caller sum = join_callers(callers);
		CHECK(atomic_load(&served.handled) == sum.whole);
		/* Lost is at most what no handler had seen: a head of which the server had not read all when it stopped. */
		CHECK(atomic_load(&served.recorded) - atomic_load(&served.lost) >= sum.whole);
		served_stop(&served, 0);
	}
}

static void *stop_slowly(void *user) {
	ent_http_server_stop(((struct served *)user)->server, 10000000);
	return NULL;
}

TEST(http__a_stop_waits_for_who_reads_slowly_and_for_nobody_else) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	pthread_t stopper;
	served_start(&served, &options);
	const int slow = client_connect_to(served.port), idle = client_connect_to(served.port);
	const int half = client_connect_to(served.port);
	CHECK(client_send_text(slow, "GET /big HTTP/1.1\r\nHost: test\r\n\r\n"));
	CHECK(client_send_text(
			half, "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n"));
	while (atomic_load(&served.handled) == 0)
		pause_ms(1);
	CHECK(pthread_create(&stopper, NULL, stop_slowly, &served) == 0);
	CHECK(client_sees_close(idle) && client_sees_close(half));
	CHECK(atomic_load(&served.recorded) == atomic_load(&served.lost));
	struct answer *answer = client_read(slow, false);
	CHECK(answer->status == 200 && answer->size == BIG_SIZE);
	free(answer);
	CHECK(client_sees_close(slow));
	CHECK(pthread_join(stopper, NULL) == 0);
	(void)close(slow);
	(void)close(idle);
	(void)close(half);
	served_stop(&served, 0);
}

TEST(http__a_stop_does_not_wait_for_ever_and_late_answers_outlive_the_server) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	int fds[20];
	served_start(&served, &options);
	for (unsigned i = 0; i < COUNT_OF(fds); i++) {
		fds[i] = client_connect_to(served.port);
		CHECK(client_send_text(fds[i],
				"POST /hold?q=%41 HTTP/1.1\r\nHost: test\r\n"
				"Content-Length: 3\r\n\r\nabc"));
	}
	served_wait_held(&served, COUNT_OF(fds));
	served_stop(&served, 50000);
	for (unsigned i = 0; i < COUNT_OF(fds); i++) {
		struct answer *answer = client_read(fds[i], false);
		CHECK(answer->status == 503 && answer->closes);
		free(answer);
		(void)close(fds[i]);
	}
	/* The server is gone; what the handlers hold is not. */
	for (size_t i = 0; i < served.held_n; i++) {
		size_t size;
		CHECK(ent_http_gone(served.held[i]));
		CHECK(strcmp(ent_http_query(served.held[i], "q"), "A") == 0);
		CHECK(memcmp(ent_http_body(served.held[i], &size), "abc", 4) == 0);
		ent_http_set_subject(served.held[i], "late");
		const struct ent_http_answer answer = {.status = 204};
		ent_http_answer(served.held[i], &answer);
	}
	CHECK(atomic_load(&served.recorded) == COUNT_OF(fds));
}

TEST(http__who_comes_after_the_stop_is_not_let_in) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	const uint16_t port = served.port;
	CHECK(client_get(port, "/echo") == 200);
	served_stop(&served, 0);
	/* The port is free again at once. */
	char listen[32];
	(void)snprintf(listen, sizeof listen, "127.0.0.1:%u", (unsigned)port);
	options.listen = listen;
	served_start(&served, &options);
	CHECK(served.port == port && client_get(port, "/echo") == 200);
	served_stop(&served, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__late_answers_find_their_clients),
			TEST_ENTRY(http__clients_that_go_while_they_wait_cost_nothing),
			TEST_ENTRY(http__hundreds_of_connections_at_once_are_all_served),
			TEST_ENTRY(http__a_stop_lets_every_request_in_hand_have_its_answer),
			TEST_ENTRY(http__a_stop_waits_for_who_reads_slowly_and_for_nobody_else),
			TEST_ENTRY(http__a_stop_does_not_wait_for_ever_and_late_answers_outlive_the_server),
			TEST_ENTRY(http__who_comes_after_the_stop_is_not_let_in),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
