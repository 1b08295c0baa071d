/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transfer.c: one request: what libcurl is told of it, what it hands back, and what its end means.
 *
 * TLS sessions are not resumed (CURLOPT_SSL_SESSIONID_CACHE): each connection proves both keys, and with GnuTLS libcurl
 * would wait, and its thread with it, for a ticket that the peer may never send (docs/decisions/0018).
 */
#include "internal.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>

enum {
	FIRST_SIZE = 4096,
	HEADER_MAX = 8192, /* bytes of a request's header, with its name */
	KEPT_S = 86400,    /* a kept connection is used again, however old: its end is seen */
	KEEPALIVE_S = 60,  /* the kernel asks whether the other machine is there */
};

static const int64_t us_most = INT64_C(86400) * 1000000; /* of a deadline */

static const struct {
	enum ent_fetch_class class;
	const char *text;
} ends[] = {
#define ROW(name, class, text) {ENT_FETCH_CLASS_##class, text},
		ENT_FETCH_END_MAP(ROW)
#undef ROW
};

const char *ent_fetch_end_text(enum ent_fetch_end end) {
	return (unsigned)end < ENT_FETCH_END_COUNT ? ends[end].text : "";
}

enum ent_fetch_class ent_fetch_end_class(enum ent_fetch_end end) {
	return (unsigned)end < ENT_FETCH_END_COUNT ? ends[end].class : ENT_FETCH_CLASS_OURS;
}

/* --- What comes back --- */

static bool grow(struct transfer *transfer, size_t needed) {
	size_t capacity = transfer->capacity == 0 ? FIRST_SIZE : transfer->capacity;
	while (capacity < needed)
		capacity *= 2;
	if (capacity > transfer->answer_max + 1)
		capacity = transfer->answer_max + 1;
	char *grown = realloc(transfer->answer, capacity);
	if (grown == NULL)
		return false;
	transfer->answer = grown;
	transfer->capacity = capacity;
	return true;
}

static size_t take_body(char *bytes, size_t one, size_t n, void *user) {
	struct transfer *transfer = user;
	const size_t size = one * n;
	transfer->too_large = size > transfer->answer_max - transfer->size;
	if (transfer->too_large)
		return 0;
	const size_t needed = transfer->size + size + 1;
	transfer->no_memory = needed > transfer->capacity && !grow(transfer, needed);
	if (transfer->no_memory)
		return 0;
	memcpy(transfer->answer + transfer->size, bytes, size);
	transfer->size += size;
	transfer->answer[transfer->size] = '\0';
	return size;
}

static bool begins(const char *line, size_t size, const char *with) {
	const size_t n = strlen(with);
	return size >= n && strncasecmp(line, with, n) == 0;
}

/* "Transfer-Encoding: chunked", and nothing else. */
static bool is_chunked(const char *line, size_t size) {
	static const char name[] = "Transfer-Encoding:";
	if (!begins(line, size, name))
		return false;
	size_t at = sizeof name - 1;
	while (at < size && (line[at] == ' ' || line[at] == '\t'))
		at++;
	return begins(line + at, size - at, "chunked\r\n");
}

/*
 * Line by line. Interim answers may be many, and trailers long: each alone is within libcurl's limits. And libcurl
 * takes the end of a connection for the end of an answer, also in the midst of its head, and of TLS without TLS's own
 * end; so a head has to be whole, and to say where the body ends.
 */
static size_t take_head(char *bytes, size_t one, size_t n, void *user) {
	struct transfer *transfer = user;
	const size_t size = one * n;
	transfer->head_size += size;
	if (begins(bytes, size, "HTTP/"))
		transfer->head_is_whole = transfer->has_end = false;
	else if (begins(bytes, size, "Content-Length:") || is_chunked(bytes, size))
		transfer->has_end = true;
	else if (size > 0 && (bytes[0] == '\r' || bytes[0] == '\n'))
		transfer->head_is_whole = true;
	if (transfer->head_size <= ENT_FETCH_HEAD_MAX)
		return size;
	transfer->too_large = true;
	return 0;
}

