/* SPDX-License-Identifier: Apache-2.0 */
/* Memoranda of nodes that carry each other's parcels: what each of them does, and that all come to the same. */
#include <inttypes.h>

#include "memonodes.h"

enum { ALL = 7, TWO = 3 };

/* Each of them shows this. */
static void all_say(const struct nodes *nodes, const char *part) {
	for (size_t i = 0; i < nodes->n; i++)
		CHECK_ROW(part, node_says(&nodes->node[i], MEMO, part));
}

/* A does; and all can see who attests it, and on which scan. */
static void sign_on_paper(struct nodes *nodes, const struct ent_hash *version) {
	const char *id = nodes->node[0].card.id;
	struct ent_memo_act paper = act_of(ENT_MEMO_ACT_PAPER);
	char record[256];
	paper.version = *version;
	memset(&paper.scan, 0xab, sizeof paper.scan);
	paper.signed_utc_us = nodes->now_us;
	paper.n_signed_by = 1;
	memcpy(paper.signed_by[0], id, sizeof paper.signed_by[0]);
	(void)node_acts(&nodes->node[0], MEMO, paper);
	meet(nodes, ALL, MEMO);
	(void)snprintf(record, sizeof record,
			"\"paper\":[{\"party\":\"%s\",\"seq\":2,\"scan\":"
			"\"abababababababababababab",
			id);
	all_say(nodes, record);
	(void)snprintf(record, sizeof record, "\"signed_by\":[\"%s\"]}]", id);
	all_say(nodes, record);
}

TEST(memoranda__a_draft_is_declined_and_another_is_signed_by_all_and_in_force) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash first, second;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	char *document = document_of_nodes(&nodes, NULL, &first), *again, *got = NULL;
	size_t size = 0;
	(void)node_acts(a, NULL, draft_of(document));
	struct ent_memo_act offer = act_of(ENT_MEMO_ACT_OFFER);
	offer.version = first;
	offer.answer_by_utc_us = NOW_US + DAY_US;
	const struct ent_memoranda_done offered = node_acts(a, MEMO, offer);
	CHECK(offered.seq == 1 && strcmp(offered.memorandum, MEMO) == 0);
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"stage\":\"drafted\"");
	/* Its exact bytes are at all. */
	for (size_t i = 0; i < 3; i++) {
		CHECK(ent_memoranda_document(nodes.node[i].memoranda, MEMO, &first, &got, &size) ==
				ENT_OK);
		CHECK(size == strlen(document) && memcmp(got, document, size) == 0);
		free(got);
	}
	nodes.now_us += 60 * SECOND_US;
	struct ent_memo_act no = act_of(ENT_MEMO_ACT_DECLINE);
	memcpy(no.offer.party, a->card.id, sizeof no.offer.party);
	no.offer.size = offered.seq;
	no.text = (struct ent_memo_text){"too high", 8};
	(void)node_acts(b, MEMO, no);
	/* And C the draft itself, which needs no offer. */
	all_say(&nodes, "\"declined_by\":[]");
	no.offer.size = 0;
	(void)node_acts(c, MEMO, no);
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"declined\"");
	all_say(&nodes, "\"offered\"");
	char part[64];
	(void)snprintf(part, sizeof part, "\"declined_by\":[\"%s\"]", c->card.id);
	all_say(&nodes, part);
	/* Another one, by another. */
	again = replace_all(document, "\"5 NM\"", "\"6 NM\"");
	ent_seal_sha256(again, strlen(again), &second);
	(void)node_acts(b, NULL, draft_of(again));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"paper\":[]");
	sign_on_paper(&nodes, &second);
	(void)node_acts(b, MEMO, sign_of(&second));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"stage\":\"signed by some\"");
	(void)node_acts(c, MEMO, sign_of(&second));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"status\":\"agreed, not yet in force\"");
	nodes.now_us = FROM_US;
	all_say(&nodes, "\"status\":\"in force\"");
	all_say(&nodes, "\"flight\":\"coordination\"");
	all_say(&nodes, "\"word\":\"nothing said\"");
	all_say(&nodes, "\"since\":\"2027-01-02T00:00:00Z\"");
	free(again);
	nodes_close(&nodes);
}

