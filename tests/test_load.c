/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the load generator that need no server; test_load.py has the whole. */
#include "test.h"

#include "answer.h"
#include "bearer.h"
#include "book.h"
#include "entente/cells.h"
#include "field.h"
#include "histogram.h"
#include "mix.h"
#include "scan.h"
#include "text.h"
#include "url.h"

/* --- Histogram --- */

TEST(histogram__a_share_is_never_too_small_and_at_most_a_hundredth_too_large) {
	(void)state_;
	enum { N = 20000 };
	struct load_histogram *h = calloc(1, sizeof *h);
	int64_t *times = calloc(N, sizeof *times);
	uint64_t seed = 5;
	CHECK(h != NULL && times != NULL);
	CHECK(load_histogram_share(h, 99, 100) == 0);
	/* From nanoseconds to minutes, as many in each octave. */
	for (int i = 0; i < N; i++) {
		times[i] = (int64_t)(test_random(&seed) >> (28 + test_random(&seed) % 36));
		load_histogram_add(h, times[i]);
	}
	for (int i = 1; i < N; i++) {
		const int64_t time = times[i];
		int k = i;
		for (; k > 0 && times[k - 1] > time; k--)
			times[k] = times[k - 1];
		times[k] = time;
	}
	CHECK(h->min_ns == times[0] && h->max_ns == times[N - 1]);
	for (unsigned part = 1; part <= 1000; part++) {
		const int64_t exact = times[((size_t)N * part + 999) / 1000 - 1];
		const int64_t share = load_histogram_share(h, part, 1000);
		CHECK(share >= exact && share <= exact + exact / 128);
	}
	free(times);
	free(h);
}

TEST(histogram__merged_is_as_if_all_had_been_added_to_one) {
	(void)state_;
	struct load_histogram *h = calloc(3, sizeof *h);
	CHECK(h != NULL);
	load_histogram_merge(&h[0], &h[1]);
	CHECK(h[0].n == 0 && h[0].min_ns == 0);
	for (int64_t i = 0; i < 3000; i++) {
		load_histogram_add(&h[i % 2], i * i * 1000 - 5);
		load_histogram_add(&h[2], i * i * 1000 - 5);
	}
	load_histogram_merge(&h[0], &h[1]);
	CHECK(memcmp(&h[0], &h[2], sizeof *h) == 0);
	load_histogram_add(&h[0], INT64_MAX);
	CHECK(h[0].max_ns == LOAD_HISTOGRAM_MAX_NS);
	CHECK(load_histogram_share(&h[0], 1, 1) == LOAD_HISTOGRAM_MAX_NS);
	free(h);
}

/* --- Answers --- */

