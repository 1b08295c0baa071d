/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref_angle.c: decimal degrees, DMS and DDM. A text is cut into parts (numbers, marks,
 * letters), the parts into two angles at the hemisphere letters, or without letters at the
 * second number; an angle is
 *
 *     [letter or sign] degrees [mark] [minutes [mark] [seconds [mark]]] [letter]
 *
 * or, with a letter, packed as in aeronautical data (ICAO Doc 8126): DDMM, DDMMSS of latitude,
 * DDDMM, DDDMMSS of longitude, decimals after the last digit.
 *
 * A number is held as whole part and 1e-12 of one; further decimals are cut. A half of the
 * stored grid is a whole number of these, so that cutting changes no rounding.
 */
#include "gridref_forms.h"

#include <assert.h>
#include <string.h>

#include "entente/text.h"

#define FRACTION_ONE INT64_C(1000000000000)
#define FRACTION_DECIMALS 12

enum { PARTS_MAX = 24, WHOLE_DIGITS_MAX = 9 };

enum kind { NUMBER, DEGREES, MINUTES, SECONDS, LETTER, SIGN, COMMA };

struct number {
	int64_t whole, fraction;
	unsigned digits, decimals;
	bool pointed;
};

struct part {
	enum kind kind;
	char letter; /* of LETTER and SIGN */
	struct number number;
};

struct parts {
	struct part part[PARTS_MAX];
	size_t n;
};

struct angle {
	enum ent_gridref_form form;
	bool latitude;
	int64_t ndeg;
	unsigned decimals;
};

/*
 * The longer before what it begins with. Small d, m, s, so that S is south alone. The ordinal
 * sign, the ring and the quotation marks stand where keyboards have no better; the lone byte
 * is the degree sign of Latin-1, which begins nothing in UTF-8.
 */
static const struct {
	const char *text;
	enum kind kind;
} marks[] = {
		{"\xc2\xb0", DEGREES},
		{"\xc2\xba", DEGREES},
		{"\xcb\x9a", DEGREES},
		{"\xb0", DEGREES},
		{"d", DEGREES},
		{"\xe2\x80\xb3", SECONDS},
		{"\xe2\x80\x9d", SECONDS},
		{"\xe2\x80\xb2\xe2\x80\xb2", SECONDS},
		{"''", SECONDS},
		{"\"", SECONDS},
		{"s", SECONDS},
		{"\xe2\x80\xb2", MINUTES},
		{"\xe2\x80\x99", MINUTES},
		{"'", MINUTES},
		{"m", MINUTES},
		{"N", LETTER},
		{"S", LETTER},
		{"E", LETTER},
		{"W", LETTER},
		{"-", SIGN},
		{"+", SIGN},
		{",", COMMA},
};

/* --- Text to parts --- */

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

/* Returns where the number ends; 0 digits or too many of them are left to the caller. */
static size_t take_number(const char *text, size_t length, size_t at, struct number *ret_number) {
	struct number number = {0};
	int64_t unit = FRACTION_ONE;
	for (; at < length && is_digit(text[at]); at++)
		if (++number.digits <= WHOLE_DIGITS_MAX)
			number.whole = 10 * number.whole + (text[at] - '0');
	if (at < length && text[at] == '.') {
		number.pointed = true;
		for (at++; at < length && is_digit(text[at]); at++) {
			unit /= 10;
			number.fraction += (text[at] - '0') * unit;
			number.decimals++;
		}
	}
	*ret_number = number;
	return at;
}

/* The mark at the start of a text; returns its length, 0 for none. */
static size_t take_mark(const char *text, size_t length, struct part *ret_part) {
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		const size_t n = strlen(marks[i].text);
		if (n <= length && memcmp(marks[i].text, text, n) == 0) {
			*ret_part = (struct part){.kind = marks[i].kind, .letter = text[0]};
			return n;
		}
	}
	return 0;
}

