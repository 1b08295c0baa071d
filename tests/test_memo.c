/* SPDX-License-Identifier: Apache-2.0 */
/* What parties do about a memorandum, and what it comes to: one example for each invariant at the head of memo.h. */
#include "memo_world.h"

static bool is_hash(bool given, const struct ent_hash *a, const struct ent_hash *b) {
	return given && memcmp(a, b, sizeof *a) == 0;
}

TEST(memo_5__in_force_when_all_have_signed_from_effective_from_until_its_validity_ends) {
	(void)state_;
	struct world world = world_of(2, "ab");
	CHECK(STATUS(50) == ENT_MEMO_NOTHING);
	DO(A, acts_draft(world.document[1]), 10);
	DO(A, acts_sign(&world.v1), 20);
	CHECK(STATUS(50) == ENT_MEMO_NOTHING);
	DO(B, acts_sign(&world.v1), 100);      /* at the last moment */
	CHECK(STATUS(99) == ENT_MEMO_NOTHING); /* as it was before B signed */
	CHECK(STATUS(100) == ENT_MEMO_AGREED);
	CHECK(STATUS(199) == ENT_MEMO_AGREED);
	CHECK(STATUS(200) == ENT_MEMO_IN_FORCE);
	CHECK(STATUS(9999) == ENT_MEMO_IN_FORCE);
	CHECK(STATUS(10000) == ENT_MEMO_EXPIRED);
	/* And its document can be found. */
	struct ent_memo_version version;
	struct ent_memo_cut cut;
	uint32_t number = 99;
	ent_memo_cut_all(world.memo, &cut);
	CHECK(ent_memo_find(world.memo, &world.v2, &number) == ENT_E_MISSING && number == 99);
	CHECK(ent_memo_find(world.memo, &world.v1, &number) == ENT_OK && number == 0);
	CHECK(ent_memo_terms(world.memo, number)->n_parties == 2);
	ent_memo_version(world.memo, &cut, 300 * SECOND_US, number, &version);
	CHECK(version.stage == ENT_MEMO_STAGE_CURRENT && version.party == A && version.seq == 0);
	ent_memo_version(world.memo, &cut, 9 * SECOND_US, number, &version);
	CHECK(version.stage == ENT_MEMO_STAGE_UNKNOWN);
	ent_memo_destroy(world.memo);
}

TEST(memo_5__a_signature_after_sign_by_does_not_count) {
	(void)state_;
	struct world world = world_of(2, "ab");
	DO(A, acts_draft(world.document[1]), 10);
	DO(A, acts_sign(&world.v1), 20);
	REFUSED(SIGN_BY, B, acts_sign(&world.v1), 101);
	struct ent_memo_act late = acts_sign(&world.v1);
	late.time_utc_us = 101 * SECOND_US;
	late.seen[0] = (struct ent_memo_seen){"aaaaaaaaaaaaaaaa", 2};
	late.n_seen = 1;
	CHECK(acts_put(world.memo, B, &late, 101) == ENT_MEMO_RULE_SIGN_BY);
	CHECK(STATUS(300) == ENT_MEMO_NOTHING);
	ent_memo_destroy(world.memo);
}

TEST(memo_6__a_successor_takes_effect_in_place_of_what_it_names) {
	(void)state_;
	struct world world = world_of(2, "ab");
	sign_first(&world, 2);
	DO(B, acts_draft(world.document[2]), 300);
	DO(A, acts_sign(&world.v2), 310);
	DO(B, acts_sign(&world.v2), 320);
	struct ent_memo_state state = acts_state(world.memo, 1999);
	CHECK(state.status == ENT_MEMO_IN_FORCE);
	CHECK(is_hash(state.version_given, &state.version, &world.v1));
	CHECK(is_hash(state.next_given, &state.next, &world.v2));
	state = acts_state(world.memo, 20000); /* v1 would be over */
	CHECK(state.status == ENT_MEMO_IN_FORCE && !state.next_given);
	CHECK(is_hash(state.version_given, &state.version, &world.v2));
	ent_memo_destroy(world.memo);
}

