/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body.h: the body of a request in which the passphrase of the party key may stand: JSON in a block that never moves, so
 * that one place is to be wiped.
 */
#ifndef ENTENTE_CLI_BODY_H
#define ENTENTE_CLI_BODY_H

#include "entente/jsonout.h"
#include "entente/seal.h"
#include "verb.h"

/* From a file or a person, as passphrase.h has it, and fit for JSON. 0, or it was said. The caller destroys it. */
int body_passphrase(const struct verb *verb, const char *file, struct ent_secret **ret_passphrase);

struct body {
	char *bytes;
	size_t size, capacity;
};
/*
 * An object of what 'write' writes and, where there is one, the passphrase. 'texts': the bytes of the texts in it. The body
 * is the caller's to finish, also after a failure. E_MEMORY; E_LIMIT: more was written than said; E_SYNTAX.
 */
ENT_MUST_USE ent_status body_make(struct body *ret_body, size_t texts,
		void (*write)(struct ent_jsonout *out, const void *user), const void *user,
		struct ent_secret *passphrase);
/* Wipes it. One that is all zero is fine. */
void body_finish(struct body *body);

#endif