/* Ours, for libcurl does not say why it got none. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address) {
	struct transfer *transfer = user;
	(void)purpose;
	if (transfer->opened_us == 0)
		transfer->opened_us = fetch_now_us();
	const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (fd < 0 && errno != EAFNOSUPPORT)
		transfer->no_socket = true;
	/* Without it a request on a kept connection whose packets vanish would only end with its whole time. */
	const unsigned silent_ms = (unsigned)((transfer->silent_us + 999) / 1000);
	if (fd >= 0 && silent_ms > 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms, sizeof silent_ms);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/* --- What is asked --- */

static bool is_token(const char *text) {
	static const char others[] = "!#$%&'*+-.^_`|~";
	const char *at = text;
	for (; *at != '\0'; at++)
		if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
				    (*at >= '0' && *at <= '9') || strchr(others, *at) != NULL))
			return false;
	return at != text;
}

static bool is_value(const char *text) {
	for (const char *at = text; *at != '\0'; at++)
		if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
			return false;
	return true;
}

static ent_status fail_header(struct ent_fault *fault, size_t i, ent_status status) {
	char where[32];
	(void)snprintf(where, sizeof where, "headers[%zu]", i);
	ent_fault_set(fault, where, "%s",
			status == ENT_E_LIMIT ? "too long, or too many" : "it would end its line");
	return status;
}

static ent_status no_memory(struct ent_fault *fault) {
	ent_fault_set(fault, "", "out of memory");
	return ENT_E_MEMORY;
}

static ent_status add_header(struct transfer *transfer, const char *name, const char *value) {
	char line[HEADER_MAX];
	/* One without a value is written so, or libcurl would leave it out. */
	const int n = snprintf(
			line, sizeof line, "%s%s%s", name, *value == '\0' ? ";" : ": ", value);
	if (n < 0 || (size_t)n >= sizeof line)
		return ENT_E_LIMIT;
	struct curl_slist *list = curl_slist_append(transfer->headers, line);
	if (list == NULL)
		return ENT_E_MEMORY;
	transfer->headers = list;
	return ENT_OK;
}

static ent_status add_headers(struct transfer *transfer, const struct ent_fetch_request *request,
		struct ent_fault *fault) {
	/* What libcurl would say by itself: it asks leave for a large body, and waits; it calls every body a form. */
	static const char *const unsaid[] = {"Expect:", "Content-Type:"};
	for (size_t i = 0; i < sizeof unsaid / sizeof unsaid[0]; i++) {
		struct curl_slist *list = curl_slist_append(transfer->headers, unsaid[i]);
		if (list == NULL)
			return no_memory(fault);
		transfer->headers = list;
	}
	const char *const *at = request->headers;
	for (size_t i = 0; at != NULL && at[2 * i] != NULL; i++) {
		const char *name = at[2 * i], *value = at[2 * i + 1];
		if (i == ENT_FETCH_HEADERS_MAX)
			return fail_header(fault, i, ENT_E_LIMIT);
		if (value == NULL || !is_token(name) || !is_value(value))
			return fail_header(fault, i, ENT_E_SYNTAX);
		const ent_status status = add_header(transfer, name, value);
		if (status == ENT_E_MEMORY)
			return no_memory(fault);
		if (status != ENT_OK)
			return fail_header(fault, i, status);
	}
	return ENT_OK;
}

