/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.c: see bundle.h. */
#include "bundle.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "entente/option.h"
#include "entente/parcel.h"
#include "entente/stream.h"
#include "mailed.h"
#include "people.h"

enum { OPTIONS_MAX = 6, HAS_MOST = 4 };

struct asked {
	const char *action, *what, *data, *bytes, *output, *answer;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of the node that runs (needed)"},
				offsetof(struct asked, data), 0},
		{{"bytes", "N",
				 "export: about so many at the most; what does not fit goes next "
				 "time"},
				offsetof(struct asked, bytes), 0},
		{{"output", "FILE", "export: where to write; standard output without it"},
				offsetof(struct asked, output), 0},
		{{"answer", "FILE", "import: the answer, to be carried back to who sent it"},
				offsetof(struct asked, answer), 0},
		{{"json", NULL, "import: the answer for programs"}, offsetof(struct asked, json),
				0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
_Static_assert(sizeof rows / sizeof rows[0] <= (size_t)OPTIONS_MAX, "struct asked has room");
static const struct ent_option_table table = {
		"bundle", rows, sizeof rows / sizeof rows[0], sizeof rows[0]};

void bundle_help(FILE *out) {
	ent_option_say(out,
			"usage: entente bundle export PARTY --data DIR [--bytes N] [--output "
			"FILE]\n"
			"       entente bundle import FILE --data DIR [--answer FILE] [--json]\n"
			"\n"
			"What goes to another party, as a file: for a stick, radio mail, or "
			"whatever bears text. PARTY is an id, or how one begins (4 digits); FILE "
			"may be -. Whatever came or went by another way as well does no harm: "
			"nothing is lost, and nothing is there twice.\n"
			"Exit status: 0 done, 1 refused, 2 it could not be done.\n"
			"\n");
	ent_option_print_all(out, &table, 18);
}

/* --- export --- */

/* On standard error, since the parcel may be on standard output. 'most': what was asked for; 0: nothing was. */
static void say_parcel(const struct ent_parcel *parcel, size_t size, size_t most) {
	const size_t entries = parcel->n[ENT_PARCEL_ENTRY], ledgers = parcel->n[ENT_PARCEL_LEDGER];
	if (entries == 0)
		(void)fputs("nothing new: ", stderr);
	else
		(void)fprintf(stderr, "%zu entr%s of %zu ledger%s, ", entries,
				entries == 1 ? "y" : "ies", ledgers, ledgers == 1 ? "" : "s");
	(void)fprintf(stderr, "%zu bytes\n", size);
	if (most > 0 && size > most)
		(void)fprintf(stderr,
				"entente bundle: more than --bytes %zu: what comes next is "
				"larger\n",
				most);
}

static int take_bytes(const struct verb *verb, const char *text, int64_t *ret_n) {
	struct ent_fault fault = {{0}, {0}};
	char why[ENT_FAULT_WHY_SIZE];
	if (ent_option_count(text, strlen(text), 0, ENT_PARCEL_SIZE_MAX, ret_n, &fault) != ENT_OK)
		return verb_fail(verb, "--bytes", fault.why);
	if (*ret_n >= ENT_PARCEL_SIZE_MIN)
		return 0;
	(void)snprintf(why, sizeof why,
			"%" PRId64
			" is too small: a bundle with nothing in it has %d bytes, one act "
			"has room in 2000",
			*ret_n, ENT_PARCEL_SIZE_MIN);
	return verb_fail(verb, "--bytes", why);
}

static int export(struct verb *verb, const struct asked *asked) {
	struct people *people = NULL;
	struct ent_parcel parcel;
	struct ent_fault fault = {{0}, {0}};
	char id[ENT_PARTY_ID_SIZE] = "", path[VERB_PATH_SIZE], bytes[32] = "";
	int64_t n = 0;
	int end = asked->bytes != NULL ? take_bytes(verb, asked->bytes, &n) : 0;
	if (end == 0 && n > 0)
		(void)snprintf(bytes, sizeof bytes, "?bytes=%" PRId64, n);
	if (end == 0)
		end = people_ask(verb, &people);
	if (end == 0)
		end = people_find(verb, people, asked->what, id);
	free(people);
	if (end != 0)
		return end;
	(void)snprintf(path, sizeof path, "/v1/parties/%s/parcel%s", id, bytes);
	const struct client_request request = {.method = ENT_FETCH_GET, .path = path};
	end = verb_ask(verb, &request);
	if (end != 0)
		return end;
	if (ent_parcel_read(verb->answer.body, verb->answer.size, &parcel, &fault) != ENT_OK)
		return verb_fail(verb, "the node", "its answer is no parcel");
	end = verb_write(verb, asked->output, "we", verb->answer.body, verb->answer.size);
	if (end == 0)
		say_parcel(&parcel, verb->answer.size, (size_t)n);
	return end;
}

/* --- import --- */

static ent_status read_some(void *user, void *buffer, size_t size, size_t *ret_size) {
	*ret_size = fread(buffer, 1, size, user);
	return *ret_size == 0 && ferror((FILE *)user) ? ENT_E_IO : ENT_OK;
}

static int read_file(const struct verb *verb, const char *path, char **ret_text, size_t *ret_size) {
	const bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (file == NULL)
		return verb_fail(verb, path, strerror(errno));
	const ent_status status = ent_stream_read_all(
			read_some, file, ENT_PARCEL_SIZE_MAX, 1, ret_text, ret_size);
	const int error = errno;
	if (!standard)
		(void)fclose(file);
	if (status == ENT_OK)
		return 0;
	return verb_fail(verb, path,
			status == ENT_E_LIMIT                ? "a parcel has at most 16 MiB"
					: status == ENT_E_IO ? strerror(error)
							     : ent_status_text(status));
}

static void say_taken(struct ent_json_value root) {
	char text[VERB_TEXT_SIZE];
	const int64_t entries = verb_number(root, "entries"), alarms = verb_number(root, "alarms"),
		      acknowledged = verb_number(root, "acknowledged");
	(void)printf("from %s: ", verb_text(root, "from", text));
	if (entries == 0)
		(void)fputs("nothing new", stdout);
	else
		(void)printf("%" PRId64 " new entr%s", entries, entries == 1 ? "y" : "ies");
	if (acknowledged > 0)
		(void)printf("; they have received more of %" PRId64 " ledger%s of ours",
				acknowledged, acknowledged == 1 ? "" : "s");
	(void)fputc('\n', stdout);
	if (alarms > 0)
		(void)printf("%" PRId64 " ALARM%s: see entente alarms\n", alarms,
				alarms == 1 ? "" : "S");
}

static int import(struct verb *verb, const struct asked *asked) {
	struct ent_json_value root, value;
	char *text = NULL;
	size_t size = 0, length = 0;
	const char *answer = "";
	int end = read_file(verb, asked->what, &text, &size);
	if (end != 0)
		return end;
	mailed_mend(text, &size);
	const struct client_request request = {.method = ENT_FETCH_POST,
			.path = "/v1/parcels",
			.content_type = "text/plain",
			.body = text,
			.size = size};
	end = verb_ask_json(verb, &request, &root);
	free(text);
	if (end != 0)
		return end;
	if (ent_json_member(root, "answer", &value))
		(void)ent_json_string(value, &answer, &length);
	if (asked->answer != NULL && length > 0)
		end = verb_write(verb, asked->answer, "we", answer, length);
	if (end != 0)
		return end;
	if (verb->json)
		return verb_print(verb);
	say_taken(root);
	if (asked->answer != NULL)
		(void)puts(length > 0 ? "the answer is to be carried back: it says what is here"
				      : "no answer is wanted");
	return 0;
}

/* --- All together --- */

static const struct action {
	const char *name, *takes;
	int (*run)(struct verb *verb, const struct asked *asked);
	const char *options[HAS_MOST];
} actions[] = {
		{"export", "it takes a party: its id, or how that begins", export,
				{"data", "bytes", "output"}},
		{"import", "it takes a file, or - for standard input", import,
				{"data", "answer", "json"}},
};

static int run(const struct action *action, struct verb *verb, const struct asked *asked) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_option_check_action(&table, asked->given, action->options, HAS_MOST, &fault) !=
			ENT_OK)
		return verb_fail(verb, fault.where, fault.why);
	if (asked->what == NULL)
		return verb_fail(verb, action->name, action->takes);
	verb->data = asked->data;
	verb->json = asked->json;
	int end = verb_begin(verb);
	if (end == 0)
		end = action->run(verb, asked);
	verb_end(verb);
	return end;
}

int bundle_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "bundle"};
	struct ent_option_words words = {
			.operands = &asked.what, .capacity = 1, .given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		bundle_help(stdout);
		return 0;
	}
	if (words.action == NULL)
		return verb_fail(
				&verb, "", "what to do? export or import; see entente help bundle");
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
		if (strcmp(actions[i].name, words.action) == 0)
			return run(&actions[i], &verb, &asked);
	return verb_fail(&verb, words.action, "there is no such action; see entente help bundle");
}
