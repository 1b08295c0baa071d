/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_replica.c: a ledger of another author: in whatever pieces, order and number it comes, what is kept is the same;
 * nothing is kept that was not signed; each way in which an author can contradict itself is found and proved.
 */
#include "replicas.h"

/* --- Pieces --- */

/* One that is given, or a witness; half of them overlap, repeat, come too early, or are of long ago. */
static ent_status give_some(struct keeper *keeper, const struct author *author, uint64_t *seed) {
	const uint64_t held = keeper->answer.size;
	uint64_t first = test_random(seed) % (held + 1), end, size;
	switch (test_random(seed) % 8) {
	case 0: /* a gap */
		first = held + 1 + test_random(seed) % 20;
		break;
	case 1: /* of long ago */
		return keeper_take(keeper, author, first, first, first);
	case 2:
		return keeper_witness(keeper, author, test_random(seed) % (author->n + 1));
	case 3:
	case 4: /* what is wanted */
		first = held;
		break;
	default:
		break;
	}
	if (first > author->n)
		first = author->n;
	end = first + test_random(seed) % 90;
	end = end < author->n ? end : author->n;
	size = test_random(seed) % 10 == 0 ? test_random(seed) % (author->n + 1) : end;
	const ent_status status = keeper_take(keeper, author, first, end, size);
	/* What it comes to is known. */
	const bool covered = size <= held, follows = first <= held;
	if (covered || (follows && end == size))
		CHECK_ROW(keeper->fault.why, status == ENT_OK);
	else
		CHECK(status ==
				(follows && end > size ? ENT_E_REFUSED
								: !follows || end < size
								? ENT_E_MISSING
								: ENT_OK));
	CHECK(keeper->answer.size == (status == ENT_OK && size > held ? size : held));
	CHECK(keeper->answer.taken == keeper->answer.size - held);
	CHECK(keeper->answer.fork_length == 0);
	return status;
}

struct kept {
	struct ent_hash all;
	uint64_t n;
};

static ent_status add_to_kept(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct kept *kept = user;
	const struct ent_seal_part parts[] = {{&kept->all, sizeof kept->all}, {&seq, sizeof seq},
			{&entry->leaf, sizeof entry->leaf}, {entry->bytes, entry->size}};
	ent_seal_sha256_parts(parts, COUNT_OF(parts), &kept->all);
	kept->n++;
	return ENT_OK;
}

static struct kept what_is_kept(struct keeper *keeper) {
	struct kept kept = {0};
	CHECK(ent_store_read(keeper->store, ent_replica_number(keeper->replica), 0, UINT64_MAX,
			      add_to_kept, &kept) == ENT_OK);
	return kept;
}

TEST(replica__any_pieces_in_any_order_and_number_come_to_the_same) {
	struct author author;
	struct kept first = {0};
	const unsigned rounds = (unsigned)(6 * test_scale()) + 2;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 900);
	author_grow(&author, 900, 0);
	for (unsigned round = 0; round < rounds; round++) {
		uint64_t seed = 77 + round;
		struct keeper keeper;
		keeper_open(&keeper, &author);
		keeper.chain.steps_back = round % 2 == 0;
		ent_replica_look(keeper.replica, &keeper.answer);
		for (unsigned steps = 0; keeper.answer.size < author.n; steps++) {
			CHECK(steps < 5000);
			(void)give_some(&keeper, &author, &seed);
			if (steps % 40 == 39) {
				keeper_reopen(&keeper, &author);
				keeper_check(&keeper, &author, keeper.answer.size);
			}
		}
		keeper_check(&keeper, &author, author.n);
		const struct kept kept = what_is_kept(&keeper);
		if (round == 0)
			first = kept;
		CHECK(kept.n == 900 && merkle_same(&first.all, &kept.all));
		keeper_close(&keeper);
	}
	author_finish(&author);
}

struct relay {
	struct ent_replica_entry entries[512];
	char bytes[512][AUTHOR_ENTRY_SIZE];
	size_t n;
};

