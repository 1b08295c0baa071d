/* SPDX-License-Identifier: Apache-2.0 */
/* test_memoranda_told.c: what people are told of a memorandum: when acts were declared and received, what has changed, and who has acknowledged our acts. */
#include "memotold.h"

TEST(memoranda__what_has_changed_is_told_once_and_by_whose_act) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	/* The draft, and three signatures. */
	struct ent_memoranda_change change = told(a, 4);
	(void)told(b, 4);
	check_status(&change, "nothing is agreed", "agreed, not yet in force");
	struct ent_memo_act suspend = act_of(ENT_MEMO_ACT_SUSPEND);
	suspend.from_utc_us = nodes.now_us + SECOND_US / 2;
	const struct ent_memoranda_done done = node_acts(a, MEMO, suspend);
	change = told(a, 5);
	CHECK(change.n == 1 && strcmp(change.entry[0].party, a->card.id) == 0);
	meet(&nodes, 7, MEMO);
	change = told(b, 5);
	const struct ent_memoranda_new *entry = &change.entry[0];
	CHECK(change.n == 1 && change.more == 0 && entry->seq == done.seq);
	CHECK(strcmp(change.memorandum, MEMO) == 0 && strcmp(entry->party, a->card.id) == 0);
	CHECK(strcmp(entry->kind, "memo-suspend") == 0 && strcmp(entry->class_, "ACTUAL") == 0);
	CHECK_ROW(entry->ledger,
			strncmp(entry->ledger, "memo/" MEMO "/", 5 + sizeof MEMO) == 0 &&
					strcmp(entry->ledger + 5 + sizeof MEMO, a->card.id) == 0);
	CHECK_ROW(entry->standing, strcmp(entry->standing, "counts") == 0);
	CHECK(entry->from_utc_us == suspend.from_utc_us);
	/* It has no effect yet, and by now it has. */
	check_status(&change, "in force", "in force");
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	change = told(a, 6);
	check_status(&change, "suspended", "in force");
	meet(&nodes, 7, MEMO);
	change = told(b, 6);
	check_status(&change, "suspended", "in force");
	CHECK(change.entry[0].from_utc_us == 0);
	/* What a start finds in the store is not new; what it was is still known. */
	node_restart(b);
	suspend.from_utc_us = nodes.now_us + SECOND_US / 2;
	(void)node_acts(b, MEMO, suspend);
	change = told(b, 7);
	CHECK(change.n == 1 && strcmp(change.entry[0].party, b->card.id) == 0);
	/* Of many at once each is counted, and the first ones are named. */
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"as we see it", 12};
	for (int i = 0; i < ENT_MEMORANDA_CHANGE_MAX + 3; i++)
		(void)node_acts(a, MEMO, word);
	meet(&nodes, 7, MEMO);
	(void)told(b, 7 + ENT_MEMORANDA_CHANGE_MAX + 3);
	nodes_close(&nodes);
}

