/* SPDX-License-Identifier: Apache-2.0 */
/* test_scribe.c: the ledgers that a node writes: what is decided, when it is told, what is there afterwards. */
#include "scribes.h"

/* --- Entries --- */

TEST(scribe__an_entry_says_its_place_in_one_way_only) {
	static const struct {
		const char *why, *text;
		bool place;
		uint64_t seq;
		int64_t time_us;
	} rows[] = {
			{"one", "{\"seq\":7,\"time_us\":12,\"a\":1}", true, 7, 12},
			{"nothing else in it", "{\"seq\":0,\"time_us\":0}", true, 0, 0},
			{"the largest",
					"{\"seq\":9223372036854775807,\"time_us\":"
					"9223372036854775807}",
					true, INT64_MAX, INT64_MAX},
			{"one more", "{\"seq\":9223372036854775808,\"time_us\":1}", false, 0, 0},
			{"a zero in front", "{\"seq\":07,\"time_us\":12}", false, 0, 0},
			{"another one", "{\"seq\":7,\"time_us\":012}", false, 0, 0},
			{"a sign", "{\"seq\":-7,\"time_us\":12}", false, 0, 0},
			{"a space", "{\"seq\": 7,\"time_us\":12}", false, 0, 0},
			{"a fraction", "{\"seq\":7,\"time_us\":12.5}", false, 0, 0},
			{"no number", "{\"seq\":,\"time_us\":12}", false, 0, 0},
			{"another order", "{\"time_us\":12,\"seq\":7}", false, 0, 0},
			{"it ends", "{\"seq\":7,\"time_us\":12", false, 0, 0},
			{"nothing", "", false, 0, 0},
	};
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t seq = 99;
		int64_t time_us = 99;
		const bool place = ent_scribe_entry_place(
				rows[i].text, strlen(rows[i].text), &seq, &time_us);
		CHECK_ROW(rows[i].why, place == rows[i].place);
		CHECK_ROW(rows[i].why,
				!place || (seq == rows[i].seq && time_us == rows[i].time_us));
		CHECK_ROW(rows[i].why, place || (seq == 99 && time_us == 99));
	}
}

TEST(scribe__writes_what_is_decided_and_tells_when_it_is_durable) {
	struct desk desk;
	struct chain chain = {.steps_back = true};
	struct call call;
	struct ent_store_head head;
	char note[ENT_NOTE_SIZE];
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	CHECK(state_of(ledger).size == 0 && ent_scribe_checkpoint(ledger, note) == 0);
	for (unsigned i = 0; i < 5; i++) {
		uint32_t id = 0;
		CHECK(call_do(ledger, &call, (struct command){SAY, i, i, 10 * i}) == ENT_OK);
		CHECK(call.is_decided && !call.outcome.refused && call.outcome.n == i);
		CHECK(ent_store_ledger(desk.store, "line/a/b", false, &id) == ENT_OK);
		CHECK(ent_store_head(desk.store, id, &head) == ENT_OK);
		CHECK(head.size == call.outcome.first + i);
	}
	desk_check(&desk, ledger, &chain);
	CHECK(ent_scribe_checkpoint(ledger, note) == head.note_length);
	CHECK(strcmp(note, head.note) == 0 &&
			strncmp(note, "a.line.entente.invalid/line/a/b\n10\n", 35) == 0);
	desk_stop(&desk);
	/* After each batch: 1, 3, 6 and 10 entries. */
	CHECK(desk.told == 20);
	desk_close(&desk);
}

TEST(scribe__times_rise_whatever_the_clock_does) {
	static const int64_t clocks_us[] = {5000000, 5000000, 4000000, 5000002, -7, 9000000};
	struct desk desk;
	struct chain chain = {.steps_back = true};
	int64_t last_us = -1;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "desk", &chain);
	desk.now_us = -3;
	for (size_t i = 0; i < COUNT_OF(clocks_us); i++) {
		struct call call;
		CHECK(call_do(ledger, &call, (struct command){SAY, 3, i, 0}) == ENT_OK);
		const int64_t clock_us = desk.now_us;
		CHECK(call.outcome.time_us > last_us && call.outcome.time_us >= clock_us);
		CHECK(call.outcome.time_us ==
				(clock_us > last_us ? (clock_us > 0 ? clock_us : 0) : last_us + 1));
		last_us = call.outcome.time_us + 2;
		CHECK(state_of(ledger).time_us == last_us);
		desk.now_us = clocks_us[i];
	}
	desk_check(&desk, ledger, &chain);
	desk_close(&desk);
}