static ent_status relay_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct relay *relay = user;
	(void)seq;
	CHECK(relay->n < 512 && entry->size <= AUTHOR_ENTRY_SIZE);
	memcpy(relay->bytes[relay->n], entry->bytes, entry->size);
	relay->entries[relay->n] = (struct ent_replica_entry){relay->bytes[relay->n], entry->size};
	relay->n++;
	return ENT_OK;
}

TEST(replica__keeps_what_a_scribe_writes_byte_for_byte) {
	struct desk desk;
	struct chain chain = {0};
	struct author author;
	struct keeper keeper;
	static struct relay relay;
	uint64_t seed = 5;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/b/a", &chain);
	author_init(&author, 1);
	author.vkey = *ent_scribe_vkey(ledger);
	(void)snprintf(author.origin, sizeof author.origin, "%.200s/line/b/a", author.vkey.name);
	keeper_open(&keeper, &author);
	for (unsigned i = 0; i < 60; i++) {
		struct ent_scribe_piece piece;
		say_n(ledger, test_random(&seed) % 30, i);
		relay.n = 0;
		CHECK(ent_scribe_read(ledger, keeper.answer.size, 1 + test_random(&seed) % 40,
				      1 << 16, relay_entry, &relay, &piece) == ENT_OK);
		const struct ent_replica_given given = {.first = piece.first,
				.entries = relay.entries,
				.n = relay.n,
				.note = piece.note,
				.note_length = piece.note_length};
		if (piece.end == 0)
			continue;
		CHECK(ent_replica_take(keeper.replica, &given, &keeper.answer, &keeper.fault) ==
				ENT_OK);
		CHECK(keeper.answer.size == piece.end);
	}
	CHECK(keeper.answer.size > 500);
	struct ent_hash root;
	const struct chain kept = oracle_check(keeper.store, "line/b/a", &author.vkey, &root);
	CHECK(chain_is(&kept, &keeper.chain));
	keeper_reopen(&keeper, &author);
	CHECK(chain_is(&kept, &keeper.chain));
	keeper_close(&keeper);
	author_finish(&author);
	desk_close(&desk);
}

/* --- What is not taken --- */

static struct ent_replica_given given_of(const struct author *author, uint64_t first, uint64_t end,
		char note[ENT_NOTE_SIZE]) {
	return (struct ent_replica_given){.first = first,
			.entries = author->entries + first,
			.n = (size_t)(end - first),
			.note = note,
			.note_length = author_note(author, end, note)};
}

static ent_status take_given(struct keeper *keeper, const struct ent_replica_given *given) {
	keeper->fault = (struct ent_fault){"", ""};
	return ent_replica_take(keeper->replica, given, &keeper->answer, &keeper->fault);
}

TEST(replica__any_bit_changed_on_the_way_is_not_taken) {
	struct author author;
	struct keeper keeper;
	char note[ENT_NOTE_SIZE];
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 20);
	author_grow(&author, 20, 0);
	keeper_open(&keeper, &author);
	CHECK(keeper_take(&keeper, &author, 0, 10, 10) == ENT_OK);
	for (uint64_t seq = 5; seq < 20; seq += 3) {
		for (size_t bit = 0; bit < 8 * author.entries[seq].size; bit += 7) {
			struct ent_replica_given given = given_of(&author, 5, 20, note);
			author.bytes[seq][bit / 8] ^= (char)(1 << bit % 8);
			CHECK(take_given(&keeper, &given) == ENT_E_REFUSED);
			author.bytes[seq][bit / 8] ^= (char)(1 << bit % 8);
		}
	}
	for (size_t bit = 0; bit < 8 * strlen(note); bit++) {
		struct ent_replica_given given = given_of(&author, 5, 20, note);
		note[bit / 8] ^= (char)(1 << bit % 8);
		const ent_status status = take_given(&keeper, &given);
		CHECK(status == ENT_E_REFUSED || status == ENT_E_SYNTAX || status == ENT_E_LIMIT);
		CHECK(keeper.fault.why[0] != '\0' && keeper.answer.fork_length == 0);
	}
	keeper_check(&keeper, &author, 10);
	CHECK(keeper_take(&keeper, &author, 5, 20, 20) == ENT_OK);
	keeper_check(&keeper, &author, 20);
	keeper_close(&keeper);
	author_finish(&author);
}

