/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to peers, without TLS: what is asked arrives, and whatever a peer does ends in time, within the size that is
 * allowed, under the name that says what it was. The peer is a socket that says what a row has.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetching.h"
#include "served.h"

/* --- A peer that says anything --- */

struct peer {
	int fd;
	uint16_t port;
	const char *first,
			*again; /* what it says once it has read a request, and then without end */
	int pause_ms;           /* between two 'again' */
	bool closes;            /* after 'first' */
	atomic_bool ends;
	pthread_t thread;
};

static void speak(struct peer *peer, int fd) {
	char bytes[4096];
	if (recv(fd, bytes, sizeof bytes, 0) <= 0)
		return;
	if (!client_send_text(fd, peer->first) || peer->closes)
		return;
	while (!atomic_load(&peer->ends)) {
		if (peer->again != NULL && !client_send_text(fd, peer->again))
			return;
		pause_ms(peer->again == NULL ? 10 : peer->pause_ms);
	}
}

static void *peer_run(void *user) {
	struct peer *peer = user;
	int fd;
	while ((fd = accept(peer->fd, NULL, NULL)) >= 0) {
		speak(peer, fd);
		(void)close(fd);
	}
	return NULL;
}

static int listen_on(uint16_t *ret_port, int backlog) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof at;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0);
	CHECK(listen(fd, backlog) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

static void peer_start(struct peer *peer) {
	peer->fd = listen_on(&peer->port, 16);
	atomic_init(&peer->ends, false);
	CHECK(pthread_create(&peer->thread, NULL, peer_run, peer) == 0);
}

static void peer_stop(struct peer *peer) {
	atomic_store(&peer->ends, true);
	(void)shutdown(peer->fd, SHUT_RDWR);
	CHECK(pthread_join(peer->thread, NULL) == 0);
	(void)close(peer->fd);
}

static struct asked ask_port(struct ent_fetch *fetch, uint16_t port, int64_t total_us) {
	char url[64];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
	struct ent_fetch_request request = fetch_request(url);
	request.total_us = total_us;
	return fetch_ask(fetch, request);
}

/* --- Claims --- */

TEST(fetch__a_request_arrives_as_it_was_given_and_so_does_its_answer) {
	(void)state_;
	static const struct {
		const char *why;
		enum ent_fetch_method method;
		const char *body;
		const char *echo;
	} rows[] = {
			{"get", ENT_FETCH_GET, NULL, "0 /echo q=1 x=here 0:00000000"},
			{"put", ENT_FETCH_PUT, "a", "2 /echo q=1 x=here 1:00000061"},
			{"post", ENT_FETCH_POST, "ab", "3 /echo q=1 x=here 2:00000c21"},
			{"post of nothing", ENT_FETCH_POST, NULL, "3 /echo q=1 x=here 0:00000000"},
			{"delete", ENT_FETCH_DELETE, NULL, "4 /echo q=1 x=here 0:00000000"},
	};
	static const char *const headers[] = {"X-Sent", "here", "X-Other", "", NULL};
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	char url[64];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/echo?q=1", served.port);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fetch_request request = fetch_request(url);
		request.method = rows[i].method;
		request.headers = headers;
		request.body = rows[i].body;
		request.body_size = rows[i].body == NULL ? 0 : strlen(rows[i].body);
		const struct asked asked = fetch_ask(fetch, request);
		CHECK_ROW(rows[i].why, asked.end == ENT_FETCH_ANSWERED && asked.status == 200);
		CHECK_ROW(asked.body, strcmp(asked.body, rows[i].echo) == 0);
		CHECK_ROW(rows[i].why, asked.new_connection == (i == 0));
	}
	/* Its connection was kept all the time. */
	struct ent_fetch_request request = fetch_request(url);
	char *large = calloc(1, 3000000);
	CHECK(large != NULL);
	request.method = ENT_FETCH_POST;
	request.body = large;
	request.body_size = 3000000;
	const struct asked asked = fetch_ask(fetch, request);
	CHECK(strcmp(asked.body, "3 /echo q=1 x=- 3000000:00000000") == 0);
	free(large);
	ent_fetch_destroy(fetch);
	served_stop(&served, 0);
}

#define OK "HTTP/1.1 200 OK\r\n"

