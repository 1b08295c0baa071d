/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memoranda beside a party that floods, listens in, or contradicts itself: what it can do is bounded and seen, and others go
 * on.
 */
#include <inttypes.h>

#include "memonodes.h"

enum { AB = 3, AP = 5, ABC = 7 };

static char *document_with(const struct nodes *nodes, const char *id, size_t a, size_t b,
		struct ent_hash *ret_hash) {
	const char *const party[3] = {
			nodes->node[a].card.id, nodes->node[b].card.id, "0123456789abcdef"};
	return document_among(id, party, NULL, ret_hash);
}

static size_t n_listed(const struct node *node) {
	return ent_memoranda_list(node->memoranda, NULL, 0);
}

/* How many entries of this ledger are here. */
static uint64_t entries_at(const struct node *node, const struct node *author, const char *id) {
	static struct ent_post_stand stand;
	char name[ENT_PARCEL_NAME_MAX + 1];
	(void)snprintf(name, sizeof name, "memo/%s/%s", id, author->card.id);
	struct ent_post_ledger *ledger = ent_post_find(node->post, author->card.id, name);
	if (ledger == NULL)
		return 0;
	ent_post_stand(ledger, &stand);
	return stand.size;
}

TEST(memoranda_hostile__a_peer_begins_so_many_memoranda_here_and_no_more) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	char id[ENT_MEMO_ID_SIZE];
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *p = &nodes.node[2];
	for (int i = 0; i < ENT_MEMORANDA_OF_PEER_MAX + 10; i++) {
		(void)snprintf(id, sizeof id, "flood-%d", i);
		char *document = document_with(&nodes, id, 0, 2, &hash);
		(void)node_acts(p, NULL, draft_of(document));
		free(document);
	}
	while (carry(p, a) > 0)
		;
	for (int i = 0; i < 1000 && n_listed(a) < ENT_MEMORANDA_OF_PEER_MAX; i++)
		pause_ms(5);
	CHECK(n_listed(a) == ENT_MEMORANDA_OF_PEER_MAX);
	CHECK_ROW(a->said, strstr(a->said, "is not taken") != NULL);
	/* Nobody else is held up by it, and it may go on where it is answered. */
	char *document = document_with(&nodes, MEMO, 0, 1, &hash);
	(void)node_acts(b, NULL, draft_of(document));
	meet(&nodes, AB, MEMO);
	(void)node_acts(a, MEMO, sign_of(&hash));
	free(document);
	document = document_with(&nodes, "flood-0", 0, 2, &hash);
	(void)node_acts(a, "flood-0", sign_of(&hash));
	while (carry(p, a) > 0)
		;
	for (int i = 0; i < 1000 && n_listed(a) < ENT_MEMORANDA_OF_PEER_MAX + 2; i++)
		pause_ms(5);
	CHECK(n_listed(a) == ENT_MEMORANDA_OF_PEER_MAX + 2);
	/* And where we ask it ourselves. */
	free(document);
	document = document_with(&nodes, "ours", 0, 2, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, AP, "ours");
	(void)node_acts(p, "ours", sign_of(&hash));
	meet(&nodes, AP, "ours");
	CHECK(entries_at(a, p, "ours") == 1);
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda_hostile__a_name_that_is_none_of_a_memorandum_of_its_own_opens_nothing) {
	(void)state_;
	struct nodes nodes;
	char name[ENT_PARCEL_NAME_MAX + 1];
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *p = &nodes.node[2];
	static const char *const rows[] = {"memo/%s", "memo//%s", "memo/x/%s@2", "memo/x/%s/",
			"memo/X/%s", "memo/x/y/%s", "memo/x/%.15s", "line/x/%s",
			"memo/x/0123456789abcdef", "received", "",
			"memo/01234567890123456789012345678901234567890/%s"};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		(void)snprintf(name, sizeof name, rows[i], p->card.id);
#pragma GCC diagnostic pop
		ent_memoranda_offered(a->memoranda, p->card.id, name);
		CHECK_ROW(rows[i], ent_post_find(a->post, p->card.id, name) == NULL);
	}
	(void)snprintf(name, sizeof name, "memo/x/%s", p->card.id);
	ent_memoranda_offered(a->memoranda, p->card.id, name);
	CHECK(ent_post_find(a->post, p->card.id, name) != NULL);
	/* Until something is in it, there is none. */
	CHECK(n_listed(a) == 0);
	nodes_close(&nodes);
}

