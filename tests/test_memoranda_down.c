/* SPDX-License-Identifier: Apache-2.0 */
/* test_memoranda_down.c: what time alone has changed while a node was down is told at its next start, once; and drafts that lapse. */
#include "memotold.h"

static void node_down(struct node *node) {
	node_stop(node);
	ent_store_close(node->store);
}

/* Of this kind, of the last change by time. */
static const struct ent_memoranda_timed *timed_of(
		const struct node *node, enum ent_memoranda_time what) {
	const struct ent_memoranda_timed *found = NULL;
	for (size_t i = 0; i < node->by_time.n_timed; i++)
		if (node->by_time.timed[i].what == what)
			found = &node->by_time.timed[i];
	CHECK_ROW(ent_memoranda_time_text(what), found != NULL);
	return found;
}

static void check_down(const struct node *node, enum ent_memoranda_time what, const char *party,
		int64_t at_us) {
	const struct ent_memoranda_timed *timed = timed_of(node, what);
	CHECK_ROW(ent_memoranda_time_text(what), timed->while_down);
	CHECK_ROW(ent_memoranda_time_text(what), timed->at_utc_us == at_us);
	CHECK_ROW(timed->party, strcmp(timed->party, party) == 0);
}

/* An offer of the version that is in force. */
static struct ent_memo_act offer_of(const struct ent_hash *version, int64_t answer_by_us) {
	struct ent_memo_act offer = act_of(ENT_MEMO_ACT_OFFER);
	offer.version = *version;
	offer.answer_by_utc_us = answer_by_us;
	return offer;
}

TEST(memoranda__what_came_while_the_node_was_down_is_told_at_its_start_once) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	const int64_t due_us = INT64_C(1801440000) * SECOND_US; /* 2027-02-01 */
	struct ent_memo_act suspend = act_of(ENT_MEMO_ACT_SUSPEND);
	suspend.from_utc_us = nodes.now_us + DAY_US;
	const struct ent_memo_act offer = offer_of(&hash, nodes.now_us + 2 * DAY_US);
	(void)node_acts(b, MEMO, suspend);
	(void)node_acts(a, MEMO, offer);
	meet(&nodes, 7, MEMO);
	ticks_until_marked(a);
	const uint64_t before = told_by_time(a);
	node_down(a);
	nodes.now_us = due_us + DAY_US;
	node_start(a);
	/* Whoever watches was not there yet: it waits for the first look, over starts that come to none. */
	CHECK(told_by_time(a) == before);
	node_restart(a);
	nodes.now_us += SECOND_US;
	ent_memoranda_tick(a->memoranda);
	CHECK(told_by_time(a) == before + 3 && a->by_time.n_timed == 3 && a->by_time.n == 0);
	check_status(&a->by_time, "in force", "suspended");
	check_down(a, ENT_MEMORANDA_TIME_SUSPENDED, b->card.id, suspend.from_utc_us);
	check_down(a, ENT_MEMORANDA_TIME_UNANSWERED, a->card.id, offer.answer_by_utc_us);
	check_down(a, ENT_MEMORANDA_TIME_OVERDUE, b->card.id, due_us);
	CHECK_ROW(a->said,
			strstr(a->said, "overdue: obligation 13.1 of ") != NULL &&
					strstr(a->said,
							" since 2027-02-01T00:00:00Z, while the "
							"node was down; it is suspended") != NULL);
	/* Once, in all its starts. */
	ticks_until_marked(a);
	CHECK(told_by_time(a) == before + 3);
	node_restart(a);
	nodes.now_us += DAY_US;
	ticks_in_vain(a);
	/* What comes behind the start is not of when it was down. */
	suspend.from_utc_us = nodes.now_us + 3600 * SECOND_US;
	(void)node_acts(a, MEMO, suspend);
	nodes.now_us += SECOND_US;
	ticks_in_vain(a);
	(void)comes(&nodes, a, suspend.from_utc_us, ENT_MEMORANDA_TIME_SUSPENDED, "suspended by");
	nodes_close(&nodes);
}

