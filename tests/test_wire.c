/* SPDX-License-Identifier: Apache-2.0 */
/* Streams, gzip and XML. */
#include <zlib.h>

#include "streams.h"
#include "test.h"

#include "entente/inflate.h"
#include "entente/xml.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- Streams --- */

TEST(stream__reads_to_the_end_and_stops_at_its_limit) {
	(void)state_;
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 300000};
	char *bytes = malloc(300001), *got;
	size_t size;
	for (size_t i = 0; i < 300001; i++)
		bytes[i] = (char)(i * 7 + 1);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct test_bytes from = {
				.bytes = bytes, .size = sizes[i], .most = 7000, .seed = 3};
		CHECK(ent_stream_read_all(test_read_bytes, &from, 300000, 64, &got, &size) ==
				ENT_OK);
		CHECK(size == sizes[i] && memcmp(got, bytes, size) == 0);
		for (size_t j = 0; j < 64; j++)
			CHECK(got[size + j] == '\0');
		free(got);
	}
	struct test_bytes from = {.bytes = bytes, .size = 300001};
	CHECK(ent_stream_read_all(test_read_bytes, &from, 300000, 0, &got, &size) == ENT_E_LIMIT);
	struct test_endless endless = {.head = "", .body = "x", .total = UINT64_C(1) << 40};
	CHECK(ent_stream_read_all(test_read_endless, &endless, 1000000, 0, &got, &size) ==
			ENT_E_LIMIT);
	CHECK(endless.given <= 1000001);
	struct test_bytes broken = {.bytes = bytes, .size = 100};
	CHECK(ent_stream_read_all(test_read_broken, &broken, 1000, 0, &got, &size) == ENT_E_IO);
	free(bytes);
}

/* --- gzip --- */

/* 'total' bytes of a pattern, or of one random run over and over, packed; the caller frees. */
static char *pack(const char *bytes, size_t size, size_t times, size_t *ret_size) {
	z_stream z = {0};
	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	size_t capacity = deflateBound(&z, (uLong)(size < 1000 ? 1000 : size)) +
			size * times / 500 + 1000;
	unsigned char *out = malloc(capacity);
	z.next_out = out;
	z.avail_out = (uInt)capacity;
	for (size_t i = 0; i < times; i++) {
		z.next_in = (unsigned char *)(uintptr_t)bytes;
		z.avail_in = (uInt)size;
		int result = deflate(&z, i + 1 == times ? Z_FINISH : Z_NO_FLUSH);
		CHECK(result == (i + 1 == times ? Z_STREAM_END : Z_OK) && z.avail_in == 0);
	}
	*ret_size = z.total_out;
	CHECK(deflateEnd(&z) == Z_OK);
	return (char *)out;
}

static ent_status unpack(const char *packed, size_t size, uint64_t limit, char **ret_bytes,
		size_t *ret_size) {
	struct test_bytes from = {.bytes = packed, .size = size, .most = 50, .seed = size + 1};
	if (size > 10000)
		from.most = 0;
	struct ent_inflate *inflate;
	CHECK(ent_inflate_create(test_read_bytes, &from, limit, &inflate) == ENT_OK);
	ent_status status = ent_stream_read_all(
			ent_inflate_read, inflate, 1 << 28, 0, ret_bytes, ret_size);
	CHECK((status == ENT_OK) == (ent_inflate_why(inflate)[0] == '\0'));
	size_t got;
	char byte;
	if (status != ENT_OK)
		CHECK(ent_inflate_read(inflate, &byte, 1, &got) == status);
	ent_inflate_destroy(inflate);
	return status;
}

static char *random_text(uint64_t seed, size_t size) {
	char *text = malloc(size + 1);
	for (size_t i = 0; i < size; i++)
		text[i] = (char)('a' + test_random(&seed) % 13);
	return text;
}

TEST(inflate__members_that_follow_one_another_are_one_text) {
	(void)state_;
	static const size_t sizes[] = {0, 1, 100, 70000};
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *text = random_text(i + 1, sizes[i]), *bytes;
		size_t packed_size, size;
		char *packed = pack(text, sizes[i], 1, &packed_size);
		char *three = malloc(3 * packed_size);
		for (size_t j = 0; j < 3; j++)
			memcpy(three + j * packed_size, packed, packed_size);
		for (size_t n = 1; n <= 3; n++) {
			CHECK(unpack(three, n * packed_size, 1 << 20, &bytes, &size) == ENT_OK);
			CHECK(size == n * sizes[i]);
			for (size_t j = 0; j < n; j++)
				CHECK(memcmp(bytes + j * sizes[i], text, sizes[i]) == 0);
			free(bytes);
		}
		free(three);
		free(packed);
		free(text);
	}
}

