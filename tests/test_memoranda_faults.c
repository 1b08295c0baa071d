/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_memoranda_faults.c: our own acts on a disk that fails at each of the calls that they make of it, once or for good, and
 * whose power goes then: what was answered is there, once; what was not is there or has never been, and is no fault. And what
 * others wrote counts when it has failed and does no more.
 */
#define DISK_STORES 2
#include "faulty_disk.h"
#include "memonodes.h"

enum { ACTS = 3 };

struct life {
	struct nodes nodes;
	bool done[ACTS];
	unsigned failed;
};

static struct ent_memo_act word_of(const char *text) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){text, strlen(text)};
	return act;
}

static void life_begin(struct life *life, uint64_t seed) {
	struct ent_hash hash;
	disk_new(seed);
	nodes_open(&life->nodes, 1);
	char *document = document_of_nodes(&life->nodes, NULL, &hash);
	(void)node_acts(&life->nodes.node[0], NULL, draft_of(document));
	free(document);
	memset(life->done, 0, sizeof life->done);
	life->failed = 0;
}

static void act_some(struct life *life) {
	char text[16];
	for (unsigned i = 0; i < ACTS; i++) {
		(void)snprintf(text, sizeof text, "number %u", i);
		const struct ent_memoranda_done done = node_does(
				&life->nodes.node[0], MEMO, word_of(text));
		CHECK_ROW(done.fault.why, done.status == ENT_OK || done.status == ENT_E_IO);
		life->done[i] = done.status == ENT_OK;
		life->failed += done.status != ENT_OK;
	}
}

static void check_all(const struct life *life) {
	char text[16];
	char *history = node_shows(&life->nodes.node[0], MEMO, true);
	CHECK(strstr(history, "\"fault\"") == NULL && strstr(history, "\"waits\"") == NULL);
	for (unsigned i = 0; i < ACTS; i++) {
		(void)snprintf(text, sizeof text, "number %u", i);
		const char *at = strstr(history, text);
		CHECK_ROW(text, at != NULL || !life->done[i]);
		CHECK_ROW(text, at == NULL || strstr(at + 1, text) == NULL);
	}
	free(history);
}

/* It goes on, now and after a start. */
static void life_end(struct life *life) {
	struct node *node = &life->nodes.node[0];
	struct ent_memoranda_done done = {.status = ENT_E_IO};
	disk_mend();
	for (int i = 0; i < 500 && done.status != ENT_OK; i++) {
		done = node_does(node, MEMO, word_of("at last"));
		if (done.status != ENT_OK)
			pause_ms(10);
	}
	CHECK_ROW(done.fault.why, done.status == ENT_OK);
	check_all(life);
	node_restart(node);
	check_all(life);
	nodes_close(&life->nodes);
}

static uint64_t calls_of_a_life(void) {
	static struct life life;
	life_begin(&life, 1);
	const uint64_t before = disk.calls;
	act_some(&life);
	const uint64_t calls = disk.calls - before;
	CHECK(life.failed == 0 && calls > ACTS);
	life_end(&life);
	return calls;
}

TEST(memoranda_faults__an_act_whose_write_fails_has_never_been_or_is_there_once) {
	static struct life life;
	unsigned failed = 0;
	(void)state_;
	const uint64_t calls = calls_of_a_life();
	for (uint64_t at = 1; at <= calls; at++) {
		life_begin(&life, 2 + at);
		disk_fail(at, at % 2 == 0 ? DISK_ERROR : DISK_FULL, false, NULL);
		act_some(&life);
		failed += life.failed;
		life_end(&life);
	}
	CHECK(failed > 0);
}

TEST(memoranda_faults__when_the_power_goes_what_was_answered_is_there) {
	static struct life life;
	(void)state_;
	const uint64_t calls = calls_of_a_life();
	for (uint64_t at = 1; at <= calls; at += 2) {
		life_begin(&life, 99 + at);
		struct node *node = &life.nodes.node[0];
		disk_fail(at, DISK_GONE, true, NULL);
		act_some(&life);
		node_stop(node);
		ent_store_close(node->store);
		disk_power_cut();
		disk_mend();
		node_start(node);
		check_all(&life);
		life_end(&life);
	}
}

static void wait_until_said(struct node *node, const char *words) {
	bool said = false;
	for (int i = 0; i < 2000 && !said; i++) {
		pause_ms(2);
		(void)pthread_mutex_lock(&node->lock);
		said = strstr(node->said, words) != NULL;
		(void)pthread_mutex_unlock(&node->lock);
	}
	if (!said)
		fail_msg("not %s, but: %s", words, node->said);
}

/* The entries are here, and the disk fails for the mark of when they came. Nobody looks. */
TEST(memoranda_faults__what_was_received_while_the_disk_failed_counts_soon_after) {
	(void)state_;
	struct nodes nodes;
	struct ent_hash hash;
	disk_new(7);
	nodes_open(&nodes, 2);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	char *document = document_of_nodes(&nodes, NULL, &hash);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, 3, MEMO);
	(void)node_acts(b, MEMO, sign_of(&hash));
	a->deaf = true;
	CHECK(carry(b, a) == 1);
	a->deaf = false;
	char name[100];
	(void)snprintf(name, sizeof name, "memo/" MEMO "/%s", b->card.id);
	struct ent_post_ledger *ledger = ent_post_find(a->post, b->card.id, name);
	CHECK(ledger != NULL);
	const unsigned changed = a->changed;
	disk_fail(1, DISK_ERROR, true, NULL);
	ent_memoranda_grew(a->memoranda, ledger, 1);
	wait_until_said(a, "takes no entries");
	/* There is nothing that would be tried again and again while it fails. */
	ent_memoranda_retry(a->memoranda);
	disk_mend();
	for (int i = 0; i < 2000 && a->changed == changed; i++) {
		pause_ms(2);
		ent_memoranda_retry(a->memoranda);
	}
	CHECK(a->changed > changed);
	CHECK(node_is_settled(a, MEMO));
	free(document);
	nodes_close(&nodes);
}

/* It was told behind the last mark, whatever became of that: twice, and never not at all. */
TEST(memoranda_faults__what_was_told_and_could_not_be_marked_is_told_once_more_by_the_next_start) {
	static struct life life;
	(void)state_;
	life_begin(&life, 11);
	struct node *node = &life.nodes.node[0];
	disk_fail(1, DISK_ERROR, true, NULL);
	life.nodes.now_us = FROM_US + DAY_US;
	ent_memoranda_tick(node->memoranda);
	wait_until_said(node, "received takes no entries");
	ent_memoranda_tick(node->memoranda);
	CHECK(node->told_by_time == 1);
	CHECK(node->by_time.timed[0].what == ENT_MEMORANDA_TIME_LAPSED);
	node_stop(node);
	ent_store_close(node->store);
	disk_power_cut();
	disk_mend();
	for (int i = 0; i < 3; i++) {
		i == 0 ? node_start(node) : node_restart(node);
		life.nodes.now_us += SECOND_US;
		ent_memoranda_tick(node->memoranda);
		CHECK(node->told_by_time == 2);
	}
	CHECK(node->by_time.timed[0].while_down);
	life_end(&life);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memoranda_faults__an_act_whose_write_fails_has_never_been_or_is_there_once),
			TEST_ENTRY(memoranda_faults__when_the_power_goes_what_was_answered_is_there),
			TEST_ENTRY(memoranda_faults__what_was_received_while_the_disk_failed_counts_soon_after),
			TEST_ENTRY(memoranda_faults__what_was_told_and_could_not_be_marked_is_told_once_more_by_the_next_start),
	};
	disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
