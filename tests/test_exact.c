/* SPDX-License-Identifier: Apache-2.0 */
/* test_exact.c: a node's exact index against judging each of its volumes. */
#define _GNU_SOURCE /* syscall */
#include "entente/exact.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

enum { INTENTS = 120 };
#define NOW_US INT64_C(1800000000000000)

struct waiting {
	struct ent_node_job job;
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done;
	ent_status status;
	enum ent_refusal refusal;
};

/*
 * The wall clock goes back by an hour whenever somebody has looked at it: who sleeps until it says a time would find
 * nothing before the test has run out of its own.
 */
int clock_gettime(clockid_t clock, struct timespec *ret_time) {
	const long result = syscall(SYS_clock_gettime, clock, ret_time);
	if (result == 0 && clock == CLOCK_REALTIME)
		ret_time->tv_sec += 3600;
	return (int)result;
}

static int64_t clock_now(void *user) {
	(void)user;
	return NOW_US;
}

static void decided(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	(void)version;
	((struct waiting *)job)->refusal = outcome->refusal;
}

static void done(struct ent_node_job *job, ent_status status) {
	struct waiting *waiting = (struct waiting *)job;
	(void)pthread_mutex_lock(&waiting->lock);
	waiting->status = status;
	waiting->is_done = true;
	(void)pthread_cond_signal(&waiting->done);
	(void)pthread_mutex_unlock(&waiting->lock);
}

static enum ent_refusal ask(struct ent_node *node, const struct ent_command *command) {
	struct waiting waiting = {.job = {.command = *command, .decided = decided, .done = done},
			.lock = PTHREAD_MUTEX_INITIALIZER,
			.done = PTHREAD_COND_INITIALIZER};
	ent_node_submit(node, &waiting.job);
	(void)pthread_mutex_lock(&waiting.lock);
	while (!waiting.is_done)
		(void)pthread_cond_wait(&waiting.done, &waiting.lock);
	(void)pthread_mutex_unlock(&waiting.lock);
	CHECK(waiting.status == ENT_OK);
	return waiting.refusal;
}

/* What one intent of the test is: two volumes, and whether it is there. */
struct model {
	bool there;
	struct ent_point vertices[2][4];
	struct ent_extent_volume volumes[2];
};

static struct ent_uuid id_of(size_t i) {
	uint8_t chance[16] = {0};
	chance[0] = (uint8_t)(i >> 8);
	chance[1] = (uint8_t)i;
	return ent_uuid_from_random(chance);
}

/* A square of 100 to 900 m, or a line that the engine takes for no polygon; somewhere within a few km. */
static struct ent_extent_volume volume_of(uint64_t *seed, struct ent_point vertices[4]) {
	const int64_t lat = 47000000000 + (int64_t)(test_random(seed) % 30000000);
	const int64_t lon = 8000000000 + (int64_t)(test_random(seed) % 30000000);
	const int64_t side = 1000000 + (int64_t)(test_random(seed) % 8000000);
	const bool line = test_random(seed) % 8 == 0;
	const int32_t low = (int32_t)(test_random(seed) % 300000);
	const int64_t start = NOW_US + (int64_t)(test_random(seed) % 3600) * 1000000;
	vertices[0] = (struct ent_point){lat, lon};
	vertices[1] = (struct ent_point){lat + side, lon};
	vertices[2] = line ? (struct ent_point){lat + 2 * side, lon}
			   : (struct ent_point){lat + side, lon + side};
	vertices[3] = (struct ent_point){lat, lon + side};
	return (struct ent_extent_volume){.outline = ENT_EXTENT_POLYGON,
			.vertices = vertices,
			.n_vertices = line ? 3 : 4,
			.lower_mm = low,
			.upper_mm = low + 60000,
			.start_utc_us = start,
			.end_utc_us = start + 600000000};
}

static struct ent_volume *engine_volume(const struct ent_extent_volume *from) {
	const struct ent_band band = {
			{ENT_ALTITUDE_W84, from->lower_mm}, {ENT_ALTITUDE_W84, from->upper_mm}};
	const struct ent_span span = {from->start_utc_us, from->end_utc_us};
	struct ent_volume *volume = NULL;
	/* What is filed for a line is no smaller than the line. */
	if (from->n_vertices == 3)
		CHECK(ent_volume_create_corridor(from->vertices, 3, 0, band, span, NULL, &volume,
				      NULL) == ENT_OK);
	else
		CHECK(ent_volume_create_polygon(from->vertices, &from->n_vertices, 1, band, span,
				      NULL, &volume, NULL) == ENT_OK);
	return volume;
}

