/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_alarms.c: which alarms are there after a start, and that nobody fills the disk with them, or pushes out what
 * others did.
 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "alarms.h"
#include "parcels.h"

enum { OF_PEER_MAX = 32, WRITTEN_MAX = 8, AT_ONCE_OF_PEER = 2 };

static void write_file(const struct party *party, const char *file, const char *text) {
	char path[2 * FOLDER_SIZE];
	path_of(party, file, path);
	FILE *out = fopen(path, "wb");
	CHECK(out != NULL && fwrite(text, 1, strlen(text), out) == strlen(text));
	CHECK(fclose(out) == 0);
}

/* --- Which --- */

TEST(post_alarms__what_was_done_once_is_there_after_a_start_and_what_comes_again_is_not) {
	static const struct {
		enum ent_post_alarm_kind kind;
		bool kept;
	} rows[] = {{ENT_POST_FORK, false}, {ENT_POST_WENT_BACK, true}, {ENT_POST_OLD_COPY, true},
			{ENT_POST_OLD_KEYS, true}, {ENT_POST_FALSE_NOTE, true},
			{ENT_POST_UNPROVEN, true}, {ENT_POST_FORGED, true},
			{ENT_POST_BAD_ENTRY, true}, {ENT_POST_TOO_MUCH, true},
			{ENT_POST_UNREADABLE, false}, {ENT_POST_MISDIRECTED, false},
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
	/* Twice: what was read is what is kept on. */
	party_restart(a);
	party_restart(a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		CHECK_ROW(ent_post_alarm_word(rows[i].kind),
				count(a, rows[i].kind, world->party[1].card.id) ==
						(rows[i].kept ? 1 : 0));
	world_close(world);
}

TEST(post_alarms__one_of_before_is_as_it_was_and_counts_on) {
	size_t n = 0;
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	const int64_t first_us = world->now_us;
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	world->now_us += INT64_C(7200) * 1000000;
	raise_alarm(a, ENT_POST_UNASKED, 1, "memo/y");
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	party_restart(a);
	struct ent_post_alarm *alarms = alarms_of(a, &n);
	CHECK(n == 2 && alarms[0].kind == ENT_POST_UNASKED && alarms[0].number == 2);
	CHECK(alarms[1].kind == ENT_POST_FORGED && alarms[1].number == 1);
	CHECK(strcmp(alarms[1].ledger, "memo/x") == 0 && alarms[1].evidence[0] == '\0');
	CHECK(strcmp(alarms[1].fault.where, "line 7") == 0);
	CHECK(strcmp(alarms[1].fault.why, "as it was then") == 0);
	CHECK(alarms[1].times == 2 && alarms[1].first_utc_us == first_us);
	CHECK(alarms[1].last_utc_us == world->now_us);
	CHECK(strcmp(alarms[1].kept, "alarms/0.alarm") == 0);
	free(alarms);
	/* Not told by the start, and told when it is done again, however soon. */
	a->alarms[ENT_POST_FORGED] = 0;
	party_restart(a);
	CHECK(a->alarms[ENT_POST_FORGED] == 0);
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	CHECK(a->alarms[ENT_POST_FORGED] == 1 && a->last.times == 3 && a->last.number == 1);
	CHECK(a->last.first_utc_us == first_us);
	world_close(world);
}

/* A forged entry, as it comes from outside, and a node that never ended, nor came to its next pass. */
TEST(post_alarms__a_forged_entry_is_known_after_a_node_that_was_killed) {
	struct ent_post_parcel parcel;
	char command[3 * FOLDER_SIZE];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	say_number(a->memo[0], 1);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	char *at = strstr(parcel.text, "\"number\":1");
	CHECK(at != NULL);
	at[9] = '2';
	const size_t length = parcel_end(
			parcel.text, (size_t)(strstr(parcel.text, "\nend ") + 1 - parcel.text));
	(void)party_take(b, a, parcel.text, length, ENT_BOOK_UNASKED, NULL, NULL);
	ent_post_parcel_finish(&parcel);
	CHECK(b->alarms[ENT_POST_FORGED] == 1 && count_files(b) == 1);
	/* What lies there now is all that a killed node has. */
	(void)snprintf(command, sizeof command, "cp -r '%s/alarms' '%s/then'", b->path, b->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	party_stop(b);
	(void)snprintf(command, sizeof command, "cd '%s' && rm -r alarms && mv then alarms",
			b->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	b->store = store_at(b->path);
	party_start(b);
	CHECK(count(b, ENT_POST_FORGED, a->card.id) == 1);
	world_close(world);
}

/* Where we are the old copy a peer that asks again does what it should. That was so once, and not for ever. */
TEST(post_alarms__an_old_copy_of_before_hides_no_peer_that_goes_back) {
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	char name[100];
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(b);
	say_some(a->memo[0], 4, 100);
	settle(world);
	raise_alarm(a, ENT_POST_OLD_COPY, 1, name);
	party_restart(a);
	CHECK(count(a, ENT_POST_OLD_COPY, b->card.id) == 1);
	swap_stores(b, old);
	say_some(a->memo[0], 1, 200);
	for (unsigned i = 0; i < 4; i++) {
		(void)carry(a, 1);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
	}
	CHECK(a->alarms[ENT_POST_WENT_BACK] == 1);
	copy_close(old);
	world_close(world);
}

/* --- How much --- */

static bool has_file(const struct party *party, unsigned slot) {
	char name[16], path[2 * FOLDER_SIZE];
	struct stat about;
	(void)snprintf(name, sizeof name, "%u.alarm", slot);
	path_of(party, name, path);
	return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

TEST(post_alarms__a_peer_with_a_thousand_fills_no_disk_and_pushes_out_nobodys) {
	char ledger[32];
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0];
	const char *b = world->party[1].card.id, *c = world->party[2].card.id;
	raise_alarm(a, ENT_POST_FORGED, 2, "memo/x");
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_FORGED, 1, ledger);
		if (i % 100 == 0)
			CHECK(ent_post_keep(a->post) == ENT_OK);
	}
	CHECK(count_files(a) <= 10 * WRITTEN_MAX);
	/* So much in a second, and no more. */
	const size_t before = count_files(a);
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) <= before + WRITTEN_MAX);
	party_restart(a);
	CHECK(count(a, ENT_POST_FORGED, b) == OF_PEER_MAX);
	CHECK(count(a, ENT_POST_FORGED, c) == 1 && count_files(a) == OF_PEER_MAX + 1);
	/* What comes again by itself pushes out nothing that is kept. */
	for (unsigned i = 0; i < 100; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_CLOCK_AHEAD, 2, ledger);
	}
	CHECK(count(a, ENT_POST_FORGED, c) == 1);
	CHECK(count(a, ENT_POST_CLOCK_AHEAD, c) == OF_PEER_MAX - 1);
	world_close(world);
}