/* --- Refusals, faults, limits --- */

TEST(scribe__what_is_refused_or_fails_leaves_nothing_behind) {
	static const struct {
		const char *why;
		struct command command;
		ent_status status;
		bool refused;
	} rows[] = {
			{"refused", {REFUSE, 2, 1, 0}, ENT_OK, true},
			{"refused when entries were there", {REFUSE_LATE, 2, 2, 0}, ENT_OK, true},
			{"out of memory", {FAIL, 2, 3, 0}, ENT_E_MEMORY, false},
			{"an entry that may not stand there", {BAD, 2, 4, 0}, ENT_E_SYNTAX, false},
			{"more entries than a command has", {MANY, 0, 5, 0}, ENT_E_LIMIT, false},
			{"not its place", {WRONG_PLACE, 1, 6, 0}, ENT_E_DOMAIN, false},
	};
	(void)state_;
	for (int steps_back = 0; steps_back < 2; steps_back++) {
		struct desk desk;
		struct chain chain = {.steps_back = steps_back == 1};
		desk_open(&desk);
		struct ent_scribe_ledger *ledger = desk_ledger(&desk, "memo/1/a", &chain);
		say_n(ledger, 5, 0);
		for (size_t i = 0; i < COUNT_OF(rows); i++) {
			struct call call;
			const uint64_t size = state_of(ledger).size;
			const ent_status status = call_do(ledger, &call, rows[i].command);
			CHECK_ROW(rows[i].why, status == rows[i].status);
			CHECK_ROW(rows[i].why, call.is_decided == (status == ENT_OK));
			CHECK_ROW(rows[i].why, call.outcome.refused == rows[i].refused);
			CHECK_ROW(rows[i].why, call.outcome.n == 0);
			say_n(ledger, 1, i);
			CHECK_ROW(rows[i].why, state_of(ledger).size == size + 1);
		}
		desk_check(&desk, ledger, &chain);
		CHECK(chain.resets == (steps_back == 1 ? 1 : 2) && chain.backs == 1);
		CHECK(state_of(ledger).refused == 2 && state_of(ledger).failed == 4);
		desk_close(&desk);
	}
}

/* The first job waits until others have come, so that they are decided in one batch. */
struct holding {
	struct call call;
	_Atomic bool holds, go;
};

static void hold(struct ent_scribe_job *job, const struct ent_scribe_outcome *outcome) {
	struct holding *holding = (struct holding *)job;
	(void)outcome;
	holding->holds = true;
	while (!holding->go)
		pause_ms(1);
}

static void hold_begin(struct ent_scribe_ledger *ledger, struct holding *holding) {
	memset(holding, 0, sizeof *holding);
	(void)pthread_mutex_init(&holding->call.lock, NULL);
	(void)pthread_cond_init(&holding->call.told, NULL);
	holding->call.command = (struct command){SAY, 1, 77, 0};
	holding->call.job.command = &holding->call.command;
	holding->call.job.decided = hold;
	holding->call.job.done = call_done;
	ent_scribe_submit(ledger, &holding->call.job);
	while (!holding->holds)
		pause_ms(1);
}

static void hold_end(struct holding *holding) {
	holding->go = true;
	CHECK(call_wait(&holding->call) == ENT_OK);
}

TEST(scribe__a_batch_is_one_transaction_and_refusals_are_told_behind_what_they_rest_on) {
	struct desk desk;
	struct chain chain = {.steps_back = true};
	struct holding holding;
	static struct call calls[30];
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	hold_begin(ledger, &holding);
	for (unsigned i = 0; i < COUNT_OF(calls); i++)
		call_submit(ledger, &calls[i],
				(struct command){i % 3 == 2 ? REFUSE : SAY, i % 4, i, 0});
	hold_end(&holding);
	uint64_t next = 1;
	for (unsigned i = 0; i < COUNT_OF(calls); i++) {
		CHECK(call_wait(&calls[i]) == ENT_OK && calls[i].outcome.first == next);
		CHECK(calls[i].outcome.refused == (i % 3 == 2));
		next += calls[i].outcome.n;
	}
	CHECK(state_of(ledger).batches == 2 && state_of(ledger).size == next);
	desk_check(&desk, ledger, &chain);
	desk_close(&desk);
}

