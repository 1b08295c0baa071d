/* SPDX-License-Identifier: Apache-2.0 */
/* page.c: see page.h. */
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"

/* As escapes: a source file that held them would itself be turned around. */
#define FIRST_STRONG_ISOLATE "\xe2\x81\xa8"
#define POP_ISOLATE "\xe2\x81\xa9"
#define RIGHT_TO_LEFT_MARK "\xe2\x80\x8f"

static void put(struct memo_page *page, const char *text, size_t size) {
	if (page->status == ENT_OK && size > 0)
		page->status = ent_jsonout_to_memory(&page->text, text, size);
}

void memo_page_put(struct memo_page *page, const char *text) {
	put(page, text, strlen(text));
}

/* Each line begins and ends so; an isolate ends with its line in any case. */
static void put_lines(
		struct memo_page *page, const char *text, const char *begin, const char *end) {
	const size_t length = strlen(text);
	uint32_t character = 0;
	memo_page_put(page, begin);
	for (size_t at = 0; at < length;) {
		const size_t n = ent_text_character(text + at, length - at, &character);
		if (character == '\n' && n > 0) {
			memo_page_put(page, end);
			memo_page_put(page, "\n    | ");
			memo_page_put(page, begin);
		} else if (n > 0 && !ent_text_steers(character)) {
			put(page, text + at, n);
		}
		at += n > 0 ? n : 1;
	}
	memo_page_put(page, end);
}

void memo_page_put_lines(struct memo_page *page, const char *text) {
	put_lines(page, text, page->language == MEMO_AR ? RIGHT_TO_LEFT_MARK : "", "");
}

/* Hebrew, Arabic and the other scripts that run from right to left (Unicode 15, DerivedBidiClass: R, AL, and their blocks). */
static bool runs_left(const char *text) {
	const size_t length = strlen(text);
	uint32_t c = 0;
	for (size_t at = 0; at < length;) {
		const size_t n = ent_text_character(text + at, length - at, &c);
		if (n > 0 &&
				((c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
						(c >= 0xfe70 && c <= 0xfeff) ||
						(c >= 0x10800 && c <= 0x10fff) ||
						(c >= 0x1e800 && c <= 0x1efff)))
			return true;
		at += n > 0 ? n : 1;
	}
	return false;
}

void memo_page_put_apart(struct memo_page *page, const char *text) {
	const bool apart = !page->plain && (page->language == MEMO_AR || runs_left(text));
	put_lines(page, text, apart ? FIRST_STRONG_ISOLATE : "", apart ? POP_ISOLATE : "");
}

void memo_page_say(struct memo_page *page, enum memo_says says, const char *const *arguments) {
	const char *at = memo_words(says, page->language);
	size_t n = 0;
	while (arguments[n] != NULL)
		n++;
	while (*at != '\0') {
		const size_t plain = strcspn(at, "{");
		put(page, at, plain);
		at += plain;
		if (*at == '\0')
			break;
		const size_t which = (size_t)(at[1] - '0');
		if (which < n)
			memo_page_put_apart(page, arguments[which]);
		at += 3;
	}
}

const char *memo_page_time(int64_t utc_us, char ret_text[MEMO_TIME_SIZE]) {
	char time[ENT_TEXT_TIME_SIZE];
	const size_t length = ent_text_print_time(utc_us, time);
	(void)snprintf(ret_text, MEMO_TIME_SIZE, "%.*s UTC", (int)length - 1, time);
	ret_text[10] = ' ';
	return ret_text;
}

const char *memo_page_hash(const struct ent_hash *hash, char ret_text[MEMO_PAGE_HASH_SIZE]) {
	for (size_t i = 0; i < ENT_HASH_SIZE; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", (unsigned)hash->bytes[i]);
	return ret_text;
}

char *memo_page_take(struct memo_page *page, size_t from) {
	char *text = NULL;
	if (page->status == ENT_OK) {
		const size_t size = page->text.size - from;
		text = malloc(size + 1);
		if (text == NULL)
			return NULL;
		if (size > 0)
			memcpy(text, page->text.bytes + from, size);
		text[size] = '\0';
		page->text.size = from;
	}
	return text;
}
