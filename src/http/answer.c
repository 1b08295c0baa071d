/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c: from what the handler or this module has to say to the library's response. */
#include "internal.h"

#include <assert.h>
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

static void free_body(void *body) {
	free(body);
}

/* NULL: no memory, or a header that the library does not take, since it would end its line. */
static struct MHD_Response *form(
		const struct ent_http_request *request, const struct ent_http_answer *answer) {
	struct MHD_Response *response = answer->content_type == NULL
			? MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT)
			: MHD_create_response_from_buffer_with_free_callback(
					  answer->size, answer->take_body, free_body);
	if (response == NULL) {
		free(answer->take_body);
		return NULL;
	}
	if (answer->content_type == NULL)
		free(answer->take_body);
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
	request->given.status = answer->status;
	request->given.bytes = request->method == ENT_HTTP_HEAD ? 0 : answer->size;
	if (!atomic_compare_exchange_strong(&request->state, &state, STATE_ANSWERED) &&
			state == STATE_WAITING &&
			atomic_compare_exchange_strong(&request->state, &state, STATE_ANSWERED))
		loop_answered(request->loop, request);
	/* Else it has expired: the answer goes with the request. */
	request_release(request);
}
