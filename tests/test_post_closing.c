/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_closing.c: alarms that a person has dealt with: which can be closed, that nothing else changes by it, and that one that is done
 * again is one again.
 */
#include <sys/stat.h>

#include "alarms.h"

/* The newest of this kind, as who looks sees it. */
static struct ent_post_alarm seen(const struct party *party, enum ent_post_alarm_kind kind) {
	size_t n = 0, i = 0;
	struct ent_post_alarm *alarms = alarms_of(party, &n);
	while (i < n && alarms[i].kind != kind)
		i++;
	CHECK(i < n);
	const struct ent_post_alarm found = alarms[i];
	free(alarms);
	return found;
}

TEST(post_closing__what_was_done_once_can_be_closed_and_what_still_stands_cannot) {
	static const struct {
		enum ent_post_alarm_kind kind;
		bool closable;
	} rows[] = {{ENT_POST_FORK, false}, {ENT_POST_WENT_BACK, true}, {ENT_POST_OLD_COPY, true},
			{ENT_POST_OLD_KEYS, true}, {ENT_POST_FALSE_NOTE, true},
			{ENT_POST_UNPROVEN, true}, {ENT_POST_FORGED, true},
			{ENT_POST_BAD_ENTRY, true}, {ENT_POST_TOO_MUCH, true},
			{ENT_POST_UNREADABLE, true}, {ENT_POST_MISDIRECTED, true},
			{ENT_POST_UNASKED, true}, {ENT_POST_PLAY, false},
			{ENT_POST_CLOCK_AHEAD, false}, {ENT_POST_CLOCK_BEHIND, false},
			{ENT_POST_EPOCH, false}, {ENT_POST_KEPT, false},
			{ENT_POST_UNPURGED, false}};
	(void)state_;
	CHECK(sizeof rows / sizeof rows[0] == ENT_POST_ALARM_KINDS);
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		raise_alarm(a, rows[i].kind, 1, "memo/x");
	size_t left = ENT_POST_ALARM_KINDS;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *why = ent_post_alarm_word(rows[i].kind);
		const struct ent_post_alarm alarm = seen(a, rows[i].kind);
		CHECK_ROW(why, alarm.closable == rows[i].closable);
		CHECK_ROW(why,
				ent_post_close_alarm(a->post, &alarm, NULL) ==
						(rows[i].closable ? ENT_OK : ENT_E_REFUSED));
		left -= rows[i].closable;
		CHECK_ROW(why, ent_post_alarms(a->post, NULL, 0) == left);
		CHECK_ROW(why, count(a, rows[i].kind, alarm.peer) == !rows[i].closable);
	}
	CHECK(count_files(a) == 0);
	party_restart(a);
	CHECK(ent_post_alarms(a->post, NULL, 0) == 0);
	world_close(world);
}

TEST(post_closing__a_closed_one_that_is_done_again_is_a_new_one) {
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	raise_alarm(a, ENT_POST_UNASKED, 1, "memo/x");
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	const struct ent_post_alarm first = seen(a, ENT_POST_FORGED);
	CHECK(ent_post_close_alarm(a->post, &first, NULL) == ENT_OK);
	/* Of the other nothing has changed. */
	CHECK(count(a, ENT_POST_UNASKED, first.peer) == 1 && count_files(a) == 1);
	CHECK(ent_post_close_alarm(a->post, &first, NULL) == ENT_E_MISSING);
	/* However soon: it is told, shown and kept. */
	a->alarms[ENT_POST_FORGED] = 0;
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) == 1);
	world->now_us++;
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	CHECK(a->alarms[ENT_POST_FORGED] == 1 && a->last.times == 1);
	CHECK(a->last.number == 3 && a->last.first_utc_us == world->now_us);
	CHECK(count_files(a) == 2 && seen(a, ENT_POST_FORGED).number == 3);
	CHECK(ent_post_close_alarm(a->post, &first, NULL) == ENT_E_MISSING);
	party_restart(a);
	CHECK(count(a, ENT_POST_FORGED, first.peer) == 1);
	world_close(world);
}

/* Nobody closes what he has not seen. */
TEST(post_closing__one_that_has_happened_again_meanwhile_is_not_closed) {
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	const struct ent_post_alarm once = seen(a, ENT_POST_FORGED);
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	CHECK(ent_post_close_alarm(a->post, &once, NULL) == ENT_E_MISSING);
	CHECK(count_files(a) == 1);
	const struct ent_post_alarm twice = seen(a, ENT_POST_FORGED);
	CHECK(twice.times == 2 && ent_post_close_alarm(a->post, &twice, NULL) == ENT_OK);
	/* Another of the same number, as after a start. */
	party_restart(a);
	raise_alarm(a, ENT_POST_UNASKED, 1, "memo/x");
	CHECK(seen(a, ENT_POST_UNASKED).number == once.number);
	CHECK(ent_post_close_alarm(a->post, &once, NULL) == ENT_E_MISSING);
	CHECK(count(a, ENT_POST_UNASKED, once.peer) == 1);
	world_close(world);
}

