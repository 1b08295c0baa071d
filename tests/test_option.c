/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a command line: how they are found and parted, what is said of those that are wrong, and their values. */
#include "entente/option.h"
#include "test.h"

struct row {
	struct ent_option is;
	int more;
};

static const struct row rows[] = {
		{{"lateral", "LENGTH", "how far aside"}, 1},
		{{"vertical", "LENGTH", "how far above"}, 2},
		{{"listen", "ADDRESS", "where"}, 3},
		{{"help", NULL, "this text"}, 4},
};
static const struct ent_option_table table = {"test", rows, COUNT_OF(rows), sizeof rows[0]};

static const struct {
	const char *why, *first, *second;
	int more; /* of the row; 0: none */
	const char *value;
	int used;
	const char *where, *says; /* NULL: it is right */
} parts[] = {
		{"a value behind it", "--lateral", "5nm", 1, "5nm", 2, "--lateral", NULL},
		{"a value with =", "--vertical=5ft", "x", 2, "5ft", 1, "--vertical", NULL},
		{"an empty value", "--lateral=", "x", 1, "", 1, "--lateral", NULL},
		{"a second =", "--listen=a=b", "x", 3, "a=b", 1, "--listen", NULL},
		{"a value that is a number below 0", "--lateral", "-5nm", 1, "-5nm", 2, "--lateral",
				NULL},
		{"standard input", "--lateral", "-", 1, "-", 2, "--lateral", NULL},
		{"a value that looks like an option", "--lateral=--help", "x", 1, "--help", 1,
				"--lateral", NULL},
		{"none that it needs", "--help", "x", 4, NULL, 1, "--help", NULL},
		{"none, and it needs one", "--lateral", NULL, 1, NULL, 1, "--lateral",
				"it needs a value: LENGTH"},
		{"the next option", "--lateral", "--help", 1, NULL, 1, "--lateral",
				"it needs a value: LENGTH"},
		{"one too many", "--help=yes", "x", 4, "yes", 1, "--help", "it takes no value"},
		{"a slip", "--laterl", "x", 0, "x", 2, "--laterl",
				"there is no such option; did you mean --lateral?"},
		{"a slip before an option", "--laterl", "--help", 0, NULL, 1, "--laterl",
				"there is no such option; did you mean --lateral?"},
		{"a slip, with =", "--laterl=5", "x", 0, "5", 1, "--laterl",
				"there is no such option; did you mean --lateral?"},
		{"its beginning", "--lat", "x", 0, "x", 2, "--lat",
				"there is no such option; did you mean --lateral?"},
		{"too little of it", "--la", "x", 0, "x", 2, "--la",
				"there is no such option; try entente test --help"},
		{"nothing like it", "--frobnicate", "x", 0, "x", 2, "--frobnicate",
				"there is no such option; try entente test --help"},
		{"more than half of it amiss", "--holly", "x", 0, "x", 2, "--holly",
				"there is no such option; try entente test --help"},
		{"dashes only", "--", "x", 0, "x", 2, "--",
				"there is no such option; try entente test --help"},
		{"one dash", "-lateral", "x", 0, NULL, 1, "",
				"\"-lateral\" is no option: they begin with --; try "
				"entente "
				"test --help"},
		{"none", "lateral", "x", 0, NULL, 1, "",
				"\"lateral\" is no option: they begin with --; try entente "
				"test "
				"--help"},
		{"what steers a terminal", "--\x1b[2J", "x", 0, "x", 2, "--?[2J",
				"there is no such option; try entente test --help"},
};

