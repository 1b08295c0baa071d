/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peered.h: for tests: whole parties in one process, each with its folder, store, post and peers, over real TLS on loopback.
 * Beside the lines, each can have a ledger "memo/test/<id>" that anybody who is offered it takes.
 */
#ifndef ENTENTE_TESTS_PEERED_H
#define ENTENTE_TESTS_PEERED_H

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#include "entente/peers.h"

enum {
	NODE_WAIT_MS = 20000, /* only a test that fails waits so long */
	NODE_ADDRESS_SIZE = 64,
};

struct node {
	char data[64];
	char id[ENT_PARTY_ID_SIZE];
	char address[NODE_ADDRESS_SIZE]; /* "127.x.x.x:PORT" */
	bool settable, fails;            /* its own side is not well */
	_Atomic int64_t ahead_us;
	int64_t period_us, late_us; /* of its lines; 0: the default */
	struct ent_store *store;
	struct ent_sign_key *line_key;
	struct ent_post *post;
	_Atomic(struct ent_peers *) peers;
	struct ent_post_ledger *memo;
	atomic_uint alarms, changes, unopened; /* the last: lines of the log that say so */
	char alarm[512];
};

static inline void node_pause_ms(int ms) {
	const struct timespec span = {ms / 1000, (ms % 1000) * 1000000L};
	(void)nanosleep(&span, NULL);
}

static inline int64_t node_mono_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Until 'condition', which may use what is in scope. */
#define WAIT_FOR(condition)                           \
	do {                                          \
		int left_ = NODE_WAIT_MS / 5;         \
		while (!(condition) && left_-- > 0)   \
			node_pause_ms(5);             \
		CHECK_ROW("waited for", (condition)); \
	} while (0)

/* --- What a node is made of --- */

static inline int64_t node_clock(void *user) {
	struct node *node = user;
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + node->ahead_us;
}

static inline bool node_works(void *user) {
	return !((struct node *)user)->fails;
}

static inline struct ent_line_terms node_terms(void *user, const char *peer) {
	const struct node *node = user;
	(void)peer;
	return node->period_us == 0 ? ent_line_terms_default()
				    : (struct ent_line_terms){.period_us = node->period_us,
						      .late_us = node->late_us};
}

static inline void node_say(void *user, enum ent_scribe_say severity, const char *text) {
	struct node *node = user;
	if (strstr(text, " cannot be opened: ") != NULL)
		atomic_fetch_add(&node->unopened, 1);
	if (getenv("ENTENTE_TEST_SAY") != NULL)
		(void)fprintf(stderr, "%.4s: %d %s\n", node->id, (int)severity, text);
}

static inline void node_changed(void *user, const char *peer) {
	(void)peer;
	atomic_fetch_add(&((struct node *)user)->changes, 1);
}

static inline void node_alarm(void *user, const struct ent_post_alarm *alarm) {
	struct node *node = user;
	(void)snprintf(node->alarm, sizeof node->alarm, "%s: %s: %s",
			ent_post_alarm_word(alarm->kind), alarm->fault.where, alarm->fault.why);
	atomic_fetch_add(&node->alarms, 1);
	node_say(node, ENT_SCRIBE_ERROR, node->alarm);
}

static inline void node_owed(void *user, const char *peer) {
	struct ent_peers *peers = ((struct node *)user)->peers;
	if (peers != NULL)
		ent_peers_owed(peers, peer);
}

/* --- Ledgers beside the lines --- */

static inline ent_status memo_decide(void *state, const void *command,
		struct ent_scribe_draft *draft, struct ent_fault *reterr_fault) {
	char bytes[1024];
	const size_t *padding = command;
	(void)state, (void)reterr_fault;
	const int size = snprintf(bytes, sizeof bytes,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64 ",\"text\":\"%0*d\"}",
			draft->seq, draft->time_us, (int)*padding, 0);
	return ent_scribe_add(draft, bytes, (size_t)size);
}

static inline void node_offered(void *user, const char *peer, const char *ledger) {
	struct node *node = user;
	const struct ent_post_ledger_options options = {.name = ledger};
	struct ent_post_ledger *theirs;
	struct ent_peers *peers = node->peers;
	if (peers != NULL)
		ent_peers_offered(peers, peer, ledger);
	if (strncmp(ledger, "memo/test/", 10) == 0)
		CHECK(ent_post_open_theirs(node->post, peer, &options, &theirs, NULL) == ENT_OK);
}

static inline void memo_name(const struct node *node, char ret_name[64]) {
	(void)snprintf(ret_name, 64, "memo/test/%s", node->id);
}