/* Nobody has written since, so nobody's own word says that it has the others' signatures: that they have cosigned them does. */
TEST(memoranda__who_has_shown_that_it_has_all_differs_in_nothing) {
	(void)state_;
	struct nodes nodes;
	char part[128];
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	for (size_t i = 0; i < 3; i++)
		CHECK(node_says(&nodes.node[i], MEMO, "\"views\":[]"));
	/* After a start it is not known, until it is shown again; the other need not have been started. */
	for (size_t i = 0; i < 3; i++) {
		node_restart(&nodes.node[i]);
		CHECK(node_says(&nodes.node[i], MEMO, "\"lacks\":{"));
		meet(&nodes, 7, MEMO);
		CHECK(node_says(&nodes.node[i], MEMO, "\"views\":[]"));
	}
	/* What C has not got it is not shown to have, whoever has. */
	(void)node_acts(&nodes.node[1], MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	meet(&nodes, 3, MEMO);
	nodes.now_us += DAY_US;
	(void)snprintf(part, sizeof part, "\"missing\":1,\"lacks\":{\"%s\":1}}]",
			nodes.node[1].card.id);
	CHECK(node_says(&nodes.node[0], MEMO, part));
	nodes_close(&nodes);
}

/* In the order of their ids, at every party's node the same. */
static void check_order(const struct nodes *nodes, const char *shown) {
	char part[64], before[ENT_PARTY_ID_SIZE] = "";
	unsigned n = 0;
	for (const char *at = strstr(shown, "\"members\":"); at != NULL && n < nodes->n; n++) {
		char id[ENT_PARTY_ID_SIZE];
		at = strstr(at, "{\"party\":\"");
		CHECK_ROW(shown, at != NULL);
		at += strlen("{\"party\":\"");
		(void)snprintf(id, sizeof id, "%.16s", at);
		(void)snprintf(part, sizeof part, "%s before %s", before, id);
		CHECK_ROW(part, strcmp(before, id) < 0);
		memcpy(before, id, sizeof before);
	}
	CHECK(n == nodes->n);
}

TEST(memoranda__of_our_acts_it_is_shown_who_has_acknowledged_them) {
	(void)state_;
	struct nodes nodes;
	char none[80], both[120];
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	const char *second = nodes.node[1].card.id, *third = nodes.node[2].card.id;
	const bool ordered = strcmp(second, third) < 0;
	const struct ent_memoranda_done done = node_acts(a, MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	(void)snprintf(none, sizeof none, "\"acknowledged\":{\"%s\":null,\"%s\":null}",
			ordered ? second : third, ordered ? third : second);
	CHECK(node_says(a, MEMO, none));
	(void)carry(a, b);
	char *shown = node_shows(a, MEMO, false), *history = node_shows(a, MEMO, true);
	check_order(&nodes, shown);
	const char *acts = strstr(shown, "\"acts\":[{\"seq\":");
	CHECK_ROW(shown,
			acts != NULL &&
					strtoull(acts + strlen("\"acts\":[{\"seq\":"), NULL, 10) ==
							done.seq);
	(void)snprintf(both, sizeof both, "\"%s\":\"2027-", second);
	CHECK_ROW(shown, strstr(acts, both) != NULL);
	(void)snprintf(both, sizeof both, "\"%s\":null", third);
	CHECK_ROW(shown, strstr(acts, both) != NULL && strstr(history, both) != NULL);
	free(shown);
	free(history);
	/* The last act stays to be seen; of others' entries nothing is said. */
	meet(&nodes, 7, MEMO);
	shown = node_shows(a, MEMO, false);
	history = node_shows(b, MEMO, true);
	acts = strstr(shown, "\"acts\":[{\"seq\":");
	CHECK_ROW(shown, acts != NULL && strstr(acts, "null") == NULL);
	const char *theirs = strstr(history, "memo-suspend");
	CHECK_ROW(history, theirs != NULL && strstr(theirs, "acknowledged") == NULL);
	free(shown);
	free(history);
	nodes_close(&nodes);
}

TEST(memoranda__declared_and_received_times_are_both_shown) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	nodes.node[0].ahead_us = 3600 * SECOND_US;
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_OBLIGATION);
	memcpy(word.clause, "13.1", 5);
	word.text = (struct ent_memo_text){"no frequency is free", 20};
	(void)node_acts(&nodes.node[1], MEMO, word);
	nodes.now_us += 3 * 3600 * SECOND_US;
	meet(&nodes, 7, MEMO);
	char *ours = node_shows(&nodes.node[1], MEMO, true),
	     *theirs = node_shows(&nodes.node[0], MEMO, true);
	static const char declared[] =
			"\"kind\":\"memo-obligation\",\"class\":\"ACTUAL\","
			"\"declared\":\"2027-01-03T00:00:00Z\",\"received\":\"2027-01-03T0";
	const char *at = strstr(ours, declared);
	CHECK_ROW(ours, at != NULL && at[strlen(declared)] == '0');
	at = strstr(theirs, declared);
	CHECK_ROW(theirs, at != NULL && at[strlen(declared)] == '4');
	CHECK(strstr(theirs,
			      "\"clause\":\"13.1\",\"done\":false,\"text\":\"no frequency is "
			      "free\"") != NULL);
	free(ours);
	free(theirs);
	nodes_close(&nodes);
}

