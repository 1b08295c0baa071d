/* SPDX-License-Identifier: Apache-2.0 */
/* store_contract_parts.h: what the files of the contract share. */
#ifndef ENTENTE_TESTS_STORE_CONTRACT_PARTS_H
#define ENTENTE_TESTS_STORE_CONTRACT_PARTS_H

#include "store_contract.h"
#include "stores.h"

/* A store for each test, in a folder of its own. */
struct fixture {
	char path[FOLDER_SIZE];
	struct ent_store *store;
};

#define STORE_ENTRY(name) \
	cmocka_unit_test_setup_teardown(name, store_contract_set_up, store_contract_tear_down)

extern const struct store_contract *contract;

int store_contract_set_up(void **state);
int store_contract_tear_down(void **state);
struct ent_store *open_at(const char *path);
void close_and_open(struct fixture *fixture);

/* The number of tests that failed. */
int store_contract_ledgers(void);
int store_contract_opening(void);
int store_contract_payloads(void);
int store_contract_snapshots(void);

#endif
