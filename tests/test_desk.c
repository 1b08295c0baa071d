/* SPDX-License-Identifier: Apache-2.0 */
/* What operators may do and what becomes of it, claim by claim; what holds in any history is test_desk_random.c's. */
#include "desks.h"

TEST(desk__the_first_operator_is_an_administrator_of_the_command_line) {
	(void)state_;
	static const struct {
		const char *why, *by;
		unsigned roles;
		enum ent_desk_refusal refusal;
	} rows[] = {
			{"the node makes nobody", ENT_DESK_BY_NODE, ADMINISTRATOR,
					ENT_DESK_REFUSAL_FIRST},
			{"nor does who does not exist", "ada", ADMINISTRATOR,
					ENT_DESK_REFUSAL_FIRST},
			{"no administrator", ENT_DESK_BY_COMMAND_LINE, WATCH,
					ENT_DESK_REFUSAL_FIRST},
			{"with other roles, too", ENT_DESK_BY_COMMAND_LINE, ADMINISTRATOR | WATCH,
					ENT_DESK_REFUSAL_NONE},
	};
	struct desk_test test;
	desk_begin(&test);
	CHECK(ent_desk_operators(test.desk) == 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].why,
				desk_do(&test, desk_add(rows[i].by, "ada", rows[i].roles)) ==
						rows[i].refusal);
	CHECK(ent_desk_administrators(test.desk) == 1);
	desk_end(&test);
}

/* Each act, by each kind of person, on another and on oneself. */
TEST(desk__only_who_may_does_it) {
	(void)state_;
	static const struct {
		enum ent_desk_act act;
		bool administrator, himself; /* may */
	} rows[] = {
			{ENT_DESK_ACT_ADD, true, false},
			{ENT_DESK_ACT_CHANGE, true, true},
			{ENT_DESK_ACT_PASSWORD, true, true},
			{ENT_DESK_ACT_ROLES, true, false},
			{ENT_DESK_ACT_DISABLE, true, false},
			{ENT_DESK_ACT_UNLOCK, true, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct desk_test test;
		desk_begin_staffed(&test);
		const bool adds = rows[i].act == ENT_DESK_ACT_ADD;
		struct ent_desk_command command = desk_act(
				rows[i].act, "wim", adds ? "new" : "wim");
		command.name = "Wim";
		command.roles = RELEASE;
		CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NOT_SIGNED_IN);
		(void)desk_signed_in(&test, "wim", 1);
		CHECK((desk_do(&test, command) == ENT_DESK_REFUSAL_NONE) == rows[i].himself);
		command.id = adds ? "new" : "ada";
		command.name = "Ada";
		(void)desk_signed_in(&test, "wim", 1);
		CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NOT_ALLOWED);
		command.id = adds ? "new" : "wim";
		command.by = "ada";
		command.name = "Wim of Utrecht";
		(void)desk_signed_in(&test, "ada", 1);
		CHECK((desk_do(&test, command) == ENT_DESK_REFUSAL_NONE) == rows[i].administrator);
		command.by = ENT_DESK_BY_NODE;
		CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NOT_ALLOWED);
		desk_end(&test);
	}
}

/* In the party's name: each kind of order, by each role, the command line and the node. */
TEST(desk__orders_are_given_by_who_has_a_role_for_them) {
	(void)state_;
	/* Those on whom the party trusts: test_desk_trust.c. */
	for (unsigned order = 0; order < ENT_DESK_ORDER_PARTY_KNOWN; order++)
		for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
			struct desk_test test;
			struct ent_desk_command command = {.act = ENT_DESK_ACT_ORDER,
					.class = ENT_CLASS_ACTUAL,
					.by = "oz",
					.order = (enum ent_desk_order)order,
					.on = "0123456789abcdef",
					.reason = "they rang us up"};
			const bool may = (ent_desk_order_roles(command.order) &
							 ENT_DESK_BIT(role)) != 0;
			desk_begin_staffed(&test);
			CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NOT_SIGNED_IN);
			CHECK(desk_do(&test,
					      desk_add(ENT_DESK_BY_COMMAND_LINE, "oz",
							      ENT_DESK_BIT(role))) ==
					ENT_DESK_REFUSAL_NONE);
			CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NOT_SIGNED_IN);
			(void)desk_signed_in(&test, "oz", 1);
			CHECK(desk_do(&test, command) ==
					(may ? ENT_DESK_REFUSAL_NONE : ENT_DESK_REFUSAL_NO_ROLE));
			CHECK(test.outcome.has_entry == may);
			command.by = ENT_DESK_BY_COMMAND_LINE;
			CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NONE);
			command.by = ENT_DESK_BY_NODE;
			CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NONE);
			desk_end(&test);
		}
	CHECK(ent_desk_order_roles(ENT_DESK_ORDER_CLOCK_SET) == 0);
	CHECK((ent_desk_order_roles(ENT_DESK_ORDER_MEMO_SIGN) & ADMINISTRATOR) == 0);
}

