/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c: a request's way: the library calls request_step at its head, for each part of its body, at its end,
 * and again when its connection has been resumed; and request_ended once it is over, however that came.
 */
#include "internal.h"
#include "target.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static int64_t now_utc_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct ent_http_request *request_create(
		struct connection *connection, size_t headers, size_t text_size) {
	const size_t size = sizeof(struct ent_http_request) + headers * sizeof(struct header);
	struct ent_http_request *r = malloc(size + text_size);
	if (r == NULL)
		return NULL;
	memset(r, 0, sizeof *r);
	r->text = (char *)r + size;
	r->loop = connection->loop;
	r->server = r->loop->server;
	atomic_fetch_add(&r->server->references, 1);
	atomic_init(&r->state, STATE_NEW);
	atomic_init(&r->references, 1);
	r->start_us = connection->start_us;
	r->start_utc_us = now_utc_us() - (now_mono_us() - r->start_us);
	memcpy(r->peer, connection->peer, sizeof r->peer);
	r->has_key = connection->has_key;
	memcpy(r->key, connection->key, sizeof r->key);
	connection_next_id(connection, r->id);
	return r;
}

void request_release(struct ent_http_request *r) {
	if (atomic_fetch_sub(&r->references, 1) != 1)
		return;
	struct ent_http_server *server = r->server;
	if (r->client != NULL)
		client_request_end(server->clients, r->client);
	if (r->given.response != NULL)
		MHD_destroy_response(r->given.response);
	body_free(r);
	for (struct subject *at = atomic_load(&r->subject); at != NULL;) {
		struct subject *before = at->before;
		free(at);
		at = before;
	}
	free(r);
	server_release(server);
}

/* --- To the library --- */