TEST(memo_6__a_successor_leaves_nobody_out) {
	(void)state_;
	struct world world = world_of(3, "abc");
	struct ent_hash hash;
	sign_first(&world, 3);
	acts_document(world.document[2], &hash, &world.v1, 1000, 2000, 0, "ab", "two");
	DO(A, acts_draft(world.document[2]), 300);
	REFUSED(PARTIES, A, acts_sign(&hash), 310);
	ent_memo_destroy(world.memo);
}

TEST(memo_7__a_signature_excludes_another_successor_until_sign_by) {
	(void)state_;
	struct world world = world_of(2, "ab");
	sign_first(&world, 2);
	DO(A, acts_draft(world.document[2]), 300);
	DO(B, acts_draft(world.document[3]), 301);
	DO(A, acts_sign(&world.v2), 310);
	REFUSED(COMPETING, A, acts_sign(&world.v3), 320);
	REFUSED(COMPETING, A, acts_sign(&world.v3), 1000);
	REFUSED(SIGNED, A, acts_sign(&world.v2), 330);
	ent_memo_destroy(world.memo);
	/* The time over, and the first not agreed: it may sign the other, were that one's time not over too. */
	world = world_of(2, "ab");
	struct ent_hash v4;
	acts_document(world.document[3], &v4, &world.v1, 2000, 3000, 0, "ab", "four");
	sign_first(&world, 2);
	DO(A, acts_draft(world.document[2]), 300);
	DO(B, acts_draft(world.document[3]), 301);
	DO(A, acts_sign(&world.v2), 310);
	REFUSED(COMPETING, A, acts_sign(&v4), 1000);
	DO(A, acts_sign(&v4), 1001);
	ent_memo_destroy(world.memo);
}

TEST(memo_9__withdrawal_beats_amendment) {
	(void)state_;
	struct world world = world_of(2, "ab");
	sign_first(&world, 2);
	DO(A, acts_draft(world.document[2]), 300);
	DO(A, acts_sign(&world.v2), 310);
	DO(B, acts_sign(&world.v2), 320);
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_WITHDRAW);
	act.from_utc_us = 2500 * SECOND_US;
	DO(B, act, 400);
	CHECK(STATUS(2000) == ENT_MEMO_IN_FORCE);
	struct ent_memo_state state = acts_state(world.memo, 2400);
	CHECK(is_hash(state.version_given, &state.version, &world.v1)); /* and not v2 */
	CHECK(STATUS(2499) == ENT_MEMO_IN_FORCE);
	CHECK(STATUS(2500) == ENT_MEMO_ENDED);
	REFUSED(OUT, B, act, 410);
	REFUSED(OUT, B, acts_draft(world.document[3]), 410);
	ent_memo_destroy(world.memo);
}

TEST(memo_9__the_others_stay_bound_to_one_another) {
	(void)state_;
	struct world world = world_of(3, "abc");
	struct ent_hash hash;
	sign_first(&world, 3);
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_WITHDRAW);
	act.from_utc_us = 400 * SECOND_US;
	DO(C, act, 400);
	struct ent_memo_state state = acts_state(world.memo, 500);
	CHECK(state.status == ENT_MEMO_IN_FORCE);
	CHECK(state.member[A].bound && state.member[B].bound && !state.member[C].bound);
	/* And go on without it. */
	acts_document(world.document[2], &hash, &world.v1, 1000, 2000, 0, "ab", "two");
	DO(A, acts_draft(world.document[2]), 510);
	DO(A, acts_sign(&hash), 520);
	DO(B, acts_sign(&hash), 530);
	state = acts_state(world.memo, 2000);
	CHECK(state.status == ENT_MEMO_IN_FORCE);
	CHECK(is_hash(state.version_given, &state.version, &hash));
	ent_memo_destroy(world.memo);
}

