/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and snapshots as bytes: those that are written, and all others, which are refused by name and change nothing; and names. */
#include "desks.h"

static void apply_all(struct desk_test *test, const char *const *entries, size_t n) {
	struct ent_fault fault = {{0}, {0}};
	for (size_t i = 0; i < n; i++)
		if (ent_desk_apply(test->desk, entries[i], strlen(entries[i]), &fault) != ENT_OK)
			fail_msg("%s: %s: %s", entries[i], fault.where, fault.why);
}

#define ENTRY(seq, time, kind, more)                                     \
	"{\"seq\":" #seq ",\"time_us\":" #time ",\"kind\":\"" kind "\"," \
	"\"class\":\"ACTUAL\"" more "}"
#define BY ",\"by\":\"(command line)\""
#define WHOM BY ",\"operator\":\"ada\""
#define ADA                                                                                      \
	ENTRY(0, 1767225600000000, "operator-added",                                             \
			WHOM ",\"name\":\"A\",\"password\":\"$argon2id$v=19$m=65536,t=3,p=1$s$h" \
			     "\",\"languages\":[\"fr\"],\"roles\":[\"administrator\"]")
#define DEVICE ",\"device\":\"0100000000000000000000000000000000000000000000000000000000000000\""
#define BEGUN ENTRY(1, 1767225600000001, "session-begun", ",\"operator\":\"ada\"" DEVICE)

/* As they stand in docs/formats.md: a change of these bytes is a change of the format. */
TEST(entries__are_these_bytes) {
	struct desk_test test;
	struct ent_desk_command add = desk_add(ENT_DESK_BY_COMMAND_LINE, "ada", ADMINISTRATOR);
	(void)state_;
	desk_begin(&test);
	add.name = "A";
	add.password = "$argon2id$v=19$m=65536,t=3,p=1$s$h";
	test.now_utc_us -= SECOND_US;
	CHECK(desk_do(&test, add) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry, ADA);
	test.now_utc_us -= SECOND_US - 1;
	CHECK(desk_do(&test, desk_sign_in(&test, "ada", true, 1)) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry, BEGUN);
	test.now_utc_us -= SECOND_US - 1;
	struct ent_desk_command end = desk_act(ENT_DESK_ACT_END, "ada", "ada");
	end.session = 1;
	CHECK(desk_do(&test, end) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry,
			ENTRY(2, 1767225600000002, "session-ended",
					",\"by\":\"ada\",\"operator\":\"ada\",\"session\":1,"
					"\"why\":\"signed-out\""));
	test.now_utc_us -= SECOND_US - 1;
	struct ent_desk_command fail = desk_sign_in(&test, "ada", false, 1);
	fail.turned_away = 7;
	CHECK(desk_do(&test, fail) == ENT_DESK_REFUSAL_WRONG);
	assert_string_equal(test.outcome.entry,
			ENTRY(3, 1767225600000003, "sign-in-failed",
					",\"operator\":\"ada\"" DEVICE ",\"turned_away\":7"));
	test.now_utc_us -= SECOND_US - 1;
	fail.id = "eve";
	CHECK(desk_do(&test, fail) == ENT_DESK_REFUSAL_WRONG);
	assert_string_equal(test.outcome.entry,
			ENTRY(4, 1767225600000004, "sign-in-unknown", ",\"turned_away\":7"));
	desk_end(&test);
}