/* Whose user and password would go out with it. */
static ent_status check_no_user(const char *url, struct ent_fault *fault) {
	CURLU *parts = curl_url();
	char *user = NULL;
	CURLUcode code = parts == NULL ? CURLUE_OUT_OF_MEMORY
				       : curl_url_set(parts, CURLUPART_URL, url, 0);
	if (code == CURLUE_OK)
		code = curl_url_get(parts, CURLUPART_USER, &user, 0);
	curl_free(user);
	curl_url_cleanup(parts);
	if (code == CURLUE_NO_USER)
		return ENT_OK;
	if (code == CURLUE_OUT_OF_MEMORY)
		return no_memory(fault);
	ent_fault_set(fault, "url", "it may have no user");
	return ENT_E_SYNTAX;
}

static ent_status check_url(const struct ent_fetch_request *request, struct ent_fault *fault) {
	const bool http_too = request->http_too && request->peer_key == NULL;
	if (strnlen(request->url, ENT_FETCH_URL_MAX + 1) > ENT_FETCH_URL_MAX) {
		ent_fault_set(fault, "url", "longer than %d bytes", ENT_FETCH_URL_MAX);
		return ENT_E_LIMIT;
	}
	const ent_status status = ent_fetch_check(request->url, http_too, fault);
	if (status == ENT_OK)
		return check_no_user(request->url, fault);
	if (fault != NULL && status != ENT_E_MEMORY)
		(void)snprintf(fault->where, sizeof fault->where, "url");
	return status;
}

static ent_status check_numbers(const struct ent_fetch_request *request, struct ent_fault *fault) {
	const struct {
		bool fine;
		const char *name;
	} rows[] = {
			{request->connect_us > 0 && request->connect_us <= us_most, "connect_us"},
			{request->total_us > 0 && request->total_us <= us_most, "total_us"},
			{request->silent_us >= 0 && request->silent_us <= us_most, "silent_us"},
			{request->answer_max <= ENT_FETCH_ANSWER_MAX, "answer_max"},
			{request->body != NULL || request->body_size == 0, "body_size"},
			{request->body_size <= ENT_FETCH_ANSWER_MAX, "body_size"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (!rows[i].fine) {
			ent_fault_set(fault, rows[i].name, "out of range");
			return ENT_E_DOMAIN;
		}
	return ENT_OK;
}

/* "sha256//" and base64 (RFC 4648, section 4). */
static void print_pin(const uint8_t *key, char ret_text[64]) {
	static const char digits[] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = ret_text + snprintf(ret_text, 64, "sha256//");
	for (size_t i = 0; i < ENT_FETCH_KEY_SIZE; i += 3) {
		const bool last = i + 3 > ENT_FETCH_KEY_SIZE;
		const uint32_t bits = (uint32_t)key[i] << 16 | (uint32_t)key[i + 1] << 8 |
				(last ? 0U : key[i + 2]);
		*to++ = digits[bits >> 18];
		*to++ = digits[bits >> 12 & 63];
		*to++ = digits[bits >> 6 & 63];
		*to++ = last ? '=' : digits[bits & 63];
	}
	*to = '\0';
}

/* libcurl's options, until the first that it does not take. */
#define SET(option, value) \
	(code = code != CURLE_OK ? code : curl_easy_setopt(transfer->curl, option, value))

static CURLcode set_peer(
		struct transfer *transfer, const uint8_t *key, const struct identity *identity) {
	CURLcode code = CURLE_OK;
	char pin[64];
	if (key == NULL)
		return code;
	print_pin(key, pin);
	SET(CURLOPT_PINNEDPUBLICKEY, pin);
	/* The key is what counts; names, dates and who vouches for them do not. */
	SET(CURLOPT_SSL_VERIFYPEER, 0L);
	SET(CURLOPT_SSL_VERIFYHOST, 0L);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3 | (long)CURL_SSLVERSION_MAX_TLSv1_3);
	if (identity->certificate_fd >= 0) {
		SET(CURLOPT_SSLCERT, identity->certificate_path);
		SET(CURLOPT_SSLKEY, identity->key_path);
	}
	return code;
}

static CURLcode set_what(struct transfer *transfer, const struct ent_fetch_request *request) {
	static const char *const methods[] = {"GET", "PUT", "POST", "DELETE"};
	const bool http_too = request->http_too && request->peer_key == NULL;
	CURLcode code = CURLE_OK;
	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_PROTOCOLS_STR, http_too ? "https,http" : "https");
	SET(CURLOPT_HTTPHEADER, transfer->headers);
	if (request->body != NULL || request->method != ENT_FETCH_GET) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
		SET(CURLOPT_POSTFIELDS, request->body != NULL ? request->body : "");
	}
	SET(CURLOPT_CUSTOMREQUEST, methods[request->method]);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)((request->connect_us + 999) / 1000));
	return code;
}