/* From one pass to the next few are written before they are told, and fewer of one peer: another's is, whatever the one does. */
TEST(post_alarms__a_flood_writes_little_at_once_and_keeps_nobodys_from_being_written) {
	char ledger[32], id[ENT_PARTY_ID_SIZE];
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0];
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_FORGED, 1, ledger);
	}
	CHECK(count_files(a) == AT_ONCE_OF_PEER);
	raise_alarm(a, ENT_POST_FORGED, 2, "memo/x");
	CHECK(count_files(a) == AT_ONCE_OF_PEER + 1);
	/* Nor do many peers together. */
	for (unsigned peer = 0; peer < WRITTEN_MAX; peer++)
		for (unsigned i = 0; i < AT_ONCE_OF_PEER + 1; i++) {
			(void)snprintf(id, sizeof id, "%016x", peer);
			(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
			ent_post_raise(a->post, ENT_POST_FORGED, id, ledger, NULL);
		}
	CHECK(count_files(a) == WRITTEN_MAX);
	/* A pass later the next is written before it is told again. */
	CHECK(ent_post_keep(a->post) == ENT_OK);
	const size_t before = count_files(a);
	raise_alarm(a, ENT_POST_BAD_ENTRY, 2, "memo/x");
	CHECK(count_files(a) == before + 1);
	world_close(world);
}

