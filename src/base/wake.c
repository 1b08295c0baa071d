/* SPDX-License-Identifier: Apache-2.0 */
/* wake.c: condition variables by the clock that cannot be set; see wake.h. */
#include "entente/wake.h"

#include <time.h>

ent_status ent_wake_init(pthread_cond_t *ret_wake) {
	pthread_condattr_t monotonic;
	if (pthread_condattr_init(&monotonic) != 0)
		return ENT_E_MEMORY;
	const bool fine = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
			pthread_cond_init(ret_wake, &monotonic) == 0;
	(void)pthread_condattr_destroy(&monotonic);
	return fine ? ENT_OK : ENT_E_MEMORY;
}