TEST(option__is_parted_from_its_value) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		char first[40], second[40];
		(void)snprintf(first, sizeof first, "%s", parts[i].first);
		(void)snprintf(second, sizeof second, "%s",
				parts[i].second != NULL ? parts[i].second : "");
		char *argv[] = {first, second};
		struct ent_option_taken taken;
		struct ent_fault fault = {"", ""};
		const ent_status status = ent_option_take(
				&table, parts[i].second != NULL ? 2 : 1, argv, &taken, &fault);
		const struct row *row = (const void *)taken.option;
		CHECK_ROW(parts[i].why, (row != NULL ? row->more : 0) == parts[i].more);
		CHECK_ROW(parts[i].why, (taken.value == NULL) == (parts[i].value == NULL));
		CHECK_ROW(parts[i].why,
				taken.value == NULL || strcmp(taken.value, parts[i].value) == 0);
		CHECK_ROW(parts[i].why, taken.used == parts[i].used && taken.argument == first);
		CHECK_ROW(parts[i].why, (status == ENT_OK) == (parts[i].says == NULL));
		if (status == ENT_OK) {
			CHECK_ROW(parts[i].why, strcmp(taken.where, parts[i].where) == 0);
			continue;
		}
		if (strcmp(fault.where, parts[i].where) != 0 ||
				strcmp(fault.why, parts[i].says) != 0)
			fail_msg("%s: %s: %s", parts[i].why, fault.where, fault.why);
	}
}

TEST(option__a_long_argument_is_cut_where_it_is_shown) {
	(void)state_;
	char argument[1000], *argv[] = {argument};
	struct ent_option_taken taken;
	struct ent_fault fault;
	memset(argument, '-', sizeof argument);
	argument[sizeof argument - 1] = '\0';
	CHECK(ent_option_take(&table, 1, argv, &taken, &fault) == ENT_E_MISSING);
	CHECK(strlen(fault.where) == ENT_OPTION_WHERE_SIZE - 1);
}

static const struct {
	char kind; /* of count, number, time, word */
	const char *text;
	double value;
	const char *says; /* NULL: it is right */
} values[] = {
		{'c', "1", 1, NULL},
		{'c', "64", 64, NULL},
		{'c', "1e1", 10, NULL},
		{'c', "0", 0, "\"0\" is not a whole number from 1 to 64"},
		{'c', "65", 0, "\"65\" is not a whole number from 1 to 64"},
		{'c', "1.5", 0, "\"1.5\" is not a whole number from 1 to 64"},
		{'c', "", 0, "\"\" is not a whole number from 1 to 64"},
		{'c', "many", 0, "\"many\" is not a whole number from 1 to 64"},
		{'c', "1e300", 0, "\"1e300\" is not a whole number from 1 to 64"},
		{'c', "-1", 0, "\"-1\" is not a whole number from 1 to 64"},
		{'c', "nan", 0, "\"nan\" is not a whole number from 1 to 64"},
		{'c', "\x1b[2J", 0, "\"?[2J\" is not a whole number from 1 to 64"},
		{'n', "0.5", 0.5, NULL},
		{'n', "10000000", 1e7, NULL},
		{'n', "0.499999", 0, "\"0.499999\" is not a number from 0.5 to 10000000"},
		{'n', "10000000.1", 0, "\"10000000.1\" is not a number from 0.5 to 10000000"},
		{'n', "inf", 0, "\"inf\" is not a number from 0.5 to 10000000"},
		{'t', "100ms", 1e5, NULL},
		{'t', "1h30min", 5.4e9, NULL},
		{'t', "PT1.5S", 1.5e6, NULL},
		{'t', "99ms", 0, "\"99ms\" is not a time from 100ms to 90min"},
		{'t', "91min", 0, "\"91min\" is not a time from 100ms to 90min"},
		{'t', "0s", 0, "\"0s\" is not a time from 100ms to 90min"},
		{'t', "5", 0,
				"\"5\" has no unit: write one of d, h, min, s, ms, us "
				"after it"},
		{'w', "red", 0, NULL},
		{'w', "blue", 2, NULL},
		{'w', "Red", 0, "it is red, green or blue, not \"Red\""},
		{'w', "", 0, "it is red, green or blue, not \"\""},
};

