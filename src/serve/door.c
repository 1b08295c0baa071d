/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door.c: see door.h. Not a lock for readers and a writer: whether readers get in while a writer waits is left to the system, and where
 * they do not, one who enters a second time, or holds what another inside waits for, would wait for ever.
 */
#include "door.h"

#include <stddef.h>

ent_status door_init(struct door *door) {
	door->inside = 0;
	door->part = NULL;
	if (pthread_mutex_init(&door->lock, NULL) != 0)
		return ENT_E_MEMORY;
	if (pthread_cond_init(&door->left, NULL) == 0)
		return ENT_OK;
	(void)pthread_mutex_destroy(&door->lock);
	return ENT_E_MEMORY;
}

void door_finish(struct door *door) {
	(void)pthread_cond_destroy(&door->left);
	(void)pthread_mutex_destroy(&door->lock);
}

void *door_enter(struct door *door) {
	(void)pthread_mutex_lock(&door->lock);
	void *part = door->part;
	door->inside++;
	(void)pthread_mutex_unlock(&door->lock);
	return part;
}

void door_leave(struct door *door) {
	(void)pthread_mutex_lock(&door->lock);
	if (--door->inside == 0)
		(void)pthread_cond_broadcast(&door->left);
	(void)pthread_mutex_unlock(&door->lock);
}

void door_open(struct door *door, void *part) {
	(void)pthread_mutex_lock(&door->lock);
	door->part = part;
	(void)pthread_mutex_unlock(&door->lock);
}

void door_close(struct door *door) {
	(void)pthread_mutex_lock(&door->lock);
	door->part = NULL;
	while (door->inside > 0)
		(void)pthread_cond_wait(&door->left, &door->lock);
	(void)pthread_mutex_unlock(&door->lock);
}
