/* SPDX-License-Identifier: Apache-2.0 */
/* party_renew.h: `entente party renew`: a new card of our own party. */
#ifndef ENTENTE_CLI_PARTY_RENEW_H
#define ENTENTE_CLI_PARTY_RENEW_H

#include "entente/party.h"

/* As the options say it; "none" for an address or the one reserve: there is none any more. */
struct party_renewal {
	const char *name, *address, *passphrase_file;
	const char *reserves[ENT_PARTY_RESERVES_MAX];
	size_t n_reserves;
	bool new_key, new_line_key, new_tls_key;
};

/* 0, or 2 when it could not be done, which was said then. */
int party_renew(struct ent_party_folder *folder, const struct party_renewal *renewal, bool qr);

#endif