static struct ent_memo_act level_of(enum ent_memo_level level) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_LEVEL);
	act.subject = ENT_MEMO_SUBJECT_FLIGHT;
	act.level = level;
	return act;
}

/* date -ud 2027-03-02 +%s */
#define SECOND_FROM_US (INT64_C(1803945600) * SECOND_US)

/* When its validity is over it binds nobody, and nobody is at any level. */
static void check_nobody_is_bound(struct nodes *nodes, int64_t at_us) {
	nodes->now_us = at_us;
	all_say(nodes, "\"status\":\"no longer in force: its validity is over\"");
	char *over = node_shows(&nodes->node[0], MEMO, false);
	CHECK_ROW(over, strstr(over, "\"bound\":true") == NULL);
	CHECK_ROW(over, strstr(over, "\"flight\":") == NULL);
	free(over);
}

TEST(memoranda__a_level_goes_down_by_one_and_up_by_a_new_version) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash next;
	nodes_open(&nodes, 3);
	const struct ent_hash first = nodes_agree(&nodes);
	(void)node_acts(&nodes.node[1], MEMO, level_of(ENT_MEMO_LEVEL_EXCHANGE));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"next_from\":null,\"level\":{\"flight\":\"exchange\"");
	/* The others are where they were, and cannot put it up by themselves. */
	const struct ent_memoranda_done refused = node_does(
			&nodes.node[0], MEMO, level_of(ENT_MEMO_LEVEL_COORDINATION));
	CHECK(refused.status == ENT_E_REFUSED && refused.rule == ENT_MEMO_RULE_LEVEL_AGAIN);
	char *document = document_of_nodes(&nodes, &first, &next);
	(void)node_acts(&nodes.node[2], MEMO, draft_of(document));
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++)
		(void)node_acts(&nodes.node[i], MEMO, sign_of(&next));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"next_from\":\"2027-03-02T00:00:00Z\"");
	nodes.now_us = SECOND_FROM_US;
	all_say(&nodes, "\"next_from\":null,\"level\":{\"flight\":\"coordination\"");
	all_say(&nodes, "\"stage\":\"replaced\"");
	/* What is agreed of the line is what it goes by, and names where it stands. */
	for (size_t i = 0; i < 3; i++) {
		struct node *node = &nodes.node[i];
		const char *peer = nodes.node[(i + 1) % 3].card.id;
		struct ent_memoranda_source by;
		struct ent_line_terms terms = ent_memoranda_line_terms(
				node->memoranda, peer, SECOND_FROM_US, &by);
		CHECK(terms.period_us == 1800 * SECOND_US && terms.late_us == 300 * SECOND_US);
		CHECK_ROW(by.clause, strcmp(by.clause, "9") == 0);
		CHECK(strcmp(by.memorandum, MEMO) == 0);
		CHECK(memcmp(&by.version, &next, sizeof next) == 0);
		/* A period goes by what held when it began, and it is known when that ends. */
		CHECK(terms.since_utc_us == SECOND_FROM_US);
		CHECK(terms.before_period_us == 3600 * SECOND_US);
		CHECK(terms.until_utc_us > SECOND_FROM_US);
		terms = ent_memoranda_line_terms(node->memoranda, peer, SECOND_FROM_US - 1, &by);
		CHECK(terms.period_us == 3600 * SECOND_US);
		CHECK(memcmp(&by.version, &first, sizeof first) == 0);
		CHECK(terms.until_utc_us == SECOND_FROM_US);
		terms = ent_memoranda_line_terms(
				node->memoranda, peer, terms.until_utc_us + 400 * DAY_US, &by);
		CHECK(by.clause[0] == '\0' && terms.period_us == ENT_LINE_PERIOD_US);
		CHECK(terms.before_period_us == 1800 * SECOND_US && terms.until_utc_us == 0);
		terms = ent_memoranda_line_terms(
				node->memoranda, "0123456789abcdef", SECOND_FROM_US, &by);
		CHECK(by.clause[0] == '\0' && terms.period_us == ENT_LINE_PERIOD_US);
		CHECK(terms.since_utc_us == 0 && terms.until_utc_us == 0);
	}
	check_nobody_is_bound(&nodes, SECOND_FROM_US + 400 * DAY_US);
	free(document);
	nodes_close(&nodes);
}

