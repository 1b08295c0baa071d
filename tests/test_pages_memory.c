/* SPDX-License-Identifier: Apache-2.0 */
/* A page is made, or it is not: with each allocation failing in turn that is said, and nothing is left behind. */
#include "memory.h"
#include "memos.h"

#include "entente/pages.h"

static struct ent_memodoc *good, *least, *template;

static ent_status show(struct ent_jsonout_memory *made) {
	return ent_pages_show(good, "ar", 1, &made->bytes, &made->size);
}

static ent_status begin(struct ent_jsonout_memory *made) {
	struct ent_fault fault = {{0}, {0}};
	return ent_pages_template("en,fr,ru,ar", ent_jsonout_to_memory, made, &fault);
}

static ent_status rewrite(struct ent_jsonout_memory *made) {
	size_t n = 0;
	return ent_pages_rewrite(template, ent_jsonout_to_memory, made, &n);
}

static void count(void *user, const char *where, const char *why) {
	(void)where, (void)why;
	((struct ent_jsonout_memory *)user)->size++;
}

static ent_status doubt(struct ent_jsonout_memory *made) {
	const ent_status status = ent_pages_doubts(template, INT64_MAX, count, made);
	/* What needs no memory is told in any case. */
	CHECK(made->size > 0);
	return status;
}

static void count_change(void *user, const struct ent_pages_change *change) {
	(void)change;
	((struct ent_jsonout_memory *)user)->size++;
}

static ent_status compare(struct ent_jsonout_memory *made) {
	return ent_pages_compare(good, least, count_change, made);
}

/* The template with another date: so that there is something to doubt and to write anew. */
static struct ent_memodoc *changed_template(void) {
	struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL;
	CHECK(begin(&made) == ENT_OK);
	char *sign_by = strstr(made.bytes, "\"2027-01-01T00:00:00Z\"");
	CHECK(sign_by != NULL);
	memcpy(sign_by, "\"2026-12-31T00:00:00Z\"", 22);
	CHECK(ent_memodoc_read(made.bytes, made.size, &doc, faults) == ENT_OK);
	free(made.bytes);
	free(faults);
	return doc;
}

TEST(pages__each_allocation_that_fails_is_said_and_nothing_leaks) {
	static const struct {
		const char *why;
		ent_status (*make)(struct ent_jsonout_memory *made);
	} rows[] = {{"show", show}, {"template", begin}, {"rewrite", rewrite}, {"doubts", doubt},
			{"compare", compare}};
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	good = memo_of("good.json");
	least = memo_of("least.json");
	template = changed_template();
	const int64_t live = memory.live;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ent_status status = ENT_E_MEMORY;
		uint64_t at = 1;
		for (; status == ENT_E_MEMORY && at < 20000; at++) {
			struct ent_jsonout_memory made = {.limit = ENT_PAGES_TEXT_MAX};
			memory_begin(at, false);
			status = rows[i].make(&made);
			memory_begin(0, false);
			CHECK_ROW(rows[i].why, status == ENT_OK || status == ENT_E_MEMORY);
			CHECK_ROW(rows[i].why, status != ENT_OK || made.size > 0);
			free(made.bytes);
			CHECK_ROW(rows[i].why, memory.live == live);
		}
		CHECK_ROW(rows[i].why, status == ENT_OK && at > 2);
	}
	ent_memodoc_destroy(good);
	ent_memodoc_destroy(least);
	ent_memodoc_destroy(template);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(pages__each_allocation_that_fails_is_said_and_nothing_leaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
