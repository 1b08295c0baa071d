/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_evidence.c: see ledger_evidence.h. */
#include "ledger_evidence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/jsonout.h"
#include "ledger_copy.h"

bool ledger_evidence_is(const char *path) {
	char first[64];
	FILE *file = path != NULL && strcmp(path, "-") != 0 ? fopen(path, "re") : NULL;
	if (file == NULL)
		return false;
	const size_t got = fread(first, 1, sizeof first, file);
	(void)fclose(file);
	return ent_fork_looks_like(first, got);
}

static ent_status print_json(
		bool proves, const struct ent_checkpoint both[2], const struct ent_fault *fault) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "contradicts_itself");
	ent_jsonout_bool(&out, proves);
	if (proves) {
		ent_jsonout_name(&out, "ledger");
		ent_jsonout_string(&out, both[0].origin);
		ent_jsonout_name(&out, "sizes");
		ent_jsonout_array_begin(&out);
		ent_jsonout_uint(&out, both[0].size);
		ent_jsonout_uint(&out, both[1].size);
		ent_jsonout_array_end(&out);
	} else {
		ent_jsonout_name(&out, "where");
		ent_jsonout_string(&out, fault->where);
		ent_jsonout_name(&out, "why");
		ent_jsonout_string(&out, fault->why);
	}
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

static void print_text(const struct ent_vkey *vkey, const struct ent_checkpoint both[2]) {
	(void)printf("PROVED: %s contradicts itself.\nIt signed two checkpoints of the ledger %s "
		     "that cannot both be honest: ",
			vkey->name, both[0].origin);
	if (both[0].size == both[1].size)
		(void)printf("both are over %" PRIu64 " entries, and these are not the same.\n",
				both[0].size);
	else
		(void)printf("one over %" PRIu64 " entries, and one over %" PRIu64
			     ", of which the first %" PRIu64 " are not the same.\n",
				both[0].size, both[1].size, both[0].size);
}

ent_status ledger_evidence_verify(const char *path, const struct ent_vkey *vkey, bool json,
		bool *ret_proves, struct ent_fault *reterr_fault) {
	struct ent_checkpoint both[2] = {{.size = 0}, {.size = 0}};
	struct ent_fault fault = {{0}, {0}};
	char *text = NULL;
	size_t length = 0;
	ent_status status = ledger_file_read(path, &text, &length, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = ent_fork_open(text, length, vkey, both, &fault);
	free(text);
	const bool proves = status == ENT_OK;
	if (!proves && status != ENT_E_REFUSED) {
		ent_fault_set(reterr_fault, path, "%s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
		return status;
	}
	*ret_proves = proves;
	if (json)
		return print_json(proves, both, &fault);
	if (proves)
		print_text(vkey, both);
	else
		(void)printf("NOT proved: %s%s%s\n", fault.where,
				fault.where[0] != '\0' ? ": " : "", fault.why);
	return ENT_OK;
}