TEST(option__values_end_at_their_bounds) {
	(void)state_;
	static const char *const words[] = {"red", "green", "blue"};
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		const char *text = values[i].text;
		const size_t length = strlen(text);
		struct ent_fault fault = {"", ""};
		int64_t whole = -7;
		double number = -7;
		size_t word = 0;
		ent_status status = ENT_OK;
		switch (values[i].kind) {
		case 'c':
			status = ent_option_count(text, length, 1, 64, &whole, &fault);
			number = (double)whole;
			break;
		case 't':
			status = ent_option_duration(
					text, length, 100000, INT64_C(5400000000), &whole, &fault);
			number = (double)whole;
			break;
		case 'w':
			status = ent_option_word(text, words, COUNT_OF(words), &word, &fault);
			number = status == ENT_OK ? (double)word : -7;
			break;
		default:
			status = ent_option_number(text, length, 0.5, 1e7, &number, &fault);
			break;
		}
		CHECK_ROW(text, (status == ENT_OK) == (values[i].says == NULL));
		/* What fails leaves what was. */
		CHECK_ROW(text, number == (status == ENT_OK ? values[i].value : -7));
		if (status != ENT_OK && strcmp(fault.why, values[i].says) != 0)
			fail_msg("%s: %s", text, fault.why);
	}
}

TEST(option__bounds_of_time_are_shown_in_the_largest_whole_unit) {
	(void)state_;
	static const struct {
		int64_t most_us;
		const char *says;
	} bounds[] = {{0, "0s"}, {1, "1us"}, {1500, "1500us"}, {2000, "2ms"}, {1000000, "1s"},
			{90000000, "90s"}, {INT64_C(86400000000), "1d"},
			{INT64_C(90000000000), "25h"}};
	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		char says[80];
		struct ent_fault fault;
		int64_t us;
		(void)snprintf(says, sizeof says, "\"9999d\" is not a time from 0s to %s",
				bounds[i].says);
		CHECK_ROW(says,
				ent_option_duration("9999d", 5, 0, bounds[i].most_us, &us,
						&fault) != ENT_OK);
		CHECK_ROW(fault.why, strcmp(fault.why, says) == 0);
	}
}

static void check_printed(FILE *out, const char *text, const char *shown) {
	(void)fclose(out);
	if (strcmp(text, shown) != 0)
		fail_msg("%s", text);
}

TEST(option__is_shown_in_a_column) {
	(void)state_;
	static const struct ent_option
			wordy = {"quiet", NULL,
					"of all that is said nothing is shown but what one has to "
					"know in any case, so "
					"that it can stand in a script, which nobody reads"},
			wide = {"a-name-that-is-long", "VALUE", "below"};
	char text[600] = "";
	FILE *out = fmemopen(text, sizeof text, "w");
	CHECK(out != NULL);
	ent_option_print(out, &rows[3].is, NULL, 16);
	ent_option_print(out, &rows[0].is, "5NM", 16);
	ent_option_print(out, &wordy, "never", 16);
	ent_option_print(out, &wide, NULL, 16);
	check_printed(out, text,
			"  --help           this text\n"
			"  --lateral LENGTH how far aside (5NM)\n"
			"  --quiet          of all that is said nothing is shown but what one has "
			"to know\n"
			"                   in any case, so that it can stand in a script, which "
			"nobody\n"
			"                   reads (never)\n"
			"  --a-name-that-is-long VALUE\n"
			"                   below\n");
}

TEST(option__help_is_broken_where_a_terminal_ends) {
	(void)state_;
	char text[1200] = "";
	FILE *out = fmemopen(text, sizeof text, "w");
	CHECK(out != NULL);
	ent_option_say(out,
			"usage: entente do this ONE TWO --with WHAT [--and MORE] [--or OTHER "
			"THINGS] --last X\n"
			"       entente do that|other --short\n"
			"       entente go --because-of SOMETHING-THAT-IS-LONG [--and ONE-MORE "
			"[--even "
			"TWO-MORE-THAN]]\n"
			"\n"
			"A sentence that is a little longer than a terminal is wide, which has 80 "
			"columns.\n"
			"This one has exactly as many as there are, so that it is left just as it "
			"is now:\n"
			"And-one-word-that-is-longer-than-80-columns-stays-whole-because-it-cannot-"
			"be-broken-at-all so.\n");
	check_printed(out, text,
			"usage: entente do this ONE TWO --with WHAT [--and MORE] [--or OTHER "
			"THINGS]\n"
			"                       --last X\n"
			"       entente do that|other --short\n"
			"       entente go --because-of SOMETHING-THAT-IS-LONG\n"
			"                  [--and ONE-MORE [--even TWO-MORE-THAN]]\n"
			"\n"
			"A sentence that is a little longer than a terminal is wide, which has 80\n"
			"columns.\n"
			"This one has exactly as many as there are, so that it is left just as it "
			"is now:\n"
			"And-one-word-that-is-longer-than-80-columns-stays-whole-because-it-cannot-"
			"be-broken-at-all\n"
			"so.\n");
}

