/* SPDX-License-Identifier: Apache-2.0 */
/* parcel.c: see parcel.h: the arguments, and the file. */
#include "parcel.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "entente/option.h"
#include "entente/seal.h"
#include "entente/stream.h"
#include "entente/text.h"
#include "mailed.h"
#include "parcel_show.h"
#include "vkey.h"

enum { OPTIONS_MAX = 3 };

struct asked {
	const char *action, *path;
	const char *vkeys[PARCEL_VKEYS_MAX];
	struct parcel_keys keys;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"vkey", "VKEY",
				 "a key to hold notes to: the text, a file that holds it, or a "
				 "party's "
				 "card; up to 16 of them"},
				offsetof(struct asked, vkeys), PARCEL_VKEYS_MAX},
		{{"json", NULL, "the answer for programs"}, offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "struct asked has room");
static const struct ent_option_table table = {"parcel", rows, ROWS, sizeof rows[0]};

void parcel_help(FILE *out) {
	ent_option_say(out,
			"usage: entente parcel show FILE [--vkey VKEY]... [--json]\n"
			"\n"
			"Checks a parcel as a whole and shows what is in it; - is standard input. "
			"Nothing is stored.\n"
			"Exit status: 0 all is well, 1 it is not what was sent or signed, 2 it is "
			"no parcel.\n"
			"\n");
	ent_option_print_all(out, &table, 16);
}

static int fail(const char *where, const char *why) {
	(void)fprintf(stderr, "entente parcel: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return 2;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	return fail(fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

/* --- Arguments --- */

static int take_keys(struct asked *asked) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < PARCEL_VKEYS_MAX && asked->vkeys[i] != NULL; i++)
		status = vkey_take(asked->vkeys[i], &asked->keys.vkey[asked->keys.n++], &fault);
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

static int take_arguments(struct asked *asked, int argc, char **argv) {
	struct ent_option_words words = {
			.operands = &asked->path, .capacity = 1, .given = asked->given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, asked, &words, &fault);
	asked->action = words.action;
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (asked->help)
		return 0;
	if (asked->action == NULL)
		return fail("", "what to do? show; see entente help parcel");
	if (strcmp(asked->action, "show") != 0)
		return fail(asked->action, "there is no such action; see entente help parcel");
	return asked->path != NULL ? 0 : fail("show", "it takes a file, or - for standard input");
}

/* --- The file --- */

static ent_status read_file(void *user, void *buffer, size_t size, size_t *ret_size) {
	FILE *file = user;
	*ret_size = fread(buffer, 1, size, file);
	return *ret_size == 0 && ferror(file) != 0 ? ENT_E_IO : ENT_OK;
}

static int read_parcel(const char *path, char **ret_text, size_t *ret_length) {
	const bool is_standard = strcmp(path, "-") == 0;
	FILE *file = is_standard ? stdin : fopen(path, "re");
	if (file == NULL)
		return fail(path, strerror(errno));
	const ent_status status = ent_stream_read_all(
			read_file, file, ENT_PARCEL_SIZE_MAX, 1, ret_text, ret_length);
	const int error = errno;
	if (!is_standard)
		(void)fclose(file);
	if (status == ENT_OK)
		return 0;
	return fail(path,
			status == ENT_E_LIMIT                ? "a parcel has at most 16 MiB"
					: status == ENT_E_IO ? strerror(error)
							     : ent_status_text(status));
}

static int show(const struct asked *asked, const char *text, size_t length) {
	struct ent_parcel parcel;
	struct ent_fault fault = {{0}, {0}};
	char shown[ENT_FAULT_WHERE_SIZE], where[2 * ENT_FAULT_WHERE_SIZE];
	size_t wrong = 0;
	ent_status status = ent_parcel_read(text, length, &parcel, &fault);
	if (status != ENT_OK) {
		(void)snprintf(where, sizeof where, "%s, %s",
				ent_text_show(asked->path, strlen(asked->path), shown,
						sizeof shown),
				fault.where);
		(void)fail(where, fault.why);
		return status == ENT_E_REFUSED ? 1 : 2;
	}
	status = asked->json ? parcel_show_json(&parcel, &asked->keys, &wrong)
			     : parcel_show_text(&parcel, &asked->keys, &wrong);
	if (status != ENT_OK)
		return fail("standard output",
				status == ENT_E_IO ? strerror(errno) : ent_status_text(status));
	return wrong == 0 ? 0 : 1;
}

int parcel_main(int argc, char **argv) {
	struct asked asked = {.action = NULL};
	char *text = NULL;
	size_t length = 0;
	int end = take_arguments(&asked, argc, argv);
	if (end != 0)
		return end;
	if (asked.help) {
		parcel_help(stdout);
		return 0;
	}
	if (ent_seal_start() != ENT_OK)
		return fail("", "the system gives no random numbers: is /dev/urandom there?");
	end = take_keys(&asked);
	if (end == 0)
		end = read_parcel(asked.path, &text, &length);
	if (end == 0) {
		mailed_mend(text, &length);
		end = show(&asked, text, length);
	}
	free(text);
	return end;
}