static struct ent_memo_act from_of(enum ent_memo_act_kind kind, int64_t from_us) {
	struct ent_memo_act act = act_of(kind);
	act.from_utc_us = from_us;
	return act;
}

TEST(memoranda__each_resumes_its_own_suspension_and_who_withdraws_is_bound_until_then) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	(void)node_acts(a, MEMO, from_of(ENT_MEMO_ACT_SUSPEND, 0));
	(void)node_acts(b, MEMO, from_of(ENT_MEMO_ACT_SUSPEND, nodes.now_us + 1000));
	meet(&nodes, ALL, MEMO);
	nodes.now_us += SECOND_US;
	all_say(&nodes, "\"status\":\"suspended\"");
	/* A gave the hour's notice that was agreed, B did not wait for it: both are seen. */
	char *text = node_shows(c, MEMO, false);
	CHECK_ROW(text,
			strstr(text,
					"\"suspended\":false,\"suspended_since\":null,\"suspends_"
					"from\":\"") != NULL);
	CHECK_ROW(text, strstr(text, "\"suspended\":true,\"suspended_since\":\"") != NULL);
	free(text);
	(void)node_acts(a, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"status\":\"suspended\"");
	/* Nobody resumes for another. */
	const struct ent_memoranda_done refused = node_does(c, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	CHECK(refused.status == ENT_E_REFUSED && refused.rule == ENT_MEMO_RULE_RUNS);
	CHECK_ROW(refused.fault.why, strstr(refused.fault.why, "(rule 10)") != NULL);
	nodes.now_us += SECOND_US;
	(void)node_acts(b, MEMO, act_of(ENT_MEMO_ACT_RESUME));
	meet(&nodes, ALL, MEMO);
	nodes.now_us += SECOND_US;
	all_say(&nodes, "\"status\":\"in force\"");
	(void)node_acts(c, MEMO, from_of(ENT_MEMO_ACT_WITHDRAW, nodes.now_us + DAY_US));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"withdrawing\":true");
	nodes.now_us += 2 * DAY_US;
	/* The others stay bound to one another. */
	all_say(&nodes, "\"status\":\"in force\"");
	struct ent_memoranda_source by;
	(void)ent_memoranda_line_terms(a->memoranda, b->card.id, nodes.now_us, &by);
	CHECK(by.clause[0] != '\0');
	(void)ent_memoranda_line_terms(a->memoranda, c->card.id, nodes.now_us, &by);
	CHECK(by.clause[0] == '\0');
	nodes_close(&nodes);
}

