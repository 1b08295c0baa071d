/* SPDX-License-Identifier: Apache-2.0 */
/* test_line_entry.c: entries of a line as bytes: one spelling each, and what is none is refused where it is wrong. */
#include "test.h"

#include "entente/line.h"

#define FRONT "{\"seq\":7,\"time_us\":1795668110788770,\"kind\":"
#define OF_TEST FRONT "\"line-test\",\"class\":\"ACTUAL\""
#define OF_RECEIPT FRONT "\"line-receipt\",\"class\":\"EXERCISE\""
#define OF_RESULT FRONT "\"line-result\",\"class\":\"TEST\""
#define OF_PURGE FRONT "\"purge-receipt\",\"class\":\"ACTUAL\""
#define LEAF "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define NAME "line/0123456789abcdef/fedcba9876543210"
#define GOOD_TEST OF_TEST ",\"period_from_us\":1795665600000000,\"period_us\":3600000000}"
#define GOOD_RECEIPT \
	OF_RECEIPT ",\"of\":{\"ledger\":\"" NAME "\",\"seq\":41,\"leaf\":\"" LEAF "\"}}"
#define GOOD_RESULT OF_RESULT ",\"period_from_us\":0,\"result\":\"path up, no answer\"}"
/* Of the longest name that a memorandum's ledger has, in a later epoch. */
#define GOOD_PURGE                                                                      \
	OF_PURGE ",\"of\":{\"ledger\":\"memo/a123456789b123456789c123456789d123456789/" \
		 "0123456789abcdef@99\","                                               \
		 "\"seq\":3,\"leaf\":\"" LEAF "\"}}"

static struct ent_json *json;

static int start(void **state) {
	(void)state;
	return ent_json_create(&json) == ENT_OK ? 0 : 1;
}

static int stop(void **state) {
	(void)state;
	ent_json_destroy(json);
	return 0;
}

static ent_status parse(const char *bytes, struct ent_line_entry *entry, struct ent_fault *fault) {
	return ent_line_entry_parse(json, bytes, strlen(bytes), entry, fault);
}

TEST(line_entry__is_written_as_it_was_read) {
	(void)state_;
	static const char *const rows[] = {GOOD_TEST, GOOD_RECEIPT, GOOD_RESULT, GOOD_PURGE};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line_entry entry;
		struct ent_fault fault = {{0}, {0}};
		char bytes[ENT_LINE_ENTRY_SIZE];
		const ent_status status = parse(rows[i], &entry, &fault);
		CHECK_ROW(fault.why, status == ENT_OK);
		CHECK_ROW(rows[i], ent_line_entry_print(&entry, bytes) == strlen(rows[i]));
		CHECK_ROW(rows[i], strcmp(bytes, rows[i]) == 0);
	}
}

TEST(line_entry__says_what_it_says) {
	(void)state_;
	struct ent_line_entry entry;
	CHECK(parse(GOOD_TEST, &entry, NULL) == ENT_OK && entry.kind == ENT_LINE_KIND_CHECK);
	CHECK(entry.seq == 7 && entry.time_utc_us == 1795668110788770 &&
			entry.class == ENT_CLASS_ACTUAL);
	CHECK(entry.period_from_utc_us == 1795665600000000 && entry.period_us == 3600000000);
	CHECK(parse(GOOD_RECEIPT, &entry, NULL) == ENT_OK && entry.kind == ENT_LINE_KIND_RECEIPT);
	CHECK(entry.class == ENT_CLASS_EXERCISE && entry.number == 41 &&
			strcmp(entry.ledger, NAME) == 0);
	CHECK(entry.leaf.bytes[0] == 0x00 && entry.leaf.bytes[1] == 0x11 &&
			entry.leaf.bytes[31] == 0xff);
	CHECK(parse(GOOD_PURGE, &entry, NULL) == ENT_OK && entry.kind == ENT_LINE_KIND_PURGE);
	CHECK(entry.number == 3 && strncmp(entry.ledger, "memo/a1", 7) == 0);
	CHECK(parse(GOOD_RESULT, &entry, NULL) == ENT_OK && entry.kind == ENT_LINE_KIND_RESULT);
	CHECK(entry.class == ENT_CLASS_TEST && entry.result == ENT_LINE_NO_ANSWER);
}

/* A later version's: it counts, and its front is what every entry has. */
TEST(line_entry__of_a_kind_that_is_not_known_is_taken_for_that) {
	(void)state_;
	static const char *const rows[] = {
			FRONT
			"\"line-message\",\"class\":\"ACTUAL\",\"text\":\"\\u0041\",\"x\":[1]}",
			FRONT "\"x\",\"class\":\"ACTUAL\"}",
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line_entry entry;
		CHECK_ROW(rows[i], parse(rows[i], &entry, NULL) == ENT_OK);
		CHECK_ROW(rows[i], entry.kind == ENT_LINE_KIND_OTHER && entry.seq == 7);
	}
}