TEST(memoranda__what_time_alone_changes_is_told_once_and_to_the_log) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	CHECK(told_by_time(a) == 0);
	const struct ent_memoranda_timed *timed = comes(&nodes, a, FROM_US,
			ENT_MEMORANDA_TIME_IN_FORCE, "a version is in force since 2027-01-02");
	CHECK(memcmp(&timed->version, &hash, sizeof hash) == 0 && timed->at_utc_us == FROM_US);
	check_status(&a->by_time, "agreed, not yet in force", "in force");
	/* A suspension that was declared, here and at who has received it. */
	nodes.now_us = FROM_US + DAY_US;
	struct ent_memo_act suspend = act_of(ENT_MEMO_ACT_SUSPEND);
	suspend.from_utc_us = nodes.now_us + 3600 * SECOND_US;
	const struct ent_memoranda_done done = node_acts(a, MEMO, suspend);
	meet(&nodes, 7, MEMO);
	ent_memoranda_tick(b->memoranda);
	for (size_t i = 0; i < 2; i++) {
		timed = comes(&nodes, &nodes.node[i], suspend.from_utc_us,
				ENT_MEMORANDA_TIME_SUSPENDED, "suspended by");
		CHECK(timed->seq == done.seq && strcmp(timed->party, a->card.id) == 0);
		CHECK(timed->at_utc_us == suspend.from_utc_us);
		check_status(&nodes.node[i].by_time, "in force", "suspended");
	}
	/* What was told is not told by a start, nor by a clock that was a little ahead. */
	node_restart(b);
	ticks_in_vain(b);
	nodes.now_us -= 60 * SECOND_US;
	ticks_in_vain(a);
	nodes.now_us += 120 * SECOND_US;
	ticks_in_vain(a);
	/* What an act ends again before anybody looks is told before the act. */
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	nodes.now_us += SECOND_US;
	suspend.from_utc_us = nodes.now_us + 3600 * SECOND_US;
	(void)node_acts(a, MEMO, suspend);
	const uint64_t before = told_by_time(a);
	nodes.now_us = suspend.from_utc_us + SECOND_US;
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	CHECK(told_by_time(a) == before + 1);
	CHECK(a->by_time.timed[0].what == ENT_MEMORANDA_TIME_SUSPENDED);
	nodes_close(&nodes);
}

TEST(memoranda__what_a_clock_just_ahead_has_declared_binds_from_when_it_is_here) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	nodes.now_us = FROM_US + DAY_US;
	ent_memoranda_tick(b->memoranda);
	/* Four minutes and a half, of the five that clocks may be apart. */
	a->ahead_us = 270 * SECOND_US;
	struct ent_memo_act suspend = act_of(ENT_MEMO_ACT_SUSPEND);
	suspend.from_utc_us = node_clock(a);
	const struct ent_memoranda_done done = node_acts(a, MEMO, suspend);
	meet(&nodes, 7, MEMO);
	struct ent_memoranda_change change = told(b, 5);
	check_status(&change, "in force", "suspended");
	CHECK(change.n == 1 && change.entry[0].seq == done.seq);
	CHECK(change.entry[0].from_utc_us == suspend.from_utc_us);
	CHECK_ROW(b->said,
			strstr(b->said,
					"memorandum " MEMO ": it is suspended; before: in "
					"force; by memo-suspend of ") != NULL);
	CHECK(node_says(b, MEMO, "\"status\":\"suspended\""));
	/* The author is known to have it, so it is not said to see anything else. */
	CHECK(!node_says(b, MEMO, "\"what\":\""));
	/* Of a moment that is asked for nothing counts that was written later. */
	static struct ent_jsonout out; /* large */
	struct ent_jsonout_memory memory = {.limit = 1 << 20};
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	CHECK(ent_memoranda_write(b->memoranda, MEMO, suspend.from_utc_us - SECOND_US, &out) ==
			ENT_OK);
	ent_jsonout_object_end(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_OK);
	CHECK_ROW(memory.bytes, strstr(memory.bytes, "\"status\":\"in force\"") != NULL);
	free(memory.bytes);
	/* It is told, and neither by time once more, nor is it undone by it. */
	ticks_in_vain(b);
	nodes.now_us += 200 * SECOND_US;
	ticks_in_vain(b);
	nodes.now_us += 200 * SECOND_US;
	ticks_in_vain(b);
	CHECK(node_says(b, MEMO, "\"status\":\"suspended\""));
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, 7, MEMO);
	change = told(b, 6);
	check_status(&change, "suspended", "in force");
	/* Further ahead than that it is an alarm, and counts when its time comes. */
	a->ahead_us = 2 * ENT_MEMO_CLOCKS_APART_US;
	suspend.from_utc_us = node_clock(a) + SECOND_US / 2;
	(void)node_acts(a, MEMO, suspend);
	meet(&nodes, 7, MEMO);
	change = told(b, 7);
	check_status(&change, "in force", "in force");
	CHECK(node_says(b, MEMO, "\"status\":\"in force\""));
	nodes_close(&nodes);
}