TEST(memoranda__who_was_cut_off_is_shown_with_the_difference_until_it_has_read_on) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *c = &nodes.node[2];
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"we go on", 8};
	(void)node_acts(c, MEMO, word);
	meet(&nodes, ALL, MEMO);
	(void)node_acts(a, MEMO, from_of(ENT_MEMO_ACT_SUSPEND, nodes.now_us + 1000));
	meet(&nodes, TWO, MEMO);
	nodes.now_us += SECOND_US;
	CHECK(node_says(a, MEMO, "\"status\":\"suspended\""));
	CHECK(node_says(c, MEMO, "\"status\":\"in force\""));
	/* The others know by what it last said that it may show another state. */
	char part[160], part_lacks[80];
	(void)snprintf(part, sizeof part,
			"{\"party\":\"%s\",\"differences\":[{\"what\":\"status\",\"here\":"
			"\"suspended\","
			"\"there\":\"in force\"}",
			c->card.id);
	CHECK(node_says(a, MEMO, part));
	CHECK(node_says(&nodes.node[1], MEMO, part));
	/* It is not of another opinion: it has only not received the suspension. */
	(void)snprintf(part_lacks, sizeof part_lacks,
			"],\"more\":0,\"missing\":1,\"lacks\":{\"%s\":1}}", a->card.id);
	CHECK(node_says(a, MEMO, part_lacks));
	/* It does not know, says something under what it has seen, and all come to the same. */
	(void)node_acts(c, MEMO, word);
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"status\":\"suspended\"");
	(void)node_acts(c, MEMO, word);
	meet(&nodes, ALL, MEMO);
	char *text = node_shows(a, MEMO, false);
	CHECK(strstr(text, part) == NULL);
	free(text);
	nodes_close(&nodes);
}

/* What stands in the page of a member, and what is said of it once it has lasted. */
static void is_hidden(
		struct node *a, const struct node *b, const struct node *c, const char *kind) {
	char part[256];
	CHECK(node_says(a, MEMO, "\"status\":\"in force\""));
	char *text = node_shows(a, MEMO, false);
	CHECK(strstr(text, "\"withdrawing\":true") == NULL);
	CHECK(strstr(text, "\"suspends_from\":\"20") == NULL);
	free(text);
	(void)snprintf(part, sizeof part,
			"\"waiting_for\":{\"party\":\"%s\",\"entries\":3},\"waiting_kinds\":[\"%"
			"s\"]",
			c->card.id, kind);
	CHECK(node_says(a, MEMO, "\"waiting\":1,\"waiting_since\":\"20"));
	CHECK(node_says(a, MEMO, part));
	CHECK(a->waits == 0);
	a->nodes->now_us += 61 * SECOND_US;
	for (int i = 0; i < 2; i++)
		CHECK(node_says(a, MEMO, part));
	CHECK(a->waits == 1);
	(void)snprintf(part, sizeof part,
			"not all is here: what %s has written (%s) waits for entry 2 of %s; ",
			b->card.id, kind, c->card.id);
	CHECK_ROW(a->said, strstr(a->said, part) != NULL);
}

/* C gives an entry to B alone: what B does then is here, in no state, and shown from the first moment on. */
TEST(memoranda__who_keeps_back_entries_hides_nobodys_act) {
	(void)state_;
	static const struct {
		enum ent_memo_act_kind kind;
		const char *word, *then;
	} rows[] = {
			{ENT_MEMO_ACT_WITHDRAW, "memo-withdraw", "\"withdrawing\":true"},
			{ENT_MEMO_ACT_SUSPEND, "memo-suspend", "\"suspends_from\":\"20"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct nodes nodes;
		struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
		word.text = (struct ent_memo_text){"to B alone", 10};
		nodes_open(&nodes, 3);
		(void)nodes_agree(&nodes);
		struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
		all_say(&nodes,
				"\"waiting\":0,\"waiting_since\":null,\"waiting_for\":null,"
				"\"waiting_kinds\":[]");
		(void)node_acts(c, MEMO, word);
		(void)node_acts(c, MEMO, word);
		(void)carry(c, b);
		node_settles(b, MEMO);
		(void)node_acts(b, MEMO, from_of(rows[i].kind, 0));
		(void)carry(b, a);
		node_settles(a, MEMO);
		is_hidden(a, b, c, rows[i].word);
		meet(&nodes, ALL, MEMO);
		CHECK(node_says(a, MEMO, rows[i].then));
		char *text = node_shows(a, MEMO, false);
		CHECK(strstr(text, "\"waiting\":1") == NULL);
		free(text);
		nodes_close(&nodes);
	}
}

TEST(memoranda__a_word_is_said_of_what_one_owes_and_of_nothing_else) {
	(void)state_;
	static const struct {
		const char *why, *clause;
		size_t node;
		const char *says; /* NULL: it is taken */
	} rows[] = {
			{"a clause that there is not", "13.9", 1, "no obligation stands in that"},
			{"a clause that is no obligation", "5.1", 1,
					"no obligation stands in that"},
			{"of another's", "13.1", 0, "another party owes that"},
			{"its own", "13.1", 1, NULL},
	};
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_memo_act word = act_of(ENT_MEMO_ACT_OBLIGATION);
		memcpy(word.clause, rows[i].clause, strlen(rows[i].clause) + 1);
		word.done = true;
		const struct ent_memoranda_done done = node_does(
				&nodes.node[rows[i].node], MEMO, word);
		CHECK_ROW(rows[i].why,
				done.status == (rows[i].says != NULL ? ENT_E_REFUSED : ENT_OK));
		CHECK_ROW(rows[i].why,
				rows[i].says == NULL ||
						strstr(done.fault.why, rows[i].says) != NULL);
	}
	CHECK(node_says(&nodes.node[1], MEMO, "\"word\":\"done\""));
	nodes_close(&nodes);
}

