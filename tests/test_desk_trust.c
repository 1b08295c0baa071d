/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the party trusts, as the desk's ledger says it: which changes are entered and how, and who vouches for a key. */
#include "desks.h"

#define ANN "0000000000000a11"
#define BEN "0000000000000b22"
#define OUR "0000000000000c33"
#define KEY_1 "111111111111111111111111"
#define KEY_2 "222222222222222222222222"

static struct ent_desk_command trust(const char *by, enum ent_desk_order order, const char *on) {
	return (struct ent_desk_command){.act = ENT_DESK_ACT_ORDER,
			.class = ENT_CLASS_ACTUAL,
			.by = by,
			.order = order,
			.on = on};
}

static struct ent_trust card(const char *id, uint64_t number, const char *key) {
	struct ent_trust card = {.card = number, .own = strcmp(id, OUR) == 0};
	(void)snprintf(card.id, sizeof card.id, "%s", id);
	(void)snprintf(card.key, sizeof card.key, "%s", key);
	return card;
}

/* --- One after another --- */

TEST(desk_trust__an_entry_is_the_change_that_it_says_or_none) {
	(void)state_;
	static const struct {
		const char *why;
		enum ent_desk_order order;
		const char *on;
		enum ent_desk_refusal refusal;
	} rows[] = {
			{"of nobody known: another card", ENT_DESK_ORDER_PARTY_RENEWED,
					ANN "/card:2/key:" KEY_1, ENT_DESK_REFUSAL_SAME},
			{"of nobody known: removed", ENT_DESK_ORDER_PARTY_REMOVED, ANN,
					ENT_DESK_REFUSAL_SAME},
			{"known", ENT_DESK_ORDER_PARTY_KNOWN, ANN "/card:1/key:" KEY_1,
					ENT_DESK_REFUSAL_NONE},
			{"known again", ENT_DESK_ORDER_PARTY_KNOWN, ANN "/card:1/key:" KEY_1,
					ENT_DESK_REFUSAL_SAME},
			{"renewed, but it is the same", ENT_DESK_ORDER_PARTY_RENEWED,
					ANN "/card:1/key:" KEY_1, ENT_DESK_REFUSAL_SAME},
			{"renewed, but the key is another", ENT_DESK_ORDER_PARTY_RENEWED,
					ANN "/card:2/key:" KEY_2, ENT_DESK_REFUSAL_SAME},
			{"renewed", ENT_DESK_ORDER_PARTY_RENEWED, ANN "/card:2/key:" KEY_1,
					ENT_DESK_REFUSAL_NONE},
			{"another key, but it is the same", ENT_DESK_ORDER_PARTY_KEY_CHANGED,
					ANN "/card:3/key:" KEY_1, ENT_DESK_REFUSAL_SAME},
			{"one person is not two", ENT_DESK_ORDER_PARTY_KEY_CHANGED,
					ANN "/card:3/key:" KEY_2 "/by:ada+ada",
					ENT_DESK_REFUSAL_BAD},
			{"another key", ENT_DESK_ORDER_PARTY_KEY_CHANGED,
					ANN "/card:3/key:" KEY_2 "/by:ada+wim",
					ENT_DESK_REFUSAL_NONE},
			{"ours", ENT_DESK_ORDER_OWN_CARD, OUR "/card:1/key:" KEY_1,
					ENT_DESK_REFUSAL_NONE},
			{"removed, with a card", ENT_DESK_ORDER_PARTY_REMOVED,
					ANN "/card:3/key:" KEY_2, ENT_DESK_REFUSAL_BAD},
			{"removed", ENT_DESK_ORDER_PARTY_REMOVED, ANN, ENT_DESK_REFUSAL_NONE},
			{"removed again", ENT_DESK_ORDER_PARTY_REMOVED, ANN, ENT_DESK_REFUSAL_SAME},
			{"known, without a card", ENT_DESK_ORDER_PARTY_KNOWN, ANN,
					ENT_DESK_REFUSAL_BAD},
			{"no id", ENT_DESK_ORDER_PARTY_KNOWN, "aid-7/card:1/key:" KEY_1,
					ENT_DESK_REFUSAL_BAD},
			{"no card 0", ENT_DESK_ORDER_PARTY_KNOWN, ANN "/card:0/key:" KEY_1,
					ENT_DESK_REFUSAL_BAD},
			{"a number is written in one way", ENT_DESK_ORDER_PARTY_KNOWN,
					ANN "/card:01/key:" KEY_1, ENT_DESK_REFUSAL_BAD},
			{"half a key", ENT_DESK_ORDER_PARTY_KNOWN, ANN "/card:1/key:1111",
					ENT_DESK_REFUSAL_BAD},
			{"something behind it", ENT_DESK_ORDER_PARTY_KNOWN,
					ANN "/card:1/key:" KEY_1 "/x", ENT_DESK_REFUSAL_BAD},
			{"one operator", ENT_DESK_ORDER_PARTY_KNOWN,
					ANN "/card:1/key:" KEY_1 "/by:ada", ENT_DESK_REFUSAL_BAD},
	};
	struct desk_test test;
	desk_begin_staffed(&test);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].why,
				desk_do(&test,
						trust(ENT_DESK_BY_NODE, rows[i].order,
								rows[i].on)) == rows[i].refusal);
	desk_end(&test);
}

