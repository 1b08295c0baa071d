/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_hostile.c: a peer that goes back, forges, fills, sends garbage and sends too much; and ourselves with an old
 * copy. What is wrong is told, and everything else goes on.
 */
#include "parcels.h"
#include "posts.h"

/* --- Who has less than it had --- */

TEST(post__a_peer_that_went_back_is_told_of_and_gets_it_again) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(b);
	say_some(a->memo[0], 4, 100);
	settle(world);
	swap_stores(b, old);
	CHECK(b->memo_chain[0].size == 3);
	say_some(a->memo[0], 1, 200);
	for (unsigned i = 0; i < 4; i++) {
		(void)carry(a, 1);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
	}
	CHECK(a->alarms[ENT_POST_WENT_BACK] == 1 && strcmp(a->last.peer, b->card.id) == 0);
	check_same(a->memo[0], &a->memo_chain[0], b->memo[0], &b->memo_chain[0]);
	copy_close(old);
	world_close(world);
}

TEST(post__our_own_old_copy_is_told_of) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	struct ent_post_parcel parcel;
	char *answer = NULL;
	size_t length = 0;
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(a);
	say_some(a->memo[0], 4, 100);
	settle(world);
	CHECK(party_compose(old, 1, ENT_BOOK_NET, true, &parcel));
	(void)party_take(&world->party[1], old, parcel.text, parcel.length, ENT_BOOK_UNASKED,
			&answer, &length);
	const struct ent_post_taken taken = party_take(
			old, &world->party[1], answer, length, parcel.asked, NULL, NULL);
	CHECK(old->alarms[ENT_POST_OLD_COPY] == 1 && taken.alarms > 0);
	free(answer);
	ent_post_parcel_finish(&parcel);
	copy_close(old);
	world_close(world);
}

/* The store alone was restored: what the peer has cosigned lies beside it. */
TEST(post__a_store_older_than_what_was_cosigned_is_told_of_at_the_start) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0];
	char command[4 * FOLDER_SIZE];
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	struct party *old = party_copy(a);
	say_some(a->memo[0], 4, 100);
	settle(world);
	party_stop(old);
	party_stop(a);
	(void)snprintf(command, sizeof command, "cp '%s'/cosigned/* '%s'/cosigned/", a->path,
			old->path);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
	a->store = store_at(a->path);
	party_start(a);
	old->store = store_at(old->path);
	party_start(old);
	CHECK(a->alarms[ENT_POST_OLD_COPY] == 0 && old->alarms[ENT_POST_OLD_COPY] == 1);
	copy_close(old);
	world_close(world);
}

/* What B says of how much it has of A's, as an answer. */
static struct ent_post_taken answer_have(struct party *a, const struct party *b, unsigned number) {
	struct ent_post_parcel parcel;
	char text[512];
	CHECK(party_compose(a, 1, ENT_BOOK_NET, true, &parcel));
	party_sent(a, 1, ENT_BOOK_NET, &parcel);
	const int length = snprintf(text, sizeof text,
			"entente parcel 1\nfrom %s\nto %s\nhave " MEMO_NAME "/%s %u\n", b->card.id,
			a->card.id, a->card.id, number);
	const struct ent_post_taken taken = party_take(
			a, b, text, parcel_end(text, (size_t)length), parcel.asked, NULL, NULL);
	ent_post_parcel_finish(&parcel);
	return taken;
}

TEST(post__who_only_says_that_it_has_more_of_ours_makes_no_old_copy_of_us) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	say_some(a->memo[0], 3, 0);
	settle(world);
	CHECK(answer_have(a, b, 99).alarms == 1 && a->alarms[ENT_POST_UNPROVEN] == 1);
	CHECK(a->alarms[ENT_POST_OLD_COPY] == 0);
	/* And what it has lost is told of it all the same. */
	CHECK(answer_have(a, b, 1).alarms == 1 && a->alarms[ENT_POST_WENT_BACK] == 1);
	world_close(world);
}

/* --- What is false --- */

static ent_status give(struct party *to, const struct party *from, const char *text, size_t length,
		struct ent_post_taken *ret_taken) {
	struct ent_fault fault = {"", ""};
	const ent_status status = ent_post_take(to->post, from != NULL ? from->card.id : NULL, text,
			length, ENT_BOOK_UNASKED, NULL, NULL, ret_taken, &fault);
	CHECK(status == ENT_OK || fault.why[0] != '\0');
	return status;
}

