/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_forks.c: a party that contradicts itself, towards one and towards two: it is found, proved to anybody, kept, and
 * the ledger is frozen; everything else goes on.
 */
#include <signal.h>
#include <sys/resource.h>

#include "parcels.h"
#include "posts.h"

/* --- A party that runs two copies --- */

/* The file of the alarm proves it to anybody, and is where it says. */
static void check_evidence(const struct party *party, const struct party *author, bool one_size) {
	static char text[ENT_FORK_READ_MAX];
	struct ent_checkpoint both[2];
	struct ent_post_alarm alarms[4];
	struct ent_fault fault = {"", ""};
	CHECK(party->alarms[ENT_POST_FORK] > 0);
	const size_t n = ent_post_alarms(party->post, alarms, 4);
	size_t i = 0;
	while (i < n && i < 4 && alarms[i].kind != ENT_POST_FORK)
		i++;
	CHECK(i < 4 && i < n && strcmp(alarms[i].peer, author->card.id) == 0);
	FILE *file = fopen(alarms[i].evidence, "rb");
	CHECK_ROW(alarms[i].evidence, file != NULL);
	const size_t length = fread(text, 1, sizeof text, file);
	(void)fclose(file);
	const ent_status status = ent_fork_open(text, length, &author->card.line_key, both, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	CHECK(strstr(both[0].origin, alarms[i].ledger) != NULL);
	CHECK((both[0].size == both[1].size) == one_size);
}

static void check_frozen(struct ent_post_ledger *ledger, bool frozen, uint64_t size) {
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	CHECK(stand.frozen == frozen && stand.size == size);
	CHECK((strstr(stand.reason, "contradicts itself") != NULL) == frozen);
}

/* Common entries, as many of the first copy behind them, as many of the second. */
TEST(post__a_fork_towards_one_is_found_proved_and_frozen) {
	static const struct {
		const char *why;
		unsigned first, second;
	} rows[] = {{"of one size", 2, 2}, {"the second is smaller", 3, 1},
			{"the second is larger", 1, 4}};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *world = world_open(2);
		struct party *a = &world->party[0], *b = &world->party[1];
		say_some(a->memo[0], 3, 0);
		settle(world);
		struct party *copy = party_copy(a);
		say_some(a->memo[0], rows[i].first, 100);
		settle(world);
		say_some(copy->memo[0], rows[i].second, 200);
		CHECK_ROW(rows[i].why, carry(copy, 1));
		check_evidence(b, a, rows[i].first == rows[i].second);
		check_frozen(b->memo[0], true, 3 + rows[i].first);
		/* Neither goes on. */
		say_some(a->memo[0], 1, 300);
		CHECK(carry(a, 1));
		check_frozen(b->memo[0], true, 3 + rows[i].first);
		/* The line does, and everybody else. */
		say_some(a->ours[1], 5, 400);
		CHECK(carry(a, 1) && b->their_chain[0].size == 5);
		/* So does what is opened afterwards. */
		struct chain chain = {.size = 0};
		struct ent_post_ledger *later = NULL;
		struct ent_fault fault = {"", ""};
		const struct ent_post_ledger_options options = ledger_options("x/later", &chain);
		CHECK(ent_post_open_ours(b->post, &options, &later, &fault) == ENT_OK);
		check_frozen(later, false, 0);
		say_some(b->memo[1], 2, 500);
		(void)carry(b, 0);
		CHECK(a->memo_chain[1].size == 2);
		copy_close(copy);
		world_close(world);
	}
}

TEST(post__a_forked_line_goes_on_as_far_as_it_follows) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	say_some(a->ours[1], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(a->ours[1], 2, 100);
	settle(world);
	say_some(copy->ours[1], 2, 200);
	CHECK(carry(copy, 1));
	check_evidence(b, a, true);
	check_frozen(b->theirs[0], true, 5);
	say_some(a->ours[1], 4, 300);
	CHECK(carry(a, 1));
	check_frozen(b->theirs[0], true, 9);
	CHECK(chain_is(&a->our_chain[1], &b->their_chain[0]));
	copy_close(copy);
	world_close(world);
}

/* B and C were shown different things; when they talk, whoever is told finds it. */
TEST(post__a_fork_towards_two_is_found_when_they_talk) {
	static const struct {
		const char *why;
		unsigned to_b, to_c;
	} rows[] = {{"of one size", 2, 2}, {"b has more", 4, 1}, {"c has more", 1, 4}};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *world = world_open(3);
		struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
		say_some(a->memo[0], 3, 0);
		settle(world);
		struct party *copy = party_copy(a);
		say_some(a->memo[0], rows[i].to_b, 100);
		CHECK(carry(a, 1));
		say_some(copy->memo[0], rows[i].to_c, 200);
		CHECK(carry(copy, 2));
		CHECK(b->alarms[ENT_POST_FORK] == 0 && c->alarms[ENT_POST_FORK] == 0);
		say_number(b->ours[2], 1);
		CHECK(carry(b, 2));
		say_number(c->ours[1], 1);
		CHECK(carry(c, 1));
		/* What is ahead of what is here is remembered, and shows as soon as that much is here. */
		CHECK_ROW(rows[i].why, b->alarms[ENT_POST_FORK] + c->alarms[ENT_POST_FORK] > 0);
		if (rows[i].to_b >= rows[i].to_c)
			check_evidence(b, a, rows[i].to_b == rows[i].to_c);
		if (rows[i].to_c >= rows[i].to_b)
			check_evidence(c, a, rows[i].to_b == rows[i].to_c);
		CHECK(a->alarms[ENT_POST_FORK] == 0);
		copy_close(copy);
		world_close(world);
	}
}

