/* SPDX-License-Identifier: Apache-2.0 */
/* Memoranda of a node that stops, dies, or is begun again from what it left: states and received times are the same. */
#include <stdatomic.h>

#include "memonodes.h"

enum { ALL = 7, TWO = 3 };

static struct ent_memo_act word_of(const char *text) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){text, strlen(text)};
	return act;
}

/* What members have of one another's ledgers is shown again after a start (test_memoranda_told.c): until then it is not known. */
static char *state_of(const struct node *node) {
	char *text = node_shows(node, MEMO, false);
	char *views = strstr(text, "\"views\":"), *acts = strstr(text, "\"acts\":");
	CHECK(views != NULL && acts != NULL && views < acts);
	memmove(views, acts, strlen(acts) + 1);
	return text;
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
		char *state = state_of(node), *history = node_shows(node, MEMO, true);
		char tag[ENT_MEMORANDA_TAG_SIZE], again[ENT_MEMORANDA_TAG_SIZE];
		CHECK(strstr(state, "\"status\":\"suspended\"") != NULL);
		CHECK(ent_memoranda_tag(node->memoranda, MEMO, tag) == ENT_OK);
		nodes.now_us += 7 * DAY_US;
		node_restart(node);
		nodes.now_us -= 7 * DAY_US;
		char *state_again = state_of(node), *history_again = node_shows(node, MEMO, true);
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
	(void)node_acts(b, MEMO, word_of("unheard"));
	a->deaf = true;
	CHECK(carry(b, a) == 1);
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
	char *state = state_of(a);
	(void)snprintf(copy, sizeof copy, "%s.copy", a->store_path);
	copy_store(a->store_path, copy);
	node_stop(a);
	ent_store_close(a->store);
	(void)snprintf(a->store_path, sizeof a->store_path, "%s/lost", a->path);
	CHECK(rename(copy, a->store_path) == 0);
	node_start(a);
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, again) == ENT_OK && strcmp(tag, again) == 0);
	char *state_again = state_of(a);
	CHECK(strcmp(state, state_again) == 0);
	meet(&nodes, ALL, MEMO);
	free(state);
	free(state_again);
	nodes_close(&nodes);
}

static uint64_t n_entries(const struct node *node, const char *id) {
	struct counting counting = {.id = id};
	ent_post_ledgers(node->post, count_entries, &counting);
	return counting.n;
}

/* Begins again from what was copied; the copy is used up. */
static void restore(struct node *node, const char *copy) {
	node_stop(node);
	ent_store_close(node->store);
	(void)snprintf(node->store_path, sizeof node->store_path, "%.127s/old", node->path);
	CHECK(rename(copy, node->store_path) == 0);
	node->asks = true;
	node_start(node);
}

TEST(memoranda_restart__a_copy_that_was_restored_gets_back_what_it_said_before_it_says_more) {
	(void)state_;
	struct nodes nodes;
	char copy[NODE_STORE_SIZE + 8];
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	(void)snprintf(copy, sizeof copy, "%s.copy", a->store_path);
	copy_store(a->store_path, copy);
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	(void)node_acts(a, MEMO, word_of("for a reason"));
	meet(&nodes, ALL, MEMO);
	nodes.now_us += 3600 * SECOND_US; /* the notice that was agreed */
	restore(a, copy);
	CHECK(ent_post_asking(a->post) > 0);
	CHECK(node_says(a, MEMO, "\"status\":\"in force\""));
	for (size_t i = 1; i < 3; i++)
		for (int j = 0; j < 3; j++)
			(void)carry(a, &nodes.node[i]);
	CHECK(ent_post_asking(a->post) == 0);
	CHECK(node_says(a, MEMO, "\"status\":\"suspended\""));
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++) {
		CHECK(node_says(&nodes.node[i], MEMO, "\"status\":\"in force\""));
		CHECK(nodes.node[i].alarms == 0);
	}
	nodes_close(&nodes);
}

/* Of a ledger that it does not have it cannot ask; but others say that they have seen it. */
TEST(memoranda_restart__a_copy_from_before_our_first_word_writes_no_other_first_word) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	char copy[NODE_STORE_SIZE + 8];
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(b, NULL, draft_of(document));
	(void)snprintf(copy, sizeof copy, "%s.copy", a->store_path);
	copy_store(a->store_path, copy);
	meet(&nodes, ALL, MEMO);
	(void)node_acts(a, MEMO, sign_of(&hash));
	meet(&nodes, ALL, MEMO);
	(void)node_acts(b, MEMO, sign_of(&hash));
	restore(a, copy);
	for (int i = 0; i < 4; i++) {
		nodes.now_us += 3600 * SECOND_US;
		(void)carry(b, a);
		(void)carry(a, b);
	}
	node_settles(a, MEMO);
	const struct ent_memoranda_done done = node_does(a, MEMO, sign_of(&hash));
	CHECK(done.status == ENT_E_REFUSED);
	CHECK_ROW(done.fault.why, strstr(done.fault.why, "old copy") != NULL);
	/* Nor one that names no version: whom it concerns is known all the same. */
	struct ent_memo_act no = act_of(ENT_MEMO_ACT_DECLINE);
	memcpy(no.offer.party, b->card.id, sizeof no.offer.party);
	const struct ent_memo_act words[] = {no, word_of("we have read it")};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const struct ent_memoranda_done other = node_does(a, MEMO, words[i]);
		CHECK_ROW(other.fault.why, other.status == ENT_E_REFUSED);
		CHECK_ROW(other.fault.why, strstr(other.fault.why, "old copy") != NULL);
	}
	free(document);
	nodes_close(&nodes);
}

