/* SPDX-License-Identifier: Apache-2.0 */
/*
 * posts.h: for tests: parties whose posts are in one process, each with a store of its own and one settable clock, and
 * parcels that the test carries, loses, doubles and keeps. Each has a line with every other and one memorandum's ledger.
 */
#ifndef ENTENTE_TESTS_POSTS_H
#define ENTENTE_TESTS_POSTS_H

#include "scribes.h"

#include "entente/post.h"
#include "entente/route.h"

enum { PARTIES_MAX = 3, PARCEL_BYTES = 1 << 20 };
#define MEMO_NAME "memo/00112233445566778899aabbccddeeff"

struct party {
	unsigned number;
	char path[FOLDER_SIZE];
	struct ent_sign_key *key;
	struct ent_vkey older; /* of the line key before; without a name: there was none */
	struct ent_card card;
	struct ent_store *store;
	struct ent_post *post;
	struct world *world;
	/* Of ours to [other], and of [other]'s to us; [number] is the memorandum's. */
	struct ent_post_ledger *ours[PARTIES_MAX], *theirs[PARTIES_MAX], *memo[PARTIES_MAX];
	struct chain our_chain[PARTIES_MAX], their_chain[PARTIES_MAX], memo_chain[PARTIES_MAX];
	_Atomic unsigned alarms[ENT_POST_ALARM_KINDS], owed, grew, offered;
	bool opens; /* memoranda of others when they are offered */
	bool asks;  /* whether others have more of ours than is here */
	struct ent_post_alarm last;
	pthread_mutex_t lock; /* of 'last' */
};

struct world {
	struct party party[PARTIES_MAX];
	unsigned n;
	_Atomic int64_t now_us;
};

/* --- What is entered --- */

struct saying {
	uint64_t number;
	const char *to;   /* NULL: nothing is sealed */
	const char *text; /* in the payload, or the entry */
	const char *under; /* of what is sealed: the version that it acts under, 64 digits; NULL: none */
	bool flash, unsalted; /* without chance, so that the bytes are the same each time */
};

static inline void hex_print(const struct ent_hash *hash, char ret_text[65]) {
	for (size_t i = 0; i < sizeof hash->bytes; i++)
		(void)snprintf(ret_text + 2 * i, 3, "%02x", hash->bytes[i]);
}

static inline ent_status saying_decide(void *state, const void *user,
		struct ent_scribe_draft *draft, struct ent_fault *fault) {
	const struct saying *saying = user;
	char bytes[1024], payload[512], hex[65];
	struct ent_hash hash;
	(void)state;
	(void)fault;
	if (saying->to == NULL) {
		const int length = snprintf(bytes, sizeof bytes,
				"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64 ",\"number\":%" PRIu64
				",\"text\":\"%s\"}",
				draft->seq, draft->time_us, saying->number,
				saying->text != NULL ? saying->text : "");
		return ent_scribe_add(draft, bytes, (size_t)length);
	}
	memset(payload, 0, sizeof payload);
	if (!saying->unsalted)
		ent_seal_random(payload, ENT_PARCEL_SALT_SIZE);
	const size_t size = ENT_PARCEL_SALT_SIZE +
			(size_t)snprintf(payload + ENT_PARCEL_SALT_SIZE,
					sizeof payload - ENT_PARCEL_SALT_SIZE, "%s", saying->text);
	ent_seal_sha256(payload, size, &hash);
	hex_print(&hash, hex);
	const int length = snprintf(bytes, sizeof bytes,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64
			"%s%s%s,\"sealed\":{\"for\":[\"%s\"],\"hash\":\"%s\"}}",
			draft->seq, draft->time_us, saying->under != NULL ? ",\"under\":\"" : "",
			saying->under != NULL ? saying->under : "",
			saying->under != NULL ? "\"" : "", saying->to, hex);
	const ent_status status = ent_scribe_add(draft, bytes, (size_t)length);
	return status == ENT_OK ? ent_scribe_add_payload(draft, payload, size) : status;
}

static inline bool saying_goes_on(const void *command) {
	return ((const struct saying *)command)->flash;
}

static inline ent_status say(struct ent_post_ledger *ledger, struct saying saying) {
	struct call call;
	memset(&call, 0, sizeof call);
	(void)pthread_mutex_init(&call.lock, NULL);
	(void)pthread_cond_init(&call.told, NULL);
	call.job.command = &saying;
	call.job.decided = call_decided;
	call.job.done = call_done;
	ent_post_submit(ledger, &call.job);
	const ent_status status = call_wait(&call);
	return status == ENT_OK && call.outcome.refused ? ENT_E_REFUSED : status;
}

