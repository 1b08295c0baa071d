/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h: the entries of an airspace ledger become state again. Depends on: base, fold, airspace.
 *
 * The caller's thread gives entries in their order, and parses them; a thread of the replay's own applies them to the
 * open version of a fold. What passes between them are groups of entries:
 *
 *     ent_replay_add -> group -> group -> group -> [applier] -> open version
 *
 * So a ledger is read at the pace of the slower of the two. Until it is finished the fold belongs to the replay.
 */
#ifndef ENTENTE_REPLAY_H
#define ENTENTE_REPLAY_H

#include "entente/airspace.h"

struct ent_replay;

/*
 * Into the fold's open version, or one that it opens. 'publish': versions may be published on the way, which keeps
 * memory low and cannot be taken back. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_replay_create(
		struct ent_fold *fold, bool publish, struct ent_replay **ret_replay);
/*
 * The next entry; nothing is borrowed. Waits while the applier is behind. E_SYNTAX, with the member: not an entry.
 * E_REFUSED: one before it could not be applied, ent_replay_finish says which. E_MEMORY. After any of these no more can
 * be added.
 */
ENT_MUST_USE ent_status ent_replay_add(struct ent_replay *replay, const char *bytes, size_t size,
		size_t capacity, struct ent_fault *reterr_fault);
/*
 * Waits until all that was added is applied, and frees the replay. 'ret_n': how many were. E_SYNTAX, with the member:
 * the one after these does not follow from those before it. E_MEMORY. After either the open version, if there is one,
 * may only be discarded.
 */
ENT_MUST_USE ent_status ent_replay_finish(
		struct ent_replay *replay, uint64_t *ret_n, struct ent_fault *reterr_fault);

#endif