TEST(inflate__a_cut_input_is_refused_and_a_changed_one_never_gives_another_text) {
	(void)state_;
	char *text = random_text(5, 700), *bytes;
	size_t packed_size, size;
	char *packed = pack(text, 700, 1, &packed_size);
	for (size_t n = 1; n < packed_size; n++)
		CHECK(unpack(packed, n, 1 << 20, &bytes, &size) == ENT_E_SYNTAX);
	for (size_t bit = 0; bit < packed_size * 8; bit++) {
		size_t at = bit / 8;
		/* RFC 1952, 2.3: time, extra flags and system say nothing of the text; a text flag neither. */
		if ((at >= 4 && at <= 9) || (at == 3 && bit % 8 == 0))
			continue;
		packed[at] ^= (char)(1 << bit % 8);
		ent_status status = unpack(packed, packed_size, 1 << 20, &bytes, &size);
		packed[at] ^= (char)(1 << bit % 8);
		/* Bits that fill the last byte of the packed data mean nothing. */
		if (status == ENT_OK) {
			CHECK(size == 700 && memcmp(bytes, text, 700) == 0);
			free(bytes);
		} else {
			CHECK(status == ENT_E_SYNTAX || status == ENT_E_LIMIT);
		}
	}
	free(packed);
	free(text);
}

TEST(inflate__what_stands_behind_the_last_member_is_an_error) {
	(void)state_;
	char *text = random_text(5, 700), *bytes;
	size_t packed_size, size;
	char *packed = pack(text, 700, 1, &packed_size);
	char *more = calloc(1, packed_size + 10);
	memcpy(more, packed, packed_size);
	CHECK(unpack(more, packed_size + 1, 1 << 20, &bytes, &size) == ENT_E_SYNTAX);
	CHECK(unpack(more, packed_size + 10, 1 << 20, &bytes, &size) == ENT_E_SYNTAX);
	CHECK(unpack("plain text", 10, 1 << 20, &bytes, &size) == ENT_E_SYNTAX);
	struct test_bytes broken = {.bytes = packed, .size = packed_size / 2};
	struct ent_inflate *inflate;
	CHECK(ent_inflate_create(test_read_broken, &broken, 1000, &inflate) == ENT_OK);
	CHECK(ent_stream_read_all(ent_inflate_read, inflate, 10000, 0, &bytes, &size) == ENT_E_IO);
	ent_inflate_destroy(inflate);
	free(more);
	free(packed);
	free(text);
}

TEST(inflate__a_bomb_ends_at_the_limit_and_exactly_the_limit_passes) {
	(void)state_;
	size_t packed_size, size;
	char *zeros = calloc(1, 1 << 20), *bytes;
	char *bomb = pack(zeros, 1 << 20, 256, &packed_size); /* 256 MiB in about 260 KB */
	CHECK(packed_size < 1 << 19);
	struct test_bytes from = {.bytes = bomb, .size = packed_size};
	struct ent_inflate *inflate;
	CHECK(ent_inflate_create(test_read_bytes, &from, 1 << 20, &inflate) == ENT_OK);
	uint64_t total = 0;
	ent_status status;
	while ((status = ent_inflate_read(inflate, zeros, 65536, &size)) == ENT_OK && size > 0)
		total += size;
	CHECK(status == ENT_E_LIMIT && total <= 1 << 20);
	/* It stopped reading, too: what is left of 256 MiB is most of it. */
	CHECK(from.at <= 2 * 65536);
	ent_inflate_destroy(inflate);
	free(bomb);
	char *packed = pack(zeros, 1000, 1, &packed_size);
	CHECK(unpack(packed, packed_size, 1000, &bytes, &size) == ENT_OK && size == 1000);
	free(bytes);
	CHECK(unpack(packed, packed_size, 999, &bytes, &size) == ENT_E_LIMIT);
	free(packed);
	free(zeros);
}

/* --- XML --- */

struct log {
	char text[4000];
	int stop_after; /* events; 0: never */
	int events;
};

static void note(struct log *log, const char *text) {
	size_t used = strlen(log->text);
	(void)snprintf(log->text + used, sizeof log->text - used, "%s", text);
}

static ent_status on_start(void *user, const struct ent_xml_element *element) {
	struct log *log = user;
	note(log, "<");
	note(log, element->name);
	const char *id = ent_xml_attribute(element, "id");
	if (id != NULL) {
		note(log, " id=");
		note(log, id);
	}
	if (strstr(element->space, "ext") != NULL)
		note(log, " ext");
	note(log, ">");
	return ++log->events == log->stop_after ? ENT_E_SHAPE : ENT_OK;
}

static ent_status on_end(void *user, const struct ent_xml_element *element, const char *text,
		size_t length) {
	struct log *log = user;
	CHECK(strlen(text) == length);
	note(log, text);
	note(log, "</");
	note(log, element->name);
	note(log, ">");
	return ++log->events == log->stop_after ? ENT_E_SHAPE : ENT_OK;
}

static const struct ent_xml_events events = {on_start, on_end};

static ent_status read_xml(
		const char *text, size_t most, struct log *log, struct ent_fault *fault) {
	struct test_bytes from = {.bytes = text, .size = strlen(text), .most = most, .seed = 4};
	return ent_xml_read(test_read_bytes, &from, 100, 100000, &events, log, fault);
}

