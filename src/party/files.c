/* SPDX-License-Identifier: Apache-2.0 */
/* files.c: see files.h. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys.h"

enum { OTHERS = 077 /* all that a mode grants to others than the owner */ };

ent_status files_path(const char *data, const char *name, char ret_path[FILES_PATH_SIZE],
		struct ent_fault *fault) {
	const int length = snprintf(ret_path, FILES_PATH_SIZE, "%s/%s", data, name);
	if (length > 0 && length < FILES_PATH_SIZE)
		return ENT_OK;
	ent_fault_set(fault, "", "the name of the data directory is too long");
	return ENT_E_LIMIT;
}

ent_status files_say(const struct ent_party_folder *folder, const char *name, ent_status status,
		struct ent_fault *fault) {
	struct ent_fault inner = {{0}, {0}};
	char where[FILES_PATH_SIZE + FILES_NAME_SIZE + ENT_FAULT_WHERE_SIZE];
	if (fault == NULL)
		return status;
	inner = *fault;
	(void)snprintf(where, sizeof where, "%s/%s%s%s", folder->path, name,
			inner.where[0] != '\0' ? ": " : "", inner.where);
	ent_fault_set(fault, where, "%s",
			inner.why[0] != '\0' ? inner.why : ent_status_text(status));
	return status;
}

static ent_status say_errno(const struct ent_party_folder *folder, const char *name,
		ent_status status, const char *what, int error, struct ent_fault *fault) {
	ent_fault_set(fault, "", "%s: %s", what, strerror(error));
	return files_say(folder, name, status, fault);
}

/* Reads up to 'room' bytes; -1 with errno. */
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

/* Nobody is waited for, and no key is taken that others could have read. */
static ent_status check_file(const struct ent_party_folder *folder, const char *name, int file,
		bool secret, struct ent_fault *fault) {
	struct stat about;
	if (fstat(file, &about) != 0)
		return say_errno(folder, name, ENT_E_IO, "cannot be read", errno, fault);
	if (!S_ISREG(about.st_mode)) {
		ent_fault_set(fault, "", "it is not a regular file");
		return files_say(folder, name, ENT_E_IO, fault);
	}
	if (secret && (about.st_mode & OTHERS) != 0) {
		ent_fault_set(fault, "",
				"others than its owner may read or write it: chmod 600, and ask "
				"who "
				"could have");
		return files_say(folder, name, ENT_E_REFUSED, fault);
	}
	return ENT_OK;
}

ent_status files_read(const struct ent_party_folder *folder, const char *name, bool secret,
		char *ret_text, size_t room, size_t *ret_length, struct ent_fault *fault) {
	const int file = openat(folder->fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0)
		return say_errno(folder, name, errno == ENOENT ? ENT_E_MISSING : ENT_E_IO,
				"cannot be read", errno, fault);
	ent_status status = check_file(folder, name, file, secret, fault);
	if (status == ENT_OK) {
		const ssize_t got = read_up_to(file, ret_text, room);
		if (got < 0) {
			status = say_errno(folder, name, ENT_E_IO, "cannot be read", errno, fault);
		} else if ((size_t)got == room) {
			ent_fault_set(fault, "", "longer than %zu bytes", room - 1);
			status = files_say(folder, name, ENT_E_LIMIT, fault);
		} else {
			ret_text[got] = '\0';
			*ret_length = (size_t)got;
		}
	}
	(void)close(file);
	return status;
}

bool files_there(const struct ent_party_folder *folder, const char *name) {
	struct stat about;
	return fstatat(folder->fd, name, &about, AT_SYMLINK_NOFOLLOW) == 0;
}

ent_status files_write(const struct ent_party_folder *folder, const char *name, const void *bytes,
		size_t size, struct ent_fault *fault) {
	char unfinished[FILES_NAME_SIZE + 8];
	(void)snprintf(unfinished, sizeof unfinished, "%s.new", name);
	(void)unlinkat(folder->fd, unfinished, 0);
	const int file = openat(folder->fd, unfinished,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool fine = file >= 0 && ent_write_all(file, bytes, size) && fsync(file) == 0;
	fine = fine && renameat(folder->fd, unfinished, folder->fd, name) == 0 &&
			fsync(folder->fd) == 0;
	const int error = errno;
	if (file >= 0)
		(void)close(file);
	if (fine)
		return ENT_OK;
	(void)unlinkat(folder->fd, unfinished, 0);
	return say_errno(folder, name, ENT_E_IO, "cannot be written", error, fault);
}

ent_status files_rename(const struct ent_party_folder *folder, const char *from, const char *to,
		struct ent_fault *fault) {
	if (renameat(folder->fd, from, folder->fd, to) == 0 && fsync(folder->fd) == 0)
		return ENT_OK;
	return say_errno(folder, to, ENT_E_IO, "cannot be written", errno, fault);
}

ent_status files_remove(
		const struct ent_party_folder *folder, const char *name, struct ent_fault *fault) {
	if (unlinkat(folder->fd, name, 0) != 0)
		return say_errno(folder, name, errno == ENOENT ? ENT_E_MISSING : ENT_E_IO,
				"cannot be removed", errno, fault);
	if (fsync(folder->fd) != 0)
		return say_errno(
				folder, name, ENT_E_IO, "cannot be removed for good", errno, fault);
	return ENT_OK;
}

/* --- The folder --- */

static ent_status open_folder(
		struct ent_party_folder *folder, const char *data, struct ent_fault *fault) {
	const ent_status status = files_path(data, ENT_PARTY_FOLDER, folder->path, fault);
	if (status != ENT_OK)
		return status;
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		const bool missing = errno == ENOENT;
		if (missing)
			ent_fault_set(fault, folder->path,
					"there is no party here; entente init makes one");
		else
			ent_fault_set(fault, folder->path, "cannot be opened: %s", strerror(errno));
		return missing ? ENT_E_MISSING : ENT_E_IO;
	}
	if (folder->to_change && flock(folder->fd, LOCK_EX | LOCK_NB) != 0) {
		const bool taken = errno == EWOULDBLOCK;
		ent_fault_set(fault, folder->path, "%s",
				taken ? "another process changes it right now; try again"
				      : "cannot be locked");
		return taken ? ENT_E_EXISTS : ENT_E_IO;
	}
	return ENT_OK;
}

ent_status ent_party_folder_open(const char *data, bool to_change,
		struct ent_party_folder **ret_folder, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = calloc(1, sizeof *folder);
	if (folder == NULL) {
		ent_fault_set(reterr_fault, "", "%s", ent_status_text(ENT_E_MEMORY));
		return ENT_E_MEMORY;
	}
	*folder = (struct ent_party_folder){.fd = -1, .to_change = to_change};
	const ent_status status = open_folder(folder, data, reterr_fault);
	if (status == ENT_OK) {
		keys_settle_left(folder);
		*ret_folder = folder;
	} else {
		ent_party_folder_close(folder);
	}
	return status;
}

void ent_party_folder_close(struct ent_party_folder *folder) {
	if (folder == NULL)
		return;
	if (folder->fd >= 0)
		(void)close(folder->fd);
	free(folder);
}
