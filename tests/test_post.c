/* SPDX-License-Identifier: Apache-2.0 */
/* test_post.c: parcels between parties: carried, doubled, lost, late, by both bearers; payloads; what is kept at a restart. */
#include "posts.h"

TEST(post__what_one_says_the_other_has_and_acknowledges) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_stand stand;
	uint64_t time_s = 0;
	(void)state_;
	CHECK(ent_post_next_us(a->post, b->card.id) == INT64_MAX);
	say_number(a->ours[1], 1);
	CHECK(a->owed > 0 && a->grew > 0);
	CHECK(ent_post_next_us(a->post, b->card.id) <= world->now_us);
	CHECK(carry(a, 1));
	CHECK(b->their_chain[0].size == 1 && chain_is(&a->our_chain[1], &b->their_chain[0]));
	CHECK(!carry(a, 1) && ent_post_next_us(a->post, b->card.id) == INT64_MAX);
	for (unsigned i = 0; i < 300; i++)
		say_number(i % 3 == 0 ? b->memo[1] : a->ours[1], i);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	ent_post_stand(b->theirs[0], &stand);
	const struct ent_vkey cosigner = note_vkey(b->key, b->card.line_key.name, 0x04);
	CHECK(!stand.ours && strcmp(stand.author, a->card.id) == 0 && !stand.frozen);
	CHECK(stand.time_utc_us > 0 && stand.note_length == strlen(stand.note));
	CHECK(ent_checkpoint_cosigned(stand.note, stand.note_length, &cosigner, &time_s, NULL) ==
			ENT_OK);
	ent_post_stand(a->ours[1], &stand);
	CHECK(stand.ours && stand.size == a->our_chain[1].size && stand.time_utc_us > 0);
	world_close(world);
}

struct heard {
	uint64_t n, sum;
};
static ent_status hear(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct heard *heard = user;
	CHECK(seq == heard->n && entry->bytes != NULL);
	heard->n++;
	return ENT_OK;
}

TEST(post__entries_are_read_up_to_what_is_durable) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct heard heard = {0};
	(void)state_;
	for (unsigned i = 0; i < 20; i++)
		say_number(a->ours[1], i);
	settle(world);
	CHECK(ent_post_read(a->ours[1], 0, UINT64_MAX, hear, &heard) == ENT_OK && heard.n == 20);
	heard.n = 0;
	CHECK(ent_post_read(b->theirs[0], 0, 7, hear, &heard) == ENT_OK && heard.n == 7);
	CHECK(ent_post_read(b->theirs[0], 7, 100, hear, &heard) == ENT_OK && heard.n == 20);
	CHECK(ent_post_read(b->theirs[0], 20, 1, hear, &heard) == ENT_OK && heard.n == 20);
	world_close(world);
}

TEST(post__doubled_parcels_and_answers_are_nothing) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	(void)state_;
	say_number(a->ours[1], 1);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	party_sent(a, 1, ENT_BOOK_NET, &parcel);
	for (unsigned i = 0; i < 3; i++) {
		char *answer = NULL;
		size_t length = 0;
		struct ent_post_taken taken = party_take(b, a, parcel.text, parcel.length,
				ENT_BOOK_UNASKED, &answer, &length);
		CHECK(taken.entries == (i == 0) && taken.ledgers == 1);
		for (unsigned j = 0; j < 2; j++) {
			taken = party_take(a, b, answer, length, parcel.asked, NULL, NULL);
			CHECK(taken.acknowledged == (i == 0 && j == 0));
		}
		free(answer);
	}
	ent_post_parcel_finish(&parcel);
	check_same(a->ours[1], &a->our_chain[1], b->theirs[0], &b->their_chain[0]);
	check_no_alarms(world);
	world_close(world);
}

TEST(post__what_is_lost_goes_again_after_a_pause_and_what_failed_at_once) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	struct ent_post_parcel parcel;
	(void)state_;
	say_number(a->ours[1], 1);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	party_sent(a, 1, ENT_BOOK_NET, &parcel);
	CHECK(!carry(a, 1));
	const int64_t next_us = ent_post_next_us(a->post, world->party[1].card.id);
	CHECK(next_us > world->now_us && next_us <= world->now_us + ENT_ROUTE_PAUSE_FIRST_US);
	ent_post_failed(a->post, world->party[1].card.id, &parcel);
	ent_post_parcel_finish(&parcel);
	CHECK(ent_post_next_us(a->post, world->party[1].card.id) <= world->now_us);
	CHECK(carry(a, 1));
	check_settled(world);
	world_close(world);
}