static ent_status refuse_rest(const struct gridref_text *text, size_t at) {
	char shown[24];
	const char c = text->text[at];
	ent_text_show(text->text + at, text->length - at, shown, sizeof shown);
	if (c == 'n' || c == 'e' || c == 'w')
		return gridref_refuse(text, "hemisphere letters are capitals: N, S, E, W");
	return gridref_refuse(text, "\"%s\" is not understood", shown);
}

static ent_status take_parts(const struct gridref_text *text, struct parts *ret_parts) {
	struct parts *parts = ret_parts;
	parts->n = 0;
	for (size_t at = 0; at < text->length;) {
		struct part *part = &parts->part[parts->n];
		if (text->text[at] == ' ' || text->text[at] == '\t') {
			at++;
			continue;
		}
		if (parts->n == PARTS_MAX)
			return gridref_refuse(text, "too many parts for a place");
		size_t used = 0;
		if (is_digit(text->text[at])) {
			part->kind = NUMBER;
			used = take_number(text->text, text->length, at, &part->number) - at;
		} else {
			used = take_mark(text->text + at, text->length - at, part);
		}
		if (used == 0)
			return refuse_rest(text, at);
		if (part->kind == NUMBER && part->number.digits > WHOLE_DIGITS_MAX)
			return gridref_refuse(text, "a number has too many digits");
		at += used;
		parts->n++;
	}
	return ENT_OK;
}

/* --- Parts to an angle --- */

/* The numbers of one angle, and how it is marked. */
struct shape {
	struct number number[3];
	size_t n;
	bool marked;   /* has a degree sign, so that it is not packed */
	char letter;   /* '\0': none */
	bool negative; /* by a sign */
	bool sign;
};

static ent_status refuse_order(const struct gridref_text *text) {
	return gridref_refuse(text,
			"an angle is degrees, then minutes, then seconds, each with "
			"its own mark or none");
}

/* Numbers and marks in their order. */
static ent_status take_shape(const struct gridref_text *text, const struct part *part, size_t n,
		struct shape *ret_shape) {
	struct shape shape = {0};
	for (size_t i = 0; i < n; i++) {
		const enum kind kind = part[i].kind;
		if (kind == LETTER) {
			if (shape.letter != '\0')
				return gridref_refuse(text, "two hemisphere letters of one angle");
			shape.letter = part[i].letter;
		} else if (kind == SIGN) {
			if (shape.n > 0 || shape.sign)
				return gridref_refuse(text, "a sign stands before the degrees");
			shape.sign = true;
			shape.negative = part[i].letter == '-';
		} else if (kind == NUMBER) {
			if (shape.n == 3)
				return refuse_order(text);
			shape.number[shape.n++] = part[i].number;
		} else if (kind == COMMA) {
			return gridref_refuse(text,
					"a comma stands between latitude and longitude "
					"only");
		} else {
			/* A mark follows the number that it is for. */
			if (i == 0 || part[i - 1].kind != NUMBER ||
					shape.n != (size_t)(kind - DEGREES) + 1)
				return refuse_order(text);
			shape.marked = shape.marked || kind == DEGREES;
		}
	}
	if (shape.n == 0)
		return gridref_refuse(text, "an angle has no number");
	if (shape.sign && shape.letter != '\0')
		return gridref_refuse(text, "a sign and a hemisphere letter, where one says it");
	*ret_shape = shape;
	return ENT_OK;
}

