/* SPDX-License-Identifier: Apache-2.0 */
/* memo_check.c: what is wrong with memoranda, each fault by its path. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/jsonout.h"
#include "entente/text.h"
#include "memo.h"
#include "memo_words.h"

static bool has_text(const char *bytes, size_t size, const char *text) {
	const size_t length = strlen(text);
	for (size_t i = 0; i + length <= size; i++)
		if (memcmp(bytes + i, text, length) == 0)
			return true;
	return false;
}

static void tell_unwritten(FILE *out, const char *path, const struct ent_memodoc *doc) {
	static const enum memo_says unwritten[] = {SAY_TITLE, SAY_TO_BE_WRITTEN};
	size_t size = 0;
	const char *bytes = ent_memodoc_bytes(doc, &size);
	for (int language = 0; language < MEMO_LANGUAGE_COUNT; language++)
		for (size_t i = 0; i < sizeof unwritten / sizeof unwritten[0]; i++) {
			const char *text = memo_words(unwritten[i], (enum memo_language)language);
			if (has_text(bytes, size, text))
				(void)fprintf(out, "%s: still as in the template: \"%s\"\n", path,
						text);
		}
}

/* What may be meant, and hardly is: an obligation that is due while nothing binds its owner. NULL: it is none such. */
static const char *is_due_outside(const struct ent_memodoc *doc, uint32_t i) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	const int64_t due_us = parts->obligation[i].due_utc_us;
	if (due_us < parts->terms.effective_from_utc_us)
		return "it is due before effective_from, when nothing is in force";
	if (due_us > parts->terms.valid_until_utc_us)
		return "it is due after until, when nothing is in force any more";
	return NULL;
}

struct warning {
	char where[64], why[192];
};

static bool of_obligation(const struct ent_memodoc *doc, uint32_t i, struct warning *ret_warning) {
	const char *why = is_due_outside(doc, i);
	if (why == NULL)
		return false;
	(void)snprintf(ret_warning->where, sizeof ret_warning->where, "clauses.obligations[%u].due",
			(unsigned)i);
	(void)snprintf(ret_warning->why, sizeof ret_warning->why, "%s", why);
	return true;
}

/* Who is named is known by an id, and spoken of by a name. Parties first, then the affected. */
static const char *named(const struct ent_memodoc *doc, uint32_t i, const char **ret_id) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	const uint32_t n = parts->terms.n_parties;
	*ret_id = i < n ? parts->party[i].id : parts->affected[i - n].id;
	return i < n ? parts->party[i].name : parts->affected[i - n].name;
}

static int print_place(const struct ent_memodoc *doc, uint32_t i, char *ret_text, size_t size) {
	const uint32_t n = ent_memodoc_parts(doc)->terms.n_parties;
	return snprintf(ret_text, size, "%s[%u].name", i < n ? "parties" : "affected",
			(unsigned)(i < n ? i : i - n));
}

/* With the first before it that reads so, too. */
static bool of_name(const struct ent_memodoc *doc, uint32_t i, struct warning *ret_warning) {
	const char *id, *other_id, *name = named(doc, i, &id);
	char place[sizeof ret_warning->where];
	for (uint32_t j = 0; j < i; j++) {
		if (!memo_names_alike(name, named(doc, j, &other_id)))
			continue;
		(void)print_place(doc, i, ret_warning->where, sizeof ret_warning->where);
		(void)print_place(doc, j, place, sizeof place);
		(void)snprintf(ret_warning->why, sizeof ret_warning->why,
				"people will take it for %s; only the ids, %s and %s, tell them "
				"apart",
				place, id, other_id);
		return true;
	}
	return false;
}

/* The next one; 'at' counts what was looked at, from 0. False: there is no other. */
static bool next_warning(const struct ent_memodoc *doc, uint32_t *at, struct warning *ret_warning) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	const uint32_t names = parts->terms.n_parties + parts->n_affected;
	while (*at < names + parts->n_obligations) {
		const uint32_t i = (*at)++;
		if (i < names ? of_name(doc, i, ret_warning)
			      : of_obligation(doc, i - names, ret_warning))
			return true;
	}
	return false;
}

/* Whoever is to sign it comes too late. */
static bool of_sign_by(
		const struct ent_memodoc *doc, int64_t now_utc_us, struct warning *ret_warning) {
	if (now_utc_us <= ent_memodoc_terms(doc)->sign_by_utc_us)
		return false;
	(void)snprintf(ret_warning->where, sizeof ret_warning->where, "clauses.validity.sign_by");
	(void)snprintf(ret_warning->why, sizeof ret_warning->why, "%s", MEMO_SIGN_BY_IS_OVER);
	return true;
}

void memo_tell_doubts(FILE *out, const char *path, const struct ent_memodoc *doc) {
	struct warning warning;
	tell_unwritten(out, path, doc);
	for (uint32_t at = 0; next_warning(doc, &at, &warning);)
		(void)fprintf(out, "%s: warning: %s: %s\n", path, warning.where, warning.why);
}

static void write_warning(struct ent_jsonout *out, const struct warning *warning) {
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "where");
	ent_jsonout_string(out, warning->where);
	ent_jsonout_name(out, "why");
	ent_jsonout_string(out, warning->why);
	ent_jsonout_object_end(out);
}

