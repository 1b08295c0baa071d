/* SPDX-License-Identifier: Apache-2.0 */
/* members.h: the members of a JSON object, found in one walk; replaying a ledger is little else. */
#ifndef ENTENTE_AIRSPACE_MEMBERS_H
#define ENTENTE_AIRSPACE_MEMBERS_H

#include <string.h>

#include "entente/json.h"

enum { MEMBERS_MAX = 32 };

struct member_name {
	const char *text;
	size_t length;
};
#define MEMBER_NAME(text) \
	{ (text), sizeof(text) - 1 }

struct members {
	struct ent_json_value value[MEMBERS_MAX]; /* at the number of its name */
	uint32_t there;                           /* bit by number */
};

static inline bool members_has(const struct members *members, unsigned number) {
	return members->there >> number & 1;
}

/*
 * Those of the n names that are there; what stands in the names' order is found at once. False: it is no object, or
 * 'ret_other' is a member of another name, or stands there twice.
 */
static inline bool members_find(struct ent_json_value object, const struct member_name *names,
		unsigned n, struct members *ret_members, struct member_name *ret_other) {
	struct ent_json_walk walk = ent_json_walk_from(object);
	struct ent_json_value value;
	struct member_name name = {"", 0};
	unsigned next = 0;
	ret_members->there = 0;
	*ret_other = name;
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return false;
	while (ent_json_next_member(&walk, &name.text, &name.length, &value)) {
		unsigned tried = 0;
		while (tried < n &&
				(names[next].length != name.length ||
						memcmp(names[next].text, name.text, name.length) !=
								0)) {
			next = next + 1 < n ? next + 1 : 0;
			tried++;
		}
		if (tried == n || members_has(ret_members, next)) {
			*ret_other = name;
			return false;
		}
		ret_members->value[next] = value;
		ret_members->there |= UINT32_C(1) << next;
		next = next + 1 < n ? next + 1 : 0;
	}
	return true;
}

#endif