static void say_n(struct node *node, const char *id, int n) {
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"and again", 9};
	for (int i = 0; i < n; i++)
		(void)node_acts(node, id, word);
}

TEST(memoranda_hostile__entries_without_an_answer_are_taken_up_to_a_bound) {
	(void)state_;
	enum { UNASKED = 512 }; /* the header's rule 5 */
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *p = &nodes.node[2];
	char *document = document_with(&nodes, MEMO, 0, 2, &hash);
	(void)node_acts(p, NULL, draft_of(document));
	say_n(p, MEMO, UNASKED - 2);
	meet(&nodes, AP, MEMO);
	say_n(p, MEMO, 1);
	meet(&nodes, AP, MEMO);
	CHECK(entries_at(a, p, MEMO) == UNASKED && a->alarms == 0);
	say_n(p, MEMO, 5);
	(void)carry(p, a);
	CHECK(entries_at(a, p, MEMO) == UNASKED && a->alarms > 0);
	/* Once it has an answer, the rest comes. */
	(void)node_acts(a, MEMO, sign_of(&hash));
	nodes.now_us += 3600 * SECOND_US;
	meet(&nodes, AP, MEMO);
	CHECK(entries_at(a, p, MEMO) == UNASKED + 5);
	free(document);
	nodes_close(&nodes);
}

/* --- Turns: what comes of a flood is worked off in pieces, and other ledgers have theirs in between --- */

enum { FLOOD = 700, TURN = 128 };

/* Another ledger of the node: a job is submitted in the first turn, and done before so many turns were over. */
static struct {
	struct ent_post_ledger *ledger;
	struct ent_scribe_job job;
	_Atomic unsigned before, at;
} aside;

static ent_status other_decide(void *state, const void *command, struct ent_scribe_draft *draft,
		struct ent_fault *fault) {
	char bytes[100];
	(void)state, (void)command, (void)fault;
	const int length = snprintf(bytes, sizeof bytes,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64 "}", draft->seq,
			draft->time_us);
	return ent_scribe_add(draft, bytes, (size_t)length);
}

static struct node *other_node;

static void other_done(struct ent_scribe_job *job, ent_status status) {
	(void)job;
	CHECK(status == ENT_OK);
	aside.at = other_node->changed;
}

static void submit_other(struct node *node) {
	if (aside.before != 0)
		return;
	aside.before = node->changed;
	aside.job = (struct ent_scribe_job){.command = "", .done = other_done};
	ent_post_submit(aside.ledger, &aside.job);
}

static void submit_nothing(struct node *node) {
	(void)node;
}

static void open_other(struct node *node) {
	const struct ent_post_ledger_options options = {
			.name = "desk-of-this-test", .decide = other_decide};
	struct ent_fault fault = {"", ""};
	memset(&aside, 0, sizeof aside);
	other_node = node;
	CHECK(ent_post_open_ours(node->post, &options, &aside.ledger, &fault) == ENT_OK);
	node->on_changed = submit_other;
}

/* Turns that it took until all of it counted. */
static unsigned turns_until_settled(struct node *node, unsigned before) {
	for (int i = 0; i < 4000 && node->changed - before < FLOOD / TURN; i++)
		pause_ms(2);
	return node->changed - before;
}

