/* SPDX-License-Identifier: Apache-2.0 */
/* life_terms.c: the one place where the life of a memorandum meets its document. */
#include "entente/memo.h"
#include "entente/memodoc.h"

_Static_assert((int)ENT_MEMO_DOCUMENT_MAX == (int)ENT_MEMODOC_SIZE_MAX,
		"what can be read can be drafted");

ent_status ent_memo_terms_of_document(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault) {
	(void)user;
	struct ent_memodoc *doc;
	struct ent_memodoc_faults faults = {.n = 0};
	const ent_status status = ent_memodoc_read(document, size, &doc, &faults);
	if (status != ENT_OK) {
		ent_fault_set(reterr_fault, "document", "cannot be read");
		if (faults.n > 0)
			*reterr_fault = faults.fault[0].fault;
		return status;
	}
	*ret_terms = *ent_memodoc_terms(doc);
	ent_memodoc_destroy(doc);
	return ENT_OK;
}
