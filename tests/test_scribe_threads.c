/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_scribe_threads.c: writers of several ledgers, pushers that give a replica what they read, each what it believes to
 * be missing, witnesses, and one who looks at it all, at once: the replica comes to the ledger, byte for byte.
 */
#include "replicas.h"

enum { WRITERS = 3, PUSHERS = 2, COMMANDS = 150, RELAY_MAX = 64 };

struct all {
	struct desk desk;
	struct keeper keeper;
	struct chain chains[WRITERS];
	struct ent_scribe_ledger *ledgers[WRITERS];
	_Atomic unsigned writing;
};

struct part {
	struct all *all;
	unsigned number;
	pthread_t thread;
};

static void *write_one(void *user) {
	const struct part *part = user;
	static struct call calls[WRITERS][COMMANDS];
	struct call *mine = calls[part->number];
	for (unsigned i = 0; i < COMMANDS; i++) {
		call_submit(part->all->ledgers[(part->number + i % 2) % WRITERS], &mine[i],
				(struct command){i % 7 == 6 ? REFUSE : SAY, i % 4, i, 20});
		if (i % 10 == 9)
			for (unsigned j = i - 9; j <= i; j++)
				CHECK(call_wait(&mine[j]) == ENT_OK);
	}
	part->all->writing--;
	return NULL;
}

struct relay {
	struct ent_replica_entry entries[RELAY_MAX];
	char bytes[RELAY_MAX][AUTHOR_ENTRY_SIZE];
	size_t n;
};

static ent_status relay_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct relay *relay = user;
	(void)seq;
	CHECK(relay->n < RELAY_MAX && entry->size <= AUTHOR_ENTRY_SIZE);
	memcpy(relay->bytes[relay->n], entry->bytes, entry->size);
	relay->entries[relay->n] = (struct ent_replica_entry){relay->bytes[relay->n], entry->size};
	relay->n++;
	return ENT_OK;
}

/* What it gives may have come from the other one meanwhile. */
static void push(struct all *all, struct relay *relay, struct ent_replica_answer *answer) {
	struct ent_scribe_piece piece;
	struct ent_fault fault = {"", ""};
	const uint64_t back = answer->size < 5 ? answer->size : 5;
	relay->n = 0;
	CHECK(ent_scribe_read(all->ledgers[0], answer->size - back, RELAY_MAX, 1 << 16, relay_entry,
			      relay, &piece) == ENT_OK);
	if (piece.end == 0)
		return;
	const struct ent_replica_given given = {.first = piece.first,
			.entries = relay->entries,
			.n = relay->n,
			.note = piece.note,
			.note_length = piece.note_length};
	const ent_status status = ent_replica_take(all->keeper.replica, &given, answer, &fault);
	CHECK_ROW(fault.why, status == ENT_OK && answer->size >= piece.end);
	CHECK(ent_replica_witness(all->keeper.replica, piece.note, piece.note_length, answer,
			      &fault) == ENT_OK);
}

static void *push_all(void *user) {
	const struct part *part = user;
	struct relay *relay = calloc(1, sizeof *relay);
	struct ent_replica_answer *answer = calloc(1, sizeof *answer);
	CHECK(relay != NULL && answer != NULL);
	while (part->all->writing > 0 || answer->size < state_of(part->all->ledgers[0]).size)
		push(part->all, relay, answer);
	free(relay);
	free(answer);
	return NULL;
}

static void *look_at_all(void *user) {
	const struct part *part = user;
	struct ent_replica_answer *answer = calloc(1, sizeof *answer);
	struct ent_checkpoint checkpoint;
	uint64_t last = 0;
	char note[ENT_NOTE_SIZE];
	CHECK(answer != NULL);
	while (part->all->writing > 0) {
		for (unsigned i = 0; i < WRITERS; i++) {
			struct ent_scribe_ledger *ledger = part->all->ledgers[i];
			const uint64_t size = state_of(ledger).size;
			const size_t length = ent_scribe_checkpoint(ledger, note);
			CHECK(length == 0 ||
					ent_checkpoint_open(note, length, ent_scribe_vkey(ledger),
							&checkpoint, NULL) == ENT_OK);
			CHECK(length == 0 ? size == 0 : checkpoint.size >= size);
		}
		ent_replica_look(part->all->keeper.replica, answer);
		CHECK(answer->size >= last);
		last = answer->size;
		ent_scribe_freeze(part->all->ledgers[2], "a moment");
		ent_scribe_thaw(part->all->ledgers[2]);
	}
	free(answer);
	return NULL;
}

TEST(scribe_threads__all_at_once_come_to_the_same_bytes) {
	static struct all all;
	static const char *const names[WRITERS] = {"line/b/a", "line/b/c", "memo/1/b"};
	struct part parts[WRITERS + PUSHERS + 1];
	struct author author;
	struct ent_hash roots[2];
	(void)state_;
	desk_open(&all.desk);
	author_init(&author, 1);
	for (unsigned i = 0; i < WRITERS; i++) {
		all.chains[i].steps_back = true;
		all.ledgers[i] = desk_ledger(&all.desk, names[i], &all.chains[i]);
	}
	author.vkey = *ent_scribe_vkey(all.ledgers[0]);
	(void)snprintf(author.origin, sizeof author.origin, "%.200s/line/b/a", author.vkey.name);
	keeper_open(&all.keeper, &author);
	all.writing = WRITERS;
	for (unsigned i = 0; i < COUNT_OF(parts); i++) {
		parts[i] = (struct part){.all = &all, .number = i};
		CHECK(pthread_create(&parts[i].thread, NULL,
				      i < WRITERS                             ? write_one
						      : i < WRITERS + PUSHERS ? push_all
									      : look_at_all,
				      &parts[i]) == 0);
	}
	for (unsigned i = 0; i < COUNT_OF(parts); i++)
		CHECK(pthread_join(parts[i].thread, NULL) == 0);
	for (unsigned i = 0; i < WRITERS; i++)
		desk_check(&all.desk, all.ledgers[i], &all.chains[i]);
	const struct chain written = oracle_check(
			all.desk.store, "line/b/a", &author.vkey, &roots[0]);
	const struct chain kept = oracle_check(
			all.keeper.store, "line/b/a", &author.vkey, &roots[1]);
	CHECK(written.size > 100 && chain_is(&written, &kept) && merkle_same(&roots[0], &roots[1]));
	CHECK(chain_is(&kept, &all.keeper.chain));
	keeper_close(&all.keeper);
	author_finish(&author);
	desk_close(&all.desk);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(scribe_threads__all_at_once_come_to_the_same_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
