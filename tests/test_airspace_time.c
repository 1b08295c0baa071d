/* SPDX-License-Identifier: Apache-2.0 */
/* test_airspace_time.c: what expires, what goes with it, and who is told when; as tests/test_airspace.c. */
#include "airspaces.h"

TEST(expiry__is_so_long_after_the_end_and_not_a_microsecond_earlier) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 9.7 */
	struct ent_command command = put_intent(1, disc(47, 8, 0, 100, 0, 60));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_constraint(2, disc(47, 8, 0, 100, 0, 60));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_subscription(3, disc(47, 8, 0, 100, 0, 60));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	const int64_t last = BEGIN_US + MINUTE_US + 2 * HOUR_US;
	const struct ent_command report = {
			.kind = ENT_COMMAND_REPORT, .id = id_of(9), .manager = "uss1"};
	airspace.now_utc_us = last;
	CHECK(!ent_airspace_due(airspace.seen, last));
	CHECK(ent_airspace_due(airspace.seen, last + 1));
	CHECK(airspace_do(&airspace, &report) == ENT_REFUSAL_NONE);
	for (unsigned kind = 0; kind < ENT_ENTITY_KIND_COUNT; kind++)
		CHECK(airspace_find(&airspace, (enum ent_entity_kind)kind, kind + 1) != NULL);
	airspace.now_utc_us = last + 1;
	CHECK(airspace_do(&airspace, &report) == ENT_REFUSAL_NONE);
	for (unsigned kind = 0; kind < ENT_ENTITY_KIND_COUNT; kind++)
		CHECK(airspace_find(&airspace, (enum ent_entity_kind)kind, kind + 1) == NULL);
	airspace_end(&airspace);
}

TEST(expiry__of_more_than_fit_into_one_entry_takes_several) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace); /* f3548 9.7 */
	const unsigned n = 2 * ENT_AIRSPACE_EXPIRE_MAX + 10;
	for (unsigned i = 0; i < n; i++) {
		struct ent_command command = put_intent(
				i, disc(-60 + i * 0.2, 8, 0, 100, 0, 60 + (int)(i % 7)));
		command.has_new_subscription = i % 3 == 0;
		airspace.now_utc_us = BEGIN_US + 1 + i;
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	const int64_t later = BEGIN_US + 5 * HOUR_US;
	const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	for (unsigned left = n; left > 0;) {
		const unsigned go = left < ENT_AIRSPACE_EXPIRE_MAX ? left : ENT_AIRSPACE_EXPIRE_MAX;
		CHECK(ent_airspace_due(airspace.seen, later));
		airspace.now_utc_us = later - left;
		CHECK(ent_fold_begin(airspace.fold) == ENT_OK);
		CHECK(ent_airspace_decide(airspace.fold, &tick, airspace.now_utc_us,
				      &airspace.outcome) == ENT_OK);
		ent_fold_release(airspace.fold, airspace.seen);
		ent_fold_publish(airspace.fold, ent_fold_seal(airspace.fold));
		airspace.seen = ent_fold_take(airspace.fold);
		left -= go;
		CHECK(ent_fold_count(airspace.seen, ENT_AIRSPACE_INTENTS) == left);
		CHECK(airspace_broken(airspace.seen) == NULL);
	}
	CHECK(ent_fold_count(airspace.seen, ENT_AIRSPACE_SUBSCRIPTIONS) == 0);
	CHECK(!ent_airspace_due(airspace.seen, later));
	airspace_end(&airspace);
}

/* An intent with an implicit subscription that lasts longer than it. */
static void outlasted(struct airspace *airspace) {
	airspace_begin(airspace);
	struct ent_command command = put_intent(1, disc(47, 8, 0, 100, 0, 60));
	command.has_new_subscription = true;
	CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
	command = put_intent(2, disc(47, 8, 200, 300, 0, 7200));
	command.has_subscription = true;
	command.subscription = id_of(100001);
	CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
	command = delete_it(airspace, ENT_COMMAND_DELETE_INTENT, 2);
	CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
	const struct ent_entity *subscription = airspace_find(
			airspace, ENT_ENTITY_SUBSCRIPTION, 100001);
	CHECK(subscription != NULL && subscription->implicit);
	CHECK(subscription->extent.end_utc_us == BEGIN_US + 2 * HOUR_US);
}

