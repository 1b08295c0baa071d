/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `entente check` reads from and writes to: standard input, gzip, files, the page, and
 * outputs that refuse.
 */
#include <sys/stat.h>
#include <zlib.h>

#include "program.h"

#define DATA "tests/data/cli/"

static char folder[64]; /* of this run, removed at its end */

static const char *in_folder(const char *name) {
	static char path[128];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static char *read_path(const char *path) {
	FILE *file = fopen(path, "r");
	CHECK_ROW(path, file != NULL);
	return program_read_all(file);
}

static struct program_run run_with(const char *format, const char *path, struct program_how how) {
	char arguments[512];
	(void)snprintf(arguments, sizeof arguments, format, path);
	return program_run(arguments, how);
}

static size_t count(const char *text, const char *part) {
	size_t n = 0;
	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

TEST(cli__an_input_means_the_same_from_a_file_from_standard_input_and_gzipped) {
	(void)state_;
	static const char *const names[] = {DATA "near.csv", DATA "areas.geojson",
			DATA "recorded.json", "tests/data/read_plan.kml",
			"scenarios/wildfire/data/drone-survey.json"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char path[128];
		char *text = read_path(names[i]);
		(void)snprintf(path, sizeof path, "%s", in_folder("packed.json.gz"));
		gzFile packed = gzopen(path, "wb");
		CHECK(packed != NULL && gzputs(packed, text) > 0 && gzclose(packed) == Z_OK);
		struct program_run file = run_with("check %s", names[i], (struct program_how){0});
		struct program_run input = program_run(
				"check -", (struct program_how){.input = names[i]});
		struct program_run unpacked = run_with("check %s", path, (struct program_how){0});
		struct program_run both = program_run(
				"check -", (struct program_how){.input = path});
		CHECK_ROW(names[i], file.out[0] != '\0');
		const struct program_run *const others[] = {&input, &unpacked, &both};
		for (size_t k = 0; k < 3; k++) {
			CHECK_ROW(names[i], others[k]->status == file.status);
			/* An id that is made from a file's name is another, so only the summary is compared. */
			CHECK_ROW(names[i],
					strcmp(strstr(others[k]->out, "minima: "),
							strstr(file.out, "minima: ")) == 0);
		}
		program_finish(&file);
		program_finish(&input);
		program_finish(&unpacked);
		program_finish(&both);
		free(text);
	}
}

TEST(cli__output_is_a_file_that_is_whole_or_not_there) {
	(void)state_;
	const char *path = in_folder("answer.json");
	struct program_run kept = program_run(
			"check --format json " DATA "near.csv", (struct program_how){0});
	struct program_run run = run_with("check --format json --output %s " DATA "near.csv", path,
			(struct program_how){0});
	struct stat about;
	CHECK(run.status == 1 && run.out[0] == '\0' && run.err[0] == '\0');
	char *text = read_path(path);
	CHECK(strcmp(text, kept.out) == 0);
	CHECK(stat(path, &about) == 0 && (about.st_mode & 0777) == 0644);
	CHECK(unlink(path) == 0);
	free(text);
	program_finish(&run);
	run = run_with("check --output %s " DATA "bad.csv", path, (struct program_how){0});
	CHECK(run.status == 2 && access(path, F_OK) != 0);
	program_finish(&run);
	program_finish(&kept);
}

/* Once an answer took the place of the device that it was written to. */
TEST(cli__a_file_that_is_replaced_keeps_its_mode_and_a_page_without_its_answer_does_not_appear) {
	(void)state_;
	const char *path = in_folder("page.html");
	struct stat about;
	const int fd = open(path, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && close(fd) == 0);
	struct program_run run = run_with(
			"check --html %s " DATA "near.csv", path, (struct program_how){0});
	CHECK(run.status == 1 && stat(path, &about) == 0);
	CHECK((about.st_mode & 0777) == 0600 && about.st_size > 0 && unlink(path) == 0);
	program_finish(&run);
	run = run_with("check --html %s --output /nowhere/answer " DATA "near.csv", path,
			(struct program_how){0});
	CHECK(run.status == 2 && access(path, F_OK) != 0);
	program_finish(&run);
	run = run_with("check --html %s " DATA "near.csv", path,
			(struct program_how){.output = "/dev/full"});
	CHECK(run.status == 2 && access(path, F_OK) != 0);
	program_finish(&run);
}

TEST(cli__an_output_that_is_no_plain_file_stays_what_it_is) {
	(void)state_;
	char link[128], target[128], arguments[512];
	struct stat about;
	(void)snprintf(link, sizeof link, "%s", in_folder("link"));
	(void)snprintf(target, sizeof target, "%s", in_folder("target"));
	CHECK(symlink(target, link) == 0);
	(void)snprintf(arguments, sizeof arguments, "check --output %s " DATA "near.csv", link);
	struct program_run run = program_run(arguments, (struct program_how){0});
	CHECK(run.status == 1);
	CHECK(lstat(link, &about) == 0 && S_ISLNK(about.st_mode));
	char *text = read_path(target);
	program_check_has("through the link", text, "1 conflict found");
	free(text);
	program_finish(&run);
	/* A pipe with no reader would wait; this one is read by us. */
	char fifo[128];
	(void)snprintf(fifo, sizeof fifo, "%s", in_folder("fifo"));
	CHECK(mkfifo(fifo, 0600) == 0);
	const int reader = open(fifo, O_RDONLY | O_NONBLOCK);
	CHECK(reader >= 0);
	(void)snprintf(arguments, sizeof arguments, "check --output %s " DATA "near.csv", fifo);
	run = program_run(arguments, (struct program_how){0});
	char got[4096];
	CHECK(run.status == 1 && lstat(fifo, &about) == 0 && S_ISFIFO(about.st_mode));
	const ssize_t size = read(reader, got, sizeof got - 1);
	CHECK(size > 0);
	got[size] = '\0';
	program_check_has("through the pipe", got, "1 conflict found");
	(void)close(reader);
	program_finish(&run);
	CHECK(unlink(link) == 0 && unlink(target) == 0 && unlink(fifo) == 0);
}

TEST(cli__an_answer_that_does_not_arrive_ends_with_2_and_says_why) {
	(void)state_;
	static const struct {
		const char *why, *arguments;
		struct program_how how;
		const char *says;
	} rows[] = {
			{"a full device", "check " DATA "near.csv", {.output = "/dev/full"},
					"entente: standard output: cannot be written: No space "
					"left on device\n"},
			{"JSON to a full device", "check --format json " DATA "near.csv",
					{.output = "/dev/full"},
					"entente: standard output: cannot be written: No space "
					"left on device\n"},
			{"CSV to a full device", "check --format csv " DATA "near.csv",
					{.output = "/dev/full"},
					"entente: standard output: cannot be written: No space "
					"left on device\n"},
			{"closed", "check " DATA "filed.geojson", {.output_closed = true},
					"entente: standard output: cannot be written: Bad file "
					"descriptor\n"},
			{"help", "check --help", {.output = "/dev/full"},
					"entente: standard output: cannot be written: No space "
					"left on device\n"},
			{"version", "version", {.output = "/dev/full"},
					"entente: standard output: cannot be written: No space "
					"left on device\n"},
			{"no such folder", "check --output /nowhere/answer " DATA "near.csv", {0},
					"entente: /nowhere/answer: cannot be written: No such file "
					"or directory\n"},
			{"a page into no folder", "check --html /nowhere/page " DATA "near.csv",
					{0},
					"entente: /nowhere/page: cannot be written: No such file "
					"or directory\n"},
			{"a page onto a full device", "check --html /dev/full " DATA "near.csv",
					{0},
					"entente: /dev/full: cannot be written: No space left on "
					"device\n"},
			{"a folder", "check --output tests " DATA "near.csv", {0},
					"entente: tests: cannot be written: Is a directory\n"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct program_run run = program_run(rows[i].arguments, rows[i].how);
		CHECK_ROW(rows[i].why, strcmp(run.err, rows[i].says) == 0);
		CHECK_ROW(rows[i].why, run.status == 2);
		program_finish(&run);
	}
}

/* The first tag that closes nothing, or is left open; NULL when all fit. HTML's void elements close themselves. */
static const char *misfit(const char *html) {
	static const char *const voids[] = {"meta", "br"};
	static char open[64][24];
	size_t depth = 0;
	for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
		if (at[1] == '!')
			continue;
		const bool closes = at[1] == '/';
		const char *name = at + 1 + closes;
		const size_t length = strcspn(name, " />\n");
		const char *end = strchr(name, '>');
		if (end == NULL || length == 0 || length >= sizeof open[0])
			return at;
		bool alone = end[-1] == '/';
		for (size_t i = 0; i < sizeof voids / sizeof voids[0]; i++)
			alone = alone ||
					(strlen(voids[i]) == length &&
							memcmp(voids[i], name, length) == 0);
		if (closes &&
				(depth == 0 || strlen(open[depth - 1]) != length ||
						memcmp(open[--depth], name, length) != 0))
			return at;
		if (closes || alone)
			continue;
		if (depth == 64)
			return at;
		memcpy(open[depth], name, length);
		open[depth++][length] = '\0';
		/* A script's text is no HTML. */
		if (length == 6 && memcmp(name, "script", 6) == 0)
			at = strstr(at, "</script>") - 1;
	}
	return depth == 0 ? NULL : html + strlen(html);
}

TEST(cli__the_page_is_well_formed_stands_alone_and_has_a_row_and_a_profile_for_each_conflict) {
	(void)state_;
	static const struct {
		const char *why, *arguments;
		size_t conflicts;
	} rows[] = {
			{"a conflict", "check --html %s " DATA "near.csv", 1},
			{"no conflict", "check --html %s " DATA "filed.geojson", 0},
			{"names that look like HTML", "check --propose --html %s " DATA "names.csv",
					1},
			{"unknown", "check --html %s " DATA "unknown.geojson", 1},
			{"three", "check --vertical 2000ft --limit 1 --html %s " DATA "near.csv",
					3},
			{"volumes and cleaning",
					"check --html %s " DATA "areas.geojson " DATA
					"recorded.json",
					3},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[128];
		(void)snprintf(path, sizeof path, "%s", in_folder("page.html"));
		struct program_run run = run_with(rows[i].arguments, path, (struct program_how){0});
		char *page = read_path(path);
		CHECK_ROW(rows[i].why, strncmp(page, "<!doctype html>", 15) == 0);
		const char *wrong = misfit(page);
		if (wrong != NULL)
			fail_msg("%s: does not fit: %.80s", rows[i].why, wrong);
		CHECK_ROW(rows[i].why, count(page, "<tr id=\"c") == rows[i].conflicts);
		CHECK_ROW(rows[i].why, count(page, "<figure ") == rows[i].conflicts);
		CHECK_ROW(rows[i].why, count(page, "<svg ") >= 1);
		/* Nothing is fetched: no address, and nothing that takes one but links within the page. */
		static const char *const fetched[] = {"http:", "https:", "src=", "@import", "url(",
				"<link", "<iframe", "fetch(", "XMLHttpRequest", "import("};
		for (size_t k = 0; k < sizeof fetched / sizeof fetched[0]; k++)
			CHECK_ROW(fetched[k], strstr(page, fetched[k]) == NULL);
		CHECK_ROW(rows[i].why, count(page, "href=") == count(page, "href=\"#"));
		CHECK_ROW(rows[i].why, strstr(strstr(page, "<body>"), "safe") == NULL);
		/* The headline is the summary of the answer, but for its first letter. */
		run.out[strlen(run.out) - 1] = '\0';
		program_check_has(rows[i].why, page, strrchr(run.out, '\n') + 2);
		CHECK(unlink(path) == 0);
		free(page);
		program_finish(&run);
	}
}

TEST(cli__the_page_shows_names_from_outside_as_text) {
	(void)state_;
	char path[128];
	(void)snprintf(path, sizeof path, "%s", in_folder("page.html"));
	struct program_run run = run_with("check --propose --html %s " DATA "names.csv", path,
			(struct program_how){0});
	char *page = read_path(path);
	program_check_has("escaped", page, "&lt;b&gt;&amp;amp;");
	program_check_has("escaped", page, "&#39;&quot;&gt;&lt;i&gt;");
	program_check_has("escaped", page, "Proposed for &lt;b&gt;");
	CHECK(strstr(page, "<b>&") == NULL && strstr(page, "<i>") == NULL);
	CHECK(unlink(path) == 0);
	free(page);
	program_finish(&run);
}

TEST(cli__the_page_writes_places_as_asked_in_its_table_and_profiles) {
	(void)state_;
	static const struct {
		const char *form, *head, *place;
	} rows[] = {
			{"", "Latitude, longitude", "47.10019N 008.00000E"},
			{"--coordinates decimal ", "Latitude, longitude", "47.10019N 008.00000E"},
			{"--coordinates mgrs ", "MGRS", "32TMT2411616783"},
			{"--coordinates dms ", "DMS",
					"47\xc2\xb0"
					"06&#39;00.7&quot;N 008\xc2\xb0"
					"00&#39;00.0&quot;E"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char path[128], command[128], head[64], cell[96];
		(void)snprintf(path, sizeof path, "%s", in_folder("page.html"));
		(void)snprintf(command, sizeof command, "check %s--html %%s " DATA "near.csv",
				rows[i].form);
		struct program_run run = run_with(command, path, (struct program_how){0});
		char *page = read_path(path);
		(void)snprintf(head, sizeof head, "%s</button></th></tr>", rows[i].head);
		(void)snprintf(cell, sizeof cell, "<td>%s</td></tr>", rows[i].place);
		program_check_has("the table's head", page, head);
		program_check_has("the table", page, cell);
		(void)snprintf(cell, sizeof cell, "Z, %s</span></figcaption>", rows[i].place);
		program_check_has("the profile", page, cell);
		CHECK(unlink(path) == 0);
		free(page);
		program_finish(&run);
	}
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__an_input_means_the_same_from_a_file_from_standard_input_and_gzipped),
			TEST_ENTRY(cli__output_is_a_file_that_is_whole_or_not_there),
			TEST_ENTRY(cli__a_file_that_is_replaced_keeps_its_mode_and_a_page_without_its_answer_does_not_appear),
			TEST_ENTRY(cli__an_output_that_is_no_plain_file_stays_what_it_is),
			TEST_ENTRY(cli__an_answer_that_does_not_arrive_ends_with_2_and_says_why),
			TEST_ENTRY(cli__the_page_is_well_formed_stands_alone_and_has_a_row_and_a_profile_for_each_conflict),
			TEST_ENTRY(cli__the_page_shows_names_from_outside_as_text),
			TEST_ENTRY(cli__the_page_writes_places_as_asked_in_its_table_and_profiles),
	};
	(void)snprintf(folder, sizeof folder, "/tmp/entente-test-XXXXXX");
	if (chdir(TEST_SOURCE) != 0 || mkdtemp(folder) == NULL)
		return 2;
	(void)umask(022);
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(in_folder("packed.json.gz"));
	(void)rmdir(folder);
	return failed;
}
