/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index against a plain array of what is filed, judged one by one: the same conflicts, the
 * same verdicts, after any order of writes, in every snapshot, from any number of threads.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "skies.h"

enum { ROOM = 4096 };

/* What should be filed under each id. */
struct array {
	struct ent_volume *volume[ROOM];
};

struct counted {
	const struct array *array;
	const struct ent_volume *asked;
	const struct ent_minima *minima;
	unsigned char seen[ROOM];
	unsigned n;
};

static bool same_verdict(const struct ent_verdict *a, const struct ent_verdict *b) {
	const struct ent_witness *v = &a->witness, *w = &b->witness;
	return a->kind == b->kind && v->first_utc_us == w->first_utc_us &&
			v->last_utc_us == w->last_utc_us && v->lateral_mm == w->lateral_mm &&
			v->vertical_lo_mm == w->vertical_lo_mm &&
			v->at_a.lat_ndeg == w->at_a.lat_ndeg &&
			v->at_b.lon_ndeg == w->at_b.lon_ndeg;
}

static bool count_hit(void *user, const struct ent_index_hit *hit) {
	struct counted *counted = user;
	CHECK(hit->id < ROOM && counted->seen[hit->id] == 0);
	CHECK(hit->volume == counted->array->volume[hit->id]);
	const struct ent_verdict verdict = ent_conflict_judge(
			counted->asked, hit->volume, counted->minima);
	CHECK(same_verdict(&verdict, &hit->verdict));
	counted->seen[hit->id] = 1;
	counted->n++;
	return true;
}

/* One query is what the array says. Returns how many conflicts there were. */
static unsigned compare_query(const struct ent_index_snapshot *snapshot, const struct array *array,
		const struct ent_volume *asked, const struct ent_minima *minima,
		const uint64_t *except) {
	struct counted counted = {.array = array, .asked = asked, .minima = minima};
	CHECK(ent_index_query(snapshot, asked, minima, except, NULL, count_hit, &counted) ==
			ENT_OK);
	unsigned expected = 0;
	for (uint64_t id = 0; id < ROOM; id++)
		if (array->volume[id] != NULL && (except == NULL || id != *except) &&
				ent_conflict_judge(asked, array->volume[id], minima).kind !=
						ENT_VERDICT_CLEAR) {
			CHECK(counted.seen[id]);
			expected++;
		}
	CHECK(expected == counted.n);
	return expected;
}

struct pairs {
	const struct array *array;
	const struct ent_minima *minima;
	unsigned char *seen; /* ROOM x ROOM */
	unsigned n;
};

static bool count_pair(void *user, const struct ent_index_pair *pair) {
	struct pairs *pairs = user;
	CHECK(pair->id_a < pair->id_b && pair->id_b < ROOM);
	CHECK(pair->a == pairs->array->volume[pair->id_a] &&
			pair->b == pairs->array->volume[pair->id_b]);
	unsigned char *seen = &pairs->seen[pair->id_a * ROOM + pair->id_b];
	CHECK(*seen == 0);
	const struct ent_verdict verdict = ent_conflict_judge(pair->a, pair->b, pairs->minima);
	CHECK(same_verdict(&verdict, &pair->verdict));
	*seen = 1;
	pairs->n++;
	return true;
}

static unsigned compare_pairs(const struct ent_index_snapshot *snapshot, const struct array *array,
		const struct ent_minima *minima) {
	struct pairs pairs = {.array = array, .minima = minima, .seen = calloc(ROOM, ROOM)};
	CHECK(pairs.seen != NULL);
	CHECK(ent_index_pairs(snapshot, minima, NULL, count_pair, &pairs, NULL, NULL) == ENT_OK);
	unsigned expected = 0;
	for (uint64_t a = 0; a < ROOM; a++)
		for (uint64_t b = a + 1; array->volume[a] != NULL && b < ROOM; b++)
			if (array->volume[b] != NULL &&
					ent_conflict_judge(
							array->volume[a], array->volume[b], minima)
									.kind !=
							ENT_VERDICT_CLEAR) {
				CHECK(pairs.seen[a * ROOM + b]);
				expected++;
			}
	CHECK(expected == pairs.n);
	free(pairs.seen);
	return expected;
}

static const struct ent_minima minima_of[] = {
		{0, 0, 0}, {9260000, 304800, 0}, {926000, 30480, 30000000}, {50000, 15000, 0}};

