/* SPDX-License-Identifier: Apache-2.0 */
/* test_airspace_meeting.c: what is found through the cells is what a look at everything finds. */
#include <math.h>

#include "airspaces.h"

enum { FOUND_MAX = 4096 };

struct found {
	const struct ent_entity *entity[FOUND_MAX];
	size_t n, most;
};

static bool keep(void *user, const struct ent_entity *entity) {
	struct found *found = user;
	CHECK(found->n < FOUND_MAX);
	found->entity[found->n++] = entity;
	return found->n < found->most;
}

/* The least cell that both have; UINT64_MAX for none. */
static uint64_t least_shared(const struct ent_extent *a, const struct ent_extent *b) {
	for (size_t i = 0; i < a->n_cells; i++)
		for (size_t k = 0; k < b->n_cells; k++)
			if (a->cells[i] == b->cells[k])
				return a->cells[i];
	return UINT64_MAX;
}

static const struct ent_extent *asked;

static int by_cell_and_id(const void *a, const void *b) {
	const struct ent_entity *one = *(const struct ent_entity *const *)a;
	const struct ent_entity *two = *(const struct ent_entity *const *)b;
	const uint64_t x = least_shared(asked, &one->extent), y = least_shared(asked, &two->extent);
	return x != y ? (x < y ? -1 : 1) : ent_uuid_compare(&one->id, &two->id);
}

static void look_at_all(const struct ent_fold_version *version, enum ent_entity_kind kind,
		const struct ent_extent *extent, bool altitudes, struct found *ret_found) {
	static const unsigned maps[] = {
			ENT_AIRSPACE_INTENTS, ENT_AIRSPACE_CONSTRAINTS, ENT_AIRSPACE_SUBSCRIPTIONS};
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	ret_found->n = 0;
	ret_found->most = FOUND_MAX;
	ent_fold_seek(version, maps[kind], NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value)) {
		const struct ent_entity *entity = (const struct ent_entity *)(uintptr_t)
				value; /* NOLINT */
		const struct ent_extent *other = &entity->extent;
		if (least_shared(extent, other) == UINT64_MAX ||
				other->end_utc_us < extent->start_utc_us ||
				other->start_utc_us > extent->end_utc_us)
			continue;
		if (!altitudes ||
				(other->lower_mm <= extent->upper_mm &&
						other->upper_mm >= extent->lower_mm))
			(void)keep(ret_found, entity);
	}
	asked = extent;
	qsort(ret_found->entity, ret_found->n, sizeof ret_found->entity[0], by_cell_and_id);
}