TEST(subscription__that_is_implicit_goes_with_its_last_intent_in_every_way) {
	(void)state_;
	static const char *const ways[] = {"deleted", "without one", "with a new one",
			"with an explicit one", "expired"}; /* f3548 6.3, f3548 6.1.19 */
	for (size_t way = 0; way < COUNT_OF(ways); way++) {
		struct airspace airspace;
		outlasted(&airspace);
		struct ent_command command = put_subscription(3, disc(47, 8, 0, 100, 0, 3600));
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		command = update(&airspace, put_intent(1, disc(47, 8, 0, 100, 0, 60)));
		if (way == 0)
			command = delete_it(&airspace, ENT_COMMAND_DELETE_INTENT, 1);
		command.has_new_subscription = way == 2;
		command.fresh = id_of(100003);
		command.has_subscription = way == 3;
		command.subscription = id_of(3);
		if (way == 4) {
			command = (struct ent_command){.kind = ENT_COMMAND_TICK};
			airspace.now_utc_us = BEGIN_US + 2 * HOUR_US + 2 * MINUTE_US;
		}
		CHECK_ROW(ways[way], airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		CHECK_ROW(ways[way],
				airspace_find(&airspace, ENT_ENTITY_SUBSCRIPTION, 100001) == NULL);
		CHECK_ROW(ways[way], airspace_find(&airspace, ENT_ENTITY_SUBSCRIPTION, 3) != NULL);
		airspace_end(&airspace);
	}
}

TEST(subscription__that_is_implicit_is_widened_only_where_it_does_not_cover) {
	(void)state_;
	static const struct { /* f3548 6.3, f3548 5.4 */
		const char *why;
		double lat_deg;
		int start_s, end_s;
		bool widened;
	} rows[] = {
			{"the same", 47, 600, 1200, false},
			{"within", 47, 700, 1100, false},
			{"sooner", 47, 599, 1200, true},
			{"later", 47, 600, 1201, true},
			{"elsewhere", 47.5, 600, 1200, true},
	};
	for (unsigned i = 0; i < 2 * COUNT_OF(rows); i++) {
		const char *why = rows[i / 2].why;
		char version[ENT_AIRSPACE_OVN_SIZE];
		struct airspace airspace;
		airspace_begin(&airspace);
		struct ent_command command = put_intent(1, disc(47, 8, 0, 100, 600, 1200));
		command.has_new_subscription = true;
		command.new_subscription_constraints = i % 2 == 1;
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		const struct ent_entity *made = airspace_find(
				&airspace, ENT_ENTITY_SUBSCRIPTION, 100001);
		CHECK(made != NULL && made->implicit && made->notify_intents);
		CHECK_ROW(why, made->notify_constraints == (i % 2 == 1));
		memcpy(version, made->ovn, sizeof version);
		command = put_intent(2,
				disc(rows[i / 2].lat_deg, 8, 200, 300, rows[i / 2].start_s,
						rows[i / 2].end_s));
		command.has_subscription = true;
		command.subscription = id_of(100001);
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		made = airspace_find(&airspace, ENT_ENTITY_SUBSCRIPTION, 100001);
		CHECK_ROW(why, (strcmp(made->ovn, version) != 0) == rows[i / 2].widened);
		CHECK_ROW(why, made->implicit && made->notify_constraints == (i % 2 == 1));
		airspace_end(&airspace);
	}
}

/* --- Notification indices --- */

TEST(notification_index__is_the_time_of_day_by_an_option) {
	(void)state_;
	static const struct { /* f3548 9.5 */
		int64_t from_begin_us;
		uint64_t index;
	} rows[] = {{HOUR_US, 3600000}, {24 * HOUR_US - 1, 86399999}, {24 * HOUR_US, 0},
			{24 * HOUR_US + 999, 0}, {24 * HOUR_US + 1000, 1}};
	struct airspace airspace;
	airspace_begin(&airspace);
	struct ent_command command = put_subscription(1, disc(47, 8, 0, 100, 0, 86400));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_intent(2, disc(47, 8, 0, 100, 0, 86400));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	CHECK(airspace.outcome.n_notified == 1 && airspace.outcome.notified[0].index == 1);
	command = (struct ent_command){.kind = ENT_COMMAND_CONFIG,
			.expire_after_us = 2 * HOUR_US,
			.index_is_time = true};
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		command = update(&airspace, put_intent(2, disc(47, 8, 0, 100, 0, 90000)));
		airspace.now_utc_us = BEGIN_US + rows[i].from_begin_us;
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
		CHECK(airspace.outcome.n_notified == 1);
		CHECK(airspace.outcome.notified[0].index == rows[i].index);
		CHECK(airspace_index(&airspace, 1) == 1);
	}
	airspace_end(&airspace);
}

