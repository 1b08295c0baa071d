/* SPDX-License-Identifier: Apache-2.0 */
/* keys.c: see keys.h. */
#include "keys.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente/fetch.h"
#include "entente/stream.h"
#include "entente/wake.h"
#include "log.h"
#include "look.h"

enum { FILE_SIZE_MAX = 1 << 20 };

/* Of these there is one text each. */
struct source {
	const char *name; /* a path or URL, or what to call the test key */
	bool jwks, url;
	bool fixed; /* it is never read again */
	char *text; /* in force; NULL: none is */
	size_t size;
	/* By the monotonic clock. */
	int64_t good_us;               /* when it was last good */
	int64_t next_us;               /* when it is read again */
	unsigned failures;             /* since it was last good */
	char said[ENT_FAULT_WHY_SIZE]; /* what is wrong with it */
};

enum { SOURCES_MAX = CONFIG_LIST_MAX + 2 };

struct keys {
	const struct config *config;
	struct source source[SOURCES_MAX];
	size_t n;
	/* As keys_state tells; any thread's. */
	atomic_uint good, kept, without;
	_Atomic int64_t retry_us;
	/* While it is watched. */
	struct ent_token_checker *checker;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop, again;
};

static ent_status read_stdio(void *user, void *buffer, size_t size, size_t *ret_size) {
	*ret_size = fread(buffer, 1, size, user);
	return *ret_size == 0 && ferror(user) ? ENT_E_IO : ENT_OK;
}

/*
 * Only of a regular file, or a link to one, is it sure that nobody has to be waited for: a FIFO would hold up the
 * thread that stops the node.
 */