TEST(entries__on_orders_are_these_bytes) {
	struct desk_test test;
	(void)state_;
	desk_begin(&test);
	test.now_utc_us -= SECOND_US;
	const struct ent_desk_command order = {.act = ENT_DESK_ACT_ORDER,
			.class = ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.order = ENT_DESK_ORDER_MEMO_SIGN,
			.on = "aid-2026"};
	CHECK(desk_do(&test, order) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry,
			ENTRY(0, 1767225600000000, "act-ordered",
					BY ",\"what\":\"memo-sign\",\"on\":\"aid-2026\""));
	test.now_utc_us -= SECOND_US - 1;
	struct ent_desk_command came = {.act = ENT_DESK_ACT_DONE,
			.class = ENT_CLASS_ACTUAL,
			.ordered = 0,
			.ledger = "memo/aid-2026/00000000000000aa",
			.number = 3};
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry,
			ENTRY(1, 1767225600000001, "act-done",
					",\"ordered\":0,"
					"\"ledger\":\"memo/aid-2026/"
					"00000000000000aa\",\"number\":3"));
	test.now_utc_us -= SECOND_US - 1;
	came.act = ENT_DESK_ACT_UNDONE;
	came.reason = "it is not suspended";
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry,
			ENTRY(2, 1767225600000002, "act-failed",
					",\"ordered\":0,\"reason\":\"it is not suspended\""));
	test.now_utc_us -= SECOND_US - 1;
	struct ent_desk_command close = order;
	close.order = ENT_DESK_ORDER_ALARM_CLOSED;
	close.on = "forged:0123456789abcdef:memo/aid-2026";
	close.reason = "Звонили: \"old\" disk";
	CHECK(desk_do(&test, close) == ENT_DESK_REFUSAL_NONE);
	assert_string_equal(test.outcome.entry,
			ENTRY(3, 1767225600000003, "act-ordered",
					BY ",\"what\":\"alarm-closed\",\"on\":\"forged:"
					   "0123456789abcdef:memo/aid-2026\",\"reason\":"
					   "\"Звонили: \\\"old\\\" disk\""));
	desk_end(&test);
}

/* Who closes an alarm says why, in words; why nothing came of an order need not be words. */
TEST(desk__an_alarm_is_closed_with_a_reason) {
	(void)state_;
	static const char *const no_reasons[] = {
			NULL, "", " ", "...", " they rang us up", "two\nlines"};
	struct desk_test test;
	struct ent_desk_command close = {.act = ENT_DESK_ACT_ORDER,
			.class = ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.order = ENT_DESK_ORDER_ALARM_CLOSED,
			.on = "forged:0123456789abcdef:memo/aid-2026"};
	desk_begin(&test);
	for (size_t i = 0; i < COUNT_OF(no_reasons); i++) {
		close.reason = no_reasons[i];
		CHECK_ROW(no_reasons[i] != NULL ? no_reasons[i] : "none",
				desk_do(&test, close) == ENT_DESK_REFUSAL_BAD);
	}
	close.reason = "they rang us up";
	CHECK(desk_do(&test, close) == ENT_DESK_REFUSAL_NONE);
	const struct ent_desk_command failed = {.act = ENT_DESK_ACT_UNDONE,
			.class = ENT_CLASS_ACTUAL,
			.ordered = 0,
			.reason = "..."};
	CHECK(desk_do(&test, failed) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_size(test.desk) == 2);
	desk_end(&test);
}

/* The node says what came of an order, once it knows: of one that stands before it. */
TEST(desk__what_came_of_an_order_names_it) {
	(void)state_;
	static char long_reason[ENT_DESK_REASON_MAX + 2];
	struct desk_test test;
	struct ent_desk_command came = {.act = ENT_DESK_ACT_DONE,
			.class = ENT_CLASS_ACTUAL,
			.ledger = "memo/aid-2026/00000000000000aa",
			.number = 0};
	desk_begin(&test);
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NO_ORDER);
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "ada", ADMINISTRATOR)) ==
			ENT_DESK_REFUSAL_NONE);
	struct ent_desk_command order = {.act = ENT_DESK_ACT_ORDER,
			.class = ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.order = ENT_DESK_ORDER_MEMO_SIGN,
			.on = "aid-2026"};
	came.ordered = 1;
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NO_ORDER);
	CHECK(desk_do(&test, order) == ENT_DESK_REFUSAL_NONE);
	came.ledger = "";
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_BAD);
	came.ledger = "memo/aid 2026/00000000000000aa";
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_BAD);
	came.ledger = "memo/aid-2026/00000000000000aa";
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NONE);
	came.act = ENT_DESK_ACT_UNDONE;
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_BAD);
	memset(long_reason, 'x', sizeof long_reason - 1);
	came.reason = long_reason;
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_BAD);
	came.reason = long_reason + 1;
	CHECK(desk_do(&test, came) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_size(test.desk) == 4 && ent_desk_operators(test.desk) == 1);
	desk_end(&test);
}

