/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_file.c: the actions of `entente memo` on files, which need no node: new, rewrite, check, show, diff. What they say is made by
 * pages.h, as the node's /v1 makes it; here are the options, and how it is printed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/pages.h"
#include "entente/party.h"
#include "entente/text.h"
#include "memo.h"
#include "memo_own.h"
#include "memo_wrap.h"
#include "profile.h"

/* --- new --- */

static ent_status make_asked(const struct memo_asked *asked, const char *languages,
		struct ent_jsonout_memory *made) {
	struct ent_fault fault = {{0}, {0}};
	if (asked->schema)
		return ent_memodoc_write_schema(ent_jsonout_to_memory, made);
	if (asked->guide)
		return ent_memodoc_write_guide(ent_jsonout_to_memory, made);
	return ent_pages_template(languages, ent_jsonout_to_memory, made, &fault);
}

/* Never over a document that is there. */
static int write_out(const char *output, const char *bytes, size_t size) {
	const char *where = output != NULL ? output : "standard output";
	FILE *file = output != NULL ? fopen(output, "wxe") : stdout;
	if (file == NULL)
		return memo_fail(where, strerror(errno));
	int end = 0;
	if (fwrite(bytes, 1, size, file) != size)
		end = memo_fail(where, strerror(errno));
	if (file != stdout && fclose(file) != 0 && end == 0)
		end = memo_fail(where, strerror(errno));
	return end;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	return memo_fail(
			fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

/* For our own party, by its profile: in place of the template. */
static ent_status make_own(const struct profile *profile, struct ent_jsonout_memory *made,
		struct ent_fault *fault) {
	const struct ent_jsonout_memory template = *made;
	*made = (struct ent_jsonout_memory){.limit = ENT_PAGES_TEXT_MAX};
	const ent_status status = memo_own_template(
			profile, template.bytes, template.size, made, fault);
	free(template.bytes);
	return status;
}

int memo_new(const struct memo_asked *asked) {
	const char *languages = asked->language != NULL ? asked->language : "en";
	char ours[ENT_PARTY_NAME_SIZE] = "";
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	struct ent_fault fault = {{0}, {0}};
	struct profile profile;
	ent_status status = asked->data != NULL ? profile_read(asked->data, &profile, &fault)
						: ENT_OK;
	if (asked->guide && asked->schema)
		return memo_fail("--schema", "it and --guide exclude one another");
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (asked->data != NULL)
		memo_own_languages(&profile, ours);
	if (asked->language == NULL && ours[0] != '\0')
		languages = ours;
	if (ent_pages_check_languages(languages, &fault) != ENT_OK)
		return memo_fail("--language", fault.why);
	status = make_asked(asked, languages, &made);
	if (status == ENT_OK && asked->data != NULL && !asked->guide && !asked->schema)
		status = make_own(&profile, &made, &fault);
	const int end = status == ENT_OK ? write_out(asked->output, made.bytes, made.size)
					 : fail_fault(&fault, status);
	free(made.bytes);
	return end;
}

/* --- rewrite --- */

int memo_rewrite(const struct memo_asked *asked) {
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	struct ent_memodoc *doc = NULL;
	size_t n = 0;
	int end = memo_read(asked->file[0], &doc);
	if (end == 0) {
		const ent_status status = ent_pages_rewrite(doc, ent_jsonout_to_memory, &made, &n);
		end = status == ENT_OK ? write_out(asked->output, made.bytes, made.size)
				       : memo_fail(asked->file[0], ent_status_text(status));
	}
	/* What comes out on standard output is the document alone. */
	if (end == 0)
		(void)fprintf(stderr, "%s: texts written anew: %zu\n", asked->file[0], n);
	free(made.bytes);
	ent_memodoc_destroy(doc);
	return end;
}

/* --- check --- */

struct checked {
	const char *path;
	struct ent_memodoc *doc; /* NULL: it has faults */
	struct ent_memodoc_faults faults;
	int64_t now_utc_us;
};

struct telling {
	FILE *out;
	const char *path;
};

static void tell_doubt(void *user, const char *where, const char *why) {
	const struct telling *telling = user;
	(void)fprintf(telling->out, "%s: warning: %s: %s\n", telling->path, where, why);
}

static void tell_doubts_at(
		FILE *out, const char *path, const struct ent_memodoc *doc, int64_t now_utc_us) {
	struct telling telling = {out, path};
	const ent_status status = ent_pages_doubts(doc, now_utc_us, tell_doubt, &telling);
	if (status != ENT_OK)
		(void)memo_fail(path, ent_status_text(status));
}

void memo_tell_doubts(FILE *out, const char *path, const struct ent_memodoc *doc) {
	tell_doubts_at(out, path, doc, INT64_MIN);
}

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
	tell_doubts_at(stdout, checked->path, checked->doc, checked->now_utc_us);
}

/* 0 or 2. */
static int write_checked(struct ent_jsonout *out, const struct checked *checked) {
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "file");
	ent_jsonout_string(out, checked->path);
	const ent_status status = ent_pages_write_found(
			out, checked->doc, checked->now_utc_us, &checked->faults);
	ent_jsonout_object_end(out);
	return status == ENT_OK ? 0 : memo_fail(checked->path, ent_status_text(status));
}

