/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_peers_epochs.c: a party that goes on from an old copy with no peer to ask: its line begins anew, the peer is told what was lost
 * and has it still, the copy gets it back, and nothing is contradicted; whatever copy comes next.
 */
#include "peered.h"

#define MINUTE_US (INT64_C(60) * 1000000)
#define HOUR_US (60 * MINUTE_US)

static void shell(const char *format, const struct node *node) {
	char command[256];
	(void)snprintf(command, sizeof command, format, node->data, node->data, node->data);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

static void begin_anew(struct node *node) {
	struct ent_fault fault = {"", ""};
	size_t n = 0;
	const ent_status status = ent_peers_begin_anew(node->peers, &n, &fault);
	CHECK_ROW(fault.why, status == ENT_OK && n == 1);
}

/* The copy in the place of what is there; it stays. */
static void put_back(struct node *node) {
	if (node->post != NULL)
		node_stop(node);
	shell("rm -rf '%s' && cp -a '%s.old' '%s'", node);
}

static size_t count_alarms(
		struct node *node, enum ent_post_alarm_kind kind, struct ent_post_alarm *ret_last) {
	static struct ent_post_alarm alarms[ENT_POST_ALARMS_MAX];
	const size_t all = ent_post_alarms(node->post, alarms, COUNT_OF(alarms));
	size_t n = 0;
	for (size_t i = all; i-- > 0;)
		if (alarms[i].kind == kind) {
			*ret_last = alarms[i];
			n++;
		}
	return n;
}

static bool is_clean(struct node *node) {
	struct ent_post_alarm alarm;
	return count_alarms(node, ENT_POST_FORK, &alarm) == 0 &&
			count_alarms(node, ENT_POST_FALSE_NOTE, &alarm) == 0 &&
			count_alarms(node, ENT_POST_OLD_COPY, &alarm) == 0 &&
			count_alarms(node, ENT_POST_FORGED, &alarm) == 0 &&
			count_alarms(node, ENT_POST_BAD_ENTRY, &alarm) == 0;
}

static uint64_t size_of(struct node *node, const struct node *author, const char *ledger) {
	struct ent_post_stand stand;
	struct ent_post_ledger *found = ent_post_find(node->post, author->id, ledger);
	if (found == NULL)
		return 0;
	ent_post_stand(found, &stand);
	return stand.size;
}

static void first_name(const struct node *author, const struct node *peer, char ret_name[64]) {
	(void)snprintf(ret_name, 64, "line/%s/%s", author->id, peer->id);
}

/*
 * The first one has a copy "DIR.old" of before four hours; returns how many entries of its line are at the second one, which
 * runs.
 */
static uint64_t make(struct node nodes[2], int64_t *ret_ahead_us) {
	char name[64];
	nodes_start(nodes, 2);
	int64_t ahead_us = HOUR_US - node_clock(&nodes[0]) % HOUR_US + 10 * MINUTE_US;
	first_name(&nodes[0], &nodes[1], name);
	for (int hour = 0; hour <= 4; hour++, ahead_us += HOUR_US) {
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], ahead_us);
		nodes_wait_up(nodes, 2);
		if (hour == 0) {
			node_stop(&nodes[0]);
			shell("cp -a '%s' '%s.old'", &nodes[0]);
			node_start(&nodes[0]);
			nodes_wait_up(nodes, 2);
		}
	}
	WAIT_FOR(size_of(&nodes[1], &nodes[0], name) >= size_of(&nodes[0], &nodes[0], name));
	*ret_ahead_us = ahead_us;
	node_stop(&nodes[0]);
	return size_of(&nodes[1], &nodes[0], name);
}

static void end(struct node nodes[2]) {
	shell("rm -rf '%s.old'", &nodes[0]);
	nodes_end(nodes, 2);
}

static void hour_later(struct node nodes[2], int64_t *ahead_us) {
	*ahead_us += HOUR_US;
	for (int i = 0; i < 2; i++)
		node_set_ahead(&nodes[i], *ahead_us);
	nodes_wait_up(nodes, 2);
}

/* The copy alone, the second one off; then that comes back. */
static void go_on_alone(struct node nodes[2]) {
	struct ent_fault fault;
	if (nodes[1].post != NULL)
		node_stop(&nodes[1]);
	put_back(&nodes[0]);
	node_start(&nodes[0]);
	CHECK(node_line(&nodes[0], &nodes[1]) == ENT_LINE_STATE_UNTESTED);
	begin_anew(&nodes[0]);
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).n_epochs == 1);
	/* The one before is not written whoever begins: it waits for its answer. */
	CHECK(ent_post_begin(nodes[0].post, &fault) == ENT_OK);
	CHECK(ent_post_unanswered(nodes[0].post) == 1);
	node_start(&nodes[1]);
	nodes_wait_up(nodes, 2);
}