TEST(memoranda__what_an_act_is_refused_for_is_named) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	CHECK(node_does(a, MEMO, sign_of(&hash)).status == ENT_E_MISSING);
	/* A document with a fault, by its path; one of others; one of another memorandum. */
	char *bad = replace_all(document, "\"1 min\"", "\"1 minute and a half\"");
	struct ent_memoranda_done done = node_does(a, NULL, draft_of(bad));
	CHECK(done.status == ENT_E_SYNTAX);
	CHECK_ROW(done.fault.where, strcmp(done.fault.where, "clauses.minima[0].time") == 0);
	free(bad);
	static const char *const others[3] = {
			"00000000000000aa", "00000000000000bb", "00000000000000cc"};
	document = document_among("of-others", others, NULL, &hash);
	done = node_does(a, NULL, draft_of(document));
	CHECK(done.status == ENT_E_SYNTAX);
	CHECK_ROW(done.fault.why, strcmp(done.fault.why, "it does not name us") == 0);
	free(document);
	document = document_of_nodes(&nodes, NULL, &hash);
	CHECK(node_does(a, "south-corridor", draft_of(document)).status == ENT_E_SYNTAX);
	/* None of them has left anything. */
	CHECK(ent_memoranda_list(a->memoranda, NULL, 0) == 0);
	(void)node_acts(a, NULL, draft_of(document));
	CHECK(ent_memoranda_list(a->memoranda, NULL, 0) == 1);
	(void)node_acts(a, MEMO, sign_of(&hash));
	done = node_does(a, MEMO, sign_of(&hash));
	CHECK(done.status == ENT_E_REFUSED && done.rule == ENT_MEMO_RULE_SIGNED);
	CHECK_ROW(done.fault.why,
			strcmp(done.fault.why,
					"this party has signed that version already, and no "
					"signature is taken back (rule 8)") == 0);
	/* Another key than ours signs nothing. */
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"so it is", 8};
	const struct ent_memoranda_act asked = {
			.memorandum = MEMO, .act = &word, .key = nodes.node[1].party_key};
	ent_memoranda_do(a->memoranda, &asked, &done);
	CHECK(done.status == ENT_E_REFUSED && strcmp(done.fault.where, "key") == 0);
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda__an_act_on_what_has_changed_meanwhile_is_refused) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	char tag[ENT_MEMORANDA_TAG_SIZE];
	struct ent_memoranda_done done;
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){"as we see it", 12};
	const struct ent_memoranda_act asked = {
			.memorandum = MEMO, .act = &act, .key = a->party_key, .tag = tag};
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, tag) == ENT_OK);
	ent_memoranda_do(a->memoranda, &asked, &done);
	CHECK(done.status == ENT_OK);
	ent_memoranda_do(a->memoranda, &asked, &done);
	CHECK(done.status == ENT_E_EXISTS);
	CHECK(ent_memoranda_tag(a->memoranda, MEMO, tag) == ENT_OK);
	ent_memoranda_do(a->memoranda, &asked, &done);
	CHECK(done.status == ENT_OK);
	nodes_close(&nodes);
}

