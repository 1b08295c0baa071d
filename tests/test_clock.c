/* SPDX-License-Identifier: Apache-2.0 */
/* The time that the node goes by, told from made-up clocks: one that is set, and one that cannot be. And one that people set. */
#include "clock.h"
#include "log.h"
#include "test.h"

#define SECOND_US INT64_C(1000000)
#define NOON_US INT64_C(1893499200000000) /* of 1 January 2030 */
#define UP_US (100 * SECOND_US)           /* the machine's time since its start, then */
#define TEN_YEARS_S INT64_C(315360000)

/* A look: 'at_s' after the first one by the clock that cannot be set, with the other 'set_s' ahead of where it would be. */
struct step {
	const char *why;
	int64_t at_s, set_s;
	int64_t time_s; /* told, after noon */
	int64_t ahead_s;
	enum clock_event event;
};

static struct clock_told look_at(struct clock_state *state, int64_t at_us, int64_t set_us) {
	return clock_look(state, NOON_US + at_us + set_us, UP_US + at_us);
}

static void walk(const struct step *steps, size_t n) {
	struct clock_state state = {0};
	for (size_t i = 0; i < n; i++) {
		const struct step *step = &steps[i];
		const struct clock_told told = look_at(
				&state, step->at_s * SECOND_US, step->set_s * SECOND_US);
		CHECK_ROW(step->why, told.time_utc_us == NOON_US + step->time_s * SECOND_US);
		CHECK_ROW(step->why, told.ahead_us == step->ahead_s * SECOND_US);
		CHECK_ROW(step->why, told.event == step->event);
	}
}

TEST(clock__a_jump_for_some_seconds_changes_no_time) {
	(void)state_;
	static const struct step steps[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"it agrees", 50, 0, 50, 0, CLOCK_NOTHING},
			{"ten years ahead", 51, TEN_YEARS_S, 51, TEN_YEARS_S, CLOCK_SET},
			{"it is said once", 53, TEN_YEARS_S, 53, TEN_YEARS_S, CLOCK_NOTHING},
			{"it is back", 54, 0, 54, 0, CLOCK_CAME_BACK},
			{"it agrees again", 55, 0, 55, 0, CLOCK_NOTHING},
			{"ten years back", 56, -TEN_YEARS_S, 56, -TEN_YEARS_S, CLOCK_SET},
			{"back, but for a step", 57, 9, 66, 0, CLOCK_CAME_BACK},
			{"the step was taken", 58, 9, 67, 0, CLOCK_NOTHING},
	};
	walk(steps, COUNT_OF(steps));
}

TEST(clock__a_jump_that_stays_is_taken) {
	(void)state_;
	static const struct step ahead[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"an hour ahead", 10, 3600, 10, 3600, CLOCK_SET},
			{"it stays", 309, 3600, 309, 3600, CLOCK_NOTHING},
			{"it has stayed", 310, 3600, 3910, 0, CLOCK_ADOPTED},
			{"it agrees", 311, 3600, 3911, 0, CLOCK_NOTHING},
			{"where it was is elsewhere now", 312, 0, 3912, -3600, CLOCK_SET},
			{"it stays", 611, 0, 4211, -3600, CLOCK_NOTHING},
			{"it has stayed: time goes back", 612, 0, 612, 0, CLOCK_ADOPTED},
	};
	static const struct step seldom[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"nobody looked for an hour", 3600, 3600, 3600, 3600, CLOCK_SET},
			{"nor for another", 7200, 3600, 10800, 0, CLOCK_ADOPTED},
	};
	static const struct step again[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"an hour ahead", 10, 3600, 10, 3600, CLOCK_SET},
			{"two: it is waited for anew", 300, 7200, 300, 7200, CLOCK_NOTHING},
			{"it stays", 310, 7200, 310, 7200, CLOCK_NOTHING},
			{"a step meanwhile", 500, 7205, 500, 7205, CLOCK_NOTHING},
			{"it has stayed", 600, 7205, 7805, 0, CLOCK_ADOPTED},
	};
	walk(ahead, COUNT_OF(ahead));
	walk(seldom, COUNT_OF(seldom));
	walk(again, COUNT_OF(again));
}

TEST(clock__what_is_small_or_slow_is_followed) {
	(void)state_;
	static const struct step steps[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"10 s ahead", 1, 10, 11, 0, CLOCK_NOTHING},
			{"10 s back", 2, 0, 2, 0, CLOCK_NOTHING},
			{"10 s back once more", 3, -10, -7, 0, CLOCK_NOTHING},
			{"11 s ahead", 4, 1, -6, 11, CLOCK_SET},
			{"11 s behind", 5, -21, -5, -11, CLOCK_NOTHING},
	};
	struct clock_state state = {0};
	walk(steps, COUNT_OF(steps));
	/* A thousandth fast for a day: 86 s in all, more than any step may have. */
	for (int64_t at_s = 0; at_s < 86400; at_s++) {
		const int64_t drift_us = at_s * (SECOND_US / 1000);
		const struct clock_told told = look_at(&state, at_s * SECOND_US, drift_us);
		CHECK(told.event == CLOCK_NOTHING && told.ahead_us == 0);
		CHECK(told.time_utc_us == NOON_US + at_s * SECOND_US + drift_us);
	}
}

