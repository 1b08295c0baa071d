/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_handed.c: what a party writes, and signs, into its ledger of a memorandum: an entry a line. Another member hands on so many
 * of them as the first byte says, then the author brings all; then time goes by. In a line, '@' is who takes it, '#' the hash
 * of a payload that the author has for it; one that begins with a comma gets the beginning that fits.
 * Whatever is in it: what is here is a beginning of what the author wrote, no payload comes from anybody else, none is here that is
 * due, nobody is blamed for a fork, nor the other member for anything, and a start comes to the same.
 */
#include "fuzz.h"

#include "parcels.h"
#include "posts.h"

#include "entente/text.h"

enum { A, B, C };
enum { INPUT_MAX = 8192, LINES_MAX = 32, ENTRY_SIZE = 16384 };

#define KEPT_US INT64_C(86400000000)
#define BEGIN_US INT64_C(1795668110000000)
#define LATER_US INT64_C(9000000000000000) /* in 2255 */

static const char payload[] = "0123456789abcdef0123456789abcdef" /* the salt */ "sealed";
enum { PAYLOAD_SIZE = sizeof payload - 1 };

/* --- What A wrote --- */

struct written {
	char *entry[LINES_MAX]; /* exact copies, so that a byte too far is seen */
	size_t size[LINES_MAX];
	bool has_payload[LINES_MAX];
	unsigned n;
};

static size_t expand(const uint8_t *line, size_t length, unsigned seq, const char *taker,
		char ret_entry[ENTRY_SIZE], bool *ret_has_payload) {
	struct ent_hash hash;
	char hex[65];
	size_t size = 0;
	ent_seal_sha256(payload, PAYLOAD_SIZE, &hash);
	hex_print(&hash, hex);
	*ret_has_payload = false;
	if (length > 0 && line[0] == ',')
		size = (size_t)snprintf(ret_entry, ENTRY_SIZE, "{\"seq\":%u,\"time_us\":%" PRId64,
				seq, BEGIN_US + seq);
	for (size_t i = 0; i < length && size + sizeof hex < ENTRY_SIZE; i++) {
		const char *from = line[i] == '#' ? hex : line[i] == '@' ? taker : NULL;
		const size_t n = from != NULL ? strlen(from) : 1;
		memcpy(ret_entry + size, from != NULL ? from : (const char *)line + i, n);
		size += n;
		*ret_has_payload = *ret_has_payload || from == hex;
	}
	return size;
}

static bool is_text(const char *entry, size_t size) {
	uint32_t character = 0;
	for (size_t i = 0, bytes = 0; i < size; i += bytes) {
		bytes = ent_text_character(entry + i, size - i, &character);
		if (bytes == 0 || character < 0x20 || (character >= 0x7f && character < 0xa0))
			return false;
	}
	return true;
}

static void write_all(
		const uint8_t *data, size_t size, const char *taker, struct written *ret_written) {
	static char entry[ENTRY_SIZE];
	while (size > 0 && ret_written->n < LINES_MAX) {
		const uint8_t *newline = memchr(data, '\n', size);
		const size_t length = newline != NULL ? (size_t)(newline - data) : size;
		const unsigned n = ret_written->n;
		const size_t expanded = expand(
				data, length, n, taker, entry, &ret_written->has_payload[n]);
		data += length + (newline != NULL);
		size -= length + (newline != NULL);
		/* No parcel has another: fuzz_parcel.c. */
		if (expanded < 2 || entry[0] != '{' || entry[expanded - 1] != '}' ||
				!is_text(entry, expanded))
			continue;
		ret_written->entry[n] = malloc(expanded);
		CHECK(ret_written->entry[n] != NULL);
		memcpy(ret_written->entry[n], entry, expanded);
		ret_written->size[n] = expanded;
		ret_written->n++;
	}
}

static void written_finish(struct written *written) {
	for (unsigned i = 0; i < written->n; i++)
		free(written->entry[i]);
}

static void chain_of(const struct written *written, uint64_t n, struct chain *ret_chain) {
	for (unsigned i = 0; i < n; i++)
		if (chain_apply(ret_chain, i, written->entry[i], written->size[i], NULL) != ENT_OK)
			return;
}

/* --- How it comes --- */

static void name_of(const struct world *world, char ret_name[128]) {
	(void)snprintf(ret_name, 128, MEMO_NAME "/%s", world->party[A].card.id);
}

/* The first n of them, as A signed them, by this party. */
static struct ent_parcel_writer *parcel_of(struct world *world, const struct written *written,
		unsigned n, unsigned from, const char **ret_text, size_t *ret_length) {
	char name[128], note[ENT_NOTE_SIZE];
	struct ent_parcel_writer *writer = NULL;
	struct ent_tree tree;
	name_of(world, name);
	ent_tree_init(&tree);
	CHECK(ent_parcel_writer_create(world->party[from].card.id, world->party[C].card.id,
			      SIZE_MAX, &writer) == ENT_OK);
	ent_parcel_write_ledger(writer, name, 0, n);
	for (unsigned i = 0; i < n; i++) {
		parcel_grow(&tree, written->entry[i], written->size[i]);
		ent_parcel_write_entry(writer, written->entry[i], written->size[i]);
	}
	/* B has them too, and may not give them. */
	for (unsigned i = 0; i < n; i++)
		if (written->has_payload[i])
			ent_parcel_write_payload(writer, i, payload, PAYLOAD_SIZE);
	const size_t length = parcel_note(
			world->party[A].key, world->party[A].card.line_key.name, name, &tree, note);
	ent_parcel_write_checkpoint(writer, note, length);
	CHECK(ent_parcel_writer_finish(writer, ret_text, ret_length) == ENT_OK);
	return writer;
}

