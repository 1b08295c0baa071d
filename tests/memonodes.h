/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memonodes.h: nodes with memoranda under test, in one process: each a store, a post and what stands above it; parcels are
 * carried by hand. Documents are tests/data/memo/good.json among these nodes.
 */
#ifndef ENTENTE_TESTS_MEMONODES_H
#define ENTENTE_TESTS_MEMONODES_H

#include <ftw.h>
#include <pthread.h>
#include <time.h>

#include "cards.h"
#include "entente/memoranda.h"
#include "memos.h"
#include "stores.h"

#define SECOND_US INT64_C(1000000)
#define DAY_US (86400 * SECOND_US)
/* date -ud 2026-12-01 +%s; 2027-01-02, when the first version takes effect. */
#define NOW_US (INT64_C(1796083200) * SECOND_US)
#define FROM_US (INT64_C(1798848000) * SECOND_US)
#define MEMO "north-corridor"

enum { NODES_MAX = 4, NODE_STORE_SIZE = FOLDER_SIZE + 8 };

struct node {
	uint8_t number;
	char path[FOLDER_SIZE], store_path[NODE_STORE_SIZE];
	struct ent_card card;
	struct ent_sign_key *line_key, *party_key;
	uint8_t key_before[ENT_SIGN_PUBLIC_SIZE]; /* of a card of number 2 */
	struct ent_store *store;
	struct ent_post *post;
	struct ent_memoranda *_Atomic memoranda;
	struct nodes *nodes;
	bool settable;     /* its clock, and its card says so */
	bool unknown;      /* nobody else knows it when it starts */
	_Atomic bool held; /* who asks its clock waits: its scribe */
	bool asks;         /* when it starts it waits for what others have of its ledgers */
	bool asks_first;   /* before its first word under a memorandum, too */
	bool deaf;         /* it hears nothing of what its post takes */
	_Atomic unsigned changed, waits;
	/* In whatever thread it is told; NULL: nothing. */
	void (*_Atomic on_changed)(struct node *node);
	_Atomic int64_t ahead_us; /* of its clock to the others' */
	pthread_mutex_t lock;
	char said[1024];                     /* the last line of its log */
	struct ent_memoranda_change change;  /* the last that told of entries */
	uint64_t told;                       /* of how many, all together */
	struct ent_memoranda_change by_time; /* the last by time alone; and how many of these */
	uint64_t told_by_time;
	unsigned alarms;
};

struct nodes {
	struct node node[NODES_MAX];
	size_t n;
	_Atomic int64_t now_us;
};

static inline void pause_ms(long ms) {
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	(void)nanosleep(&pause, NULL);
}

/* --- What a node asks and is told --- */

static inline int64_t node_clock(void *user) {
	struct node *node = user;
	while (node->held)
		pause_ms(1);
	return node->nodes->now_us + node->ahead_us;
}

static inline void node_say(void *user, enum ent_scribe_say severity, const char *text) {
	struct node *node = user;
	(void)severity;
	(void)pthread_mutex_lock(&node->lock);
	(void)snprintf(node->said, sizeof node->said, "%s", text);
	(void)pthread_mutex_unlock(&node->lock);
}

static inline void node_alarm(void *user, const struct ent_post_alarm *alarm) {
	struct node *node = user;
	struct ent_memoranda *memoranda = node->memoranda;
	(void)pthread_mutex_lock(&node->lock);
	node->alarms++;
	(void)pthread_mutex_unlock(&node->lock);
	if (memoranda != NULL)
		ent_memoranda_alarm(memoranda, alarm);
}

static inline void node_grew(void *user, struct ent_post_ledger *ledger, uint64_t size) {
	struct node *node = user;
	struct ent_memoranda *memoranda = node->memoranda;
	if (memoranda != NULL && !node->deaf)
		ent_memoranda_grew(memoranda, ledger, size);
}

static inline void node_offered(void *user, const char *peer, const char *ledger) {
	struct node *node = user;
	struct ent_memoranda *memoranda = node->memoranda;
	if (memoranda != NULL)
		ent_memoranda_offered(memoranda, peer, ledger);
}

