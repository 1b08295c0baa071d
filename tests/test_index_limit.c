/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index at its largest. These tests are built with an ENT_INDEX_MAX of 20,000, so that what
 * happens there takes moments.
 */
#include "entente/index.h"
#include "test.h"

_Static_assert(ENT_INDEX_MAX == 20000, "the build makes the limit small");

static struct ent_volume *small_circle(uint64_t k) {
	struct ent_point at = {0, 0};
	CHECK(ent_geo_point_from_deg(40 + (double)(k % 100) * 0.01, (double)(k / 100) * 0.01,
			      &at) == ENT_OK);
	const struct ent_band band = {{ENT_ALTITUDE_W84, 0}, {ENT_ALTITUDE_W84, 100000}};
	struct ent_volume *volume = NULL;
	CHECK(ent_volume_create_circle(at, 100000, band, (struct ent_span){0, 60000000}, NULL,
			      &volume, NULL) == ENT_OK);
	return volume;
}

struct sky {
	struct ent_volume *volume[ENT_INDEX_MAX];
	struct ent_index_item item[ENT_INDEX_MAX];
	struct ent_index *index;
};

static struct sky *full_sky(void) {
	struct sky *sky = calloc(1, sizeof *sky);
	CHECK(sky != NULL);
	for (uint64_t k = 0; k < ENT_INDEX_MAX; k++) {
		sky->volume[k] = small_circle(k);
		sky->item[k] = (struct ent_index_item){k, sky->volume[k]};
	}
	CHECK(ent_index_create(&sky->index) == ENT_OK);
	CHECK(ent_index_load(sky->index, sky->item, ENT_INDEX_MAX, 2) == ENT_OK);
	return sky;
}

static void drop(struct sky *sky) {
	ent_index_destroy(sky->index);
	for (uint64_t k = 0; k < ENT_INDEX_MAX; k++)
		ent_volume_release(sky->volume[k]);
	free(sky);
}

static bool count(void *user, const struct ent_index_hit *hit) {
	(void)hit;
	++*(size_t *)user;
	return true;
}

/* Everything filed is found where it is, once. */
static void check_found(struct sky *sky, size_t expected) {
	struct ent_index_snapshot *snapshot = NULL;
	CHECK(ent_index_snapshot_take(sky->index, &snapshot) == ENT_OK);
	const struct ent_minima none = {0, 0, 0};
	size_t found = 0;
	for (uint64_t k = 0; k < ENT_INDEX_MAX; k++)
		CHECK(ent_index_query(snapshot, sky->volume[k], &none, NULL, NULL, count, &found) ==
				ENT_OK);
	CHECK(found == expected);
	ent_index_snapshot_release(snapshot);
}

TEST(limit__one_more_is_refused_and_replacing_goes_on) {
	(void)state_;
	struct sky *sky = full_sky();
	CHECK(ent_index_insert(sky->index, ENT_INDEX_MAX, sky->volume[0]) == ENT_E_LIMIT);
	CHECK(ent_index_load(sky->index, sky->item, ENT_INDEX_MAX + 1, 1) == ENT_E_LIMIT);
	/* Several times as often as there are numbers. */
	for (uint64_t k = 0; k < 8 * (uint64_t)ENT_INDEX_MAX; k++)
		CHECK(ent_index_replace(sky->index, k % ENT_INDEX_MAX,
				      sky->volume[k % ENT_INDEX_MAX]) == ENT_OK);
	CHECK(ent_index_count(sky->index) == ENT_INDEX_MAX);
	check_found(sky, ENT_INDEX_MAX);
	drop(sky);
}

TEST(limit__removing_and_filing_again_goes_on) {
	(void)state_;
	struct sky *sky = full_sky();
	for (uint64_t k = 0; k < 8 * (uint64_t)ENT_INDEX_MAX; k++) {
		const uint64_t id = k % ENT_INDEX_MAX;
		CHECK(ent_index_remove(sky->index, id) == ENT_OK);
		CHECK(ent_index_insert(sky->index, id, sky->volume[id]) == ENT_OK);
	}
	for (int round = 0; round < 8; round++) {
		for (uint64_t id = 0; id < ENT_INDEX_MAX; id++)
			CHECK(ent_index_remove(sky->index, id) == ENT_OK);
		CHECK(ent_index_count(sky->index) == 0);
		CHECK(ent_index_load(sky->index, sky->item, ENT_INDEX_MAX, 2) == ENT_OK);
	}
	check_found(sky, ENT_INDEX_MAX);
	drop(sky);
}

TEST(limit__an_old_snapshot_may_stop_replacing_until_it_is_released) {
	(void)state_;
	struct sky *sky = full_sky();
	struct ent_index_snapshot *old = NULL;
	CHECK(ent_index_snapshot_take(sky->index, &old) == ENT_OK);
	uint64_t k = 0;
	ent_status status = ENT_OK;
	for (; status == ENT_OK && k < 8 * (uint64_t)ENT_INDEX_MAX; k++)
		status = ent_index_replace(
				sky->index, k % ENT_INDEX_MAX, sky->volume[k % ENT_INDEX_MAX]);
	CHECK(status == ENT_E_LIMIT);
	/* What it sees is all still there. */
	size_t found = 0;
	const struct ent_minima none = {0, 0, 0};
	CHECK(ent_index_query(old, sky->volume[7], &none, NULL, NULL, count, &found) == ENT_OK);
	CHECK(found == 1);
	ent_index_snapshot_release(old);
	for (uint64_t id = 0; id < ENT_INDEX_MAX; id++)
		CHECK(ent_index_replace(sky->index, id, sky->volume[id]) == ENT_OK);
	check_found(sky, ENT_INDEX_MAX);
	drop(sky);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(limit__one_more_is_refused_and_replacing_goes_on),
			TEST_ENTRY(limit__removing_and_filing_again_goes_on),
			TEST_ENTRY(limit__an_old_snapshot_may_stop_replacing_until_it_is_released),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
