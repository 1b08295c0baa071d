/* SPDX-License-Identifier: Apache-2.0 */
/* test_fold.c: ordered maps with versions, against sorted arrays that are copied whole. */
#include "entente/fold.h"
#include "test.h"

#include <pthread.h>

enum { KEYS = 3000, WORDS = 3, KEPT = 8 };

/* Is key i there, and with what; the keys' order is that of their numbers. */
struct model {
	bool there[KEYS];
	uint64_t value[KEYS];
};

/* Differs in each of its words now and then. */
static void key_of(uint64_t i, uint64_t ret_key[WORDS]) {
	ret_key[0] = i / 720;
	ret_key[1] = i / 40 % 18 << 40;
	ret_key[2] = ~UINT64_C(0) - 40 + i % 40;
}

static const struct ent_fold_options options = {
		.n_maps = 2, .words = {WORDS, 1}, .owns = {false, true}, .head_size = 8};

static void compare(const struct ent_fold_version *version, const struct model *model) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, expected[WORDS], n = 0;
	ent_fold_seek(version, 0, NULL, &cursor);
	for (uint64_t i = 0; i < KEYS; i++) {
		key_of(i, expected);
		CHECK(ent_fold_get(version, 0, expected, &value) == model->there[i]);
		if (!model->there[i])
			continue;
		CHECK(value == model->value[i]);
		CHECK(ent_fold_next(&cursor, &key, &value));
		CHECK(memcmp(key, expected, sizeof expected) == 0 && value == model->value[i]);
		n++;
	}
	CHECK(!ent_fold_next(&cursor, &key, &value));
	CHECK(ent_fold_count(version, 0) == n);
}

/* From any key on, what is walked is what is there from it on. */
static void compare_from(
		const struct ent_fold_version *version, const struct model *model, uint64_t from) {
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, expected[WORDS];
	key_of(from, expected);
	ent_fold_seek(version, 0, expected, &cursor);
	for (uint64_t i = from, seen = 0; i < KEYS && seen < 50; i++) {
		if (!model->there[i])
			continue;
		key_of(i, expected);
		CHECK(ent_fold_next(&cursor, &key, &value));
		CHECK(memcmp(key, expected, sizeof expected) == 0);
		seen++;
	}
}

/*
 * Some of the keys that were expected come soon, some late, some never; where they belonged is divided or joined by
 * then, or gone.
 */
static uint64_t expect_and_choose(struct ent_fold *fold, uint64_t *seed) {
	static uint64_t soon[32];
	struct ent_fold_expected expected[4];
	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		const uint64_t key = test_random(seed) % KEYS;
		soon[test_random(seed) % COUNT_OF(soon)] = key;
		expected[i].map = 0;
		key_of(key, expected[i].key);
	}
	ent_fold_expect(fold, expected, test_random(seed) % (COUNT_OF(expected) + 1));
	return test_random(seed) % 2 == 0 ? soon[test_random(seed) % COUNT_OF(soon)]
					  : test_random(seed) % KEYS;
}

static void change(struct ent_fold *fold, struct model *model, uint64_t *seed, bool grow) {
	uint64_t key[WORDS];
	const uint64_t i = expect_and_choose(fold, seed);
	key_of(i, key);
	if (test_random(seed) % 100 < (grow ? 70 : 30)) {
		model->value[i] = test_random(seed);
		model->there[i] = true;
		CHECK(ent_fold_put(fold, 0, key, model->value[i]) == ENT_OK);
	} else {
		CHECK(ent_fold_remove(fold, 0, key) == (model->there[i] ? ENT_OK : ENT_E_MISSING));
		model->there[i] = false;
	}
}

TEST(fold__each_version_is_what_it_was_whatever_comes_later) {
	(void)state_;
	static struct model now, kept_model[KEPT];
	const struct ent_fold_version *kept[KEPT] = {NULL};
	struct ent_fold *fold;
	uint64_t seed = 1;
	memset(&now, 0, sizeof now);
	CHECK(ent_fold_create(&options, &fold) == ENT_OK);
	const int rounds = (int)(400 * test_scale()) + 50;
	for (int round = 0; round < rounds; round++) {
		CHECK(ent_fold_begin(fold) == ENT_OK);
		const uint64_t changes = test_random(&seed) % 200;
		for (uint64_t i = 0; i < changes; i++)
			change(fold, &now, &seed, round / 30 % 2 == 0);
		*(uint64_t *)ent_fold_head_open(fold) = (uint64_t)round;
		compare_from(ent_fold_open(fold), &now, test_random(&seed) % KEYS);
		ent_fold_publish(fold, ent_fold_seal(fold));
		const size_t slot = test_random(&seed) % KEPT;
		if (kept[slot] != NULL) {
			compare(kept[slot], &kept_model[slot]);
			ent_fold_release(fold, kept[slot]);
		}
		kept[slot] = ent_fold_take(fold);
		kept_model[slot] = now;
		CHECK(*(const uint64_t *)ent_fold_head(kept[slot]) == (uint64_t)round);
	}
	for (size_t i = 0; i < KEPT; i++)
		if (kept[i] != NULL) {
			compare(kept[i], &kept_model[i]);
			ent_fold_release(fold, kept[i]);
		}
	ent_fold_destroy(fold);
}