/* A desk without operators, too: the command line can act before there is one, and of whatever class. */
TEST(desk__an_order_changes_nothing_but_the_time) {
	(void)state_;
	struct desk_test test;
	struct ent_desk *before = NULL;
	struct ent_desk_command command = {.act = ENT_DESK_ACT_ORDER,
			.class = ENT_CLASS_TEST,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.order = ENT_DESK_ORDER_KEY_UNLOCKED,
			.on = ""};
	desk_begin(&test);
	CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_size(test.desk) == 1 && ent_desk_operators(test.desk) == 0);
	CHECK(ent_desk_class(test.desk, ENT_CLASS_TEST) == ENT_CLASS_TEST);
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "ada", ADMINISTRATOR)) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_class(test.desk, ENT_CLASS_TEST) == ENT_CLASS_ACTUAL);
	CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_CLASS);
	CHECK(ent_desk_copy(test.desk, &before) == ENT_OK);
	ent_desk_set(test.desk, NULL);
	CHECK(ent_desk_size(test.desk) == 0);
	ent_desk_set(test.desk, before);
	CHECK(desk_same(test.desk, before));
	ent_desk_destroy(before);
	desk_end(&test);
}

TEST(desk__the_last_administrator_stays) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	struct ent_desk_command roles = desk_act(
			ENT_DESK_ACT_ROLES, ENT_DESK_BY_COMMAND_LINE, "ada");
	struct ent_desk_command disable = desk_act(
			ENT_DESK_ACT_DISABLE, ENT_DESK_BY_COMMAND_LINE, "ada");
	roles.roles = WATCH;
	CHECK(desk_do(&test, roles) == ENT_DESK_REFUSAL_LAST);
	CHECK(desk_do(&test, disable) == ENT_DESK_REFUSAL_LAST);
	/* A disabled one is none. */
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "bob", ADMINISTRATOR)) ==
			ENT_DESK_REFUSAL_NONE);
	disable.id = "bob";
	CHECK(desk_do(&test, disable) == ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, roles) == ENT_DESK_REFUSAL_LAST);
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_ENABLE, ENT_DESK_BY_COMMAND_LINE, "bob")) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, roles) == ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, disable) == ENT_DESK_REFUSAL_LAST);
	desk_end(&test);
}

TEST(desk__several_roles_in_one_hand_are_told) {
	(void)state_;
	CHECK(!ent_desk_roles_several(0));
	CHECK(!ent_desk_roles_several(ADMINISTRATOR));
	CHECK(ent_desk_roles_several(ADMINISTRATOR | WATCH));
	for (unsigned role = 0; role < ENT_DESK_ROLE_COUNT; role++) {
		enum ent_desk_role parsed = ENT_DESK_ROLE_COUNT;
		const char *word = ent_desk_role_word((enum ent_desk_role)role);
		CHECK(ent_desk_role_parse(word, strlen(word), &parsed) == ENT_OK);
		CHECK(parsed == (enum ent_desk_role)role);
		CHECK(ent_desk_role_parse(word, strlen(word) - 1, &parsed) == ENT_E_SYNTAX);
	}
}

