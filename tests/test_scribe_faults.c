/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_scribe_faults.c: a scribe and a replica on a disk that fails at each of the calls that their batches make of it,
 * once or for a while, or loses its power. Nothing that was acknowledged is lost, nothing that rests on what failed is
 * acknowledged, and afterwards the state is what the store's entries come to.
 */
#include "faulty_disk.h"
#include "replicas.h"

enum { LEDGERS = 2, STEPS = 8, NUMBERS = 4096 };

struct life {
	struct desk desk;
	struct chain chains[LEDGERS];
	struct ent_scribe_ledger *ledgers[LEDGERS];
	bool acknowledged[NUMBERS], refused[NUMBERS];
	uint64_t next, failed;
	bool steps_back;
};

static const char *const names[LEDGERS] = {"line/a/b", "memo/1/a"};

static void open_ledgers(struct life *life) {
	for (int i = 0; i < LEDGERS; i++) {
		life->chains[i] = (struct chain){.steps_back = life->steps_back};
		life->ledgers[i] = desk_ledger(&life->desk, names[i], &life->chains[i]);
	}
}

/* So many entries that the next ones fill a tile. */
static void life_begin(struct life *life, uint64_t seed, bool steps_back) {
	disk_new(seed);
	memset(life, 0, sizeof *life);
	life->steps_back = steps_back;
	desk_open(&life->desk);
	open_ledgers(life);
	say_n(life->ledgers[0], 250, NUMBERS);
	say_n(life->ledgers[1], 3, NUMBERS);
}

/* Several at once for both; each has a number that is found again. */
static void write_some(struct life *life) {
	static struct call calls[STEPS];
	for (int i = 0; i < STEPS; i++)
		call_submit(life->ledgers[i % LEDGERS], &calls[i],
				(struct command){i % 5 == 4 ? REFUSE : SAY, 1,
						life->next + (unsigned)i, 40});
	for (int i = 0; i < STEPS; i++) {
		const ent_status status = call_wait(&calls[i]);
		CHECK(status == ENT_OK || status == ENT_E_IO);
		life->failed += status != ENT_OK;
		life->acknowledged[life->next + (unsigned)i] = status == ENT_OK && i % 5 != 4;
		life->refused[life->next + (unsigned)i] = i % 5 == 4;
	}
	life->next += STEPS;
}

static ent_status find_number(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	uint8_t *there = user;
	char text[128] = "";
	(void)seq;
	memcpy(text, entry->bytes, entry->size < 127 ? entry->size : 127);
	const char *number = strstr(text, "\"number\":");
	CHECK(number != NULL);
	const uint64_t found = strtoull(number + 9, NULL, 10);
	if (found < NUMBERS)
		there[found]++;
	return ENT_OK;
}

static void check_all(struct life *life) {
	static uint8_t there[NUMBERS];
	memset(there, 0, sizeof there);
	for (int i = 0; i < LEDGERS; i++) {
		uint32_t id;
		desk_check(&life->desk, life->ledgers[i], &life->chains[i]);
		CHECK(ent_store_ledger(life->desk.store, names[i], false, &id) == ENT_OK);
		CHECK(ent_store_read(life->desk.store, id, 0, UINT64_MAX, find_number, there) ==
				ENT_OK);
	}
	for (uint64_t i = 0; i < life->next; i++) {
		CHECK(there[i] <= 1 && (!life->acknowledged[i] || there[i] == 1));
		CHECK(!life->refused[i] || there[i] == 0);
	}
}

static void wait_for_writes(struct life *life) {
	for (int i = 0; i < LEDGERS; i++) {
		for (int n = 0; n < 500 && !state_of(life->ledgers[i]).writes; n++)
			pause_ms(10);
		CHECK(state_of(life->ledgers[i]).writes);
	}
}

static void life_end(struct life *life) {
	const uint64_t failed = life->failed;
	disk_mend();
	wait_for_writes(life);
	/* One that has not met the fault meets it now, and is mended at once. */
	write_some(life);
	write_some(life);
	CHECK(life->failed <= failed + STEPS);
	const uint64_t before = life->failed;
	write_some(life);
	CHECK(life->failed == before);
	check_all(life);
	desk_stop(&life->desk);
	ent_store_close(life->desk.store);
	life->desk.store = store_at(life->desk.path);
	desk_start(&life->desk);
	open_ledgers(life);
	check_all(life);
	desk_close(&life->desk);
}

static uint64_t stride(void) {
	return test_scale() >= 1 ? 1 : (uint64_t)(1 / test_scale());
}

static uint64_t calls_of_a_life(void) {
	static struct life life;
	life_begin(&life, 1, true);
	const uint64_t before = disk.calls;
	write_some(&life);
	write_some(&life);
	const uint64_t calls = disk.calls - before;
	life_end(&life);
	CHECK(calls > 20);
	return calls;
}