TEST(memo_10__each_resumes_its_own_and_a_new_version_does_not) {
	(void)state_;
	struct world world = world_of(2, "ab");
	REFUSED(NOTHING, A, acts_act(ENT_MEMO_ACT_SUSPEND), 5);
	sign_first(&world, 2);
	DO(A, acts_draft(world.document[2]), 300);
	DO(A, acts_sign(&world.v2), 310);
	DO(B, acts_sign(&world.v2), 320);
	DO(A, acts_act(ENT_MEMO_ACT_SUSPEND), 400);
	REFUSED(AGAIN, A, acts_act(ENT_MEMO_ACT_SUSPEND), 410);
	REFUSED(RUNS, B, acts_act(ENT_MEMO_ACT_RESUME), 420);
	DO(B, acts_act(ENT_MEMO_ACT_SUSPEND), 430);
	DO(A, acts_act(ENT_MEMO_ACT_RESUME), 440);
	CHECK(STATUS(399) == ENT_MEMO_IN_FORCE);
	CHECK(STATUS(450) == ENT_MEMO_SUSPENDED);
	CHECK(STATUS(2500) == ENT_MEMO_SUSPENDED); /* v2 by now */
	DO(B, acts_act(ENT_MEMO_ACT_RESUME), 2600);
	CHECK(STATUS(2599) == ENT_MEMO_SUSPENDED);
	CHECK(STATUS(2600) == ENT_MEMO_IN_FORCE);
	ent_memo_destroy(world.memo);
}

TEST(memo_10__a_suspension_has_effect_from_the_moment_that_it_names) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SUSPEND);
	sign_first(&world, 2);
	act.from_utc_us = 399 * SECOND_US;
	REFUSED(FROM, A, act, 400);
	act.from_utc_us = 500 * SECOND_US;
	DO(A, act, 400);
	REFUSED(AGAIN, A, act, 410);
	CHECK(STATUS(499) == ENT_MEMO_IN_FORCE);
	CHECK(STATUS(500) == ENT_MEMO_SUSPENDED);
	CHECK(acts_state(world.memo, 500).member[A].suspended_utc_us == 500 * SECOND_US);
	DO(A, acts_act(ENT_MEMO_ACT_RESUME), 450); /* before it had any */
	CHECK(STATUS(500) == ENT_MEMO_IN_FORCE);
	ent_memo_destroy(world.memo);
}

TEST(memo_10__the_notice_that_was_agreed_is_taken_and_a_shorter_one_shows) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SUSPEND);
	acts_document(world.document[1], &world.v1, NULL, 100, 200, 10000, "ab", ACTS_NOTICE "60");
	sign_first(&world, 2);
	/* When no moment is named, it is the one that was agreed. */
	DO(A, act, 400);
	struct ent_memo_state state = acts_state(world.memo, 400);
	CHECK(state.status == ENT_MEMO_IN_FORCE);
	CHECK(state.member[A].suspending && !state.member[A].suspended);
	CHECK(state.member[A].suspended_utc_us == 460 * SECOND_US);
	CHECK(state.member[A].suspended_due_utc_us == 460 * SECOND_US);
	CHECK(STATUS(459) == ENT_MEMO_IN_FORCE && STATUS(460) == ENT_MEMO_SUSPENDED);
	CHECK(!acts_state(world.memo, 399).member[A].suspending);
	/* Who does not wait is believed all the same: nobody relies on it from then on. */
	act.from_utc_us = 500 * SECOND_US;
	DO(B, act, 500);
	state = acts_state(world.memo, 500);
	CHECK(state.status == ENT_MEMO_SUSPENDED && state.member[B].suspended);
	CHECK(state.member[B].suspended_utc_us == 500 * SECOND_US);
	CHECK(state.member[B].suspended_due_utc_us == 560 * SECOND_US);
	DO(A, acts_act(ENT_MEMO_ACT_RESUME), 510);
	CHECK(!acts_state(world.memo, 510).member[A].suspending);
	ent_memo_destroy(world.memo);
}

static struct ent_memo_act level(enum ent_memo_subject subject, enum ent_memo_level to) {
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_LEVEL);
	act.subject = subject;
	act.level = to;
	return act;
}

