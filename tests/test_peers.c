/* SPDX-License-Identifier: Apache-2.0 */
/* Parties whose nodes run: lines get up by themselves, entries go there and come back cosigned, the folder is read again. */
#include "peered.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define HOUR_US INT64_C(3600000000)

TEST(peers__new_lines_get_up_by_themselves_among_three) {
	(void)state_;
	struct node nodes[3];
	char ids[3][ENT_PARTY_ID_SIZE];
	nodes_start(nodes, 3);
	nodes_wait_up(nodes, 3);
	const struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.line.missed == 0 && view.n_ways == 1 && view.sent_utc_us > 0);
	CHECK(view.heard_utc_us > 0 && view.ways[0].last == ENT_FETCH_ANSWERED);
	CHECK(view.ways[0].route.failures == 0 && view.ways[0].route.reached_utc_us > 0);
	CHECK(ent_peers_list(nodes[0].peers, ids, 3) == 2 && strcmp(ids[0], ids[1]) < 0);
	/* Both have a test of theirs answered, and each has a receipt of each. */
	for (int i = 0; i < 3; i++)
		CHECK(nodes[i].alarms == 0 && nodes[i].changes > 0);
	nodes_end(nodes, 3);
}

TEST(peers__an_entry_comes_to_who_shares_it_and_back_cosigned) {
	(void)state_;
	struct node nodes[3];
	nodes_start(nodes, 3);
	nodes_wait_up(nodes, 3);
	node_open_memo(&nodes[0]);
	CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
	for (uint64_t i = 1; i <= 20; i++) {
		node_write(&nodes[0], 400);
		WAIT_FOR(node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) == i);
		CHECK(node_has(&nodes[1], &nodes[0]) == i);
	}
	/* Nobody shared it with the third. */
	CHECK(node_has(&nodes[2], &nodes[0]) == 0);
	/* After a restart the same is there, and goes on. */
	node_stop(&nodes[0]);
	node_start(&nodes[0]);
	node_open_memo(&nodes[0]);
	CHECK(ent_post_share(nodes[0].memo, nodes[1].id) == ENT_OK);
	node_write(&nodes[0], 10);
	WAIT_FOR(node_acknowledged(&nodes[0], &nodes[1], nodes[0].memo) == 21);
	for (int i = 0; i < 3; i++)
		CHECK_ROW(nodes[i].alarm, nodes[i].alarms == 0);
	nodes_end(nodes, 3);
}

/* Syncs of the store's log below this folder wait; how many do. SQLite calls these instead of libc's, and nothing here outlives a power cut. */
static _Atomic(const char *) held_folder;
static atomic_int n_held;

static int hold_sync(int file) {
	char link[32], path[512];
	const char *folder = held_folder;
	if (folder == NULL)
		return 0;
	(void)snprintf(link, sizeof link, "/proc/self/fd/%d", file);
	const ssize_t length = readlink(link, path, sizeof path - 1);
	if (length < 4 || strncmp(path, folder, strlen(folder)) != 0 ||
			memcmp(path + length - 4, "-wal", 4) != 0)
		return 0;
	atomic_fetch_add(&n_held, 1);
	while (held_folder != NULL)
		node_pause_ms(1);
	return 0;
}

__attribute__((visibility("default"))) int fdatasync(int file) {
	return hold_sync(file);
}

__attribute__((visibility("default"))) int fsync(int file) {
	return hold_sync(file);
}

/* Of what a power cut may still take away nobody is told that it is so. */
TEST(peers__a_line_is_not_up_before_what_says_so_is_durable) {
	(void)state_;
	struct node nodes[2];
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	/* In one of two such periods it is the other's to test: then it is a test that is heard, and not an answer. */
	for (int hours = 3; hours <= 6; hours += 3) {
		bool was_up = false;
		node_stop(&nodes[1]);
		for (int i = 0; i < 2; i++)
			node_set_ahead(&nodes[i], hours * HOUR_US);
		WAIT_FOR(node_line(&nodes[0], &nodes[1]) == ENT_LINE_STATE_LOST);
		n_held = 0;
		held_folder = nodes[0].data;
		node_start(&nodes[1]);
		for (int i = 0; i < 4000 && n_held == 0; i++)
			node_pause_ms(5);
		for (int i = 0; i < 20 && !was_up; i++) {
			was_up = node_line(&nodes[0], &nodes[1]) != ENT_LINE_STATE_LOST;
			/* What is to be written is looked for once more. */
			node_set_ahead(&nodes[0], hours * HOUR_US);
			node_pause_ms(5);
		}
		/* Before anything is checked: what fails ends the test, and nobody may wait then. */
		held_folder = NULL;
		CHECK(n_held > 0 && !was_up);
		nodes_wait_up(nodes, 2);
	}
	nodes_end(nodes, 2);
}

