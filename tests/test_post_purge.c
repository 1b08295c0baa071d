/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_post_purge.c: payloads that are due are let go of, by every call of the disk that fails and every place at which the
 * power goes, and each whom it concerns is told once; until then they are kept, afterwards neither sent nor taken.
 */
#define _GNU_SOURCE /* memmem */
#include "faulty_disk.h"
#include "parcels.h"
#include "posts.h"

#include "entente/base64.h"

#define DAY_US INT64_C(86400000000)
#define MARK "a mark that stands nowhere else"

/* Who is above a post: what it is asked for, and what it is told. By the party's number in its world. */
static struct above {
	int64_t keep_us;
	unsigned said, asked; /* receipts that are written; how often for one */
	bool late, waits;     /* peers say nothing; receipts are not written yet */
	char under[65], last_peer[ENT_PARTY_ID_SIZE];
} above[PARTIES_MAX];

static int64_t keep_us(void *user, const char *ledger, const struct ent_hash *under) {
	struct above *of = &above[((struct party *)user)->number];
	CHECK(strncmp(ledger, "memo/", 5) == 0 || strncmp(ledger, "line/", 5) == 0);
	of->under[0] = '\0';
	if (under != NULL)
		hex_print(under, of->under);
	return of->keep_us;
}

static bool say_purged(void *user, const char *peer, const struct ent_post_payload *payload) {
	const struct party *party = user;
	struct above *of = &above[party->number];
	CHECK(strcmp(peer, party->card.id) != 0 && payload->ours && payload->n_parties == 2);
	of->asked++;
	(void)snprintf(of->last_peer, sizeof of->last_peer, "%s", peer);
	if (of->waits)
		return false;
	of->said++;
	return true;
}

static bool has_purged(void *user, const char *peer, const struct ent_post_payload *payload) {
	(void)peer;
	(void)payload;
	return !above[((struct party *)user)->number].late;
}

/* When B received what it has of A's, as it says itself. 0: it does not know. */
static int64_t received_at_us;

static int64_t received_us(void *user, const char *ledger, uint64_t seq) {
	(void)user;
	CHECK(strncmp(ledger, "memo/", 5) == 0 || strncmp(ledger, "line/", 5) == 0);
	return received_at_us != 0 && seq == 0 ? received_at_us : INT64_MAX;
}

static const struct party_above asked = {keep_us, say_purged, has_purged, received_us};

static struct world *open_world(unsigned n) {
	memset(above, 0, sizeof above);
	received_at_us = 0;
	for (unsigned i = 0; i < n; i++)
		above[i].keep_us = DAY_US;
	party_above = &asked;
	return world_open(n);
}

static void count(void *user, const struct ent_post_payload *payload) {
	*(unsigned *)user += payload->here;
}

/* How many payloads are at this party. */
static unsigned here(struct party *party) {
	unsigned n = 0;
	CHECK(ent_post_payloads(party->post, "memo/", count, &n) == ENT_OK);
	return n;
}

static void last_due(void *user, const struct ent_post_payload *payload) {
	*(int64_t *)user = payload->due_utc_us;
}

static void last_from(void *user, const struct ent_post_payload *payload) {
	*(int64_t *)user = payload->kept_from_utc_us;
}

/* From when on the last is kept there. */
static int64_t kept_from(struct party *party) {
	int64_t from_utc_us = 0;
	CHECK(ent_post_payloads(party->post, "memo/", last_from, &from_utc_us) == ENT_OK);
	return from_utc_us;
}

static int64_t due_at(struct party *party) {
	int64_t due_utc_us = 0;
	CHECK(ent_post_payloads(party->post, "memo/", last_due, &due_utc_us) == ENT_OK);
	return due_utc_us;
}

static void seal_for(struct party *from, const struct party *to, const char *under) {
	CHECK(say(from->memo[from->number],
			      (struct saying){.to = to->card.id, .text = MARK, .under = under}) ==
			ENT_OK);
}

