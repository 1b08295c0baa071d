/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_locate.c: a plain JSON checker, byte by byte, without recursion. What is expected
 * next is a state; what is open is a stack of one bit a level: object or array.
 */
#include "json_locate.h"

#include <string.h>

#include "entente/json.h"

enum expected { VALUE, VALUE_OR_END, NAME, NAME_OR_END, COLON, COMMA_OR_END, NOTHING };

struct checker {
	const unsigned char *text;
	size_t size, at;
	const char *why;
	unsigned depth, depth_max;
	bool object[ENT_JSON_DEPTH_MAX + 1];
};

static bool bad(struct checker *c, const char *why) {
	c->why = why;
	return false;
}

/* Length of the well-formed UTF-8 sequence at 'at' (Unicode 15, table 3-7); 0 when it is not one. */
static size_t utf8_length(const unsigned char *text, size_t size, size_t at) {
	unsigned char first = text[at];
	if (first < 0x80)
		return 1;
	size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	if (first < 0xc2 || first > 0xf4 || size - at < n)
		return 0;
	unsigned char low = 0x80, high = 0xbf;
	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (text[at + 1] < low || text[at + 1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((text[at + i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static int hex_value(unsigned char c) {
	return c >= '0' && c <= '9'            ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;
}

/* Four hex digits from 'at' on; -1 when they are not. */
static int hex4(const struct checker *c, size_t at) {
	int value = 0;
	if (c->size - at < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = hex_value(c->text[at + i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* After the backslash. */
static bool check_escape(struct checker *c) {
	if (c->at + 1 >= c->size)
		return bad(c, "the text ends within a string");
	unsigned char kind = c->text[c->at + 1];
	if (kind != 'u') {
		if (kind == '\0' || strchr("\"\\/bfnrt", kind) == NULL)
			return bad(c, "no such escape in a string");
		c->at += 2;
		return true;
	}
	int unit = hex4(c, c->at + 2);
	bool low_first = unit >= 0xdc00 && unit <= 0xdfff;
	if (unit < 0 || low_first)
		return bad(c, "\\u needs four hexadecimal digits of a character");
	if (unit >= 0xd800 && unit <= 0xdbff) {
		size_t next = c->at + 6;
		bool pair = next + 6 <= c->size && c->text[next] == '\\' &&
				c->text[next + 1] == 'u';
		int low = pair ? hex4(c, next + 2) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return bad(c, "half of a surrogate pair");
		c->at = next;
	}
	c->at += 6;
	return true;
}

static bool check_string(struct checker *c) {
	size_t start = c->at++;
	while (c->at < c->size) {
		unsigned char byte = c->text[c->at];
		if (byte == '"') {
			c->at++;
			return true;
		}
		if (byte == '\\') {
			if (!check_escape(c))
				return false;
			continue;
		}
		if (byte < 0x20)
			return bad(c, "a control character in a string must be escaped");
		size_t n = utf8_length(c->text, c->size, c->at);
		if (n == 0)
			return bad(c, "not UTF-8");
		c->at += n;
	}
	c->at = start;
	return bad(c, JSON_WHY_NO_END);
}

static size_t digits(const struct checker *c, size_t at) {
	size_t n = 0;
	while (at + n < c->size && c->text[at + n] >= '0' && c->text[at + n] <= '9')
		n++;
	return n;
}

/* What other writers put for a number that is none: NaN, Infinity, -Infinity, in any case. */
static bool is_no_number(const struct checker *c, size_t at) {
	static const char *const words[] = {"nan", "inf"};
	for (size_t i = 0; i < 2 && c->size - at >= 3; i++)
		if ((c->text[at] | 0x20) == words[i][0] &&
				(c->text[at + 1] | 0x20) == words[i][1] &&
				(c->text[at + 2] | 0x20) == words[i][2])
			return true;
	return false;
}

static bool no_value(struct checker *c, size_t at) {
	return bad(c,
			is_no_number(c, at) ? "NaN and Infinity are not JSON; null says that there "
					      "is no number"
					    : "no value starts so");
}

static bool check_number(struct checker *c) {
	size_t start = c->at, at = start;
	at += c->text[at] == '-';
	size_t whole = digits(c, at);
	if (whole == 0)
		return no_value(c, at);
	if (whole > 1 && c->text[at] == '0')
		return bad(c, "a number must not start with 0");
	at += whole;
	bool real = false;
	if (at < c->size && c->text[at] == '.') {
		size_t n = digits(c, at + 1);
		if (n == 0)
			return bad(c, "a digit must follow the point of a number");
		at += 1 + n;
		real = true;
	}
	if (at < c->size && (c->text[at] | 0x20) == 'e') {
		at++;
		if (at < c->size && (c->text[at] == '+' || c->text[at] == '-'))
			at++;
		size_t n = digits(c, at);
		if (n == 0)
			return bad(c, "a digit must follow the e of a number");
		at += n;
		real = true;
		if (n > 2 || whole > 200)
			c->why = JSON_WHY_TOO_LARGE; /* unless something else comes first */
	}
	if (!real && whole > 19)
		return bad(c, JSON_WHY_TOO_LARGE);
	c->at = at;
	return true;
}

static bool check_word(struct checker *c, const char *word) {
	size_t n = strlen(word);
	if (c->size - c->at < n || memcmp(c->text + c->at, word, n) != 0)
		return no_value(c, c->at);
	c->at += n;
	return true;
}

static bool open_level(struct checker *c, bool object) {
	if (c->depth >= c->depth_max)
		return bad(c, JSON_WHY_TOO_DEEP);
	c->object[c->depth++] = object;
	c->at++;
	return true;
}

static bool check_value(struct checker *c, enum expected *ret_next) {
	unsigned char byte = c->text[c->at];
	*ret_next = c->depth > 0 ? COMMA_OR_END : NOTHING;
	switch (byte) {
	case '{':
		*ret_next = NAME_OR_END;
		return open_level(c, true);
	case '[':
		*ret_next = VALUE_OR_END;
		return open_level(c, false);
	case '"':
		return check_string(c);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	default:
		return check_number(c);
	}
}

/* The byte at c->at ends the innermost object or array. */
static bool ends_level(const struct checker *c) {
	return c->depth > 0 && c->text[c->at] == (c->object[c->depth - 1] ? '}' : ']');
}

static bool close_level(struct checker *c, enum expected *ret_next) {
	c->depth--;
	c->at++;
	*ret_next = c->depth > 0 ? COMMA_OR_END : NOTHING;
	return true;
}

static bool check_next(struct checker *c, enum expected *state) {
	unsigned char byte = c->text[c->at];
	switch (*state) {
	case VALUE_OR_END:
		if (ends_level(c))
			return close_level(c, state);
		return check_value(c, state);
	case VALUE:
		return check_value(c, state);
	case NAME_OR_END:
		if (ends_level(c))
			return close_level(c, state);
		/* fall through */
	case NAME:
		if (byte != '"')
			return bad(c, "a member's name in quotes must stand here");
		*state = COLON;
		return check_string(c);
	case COLON:
		if (byte != ':')
			return bad(c, "a colon must follow a member's name");
		*state = VALUE;
		c->at++;
		return true;
	case COMMA_OR_END:
		if (ends_level(c))
			return close_level(c, state);
		if (byte != ',')
			return bad(c,
					c->object[c->depth - 1] ? "a comma or } must stand here"
								: "a comma or ] must stand here");
		*state = c->object[c->depth - 1] ? NAME : VALUE;
		c->at++;
		return true;
	case NOTHING:
	default:
		return bad(c, "nothing may follow the end of the document");
	}
}

static bool is_space(unsigned char byte) {
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

size_t json_locate(const char *text, size_t size, unsigned depth_max, const char **ret_why) {
	struct checker c = {
			.text = (const unsigned char *)text, .size = size, .depth_max = depth_max};
	enum expected state = VALUE;
	for (;;) {
		while (c.at < size && is_space(c.text[c.at]))
			c.at++;
		if (c.at == size) {
			if (state != NOTHING)
				c.why = size == 0 ? "the text is empty" : "the text ends too early";
			break;
		}
		if (!check_next(&c, &state))
			break;
	}
	*ret_why = c.why != NULL ? c.why : "it is not well formed";
	return c.at;
}

size_t json_last_comma(const char *text, size_t size) {
	size_t last = size;
	unsigned depth = 0;
	bool string = false;
	for (size_t at = 0; at < size; at++) {
		char byte = text[at];
		if (string) {
			if (byte == '\\')
				at++;
			else if (byte == '"')
				string = false;
			continue;
		}
		if (byte == '"')
			string = true;
		else if (byte == '{' || byte == '[')
			depth++;
		else if ((byte == '}' || byte == ']') && depth > 0)
			depth--;
		else if (byte == ',' && depth == 0)
			last = at;
	}
	return last;
}