/* In one version nodes are divided and joined where they are, and not copied. */
TEST(fold__a_place_that_was_expected_may_be_another_when_its_key_comes) {
	(void)state_;
	static struct model now;
	struct ent_fold *fold;
	uint64_t seed = 5;
	memset(&now, 0, sizeof now);
	CHECK(ent_fold_create(&options, &fold) == ENT_OK);
	CHECK(ent_fold_begin(fold) == ENT_OK);
	for (int round = 0; round < 60; round++) {
		for (int i = 0; i < 2000; i++)
			change(fold, &now, &seed, round % 6 < 3);
		compare(ent_fold_open(fold), &now);
	}
	ent_fold_destroy(fold);
}

struct telling {
	const struct model *before, *after;
	uint64_t next; /* the first key that was not yet looked at */
};

static bool same_in_both(const struct telling *telling, uint64_t i) {
	return telling->before->there[i] == telling->after->there[i] &&
			(!telling->before->there[i] ||
					telling->before->value[i] == telling->after->value[i]);
}

static bool check_change(void *user, const struct ent_fold_change *change) {
	struct telling *telling = user;
	uint64_t expected[WORDS], i = telling->next;
	while (i < KEYS && same_in_both(telling, i))
		i++;
	CHECK(i < KEYS);
	key_of(i, expected);
	CHECK(memcmp(change->key, expected, sizeof expected) == 0);
	CHECK(change->was == telling->before->there[i] && change->is == telling->after->there[i]);
	CHECK(!change->was || change->old_value == telling->before->value[i]);
	CHECK(!change->is || change->value == telling->after->value[i]);
	telling->next = i + 1;
	return true;
}

TEST(fold__a_difference_is_every_key_that_two_versions_do_not_have_alike) {
	(void)state_;
	static struct model now, before;
	struct ent_fold *fold;
	uint64_t seed = 4;
	memset(&now, 0, sizeof now);
	CHECK(ent_fold_create(&options, &fold) == ENT_OK);
	for (int round = 0; round < (int)(300 * test_scale()) + 30; round++) {
		const struct ent_fold_version *old = ent_fold_take(fold);
		struct telling telling = {&before, &now, 0};
		before = now;
		for (uint64_t version = test_random(&seed) % 3; version < 3; version++) {
			CHECK(ent_fold_begin(fold) == ENT_OK);
			const uint64_t changes = test_random(&seed) % (round % 7 == 0 ? 900 : 12);
			for (uint64_t i = 0; i < changes; i++)
				change(fold, &now, &seed, round / 20 % 2 == 0);
			ent_fold_publish(fold, ent_fold_seal(fold));
		}
		const struct ent_fold_version *new = ent_fold_take(fold);
		ent_fold_diff(old, new, 0, check_change, &telling);
		while (telling.next < KEYS && same_in_both(&telling, telling.next))
			telling.next++;
		CHECK(telling.next == KEYS);
		ent_fold_release(fold, old);
		ent_fold_release(fold, new);
	}
	ent_fold_destroy(fold);
}

TEST(fold__what_is_discarded_has_never_been) {
	(void)state_;
	static struct model committed, tried;
	struct ent_fold *fold;
	uint64_t seed = 2;
	memset(&committed, 0, sizeof committed);
	CHECK(ent_fold_create(&options, &fold) == ENT_OK);
	for (int round = 0; round < 200; round++) {
		struct ent_fold_version *sealed[3] = {NULL};
		const uint64_t open = test_random(&seed) % 4;
		tried = committed;
		for (uint64_t i = 0; i < open; i++) {
			CHECK(ent_fold_begin(fold) == ENT_OK);
			for (int k = 0; k < 60; k++)
				change(fold, &tried, &seed, round % 40 < 25);
			if (i < 2)
				sealed[i] = ent_fold_seal(fold);
			if (i == 0)
				committed = tried;
		}
		if (open > 0)
			ent_fold_publish(fold, sealed[0]);
		ent_fold_discard(fold);
		const struct ent_fold_version *seen = ent_fold_take(fold);
		compare(seen, &committed);
		ent_fold_release(fold, seen);
	}
	ent_fold_destroy(fold);
}