/* DDMM, DDMMSS, DDDMM, DDDMMSS into two or three numbers. */
static ent_status unpack(const struct gridref_text *text, bool latitude, struct shape *shape) {
	const struct number packed = shape->number[0];
	const unsigned most = 3, degrees = latitude ? 2 : 3;
	if (shape->n > 1 || shape->marked || shape->letter == '\0' || packed.digits <= most)
		return ENT_OK;
	if (packed.digits != degrees + 2 && packed.digits != degrees + 4)
		return gridref_refuse(text, "%u digits; a packed %s is %s", packed.digits,
				latitude ? "latitude" : "longitude",
				latitude ? "DDMM or DDMMSS" : "DDDMM or DDDMMSS");
	const bool seconds = packed.digits == degrees + 4;
	struct number last = packed;
	last.whole = packed.whole % 100;
	shape->n = seconds ? 3 : 2;
	shape->number[0] = (struct number){.whole = packed.whole / (seconds ? 10000 : 100)};
	shape->number[1] = (struct number){.whole = packed.whole / 100 % 100};
	shape->number[shape->n - 1] = last;
	return ENT_OK;
}

/* The numbers together, to the nearest of the stored grid. */
static ent_status sum(
		const struct gridref_text *text, const struct shape *shape, struct angle *angle) {
	static const int64_t per_degree[] = {1, 60, 3600};
	assert(shape->n > 0);
	const int limit_deg = angle->latitude ? 90 : 180;
	const int64_t degrees = shape->number[0].whole, per = per_degree[shape->n - 1];
	int64_t total = 0;
	for (size_t i = 0; i < shape->n; i++) {
		if (i + 1 < shape->n && shape->number[i].pointed)
			return gridref_refuse(text,
					"decimals stand in the last number of an angle "
					"only");
		if (i > 0 && shape->number[i].whole >= 60)
			return gridref_refuse(text, "60 %s and more: they go to 59",
					i == 1 ? "minutes" : "seconds");
	}
	/* Degrees above the limit would not fit. */
	for (size_t i = 0; degrees <= limit_deg && i < shape->n; i++)
		total += shape->number[i].whole * (per / per_degree[i]) * FRACTION_ONE +
				shape->number[i].fraction;
	const int64_t step = per * (FRACTION_ONE / ENT_GEO_NDEG_PER_DEG);
	const int64_t ndeg = (total + step / 2) / step;
	if (degrees > limit_deg || total > limit_deg * per * FRACTION_ONE) {
		(void)gridref_refuse(text, "the %s is beyond %d degrees",
				angle->latitude ? "latitude" : "longitude", limit_deg);
		return ENT_E_DOMAIN;
	}
	angle->ndeg = shape->negative || shape->letter == 'S' || shape->letter == 'W' ? -ndeg
										      : ndeg;
	angle->decimals = shape->number[shape->n - 1].decimals;
	return ENT_OK;
}

/* 'latitude' is what it is for when no letter says it. */
static ent_status take_angle(const struct gridref_text *text, const struct part *part, size_t n,
		bool latitude, struct angle *ret_angle) {
	static const enum ent_gridref_form forms[] = {
			ENT_GRIDREF_DECIMAL, ENT_GRIDREF_DDM, ENT_GRIDREF_DMS};
	struct shape shape = {0};
	ent_status status = take_shape(text, part, n, &shape);
	if (status != ENT_OK)
		return status;
	if (shape.letter != '\0')
		latitude = shape.letter == 'N' || shape.letter == 'S';
	struct angle angle = {.latitude = latitude};
	status = unpack(text, latitude, &shape);
	if (status == ENT_OK && shape.n > 1 && shape.letter == '\0')
		return gridref_refuse(
				text, "no hemisphere letter: %s", latitude ? "N or S" : "E or W");
	if (status == ENT_OK)
		status = sum(text, &shape, &angle);
	if (status != ENT_OK)
		return status;
	angle.form = forms[shape.n - 1];
	*ret_angle = angle;
	return ENT_OK;
}

/* --- Parts to a place --- */