TEST(replica__what_its_author_signed_and_may_not_stand_there_is_not_taken_and_named) {
	static const struct {
		const char *why, *bytes, *fault;
	} rows[] = {
			{"another number", "{\"seq\":5,\"time_us\":99000}", "its number and time"},
			{"no JSON of ours", "hello", "its number and time"},
			{"nothing", "", "its number and time"},
			{"a time not later", "{\"seq\":4,\"time_us\":3000}", "not later"},
			{"what the fold does not take",
					"{\"seq\":4,\"time_us\":4000,\"text\":\"bad\"}",
					"it is bad"},
	};
	struct author author;
	struct keeper keeper;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 20);
	author_grow(&author, 8, 0);
	for (int steps_back = 0; steps_back < 2; steps_back++) {
		keeper_open(&keeper, &author);
		keeper.chain.steps_back = steps_back == 1;
		CHECK(keeper_take(&keeper, &author, 0, 2, 2) == ENT_OK);
		for (size_t i = 0; i < COUNT_OF(rows); i++) {
			struct ent_replica_entry *entry = &author.entries[4];
			*entry = (struct ent_replica_entry){rows[i].bytes, strlen(rows[i].bytes)};
			author.leaves[4] = merkle_leaf(entry->bytes, entry->size);
			CHECK_ROW(rows[i].why,
					keeper_take(&keeper, &author, 2, 8, 8) == ENT_E_SYNTAX);
			CHECK_ROW(keeper.fault.where,
					strcmp(keeper.fault.where, "line/b/a: entry 4") == 0);
			CHECK_ROW(keeper.fault.why,
					strstr(keeper.fault.why, rows[i].fault) != NULL);
			author_write(&author, 4, 0);
			keeper_check(&keeper, &author, 2);
		}
		CHECK(keeper_take(&keeper, &author, 2, 8, 8) == ENT_OK);
		keeper_check(&keeper, &author, 8);
		keeper_close(&keeper);
	}
	author_finish(&author);
}

TEST(replica__another_key_another_ledger_and_too_much_are_not_taken) {
	struct author author, other;
	struct keeper keeper;
	char note[ENT_NOTE_SIZE + 4000] = "";
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 9000);
	author_grow(&author, 9000, 0);
	author_init(&other, 20);
	author_grow(&other, 20, 0);
	keeper_open(&keeper, &author);
	ent_sign_key_destroy(other.key);
	other.key = note_key(22);
	CHECK(keeper_take(&keeper, &other, 0, 20, 20) == ENT_E_REFUSED);
	(void)snprintf(author.origin, sizeof author.origin, "b.line.entente.invalid/line/b/c");
	CHECK(keeper_take(&keeper, &author, 0, 20, 20) == ENT_E_REFUSED);
	CHECK(strstr(keeper.fault.why, "of another ledger") != NULL);
	(void)snprintf(author.origin, sizeof author.origin, "b.line.entente.invalid/line/b/a");
	CHECK(keeper_take(&keeper, &author, 0, ENT_REPLICA_ENTRIES_MAX + 1,
			      ENT_REPLICA_ENTRIES_MAX + 1) == ENT_E_LIMIT);
	/* An entry that is too large, and all together. */
	static char large[ENT_SCRIBE_ENTRY_MAX + 1];
	struct ent_replica_entry many[20];
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct ent_replica_entry){large, sizeof large - 1};
	struct ent_replica_given given = given_of(&author, 0, 20, note);
	given.entries = many;
	CHECK(take_given(&keeper, &given) == ENT_E_LIMIT);
	many[0].size = sizeof large;
	given.n = 1;
	CHECK(take_given(&keeper, &given) == ENT_E_LIMIT);
	CHECK(strcmp(keeper.fault.where, "line/b/a: entry 0") == 0);
	/* Signatures without end. */
	given = given_of(&author, 0, 20, note);
	for (int i = 0; i < 40; i++)
		given.note_length += note_signature("x\n", 2, "w.example/more/and/more", 0x01,
				other.key, 0, note + given.note_length);
	CHECK(take_given(&keeper, &given) == ENT_E_LIMIT);
	given.first = UINT64_MAX;
	CHECK(take_given(&keeper, &given) == ENT_E_LIMIT);
	keeper_check(&keeper, &author, 0);
	CHECK(keeper_take(&keeper, &author, 0, ENT_REPLICA_ENTRIES_MAX, ENT_REPLICA_ENTRIES_MAX) ==
			ENT_OK);
	keeper_close(&keeper);
	author_finish(&author);
	author_finish(&other);
}

