/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program `entente check` as it is run: answers, exit status, options.
 *
 * Whole answers are kept in tests/data/cli/NAME.golden, each a transcript of the command, its
 * standard output, its standard error and its status. After a change that is meant, run
 * `ENTENTE_RENEW=1 build/tests/test_cli` and look at the difference before it is committed. The parcels were made by
 * tests/make_parcels.py, which shares no code with ours.
 */
#include "program.h"

#define WILDFIRE                                                                             \
	"scenarios/wildfire/data/drone-survey.json scenarios/wildfire/data/helicopters.csv " \
	"scenarios/wildfire/data/passing.csv scenarios/wildfire/data/power-line.kml "        \
	"scenarios/wildfire/data/reserved-airspace.geojson "                                 \
	"scenarios/wildfire/data/tankers-north.csv "                                         \
	"scenarios/wildfire/data/tankers-south.csv"
#define WILDFIRE_MINIMA \
	"--lateral 3nm --vertical 1000ft --qnh 1013..1017hPa --together LEAD41,TANKER61 "
#define DATA "tests/data/cli/"

static const struct {
	const char *name, *arguments;
	int status;
} transcripts[] = {
		{"help", "help", 0},
		{"help-check", "check --help", 0},
		{"wildfire-text", "check " WILDFIRE_MINIMA "--propose " WILDFIRE, 1},
		{"wildfire-json", "check " WILDFIRE_MINIMA "--format json " WILDFIRE, 1},
		{"wildfire-geojson", "check " WILDFIRE_MINIMA "--format geojson " WILDFIRE, 1},
		{"wildfire-csv", "check " WILDFIRE_MINIMA "--format csv " WILDFIRE, 1},
		{"near-text", "check " DATA "near.csv", 1},
		{"near-limit", "check --vertical 2000ft --limit 1 " DATA "near.csv", 1},
		{"near-json", "check --format json --propose " DATA "near.csv", 1},
		{"names-csv", "check --format csv " DATA "names.csv", 1},
		{"unknown-text", "check " DATA "unknown.geojson", 2},
		{"unknown-json", "check --format json " DATA "unknown.geojson", 2},
		{"unknown-csv", "check --format csv " DATA "unknown.geojson", 2},
		{"against-geojson",
				"check --format geojson " DATA "areas.geojson --against " DATA
				"filed.geojson",
				1},
		{"places-text", "check --coordinates mgrs " DATA "places.csv", 1},
		{"places-dms", "check --coordinates dms --propose " DATA "places.csv", 1},
		{"places-json", "check --coordinates georef --format json " DATA "places.csv", 1},
		{"places-geojson", "check --coordinates gars --format geojson " DATA "places.csv",
				1},
		{"places-csv", "check --coordinates dms --format csv " DATA "places.csv", 1},
		{"terms-text",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T11:00:00Z --propose " DATA
				"near.csv " DATA "areas.geojson",
				1},
		{"terms-json",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T11:30:00Z --format json " DATA
				"near.csv " DATA "areas.geojson",
				1},
		{"terms-geojson",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T11:30:00Z --format geojson " DATA
				"near.csv",
				1},
		{"terms-csv",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T11:30:00Z --format csv " DATA
				"near.csv " DATA "areas.geojson",
				1},
		{"terms-reach",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T12:00:00Z " DATA "terms-reach.geojson",
				2},
		{"terms-touch",
				"check --memorandum " DATA
				"terms-areas.json --at 2026-01-05T12:00:00Z " DATA
				"terms-touch.geojson",
				1},
		{"terms-kinds",
				"check --memorandum " DATA
				"terms.json --at 2026-01-04T12:00:00Z " DATA "kinds.geojson",
				1},
		{"terms-kinds-json",
				"check --memorandum " DATA
				"terms.json --at 2026-01-04T12:00:00Z --from 2026-01-05T17:00:00Z "
				"--to 2026-01-05T17:30:00Z --format json " DATA "kinds.geojson",
				1},
		{"terms-none", "check --memorandum tests/data/memo/least.json " DATA "near.csv", 2},
		{"terms-bad", "check --memorandum " DATA "near.csv " DATA "near.csv", 2},
		{"help-grid", "grid --help", 0},
		{"help-init", "init --help", 0},
		{"help-party", "party --help", 0},
		{"help-memo", "memo --help", 0},
		{"help-bundle", "bundle --help", 0},
		{"help-watch", "watch --help", 0},
		{"help-alarms", "alarms --help", 0},
		{"help-clock", "clock --help", 0},
		{"no-node", "party status --data tests/data", 2},
		{"no-such-data", "memo list --data nowhere", 2},
		{"grid-text",
				"grid 47.4583N,8.5480E 472730N0083253E 4727.5N00832.88E "
				"-33.9461,151.1772 32tmt6593 32TMT ZAH1234567890 378ML11 006AG "
				"NKJC NKJC3227 90S0E 0N180E",
				0},
		{"grid-json", "grid --format json 47.4583N,8.5480E 32TMT6593 378ML11", 0},
		{"grid-refused", "grid 32TMT 32T 47.5N,8 4760N00832E 32UMT6593 001RA NKJO foo", 2},
		{"recorded-text", "check " DATA "recorded.json", 2},
		{"recorded-json", "check --format json " DATA "recorded.json", 2},
		{"bad",
				"check " DATA "bad.csv " DATA "bad.geojson " DATA "bad.kml " DATA
				"bad-intent.json " DATA "broken.json nowhere.json",
				2},
		{"bad-skipped",
				"check --skip-bad " DATA "bad.csv " DATA "bad.geojson " DATA
				"bad.kml " DATA "bad-intent.json " DATA "broken.json",
				1},
		{"help-parcel", "parcel --help", 0},
		{"parcel-text", "parcel show " DATA "two.parcel", 0},
		{"parcel-verified",
				"parcel show " DATA "two.parcel --vkey " DATA "a.vkey --vkey " DATA
				"b.vkey --vkey " DATA "a-witness.vkey",
				0},
		{"parcel-json",
				"parcel show --json " DATA "two.parcel --vkey " DATA
				"a.vkey --vkey " DATA "b.vkey --vkey " DATA "a-witness.vkey",
				0},
		{"parcel-forged", "parcel show " DATA "two-forged.parcel --vkey " DATA "a.vkey", 1},
		{"parcel-other-key", "parcel show --json " DATA "two.parcel --vkey " DATA "b.vkey",
				1},
		{"parcel-changed", "parcel show " DATA "two-changed.parcel", 1},
		{"parcel-cut", "parcel show " DATA "two-cut.parcel", 2},
		{"parcel-bad", "parcel show " DATA "two-bad.parcel", 2},
		{"parcel-none", "parcel show README.md", 2},
};

