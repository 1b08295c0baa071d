/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_airspace.c: rules of F3548-21 and InterUSS 0.23 where a client could hardly show them: to the microsecond, over
 * hours, in great numbers. The rest is shown over HTTP (tests/test_dss_rules.py).
 */
#include "airspaces.h"

/* --- OVNs --- */

TEST(ovn__is_a_hash_of_whose_it_is_and_when) {
	(void)state_;
	/* f3548 5.1; computed by Python 3.11's hashlib and base64 over the concatenated text. */
	static const struct {
		const char *salt;
		int64_t utc_us;
		const char *ovn;
	} rows[] = {
			{"uss1", BEGIN_US, "A6Uike48wB2zKxeHaHwQAx4ThGD5Om9Ws3GYFvLLsGI_"},
			{"11111111-2222-4333-8444-555555555555", BEGIN_US + 250000,
					"EuHsu7CsG3TB3CXyhBZeEdbnjEy5ycCRTLFGrnY5aGM_"},
			{"11111111-2222-4333-8444-555555555555", BEGIN_US + 1,
					"8gx3TZbfn4nPt.z3yq1fI537MOSMkgWponO5GfcRgus_"},
	};
	char ovn[ENT_AIRSPACE_OVN_SIZE];
	CHECK(ent_seal_start() == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ent_airspace_ovn(rows[i].salt, rows[i].utc_us, ovn);
		assert_string_equal(ovn, rows[i].ovn);
		CHECK(strlen(ovn) == ENT_AIRSPACE_OVN_SIZE - 1);
	}
}

static struct ent_command with_suffix(struct ent_command command, struct ent_uuid suffix) {
	command.has_suffix = true;
	command.suffix = suffix;
	ent_uuid_print(&suffix, command.suffix_text);
	return command;
}

TEST(ovn__may_be_asked_for_within_five_minutes_to_the_millisecond) {
	(void)state_;
	static const struct { /* f3548 5.2 */
		const char *why;
		int64_t from_now_us;
		enum ent_refusal refusal;
	} rows[] = {
			{"now", 0, ENT_REFUSAL_NONE},
			{"five minutes ago", -5 * MINUTE_US, ENT_REFUSAL_NONE},
			{"a millisecond before that", -5 * MINUTE_US - 1000, ENT_REFUSAL_BAD},
			{"in five minutes", 5 * MINUTE_US, ENT_REFUSAL_NONE},
			{"a millisecond after that", 5 * MINUTE_US + 1000, ENT_REFUSAL_BAD},
	};
	struct airspace airspace;
	airspace_begin(&airspace);
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		char expected[2 * ENT_UUID_TEXT_SIZE];
		const struct ent_command command = with_suffix(
				put_intent(i, disc(47 + i, 8, 0, 100, 0, 3600)),
				suffix_of(airspace.now_utc_us + rows[i].from_now_us, i));
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == rows[i].refusal);
		if (rows[i].refusal != ENT_REFUSAL_NONE)
			continue;
		ent_uuid_print(&command.id, expected);
		expected[ENT_UUID_TEXT_SIZE - 1] = '_';
		memcpy(expected + ENT_UUID_TEXT_SIZE, command.suffix_text, ENT_UUID_TEXT_SIZE);
		assert_string_equal(airspace.outcome.entity->ovn, expected);
	}
	airspace_end(&airspace);
}

TEST(ovn__is_never_had_twice_while_it_could_be_asked_for) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 5.2, f3548 5.3 */
	const struct ent_uuid suffix = suffix_of(BEGIN_US + 5 * MINUTE_US, 1);
	const struct ent_extent *extent = disc(47, 8, 0, 100, 0, 7200);
	struct ent_command command = with_suffix(put_intent(1, extent), suffix);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	/* Another intent may have it: its OVN is another. */
	command = with_suffix(put_intent(2, disc(48, 8, 0, 100, 0, 7200)), suffix);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	/* Other versions come, with OVNs of ours and of theirs; the first is remembered. */
	for (unsigned i = 0; airspace.now_utc_us < BEGIN_US + 10 * MINUTE_US - SECOND_US; i++) {
		command = update(&airspace, put_intent(1, extent));
		if (i % 2 == 0)
			command = with_suffix(command, suffix_of(airspace.now_utc_us, 2 + i));
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		command = with_suffix(update(&airspace, put_intent(1, extent)), suffix);
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
		airspace.now_utc_us += 20 * SECOND_US;
	}
	/* Upper case is the same suffix. */
	for (char *c = command.suffix_text; *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'f' ? (char)(*c - 'a' + 'A') : *c;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
	airspace_end(&airspace);
}

