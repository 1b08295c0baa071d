/* SPDX-License-Identifier: Apache-2.0 */
/* post.c: a post comes and goes; see post.h and internal.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

int64_t post_now(const struct ent_post *post) {
	return post->options.clock(post->options.user);
}

void post_say(const struct ent_post *post, enum ent_scribe_say severity, const char *format, ...) {
	char text[1024];
	va_list arguments;
	if (post->options.say == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	post->options.say(post->options.user, severity, text);
}

struct ent_vkey post_cosigner(const struct ent_vkey *vkey) {
	struct ent_vkey cosigner = *vkey;
	cosigner.type = 0x04;
	return cosigner;
}

/* For the scribe, whose user is the post. */
static int64_t scribe_clock(void *user) {
	return post_now(user);
}

static void scribe_says(void *user, enum ent_scribe_say severity, const char *text) {
	post_say(user, severity, "%s", text);
}

static ent_status start(struct ent_post *post, const struct ent_post_options *options,
		struct ent_fault *fault) {
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	const struct ent_scribe_options scribe = {.store = options->store,
			.clock = scribe_clock,
			.say = scribe_says,
			.stored = post_stored,
			.user = post};
	post->evidence.fd = post->cosigned.fd = post->alarm_files.fd = -1;
	post->options = *options;
	post->has_lock = pthread_mutex_init(&post->lock, NULL) == 0;
	post->has_ahead_lock = pthread_mutex_init(&post->ahead_lock, NULL) == 0;
	post->has_purging = pthread_mutex_init(&post->purging, NULL) == 0;
	post->has_keeping = pthread_mutex_init(&post->keeping, NULL) == 0;
	if (!post->has_lock || !post->has_ahead_lock || !post->has_purging || !post->has_keeping)
		return ENT_E_MEMORY;
	if (strlen(options->directory) >= sizeof post->directory) {
		ent_fault_set(fault, "", "the name of the data directory is too long");
		return ENT_E_IO;
	}
	(void)snprintf(post->directory, sizeof post->directory, "%s", options->directory);
	(void)snprintf(post->id, sizeof post->id, "%s", options->id);
	ent_sign_key_public(options->line_key, public_key);
	ent_party_line_vkey(post->id, public_key, &post->vkey);
	for (; post->n_older < options->n_older && post->n_older < ENT_SCRIBE_OLDER_MAX;
			post->n_older++)
		post->older[post->n_older] = options->older[post->n_older];
	ent_status status = folder_open(&post->cosigned, post->directory, "cosigned", fault);
	if (status == ENT_OK)
		status = evidence_open(post, fault);
	if (status == ENT_OK)
		status = alarms_open(post, fault);
	return status == ENT_OK ? ent_scribe_create(&scribe, &post->scribe) : status;
}

ent_status ent_post_create(const struct ent_post_options *options, struct ent_post **ret_post,
		struct ent_fault *reterr_fault) {
	struct ent_post *post = calloc(1, sizeof *post);
	assert(options->clock != NULL && ent_party_id_ok(options->id, strlen(options->id)));
	if (post == NULL)
		return ENT_E_MEMORY;
	const ent_status status = start(post, options, reterr_fault);
	if (status == ENT_OK)
		*ret_post = post;
	else
		ent_post_destroy(post);
	return status == ENT_E_LIMIT ? ENT_E_IO : status;
}

void ent_post_destroy(struct ent_post *post) {
	if (post == NULL)
		return;
	asking_drop_jobs(post);
	ent_scribe_destroy(post->scribe);
	for (struct peer *peer = post->peers; peer != NULL; peer = peer->next)
		cosigned_write(post, peer, true);
	for (size_t i = 0; i < post->n_ledgers; i++)
		evidence_again(post->ledgers[i]);
	/* It has said what it could not write. */
	if (post->has_keeping && alarms_write(post, ENT_POST_ALARMS_MAX) != ENT_OK)
		post_say(post, ENT_SCRIBE_ERROR, "alarms of this run stand in this log alone");
	post_ledgers_close(post);
	post_peers_close(post);
	folder_close(&post->evidence);
	folder_close(&post->cosigned);
	folder_close(&post->alarm_files);
	free(post->files);
	if (post->has_lock)
		(void)pthread_mutex_destroy(&post->lock);
	if (post->has_ahead_lock)
		(void)pthread_mutex_destroy(&post->ahead_lock);
	if (post->has_purging)
		(void)pthread_mutex_destroy(&post->purging);
	if (post->has_keeping)
		(void)pthread_mutex_destroy(&post->keeping);
	free(post);
}

bool post_signed(const struct ent_post *post, const char *note, size_t length,
		struct ent_checkpoint *ret_checkpoint) {
	ent_status status = ent_checkpoint_open(note, length, &post->vkey, ret_checkpoint, NULL);
	for (size_t i = 0; i < post->n_older && status != ENT_OK; i++)
		status = ent_checkpoint_open(note, length, &post->older[i], ret_checkpoint, NULL);
	return status == ENT_OK;
}

struct ent_scribe *ent_post_scribe(struct ent_post *post) {
	return post->scribe;
}

const char *ent_post_id(const struct ent_post *post) {
	return post->id;
}
