/* SPDX-License-Identifier: Apache-2.0 */
/* test_replay.c: entries become state again, in order; who gives them learns which one does not follow. */
#include "airspaces.h"
#include "entente/replay.h"
#include "memory.h"

/* More than the groups of a replay hold at once. Large ones have a group to themselves. */
enum { ENTRIES = 700, LARGE_EACH = 197, LARGE_LEAST = 20000 };

struct kept {
	char *bytes; /* with padding behind them */
	size_t size;
};

static struct {
	struct airspace airspace;
	struct kept entry[ENTRIES];
} made;

/* A history that was decided once. */
static int make(void **state) {
	(void)state;
	const struct ent_extent *small = disc(47, 8, 0, 100, 0, 7200);
	const struct ent_extent *large = wide_disc(47, 8, 40000, 0, 7200);
	airspace_begin(&made.airspace);
	for (unsigned i = 0; i < ENTRIES; i++) {
		/* The first is the configuration's. */
		const struct ent_command command = put_constraint(
				i, i % LARGE_EACH == LARGE_EACH - 1 ? large : small);
		CHECK(i == 0 || airspace_do(&made.airspace, &command) == ENT_REFUSAL_NONE);
		const struct ent_airspace_outcome *outcome = &made.airspace.outcome;
		CHECK((outcome->entry_size > LARGE_LEAST) == (i % LARGE_EACH == LARGE_EACH - 1));
		made.entry[i].bytes = calloc(1, outcome->entry_size + ENT_JSON_PADDING);
		CHECK(made.entry[i].bytes != NULL);
		memcpy(made.entry[i].bytes, outcome->entry, outcome->entry_size);
		made.entry[i].size = outcome->entry_size;
	}
	return 0;
}

static int unmake(void **state) {
	(void)state;
	for (unsigned i = 0; i < ENTRIES; i++)
		free(made.entry[i].bytes);
	airspace_end(&made.airspace);
	return 0;
}

static ent_status give(struct ent_replay *replay, unsigned i) {
	struct ent_fault fault = {{0}, {0}};
	return ent_replay_add(replay, made.entry[i].bytes, made.entry[i].size,
			made.entry[i].size + ENT_JSON_PADDING, &fault);
}

struct replaying {
	struct ent_fold *fold;
	struct ent_replay *replay;
	struct ent_fault fault;
	uint64_t n;
};

static void begin(struct replaying *replaying, bool publish) {
	*replaying = (struct replaying){.n = 77};
	CHECK(ent_fold_create(&ent_airspace_fold_options, &replaying->fold) == ENT_OK);
	CHECK(ent_replay_create(replaying->fold, publish, &replaying->replay) == ENT_OK);
}

static ent_status finish(struct replaying *replaying) {
	return ent_replay_finish(replaying->replay, &replaying->n, &replaying->fault);
}

static void end(struct replaying *replaying) {
	ent_fold_discard(replaying->fold);
	ent_fold_destroy(replaying->fold);
}

TEST(replay__all_that_was_added_is_applied_in_order) {
	(void)state_;
	for (int publish = 0; publish < 2; publish++) {
		struct replaying replaying;
		size_t size, expected_size;
		begin(&replaying, publish == 1);
		for (unsigned i = 0; i < ENTRIES; i++)
			CHECK(give(replaying.replay, i) == ENT_OK);
		CHECK(finish(&replaying) == ENT_OK && replaying.n == ENTRIES);
		ent_fold_publish(replaying.fold, ent_fold_seal(replaying.fold));
		const struct ent_fold_version *version = ent_fold_take(replaying.fold);
		uint8_t *bytes = airspace_bytes(version, &size);
		uint8_t *expected = airspace_bytes(made.airspace.seen, &expected_size);
		CHECK(bytes != NULL && expected != NULL && size == expected_size);
		CHECK(memcmp(bytes, expected, size) == 0);
		free(bytes);
		free(expected);
		ent_fold_release(replaying.fold, version);
		end(&replaying);
	}
}

TEST(replay__of_nothing_changes_nothing) {
	(void)state_;
	struct replaying replaying;
	begin(&replaying, false);
	CHECK(finish(&replaying) == ENT_OK && replaying.n == 0);
	CHECK(ent_fold_open(replaying.fold) == NULL);
	end(&replaying);
}