static inline void say_number(struct ent_post_ledger *ledger, uint64_t number) {
	CHECK(say(ledger, (struct saying){.number = number}) == ENT_OK);
}

static inline void say_some(struct ent_post_ledger *ledger, unsigned n, uint64_t number) {
	for (unsigned i = 0; i < n; i++)
		say_number(ledger, number + i);
}

/* --- Parties --- */

static inline int64_t party_clock(void *user) {
	return ((struct party *)user)->world->now_us;
}

static inline void party_alarm(void *user, const struct ent_post_alarm *alarm) {
	struct party *party = user;
	party->alarms[alarm->kind]++;
	(void)pthread_mutex_lock(&party->lock);
	party->last = *alarm;
	(void)pthread_mutex_unlock(&party->lock);
}

static inline void party_owed(void *user, const char *peer) {
	struct party *party = user;
	CHECK(strlen(peer) == 16);
	party->owed++;
}

static inline void party_grew(void *user, struct ent_post_ledger *ledger, uint64_t size) {
	struct party *party = user;
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	CHECK(stand.size >= size);
	party->grew++;
}

static inline unsigned party_by_id(const struct world *world, const char *id) {
	for (unsigned i = 0; i < world->n; i++)
		if (strcmp(world->party[i].card.id, id) == 0)
			return i;
	return world->n;
}

static inline struct ent_post_ledger_options ledger_options(const char *name, struct chain *chain) {
	return (struct ent_post_ledger_options){.name = name,
			.fold = chain_fold(chain),
			.decide = saying_decide,
			.goes_on = saying_goes_on};
}

