/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_csv.c: CSV tracks: a header row that names the columns, then one report a row.
 * Reports are cleaned, as a plan's or with --recorded as a recording's: an empty field is for the
 * rules, one that cannot be understood is a fault. docs/formats.md lists the names of columns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "entente/gridref.h"
#include "entente/refused.h"
#include "entente/text.h"

enum column {
	COLUMN_TIME,
	COLUMN_ID,
	COLUMN_CALLSIGN,
	COLUMN_ICAO24,
	COLUMN_LAT,
	COLUMN_LON,
	COLUMN_POSITION,
	COLUMN_ALTITUDE,
	COLUMN_REF,
	COLUMN_COUNT
};

enum { NAME_SIZE = 48, ABSENT = -1 };

static const char *const column_texts[COLUMN_COUNT] = {"the time", "the id", "the callsign",
		"the aircraft address", "the latitude", "the longitude", "the position",
		"the altitude", "the altitude reference"};

struct table {
	struct check_reader *reader;
	struct check_traffic *traffic;
	struct check_csv *csv;
	struct ent_fault fault;
	bool row_bad;         /* a fault of the row in hand has been noted */
	int at[COLUMN_COUNT]; /* which field, or ABSENT */
	char names[COLUMN_COUNT][NAME_SIZE];
	char second_position[NAME_SIZE]; /* "": there is one at most */
	int64_t time_factor;             /* microseconds in its unit; 0: RFC 3339 text */
	int64_t altitude_numerator, altitude_denominator; /* to millimetres; 0: text with a unit */
	bool ref_named;
	enum ent_altitude_ref ref; /* that the column's name says, or the default */
};

/* Names of columns but the altitude's, in small letters, spaces and '-' as '_'. */
static const struct {
	const char *name;
	enum column column;
	int64_t factor; /* of a time */
} known[] = {
		{"time", COLUMN_TIME, 0},
		{"timestamp", COLUMN_TIME, 0},
		{"time_utc", COLUMN_TIME, 0},
		{"datetime", COLUMN_TIME, 0},
		{"time_s", COLUMN_TIME, 1000000},
		{"time_ms", COLUMN_TIME, 1000},
		{"time_us", COLUMN_TIME, 1},
		{"timestamp_s", COLUMN_TIME, 1000000},
		{"timestamp_ms", COLUMN_TIME, 1000},
		{"id", COLUMN_ID, 0},
		{"flight_id", COLUMN_ID, 0},
		{"track_id", COLUMN_ID, 0},
		{"callsign", COLUMN_CALLSIGN, 0},
		{"icao24", COLUMN_ICAO24, 0},
		{"hex", COLUMN_ICAO24, 0},
		{"lat", COLUMN_LAT, 0},
		{"latitude", COLUMN_LAT, 0},
		{"lat_deg", COLUMN_LAT, 0},
		{"latitude_deg", COLUMN_LAT, 0},
		{"lon", COLUMN_LON, 0},
		{"lng", COLUMN_LON, 0},
		{"long", COLUMN_LON, 0},
		{"longitude", COLUMN_LON, 0},
		{"lon_deg", COLUMN_LON, 0},
		{"longitude_deg", COLUMN_LON, 0},
		{"position", COLUMN_POSITION, 0},
		{"place", COLUMN_POSITION, 0},
		{"coordinates", COLUMN_POSITION, 0},
		{"mgrs", COLUMN_POSITION, 0},
		{"gars", COLUMN_POSITION, 0},
		{"georef", COLUMN_POSITION, 0},
		{"altitude_ref", COLUMN_REF, 0},
		{"altitude_reference", COLUMN_REF, 0},
		{"alt_ref", COLUMN_REF, 0},
};

/* --- The header --- */

static void normalise(const struct check_text *text, char ret_name[NAME_SIZE]) {
	size_t from = 0, n = 0, length = text->length;
	if (length >= 3 && memcmp(text->text, "\xef\xbb\xbf", 3) == 0)
		from = 3; /* byte order mark */
	while (from < length && text->text[from] == ' ')
		from++;
	while (length > from && text->text[length - 1] == ' ')
		length--;
	for (; from < length && n + 1 < NAME_SIZE; from++) {
		char c = text->text[from];
		ret_name[n++] = c == ' ' || c == '-'   ? '_'
				: c >= 'A' && c <= 'Z' ? (char)(c | 0x20)
						       : c;
	}
	ret_name[n] = '\0';
}

