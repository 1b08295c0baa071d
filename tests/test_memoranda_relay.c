/* SPDX-License-Identifier: Apache-2.0 */
/* test_memoranda_relay.c: members that cannot reach one another, or do not want to, and a third that hands on (docs/decisions/0022). */
#include <inttypes.h>

#include "entente/parcel.h"
#include "memonodes.h"

/* Bits of pairs: who can reach whom. */
enum { AB = 1, BC = 2, CA = 4, LINES = 3 };

static void ends_of(struct nodes *nodes, unsigned line, struct node *ret_ends[2]) {
	ret_ends[0] = &nodes->node[line];
	ret_ends[1] = &nodes->node[(line + 1) % 3];
}

/* What is owed now over these lines, both ways. Returns how many parcels it was. */
static unsigned pass_owed(struct nodes *nodes, unsigned lines) {
	unsigned n = 0;
	for (unsigned line = 0; line < LINES; line++)
		for (unsigned way = 0; way < 2; way++) {
			struct node *ends[2];
			ends_of(nodes, line, ends);
			if ((lines >> line & 1) == 0 ||
					ent_post_next_us(ends[way]->post, ends[!way]->card.id) >
							nodes->now_us)
				continue;
			(void)carry(ends[way], ends[!way]);
			n++;
		}
	for (size_t i = 0; i < nodes->n; i++)
		node_settles(&nodes->node[i], MEMO);
	return n;
}

static bool is_quiet(struct nodes *nodes, unsigned lines) {
	for (unsigned line = 0; line < LINES; line++) {
		struct node *ends[2];
		ends_of(nodes, line, ends);
		if ((lines >> line & 1) != 0 &&
				(ent_post_next_us(ends[0]->post, ends[1]->card.id) != INT64_MAX ||
						ent_post_next_us(ends[1]->post, ends[0]->card.id) !=
								INT64_MAX))
			return false;
	}
	return true;
}

/* Second by second until nobody owes or asks anything over these lines. Returns how many parcels it took. */
static unsigned pass(struct nodes *nodes, unsigned lines) {
	unsigned n = 0;
	for (unsigned s = 0; !is_quiet(nodes, lines); s++) {
		CHECK(s < 60);
		n += pass_owed(nodes, lines);
		nodes->now_us += SECOND_US;
	}
	return n;
}

/* The same until this node shows that: what has come counts a moment later, by another thread. */
static void pass_until(
		struct nodes *nodes, unsigned lines, const struct node *node, const char *part) {
	for (unsigned s = 0;; s++) {
		char *text = node_shows(node, MEMO, false);
		const bool shows = strstr(text, part) != NULL;
		if (s > 300)
			print_message("%s never has %s: %s\n", node->card.id, part, text);
		free(text);
		if (shows)
			return;
		CHECK(s <= 300);
		(void)pass_owed(nodes, lines);
		nodes->now_us += SECOND_US;
		pause_ms(1);
	}
}

static void all_say(const struct nodes *nodes, const char *part) {
	for (size_t i = 0; i < 3; i++)
		CHECK_ROW(part, node_says(&nodes->node[i], MEMO, part));
}

static void no_alarms(const struct nodes *nodes) {
	for (size_t i = 0; i < nodes->n; i++)
		CHECK_ROW(nodes->node[i].said, nodes->node[i].alarms == 0);
}

/* A drafts, and never meets C. */
TEST(memoranda_relay__who_cannot_reach_each_other_agree_by_a_third) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	char tag[3][ENT_MEMORANDA_TAG_SIZE];
	nodes_open(&nodes, 3);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(&nodes.node[0], NULL, draft_of(document));
	(void)node_acts(&nodes.node[0], MEMO, sign_of(&hash));
	(void)pass(&nodes, AB | BC);
	/* Of a draft by somebody out of reach C hears when B acts on it. */
	(void)node_acts(&nodes.node[1], MEMO, sign_of(&hash));
	pass_until(&nodes, AB | BC, &nodes.node[2], "\"stage\":\"signed by some\"");
	(void)node_acts(&nodes.node[2], MEMO, sign_of(&hash));
	pass_until(&nodes, AB | BC, &nodes.node[0], "\"status\":\"agreed, not yet in force\"");
	pass_until(&nodes, AB | BC, &nodes.node[1], "\"status\":\"agreed, not yet in force\"");
	nodes.now_us = FROM_US;
	all_say(&nodes, "\"status\":\"in force\"");
	for (size_t i = 0; i < 3; i++)
		CHECK(ent_memoranda_tag(nodes.node[i].memoranda, MEMO, tag[i]) == ENT_OK);
	CHECK(strcmp(tag[0], tag[1]) == 0 && strcmp(tag[1], tag[2]) == 0);
	/* When they meet at last, nothing is new, each has the other's cosignature, and all are quiet. */
	(void)pass(&nodes, AB | BC | CA);
	for (size_t i = 0; i < 3; i += 2) {
		struct ent_post_share shares[4];
		CHECK(ent_post_shares(nodes.node[i].post, nodes.node[2 - i].card.id, shares, 4) ==
				1);
		CHECK(shares[0].acknowledged == shares[0].size && shares[0].size > 0);
	}
	no_alarms(&nodes);
	free(document);
	nodes_close(&nodes);
}

