/* SPDX-License-Identifier: Apache-2.0 */
/* party_folder.h: for tests: a data directory with a party in it, whose files can be looked at and damaged. */
#ifndef ENTENTE_TESTS_PARTY_FOLDER_H
#define ENTENTE_TESTS_PARTY_FOLDER_H

#include <sys/stat.h>
#include <unistd.h>

#include "cards.h"

enum { NOW_S = 1000000 };
#define NOW_US (PARTY_ISSUED_US + NOW_S * INT64_C(1000000))

/* A data directory of its own for each test, which its end removes. */
static char data[64];

static inline int begin(void **state) {
	(void)state;
	(void)snprintf(data, sizeof data, "/tmp/entente-party-XXXXXX");
	return mkdtemp(data) != NULL ? 0 : 1;
}

static inline int end(void **state) {
	char command[256];
	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf '%s'", data);
	return system(command); /* NOLINT(cert-env33-c) */
}

/* Whether the party that create() makes is one whose clock can be set. */
static bool settable_clock;

static inline struct ent_secret *secret_of(const char *text) {
	struct ent_secret *secret = NULL;
	CHECK(ent_secret_create(strlen(text), &secret) == ENT_OK);
	memcpy(ent_secret_bytes(secret), text, strlen(text));
	return secret;
}

static inline ent_status create(
		const char *name, const char *address, size_t reserves, struct ent_fault *fault) {
	static const char *const reserve[] = {"https://r:1", "https://r:2", "https://r:3",
			"https://r:4", "https://r:5", "https://r:6", "https://r:7", "https://r:8",
			"https://r:9"};
	struct ent_secret *passphrase = secret_of("three at night");
	const struct ent_party_wish wish = {.name = name,
			.address = address,
			.reserves = reserve,
			.n_reserves = reserves,
			.profile = ENT_PROFILE_CELL,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.settable_clock = settable_clock,
			.now_utc_us = NOW_US};
	const ent_status status = ent_party_create(data, &wish, fault);
	ent_secret_destroy(passphrase);
	return status;
}

static inline struct ent_party_folder *made(void) {
	struct ent_party_folder *folder = NULL;
	CHECK(create("Aid", "https://a:1", 1, NULL) == ENT_OK);
	CHECK(ent_party_folder_open(data, true, &folder, NULL) == ENT_OK);
	return folder;
}

static const char *path_of(const char *name) {
	static char path[256];
	(void)snprintf(path, sizeof path, "%s/party/%s", data, name);
	return path;
}

static inline size_t read_file(const char *name, char *ret_text, size_t size) {
	FILE *file = fopen(path_of(name), "rb");
	CHECK_ROW(name, file != NULL);
	const size_t length = fread(ret_text, 1, size - 1, file);
	ret_text[length] = '\0';
	CHECK(fclose(file) == 0);
	return length;
}

static inline void write_file(const char *name, const char *text, size_t length) {
	FILE *file = fopen(path_of(name), "wb");
	CHECK_ROW(name, file != NULL);
	CHECK(fwrite(text, 1, length, file) == length && fclose(file) == 0);
	CHECK(chmod(path_of(name), 0600) == 0);
}

#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
