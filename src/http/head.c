/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.c: our own look at the head of a request, byte by byte, as it came.
 *
 * libmicrohttpd is lenient: it takes a line that ends in a bare LF, folds lines, stops a header at NUL, and of two
 * Content-Length it takes the first. But it parses in place: when it first calls for a request, the bytes from
 * the method's first to the one before the body's first (their number is MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
 * still lie there as they came, but for these: CR, LF, the blanks around the target, the '?' and the colons are
 * zero. So we walk over them and ask of each line that it is exactly
 *
 *     method 0 target 0 HTTP/1.x 0 0        name 0 blanks value 0 0        0 0
 *
 * with the names and values where the library says they are, and nothing between. A bare LF leaves one zero where
 * two must be, a fold or a NUL leaves bytes that are nobody's, a name with a blank is no token. Nothing is read
 * that is not in that range, whatever the library may do. Were another version of it to keep the head otherwise,
 * every request would be refused; tests/test_http.c would see that first.
 *
 * What remains unseen: NUL LF at the end of a line and ":" LF for the last look like CR LF, and lines before the
 * request line are gone.
 * docs/threats-http.md says why that does no harm.
 */
#include "internal.h"
#include "target.h"

#include <string.h>
#include <strings.h>
#include <time.h>

/* RFC 9110, 5.6.2. */
static bool is_token(const char *text, size_t length) {
	static const char marks[] = "!#$%&'*+-.^_`|~";
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && (c == '\0' || strchr(marks, c) == NULL))
			return false;
	}
	return length > 0;
}