/* What a peer may do, and what it is called. */
static const struct {
	const char *why;
	struct peer peer;
	enum ent_fetch_end end;
	enum ent_fetch_class class;
} ends[] = {
		{"silence", {.first = ""}, ENT_FETCH_NO_ANSWER, ENT_FETCH_CLASS_NO_ANSWER},
		{"a head that drips", {.first = OK "A:", .again = "b", .pause_ms = 20},
				ENT_FETCH_NO_ANSWER, ENT_FETCH_CLASS_NO_ANSWER},
		{"a body that drips",
				{.first = OK "Content-Length: 60000\r\n\r\n",
						.again = "b",
						.pause_ms = 20},
				ENT_FETCH_NO_ANSWER, ENT_FETCH_CLASS_NO_ANSWER},
		{"a body without end", {.first = OK "\r\n", .again = "0123456789abcdef"},
				ENT_FETCH_TOO_LARGE, ENT_FETCH_CLASS_NO_ANSWER},
		{"a large body that is announced",
				{.first = OK "Content-Length: 70000\r\n\r\n",
						.again = "0123456789abcdef"},
				ENT_FETCH_TOO_LARGE, ENT_FETCH_CLASS_NO_ANSWER},
		{"headers without end", {.first = OK, .again = "A: b\r\n"}, ENT_FETCH_TOO_LARGE,
				ENT_FETCH_CLASS_NO_ANSWER},
		{"interim answers without end", {.first = "", .again = "HTTP/1.1 102 Wait\r\n\r\n"},
				ENT_FETCH_TOO_LARGE, ENT_FETCH_CLASS_NO_ANSWER},
		{"a body that is cut",
				{.first = OK "Content-Length: 10\r\n\r\nhalf", .closes = true},
				ENT_FETCH_CUT, ENT_FETCH_CLASS_NO_ANSWER},
		{"chunks that are cut",
				{.first = OK "Transfer-Encoding: chunked\r\n\r\n8\r\nhalf",
						.closes = true},
				ENT_FETCH_CUT, ENT_FETCH_CLASS_NO_ANSWER},
		{"a head that is cut", {.first = OK "Content-", .closes = true}, ENT_FETCH_CUT,
				ENT_FETCH_CLASS_NO_ANSWER},
		{"no answer at all", {.first = "", .closes = true}, ENT_FETCH_CUT,
				ENT_FETCH_CLASS_NO_ANSWER},
		{"no HTTP", {.first = "SSH-2.0-other\r\n", .closes = true}, ENT_FETCH_MALFORMED,
				ENT_FETCH_CLASS_NO_ANSWER},
		{"a length that is none",
				{.first = OK "Content-Length: -1\r\n\r\n", .closes = true},
				ENT_FETCH_MALFORMED, ENT_FETCH_CLASS_NO_ANSWER},
		{"chunks that are none",
				{.first = OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
						.closes = true},
				ENT_FETCH_CUT, ENT_FETCH_CLASS_NO_ANSWER},
};

TEST(fetch__whatever_a_peer_does_it_ends_and_says_how) {
	(void)state_;
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct peer peer = ends[i].peer;
		peer_start(&peer);
		const struct asked asked = ask_port(fetch, peer.port,
				ends[i].end == ENT_FETCH_NO_ANSWER ? 400000 : 5000000);
		peer_stop(&peer);
		if (asked.end != ends[i].end)
			print_error("%s: %s: %s\n", ends[i].why, ent_fetch_end_text(asked.end),
					asked.why);
		CHECK_ROW(ends[i].why, asked.end == ends[i].end);
		CHECK_ROW(ends[i].why, ent_fetch_end_class(asked.end) == ends[i].class);
		CHECK_ROW(ends[i].why, asked.status == 0 && asked.body[0] == '\0');
		CHECK_ROW(ends[i].why, asked.why[0] != '\0');
	}
	ent_fetch_destroy(fetch);
}