/* One random write; the array follows. */
static void write_one(struct ent_index *index, struct array *array, uint64_t *seed, unsigned ids) {
	const uint64_t id = test_random(seed) % ids;
	struct ent_volume *volume = sky_any(seed, 3);
	const bool filed = array->volume[id] != NULL;
	switch (test_random(seed) % 4) {
	case 0:
		CHECK(ent_index_remove(index, id) == (filed ? ENT_OK : ENT_E_MISSING));
		ent_volume_release(array->volume[id]);
		array->volume[id] = NULL;
		ent_volume_release(volume);
		return;
	case 1:
		CHECK(ent_index_replace(index, id, volume) == (filed ? ENT_OK : ENT_E_MISSING));
		if (!filed)
			break;
		ent_volume_release(array->volume[id]);
		array->volume[id] = volume;
		return;
	default:
		CHECK(ent_index_insert(index, id, volume) == (filed ? ENT_E_EXISTS : ENT_OK));
		if (filed)
			break;
		array->volume[id] = volume;
		return;
	}
	ent_volume_release(volume);
}

static size_t count(const struct array *array) {
	size_t n = 0;
	for (size_t id = 0; id < ROOM; id++)
		n += array->volume[id] != NULL;
	return n;
}

static void array_finish(struct array *array) {
	for (size_t id = 0; id < ROOM; id++)
		ent_volume_release(array->volume[id]);
}

static void check_all(struct ent_index *index, const struct array *array, uint64_t *seed) {
	struct ent_index_snapshot *snapshot;
	unsigned found = 0;
	CHECK(ent_index_count(index) == count(array));
	CHECK(ent_index_snapshot_take(index, &snapshot) == ENT_OK);
	for (int i = 0; i < 20; i++) {
		struct ent_volume *asked = sky_any(seed, 3);
		found += compare_query(snapshot, array, asked,
				&minima_of[test_random(seed) % COUNT_OF(minima_of)], NULL);
		ent_volume_release(asked);
	}
	for (uint64_t id = 0; id < 40; id++)
		if (array->volume[id] != NULL)
			found += compare_query(
					snapshot, array, array->volume[id], &minima_of[1], &id);
	found += compare_pairs(
			snapshot, array, &minima_of[test_random(seed) % COUNT_OF(minima_of)]);
	CHECK(found > 0 || count(array) < 100);
	ent_index_snapshot_release(snapshot);
}

TEST(index__finds_what_the_array_holds_after_any_writes) {
	(void)state_;
	static const unsigned sizes[] = {1, 5, 200, 1500};
	uint64_t seed = 21;
	for (size_t k = 0; k < COUNT_OF(sizes); k++) {
		static struct array array;
		struct ent_index *index;
		memset(&array, 0, sizeof array);
		CHECK(ent_index_create(&index) == ENT_OK);
		const int rounds = 1 + (int)(4 * test_scale());
		for (int round = 0; round < rounds; round++) {
			for (unsigned i = 0; i < 2 * sizes[k]; i++)
				write_one(index, &array, &seed, sizes[k]);
			check_all(index, &array, &seed);
		}
		ent_index_destroy(index);
		array_finish(&array);
	}
}

TEST(index__bulk_load_gives_what_filing_one_by_one_gives) {
	(void)state_;
	uint64_t seed = 22;
	const uint64_t n = test_scale() < 1 ? 500 : 2000;
	for (unsigned threads = 1; threads <= 3; threads++) {
		static struct array array;
		struct ent_index *index;
		static struct ent_index_item items[2000];
		memset(&array, 0, sizeof array);
		CHECK(ent_index_create(&index) == ENT_OK);
		for (uint64_t i = 0; i < n; i++) {
			array.volume[i] = sky_any(&seed, 3);
			items[i] = (struct ent_index_item){i, array.volume[i]};
		}
		CHECK(ent_index_load(index, items, n, threads) == ENT_OK);
		check_all(index, &array, &seed);
		/* All or nothing. */
		items[1].id = 3000;
		CHECK(ent_index_load(index, items + 1, 2, threads) == ENT_E_EXISTS);
		items[0].id = items[1].id = 3500;
		CHECK(ent_index_load(index, items, 2, threads) == ENT_E_EXISTS);
		CHECK(ent_index_load(index, items, 0, threads) == ENT_OK);
		CHECK(ent_index_count(index) == n);
		for (int i = 0; i < 500; i++)
			write_one(index, &array, &seed, (unsigned)n + 500);
		check_all(index, &array, &seed);
		ent_index_destroy(index);
		array_finish(&array);
	}
}

