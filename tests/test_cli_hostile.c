/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input made to do harm ends in an error, soon, and in bounded memory: the program runs with
 * a small address space, and the input comes through a pipe and is larger than that.
 */
#include <zlib.h>

#include "program.h"

/*
 * What the program may map: itself and its libraries (about 10 MiB), and for a list twice
 * the window of an element (16 MiB) while it grows, or one object of 64 MiB and what
 * parsing it takes.
 */
enum { ROOM_MIB = 96, ROOM_OBJECT_MIB = 256 };

#define GIB (UINT64_C(1) << 30)

/* Until the reader has had enough, or all was written. */
static void repeat(FILE *to, const char *text, uint64_t bytes) {
	char block[1 << 16];
	const size_t unit = strlen(text), whole = sizeof block / unit * unit;
	for (size_t i = 0; i < whole; i++)
		block[i] = text[i % unit];
	for (uint64_t done = 0; done < bytes && fwrite(block, 1, whole, to) == whole; done += whole)
		;
}

static void feed_csv_line(FILE *to) {
	(void)fputs("time,id,lat,lon,altitude\n2026-01-05T12:00:00Z,", to);
	repeat(to, "a", GIB);
}

static void feed_csv_header(FILE *to) {
	repeat(to, "a,", GIB);
}

static void feed_csv_quote(FILE *to) {
	(void)fputs("time,id,lat,lon,altitude\n\"", to);
	repeat(to, "line\n", GIB);
}

static void feed_list_string(FILE *to) {
	(void)fputs("[{\"icao24\":\"", to);
	repeat(to, "a", GIB);
}

static void feed_list_element(FILE *to) {
	(void)fputs("[{\"timestamp\":1", to);
	repeat(to, ",\"a\":1", GIB);
}

static void feed_list_spaces(FILE *to) {
	(void)fputs("[", to);
	repeat(to, " ", GIB);
}

static void feed_object(FILE *to) {
	(void)fputs("{\"type\":\"FeatureCollection\",\"features\":[", to);
	repeat(to, "{\"type\":\"Feature\"},", GIB);
}

static void feed_object_string(FILE *to) {
	(void)fputs("{\"type\":\"", to);
	repeat(to, "a", GIB);
}

static void feed_kml_text(FILE *to) {
	(void)fputs("<kml><Placemark><name>", to);
	repeat(to, "a", GIB);
}

static void feed_kml_tag(FILE *to) {
	(void)fputs("<kml><Placemark ", to);
	repeat(to, "a", GIB);
}

static void feed_kml_coordinates(FILE *to) {
	(void)fputs("<kml><Placemark><LineString><coordinates>", to);
	repeat(to, "8,47 ", GIB);
}

static void feed_kml_deep(FILE *to) {
	(void)fputs("<kml>", to);
	repeat(to, "<Folder>", GIB);
}

static void feed_kml_entities(FILE *to) {
	(void)fputs("<!DOCTYPE k [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
		    "\"&a;&a;&a;&a;&a;&a;&a;&a;\">"
		    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><kml>&c;</kml>",
			to);
}

static void feed_deep_list(FILE *to) {
	repeat(to, "[", GIB);
}

static void feed_deep_object(FILE *to) {
	(void)fputs("{\"type\":\"Feature\",\"properties\":", to);
	for (int i = 0; i < 100000; i++)
		(void)fputs("{\"a\":", to);
	for (int i = 0; i < 100000; i++)
		(void)fputs(i == 0 ? "1}" : "}", to);
	(void)fputs("}", to);
}

static void feed_huge_number(FILE *to) {
	(void)fputs("{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\","
		    "\"coordinates\":[",
			to);
	repeat(to, "9", 1 << 20);
	(void)fputs(",1]}}", to);
}

static void feed_huge_exponent(FILE *to) {
	(void)fputs("{\"type\":\"Feature\",\"properties\":{\"radius\":\"1e999999999999nm\"},"
		    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[8,47]}}",
			to);
}

static void feed_zeros(FILE *to) {
	static const char zeros[1 << 16];
	for (uint64_t done = 0; done < GIB && fwrite(zeros, 1, sizeof zeros, to) == sizeof zeros;
			done += sizeof zeros)
		;
}

/* 'start' and a gibibyte of 'text', gzipped to a few megabytes. */
static void feed_packed(FILE *to, const char *start, const char *text) {
	char block[1 << 16];
	const size_t unit = strlen(text), whole = sizeof block / unit * unit;
	gzFile packed = gzdopen(dup(fileno(to)), "wb1");
	if (packed == NULL || gzputs(packed, start) < 0)
		return;
	for (size_t i = 0; i < whole; i++)
		block[i] = text[i % unit];
	for (uint64_t done = 0; done < GIB && gzwrite(packed, block, (unsigned)whole) > 0;
			done += whole)
		;
	(void)gzclose(packed);
}

static void feed_bomb_spaces(FILE *to) {
	feed_packed(to, "[", " ");
}