/* Whatever his roles: the folder is the command line's to change. */
TEST(desk_trust__no_operator_enters_it_himself) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	CHECK(desk_do(&test,
			      desk_add(ENT_DESK_BY_COMMAND_LINE, "all",
					      ENT_DESK_BIT(ENT_DESK_ROLE_COUNT) - 1)) ==
			ENT_DESK_REFUSAL_NONE);
	(void)desk_signed_in(&test, "all", 1);
	CHECK(desk_do(&test, trust("all", ENT_DESK_ORDER_PARTY_KNOWN, ANN "/card:1/key:" KEY_1)) ==
			ENT_DESK_REFUSAL_NO_ROLE);
	CHECK(desk_do(&test,
			      trust(ENT_DESK_BY_COMMAND_LINE, ENT_DESK_ORDER_PARTY_KNOWN,
					      ANN "/card:1/key:" KEY_1)) == ENT_DESK_REFUSAL_NONE);
	desk_end(&test);
}

/* --- What is still to be said --- */

/* All that is to be entered until the ledger says what 'now' has; how many entries. The last one's text is in the outcome. */
static unsigned tell(struct desk_test *test, const struct ent_trust *now, size_t n) {
	enum ent_desk_order order = ENT_DESK_ORDER_COUNT;
	char on[ENT_DESK_ON_MAX + 1];
	unsigned told = 0;
	while (ent_desk_trust_next(test->desk, now, n, &order, on)) {
		CHECK(desk_do(test, trust(ENT_DESK_BY_NODE, order, on)) == ENT_DESK_REFUSAL_NONE);
		told++;
		CHECK(told <= 2 * ENT_DESK_TRUSTS_MAX);
	}
	return told;
}

TEST(desk_trust__what_changed_is_said_once_and_by_whose_word) {
	(void)state_;
	struct desk_test test;
	struct ent_trust now[] = {card(ANN, 1, KEY_1), card(BEN, 7, KEY_1), card(OUR, 1, KEY_2)};
	desk_begin_staffed(&test);
	CHECK(tell(&test, now, 3) == 3);
	CHECK(tell(&test, now, 3) == 0);
	now[0] = card(ANN, 2, KEY_2);
	(void)snprintf(now[0].operators[0], sizeof now[0].operators[0], "ada");
	(void)snprintf(now[0].operators[1], sizeof now[0].operators[1], "wim");
	CHECK(tell(&test, now, 3) == 1);
	CHECK(strstr(test.outcome.entry,
			      "\"by\":\"(node)\",\"what\":\"party-key-changed\",\"on\":\"" ANN
			      "/card:2/key:" KEY_2 "/by:ada+wim\"") != NULL);
	/* A card that cannot be read is no party that is gone. */
	now[1].damaged = true;
	CHECK(tell(&test, now, 3) == 0);
	now[2] = card(OUR, 2, KEY_2);
	CHECK(tell(&test, now, 3) == 1);
	CHECK(strstr(test.outcome.entry, "\"what\":\"own-card\",\"on\":\"" OUR "/card:2/key:") !=
			NULL);
	CHECK(tell(&test, now + 2, 1) == 2);
	CHECK(strstr(test.outcome.entry, "\"what\":\"party-removed\",\"on\":\"" BEN "\"") != NULL);
	/* Names that can be nobody's id, of a card from before, are left out. */
	now[1] = card(BEN, 8, KEY_2);
	(void)snprintf(now[1].operators[0], sizeof now[1].operators[0], "Ann O.");
	(void)snprintf(now[1].operators[1], sizeof now[1].operators[1], "Ben");
	CHECK(tell(&test, now + 1, 2) == 1);
	CHECK(strstr(test.outcome.entry,
			      "\"what\":\"party-known\",\"on\":\"" BEN "/card:8/key:" KEY_2
			      "\"") != NULL);
	desk_end(&test);
}

