/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_contract.h: what store.h promises, for any driver. A driver's test program calls store_contract_run with how
 * to open one.
 */
#ifndef ENTENTE_TESTS_STORE_CONTRACT_H
#define ENTENTE_TESTS_STORE_CONTRACT_H

#include "entente/store.h"

typedef ent_status (*store_open_fn)(const char *directory, struct ent_store **ret_store,
		struct ent_fault *reterr_fault);

struct store_contract {
	store_open_fn open; /* a fresh one in a folder that is not there */
	store_open_fn look; /* only to read */
};

/* The number of tests that failed. */
int store_contract_run(const struct store_contract *contract);

#endif
