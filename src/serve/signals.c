/* SPDX-License-Identifier: Apache-2.0 */
/* signals.c: see signals.h. */
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "log.h"

enum { TOLD_TWICE_US = 1000000 };

static sigset_t awaited_signals(void) {
	sigset_t set;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	return set;
}

/*
 * One soon after the first is the same said twice: a shell and its terminal, or timeout(1), tell the process and its
 * group.
 */
static void *watch(void *user) {
	struct signals *signals = user;
	const sigset_t awaited = awaited_signals();
	int64_t told_us = 0;
	int number;
	for (;;) {
		(void)sigwait(&awaited, &number);
		if (atomic_load(&signals->ended))
			return NULL;
		const int64_t now_us = clock_monotonic();
		if (number == SIGHUP) {
			atomic_store(&signals->told_to_read, true);
			(void)sem_post(&signals->told);
		} else if (told_us == 0 && atomic_load(&signals->serves)) {
			told_us = now_us;
			atomic_store(&signals->told_to_stop, true);
			(void)sem_post(&signals->told);
		} else if (told_us == 0 || now_us - told_us >= TOLD_TWICE_US) {
			log_say(NULL, ENT_NODE_WARNING,
					told_us != 0 ? "told to stop once more: ends at once"
						     : "told to stop before it served: ends at "
						       "once");
			_exit(told_us != 0 ? 2 : 0);
		}
	}
}

bool signals_begin(struct signals *signals) {
	const sigset_t awaited = awaited_signals();
	(void)signal(SIGPIPE, SIG_IGN);
	signals->watched = pthread_sigmask(SIG_BLOCK, &awaited, NULL) == 0 &&
			sem_init(&signals->told, 0, 0) == 0 &&
			pthread_create(&signals->watcher, NULL, watch, signals) == 0;
	return signals->watched;
}

void signals_serve(struct signals *signals) {
	atomic_store(&signals->serves, true);
}

bool signals_wait(struct signals *signals) {
	while (!atomic_load(&signals->told_to_stop)) {
		if (atomic_exchange(&signals->told_to_read, false))
			return true;
		while (sem_wait(&signals->told) != 0 && errno == EINTR)
			;
	}
	return false;
}

void signals_end(struct signals *signals) {
	if (!signals->watched)
		return;
	atomic_store(&signals->ended, true);
	(void)pthread_kill(signals->watcher, SIGHUP);
	(void)pthread_join(signals->watcher, NULL);
}
