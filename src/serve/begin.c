/* SPDX-License-Identifier: Apache-2.0 */
/* begin.c: see begin.h. A party that is confirmed while the node runs brings a ledger that asks, too: so it looks all the time. */
#include "begin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "entente/wake.h"
#include "log.h"

enum { LOOK_EVERY_S = 1, RETRY_EVERY_LOOKS = 10 };

static void say_failed(const struct ent_fault *fault) {
	char text[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	(void)snprintf(text, sizeof text, "ledgers: %s%s%s; it is tried again", fault->where,
			fault->where[0] != '\0' ? ": " : "", fault->why);
	log_say(NULL, ENT_NODE_ERROR, text);
}

static void begin_all(struct begin *begin, size_t asking) {
	char text[192];
	struct ent_fault fault = {{0}, {0}};
	(void)snprintf(text, sizeof text,
			"ledgers: not every peer has said how much of ours it has, or they could "
			"not be read: %zu of them are written from now on all the same",
			asking);
	log_say(NULL, ENT_NODE_INFO, text);
	if (ent_post_begin(begin->post, &fault) != ENT_OK)
		say_failed(&fault);
}

/* Of an old copy what could not be read is tried again; whom it asks is waited for, however long that takes. */
static void begin_failed(struct begin *begin) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_post_begin_failed(begin->post, &fault) != ENT_OK)
		say_failed(&fault);
}

/* --- An old copy --- */

static bool is_there(const struct begin *begin) {
	return access(begin->file, F_OK) == 0;
}

/* Synced: what is forgotten here, the next start would write. */
static ent_status remember(
		const struct begin *begin, const char *directory, struct ent_fault *fault) {
	static const char text[] = "This folder is an old copy, and not every peer has said what "
				   "it has of ours "
				   "(entente serve --restored).\n";
	const int file = open(
			begin->file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool fine = file >= 0 && ent_write_all(file, text, sizeof text - 1) && fsync(file) == 0;
	if (file >= 0)
		fine = close(file) == 0 && fine;
	const int folder = fine ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	fine = folder >= 0 && fsync(folder) == 0;
	const int error = errno;
	if (folder >= 0)
		(void)close(folder);
	if (!fine)
		ent_fault_set(fault, begin->file, "cannot be written: %s", strerror(error));
	return fine ? ENT_OK : ENT_E_IO;
}

static void forget(struct begin *begin) {
	if (unlink(begin->file) != 0 && errno != ENOENT)
		return;
	begin->is_old = false;
	log_say(NULL, ENT_NODE_INFO,
			"ledgers: every peer has said how much of ours it has: this is no old copy "
			"any "
			"more");
}

static void begin_anew(struct begin *begin) {
	char text[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 160];
	struct ent_fault fault = {{0}, {0}};
	size_t n = 0;
	begin->alone = false;
	const ent_status status = ent_peers_begin_anew(begin->peers, &n, &fault);
	(void)snprintf(text, sizeof text,
			"restored-alone: lines that begin anew: %zu; their peers are told when "
			"they come back; leave the option out at the next start, or it may begin "
			"them once more",
			n);
	log_say(NULL, ENT_NODE_WARNING, text);
	if (status == ENT_OK)
		return;
	(void)snprintf(text, sizeof text, "restored-alone: not all lines begin anew: %s%s%s",
			fault.where, fault.where[0] != '\0' ? ": " : "",
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	log_say(NULL, ENT_NODE_ERROR, text);
}

/* --- The thread --- */

/* The time is up. */
static void time_is_up(struct begin *begin, size_t asking) {
	if (!begin->is_old) {
		begin_all(begin, asking);
		return;
	}
	begin_failed(begin);
	if (begin->alone)
		begin_anew(begin);
	/* Somebody has looked into it and taken it away. */
	else if (!is_there(begin))
		begin->is_old = false;
}

/* The wait begins anew with each ledger more. */
static void *look(void *user) {
	struct begin *begin = user;
	size_t asking = 0;
	uint64_t looks = 0;
	int64_t since_us = 0;
	struct timespec until;
	(void)pthread_mutex_lock(&begin->lock);
	while (!begin->stop) {
		(void)pthread_mutex_unlock(&begin->lock);
		if (begin->is_old && ent_post_unanswered(begin->post) == 0)
			forget(begin);
		ent_memoranda_tick(begin->memoranda);
		if (++looks % RETRY_EVERY_LOOKS == 0)
			ent_memoranda_retry(begin->memoranda);
		const size_t now_asking = ent_post_asking(begin->post);
		const int64_t now_us = clock_monotonic();
		if (now_asking > asking)
			since_us = now_us;
		asking = now_asking;
		if (asking > 0 && now_us - since_us >= BEGIN_AFTER_US) {
			time_is_up(begin, asking);
			since_us = now_us;
		}
		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += LOOK_EVERY_S;
		(void)pthread_mutex_lock(&begin->lock);
		if (!begin->stop)
			(void)pthread_cond_timedwait(&begin->wake, &begin->lock, &until);
	}
	(void)pthread_mutex_unlock(&begin->lock);
	return NULL;
}

ent_status begin_start(struct begin *begin, const struct begin_options *options,
		struct ent_fault *reterr_fault) {
	const int length = snprintf(
			begin->file, sizeof begin->file, "%s/restored", options->directory);
	begin->post = options->post;
	begin->peers = options->peers;
	begin->memoranda = options->memoranda;
	begin->alone = options->alone;
	if (length < 0 || (size_t)length >= sizeof begin->file) {
		ent_fault_set(reterr_fault, "data", "the name of the data directory is too long");
		return ENT_E_IO;
	}
	begin->is_old = options->restored || options->alone;
	if (begin->is_old) {
		const ent_status status = remember(begin, options->directory, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	begin->is_old = begin->is_old || is_there(begin);
	if (pthread_mutex_init(&begin->lock, NULL) != 0)
		return ENT_E_MEMORY;
	if (ent_wake_init(&begin->wake) != ENT_OK) {
		(void)pthread_mutex_destroy(&begin->lock);
		return ENT_E_MEMORY;
	}
	begin->runs = pthread_create(&begin->thread, NULL, look, begin) == 0;
	if (begin->runs)
		return ENT_OK;
	(void)pthread_cond_destroy(&begin->wake);
	(void)pthread_mutex_destroy(&begin->lock);
	return ENT_E_MEMORY;
}

void begin_stop(struct begin *begin) {
	if (!begin->runs)
		return;
	(void)pthread_mutex_lock(&begin->lock);
	begin->stop = true;
	(void)pthread_cond_signal(&begin->wake);
	(void)pthread_mutex_unlock(&begin->lock);
	(void)pthread_join(begin->thread, NULL);
	(void)pthread_cond_destroy(&begin->wake);
	(void)pthread_mutex_destroy(&begin->lock);
	begin->runs = false;
}
