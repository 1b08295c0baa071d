/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.h: to a part that goes while others still call it: who has entered has it until it leaves. NULL: it is not there yet, or no
 * more. A part's own callbacks may enter again, with whatever locks they hold: to enter waits for nobody.
 */
#ifndef ENTENTE_SERVE_DOOR_H
#define ENTENTE_SERVE_DOOR_H

#include <pthread.h>

#include "entente/base.h"

struct door {
	pthread_mutex_t lock; /* of what follows; never held while the part is called */
	pthread_cond_t left;
	unsigned inside;
	void *part;
};

/* E_MEMORY. */
ENT_MUST_USE ent_status door_init(struct door *door);
void door_finish(struct door *door);
/* Each has its door_leave, also when there is no part. */
void *door_enter(struct door *door);
void door_leave(struct door *door);
void door_open(struct door *door, void *part);
/* Nobody has the part any more when it returns. Not to be called by who is inside. */
void door_close(struct door *door);

#endif
