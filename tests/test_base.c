/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "entente/base.h"
#include "entente/wake.h"

TEST(status__every_one_has_a_name_and_a_text) {
	(void)state_;
	for (int i = 0; i < ENT_STATUS_COUNT; i++) {
		CHECK(strlen(ent_status_text((ent_status)i)) > 3);
		CHECK(strcmp(ent_status_name((ent_status)i), "unknown") != 0);
	}
	CHECK(strcmp(ent_status_text((ent_status)999), "unknown status") == 0);
}

TEST(fault__long_text_is_cut_and_terminated) {
	(void)state_;
	char text[2000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	struct ent_fault fault;
	ent_fault_set(&fault, text, "%s", text);
	CHECK(strlen(fault.where) == ENT_FAULT_WHERE_SIZE - 1);
	CHECK(strlen(fault.why) == ENT_FAULT_WHY_SIZE - 1);
	ent_fault_set(NULL, "", "nobody asks");
}

/* The machine's clock is decades ahead of this one: by it every such wait would be over before it began. */
TEST(wake__waits_by_the_clock_that_cannot_be_set) {
	(void)state_;
	enum { WAIT_MS = 20 };
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t wake;
	struct timespec until, now;
	CHECK(ent_wake_init(&wake) == ENT_OK);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_nsec += WAIT_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	CHECK(pthread_mutex_lock(&lock) == 0);
	int waited = 0; /* nobody wakes it, but it may wake by itself */
	while (waited == 0)
		waited = pthread_cond_timedwait(&wake, &lock, &until);
	CHECK(pthread_mutex_unlock(&lock) == 0);
	CHECK(waited == ETIMEDOUT);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
	CHECK(now.tv_sec > until.tv_sec ||
			(now.tv_sec == until.tv_sec && now.tv_nsec >= until.tv_nsec));
	CHECK(pthread_cond_destroy(&wake) == 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(status__every_one_has_a_name_and_a_text),
			TEST_ENTRY(fault__long_text_is_cut_and_terminated),
			TEST_ENTRY(wake__waits_by_the_clock_that_cannot_be_set),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
