/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in volume and conflict: every allocation fails once, then all from it
 * on. The outcome is E_MEMORY and what was before, or the very result; nothing stays behind.
 */
#include "entente/propose.h"
#include "memory.h"
#include "skies.h"

enum { FIRST = 200, MORE = 40 };

static bool count_hit(void *user, const struct ent_index_hit *hit) {
	(void)hit;
	++*(unsigned *)user;
	return true;
}

static bool count_pair(void *user, const struct ent_index_pair *pair) {
	(void)pair;
	++*(unsigned *)user;
	return true;
}

static const struct ent_minima minima = {9260000, 304800, 0};

static unsigned ask_all(struct ent_index *index) {
	struct ent_index_snapshot *snapshot;
	unsigned n = 0;
	CHECK(ent_index_snapshot_take(index, &snapshot) == ENT_OK);
	CHECK(ent_index_pairs(snapshot, &minima, NULL, count_pair, &n, NULL, NULL) == ENT_OK);
	ent_index_snapshot_release(snapshot);
	return n;
}

/* Files some with a failing allocator: each is filed, or was refused and can be filed again. */
static void write_all(struct ent_index *index, struct ent_volume *const *volumes, uint64_t fail_at,
		bool all_later) {
	for (uint64_t id = 0; id < FIRST; id++) {
		memory_begin(id == FIRST / 2 ? fail_at : 0, all_later);
		ent_status status = ent_index_insert(index, id, volumes[id]);
		memory_begin(0, false);
		CHECK(status == ENT_OK || status == ENT_E_MEMORY);
		if (status == ENT_E_MEMORY)
			CHECK(ent_index_insert(index, id, volumes[id]) == ENT_OK);
	}
}

TEST(index__a_write_without_memory_changes_nothing) {
	(void)state_;
	uint64_t seed = 31;
	struct ent_volume *volumes[FIRST + MORE];
	struct ent_index_item items[MORE];
	for (uint64_t i = 0; i < FIRST + MORE; i++)
		volumes[i] = sky_any(&seed, 2);
	for (uint64_t i = 0; i < MORE; i++)
		items[i] = (struct ent_index_item){FIRST + i, volumes[FIRST + i]};
	const int64_t before = memory.live;
	unsigned failed = 0;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			struct ent_index *index;
			CHECK(ent_index_create(&index) == ENT_OK);
			write_all(index, volumes, fail_at, all_later == 1);
			const unsigned pairs = ask_all(index);
			memory_begin(fail_at, all_later == 1);
			const ent_status status = ent_index_load(index, items, MORE, 1);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == ENT_OK || status == ENT_E_MEMORY);
			CHECK(ent_index_count(index) == (status == ENT_OK ? FIRST + MORE : FIRST));
			if (status == ENT_E_MEMORY) {
				failed++;
				CHECK(ask_all(index) == pairs);
			}
			memory_begin(fail_at, all_later == 1);
			const ent_status replaced = ent_index_replace(index, 7, volumes[FIRST]);
			const ent_status removed = ent_index_remove(index, 8);
			memory_begin(0, false);
			CHECK(replaced == ENT_OK || replaced == ENT_E_MEMORY);
			CHECK(removed == ENT_OK || removed == ENT_E_MEMORY);
			CHECK(ent_index_count(index) ==
					(size_t)FIRST + (status == ENT_OK ? MORE : 0) -
							(removed == ENT_OK));
			(void)ask_all(index);
			ent_index_destroy(index);
			CHECK(memory.live == before);
		}
	}
	CHECK(failed > 4);
	for (uint64_t i = 0; i < FIRST + MORE; i++)
		ent_volume_release(volumes[i]);
}

TEST(index__an_answer_without_memory_is_no_answer) {
	(void)state_;
	uint64_t seed = 32;
	struct ent_volume *volumes[FIRST];
	struct ent_index *index;
	unsigned failed = 0;
	CHECK(ent_index_create(&index) == ENT_OK);
	for (uint64_t i = 0; i < FIRST; i++) {
		volumes[i] = sky_any(&seed, 1);
		CHECK(ent_index_insert(index, i, volumes[i]) == ENT_OK);
	}
	const int64_t before = memory.live;
	const unsigned all = ask_all(index);
	bool reached = true;
	for (uint64_t fail_at = 1; reached; fail_at++) {
		struct ent_index_snapshot *snapshot = NULL;
		unsigned pairs = 0, hits = 0;
		struct ent_proposal proposals[ENT_PROPOSAL_COUNT];
		const struct ent_proposal_limits limits = ent_proposal_limits_default(true);
		const struct ent_volume *one = volumes[3];
		memory_begin(fail_at, true);
		ent_status status = ent_index_snapshot_take(index, &snapshot);
		if (status == ENT_OK)
			status = ent_index_pairs(
					snapshot, &minima, NULL, count_pair, &pairs, NULL, NULL);
		if (status == ENT_OK)
			status = ent_index_query(snapshot, volumes[5], &minima, NULL, NULL,
					count_hit, &hits);
		if (status == ENT_OK)
			status = ent_propose(snapshot, &one, 1, &minima, NULL, NULL, &limits,
					proposals, NULL);
		reached = memory.calls >= fail_at;
		memory_begin(0, false);
		CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
		CHECK(status != ENT_OK || pairs == all);
		ent_index_snapshot_release(snapshot);
		CHECK(memory.live == before);
		failed += status == ENT_E_MEMORY;
		/* Proposals allocate at every step: after the first hundred, in leaps. */
		fail_at += fail_at > 100 ? fail_at / 2 : 0;
	}
	CHECK(failed > 3);
	ent_index_destroy(index);
	for (uint64_t i = 0; i < FIRST; i++)
		ent_volume_release(volumes[i]);
}

TEST(volume__creating_and_moving_without_memory_leaves_nothing) {
	(void)state_;
	const int64_t before = memory.live;
	for (uint64_t kind = 0; kind < 40; kind++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			uint64_t seed = 100 + kind;
			struct ent_volume *moved = NULL;
			struct ent_volume *volume = sky_any(&seed, 3);
			memory_begin(fail_at, kind % 2 == 0);
			const ent_status status = ent_volume_create_moved(
					volume, 60000000, 152400, 926000, 45, &moved);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
			CHECK(status == ENT_OK || moved == NULL);
			ent_volume_release(moved);
			ent_volume_release(volume);
			CHECK(memory.live == before);
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(index__a_write_without_memory_changes_nothing),
			TEST_ENTRY(index__an_answer_without_memory_is_no_answer),
			TEST_ENTRY(volume__creating_and_moving_without_memory_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
