/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_v1_memo.c: a body of POST /v1/memoranda and of .../acts from anywhere. What is taken is an act that an entry can
 * have: written as one and read again it is the same; what is not names its place, and leaves the value alone.
 */
#include "fuzz.h"

#include <string.h>

#include "entente/v1memo.h"

static struct ent_json *json;

typedef ent_status read_fn(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault);

static void check_act(const struct ent_memo_act *act) {
	struct ent_memo_act again = {0};
	struct ent_fault fault = {{0}, {0}};
	char *bytes = NULL;
	size_t size = 0;
	FUZZ_CHECK(ent_memo_act_print(act, &bytes, &size) == ENT_OK);
	FUZZ_CHECK(ent_memo_act_read(json, bytes, size, &again, &fault) == ENT_OK);
	FUZZ_CHECK(again.kind == act->kind && again.text.size == act->text.size);
	FUZZ_CHECK(again.document.size == act->document.size);
	if (act->document.size > 0)
		FUZZ_CHECK(memcmp(again.document.bytes, act->document.bytes, act->document.size) ==
				0);
	free(bytes);
}

static void try(read_fn *read, const char *body, size_t size) {
	struct ent_v1_memo memo = {0};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = read(json, body, size, &memo, &fault);
	FUZZ_CHECK(status == ENT_OK || status == ENT_E_SYNTAX || status == ENT_E_LIMIT);
	if (status == ENT_OK)
		check_act(&memo.act);
	else
		FUZZ_CHECK(memo.texts == NULL && fault.why[0] != '\0');
	ent_v1_memo_finish(&memo);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	if (json == NULL)
		FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	char *body = malloc(size > 0 ? size : 1);
	FUZZ_CHECK(body != NULL);
	if (size > 0)
		memcpy(body, data, size);
	try(ent_v1_memo_read_draft, body, size);
	try(ent_v1_memo_read_act, body, size);
	free(body);
	return 0;
}