TEST(index__a_snapshot_stays_what_it_was) {
	(void)state_;
	enum { SNAPSHOTS = 12 };
	uint64_t seed = 23;
	static struct array array, was[SNAPSHOTS];
	struct ent_index_snapshot *snapshot[SNAPSHOTS];
	struct ent_index *index;
	memset(&array, 0, sizeof array);
	CHECK(ent_index_create(&index) == ENT_OK);
	for (int k = 0; k < SNAPSHOTS; k++) {
		for (int i = 0; i < 300; i++)
			write_one(index, &array, &seed, 400);
		for (size_t id = 0; id < ROOM; id++)
			was[k].volume[id] = array.volume[id] != NULL
					? ent_volume_hold(array.volume[id])
					: NULL;
		CHECK(ent_index_snapshot_take(index, &snapshot[k]) == ENT_OK);
	}
	/* Looked at and let go in an order of their own. */
	for (int i = 0; i < SNAPSHOTS; i++) {
		const int k = i * 5 % SNAPSHOTS;
		struct ent_volume *asked = sky_fixed(&seed, 3, true);
		(void)compare_query(snapshot[k], &was[k], asked, &minima_of[1], NULL);
		(void)compare_pairs(snapshot[k], &was[k], &minima_of[1]);
		ent_volume_release(asked);
		ent_index_snapshot_release(snapshot[k]);
		array_finish(&was[k]);
		for (int n = 0; n < 50; n++)
			write_one(index, &array, &seed, 400);
	}
	check_all(index, &array, &seed);
	ent_index_destroy(index);
	array_finish(&array);
}

static bool stop_at_once(void *user, const struct ent_index_hit *hit) {
	(void)hit;
	++*(int *)user;
	return false;
}

static bool stop_pairs_at_once(void *user, const struct ent_index_pair *pair) {
	(void)pair;
	++*(int *)user;
	return false;
}

TEST(index__stops_when_told_and_refuses_bad_minima) {
	(void)state_;
	uint64_t seed = 24;
	static struct array array;
	struct ent_index *index;
	struct ent_index_snapshot *snapshot;
	const struct ent_minima bad = {-1, 0, 0};
	int calls = 0;
	memset(&array, 0, sizeof array);
	CHECK(ent_index_create(&index) == ENT_OK);
	for (int i = 0; i < 900; i++)
		write_one(index, &array, &seed, 600);
	CHECK(ent_index_snapshot_take(index, &snapshot) == ENT_OK);
	struct ent_volume *asked = sky_fixed(&seed, 0.1, true);
	CHECK(ent_index_query(snapshot, asked, &minima_of[1], NULL, NULL, stop_at_once, &calls) ==
			ENT_OK);
	CHECK(calls == 1);
	CHECK(ent_index_pairs(snapshot, &minima_of[1], NULL, stop_pairs_at_once, &calls, NULL,
			      NULL) == ENT_OK);
	CHECK(calls == 2);
	CHECK(ent_index_query(snapshot, asked, &bad, NULL, NULL, stop_at_once, &calls) ==
			ENT_E_DOMAIN);
	CHECK(ent_index_pairs(snapshot, &bad, NULL, stop_pairs_at_once, &calls, NULL, NULL) ==
			ENT_E_DOMAIN);
	CHECK(calls == 2);
	ent_volume_release(asked);
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
	array_finish(&array);
}

/* Counts what is asked about; ids of one remainder are one group, and groups do not meet themselves. */
struct groups {
	unsigned asked, found;
	uint64_t own;
};

static bool other_group(void *user, uint64_t id) {
	struct groups *groups = user;
	groups->asked++;
	return id % 3 != groups->own % 3;
}

static bool two_groups(void *user, uint64_t id_a, uint64_t id_b) {
	struct groups *groups = user;
	CHECK(id_a < id_b);
	groups->asked++;
	return id_a % 3 != id_b % 3;
}

static bool found_hit(void *user, const struct ent_index_hit *hit) {
	struct groups *groups = user;
	CHECK(hit->id % 3 != groups->own % 3);
	groups->found++;
	return true;
}

static bool found_pair(void *user, const struct ent_index_pair *pair) {
	struct groups *groups = user;
	CHECK(pair->id_a % 3 != pair->id_b % 3);
	groups->found++;
	return true;
}

TEST(index__finds_all_that_counts_and_nothing_that_does_not) {
	(void)state_;
	uint64_t seed = 25;
	static struct array array;
	struct ent_index *index;
	struct ent_index_snapshot *snapshot;
	struct groups pairs = {0, 0, 0};
	unsigned expected_pairs = 0;
	memset(&array, 0, sizeof array);
	CHECK(ent_index_create(&index) == ENT_OK);
	for (int i = 0; i < 900; i++)
		write_one(index, &array, &seed, 600);
	CHECK(ent_index_snapshot_take(index, &snapshot) == ENT_OK);
	for (uint64_t a = 0; a < 600; a++) {
		struct groups hits = {0, 0, a};
		unsigned expected = 0;
		for (uint64_t b = 0; array.volume[a] != NULL && b < 600; b++)
			if (array.volume[b] != NULL && a % 3 != b % 3 &&
					ent_conflict_judge(array.volume[a], array.volume[b],
							&minima_of[1])
									.kind !=
							ENT_VERDICT_CLEAR) {
				expected++;
				expected_pairs += a < b;
			}
		if (array.volume[a] != NULL)
			CHECK(ent_index_query(snapshot, array.volume[a], &minima_of[1], &a,
					      other_group, found_hit, &hits) == ENT_OK);
		CHECK(hits.found == expected && hits.asked >= expected);
	}
	CHECK(ent_index_pairs(snapshot, &minima_of[1], two_groups, found_pair, &pairs, NULL,
			      NULL) == ENT_OK);
	CHECK(expected_pairs > 20 && pairs.found == expected_pairs && pairs.asked > pairs.found);
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
	array_finish(&array);
}

