/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test.h: the little that our tests add to cmocka. A test's name is the claim that it
 * shows; a row of a table carries why it is there, and a failure prints it.
 */
#ifndef ENTENTE_TEST_H
#define ENTENTE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEST(name) static void name(void **state_)
#define TEST_ENTRY(name) cmocka_unit_test(name)

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define CHECK(condition) CHECK_ROW("", condition)
#define CHECK_ROW(why, condition)                                                    \
	do {                                                                         \
		if (!(condition))                                                    \
			fail_msg("%s%s%s", (why), (why)[0] ? ": " : "", #condition); \
	} while (0)

/* splitmix64 (Steele, Lea, Flood 2014): seeded, so that a failure repeats. */
static inline uint64_t test_random(uint64_t *seed) {
	uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* In [0, 1). */
static inline double test_uniform(uint64_t *seed) {
	return (double)(test_random(seed) >> 11) * 0x1p-53;
}

/*
 * How much of a random campaign to run: 1, or ENTENTE_TEST_SCALE (0.5 in `make test`, 0.05 under the slow
 * sanitizers, more in `make soak`).
 */
static inline double test_scale(void) {
	const char *text = getenv("ENTENTE_TEST_SCALE");
	const double scale = text != NULL ? strtod(text, NULL) : 1;
	return scale > 0 ? scale : 1;
}

#endif
