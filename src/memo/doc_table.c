/* SPDX-License-Identifier: Apache-2.0 */
/* doc_table.c: the form of a memorandum, from its parts up to the whole; see doc_form.h. */
#include <string.h>

#include "doc_form.h"

/* --- Patterns: each regular expression beside what does the same --- */

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static size_t digits(const char *text, size_t length, size_t at, size_t most) {
	size_t n = 0;
	while (n < most && at + n < length && is_digit(text[at + n]))
		n++;
	return n;
}

static bool only(const char *text, size_t length, const char *allowed) {
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0' || strchr(allowed, text[i]) == NULL)
			return false;
	return true;
}

static bool rest_is_one_of(const char *text, size_t length, size_t at, const char *const *words) {
	for (; *words != NULL; words++)
		if (strlen(*words) == length - at && memcmp(*words, text + at, length - at) == 0)
			return true;
	return false;
}

#define SMALL "abcdefghijklmnopqrstuvwxyz0123456789"

static bool fits_id(const char *text, size_t length) {
	return length >= 1 && length < ENT_MEMO_ID_SIZE && text[0] != '-' &&
			only(text, length, SMALL "-");
}

static bool fits_clause(const char *text, size_t length) {
	return length >= 1 && length <= 32 && text[0] != '-' && text[0] != '.' &&
			only(text, length, SMALL ".-");
}

static bool fits_party(const char *text, size_t length) {
	return length == ENT_PARTY_ID_SIZE - 1 && only(text, length, "0123456789abcdef");
}

static bool fits_hash(const char *text, size_t length) {
	return length == 2 * (size_t)ENT_HASH_SIZE && only(text, length, "0123456789abcdef");
}

static bool fits_time(const char *text, size_t length) {
	static const char form[] = "0000-00-00T00:00:00Z";
	if (length != sizeof form - 1)
		return false;
	for (size_t i = 0; i < length; i++)
		if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i])
			return false;
	return true;
}

/* Digits, perhaps a fraction; where it ends, 0 when it is none. */
static size_t number(const char *text, size_t length) {
	size_t n = digits(text, length, 0, 7);
	if (n == 0)
		return 0;
	if (n < length && text[n] == '.') {
		const size_t fraction = digits(text, length, n + 1, 3);
		n = fraction == 0 ? 0 : n + 1 + fraction;
	}
	return n;
}

static bool fits_length(const char *text, size_t length) {
	static const char *const units[] = {" m", " km", " ft", " NM", NULL};
	const size_t n = number(text, length);
	return n > 0 && rest_is_one_of(text, length, n, units);
}

static bool fits_duration(const char *text, size_t length) {
	static const char *const units[] = {" s", " min", " h", " d", NULL};
	const size_t n = digits(text, length, 0, 7);
	return n > 0 && rest_is_one_of(text, length, n, units);
}

static bool fits_altitude(const char *text, size_t length) {
	static const char *const open[] = {"GND", "UNL", NULL};
	static const char *const nothing[] = {"", NULL};
	static const char *const units[] = {
			" m AMSL", " ft AMSL", " m AGL", " ft AGL", " m W84", " ft W84", NULL};
	if (rest_is_one_of(text, length, 0, open))
		return true;
	if (length >= 5 && memcmp(text, "FL", 2) == 0)
		return digits(text, length, 2, 3) == 3 && rest_is_one_of(text, length, 5, nothing);
	const size_t n = number(text, length);
	return n > 0 && rest_is_one_of(text, length, n, units);
}

#define PATTERN(expression, function, words) \
	{ .kind = FORM_PATTERN, .pattern = (expression), .fits = (function), .wanted = (words) }
/* The end is \Z in Python and $ in JavaScript, where $ lets no line break follow; a negative look-ahead is both. */
#define END "$(?!\\n)"

static const struct form id = PATTERN("^[a-z0-9][a-z0-9-]{0,39}" END, fits_id,
		"an id: a-z, 0-9 and '-', at most 40, no '-' first");
static const struct form clause_id = PATTERN("^[a-z0-9][a-z0-9.-]{0,31}" END, fits_clause,
		"the id of a clause: a-z, 0-9, '.' and '-', at most 32");
static const struct form party_id = PATTERN(
		"^[0-9a-f]{16}" END, fits_party, "the id of a party: 16 of 0-9 and a-f");
