/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_wrap.h: a page for a terminal, which would break its long lines anywhere: broken at blanks instead, each part behind
 * what its line begins with. Into a file a page goes as it is.
 */
#ifndef ENTENTE_CLI_MEMO_WRAP_H
#define ENTENTE_CLI_MEMO_WRAP_H

#include <stdbool.h>
#include <stdio.h>

/* How wide the terminal is that this goes to; 0: it goes to none. */
size_t memo_wrap_columns(FILE *out);
/* 'to_left': the page runs from right to left, and so does each part. */
void memo_wrap_print(FILE *out, const char *text, size_t size, size_t columns, bool to_left);

#endif
