/* SPDX-License-Identifier: Apache-2.0 */
/* vkey.c: see vkey.h. */
#include "vkey.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

ent_status vkey_take(const char *given, struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	char text[ENT_VKEY_SIZE];
	const char *from = given;
	if (strchr(from, '+') == NULL || access(from, R_OK) == 0) {
		FILE *file = fopen(from, "re");
		if (file == NULL) {
			ent_fault_set(reterr_fault, from, "%s", strerror(errno));
			return ENT_E_IO;
		}
		const bool got = fgets(text, sizeof text, file) != NULL;
		(void)fclose(file);
		if (!got) {
			ent_fault_set(reterr_fault, from, "it is empty");
			return ENT_E_SYNTAX;
		}
		text[strcspn(text, "\n")] = '\0';
		from = text;
	}
	const ent_status status = ent_vkey_parse(from, strlen(from), ret_vkey, &fault);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, "--vkey", "%s", fault.why);
	return status;
}
