/* SPDX-License-Identifier: Apache-2.0 */
/* A memorandum as a document: what is read of it, each fault with its path, and the terms that act. */
#include "entente/memodoc.h"
#include "entente/refused.h"
#include "memos.h"

static int start(void **state) {
	(void)state;
	return ent_seal_start() == ENT_OK ? 0 : 1;
}

/* --- What is read --- */

TEST(memodoc__a_document_says_who_and_when) {
	(void)state_;
	struct ent_memodoc *doc = memo_good();
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
	CHECK(strcmp(terms->memorandum, "north-corridor") == 0);
	CHECK(terms->n_parties == 3 && strcmp(terms->party[1], "00000000000000bb") == 0);
	CHECK(terms->replaces_given && terms->replaces.bytes[31] == 0xab);
	CHECK(terms->sign_by_utc_us == INT64_C(1798761600000000)); /* date -ud 2027-01-01 +%s */
	CHECK(terms->effective_from_utc_us == INT64_C(1798848000000000));
	CHECK(terms->valid_until_utc_us == INT64_C(1830297600000000));
	CHECK(terms->level[ENT_MEMO_SUBJECT_FLIGHT] == ENT_MEMO_LEVEL_COORDINATION);
	CHECK(terms->level[ENT_MEMO_SUBJECT_CEASE_FIRE] == ENT_MEMO_LEVEL_NONE);
	CHECK(parts->party[0].n_members == 2);
	CHECK(strcmp(parts->party[0].member[1].name, "Relief Flights") == 0);
	CHECK(parts->n_affected == 1 && parts->n_authentic == 2);
	CHECK(strcmp(ent_memodoc_words_in(&parts->title, "en"),
			      "Memorandum on flight safety in the northern corridor") == 0);
	CHECK(ent_memodoc_words_in(&parts->title, "fr") == NULL);
	CHECK(ent_memodoc_party(doc, "00000000000000cc") == 2);
	CHECK(ent_memodoc_party(doc, "00000000000000dd") == 3);
	ent_memodoc_destroy(doc);
}

/* What an obligation is of a document that has this in place of that. */
static struct ent_hash obligation_of(const char *find, const char *put) {
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL;
	char *text = memo_changed("good.json", find, put);
	CHECK_ROW(put, ent_memodoc_read(text, strlen(text), &doc, faults) == ENT_OK);
	const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
	const struct ent_hash hash = terms->obligation[0];
	CHECK(terms->n_obligations == 1 &&
			memcmp(&hash, &ent_memodoc_parts(doc)->obligation[0].content,
					sizeof hash) == 0);
	ent_memodoc_destroy(doc);
	free(text);
	free(faults);
	return hash;
}

TEST(memodoc__an_obligation_is_its_clause_owner_due_date_and_text) {
	(void)state_;
	static const struct {
		const char *why, *find, *put;
		bool same;
	} rows[] = {
			{"another term", "\"sign_by\": \"2027-01-01T", "\"sign_by\": \"2026-12-31T",
					true},
			{"languages in another order",
					"\"en\": \"Publish the frequencies that are guarded.\",\n"
					"          \"ru\": \"Опубликовать прослушиваемые "
					"частоты.\"",
					"\"ru\": \"Опубликовать прослушиваемые частоты.\",\n"
					"          \"en\": \"Publish the frequencies that are "
					"guarded.\"",
					true},
			{"its text", "Publish the frequencies", "Guard the frequencies", false},
			{"its date", "\"due\": \"2027-02-01", "\"due\": \"2027-02-02", false},
			{"its owner", "\"owner\": \"00000000000000bb",
					"\"owner\": \"00000000000000cc", false},
			{"its clause", "\"clause\": \"13.1\"", "\"clause\": \"13.2\"", false},
	};
	const struct ent_hash hash = obligation_of("\"13.1\"", "\"13.1\"");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_hash other = obligation_of(rows[i].find, rows[i].put);
		CHECK_ROW(rows[i].why, (memcmp(&hash, &other, sizeof hash) == 0) == rows[i].same);
	}
}