TEST(memoranda__a_date_just_ahead_makes_nothing_else_come_sooner) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	struct ent_hash next;
	char *document = document_of_nodes(&nodes, &hash, &next);
	(void)node_acts(a, MEMO, draft_of(document));
	(void)node_acts(a, MEMO, sign_of(&next));
	meet(&nodes, 7, MEMO);
	/* Three minutes before it must be signed somebody says something else, dated behind that. */
	nodes.now_us = FROM_US + 58 * DAY_US - 180 * SECOND_US;
	ent_memoranda_tick(b->memoranda);
	c->ahead_us = 270 * SECOND_US;
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"as we see it", 12};
	(void)node_acts(c, MEMO, word);
	meet(&nodes, 6, MEMO);
	ticks_in_vain(b);
	CHECK(node_says(b, MEMO, "\"stage\":\"signed by some\""));
	CHECK(node_says(b, MEMO, "as we see it"));
	(void)node_acts(b, MEMO, sign_of(&next));
	ticks_in_vain(b);
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda__what_was_not_done_in_time_is_told_once) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	struct ent_hash next;
	char *document = document_of_nodes(&nodes, &hash, &next);
	const struct ent_memoranda_done draft = node_acts(a, NULL, draft_of(document));
	free(document);
	struct ent_memo_act offer = act_of(ENT_MEMO_ACT_OFFER);
	offer.version = next;
	offer.answer_by_utc_us = nodes.now_us + 3600 * SECOND_US;
	const struct ent_memoranda_done offered = node_acts(a, MEMO, offer);
	CHECK(offered.seq > draft.seq);
	nodes.now_us += SECOND_US;
	ent_memoranda_tick(a->memoranda);
	const struct ent_memoranda_timed *timed = comes(
			&nodes, a, offer.answer_by_utc_us + 1, ENT_MEMORANDA_TIME_UNANSWERED, NULL);
	CHECK(timed->seq == offered.seq && strcmp(timed->party, a->card.id) == 0);
	const int64_t due_us = INT64_C(1801440000) * SECOND_US; /* 2027-02-01 */
	timed = comes(&nodes, a, due_us + 1, ENT_MEMORANDA_TIME_OVERDUE,
			"overdue: obligation 13.1");
	CHECK(strcmp(timed->clause, "13.1") == 0 && strcmp(timed->party, b->card.id) == 0);
	CHECK(timed->at_utc_us == due_us);
	/* A start finds it, as it was told, and says nothing. */
	node_restart(a);
	nodes.now_us += 2 * SECOND_US;
	ticks_in_vain(a);
	/* Done, and then no longer: that is new. */
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_OBLIGATION);
	memcpy(word.clause, "13.1", 5);
	word.done = true;
	nodes.now_us += SECOND_US;
	(void)node_acts(b, MEMO, word);
	meet(&nodes, 7, MEMO);
	nodes.now_us += SECOND_US;
	ticks_in_vain(a);
	word.done = false;
	word.text = (struct ent_memo_text){"withdrawn again", 15};
	(void)node_acts(b, MEMO, word);
	meet(&nodes, 7, MEMO);
	nodes.now_us += SECOND_US;
	(void)ticks(a, ENT_MEMORANDA_TIME_OVERDUE, "overdue: obligation 13.1");
	nodes_close(&nodes);
}

