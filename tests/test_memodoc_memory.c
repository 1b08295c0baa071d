/* SPDX-License-Identifier: Apache-2.0 */
/* A memorandum is read, or it is not: with each allocation failing in turn nothing is left behind. */
#include "memory.h"
#include "memos.h"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

TEST(memodoc__each_allocation_that_fails_is_said_and_nothing_leaks) {
	(void)state_;
	static const char *const names[] = {"good.json", "least.json"};
	struct ent_memodoc_faults *faults = memo_faults();
	CHECK(ent_seal_start() == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		size_t size;
		char *bytes = memo_file(names[i], &size);
		struct ent_memodoc *doc = NULL;
		const int64_t live = memory.live;
		uint64_t at = 1;
		ent_status status = ENT_E_MEMORY;
		for (; status == ENT_E_MEMORY && at < 1000; at++) {
			memory_begin(at, false);
			status = ent_memodoc_read(bytes, size, &doc, faults);
			memory_begin(0, false);
			if (status == ENT_E_MEMORY)
				CHECK(doc == NULL && faults->n == 0 && memory.live == live);
		}
		CHECK(status == ENT_OK && at > 5);
		ent_memodoc_destroy(doc);
		CHECK(memory.live == live);
		free(bytes);
	}
	free(faults);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memodoc__each_allocation_that_fails_is_said_and_nothing_leaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
