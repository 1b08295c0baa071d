/* SPDX-License-Identifier: Apache-2.0 */
/* emit_ledger.c: writes a ledger of a line into a data directory, as a scribe does, and prints the key of its author. */
#include "scribes.h"

int main(int argc, char **argv) {
	struct desk desk = {.now_us = INT64_C(1795668110000000)};
	struct chain chain = {.steps_back = true};
	char text[ENT_VKEY_SIZE];
	if (argc != 2 || ent_seal_start() != ENT_OK)
		return 2;
	(void)snprintf(desk.path, sizeof desk.path, "%s", argv[1]);
	desk.key = note_key(7);
	desk.store = store_at(desk.path);
	desk_start(&desk);
	struct ent_scribe_ledger *ledger = desk_ledger(&desk, "line/a/b", &chain);
	say_n(ledger, 300, 1000);
	(void)ent_vkey_print(ent_scribe_vkey(ledger), text);
	(void)puts(text);
	desk_stop(&desk);
	ent_store_close(desk.store);
	ent_sign_key_destroy(desk.key);
	return 0;
}
