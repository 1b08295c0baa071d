/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.c: of an entry, the member "sealed":{"for":["<id>",...],"hash":"<64 hex digits>"}: who may have its payload, and
 * what it must come to (docs/decisions/0015); and "under", which says how long it is kept (0023). Nothing else of an entry is
 * looked at here.
 */
#include <string.h>

#include "entente/json.h"
#include "internal.h"

#define SEALED "\"sealed\":"

/* Most entries have none, and are not read for that. */
static bool may_be_sealed(const char *bytes, size_t size) {
	const size_t length = sizeof SEALED - 1;
	const char *at = bytes, *end = bytes + size;
	while ((size_t)(end - at) >= length &&
			(at = memchr(at, '"', (size_t)(end - at) - length + 1)) != NULL) {
		if (memcmp(at, SEALED, length) == 0)
			return true;
		at++;
	}
	return false;
}

static bool read_hash(struct ent_json_value value, struct ent_hash *ret_hash) {
	const char *text = NULL;
	size_t length = 0;
	if (!ent_json_string(value, &text, &length) || length != 2 * sizeof ret_hash->bytes)
		return false;
	for (size_t i = 0; i < length; i++) {
		const char *digits = "0123456789abcdef", *digit = strchr(digits, text[i]);
		if (text[i] == '\0' || digit == NULL)
			return false;
		const uint8_t nibble = (uint8_t)(digit - digits);
		uint8_t *byte = &ret_hash->bytes[i / 2];
		*byte = i % 2 == 0 ? (uint8_t)(nibble << 4) : (uint8_t)(*byte | nibble);
	}
	return true;
}

/* More than there may be are passed over, and what is no party. */
static void add_named(struct ent_json_value name, struct envelope_sealed *sealed) {
	const char *id = NULL;
	size_t length = 0;
	if (!ent_json_string(name, &id, &length) || !ent_party_id_ok(id, length) ||
			sealed->n_named == ENT_POST_NAMED_MAX - 1)
		return;
	for (size_t i = 0; i < sealed->n_named; i++)
		if (strcmp(sealed->named[i], id) == 0)
			return;
	memcpy(sealed->named[sealed->n_named++], id, ENT_PARTY_ID_SIZE);
}

static void read_sealed(
		struct ent_json_value root, const char *party, struct envelope_sealed *ret_sealed) {
	struct ent_json_value sealed, names, hash, name;
	if (!ent_json_member(root, "sealed", &sealed) || !ent_json_member(sealed, "for", &names) ||
			!ent_json_member(sealed, "hash", &hash) ||
			!read_hash(hash, &ret_sealed->hash))
		return;
	ret_sealed->sealed = true;
	ret_sealed->under_given = ent_json_member(root, "under", &name) &&
			read_hash(name, &ret_sealed->under);
	struct ent_json_walk walk = ent_json_walk_from(names);
	while (ent_json_next_element(&walk, &name)) {
		ret_sealed->for_them = ret_sealed->for_them || ent_json_string_is(name, party);
		add_named(name, ret_sealed);
	}
}

ent_status envelope_read(struct envelope *envelope, const char *bytes, size_t size,
		const char *party, struct envelope_sealed *ret_sealed) {
	const struct ent_json_options options = {.capacity = 0, .refuse_duplicates = true};
	struct ent_json_value root;
	ret_sealed->sealed = ret_sealed->for_them = ret_sealed->under_given = false;
	ret_sealed->n_named = 0;
	if (!may_be_sealed(bytes, size))
		return ENT_OK;
	if (envelope->json == NULL) {
		const ent_status status = ent_json_create(&envelope->json);
		if (status != ENT_OK)
			return status;
	}
	const ent_status status = ent_json_parse(
			envelope->json, bytes, size, &options, &root, NULL);
	if (status == ENT_OK)
		read_sealed(root, party, ret_sealed);
	return status == ENT_E_MEMORY ? status : ENT_OK;
}

void envelope_finish(struct envelope *envelope) {
	ent_json_destroy(envelope->json);
	envelope->json = NULL;
}
