/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_jwks.c: keys as they come from a file or an address: a JWK Set, with and without ids, and PEM. A source is
 * taken as a whole or not at all, and says why not.
 */
#include "fuzz.h"

#include "entente/text.h"
#include "entente/token.h"

static void check_reason(ent_status status, const struct ent_fault *fault) {
	uint32_t character = 0;
	size_t bytes = 0;
	FUZZ_CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	for (const char *c = fault->why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
}

static void add(struct ent_token_keys *keys, const char *text, size_t size, size_t n_ids) {
	static const char *const ids[] = {"a", "b"};
	struct ent_fault fault = {0};
	const size_t before = ent_token_keys_count(keys);
	const ent_status status = ent_token_keys_add_jwks(
			keys, "set", text, size, ids, n_ids, &fault);
	FUZZ_CHECK((status == ENT_OK) == (ent_token_keys_count(keys) > before));
	FUZZ_CHECK(ent_token_keys_count(keys) >= before);
	check_reason(status, &fault);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static bool started;
	struct ent_token_keys *keys;
	struct ent_fault fault = {0};
	FUZZ_CHECK(started || ent_seal_start() == ENT_OK);
	started = true;
	FUZZ_CHECK(ent_token_keys_create(&keys) == ENT_OK);
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	for (size_t n_ids = 0; n_ids <= 2; n_ids++)
		add(keys, text, size, n_ids);
	const size_t before = ent_token_keys_count(keys);
	const ent_status status = ent_token_keys_add_pem(keys, "pem", text, size, &fault);
	FUZZ_CHECK((status == ENT_OK) == (ent_token_keys_count(keys) > before));
	check_reason(status, &fault);
	FUZZ_CHECK(ent_token_keys_count(keys) <= ENT_TOKEN_KEYS_MAX);
	ent_token_keys_destroy(keys);
	free(text);
	return 0;
}