/* An act that waits for what others say, in a thread of its own. */
struct acting {
	struct node *node;
	struct ent_memo_act act;
	struct ent_memoranda_done done;
	atomic_bool is_over;
};

static void *act_in_thread(void *user) {
	struct acting *acting = user;
	acting->done = node_does(acting->node, NULL, acting->act);
	acting->is_over = true;
	return NULL;
}

/* Nothing of that memorandum is in it, ours or others': whom the act concerns is asked all the same. */
TEST(memoranda_restart__a_copy_from_before_the_memorandum_asks_whom_it_concerns_first) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	char copy[NODE_STORE_SIZE + 8];
	pthread_t thread;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	(void)snprintf(copy, sizeof copy, "%s.copy", a->store_path);
	copy_store(a->store_path, copy);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	char *another = replace_all(document_of_nodes(&nodes, NULL, &hash), "\"1 h\"", "\"2 h\"");
	(void)node_acts(a, NULL, draft_of(document));
	(void)node_acts(a, MEMO, word_of("and this"));
	meet(&nodes, ALL, MEMO);
	a->asks_first = true;
	restore(a, copy);
	CHECK(n_entries(a, MEMO) == 0);
	struct acting acting = {.node = a, .act = draft_of(another)};
	CHECK(pthread_create(&thread, NULL, act_in_thread, &acting) == 0);
	while (!acting.is_over) {
		(void)carry(a, b);
		(void)carry(a, &nodes.node[2]);
	}
	(void)pthread_join(thread, NULL);
	CHECK_ROW(acting.done.fault.why, acting.done.status == ENT_OK);
	CHECK(acting.done.seq == 2);
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++) {
		CHECK(nodes.node[i].alarms == 0);
		CHECK(n_entries(&nodes.node[i], MEMO) == 3);
	}
	free(document);
	free(another);
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

TEST(memoranda_restart__who_is_known_no_more_is_not_read_until_it_is_again) {
	(void)state_;
	struct nodes nodes;
	struct ent_fault fault = {"", ""};
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *c = &nodes.node[2];
	char *state = state_of(a), *history = node_shows(a, MEMO, true);
	c->unknown = true;
	node_restart(a);
	CHECK_ROW(a->said, strstr(a->said, "its author is not known") != NULL);
	CHECK(node_says(a, MEMO, "\"status\":\"nothing is agreed\""));
	CHECK(ent_post_put_peer(a->post, &c->card, &fault) == ENT_OK);
	ent_memoranda_again(a->memoranda);
	char *state_again = state_of(a), *history_again = node_shows(a, MEMO, true);
	CHECK_ROW(state_again, strcmp(state, state_again) == 0);
	CHECK(strcmp(history, history_again) == 0);
	free(state);
	free(history);
	free(state_again);
	free(history_again);
	nodes_close(&nodes);
}

TEST(memoranda_restart__another_party_key_counts_from_its_card_on_and_the_one_before_until_then) {
	(void)state_;
	struct nodes nodes;
	struct ent_fault fault = {"", ""};
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *b = &nodes.node[1];
	struct ent_sign_key *before = b->party_key;
	memcpy(b->key_before, b->card.party_key.public_key, sizeof b->key_before);
	b->card = party_card(b->number, 50, (uint8_t)(100 + b->number - 1), "a party", 2);
	b->party_key = party_key(50);
	for (size_t i = 0; i < 3; i++) {
		if (i != 1)
			CHECK(ent_post_put_peer(nodes.node[i].post, &b->card, &fault) == ENT_OK);
		ent_memoranda_again(nodes.node[i].memoranda);
	}
	(void)node_acts(b, MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	meet(&nodes, 7, MEMO);
	nodes.now_us += 3600 * SECOND_US; /* the notice that was agreed */
	for (size_t i = 0; i < 3; i++) {
		CHECK(node_says(&nodes.node[i], MEMO, "\"status\":\"suspended\""));
		node_restart(&nodes.node[i]);
		CHECK(node_says(&nodes.node[i], MEMO, "\"status\":\"suspended\""));
	}
	/* The one before signs nothing any more. */
	struct ent_sign_key *now = b->party_key;
	b->party_key = before;
	CHECK(node_does(b, MEMO, act_of(ENT_MEMO_ACT_RESUME)).status == ENT_E_REFUSED);
	b->party_key = now;
	ent_sign_key_destroy(before);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda_restart__states_and_received_times_are_the_same),
			TEST_ENTRY(memoranda_restart__what_was_not_marked_is_received_at_the_start),
			TEST_ENTRY(memoranda_restart__what_was_answered_is_there_after_a_crash),
			TEST_ENTRY(memoranda_restart__a_copy_that_was_restored_gets_back_what_it_said_before_it_says_more),
			TEST_ENTRY(memoranda_restart__a_copy_from_before_our_first_word_writes_no_other_first_word),
			TEST_ENTRY(memoranda_restart__a_copy_from_before_the_memorandum_asks_whom_it_concerns_first),
			TEST_ENTRY(memoranda_restart__who_becomes_known_is_shared_with_then),
			TEST_ENTRY(memoranda_restart__who_is_known_no_more_is_not_read_until_it_is_again),
			TEST_ENTRY(memoranda_restart__another_party_key_counts_from_its_card_on_and_the_one_before_until_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
