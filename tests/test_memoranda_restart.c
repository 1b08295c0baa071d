/* SPDX-License-Identifier: Apache-2.0 */
/* Memoranda of a node that stops, dies, or is begun again from what it left: states and received times are the same. */
#include "memonodes.h"

enum { ALL = 7, TWO = 3 };

static struct ent_memo_act word_of(const char *text) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){text, strlen(text)};
	return act;
}

TEST(memoranda_restart__states_and_received_times_are_the_same) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	(void)node_acts(&nodes.node[1], MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	nodes.now_us += DAY_US;
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++) {
		struct node *node = &nodes.node[i];
		char *state = node_shows(node, MEMO, false),
		     *history = node_shows(node, MEMO, true);
		char tag[ENT_MEMORANDA_TAG_SIZE], again[ENT_MEMORANDA_TAG_SIZE];
		CHECK(strstr(state, "\"status\":\"suspended\"") != NULL);
		CHECK(ent_memoranda_tag(node->memoranda, MEMO, tag) == ENT_OK);
		nodes.now_us += 7 * DAY_US;
		node_restart(node);
		nodes.now_us -= 7 * DAY_US;
		char *state_again = node_shows(node, MEMO, false),
		     *history_again = node_shows(node, MEMO, true);
		CHECK(strcmp(state, state_again) == 0);
		CHECK(strcmp(history, history_again) == 0);
		CHECK(ent_memoranda_tag(node->memoranda, MEMO, again) == ENT_OK);
		CHECK(strcmp(tag, again) == 0);
		free(state);
		free(history);
		free(state_again);
		free(history_again);
	}
	/* And they go on from there. */
	nodes.now_us += 7 * DAY_US;
	(void)node_acts(&nodes.node[1], MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++)
		CHECK(node_says(&nodes.node[i], MEMO, "\"status\":\"in force\""));
	nodes_close(&nodes);
}

/* It died when what came was stored, and before it had written down when. */
TEST(memoranda_restart__what_was_not_marked_is_received_at_the_start) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	char before[ENT_MEMORANDA_TAG_SIZE], tag[ENT_MEMORANDA_TAG_SIZE];
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, before) == ENT_OK);
	(void)node_acts(b, MEMO, word_of("unheard"));
	a->deaf = true;
	CHECK(carry(b, a) == 1);
	/* What is not marked does not count. */
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, tag) == ENT_OK && strcmp(tag, before) == 0);
	a->deaf = false;
	nodes.now_us = FROM_US + 9 * DAY_US;
	node_restart(a);
	char *history = node_shows(a, MEMO, true);
	const char *at = strstr(history, "\"received\":\"2027-01-11T00:00:00");
	CHECK_ROW(history, at != NULL && strstr(at, "\"text\":\"unheard\"") != NULL);
	CHECK(strstr(at + 1, "\"received\":\"2027-01-11T") == NULL);
	free(history);
	nodes_close(&nodes);
}

/* What a machine that loses its power leaves, opened elsewhere. */
TEST(memoranda_restart__what_was_answered_is_there_after_a_crash) {
	(void)state_;
	struct nodes nodes;
	char copy[NODE_STORE_SIZE + 8], tag[ENT_MEMORANDA_TAG_SIZE], again[ENT_MEMORANDA_TAG_SIZE];
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	(void)node_acts(a, MEMO, word_of("the last word"));
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, tag) == ENT_OK);
	char *state = node_shows(a, MEMO, false);
	(void)snprintf(copy, sizeof copy, "%s.copy", a->store_path);
	copy_store(a->store_path, copy);
	node_stop(a);
	ent_store_close(a->store);
	(void)snprintf(a->store_path, sizeof a->store_path, "%s/lost", a->path);
	CHECK(rename(copy, a->store_path) == 0);
	node_start(a);
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, again) == ENT_OK && strcmp(tag, again) == 0);
	char *state_again = node_shows(a, MEMO, false);
	CHECK(strcmp(state, state_again) == 0);
	meet(&nodes, ALL, MEMO);
	free(state);
	free(state_again);
	nodes_close(&nodes);
}

/* A party's card is taken only when somebody has compared the words. */
TEST(memoranda_restart__who_becomes_known_is_shared_with_then) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	struct ent_fault fault = {"", ""};
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *c = &nodes.node[2];
	ent_post_remove_peer(a->post, c->card.id);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, TWO, MEMO);
	CHECK(ent_memoranda_list(c->memoranda, NULL, 0) == 0);
	CHECK(ent_post_put_peer(a->post, &c->card, &fault) == ENT_OK);
	ent_memoranda_again(a->memoranda);
	meet(&nodes, ALL, MEMO);
	CHECK(ent_memoranda_list(c->memoranda, NULL, 0) == 1);
	free(document);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda_restart__states_and_received_times_are_the_same),
			TEST_ENTRY(memoranda_restart__what_was_not_marked_is_received_at_the_start),
			TEST_ENTRY(memoranda_restart__what_was_answered_is_there_after_a_crash),
			TEST_ENTRY(memoranda_restart__who_becomes_known_is_shared_with_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
