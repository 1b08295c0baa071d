/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c: see keys.h. */
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

/* Of these there is one text each. */
struct source {
	const char *name; /* a path or URL, or what to call the test key */
	bool jwks;
	bool fixed; /* it is never read again */
	char *text; /* in force; NULL: none is */
	size_t size;
	int64_t good_us; /* when it was last read, by the monotonic clock */
};

enum { SOURCES_MAX = CONFIG_LIST_MAX + 2 };

struct keys {
	const struct config *config;
	struct source source[SOURCES_MAX];
	size_t n;
	/* While it is watched. */
	struct ent_token_checker *checker;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop;
};

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
	const int error = errno;
	(void)fclose(file);
	if (status == ENT_E_IO)
		ent_fault_set(reterr_fault, path, "cannot be read: %s", strerror(error));
	else if (status == ENT_E_LIMIT)
		ent_fault_set(reterr_fault, path, "larger than %d KiB", FILE_SIZE_MAX / 1024);
	else if (status != ENT_OK)
		ent_fault_set(reterr_fault, path, "%s", ent_status_text(status));
	return status;
}

static int64_t now_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- Sources --- */

static ent_status add(const struct keys *keys, const struct source *source,
		struct ent_token_keys *to, struct ent_fault *fault) {
	const struct config_list *ids = &keys->config->jwks_key_ids;
	return source->jwks ? ent_token_keys_add_jwks(to, source->name, source->text, source->size,
					      ids->item, ids->n, fault)
			    : ent_token_keys_add_pem(
					      to, source->name, source->text, source->size, fault);
}

static ent_status make(
		struct keys *keys, struct ent_token_keys **ret_keys, struct ent_fault *fault) {
	struct ent_token_keys *made;
	ent_status status = ent_token_keys_create(&made);
	if (status != ENT_OK) {
		ent_fault_set(fault, "", "out of memory");
		return status;
	}
	for (size_t i = 0; status == ENT_OK && i < keys->n; i++)
		if (keys->source[i].text != NULL)
			status = add(keys, &keys->source[i], made, fault);
	if (status == ENT_OK)
		*ret_keys = made;
	else
		ent_token_keys_destroy(made);
	return status;
}

ent_status keys_make(struct keys *keys, struct ent_token_keys **ret_keys) {
	return make(keys, ret_keys, NULL);
}

static ent_status read_source(struct keys *keys, const struct source *source, char **ret_text,
		size_t *ret_size, struct ent_fault *fault) {
	if (source->jwks && strstr(source->name, "://") != NULL)
		return fetch(source->name, keys->config->dev, &keys->stop, ret_text, ret_size,
				fault);
	return file_read(source->name, ret_text, ret_size, fault);
}

/*
 * Reads it and puts its text in force, when that makes good keys together with all others. *ret_changed: the
 * text is another one than before. When it fails all is as it was.
 */
static ent_status renew(struct keys *keys, struct source *source, bool *ret_changed,
		struct ent_fault *fault) {
	struct ent_token_keys *made;
	const struct source before = *source;
	char *text;
	size_t size;
	ent_status status = read_source(keys, source, &text, &size, fault);
	if (status != ENT_OK)
		return status;
	const bool same = before.text != NULL && size == before.size &&
			memcmp(text, before.text, size) == 0;
	if (!same) {
		source->text = text;
		source->size = size;
		status = make(keys, &made, fault);
		if (status == ENT_OK)
			ent_token_keys_destroy(made);
		else
			*source = before;
	}
	free(same || status != ENT_OK ? text : before.text);
	if (status != ENT_OK)
		return status;
	source->good_us = now_us();
	*ret_changed = !same;
	return ENT_OK;
}

/* --- The first time --- */