static const struct {
	const char *why, *bytes, *where;
} rows[] = {
		{"nothing", "", NULL},
		{"no object", "[]", "seq"},
		{"not JSON", OF_TEST, NULL},
		{"a space", "{ \"seq\":7}", "seq"},
		{"a space in front", " " GOOD_TEST, "seq"},
		{"a newline behind", GOOD_TEST "\n", ""},
		{"two of them", GOOD_TEST GOOD_TEST, NULL},
		{"a number of zeros", "{\"seq\":07}", NULL},
		{"a negative number", "{\"seq\":-1,\"time_us\":1}", "seq"},
		{"19 digits", "{\"seq\":1000000000000000000,\"time_us\":1}", "seq"},
		{"a number as text", "{\"seq\":\"7\",\"time_us\":1}", "seq"},
		{"a fraction", "{\"seq\":7.0,\"time_us\":1}", "time_us"},
		{"after the year 9999", "{\"seq\":7,\"time_us\":253402300800000000,\"kind\":1}",
				"time_us"},
		{"another order", "{\"time_us\":1,\"seq\":7}", "seq"},
		{"no kind", "{\"seq\":7,\"time_us\":1,\"class\":\"ACTUAL\"}", "kind"},
		{"an empty kind", FRONT "\"\",\"class\":\"ACTUAL\"}", "kind"},
		{"no class", FRONT "\"line-test\"}", "class"},
		{"a class that there is not", FRONT "\"line-test\",\"class\":\"DRAFT\"}", "class"},
		{"an escape that means the same", FRONT "\"line-test\",\"class\":\"\\u0041CTUAL\"}",
				"class"},
		{"a member twice", FRONT "\"x\",\"class\":\"ACTUAL\",\"a\":1,\"a\":2}", "a"},
		{"an unknown member of a known kind",
				OF_TEST ",\"period_from_us\":0,\"period_us\":3600000000,\"x\":1}",
				""},
		{"a test without its period", OF_TEST ",\"period_us\":3600000000}",
				"period_from_us"},
		{"a test of no period", OF_TEST ",\"period_from_us\":0,\"period_us\":0}",
				"period_us"},
		{"of one too long", OF_TEST ",\"period_from_us\":0,\"period_us\":86400000001}",
				"period_us"},
		{"a receipt of nothing", OF_RECEIPT "}", "of.ledger"},
		{"a receipt without a leaf",
				OF_RECEIPT ",\"of\":{\"ledger\":\"" NAME "\",\"seq\":1}}",
				"of.leaf"},
		{"a leaf too short",
				OF_RECEIPT ",\"of\":{\"ledger\":\"" NAME
					   "\",\"seq\":1,\"leaf\":\"00\"}}",
				"of.leaf"},
		{"a leaf in capitals",
				OF_RECEIPT ",\"of\":{\"ledger\":\"" NAME "\",\"seq\":1,\"leaf\":\""
					   "00112233445566778899AABBCCDDEEFF"
					   "00112233445566778899aabbccddeeff\"}}",
				"of.leaf"},
		{"a ledger's name too long",
				OF_RECEIPT ",\"of\":{\"ledger\":\"" NAME NAME NAME "\",\"seq\":1}}",
				"of.ledger"},
		{"a result that there is not",
				OF_RESULT ",\"period_from_us\":0,\"result\":\"safe\"}", "result"},
		{"a result of nobody's", OF_RESULT ",\"period_from_us\":0,\"result\":\"unknown\"}",
				"result"},
};

TEST(line_entry__what_is_none_is_refused_where_it_is_wrong) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_line_entry entry;
		struct ent_fault fault = {{0}, {0}};
		const ent_status status = parse(rows[i].bytes, &entry, &fault);
		CHECK_ROW(rows[i].why, status == ENT_E_SYNTAX && fault.why[0] != '\0');
		if (rows[i].where != NULL && strcmp(fault.where, rows[i].where) != 0)
			fail_msg("%s: at \"%s\": %s", rows[i].why, fault.where, fault.why);
	}
}

TEST(line_entry__no_byte_of_one_can_be_left_away_and_none_is_spelled_twice) {
	(void)state_;
	static const char *const good[] = {GOOD_TEST, GOOD_RECEIPT, GOOD_RESULT, GOOD_PURGE};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct ent_line_entry entry;
		const size_t size = strlen(good[i]);
		char copy[1024], again[ENT_LINE_ENTRY_SIZE];
		for (size_t n = 0; n < size; n++)
			CHECK(ent_line_entry_parse(json, good[i], n, &entry, NULL) == ENT_E_SYNTAX);
		for (size_t at = 0; at < size; at++)
			for (int bit = 0; bit < 8; bit++) {
				memcpy(copy, good[i], size + 1);
				copy[at] = (char)(copy[at] ^ 1 << bit);
				if (ent_line_entry_parse(json, copy, size, &entry, NULL) ==
								ENT_OK &&
						entry.kind != ENT_LINE_KIND_OTHER)
					CHECK(ent_line_entry_print(&entry, again) == size &&
							memcmp(again, copy, size) == 0);
			}
	}
}

TEST(line_entry__the_longest_is_taken_and_one_byte_more_is_not) {
	(void)state_;
	static char bytes[ENT_LINE_ENTRY_MAX + 2];
	struct ent_line_entry entry;
	struct ent_fault fault = {{0}, {0}};
	size_t length = (size_t)sprintf(bytes, FRONT "\"x\",\"class\":\"ACTUAL\",\"a\":\"");
	memset(bytes + length, 'x', sizeof bytes - length);
	memcpy(bytes + ENT_LINE_ENTRY_MAX - 2, "\"}", 2);
	CHECK(ent_line_entry_parse(json, bytes, ENT_LINE_ENTRY_MAX, &entry, &fault) == ENT_OK);
	memcpy(bytes + ENT_LINE_ENTRY_MAX - 2, "x\"}", 3);
	CHECK(ent_line_entry_parse(json, bytes, ENT_LINE_ENTRY_MAX + 1, &entry, &fault) ==
			ENT_E_LIMIT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(line_entry__is_written_as_it_was_read),
			TEST_ENTRY(line_entry__says_what_it_says),
			TEST_ENTRY(line_entry__of_a_kind_that_is_not_known_is_taken_for_that),
			TEST_ENTRY(line_entry__what_is_none_is_refused_where_it_is_wrong),
			TEST_ENTRY(line_entry__no_byte_of_one_can_be_left_away_and_none_is_spelled_twice),
			TEST_ENTRY(line_entry__the_longest_is_taken_and_one_byte_more_is_not),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
