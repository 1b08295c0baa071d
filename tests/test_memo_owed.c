/* SPDX-License-Identifier: Apache-2.0 */
/* What parties say of what they owe: of the clause as it stood then (memo.h, 13). */
#include "memo_world.h"

TEST(memo_13__the_last_word_on_an_obligation_is_its_authors) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_OBLIGATION);
	struct ent_memo_cut cut;
	struct ent_hash of_v1;
	uint32_t seq = 99;
	acts_obligation('e', &of_v1); /* of "one" */
	memcpy(act.clause, "survey", 7);
	REFUSED(FORM, A, act, 5); /* not done, and no obstacle */
	act.text = (struct ent_memo_text){"No aircraft.", 12};
	REFUSED(NOTHING, A, act, 5);
	sign_first(&world, 2);
	DO(A, act, 300);
	act.done = true;
	act.text.size = 0;
	DO(A, act, 400);
	ent_memo_cut_all(world.memo, &cut);
	CHECK(ent_memo_obligation(world.memo, &cut, 299 * SECOND_US, A, "survey", &of_v1, &seq) ==
			ENT_MEMO_WORD_UNSAID);
	CHECK(ent_memo_obligation(world.memo, &cut, 500 * SECOND_US, B, "survey", &of_v1, &seq) ==
			ENT_MEMO_WORD_UNSAID);
	CHECK(ent_memo_obligation(world.memo, &cut, 500 * SECOND_US, A, "surve", &of_v1, &seq) ==
			ENT_MEMO_WORD_UNSAID);
	CHECK(seq == 99);
	CHECK(ent_memo_obligation(world.memo, &cut, 300 * SECOND_US, A, "survey", &of_v1, &seq) ==
			ENT_MEMO_WORD_NOT_DONE);
	CHECK(seq == 2);
	CHECK(ent_memo_obligation(world.memo, &cut, 400 * SECOND_US, A, "survey", &of_v1, &seq) ==
			ENT_MEMO_WORD_DONE);
	CHECK(seq == 3);
	ent_memo_destroy(world.memo);
}

/* v2 has another obligation in that clause, v3 the same as v1: what was done is done there, and there alone. */
TEST(memo_13__a_word_on_an_obligation_is_no_word_on_another_in_the_same_clause) {
	(void)state_;
	struct ent_hash same, other;
	acts_obligation('e', &same);
	acts_obligation('d', &other);
	for (int expired = 0; expired < 2; expired++) {
		struct world world = world_of(2, "ab");
		struct ent_memo_act act = acts_act(ENT_MEMO_ACT_OBLIGATION);
		struct ent_memo_cut cut;
		uint32_t seq = 99;
		(void)acts_document(world.document[2], &world.v2, &world.v1, 12000, 13000, 0, "ab",
				"second");
		(void)acts_document(world.document[3], &world.v3, &world.v2, 14000, 15000, 0, "ab",
				"three");
		memcpy(act.clause, "survey", 7);
		act.done = true;
		sign_first(&world, 2);
		/* Under no version too, when what is spoken of has expired. */
		DO(A, act, expired ? 11000 : 300);
		DO(A, acts_draft(world.document[2]), 11100);
		DO(A, acts_sign(&world.v2), 11200);
		DO(B, acts_sign(&world.v2), 11300);
		ent_memo_cut_all(world.memo, &cut);
		CHECK(ent_memo_obligation(world.memo, &cut, 13000 * SECOND_US, A, "survey", &other,
				      &seq) == ENT_MEMO_WORD_UNSAID &&
				seq == 99);
		CHECK(ent_memo_obligation(world.memo, &cut, 13000 * SECOND_US, A, "survey", &same,
				      &seq) == ENT_MEMO_WORD_DONE &&
				seq == 2);
		act.done = false;
		act.text = (struct ent_memo_text){"No aircraft.", 12};
		DO(A, act, 13100);
		DO(A, acts_draft(world.document[3]), 13200);
		DO(A, acts_sign(&world.v3), 13300);
		DO(B, acts_sign(&world.v3), 13400);
		ent_memo_cut_all(world.memo, &cut);
		CHECK(ent_memo_obligation(world.memo, &cut, 15000 * SECOND_US, A, "survey", &other,
				      &seq) == ENT_MEMO_WORD_NOT_DONE &&
				seq == 5);
		CHECK(ent_memo_obligation(world.memo, &cut, 15000 * SECOND_US, A, "survey", &same,
				      &seq) == ENT_MEMO_WORD_DONE &&
				seq == 2);
		ent_memo_destroy(world.memo);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo_13__the_last_word_on_an_obligation_is_its_authors),
			TEST_ENTRY(memo_13__a_word_on_an_obligation_is_no_word_on_another_in_the_same_clause),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