/* C is silent towards A, and B's word has seen what it keeps back. */
TEST(memoranda_relay__who_is_silent_towards_one_keeps_nobodys_act_from_counting) {
	(void)state_;
	static const struct {
		enum ent_memo_act_kind kind;
		const char *then;
	} rows[] = {
			{ENT_MEMO_ACT_WITHDRAW, "\"withdrawing\":true"},
			{ENT_MEMO_ACT_SUSPEND, "\"suspends_from\":\"20"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct nodes nodes;
		struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
		word.text = (struct ent_memo_text){"to B alone", 10};
		nodes_open(&nodes, 3);
		(void)nodes_agree(&nodes);
		(void)pass(&nodes, AB | BC | CA);
		(void)node_acts(&nodes.node[2], MEMO, word);
		(void)node_acts(&nodes.node[2], MEMO, word);
		(void)pass_owed(&nodes, BC);
		struct ent_memo_act act = act_of(rows[i].kind);
		(void)node_acts(&nodes.node[1], MEMO, act);
		(void)pass_owed(&nodes, AB);
		CHECK(node_says(&nodes.node[0], MEMO, "\"waiting\":1"));
		pass_until(&nodes, AB | BC, &nodes.node[0], rows[i].then);
		char *text = node_shows(&nodes.node[0], MEMO, false);
		CHECK(strstr(text, "\"waiting\":1") == NULL);
		free(text);
		no_alarms(&nodes);
		nodes_close(&nodes);
	}
}

/* Nobody is out of reach: to each act belong the author's two parcels, and one by which the others see that they have it. */
TEST(memoranda_relay__three_that_reach_each_other_come_to_quiet) {
	(void)state_;
	struct nodes nodes;
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"to all", 6};
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	(void)pass(&nodes, AB | BC | CA);
	for (size_t i = 0; i < 3; i++) {
		(void)node_acts(&nodes.node[i], MEMO, word);
		CHECK(pass(&nodes, AB | BC | CA) == 3);
	}
	no_alarms(&nodes);
	nodes_close(&nodes);
}

/* --- Who gets what --- */

/* What 'to' answers to 'from', which says that it has nothing of the author's ledger; the caller's. */
static char *asks_for(struct node *from, struct node *to, const struct node *author) {
	char name[128], *answer = NULL;
	const char *text = NULL;
	size_t length = 0;
	struct ent_parcel_writer *writer = NULL;
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	(void)snprintf(name, sizeof name, "memo/" MEMO "/%s", author->card.id);
	CHECK(ent_parcel_writer_create(from->card.id, to->card.id, ENT_PARCEL_SIZE_MAX, &writer) ==
			ENT_OK);
	ent_parcel_write_have(writer, name, 0);
	CHECK(ent_parcel_writer_finish(writer, &text, &length) == ENT_OK);
	const ent_status status = ent_post_take(to->post, from->card.id, text, length,
			ENT_BOOK_UNASKED, &answer, &length, &taken, &fault);
	CHECK_ROW(fault.why, status == ENT_OK && answer != NULL);
	ent_parcel_writer_destroy(writer);
	return answer;
}

static bool gets(struct node *from, struct node *to, const struct node *author) {
	char line[128];
	(void)snprintf(line, sizeof line, "\nledger memo/" MEMO "/%s 0 ", author->card.id);
	char *answer = asks_for(from, to, author);
	const bool found = strstr(answer, line) != NULL;
	/* Who does not get it learns nothing of it. */
	(void)snprintf(line, sizeof line, MEMO "/%s", author->card.id);
	CHECK(found || strstr(answer, line) == NULL);
	free(answer);
	return found;
}

/* To whom it is handed on is said just behind what has changed that. */
static bool comes_to_get(struct node *from, struct node *to, const struct node *author) {
	for (int i = 0; i < 2000; i++) {
		if (gets(from, to, author))
			return true;
		pause_ms(2);
	}
	return false;
}

/* A document of A, B and C; D is known to all, and writes under its id to learn of it. */
TEST(memoranda_relay__it_is_handed_on_to_those_whom_its_authors_acts_name) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"let me in", 9};
	nodes_open(&nodes, 4);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2],
		    *d = &nodes.node[3];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(b, NULL, draft_of(document));
	(void)carry(b, a);
	(void)carry(b, c);
	node_settles(a, MEMO);
	/* A has only said something so far, and B knows not to whom. */
	(void)node_acts(a, MEMO, word);
	(void)carry(a, b);
	node_settles(b, MEMO);
	CHECK(!gets(c, b, a) && !gets(d, b, a));
	/* D, with whom A agrees on nothing. */
	char *others = NULL;
	struct ent_hash other;
	const char *party[3] = {b->card.id, d->card.id, "0123456789abcde2"};
	others = document_among(MEMO, party, NULL, &other);
	(void)node_acts(d, NULL, draft_of(others));
	(void)carry(d, b);
	node_settles(b, MEMO);
	CHECK(!gets(d, b, a));
	(void)node_acts(a, MEMO, sign_of(&hash));
	(void)carry(a, b);
	node_settles(b, MEMO);
	CHECK(comes_to_get(c, b, a) && !gets(d, b, a));
	/* D has said what names B, and nobody but these. */
	CHECK(!gets(c, b, d) && !gets(a, b, d));
	/* What is ours is pushed, not fetched. */
	CHECK(!gets(c, b, b));
	no_alarms(&nodes);
	free(document);
	free(others);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda_relay__who_cannot_reach_each_other_agree_by_a_third),
			TEST_ENTRY(memoranda_relay__who_is_silent_towards_one_keeps_nobodys_act_from_counting),
			TEST_ENTRY(memoranda_relay__three_that_reach_each_other_come_to_quiet),
			TEST_ENTRY(memoranda_relay__it_is_handed_on_to_those_whom_its_authors_acts_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
