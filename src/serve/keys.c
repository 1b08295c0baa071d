/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys.c: see keys.h. When the JWK set cannot be read again, its last keys hold for jwks-ttl; then they go, and tokens
 * signed with them are refused until it can. A set that is read and is the same changes nothing, so that tokens stay
 * remembered.
 */
#include "keys.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/stream.h"
#include "fetch.h"
#include "log.h"

enum { FILE_SIZE_MAX = 1 << 20 };

static ent_status read_stdio(void *user, void *buffer, size_t size, size_t *ret_size) {
	*ret_size = fread(buffer, 1, size, user);
	return *ret_size == 0 && ferror(user) ? ENT_E_IO : ENT_OK;
}

ent_status file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault) {
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		ent_fault_set(reterr_fault, path, "cannot be read: %s", strerror(errno));
		return ENT_E_IO;
	}
	const ent_status status = ent_stream_read_all(
			read_stdio, file, FILE_SIZE_MAX, 1, ret_text, ret_size);
	(void)fclose(file);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, path, "cannot be read: %s", ent_status_text(status));
	return status;
}

static bool is_url(const char *jwks) {
	return strncmp(jwks, "https://", 8) == 0 || strncmp(jwks, "http://", 7) == 0;
}

static ent_status read_jwks(const struct config *config, char **ret_text, size_t *ret_size,
		struct ent_fault *fault) {
	return is_url(config->jwks) ? fetch(config->jwks, config->dev, ret_text, ret_size, fault)
				    : file_read(config->jwks, ret_text, ret_size, fault);
}

static ent_status add_files(
		const struct config *config, struct ent_token_keys *keys, struct ent_fault *fault) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < config->public_keys.n; i++) {
		char *text;
		size_t size;
		status = file_read(config->public_keys.item[i], &text, &size, fault);
		if (status != ENT_OK)
			break;
		status = ent_token_keys_add_pem(
				keys, config->public_keys.item[i], text, size, fault);
		free(text);
	}
	if (status == ENT_OK && config->dev)
		status = ent_token_keys_add_pem(keys, "the test key", ent_token_dev_public_pem,
				strlen(ent_token_dev_public_pem), fault);
	return status;
}

/* 'jwks' is the set's text, NULL: none (any more). */
static ent_status make_keys(const struct config *config, const char *jwks, size_t size,
		struct ent_token_keys **ret_keys, struct ent_fault *fault) {
	struct ent_token_keys *keys;
	ent_status status = ent_token_keys_create(&keys);
	if (status != ENT_OK)
		return status;
	status = add_files(config, keys, fault);
	if (status == ENT_OK && jwks != NULL)
		status = ent_token_keys_add_jwks(keys, config->jwks, jwks, size,
				config->jwks_key_ids.item, config->jwks_key_ids.n, fault);
	if (status == ENT_OK)
		*ret_keys = keys;
	else
		ent_token_keys_destroy(keys);
	return status;
}

ent_status keys_read(const struct config *config, struct ent_token_keys **ret_keys,
		struct ent_fault *reterr_fault) {
	char *jwks = NULL;
	size_t size = 0;
	ent_status status = ENT_OK;
	if (config->jwks != NULL)
		status = read_jwks(config, &jwks, &size, reterr_fault);
	if (status == ENT_OK)
		status = make_keys(config, jwks, size, ret_keys, reterr_fault);
	free(jwks);
	return status;
}

/* --- Rotation --- */

struct rotation {
	const struct config *config;
	struct ent_token_checker *checker;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
	char *text; /* that is in force; NULL: none is */
	size_t size;
	int64_t read_utc_us;
};

static bool wait_for_next(struct rotation *rotation) {
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += rotation->config->jwks_refresh_us / 1000000;
	(void)pthread_mutex_lock(&rotation->lock);
	int result = 0;
	while (!rotation->stop && result == 0)
		result = pthread_cond_timedwait(&rotation->wake, &rotation->lock, &until);
	const bool go_on = !rotation->stop;
	(void)pthread_mutex_unlock(&rotation->lock);
	return go_on;
}

/* Takes the text; NULL: the keys of the set are no longer in force. */
static void put_in_force(struct rotation *rotation, char *text, size_t size) {
	struct ent_token_keys *keys;
	struct ent_fault fault = {{0}, {0}};
	if (make_keys(rotation->config, text, size, &keys, &fault) != ENT_OK) {
		log_say(NULL, ENT_NODE_ERROR, fault.why);
		free(text);
		return;
	}
	ent_token_checker_swap(rotation->checker, keys);
	free(rotation->text);
	rotation->text = text;
	rotation->size = size;
	log_say(NULL, ENT_NODE_INFO,
			text != NULL ? "other keys of the JWK set are in force"
				     : "the keys of the JWK set are too old: none of them holds "
				       "any more");
}

static void look_again(struct rotation *rotation) {
	struct ent_fault fault = {{0}, {0}};
	char *text;
	size_t size;
	const int64_t now = clock_now(NULL);
	if (read_jwks(rotation->config, &text, &size, &fault) != ENT_OK) {
		char said[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 8];
		(void)snprintf(said, sizeof said, "%s: %s", fault.where, fault.why);
		log_say(NULL, ENT_NODE_WARNING, said);
		if (rotation->text != NULL &&
				now - rotation->read_utc_us > rotation->config->jwks_ttl_us)
			put_in_force(rotation, NULL, 0);
		return;
	}
	rotation->read_utc_us = now;
	if (rotation->text != NULL && size == rotation->size &&
			memcmp(text, rotation->text, size) == 0)
		free(text);
	else
		put_in_force(rotation, text, size);
}

static void *rotation_run(void *user) {
	while (wait_for_next(user))
		look_again(user);
	return NULL;
}

ent_status rotation_start(const struct config *config, struct ent_token_checker *checker,
		struct rotation **ret_rotation) {
	*ret_rotation = NULL;
	if (config->jwks == NULL)
		return ENT_OK;
	struct rotation *rotation = calloc(1, sizeof *rotation);
	if (rotation == NULL)
		return ENT_E_MEMORY;
	rotation->config = config;
	rotation->checker = checker;
	rotation->read_utc_us = clock_now(NULL);
	/* An empty text is none that was read: the first look puts the set in force once more. */
	rotation->text = calloc(1, 1);
	if (rotation->text == NULL || pthread_mutex_init(&rotation->lock, NULL) != 0 ||
			pthread_cond_init(&rotation->wake, NULL) != 0 ||
			pthread_create(&rotation->thread, NULL, rotation_run, rotation) != 0) {
		free(rotation->text);
		free(rotation);
		return ENT_E_MEMORY;
	}
	*ret_rotation = rotation;
	return ENT_OK;
}

void rotation_stop(struct rotation *rotation) {
	if (rotation == NULL)
		return;
	(void)pthread_mutex_lock(&rotation->lock);
	rotation->stop = true;
	(void)pthread_cond_signal(&rotation->wake);
	(void)pthread_mutex_unlock(&rotation->lock);
	(void)pthread_join(rotation->thread, NULL);
	(void)pthread_cond_destroy(&rotation->wake);
	(void)pthread_mutex_destroy(&rotation->lock);
	free(rotation->text);
	free(rotation);
}
