/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c: snapshots as files, DIR/snapshot-LEDGER-SIZE, so that a large one holds up no batch. It is written
 * under another name, synced, renamed, and the folder synced: a file of that name is whole.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

enum { KEPT = 2, PATH_SIZE = 4096, BUFFER_SIZE = 1 << 18 };

struct ent_store_snapshot {
	char directory[PATH_SIZE];
	uint32_t ledger;
	uint64_t size;
	int file;
	ent_status status;
	size_t used;
	void *mapped;
	size_t mapped_size;
	char buffer[];
};

static bool path_of(const struct ent_store_snapshot *snapshot, const char *suffix,
		char ret_path[PATH_SIZE]) {
	const int length = snprintf(ret_path, PATH_SIZE, "%s/snapshot-%" PRIu32 "-%020" PRIu64 "%s",
			snapshot->directory, snapshot->ledger, snapshot->size, suffix);
	return length > 0 && length < PATH_SIZE;
}

static struct ent_store_snapshot *snapshot_new(
		struct ent_store *store, uint32_t ledger, uint64_t size, size_t buffer) {
	struct ent_store_snapshot *snapshot = calloc(1, sizeof *snapshot + buffer);
	if (snapshot == NULL)
		return NULL;
	snapshot->file = -1;
	snapshot->ledger = ledger;
	snapshot->size = size;
	(void)snprintf(snapshot->directory, sizeof snapshot->directory, "%s", store->directory);
	return snapshot;
}

ent_status ent_store_snapshot_begin(struct ent_store *store, uint32_t ledger, uint64_t size,
		struct ent_store_snapshot **ret_snapshot) {
	char path[PATH_SIZE];
	struct ent_store_snapshot *snapshot = snapshot_new(store, ledger, size, BUFFER_SIZE);
	if (snapshot == NULL)
		return ENT_E_MEMORY;
	if (path_of(snapshot, ".new", path))
		snapshot->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (snapshot->file < 0) {
		free(snapshot);
		return ENT_E_IO;
	}
	*ret_snapshot = snapshot;
	return ENT_OK;
}

static void flush(struct ent_store_snapshot *snapshot) {
	size_t done = 0;
	while (snapshot->status == ENT_OK && done < snapshot->used) {
		const ssize_t wrote = write(
				snapshot->file, snapshot->buffer + done, snapshot->used - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == 0 || errno != EINTR)
			snapshot->status = ENT_E_IO;
	}
	snapshot->used = 0;
}

ent_status ent_store_snapshot_write(void *user, const void *bytes, size_t size) {
	struct ent_store_snapshot *snapshot = user;
	const char *from = bytes;
	while (size > 0) {
		if (snapshot->used == BUFFER_SIZE)
			flush(snapshot);
		size_t part = BUFFER_SIZE - snapshot->used;
		if (part > size)
			part = size;
		memcpy(snapshot->buffer + snapshot->used, from, part);
		snapshot->used += part;
		from += part;
		size -= part;
	}
	return snapshot->status;
}

/* --- What lies in the folder --- */

static bool is_snapshot(const char *name, uint32_t ledger, uint64_t *ret_size) {
	char again[64];
	uint32_t of;
	char *end;
	if (strncmp(name, "snapshot-", 9) != 0)
		return false;
	of = (uint32_t)strtoul(name + 9, &end, 10);
	if (*end != '-' || of != ledger)
		return false;
	*ret_size = strtoull(end + 1, NULL, 10);
	(void)snprintf(again, sizeof again, "snapshot-%" PRIu32 "-%020" PRIu64, ledger, *ret_size);
	return strcmp(again, name) == 0;
}

/* The largest size that is at most 'most'; false when there is none. */
static bool newest(const char *directory, uint32_t ledger, uint64_t most, uint64_t *ret_size) {
	DIR *folder = opendir(directory);
	bool found = false;
	uint64_t size;
	if (folder == NULL)
		return false;
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		if (!is_snapshot(file->d_name, ledger, &size) || size > most ||
				(found && size <= *ret_size))
			continue;
		found = true;
		*ret_size = size;
	}
	(void)closedir(folder);
	return found;
}

static bool sync_folder(const char *directory) {
	const int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool synced = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		(void)close(folder);
	return synced;
}

/* All but the newest few. */
static void drop_old(struct ent_store_snapshot *snapshot) {
	char path[PATH_SIZE];
	uint64_t size = UINT64_MAX;
	for (int kept = 0;; kept++) {
		if (size == 0 || !newest(snapshot->directory, snapshot->ledger, size - 1, &size))
			return;
		snapshot->size = size;
		if (kept >= KEPT && path_of(snapshot, "", path))
			(void)unlink(path);
	}
}

ent_status ent_store_snapshot_end(struct ent_store_snapshot *snapshot, bool keep) {
	char path[PATH_SIZE], done[PATH_SIZE];
	if (keep)
		flush(snapshot);
	if (keep && snapshot->status == ENT_OK && fsync(snapshot->file) != 0)
		snapshot->status = ENT_E_IO;
	(void)close(snapshot->file);
	const bool named = path_of(snapshot, ".new", path) && path_of(snapshot, "", done);
	if (keep && snapshot->status == ENT_OK &&
			(!named || rename(path, done) != 0 || !sync_folder(snapshot->directory)))
		snapshot->status = ENT_E_IO;
	const ent_status status = snapshot->status;
	if (!keep || status != ENT_OK)
		(void)unlink(path);
	else
		drop_old(snapshot);
	free(snapshot);
	return status;
}

ent_status ent_store_snapshot_open(struct ent_store *store, uint32_t ledger, uint64_t most,
		struct ent_store_snapshot **ret_snapshot, uint64_t *ret_size,
		const void **ret_bytes, size_t *ret_length) {
	char path[PATH_SIZE];
	struct stat about;
	uint64_t size;
	if (!newest(store->directory, ledger, most, &size))
		return ENT_E_MISSING;
	struct ent_store_snapshot *snapshot = snapshot_new(store, ledger, size, 0);
	if (snapshot == NULL)
		return ENT_E_MEMORY;
	if (path_of(snapshot, "", path))
		snapshot->file = open(path, O_RDONLY | O_CLOEXEC);
	if (snapshot->file < 0 || fstat(snapshot->file, &about) != 0 || about.st_size == 0) {
		ent_store_snapshot_close(snapshot);
		return ENT_E_IO;
	}
	snapshot->mapped_size = (size_t)about.st_size;
	snapshot->mapped = mmap(
			NULL, snapshot->mapped_size, PROT_READ, MAP_PRIVATE, snapshot->file, 0);
	if (snapshot->mapped == MAP_FAILED) {
		snapshot->mapped = NULL;
		ent_store_snapshot_close(snapshot);
		return ENT_E_IO;
	}
	*ret_snapshot = snapshot;
	*ret_size = size;
	*ret_bytes = snapshot->mapped;
	*ret_length = snapshot->mapped_size;
	return ENT_OK;
}

void ent_store_snapshot_close(struct ent_store_snapshot *snapshot) {
	if (snapshot == NULL)
		return;
	if (snapshot->mapped != NULL)
		(void)munmap(snapshot->mapped, snapshot->mapped_size);
	if (snapshot->file >= 0)
		(void)close(snapshot->file);
	free(snapshot);
}