/* The word of a name from *at on, up to '_'; *at moves behind it. */
static size_t word(const char *name, size_t *at, const char **ret_word) {
	*ret_word = name + *at;
	size_t length = strcspn(*ret_word, "_");
	*at += length + ((*ret_word)[length] == '_');
	return length;
}

static bool is(const char *text, size_t length, const char *wanted) {
	return strlen(wanted) == length && memcmp(text, wanted, length) == 0;
}

/* "altitude" or "alt", then words in any order: a unit (ft, m) and a reference (amsl, w84, agl, fl, pressure). */
static bool take_altitude_name(struct table *t, const char *name) {
	size_t at = 0;
	const char *text;
	size_t length = word(name, &at, &text);
	bool pressure = is(text, length, "pressure") || is(text, length, "baro");
	if (pressure)
		length = word(name, &at, &text);
	if (!is(text, length, "altitude") && !is(text, length, "alt"))
		return false;
	int64_t numerator = 0, denominator = 1;
	bool named = pressure;
	enum ent_altitude_ref ref = ENT_ALTITUDE_FL;
	while (name[at] != '\0') {
		length = word(name, &at, &text);
		if (is(text, length, "ft") || is(text, length, "feet")) {
			numerator = 3048;
			denominator = 10;
		} else if (is(text, length, "m") || is(text, length, "metres") ||
				is(text, length, "meters")) {
			numerator = 1000;
		} else if (check_altitude_ref_parse(text, length, &ref, NULL) == ENT_OK) {
			named = true;
		} else {
			return false;
		}
	}
	/* "altitude_fl": in hundreds of feet, as levels are spoken. */
	if (numerator == 0 && named && !pressure && ref == ENT_ALTITUDE_FL)
		numerator = 30480;
	t->altitude_numerator = numerator;
	t->altitude_denominator = denominator;
	t->ref_named = named;
	if (named)
		t->ref = ref;
	return true;
}

static enum column find_column(struct table *t, const char *name, int64_t *ret_factor) {
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(known[i].name, name) == 0) {
			*ret_factor = known[i].factor;
			return known[i].column;
		}
	}
	struct table before = *t;
	if (take_altitude_name(t, name))
		return COLUMN_ALTITUDE;
	*t = before;
	return COLUMN_COUNT;
}

static ent_status fail_header(
		struct table *t, ent_status status, const char *column, const char *why) {
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "line %llu%s%.64s",
			(unsigned long long)t->csv->record_line, column[0] ? ", column " : "",
			column);
	ent_fault_set(&t->fault, where, "%s", why);
	return status;
}

static ent_status take_column(struct table *t, size_t field) {
	char name[NAME_SIZE], shown[NAME_SIZE];
	int64_t factor = 0;
	normalise(&t->csv->fields[field], name);
	ent_text_show(name, strlen(name), shown, sizeof shown);
	if (ent_refused_name(name, strlen(name))) {
		struct ent_fault refusal;
		ent_status status = ent_refused_fault(&refusal, "");
		return fail_header(t, status, shown, refusal.why);
	}
	enum column column = find_column(t, name, &factor);
	if (column == COLUMN_COUNT)
		return ENT_OK;
	if (t->at[column] != ABSENT && column == COLUMN_POSITION) {
		memcpy(t->second_position, shown, sizeof shown);
		return ENT_OK;
	}
	if (t->at[column] != ABSENT)
		return fail_header(t, ENT_E_EXISTS, shown, "another column gives the same");
	t->at[column] = (int)field;
	memcpy(t->names[column], shown, sizeof shown);
	if (column == COLUMN_TIME)
		t->time_factor = factor;
	return ENT_OK;
}

/*
 * Latitude and longitude are looked at before a position, which may be a mere name beside
 * them. Without both of them the position counts, and must be one.
 */
static ent_status choose_position(struct table *t) {
	if (t->at[COLUMN_LAT] != ABSENT && t->at[COLUMN_LON] != ABSENT)
		t->at[COLUMN_POSITION] = ABSENT;
	if (t->at[COLUMN_POSITION] != ABSENT && t->second_position[0] != '\0')
		return fail_header(t, ENT_E_EXISTS, t->second_position,
				"another column gives the position");
	return ENT_OK;
}

