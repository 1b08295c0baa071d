/* SPDX-License-Identifier: Apache-2.0 */
/* test_door.c: a part goes when nobody is inside any more, and whoever is inside may enter again while somebody waits for that. */
#include <sched.h>
#include <stdatomic.h>

#include "door.h"
#include "test.h"

struct visit {
	struct door *door;
	atomic_bool inside, had, leaves;
};

static void *visit(void *user) {
	struct visit *visit = user;
	visit->had = door_enter(visit->door) != NULL;
	visit->inside = true;
	/* Until it is being closed: that waits for us, and we go in and out meanwhile. */
	bool there = true;
	while (there) {
		there = door_enter(visit->door) != NULL;
		door_leave(visit->door);
		(void)sched_yield();
	}
	visit->leaves = true;
	door_leave(visit->door);
	return NULL;
}

TEST(door__who_is_inside_is_waited_for_and_may_enter_again) {
	struct door door;
	struct visit visits[4];
	pthread_t threads[4];
	int part = 0;
	(void)state_;
	CHECK(door_init(&door) == ENT_OK);
	CHECK(door_enter(&door) == NULL);
	door_leave(&door);
	door_open(&door, &part);
	for (int i = 0; i < 4; i++) {
		visits[i].door = &door;
		atomic_init(&visits[i].inside, false);
		atomic_init(&visits[i].had, false);
		atomic_init(&visits[i].leaves, false);
		CHECK(pthread_create(&threads[i], NULL, visit, &visits[i]) == 0);
	}
	for (int i = 0; i < 4; i++)
		while (!visits[i].inside)
			(void)sched_yield();
	door_close(&door);
	for (int i = 0; i < 4; i++)
		CHECK(visits[i].had && visits[i].leaves);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(door_enter(&door) == NULL);
	door_leave(&door);
	door_finish(&door);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(door__who_is_inside_is_waited_for_and_may_enter_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