struct classes {
	const char *class;
	unsigned with, all;
};

static ent_status count_class(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct classes *classes = user;
	(void)seq;
	char text[ENT_LINE_ENTRY_SIZE];
	CHECK(entry->size < sizeof text);
	memcpy(text, entry->bytes, entry->size);
	text[entry->size] = '\0';
	classes->with += strstr(text, classes->class) != NULL;
	classes->all++;
	return ENT_OK;
}

TEST(peers__entries_of_a_line_are_tests_when_the_clock_can_be_set) {
	(void)state_;
	struct node nodes[2];
	struct ent_post_stand stand;
	char name[64];
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
	nodes[0].settable = true;
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	nodes_wait_up(nodes, 2);
	for (int i = 0; i < 2; i++) {
		struct classes classes = {
				i == 0 ? "\"class\":\"TEST\"" : "\"class\":\"ACTUAL\"", 0, 0};
		(void)snprintf(name, sizeof name, "line/%s/%s", nodes[i].id, nodes[1 - i].id);
		struct ent_post_ledger *ledger = ent_post_find(nodes[i].post, nodes[i].id, name);
		CHECK(ledger != NULL);
		ent_post_stand(ledger, &stand);
		CHECK(stand.size >= 3);
		CHECK(ent_post_read(ledger, 0, stand.size, count_class, &classes) == ENT_OK);
		CHECK(classes.with == stand.size && classes.all == stand.size);
	}
	nodes_end(nodes, 2);
}

/* --- Purge receipts --- */

struct receipts {
	unsigned n;
};

static ent_status count_receipt(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	static const char kind[] = "\"kind\":\"purge-receipt\"";
	struct receipts *receipts = user;
	(void)seq;
	for (size_t i = 0; i + sizeof kind - 1 <= entry->size; i++)
		receipts->n += memcmp(entry->bytes + i, kind, sizeof kind - 1) == 0;
	return ENT_OK;
}

/* In the ledger of the line that the author writes to the other, at this node. */
static unsigned receipts_at(struct node *at, const struct node *author, const struct node *other) {
	char name[64];
	struct receipts receipts = {0};
	(void)snprintf(name, sizeof name, "line/%s/%s", author->id, other->id);
	struct ent_post_ledger *ledger = ent_post_find(at->post, author->id, name);
	CHECK(ledger != NULL);
	CHECK(ent_post_read(ledger, 0, UINT64_MAX, count_receipt, &receipts) == ENT_OK);
	return receipts.n;
}

/* More than are written in one batch, each asked for over and over. */
static void say_all(struct node *node, const struct node *peer, unsigned n) {
	const struct ent_hash leaf = {{7}};
	for (unsigned said = 0; said < n;) {
		said = 0;
		for (unsigned i = 0; i < n; i++)
			said += ent_peers_say_purged(node->peers, peer->id, "memo/m/a", i, &leaf) ==
					ENT_OK;
		node_pause_ms(2);
	}
}