/*
 * A column that is passed over, when it looks like one that nothing else gives: a misspelt
 * callsign would part or join flights. Short names and such of words of their own are let be.
 */
static ent_status look_at_unknown(struct table *t, size_t field) {
	char name[NAME_SIZE], shown[NAME_SIZE], why[96];
	const char *meant[sizeof known / sizeof known[0]];
	int64_t factor;
	size_t n = 0;
	const bool placed = t->at[COLUMN_LAT] != ABSENT && t->at[COLUMN_LON] != ABSENT;
	normalise(&t->csv->fields[field], name);
	if (find_column(t, name, &factor) != COLUMN_COUNT)
		return ENT_OK;
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (t->at[known[i].column] == ABSENT &&
				(known[i].column != COLUMN_POSITION || !placed))
			meant[n++] = known[i].name;
	const char *nearest = check_near_name(name, strlen(name), meant, n);
	if (nearest == NULL)
		return ENT_OK;
	(void)snprintf(why, sizeof why, "there is no such column; did you mean %s?", nearest);
	return fail_header(t, ENT_E_SYNTAX, ent_text_show(name, strlen(name), shown, sizeof shown),
			why);
}

/* What must be there. */
static ent_status look_at_columns(struct table *t) {
	static const enum column needed[] = {COLUMN_TIME, COLUMN_LAT, COLUMN_LON, COLUMN_ALTITUDE};
	const bool position = t->at[COLUMN_POSITION] != ABSENT;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		if (t->at[needed[i]] != ABSENT ||
				(position && (needed[i] == COLUMN_LAT || needed[i] == COLUMN_LON)))
			continue;
		char why[160];
		(void)snprintf(why, sizeof why,
				"no column gives %s; CSV needs time, lat and lon or a position, an "
				"altitude, and id, callsign or icao24",
				column_texts[needed[i]]);
		return fail_header(t, ENT_E_MISSING, "", why);
	}
	if (t->at[COLUMN_ID] == ABSENT && t->at[COLUMN_CALLSIGN] == ABSENT &&
			t->at[COLUMN_ICAO24] == ABSENT)
		return fail_header(
				t, ENT_E_MISSING, "", "no column gives an id, callsign or icao24");
	bool number = t->altitude_numerator != 0;
	if (number && !t->ref_named && t->at[COLUMN_REF] == ABSENT)
		return fail_header(t, ENT_E_MISSING, t->names[COLUMN_ALTITUDE],
				"says no reference: name it altitude_amsl_ft, altitude_w84_m, "
				"altitude_fl or the like, or add a column altitude_reference");
	return ENT_OK;
}

/* A header without a comma may be separated otherwise. */
static void find_separator(struct table *t) {
	static const char others[] = ";\t";
	struct check_csv *csv = t->csv;
	for (size_t i = 0; csv->n_fields == 1 && others[i] != '\0'; i++) {
		const char *text = csv->fields[0].text;
		size_t rest = csv->fields[0].length;
		if (memchr(text, others[i], rest) == NULL)
			continue;
		csv->separator = others[i];
		csv->n_fields = 0;
		while (csv->n_fields < CHECK_CSV_FIELDS_MAX) {
			const char *end = memchr(text, others[i], rest);
			size_t length = end != NULL ? (size_t)(end - text) : rest;
			csv->fields[csv->n_fields++] = (struct check_text){text, length};
			if (end == NULL)
				break;
			text = end + 1;
			rest -= length + 1;
		}
		return;
	}
}

static ent_status take_header(struct table *t) {
	const char *why;
	ent_status status = check_csv_next(t->csv, &why);
	if (status == ENT_E_MISSING)
		return fail_header(t, ENT_E_MISSING, "", "there is no header row");
	if (status != ENT_OK)
		return why != NULL ? fail_header(t, status, "", why) : status;
	find_separator(t);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		t->at[i] = ABSENT;
	for (size_t i = 0; i < t->csv->n_fields; i++) {
		status = take_column(t, i);
		if (status != ENT_OK)
			return status;
	}
	for (size_t i = 0; i < t->csv->n_fields; i++) {
		status = look_at_unknown(t, i);
		if (status != ENT_OK)
			return status;
	}
	if (!t->ref_named && t->reader->options.default_ref_given) {
		t->ref_named = true;
		t->ref = t->reader->options.default_ref;
	}
	status = choose_position(t);
	return status == ENT_OK ? look_at_columns(t) : status;
}