static const struct answer_row {
	const char *why, *bytes;
	enum load_answer_step step;
	unsigned status;
	const char *body;
	bool close;
	const char *rest; /* of the bytes, that are not the answer's */
} answers[] = {
		{"with a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
				LOAD_ANSWER_WHOLE, 200, "{}", false, ""},
		{"names in any case, spaces around values",
				"HTTP/1.1 404 Not Found\r\ncONTENT-lENGTH: \t3 \r\n\r\nabcd",
				LOAD_ANSWER_WHOLE, 404, "abc", false, "d"},
		{"no reason", "HTTP/1.1 200\r\nContent-Length:0\r\n\r\n", LOAD_ANSWER_WHOLE, 200,
				"", false, ""},
		{"it closes", "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 1\r\n\r\nx",
				LOAD_ANSWER_WHOLE, 200, "x", true, ""},
		{"an old version closes", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
				LOAD_ANSWER_WHOLE, 200, "x", true, ""},
		{"no body", "HTTP/1.1 204 No Content\r\n\r\nHTTP", LOAD_ANSWER_WHOLE, 204, "",
				false, "HTTP"},
		{"no body, whatever its headers say",
				"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
				LOAD_ANSWER_WHOLE, 304, "", false, ""},
		{"an interim answer before",
				"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"
				"Content-Length: 1\r\n\r\ny",
				LOAD_ANSWER_WHOLE, 201, "y", false, ""},
		{"chunks",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				"1\r\na\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\n\r\nz",
				LOAD_ANSWER_WHOLE, 200, "a0123456789", false, "z"},
		{"a trailer",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				"2\r\nab\r\n00\r\nA: b\r\nC: d\r\n\r\n",
				LOAD_ANSWER_WHOLE, 200, "ab", false, ""},
		{"not all of the body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
				LOAD_ANSWER_MORE, 0, NULL, false, NULL},
		{"no answer", "SSH-2.0-OpenSSH\r\n\r\n", LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a version that is none of ours", "HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a status that is none", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a status of four digits", "HTTP/1.1 2000\r\nContent-Length: 0\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"up to the end of the connection", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nabc",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"two lengths",
				"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: "
				"1\r\n\r\na",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a length and chunks",
				"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
				"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a coding that we have not",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, "
				"chunked\r\n\r\n0\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a length beyond all limits",
				"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a chunk beyond all limits",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				"ffffffffffffffffffff\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a chunk longer than it says",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
		{"a chunk without a size",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nabc\r\n",
				LOAD_ANSWER_BAD, 0, NULL, false, NULL},
};

/* The bytes come 'piece' at a time, each time into a block of just that size. */
static void check_answer(const struct answer_row *row, size_t piece) {
	struct load_answer_reader reader = {0};
	struct load_answer answer;
	const size_t all = strlen(row->bytes);
	size_t used = 0, size = 0;
	enum load_answer_step step = LOAD_ANSWER_MORE;
	char *bytes = NULL;
	while (step == LOAD_ANSWER_MORE && size < all) {
		const size_t more = all - size < piece ? all - size : piece;
		bytes = realloc(bytes, size + more);
		CHECK(bytes != NULL);
		memcpy(bytes + size, row->bytes + size, more);
		size += more;
		step = load_answer_read(&reader, bytes, size, &answer, &used);
	}
	CHECK_ROW(row->why, step == row->step);
	if (step == LOAD_ANSWER_WHOLE) {
		CHECK_ROW(row->why, answer.status == row->status && answer.close == row->close);
		CHECK_ROW(row->why, answer.size == strlen(row->body));
		CHECK_ROW(row->why, memcmp(answer.body, row->body, answer.size) == 0);
		CHECK_ROW(row->why, strcmp(row->bytes + used, row->rest) == 0);
	}
	free(bytes);
}

TEST(answer__is_the_same_however_its_bytes_come) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(answers); i++)
		for (size_t piece = 1; piece <= 200; piece += piece < 8 ? 1 : 48)
			check_answer(&answers[i], piece);
}

TEST(answer__a_head_without_an_end_is_refused_at_its_limit) {
	(void)state_;
	static char bytes[LOAD_ANSWER_HEAD_MAX + 16];
	struct load_answer_reader reader = {0};
	struct load_answer answer;
	size_t used;
	memset(bytes, 'x', sizeof bytes);
	CHECK(load_answer_read(&reader, bytes, 100, &answer, &used) == LOAD_ANSWER_MORE);
	CHECK(load_answer_read(&reader, bytes, sizeof bytes, &answer, &used) == LOAD_ANSWER_BAD);
}

/* --- Scanning --- */

