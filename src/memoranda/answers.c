/* SPDX-License-Identifier: Apache-2.0 */
/* answers.c: what parties have answered to an offer, or to a draft that they were not offered, each with its reason. */
#include "internal.h"

static bool answers_it(const struct said *said, uint32_t party, uint32_t seq) {
	return (said->kind == ENT_MEMO_ACT_ACCEPT || said->kind == ENT_MEMO_ACT_DECLINE) &&
			said->offer_party == party && said->offer_seq == seq;
}

bool said_counts(const struct life *life, const struct said *said, const struct ent_memo_cut *cut,
		int64_t at_utc_us, struct ent_memo_entry *ret_entry) {
	if (said->seq >= cut->size[said->party])
		return false;
	ent_memo_entry(life->memo, said->party, said->seq, ret_entry);
	return ret_entry->standing == ENT_MEMO_COUNTS &&
			ent_memo_dated(cut, ret_entry->time_utc_us, at_utc_us);
}

static ent_status show_one(struct memorandum *memorandum, const struct said *said,
		const struct ent_memo_entry *entry, struct ent_jsonout *out) {
	struct ent_memo_act act = {0};
	const ent_status status = fill_act(memorandum, said->party, said->seq, &act);
	if (status != ENT_OK)
		return status;
	ent_jsonout_object_begin(out);
	show_text(out, "party", ent_memo_party_id(memorandum->life->memo, said->party));
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, said->seq);
	show_text(out, "answer",
			ent_memo_answer_text(said->kind == ENT_MEMO_ACT_ACCEPT
							? ENT_MEMO_ANSWER_ACCEPTED
							: ENT_MEMO_ANSWER_DECLINED));
	show_moment(out, "declared", true, entry->time_utc_us);
	show_moment(out, "received", true, entry->received_utc_us);
	ent_jsonout_name(out, "reason");
	if (act.text.size > 0)
		ent_jsonout_string_n(out, act.text.bytes, act.text.size);
	else
		ent_jsonout_null(out);
	ent_jsonout_object_end(out);
	return ENT_OK;
}

ent_status answers_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		int64_t at_utc_us, uint32_t party, uint32_t seq, const char *name,
		struct ent_jsonout *out) {
	const struct life *life = memorandum->life;
	const struct said *answer[ENT_MEMO_PARTIES_MAX] = {NULL};
	struct ent_memo_entry entry;
	ent_status status = ENT_OK;
	/* Nobody answers twice. */
	for (size_t i = 0; i < life->n_said; i++)
		if (answers_it(&life->said[i], party, seq) &&
				said_counts(life, &life->said[i], cut, at_utc_us, &entry))
			answer[life->said[i].party] = &life->said[i];
	ent_jsonout_name(out, name);
	ent_jsonout_array_begin(out);
	for (uint32_t by = 0; status == ENT_OK && by < ent_memo_n_parties(life->memo); by++)
		if (answer[by] != NULL && said_counts(life, answer[by], cut, at_utc_us, &entry))
			status = show_one(memorandum, answer[by], &entry, out);
	ent_jsonout_array_end(out);
	return status;
}
