/* SPDX-License-Identifier: Apache-2.0 */
/* known.h: the files of other parties' cards: the one that is in force, and those that were replaced. */
#ifndef ENTENTE_PARTY_KNOWN_H
#define ENTENTE_PARTY_KNOWN_H

#include "files.h"

#define KNOWN_SUFFIX ".party"

enum { KNOWN_SIZE = ENT_CARD_SIZE + 512 /* the lines in front of the card are few */ };

/* Of the card that is in force (number 0), or of one that was replaced. */
void known_name(const char *id, uint64_t number, char ret_name[FILES_NAME_SIZE]);
/* The id is ok. E_MISSING, E_SYNTAX, E_REFUSED, E_IO name the file. */
ENT_MUST_USE ent_status known_read(const struct ent_party_folder *folder, const char *id,
		uint64_t number, struct ent_party_known *ret_known, struct ent_fault *fault);

/* Keeps what is known of a party, before another card takes its name; its number. The oldest beyond the most goes. */
ENT_MUST_USE ent_status kept_put(const struct ent_party_folder *folder, const char *id,
		uint64_t *ret_number, struct ent_fault *fault);
/* All that is kept of a party. */
ENT_MUST_USE ent_status kept_remove(
		const struct ent_party_folder *folder, const char *id, struct ent_fault *fault);

#endif