TEST(desk__what_changes_an_operator_ends_his_sessions) {
	(void)state_;
	static const struct {
		const char *why;
		enum ent_desk_act act;
		bool ends, forgets_devices;
	} rows[] = {
			{"a name is no right", ENT_DESK_ACT_CHANGE, false, false},
			{"another password", ENT_DESK_ACT_PASSWORD, true, true},
			{"other roles", ENT_DESK_ACT_ROLES, true, false},
			{"disabled", ENT_DESK_ACT_DISABLE, true, true},
			{"unlocked", ENT_DESK_ACT_UNLOCK, false, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct desk_test test;
		desk_begin_staffed(&test);
		const uint64_t wim = desk_signed_in(&test, "wim", 1);
		const uint64_t ada = desk_signed_in(&test, "ada", 2);
		struct ent_desk_command command = desk_act(rows[i].act, "ada", "wim");
		command.name = "Wim";
		command.roles = RELEASE | WATCH;
		CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_NONE);
		CHECK_ROW(rows[i].why,
				(ent_desk_session_of(test.desk, wim, test.now_utc_us) == NULL) ==
						rows[i].ends);
		CHECK_ROW(rows[i].why,
				ent_desk_device_known(ent_desk_operator(test.desk, "wim"),
						&(struct ent_hash){{1}}) !=
						rows[i].forgets_devices);
		CHECK(ent_desk_session_of(test.desk, ada, test.now_utc_us) != NULL);
		desk_end(&test);
	}
}

TEST(desk__a_session_ends_after_twelve_hours_and_a_fifth_ends_the_oldest) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	const uint64_t first = desk_signed_in(&test, "wim", 1);
	const int64_t begun = test.now_utc_us;
	CHECK(ent_desk_session_of(test.desk, first, begun + ENT_DESK_SESSION_US - 1) != NULL);
	CHECK(ent_desk_session_of(test.desk, first, begun + ENT_DESK_SESSION_US) == NULL);
	for (unsigned i = 1; i < ENT_DESK_SESSIONS_MAX; i++)
		(void)desk_signed_in(&test, "wim", 1);
	CHECK(ent_desk_session_of(test.desk, first, test.now_utc_us) != NULL);
	const uint64_t last = desk_signed_in(&test, "wim", 1);
	CHECK(ent_desk_session_of(test.desk, first, test.now_utc_us) == NULL);
	CHECK(ent_desk_session_of(test.desk, last, test.now_utc_us) != NULL);
	/* Any entry after that time ends those that are over. */
	test.now_utc_us = begun + 2 * ENT_DESK_SESSION_US;
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_UNLOCK, ENT_DESK_BY_COMMAND_LINE, "wim")) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_operator(test.desk, "wim")->n_sessions == 0);
	desk_end(&test);
}

TEST(desk__sessions_are_ended_by_who_may) {
	(void)state_;
	static const struct {
		const char *why, *by, *id;
		enum ent_desk_why how;
		enum ent_desk_refusal refusal;
	} rows[] = {
			{"by another", "wim", "ada", ENT_DESK_WHY_ENDED,
					ENT_DESK_REFUSAL_NOT_ALLOWED},
			{"by the command line, which has a stopped node", ENT_DESK_BY_COMMAND_LINE,
					"wim", ENT_DESK_WHY_ENDED, ENT_DESK_REFUSAL_NOT_ALLOWED},
			{"signed out by another", "ada", "wim", ENT_DESK_WHY_SIGNED_OUT,
					ENT_DESK_REFUSAL_NOT_ALLOWED},
			{"the node signs nobody out", ENT_DESK_BY_NODE, "wim",
					ENT_DESK_WHY_SIGNED_OUT, ENT_DESK_REFUSAL_NOT_ALLOWED},
			{"nobody says idle of himself", "wim", "wim", ENT_DESK_WHY_IDLE,
					ENT_DESK_REFUSAL_NOT_ALLOWED},
			{"signed out", "wim", "wim", ENT_DESK_WHY_SIGNED_OUT,
					ENT_DESK_REFUSAL_NONE},
			{"twice", ENT_DESK_BY_NODE, "wim", ENT_DESK_WHY_IDLE,
					ENT_DESK_REFUSAL_NO_SESSION},
	};
	struct desk_test test;
	desk_begin_staffed(&test);
	const uint64_t ada = desk_signed_in(&test, "ada", 1);
	const uint64_t wim = desk_signed_in(&test, "wim", 2);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_desk_command end = desk_act(ENT_DESK_ACT_END, rows[i].by, rows[i].id);
		end.session = strcmp(rows[i].id, "ada") == 0 ? ada : wim;
		end.why = rows[i].how;
		CHECK_ROW(rows[i].why, desk_do(&test, end) == rows[i].refusal);
	}
	const uint64_t again = desk_signed_in(&test, "wim", 2);
	struct ent_desk_command end = desk_act(ENT_DESK_ACT_END, "ada", "wim");
	end.session = again;
	end.why = ENT_DESK_WHY_ENDED;
	CHECK(desk_do(&test, end) == ENT_DESK_REFUSAL_NONE);
	struct ent_desk_command all = {.act = ENT_DESK_ACT_END_ALL,
			.class = ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_NODE,
			.why = ENT_DESK_WHY_STOPPED};
	CHECK(desk_do(&test, all) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_session_of(test.desk, ada, test.now_utc_us) == NULL);
	CHECK(desk_do(&test, all) == ENT_DESK_REFUSAL_SAME);
	desk_end(&test);
}