/* C asks B for it. */
static void ask(struct world *world, unsigned n) {
	struct party *c = &world->party[C];
	struct ent_post_parcel parcel;
	char have[160], name[128];
	name_of(world, name);
	ent_post_shown(c->memo[A], world->party[B].card.id, n);
	world->now_us += 3 * INT64_C(1000000);
	CHECK(party_compose(c, B, ENT_BOOK_NET, false, &parcel));
	(void)snprintf(have, sizeof have, "\nhave %s 0\n", name);
	CHECK(strstr(parcel.text, have) != NULL);
	party_sent(c, B, ENT_BOOK_NET, &parcel);
	ent_post_parcel_finish(&parcel);
}

static void take(struct world *world, const struct written *written, unsigned n, unsigned from) {
	struct party *c = &world->party[C];
	struct ent_post_taken taken;
	struct ent_fault fault = {"", ""};
	struct ent_parcel parcel;
	const char *text = NULL;
	char *answer = NULL;
	size_t length = 0, answer_length = 0;
	struct ent_parcel_writer *writer = parcel_of(world, written, n, from, &text, &length);
	const ent_status status = ent_post_take(c->post, world->party[from].card.id, text, length,
			ENT_BOOK_UNASKED, &answer, &answer_length, &taken, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	CHECK(ent_parcel_read(answer, answer_length, &parcel, &fault) == ENT_OK);
	CHECK(strcmp(parcel.to, world->party[from].card.id) == 0);
	free(answer);
	ent_parcel_writer_destroy(writer);
}

/* --- What is here then --- */

struct here {
	unsigned n;
	int64_t now_us;
	bool was_purged;
};

static void count(void *user, const struct ent_post_payload *of) {
	struct here *here = user;
	here->n += of->here;
	CHECK(!of->here || !here->was_purged || of->due_utc_us > here->now_us);
}

static unsigned payloads_here(struct world *world, bool was_purged) {
	struct here here = {.now_us = world->now_us, .was_purged = was_purged};
	CHECK(ent_post_payloads(world->party[C].post, "memo/", count, &here) == ENT_OK);
	return here.n;
}

static uint64_t check_here(struct world *world, const struct written *written) {
	struct party *c = &world->party[C];
	struct chain whole = {0};
	struct ent_post_stand stand;
	ent_post_stand(c->memo[A], &stand);
	CHECK(stand.size <= written->n && c->memo_chain[A].size == stand.size && !stand.frozen);
	chain_of(written, stand.size, &whole);
	CHECK(chain_is(&whole, &c->memo_chain[A]));
	CHECK(c->alarms[ENT_POST_FORK] == 0);
	CHECK(c->alarms[ENT_POST_UNASKED] == 0 && c->alarms[ENT_POST_UNREADABLE] == 0);
	return stand.size;
}

static int64_t keep_us(void *user, const char *ledger, const struct ent_hash *under) {
	(void)user;
	(void)ledger;
	return under != NULL ? 2 * KEPT_US : KEPT_US;
}

static const struct party_above keeps = {.keep_us = keep_us};

static void let_go(struct world *world) {
	world->now_us = LATER_US;
	CHECK(ent_post_purge(world->party[C].post) == ENT_OK);
	(void)payloads_here(world, true);
}

/* Only C runs. */
static struct world *world_made(void) {
	struct world *world = calloc(1, sizeof *world);
	CHECK(world != NULL && ent_seal_start() == ENT_OK);
	world->n = 3;
	world->now_us = BEGIN_US;
	party_above = &keeps;
	party_name(world, A);
	party_name(world, B);
	party_init(world, C);
	party_start(&world->party[C]);
	return world;
}

static void world_end(struct world *world) {
	ent_sign_key_destroy(world->party[A].key);
	ent_sign_key_destroy(world->party[B].key);
	party_finish(&world->party[C]);
	free(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct written written = {.n = 0};
	if (size < 2 || size > INPUT_MAX)
		return 0;
	struct world *world = world_made();
	write_all(data + 1, size - 1, world->party[C].card.id, &written);
	const unsigned n = data[0] % (LINES_MAX + 1);
	if (n > 0 && n <= written.n) {
		ask(world, n);
		take(world, &written, n, B);
		const uint64_t there = check_here(world, &written);
		CHECK(there == 0 || there == n);
		CHECK(payloads_here(world, false) == 0);
		CHECK(world->party[C].alarms[ENT_POST_FORGED] == 0);
	}
	if (written.n > 0)
		take(world, &written, written.n, A);
	const uint64_t there = check_here(world, &written);
	let_go(world);
	party_restart(&world->party[C]);
	let_go(world);
	CHECK(check_here(world, &written) == there);
	world_end(world);
	written_finish(&written);
	return 0;
}