static inline void node_shown(void *user, const char *peer, const char *author, const char *ledger,
		uint64_t size) {
	struct node *node = user;
	struct ent_memoranda *memoranda = node->memoranda;
	if (memoranda != NULL)
		ent_memoranda_shown(memoranda, peer, author, ledger, size);
}

static inline const struct node *node_by_id(const struct nodes *nodes, const char *id) {
	for (size_t i = 0; i < nodes->n; i++)
		if (strcmp(nodes->node[i].card.id, id) == 0)
			return &nodes->node[i];
	return NULL;
}

static inline bool node_settable(void *user, const char *party) {
	const struct node *of = node_by_id(((struct node *)user)->nodes, party);
	return of != NULL && of->settable;
}

static inline size_t node_keys(void *user, const char *party,
		uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE], size_t capacity) {
	const struct node *of = node_by_id(((struct node *)user)->nodes, party);
	CHECK(capacity > 1);
	if (of == NULL)
		return 0;
	memcpy(ret_keys[0], of->card.party_key.public_key, ENT_SIGN_PUBLIC_SIZE);
	memcpy(ret_keys[1], of->key_before, ENT_SIGN_PUBLIC_SIZE);
	return of->card.number;
}

static inline void node_changed(void *user, const struct ent_memoranda_change *change) {
	struct node *node = user;
	CHECK(change->memorandum[0] != '\0');
	(void)pthread_mutex_lock(&node->lock);
	CHECK(change->n == 0 || change->n_timed == 0);
	if (change->n > 0)
		node->change = *change;
	if (change->n_timed > 0)
		node->by_time = *change;
	if (change->n_timed > 0)
		node->told_by_time += change->n_timed + change->more;
	else
		node->told += change->n + change->more;
	(void)pthread_mutex_unlock(&node->lock);
	node->changed++;
	void (*const on_changed)(struct node *) = node->on_changed;
	if (on_changed != NULL)
		on_changed(node);
}

static inline void node_waits(void *user, const char *memorandum, const char *party) {
	struct node *node = user;
	CHECK(memorandum[0] != '\0' && party[0] != '\0');
	node->waits++;
}

/* --- A node --- */