/* The delays of decision 0017, each to the microsecond. */
TEST(desk__locks_rise_from_half_a_minute_to_a_quarter_of_an_hour) {
	(void)state_;
	static const int64_t lock_s[] = {0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900};
	struct desk_test test;
	desk_begin_staffed(&test);
	for (size_t i = 0; i < COUNT_OF(lock_s); i++) {
		CHECK(desk_do(&test, desk_sign_in(&test, "wim", false, 1)) ==
				ENT_DESK_REFUSAL_WRONG);
		CHECK(test.outcome.has_entry);
		if (lock_s[i] == 0)
			continue;
		const int64_t until = test.now_utc_us + lock_s[i] * SECOND_US;
		test.now_utc_us = until - SECOND_US - 1;
		/* The right one, too: who guesses learns nothing. */
		CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 1)) ==
				ENT_DESK_REFUSAL_LOCKED);
		CHECK(!test.outcome.has_entry);
		test.now_utc_us = until - SECOND_US;
	}
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 1)) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_operator(test.desk, "wim")->elsewhere.failures == 0);
	desk_end(&test);
}

TEST(desk__wrong_tries_are_forgotten_after_a_day_without_one) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	for (unsigned i = 0; i < ENT_DESK_FREE_TRIES - 1; i++)
		(void)desk_do(&test, desk_sign_in(&test, "wim", false, 1));
	test.now_utc_us += ENT_DESK_FORGET_US - SECOND_US;
	(void)desk_do(&test, desk_sign_in(&test, "wim", false, 1));
	CHECK(ent_desk_operator(test.desk, "wim")->elsewhere.failures == 1);
	test.now_utc_us += ENT_DESK_FORGET_US - SECOND_US - 1;
	(void)desk_do(&test, desk_sign_in(&test, "wim", false, 1));
	CHECK(ent_desk_operator(test.desk, "wim")->elsewhere.failures == 2);
	desk_end(&test);
}

/* 100,000 tries in a day, by everybody's id and by none. */
TEST(desk__a_flood_of_wrong_tries_leaves_few_entries_and_locks_nobody_out_at_his_desk) {
	(void)state_;
	enum { TRIES = 100000 };
	const int64_t step = INT64_C(86400) * SECOND_US / TRIES;
	struct desk_test test;
	desk_begin_staffed(&test);
	(void)desk_signed_in(&test, "wim", 1);
	(void)desk_signed_in(&test, "ada", 2);
	const unsigned before = test.entries;
	const int64_t begun = test.now_utc_us;
	static const char *const ids[] = {"wim", "ada", "nobody", "who", ""};
	for (int i = 0; i < TRIES; i++) {
		test.now_utc_us = begun + i * step;
		(void)desk_do(&test, desk_sign_in(&test, ids[i % 5], false, 9));
	}
	/* Two operators and nobody: ten at once, then one each quarter of an hour; and 96 a day. */
	CHECK(test.entries - before <= 2 * (10 + 96) + 97);
	CHECK(test.entries - before > 200);
	/* From elsewhere the right password is not heard; from where they sat yesterday, it is. */
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 9)) == ENT_DESK_REFUSAL_LOCKED);
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 1)) == ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, desk_sign_in(&test, "ada", true, 2)) == ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_UNLOCK, "ada", "wim")) == ENT_DESK_REFUSAL_NONE);
	test.now_utc_us += ENT_DESK_AGAIN_US;
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 9)) == ENT_DESK_REFUSAL_NONE);
	desk_end(&test);
}

