/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.c: decimal numbers and quantities with units. A number is held as
 * mantissa * 10^exponent with at most 22 digits; times a factor of at most 1e15 it stays
 * below 1e37 and so within 128 bits, and every result is rounded once, from the exact value.
 */
#include "entente/text.h"

#include <string.h>

#include "marks.h"
#include "signs.h"
#include "spans.h"

__extension__ typedef unsigned __int128 u128;

enum {
	DIGITS_MAX = 22,       /* 1e22 * 1e15 < 2^127 */
	EXPONENT_MAX = 100000, /* further digits of an exponent change nothing */
	SHOWN_SIZE = 48,
};

#define FACTOR_MAX INT64_C(1000000000000000)
#define DURATION_MAX_US INT64_C(8640000000000000) /* 100,000 days */

struct decimal {
	bool negative;
	u128 mantissa;
	int32_t exponent;
};

struct unit {
	const char *name;
	int64_t numerator, denominator; /* to the stored unit */
};

/* To millimetres. International foot and nautical mile: ICAO Annex 5; statute mile: 5280 ft. */
static const struct unit length_units[] = {
		{"m", 1000, 1},
		{"km", 1000000, 1},
		{"ft", 3048, 10},
		{"NM", 1852000, 1},
		{"nm", 1852000, 1},
		{"mi", 1609344, 1},
		{"nmi", 1852000, 1},
		{"cm", 10, 1},
		{"mm", 1, 1},
};

/* To microseconds, the longest first. */
static const struct unit duration_units[] = {
		{"d", INT64_C(86400000000), 1},
		{"h", INT64_C(3600000000), 1},
		{"min", 60000000, 1},
		{"s", 1000000, 1},
		{"ms", 1000, 1},
		{"us", 1, 1},
};

/* To pascals. One inch of mercury at 0 C: 3386.389 Pa (ICAO Annex 5, attachment C). */
static const struct unit pressure_units[] = {
		{"hPa", 100, 1},
		{"mb", 100, 1},
		{"mbar", 100, 1},
		{"inHg", 3386389, 1000},
		{"Pa", 1, 1},
};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/*
 * In rising order. Unicode 15: general categories Cc, Zl and Zp, and of Cf (format) what a
 * line of plain text has no use for; not the marks that enclose Arabic numbers, which are seen.
 */
static const struct span steering[] = {
		{0x00, 0x1f},       /* C0 */
		{0x7f, 0x9f},       /* DEL and C1 */
		{0xad, 0xad},       /* soft hyphen */
		{0x61c, 0x61c},     /* Arabic letter mark */
		{0x115f, 0x1160},   /* Hangul fillers: letters that are not seen */
		{0x180e, 0x180e},   /* Mongolian vowel separator */
		{0x200b, 0x200f},   /* no width, joiners, marks of direction */
		{0x2028, 0x202e},   /* line, paragraph, embeddings and overrides */
		{0x2060, 0x206f},   /* invisible operators, isolates, old controls of form */
		{0x3164, 0x3164},   /* a Hangul filler, */
		{0xfeff, 0xfeff},   /* byte order mark */
		{0xffa0, 0xffa0},   /* a narrow Hangul filler */
		{0xfff9, 0xfffb},   /* annotations */
		{0xe0000, 0xe007f}, /* tags */
};