TEST(memoranda_hostile__a_flood_is_worked_off_by_turns_and_other_ledgers_write_in_between) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *p = &nodes.node[2];
	char *document = document_with(&nodes, MEMO, 0, 2, &hash);
	(void)node_acts(p, NULL, draft_of(document));
	meet(&nodes, AP, MEMO);
	(void)node_acts(a, MEMO, sign_of(&hash));
	meet(&nodes, AP, MEMO);
	say_n(p, MEMO, FLOOD);
	open_other(a);
	const unsigned before = a->changed;
	CHECK(carry(p, a) == FLOOD);
	CHECK(turns_until_settled(a, before) >= FLOOD / TURN);
	CHECK(aside.before == before + 1);
	for (int i = 0; i < 2000 && aside.at == 0; i++)
		pause_ms(2);
	CHECK_ROW("after the turn in which it was submitted", aside.at == aside.before);
	node_settles(a, MEMO);
	/* And when who is in it changes, all of it is added anew: by turns, too. */
	a->on_changed = submit_nothing;
	char *another = document_with(&nodes, MEMO, 1, 2, &hash);
	(void)node_acts(p, MEMO, draft_of(another));
	const unsigned then = a->changed;
	CHECK(carry(p, a) == 1);
	CHECK(turns_until_settled(a, then) >= FLOOD / TURN);
	meet(&nodes, AP, MEMO);
	free(document);
	free(another);
	nodes_close(&nodes);
}

static bool has_alarm(const struct node *node, const struct node *peer,
		enum ent_post_alarm_kind kind, struct ent_post_alarm *ret_alarm) {
	static struct ent_post_alarm alarms[ENT_POST_ALARMS_MAX];
	const size_t n = ent_post_alarms(node->post, alarms, COUNT_OF(alarms));
	for (size_t i = 0; i < n; i++)
		if (alarms[i].kind == kind && strcmp(alarms[i].peer, peer->card.id) == 0) {
			*ret_alarm = alarms[i];
			return true;
		}
	return false;
}

static bool counts_as_play(const struct node *node, const struct node *player) {
	struct ent_post_alarm alarm;
	char *history = node_shows(node, MEMO, true);
	const bool shown = strstr(history, "it can only play") != NULL;
	free(history);
	return shown && has_alarm(node, player, ENT_POST_PLAY, &alarm);
}

