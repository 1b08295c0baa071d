/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_wrap.c: see memo_wrap.h. An isolate (pages/page.h) ends with its line: one that is broken is closed there and opened again. Marks
 * that show nothing by themselves take no column.
 */
#include "memo_wrap.h"

#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "entente/text.h"

/* As escapes: a source file that held them would itself be turned around. */
#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_ISOLATE "\xe2\x81\xa9"
#define RIGHT_TO_LEFT_MARK "\xe2\x80\x8f"
#define BAR "    | "
enum { COLUMNS_MIN = 40, COLUMNS_DEFAULT = 80, FSI = 0x2068, PDI = 0x2069 };

size_t memo_wrap_columns(FILE *out) {
	struct winsize size = {.ws_col = 0};
	const int file = fileno(out);
	if (isatty(file) != 1)
		return 0;
	if (ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return COLUMNS_DEFAULT;
	return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

/* Combining marks, those of Arabic vowels, and what only gives the direction. */
static bool takes_column(uint32_t c) {
	return !((c >= 0x300 && c <= 0x36f) || (c >= 0x64b && c <= 0x65f) || c == 0x670 ||
			(c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
			(c >= 0x2060 && c <= 0x2069));
}

/* What stands before each further part of the line. */
static size_t beginning(const char *line, size_t length) {
	const size_t blanks = strspn(line, " ");
	if (length >= sizeof BAR - 1 && memcmp(line, BAR, sizeof BAR - 1) == 0)
		return sizeof BAR - 1;
	if (blanks + 2 <= length && memcmp(line + blanks, "- ", 2) == 0)
		return blanks + 2;
	return blanks;
}

static void print_beginning(FILE *out, const char *line, size_t n) {
	const bool bar = n == sizeof BAR - 1 && memcmp(line, BAR, n) == 0;
	if (bar)
		(void)fputs(BAR, out);
	else
		(void)fprintf(out, "%*s", (int)n, "");
}

/* On a page from right to left; behind a bar another language may go on, which has its own direction. */
static bool runs_left(const char *line, size_t length, size_t begin) {
	static const char mark[] = RIGHT_TO_LEFT_MARK;
	const bool bar = begin == sizeof BAR - 1 && memcmp(line, BAR, begin) == 0;
	return !bar ||
			(length - begin >= sizeof mark - 1 &&
					memcmp(line + begin, mark, sizeof mark - 1) == 0);
}

static void print_times(FILE *out, const char *text, unsigned n) {
	for (unsigned i = 0; i < n; i++)
		(void)fputs(text, out);
}

/* Where a line may be broken: its bytes up to there, and the isolates that are open. */
struct place {
	size_t at;
	unsigned open;
};

/* How far from 'from' on it fits; ret_open: the isolates open by then. The whole rest when it does. */
static struct place fit(const char *line, size_t length, size_t from, size_t column, size_t columns,
		unsigned open) {
	struct place last = {.at = from};
	for (size_t at = from; at < length;) {
		uint32_t c = 0;
		size_t size = ent_text_character(line + at, length - at, &c);
		size = size > 0 ? size : 1;
		if (c == ' ' && at > from)
			last = (struct place){at, open};
		if (c == FSI)
			open++;
		else if (c == PDI && open > 0)
			open--;
		column += takes_column(c) ? 1 : 0;
		/* A word that is longer than a line stays whole. */
		if (column > columns && last.at > from)
			return last;
		at += size;
	}
	return (struct place){length, open};
}

static void print_line(FILE *out, const char *line, size_t length, size_t columns, bool to_left) {
	const size_t begin = beginning(line, length);
	const bool marked = to_left && runs_left(line, length, begin);
	size_t from = begin;
	unsigned open = 0;
	(void)fwrite(line, 1, begin, out);
	for (;;) {
		const struct place end = fit(line, length, from, begin, columns, open);
		(void)fwrite(line + from, 1, end.at - from, out);
		open = end.open;
		if (end.at == length)
			break;
		print_times(out, POP_ISOLATE, open);
		(void)fputc('\n', out);
		print_beginning(out, line, begin);
		(void)fputs(marked ? RIGHT_TO_LEFT_MARK : "", out);
		print_times(out, FIRST_STRONG_ISOLATE, open);
		from = end.at + 1;
	}
	(void)fputc('\n', out);
}

void memo_wrap_print(FILE *out, const char *text, size_t size, size_t columns, bool to_left) {
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		const size_t length = end != NULL ? (size_t)(end - text) : size;
		print_line(out, text, length, columns, to_left);
		size -= end != NULL ? length + 1 : size;
		text += length + 1;
	}
}