/* The right hash for what stands before the last line now. Returns the length. */
static size_t reseal(char *text) {
	char *end = strstr(text, "\nend ");
	CHECK(end != NULL);
	return parcel_end(text, (size_t)(end + 1 - text));
}

TEST(post__only_what_is_a_parcel_from_the_right_one_to_us_is_taken) {
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	(void)state_;
	say_number(a->ours[1], 1);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	CHECK(give(b, c, parcel.text, parcel.length, &taken) == ENT_E_REFUSED && taken.alarms == 1);
	CHECK(b->alarms[ENT_POST_MISDIRECTED] == 1 && strcmp(b->last.peer, c->card.id) == 0);
	CHECK(give(c, NULL, parcel.text, parcel.length, &taken) == ENT_E_REFUSED);
	CHECK(c->alarms[ENT_POST_MISDIRECTED] == 1 && strcmp(c->last.peer, a->card.id) == 0);
	/* Our own stick, put back where it was filled; but nobody else brings us what is ours. */
	CHECK(give(a, NULL, parcel.text, parcel.length, &taken) == ENT_E_REFUSED &&
			taken.alarms == 0 && a->alarms[ENT_POST_MISDIRECTED] == 0);
	CHECK(give(a, b, parcel.text, parcel.length, &taken) == ENT_E_REFUSED &&
			a->alarms[ENT_POST_MISDIRECTED] == 1);
	CHECK(give(b, a, parcel.text, parcel.length - 1, &taken) == ENT_E_SYNTAX);
	CHECK(give(b, a, "", 0, &taken) == ENT_E_SYNTAX);
	CHECK(b->alarms[ENT_POST_UNREADABLE] == 1 && strcmp(b->last.peer, a->card.id) == 0);
	parcel.text[parcel.length - 3] ^= 1;
	CHECK(give(b, a, parcel.text, parcel.length, &taken) != ENT_OK);
	char text[200];
	const size_t length = parcel_end(text,
			(size_t)snprintf(text, sizeof text,
					"entente parcel 1\nfrom 0123456789abcdef\nto %s\n",
					b->card.id));
	CHECK(give(b, NULL, text, length, &taken) == ENT_E_MISSING && taken.alarms == 0);
	CHECK(b->their_chain[0].size == 0);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* Whatever stands in it instead of what the author wrote: nothing of it is kept, and what is true is taken afterwards. */
TEST(post__what_was_changed_and_resealed_is_not_taken) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	const unsigned rounds = (unsigned)(200 * test_scale()) + 100;
	uint64_t seed = 8;
	(void)state_;
	for (unsigned i = 0; i < 4; i++)
		CHECK(say(a->memo[0], (struct saying){.to = b->card.id, .text = "payload"}) ==
				ENT_OK);
	say_some(a->ours[1], 3, 0);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	char *text = malloc(parcel.length + 100);
	CHECK(text != NULL);
	for (unsigned i = 0; i < rounds; i++) {
		memcpy(text, parcel.text, parcel.length + 1);
		const size_t at = (size_t)(test_random(&seed) % (parcel.length - 70));
		text[at] = (char)(text[at] ^ (1 << test_random(&seed) % 7));
		if (strlen(text) != parcel.length || strstr(text, "\nend ") == NULL)
			continue;
		const size_t length = reseal(text);
		(void)give(b, a, text, length, &taken);
		CHECK(b->memo_chain[0].size == 0 || b->memo_chain[0].size == 4);
		CHECK(b->their_chain[0].size == 0 || b->their_chain[0].size == 3);
	}
	CHECK(b->alarms[ENT_POST_FORGED] > 0 && b->alarms[ENT_POST_FORK] == 0);
	CHECK(give(b, a, parcel.text, parcel.length, &taken) == ENT_OK);
	check_same(a->memo[0], &a->memo_chain[0], b->memo[0], &b->memo_chain[0]);
	check_same(a->ours[1], &a->our_chain[1], b->theirs[0], &b->their_chain[0]);
	free(text);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

static ent_status count_payload(void *user, const struct ent_store_payload *payload) {
	*(size_t *)user = payload->size;
	return ENT_OK;
}

/* Who carries it may change it. Were the entry taken, the true payload would never be. */
TEST(post__a_payload_that_its_entry_has_not_the_hash_of_is_not_kept) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	size_t size = 0;
	char name[100];
	uint32_t ledger = 0;
	(void)state_;
	CHECK(say(a->memo[0], (struct saying){.to = b->card.id, .text = "what was agreed"}) ==
			ENT_OK);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	char *payload = strstr(parcel.text, "\npayload 0 ");
	CHECK(payload != NULL);
	payload[11] = payload[11] == 'A' ? 'B' : 'A';
	CHECK(give(b, a, parcel.text, reseal(parcel.text), &taken) == ENT_OK);
	CHECK(taken.entries == 0 && taken.alarms == 1 && b->alarms[ENT_POST_FORGED] == 1);
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	CHECK(ent_store_ledger(b->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_get(b->store, ledger, 0, count_payload, &size) == ENT_E_MISSING);
	ent_post_parcel_finish(&parcel);
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, true, &parcel));
	CHECK(give(b, a, parcel.text, parcel.length, &taken) == ENT_OK && taken.entries == 1);
	CHECK(ent_store_payload_get(b->store, ledger, 0, count_payload, &size) == ENT_OK &&
			size == ENT_PARCEL_SALT_SIZE + sizeof "what was agreed" - 1);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* What was purged here does not come back by a parcel that is shown again. */