/* RFC 9110, 5.5: visible, blank, or above ASCII. */
static bool is_value(const char *text, size_t length) {
	for (size_t i = 0; i < length; i++) {
		const unsigned char c = (unsigned char)text[i];
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* RFC 9112, 3.2: a name or address and perhaps a port; empty is allowed. */
static bool is_host(const char *text) {
	static const char taken[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-._~!$&'()*+;=%:[]";
	return text[strspn(text, taken)] == '\0';
}

/*
 * The library is about to take arguments out of the target, at the cost of its memory for each, up to where it
 * can no longer answer. So that it finds none, their text is given a zero for its first character.
 */
void *head_begin(void *cls, const char *target, struct MHD_Connection *mhd) {
	struct connection *connection = connection_of(mhd);
	(void)cls;
	if (connection == NULL || target == NULL)
		return NULL;
	connection->start_us = now_mono_us();
	connection->target = target;
	connection->target_size = strlen(target);
	connection->target_query = '\0';
	char *query = strchr((char *)target, '?');
	if (query != NULL) {
		connection->target_query = query[1];
		query[1] = '\0';
	}
	(void)connection_enter(connection, PHASE_HEAD, connection->start_us,
			connection->loop->server->limits.head_us);
	return NULL;
}

size_t head_keep(void *cls, struct MHD_Connection *mhd, char *text) {
	(void)cls;
	(void)mhd;
	return strlen(text);
}

/* The walk: where the next byte is expected. */
struct walk {
	struct ent_http_request *request;
	const char *head;
	size_t at, size;
	size_t lengths, codings, hosts;
	bool fine;
};

static bool take_zeros(struct walk *w, size_t n) {
	for (; n > 0; n--, w->at++)
		if (w->at >= w->size || w->head[w->at] != '\0')
			return false;
	return true;
}

/* Whether [text, text + length) is what comes next. */
static bool take(struct walk *w, const char *text, size_t length) {
	if (text != w->head + w->at || length > w->size - w->at)
		return false;
	w->at += length;
	return true;
}

static bool take_header(struct walk *w, const char *name, size_t name_length, const char *value,
		size_t value_length) {
	if (!take(w, name, name_length) || !is_token(name, name_length) || !take_zeros(w, 1))
		return false;
	while (w->at < w->size && (w->head[w->at] == ' ' || w->head[w->at] == '\t'))
		w->at++;
	return take(w, value, value_length) && is_value(value, value_length) && take_zeros(w, 2);
}

/* In the copy: blanks behind a value are not of it. */
static char *trimmed(char *value, size_t length) {
	while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
		length--;
	value[length] = '\0';
	return value;
}

static bool is_number(const char *text, uint64_t *ret_number) {
	uint64_t number = 0;
	const size_t n = strspn(text, "0123456789");
	if (n == 0 || n > 18 || text[n] != '\0')
		return false;
	for (size_t i = 0; i < n; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	*ret_number = number;
	return true;
}

/* 'length' is that of the value as sent, with the blanks that may follow. */
static enum refusal look_at(struct walk *w, const char *name, const char *value, size_t length) {
	struct ent_http_request *r = w->request;
	if (strcasecmp(name, "host") == 0)
		return w->hosts++ > 0 || !is_host(value) ? REFUSE_HOST : REFUSE_NONE;
	if (strcasecmp(name, "content-length") == 0) {
		r->has_length = true;
		return w->lengths++ > 0 || !is_number(value, &r->length) ? REFUSE_LENGTH
									 : REFUSE_NONE;
	}
	if (strcasecmp(name, "transfer-encoding") == 0) {
		r->chunked = true;
		/* With blanks behind it the library does not know the word, and would read for ever. */
		const bool known = strcasecmp(value, "chunked") == 0 && strlen(value) == length;
		return w->codings++ > 0 || !known ? REFUSE_CODING : REFUSE_NONE;
	}
	return REFUSE_NONE;
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
		size_t name_length, const char *value, size_t value_length) {
	struct walk *w = cls;
	struct ent_http_request *r = w->request;
	(void)kind;
	if (!take_header(w, name, name_length, value, value_length)) {
		w->fine = false;
		return MHD_NO;
	}
	char *copy = r->text + (value - w->head);
	struct header *header = &r->headers[r->headers_n++];
	header->name = r->text + (name - w->head);
	header->value = trimmed(copy, value_length);
	const enum refusal refusal = look_at(w, header->name, header->value, value_length);
	if (r->refusal == REFUSE_NONE)
		r->refusal = refusal;
	return MHD_YES;
}

static enum ent_http_method method_of(const char *text) {
	static const char *const names[] = {"GET", "HEAD", "PUT", "POST", "DELETE"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum ent_http_method)i;
	return ENT_HTTP_OTHER;
}

static enum refusal take_line(struct walk *w, const struct connection *connection,
		const char *method, const char *version) {
	const size_t method_length = strlen(method);
	if (!take(w, method, method_length) || !is_token(method, method_length) ||
			!take_zeros(w, 1))
		return REFUSE_HEAD;
	const size_t target_at = w->at;
	if (!take(w, connection->target, connection->target_size) || !take_zeros(w, 1))
		return REFUSE_HEAD;
	w->request->target = w->request->text + target_at;
	if (!take(w, version, strlen(version)) || !take_zeros(w, 2))
		return REFUSE_HEAD;
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return REFUSE_VERSION;
	return REFUSE_NONE;
}

/* 'to': room for three times the target. */
static enum refusal take_target(
		struct ent_http_request *r, const struct connection *connection, char *to) {
	char *target = (char *)r->target; /* in our copy */
	const size_t path_length = strlen(target);
	if (!target_decode_path(target, path_length, to))
		return REFUSE_TARGET;
	r->path = to;
	const char *secret_path = r->server->secret_path;
	r->secret = secret_path != NULL && strncmp(to, secret_path, strlen(secret_path)) == 0;
	if (path_length == connection->target_size)
		return REFUSE_NONE;
	char *query = target + path_length + 1;
	char *pairs = to + path_length + 1;
	const size_t query_length = connection->target_size - path_length - 1;
	if (query_length == 0)
		return REFUSE_NONE;
	query[0] = connection->target_query;
	if (!target_decode_query(query, query_length, pairs, &r->pairs_size))
		return REFUSE_TARGET;
	r->pairs = pairs;
	return REFUSE_NONE;
}

static enum refusal examine(struct connection *connection, struct ent_http_request *r,
		struct MHD_Connection *mhd, const char *method, const char *version, size_t size) {
	struct walk w = {.request = r, .head = method, .size = size, .fine = true};
	const enum refusal line = take_line(&w, connection, method, version);
	if (line == REFUSE_HEAD)
		return line;
	(void)MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, on_header, &w);
	if (!w.fine || !take_zeros(&w, 2) || w.at != w.size)
		return REFUSE_HEAD;
	if (line != REFUSE_NONE)
		return line;
	if (size > connection->loop->server->limits.head_max)
		return REFUSE_HEAD_SIZE;
	const enum refusal target = take_target(r, connection, r->text + size);
	if (target != REFUSE_NONE)
		return target;
	const bool old = strcmp(version, "HTTP/1.0") == 0;
	if (w.hosts == 0 && !old)
		return REFUSE_HOST;
	if (r->chunked && r->has_length)
		return REFUSE_LENGTH;
	if (r->chunked && old)
		return REFUSE_CODING;
	return r->refusal;
}

struct ent_http_request *head_take(struct connection *connection, struct MHD_Connection *mhd,
		const char *method, const char *version) {
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const size_t size = info == NULL ? 0 : info->header_size;
	const int headers = MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, NULL, NULL);
	const bool many = headers < 0 ||
			(unsigned)headers > connection->loop->server->limits.headers_max;
	const size_t decoded = connection->target == NULL ? 0 : 3 * (connection->target_size + 1);
	struct ent_http_request *r = request_create(
			connection, many ? 0 : (size_t)headers, size + decoded);
	if (r == NULL)
		return NULL;
	r->mhd = mhd;
	r->method_text = r->target = r->path = r->pairs = "";
	memcpy(r->text, method, size);
	r->bytes_in = size;
	if (many) {
		r->refusal = REFUSE_HEADERS;
	} else if (connection->target == NULL) {
		r->refusal = REFUSE_HEAD;
	} else {
		r->method = method_of(method);
		r->refusal = examine(connection, r, mhd, method, version, size);
	}
	if (size > 0)
		r->method_text = r->text;
	connection->target = NULL;
	r->close = r->refusal != REFUSE_NONE;
	return r;
}