TEST(fetch__an_answer_may_be_as_large_as_allowed_and_no_redirect_is_followed) {
	(void)state_;
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	struct peer moved = {.first = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
				      "Content-Length: 2\r\n\r\nno",
			.closes = true};
	peer_start(&moved);
	const struct asked asked = ask_port(fetch, moved.port, 5000000);
	peer_stop(&moved);
	CHECK(asked.end == ENT_FETCH_ANSWERED && asked.status == 302);
	CHECK(strcmp(asked.body, "no") == 0);
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	for (int more = 0; more < 2; more++) {
		char url[64];
		(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/grow?size=%d", served.port,
				65536 + more);
		const struct asked grown = fetch_ask(fetch, fetch_request(url));
		CHECK(grown.end == (more == 0 ? ENT_FETCH_ANSWERED : ENT_FETCH_TOO_LARGE));
		CHECK(grown.size == (more == 0 ? 65536 : 0));
	}
	ent_fetch_destroy(fetch);
	served_stop(&served, 0);
}

/* The four of R3: a fault on our side, no path, path up and no answer (above), refused. */
TEST(fetch__no_name_no_path_refused_and_our_own_fault_are_told_apart) {
	(void)state_;
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	uint16_t port;
	/* Nobody takes from this queue, and when it is full no more connections come about. */
	const int full = listen_on(&port, 0);
	int waiting[8];
	for (size_t i = 0; i < COUNT_OF(waiting); i++) {
		const struct sockaddr_in at = {.sin_family = AF_INET,
				.sin_port = htons(port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void)connect(waiting[i], (const struct sockaddr *)&at, sizeof at);
	}
	struct asked asked = ask_port(fetch, port, 400000);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_NO_PATH);
	CHECK(ent_fetch_end_class(asked.end) == ENT_FETCH_CLASS_NO_PATH);
	for (size_t i = 0; i < COUNT_OF(waiting); i++)
		(void)close(waiting[i]);
	(void)close(full);
	asked = ask_port(fetch, port, 5000000);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_REFUSED);
	CHECK(ent_fetch_end_class(asked.end) == ENT_FETCH_CLASS_REFUSED);
	struct ent_fetch_request request = fetch_request("http://nobody.invalid/");
	request.connect_us = 3000000;
	asked = fetch_ask(fetch, request);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_NO_NAME);
	CHECK(ent_fetch_end_class(asked.end) == ENT_FETCH_CLASS_NO_PATH);
	/* No descriptor is left for a socket. */
	struct rlimit before, none;
	CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
	none = before;
	none.rlim_cur = 3;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	asked = ask_port(fetch, port, 5000000);
	CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
	CHECK_ROW(asked.why, asked.end == ENT_FETCH_OURS);
	CHECK(ent_fetch_end_class(asked.end) == ENT_FETCH_CLASS_OURS);
	ent_fetch_destroy(fetch);
}

TEST(fetch__a_name_that_does_not_resolve_and_a_silent_peer_hold_nobody_up) {
	(void)state_;
	enum { SILENT = 100 };
	struct served served;
	struct ent_http_options options = served_options();
	options.listen = "0.0.0.0:0";
	served_start(&served, &options);
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	struct asked silent, nameless;
	char url[64];
	asked_init(&silent);
	asked_init(&nameless);
	for (int i = 0; i < SILENT; i++) {
		/* A peer may have four connections, so these are a peer each. */
		(void)snprintf(url, sizeof url, "http://127.0.0.%d:%u/hold", 1 + i / 2,
				served.port);
		struct ent_fetch_request request = fetch_request(
				i % 2 == 0 ? url : "http://nobody.invalid/");
		request.user = i % 2 == 0 ? &silent : &nameless;
		request.total_us = 60000000;
		CHECK(ent_fetch_submit(fetch, &request, NULL) == ENT_OK);
	}
	(void)snprintf(url, sizeof url, "http://127.0.0.200:%u/echo", served.port);
	for (int i = 0; i < 20; i++)
		CHECK(fetch_ask(fetch, fetch_request(url)).end == ENT_FETCH_ANSWERED);
	ent_fetch_destroy(fetch);
	/* All the while the silent ones had not ended, or they would not be the last to. */
	CHECK(silent.ends == SILENT / 2 && silent.end == ENT_FETCH_STOPPED);
	CHECK(nameless.ends == SILENT / 2);
	asked_finish(&nameless);
	asked_finish(&silent);
	served_release(&served);
	served_stop(&served, 0);
}