static void write_warnings(
		struct ent_jsonout *out, const struct ent_memodoc *doc, int64_t now_utc_us) {
	struct warning warning;
	ent_jsonout_name(out, "warnings");
	ent_jsonout_array_begin(out);
	if (of_sign_by(doc, now_utc_us, &warning))
		write_warning(out, &warning);
	for (uint32_t at = 0; next_warning(doc, &at, &warning);)
		write_warning(out, &warning);
	ent_jsonout_array_end(out);
}

struct checked {
	const char *path;
	struct ent_memodoc *doc; /* NULL: it has faults */
	struct ent_memodoc_faults faults;
	int64_t now_utc_us;
};

static void print_text(const struct checked *checked) {
	char hash[MEMO_HASH_SIZE];
	for (size_t i = 0; i < checked->faults.n; i++) {
		const struct ent_fault *fault = &checked->faults.fault[i].fault;
		(void)printf("%s: %s%s%s\n", checked->path, fault->where,
				fault->where[0] != '\0' ? ": " : "", fault->why);
	}
	if (checked->faults.more > 0)
		(void)printf("%s: and %zu more\n", checked->path, checked->faults.more);
	if (checked->doc == NULL)
		return;
	const struct ent_memo_terms *terms = ent_memodoc_terms(checked->doc);
	(void)printf("%s: memorandum %s, %u parties: no fault found\n%s: SHA-256 %s\n",
			checked->path, terms->memorandum, (unsigned)terms->n_parties, checked->path,
			memo_hash(&terms->hash, hash));
	struct warning warning;
	if (of_sign_by(checked->doc, checked->now_utc_us, &warning))
		(void)printf("%s: warning: %s: %s\n", checked->path, warning.where, warning.why);
	memo_tell_doubts(stdout, checked->path, checked->doc);
}

static void write_faults(struct ent_jsonout *out, const struct ent_memodoc_faults *faults) {
	ent_jsonout_name(out, "faults");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < faults->n; i++) {
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "where");
		ent_jsonout_string(out, faults->fault[i].fault.where);
		ent_jsonout_name(out, "why");
		ent_jsonout_string(out, faults->fault[i].fault.why);
		ent_jsonout_name(out, "status");
		ent_jsonout_string(out, ent_status_name(faults->fault[i].status));
		ent_jsonout_name(out, "of_form");
		ent_jsonout_bool(out, faults->fault[i].form);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "faults_in_all");
	ent_jsonout_uint(out, faults->n + faults->more);
}

static void write_checked(struct ent_jsonout *out, const struct checked *checked) {
	char hash[MEMO_HASH_SIZE];
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "file");
	ent_jsonout_string(out, checked->path);
	if (checked->doc != NULL) {
		const struct ent_memo_terms *terms = ent_memodoc_terms(checked->doc);
		ent_jsonout_name(out, "memorandum");
		ent_jsonout_string(out, terms->memorandum);
		ent_jsonout_name(out, "sha256");
		ent_jsonout_string(out, memo_hash(&terms->hash, hash));
		write_warnings(out, checked->doc, checked->now_utc_us);
	}
	write_faults(out, &checked->faults);
	ent_jsonout_object_end(out);
}

/* 0, 1 or 2. */
static int check_file(struct checked *checked) {
	char *bytes = NULL;
	size_t size = 0;
	if (!memo_read_file(checked->path, &bytes, &size))
		return 2;
	checked->doc = NULL;
	const ent_status status = ent_memodoc_read(bytes, size, &checked->doc, &checked->faults);
	free(bytes);
	if (status == ENT_E_MEMORY)
		return memo_fail(checked->path, ent_status_text(status));
	return status == ENT_OK ? 0 : 1;
}

static int check_files(
		const struct memo_asked *asked, struct checked *checked, struct ent_jsonout *out) {
	int worst = 0;
	if (asked->json)
		ent_jsonout_array_begin(out);
	for (size_t i = 0; i < asked->n_files; i++) {
		checked->path = asked->file[i];
		const int end = check_file(checked);
		worst = end > worst ? end : worst;
		if (end != 2 && asked->json)
			write_checked(out, checked);
		else if (end != 2)
			print_text(checked);
		if (end == 0)
			ent_memodoc_destroy(checked->doc);
	}
	if (asked->json)
		ent_jsonout_array_end(out);
	return worst;
}

/* Of --at, else this machine's clock. 0 or 2. */
static int take_now(const struct memo_asked *asked, int64_t *ret_utc_us) {
	struct timespec now = {0};
	struct ent_fault fault = {{0}, {0}};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	*ret_utc_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	return asked->at == NULL ||
					ent_text_parse_time(asked->at, strlen(asked->at),
							ret_utc_us, &fault) == ENT_OK
			? 0
			: memo_fail("--at", fault.why);
}

int memo_check(const struct memo_asked *asked) {
	struct checked *checked = calloc(1, sizeof *checked);
	struct ent_jsonout *out = calloc(1, sizeof *out);
	int end = 2;
	if (checked == NULL || out == NULL) {
		(void)memo_fail("", "out of memory");
	} else if (take_now(asked, &checked->now_utc_us) == 0) {
		ent_jsonout_init(out, ent_jsonout_to_file, stdout, 2);
		end = check_files(asked, checked, out);
		if (asked->json && ent_jsonout_finish(out) != ENT_OK)
			end = memo_fail("standard output", strerror(errno));
	}
	free(checked);
	free(out);
	return end;
}