static inline void node_open_memo(struct node *node) {
	char name[64];
	memo_name(node, name);
	const struct ent_post_ledger_options options = {.name = name, .decide = memo_decide};
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_open_ours(node->post, &options, &node->memo, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
}

struct memo_job {
	struct ent_scribe_job job; /* first */
	size_t padding;
	atomic_int status; /* -1: not done */
};

static inline void memo_done(struct ent_scribe_job *job, ent_status status) {
	atomic_store(&((struct memo_job *)job)->status, (int)status);
}

static inline void memo_submit(struct node *node, struct memo_job *job, size_t padding) {
	job->padding = padding;
	atomic_store(&job->status, -1);
	job->job = (struct ent_scribe_job){.command = &job->padding, .done = memo_done};
	ent_post_submit(node->memo, &job->job);
}

static inline void node_write(struct node *node, size_t padding) {
	static _Thread_local struct memo_job job;
	memo_submit(node, &job, padding);
	WAIT_FOR(atomic_load(&job.status) != -1);
	CHECK(atomic_load(&job.status) == ENT_OK);
}

/* How much of its own ledger of this name a peer has cosigned. */
static inline uint64_t node_acknowledged(
		struct node *node, const struct node *peer, const struct ent_post_ledger *ledger) {
	struct ent_post_share shares[8];
	const size_t n = ent_post_shares(node->post, peer->id, shares, 8);
	for (size_t i = 0; i < n && i < 8; i++)
		if (shares[i].ledger == ledger)
			return shares[i].acknowledged;
	return 0;
}

static inline uint64_t node_has(struct node *node, const struct node *author) {
	char name[64];
	struct ent_post_stand stand;
	memo_name(author, name);
	struct ent_post_ledger *ledger = ent_post_find(node->post, author->id, name);
	if (ledger == NULL)
		return 0;
	ent_post_stand(ledger, &stand);
	return stand.size;
}

/* --- Making, starting, stopping --- */

/* Of an address of its own: no connection that goes out of 127.0.0.1 takes the port while nobody listens. */
static inline void node_choose_address(struct node *node) {
	static uint32_t made;
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	const int s = socket(AF_INET, SOCK_STREAM, 0);
	const uint32_t process = (uint32_t)getpid() % 65000 << 8;
	address.sin_addr.s_addr = htonl(UINT32_C(0x7f010000) + process + ++made % 250 + 1);
	CHECK(s >= 0 && bind(s, (struct sockaddr *)&address, length) == 0);
	CHECK(getsockname(s, (struct sockaddr *)&address, &length) == 0);
	(void)close(s);
	(void)snprintf(node->address, sizeof node->address, "%s:%u", inet_ntoa(address.sin_addr),
			ntohs(address.sin_port));
}

static inline struct ent_secret *node_passphrase(void) {
	struct ent_secret *secret = NULL;
	CHECK(ent_secret_create(5, &secret) == ENT_OK);
	memcpy(ent_secret_bytes(secret), "three", 5);
	return secret;
}

/* The party in a folder of its own; 'address' NULL: that at which it will listen, "": none. */
static inline void node_make(
		struct node *node, const char *address, const char *const *reserves, size_t n) {
	char own[NODE_ADDRESS_SIZE + 16];
	struct ent_party_folder *folder = NULL;
	struct ent_party_known known;
	struct ent_fault fault = {"", ""};
	memset(node, 0, sizeof *node);
	(void)snprintf(node->data, sizeof node->data, "%s/entente-peers-XXXXXX",
			access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CHECK(mkdtemp(node->data) != NULL && ent_seal_start() == ENT_OK &&
			ent_fetch_start() == ENT_OK);
	node_choose_address(node);
	(void)snprintf(own, sizeof own, "https://%s", node->address);
	struct ent_secret *passphrase = node_passphrase();
	const struct ent_party_wish wish = {.name = "Node",
			.address = address == NULL         ? own
					: *address == '\0' ? NULL
							   : address,
			.reserves = reserves,
			.n_reserves = n,
			.profile = ENT_PROFILE_AID,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = node_clock(node)};
	const ent_status status = ent_party_create(node->data, &wish, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	ent_secret_destroy(passphrase);
	CHECK(ent_party_folder_open(node->data, false, &folder, &fault) == ENT_OK);
	CHECK(ent_party_own(folder, &known, &fault) == ENT_OK);
	(void)snprintf(node->id, sizeof node->id, "%s", known.card.id);
	ent_party_folder_close(folder);
}

/* Another card of it: the same address, and a reserve. */
static inline void node_renew(struct node *node, const char *reserve) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {"", ""};
	struct ent_secret *passphrase = node_passphrase();
	const struct ent_party_change change = {.reserves = &reserve,
			.n_reserves = 1,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = node_clock(node)};
	CHECK(ent_party_folder_open(node->data, true, &folder, &fault) == ENT_OK);
	const ent_status status = ent_party_renew(folder, &change, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	ent_party_folder_close(folder);
	ent_secret_destroy(passphrase);
}

/* 'node' confirms the card that 'other' has now. */
static inline void node_confirm(struct node *node, const struct node *other) {
	struct ent_party_folder *theirs = NULL, *ours = NULL;
	struct ent_party_known known;
	struct ent_fault fault = {"", ""};
	enum ent_card_change change;
	CHECK(ent_party_folder_open(other->data, false, &theirs, &fault) == ENT_OK);
	CHECK(ent_party_own(theirs, &known, &fault) == ENT_OK);
	ent_party_folder_close(theirs);
	CHECK(ent_party_folder_open(node->data, true, &ours, &fault) == ENT_OK);
	const ent_status status = ent_party_put(
			ours, known.text, known.length, NULL, node_clock(node), &change, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	ent_party_folder_close(ours);
}

static inline void node_forget(struct node *node, const struct node *other) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {"", ""};
	CHECK(ent_party_folder_open(node->data, true, &folder, &fault) == ENT_OK);
	CHECK(ent_party_remove(folder, other->id, &fault) == ENT_OK);
	ent_party_folder_close(folder);
}

static inline size_t node_again(struct node *node) {
	size_t changed = 0;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_peers_again(node->peers, &changed, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return changed;
}

static inline void node_open_post(struct node *node) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {"", ""};
	CHECK(ent_store_open_sqlite(node->data, &node->store, &fault) == ENT_OK);
	CHECK(ent_party_folder_open(node->data, false, &folder, &fault) == ENT_OK);
	CHECK(ent_party_open_line_key(folder, &node->line_key, &fault) == ENT_OK);
	ent_party_folder_close(folder);
	const struct ent_post_options options = {.store = node->store,
			.directory = node->data,
			.id = node->id,
			.line_key = node->line_key,
			.clock = node_clock,
			.say = node_say,
			.alarm = node_alarm,
			.owed = node_owed,
			.offered = node_offered,
			.user = node};
	const ent_status status = ent_post_create(&options, &node->post, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
}

static inline struct ent_peers_options node_options(struct node *node) {
	return (struct ent_peers_options){.post = node->post,
			.data = node->data,
			.listen = node->address,
			.workers = 2,
			.settable_clock = node->settable,
			.clock = node_clock,
			.terms = node_terms,
			.we_work = node_works,
			.say = node_say,
			.changed = node_changed,
			.user = node};
}

static inline void node_start(struct node *node) {
	struct ent_fault fault = {"", ""};
	struct ent_peers *peers = NULL;
	node_open_post(node);
	const struct ent_peers_options options = node_options(node);
	ent_status status = ent_peers_create(&options, &peers, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	node->peers = peers;
	status = ent_peers_start(peers, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
}

static inline void node_stop(struct node *node) {
	struct ent_peers *peers = node->peers;
	node->peers = NULL;
	ent_peers_end(peers);
	ent_post_destroy(node->post);
	ent_peers_destroy(peers);
	ent_store_close(node->store);
	ent_sign_key_destroy(node->line_key);
	node->post = NULL;
	node->store = NULL;
	node->line_key = NULL;
	node->memo = NULL;
}

static inline void node_end(struct node *node) {
	char command[128];
	if (node->post != NULL)
		node_stop(node);
	(void)snprintf(command, sizeof command, "rm -rf '%.60s'", node->data);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

/* n of them, each known to each, running. */
static inline void nodes_start(struct node *nodes, size_t n) {
	for (size_t i = 0; i < n; i++)
		node_make(&nodes[i], NULL, NULL, 0);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (i != j)
				node_confirm(&nodes[i], &nodes[j]);
	for (size_t i = 0; i < n; i++)
		node_start(&nodes[i]);
}

static inline void nodes_end(struct node *nodes, size_t n) {
	for (size_t i = 0; i < n; i++)
		node_end(&nodes[i]);
}

/* --- Looking --- */

static inline struct ent_peer_view node_view(struct node *node, const struct node *peer) {
	struct ent_peer_view view;
	CHECK(ent_peers_look(node->peers, peer->id, &view) == ENT_OK);
	return view;
}

static inline enum ent_line_state node_line(struct node *node, const struct node *peer) {
	return node_view(node, peer).line.state;
}

static inline void node_wait_up(struct node *node, const struct node *peer) {
	WAIT_FOR(node_line(node, peer) == ENT_LINE_STATE_UP);
}

static inline void nodes_wait_up(struct node *nodes, size_t n) {
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (i != j)
				node_wait_up(&nodes[i], &nodes[j]);
}

static inline void node_set_ahead(struct node *node, int64_t ahead_us) {
	node->ahead_us = ahead_us;
	if (node->peers != NULL)
		ent_peers_clock_set(node->peers);
}

#endif