TEST(scan__finds_a_member_by_its_name_and_nothing_that_only_looks_like_it) {
	(void)state_;
	const char text[] = "{\"xovn\":\"a\",\"ovn_\":\"b\",\"c\":\"ovn\",\"ovn\" :\n\t\"d-._\","
			    "\"version\":\"v\",\"version\":17,\"ovn\":\"e\\\"\",\"ovn\":\"f";
	const char *at = text, *end = text + sizeof text - 1;
	struct load_span found;
	int32_t number;
	CHECK(load_scan_string(&at, end, "ovn", &found));
	CHECK(found.length == 4 && memcmp(found.text, "d-._", 4) == 0);
	CHECK(!load_scan_int(&at, end, "version", &number));
	CHECK(load_scan_string(&at, end, "version", &found) && found.text[0] == 'v');
	CHECK(load_scan_int(&at, end, "version", &number) && number == 17);
	CHECK(!load_scan_string(&at, end, "ovn", &found));
	CHECK(load_scan_name(&at, end, "ovn") && load_scan_name(&at, end, "ovn"));
	CHECK(!load_scan_name(&at, end, "ovn"));
	at = text;
	CHECK(!load_scan_string(&at, end, "none", &found) && at == text);
	CHECK(load_scan_has(text, sizeof text - 1, "\"f", 2));
}

TEST(scan__a_number_too_large_is_none) {
	(void)state_;
	const char text[] = "{\"version\":2147483648}";
	const char *at = text;
	int32_t number;
	CHECK(!load_scan_int(&at, text + sizeof text - 1, "version", &number));
}

/* --- Requests as text --- */

TEST(text__degrees_have_seven_decimals) {
	(void)state_;
	static const struct {
		int64_t ndeg;
		const char *text;
	} rows[] = {{0, "0.0000000"}, {47458300000, "47.4583000"}, {-10000000000, "-10.0000000"},
			{-1500, "-0.0000015"}, {179999999999, "179.9999999"}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char bytes[64] = "";
		struct load_text text = {bytes, 0, sizeof bytes};
		load_put_degrees(&text, rows[i].ndeg);
		CHECK_ROW(rows[i].text, text.size == strlen(rows[i].text));
		CHECK_ROW(rows[i].text, memcmp(bytes, rows[i].text, text.size) == 0);
	}
}

/* --- Where flights are --- */

static struct ent_cells cells_of_flight(const struct load_volume volumes[LOAD_FLIGHT_VOLUMES]) {
	struct ent_cells cells = {0};
	for (int i = 0; i < LOAD_FLIGHT_VOLUMES; i++)
		CHECK(ent_cells_add_polygon(&cells, volumes[i].corners, LOAD_CORNERS, 2500,
				      ENT_CELLS_MAX, NULL) == ENT_OK);
	return cells;
}

TEST(field__a_flight_lies_in_one_or_two_cells) {
	(void)state_;
	enum { N = 5000 };
	const struct load_field field = {.first_place = 12345, .places = LOAD_PLACES};
	size_t more = 0;
	for (uint32_t i = 0; i < N; i++) {
		struct load_volume volumes[LOAD_FLIGHT_VOLUMES];
		load_field_flight(&field, i, volumes);
		struct ent_cells cells = cells_of_flight(volumes);
		CHECK(cells.n >= 1 && cells.n <= 3);
		more += cells.n > 2;
		ent_cells_finish(&cells);
	}
	/* A third cell may reach in between two corners. */
	CHECK(more <= N / 500);
}