TEST(subscription__that_is_implicit_is_not_widened_above_the_limit_on_cells) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace);
	struct ent_command command = put_intent(1, disc(47, 8, 0, 100, 600, 1200));
	command.has_new_subscription = true;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	const size_t one = airspace_find(&airspace, ENT_ENTITY_INTENT, 1)->extent.n_cells;
	const struct ent_extent *away = disc(48, 8, 0, 100, 600, 1200);
	const struct { /* an extent's own limit is the API's to hold to */
		const char *why;
		const struct ent_extent *extent;
		size_t cells_max;
		enum ent_refusal refusal;
	} rows[] = {
			{"one too many", away, one + away->n_cells - 1, ENT_REFUSAL_TOO_LARGE},
			{"as many as may be", away, one + away->n_cells, ENT_REFUSAL_NONE},
			{"it was widened when more were allowed", away, 1, ENT_REFUSAL_NONE},
			{"no cell more, but later", disc(48, 8, 200, 300, 600, 1300), 1,
					ENT_REFUSAL_NONE},
			{"a cell more", disc(49, 8, 0, 100, 600, 1200), 1, ENT_REFUSAL_TOO_LARGE},
			{"nothing said", disc(49, 8, 0, 100, 600, 1200), 0, ENT_REFUSAL_NONE},
	};
	struct ent_ovn key[8];
	for (unsigned i = 0; i < COUNT_OF(rows); i++) {
		command = with_key(
				&airspace, put_intent(2 + i, rows[i].extent), key, COUNT_OF(key));
		command.has_subscription = true;
		command.subscription = id_of(100001);
		command.cells_max = rows[i].cells_max;
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == rows[i].refusal);
		CHECK_ROW(rows[i].why,
				(strstr(airspace.outcome.message,
						 "attach it to another subscription") != NULL) ==
						(rows[i].refusal != ENT_REFUSAL_NONE));
	}
	/* An explicit one is not widened at all, and may have as many as it has. */
	command = put_subscription(3, away);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = with_key(&airspace, put_intent(20, away), key, COUNT_OF(key));
	command.has_subscription = true;
	command.subscription = id_of(3);
	command.cells_max = 1;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	airspace_end(&airspace);
}

TEST(uss__holds_cells_up_to_its_limit) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace);
	const struct ent_extent *here = disc(47, 8, 0, 100, 600, 1200);
	const struct ent_extent *away = disc(48, 8, 0, 100, 600, 1200);
	const size_t n = here->n_cells, m = away->n_cells;
	struct ent_command command = put_intent(1, here);
	command.has_new_subscription = true;
	command.uss_cells_max = 2 * n - 1;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_TOO_LARGE);
	CHECK(strstr(airspace.outcome.message, "delete what is no longer needed") != NULL);
	command.uss_cells_max = 2 * n;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	/* A new implicit subscription in the place of the old one, which goes: no more than before. */
	command = update(&airspace, command);
	command.fresh = id_of(5);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	const struct {
		const char *why;
		struct ent_command command;
		uint64_t most;
	} rows[] = {
			{"a constraint", put_constraint(2, away), 2 * n + m},
			{"a subscription", put_subscription(3, away), 2 * n + 2 * m},
			{"an intent", put_intent(4, away), 2 * n + 3 * m},
	};
	struct ent_ovn key[8];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		command = with_key(&airspace, rows[i].command, key, COUNT_OF(key));
		command.uss_cells_max = rows[i].most - 1;
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_TOO_LARGE);
		command.uss_cells_max = rows[i].most;
		CHECK_ROW(rows[i].why, airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	/* Another USS has a limit of its own. */
	command = put_subscription(6, away);
	command.manager = "uss2";
	command.uss_cells_max = m;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	/* Above a limit that was lowered, what is no larger may be changed; what strays from its plan may be larger. */
	command = with_key(&airspace, update(&airspace, put_intent(4, away)), key, COUNT_OF(key));
	command.uss_cells_max = 1;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = with_key(&airspace, update(&airspace, put_intent(4, away)), key, COUNT_OF(key));
	command.has_new_subscription = true;
	command.uss_cells_max = 2 * n + 4 * m - 1;
	command.state = ENT_INTENT_ACTIVATED;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_TOO_LARGE);
	command.state = ENT_INTENT_NONCONFORMING;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	/* What is deleted is not held. */
	command = delete_it(&airspace, ENT_COMMAND_DELETE_INTENT, 1);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = with_key(&airspace, put_intent(7, here), key, COUNT_OF(key));
	command.uss_cells_max = 4 * m + n;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	airspace_end(&airspace);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(expiry__is_so_long_after_the_end_and_not_a_microsecond_earlier),
			TEST_ENTRY(expiry__of_more_than_fit_into_one_entry_takes_several),
			TEST_ENTRY(subscription__that_is_implicit_goes_with_its_last_intent_in_every_way),
			TEST_ENTRY(subscription__that_is_implicit_is_widened_only_where_it_does_not_cover),
			TEST_ENTRY(subscription__that_is_implicit_is_not_widened_above_the_limit_on_cells),
			TEST_ENTRY(uss__holds_cells_up_to_its_limit),
			TEST_ENTRY(notification_index__is_the_time_of_day_by_an_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
