/* SPDX-License-Identifier: Apache-2.0 */
/* uss.c: see uss.h. */
#include "uss.h"

#include <string.h>

#include "entity.h"

void uss_key(const char *name, uint64_t ret_key[2]) {
	struct ent_hash hash;
	struct ent_uuid half;
	ent_seal_sha256(name, strlen(name), &hash);
	memcpy(half.bytes, hash.bytes, sizeof half.bytes);
	id_key(&half, ret_key);
}

struct ent_uss ent_airspace_uss(const struct ent_fold_version *version, const char *name) {
	uint64_t key[2], value;
	/* Hardly anybody ever says: then there is nothing to hash for. */
	if (ent_fold_count(version, ENT_AIRSPACE_USSS) > 0) {
		uss_key(name, key);
		if (ent_fold_get(version, ENT_AIRSPACE_USSS, key, &value))
			return *(const struct ent_uss *)ent_fold_block(value);
	}
	return (struct ent_uss){ENT_AVAILABILITY_UNKNOWN, "", name};
}

ent_status uss_put(struct ent_fold *fold, const struct ent_uss *uss) {
	const size_t name = strlen(uss->name) + 1, version = strlen(uss->version) + 1;
	uint64_t key[2], old;
	void *block;
	ent_status status = ent_fold_alloc(fold, sizeof *uss + name + version, &block);
	if (status != ENT_OK)
		return status;
	struct ent_uss *mine = block;
	char *text = (char *)(mine + 1);
	memcpy(text, uss->name, name);
	memcpy(text + name, uss->version, version);
	*mine = (struct ent_uss){uss->availability, text + name, text};
	uss_key(uss->name, key);
	if (ent_fold_get(ent_fold_open(fold), ENT_AIRSPACE_USSS, key, &old))
		status = ent_fold_retire(fold, ent_fold_block(old));
	if (status == ENT_OK)
		status = ent_fold_put(fold, ENT_AIRSPACE_USSS, key, ent_fold_value(mine));
	return status;
}
