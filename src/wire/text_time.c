/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_time.c: moments as RFC 3339, section 5.6. Days are counted in the proleptic
 * Gregorian calendar, from 1 March of year 0, so that a leap day ends its year.
 */
#include "entente/text.h"

#include <string.h>

enum { SHOWN_SIZE = 48, DAY_S = 86400 };

#define TIME_MIN_US INT64_C(-62135596800000000) /* 0001-01-01T00:00:00Z */
#define TIME_MAX_US INT64_C(253402300799999999) /* 9999-12-31T23:59:59.999999Z */

/* From 0000-03-01 to 1970-01-01. */
#define DAYS_TO_1970 719468

struct moment {
	int year, month, day, hour, minute, second;
	int32_t micros;     /* 0 to 1,000,000: rounding may carry */
	int offset_minutes; /* local time is ahead of UTC by so much */
};

static int days_in_month(int year, int month) {
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 of a date of the years 0 to 9999. */
static int64_t days_from_date(int year, int month, int day) {
	int y = month > 2 ? year : year - 1; /* of a year that begins in March */
	int m = month > 2 ? month - 3 : month + 9;
	int64_t years = (int64_t)y + 400; /* not negative */
	int64_t days = years * 365 + years / 4 - years / 100 + years / 400 - 146097;
	/* Months from March have 31 30 31 30 31, 31 30 31 30 31, 31 28/29 days: 153 in five. */
	return days + (153 * m + 2) / 5 + day - 1 - DAYS_TO_1970;
}

static void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day) {
	int64_t from_march = days + DAYS_TO_1970 +
			146097; /* one era of 400 years more: not negative */
	int64_t era = from_march / 146097;
	int in_era = (int)(from_march % 146097);
	int year_of_era = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int day_of_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int m = (5 * day_of_year + 2) / 153;
	*ret_day = day_of_year - (153 * m + 2) / 5 + 1;
	*ret_month = m < 10 ? m + 3 : m - 9;
	*ret_year = (int)(era - 1) * 400 + year_of_era + (*ret_month <= 2);
}

