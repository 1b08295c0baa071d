/* SPDX-License-Identifier: Apache-2.0 */
/* internal.h: what the parts of the interface share. */
#ifndef ENTENTE_V1_INTERNAL_H
#define ENTENTE_V1_INTERNAL_H

#include "entente/v1.h"

/* The ETag of what can be edited of an operator. */
void v1_tag(const struct ent_desk_operator *who, char ret_tag[ENT_V1_TAG_SIZE]);

/* body.c: the members of the route's body, into the call; the fault names the member. E_SYNTAX, E_MEMORY. */
ENT_MUST_USE ent_status v1_read_body(struct ent_json *json, const struct ent_v1_request *request,
		struct ent_v1_call *call, struct ent_fault *fault);
bool v1_has_body(enum ent_v1_route route);

/* Is that all that is said, a word that can be heard as "received" and as "agreed"? */
bool v1_is_ambiguous(const char *text, size_t length);

#endif