TEST(memo_11__a_level_goes_up_by_all_and_down_by_one) {
	(void)state_;
	const enum ent_memo_subject flight = ENT_MEMO_SUBJECT_FLIGHT; /* begins at exchange */
	struct world world = world_of(2, "ab");
	sign_first(&world, 2);
	CHECK(acts_state(world.memo, 300).level[flight] == ENT_MEMO_LEVEL_EXCHANGE);
	DO(A, level(flight, ENT_MEMO_LEVEL_COORDINATION), 310);
	REFUSED(LEVEL_AGAIN, A, level(flight, ENT_MEMO_LEVEL_COORDINATION), 311);
	REFUSED(SUBJECT, A, level(ENT_MEMO_SUBJECT_CEASE_FIRE, ENT_MEMO_LEVEL_EXCHANGE), 312);
	CHECK(acts_state(world.memo, 315).level[flight] == ENT_MEMO_LEVEL_EXCHANGE);
	DO(B, level(flight, ENT_MEMO_LEVEL_COORDINATION), 320);
	CHECK(acts_state(world.memo, 325).level[flight] == ENT_MEMO_LEVEL_COORDINATION);
	DO(B, level(flight, ENT_MEMO_LEVEL_NONE), 330);
	CHECK(acts_state(world.memo, 329).level[flight] == ENT_MEMO_LEVEL_COORDINATION);
	CHECK(acts_state(world.memo, 330).level[flight] == ENT_MEMO_LEVEL_NONE);
	ent_memo_destroy(world.memo);
}

static struct ent_memo_act answer(enum ent_memo_act_kind kind, unsigned party, uint64_t seq) {
	struct ent_memo_act act = acts_act(kind);
	memcpy(act.offer.party, acts_id[party], sizeof act.offer.party);
	act.offer.size = seq;
	return act;
}

TEST(memo_12__an_offer_is_answered_once_and_in_time) {
	(void)state_;
	struct world world = world_of(4, "abcd");
	enum ent_memo_answer answers[ENT_MEMO_PARTIES_MAX];
	struct ent_memo_cut cut;
	struct ent_memo_act offer = acts_act(ENT_MEMO_ACT_OFFER);
	offer.version = world.v1;
	offer.answer_by_utc_us = 60 * SECOND_US;
	REFUSED(KNOWN, A, offer, 9);
	DO(A, acts_draft(world.document[1]), 10);
	DO(A, offer, 20);
	REFUSED(OWN_OFFER, A, answer(ENT_MEMO_ACT_ACCEPT, A, 1), 30);
	REFUSED(KNOWN, B, answer(ENT_MEMO_ACT_ACCEPT, A, 0), 30);
	DO(B, answer(ENT_MEMO_ACT_ACCEPT, A, 1), 40);
	REFUSED(ANSWERED, B, answer(ENT_MEMO_ACT_DECLINE, A, 1), 41);
	DO(C, answer(ENT_MEMO_ACT_DECLINE, A, 1), 60);
	REFUSED(ANSWER_BY, D, answer(ENT_MEMO_ACT_ACCEPT, A, 1), 61);
	ent_memo_cut_all(world.memo, &cut);
	CHECK(ent_memo_offer(world.memo, &cut, 50 * SECOND_US, A, 1, answers) == ENT_OK);
	CHECK(answers[A] == ENT_MEMO_ANSWER_NOT_ASKED && answers[B] == ENT_MEMO_ANSWER_ACCEPTED);
	CHECK(answers[C] == ENT_MEMO_ANSWER_OFFERED && answers[D] == ENT_MEMO_ANSWER_OFFERED);
	CHECK(ent_memo_offer(world.memo, &cut, 61 * SECOND_US, A, 1, answers) == ENT_OK);
	CHECK(answers[C] == ENT_MEMO_ANSWER_DECLINED && answers[D] == ENT_MEMO_ANSWER_UNANSWERED);
	CHECK(ent_memo_offer(world.memo, &cut, 61 * SECOND_US, A, 0, answers) == ENT_E_MISSING);
	CHECK(STATUS(300) == ENT_MEMO_NOTHING); /* accepted is not signed */
	ent_memo_destroy(world.memo);
}