/* --- Forks --- */

/* All shapes of them: where they part, how many are here, how many are shown, and from where on. */
TEST(replica__an_author_that_contradicts_itself_is_found_and_proved) {
	static const uint64_t parts[] = {0, 1, 5, 63, 64, 255, 256, 299};
	static const uint64_t helds[] = {1, 2, 64, 100, 256, 257, 300};
	static const uint64_t shown[] = {0, 1, 2, 64, 65, 128, 256, 299, 300, 301, 420};
	struct author author;
	unsigned proved = 0, agree = 0, unknown = 0;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 420);
	author_grow(&author, 420, 0);
	for (size_t p = 0; p < COUNT_OF(parts); p++) {
		struct author fork;
		author_fork(&fork, &author, parts[p], 420);
		for (size_t h = 0; h < COUNT_OF(helds); h++) {
			struct keeper keeper;
			keeper_open(&keeper, &author);
			const uint64_t held = helds[h];
			CHECK(keeper_take(&keeper, &author, 0, held, held) == ENT_OK);
			for (size_t s = 0; s < COUNT_OF(shown) * 3; s++) {
				const uint64_t size = shown[s / 3];
				const uint64_t first = s % 3 == 0 ? 0
						: s % 3 == 1      ? size / 2
								  : held;
				if (first > size || first > held)
					continue;
				const bool differs = parts[p] < size && parts[p] < held;
				/* Those that would show it were not given. */
				const bool hidden = size > held && first > parts[p];
				if (!differs && size > held)
					continue;
				const ent_status status = keeper_take(
						&keeper, &fork, first, size, size);
				CHECK(status ==
						(!differs ? ENT_OK
										: hidden
										? ENT_E_REFUSED
										: ENT_E_EXISTS));
				if (status == ENT_E_EXISTS)
					keeper_check_evidence(&keeper, &author,
							size < held ? size : held,
							size < held ? held : size);
				CHECK((status == ENT_E_EXISTS) == (keeper.answer.fork_length > 0));
				proved += status == ENT_E_EXISTS;
				agree += status == ENT_OK;
				unknown += status == ENT_E_REFUSED;
			}
			keeper_check(&keeper, &author, held);
			keeper_close(&keeper);
		}
		author_finish(&fork);
	}
	author_finish(&author);
	CHECK(proved > 300 && agree > 100 && unknown > 10);
}

TEST(replica__a_checkpoint_that_another_member_had_shows_what_it_was_shown) {
	struct author author, fork;
	struct keeper keeper;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 400);
	author_grow(&author, 400, 0);
	author_fork(&fork, &author, 90, 400);
	keeper_open(&keeper, &author);
	CHECK(keeper_take(&keeper, &author, 0, 100, 100) == ENT_OK);
	/* Of what both have. */
	for (uint64_t size = 1; size <= 90; size += 7)
		CHECK(keeper_witness(&keeper, &fork, size) == ENT_OK);
	CHECK(keeper_witness(&keeper, &fork, 95) == ENT_E_EXISTS);
	keeper_check_evidence(&keeper, &author, 95, 100);
	CHECK(keeper_witness(&keeper, &fork, 100) == ENT_E_EXISTS);
	keeper_check_evidence(&keeper, &author, 100, 100);
	/* Ahead of it: as soon as it is there. Honest ones among them, in any order, are passed. */
	CHECK(keeper_witness(&keeper, &author, 250) == ENT_OK);
	CHECK(keeper_witness(&keeper, &fork, 150) == ENT_OK);
	CHECK(keeper_witness(&keeper, &author, 120) == ENT_OK);
	CHECK(keeper_witness(&keeper, &fork, 150) == ENT_OK);
	CHECK(keeper_take(&keeper, &author, 100, 149, 149) == ENT_OK);
	CHECK(keeper_take(&keeper, &author, 149, 180, 180) == ENT_E_EXISTS);
	keeper_check_evidence(&keeper, &author, 150, 180);
	CHECK(keeper.answer.size == 180 && keeper.answer.taken == 31);
	keeper_check(&keeper, &author, 180);
	CHECK(keeper_take(&keeper, &author, 180, 400, 400) == ENT_OK);
	keeper_check(&keeper, &author, 400);
	keeper_close(&keeper);
	author_finish(&author);
	author_finish(&fork);
}

