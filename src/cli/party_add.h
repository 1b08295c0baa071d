/* SPDX-License-Identifier: Apache-2.0 */
/* party_add.h: a card that another party has given us: what it is, and taking it. */
#ifndef ENTENTE_CLI_PARTY_ADD_H
#define ENTENTE_CLI_PARTY_ADD_H

#include "entente/party.h"

struct party_adding {
	const char *data, *path; /* of the card; "-": standard input */
	bool confirm;
	const char *operators;         /* "A,B", their ids; NULL: nobody vouches */
	const char *password_files[2]; /* theirs; NULL: the terminal asks */
};

/* 0: taken, or the same card; 1: not taken; 2: it could not be. The folder was opened to be changed. */
int party_add(struct ent_party_folder *folder, const struct party_adding *adding);

#endif
