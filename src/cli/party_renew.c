/* SPDX-License-Identifier: Apache-2.0 */
/* party_renew.c: see party_renew.h. */
#include "party_renew.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "card_out.h"
#include "passphrase.h"

static int fail(const struct ent_fault *fault, ent_status status) {
	(void)fprintf(stderr, "entente party: %s%s%s\n", fault->where,
			fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
	return 2;
}

static bool is_none(const char *text) {
	return text != NULL && strcmp(text, "none") == 0;
}

static struct ent_party_change change_of(const struct party_renewal *renewal) {
	struct timespec now = {0, 0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	const bool no_reserves = renewal->n_reserves == 1 && is_none(renewal->reserves[0]);
	return (struct ent_party_change){.name = renewal->name,
			.address = is_none(renewal->address) ? "" : renewal->address,
			.reserves = renewal->n_reserves > 0 ? renewal->reserves : NULL,
			.n_reserves = no_reserves ? 0 : renewal->n_reserves,
			.new_key = renewal->new_key,
			.new_line_key = renewal->new_line_key,
			.new_tls_key = renewal->new_tls_key,
			.passes = ENT_SEALED_PASSES,
			.memory_kib = ENT_SEALED_MEMORY_KIB,
			.now_utc_us = (int64_t)now.tv_sec * 1000000};
}

int party_renew(struct ent_party_folder *folder, const struct party_renewal *renewal, bool qr) {
	struct ent_party_change change = change_of(renewal);
	struct ent_party_known own;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = passphrase_get(
			renewal->passphrase_file, false, &change.passphrase, &fault);
	if (status == ENT_OK)
		status = ent_party_renew(folder, &change, &fault);
	ent_secret_destroy(change.passphrase);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, &fault);
	if (status != ENT_OK)
		return fail(&fault, status);
	card_out_summary(stdout, &own.card);
	(void)printf("\nThe new card, for every party that knows this one:\n\n%s\n", own.text);
	if (!card_out_qr(stdout, "party", own.text, own.length, qr))
		return 2;
	if (renewal->new_key)
		(void)fputs("The key before signed it, too: who knows that one can take this card. "
			    "The words are\nothers now.\n",
				stdout);
	if (renewal->new_line_key || renewal->new_tls_key)
		(void)fputs("Start the node again: until then it goes on with the key before. And "
			    "give the card to all\nwho know this party: whoever has not taken it "
			    "takes nothing that the new key signs.\n",
				stdout);
	return 0;
}