TEST(memoranda__a_withdrawal_that_has_effect_is_told_and_the_end_with_the_last) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	/* The others stay bound to one another, until one is left alone. */
	struct ent_memo_act withdraw = act_of(ENT_MEMO_ACT_WITHDRAW);
	withdraw.from_utc_us = nodes.now_us + 60 * SECOND_US;
	(void)node_acts(b, MEMO, withdraw);
	meet(&nodes, 7, MEMO);
	ent_memoranda_tick(a->memoranda);
	const struct ent_memoranda_timed *timed = comes(&nodes, a, withdraw.from_utc_us,
			ENT_MEMORANDA_TIME_WITHDRAWN, "it is in force");
	CHECK(strcmp(timed->party, b->card.id) == 0);
	withdraw.from_utc_us = nodes.now_us + 60 * SECOND_US;
	(void)node_acts(c, MEMO, withdraw);
	meet(&nodes, 7, MEMO);
	ent_memoranda_tick(a->memoranda);
	timed = comes(&nodes, a, withdraw.from_utc_us, ENT_MEMORANDA_TIME_WITHDRAWN,
			"it is ended by withdrawal");
	check_status(&a->by_time, "in force", "ended by withdrawal");
	CHECK(strcmp(timed->party, c->card.id) == 0);
	nodes_close(&nodes);
}

TEST(memoranda__clauses_and_declarations_are_shown_beside_the_state) {
	(void)state_;
	struct nodes nodes;
	char part[256], source[160] = "\"suspension_version\":\"";
	nodes_open(&nodes, 3);
	const struct ent_hash version = nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	CHECK(node_says(a, MEMO, "\"suspension_version\":null,\"suspension_clause\":null"));
	for (size_t i = 0, at = strlen(source); i < ENT_HASH_SIZE; i++, at += 2)
		(void)snprintf(source + at, 3, "%02x", (unsigned)version.bytes[i]);
	(void)strcat(source, "\",\"suspension_clause\":\"14\"");
	CHECK(node_says(a, MEMO, "\"declarations\":[]"));
	CHECK(node_says(a, MEMO, "\"level_clauses\":{\"flight\":\""));
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_SUSPEND));
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){part, 6};
	for (int i = 0; i < 10; i++) {
		(void)snprintf(part, sizeof part, "word %d", i);
		(void)node_acts(a, MEMO, word);
	}
	meet(&nodes, 7, MEMO);
	for (size_t i = 0; i < 3; i++) {
		char *shown = node_shows(&nodes.node[i], MEMO, false);
		CHECK_ROW(shown, strstr(shown, source) != NULL);
		CHECK_ROW(shown, strstr(shown, "\"text\":\"word 1\"") == NULL);
		const char *second = strstr(shown, "\"text\":\"word 2\"}");
		CHECK_ROW(shown, second != NULL && strstr(second, "\"text\":\"word 9\"}]") != NULL);
		free(shown);
	}
	nodes_close(&nodes);
}

/* The clause alone would say that it is by what was agreed; a level of none is not shown as a level at all. */
TEST(memoranda__who_keeps_a_level_lower_than_its_clause_is_shown_with_the_act) {
	(void)state_;
	struct nodes nodes;
	char parts[2][160];
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	CHECK(node_says(&nodes.node[0], MEMO, "\"level_acts\":[]"));
	struct ent_memo_act level = act_of(ENT_MEMO_ACT_LEVEL);
	level.subject = ENT_MEMO_SUBJECT_FLIGHT;
	for (int i = 0; i < 2; i++) {
		level.level = i == 0 ? ENT_MEMO_LEVEL_EXCHANGE : ENT_MEMO_LEVEL_NONE;
		(void)node_acts(&nodes.node[i + 1], MEMO, level);
		meet(&nodes, 7, MEMO);
		/* Whoever is higher by its own act keeps nothing down. */
		(void)snprintf(parts[i], sizeof parts[i],
				"\"level_acts\":[{\"subject\":\"flight\",\"level\":\"%s\","
				"\"party\":"
				"\"%s\",\"seq\":1,\"declared\":\"20",
				ent_memo_level_text(level.level), nodes.node[i + 1].card.id);
		for (size_t j = 0; j < 3; j++) {
			CHECK(node_says(&nodes.node[j], MEMO,
					"\"level_clauses\":{\"flight\":\"4.1\""));
			CHECK_ROW(parts[i], node_says(&nodes.node[j], MEMO, parts[i]));
		}
	}
	nodes_close(&nodes);
}