struct caller {
	pthread_t thread;
	struct node *node;
	uint64_t seq[8];
};

static void *call(void *user) {
	struct caller *caller = user;
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){"at once", 7};
	for (size_t i = 0; i < COUNT_OF(caller->seq); i++)
		caller->seq[i] = node_acts(caller->node, MEMO, act).seq;
	return NULL;
}

TEST(memoranda__several_acts_at_once_are_each_decided_on_the_one_before) {
	(void)state_;
	enum { CALLERS = 4 };
	struct nodes nodes;
	struct caller callers[CALLERS];
	bool seen[1 + CALLERS * COUNT_OF(callers[0].seq)] = {false};
	struct ent_hash hash;
	nodes_open(&nodes, 2);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(&nodes.node[0], NULL, draft_of(document));
	for (int i = 0; i < CALLERS; i++) {
		callers[i].node = &nodes.node[0];
		CHECK(pthread_create(&callers[i].thread, NULL, call, &callers[i]) == 0);
	}
	/* While others look and come. */
	for (int i = 0; i < 5; i++) {
		(void)carry(&nodes.node[0], &nodes.node[1]);
		(void)carry(&nodes.node[1], &nodes.node[0]);
		(void)ent_memoranda_line_terms(
				nodes.node[0].memoranda, nodes.node[1].card.id, nodes.now_us, NULL);
		free(node_shows(&nodes.node[0], MEMO, true));
		ent_memoranda_again(nodes.node[0].memoranda);
		CHECK(ent_memoranda_list(nodes.node[0].memoranda, NULL, 0) == 1);
	}
	for (int i = 0; i < CALLERS; i++)
		CHECK(pthread_join(callers[i].thread, NULL) == 0);
	for (int i = 0; i < CALLERS; i++)
		for (size_t j = 0; j < COUNT_OF(callers[i].seq); j++) {
			CHECK(callers[i].seq[j] < COUNT_OF(seen) && !seen[callers[i].seq[j]]);
			seen[callers[i].seq[j]] = true;
		}
	meet(&nodes, TWO, MEMO);
	char *text = node_shows(&nodes.node[1], MEMO, true);
	CHECK(strstr(text, "\"fault\"") == NULL && strstr(text, "\"waits\"") == NULL);
	free(text);
	free(document);
	nodes_close(&nodes);
}

struct drafter {
	pthread_t thread;
	struct node *node;
	char *document;
	struct ent_memoranda_done done;
};

static void *draft(void *user) {
	struct drafter *drafter = user;
	drafter->done = node_does(drafter->node, NULL, draft_of(drafter->document));
	return NULL;
}

