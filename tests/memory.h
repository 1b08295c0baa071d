/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h: allocations of our own objects that fail when a test says so. The linker puts the
 * functions below in place of malloc and its kin (tests/meson.build, --wrap); include it in one
 * file of a test program only.
 */
#ifndef ENTENTE_TESTS_MEMORY_H
#define ENTENTE_TESTS_MEMORY_H

#include "test.h"

/* Atomic, for the tests whose subject has threads. */
static struct {
	_Atomic uint64_t calls, fail_at; /* fail_at 0: never */
	_Atomic bool all_later;          /* not the one alone */
	_Atomic int64_t live;            /* blocks that were not freed */
} memory;
/* What this thread allocates is not counted and does not fail. */
static _Thread_local bool memory_spared;

static inline bool memory_fails(void) {
	if (memory_spared)
		return false;
	const uint64_t call = ++memory.calls, fail_at = memory.fail_at;
	return fail_at != 0 && (call == fail_at || (memory.all_later && call > fail_at));
}

static inline void memory_begin(uint64_t fail_at, bool all_later) {
	memory.calls = 0;
	memory.fail_at = fail_at;
	memory.all_later = all_later;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

static inline void *memory_counted(void *block) {
	memory.live += block != NULL;
	return block;
}

void *__wrap_malloc(size_t size) {
	return memory_fails() ? NULL : memory_counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size) {
	return memory_fails() ? NULL : memory_counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size) {
	if (memory_fails())
		return NULL;
	return block == NULL ? memory_counted(__real_realloc(NULL, size))
			     : __real_realloc(block, size);
}

void __wrap_free(void *block) {
	memory.live -= block != NULL;
	__real_free(block);
}

#endif