TEST(replica__keeps_so_many_checkpoints_that_are_ahead_and_the_smaller_ones) {
	struct author author, fork;
	struct keeper keeper;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 300);
	author_grow(&author, 300, 0);
	author_fork(&fork, &author, 200, 300);
	keeper_open(&keeper, &author);
	/* A flood of them, the false one in its midst. */
	for (uint64_t size = 300; size >= 240; size--)
		CHECK(keeper_witness(&keeper, &author, size) == ENT_OK);
	CHECK(keeper_witness(&keeper, &fork, 230) == ENT_OK);
	for (uint64_t size = 240; size <= 300; size++)
		CHECK(keeper_witness(&keeper, &author, size) == ENT_OK);
	CHECK(keeper_take(&keeper, &author, 0, 229, 229) == ENT_OK);
	CHECK(keeper_take(&keeper, &author, 229, 300, 300) == ENT_E_EXISTS);
	keeper_check_evidence(&keeper, &author, 230, 300);
	keeper_close(&keeper);
	author_finish(&author);
	author_finish(&fork);
}

/* --- Payloads, and what is in the store --- */

static ent_status look_at_payload(void *user, const struct ent_store_payload *payload) {
	CHECK(payload->size == strlen(user) && memcmp(payload->bytes, user, payload->size) == 0);
	return ENT_OK;
}

TEST(replica__payloads_come_with_their_entries_or_later) {
	struct author author;
	struct keeper keeper;
	char note[ENT_NOTE_SIZE], text[] = "salt and payload", late[] = "another one";
	const struct ent_store_payload now = {3, text, sizeof text - 1},
				       later = {2, late, sizeof late - 1},
				       none = {5, late, sizeof late - 1};
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 20);
	author_grow(&author, 20, 0);
	keeper_open(&keeper, &author);
	struct ent_replica_given given = given_of(&author, 0, 5, note);
	given.payloads = &none;
	given.n_payloads = 1;
	CHECK(take_given(&keeper, &given) == ENT_E_SYNTAX);
	given.payloads = &now;
	CHECK(take_given(&keeper, &given) == ENT_OK);
	given.payloads = &later;
	CHECK(take_given(&keeper, &given) == ENT_OK);
	const uint32_t ledger = ent_replica_number(keeper.replica);
	CHECK(ent_store_payload_get(keeper.store, ledger, 3, look_at_payload, text) == ENT_OK);
	CHECK(ent_store_payload_get(keeper.store, ledger, 2, look_at_payload, late) == ENT_OK);
	CHECK(ent_store_payload_get(keeper.store, ledger, 1, look_at_payload, late) ==
			ENT_E_MISSING);
	keeper_check(&keeper, &author, 5);
	keeper_close(&keeper);
	author_finish(&author);
}

