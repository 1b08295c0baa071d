/* SPDX-License-Identifier: Apache-2.0 */
/* memo.c: see memo.h: the arguments, and how a document comes in. */
#include "memo.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "entente/option.h"
#include "entente/stream.h"

static const struct ent_option_row rows[] = {
		{{"language", "LANG", "show: en, fr, ru or ar (en); new: those authentic, en,ru"},
				offsetof(struct memo_asked, language), 0},
		{{"as", "PARTY", "show: this party first, by id"}, offsetof(struct memo_asked, as),
				0},
		{{"output", "FILE", "new: where to write; standard output without it"},
				offsetof(struct memo_asked, output), 0},
		{{"guide", NULL, "new: instead, what each member is, in words"},
				offsetof(struct memo_asked, guide), 0},
		{{"schema", NULL, "new: instead, the JSON Schema"},
				offsetof(struct memo_asked, schema), 0},
		{{"json", NULL, "check, diff: the answer for programs"},
				offsetof(struct memo_asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct memo_asked, help), 0},
};

enum { ROWS = sizeof rows / sizeof rows[0], HAS_MOST = 4 };
_Static_assert((int)ROWS <= (int)MEMO_OPTIONS_MAX, "struct memo_asked has room");
static const struct ent_option_table table = {"memo", rows, ROWS, sizeof rows[0]};

static const struct action {
	const char *name;
	int (*run)(const struct memo_asked *asked);
	size_t least, most; /* files */
	const char *options[HAS_MOST];
} actions[] = {
		{"new", memo_new, 0, 0, {"language", "output", "guide", "schema"}},
		{"check", memo_check, 1, MEMO_FILES_MAX, {"json"}},
		{"show", memo_show, 1, 1, {"language", "as"}},
		{"diff", memo_diff, 2, 2, {"json"}},
};

void memo_help(FILE *out) {
	(void)fputs("usage: entente memo new [--language LANG,LANG...] [--output FILE]\n"
		    "       entente memo new --guide | --schema\n"
		    "       entente memo check FILE... [--json]\n"
		    "       entente memo show FILE [--language LANG] [--as PARTY]\n"
		    "       entente memo diff FILE FILE [--json]\n\n"
		    "Memoranda as documents. JSON has no comments, and what stands in the bytes "
		    "is signed: so\n"
		    "the template has none, and --guide says beside it what each member is.\n"
		    "Exit status: 0 all is well, 1 a document has faults or two differ, 2 it "
		    "could not be looked at.\n\n",
			out);
	ent_option_print_all(out, &table, 18);
}

int memo_fail(const char *where, const char *why) {
	(void)fprintf(stderr, "entente memo: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return 2;
}

const char *memo_hash(const struct ent_hash *hash, char ret_text[MEMO_HASH_SIZE]) {
	for (size_t i = 0; i < ENT_HASH_SIZE; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", (unsigned)hash->bytes[i]);
	return ret_text;
}

/* --- Arguments --- */

static int take_arguments(struct memo_asked *asked, int argc, char **argv) {
	struct ent_option_words words = {
			.operands = asked->file, .capacity = MEMO_FILES_MAX, .given = asked->given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, asked, &words, &fault);
	asked->action = words.action;
	asked->n_files = words.n;
	return status == ENT_OK ? 0 : memo_fail(fault.where, fault.why);
}

/* One that the action would pass over. */
static int check_options(const struct memo_asked *asked, const struct action *action) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_option_check_action(&table, asked->given, action->options, HAS_MOST, &fault) !=
			ENT_OK)
		return memo_fail(fault.where, fault.why);
	if (asked->n_files < action->least)
		return memo_fail(action->name,
				action->least == 2 ? "it takes two files" : "which file?");
	if (asked->n_files > action->most)
		return memo_fail(asked->file[action->most], "one file too many");
	return 0;
}

/* --- Documents --- */

static ent_status read_from_file(void *user, void *buffer, size_t size, size_t *ret_size) {
	*ret_size = fread(buffer, 1, size, user);
	return *ret_size == 0 && ferror((FILE *)user) ? ENT_E_IO : ENT_OK;
}

bool memo_read_file(const char *path, char **ret_bytes, size_t *ret_size) {
	const bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (file == NULL) {
		(void)memo_fail(path, strerror(errno));
		return false;
	}
	/* A byte more than may be, so that the reader says that it is too long. */
	const ent_status status = ent_stream_read_all(read_from_file, file,
			(size_t)ENT_MEMODOC_SIZE_MAX + 1, 1, ret_bytes, ret_size);
	const int error = errno;
	if (!standard)
		(void)fclose(file);
	if (status == ENT_E_LIMIT)
		(void)memo_fail(path, "it is larger than a memorandum may be, 256 KiB");
	else if (status != ENT_OK)
		(void)memo_fail(path,
				status == ENT_E_IO ? strerror(error) : ent_status_text(status));
	return status == ENT_OK;
}

int memo_read(const char *path, struct ent_memodoc **ret_doc) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	char *bytes = NULL;
	size_t size = 0;
	int end = 2;
	if (faults == NULL) {
		(void)memo_fail("", "out of memory");
	} else if (memo_read_file(path, &bytes, &size)) {
		const ent_status status = ent_memodoc_read(bytes, size, ret_doc, faults);
		for (size_t i = 0; i < faults->n; i++) {
			const struct ent_fault *fault = &faults->fault[i].fault;
			(void)fprintf(stderr, "%s: %s%s%s\n", path, fault->where,
					fault->where[0] != '\0' ? ": " : "", fault->why);
		}
		if (faults->more > 0)
			(void)fprintf(stderr, "%s: and %zu more\n", path, faults->more);
		if (status == ENT_E_MEMORY)
			(void)memo_fail(path, ent_status_text(status));
		else
			end = status == ENT_OK ? 0 : 1;
	}
	free(bytes);
	free(faults);
	return end;
}

static int run(struct memo_asked *asked, int argc, char **argv) {
	if (take_arguments(asked, argc, argv) != 0)
		return 2;
	if (asked->help) {
		memo_help(stdout);
		return 0;
	}
	if (asked->action == NULL)
		return memo_fail("", "what to do? new, check, show or diff; see entente help memo");
	if (ent_seal_start() != ENT_OK)
		return memo_fail("", "the system gives no random numbers: is /dev/urandom there?");
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, asked->action) == 0)
			return check_options(asked, &actions[i]) != 0 ? 2 : actions[i].run(asked);
	return memo_fail(asked->action, "there is no such action; see entente help memo");
}

int memo_main(int argc, char **argv) {
	struct memo_asked *asked = calloc(1, sizeof *asked);
	if (asked == NULL)
		return memo_fail("", "out of memory");
	const int end = run(asked, argc, argv);
	free(asked);
	return end;
}