static void put(struct ent_node *node, struct model *model, size_t i, uint64_t *seed) {
	struct ent_extent *extent;
	for (int k = 0; k < 2; k++)
		model->volumes[k] = volume_of(seed, model->vertices[k]);
	CHECK(ent_extent_create(model->volumes, 2, &ent_extent_limits_default, &extent, NULL) ==
			ENT_OK);
	const struct ent_uuid id = id_of(i);
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_entity *old = ent_airspace_find(version, ENT_ENTITY_INTENT, &id);
	/* Nonconforming needs no key; only what is there can be that. */
	struct ent_command command = {.kind = ENT_COMMAND_PUT_INTENT,
			.manager = "uss",
			.url = "https://uss.example",
			.id = id,
			.extent = extent,
			.ovn = old != NULL ? old->ovn : NULL,
			.state = old != NULL ? ENT_INTENT_NONCONFORMING : ENT_INTENT_ACCEPTED,
			.has_new_subscription = old != NULL,
			.new_subscription_url = "https://uss.example",
			.fresh = id_of(1000 + test_random(seed) % 60000)};
	model->there = ask(node, &command) == ENT_REFUSAL_NONE;
	CHECK(old == NULL || model->there);
	ent_node_release(node, version);
	ent_extent_destroy(extent);
}

static void drop(struct ent_node *node, struct model *model, size_t i) {
	const struct ent_uuid id = id_of(i);
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_entity *old = ent_airspace_find(version, ENT_ENTITY_INTENT, &id);
	const struct ent_command command = {.kind = ENT_COMMAND_DELETE_INTENT,
			.manager = "uss",
			.id = id,
			.ovn = old != NULL ? old->ovn : ""};
	CHECK((ask(node, &command) == ENT_REFUSAL_NONE) == model->there);
	model->there = false;
	ent_node_release(node, version);
}

struct hits {
	bool hit[INTENTS];
	const struct model *models;
};

static bool take_hit(void *user, const struct ent_uuid *intent, const struct ent_verdict *verdict) {
	struct hits *hits = user;
	const size_t i = (size_t)intent->bytes[0] << 8 | intent->bytes[1];
	CHECK(i < INTENTS && !hits->hit[i] && verdict->kind == ENT_VERDICT_CONFLICT);
	hits->hit[i] = true;
	return true;
}

/* Every intent that is in conflict is found; and no other, but where a volume was grown. */
static void compare(struct ent_exact *exact, const struct model *models, uint64_t *seed) {
	const struct ent_minima touching = {0, 0, 0};
	struct ent_point vertices[4];
	struct ent_extent_volume asked = volume_of(seed, vertices);
	struct ent_volume *volume = engine_volume(&asked);
	struct hits hits = {.models = models};
	CHECK(ent_exact_query(exact, volume, &touching, take_hit, &hits) == ENT_OK);
	for (size_t i = 0; i < INTENTS; i++) {
		bool conflict = false, line = false;
		for (int k = 0; models[i].there && k < 2; k++) {
			struct ent_volume *other = engine_volume(&models[i].volumes[k]);
			conflict = conflict ||
					ent_conflict_judge(volume, other, &touching).kind ==
							ENT_VERDICT_CONFLICT;
			line = line || models[i].volumes[k].n_vertices == 3;
			ent_volume_release(other);
		}
		CHECK(hits.hit[i] || !conflict);
		CHECK(!hits.hit[i] || conflict || line);
	}
	ent_volume_release(volume);
}

TEST(exact__every_intent_in_conflict_is_found_as_intents_come_change_and_go) {
	(void)state_;
	static struct model models[INTENTS];
	char directory[] = "/tmp/entente-exact-XXXXXX";
	struct ent_node_options options = ent_node_options_default;
	struct ent_node *node;
	struct ent_exact *exact;
	struct ent_node_state about;
	struct ent_exact_state state;
	uint64_t seed = 11;
	CHECK(mkdtemp(directory) != NULL);
	options.directory = directory;
	options.clock = clock_now;
	CHECK(ent_node_create(&options, &node, NULL) == ENT_OK);
	CHECK(ent_exact_create(node, &exact) == ENT_OK);
	for (int round = 0; round < 6; round++) {
		for (int step = 0; step < 60; step++) {
			const size_t i = test_random(&seed) % INTENTS;
			if (test_random(&seed) % 4 == 0)
				drop(node, &models[i], i);
			else
				put(node, &models[i], i, &seed);
		}
		ent_node_state(node, &about);
		ent_exact_wait(exact, about.size);
		ent_exact_state(exact, &state);
		CHECK(state.intents == about.intents && state.volumes == 2 * about.intents);
		CHECK(state.entries == about.size && state.lost == 0);
		for (int question = 0; question < 40; question++)
			compare(exact, models, &seed);
	}
	ent_exact_destroy(exact);
	ent_node_destroy(node);
	char command[128];
	(void)snprintf(command, sizeof command, "rm -r %s", directory);
	CHECK(system(command) == 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(exact__every_intent_in_conflict_is_found_as_intents_come_change_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