/* --- Rows --- */

static struct check_text field(const struct table *t, enum column column) {
	struct check_text none = {NULL, 0};
	if (t->at[column] == ABSENT)
		return none;
	struct check_text text = t->csv->fields[t->at[column]];
	while (text.length > 0 && text.text[0] == ' ') {
		text.text++;
		text.length--;
	}
	while (text.length > 0 && text.text[text.length - 1] == ' ')
		text.length--;
	return text;
}

/* A fault of the row in hand, whose other fields are still looked at. */
static ent_status note(struct table *t, ent_status status) {
	char where[40];
	if (status == ENT_OK)
		return ENT_OK;
	(void)snprintf(where, sizeof where, "line %llu", (unsigned long long)t->csv->record_line);
	if (t->fault.why[0] != '\0')
		check_fault_within(&t->fault, where);
	check_reader_note(t->reader, status, &t->fault);
	t->fault = (struct ent_fault){0};
	t->row_bad = true;
	return check_status_is_fatal(status) ? status : ENT_OK;
}

static void fault_field(struct table *t, enum column column, ent_status status) {
	char where[NAME_SIZE + 8];
	(void)snprintf(where, sizeof where, "column %s", t->names[column]);
	check_fault_within(&t->fault, where);
	(void)note(t, status); /* to parse takes no memory, so the reading goes on */
}

/*
 * Was it understood, and in range? A number that is out of range is for the rules; any
 * other failure is a fault of that column.
 */
static bool settle(
		struct table *t, enum column column, ent_status status, struct check_sighting *s) {
	if (status == ENT_E_DOMAIN) {
		s->out_of_range = true;
		t->fault = (struct ent_fault){0};
	} else if (status != ENT_OK) {
		fault_field(t, column, status);
	}
	return status == ENT_OK;
}

static void take_time(struct table *t, struct check_sighting *s) {
	struct check_text text = field(t, COLUMN_TIME);
	s->has_time = text.length > 0;
	if (!s->has_time)
		return;
	if (t->time_factor > 0) {
		(void)settle(t, COLUMN_TIME,
				ent_text_parse_decimal(text.text, text.length, t->time_factor, 1,
						&s->time_utc_us, &t->fault),
				s);
		return;
	}
	ent_status status = ent_text_parse_time(text.text, text.length, &s->time_utc_us, &t->fault);
	if (status != ENT_OK)
		fault_field(t, COLUMN_TIME, status); /* no such day: no number out of range */
}

/* A place in any form. A cell's radius goes to its flight. */
static void take_reference(struct table *t, struct check_sighting *s) {
	struct check_text text = field(t, COLUMN_POSITION);
	struct ent_gridref reference;
	s->has_position = text.length > 0;
	if (!s->has_position)
		return;
	ent_status status = ent_gridref_parse(text.text, text.length, &reference, &t->fault);
	if (status == ENT_OK && reference.radius_mm > ENT_TOLERANCE_LATERAL_MAX_MM) {
		ent_fault_set(&t->fault, "", "a cell of %lld km around; a flight is within %lld km",
				(long long)(reference.radius_mm / 1000000),
				(long long)(ENT_TOLERANCE_LATERAL_MAX_MM / 1000000));
		status = ENT_E_LIMIT;
	}
	if (!settle(t, COLUMN_POSITION, status, s))
		return;
	s->at = reference.centre;
	s->radius_mm = reference.radius_mm;
}

static void take_position(struct table *t, struct check_sighting *s) {
	if (t->at[COLUMN_POSITION] != ABSENT) {
		take_reference(t, s);
		return;
	}
	struct check_text lat = field(t, COLUMN_LAT), lon = field(t, COLUMN_LON);
	int64_t lat_ndeg = 0, lon_ndeg = 0;
	s->has_position = lat.length > 0 && lon.length > 0;
	if (!s->has_position)
		return;
	bool lat_good = settle(t, COLUMN_LAT,
			ent_gridref_parse_angle(lat.text, lat.length, true, &lat_ndeg, &t->fault),
			s);
	bool lon_good = settle(t, COLUMN_LON,
			ent_gridref_parse_angle(lon.text, lon.length, false, &lon_ndeg, &t->fault),
			s);
	if (lat_good && lon_good)
		(void)settle(t, COLUMN_LAT, ent_geo_point_from_ndeg(lat_ndeg, lon_ndeg, &s->at), s);
}

