/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty_disk.h: a file system in memory for SQLite, whose calls fail and whose power is cut when a test says so.
 *
 * Each file has two contents: what the kernel's cache holds, which is what is read, and what is on the disk. A write or
 * truncation changes the cache and is pending; xSync takes all that is pending to the disk. A sync that fails takes some of
 * it there, and the rest is pending no more: the cache holds it as clean, no later sync writes it (Rebello et al., "Can
 * Applications Recover from fsync Failures?", ATC 2020), and when the cache is evicted it is gone. A power cut takes some
 * of what is pending to the disk, in any order, writes torn at sectors; then the disk is all there is. A write never
 * harms bytes beside it (SQLITE_IOCAP_POWERSAFE_OVERWRITE, as SQLite has it by default).
 */
#ifndef ENTENTE_TESTS_FAULTY_DISK_H
#define ENTENTE_TESTS_FAULTY_DISK_H

#include <sqlite3.h>

#include "test.h"

/* Of one store; a test that has more says so. */
#ifndef DISK_STORES
#define DISK_STORES 1
#endif
enum { DISK_FILES = 4 * DISK_STORES, DISK_SECTOR = 512 };

struct disk_write {
	size_t offset, size;
	uint8_t *bytes; /* NULL: cut off here */
};

struct disk_bytes {
	uint8_t *bytes;
	size_t size, room;
};

struct disk_file {
	char name[256];
	bool there, durable; /* its name, in the cache and on the disk */
	struct disk_bytes cache, platter;
	struct disk_write *pending;
	size_t n_pending, room_pending;
	unsigned writes, syncs;
};

/* What happens at call 'fail_at'. */
enum disk_fault {
	DISK_FINE,
	DISK_ERROR, /* it fails, half done when it is a write */
	DISK_FULL,  /* likewise, a write for want of space; others go on */
	DISK_GONE,  /* this one and all that follow fail */
	DISK_FAULTS
};

enum disk_call { DISK_LOOKS, DISK_CHANGES, DISK_SYNCS };

/* What a test sets while threads of a node are at the disk is atomic; a store's own lock holds them apart from each other. */
static struct {
	struct disk_file files[DISK_FILES];
	uint64_t seed;
	_Atomic uint64_t calls, fail_at; /* fail_at 0: never */
	_Atomic enum disk_fault fault;
	_Atomic uint64_t again;   /* so many calls of any kind after it, one more fails; 0: none */
	_Atomic bool lasting;     /* not this one alone, until disk_mend */
	const char *_Atomic only; /* calls on files whose names end so */
	_Atomic enum disk_call least; /* calls of this kind and those after it count, and fail */
	_Atomic bool spared;          /* no calls for now */
	bool evict;                   /* the cache lets go of clean pages now and then */
	_Atomic uint64_t faults;      /* calls that failed */
} disk;

/* --- Bytes --- */

static inline void disk_grow(struct disk_bytes *bytes, size_t size) {
	if (size > bytes->room) {
		const size_t room = size + size / 2 + 4096;
		bytes->bytes = realloc(bytes->bytes, room);
		CHECK(bytes->bytes != NULL);
		bytes->room = room;
	}
	if (size > bytes->size)
		memset(bytes->bytes + bytes->size, 0, size - bytes->size);
	bytes->size = size;
}

static inline void disk_apply(struct disk_bytes *bytes, const struct disk_write *write) {
	if (write->bytes == NULL) {
		if (write->offset < bytes->size)
			bytes->size = write->offset;
		return;
	}
	if (write->offset + write->size > bytes->size)
		disk_grow(bytes, write->offset + write->size);
	memcpy(bytes->bytes + write->offset, write->bytes, write->size);
}

static inline void disk_copy(struct disk_bytes *to, const struct disk_bytes *from) {
	disk_grow(to, from->size);
	if (from->size > 0)
		memcpy(to->bytes, from->bytes, from->size);
}

static inline void disk_do(struct disk_file *file, const void *bytes, size_t size, size_t offset) {
	if (file->n_pending == file->room_pending) {
		file->room_pending = 2 * file->room_pending + 16;
		file->pending = realloc(file->pending, file->room_pending * sizeof *file->pending);
		CHECK(file->pending != NULL);
	}
	struct disk_write *write = &file->pending[file->n_pending++];
	*write = (struct disk_write){offset, size, NULL};
	if (bytes != NULL) {
		write->bytes = malloc(size);
		CHECK(write->bytes != NULL);
		memcpy(write->bytes, bytes, size);
	}
	disk_apply(&file->cache, write);
}

/* Some of it, up to a sector's end or from one on. */
static inline void disk_tear(struct disk_bytes *bytes, const struct disk_write *write) {
	const size_t end = write->offset + write->size;
	const size_t sectors = end / DISK_SECTOR - write->offset / DISK_SECTOR;
	const size_t at = (write->offset / DISK_SECTOR + 1 +
					  (sectors > 0 ? test_random(&disk.seed) % sectors : 0)) *
			DISK_SECTOR;
	if (write->bytes == NULL || at >= end)
		return;
	const size_t first = at - write->offset;
	const struct disk_write part = test_random(&disk.seed) % 2 == 0
			? (struct disk_write){write->offset, first, write->bytes}
			: (struct disk_write){at, write->size - first, write->bytes + first};
	disk_apply(bytes, &part);
}

/* What is pending goes to the disk: all of it, or some. */
static inline void disk_settle(struct disk_file *file, bool all) {
	/* All, none, most, few: in half of the cases a mixture. */
	const uint64_t luck = test_random(&disk.seed) % 8;
	for (size_t i = 0; i < file->n_pending; i++) {
		const uint64_t fate = test_random(&disk.seed) % 8;
		if (all || luck == 0 || (luck > 1 && fate < luck))
			disk_apply(&file->platter, &file->pending[i]);
		else if (luck > 1 && fate == 7)
			disk_tear(&file->platter, &file->pending[i]);
		free(file->pending[i].bytes);
	}
	file->n_pending = 0;
}

/* --- What a test does --- */

static inline void disk_mend(void) {
	disk.fail_at = disk.again = 0;
	disk.fault = DISK_FINE;
	disk.only = NULL;
	disk.least = DISK_LOOKS;
}

static inline void disk_new(uint64_t seed) {
	for (int i = 0; i < DISK_FILES; i++) {
		struct disk_file *file = &disk.files[i];
		disk_settle(file, true);
		free(file->pending);
		free(file->cache.bytes);
		free(file->platter.bytes);
	}
	memset(&disk, 0, sizeof disk);
	disk.seed = seed;
}

static inline void disk_fail(uint64_t in, enum disk_fault fault, bool lasting, const char *only) {
	disk.fail_at = in > 0 ? disk.calls + in : 0;
	disk.fault = fault;
	disk.lasting = lasting || fault == DISK_GONE;
	disk.only = only;
}

/* Nobody may have a file open. */
static inline void disk_power_cut(void) {
	for (int i = 0; i < DISK_FILES; i++) {
		struct disk_file *file = &disk.files[i];
		disk_settle(file, false);
		if (file->there != file->durable && test_random(&disk.seed) % 2 == 0)
			file->durable = file->there;
		file->there = file->durable;
		disk_copy(&file->cache, &file->platter);
	}
	disk_mend();
}

/* A file keeps its size: that is not in its pages. */
static inline void disk_evict(void) {
	for (int i = 0; i < DISK_FILES; i++) {
		struct disk_file *file = &disk.files[i];
		const size_t size = file->cache.size;
		disk_copy(&file->cache, &file->platter);
		disk_grow(&file->cache, size);
		for (size_t w = 0; w < file->n_pending; w++)
			disk_apply(&file->cache, &file->pending[w]);
	}
}

static inline bool disk_ends(const char *name, const char *end) {
	const size_t length = strlen(name), tail = strlen(end);
	return length >= tail && strcmp(name + length - tail, end) == 0;
}

static inline struct disk_file *disk_find(const char *end) {
	for (int i = 0; i < DISK_FILES; i++)
		if (disk.files[i].name[0] != '\0' && disk_ends(disk.files[i].name, end))
			return &disk.files[i];
	return NULL;
}

/* --- What SQLite calls --- */

struct disk_handle {
	sqlite3_file base;
	struct disk_file *file;
};

/* Does this call fail? */
static inline bool disk_fails(const char *name, enum disk_call call) {
	const char *only = disk.only;
	if (disk.spared || (only != NULL && !disk_ends(name, only)))
		return false;
	if (call < disk.least)
		return disk.fault == DISK_GONE && disk.fail_at != 0 && disk.calls >= disk.fail_at;
	disk.calls++;
	if (disk.evict && test_random(&disk.seed) % 32 == 0)
		disk_evict();
	const bool fails = disk.fail_at != 0 &&
			(disk.calls == disk.fail_at || (disk.lasting && disk.calls > disk.fail_at));
	disk.faults += fails;
	if (fails && disk.again > 0) {
		disk_fail(disk.again, disk.fault, disk.lasting, NULL);
		disk.again = 0;
		disk.least = DISK_LOOKS;
	}
	return fails;
}

static inline struct disk_file *disk_of(sqlite3_file *handle) {
	return ((struct disk_handle *)handle)->file;
}

static int disk_close(sqlite3_file *handle) {
	(void)handle;
	return SQLITE_OK;
}

static int disk_read(sqlite3_file *handle, void *bytes, int size, sqlite3_int64 offset) {
	const struct disk_file *file = disk_of(handle);
	const size_t n = (size_t)size, at = (size_t)offset;
	if (disk_fails(file->name, DISK_LOOKS) && disk.fault != DISK_FULL)
		return SQLITE_IOERR_READ;
	const size_t there = at >= file->cache.size ? 0
			: file->cache.size - at < n ? file->cache.size - at
						    : n;
	if (there > 0)
		memcpy(bytes, file->cache.bytes + at, there);
	memset((char *)bytes + there, 0, n - there);
	return there == n ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int disk_write(sqlite3_file *handle, const void *bytes, int size, sqlite3_int64 offset) {
	struct disk_file *file = disk_of(handle);
	file->writes++;
	if (!disk_fails(file->name, DISK_CHANGES)) {
		disk_do(file, bytes, (size_t)size, (size_t)offset);
		return SQLITE_OK;
	}
	if (disk.fault != DISK_GONE && size > 1)
		disk_do(file, bytes, (size_t)size / 2, (size_t)offset);
	return disk.fault == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int disk_truncate(sqlite3_file *handle, sqlite3_int64 size) {
	struct disk_file *file = disk_of(handle);
	if (disk_fails(file->name, DISK_CHANGES) && disk.fault != DISK_FULL)
		return SQLITE_IOERR_TRUNCATE;
	disk_do(file, NULL, 0, (size_t)size);
	return SQLITE_OK;
}

static int disk_sync(sqlite3_file *handle, int flags) {
	struct disk_file *file = disk_of(handle);
	(void)flags;
	file->syncs++;
	if (disk_fails(file->name, DISK_SYNCS) && disk.fault != DISK_FULL) {
		if (disk.fault != DISK_GONE)
			disk_settle(file, false);
		return SQLITE_IOERR_FSYNC;
	}
	disk_settle(file, true);
	/* The names of a journaling file system go with it, and SQLite syncs the folder of a journal. */
	for (int i = 0; i < DISK_FILES; i++)
		disk.files[i].durable = disk.files[i].there;
	return SQLITE_OK;
}

static int disk_size(sqlite3_file *handle, sqlite3_int64 *ret_size) {
	const struct disk_file *file = disk_of(handle);
	if (disk_fails(file->name, DISK_LOOKS) && disk.fault != DISK_FULL)
		return SQLITE_IOERR_FSTAT;
	*ret_size = (sqlite3_int64)file->cache.size;
	return SQLITE_OK;
}

static int disk_lock(sqlite3_file *handle, int lock) {
	(void)handle;
	(void)lock;
	return SQLITE_OK;
}

static int disk_reserved(sqlite3_file *handle, int *ret_lock) {
	(void)handle;
	*ret_lock = 0;
	return SQLITE_OK;
}

static int disk_control(sqlite3_file *handle, int op, void *argument) {
	(void)handle;
	(void)op;
	(void)argument;
	return SQLITE_NOTFOUND;
}

static int disk_sector(sqlite3_file *handle) {
	(void)handle;
	return 4096;
}

static int disk_traits(sqlite3_file *handle) {
	(void)handle;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Version 1: there is no shared memory to be had. */
static const sqlite3_io_methods disk_methods = {1, disk_close, disk_read, disk_write, disk_truncate,
		disk_sync, disk_size, disk_lock, disk_lock, disk_reserved, disk_control,
		disk_sector, disk_traits};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *handle, int flags,
		int *ret_flags) {
	struct disk_file *file = NULL;
	(void)vfs;
	handle->pMethods = NULL;
	if (name == NULL || (disk_fails(name, DISK_LOOKS) && disk.fault != DISK_FULL))
		return SQLITE_CANTOPEN;
	for (int i = 0; i < DISK_FILES && file == NULL; i++)
		if (strcmp(disk.files[i].name, name) == 0 || disk.files[i].name[0] == '\0')
			file = &disk.files[i];
	CHECK(file != NULL && strlen(name) < sizeof file->name);
	if (!file->there) {
		if ((flags & SQLITE_OPEN_CREATE) == 0)
			return SQLITE_CANTOPEN;
		(void)strcpy(file->name, name);
		file->there = true;
		disk_do(file, NULL, 0, 0);
	}
	((struct disk_handle *)handle)->file = file;
	handle->pMethods = &disk_methods;
	if (ret_flags != NULL)
		*ret_flags = flags;
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int sync) {
	struct disk_file *file = disk_find(name);
	(void)vfs;
	if (disk_fails(name, DISK_CHANGES) && disk.fault != DISK_FULL)
		return SQLITE_IOERR_DELETE;
	if (file == NULL || !file->there)
		return SQLITE_IOERR_DELETE_NOENT;
	file->there = false;
	if (sync) {
		file->durable = false;
		disk_settle(file, false);
		file->platter.size = 0;
	}
	return SQLITE_OK;
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *ret_there) {
	const struct disk_file *file = disk_find(name);
	(void)vfs;
	if (disk_fails(name, DISK_LOOKS) && disk.fault != DISK_FULL)
		return SQLITE_IOERR_ACCESS;
	/* As unix does: an empty file is not there. */
	*ret_there = file != NULL && file->there &&
			(flags != SQLITE_ACCESS_EXISTS || file->cache.size > 0);
	return SQLITE_OK;
}

static int disk_error(sqlite3_vfs *vfs, int size, char *ret_text) {
	(void)vfs;
	(void)size;
	(void)ret_text;
	return 0;
}

/* Makes it the one that is opened by default. */
static inline void disk_register(void) {
	static sqlite3_vfs vfs;
	const sqlite3_vfs *real = sqlite3_vfs_find("unix");
	if (vfs.zName != NULL)
		return;
	CHECK(real != NULL);
	vfs = *real;
	vfs.pNext = NULL;
	vfs.zName = "faulty-disk";
	vfs.szOsFile = sizeof(struct disk_handle);
	vfs.xOpen = disk_open;
	vfs.xDelete = disk_delete;
	vfs.xAccess = disk_access;
	vfs.xGetLastError = disk_error;
	CHECK(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
}

#endif
