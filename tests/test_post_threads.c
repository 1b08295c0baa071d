/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_threads.c: two posts that many threads use at once: some write, some carry in both directions, some look, one puts
 * peers and opens ledgers. Nothing is lost, and each has the other's sequence.
 */
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
	for (unsigned i = 0; i < ENTRIES; i++)
		say_number(i % 2 == 0 ? party->ours[1 - job->number] : party->memo[job->number], i);
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
		CHECK(ent_post_shares(party->post, peer->id, shares, 4) == 2);
		CHECK(ent_post_alarms(party->post, alarms, 2) == 0);
		CHECK(ent_post_put_peer(party->post, peer, &fault) == ENT_OK);
		CHECK(ent_post_share(party->memo[job->number], peer->id) == ENT_OK);
		(void)ent_post_next_us(party->post, peer->id);
	}
	return NULL;
}

TEST(post_threads__many_use_two_posts_at_once) {
	struct world *world = world_open(2);
	struct job writers[4], others[2 * CARRIERS + 2];
	_Atomic bool stop = false;
	size_t n = 0;
	(void)state_;
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

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_threads__many_use_two_posts_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
