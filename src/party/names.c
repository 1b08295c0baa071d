/* SPDX-License-Identifier: Apache-2.0 */
/* names.c: ids, the names of keys and origins, and what a name or an address may be. */
#include "entente/party.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "entente/text.h"

enum { ID_BYTES = (ENT_PARTY_ID_SIZE - 1) / 2, PORT_MAX = 65535, PORT_LENGTH_MAX = 5 };

void ent_party_id(const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], char ret_id[ENT_PARTY_ID_SIZE]) {
	struct ent_hash hash;
	ent_seal_sha256(public_key, ENT_SIGN_PUBLIC_SIZE, &hash);
	for (size_t i = 0; i < ID_BYTES; i++)
		(void)snprintf(ret_id + 2 * i, 3, "%02x", hash.bytes[i]);
}

bool ent_party_id_ok(const char *text, size_t length) {
	if (length != ENT_PARTY_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((text[i] < '0' || text[i] > '9') && (text[i] < 'a' || text[i] > 'f'))
			return false;
	return true;
}

static void set_vkey(const char *id, const char *kind,
		const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], struct ent_vkey *ret_vkey) {
	assert(ent_party_id_ok(id, strlen(id)));
	*ret_vkey = (struct ent_vkey){.type = 0x01};
	(void)snprintf(ret_vkey->name, sizeof ret_vkey->name, "%s.%s.entente.invalid", id, kind);
	memcpy(ret_vkey->public_key, public_key, ENT_SIGN_PUBLIC_SIZE);
}

void ent_party_vkey(const char *id, const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE],
		struct ent_vkey *ret_vkey) {
	set_vkey(id, "party", public_key, ret_vkey);
}

void ent_party_line_vkey(const char *id, const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE],
		struct ent_vkey *ret_vkey) {
	set_vkey(id, "line", public_key, ret_vkey);
}

ent_status ent_party_origin(const char *id, const char *ledger, char ret_origin[ENT_ORIGIN_SIZE]) {
	char origin[ENT_ORIGIN_SIZE];
	assert(ent_party_id_ok(id, strlen(id)));
	const int length = snprintf(
			origin, sizeof origin, "%s.line.entente.invalid/%s", id, ledger);
	if (length < 0 || (size_t)length >= sizeof origin)
		return ENT_E_LIMIT;
	memcpy(ret_origin, origin, (size_t)length + 1);
	return ENT_OK;
}

static ent_status refuse(struct ent_fault *fault, ent_status status, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return status;
}

/* Joiners: Persian and several scripts of India spell with them, and they turn nothing around. */
static bool is_joiner(uint32_t character) {
	return character == 0x200c || character == 0x200d;
}

ent_status ent_party_name_check(const char *name, size_t length, struct ent_fault *reterr_fault) {
	size_t bytes = 0;
	bool seen = false;
	if (length == 0)
		return refuse(reterr_fault, ENT_E_SYNTAX, "a name is not empty");
	if (length >= ENT_PARTY_NAME_SIZE)
		return refuse(reterr_fault, ENT_E_LIMIT, "a name has at most 120 bytes (UTF-8)");
	if (name[0] == ' ' || name[length - 1] == ' ')
		return refuse(reterr_fault, ENT_E_SYNTAX,
				"a name neither begins nor ends with a space");
	for (size_t i = 0; i < length; i += bytes) {
		uint32_t character = 0;
		bytes = ent_text_character(name + i, length - i, &character);
		if (bytes == 0)
			return refuse(reterr_fault, ENT_E_SYNTAX, "a name is UTF-8");
		if (ent_text_steers(character) && !is_joiner(character))
			return refuse(reterr_fault, ENT_E_SYNTAX,
					"a name has no controls, marks of direction or characters "
					"that show nothing");
		if (character == '"')
			return refuse(reterr_fault, ENT_E_SYNTAX,
					"a name has no \", between which it is shown");
		seen = seen || ent_text_shows(character);
	}
	return seen ? ENT_OK
		    : refuse(reterr_fault, ENT_E_SYNTAX,
				      "of a name there is something to be seen: blanks, or marks "
				      "without a letter, are none");
}

/* --- Addresses --- */

static bool is_alphanumeric(char c) {
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Of letters, digits, hyphens and dots between them; or an IPv6 address in brackets, loosely. */
static bool host_ok(const char *host, size_t length) {
	if (length > 4 && host[0] == '[' && host[length - 1] == ']') {
		for (size_t i = 1; i + 1 < length; i++)
			if (!is_alphanumeric(host[i]) && host[i] != ':' && host[i] != '.')
				return false;
		return memchr(host, ':', length) != NULL;
	}
	for (size_t i = 0; i < length; i++) {
		const bool inner = i > 0 && i + 1 < length && host[i - 1] != '.';
		if (!is_alphanumeric(host[i]) && !(inner && (host[i] == '.' || host[i] == '-')))
			return false;
	}
	return length > 0;
}

static bool port_ok(const char *port, size_t length) {
	unsigned number = 0;
	if (length == 0 || length > PORT_LENGTH_MAX || port[0] == '0')
		return false;
	for (size_t i = 0; i < length; i++) {
		if (port[i] < '0' || port[i] > '9')
			return false;
		number = number * 10 + (unsigned)(port[i] - '0');
	}
	return number <= PORT_MAX;
}

ent_status ent_party_address_check(
		const char *address, size_t length, struct ent_fault *reterr_fault) {
	static const char scheme[] = "https://";
	const size_t front = sizeof scheme - 1;
	size_t colon = length;
	if (length >= ENT_PARTY_ADDRESS_SIZE)
		return refuse(reterr_fault, ENT_E_LIMIT, "an address has at most 255 bytes");
	while (colon > front && address[colon - 1] != ':')
		colon--;
	if (length <= front || memcmp(address, scheme, front) != 0 || colon == front ||
			!host_ok(address + front, colon - 1 - front) ||
			!port_ok(address + colon, length - colon))
		return refuse(reterr_fault, ENT_E_SYNTAX,
				"an address is https://HOST:PORT, with nothing behind the port");
	return ENT_OK;
}