static bool ahead_is_kept(const struct party *party, const struct party *author) {
	char path[2 * FOLDER_SIZE];
	(void)snprintf(path, sizeof path, "%s/cosigned/%s+memo+%s+%s+.ahead", party->path,
			author->card.id, &MEMO_NAME[5], author->card.id);
	return access(path, F_OK) == 0;
}

/* Else whoever told two members two things would only have to wait until one of them starts anew. */
TEST(post__what_another_member_had_is_remembered_over_a_restart) {
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(copy->memo[0], 4, 200);
	CHECK(carry(copy, 2));
	say_number(c->ours[1], 1);
	CHECK(carry(c, 1) && b->memo_chain[0].size == 3 && ahead_is_kept(b, a));
	for (int i = 0; i < 2; i++)
		party_restart(b);
	CHECK(ahead_is_kept(b, a) && b->alarms[ENT_POST_FORK] == 0);
	say_some(a->memo[0], 5, 100);
	CHECK(carry(a, 1));
	check_evidence(b, a, false);
	check_frozen(b->memo[0], true, 8);
	copy_close(copy);
	world_close(world);
}

TEST(post__what_another_member_had_and_is_here_by_now_is_kept_no_longer) {
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	say_some(a->memo[0], 3, 0);
	CHECK(carry(a, 2));
	say_number(c->ours[1], 1);
	CHECK(carry(c, 1) && ahead_is_kept(b, a));
	settle(world);
	party_restart(b);
	CHECK(!ahead_is_kept(b, a));
	say_number(a->memo[0], 4);
	settle(world);
	check_no_alarms(world);
	check_settled(world);
	world_close(world);
}

/* What comes behind the fork alone proves nothing; so it is asked for from the beginning, which does. */
TEST(post__who_goes_on_behind_a_fork_is_asked_for_the_proof) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	char *answer = NULL;
	size_t length = 0;
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(a->memo[0], 2, 100);
	settle(world);
	say_some(copy->memo[0], 8, 200);
	/* The copy is told that there are five, and goes on behind these. */
	char text[1024];
	const int n = snprintf(text, sizeof text,
			"entente parcel 1\nfrom %s\nto %s\nhave " MEMO_NAME "/%s 5\n", b->card.id,
			a->card.id, a->card.id);
	length = parcel_end(text, (size_t)n);
	(void)party_take(copy, b, text, length, 1000, NULL, NULL);
	CHECK(party_compose(copy, 1, ENT_BOOK_NET, false, &parcel));
	CHECK(strstr(parcel.text, " 5 6\n") != NULL);
	party_sent(copy, 1, ENT_BOOK_NET, &parcel);
	(void)party_take(b, copy, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, &length);
	CHECK(b->alarms[ENT_POST_FORGED] == 1 && b->alarms[ENT_POST_FORK] == 0);
	(void)party_take(copy, b, answer, length, parcel.asked, NULL, NULL);
	free(answer);
	ent_post_parcel_finish(&parcel);
	for (unsigned i = 0; b->alarms[ENT_POST_FORK] == 0; i++) {
		CHECK(i < 4);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
		CHECK(carry(copy, 1));
	}
	/* And the copy sees that another writes in its name, and takes being asked again for no fault of who asks. */
	CHECK(copy->alarms[ENT_POST_WENT_BACK] == 0 && copy->alarms[ENT_POST_OLD_COPY] == 1);
	CHECK(strstr(copy->last.fault.why, "Stop this one") != NULL);
	check_evidence(b, a, false);
	check_frozen(b->memo[0], true, 5);
	copy_close(copy);
	world_close(world);
}

TEST(post__a_ledger_stays_frozen_until_a_person_takes_the_evidence_away) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	char command[ENT_POST_PATH_SIZE];
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(a->memo[0], 1, 100);
	settle(world);
	say_some(copy->memo[0], 1, 200);
	CHECK(carry(copy, 1));
	copy_close(copy);
	b->alarms[ENT_POST_FORK] = 0;
	party_restart(b);
	check_evidence(b, a, true);
	check_frozen(b->memo[0], true, 4);
	check_frozen(b->theirs[0], false, 0);
	say_some(a->memo[0], 1, 300);
	CHECK(carry(a, 1));
	check_frozen(b->memo[0], true, 4);
	party_stop(b);
	(void)snprintf(command, sizeof command, "rm '%s'/evidence/*.fork", b->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	b->store = store_at(b->path);
	party_start(b);
	check_frozen(b->memo[0], false, 4);
	settle(world);
	check_frozen(b->memo[0], false, 5);
	world_close(world);
}

