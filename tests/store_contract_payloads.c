/* SPDX-License-Identifier: Apache-2.0 */
/* store_contract_payloads.c: payloads beside entries; once purged, no byte of them is in any file. */
#include "store_contract_parts.h"

/* "<0012 0345>" again and again: wherever 21 bytes of it are, a mark is found. */
enum { MARK_SIZE = 11, PAYLOAD_MAX = 40000 };

static void mark_of(uint32_t ledger, uint64_t seq, char ret_mark[MARK_SIZE + 1]) {
	(void)snprintf(ret_mark, MARK_SIZE + 1, "<%04u %04u>", ledger % 10000,
			(unsigned)(seq % 10000));
}

static size_t payload_size(uint64_t seq) {
	static const size_t sizes[] = {0, 1, 33, 100, 470, 489, 490, 600, 3590, 3603, 3604, 4061,
			4062, 4092, 4096, 8184, 20000, PAYLOAD_MAX};
	return seq % 3 > 0 ? 40 + seq % 300 : sizes[seq * 7 % COUNT_OF(sizes)];
}

static void payload_print(uint32_t ledger, uint64_t seq, char bytes[PAYLOAD_MAX + MARK_SIZE + 1]) {
	char mark[MARK_SIZE + 1];
	mark_of(ledger, seq, mark);
	for (size_t i = 0; i < PAYLOAD_MAX; i += MARK_SIZE)
		memcpy(bytes + i, mark, MARK_SIZE);
}

static ent_status put(struct ent_store *store, uint32_t ledger, uint64_t seq) {
	static char bytes[PAYLOAD_MAX + MARK_SIZE + 1];
	const struct ent_store_payload payload = {seq, bytes, payload_size(seq)};
	payload_print(ledger, seq, bytes);
	return ent_store_payload_put(store, ledger, &payload);
}

struct looking {
	uint32_t ledger;
	unsigned n;
};

static ent_status look(void *user, const struct ent_store_payload *payload) {
	static char bytes[PAYLOAD_MAX + MARK_SIZE + 1];
	struct looking *looking = user;
	payload_print(looking->ledger, payload->seq, bytes);
	CHECK(payload->size == payload_size(payload->seq));
	CHECK(memcmp(payload->bytes, bytes, payload->size) == 0);
	looking->n++;
	return ENT_OK;
}

static bool is_there(struct ent_store *store, uint32_t ledger, uint64_t seq) {
	struct looking looking = {ledger, 0};
	const ent_status status = ent_store_payload_get(store, ledger, seq, look, &looking);
	CHECK(status == ENT_OK || status == ENT_E_MISSING);
	CHECK(looking.n == (status == ENT_OK));
	return status == ENT_OK;
}

/* --- In the store's files --- */

/* How many marks of a payload the folder's files hold. */
static size_t count_marks(const char *path, uint32_t ledger, uint64_t seq) {
	char mark[MARK_SIZE + 1], name[FOLDER_SIZE + 300];
	size_t found = 0;
	DIR *folder = opendir(path);
	CHECK(folder != NULL);
	mark_of(ledger, seq, mark);
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		(void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		FILE *file = entry->d_name[0] != '.' ? fopen(name, "rb") : NULL;
		if (file == NULL)
			continue;
		CHECK(fseek(file, 0, SEEK_END) == 0);
		const size_t size = (size_t)ftell(file);
		char *bytes = malloc(size + 1);
		CHECK(bytes != NULL && fseek(file, 0, SEEK_SET) == 0);
		CHECK(fread(bytes, 1, size, file) == size);
		(void)fclose(file);
		for (char *at = bytes; (size_t)(bytes + size - at) >= MARK_SIZE; at++) {
			at = memchr(at, '<', size - (size_t)(at - bytes));
			if (at == NULL || (size_t)(bytes + size - at) < MARK_SIZE)
				break;
			found += memcmp(at, mark, MARK_SIZE) == 0;
		}
		free(bytes);
	}
	(void)closedir(folder);
	return found;
}

