/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program.h: runs the built program and gathers what it says. The tests that use it run in
 * the source folder, so that messages name files as a reader of the repository would.
 */
#ifndef ENTENTE_TEST_PROGRAM_H
#define ENTENTE_TEST_PROGRAM_H

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { PROGRAM_WORDS_MAX = 64, PROGRAM_TEXT_MAX = 4 << 20 };

struct program_run {
	int status;      /* of exit; 128 and more for a signal */
	char *out, *err; /* terminated; both the caller's, by program_finish */
};

/* All may be zero. */
struct program_how {
	const char *input;        /* a file for standard input; NULL for none */
	void (*feed)(FILE *to);   /* or what writes it, in a process of its own */
	const char *output;       /* a file for standard output, which is then not gathered */
	bool output_closed;       /* or none at all */
	uint64_t address_max_mib; /* of the program's address space */
};

static inline char *program_read_all(FILE *file) {
	char *text = malloc(PROGRAM_TEXT_MAX);
	CHECK(text != NULL);
	rewind(file);
	const size_t size = fread(text, 1, PROGRAM_TEXT_MAX - 1, file);
	text[size] = '\0';
	(void)fclose(file);
	return text;
}

/* The sanitizers map far more than they use, so that a limit on it says nothing. */
static inline bool program_is_sanitized(void) {
#if defined(__SANITIZE_ADDRESS__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return true;
#endif
#endif
	return false;
}

/* In the child: never returns. */
static inline void program_become(
		char *const *words, const struct program_how *how, int in, FILE *out, FILE *err) {
	const int to = how->output != NULL ? open(how->output, O_WRONLY) : fileno(out);
	const struct rlimit limit = {how->address_max_mib << 20, how->address_max_mib << 20};
	if (how->address_max_mib > 0 && !program_is_sanitized() &&
			setrlimit(RLIMIT_AS, &limit) != 0)
		_exit(126);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(to, STDOUT_FILENO) < 0 ||
			dup2(fileno(err), STDERR_FILENO) < 0)
		_exit(126);
	if (how->output_closed)
		(void)close(STDOUT_FILENO);
	(void)execv(TEST_PROGRAM, words);
	_exit(127);
}

/* A process that writes into the pipe's one end; the other is returned. */
static inline int program_start_feed(void (*feed)(FILE *to), pid_t *ret_feeder) {
	int ends[2];
	CHECK(pipe(ends) == 0);
	*ret_feeder = fork();
	CHECK(*ret_feeder >= 0);
	if (*ret_feeder == 0) {
		(void)close(ends[0]);
		FILE *to = fdopen(ends[1], "w");
		if (to != NULL) {
			feed(to);
			(void)fflush(to);
		}
		_exit(0);
	}
	(void)close(ends[1]);
	return ends[0];
}

/* Runs `entente` with these arguments; spaces part them. */
static inline struct program_run program_run(const char *arguments, struct program_how how) {
	char text[4096], *words[PROGRAM_WORDS_MAX + 2] = {TEST_PROGRAM}, *rest = NULL;
	size_t n = 1;
	int status;
	pid_t feeder = -1;
	CHECK(snprintf(text, sizeof text, "%s", arguments) < (int)sizeof text);
	for (char *word = strtok_r(text, " ", &rest); word != NULL && n <= PROGRAM_WORDS_MAX;
			word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	FILE *out = tmpfile(), *err = tmpfile();
	CHECK(out != NULL && err != NULL);
	const int in = how.feed != NULL
			? program_start_feed(how.feed, &feeder)
			: open(how.input != NULL ? how.input : "/dev/null", O_RDONLY);
	CHECK(in >= 0);
	const pid_t child = fork();
	CHECK(child >= 0);
	if (child == 0)
		program_become(words, &how, in, out, err);
	(void)close(in);
	CHECK(waitpid(child, &status, 0) == child);
	if (feeder > 0)
		(void)waitpid(feeder, NULL, 0);
	return (struct program_run){
			.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
			.out = program_read_all(out),
			.err = program_read_all(err)};
}

static inline void program_finish(struct program_run *run) {
	free(run->out);
	free(run->err);
}

/* Shows the whole text when a part is missing. */
static inline void program_check_has(const char *why, const char *text, const char *part) {
	if (strstr(text, part) == NULL)
		fail_msg("%s: \"%s\" is not in:\n%s", why, part, text);
}

/* A command line, its exit status, and something that its answer says. */
struct program_row {
	const char *why, *arguments;
	int status;
	const char *says;
};

static inline void program_check_rows(const struct program_row *rows, size_t n) {
	for (size_t i = 0; i < n; i++) {
		struct program_run run = program_run(rows[i].arguments, (struct program_how){0});
		program_check_has(rows[i].why, run.out, rows[i].says);
		CHECK_ROW(rows[i].why, run.status == rows[i].status);
		program_finish(&run);
	}
}

#endif
