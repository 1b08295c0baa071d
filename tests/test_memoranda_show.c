/* SPDX-License-Identifier: Apache-2.0 */
/* What nodes show of a memorandum: what it is called, how it stands and why, what is owed, and what is kept to some. */
#include "memonodes.h"

enum { ALL = 7 };

static void all_say(const struct nodes *nodes, const char *part) {
	for (size_t i = 0; i < nodes->n; i++)
		CHECK_ROW(part, node_says(&nodes->node[i], MEMO, part));
}

static void no_one_says(const struct nodes *nodes, const char *part) {
	for (size_t i = 0; i < nodes->n; i++) {
		char *text = node_shows(&nodes->node[i], MEMO, false);
		CHECK_ROW(part, strstr(text, part) == NULL);
		free(text);
	}
}

static struct ent_memo_act with_reason(struct ent_memo_act act, const char *reason) {
	act.text = (struct ent_memo_text){reason, strlen(reason)};
	return act;
}

static struct ent_memo_act word_of(bool done) {
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_OBLIGATION);
	memcpy(word.clause, "13.1", 5);
	word.done = done;
	return done ? word : with_reason(word, "no radio");
}

/* date -ud 2027-02-01 +%s; date -ud 2027-03-02 +%s */
#define DUE_US (INT64_C(1801440000) * SECOND_US)
#define SECOND_FROM_US (INT64_C(1803945600) * SECOND_US)

/* A second version in force, of which the obligation has this text. */
static void agree_again(struct nodes *nodes, const struct ent_hash *before, const char *text) {
	struct ent_hash hash;
	char *document = document_of_nodes(nodes, before, &hash);
	document = replace_all(document, "Publish the frequencies that are guarded.", text);
	ent_seal_sha256(document, strlen(document), &hash);
	(void)node_acts(&nodes->node[0], NULL, draft_of(document));
	free(document);
	meet(nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++)
		(void)node_acts(&nodes->node[i], MEMO, sign_of(&hash));
	meet(nodes, ALL, MEMO);
	nodes->now_us = SECOND_FROM_US;
}

TEST(memoranda__what_was_done_is_not_done_of_an_obligation_with_another_text) {
	(void)state_;
	static const struct {
		const char *text, *says;
	} rows[] = {
			{"Publish the frequencies that are guarded.",
					"\"word\":\"done\",\"obstacle\":null,\"said\":\"20"},
			{"Publish all frequencies, each week.",
					"\"word\":\"nothing said\",\"obstacle\":null,\"said\":null,"
					"\"received\":null,\"late\":false,\"overdue\":true"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct nodes nodes;
		nodes_open(&nodes, 3);
		const struct ent_hash hash = nodes_agree(&nodes);
		(void)node_acts(&nodes.node[1], MEMO, word_of(true));
		meet(&nodes, ALL, MEMO);
		all_say(&nodes, "\"word\":\"done\"");
		agree_again(&nodes, &hash, rows[i].text);
		all_say(&nodes, rows[i].says);
		(void)node_acts(&nodes.node[1], MEMO, word_of(true));
		meet(&nodes, ALL, MEMO);
		all_say(&nodes, "\"word\":\"done\"");
		nodes_close(&nodes);
	}
}

TEST(memoranda__what_was_done_late_is_not_just_done) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	nodes.now_us = DUE_US;
	all_say(&nodes, "\"late\":false,\"overdue\":false");
	nodes.now_us = DUE_US + 1;
	all_say(&nodes, "\"late\":false,\"overdue\":true");
	(void)node_acts(&nodes.node[1], MEMO, word_of(false));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"obstacle\":\"no radio\",\"said\":\"2027-02-01T00:00:00.000001Z\"");
	all_say(&nodes, "\"late\":false,\"overdue\":true");
	nodes.now_us = DUE_US + DAY_US;
	(void)node_acts(&nodes.node[1], MEMO, word_of(true));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes,
			"\"due\":\"2027-02-01T00:00:00Z\",\"word\":\"done\",\"obstacle\":null,"
			"\"said\":\"2027-02-02T00:00:00Z\",\"received\":\"2027-02-02T00:00:00Z\","
			"\"late\":true,\"overdue\":false");
	nodes_close(&nodes);
}

TEST(memoranda__a_suspension_is_shown_with_its_reason_and_what_goes_on) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	all_say(&nodes,
			"\"title\":{\"en\":\"Memorandum on flight safety in the northern "
			"corridor\"");
	all_say(&nodes, "\"ended\":null,\"goes_on\":null,\"members\":");
	all_say(&nodes, "\"level_suspended\":false");
	all_say(&nodes, "\"coalition\":[{\"id\":\"");
	(void)node_acts(&nodes.node[1], MEMO, with_reason(act_of(ENT_MEMO_ACT_SUSPEND), "floods"));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"suspension_reason\":\"floods\"");
	nodes.now_us += 3600 * SECOND_US;
	all_say(&nodes, "\"status\":\"suspended\"");
	all_say(&nodes, "\"ended\":null,\"goes_on\":{\"clause\":\"14\",\"version\":\"");
	all_say(&nodes,
			"\"what\":[\"tests\",\"flash\",\"safety-call\",\"messages\",\"receipts\","
			"\"protected-places\"]},\"members\":");
	all_say(&nodes, "\"level_suspended\":true");
	(void)node_acts(&nodes.node[1], MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"goes_on\":null");
	no_one_says(&nodes, "floods");
	nodes_close(&nodes);
}