TEST(store__a_payload_is_there_until_it_is_purged) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a"), other = grown_at(fixture->store, "b");
	const uint64_t purged[] = {3, 5, 3, 77};
	uint64_t n = 0;
	CHECK(grown_append(fixture->store, &grown, 100, NULL) == ENT_OK);
	CHECK(grown_append(fixture->store, &other, 100, NULL) == ENT_OK);
	for (uint64_t seq = 0; seq < 100; seq++) {
		CHECK(!is_there(fixture->store, grown.ledger, seq));
		if (seq % 9 != 5 || seq == 5)
			CHECK(put(fixture->store, grown.ledger, seq) == ENT_OK);
	}
	CHECK(put(fixture->store, other.ledger, 3) == ENT_OK);
	/* Again: the same. */
	CHECK(put(fixture->store, grown.ledger, 4) == ENT_OK);
	close_and_open(fixture);
	for (uint64_t seq = 0; seq < 100; seq++)
		CHECK(is_there(fixture->store, grown.ledger, seq) == (seq % 9 != 5 || seq == 5));
	CHECK(ent_store_payload_purge(fixture->store, grown.ledger, purged, COUNT_OF(purged), &n) ==
			ENT_OK);
	/* 77 was not there, and 3 was named twice. */
	CHECK(n == 2 && !is_there(fixture->store, grown.ledger, 3));
	CHECK(!is_there(fixture->store, grown.ledger, 5) &&
			is_there(fixture->store, other.ledger, 3));
	close_and_open(fixture);
	CHECK(!is_there(fixture->store, grown.ledger, 3) &&
			is_there(fixture->store, other.ledger, 3));
	grown_check(fixture->store, &grown, 0);
	grown_check(fixture->store, &other, 0);
}

TEST(store__payloads_have_limits_and_an_entry_each) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	char *large = calloc(1, ENT_STORE_PAYLOAD_MAX + 1);
	struct ent_store_payload payload = {0, large, ENT_STORE_PAYLOAD_MAX + 1};
	uint64_t seqs[2] = {0, ENT_STORE_SIZE_MAX}, n = 7;
	CHECK(large != NULL);
	CHECK(put(fixture->store, grown.ledger, 0) == ENT_E_DOMAIN);
	CHECK(put(fixture->store, grown.ledger + 1, 0) == ENT_E_DOMAIN);
	CHECK(grown_append(fixture->store, &grown, 1, NULL) == ENT_OK);
	CHECK(put(fixture->store, grown.ledger, 1) == ENT_E_DOMAIN);
	CHECK(ent_store_payload_put(fixture->store, grown.ledger, &payload) == ENT_E_LIMIT);
	payload.size--;
	CHECK(ent_store_payload_put(fixture->store, grown.ledger, &payload) == ENT_OK);
	CHECK(ent_store_payload_purge(fixture->store, grown.ledger, seqs, 2, &n) == ENT_E_LIMIT);
	CHECK(ent_store_payload_purge(fixture->store, grown.ledger, seqs, ENT_STORE_PURGE_MAX + 1,
			      &n) == ENT_E_LIMIT);
	CHECK(n == 7);
	CHECK(ent_store_payload_purge(fixture->store, grown.ledger, seqs, 1, &n) == ENT_OK &&
			n == 1);
	free(large);
}

TEST(store__a_batch_has_its_payloads_or_is_not_there) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	static char bytes[PAYLOAD_MAX + MARK_SIZE + 1];
	struct ent_store_entry entry = {.bytes = "e", .size = 1};
	struct ent_store_payload payload = {1, bytes, payload_size(1)};
	struct ent_store_head head;
	ent_ledger_leaf_hash("e", 1, &entry.leaf);
	struct ent_store_batch batch = {.ledger = grown.ledger,
			.entries = &entry,
			.n_entries = 1,
			.note = "note\n",
			.note_length = 5,
			.payloads = &payload,
			.n_payloads = 1};
	payload_print(grown.ledger, 1, bytes);
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_E_DOMAIN);
	CHECK(ent_store_head(fixture->store, grown.ledger, &head) == ENT_OK && head.size == 0);
	payload.size = ENT_STORE_PAYLOAD_MAX + 1;
	payload.seq = 0;
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_E_LIMIT);
	payload_print(grown.ledger, 0, bytes);
	payload.size = payload_size(0);
	CHECK(ent_store_append(fixture->store, &batch, NULL) == ENT_OK);
	close_and_open(fixture);
	CHECK(is_there(fixture->store, grown.ledger, 0));
}

