/* SPDX-License-Identifier: Apache-2.0 */
/* owed.c: the obligations of the version that took effect last, and what their owners say of them. */
#include "internal.h"

struct owing {
	struct memorandum *memorandum;
	const struct ent_memo_cut *cut;
	int64_t at_utc_us;
	struct ent_jsonout *out;
};

/* When the word was given; done late is another thing than done. */
static void show_when(const struct owing *owing, const struct ent_memo_entry *entry,
		enum ent_memo_word word, int64_t due_utc_us) {
	struct ent_jsonout *out = owing->out;
	show_moment(out, "said", word != ENT_MEMO_WORD_UNSAID, entry->time_utc_us);
	show_moment(out, "received", word != ENT_MEMO_WORD_UNSAID, entry->received_utc_us);
	show_bool(out, "late", word == ENT_MEMO_WORD_DONE && entry->time_utc_us > due_utc_us);
	show_bool(out, "overdue", word != ENT_MEMO_WORD_DONE && owing->at_utc_us > due_utc_us);
}

static ent_status show_one(const struct owing *owing, const char *owner,
		const struct ent_memodoc_obligation *obligation) {
	const struct life *life = owing->memorandum->life;
	struct ent_memo_act act = {0};
	struct ent_memo_entry entry = {.standing = ENT_MEMO_WAITS};
	struct ent_jsonout *out = owing->out;
	const uint32_t place = life_place(life, owner);
	enum ent_memo_word word = ENT_MEMO_WORD_UNSAID;
	uint32_t seq = 0;
	if (place < ent_memo_n_parties(life->memo))
		word = ent_memo_obligation(life->memo, owing->cut, owing->at_utc_us, place,
				obligation->clause.id, &obligation->content, &seq);
	if (word != ENT_MEMO_WORD_UNSAID) {
		const ent_status status = fill_act(owing->memorandum, place, seq, &act);
		if (status != ENT_OK)
			return status;
		ent_memo_entry(life->memo, place, seq, &entry);
	}
	ent_jsonout_object_begin(out);
	show_text(out, "clause", obligation->clause.id);
	show_text(out, "owner", owner);
	show_moment(out, "due", true, obligation->due_utc_us);
	show_text(out, "word", ent_memo_word_text(word));
	ent_jsonout_name(out, "obstacle");
	if (word == ENT_MEMO_WORD_NOT_DONE)
		ent_jsonout_string_n(out, act.text.bytes, act.text.size);
	else
		ent_jsonout_null(out);
	show_when(owing, &entry, word, obligation->due_utc_us);
	ent_jsonout_object_end(out);
	return ENT_OK;
}

ent_status owed_show(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us, struct ent_jsonout *out) {
	const struct owing owing = {memorandum, cut, at_utc_us, out};
	const struct ent_memodoc *doc = NULL;
	ent_status status = state->version_given ? document_of(memorandum, &state->version, &doc)
						 : ENT_OK;
	ent_jsonout_name(out, "obligations");
	ent_jsonout_array_begin(out);
	if (status == ENT_OK && doc != NULL) {
		const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
		for (uint32_t i = 0; status == ENT_OK && i < parts->n_obligations; i++)
			status = show_one(&owing, parts->party[parts->obligation[i].owner].id,
					&parts->obligation[i]);
	}
	ent_jsonout_array_end(out);
	return status;
}