TEST(fold__an_emptied_map_is_like_a_new_one) {
	(void)state_;
	struct ent_fold *fold;
	CHECK(ent_fold_create(&options, &fold) == ENT_OK);
	for (int round = 0; round < 3; round++) {
		for (int step = 0; step < 2; step++) {
			CHECK(ent_fold_begin(fold) == ENT_OK);
			for (uint64_t i = 0; i < 5000; i++) {
				const uint64_t key = round == 1 ? 4999 - i : i;
				void *block;
				if (step == 1) {
					uint64_t value;
					CHECK(ent_fold_get(ent_fold_open(fold), 1, &key, &value));
					CHECK(ent_fold_remove(fold, 1, &key) == ENT_OK);
					CHECK(ent_fold_retire(fold, (void *)(uintptr_t)value) ==
							ENT_OK);
				} else {
					CHECK(ent_fold_alloc(fold, 24, &block) == ENT_OK);
					CHECK(ent_fold_put(fold, 1, &key,
							      (uint64_t)(uintptr_t)block) ==
							ENT_OK);
				}
			}
			ent_fold_publish(fold, ent_fold_seal(fold));
		}
		const struct ent_fold_version *seen = ent_fold_take(fold);
		CHECK(ent_fold_count(seen, 1) == 0);
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value;
		ent_fold_seek(seen, 1, NULL, &cursor);
		CHECK(!ent_fold_next(&cursor, &key, &value));
		ent_fold_release(fold, seen);
	}
	/* What is still there at the end is the fold's to free. */
	CHECK(ent_fold_begin(fold) == ENT_OK);
	void *block;
	const uint64_t key = 7;
	CHECK(ent_fold_alloc(fold, 24, &block) == ENT_OK);
	CHECK(ent_fold_put(fold, 1, &key, (uint64_t)(uintptr_t)block) == ENT_OK);
	ent_fold_publish(fold, ent_fold_seal(fold));
	ent_fold_destroy(fold);
}

struct shared {
	struct ent_fold *fold;
	int stop;
	uint64_t looked;
};

/* In every version the sum of all values is zero. */
static void *look(void *user) {
	struct shared *shared = user;
	while (!__atomic_load_n(&shared->stop, __ATOMIC_ACQUIRE) ||
			__atomic_load_n(&shared->looked, __ATOMIC_RELAXED) == 0) {
		const struct ent_fold_version *version = ent_fold_take(shared->fold);
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value, sum = 0;
		ent_fold_seek(version, 0, NULL, &cursor);
		while (ent_fold_next(&cursor, &key, &value))
			sum += value;
		ent_fold_release(shared->fold, version);
		if (sum != 0)
			abort();
		__atomic_fetch_add(&shared->looked, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

TEST(fold__readers_see_whole_versions_while_one_writes) {
	(void)state_;
	struct shared shared = {0};
	pthread_t readers[3];
	uint64_t seed = 3;
	CHECK(ent_fold_create(&options, &shared.fold) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		CHECK(pthread_create(&readers[i], NULL, look, &shared) == 0);
	for (int round = 0; round < 2000 * test_scale() + 100; round++) {
		CHECK(ent_fold_begin(shared.fold) == ENT_OK);
		for (int i = 0; i < 10; i++) {
			/* An amount goes from one key to another. */
			uint64_t from[WORDS], to[WORDS], a = 0, b = 0;
			const uint64_t x = test_random(&seed) % KEYS;
			const uint64_t y = (x + 1 + test_random(&seed) % (KEYS - 1)) % KEYS;
			key_of(x, from);
			key_of(y, to);
			(void)ent_fold_get(ent_fold_open(shared.fold), 0, from, &a);
			(void)ent_fold_get(ent_fold_open(shared.fold), 0, to, &b);
			CHECK(ent_fold_put(shared.fold, 0, from, a - 5) == ENT_OK);
			CHECK(ent_fold_put(shared.fold, 0, to, b + 5) == ENT_OK);
		}
		ent_fold_publish(shared.fold, ent_fold_seal(shared.fold));
	}
	__atomic_store_n(&shared.stop, 1, __ATOMIC_RELEASE);
	for (size_t i = 0; i < COUNT_OF(readers); i++)
		CHECK(pthread_join(readers[i], NULL) == 0);
	ent_fold_destroy(shared.fold);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(fold__each_version_is_what_it_was_whatever_comes_later),
			TEST_ENTRY(fold__a_place_that_was_expected_may_be_another_when_its_key_comes),
			TEST_ENTRY(fold__a_difference_is_every_key_that_two_versions_do_not_have_alike),
			TEST_ENTRY(fold__what_is_discarded_has_never_been),
			TEST_ENTRY(fold__an_emptied_map_is_like_a_new_one),
			TEST_ENTRY(fold__readers_see_whole_versions_while_one_writes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
