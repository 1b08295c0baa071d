/* SPDX-License-Identifier: Apache-2.0 */
/* declared.c: what a member has declared by itself: it binds nobody but its author (memo.h, 13), and all are to see it. */
#include <string.h>

#include "internal.h"

/* Of each member, the last; the history has all. */
enum { DECLARATIONS_MAX = 8 };

static ent_status show_one(struct memorandum *memorandum, const struct said *said,
		const struct ent_memo_entry *entry, struct ent_jsonout *out) {
	struct ent_memo_act act = {0};
	const ent_status status = fill_act(memorandum, said->party, said->seq, &act);
	if (status != ENT_OK)
		return status;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, said->seq);
	ent_jsonout_name(out, "declared");
	ent_jsonout_time(out, entry->time_utc_us);
	ent_jsonout_name(out, "received");
	ent_jsonout_time(out, entry->received_utc_us);
	ent_jsonout_name(out, "text");
	ent_jsonout_string_n(out, act.text.bytes, act.text.size);
	ent_jsonout_object_end(out);
	return ENT_OK;
}

ent_status declared_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, struct ent_jsonout *out) {
	const struct life *life = memorandum->life;
	const struct said *last[DECLARATIONS_MAX];
	struct ent_memo_entry entry;
	size_t n = 0;
	ent_status status = ENT_OK;
	for (size_t i = life->n_said; i > 0 && n < DECLARATIONS_MAX; i--) {
		const struct said *said = &life->said[i - 1];
		if (said->kind == ENT_MEMO_ACT_DECLARE && said->party == party &&
				said_counts(life, said, cut, at_utc_us, &entry))
			last[n++] = said;
	}
	ent_jsonout_name(out, "declarations");
	ent_jsonout_array_begin(out);
	for (; status == ENT_OK && n > 0; n--)
		if (said_counts(life, last[n - 1], cut, at_utc_us, &entry))
			status = show_one(memorandum, last[n - 1], &entry, out);
	ent_jsonout_array_end(out);
	return status;
}
