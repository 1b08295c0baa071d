/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaving.c: who suspends or leaves, since when and why, by both sides' times; what goes on meanwhile; and when a memorandum has come to
 * its end.
 */
#include "internal.h"

/* A document that cannot be read now names none: the obligations, which are its as well, then fail. */
static const struct ent_memodoc *document_or_null(
		struct memorandum *memorandum, bool given, const struct ent_hash *version) {
	const struct ent_memodoc *doc = NULL;
	return given && document_of(memorandum, version, &doc) == ENT_OK ? doc : NULL;
}

/* --- A member --- */

/* What there is to say of the entry by which it suspends or withdraws. */
struct leaving {
	const char *names[3]; /* of members: declared, received, its reason */
	uint32_t seq;
	bool given;
};

/* Both sides' times are shown, since each is bound by another one. 'act' is the entry's, when it is given. */
static void show_said(struct memorandum *memorandum, uint32_t party, const struct leaving *leaving,
		const struct ent_memo_act *act, struct ent_jsonout *out) {
	struct ent_memo_entry entry = {.standing = ENT_MEMO_WAITS};
	if (leaving->given)
		ent_memo_entry(memorandum->life->memo, party, leaving->seq, &entry);
	show_moment(out, leaving->names[0], leaving->given, entry.time_utc_us);
	show_moment(out, leaving->names[1], leaving->given, entry.received_utc_us);
	ent_jsonout_name(out, leaving->names[2]);
	if (leaving->given && act->text.size > 0)
		ent_jsonout_string_n(out, act->text.bytes, act->text.size);
	else
		ent_jsonout_null(out);
}

/* The clause on the notice, of the version that it was declared under. */
static void show_notice(struct memorandum *memorandum, bool given, const struct ent_hash *under,
		struct ent_jsonout *out) {
	struct ent_memodoc_applied applied;
	int64_t notice_us = 0;
	const struct ent_memodoc *doc = document_or_null(memorandum, given, under);
	show_maybe_hash(out, "suspension_version", given, under);
	ent_jsonout_name(out, "suspension_clause");
	if (doc != NULL && ent_memodoc_look_suspension(doc, &notice_us, &applied) == ENT_OK)
		ent_jsonout_string(out, applied.clause);
	else
		ent_jsonout_null(out);
}

static ent_status show_suspension(struct memorandum *memorandum,
		const struct ent_memo_member *member, uint32_t party, struct ent_jsonout *out) {
	const struct leaving leaving = {
			{"suspended_declared", "suspended_received", "suspension_reason"},
			member->suspension_seq, member->suspending};
	struct ent_memo_act act = {0};
	const ent_status status = leaving.given ? fill_act(memorandum, party, leaving.seq, &act)
						: ENT_OK;
	if (status != ENT_OK)
		return status;
	show_bool(out, "suspended", member->suspended);
	show_moment(out, "suspended_since", member->suspended, member->suspended_utc_us);
	/* Declared, perhaps not yet with effect; and from when it could have had it by what was agreed. */
	show_moment(out, "suspends_from", member->suspending, member->suspended_utc_us);
	show_moment(out, "suspension_agreed_from", member->suspending,
			member->suspended_due_utc_us);
	show_said(memorandum, party, &leaving, &act, out);
	/* The texts of the act are gone behind this: a document may be read. */
	const struct ent_hash under = act.under;
	show_notice(memorandum, leaving.given && act.under_given, &under, out);
	return ENT_OK;
}

ent_status leaving_show(struct memorandum *memorandum, const struct ent_memo_state *state,
		uint32_t party, struct ent_jsonout *out) {
	const struct ent_memo_member *member = &state->member[party];
	const struct leaving leaving = {
			{"withdrawn_declared", "withdrawn_received", "withdrawal_reason"},
			member->withdrawal_seq, member->withdrawing};
	struct ent_memo_act act = {0};
	ent_status status = show_suspension(memorandum, member, party, out);
	if (status == ENT_OK && leaving.given)
		status = fill_act(memorandum, party, leaving.seq, &act);
	if (status != ENT_OK)
		return status;
	show_bool(out, "withdrawing", member->withdrawing);
	show_moment(out, "withdrawn", member->withdrawing, member->withdrawn_utc_us);
	show_said(memorandum, party, &leaving, &act, out);
	return ENT_OK;
}

/* --- All of it --- */

/* When the last but one of the parties to a version had left; INT64_MAX: they have not. */
static int64_t left_utc_us(const struct memorandum *memorandum, const struct ent_memo_state *state,
		const struct ent_memo_terms *terms) {
	int64_t from[ENT_MEMO_PARTIES_MAX] = {0};
	uint32_t n = 0;
	for (uint32_t i = 0; i < terms->n_parties; i++) {
		const uint32_t place = life_place(memorandum->life, terms->party[i]);
		if (place >= memorandum->life->parties.n || !state->member[place].withdrawing)
			continue;
		uint32_t at = n++;
		for (; at > 0 && from[at - 1] > state->member[place].withdrawn_utc_us; at--)
			from[at] = from[at - 1];
		from[at] = state->member[place].withdrawn_utc_us;
	}
	/* A version names two at least. */
	return n + 1 >= terms->n_parties ? from[terms->n_parties - 2] : INT64_MAX;
}

/* What goes on by the version that took effect last, while it is suspended; null else. */
static void show_goes_on(struct memorandum *memorandum, const struct ent_memo_state *state,
		struct ent_jsonout *out) {
#define WORD(name, text) text,
	static const char *const words[] = {ENT_GOES_ON_MAP(WORD)};
#undef WORD
	const struct ent_memodoc *doc = document_or_null(
			memorandum, state->status == ENT_MEMO_SUSPENDED, &state->version);
	ent_jsonout_name(out, "goes_on");
	if (doc == NULL) {
		ent_jsonout_null(out);
		return;
	}
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	ent_jsonout_object_begin(out);
	show_text(out, "clause", parts->suspension.clause.id);
	ent_jsonout_name(out, "version");
	show_hash(out, &state->version);
	ent_jsonout_name(out, "what");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < ENT_GOES_ON_COUNT; i++)
		if (parts->suspension.goes_on[i])
			ent_jsonout_string(out, words[i]);
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
}

void leaving_show_end(struct memorandum *memorandum, const struct ent_memo_state *state,
		struct ent_jsonout *out) {
	int64_t ended_utc_us = INT64_MAX;
	uint32_t version = 0;
	const bool over = state->status == ENT_MEMO_EXPIRED || state->status == ENT_MEMO_ENDED;
	/* Whichever came first: who leaves what is no longer valid does not end it. */
	if (over && ent_memo_find(memorandum->life->memo, &state->version, &version) == ENT_OK) {
		ended_utc_us = left_utc_us(
				memorandum, state, ent_memo_terms(memorandum->life->memo, version));
		if (state->until_utc_us < ended_utc_us)
			ended_utc_us = state->until_utc_us;
	}
	show_moment(out, "ended", ended_utc_us != INT64_MAX, ended_utc_us);
	show_goes_on(memorandum, state, out);
}