TEST(post__a_payload_that_was_purged_stays_so) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	const uint64_t seq = 0;
	uint64_t purged = 0;
	size_t size = 0;
	char name[100];
	uint32_t ledger = 0;
	(void)state_;
	CHECK(say(a->memo[0], (struct saying){.to = b->card.id, .text = "a name"}) == ENT_OK);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	CHECK(give(b, a, parcel.text, parcel.length, &taken) == ENT_OK && taken.entries == 1);
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	CHECK(ent_store_ledger(b->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_purge(b->store, ledger, &seq, 1, &purged) == ENT_OK && purged == 1);
	CHECK(give(b, a, parcel.text, parcel.length, &taken) == ENT_OK && taken.alarms == 0);
	CHECK(ent_store_payload_get(b->store, ledger, 0, count_payload, &size) == ENT_E_MISSING);
	ent_post_parcel_finish(&parcel);
	/* And where it was purged, the entry goes without it. */
	CHECK(ent_store_ledger(a->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_purge(a->store, ledger, &seq, 1, &purged) == ENT_OK && purged == 1);
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, false, &parcel));
	CHECK(strstr(parcel.text, "payload") == NULL);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* A parcel that says it is A's, of as many entries for B without their payloads as are noted, under whatever checkpoint. */
static size_t pretend(const struct party *a, const struct party *b, const char *note, char *text,
		size_t room) {
	const int n = 64;
	size_t lines = 0;
	for (const char *at = note; *at != '\0'; at++)
		lines += *at == '\n';
	size_t length = (size_t)snprintf(text, room,
			"entente parcel 1\nfrom %s\nto %s\nledger " MEMO_NAME "/%s 0 %d\n",
			a->card.id, b->card.id, a->card.id, n);
	for (int i = 0; i < n; i++)
		length += (size_t)snprintf(text + length, room - length,
				"{\"seq\":%d,\"time_us\":%d,\"sealed\":{\"for\":[\"%s\"],\"hash\":"
				"\"%064d\"}}\n",
				i, 1000 + i, b->card.id, 0);
	length += (size_t)snprintf(text + length, room - length, "checkpoint %zu\n%s", lines, note);
	return parcel_end(text, length);
}

/* Anybody who has seen a card can write such, and put it on a stick. */
TEST(post__what_was_refused_lacks_no_payload_and_others_come_late_as_ever) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_checkpoint checkpoint = {.size = 64};
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	char text[32768], note[ENT_NOTE_SIZE], name[100];
	uint32_t ledger = 0;
	size_t size = 0;
	(void)state_;
	struct ent_sign_key *key = note_key(120);
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", a->card.id);
	CHECK(ent_party_origin(a->card.id, name, checkpoint.origin) == ENT_OK);
	note[ent_checkpoint_sign(&checkpoint, a->card.line_key.name, key, note)] = '\0';
	ent_sign_key_destroy(key);
	CHECK(give(b, NULL, text, pretend(a, b, note, text, sizeof text), &taken) == ENT_OK);
	CHECK(b->alarms[ENT_POST_FORGED] == 1 && taken.entries == 0);
	/* What has nothing sealed stands where it was pretended. Then one comes without its payload, and whole. */
	say_some(a->memo[0], 64, 0);
	settle(world);
	CHECK(say(a->memo[0], (struct saying){.to = b->card.id, .text = "for B"}) == ENT_OK);
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, false, &parcel));
	char *bare = strdup(parcel.text);
	char *at = strstr(bare, "\npayload ") + 1;
	const char *next = strchr(at, '\n') + 1;
	memmove(at, next, strlen(next) + 1);
	CHECK(give(b, NULL, bare, reseal(bare), &taken) == ENT_OK && taken.entries == 1);
	CHECK(give(b, NULL, parcel.text, parcel.length, &taken) == ENT_OK);
	CHECK(ent_store_ledger(b->store, name, false, &ledger) == ENT_OK);
	CHECK(ent_store_payload_get(b->store, ledger, 64, count_payload, &size) == ENT_OK);
	free(bare);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

