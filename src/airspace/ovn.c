/* SPDX-License-Identifier: Apache-2.0 */
/* ovn.c: opaque version numbers; see airspace.h. */
#include <stdio.h>
#include <string.h>

#include "entente/airspace.h"
#include "entente/base64.h"
#include "entente/text.h"

void ent_airspace_ovn(const char *salt, int64_t time_utc_us, char ret_ovn[ENT_AIRSPACE_OVN_SIZE]) {
	char time[ENT_TEXT_TIME_SIZE];
	struct ent_hash hash;
	const size_t length = ent_text_print_time(time_utc_us, time);
	const struct ent_seal_part parts[] = {{salt, strlen(salt)}, {time, length}};
	ent_seal_sha256_parts(parts, 2, &hash);
	(void)ent_base64_print(ENT_BASE64, hash.bytes, sizeof hash.bytes, ret_ovn);
	for (char *c = ret_ovn; *c != '\0'; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '.' : *c == '=' ? '_' : *c;
}
