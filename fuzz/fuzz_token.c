/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_token.c: an Authorization header as it comes. What begins with '{' is signed as the claims of a token, and
 * what begins with '[' as its header (behind the '['), so that what lies behind a right signature is reached too.
 * Who is let in has all that a token must have, and the second answer is the first one.
 */
#include "fuzz.h"

#include "entente/base64.h"
#include "entente/text.h"
#include "entente/token.h"

#include "token_keys.h"

#define NOW_US INT64_C(1767225600000000)
#define LIFE_US (INT64_C(1000000) * ENT_TOKEN_LIFE_MAX_S)
#define HEADER "{\"alg\":\"ES256\"}"
#define CLAIMS                                                                             \
	"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"localhost\",\"exp\":1767226000,\"scope\":" \
	"\"a\"}"

enum { ROOM = 2 * ENT_TOKEN_SIZE_MAX };

static struct ent_pkey *private_key;
static struct ent_token_checker *checker;

static void begin(void) {
	static const char pem[] = TEST_RSA_A_PUBLIC TEST_EC_A_PUBLIC;
	static const char *const audiences[] = {"localhost", "dss.example"};
	struct ent_token_keys *keys;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	FUZZ_CHECK(ent_pkey_create_from_pem(TEST_EC_A_PRIVATE, sizeof TEST_EC_A_PRIVATE - 1, true,
				   &private_key, NULL) == ENT_OK);
	FUZZ_CHECK(ent_token_keys_create(&keys) == ENT_OK);
	FUZZ_CHECK(ent_token_keys_add_pem(keys, "", pem, sizeof pem - 1, NULL) == ENT_OK);
	FUZZ_CHECK(ent_token_checker_create(keys, audiences, 2, &checker) == ENT_OK);
}

/* Words for a person, without what could steer. */
static void check_reason(const struct ent_fault *fault) {
	uint32_t character = 0;
	size_t bytes = 0;
	FUZZ_CHECK(fault->why[0] != '\0');
	for (const char *c = fault->why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
}

static ent_status check(const char *authorization, int64_t now_us) {
	const struct ent_token *token = NULL;
	struct ent_fault fault = {0};
	const ent_status status = ent_token_check(checker, authorization, now_us, &token, &fault);
	if (status != ENT_OK) {
		FUZZ_CHECK(status == ENT_E_MISSING || status == ENT_E_REFUSED);
		FUZZ_CHECK(token == NULL);
		check_reason(&fault);
		return status;
	}
	FUZZ_CHECK(token->subject[0] != '\0' && token->n_scopes <= ENT_TOKEN_SCOPES_MAX);
	FUZZ_CHECK(token->expires_utc_us > now_us && token->expires_utc_us <= now_us + LIFE_US);
	for (size_t i = 0; i < token->n_scopes; i++) {
		FUZZ_CHECK(token->scopes[i][0] != '\0' && strchr(token->scopes[i], ' ') == NULL);
		FUZZ_CHECK(ent_token_has_scope(token, token->scopes[i]));
	}
	ent_token_release(token);
	return status;
}

static size_t put(char *text, const void *bytes, size_t size) {
	return ent_base64_print(ENT_BASE64_URL, bytes, size, text);
}

static void check_signed(
		const char *header, size_t header_size, const char *claims, size_t claims_size) {
	static char text[ROOM];
	uint8_t signature[64];
	size_t size;
	if (ENT_BASE64_SIZE(header_size) + ENT_BASE64_SIZE(claims_size) + 128 > ROOM)
		return;
	memcpy(text, "Bearer ", 7);
	size_t length = 7 + put(text + 7, header, header_size);
	text[length++] = '.';
	length += put(text + length, claims, claims_size);
	FUZZ_CHECK(ent_pkey_sign(private_key, ENT_PKEY_ES256, text + 7, length - 7, signature,
				   sizeof signature, &size) == ENT_OK);
	text[length++] = '.';
	(void)put(text + length, signature, size);
	const ent_status status = check(text, NOW_US);
	FUZZ_CHECK(check(text, NOW_US) == status);
	FUZZ_CHECK(check(text, NOW_US + LIFE_US) == ENT_E_REFUSED || status != ENT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (checker == NULL)
		begin();
	/* Exact and terminated, so that a byte too far is seen. */
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	FUZZ_CHECK(check(text, NOW_US) == check(text, NOW_US));
	if (text[0] == '{')
		check_signed(HEADER, sizeof HEADER - 1, text, size);
	else if (text[0] == '[')
		check_signed(text + 1, size - 1, CLAIMS, sizeof CLAIMS - 1);
	free(text);
	return 0;
}