static CURLcode set_how(struct transfer *transfer) {
	CURLcode code = CURLE_OK;
	SET(CURLOPT_PRIVATE, transfer);
	SET(CURLOPT_ERRORBUFFER, transfer->why);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, transfer);
	SET(CURLOPT_HEADERFUNCTION, take_head);
	SET(CURLOPT_HEADERDATA, transfer);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, transfer);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* A name that does not resolve shall not hold up the others when its time is over. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_MAXAGE_CONN, (long)KEPT_S);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	SET(CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
	SET(CURLOPT_USERAGENT, "entente");
	return code;
}

ent_status transfer_create(const struct ent_fetch_request *request, const struct identity *identity,
		struct transfer **ret_transfer, struct ent_fault *reterr_fault) {
	assert((unsigned)request->method <= ENT_FETCH_DELETE && request->done != NULL);
	ent_status status = check_numbers(request, reterr_fault);
	if (status == ENT_OK)
		status = check_url(request, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct transfer *transfer = calloc(1, sizeof *transfer);
	if (transfer == NULL)
		return no_memory(reterr_fault);
	transfer->done = request->done;
	transfer->user = request->user;
	transfer->answer_max = request->answer_max;
	transfer->silent_us = request->silent_us;
	transfer->start_us = fetch_now_us();
	transfer->due_us = transfer->start_us + request->total_us;
	transfer->curl = curl_easy_init();
	status = transfer->curl == NULL ? no_memory(reterr_fault)
					: add_headers(transfer, request, reterr_fault);
	if (status == ENT_OK &&
			(set_what(transfer, request) != CURLE_OK || set_how(transfer) != CURLE_OK ||
					set_peer(transfer, request->peer_key, identity) !=
							CURLE_OK))
		status = no_memory(reterr_fault);
	if (status != ENT_OK) {
		transfer_destroy(transfer);
		return status;
	}
	*ret_transfer = transfer;
	return ENT_OK;
}

void transfer_destroy(struct transfer *transfer) {
	if (transfer == NULL)
		return;
	curl_easy_cleanup(transfer->curl);
	curl_slist_free_all(transfer->headers);
	free(transfer->answer);
	free(transfer);
}

/* --- What its end means --- */

static enum ent_fetch_end end_of_connect(const struct transfer *transfer) {
	long number = 0;
	if (transfer->no_socket)
		return ENT_FETCH_OURS;
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_OS_ERRNO, &number);
	switch (number) {
	case ECONNREFUSED:
		return ENT_FETCH_REFUSED;
	case ENETUNREACH:
	case ENETDOWN:
		return ENT_FETCH_NO_ROUTE;
	case ENOBUFS:
	case EACCES:
	case EPERM:
	case EADDRNOTAVAIL:
		return ENT_FETCH_OURS;
	default:
		return ENT_FETCH_NO_PATH;
	}
}

/* Longer than it tried: the little that a peer's other requests left of its time says nothing of the path. */
static bool waited_for_others(const struct transfer *transfer, int64_t resolved_us) {
	const int64_t now_us = fetch_now_us();
	const int64_t tried_us = transfer->opened_us == 0 ? 0 : now_us - transfer->opened_us;
	return now_us - transfer->start_us - resolved_us - tried_us > tried_us;
}