/* Where the second angle begins, the comma before it left out; both have a letter at the same end. */
static ent_status part_at_letters(const struct gridref_text *text, const struct parts *parts,
		const size_t *letters, size_t *ret_end, size_t *ret_begin) {
	const bool leading = letters[0] == 0;
	if (!leading && letters[1] + 1 != parts->n)
		return gridref_refuse(text, "more stands behind the last hemisphere letter");
	if (leading && (letters[1] < 2 || letters[1] + 1 == parts->n))
		return gridref_refuse(text,
				"both hemisphere letters stand before their angles, or "
				"both behind");
	size_t end = leading ? letters[1] : letters[0] + 1, begin = end;
	if (leading && parts->part[end - 1].kind == COMMA)
		end--;
	if (!leading && parts->part[begin].kind == COMMA)
		begin++;
	*ret_end = end;
	*ret_begin = begin;
	return ENT_OK;
}

/* Without letters: at the second number, with its sign. */
static ent_status part_at_numbers(const struct gridref_text *text, const struct parts *parts,
		size_t *ret_end, size_t *ret_begin) {
	size_t numbers = 0, second = 0, commas = 0;
	bool marked = false;
	for (size_t i = 0; i < parts->n; i++) {
		marked = marked || parts->part[i].kind == MINUTES || parts->part[i].kind == SECONDS;
		commas += parts->part[i].kind == COMMA;
		numbers += parts->part[i].kind == NUMBER;
		if (numbers == 2 && second == 0)
			second = i;
	}
	if (commas > 1)
		return gridref_refuse(text,
				"a comma parts latitude and longitude; decimals follow "
				"a point");
	if (marked || numbers > 2)
		return gridref_refuse(text,
				"degrees and minutes need hemisphere letters: N or S, "
				"E or W");
	if (numbers < 2)
		return gridref_refuse(text, "a place is a latitude and a longitude");
	size_t begin = parts->part[second - 1].kind == SIGN ? second - 1 : second;
	*ret_begin = begin;
	*ret_end = parts->part[begin - 1].kind == COMMA ? begin - 1 : begin;
	return ENT_OK;
}

static ent_status part_in_two(const struct gridref_text *text, const struct parts *parts,
		size_t *ret_end, size_t *ret_begin) {
	size_t letters[2] = {0, 0}, n = 0;
	for (size_t i = 0; i < parts->n; i++)
		if (parts->part[i].kind == LETTER && n++ < 2)
			letters[n - 1] = i;
	if (n == 0)
		return part_at_numbers(text, parts, ret_end, ret_begin);
	if (n != 2)
		return gridref_refuse(text,
				"%zu hemisphere letter%s; a place has two, or as "
				"decimal degrees none",
				n, n == 1 ? "" : "s");
	return part_at_letters(text, parts, letters, ret_end, ret_begin);
}

ent_status gridref_parse_angles(
		const struct gridref_text *text, struct ent_gridref *ret_reference) {
	struct parts parts;
	struct angle first = {0}, second = {0};
	size_t end = 0, begin = 0;
	ent_status status = take_parts(text, &parts);
	if (status == ENT_OK)
		status = part_in_two(text, &parts, &end, &begin);
	if (status == ENT_OK)
		status = take_angle(text, parts.part, end, true, &first);
	if (status == ENT_OK)
		status = take_angle(text, parts.part + begin, parts.n - begin, false, &second);
	if (status != ENT_OK)
		return status;
	if (first.latitude == second.latitude)
		return gridref_refuse(text, "two %s", first.latitude ? "latitudes" : "longitudes");
	if (first.form != second.form)
		return gridref_refuse(text, "latitude and longitude are of two forms");
	const struct angle lat = first.latitude ? first : second;
	const struct angle lon = first.latitude ? second : first;
	const unsigned decimals = lat.decimals > lon.decimals ? lat.decimals : lon.decimals;
	const unsigned finest = ent_gridref_finest(first.form);
	struct ent_gridref ref = {
			.form = first.form, .precision = decimals < finest ? decimals : finest};
	status = ent_geo_point_from_ndeg(lat.ndeg, lon.ndeg, &ref.centre);
	if (status == ENT_OK)
		*ret_reference = ref;
	return status;
}

