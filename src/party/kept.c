/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept.c: cards that were replaced, and the keys that they say a party has had.
 *
 * Of another party, what was known is copied to <id>-<number>.party before <id>.party says something else, which then
 * names that number: so from the card in force one goes back from each to the one before, and a change that was broken
 * off between the two leaves a copy that nothing names. Of our own, the numbers have no gaps.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "card.h"
#include "known.h"

/* --- From one card to the one before --- */

static ent_status read_own(const struct ent_party_folder *folder, uint64_t number,
		struct ent_party_known *ret_own, struct ent_fault *fault) {
	struct ent_party_known own = {.length = 0};
	char name[FILES_NAME_SIZE];
	(void)snprintf(name, sizeof name, CARD_KEPT_NAME, number);
	ent_status status = files_read(
			folder, name, false, own.text, sizeof own.text, &own.length, fault);
	if (status != ENT_OK)
		return status;
	status = ent_card_parse(own.text, own.length, &own.card, fault);
	if (status == ENT_OK && own.card.number != number) {
		ent_fault_set(fault, "", "it holds card %" PRIu64, own.card.number);
		status = ENT_E_SYNTAX;
	}
	if (status != ENT_OK)
		return files_say(folder, name, status, fault);
	own.before = number - 1;
	*ret_own = own;
	return ENT_OK;
}

ent_status ent_party_before(const struct ent_party_folder *folder,
		const struct ent_party_known *known, struct ent_party_known *ret_before,
		struct ent_fault *reterr_fault) {
	/* Only of others it is noted when a card was taken. */
	if (known->before != 0)
		return known->confirmed_utc_us == 0
				? read_own(folder, known->before, ret_before, reterr_fault)
				: known_read(folder, known->card.id, known->before, ret_before,
						  reterr_fault);
	ent_fault_set(reterr_fault, "", "card %" PRIu64 " replaced none that is kept",
			known->card.number);
	return ENT_E_MISSING;
}

/* --- Those of another party --- */

/* The last one that may stay goes, since one more comes. One that is damaged ends it sooner, and is named elsewhere. */
static ent_status trim(const struct ent_party_folder *folder, const struct ent_party_known *first,
		struct ent_fault *fault) {
	struct ent_party_known known = *first;
	char name[FILES_NAME_SIZE];
	for (int n = 1; n < ENT_PARTY_KEPT_MAX; n++)
		if (ent_party_before(folder, &known, &known, NULL) != ENT_OK)
			return ENT_OK;
	if (known.before == 0)
		return ENT_OK;
	known_name(known.card.id, known.before, name);
	return files_there(folder, name) ? files_remove(folder, name, fault) : ENT_OK;
}

ent_status kept_put(const struct ent_party_folder *folder, const char *id, uint64_t *ret_number,
		struct ent_fault *fault) {
	char text[KNOWN_SIZE], name[FILES_NAME_SIZE];
	struct ent_party_known known;
	size_t length = 0;
	ent_status status = known_read(folder, id, 0, &known, fault);
	known_name(id, 0, name);
	if (status == ENT_OK)
		status = files_read(folder, name, false, text, sizeof text, &length, fault);
	if (status == ENT_OK)
		status = trim(folder, &known, fault);
	if (status != ENT_OK)
		return status;
	known_name(id, known.card.number, name);
	status = files_write(folder, name, text, length, fault);
	if (status == ENT_OK)
		*ret_number = known.card.number;
	return status;
}

/* "<id>-<anything>.party". */
static bool is_kept(const char *name, const char *id) {
	const size_t length = strlen(name), id_length = strlen(id), suffix = strlen(KNOWN_SUFFIX);
	return length < FILES_NAME_SIZE && length > id_length + suffix &&
			strncmp(name, id, id_length) == 0 && name[id_length] == '-' &&
			strcmp(name + length - suffix, KNOWN_SUFFIX) == 0;
}

/* The folder is looked through, so that one that nothing names goes, too. */
ent_status kept_remove(
		const struct ent_party_folder *folder, const char *id, struct ent_fault *fault) {
	const int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	ent_status status = ENT_OK;
	if (stream == NULL) {
		ent_fault_set(fault, folder->path, "cannot be read: %s", strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return ENT_E_IO;
	}
	errno = 0;
	for (struct dirent *entry; status == ENT_OK && (entry = readdir(stream)) != NULL; errno = 0)
		if (is_kept(entry->d_name, id))
			status = files_remove(folder, entry->d_name, fault);
	if (status == ENT_OK && errno != 0) {
		ent_fault_set(fault, folder->path, "cannot be read: %s", strerror(errno));
		status = ENT_E_IO;
	}
	(void)closedir(stream);
	return status;
}

/* --- The keys that a party has had --- */

static void add(struct ent_party_key_list *list, const struct ent_vkey *vkey,
		int64_t until_utc_us) {
	for (size_t i = 0; i < list->n; i++)
		if (card_same_key(&list->vkey[i], vkey))
			return;
	if (list->n == ENT_PARTY_KEYS_MAX)
		return;
	list->vkey[list->n] = *vkey;
	list->until_utc_us[list->n++] = until_utc_us;
}

ent_status ent_party_keys_of(const struct ent_party_folder *folder, const char *id,
		struct ent_party_keys *ret_keys, struct ent_fault *reterr_fault) {
	struct ent_party_keys keys = {.party = {.n = 0}};
	struct ent_party_known known;
	struct ent_fault inner = {{0}, {0}};
	int64_t until_utc_us = INT64_MAX;
	ent_status status = ent_party_own(folder, &known, reterr_fault);
	if (status == ENT_OK && strcmp(known.card.id, id) != 0)
		status = ent_party_get(folder, id, &known, reterr_fault);
	if (status != ENT_OK)
		return status;
	/* Of our own there may be more than anybody asks for. */
	for (int n = 0; n <= ENT_PARTY_KEPT_MAX && status == ENT_OK; n++) {
		add(&keys.party, &known.card.party_key, until_utc_us);
		add(&keys.line, &known.card.line_key, until_utc_us);
		until_utc_us = known.confirmed_utc_us != 0 ? known.confirmed_utc_us
							   : known.card.issued_utc_us;
		status = ent_party_before(folder, &known, &known, &inner);
	}
	if (status != ENT_OK && status != ENT_E_MISSING) {
		ent_fault_set(reterr_fault, inner.where, "%s", inner.why);
		return status;
	}
	*ret_keys = keys;
	return ENT_OK;
}