TEST(memoranda__a_version_that_began_and_ended_while_the_node_was_down_is_told_as_both) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	struct ent_hash hash;
	char *document = document_of_nodes(&nodes, NULL, &hash);
	struct node *a = &nodes.node[0];
	(void)node_acts(a, NULL, draft_of(document));
	free(document);
	meet(&nodes, 7, MEMO);
	for (size_t i = 0; i < 3; i++)
		(void)node_acts(&nodes.node[i], MEMO, sign_of(&hash));
	meet(&nodes, 7, MEMO);
	/* It dies before its first look, so nothing is marked: it goes by when the last entry was here. */
	CHECK(told_by_time(a) == 0);
	node_down(a);
	nodes.now_us = INT64_C(1830384000) * SECOND_US; /* 2028-01-02 */
	node_start(a);
	ent_memoranda_tick(a->memoranda);
	check_status(&a->by_time, "agreed, not yet in force",
			"no longer in force: its validity is over");
	check_down(a, ENT_MEMORANDA_TIME_IN_FORCE, "", FROM_US);
	check_down(a, ENT_MEMORANDA_TIME_EXPIRED, "", INT64_C(1830297600) * SECOND_US);
	nodes_close(&nodes);
}

/* Who has told of the last act may be about to say so. */
static void rests_until_marked(struct node *node) {
	const int64_t now_us = node_clock(node);
	int64_t told_us = 0;
	for (int i = 0; i < 10000 && told_us < now_us; i++) {
		ent_memoranda_rest(node->memoranda);
		(void)look_at_received(node, &told_us);
		if (told_us < now_us)
			pause_ms(2);
	}
	CHECK(told_us == now_us);
}

TEST(memoranda__what_an_act_has_done_at_once_is_not_time_s_at_the_next_start) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	ticks_until_marked(a);
	const uint64_t before = told_by_time(a);
	nodes.now_us += DAY_US;
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_SUSPEND);
	word.from_utc_us = nodes.now_us;
	(void)node_acts(a, MEMO, word);
	(void)told(a, 5);
	/* Stopped in order just behind it: no tick has come since. */
	nodes.now_us += SECOND_US / 2;
	rests_until_marked(a);
	node_restart(a);
	nodes.now_us += DAY_US;
	ticks_in_vain(a);
	CHECK(node_says(a, MEMO, "\"status\":\"suspended\""));
	/* And what nobody has told yet that end does not pass over. */
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	(void)told(a, 6);
	nodes.now_us += SECOND_US;
	ticks_until_marked(a);
	word.from_utc_us = nodes.now_us + DAY_US;
	(void)node_acts(a, MEMO, word);
	(void)told(a, 7);
	nodes.now_us = word.from_utc_us + SECOND_US;
	ent_memoranda_rest(a->memoranda);
	node_restart(a);
	ent_memoranda_tick(a->memoranda);
	CHECK(told_by_time(a) == before + 1);
	check_down(a, ENT_MEMORANDA_TIME_SUSPENDED, a->card.id, word.from_utc_us);
	nodes_close(&nodes);
}

/* What there is no room for is counted; and a node at which nothing happens writes nothing. */
TEST(memoranda__what_a_start_tells_and_what_is_kept_for_it_are_bounded) {
	(void)state_;
	enum { OFFERS = ENT_MEMORANDA_CHANGE_MAX + 5 };
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	const int64_t until_us = nodes.now_us + DAY_US;
	for (int i = 0; i < OFFERS; i++)
		(void)node_acts(a, MEMO, offer_of(&hash, until_us));
	(void)told(a, 4 + OFFERS);
	nodes.now_us += SECOND_US;
	ticks_until_marked(a);
	const uint64_t before = told_by_time(a);
	int64_t told_us = 0;
	const uint64_t size = look_at_received(a, &told_us);
	for (int i = 0; i < 1000; i++) {
		nodes.now_us += SECOND_US;
		ent_memoranda_tick(a->memoranda);
	}
	/* Behind the stop all that was submitted is there. */
	node_down(a);
	nodes.now_us = until_us + DAY_US;
	node_start(a);
	/* One at most, for who told of the last act may have said so behind the mark. */
	CHECK(look_at_received(a, &told_us) <= size + 1);
	ent_memoranda_tick(a->memoranda);
	CHECK(told_by_time(a) == before + OFFERS);
	CHECK(a->by_time.n_timed == ENT_MEMORANDA_CHANGE_MAX);
	CHECK(a->by_time.more == OFFERS - ENT_MEMORANDA_CHANGE_MAX);
	nodes_close(&nodes);
}