/* 0, 1 or 2. */
static int check_file(struct checked *checked) {
	char *bytes = NULL;
	size_t size = 0;
	if (!memo_read_file(checked->path, &bytes, &size))
		return 2;
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
		checked->doc = NULL;
		int end = check_file(checked);
		if (end != 2 && asked->json && write_checked(out, checked) != 0)
			end = 2;
		else if (end != 2 && !asked->json)
			print_text(checked);
		worst = end > worst ? end : worst;
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

/* --- show --- */

/* The party whose data it is, where the memorandum has it. */
static int find_own(const char *data, const struct ent_memodoc *doc, uint32_t *ret_as) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_party_folder_open(data, false, &folder, &fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, &fault);
	ent_party_folder_close(folder);
	if (status != ENT_OK)
		return memo_fail(fault.where[0] != '\0' ? fault.where : "--data",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	*ret_as = ent_memodoc_party(doc, own.card.id);
	return 0;
}

/* Who stands first; 0 or 2. */
static int find_reader(
		const struct memo_asked *asked, const struct ent_memodoc *doc, uint32_t *ret_as) {
	*ret_as = UINT32_MAX;
	if (asked->as == NULL)
		return asked->data != NULL ? find_own(asked->data, doc, ret_as) : 0;
	*ret_as = ent_memodoc_party(doc, asked->as);
	if (*ret_as == ent_memodoc_terms(doc)->n_parties)
		return memo_fail("--as", "the memorandum has no party of this id");
	return 0;
}

static int print_page(const char *text, size_t size, const char *language) {
	const size_t columns = memo_wrap_columns(stdout);
	if (columns > 0)
		memo_wrap_print(stdout, text, size, columns, ent_pages_to_left(language));
	else
		(void)fwrite(text, 1, size, stdout);
	return ferror(stdout) != 0 ? memo_fail("standard output", strerror(errno)) : 0;
}

/* The first language of our profile that there are pages in, else English. A profile that is amiss keeps nobody from reading. */
static const char *first_of_ours(
		const struct memo_asked *asked, char ret_languages[ENT_PARTY_NAME_SIZE]) {
	struct profile profile;
	struct ent_fault passed_over = {{0}, {0}};
	if (asked->data != NULL && profile_read(asked->data, &profile, &passed_over) == ENT_OK)
		memo_own_languages(&profile, ret_languages);
	ret_languages[strcspn(ret_languages, ",")] = '\0';
	return ret_languages[0] != '\0' ? ret_languages : "en";
}

int memo_show(const struct memo_asked *asked) {
	char ours[ENT_PARTY_NAME_SIZE] = "";
	const char *language = asked->language != NULL ? asked->language
						       : first_of_ours(asked, ours);
	struct ent_memodoc *doc = NULL;
	uint32_t as = UINT32_MAX;
	char *text = NULL;
	size_t size = 0;
	int end = memo_read(asked->file[0], &doc);
	if (end == 0 && !ent_pages_has_language(language))
		end = memo_fail("--language", "it is " ENT_PAGES_LANGUAGES);
	if (end == 0)
		end = find_reader(asked, doc, &as);
	if (end == 0) {
		const ent_status status = ent_pages_show(doc, language, as, &text, &size);
		end = status == ENT_OK ? print_page(text, size, language)
				       : memo_fail(asked->file[0], ent_status_text(status));
	}
	free(text);
	ent_memodoc_destroy(doc);
	return end;
}

/* --- diff --- */

static void print_side(const char *mark, const char *text) {
	if (text == NULL)
		return;
	(void)printf("    %s ", mark);
	for (; *text != '\0'; text++) {
		(void)putchar(*text);
		if (*text == '\n')
			(void)fputs("        ", stdout);
	}
	(void)putchar('\n');
}

static void print_change(void *user, const struct ent_pages_change *change) {
	size_t *changes = user;
	(*changes)++;
	if (change->language != NULL)
		(void)printf("%s %s: text in %s %s\n", change->what, change->id, change->language,
				change->change);
	else
		(void)printf("%s %s: %s\n", change->what, change->id, change->change);
	print_side("was:", change->was);
	print_side("is: ", change->is);
}

static bool are_same_bytes(const struct ent_memodoc *was, const struct ent_memodoc *is) {
	return memcmp(&ent_memodoc_terms(was)->hash, &ent_memodoc_terms(is)->hash,
			       sizeof(struct ent_hash)) == 0;
}

static ent_status print_changes(const struct ent_memodoc *was, const struct ent_memodoc *is) {
	size_t changes = 0;
	const ent_status status = ent_pages_compare(was, is, print_change, &changes);
	if (status == ENT_OK && changes == 0)
		(void)puts(are_same_bytes(was, is)
						? "the same bytes"
						: "they say the same, in other bytes: each must be "
						  "signed for itself");
	return status;
}

static ent_status write_changes(const struct ent_memodoc *was, const struct ent_memodoc *is) {
	struct ent_jsonout *out = calloc(1, sizeof *out);
	if (out == NULL)
		return ENT_E_MEMORY;
	ent_jsonout_init(out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(out);
	const ent_status status = ent_pages_write_changes(was, is, out);
	ent_jsonout_object_end(out);
	const ent_status written = ent_jsonout_finish(out);
	free(out);
	return status != ENT_OK ? status : written;
}

int memo_diff(const struct memo_asked *asked) {
	struct ent_memodoc *doc[2] = {NULL, NULL};
	int end = 0;
	/* What cannot be compared is no difference: 2, also for a document with faults. */
	for (int i = 0; i < 2 && end == 0; i++)
		end = memo_read(asked->file[i], &doc[i]) == 0 ? 0 : 2;
	if (end == 0) {
		const ent_status status = asked->json ? write_changes(doc[0], doc[1])
						      : print_changes(doc[0], doc[1]);
		if (status == ENT_E_IO)
			end = memo_fail("standard output", strerror(errno));
		else if (status != ENT_OK)
			end = memo_fail("", ent_status_text(status));
		else
			end = are_same_bytes(doc[0], doc[1]) ? 0 : 1;
	}
	ent_memodoc_destroy(doc[0]);
	ent_memodoc_destroy(doc[1]);
	return end;
}
