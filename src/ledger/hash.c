/* SPDX-License-Identifier: Apache-2.0 */
/* hash.c: the hashes of leaves and nodes (RFC 6962, section 2.1). */
#include "entente/ledger.h"

#include <string.h>

void ent_ledger_leaf_hash(const void *bytes, size_t size, struct ent_hash *ret_hash) {
	static const uint8_t leaf = 0x00;
	const struct ent_seal_part parts[] = {{&leaf, 1}, {bytes, size}};
	ent_seal_sha256_parts(parts, 2, ret_hash);
}

void ent_ledger_node_hash(const struct ent_hash *left, const struct ent_hash *right,
		struct ent_hash *ret_hash) {
	uint8_t node[1 + 2 * ENT_HASH_SIZE] = {0x01};
	memcpy(node + 1, left->bytes, ENT_HASH_SIZE);
	memcpy(node + 1 + ENT_HASH_SIZE, right->bytes, ENT_HASH_SIZE);
	ent_seal_sha256(node, sizeof node, ret_hash);
}