/* Each behind ADA and BEGUN. */
static const struct {
	const char *why, *entry, *where;
} refused[] = {
		{"not JSON", "{", "line 1, column 1"},
		{"no object", "[]", ""},
		{"no members", "{}", "seq"},
		{"another number", ENTRY(3, 1767225600000002, "operator-unlocked", WHOM), "seq"},
		{"not later", ENTRY(2, 1767225600000001, "operator-unlocked", WHOM), "time_us"},
		{"another kind", ENTRY(2, 1767225600000002, "operator-promoted", WHOM), "kind"},
		{"a member too many",
				ENTRY(2, 1767225600000002, "operator-unlocked",
						WHOM ",\"why\":\"idle\""),
				"why"},
		{"an unknown member",
				ENTRY(2, 1767225600000002, "operator-unlocked", WHOM ",\"x\":1"),
				""},
		{"a member twice", ENTRY(2, 1767225600000002, "operator-unlocked", WHOM WHOM),
				"by"},
		{"a member too few", ENTRY(2, 1767225600000002, "operator-unlocked", BY),
				"operator"},
		{"another order",
				ENTRY(2, 1767225600000002, "operator-unlocked",
						",\"operator\":\"ada\"" BY),
				""},
		{"a blank", ENTRY(2, 1767225600000002, "operator-unlocked", WHOM " "), ""},
		{"an escape that is none of ours",
				ENTRY(2, 1767225600000002, "operator-unlocked",
						BY ",\"operator\":\"\\u0061da\""),
				""},
		{"an act that is refused", ENTRY(2, 1767225600000002, "operator-disabled", WHOM),
				"kind"},
		{"by nobody",
				ENTRY(2, 1767225600000002, "operator-unlocked",
						",\"by\":\"eve\",\"operator\":\"ada\""),
				"kind"},
		{"of nobody",
				ENTRY(2, 1767225600000002, "operator-unlocked",
						BY ",\"operator\":\"eve\""),
				"kind"},
		{"a role that there is not",
				ENTRY(2, 1767225600000002, "operator-roles",
						WHOM ",\"roles\":[\"boss\"]"),
				"roles"},
		{"a role twice",
				ENTRY(2, 1767225600000002, "operator-roles",
						WHOM ",\"roles\":[\"administrator\","
						     "\"linguist\",\"linguist\"]"),
				""},
		{"a device that is no hash",
				ENTRY(2, 1767225600000002, "session-begun",
						",\"operator\":\"ada\",\"device\":\"01\""),
				"device"},
		{"a session less than 5 s after",
				ENTRY(2, 1767225600000002, "session-begun",
						",\"operator\":\"ada\"" DEVICE),
				"kind"},
		{"a password that is no hash",
				ENTRY(2, 1767225600000002, "operator-password",
						WHOM ",\"password\":\"secret\""),
				"kind"},
		{"an order that there is not",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"fire\",\"on\":\"\""),
				"what"},
		{"an order without a role",
				ENTRY(2, 1767225600000002, "act-ordered",
						",\"by\":\"ada\",\"what\":\"memo-sign\",\"on\":"
						"\"m\""),
				"kind"},
		{"an order on what is no name",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"memo-sign\",\"on\":\"a b\""),
				"kind"},
		{"what came of no order before it",
				ENTRY(2, 1767225600000002, "act-done",
						",\"ordered\":2,\"ledger\":\"memo/m/"
						"a\",\"number\":0"),
				"kind"},
		{"what came of an order, in no ledger",
				ENTRY(2, 1767225600000002, "act-done",
						",\"ordered\":1,\"ledger\":\"\",\"number\":0"),
				"kind"},
		{"what came of an order, without its number",
				ENTRY(2, 1767225600000002, "act-done",
						",\"ordered\":1,\"ledger\":\"memo/m/a\""),
				"number"},
		{"what came of an order, said by somebody",
				ENTRY(2, 1767225600000002, "act-failed",
						BY ",\"ordered\":1,\"reason\":\"x\""),
				"by"},
		{"nothing came of an order, for no reason",
				ENTRY(2, 1767225600000002, "act-failed",
						",\"ordered\":1,\"reason\":\"\""),
				"kind"},
		{"nothing came of an order, for a reason that steers",
				ENTRY(2, 1767225600000002, "act-failed",
						",\"ordered\":1,\"reason\":\"a\\nb\""),
				"kind"},
		{"a reason that this order has not",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"memo-sign\",\"on\":\"m\","
						   "\"reason\":\"x\""),
				"reason"},
		{"a closed alarm without a reason",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"alarm-closed\",\"on\":\"m\""),
				"reason"},
		{"a reason of no letters",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"alarm-closed\",\"on\":\"m\","
						   "\"reason\":\"...\""),
				"kind"},
		{"a reason of two lines",
				ENTRY(2, 1767225600000002, "act-ordered",
						BY ",\"what\":\"alarm-closed\",\"on\":\"m\","
						   "\"reason\":\"a\\nb\""),
				"kind"},
		{"a negative count",
				ENTRY(2, 1767225600000002, "sign-in-unknown",
						",\"turned_away\":-1"),
				"turned_away"},
};

