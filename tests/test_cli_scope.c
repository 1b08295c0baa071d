/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entente check` says of what it did not check: outside an area or a time, between the points of
 * a plan or a recording, and of flights that the cleaning left little of. And that a proposal
 * knows of all that was read, whatever the answer is limited to.
 */
#include "program.h"

#define DATA "tests/data/cli/"
#define HERE "--area 46.95,7.9,47.05,8.6 "

static const struct program_row rows[] = {
		{"an answer for an area says so", "check " HERE DATA "round.csv", 1,
				"1 conflict found among 3 flights and 0 volumes in the area "
				"46.95000N 007.90000E to 47.05000N 008.60000E; 2 outside"},
		{"and one for a time",
				"check --from 2026-01-05T12:05:30Z --to 2026-01-05T13:00:00Z " DATA
				"round.csv",
				0,
				"no conflict found among 1 flight and 0 volumes from "
				"2026-01-05T12:05:30Z until 2026-01-05T13:00:00Z; 4 outside"},
		{"a conflict that lasts longer is shown whole, and that is said",
				"check --to 2026-01-05T12:02:10Z " DATA "round.csv", 1,
				"until 2026-01-05T12:02:10Z, 1 of them going on outside this "
				"time;"},
		{"for a program too", "check --format json " HERE DATA "round.csv", 1,
				"\"south_deg\": 46.95"},
		{"the other of a conflict in the area may be outside",
				"check --lateral 10nm --area 47.1,7.9,47.2,8.6 " DATA "round.csv",
				1, "A - NORTH\n"},
		{"a flight is counted by its path, not by the box around it",
				"check --area 47.4,8.45,47.45,8.5 " DATA "worst.csv", 2,
				"nothing was checked: 0 flights"},
		{"two plans that meet between their points", "check " DATA "waypoints.csv", 1,
				"EAST - WEST\n"},
		{"in KML too", "check " DATA "waypoints.kml", 1, "EAST - WEST\n"},
		{"recordings are not flown on", "check --recorded " DATA "waypoints.csv", 0,
				"no conflict found among 4 flights"},
		{"those who fly together do so in every stretch",
				"check --recorded --together F1,F2 " DATA "pairs.csv", 0,
				"among 4 flights and 0 volumes; 1 near pair flying together"},
		{"what a plan loses is not checked", "check " DATA "twins.csv", 2,
				"no conflict found among 1 flight"},
		{"two under one name", "check --recorded " DATA "twins.csv", 2,
				"; 1 flight with many impossible jumps may be two;"},
		{"the rest of a cut input", "check --skip-bad " DATA "broken.json", 2,
				"; 1 left out as bad; 1 input not read to the end"},
		{"a flight without a position", "check " DATA "lost.json", 2,
				"; 1 flight without a usable report not checked;"},
		{"what is near at two moments is not shown as at one",
				"check --time 4min " DATA "round.csv", 1,
				"      not at one moment: AFTER is there at "
				"2026-01-05T12:06:00Z\n"},
		{"an intent's own filed version is no traffic",
				"check --lateral 50m --vertical 20m --against " DATA
				"intents-filed.json " DATA "intent-new.json",
				0,
				"no conflict found among 0 flights and 3 volumes; filed versions "
				"of "
				"the same operational intents passed over"},
		{"another's is",
				"check --lateral 2km --vertical 20m --against " DATA
				"intents-filed.json " DATA "intent-new.json",
				1,
				"1 conflict found among 0 flights and 3 volumes; filed versions"},
		{"later, but not into what comes after the time",
				"check --propose --to 2026-01-05T12:05:30Z " DATA "round.csv", 1,
				"proposed for A, clear of all that was checked: 8 min later"},
		{"aside, but not into what is outside the area",
				"check --propose " HERE DATA "round.csv", 1, "14.5 NM to the "},
		{"all stretches of a flight go later, and the last one meets somebody",
				"check --recorded --propose " DATA "stretches.csv", 1,
				"proposed for GAPPY, clear of all that was checked: 9 min later"},
		{"nobody is near himself, a little later",
				"check --recorded --time 15min --area 45,7,46,9 " DATA
				"stretches.csv",
				0, "no conflict found among 2 flights"},
		{"nor into others of the plan",
				"check --propose --against " DATA "round-filed.csv " DATA
				"round.csv",
				1, "14.5 NM to the "},
};

TEST(cli__what_was_not_checked_is_said_and_what_was_not_asked_for_still_counts) {
	(void)state_;
	program_check_rows(rows, sizeof rows / sizeof rows[0]);
}

TEST(cli__rows_of_csv_have_the_summary_beside_them) {
	(void)state_;
	struct program_run run = program_run(
			"check --format csv " DATA "twins.csv", (struct program_how){0});
	CHECK(run.status == 2 && strncmp(run.out, "verdict,", 8) == 0);
	CHECK(strstr(run.out, "among") == NULL);
	program_check_has("the summary", run.err,
			"cleaning: reports an impossible jump away, dropped: 2\nminima: ");
	program_check_has("the summary", run.err, "no conflict found among 1 flight");
	program_finish(&run);
}

TEST(cli__nothing_is_never_clear) {
	(void)state_;
	static const char *const inputs[] = {"[]",
			"{\"type\":\"FeatureCollection\",\"features\":[]}",
			"id,time,lat,lon,altitude\n", "<kml/>"};
	for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
		char path[] = "/tmp/entente-nothing.XXXXXX", arguments[64];
		const int fd = mkstemp(path);
		CHECK(fd >= 0);
		CHECK(write(fd, inputs[i], strlen(inputs[i])) == (ssize_t)strlen(inputs[i]));
		(void)close(fd);
		(void)snprintf(arguments, sizeof arguments, "check %s", path);
		struct program_run run = program_run(arguments, (struct program_how){0});
		(void)unlink(path);
		program_check_has(
				inputs[i], run.out, "nothing was checked: 0 flights and 0 volumes");
		CHECK_ROW(inputs[i], run.status == 2);
		program_finish(&run);
	}
	struct program_run run = program_run("check " DATA "nowhere.kml", (struct program_how){0});
	program_check_has("an empty track", run.err, "has no gx:coord");
	CHECK(run.status == 2);
	program_finish(&run);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__what_was_not_checked_is_said_and_what_was_not_asked_for_still_counts),
			TEST_ENTRY(cli__rows_of_csv_have_the_summary_beside_them),
			TEST_ENTRY(cli__nothing_is_never_clear),
	};
	return chdir(TEST_SOURCE) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
