/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses that are dead, and time that goes on: fail-over, late and lost, healed. */
#include "peered.h"

#include <netinet/tcp.h>

#define MINUTE_US (INT64_C(60) * 1000000)
#define HOUR_US (60 * MINUTE_US)

static const char *const dead = "https://127.0.0.1:1";

/* Two that know each other; the second one's primary is dead, its reserve is where it listens. */
static void make_with_reserve(struct node nodes[2]) {
	char url[NODE_ADDRESS_SIZE + 16];
	const char *reserve = url;
	node_make(&nodes[0], NULL, NULL, 0);
	node_make(&nodes[1], dead, NULL, 0);
	(void)snprintf(url, sizeof url, "https://%s", nodes[1].address);
	node_renew(&nodes[1], reserve);
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
}

TEST(peers__when_the_primary_is_dead_the_reserve_has_it_at_once) {
	(void)state_;
	struct node nodes[2];
	make_with_reserve(nodes);
	const int64_t start_us = node_mono_us();
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	nodes_wait_up(nodes, 2);
	node_open_memo(&nodes[0]);
	CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
	node_write(&nodes[0], 10);
	WAIT_FOR(node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) == 1);
	CHECK(node_mono_us() - start_us < 10000000);
	const struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.n_ways == 2 && strcmp(view.ways[0].url, dead) == 0);
	CHECK(view.ways[0].route.failures > 0 && view.ways[0].route.reached_utc_us == 0);
	CHECK(view.ways[0].last == ENT_FETCH_REFUSED);
	CHECK(view.ways[1].route.failures == 0 && view.ways[1].route.reached_utc_us > 0);
	nodes_end(nodes, 2);
}

/* An address at which packets vanish: nobody takes from this queue, and when it is full they are dropped. */
struct hole {
	int listener, waiting[4];
	char url[NODE_ADDRESS_SIZE];
};

static void hole_open(struct hole *hole) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof at;
	hole->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(hole->listener >= 0 && bind(hole->listener, (struct sockaddr *)&at, length) == 0);
	CHECK(getsockname(hole->listener, (struct sockaddr *)&at, &length) == 0);
	CHECK(listen(hole->listener, 0) == 0);
	for (size_t i = 0; i < COUNT_OF(hole->waiting); i++) {
		hole->waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void)connect(hole->waiting[i], (struct sockaddr *)&at, length);
	}
	(void)snprintf(hole->url, sizeof hole->url, "https://127.0.0.1:%u", ntohs(at.sin_port));
}

static void hole_close(const struct hole *hole) {
	for (size_t i = 0; i < COUNT_OF(hole->waiting); i++)
		(void)close(hole->waiting[i]);
	(void)close(hole->listener);
}

/* Somebody else's try, which is given almost as long as an address without a reserve is. */
static void hung_up(void *user, const struct ent_fetch_result *result) {
	(void)result;
	atomic_store((atomic_bool *)user, true);
}

static struct ent_fetch *hang_at(const struct hole *hole, atomic_bool *ended) {
	const struct ent_fetch_options options = {.requests_max = 1, .connections_kept_max = 1};
	const struct ent_fetch_request request = {.url = hole->url,
			.connect_us = ENT_ROUTE_CONNECT_MAX_US - 500000,
			.total_us = INT64_C(60000000),
			.done = hung_up,
			.user = ended};
	struct ent_fetch *fetch = NULL;
	struct ent_fault fault = {"", ""};
	CHECK(ent_fetch_create(&options, &fetch, &fault) == ENT_OK);
	CHECK(ent_fetch_submit(fetch, &request, &fault) == ENT_OK);
	return fetch;
}

/* Those of our connections to this node that are given up when nobody confirms what was sent. */
static unsigned given_up_connections(const struct node *node) {
	unsigned n = 0;
	for (int fd = 3; fd < 256; fd++) {
		struct sockaddr_in at = {.sin_family = AF_UNSPEC};
		socklen_t length = sizeof at, size = sizeof(unsigned);
		char address[NODE_ADDRESS_SIZE];
		unsigned silent_ms = 0;
		if (getpeername(fd, (struct sockaddr *)&at, &length) != 0 ||
				at.sin_family != AF_INET)
			continue;
		(void)snprintf(address, sizeof address, "%s:%u", inet_ntoa(at.sin_addr),
				ntohs(at.sin_port));
		if (strcmp(address, node->address) == 0 &&
				getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms, &size) ==
						0)
			n += silent_ms > 0 && silent_ms * INT64_C(1000) <= ENT_ROUTE_CONNECT_MAX_US;
	}
	return n;
}

