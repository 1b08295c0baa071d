/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_random.c: any schedule comes to the same. Three parties write, send, lose, double, keep back and mix up parcels
 * and answers of both bearers, and start anew at any moment, asking or not, under a clock that jumps; the model is nothing but every
 * author's sequence. At any time each has a beginning of each author's, at the end all of it.
 */
#include "posts.h"

enum { KEPT_MAX = 40, STEPS = 250 };

/* A parcel or an answer that is on its way. */
struct kept {
	unsigned from, to;
	bool as_file, is_answer;
	char *text;
	size_t length;
	uint64_t asked; /* of an answer */
	unsigned lives; /* of who asked: an answer to a request before its restart is unasked */
};

struct schedule {
	struct world *world;
	struct kept kept[KEPT_MAX];
	size_t n;
	uint64_t seed, number;
	unsigned lives[PARTIES_MAX];
	/* The model. */
	struct chain line[PARTIES_MAX][PARTIES_MAX], memo[PARTIES_MAX];
};

static uint64_t chance(struct schedule *schedule, uint64_t below) {
	return test_random(&schedule->seed) % below;
}

static void keep(struct schedule *schedule, const struct kept *kept) {
	if (schedule->n == KEPT_MAX) {
		const size_t at = (size_t)chance(schedule, KEPT_MAX);
		free(schedule->kept[at].text);
		schedule->kept[at] = schedule->kept[--schedule->n];
	}
	schedule->kept[schedule->n++] = *kept;
}

static void drop(struct schedule *schedule, size_t at) {
	free(schedule->kept[at].text);
	schedule->kept[at] = schedule->kept[--schedule->n];
}

/* --- What happens --- */

static void write_some(struct schedule *schedule, unsigned at) {
	struct party *party = &schedule->world->party[at];
	const unsigned peer = (at + 1 + (unsigned)chance(schedule, 2)) % 3;
	const uint64_t n = 1 + chance(schedule, 4);
	struct ent_fault fault;
	/* Who asks writes nothing before it has its answers, or is told to begin. */
	if (ent_post_asking(party->post) > 0 && chance(schedule, 3) > 0)
		return;
	CHECK(ent_post_begin(party->post, &fault) == ENT_OK);
	for (uint64_t i = 0; i < n; i++) {
		struct saying saying = {.number = schedule->number++};
		if (chance(schedule, 4) == 0) {
			saying.to = schedule->world->party[peer].card.id;
			saying.text = "sealed";
		}
		CHECK(say(chance(schedule, 2) == 0 ? party->ours[peer] : party->memo[at], saying) ==
				ENT_OK);
	}
	schedule->line[at][peer] = party->our_chain[peer];
	schedule->memo[at] = party->memo_chain[at];
}

static void send_some(struct schedule *schedule, unsigned at) {
	struct party *party = &schedule->world->party[at];
	const unsigned peer = (at + 1 + (unsigned)chance(schedule, 2)) % 3;
	const bool as_file = chance(schedule, 3) == 0;
	const enum ent_book_bearer bearer = as_file ? ENT_BOOK_FILE : ENT_BOOK_NET;
	struct ent_post_parcel parcel;
	struct ent_fault fault;
	const size_t bytes = chance(schedule, 2) == 0 ? 3000 : PARCEL_BYTES;
	const ent_status status = ent_post_compose(party->post,
			schedule->world->party[peer].card.id, bearer, chance(schedule, 4) == 0,
			bytes, &parcel, &fault);
	CHECK(status == ENT_OK || status == ENT_E_MISSING);
	if (status != ENT_OK)
		return;
	if (chance(schedule, 10) > 0)
		party_sent(party, peer, bearer, &parcel);
	if (!as_file && chance(schedule, 5) == 0)
		ent_post_failed(party->post, schedule->world->party[peer].card.id, &parcel);
	keep(schedule,
			&(struct kept){at, peer, as_file, false, parcel.text, parcel.length,
					parcel.asked, schedule->lives[at]});
	parcel.text = NULL;
	ent_post_parcel_finish(&parcel);
}