/* From a room to a county, moments and unbounded times among them. */
static struct ent_extent *some_area(uint64_t *seed) {
	struct ent_extent *extent;
	struct ent_extent_volume volume = {.outline = ENT_EXTENT_CIRCLE,
			.radius_mm = (int64_t)(exp2(test_uniform(seed) * 12) * 5000),
			.lower_mm = (int32_t)(test_random(seed) % 6) * 100000,
			.start_utc_us = BEGIN_US +
					(1 + (int64_t)(test_random(seed) % 20)) * HOUR_US};
	volume.upper_mm = volume.lower_mm + (int32_t)(test_random(seed) % 3) * 100000;
	volume.end_utc_us = volume.start_utc_us + (int64_t)(test_random(seed) % 5) * HOUR_US;
	volume.center.lat_ndeg = 47000000000 + (int64_t)(test_random(seed) % 300000000);
	volume.center.lon_ndeg = 8000000000 + (int64_t)(test_random(seed) % 300000000);
	if (test_random(seed) % 5 == 0)
		volume.start_utc_us = ENT_TIME_UNBOUNDED_BEFORE;
	if (test_random(seed) % 5 == 0)
		volume.end_utc_us = ENT_TIME_UNBOUNDED_AFTER;
	if (test_random(seed) % 5 == 0)
		volume.lower_mm = ENT_ALTITUDE_UNBOUNDED_BELOW;
	CHECK(ent_extent_create(&volume, 1, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	return extent;
}

/* Entities of all kinds, some that have gone again. */
static void fill(struct airspace *airspace, unsigned n, uint64_t *seed) {
	for (unsigned i = 0; i < n; i++) {
		struct ent_extent *area = some_area(seed);
		struct ent_extent extent = *area;
		if (extent.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE)
			extent.start_utc_us = BEGIN_US + HOUR_US;
		if (extent.end_utc_us == ENT_TIME_UNBOUNDED_AFTER ||
				extent.end_utc_us <= extent.start_utc_us)
			extent.end_utc_us = extent.start_utc_us + 1;
		if (extent.lower_mm == ENT_ALTITUDE_UNBOUNDED_BELOW)
			extent.lower_mm = 0;
		struct ent_command command = i % 3 == 0 ? put_constraint(i, &extent)
				: i % 3 == 1            ? put_subscription(i, &extent)
							: put_intent(i, &extent);
		if (i % 3 == 2)
			command.state = ENT_INTENT_ACCEPTED;
		static struct ent_ovn key[FOUND_MAX];
		command = with_key(airspace, command, key, FOUND_MAX);
		CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
		if (i % 11 == 5) {
			command = delete_it(airspace,
					i % 3 == 0 ? ENT_COMMAND_DELETE_CONSTRAINT
							: i % 3 == 1
							? ENT_COMMAND_DELETE_SUBSCRIPTION
							: ENT_COMMAND_DELETE_INTENT,
					i);
			CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
		}
		ent_extent_destroy(area);
	}
}

TEST(meeting__finds_each_entity_once_in_the_order_of_cells_and_ids) {
	(void)state_;
	static struct found through_cells, by_looking; /* f3548 4.9, f3548 4.10 */
	struct airspace airspace;
	uint64_t seed = 41, found = 0;
	airspace_begin(&airspace);
	fill(&airspace, 300, &seed);
	const int rounds = 50 + (int)(400 * test_scale());
	for (int round = 0; round < rounds; round++) {
		struct ent_extent *extent = some_area(&seed);
		const enum ent_entity_kind kind = (enum ent_entity_kind)(
				test_random(&seed) % ENT_ENTITY_KIND_COUNT);
		const bool altitudes = test_random(&seed) % 2 == 0;
		through_cells.n = 0;
		through_cells.most = FOUND_MAX;
		ent_airspace_meeting(airspace.seen, kind, extent, altitudes, keep, &through_cells);
		look_at_all(airspace.seen, kind, extent, altitudes, &by_looking);
		CHECK(through_cells.n == by_looking.n);
		CHECK(memcmp(through_cells.entity, by_looking.entity,
				      by_looking.n * sizeof by_looking.entity[0]) == 0);
		found += by_looking.n;
		if (by_looking.n > 1) {
			through_cells.n = 0;
			through_cells.most = 1 + test_random(&seed) % (by_looking.n - 1);
			ent_airspace_meeting(airspace.seen, kind, extent, altitudes, keep,
					&through_cells);
			CHECK(through_cells.n == through_cells.most);
		}
		ent_extent_destroy(extent);
	}
	CHECK(found > (uint64_t)rounds);
	airspace_end(&airspace);
}

static bool count(void *user, const struct ent_entity *entity) {
	(void)entity;
	++*(size_t *)user;
	return true;
}

TEST(meeting__finds_more_than_ten_thousand) {
	(void)state_;
	enum { MANY = 10050 }; /* f3548 4.11 */
	struct airspace airspace;
	airspace_begin(&airspace);
	size_t n = 0;
	CHECK(ent_fold_begin(airspace.fold) == ENT_OK);
	const struct ent_extent *extent = disc(47, 8, 0, 100, 0, 3600);
	for (unsigned i = 0; i < MANY; i++) {
		const struct ent_command command = put_constraint(i, extent);
		CHECK(ent_airspace_decide(airspace.fold, &command, airspace.now_utc_us + i,
				      &airspace.outcome) == ENT_OK);
		CHECK(airspace.outcome.refusal == ENT_REFUSAL_NONE);
	}
	ent_airspace_meeting(ent_fold_open(airspace.fold), ENT_ENTITY_CONSTRAINT, extent, false,
			count, &n);
	CHECK(n == MANY);
	ent_fold_discard(airspace.fold);
	airspace_end(&airspace);
}

/* Of nearly as many cells as there may be. */
static struct ent_extent *wide(double lat_deg, double lon_deg) {
	struct ent_extent *extent;
	const struct ent_extent_volume volume = {.outline = ENT_EXTENT_CIRCLE,
			.center = {(int64_t)(lat_deg * 1e9), (int64_t)(lon_deg * 1e9)},
			.radius_mm = 138000000,
			.lower_mm = 0,
			.upper_mm = 1000,
			.start_utc_us = BEGIN_US + HOUR_US,
			.end_utc_us = BEGIN_US + 2 * HOUR_US};
	CHECK(ent_extent_create(&volume, 1, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	return extent;
}

/* When each of the shared cells was looked for from the first on, each of these took half a second. */
TEST(meeting__finds_what_shares_thousands_of_cells_once) {
	(void)state_;
	enum { WIDE = 4 };
	struct airspace airspace;
	struct ent_extent *one = wide(47, 8), *other = wide(48.5, 7);
	size_t n = 0;
	airspace_begin(&airspace);
	for (unsigned i = 0; i < WIDE; i++) {
		struct ent_command command = put_constraint(i, one);
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	ent_airspace_meeting(airspace.seen, ENT_ENTITY_CONSTRAINT, other, true, count, &n);
	CHECK(n == WIDE);
	airspace_end(&airspace);
	ent_extent_destroy(one);
	ent_extent_destroy(other);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(meeting__finds_each_entity_once_in_the_order_of_cells_and_ids),
			TEST_ENTRY(meeting__finds_more_than_ten_thousand),
			TEST_ENTRY(meeting__finds_what_shares_thousands_of_cells_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
