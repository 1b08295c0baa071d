/* SPDX-License-Identifier: Apache-2.0 */
/* api.c: a request finds its route, shows its token, and gets its answer; see api.h and internal.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

ent_status ent_api_create(const struct ent_api_options *options, struct ent_api **ret_api) {
	struct ent_api *api = calloc(1, sizeof *api);
	if (api == NULL)
		return ENT_E_MEMORY;
	api->options = *options;
	api->start_utc_us = machine_time(api);
	if (pthread_mutex_init(&api->parsers.lock, NULL) != 0) {
		free(api);
		return ENT_E_MEMORY;
	}
	ent_status status = heartbeats_create(&api->heartbeats);
	if (status == ENT_OK)
		status = metrics_create(&api->metrics);
	if (status == ENT_OK)
		*ret_api = api;
	else
		ent_api_destroy(api);
	return status;
}

void ent_api_destroy(struct ent_api *api) {
	if (api == NULL)
		return;
	for (size_t i = 0; i < api->parsers.n; i++)
		ent_json_destroy(api->parsers.json[i]);
	(void)pthread_mutex_destroy(&api->parsers.lock);
	heartbeats_destroy(api->heartbeats);
	metrics_destroy(api->metrics);
	free(api);
}

/* --- Parsers --- */

static struct ent_json *borrow_parser(struct parsers *parsers) {
	struct ent_json *json = NULL;
	(void)pthread_mutex_lock(&parsers->lock);
	if (parsers->n > 0)
		json = parsers->json[--parsers->n];
	(void)pthread_mutex_unlock(&parsers->lock);
	if (json == NULL && ent_json_create(&json) != ENT_OK)
		return NULL;
	return json;
}

/* One that has parsed a large body has grown to some times its size, and is not kept. */
static void return_parser(struct parsers *parsers, struct ent_json *json, size_t parsed) {
	const size_t room = sizeof parsers->json / sizeof parsers->json[0];
	(void)pthread_mutex_lock(&parsers->lock);
	if (parsed <= KEPT_BODY_MAX && parsers->n < room) {
		parsers->json[parsers->n++] = json;
		json = NULL;
	}
	(void)pthread_mutex_unlock(&parsers->lock);
	ent_json_destroy(json);
}

/* --- The end of an exchange --- */

static void exchange_destroy(struct exchange *exchange) {
	size_t size;
	(void)ent_http_body(exchange->request, &size);
	if (exchange->json != NULL)
		return_parser(&exchange->api->parsers, exchange->json, size);
	ent_token_release(exchange->token);
	ent_extent_destroy(exchange->extent);
	free(exchange->volumes);
	free(exchange->points);
	free(exchange->job.command.key);
	free(exchange->answer);
	free(exchange);
}

void send_answer(struct exchange *exchange) {
	char retry_s[16];
	/* RFC 9110, 11.6.1 and 10.2.3. */
	const char *const challenge[] = {"WWW-Authenticate", "Bearer", NULL};
	const char *const retry[] = {"Retry-After", retry_s, NULL};
	struct ent_http_answer answer = {.status = exchange->status,
			.headers = exchange->status == 401      ? challenge
					: exchange->retry_s > 0 ? retry
								: NULL,
			.content_type = "application/json; charset=utf-8",
			.take_body = exchange->answer,
			.size = exchange->answer_size};
	struct ent_http_request *request = exchange->request;
	(void)snprintf(retry_s, sizeof retry_s, "%u", exchange->retry_s);
	exchange->answer = NULL;
	exchange_destroy(exchange);
	ent_http_answer(request, &answer);
}

