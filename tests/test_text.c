/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>

#include "test.h"

#include "entente/text.h"

__extension__ typedef __int128 i128;

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

TEST(time__rfc_3339_is_taken_to_the_microsecond) {
	(void)state_;
	static const struct {
		const char *why, *text;
		int64_t us;
	} rows[] = {
			{"the epoch", "1970-01-01T00:00:00Z", 0},
			{"small letters", "1970-01-01t00:00:01z", 1000000},
			{"a space instead of T", "1970-01-01 00:00:01Z", 1000000},
			{"tenths", "1970-01-01T00:00:00.5Z", 500000},
			{"seven decimals, rounded down", "1970-01-01T00:00:00.0000014Z", 1},
			{"seven decimals, rounded up", "1970-01-01T00:00:00.0000015Z", 2},
			{"rounding carries into the second", "1970-01-01T00:00:00.9999999Z",
					1000000},
			{"an offset east is earlier in UTC", "1970-01-01T02:00:00+02:00", 0},
			{"an offset west is later", "1969-12-31T18:30:00-05:30", 0},
			{"unknown local offset (RFC 3339, 4.3)", "1970-01-01T00:00:00-00:00", 0},
			{"before the epoch", "1969-12-31T23:59:59.999999Z", -1},
			{"first moment", "0001-01-01T00:00:00Z", INT64_C(-62135596800000000)},
			{"last moment", "9999-12-31T23:59:59.999999Z", INT64_C(253402300799999999)},
			{"29 February of a leap year", "2024-02-29T00:00:00Z",
					INT64_C(1709164800000000)},
			{"29 February 2000", "2000-02-29T00:00:00Z", INT64_C(951782400000000)},
			{"leap second (RFC 3339, 5.8)", "1990-12-31T23:59:60Z",
					INT64_C(662688000000000)},
			{"the same in Pacific time", "1990-12-31T15:59:60-08:00",
					INT64_C(662688000000000)},
			{"a fraction of a leap second has no moment of its own",
					"1990-12-31T23:59:60.7Z", INT64_C(662688000000000)},
			{"leap second in June", "2015-06-30T23:59:60Z", INT64_C(1435708800000000)},
			{"spaces around", " 1970-01-01T00:00:00Z\r", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = 7;
		struct ent_fault fault = {0};
		ent_status status = ent_text_parse_time(
				rows[i].text, strlen(rows[i].text), &us, &fault);
		CHECK_ROW(rows[i].why, status == ENT_OK && us == rows[i].us);
	}
}

TEST(time__what_is_not_a_moment_is_refused_with_the_reason) {
	(void)state_;
	static const struct {
		const char *text;
		ent_status status;
		const char *says;
	} rows[] = {
			{"2018-08-01T05:27:30", ENT_E_SYNTAX, "time without zone"},
			{"2018-08-01T05:27:30.25", ENT_E_SYNTAX, "time without zone"},
			{"2018-08-01", ENT_E_SYNTAX, "is not a time"},
			{"2018-08-01T05:27Z", ENT_E_SYNTAX, "is not a time"},
			{"2018-08-01T05:27:30.Z", ENT_E_SYNTAX, "is not a time"},
			{"2018-8-1T05:27:30Z", ENT_E_SYNTAX, "is not a time"},
			{"2018-08-01T05:27:30+0200", ENT_E_SYNTAX, "is not a time"},
			{"2018-08-01T05:27:30Zulu", ENT_E_SYNTAX, "is not a time"},
			{"", ENT_E_SYNTAX, "is not a time"},
			{"1533101250", ENT_E_SYNTAX, "is not a time"},
			{"2018-13-01T05:27:30Z", ENT_E_DOMAIN, "no such month"},
			{"2018-00-01T05:27:30Z", ENT_E_DOMAIN, "no such month"},
			{"2018-02-29T05:27:30Z", ENT_E_DOMAIN, "no such day"},
			{"1900-02-29T05:27:30Z", ENT_E_DOMAIN, "no such day"},
			{"2018-04-31T05:27:30Z", ENT_E_DOMAIN, "no such day"},
			{"2018-08-00T05:27:30Z", ENT_E_DOMAIN, "no such day"},
			{"2018-08-01T24:00:00Z", ENT_E_DOMAIN, "no such time"},
			{"2018-08-01T05:60:00Z", ENT_E_DOMAIN, "no such time"},
			{"2018-08-01T05:27:61Z", ENT_E_DOMAIN, "no such time"},
			{"2018-08-01T05:27:30+24:00", ENT_E_DOMAIN, "no such offset"},
			{"2018-08-01T05:27:30+02:60", ENT_E_DOMAIN, "no such offset"},
			{"2018-08-01T23:59:60Z", ENT_E_DOMAIN, "no leap second"},
			{"2018-11-30T23:59:60Z", ENT_E_DOMAIN, "no leap second"},
			{"2016-12-31T22:59:60Z", ENT_E_DOMAIN, "no leap second"},
			{"2016-12-31T23:59:60+01:00", ENT_E_DOMAIN, "no leap second"},
			{"0000-12-31T23:59:59Z", ENT_E_DOMAIN, "years 0001"},
			{"9999-12-31T23:59:59.9999995Z", ENT_E_DOMAIN, "years 0001"},
			{"9999-12-31T23:59:59-00:01", ENT_E_DOMAIN, "years 0001"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = 7;
		struct ent_fault fault = {0};
		ent_status status = ent_text_parse_time(
				rows[i].text, strlen(rows[i].text), &us, &fault);
		CHECK_ROW(rows[i].text, status == rows[i].status);
		CHECK_ROW(rows[i].text, strstr(fault.why, rows[i].says) != NULL);
		CHECK_ROW(rows[i].text, us == 7);
	}
}

TEST(time__printing_and_reading_return_the_same_moment_and_the_c_library_agrees) {
	(void)state_;
	uint64_t seed = 339;
	for (int i = 0; i < 50000; i++) {
		const int64_t min = INT64_C(-62135596800000000),
			      range = INT64_C(315537897600000000);
		int64_t us = min + (int64_t)(test_random(&seed) % (uint64_t)range), back;
		if (i % 3 == 1)
			us -= us % 1000;
		if (i % 3 == 2)
			us -= us % 1000000;
		char text[ENT_TEXT_TIME_SIZE], want[64];
		CHECK(ent_text_print_time(us, text) == strlen(text));
		CHECK(ent_text_parse_time(text, strlen(text), &back, NULL) == ENT_OK && back == us);
		time_t seconds = (time_t)((us - min) / 1000000 + min / 1000000);
		struct tm tm;
		CHECK(gmtime_r(&seconds, &tm) != NULL);
		(void)snprintf(want, sizeof want, "%04d-%02d-%02dT%02d:%02d:%02d",
				tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
				tm.tm_sec);
		CHECK(strncmp(text, want, 19) == 0);
	}
	char text[ENT_TEXT_TIME_SIZE];
	CHECK(ent_text_print_time(INT64_MIN, text) == 9 && strcmp(text, "unbounded") == 0);
	CHECK(ent_text_print_time(INT64_MAX, text) == 9 && strcmp(text, "unbounded") == 0);
}

TEST(length__every_unit_is_exact) {
	(void)state_;
	static const struct {
		const char *text;
		int64_t mm;
	} rows[] = {
			{"5nm", 9260000},
			{"5 NM", 9260000},
			{"1000ft", 304800},
			{"9.26km", 9260000},
			{"500m", 500000},
			{"1mi", 1609344},
			{"2.5cm", 25},
			{"7mm", 7},
			{"0m", 0},
			{"-50ft", -15240},
			{"+1m", 1000},
			{".5m", 500},
			{"5.m", 5000},
			{" 5\tnm ", 9260000},
			{"0.0005m", 1},
			{"0.0004999m", 0},
			{"-0.0005m", -1},
			{"1nmi", 1852000},
			{"1ft", 305},
			{"100ft", 30480},
			{"0.00000000000000000000000000000000001m", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t mm = -1;
		ent_status status = ent_text_parse_length(
				rows[i].text, strlen(rows[i].text), &mm, NULL);
		CHECK_ROW(rows[i].text, status == ENT_OK && mm == rows[i].mm);
	}
}

TEST(quantity__a_missing_or_wrong_unit_is_refused_and_the_units_are_listed) {
	(void)state_;
	static const struct {
		const char *why, *text;
		bool duration;
		const char *says;
	} rows[] = {
			{"no unit", "5", false, "has no unit: write one of m, km, ft, NM"},
			{"no unit, decimals", "5.25", false, "has no unit"},
			{"seconds are no length", "5s", false, "none of m, km, ft"},
			{"two quantities", "5m 3m", false, "none of"},
			{"capital M might be a million", "5M", false, "none of"},
			{"exponent", "5e3m", false, "write the number in full"},
			{"a large one", "1e400nm", false, "write the number in full"},
			{"no exponent", "5em", false, "none of"},
			{"no number", "nm", false, "is not a length"},
			{"nothing", "", false, "is not a length"},
			{"not a number", "nan m", false, "is not a length"},
			{"infinity", "inf m", false, "is not a length"},
			{"hexadecimal", "0x10m", false, "none of"},
			{"decimal comma", "5,5m", false, "none of"},
			{"duration without unit", "30", true,
					"has no unit: write one of d, h, min, s, ms, us"},
			{"m is metres or minutes", "5m", true, "none of d, h, min"},
			{"negative duration", "-5s", true, "is not a duration"},
			{"smaller before larger", "5s1h", true, "none of"},
			{"the same twice", "5s5s", true, "none of"},
			{"ISO month and year have no length", "P1M", true, "none of"},
			{"ISO without a part", "PT", true, "is not a duration"},
			{"P alone", "P", true, "is not a duration"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = 7;
		struct ent_fault fault = {0};
		ent_status status = rows[i].duration
				? ent_text_parse_duration(rows[i].text, strlen(rows[i].text),
						  &value, &fault)
				: ent_text_parse_length(rows[i].text, strlen(rows[i].text), &value,
						  &fault);
		CHECK_ROW(rows[i].why, status == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, strstr(fault.why, rows[i].says) != NULL);
		CHECK_ROW(rows[i].why, value == 7);
	}
}

TEST(duration__units_add_up) {
	(void)state_;
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
			{"30s", 30000000},
			{"2min", 120000000},
			{"1h", INT64_C(3600000000)},
			{"1h30min", INT64_C(5400000000)},
			{"1 h 30 min", INT64_C(5400000000)},
			{"1.5h", INT64_C(5400000000)},
			{"1d", INT64_C(86400000000)},
			{"250ms", 250000},
			{"7us", 7},
			{"0s", 0},
			{"PT1H30M", INT64_C(5400000000)},
			{"PT0.5S", 500000},
			{"P1DT1S", INT64_C(86401000000)},
			{"P2D", INT64_C(172800000000)},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = -1;
		ent_status status = ent_text_parse_duration(
				rows[i].text, strlen(rows[i].text), &us, NULL);
		CHECK_ROW(rows[i].text, status == ENT_OK && us == rows[i].us);
	}
	int64_t us = 7;
	CHECK(ent_text_parse_duration("100001d", 7, &us, NULL) == ENT_E_DOMAIN && us == 7);
	CHECK(ent_text_parse_duration("99999999999999999999999h", 24, &us, NULL) == ENT_E_DOMAIN);
}

TEST(decimal__hostile_numbers_end_in_an_error_or_the_right_value) {
	(void)state_;
	static const struct {
		const char *text;
		ent_status status;
		int64_t value;
	} rows[] = {
			{"1e999", ENT_E_DOMAIN, 0},
			{"-1e999", ENT_E_DOMAIN, 0},
			{"1e-999", ENT_OK, 0},
			{"0e999999999999999999", ENT_OK, 0},
			{"1e-999999999999999999", ENT_OK, 0},
			{"9223372036854775807", ENT_OK, INT64_MAX},
			{"9223372036854775808", ENT_E_DOMAIN, 0},
			{"-9223372036854775807", ENT_OK, -INT64_MAX},
			{"00000000000000000000000000000000000000000000000000012", ENT_OK, 12},
			{"123456789012345678901234567890e-25", ENT_OK, 12346},
			{"0.49999999999999999999999999999", ENT_OK, 0},
			{"0.5", ENT_OK, 1},
			{"-0.5", ENT_OK, -1},
			{"1.5", ENT_OK, 2},
			{"2.5", ENT_OK, 3},
			{"nan", ENT_E_SYNTAX, 0},
			{"inf", ENT_E_SYNTAX, 0},
			{"NaN", ENT_E_SYNTAX, 0},
			{"-", ENT_E_SYNTAX, 0},
			{".", ENT_E_SYNTAX, 0},
			{"1e", ENT_E_SYNTAX, 0},
			{"1e+", ENT_E_SYNTAX, 0},
			{"1 2", ENT_E_SYNTAX, 0},
			{"--1", ENT_E_SYNTAX, 0},
			{"1.2.3", ENT_E_SYNTAX, 0},
			{"", ENT_E_SYNTAX, 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = 77;
		ent_status status = ent_text_parse_decimal(
				rows[i].text, strlen(rows[i].text), 1, 1, &value, NULL);
		CHECK_ROW(rows[i].text, status == rows[i].status);
		CHECK_ROW(rows[i].text, value == (status == ENT_OK ? rows[i].value : 77));
	}
	char zeros[1000];
	memset(zeros, '0', sizeof zeros);
	int64_t value = 77;
	CHECK(ent_text_parse_decimal(zeros, sizeof zeros, 1, 1, &value, NULL) == ENT_E_SYNTAX &&
			value == 77);
	CHECK(ent_text_parse_decimal("1\0", 2, 1, 1, &value, NULL) == ENT_E_SYNTAX);
}

/* The oracle is the definition: r is the nearest when |2 (r d - m n)| <= d, and on a tie away from zero. */
TEST(decimal__the_result_is_the_nearest_integer) {
	(void)state_;
	uint64_t seed = 22;
	for (int i = 0; i < 200000; i++) {
		int64_t m = (int64_t)(test_random(&seed) % 2000000000) - 1000000000;
		int64_t n = 1 + (int64_t)(test_random(&seed) % 1000000);
		int64_t d = 1 + (int64_t)(test_random(&seed) % (i % 2 ? 1000000 : 20));
		unsigned k = (unsigned)(test_random(&seed) % 7);
		char text[ENT_TEXT_DECIMAL_SIZE];
		size_t length = ent_text_print_decimal(m, k, i % 3 == 0, text);
		int64_t r;
		CHECK(ent_text_parse_decimal(text, length, n, d, &r, NULL) == ENT_OK);
		i128 bottom = d;
		for (unsigned j = 0; j < k; j++)
			bottom *= 10;
		i128 twice = 2 * ((i128)r * bottom - (i128)m * n);
		CHECK(twice <= bottom && -twice <= bottom);
		if (twice == bottom)
			CHECK(r > 0);
		if (-twice == bottom)
			CHECK(r < 0);
	}
}

TEST(decimal__printing_is_exact_at_the_ends) {
	(void)state_;
	static const struct {
		int64_t value;
		unsigned decimals;
		bool trim;
		const char *text;
	} rows[] = {
			{0, 0, false, "0"},
			{0, 3, false, "0.000"},
			{0, 3, true, "0"},
			{1, 9, true, "0.000000001"},
			{47458300000, 9, true, "47.4583"},
			{-47458300000, 9, true, "-47.4583"},
			{1000, 3, true, "1"},
			{1500, 3, true, "1.5"},
			{100, 0, true, "100"},
			{-5, 1, false, "-0.5"},
			{INT64_MIN, 0, false, "-9223372036854775808"},
			{INT64_MAX, 18, false, "9.223372036854775807"},
			{INT64_MIN, 18, true, "-9.223372036854775808"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[ENT_TEXT_DECIMAL_SIZE];
		size_t length = ent_text_print_decimal(
				rows[i].value, rows[i].decimals, rows[i].trim, text);
		CHECK_ROW(rows[i].text, strcmp(text, rows[i].text) == 0 && length == strlen(text));
	}
}

TEST(degrees__text_to_the_stored_grid_and_back_loses_nothing) {
	(void)state_;
	uint64_t seed = 9;
	for (int i = 0; i < 20000; i++) {
		int64_t ndeg = (int64_t)(test_random(&seed) % UINT64_C(360000000001)) -
				INT64_C(180000000000),
			back;
		char text[ENT_TEXT_DECIMAL_SIZE];
		size_t length = ent_text_print_decimal(ndeg, 9, true, text);
		CHECK(ent_text_parse_degrees(text, length, 180, &back, NULL) == ENT_OK &&
				back == ndeg);
	}
	int64_t ndeg = 7;
	struct ent_fault fault;
	CHECK(ent_text_parse_degrees("90.000000001", 12, 90, &ndeg, &fault) == ENT_E_DOMAIN &&
			ndeg == 7);
	CHECK(strstr(fault.why, "-90 to 90") != NULL);
	CHECK(ent_text_parse_degrees("-90", 3, 90, &ndeg, NULL) == ENT_OK &&
			ndeg == INT64_C(-90000000000));
	CHECK(ent_text_parse_degrees("47N", 3, 90, &ndeg, NULL) == ENT_E_SYNTAX);
}

TEST(pressure__to_the_nearest_pascal) {
	(void)state_;
	static const struct {
		const char *text;
		int32_t pa;
	} rows[] = {
			{"1013.25hPa", 101325},
			{"1013.25 mb", 101325},
			{"101325Pa", 101325},
			{"29.92inHg", 101321},
			{"1000hPa", 100000},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int32_t pa = 0;
		CHECK_ROW(rows[i].text,
				ent_text_parse_pressure(rows[i].text, strlen(rows[i].text), &pa,
						NULL) == ENT_OK);
		CHECK_ROW(rows[i].text, pa == rows[i].pa);
	}
	int32_t pa = 7;
	CHECK(ent_text_parse_pressure("1013", 4, &pa, NULL) == ENT_E_SYNTAX && pa == 7);
	CHECK(ent_text_parse_pressure("9999hPa", 7, &pa, NULL) == ENT_E_DOMAIN && pa == 7);
}

TEST(show__nothing_from_outside_can_steer_a_terminal) {
	(void)state_;
	char text[12];
	CHECK(strcmp(ent_text_show("a\x1b[2J\n\xff", 7, text, sizeof text), "a?[2J??") == 0);
	CHECK(strcmp(ent_text_show("0123456789abcdef", 16, text, sizeof text), "01234567...") == 0);
	CHECK(strcmp(ent_text_show("", 0, text, sizeof text), "") == 0);
}

/* A letter of any script shows something, alone; a mark on it, a blank and what steers do not. */
TEST(shows__a_letter_and_no_mark_blank_or_steering_character) {
	(void)state_;
	static const uint32_t seen[] = {'!', 'A', 0x2ff, 0x370, 0x5d0, 0x627, 0x915, 0x3042, 0xac00,
			0xfdfd, 0x1f6e9, 0x10fffd};
	static const uint32_t unseen[] = {0, ' ', 0xa0, 0x300, 0x36f, 0x34f, 0x483, 0x5b0, 0x64b,
			0x94d, 0x1dff, 0x20d0, 0x20e3, 0x2800, 0x3099, 0x3164, 0xfe00, 0xfe0f,
			0xfe20, 0x1d167, 0xe0001, 0xe0100, 0xe01ef};
	for (size_t i = 0; i < COUNT(seen); i++)
		CHECK_ROW("seen", ent_text_shows(seen[i]));
	for (size_t i = 0; i < COUNT(unseen); i++)
		CHECK_ROW("unseen", !ent_text_shows(unseen[i]));
}

/* A name has one of these; a sign between two letters that are, in the table, is none. */
TEST(spells__a_letter_or_digit_of_any_script_and_nothing_else) {
	(void)state_;
	static const uint32_t letters[] = {'0', '9', 'A', 'Z', 'a', 'z', 0xaa, 0xb2, 0xba, 0xe9,
			0x370, 0x416, 0x5d0, 0x627, 0x667, 0x915, 0x966, 0xe01, 0x10d0, 0x13a0,
			0x2801, 0x28ff, 0x3042, 0x4e00, 0xac00, 0x10400, 0x1e900, 0x20000};
	static const uint32_t others[] = {0, ' ', '!', '/', ':', '@', '[', '`', '{', '~', 0xa0,
			0xa7, 0xb4, 0xd7, 0xf7, 0x300, 0x37e, 0x589, 0x60c, 0x61f, 0x64b, 0x903,
			0x93e, 0x2014, 0x20ac, 0x2190, 0x2605, 0x2800, 0x3001, 0x3164, 0xfe0f,
			0xff0c, 0x1f600, 0x1f6e9, 0xe0001, 0xe0100};
	for (size_t i = 0; i < COUNT(letters); i++)
		CHECK_ROW("a letter or digit", ent_text_spells(letters[i]));
	for (size_t i = 0; i < COUNT(others); i++)
		CHECK_ROW("none", !ent_text_spells(others[i]));
}

TEST(show__letters_of_every_script_stay_and_what_steers_is_one_mark) {
	(void)state_;
	static const struct {
		const char *text, *shown;
	} rows[] = {
			{"Z\xc3\xbcrich", "Z\xc3\xbcrich"},
			{"\xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2", "\xd0\x9a\xd0\xb8\xd1\x97\xd0\xb2"},
			{"\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1\xe4\xba\xac"},
			{"\xd8\xb1\xd9\x81\xd8\xad", "\xd8\xb1\xd9\x81\xd8\xad"},
			{"\xf0\x9f\x9b\xa9 1", "\xf0\x9f\x9b\xa9 1"},
			{"\xc2\x9b[31m", "?[31m"},          /* U+009B: C1's own "ESC [" */
			{"\x7f\xc2\xad\xd8\x9c", "???"},    /* U+00AD, U+061C */
			{"\xe2\x80\x8b\xe2\x80\x8f", "??"}, /* U+200B, U+200F */
			{"\xe2\x80\xa8\xe2\x80\xae", "??"}, /* U+2028, U+202E */
			{"\xe2\x80\x90\xe2\x80\xaf.",
					"\xe2\x80\x90\xe2\x80\xaf."}, /* beside them */
			{"\xe2\x81\xa6x\xe2\x81\xa9", "?x?"},         /* U+2066, U+2069 */
			{"\xe1\x85\x9f\xe3\x85\xa4\xef\xbe\xa0",
					"???"}, /* U+115F, U+3164, U+FFA0 */
			{"\xef\xbb\xbf"
			 "a\xf3\xa0\x81\xa1",
					"?a?"},            /* U+FEFF, U+E0061 */
			{"\xc3", "?"},                     /* cut off */
			{"\xed\xa0\x80", "???"},           /* half of a surrogate pair */
			{"\xc0\xaf\xe0\x80\xaf", "?????"}, /* longer than need be */
			{"\xf4\x90\x80\x80\xf8", "?????"}, /* beyond U+10FFFF */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[32];
		ent_text_show(rows[i].text, strlen(rows[i].text), text, sizeof text);
		CHECK_ROW(rows[i].shown, strcmp(text, rows[i].shown) == 0);
	}
}

TEST(show__a_cut_never_divides_a_character) {
	(void)state_;
	static const char long_text[] =
			"a\xc3\xbc\xe6\x9d\xb1\xf0\x9f\x9b\xa9\xc3\xbc\xe6\x9d\xb1z";
	for (size_t size = 1; size <= sizeof long_text; size++) {
		char text[sizeof long_text];
		ent_text_show(long_text, sizeof long_text - 1, text, size);
		const size_t length = strlen(text);
		CHECK(length < size);
		uint32_t character;
		for (size_t at = 0, n; at < length; at += n) {
			n = ent_text_character(text + at, length - at, &character);
			CHECK(n > 0 && character != '?');
		}
		CHECK((length == sizeof long_text - 1) == (size == sizeof long_text));
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(time__rfc_3339_is_taken_to_the_microsecond),
			TEST_ENTRY(time__what_is_not_a_moment_is_refused_with_the_reason),
			TEST_ENTRY(time__printing_and_reading_return_the_same_moment_and_the_c_library_agrees),
			TEST_ENTRY(length__every_unit_is_exact),
			TEST_ENTRY(quantity__a_missing_or_wrong_unit_is_refused_and_the_units_are_listed),
			TEST_ENTRY(duration__units_add_up),
			TEST_ENTRY(decimal__hostile_numbers_end_in_an_error_or_the_right_value),
			TEST_ENTRY(decimal__the_result_is_the_nearest_integer),
			TEST_ENTRY(decimal__printing_is_exact_at_the_ends),
			TEST_ENTRY(degrees__text_to_the_stored_grid_and_back_loses_nothing),
			TEST_ENTRY(pressure__to_the_nearest_pascal),
			TEST_ENTRY(show__nothing_from_outside_can_steer_a_terminal),
			TEST_ENTRY(shows__a_letter_and_no_mark_blank_or_steering_character),
			TEST_ENTRY(spells__a_letter_or_digit_of_any_script_and_nothing_else),
			TEST_ENTRY(show__letters_of_every_script_stay_and_what_steers_is_one_mark),
			TEST_ENTRY(show__a_cut_never_divides_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