static void deliver(struct schedule *schedule) {
	if (schedule->n == 0)
		return;
	const size_t at = (size_t)chance(schedule, schedule->n);
	const struct kept kept = schedule->kept[at];
	struct party *from = &schedule->world->party[kept.from],
		     *to = &schedule->world->party[kept.to];
	const bool counts = kept.is_answer && kept.lives == schedule->lives[kept.to];
	char *answer = NULL;
	size_t length = 0;
	if (chance(schedule, 8) == 0) {
		drop(schedule, at);
		return;
	}
	(void)party_take(to, kept.as_file ? NULL : from, kept.text, kept.length,
			counts ? kept.asked : ENT_BOOK_UNASKED,
			kept.is_answer || kept.as_file ? NULL : &answer, &length);
	const bool again = chance(schedule, 4) == 0;
	if (!again)
		drop(schedule, at);
	if (answer != NULL)
		keep(schedule,
				&(struct kept){kept.to, kept.from, false, true, answer, length,
						kept.asked, kept.lives});
}

static void start_anew(struct schedule *schedule, unsigned at) {
	schedule->world->party[at].asks = chance(schedule, 2) == 0;
	party_restart(&schedule->world->party[at]);
	party_look(&schedule->world->party[at]);
	schedule->lives[at]++;
}

/* --- What holds --- */

static ent_status compare(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	return chain_apply(user, seq, entry->bytes, entry->size, NULL);
}

/* What is here is a beginning of the author's, and its state is that of just these entries. */
static void check_prefix(struct ent_post_ledger *author, struct ent_post_ledger *here,
		const struct chain *state) {
	struct chain beginning = {0};
	CHECK(ent_post_read(author, 0, state->size, compare, &beginning) == ENT_OK);
	CHECK(chain_is(&beginning, state));
	uint64_t size = 0;
	(void)root_of(here, &size);
	CHECK(size == state->size);
}

static void check_all(struct schedule *schedule) {
	struct world *world = schedule->world;
	for (unsigned i = 0; i < world->n; i++)
		for (unsigned j = 0; j < world->n; j++) {
			struct party *author = &world->party[i], *other = &world->party[j];
			if (i == j)
				continue;
			CHECK(chain_is(&author->our_chain[j], &schedule->line[i][j]));
			CHECK(chain_is(&author->memo_chain[i], &schedule->memo[i]));
			check_prefix(author->ours[j], other->theirs[i], &other->their_chain[i]);
			check_prefix(author->memo[i], other->memo[i], &other->memo_chain[i]);
		}
}

static void step(struct schedule *schedule) {
	const unsigned at = (unsigned)chance(schedule, 3);
	const uint64_t what = chance(schedule, 100);
	if (what < 25)
		write_some(schedule, at);
	else if (what < 50)
		send_some(schedule, at);
	else if (what < 90)
		deliver(schedule);
	else if (what < 93)
		start_anew(schedule, at);
	/* Also back: clocks are set. */
	else if (what < 95)
		schedule->world->now_us -= (int64_t)chance(schedule, 30) * 1000000;
	else
		schedule->world->now_us += (int64_t)chance(schedule, 600) * 1000000;
}

TEST(post_random__any_schedule_comes_to_every_authors_sequence) {
	const unsigned rounds = (unsigned)(4 * test_scale()) + 2;
	(void)state_;
	for (unsigned round = 0; round < rounds; round++) {
		struct schedule *schedule = calloc(1, sizeof *schedule);
		CHECK(schedule != NULL);
		schedule->seed = 1000 + round;
		schedule->world = world_open(3);
		for (unsigned i = 0; i < STEPS; i++) {
			step(schedule);
			if (i % 25 == 24)
				check_all(schedule);
		}
		for (unsigned i = 0; i < 3; i++)
			CHECK(ent_post_begin(schedule->world->party[i].post, NULL) == ENT_OK);
		settle(schedule->world);
		check_all(schedule);
		check_settled(schedule->world);
		check_no_alarms(schedule->world);
		while (schedule->n > 0)
			drop(schedule, 0);
		world_close(schedule->world);
		free(schedule);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_random__any_schedule_comes_to_every_authors_sequence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