/* Text with a unit, which may name its own reference. */
static void take_altitude_text(
		struct table *t, struct check_text text, bool known_ref, struct check_sighting *s) {
	struct ent_altitude altitude;
	ent_status status = check_altitude_parse(
			text.text, text.length, known_ref ? &s->ref : NULL, &altitude, &t->fault);
	if (!settle(t, COLUMN_ALTITUDE, status, s))
		return;
	s->ref = altitude.ref;
	s->altitude_mm = altitude.mm;
}

static void take_altitude(struct table *t, struct check_sighting *s) {
	struct check_text text = field(t, COLUMN_ALTITUDE), ref = field(t, COLUMN_REF);
	bool known_ref = t->ref_named || ref.length > 0;
	s->ref = t->ref;
	s->has_altitude = text.length > 0;
	if (!s->has_altitude)
		return;
	if (ref.length > 0)
		(void)settle(t, COLUMN_REF,
				check_altitude_ref_parse(ref.text, ref.length, &s->ref, &t->fault),
				s);
	if (t->altitude_numerator == 0) {
		take_altitude_text(t, text, known_ref, s);
		return;
	}
	if (!known_ref) {
		ent_fault_set(&t->fault, "", "is empty, and nothing else says the reference");
		(void)settle(t, COLUMN_REF, ENT_E_MISSING, s);
	}
	(void)settle(t, COLUMN_ALTITUDE,
			ent_text_parse_decimal(text.text, text.length, t->altitude_numerator,
					t->altitude_denominator, &s->altitude_mm, &t->fault),
			s);
}

/* Every field is looked at; the row is taken when all are good. */
static ent_status take_row(struct table *t, size_t n_columns) {
	struct check_sighting s = {0};
	if (t->csv->n_fields != n_columns) {
		ent_fault_set(&t->fault, "", "has %zu fields; the header has %zu", t->csv->n_fields,
				n_columns);
		return ENT_E_SYNTAX;
	}
	s.id = field(t, COLUMN_ID);
	s.callsign = field(t, COLUMN_CALLSIGN);
	s.icao24 = field(t, COLUMN_ICAO24);
	take_time(t, &s);
	take_position(t, &s);
	take_altitude(t, &s);
	return t->row_bad ? ENT_OK : check_traffic_add(t->traffic, &s, &t->fault);
}

/* The end of a row: notes the status, and leaves the row out when it has a fault. */
static ent_status end_row(struct table *t, ent_status status) {
	status = note(t, status);
	if (status == ENT_OK && t->row_bad)
		check_reader_leave_out(t->reader);
	t->row_bad = false;
	return status;
}

static ent_status take_rows(struct table *t) {
	size_t n_columns = t->csv->n_fields;
	const char *why;
	for (;;) {
		ent_status status = check_csv_next(t->csv, &why);
		if (status == ENT_E_MISSING)
			return ENT_OK;
		if (status != ENT_OK && why == NULL) {
			check_reader_fault(t->reader, status, NULL); /* the bytes stopped coming */
			return status;
		}
		if (status == ENT_OK)
			status = take_row(t, n_columns);
		else
			ent_fault_set(&t->fault, "", "%s", why);
		ent_status left = end_row(t, status);
		if (left != ENT_OK)
			return left;
		if (why != NULL && check_csv_is_stuck(t->csv))
			return status;
	}
}

ent_status check_read_csv(struct check_reader *reader, ent_read_fn read, void *user) {
	struct table t = {.reader = reader, .csv = malloc(sizeof *t.csv)};
	reader->source->format = "csv";
	ent_status status = t.csv == NULL
			? ENT_E_MEMORY
			: check_traffic_create(reader, check_traffic_kind(reader), &t.traffic);
	if (status != ENT_OK) {
		check_reader_fault(reader, status, NULL);
		free(t.csv);
		return status;
	}
	check_csv_init(t.csv, read, user);
	status = take_header(&t);
	if (status != ENT_OK)
		check_reader_fault(reader, status, &t.fault);
	else
		status = take_rows(&t);
	if (!check_status_is_fatal(status)) {
		ent_status filed = check_traffic_file(
				t.traffic, &reader->options.air, &reader->options.tolerance);
		status = status == ENT_OK ? filed : status;
	}
	check_traffic_destroy(t.traffic);
	free(t.csv);
	return status;
}