static char *transcript_of(const char *arguments, const struct program_run *run) {
	char *text = malloc(PROGRAM_TEXT_MAX);
	CHECK(text != NULL);
	(void)snprintf(text, PROGRAM_TEXT_MAX, "$ entente %s\n%s%s%sstatus %d\n", arguments,
			run->out, run->err[0] != '\0' ? "--- standard error\n" : "", run->err,
			run->status);
	return text;
}

/* The first line in which they differ. */
static void compare(const char *name, const char *kept, const char *got) {
	unsigned line = 1;
	if (strcmp(kept, got) == 0)
		return;
	const char *kept_line = kept, *got_line = got;
	for (size_t i = 0; kept[i] == got[i]; i++)
		if (kept[i] == '\n') {
			line++;
			kept_line = kept + i + 1;
			got_line = got + i + 1;
		}
	fail_msg("%s, line %u:\nkept: %.*s\nnow:  %.*s", name, line, (int)strcspn(kept_line, "\n"),
			kept_line, (int)strcspn(got_line, "\n"), got_line);
}

TEST(cli__answers_are_those_that_are_kept) {
	(void)state_;
	const bool renew = getenv("ENTENTE_RENEW") != NULL;
	for (size_t i = 0; i < sizeof transcripts / sizeof transcripts[0]; i++) {
		char path[256];
		(void)snprintf(path, sizeof path, DATA "%s.golden", transcripts[i].name);
		struct program_run run = program_run(
				transcripts[i].arguments, (struct program_how){0});
		CHECK_ROW(transcripts[i].name, run.status == transcripts[i].status);
		char *got = transcript_of(transcripts[i].arguments, &run);
		FILE *file = fopen(path, renew ? "w" : "r");
		CHECK_ROW(path, file != NULL);
		if (renew) {
			CHECK_ROW(path, fputs(got, file) >= 0 && fclose(file) == 0);
		} else {
			char *kept = program_read_all(file);
			compare(path, kept, got);
			free(kept);
		}
		free(got);
		program_finish(&run);
	}
}