struct asked {
	const char *data;
	bool json;
	const char *reserve[2];
};
static const struct ent_option_row all_rows[] = {
		{{"data", "DIR", "where"}, offsetof(struct asked, data), 0},
		{{"json", NULL, "for programs"}, offsetof(struct asked, json), 0},
		{{"reserve", "URL", "where else"}, offsetof(struct asked, reserve), 2},
};
static const struct ent_option_table all_table = {
		"test", all_rows, COUNT_OF(all_rows), sizeof all_rows[0]};

TEST(option__a_whole_command_line_goes_into_a_struct) {
	char *argv[] = {"--json", "do", "--reserve=a", "this", "--data", "x", "--data", "y", "-",
			"--reserve", "b"};
	const char *operands[2] = {NULL, NULL};
	bool given[COUNT_OF(all_rows)] = {false};
	struct asked asked = {0};
	struct ent_option_words words = {.operands = operands, .capacity = 2, .given = given};
	struct ent_fault fault;
	(void)state_;
	CHECK(ent_option_take_all(&all_table, COUNT_OF(argv), argv, &asked, &words, &fault) ==
			ENT_OK);
	CHECK(strcmp(words.action, "do") == 0 && words.n == 2);
	CHECK(strcmp(operands[0], "this") == 0 && strcmp(operands[1], "-") == 0);
	CHECK(strcmp(asked.data, "y") == 0 && asked.json);
	CHECK(strcmp(asked.reserve[0], "a") == 0 && strcmp(asked.reserve[1], "b") == 0);
	CHECK(given[0] && given[1] && given[2]);
}

TEST(option__a_command_line_that_says_too_much_is_refused) {
	static const struct {
		const char *why, *first, *second, *where, *says;
		ent_status status;
	} rows_all[] = {
			{"a word too many", "one", "two\x1b", "two?", "one thing too many",
					ENT_E_LIMIT},
			{"an option too often", "--reserve=a", "--reserve=b", "--reserve",
					"at most 2", ENT_E_LIMIT},
			{"none such", "--reserv=a", "x", "--reserv", "did you mean --reserve?",
					ENT_E_MISSING},
			{"no value", "x", "--data", "--data", "it needs a value: DIR",
					ENT_E_MISSING},
			{"a value too many", "--json=1", "x", "--json", "takes no value",
					ENT_E_SYNTAX},
	};
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(rows_all); i++) {
		char first[32], second[32], do_[] = "do", reserve[] = "--reserve=c";
		char *argv[] = {do_, reserve, first, second};
		const char *operands[1] = {NULL};
		bool given[COUNT_OF(all_rows)] = {false};
		struct asked asked = {0};
		struct ent_option_words words = {
				.operands = operands, .capacity = 1, .given = given};
		struct ent_fault fault = {{0}, {0}};
		(void)snprintf(first, sizeof first, "%s", rows_all[i].first);
		(void)snprintf(second, sizeof second, "%s", rows_all[i].second);
		CHECK_ROW(rows_all[i].why,
				ent_option_take_all(&all_table, COUNT_OF(argv), argv, &asked,
						&words, &fault) == rows_all[i].status);
		CHECK_ROW(rows_all[i].why, strcmp(fault.where, rows_all[i].where) == 0);
		CHECK_ROW(rows_all[i].why, strstr(fault.why, rows_all[i].says) != NULL);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(option__is_parted_from_its_value),
			TEST_ENTRY(option__a_long_argument_is_cut_where_it_is_shown),
			TEST_ENTRY(option__values_end_at_their_bounds),
			TEST_ENTRY(option__bounds_of_time_are_shown_in_the_largest_whole_unit),
			TEST_ENTRY(option__is_shown_in_a_column),
			TEST_ENTRY(option__help_is_broken_where_a_terminal_ends),
			TEST_ENTRY(option__a_whole_command_line_goes_into_a_struct),
			TEST_ENTRY(option__a_command_line_that_says_too_much_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