TEST(desk__nobody_learns_which_ids_there_are) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_DISABLE, ENT_DESK_BY_COMMAND_LINE, "wim")) ==
			ENT_DESK_REFUSAL_NONE);
	static const char *const ids[] = {"ada", "wim", "nobody", "Not An Id", NULL};
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct ent_desk_command command = desk_sign_in(&test, "ada", false, 1);
		command.id = ids[i];
		CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_WRONG);
	}
	/* The right one of who is disabled is a wrong one. */
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 1)) == ENT_DESK_REFUSAL_WRONG);
	CHECK(strcmp(ent_desk_refusal_text(ENT_DESK_REFUSAL_WRONG),
			      ent_desk_refusal_text(ENT_DESK_REFUSAL_LOCKED)) == 0);
	CHECK(ent_desk_refusal_http(ENT_DESK_REFUSAL_WRONG) ==
			ent_desk_refusal_http(ENT_DESK_REFUSAL_LOCKED));
	/* And there is always a hash to hold a password to, which takes as long. */
	CHECK(ent_seal_password_verify(ent_desk_password_of(test.desk, "nobody"), "x", 1) ==
			ENT_E_REFUSED);
	desk_end(&test);
}

TEST(desk__a_password_that_changed_meanwhile_signs_nobody_in) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	const struct ent_desk_command command = {.act = ENT_DESK_ACT_SIGN_IN,
			.class = ENT_CLASS_ACTUAL,
			.id = "wim",
			.password = HASH("a"),
			.right = true};
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_PASSWORD, ENT_DESK_BY_COMMAND_LINE, "wim")) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_STALE);
	CHECK(!test.outcome.has_entry);
	desk_end(&test);
}

TEST(desk__who_signs_in_again_and_again_waits) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	(void)desk_signed_in(&test, "wim", 1);
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 1)) == ENT_DESK_REFUSAL_AGAIN);
	CHECK(!test.outcome.has_entry);
	/* That is not told to who has a wrong password. */
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", false, 1)) == ENT_DESK_REFUSAL_WRONG);
	desk_end(&test);
}

TEST(desk__entries_of_another_class_change_nobody) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	struct ent_desk_command command = desk_sign_in(&test, "wim", true, 1);
	command.class = ENT_CLASS_TEST;
	CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_CLASS);
	command = desk_add(ENT_DESK_BY_COMMAND_LINE, "eve", WATCH);
	command.class = ENT_CLASS_EXERCISE;
	CHECK(desk_do(&test, command) == ENT_DESK_REFUSAL_CLASS);
	desk_end(&test);
}

TEST(desk__there_are_at_most_so_many_operators) {
	(void)state_;
	struct desk_test test;
	char id[ENT_DESK_ID_MAX + 1];
	desk_begin_staffed(&test);
	for (unsigned i = 2; i < ENT_DESK_OPERATORS_MAX; i++) {
		(void)snprintf(id, sizeof id, "op%u", i);
		CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, id, WATCH)) ==
				ENT_DESK_REFUSAL_NONE);
	}
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "wim", WATCH)) ==
			ENT_DESK_REFUSAL_EXISTS);
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "more", WATCH)) ==
			ENT_DESK_REFUSAL_FULL);
	struct ent_jsonout_memory bytes = desk_bytes(test.desk);
	CHECK(bytes.size < ENT_DESK_SNAPSHOT_MAX);
	free(bytes.bytes);
	desk_end(&test);
}

