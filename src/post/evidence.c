/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence.c: DIR/evidence, a file for each contradiction of an author: "<author>+<ledger>+<microseconds since 1970>.fork", each
 * slash of the ledger's name a plus (docs/formats.md). While a ledger has one it is frozen, whatever is in it: who takes
 * it away does so knowingly.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define ENDING ".fork"

/* --- What is there --- */

static ent_status found(void *user, const char *name) {
	struct ent_post *post = user;
	const size_t length = strlen(name), end = sizeof ENDING - 1;
	if (length < FILE_NAME_SIZE && length >= end && strcmp(name + length - end, ENDING) == 0 &&
			post->n_files < EVIDENCE_MAX)
		memcpy(post->files[post->n_files++], name, length + 1);
	return ENT_OK;
}

ent_status evidence_open(struct ent_post *post, struct ent_fault *reterr_fault) {
	ent_status status = folder_open(&post->evidence, post->directory, "evidence", reterr_fault);
	post->files = calloc(EVIDENCE_MAX, sizeof *post->files);
	if (status == ENT_OK && post->files == NULL)
		status = ENT_E_MEMORY;
	if (status == ENT_OK)
		status = folder_list(&post->evidence, found, post);
	if (status == ENT_E_IO)
		ent_fault_set(reterr_fault, "evidence", "the folder cannot be read");
	return status;
}

static void path_of(
		const struct ent_post *post, const char *file, char ret_path[ENT_POST_PATH_SIZE]) {
	(void)snprintf(ret_path, ENT_POST_PATH_SIZE, "%.240s/%s", post->evidence.path, file);
}

static void freeze(struct ent_post_ledger *ledger, const char *path) {
	ledger->frozen = true;
	(void)snprintf(ledger->reason, sizeof ledger->reason,
			"its author contradicts itself%s%.200s", path[0] != '\0' ? ": " : "", path);
}

void evidence_recall(struct ent_post_ledger *ledger) {
	struct ent_post *post = ledger->post;
	const struct ent_fault fault = {"", "kept from before"};
	char front[FILE_NAME_SIZE], path[ENT_POST_PATH_SIZE] = "";
	folder_name(ledger->author, ledger->name, "", front);
	const size_t length = strlen(front);
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_files; i++) {
		/* Behind the last plus stands the time alone. */
		if (strncmp(post->files[i], front, length) != 0 ||
				strchr(post->files[i] + length, '+') != NULL)
			continue;
		ledger->evidence++;
		path_of(post, post->files[i], path);
		freeze(ledger, path);
	}
	(void)pthread_mutex_unlock(&post->lock);
	if (path[0] != '\0')
		post_alarm(post, ENT_POST_FORK, ledger->author, ledger->name, &fault, path);
}

/* --- What comes --- */

/*
 * May this author have one more? As many as are left to all others: so whoever contradicts itself in each of its ledgers leaves room for
 * what the next one does. With the lock.
 */
static bool is_room(const struct ent_post *post, const char *author) {
	size_t of_author = 0;
	for (size_t i = 0; i < post->n_files; i++)
		of_author += strncmp(post->files[i], author, ENT_PARTY_ID_SIZE - 1) == 0;
	return of_author < EVIDENCE_MAX - post->n_files;
}

/* A name for one more. False: there are enough. */
static bool take_name(struct ent_post_ledger *ledger, char ret_file[FILE_NAME_SIZE]) {
	struct ent_post *post = ledger->post;
	const int64_t now_us = post_now(post);
	char end[40];
	(void)pthread_mutex_lock(&post->lock);
	const bool room = ledger->evidence < EVIDENCE_OF_LEDGER_MAX &&
			is_room(post, ledger->author);
	if (room) {
		ledger->evidence++;
		/* So no two of them have one name. */
		post->last_evidence_us = now_us > post->last_evidence_us
				? now_us
				: post->last_evidence_us + 1;
		(void)snprintf(end, sizeof end, "%" PRId64 ENDING, post->last_evidence_us);
		folder_name(ledger->author, ledger->name, end, ret_file);
		memcpy(post->files[post->n_files++], ret_file, FILE_NAME_SIZE);
	}
	(void)pthread_mutex_unlock(&post->lock);
	return room;
}

/* With the lock. */
static void give_name_back(struct ent_post *post, const char *file) {
	size_t i = 0;
	while (strcmp(post->files[i], file) != 0)
		i++;
	memmove(post->files[i], post->files[--post->n_files], FILE_NAME_SIZE);
}

/* What comes behind a frozen ledger's fork is not taken, so the proof may not come a second time. */
static void keep_for_later(
		struct ent_post_ledger *ledger, const char *file, const char *fork, size_t length) {
	char *copy = malloc(length);
	if (copy != NULL)
		memcpy(copy, fork, length);
	(void)pthread_mutex_lock(&ledger->post->lock);
	ledger->evidence--;
	give_name_back(ledger->post, file);
	if (ledger->unkept == NULL && copy != NULL) {
		ledger->unkept = copy;
		ledger->unkept_length = length;
		copy = NULL;
	}
	(void)pthread_mutex_unlock(&ledger->post->lock);
	free(copy);
}

void evidence_keep(struct ent_post_ledger *ledger, const char *fork, size_t length,
		const struct ent_fault *fault) {
	struct ent_post *post = ledger->post;
	struct ent_fault why = {{0}, {0}};
	char file[FILE_NAME_SIZE], path[ENT_POST_PATH_SIZE] = "";
	if (length > 0 && take_name(ledger, file)) {
		if (folder_write(&post->evidence, file, fork, length, &why) == ENT_OK) {
			path_of(post, file, path);
		} else {
			keep_for_later(ledger, file, fork, length);
			post_say(post, ENT_SCRIBE_ERROR, "evidence is not kept: %s: %s", why.where,
					why.why);
		}
	}
	(void)pthread_mutex_lock(&post->lock);
	if (!ledger->frozen || path[0] != '\0')
		freeze(ledger, path);
	(void)pthread_mutex_unlock(&post->lock);
	post_alarm(post, ENT_POST_FORK, ledger->author, ledger->name, fault, path);
}

void evidence_again(struct ent_post_ledger *ledger) {
	const struct ent_fault fault = {"", "it could not be kept before"};
	(void)pthread_mutex_lock(&ledger->post->lock);
	char *fork = ledger->unkept;
	const size_t length = ledger->unkept_length;
	ledger->unkept = NULL;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	if (fork != NULL)
		evidence_keep(ledger, fork, length, &fault);
	free(fork);
}
