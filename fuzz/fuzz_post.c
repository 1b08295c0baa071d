/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_post.c: what a peer sends, with the right hash behind it, taken as a request, as an answer and as a file by a post
 * that has a line with it. Whatever comes: what is kept is a beginning of what the peer wrote, nothing is acknowledged that was
 * not cosigned, and the answer is a parcel.
 */
#include "fuzz.h"

#include "parcels.h"
#include "posts.h"

enum { INPUT_MAX = 20000, END_SIZE = 4 + 64 + 2 };

/* The same each time, so that the checkpoints in the seeds are those of these entries. */
static struct world *world_made(void) {
	struct world *world = world_open(2);
	struct party *a = &world->party[0], *b = &world->party[1];
	say_some(a->ours[1], 3, 0);
	say_some(a->memo[0], 2, 10);
	CHECK(say(a->memo[0],
			      (struct saying){.to = b->card.id,
					      .text = "sealed",
					      .unsalted = true}) == ENT_OK);
	say_some(b->ours[0], 2, 20);
	return world;
}

static ent_status compare(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	return chain_apply(user, seq, entry->bytes, entry->size, NULL);
}

static void check_beginning(struct ent_post_ledger *author, const struct chain *here) {
	struct chain beginning = {0};
	CHECK(ent_post_read(author, 0, here->size, compare, &beginning) == ENT_OK);
	CHECK(chain_is(&beginning, here) && here->durable_size == here->size);
}

static void check(struct world *world) {
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_share shares[2];
	check_beginning(a->ours[1], &b->their_chain[0]);
	check_beginning(a->memo[0], &b->memo_chain[0]);
	CHECK(ent_post_shares(b->post, a->card.id, shares, 2) == 2);
	/* A has cosigned at most what the seeds have. */
	for (size_t i = 0; i < 2; i++)
		CHECK(shares[i].acknowledged <= shares[i].size &&
				shares[i].there <= shares[i].size);
	CHECK(b->alarms[ENT_POST_FORK] == 0);
}

static void take(struct world *world, const char *text, size_t length, bool as_file,
		uint64_t asked) {
	struct party *a = &world->party[0], *b = &world->party[1];
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	struct ent_parcel parcel;
	char *answer = NULL;
	size_t answer_length = 0;
	const ent_status status = ent_post_take(b->post, as_file ? NULL : a->card.id, text, length,
			asked, asked == ENT_BOOK_UNASKED ? &answer : NULL, &answer_length, &taken,
			&fault);
	CHECK(status == ENT_OK || fault.why[0] != '\0');
	if (answer != NULL) {
		CHECK(ent_parcel_read(answer, answer_length, &parcel, &fault) == ENT_OK);
		CHECK(strcmp(parcel.to, a->card.id) == 0 && strcmp(parcel.from, b->card.id) == 0);
	}
	free(answer);
	check(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > INPUT_MAX)
		return 0;
	struct world *world = world_made();
	char *text = malloc(size + END_SIZE);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	const size_t length = parcel_end(text, size);
	take(world, text, length, false, 1);
	take(world, text, length, false, ENT_BOOK_UNASKED);
	take(world, text, length, true, ENT_BOOK_UNASKED);
	free(text);
	world_close(world);
	return 0;
}