TEST(desk__texts_are_taken_in_any_script_but_not_what_steers) {
	(void)state_;
	static const struct {
		const char *why, *name;
		bool fine;
	} names[] = {
			{"Arabic", "\xd8\xb9\xd9\x84\xd9\x8a", true},
			{"Cyrillic", "\xd0\x9e\xd0\xbb\xd1\x8c\xd0\xb3\xd0\xb0", true},
			{"with a space within", "Marie Curie", true},
			{"a Braille letter", "\xe2\xa0\x81", true},
			{"a letter and its mark", "e\xcc\x81", true},
			{"a digit", "7", true},
			{"a digit of Arabic", "\xd9\xa7", true},
			{"empty", "", false},
			{"a blank at the end", "Marie ", false},
			{"right to left override",
					"a\xe2\x80\xae"
					"b",
					false},
			{"end of line", "a\nb", false},
			{"not UTF-8", "a\xff", false},
	};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const size_t length = strlen(names[i].name);
		CHECK_ROW(names[i].why, ent_desk_name_ok(names[i].name, length) == names[i].fine);
		CHECK_ROW(names[i].why,
				ent_desk_name_names(names[i].name, length) == names[i].fine);
	}
	static const struct {
		const char *text;
		bool id, language;
	} words[] = {{"ada", true, true}, {"4711", true, false}, {"a.b-c_d", true, false},
			{"sr-Latn", false, true}, {"-a", false, false}, {"A", false, false},
			{"fr-", true, false}, {"a", true, false}, {"(node)", false, false},
			{"", false, false}, {"abcdefghijklmnopqrstuvwxyzabcdefg", false, false}};
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		const size_t length = strlen(words[i].text);
		CHECK_ROW(words[i].text, ent_desk_id_ok(words[i].text, length) == words[i].id);
		CHECK_ROW(words[i].text,
				ent_desk_language_ok(words[i].text, length) == words[i].language);
	}
}

TEST(desk__passwords_that_anybody_would_try_are_refused) {
	(void)state_;
	static const struct {
		const char *password;
		bool fine;
	} rows[] = {{"correct horse battery", true},
			{"\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c",
					false}, /* 6 characters in 12 bytes */
			{"elevenchars", false}, {"aaaaaaaaaaaaaaaa", false},
			{"commander-north", false}, {"Officer of the Watch", false}};
	struct ent_fault fault;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].password,
				(ent_desk_password_ok(rows[i].password, strlen(rows[i].password),
						 "commander-north", "Officer of the Watch",
						 &fault) == ENT_OK) == rows[i].fine);
}

/* --- Tokens --- */

TEST(tokens__last_as_long_as_their_session_and_no_longer_idle_than_half_an_hour) {
	(void)state_;
	struct desk_test test;
	struct ent_desk_tokens *tokens;
	struct ent_hash hash, other;
	char text[ENT_DESK_TOKEN_SIZE];
	uint64_t found = 0;
	desk_begin_staffed(&test);
	CHECK(ent_desk_tokens_create(&tokens) == ENT_OK);
	const uint64_t session = desk_signed_in(&test, "wim", 1);
	ent_desk_token(text, &hash);
	CHECK(ent_desk_token_hash(text, strlen(text), &other) == ENT_OK);
	CHECK(memcmp(&hash, &other, sizeof hash) == 0);
	CHECK(ent_desk_token_hash(text, strlen(text) - 1, &other) == ENT_E_SYNTAX);
	CHECK(ent_desk_tokens_add(tokens, test.desk, session, &hash, test.now_utc_us) == ENT_OK);
	ent_desk_token(text, &other);
	int64_t now = test.now_utc_us;
	CHECK(ent_desk_tokens_find(tokens, test.desk, &other, now, &found) == NULL);
	now += ENT_DESK_IDLE_US - 1;
	CHECK(ent_desk_tokens_find(tokens, test.desk, &hash, now, &found) ==
			ent_desk_operator(test.desk, "wim"));
	CHECK(found == session);
	struct ent_desk_command end;
	CHECK(!ent_desk_tokens_idle(tokens, test.desk, now + ENT_DESK_IDLE_US - 1, &end));
	now += ENT_DESK_IDLE_US;
	CHECK(ent_desk_tokens_find(tokens, test.desk, &hash, now, &found) == NULL);
	CHECK(ent_desk_tokens_idle(tokens, test.desk, now, &end));
	test.now_utc_us = now;
	CHECK(desk_do(&test, end) == ENT_DESK_REFUSAL_NONE);
	CHECK(!ent_desk_tokens_idle(tokens, test.desk, now, &end));
	ent_desk_tokens_destroy(tokens);
	desk_end(&test);
}

