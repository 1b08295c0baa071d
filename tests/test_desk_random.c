/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random histories of a desk against a model of it that shares nothing with it but the words: the model keeps every
 * fact as it happened, and answers by going through all of them. At each step both say the same; what a replay of the
 * entries comes to, and what is read from a snapshot, is the same desk.
 */
#include "desks.h"

enum { HISTORIES = 200, STEPS = 600, PEOPLE = 5, IDS = PEOPLE + 1, DEVICES = 7 };
enum { COMMAND_LINE = -1, NODE = -2, ELSEWHERE = -1 };

static const char *const ids[IDS] = {"ada", "bob", "cyd", "dan", "eve", "nobody"};
static const char *const hashes[3] = {HASH("a"), HASH("b"), HASH("c")};

/* What happened; 'whom' and 'by' are indices of ids. */
struct fact {
	enum ent_desk_act act;
	int by, whom;
	unsigned roles;
	int lane; /* of a try: the device, or ELSEWHERE as it was not known then */
	int device;
	int64_t time_us;
	const char *password;
	enum ent_desk_order order;
};
struct session {
	uint64_t number;
	int whom;
	int64_t begun_us;
	bool closed;
};
struct model {
	struct fact fact[STEPS];
	struct session session[STEPS];
	size_t n, sessions;
};

/* --- The model's answers --- */

static bool is_act(const struct fact *fact, int whom, enum ent_desk_act a, enum ent_desk_act b) {
	return fact->whom == whom && (fact->act == a || fact->act == b);
}

/* The last fact of one of these two acts. NULL: there was none. */
static const struct fact *last_of(
		const struct model *model, int whom, enum ent_desk_act a, enum ent_desk_act b) {
	for (size_t i = model->n; i-- > 0;)
		if (is_act(&model->fact[i], whom, a, b))
			return &model->fact[i];
	return NULL;
}

static bool exists(const struct model *model, int whom) {
	return last_of(model, whom, ENT_DESK_ACT_ADD, ENT_DESK_ACT_ADD) != NULL;
}

static unsigned roles_of(const struct model *model, int whom) {
	const struct fact *fact = last_of(model, whom, ENT_DESK_ACT_ADD, ENT_DESK_ACT_ROLES);
	return fact != NULL ? fact->roles : 0;
}

static bool disabled(const struct model *model, int whom) {
	const struct fact *fact = last_of(model, whom, ENT_DESK_ACT_DISABLE, ENT_DESK_ACT_ENABLE);
	return fact != NULL && fact->act == ENT_DESK_ACT_DISABLE;
}

static bool is_administrator(const struct model *model, int whom) {
	return (roles_of(model, whom) & ADMINISTRATOR) != 0 && !disabled(model, whom);
}

static bool is_only_administrator(const struct model *model, int whom) {
	bool only = is_administrator(model, whom);
	for (int other = 0; other < PEOPLE; other++)
		only = only && (other == whom || !is_administrator(model, other));
	return only;
}

static bool is_open(const struct session *session, int64_t now_us) {
	return !session->closed && now_us - session->begun_us < INT64_C(43200000000);
}

static bool acts_now(const struct model *model, int whom, int64_t now_us) {
	bool open = false;
	for (size_t i = 0; i < model->sessions; i++)
		open = open ||
				(model->session[i].whom == whom &&
						is_open(&model->session[i], now_us));
	return open;
}

/* Is it one of the four devices of which he signed in last, since they were last forgotten? */
static bool known(const struct model *model, int whom, int device) {
	bool seen[DEVICES] = {false};
	unsigned n = 0;
	for (size_t i = model->n; i-- > 0;) {
		const struct fact *fact = &model->fact[i];
		if (fact->whom != whom)
			continue;
		if (fact->act == ENT_DESK_ACT_DISABLE ||
				(fact->act == ENT_DESK_ACT_PASSWORD && fact->by != whom))
			return false;
		if (fact->act != ENT_DESK_ACT_SIGN_IN || seen[fact->device])
			continue;
		if (n++ == 4)
			return false;
		if (fact->device == device)
			return true;
		seen[fact->device] = true;
	}
	return false;
}

