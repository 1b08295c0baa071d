/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_office.c: requests of any bytes at an office whose HTTP is a fake and whose store, desk and party are real: a line
 * each with method, path, query, Content-Type, If-Match, Last-Event-ID and who asks ("line": with the command line's token);
 * what is behind them is the body. Each request is answered once, with a status that the document knows and an object
 * where it is JSON. Sessions and operators, whose passwords take long, are fuzz_v1.c's.
 */
#include "fuzz.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "../tests/office_below.h"
#include "entente/json.h"

enum { HEADERS = 7, SIZE_MAX_TRIED = 1 << 16 };

/* --- HTTP without a server --- */

struct ent_http_request {
	const char *line[HEADERS];
	char authorization[128];
	const char *body; /* with 64 zero bytes behind it */
	size_t body_size;
	atomic_uint answers;
	unsigned status;
	const char *content_type;
	char *answer;
	size_t size;
};
struct ent_http_server {
	void (*handle)(void *user, struct ent_http_request *request);
	void *user;
};
static struct ent_http_server door;
const struct ent_http_limits ent_http_limits_default = {.request_us = 10000000};

ent_status ent_http_server_create(const struct ent_http_options *options,
		struct ent_http_server **ret_server, struct ent_fault *reterr_fault) {
	(void)reterr_fault;
	door = (struct ent_http_server){options->handle, options->user};
	*ret_server = &door;
	return ENT_OK;
}

const char *ent_http_server_address(const struct ent_http_server *server) {
	(void)server;
	return "127.0.0.1:1";
}

void ent_http_server_stop(struct ent_http_server *server, int64_t wait_us) {
	(void)server, (void)wait_us;
}

void ent_http_server_destroy(struct ent_http_server *server) {
	(void)server;
}

enum ent_http_method ent_http_method(const struct ent_http_request *request) {
	static const char *const methods[] = {[ENT_HTTP_GET] = "GET",
			[ENT_HTTP_HEAD] = "HEAD",
			[ENT_HTTP_PUT] = "PUT",
			[ENT_HTTP_POST] = "POST",
			[ENT_HTTP_DELETE] = "DELETE"};
	unsigned i = 0;
	while (i < ENT_HTTP_OTHER && strcmp(methods[i], request->line[0]) != 0)
		i++;
	return (enum ent_http_method)i;
}

const char *ent_http_path(const struct ent_http_request *request) {
	return request->line[1];
}

/* Whatever is asked for. */
const char *ent_http_query(const struct ent_http_request *request, const char *name) {
	(void)name;
	return request->line[2][0] != '\0' ? request->line[2] : NULL;
}

const char *ent_http_header(const struct ent_http_request *request, const char *name) {
	static const char *const names[] = {"Content-Type", "If-Match", "Last-Event-ID"};
	for (size_t i = 0; i < 3; i++)
		if (strcasecmp(name, names[i]) == 0)
			return request->line[3 + i][0] != '\0' ? request->line[3 + i] : NULL;
	return strcasecmp(name, "Authorization") == 0 ? request->authorization : NULL;
}

const char *ent_http_body(const struct ent_http_request *request, size_t *ret_size) {
	*ret_size = request->body_size;
	return request->body;
}

bool ent_http_gone(const struct ent_http_request *request) {
	(void)request;
	return false;
}

void ent_http_set_route(struct ent_http_request *request, const char *route) {
	(void)request, (void)route;
}

void ent_http_set_subject(struct ent_http_request *request, const char *subject) {
	(void)request, (void)subject;
}

enum ent_http_verdict ent_http_grow(struct ent_http_request *request, size_t size) {
	(void)request, (void)size;
	return ENT_HTTP_FINE;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;

void ent_http_answer(struct ent_http_request *request, const struct ent_http_answer *answer) {
	(void)pthread_mutex_lock(&lock);
	request->status = answer->status;
	request->content_type = answer->content_type;
	request->answer = answer->take_body;
	request->size = answer->size;
	request->answers++;
	(void)pthread_cond_signal(&answered);
	(void)pthread_mutex_unlock(&lock);
}

/* --- The office --- */

static char folder[] = "/tmp/entente-fuzz-XXXXXX", token[64];
static struct ent_office *office;

static int64_t clock_now(void *user) {
	(void)user;
	return INT64_C(1767225600000000);
}

static ent_status set_clock(void *user, int64_t now_utc_us) {
	(void)user;
	return now_utc_us < clock_now(NULL) ? ENT_E_DOMAIN : ENT_OK;
}

static void say(void *user, enum ent_scribe_say severity, const char *text) {
	(void)user, (void)severity, (void)text;
}

static void remove_folder(void) {
	char command[64];
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	FUZZ_CHECK(system(command) == 0); /* NOLINT(cert-env33-c) */
}

static void make_party(void) {
	struct ent_secret *passphrase = NULL;
	FUZZ_CHECK(ent_secret_create(1, &passphrase) == ENT_OK);
	ent_secret_bytes(passphrase)[0] = 'x';
	const struct ent_party_wish wish = {.name = "Aid",
			.profile = ENT_PROFILE_CELL,
			.passphrase = passphrase,
			.passes = 1,
			.memory_kib = 8,
			.now_utc_us = clock_now(NULL)};
	FUZZ_CHECK(ent_party_create(folder, &wish, NULL) == ENT_OK);
	ent_secret_destroy(passphrase);
}

static void read_token(void) {
	char path[64], url[64];
	(void)snprintf(path, sizeof path, "%s/" ENT_OFFICE_CONTROL, folder);
	FILE *file = fopen(path, "re");
	FUZZ_CHECK(file != NULL && fscanf(file, "%63s %63s", url, token) == 2);
	FUZZ_CHECK(fclose(file) == 0);
}

static void begin(void) {
	static struct ent_store *store;
	static struct ent_sign_key *key;
	static struct below below;
	FUZZ_CHECK(ent_seal_start() == ENT_OK && mkdtemp(folder) != NULL);
	FUZZ_CHECK(atexit(remove_folder) == 0);
	make_party();
	FUZZ_CHECK(ent_store_open_sqlite(folder, &store, NULL) == ENT_OK);
	FUZZ_CHECK(ent_sign_key_create(&key) == ENT_OK);
	const struct below_options under = {.data = folder,
			.party = true,
			.store = store,
			.clock = clock_now,
			.say = say};
	FUZZ_CHECK(below_begin(&under, &below, NULL) == ENT_OK);
	const struct ent_office_options options = {.data = folder,
			.post = below.post,
			.scribe = below.scribe,
			.peers = below.peers,
			.memoranda = below.memoranda,
			.desk_key = key,
			.desk_origin = "fuzz/desk",
			.desk_key_name = "fuzz/desk",
			.version = "0",
			.clock = clock_now,
			.set_clock = set_clock};
	FUZZ_CHECK(ent_office_create(&options, &office, NULL) == ENT_OK);
	ent_office_event(office, "fuzz", "{\"n\":1}");
	/* So that a request for events is held by nobody. */
	ent_office_stop(office);
	read_token();
}

/* --- Asking --- */

static void check(const struct ent_http_request *request) {
	static const unsigned known[] = {
			200, 201, 204, 400, 401, 403, 404, 405, 409, 412, 413, 415, 423, 429, 503};
	static struct ent_json *json;
	struct ent_json_value root;
	bool is_known = false;
	FUZZ_CHECK(json != NULL || ent_json_create(&json) == ENT_OK);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		is_known = is_known || known[i] == request->status;
	FUZZ_CHECK(is_known && request->answers == 1);
	FUZZ_CHECK((request->answer == NULL) == (request->size == 0));
	if (request->answer == NULL || strncmp(request->content_type, "application/json", 16) != 0)
		return;
	FUZZ_CHECK(ent_json_parse(json, request->answer, request->size, NULL, &root, NULL) ==
			ENT_OK);
	FUZZ_CHECK(ent_json_kind(root) == ENT_JSON_OBJECT);
	/* Without the token nobody is told anything but that. */
	FUZZ_CHECK(strcmp(request->line[6], "line") == 0 || request->status >= 400);
}

static void ask(struct ent_http_request *request) {
	(void)snprintf(request->authorization, sizeof request->authorization, "Bearer %.60s",
			strcmp(request->line[6], "line") == 0 ? token : request->line[6]);
	door.handle(door.user, request);
	(void)pthread_mutex_lock(&lock);
	while (request->answers == 0)
		(void)pthread_cond_wait(&answered, &lock);
	(void)pthread_mutex_unlock(&lock);
	check(request);
	free(request->answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct ent_http_request request = {.answers = 0};
	if (size > SIZE_MAX_TRIED)
		return 0;
	if (office == NULL)
		begin();
	char *text = calloc(1, size + 1 + 64);
	FUZZ_CHECK(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	char *at = text;
	for (unsigned i = 0; i < HEADERS; i++) {
		request.line[i] = at;
		at += strcspn(at, "\n");
		if (at < text + size)
			*at++ = '\0';
	}
	request.body = at;
	request.body_size = (size_t)(text + size - at);
	if (strncmp(request.line[1], "/v1/session", 11) != 0 &&
			strncmp(request.line[1], "/v1/operators", 13) != 0)
		ask(&request);
	free(text);
	return 0;
}