TEST(epochs__a_copy_without_a_peer_begins_anew_and_nothing_is_lost_or_contradicted) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_alarm alarm;
	int64_t ahead_us;
	char name[64];
	const uint64_t before = make(nodes, &ahead_us);
	first_name(&nodes[0], &nodes[1], name);
	go_on_alone(nodes);
	const struct ent_peer_epoch ours = node_view(&nodes[0], &nodes[1]).epochs[0];
	WAIT_FOR(node_view(&nodes[1], &nodes[0]).n_epochs == 1);
	const struct ent_peer_epoch theirs = node_view(&nodes[1], &nodes[0]).epochs[0];
	CHECK(ours.ours && !theirs.ours && strcmp(ours.ledger, theirs.ledger) == 0);
	CHECK(strcmp(theirs.before, name) == 0 && strncmp(theirs.ledger, name, strlen(name)) == 0);
	CHECK(theirs.had == ours.had && theirs.had < before && theirs.here == before);
	/* Who has it is told, and by how much. */
	WAIT_FOR(count_alarms(&nodes[1], ENT_POST_EPOCH, &alarm) == 1);
	CHECK_ROW(alarm.ledger, strcmp(alarm.ledger, theirs.ledger) == 0);
	char lost[64];
	(void)snprintf(lost, sizeof lost, ": %" PRIu64 " that it no longer had",
			before - theirs.had);
	CHECK_ROW(alarm.fault.why, strstr(alarm.fault.why, lost) != NULL);
	/* What was said is at both, and nothing was added to it. */
	WAIT_FOR(size_of(&nodes[0], &nodes[0], name) == before);
	WAIT_FOR(ent_post_unanswered(nodes[0].post) == 0);
	const uint64_t size = size_of(&nodes[1], &nodes[0], theirs.ledger);
	hour_later(nodes, &ahead_us);
	hour_later(nodes, &ahead_us);
	CHECK(size_of(&nodes[1], &nodes[0], theirs.ledger) > size);
	CHECK(size_of(&nodes[1], &nodes[0], name) == before);
	CHECK(is_clean(&nodes[0]) && is_clean(&nodes[1]));
	end(nodes);
}

TEST(epochs__a_line_goes_on_in_the_same_one_after_a_start_of_both) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_alarm alarm;
	int64_t ahead_us;
	(void)make(nodes, &ahead_us);
	go_on_alone(nodes);
	hour_later(nodes, &ahead_us);
	const struct ent_peer_epoch theirs = node_view(&nodes[1], &nodes[0]).epochs[0];
	const uint64_t size = size_of(&nodes[0], &nodes[0], theirs.ledger);
	for (int i = 0; i < 2; i++) {
		node_stop(&nodes[i]);
		node_start(&nodes[i]);
	}
	hour_later(nodes, &ahead_us);
	hour_later(nodes, &ahead_us);
	CHECK(size_of(&nodes[0], &nodes[0], theirs.ledger) > size);
	for (int i = 0; i < 2; i++)
		CHECK(node_view(&nodes[i], &nodes[1 - i]).n_epochs == 1 && is_clean(&nodes[i]));
	/* It is still to be seen to. */
	WAIT_FOR(count_alarms(&nodes[1], ENT_POST_EPOCH, &alarm) == 1);
	end(nodes);
}

/* The copy knows nothing of it; the peer does. */
TEST(epochs__the_same_copy_once_more_finds_where_it_had_gone_on) {
	(void)state_;
	struct node nodes[2];
	int64_t ahead_us;
	(void)make(nodes, &ahead_us);
	go_on_alone(nodes);
	hour_later(nodes, &ahead_us);
	const struct ent_peer_epoch first = node_view(&nodes[1], &nodes[0]).epochs[0];
	const uint64_t size = size_of(&nodes[1], &nodes[0], first.ledger);
	put_back(&nodes[0]);
	node_start(&nodes[0]);
	nodes_wait_up(nodes, 2);
	WAIT_FOR(size_of(&nodes[0], &nodes[0], first.ledger) >= size);
	hour_later(nodes, &ahead_us);
	hour_later(nodes, &ahead_us);
	CHECK(size_of(&nodes[1], &nodes[0], first.ledger) > size);
	for (int i = 0; i < 2; i++)
		CHECK(node_view(&nodes[i], &nodes[1 - i]).n_epochs == 1 && is_clean(&nodes[i]));
	end(nodes);
}