/* The proof comes once: what comes behind it is not taken. A disk that is full then may not be at the next parcel. */
TEST(post__evidence_that_cannot_be_written_is_not_forgotten) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct rlimit limit, none;
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(a->memo[0], 1, 100);
	settle(world);
	say_some(copy->memo[0], 1, 200);
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	none = (struct rlimit){0, limit.rlim_max};
	CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
	(void)carry(copy, 1);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(b->alarms[ENT_POST_FORK] == 1);
	check_frozen(b->memo[0], true, 4);
	copy_close(copy);
	say_some(a->memo[0], 1, 300);
	CHECK(carry(a, 1));
	party_restart(b);
	check_frozen(b->memo[0], true, 4);
	world_close(world);
}

/* C has all that B has, and showed it. Then A is found to say two things: which of them C goes by, B does not know any more. */
TEST(post__of_an_author_that_contradicts_itself_nobody_is_known_to_have_anything) {
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	struct ent_post_stand stand;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *copy = party_copy(a);
	say_some(a->memo[0], 2, 100);
	settle(world);
	say_number(c->ours[1], 1);
	settle(world);
	CHECK(ent_post_has(b->memo[0], c->card.id) == 5 &&
			ent_post_has(c->memo[0], b->card.id) == 5);
	say_some(copy->memo[0], 2, 200);
	CHECK(carry(copy, 1));
	ent_post_stand(b->memo[0], &stand);
	CHECK(stand.frozen && stand.size == 5);
	CHECK(ent_post_has(b->memo[0], c->card.id) == 0);
	/* Of whom nothing was said yet it stays as it was. */
	ent_post_stand(c->memo[0], &stand);
	CHECK(!stand.frozen && ent_post_has(c->memo[0], b->card.id) == 5);
	copy_close(copy);
	world_close(world);
}

/* --- One that contradicts itself again and again --- */

static void evidence_name(const struct party *party, const struct party *author, unsigned number,
		char ret_path[]) {
	(void)snprintf(ret_path, 2 * FOLDER_SIZE, "%s/evidence/%s+x+%u.fork", party->path,
			author->card.id, number);
}

/* A second life of its memorandum's ledger comes to 'to', beside the one that is there. */
static void fork_towards(struct party *author, unsigned to) {
	struct party *copy = party_copy(author);
	say_some(author->memo[author->number], 2, 100);
	CHECK(carry(author, to));
	say_some(copy->memo[copy->number], 2, 200);
	CHECK(carry(copy, to));
	copy_close(copy);
}

TEST(post__evidence_against_one_leaves_room_for_that_against_others) {
	enum { HALF = 512 };
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	char path[2 * FOLDER_SIZE];
	struct ent_post_stand stand;
	(void)state_;
	settle(world);
	for (unsigned i = 0; i < HALF; i++) {
		evidence_name(b, a, i, path);
		FILE *file = fopen(path, "w");
		CHECK(file != NULL && fclose(file) == 0);
	}
	party_restart(b);
	fork_towards(a, 1);
	/* It is frozen and told; the proof finds no place. */
	ent_post_stand(b->memo[0], &stand);
	CHECK(stand.frozen && strchr(stand.reason, '/') == NULL);
	CHECK(b->alarms[ENT_POST_FORK] == 1 && b->last.evidence[0] == '\0');
	fork_towards(c, 1);
	check_evidence(b, c, true);
	/* Who takes one away makes room, at the next start. */
	evidence_name(b, a, 0, path);
	CHECK(remove(path) == 0);
	party_restart(b);
	fork_towards(a, 1);
	check_evidence(b, a, true);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post__a_fork_towards_one_is_found_proved_and_frozen),
			TEST_ENTRY(post__a_forked_line_goes_on_as_far_as_it_follows),
			TEST_ENTRY(post__a_fork_towards_two_is_found_when_they_talk),
			TEST_ENTRY(post__what_another_member_had_is_remembered_over_a_restart),
			TEST_ENTRY(post__what_another_member_had_and_is_here_by_now_is_kept_no_longer),
			TEST_ENTRY(post__who_goes_on_behind_a_fork_is_asked_for_the_proof),
			TEST_ENTRY(post__of_an_author_that_contradicts_itself_nobody_is_known_to_have_anything),
			TEST_ENTRY(post__evidence_that_cannot_be_written_is_not_forgotten),
			TEST_ENTRY(post__a_ledger_stays_frozen_until_a_person_takes_the_evidence_away),
			TEST_ENTRY(post__evidence_against_one_leaves_room_for_that_against_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