TEST(memo_12__a_draft_can_be_declined_and_binds_nobody) {
	(void)state_;
	struct world world = world_of(4, "abc");
	struct ent_memo_cut cut;
	struct ent_memo_act sealed = acts_act(ENT_MEMO_ACT_DRAFT);
	struct ent_memo_act because = answer(ENT_MEMO_ACT_DECLINE, A, 0);
	sealed.sealed = sealed.ad_referendum = true;
	sealed.n_sealed_for = 1;
	memcpy(sealed.sealed_for[0], acts_id[B], sizeof sealed.sealed_for[0]);
	because.text = (struct ent_memo_text){"The band is too low.", 20};
	REFUSED(KNOWN, B, because, 9);
	DO(A, acts_draft(world.document[1]), 10);
	DO(A, sealed, 11);
	REFUSED(OWN_OFFER, A, because, 20);
	REFUSED(PARTY, D, because, 20);
	REFUSED(KNOWN, B, answer(ENT_MEMO_ACT_ACCEPT, A, 0), 20);
	DO(B, because, 30);
	REFUSED(ANSWERED, B, because, 31);
	/* Of what is sealed, only by those for whom it is. */
	REFUSED(PARTY, C, answer(ENT_MEMO_ACT_DECLINE, A, 1), 32);
	DO(B, answer(ENT_MEMO_ACT_DECLINE, A, 1), 33);
	ent_memo_cut_all(world.memo, &cut);
	CHECK(ent_memo_declined(world.memo, &cut, 29 * SECOND_US, A, 0) == 0);
	CHECK(ent_memo_declined(world.memo, &cut, 30 * SECOND_US, A, 0) == 1U << B);
	CHECK(ent_memo_declined(world.memo, &cut, 33 * SECOND_US, A, 1) == 1U << B);
	CHECK(ent_memo_declined(world.memo, &cut, 33 * SECOND_US, A, 2) == 0);
	/* It is in nobody's way: B signs after all, and C, who has signed, declines no more. */
	DO(A, acts_sign(&world.v1), 40);
	DO(C, acts_sign(&world.v1), 41);
	REFUSED(SIGNED, C, because, 42);
	DO(B, acts_sign(&world.v1), 43);
	CHECK(STATUS(300) == ENT_MEMO_IN_FORCE);
	/* And what a party has not heard of, another shows otherwise. */
	struct ent_memo_cut without = cut;
	without.size[B] = 0;
	CHECK(ent_memo_differ(world.memo, &cut, &without, 35 * SECOND_US, NULL, NULL) == 2);
	ent_memo_destroy(world.memo);
}

TEST(memo_13__a_declaration_and_anothers_ink_bind_only_their_author) {
	(void)state_;
	struct world world = world_of(3, "ab");
	struct ent_memo_act declare = acts_act(ENT_MEMO_ACT_DECLARE);
	declare.text = (struct ent_memo_text){"We fly nothing there.", 21};
	REFUSED(PARTY, A, declare, 5);
	DO(A, acts_draft(world.document[1]), 10);
	DO(A, declare, 20);
	DO(B, declare, 21);
	REFUSED(PARTY, C, declare, 22);
	struct ent_memo_act paper = acts_act(ENT_MEMO_ACT_PAPER);
	paper.version = world.v1;
	paper.signed_utc_us = 50 * SECOND_US;
	paper.n_signed_by = 1;
	memcpy(paper.signed_by[0], acts_id[B], ENT_PARTY_ID_SIZE);
	REFUSED(INK, A, paper, 150); /* not A's */
	paper.n_signed_by = 2;
	memcpy(paper.signed_by[0], acts_id[A], ENT_PARTY_ID_SIZE);
	memcpy(paper.signed_by[1], acts_id[B], ENT_PARTY_ID_SIZE);
	REFUSED(INK, A, paper, 40); /* dated ahead */
	DO(A, paper, 250);
	struct ent_memo_version version;
	struct ent_memo_cut cut;
	ent_memo_cut_all(world.memo, &cut);
	ent_memo_version(world.memo, &cut, 300 * SECOND_US, 0, &version);
	CHECK(version.evidence[A] == ENT_MEMO_EVIDENCE_PAPER);
	CHECK(version.evidence[B] == ENT_MEMO_EVIDENCE_ATTESTED);
	CHECK(STATUS(300) == ENT_MEMO_NOTHING);
	DO(B, paper, 260);
	CHECK(STATUS(259) == ENT_MEMO_NOTHING);
	CHECK(STATUS(260) == ENT_MEMO_IN_FORCE); /* not before it is recorded */
	ent_memo_destroy(world.memo);
}