/*
 * Put in any order among other writes, so that pages are split and joined, replaced, purged in any order: after each
 * purge nothing of what was purged is found, and what was not is.
 */
TEST(store__of_what_was_purged_no_file_has_a_byte) {
	struct fixture *fixture = *state_;
	enum { PAYLOADS = 300 };
	struct grown grown = grown_at(fixture->store, "a");
	uint64_t seed = 11, order[PAYLOADS], n = 0;
	size_t seen = 0;
	CHECK(grown_append(fixture->store, &grown, PAYLOADS, NULL) == ENT_OK);
	for (uint64_t i = 0; i < PAYLOADS; i++) {
		const uint64_t at = test_random(&seed) % (i + 1);
		order[i] = order[at];
		order[at] = i;
	}
	for (uint64_t i = 0; i < PAYLOADS; i++) {
		CHECK(put(fixture->store, grown.ledger, order[i]) == ENT_OK);
		if (i % 10 == 0)
			CHECK(put(fixture->store, grown.ledger, order[i / 2]) == ENT_OK);
		if (i % 40 == 0)
			CHECK(grown_append(fixture->store, &grown, 30, NULL) == ENT_OK);
	}
	for (uint64_t first = 0; first < PAYLOADS; first += 60) {
		uint64_t gone[60];
		for (uint64_t i = 0; i < 60; i++)
			gone[i] = order[(first + i) * 7 % PAYLOADS];
		CHECK(ent_store_payload_purge(fixture->store, grown.ledger, gone, 60, &n) ==
				ENT_OK);
		CHECK(n == 60);
		/* Each time some of those that went before, too. */
		for (uint64_t i = 0; i < first + 60; i += i < first ? 13 : 1) {
			const uint64_t seq = order[i * 7 % PAYLOADS];
			CHECK(count_marks(fixture->path, grown.ledger, seq) == 0);
		}
		for (uint64_t i = first + 60; i < PAYLOADS; i += 17) {
			const uint64_t seq = order[i * 7 % PAYLOADS];
			CHECK(is_there(fixture->store, grown.ledger, seq));
			seen += count_marks(fixture->path, grown.ledger, seq);
			CHECK(payload_size(seq) < 64 ||
					count_marks(fixture->path, grown.ledger, seq) > 0);
		}
	}
	CHECK(seen > 1000);
	close_and_open(fixture);
	for (uint64_t seq = 0; seq < PAYLOADS; seq += 7)
		CHECK(count_marks(fixture->path, grown.ledger, seq) == 0);
	grown_check(fixture->store, &grown, 0);
}

/* Which payloads of the ledger any of their marks is found of. */
static void find_marks(const char *path, uint32_t ledger, bool *ret_found, uint64_t n) {
	char name[FOLDER_SIZE + 32];
	unsigned of, seq;
	(void)snprintf(name, sizeof name, "%s/ledger.sqlite", path);
	FILE *file = fopen(name, "rb");
	CHECK(file != NULL && fseek(file, 0, SEEK_END) == 0);
	const size_t size = (size_t)ftell(file);
	char *bytes = calloc(1, size + MARK_SIZE + 1);
	CHECK(bytes != NULL && fseek(file, 0, SEEK_SET) == 0);
	CHECK(fread(bytes, 1, size, file) == size);
	(void)fclose(file);
	for (const char *at = bytes; (at = memchr(at, '<', size - (size_t)(at - bytes))) != NULL;
			at++)
		/* A mark has no zeros in it: one that goes on in another page is none. */
		if (strnlen(at, MARK_SIZE) == MARK_SIZE && at[MARK_SIZE - 1] == '>' &&
				sscanf(at, "<%4u %4u>", &of, &seq) == 2 && of == ledger && seq < n)
			ret_found[seq] = true;
	free(bytes);
}

