/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h: moments, quantities and decimal numbers as text, in and out, exactly.
 * Depends on: base.
 *
 * All of it is decimal arithmetic on integers: no doubles, no locale. What lies between
 * two stored values is rounded to the nearest, halves away from zero. Texts are given by
 * pointer and length and need no terminator; spaces around them are passed over. Every
 * quantity carries its unit; one without is refused, and the reason lists the units.
 *
 * Units of length: m, km, ft, nm or NM (nautical mile, 1852 m), mi (1609.344 m), cm, mm.
 * Units of time: us, ms, s, min, h, d; several may follow one another, the larger first
 * ("1h30min"); an ISO 8601 duration of days and less ("PT1H30M") is taken too.
 * 1 ft = 304.8 mm, 1 NM = 1852 m (ICAO Annex 5, table 3-3).
 */
#ifndef ENTENTE_TEXT_H
#define ENTENTE_TEXT_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	ENT_TEXT_MAX = 256,        /* longest moment or quantity that is looked at */
	ENT_TEXT_TIME_SIZE = 32,   /* room for any moment that is printed, with terminator */
	ENT_TEXT_DECIMAL_SIZE = 32 /* room for any decimal that is printed, with terminator */
};

/*
 * RFC 3339: "2018-08-01T05:27:30.5Z", "2018-08-01 07:27:30+02:00". Seconds may have up to
 * 6 decimals that count; further ones are rounded. Second 60 is taken where a leap second
 * may stand (23:59 UTC, last day of June or December) as the first moment of the next
 * minute, because time since 1970 has no leap seconds. E_SYNTAX with the reason: not of
 * this form, or without a zone ("Z" or "+02:00"), because local time is ambiguous.
 * E_DOMAIN: no such day, hour or offset, or outside the years 0001 to 9999.
 */
ENT_API ENT_MUST_USE ent_status ent_text_parse_time(const char *text, size_t length,
		int64_t *ret_utc_us, struct ent_fault *reterr_fault);

/*
 * RFC 3339 in UTC, "Z", with no, 3 or 6 decimals: as few as are exact. Returns the
 * length. 'utc_us' outside the years 0001 to 9999 prints "unbounded".
 */
ENT_API size_t ent_text_print_time(int64_t utc_us, char ret_text[ENT_TEXT_TIME_SIZE]);

/* "5nm", "9.26 km", "1000ft". E_SYNTAX; E_DOMAIN beyond 9.2e12 m. */
ENT_API ENT_MUST_USE ent_status ent_text_parse_length(
		const char *text, size_t length, int64_t *ret_mm, struct ent_fault *reterr_fault);

/* "30s", "2min", "1h30min", "PT30S". Never negative. E_SYNTAX, E_DOMAIN beyond 100,000 days. */
ENT_API ENT_MUST_USE ent_status ent_text_parse_duration(
		const char *text, size_t length, int64_t *ret_us, struct ent_fault *reterr_fault);

/* A pressure: "1013.25hPa", "1013 mb", "29.92inHg", "101325Pa", to the nearest Pa. E_SYNTAX, E_DOMAIN. */
ENT_API ENT_MUST_USE ent_status ent_text_parse_pressure(
		const char *text, size_t length, int32_t *ret_pa, struct ent_fault *reterr_fault);

/* Decimal degrees without a unit, "47.4583", to 1e-9 degree; |value| <= 'limit_deg'. E_SYNTAX, E_DOMAIN. */
ENT_API ENT_MUST_USE ent_status ent_text_parse_degrees(const char *text, size_t length,
		int limit_deg, int64_t *ret_ndeg, struct ent_fault *reterr_fault);

/*
 * The UTF-8 character that stands at 'text' ('length' is at least 1): its length in bytes, 0
 * when there is none that is well formed (Unicode 15, table 3-7).
 */
ENT_API size_t ent_text_character(const char *text, size_t length, uint32_t *ret_character);

/*
 * Does a character steer what stands around it, or show nothing at all? Controls, C1 too,
 * ends of lines and paragraphs, marks of direction, joiners and spaces without a width, the
 * byte order mark, tags: with them a name can look like another, or turn a line around.
 */
ENT_API bool ent_text_steers(uint32_t character);
/* Is there something to be seen of it alone? Not of a blank, of a mark that is put on the character before it, or of what steers. */
ENT_API bool ent_text_shows(uint32_t character);
/* Is it a letter or digit of any script, Braille too? Nothing that does not show, and no punctuation or symbol. */
ENT_API bool ent_text_spells(uint32_t character);

/*
 * Puts text from outside into a message, so that no input can steer a terminal or a page:
 * each character that steers, and each byte that is not UTF-8, is shown as '?'. Cut between
 * characters to fit. Always terminated; returns ret_text.
 */
ENT_API const char *ent_text_show(const char *text, size_t length, char *ret_text, size_t size);

/*
 * A plain decimal number, "-12.5" or "1.25e3", times numerator/denominator, to the nearest
 * integer: feet to millimetres is 3048/10. 'numerator' and 'denominator' are 1 to 1e15.
 * The first 22 significant digits count. E_SYNTAX: not a number (NaN and infinities neither).
 * E_DOMAIN: beyond int64.
 */
ENT_API ENT_MUST_USE ent_status ent_text_parse_decimal(const char *text, size_t length,
		int64_t numerator, int64_t denominator, int64_t *ret_value,
		struct ent_fault *reterr_fault);

/*
 * value / 10^decimals, decimals 0 to 18, exactly; trailing zeros of the fraction (and its
 * point) left away when 'trim'. 47458300000 with 9 is "47.4583". Returns the length.
 */
ENT_API size_t ent_text_print_decimal(
		int64_t value, unsigned decimals, bool trim, char ret_text[ENT_TEXT_DECIMAL_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
