/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.c: the folder of a store. It is locked as long as the store is open, whatever becomes of the connection to
 * the database in between: alone by a process that writes, shared by those that only look. The lock (flock of the
 * folder itself) needs no file, so it works on a read-only file system; it goes with the process.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

static ent_status fail(struct ent_fault *fault, const char *directory, const char *what) {
	ent_fault_set(fault, directory, "%s: %s", what, strerror(errno));
	return ENT_E_IO;
}

/* A folder that was made is there after a power cut once the one that it is in was synced. */
static bool sync_parent(int folder, bool made) {
	const int parent = openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* One made earlier may stand in a folder that we may not read. */
	if (parent < 0)
		return !made;
	const bool synced = fsync(parent) == 0;
	(void)close(parent);
	return synced;
}

static ent_status open_folder(
		const char *directory, bool read_only, int *ret_folder, struct ent_fault *fault) {
	const bool made = !read_only && mkdir(directory, 0700) == 0;
	if (!read_only && !made && errno != EEXIST)
		return fail(fault, directory, "cannot be made");
	const int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		const bool missing = errno == ENOENT;
		(void)fail(fault, directory, "cannot be opened");
		return missing && read_only ? ENT_E_MISSING : ENT_E_IO;
	}
	ent_status status = ENT_OK;
	if (flock(folder, (read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0) {
		const bool taken = errno == EWOULDBLOCK;
		status = fail(fault, directory, "cannot be locked");
		if (taken)
			ent_fault_set(fault, directory,
					"another process has it open; a node has its data "
					"directory to itself");
	} else if (!read_only && !sync_parent(folder, made)) {
		status = fail(fault, directory, "cannot be made durable");
	}
	if (status == ENT_OK)
		*ret_folder = folder;
	else
		(void)close(folder);
	return status;
}

/* Absolute, so that a reopen finds it from another working directory too. */
static ent_status find_folder(const char *directory, char **ret_path, struct ent_fault *fault) {
	char path[PATH_MAX];
	if (realpath(directory, path) == NULL)
		return fail(fault, directory, "cannot be found");
	const size_t size = strlen(path) + 1;
	char *copy = malloc(size);
	if (copy == NULL)
		return ENT_E_MEMORY;
	memcpy(copy, path, size);
	*ret_path = copy;
	return ENT_OK;
}

ent_status store_init(struct ent_store *store, const struct store_driver *driver,
		const char *directory, bool read_only, struct ent_fault *reterr_fault) {
	*store = (struct ent_store){.driver = driver, .read_only = read_only, .folder = -1};
	ent_status status = open_folder(directory, read_only, &store->folder, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = find_folder(directory, &store->directory, reterr_fault);
	if (status == ENT_OK && pthread_mutex_init(&store->lock, NULL) != 0)
		status = ENT_E_MEMORY;
	else if (status == ENT_OK && pthread_mutex_init(&store->next, NULL) != 0) {
		(void)pthread_mutex_destroy(&store->lock);
		status = ENT_E_MEMORY;
	}
	if (status != ENT_OK) {
		(void)close(store->folder);
		free(store->directory);
	}
	return status;
}

void store_finish(struct ent_store *store) {
	(void)pthread_mutex_destroy(&store->next);
	(void)pthread_mutex_destroy(&store->lock);
	(void)close(store->folder);
	free(store->directory);
}

ent_status store_sync_folder(const struct ent_store *store, struct ent_fault *reterr_fault) {
	if (fsync(store->folder) == 0)
		return ENT_OK;
	return fail(reterr_fault, store->directory, "cannot be made durable");
}
