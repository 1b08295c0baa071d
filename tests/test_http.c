/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server: what it takes, and what RFC 9112 forbids. After each of the latter the connection is closed and
 * another is served.
 */
#include <ctype.h>
#include <sys/socket.h>
#include <unistd.h>

#include "served.h"

#define H "Host: test\r\n"
#define GET "GET /echo HTTP/1.1\r\n" H
#define POST "POST /echo HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n"

/* Status 0: closed without an answer. The text may hold NUL. */
struct raw {
	const char *why, *bytes;
	size_t size;
	int status;
};
#define RAW(why, text, status) \
	{ why, text, sizeof(text) - 1, status }

static void check_still_serves(const char *why, uint16_t port) {
	CHECK_ROW(why, client_get(port, "/echo") == 200);
}

/* Sends and half closes, so that a request that is not whole ends too. */
static void check_raw(uint16_t port, const char *why, const void *bytes, size_t size, int status) {
	const int fd = client_connect_to(port);
	(void)client_send(fd, bytes, size);
	(void)shutdown(fd, SHUT_WR);
	struct answer *answer = client_read(fd, false);
	if (answer->status != status)
		print_error("%s: %d\n", why, answer->status);
	CHECK_ROW(why, answer->status == status);
	CHECK_ROW(why, client_sees_close(fd));
	(void)close(fd);
	free(answer);
}

static const struct {
	const char *why, *bytes, *body;
} fine_rows[] = {
		{"plain", GET "\r\n", "0 /echo q=- x=- 0:00000000"},
		{"HTTP/1.0 without Host", "GET /echo HTTP/1.0\r\n\r\n",
				"0 /echo q=- x=- 0:00000000"},
		{"escapes, once", "GET /a%20b%2541?q=%2B+%3D HTTP/1.1\r\n" H "\r\n",
				"0 /a b%41 q=+ = x=- 0:00000000"},
		{"an empty query", "GET /echo? HTTP/1.1\r\n" H "\r\n",
				"0 /echo q=- x=- 0:00000000"},
		{"first of two", "GET /echo?a&q=1&q=2 HTTP/1.1\r\n" H "\r\n",
				"0 /echo q=1 x=- 0:00000000"},
		{"no value", "GET /echo?q HTTP/1.1\r\n" H "\r\n", "0 /echo q= x=- 0:00000000"},
		{"question mark in the query", "GET /echo?q=?a=b HTTP/1.1\r\n" H "\r\n",
				"0 /echo q=?a=b x=- 0:00000000"},
		{"blanks around a value", GET "X-Sent: \t a b \t\r\n\r\n",
				"0 /echo q=- x=a b 0:00000000"},
		{"any case, no blank", GET "x-sent:1\r\n\r\n", "0 /echo q=- x=1 0:00000000"},
		{"first of two headers", GET "X-Sent: 1\r\nX-Sent: 2\r\n\r\n",
				"0 /echo q=- x=1 0:00000000"},
		{"empty value", GET "X-Sent:\r\n\r\n", "0 /echo q=- x= 0:00000000"},
		{"letters above ASCII", GET "X-Sent: \xc3\xa9\r\n\r\n",
				"0 /echo q=- x=\xc3\xa9 0:00000000"},
		{"empty lines before", "\r\n\r\n" GET "\r\n", "0 /echo q=- x=- 0:00000000"},
		{"body", POST "Content-Length: 3\r\n\r\nabc", "3 /echo q=- x=- 3:00017862"},
		{"empty body", POST "Content-Length: 0\r\n\r\n", "3 /echo q=- x=- 0:00000000"},
		{"GET with a body", GET "Content-Length: 3\r\n\r\nabc",
				"0 /echo q=- x=- 3:00017862"},
		{"chunks", CHUNKED "\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
				"3 /echo q=- x=- 3:00017862"},
		{"chunks in capitals, leading zeros",
				POST "TRANSFER-ENCODING: "
				     "Chunked\r\n\r\n003\r\nabc\r\n00\r\n\r\n",
				"3 /echo q=- x=- 3:00017862"},
		{"another method", "PATCH /echo HTTP/1.1\r\n" H "\r\n",
				"5 /echo q=- x=- 0:00000000"},
		{"continues at once", POST "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
				"3 /echo q=- x=- 3:00017862"},
		{"no arguments in many ampersands", "GET /echo?&&&&&&q=1&& HTTP/1.1\r\n" H "\r\n",
				"0 /echo q=1 x=- 0:00000000"},
};

