/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c: see clock.h. */
#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "entente/text.h"
#include "log.h"

static bool is_near(int64_t a_us, int64_t b_us) {
	return llabs(a_us - b_us) <= CLOCK_STEP_MAX_US;
}

static void agree(struct clock_state *state, int64_t offset_us) {
	state->begun = true;
	state->doubted = false;
	state->agreed_us = offset_us;
}

/* Not where it is agreed. True: there since long enough. */
static bool has_stayed(struct clock_state *state, int64_t offset_us, int64_t steady_us) {
	if (!state->doubted || !is_near(offset_us, state->doubted_us))
		state->since_us = steady_us;
	state->doubted = true;
	state->doubted_us = offset_us;
	return steady_us - state->since_us >= CLOCK_STAY_US;
}

struct clock_told clock_look(struct clock_state *state, int64_t wall_utc_us, int64_t steady_us) {
	const int64_t offset_us = wall_utc_us - steady_us;
	const int64_t set_by_us = offset_us - state->agreed_us;
	const bool doubted = state->doubted;
	if (!state->begun || is_near(offset_us, state->agreed_us)) {
		agree(state, offset_us);
		return (struct clock_told){.time_utc_us = wall_utc_us,
				.event = doubted ? CLOCK_CAME_BACK : CLOCK_NOTHING};
	}
	if (has_stayed(state, offset_us, steady_us)) {
		agree(state, offset_us);
		return (struct clock_told){.time_utc_us = wall_utc_us,
				.event = CLOCK_ADOPTED,
				.set_by_us = set_by_us};
	}
	return (struct clock_told){.time_utc_us = steady_us + state->agreed_us,
			.ahead_us = set_by_us,
			.event = doubted ? CLOCK_NOTHING : CLOCK_SET,
			.set_by_us = set_by_us};
}

/* --- The machine's --- */

static void say(const struct clock_told *told) {
	char text[512], time[ENT_TEXT_TIME_SIZE], wall[ENT_TEXT_TIME_SIZE];
	const bool set = told->event == CLOCK_SET;
	(void)ent_text_print_time(
			set ? told->time_utc_us : told->time_utc_us - told->set_by_us, time);
	(void)ent_text_print_time(told->time_utc_us + told->ahead_us, wall);
	if (told->event == CLOCK_CAME_BACK)
		(void)snprintf(text, sizeof text,
				"clock: it is back at %s, where it should be, and is followed "
				"again",
				wall);
	else
		(void)snprintf(text, sizeof text, "clock: it was set from %s to %s, by %.0f s: %s",
				time, wall, (double)told->set_by_us / 1e6,
				set ? "the node goes on from the first by a clock that cannot be "
				      "set, and takes the second once it has stayed for 5 minutes"
				    : "it has stayed for 5 minutes, and the node goes by it now");
	log_say(NULL, told->event == CLOCK_CAME_BACK ? ENT_NODE_INFO : ENT_NODE_WARNING, text);
}

/* CLOCK_BOOTTIME and not CLOCK_MONOTONIC: a machine that slept has not had its clock set. */
static int64_t steady_now(void) {
	struct timespec steady;
	(void)clock_gettime(CLOCK_BOOTTIME, &steady);
	return (int64_t)steady.tv_sec * 1000000 + steady.tv_nsec / 1000;
}

/*
 * The steady clock is read last: a thread that is stopped for long between the two finds a clock that was set back, and goes
 * on by the right time all the same.
 */
static struct clock_told look(struct clock *clock) {
	(void)pthread_mutex_lock(&clock->lock);
	const int64_t wall_utc_us = clock->settable ? 0 : clock_now(NULL);
	const int64_t steady_us = steady_now();
	struct clock_told told = {.time_utc_us = steady_us + clock->set_us};
	if (!clock->settable)
		told = clock_look(&clock->state, wall_utc_us, steady_us);
	(void)pthread_mutex_unlock(&clock->lock);
	if (told.event != CLOCK_NOTHING)
		say(&told);
	return told;
}

int64_t clock_time(struct clock *clock) {
	return look(clock).time_utc_us;
}

void clock_make_settable(struct clock *clock, int64_t not_before_us) {
	const int64_t now_us = clock_now(NULL);
	(void)pthread_mutex_lock(&clock->lock);
	clock->settable = true;
	clock->set_us = (now_us > not_before_us ? now_us : not_before_us) - steady_now();
	(void)pthread_mutex_unlock(&clock->lock);
}

bool clock_set(struct clock *clock, int64_t now_utc_us) {
	(void)pthread_mutex_lock(&clock->lock);
	const int64_t steady_us = steady_now();
	const bool later = clock->settable && now_utc_us > steady_us + clock->set_us;
	if (later)
		clock->set_us = now_utc_us - steady_us;
	(void)pthread_mutex_unlock(&clock->lock);
	return later;
}

int64_t clock_ahead(struct clock *clock) {
	return look(clock).ahead_us;
}