/* Its card says that its clock can be set, its node that it is in earnest. One knows that card before, one later. */
TEST(memoranda_hostile__who_can_only_play_binds_nobody_in_earnest_whenever_its_card_is_known) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *player = &nodes.node[1], *c = &nodes.node[2];
	char *document = document_of_nodes(&nodes, NULL, &hash), tag[ENT_MEMORANDA_TAG_SIZE],
	     another[ENT_MEMORANDA_TAG_SIZE];
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, 7, MEMO);
	(void)node_acts(a, MEMO, sign_of(&hash));
	(void)node_acts(c, MEMO, sign_of(&hash));
	meet(&nodes, 7, MEMO);
	player->settable = true;
	ent_memoranda_again(a->memoranda);
	(void)node_acts(player, MEMO, sign_of(&hash));
	for (int i = 0; i < 3; i++) {
		(void)carry(player, a);
		(void)carry(player, c);
		(void)carry(a, c);
		(void)carry(c, a);
	}
	node_settles(a, MEMO);
	node_settles(c, MEMO);
	CHECK(counts_as_play(a, player) && !counts_as_play(c, player));
	nodes.now_us = FROM_US + DAY_US;
	CHECK(!node_says(a, MEMO, "\"status\":\"in force\""));
	CHECK(node_says(c, MEMO, "\"status\":\"in force\""));
	ent_memoranda_again(c->memoranda);
	node_settles(c, MEMO);
	CHECK(counts_as_play(c, player) && !node_says(c, MEMO, "\"status\":\"in force\""));
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, tag) == ENT_OK);
	CHECK(ent_memoranda_tag(c->memoranda, MEMO, another) == ENT_OK);
	CHECK(strcmp(tag, another) == 0);
	/* It is told again by a node that starts anew: nothing is kept of it but the acts. */
	node_restart(a);
	node_settles(a, MEMO);
	CHECK(counts_as_play(a, player));
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda_hostile__who_dates_acts_ahead_is_an_alarm_that_counts) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	struct ent_post_alarm alarm;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *p = &nodes.node[2];
	p->ahead_us = ENT_MEMO_CLOCKS_APART_US;
	char *document = document_with(&nodes, MEMO, 0, 2, &hash);
	(void)node_acts(p, NULL, draft_of(document));
	meet(&nodes, AP, MEMO);
	CHECK(!has_alarm(a, p, ENT_POST_CLOCK_AHEAD, &alarm));
	p->ahead_us = 86400 * SECOND_US;
	say_n(p, MEMO, 1);
	meet(&nodes, AP, MEMO);
	CHECK(has_alarm(a, p, ENT_POST_CLOCK_AHEAD, &alarm) && alarm.times == 1);
	CHECK_ROW(alarm.ledger, strncmp(alarm.ledger, "memo/" MEMO "/", 20) == 0);
	CHECK_ROW(alarm.fault.why,
			strcmp(alarm.fault.why, "entry 1 is 86400 s ahead of our clock") == 0);
	/* It counts, and is not told again; nor is the peer told of us, who are behind it. */
	say_n(p, MEMO, 1);
	meet(&nodes, AP, MEMO);
	CHECK(has_alarm(a, p, ENT_POST_CLOCK_AHEAD, &alarm) && alarm.times == 2);
	CHECK(a->alarms == 1 && p->alarms == 0);
	/* Read again at a start, it is told of while it is ahead, and not once its time has come. */
	node_restart(a);
	CHECK(has_alarm(a, p, ENT_POST_CLOCK_AHEAD, &alarm));
	nodes.now_us += 2 * 86400 * SECOND_US;
	node_restart(a);
	CHECK(!has_alarm(a, p, ENT_POST_CLOCK_AHEAD, &alarm));
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda_hostile__who_knows_the_id_of_what_others_agreed_gets_nothing_of_it) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash, other;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *p = &nodes.node[2];
	char *document = document_with(&nodes, MEMO, 0, 1, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, AB, MEMO);
	(void)node_acts(b, MEMO, sign_of(&hash));
	meet(&nodes, AB, MEMO);
	/* Its own draft under that id names one of them, and even both with itself. */
	char *bait = document_with(&nodes, MEMO, 0, 2, &other);
	(void)node_acts(p, NULL, draft_of(bait));
	free(bait);
	const char *const all[3] = {a->card.id, b->card.id, p->card.id};
	bait = document_among(MEMO, all, NULL, &other);
	(void)node_acts(p, NULL, draft_of(bait));
	for (int i = 0; i < 3; i++) {
		(void)carry(p, a);
		(void)carry(p, b);
		node_settles(a, MEMO);
		node_settles(b, MEMO);
		(void)carry(a, p);
		(void)carry(b, p);
		(void)carry(a, b);
		(void)carry(b, a);
	}
	CHECK(entries_at(a, p, MEMO) == 2 && entries_at(b, p, MEMO) == 2);
	CHECK(entries_at(p, a, MEMO) == 0 && entries_at(p, b, MEMO) == 0);
	CHECK(node_says(a, MEMO, "\"status\":\"nothing is agreed\""));
	/* Until one of them signs what names it: then that one speaks to it too. */
	(void)node_acts(a, MEMO, sign_of(&other));
	(void)carry(a, p);
	(void)carry(b, p);
	CHECK(entries_at(p, a, MEMO) == entries_at(a, a, MEMO));
	CHECK(entries_at(p, b, MEMO) == 0);
	free(bait);
	free(document);
	nodes_close(&nodes);
}

static void refused_as_frozen(struct node *node) {
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"so it is", 8};
	const struct ent_memoranda_done done = node_does(node, MEMO, word);
	CHECK(done.status == ENT_E_REFUSED);
	CHECK_ROW(done.fault.why, strstr(done.fault.why, "/evidence/") != NULL);
	/* Whose it is, once. */
	CHECK_ROW(done.fault.why, strstr(done.fault.why, "memo/north-corridor/") != NULL);
	CHECK_ROW(done.fault.where, done.fault.where[0] == '\0');
}

