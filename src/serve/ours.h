/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ours.h: the party that a node is, as its folder says it before anything runs: DIR/party. The passphrase of its key is there
 * when systemd gives it as the credential party-passphrase; else people unlock the key while the node runs.
 */
#ifndef ENTENTE_SERVE_OURS_H
#define ENTENTE_SERVE_OURS_H

#include "config.h"
#include "entente/party.h"

struct ours {
	bool there; /* else no party is here, and the rest is nothing */
	bool settable_clock;
	struct ent_card card;
	struct ent_sign_key *line_key;
	struct ent_party_key_list line_keys; /* that it has had, the newest first */
	struct ent_sign_key
			*key; /* the party key, when the machine has its passphrase; else NULL */
	char *tls_certificate, *tls_key; /* PEM */
};

/* Reads it, and tells each fault: also of options that mean nothing without a party, or contradict its card. */
void ours_read(struct config *config, struct ours *ret_ours);
/* The cards of others, too: each that is damaged is told of. For who only looks. */
void ours_look_at_others(struct config *config);
/* Of another party, or of ourselves by our id; read at once. False: it is not known, or cannot be read. */
bool ours_card(const char *data, const char *id, struct ent_card *ret_card);
/* The party keys that it has had, the newest first; 0: it is not known, or cannot be read. */
size_t ours_party_keys(const char *data, const char *id, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
		size_t capacity);
void ours_finish(struct ours *ours);

#endif