TEST(memoranda__the_end_is_when_but_one_had_left_or_its_term_was_over) {
	(void)state_;
	for (int left = 0; left < 2; left++) {
		struct nodes nodes;
		nodes_open(&nodes, 3);
		(void)nodes_agree(&nodes);
		struct ent_memo_act leave = with_reason(
				act_of(ENT_MEMO_ACT_WITHDRAW), "no mandate");
		leave.from_utc_us = DUE_US;
		(void)node_acts(&nodes.node[2], MEMO, leave);
		leave.from_utc_us = DUE_US - DAY_US;
		if (left == 1)
			(void)node_acts(&nodes.node[0], MEMO, leave);
		meet(&nodes, ALL, MEMO);
		all_say(&nodes, "\"withdrawal_reason\":\"no mandate\"");
		nodes.now_us = DUE_US - 1;
		all_say(&nodes, "\"ended\":null");
		nodes.now_us = DUE_US;
		all_say(&nodes,
				left == 1 ? "\"ended\":\"2027-02-01T00:00:00Z\""
					  : "\"ended\":null");
		nodes.now_us = INT64_C(1830297600) * SECOND_US; /* date -ud 2028-01-01 +%s */
		all_say(&nodes,
				left == 1 ? "\"ended\":\"2027-02-01T00:00:00Z\""
					  : "\"ended\":\"2028-01-01T00:00:00Z\"");
		nodes_close(&nodes);
	}
}

TEST(memoranda__who_says_no_is_shown_with_the_reason) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	free(document);
	struct ent_memo_act offer = act_of(ENT_MEMO_ACT_OFFER);
	offer.version = hash;
	offer.answer_by_utc_us = NOW_US + DAY_US;
	(void)node_acts(a, MEMO, offer);
	meet(&nodes, ALL, MEMO);
	all_say(&nodes,
			"\"title\":{\"en\":\"Memorandum on flight safety in the northern "
			"corridor\"");
	struct ent_memo_act no = with_reason(act_of(ENT_MEMO_ACT_DECLINE), "too long");
	memcpy(no.offer.party, a->card.id, sizeof no.offer.party);
	no.offer.size = 1;
	(void)node_acts(b, MEMO, no);
	struct ent_memo_act yes = act_of(ENT_MEMO_ACT_ACCEPT);
	yes.offer = no.offer;
	(void)node_acts(c, MEMO, yes);
	no.offer.size = 0;
	(void)node_acts(c, MEMO, with_reason(no, "of no use"));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"answer\":\"declined\",\"declared\":\"2026-12-01T00:00:0");
	all_say(&nodes, "\"reason\":\"too long\"}");
	all_say(&nodes, "\"reason\":null}]}]");
	all_say(&nodes, "\"declines\":[{\"party\":\"");
	all_say(&nodes, "\"reason\":\"of no use\"}]}],\"offers\"");
	nodes_close(&nodes);
}

TEST(memoranda__beside_what_is_kept_to_some_nothing_is_said_to_all) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	char part[256];
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	struct ent_memo_act draft = draft_of(document);
	draft.sealed = draft.ad_referendum = true;
	memcpy(draft.sealed_for[draft.n_sealed_for++], b->card.id, ENT_PARTY_ID_SIZE);
	struct ent_memoranda_done done = node_does(a, NULL, with_reason(draft, "C must not know"));
	CHECK(done.status == ENT_E_REFUSED && strcmp(done.fault.why, ENT_MEMO_NO_REASON) == 0);
	done = node_acts(a, NULL, draft);
	free(document);
	meet(&nodes, ALL, MEMO);
	struct ent_memo_act no = act_of(ENT_MEMO_ACT_DECLINE);
	memcpy(no.offer.party, a->card.id, sizeof no.offer.party);
	no.offer.size = done.seq;
	done = node_does(b, MEMO, with_reason(no, "C must not know"));
	CHECK(done.status == ENT_E_REFUSED && strcmp(done.fault.why, ENT_MEMO_NO_REASON) == 0);
	(void)snprintf(part, sizeof part, "\"for\":[\"%s\"],\"declined_by\":[]}]", b->card.id);
	all_say(&nodes, part);
	(void)node_acts(b, MEMO, no);
	meet(&nodes, ALL, MEMO);
	(void)snprintf(part, sizeof part, "\"for\":[\"%s\"],\"declined_by\":[\"%s\"]}]", b->card.id,
			b->card.id);
	all_say(&nodes, part);
	nodes_close(&nodes);
}

