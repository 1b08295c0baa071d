/* SPDX-License-Identifier: Apache-2.0 */
/* desks.h: a desk under test, and short ways to say what is to happen at it. */
#ifndef ENTENTE_TESTS_DESKS_H
#define ENTENTE_TESTS_DESKS_H

#include "entente/desk.h"
#include "entente/jsonout.h"
#include "test.h"

#define DESK_BEGIN_US INT64_C(1767225600000000) /* 2026 began */
#define SECOND_US INT64_C(1000000)

#define ADMINISTRATOR ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR)
#define WATCH ENT_DESK_BIT(ENT_DESK_ROLE_WATCH)
#define RELEASE ENT_DESK_BIT(ENT_DESK_ROLE_RELEASE)

struct desk_test {
	struct ent_desk *desk;
	struct ent_desk_outcome outcome;
	int64_t now_utc_us;
	unsigned entries;
};

static inline void desk_begin(struct desk_test *test) {
	*test = (struct desk_test){.now_utc_us = DESK_BEGIN_US};
	CHECK(ent_seal_start() == ENT_OK);
	CHECK(ent_desk_create(&test->desk) == ENT_OK);
}

static inline void desk_end(struct desk_test *test) {
	ent_desk_destroy(test->desk);
	ent_desk_outcome_finish(&test->outcome);
}

/* A second later; the entry that was decided is applied. */
static inline enum ent_desk_refusal desk_do(
		struct desk_test *test, struct ent_desk_command command) {
	struct ent_fault fault = {{0}, {0}};
	test->now_utc_us += SECOND_US;
	CHECK(ent_desk_decide(test->desk, &command, test->now_utc_us, &test->outcome) == ENT_OK);
	if (test->outcome.has_entry) {
		if (ent_desk_apply(test->desk, test->outcome.entry, test->outcome.size, &fault) !=
				ENT_OK)
			fail_msg("%s: %s: %s", test->outcome.entry, fault.where, fault.why);
		test->entries++;
	}
	return test->outcome.refusal;
}

/* A hash that tells passwords apart; nobody computes it here. */
#define HASH(letter) "$argon2id$v=19$m=65536,t=3,p=1$salt$" letter

static inline struct ent_desk_command desk_add(const char *by, const char *id, unsigned roles) {
	return (struct ent_desk_command){.act = ENT_DESK_ACT_ADD,
			.class = ENT_CLASS_ACTUAL,
			.by = by,
			.id = id,
			.name = id,
			.password = HASH("a"),
			.languages = {"fr"},
			.n_languages = 1,
			.roles = roles};
}

static inline struct ent_desk_command desk_act(
		enum ent_desk_act act, const char *by, const char *id) {
	return (struct ent_desk_command){.act = act,
			.class = ENT_CLASS_ACTUAL,
			.by = by,
			.id = id,
			.name = id,
			.password = HASH("b")};
}

static inline struct ent_desk_command desk_sign_in(
		const struct desk_test *test, const char *id, bool right, uint8_t device) {
	return (struct ent_desk_command){.act = ENT_DESK_ACT_SIGN_IN,
			.class = ENT_CLASS_ACTUAL,
			.id = id,
			.password = ent_desk_password_of(test->desk, id),
			.right = right,
			.device = {{device}}};
}

/* The session's number. */
static inline uint64_t desk_signed_in(struct desk_test *test, const char *id, uint8_t device) {
	test->now_utc_us += ENT_DESK_AGAIN_US;
	CHECK(desk_do(test, desk_sign_in(test, id, true, device)) == ENT_DESK_REFUSAL_NONE);
	return ent_desk_size(test->desk) - 1;
}

/* With an administrator "ada" and a watch officer "wim", nobody signed in. */
static inline void desk_begin_staffed(struct desk_test *test) {
	desk_begin(test);
	CHECK(desk_do(test, desk_add(ENT_DESK_BY_COMMAND_LINE, "ada", ADMINISTRATOR)) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(test, desk_add(ENT_DESK_BY_COMMAND_LINE, "wim", WATCH)) ==
			ENT_DESK_REFUSAL_NONE);
}

/* Its snapshot; bytes are the caller's to free. */
static inline struct ent_jsonout_memory desk_bytes(const struct ent_desk *desk) {
	struct ent_jsonout_memory memory = {.limit = ENT_DESK_SNAPSHOT_MAX};
	CHECK(ent_desk_snapshot_write(desk, ent_jsonout_to_memory, &memory) == ENT_OK);
	return memory;
}

static inline bool desk_same(const struct ent_desk *a, const struct ent_desk *b) {
	struct ent_jsonout_memory left = desk_bytes(a), right = desk_bytes(b);
	const bool same = left.size == right.size &&
			memcmp(left.bytes, right.bytes, left.size) == 0;
	free(left.bytes);
	free(right.bytes);
	return same;
}

#endif
