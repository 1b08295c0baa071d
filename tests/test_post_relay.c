/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_relay.c: what a member hands on of another's ledger (docs/decisions/0022), and what one does who cheats with it: he can
 * hold it back. A writes; B has it and hands it on; C gets nothing from A.
 */
#include "parcels.h"
#include "posts.h"

enum { A, B, C };
#define SECOND_US INT64_C(1000000)

/* Whoever has a ledger hands it on to the other; for A's to C that can be left to the test. */
static struct world *world_of_three(bool to_c) {
	struct world *world = world_open(3);
	for (unsigned i = 0; i < 3; i++)
		for (unsigned author = 0; author < 3; author++)
			for (unsigned to = 0; to < 3; to++)
				if (i != author && to != author && to != i && (to_c || to != C))
					CHECK(ent_post_relay(world->party[i].memo[author],
							      world->party[to].card.id) == ENT_OK);
	return world;
}

/* C is told of what B has, by whatever B sends it. */
static void tell_c(struct world *world) {
	say_number(world->party[B].ours[C], 1);
	CHECK(carry(&world->party[B], C));
	world->now_us += 3 * SECOND_US;
}

/* C asks B, and this is the answer; the caller's. NULL: it asks for nothing. */
static char *answer_to_c(struct world *world, size_t *ret_length, uint64_t *ret_asked) {
	struct party *b = &world->party[B], *c = &world->party[C];
	struct ent_post_parcel parcel;
	char *answer = NULL, ask[128];
	if (!party_compose(c, B, ENT_BOOK_NET, false, &parcel))
		return NULL;
	(void)snprintf(ask, sizeof ask, "\nhave " MEMO_NAME "/%s ", world->party[A].card.id);
	const bool asks = strstr(parcel.text, ask) != NULL;
	party_sent(c, B, ENT_BOOK_NET, &parcel);
	(void)party_take(b, c, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, ret_length);
	*ret_asked = parcel.asked;
	ent_post_parcel_finish(&parcel);
	if (!asks)
		free(answer);
	return asks ? answer : NULL;
}

static struct ent_post_taken take_at_c(
		struct world *world, const char *text, size_t length, uint64_t asked) {
	return party_take(&world->party[C], &world->party[B], text, length, asked, NULL, NULL);
}

static uint64_t size_at(struct party *party) {
	struct ent_post_stand stand;
	ent_post_stand(party->memo[A], &stand);
	return stand.size;
}

/* A's own parcel comes at last: all is as if nobody had handed on anything. */
static void check_whole(struct world *world) {
	struct party *a = &world->party[A];
	settle(world);
	for (unsigned i = 1; i < 3; i++)
		check_same(a->memo[A], &a->memo_chain[A], world->party[i].memo[A],
				&world->party[i].memo_chain[A]);
}

static void check_only(const struct party *party, enum ent_post_alarm_kind kind, unsigned n) {
	for (int i = 0; i < ENT_POST_ALARM_KINDS; i++)
		CHECK_ROW(ent_post_alarm_word((enum ent_post_alarm_kind)i),
				party->alarms[i] == (i == (int)kind ? n : 0));
}

static ent_status size_of_payload(void *user, const struct ent_store_payload *payload) {
	*(size_t *)user = payload->size;
	return ENT_OK;
}

static bool has_payload(struct party *party, uint64_t seq) {
	char name[128];
	uint32_t ledger = 0;
	size_t size = 0;
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", party->world->party[A].card.id);
	CHECK(ent_store_ledger(party->store, name, false, &ledger) == ENT_OK);
	return ent_store_payload_get(party->store, ledger, seq, size_of_payload, &size) == ENT_OK;
}

/* --- An honest one --- */

TEST(post_relay__what_its_author_does_not_bring_a_member_does) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
	struct ent_post_stand stand;
	(void)state_;
	say_some(a->memo[A], 3, 0);
	CHECK(carry(a, B));
	/* B waits first: A may bring it itself. */
	CHECK(ent_post_next_us(b->post, c->card.id) >= world->now_us + SECOND_US);
	while (size_at(c) < 3) {
		const int64_t b_us = ent_post_next_us(b->post, c->card.id),
			      c_us = ent_post_next_us(c->post, b->card.id);
		CHECK(b_us != INT64_MAX || c_us != INT64_MAX);
		world->now_us = b_us < c_us ? b_us : c_us;
		(void)carry(b, C);
		(void)carry(c, B);
	}
	CHECK(chain_is(&a->memo_chain[A], &c->memo_chain[A]));
	/* It is cosigned, and that is what A gets when it can. */
	ent_post_stand(c->memo[A], &stand);
	CHECK(strstr(stand.note, c->card.id) != NULL && strstr(stand.note, b->card.id) == NULL);
	CHECK(ent_post_next_us(b->post, c->card.id) == INT64_MAX &&
			ent_post_next_us(c->post, b->card.id) == INT64_MAX);
	check_whole(world);
	check_no_alarms(world);
	world_close(world);
}