TEST(scribe_faults__a_call_that_fails_once_loses_nothing_that_was_acknowledged) {
	static struct life life;
	uint64_t failed = 0, faults = 0;
	(void)state_;
	const uint64_t calls = calls_of_a_life();
	for (int fault = DISK_ERROR; fault <= DISK_FULL; fault++)
		for (uint64_t at = 1; at <= calls; at += stride()) {
			life_begin(&life, 2 + at, at % 2 == 0);
			disk_fail(at, (enum disk_fault)fault, false, NULL);
			write_some(&life);
			write_some(&life);
			failed += life.failed;
			faults += disk.faults;
			life_end(&life);
		}
	CHECK(faults > 0 && failed > 0);
}

TEST(scribe_faults__it_takes_nothing_while_the_disk_fails_and_goes_on_when_it_is_back) {
	static struct life life;
	(void)state_;
	for (uint64_t round = 0; round < 4; round++) {
		life_begin(&life, 900 + round, round % 2 == 0);
		disk_fail(1 + 5 * round, round % 2 == 0 ? DISK_ERROR : DISK_FULL, true, NULL);
		for (int i = 0; i < 4; i++)
			write_some(&life);
		CHECK(life.failed > 0 && disk.faults > 0);
		const struct ent_scribe_ledger_state state = state_of(life.ledgers[0]);
		CHECK(!state.writes && state.reason[0] != '\0');
		/* Its durable entries can be seen all the while. */
		char note[ENT_NOTE_SIZE];
		CHECK(state.size >= 250 && ent_scribe_checkpoint(life.ledgers[0], note) > 0);
		life_end(&life);
	}
}

TEST(scribe_faults__when_the_power_goes_what_was_acknowledged_is_there) {
	static struct life life;
	const uint64_t calls = calls_of_a_life();
	(void)state_;
	for (uint64_t at = 1; at <= calls; at += stride()) {
		life_begin(&life, 3 + at, at % 2 == 0);
		disk_fail(at, DISK_GONE, true, NULL);
		write_some(&life);
		write_some(&life);
		desk_stop(&life.desk);
		ent_store_close(life.desk.store);
		disk_power_cut();
		disk_mend();
		life.desk.store = store_at(life.desk.path);
		desk_start(&life.desk);
		open_ledgers(&life);
		check_all(&life);
		life_end(&life);
	}
}

/* --- A replica --- */

TEST(scribe_faults__a_replica_loses_nothing_that_it_cosigned_whatever_call_fails) {
	struct author author;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 600);
	author_grow(&author, 600, 0);
	for (int fault = DISK_ERROR; fault <= DISK_GONE; fault++) {
		bool came = true;
		for (uint64_t at = 1; came; at += stride()) {
			struct keeper keeper;
			uint64_t size = 250;
			disk_new(70 + at);
			keeper_open(&keeper, &author);
			keeper.chain.steps_back = at % 2 == 0;
			CHECK(keeper_take(&keeper, &author, 0, 250, 250) == ENT_OK);
			disk_fail(at, (enum disk_fault)fault, fault == DISK_GONE, NULL);
			for (int i = 0; i < 6; i++) {
				const uint64_t held = keeper.answer.size;
				const ent_status status = keeper_take(
						&keeper, &author, held / 2, held + 9, held + 9);
				CHECK(status == ENT_OK || status == ENT_E_IO);
				CHECK(keeper.answer.size >= size);
				size = keeper.answer.size;
			}
			came = disk.faults > 0;
			if (fault == DISK_GONE && came) {
				ent_replica_close(keeper.replica);
				ent_store_close(keeper.store);
				disk_power_cut();
				disk_mend();
				keeper.store = store_at(keeper.path);
				CHECK(keeper_try_open(&keeper, &author) == ENT_OK);
			}
			disk_mend();
			ent_replica_look(keeper.replica, &keeper.answer);
			CHECK(keeper.answer.size >= size);
			const uint64_t held = keeper.answer.size;
			CHECK(keeper_take(&keeper, &author, held / 2, 400, 400) == ENT_OK);
			keeper_check(&keeper, &author, 400);
			keeper_reopen(&keeper, &author);
			keeper_check(&keeper, &author, 400);
			keeper_close(&keeper);
		}
	}
	author_finish(&author);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(scribe_faults__a_call_that_fails_once_loses_nothing_that_was_acknowledged),
			TEST_ENTRY(scribe_faults__it_takes_nothing_while_the_disk_fails_and_goes_on_when_it_is_back),
			TEST_ENTRY(scribe_faults__when_the_power_goes_what_was_acknowledged_is_there),
			TEST_ENTRY(scribe_faults__a_replica_loses_nothing_that_it_cosigned_whatever_call_fails),
	};
	disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