/* 'count' digits from *at on. */
static bool take_digits(const char *text, size_t length, size_t *at, size_t count, int *ret_value) {
	int value = 0;
	if (length - *at < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		char c = text[*at + i];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	*at += count;
	*ret_value = value;
	return true;
}

static bool take_char(const char *text, size_t length, size_t *at, const char *any_of) {
	if (*at >= length || text[*at] == '\0' || strchr(any_of, text[*at]) == NULL)
		return false;
	(*at)++;
	return true;
}

/* The decimals of a second, to the nearest microsecond; at least one digit. */
static bool take_fraction(const char *text, size_t length, size_t *at, int32_t *ret_micros) {
	int32_t micros = 0, unit = 100000;
	size_t from = *at;
	for (; *at < length && text[*at] >= '0' && text[*at] <= '9'; (*at)++) {
		int digit = text[*at] - '0';
		if (unit > 0)
			micros += digit * unit;
		else if (*at == from + 6)
			micros += digit >= 5;
		unit /= 10;
	}
	*ret_micros = micros;
	return *at > from;
}

static bool take_date_and_time(const char *text, size_t length, size_t *at, struct moment *m) {
	if (!take_digits(text, length, at, 4, &m->year) || !take_char(text, length, at, "-") ||
			!take_digits(text, length, at, 2, &m->month) ||
			!take_char(text, length, at, "-") ||
			!take_digits(text, length, at, 2, &m->day) ||
			!take_char(text, length, at, "Tt "))
		return false;
	if (!take_digits(text, length, at, 2, &m->hour) || !take_char(text, length, at, ":") ||
			!take_digits(text, length, at, 2, &m->minute) ||
			!take_char(text, length, at, ":") ||
			!take_digits(text, length, at, 2, &m->second))
		return false;
	if (take_char(text, length, at, "."))
		return take_fraction(text, length, at, &m->micros);
	return true;
}

/* "Z" or "+hh:mm"; 99 hours and the like are left to be refused with a reason. */
static bool take_zone(const char *text, size_t length, size_t *at, struct moment *m) {
	int hours, minutes;
	if (take_char(text, length, at, "Zz"))
		return true;
	bool west = *at < length && text[*at] == '-';
	if (!take_char(text, length, at, "+-") || !take_digits(text, length, at, 2, &hours) ||
			!take_char(text, length, at, ":") ||
			!take_digits(text, length, at, 2, &minutes))
		return false;
	m->offset_minutes = minutes > 59 || hours > 23 ? INT32_MAX : hours * 60 + minutes;
	if (west && m->offset_minutes != INT32_MAX)
		m->offset_minutes = -m->offset_minutes;
	return true;
}

/* NULL when fine, else what is wrong with it. */
static const char *moment_to_us(const struct moment *m, int64_t *ret_utc_us) {
	if (m->month < 1 || m->month > 12)
		return "has no such month";
	if (m->day < 1 || m->day > days_in_month(m->year, m->month))
		return "has no such day";
	if (m->hour > 23 || m->minute > 59 || m->second > 60)
		return "has no such time of day";
	if (m->offset_minutes == INT32_MAX)
		return "has no such offset from UTC";
	int64_t minutes = (int64_t)m->hour * 60 + m->minute - m->offset_minutes;
	int64_t s = days_from_date(m->year, m->month, m->day) * DAY_S + minutes * 60 + m->second;
	int32_t micros = m->micros;
	if (m->second == 60) {
		/* s is now the first second of the next minute: of January or July, 00:00 UTC. */
		int year, month, day;
		int64_t days = (s + DAYS_TO_1970 * (int64_t)DAY_S + 366 * (int64_t)DAY_S) / DAY_S -
				DAYS_TO_1970 - 366;
		date_from_days(days, &year, &month, &day);
		if (s != days * DAY_S || day != 1 || (month != 1 && month != 7))
			return "has a second 60 where no leap second can be";
		micros = 0;
	}
	int64_t us = s * 1000000 + micros;
	if (us < TIME_MIN_US || us > TIME_MAX_US)
		return "is outside the years 0001 to 9999";
	*ret_utc_us = us;
	return NULL;
}

ent_status ent_text_parse_time(const char *text, size_t length, int64_t *ret_utc_us,
		struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	struct moment m = {0};
	size_t at = 0;
	while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		length--;
	}
	while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL &&
			text[length - 1] != '\0')
		length--;
	ent_text_show(text, length, shown, sizeof shown);
	bool formed = length <= ENT_TEXT_MAX && take_date_and_time(text, length, &at, &m);
	if (formed && at == length) {
		ent_fault_set(reterr_fault, "",
				"time without zone: \"%s\" needs Z or an offset as +02:00 at its "
				"end",
				shown);
		return ENT_E_SYNTAX;
	}
	if (!formed || !take_zone(text, length, &at, &m) || at != length) {
		ent_fault_set(reterr_fault, "",
				"\"%s\" is not a time as 2018-08-01T05:27:30Z (RFC 3339)", shown);
		return ENT_E_SYNTAX;
	}
	const char *why = moment_to_us(&m, ret_utc_us);
	if (why != NULL) {
		ent_fault_set(reterr_fault, "", "\"%s\" %s", shown, why);
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

static size_t put_digits(char *text, size_t at, int value, size_t count) {
	for (size_t i = count; i-- > 0;) {
		text[at + i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + count;
}

size_t ent_text_print_time(int64_t utc_us, char ret_text[ENT_TEXT_TIME_SIZE]) {
	if (utc_us < TIME_MIN_US || utc_us > TIME_MAX_US) {
		memcpy(ret_text, "unbounded", 10);
		return 9;
	}
	const int64_t day_us = DAY_S * INT64_C(1000000);
	int64_t since = utc_us - TIME_MIN_US; /* not negative */
	int64_t days = since / day_us + TIME_MIN_US / day_us;
	int64_t in_day = since % day_us;
	int year, month, day;
	date_from_days(days, &year, &month, &day);
	int second = (int)(in_day / 1000000), micros = (int)(in_day % 1000000);
	const int parts[] = {month, day, second / 3600, second / 60 % 60, second % 60};
	const char before[] = "--T::";
	size_t at = put_digits(ret_text, 0, year, 4);
	for (size_t i = 0; i < 5; i++) {
		ret_text[at++] = before[i];
		at = put_digits(ret_text, at, parts[i], 2);
	}
	if (micros > 0) {
		ret_text[at++] = '.';
		at = micros % 1000 == 0 ? put_digits(ret_text, at, micros / 1000, 3)
					: put_digits(ret_text, at, micros, 6);
	}
	ret_text[at++] = 'Z';
	ret_text[at] = '\0';
	return at;
}