/* A party whose backup goes on beside itself. */
TEST(memoranda_hostile__a_member_that_contradicts_itself_stops_acts_and_nothing_else) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2],
		    *twin = &nodes.node[3];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, ABC, MEMO);
	node_make_as(&nodes, 3, 2);
	copy_store(c->store_path, twin->store_path);
	for (size_t i = 0; i < 3; i++)
		(void)node_acts(&nodes.node[i], MEMO, sign_of(&hash));
	meet(&nodes, ABC, MEMO);
	nodes.now_us = FROM_US + DAY_US;
	CHECK(a->alarms == 0);
	node_start(twin);
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"we never signed", 15};
	(void)node_acts(twin, MEMO, word);
	(void)carry(twin, a);
	CHECK(a->alarms > 0);
	refused_as_frozen(a);
	CHECK(node_says(a, MEMO, "\"frozen\":true"));
	/* What was agreed is; and another's acts arrive. */
	(void)node_acts(b, MEMO, word);
	(void)carry(b, a);
	node_settles(a, MEMO);
	CHECK(node_says(a, MEMO, "\"status\":\"in force\""));
	CHECK(entries_at(a, b, MEMO) == entries_at(b, b, MEMO));
	/* Again at each start, until a person takes the evidence away. */
	node_restart(a);
	refused_as_frozen(a);
	/* But not to leave what was agreed. */
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_WITHDRAW));
	refused_as_frozen(a);
	free(document);
	node_end(twin);
	nodes_close(&nodes);
}

TEST(memoranda_hostile__who_is_no_member_freezes_nothing_by_contradicting_itself) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash, bait_hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *p = &nodes.node[2], *twin = &nodes.node[3];
	char *document = document_with(&nodes, MEMO, 0, 1, &hash);
	(void)node_acts(&nodes.node[1], NULL, draft_of(document));
	meet(&nodes, AB, MEMO);
	node_make_as(&nodes, 3, 2);
	node_start(twin);
	char *bait = document_with(&nodes, MEMO, 0, 2, &bait_hash);
	(void)node_acts(p, NULL, draft_of(bait));
	nodes.now_us += SECOND_US;
	(void)node_acts(twin, NULL, draft_of(bait));
	(void)carry(p, a);
	(void)carry(twin, a);
	CHECK(a->alarms > 0);
	/* With those who do not, it goes on; what the other drafted is not signed. */
	node_settles(a, MEMO);
	const struct ent_memoranda_done done = node_does(a, MEMO, sign_of(&bait_hash));
	CHECK(done.status == ENT_E_REFUSED);
	CHECK_ROW(done.fault.why, strstr(done.fault.why, "/evidence/") != NULL);
	(void)node_acts(a, MEMO, sign_of(&hash));
	free(bait);
	free(document);
	node_end(twin);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda_hostile__a_peer_begins_so_many_memoranda_here_and_no_more),
			TEST_ENTRY(memoranda_hostile__a_name_that_is_none_of_a_memorandum_of_its_own_opens_nothing),
			TEST_ENTRY(memoranda_hostile__entries_without_an_answer_are_taken_up_to_a_bound),
			TEST_ENTRY(memoranda_hostile__a_flood_is_worked_off_by_turns_and_other_ledgers_write_in_between),
			TEST_ENTRY(memoranda_hostile__who_can_only_play_binds_nobody_in_earnest_whenever_its_card_is_known),
			TEST_ENTRY(memoranda_hostile__who_dates_acts_ahead_is_an_alarm_that_counts),
			TEST_ENTRY(memoranda_hostile__who_knows_the_id_of_what_others_agreed_gets_nothing_of_it),
			TEST_ENTRY(memoranda_hostile__a_member_that_contradicts_itself_stops_acts_and_nothing_else),
			TEST_ENTRY(memoranda_hostile__who_is_no_member_freezes_nothing_by_contradicting_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
