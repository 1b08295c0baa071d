/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c: answers, and the end of a call. What is said to an operator is kept by nobody on the way. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define JSON "application/json; charset=utf-8"
enum { HEADERS = 2 * 6 + 1 };

/* --- Sending --- */

/* Without memory for anything else: the status alone. */
static void send_bare(struct office_call *call, unsigned status) {
	const struct ent_http_answer answer = {.status = status};
	struct ent_http_request *request = call->request;
	call->request = NULL;
	ent_http_answer(request, &answer);
}

void office_send(struct office_call *call, unsigned status, const char *content_type,
		char *take_body, size_t size, const char *const *headers) {
	const char *all[HEADERS] = {
			"Cache-Control", "no-store", "X-Content-Type-Options", "nosniff"};
	size_t n = 4;
	for (size_t i = 0; headers != NULL && headers[i] != NULL && n + 1 < HEADERS; i++)
		all[n++] = headers[i];
	const struct ent_http_answer answer = {.status = status,
			.content_type = content_type,
			.take_body = take_body,
			.size = size,
			.headers = all};
	const enum ent_http_verdict verdict = size > ENT_HTTP_ANSWER_SMALL
			? ent_http_grow(call->request, size)
			: ENT_HTTP_FINE;
	if (verdict == ENT_HTTP_FULL || verdict == ENT_HTTP_LARGE) {
		free(take_body);
		send_bare(call, 503);
		return;
	}
	struct ent_http_request *request = call->request;
	call->request = NULL;
	ent_http_answer(request, &answer);
}

void office_begin(struct office_writing *writing) {
	writing->memory = (struct ent_jsonout_memory){.limit = OFFICE_ANSWER_MAX};
	ent_jsonout_init(&writing->out, ent_jsonout_to_memory, &writing->memory, 0);
	ent_jsonout_object_begin(&writing->out);
}

void office_drop(struct office_writing *writing) {
	free(writing->memory.bytes);
	writing->memory.bytes = NULL;
}

void office_finish(struct office_call *call, struct office_writing *writing, unsigned status,
		const char *tag) {
	const char *const headers[] = {"ETag", tag, NULL};
	ent_jsonout_object_end(&writing->out);
	if (ent_jsonout_finish(&writing->out) != ENT_OK) {
		office_drop(writing);
		send_bare(call, 503);
		return;
	}
	office_send(call, status, JSON, writing->memory.bytes, writing->memory.size,
			tag != NULL ? headers : NULL);
}

void office_refuse(struct office_call *call, unsigned status, const char *format, ...) {
	char message[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	struct ent_v1_answer answer;
	/* Whom to wait for, and how long (RFC 9110, 10.2.3); whoever has no session is told how to have one. */
	static const char *const later[] = {"Retry-After", "1", NULL};
	static const char *const too_often[] = {"Retry-After", "30", NULL};
	va_list values;
	va_start(values, format);
	(void)vsnprintf(message, sizeof message, format, values);
	va_end(values);
	if (ent_v1_refuse((int)status, message, &answer) != ENT_OK) {
		send_bare(call, status);
		return;
	}
	office_send(call, status, JSON, answer.body, answer.size,
			status == 503                   ? later
					: status == 429 ? too_often
							: NULL);
}

void office_refuse_status(
		struct office_call *call, ent_status status, const struct ent_fault *fault) {
	static const unsigned codes[ENT_STATUS_COUNT] = {[ENT_E_DOMAIN] = 400,
			[ENT_E_SHAPE] = 400,
			[ENT_E_LIMIT] = 409,
			[ENT_E_SYNTAX] = 400,
			[ENT_E_MISSING] = 404,
			[ENT_E_EXISTS] = 409,
			[ENT_E_REFUSED] = 409};
	const unsigned code = codes[status] != 0 ? codes[status] : 503;
	office_refuse(call, code, "%s%s%s", fault->where, fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

void office_forget_json(struct office_call *call) {
	ent_json_wipe(call->json);
	ent_json_destroy(call->json);
	call->json = NULL;
}

void office_call_destroy(struct office_call *call) {
	/* Nobody is left without an answer, whatever there was no memory for. */
	if (call->request != NULL)
		send_bare(call, 503);
	office_forget_json(call);
	ent_secret_destroy(call->passphrase);
	ent_v1_memo_finish(&call->memo);
	ent_seal_wipe(call, sizeof *call);
	free(call);
}

/* --- Members --- */

void office_write_text(struct ent_jsonout *out, const char *name, const char *text) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

void office_write_uint(struct ent_jsonout *out, const char *name, uint64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_uint(out, value);
}

void office_write_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	if (utc_us == 0)
		ent_jsonout_null(out);
	else
		ent_jsonout_time(out, utc_us);
}

void office_hex(const struct ent_hash *hash, char ret_text[2 * ENT_HASH_SIZE + 1]) {
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		ret_text[2 * i] = digits[hash->bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ret_text[2 * (size_t)ENT_HASH_SIZE] = '\0';
}