TEST(fetch__requests_that_wait_for_a_silent_peer_s_connections_end_like_those_that_have_them) {
	(void)state_;
	enum { MORE = 10 };
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	uint16_t port;
	const int silent = listen_on(&port, 64);
	struct asked asked[MORE];
	char url[64];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
	for (int i = 0; i < MORE; i++) {
		struct ent_fetch_request request = fetch_request(url);
		asked_init(&asked[i]);
		/* A machine that is busy takes its time to begin ten of them. */
		request.total_us = 1500000;
		request.user = &asked[i];
		CHECK(ent_fetch_submit(fetch, &request, NULL) == ENT_OK);
	}
	for (int i = 0; i < MORE; i++) {
		asked_wait(&asked[i], 1);
		CHECK_ROW(asked[i].why, asked[i].end == ENT_FETCH_NO_ANSWER);
		asked_finish(&asked[i]);
	}
	ent_fetch_destroy(fetch);
	(void)close(silent);
}

/* Its queue is full when they at last have a connection of their own to make: of the path that says nothing. */
TEST(fetch__what_others_left_of_a_request_s_time_is_no_fault_of_the_path) {
	(void)state_;
	enum { FIRST = 4, MORE = 4 };
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	uint16_t port;
	const int silent = listen_on(&port, FIRST - 1);
	struct asked asked[FIRST + MORE];
	char url[64];
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
	for (int i = 0; i < FIRST + MORE; i++) {
		struct ent_fetch_request request = fetch_request(url);
		asked_init(&asked[i]);
		request.total_us = i < FIRST ? 800000 : 1000000;
		request.user = &asked[i];
		CHECK(ent_fetch_submit(fetch, &request, NULL) == ENT_OK);
	}
	for (int i = 0; i < FIRST + MORE; i++) {
		asked_wait(&asked[i], 1);
		CHECK_ROW(asked[i].why, asked[i].end == ENT_FETCH_NO_ANSWER);
		asked_finish(&asked[i]);
	}
	ent_fetch_destroy(fetch);
	(void)close(silent);
}

/* Nor do they get more of it because others have more. */
TEST(fetch__a_request_that_waits_for_others_ends_when_its_own_time_is_over) {
	(void)state_;
	enum { FIRST = 4 };
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	uint16_t port;
	const int silent = listen_on(&port, 64);
	struct asked first, last;
	char url[64];
	asked_init(&first);
	asked_init(&last);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
	for (int i = 0; i < FIRST + 1; i++) {
		struct ent_fetch_request request = fetch_request(url);
		request.total_us = i < FIRST ? 60000000 : 300000;
		request.user = i < FIRST ? &first : &last;
		CHECK(ent_fetch_submit(fetch, &request, NULL) == ENT_OK);
	}
	asked_wait(&last, 1);
	CHECK_ROW(last.why, last.end == ENT_FETCH_NO_ANSWER);
	CHECK(first.ends == 0);
	ent_fetch_destroy(fetch);
	CHECK(first.ends == FIRST && first.end == ENT_FETCH_STOPPED);
	asked_finish(&first);
	asked_finish(&last);
	(void)close(silent);
}

TEST(fetch__no_proxy_is_taken_from_the_environment) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	CHECK(setenv("http_proxy", "http://127.0.0.1:1", 1) == 0);
	CHECK(setenv("ALL_PROXY", "http://127.0.0.1:1", 1) == 0);
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	CHECK(ask_port(fetch, served.port, 5000000).end == ENT_FETCH_ANSWERED);
	CHECK(unsetenv("http_proxy") == 0 && unsetenv("ALL_PROXY") == 0);
	ent_fetch_destroy(fetch);
	served_stop(&served, 0);
}