static bool locked(const struct model *model, int whom, int lane, int64_t now_us) {
	static const int64_t lock_s[] = {0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900};
	unsigned failures = 0;
	int64_t last_us = 0;
	for (size_t i = 0; i < model->n; i++) {
		const struct fact *fact = &model->fact[i];
		if (fact->whom != whom)
			continue;
		if (fact->act == ENT_DESK_ACT_UNLOCK ||
				(fact->act == ENT_DESK_ACT_SIGN_IN && fact->lane == lane))
			failures = 0;
		if (fact->act != ENT_DESK_ACT_FAIL || fact->lane != lane)
			continue;
		if (failures > 0 && fact->time_us - last_us >= INT64_C(86400000000))
			failures = 0;
		failures++;
		last_us = fact->time_us;
	}
	const int64_t lock = lock_s[failures < 10 ? failures : 10] * SECOND_US;
	return failures >= 5 && now_us < last_us + lock;
}

static enum ent_desk_refusal may(
		const struct model *model, int by, int whom, bool own, int64_t now_us) {
	if (by == COMMAND_LINE)
		return ENT_DESK_REFUSAL_NONE;
	if (by == NODE || !exists(model, by))
		return ENT_DESK_REFUSAL_NOT_ALLOWED;
	if (disabled(model, by) || !acts_now(model, by, now_us))
		return ENT_DESK_REFUSAL_NOT_SIGNED_IN;
	return is_administrator(model, by) || (own && by == whom) ? ENT_DESK_REFUSAL_NONE
								  : ENT_DESK_REFUSAL_NOT_ALLOWED;
}

/* --- What is done: a fact that is not yet one --- */

struct doing {
	struct fact fact;
	bool right, current;
	uint64_t session; /* to be ended */
	uint64_t ordered; /* the number of the order that something came of, or nothing */
};

static bool has_any(const struct model *model) {
	bool any = false;
	for (int whom = 0; whom < PEOPLE; whom++)
		any = any || exists(model, whom);
	return any;
}

static enum ent_desk_refusal expect_sign_in(
		const struct model *model, struct doing *doing, bool *ret_entry) {
	struct fact *fact = &doing->fact;
	const int whom = fact->whom;
	*ret_entry = false;
	if (!exists(model, whom) || disabled(model, whom)) {
		int64_t last_us = INT64_MIN / 2;
		for (size_t i = 0; i < model->n; i++)
			if (model->fact[i].act == ENT_DESK_ACT_UNKNOWN)
				last_us = model->fact[i].time_us;
		*ret_entry = fact->time_us - last_us >= INT64_C(900000000);
		fact->act = ENT_DESK_ACT_UNKNOWN;
		fact->whom = -9;
		return ENT_DESK_REFUSAL_WRONG;
	}
	fact->lane = known(model, whom, fact->device) ? fact->device : ELSEWHERE;
	if (locked(model, whom, fact->lane, fact->time_us))
		return ENT_DESK_REFUSAL_LOCKED;
	const struct fact *last = last_of(model, whom, ENT_DESK_ACT_SIGN_IN, ENT_DESK_ACT_SIGN_IN);
	if (!doing->right) {
		fact->act = ENT_DESK_ACT_FAIL;
		*ret_entry = true;
		return ENT_DESK_REFUSAL_WRONG;
	}
	if (last != NULL && fact->time_us - last->time_us < 5 * SECOND_US)
		return ENT_DESK_REFUSAL_AGAIN;
	*ret_entry = doing->current;
	return doing->current ? ENT_DESK_REFUSAL_NONE : ENT_DESK_REFUSAL_STALE;
}

