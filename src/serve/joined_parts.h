/* SPDX-License-Identifier: Apache-2.0 */
/* joined_parts.h: what the files that join a node share. */
#ifndef ENTENTE_SERVE_JOINED_PARTS_H
#define ENTENTE_SERVE_JOINED_PARTS_H

#include <stdatomic.h>

#include "begin.h"
#include "door.h"
#include "entente/memoranda.h"
#include "entente/office.h"
#include "entente/peers.h"
#include "entente/post.h"
#include "joined.h"
#include "purging.h"

struct joined {
	struct running *running;
	struct ent_sign_key *desk_key;
	struct ent_vkey desk;
	struct ent_post *post;
	_Atomic(struct ent_memoranda *) memoranda; /* stays until nobody is left who could ask */
	struct door peers, office;
	struct joined_state *state;
	struct begin begin;
	struct purging purging;
};

/* joined_state.c: what was gathered last. NULL: no memory. */
struct joined_state *joined_state_create(void);
void joined_state_destroy(struct joined_state *state);

#endif
