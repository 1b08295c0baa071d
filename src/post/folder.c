/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.c: folders of the data directory whose files are each there wholly or not at all, also after a power cut: written
 * beside, synced, put in place, and the folder synced. For their owner alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

/* A file that is not finished begins with a dot, so it is never taken for one. */
#define UNFINISHED "."

static ent_status say(const struct folder *folder, const char *what, struct ent_fault *fault) {
	ent_fault_set(fault, folder->path, "%s: %s", what, strerror(errno));
	return ENT_E_IO;
}

ent_status folder_open(struct folder *folder, const char *directory, const char *name,
		struct ent_fault *reterr_fault) {
	const int length = snprintf(folder->path, sizeof folder->path, "%s/%s", directory, name);
	folder->fd = -1;
	/* Whatever is in it has a path, too. */
	if (length < 0 || (size_t)length + FILE_NAME_SIZE + 1 > sizeof folder->path) {
		ent_fault_set(reterr_fault, name, "the name of the data directory is too long");
		return ENT_E_LIMIT;
	}
	if (mkdir(folder->path, 0700) != 0 && errno != EEXIST)
		return say(folder, "cannot be made", reterr_fault);
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return folder->fd >= 0 ? ENT_OK : say(folder, "cannot be opened", reterr_fault);
}

void folder_close(struct folder *folder) {
	if (folder->fd >= 0)
		(void)close(folder->fd);
	folder->fd = -1;
}

ent_status folder_write(const struct folder *folder, const char *name, const void *bytes,
		size_t size, struct ent_fault *reterr_fault) {
	char unfinished[FILE_NAME_SIZE + 1];
	(void)snprintf(unfinished, sizeof unfinished, UNFINISHED "%s", name);
	const int file = openat(folder->fd, unfinished,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool fine = file >= 0 && ent_write_all(file, bytes, size) && fsync(file) == 0;
	fine = fine && renameat(folder->fd, unfinished, folder->fd, name) == 0 &&
			fsync(folder->fd) == 0;
	const int error = errno;
	if (file >= 0)
		(void)close(file);
	if (fine)
		return ENT_OK;
	(void)unlinkat(folder->fd, unfinished, 0);
	errno = error;
	return say(folder, "a file cannot be written", reterr_fault);
}

ent_status folder_remove(
		const struct folder *folder, const char *name, struct ent_fault *reterr_fault) {
	if (unlinkat(folder->fd, name, 0) != 0)
		return errno == ENOENT ? ENT_OK
				       : say(folder, "a file cannot be removed", reterr_fault);
	return fsync(folder->fd) == 0 ? ENT_OK
				      : say(folder, "a file cannot be removed", reterr_fault);
}

/* Up to 'room' bytes; -1 when it cannot be read. */
static ssize_t read_up_to(int file, char *bytes, size_t room) {
	size_t size = 0;
	while (size < room) {
		const ssize_t got = read(file, bytes + size, room - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		size += (size_t)got;
	}
	return (ssize_t)size;
}

ent_status folder_read(const struct folder *folder, const char *name, char *ret_text, size_t room,
		size_t *ret_length) {
	struct stat about;
	const int file = openat(folder->fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
	ssize_t got = -1;
	if (fstat(file, &about) == 0 && S_ISREG(about.st_mode))
		got = read_up_to(file, ret_text, room);
	(void)close(file);
	if (got < 0)
		return ENT_E_IO;
	if ((size_t)got == room)
		return ENT_E_LIMIT;
	ret_text[got] = '\0';
	*ret_length = (size_t)got;
	return ENT_OK;
}

ent_status folder_list(const struct folder *folder,
		ent_status (*found)(void *user, const char *name), void *user) {
	ent_status status = ENT_OK;
	DIR *listing = opendir(folder->path);
	if (listing == NULL)
		return ENT_E_IO;
	errno = 0;
	for (const struct dirent *file; status == ENT_OK && (file = readdir(listing)) != NULL;)
		if (file->d_name[0] != '.')
			status = found(user, file->d_name);
	(void)closedir(listing);
	return status;
}

void folder_name(const char *id, const char *ledger, const char *end,
		char ret_name[FILE_NAME_SIZE]) {
	/* A ledger's name has no plus; the longest of all fits. */
	(void)snprintf(ret_name, FILE_NAME_SIZE, "%s+%.200s+%s", id, ledger, end);
	for (char *at = ret_name; *at != '\0'; at++)
		if (*at == '/')
			*at = '+';
}