TEST(entries__that_decide_would_not_have_written_are_refused_by_name) {
	static const char *const before[] = {ADA, BEGUN};
	struct desk_test test;
	struct ent_desk *same = NULL;
	(void)state_;
	desk_begin(&test);
	apply_all(&test, before, COUNT_OF(before));
	CHECK(ent_desk_copy(test.desk, &same) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct ent_fault fault = {{0}, {0}};
		CHECK_ROW(refused[i].why,
				ent_desk_apply(test.desk, refused[i].entry,
						strlen(refused[i].entry), &fault) == ENT_E_SYNTAX);
		CHECK_ROW(refused[i].why, fault.why[0] != '\0');
		if (strcmp(refused[i].where, "line 1, column 1") != 0)
			assert_string_equal(fault.where, refused[i].where);
		CHECK_ROW(refused[i].why, desk_same(test.desk, same));
	}
	/* The same entry, as it is to be, is taken. */
	static const char *const good[] = {ENTRY(2, 1767225600000002, "operator-unlocked", WHOM)};
	apply_all(&test, good, 1);
	ent_desk_destroy(same);
	desk_end(&test);
}

TEST(entries__of_another_class_than_the_first_are_refused) {
	static const char *const before[] = {ADA};
	static const char test_class[] =
			"{\"seq\":1,\"time_us\":1767225600000002,\"kind\":\"operator-unlocked\","
			"\"class\":\"TEST\"" WHOM "}";
	struct desk_test test;
	struct ent_fault fault;
	(void)state_;
	desk_begin(&test);
	apply_all(&test, before, 1);
	CHECK(ent_desk_apply(test.desk, test_class, strlen(test_class), &fault) == ENT_E_SYNTAX);
	assert_string_equal(fault.why, ent_desk_refusal_text(ENT_DESK_REFUSAL_CLASS));
	desk_end(&test);
}

