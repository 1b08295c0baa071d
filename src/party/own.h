/* SPDX-License-Identifier: Apache-2.0 */
/* own.h: names of our own files in the folder, and what a card of ours may say. */
#ifndef ENTENTE_PARTY_OWN_H
#define ENTENTE_PARTY_OWN_H

#include "entente/party.h"

#define OWN_CARD "card.txt"
#define OWN_PROFILE "profile.ini"

/* NULL: as the card has it. Faults name name, address or reserve. E_SYNTAX, E_LIMIT. */
ENT_MUST_USE ent_status own_take_name(
		const char *name, struct ent_card *card, struct ent_fault *fault);
/* Is there a first address when there are reserves? Fault: reserve. E_SYNTAX. */
ENT_MUST_USE ent_status own_check_addresses(const struct ent_card *card, struct ent_fault *fault);
/* "": none. */
ENT_MUST_USE ent_status own_take_address(
		const char *address, struct ent_card *card, struct ent_fault *fault);
ENT_MUST_USE ent_status own_take_reserves(const char *const *reserves, size_t n,
		struct ent_card *card, struct ent_fault *fault);

#endif
