/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers that are slow, that flood, that are not known or known no more: they are turned away or wait for themselves, and
 * what goes between others goes on; and a node that is stopped in the midst of it.
 */
#include "fetching.h"
#include "peered.h"

enum { BODY_SIZE = 1 << 20, FLOODERS = 8 };

/* --- Somebody else's hand on a party's TLS key --- */

struct hand {
	struct ent_fetch *fetch;
	uint8_t peer_key[ENT_FETCH_KEY_SIZE]; /* of whom it talks to */
	char url[128];
};

static void read_file(const struct node *node, const char *name, char ret_text[16384]) {
	char path[256];
	(void)snprintf(path, sizeof path, "%s/party/%s", node->data, name);
	FILE *file = fopen(path, "rb");
	CHECK(file != NULL);
	const size_t length = fread(ret_text, 1, 16383, file);
	ret_text[length] = '\0';
	(void)fclose(file);
}

/* 'as' need not run. */
static struct hand hand_of(const struct node *as, const struct node *to) {
	char certificate[16384], key[16384], shown[16384];
	struct hand hand;
	struct ent_hash hash;
	read_file(as, "tls.pem", certificate);
	read_file(as, "tls.key", key);
	read_file(to, "tls.pem", shown);
	CHECK(ent_certificate_key_hash(shown, strlen(shown), &hash, NULL) == ENT_OK);
	memcpy(hand.peer_key, hash.bytes, sizeof hand.peer_key);
	(void)snprintf(hand.url, sizeof hand.url, "https://%s" ENT_PEERS_PATH, to->address);
	hand.fetch = fetch_open(certificate, key);
	return hand;
}

static struct ent_fetch_request hand_request(
		const struct hand *hand, const char *body, size_t size) {
	struct ent_fetch_request request = fetch_request(hand->url);
	request.method = ENT_FETCH_POST;
	request.http_too = false;
	request.peer_key = hand->peer_key;
	request.body = body;
	request.body_size = size;
	request.total_us = 20000000;
	return request;
}

static struct asked hand_post(const struct hand *hand, const char *body, size_t size) {
	return fetch_ask(hand->fetch, hand_request(hand, body, size));
}

TEST(peers__who_is_not_known_is_turned_away) {
	(void)state_;
	struct node nodes[2], stranger;
	nodes_start(nodes, 2);
	node_make(&stranger, NULL, NULL, 0);
	/* It knows us; we do not know it. */
	node_confirm(&stranger, &nodes[0]);
	struct hand hand = hand_of(&stranger, &nodes[0]);
	const struct asked asked = hand_post(&hand, "x", 1);
	CHECK(asked.end == ENT_FETCH_TURNED_AWAY);
	node_start(&stranger);
	WAIT_FOR(node_view(&stranger, &nodes[0]).ways[0].last == ENT_FETCH_TURNED_AWAY);
	nodes_wait_up(nodes, 2);
	CHECK(node_line(&stranger, &nodes[0]) == ENT_LINE_STATE_UNTESTED);
	ent_fetch_destroy(hand.fetch);
	node_end(&stranger);
	nodes_end(nodes, 2);
}

TEST(peers__what_is_no_parcel_is_answered_with_the_reason) {
	(void)state_;
	static const struct {
		const char *why, *path, *body;
		enum ent_fetch_method method;
		unsigned status;
	} rows[] = {
			{"another path", "/", "x", ENT_FETCH_POST, 404},
			{"another method", ENT_PEERS_PATH, NULL, ENT_FETCH_GET, 405},
			{"no parcel", ENT_PEERS_PATH, "hello\n", ENT_FETCH_POST, 400},
			{"nothing at all", ENT_PEERS_PATH, NULL, ENT_FETCH_POST, 400},
	};
	struct node node, other;
	node_make(&node, NULL, NULL, 0);
	node_make(&other, NULL, NULL, 0);
	node_confirm(&node, &other);
	node_start(&node);
	struct hand hand = hand_of(&other, &node);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		(void)snprintf(hand.url, sizeof hand.url, "https://%s%s", node.address,
				rows[i].path);
		struct ent_fetch_request request = hand_request(&hand, rows[i].body,
				rows[i].body != NULL ? strlen(rows[i].body) : 0);
		request.method = rows[i].method;
		const struct asked asked = fetch_ask(hand.fetch, request);
		CHECK_ROW(rows[i].why, asked.end == ENT_FETCH_ANSWERED);
		CHECK_ROW(rows[i].why, asked.status == rows[i].status && asked.size > 0);
	}
	/* That somebody who is known sends such things is told. */
	CHECK(node.alarms > 0);
	ent_fetch_destroy(hand.fetch);
	node_end(&other);
	node_end(&node);
}

