/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_own.c: see ledger_own.h. */
#include "ledger_own.h"

#include <string.h>

#include "entente/party.h"

/* "memo/<id>/<author>" and "line/<author>/<other>". */
static bool is_author(const char *name, const char *id) {
	const char *slash = strchr(name, '/');
	if (slash == NULL)
		return false;
	if (strncmp(name, "memo/", 5) == 0)
		slash = strrchr(name, '/');
	else if (strncmp(name, "line/", 5) != 0)
		return false;
	const size_t length = strlen(id);
	return strncmp(slash + 1, id, length) == 0 &&
			(slash[1 + length] == '\0' || slash[1 + length] == '/');
}

bool ledger_own_key(const char *directory, const char *name, struct ent_vkey *ret_vkey) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	struct ent_fault fault = {{0}, {0}};
	if (directory == NULL)
		return false;
	ent_status status = ent_party_folder_open(directory, false, &folder, &fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, &fault);
	ent_party_folder_close(folder);
	if (status != ENT_OK || !is_author(name, own.card.id))
		return false;
	*ret_vkey = own.card.line_key;
	return true;
}