TEST(scribe__a_batch_that_is_dropped_takes_its_jobs_along_and_the_others_go_on) {
	struct desk desk;
	struct chain chain = {.steps_back = true}, other = {.steps_back = true};
	struct holding holding;
	static struct call calls[3], others[3];
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	struct ent_scribe_ledger *second = desk_ledger(&desk, "line/a/c", &other);
	hold_begin(ledger, &holding);
	for (unsigned i = 0; i < 3; i++) {
		call_submit(ledger, &calls[i], (struct command){i == 1 ? BAD : SAY, 2, i, 0});
		call_submit(second, &others[i], (struct command){SAY, 2, i, 0});
	}
	hold_end(&holding);
	CHECK(call_wait(&calls[0]) == ENT_E_SYNTAX && call_wait(&calls[1]) == ENT_E_SYNTAX);
	/* Decided anew against what is durable: as if the others had never been. */
	CHECK(call_wait(&calls[2]) == ENT_OK && calls[2].outcome.first == 1);
	for (unsigned i = 0; i < 3; i++)
		CHECK(call_wait(&others[i]) == ENT_OK && others[i].outcome.first == 2 * i);
	desk_check(&desk, ledger, &chain);
	desk_check(&desk, second, &other);
	desk_close(&desk);
}

struct busy {
	struct ent_scribe_ledger *ledger;
	_Atomic bool stop;
	uint64_t n;
};

static void *be_busy(void *user) {
	struct busy *busy = user;
	struct call call;
	for (; !busy->stop; busy->n++)
		CHECK(call_do(busy->ledger, &call, (struct command){SAY, 1, busy->n, 0}) == ENT_OK);
	return NULL;
}

TEST(scribe__a_ledger_that_fails_is_mended_while_others_are_busy) {
	struct desk desk;
	struct chain chain = {0}, other = {.steps_back = true};
	struct busy busy = {.n = 0};
	struct call call;
	pthread_t thread;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 10, 0);
	busy.ledger = desk_ledger(&desk, "line/a/c", &other);
	CHECK(pthread_create(&thread, NULL, be_busy, &busy) == 0);
	/* The entry finds no memory, and neither do those before it when they are applied anew. */
	chain.fail_at = 5;
	chain.fails = 3;
	CHECK(call_do(ledger, &call, (struct command){SAY, 1, 10, 0}) == ENT_E_MEMORY);
	while (state_of(ledger).writes)
		pause_ms(1);
	CHECK(strstr(state_of(ledger).reason, "out of memory") != NULL);
	CHECK(call_do(ledger, &call, (struct command){SAY, 1, 10, 0}) == ENT_E_IO);
	for (int i = 0; i < 500 && !state_of(ledger).writes; i++)
		pause_ms(10);
	CHECK(state_of(ledger).writes && state_of(ledger).size == 10);
	busy.stop = true;
	CHECK(pthread_join(thread, NULL) == 0 && busy.n > 20);
	say_n(ledger, 1, 0);
	desk_check(&desk, ledger, &chain);
	desk_check(&desk, busy.ledger, &other);
	desk_close(&desk);
}

TEST(scribe__turns_away_what_is_too_much_and_does_not_decide_for_who_has_gone) {
	struct desk desk;
	struct chain chain = {.steps_back = true};
	struct holding holding;
	static struct call calls[ENT_SCRIBE_QUEUE_MAX + 3];
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	hold_begin(ledger, &holding);
	for (unsigned i = 0; i < COUNT_OF(calls); i++) {
		call_submit(ledger, &calls[i], (struct command){SAY, 1, i, 0});
		calls[i].client_gone = i % 2 == 1;
	}
	CHECK(state_of(ledger).waiting == ENT_SCRIBE_QUEUE_MAX);
	hold_end(&holding);
	for (unsigned i = 0; i < COUNT_OF(calls); i++) {
		const ent_status status = call_wait(&calls[i]);
		CHECK(status ==
				(i >= ENT_SCRIBE_QUEUE_MAX                   ? ENT_E_LIMIT
								: i % 2 == 1 ? ENT_E_MISSING
									     : ENT_OK));
	}
	CHECK(state_of(ledger).size == 1 + ENT_SCRIBE_QUEUE_MAX / 2);
	desk_check(&desk, ledger, &chain);
	desk_close(&desk);
}

