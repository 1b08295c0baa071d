/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entente` says when it is not understood: every message names what is wrong, where it
 * stands and what would be right. tests/data/cli/bad.golden holds the faults of the formats.
 */
#include "program.h"

#define DATA "tests/data/cli/"

static const struct {
	const char *arguments, *says;
} refused[] = {
		{"check",
				"entente: no input; name files, or - for standard input (try "
				"--help)\n"},
		{"check --against x",
				"entente: no input; \"x\" was taken as the value of --against\n"},
		{"check - -", "entente: -: standard input is named more than once\n"},
		{"check - --against -", "entente: -: standard input is named more than once\n"},
		{"check --earlier x", "entente: --earlier: it goes with --propose\n"},
		{"check --memorandum " DATA "terms.json --lateral 9nm x",
				"entente: --memorandum: the minima are those of its clauses: "
				"--lateral, --vertical and --time do not go with it\n"},
		{"check --vertical 9nm --memorandum " DATA "terms.json x",
				"entente: --memorandum: the minima are those of its clauses: "},
		{"check --time 0s --memorandum " DATA "terms.json x",
				"entente: --memorandum: the minima are those of its clauses: "},
		{"check --data nowhere x", "entente: --data: it goes with --memorandum\n"},
		{"check --at 2026-01-05T12:00:00Z x", "entente: --at: it goes with --memorandum\n"},
		{"check --at noon --memorandum x x", "entente: --at: \"noon\" is not a time as "},
		{"check --memorandum m-1 --data tests/data x", "entente check: "},
		{"check --memorandum " DATA "terms.json --html " DATA "terms.json x",
				"entente: --html: it is an input too\n"},
		{"check --memorandum - -", "entente: -: standard input is named more than once\n"},
		{"check --together A,A x", "entente: --together: both names are the same\n"},
		{"help nope", "entente: there is no command of that name; try entente help\n"},
		{"check --latera 5nm x",
				"entente: --latera: there is no such option; did you mean "
				"--lateral?\n"},
		{"check --lat 5nm x",
				"entente: --lat: there is no such option; did you mean "
				"--lateral?\n"},
		{"check --form json x",
				"entente: --form: there is no such option; did you mean "
				"--format?\n"},
		{"check --vertical-minimum 5nm x",
				"entente: --vertical-minimum: there is no such option; try entente "
				"check "
				"--help\n"},
		{"check -x y",
				"entente: \"-x\" is no option: they begin with --; try entente "
				"check --help\n"},
		{"check --lateral", "entente: --lateral: it needs a value: LENGTH\n"},
		{"check --lateral 5 x",
				"entente: --lateral: \"5\" has no unit: write one of m, km, ft, "
				"NM, nm, mi, "
				"nmi, cm, mm after it\n"},
		{"check --lateral=5 x",
				"entente: --lateral: \"5\" has no unit: write one of m, km, ft, "
				"NM, nm, mi, "
				"nmi, cm, mm after it\n"},
		{"check --vertical 1,000ft x", "entente: --vertical: \"1,000ft\" "},
		{"check --lateral 5parsec x", "entente: --lateral: \"5parsec\" "},
		{"check --lateral nan x", "entente: --lateral: \"nan\" "},
		{"check --lateral 1e400nm x", "entente: --lateral: "},
		{"check --lateral -1nm x",
				"entente: --lateral: the lateral minimum must lie in 0..500 km\n"},
		{"check --lateral 501km x",
				"entente: --lateral: the lateral minimum must lie in 0..500 km\n"},
		{"check --vertical 51km x",
				"entente: --vertical: the vertical minimum must lie in 0..50 km\n"},
		{"check --time 2d x", "entente: --time: the time minimum must lie in 0.."},
		{"check --time 30 x",
				"entente: --time: \"30\" has no unit: write one of d, h, min, s, "
				"ms, us "},
		{"check --time -5s x", "entente: --time: a duration is not negative\n"},
		{"check --area 1,2,3 x",
				"entente: --area: an area is SOUTH,WEST,NORTH,EAST in degrees, for "
				"example 45.8,5.9,47.9,10.6; or a GARS, GEOREF or MGRS cell; or "
				"two corners, SOUTHWEST..NORTHEAST\n"},
		{"check --area 47N8E x", "entente: --area: an area is SOUTH,WEST,NORTH,EAST"},
		{"check --area 47N,8E x", "entente: --area: an area is SOUTH,WEST,NORTH,EAST"},
		{"check --area Zurich x",
				"entente: --area: \"Zurich\": is neither decimal, DMS, DDM, MGRS, "
				"GARS nor GEOREF\n"},
		{"check --area 32T..33T x",
				"entente: --area: \"32T\": a grid zone alone is no place; "},
		{"check --area 47N8E.. x", "entente: --area: \"\": there is no reference\n"},
		{"check --area 378ML..378MA x",
				"entente: --area: the south of the area lies north of its north\n"},
		{"check --area 80N0E..90N10E x",
				"entente: --area: a pole is no corner, it has no longitude: write "
				"SOUTH,WEST,NORTH,EAST\n"},
		{"check --area 8E,47N,9E,48N x",
				"entente: --area: \"8E\": a longitude, where a latitude stands\n"},
		{"check --area 1,2,3,4,5 x", "entente: --area: an area is SOUTH,WEST,NORTH,EAST"},
		{"check --area 91,0,92,1 x", "entente: --area: 91 is outside -90 to 90 degrees\n"},
		{"check --area 0,0,1,181 x",
				"entente: --area: 181 is outside -180 to 180 degrees\n"},
		{"check --area 2,0,1,1 x",
				"entente: --area: the south of the area lies north of its north\n"},
		{"check --from noon x", "entente: --from: \"noon\" is not a time as "},
		{"check --to 2026-01-05T12:00:00 x", "entente: --to: time without zone: "},
		{"check --from 2026-01-06T00:00:00Z --to 2026-01-05T00:00:00Z x",
				"entente: --from: it is later than --to\n"},
		{"check --together A x",
				"entente: --together: it takes two ids, callsigns or addresses: "
				"A,B\n"},
		{"check --together A,B,C x", "entente: --together: it takes two ids"},
		{"check --together ,B x", "entente: --together: it takes two ids"},
		{"check --format xml x",
				"entente: --format: it is text, json, geojson or csv, not "
				"\"xml\"\n"},
		{"check --coordinates utm x",
				"entente: --coordinates: the forms are decimal, dms, ddm, mgrs, "
				"gars and georef\n"},
		{"check --limit 0 x",
				"entente: --limit: \"0\" is not a whole number from 1 to "
				"1000000000\n"},
		{"check --limit many x",
				"entente: --limit: \"many\" is not a whole number from 1 to "
				"1000000000\n"},
		{"check --max-input 0 x",
				"entente: --max-input: \"0\" is not a whole number from 1 to "
				"65536\n"},
		{"check --qnh 1013..1017 x",
				"entente: --qnh: \"1017\" has no unit: write one of hPa, mb, mbar, "
				"inHg, Pa "
				"after it\n"},
		{"check --qnh 1017..1013hPa x",
				"entente: --qnh: a QNH is one pressure or LOW..HIGH, in 850..1100 "
				"hPa\n"},
		{"check --qnh 12hPa x",
				"entente: --qnh: a QNH is one pressure or LOW..HIGH, in 850..1100 "
				"hPa\n"},
		{"check --isa-deviation 61 x",
				"entente: --isa-deviation: \"61\" is not a whole number from 0 to "
				"60\n"},
		{"check --isa-deviation 30.4 x",
				"entente: --isa-deviation: \"30.4\" is not a whole number from 0 "
				"to 60\n"},
		{"check --lateral --vertical 5m x",
				"entente: --lateral: it needs a value: LENGTH\n"},
		{"check --skip-bad=yes x", "entente: --skip-bad: it takes no value\n"},
		{"check nowhere.csv",
				"entente: nowhere.csv: cannot be opened: No such file or "
				"directory\n"},
		{"check tests", "entente: tests: reading failed: Is a directory\n"},
		{"check -- --lateral",
				"entente: --lateral: cannot be opened: No such file or "
				"directory\n"},
		{"check -", "entente: -: the input is empty\n"},
		{"check " DATA "near.csv --against nowhere.csv",
				"entente: nowhere.csv: cannot be opened: No such file or "
				"directory\n"},
		{"grid", "entente: REFERENCE: none given; try entente grid --help\n"},
		{"grid 32T",
				"entente: \"32T\": a grid zone alone is no place; the two letters "
				"of "
				"a 100 km square are missing\n"},
		{"grid --format", "entente: --format: it needs a value: FORMAT\n"},
		{"grid --format=xml 378ML", "entente: --format: it is text or json, not \"xml\"\n"},
		{"grid --places 378ML",
				"entente: --places: there is no such option; try entente grid "
				"--help\n"},
		{"grid -- --help",
				"entente: \"--help\": is neither decimal, DMS, DDM, MGRS, GARS nor "
				"GEOREF\n"},
		{"load", "entente: --url: it is needed; try entente load --help\n"},
		{"load --url http://x --dev",
				"entente: --seconds: it is needed; try entente load --help\n"},
		{"load --url https://x",
				"entente: --url: https is not spoken here, since it would measure "
				"TLS; name the server's plain http address\n"},
		{"load --url x:80", "entente: --url: it is no URL; write http://HOST:PORT\n"},
		{"load --url http://x --seconds 1",
				"entente: --dev: it or --token-file is needed: a DSS answers "
				"nobody "
				"without a token\n"},
		{"load --url http://x --seconds 1 --dev --token-file y",
				"entente: --dev: it does not go with --token-file\n"},
		{"load --seconds 0",
				"entente: --seconds: \"0\" is not a whole number from 1 to "
				"36000\n"},
		{"load --seconds soon",
				"entente: --seconds: \"soon\" is not a whole number from 1 to "
				"36000\n"},
		{"load --connections 1001",
				"entente: --connections: \"1001\" is not a whole number from 1 to "
				"1000\n"},
		{"load --url http://x --seconds 1 --dev --mix busy --connections 65",
				"entente: --connections: busy takes at most 64\n"},
		{"load --url http://x --seconds 1 --dev --population 100",
				"entente: --population: it does not go with spread\n"},
		{"load --population 19",
				"entente: --population: \"19\" is not a whole number from 20 to "
				"1000000\n"},
		{"load --mix heavy",
				"entente: --mix: the mixes are spread, busy, get, query and "
				"mixed\n"},
		{"load --mix", "entente: --mix: it needs a value: NAME\n"},
		{"load --json=yes", "entente: --json: it takes no value\n"},
		{"load http://x",
				"entente: \"http://x\" is no option: they begin with --; try "
				"entente "
				"load --help\n"},
		{"ledger", "entente ledger: what to do? "},
		{"ledger verify --vke x",
				"entente ledger: --vke: there is no such option; did you mean "
				"--vkey?\n"},
		{"ledger verify --nope",
				"entente ledger: --nope: there is no such option; try entente "
				"ledger --help\n"},
		{"ledger verify --data", "entente ledger: --data: it needs a value: DIR\n"},
		{"ledger show --from=-1 x",
				"entente ledger: --from: \"-1\" is not a whole number from 0 to "
				"1000000000000\n"},
		{"ledger show x --json=yes", "entente ledger: --json: it takes no value\n"},
		{"ledger show x y",
				"entente ledger: y: one thing too many; see entente help ledger\n"},
		{"ledger show x --vkey y",
				"entente ledger: --vkey: this action has no such option; see "
				"entente help ledger\n"},
		{"ledger verify x --data y",
				"entente ledger: x: it and --data exclude one another\n"},
		{"init",
				"entente init: --data: it is needed: where the node keeps what it "
				"must not lose\n"},
		{"init --data /tmp/none",
				"entente init: --name: it is needed: what the party calls "
				"itself\n"},
		{"init --data /tmp/none --name x --profile army",
				"entente init: --profile: it is aid, cell or u-space, not "
				"\"army\"\n"},
		{"init --data /tmp/a;b --name x",
				"entente init: --data: a configuration cannot name it: there is ; "
				"or # or "
				"a control character in it\n"},
		{"init --data /tmp/none --name x\"",
				"entente init: name: a name has no \", between which it is "
				"shown\n"},
		{"init --data /tmp/none --name x --address http://a:1",
				"entente init: address: an address is https://HOST:PORT, with "
				"nothing behind the port\n"},
		{"init --data /tmp/none --name x --reserve a",
				"entente init: reserve: an address is https://HOST:PORT"},
		{"init --data /tmp/none --name x --passphrase-file nowhere",
				"entente init: nowhere: No such file or directory\n"},
		{"init --nam x",
				"entente init: --nam: there is no such option; did you mean "
				"--name?\n"},
		{"party",
				"entente party: what to do? show, renew, list, status, add, remove "
				"or "
				"fingerprint; see entente help party\n"},
		{"party show",
				"entente party: --data: it is needed: the data directory of our "
				"node\n"},
		{"party show --data /tmp/none",
				"entente party: /tmp/none/party: there is no party here; entente "
				"init makes one\n"},
		{"party add --data /tmp/none",
				"entente party: add: of which one? See entente help party\n"},
		{"party list x --data /tmp/none",
				"entente party: list: one thing too many; see entente help "
				"party\n"},
		{"party list --confirm --data /tmp/none",
				"entente party: --confirm: this action has no such option; see "
				"entente help party\n"},
		{"party add x --operators A,B --data /tmp/none",
				"entente party: --operators: it goes with --confirm\n"},
		{"party show --car",
				"entente party: --car: there is no such option; did you mean "
				"--card?\n"},
		{"chek x", "entente: there is no command of that name; try entente help\n"},
		{"", "usage: entente COMMAND [ARGUMENT]...\n"},
};

TEST(cli__a_refusal_says_what_is_wrong_answers_nothing_and_ends_with_2) {
	(void)state_;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct program_run run = program_run(refused[i].arguments, (struct program_how){0});
		program_check_has(refused[i].arguments, run.err, refused[i].says);
		CHECK_ROW(refused[i].arguments,
				strncmp(run.err, refused[i].says, strlen(refused[i].says)) == 0);
		CHECK_ROW(refused[i].arguments, run.out[0] == '\0');
		CHECK_ROW(refused[i].arguments, run.status == 2);
		program_finish(&run);
	}
}

TEST(cli__help_and_version_are_answers) {
	(void)state_;
	static const struct {
		const char *arguments, *says;
	} rows[] = {
			{"help", "usage: entente COMMAND"},
			{"--help", "usage: entente COMMAND"},
			{"-h", "usage: entente COMMAND"},
			{"help check", "usage: entente check [OPTION]... FILE..."},
			{"check --help", "usage: entente check [OPTION]... FILE..."},
			{"help grid", "usage: entente grid [OPTION]... REFERENCE..."},
			{"grid --help", "usage: entente grid [OPTION]... REFERENCE..."},
			{"help serve", "usage: entente serve --data DIR [OPTION]..."},
			{"serve --help", "usage: entente serve --data DIR [OPTION]..."},
			{"help token", "usage: entente token --dev --scope SCOPE [OPTION]..."},
			{"token --help", "usage: entente token --dev --scope SCOPE [OPTION]..."},
			{"help init", "usage: entente init --data DIR --name NAME [OPTION]..."},
			{"init --help", "usage: entente init --data DIR --name NAME [OPTION]..."},
			{"help party", "usage: entente party show [PARTY] --data DIR"},
			{"party --help", "usage: entente party show [PARTY] --data DIR"},
			{"help load", "usage: entente load --url URL --seconds N "},
			{"load --help", "usage: entente load --url URL --seconds N "},
			{"load -h", "usage: entente load --url URL --seconds N "},
			{"help operator", "usage: entente operator add ID --data DIR --name NAME"},
			{"operator --help",
					"usage: entente operator add ID --data DIR --name NAME"},
			{"version", "entente 0."},
			{"--version", "entente 0."},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct program_run run = program_run(rows[i].arguments, (struct program_how){0});
		program_check_has(rows[i].arguments, run.out, rows[i].says);
		CHECK_ROW(rows[i].arguments, run.status == 0 && run.err[0] == '\0');
		program_finish(&run);
	}
}

enum { COLUMNS = 80, NAME_SIZE = 16 };

/* The first line that is longer; NULL: there is none. */
static const char *long_line(const char *text) {
	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
		if (strcspn(text, "\n") > COLUMNS)
			return text;
	return NULL;
}

static void check_narrow(const char *arguments) {
	struct program_run run = program_run(arguments, (struct program_how){0});
	const char *line = long_line(run.out);
	CHECK_ROW(arguments, run.status == 0 && run.out[0] != '\0');
	if (line != NULL)
		fail_msg("%s: longer than %d columns: %.*s", arguments, COLUMNS,
				(int)strcspn(line, "\n"), line);
	program_finish(&run);
}

TEST(cli__the_help_of_every_command_fits_a_terminal) {
	(void)state_;
	struct program_run run = program_run("help", (struct program_how){0});
	unsigned commands = 0;
	check_narrow("help");
	for (const char *at = strstr(run.out, "\n  "); at != NULL; at = strstr(at, "\n  ")) {
		char arguments[NAME_SIZE + sizeof "help "];
		at += 3;
		(void)snprintf(arguments, sizeof arguments, "help %.*s", (int)strcspn(at, " "), at);
		check_narrow(arguments);
		commands++;
	}
	CHECK(commands >= 17);
	program_finish(&run);
}

enum { MANY = 1000 };

static void feed_bad_rows(FILE *to) {
	(void)fputs("time,id,lat,lon,altitude\n", to);
	for (int i = 0; i < MANY; i++)
		(void)fprintf(to, "2026-01-05T12:%02d:%02dZ,a,47,8,high\n", i / 60, i % 60);
	(void)fputs("2026-01-05T13:00:00Z,a,47,8,FL100\n", to);
}

static void feed_bad_features(FILE *to) {
	(void)fputs("{\"type\":\"FeatureCollection\",\"features\":[", to);
	for (int i = 0; i < MANY; i++)
		(void)fputs("{\"type\":\"Feature\",\"properties\":{\"radius\":5},"
			    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}},",
				to);
	(void)fputs("{\"type\":\"Feature\",\"id\":\"good\",\"properties\":{},"
		    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}}]}",
			to);
}

static size_t lines(const char *text) {
	size_t n = 0;
	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

TEST(cli__many_faults_are_shown_up_to_a_limit_and_all_are_counted) {
	(void)state_;
	static const struct {
		const char *why;
		void (*feed)(FILE *to);
		const char *first, *left;
	} rows[] = {
			{"rows", feed_bad_rows, "entente: -: line 2, column altitude: ",
					"among 1 flight and 0 volumes; 1000 left out as bad"},
			{"features", feed_bad_features,
					"entente: -: features[0].properties.radius: ",
					"among 0 flights and 1 volume; 1000 left out as bad"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct program_run run = program_run(
				"check -", (struct program_how){.feed = rows[i].feed});
		CHECK_ROW(rows[i].why, strncmp(run.err, rows[i].first, strlen(rows[i].first)) == 0);
		program_check_has(rows[i].why, run.err,
				"entente: 1000 faults in the input; nothing was checked "
				"(--skip-bad goes on "
				"without what is bad)\n");
		const size_t shown = lines(run.err) - 2;
		char more[64];
		(void)snprintf(more, sizeof more, "\nentente: and %zu more\n", MANY - shown);
		CHECK_ROW(rows[i].why, shown >= 10 && shown <= 100);
		program_check_has(rows[i].why, run.err, more);
		CHECK_ROW(rows[i].why, run.status == 2 && run.out[0] == '\0');
		program_finish(&run);
		run = program_run("check --skip-bad -", (struct program_how){.feed = rows[i].feed});
		program_check_has(rows[i].why, run.out, rows[i].left);
		program_check_has(rows[i].why, run.err, more);
		CHECK_ROW(rows[i].why, run.status == 2);
		program_finish(&run);
	}
}

static void feed_control(FILE *to) {
	(void)fputs("time,id,lat,lon,altitude\n2026-01-05T12:00:00Z,\033[2Ja\007,47,8,\033["
		    "31mFL9\n",
			to);
}

static void feed_control_id(FILE *to) {
	(void)fputs("time,id,lat,lon,altitude\n2026-01-05T12:00:00Z,\033[2Ja\007,47,8,FL90\n"
		    "2026-01-05T12:00:00Z,b\033[1m,47,8,FL90\n",
			to);
}

TEST(cli__text_from_outside_does_not_steer_a_terminal) {
	(void)state_;
	struct program_run run = program_run("check -", (struct program_how){.feed = feed_control});
	CHECK(run.status == 2 && strpbrk(run.err, "\033\007") == NULL);
	program_finish(&run);
	run = program_run("check -", (struct program_how){.feed = feed_control_id});
	CHECK(run.status == 1 && strpbrk(run.out, "\033\007") == NULL);
	program_check_has("shown without", run.out, "?[2Ja?");
	program_finish(&run);
}

/*
 * The next option and its value at or after 'at' as "--name VALUE": a line that begins with
 * 'start', its marks (* and _) left out, up to two spaces or its end. NULL at the end of all.
 */
static const char *next_option(const char *at, const char *start, char *ret_option, size_t size) {
	for (; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
		if (strncmp(at, start, strlen(start)) != 0)
			continue;
		size_t n = 0;
		at += strspn(at, " ");
		for (; *at != '\0' && *at != '\n' && strncmp(at, "  ", 2) != 0 && n + 1 < size;
				at++)
			if (*at != '*' && *at != '_')
				ret_option[n++] = *at;
		while (n > 0 && ret_option[n - 1] == ' ')
			n--;
		ret_option[n] = '\0';
		return at;
	}
	return NULL;
}

static void check_options_described(const char *command, const char *page_path, size_t at_least) {
	struct program_run run = program_run(command, (struct program_how){0});
	FILE *file = fopen(page_path, "r");
	CHECK_ROW(page_path, file != NULL);
	char *page = program_read_all(file), option[64], described[64];
	const char *help = run.out, *man = page;
	size_t options = 0;
	for (;;) {
		help = next_option(help, "  --", option, sizeof option);
		man = next_option(man, "*--", described, sizeof described);
		if (help == NULL || man == NULL)
			break;
		if (strcmp(option, described) != 0)
			fail_msg("help has \"%s\" where the man page has \"%s\"", option,
					described);
		options++;
	}
	if (help != NULL || man != NULL)
		fail_msg("only %s has \"%s\"", help != NULL ? "help" : "the man page",
				help != NULL ? option : described);
	CHECK_ROW(page_path, options >= at_least);
	free(page);
	program_finish(&run);
}

TEST(cli__the_man_pages_have_the_options_of_help_in_their_order) {
	(void)state_;
	check_options_described("alarms --help", "man/entente-alarms.1.scd", 3);
	check_options_described("bundle --help", "man/entente-bundle.1.scd", 6);
	check_options_described("check --help", "man/entente-check.1.scd", 11);
	check_options_described("clock --help", "man/entente-clock.1.scd", 3);
	check_options_described("grid --help", "man/entente-grid.1.scd", 2);
	check_options_described("init --help", "man/entente-init.1.scd", 8);
	check_options_described("key --help", "man/entente-key.1.scd", 5);
	check_options_described("ledger --help", "man/entente-ledger.1.scd", 9);
	check_options_described("load --help", "man/entente-load.1.scd", 9);
	check_options_described("memo --help", "man/entente-memo.1.scd", 19);
	check_options_described("operator --help", "man/entente-operator.1.scd", 8);
	check_options_described("party --help", "man/entente-party.1.scd", 12);
	check_options_described("serve --help", "man/entente-serve.1.scd", 40);
	check_options_described("token --help", "man/entente-token.1.scd", 6);
	check_options_described("watch --help", "man/entente-watch.1.scd", 4);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__a_refusal_says_what_is_wrong_answers_nothing_and_ends_with_2),
			TEST_ENTRY(cli__help_and_version_are_answers),
			TEST_ENTRY(cli__the_help_of_every_command_fits_a_terminal),
			TEST_ENTRY(cli__many_faults_are_shown_up_to_a_limit_and_all_are_counted),
			TEST_ENTRY(cli__text_from_outside_does_not_steer_a_terminal),
			TEST_ENTRY(cli__the_man_pages_have_the_options_of_help_in_their_order),
	};
	return chdir(TEST_SOURCE) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
