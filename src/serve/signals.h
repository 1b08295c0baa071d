/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signals.h: SIGTERM, SIGINT and SIGHUP, awaited by a thread of their own from the beginning to the very end.
 *
 *     SIGTERM, SIGINT -> once it serves: stop -> once more, later: the process ends on the spot
 *                     -> before: the process ends on the spot
 *     SIGHUP          -> read again
 */
#ifndef ENTENTE_SERVE_SIGNALS_H
#define ENTENTE_SERVE_SIGNALS_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

struct signals {
	pthread_t watcher;
	bool watched;
	sem_t told; /* each time one of the two below is set */
	atomic_bool told_to_stop, told_to_read;
	atomic_bool serves, ended;
};

/* Before there is any other thread, so that none is interrupted. All is zero. False: no memory, no thread. */
bool signals_begin(struct signals *signals);
/* A stop is no longer the end at once. */
void signals_serve(struct signals *signals);
/* Waits. True: files are to be read again; false: it is told to stop. */
bool signals_wait(struct signals *signals);
/* Last of all. */
void signals_end(struct signals *signals);

#endif
