/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c: from what the handler or this module has to say to the library's response, and the count of what is held of
 * answers: by a request while it is being made, then by the response, which the library destroys when it is
 * sent or its connection has ended, whatever came first.
 */
#define _GNU_SOURCE /* POLLRDHUP */
#include "internal.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	unsigned status;
	const char *text;
} refusals[] = {
#define ROW(name, status, text) {status, text "\n"},
		REFUSAL_MAP(ROW)
#undef ROW
};

static const char plain[] = "text/plain; charset=utf-8";

static bool add(struct MHD_Response *response, const char *name, const char *value) {
	return MHD_add_response_header(response, name, value) == MHD_YES;
}

unsigned answer_refusal_status(enum refusal refusal) {
	return refusals[refusal].status;
}

size_t answer_refusal_size(enum refusal refusal) {
	return strlen(refusals[refusal].text);
}

static struct MHD_Response *from_text(const char *text, const char *id, unsigned retry_after_s) {
	char number[16];
	struct MHD_Response *response = MHD_create_response_from_buffer(
			strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return NULL;
	bool fine = add(response, "Content-Type", plain);
	if (id != NULL)
		fine = fine && add(response, "X-Request-Id", id);
	if (retry_after_s > 0) {
		(void)snprintf(number, sizeof number, "%u", retry_after_s);
		fine = fine && add(response, "Retry-After", number);
	}
	if (fine)
		return response;
	MHD_destroy_response(response);
	return NULL;
}

struct MHD_Response *answer_refusal(const struct ent_http_request *request) {
	return from_text(refusals[request->refusal].text, request->id, request->retry_after_s);
}

struct MHD_Response *answer_no_memory(void) {
	struct MHD_Response *response = from_text(refusals[REFUSE_MEMORY].text, NULL, 0);
	if (response != NULL && !add(response, "Connection", "close")) {
		MHD_destroy_response(response);
		return NULL;
	}
	return response;
}

/* --- What is held --- */

/* The new total. */
static size_t set_held(struct ent_http_request *request, size_t size) {
	atomic_size_t *total = &request->server->answer_total;
	const size_t before = atomic_exchange(&request->held, size);
	/* Modulo 2^N: less is more, too. */
	return atomic_fetch_add(total, size - before) + (size - before);
}

void answer_drop(struct ent_http_request *request) {
	(void)set_held(request, 0);
}

void ent_http_hold(struct ent_http_request *request, size_t size) {
	(void)set_held(request, size);
}

enum ent_http_verdict ent_http_grow(struct ent_http_request *request, size_t size) {
	struct ent_http_server *server = request->server;
	if (size > server->limits.answer_max)
		return ENT_HTTP_LARGE;
	const size_t before = atomic_load(&request->held);
	if (set_held(request, size) <= server->limits.answer_total_max ||
			size <= ENT_HTTP_ANSWER_SMALL)
		return ENT_HTTP_FINE;
	(void)set_held(request, before);
	atomic_fetch_add(&server->answers_refused, 1);
	return ENT_HTTP_FULL;
}

bool ent_http_full(struct ent_http_request *request, bool urgent) {
	struct ent_http_server *server = request->server;
	const size_t most = server->limits.answer_total_max;
	const bool full = atomic_load(&server->answer_total) > (urgent ? most + most / 2 : most);
	if (full)
		atomic_fetch_add(&server->answers_refused, 1);
	return full;
}

enum ent_http_verdict ent_http_look(struct ent_http_request *request) {
	const int64_t request_us = request->server->limits.request_us;
	struct pollfd polled = {connection_of(request->mhd)->fd, POLLRDHUP, 0};
	if (now_mono_us() - request->handled_us >= request_us)
		return ENT_HTTP_LATE;
	/* As the sweep has it, one that has half closed has gone: the library would close it, too. */
	if (poll(&polled, 1, 0) <= 0)
		return ENT_HTTP_FINE;
	atomic_store(&request->gone, true);
	return ENT_HTTP_LOST;
}

void ent_http_server_answers(
		const struct ent_http_server *server, struct ent_http_answers *ret_answers) {
	ret_answers->held = atomic_load(&server->answer_total);
	ret_answers->refused = atomic_load(&server->answers_refused);
}

/* A body that the library has: it outlives its request, and not its server's loops. */
struct body {
	struct ent_http_server *server;
	size_t size;
	char *bytes;
};

static void free_body(void *user) {
	struct body *body = user;
	atomic_fetch_sub(&body->server->answer_total, body->size);
	free(body->bytes);
	free(body);
}

/* Takes the bytes, and what the request held. */
static struct MHD_Response *from_body(
		struct ent_http_request *request, const struct ent_http_answer *answer) {
	struct body *body = malloc(sizeof *body);
	if (body == NULL) {
		request->given.no_memory = true;
		free(answer->take_body);
		return NULL;
	}
	(void)set_held(request, answer->size);
	*body = (struct body){request->server, answer->size, answer->take_body};
	struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
			answer->size, answer->take_body, free_body, body);
	if (response == NULL) {
		free(answer->take_body);
		free(body);
		return NULL;
	}
	atomic_store(&request->held, 0);
	return response;
}

/* NULL: no memory, or a header that the library does not take, since it would end its line. */
static struct MHD_Response *form(
		struct ent_http_request *request, const struct ent_http_answer *answer) {
	struct MHD_Response *response = answer->content_type == NULL
			? MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT)
			: from_body(request, answer);
	if (answer->content_type == NULL)
		free(answer->take_body);
	if (response == NULL)
		return NULL;
	bool fine = add(response, "X-Request-Id", request->id);
	if (answer->content_type != NULL)
		fine = fine && add(response, "Content-Type", answer->content_type);
	for (const char *const *at = answer->headers; at != NULL && *at != NULL; at += 2)
		fine = fine && add(response, at[0], at[1]);
	if (fine)
		return response;
	MHD_destroy_response(response);
	return NULL;
}

void ent_http_answer(struct ent_http_request *request, const struct ent_http_answer *answer) {
	assert(answer->status >= 200 && answer->status <= 599);
	int state = STATE_RUNNING;
	request->given.response = form(request, answer);
	answer_drop(request);
	request->given.status = answer->status;
	request->given.bytes = request->method == ENT_HTTP_HEAD ? 0 : answer->size;
	if (!atomic_compare_exchange_strong(&request->state, &state, STATE_ANSWERED) &&
			state == STATE_WAITING &&
			atomic_compare_exchange_strong(&request->state, &state, STATE_ANSWERED))
		loop_answered(request->loop, request);
	/* Else it has expired: the answer goes with the request. */
	request_release(request);
}