TEST(post_purge__it_is_kept_until_it_is_due_and_then_at_nobody) {
	static const char under[] =
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct world *world = open_world(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	seal_for(a, b, under);
	settle(world);
	world->now_us = due_at(a) - 1;
	for (int i = 0; i < 2; i++)
		CHECK(ent_post_purge(a->post) == ENT_OK && ent_post_purge(b->post) == ENT_OK);
	CHECK(here(a) == 1 && here(b) == 1 && above[0].asked + above[1].asked == 0);
	CHECK(strcmp(above[0].under, under) == 0 && strcmp(above[1].under, under) == 0);
	world->now_us = due_at(a);
	CHECK(ent_post_purge(a->post) == ENT_OK && ent_post_purge(b->post) == ENT_OK);
	CHECK(here(a) == 0 && here(b) == 0);
	/* Each tells the other, once. */
	CHECK(above[0].said == 1 && strcmp(above[0].last_peer, b->card.id) == 0);
	CHECK(above[1].said == 1 && strcmp(above[1].last_peer, a->card.id) == 0);
	world->now_us += 10 * DAY_US;
	CHECK(ent_post_purge(a->post) == ENT_OK && ent_post_purge(b->post) == ENT_OK);
	CHECK(above[0].asked == 1 && above[1].asked == 1);
	CHECK(a->alarms[ENT_POST_UNPURGED] + b->alarms[ENT_POST_UNPURGED] == 0);
	world_close(world);
}

/* A's clock is by so much ahead of B's when it writes; then it is by that of B. */
static struct world *world_with_one_ahead(int64_t ahead_us, int64_t *ret_came_us) {
	struct world *world = open_world(2);
	world->now_us += ahead_us;
	seal_for(&world->party[0], &world->party[1], NULL);
	world->now_us -= ahead_us;
	settle(world);
	*ret_came_us = world->now_us;
	CHECK(here(&world->party[1]) == 1 && ent_post_purge(world->party[1].post) == ENT_OK);
	return world;
}

/* It is there up to this moment, and not from then on. */
static void check_due(struct world *world, int64_t due_utc_us) {
	struct party *b = &world->party[1];
	world->now_us = due_utc_us - 1;
	CHECK(ent_post_purge(b->post) == ENT_OK && here(b) == 1);
	world->now_us = due_utc_us;
	CHECK(ent_post_purge(b->post) == ENT_OK && here(b) == 0);
}

TEST(post_purge__who_dates_ahead_has_it_kept_no_longer_and_who_is_honest_no_shorter) {
	static const struct {
		const char *why;
		int64_t ahead_us;
		bool honest;
	} rows[] = {{"a clock that is behind", -DAY_US / 2, true}, {"the same clock", 0, true},
			{"as far apart as clocks may be", ENT_POST_CLOCKS_APART_US, true},
			{"an hour ahead", DAY_US / 24, false},
			{"a year ahead", 365 * DAY_US, false}};
	(void)state_;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t came_us = 0;
		struct world *world = world_with_one_ahead(rows[i].ahead_us, &came_us);
		const int64_t agreed_us = due_at(&world->party[0]);
		const int64_t bound_us = came_us + ENT_POST_CLOCKS_APART_US + DAY_US;
		CHECK_ROW(rows[i].why, (agreed_us <= bound_us) == rows[i].honest);
		received_at_us = came_us;
		const int64_t due_us = rows[i].honest ? agreed_us : bound_us;
		CHECK_ROW(rows[i].why, due_at(&world->party[1]) == due_us);
		/* Who asks by which term finds it by that. */
		CHECK_ROW(rows[i].why, kept_from(&world->party[1]) == due_us - DAY_US);
		check_due(world, due_us);
		world_close(world);
	}
}

TEST(post_purge__after_a_start_it_counts_from_when_it_was_received_as_far_as_that_is_known) {
	int64_t came_us = 0;
	(void)state_;
	for (int known = 0; known < 2; known++) {
		struct world *world = world_with_one_ahead(365 * DAY_US, &came_us);
		received_at_us = known ? came_us : 0;
		world->now_us += DAY_US / 2;
		party_restart(&world->party[1]);
		CHECK(ent_post_purge(world->party[1].post) == ENT_OK);
		check_due(world,
				came_us + (known ? 0 : DAY_US / 2) + ENT_POST_CLOCKS_APART_US +
						DAY_US);
		world_close(world);
	}
}

/* Whoever is above knows it later than the post looks, as at a start: what was taken for it meanwhile does not count. */
TEST(post_purge__when_it_was_received_counts_also_when_that_is_known_only_later) {
	int64_t came_us = 0;
	(void)state_;
	struct world *world = world_with_one_ahead(365 * DAY_US, &came_us);
	world->now_us += DAY_US / 2;
	party_restart(&world->party[1]);
	CHECK(ent_post_purge(world->party[1].post) == ENT_OK);
	received_at_us = came_us;
	CHECK(due_at(&world->party[1]) == came_us + ENT_POST_CLOCKS_APART_US + DAY_US);
	CHECK(say(world->party[0].memo[0], (struct saying){.text = "to all"}) == ENT_OK);
	CHECK(carry(&world->party[0], 1) && ent_post_purge(world->party[1].post) == ENT_OK);
	check_due(world, came_us + ENT_POST_CLOCKS_APART_US + DAY_US);
	world_close(world);
}