/* Every bit of one, turned over: it is refused, or it is another desk whose bytes these are. */
TEST(snapshots__that_were_changed_are_refused_or_are_what_they_say) {
	struct desk_test test;
	unsigned bad = 0;
	(void)state_;
	desk_begin_staffed(&test);
	(void)desk_signed_in(&test, "wim", 1);
	(void)desk_do(&test, desk_sign_in(&test, "ada", false, 1));
	struct ent_jsonout_memory bytes = desk_bytes(test.desk);
	for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
		struct ent_desk *read = NULL;
		struct ent_fault fault = {{0}, {0}};
		bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
		if (ent_desk_snapshot_read(bytes.bytes, bytes.size, &read, &fault) == ENT_OK) {
			struct ent_jsonout_memory again = desk_bytes(read);
			CHECK(again.size == bytes.size);
			CHECK(memcmp(again.bytes, bytes.bytes, bytes.size) == 0);
			free(again.bytes);
			ent_desk_destroy(read);
		} else {
			CHECK(fault.why[0] != '\0');
			bad++;
		}
		bytes.bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	CHECK(bad > bytes.size);
	free(bytes.bytes);
	desk_end(&test);
}

/* A desk that has such a name from before is read as it was; nobody gets one any more. */
TEST(desk__a_new_name_has_a_letter_or_digit) {
	(void)state_;
	static const struct {
		const char *why, *name;
	} rows[] = {
			{"a combining accent", "\xcc\x81"},
			{"two of them and a blank between", "\xcc\x81 \xcc\x81"},
			{"a vowel sign of Devanagari", "\xe0\xa4\xbe"},
			{"variation selectors", "\xef\xb8\x8f\xef\xb8\x8e"},
			{"blanks that are not spaces", "\xc2\xa0\xe3\x80\x80"},
			{"a hyphen", "-"},
			{"full stops", "..."},
			{"punctuation of Arabic", "\xd8\x9f\xd8\x8c"},
			{"dashes and quotes", "\xe2\x80\x94\xc2\xab\xc2\xbb"},
			{"symbols", "\xe2\x98\x85+$"},
			{"a face", "\xf0\x9f\x98\x80"},
			{"a Braille cell without a dot", "\xe2\xa0\x80"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char with_letter[64];
		const size_t length = strlen(rows[i].name);
		CHECK_ROW(rows[i].why, ent_desk_name_ok(rows[i].name, length));
		CHECK_ROW(rows[i].why, !ent_desk_name_names(rows[i].name, length));
		const int more = snprintf(
				with_letter, sizeof with_letter, "%s\xd0\xaf", rows[i].name);
		CHECK_ROW(rows[i].why, ent_desk_name_names(with_letter, (size_t)more));
	}
}

TEST(desk__roles_are_read_as_words_or_as_people_write_them) {
	(void)state_;
	static const struct {
		const char *text, *where;
		unsigned roles;
	} rows[] = {
			{"watch-officer", "", WATCH},
			{" watch officer ,\tadministrator", "", WATCH | ADMINISTRATOR},
			{"watch officer,watch-officer", "", WATCH},
			{"", "", 0},
			{"watch officer,", "", 0},
			{"watch officer;administrator", "watch officer;administrator", 0},
			{"administrator, Watch officer", "Watch officer", 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {{0}, {0}};
		unsigned roles = 0;
		const ent_status status = ent_desk_roles_parse(rows[i].text, &roles, &fault);
		CHECK_ROW(rows[i].text, (status == ENT_OK) == (rows[i].roles != 0));
		CHECK_ROW(rows[i].text, roles == rows[i].roles);
		CHECK_ROW(rows[i].text, strcmp(fault.where, rows[i].where) == 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(entries__are_these_bytes),
			TEST_ENTRY(entries__on_orders_are_these_bytes),
			TEST_ENTRY(desk__an_alarm_is_closed_with_a_reason),
			TEST_ENTRY(desk__what_came_of_an_order_names_it),
			TEST_ENTRY(entries__that_decide_would_not_have_written_are_refused_by_name),
			TEST_ENTRY(entries__of_another_class_than_the_first_are_refused),
			TEST_ENTRY(desk__a_new_name_has_a_letter_or_digit),
			TEST_ENTRY(snapshots__that_were_changed_are_refused_or_are_what_they_say),
			TEST_ENTRY(desk__roles_are_read_as_words_or_as_people_write_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