/* The folder of a node that has stopped. */
static void copy_folder(const char *from, const char *to) {
	char command[256];
	(void)snprintf(command, sizeof command, "rm -rf '%.60s' && cp -r '%.60s' '%.60s'", to, from,
			to);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

TEST(peers__a_purge_receipt_is_written_once_and_known_to_both_after_a_start_too) {
	enum { RECEIPTS = 150 };
	(void)state_;
	struct node nodes[2];
	const struct ent_hash leaf = {{7}}, other = {{8}};
	char old[80], command[128];
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	node_stop(&nodes[0]);
	(void)snprintf(old, sizeof old, "%.60s.old", nodes[0].data);
	copy_folder(nodes[0].data, old);
	node_start(&nodes[0]);
	CHECK(ent_peers_say_purged(nodes[0].peers, "0123456789abcdef", "memo/m/a", 0, &leaf) ==
			ENT_E_MISSING);
	CHECK(!ent_peers_has_purged(nodes[1].peers, nodes[0].id, "memo/m/a", 0, &leaf));
	say_all(&nodes[0], &nodes[1], RECEIPTS);
	/* They are written, and come, in any order. */
	WAIT_FOR(receipts_at(&nodes[1], &nodes[0], &nodes[1]) == RECEIPTS);
	WAIT_FOR(ent_peers_has_purged(
			nodes[1].peers, nodes[0].id, "memo/m/a", RECEIPTS - 1, &leaf));
	CHECK(receipts_at(&nodes[0], &nodes[0], &nodes[1]) == RECEIPTS);
	CHECK(!ent_peers_has_purged(nodes[1].peers, nodes[0].id, "memo/m/a", 0, &other));
	CHECK(!ent_peers_has_purged(nodes[1].peers, nodes[0].id, "memo/m/b", 0, &leaf));
	CHECK(!ent_peers_has_purged(nodes[1].peers, nodes[0].id, "memo/m/a", RECEIPTS, &leaf));
	node_stop(&nodes[0]);
	node_start(&nodes[0]);
	say_all(&nodes[0], &nodes[1], RECEIPTS);
	CHECK(receipts_at(&nodes[0], &nodes[0], &nodes[1]) == RECEIPTS);
	node_stop(&nodes[1]);
	node_start(&nodes[1]);
	CHECK(ent_peers_has_purged(nodes[1].peers, nodes[0].id, "memo/m/a", 0, &leaf));
	CHECK(receipts_at(&nodes[1], &nodes[0], &nodes[1]) == RECEIPTS);
	/* An old copy asks what it had written, and is told to write it meanwhile. */
	node_stop(&nodes[0]);
	copy_folder(old, nodes[0].data);
	node_start(&nodes[0]);
	say_all(&nodes[0], &nodes[1], RECEIPTS);
	node_pause_ms(50);
	CHECK(receipts_at(&nodes[0], &nodes[0], &nodes[1]) == RECEIPTS);
	(void)snprintf(command, sizeof command, "rm -rf '%.70s'", old);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	nodes_end(nodes, 2);
}

/* A parcel of all that is owed goes as a file; its answer comes back as one. */
static void carry_file(struct node *from, struct node *to) {
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	char *answer = NULL, *none = NULL;
	size_t length = 0, n = 0;
	struct ent_fault fault = {"", ""};
	ent_status status = ent_post_compose(
			from->post, to->id, ENT_BOOK_FILE, true, 1 << 20, &parcel, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	status = ent_post_take(to->post, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED,
			&answer, &length, &taken, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	ent_post_parcel_finish(&parcel);
	if (answer == NULL)
		return;
	status = ent_post_take(from->post, NULL, answer, length, ENT_BOOK_UNASKED, &none, &n,
			&taken, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	free(answer);
	free(none);
}

TEST(peers__a_party_without_an_address_is_reached_by_files_alone) {
	(void)state_;
	struct node nodes[2];
	node_make(&nodes[0], "", NULL, 0);
	node_make(&nodes[1], "", NULL, 0);
	for (int i = 0; i < 2; i++)
		node_confirm(&nodes[i], &nodes[1 - i]);
	for (int i = 0; i < 2; i++)
		node_start(&nodes[i]);
	/* Nobody can be asked what is there of our ledgers: whoever waits for that says when it is over, and no clock. */
	node_pause_ms(50);
	for (int i = 0; i < 2; i++) {
		node_set_ahead(&nodes[i], INT64_C(10000000));
		CHECK(ent_post_asking(nodes[i].post) == 1);
		CHECK(ent_post_begin(nodes[i].post, NULL) == ENT_OK);
	}
	for (int round = 0; round < 400 &&
			(node_line(&nodes[0], &nodes[1]) != ENT_LINE_STATE_UP ||
					node_line(&nodes[1], &nodes[0]) != ENT_LINE_STATE_UP);
			round++) {
		node_pause_ms(50);
		carry_file(&nodes[0], &nodes[1]);
		carry_file(&nodes[1], &nodes[0]);
	}
	nodes_wait_up(nodes, 2);
	const struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.n_ways == 0 && view.sent_utc_us == 0 && view.heard_utc_us > 0);
	nodes_end(nodes, 2);
}

TEST(peers__a_folder_that_is_read_again_adds_renews_and_removes) {
	(void)state_;
	struct node nodes[3];
	struct ent_peer_view view;
	char ids[3][ENT_PARTY_ID_SIZE];
	for (int i = 0; i < 3; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (int i = 0; i < 3; i++)
		node_start(&nodes[i]);
	CHECK(ent_peers_list(nodes[0].peers, ids, 3) == 0 && node_again(&nodes[0]) == 0);
	for (int i = 1; i < 3; i++) {
		node_confirm(&nodes[0], &nodes[i]);
		node_confirm(&nodes[i], &nodes[0]);
		CHECK(node_again(&nodes[i]) == 1);
		CHECK(node_again(&nodes[i]) == 0);
	}
	CHECK(node_again(&nodes[0]) == 2);
	node_wait_up(&nodes[0], &nodes[1]);
	node_wait_up(&nodes[0], &nodes[2]);
	/* A card with a reserve that is dead: the line stays, and so does what is known of the address. */
	WAIT_FOR(node_view(&nodes[0], &nodes[1]).ways[0].route.reached_utc_us > 0);
	WAIT_FOR(!node_view(&nodes[0], &nodes[1]).on_its_way);
	node_renew(&nodes[1], "https://127.0.0.1:1");
	node_confirm(&nodes[0], &nodes[1]);
	CHECK(node_again(&nodes[0]) == 1);
	view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.n_ways == 2 && view.card.number == 2);
	CHECK(view.ways[0].route.reached_utc_us > 0 && view.line.state == ENT_LINE_STATE_UP);
	/* One that is gone is known no more, and no other line ends for it. */
	node_forget(&nodes[0], &nodes[2]);
	CHECK(node_again(&nodes[0]) == 1);
	CHECK(ent_peers_look(nodes[0].peers, nodes[2].id, &view) == ENT_E_MISSING);
	CHECK(ent_peers_list(nodes[0].peers, ids, 3) == 1 && strcmp(ids[0], nodes[1].id) == 0);
	/* And back again: its line goes on where it was. */
	node_confirm(&nodes[0], &nodes[2]);
	CHECK(node_again(&nodes[0]) == 1);
	CHECK(node_line(&nodes[0], &nodes[2]) == ENT_LINE_STATE_UP);
	node_open_memo(&nodes[2]);
	CHECK(ent_post_share(nodes[2].memo, nodes[0].id) == ENT_OK);
	node_write(&nodes[2], 10);
	WAIT_FOR(node_acknowledged(&nodes[2], &nodes[0], nodes[2].memo) == 1);
	nodes_end(nodes, 3);
}

static void put_in_place(struct node *node, const struct node *other) {
	node_forget(node, other);
	node_confirm(node, other);
}

/* Removed and there again before the folder is read: the number alone says nothing of that. */
TEST(peers__another_card_of_the_same_number_in_its_place_is_noticed) {
	(void)state_;
	struct node nodes[2], copy;
	char command[256];
	for (int i = 0; i < 2; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	copy = nodes[1];
	(void)snprintf(copy.data, sizeof copy.data, "%.48s.copy", nodes[1].data);
	(void)snprintf(command, sizeof command, "cp -a '%s' '%s'", nodes[1].data, copy.data);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	node_renew(&nodes[1], "https://127.0.0.1:1");
	node_renew(&copy, "https://127.0.0.1:2");
	node_confirm(&nodes[0], &nodes[1]);
	node_start(&nodes[0]);
	struct ent_peer_view view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.card.number == 2 && strcmp(view.ways[1].url, "https://127.0.0.1:1") == 0);
	put_in_place(&nodes[0], &copy);
	CHECK(node_again(&nodes[0]) == 1 && node_again(&nodes[0]) == 0);
	view = node_view(&nodes[0], &nodes[1]);
	CHECK(view.card.number == 2 && strcmp(view.ways[1].url, "https://127.0.0.1:2") == 0);
	/* The same card once more is nothing new, but for when people confirmed it. */
	const int64_t confirmed_utc_us = view.confirmed_utc_us;
	nodes[0].ahead_us += 1000000;
	put_in_place(&nodes[0], &copy);
	CHECK(node_again(&nodes[0]) == 0);
	CHECK(node_view(&nodes[0], &nodes[1]).confirmed_utc_us > confirmed_utc_us);
	node_end(&copy);
	nodes_end(nodes, 2);
}

TEST(peers__what_is_missing_for_a_start_is_named) {
	(void)state_;
	struct node node;
	struct ent_peers *peers = NULL;
	struct ent_fault fault = {"", ""};
	char path[256];
	node_make(&node, NULL, NULL, 0);
	node_open_post(&node);
	struct ent_peers_options options = node_options(&node);
	options.workers = 0;
	CHECK(ent_peers_create(&options, &peers, &fault) == ENT_E_DOMAIN);
	CHECK(strcmp(fault.where, "workers") == 0);
	options = node_options(&node);
	options.data = "/nowhere";
	CHECK(ent_peers_create(&options, &peers, &fault) == ENT_E_MISSING);
	options = node_options(&node);
	options.listen = "127.0.0.1";
	CHECK(ent_peers_create(&options, &peers, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "peers-listen") == 0 && fault.why[0] != '\0');
	options = node_options(&node);
	(void)snprintf(path, sizeof path, "%s/party/tls.key", node.data);
	CHECK(chmod(path, 0644) == 0);
	CHECK(ent_peers_create(&options, &peers, &fault) == ENT_E_REFUSED);
	CHECK(strcmp(fault.where, "tls.key") == 0);
	CHECK(unlink(path) == 0);
	CHECK(ent_peers_create(&options, &peers, &fault) == ENT_E_IO);
	CHECK(strcmp(fault.where, "tls.key") == 0 && peers == NULL);
	nodes_end(&node, 1);
}

/* The scribe tries each second whether a disk that was full takes writes again, and reads the line's ledger then. */
TEST(peers__a_line_is_there_as_long_as_its_ledger_may_be_read_again) {
	(void)state_;
	struct node nodes[2];
	struct rlimit limit, none;
	nodes_start(nodes, 2);
	nodes_wait_up(nodes, 2);
	struct node *node = &nodes[0];
	node_stop(&nodes[1]);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	none = (struct rlimit){0, limit.rlim_max};
	CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
	node_set_ahead(node, 2 * HOUR_US);
	struct ent_post_stand stand = {.size = 0};
	char name[64];
	(void)snprintf(name, sizeof name, "line/%s/%s", node->id, nodes[1].id);
	struct ent_post_ledger *ledger = ent_post_find(node->post, node->id, name);
	WAIT_FOR((ent_post_stand(ledger, &stand), stand.reason[0] != '\0'));
	ent_peers_end(node->peers);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	WAIT_FOR((ent_post_stand(ledger, &stand), stand.reason[0] == '\0'));
	node_stop(node);
	nodes_end(nodes, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(peers__new_lines_get_up_by_themselves_among_three),
			TEST_ENTRY(peers__an_entry_comes_to_who_shares_it_and_back_cosigned),
			TEST_ENTRY(peers__a_line_is_not_up_before_what_says_so_is_durable),
			TEST_ENTRY(peers__entries_of_a_line_are_tests_when_the_clock_can_be_set),
			TEST_ENTRY(peers__a_purge_receipt_is_written_once_and_known_to_both_after_a_start_too),
			TEST_ENTRY(peers__a_party_without_an_address_is_reached_by_files_alone),
			TEST_ENTRY(peers__a_folder_that_is_read_again_adds_renews_and_removes),
			TEST_ENTRY(peers__another_card_of_the_same_number_in_its_place_is_noticed),
			TEST_ENTRY(peers__what_is_missing_for_a_start_is_named),
			TEST_ENTRY(peers__a_line_is_there_as_long_as_its_ledger_may_be_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