/* As many as there may be, then all of them others: there is room, and it is as if it had never been otherwise. */
TEST(desk_trust__all_may_change_at_once) {
	(void)state_;
	struct desk_test test;
	struct ent_desk *again = NULL;
	struct ent_fault fault = {{0}, {0}};
	struct ent_trust *now = calloc(ENT_DESK_TRUSTS_MAX, sizeof *now);
	CHECK(now != NULL);
	desk_begin_staffed(&test);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < ENT_DESK_TRUSTS_MAX; i++) {
			char id[ENT_PARTY_ID_SIZE];
			(void)snprintf(id, sizeof id, "%016x", 2 * i + round);
			now[i] = card(id, 1 + round, KEY_1);
		}
		CHECK(tell(&test, now, ENT_DESK_TRUSTS_MAX) == (1 + round) * ENT_DESK_TRUSTS_MAX);
	}
	CHECK(desk_do(&test,
			      trust(ENT_DESK_BY_NODE, ENT_DESK_ORDER_PARTY_KNOWN,
					      "ffffffffffffffff/card:1/key:" KEY_1)) ==
			ENT_DESK_REFUSAL_FULL);
	struct ent_jsonout_memory bytes = desk_bytes(test.desk);
	CHECK(ent_desk_snapshot_read(bytes.bytes, bytes.size, &again, &fault) == ENT_OK);
	CHECK(desk_same(test.desk, again));
	CHECK(tell(&test, now, 0) == ENT_DESK_TRUSTS_MAX);
	free(bytes.bytes);
	ent_desk_destroy(again);
	free(now);
	desk_end(&test);
}

/* --- Vouching --- */

static struct ent_desk_command vouch(const struct desk_test *test, const char *id, bool right) {
	struct ent_desk_command command = desk_sign_in(test, id, right, 9);
	command.act = ENT_DESK_ACT_VOUCH;
	command.on = ANN "/card:2/key:" KEY_2;
	return command;
}

TEST(desk_trust__who_vouches_is_an_operator_with_his_password) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	CHECK(desk_do(&test, desk_add(ENT_DESK_BY_COMMAND_LINE, "nil", 0)) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, vouch(&test, "wim", true)) == ENT_DESK_REFUSAL_NONE);
	CHECK(strstr(test.outcome.entry,
			      "\"kind\":\"key-vouched\",\"class\":\"ACTUAL\",\"operator\":\"wim\","
			      "\"on\":\"" ANN "/card:2/key:" KEY_2 "\"") != NULL);
	const struct ent_desk_operator *wim = ent_desk_operator(test.desk, "wim");
	CHECK(wim->n_sessions == 0 && wim->n_devices == 0 && wim->signed_in_utc_us == 0);
	CHECK(desk_do(&test, vouch(&test, "eve", true)) == ENT_DESK_REFUSAL_WRONG);
	CHECK(desk_do(&test, vouch(&test, "nil", true)) == ENT_DESK_REFUSAL_NO_ROLE);
	CHECK(!test.outcome.has_entry);
	struct ent_desk_command stale = vouch(&test, "wim", true);
	stale.password = HASH("z");
	CHECK(desk_do(&test, stale) == ENT_DESK_REFUSAL_STALE);
	/* Nothing that is no key of a card can be vouched for, and no password counts. */
	struct ent_desk_command other = vouch(&test, "wim", false);
	other.on = ANN;
	CHECK(desk_do(&test, other) == ENT_DESK_REFUSAL_BAD && !test.outcome.has_entry);
	CHECK(desk_do(&test, desk_act(ENT_DESK_ACT_DISABLE, ENT_DESK_BY_COMMAND_LINE, "wim")) ==
			ENT_DESK_REFUSAL_NONE);
	CHECK(desk_do(&test, vouch(&test, "wim", true)) == ENT_DESK_REFUSAL_WRONG);
	CHECK(strstr(test.outcome.entry, "key-vouched") == NULL);
	desk_end(&test);
}

/* As at the door: guessing here is no quicker, and locks there too. */
TEST(desk_trust__a_wrong_password_is_a_try_like_any_other) {
	(void)state_;
	struct desk_test test;
	desk_begin_staffed(&test);
	for (unsigned i = 0; i < ENT_DESK_FREE_TRIES; i++) {
		CHECK(desk_do(&test, vouch(&test, "wim", false)) == ENT_DESK_REFUSAL_WRONG);
		CHECK(strstr(test.outcome.entry, "sign-in-failed") != NULL);
	}
	CHECK(ent_desk_locked(ent_desk_operator(test.desk, "wim"), test.now_utc_us));
	CHECK(desk_do(&test, vouch(&test, "wim", true)) == ENT_DESK_REFUSAL_LOCKED);
	CHECK(desk_do(&test, desk_sign_in(&test, "wim", true, 9)) == ENT_DESK_REFUSAL_LOCKED);
	test.now_utc_us += ENT_DESK_LOCK_FIRST_US;
	CHECK(desk_do(&test, vouch(&test, "wim", true)) == ENT_DESK_REFUSAL_NONE);
	CHECK(ent_desk_operator(test.desk, "wim")->elsewhere.failures == 0);
	desk_end(&test);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(desk_trust__an_entry_is_the_change_that_it_says_or_none),
			TEST_ENTRY(desk_trust__no_operator_enters_it_himself),
			TEST_ENTRY(desk_trust__what_changed_is_said_once_and_by_whose_word),
			TEST_ENTRY(desk_trust__all_may_change_at_once),
			TEST_ENTRY(desk_trust__who_vouches_is_an_operator_with_his_password),
			TEST_ENTRY(desk_trust__a_wrong_password_is_a_try_like_any_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
