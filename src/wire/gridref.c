/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref.c: which form a text is of, by its first letters and digits; the rest of it is for
 * that form's own file, which refuses it with the reason.
 */
#include "gridref_forms.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entente/text.h"

enum { SHOWN_SIZE = 64 };

static const struct {
	const char *word, *title;
	unsigned usual, finest;
} forms[ENT_GRIDREF_FORM_COUNT] = {
#define ROW(name, word, title, usual, finest) {word, title, usual, finest},
		ENT_GRIDREF_FORM_MAP(ROW)
#undef ROW
};

const char *ent_gridref_form_word(enum ent_gridref_form form) {
	return (unsigned)form < ENT_GRIDREF_FORM_COUNT ? forms[form].word : "unknown";
}

const char *ent_gridref_form_title(enum ent_gridref_form form) {
	return (unsigned)form < ENT_GRIDREF_FORM_COUNT ? forms[form].title : "unknown";
}

unsigned ent_gridref_usual(enum ent_gridref_form form) {
	return (unsigned)form < ENT_GRIDREF_FORM_COUNT ? forms[form].usual : 0;
}

unsigned ent_gridref_finest(enum ent_gridref_form form) {
	return (unsigned)form < ENT_GRIDREF_FORM_COUNT ? forms[form].finest : 0;
}

ent_status ent_gridref_form_from_word(const char *word, enum ent_gridref_form *ret_form) {
	for (int i = 0; i < ENT_GRIDREF_FORM_COUNT; i++) {
		if (strcmp(forms[i].word, word) == 0) {
			*ret_form = (enum ent_gridref_form)i;
			return ENT_OK;
		}
	}
	return ENT_E_MISSING;
}

/* --- What the forms share --- */

ent_status gridref_refuse(const struct gridref_text *text, const char *format, ...) {
	char why[ENT_FAULT_WHY_SIZE], shown[SHOWN_SIZE];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	ent_text_show(text->text, text->length, shown, sizeof shown);
	ent_fault_set(text->fault, "", "\"%s\": %s", shown, why);
	return ENT_E_SYNTAX;
}

int gridref_letter(const char *alphabet, char letter) {
	const char *at = letter == '\0' ? NULL : strchr(alphabet, letter);
	return at == NULL ? -1 : (int)(at - alphabet);
}

size_t gridref_put_digits(char *text, size_t n, uint64_t value, unsigned count) {
	for (unsigned i = count; i-- > 0; value /= 10)
		text[n + i] = (char)('0' + value % 10);
	return n + count;
}

int64_t gridref_radius_mm(double widest_m) {
	return (int64_t)ceil(widest_m * 1e3 + 0.02);
}

/* --- Which form --- */

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static char upper(char c) {
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool is_letter(char c) {
	return upper(c) >= 'A' && upper(c) <= 'Z';
}

/* How a text begins: digits, then letters, which spaces may part; or a sign and a digit. */
struct beginning {
	bool sign;
	size_t digits, letters;
	char first; /* of the letters */
};

static struct beginning look(const struct gridref_text *text) {
	const bool sign = text->length > 1 && (text->text[0] == '-' || text->text[0] == '+');
	struct beginning b = {sign && is_digit(text->text[1]), 0, 0, '\0'};
	size_t at = 0;
	while (at < text->length && is_digit(text->text[at]))
		at++;
	b.digits = at;
	for (; at < text->length && (is_letter(text->text[at]) || is_space(text->text[at])); at++) {
		if (b.letters == 0 && is_letter(text->text[at]))
			b.first = text->text[at];
		b.letters += is_letter(text->text[at]);
	}
	return b;
}

typedef ent_status (*parse_fn)(const struct gridref_text *text, struct ent_gridref *ret_reference);

/*
 * NULL: of no form. Hemisphere letters and a small d begin angles, also where a cell has a
 * letter. Small hemisphere letters too, which the angles refuse.
 */
static parse_fn choose(struct beginning b) {
	const bool angle = b.letters == 1 ? strchr("NSEWdnsew", b.first) != NULL
					  : b.letters == 2 && b.first == 'd';
	const bool polar = (b.letters == 1 || b.letters == 3) &&
			strchr("ABYZabyz", b.first) != NULL;
	if (b.letters == 0 ? b.digits > 0 || b.sign : angle)
		return gridref_parse_angles;
	if (b.letters == 0)
		return NULL;
	if (b.digits == 0 && (b.letters == 2 || b.letters == 4))
		return gridref_parse_georef;
	if (b.digits == 0 ? polar : b.digits <= 2 || b.letters == 3)
		return gridref_parse_mgrs;
	return b.digits == 3 ? gridref_parse_gars : NULL;
}

#define NO_FORM "is neither decimal, DMS, DDM, MGRS, GARS nor GEOREF"

/*
 * Capitals without spaces; returns why not, or NULL. A space among the digits at the end may
 * stand only in their middle: otherwise one was lost.
 */
static const char *make_compact(struct gridref_text *text) {
	size_t n = 0, digits_from = 0, parted_at = 0, spaces = 0;
	for (size_t i = 0; i < text->length; i++) {
		const char c = text->text[i];
		if (is_space(c)) {
			spaces += n > digits_from && parted_at != n;
			parted_at = n;
			continue;
		}
		if ((!is_letter(c) && !is_digit(c)) || n + 1 >= sizeof text->compact)
			return NO_FORM;
		text->compact[n++] = upper(c);
		if (is_letter(c)) {
			digits_from = n;
			spaces = 0;
		}
	}
	text->compact[n] = '\0';
	if (spaces > 0 && (spaces > 1 || parted_at - digits_from != n - parted_at))
		return "a space among the digits does not part them into halves";
	return NULL;
}

ent_status ent_gridref_parse(const char *text, size_t length, struct ent_gridref *ret_reference,
		struct ent_fault *reterr_fault) {
	struct gridref_text t = {text, length, reterr_fault, ""};
	while (t.length > 0 && is_space(t.text[0])) {
		t.text++;
		t.length--;
	}
	while (t.length > 0 && is_space(t.text[t.length - 1]))
		t.length--;
	if (t.length == 0)
		return gridref_refuse(&t, "there is no reference");
	if (t.length > ENT_GRIDREF_MAX)
		return gridref_refuse(&t, "longer than any reference");
	const parse_fn parse = choose(look(&t));
	if (parse == NULL)
		return gridref_refuse(&t, NO_FORM);
	const char *why = parse == gridref_parse_angles ? NULL : make_compact(&t);
	return why == NULL ? parse(&t, ret_reference) : gridref_refuse(&t, "%s", why);
}

size_t ent_gridref_print(struct ent_point point, enum ent_gridref_form form, unsigned precision,
		char ret_text[ENT_GRIDREF_TEXT_SIZE]) {
	assert((unsigned)form < ENT_GRIDREF_FORM_COUNT && precision <= forms[form].finest);
	size_t n = form == ENT_GRIDREF_MGRS        ? gridref_print_mgrs(point, precision, ret_text)
			: form == ENT_GRIDREF_GARS ? gridref_print_gars(point, precision, ret_text)
			: form == ENT_GRIDREF_GEOREF
			? gridref_print_georef(point, precision, ret_text)
			: gridref_print_angles(point, form, precision, ret_text);
	ret_text[n] = '\0';
	return n;
}