TEST(fetch__what_cannot_be_asked_is_refused_with_its_place) {
	(void)state_;
	static char long_url[ENT_FETCH_URL_MAX + 8] = "http://a/", long_value[9000];
	static const char *const split[] = {"A", "b\r\nC: d", NULL}, *const blank[] = {"A B", "c"},
				 *const half[] = {"A", NULL},
				 *const large[] = {"A", long_value, NULL};
	static const char *many[2 * ENT_FETCH_HEADERS_MAX + 3];
	static const uint8_t key[ENT_FETCH_KEY_SIZE];
	memset(long_url + 9, 'a', ENT_FETCH_URL_MAX - 2);
	memset(long_value, 'a', sizeof long_value - 1);
	for (size_t i = 0; i < COUNT_OF(many) - 1; i++)
		many[i] = "A";
	const struct {
		const char *why, *url;
		const uint8_t *key;
		const char *const *headers;
		int64_t total_us;
		size_t answer_max;
		ent_status status;
		const char *where;
	} rows[] = {
			{"no URL", "http:", NULL, NULL, 1, 1, ENT_E_REFUSED, "url"},
			{"an empty URL", "", NULL, NULL, 1, 1, ENT_E_REFUSED, "url"},
			{"a bad port", "http://a:999999/", NULL, NULL, 1, 1, ENT_E_SYNTAX, "url"},
			{"another scheme", "file:///etc/passwd", NULL, NULL, 1, 1, ENT_E_REFUSED,
					"url"},
			{"a key without TLS", "http://a/", key, NULL, 1, 1, ENT_E_REFUSED, "url"},
			{"a user", "https://a:b@c/", key, NULL, 1, 1, ENT_E_SYNTAX, "url"},
			{"a long URL", long_url, NULL, NULL, 1, 1, ENT_E_LIMIT, "url"},
			{"two lines", "http://a/", NULL, split, 1, 1, ENT_E_SYNTAX, "headers[0]"},
			{"no name", "http://a/", NULL, blank, 1, 1, ENT_E_SYNTAX, "headers[0]"},
			{"no value", "http://a/", NULL, half, 1, 1, ENT_E_SYNTAX, "headers[0]"},
			{"a long value", "http://a/", NULL, large, 1, 1, ENT_E_LIMIT, "headers[0]"},
			{"many", "http://a/", NULL, many, 1, 1, ENT_E_LIMIT, "headers[32]"},
			{"no time", "http://a/", NULL, NULL, 0, 1, ENT_E_DOMAIN, "total_us"},
			{"too much time", "http://a/", NULL, NULL, INT64_MAX, 1, ENT_E_DOMAIN,
					"total_us"},
			{"too much", "http://a/", NULL, NULL, 1, SIZE_MAX, ENT_E_DOMAIN,
					"answer_max"},
	};
	struct ent_fetch *fetch = fetch_open(NULL, NULL);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {0};
		struct ent_fetch_request request = fetch_request(rows[i].url);
		request.peer_key = rows[i].key;
		request.headers = rows[i].headers;
		request.total_us = rows[i].total_us;
		request.answer_max = rows[i].answer_max;
		CHECK_ROW(rows[i].why, ent_fetch_submit(fetch, &request, &fault) == rows[i].status);
		CHECK_ROW(rows[i].why, strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
	ent_fetch_destroy(fetch);
}

TEST(fetch__options_that_cannot_be_are_refused) {
	(void)state_;
	static const struct {
		const char *why;
		struct ent_fetch_options options;
		ent_status status;
	} rows[] = {
			{"no requests", {NULL, NULL, 0, 1}, ENT_E_DOMAIN},
			{"no connections", {NULL, NULL, 1, 0}, ENT_E_DOMAIN},
			{"too many", {NULL, NULL, ENT_FETCH_REQUESTS_MAX + 1, 1}, ENT_E_DOMAIN},
			{"a certificate alone", {"a", NULL, 1, 1}, ENT_E_SYNTAX},
			{"a key alone", {NULL, "a", 1, 1}, ENT_E_SYNTAX},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fetch *fetch = NULL;
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].why,
				ent_fetch_create(&rows[i].options, &fetch, &fault) ==
						rows[i].status);
		CHECK_ROW(rows[i].why, fetch == NULL && fault.why[0] != '\0');
	}
}

/* --- Many threads, and the end --- */

enum { THREADS = 4, EACH = 100 };

struct crowd {
	struct ent_fetch *fetch;
	char url[64];
	struct asked asked;
	atomic_uint chained;
};

static void *submit_many(void *user) {
	struct crowd *crowd = user;
	for (int i = 0; i < EACH; i++) {
		struct ent_fetch_request request = fetch_request(crowd->url);
		request.total_us = 30000000;
		request.user = &crowd->asked;
		CHECK(ent_fetch_submit(crowd->fetch, &request, NULL) == ENT_OK);
	}
	return NULL;
}

