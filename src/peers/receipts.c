/* SPDX-License-Identifier: Apache-2.0 */
/* receipts.c: purge receipts: asked for by whoever purged, written by lines.c, and which there are. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

bool peers_line_said(
		const struct line *line, enum ent_line_side side, const struct purged_key *key) {
	const struct purged_item *item = purged_find(&line->purged[side], key);
	for (unsigned i = 0; item != NULL && i < line->n_epochs[side]; i++)
		if (line->epoch[side][i].epoch == item->epoch)
			return item->entry < line->epoch[side][i].size;
	return false;
}

static struct peer *known_peer(struct ent_peers *peers, const char *id) {
	peers_lock(peers);
	struct peer *peer = peers_find(peers, id);
	if (peer != NULL && (peer->removed || peer->line.ours == NULL))
		peer = NULL;
	peers_unlock(peers);
	return peer;
}

/* With the lock. */
static ent_status put_purge(struct line *line, const struct line_purge *purge) {
	for (unsigned i = 0; i < line->n_to_purge; i++)
		if (line->to_purge[i].number == purge->number &&
				strcmp(line->to_purge[i].ledger, purge->ledger) == 0)
			return ENT_E_EXISTS;
	if (line->purged[ENT_LINE_OURS].n + line->n_to_purge >= PURGED_MAX)
		return ENT_E_LIMIT;
	if (line->n_to_purge < PURGES_WAITING_MAX)
		line->to_purge[line->n_to_purge++] = *purge;
	return ENT_E_EXISTS;
}

ent_status ent_peers_say_purged(struct ent_peers *peers, const char *id, const char *ledger,
		uint64_t number, const struct ent_hash *leaf) {
	struct peer *peer = known_peer(peers, id);
	struct line_purge purge = {.number = number, .leaf = *leaf};
	if (peer == NULL)
		return ENT_E_MISSING;
	if (strlen(ledger) >= sizeof purge.ledger)
		return ENT_E_LIMIT;
	(void)snprintf(purge.ledger, sizeof purge.ledger, "%s", ledger);
	const struct purged_key key = purged_key_of(ledger, number, leaf);
	peers_line_lock(&peer->line);
	/* What our ledger has is not known before it is read. */
	const bool said = peers_line_said(&peer->line, ENT_LINE_OURS, &key);
	const ent_status status = said ? ENT_OK : put_purge(&peer->line, &purge);
	peers_line_unlock(&peer->line);
	if (status == ENT_E_EXISTS)
		ent_peers_owed(peers, id);
	return status;
}

bool ent_peers_has_purged(struct ent_peers *peers, const char *id, const char *ledger,
		uint64_t number, const struct ent_hash *leaf) {
	struct peer *peer = known_peer(peers, id);
	if (peer == NULL)
		return false;
	const struct purged_key key = purged_key_of(ledger, number, leaf);
	peers_line_lock(&peer->line);
	const bool said = peers_line_said(&peer->line, ENT_LINE_THEIRS, &key);
	peers_line_unlock(&peer->line);
	return said;
}