TEST(peers__what_an_address_swallows_the_reserve_has_while_it_still_hangs) {
	(void)state_;
	char url[NODE_ADDRESS_SIZE + 16];
	const char *reserve = url;
	struct node nodes[2];
	struct hole hole;
	atomic_bool ended = false;
	hole_open(&hole);
	node_make(&nodes[0], NULL, NULL, 0);
	node_make(&nodes[1], hole.url, NULL, 0);
	(void)snprintf(url, sizeof url, "https://%s", nodes[1].address);
	node_renew(&nodes[1], reserve);
	node_confirm(&nodes[0], &nodes[1]);
	node_confirm(&nodes[1], &nodes[0]);
	struct ent_fetch *hanging = hang_at(&hole, &ended);
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).sent_utc_us > 0);
	CHECK(!ended);
	const struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.ways[0].route.failures == 1 && view.ways[0].last == ENT_FETCH_NO_PATH);
	CHECK(view.ways[1].route.failures == 0 && view.ways[1].route.reached_utc_us > 0);
	/* And when the packets of the kept connection to the reserve vanish from now on, that is known, too. */
	CHECK(given_up_connections(&nodes[1]) == 1);
	ent_fetch_destroy(hanging);
	nodes_end(nodes, 2);
	hole_close(&hole);
}

/* To ten minutes past, so that a test and what comes of it are within a period. */
static int64_t to_past_the_hour(struct node *node) {
	return HOUR_US - node_clock(node) % HOUR_US + 10 * MINUTE_US;
}

TEST(peers__a_test_goes_by_every_address_of_the_peer) {
	(void)state_;
	struct node nodes[2];
	for (int i = 0; i < 2; i++) {
		node_make(&nodes[i], NULL, NULL, 0);
		nodes[i].ahead_us = to_past_the_hour(&nodes[i]);
	}
	node_renew(&nodes[1], dead);
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
	/* Who is tested listens first. */
	node_start(&nodes[1]);
	node_start(&nodes[0]);
	nodes_wait_up(nodes, 2);
	/* The primary has done all; that the reserve is dead is known all the same. */
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).ways[1].route.tried_utc_us > 0);
	struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.ways[0].route.failures == 0 && view.ways[1].route.failures == 1);
	CHECK(view.ways[1].last == ENT_FETCH_REFUSED);
	/* One of two hours is ours to test in. */
	const int64_t ahead_us = nodes[0].ahead_us;
	for (int hour = 1; hour <= 2; hour++) {
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], ahead_us + hour * HOUR_US);
		nodes_wait_up(nodes, 2);
	}
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).ways[1].route.failures >= 2);
	view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.ways[0].route.failures == 0);
	nodes_end(nodes, 2);
}

TEST(peers__a_line_is_timed_by_its_terms_when_they_can_be) {
	(void)state_;
	static const struct {
		const char *why;
		int64_t period_us, late_us, expected_us;
	} rows[] = {
			{"the default", 0, 0, HOUR_US},
			{"of a memorandum", 10 * MINUTE_US, MINUTE_US, 10 * MINUTE_US},
			{"late after more than a period: none", 10 * MINUTE_US, HOUR_US, HOUR_US},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct node nodes[2];
		for (int k = 0; k < 2; k++) {
			node_make(&nodes[k], NULL, NULL, 0);
			nodes[k].period_us = rows[i].period_us;
			nodes[k].late_us = rows[i].late_us;
			nodes[k].ahead_us = to_past_the_hour(&nodes[k]) - 8 * MINUTE_US;
		}
		for (int k = 0; k < 2; k++)
			node_confirm(&nodes[k], &nodes[1 - k]);
		for (int k = 0; k < 2; k++)
			node_start(&nodes[k]);
		nodes_wait_up(nodes, 2);
		/* Two minutes past the hour. */
		const struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
		CHECK_ROW(rows[i].why,
				view.line.expected_utc_us % HOUR_US ==
						rows[i].expected_us % HOUR_US);
		nodes_end(nodes, 2);
	}
}

