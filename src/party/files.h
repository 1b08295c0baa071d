/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.h: the folder of a party and the files in it, all of them for the owner alone. Each is there wholly or not at
 * all, also after a power cut: written beside, synced, put in place, and the folder synced.
 */
#ifndef ENTENTE_PARTY_FILES_H
#define ENTENTE_PARTY_FILES_H

#include "entente/party.h"

enum { FILES_PATH_SIZE = 4096, FILES_NAME_SIZE = 64 };

struct ent_party_folder {
	int fd;
	bool to_change;
	char path[FILES_PATH_SIZE]; /* for faults */
};

/* E_LIMIT: the name of the data directory is too long. */
ENT_MUST_USE ent_status files_path(const char *data, const char *name,
		char ret_path[FILES_PATH_SIZE], struct ent_fault *fault);
/* Puts the file's path in front of a fault, and returns 'status'. */
ent_status files_say(const struct ent_party_folder *folder, const char *name, ent_status status,
		struct ent_fault *fault);
/*
 * All of it, terminated. E_MISSING; E_LIMIT: longer than 'room' - 1; E_REFUSED: 'secret', and others than the owner
 * may read it; E_IO.
 */
ENT_MUST_USE ent_status files_read(const struct ent_party_folder *folder, const char *name,
		bool secret, char *ret_text, size_t room, size_t *ret_length,
		struct ent_fault *fault);
bool files_there(const struct ent_party_folder *folder, const char *name);
/* E_IO. */
ENT_MUST_USE ent_status files_write(const struct ent_party_folder *folder, const char *name,
		const void *bytes, size_t size, struct ent_fault *fault);
ENT_MUST_USE ent_status files_rename(const struct ent_party_folder *folder, const char *from,
		const char *to, struct ent_fault *fault);
ENT_MUST_USE ent_status files_remove(
		const struct ent_party_folder *folder, const char *name, struct ent_fault *fault);

#endif