TEST(cli__no_answer_calls_anything_safe) {
	(void)state_;
	for (size_t i = 0; i < sizeof transcripts / sizeof transcripts[0]; i++) {
		struct program_run run = program_run(
				transcripts[i].arguments, (struct program_how){0});
		for (char *c = run.out; *c != '\0'; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
		CHECK_ROW(transcripts[i].name, strstr(run.out, "safe") == NULL);
		CHECK_ROW(transcripts[i].name, strstr(run.err, "safe") == NULL);
		program_finish(&run);
	}
}

static const struct program_row statuses[] = {
		{"clear", "check " DATA "filed.geojson", 0,
				"no conflict found among 0 flights and 1 volume\n"},
		{"level, exactly 1,000 ft apart",
				"check --vertical 1000ft --lateral 9nm "
				"scenarios/wildfire/data/passing.csv",
				0, "no conflict found among 3 flights and 0 volumes"},
		{"one foot more",
				"check --vertical 1001ft --lateral 9nm "
				"scenarios/wildfire/data/passing.csv",
				1, "1 conflict found among 3 flights and 0 volumes"},
		{"unknown alone", "check " DATA "unknown.geojson", 2, "1 pair unknown"},
		{"a QNH makes it known", "check --qnh 1013..1017hPa " DATA "unknown.geojson", 1,
				"1 conflict found among 0 flights and 2 volumes\n"},
		{"a conflict counts before an unknown",
				"check " DATA "unknown.geojson " DATA "near.csv", 1,
				"1 conflict found among 3 flights and 2 volumes; 4 pairs "
				"unknown"},
		{"left out as bad", "check --skip-bad " DATA "bad-intent.json", 2,
				"1 left out as bad"},
		{"no usable altitude", "check " DATA "recorded.json", 2,
				"1 flight without an altitude not checked"},
		{"in formation", "check --together NORTH1,EAST2 " DATA "near.csv", 0,
				"no conflict found among 3 flights and 0 volumes; 1 near "
				"pair flying together"},
		{"in formation, by address and the other way round",
				"check --together 4b0002,4b0001 " DATA "near.csv", 0,
				"1 near pair flying together"},
		{"formation of others", "check --together NORTH1,HIGH3 " DATA "near.csv", 1,
				"1 conflict found"},
		{"elsewhere", "check --area 10,10,11,11 " DATA "near.csv", 2,
				"nothing was checked: 0 flights and 0 volumes in the area "
				"10.00000N 010.00000E to 11.00000N 011.00000E; 3 outside the area "
				"or time"},
		{"an area that holds one of the two",
				"check --area 47.25,7.9,47.4,8.1 " DATA "near.csv", 0,
				"among 1 flight and 0 volumes in the area 47.25000N"},
		{"an area across the antimeridian that reaches them the long way round",
				"check --area 46,10,48,8.1 " DATA "near.csv", 1,
				"1 conflict found"},
		{"all round the Earth", "check --area=-90,-180,90,180 " DATA "near.csv", 1,
				"1 conflict found among 3 flights"},
		{"sides with hemisphere letters",
				"check --area 47.25N,7.9E,472400N,0080600E " DATA "near.csv", 0,
				"among 1 flight and 0 volumes in the area 47.25000N"},
		{"a GEOREF cell that holds them", "check --area NKJC " DATA "near.csv", 1,
				"1 conflict found among 3 flights"},
		{"a GARS cell beside them", "check --area 378MK23 " DATA "near.csv", 2,
				"nothing was checked: 0 flights and 0 volumes in the area"},
		{"an MGRS square that holds them", "check --area 32TMT " DATA "near.csv", 1,
				"1 conflict found among 3 flights"},
		{"an MGRS square at the pole", "check --area ZAH " DATA "near.csv", 2,
				"nothing was checked: 0 flights and 0 volumes in the area"},
		{"corners of two forms", "check --area 47N,7.9E..378ML " DATA "near.csv", 1,
				"1 conflict found among 3 flights"},
		{"the place is the flight's, not the middle of the circle",
				"check " DATA "circle.geojson", 1, "  47.10000N 008.10000E  "},
		{"the wildfire, one foot more",
				"check " WILDFIRE_MINIMA "--vertical 1001ft " WILDFIRE, 1,
				"9 conflicts found among 9 flights and 3 volumes; 1 near pair "
				"flying"},
		{"the wildfire, minutes after one another",
				"check " WILDFIRE_MINIMA "--time 5min " WILDFIRE, 1,
				"8 conflicts found among 9 flights and 3 volumes; 1 near pair "
				"flying"},
		{"the wildfire, the closed corridor",
				"check " WILDFIRE_MINIMA "--time 8min " WILDFIRE, 1,
				"POWER-LINE-DRONE - TANKER22\n"},
		{"the wildfire, no formation", "check --lateral 3nm --qnh 1013..1017hPa " WILDFIRE,
				1, "8 conflicts found among 9 flights and 3 volumes; 0 of"},
		{"the wildfire, no QNH", "check --lateral 3nm --together LEAD41,TANKER61 " WILDFIRE,
				1,
				"5 conflicts found among 9 flights and 3 volumes; 4 pairs unknown"},
		{"after it all", "check --from 2026-01-05T12:06:00.000001Z " DATA "near.csv", 2,
				"3 outside the area or time"},
		{"before it all", "check --to 2026-01-05T11:59:59Z " DATA "near.csv", 2,
				"3 outside the area or time"},
		{"over before the time begins",
				"check --from 2026-01-05T12:05:00Z " DATA "near.csv", 0,
				"no conflict found among 3 flights"},
		{"only what is filed counts",
				"check " DATA "areas.geojson --against " DATA "near.csv", 1,
				"among 3 flights and 2 volumes"},
		{"two of one plan are not asked about",
				"check --lateral 1m " DATA "near.csv --against " DATA
				"filed.geojson",
				0, "no conflict found"},
		{"flights go by their own clause, not by the largest minima",
				"check --memorandum " DATA
				"terms.json --together NORTH1,EAST2 " DATA "near.csv",
				0, "no conflict found among 3 flights and 0 volumes; 1 near pair"},
		{"what is checked against goes by it too",
				"check --memorandum " DATA "terms.json " DATA
				"areas.geojson --against " DATA "near.csv",
				1,
				"      by clauses 5.3, 5.2 of valley-2026, version fdba191171d1"},
		{"no clause for two flights: the largest minima of all others, 0 here",
				"check --memorandum " DATA "terms-areas.json " DATA "near.csv", 2,
				"note: it has no minima between two flights"},
		{"a level has no known place in an area of heights",
				"check --memorandum " DATA "terms-areas.json " DATA "near.csv", 2,
				"the memorandum may not speak wholly of 3 of the flights and "
				"volumes"},
		{"a QNH makes that known",
				"check --qnh 1013..1017hPa --memorandum " DATA
				"terms-areas.json " DATA "near.csv",
				0, "no conflict found among 3 flights and 0 volumes; 0 of 6"},
		{"exactly as far ahead as the notice asks for is enough",
				"check --memorandum " DATA "terms.json --at 2026-01-05T11:00:00Z "
				"--together NORTH1,EAST2 " DATA "near.csv",
				0, "no conflict found among 3 flights and 0 volumes; 1 near pair"},
		{"a second later it is too late",
				"check --memorandum " DATA "terms.json --at 2026-01-05T11:00:01Z "
				"--together NORTH1,EAST2 " DATA "near.csv",
				2, "; 3 with too short a notice; "},
		{"so it is when they have begun",
				"check --memorandum " DATA "terms.json --at 2026-01-05T12:01:00Z "
				"--together NORTH1,EAST2 " DATA "near.csv",
				2,
				"short notice: HIGH3 (4b0003) began at 2026-01-05T12:00:00Z, to be "
				"told by 2026-01-05T11:00:00Z (clause 6.1: 1 h)"},
		{"what is over needs none",
				"check --memorandum " DATA "terms.json --at 2026-01-05T13:00:00Z "
				"--together NORTH1,EAST2 " DATA "near.csv",
				0, "no conflict found"},
		{"recordings need none",
				"check --recorded --memorandum " DATA
				"terms.json --at 2026-01-05T12:01:00Z "
				"--together NORTH1,EAST2 " DATA "near.csv",
				0, "no conflict found"},
		{"what is filed has been told",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T12:01:00Z " DATA
				"areas.geojson --against " DATA "near.csv",
				1, "; 2 with too short a notice; "},
		{"what has no beginning has begun",
				"check --memorandum " DATA
				"terms.json --at 2026-01-05T12:01:00Z " DATA "always.geojson",
				2, "short notice: always has no beginning (clause 6.2: 3 d)"},
		{"no notice of flights: the longest of all others",
				"check --memorandum " DATA
				"terms-areas.json --at 2026-01-05T12:01:00Z " DATA "near.csv",
				2,
				"short notice: HIGH3 (4b0003) began at 2026-01-05T12:00:00Z, to be "
				"told by 2026-01-02T12:00:00Z (clause 6.2: 3 d)"},
		{"no notice at all is agreed",
				"check --memorandum " DATA
				"terms-no-notice.json --at 2026-01-05T12:01:00Z " DATA "near.csv",
				2, "note: it has no notice times"},
		{"another year is none of it",
				"check --memorandum tests/data/memo/good.json " DATA
				"filed.geojson",
				2, "the memorandum does not speak of 1 of the flights and volumes"},
		{"time between them counts",
				"check --lateral 100m --vertical 1ft --time 2h " DATA
				"areas.geojson",
				1, "1 conflict found"},
};

TEST(cli__status_is_1_for_a_conflict_then_2_for_what_was_not_checked_then_0) {
	(void)state_;
	program_check_rows(statuses, sizeof statuses / sizeof statuses[0]);
}

/* The listing stands under its command, indented by four; "..." is what it leaves out. */
TEST(cli__the_listing_in_the_readme_is_what_its_command_prints) {
	(void)state_;
	static const char command[] = "    $ entente check --lateral 3nm --qnh 1013..1017hPa "
				      "--together LEAD41,TANKER61 --propose "
				      "scenarios/wildfire/data/*\n";
	FILE *file = fopen("README.md", "r");
	CHECK(file != NULL);
	char *readme = program_read_all(file);
	char *line = strstr(readme, command);
	CHECK_ROW(command, line != NULL);
	struct program_run run = program_run("check --lateral 3nm --qnh 1013..1017hPa --together "
					     "LEAD41,TANKER61 --propose " WILDFIRE,
			(struct program_how){0});
	const char *at = run.out;
	int lines = 0;
	line += strlen(command);
	for (char *end; strncmp(line, "    ", 4) == 0; line = end + 1, lines++) {
		end = strchr(line, '\n');
		CHECK(end != NULL);
		*end = '\0';
		if (strcmp(line + 4, "...") == 0)
			continue;
		const char *found = strstr(at, line + 4);
		CHECK_ROW(line, found != NULL);
		at = found + (end - line) - 4;
		CHECK_ROW(line, *at == '\n');
	}
	CHECK(lines >= 4);
	free(readme);
	program_finish(&run);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__answers_are_those_that_are_kept),
			TEST_ENTRY(cli__no_answer_calls_anything_safe),
			TEST_ENTRY(cli__the_listing_in_the_readme_is_what_its_command_prints),
			TEST_ENTRY(cli__status_is_1_for_a_conflict_then_2_for_what_was_not_checked_then_0),
	};
	return chdir(TEST_SOURCE) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
