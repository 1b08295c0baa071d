/* SPDX-License-Identifier: Apache-2.0 */
/* fake_http.c: see fake_http.h. */
#include "fake_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum ent_http_method ent_http_method(const struct ent_http_request *request) {
	return request->method;
}

const char *ent_http_path(const struct ent_http_request *request) {
	return request->path;
}

const char *ent_http_query(const struct ent_http_request *request, const char *name) {
	for (size_t i = 0; i < request->n_arguments; i++)
		if (strcmp(request->argument[i].name, name) == 0)
			return request->argument[i].value;
	return NULL;
}

const char *ent_http_header(const struct ent_http_request *request, const char *name) {
	return strcasecmp(name, "Authorization") == 0 ? request->authorization : NULL;
}

const char *ent_http_body(const struct ent_http_request *request, size_t *ret_size) {
	*ret_size = request->body_size;
	return request->body;
}

const char *ent_http_id(const struct ent_http_request *request) {
	(void)request;
	return "12345678-1234-4234-8234-123456789abc";
}

const char *ent_http_peer(const struct ent_http_request *request) {
	(void)request;
	return "127.0.0.1";
}

int64_t ent_http_start_utc_us(const struct ent_http_request *request) {
	return request->start_utc_us;
}

bool ent_http_gone(const struct ent_http_request *request) {
	return request->gone;
}

void ent_http_set_route(struct ent_http_request *request, const char *route) {
	request->route = route;
}

void ent_http_set_subject(struct ent_http_request *request, const char *subject) {
	(void)request;
	(void)subject;
}

void ent_http_set_context(struct ent_http_request *request, void *context) {
	request->context = context;
}

void *ent_http_context(const struct ent_http_request *request) {
	return request->context;
}

void ent_http_answer(struct ent_http_request *request, const struct ent_http_answer *answer) {
	free(request->answer);
	request->answers++;
	request->status = answer->status;
	request->content_type = answer->content_type;
	request->answer = answer->take_body;
	request->answer_size = answer->size;
}