TEST(replica__goes_on_when_its_authors_key_is_another) {
	struct author author, fork;
	struct keeper keeper;
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	author_init(&author, 300);
	author_grow(&author, 300, 0);
	author_fork(&fork, &author, 50, 300);
	keeper_open(&keeper, &author);
	CHECK(keeper_take(&keeper, &author, 0, 100, 100) == ENT_OK);
	const struct ent_vkey older = author.vkey;
	for (int i = 0; i < 2; i++) {
		struct author *each = i == 0 ? &author : &fork;
		ent_sign_key_destroy(each->key);
		each->key = note_key(23);
		each->vkey = note_vkey(each->key, older.name, 0x01);
	}
	ent_replica_close(keeper.replica);
	CHECK(keeper_try_open(&keeper, &author) == ENT_E_REFUSED);
	keeper.older = &older;
	CHECK(keeper_try_open(&keeper, &author) == ENT_OK);
	/* What the two keys signed is not evidence against either. */
	CHECK(keeper_take(&keeper, &fork, 0, 120, 120) == ENT_E_REFUSED);
	CHECK(keeper_witness(&keeper, &fork, 80) == ENT_E_REFUSED);
	CHECK(strstr(keeper.fault.why, "older key") != NULL && keeper.answer.fork_length == 0);
	/* The new key signs what is here. */
	CHECK(keeper_take(&keeper, &author, 100, 100, 100) == ENT_OK && keeper.answer.taken == 0);
	keeper_check(&keeper, &author, 100);
	CHECK(keeper_take(&keeper, &fork, 0, 120, 120) == ENT_E_EXISTS);
	keeper_check_evidence(&keeper, &author, 100, 120);
	CHECK(keeper_take(&keeper, &author, 90, 300, 300) == ENT_OK);
	keeper.older = NULL;
	keeper_reopen(&keeper, &author);
	keeper_check(&keeper, &author, 300);
	keeper_close(&keeper);
	author_finish(&author);
	author_finish(&fork);
}

/* A restored backup of our own: what others have of it is taken like any author's, and then it is written again. */
TEST(replica__gives_an_author_back_what_others_have_of_its_own_ledger) {
	struct desk desk;
	struct chain chain = {0}, again = {0};
	struct author author;
	struct ent_replica *replica = NULL;
	static struct ent_replica_answer answer;
	static struct relay relay;
	struct ent_scribe_piece piece;
	uint32_t id;
	(void)state_;
	desk_open(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 300, 0);
	relay.n = 0;
	CHECK(ent_scribe_read(ledger, 0, 512, 1 << 20, relay_entry, &relay, &piece) == ENT_OK);
	author_init(&author, 1);
	author.vkey = *ent_scribe_vkey(ledger);
	desk_stop(&desk);
	/* Another store, where none of it is. */
	ent_store_close(desk.store);
	folder_remove(desk.path);
	folder_make(desk.path);
	desk.store = store_at(desk.path);
	const struct ent_scribe_ledger_options own = desk_ledger_options(&desk, "line/a/b", &again);
	const struct ent_replica_options options = {.store = desk.store,
			.name = "line/a/b",
			.origin = own.origin,
			.vkey = author.vkey,
			.fold = {.state = NULL}};
	CHECK(ent_replica_open(&options, &replica, NULL) == ENT_OK);
	const struct ent_replica_given given = {.first = 0,
			.entries = relay.entries,
			.n = relay.n,
			.note = piece.note,
			.note_length = piece.note_length};
	CHECK(ent_replica_take(replica, &given, &answer, NULL) == ENT_OK && answer.size == 300);
	ent_replica_close(replica);
	desk_start(&desk);
	ledger = desk_ledger(&desk, "line/a/b", &again);
	CHECK(chain_is(&chain, &again));
	say_n(ledger, 10, 0);
	desk_check(&desk, ledger, &again);
	CHECK(ent_store_ledger(desk.store, "line/a/b", false, &id) == ENT_OK);
	author_finish(&author);
	desk_close(&desk);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(replica__any_pieces_in_any_order_and_number_come_to_the_same),
			TEST_ENTRY(replica__keeps_what_a_scribe_writes_byte_for_byte),
			TEST_ENTRY(replica__any_bit_changed_on_the_way_is_not_taken),
			TEST_ENTRY(replica__what_its_author_signed_and_may_not_stand_there_is_not_taken_and_named),
			TEST_ENTRY(replica__another_key_another_ledger_and_too_much_are_not_taken),
			TEST_ENTRY(replica__an_author_that_contradicts_itself_is_found_and_proved),
			TEST_ENTRY(replica__a_checkpoint_that_another_member_had_shows_what_it_was_shown),
			TEST_ENTRY(replica__keeps_so_many_checkpoints_that_are_ahead_and_the_smaller_ones),
			TEST_ENTRY(replica__payloads_come_with_their_entries_or_later),
			TEST_ENTRY(replica__goes_on_when_its_authors_key_is_another),
			TEST_ENTRY(replica__gives_an_author_back_what_others_have_of_its_own_ledger),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