/* Whose clock can be set, too: among those that it concerns all can, and they are known by what they have put before us. */
TEST(memoranda__the_first_word_counts_and_arrives_whatever_it_is) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	for (size_t i = 0; i < 3; i++)
		nodes.node[i].settable = true;
	for (size_t i = 0; i < 3; i++)
		node_restart(&nodes.node[i]);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	char *again = replace_all(document_of_nodes(&nodes, NULL, &hash), MEMO, "kept-to-b");
	(void)node_acts(a, NULL, draft_of(document));
	struct ent_memo_act draft = draft_of(again);
	draft.sealed = draft.ad_referendum = true;
	memcpy(draft.sealed_for[draft.n_sealed_for++], b->card.id, ENT_PARTY_ID_SIZE);
	(void)node_acts(a, NULL, draft);
	meet(&nodes, 7, MEMO);
	meet(&nodes, 3, "kept-to-b");
	struct ent_memo_act no = act_of(ENT_MEMO_ACT_DECLINE);
	memcpy(no.offer.party, a->card.id, sizeof no.offer.party);
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"we have read it", 15};
	CHECK(node_acts(b, MEMO, no).class_ == ENT_CLASS_ACTUAL);
	(void)node_acts(c, MEMO, word);
	(void)node_acts(b, "kept-to-b", no);
	meet(&nodes, 7, MEMO);
	meet(&nodes, 3, "kept-to-b");
	const struct {
		const char *id, *kind;
	} rows[] = {{MEMO, "memo-decline"}, {MEMO, "memo-declare"}, {"kept-to-b", "memo-decline"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char part[80];
		char *history = node_shows(a, rows[i].id, true);
		(void)snprintf(part, sizeof part, "\"kind\":\"%s\",\"class\":\"ACTUAL\"",
				rows[i].kind);
		CHECK_ROW(history, strstr(history, part) != NULL);
		CHECK_ROW(history, strstr(history, "\"standing\":\"passed\"") == NULL);
		free(history);
	}
	free(again);
	free(document);
	nodes_close(&nodes);
}

int main(void) {
	static const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda__who_has_shown_that_it_has_all_differs_in_nothing),
			TEST_ENTRY(memoranda__declared_and_received_times_are_both_shown),
			TEST_ENTRY(memoranda__what_has_changed_is_told_once_and_by_whose_act),
			TEST_ENTRY(memoranda__what_time_alone_changes_is_told_once_and_to_the_log),
			TEST_ENTRY(memoranda__what_a_clock_just_ahead_has_declared_binds_from_when_it_is_here),
			TEST_ENTRY(memoranda__a_date_just_ahead_makes_nothing_else_come_sooner),
			TEST_ENTRY(memoranda__what_was_not_done_in_time_is_told_once),
			TEST_ENTRY(memoranda__a_withdrawal_that_has_effect_is_told_and_the_end_with_the_last),
			TEST_ENTRY(memoranda__clauses_and_declarations_are_shown_beside_the_state),
			TEST_ENTRY(memoranda__who_keeps_a_level_lower_than_its_clause_is_shown_with_the_act),
			TEST_ENTRY(memoranda__the_first_word_counts_and_arrives_whatever_it_is),
			TEST_ENTRY(memoranda__of_our_acts_it_is_shown_who_has_acknowledged_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