TEST(http__what_is_well_formed_is_served) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(fine_rows); i++) {
		struct answer *answer = client_ask(
				served.port, fine_rows[i].bytes, strlen(fine_rows[i].bytes));
		if (strcmp(answer->body, fine_rows[i].body) != 0)
			print_error("%s: %s\n", fine_rows[i].why, answer->body);
		CHECK_ROW(fine_rows[i].why, answer->status == 200);
		CHECK_ROW(fine_rows[i].why, strcmp(answer->body, fine_rows[i].body) == 0);
		CHECK_ROW(fine_rows[i].why, answer_header(answer, "Date") != NULL);
		CHECK_ROW(fine_rows[i].why, strcmp(answer_header(answer, "X-Test"), "yes") == 0);
		free(answer);
	}
	served_wait_recorded(&served, COUNT_OF(fine_rows));
	served_stop(&served, 0);
}

static const struct raw line_rows[] = {
		RAW("bare LF everywhere", "GET /echo HTTP/1.1\nHost: test\n\n", 400),
		RAW("bare LF after the request line", "GET /echo HTTP/1.1\n" H "\r\n", 400),
		RAW("bare LF after a header", GET "A: b\nC: d\r\n\r\n", 400),
		RAW("bare LF at the end", GET "A: b\r\n\n", 400),
		RAW("two bare LF", GET "A: b\n\nGET / HTTP/1.1\r\n" H "\r\n", 400),
		RAW("bare CR in a value", GET "A: b\rc\r\n\r\n", 400),
		RAW("bare CR for a line's end", "GET /echo HTTP/1.1\rHost: test\r\r", 0),
		RAW("CR CR LF", GET "A: b\r\r\n\r\n", 400),
		RAW("NUL in a value", GET "A: b\0c\r\n\r\n", 400),
		RAW("NUL at the end of a value", GET "A: b\0\r\n\r\n", 400),
		RAW("NUL in a name", GET "A\0B: c\r\n\r\n", 400),
		RAW("NUL for a line", GET "\0A: b\r\n\r\n", 400),
		RAW("NUL in the target", "GET /ec\0ho HTTP/1.1\r\n" H "\r\n", 400),
		RAW("NUL behind the target", "GET /echo\0 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("NUL that looks like the version",
				"GET /echo\0HTTP/1.1\0 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("NUL in the method", "GE\0T /echo HTTP/1.1\r\n" H "\r\n", 400),
		RAW("control character in a value", GET "A: b\001\r\n\r\n", 400),
		RAW("folded line", GET "A: b\r\n c\r\n\r\n", 400),
		RAW("folded line, with a tab", GET "A: b\r\n\tc\r\n\r\n", 400),
		RAW("folded twice", GET "A: b\r\n c\r\n d\r\n\r\n", 400),
		RAW("folded first line", "GET /echo HTTP/1.1\r\n Host: test\r\n\r\n", 400),
		RAW("folded Content-Length", POST "Content-Length: 1\r\n 0\r\n\r\n0123456789", 400),
		RAW("space before the colon", GET "A : b\r\n\r\n", 400),
		RAW("tab before the colon", GET "A\t: b\r\n\r\n", 400),
		RAW("space in a name", GET "A B: c\r\n\r\n", 400),
		RAW("no colon", GET "AB\r\n\r\n", 400),
		RAW("no name", GET ": b\r\n\r\n", 400),
		RAW("a name that is no token", GET "A(b): c\r\n\r\n", 400),
		RAW("two spaces after the method", "GET  /echo HTTP/1.1\r\n" H "\r\n", 400),
		RAW("two spaces before the version", "GET /echo  HTTP/1.1\r\n" H "\r\n", 400),
		RAW("space after the version", "GET /echo HTTP/1.1 \r\n" H "\r\n", 400),
		RAW("space in the target", "GET /ec ho HTTP/1.1\r\n" H "\r\n", 400),
		RAW("tabs for spaces", "GET\t/echo\tHTTP/1.1\r\n" H "\r\n", 0),
		RAW("a method that is no token", "G@T /echo HTTP/1.1\r\n" H "\r\n", 400),
		RAW("no version", "GET /echo\r\n\r\n", 400),
		RAW("only a word", "GET\r\n\r\n", 0),
		RAW("not HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 0),
		RAW("version 0.9", "GET /echo HTTP/0.9\r\n\r\n", 505),
		RAW("version 1.2", "GET /echo HTTP/1.2\r\n" H "\r\n", 505),
		RAW("version 2.0", "GET /echo HTTP/2.0\r\n" H "\r\n", 505),
		RAW("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
		RAW("version in small letters", "GET /echo http/1.1\r\n" H "\r\n", 400),
		RAW("version of two digits", "GET /echo HTTP/1.10\r\n" H "\r\n", 400),
};

static const struct raw target_rows[] = {
		RAW("half an escape", "GET /echo%4 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("no escape", "GET /echo%zz HTTP/1.1\r\n" H "\r\n", 400),
		RAW("escaped NUL", "GET /echo%00 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("half an escape in the query", "GET /echo?q=% HTTP/1.1\r\n" H "\r\n", 400),
		RAW("escaped NUL in the query", "GET /echo?q=%00 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("absolute form", "GET http://test/echo HTTP/1.1\r\n" H "\r\n", 400),
		RAW("asterisk form", "OPTIONS * HTTP/1.1\r\n" H "\r\n", 400),
		RAW("authority form", "CONNECT test:443 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("fragment", "GET /echo#a HTTP/1.1\r\n" H "\r\n", 400),
		RAW("letters above ASCII", "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", 400),
		RAW("control character", "GET /ec\x01ho HTTP/1.1\r\n" H "\r\n", 400),
		RAW("delete", "GET /ec\x7fho HTTP/1.1\r\n" H "\r\n", 400),
};

static const struct raw frame_rows[] = {
		RAW("no Host", "GET /echo HTTP/1.1\r\n\r\n", 400),
		RAW("two Hosts", GET H "\r\n", 400),
		RAW("a Host with a space", "GET /echo HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
		RAW("a Host with a path", "GET /echo HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
		RAW("two Content-Length", POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
				400),
		RAW("two equal Content-Length",
				POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
		RAW("two in one", POST "Content-Length: 3, 3\r\n\r\nabc", 400),
		RAW("no digits", POST "Content-Length: abc\r\n\r\n", 400),
		RAW("nothing", POST "Content-Length:\r\n\r\n", 400),
		RAW("with a sign", POST "Content-Length: +3\r\n\r\nabc", 400),
		RAW("negative", POST "Content-Length: -3\r\n\r\nabc", 400),
		RAW("hexadecimal", POST "Content-Length: 0x3\r\n\r\nabc", 400),
		RAW("with a point", POST "Content-Length: 3.0\r\n\r\nabc", 400),
		RAW("above 64 bits", POST "Content-Length: 18446744073709551619\r\n\r\nabc", 413),
		RAW("above the limit", POST "Content-Length: 4194305\r\n\r\n", 413),
		RAW("Content-Length and chunks",
				CHUNKED "Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 400),
		RAW("the other way round",
				POST
				"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
				400),
		RAW("another coding", POST "Transfer-Encoding: gzip\r\n\r\n", 400),
		RAW("two codings", POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
		RAW("identity", POST "Transfer-Encoding: identity\r\n\r\n", 400),
		RAW("chunked twice", CHUNKED "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
		RAW("nearly chunked", POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
		RAW("chunked and a blank", POST "Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n",
				400),
		RAW("quoted", POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 400),
		RAW("chunks in HTTP/1.0",
				"POST /echo HTTP/1.0\r\nTransfer-Encoding: "
				"chunked\r\n\r\n0\r\n\r\n",
				400),
		RAW("trailer", CHUNKED "\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n", 400),
		RAW("folded trailer", CHUNKED "\r\n3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n", 400),
		RAW("no chunk size", CHUNKED "\r\n\r\nabc\r\n0\r\n\r\n", 400),
		RAW("chunk size of no digits", CHUNKED "\r\nzz\r\nabc\r\n0\r\n\r\n", 400),
		RAW("chunk size with a sign", CHUNKED "\r\n+3\r\nabc\r\n0\r\n\r\n", 400),
		RAW("chunk size above 64 bits", CHUNKED "\r\n10000000000000003\r\nabc\r\n0\r\n\r\n",
				413),
		RAW("chunk longer than said", CHUNKED "\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
		RAW("chunks without end", CHUNKED "\r\n3\r\nabc\r\n", 0),
		RAW("body shorter than said", POST "Content-Length: 4\r\n\r\nabc", 0),
		RAW("head without end", GET "A: b\r\n", 0),
		RAW("request line without end", "GET /echo HT", 0),
		RAW("nothing at all", "", 0),
};

static void check_rows(uint16_t port, const struct raw *rows, size_t n) {
	for (size_t i = 0; i < n; i++) {
		check_raw(port, rows[i].why, rows[i].bytes, rows[i].size, rows[i].status);
		check_still_serves(rows[i].why, port);
	}
}

TEST(http__what_the_rules_forbid_is_refused_and_closed) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	check_rows(served.port, line_rows, COUNT_OF(line_rows));
	check_rows(served.port, target_rows, COUNT_OF(target_rows));
	check_rows(served.port, frame_rows, COUNT_OF(frame_rows));
	CHECK(atomic_load(&served.handled) ==
			COUNT_OF(line_rows) + COUNT_OF(target_rows) + COUNT_OF(frame_rows));
	served_stop(&served, 0);
}

/* A request of 'head' bytes, with 'headers' headers of which Host is one, or with a target that fills it. */
static char *padded(size_t head, unsigned headers, bool target) {
	char *text = calloc(1, head + 1);
	CHECK(text != NULL);
	static const char line[] = " HTTP/1.1\r\nHost: test\r\n";
	size_t n = (size_t)sprintf(text, "GET /echo");
	if (target) {
		memset(text + n, 'a', head - n - sizeof line - 1);
		n = head - sizeof line - 1;
	}
	n += (size_t)sprintf(text + n, "%s", line);
	for (unsigned i = 2; i <= headers; i++) {
		n += (size_t)sprintf(text + n, "A%u: ", i);
		const size_t fill = i < headers ? 1 : head - n - 4;
		memset(text + n, 'a', fill);
		n += fill + (size_t)sprintf(text + n + fill, "\r\n");
	}
	n += (size_t)sprintf(text + n, "\r\n");
	CHECK(n == head);
	return text;
}

TEST(http__heads_are_limited_in_bytes_and_headers) {
	(void)state_;
	static const struct {
		const char *why;
		size_t head;
		unsigned headers;
		bool target;
		int status;
	} rows[] = {
			{"the largest head", 8192, 2, false, 200},
			{"one byte more", 8193, 2, false, 431},
			{"the largest head with the most headers", 8192, 64, false, 200},
			{"one header more", 4000, 65, false, 431},
			{"far more bytes", 200000, 2, false, 431},
			{"far more headers", 20000, 1800, false, 431},
			{"the longest target", 8192, 1, true, 200},
			{"one byte more of it", 8193, 1, true, 431},
			{"far more of it", 200000, 1, true, 414},
	};
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *text = padded(rows[i].head, rows[i].headers, rows[i].target);
		check_raw(served.port, rows[i].why, text, rows[i].head, rows[i].status);
		check_still_serves(rows[i].why, served.port);
		free(text);
	}
	served_stop(&served, 0);
}

/* The library takes cookies and arguments apart in its own memory; no number of them may stop the server. */
TEST(http__what_the_library_takes_apart_is_limited_too) {
	(void)state_;
	static const struct {
		const char *why, *first, *each, *last;
		int status;
	} rows[] = {
			{"arguments", "GET /echo?", "&a", " HTTP/1.1\r\n" H "\r\n", 200},
			{"a few cookies", GET "Cookie: a=b", "", "\r\n\r\n", 200},
			{"cookies", GET "Cookie: a", ";a", "\r\n\r\n", 431},
			{"cookies and a body", POST "Content-Length: 3\r\nCookie: a", ";a",
					"\r\n\r\nabc", 431},
	};
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char *text = calloc(1, 9000);
		CHECK(text != NULL);
		size_t n = (size_t)sprintf(text, "%s", rows[i].first);
		while (rows[i].each[0] != '\0' && n < 8000)
			n += (size_t)sprintf(text + n, "%s", rows[i].each);
		n += (size_t)sprintf(text + n, "%s", rows[i].last);
		check_raw(served.port, rows[i].why, text, n, rows[i].status);
		check_still_serves(rows[i].why, served.port);
		free(text);
	}
	served_stop(&served, 0);
}

static bool is_uuid(const char *text) {
	static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
	if (text == NULL || strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++) {
		const char c = text[i];
		const bool digit = isdigit((unsigned char)c) || (c >= 'a' && c <= 'f');
		if (shape[i] == 'x'                               ? !digit
						: shape[i] == 'y' ? strchr("89ab", c) == NULL
								  : c != shape[i])
			return false;
	}
	return true;
}

TEST(http__every_answer_of_ours_has_its_own_id_and_words) {
	(void)state_;
	static const char *const rows[] = {GET "\r\n", GET "A : b\r\n\r\n", GET H "\r\n",
			POST "Content-Length: 9999999\r\n\r\n", "GET /none HTTP/1.1\r\n" H "\r\n"};
	struct served served;
	struct ent_http_options options = served_options();
	char ids[COUNT_OF(rows)][40];
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct answer *answer = client_ask(served.port, rows[i], strlen(rows[i]));
		const char *id = answer_header(answer, "X-Request-Id");
		CHECK_ROW(rows[i], is_uuid(id));
		(void)snprintf(ids[i], sizeof ids[i], "%s", id);
		for (size_t k = 0; k < i; k++)
			CHECK_ROW(rows[i], strcmp(ids[k], ids[i]) != 0);
		if (answer->status >= 400) {
			CHECK_ROW(rows[i], answer->closes);
			CHECK_ROW(rows[i],
					strcmp(answer_header(answer, "Content-Type"),
							"text/plain; charset=utf-8") == 0);
			CHECK_ROW(rows[i], answer->body[answer->size - 1] == '\n');
			CHECK_ROW(rows[i],
					strchr(answer->body, '\n') ==
							answer->body + answer->size - 1);
		}
		free(answer);
	}
	served_stop(&served, 0);
}

TEST(http__a_connection_carries_many_requests_also_at_once) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	char text[32 * 64] = "";
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	for (int i = 0; i < 32; i++)
		(void)sprintf(text + strlen(text), "GET /%s?q=%d HTTP/1.1\r\n" H "\r\n",
				i % 3 == 0 ? "late" : "echo", i);
	CHECK(client_send_text(fd, text));
	for (int i = 0; i < 32; i++) {
		char q[16];
		(void)snprintf(q, sizeof q, " q=%d ", i);
		struct answer *answer = client_read(fd, false);
		CHECK(answer->status == 200 && !answer->closes);
		CHECK(strstr(answer->body, q) != NULL);
		free(answer);
	}
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__head_is_get_without_a_body) {
	(void)state_;
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	CHECK(client_send_text(fd, "HEAD /echo HTTP/1.1\r\n" H "\r\n" GET "\r\n"));
	struct answer *head = client_read(fd, true);
	struct answer *get = client_read(fd, false);
	CHECK(head->status == 200 && get->status == 200);
	CHECK(head->sent == get->sent && get->sent > 0);
	free(head);
	free(get);
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__answers_may_be_empty_but_not_split) {
	(void)state_;
	static const struct {
		const char *path;
		int status;
		bool typed;
	} rows[] = {{"/none", 204, false}, {"/empty", 200, true}, {"/split", 500, true}};
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	const int fd = client_connect_to(served.port);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[64];
		(void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\n" H "\r\n", rows[i].path);
		CHECK(client_send_text(fd, text));
		struct answer *answer = client_read(fd, false);
		CHECK_ROW(rows[i].path, answer->status == rows[i].status && !answer->closes);
		CHECK_ROW(rows[i].path,
				(answer_header(answer, "Content-Type") != NULL) == rows[i].typed);
		CHECK_ROW(rows[i].path, answer_header(answer, "X-Other") == NULL);
		free(answer);
	}
	(void)close(fd);
	served_stop(&served, 0);
}

TEST(http__what_a_connection_means_is_kept) {
	(void)state_;
	static const struct {
		const char *why, *bytes;
		bool closes;
	} rows[] = {
			{"1.1", GET "\r\n", false},
			{"1.1, close", GET "Connection: close\r\n\r\n", true},
			{"1.0", "GET /echo HTTP/1.0\r\n\r\n", true},
			{"1.0, kept", "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
					false},
			{"chunks: what follows is never read as a request",
					CHUNKED "\r\n3;a\nb\r\nabc\r\n0\r\n\r\n", true},
	};
	struct served served;
	struct ent_http_options options = served_options();
	served_start(&served, &options);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int fd = client_connect_to(served.port);
		const unsigned before = atomic_load(&served.handled);
		CHECK(client_send_text(fd, rows[i].bytes));
		CHECK(client_send_text(fd, GET "\r\n"));
		free(client_read(fd, false));
		struct answer *second = client_read(fd, false);
		CHECK_ROW(rows[i].why, (second->status == 0) == rows[i].closes);
		CHECK_ROW(rows[i].why,
				atomic_load(&served.handled) <= before + (rows[i].closes ? 1 : 2));
		free(second);
		(void)close(fd);
	}
	served_stop(&served, 0);
}

TEST(http__bodies_come_whole_however_they_are_cut) {
	(void)state_;
	enum { SIZE = 300000 };
	struct served served;
	struct ent_http_options options = served_options();
	uint64_t seed = 5;
	char *body = malloc(SIZE);
	CHECK(body != NULL);
	unsigned sum = 0;
	for (size_t i = 0; i < SIZE; i++) {
		body[i] = (char)test_random(&seed);
		sum = sum * 31 + (unsigned char)body[i];
	}
	char expected[32];
	(void)snprintf(expected, sizeof expected, "%d:%08x", SIZE, sum);
	served_start(&served, &options);
	for (int chunked = 0; chunked < 2; chunked++) {
		const int fd = client_connect_to(served.port);
		CHECK(client_send_text(fd,
				chunked ? CHUNKED "\r\n" : POST "Content-Length: 300000\r\n\r\n"));
		for (size_t at = 0; at < SIZE;) {
			char size[32];
			size_t part = 1 + test_random(&seed) % 20000;
			if (part > SIZE - at)
				part = SIZE - at;
			(void)snprintf(size, sizeof size, "%zx\r\n", part);
			CHECK(!chunked || client_send_text(fd, size));
			CHECK(client_send(fd, body + at, part));
			CHECK(!chunked || client_send_text(fd, "\r\n"));
			at += part;
		}
		CHECK(!chunked || client_send_text(fd, "0\r\n\r\n"));
		struct answer *answer = client_read(fd, false);
		CHECK(answer->status == 200 && strstr(answer->body, expected) != NULL);
		free(answer);
		(void)close(fd);
	}
	free(body);
	served_stop(&served, 0);
}

TEST(http__where_to_listen_is_read_strictly) {
	(void)state_;
	static const struct {
		const char *why, *listen;
		ent_status status;
	} rows[] = {
			{"IPv4", "127.0.0.1:0", ENT_OK},
			{"IPv6", "[::1]:0", ENT_OK},
			{"every address", ":0", ENT_OK},
			{"no port", "127.0.0.1", ENT_E_SYNTAX},
			{"empty port", "127.0.0.1:", ENT_E_SYNTAX},
			{"a port too large", "127.0.0.1:65536", ENT_E_SYNTAX},
			{"a port with a sign", "127.0.0.1:+80", ENT_E_SYNTAX},
			{"a name", "localhost:80", ENT_E_SYNTAX},
			{"no bracket", "[::1:80", ENT_E_SYNTAX},
			{"nothing", "", ENT_E_SYNTAX},
			{"half an address", "127.0.0:80", ENT_E_SYNTAX},
			{"an address of others", "192.0.2.1:0", ENT_E_IO},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_http_server *server = NULL;
		struct ent_http_options options = served_options();
		struct ent_fault fault = {0};
		options.listen = rows[i].listen;
		const ent_status status = ent_http_server_create(&options, &server, &fault);
		if (status == ENT_E_IO && strchr(rows[i].listen, '[') != NULL)
			continue; /* a machine without IPv6 */
		CHECK_ROW(rows[i].why, status == rows[i].status);
		CHECK_ROW(rows[i].why, (status == ENT_OK) == (fault.why[0] == '\0'));
		CHECK_ROW(rows[i].why, (status == ENT_OK) == (server != NULL));
		if (server != NULL)
			CHECK_ROW(rows[i].why,
					strstr(ent_http_server_address(server), ":0") == NULL ||
							strstr(ent_http_server_address(server),
									"::") != NULL);
		ent_http_server_destroy(server);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(http__what_is_well_formed_is_served),
			TEST_ENTRY(http__what_the_rules_forbid_is_refused_and_closed),
			TEST_ENTRY(http__heads_are_limited_in_bytes_and_headers),
			TEST_ENTRY(http__what_the_library_takes_apart_is_limited_too),
			TEST_ENTRY(http__every_answer_of_ours_has_its_own_id_and_words),
			TEST_ENTRY(http__a_connection_carries_many_requests_also_at_once),
			TEST_ENTRY(http__head_is_get_without_a_body),
			TEST_ENTRY(http__answers_may_be_empty_but_not_split),
			TEST_ENTRY(http__what_a_connection_means_is_kept),
			TEST_ENTRY(http__bodies_come_whole_however_they_are_cut),
			TEST_ENTRY(http__where_to_listen_is_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
