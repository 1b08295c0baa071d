/* SPDX-License-Identifier: Apache-2.0 */
/* password.h: a password from a person at a terminal, unseen, or from a file. */
#ifndef ENTENTE_CLI_PASSWORD_H
#define ENTENTE_CLI_PASSWORD_H

#include "entente/base.h"
#include "entente/seal.h"

struct password {
	size_t length;
	char text[ENT_PASSWORD_MAX + 2];
};

/*
 * From the terminal, twice, without showing it; E_REFUSED: the two differ. E_MISSING: there is no terminal. Or the first
 * line of the file, "-" being standard input. E_LIMIT: longer than ENT_PASSWORD_MAX. E_IO. Wipe it when it was used.
 */
ENT_MUST_USE ent_status password_ask(
		const char *whose, struct password *ret_password, struct ent_fault *reterr_fault);
/* The one that he has, once. */
ENT_MUST_USE ent_status password_ask_own(
		const char *whose, struct password *ret_password, struct ent_fault *reterr_fault);
ENT_MUST_USE ent_status password_read_file(
		const char *path, struct password *ret_password, struct ent_fault *reterr_fault);
void password_wipe(struct password *password);

#endif