/* --- Threads --- */

/*
 * The writer only ever files pairs of twins: ids 2k and 2k + 1 are in conflict with one another,
 * filed by one load, and removed only by a replace of both... so a reader that sees one without
 * the other has seen half a write.
 */
struct shared {
	struct ent_index *index;
	atomic_bool done;
	atomic_uint looks;
};

struct twins {
	unsigned found[512];
};

static bool count_twin(void *user, const struct ent_index_hit *hit) {
	struct twins *twins = user;
	twins->found[hit->id / 2]++;
	return true;
}

static struct ent_volume *twin(unsigned k) {
	struct ent_volume *volume = NULL;
	const struct ent_band band = {{ENT_ALTITUDE_FL, 0}, {ENT_ALTITUDE_FL, 1000}};
	if (ent_volume_create_circle(sky_place(50 + 0.01 * k, 10), 100000, band,
			    (struct ent_span){0, 1000000}, NULL, &volume, NULL) != ENT_OK)
		abort();
	return volume;
}

/* cmocka's checks are for one thread; here what is wrong ends the program. */
static void must(bool fine, const char *what) {
	if (!fine) {
		(void)fprintf(stderr, "%s\n", what);
		abort();
	}
}

static void *read_on(void *argument) {
	struct shared *shared = argument;
	const struct ent_minima none = {0, 0, 0};
	const struct ent_band band = {{ENT_ALTITUDE_FL, 0}, {ENT_ALTITUDE_FL, 1000}};
	struct ent_volume *all = NULL;
	must(ent_volume_create_circle(sky_place(50, 10), 1000000000, band,
			     (struct ent_span){0, 1000000}, NULL, &all, NULL) == ENT_OK,
			"no volume");
	while (!atomic_load(&shared->done)) {
		struct ent_index_snapshot *snapshot;
		struct twins twins = {{0}};
		must(ent_index_snapshot_take(shared->index, &snapshot) == ENT_OK, "no snapshot");
		must(ent_index_query(snapshot, all, &none, NULL, NULL, count_twin, &twins) ==
						ENT_OK,
				"no answer");
		for (unsigned k = 0; k < 512; k++)
			must(twins.found[k] == 0 || twins.found[k] == 2, "half a write was seen");
		ent_index_snapshot_release(snapshot);
		atomic_fetch_add(&shared->looks, 1);
	}
	ent_volume_release(all);
	return NULL;
}

TEST(index__readers_see_whole_writes_while_one_writes) {
	(void)state_;
	enum { READERS = 3 };
	struct shared shared = {.index = NULL};
	pthread_t reader[READERS];
	uint64_t seed = 25;
	bool filed[512] = {false};
	CHECK(ent_index_create(&shared.index) == ENT_OK);
	for (int i = 0; i < READERS; i++)
		CHECK(pthread_create(&reader[i], NULL, read_on, &shared) == 0);
	const int writes = 200 + (int)(20000 * test_scale());
	for (int i = 0; i < writes || atomic_load(&shared.looks) < 100; i++) {
		const unsigned k = (unsigned)(test_random(&seed) % 512);
		struct ent_volume *one = twin(k), *two = twin(k);
		const struct ent_index_item both[2] = {{2 * k, one}, {2 * k + 1, two}};
		if (!filed[k]) {
			CHECK(ent_index_load(shared.index, both, 2, 1) == ENT_OK);
			filed[k] = true;
		} else {
			/* A replace is one write: never neither, never both. */
			CHECK(ent_index_replace(shared.index, 2 * k, one) == ENT_OK);
		}
		ent_volume_release(one);
		ent_volume_release(two);
	}
	atomic_store(&shared.done, true);
	for (int i = 0; i < READERS; i++)
		CHECK(pthread_join(reader[i], NULL) == 0);
	ent_index_destroy(shared.index);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(index__finds_what_the_array_holds_after_any_writes),
			TEST_ENTRY(index__bulk_load_gives_what_filing_one_by_one_gives),
			TEST_ENTRY(index__a_snapshot_stays_what_it_was),
			TEST_ENTRY(index__stops_when_told_and_refuses_bad_minima),
			TEST_ENTRY(index__finds_all_that_counts_and_nothing_that_does_not),
			TEST_ENTRY(index__readers_see_whole_writes_while_one_writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