static enum ent_desk_refusal expect_change(const struct model *model, const struct fact *fact) {
	const int whom = fact->whom;
	const enum ent_desk_refusal refusal = may(
			model, fact->by, whom, fact->act == ENT_DESK_ACT_PASSWORD, fact->time_us);
	if (refusal != ENT_DESK_REFUSAL_NONE)
		return refusal;
	if (!exists(model, whom))
		return ENT_DESK_REFUSAL_NO_OPERATOR;
	const bool drops = fact->act == ENT_DESK_ACT_DISABLE ||
			(fact->act == ENT_DESK_ACT_ROLES && (fact->roles & ADMINISTRATOR) == 0);
	if (drops && is_only_administrator(model, whom))
		return ENT_DESK_REFUSAL_LAST;
	if ((fact->act == ENT_DESK_ACT_DISABLE && disabled(model, whom)) ||
			(fact->act == ENT_DESK_ACT_ENABLE && !disabled(model, whom)) ||
			(fact->act == ENT_DESK_ACT_ROLES && fact->roles == roles_of(model, whom)))
		return ENT_DESK_REFUSAL_SAME;
	return ENT_DESK_REFUSAL_NONE;
}

/* Of what is done in the party's name the first twelve are signed; the clock is nobody's to set who signs in. */
static enum ent_desk_refusal expect_order(const struct model *model, const struct fact *fact) {
	unsigned roles = fact->order < 12 ? RELEASE : RELEASE | ENT_DESK_BIT(ENT_DESK_ROLE_DUTY);
	if (fact->order == ENT_DESK_ORDER_CLOCK_SET)
		roles = 0;
	if (fact->by == COMMAND_LINE || fact->by == NODE)
		return ENT_DESK_REFUSAL_NONE;
	if (!exists(model, fact->by) || disabled(model, fact->by) ||
			!acts_now(model, fact->by, fact->time_us))
		return ENT_DESK_REFUSAL_NOT_SIGNED_IN;
	return (roles_of(model, fact->by) & roles) != 0 ? ENT_DESK_REFUSAL_NONE
							: ENT_DESK_REFUSAL_NO_ROLE;
}

static enum ent_desk_refusal expect(
		const struct model *model, struct doing *doing, bool *ret_entry) {
	const struct fact *fact = &doing->fact;
	enum ent_desk_refusal refusal = ENT_DESK_REFUSAL_NO_SESSION;
	if (fact->act == ENT_DESK_ACT_SIGN_IN)
		return expect_sign_in(model, doing, ret_entry);
	if (fact->act == ENT_DESK_ACT_ADD && !has_any(model)) {
		refusal = fact->by == COMMAND_LINE && (fact->roles & ADMINISTRATOR) != 0
				? ENT_DESK_REFUSAL_NONE
				: ENT_DESK_REFUSAL_FIRST;
	} else if (fact->act == ENT_DESK_ACT_ADD) {
		refusal = may(model, fact->by, fact->whom, false, fact->time_us);
		if (refusal == ENT_DESK_REFUSAL_NONE && exists(model, fact->whom))
			refusal = ENT_DESK_REFUSAL_EXISTS;
	} else if (fact->act == ENT_DESK_ACT_ORDER) {
		refusal = expect_order(model, fact);
	} else if (fact->act == ENT_DESK_ACT_DONE || fact->act == ENT_DESK_ACT_UNDONE) {
		refusal = doing->ordered < model->n ? ENT_DESK_REFUSAL_NONE
						    : ENT_DESK_REFUSAL_NO_ORDER;
	} else if (fact->act == ENT_DESK_ACT_END) {
		for (size_t i = 0; i < model->sessions; i++)
			if (model->session[i].number == doing->session &&
					model->session[i].whom == fact->whom &&
					is_open(&model->session[i], fact->time_us))
				refusal = ENT_DESK_REFUSAL_NONE;
	} else if (fact->act == ENT_DESK_ACT_END_ALL) {
		refusal = ENT_DESK_REFUSAL_SAME;
		for (int whom = 0; whom < PEOPLE; whom++)
			if (acts_now(model, whom, fact->time_us))
				refusal = ENT_DESK_REFUSAL_NONE;
	} else {
		refusal = expect_change(model, fact);
	}
	*ret_entry = refusal == ENT_DESK_REFUSAL_NONE;
	return refusal;
}