/* The clock that cannot be set counts the time of a sleep, too: that is what it was chosen for. */
TEST(clock__a_sleep_of_the_machine_is_no_jump) {
	(void)state_;
	static const struct step steps[] = {
			{"nothing was agreed", 0, 0, 0, 0, CLOCK_NOTHING},
			{"a month later", 2592000, 0, 2592000, 0, CLOCK_NOTHING},
			{"a month later, and a second off", 5184000, 1, 5184001, 0, CLOCK_NOTHING},
	};
	walk(steps, COUNT_OF(steps));
}

TEST(clock__what_it_says_has_both_times) {
	(void)state_;
	struct clock_state state = {0};
	(void)look_at(&state, 0, 0);
	struct clock_told told = look_at(&state, SECOND_US, -3600 * SECOND_US);
	CHECK(told.event == CLOCK_SET && told.set_by_us == -3600 * SECOND_US);
	CHECK(told.time_utc_us + told.ahead_us == NOON_US - 3599 * SECOND_US);
	told = look_at(&state, SECOND_US + CLOCK_STAY_US, -3600 * SECOND_US);
	CHECK(told.event == CLOCK_ADOPTED && told.set_by_us == -3600 * SECOND_US);
}

/* Whatever a clock does, the time is that of one of the two, and no jump is taken that has not stayed. */
TEST(clock__no_jump_is_taken_before_it_has_stayed) {
	(void)state_;
	uint64_t seed = 1;
	struct clock_state state = {0};
	int64_t at_us = 0, set_us = 0, there_since_us = 0, time_us = 0;
	(void)look_at(&state, 0, 0);
	for (int i = 0; i < 100000; i++) {
		const int64_t passed_us = (int64_t)(test_random(&seed) % (20 * SECOND_US));
		at_us += passed_us;
		if (test_random(&seed) % 20 == 0) {
			const int64_t was_us = set_us;
			set_us = ((int64_t)(test_random(&seed) % 7) - 3) * 11 * SECOND_US;
			there_since_us = set_us != was_us ? at_us : there_since_us;
		}
		const struct clock_told told = look_at(&state, at_us, set_us);
		const int64_t told_us = told.time_utc_us - NOON_US;
		const int64_t jump_us = told_us - (time_us + passed_us);
		if (llabs(jump_us) > CLOCK_STEP_MAX_US)
			CHECK(told.event == CLOCK_ADOPTED &&
					at_us - there_since_us >= CLOCK_STAY_US);
		CHECK(told_us + told.ahead_us == at_us + set_us);
		CHECK((told.ahead_us != 0) == state.doubted);
		time_us = told_us;
	}
}

/* --- One that can be set --- */

#define HOUR_US (3600 * SECOND_US)

static bool is_about(int64_t a_us, int64_t b_us) {
	return llabs(a_us - b_us) < 10 * SECOND_US; /* a test that is stopped for long */
}

TEST(clock__that_can_be_set_is_set_forward_only_and_goes_on_from_there) {
	(void)state_;
	struct clock clock = CLOCK_INIT;
	clock_make_settable(&clock, 0);
	const int64_t begun_us = clock_time(&clock);
	CHECK(is_about(begun_us, clock_now(NULL)) && clock_ahead(&clock) == 0);
	CHECK(clock_set(&clock, begun_us + 72 * HOUR_US));
	const int64_t set_us = clock_time(&clock);
	CHECK(set_us >= begun_us + 72 * HOUR_US && is_about(set_us, begun_us + 72 * HOUR_US));
	CHECK(!clock_set(&clock, begun_us) && !clock_set(&clock, begun_us + 71 * HOUR_US));
	CHECK(!clock_set(&clock, set_us) && !clock_set(&clock, INT64_MIN));
	CHECK(clock_time(&clock) >= set_us && is_about(clock_time(&clock), set_us));
	CHECK(clock_set(&clock, clock_time(&clock) + HOUR_US));
	CHECK(is_about(clock_time(&clock), set_us + HOUR_US) && clock_ahead(&clock) == 0);
}

TEST(clock__that_can_be_set_begins_where_its_ledgers_end) {
	(void)state_;
	struct clock ahead = CLOCK_INIT, behind = CLOCK_INIT;
	const int64_t now_us = clock_now(NULL);
	clock_make_settable(&ahead, now_us + 72 * HOUR_US);
	CHECK(clock_time(&ahead) >= now_us + 72 * HOUR_US);
	CHECK(is_about(clock_time(&ahead), now_us + 72 * HOUR_US));
	clock_make_settable(&behind, now_us - 72 * HOUR_US);
	CHECK(is_about(clock_time(&behind), now_us));
}

TEST(clock__of_others_cannot_be_set) {
	(void)state_;
	struct clock clock = CLOCK_INIT;
	CHECK(!clock_set(&clock, clock_now(NULL) + HOUR_US));
	CHECK(is_about(clock_time(&clock), clock_now(NULL)));
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(clock__a_jump_for_some_seconds_changes_no_time),
			TEST_ENTRY(clock__a_jump_that_stays_is_taken),
			TEST_ENTRY(clock__what_is_small_or_slow_is_followed),
			TEST_ENTRY(clock__a_sleep_of_the_machine_is_no_jump),
			TEST_ENTRY(clock__what_it_says_has_both_times),
			TEST_ENTRY(clock__no_jump_is_taken_before_it_has_stayed),
			TEST_ENTRY(clock__that_can_be_set_is_set_forward_only_and_goes_on_from_there),
			TEST_ENTRY(clock__that_can_be_set_begins_where_its_ledgers_end),
			TEST_ENTRY(clock__of_others_cannot_be_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
