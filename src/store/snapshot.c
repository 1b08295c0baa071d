/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c: snapshots as files, DIR/snapshot-LEDGER-SIZE, so that a large one holds up no batch. It is written
 * under another name (with .new), synced, renamed, and the folder synced: a file of that name is whole. What is left
 * of an interrupted one goes when the store is opened again. One that was found bad is renamed, too (with .bad).
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

/*
 * SYNC_SIZE: a batch that is synced at the same time waits for the pages that are not yet written: 40 to 60 ms when
 * those of 100 MB are left to the end, below 20 so.
 */
enum { KEPT = 2, NAME_SIZE = 64, BUFFER_SIZE = 1 << 18, SYNC_SIZE = 1 << 22 };

static const char unfinished[] = ".new", bad[] = ".bad";

struct ent_store_snapshot {
	const struct ent_store *store;
	uint32_t ledger;
	uint64_t size;
	int file;
	ent_status status;
	size_t used, unsynced;
	void *mapped;
	size_t mapped_size;
	char buffer[];
};

static void name_of(uint32_t ledger, uint64_t size, const char *suffix, char ret_name[NAME_SIZE]) {
	(void)snprintf(ret_name, NAME_SIZE, "snapshot-%" PRIu32 "-%020" PRIu64 "%s", ledger, size,
			suffix);
}

static struct ent_store_snapshot *snapshot_new(
		const struct ent_store *store, uint32_t ledger, uint64_t size, size_t buffer) {
	struct ent_store_snapshot *snapshot = malloc(sizeof *snapshot + buffer);
	if (snapshot != NULL)
		*snapshot = (struct ent_store_snapshot){
				.store = store, .ledger = ledger, .size = size, .file = -1};
	return snapshot;
}

/* --- Writing --- */