TEST(ovn__does_not_come_back_when_its_intent_has_gone) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t after_us; /* it was filed */
		bool expires;
	} rows[] = {
			{"deleted", MINUTE_US, false},
			{"expired", 2 * MINUTE_US, true},
	};
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		struct airspace airspace;
		airspace_begin(&airspace); /* f3548 5.2, f3548 5.3 */
		struct ent_command command = {.kind = ENT_COMMAND_CONFIG};
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		const struct ent_uuid suffix = suffix_of(BEGIN_US + 5 * MINUTE_US, 1);
		command = with_suffix(put_intent(1, disc(47, 8, 0, 100, 0, 60)), suffix);
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		if (!rows[i].expires) {
			command = delete_it(&airspace, ENT_COMMAND_DELETE_INTENT, 1);
			CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		}
		airspace.now_utc_us = BEGIN_US + rows[i].after_us;
		if (rows[i].expires) {
			command = (struct ent_command){.kind = ENT_COMMAND_TICK};
			CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		}
		CHECK_ROW(rows[i].why, airspace_find(&airspace, ENT_ENTITY_INTENT, 1) == NULL);
		/* Larger, and for whoever asks: until the moment when it can no longer be asked for. */
		command = with_suffix(put_intent(1, disc(47, 8, 0, 1000, 0, 7200)), suffix);
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
		command.manager = "uss2";
		airspace.now_utc_us = BEGIN_US + 10 * MINUTE_US;
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
		CHECK(strstr(airspace.outcome.message, "has had it") != NULL);
		/* Another suffix is another OVN. */
		command = with_suffix(command, suffix_of(airspace.now_utc_us, 2));
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		airspace_end(&airspace);
	}
}

static size_t suffixes(const struct airspace *airspace) {
	return ent_fold_count(airspace->seen, ENT_AIRSPACE_SUFFIXES);
}

TEST(ovn__suffixes_are_forgotten_ten_minutes_after_their_time) {
	(void)state_;
	enum { MANY = 2 * ENT_AIRSPACE_EXPIRE_MAX + 10 };
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 5.3 */
	const struct ent_extent *extent = disc(47, 8, 0, 100, 0, 7200);
	struct ent_command command = with_suffix(
			put_intent(1, extent), suffix_of(BEGIN_US + SECOND_US, 0));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	for (unsigned i = 1; i <= MANY; i++) {
		command = with_suffix(update(&airspace, put_intent(1, extent)),
				suffix_of(BEGIN_US + 3 * MINUTE_US, i));
		airspace.now_utc_us = BEGIN_US + 4 * MINUTE_US + i;
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	CHECK(suffixes(&airspace) == 1 + MANY);
	const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	static const struct {
		const char *why;
		int64_t after_us;
		size_t left;
	} rows[] = {
			{"the last moment of the first", 10 * MINUTE_US + SECOND_US, MANY + 1},
			{"the first goes", 10 * MINUTE_US + SECOND_US + 1, MANY},
			{"the last moment of the others", 13 * MINUTE_US, MANY},
			{"so many at once", 13 * MINUTE_US + 1, MANY - ENT_AIRSPACE_EXPIRE_MAX},
			{"with any entry", 13 * MINUTE_US + 2, 10},
			{"the rest", 13 * MINUTE_US + 3, 0},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		airspace.now_utc_us = BEGIN_US + rows[i].after_us;
		CHECK(airspace_do(&airspace, &tick) == ENT_REFUSAL_NONE);
		CHECK_ROW(rows[i].why, suffixes(&airspace) == rows[i].left);
	}
	airspace_end(&airspace);
}

/* --- Bounds, to the last unit --- */

TEST(intent__has_not_ended_before_now) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 6.1.7 */
	struct ent_command command = put_intent(1, disc(47, 8, 0, 100, -3600, 60));
	airspace.now_utc_us = BEGIN_US + MINUTE_US + 1;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
	command = put_intent(1, disc(47, 8, 0, 100, -3600, 120));
	airspace.now_utc_us = BEGIN_US + 2 * MINUTE_US;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	airspace_end(&airspace);
}