/* --- Drafts that lapse --- */

TEST(memoranda__a_draft_that_lapses_unsigned_is_told_also_when_the_node_was_down) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	struct ent_hash next;
	char *document = document_of_nodes(&nodes, &hash, &next);
	const struct ent_memoranda_done done = node_acts(a, NULL, draft_of(document));
	/* One for talk alone, which was never to be signed. */
	char *other = replace_all(strdup(document), "\"30 min\"", "\"20 min\"");
	struct ent_memo_act talk = draft_of(other);
	talk.ad_referendum = true;
	(void)node_acts(a, NULL, talk);
	free(document);
	free(other);
	meet(&nodes, 7, MEMO);
	(void)node_acts(a, MEMO, sign_of(&next));
	(void)node_acts(b, MEMO, sign_of(&next));
	meet(&nodes, 7, MEMO);
	const int64_t sign_by_us = INT64_C(1803859200) * SECOND_US; /* 2027-03-01 */
	/* The obligation's day is between. */
	nodes.now_us = sign_by_us - DAY_US;
	for (size_t i = 0; i < 3; i++)
		ticks_until_marked(&nodes.node[i]);
	node_down(c);
	/* At that moment itself there is still time. */
	const struct ent_memoranda_timed *timed = comes(&nodes, a, sign_by_us + 1,
			ENT_MEMORANDA_TIME_LAPSED, "not signed by all in time: draft of ");
	CHECK(timed->seq == done.seq && strcmp(timed->party, a->card.id) == 0);
	CHECK(timed->at_utc_us == sign_by_us);
	CHECK(memcmp(&timed->version, &next, sizeof next) == 0);
	check_status(&a->by_time, "in force", "in force");
	CHECK(node_says(a, MEMO, "\"stage\":\"not signed by all in time\""));
	nodes.now_us += DAY_US;
	node_start(c);
	ent_memoranda_tick(c->memoranda);
	CHECK(c->by_time.n_timed == 1 && c->by_time.more == 0);
	check_down(c, ENT_MEMORANDA_TIME_LAPSED, a->card.id, sign_by_us);
	CHECK_ROW(c->said,
			strstr(c->said,
					"since 2027-03-01T00:00:00Z, while the node was "
					"down; it is in force") != NULL);
	nodes_close(&nodes);
}

TEST(memoranda__a_draft_that_all_have_signed_does_not_lapse) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	ent_memoranda_tick(a->memoranda);
	CHECK(a->by_time.n_timed == 1 && a->by_time.more == 0);
	CHECK(a->by_time.timed[0].what == ENT_MEMORANDA_TIME_IN_FORCE);
	nodes_close(&nodes);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda__what_came_while_the_node_was_down_is_told_at_its_start_once),
			TEST_ENTRY(memoranda__a_version_that_began_and_ended_while_the_node_was_down_is_told_as_both),
			TEST_ENTRY(memoranda__what_an_act_has_done_at_once_is_not_time_s_at_the_next_start),
			TEST_ENTRY(memoranda__what_a_start_tells_and_what_is_kept_for_it_are_bounded),
			TEST_ENTRY(memoranda__a_draft_that_lapses_unsigned_is_told_also_when_the_node_was_down),
			TEST_ENTRY(memoranda__a_draft_that_all_have_signed_does_not_lapse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