TEST(scribe__a_frozen_ledger_takes_only_what_goes_on) {
	struct desk desk;
	struct chain chain = {.steps_back = true};
	struct call call;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "memo/1/a", &chain);
	say_n(ledger, 1, 0);
	ent_scribe_freeze(ledger, "b forked its ledger");
	CHECK(state_of(ledger).frozen && state_of(ledger).writes);
	CHECK(strcmp(state_of(ledger).reason, "b forked its ledger") == 0);
	CHECK(call_do(ledger, &call, (struct command){SAY, 1, 1, 0}) == ENT_OK);
	CHECK(call.outcome.refused && strstr(call.outcome.fault.why, "b forked") != NULL);
	CHECK(call_do(ledger, &call, (struct command){FLASH, 1, 2, 0}) == ENT_OK);
	CHECK(!call.outcome.refused && state_of(ledger).size == 2);
	ent_scribe_thaw(ledger);
	CHECK(call_do(ledger, &call, (struct command){SAY, 1, 3, 0}) == ENT_OK);
	CHECK(!call.outcome.refused && !state_of(ledger).frozen &&
			state_of(ledger).reason[0] == '\0');
	desk_check(&desk, ledger, &chain);
	desk_close(&desk);
}

/* --- Opening --- */

TEST(scribe__goes_on_after_a_restart_where_it_was) {
	struct desk desk;
	static const uint64_t sizes[] = {0, 1, 255, 256, 257, 700};
	(void)state_;
	desk_open(&desk);
	struct chain chains[COUNT_OF(sizes)] = {{0}};
	struct ent_scribe_ledger *ledgers[COUNT_OF(sizes)];
	char name[32];
	for (int life = 0; life < 3; life++) {
		for (size_t i = 0; i < COUNT_OF(sizes); i++) {
			const struct chain before = chains[i];
			chains[i] = (struct chain){.steps_back = true};
			(void)snprintf(name, sizeof name, "line/a/%zu", i);
			ledgers[i] = desk_ledger(&desk, name, &chains[i]);
			CHECK(life == 0 || chain_is(&before, &chains[i]));
			desk_check(&desk, ledgers[i], &chains[i]);
			say_n(ledgers[i], sizes[i], (uint64_t)life);
			desk_check(&desk, ledgers[i], &chains[i]);
			CHECK(state_of(ledgers[i]).size == (uint64_t)(life + 1) * sizes[i]);
		}
		desk_stop(&desk);
		ent_store_close(desk.store);
		desk.store = store_at(desk.path);
		desk_start(&desk);
	}
	desk_close(&desk);
}

/* Changes the store's file: in all places where the one text stands, the other. */
static void change_file(const char *path, const char *from, const char *to, size_t size) {
	char name[FOLDER_SIZE + 32];
	(void)snprintf(name, sizeof name, "%s/ledger.sqlite", path);
	FILE *file = fopen(name, "r+b");
	static char bytes[1 << 22];
	CHECK(file != NULL);
	const size_t n = fread(bytes, 1, sizeof bytes, file);
	size_t found = 0;
	for (size_t i = 0; i + size <= n; i++)
		if (memcmp(bytes + i, from, size) == 0) {
			memcpy(bytes + i, to, size);
			found++;
		}
	CHECK(found > 0 && fseek(file, 0, SEEK_SET) == 0 && fwrite(bytes, 1, n, file) == n);
	CHECK(fclose(file) == 0);
}

TEST(scribe__what_was_changed_in_the_store_is_not_opened_and_the_entry_is_named) {
	struct desk desk;
	struct chain chain = {0};
	struct ent_scribe_ledger *ledger;
	struct ent_fault fault = {"", ""};
	(void)state_;
	desk_open(&desk);
	ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 300, 1000);
	desk_stop(&desk);
	ent_store_close(desk.store);
	change_file(desk.path, "\"number\":1200,", "\"number\":9200,", 14);
	desk.store = store_at(desk.path);
	desk_start(&desk);
	struct chain again = {0};
	struct ent_scribe_ledger_options options = desk_ledger_options(&desk, "line/a/b", &again);
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, &fault) == ENT_E_SYNTAX);
	CHECK_ROW(fault.where, strcmp(fault.where, "line/a/b: entry 200") == 0);
	CHECK_ROW(fault.why, strstr(fault.why, "not the one whose hash") != NULL);
	/* Another key, another ledger: it is said which. Others are opened. */
	struct ent_sign_key *other = note_key(8);
	options.key = other;
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, &fault) == ENT_E_REFUSED);
	CHECK_ROW(fault.why, strstr(fault.why, "not signed by the key") != NULL);
	options.key = desk.key;
	options.origin = "another/line";
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, &fault) == ENT_E_SYNTAX);
	CHECK_ROW(fault.why, strstr(fault.why, "of another ledger") != NULL);
	struct chain fresh = {0};
	ledger = desk_ledger(&desk, "line/a/c", &fresh);
	say_n(ledger, 3, 0);
	desk_check(&desk, ledger, &fresh);
	ent_sign_key_destroy(other);
	desk_close(&desk);
}