TEST(memodoc__the_hash_is_that_of_the_exact_bytes) {
	(void)state_;
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL, *other = NULL;
	size_t size, its_size;
	struct ent_hash hash;
	char *bytes = memo_file("good.json", &size);
	CHECK(ent_memodoc_read(bytes, size, &doc, faults) == ENT_OK);
	ent_seal_sha256(bytes, size, &hash);
	CHECK(memcmp(&hash, &ent_memodoc_terms(doc)->hash, sizeof hash) == 0);
	CHECK(memcmp(ent_memodoc_bytes(doc, &its_size), bytes, size) == 0 && its_size == size);
	/* A space more says the same and is another document. */
	bytes[size] = ' ';
	CHECK(ent_memodoc_read(bytes, size + 1, &other, faults) == ENT_OK);
	CHECK(memcmp(&hash, &ent_memodoc_terms(other)->hash, sizeof hash) != 0);
	ent_memodoc_destroy(doc);
	ent_memodoc_destroy(other);
	free(bytes);
	free(faults);
}

TEST(memodoc__an_area_is_a_volume) {
	(void)state_;
	struct ent_memodoc *doc = memo_good();
	const struct ent_volume_parts *volume = ent_volume_parts(
			ent_memodoc_parts(doc)->area.volume);
	CHECK(volume->kind == ENT_VOLUME_POLYGON && volume->n_vertices == 4);
	CHECK(volume->band.floor.mm == ENT_ALTITUDE_UNBOUNDED_BELOW);
	CHECK(volume->band.ceiling.ref == ENT_ALTITUDE_FL && volume->band.ceiling.mm == 12496800);
	CHECK(volume->span.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE);
	ent_memodoc_destroy(doc);
	doc = memo_of("least.json");
	volume = ent_volume_parts(ent_memodoc_parts(doc)->area.volume);
	CHECK(volume->kind == ENT_VOLUME_CIRCLE && volume->radius_mm == 37040000);
	CHECK(volume->band.floor.mm == 5943600);
	CHECK(volume->band.ceiling.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE);
	CHECK(ent_memodoc_terms(doc)->valid_until_utc_us == INT64_MAX);
	ent_memodoc_destroy(doc);
}

TEST(memodoc__clauses_are_met_in_order_by_path) {
	(void)state_;
	struct ent_memodoc *doc = memo_good();
	const struct ent_memodoc_clause *clause;
	const char *where = NULL;
	size_t n = 0;
	bool met = false;
	for (; (clause = ent_memodoc_clause_at(doc, n, &where)) != NULL; n++) {
		CHECK(clause->id != NULL && clause->text.n == 2);
		met = met ||
				(strcmp(where, "clauses.minima[1]") == 0 &&
						strcmp(clause->id, "5.2") == 0);
	}
	CHECK(met && n == 31);
	ent_memodoc_destroy(doc);
}

/* --- The terms that act --- */

