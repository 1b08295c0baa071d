/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_store_purge_faults.c: a purge on a disk that fails or loses its power at each call that it makes: what the store said
 * OK to is on no platter, also when the power goes straight afterwards; what it did not is purged when it is asked again;
 * what was not to be purged is there.
 */
#include "faulty_disk.h"
#include "stores.h"

enum { PAYLOADS = 60, PURGED = 20, MARK_SIZE = 11 };

static void mark_of(uint64_t seq, char ret_mark[MARK_SIZE + 1]) {
	(void)snprintf(ret_mark, MARK_SIZE + 1, "<mark %04u>", (unsigned)(seq % 10000));
}

static void put(struct ent_store *store, uint32_t ledger, uint64_t seq) {
	static char bytes[8000];
	const struct ent_store_payload payload = {seq, bytes, 100 + seq * 131 % 7000};
	char mark[MARK_SIZE + 1];
	mark_of(seq, mark);
	for (size_t i = 0; i + MARK_SIZE < sizeof bytes; i += MARK_SIZE)
		memcpy(bytes + i, mark, MARK_SIZE);
	CHECK(ent_store_payload_put(store, ledger, &payload) == ENT_OK);
}

/* Which payloads have their mark in there. */
static void bytes_have(const struct disk_bytes *bytes, bool ret_has[PAYLOADS]) {
	static const char front[] = "<mark 00"; /* there are less than a hundred */
	if (bytes->size == 0)
		return;
	const uint8_t *at = bytes->bytes, *end = bytes->bytes + bytes->size;
	while (end - at >= MARK_SIZE && (at = memchr(at, '<', (size_t)(end - at))) != NULL) {
		if (end - at >= MARK_SIZE && memcmp(at, front, sizeof front - 1) == 0 &&
				at[MARK_SIZE - 1] == '>') {
			const int seq = 10 * (at[MARK_SIZE - 3] - '0') + at[MARK_SIZE - 2] - '0';
			CHECK(seq >= 0 && seq < PAYLOADS);
			ret_has[seq] = true;
		}
		at++;
	}
}

/* On any platter, and in the cache, which goes there. */
static void disk_has(bool ret_has[PAYLOADS]) {
	memset(ret_has, 0, PAYLOADS * sizeof *ret_has);
	for (int i = 0; i < DISK_FILES; i++) {
		bytes_have(&disk.files[i].platter, ret_has);
		bytes_have(&disk.files[i].cache, ret_has);
	}
}

static ent_status is_given(void *user, const struct ent_store_payload *payload) {
	char mark[MARK_SIZE + 1];
	(void)user;
	mark_of(payload->seq, mark);
	CHECK(payload->size == 100 + payload->seq * 131 % 7000);
	CHECK(memcmp(payload->bytes, mark, MARK_SIZE) == 0);
	return ENT_OK;
}

/* Every third one. */
static ent_status purge(struct ent_store *store, uint32_t ledger) {
	uint64_t seqs[PURGED], n = 0;
	for (uint64_t i = 0; i < PURGED; i++)
		seqs[i] = 3 * i;
	return ent_store_payload_purge(store, ledger, seqs, PURGED, &n);
}

static void check(struct ent_store *store, uint32_t ledger, bool purged) {
	bool has[PAYLOADS];
	disk_has(has);
	for (uint64_t seq = 0; seq < PAYLOADS; seq++) {
		const ent_status status = ent_store_payload_get(store, ledger, seq, is_given, NULL);
		CHECK(status == (purged && seq % 3 == 0 ? ENT_E_MISSING : ENT_OK));
		CHECK(!purged || seq % 3 != 0 || !has[seq]);
		CHECK(seq % 3 == 0 || has[seq]);
	}
}

/* Returns whether the fault came. */
static bool live(const char *path, uint64_t at, enum disk_fault fault, bool cut_after) {
	disk_new(at * 8 + (unsigned)fault);
	struct ent_store *store = store_at(path);
	struct grown grown = grown_at(store, "a");
	CHECK(grown_append(store, &grown, PAYLOADS, NULL) == ENT_OK);
	for (uint64_t seq = 0; seq < PAYLOADS; seq++)
		put(store, grown.ledger, seq);
	/* Some of them in the database, and some in the log alone. */
	CHECK(ent_store_reopen(store, NULL) == ENT_OK);
	for (uint64_t seq = 0; seq < PAYLOADS; seq += 2)
		put(store, grown.ledger, seq);
	disk_fail(at, fault, false, NULL);
	const ent_status status = purge(store, grown.ledger);
	const bool came = disk.faults > 0;
	CHECK(status == ENT_OK || (status == ENT_E_IO && came && !ent_store_writes(store)));
	if (status == ENT_OK)
		disk_mend();
	if (cut_after || (fault == DISK_GONE && came)) {
		disk_fail(1, DISK_GONE, true, NULL);
		ent_store_close(store);
		disk_power_cut();
		bool has[PAYLOADS];
		disk_has(has);
		for (uint64_t seq = 0; seq < PAYLOADS && status == ENT_OK; seq += 3)
			CHECK(!has[seq]);
		store = store_at(path);
	}
	disk_mend();
	if (!ent_store_writes(store))
		CHECK(ent_store_reopen(store, NULL) == ENT_OK);
	if (status != ENT_OK)
		CHECK(purge(store, grown.ledger) == ENT_OK);
	check(store, grown.ledger, true);
	grown_check(store, &grown, 0);
	ent_store_close(store);
	return came;
}

TEST(store__a_purge_is_done_or_not_whatever_call_fails) {
	char path[FOLDER_SIZE];
	/* Each call in turn in `make soak`, each third in `make test`. */
	const uint64_t stride = test_scale() > 1 ? 1 : (uint64_t)(3 / test_scale());
	uint64_t calls = 0;
	(void)state_;
	folder_make(path);
	for (int fault = DISK_ERROR; fault <= DISK_GONE; fault++)
		for (int cut_after = 0; cut_after < 2; cut_after++) {
			bool came = true;
			for (uint64_t at = 1; came; at += stride) {
				came = live(path, at, (enum disk_fault)fault, cut_after == 1);
				calls += came;
			}
		}
	CHECK(calls > 60 / stride);
	folder_remove(path);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(store__a_purge_is_done_or_not_whatever_call_fails),
	};
	disk_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