TEST(replay__an_entry_that_does_not_follow_is_told_by_those_before_it) {
	(void)state_;
	/* Around the ends of groups, and where all groups are full. */
	static const unsigned gaps[] = {0, 1, 63, 64, 65, 95, 96, 97, 511, 512, 513, ENTRIES - 2};
	for (size_t at = 0; at < COUNT_OF(gaps); at++) {
		struct replaying replaying;
		bool refused = false;
		begin(&replaying, false);
		for (unsigned i = 0; i < ENTRIES && !refused; i++) {
			if (i == gaps[at])
				continue;
			const ent_status status = give(replaying.replay, i);
			refused = status == ENT_E_REFUSED;
			CHECK(status == ENT_OK || (refused && i > gaps[at]));
		}
		CHECK(finish(&replaying) == ENT_E_SYNTAX && replaying.n == gaps[at]);
		CHECK(strcmp(replaying.fault.where, "seq") == 0 && replaying.fault.why[0] != '\0');
		end(&replaying);
	}
}

/* It would wait for ever, if the applier had only gone. */
TEST(replay__an_applier_that_has_failed_holds_nobody_up) {
	(void)state_;
	struct replaying replaying;
	unsigned given = 0;
	ent_status status = ENT_OK;
	begin(&replaying, false);
	/* The second one, again and again. */
	while (status == ENT_OK && ++given < 10 * ENTRIES)
		status = give(replaying.replay, 1);
	CHECK(status == ENT_E_REFUSED && given < ENTRIES);
	CHECK(finish(&replaying) == ENT_E_SYNTAX && replaying.n == 0);
	end(&replaying);
}

TEST(replay__what_is_not_an_entry_is_refused_and_those_before_it_are_applied) {
	(void)state_;
	static const char *const wrong[] = {"", "{", "[]", "{\"seq\":40}"};
	for (size_t at = 0; at < COUNT_OF(wrong); at++) {
		struct replaying replaying;
		struct ent_fault fault = {{0}, {0}};
		char bytes[256] = {0};
		begin(&replaying, false);
		for (unsigned i = 0; i < 40; i++)
			CHECK(give(replaying.replay, i) == ENT_OK);
		(void)snprintf(bytes, sizeof bytes, "%s", wrong[at]);
		CHECK_ROW(wrong[at],
				ent_replay_add(replaying.replay, bytes, strlen(bytes), sizeof bytes,
						&fault) == ENT_E_SYNTAX);
		CHECK_ROW(wrong[at], fault.why[0] != '\0');
		CHECK(finish(&replaying) == ENT_OK && replaying.n == 40);
		end(&replaying);
	}
}

static ent_status replay_some(struct ent_fold *fold, uint64_t *ret_n) {
	struct ent_replay *replay;
	struct ent_fault fault;
	ent_status status = ent_replay_create(fold, false, &replay);
	if (status != ENT_OK)
		return status;
	for (unsigned i = 0; i < 70 && status == ENT_OK; i++)
		status = give(replay, i);
	const ent_status finished = ent_replay_finish(replay, ret_n, &fault);
	return finished != ENT_OK ? finished : status;
}

TEST(replay__without_memory_leaves_nothing) {
	(void)state_;
	bool reached = true;
	unsigned failed = 0;
	for (uint64_t fail_at = 1; reached; fail_at++) {
		const int64_t live = memory.live;
		struct ent_fold *fold;
		uint64_t n = 0;
		CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
		memory_begin(fail_at, true);
		const ent_status status = replay_some(fold, &n);
		reached = memory.calls >= fail_at;
		memory_begin(0, false);
		CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
		CHECK(n <= 70 && (reached || n == 70));
		failed += reached;
		ent_fold_discard(fold);
		ent_fold_destroy(fold);
		CHECK(memory.live == live);
	}
	CHECK(failed > 70);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(replay__all_that_was_added_is_applied_in_order),
			TEST_ENTRY(replay__of_nothing_changes_nothing),
			TEST_ENTRY(replay__an_entry_that_does_not_follow_is_told_by_those_before_it),
			TEST_ENTRY(replay__an_applier_that_has_failed_holds_nobody_up),
			TEST_ENTRY(replay__what_is_not_an_entry_is_refused_and_those_before_it_are_applied),
			TEST_ENTRY(replay__without_memory_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, make, unmake);
}