TEST(scribe__signs_its_ledger_anew_when_its_key_is_another) {
	struct desk desk;
	struct chain chain = {0}, again = {0};
	struct ent_scribe_ledger *ledger;
	struct ent_vkey older[ENT_SCRIBE_OLDER_MAX + 1];
	struct ent_checkpoint checkpoint;
	char note[ENT_NOTE_SIZE];
	(void)state_;
	desk_open(&desk);
	ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 20, 0);
	for (size_t i = 0; i < COUNT_OF(older); i++)
		older[i] = *ent_scribe_vkey(ledger);
	desk_stop(&desk);
	desk_start(&desk);
	ent_sign_key_destroy(desk.key);
	desk.key = note_key(9);
	struct ent_scribe_ledger_options options = desk_ledger_options(&desk, "line/a/b", &again);
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, NULL) == ENT_E_REFUSED);
	options.older = older;
	options.n_older = COUNT_OF(older);
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, NULL) == ENT_E_LIMIT);
	options.n_older = 1;
	CHECK(ent_scribe_open(desk.scribe, &options, &ledger, NULL) == ENT_OK);
	/* Before anything is written: who asks for it knows the new key only. */
	const size_t length = ent_scribe_checkpoint(ledger, note);
	CHECK(ent_checkpoint_open(note, length, ent_scribe_vkey(ledger), &checkpoint, NULL) ==
			ENT_OK);
	CHECK(checkpoint.size == 20 && chain_is(&chain, &again));
	say_n(ledger, 5, 0);
	desk_check(&desk, ledger, &again);
	desk_close(&desk);
}

TEST(scribe__a_ledger_is_open_once_and_they_have_a_largest_number) {
	struct desk desk;
	struct ent_fault fault = {"", ""};
	struct ent_scribe_ledger *ledger;
	struct chain chain = {0};
	struct call call;
	char name[32];
	(void)state_;
	desk_open(&desk);
	struct chain *chains = calloc(ENT_SCRIBE_LEDGERS_MAX, sizeof *chains);
	struct ent_scribe_ledger **ledgers = calloc(ENT_SCRIBE_LEDGERS_MAX, sizeof(void *));
	CHECK(chains != NULL && ledgers != NULL);
	for (unsigned i = 0; i < ENT_SCRIBE_LEDGERS_MAX; i++) {
		(void)snprintf(name, sizeof name, "line/a/%u", i);
		chains[i].steps_back = true;
		ledgers[i] = desk_ledger(&desk, name, &chains[i]);
	}
	const struct ent_scribe_ledger_options again = desk_ledger_options(&desk, name, &chain);
	CHECK(ent_scribe_open(desk.scribe, &again, &ledger, &fault) == ENT_E_EXISTS);
	const struct ent_scribe_ledger_options more = desk_ledger_options(&desk, "more", &chain);
	CHECK(ent_scribe_open(desk.scribe, &more, &ledger, &fault) == ENT_E_LIMIT);
	for (unsigned i = 0; i < ENT_SCRIBE_LEDGERS_MAX; i += 17) {
		CHECK(call_do(ledgers[i], &call, (struct command){SAY, 2, i, 0}) == ENT_OK);
		desk_check(&desk, ledgers[i], &chains[i]);
	}
	desk_close(&desk);
	free(ledgers);
	free(chains);
}

/* --- For others --- */

struct piece_reading {
	uint64_t next;
	size_t bytes, largest;
};

static ent_status take_piece(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct piece_reading *reading = user;
	CHECK(seq == reading->next++);
	reading->bytes += entry->size;
	if (entry->size > reading->largest)
		reading->largest = entry->size;
	return ENT_OK;
}