static const struct form hash = PATTERN(
		"^[0-9a-f]{64}" END, fits_hash, "a SHA-256: 64 of 0-9 and a-f");
static const struct form moment = PATTERN(
		"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z" END, fits_time,
		"a moment in UTC: 2026-12-01T00:00:00Z");
static const struct form length = PATTERN("^[0-9]{1,7}(\\.[0-9]{1,3})? (m|km|ft|NM)" END,
		fits_length, "a length with its unit, m, km, ft or NM: 3 NM");
static const struct form duration = PATTERN("^[0-9]{1,7} (s|min|h|d)" END, fits_duration,
		"a time with its unit, s, min, h or d: 48 h");
static const struct form altitude = PATTERN("^(GND|UNL|FL[0-9]{3}|[0-9]{1,7}(\\.[0-9]{1,3})? "
					    "(m|ft) (AMSL|AGL|W84))" END,
		fits_altitude, "an altitude: 3000 ft AMSL, 150 m AGL, FL195, GND or UNL");
static const struct form language = PATTERN(
		"^[a-z]{2,3}" END, form_fits_language, "a language by ISO 639: en, fr, ru, ar");

#define TEXT(to) \
	{ .kind = FORM_TEXT, .least = 1, .most = (to) }
static const struct form name = TEXT(120), source = TEXT(200), way = TEXT(200);
static const struct form title_text = TEXT(200), clause_text = TEXT(ENT_MEMODOC_TEXT_MAX),
			 label_text = TEXT(60);

#define WORDS(of) \
	{ .kind = FORM_WORDS, .least = 1, .most = ENT_MEMODOC_LANGUAGES_MAX, .element = (of) }
static const struct form title = WORDS(&title_text), clause_texts = WORDS(&clause_text);
static const struct form label = WORDS(&label_text);