TEST(post_relay__who_may_not_have_it_does_not_get_it_and_stops_asking) {
	struct world *world = world_of_three(false);
	struct party *a = &world->party[A], *c = &world->party[C];
	char *answer, name[128];
	size_t length = 0;
	uint64_t asked = 0;
	unsigned n = 0;
	(void)state_;
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	say_some(a->memo[A], 3, 0);
	CHECK(carry(a, B));
	tell_c(world);
	while ((answer = answer_to_c(world, &length, &asked)) != NULL) {
		CHECK(strstr(answer, name) == NULL && ++n < 20);
		(void)take_at_c(world, answer, length, asked);
		free(answer);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US;
	}
	CHECK(n == 8 && size_at(c) == 0);
	check_no_alarms(world);
	world_close(world);
}

/* Whoever brings a file may have written "from C" on it, and would go away with what A said to its members. */
TEST(post_relay__a_file_that_asks_gets_nothing_of_others) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
	char text[1024], name[128];
	(void)state_;
	(void)snprintf(name, sizeof name, "\nledger " MEMO_NAME "/%s ", a->card.id);
	say_some(a->memo[A], 3, 0);
	CHECK(carry(a, B));
	const int n = snprintf(text, sizeof text,
			"entente parcel 1\nfrom %s\nto %s\nhave " MEMO_NAME "/%s 0\n", c->card.id,
			b->card.id, a->card.id);
	const size_t length = parcel_end(text, (size_t)n);
	for (int file = 0; file < 2; file++) {
		char *answer = NULL;
		size_t answer_length = 0;
		(void)party_take(b, file != 0 ? NULL : c, text, length, ENT_BOOK_UNASKED, &answer,
				&answer_length);
		CHECK((answer != NULL && strstr(answer, name) != NULL) == (file == 0));
		free(answer);
	}
	world_close(world);
}

/* A asks what is there of its own, in a parcel without anything, and takes the answer. */
static void check_answer_to_a(struct world *world) {
	struct party *a = &world->party[A], *c = &world->party[C];
	char text[1024], line[128], *answer = NULL;
	const int n = snprintf(text, sizeof text, "entente parcel 1\nfrom %s\nto %s\n", a->card.id,
			c->card.id);
	size_t length = parcel_end(text, (size_t)n);
	(void)party_take(c, a, text, length, ENT_BOOK_UNASKED, &answer, &length);
	(void)snprintf(line, sizeof line, "\nhave " MEMO_NAME "/%s 1\n", a->card.id);
	CHECK_ROW(answer, strstr(answer, line) != NULL);
	(void)party_take(a, c, answer, length, ENT_BOOK_UNASKED, NULL, NULL);
	free(answer);
}

