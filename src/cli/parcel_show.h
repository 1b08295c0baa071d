/* SPDX-License-Identifier: Apache-2.0 */
/* parcel_show.h: what is in a parcel, for people and as JSON, and whether its notes are by the keys that are known. */
#ifndef ENTENTE_CLI_PARCEL_SHOW_H
#define ENTENTE_CLI_PARCEL_SHOW_H

#include "entente/parcel.h"

enum { PARCEL_VKEYS_MAX = 16 };

struct parcel_keys {
	struct ent_vkey vkey[PARCEL_VKEYS_MAX];
	size_t n;
};

/*
 * To standard output. 'ret_wrong' counts what is not as it was signed. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status parcel_show_text(
		const struct ent_parcel *parcel, const struct parcel_keys *keys, size_t *ret_wrong);
ENT_MUST_USE ent_status parcel_show_json(
		const struct ent_parcel *parcel, const struct parcel_keys *keys, size_t *ret_wrong);

#endif