void send_text(struct exchange *exchange, unsigned status, const char *content_type,
		const char *text, size_t size) {
	struct ent_http_answer answer = {.status = status, .content_type = content_type};
	struct ent_http_request *request = exchange->request;
	const enum ent_http_verdict verdict = ent_http_grow(request, size);
	/* What is our own text is never too large, and nobody could ask for less of it. */
	if (verdict == ENT_HTTP_FULL ||
			(verdict == ENT_HTTP_LARGE && ent_http_full(request, false))) {
		error_of_verdict(exchange, ENT_HTTP_FULL);
		send_answer(exchange);
		return;
	}
	answer.take_body = malloc(size + 1);
	if (answer.take_body != NULL) {
		memcpy(answer.take_body, text, size);
		answer.size = size;
	} else {
		answer.status = 503;
	}
	exchange_destroy(exchange);
	ent_http_answer(request, &answer);
}

/* --- Answers that may be too large --- */

static ent_status to_answer(void *user, const void *bytes, size_t size) {
	struct json_answer *answer = user;
	if (answer->verdict == ENT_HTTP_FINE)
		answer->verdict = ent_http_grow(
				answer->exchange->request, answer->memory.size + size);
	return answer->verdict != ENT_HTTP_FINE
			? ENT_E_LIMIT
			: ent_jsonout_to_memory(&answer->memory, bytes, size);
}

static void begin(struct json_answer *answer, struct exchange *exchange) {
	answer->memory = (struct ent_jsonout_memory){.limit = SIZE_MAX / 4};
	answer->exchange = exchange;
	answer->verdict = ENT_HTTP_FINE;
	answer->written = 0;
}

struct ent_jsonout *json_begin(struct json_answer *answer, struct exchange *exchange) {
	begin(answer, exchange);
	ent_jsonout_init(&answer->out, to_answer, answer, 0);
	return &answer->out;
}

struct ent_jsonout *json_begin_whole(struct json_answer *answer, struct exchange *exchange) {
	begin(answer, exchange);
	ent_jsonout_init(&answer->out, ent_jsonout_to_memory, &answer->memory, 0);
	return &answer->out;
}

bool json_goes_on(struct json_answer *answer) {
	if (++answer->written % LOOK_EVERY == 0 && answer->verdict == ENT_HTTP_FINE)
		answer->verdict = ent_http_look(answer->exchange->request);
	return answer->verdict == ENT_HTTP_FINE && answer->out.status == ENT_OK;
}

void error_of_verdict(struct exchange *exchange, enum ent_http_verdict verdict) {
	switch (verdict) {
	case ENT_HTTP_FINE:
		break;
	case ENT_HTTP_LARGE:
		json_error(exchange, 413,
				"the answer would be larger than this server sends: ask for a "
				"smaller area");
		return;
	case ENT_HTTP_FULL:
		exchange->retry_s = FULL_RETRY_S;
		json_error(exchange, 503,
				"too much is being read from this server just now; try again");
		return;
	case ENT_HTTP_LATE:
		json_error(exchange, 503,
				"request timeout: the answer took too long; ask for a smaller "
				"area, or try again");
		return;
	case ENT_HTTP_LOST:
		json_error(exchange, 503, "the client did not wait");
		return;
	}
}

/* It grew by doubling; what waits to be sent, perhaps for long, has no more than it needs. */
static void shrink(struct ent_jsonout_memory *memory) {
	char *bytes = memory->bytes == NULL ? NULL : realloc(memory->bytes, memory->size + 1);
	if (bytes != NULL)
		memory->bytes = bytes;
}

void json_end(struct json_answer *answer, struct exchange *exchange, unsigned status) {
	const ent_status written = ent_jsonout_finish(&answer->out);
	if (written != ENT_OK || answer->verdict != ENT_HTTP_FINE) {
		free(answer->memory.bytes);
		answer->memory = (struct ent_jsonout_memory){0};
		status = 503;
	}
	shrink(&answer->memory);
	free(exchange->answer);
	exchange->status = status;
	exchange->answer = answer->memory.bytes;
	exchange->answer_size = answer->memory.size;
	ent_http_hold(exchange->request, exchange->answer_size);
	/* A sentence is small, and so is never refused itself. */
	error_of_verdict(exchange, answer->verdict);
}