/* One peer has something new for each pass: another's, beyond what is written at once, has its turn all the same. */
TEST(post_alarms__a_flood_that_goes_on_keeps_nobodys_from_its_turn) {
	char ledger[32];
	(void)state_;
	struct world *world = world_open(3);
	struct party *a = &world->party[0];
	unsigned next = 0;
	for (; next < OF_PEER_MAX; next++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", next);
		raise_alarm(a, ENT_POST_FORGED, 1, ledger);
	}
	for (unsigned i = 0; i < AT_ONCE_OF_PEER + 1; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_FORGED, 2, ledger);
	}
	for (unsigned pass = 0; pass < ENT_POST_ALARMS_MAX / WRITTEN_MAX; pass++) {
		CHECK(ent_post_keep(a->post) == ENT_OK);
		for (unsigned i = 0; i < OF_PEER_MAX; i++) {
			(void)snprintf(ledger, sizeof ledger, "memo/%u", next++);
			raise_alarm(a, ENT_POST_FORGED, 1, ledger);
		}
	}
	for (unsigned i = 0; i < AT_ONCE_OF_PEER + 1; i++)
		CHECK(has_file(a, OF_PEER_MAX + i));
	world_close(world);
}

/* What stands where a file is to be keeps the others from nothing, and is told once. */
TEST(post_alarms__one_that_cannot_be_written_keeps_none_of_the_others_from_it) {
	char ledger[32], path[2 * FOLDER_SIZE];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	path_of(a, "0.alarm", path);
	CHECK(mkdir(path, 0700) == 0);
	for (unsigned i = 0; i < AT_ONCE_OF_PEER + 2; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_FORGED, 1, ledger);
	}
	CHECK(ent_post_keep(a->post) == ENT_E_IO);
	for (unsigned i = 1; i < AT_ONCE_OF_PEER + 2; i++)
		CHECK(has_file(a, i));
	CHECK(rmdir(path) == 0);
	CHECK(ent_post_keep(a->post) == ENT_OK && has_file(a, 0));
	world_close(world);
}

/* What is forgotten before the files are written never has one; what has one loses it. */
TEST(post_alarms__a_file_goes_with_its_alarm) {
	char ledger[32];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/first");
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) == 1);
	for (unsigned i = 0; i < OF_PEER_MAX; i++) {
		(void)snprintf(ledger, sizeof ledger, "memo/%u", i);
		raise_alarm(a, ENT_POST_FORK, 1, ledger);
	}
	CHECK(count(a, ENT_POST_FORGED, world->party[1].card.id) == 0);
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) == 0);
	world_close(world);
}

/* --- What is not as it should be --- */

TEST(post_alarms__files_that_are_no_alarms_hold_up_no_start) {
	static const struct {
		const char *why, *file, *text;
	} rows[] = {{"nothing", "1.alarm", ""}, {"no JSON", "2.alarm", "{"},
			{"no object", "3.alarm", "[]"},
			{"a kind that is not kept", "4.alarm",
					"{\"kind\":\"fork\",\"peer\":\"\",\"ledger\":\"\","
					"\"where\":\"\","
					"\"why\":\"\",\"first\":\"2026-01-01T00:00:00Z\","
					"\"last\":\"2026-01-01T00:00:00Z\",\"times\":1}"},
			{"never", "5.alarm",
					"{\"kind\":\"forged\",\"peer\":\"\",\"ledger\":\"\","
					"\"where\":\"\","
					"\"why\":\"\",\"first\":\"2026-01-01T00:00:00Z\","
					"\"last\":\"2026-01-01T00:00:00Z\",\"times\":0}"},
			{"a moment that is none", "6.alarm",
					"{\"kind\":\"forged\",\"peer\":\"\",\"ledger\":\"\","
					"\"where\":\"\","
					"\"why\":\"\",\"first\":\"today\","
					"\"last\":\"2026-01-01T00:00:00Z\",\"times\":1}"},
			{"a slot that is none", "256.alarm", "{"}, {"another name", "x", "{"}};
	static char large[1 << 20];
	char path[2 * FOLDER_SIZE];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	party_stop(a);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		write_file(a, rows[i].file, rows[i].text);
	memset(large, ' ', sizeof large - 1);
	write_file(a, "7.alarm", large);
	path_of(a, "8.alarm", path);
	CHECK(mkdir(path, 0700) == 0);
	a->store = store_at(a->path);
	party_start(a);
	CHECK(ent_post_alarms(a->post, NULL, 0) == 1);
	CHECK(count(a, ENT_POST_FORGED, world->party[1].card.id) == 1);
	world_close(world);
}