static void close_sessions(struct model *model, const struct doing *doing) {
	const struct fact *fact = &doing->fact;
	struct session *oldest = NULL;
	unsigned open = 0;
	for (size_t i = 0; i < model->sessions; i++) {
		struct session *session = &model->session[i];
		const bool changes = session->whom == fact->whom &&
				(fact->act == ENT_DESK_ACT_PASSWORD ||
						fact->act == ENT_DESK_ACT_ROLES ||
						fact->act == ENT_DESK_ACT_DISABLE);
		const bool ends = fact->act == ENT_DESK_ACT_END &&
				session->number == doing->session;
		if (changes || ends || fact->act == ENT_DESK_ACT_END_ALL)
			session->closed = true;
		if (session->whom != fact->whom || !is_open(session, fact->time_us))
			continue;
		open++;
		if (oldest == NULL)
			oldest = session;
	}
	if (fact->act == ENT_DESK_ACT_SIGN_IN && open == 4)
		oldest->closed = true;
}

static void happen(struct model *model, const struct doing *doing, uint64_t number) {
	close_sessions(model, doing);
	model->fact[model->n++] = doing->fact;
	if (doing->fact.act == ENT_DESK_ACT_SIGN_IN)
		model->session[model->sessions++] = (struct session){
				number, doing->fact.whom, doing->fact.time_us, false};
}

/* --- Both --- */

/* Mostly what makes sense, now and then anything. 'guessing': wrong passwords more than right ones. */
static struct doing choose(
		const struct model *model, uint64_t *seed, int64_t now_us, bool guessing) {
	static const enum ent_desk_act acts[] = {ENT_DESK_ACT_SIGN_IN, ENT_DESK_ACT_SIGN_IN,
			ENT_DESK_ACT_SIGN_IN, ENT_DESK_ACT_SIGN_IN, ENT_DESK_ACT_SIGN_IN,
			ENT_DESK_ACT_ADD, ENT_DESK_ACT_PASSWORD, ENT_DESK_ACT_ROLES,
			ENT_DESK_ACT_DISABLE, ENT_DESK_ACT_ENABLE, ENT_DESK_ACT_ENABLE,
			ENT_DESK_ACT_UNLOCK, ENT_DESK_ACT_END, ENT_DESK_ACT_END,
			ENT_DESK_ACT_END_ALL, ENT_DESK_ACT_ORDER, ENT_DESK_ACT_ORDER,
			ENT_DESK_ACT_DONE, ENT_DESK_ACT_UNDONE};
	struct doing doing = {{ENT_DESK_ACT_ADD}};
	struct fact *fact = &doing.fact;
	fact->act = acts[test_random(seed) % COUNT_OF(acts)];
	fact->whom = (int)(test_random(seed) % IDS);
	/* "nobody" stays nobody. */
	if (fact->act == ENT_DESK_ACT_ADD)
		fact->whom %= PEOPLE;
	fact->by = (int)(test_random(seed) % (IDS + 2)) - 2;
	fact->roles = test_random(seed) % 2 == 0
			? ADMINISTRATOR
			: (unsigned)(test_random(seed) % ENT_DESK_BIT(ENT_DESK_ROLE_COUNT));
	fact->device = (int)(test_random(seed) % DEVICES);
	fact->time_us = now_us;
	fact->password = hashes[test_random(seed) % 3];
	fact->order = (enum ent_desk_order)(test_random(seed) % ENT_DESK_ORDER_PARTY_KNOWN);
	doing.ordered = test_random(seed) % (model->n + 2);
	doing.right = test_random(seed) % 8 < (guessing ? 1 : 6);
	doing.current = test_random(seed) % 8 != 0;
	if (fact->act == ENT_DESK_ACT_END && model->sessions > 0) {
		const struct session *session = &model->session[model->sessions - 1 -
				test_random(seed) % (model->sessions < 6 ? model->sessions : 6)];
		doing.session = session->number;
		fact->whom = test_random(seed) % 8 == 0 ? fact->whom : session->whom;
	}
	return doing;
}

