/* SPDX-License-Identifier: Apache-2.0 */
/* body.c: see body.h. */
#include "body.h"

#include <stdlib.h>
#include <string.h>

#include "passphrase.h"

/* Beside texts, of which each byte may be written with six. */
enum { REST = 8192, ESCAPED = 6 };

/* --- The passphrase --- */

/* As JSON it can be sent only so; another one would be changed on its way. */
static bool is_utf8(const char *text, size_t length) {
	uint32_t character = 0;
	for (size_t at = 0; at < length;) {
		const size_t size = ent_text_character(text + at, length - at, &character);
		if (size == 0 || character == 0)
			return false;
		at += size;
	}
	return length > 0;
}

int body_passphrase(const struct verb *verb, const char *file, struct ent_secret **ret_passphrase) {
	struct ent_secret *passphrase = NULL;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = passphrase_get(file, false, &passphrase, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(verb, &fault, status);
	if (!is_utf8((const char *)ent_secret_bytes(passphrase), ent_secret_size(passphrase))) {
		ent_secret_destroy(passphrase);
		return verb_fail(verb, "passphrase", "it is empty, or no text in UTF-8");
	}
	*ret_passphrase = passphrase;
	return 0;
}

/* --- The body --- */

static ent_status write_bytes(void *user, const void *bytes, size_t size) {
	struct body *body = user;
	if (size > body->capacity - body->size)
		return ENT_E_LIMIT;
	memcpy(body->bytes + body->size, bytes, size);
	body->size += size;
	return ENT_OK;
}

ent_status body_make(struct body *ret_body, size_t texts,
		void (*write)(struct ent_jsonout *out, const void *user), const void *user,
		struct ent_secret *passphrase) {
	const size_t secret = passphrase != NULL ? ent_secret_size(passphrase) : 0;
	struct ent_jsonout *out = malloc(sizeof *out);
	*ret_body = (struct body){.capacity = ESCAPED * (texts + secret) + REST};
	ret_body->bytes = malloc(ret_body->capacity);
	if (out == NULL || ret_body->bytes == NULL) {
		free(out);
		return ENT_E_MEMORY;
	}
	ent_jsonout_init(out, write_bytes, ret_body, 0);
	ent_jsonout_object_begin(out);
	write(out, user);
	if (secret > 0) {
		ent_jsonout_name(out, "passphrase");
		ent_jsonout_string_n(out, (const char *)ent_secret_bytes(passphrase), secret);
	}
	ent_jsonout_object_end(out);
	const ent_status status = ent_jsonout_finish(out);
	ent_seal_wipe(out, sizeof *out);
	free(out);
	return status;
}

void body_finish(struct body *body) {
	if (body->bytes != NULL)
		ent_seal_wipe(body->bytes, body->capacity);
	free(body->bytes);
	*body = (struct body){.bytes = NULL};
}
