/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_threads.c: two posts that many threads use at once: some write, some carry in both directions, some look and purge, one puts
 * peers and opens ledgers. Nothing is lost, and each has the other's sequence.
 */
#define _GNU_SOURCE /* syscall */

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posts.h"

enum { ENTRIES = 60, CARRIERS = 2 };

struct job {
	pthread_t thread;
	struct world *world;
	unsigned number; /* of the party */
	_Atomic bool *stop;
};

static void *write_thread(void *user) {
	struct job *job = user;
	struct party *party = &job->world->party[job->number];
	const struct saying sealed = {
			.to = job->world->party[1 - job->number].card.id, .text = "for you"};
	for (unsigned i = 0; i < ENTRIES; i++)
		if (i % 4 == 3)
			CHECK(say(party->memo[job->number], sealed) == ENT_OK);
		else
			say_number(i % 2 == 0 ? party->ours[1 - job->number]
					      : party->memo[job->number],
					i);
	return NULL;
}

static void *carry_thread(void *user) {
	struct job *job = user;
	while (!*job->stop) {
		(void)carry(&job->world->party[job->number], 1 - job->number);
		job->world->now_us += 100000;
	}
	return NULL;
}

static void visit(void *user, struct ent_post_ledger *ledger) {
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	*(uint64_t *)user += stand.size;
}

static void *look_thread(void *user) {
	struct job *job = user;
	struct party *party = &job->world->party[job->number];
	const struct ent_card *peer = &job->world->party[1 - job->number].card;
	struct ent_post_alarm alarms[2];
	struct ent_post_share shares[4];
	struct ent_fault fault;
	uint64_t sum = 0;
	while (!*job->stop) {
		ent_post_ledgers(party->post, visit, &sum);
		CHECK(ent_post_shares(party->post, peer->id, shares, 4) <= 2);
		const size_t n = ent_post_alarms(party->post, alarms, 2);
		CHECK_ROW(n > 0 ? alarms[0].fault.why : "no alarm", n == 0);
		CHECK(ent_post_put_peer(party->post, peer, &fault) == ENT_OK);
		CHECK(ent_post_share(party->memo[job->number], peer->id) == ENT_OK);
		(void)ent_post_next_us(party->post, peer->id);
		CHECK(ent_post_purge(party->post) == ENT_OK);
	}
	return NULL;
}

TEST(post_threads__many_use_two_posts_at_once) {
	struct world *world = world_open(2);
	struct job writers[4], others[2 * CARRIERS + 2];
	_Atomic bool stop = false;
	size_t n = 0;
	(void)state_;
	/* What one writes waits for the other's first answer. */
	world->party[0].asks = true;
	party_restart(&world->party[0]);
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned k = 0; k < CARRIERS; k++) {
			others[n] = (struct job){.world = world, .number = i, .stop = &stop};
			CHECK(pthread_create(&others[n].thread, NULL, carry_thread, &others[n]) ==
					0);
			n++;
		}
		others[n] = (struct job){.world = world, .number = i, .stop = &stop};
		CHECK(pthread_create(&others[n].thread, NULL, look_thread, &others[n]) == 0);
		n++;
	}
	for (unsigned i = 0; i < 4; i++) {
		writers[i] = (struct job){.world = world, .number = i % 2, .stop = &stop};
		CHECK(pthread_create(&writers[i].thread, NULL, write_thread, &writers[i]) == 0);
	}
	for (unsigned i = 0; i < 4; i++)
		(void)pthread_join(writers[i].thread, NULL);
	stop = true;
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(others[i].thread, NULL);
	settle(world);
	check_settled(world);
	CHECK(world->party[0].our_chain[1].size + world->party[0].memo_chain[0].size ==
			2 * ENTRIES);
	check_no_alarms(world);
	world_close(world);
}

/* --- Whoever applies has a lock of its own, and looks at ledgers under it --- */

struct guarded {
	pthread_mutex_t lock;
	struct chain chain;
	struct ent_post_ledger *ledger;
	_Atomic bool stop;
};

static ent_status guarded_apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *fault) {
	struct guarded *guarded = state;
	(void)pthread_mutex_lock(&guarded->lock);
	const ent_status status = chain_apply(&guarded->chain, seq, bytes, size, fault);
	(void)pthread_mutex_unlock(&guarded->lock);
	return status;
}

static void guarded_reset(void *state) {
	struct guarded *guarded = state;
	(void)pthread_mutex_lock(&guarded->lock);
	chain_reset(&guarded->chain);
	(void)pthread_mutex_unlock(&guarded->lock);
}

static void *guarded_look(void *user) {
	struct guarded *guarded = user;
	struct ent_post_stand stand;
	while (!guarded->stop) {
		(void)pthread_mutex_lock(&guarded->lock);
		ent_post_stand(guarded->ledger, &stand);
		(void)pthread_mutex_unlock(&guarded->lock);
		/* Whatever is done with it meanwhile. */
		CHECK(stand.size == 200 && stand.note_length > 0);
	}
	return NULL;
}

static void guarded_start(struct guarded *guarded, struct party *party, const char *author,
		pthread_t *ret_thread) {
	char name[100];
	struct ent_fault fault = {"", ""};
	memset(guarded, 0, sizeof *guarded);
	(void)pthread_mutex_init(&guarded->lock, NULL);
	(void)snprintf(name, sizeof name, "memo/ff/%s", author);
	struct ent_post_ledger_options options = ledger_options(name, NULL);
	options.fold = (struct ent_scribe_fold){guarded, guarded_apply, NULL, NULL, guarded_reset};
	options.asks = true;
	CHECK((strcmp(author, party->card.id) == 0 ? ent_post_open_ours(party->post, &options,
								     &guarded->ledger, &fault)
						   : ent_post_open_theirs(party->post, author,
								     &options, &guarded->ledger,
								     &fault)) == ENT_OK);
	if (ret_thread != NULL)
		CHECK(pthread_create(ret_thread, NULL, guarded_look, guarded) == 0);
}