size_t ent_text_character(const char *text, size_t length, uint32_t *ret_character) {
	const unsigned char *c = (const unsigned char *)text;
	if (c[0] < 0x80) {
		*ret_character = c[0];
		return 1;
	}
	const size_t n = c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;
	if (c[0] < 0xc2 || c[0] > 0xf4 || length < n)
		return 0;
	uint32_t character = c[0] & (0x7fU >> n);
	for (size_t i = 1; i < n; i++) {
		if ((c[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (c[i] & 0x3fU);
	}
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const bool surrogate = character >= 0xd800 && character <= 0xdfff;
	if (character < least[n] || character > 0x10ffff || surrogate)
		return 0;
	*ret_character = character;
	return n;
}

bool ent_text_steers(uint32_t character) {
	return spans_have(steering, COUNT(steering), character);
}

/* Unicode 15: what is of general category Zs, an end of line, and the Braille cell without a dot. */
static bool is_blank(uint32_t character) {
	return character <= ' ' || character == 0xa0 || character == 0x1680 ||
			(character >= 0x2000 && character <= 0x200a) || character == 0x202f ||
			character == 0x205f || character == 0x2800 || character == 0x3000;
}

bool ent_text_shows(uint32_t character) {
	return !is_blank(character) && !ent_text_steers(character) &&
			!spans_have(marks, COUNT(marks), character);
}

bool ent_text_spells(uint32_t character) {
	return ent_text_shows(character) && !spans_have(signs, COUNT(signs), character);
}

const char *ent_text_show(const char *text, size_t length, char *ret_text, size_t size) {
	size_t at = 0, n = 0, cut = 0; /* cut: the last end of a character with room for "..." */
	while (at < length) {
		uint32_t character = 0;
		const size_t bytes = ent_text_character(text + at, length - at, &character);
		const bool plain = bytes > 0 && !ent_text_steers(character);
		const size_t room = plain ? bytes : 1;
		if (n + room >= size)
			break;
		if (plain)
			memcpy(ret_text + n, text + at, bytes);
		else
			ret_text[n] = '?';
		n += room;
		at += bytes > 0 ? bytes : 1;
		if (n + 3 < size)
			cut = n;
	}
	if (at < length && size > 4) {
		memcpy(ret_text + cut, "...", 3);
		n = cut + 3;
	}
	ret_text[n] = '\0';
	return ret_text;
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **text, size_t *length) {
	while (*length > 0 && is_space((*text)[0])) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && is_space((*text)[*length - 1]))
		(*length)--;
}

/* Digits from text[at] on; those beyond DIGITS_MAX only move the exponent. Returns where they end. */
static size_t take_digits(const char *text, size_t length, size_t at, bool fraction,
		int *significant, struct decimal *number) {
	for (; at < length && is_digit(text[at]); at++) {
		unsigned digit = (unsigned)(text[at] - '0');
		if (*significant > 0 || digit > 0)
			(*significant)++;
		if (*significant > DIGITS_MAX) {
			number->exponent += !fraction;
			continue;
		}
		number->mantissa = number->mantissa * 10 + digit;
		number->exponent -= fraction;
	}
	return at;
}

/* [+-] digits [. digits] [e [+-] digits]; at least one digit. Returns where it ends, 0 when it is no number. */
static size_t take_number(const char *text, size_t length, bool exponent_allowed,
		struct decimal *ret_number) {
	struct decimal number = {0};
	size_t at = 0;
	int significant = 0;
	if (length > 0 && (text[0] == '-' || text[0] == '+'))
		number.negative = text[at++] == '-';
	size_t from = at;
	at = take_digits(text, length, at, false, &significant, &number);
	size_t digits = at - from;
	if (at < length && text[at] == '.') {
		from = at + 1;
		at = take_digits(text, length, from, true, &significant, &number);
		digits += at - from;
	}
	if (digits == 0)
		return 0;
	if (exponent_allowed && at < length && (text[at] == 'e' || text[at] == 'E')) {
		size_t e = at + 1;
		bool minus = e < length && text[e] == '-';
		if (e < length && (text[e] == '-' || text[e] == '+'))
			e++;
		int32_t exponent = 0;
		from = e;
		for (; e < length && is_digit(text[e]); e++)
			if (exponent < EXPONENT_MAX)
				exponent = exponent * 10 + (text[e] - '0');
		if (e == from)
			return 0;
		number.exponent += minus ? -exponent : exponent;
		at = e;
	}
	*ret_number = number;
	return at;
}

/* number * numerator / denominator, to the nearest; false beyond int64. */
static bool scale(const struct decimal *number, int64_t numerator, int64_t denominator,
		int64_t *ret_value) {
	u128 top = number->mantissa * (u128)(uint64_t)numerator;
	u128 bottom = (u128)(uint64_t)denominator;
	const u128 room = ~(u128)0 / 20; /* one more digit, and twice it, still fit */
	if (top == 0) {
		*ret_value = 0;
		return true;
	}
	for (int32_t e = number->exponent; e > 0; e--) {
		if (top > room)
			return false;
		top *= 10;
	}
	for (int32_t e = number->exponent; e < 0; e++) {
		if (bottom > room) {
			/* bottom > 2^128 / 20 > 1e37 and ten times more is to come: below a half. */
			*ret_value = 0;
			return true;
		}
		bottom *= 10;
	}
	u128 quotient = top / bottom;
	u128 rest = top % bottom;
	quotient += rest >= bottom - rest;
	if (quotient > INT64_MAX)
		return false;
	*ret_value = number->negative ? -(int64_t)quotient : (int64_t)quotient;
	return true;
}

ent_status ent_text_parse_decimal(const char *text, size_t length, int64_t numerator,
		int64_t denominator, int64_t *ret_value, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	struct decimal number;
	int64_t value;
	trim(&text, &length);
	if (length == 0 || length > ENT_TEXT_MAX ||
			take_number(text, length, true, &number) != length) {
		ent_fault_set(reterr_fault, "", "\"%s\" is not a decimal number",
				ent_text_show(text, length, shown, sizeof shown));
		return ENT_E_SYNTAX;
	}
	if (numerator < 1 || numerator > FACTOR_MAX || denominator < 1 ||
			denominator > FACTOR_MAX ||
			!scale(&number, numerator, denominator, &value)) {
		ent_fault_set(reterr_fault, "", "\"%s\" is too large",
				ent_text_show(text, length, shown, sizeof shown));
		return ENT_E_DOMAIN;
	}
	*ret_value = value;
	return ENT_OK;
}

ent_status ent_text_parse_degrees(const char *text, size_t length, int limit_deg, int64_t *ret_ndeg,
		struct ent_fault *reterr_fault) {
	int64_t ndeg;
	ent_status status = ent_text_parse_decimal(
			text, length, INT64_C(1000000000), 1, &ndeg, reterr_fault);
	if (status != ENT_OK)
		return status;
	int64_t limit_ndeg = (int64_t)limit_deg * INT64_C(1000000000);
	if (ndeg > limit_ndeg || ndeg < -limit_ndeg) {
		char shown[SHOWN_SIZE];
		ent_fault_set(reterr_fault, "", "%s is outside -%d to %d degrees",
				ent_text_show(text, length, shown, sizeof shown), limit_deg,
				limit_deg);
		return ENT_E_DOMAIN;
	}
	*ret_ndeg = ndeg;
	return ENT_OK;
}

/* The unit whose name stands at the start of text and is not followed by a further letter. */
static const struct unit *find_unit(const char *text, size_t length, const struct unit *units,
		size_t n_units, size_t *ret_used) {
	size_t used = 0;
	while (used < length &&
			((text[used] >= 'a' && text[used] <= 'z') ||
					(text[used] >= 'A' && text[used] <= 'Z')))
		used++;
	for (size_t i = 0; i < n_units; i++) {
		if (strlen(units[i].name) == used && memcmp(units[i].name, text, used) == 0) {
			*ret_used = used;
			return &units[i];
		}
	}
	return NULL;
}

/* The reason says what stands there and which units there are. */
static void fault_unit(struct ent_fault *fault, const char *text, size_t length, size_t number,
		const struct unit *units, size_t n_units, const char *what) {
	char shown[SHOWN_SIZE], names[64] = "";
	for (size_t i = 0; i < n_units; i++) {
		size_t used = strlen(names);
		size_t more = strlen(units[i].name);
		if (used + more + 3 > sizeof names)
			break;
		if (used > 0) {
			memcpy(names + used, ", ", 3);
			used += 2;
		}
		memcpy(names + used, units[i].name, more + 1);
	}
	ent_text_show(text, length, shown, sizeof shown);
	struct decimal whole;
	if (number > 0 && take_number(text, length, true, &whole) > number)
		ent_fault_set(fault, "", "\"%s\" has an exponent: write the number in full", shown);
	else if (number == 0)
		ent_fault_set(fault, "", "\"%s\" is not a %s: a number and one of %s", shown, what,
				names);
	else if (number == length)
		ent_fault_set(fault, "", "\"%s\" has no unit: write one of %s after it", shown,
				names);
	else
		ent_fault_set(fault, "", "\"%s\" has a unit that is none of %s", shown, names);
}

static size_t skip_spaces(const char *text, size_t length, size_t at) {
	while (at < length && is_space(text[at]))
		at++;
	return at;
}

/* One number and one unit, nothing else. */
static ent_status parse_quantity(const char *text, size_t length, const struct unit *units,
		size_t n_units, const char *what, int64_t *ret_value, struct ent_fault *fault) {
	struct decimal number;
	char shown[SHOWN_SIZE];
	trim(&text, &length);
	size_t end = length > ENT_TEXT_MAX ? 0 : take_number(text, length, false, &number);
	size_t at = skip_spaces(text, length, end);
	size_t used = 0;
	const struct unit *unit = end == 0
			? NULL
			: find_unit(text + at, length - at, units, n_units, &used);
	if (unit == NULL || at + used != length) {
		fault_unit(fault, text, length, end, units, n_units, what);
		return ENT_E_SYNTAX;
	}
	if (!scale(&number, unit->numerator, unit->denominator, ret_value)) {
		ent_fault_set(fault, "", "\"%s\" is too large",
				ent_text_show(text, length, shown, sizeof shown));
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

ent_status ent_text_parse_length(
		const char *text, size_t length, int64_t *ret_mm, struct ent_fault *reterr_fault) {
	return parse_quantity(text, length, length_units, COUNT(length_units), "length", ret_mm,
			reterr_fault);
}

ent_status ent_text_parse_pressure(
		const char *text, size_t length, int32_t *ret_pa, struct ent_fault *reterr_fault) {
	int64_t pa;
	ent_status status = parse_quantity(text, length, pressure_units, COUNT(pressure_units),
			"pressure", &pa, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (pa < 0 || pa > 200000) {
		ent_fault_set(reterr_fault, "", "a pressure lies between 0 and 2000 hPa");
		return ENT_E_DOMAIN;
	}
	*ret_pa = (int32_t)pa;
	return ENT_OK;
}

/* ISO 8601 designators, in the case of our own units: "PT1H30M" has H and M, S, and D before the T. */
static const struct unit *iso_unit(char letter, bool after_t) {
	if (!after_t)
		return letter == 'D' ? &duration_units[0] : NULL;
	return letter == 'H'            ? &duration_units[1]
			: letter == 'M' ? &duration_units[2]
			: letter == 'S' ? &duration_units[3]
					: NULL;
}

/* A run of numbers with units, each smaller than the one before; 'iso' after "P". */
static ent_status sum_durations(
		const char *text, size_t length, bool iso, int64_t *ret_us, size_t *ret_number) {
	const struct unit *before = NULL;
	bool after_t = false;
	int64_t sum = 0;
	size_t at = 0;
	*ret_number = 0;
	while (at < length) {
		struct decimal number;
		if (iso && !after_t && text[at] == 'T') {
			after_t = true;
			at++;
			if (at == length)
				return ENT_E_SYNTAX;
		}
		size_t used = take_number(text + at, length - at, false, &number);
		if (used == 0 || number.negative || text[at] == '+')
			return ENT_E_SYNTAX;
		at += used;
		*ret_number = at;
		if (!iso)
			at = skip_spaces(text, length, at);
		const struct unit *unit = NULL;
		used = 1;
		if (!iso)
			unit = find_unit(text + at, length - at, duration_units,
					COUNT(duration_units), &used);
		else if (at < length)
			unit = iso_unit(text[at], after_t);
		if (unit == NULL || (before != NULL && unit <= before))
			return ENT_E_SYNTAX;
		int64_t part;
		if (!scale(&number, unit->numerator, 1, &part) || part > DURATION_MAX_US - sum)
			return ENT_E_DOMAIN;
		sum += part;
		before = unit;
		at += used;
		if (!iso)
			at = skip_spaces(text, length, at);
	}
	*ret_us = sum;
	return before != NULL ? ENT_OK : ENT_E_SYNTAX;
}

ent_status ent_text_parse_duration(
		const char *text, size_t length, int64_t *ret_us, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	size_t number = 0;
	trim(&text, &length);
	bool iso = length > 1 && text[0] == 'P';
	ent_status status = length == 0 || length > ENT_TEXT_MAX ? ENT_E_SYNTAX
			: iso ? sum_durations(text + 1, length - 1, true, ret_us, &number)
			      : sum_durations(text, length, false, ret_us, &number);
	if (status == ENT_E_SYNTAX)
		fault_unit(reterr_fault, text, length, number, duration_units,
				COUNT(duration_units), "duration");
	else if (status != ENT_OK)
		ent_fault_set(reterr_fault, "", "\"%s\" is longer than 100,000 days",
				ent_text_show(text, length, shown, sizeof shown));
	return status;
}

size_t ent_text_print_decimal(int64_t value, unsigned decimals, bool trim_zeros,
		char ret_text[ENT_TEXT_DECIMAL_SIZE]) {
	char digits[24];
	unsigned n = 0;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	while (rest > 0 || n <= decimals) {
		digits[n++] = (char)('0' + rest % 10);
		rest /= 10;
	}
	unsigned last = 0; /* the last digit that is printed */
	if (trim_zeros)
		while (last < decimals && digits[last] == '0')
			last++;
	size_t length = 0;
	if (value < 0)
		ret_text[length++] = '-';
	for (unsigned i = n; i-- > last;) {
		if (i + 1 == decimals)
			ret_text[length++] = '.';
		ret_text[length++] = digits[i];
	}
	ret_text[length] = '\0';
	return length;
}