TEST(post__a_false_acknowledgement_counts_for_nothing) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	struct ent_post_share share;
	char *answer = NULL;
	size_t length = 0;
	(void)state_;
	say_number(a->ours[1], 1);
	CHECK(party_compose(a, 1, ENT_BOOK_NET, false, &parcel));
	party_sent(a, 1, ENT_BOOK_NET, &parcel);
	(void)party_take(b, a, parcel.text, parcel.length, ENT_BOOK_UNASKED, &answer, &length);
	/* In the middle of the cosignature, which is the last line of the note. */
	char *line = strstr(answer, "\nhave ");
	CHECK(line != NULL);
	line[-30] = line[-30] == 'A' ? 'B' : 'A';
	char *room = malloc(length + 100);
	CHECK(room != NULL);
	memcpy(room, answer, length + 1);
	const struct ent_post_taken taken = party_take(
			a, b, room, reseal(room), parcel.asked, NULL, NULL);
	CHECK(taken.acknowledged == 0 && taken.alarms == 1);
	CHECK(a->alarms[ENT_POST_FALSE_NOTE] == 1);
	CHECK(ent_post_shares(a->post, b->card.id, &share, 1) == 2 && share.acknowledged == 0);
	free(room);
	free(answer);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* B brings a checkpoint of A's ledger under A's name, by the key that is given, cosigned by a key under B's. */
static void show_note(struct party *a, const struct party *b, const struct ent_sign_key *key,
		const struct ent_sign_key *cosigner) {
	struct ent_checkpoint checkpoint = {.size = 7};
	struct ent_post_taken taken;
	char text[4096], note[ENT_NOTE_SIZE];
	struct ent_post_stand stand;
	ent_post_stand(a->ours[1], &stand);
	CHECK(ent_party_origin(a->card.id, stand.name, checkpoint.origin) == ENT_OK);
	size_t length = ent_checkpoint_sign(&checkpoint, a->card.line_key.name, key, note);
	CHECK(ent_checkpoint_cosign(note, length, b->card.line_key.name, cosigner, 1, &length) ==
			ENT_OK);
	note[length] = '\0';
	length = (size_t)snprintf(text, sizeof text,
			"entente parcel 1\nfrom %s\nto %s\nwitnessed 6\n%s", b->card.id, a->card.id,
			note);
	CHECK(give(a, b, text, parcel_end(text, length), &taken) == ENT_OK && taken.alarms > 0);
}

static uint64_t times_of(const struct party *party, enum ent_post_alarm_kind kind) {
	static struct ent_post_alarm alarms[ENT_POST_ALARMS_MAX];
	const size_t n = ent_post_alarms(party->post, alarms, ENT_POST_ALARMS_MAX);
	uint64_t times = 0;
	for (size_t i = 0; i < n; i++)
		times += alarms[i].kind == kind ? alarms[i].times : 0;
	return times;
}

/*
 * Of a key that is not here nobody can verify what it signed: the peer's cosignature has to stand under it. And what claims to be by
 * our own key is false, whoever cosigned it.
 */
TEST(post__a_newer_line_key_of_ours_is_told_beside_the_false_note_when_the_peer_vouches_for_it) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_sign_key *newer = note_key(120), *none = note_key(121);
	char id[ENT_VKEY_ID_SIZE];
	(void)state_;
	say_number(a->ours[1], 1);
	settle(world);
	show_note(a, b, newer, none);
	CHECK(a->alarms[ENT_POST_FALSE_NOTE] == 1 && a->alarms[ENT_POST_OLD_KEYS] == 0);
	show_note(a, b, newer, b->key);
	/* It may be made up all the same, so what it looks like is told, too, and orders come behind what tells the two apart. */
	CHECK(a->alarms[ENT_POST_FALSE_NOTE] == 1 && a->alarms[ENT_POST_OLD_KEYS] == 1);
	CHECK(times_of(a, ENT_POST_FALSE_NOTE) == 2 && times_of(a, ENT_POST_OLD_KEYS) == 1);
	CHECK_ROW(a->last.fault.why, strncmp(a->last.fault.why, "first compare key id ", 21) == 0);
	CHECK_ROW(a->last.fault.why, strstr(a->last.fault.why, " with --restored") != NULL);
	struct ent_vkey vkey = note_vkey(newer, a->card.line_key.name, 0x01);
	ent_vkey_id(&vkey, id);
	CHECK_ROW(a->last.fault.why, strstr(a->last.fault.why, id) != NULL);
	ent_vkey_id(&a->card.line_key, id);
	CHECK_ROW(a->last.fault.why, strstr(a->last.fault.why, id) != NULL);
	ent_sign_key_destroy(newer);
	ent_sign_key_destroy(none);
	world_close(world);
}