/* What is sealed for C is A's to bring: B has it not, or would not give it. And nothing is lost by that, also behind a restart. */
TEST(post_relay__a_payload_comes_from_its_author_alone_and_later) {
	for (int restarts = 0; restarts < 2; restarts++) {
		struct world *world = world_of_three(true);
		struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
		size_t length = 0;
		uint64_t asked = 0;
		(void)state_;
		say_number(a->memo[A], 0);
		CHECK(say(a->memo[A], (struct saying){.to = c->card.id, .text = "for C"}) ==
				ENT_OK);
		CHECK(say(a->memo[A], (struct saying){.to = b->card.id, .text = "for B"}) ==
				ENT_OK);
		CHECK(carry(a, B) && has_payload(b, 2) && !has_payload(b, 1));
		tell_c(world);
		char *answer = answer_to_c(world, &length, &asked);
		CHECK(answer != NULL && strstr(answer, "payload") == NULL);
		(void)take_at_c(world, answer, length, asked);
		free(answer);
		CHECK(size_at(c) == 3 && !has_payload(c, 1) && !has_payload(c, 2));
		if (restarts) {
			party_restart(c);
			party_look(c);
		}
		/* A hears by whatever way what C has of its ledger: not that all is there. */
		check_answer_to_a(world);
		struct ent_post_parcel parcel;
		struct ent_post_share shares[4];
		CHECK(party_compose(c, A, ENT_BOOK_FILE, true, &parcel));
		(void)party_take(a, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
		ent_post_parcel_finish(&parcel);
		const size_t n = ent_post_shares(a->post, c->card.id, shares, 4);
		for (size_t i = 0; i < n; i++)
			CHECK(shares[i].acknowledged == 0);
		settle(world);
		CHECK(has_payload(c, 1) && !has_payload(c, 2));
		check_settled(world);
		/* Then it is as any that came with its entry: what is purged does not come back. */
		CHECK(party_compose(a, C, ENT_BOOK_FILE, true, &parcel));
		ent_post_parcel_finish(&parcel);
		check_no_alarms(world);
		world_close(world);
	}
}

/* --- What came without its payload --- */

/* Takes the payload's line out of a parcel. Returns the length. */
static size_t without_payload(char *text) {
	char *at = strstr(text, "\npayload ") + 1;
	char *next = strchr(at, '\n') + 1;
	memmove(at, next, strlen(next) + 1);
	char *end = strstr(text, "\nend ") + 1;
	return parcel_end(text, (size_t)(end - text));
}

TEST(post_relay__a_payload_that_was_taken_out_on_the_way_is_taken_when_it_comes) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *c = &world->party[C];
	struct ent_post_parcel parcel;
	char name[128];
	uint32_t ledger = 0;
	uint64_t purged = 0;
	const uint64_t seq = 0;
	(void)state_;
	CHECK(say(a->memo[A], (struct saying){.to = c->card.id, .text = "for C"}) == ENT_OK);
	CHECK(party_compose(a, C, ENT_BOOK_FILE, false, &parcel));
	char *bare = strdup(parcel.text);
	CHECK(bare != NULL && strstr(bare, "\npayload ") != NULL);
	const size_t length = without_payload(bare);
	(void)party_take(c, NULL, bare, length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(size_at(c) == 1 && !has_payload(c, 0));
	/* Another bearer has it whole; and one with another payload changes nothing. */
	char *other = strdup(parcel.text);
	char *payload = strstr(other, "\npayload 0 ");
	CHECK(payload != NULL);
	payload[11] = payload[11] == 'A' ? 'B' : 'A';
	const size_t other_length = parcel_end(
			other, (size_t)(strstr(other, "\nend ") + 1 - other));
	(void)party_take(c, NULL, other, other_length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(!has_payload(c, 0));
	check_only(c, ENT_POST_FORGED, 1);
	party_restart(c);
	party_look(c);
	(void)party_take(c, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(has_payload(c, 0));
	/* Once: what is purged stays so. */
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	CHECK(ent_store_ledger(c->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_purge(c->store, ledger, &seq, 1, &purged) == ENT_OK && purged == 1);
	(void)party_take(c, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(!has_payload(c, 0));
	free(bare);
	free(other);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* --- Who cheats --- */

/* Line 'n' of A's entries in a parcel, from 0; of as many as there are the line of the checkpoint. */
static char *entry_at(char *text, unsigned n) {
	char *at = strchr(strstr(text, "\nledger " MEMO_NAME) + 1, '\n') + 1;
	while (n-- > 0)
		at = strchr(at, '\n') + 1;
	return at;
}

static void swap_entries(char *text) {
	char *first = entry_at(text, 0), *second = entry_at(text, 1), *end = entry_at(text, 2);
	char *copy = strdup(first);
	CHECK(copy != NULL);
	const size_t n = (size_t)(second - first), m = (size_t)(end - second);
	memcpy(first, copy + n, m);
	memcpy(first + m, copy, n);
	free(copy);
}

static void change_entry(char *text) {
	char *digit = strstr(entry_at(text, 1), "\"number\":") + sizeof "\"number\":" - 1;
	*digit = *digit == '7' ? '8' : '7';
}

static void double_entry(char *text) {
	char *first = entry_at(text, 0), *second = entry_at(text, 1);
	/* Numbers of one digit: both are of one length. */
	CHECK(entry_at(text, 2) - second == second - first);
	memcpy(second, first, (size_t)(second - first));
}

/* The checkpoint's signature. */
static void change_signature(char *text) {
	char *at = strstr(entry_at(text, 3), "\xe2\x80\x94 ");
	CHECK(at != NULL);
	at = strchr(at + 4, ' ') + 12;
	*at = *at == 'A' ? 'B' : 'A';
}

/* Its root. */
static void change_root(char *text) {
	char *at = strchr(strstr(entry_at(text, 3), ".line.entente.invalid/"), '\n') + 1;
	at = strchr(at, '\n') + 5;
	*at = *at == 'A' ? 'B' : 'A';
}

TEST(post_relay__what_is_not_as_its_author_signed_it_is_the_peers_fault_and_never_the_authors) {
	static const struct {
		const char *why;
		void (*change)(char *text);
	} rows[] = {{"swapped", swap_entries}, {"changed", change_entry}, {"doubled", double_entry},
			{"another signature", change_signature}, {"another root", change_root}};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (unsigned before = 0; before <= 2; before += 2) {
			struct world *world = world_of_three(true);
			struct party *a = &world->party[A], *c = &world->party[C];
			struct ent_post_stand stand;
			size_t length = 0;
			uint64_t asked = 0;
			unsigned n = 0;
			say_some(a->memo[A], before, 0);
			settle(world);
			say_some(a->memo[A], 3, 2);
			CHECK(carry(a, B));
			tell_c(world);
			char *answer;
			/* Where it may be the author who went another way it is asked once more, for all of it. */
			while ((answer = answer_to_c(world, &length, &asked)) != NULL) {
				rows[i].change(answer);
				length = parcel_end(answer,
						(size_t)(strstr(answer, "\nend ") + 1 - answer));
				(void)take_at_c(world, answer, length, asked);
				free(answer);
				CHECK_ROW(rows[i].why, ++n <= 2 && size_at(c) == before);
			}
			CHECK_ROW(rows[i].why, n == 1 || before > 0);
			check_only(c, ENT_POST_FORGED, 1);
			CHECK_ROW(rows[i].why, strcmp(c->last.peer, world->party[B].card.id) == 0);
			ent_post_stand(c->memo[A], &stand);
			CHECK_ROW(rows[i].why, !stand.frozen);
			check_whole(world);
			world_close(world);
		}
}

/* Entries left out at the end need a checkpoint of fewer, which A has not signed for anybody; such a parcel is none. */
TEST(post_relay__what_is_cut_short_is_refused) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *c = &world->party[C];
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	char line[160], *answer, *at;
	size_t length = 0;
	uint64_t asked = 0;
	(void)state_;
	say_some(a->memo[A], 3, 0);
	CHECK(carry(a, B));
	tell_c(world);
	CHECK((answer = answer_to_c(world, &length, &asked)) != NULL);
	char *last = entry_at(answer, 2), *behind = entry_at(answer, 3);
	memmove(last, behind, strlen(behind) + 1);
	(void)snprintf(line, sizeof line, "\nledger " MEMO_NAME "/%s 0 3\n", a->card.id);
	CHECK((at = strstr(answer, line)) != NULL);
	at[strlen(line) - 2] = '2';
	length = parcel_end(answer, (size_t)(strstr(answer, "\nend ") + 1 - answer));
	CHECK(ent_post_take(c->post, world->party[B].card.id, answer, length, asked, NULL, NULL,
			      &taken, &fault) == ENT_E_SYNTAX);
	check_only(c, ENT_POST_UNREADABLE, 1);
	CHECK(size_at(c) == 0);
	free(answer);
	check_whole(world);
	world_close(world);
}

/* A ledger that C has not asked B for: one of A's, true to the byte, with a payload even. */
TEST(post_relay__what_was_not_asked_for_is_not_taken_and_told) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
	struct ent_post_parcel parcel;
	char from[32], text[4096];
	(void)state_;
	CHECK(say(a->memo[A], (struct saying){.to = c->card.id, .text = "for C"}) == ENT_OK);
	CHECK(party_compose(a, C, ENT_BOOK_FILE, false, &parcel) && parcel.length < sizeof text);
	memcpy(text, parcel.text, parcel.length + 1);
	(void)snprintf(from, sizeof from, "\nfrom %s\n", b->card.id);
	char *at = strstr(text, "\nfrom ");
	CHECK(at != NULL);
	memcpy(at, from, strlen(from));
	const size_t length = parcel_end(text, (size_t)(strstr(text, "\nend ") + 1 - text));
	const struct ent_post_taken taken = take_at_c(world, text, length, ENT_BOOK_UNASKED);
	CHECK(taken.entries == 0 && taken.alarms == 1 && size_at(c) == 0 && c->offered == 0);
	check_only(c, ENT_POST_UNASKED, 1);
	CHECK(strcmp(c->last.peer, b->card.id) == 0);
	ent_post_parcel_finish(&parcel);
	check_whole(world);
	world_close(world);
}

/* A says one thing to B and another to C, and is never there when these talk. */
TEST(post_relay__a_fork_is_found_and_proved_by_what_is_handed_on) {
	static const struct {
		const char *why;
		unsigned to_b, to_c;
	} rows[] = {{"b has more", 4, 1}, {"c has more", 1, 4}};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *world = world_of_three(true);
		struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
		struct ent_post_stand stand;
		say_some(a->memo[A], 3, 0);
		settle(world);
		struct party *copy = party_copy(a);
		say_some(a->memo[A], rows[i].to_b, 100);
		CHECK(carry(a, B));
		say_some(copy->memo[A], rows[i].to_c, 200);
		CHECK(carry(copy, C));
		for (unsigned s = 0; s < 20; s++) {
			world->now_us += SECOND_US;
			(void)carry(b, C);
			(void)carry(c, B);
		}
		/* Both have it, whoever has less too: it was given all of the other, and of B and C is nothing said. */
		CHECK_ROW(rows[i].why,
				b->alarms[ENT_POST_FORK] > 0 && c->alarms[ENT_POST_FORK] > 0);
		for (unsigned j = B; j <= C; j++) {
			struct party *party = &world->party[j];
			CHECK(strcmp(party->last.peer, a->card.id) == 0);
			check_only(party, ENT_POST_FORK, party->alarms[ENT_POST_FORK]);
			ent_post_stand(party->memo[A], &stand);
			CHECK(stand.frozen);
			/* And nobody asks for more of it. */
			CHECK(ent_post_next_us(party->post, world->party[B + C - j].card.id) ==
					INT64_MAX);
		}
		copy_close(copy);
		world_close(world);
	}
}

/* --- What is known of what another has --- */

static uint64_t has_at(const struct world *world, unsigned at, unsigned whom) {
	return ent_post_has(world->party[at].memo[A], world->party[whom].card.id);
}

/* In place, the checkpoints of others' without what this one cosigned. Returns the length. */
static size_t drop_cosignatures(char *text, size_t length, const struct party *of) {
	static const char shown[] = "witnessed ";
	char begin[64], *line = text, *put = text, *count = NULL;
	(void)snprintf(begin, sizeof begin, "\xe2\x80\x94 %s", of->card.id);
	for (char *end; line < text + length && strncmp(line, "end ", 4) != 0; line = end) {
		end = strchr(line, '\n') + 1;
		if (count != NULL && strncmp(line, begin, strlen(begin)) == 0) {
			--*count;
			continue;
		}
		memmove(put, line, (size_t)(end - line));
		/* How many lines there are is one digit. */
		if (strncmp(put, shown, sizeof shown - 1) == 0)
			count = put + sizeof shown - 1;
		put += end - line;
	}
	return parcel_end(text, (size_t)(put - text));
}

/* Whoever tells first is answered: both know, in one parcel. Nobody knows by what was told alone. */
TEST(post_relay__what_another_has_is_known_by_what_it_cosigned) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
	struct ent_post_parcel parcel;
	char *answer = NULL;
	size_t length = 0;
	(void)state_;
	say_some(a->memo[A], 3, 0);
	CHECK(carry(a, B) && has_at(world, B, C) == 0);
	/* C does not have it, so it shows nothing, and it cannot compare what B has. */
	say_number(b->ours[C], 1);
	CHECK(carry(b, C) && has_at(world, B, C) == 0 && has_at(world, C, B) == 0);
	/* Now it can. */
	CHECK(carry(a, C) && has_at(world, C, B) == 3 && has_at(world, B, C) == 0);
	/* The author's checkpoint alone, which anybody can pass on, says nothing. */
	say_some(a->memo[A], 2, 10);
	CHECK(carry(a, B) && carry(a, C));
	say_number(b->ours[C], 2);
	CHECK(party_compose(b, C, ENT_BOOK_NET, false, &parcel));
	CHECK(strstr(parcel.text, "memo/") != NULL);
	char *text = malloc(parcel.length + 1);
	memcpy(text, parcel.text, parcel.length + 1);
	length = drop_cosignatures(text, parcel.length, b);
	CHECK(length < parcel.length);
	(void)party_take(c, b, text, length, ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(has_at(world, C, B) == 3);
	/* As it was sent; what comes back says it of C. */
	(void)party_take(c, b, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, &length);
	CHECK(has_at(world, C, B) == 5 && has_at(world, B, C) == 0);
	(void)party_take(b, c, answer, length, parcel.asked, NULL, NULL);
	CHECK(has_at(world, B, C) == 5);
	/* Of its own the author needs no such word, and of ours that is the book's. */
	CHECK(has_at(world, B, A) == 0 && has_at(world, A, B) == 0);
	free(text);
	free(answer);
	ent_post_parcel_finish(&parcel);
	check_no_alarms(world);
	world_close(world);
}

/* It goes on from a copy: what it had shown before it may not have now, and it shows again what it has. */
TEST(post_relay__who_starts_anew_is_known_to_have_what_it_shows_then) {
	struct world *world = world_of_three(true);
	struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
	(void)state_;
	say_some(a->memo[A], 3, 0);
	settle(world);
	say_number(c->ours[B], 1);
	settle(world);
	CHECK(has_at(world, B, C) == 3 && has_at(world, C, B) == 3);
	char text[1024];
	const int n = snprintf(text, sizeof text,
			"entente parcel 1\nfrom %s\nto %s\nhave " MEMO_NAME "/%s 0\n", c->card.id,
			b->card.id, c->card.id);
	(void)party_take(b, c, text, parcel_end(text, (size_t)n), ENT_BOOK_UNASKED, NULL, NULL);
	CHECK(has_at(world, B, C) == 0);
	world_close(world);
}

/* A copy of A's says something else to C, of as many entries, or more: C does not have what B has, and is never said to. */
TEST(post_relay__who_has_another_way_of_the_authors_is_not_known_to_have_the_same) {
	for (unsigned more = 0; more < 2; more++) {
		struct world *world = world_of_three(false);
		struct party *a = &world->party[A], *b = &world->party[B], *c = &world->party[C];
		(void)state_;
		say_some(a->memo[A], 3, 0);
		CHECK(carry(a, B) && carry(a, C));
		struct party *copy = party_copy(a);
		say_some(copy->memo[A], 2, 200);
		CHECK(carry(copy, C));
		/* B is shown it before it has as much, or after. */
		for (unsigned i = 0; i < 2; i++) {
			if (i == more) {
				say_some(a->memo[A], 2, 100);
				CHECK(carry(a, B));
			}
			say_number(c->ours[B], i);
			CHECK(carry(c, B));
			CHECK(has_at(world, B, C) <= 3);
		}
		CHECK(b->alarms[ENT_POST_FORK] > 0 && has_at(world, B, C) == 0);
		copy_close(copy);
		world_close(world);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_relay__what_its_author_does_not_bring_a_member_does),
			TEST_ENTRY(post_relay__who_may_not_have_it_does_not_get_it_and_stops_asking),
			TEST_ENTRY(post_relay__a_file_that_asks_gets_nothing_of_others),
			TEST_ENTRY(post_relay__a_payload_comes_from_its_author_alone_and_later),
			TEST_ENTRY(post_relay__a_payload_that_was_taken_out_on_the_way_is_taken_when_it_comes),
			TEST_ENTRY(post_relay__what_is_not_as_its_author_signed_it_is_the_peers_fault_and_never_the_authors),
			TEST_ENTRY(post_relay__what_is_cut_short_is_refused),
			TEST_ENTRY(post_relay__what_was_not_asked_for_is_not_taken_and_told),
			TEST_ENTRY(post_relay__a_fork_is_found_and_proved_by_what_is_handed_on),
			TEST_ENTRY(post_relay__what_another_has_is_known_by_what_it_cosigned),
			TEST_ENTRY(post_relay__who_starts_anew_is_known_to_have_what_it_shows_then),
			TEST_ENTRY(post_relay__who_has_another_way_of_the_authors_is_not_known_to_have_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