/* Those that come while one is written are taken up together, and only the first of them can be decided then. */
TEST(memoranda__acts_that_wait_together_are_all_done) {
	(void)state_;
	enum { DRAFTERS = 6 };
	struct nodes nodes;
	struct drafter drafters[DRAFTERS];
	struct ent_hash hash;
	nodes_open(&nodes, 1);
	struct node *a = &nodes.node[0];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	a->held = true;
	for (int i = 0; i < DRAFTERS; i++) {
		drafters[i].node = a;
		drafters[i].document = document;
		CHECK(pthread_create(&drafters[i].thread, NULL, draft, &drafters[i]) == 0);
	}
	pause_ms(50);
	a->held = false;
	unsigned seen = 0;
	for (int i = 0; i < DRAFTERS; i++) {
		CHECK(pthread_join(drafters[i].thread, NULL) == 0);
		CHECK_ROW(drafters[i].done.fault.why, drafters[i].done.status == ENT_OK);
		seen |= 1U << drafters[i].done.seq;
	}
	CHECK(seen == ((1U << DRAFTERS) - 1) << 1);
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda__with_a_clock_that_can_be_set_only_play_among_players_counts) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0];
	node_stop(a);
	a->settable = nodes.node[1].settable = true;
	ent_store_close(a->store);
	node_start(a);
	char *document = document_of_nodes(&nodes, NULL, &hash);
	CHECK(node_acts(a, NULL, draft_of(document)).class_ == ENT_CLASS_TEST);
	meet(&nodes, ALL, MEMO);
	for (size_t i = 0; i < 3; i++) {
		char *text = node_shows(&nodes.node[i], MEMO, true);
		CHECK_ROW(text, strstr(text, "\"class\":\"TEST\"") != NULL);
		CHECK_ROW(text, strstr(text, "\"standing\":\"passed\"") != NULL);
		free(text);
	}
	nodes.node[2].settable = true;
	for (size_t i = 0; i < 3; i++)
		ent_memoranda_again(nodes.node[i].memoranda);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, ALL, MEMO);
	all_say(&nodes, "\"stage\":\"drafted\"");
	free(document);
	nodes_close(&nodes);
}

TEST(memoranda__a_sealed_draft_is_read_by_those_named_and_by_nobody_else) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0], *b = &nodes.node[1], *c = &nodes.node[2];
	char *document = document_of_nodes(&nodes, NULL, &hash), *got = NULL;
	size_t size = 0;
	(void)node_acts(a, NULL, draft_of(document));
	struct ent_memo_act draft = draft_of(document);
	draft.sealed = draft.ad_referendum = true;
	memcpy(draft.sealed_for[draft.n_sealed_for++], b->card.id, ENT_PARTY_ID_SIZE);
	(void)node_acts(a, NULL, draft);
	meet(&nodes, ALL, MEMO);
	char *text = node_shows(c, MEMO, true);
	const char *at = strstr(text, "\"sealed\":\"");
	CHECK_ROW(text, at != NULL);
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		unsigned byte = 0;
		CHECK(sscanf(at + 10 + 2 * i, "%2x", &byte) == 1);
		hash.bytes[i] = (uint8_t)byte;
	}
	free(text);
	CHECK(ent_memoranda_document(c->memoranda, MEMO, &hash, &got, &size) == ENT_E_MISSING);
	CHECK(ent_memoranda_document(b->memoranda, MEMO, &hash, &got, &size) == ENT_OK);
	CHECK(size == strlen(document) && memcmp(got, document, size) == 0);
	free(got);
	free(document);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda__a_draft_is_declined_and_another_is_signed_by_all_and_in_force),
			TEST_ENTRY(memoranda__a_level_goes_down_by_one_and_up_by_a_new_version),
			TEST_ENTRY(memoranda__each_resumes_its_own_suspension_and_who_withdraws_is_bound_until_then),
			TEST_ENTRY(memoranda__who_was_cut_off_is_shown_with_the_difference_until_it_has_read_on),
			TEST_ENTRY(memoranda__who_keeps_back_entries_hides_nobodys_act),
			TEST_ENTRY(memoranda__a_word_is_said_of_what_one_owes_and_of_nothing_else),
			TEST_ENTRY(memoranda__what_an_act_is_refused_for_is_named),
			TEST_ENTRY(memoranda__an_act_on_what_has_changed_meanwhile_is_refused),
			TEST_ENTRY(memoranda__several_acts_at_once_are_each_decided_on_the_one_before),
			TEST_ENTRY(memoranda__acts_that_wait_together_are_all_done),
			TEST_ENTRY(memoranda__with_a_clock_that_can_be_set_only_play_among_players_counts),
			TEST_ENTRY(memoranda__a_sealed_draft_is_read_by_those_named_and_by_nobody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
