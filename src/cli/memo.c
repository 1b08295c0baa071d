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
		{{"language", "LANG",
				 "show: en, fr, ru or ar; new: those authentic, en,ru; else with "
				 "--data "
				 "our profile's, or en"},
				offsetof(struct memo_asked, language), 0},
		{{"as", "PARTY", "show: this party first, by id; with --data our own"},
				offsetof(struct memo_asked, as), 0},
		{{"output", "FILE",
				 "new, rewrite, document: where to write; standard output without "
				 "it"},
				offsetof(struct memo_asked, output), 0},
		{{"guide", NULL, "new: instead, what each member is, in words"},
				offsetof(struct memo_asked, guide), 0},
		{{"schema", NULL, "new: instead, the JSON Schema"},
				offsetof(struct memo_asked, schema), 0},
		{{"data", "DIR",
				 "the data directory of the node that runs; new and show: of our "
				 "party"},
				offsetof(struct memo_asked, data), 0},
		{{"reason", "TEXT", "why; of an obligation, what stands in its way"},
				offsetof(struct memo_asked, reason), 0},
		{{"from", "TIME",
				 "from when on; suspend: with the notice agreed; withdraw: at "
				 "once"},
				offsetof(struct memo_asked, from), 0},
		{{"answer-by", "TIME", "offer: until when it can be answered"},
				offsetof(struct memo_asked, answer_by), 0},
		{{"at", "TIME", "status: as it was, or will be, then; check: as if it were then"},
				offsetof(struct memo_asked, at), 0},
		{{"scan", "FILE", "paper: the scan, of which the hash is recorded"},
				offsetof(struct memo_asked, scan), 0},
		{{"signed", "TIME", "paper: when it was signed"},
				offsetof(struct memo_asked, signed_at), 0},
		{{"signed-by", "PARTIES", "paper: whose ink it is, by id, with commas"},
				offsetof(struct memo_asked, signed_by), 0},
		{{"ad-referendum", NULL, "draft: it binds nobody and cannot be signed"},
				offsetof(struct memo_asked, ad_referendum), 0},
		{{"for", "PARTIES",
				 "draft: ad referendum, and these parties alone get it, by id, "
				 "with "
				 "commas"},
				offsetof(struct memo_asked, only_for), 0},
		{{"on-paper", NULL,
				 "draft: it was signed on paper in time, though its sign_by is "
				 "over"},
				offsetof(struct memo_asked, on_paper), 0},
		{{"if-match", "TAG",
				 "acts: only if nothing was written since status showed this tag"},
				offsetof(struct memo_asked, if_match), 0},
		{{"yes", NULL, "sign, withdraw: without being asked"},
				offsetof(struct memo_asked, yes), 0},
		{{"passphrase-file", "FILE",
				 "its first line is the passphrase of the party key; else the "
				 "credential party-passphrase of systemd, or the terminal is "
				 "asked"},
				offsetof(struct memo_asked, passphrase_file), 0},
		{{"json", NULL, "the answer for programs"}, offsetof(struct memo_asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct memo_asked, help), 0},
};

enum { ROWS = sizeof rows / sizeof rows[0], HAS_MOST = 8 };
_Static_assert((int)ROWS <= (int)MEMO_OPTIONS_MAX, "struct memo_asked has room");
static const struct ent_option_table table = {"memo", rows, ROWS, sizeof rows[0]};