TEST(key__needs_what_touches_and_not_what_is_a_unit_apart) {
	(void)state_;
	static const struct
	{ /* f3548 4.10, f3548 6.4; in metres and seconds, beside 100..200 and 600..1200 */
		const char *why;
		int lower_m, upper_m, start_s, end_s;
		int32_t higher_mm;
		int64_t later_us;
		bool needed;
	} rows[] = {
			{"the same", 100, 200, 600, 1200, 0, 0, true},
			{"above, touching", 200, 300, 600, 1200, 0, 0, true},
			{"a millimetre above", 200, 300, 600, 1200, 1, 0, false},
			{"below, touching", 0, 100, 600, 1200, 0, 0, true},
			{"a millimetre below", 0, 100, 600, 1200, -1, 0, false},
			{"after, touching", 100, 200, 1200, 1800, 0, 0, true},
			{"a microsecond after", 100, 200, 1200, 1800, 0, 1, false},
			{"before, touching", 100, 200, 0, 600, 0, 0, true},
			{"a microsecond before", 100, 200, 0, 600, 0, -1, false},
	};
	struct airspace airspace;
	airspace_begin(&airspace);
	struct ent_command command = put_intent(1, disc(47, 8, 100, 200, 600, 1200));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		struct ent_extent extent = *disc(47, 8, rows[i].lower_m, rows[i].upper_m,
				rows[i].start_s, rows[i].end_s);
		extent.lower_mm += rows[i].higher_mm;
		extent.upper_mm += rows[i].higher_mm;
		extent.start_utc_us += rows[i].later_us;
		extent.end_utc_us += rows[i].later_us;
		command = put_intent(2, &extent);
		CHECK_ROW(rows[i].why,
				airspace_do(&airspace, &command) ==
						(rows[i].needed ? ENT_REFUSAL_CONFLICT
								: ENT_REFUSAL_NONE));
		CHECK_ROW(rows[i].why, airspace.outcome.n_missing == rows[i].needed);
		if (rows[i].needed)
			continue;
		command = delete_it(&airspace, ENT_COMMAND_DELETE_INTENT, 2);
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	airspace_end(&airspace);
}

TEST(subscription__begins_five_minutes_ago_and_lasts_a_day_to_the_microsecond) {
	(void)state_;
	static const struct { /* f3548 7.2, f3548 4.3 */
		const char *why;
		bool has_start, has_end;
		int64_t start_us, end_us; /* from now */
		enum ent_refusal refusal;
		int64_t ret_start_us, ret_end_us;
	} rows[] = {
			{"neither", false, false, 0, 0, ENT_REFUSAL_NONE, 0, 24 * HOUR_US},
			{"five minutes ago", true, true, -5 * MINUTE_US, 1, ENT_REFUSAL_NONE,
					-5 * MINUTE_US, 1},
			{"a microsecond before that", true, true, -5 * MINUTE_US - 1, 1,
					ENT_REFUSAL_BAD, 0, 0},
			{"a day", true, true, 9, 24 * HOUR_US + 9, ENT_REFUSAL_NONE, 9,
					24 * HOUR_US + 9},
			{"a microsecond more", true, true, 9, 24 * HOUR_US + 10, ENT_REFUSAL_BAD, 0,
					0},
			{"a microsecond more from now on", false, true, 0, 24 * HOUR_US + 1,
					ENT_REFUSAL_BAD, 0, 0},
			{"no time at all", true, true, 9, 9, ENT_REFUSAL_BAD, 0, 0},
			{"ended before now", false, true, 0, -1, ENT_REFUSAL_BAD, 0, 0},
			{"no end", true, false, 77, 0, ENT_REFUSAL_NONE, 77, 24 * HOUR_US + 77},
			{"a day beyond the last", true, false,
					ENT_TIME_MAX_US - BEGIN_US - 23 * HOUR_US, 0,
					ENT_REFUSAL_BAD, 0, 0},
	};
	struct airspace airspace;
	airspace_begin(&airspace);
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		struct ent_extent extent = *disc(47, 8, 0, 100, 0, 1);
		const int64_t now = airspace.now_utc_us;
		extent.start_utc_us = rows[i].has_start ? now + rows[i].start_us
							: ENT_TIME_UNBOUNDED_BEFORE;
		extent.end_utc_us = rows[i].has_end ? now + rows[i].end_us
						    : ENT_TIME_UNBOUNDED_AFTER;
		struct ent_command command = put_subscription(i, &extent);
		command.has_start = rows[i].has_start;
		command.has_end = rows[i].has_end;
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == rows[i].refusal);
		const struct ent_entity *made = airspace_find(
				&airspace, ENT_ENTITY_SUBSCRIPTION, i);
		CHECK_ROW(rows[i].why, (made != NULL) == (rows[i].refusal == ENT_REFUSAL_NONE));
		if (made == NULL)
			continue;
		CHECK_ROW(rows[i].why, made->extent.start_utc_us == now + rows[i].ret_start_us);
		CHECK_ROW(rows[i].why, made->extent.end_utc_us == now + rows[i].ret_end_us);
	}
	airspace_end(&airspace);
}