TEST(peers__who_is_removed_is_cut_off) {
	(void)state_;
	struct node nodes[2];
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	struct hand hand = hand_of(&nodes[1], &nodes[0]);
	struct asked asked = hand_post(&hand, "hello\n", 6);
	CHECK(asked.end == ENT_FETCH_ANSWERED && asked.status == 400);
	node_forget(&nodes[0], &nodes[1]);
	CHECK(node_again(&nodes[0]) == 1);
	/* The kept connection is gone, and there is no other. */
	WAIT_FOR(hand_post(&hand, "hello\n", 6).end == ENT_FETCH_TURNED_AWAY);
	/* The same of the node itself: it finds out with what it has next to say. */
	node_open_memo(&nodes[1]);
	CHECK(ent_post_share(nodes[1].memo, nodes[0].id) == ENT_OK);
	node_write(&nodes[1], 10);
	WAIT_FOR(node_view(&nodes[1], &nodes[0]).ways[0].last == ENT_FETCH_TURNED_AWAY);
	CHECK(node_acknowledged(&nodes[1], &nodes[0], nodes[1].memo) == 0);
	ent_fetch_destroy(hand.fetch);
	nodes_end(nodes, 2);
}

TEST(peers__of_one_key_the_oldest_connections_make_room) {
	(void)state_;
	enum { HANDS = 5, LAST = HANDS - 1 };
	struct node node, other;
	struct hand hands[HANDS];
	node_make(&node, NULL, NULL, 0);
	node_make(&other, NULL, NULL, 0);
	node_confirm(&node, &other);
	node_start(&node);
	for (int i = 0; i < HANDS; i++) {
		hands[i] = hand_of(&other, &node);
		CHECK(hand_post(&hands[i], "x", 1).status == 400);
	}
	/* Whoever came last has its connection still; the first one had to make another. */
	const struct asked last = hand_post(&hands[LAST], "x", 1);
	CHECK(last.status == 400 && !last.new_connection);
	const struct asked second = hand_post(&hands[1], "x", 1);
	CHECK(second.status == 400 && !second.new_connection);
	const struct asked first = hand_post(&hands[0], "x", 1);
	CHECK(first.status == 400 && first.new_connection);
	for (int i = 0; i < HANDS; i++)
		ent_fetch_destroy(hands[i].fetch);
	node_end(&other);
	node_end(&node);
}

/* 'node' confirms a card of 'other', signed as it must be, that says that it has the TLS key of 'third'. */
static void confirm_false(struct node *node, const struct node *other, const struct node *third) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known known;
	struct ent_sign_key *key = NULL;
	struct ent_secret *passphrase = node_passphrase();
	char text[ENT_CARD_SIZE], shown[16384];
	struct ent_fault fault = {"", ""};
	enum ent_card_change change;
	CHECK(ent_party_folder_open(other->data, false, &folder, &fault) == ENT_OK);
	CHECK(ent_party_own(folder, &known, &fault) == ENT_OK);
	CHECK(ent_party_open_key(folder, passphrase, &key, &fault) == ENT_OK);
	ent_party_folder_close(folder);
	read_file(third, "tls.pem", shown);
	CHECK(ent_certificate_key_hash(shown, strlen(shown), &known.card.tls_key, NULL) == ENT_OK);
	known.card.number++;
	const size_t length = ent_card_print(&known.card, key, NULL, text);
	CHECK(ent_party_folder_open(node->data, true, &folder, &fault) == ENT_OK);
	CHECK(ent_party_put(folder, text, length, NULL, node_clock(node), &change, &fault) ==
			ENT_OK);
	ent_party_folder_close(folder);
	ent_sign_key_destroy(key);
	ent_secret_destroy(passphrase);
}

TEST(peers__a_card_that_claims_anothers_tls_key_takes_nothing_from_it) {
	(void)state_;
	struct node nodes[2], liar;
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	node_make(&liar, NULL, NULL, 0);
	node_confirm(&nodes[1], &nodes[0]);
	/* It is the first that is found by the key. */
	confirm_false(&nodes[0], &liar, &nodes[1]);
	node_start(&nodes[0]);
	node_confirm(&nodes[0], &nodes[1]);
	CHECK(node_again(&nodes[0]) == 1);
	node_start(&nodes[1]);
	nodes_wait_up(nodes, 2);
	node_open_memo(&nodes[1]);
	CHECK(ent_post_share(nodes[1].memo, nodes[0].id) == ENT_OK);
	node_write(&nodes[1], 10);
	WAIT_FOR(node_acknowledged(&nodes[1], &nodes[0], nodes[1].memo) == 1);
	CHECK(node_has(&nodes[0], &nodes[1]) == 1);
	for (int i = 0; i < 2; i++)
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	nodes_end(nodes, 2);
	node_end(&liar);
}