/* Takes 'response'; NULL: there is no memory even to say so in the client's own words. */
static enum MHD_Result queue(struct connection *connection, struct MHD_Connection *mhd,
		unsigned status, struct MHD_Response *response) {
	struct ent_http_server *server = connection->loop->server;
	struct ent_http_request *r = connection->request;
	if (!connection_enter(connection, PHASE_ANSWER, now_mono_us(), server->limits.answer_us)) {
		if (response != NULL)
			MHD_destroy_response(response);
		return MHD_NO;
	}
	if (response == NULL)
		return MHD_queue_response(mhd, 503, server->no_memory);
	const bool close = r->close || r->chunked || atomic_load(&server->stopping);
	const bool fine = !close ||
			MHD_add_response_header(response, "Connection", "close") == MHD_YES;
	r->status = status;
	r->queued = true;
	const enum MHD_Result result = fine ? MHD_queue_response(mhd, status, response) : MHD_NO;
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result refuse(struct connection *connection, struct MHD_Connection *mhd) {
	struct ent_http_request *r = connection->request;
	body_free(r);
	connection->lingers = r->close;
	r->bytes_out = answer_refusal_size(r->refusal);
	return queue(connection, mhd, answer_refusal_status(r->refusal), answer_refusal(r));
}

static enum MHD_Result send_answer(struct connection *connection, struct MHD_Connection *mhd) {
	struct ent_http_request *r = connection->request;
	struct MHD_Response *response = r->given.response;
	r->given.response = NULL;
	/* The handler is done with it; an answer that is read slowly shall not hold it. */
	body_free(r);
	if (response != NULL) {
		r->bytes_out = r->given.bytes;
		return queue(connection, mhd, r->given.status, response);
	}
	r->refusal = r->given.no_memory ? REFUSE_MEMORY : REFUSE_ANSWER;
	return refuse(connection, mhd);
}

/* --- From the library --- */

static void check_limits(struct connection *connection, struct ent_http_request *r) {
	struct ent_http_server *server = connection->loop->server;
	if (r->has_length && r->length > server->limits.body_max) {
		r->refusal = REFUSE_BODY_SIZE;
		r->close = true;
		return;
	}
	switch (client_request_begin(
			server->clients, connection->client, r->start_us, &r->retry_after_s)) {
	case CLIENT_FINE:
		r->client = connection->client;
		break;
	case CLIENT_TOO_MANY:
		r->retry_after_s = 1;
		r->refusal = REFUSE_MANY;
		break;
	case CLIENT_TOO_FAST:
		r->refusal = REFUSE_FAST;
		break;
	}
}

static enum MHD_Result begin(struct connection *connection, struct MHD_Connection *mhd,
		const char *method, const char *version) {
	struct ent_http_server *server = connection->loop->server;
	struct ent_http_request *r = head_take(connection, mhd, method, version);
	if (r == NULL)
		return MHD_queue_response(mhd, 503, server->no_memory);
	connection->request = r;
	if (r->refusal == REFUSE_NONE)
		check_limits(connection, r);
	const bool body = r->chunked || (r->has_length && r->length > 0);
	/* An answer before the body makes the library close the connection. */
	if (r->refusal != REFUSE_NONE && (r->close || body)) {
		r->close = true;
		return refuse(connection, mhd);
	}
	if (body &&
			!connection_enter(connection, PHASE_BODY, now_mono_us(),
					server->limits.body_us))
		return MHD_NO;
	return MHD_YES;
}

static enum MHD_Result call_handler(struct connection *connection, struct MHD_Connection *mhd) {
	struct ent_http_server *server = connection->loop->server;
	struct ent_http_request *r = connection->request;
	/* First counted, then looked: who stops looks the other way round. */
	atomic_fetch_add(&server->busy, 1);
	r->busy = true;
	if (atomic_load(&server->stopping)) {
		r->refusal = REFUSE_STOPPING;
		return refuse(connection, mhd);
	}
	if (!connection_enter(connection, PHASE_HANDLER, 0, INT64_MAX))
		return MHD_NO;
	if (r->body != NULL)
		memset(r->body + r->body_size, 0, BODY_PADDING);
	r->handled_us = now_mono_us();
	atomic_store(&r->references, 2);
	atomic_store(&r->state, STATE_RUNNING);
	server->handle(server->user, r);
	int state = STATE_RUNNING;
	if (!atomic_compare_exchange_strong(&r->state, &state, STATE_WAITING))
		return send_answer(connection, mhd);
	loop_suspend(connection);
	return MHD_YES;
}

static enum MHD_Result finish(struct connection *connection, struct MHD_Connection *mhd) {
	struct ent_http_request *r = connection->request;
	switch ((enum request_state)atomic_load(&r->state)) {
	case STATE_NEW:
		if (r->refusal == REFUSE_NONE && r->chunked &&
				MHD_get_connection_values(mhd, MHD_FOOTER_KIND, NULL, NULL) > 0)
			r->refusal = REFUSE_TRAILERS;
		return r->refusal == REFUSE_NONE ? call_handler(connection, mhd)
						 : refuse(connection, mhd);
	case STATE_ANSWERED:
		return send_answer(connection, mhd);
	case STATE_EXPIRED:
		r->refusal = atomic_load(&r->server->abandoning) ? REFUSE_STOPPING : REFUSE_TIME;
		/* The body is the handler's to read until it answers. */
		return queue(connection, mhd, answer_refusal_status(r->refusal), answer_refusal(r));
	case STATE_RUNNING:
	case STATE_WAITING:
		break;
	}
	/* The library does not call for a connection that is suspended. */
	assert(false);
	return MHD_NO;
}

enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
		const char *method, const char *version, const char *upload, size_t *upload_size,
		void **context) {
	struct connection *connection = connection_of(mhd);
	(void)cls;
	(void)url;
	(void)context;
	if (connection == NULL || !peer_may_ask(connection))
		return MHD_NO;
	connection->loop->fruitless = 0;
	if (connection->request == NULL)
		return begin(connection, mhd, method, version);
	if (*upload_size > 0) {
		const size_t size = *upload_size;
		*upload_size = 0;
		/* They are the library's to read from the socket into, and it reads none of them again. */
		return body_take(connection->request, (char *)upload, size) ? MHD_YES : MHD_NO;
	}
	return finish(connection, mhd);
}

static void tell(
		const struct ent_http_server *server, struct ent_http_request *r, unsigned status) {
	const struct subject *subject = atomic_load(&r->subject);
	const struct ent_http_record record = {
			.method = r->method_text,
			.path = r->target,
			.peer = r->peer,
			.route = atomic_load(&r->route),
			.subject = subject == NULL ? NULL : subject->text,
			.id = r->id,
			.status = status,
			.bytes_in = r->bytes_in,
			.bytes_out = status == 0 ? 0 : r->bytes_out,
			.start_utc_us = r->start_utc_us,
			.duration_us = now_mono_us() - r->start_us,
	};
	server->record(server->user, &record);
}

