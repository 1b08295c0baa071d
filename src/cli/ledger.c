/* SPDX-License-Identifier: Apache-2.0 */
/* ledger.c: see ledger.h: the arguments, and one function an action. */
#include "ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "entente/base64.h"
#include "entente/jsonout.h"
#include "entente/node.h"
#include "entente/option.h"
#include "entente/seal.h"
#include "entente/text.h"
#include "ledger_copy.h"
#include "ledger_evidence.h"
#include "ledger_own.h"
#include "ledger_verify.h"
#include "vkey.h"

enum { OPTIONS_MAX = 16 };

struct asked {
	const char *action, *from_path; /* --data DIR or an export file */
	const char *data, *ledger, *vkey, *output, *entry, *check;
	const char *operand; /* what stands without a flag */
	uint64_t from, to;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct row {
	struct ent_option is;
	size_t at;   /* in struct asked */
	bool number; /* of an entry */
} rows[] = {
		{{"data", "DIR", "the data directory of a node"}, offsetof(struct asked, data)},
		{{"ledger", "NAME",
				 "which one of the data directory: line/..., memo/..., desk; the "
				 "airspace's without it"},
				offsetof(struct asked, ledger)},
		{{"vkey", "VKEY",
				 "the key that must have signed it: the text, a file that holds "
				 "it, or "
				 "a party's card; without it the source's own word is taken, and "
				 "that "
				 "is said"},
				offsetof(struct asked, vkey)},
		{{"from", "N", "the first entry to show (0)"}, offsetof(struct asked, from), true},
		{{"to", "N", "the last entry to show"}, offsetof(struct asked, to), true},
		{{"check", "PROOF",
				 "a proof file: does the entry stand in the ledger of this key?"},
				offsetof(struct asked, check)},
		{{"entry", "FILE", "the entry's bytes, exactly"}, offsetof(struct asked, entry)},
		{{"output", "FILE", "where to write; standard output without it"},
				offsetof(struct asked, output)},
		{{"json", NULL, "the answer for programs"}, offsetof(struct asked, json)},
		{{"help", NULL, "this text"}, offsetof(struct asked, help)},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "struct asked has room");
static const struct ent_option_table table = {"ledger", rows, ROWS, sizeof rows[0]};

void ledger_help(FILE *out) {
	ent_option_say(out,
			"usage: entente ledger verify [FILE] [--data DIR [--ledger NAME]] [--vkey "
			"VKEY] [--json]\n"
			"       entente ledger verify EVIDENCE --vkey VKEY [--json]\n"
			"       entente ledger show [FILE] [--data DIR [--ledger NAME]] [--from N] "
			"[--to N]\n"
			"       entente ledger prove N --data DIR [--ledger NAME] [--output FILE]\n"
			"       entente ledger prove --check PROOF --entry FILE --vkey VKEY\n"
			"       entente ledger export --data DIR [--ledger NAME] [--output FILE]\n"
			"       entente ledger import FILE --data DIR [--vkey VKEY]\n"
			"\n"
			"Looks at a ledger offline: in a data directory whose node has stopped, or "
			"in an export. Evidence is what a node writes when the author of a ledger "
			"contradicts itself.\n"
			"Exit status: 0 all is well (evidence: it proves so), 1 the ledger is not "
			"what was signed, 2 it could not be looked at.\n"
			"\n");
	ent_option_print_all(out, &table, 16);
}

static int fail(const char *where, const char *why) {
	(void)fprintf(stderr, "entente ledger: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return 2;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	return fail(fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

/* --- Arguments --- */

static ent_status take_number(
		const char *text, uint64_t *ret_number, struct ent_fault *reterr_fault) {
	int64_t number;
	const ent_status status = ent_option_count(
			text, strlen(text), 0, ENT_OPTION_COUNT_MAX, &number, reterr_fault);
	if (status == ENT_OK)
		*ret_number = (uint64_t)number;
	return status;
}

static int take_option(struct asked *asked, int argc, char **argv, int *ret_used) {
	struct ent_option_taken taken;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_option_take(&table, argc, argv, &taken, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	const struct row *row = (const void *)taken.option;
	void *at = (char *)asked + row->at;
	if (row->is.value == NULL)
		*(bool *)at = true;
	else if (!row->number)
		*(const char **)at = taken.value;
	else if (take_number(taken.value, at, &fault) != ENT_OK)
		return fail(taken.where, fault.why);
	asked->given[row - rows] = true;
	*ret_used = taken.used;
	return 0;
}

/* Which options an action has. */
enum { HAS_MOST = 4 };
static const struct {
	const char *action, *options[HAS_MOST];
} has[] = {{"verify", {"data", "ledger", "vkey", "json"}},
		{"show", {"data", "ledger", "from", "to"}}, {"prove", {"data", "ledger", "output"}},
		{"prove --check", {"check", "entry", "vkey"}},
		{"export", {"data", "ledger", "output"}}, {"import", {"data", "vkey"}}};

enum { HAS = sizeof has / sizeof has[0] };

/* One that the action would pass over: who gives a key would believe that it was looked at. */
static int check_options(const struct asked *asked) {
	const bool checks = strcmp(asked->action, "prove") == 0 && asked->check != NULL;
	const char *action = checks ? "prove --check" : asked->action;
	struct ent_fault fault = {{0}, {0}};
	size_t of = 0;
	while (of < HAS && strcmp(has[of].action, action) != 0)
		of++;
	if (of < HAS &&
			ent_option_check_action(&table, asked->given, has[of].options, HAS_MOST,
					&fault) != ENT_OK)
		return fail(fault.where, fault.why);
	return 0;
}

static int take_arguments(struct asked *asked, int argc, char **argv) {
	int result = 0;
	for (int i = 0; result == 0 && i < argc;) {
		int used = 1;
		if (strncmp(argv[i], "--", 2) == 0)
			result = take_option(asked, argc - i, argv + i, &used);
		else if (asked->action == NULL)
			asked->action = argv[i];
		else if (asked->operand == NULL)
			asked->operand = argv[i];
		else
			result = fail(argv[i], "one thing too many; see entente help ledger");
		i += used;
	}
	return result;
}

static int take_vkey(const struct asked *asked, struct ent_vkey *vkey) {
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = vkey_take(asked->vkey, vkey, &fault);
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

/* --- verify --- */

/* Not signed by the key that was given: where is the one that may have? */
static const char *where_key_is(const struct ledger_source *source) {
	return source->other
			? "(its author's card has the key, of the time when it was signed)\n"
			: "(its node's data directory has the key of an airspace's ledger in "
			  "ledger.vkey; without --vkey the key is said that the source names)\n";
}

static void show_progress(void *user, uint64_t done, uint64_t all) {
	(void)user;
	if (isatty(STDERR_FILENO) == 1)
		(void)fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " entries", done, all);
}

static void print_text(const struct ledger_source *source, const struct verify_result *result,
		bool own_word) {
	char vkey[ENT_VKEY_SIZE], root[ENT_BASE64_SIZE(ENT_HASH_SIZE)], time[ENT_TEXT_TIME_SIZE];
	(void)ent_vkey_print(&source->vkey, vkey);
	(void)ent_base64_print(ENT_BASE64, result->root.bytes, sizeof result->root.bytes, root);
	for (size_t i = 0; i < result->faults && i < VERIFY_FAULTS_MAX; i++)
		(void)printf("%s: %s\n", result->fault[i].where, result->fault[i].why);
	if (result->faults > VERIFY_FAULTS_MAX)
		(void)printf("and %" PRIu64 " more\n", result->faults - VERIFY_FAULTS_MAX);
	(void)printf("ledger %s: %" PRIu64 " entries", source->name, result->entries);
	if (result->archived > 0)
		(void)printf(", %" PRIu64 " of them archived", result->archived);
	if (result->last_utc_us != 0) {
		(void)ent_text_print_time(result->last_utc_us, time);
		(void)printf(", the last of %s", time);
	}
	(void)printf("\nroot %s\n", root);
	(void)printf("%s by %s%s\n", result->signed_by ? "signed" : "NOT signed", vkey,
			own_word ? "\n(that is the source's own word on its key: give --vkey to "
				   "hold it to one that you know)"
				 : "");
	if (!result->signed_by && !own_word && source->note_length > 0)
		(void)fputs(where_key_is(source), stdout);
	if (result->faults == 0)
		(void)printf("every entry is what was signed%s\n",
				result->folds ? ", and follows from those before it"
						: source->other
						? ", and is later than the one before it"
						: "; whether each follows from those before it "
						  "cannot be told without the archived ones");
	else
		(void)puts("this is not what was signed");
}

static int print_json(const struct ledger_source *source, const struct verify_result *result,
		bool own_word) {
	struct ent_jsonout out;
	char vkey[ENT_VKEY_SIZE], root[ENT_BASE64_SIZE(ENT_HASH_SIZE)];
	(void)ent_vkey_print(&source->vkey, vkey);
	(void)ent_base64_print(ENT_BASE64, result->root.bytes, sizeof result->root.bytes, root);
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "name");
	ent_jsonout_string(&out, source->name);
	ent_jsonout_name(&out, "entries");
	ent_jsonout_uint(&out, result->entries);
	ent_jsonout_name(&out, "archived");
	ent_jsonout_uint(&out, result->archived);
	ent_jsonout_name(&out, "root");
	ent_jsonout_string(&out, root);
	ent_jsonout_name(&out, "vkey");
	ent_jsonout_string(&out, vkey);
	ent_jsonout_name(&out, "vkey_is_given");
	ent_jsonout_bool(&out, !own_word);
	ent_jsonout_name(&out, "signed");
	ent_jsonout_bool(&out, result->signed_by);
	ent_jsonout_name(&out, "root_is_signed");
	ent_jsonout_bool(&out, result->root_is);
	if (!source->other) {
		ent_jsonout_name(&out, "folds");
		ent_jsonout_bool(&out, result->folds);
	}
	ent_jsonout_name(&out, "faults");
	ent_jsonout_array_begin(&out);
	for (size_t i = 0; i < result->faults && i < VERIFY_FAULTS_MAX; i++) {
		ent_jsonout_object_begin(&out);
		ent_jsonout_name(&out, "where");
		ent_jsonout_string(&out, result->fault[i].where);
		ent_jsonout_name(&out, "why");
		ent_jsonout_string(&out, result->fault[i].why);
		ent_jsonout_object_end(&out);
	}
	ent_jsonout_array_end(&out);
	ent_jsonout_name(&out, "faults_in_all");
	ent_jsonout_uint(&out, result->faults);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out) == ENT_OK ? 0 : fail("standard output", strerror(errno));
}

/*
 * The thread that folds gets memory all the time, this one hardly ever. From a heap of its own, which glibc would give
 * it, each four kilobytes are asked of the kernel.
 */
static void share_heap(void) {
#ifdef __GLIBC__
	(void)mallopt(M_ARENA_MAX, 1);
#endif
}

static int verify(const struct asked *asked, struct ledger_source *source) {
	/* Not on the stack: what it holds stays until the process ends. */
	static struct verify_result result;
	struct ent_fault fault = {{0}, {0}};
	struct ent_vkey vkey = source->vkey;
	int end = 2;
	if (asked->vkey == NULL && source->other &&
			!ledger_own_key(asked->data, source->name, &vkey))
		return fail(source->name,
				"it needs --vkey, the line key of its author or the author's card: "
				"nothing here vouches for a key");
	if (asked->vkey != NULL && take_vkey(asked, &vkey) != 0)
		return end;
	source->vkey = vkey;
	share_heap();
	const ent_status status = ledger_verify(
			source, &vkey, show_progress, NULL, &result, &fault);
	if (isatty(STDERR_FILENO) == 1)
		(void)fputs("\r\033[K", stderr);
	if (status != ENT_OK) {
		(void)fail_fault(&fault, status);
	} else {
		end = result.faults == 0 ? 0 : 1;
		if (!asked->json)
			print_text(source, &result, asked->vkey == NULL);
		else if (print_json(source, &result, asked->vkey == NULL) != 0)
			end = 2;
	}
	return end;
}

/* --- show --- */

static ent_status show_item(void *user, const struct ledger_item *item) {
	const struct asked *asked = user;
	if (item->tile != NULL || item->at < asked->from)
		return ENT_OK;
	if (item->at > asked->to)
		return ENT_E_MISSING;
	if (item->bytes == NULL)
		(void)printf("{\"seq\":%" PRIu64 ",\"archived\":true}\n", item->at);
	else if (fwrite(item->bytes, 1, item->size, stdout) != item->size || putchar('\n') == EOF)
		return ENT_E_IO;
	return ENT_OK;
}

static int show(const struct asked *asked, struct ledger_source *source) {
	struct ent_fault fault = {{0}, {0}};
	char why[ENT_FAULT_WHY_SIZE];
	if (asked->from > asked->to)
		return fail("--to", "it is less than --from");
	if (asked->from >= source->size && asked->from > 0) {
		(void)snprintf(why, sizeof why,
				"the ledger has %" PRIu64 " entries, the first is 0", source->size);
		return fail("--from", why);
	}
	const ent_status status = ledger_source_walk(source, show_item, (void *)asked, &fault);
	if (status == ENT_OK || (status == ENT_E_MISSING && fault.why[0] == '\0'))
		return 0;
	return fail_fault(&fault, status);
}

/* --- prove --- */

static int write_output(const char *path, const char *text, size_t size) {
	FILE *file = path != NULL ? fopen(path, "we") : stdout;
	if (file == NULL)
		return fail(path != NULL ? path : "standard output", strerror(errno));
	const bool wrote = fwrite(text, 1, size, file) == size && fflush(file) == 0;
	const int error = errno;
	if (path != NULL)
		(void)fclose(file);
	return wrote ? 0 : fail(path != NULL ? path : "standard output", strerror(error));
}

static int prove(const struct asked *asked, struct ledger_source *source) {
	struct ent_store_tiles tiles = {source->store, source->ledger};
	struct ent_proof proof;
	struct ent_fault fault = {{0}, {0}};
	char text[ENT_PROOF_FILE_SIZE];
	uint64_t index;
	if (source->store == NULL)
		return fail("prove", "it needs --data DIR");
	if (asked->operand == NULL)
		return fail("prove", "it takes the number of an entry, from 0");
	if (take_number(asked->operand, &index, &fault) != ENT_OK)
		return fail("prove", fault.why);
	if (index >= source->size)
		return fail(asked->operand, "there is no entry of this number");
	const ent_status status = ent_proof_inclusion(
			index, source->size, ent_store_tile, &tiles, &proof);
	if (status != ENT_OK)
		return fail(source->path, ent_status_text(status));
	const size_t length = ent_proof_file_print(
			index, &proof, source->note, source->note_length, text);
	return write_output(asked->output, text, length);
}

static int check_proof(const struct asked *asked) {
	struct ent_vkey vkey;
	struct ent_proof proof;
	struct ent_checkpoint checkpoint;
	struct ent_hash leaf;
	struct ent_fault fault = {{0}, {0}};
	char *text = NULL, *entry = NULL;
	const char *note;
	size_t length, size, note_length;
	uint64_t index;
	if (asked->entry == NULL || asked->vkey == NULL)
		return fail("prove --check", "it needs --entry FILE and --vkey VKEY");
	if (take_vkey(asked, &vkey) != 0)
		return 2;
	ent_status status = ledger_file_read(asked->check, &text, &length, &fault);
	if (status == ENT_OK)
		status = ledger_file_read(asked->entry, &entry, &size, &fault);
	if (status == ENT_OK) {
		/* An editor's line end is not the entry's. */
		size -= size > 0 && entry[size - 1] == '\n';
		status = ent_proof_file_parse(
				text, length, &index, &proof, &note, &note_length, &fault);
	}
	if (status == ENT_OK)
		status = ent_checkpoint_open(note, note_length, &vkey, &checkpoint, &fault);
	int end = 2;
	if (status == ENT_OK) {
		ent_ledger_leaf_hash(entry, size, &leaf);
		const bool holds = ent_proof_inclusion_holds(
				&leaf, index, checkpoint.size, &proof, &checkpoint.root);
		(void)printf(holds ? "the entry is number %" PRIu64 " of the %" PRIu64
				     " entries that %s signed\n"
				   : "NOT proved: the entry is not number %" PRIu64
				     " of the %" PRIu64 " entries that %s signed\n",
				index, checkpoint.size, checkpoint.origin);
		end = holds ? 0 : 1;
	} else if (status == ENT_E_REFUSED) {
		(void)printf("NOT proved: %s\n", fault.why);
		end = 1;
	} else {
		(void)fail_fault(&fault, status);
	}
	free(text);
	free(entry);
	return end;
}

/* --- export and import --- */

static int export(const struct asked *asked, struct ledger_source *source) {
	struct ent_fault fault = {{0}, {0}};
	if (source->store == NULL)
		return fail("export", "it needs --data DIR");
	FILE *file = asked->output != NULL ? fopen(asked->output, "we") : stdout;
	if (file == NULL)
		return fail(asked->output != NULL ? asked->output : "standard output",
				strerror(errno));
	const ent_status status = ledger_export(source, file, &fault);
	if (asked->output != NULL)
		(void)fclose(file);
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

static int import(const struct asked *asked) {
	struct ledger_source source;
	struct ent_fault fault = {{0}, {0}};
	uint64_t entries = 0;
	if (asked->operand == NULL || asked->data == NULL)
		return fail("import", "it takes a file and --data DIR");
	ent_status status = ledger_source_open(&source, asked->operand, NULL, &fault);
	if (status == ENT_OK && asked->vkey != NULL && take_vkey(asked, &source.vkey) != 0) {
		ledger_source_close(&source);
		return 2;
	}
	if (status == ENT_OK)
		status = ledger_import(&source, asked->data, &entries, &fault);
	ledger_source_close(&source);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	(void)printf("%" PRIu64 " entries imported into %s\n", entries, asked->data);
	return 0;
}

/* --- Evidence of a fork --- */

static int verify_evidence(const struct asked *asked) {
	struct ent_vkey vkey;
	struct ent_fault fault = {{0}, {0}};
	bool proves = false;
	if (asked->vkey == NULL || asked->data != NULL)
		return fail("verify",
				"this is evidence of a contradiction: it is verified with --vkey "
				"VKEY, the key of the author, and without --data");
	if (take_vkey(asked, &vkey) != 0)
		return 2;
	const ent_status status = ledger_evidence_verify(
			asked->operand, &vkey, asked->json, &proves, &fault);
	return status != ENT_OK ? fail_fault(&fault, status) : proves ? 0 : 1;
}

/* --- The whole --- */

static const struct {
	const char *name;
	int (*run)(const struct asked *asked, struct ledger_source *source);
	bool operand_is_source;
} actions[] = {{"verify", verify, true}, {"show", show, true}, {"prove", prove, false},
		{"export", export, true}};

int ledger_main(int argc, char **argv) {
	struct asked asked = {.to = UINT64_MAX};
	struct ledger_source source;
	struct ent_fault fault = {{0}, {0}};
	const int wrong = take_arguments(&asked, argc, argv);
	if (wrong != 0)
		return wrong;
	if (asked.help) {
		ledger_help(stdout);
		return 0;
	}
	if (asked.action == NULL)
		return fail("",
				"what to do? verify, show, prove, export or import; see entente "
				"help ledger");
	if (check_options(&asked) != 0)
		return 2;
	if (ent_seal_start() != ENT_OK)
		return fail("", "the system gives no random numbers: is /dev/urandom there?");
	if (strcmp(asked.action, "import") == 0)
		return import(&asked);
	if (strcmp(asked.action, "prove") == 0 && asked.check != NULL)
		return check_proof(&asked);
	if (strcmp(asked.action, "verify") == 0 && asked.operand != NULL &&
			ledger_evidence_is(asked.operand))
		return verify_evidence(&asked);
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		if (strcmp(actions[i].name, asked.action) != 0)
			continue;
		const char *path = asked.data != NULL          ? asked.data
				: actions[i].operand_is_source ? asked.operand
							       : NULL;
		if (path == NULL)
			return fail(asked.action, "it needs --data DIR or an exported file");
		if (actions[i].operand_is_source && asked.data != NULL && asked.operand != NULL)
			return fail(asked.operand, "it and --data exclude one another");
		if (asked.ledger != NULL && asked.data == NULL)
			return fail("--ledger", "it needs --data DIR");
		const ent_status status = ledger_source_open(&source, path, asked.ledger, &fault);
		const int end = status == ENT_OK ? actions[i].run(&asked, &source)
						 : fail_fault(&fault, status);
		ledger_source_close(&source);
		return end;
	}
	return fail(asked.action, "there is no such action; see entente help ledger");
}