static size_t count_of(const char *text, const char *part) {
	size_t n = 0;
	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

/* Nothing but the ledger's room bounds how many one party writes: it is not to keep all others from seeing how things stand. */
TEST(memoranda__of_many_sealed_drafts_of_one_party_the_last_are_shown) {
	(void)state_;
	enum { MANY = ENT_MEMO_DRAFTS_MAX + 3 };
	struct nodes nodes;
	struct ent_hash hash;
	struct ent_memoranda_done done = {.seq = 0};
	char part[256];
	uint64_t first = 0;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	struct ent_memo_act draft = draft_of(document);
	draft.sealed = draft.ad_referendum = true;
	memcpy(draft.sealed_for[draft.n_sealed_for++], b->card.id, ENT_PARTY_ID_SIZE);
	for (size_t i = 0; i < MANY; i++) {
		done = node_acts(a, NULL, draft);
		first = i == 0 ? done.seq : first;
	}
	free(document);
	meet(&nodes, ALL, MEMO);
	struct ent_memo_act no = act_of(ENT_MEMO_ACT_DECLINE);
	memcpy(no.offer.party, a->card.id, sizeof no.offer.party);
	no.offer.size = done.seq;
	(void)node_acts(b, MEMO, no);
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < nodes.n; i++) {
		char *text = node_shows(&nodes.node[i], MEMO, false);
		CHECK(count_of(text, ",\"for\":[") == ENT_MEMO_DRAFTS_MAX);
		(void)snprintf(part, sizeof part, "\"seq\":%u,\"hash\"", (unsigned)first);
		CHECK(strstr(text, part) == NULL);
		(void)snprintf(part, sizeof part, "\"for\":[\"%s\"],\"declined_by\":[\"%s\"]}]",
				b->card.id, b->card.id);
		CHECK(count_of(text, part) == 1);
		free(text);
	}
	nodes_close(&nodes);
}

TEST(memoranda__of_very_many_differences_the_rest_is_a_number) {
	(void)state_;
	enum { SHOWN = 512, MANY = SHOWN + 8 };
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	free(document);
	meet(&nodes, ALL, MEMO);
	(void)node_acts(&nodes.node[2], MEMO, with_reason(act_of(ENT_MEMO_ACT_DECLARE), "here"));
	meet(&nodes, ALL, MEMO);
	struct ent_memo_act offer = act_of(ENT_MEMO_ACT_OFFER);
	offer.version = hash;
	offer.answer_by_utc_us = NOW_US + DAY_US;
	/* C has none of them. */
	for (size_t i = 0; i < MANY; i++)
		(void)node_acts(a, MEMO, offer);
	char *text = node_shows(a, MEMO, false);
	CHECK(count_of(text, "\"what\":\"offer ") == SHOWN);
	CHECK_ROW(text, strstr(text, "\"more\":8,\"missing\":520,") != NULL);
	free(text);
	nodes_close(&nodes);
}

/* A records the ink of all when sign_by is over: it is not agreed until each has recorded its own, and not lapsed either. */
TEST(memoranda__ink_of_all_that_one_has_recorded_is_neither_agreed_nor_lapsed) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(&nodes.node[0], NULL, draft_of(document));
	free(document);
	meet(&nodes, ALL, MEMO);
	nodes.now_us = FROM_US + DAY_US;
	all_say(&nodes, "\"stage\":\"not signed by all in time\"");
	struct ent_memo_act paper = act_of(ENT_MEMO_ACT_PAPER);
	paper.version = hash;
	paper.signed_utc_us = NOW_US;
	/* In ascending order. */
	for (size_t i = 0; i < 3; i++) {
		size_t at = paper.n_signed_by++;
		for (; at > 0 && strcmp(paper.signed_by[at - 1], nodes.node[i].card.id) > 0; at--)
			memcpy(paper.signed_by[at], paper.signed_by[at - 1], ENT_PARTY_ID_SIZE);
		memcpy(paper.signed_by[at], nodes.node[i].card.id, ENT_PARTY_ID_SIZE);
	}
	for (size_t i = 0; i < 3; i++) {
		(void)node_acts(&nodes.node[i], MEMO, paper);
		meet(&nodes, ALL, MEMO);
		all_say(&nodes,
				i < 2 ? "\"stage\":\"signed by all in time, as attested; some "
					"have not recorded their own ink\""
				      : "\"stage\":\"the version that took effect last\"");
		all_say(&nodes,
				i < 2 ? "\"status\":\"nothing is agreed\""
				      : "\"status\":\"in force\"");
	}
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda__what_was_done_is_not_done_of_an_obligation_with_another_text),
			TEST_ENTRY(memoranda__what_was_done_late_is_not_just_done),
			TEST_ENTRY(memoranda__a_suspension_is_shown_with_its_reason_and_what_goes_on),
			TEST_ENTRY(memoranda__the_end_is_when_but_one_had_left_or_its_term_was_over),
			TEST_ENTRY(memoranda__who_says_no_is_shown_with_the_reason),
			TEST_ENTRY(memoranda__beside_what_is_kept_to_some_nothing_is_said_to_all),
			TEST_ENTRY(memoranda__of_many_sealed_drafts_of_one_party_the_last_are_shown),
			TEST_ENTRY(memoranda__of_very_many_differences_the_rest_is_a_number),
			TEST_ENTRY(memoranda__ink_of_all_that_one_has_recorded_is_neither_agreed_nor_lapsed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