TEST(subscription__goes_on_covering_its_intents_to_the_last_unit) {
	(void)state_;
	static const struct { /* f3548 7.3; what differs from 100..200 m, 600..1200 s */
		const char *why;
		int32_t lower_mm, upper_mm;
		int64_t start_us, end_us;
		double lat_deg;
		enum ent_refusal refusal;
	} rows[] = {
			{"the same", 0, 0, 0, 0, 47, ENT_REFUSAL_NONE},
			{"more on every side", -1, 1, -1, 1, 47, ENT_REFUSAL_NONE},
			{"lower above", 1, 0, 0, 0, 47, ENT_REFUSAL_BAD},
			{"upper below", 0, -1, 0, 0, 47, ENT_REFUSAL_BAD},
			{"five minutes late", 0, 0, 5 * MINUTE_US, 0, 47, ENT_REFUSAL_NONE},
			{"a microsecond later", 0, 0, 5 * MINUTE_US + 1, 0, 47, ENT_REFUSAL_BAD},
			{"ending a microsecond early", 0, 0, 0, -1, 47, ENT_REFUSAL_BAD},
			{"elsewhere", 0, 0, 0, 0, 47.5, ENT_REFUSAL_BAD},
	};
	struct airspace airspace;
	airspace_begin(&airspace);
	struct ent_command command = put_subscription(1, disc(47, 8, 100, 200, 600, 1200));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_intent(2, disc(47, 8, 100, 200, 600, 1200));
	command.has_subscription = true;
	command.subscription = id_of(1);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		struct ent_extent extent = *disc(rows[i].lat_deg, 8, 100, 200, 600, 1200);
		extent.lower_mm += rows[i].lower_mm;
		extent.upper_mm += rows[i].upper_mm;
		extent.start_utc_us += rows[i].start_us;
		extent.end_utc_us += rows[i].end_us;
		command = update(&airspace, put_subscription(1, &extent));
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == rows[i].refusal);
	}
	command = update(&airspace, put_subscription(1, disc(47, 8, 100, 200, 600, 1200)));
	command.has_altitudes = false;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_BAD);
	/* Without an outline it stays where it was. */
	struct ent_extent nowhere = *disc(47, 8, 100, 200, 600, 1200);
	nowhere.n_cells = 0;
	command = update(&airspace, put_subscription(1, &nowhere));
	command.has_outline = false;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	CHECK(airspace.outcome.entity->extent.n_cells == disc(47, 8, 100, 200, 600, 1200)->n_cells);
	CHECK(strstr(airspace.outcome.entry, "\"volumes\":[]") != NULL);
	airspace_end(&airspace);
}

/* --- A USS that is Down --- */

static void say(struct airspace *airspace, const char *uss, enum ent_availability availability) {
	char version[ENT_AIRSPACE_OVN_SIZE];
	(void)snprintf(version, sizeof version, "%s",
			ent_airspace_uss(airspace->seen, uss).version);
	const struct ent_command command = {.kind = ENT_COMMAND_SET_AVAILABILITY,
			.manager = "arbitrator",
			.uss = uss,
			.old_version = version,
			.availability = availability};
	CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
}