/* The table was full, or nobody knew in time whether the entry is durable: nobody was given a token. */
TEST(tokens__a_session_without_one_is_ended_after_a_minute) {
	(void)state_;
	struct desk_test test;
	struct ent_desk_tokens *tokens;
	struct ent_desk_command end;
	desk_begin_staffed(&test);
	CHECK(ent_desk_tokens_create(&tokens) == ENT_OK);
	const uint64_t session = desk_signed_in(&test, "wim", 1);
	const int64_t begun_us = ent_desk_operator(test.desk, "wim")->sessions[0].begun_utc_us;
	CHECK(!ent_desk_tokens_idle(tokens, test.desk, begun_us + 59999999, &end));
	test.now_utc_us = begun_us + 60000000;
	CHECK(ent_desk_tokens_idle(tokens, test.desk, test.now_utc_us, &end));
	CHECK(end.session == session && strcmp(end.id, "wim") == 0);
	CHECK(desk_do(&test, end) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_session_of(test.desk, session, test.now_utc_us) == NULL);
	CHECK(!ent_desk_tokens_idle(tokens, test.desk, test.now_utc_us, &end));
	ent_desk_tokens_destroy(tokens);
	desk_end(&test);
}

TEST(tokens__end_with_the_entry_that_ends_their_session) {
	(void)state_;
	struct desk_test test;
	struct ent_desk_tokens *tokens;
	struct ent_hash hash;
	char text[ENT_DESK_TOKEN_SIZE];
	uint64_t found = 0;
	desk_begin_staffed(&test);
	CHECK(ent_desk_tokens_create(&tokens) == ENT_OK);
	const uint64_t session = desk_signed_in(&test, "wim", 1);
	ent_desk_token(text, &hash);
	CHECK(ent_desk_tokens_add(tokens, test.desk, session, &hash, test.now_utc_us) == ENT_OK);
	CHECK(ent_desk_tokens_find(tokens, test.desk, &hash, test.now_utc_us, &found) != NULL);
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_PASSWORD, ENT_DESK_BY_COMMAND_LINE, "wim")) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_tokens_find(tokens, test.desk, &hash, test.now_utc_us, &found) == NULL);
	ent_desk_tokens_destroy(tokens);
	desk_end(&test);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(desk__the_first_operator_is_an_administrator_of_the_command_line),
			TEST_ENTRY(desk__only_who_may_does_it),
			TEST_ENTRY(desk__orders_are_given_by_who_has_a_role_for_them),
			TEST_ENTRY(desk__an_order_changes_nothing_but_the_time),
			TEST_ENTRY(desk__the_last_administrator_stays),
			TEST_ENTRY(desk__several_roles_in_one_hand_are_told),
			TEST_ENTRY(desk__what_changes_an_operator_ends_his_sessions),
			TEST_ENTRY(desk__a_session_ends_after_twelve_hours_and_a_fifth_ends_the_oldest),
			TEST_ENTRY(desk__sessions_are_ended_by_who_may),
			TEST_ENTRY(desk__locks_rise_from_half_a_minute_to_a_quarter_of_an_hour),
			TEST_ENTRY(desk__wrong_tries_are_forgotten_after_a_day_without_one),
			TEST_ENTRY(desk__a_flood_of_wrong_tries_leaves_few_entries_and_locks_nobody_out_at_his_desk),
			TEST_ENTRY(desk__nobody_learns_which_ids_there_are),
			TEST_ENTRY(desk__a_password_that_changed_meanwhile_signs_nobody_in),
			TEST_ENTRY(desk__who_signs_in_again_and_again_waits),
			TEST_ENTRY(desk__entries_of_another_class_change_nobody),
			TEST_ENTRY(desk__there_are_at_most_so_many_operators),
			TEST_ENTRY(desk__texts_are_taken_in_any_script_but_not_what_steers),
			TEST_ENTRY(desk__passwords_that_anybody_would_try_are_refused),
			TEST_ENTRY(tokens__last_as_long_as_their_session_and_no_longer_idle_than_half_an_hour),
			TEST_ENTRY(tokens__a_session_without_one_is_ended_after_a_minute),
			TEST_ENTRY(tokens__end_with_the_entry_that_ends_their_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
