/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in party: our allocations, libsodium's locked ones and the streams of folders fail once,
 * then all from one on. A party is not made, a key not opened, a card not taken; what is in the folder stays as it was,
 * and nothing stays behind.
 */
#include "entente/party.h"

#include <unistd.h>

#include "memory.h"
#include "cards.h"

void *__real_sodium_malloc(size_t size);
void __real_sodium_free(void *block);
void *__wrap_sodium_malloc(size_t size);
void __wrap_sodium_free(void *block);

void *__wrap_sodium_malloc(size_t size) {
	return memory_fails() ? NULL : memory_counted(__real_sodium_malloc(size));
}

void __wrap_sodium_free(void *block) {
	memory.live -= block != NULL;
	__real_sodium_free(block);
}

static char data[64];
static struct ent_secret *passphrase;
static struct {
	char text[ENT_CARD_SIZE];
	size_t length;
	char id[ENT_PARTY_ID_SIZE];
} other;

static void clear(void) {
	char command[256];
	(void)snprintf(command, sizeof command, "rm -rf '%s/party' '%s/party.new'", data, data);
	CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

static ent_status create(void) {
	const struct ent_party_wish wish = {.name = "Aid",
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = PARTY_ISSUED_US};
	return ent_party_create(data, &wish, NULL);
}

/* --- What is tried, each in a folder as it says --- */

static ent_status try_create(void) {
	clear();
	const ent_status status = create();
	char path[128];
	(void)snprintf(path, sizeof path, "%s/party", data);
	CHECK((status == ENT_OK) == (access(path, F_OK) == 0));
	return status;
}

static ent_status try_keys(void) {
	struct ent_party_folder *folder = NULL;
	struct ent_sign_key *line = NULL, *key = NULL;
	ent_status status = ent_party_folder_open(data, false, &folder, NULL);
	if (status == ENT_OK)
		status = ent_party_open_line_key(folder, &line, NULL);
	if (status == ENT_OK)
		status = ent_party_open_key(folder, passphrase, &key, NULL);
	CHECK((status == ENT_OK) == (key != NULL));
	ent_sign_key_destroy(line);
	ent_sign_key_destroy(key);
	ent_party_folder_close(folder);
	return status;
}

static ent_status try_put(void) {
	struct ent_party_folder *folder = NULL;
	enum ent_card_change change = ENT_CARD_OTHER;
	ent_status status = ent_party_folder_open(data, true, &folder, NULL);
	if (status == ENT_OK)
		status = ent_party_put(folder, other.text, other.length, NULL, PARTY_ISSUED_US,
				&change, NULL);
	CHECK((status == ENT_OK) == (change == ENT_CARD_UNKNOWN));
	if (status == ENT_OK)
		status = ent_party_remove(folder, other.id, NULL);
	ent_party_folder_close(folder);
	return status;
}

static ent_status try_renew(void) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	const struct ent_party_change change = {.new_key = true,
			.new_line_key = true,
			.new_tls_key = true,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = PARTY_ISSUED_US};
	ent_status status = ent_party_folder_open(data, true, &folder, NULL);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, NULL);
	const uint64_t number = status == ENT_OK ? own.card.number : 0;
	if (status == ENT_OK)
		status = ent_party_renew(folder, &change, NULL);
	if (folder != NULL) {
		CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
		CHECK(own.card.number == number + (status == ENT_OK));
	}
	ent_party_folder_close(folder);
	return status;
}

static const struct {
	const char *why;
	ent_status (*run)(void);
	bool needs_party;
} tries[] = {
		{"a new party", try_create, false},
		{"its keys", try_keys, true},
		{"another's card", try_put, true},
		{"a new card", try_renew, true},
};

static bool fail_once(const char *why, ent_status (*run)(void), uint64_t fail_at, bool all_later) {
	memory_begin(fail_at, all_later);
	const ent_status status = run();
	const bool reached = memory.calls >= fail_at;
	memory_begin(0, false);
	CHECK_ROW(why, status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
	CHECK_ROW(why, status != ENT_OK || !all_later || !reached);
	return reached;
}

TEST(party__without_memory_nothing_is_half_made) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(tries); i++) {
		const char *why = tries[i].why;
		clear();
		if (tries[i].needs_party)
			CHECK_ROW(why, create() == ENT_OK);
		CHECK_ROW(why, tries[i].run() == ENT_OK);
		const int64_t before = memory.live;
		for (int all_later = 0; all_later < 2; all_later++) {
			uint64_t fail_at = 1;
			while (fail_once(why, tries[i].run, fail_at, all_later == 1))
				fail_at++;
			CHECK_ROW(why, fail_at > 1);
		}
		CHECK_ROW(why, memory.live == before);
		CHECK_ROW(why, tries[i].run() == ENT_OK);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(party__without_memory_nothing_is_half_made),
	};
	(void)snprintf(data, sizeof data, "/tmp/entente-party-XXXXXX");
	if (ent_seal_start() != ENT_OK || mkdtemp(data) == NULL ||
			ent_secret_create(4, &passphrase) != ENT_OK)
		return 1;
	const struct ent_card theirs = party_card(1, 1, 2, "x", 1);
	other.length = party_print(&theirs, 1, 0, other.text);
	memcpy(other.id, theirs.id, sizeof other.id);
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	clear();
	ent_secret_destroy(passphrase);
	return rmdir(data) == 0 ? failed : 1;
}
