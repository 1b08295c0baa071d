/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h: the texts of this module, a line at a time. All are UTF-8 without controls, and each line ends
 * in a newline, the last one too (signed-note, "Format").
 */
#ifndef ENTENTE_LEDGER_LINES_H
#define ENTENTE_LEDGER_LINES_H

#include "entente/ledger.h"

struct lines {
	const char *at, *end;
	unsigned number; /* of the line given last; the first is 1 */
};

struct line {
	const char *text;
	size_t length; /* without the newline */
	unsigned number;
};

/* Numbers of these texts: tlog-cosignature's limit of times, ours of sizes and indices, too. */
#define LINE_NUMBER_MAX ((uint64_t)INT64_MAX)

/* Of a text that lines_check found well. False at its end. */
bool line_next(struct lines *lines, struct line *ret_line);

/* Says what is wrong in a line, and returns 'status'. */
ent_status line_fault(struct ent_fault *fault, unsigned number, ent_status status, const char *why);

/* E_LIMIT: longer than 'most'. E_SYNTAX: no such text. */
ENT_MUST_USE ent_status lines_check(
		const char *text, size_t length, size_t most, struct ent_fault *fault);

/* Digits only, no zero in front, at most LINE_NUMBER_MAX. */
bool line_decimal(const char *text, size_t length, uint64_t *ret_value);

/*
 * Canonical base64 of any size. The first 'capacity' bytes are given; 'ret_size' is the size of all, of
 * which those that are not given are looked at as well.
 */
bool line_base64(const char *text, size_t length, uint8_t *ret_bytes, size_t capacity,
		size_t *ret_size);

/* Of exactly 32 bytes. */
bool line_hash(const struct line *line, struct ent_hash *ret_hash);

#endif