/*
 * What SQLite leaves behind where cells were copied, secure_delete does not reach; of cells with a payload in them, of
 * this kind and order, some are found there, in every third run or so.
 */
TEST(store__no_copy_of_a_payload_stays_where_pages_were_split) {
	struct fixture *fixture = *state_;
	enum { PAYLOADS = 5000, STEPS = 1500 };
	struct grown grown = grown_at(fixture->store, "a");
	static bool live[PAYLOADS], found[PAYLOADS];
	static uint64_t there[PAYLOADS];
	size_t n_there = 0, seen = 0;
	uint64_t seed = 3, n = 0;
	CHECK(grown_append(fixture->store, &grown, PAYLOADS, NULL) == ENT_OK);
	for (unsigned run = 0; run < 6; run++) {
		for (unsigned step = 0; step < STEPS; step++) {
			const uint64_t at = n_there > 0 ? test_random(&seed) % n_there : 0;
			const uint64_t seq = test_random(&seed) % PAYLOADS;
			if (n_there > 0 && test_random(&seed) % 10 < 4) {
				live[there[at]] = false;
				CHECK(ent_store_payload_purge(fixture->store, grown.ledger,
						      &there[at], 1, &n) == ENT_OK &&
						n == 1);
				there[at] = there[--n_there];
			} else if (!live[seq]) {
				CHECK(put(fixture->store, grown.ledger, seq) == ENT_OK);
				live[seq] = true;
				there[n_there++] = seq;
			}
		}
		CHECK(ent_store_payload_purge(fixture->store, grown.ledger, there, 0, &n) ==
				ENT_OK);
		memset(found, 0, sizeof found);
		find_marks(fixture->path, grown.ledger, found, PAYLOADS);
		for (uint64_t seq = 0; seq < PAYLOADS; seq++) {
			CHECK(live[seq] || !found[seq]);
			seen += found[seq];
		}
		CHECK(ent_store_payload_purge(fixture->store, grown.ledger, there, n_there, &n) ==
						ENT_OK &&
				n == n_there);
		memset(live, 0, sizeof live);
		n_there = 0;
	}
	CHECK(seen > 1000);
}

TEST(store__opened_only_to_look_payloads_are_read_and_not_changed) {
	struct fixture *fixture = *state_;
	struct grown grown = grown_at(fixture->store, "a");
	uint64_t seq = 2, n = 0;
	CHECK(grown_append(fixture->store, &grown, 5, NULL) == ENT_OK);
	CHECK(put(fixture->store, grown.ledger, 2) == ENT_OK);
	ent_store_close(fixture->store);
	fixture->store = NULL;
	CHECK(contract->look(fixture->path, &fixture->store, NULL) == ENT_OK);
	CHECK(is_there(fixture->store, grown.ledger, 2) &&
			!is_there(fixture->store, grown.ledger, 1));
	CHECK(put(fixture->store, grown.ledger, 1) == ENT_E_IO);
	CHECK(ent_store_payload_purge(fixture->store, grown.ledger, &seq, 1, &n) == ENT_E_IO);
	CHECK(is_there(fixture->store, grown.ledger, 2));
}

int store_contract_payloads(void) {
	const struct CMUnitTest tests[] = {
			STORE_ENTRY(store__a_payload_is_there_until_it_is_purged),
			STORE_ENTRY(store__payloads_have_limits_and_an_entry_each),
			STORE_ENTRY(store__a_batch_has_its_payloads_or_is_not_there),
			STORE_ENTRY(store__of_what_was_purged_no_file_has_a_byte),
			STORE_ENTRY(store__no_copy_of_a_payload_stays_where_pages_were_split),
			STORE_ENTRY(store__opened_only_to_look_payloads_are_read_and_not_changed),
	};
	return cmocka_run_group_tests_name("a store's payloads", tests, NULL, NULL);
}