static void guarded_stop(struct guarded *guarded, pthread_t thread) {
	guarded->stop = true;
	(void)pthread_join(thread, NULL);
}

TEST(post_threads__who_looks_waits_for_nobody_that_applies_anew) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	static struct guarded ours, theirs;
	struct ent_fault fault = {"", ""};
	pthread_t thread;
	(void)state_;
	guarded_start(&ours, a, a->card.id, NULL);
	CHECK(ent_post_begin(a->post, &fault) == ENT_OK);
	CHECK(ent_post_share(ours.ledger, b->card.id) == ENT_OK);
	say_some(ours.ledger, 200, 0);
	guarded_start(&theirs, b, a->card.id, NULL);
	settle(world);
	CHECK(theirs.chain.size == 200);
	/* Another key of the peer's, again and again. */
	CHECK(pthread_create(&thread, NULL, guarded_look, &theirs) == 0);
	for (uint8_t i = 0; i < 6; i++) {
		struct ent_card card = a->card;
		struct ent_sign_key *key = note_key((uint8_t)(120 + i));
		ent_sign_key_public(key, card.line_key.public_key);
		CHECK(ent_post_put_peer(b->post, &card, &fault) == ENT_OK);
		ent_sign_key_destroy(key);
	}
	guarded_stop(&theirs, thread);
	/* From asking to writing. */
	party_restart(a);
	guarded_start(&ours, a, a->card.id, &thread);
	pause_ms(2);
	CHECK(ent_post_begin(a->post, &fault) == ENT_OK && ent_post_asking(a->post) == 0);
	guarded_stop(&ours, thread);
	CHECK(ours.chain.size == 200);
	world_close(world);
}

/* --- Another key, while a parcel is taken --- */

struct renewing {
	struct chain chain;
	struct ent_post_ledger *ledger;
	struct party *party;
	struct ent_card card;
	pthread_t thread;
	_Atomic long thread_id;
	bool is_begun;
	uint64_t seen; /* by who looks meanwhile */
};

static void *renew(void *user) {
	struct renewing *renewing = user;
	struct ent_fault fault = {"", ""};
	renewing->thread_id = syscall(SYS_gettid);
	CHECK(ent_post_put_peer(renewing->party->post, &renewing->card, &fault) == ENT_OK);
	return NULL;
}

static bool is_asleep(long thread_id) {
	char path[64], text[256] = "";
	(void)snprintf(path, sizeof path, "/proc/self/task/%ld/stat", thread_id);
	FILE *file = fopen(path, "re");
	CHECK(file != NULL && fread(text, 1, sizeof text - 1, file) > 0);
	(void)fclose(file);
	return strstr(text, ") S ") != NULL;
}

/* The fourth entry is applied when somebody waits for the end of it. */
static ent_status renewing_apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *fault) {
	struct renewing *renewing = state;
	struct ent_post_stand stand;
	if (seq == 3 && !renewing->is_begun) {
		renewing->is_begun = true;
		CHECK(pthread_create(&renewing->thread, NULL, renew, renewing) == 0);
		while (renewing->thread_id == 0 || !is_asleep(renewing->thread_id))
			(void)sched_yield();
		ent_post_stand(renewing->ledger, &stand);
		renewing->seen = stand.size;
	}
	return chain_apply(&renewing->chain, seq, bytes, size, fault);
}

static void renewing_reset(void *state) {
	chain_reset(&((struct renewing *)state)->chain);
}

TEST(post_threads__who_has_another_key_while_its_parcel_is_taken_is_waited_for_and_no_more) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	static struct renewing renewing;
	struct ent_post_ledger *ours = NULL;
	struct chain chain = {.size = 0};
	struct ent_fault fault = {"", ""};
	struct ent_post_stand stand;
	char name[100];
	(void)state_;
	(void)snprintf(name, sizeof name, "memo/ff/%s", a->card.id);
	struct ent_post_ledger_options options = ledger_options(name, &chain);
	CHECK(ent_post_open_ours(a->post, &options, &ours, &fault) == ENT_OK);
	CHECK(ent_post_share(ours, b->card.id) == ENT_OK);
	options.fold = (struct ent_scribe_fold){
			&renewing, renewing_apply, NULL, NULL, renewing_reset};
	CHECK(ent_post_open_theirs(b->post, a->card.id, &options, &renewing.ledger, &fault) ==
			ENT_OK);
	renewing.party = b;
	renewing.card = a->card;
	struct ent_sign_key *key = note_key(120);
	ent_sign_key_public(key, renewing.card.line_key.public_key);
	ent_sign_key_destroy(key);
	say_some(ours, 3, 0);
	settle(world);
	say_some(ours, 1, 3);
	CHECK(carry(a, 1) && renewing.is_begun);
	(void)pthread_join(renewing.thread, NULL);
	CHECK(renewing.seen == 3);
	ent_post_stand(renewing.ledger, &stand);
	CHECK(stand.size == 4 && renewing.chain.size == 4);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_threads__many_use_two_posts_at_once),
			TEST_ENTRY(post_threads__who_looks_waits_for_nobody_that_applies_anew),
			TEST_ENTRY(post_threads__who_has_another_key_while_its_parcel_is_taken_is_waited_for_and_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