/* The request's id stands in the message, too, since InterUSS's clients look for it there. */
void json_error(struct exchange *exchange, unsigned status, const char *message) {
	struct json_answer answer;
	char text[1024];
	const char *id = ent_http_id(exchange->request);
	struct ent_jsonout *out = json_begin(&answer, exchange);
	(void)snprintf(text, sizeof text, "%s (E:%s)", message, id);
	ent_jsonout_object_begin(out);
	write_text(out, status >= 500 ? "error_message" : "message", text);
	write_text(out, "request_id", id);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, status);
}

void refuse(struct exchange *exchange, unsigned status, const char *format, ...) {
	char message[768];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	json_error(exchange, status, message);
	send_answer(exchange);
}

/* --- Routes --- */

static bool matches(const struct route *route, const char *path, struct exchange *exchange) {
	const char *pattern = route->pattern;
	unsigned n = 0;
	while (*pattern != '\0') {
		if (pattern[0] == '{' && pattern[1] == '}') {
			const size_t length = strcspn(path, "/");
			exchange->parameter[n].text = path;
			exchange->parameter[n++].length = length;
			path += length;
			pattern += 2;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

static const struct route *find_route(
		const struct ent_http_request *request, struct exchange *exchange) {
	enum ent_http_method method = ent_http_method(request);
	if (method == ENT_HTTP_HEAD)
		method = ENT_HTTP_GET;
	for (size_t i = 0; i < api_routes_count; i++) {
		const struct route *route = &api_routes[i];
		if ((route->method == method || route->method == ENT_HTTP_OTHER) &&
				matches(route, ent_http_path(request), exchange))
			return route;
	}
	return NULL;
}

bool has_scope(const struct exchange *exchange, const char *scope) {
	return ent_token_has_scope(exchange->token, scope);
}

void read_sources(const struct ent_api *api, struct ent_api_sources *ret_sources) {
	*ret_sources = (struct ent_api_sources){0};
	if (api->options.sources != NULL)
		api->options.sources(api->options.user, ret_sources);
}

void read_party(const struct ent_api *api, struct ent_api_party *ret_party) {
	*ret_party = (struct ent_api_party){0};
	if (api->options.party != NULL)
		api->options.party(api->options.user, ret_party);
}

/* As far as it may differ from the node's: one that can be set says nothing of how long the node runs. */
int64_t machine_time(const struct ent_api *api) {
	return api->options.token_clock != NULL ? api->options.token_clock(api->options.user)
						: time_now(api);
}

int64_t time_now(const struct ent_api *api) {
	return api->options.clock(api->options.user);
}

int64_t wall_ahead(const struct ent_api *api) {
	return api->options.wall_ahead != NULL ? api->options.wall_ahead(api->options.user) : 0;
}

/* The later of two times that are in doubt: no clock that is set back makes a token good that has expired. */
static int64_t token_time(const struct ent_api *api) {
	const int64_t ahead_us = wall_ahead(api);
	if (api->options.token_clock != NULL)
		return api->options.token_clock(api->options.user);
	return time_now(api) + (ahead_us > 0 ? ahead_us : 0);
}

/*
 * A token that cannot be checked is not the client's fault when keys that we ought to have are not there: with none
 * at all it is told to come again.
 */
static void refuse_token(struct exchange *exchange, const struct ent_api_sources *sources,
		const struct ent_fault *fault) {
	const bool lacking = sources->without > 0;
	if (lacking && strcmp(fault->where, "keys") == 0) {
		exchange->retry_s = sources->retry_s;
		refuse(exchange, 503,
				"Access token validation is not possible just now: the keys of its "
				"authority cannot be had; try again");
	} else {
		refuse(exchange, 401, "Access token validation failed: %s%s", fault->why,
				lacking && strcmp(fault->where, "signature") == 0
						? "; not all keys can be had just now, see /healthz"
						: "");
	}
}

/* False: refused. */
static bool is_token_good(struct exchange *exchange) {
	const struct ent_api_options *options = &exchange->api->options;
	struct ent_fault fault = {{0}, {0}};
	struct ent_api_sources sources;
	/* Before the check: keys that come meanwhile must not make it the token's fault. */
	read_sources(exchange->api, &sources);
	const ent_status status = ent_token_check(options->checker,
			ent_http_header(exchange->request, "Authorization"),
			token_time(exchange->api), &exchange->token, &fault);
	if (status == ENT_E_MISSING)
		refuse(exchange, 401, "Missing access token");
	else if (status == ENT_E_MEMORY)
		refuse(exchange, 503, "out of memory");
	else if (status != ENT_OK)
		refuse_token(exchange, &sources, &fault);
	return status == ENT_OK;
}

/* False: refused. */
static bool authorize(struct exchange *exchange) {
	const struct route *route = exchange->route;
	if (route->scopes == NULL)
		return true;
	if (!is_token_good(exchange))
		return false;
	exchange->job.command.manager = exchange->token->subject;
	ent_http_set_subject(exchange->request, exchange->token->subject);
	if (strlen(exchange->token->subject) > ENT_AIRSPACE_NAME_MAX) {
		refuse(exchange, 401, "the token's subject is longer than %d bytes",
				ENT_AIRSPACE_NAME_MAX);
		return false;
	}
	for (const char *const *scope = route->scopes; *scope != NULL; scope++)
		if (has_scope(exchange, *scope))
			return true;
	char wanted[256] = "";
	size_t used = 0;
	for (const char *const *scope = route->scopes; *scope != NULL; scope++) {
		const int printed = snprintf(wanted + used, sizeof wanted - used, "%s%s",
				used > 0 ? ", " : "", *scope);
		used += printed > 0 && (size_t)printed < sizeof wanted - used ? (size_t)printed : 0;
	}
	refuse(exchange, 403, "the token has none of the scopes that this needs: %s", wanted);
	return false;
}

void answer_plain(struct ent_http_request *request, unsigned status, const char *text) {
	struct ent_http_answer answer = {.status = status,
			.content_type = "text/plain; charset=utf-8",
			.take_body = strdup(text)};
	answer.size = answer.take_body != NULL ? strlen(text) : 0;
	ent_http_answer(request, &answer);
}

void ent_api_handle(void *user, struct ent_http_request *request) {
	struct ent_api *api = user;
	struct exchange *exchange = calloc(1, sizeof *exchange);
	if (exchange == NULL) {
		answer_plain(request, 503, "out of memory\n");
		return;
	}
	exchange->api = api;
	exchange->request = request;
	exchange->route = find_route(request, exchange);
	if (exchange->route == NULL) {
		free(exchange);
		answer_plain(request, 404, "404 page not found\n");
		return;
	}
	ent_http_set_route(request, exchange->route->pattern);
	if (authorize(exchange))
		exchange->route->handle(exchange);
}

/* --- Parsing that all routes need --- */

/*
 * How many bytes the first JSON value takes, when it is an object; all of them otherwise. What stands behind it does not
 * count, as InterUSS has it.
 */
static size_t first_value(const char *body, size_t size) {
	size_t at = strspn(body, " \t\r\n"), depth = 0;
	bool text = false;
	for (; at < size; at++) {
		const char c = body[at];
		if (text) {
			at += c == '\\';
			text = c != '"';
			continue;
		}
		text = c == '"';
		depth += c == '{' || c == '[';
		if ((c == '}' || c == ']') && depth > 0 && --depth == 0)
			return at + 1;
		if (depth == 0)
			break;
	}
	return size;
}

bool parse_body(struct exchange *exchange) {
	size_t size;
	const char *body = ent_http_body(exchange->request, &size);
	struct ent_fault fault = {{0}, {0}};
	const struct ent_json_options options = {.capacity = size + ENT_JSON_PADDING};
	exchange->json = borrow_parser(&exchange->api->parsers);
	if (exchange->json == NULL) {
		refuse(exchange, 503, "out of memory");
		return false;
	}
	const ent_status status = ent_json_parse(exchange->json, body, first_value(body, size),
			&options, &exchange->body, &fault);
	if (status == ENT_OK && ent_json_kind(exchange->body) == ENT_JSON_OBJECT)
		return true;
	if (status == ENT_E_MEMORY)
		refuse(exchange, 503, "out of memory");
	else if (status != ENT_OK)
		refuse(exchange, 400, "the body is not JSON: %s: %s", fault.where, fault.why);
	else
		refuse(exchange, 400, "the body is %s, not an object",
				ent_json_kind_text(ent_json_kind(exchange->body)));
	return false;
}

bool member(struct ent_json_value object, const char *name, struct ent_json_value *ret_value) {
	return ent_json_member(object, name, ret_value) &&
			ent_json_kind(*ret_value) != ENT_JSON_NULL;
}

bool refuse_kind(struct exchange *exchange, const char *path, const char *name,
		struct ent_json_value value, const char *wanted) {
	refuse(exchange, 400, "%s%s: it is %s, not %s", path, name,
			ent_json_kind_text(ent_json_kind(value)), wanted);
	return false;
}

bool parse_string(struct exchange *exchange, struct ent_json_value object, const char *path,
		const char *name, const char **ret_text, size_t *ret_length) {
	struct ent_json_value value;
	*ret_text = "";
	*ret_length = 0;
	if (!member(object, name, &value))
		return true;
	if (!ent_json_string(value, ret_text, ret_length))
		return refuse_kind(exchange, path, name, value, "a string");
	if (strlen(*ret_text) != *ret_length) {
		refuse(exchange, 400, "%s%s: it holds a NUL", path, name);
		return false;
	}
	return true;
}

bool parse_bool(struct exchange *exchange, struct ent_json_value object, const char *path,
		const char *name, bool *ret_bool) {
	struct ent_json_value value;
	*ret_bool = false;
	if (!member(object, name, &value))
		return true;
	return ent_json_bool(value, ret_bool) ||
			refuse_kind(exchange, path, name, value, "a boolean");
}

bool parse_id(struct exchange *exchange, unsigned parameter, struct ent_uuid *ret_id) {
	if (ent_uuid_parse(exchange->parameter[parameter].text,
			    exchange->parameter[parameter].length, ret_id) == ENT_OK &&
			ent_uuid_version(ret_id) == 4)
		return true;
	refuse(exchange, 400, "the id in the path is not a UUID of version 4");
	return false;
}

bool parse_ovn(struct exchange *exchange) {
	const size_t length = exchange->parameter[1].length;
	if (length == 0) {
		refuse(exchange, 400, "the OVN or version in the path is empty");
		return false;
	}
	if (length > ENT_AIRSPACE_OVN_MAX) {
		/* It is the OVN of nothing that we have. */
		memcpy(exchange->ovn, "?", 2);
	} else {
		memcpy(exchange->ovn, exchange->parameter[1].text, length);
		exchange->ovn[length] = '\0';
	}
	exchange->job.command.ovn = exchange->ovn;
	return true;
}

/* Has it a host behind its scheme, which may be in any letter case, and nothing that is not printable? */
static bool is_url(const char *url, size_t length, const char *scheme) {
	const size_t n = strlen(scheme);
	if (length <= n || strncasecmp(url, scheme, n) != 0 || strchr("/?#", url[n]) != NULL)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)url[i] <= ' ' || url[i] == 0x7f)
			return false;
	return true;
}

bool check_url(struct exchange *exchange, const char *name, const char *url, size_t length,
		bool needed) {
	if (length == 0 && needed) {
		refuse(exchange, 400, "%s: missing or empty", name);
		return false;
	}
	if (length > ENT_AIRSPACE_NAME_MAX) {
		refuse(exchange, 400, "%s: longer than %d bytes", name, ENT_AIRSPACE_NAME_MAX);
		return false;
	}
	if (!exchange->api->options.allow_http_base_urls && !is_url(url, length, "https://")) {
		refuse(exchange, 400, "%s: it must be an https URL", name);
		return false;
	}
	return true;
}
