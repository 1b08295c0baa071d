/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_api.c: requests to the node's interface. The input is a script:
 *
 *     PUT 1 /dss/v1/subscriptions/@3?name=value     method, which token, path and query
 *     {"uss_base_url": ...}                         its body, up to a line that is a dot
 *     .
 *     WAIT 600                                      so many seconds pass
 *     FAIL 3                                        the next write fails with that status; with 1 its client has gone
 *
 * In path and body, @3 is the third id; $i3 $c3 $s3 are what is in force of the intent, constraint or subscription of
 * that id; $u3 the version of what "uss3" said; $v3 a suffix of now; $K the OVNs of all that there is, for a key.
 *
 * Every request is answered once, with a declared status and what the status promises; only a write that fails is
 * answered 503. The state keeps its promises and is that of a replay of its entries.
 */
#include "fuzz.h"

#include <stdio.h>

#include "airspace_whole.h"
#include "entente/api.h"
#include "entente/text.h"
#include "fake_http.h"
#include "fake_node.h"
#include "token_keys.h"

enum { REQUESTS_MAX = 40, SIZE_MAX_TRIED = 1 << 15, EXPANDED_MAX = 1 << 17, PADDING = 64 };
enum { TOKENS = 6 };

/* For tokens time stands still, so that each is looked at once. */
#define NOW_US INT64_C(1767225600000000)
#define LIFE_US INT64_C(3000000000)

struct expanded {
	size_t size;
	char text[EXPANDED_MAX + PADDING];
};

static struct ent_pkey *key;
static struct ent_token_checker *checker;
static struct ent_json *json;
static char tokens[TOKENS][2048]; /* what Authorization says */

#define SCOPES                                                                                \
	"utm.strategic_coordination utm.conformance_monitoring_sa utm.constraint_management " \
	"utm.constraint_processing utm.availability_arbitration interuss.pool_status.read "   \
	"interuss.pool_status.heartbeat.write interuss.versioning.read_system_versions "      \
	"dss.read.identification_service_areas"

/* 0: none at all; 1 to 3: a USS that may do everything; 4: hardly anything; 5: with a bad signature. */
static void mint_tokens(void) {
	static const char *const subjects[TOKENS] = {
			"", "uss1", "uss2", "uss\"3\xc3\xa9", "uss4", "uss5"};
	for (int i = 1; i < TOKENS; i++) {
		const struct ent_token_claims claims = {.issuer = "fuzz",
				.subject = subjects[i],
				.audience = "localhost",
				.scope = i == 4 ? "utm.constraint_processing" : SCOPES,
				.expires_utc_us = NOW_US + LIFE_US};
		size_t length;
		memcpy(tokens[i], "Bearer ", 7);
		FUZZ_CHECK(ent_token_mint(key, ENT_PKEY_ES256, NULL, &claims, tokens[i] + 7,
					   sizeof tokens[i] - 7, &length) == ENT_OK);
	}
	tokens[5][strlen(tokens[5]) - 3] ^= 1;
}

static void begin(void) {
	static const char *const audiences[] = {"localhost"};
	struct ent_token_keys *keys;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	FUZZ_CHECK(ent_pkey_create_from_pem(TEST_EC_A_PRIVATE, sizeof TEST_EC_A_PRIVATE - 1, true,
				   &key, NULL) == ENT_OK);
	FUZZ_CHECK(ent_token_keys_create(&keys) == ENT_OK);
	FUZZ_CHECK(ent_token_keys_add_pem(keys, "", TEST_EC_A_PUBLIC, sizeof TEST_EC_A_PUBLIC - 1,
				   NULL) == ENT_OK);
	FUZZ_CHECK(ent_token_checker_create(keys, audiences, 1, &checker) == ENT_OK);
	FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	mint_tokens();
}

/* --- Expanding --- */

static void put(struct expanded *expanded, const char *text, size_t size) {
	if (size > EXPANDED_MAX - expanded->size)
		size = EXPANDED_MAX - expanded->size;
	memcpy(expanded->text + expanded->size, text, size);
	expanded->size += size;
}

static struct ent_uuid id_of(unsigned digit) {
	struct ent_uuid id = {{0}};
	id.bytes[6] = 0x40;
	id.bytes[8] = 0x80;
	id.bytes[15] = (uint8_t)digit;
	return id;
}