/* A third party brings a checkpoint of A's ledger that A did not sign. */
TEST(post__a_checkpoint_of_another_that_its_author_did_not_sign_is_told_of) {
	struct world *world = world_open(3);
	struct party *a = &world->party[0], *b = &world->party[1], *c = &world->party[2];
	struct ent_post_parcel parcel;
	struct ent_post_taken taken;
	(void)state_;
	say_number(a->memo[0], 1);
	settle(world);
	CHECK(party_compose(c, 1, ENT_BOOK_FILE, true, &parcel));
	char *size = strstr(parcel.text, "\nwitnessed ");
	CHECK(size != NULL);
	size = strstr(size, MEMO_NAME);
	CHECK(size != NULL);
	size = strchr(size, '\n');
	CHECK(size != NULL && size[1] == '1');
	size[1] = '2';
	CHECK(give(b, c, parcel.text, reseal(parcel.text), &taken) == ENT_OK && taken.alarms == 1);
	CHECK(b->alarms[ENT_POST_FORGED] == 1 && strcmp(b->last.peer, c->card.id) == 0);
	CHECK(b->alarms[ENT_POST_FORK] == 0 && b->memo_chain[0].size == 1);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

/* --- Too much --- */

TEST(post__a_ledger_is_not_filled_beyond_what_it_may_have_and_others_go_on) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct chain ours = {0}, theirs = {0};
	struct ent_post_ledger *ledger = NULL, *replica = NULL;
	struct ent_fault fault;
	char name[100];
	(void)state_;
	(void)snprintf(name, sizeof name, "memo/ff/%s", a->card.id);
	struct ent_post_ledger_options options = ledger_options(name, &ours);
	/* Its author's own fold takes anything. */
	options.fold = (struct ent_scribe_fold){NULL, NULL, NULL, NULL, NULL};
	CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_OK);
	CHECK(ent_post_share(ledger, b->card.id) == ENT_OK);
	options = ledger_options(name, &theirs);
	options.entries_max = 5;
	CHECK(ent_post_open_theirs(b->post, a->card.id, &options, &replica, &fault) == ENT_OK);
	for (unsigned i = 0; i < 5; i++)
		say_number(ledger, i);
	CHECK(carry(a, 1) && theirs.size == 5);
	say_number(ledger, 5);
	say_number(a->ours[1], 5);
	CHECK(carry(a, 1) && theirs.size == 5 && b->their_chain[0].size == 1);
	CHECK(b->alarms[ENT_POST_TOO_MUCH] == 1 && strcmp(b->last.ledger, name) == 0);
	world_close(world);
}

TEST(post__an_entry_that_may_not_stand_there_is_not_taken_and_others_go_on) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct chain ours = {0}, theirs = {0};
	struct ent_post_ledger *ledger = NULL, *replica = NULL;
	struct ent_fault fault;
	char name[100];
	(void)state_;
	(void)snprintf(name, sizeof name, "memo/ff/%s", a->card.id);
	struct ent_post_ledger_options options = ledger_options(name, &ours);
	options.fold = (struct ent_scribe_fold){NULL, NULL, NULL, NULL, NULL};
	CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_OK);
	CHECK(ent_post_share(ledger, b->card.id) == ENT_OK);
	options = ledger_options(name, &theirs);
	CHECK(ent_post_open_theirs(b->post, a->card.id, &options, &replica, &fault) == ENT_OK);
	CHECK(say(ledger, (struct saying){.text = "bad"}) == ENT_OK);
	say_number(a->ours[1], 5);
	CHECK(carry(a, 1) && theirs.size == 0 && b->their_chain[0].size == 1);
	CHECK(b->alarms[ENT_POST_BAD_ENTRY] == 1 && b->last.fault.why[0] != '\0');
	world_close(world);
}