static void open_source(struct config *config, struct keys *keys, const char *name, bool jwks,
		const char *where) {
	struct ent_fault fault = {{0}, {0}};
	bool changed;
	struct source *source = &keys->source[keys->n++];
	*source = (struct source){.name = name, .jwks = jwks};
	const ent_status status = renew(keys, source, &changed, &fault);
	if (status != ENT_OK)
		config_fault(config, where, "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
}

static ent_status open_dev(struct keys *keys) {
	struct source *source = &keys->source[keys->n];
	*source = (struct source){.name = "the test key",
			.fixed = true,
			.text = strdup(ent_token_dev_public_pem),
			.size = strlen(ent_token_dev_public_pem)};
	keys->n += source->text != NULL;
	return source->text != NULL ? ENT_OK : ENT_E_MEMORY;
}

ent_status keys_open(struct config *config, struct keys **ret_keys) {
	struct keys *keys = calloc(1, sizeof *keys);
	if (keys == NULL)
		return ENT_E_MEMORY;
	keys->config = config;
	for (size_t i = 0; i < config->public_keys.n; i++)
		open_source(config, keys, config->public_keys.item[i], false,
				config->public_keys.where[i]);
	if (config->jwks != NULL)
		open_source(config, keys, config->jwks, true, config_where(config, "jwks"));
	if (config->dev && open_dev(keys) != ENT_OK) {
		keys_close(keys);
		return ENT_E_MEMORY;
	}
	*ret_keys = keys;
	return ENT_OK;
}

/* --- Again and again --- */

static bool wait_for_next(struct keys *keys) {
	int result = 0;
	const int64_t until_us = now_us() + keys->config->keys_refresh_us;
	const struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
	(void)pthread_mutex_lock(&keys->lock);
	while (!atomic_load(&keys->stop) && result == 0)
		result = pthread_cond_timedwait(&keys->wake, &keys->lock, &until);
	(void)pthread_mutex_unlock(&keys->lock);
	return !atomic_load(&keys->stop);
}

static void say(enum ent_node_say severity, const char *where, const char *why) {
	char said[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	(void)snprintf(said, sizeof said, "keys: %s: %s", where, why);
	log_say(NULL, severity, said);
}

/* The keys of a source that was not good for too long go. True: they went. */
static bool let_go(struct keys *keys, struct source *source) {
	if (source->text == NULL || now_us() - source->good_us <= keys->config->keys_ttl_us)
		return false;
	free(source->text);
	source->text = NULL;
	say(ENT_NODE_ERROR, source->name,
			"not good for longer than keys-ttl: no token by its keys is taken any "
			"more");
	return true;
}

/* True: other keys than before are in force. */
static bool look_again(struct keys *keys, struct source *source) {
	struct ent_fault fault = {{0}, {0}};
	bool changed = false;
	const ent_status status = renew(keys, source, &changed, &fault);
	if (atomic_load(&keys->stop))
		return false;
	if (status == ENT_OK) {
		if (changed)
			say(ENT_NODE_INFO, source->name, "other keys are in force");
		return changed;
	}
	say(ENT_NODE_WARNING, source->name,
			fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	return let_go(keys, source);
}

static void put_in_force(struct keys *keys) {
	struct ent_token_keys *made;
	/* When memory has run out, an old key may hold on: better none at all. */
	if (keys_make(keys, &made) == ENT_OK || ent_token_keys_create(&made) == ENT_OK)
		ent_token_checker_swap(keys->checker, made);
}

static void *run(void *user) {
	struct keys *keys = user;
	while (wait_for_next(keys)) {
		bool changed = false;
		for (size_t i = 0; i < keys->n; i++)
			if (!keys->source[i].fixed && look_again(keys, &keys->source[i]))
				changed = true;
		if (changed)
			put_in_force(keys);
	}
	return NULL;
}

static bool init_wake(struct keys *keys) {
	pthread_condattr_t monotonic;
	if (pthread_condattr_init(&monotonic) != 0)
		return false;
	const bool fine = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
			pthread_cond_init(&keys->wake, &monotonic) == 0;
	(void)pthread_condattr_destroy(&monotonic);
	return fine;
}

ent_status keys_watch(struct keys *keys, struct ent_token_checker *checker) {
	bool any = false;
	for (size_t i = 0; i < keys->n; i++)
		any = any || !keys->source[i].fixed;
	if (!any)
		return ENT_OK;
	if (pthread_mutex_init(&keys->lock, NULL) != 0 || !init_wake(keys))
		return ENT_E_MEMORY;
	keys->checker = checker;
	if (pthread_create(&keys->thread, NULL, run, keys) == 0)
		return ENT_OK;
	keys->checker = NULL;
	return ENT_E_MEMORY;
}

void keys_close(struct keys *keys) {
	if (keys == NULL)
		return;
	if (keys->checker != NULL) {
		(void)pthread_mutex_lock(&keys->lock);
		atomic_store(&keys->stop, true);
		(void)pthread_cond_signal(&keys->wake);
		(void)pthread_mutex_unlock(&keys->lock);
		(void)pthread_join(keys->thread, NULL);
		(void)pthread_cond_destroy(&keys->wake);
		(void)pthread_mutex_destroy(&keys->lock);
	}
	for (size_t i = 0; i < keys->n; i++)
		free(keys->source[i].text);
	free(keys);
}