static bool is_missed(struct node *node, const struct node *peer, enum ent_line_state state,
		enum ent_line_result why) {
	const struct ent_peer_view view = node_view(node, peer);
	return view.line.state == state && view.line.why == why;
}

/* Whoever tests is given five minutes from when it did. */
static void go_until_missed(struct node nodes[2], int64_t ahead_us, enum ent_line_state state,
		enum ent_line_result why) {
	for (int minute = 0; minute <= 40 && !is_missed(&nodes[0], &nodes[1], state, why);
			minute += 10) {
		node_set_ahead(&nodes[0], ahead_us + minute * MINUTE_US);
		CHECK(node_line(&nodes[0], &nodes[1]) == state);
		for (int i = 0; i < 100 && !is_missed(&nodes[0], &nodes[1], state, why); i++)
			node_pause_ms(5);
	}
	WAIT_FOR(is_missed(&nodes[0], &nodes[1], state, why));
}

TEST(peers__when_all_are_dead_the_line_is_late_then_lost_and_heals) {
	(void)state_;
	static const struct {
		const char *why;
		bool fails;
		enum ent_line_result result;
	} rows[] = {
			{"nobody listens there", false, ENT_LINE_REFUSED},
			{"what is wrong here comes first", true, ENT_LINE_OUR_FAULT},
	};
	struct node nodes[2];
	make_with_reserve(nodes);
	for (int i = 0; i < 2; i++) {
		nodes[i].ahead_us = to_past_the_hour(&nodes[i]);
		node_start(&nodes[i]);
	}
	nodes_wait_up(nodes, 2);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const int64_t ahead_us = nodes[0].ahead_us;
		node_stop(&nodes[1]);
		nodes[0].fails = rows[i].fails;
		go_until_missed(nodes, ahead_us + HOUR_US, ENT_LINE_STATE_LATE, rows[i].result);
		go_until_missed(nodes, ahead_us + 2 * HOUR_US, ENT_LINE_STATE_LOST, rows[i].result);
		CHECK_ROW(rows[i].why, node_view(&nodes[0], &nodes[1]).line.missed == 2);
		/* The other one is there again, at the same time. */
		nodes[1].ahead_us = nodes[0].ahead_us;
		nodes[0].fails = false;
		node_start(&nodes[1]);
		nodes_wait_up(nodes, 2);
		CHECK_ROW(rows[i].why, node_view(&nodes[0], &nodes[1]).line.missed == 0);
	}
	for (int i = 0; i < 2; i++)
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	nodes_end(nodes, 2);
}

TEST(peers__three_days_apart_with_both_writing_come_together_whole) {
	(void)state_;
	struct node nodes[2];
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	for (int i = 0; i < 2; i++) {
		node_open_memo(&nodes[i]);
		CHECK(ent_post_share(nodes[i].memo, nodes[1 - i].id) == ENT_OK);
	}
	/* Neither knows the other any more: so each is cut off, and goes on. */
	for (int i = 0; i < 2; i++) {
		node_forget(&nodes[i], &nodes[1 - i]);
		CHECK(node_again(&nodes[i]) == 1);
	}
	for (int hour = 1; hour <= 72; hour++)
		for (int i = 0; i < 2; i++) {
			node_set_ahead(&nodes[i], hour * HOUR_US);
			node_write(&nodes[i], 100);
		}
	for (int i = 0; i < 2; i++) {
		node_confirm(&nodes[i], &nodes[1 - i]);
		CHECK(node_again(&nodes[i]) == 1);
		CHECK(ent_post_share(nodes[i].memo, nodes[1 - i].id) == ENT_OK);
	}
	for (int i = 0; i < 2; i++) {
		WAIT_FOR(node_acknowledged(&nodes[i], &nodes[1 - i], nodes[i].memo) == 72);
		CHECK(node_has(&nodes[1 - i], &nodes[i]) == 72);
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	}
	nodes_wait_up(nodes, 2);
	nodes_end(nodes, 2);
}