TEST(key__passes_over_accepted_intents_of_a_uss_that_is_down_and_no_others) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 6.4, f3548 8.5 */
	for (unsigned state = 0; state < ENT_INTENT_STATE_COUNT; state++)
		for (unsigned availability = 0; availability < ENT_AVAILABILITY_COUNT;
				availability++) {
			const struct ent_extent *extent = disc(
					40 + state, 8 + availability, 0, 100, 0, 3600);
			const unsigned id = 10 * state + availability;
			struct ent_command command = put_intent(id, extent);
			command.manager = "uss2";
			command.has_new_subscription = true;
			say(&airspace, "uss2", ENT_AVAILABILITY_NORMAL);
			CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
			command.state = (enum ent_intent_state)state;
			command = update(&airspace, command);
			command.fresh = id_of(200000 + id);
			CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
			say(&airspace, "uss2", (enum ent_availability)availability);
			command = put_intent(100 + id, extent);
			const bool excused = availability == ENT_AVAILABILITY_DOWN &&
					state == ENT_INTENT_ACCEPTED;
			CHECK(airspace_do(&airspace, &command) ==
					(excused ? ENT_REFUSAL_NONE : ENT_REFUSAL_CONFLICT));
		}
	airspace_end(&airspace);
}

TEST(strict__a_uss_that_is_down_plans_and_deletes_nothing) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 8.5 */
	for (int strict = 0; strict < 2; strict++)
		for (unsigned state = 0; state < ENT_INTENT_STATE_COUNT; state++) {
			const unsigned id = (unsigned)strict * 10 + state;
			const struct ent_extent *extent = disc(40 + id, 8, 0, 100, 0, 3600);
			struct ent_command command = put_intent(id, extent);
			command.has_new_subscription = true;
			CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
			say(&airspace, "uss1", ENT_AVAILABILITY_DOWN);
			command = update(&airspace, command);
			command.fresh = id_of(200000 + id);
			command.state = (enum ent_intent_state)state;
			command.strict = strict == 1;
			const bool planned = state <= ENT_INTENT_ACTIVATED;
			CHECK(airspace_do(&airspace, &command) ==
					(strict == 1 && planned ? ENT_REFUSAL_FORBIDDEN
								: ENT_REFUSAL_NONE));
			command = delete_it(&airspace, ENT_COMMAND_DELETE_INTENT, id);
			command.strict = strict == 1;
			CHECK(airspace_do(&airspace, &command) ==
					(strict == 1 ? ENT_REFUSAL_FORBIDDEN : ENT_REFUSAL_NONE));
			say(&airspace, "uss1", ENT_AVAILABILITY_NORMAL);
		}
	airspace_end(&airspace);
}

/* --- What no entry could say --- */