static inline int remove_one(const char *path, const struct stat *stat, int kind, struct FTW *ftw) {
	(void)stat;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static inline ent_status node_try_start(struct node *node, struct ent_fault *fault) {
	struct ent_memoranda *memoranda = NULL;
	const struct ent_post_options options = {.store = node->store,
			.directory = node->path,
			.id = node->card.id,
			.line_key = node->line_key,
			.clock = node_clock,
			.say = node_say,
			.alarm = node_alarm,
			.grew = node_grew,
			.offered = node_offered,
			.shown = node_shown,
			.user = node};
	ent_status status = ent_post_create(&options, &node->post, fault);
	if (status != ENT_OK)
		return status;
	for (size_t i = 0; status == ENT_OK && i < node->nodes->n; i++)
		if (node->nodes->node[i].number != node->number && !node->nodes->node[i].unknown)
			status = ent_post_put_peer(node->post, &node->nodes->node[i].card, fault);
	const struct ent_memoranda_options above = {.post = node->post,
			.store = node->store,
			.settable_clock = node->settable,
			.asks_first = node->asks_first,
			.keys = node_keys,
			.settable = node_settable,
			.clock = node_clock,
			.say = node_say,
			.changed = node_changed,
			.waits = node_waits,
			.user = node};
	if (status == ENT_OK) {
		status = ent_memoranda_create(&above, &memoranda, fault);
		node->memoranda = memoranda;
	}
	return status;
}

static inline void node_stop(struct node *node) {
	struct ent_memoranda *memoranda = node->memoranda;
	ent_post_destroy(node->post);
	node->post = NULL;
	node->memoranda = NULL;
	ent_memoranda_destroy(memoranda);
}

static inline void node_start(struct node *node) {
	struct ent_fault fault = {"", ""};
	node->store = store_at(node->store_path);
	ent_status status = node_try_start(node, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	/* As if the time for answers were over. */
	status = node->asks ? ENT_OK : ent_post_begin(node->post, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
}

static inline void node_restart(struct node *node) {
	node_stop(node);
	ent_store_close(node->store);
	node_start(node);
}

/* One party may be there twice, as an honest one never is. */
static inline void node_make_as(struct nodes *nodes, size_t i, size_t as) {
	struct node *node = &nodes->node[i];
	node->number = (uint8_t)(as + 1);
	node->nodes = nodes;
	CHECK(pthread_mutex_init(&node->lock, NULL) == 0);
	node->card = party_card(node->number, node->number, (uint8_t)(100 + as), "a party", 1);
	node->party_key = party_key(node->number);
	node->line_key = party_key((uint8_t)(100 + as));
	folder_make(node->path);
	(void)snprintf(node->store_path, sizeof node->store_path, "%.127s/store", node->path);
}

static inline void node_make(struct nodes *nodes, size_t i) {
	node_make_as(nodes, i, i);
}

/* --- Copies of what a node has on its disk --- */

static inline void copy_file(const char *from, const char *to) {
	static char bytes[1 << 16];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	CHECK(in != NULL && out != NULL);
	for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
		CHECK(fwrite(bytes, 1, n, out) == n);
	CHECK(fclose(in) == 0 && fclose(out) == 0);
}

/* As a machine that dies now would leave it, or a backup would have it: whole files of a store that is idle. */
static inline void copy_store(const char *from, const char *to) {
	char in[FOLDER_SIZE + 300], out[FOLDER_SIZE + 300];
	DIR *folder = opendir(from);
	CHECK(folder != NULL && mkdir(to, 0700) == 0);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		(void)snprintf(in, sizeof in, "%s/%s", from, file->d_name);
		(void)snprintf(out, sizeof out, "%s/%s", to, file->d_name);
		if (file->d_name[0] != '.')
			copy_file(in, out);
	}
	(void)closedir(folder);
}

static inline void nodes_open(struct nodes *nodes, size_t n) {
	CHECK(ent_seal_start() == ENT_OK);
	memset(nodes, 0, sizeof *nodes);
	nodes->n = n;
	nodes->now_us = NOW_US;
	for (size_t i = 0; i < n; i++)
		node_make(nodes, i);
	for (size_t i = 0; i < n; i++)
		node_start(&nodes->node[i]);
}

static inline void node_end(struct node *node) {
	node_stop(node);
	ent_store_close(node->store);
	ent_sign_key_destroy(node->line_key);
	ent_sign_key_destroy(node->party_key);
	(void)pthread_mutex_destroy(&node->lock);
	(void)nftw(node->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void nodes_close(struct nodes *nodes) {
	for (size_t i = 0; i < nodes->n; i++)
		node_end(&nodes->node[i]);
}

/* --- Parcels, carried --- */

/* What one has for the other, and the answer back. Returns how many entries were new there. */
static inline uint64_t carry(struct node *from, struct node *to) {
	struct ent_post_parcel parcel;
	struct ent_post_taken taken = {.entries = 0}, back = {.entries = 0};
	struct ent_fault fault = {"", ""};
	char *answer = NULL, *none = NULL;
	size_t length = 0, none_length = 0;
	const ent_status status = ent_post_compose(
			from->post, to->card.id, ENT_BOOK_NET, true, 4 << 20, &parcel, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	ent_post_sent(from->post, to->card.id, ENT_BOOK_NET, &parcel);
	CHECK(ent_post_take(to->post, from->card.id, parcel.text, parcel.length, ENT_BOOK_UNASKED,
			      &answer, &length, &taken, &fault) == ENT_OK);
	if (answer != NULL)
		CHECK(ent_post_take(from->post, to->card.id, answer, length, parcel.asked, &none,
				      &none_length, &back, &fault) == ENT_OK);
	free(answer);
	free(none);
	ent_post_parcel_finish(&parcel);
	return taken.entries + back.entries;
}

/* --- What there is --- */

/* A memorandum's state, or its history, as text; the caller's. Empty when it is not there. */
static inline char *node_shows(const struct node *node, const char *id, bool history) {
	static struct ent_jsonout out; /* large */
	struct ent_jsonout_memory text = {.limit = 1 << 26};
	struct ent_memoranda *memoranda = node->memoranda;
	ent_jsonout_init(&out, ent_jsonout_to_memory, &text, 0);
	if (history)
		ent_jsonout_array_begin(&out);
	else
		ent_jsonout_object_begin(&out);
	const ent_status status = history
			? ent_memoranda_write_history(memoranda, id, &out)
			: ent_memoranda_write(memoranda, id, ENT_MEMORANDA_NOW, &out);
	CHECK(status == ENT_OK || status == ENT_E_MISSING);
	if (history)
		ent_jsonout_array_end(&out);
	else
		ent_jsonout_object_end(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_OK);
	if (status == ENT_E_MISSING)
		text.bytes[0] = '\0';
	return text.bytes;
}

static inline bool node_says(const struct node *node, const char *id, const char *part) {
	char *text = node_shows(node, id, false);
	const bool found = strstr(text, part) != NULL;
	if (!found)
		print_message("%s has no %s: %s\n", node->card.id, part, text);
	free(text);
	return found;
}

/* --- Until all that has come counts: marks are written by another thread --- */

struct counting {
	const char *id;
	uint64_t n;
};

static inline void count_entries(void *user, struct ent_post_ledger *ledger) {
	struct counting *counting = user;
	static struct ent_post_stand stand;
	const size_t length = strlen(counting->id);
	ent_post_stand(ledger, &stand);
	if (strncmp(stand.name, "memo/", 5) == 0 &&
			strncmp(stand.name + 5, counting->id, length) == 0 &&
			stand.name[5 + length] == '/')
		counting->n += stand.size;
}

static inline bool node_is_settled(const struct node *node, const char *id) {
	static const char received[] = "\"received\":";
	struct counting counting = {.id = id};
	uint64_t n = 0;
	ent_post_ledgers(node->post, count_entries, &counting);
	char *text = node_shows(node, id, false);
	for (const char *at = text; (at = strstr(at, received)) != NULL; at += sizeof received)
		n += strtoull(at + sizeof received - 1, NULL, 10);
	free(text);
	return n == counting.n;
}

static inline void node_settles(const struct node *node, const char *id) {
	for (int i = 0; i < 2000; i++) {
		if (node_is_settled(node, id))
			return;
		pause_ms(2);
	}
	fail_msg("%s does not count all that it has of %s", node->card.id, id);
}

/* A round between all of these, bits by number: how many entries were new. */
static inline uint64_t meet_once(struct nodes *nodes, unsigned who, const char *id) {
	uint64_t n = 0;
	for (size_t a = 0; a < nodes->n; a++)
		for (size_t b = 0; b < nodes->n; b++)
			if (a != b && (who >> a & 1) != 0 && (who >> b & 1) != 0)
				n += carry(&nodes->node[a], &nodes->node[b]);
	for (size_t a = 0; a < nodes->n; a++)
		if ((who >> a & 1) != 0)
			node_settles(&nodes->node[a], id);
	return n;
}

/* Until nothing is new; then all have the same. */
static inline void meet(struct nodes *nodes, unsigned who, const char *id) {
	char first[ENT_MEMORANDA_TAG_SIZE] = "", tag[ENT_MEMORANDA_TAG_SIZE];
	/* What is shared only now goes with the next round. */
	for (int i = 0, idle = 0; idle < 2; i++) {
		CHECK(i < 100);
		idle = meet_once(nodes, who, id) == 0 ? idle + 1 : 0;
	}
	/* What was dated at this moment, or behind one another just after it, has been. */
	nodes->now_us += SECOND_US;
	for (size_t a = 0; a < nodes->n; a++) {
		if ((who >> a & 1) == 0)
			continue;
		CHECK(ent_memoranda_tag(nodes->node[a].memoranda, id, tag) == ENT_OK);
		if (first[0] == '\0')
			memcpy(first, tag, sizeof first);
		CHECK(strcmp(first, tag) == 0);
	}
}

/* --- Acts --- */

static inline struct ent_memo_act act_of(enum ent_memo_act_kind kind) {
	return (struct ent_memo_act){.kind = kind};
}

static inline struct ent_memoranda_done node_does(
		struct node *node, const char *id, struct ent_memo_act act) {
	struct ent_memoranda_done done;
	const struct ent_memoranda_act asked = {
			.memorandum = id, .act = &act, .key = node->party_key};
	ent_memoranda_do(node->memoranda, &asked, &done);
	return done;
}

/* It is done. */
static inline struct ent_memoranda_done node_acts(
		struct node *node, const char *id, struct ent_memo_act act) {
	const struct ent_memoranda_done done = node_does(node, id, act);
	if (done.status != ENT_OK)
		fail_msg("%s: %s: %s", ent_status_name(done.status), done.fault.where,
				done.fault.why);
	return done;
}

/* --- Documents --- */

/* All of 'find' by 'put'; the caller's. */
static inline char *replace_all(char *text, const char *find, const char *put) {
	const size_t room = ENT_MEMODOC_SIZE_MAX;
	char *changed = calloc(1, room);
	CHECK(changed != NULL);
	const char *at = text;
	size_t length = 0;
	for (const char *next; (next = strstr(at, find)) != NULL; at = next + strlen(find)) {
		length += (size_t)snprintf(changed + length, room - length, "%.*s%s",
				(int)(next - at), at, put);
		CHECK(length < room);
	}
	length += (size_t)snprintf(changed + length, room - length, "%s", at);
	CHECK(length < room);
	free(text);
	return changed;
}

/* Of this id, among three, replacing nothing or a version; the caller's. */
static inline char *document_among(const char *id, const char *const party[3],
		const struct ent_hash *replaces, struct ent_hash *ret_hash) {
	static const char before[] =
			"abababababababababababababababababababababababababababababababab";
	char *text = memo_changed("good.json", ",\n  \"replaces\"", ",\n  \"replaces\"");
	char hash[2 * ENT_HASH_SIZE + 1];
	text = replace_all(text, "00000000000000aa", party[0]);
	text = replace_all(text, "00000000000000bb", party[1]);
	text = replace_all(text, "00000000000000cc", party[2]);
	text = replace_all(text, "\"" MEMO "\"", "\"@\"");
	text = replace_all(text, "@", id);
	for (size_t i = 0; replaces != NULL && i < ENT_HASH_SIZE; i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", (unsigned)replaces->bytes[i]);
	if (replaces != NULL) {
		text = replace_all(text, before, hash);
		text = replace_all(text, "\"2027-01-01T00", "\"2027-03-01T00");
		text = replace_all(text, "\"2027-01-02T00", "\"2027-03-02T00");
		text = replace_all(text, "\"1 h\"", "\"30 min\"");
	} else {
		char *at = strstr(text, ",\n  \"replaces\"");
		CHECK(at != NULL);
		memcpy(at, "\n}\n", 4);
	}
	ent_seal_sha256(text, strlen(text), ret_hash);
	return text;
}

static inline char *document_of_nodes(const struct nodes *nodes, const struct ent_hash *replaces,
		struct ent_hash *ret_hash) {
	const char *party[3] = {"0123456789abcde0", "0123456789abcde1", "0123456789abcde2"};
	for (size_t i = 0; i < 3 && i < nodes->n; i++)
		party[i] = nodes->node[i].card.id;
	return document_among(MEMO, party, replaces, ret_hash);
}

static inline struct ent_memo_act draft_of(const char *document) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DRAFT);
	act.document = (struct ent_memo_text){document, strlen(document)};
	return act;
}

static inline struct ent_memo_act sign_of(const struct ent_hash *version) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_SIGN);
	act.version = *version;
	return act;
}

/* Drafted by the first, signed by all, and in force. */
static inline struct ent_hash nodes_agree(struct nodes *nodes) {
	struct ent_hash hash;
	char *document = document_of_nodes(nodes, NULL, &hash);
	(void)node_acts(&nodes->node[0], NULL, draft_of(document));
	meet(nodes, 7, MEMO);
	for (size_t i = 0; i < 3; i++)
		(void)node_acts(&nodes->node[i], MEMO, sign_of(&hash));
	meet(nodes, 7, MEMO);
	nodes->now_us = FROM_US + DAY_US;
	free(document);
	return hash;
}

#endif