static void shell(const char *format, const struct node *node) {
	char command[256];
	(void)snprintf(command, sizeof command, format, node->data, node->data, node->data);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

static bool has_alarm(struct node *node, const struct node *peer, enum ent_post_alarm_kind kind,
		struct ent_post_alarm *ret_alarm) {
	static struct ent_post_alarm alarms[ENT_POST_ALARMS_MAX];
	const size_t n = ent_post_alarms(node->post, alarms, COUNT_OF(alarms));
	for (size_t i = 0; i < n; i++)
		if (alarms[i].kind == kind && strcmp(alarms[i].peer, peer->id) == 0) {
			*ret_alarm = alarms[i];
			return true;
		}
	return false;
}

TEST(peers__a_clock_a_day_ahead_is_an_alarm_to_who_is_behind) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_alarm alarm;
	char ledger[64];
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
	nodes[1].ahead_us = 24 * HOUR_US;
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	WAIT_FOR(has_alarm(&nodes[0], &nodes[1], ENT_POST_CLOCK_AHEAD, &alarm));
	(void)snprintf(ledger, sizeof ledger, "line/%s/%s", nodes[1].id, nodes[0].id);
	CHECK_ROW(alarm.ledger, strcmp(alarm.ledger, ledger) == 0);
	CHECK_ROW(alarm.fault.why,
			strncmp(alarm.fault.why, "entry ", 6) == 0 &&
					strstr(alarm.fault.why, " s ahead of our clock") != NULL);
	CHECK(!has_alarm(&nodes[1], &nodes[0], ENT_POST_CLOCK_AHEAD, &alarm));
	nodes_end(nodes, 2);
}

static uint64_t line_size(const struct node *node, const struct node *peer) {
	char name[64];
	struct ent_post_stand stand;
	(void)snprintf(name, sizeof name, "line/%s/%s", node->id, peer->id);
	ent_post_stand(ent_post_find(node->post, node->id, name), &stand);
	return stand.size;
}

static uint64_t line_acknowledged(struct node *node, const struct node *peer) {
	char name[64];
	(void)snprintf(name, sizeof name, "line/%s/%s", node->id, peer->id);
	return node_acknowledged(node, peer, ent_post_find(node->post, node->id, name));
}

/* One that was stopped is a copy of before. */
static void keep_copy(struct node *node) {
	node_stop(node);
	shell("cp -a '%s' '%s.old'", node);
	node_start(node);
}

static void go_back_to_copy(struct node *node) {
	node_stop(node);
	shell("rm -rf '%s' && mv '%s.old' '%s'", node);
	node_start(node);
}

/* Until the next test nobody has anything else to say to it; of that ledger perhaps for weeks. */
TEST(peers__what_a_restored_copy_lacks_of_others_comes_to_it_at_once) {
	(void)state_;
	struct node nodes[2];
	for (int i = 0; i < 2; i++) {
		node_make(&nodes[i], NULL, NULL, 0);
		nodes[i].ahead_us = to_past_the_hour(&nodes[i]);
	}
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	nodes_wait_up(nodes, 2);
	keep_copy(&nodes[0]);
	node_open_memo(&nodes[1]);
	CHECK(ent_post_share(nodes[1].memo, nodes[0].id) == ENT_OK);
	for (uint64_t i = 1; i <= 3; i++) {
		node_write(&nodes[1], 100);
		WAIT_FOR(node_acknowledged(&nodes[1], &nodes[0], nodes[1].memo) == i);
	}
	go_back_to_copy(&nodes[0]);
	WAIT_FOR(node_has(&nodes[0], &nodes[1]) == 3);
	CHECK_ROW(nodes[0].alarm, nodes[0].alarms == 0);
	CHECK_ROW(nodes[1].alarm, strncmp(nodes[1].alarm, "went-back", 9) == 0);
	nodes_end(nodes, 2);
}