/* What a disk does not let go of would be there after a start: so it is there now. */
TEST(post_closing__one_whose_file_stays_is_still_there) {
	char path[2 * FOLDER_SIZE];
	struct ent_fault fault = {{0}, {0}};
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	const struct ent_post_alarm alarm = seen(a, ENT_POST_FORGED);
	path_of(a, "0.alarm", path);
	CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
	CHECK(ent_post_close_alarm(a->post, &alarm, &fault) == ENT_E_IO && fault.why[0] != '\0');
	CHECK(count(a, ENT_POST_FORGED, alarm.peer) == 1);
	CHECK(rmdir(path) == 0);
	CHECK(ent_post_close_alarm(a->post, &alarm, &fault) == ENT_OK);
	world_close(world);
}

/* A closed one changes nothing but the list: it thaws no ledger. */
TEST(post_closing__closing_one_thaws_no_ledger) {
	struct ent_post_stand stand;
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	ent_post_freeze(a->memo[0], "as was agreed");
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	const struct ent_post_alarm alarm = seen(a, ENT_POST_FORGED);
	CHECK(ent_post_close_alarm(a->post, &alarm, NULL) == ENT_OK);
	ent_post_stand(a->memo[0], &stand);
	CHECK(stand.frozen && strcmp(stand.reason, "as was agreed") == 0);
	world_close(world);
}

/* Who asks again for what it had does what it should where we are the old copy, and that a person knows so. */
TEST(post_closing__a_closed_old_copy_still_blames_no_peer) {
	char name[100];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(b);
	say_some(a->memo[0], 4, 100);
	settle(world);
	raise_alarm(a, ENT_POST_OLD_COPY, 1, name);
	const struct ent_post_alarm alarm = seen(a, ENT_POST_OLD_COPY);
	CHECK(ent_post_close_alarm(a->post, &alarm, NULL) == ENT_OK);
	swap_stores(b, old);
	say_some(a->memo[0], 1, 200);
	for (unsigned i = 0; i < 4; i++) {
		(void)carry(a, 1);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
	}
	CHECK(a->alarms[ENT_POST_WENT_BACK] == 0);
	copy_close(old);
	world_close(world);
}

enum { RAISED = 300, LEDGERS = 3 };
struct job {
	pthread_t thread;
	struct party *party;
	unsigned peer;
	_Atomic bool *stop;
};

static void *raise_thread(void *user) {
	const struct job *job = user;
	char ledger[32];
	for (unsigned i = 0; i < RAISED; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i % LEDGERS);
		raise_alarm(job->party, ENT_POST_FORGED, job->peer, ledger);
	}
	return NULL;
}

static void *keep_thread(void *user) {
	const struct job *job = user;
	while (!*job->stop)
		CHECK(ent_post_keep(job->party->post) == ENT_OK);
	return NULL;
}

static void *close_thread(void *user) {
	const struct job *job = user;
	while (!*job->stop) {
		size_t n = 0;
		struct ent_post_alarm *alarms = alarms_of(job->party, &n);
		for (size_t i = 0; i < n; i++) {
			const ent_status status = ent_post_close_alarm(
					job->party->post, &alarms[i], NULL);
			CHECK(status == ENT_OK || status == ENT_E_MISSING);
		}
		free(alarms);
	}
	return NULL;
}

/* Whatever came first, what is in the list has a file, and what is not has none. */
TEST(post_closing__raised_kept_and_closed_at_once_the_list_and_the_files_agree) {
	_Atomic bool stop = false;
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0];
	void *(*const runs[])(void *) = {raise_thread, raise_thread, keep_thread, close_thread};
	struct job jobs[4];
	for (unsigned i = 0; i < 4; i++) {
		jobs[i] = (struct job){.party = a, .peer = 1 + i % 2, .stop = &stop};
		CHECK(pthread_create(&jobs[i].thread, NULL, runs[i], &jobs[i]) == 0);
	}
	for (unsigned i = 0; i < 4; i++) {
		if (i == 2)
			stop = true;
		CHECK(pthread_join(jobs[i].thread, NULL) == 0);
	}
	raise_alarm(a, ENT_POST_UNASKED, 1, "memo/x");
	CHECK(ent_post_keep(a->post) == ENT_OK);
	const size_t n = ent_post_alarms(a->post, NULL, 0);
	CHECK(n >= 1 && n <= 2 * LEDGERS + 1 && count_files(a) == n);
	party_restart(a);
	CHECK(ent_post_alarms(a->post, NULL, 0) == n);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_closing__what_was_done_once_can_be_closed_and_what_still_stands_cannot),
			TEST_ENTRY(post_closing__a_closed_one_that_is_done_again_is_a_new_one),
			TEST_ENTRY(post_closing__one_that_has_happened_again_meanwhile_is_not_closed),
			TEST_ENTRY(post_closing__one_whose_file_stays_is_still_there),
			TEST_ENTRY(post_closing__closing_one_thaws_no_ledger),
			TEST_ENTRY(post_closing__a_closed_old_copy_still_blames_no_peer),
			TEST_ENTRY(post_closing__raised_kept_and_closed_at_once_the_list_and_the_files_agree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