/* --- Who answers what is no answer --- */

struct fixed {
	struct ent_http_server *server;
	size_t size;
	unsigned status;
	atomic_uint asked;
};

static bool fixed_admit(void *user, const uint8_t *key) {
	(void)user, (void)key;
	return true;
}

static void fixed_handle(void *user, struct ent_http_request *request) {
	struct fixed *fixed = user;
	char *text = malloc(fixed->size + 1);
	CHECK(text != NULL);
	memset(text, 'x', fixed->size);
	atomic_fetch_add(&fixed->asked, 1);
	const struct ent_http_answer answer = {.status = fixed->status,
			.content_type = "text/plain",
			.take_body = text,
			.size = fixed->size};
	ent_http_answer(request, &answer);
}

static void fixed_start(struct fixed *fixed, const struct node *as) {
	char certificate[16384], key[16384];
	struct ent_fault fault = {"", ""};
	read_file(as, "tls.pem", certificate);
	read_file(as, "tls.key", key);
	const struct ent_http_options options = {.listen = as->address,
			.tls_certificate_pem = certificate,
			.tls_key_pem = key,
			.threads = 1,
			.limits = ent_http_limits_default,
			.admit = fixed_admit,
			.handle = fixed_handle,
			.user = fixed};
	CHECK_ROW(fault.why, ent_http_server_create(&options, &fixed->server, &fault) == ENT_OK);
}

TEST(peers__an_answer_may_be_as_large_as_a_parcel_and_no_larger) {
	(void)state_;
	static const struct {
		const char *why;
		unsigned status;
		size_t size;
		enum ent_fetch_end end;
		unsigned asked; /* before it counts */
		bool alarm;
	} rows[] = {
			{"no parcel", 200, 100, ENT_FETCH_ANSWERED, 1, true},
			{"larger than usual", 200, 2 << 20, ENT_FETCH_ANSWERED, 2, true},
			{"larger than any", 200, (16 << 20) + 1, ENT_FETCH_TOO_LARGE, 2, false},
			{"busy", 503, 100, ENT_FETCH_ANSWERED, 1, false},
			{"no such place", 404, 100, ENT_FETCH_ANSWERED, 1, false},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct node node, other;
		struct fixed fixed = {.size = rows[i].size, .status = rows[i].status};
		node_make(&node, NULL, NULL, 0);
		node_make(&other, NULL, NULL, 0);
		node_confirm(&node, &other);
		fixed_start(&fixed, &other);
		node_start(&node);
		WAIT_FOR(node_view(&node, &other).ways[0].route.failures > 0);
		const struct ent_peer_view view = node_view(&node, &other);
		CHECK_ROW(rows[i].why, view.ways[0].last == rows[i].end);
		CHECK_ROW(rows[i].why, fixed.asked >= rows[i].asked);
		CHECK_ROW(rows[i].why, (node.alarms > 0) == rows[i].alarm);
		/* Pauses: it is not asked again and again. */
		node_pause_ms(200);
		CHECK_ROW(rows[i].why, fixed.asked <= 3 * rows[i].asked);
		CHECK_ROW(rows[i].why, view.line.state == ENT_LINE_STATE_UNTESTED);
		node_end(&node);
		ent_http_server_destroy(fixed.server);
		node_end(&other);
	}
}

/* --- Beside others --- */

/* Accepts connections into its queue, and never says anything. */
static int listen_silently(uint16_t *ret_port) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(s >= 0 && bind(s, (struct sockaddr *)&address, length) == 0 && listen(s, 16) == 0);
	CHECK(getsockname(s, (struct sockaddr *)&address, &length) == 0);
	*ret_port = ntohs(address.sin_port);
	return s;
}

struct flood {
	struct hand hand;
	char *body;
	size_t size;
	atomic_bool ends;
	pthread_t thread[FLOODERS];
	atomic_uint answered, full;
};

static void *flood_run(void *user) {
	struct flood *flood = user;
	while (!atomic_load(&flood->ends)) {
		const struct asked asked = hand_post(&flood->hand, flood->body, flood->size);
		atomic_fetch_add(&flood->answered, asked.end == ENT_FETCH_ANSWERED);
		atomic_fetch_add(&flood->full, asked.status == 503);
	}
	return NULL;
}

/* Parcels that are read to their last line before they turn out to be none. */
static void flood_begin(struct flood *flood, const struct node *as, const struct node *to) {
	memset(flood, 0, sizeof *flood);
	flood->hand = hand_of(as, to);
	flood->body = malloc(BODY_SIZE);
	CHECK(flood->body != NULL);
	size_t at = (size_t)snprintf(flood->body, BODY_SIZE,
			"entente parcel 1\nfrom %s\nto %s\nledger memo/test/%s 0 16384\n", as->id,
			to->id, as->id);
	while (at + 64 < BODY_SIZE)
		at += (size_t)snprintf(flood->body + at, BODY_SIZE - at, "{\"seq\":%zu}\n", at);
	flood->size = at;
	for (int i = 0; i < FLOODERS; i++)
		CHECK(pthread_create(&flood->thread[i], NULL, flood_run, flood) == 0);
}