TEST(xml__events_come_in_order_with_the_text_of_leaves) {
	(void)state_;
	static const char *const text =
			"<?xml version='1.0'?><!-- c --><a id='1' xmlns:g='http://x/ext'>t<b> x "
			"&amp; <![CDATA[<y>]]></b>u<g:c/></a>";
	for (size_t most = 1; most < 20; most++) {
		struct log log = {.text = ""};
		CHECK(read_xml(text, most, &log, NULL) == ENT_OK);
		CHECK(strcmp(log.text, "<a id=1><b> x & <y></b><c ext></c></a>") == 0);
	}
}

TEST(xml__what_is_not_taken_ends_with_its_line) {
	(void)state_;
	static const struct {
		const char *text;
		ent_status status;
		const char *where, *why;
	} rows[] = {
			{"", ENT_E_SYNTAX, "line 1", "no element"},
			{"<a>\n<b></a>", ENT_E_SYNTAX, "line 2", "mismatched"},
			{"<a>", ENT_E_SYNTAX, "line 1", ""},
			{"<a/><b/>", ENT_E_SYNTAX, "line 1", ""},
			{"<a>&nope;</a>", ENT_E_SYNTAX, "line 1", "entity"},
			{"<a>\xff</a>", ENT_E_SYNTAX, "line 1", ""},
			{"<a x='1' x='2'/>", ENT_E_SYNTAX, "line 1", "duplicate"},
			{"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", ENT_E_REFUSED, "line 1",
					"DOCTYPE"},
			{"<!DOCTYPE a SYSTEM 'http://example/x.dtd'><a/>", ENT_E_REFUSED, "line 1",
					"DOCTYPE"},
			{"<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b "
			 "'&a;&a;&a;&a;&a;&a;&a;&a;'>"
			 "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><l>&c;</l>",
					ENT_E_REFUSED, "line 1", "DOCTYPE"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct log log = {.text = ""};
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].text, read_xml(rows[i].text, 0, &log, &fault) == rows[i].status);
		CHECK_ROW(rows[i].text, strstr(fault.where, rows[i].where) != NULL);
		CHECK_ROW(rows[i].text, strstr(fault.why, rows[i].why) != NULL);
		CHECK_ROW(rows[i].text, strstr(log.text, "y") == NULL);
	}
}

TEST(xml__the_status_of_an_event_is_the_end) {
	(void)state_;
	for (int n = 1; n <= 6; n++) {
		struct log log = {.stop_after = n};
		CHECK(read_xml("<a><b>1</b><c/></a>", 0, &log, NULL) == ENT_E_SHAPE);
		CHECK(log.events == n);
	}
}

TEST(xml__hostile_endless_input_ends_in_bounded_memory) {
	(void)state_;
	static const struct {
		const char *why, *head, *body;
		ent_status status;
	} rows[] = {
			{"nesting", "", "<a>", ENT_E_LIMIT},
			{"text", "<a>", "x", ENT_E_LIMIT},
			{"one attribute", "<a b='", "x", ENT_E_LIMIT},
			{"a comment", "<a><!-- ", "x", ENT_E_LIMIT},
			{"a name", "<", "x", ENT_E_LIMIT},
			{"CDATA", "<a><![CDATA[", "x", ENT_E_LIMIT},
			{"a processing instruction", "<?x ", "x", ENT_E_LIMIT},
			{"spaces before the root", "", " ", ENT_E_LIMIT},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct test_endless from = {.head = rows[i].head,
				.body = rows[i].body,
				.total = UINT64_C(1) << 30};
		struct log log = {.text = ""};
		struct ent_fault fault = {0};
		ent_status status = ent_xml_read(
				test_read_endless, &from, 1000000, 1000000, &events, &log, &fault);
		CHECK_ROW(rows[i].why, status == rows[i].status);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0' && from.given < 4000000);
	}
	struct test_bytes broken = {.bytes = "<a>", .size = 3};
	struct log log = {.text = ""};
	CHECK(ent_xml_read(test_read_broken, &broken, 100, 100, &events, &log, NULL) == ENT_E_IO);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(stream__reads_to_the_end_and_stops_at_its_limit),
			TEST_ENTRY(inflate__members_that_follow_one_another_are_one_text),
			TEST_ENTRY(inflate__a_cut_input_is_refused_and_a_changed_one_never_gives_another_text),
			TEST_ENTRY(inflate__what_stands_behind_the_last_member_is_an_error),
			TEST_ENTRY(inflate__a_bomb_ends_at_the_limit_and_exactly_the_limit_passes),
			TEST_ENTRY(xml__events_come_in_order_with_the_text_of_leaves),
			TEST_ENTRY(xml__what_is_not_taken_ends_with_its_line),
			TEST_ENTRY(xml__the_status_of_an_event_is_the_end),
			TEST_ENTRY(xml__hostile_endless_input_ends_in_bounded_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
