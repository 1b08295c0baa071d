/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_memodoc.c: a memorandum from anywhere. What is taken keeps the promises of memodoc.h; what is not has faults, each
 * with a reason; and the same bytes come to the same. What is taken can be read in each language, and has no fault when its texts
 * are written anew, which is done once.
 */
#include "entente/memodoc.h"
#include "entente/pages.h"
#include "entente/text.h"
#include "fuzz.h"

#include <stdlib.h>

static struct ent_memodoc_faults faults, again;

static void check_words(
		const struct ent_memodoc_parts *parts, const struct ent_memodoc_words *words) {
	FUZZ_CHECK(words->n == parts->n_authentic);
	for (uint32_t i = 0; i < parts->n_authentic; i++)
		FUZZ_CHECK(ent_memodoc_words_in(words, parts->authentic[i]) != NULL);
	for (uint32_t i = 0; i < words->n; i++) {
		const char *text = words->text[i];
		const size_t length = strlen(text);
		uint32_t character = 0;
		for (size_t at = 0; at < length;) {
			const size_t n = ent_text_character(text + at, length - at, &character);
			FUZZ_CHECK(n > 0);
			FUZZ_CHECK(character == '\n' || !ent_text_steers(character));
			at += n;
		}
	}
}

static void check_document(const struct ent_memodoc *doc, const uint8_t *data, size_t size) {
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
	const struct ent_memodoc_clause *clause, *other;
	const char *where = NULL;
	size_t its_size;
	FUZZ_CHECK(memcmp(ent_memodoc_bytes(doc, &its_size), data, size) == 0);
	FUZZ_CHECK(its_size == size);
	FUZZ_CHECK(terms->n_parties >= 2 && terms->n_parties <= ENT_MEMO_PARTIES_MAX);
	FUZZ_CHECK(terms->sign_by_utc_us <= terms->effective_from_utc_us);
	FUZZ_CHECK(terms->effective_from_utc_us < terms->valid_until_utc_us);
	FUZZ_CHECK(parts->area.volume != NULL);
	FUZZ_CHECK(parts->no_recognition.id != NULL && parts->law_unaffected.id != NULL);
	FUZZ_CHECK(parts->suspension.goes_on[ENT_GOES_ON_TESTS]);
	FUZZ_CHECK(parts->suspension.goes_on[ENT_GOES_ON_FLASH]);
	FUZZ_CHECK(parts->suspension.goes_on[ENT_GOES_ON_SAFETY_CALL]);
	for (uint32_t i = 0; i < parts->n_obligations; i++)
		FUZZ_CHECK(parts->obligation[i].owner < terms->n_parties);
	for (size_t i = 0; (clause = ent_memodoc_clause_at(doc, i, &where)) != NULL; i++) {
		FUZZ_CHECK(where[0] != '\0');
		check_words(parts, &clause->text);
		for (size_t j = 0; j < i; j++) {
			other = ent_memodoc_clause_at(doc, j, &where);
			FUZZ_CHECK(strcmp(other->id, clause->id) != 0);
		}
	}
}

static void count_doubt(void *user, const char *where, const char *why) {
	FUZZ_CHECK(where[0] != '\0' && why[0] != '\0');
	++*(size_t *)user;
}

static void count_change(void *user, const struct ent_pages_change *change) {
	FUZZ_CHECK(change->was != NULL || change->is != NULL);
	++*(size_t *)user;
}

static void check_rewritten(const struct ent_memodoc *doc) {
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX}, twice = made;
	struct ent_memodoc *anew = NULL;
	size_t n = 0, changes = 0;
	FUZZ_CHECK(ent_pages_rewrite(doc, ent_jsonout_to_memory, &made, &n) == ENT_OK);
	FUZZ_CHECK(ent_memodoc_read(made.bytes, made.size, &anew, &again) == ENT_OK);
	FUZZ_CHECK(ent_pages_compare(doc, anew, count_change, &changes) == ENT_OK);
	FUZZ_CHECK(changes == n);
	FUZZ_CHECK(ent_pages_rewrite(anew, ent_jsonout_to_memory, &twice, &n) == ENT_OK);
	FUZZ_CHECK(n == 0 && twice.size == made.size);
	ent_memodoc_destroy(anew);
	free(made.bytes);
	free(twice.bytes);
}

static void check_pages(const struct ent_memodoc *doc) {
	static const char *const languages[] = {"en", "fr", "ru", "ar"};
	size_t n = 0, size = 0;
	for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
		char *text = NULL;
		FUZZ_CHECK(ent_pages_show(doc, languages[i], 1, &text, &size) == ENT_OK);
		FUZZ_CHECK(strlen(text) == size);
		free(text);
	}
	FUZZ_CHECK(ent_pages_doubts(doc, INT64_MAX, count_doubt, &n) == ENT_OK);
	check_rewritten(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_memodoc *doc = NULL, *same = NULL;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	const ent_status status = ent_memodoc_read((const char *)data, size, &doc, &faults);
	FUZZ_CHECK(ent_memodoc_read((const char *)data, size, &same, &again) == status);
	FUZZ_CHECK(faults.n == again.n && faults.more == again.more);
	FUZZ_CHECK((status == ENT_OK) == (doc != NULL) && (status == ENT_OK) == (faults.n == 0));
	for (size_t i = 0; i < faults.n; i++)
		FUZZ_CHECK(faults.fault[i].fault.why[0] != '\0');
	if (status == ENT_OK) {
		check_document(doc, data, size);
		check_pages(doc);
	}
	ent_memodoc_destroy(doc);
	ent_memodoc_destroy(same);
	return 0;
}
