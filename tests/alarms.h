/* SPDX-License-Identifier: Apache-2.0 */
/* alarms.h: for tests: alarms that a party of posts.h raises, has in its list, and keeps in files. */
#ifndef ENTENTE_TESTS_ALARMS_H
#define ENTENTE_TESTS_ALARMS_H

#include <dirent.h>

#include "posts.h"

static inline void raise_alarm(struct party *party, enum ent_post_alarm_kind kind, unsigned peer,
		const char *ledger) {
	const struct ent_fault fault = {"line 7", "as it was then"};
	ent_post_raise(party->post, kind, party->world->party[peer].card.id, ledger, &fault);
}

/* From malloc. */
static inline struct ent_post_alarm *alarms_of(const struct party *party, size_t *ret_n) {
	struct ent_post_alarm *alarms = calloc(ENT_POST_ALARMS_MAX, sizeof *alarms);
	CHECK(alarms != NULL);
	*ret_n = ent_post_alarms(party->post, alarms, ENT_POST_ALARMS_MAX);
	CHECK(*ret_n <= ENT_POST_ALARMS_MAX);
	return alarms;
}

static inline size_t count(
		const struct party *party, enum ent_post_alarm_kind kind, const char *peer) {
	size_t n = 0, found = 0;
	struct ent_post_alarm *alarms = alarms_of(party, &n);
	for (size_t i = 0; i < n; i++)
		found += alarms[i].kind == kind && strcmp(alarms[i].peer, peer) == 0;
	free(alarms);
	return found;
}

static inline void path_of(
		const struct party *party, const char *file, char ret_path[2 * FOLDER_SIZE]) {
	(void)snprintf(ret_path, 2 * FOLDER_SIZE, "%s/alarms/%s", party->path, file);
}

static inline size_t count_files(const struct party *party) {
	char path[2 * FOLDER_SIZE];
	size_t n = 0;
	path_of(party, "", path);
	DIR *folder = opendir(path);
	CHECK(folder != NULL);
	for (const struct dirent *file; (file = readdir(folder)) != NULL;)
		n += file->d_name[0] != '.';
	(void)closedir(folder);
	return n;
}

#endif