ent_status ent_store_snapshot_begin(struct ent_store *store, uint32_t ledger, uint64_t size,
		struct ent_store_snapshot **ret_snapshot) {
	char name[NAME_SIZE];
	if (store->read_only)
		return ENT_E_IO;
	struct ent_store_snapshot *snapshot = snapshot_new(store, ledger, size, BUFFER_SIZE);
	if (snapshot == NULL)
		return ENT_E_MEMORY;
	name_of(ledger, size, unfinished, name);
	snapshot->file = openat(store->folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (snapshot->file < 0) {
		const ent_status status = errno == EEXIST ? ENT_E_EXISTS : ENT_E_IO;
		free(snapshot);
		return status;
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
	snapshot->unsynced += done;
	snapshot->used = 0;
	if (snapshot->unsynced < SYNC_SIZE)
		return;
	snapshot->unsynced = 0;
	if (snapshot->status == ENT_OK && fdatasync(snapshot->file) != 0)
		snapshot->status = ENT_E_IO;
}

ent_status ent_store_snapshot_write(void *user, const void *bytes, size_t size) {
	struct ent_store_snapshot *snapshot = user;
	const char *from = bytes;
	while (size > 0 && snapshot->status == ENT_OK) {
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

/* Is it the name of a finished one, or of one that is not? */
static bool is_snapshot(
		const char *name, const char *suffix, uint32_t *ret_ledger, uint64_t *ret_size) {
	char again[NAME_SIZE];
	char *end;
	if (strncmp(name, "snapshot-", 9) != 0)
		return false;
	*ret_ledger = (uint32_t)strtoul(name + 9, &end, 10);
	if (*end != '-')
		return false;
	*ret_size = strtoull(end + 1, NULL, 10);
	name_of(*ret_ledger, *ret_size, suffix, again);
	return strcmp(again, name) == 0;
}

/* E_IO, E_MEMORY. */
static ent_status list(const struct ent_store *store, DIR **ret_folder) {
	/* Its own place in the folder, which dup would share. */
	const int file = openat(store->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (file < 0)
		return ENT_E_IO;
	*ret_folder = fdopendir(file);
	if (*ret_folder != NULL)
		return ENT_OK;
	const ent_status status = errno == ENOMEM ? ENT_E_MEMORY : ENT_E_IO;
	(void)close(file);
	return status;
}

/* The largest size that is at most 'most', of those with that suffix. E_MISSING, E_IO, E_MEMORY. */
static ent_status newest(const struct ent_store *store, uint32_t ledger, const char *suffix,
		uint64_t most, uint64_t *ret_size) {
	DIR *folder;
	bool found = false;
	uint64_t size;
	uint32_t of;
	const ent_status status = list(store, &folder);
	if (status != ENT_OK)
		return status;
	for (const struct dirent *file; (file = readdir(folder)) != NULL;) {
		if (!is_snapshot(file->d_name, suffix, &of, &size) || of != ledger || size > most ||
				(found && size <= *ret_size))
			continue;
		found = true;
		*ret_size = size;
	}
	(void)closedir(folder);
	return found ? ENT_OK : ENT_E_MISSING;
}

void store_snapshots_clean(const struct ent_store *store) {
	DIR *folder;
	uint64_t size;
	uint32_t ledger;
	if (list(store, &folder) != ENT_OK)
		return;
	for (const struct dirent *file; (file = readdir(folder)) != NULL;)
		if (is_snapshot(file->d_name, unfinished, &ledger, &size))
			(void)unlinkat(store->folder, file->d_name, 0);
	(void)closedir(folder);
}

/* All but the newest few. */
static void drop_old(const struct ent_store *store, uint32_t ledger) {
	char name[NAME_SIZE];
	uint64_t most = UINT64_MAX, size;
	for (int kept = 0; newest(store, ledger, "", most, &size) == ENT_OK; kept++) {
		name_of(ledger, size, "", name);
		if (kept >= KEPT)
			(void)unlinkat(store->folder, name, 0);
		if (size == 0)
			return;
		most = size - 1;
	}
}

ent_status ent_store_snapshot_end(struct ent_store_snapshot *snapshot, bool keep) {
	char name[NAME_SIZE], done[NAME_SIZE];
	const struct ent_store *store = snapshot->store;
	name_of(snapshot->ledger, snapshot->size, unfinished, name);
	name_of(snapshot->ledger, snapshot->size, "", done);
	if (keep)
		flush(snapshot);
	if (keep && snapshot->status == ENT_OK && fsync(snapshot->file) != 0)
		snapshot->status = ENT_E_IO;
	(void)close(snapshot->file);
	const bool kept = keep && snapshot->status == ENT_OK &&
			renameat(store->folder, name, store->folder, done) == 0;
	const ent_status status = !keep || (kept && fsync(store->folder) == 0) ? ENT_OK : ENT_E_IO;
	if (!kept)
		(void)unlinkat(store->folder, name, 0);
	else if (status == ENT_OK)
		drop_old(store, snapshot->ledger);
	free(snapshot);
	return status;
}

/* --- Reading --- */

/* E_MISSING: there is none, or it was dropped since. */
static ent_status open_newest(const struct ent_store *store, uint32_t ledger, uint64_t most,
		uint64_t *ret_size, int *ret_file) {
	char name[NAME_SIZE];
	const ent_status status = newest(store, ledger, "", most, ret_size);
	if (status != ENT_OK)
		return status;
	name_of(ledger, *ret_size, "", name);
	*ret_file = openat(store->folder, name, O_RDONLY | O_CLOEXEC);
	return *ret_file >= 0 ? ENT_OK : errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
}

/*
 * A page of a mapped file that cannot be read is a signal, not an error: so all are read before, into the page cache.
 * E_IO, E_MEMORY.
 */
static ent_status read_ahead(int file) {
	off_t at = 0;
	ssize_t got;
	char *block = malloc(BUFFER_SIZE);
	if (block == NULL)
		return ENT_E_MEMORY;
	do {
		got = pread(file, block, BUFFER_SIZE, at);
		at += got > 0 ? (off_t)got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	free(block);
	return got == 0 ? ENT_OK : ENT_E_IO;
}

static ent_status map(struct ent_store_snapshot *snapshot) {
	struct stat about;
	if (fstat(snapshot->file, &about) != 0 || about.st_size < 0)
		return ENT_E_IO;
	const ent_status status = read_ahead(snapshot->file);
	if (status != ENT_OK || about.st_size == 0)
		return status;
	void *mapped = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, snapshot->file, 0);
	/* What there is no memory for is not bad. */
	if (mapped == MAP_FAILED)
		return errno == ENOMEM ? ENT_E_MEMORY : ENT_E_IO;
	snapshot->mapped = mapped;
	snapshot->mapped_size = (size_t)about.st_size;
	return ENT_OK;
}

/* E_MISSING, E_IO, E_MEMORY. */
static ent_status open_at_most(struct ent_store *store, uint32_t ledger, uint64_t most,
		struct ent_store_snapshot **ret_snapshot, uint64_t *ret_size) {
	struct ent_store_snapshot *snapshot = snapshot_new(store, ledger, 0, 0);
	if (snapshot == NULL)
		return ENT_E_MEMORY;
	ent_status status = open_newest(store, ledger, most, ret_size, &snapshot->file);
	/* Dropped between being listed and being opened: two newer ones were there by then. */
	if (status == ENT_E_MISSING)
		status = open_newest(store, ledger, most, ret_size, &snapshot->file);
	if (status == ENT_OK)
		status = map(snapshot);
	if (status == ENT_OK)
		*ret_snapshot = snapshot;
	else
		ent_store_snapshot_close(snapshot);
	return status;
}

ent_status ent_store_snapshot_open(struct ent_store *store, uint32_t ledger, uint64_t most,
		struct ent_store_snapshot **ret_snapshot, uint64_t *ret_size,
		const void **ret_bytes, size_t *ret_length) {
	struct ent_store_snapshot *snapshot;
	uint64_t size = 0;
	bool unreadable = false;
	ent_status status = open_at_most(store, ledger, most, &snapshot, &size);
	while (status == ENT_E_IO && size > 0) {
		unreadable = true;
		most = size - 1;
		size = 0;
		status = open_at_most(store, ledger, most, &snapshot, &size);
	}
	if (status == ENT_OK) {
		*ret_snapshot = snapshot;
		*ret_size = size;
		*ret_bytes = snapshot->mapped != NULL ? snapshot->mapped : "";
		*ret_length = snapshot->mapped_size;
	}
	return status == ENT_E_MISSING && unreadable ? ENT_E_IO : status;
}

/* --- Bad ones --- */

ent_status ent_store_snapshot_newest(
		struct ent_store *store, uint32_t ledger, uint64_t most, uint64_t *ret_size) {
	return newest(store, ledger, "", most, ret_size);
}

/* Of the bad ones only that of size 'but' stays. */
static void drop_bad(const struct ent_store *store, uint32_t ledger, uint64_t but) {
	char name[NAME_SIZE];
	uint64_t most = UINT64_MAX, size = 0;
	while (newest(store, ledger, bad, most, &size) == ENT_OK) {
		name_of(ledger, size, bad, name);
		if (size != but)
			(void)unlinkat(store->folder, name, 0);
		if (size == 0)
			return;
		most = size - 1;
	}
}

ent_status ent_store_snapshot_set_aside(
		struct ent_store *store, uint32_t ledger, uint64_t above, unsigned *ret_n) {
	char name[NAME_SIZE], other[NAME_SIZE];
	uint64_t size = 0, kept = 0;
	unsigned n = 0;
	ent_status status;
	if (store->read_only)
		return ENT_E_IO;
	while ((status = newest(store, ledger, "", UINT64_MAX, &size)) == ENT_OK && size > above) {
		name_of(ledger, size, "", name);
		name_of(ledger, size, bad, other);
		const int failed = n == 0 ? renameat(store->folder, name, store->folder, other)
					  : unlinkat(store->folder, name, 0);
		if (failed != 0)
			return ENT_E_IO;
		kept = n++ == 0 ? size : kept;
	}
	if (n > 0)
		drop_bad(store, ledger, kept);
	if (n > 0 && fsync(store->folder) != 0)
		status = ENT_E_IO;
	if (status != ENT_OK && status != ENT_E_MISSING)
		return status;
	*ret_n = n;
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
