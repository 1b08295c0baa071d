/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_export.c: exported ledgers from anywhere, looked at as `entente ledger verify` does, by the key that they name
 * themselves. What cannot be read is told with its line; of what can, nothing is told or the faults are; and it is good
 * only if the root is the one that was signed.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "entente/seal.h"
#include "ledger_verify.h"

enum { SIZE_MAX_TRIED = 1 << 17 };

static void check(const struct verify_result *result) {
	const uint64_t kept = result->faults < VERIFY_FAULTS_MAX ? result->faults
								 : VERIFY_FAULTS_MAX;
	for (uint64_t i = 0; i < kept; i++)
		FUZZ_CHECK(result->fault[i].where[0] != '\0' && result->fault[i].why[0] != '\0');
	if (result->faults == 0)
		FUZZ_CHECK(result->signed_by && result->root_is);
	FUZZ_CHECK(result->archived <= result->entries);
}

static void verify(const char *path) {
	static struct verify_result result;
	struct ledger_source source;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ledger_source_open(&source, path, NULL, &fault);
	if (status == ENT_OK) {
		status = ledger_verify(&source, &source.vkey, NULL, NULL, &result, &fault);
		if (status == ENT_OK)
			check(&result);
		verify_result_finish(&result);
	}
	FUZZ_CHECK(status == ENT_OK || status == ENT_E_SYNTAX);
	FUZZ_CHECK(status == ENT_OK || (fault.where[0] != '\0' && fault.why[0] != '\0'));
	ledger_source_close(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char path[64];
	if (size > SIZE_MAX_TRIED)
		return 0;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	const int file = memfd_create("export", 0);
	FUZZ_CHECK(file >= 0 && write(file, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	verify(path);
	(void)close(file);
	return 0;
}
