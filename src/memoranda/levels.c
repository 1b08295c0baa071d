/* SPDX-License-Identifier: Apache-2.0 */
/*
 * levels.c: why a level is what it is: the clause of the version that took effect last, and, where that has it higher, the acts by which parties
 * have put it down (memo.h, 11).
 */
#include "internal.h"

/* As the clause has it; NONE: there is no clause on it, or none that can be read now. */
static enum ent_memo_level agreed(const struct ent_memodoc *doc, enum ent_memo_subject subject,
		struct ent_memodoc_applied *ret_applied) {
	enum ent_memo_level level = ENT_MEMO_LEVEL_NONE;
	return doc != NULL && ent_memodoc_look_level(doc, subject, &level, ret_applied) == ENT_OK
			? level
			: ENT_MEMO_LEVEL_NONE;
}

static void show_act(struct memorandum *memorandum, const struct ent_memo_state *state,
		uint32_t party, enum ent_memo_subject subject, struct ent_jsonout *out) {
	const struct ent_memo *memo = memorandum->life->memo;
	const struct ent_memo_member *member = &state->member[party];
	struct ent_memo_entry entry = {.standing = ENT_MEMO_WAITS};
	ent_memo_entry(memo, party, (uint32_t)member->level_seq[subject], &entry);
	ent_jsonout_object_begin(out);
	show_text(out, "subject", ent_memo_subject_text(subject));
	show_text(out, "level", ent_memo_level_text(member->level[subject]));
	show_text(out, "party", ent_memo_party_id(memo, party));
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, (uint64_t)member->level_seq[subject]);
	ent_jsonout_name(out, "declared");
	ent_jsonout_time(out, entry.time_utc_us);
	ent_jsonout_name(out, "received");
	ent_jsonout_time(out, entry.received_utc_us);
	ent_jsonout_object_end(out);
}

/* Whoever holds it where it is; who is at a higher one by an act does not. */
static void show_acts(struct memorandum *memorandum, const struct ent_memo_state *state,
		enum ent_memo_subject subject, struct ent_jsonout *out) {
	for (uint32_t i = 0; i < ent_memo_n_parties(memorandum->life->memo); i++) {
		const struct ent_memo_member *member = &state->member[i];
		if (member->bound && member->level_seq[subject] >= 0 &&
				member->level[subject] == state->level[subject])
			show_act(memorandum, state, i, subject, out);
	}
}

void levels_show_why(struct memorandum *memorandum, const struct ent_memo_state *state,
		struct ent_jsonout *out) {
	const bool holds = state->status == ENT_MEMO_IN_FORCE ||
			state->status == ENT_MEMO_SUSPENDED;
	struct ent_memodoc_applied applied;
	const struct ent_memodoc *doc = NULL;
	/* One that cannot be read now names none: the obligations, which are its as well, then fail. */
	if (!state->version_given || document_of(memorandum, &state->version, &doc) != ENT_OK)
		doc = NULL;
	ent_jsonout_name(out, "level_clauses");
	ent_jsonout_object_begin(out);
	for (unsigned s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++) {
		const enum ent_memo_subject subject = (enum ent_memo_subject)s;
		if (holds && agreed(doc, subject, &applied) != ENT_MEMO_LEVEL_NONE)
			show_text(out, ent_memo_subject_text(subject), applied.clause);
	}
	ent_jsonout_object_end(out);
	ent_jsonout_name(out, "level_acts");
	ent_jsonout_array_begin(out);
	for (unsigned s = 0; holds && s < ENT_MEMO_SUBJECT_COUNT; s++) {
		const enum ent_memo_subject subject = (enum ent_memo_subject)s;
		if (agreed(doc, subject, &applied) > state->level[s])
			show_acts(memorandum, state, subject, out);
	}
	ent_jsonout_array_end(out);
}