static void put_uuid(struct expanded *expanded, const struct ent_uuid *id) {
	char text[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(id, text);
	put(expanded, text, sizeof text - 1);
}

static void put_ovn(struct expanded *expanded, const struct ent_fold_version *version,
		enum ent_entity_kind kind, unsigned digit) {
	const struct ent_uuid id = id_of(digit);
	const struct ent_entity *entity = ent_airspace_find(version, kind, &id);
	if (entity != NULL)
		put(expanded, entity->ovn, strlen(entity->ovn));
}

static void put_suffix(struct expanded *expanded, int64_t now_utc_us, unsigned digit) {
	struct ent_uuid suffix = id_of(digit);
	for (int i = 0; i < 6; i++)
		suffix.bytes[i] = (uint8_t)(now_utc_us / 1000 >> (40 - 8 * i));
	suffix.bytes[6] = 0x70;
	put_uuid(expanded, &suffix);
}

static void put_key(struct expanded *expanded, const struct ent_fold_version *version) {
	for (unsigned map = ENT_AIRSPACE_INTENTS; map <= ENT_AIRSPACE_CONSTRAINTS; map++) {
		struct ent_fold_cursor cursor;
		const uint64_t *unused;
		uint64_t value;
		ent_fold_seek(version, map, NULL, &cursor);
		while (ent_fold_next(&cursor, &unused, &value)) {
			const char *ovn = ((const struct ent_entity *)(uintptr_t)value)->ovn;
			put(expanded, "\"", 1);
			put(expanded, ovn, strlen(ovn));
			put(expanded, "\",", 2);
		}
	}
	put(expanded, "\"\"", 2);
}

static void put_version(
		struct expanded *expanded, const struct ent_fold_version *version, unsigned digit) {
	char name[8];
	(void)snprintf(name, sizeof name, "uss%u", digit);
	const char *text = ent_airspace_uss(version, name).version;
	put(expanded, text, strlen(text));
}

static void put_named(struct expanded *expanded, struct ent_node *node, char what, unsigned digit) {
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_uuid id = id_of(digit);
	if (what == '@')
		put_uuid(expanded, &id);
	else if (what == 'K')
		put_key(expanded, version);
	else if (what == 'u')
		put_version(expanded, version, digit);
	else if (what == 'v')
		put_suffix(expanded, fake_node_now(node), digit);
	else
		put_ovn(expanded, version,
				what == 'i'                   ? ENT_ENTITY_INTENT
						: what == 'c' ? ENT_ENTITY_CONSTRAINT
							      : ENT_ENTITY_SUBSCRIPTION,
				digit);
	ent_node_release(node, version);
}

static void expand(
		struct ent_node *node, const char *text, size_t size, struct expanded *expanded) {
	expanded->size = 0;
	for (size_t i = 0; i < size; i++) {
		const char next = i + 1 < size ? text[i + 1] : '\0';
		const char after = i + 2 < size ? text[i + 2] : '\0';
		if (text[i] == '@' && next >= '0' && next <= '9') {
			put_named(expanded, node, '@', (unsigned)(next - '0'));
			i++;
		} else if (text[i] == '$' && next == 'K') {
			put_named(expanded, node, 'K', 0);
			i++;
		} else if (text[i] == '$' && next != '\0' && strchr("icsuv", next) != NULL &&
				after >= '0' && after <= '9') {
			put_named(expanded, node, next, (unsigned)(after - '0'));
			i += 2;
		} else {
			put(expanded, text + i, 1);
		}
	}
	memset(expanded->text + expanded->size, 0, PADDING);
}

/* --- Answers --- */

static void check_json(const struct ent_http_request *request) {
	struct ent_json_value root, message;
	struct ent_fault fault = {{0}, {0}};
	const char *text;
	size_t length;
	FUZZ_CHECK(request->answer_size > 0 && request->answer[request->answer_size - 1] == '\n');
	FUZZ_CHECK(ent_json_parse(json, request->answer, request->answer_size,
				   &(struct ent_json_options){.refuse_duplicates = true}, &root,
				   &fault) == ENT_OK);
	FUZZ_CHECK(ent_json_kind(root) == ENT_JSON_OBJECT);
	if (request->status < 400)
		return;
	FUZZ_CHECK(ent_json_member(
			root, request->status < 500 ? "message" : "error_message", &message));
	FUZZ_CHECK(ent_json_string(message, &text, &length) && length > 0);
}

static void check_text(const struct ent_http_request *request) {
	uint32_t unused;
	size_t bytes;
	for (size_t at = 0; at < request->answer_size; at += bytes) {
		bytes = ent_text_character(
				request->answer + at, request->answer_size - at, &unused);
		FUZZ_CHECK(bytes > 0);
	}
}

static void check_answer(const struct ent_http_request *request, bool fails) {
	static const unsigned statuses[] = {200, 201, 400, 401, 403, 404, 409, 413};
	bool declared = request->status == 503 && fails;
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		declared = declared || statuses[i] == request->status;
	FUZZ_CHECK(request->answers == 1 && declared && request->content_type != NULL);
	if (strncmp(request->content_type, "application/json", 16) == 0)
		check_json(request);
	else
		check_text(request);
	/* What no route has is text, and so is what people look at. */
	FUZZ_CHECK(request->route != NULL || request->status == 404);
}

/* --- The script --- */

struct script {
	struct ent_node *node;
	struct ent_api *api;
	const char *text;
	size_t size;
	bool fails, gone;
};

static size_t line_of(const struct script *script) {
	const char *end = memchr(script->text, '\n', script->size);
	return end != NULL ? (size_t)(end - script->text) : script->size;
}

static void pass(struct script *script, size_t size) {
	size = size < script->size ? size : script->size;
	script->text += size;
	script->size -= size;
}

/* Up to the dot. */
static size_t body_of(const struct script *script) {
	for (size_t i = 0; i + 1 < script->size; i++)
		if (script->text[i] == '.' && script->text[i + 1] == '\n' &&
				(i == 0 || script->text[i - 1] == '\n'))
			return i;
	return script->size;
}

/* Cuts the query off the path. */
static void split_query(char *target, struct ent_http_request *request) {
	char *at = strchr(target, '?');
	request->path = target;
	while (at != NULL && request->n_arguments < FAKE_ARGUMENTS_MAX) {
		*at++ = '\0';
		char *next = strchr(at, '&'), *equals = strchr(at, '=');
		if (next != NULL)
			*next = '\0';
		if (equals != NULL && (next == NULL || equals < next)) {
			*equals = '\0';
			request->argument[request->n_arguments].name = at;
			request->argument[request->n_arguments++].value = equals + 1;
		}
		at = next;
	}
}

static void ask(struct script *script, enum ent_http_method method, unsigned token,
		const char *target, size_t length) {
	static struct expanded path, body;
	expand(script->node, target, length, &path);
	const size_t body_size = body_of(script);
	expand(script->node, script->text, body_size, &body);
	pass(script, body_size + 2);
	struct ent_http_request request = {.method = method,
			.body_size = body.size,
			.start_utc_us = fake_node_now(script->node),
			.gone = script->gone};
	struct ent_node_state before, after;
	ent_node_state(script->node, &before);
	/* Exact, so that a byte too far is seen; a NUL never gets into a path. */
	char *exact = malloc(body.size + PADDING);
	FUZZ_CHECK(exact != NULL);
	memcpy(exact, body.text, body.size + PADDING);
	request.body = exact;
	request.authorization = token == 0 ? NULL : tokens[token];
	split_query(path.text, &request);
	ent_api_handle(script->api, &request);
	check_answer(&request, script->fails);
	script->fails = script->fails && request.status != 503;
	/* Nothing is written for who has gone. */
	ent_node_state(script->node, &after);
	FUZZ_CHECK(!script->gone || after.size == before.size);
	script->gone = script->gone && script->fails;
	const char *broken = fake_node_broken(script->node);
	if (broken != NULL)
		(void)fprintf(stderr, "broken: %s\n", broken);
	FUZZ_CHECK(broken == NULL);
	free(request.answer);
	free(exact);
}

static void step(struct script *script) {
	static const struct {
		const char *name;
		enum ent_http_method method;
	} methods[] = {{"GET ", ENT_HTTP_GET}, {"HEAD ", ENT_HTTP_HEAD}, {"PUT ", ENT_HTTP_PUT},
			{"POST ", ENT_HTTP_POST}, {"DELETE ", ENT_HTTP_DELETE},
			{"PATCH ", ENT_HTTP_OTHER}};
	const char *line = script->text;
	const size_t length = line_of(script);
	pass(script, length + 1);
	if (length > 5 && memcmp(line, "WAIT ", 5) == 0)
		fake_node_wait(script->node,
				INT64_C(1000000) * (strtol(line + 5, NULL, 10) & 0xffffff));
	if (length > 5 && memcmp(line, "FAIL ", 5) == 0) {
		const ent_status statuses[] = {ENT_E_LIMIT, ENT_E_MISSING, ENT_E_MEMORY, ENT_E_IO};
		const ent_status status = statuses[(unsigned char)line[5] % 4];
		script->gone = script->gone || status == ENT_E_MISSING;
		if (status != ENT_E_MISSING)
			fake_node_fail_next(script->node, status);
		script->fails = true;
	}
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		const size_t name = strlen(methods[i].name);
		if (length < name + 2 || memcmp(line, methods[i].name, name) != 0)
			continue;
		ask(script, methods[i].method, (unsigned char)line[name] % TOKENS, line + name + 2,
				length - name - 2);
		return;
	}
}

static int64_t now(void *user) {
	(void)user;
	return NOW_US;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > SIZE_MAX_TRIED || size < 1)
		return 0;
	if (checker == NULL)
		begin();
	/* Terminated, for strtol. */
	char *text = malloc(size + 1);
	FUZZ_CHECK(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	struct script script = {.node = fake_node_create(), .text = text + 1, .size = size - 1};
	const struct ent_api_options options = {.node = script.node,
			.checker = checker,
			.extents = {10, 2000, 2500},
			.allow_http_base_urls = text[0] & 1,
			.strict = (text[0] & 2) != 0,
			.version = "1",
			.locality = "fuzz",
			.public_endpoint = "https://fuzz.example",
			.openapi = "openapi: 3",
			.openapi_size = 10,
			.clock = now};
	FUZZ_CHECK(ent_api_create(&options, &script.api) == ENT_OK);
	for (int i = 0; i < REQUESTS_MAX && script.size > 0; i++)
		step(&script);
	ent_api_destroy(script.api);
	fake_node_destroy(script.node);
	free(text);
	return 0;
}