#define WORD_TEXT(code, text) text,
#define WORD_SET(set, map)                                              \
	static const char *const set##_words[] = {map(WORD_TEXT) NULL}; \
	static const struct form set = {.kind = FORM_WORD, .words = set##_words}
WORD_SET(kind, ENT_MEMO_KIND_MAP);
WORD_SET(subject, ENT_MEMO_SUBJECT_MAP);
WORD_SET(disclosure_class, ENT_DISCLOSURE_MAP);
WORD_SET(learns, ENT_LEARNS_MAP);
WORD_SET(precedence, ENT_PRECEDENCE_MAP);
WORD_SET(role, ENT_ROLE_MAP);
WORD_SET(cell, ENT_CELL_MAP);
WORD_SET(goes_on, ENT_GOES_ON_MAP);
static const char *const level_words[] = {"exchange", "coordination", NULL};
static const struct form level = {.kind = FORM_WORD, .words = level_words};
static const char *const version_words[] = {"entente memorandum 1", NULL};
static const struct form version = {.kind = FORM_WORD, .words = version_words};

#define ARRAY(from, to, of) \
	{ .kind = FORM_ARRAY, .least = (from), .most = (to), .element = (of) }
#define SET(from, to, of) \
	{ .kind = FORM_ARRAY, .least = (from), .most = (to), .element = (of), .unique = true }
static const struct form languages = SET(1, ENT_MEMODOC_LANGUAGES_MAX, &language);
static const struct form recipients = SET(1, ENT_MEMO_PARTIES_MAX, &party_id);
static const struct form going_on = SET(3, ENT_GOES_ON_COUNT, &goes_on);

/* --- Who --- */

#define OBJECT(which) \
	{ .kind = FORM_OBJECT, .members = (which) }
static const struct form_member member_members[] = {
		{"id", &id, true, "one word for it, its own in the whole document"},
		{"name", &name, true, "what it calls itself"}, {NULL}};
static const struct form member = OBJECT(member_members);
static const struct form members = ARRAY(1, ENT_MEMODOC_MEMBERS_MAX, &member);
static const struct form affected = ARRAY(1, ENT_MEMODOC_AFFECTED_MAX, &member);
static const struct form_member party_members[] = {{"id", &party_id, true, "as its card has it"},
		{"name", &name, true, "what it calls itself, in any script"},
		{"members", &members, false,
				"of its coalition, each of which it binds by naming it here"},
		{NULL}};
static const struct form party = OBJECT(party_members);
static const struct form parties = ARRAY(ENT_MEMO_PARTIES_MIN, ENT_MEMO_PARTIES_MAX, &party);

/* --- Clauses --- */

#define CLAUSE                                                                          \
	{"clause", &clause_id, true, "its id, its own in the whole document"}, {        \
		"text", &clause_texts, true, "what it says, in each authentic language" \
	}
static const struct form_member clause_members[] = {CLAUSE, {NULL}};
static const struct form clause = OBJECT(clause_members);
static const struct form others = ARRAY(1, ENT_MEMODOC_OTHERS_MAX, &clause);

static const struct form position = {.kind = FORM_POSITION};
static const struct form ring = ARRAY(4, ENT_MEMODOC_VERTICES_MAX, &position);
static const struct form polygon = ARRAY(1, ENT_MEMODOC_RINGS_MAX, &ring);
static const struct form_member circle_members[] = {
		{"center", &position, true, "[longitude, latitude] in degrees on WGS84"},
		{"radius", &length, true, "the geodesic radius"}, {NULL}};
static const struct form circle = OBJECT(circle_members);
static const struct form_member area_members[] = {CLAUSE,
		{"polygon", &polygon, false,
				"coordinates as a GeoJSON Polygon has them: closed rings, holes "
				"last"},
		{"circle", &circle, false, "instead of a polygon"},
		{"floor", &altitude, true, "the lowest altitude of the area"},
		{"ceiling", &altitude, true, "the highest"}, {NULL}};
static const struct form area = OBJECT(area_members);

static const struct form_member validity_members[] = {CLAUSE,
		{"sign_by", &moment, true, "in force only when every party has signed by then"},
		{"effective_from", &moment, true, "not before sign_by"},
		{"until", &moment, false, "without it no end is set"}, {NULL}};
static const struct form validity = OBJECT(validity_members);

static const struct form_member level_members[] = {CLAUSE,
		{"subject", &subject, true, "what the level is agreed on"},
		{"level", &level, true, "exchange: told; coordination: agreed on"}, {NULL}};
static const struct form level_clause = OBJECT(level_members);
static const struct form levels = ARRAY(1, ENT_MEMO_SUBJECT_COUNT, &level_clause);

static const struct form_member minima_members[] = {CLAUSE,
		{"kind", &kind, true, "between a flight and such a thing"},
		{"lateral", &length, true, "nearer than this is a conflict"},
		{"vertical", &length, true, "likewise"},
		{"time", &duration, false, "moments no further apart count as the same"},
		{"source", &source, true, "where the figures come from"}, {NULL}};
static const struct form minima_clause = OBJECT(minima_members);
static const struct form minima = ARRAY(1, ENT_MEMO_KIND_COUNT, &minima_clause);

static const struct form_member notice_members[] = {CLAUSE,
		{"kind", &kind, true, "of what notice is given"},
		{"at_least", &duration, true, "how long ahead"},
		{"emergency", &duration, false, "how long ahead in an emergency"}, {NULL}};
static const struct form notice_clause = OBJECT(notice_members);
static const struct form notice = ARRAY(1, ENT_MEMO_KIND_COUNT, &notice_clause);

static const struct form_member disclosure_members[] = {CLAUSE,
		{"kind", &kind, true, "what is disclosed"},
		{"class", &disclosure_class, true, "how much of it leaves its owner at the most"},
		{"learns", &learns, true, "who learns that there is a conflict"},
		{"to", &recipients, false, "to which parties; without it, to all"}, {NULL}};
static const struct form disclosure_clause = OBJECT(disclosure_members);
static const struct form disclosure = ARRAY(1, ENT_MEMO_KIND_COUNT, &disclosure_clause);

static const struct form_member data_age_members[] = {
		CLAUSE, {"limit", &duration, true, "older data make a verdict unknown"}, {NULL}};
static const struct form data_age = OBJECT(data_age_members);

static const struct form_member purge_members[] = {
		CLAUSE, {"after", &duration, true, "since its entry was written"}, {NULL}};
static const struct form purge = OBJECT(purge_members);

static const struct form_member line_members[] = {CLAUSE,
		{"test_every", &duration, true, "between two tests of the line"},
		{"late_after", &duration, true, "after a test was due, the line is late"},
		{"languages", &languages, true, "spoken at the desks"},
		{"primary", &way, true, "the way that is used"},
		{"reserve", &way, true, "the way when the primary fails"}, {NULL}};
static const struct form line = OBJECT(line_members);

static const struct form_member step_members[] = {{"after", &duration, true, "since it was sent"},
		{"to", &role, true, "who is called then"}, {NULL}};
static const struct form step = OBJECT(step_members);
static const struct form steps = ARRAY(1, ENT_MEMODOC_STEPS_MAX, &step);
static const struct form_member deadline_members[] = {CLAUSE,
		{"precedence", &precedence, true, "of messages that are not answered"},
		{"steps", &steps, true, "one after another"}, {NULL}};
static const struct form deadline_clause = OBJECT(deadline_members);
static const struct form deadlines = ARRAY(1, ENT_PRECEDENCE_COUNT, &deadline_clause);

static const struct form_member read_back_members[] = {CLAUSE,
		{"tolerance", &length, true,
				"a place read back further away than this is a mismatch"},
		{NULL}};
static const struct form read_back = OBJECT(read_back_members);

static const struct form budget = {.kind = FORM_INTEGER, .least = 1, .most = 1000000};
static const struct form_member blind_members[] = {CLAUSE,
		{"kind", &kind, true, "what may be asked about"},
		{"budget", &budget, true, "how many checks a party may ask of another"},
		{"per", &duration, true, "in which time"},
		{"finest_cell", &cell, true, "no check asks about a smaller GARS cell"}, {NULL}};
static const struct form blind_clause = OBJECT(blind_members);
static const struct form blind = ARRAY(1, ENT_MEMO_KIND_COUNT, &blind_clause);

static const struct form_member obligation_members[] = {CLAUSE,
		{"owner", &party_id, true, "which party owes it"},
		{"due", &moment, true, "by when"}, {NULL}};
static const struct form obligation = OBJECT(obligation_members);
static const struct form obligations = ARRAY(1, ENT_MEMODOC_OBLIGATIONS_MAX, &obligation);

static const struct form_member suspension_members[] = {CLAUSE,
		{"notice", &duration, false, "before it acts; without it, at once"},
		{"goes_on", &going_on, true,
				"what goes on meanwhile: tests, flash and safety-call always"},
		{NULL}};
static const struct form suspension = OBJECT(suspension_members);

static const struct form_member labels_members[] = {CLAUSE,
		{"aid", &label, false, "how it is called with aid; without it, notification"},
		{"air", &label, false, "and in the air; without it, flight safety"}, {NULL}};
static const struct form labels = OBJECT(labels_members);

static const struct form_member clauses_members[] = {
		{"bound", &clause, true,
				"parties bind the members they name; who is affected is not bound"},
		{"area", &area, true, "where it holds"},
		{"validity", &validity, true, "when it is signed and acts"},
		{"levels", &levels, true, "how far the parties go, by subject"},
		{"minima", &minima, false, "distances, by kind"},
		{"notice", &notice, false, "notice times, by kind"},
		{"disclosure", &disclosure, true, "what leaves its owner, by kind"},
		{"data_age", &data_age, false, "how old data may be"},
		{"purge", &purge, false, "when each lets go of what only some parties were given"},
		{"line", &line, false, "the standing line between the desks"},
		{"deadlines", &deadlines, false, "who is called when no answer comes"},
		{"read_back", &read_back, false, "places are read back"},
		{"blind", &blind, false, "budgets of blind checks, by kind"},
		{"obligations", &obligations, false, "what is owed, by whom, by when"},
		{"suspension", &suspension, true, "how it is suspended, and what goes on then"},
		{"labels", &labels, false, "other names for what the program calls so"},
		{"other", &others, false, "whatever else is agreed, in words"},
		{"no_recognition", &clause, true,
				"no status, border or claim is recognised; this clause is fixed"},
		{"law_unaffected", &clause, true,
				"obligations under law are unaffected; this clause is fixed"},
		{NULL}};
static const struct form clauses = OBJECT(clauses_members);

static const struct form_member memorandum_members[] = {
		{"format", &version, true, "what this document is"},
		{"id", &id, true, "the same in all versions of it"},
		{"replaces", &hash, false, "SHA-256 of the version before; not in the first"},
		{"title", &title, true, "in each authentic language"},
		{"authentic", &languages, true, "whose texts are the agreement"},
		{"parties", &parties, true, "who signs"},
		{"affected", &affected, false, "who is affected and not present"},
		{"clauses", &clauses, true, "what is agreed"}, {NULL}};
const struct form form_memorandum = OBJECT(memorandum_members);
