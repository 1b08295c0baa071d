/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.h: what every other module stands on: the status that functions return,
 * the fault that tells a person what is wrong with their input, and attributes.
 * Depends on: nothing.
 *
 * A function that can fail returns an ent_status that must be looked at; what it
 * gives back goes through parameters named ret_, last in the list, untouched on
 * failure. A parser adds reterr_fault, which says where and why in words. Misuse
 * by our own code is an assertion; bad input from outside is a status.
 */
#ifndef ENTENTE_BASE_H
#define ENTENTE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ENT_MUST_USE __attribute__((warn_unused_result))
#define ENT_PRINTF(at, first) __attribute__((format(printf, at, first)))
#define ENT_API __attribute__((visibility("default")))
#else
#define ENT_MUST_USE
#define ENT_PRINTF(at, first)
#define ENT_API
#endif

/* The closed set of statuses: name, text for people. One list feeds the enum, the text, the tests. */
#define ENT_STATUS_MAP(X)                                                             \
	X(OK, "fine")                                                                 \
	X(E_DOMAIN, "a number is not finite, out of range or out of order")           \
	X(E_SHAPE, "an outline crosses itself, repeats a vertex or encloses no area") \
	X(E_LIMIT, "a stated maximum is exceeded")                                    \
	X(E_MEMORY, "out of memory")                                                  \
	X(E_SYNTAX, "the text is not well formed")                                    \
	X(E_MISSING, "a required member or the thing asked for is not there")         \
	X(E_EXISTS, "it is already there")                                            \
	X(E_REFUSED, "this program does not take such content")                       \
	X(E_IO, "reading or writing failed")

#define ENT_STATUS_ENUM_(name, text) ENT_##name,
typedef enum ent_status { ENT_STATUS_MAP(ENT_STATUS_ENUM_) ENT_STATUS_COUNT } ent_status;
#undef ENT_STATUS_ENUM_

/* Static text, never NULL, "unknown status" for a number that is none of ours. */
ENT_API const char *ent_status_text(ent_status status);

/* The name as written in code, for example "E_DOMAIN". */
ENT_API const char *ent_status_name(ent_status status);

enum { ENT_FAULT_WHERE_SIZE = 192, ENT_FAULT_WHY_SIZE = 256 };

/*
 * What is wrong with an input, for a person: 'where' is the path of the member
 * ("features[3].geometry.coordinates[0][7]", "line 12, column altitude"), 'why'
 * the reason. Both are always terminated; long text is cut, never overrun.
 */
struct ent_fault {
	char where[ENT_FAULT_WHERE_SIZE];
	char why[ENT_FAULT_WHY_SIZE];
};

/* NULL is fine. Sets both texts; 'where' may be "" when the caller adds it. */
ENT_API void ent_fault_set(struct ent_fault *fault, const char *where, const char *why_format, ...)
		ENT_PRINTF(3, 4);

/* Overwrites what was a secret, also when nobody reads the memory any more. NULL is fine with 0. */
ENT_API void ent_wipe(void *bytes, size_t size);
/* To a file that waits. False: not all of it was written, and errno says why. */
ENT_API bool ent_write_all(int file, const void *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
