/* SPDX-License-Identifier: Apache-2.0 */
/*
 * passphrase.h: the passphrase of a party key: from a file, from a credential of systemd, or from a person at the
 * terminal, who does not see it. It stands in locked memory only.
 */
#ifndef ENTENTE_CLI_PASSPHRASE_H
#define ENTENTE_CLI_PASSPHRASE_H

#include "entente/seal.h"

enum {
	PASSPHRASE_MIN = 12, /* bytes of a new one */
	PASSPHRASE_MAX = 1024
};

/* The name of the credential, in $CREDENTIALS_DIRECTORY. */
#define PASSPHRASE_CREDENTIAL "party-passphrase"

/*
 * The first line of 'file' when that is given (a warning on stderr when others may read it); else of the credential
 * when there is one; else asked for at the terminal, and 'twice' when it is a new one. E_MISSING: none of these.
 * E_LIMIT: too short or too long. E_REFUSED: the two were not the same, or it was broken off. E_IO, E_MEMORY. The
 * caller destroys it.
 */
ENT_MUST_USE ent_status passphrase_get(const char *file, bool twice,
		struct ent_secret **ret_passphrase, struct ent_fault *fault);

#endif