static ent_status open_regular(const char *path, FILE **ret_file, struct ent_fault *fault) {
	struct stat about;
	const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	const bool known = fd >= 0 && fstat(fd, &about) == 0;
	const bool regular = known && S_ISREG(about.st_mode);
	FILE *file = regular ? fdopen(fd, "r") : NULL;
	if (file != NULL) {
		*ret_file = file;
		return ENT_OK;
	}
	if (known && !regular)
		ent_fault_set(fault, path, "cannot be read: %s",
				S_ISDIR(about.st_mode) ? strerror(EISDIR)
						       : "it is not a regular file");
	else
		ent_fault_set(fault, path, "cannot be read: %s", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	return ENT_E_IO;
}

ent_status file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault) {
	FILE *file;
	ent_status status = open_regular(path, &file, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = ent_stream_read_all(read_stdio, file, FILE_SIZE_MAX, 1, ret_text, ret_size);
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
	if (source->url)
		return ent_fetch_document(source->name, keys->config->dev,
				keys->checker == NULL ? KEYS_FIRST_SECONDS_MAX
						      : ENT_FETCH_SECONDS_MAX,
				&keys->stop, ret_text, ret_size, fault);
	return file_read(source->name, ret_text, ret_size, fault);
}

/*
 * Reads it and puts its text in force, when that makes good keys together with all others. *ret_changed: the
 * text is another one than before. When it fails all is as it was.
 */
static ent_status take_text(struct keys *keys, struct source *source, bool *ret_changed,
		struct ent_fault *fault) {
	struct ent_token_keys *made;
	char *before = source->text;
	const size_t before_size = source->size;
	char *text;
	size_t size;
	ent_status status = read_source(keys, source, &text, &size, fault);
	if (status != ENT_OK)
		return status;
	const bool same = before != NULL && size == before_size && memcmp(text, before, size) == 0;
	if (!same) {
		source->text = text;
		source->size = size;
		status = make(keys, &made, fault);
		if (status == ENT_OK) {
			ent_token_keys_destroy(made);
		} else {
			source->text = before;
			source->size = before_size;
		}
	}
	free(same || status != ENT_OK ? text : before);
	if (status == ENT_OK)
		*ret_changed = !same;
	return status;
}

/* How long until the next try. */
static int64_t pause_us(const struct keys *keys, const struct source *source) {
	const int64_t refresh_us = keys->config->keys_refresh_us;
	int64_t retry_us = KEYS_RETRY_US;
	if (source->failures == 0)
		return refresh_us;
	for (unsigned i = 1; i < source->failures && retry_us < KEYS_RETRY_MAX_US; i++)
		retry_us *= 2;
	retry_us = retry_us < KEYS_RETRY_MAX_US ? retry_us : KEYS_RETRY_MAX_US;
	return retry_us < refresh_us ? retry_us : refresh_us;
}

static ent_status renew(struct keys *keys, struct source *source, bool *ret_changed,
		struct ent_fault *fault) {
	const ent_status status = take_text(keys, source, ret_changed, fault);
	const int64_t at_us = clock_monotonic();
	if (status == ENT_OK)
		source->good_us = at_us;
	source->failures = status == ENT_OK ? 0 : source->failures + 1;
	source->next_us = at_us + pause_us(keys, source);
	return status;
}

/* How the sources are now, for keys_state. */
static void take_stock(struct keys *keys) {
	unsigned good = 0, kept = 0, without = 0;
	int64_t retry_us = INT64_MAX;
	for (size_t i = 0; i < keys->n; i++) {
		const struct source *source = &keys->source[i];
		if (source->fixed)
			continue;
		good += source->failures == 0;
		kept += source->failures > 0 && source->text != NULL;
		without += source->text == NULL;
		if (source->text == NULL && source->next_us < retry_us)
			retry_us = source->next_us;
	}
	atomic_store(&keys->good, good);
	atomic_store(&keys->kept, kept);
	atomic_store(&keys->retry_us, retry_us);
	atomic_store(&keys->without, without);
}

void keys_state(const struct keys *keys, struct ent_api_sources *ret_sources) {
	*ret_sources = (struct ent_api_sources){.good = atomic_load(&keys->good),
			.kept = atomic_load(&keys->kept),
			.without = atomic_load(&keys->without)};
	if (ret_sources->without == 0)
		return;
	const int64_t left_us = atomic_load(&keys->retry_us) - clock_monotonic();
	ret_sources->retry_s = left_us <= 0 || left_us > KEYS_RETRY_MAX_US
			? 1
			: (unsigned)(left_us / 1000000) + 1;
}

/* --- The first time --- */

static const char *why_of(ent_status status, const struct ent_fault *fault) {
	return fault->why[0] != '\0' ? fault->why : ent_status_text(status);
}

static ent_status open_url(struct config *config, struct keys *keys, struct source *source,
		struct ent_fault *fault) {
	bool changed;
	ent_status status = ent_fetch_check(source->name, config->dev, fault);
	if (status != ENT_OK)
		return status;
	status = renew(keys, source, &changed, fault);
	if (status == ENT_OK || status == ENT_E_MEMORY)
		return status;
	(void)snprintf(source->said, sizeof source->said, "%s", why_of(status, fault));
	look_warn(config,
			"keys: %s: %s; the node starts without its keys, refuses tokens by them, "
			"and tries again",
			source->name, source->said);
	return ENT_OK;
}

static void open_source(struct config *config, struct keys *keys, const char *name, bool jwks,
		const char *where) {
	struct ent_fault fault = {{0}, {0}};
	bool changed;
	struct source *source = &keys->source[keys->n++];
	*source = (struct source){
			.name = name, .jwks = jwks, .url = jwks && strstr(name, "://") != NULL};
	const ent_status status = source->url ? open_url(config, keys, source, &fault)
					      : renew(keys, source, &changed, &fault);
	if (status != ENT_OK)
		config_fault(config, where, "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "", why_of(status, &fault));
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
	take_stock(keys);
	*ret_keys = keys;
	return ENT_OK;
}

/* --- Again and again --- */

/* The source that is read next; one there is. */
static int64_t next_us(const struct keys *keys) {
	int64_t least_us = INT64_MAX;
	for (size_t i = 0; i < keys->n; i++)
		if (!keys->source[i].fixed && keys->source[i].next_us < least_us)
			least_us = keys->source[i].next_us;
	return least_us;
}

/* False: it ends. */
static bool wait_for_next(struct keys *keys) {
	int result = 0;
	const int64_t until_us = next_us(keys);
	const struct timespec until = {until_us / 1000000, until_us % 1000000 * 1000};
	(void)pthread_mutex_lock(&keys->lock);
	while (!atomic_load(&keys->stop) && !atomic_load(&keys->again) && result == 0)
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
static bool let_go(const struct keys *keys, struct source *source) {
	if (source->text == NULL ||
			clock_monotonic() - source->good_us <= keys->config->keys_ttl_us)
		return false;
	free(source->text);
	source->text = NULL;
	return true;
}

/* How many keys are its own. */
static size_t count(const struct keys *keys, const struct source *source) {
	struct ent_token_keys *made;
	size_t n = 0;
	if (ent_token_keys_create(&made) != ENT_OK)
		return 0;
	if (add(keys, source, made, NULL) == ENT_OK)
		n = ent_token_keys_count(made);
	ent_token_keys_destroy(made);
	return n;
}

static void say_good(struct keys *keys, const struct source *source, bool changed) {
	char text[80];
	const size_t n = count(keys, source);
	(void)snprintf(text, sizeof text, "%s: %zu key%s",
			changed ? "other keys are in force" : "read again, the same keys", n,
			n == 1 ? "" : "s");
	say(ENT_NODE_INFO, source->name, text);
}

static bool any_without(const struct keys *keys) {
	for (size_t i = 0; i < keys->n; i++)
		if (keys->source[i].text == NULL)
			return true;
	return false;
}

static void put_in_force(struct keys *keys) {
	struct ent_token_keys *made;
	/* Who reads how the sources are before it has a token checked, learns why there are no keys. */
	if (any_without(keys))
		take_stock(keys);
	/* When memory has run out, an old key may hold on: better none at all. */
	if (keys_make(keys, &made) == ENT_OK || ent_token_keys_create(&made) == ENT_OK)
		ent_token_checker_swap(keys->checker, made);
}

static void say_bad(const struct source *source, const char *why, bool told, bool gone) {
	if (told || strcmp(why, source->said) != 0)
		say(told ? ENT_NODE_ERROR : ENT_NODE_WARNING, source->name, why);
	if (gone)
		say(ENT_NODE_ERROR, source->name,
				"not good for longer than keys-ttl: no token by its keys is taken "
				"any more");
}

/* What is said has come to pass. */
static void look_again(struct keys *keys, struct source *source, bool told) {
	struct ent_fault fault = {{0}, {0}};
	bool changed = false;
	const ent_status status = renew(keys, source, &changed, &fault);
	if (atomic_load(&keys->stop))
		return;
	const bool good = status == ENT_OK;
	const bool gone = !good && let_go(keys, source);
	if (changed || gone)
		put_in_force(keys);
	take_stock(keys);
	const char *why = good ? "" : why_of(status, &fault);
	if (!good)
		say_bad(source, why, told, gone);
	else if (changed || told || source->said[0] != '\0')
		say_good(keys, source, changed);
	(void)snprintf(source->said, sizeof source->said, "%s", why);
}

static void *run(void *user) {
	struct keys *keys = user;
	while (wait_for_next(keys)) {
		const bool told = atomic_exchange(&keys->again, false);
		const int64_t at_us = clock_monotonic();
		for (size_t i = 0; i < keys->n; i++) {
			struct source *source = &keys->source[i];
			if (!source->fixed && (told || source->next_us <= at_us))
				look_again(keys, source, told);
		}
	}
	return NULL;
}

ent_status keys_watch(struct keys *keys, struct ent_token_checker *checker) {
	bool any = false;
	for (size_t i = 0; i < keys->n; i++)
		any = any || !keys->source[i].fixed;
	if (!any)
		return ENT_OK;
	if (pthread_mutex_init(&keys->lock, NULL) != 0 || ent_wake_init(&keys->wake) != ENT_OK)
		return ENT_E_MEMORY;
	keys->checker = checker;
	if (pthread_create(&keys->thread, NULL, run, keys) == 0)
		return ENT_OK;
	keys->checker = NULL;
	return ENT_E_MEMORY;
}

void keys_again(struct keys *keys) {
	if (keys->checker == NULL)
		return;
	(void)pthread_mutex_lock(&keys->lock);
	atomic_store(&keys->again, true);
	(void)pthread_cond_signal(&keys->wake);
	(void)pthread_mutex_unlock(&keys->lock);
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