TEST(memodoc__each_term_names_clause_and_version) {
	(void)state_;
	struct ent_memodoc *doc = memo_good();
	struct ent_memodoc_applied at = {NULL, {{0}}};
	enum ent_memo_level level;
	enum ent_disclosure class_;
	enum ent_learns learns;
	enum ent_role to;
	enum ent_cell cell;
	int64_t a, b, c;
	CHECK(ent_memodoc_look_minima(doc, ENT_MEMO_FLIGHT, &a, &b, &c, &at) == ENT_OK);
	CHECK(a == 9260000 && b == 304800 && c == 60000000 && strcmp(at.clause, "5.1") == 0);
	CHECK(memcmp(&at.version, &ent_memodoc_terms(doc)->hash, sizeof at.version) == 0);
	CHECK(ent_memodoc_look_level(doc, ENT_MEMO_SUBJECT_HAZARD_AREA, &level, &at) == ENT_OK);
	CHECK(level == ENT_MEMO_LEVEL_EXCHANGE && strcmp(at.clause, "4.3") == 0);
	CHECK(ent_memodoc_look_notice(doc, ENT_MEMO_FLIGHT, false, &a, &at) == ENT_OK);
	CHECK(a == INT64_C(3600000000) && strcmp(at.clause, "6.1") == 0);
	CHECK(ent_memodoc_look_notice(doc, ENT_MEMO_FLIGHT, true, &a, &at) == ENT_OK);
	CHECK(a == INT64_C(600000000));
	CHECK(ent_memodoc_look_disclosure(
			      doc, ENT_MEMO_PROTECTED_PLACE, 2, &class_, &learns, &at) == ENT_OK);
	CHECK(class_ == ENT_DISCLOSURE_BLIND && learns == ENT_LEARNS_OWNER);
	CHECK(strcmp(at.clause, "7.4") == 0);
	CHECK(ent_memodoc_look_deadline(doc, ENT_PRECEDENCE_FLASH, 1, &a, &to, &at) == ENT_OK);
	CHECK(a == 120000000 && to == ENT_ROLE_DUTY_OFFICER && strcmp(at.clause, "10.1") == 0);
	CHECK(ent_memodoc_look_budget(doc, ENT_MEMO_PROTECTED_PLACE, &a, &b, &cell, &at) == ENT_OK);
	CHECK(a == 200 && b == INT64_C(86400000000) && cell == ENT_CELL_5_MIN);
	CHECK(strcmp(at.clause, "12.1") == 0);
	CHECK(ent_memodoc_look_data_age(doc, &a, &at) == ENT_OK && a == 600000000);
	CHECK(strcmp(at.clause, "8") == 0);
	CHECK(ent_memodoc_look_purge(doc, &a, &at) == ENT_OK && a == INT64_C(2592000000000));
	CHECK(strcmp(at.clause, "8.1") == 0);
	CHECK(ent_memodoc_terms(doc)->purge_after_us == a); /* what payloads go by */
	CHECK(ent_memodoc_look_read_back(doc, &a, &at) == ENT_OK && a == 1000000);
	CHECK(strcmp(at.clause, "11") == 0);
	CHECK(ent_memodoc_look_suspension(doc, &a, &at) == ENT_OK && a == INT64_C(3600000000));
	CHECK(strcmp(at.clause, "14") == 0);
	CHECK(ent_memodoc_terms(doc)->suspension_notice_us == a); /* what the life goes by */
	CHECK(ent_memodoc_look_line(doc, &a, &b, &at) == ENT_OK);
	CHECK(a == INT64_C(3600000000) && b == 300000000 && strcmp(at.clause, "9") == 0);
	ent_memodoc_destroy(doc);
}