static inline void party_open_memo(struct party *party, unsigned author) {
	char name[128];
	struct ent_fault fault = {"", ""};
	const struct world *world = party->world;
	const char *id = world->party[author].card.id;
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", id);
	struct ent_post_ledger_options options = ledger_options(name, &party->memo_chain[author]);
	options.asks = party->asks && author == party->number;
	const ent_status status = author == party->number
			? ent_post_open_ours(party->post, &options, &party->memo[author], &fault)
			: ent_post_open_theirs(
					  party->post, id, &options, &party->memo[author], &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	for (unsigned i = 0; i < world->n; i++)
		if (i != party->number && i != author)
			CHECK(ent_post_share(party->memo[author], world->party[i].card.id) ==
					ENT_OK);
}

static inline void party_offered(void *user, const char *peer, const char *ledger) {
	struct party *party = user;
	const unsigned author = party_by_id(party->world, peer);
	party->offered++;
	CHECK(author < party->world->n && author != party->number);
	if (party->opens && strncmp(ledger, MEMO_NAME "/", sizeof MEMO_NAME) == 0)
		party_open_memo(party, author);
}

static inline void party_open_line(struct party *party, unsigned peer) {
	char name[128];
	struct ent_fault fault = {"", ""};
	const char *us = party->card.id, *it = party->world->party[peer].card.id;
	struct ent_post_ledger_options options = ledger_options(name, &party->our_chain[peer]);
	options.urgent = true;
	options.asks = party->asks;
	(void)snprintf(name, sizeof name, "line/%s/%s", us, it);
	ent_status status = ent_post_open_ours(party->post, &options, &party->ours[peer], &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	CHECK(ent_post_share(party->ours[peer], it) == ENT_OK);
	options = ledger_options(name, &party->their_chain[peer]);
	(void)snprintf(name, sizeof name, "line/%s/%s", it, us);
	status = ent_post_open_theirs(party->post, it, &options, &party->theirs[peer], &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
}

/* Who is above all posts, for tests of payloads; NULL: nobody is. */
struct party_above {
	int64_t (*keep_us)(void *user, const char *ledger, const struct ent_hash *under);
	bool (*say_purged)(void *user, const char *peer, const struct ent_post_payload *payload);
	bool (*has_purged)(void *user, const char *peer, const struct ent_post_payload *payload);
	int64_t (*received_us)(void *user, const char *ledger, uint64_t seq);
};
static const struct party_above *party_above;

static inline struct ent_post_options party_options(struct party *party) {
	const struct party_above none = {NULL, NULL, NULL, NULL};
	const struct party_above *of = party_above != NULL ? party_above : &none;
	return (struct ent_post_options){.store = party->store,
			.keep_us = of->keep_us,
			.say_purged = of->say_purged,
			.has_purged = of->has_purged,
			.received_us = of->received_us,
			.directory = party->path,
			.id = party->card.id,
			.line_key = party->key,
			.older = &party->older,
			.n_older = party->older.name[0] != '\0',
			.clock = party_clock,
			.alarm = party_alarm,
			.owed = party_owed,
			.grew = party_grew,
			.offered = party_offered,
			.user = party};
}

static inline void party_start(struct party *party) {
	const struct ent_post_options options = party_options(party);
	struct ent_fault fault = {"", ""};
	const struct world *world = party->world;
	memset(party->our_chain, 0, sizeof party->our_chain);
	memset(party->their_chain, 0, sizeof party->their_chain);
	memset(party->memo_chain, 0, sizeof party->memo_chain);
	memset(party->memo, 0, sizeof party->memo);
	const ent_status status = ent_post_create(&options, &party->post, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	for (unsigned i = 0; i < world->n; i++)
		if (i != party->number)
			CHECK(ent_post_put_peer(party->post, &world->party[i].card, &fault) ==
					ENT_OK);
	for (unsigned i = 0; i < world->n; i++)
		if (i != party->number)
			party_open_line(party, i);
	for (unsigned i = 0; i < world->n; i++)
		party_open_memo(party, i);
}

static inline void party_stop(struct party *party) {
	ent_post_destroy(party->post);
	ent_store_close(party->store);
	party->post = NULL;
}

static inline void party_restart(struct party *party) {
	party_stop(party);
	party->store = store_at(party->path);
	party_start(party);
}

/* As a node does in a thread, once it has started. */
static inline void party_look(struct party *party) {
	CHECK(ent_post_purge(party->post) == ENT_OK);
}

static inline void path_remove(const char *path) {
	char command[FOLDER_SIZE + 16];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

/* Who it is: enough for one whose node does not run. */
static inline void party_name(struct world *world, unsigned number) {
	struct party *party = &world->party[number];
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	party->number = number;
	party->world = world;
	party->key = note_key((uint8_t)(50 + number));
	ent_sign_key_public(party->key, public_key);
	ent_party_id(public_key, party->card.id);
	party->card.number = 1;
	ent_party_line_vkey(party->card.id, public_key, &party->card.line_key);
}

static inline void party_init(struct world *world, unsigned number) {
	struct party *party = &world->party[number];
	party_name(world, number);
	party->opens = true;
	(void)pthread_mutex_init(&party->lock, NULL);
	folder_make(party->path);
	party->store = store_at(party->path);
}

static inline void party_finish(struct party *party) {
	party_stop(party);
	path_remove(party->path);
	ent_sign_key_destroy(party->key);
	(void)pthread_mutex_destroy(&party->lock);
}

static inline struct world *world_open(unsigned n) {
	struct world *world = calloc(1, sizeof *world);
	CHECK(world != NULL && ent_seal_start() == ENT_OK);
	world->n = n;
	world->now_us = INT64_C(1795668110000000);
	for (unsigned i = 0; i < n; i++)
		party_init(world, i);
	for (unsigned i = 0; i < n; i++)
		party_start(&world->party[i]);
	return world;
}

static inline void world_close(struct world *world) {
	for (unsigned i = 0; i < world->n; i++)
		party_finish(&world->party[i]);
	free(world);
}

/* --- Copies --- */

/* Another node of the same party, with a copy of all that it has. */
static inline struct party *party_copy(struct party *party) {
	struct party *copy = calloc(1, sizeof *copy);
	char command[2 * FOLDER_SIZE + 32];
	CHECK(copy != NULL);
	party_stop(party);
	copy->number = party->number;
	copy->world = party->world;
	copy->opens = true;
	copy->card = party->card;
	copy->key = note_key((uint8_t)(50 + party->number));
	(void)pthread_mutex_init(&copy->lock, NULL);
	folder_make(copy->path);
	(void)snprintf(command, sizeof command, "cp -r '%s/.' '%s'", party->path, copy->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	party->store = store_at(party->path);
	party_start(party);
	copy->store = store_at(copy->path);
	party_start(copy);
	return copy;
}

static inline void copy_close(struct party *copy) {
	party_finish(copy);
	free(copy);
}

/* Each goes on with what the other had. */
static inline void swap_stores(struct party *party, struct party *copy) {
	char path[FOLDER_SIZE];
	party_stop(party);
	party_stop(copy);
	memcpy(path, party->path, sizeof path);
	memcpy(party->path, copy->path, sizeof path);
	memcpy(copy->path, path, sizeof path);
	party->store = store_at(party->path);
	party_start(party);
	copy->store = store_at(copy->path);
	party_start(copy);
}

/* --- Carrying --- */

/* What is owed now. False: nothing. */
static inline bool party_compose(struct party *from, unsigned to, enum ent_book_bearer bearer,
		bool always, struct ent_post_parcel *ret_parcel) {
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_compose(from->post, from->world->party[to].card.id,
			bearer, always, PARCEL_BYTES, ret_parcel, &fault);
	CHECK_ROW(fault.why, status == ENT_OK || status == ENT_E_MISSING);
	return status == ENT_OK;
}

static inline void party_sent(struct party *from, unsigned to, enum ent_book_bearer bearer,
		const struct ent_post_parcel *parcel) {
	ent_post_sent(from->post, from->world->party[to].card.id, bearer, parcel);
}

/* 'from' UINT_MAX: as a file. The answer is from malloc. */
static inline struct ent_post_taken party_take(struct party *to, const struct party *from,
		const char *text, size_t length, uint64_t asked, char **ret_answer,
		size_t *ret_length) {
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_take(to->post, from != NULL ? from->card.id : NULL, text,
			length, asked, ret_answer, ret_length, &taken, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return taken;
}

/* Over the network, there and back. False: nothing was owed. */
static inline bool carry(struct party *from, unsigned to_number) {
	struct party *to = &from->world->party[to_number];
	struct ent_post_parcel parcel;
	char *answer = NULL;
	size_t length = 0;
	if (!party_compose(from, to_number, ENT_BOOK_NET, false, &parcel))
		return false;
	party_sent(from, to_number, ENT_BOOK_NET, &parcel);
	(void)party_take(to, from, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, &length);
	(void)party_take(from, to, answer, length, parcel.asked, NULL, NULL);
	free(answer);
	ent_post_parcel_finish(&parcel);
	return true;
}

/* Until nobody owes anybody anything. */
static inline void settle(struct world *world) {
	bool more = true;
	for (unsigned rounds = 0; more; rounds++) {
		CHECK(rounds < 1000);
		more = false;
		for (unsigned i = 0; i < world->n; i++)
			for (unsigned j = 0; j < world->n; j++) {
				struct party *party = &world->party[i];
				if (i == j)
					continue;
				more = carry(party, j) || more;
				more = more ||
						ent_post_next_us(party->post,
								world->party[j].card.id) !=
								INT64_MAX;
			}
		/* What is under way is sent again. */
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
	}
}

static inline struct ent_hash root_of(struct ent_post_ledger *ledger, uint64_t *ret_size) {
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	*ret_size = stand.size;
	return stand.root;
}

/* What the other has is the author's sequence, to the byte, and acknowledged. */
static inline void check_same(struct ent_post_ledger *author, const struct chain *chain,
		struct ent_post_ledger *other, const struct chain *other_chain) {
	uint64_t size = 0, other_size = 0;
	const struct ent_hash root = root_of(author, &size),
			      other_root = root_of(other, &other_size);
	CHECK(size == other_size && merkle_same(&root, &other_root));
	CHECK(chain->size == size && chain_is(chain, other_chain));
}

static inline void check_settled(struct world *world) {
	for (unsigned i = 0; i < world->n; i++)
		for (unsigned j = 0; j < world->n; j++) {
			struct party *author = &world->party[i], *other = &world->party[j];
			if (i == j)
				continue;
			check_same(author->ours[j], &author->our_chain[j], other->theirs[i],
					&other->their_chain[i]);
			check_same(author->memo[i], &author->memo_chain[i], other->memo[i],
					&other->memo_chain[i]);
			struct ent_post_share shares[4];
			CHECK(ent_post_shares(author->post, other->card.id, shares, 4) == 2);
			for (size_t k = 0; k < 2; k++)
				CHECK(shares[k].size == shares[k].acknowledged &&
						shares[k].there == shares[k].size);
		}
}

static inline void check_no_alarms(const struct world *world) {
	for (unsigned i = 0; i < world->n; i++)
		for (int kind = 0; kind < ENT_POST_ALARM_KINDS; kind++)
			CHECK_ROW(ent_post_alarm_word((enum ent_post_alarm_kind)kind),
					world->party[i].alarms[kind] == 0);
}

#endif