/* Who has dealt with one says so by its file. */
TEST(post_alarms__a_file_that_a_person_took_away_is_an_alarm_that_is_over) {
	char path[2 * FOLDER_SIZE];
	size_t n = 0;
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	raise_alarm(a, ENT_POST_CLOCK_AHEAD, 1, "memo/x");
	raise_alarm(a, ENT_POST_UNASKED, 1, "memo/x");
	struct ent_post_alarm *alarms = alarms_of(a, &n);
	CHECK(n == 3 && alarms[1].kept[0] == '\0');
	(void)snprintf(path, sizeof path, "%s/%s", a->path, alarms[2].kept);
	free(alarms);
	party_stop(a);
	CHECK(unlink(path) == 0);
	a->store = store_at(a->path);
	party_start(a);
	CHECK(ent_post_alarms(a->post, NULL, 0) == 1);
	CHECK(count(a, ENT_POST_UNASKED, world->party[1].card.id) == 1);
	world_close(world);
}

/* Two of one, as after a power cut, or who copies a file. */
TEST(post_alarms__one_that_is_there_twice_is_one) {
	char command[4 * FOLDER_SIZE];
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	party_stop(a);
	(void)snprintf(command, sizeof command, "cp '%s/alarms/0.alarm' '%s/alarms/9.alarm'",
			a->path, a->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	a->store = store_at(a->path);
	party_start(a);
	CHECK(ent_post_alarms(a->post, NULL, 0) == 1);
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) == 1);
	world_close(world);
}

/* Bytes that are no UTF-8, three times as long when they are written, and all that an alarm has room for. */
TEST(post_alarms__what_a_peer_made_of_it_is_kept_and_read_whatever_it_is) {
	struct ent_fault fault;
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	memset(&fault, 0xFF, sizeof fault);
	fault.where[sizeof fault.where - 1] = fault.why[sizeof fault.why - 1] = '\0';
	ent_post_raise(a->post, ENT_POST_FORGED, world->party[1].card.id, "memo/x", &fault);
	memset(fault.why, 1, sizeof fault.why - 1);
	ent_post_raise(a->post, ENT_POST_FORGED, world->party[1].card.id, "memo/y", &fault);
	party_restart(a);
	party_restart(a);
	CHECK(count(a, ENT_POST_FORGED, world->party[1].card.id) == 2);
	world_close(world);
}

TEST(post_alarms__what_the_disk_does_not_take_is_written_when_it_does) {
	struct rlimit limit, none;
	(void)state_;
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	(void)signal(SIGXFSZ, SIG_IGN);
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	none = (struct rlimit){0, limit.rlim_max};
	CHECK(setrlimit(RLIMIT_FSIZE, &none) == 0);
	/* Told all the same. */
	raise_alarm(a, ENT_POST_FORGED, 1, "memo/x");
	const unsigned told = a->alarms[ENT_POST_FORGED];
	const ent_status status = ent_post_keep(a->post);
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(told == 1 && status == ENT_E_IO && count_files(a) == 0);
	CHECK(ent_post_keep(a->post) == ENT_OK && count_files(a) == 1);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_alarms__what_was_done_once_is_there_after_a_start_and_what_comes_again_is_not),
			TEST_ENTRY(post_alarms__one_of_before_is_as_it_was_and_counts_on),
			TEST_ENTRY(post_alarms__a_forged_entry_is_known_after_a_node_that_was_killed),
			TEST_ENTRY(post_alarms__an_old_copy_of_before_hides_no_peer_that_goes_back),
			TEST_ENTRY(post_alarms__a_flood_that_goes_on_keeps_nobodys_from_its_turn),
			TEST_ENTRY(post_alarms__one_that_cannot_be_written_keeps_none_of_the_others_from_it),
			TEST_ENTRY(post_alarms__a_peer_with_a_thousand_fills_no_disk_and_pushes_out_nobodys),
			TEST_ENTRY(post_alarms__a_flood_writes_little_at_once_and_keeps_nobodys_from_being_written),
			TEST_ENTRY(post_alarms__a_file_goes_with_its_alarm),
			TEST_ENTRY(post_alarms__files_that_are_no_alarms_hold_up_no_start),
			TEST_ENTRY(post_alarms__a_file_that_a_person_took_away_is_an_alarm_that_is_over),
			TEST_ENTRY(post_alarms__one_that_is_there_twice_is_one),
			TEST_ENTRY(post_alarms__what_a_peer_made_of_it_is_kept_and_read_whatever_it_is),
			TEST_ENTRY(post_alarms__what_the_disk_does_not_take_is_written_when_it_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