TEST(peers__a_restored_copy_has_its_line_back_before_it_writes) {
	(void)state_;
	struct node nodes[2];
	nodes_start(nodes, 2);
	const int64_t ahead_us = to_past_the_hour(&nodes[0]);
	for (int i = 0; i < 2; i++)
		node_set_ahead(&nodes[i], ahead_us);
	nodes_wait_up(nodes, 2);
	keep_copy(&nodes[0]);
	nodes_wait_up(nodes, 2);
	const uint64_t before = line_size(&nodes[0], &nodes[1]);
	for (int hour = 1; hour <= 4; hour++) {
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], ahead_us + hour * HOUR_US);
		nodes_wait_up(nodes, 2);
	}
	const uint64_t size = line_size(&nodes[0], &nodes[1]);
	CHECK(size > before + 4);
	WAIT_FOR(line_acknowledged(&nodes[0], &nodes[1]) >= size);
	go_back_to_copy(&nodes[0]);
	WAIT_FOR(line_size(&nodes[0], &nodes[1]) >= size);
	nodes_wait_up(nodes, 2);
	for (int i = 0; i < 2; i++)
		node_set_ahead(&nodes[i], ahead_us + 5 * HOUR_US);
	WAIT_FOR(line_size(&nodes[0], &nodes[1]) > size);
	nodes_wait_up(nodes, 2);
	/* Nothing was contradicted. That a copy has less than was acknowledged is told to who had it acknowledged. */
	CHECK_ROW(nodes[0].alarm, nodes[0].alarms == 0);
	CHECK_ROW(nodes[1].alarm, strncmp(nodes[1].alarm, "went-back", 9) == 0);
	nodes_end(nodes, 2);
}

/* Both have what this hour's test came to: it was heard, or answered. */
static bool is_good_now(struct node *node, const struct node *peer) {
	const struct ent_line_view line = node_view(node, peer).line;
	return line.state == ENT_LINE_STATE_UP &&
			line.good_utc_us / HOUR_US == node_clock(node) / HOUR_US;
}

/* What the second one wrote last, and never brings, is fetched and acknowledged without waiting for the next test. */
static void wait_acknowledged(struct node nodes[2]) {
	const int64_t ahead_us = nodes[0].ahead_us;
	const uint64_t size = line_size(&nodes[1], &nodes[0]);
	for (int minute = 1; minute <= 10; minute++) {
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], ahead_us + minute * MINUTE_US);
		for (int i = 0; i < 100 && line_acknowledged(&nodes[1], &nodes[0]) < size; i++)
			node_pause_ms(5);
	}
	WAIT_FOR(line_acknowledged(&nodes[1], &nodes[0]) >= size);
}

TEST(peers__a_line_of_which_one_direction_is_open_is_up_on_both_sides) {
	(void)state_;
	struct node nodes[2];
	struct ent_fault fault = {"", ""};
	/* Nobody gets through to the first one. */
	node_make(&nodes[0], dead, NULL, 0);
	node_make(&nodes[1], NULL, NULL, 0);
	for (int i = 0; i < 2; i++) {
		node_confirm(&nodes[i], &nodes[1 - i]);
		nodes[i].ahead_us = to_past_the_hour(&nodes[i]);
	}
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	/* So nobody tells the second one what it might lack of its own, and the time for that is over. */
	CHECK(ent_post_begin(nodes[1].post, &fault) == ENT_OK);
	nodes_wait_up(nodes, 2);
	const int64_t ahead_us = nodes[0].ahead_us;
	/* Each tests twice. */
	for (int hour = 1; hour <= 4; hour++) {
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], ahead_us + hour * HOUR_US);
		for (int i = 0; i < 2; i++)
			WAIT_FOR(is_good_now(&nodes[i], &nodes[1 - i]));
		wait_acknowledged(nodes);
	}
	/* All that without ever getting through. */
	const struct ent_peer_view view = node_view(&nodes[1], &nodes[0]);
	CHECK(view.ways[0].route.reached_utc_us == 0 && view.ways[0].route.failures > 0);
	for (int i = 0; i < 2; i++)
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	nodes_end(nodes, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(peers__what_an_address_swallows_the_reserve_has_while_it_still_hangs),
			TEST_ENTRY(peers__when_the_primary_is_dead_the_reserve_has_it_at_once),
			TEST_ENTRY(peers__a_test_goes_by_every_address_of_the_peer),
			TEST_ENTRY(peers__a_line_is_timed_by_its_terms_when_they_can_be),
			TEST_ENTRY(peers__when_all_are_dead_the_line_is_late_then_lost_and_heals),
			TEST_ENTRY(peers__a_line_of_which_one_direction_is_open_is_up_on_both_sides),
			TEST_ENTRY(peers__a_clock_a_day_ahead_is_an_alarm_to_who_is_behind),
			TEST_ENTRY(peers__what_a_restored_copy_lacks_of_others_comes_to_it_at_once),
			TEST_ENTRY(peers__a_restored_copy_has_its_line_back_before_it_writes),
			TEST_ENTRY(peers__three_days_apart_with_both_writing_come_together_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
