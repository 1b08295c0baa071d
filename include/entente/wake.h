/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wake.h: what a thread sleeps on until it is woken or its time has come, by the
 * clock that cannot be set. Depends on: base.
 *
 * A condition variable is made with the machine's clock unless one says otherwise:
 * set back, it would let a thread sleep until it is there again; set ahead, every
 * wait would be over. So whatever is waited for with pthread_cond_timedwait is made
 * here, and its times are those of CLOCK_MONOTONIC.
 */
#ifndef ENTENTE_WAKE_H
#define ENTENTE_WAKE_H

#include <pthread.h>

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The memory is the caller's, and what is made in it ends with pthread_cond_destroy. E_MEMORY: the system has not
 * what it needs for one, or no such clock; then there is nothing to destroy.
 */
ENT_MUST_USE ent_status ent_wake_init(pthread_cond_t *ret_wake);

#ifdef __cplusplus
}
#endif

#endif