/* It was handed on without its payload, which comes when it would be due by now. */
TEST(post_purge__one_that_comes_when_it_is_due_by_when_its_entry_came_is_not_kept) {
	struct world *world = open_world(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel parcel;
	(void)state_;
	world->now_us += 365 * DAY_US;
	seal_for(a, b, NULL);
	world->now_us -= 365 * DAY_US;
	received_at_us = world->now_us;
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, true, &parcel));
	CHECK(strstr(parcel.text, "payload") != NULL);
	world->now_us += ENT_POST_CLOCKS_APART_US + DAY_US;
	CHECK(party_take(b, NULL, parcel.text, parcel.length, ENT_BOOK_UNASKED, NULL, NULL)
					.entries == 1);
	CHECK(here(b) == 0);
	ent_post_parcel_finish(&parcel);
	world_close(world);
}

TEST(post_purge__what_is_due_is_neither_sent_nor_taken_any_more) {
	struct world *world = open_world(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_parcel early, late;
	(void)state_;
	seal_for(a, b, NULL);
	CHECK(party_compose(a, 1, ENT_BOOK_FILE, true, &early));
	CHECK(strstr(early.text, "payload") != NULL);
	world->now_us = due_at(a);
	/* It could not be purged yet. */
	CHECK(here(a) == 1 && party_compose(a, 1, ENT_BOOK_FILE, true, &late));
	CHECK(strstr(late.text, "sealed") != NULL && strstr(late.text, "payload") == NULL);
	/* A stick that lay about: the entry counts. */
	CHECK(party_take(b, NULL, early.text, early.length, ENT_BOOK_UNASKED, NULL, NULL).entries ==
			1);
	CHECK(here(b) == 0 && b->alarms[ENT_POST_FORGED] == 0);
	CHECK(ent_post_purge(b->post) == ENT_OK && above[1].said == 1);
	ent_post_parcel_finish(&early);
	ent_post_parcel_finish(&late);
	world_close(world);
}

TEST(post_purge__what_is_not_said_yet_is_said_later_and_after_a_start_too) {
	struct world *world = open_world(2);
	struct party *a = &world->party[0];
	(void)state_;
	seal_for(a, &world->party[1], NULL);
	above[0].waits = true;
	world->now_us = due_at(a);
	CHECK(ent_post_purge(a->post) == ENT_OK && ent_post_purge(a->post) == ENT_OK);
	CHECK(here(a) == 0 && above[0].asked == 2 && above[0].said == 0);
	party_restart(a);
	CHECK(ent_post_purge(a->post) == ENT_OK && above[0].asked == 3);
	above[0].waits = false;
	CHECK(ent_post_purge(a->post) == ENT_OK && above[0].said == 1);
	CHECK(ent_post_purge(a->post) == ENT_OK && above[0].asked == 4);
	world_close(world);
}

TEST(post_purge__who_says_nothing_for_a_day_is_an_alarm) {
	struct world *world = open_world(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	(void)state_;
	seal_for(a, b, NULL);
	above[0].late = true;
	const int64_t due_utc_us = due_at(a);
	for (int64_t i = -1; i < 1; i++) {
		world->now_us = due_utc_us + ENT_POST_PURGED_WITHIN_US + i;
		CHECK(ent_post_purge(a->post) == ENT_OK);
		CHECK(a->alarms[ENT_POST_UNPURGED] == (i < 0 ? 0 : 1));
	}
	CHECK(strcmp(a->last.peer, b->card.id) == 0 &&
			strncmp(a->last.ledger, MEMO_NAME, sizeof MEMO_NAME - 1) == 0);
	/* Told once. */
	world->now_us += DAY_US;
	CHECK(ent_post_purge(a->post) == ENT_OK && a->alarms[ENT_POST_UNPURGED] == 1);
	world_close(world);
}

/* What nobody agreed on and no option says stays for ever; what others are given concerns us not at all. */
TEST(post_purge__without_an_end_nothing_goes_and_what_is_for_others_is_theirs) {
	struct world *world = open_world(3);
	struct party *a = &world->party[0], *c = &world->party[2];
	(void)state_;
	above[0].keep_us = INT64_MAX;
	seal_for(a, &world->party[1], NULL);
	settle(world);
	world->now_us += 36500 * DAY_US;
	CHECK(ent_post_purge(a->post) == ENT_OK && here(a) == 1);
	CHECK(ent_post_purge(c->post) == ENT_OK && above[2].asked == 0 && here(c) == 0);
	world_close(world);
}

/* --- On a disk that fails, or loses its power --- */

/* So many sealed entries of 'from', in one parcel. */
struct heap {
	const struct party *from;
	struct party *to;
	struct ent_tree tree; /* of all before */
	unsigned n;
	bool bare, forged; /* without their payloads; the checkpoint is of others */
};

/* Salt and payload, the same for all: so its hash, and its base64. */
static void heap_payload(char ret_hash[65], char ret_base64[128]) {
	static const uint8_t payload[ENT_PARCEL_SALT_SIZE + 4] = {1};
	struct ent_hash hash;
	ent_seal_sha256(payload, sizeof payload, &hash);
	hex_print(&hash, ret_hash);
	(void)ent_base64_print(ENT_BASE64, payload, sizeof payload, ret_base64);
}

/* Entries for 'to' that 'from' signs, behind those in the tree. Returns how many are taken. */
static size_t heap_carry(struct heap *heap) {
	enum { ROOM = 4 << 20 };
	const struct party *from = heap->from;
	struct ent_tree *tree = &heap->tree, before = heap->tree;
	char *text = malloc(ROOM), name[100], entry[256], hash[65], base64[128],
	     note[ENT_NOTE_SIZE];
	(void)snprintf(name, sizeof name, MEMO_NAME "/%s", from->card.id);
	heap_payload(hash, base64);
	size_t length = (size_t)snprintf(text, ROOM,
			"entente parcel 1\nfrom %s\nto %s\nledger %s %" PRIu64 " %u\n",
			from->card.id, heap->to->card.id, name, before.size, heap->n);
	for (uint64_t i = before.size; i < before.size + heap->n; i++) {
		const int size = snprintf(entry, sizeof entry,
				"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64
				",\"sealed\":{\"for\":[\"%s\"],\"hash\":\"%s\"}}",
				i, from->world->now_us + (int64_t)i, heap->to->card.id, hash);
		parcel_grow(tree, entry, (size_t)size - heap->forged);
		length += (size_t)snprintf(text + length, ROOM - length, "%s\n", entry);
	}
	for (uint64_t i = before.size; !heap->bare && i < tree->size; i++)
		length += (size_t)snprintf(text + length, ROOM - length, "payload %" PRIu64 " %s\n",
				i, base64);
	note[parcel_note(from->key, from->card.line_key.name, name, tree, note)] = '\0';
	length += (size_t)snprintf(text + length, ROOM - length, "checkpoint 5\n%s", note);
	length = parcel_end(text, length);
	const size_t taken = party_take(heap->to, from, text, length, ENT_BOOK_UNASKED, NULL, NULL)
					     .entries;
	if (heap->forged)
		*tree = before;
	free(text);
	return taken;
}

/* As many as are taken at once, without their payloads. */
static void flood(struct heap *heap) {
	heap->bare = true;
	heap->n = ENT_REPLICA_ENTRIES_MAX;
	CHECK(heap_carry(heap) == ENT_REPLICA_ENTRIES_MAX);
}

static struct heap heap_begin(const struct party *from, struct party *to) {
	struct heap heap = {.from = from, .to = to};
	ent_tree_init(&heap.tree);
	return heap;
}

TEST(post_purge__who_fills_its_own_place_takes_none_of_others) {
	struct world *world = open_world(3);
	struct party *b = &world->party[1], *c = &world->party[2];
	struct heap heap = heap_begin(&world->party[0], b);
	(void)state_;
	for (int i = 0; i < ENT_POST_PAYLOADS_MAX / ENT_REPLICA_ENTRIES_MAX; i++)
		flood(&heap);
	world->now_us += DAY_US / 2;
	CHECK(ent_post_purge(b->post) == ENT_OK);
	CHECK(b->alarms[ENT_POST_TOO_MUCH] == 1 &&
			strcmp(b->last.peer, world->party[0].card.id) == 0);
	seal_for(c, b, NULL);
	seal_for(b, c, NULL);
	CHECK(carry(c, 1) && here(b) == 2);
	CHECK(ent_post_purge(b->post) == ENT_OK && here(b) == 2);
	/* What the one has filled is due, too, and nobody else's waits for it. */
	world->now_us += DAY_US;
	CHECK(ent_post_purge(b->post) == ENT_OK && here(b) == 0);
	world_close(world);
}

/* All but 'left' of the share of one that is alone. */
static void fill_share(struct heap *heap, unsigned left) {
	const unsigned share = ENT_POST_PAYLOADS_MAX / 4 * 3 / 2;
	while (heap->tree.size + ENT_REPLICA_ENTRIES_MAX < share)
		flood(heap);
	heap->n = share - left - (unsigned)heap->tree.size;
	CHECK(heap_carry(heap) == heap->n);
	CHECK(ent_post_purge(heap->to->post) == ENT_OK);
	heap->bare = false;
}

/* Nobody looks between them: what was taken counts by itself. */
TEST(post_purge__what_comes_between_two_looks_is_no_more_than_the_share) {
	enum { LEFT = 6 };
	struct world *world = open_world(3);
	struct party *b = &world->party[1], *c = &world->party[2];
	struct heap heap = heap_begin(&world->party[0], b);
	(void)state_;
	fill_share(&heap, LEFT);
	/* What is not stored takes no place. */
	heap.n = LEFT;
	heap.forged = true;
	CHECK(heap_carry(&heap) == 0 && b->alarms[ENT_POST_FORGED] == 1);
	heap.forged = false;
	heap.n = LEFT - 2;
	CHECK(heap_carry(&heap) == heap.n && here(b) == LEFT - 2);
	/* Looked at, it has one place each, and no more. */
	CHECK(ent_post_purge(b->post) == ENT_OK && b->alarms[ENT_POST_TOO_MUCH] == 0);
	CHECK(heap_carry(&heap) == heap.n && here(b) == LEFT);
	CHECK(b->alarms[ENT_POST_TOO_MUCH] == 1);
	CHECK(heap_carry(&heap) == heap.n && here(b) == LEFT);
	/* After a start nobody has looked, either: until then it is not known, and it is to come again. */
	party_restart(b);
	b->alarms[ENT_POST_TOO_MUCH] = 0;
	const struct ent_tree before = heap.tree;
	CHECK(heap_carry(&heap) == 0 && b->alarms[ENT_POST_TOO_MUCH] == 0);
	heap.tree = before;
	/* Of what one may have cannot be said what it is before all others' is known. */
	seal_for(c, b, NULL);
	(void)carry(c, 1);
	CHECK(here(b) == LEFT);
	party_look(b);
	CHECK(heap_carry(&heap) == heap.n && here(b) == LEFT);
	/* Others have their own. */
	world->now_us += ENT_ROUTE_PAUSE_MAX_US;
	CHECK(carry(c, 1) && here(b) == LEFT + 1);
	/* When they are due, and gone, there are places again. */
	world->now_us += 2 * DAY_US;
	for (int i = 0; i < 200; i++)
		CHECK(ent_post_purge(b->post) == ENT_OK);
	CHECK(here(b) == 0 && heap_carry(&heap) == heap.n && here(b) == heap.n);
	world_close(world);
}

/* What nobody has come to yet, since others of it are in the way, counts all the same. */
TEST(post_purge__what_waits_to_be_looked_at_leaves_no_room_for_more) {
	enum { LEFT = 6 };
	struct world *world = open_world(2);
	struct party *b = &world->party[1];
	struct heap heap = heap_begin(&world->party[0], b);
	(void)state_;
	fill_share(&heap, LEFT);
	heap.n = LEFT;
	heap.bare = true;
	CHECK(heap_carry(&heap) == LEFT);
	heap.bare = false;
	CHECK(heap_carry(&heap) == LEFT && here(b) == LEFT);
	CHECK(ent_post_purge(b->post) == ENT_OK && b->alarms[ENT_POST_TOO_MUCH] == 1);
	party_restart(b);
	world->now_us += 2 * DAY_US;
	/* The first of those before them are done with: they are the next, and not what comes now. */
	CHECK(ent_post_purge(b->post) == ENT_OK && here(b) == LEFT);
	CHECK(heap_carry(&heap) == LEFT && here(b) == LEFT);
	for (int i = 0; i < 200; i++)
		CHECK(ent_post_purge(b->post) == ENT_OK);
	CHECK(here(b) == 0 && heap_carry(&heap) == LEFT && here(b) == LEFT);
	world_close(world);
}

static bool disk_has_mark(void) {
	for (int i = 0; i < DISK_FILES; i++) {
		const struct disk_bytes *all[] = {&disk.files[i].platter, &disk.files[i].cache};
		for (int j = 0; j < 2; j++)
			if (all[j]->size > 0 &&
					memmem(all[j]->bytes, all[j]->size, MARK,
							sizeof MARK - 1) != NULL)
				return true;
	}
	return false;
}

/* Nobody is told before it is so, whatever becomes of the disk. */
static bool say_when_gone(void *user, const char *peer, const struct ent_post_payload *payload) {
	CHECK(!disk_has_mark());
	return say_purged(user, peer, payload);
}

static const struct party_above watched = {keep_us, say_when_gone, has_purged};

/* Returns whether the fault came. */
static bool live(uint64_t at, enum disk_fault fault, bool cut) {
	const struct party stranger = {.card = {.id = "0123456789abcdef"}};
	disk_new(at * 8 + (unsigned)fault);
	struct world *world = open_world(1);
	struct party *a = &world->party[0];
	party_stop(a);
	party_above = &watched;
	a->store = store_at(a->path);
	party_start(a);
	seal_for(a, &stranger, NULL);
	CHECK(disk_has_mark());
	world->now_us = due_at(a);
	disk_fail(at, fault, false, NULL);
	const ent_status status = ent_post_purge(a->post);
	const bool came = disk.faults > 0;
	CHECK(status == ENT_OK || (status == ENT_E_IO && came));
	CHECK((status == ENT_OK) == (above[0].said == 1));
	CHECK((status == ENT_OK) == (a->alarms[ENT_POST_KEPT] == 0));
	if (cut) {
		disk_fail(1, DISK_GONE, true, NULL);
		party_stop(a);
		disk_power_cut();
	} else if (fault == DISK_GONE) {
		party_stop(a);
	}
	disk_mend();
	if (cut || fault == DISK_GONE) {
		a->store = store_at(a->path);
		party_start(a);
	}
	CHECK(ent_post_purge(a->post) == ENT_OK);
	CHECK(!disk_has_mark() && here(a) == 0 && above[0].said >= 1);
	world_close(world);
	return came;
}

TEST(post_purge__whatever_call_of_the_disk_fails_it_is_done_later_and_said_when_it_is) {
	const uint64_t stride = test_scale() > 1 ? 1 : (uint64_t)(3 / test_scale());
	uint64_t calls = 0;
	(void)state_;
	disk_register();
	for (int fault = DISK_ERROR; fault <= DISK_GONE; fault++)
		for (int cut = 0; cut < 2; cut++) {
			bool came = true;
			for (uint64_t at = 1; came; at += stride) {
				came = live(at, (enum disk_fault)fault, cut == 1);
				calls += came;
			}
		}
	CHECK(calls > 30 / stride);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(post_purge__it_is_kept_until_it_is_due_and_then_at_nobody),
			TEST_ENTRY(post_purge__who_dates_ahead_has_it_kept_no_longer_and_who_is_honest_no_shorter),
			TEST_ENTRY(post_purge__after_a_start_it_counts_from_when_it_was_received_as_far_as_that_is_known),
			TEST_ENTRY(post_purge__when_it_was_received_counts_also_when_that_is_known_only_later),
			TEST_ENTRY(post_purge__one_that_comes_when_it_is_due_by_when_its_entry_came_is_not_kept),
			TEST_ENTRY(post_purge__what_is_due_is_neither_sent_nor_taken_any_more),
			TEST_ENTRY(post_purge__what_is_not_said_yet_is_said_later_and_after_a_start_too),
			TEST_ENTRY(post_purge__who_says_nothing_for_a_day_is_an_alarm),
			TEST_ENTRY(post_purge__without_an_end_nothing_goes_and_what_is_for_others_is_theirs),
			TEST_ENTRY(post_purge__who_fills_its_own_place_takes_none_of_others),
			TEST_ENTRY(post_purge__what_comes_between_two_looks_is_no_more_than_the_share),
			TEST_ENTRY(post_purge__what_waits_to_be_looked_at_leaves_no_room_for_more),
			TEST_ENTRY(post_purge__whatever_call_of_the_disk_fails_it_is_done_later_and_said_when_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
