/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party_tool.c: makes a party as `entente init` does, but for the cost of its passphrase, which is the least that is taken: a
 * test opens the key after each step of the clock, and makes many parties.
 * usage: party_tool DATA NAME PASSPHRASE settable|real [ADDRESS [RESERVE ...]]
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "entente/party.h"

int main(int argc, char **argv) {
	struct ent_fault fault = {{0}, {0}};
	if (argc < 5 || ent_seal_start() != ENT_OK)
		return 2;
	struct ent_party_wish wish = {.name = argv[2],
			.address = argc > 5 ? argv[5] : NULL,
			.reserves = (const char *const *)(argv + 6),
			.n_reserves = argc > 6 ? (size_t)argc - 6 : 0,
			.profile = ENT_PROFILE_AID,
			.settable_clock = strcmp(argv[4], "settable") == 0,
			.passes = ENT_SEALED_PASSES_MIN,
			.memory_kib = ENT_SEALED_MEMORY_MIN_KIB,
			.now_utc_us = (int64_t)time(NULL) * 1000000};
	ent_status status = ent_secret_create(strlen(argv[3]), &wish.passphrase);
	if (status == ENT_OK) {
		memcpy(ent_secret_bytes(wish.passphrase), argv[3], strlen(argv[3]));
		status = ent_party_create(argv[1], &wish, &fault);
	}
	ent_secret_destroy(wish.passphrase);
	if (status != ENT_OK)
		(void)fprintf(stderr, "%s: %s\n", fault.where,
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	return status == ENT_OK ? 0 : 1;
}
