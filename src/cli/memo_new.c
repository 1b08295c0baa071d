/* SPDX-License-Identifier: Apache-2.0 */
/* memo_new.c: a memorandum to begin with. */
#include "memo.h"

#include "entente/jsonout.h"

int memo_new(const struct memo_asked *asked) {
	if (asked->schema)
		return ent_memodoc_write_schema(ent_jsonout_to_file, stdout) == ENT_OK ? 0 : 2;
	return ent_memodoc_write_guide(ent_jsonout_to_file, stdout) == ENT_OK ? 0 : 2;
}
int memo_show(const struct memo_asked *asked) {
	(void)asked;
	return 2;
}
int memo_diff(const struct memo_asked *asked) {
	(void)asked;
	return 2;
}