TEST(memodoc__what_is_not_agreed_has_no_default) {
	(void)state_;
	struct ent_memodoc *doc = memo_of("least.json"), *good = memo_good();
	struct ent_memodoc_applied at = {"untouched", {{0}}};
	enum ent_memo_level level;
	enum ent_disclosure class_;
	enum ent_learns learns;
	enum ent_role to;
	enum ent_cell cell;
	int64_t a = 7, b = 7, c = 7;
	for (int i = 0; i < ENT_MEMO_KIND_COUNT; i++) {
		const enum ent_memo_kind kind = (enum ent_memo_kind)i;
		CHECK(ent_memodoc_look_minima(doc, kind, &a, &b, &c, &at) == ENT_E_MISSING);
		CHECK(ent_memodoc_look_notice(doc, kind, true, &a, &at) == ENT_E_MISSING);
		CHECK(ent_memodoc_look_budget(doc, kind, &a, &b, &cell, &at) == ENT_E_MISSING);
	}
	for (int i = 0; i < ENT_PRECEDENCE_COUNT; i++)
		CHECK(ent_memodoc_look_deadline(doc, (enum ent_precedence)i, 0, &a, &to, &at) ==
				ENT_E_MISSING);
	CHECK(ent_memodoc_look_level(doc, ENT_MEMO_SUBJECT_FLIGHT, &level, &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_data_age(doc, &a, &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_purge(doc, &a, &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_read_back(doc, &a, &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_line(doc, &a, &b, &at) == ENT_E_MISSING);
	CHECK(a == 7 && b == 7 && c == 7 && strcmp(at.clause, "untouched") == 0);
	/* How it is suspended each document says; without a notice, at once. */
	CHECK(ent_memodoc_look_suspension(doc, &a, &at) == ENT_OK && a == 0);
	/* Not to this recipient; no such recipient; not this kind; no such step. */
	CHECK(ent_memodoc_look_disclosure(good, ENT_MEMO_PROTECTED_PLACE, 0, &class_, &learns,
			      &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_disclosure(good, ENT_MEMO_FLIGHT, 3, &class_, &learns, &at) ==
			ENT_E_MISSING);
	CHECK(ent_memodoc_look_disclosure(good, ENT_MEMO_RESERVED_POSITION, 0, &class_, &learns,
			      &at) == ENT_E_MISSING);
	CHECK(ent_memodoc_look_deadline(good, ENT_PRECEDENCE_FLASH, 3, &a, &to, &at) ==
			ENT_E_MISSING);
	ent_memodoc_destroy(doc);
	ent_memodoc_destroy(good);
}

/* --- Faults --- */

static const struct {
	const char *why, *find, *put; /* the first of it, in good.json */
	ent_status status;
	const char *where, *says;
} bad[] = {
		{"a clause's id twice", "\"clause\": \"5.2\"", "\"clause\": \"5.1\"", ENT_E_EXISTS,
				"clauses.minima[1].clause", "clauses.minima[0] has this id too"},
		{"a kind twice", "\"kind\": \"hazard-area\",\n        \"lateral\"",
				"\"kind\": \"flight\",\n        \"lateral\"", ENT_E_EXISTS,
				"clauses.minima[2].kind", "clause 5.1 speaks of it already"},
		{"a party twice", "\"id\": \"00000000000000aa\"", "\"id\": \"00000000000000bb\"",
				ENT_E_EXISTS, "parties[1].id", "another has this id"},
		{"a member's id is another's", "\"id\": \"relief\"", "\"id\": \"air-wing\"",
				ENT_E_EXISTS, "parties[0].members[1].id", "another has this id"},
		{"an affected one's id is a member's", "\"id\": \"province\"", "\"id\": \"relief\"",
				ENT_E_EXISTS, "affected[0].id", "another has this id"},
		{"no such day", "2027-02-01T", "2027-02-30T", ENT_E_DOMAIN,
				"clauses.obligations[0].due", "day"},
		{"effective while it may still be signed", "\"effective_from\": \"2027-01-02T",
				"\"effective_from\": \"2026-12-31T", ENT_E_DOMAIN,
				"clauses.validity.effective_from", "it is before sign_by"},
		{"an end before the beginning", "\"until\": \"2028", "\"until\": \"2027",
				ENT_E_DOMAIN, "clauses.validity.until",
				"it is not after effective_from"},
		{"owed by nobody", "\"owner\": \"00000000000000bb\"",
				"\"owner\": \"00000000000000dd\"", ENT_E_MISSING,
				"clauses.obligations[0].owner", "it is none of the parties"},
		{"told to nobody", "\"00000000000000cc\"\n", "\"00000000000000dd\"\n",
				ENT_E_MISSING, "clauses.disclosure[3].to[0]",
				"it is none of the parties"},
		{"no text in an authentic language",
				"\"en\": \"Publish the frequencies that are guarded.\",", "",
				ENT_E_MISSING, "clauses.obligations[0].text",
				"there is no text in en, which is authentic"},
		{"blind without a budget", "\"class\": \"coarse\"", "\"class\": \"blind\"",
				ENT_E_MISSING, "clauses.blind", "has no budget here"},
		{"payloads go before they can have come", "\"30 d\"\n    },\n    \"line\"",
				"\"59 min\"\n    },\n    \"line\"", ENT_E_DOMAIN,
				"clauses.purge.after", "3600 s"},
		{"suspension ends the tests", "\"tests\",", "\"reported-events\",", ENT_E_MISSING,
				"clauses.suspension.goes_on", "tests is not there"},
		{"an emergency that waits longer", "\"emergency\": \"10 min\"",
				"\"emergency\": \"2 h\"", ENT_E_DOMAIN,
				"clauses.notice[0].emergency", "it is longer than at_least"},
		{"steps out of order", "\"after\": \"120 s\"", "\"after\": \"1 min\"", ENT_E_DOMAIN,
				"clauses.deadlines[0].steps[1].after",
				"it is not after the step before"},
		{"minima beyond all", "\"lateral\": \"5 NM\"", "\"lateral\": \"501 km\"",
				ENT_E_DOMAIN, "clauses.minima[0].lateral",
				"it is more than 500000 m"},
		{"a ceiling that is a floor", "\"ceiling\": \"FL410\"", "\"ceiling\": \"GND\"",
				ENT_E_DOMAIN, "clauses.area.ceiling", "GND is a floor"},
		{"a ring that is open", "[8, 47]\n", "[8, 47.5]\n", ENT_E_SHAPE,
				"clauses.area.polygon[0]", "does not end where it begins"},
		{"a vertex that is there twice", "[9, 48],\n", "[9, 48],\n          [9, 48],\n",
				ENT_E_SHAPE, "clauses.area.polygon[0]",
				"vertex 3 repeats the one before it; vertices count from 0"},
		{"a ring that is closed twice", "[8, 48],\n", "[8, 48],\n          [8, 47],\n",
				ENT_E_SHAPE, "clauses.area.polygon[0]",
				"vertex 4 is where the ring begins, and so is the last: once is "
				"enough"},
		{"edges that cross", "[9, 47],\n          [9, 48],", "[9, 48],\n          [9, 47],",
				ENT_E_SHAPE, "clauses.area.polygon", ""},
		{"a mark of direction in a name", "\"Joint Air Centre\"",
				"\"Joint \\u202eAir Centre\"", ENT_E_DOMAIN, "parties[1].name",
				"U+202E steers a line"},
		{"an end of line in a name", "\"Joint Air Centre\"", "\"Joint\\nAir\"",
				ENT_E_DOMAIN, "parties[1].name", "U+000A steers a line"},
		{"a name that is blank", "\"Joint Air Centre\"", "\" \\u00a0\"", ENT_E_DOMAIN,
				"parties[1].name", "it is blank"},
		{"a name of marks alone", "\"Joint Air Centre\"", "\"\\u0301 \\ufe0f\"",
				ENT_E_DOMAIN, "parties[1].name", "marks without a letter"},
		{"a letter that is not seen", "\"Joint Air Centre\"", "\"\\u3164\"", ENT_E_DOMAIN,
				"parties[1].name", "U+3164 steers a line or is not seen"},
		{"more tests than a line makes", "\"test_every\": \"1 h\"",
				"\"test_every\": \"599 s\"", ENT_E_DOMAIN,
				"clauses.line.test_every", "it must be 600 s to 86400 s"},
		{"fewer tests than a line makes", "\"test_every\": \"1 h\"",
				"\"test_every\": \"2 d\"", ENT_E_DOMAIN, "clauses.line.test_every",
				"it must be 600 s to 86400 s"},
		{"late when the next test is due", "\"late_after\": \"5 min\"",
				"\"late_after\": \"1 h\"", ENT_E_DOMAIN, "clauses.line.late_after",
				"it is not less than test_every"},
		{"a weapon", "\"until\":", "\"weapon\": 1, \"until\":", ENT_E_REFUSED,
				"clauses.validity.weapon", "no place for targets, weapons"},
		{"a sensor", "\"until\":", "\"sensorRange\": 1, \"until\":", ENT_E_REFUSED,
				"clauses.validity.sensorRange", "no place for targets, weapons"},
		{"a member that there is not", "\"until\":", "\"untill\":", ENT_E_SYNTAX,
				"clauses.validity.untill", "there is no such member here"},
		{"a comment", "\"format\":", "\"//\": \"x\", \"format\":", ENT_E_SYNTAX, "//",
				"there is no such member here"},
		{"a member twice", "\"format\":", "\"id\": \"x\", \"format\":", ENT_E_EXISTS, "id",
				""},
		{"a length without a unit", "\"5 NM\"", "\"5\"", ENT_E_SYNTAX,
				"clauses.minima[0].lateral", "is not a length with its unit"},
		{"another format", "memorandum 1", "memorandum 2", ENT_E_SYNTAX, "format",
				"must be one of"},
		{"no JSON", "\"format\":", "\"format\"", ENT_E_SYNTAX, "line 2, column", ""},
};

TEST(memodoc__each_fault_names_its_place) {
	(void)state_;
	struct ent_memodoc_faults *faults = memo_faults();
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct ent_memodoc *doc = NULL;
		char *text = memo_changed("good.json", bad[i].find, bad[i].put);
		const ent_status status = ent_memodoc_read(text, strlen(text), &doc, faults);
		if (faults->n != 1 || status != bad[i].status ||
				strncmp(faults->fault[0].fault.where, bad[i].where,
						strlen(bad[i].where)) != 0 ||
				strstr(faults->fault[0].fault.why, bad[i].says) == NULL)
			fail_msg("%s: %s, %zu faults, %s: %s", bad[i].why, ent_status_name(status),
					faults->n, faults->fault[0].fault.where,
					faults->fault[0].fault.why);
		CHECK_ROW(bad[i].why, faults->fault[0].status == status && doc == NULL);
		free(text);
	}
	free(faults);
}

TEST(memodoc__several_faults_are_told_at_once_and_counted) {
	(void)state_;
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL;
	char *text = memo_changed(
			"good.json", "\"source\": \"ICAO", "\"x\": 1, \"y\": 2, \"sourc\": \"ICAO");
	CHECK(ent_memodoc_read(text, strlen(text), &doc, faults) == ENT_E_SYNTAX);
	/* Three unknown, one missing. */
	CHECK(faults->n == 4 && faults->more == 0);
	free(text);
	char *many = memo_many_faults(100);
	CHECK(ent_memodoc_read(many, strlen(many), &doc, faults) != ENT_OK);
	/* format, id, title, authentic, parties and clauses are missing besides. */
	CHECK(faults->n == ENT_MEMODOC_FAULTS_MAX);
	CHECK(faults->more == 100 + 6 - ENT_MEMODOC_FAULTS_MAX);
	free(many);
	free(faults);
}

TEST(memodoc__what_is_too_large_is_not_read) {
	(void)state_;
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL;
	size_t size;
	char *good = memo_file("good.json", &size), *large = malloc(ENT_MEMODOC_SIZE_MAX + 1);
	CHECK(large != NULL);
	memset(large, ' ', ENT_MEMODOC_SIZE_MAX + 1);
	memcpy(large, good, size);
	CHECK(ent_memodoc_read(large, ENT_MEMODOC_SIZE_MAX, &doc, faults) == ENT_OK);
	ent_memodoc_destroy(doc);
	CHECK(ent_memodoc_read(large, ENT_MEMODOC_SIZE_MAX + 1, &doc, faults) == ENT_E_LIMIT);
	CHECK(faults->n == 1 && strstr(faults->fault[0].fault.why, "262144") != NULL);
	CHECK(ent_memodoc_read(large, 0, &doc, faults) == ENT_E_SYNTAX && faults->n == 1);
	free(large);
	free(good);
	free(faults);
}

struct sink {
	size_t writes, fail_at; /* 0: never */
};

static ent_status write_or_fail(void *user, const void *bytes, size_t size) {
	struct sink *sink = user;
	(void)bytes;
	(void)size;
	return ++sink->writes == sink->fail_at ? ENT_E_IO : ENT_OK;
}

TEST(memodoc__schema_and_guide_say_when_they_could_not_be_written) {
	(void)state_;
	ent_status (*const write[])(ent_write_fn, void *) = {
			ent_memodoc_write_schema, ent_memodoc_write_guide};
	for (size_t i = 0; i < COUNT_OF(write); i++) {
		struct sink all = {0, 0};
		CHECK(write[i](write_or_fail, &all) == ENT_OK && all.writes > 0);
		for (size_t at = 1; at <= all.writes; at++) {
			struct sink sink = {0, at};
			CHECK(write[i](write_or_fail, &sink) == ENT_E_IO && sink.writes == at);
		}
	}
}

TEST(memodoc__an_agreement_refuses_more_names_than_a_record_of_traffic) {
	(void)state_;
	static const struct {
		const char *name;
		bool input, term;
	} rows[] = {
			{"target", true, true},
			{"weaponType", true, true},
			{"force_strength", true, true},
			{"sensors", false, true},
			{"troopsPerSite", false, true},
			{"radar-range", false, true},
			{"birdStrike", false, false},
			{"lateral", false, false},
			{"strengthen", false, false},
			{"", false, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = rows[i].name;
		CHECK_ROW(name, ent_refused_name(name, strlen(name)) == rows[i].input);
		CHECK_ROW(name, ent_refused_term(name, strlen(name)) == rows[i].term);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memodoc__a_document_says_who_and_when),
			TEST_ENTRY(memodoc__an_obligation_is_its_clause_owner_due_date_and_text),
			TEST_ENTRY(memodoc__the_hash_is_that_of_the_exact_bytes),
			TEST_ENTRY(memodoc__an_area_is_a_volume),
			TEST_ENTRY(memodoc__clauses_are_met_in_order_by_path),
			TEST_ENTRY(memodoc__each_term_names_clause_and_version),
			TEST_ENTRY(memodoc__what_is_not_agreed_has_no_default),
			TEST_ENTRY(memodoc__each_fault_names_its_place),
			TEST_ENTRY(memodoc__several_faults_are_told_at_once_and_counted),
			TEST_ENTRY(memodoc__what_is_too_large_is_not_read),
			TEST_ENTRY(memodoc__schema_and_guide_say_when_they_could_not_be_written),
			TEST_ENTRY(memodoc__an_agreement_refuses_more_names_than_a_record_of_traffic),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