static struct ent_desk_command command_of(const struct model *model, const struct doing *doing) {
	const struct fact *fact = &doing->fact;
	const struct fact *password = last_of(
			model, fact->whom, ENT_DESK_ACT_ADD, ENT_DESK_ACT_PASSWORD);
	struct ent_desk_command command = {.act = fact->act,
			.class = ENT_CLASS_ACTUAL,
			.by = fact->by == COMMAND_LINE     ? ENT_DESK_BY_COMMAND_LINE
					: fact->by == NODE ? ENT_DESK_BY_NODE
							   : ids[fact->by],
			.id = ids[fact->whom],
			.name = ids[fact->whom],
			.password = fact->password,
			.roles = fact->roles,
			.session = doing->session,
			.why = fact->act == ENT_DESK_ACT_END_ALL ? ENT_DESK_WHY_STOPPED
								 : ENT_DESK_WHY_IDLE,
			.device = {{(uint8_t)(1 + fact->device)}},
			.right = doing->right,
			.order = fact->order,
			.on = "memo/aid-2026",
			.ordered = doing->ordered,
			.ledger = "memo/aid-2026/0123456789abcdef",
			.number = doing->ordered / 2,
			.reason = "لأن"};
	if (fact->act == ENT_DESK_ACT_END || fact->act == ENT_DESK_ACT_END_ALL)
		command.by = ENT_DESK_BY_NODE;
	if (fact->act == ENT_DESK_ACT_SIGN_IN)
		command.password = doing->current && password != NULL ? password->password
								      : HASH("z");
	return command;
}

static void check_same(const struct model *model, const struct desk_test *test) {
	for (int whom = 0; whom < IDS; whom++) {
		const struct ent_desk_operator *who = ent_desk_operator(test->desk, ids[whom]);
		CHECK((who != NULL) == exists(model, whom));
		if (who == NULL)
			continue;
		CHECK(who->roles == roles_of(model, whom));
		CHECK(who->disabled == disabled(model, whom));
		for (int device = 0; device < DEVICES; device++)
			CHECK(ent_desk_device_known(
					      who, &(struct ent_hash){{(uint8_t)(1 + device)}}) ==
					known(model, whom, device));
	}
	for (size_t i = 0; i < model->sessions; i++) {
		const struct session *session = &model->session[i];
		const struct ent_desk_operator *who = ent_desk_session_of(
				test->desk, session->number, test->now_utc_us);
		CHECK((who != NULL) == is_open(session, test->now_utc_us));
		CHECK(who == NULL || strcmp(who->id, ids[session->whom]) == 0);
	}
	CHECK(!has_any(model) || ent_desk_administrators(test->desk) > 0);
}

/* Seconds mostly, then minutes, and now and then a day. */
static int64_t step_us(uint64_t *seed) {
	const uint64_t kind = test_random(seed) % 64;
	const int64_t most_s = kind < 40 ? 12 : kind < 60 ? 1200 : kind < 63 ? 30000 : 180000;
	return 1 + (int64_t)(test_random(seed) % (uint64_t)(most_s * SECOND_US));
}

static void replay(const struct desk_test *test, char *const *entries, size_t n) {
	struct ent_desk *again = NULL, *read = NULL;
	struct ent_fault fault = {{0}, {0}};
	CHECK(ent_desk_create(&again) == ENT_OK);
	for (size_t i = 0; i < n; i++) {
		struct ent_desk *copy = NULL;
		CHECK(ent_desk_copy(again, &copy) == ENT_OK);
		/* The last entry again, and the one after next, are refused and change nothing. */
		const size_t other = i == 0 ? n - 1 : i - 1;
		if (other != i)
			CHECK(ent_desk_apply(again, entries[other], strlen(entries[other]),
					      &fault) == ENT_E_SYNTAX);
		CHECK(i % 50 != 0 || desk_same(again, copy));
		ent_desk_destroy(copy);
		CHECK(ent_desk_apply(again, entries[i], strlen(entries[i]), &fault) == ENT_OK);
	}
	CHECK(desk_same(test->desk, again));
	struct ent_jsonout_memory bytes = desk_bytes(again);
	CHECK(ent_desk_snapshot_read(bytes.bytes, bytes.size, &read, &fault) == ENT_OK);
	CHECK(desk_same(again, read));
	for (size_t size = 0; size < bytes.size; size += 1 + size / 8)
		CHECK(ent_desk_snapshot_read(bytes.bytes, size, &read, &fault) == ENT_E_SYNTAX);
	free(bytes.bytes);
	ent_desk_destroy(again);
	ent_desk_destroy(read);
}