static void feed_bomb_reports(FILE *to) {
	feed_packed(to, "[{\"timestamp\":null}",
			",{\"timestamp\":1767614400000,\"icao24\":\"4b0001\",\"latitude\":47,"
			"\"longitude\":8,"
			"\"altitude\":null}");
}

static void feed_bomb_object(FILE *to) {
	feed_packed(to, "{\"type\":\"", "a");
}

static const struct {
	const char *why, *arguments;
	void (*feed)(FILE *to);
	uint64_t room_mib;
	const char *says;
} rows[] = {
		{"a CSV line of 1 GiB", "check -", feed_csv_line, ROOM_MIB,
				"entente: -: line 2: the line is longer than 64 KiB\n"},
		{"a CSV header of 1 GiB", "check -", feed_csv_header, ROOM_MIB,
				"entente: -: line 1: more than 256 columns\n"},
		{"a quote that never ends", "check -", feed_csv_quote, ROOM_MIB,
				"entente: -: line 2: the line is longer than 64 KiB\n"},
		{"a string in a list", "check -", feed_list_string, ROOM_MIB,
				"one element of the array is larger than 16 MiB\n"},
		{"an element of a list", "check -", feed_list_element, ROOM_MIB,
				"one element of the array is larger than 16 MiB\n"},
		{"a list of nothing", "check -", feed_list_spaces, ROOM_MIB,
				"one element of the array is larger than 16 MiB\n"},
		{"an object", "check -", feed_object, ROOM_OBJECT_MIB,
				"entente: -: one JSON object of more than 64 MiB; divide it over "
				"several files\n"},
		{"a string in an object", "check -", feed_object_string, ROOM_OBJECT_MIB,
				"entente: -: one JSON object of more than 64 MiB; divide it over "
				"several files\n"},
		{"a text in KML", "check -", feed_kml_text, ROOM_MIB,
				"the text of an element is too long\n"},
		{"a tag of KML", "check -", feed_kml_tag, ROOM_MIB,
				"entente: -: line 1: a tag or comment is too long\n"},
		{"coordinates of KML", "check -", feed_kml_coordinates, ROOM_MIB,
				"entente: -: line 1: the text of an element is too long\n"},
		{"deep KML", "check -", feed_kml_deep, ROOM_MIB, "nested too deep\n"},
		{"entities of entities", "check -", feed_kml_entities, ROOM_MIB,
				"entente: -: line 1: a document type declaration (<!DOCTYPE) is "
				"not taken\n"},
		{"deep lists", "check -", feed_deep_list, ROOM_MIB,
				"entente: -: line 1, column 65: nested too deep\n"},
		{"deep objects", "check -", feed_deep_object, ROOM_MIB, "nested too deep\n"},
		{"a number of a million digits", "check -", feed_huge_number, ROOM_MIB,
				"entente: -: line 1, column 77: this number is too large\n"},
		{"a huge exponent", "check -", feed_huge_exponent, ROOM_MIB,
				"entente: -: properties.radius: "},
		{"zeros", "check -", feed_zeros, ROOM_MIB,
				"entente: -: neither GeoJSON, ASTM F3548, CSV, KML nor recorded "
				"reports\n"},
		{"a zip bomb of spaces", "check -", feed_bomb_spaces, ROOM_MIB,
				"one element of the array is larger than 16 MiB\n"},
		{"a zip bomb of reports", "check --max-input 32 -", feed_bomb_reports, ROOM_MIB,
				"entente: -: the input is larger than 33554432 bytes; --max-input "
				"allows more\n"},
		{"a zip bomb of one object", "check -", feed_bomb_object, ROOM_OBJECT_MIB,
				"entente: -: one JSON object of more than 64 MiB; divide it over "
				"several files\n"},
};

TEST(cli__hostile_input_ends_in_an_error_in_bounded_memory) {
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct program_run run = program_run(rows[i].arguments,
				(struct program_how){.feed = rows[i].feed,
						.address_max_mib = rows[i].room_mib});
		program_check_has(rows[i].why, run.err, rows[i].says);
		CHECK_ROW(rows[i].why, strstr(run.err, "memory") == NULL);
		CHECK_ROW(rows[i].why, run.status == 2 && run.out[0] == '\0');
		program_finish(&run);
	}
}

/* So that the bound above means something: it does hold the program back. */
TEST(cli__too_little_memory_is_said) {
	(void)state_;
	if (program_is_sanitized())
		return;
	struct program_run run = program_run("check -",
			(struct program_how){.feed = feed_object_string, .address_max_mib = 48});
	program_check_has("memory", run.err, "memory");
	CHECK(run.status == 2 && run.out[0] == '\0');
	program_finish(&run);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(cli__hostile_input_ends_in_an_error_in_bounded_memory),
			TEST_ENTRY(cli__too_little_memory_is_said),
	};
	return chdir(TEST_SOURCE) == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 2;
}