/* How far it had come. One that never had its turn has neither a name nor an address yet. */
static enum ent_fetch_end end_of_time(const struct transfer *transfer) {
	curl_off_t resolved_us = 0;
	const char *address = NULL;
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_PRIMARY_IP, &address);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
	if (address != NULL && address[0] != '\0')
		return ENT_FETCH_NO_ANSWER;
	if (strstr(transfer->why, "Resolving timed out") != NULL)
		return ENT_FETCH_NO_NAME;
	return resolved_us > 0 && !waited_for_others(transfer, resolved_us) ? ENT_FETCH_NO_PATH
									    : ENT_FETCH_NO_ANSWER;
}

/*
 * In TLS 1.3 a peer looks at our certificate when for us all is done: its alert comes in place of an answer. libcurl
 * has no other way to tell than its words, which are OpenSSL's ("alert access denied"), or with GnuTLS the number
 * -12 (GNUTLS_E_FATAL_ALERT_RECEIVED).
 */
static enum ent_fetch_end end_of_reading(const struct transfer *transfer) {
	return strstr(transfer->why, " alert ") != NULL ||
					strstr(transfer->why, "recv error (-12)") != NULL
			? ENT_FETCH_TURNED_AWAY
			: ENT_FETCH_CUT;
}

/* 204 and 304 have no body (RFC 9112, 6.3). */
static bool is_whole(const struct transfer *transfer) {
	long status = 0;
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	return transfer->head_is_whole && (transfer->has_end || status == 204 || status == 304);
}

static enum ent_fetch_end end_of(struct transfer *transfer, CURLcode code) {
	if (transfer->too_large)
		return ENT_FETCH_TOO_LARGE;
	if (transfer->no_memory)
		return ENT_FETCH_OURS;
	switch (code) {
	case CURLE_OK:
		return is_whole(transfer) ? ENT_FETCH_ANSWERED : ENT_FETCH_CUT;
	case CURLE_COULDNT_RESOLVE_HOST:
		return ENT_FETCH_NO_NAME;
	case CURLE_COULDNT_CONNECT:
		return end_of_connect(transfer);
	case CURLE_OPERATION_TIMEDOUT:
		return end_of_time(transfer);
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_PEER_FAILED_VERIFICATION:
		return ENT_FETCH_WRONG_KEY;
	case CURLE_SSL_CONNECT_ERROR:
		/* GnuTLS's words for what it read from the files of identity.c. */
		return strstr(transfer->why, "error reading X.509") != NULL ? ENT_FETCH_OURS
									    : ENT_FETCH_NO_TLS;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return end_of_reading(transfer);
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_FILESIZE_EXCEEDED:
		return ENT_FETCH_MALFORMED;
	default:
		return ENT_FETCH_OURS;
	}
}

void transfer_result(
		struct transfer *transfer, CURLcode code, struct ent_fetch_result *ret_result) {
	long status = 0, connections = 0;
	const enum ent_fetch_end end = end_of(transfer, code);
	const bool answered = end == ENT_FETCH_ANSWERED;
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(transfer->curl, CURLINFO_NUM_CONNECTS, &connections);
	const char *why = transfer->why[0] != '\0' ? transfer->why : ent_fetch_end_text(end);
	*ret_result = (struct ent_fetch_result){
			.end = end,
			.status = answered && status > 0 ? (unsigned)status : 0,
			.body = answered && transfer->answer != NULL ? transfer->answer : "",
			.size = answered ? transfer->size : 0,
			.why = answered ? "" : why,
			.new_connection = connections > 0,
	};
}

void transfer_end(struct transfer *transfer, const struct ent_fetch_result *result) {
	struct ent_fetch_result told = *result;
	told.duration_us = fetch_now_us() - transfer->start_us;
	transfer->done(transfer->user, &told);
	transfer_destroy(transfer);
}
