/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64.h: bytes as base64 text and back (RFC 4648), strictly. Depends on: base.
 *
 * Reading takes the one canonical spelling only: with all its padding (standard) or without any (URL), no
 * spaces, and no bits set that stand for nothing; so that two texts are never the same bytes.
 */
#ifndef ENTENTE_BASE64_H
#define ENTENTE_BASE64_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ent_base64_alphabet {
	ENT_BASE64,    /* RFC 4648 section 4: '+', '/', padded with '=' */
	ENT_BASE64_URL /* section 5: '-', '_', not padded (as JOSE, RFC 7515) */
};

/* Room for the text of 'size' bytes, with terminator. */
#define ENT_BASE64_SIZE(size) (((size) + 2) / 3 * 4 + 1)

/* Terminated; 'ret_text' has room for ENT_BASE64_SIZE(size). Returns the length. */
ENT_API size_t ent_base64_print(
		enum ent_base64_alphabet alphabet, const void *bytes, size_t size, char *ret_text);

/* 'ret_bytes' has room for 'capacity'. E_SYNTAX; E_LIMIT when it does not fit. */
ENT_API ENT_MUST_USE ent_status ent_base64_parse(enum ent_base64_alphabet alphabet,
		const char *text, size_t length, void *ret_bytes, size_t capacity,
		size_t *ret_size);

#ifdef __cplusplus
}
#endif

#endif