static void history(uint64_t seed, unsigned *seen_refusals, unsigned *seen_acts) {
	struct model *model = calloc(1, sizeof *model);
	struct desk_test test;
	char *entries[STEPS];
	size_t n = 0;
	CHECK(model != NULL);
	desk_begin(&test);
	for (unsigned i = 0; i < STEPS; i++) {
		test.now_utc_us += step_us(&seed);
		struct doing doing = choose(
				model, &seed, test.now_utc_us + SECOND_US, i / 50 % 2 == 1);
		const struct ent_desk_command command = command_of(model, &doing);
		bool entry = false;
		if (doing.fact.act == ENT_DESK_ACT_END || doing.fact.act == ENT_DESK_ACT_END_ALL)
			doing.fact.by = NODE;
		const enum ent_desk_refusal expected = expect(model, &doing, &entry);
		const uint64_t number = ent_desk_size(test.desk);
		const enum ent_desk_refusal refusal = desk_do(&test, command);
		if (refusal != expected || test.outcome.has_entry != entry)
			fail_msg("step %u, act %d: %s, not %s; entry %d", i, (int)command.act,
					ent_desk_refusal_text(refusal),
					ent_desk_refusal_text(expected), entry);
		*seen_refusals |= 1u << refusal;
		if (!entry)
			continue;
		*seen_acts |= 1u << doing.fact.act;
		happen(model, &doing, number);
		entries[n++] = strdup(test.outcome.entry);
		check_same(model, &test);
	}
	replay(&test, entries, n);
	for (size_t i = 0; i < n; i++)
		free(entries[i]);
	desk_end(&test);
	free(model);
}

TEST(desk__says_what_a_model_says_in_any_history) {
	const unsigned histories = (unsigned)(HISTORIES * test_scale()) + 1;
	unsigned refusals = 0, acts = 0;
	(void)state_;
	for (unsigned i = 0; i < histories; i++)
		history(i, &refusals, &acts);
	/* A few histories come not everywhere. */
	if (test_scale() < 0.5)
		return;
	/* A test that never came there would show nothing; those left out are test_desk.c's and test_v1.c's. */
	const unsigned elsewhere = 1u << ENT_DESK_REFUSAL_FULL | 1u << ENT_DESK_REFUSAL_DISABLED |
			1u << ENT_DESK_REFUSAL_CLASS | 1u << ENT_DESK_REFUSAL_CHANGED |
			1u << ENT_DESK_REFUSAL_BAD | 1u << ENT_DESK_REFUSAL_CURRENT |
			1u << ENT_DESK_REFUSAL_NOT_CURRENT | 1u << ENT_DESK_REFUSAL_CURRENT_LOCKED;
	for (unsigned i = 0; i < ENT_DESK_REFUSAL_COUNT; i++)
		CHECK_ROW(ent_desk_refusal_text((enum ent_desk_refusal)i),
				((refusals | elsewhere) >> i & 1) != 0);
	/* Nor who vouches: test_desk_trust.c. */
	CHECK((acts | 1u << ENT_DESK_ACT_CHANGE | 1u << ENT_DESK_ACT_VOUCH) ==
			(1u << ENT_DESK_ACT_COUNT) - 1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(desk__says_what_a_model_says_in_any_history),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
