/* SPDX-License-Identifier: Apache-2.0 */
/* test_store.c: the driver on SQLite keeps the contract. */
#include "store_contract.h"

int main(void) {
	const struct store_contract sqlite = {
			ent_store_open_sqlite, ent_store_open_sqlite_read_only};
	return store_contract_run(&sqlite);
}