static void flood_end(struct flood *flood) {
	atomic_store(&flood->ends, true);
	for (int i = 0; i < FLOODERS; i++)
		CHECK(pthread_join(flood->thread[i], NULL) == 0);
	ent_fetch_destroy(flood->hand.fetch);
	free(flood->body);
}

TEST(peers__who_is_slow_and_who_floods_delay_no_third) {
	(void)state_;
	struct node nodes[2], slow, flooding;
	struct flood flood;
	char url[64];
	uint16_t port = 0;
	const int silent = listen_silently(&port);
	(void)snprintf(url, sizeof url, "https://127.0.0.1:%u", port);
	node_make(&slow, url, NULL, 0);
	node_make(&flooding, NULL, NULL, 0);
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (int i = 0; i < 2; i++) {
		node_confirm(&nodes[i], &nodes[1 - i]);
		node_confirm(&nodes[i], &slow);
		node_confirm(&nodes[i], &flooding);
	}
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	WAIT_FOR(node_view(&nodes[0], &slow).on_its_way);
	flood_begin(&flood, &flooding, &nodes[1]);
	nodes_wait_up(nodes, 2);
	node_open_memo(&nodes[0]);
	CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
	CHECK(ent_post_share(nodes[0].memo, slow.id) == ENT_OK);
	WAIT_FOR(flood.answered > FLOODERS);
	int64_t longest_us = 0;
	for (uint64_t i = 1; i <= 10; i++) {
		const int64_t start_us = node_mono_us();
		node_write(&nodes[0], 100);
		WAIT_FOR(node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) == i);
		const int64_t took_us = node_mono_us() - start_us;
		longest_us = took_us > longest_us ? took_us : longest_us;
	}
	/* Generous, for machines that do much else; who waited for the slow one would wait ten seconds. */
	CHECK(longest_us < 5000000);
	CHECK(node_view(&nodes[0], &slow).ways[0].route.reached_utc_us == 0);
	flood_end(&flood);
	CHECK(flood.full > 0 && nodes[1].alarms > 0 && nodes[0].alarms == 0);
	nodes_end(nodes, 2);
	node_end(&flooding);
	node_end(&slow);
	(void)close(silent);
}

TEST(peers__a_node_stops_in_the_midst_of_it) {
	(void)state_;
	struct node nodes[3], flooding;
	struct flood flood;
	node_make(&flooding, NULL, NULL, 0);
	for (int i = 0; i < 3; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (int i = 0; i < 3; i++) {
		for (int j = 0; j < 3; j++)
			if (i != j)
				node_confirm(&nodes[i], &nodes[j]);
		node_confirm(&nodes[i], &flooding);
	}
	for (int i = 0; i < 3; i++)
		node_start(&nodes[i]);
	flood_begin(&flood, &flooding, &nodes[0]);
	for (int round = 0; round < 5; round++) {
		node_open_memo(&nodes[0]);
		CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
		CHECK(ent_post_share(nodes[0].memo, nodes[2].id) == ENT_OK);
		for (int i = 0; i < 5; i++)
			node_write(&nodes[0], 200);
		node_pause_ms(round * 15);
		const int64_t start_us = node_mono_us();
		node_stop(&nodes[0]);
		CHECK(node_mono_us() - start_us < 5000000);
		node_start(&nodes[0]);
	}
	flood_end(&flood);
	node_open_memo(&nodes[0]);
	for (int i = 1; i < 3; i++) {
		CHECK(ent_post_share(nodes[0].memo, nodes[i].id) == ENT_OK);
		WAIT_FOR(node_acknowledged(&nodes[0], &nodes[i], nodes[0].memo) == 25);
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	}
	nodes_end(nodes, 3);
	node_end(&flooding);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(peers__who_is_not_known_is_turned_away),
			TEST_ENTRY(peers__what_is_no_parcel_is_answered_with_the_reason),
			TEST_ENTRY(peers__who_is_removed_is_cut_off),
			TEST_ENTRY(peers__a_card_that_claims_anothers_tls_key_takes_nothing_from_it),
			TEST_ENTRY(peers__of_one_key_the_oldest_connections_make_room),
			TEST_ENTRY(peers__an_answer_may_be_as_large_as_a_parcel_and_no_larger),
			TEST_ENTRY(peers__who_is_slow_and_who_floods_delay_no_third),
			TEST_ENTRY(peers__a_node_stops_in_the_midst_of_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