TEST(epochs__the_same_copy_alone_once_more_is_another_epoch_and_no_contradiction) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_alarm alarm;
	int64_t ahead_us;
	(void)make(nodes, &ahead_us);
	go_on_alone(nodes);
	const struct ent_peer_epoch first = node_view(&nodes[1], &nodes[0]).epochs[0];
	hour_later(nodes, &ahead_us);
	go_on_alone(nodes);
	WAIT_FOR(node_view(&nodes[1], &nodes[0]).n_epochs == 2);
	const struct ent_peer_epoch second = node_view(&nodes[1], &nodes[0]).epochs[1];
	CHECK(strcmp(first.ledger, second.ledger) < 0);
	WAIT_FOR(count_alarms(&nodes[1], ENT_POST_EPOCH, &alarm) >= 1);
	CHECK(strcmp(alarm.ledger, second.ledger) == 0);
	/* The one between comes back as well. */
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).n_epochs == 2);
	hour_later(nodes, &ahead_us);
	CHECK(is_clean(&nodes[0]) && is_clean(&nodes[1]));
	end(nodes);
}

/* Nobody had anything of it: there was nothing to lose. */
TEST(epochs__who_is_answered_in_time_does_not_begin_anew) {
	(void)state_;
	struct node nodes[2];
	struct ent_fault fault = {"", ""};
	int64_t ahead_us;
	size_t n = 1;
	(void)make(nodes, &ahead_us);
	put_back(&nodes[0]);
	node_start(&nodes[0]);
	nodes_wait_up(nodes, 2);
	CHECK(ent_peers_begin_anew(nodes[0].peers, &n, &fault) == ENT_OK && n == 0);
	CHECK(node_view(&nodes[0], &nodes[1]).n_epochs == 0);
	end(nodes);
}

TEST(epochs__a_party_begins_anew_only_so_often) {
	(void)state_;
	struct node nodes[2];
	struct ent_fault fault = {"", ""};
	size_t n = 0;
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	node_stop(&nodes[1]);
	for (int i = 1; i < ENT_PEERS_EPOCHS_MAX; i++) {
		node_stop(&nodes[0]);
		node_start(&nodes[0]);
		begin_anew(&nodes[0]);
		WAIT_FOR(node_view(&nodes[0], &nodes[1]).n_epochs == (unsigned)i);
	}
	node_stop(&nodes[0]);
	node_start(&nodes[0]);
	CHECK(ent_peers_begin_anew(nodes[0].peers, &n, &fault) == ENT_E_LIMIT && n == 0);
	CHECK_ROW(fault.why,
			strcmp(fault.where, nodes[1].id) == 0 &&
					strstr(fault.why, "begun anew 7 times") != NULL);
	/* It has the peer to ask, and goes on then. */
	node_start(&nodes[1]);
	nodes_wait_up(nodes, 2);
	CHECK(is_clean(&nodes[0]) && is_clean(&nodes[1]));
	nodes_end(nodes, 2);
}

/* Each parcel of a peer may offer it again. */
TEST(epochs__one_that_cannot_be_opened_is_told_once) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_ledger *ledger = NULL;
	char name[ENT_LINE_NAME_SIZE];
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	for (unsigned n = 1; n <= 2; n++) {
		ent_line_name(nodes[0].id, nodes[1].id, ENT_LINE_EPOCH_FIRST + n, name);
		const struct ent_post_ledger_options options = {.name = name};
		/* Somebody else has it. */
		CHECK(ent_post_open_theirs(nodes[1].post, nodes[0].id, &options, &ledger, NULL) ==
				ENT_OK);
		for (int i = 0; i < 3; i++)
			ent_peers_offered(nodes[1].peers, nodes[0].id, name);
		CHECK(atomic_load(&nodes[1].unopened) == n);
	}
	nodes_end(nodes, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(epochs__a_copy_without_a_peer_begins_anew_and_nothing_is_lost_or_contradicted),
			TEST_ENTRY(epochs__a_line_goes_on_in_the_same_one_after_a_start_of_both),
			TEST_ENTRY(epochs__the_same_copy_once_more_finds_where_it_had_gone_on),
			TEST_ENTRY(epochs__the_same_copy_alone_once_more_is_another_epoch_and_no_contradiction),
			TEST_ENTRY(epochs__who_is_answered_in_time_does_not_begin_anew),
			TEST_ENTRY(epochs__a_party_begins_anew_only_so_often),
			TEST_ENTRY(epochs__one_that_cannot_be_opened_is_told_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