TEST(post__an_alarm_counts_is_told_again_once_an_hour_and_few_are_kept) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_alarm *alarms = calloc(ENT_POST_ALARMS_MAX, sizeof *alarms);
	struct ent_post_taken taken;
	(void)state_;
	CHECK(alarms != NULL);
	for (unsigned i = 0; i < 50; i++)
		CHECK(give(b, a, "garbage", 7, &taken) == ENT_E_SYNTAX);
	CHECK(b->alarms[ENT_POST_UNREADABLE] == 1);
	world->now_us += INT64_C(3600) * 1000000;
	CHECK(give(b, a, "garbage", 7, &taken) == ENT_E_SYNTAX);
	CHECK(b->alarms[ENT_POST_UNREADABLE] == 2 && b->last.times == 51 && b->last.number == 1);
	CHECK(b->last.last_utc_us - b->last.first_utc_us == INT64_C(3600) * 1000000);
	CHECK(give(b, NULL, "garbage", 7, &taken) == ENT_E_SYNTAX);
	CHECK(ent_post_alarms(b->post, alarms, ENT_POST_ALARMS_MAX) == 2);
	CHECK(alarms[0].number == 2 && alarms[0].peer[0] == '\0' && alarms[1].number == 1);
	CHECK(strcmp(ent_post_alarm_word(alarms[0].kind), "unreadable") == 0);
	free(alarms);
	world_close(world);
}

/* Names that nobody opens, or that are not the peer's to write, come to nothing. */
TEST(post__a_peer_brings_only_ledgers_of_its_own_that_are_wanted) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	static const char *const names[] = {
			"desk", "airspace/main", "line/%s/%s/x", "memo/x/%s", "memo/%s", "line/%s"};
	(void)state_;
	b->opens = false;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct chain chain = {0};
		struct ent_post_ledger *ledger = NULL;
		struct ent_fault fault;
		char name[100], author[17];
		/* It is another's by its name, but for the fourth. */
		memcpy(author, i == 3 ? a->card.id : "0123456789abcdef", sizeof author);
		(void)snprintf(name, sizeof name, names[i], author, author); /* NOLINT */
		const struct ent_post_ledger_options options = ledger_options(name, &chain);
		CHECK(ent_post_open_ours(a->post, &options, &ledger, &fault) == ENT_OK);
		CHECK(ent_post_share(ledger, b->card.id) == ENT_OK);
		say_number(ledger, 1);
		b->offered = 0;
		CHECK(carry(a, 1));
		CHECK_ROW(names[i], b->offered == (i == 3));
		/* Its fold is gone at the end of the turn. */
		party_restart(a);
		world->now_us += ENT_ROUTE_PAUSE_MAX_US + 1;
	}
	check_no_alarms(world);
	world_close(world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post__a_peer_that_went_back_is_told_of_and_gets_it_again),
			TEST_ENTRY(post__our_own_old_copy_is_told_of),
			TEST_ENTRY(post__a_store_older_than_what_was_cosigned_is_told_of_at_the_start),
			TEST_ENTRY(post__who_only_says_that_it_has_more_of_ours_makes_no_old_copy_of_us),
			TEST_ENTRY(post__only_what_is_a_parcel_from_the_right_one_to_us_is_taken),
			TEST_ENTRY(post__what_was_changed_and_resealed_is_not_taken),
			TEST_ENTRY(post__a_payload_that_its_entry_has_not_the_hash_of_is_not_kept),
			TEST_ENTRY(post__a_payload_that_was_purged_stays_so),
			TEST_ENTRY(post__what_was_refused_lacks_no_payload_and_others_come_late_as_ever),
			TEST_ENTRY(post__a_false_acknowledgement_counts_for_nothing),
			TEST_ENTRY(post__a_newer_line_key_of_ours_is_told_beside_the_false_note_when_the_peer_vouches_for_it),
			TEST_ENTRY(post__a_checkpoint_of_another_that_its_author_did_not_sign_is_told_of),
			TEST_ENTRY(post__a_ledger_is_not_filled_beyond_what_it_may_have_and_others_go_on),
			TEST_ENTRY(post__an_entry_that_may_not_stand_there_is_not_taken_and_others_go_on),
			TEST_ENTRY(post__an_alarm_counts_is_told_again_once_an_hour_and_few_are_kept),
			TEST_ENTRY(post__a_peer_brings_only_ledgers_of_its_own_that_are_wanted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