TEST(command__says_nothing_that_an_entry_could_not_say_again) {
	(void)state_;
	static char longest[ENT_AIRSPACE_NAME_MAX + 2];
	memset(longest, 'a', ENT_AIRSPACE_NAME_MAX + 1);
	const char *const bad[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf", longest};
	const char *const good[] = {
			"", "\xc3\xa4 \xf0\x9f\x9b\xb8", "a\"\\\n\x01\x7f", longest + 1};
	struct airspace airspace;
	airspace_begin(&airspace);
	for (size_t i = 0; i < COUNT_OF(bad) + COUNT_OF(good); i++) {
		const bool is_good = i >= COUNT_OF(bad);
		const char *text = is_good ? good[i - COUNT_OF(bad)] : bad[i];
		const enum ent_refusal expected = is_good ? ENT_REFUSAL_NONE : ENT_REFUSAL_BAD;
		const unsigned id = (unsigned)i * 4;
		struct ent_command command = put_constraint(
				id, disc(40 + (double)i, 8, 0, 100, 0, 3600));
		command.manager = text;
		CHECK(airspace_do(&airspace, &command) == expected);
		command = put_constraint(id + 1, command.extent);
		command.url = text;
		CHECK(airspace_do(&airspace, &command) == expected);
		command = put_intent(id + 2, command.extent);
		command.has_new_subscription = true;
		command.new_subscription_url = text;
		CHECK(airspace_do(&airspace, &command) == expected);
		command = (struct ent_command){.kind = ENT_COMMAND_SET_AVAILABILITY,
				.manager = "a",
				.uss = text,
				.old_version = ""};
		CHECK(airspace_do(&airspace, &command) == expected);
	}
	struct ent_command nobody = put_constraint(1, disc(30, 8, 0, 100, 0, 3600));
	nobody.id = (struct ent_uuid){{0}};
	CHECK(airspace_do(&airspace, &nobody) == ENT_REFUSAL_BAD);
	struct ent_command config = {.kind = ENT_COMMAND_CONFIG, .expire_after_us = -1};
	CHECK(airspace_do(&airspace, &config) == ENT_REFUSAL_BAD);
	config.expire_after_us = ENT_TIME_MAX_US + 1;
	CHECK(airspace_do(&airspace, &config) == ENT_REFUSAL_BAD);
	config.expire_after_us = ENT_TIME_MAX_US;
	CHECK(airspace_do(&airspace, &config) == ENT_REFUSAL_NONE);
	airspace_end(&airspace);
}

TEST(sets__are_read_as_they_are_written_and_as_clients_write_them) {
	(void)state_;
	enum ent_intent_state state;
	enum ent_availability availability;
	for (unsigned i = 0; i < ENT_INTENT_STATE_COUNT; i++) { /* f3548 6.1.6 */
		const char *text = ent_intent_state_text((enum ent_intent_state)i);
		CHECK(ent_intent_state_parse(text, strlen(text), &state) == ENT_OK && state == i);
		CHECK(ent_intent_state_parse(text, strlen(text) - 1, &state) == ENT_E_SYNTAX);
	}
	CHECK(ent_intent_state_parse("Ended", 5, &state) == ENT_E_SYNTAX);
	CHECK(ent_intent_state_parse("accepted", 8, &state) == ENT_E_SYNTAX);
	for (unsigned i = 0; i < ENT_AVAILABILITY_COUNT; i++) { /* f3548 8.4 */
		const char *text = ent_availability_text((enum ent_availability)i);
		CHECK(ent_availability_parse(text, strlen(text), &availability) == ENT_OK);
		CHECK(availability == i);
	}
	CHECK(ent_availability_parse("dOwN", 4, &availability) == ENT_OK);
	CHECK(availability == ENT_AVAILABILITY_DOWN);
	CHECK(ent_availability_parse("", 0, &availability) == ENT_OK);
	CHECK(availability == ENT_AVAILABILITY_UNKNOWN);
	CHECK(ent_availability_parse("up", 2, &availability) == ENT_E_SYNTAX);
	static const unsigned https[] = {0, 400, 403, 404, 409, 413, 409};
	for (unsigned i = 0; i < ENT_REFUSAL_COUNT; i++)
		CHECK(ent_refusal_http((enum ent_refusal)i) == https[i]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(ovn__is_a_hash_of_whose_it_is_and_when),
			TEST_ENTRY(ovn__may_be_asked_for_within_five_minutes_to_the_millisecond),
			TEST_ENTRY(ovn__is_never_had_twice_while_it_could_be_asked_for),
			TEST_ENTRY(ovn__does_not_come_back_when_its_intent_has_gone),
			TEST_ENTRY(ovn__suffixes_are_forgotten_ten_minutes_after_their_time),
			TEST_ENTRY(intent__has_not_ended_before_now),
			TEST_ENTRY(key__needs_what_touches_and_not_what_is_a_unit_apart),
			TEST_ENTRY(subscription__begins_five_minutes_ago_and_lasts_a_day_to_the_microsecond),
			TEST_ENTRY(subscription__goes_on_covering_its_intents_to_the_last_unit),
			TEST_ENTRY(key__passes_over_accepted_intents_of_a_uss_that_is_down_and_no_others),
			TEST_ENTRY(strict__a_uss_that_is_down_plans_and_deletes_nothing),
			TEST_ENTRY(command__says_nothing_that_an_entry_could_not_say_again),
			TEST_ENTRY(sets__are_read_as_they_are_written_and_as_clients_write_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