TEST(scribe__gives_pieces_that_end_at_a_checkpoint_of_their_own) {
	struct desk desk;
	struct chain chain = {0};
	static const struct {
		uint64_t n_max;
		size_t bytes_max;
	} rows[] = {{1, 1 << 20}, {7, 1 << 20}, {1000, 1}, {1000, 700}, {256, 1 << 20},
			{5000, 1 << 20}};
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 600, 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_scribe_piece piece = {.end = 0};
		struct ent_checkpoint checkpoint;
		for (uint64_t first = 0; first < 600; first = piece.end) {
			struct piece_reading reading = {first, 0, 0};
			CHECK(ent_scribe_read(ledger, first, rows[i].n_max, rows[i].bytes_max,
					      take_piece, &reading, &piece) == ENT_OK);
			CHECK(piece.first == first && piece.end == reading.next &&
					piece.end > first);
			CHECK(piece.end - first <= rows[i].n_max);
			CHECK(reading.bytes <= rows[i].bytes_max || piece.end == first + 1);
			CHECK(ent_checkpoint_open(piece.note, piece.note_length,
					      ent_scribe_vkey(ledger), &checkpoint,
					      NULL) == ENT_OK);
			CHECK(checkpoint.size == piece.end);
		}
		CHECK(merkle_same(&checkpoint.root, &(struct ent_hash){{0}}) == false);
	}
	struct ent_scribe_piece piece;
	struct piece_reading none = {600, 0, 0};
	CHECK(ent_scribe_read(ledger, 600, 1, 1, take_piece, &none, &piece) == ENT_OK);
	CHECK(piece.first == 600 && piece.end == 600 && none.next == 600);
	CHECK(ent_scribe_read(ledger, 601, 1, 1, take_piece, &none, &piece) == ENT_E_DOMAIN);
	desk_close(&desk);
}

struct payload_reading {
	size_t size;
	char bytes[512];
};

static ent_status take_payload(void *user, const struct ent_store_payload *payload) {
	struct payload_reading *reading = user;
	CHECK(payload->size < sizeof reading->bytes);
	reading->size = payload->size;
	memcpy(reading->bytes, payload->bytes, payload->size);
	return ENT_OK;
}

TEST(scribe__payloads_are_written_with_their_entries) {
	struct desk desk;
	struct chain chain = {.steps_back = true};
	struct call call;
	struct payload_reading reading = {0};
	uint32_t id;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 2, 0);
	CHECK(call_do(ledger, &call, (struct command){SEALED, 2, 4711, 0}) == ENT_OK);
	CHECK(ent_store_ledger(desk.store, "line/a/b", false, &id) == ENT_OK);
	CHECK(ent_store_payload_get(desk.store, id, 1, take_payload, &reading) == ENT_E_MISSING);
	CHECK(ent_store_payload_get(desk.store, id, 3, take_payload, &reading) == ENT_OK);
	CHECK(strncmp(reading.bytes, "{\"seq\":3,", 9) == 0);
	desk_check(&desk, ledger, &chain);
	desk_close(&desk);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(scribe__an_entry_says_its_place_in_one_way_only),
			TEST_ENTRY(scribe__writes_what_is_decided_and_tells_when_it_is_durable),
			TEST_ENTRY(scribe__times_rise_whatever_the_clock_does),
			TEST_ENTRY(scribe__what_is_refused_or_fails_leaves_nothing_behind),
			TEST_ENTRY(scribe__a_batch_is_one_transaction_and_refusals_are_told_behind_what_they_rest_on),
			TEST_ENTRY(scribe__a_batch_that_is_dropped_takes_its_jobs_along_and_the_others_go_on),
			TEST_ENTRY(scribe__a_ledger_that_fails_is_mended_while_others_are_busy),
			TEST_ENTRY(scribe__turns_away_what_is_too_much_and_does_not_decide_for_who_has_gone),
			TEST_ENTRY(scribe__a_frozen_ledger_takes_only_what_goes_on),
			TEST_ENTRY(scribe__goes_on_after_a_restart_where_it_was),
			TEST_ENTRY(scribe__what_was_changed_in_the_store_is_not_opened_and_the_entry_is_named),
			TEST_ENTRY(scribe__signs_its_ledger_anew_when_its_key_is_another),
			TEST_ENTRY(scribe__a_ledger_is_open_once_and_they_have_a_largest_number),
			TEST_ENTRY(scribe__gives_pieces_that_end_at_a_checkpoint_of_their_own),
			TEST_ENTRY(scribe__payloads_are_written_with_their_entries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