static int compare_ids(const void *a, const void *b) {
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* The densest corner of the grid: the neighbours of places in its northern rows. */
TEST(field__areas_of_neighbouring_places_share_no_cell) {
	(void)state_;
	enum { ROWS = 3, COLUMNS = 500, CELLS_MAX = ROWS * COLUMNS * 8 };
	uint64_t *seen = calloc(CELLS_MAX, sizeof *seen);
	size_t n = 0;
	CHECK(seen != NULL);
	for (uint32_t i = 0; i < ROWS * COLUMNS; i++) {
		/* A field that begins at that place has its spot 0 there. */
		const struct load_field field = {.first_place = LOAD_PLACES - 1 - i, .places = 1};
		struct load_volume area;
		struct ent_cells cells = {0};
		load_field_area(&field, 0, 1, &area);
		CHECK(ent_cells_add_polygon(&cells, area.corners, LOAD_CORNERS, 2500, ENT_CELLS_MAX,
				      NULL) == ENT_OK);
		CHECK(n + cells.n <= CELLS_MAX);
		memcpy(seen + n, cells.ids, cells.n * sizeof *seen);
		n += cells.n;
		ent_cells_finish(&cells);
	}
	qsort(seen, n, sizeof *seen, compare_ids);
	for (size_t i = 1; i < n; i++)
		CHECK(seen[i - 1] != seen[i]);
	free(seen);
}

TEST(field__each_place_comes_once_before_its_next_slot) {
	(void)state_;
	const struct load_field field = {.first_place = 271828, .places = LOAD_PLACES};
	bool *taken = calloc(LOAD_PLACES, sizeof *taken);
	uint32_t slot;
	CHECK(taken != NULL);
	for (uint32_t i = 0; i < LOAD_PLACES; i++) {
		const uint32_t place = load_field_place(&field, i, &slot);
		CHECK(place < LOAD_PLACES && slot == 0 && !taken[place]);
		taken[place] = true;
	}
	CHECK(load_field_place(&field, LOAD_PLACES, &slot) == 271828 && slot == 1);
	free(taken);
}

TEST(field__slots_follow_one_another_without_touching_and_an_area_spans_them) {
	(void)state_;
	const struct load_field field = {
			.first_utc_us = 1000000, .places = LOAD_PLACES, .slots = 20};
	struct load_volume before[LOAD_FLIGHT_VOLUMES], flight[LOAD_FLIGHT_VOLUMES], area;
	uint32_t first, slot;
	load_field_flight(&field, 40, before);
	CHECK(before[0].start_utc_us == 1000000);
	load_field_area(&field, 40, 20, &area);
	CHECK(area.start_utc_us == before[0].start_utc_us);
	first = load_field_place(&field, 40, &slot);
	for (uint32_t spot = 41; spot < 60; spot++) {
		load_field_flight(&field, spot, flight);
		CHECK(load_field_place(&field, spot, &slot) == first && slot == spot - 40);
		CHECK(flight[0].start_utc_us > before[LOAD_FLIGHT_VOLUMES - 1].end_utc_us);
		for (int i = 1; i < LOAD_FLIGHT_VOLUMES; i++)
			CHECK(flight[i].start_utc_us == flight[i - 1].end_utc_us);
		memcpy(before, flight, sizeof before);
	}
	CHECK(area.end_utc_us == flight[LOAD_FLIGHT_VOLUMES - 1].end_utc_us);
	CHECK(load_field_place(&field, 60, &slot) != first && slot == 0);
}

/* --- The book --- */

TEST(book__its_lists_of_the_live_follow_what_is_set) {
	(void)state_;
	enum { N = 40000 };
	struct load_book *book;
	uint64_t seed = 3;
	uint32_t live[2] = {0, 0};
	CHECK(load_book_create(&book) == ENT_OK);
	for (uint32_t i = 0; i < N; i++) {
		uint32_t record;
		/* The second kind comes late, and few. */
		const enum load_kind kind = i > N / 2 && i % 100 == 0 ? LOAD_CONSTRAINT
								      : LOAD_INTENT;
		CHECK(load_book_add(book, kind, &record) == ENT_OK && record == i);
		CHECK(load_book_at(book, i)->standing == LOAD_NEW &&
				load_book_at(book, i)->kind == kind);
		const uint32_t other = (uint32_t)(test_random(&seed) % (i + 1));
		live[load_book_at(book, other)->kind] -= load_book_at(book, other)->standing ==
				LOAD_LIVE;
		load_book_set(book, other, LOAD_GONE);
		live[kind] += load_book_at(book, i)->standing != LOAD_LIVE;
		load_book_set(book, i, LOAD_LIVE);
		CHECK(load_book_live(book, LOAD_INTENT) == live[0]);
		CHECK(load_book_live(book, LOAD_CONSTRAINT) == live[1]);
	}
	for (uint32_t i = 0; i < live[0]; i++) {
		const struct load_record *record = load_book_at(
				book, load_book_live_at(book, LOAD_INTENT, i));
		CHECK(record->standing == LOAD_LIVE && record->listed == i);
	}
	CHECK(load_book_size(book) == N);
	load_book_destroy(book);
	load_book_destroy(NULL);
}

/* --- URLs and tokens --- */

TEST(url__is_taken_apart_or_refused_with_a_reason) {
	(void)state_;
	static const struct {
		const char *text, *host, *port, *authority, *prefix, *why;
	} rows[] = {
			{"http://localhost", "localhost", "80", "localhost", "", ""},
			{"HTTP://localhost:8082/", "localhost", "8082", "localhost:8082", "", ""},
			{"http://[::1]:80/dss/x//", "::1", "80", "[::1]:80", "/dss/x", ""},
			{"http://[::1]", "::1", "80", "[::1]", "", ""},
			{"https://dss.example", NULL, NULL, NULL, NULL, "https is not spoken here"},
			{"localhost:8082", NULL, NULL, NULL, NULL, "it is no URL"},
			{"http://", NULL, NULL, NULL, NULL, "it names no host"},
			{"http://:80", NULL, NULL, NULL, NULL, "it names no host"},
			{"http://user@host", NULL, NULL, NULL, NULL, "it names no host"},
			{"http://a b", NULL, NULL, NULL, NULL, "it names no host"},
			{"http://[::1", NULL, NULL, NULL, NULL, "a bracket is not closed"},
			{"http://[::1]x", NULL, NULL, NULL, NULL, "the port is not"},
			{"http://x:", NULL, NULL, NULL, NULL, "the port is not"},
			{"http://x:0", NULL, NULL, NULL, NULL, "the port is not"},
			{"http://x:65536", NULL, NULL, NULL, NULL, "the port is not"},
			{"http://x:1a", NULL, NULL, NULL, NULL, "the port is not"},
			{"http://x/a?b", NULL, NULL, NULL, NULL, "its path is not plain"},
			{"http://x/a\r\nb", NULL, NULL, NULL, NULL, "its path is not plain"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct load_url url;
		struct ent_fault fault = {"", ""};
		const ent_status status = load_url_parse(rows[i].text, &url, &fault);
		CHECK_ROW(rows[i].text, (status == ENT_OK) == (rows[i].host != NULL));
		CHECK_ROW(rows[i].text, strncmp(fault.why, rows[i].why, strlen(rows[i].why)) == 0);
		if (status != ENT_OK)
			continue;
		CHECK_ROW(rows[i].text, strcmp(url.host, rows[i].host) == 0);
		CHECK_ROW(rows[i].text, strcmp(url.port, rows[i].port) == 0);
		CHECK_ROW(rows[i].text, strcmp(url.authority, rows[i].authority) == 0);
		CHECK_ROW(rows[i].text, strcmp(url.prefix, rows[i].prefix) == 0);
	}
}

TEST(url__names_that_are_too_long_are_refused) {
	(void)state_;
	char text[LOAD_HOST_MAX + LOAD_PREFIX_MAX + 64] = "http://";
	struct load_url url;
	memset(text + 7, 'h', LOAD_HOST_MAX);
	memcpy(text + 7 + LOAD_HOST_MAX, ":65535/", 8);
	CHECK(load_url_parse(text, &url, NULL) == ENT_OK);
	CHECK(strlen(url.host) == LOAD_HOST_MAX && strlen(url.authority) == LOAD_HOST_MAX + 6);
	memmove(text + 8, text + 7, strlen(text + 7) + 1);
	CHECK(load_url_parse(text, &url, NULL) == ENT_E_LIMIT);
	memcpy(text, "http://h/", 9);
	memset(text + 9, 'p', LOAD_PREFIX_MAX);
	text[9 + LOAD_PREFIX_MAX] = '\0';
	CHECK(load_url_parse(text, &url, NULL) == ENT_E_LIMIT);
}

TEST(bearer__a_dev_token_is_let_in_for_all_that_a_mix_asks_and_renewed_before_its_end) {
	(void)state_;
	static const char *const scopes[] = {"utm.strategic_coordination",
			"utm.constraint_management", "utm.constraint_processing",
			"utm.conformance_monitoring_sa", "utm.availability_arbitration"};
	const int64_t now = INT64_C(1800000000000000), minute = 60000000;
	const char *const audience = "dss.example";
	struct ent_token_keys *keys;
	struct ent_token_checker *checker;
	const struct ent_token *token;
	static char header[ENT_TOKEN_SIZE_MAX + 16];
	bool changed = false;
	static struct load_bearer bearer = {.audience = "dss.example"};
	CHECK(ent_seal_start() == ENT_OK);
	CHECK(ent_token_keys_create(&keys) == ENT_OK);
	CHECK(ent_token_keys_add_pem(keys, "dev", ent_token_dev_public_pem,
			      strlen(ent_token_dev_public_pem), NULL) == ENT_OK);
	CHECK(ent_token_checker_create(keys, &audience, 1, &checker) == ENT_OK);
	CHECK(load_bearer_renew(&bearer, now, &changed, NULL) == ENT_OK && changed);
	for (int64_t at = now; at < now + 180 * minute; at += minute) {
		CHECK(load_bearer_renew(&bearer, at, &changed, NULL) == ENT_OK);
		(void)snprintf(header, sizeof header, "Bearer %s", bearer.token);
		CHECK(ent_token_check(checker, header, at, &token, NULL) == ENT_OK);
		CHECK(strcmp(token->subject, "load") == 0);
		for (size_t i = 0; i < COUNT_OF(scopes); i++)
			CHECK(ent_token_has_scope(token, scopes[i]));
		ent_token_release(token);
	}
	ent_token_checker_destroy(checker);
}

TEST(mix__the_table_has_the_mixes_that_messages_name) {
	(void)state_;
	static const char *const names[] = {"spread", "busy", "get", "query", "mixed"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		CHECK(load_mix_at(i) == load_mix_find(names[i]));
		CHECK(strcmp(load_mix_at(i)->name, names[i]) == 0);
		CHECK(load_mix_at(i)->connections <= load_mix_at(i)->connections_max);
	}
	CHECK(load_mix_at(COUNT_OF(names)) == NULL && load_mix_find("none") == NULL);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(histogram__a_share_is_never_too_small_and_at_most_a_hundredth_too_large),
			TEST_ENTRY(histogram__merged_is_as_if_all_had_been_added_to_one),
			TEST_ENTRY(answer__is_the_same_however_its_bytes_come),
			TEST_ENTRY(answer__a_head_without_an_end_is_refused_at_its_limit),
			TEST_ENTRY(scan__finds_a_member_by_its_name_and_nothing_that_only_looks_like_it),
			TEST_ENTRY(scan__a_number_too_large_is_none),
			TEST_ENTRY(text__degrees_have_seven_decimals),
			TEST_ENTRY(field__a_flight_lies_in_one_or_two_cells),
			TEST_ENTRY(field__areas_of_neighbouring_places_share_no_cell),
			TEST_ENTRY(field__each_place_comes_once_before_its_next_slot),
			TEST_ENTRY(field__slots_follow_one_another_without_touching_and_an_area_spans_them),
			TEST_ENTRY(book__its_lists_of_the_live_follow_what_is_set),
			TEST_ENTRY(url__is_taken_apart_or_refused_with_a_reason),
			TEST_ENTRY(url__names_that_are_too_long_are_refused),
			TEST_ENTRY(bearer__a_dev_token_is_let_in_for_all_that_a_mix_asks_and_renewed_before_its_end),
			TEST_ENTRY(mix__the_table_has_the_mixes_that_messages_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