/* Each says much, on its own, for three days; then a stick goes there, and one back, and what is left by the network. */
TEST(post__three_days_apart_nothing_is_lost_and_each_author_keeps_its_order) {
	struct world *world = world_open(2);
	(void)state_;
	for (unsigned hour = 0; hour < 72; hour++) {
		for (unsigned i = 0; i < 2; i++) {
			struct party *party = &world->party[i];
			struct ent_post_parcel lost;
			say_number(party->ours[1 - i], hour);
			if (hour % 3 == i)
				say_number(party->memo[i], hour);
			if (party_compose(party, 1 - i, ENT_BOOK_NET, false, &lost)) {
				party_sent(party, 1 - i, ENT_BOOK_NET, &lost);
				ent_post_failed(party->post, world->party[1 - i].card.id, &lost);
				ent_post_parcel_finish(&lost);
			}
		}
		world->now_us += INT64_C(3600) * 1000000;
	}
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, true, &parcel));
	party_sent(a, 1, ENT_BOOK_FILE, &parcel);
	struct ent_post_taken taken = party_take(
			b, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(taken.entries == 72 + 24 && strcmp(taken.from, a->card.id) == 0);
	ent_post_parcel_finish(&parcel);
	/* The stick back acknowledges what came. */
	CHECK(party_compose(b, 0, ENT_BOOK_FILE, true, &parcel));
	party_sent(b, 0, ENT_BOOK_FILE, &parcel);
	taken = party_take(a, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(taken.entries == 72 + 24 && taken.acknowledged == 2);
	ent_post_parcel_finish(&parcel);
	CHECK(!carry(a, 1));
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

TEST(post__a_core_message_for_a_stick_is_under_two_kilobytes) {
	struct world *world = world_open(2);
	struct ent_post_parcel parcel;
	struct ent_fault fault;
	(void)state_;
	CHECK(say(world->party[0].ours[1], (struct saying){.text = "the road is open from noon"}) ==
			ENT_OK);
	CHECK(ent_post_compose(world->party[0].post, world->party[1].card.id, ENT_BOOK_FILE, false,
			      2048, &parcel, &fault) == ENT_OK);
	CHECK(parcel.length < 2048);
	const struct ent_post_taken taken = party_take(&world->party[1], NULL, parcel.text,
			parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(taken.entries == 1);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* Over a radio that takes so little that one acknowledgement goes at a time: each has its turn, and all comes to an end. */
TEST(post__small_files_there_and_back_acknowledge_every_ledger) {
	enum { BYTES = 900, ROUNDS = 8 };
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_fault fault;
	unsigned rounds = 0;
	ent_status status;
	(void)state_;
	CHECK(say(a->ours[1], (struct saying){.text = "on the line"}) == ENT_OK);
	CHECK(say(a->memo[0], (struct saying){.text = "under the memorandum"}) == ENT_OK);
	while ((status = ent_post_compose(a->post, b->card.id, ENT_BOOK_FILE, false, BYTES, &parcel,
				&fault)) == ENT_OK &&
			rounds++ < ROUNDS) {
		CHECK(parcel.length <= BYTES);
		(void)party_take(b, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
		ent_post_parcel_finish(&parcel);
		CHECK(ent_post_compose(b->post, a->card.id, ENT_BOOK_FILE, true, BYTES, &parcel,
				      &fault) == ENT_OK);
		(void)party_take(a, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
		ent_post_parcel_finish(&parcel);
		world->now_us += 1000000;
	}
	CHECK(status == ENT_E_MISSING && rounds <= ROUNDS);
	check_no_alarms(world);
	world_close(world);
}

TEST(post__a_long_backlog_goes_in_pieces) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	static char text[800];
	struct ent_post_parcel parcel;
	struct ent_fault fault;
	unsigned pieces = 0;
	(void)state_;
	memset(text, 'x', sizeof text - 1);
	for (unsigned i = 0; i < 200; i++)
		CHECK(say(a->memo[0], (struct saying){.number = i, .text = text}) == ENT_OK);
	for (ent_status status;
			(status = ent_post_compose(a->post, world->party[1].card.id, ENT_BOOK_NET,
					 false, 30000, &parcel, &fault)) != ENT_E_MISSING;
			pieces++) {
		char *answer = NULL;
		size_t length = 0;
		CHECK(status == ENT_OK && parcel.length <= 30000 && pieces < 20);
		party_sent(a, 1, ENT_BOOK_NET, &parcel);
		(void)party_take(&world->party[1], a, parcel.text, parcel.length, ENT_BOOK_UNASKED,
				&answer, &length);
		(void)party_take(a, &world->party[1], answer, length, parcel.asked, NULL, NULL);
		free(answer);
		ent_post_parcel_finish(&parcel);
	}
	CHECK(pieces >= 6);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

/* --- Payloads --- */

static ent_status count_payload(void *user, const struct ent_store_payload *payload) {
	*(size_t *)user = payload->size;
	return ENT_OK;
}

/* In any file of a folder? */
static bool folder_has(const char *path, const char *bytes) {
	char command[FOLDER_SIZE + 100];
	(void)snprintf(command, sizeof command, "grep -rqaF '%s' '%s'", bytes, path);
	return system(command) == 0; /* NOLINT(cert-env33-c) */
}

TEST(post__a_payload_goes_to_whom_the_entry_names_and_to_nobody_else) {
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	static const char secret[] = "only for the eyes of b, 4711";
	struct ent_post_parcel parcel;
	uint32_t ledger = 0;
	size_t size = 0;
	char name[100];
	(void)state_;
	CHECK(say(a->memo[0], (struct saying){.to = b->card.id, .text = secret}) == ENT_OK);
	CHECK(party_compose(a, 2, ENT_BOOK_FILE, true, &parcel));
	CHECK(strstr(parcel.text, "payload") == NULL && strstr(parcel.text, "sealed") != NULL);
	ent_post_parcel_finish(&parcel);
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	CHECK(ent_store_ledger(b->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_get(b->store, ledger, 0, count_payload, &size) == ENT_OK);
	CHECK(size == 32 + strlen(secret));
	CHECK(ent_store_ledger(c->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_get(c->store, ledger, 0, count_payload, &size) == ENT_E_MISSING);
	CHECK(folder_has(a->path, secret) && folder_has(b->path, secret));
	CHECK(!folder_has(c->path, secret));
	world_close(world);
}

/* --- What is kept --- */

TEST(post__what_was_acknowledged_is_known_after_a_restart) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	struct ent_post_share shares[2];
	struct ent_post_parcel parcel;
	(void)state_;
	for (unsigned i = 0; i < 30; i++) {
		say_number(a->ours[1], i);
		CHECK(carry(a, 1));
	}
	party_restart(a);
	CHECK(ent_post_shares(a->post, world->party[1].card.id, shares, 2) == 2);
	CHECK(shares[0].size == 30 && shares[0].acknowledged == 30 && shares[0].there == 30);
	CHECK(shares[0].acknowledged_utc_us > 0);
	/* That it is still there is asked once, with the checkpoint alone. */
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	CHECK(parcel.plan.n == 1 && parcel.plan.part[0].first == 30 && parcel.plan.part[0].n == 0);
	ent_post_parcel_finish(&parcel);
	CHECK(carry(a, 1) && !carry(a, 1));
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

static void damage(const struct party *party, const char *folder, const char *text) {
	char command[2 * FOLDER_SIZE + 100];
	(void)snprintf(command, sizeof command,
			"for f in %s/%s/*.note; do echo '%s' > \"$f\"; done", party->path, folder,
			text);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

TEST(post__a_damaged_acknowledgement_only_means_sending_again) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	(void)state_;
	say_number(a->ours[1], 1);
	settle(world);
	party_stop(a);
	damage(a, "cosigned", "nonsense");
	a->store = store_at(a->path);
	party_start(a);
	CHECK(carry(a, 1));
	settle(world);
	check_settled(world);
	check_no_alarms(world);
	world_close(world);
}

TEST(post__a_peer_that_changes_its_line_key_goes_on_and_its_old_entries_stay) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_fault fault = {"", ""};
	(void)state_;
	say_number(a->ours[1], 1);
	say_number(b->ours[0], 1);
	settle(world);
	struct ent_card card = a->card;
	a->older = a->card.line_key;
	ent_sign_key_destroy(a->key);
	a->key = note_key(99);
	card.number = 2;
	ent_sign_key_public(a->key, card.line_key.public_key);
	CHECK(ent_post_put_peer(b->post, &card, &fault) == ENT_OK);
	struct ent_post_stand stand;
	ent_post_stand(b->theirs[0], &stand);
	CHECK(stand.size == 1);
	/* Also after a restart, when only the new card is there. */
	a->card = card;
	party_restart(b);
	ent_post_stand(b->theirs[0], &stand);
	CHECK(stand.size == 1 && b->their_chain[0].size == 1);
	/* What it had cosigned by the key before it still knows the time of. */
	party_restart(a);
	ent_post_stand(a->theirs[1], &stand);
	CHECK(stand.size == 1 && stand.time_utc_us > 0);
	world_close(world);
}

TEST(post__who_is_removed_gets_nothing_and_nothing_is_taken_from_it) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	struct ent_post_share share;
	struct ent_fault fault;
	(void)state_;
	say_number(a->ours[1], 1);
	say_number(b->ours[0], 1);
	CHECK(party_compose(b, 0, ENT_BOOK_NET, false, &parcel));
	ent_post_remove_peer(a->post, b->card.id);
	a->owed = 0;
	say_number(a->ours[1], 2);
	CHECK(a->owed == 0);
	CHECK(!carry(a, 1) && ent_post_next_us(a->post, b->card.id) == INT64_MAX);
	CHECK(ent_post_shares(a->post, b->card.id, &share, 1) == 0);
	CHECK(ent_post_take(a->post, b->card.id, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL,
			      NULL, &taken, &fault) == ENT_E_MISSING);
	ent_post_parcel_finish(&parcel);
	CHECK(ent_post_put_peer(a->post, &b->card, &fault) == ENT_OK);
	settle(world);
	check_settled(world);
	world_close(world);
}

TEST(post__ledgers_are_found_and_each_name_is_one) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct chain chain = {0};
	struct ent_post_ledger *ledger = NULL;
	struct ent_fault fault;
	(void)state_;
	struct ent_post_stand stand;
	ent_post_stand(a->ours[1], &stand);
	CHECK(ent_post_find(a->post, a->card.id, stand.name) == a->ours[1]);
	CHECK(ent_post_find(a->post, b->card.id, stand.name) == NULL);
	struct ent_post_ledger_options options = ledger_options(stand.name, &chain);
	CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_E_EXISTS);
	CHECK(ent_post_open_theirs(a->post, b->card.id, &options, &ledger, &fault) == ENT_E_EXISTS);
	CHECK(ent_post_open_theirs(a->post, "0123456789abcdef", &options, &ledger, &fault) ==
			ENT_E_MISSING);
	options.name = "line/../../etc";
	CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_E_LIMIT);
	CHECK(ledger == NULL && ent_post_scribe(a->post) != NULL);
	CHECK(strcmp(ent_post_id(a->post), a->card.id) == 0);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post__what_one_says_the_other_has_and_acknowledges),
			TEST_ENTRY(post__entries_are_read_up_to_what_is_durable),
			TEST_ENTRY(post__doubled_parcels_and_answers_are_nothing),
			TEST_ENTRY(post__what_is_lost_goes_again_after_a_pause_and_what_failed_at_once),
			TEST_ENTRY(post__three_days_apart_nothing_is_lost_and_each_author_keeps_its_order),
			TEST_ENTRY(post__a_core_message_for_a_stick_is_under_two_kilobytes),
			TEST_ENTRY(post__small_files_there_and_back_acknowledge_every_ledger),
			TEST_ENTRY(post__a_long_backlog_goes_in_pieces),
			TEST_ENTRY(post__a_payload_goes_to_whom_the_entry_names_and_to_nobody_else),
			TEST_ENTRY(post__what_was_acknowledged_is_known_after_a_restart),
			TEST_ENTRY(post__a_damaged_acknowledgement_only_means_sending_again),
			TEST_ENTRY(post__a_peer_that_changes_its_line_key_goes_on_and_its_old_entries_stay),
			TEST_ENTRY(post__who_is_removed_gets_nothing_and_nothing_is_taken_from_it),
			TEST_ENTRY(post__ledgers_are_found_and_each_name_is_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