/* What begins otherwise is refused as the number that it is not. */
static bool begins_angle(const char *text, size_t length) {
	while (length > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		length--;
	}
	return length > 0 && *text != '\0' && strchr("0123456789+-NSEW", *text) != NULL;
}

ent_status ent_gridref_parse_angle(const char *text, size_t length, bool latitude,
		int64_t *ret_ndeg, struct ent_fault *reterr_fault) {
	struct gridref_text t = {text, length, reterr_fault, ""};
	struct parts parts;
	struct angle angle = {0};
	ent_status status = ent_text_parse_degrees(
			text, length, latitude ? 90 : 180, ret_ndeg, reterr_fault);
	if (status != ENT_E_SYNTAX || !begins_angle(text, length))
		return status;
	if (length > ENT_GRIDREF_MAX)
		return gridref_refuse(&t, "longer than any angle");
	status = take_parts(&t, &parts);
	for (size_t i = 1; status == ENT_OK && i + 1 < parts.n; i++)
		if (parts.part[i].kind == LETTER)
			return gridref_refuse(&t, "a hemisphere letter stands before or behind");
	if (status == ENT_OK)
		status = take_angle(&t, parts.part, parts.n, latitude, &angle);
	if (status != ENT_OK)
		return status;
	if (angle.latitude != latitude)
		return gridref_refuse(&t,
				latitude ? "a longitude, where a latitude stands"
					 : "a latitude, where a longitude stands");
	*ret_ndeg = angle.ndeg;
	return ENT_OK;
}

/* --- Printing --- */

static size_t put(char *text, size_t n, const char *more) {
	while (*more != '\0')
		text[n++] = *more++;
	return n;
}

/* The last number, whole and decimals. */
static size_t put_last(char *text, size_t n, int64_t units, int64_t one, unsigned decimals,
		unsigned digits) {
	n = gridref_put_digits(text, n, (uint64_t)(units / one), digits);
	if (decimals > 0)
		text[n++] = '.';
	return gridref_put_digits(text, n, (uint64_t)(units % one), decimals);
}

static size_t put_angle(char *text, size_t n, int64_t ndeg, enum ent_gridref_form form,
		unsigned decimals, unsigned digits) {
	const int64_t per = form == ENT_GRIDREF_DECIMAL ? 1 : form == ENT_GRIDREF_DDM ? 60 : 3600;
	const int64_t away_ndeg = ndeg < 0 ? -ndeg : ndeg;
	int64_t one = 1, degrees = away_ndeg / ENT_GEO_NDEG_PER_DEG;
	for (unsigned i = 0; i < decimals; i++)
		one *= 10;
	/* Below a degree, so that the product fits. */
	int64_t units = (away_ndeg % ENT_GEO_NDEG_PER_DEG * (per * one) +
					ENT_GEO_NDEG_PER_DEG / 2) /
			ENT_GEO_NDEG_PER_DEG;
	if (form == ENT_GRIDREF_DECIMAL)
		return put_last(text, n, degrees * one + units, one, decimals, digits);
	degrees += units / (per * one);
	units %= per * one;
	n = gridref_put_digits(text, n, (uint64_t)degrees, digits);
	n = put(text, n, "\xc2\xb0");
	if (form == ENT_GRIDREF_DDM)
		return put(text, put_last(text, n, units, one, decimals, 2), "'");
	n = gridref_put_digits(text, n, (uint64_t)(units / (60 * one)), 2);
	n = put(text, n, "'");
	return put(text, put_last(text, n, units % (60 * one), one, decimals, 2), "\"");
}

size_t gridref_print_angles(struct ent_point point, enum ent_gridref_form form, unsigned precision,
		char *text) {
	size_t n = put_angle(text, 0, point.lat_ndeg, form, precision, 2);
	n = put(text, n, point.lat_ndeg < 0 ? "S " : "N ");
	n = put_angle(text, n, point.lon_ndeg, form, precision, 3);
	return put(text, n, point.lon_ndeg < 0 ? "W" : "E");
}