TEST(memo_14__a_draft_ad_referendum_is_never_signed) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_act draft = acts_draft(world.document[1]);
	draft.ad_referendum = true;
	DO(A, draft, 10);
	REFUSED(AD_REFERENDUM, A, acts_sign(&world.v1), 20);
	DO(B, acts_draft(world.document[1]), 30); /* the same bytes, openly */
	DO(A, acts_sign(&world.v1), 40);
	struct ent_memo_act sealed = acts_act(ENT_MEMO_ACT_DRAFT);
	sealed.ad_referendum = sealed.sealed = true;
	sealed.n_sealed_for = 1;
	memcpy(sealed.sealed_for[0], acts_id[B], ENT_PARTY_ID_SIZE);
	DO(A, sealed, 50);
	CHECK(ent_memo_n_versions(world.memo) == 1);
	ent_memo_destroy(world.memo);
}

TEST(memo_4__test_and_exercise_change_nothing) {
	(void)state_;
	struct world world = world_of(2, "ab");
	sign_first(&world, 2);
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SUSPEND);
	act.class_ = ENT_CLASS_EXERCISE;
	DO(A, act, 300);
	CHECK(acts_entry(world.memo, A, 2).standing == ENT_MEMO_PASSED);
	act.kind = ENT_MEMO_ACT_WITHDRAW;
	act.class_ = ENT_CLASS_TEST;
	DO(A, act, 310);
	CHECK(STATUS(320) == ENT_MEMO_IN_FORCE);
	ent_memo_destroy(world.memo);
}

/* What each has when the line is cut: the same, then not, then the same again. */
TEST(memo_15__what_is_not_received_does_not_bind_and_shows_as_a_difference) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_cut all, a_said, received;
	struct ent_memo_state state;
	sign_first(&world, 2);
	/* B suspends at 400, at once, on its own; here, at A, that is received at 900. */
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SUSPEND);
	struct ent_fault fault;
	enum ent_memo_rule rule;
	CHECK(ent_memo_decide(world.memo, acts_id[B], 400 * SECOND_US, &act, &rule, &fault) ==
			ENT_OK);
	CHECK(act.from_utc_us == 400 * SECOND_US);
	CHECK(acts_put(world.memo, B, &act, 900) == ENT_MEMO_RULE_NONE);
	CHECK(acts_entry(world.memo, B, 1).time_utc_us == 400 * SECOND_US);
	CHECK(acts_entry(world.memo, B, 1).received_utc_us == 900 * SECOND_US);
	ent_memo_cut_received(world.memo, 899 * SECOND_US, &received);
	ent_memo_state(world.memo, &received, 899 * SECOND_US, &state);
	CHECK(state.status == ENT_MEMO_IN_FORCE);
	ent_memo_cut_received(world.memo, 900 * SECOND_US, &received);
	ent_memo_state(world.memo, &received, 900 * SECOND_US, &state);
	CHECK(state.status == ENT_MEMO_SUSPENDED);
	CHECK(STATUS(899) == ENT_MEMO_SUSPENDED); /* as declared, which both can show */
	ent_memo_cut_all(world.memo, &all);
	ent_memo_cut_seen_by(world.memo, A, &a_said);
	CHECK(ent_memo_differ(world.memo, &all, &a_said, 950 * SECOND_US, NULL, NULL) > 0);
	/* What it has acknowledged counts as well, as far as that is here. */
	uint64_t has[ENT_MEMO_PARTIES_MAX] = {[B] = UINT64_MAX};
	ent_memo_cut_there(world.memo, A, has, &a_said);
	CHECK(ent_memo_differ(world.memo, &all, &a_said, 950 * SECOND_US, NULL, NULL) == 0);
	DO(A, acts_act(ENT_MEMO_ACT_SUSPEND), 960);
	ent_memo_cut_all(world.memo, &all);
	ent_memo_cut_seen_by(world.memo, A, &a_said);
	CHECK(ent_memo_differ(world.memo, &all, &a_said, 970 * SECOND_US, NULL, NULL) == 0);
	ent_memo_destroy(world.memo);
}