/* Each answer asks again. */
static void chain(void *user, const struct ent_fetch_result *result) {
	struct crowd *crowd = user;
	struct ent_fetch_request request = fetch_request(crowd->url);
	request.done = chain;
	request.user = crowd;
	if (result->end == ENT_FETCH_ANSWERED && atomic_fetch_add(&crowd->chained, 1) < EACH &&
			ent_fetch_submit(crowd->fetch, &request, NULL) == ENT_OK)
		return;
	asked_done(&crowd->asked, result);
}

TEST(fetch__requests_from_many_threads_and_from_done_are_all_answered) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	struct crowd crowd = {.fetch = fetch_open(NULL, NULL)};
	pthread_t threads[THREADS];
	asked_init(&crowd.asked);
	(void)snprintf(crowd.url, sizeof crowd.url, "http://127.0.0.1:%u/late", served.port);
	for (size_t i = 0; i < THREADS; i++)
		CHECK(pthread_create(&threads[i], NULL, submit_many, &crowd) == 0);
	for (size_t i = 0; i < THREADS; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	asked_wait(&crowd.asked, THREADS * EACH);
	CHECK(atomic_load(&served.handled) == THREADS * EACH);
	struct ent_fetch_request request = fetch_request(crowd.url);
	request.done = chain;
	request.user = &crowd;
	CHECK(ent_fetch_submit(crowd.fetch, &request, NULL) == ENT_OK);
	asked_wait(&crowd.asked, THREADS * EACH + 1);
	CHECK(crowd.asked.end == ENT_FETCH_ANSWERED);
	CHECK(atomic_load(&crowd.chained) == EACH + 1);
	ent_fetch_destroy(crowd.fetch);
	asked_finish(&crowd.asked);
	served_stop(&served, 0);
}

TEST(fetch__no_more_than_allowed_are_in_hand_and_all_end_with_it) {
	(void)state_;
	const struct ent_fetch_options options = {.requests_max = 20, .connections_kept_max = 4};
	struct ent_fetch *fetch = NULL;
	struct peer peer = {.first = ""};
	struct asked asked;
	char url[64];
	asked_init(&asked);
	peer_start(&peer);
	CHECK(ent_fetch_create(&options, &fetch, NULL) == ENT_OK);
	(void)snprintf(url, sizeof url, "http://127.0.0.1:%u/", peer.port);
	struct ent_fetch_request request = fetch_request(url);
	request.user = &asked;
	for (int i = 0; i < 20; i++)
		CHECK(ent_fetch_submit(fetch, &request, NULL) == ENT_OK);
	struct ent_fault fault = {0};
	CHECK(ent_fetch_submit(fetch, &request, &fault) == ENT_E_LIMIT && fault.why[0] != '\0');
	ent_fetch_destroy(fetch);
	CHECK(asked.ends == 20 && asked.end == ENT_FETCH_STOPPED);
	peer_stop(&peer);
	asked_finish(&asked);
	ent_fetch_destroy(NULL);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(fetch__a_request_arrives_as_it_was_given_and_so_does_its_answer),
			TEST_ENTRY(fetch__whatever_a_peer_does_it_ends_and_says_how),
			TEST_ENTRY(fetch__an_answer_may_be_as_large_as_allowed_and_no_redirect_is_followed),
			TEST_ENTRY(fetch__no_name_no_path_refused_and_our_own_fault_are_told_apart),
			TEST_ENTRY(fetch__a_name_that_does_not_resolve_and_a_silent_peer_hold_nobody_up),
			TEST_ENTRY(fetch__requests_that_wait_for_a_silent_peer_s_connections_end_like_those_that_have_them),
			TEST_ENTRY(fetch__what_others_left_of_a_request_s_time_is_no_fault_of_the_path),
			TEST_ENTRY(fetch__a_request_that_waits_for_others_ends_when_its_own_time_is_over),
			TEST_ENTRY(fetch__no_proxy_is_taken_from_the_environment),
			TEST_ENTRY(fetch__what_cannot_be_asked_is_refused_with_its_place),
			TEST_ENTRY(fetch__options_that_cannot_be_are_refused),
			TEST_ENTRY(fetch__requests_from_many_threads_and_from_done_are_all_answered),
			TEST_ENTRY(fetch__no_more_than_allowed_are_in_hand_and_all_end_with_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
