/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entente check` finds and how a person sees it: the order, the figures, the signs of what
 * is unknown, the limits of an answer.
 */
#include <sys/stat.h>

#include "program.h"

#define DATA "tests/data/cli/"

static char page_path[64]; /* of this run, removed at its end */

/*
 * P1 and P2 of worst.csv: for u from 0 to 1 the lateral share of 5 NM goes from 0.024 up to 0.408, the
 * vertical share of 1,000 ft from 0.9 down to 0; they are equal at u = 0.682, a share of 0.286.
 */
static const struct program_row rows[] = {
		{"the worst moment is not the closest laterally",
				"check --area 46,7,48.5,9 " DATA "worst.csv", 1,
				"Z  47.00006N 008.17050E    0:10:00   28 %  P1 - P2\n   2    3.00 "
				"NM    "
				"5559 m "},
		{"closest stays where the least lateral distance is",
				"check --format csv --area 46,7,47.5,9 " DATA "worst.csv", 1,
				"2026-01-05T12:00:00Z,2026-01-05T12:00:00Z,47,8,47.002,8,222.342,"
				"274.32,274.32,2026-01-05T12:03:"},
		{"a conflict inside the area", "check --area 49.45,8.45,49.6,8.6 " DATA "worst.csv",
				1, "1 conflict found among 2 flights"},
		{"two flights that touch the area, and a conflict outside",
				"check --area 48.9,7.9,49.1,8.1 " DATA "worst.csv", 0,
				"no conflict found among 2 flights and 0 volumes in the area "
				"48.90000N 007.90000E to 49.10000N 008.10000E; 4 outside"},
		{"an interval is no figure", "check --qnh 1013..1017hPa " DATA "unknown.geojson", 1,
				"      0 to "},
		{"a minimum of more than whole feet", "check --vertical 1000.1ft " DATA "near.csv",
				1, "vertical 1000.1 ft (304.83 m)"},
		{"half a foot less than the minimum is not the minimum",
				"check --vertical 1000.1ft --lateral 9nm "
				"scenarios/wildfire/data/passing.csv",
				1, "99 %"},
		{"only later", "check --propose --lateral 2nm " DATA "near.csv", 1,
				"clear of all that was checked: 1 min later"},
		{"north is 360 degrees, not 000",
				"check --propose --lateral 1nm --vertical 10m " DATA
				"north.geojson",
				1, "clear of all that was checked: 1.5 NM towards 360 degrees\n"},
		{"none within the limits",
				"check --propose --lateral 200nm --vertical 50km " DATA
				"near.csv " DATA "unknown.geojson",
				1,
				"no change within the limits is clear of all that was checked\n"},
		{"kelvin with their unit", "check --isa-deviation 30K " DATA "near.csv", 1,
				"1 conflict found"},
};

TEST(cli__what_is_found_is_ranked_by_its_worst_moment_and_shown_honestly) {
	(void)state_;
	program_check_rows(rows, sizeof rows / sizeof rows[0]);
}

TEST(cli__proposals_go_earlier_only_when_asked) {
	(void)state_;
	static const char command[] = "check --propose --lateral 3nm %s"
				      "scenarios/wildfire/data/tankers-north.csv "
				      "scenarios/wildfire/data/tankers-south.csv";
	char text[256];
	(void)snprintf(text, sizeof text, command, "");
	struct program_run run = program_run(text, (struct program_how){0});
	CHECK(strstr(run.out, " later") != NULL && strstr(run.out, " earlier") == NULL);
	program_finish(&run);
	(void)snprintf(text, sizeof text, command, "--earlier ");
	run = program_run(text, (struct program_how){0});
	program_check_has("sooner clear than later", run.out, " 2 min earlier");
	program_finish(&run);
}

/* 1,500 circles in one place are 1,124,250 pairs. */
static void feed_circles(FILE *to) {
	(void)fputs("{\"type\":\"FeatureCollection\",\"features\":[", to);
	for (int i = 0; i < 1500; i++)
		(void)fprintf(to,
				"%s{\"type\":\"Feature\",\"id\":\"c%d\",\"properties\":{},"
				"\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}}",
				i > 0 ? "," : "", i);
	(void)fputs("]}", to);
}

TEST(cli__more_conflicts_than_an_answer_holds_are_conflicts) {
	(void)state_;
	struct program_run run = program_run(
			"check --limit 1 -", (struct program_how){.feed = feed_circles});
	program_check_has("the summary", run.out,
			"1000000 conflicts found among 0 flights and 1500 volumes; the search "
			"ended with these, there may be more\n");
	CHECK(run.status == 1 && run.err[0] == '\0');
	program_finish(&run);
}

static char *page_of(const char *arguments) {
	char command[512];
	(void)snprintf(command, sizeof command, "check --html %s %s", page_path, arguments);
	struct program_run run = program_run(command, (struct program_how){0});
	FILE *file = fopen(page_path, "r");
	CHECK_ROW(arguments, file != NULL);
	char *page = program_read_all(file);
	CHECK(unlink(page_path) == 0);
	program_finish(&run);
	return page;
}

TEST(cli__the_page_tells_an_unknown_pair_from_a_conflict) {
	(void)state_;
	char *page = page_of(DATA "unknown.geojson " DATA "near.csv");
	program_check_has("the first is the conflict", page,
			"<tr id=\"c1\"><td class=\"n\" data-k=\"1\"><a "
			"href=\"#p1\">1</a></td><td>conflict</td>");
	program_check_has("unknown in the table", page, ">U1</a></td><td class=\"u\">unknown</td>");
	program_check_has("unknown on the map", page, "<g class=\"m u\"");
	program_check_has("unknown in the profiles", page, "<figure class=\"card u\"");
	program_check_has("without end", page, "\">unbounded</td>");
	program_check_has("without a moment", page, "vertical unknown at all times, ");
	CHECK(strstr(page, "18446744073710 ") == NULL);
	free(page);
}

TEST(cli__the_page_names_the_clause_and_the_version_of_each_pair) {
	(void)state_;
	char *page = page_of(
			"--memorandum " DATA "terms.json " DATA "near.csv " DATA "areas.geojson");
	program_check_has("the version in full", page,
			"fdba191171d1b5527efead0f7deaca5f39f68646ee33fbd14fc5418360ab31ca");
	program_check_has("a pair with a volume, in the table", page,
			"</td><td>clauses 5.3, 5.2 of valley-2026, version fdba191171d1</td></tr>");
	program_check_has("two flights, in the table", page,
			"</td><td>clause 5.1 of valley-2026, version fdba191171d1</td></tr>");
	program_check_has("in the profiles", page,
			"; by clause 5.1 of valley-2026, version fdba191171d1</span>");
	program_check_has("what it may not speak of", page,
			"<p>Note: it may not speak of all of 2 of what was read");
	free(page);
}

TEST(cli__the_page_says_what_its_axes_count_and_where_a_curve_ends) {
	(void)state_;
	char *page = page_of("--lateral 3nm --qnh 1013..1017hPa "
			     "scenarios/wildfire/data/helicopters.csv "
			     "scenarios/wildfire/data/reserved-airspace.geojson");
	program_check_has("the reference", page, ">ft above mean sea level</text>");
	program_check_has("the day", page, ">2026-08-12 UTC</text>");
	program_check_has("a lateral curve to a volume", page, "<path class=\"pd\" d=\"M");
	program_check_has("its end", page, ">cut off above 6 NM</text>");
	program_check_has("the heading", page, "<title>1 conflict found among ");
	free(page);
	page = page_of(DATA "filed.geojson");
	program_check_has("the heading", page, "<h1>No conflict found among ");
	free(page);
}

TEST(cli__the_map_near_a_pole_is_drawn_around_it) {
	(void)state_;
	char *page = page_of(DATA "pole.csv");
	program_check_has("circles of latitude", page, "<circle class=\"g\" ");
	program_check_has("said", page, "The north pole is drawn as the centre");
	free(page);
	page = page_of(DATA "near.csv");
	CHECK(strstr(page, "<circle class=\"g\" ") == NULL);
	free(page);
}

/* The name of a file that cannot be opened came through as it was. */
TEST(cli__the_name_of_a_file_does_not_steer_a_terminal) {
	(void)state_;
	static const char *const arguments[] = {"check /nowhere/\033[31m",
			"check --output /nowhere/\033[31m/x " DATA "near.csv",
			"check --html /nowhere/\033[31m/x " DATA "near.csv",
			"check --together \033[31m,NORTH1 " DATA "near.csv"};
	for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
		struct program_run run = program_run(arguments[i], (struct program_how){0});
		CHECK_ROW(arguments[i], strchr(run.err, '\033') == NULL);
		program_check_has(arguments[i], run.err, "?[31m");
		program_finish(&run);
	}
}

TEST(cli__an_output_does_not_take_the_place_of_an_input_or_of_another_output) {
	(void)state_;
	FILE *file = fopen(page_path, "w");
	CHECK(file != NULL && fputs("kept\n", file) >= 0 && fclose(file) == 0);
	static const struct {
		const char *format, *says;
	} refused[] = {{"check --output %s %s", "entente: --output: it is an input too\n"},
			{"check --html %s --against %s " DATA "near.csv",
					"entente: --html: it is an input too\n"},
			{"check --html %s --output %s " DATA "near.csv",
					"entente: --output: it is the file of --html too\n"}};
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		char command[256];
		(void)snprintf(command, sizeof command, refused[i].format, page_path, page_path);
		struct program_run run = program_run(command, (struct program_how){0});
		CHECK_ROW(command, run.status == 2 && strcmp(run.err, refused[i].says) == 0);
		program_finish(&run);
	}
	file = fopen(page_path, "r");
	CHECK(file != NULL);
	char *text = program_read_all(file);
	CHECK(strcmp(text, "kept\n") == 0);
	free(text);
	CHECK(unlink(page_path) == 0);
}

TEST(cli__a_file_that_may_not_grow_is_said_and_leaves_nothing) {
	(void)state_;
	struct rlimit before;
	char command[256];
	CHECK(getrlimit(RLIMIT_FSIZE, &before) == 0);
	const struct rlimit small = {1024, before.rlim_max};
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	(void)snprintf(command, sizeof command, "check --html %s " DATA "near.csv", page_path);
	struct program_run run = program_run(command, (struct program_how){0});
	CHECK(setrlimit(RLIMIT_FSIZE, &before) == 0);
	program_check_has("why", run.err, "cannot be written: File too large\n");
	CHECK(run.status == 2 && access(page_path, F_OK) != 0);
	program_finish(&run);
}

TEST(cli__a_name_of_together_that_nothing_has_is_said) {
	(void)state_;
	struct program_run run = program_run(
			"check --together NOPE,NORTH1 " DATA "near.csv", (struct program_how){0});
	CHECK(strcmp(run.err, "entente: --together: nothing that was read is called \"NOPE\"\n") ==
			0);
	CHECK(run.status == 1);
	program_finish(&run);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__what_is_found_is_ranked_by_its_worst_moment_and_shown_honestly),
			TEST_ENTRY(cli__proposals_go_earlier_only_when_asked),
			TEST_ENTRY(cli__more_conflicts_than_an_answer_holds_are_conflicts),
			TEST_ENTRY(cli__the_page_tells_an_unknown_pair_from_a_conflict),
			TEST_ENTRY(cli__the_page_names_the_clause_and_the_version_of_each_pair),
			TEST_ENTRY(cli__the_page_says_what_its_axes_count_and_where_a_curve_ends),
			TEST_ENTRY(cli__the_map_near_a_pole_is_drawn_around_it),
			TEST_ENTRY(cli__the_name_of_a_file_does_not_steer_a_terminal),
			TEST_ENTRY(cli__an_output_does_not_take_the_place_of_an_input_or_of_another_output),
			TEST_ENTRY(cli__a_file_that_may_not_grow_is_said_and_leaves_nothing),
			TEST_ENTRY(cli__a_name_of_together_that_nothing_has_is_said),
	};
	(void)snprintf(page_path, sizeof page_path, "/tmp/entente-page-%d.html", (int)getpid());
	return chdir(TEST_SOURCE) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