#define SIGNS "data", "json", "passphrase-file"
#define ACTS SIGNS, "if-match"
static const struct action {
	const char *name;
	int (*run)(const struct memo_asked *asked);
	size_t least, most;
	const char *operands; /* what it takes */
	const char *options[HAS_MOST];
} actions[] = {
		{"new", memo_new, 0, 0, "no file",
				{"data", "language", "output", "guide", "schema"}},
		{"rewrite", memo_rewrite, 1, 1, "a file", {"output"}},
		{"check", memo_check, 1, MEMO_FILES_MAX, "files", {"json", "at"}},
		{"show", memo_show, 1, 1, "a file", {"language", "as", "data"}},
		{"diff", memo_diff, 2, 2, "two files", {"json"}},
		{"list", memo_list, 0, 0, "nothing", {"data", "json"}},
		{"status", memo_status, 1, 1, "the id of a memorandum", {"data", "json", "at"}},
		{"terms", memo_terms, 1, 1, "the id of a memorandum", {"data", "json", "at"}},
		{"history", memo_history, 1, 1, "the id of a memorandum", {"data", "json"}},
		{"document", memo_document, 1, 2, "the id of a memorandum, and perhaps a hash",
				{"data", "output"}},
		{"draft", memo_draft, 1, 1, "a file",
				{SIGNS, "reason", "ad-referendum", "for", "on-paper"}},
		{"offer", memo_act, 1, 2, "the id of a memorandum, and perhaps a hash",
				{ACTS, "reason", "answer-by"}},
		{"accept", memo_act, 1, 2, "the id of a memorandum, and perhaps an offer",
				{ACTS, "reason"}},
		{"decline", memo_act, 1, 2, "the id of a memorandum, and perhaps an offer",
				{ACTS, "reason"}},
		{"sign", memo_act, 1, 2, "the id of a memorandum, and perhaps a hash",
				{ACTS, "yes"}},
		{"paper", memo_act, 1, 2, "the id of a memorandum, and perhaps a hash",
				{ACTS, "reason", "scan", "signed", "signed-by"}},
		{"suspend", memo_act, 1, 1, "the id of a memorandum", {ACTS, "reason", "from"}},
		{"resume", memo_act, 1, 1, "the id of a memorandum", {ACTS, "reason"}},
		{"withdraw", memo_act, 1, 1, "the id of a memorandum",
				{ACTS, "reason", "from", "yes"}},
		{"level", memo_act, 3, 3, "the id of a memorandum, a subject and a level",
				{ACTS, "reason"}},
		{"declare", memo_act, 2, 2, "the id of a memorandum and a text", {ACTS}},
		{"obligation", memo_act, 3, 3,
				"the id of a memorandum, a clause, and done or not-done",
				{ACTS, "reason"}},
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

void memo_help(FILE *out) {
	ent_option_say(out,
			"usage: entente memo new [--data DIR] [--language LANG,LANG...] [--output "
			"FILE]\n"
			"       entente memo new --guide | --schema\n"
			"       entente memo rewrite FILE [--output FILE]\n"
			"       entente memo check FILE... [--at TIME] [--json]\n"
			"       entente memo show FILE [--language LANG] [--as PARTY | --data "
			"DIR]\n"
			"       entente memo diff FILE FILE [--json]\n"
			"\n"
			"       entente memo list --data DIR [--json]\n"
			"       entente memo status ID --data DIR [--at TIME] [--json]\n"
			"       entente memo terms ID --data DIR [--at TIME] [--json]\n"
			"       entente memo history ID --data DIR [--json]\n"
			"       entente memo document ID [HASH] --data DIR [--output FILE]\n"
			"\n"
			"       entente memo draft FILE --data DIR [--ad-referendum | --for "
			"PARTIES | --on-paper] [--reason TEXT]\n"
			"       entente memo offer ID [HASH] --answer-by TIME --data DIR [--reason "
			"TEXT]\n"
			"       entente memo accept|decline ID [OFFER] --data DIR [--reason TEXT]\n"
			"       entente memo sign ID [HASH] --data DIR [--yes]\n"
			"       entente memo paper ID [HASH] --scan FILE --signed TIME --signed-by "
			"PARTIES --data DIR\n"
			"       entente memo suspend ID --data DIR [--from TIME] [--reason TEXT]\n"
			"       entente memo withdraw ID --data DIR [--from TIME] [--reason TEXT] "
			"[--yes]\n"
			"       entente memo resume ID --data DIR [--reason TEXT]\n"
			"       entente memo level ID SUBJECT LEVEL --data DIR [--reason TEXT]\n"
			"       entente memo declare ID TEXT --data DIR\n"
			"       entente memo obligation ID CLAUSE done|not-done --data DIR "
			"[--reason TEXT]\n"
			"\n"
			"Memoranda as documents, which need no node; and as they live at the node "
			"that runs on DIR. A hash is named by how it begins; an offer is "
			"PARTY/NUMBER, as status shows it; without one the only one that is open "
			"is meant. TIME is like 2026-11-26T14:00:00Z, or from now on, +72h. JSON "
			"has no comments, and what stands in the bytes is signed: so the template "
			"has none, and --guide says beside it what each member is.\n"
			"Exit status: 0 all is well, 1 a document has faults, two differ, or an "
			"act is refused, 2 it could not be looked at, or asked.\n"
			"\n");
	ent_option_print_all(out, &table, 24);
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
	char why[ENT_FAULT_WHY_SIZE];
	if (asked->n_files >= action->least && asked->n_files <= action->most)
		return 0;
	(void)snprintf(why, sizeof why, "it takes %s", action->operands);
	return memo_fail(action->name, why);
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
		return memo_fail("", "what to do? see entente help memo");
	if (ent_seal_start() != ENT_OK)
		return memo_fail("", "the system gives no random numbers: is /dev/urandom there?");
	for (size_t i = 0; i < ACTIONS; i++)
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