/* Of a request that never was one of ours there is little to say. */
static void tell_refused(const struct connection *connection, unsigned status) {
	const struct ent_http_server *server = connection->loop->server;
	const int64_t duration_us = now_mono_us() - connection->start_us;
	const struct ent_http_record record = {
			.method = "",
			.path = "",
			.peer = connection->peer,
			.id = "",
			.status = status,
			.start_utc_us = now_utc_us() - duration_us,
			.duration_us = duration_us,
	};
	server->record(server->user, &record);
}

/* What reached the client: our answer, the library's own, or none. */
static unsigned status_of(const struct ent_http_request *r, struct MHD_Connection *mhd,
		enum MHD_RequestTerminationCode code) {
	if (r != NULL && r->queued) {
		/* To one that has gone the kernel takes the bytes all the same. */
		const bool unseen = atomic_load(&r->state) == STATE_ANSWERED &&
				atomic_load(&r->gone);
		return code == MHD_REQUEST_TERMINATED_COMPLETED_OK && !unseen ? r->status : 0;
	}
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_HTTP_STATUS);
	return info == NULL ? 0 : info->http_status;
}

void request_ended(void *cls, struct MHD_Connection *mhd, void **context,
		enum MHD_RequestTerminationCode code) {
	struct ent_http_server *server = ((struct loop *)cls)->server;
	struct connection *connection = connection_of(mhd);
	(void)context;
	if (connection == NULL)
		return;
	struct ent_http_request *r = connection->request;
	const unsigned status = status_of(r, mhd, code);
	if (server->record != NULL && r != NULL)
		tell(server, r, status);
	else if (server->record != NULL && connection->phase != PHASE_IDLE)
		tell_refused(connection, status);
	connection->request = NULL;
	if (r != NULL) {
		if (r->busy)
			server_done(server);
		request_release(r);
	}
	if (atomic_load(&server->stopping))
		connection_cut(connection);
	else
		(void)connection_enter(
				connection, PHASE_IDLE, now_mono_us(), server->limits.idle_us);
}

/* --- What the handler sees --- */

enum ent_http_method ent_http_method(const struct ent_http_request *request) {
	return request->method;
}

const char *ent_http_path(const struct ent_http_request *request) {
	return request->path;
}

const char *ent_http_query(const struct ent_http_request *request, const char *name) {
	return target_find(request->pairs, request->pairs_size, name);
}

const char *ent_http_header(const struct ent_http_request *request, const char *name) {
	for (unsigned i = 0; i < request->headers_n; i++)
		if (strcasecmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	return NULL;
}

const char *ent_http_body(const struct ent_http_request *request, size_t *ret_size) {
	static const char none[BODY_PADDING];
	*ret_size = request->body_size;
	return request->body == NULL ? none : request->body;
}

const char *ent_http_id(const struct ent_http_request *request) {
	return request->id;
}

const char *ent_http_peer(const struct ent_http_request *request) {
	return request->peer;
}

const uint8_t *ent_http_peer_key(const struct ent_http_request *request) {
	return request->has_key ? request->key : NULL;
}

int64_t ent_http_start_utc_us(const struct ent_http_request *request) {
	return request->start_utc_us;
}

bool ent_http_gone(const struct ent_http_request *request) {
	return atomic_load(&request->gone);
}

void ent_http_set_route(struct ent_http_request *request, const char *route) {
	atomic_store(&request->route, route);
}

void ent_http_set_subject(struct ent_http_request *request, const char *subject) {
	const size_t size = strlen(subject) + 1;
	struct subject *added = malloc(sizeof *added + size);
	if (added == NULL)
		return;
	memcpy(added->text, subject, size);
	added->before = atomic_load(&request->subject);
	atomic_store(&request->subject, added);
}

void ent_http_set_context(struct ent_http_request *request, void *context) {
	request->context = context;
}

void *ent_http_context(const struct ent_http_request *request) {
	return request->context;
}
