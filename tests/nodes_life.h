/* SPDX-License-Identifier: Apache-2.0 */
/* nodes_life.h: a node that some USSs ask at once, and what is held to be the same when it is opened again. */
#ifndef ENTENTE_TESTS_NODES_LIFE_H
#define ENTENTE_TESTS_NODES_LIFE_H

#include "nodes_world.h"

enum { USSS = 3, STEPS = 300 };

struct asking {
	struct world world;
	pthread_t thread;
};

static inline void *ask(void *user) {
	world_steps(&((struct asking *)user)->world, (int)(STEPS * test_scale()) + 60);
	return NULL;
}

/* Some USSs ask at once. */
static inline void live(struct home *home, struct ent_node *node, uint64_t seed) {
	static struct asking asking[USSS];
	uint64_t taken = 0, refused = 0;
	for (size_t i = 0; i < USSS; i++) {
		world_init(&asking[i].world, home, node, seed + i);
		CHECK(pthread_create(&asking[i].thread, NULL, ask, &asking[i]) == 0);
	}
	for (size_t i = 0; i < USSS; i++) {
		CHECK(pthread_join(asking[i].thread, NULL) == 0);
		taken += asking[i].world.taken;
		refused += asking[i].world.refused;
		CHECK(asking[i].world.failed == 0);
	}
	CHECK(taken > refused && refused > 0);
}

static inline void reopen_same(const char *why, struct home *home, const struct seen *before) {
	struct seen now;
	struct ent_node *node = home_open(home);
	seen_take(node, &now);
	seen_same(why, before, &now);
	seen_finish(&now);
	ent_node_destroy(node);
}

#endif
