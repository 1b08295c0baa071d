/* SPDX-License-Identifier: Apache-2.0 */
/* copy.h: a document's JSON again, but for the members that somebody else writes. */
#ifndef ENTENTE_PAGES_COPY_H
#define ENTENTE_PAGES_COPY_H

#include "entente/json.h"
#include "page.h"

struct memo_copying {
	struct ent_jsonout *out;
	/* Of a member of 'object': true: it has written its value, behind the name that is there. */
	bool (*write)(void *user, struct ent_json_value object, const char *name);
	void *user;
};

/* All of a text that ent_memodoc_read takes, two blanks a level. E_MEMORY, and statuses of 'write'. */
ENT_MUST_USE ent_status memo_copy(struct memo_copying *copying, const char *json, size_t size,
		ent_write_fn write, void *user);

#endif