/* C received A's signature before the entry of B that it had seen: without that it is not folded. */
TEST(memo_15__what_was_received_is_a_cut_too) {
	(void)state_;
	struct world world = world_of(3, "abc");
	struct ent_memo_cut cut;
	struct ent_memo_act act = acts_draft(world.document[1]);
	act.time_utc_us = 10 * SECOND_US;
	CHECK(acts_put(world.memo, B, &act, 50) == ENT_MEMO_RULE_NONE);
	act = acts_sign(&world.v1);
	act.time_utc_us = 20 * SECOND_US;
	act.n_seen = 1;
	act.seen[0] = (struct ent_memo_seen){"bbbbbbbbbbbbbbbb", 1};
	CHECK(acts_put(world.memo, A, &act, 40) == ENT_MEMO_RULE_NONE);
	ent_memo_cut_received(world.memo, 45 * SECOND_US, &cut);
	CHECK(cut.size[A] == 0 && cut.size[B] == 0);
	ent_memo_cut_received(world.memo, 50 * SECOND_US, &cut);
	CHECK(cut.size[A] == 1 && cut.size[B] == 1);
	ent_memo_destroy(world.memo);
}

struct walked {
	char text[64];
	unsigned most;
};

static bool walk_on(void *user, uint32_t party, uint32_t seq) {
	struct walked *walked = user;
	const size_t used = strlen(walked->text);
	(void)snprintf(walked->text + used, sizeof walked->text - used, "%c%u ", 'a' + (int)party,
			(unsigned)seq);
	return --walked->most > 0;
}

TEST(memo__the_order_is_by_what_was_seen_then_by_time_then_by_author) {
	(void)state_;
	struct world world = world_of(3, "abc");
	struct ent_memo_cut cut;
	struct walked walked = {"", 99}, two = {"", 2};
	const struct {
		unsigned party;
		int time_s;
		bool seen_c;
	} entries[] = {{C, 50, false}, {B, 20, false}, {A, 20, false}, {B, 30, true}};
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		struct ent_memo_act act = acts_draft(world.document[1]);
		act.seq = ent_memo_size(world.memo, entries[i].party);
		act.time_utc_us = entries[i].time_s * SECOND_US;
		act.n_seen = entries[i].seen_c;
		act.seen[0] = (struct ent_memo_seen){"cccccccccccccccc", 1};
		CHECK(acts_put(world.memo, entries[i].party, &act, 0) == ENT_MEMO_RULE_NONE);
	}
	ent_memo_cut_all(world.memo, &cut);
	ent_memo_walk(world.memo, &cut, walk_on, &walked);
	CHECK_ROW(walked.text, strcmp(walked.text, "a0 b0 c0 b1 ") == 0);
	ent_memo_walk(world.memo, &cut, walk_on, &two);
	CHECK_ROW(two.text, strcmp(two.text, "a0 b0 ") == 0);
	ent_memo_destroy(world.memo);
}

TEST(memo_2__a_refusal_says_the_rule) {
	(void)state_;
	struct world world = world_of(2, "ab");
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_RESUME);
	struct ent_fault fault;
	enum ent_memo_rule rule;
	CHECK(ent_memo_decide(world.memo, acts_id[A], 0, &act, &rule, &fault) == ENT_E_REFUSED);
	CHECK(rule == ENT_MEMO_RULE_RUNS && ent_memo_rule_invariant(rule) == 10);
	CHECK(strcmp(fault.where, "memo-resume") == 0);
	CHECK(strncmp(fault.why, "it is not suspended by this party, ", 35) == 0);
	CHECK(ent_memo_decide(world.memo, acts_id[C], 0, &act, &rule, &fault) == ENT_E_MISSING);
	ent_memo_destroy(world.memo);
}

/* Each word of a set is another, and beyond the set there is none. */
#define CHECK_WORDS(text_of, type, count)               \
	for (int i = 0; i < (int)(count); i++)          \
		for (int j = 0; j <= (int)(count); j++) \
	CHECK((i == j) == (strcmp(text_of((type)i), text_of((type)j)) == 0))

TEST(memo__each_word_has_a_text_of_its_own) {
	(void)state_;
	CHECK_WORDS(ent_memo_act_text, enum ent_memo_act_kind, ENT_MEMO_ACT_COUNT);
	CHECK_WORDS(ent_memo_class_text, enum ent_class, ENT_CLASS_COUNT);
	CHECK_WORDS(ent_memo_subject_text, enum ent_memo_subject, ENT_MEMO_SUBJECT_COUNT);
	CHECK_WORDS(ent_memo_level_text, enum ent_memo_level, ENT_MEMO_LEVEL_COUNT);
	CHECK_WORDS(ent_memo_rule_text, enum ent_memo_rule, ENT_MEMO_RULE_COUNT);
	CHECK_WORDS(ent_memo_status_text, enum ent_memo_status, ENT_MEMO_STATUS_COUNT);
	CHECK_WORDS(ent_memo_stage_text, enum ent_memo_stage, ENT_MEMO_STAGE_COUNT);
	CHECK_WORDS(ent_memo_evidence_text, enum ent_memo_evidence, ENT_MEMO_EVIDENCE_COUNT);
	CHECK_WORDS(ent_memo_answer_text, enum ent_memo_answer, ENT_MEMO_ANSWER_COUNT);
	CHECK_WORDS(ent_memo_word_text, enum ent_memo_word, ENT_MEMO_WORD_COUNT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo_5__in_force_when_all_have_signed_from_effective_from_until_its_validity_ends),
			TEST_ENTRY(memo_5__a_signature_after_sign_by_does_not_count),
			TEST_ENTRY(memo_6__a_successor_takes_effect_in_place_of_what_it_names),
			TEST_ENTRY(memo_6__a_successor_leaves_nobody_out),
			TEST_ENTRY(memo_7__a_signature_excludes_another_successor_until_sign_by),
			TEST_ENTRY(memo_9__withdrawal_beats_amendment),
			TEST_ENTRY(memo_9__the_others_stay_bound_to_one_another),
			TEST_ENTRY(memo_10__each_resumes_its_own_and_a_new_version_does_not),
			TEST_ENTRY(memo_11__a_level_goes_up_by_all_and_down_by_one),
			TEST_ENTRY(memo_12__an_offer_is_answered_once_and_in_time),
			TEST_ENTRY(memo_13__a_declaration_and_anothers_ink_bind_only_their_author),
			TEST_ENTRY(memo_10__a_suspension_has_effect_from_the_moment_that_it_names),
			TEST_ENTRY(memo_10__the_notice_that_was_agreed_is_taken_and_a_shorter_one_shows),
			TEST_ENTRY(memo_12__a_draft_can_be_declined_and_binds_nobody),
			TEST_ENTRY(memo_15__what_was_received_is_a_cut_too),
			TEST_ENTRY(memo__the_order_is_by_what_was_seen_then_by_time_then_by_author),
			TEST_ENTRY(memo_2__a_refusal_says_the_rule),
			TEST_ENTRY(memo__each_word_has_a_text_of_its_own),
			TEST_ENTRY(memo_14__a_draft_ad_referendum_is_never_signed),
			TEST_ENTRY(memo_4__test_and_exercise_change_nothing),
			TEST_ENTRY(memo_15__what_is_not_received_does_not_bind_and_shows_as_a_difference),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
