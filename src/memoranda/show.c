/* SPDX-License-Identifier: Apache-2.0 */
/* show.c: a memorandum as it stands at a moment, as JSON: docs/openapi-v1.yaml has the form. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Of one party's offers, and of its sealed drafts, that are shown; and of differences to one. */
enum { OFFERS_MAX = ENT_MEMO_DRAFTS_MAX, DIFFERENCES_MAX = 512 };

/* --- Begun --- */

static uint64_t entries_of(const struct life *life) {
	uint64_t n = 0;
	for (uint32_t i = 0; life != NULL && i < ent_memo_n_parties(life->memo); i++)
		n += ent_memo_size(life->memo, i);
	return n;
}

ent_status look_begin(
		struct ent_memoranda *all, const char *id, struct memorandum **ret_memorandum) {
	struct memorandum *memorandum = memoranda_find(all, id);
	if (memorandum == NULL)
		return ENT_E_MISSING;
	ent_status status = settle_what_failed(memorandum);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&memorandum->lock);
	status = fill(memorandum);
	if (status == ENT_OK && entries_of(memorandum->life) == 0)
		status = ENT_E_MISSING;
	if (status != ENT_OK) {
		(void)pthread_mutex_unlock(&memorandum->lock);
		return status;
	}
	*ret_memorandum = memorandum;
	return ENT_OK;
}

size_t ent_memoranda_list(struct ent_memoranda *memoranda, char (*ret_ids)[ENT_MEMO_ID_SIZE],
		size_t capacity) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	const char *ids[ENT_MEMORANDA_MAX];
	size_t n_ids = 0;
	const size_t n = memoranda_copy(memoranda, each);
	for (size_t i = 0; i < n; i++) {
		(void)pthread_mutex_lock(&each[i]->lock);
		bool any = false;
		for (size_t j = 0; j < each[i]->n_ledgers; j++)
			any = any || ledger_size(each[i]->ledgers[j]) > 0;
		(void)pthread_mutex_unlock(&each[i]->lock);
		if (!any)
			continue;
		size_t at = n_ids++;
		for (; at > 0 && strcmp(ids[at - 1], each[i]->id) > 0; at--)
			ids[at] = ids[at - 1];
		ids[at] = each[i]->id;
	}
	for (size_t i = 0; i < n_ids && i < capacity; i++)
		(void)snprintf(ret_ids[i], ENT_MEMO_ID_SIZE, "%s", ids[i]);
	return n_ids;
}

/* Ledgers only grow: how long each is says what is in it. */
void tag_of(const struct memorandum *memorandum, char ret_tag[ENT_MEMORANDA_TAG_SIZE]) {
	struct ent_hash hash;
	char text[ENT_MEMO_PARTIES_MAX * (ENT_PARTY_ID_SIZE + 16)];
	size_t length = 0;
	const struct life *life = memorandum->life;
	for (uint32_t i = 0; life != NULL && i < ent_memo_n_parties(life->memo); i++)
		if (ent_memo_size(life->memo, i) > 0)
			length += (size_t)snprintf(text + length, sizeof text - length, "%s %u\n",
					ent_memo_party_id(life->memo, i),
					(unsigned)ent_memo_size(life->memo, i));
	ent_seal_sha256(text, length, &hash);
	for (size_t i = 0; i < (ENT_MEMORANDA_TAG_SIZE - 1) / 2; i++)
		(void)snprintf(ret_tag + 2 * i, 3, "%02x", (unsigned)hash.bytes[i]);
}

ent_status ent_memoranda_tag(struct ent_memoranda *memoranda, const char *id,
		char ret_tag[ENT_MEMORANDA_TAG_SIZE]) {
	struct memorandum *memorandum = NULL;
	const ent_status status = look_begin(memoranda, id, &memorandum);
	if (status != ENT_OK)
		return status;
	tag_of(memorandum, ret_tag);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return ENT_OK;
}

/* --- Small things --- */

void show_hash(struct ent_jsonout *out, const struct ent_hash *hash) {
	char text[2 * ENT_HASH_SIZE + 1];
	for (size_t i = 0; i < ENT_HASH_SIZE; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", (unsigned)hash->bytes[i]);
	ent_jsonout_string(out, text);
}

void show_text(struct ent_jsonout *out, const char *name, const char *text) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

void show_moment(struct ent_jsonout *out, const char *name, bool given, int64_t utc_us) {
	ent_jsonout_name(out, name);
	if (given)
		ent_jsonout_time(out, utc_us);
	else
		ent_jsonout_null(out);
}

void show_maybe_hash(struct ent_jsonout *out, const char *name, bool given,
		const struct ent_hash *hash) {
	ent_jsonout_name(out, name);
	if (given)
		show_hash(out, hash);
	else
		ent_jsonout_null(out);
}

void show_bool(struct ent_jsonout *out, const char *name, bool value) {
	ent_jsonout_name(out, name);
	ent_jsonout_bool(out, value);
}

/* Those that are spoken of. */
static void show_levels(struct ent_jsonout *out, const enum ent_memo_level *level) {
	ent_jsonout_name(out, "level");
	ent_jsonout_object_begin(out);
	for (unsigned s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
		if (level[s] != ENT_MEMO_LEVEL_NONE)
			show_text(out, ent_memo_subject_text((enum ent_memo_subject)s),
					ent_memo_level_text(level[s]));
	ent_jsonout_object_end(out);
}

/* --- The parts --- */

struct view {
	struct memorandum *memorandum;
	const struct ent_memo *memo;
	struct ent_jsonout *out;
	int64_t at_utc_us;
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	bool named; /* by this version */
	struct ent_hash named_by;
	uint64_t has[ENT_MEMO_PARTIES_MAX];     /* of our entries, as acknowledged */
	const char *line[ENT_MEMO_PARTIES_MAX]; /* how the line to it stands; NULL: there is none */
	/* The same of those whom our ledger goes to. */
	struct acknowledged acknowledged;
	const char *line_by[AUDIENCE_MAX];
	struct known_there known;
};

static void show_state(const struct view *view) {
	const struct ent_memo_state *state = &view->state;
	struct ent_jsonout *out = view->out;
	show_text(out, "id", view->memorandum->id);
	named_show_title(view->memorandum, view->named ? &view->named_by : NULL, out);
	show_text(out, "status", ent_memo_status_text(state->status));
	show_maybe_hash(out, "version", state->version_given, &state->version);
	show_moment(out, "since", state->version_given, state->since_utc_us);
	show_moment(out, "until", state->version_given && state->until_utc_us != INT64_MAX,
			state->until_utc_us);
	show_maybe_hash(out, "next", state->next_given, &state->next);
	show_moment(out, "next_from", state->next_given, state->next_from_utc_us);
	show_levels(out, state->level);
	show_bool(out, "level_suspended", state->status == ENT_MEMO_SUSPENDED);
	levels_show_why(view->memorandum, state, out);
	leaving_show_end(view->memorandum, state, out);
}

static ent_status show_member(const struct view *view, uint32_t i) {
	const struct ent_memo_member *member = &view->state.member[i];
	const char *id = ent_memo_party_id(view->memo, i);
	const struct memo_ledger *ledger = ledger_of(view->memorandum, id);
	const bool frozen = ledger != NULL &&
			(ledger->ours ? view->memorandum->frozen : (bool)ledger->forked);
	/* A version whose validity is over took effect last, and binds nobody. */
	static const enum ent_memo_level none[ENT_MEMO_SUBJECT_COUNT] = {ENT_MEMO_LEVEL_NONE};
	const bool holds = view->state.status == ENT_MEMO_IN_FORCE ||
			view->state.status == ENT_MEMO_SUSPENDED;
	struct ent_jsonout *out = view->out;
	ent_jsonout_object_begin(out);
	show_text(out, "party", id);
	named_show_coalition(view->memorandum, view->named ? &view->named_by : NULL, id, out);
	show_bool(out, "bound", member->bound && holds);
	ent_status status = leaving_show(view->memorandum, &view->state, i, out);
	show_levels(out, holds ? member->level : none);
	ent_jsonout_name(out, "received");
	ent_jsonout_uint(out, ent_memo_size(view->memo, i));
	ent_jsonout_name(out, "has");
	ent_jsonout_uint(out, view->has[i]);
	show_bool(out, "frozen", frozen);
	waits_show(view->memorandum, i, out);
	if (status == ENT_OK)
		status = declared_show(view->memorandum, &view->cut, view->at_utc_us, i, out);
	/* Beside what is agreed with it, and never the same thing. */
	ent_jsonout_name(out, "line");
	if (view->line[i] != NULL)
		ent_jsonout_string(out, view->line[i]);
	else
		ent_jsonout_null(out);
	ent_jsonout_object_end(out);
	return status;
}

static void show_evidence(const struct view *view, const struct ent_memo_terms *terms,
		const struct ent_memo_version *version) {
	ent_jsonout_name(view->out, "evidence");
	ent_jsonout_object_begin(view->out);
	for (uint32_t i = 0; i < terms->n_parties; i++) {
		const uint32_t place = life_place(view->memorandum->life, terms->party[i]);
		const enum ent_memo_evidence evidence = place < ent_memo_n_parties(view->memo)
				? version->evidence[place]
				: ENT_MEMO_EVIDENCE_NONE;
		show_text(view->out, terms->party[i], ent_memo_evidence_text(evidence));
	}
	ent_jsonout_object_end(view->out);
}

/* Who attests whose ink, and on which scan: a signature on paper is worth what its record can be held against. */
static ent_status show_paper(const struct view *view, const struct ent_memo_version *version) {
	struct ent_jsonout *out = view->out;
	ent_status status = ENT_OK;
	ent_jsonout_name(out, "paper");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; status == ENT_OK && i < ent_memo_n_parties(view->memo); i++) {
		struct ent_memo_act act = {0};
		if (version->paper[i] < 0)
			continue;
		status = fill_act(view->memorandum, i, (uint32_t)version->paper[i], &act);
		if (status != ENT_OK)
			break;
		ent_jsonout_object_begin(out);
		show_text(out, "party", ent_memo_party_id(view->memo, i));
		ent_jsonout_name(out, "seq");
		ent_jsonout_uint(out, (uint64_t)version->paper[i]);
		ent_jsonout_name(out, "scan");
		show_hash(out, &act.scan);
		show_moment(out, "signed", true, act.signed_utc_us);
		ent_jsonout_name(out, "signed_by");
		ent_jsonout_array_begin(out);
		for (uint32_t j = 0; j < act.n_signed_by; j++)
			ent_jsonout_string(out, act.signed_by[j]);
		ent_jsonout_array_end(out);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
	return status;
}

/* Who has said no to the draft itself; an offer of it has answers of its own. */
static void show_declined(const struct view *view, uint32_t party, uint32_t seq) {
	const uint32_t declined = ent_memo_declined(
			view->memo, &view->cut, view->at_utc_us, party, seq);
	ent_jsonout_name(view->out, "declined_by");
	ent_jsonout_array_begin(view->out);
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++)
		if (declined >> i & 1)
			ent_jsonout_string(view->out, ent_memo_party_id(view->memo, i));
	ent_jsonout_array_end(view->out);
}

static ent_status show_version(const struct view *view, uint32_t i) {
	const struct ent_memo_terms *terms = ent_memo_terms(view->memo, i);
	struct ent_memo_version version;
	struct ent_jsonout *out = view->out;
	ent_memo_version(view->memo, &view->cut, view->at_utc_us, i, &version);
	if (version.stage == ENT_MEMO_STAGE_UNKNOWN)
		return ENT_OK;
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "hash");
	show_hash(out, &terms->hash);
	show_text(out, "stage", ent_memo_stage_text(version.stage));
	show_moment(out, "sign_by", true, terms->sign_by_utc_us);
	show_moment(out, "effective_from", true, terms->effective_from_utc_us);
	show_moment(out, "valid_until", terms->valid_until_utc_us != INT64_MAX,
			terms->valid_until_utc_us);
	show_maybe_hash(out, "replaces", terms->replaces_given, &terms->replaces);
	show_evidence(view, terms, &version);
	ent_status status = show_paper(view, &version);
	show_text(out, "drafted_by", ent_memo_party_id(view->memo, version.party));
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, version.seq);
	show_declined(view, version.party, version.seq);
	if (status == ENT_OK)
		status = answers_show(view->memorandum, &view->cut, view->at_utc_us, version.party,
				version.seq, "declines", out);
	ent_jsonout_object_end(out);
	return status;
}

/* Of each party's offers, and of its sealed drafts, only the last are shown: there may be as many as its ledger has room for. */
static bool is_among_last(const struct life *life, size_t at) {
	const struct said *said = &life->said[at];
	size_t later = 0;
	for (size_t i = at + 1; i < life->n_said && later < OFFERS_MAX; i++)
		later += life->said[i].kind == said->kind && life->said[i].party == said->party &&
				life->said[i].sealed == said->sealed;
	return later < OFFERS_MAX;
}

static ent_status show_offer(const struct view *view, const struct said *said) {
	enum ent_memo_answer answers[ENT_MEMO_PARTIES_MAX];
	struct ent_memo_act act = {0};
	struct ent_jsonout *out = view->out;
	if (ent_memo_offer(view->memo, &view->cut, view->at_utc_us, said->party, said->seq,
			    answers) != ENT_OK)
		return ENT_OK;
	ent_status status = fill_act(view->memorandum, said->party, said->seq, &act);
	if (status != ENT_OK)
		return status;
	ent_jsonout_object_begin(out);
	show_text(out, "party", ent_memo_party_id(view->memo, said->party));
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, said->seq);
	ent_jsonout_name(out, "version");
	show_hash(out, &said->version);
	show_moment(out, "answer_by", true, act.answer_by_utc_us);
	ent_jsonout_name(out, "answers");
	ent_jsonout_object_begin(out);
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++)
		if (answers[i] != ENT_MEMO_ANSWER_NOT_ASKED)
			show_text(out, ent_memo_party_id(view->memo, i),
					ent_memo_answer_text(answers[i]));
	ent_jsonout_object_end(out);
	status = answers_show(view->memorandum, &view->cut, view->at_utc_us, said->party, said->seq,
			"answered", out);
	ent_jsonout_object_end(out);
	return status;
}

/* Of a draft that is kept to some parties everybody sees that there is one, and who has said no to it. */
static ent_status show_sealed(const struct view *view, const struct said *said) {
	struct ent_memo_act act = {0};
	struct ent_memo_entry entry;
	struct ent_jsonout *out = view->out;
	if (!said_counts(view->memorandum->life, said, &view->cut, view->at_utc_us, &entry))
		return ENT_OK;
	ent_status status = fill_act(view->memorandum, said->party, said->seq, &act);
	if (status != ENT_OK)
		return status;
	ent_jsonout_object_begin(out);
	show_text(out, "party", ent_memo_party_id(view->memo, said->party));
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, said->seq);
	ent_jsonout_name(out, "hash");
	show_hash(out, &act.sealed_hash);
	ent_jsonout_name(out, "for");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; i < act.n_sealed_for; i++)
		ent_jsonout_string(out, act.sealed_for[i]);
	ent_jsonout_array_end(out);
	show_declined(view, said->party, said->seq);
	ent_jsonout_object_end(out);
	return ENT_OK;
}

struct differences {
	struct ent_jsonout *out;
	size_t n;
};

/* The state's come first, so those of many offers and drafts are left out. */
static void show_difference(void *user, const struct ent_memo_difference *difference) {
	struct differences *differences = user;
	struct ent_jsonout *out = differences->out;
	if (differences->n++ >= DIFFERENCES_MAX)
		return;
	ent_jsonout_object_begin(out);
	show_text(out, "what", difference->what);
	show_text(out, "here", difference->a);
	show_text(out, "there", difference->b);
	ent_jsonout_object_end(out);
}

/* Entries that are here and that a member is not known to have: how many, and whose. */
static void show_lacking(const struct view *view, const struct ent_memo_cut *theirs) {
	struct ent_jsonout *out = view->out;
	uint64_t n = 0;
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++)
		n += view->cut.size[i] - theirs->size[i];
	ent_jsonout_name(out, "missing");
	ent_jsonout_uint(out, n);
	ent_jsonout_name(out, "lacks");
	ent_jsonout_object_begin(out);
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++) {
		if (view->cut.size[i] == theirs->size[i])
			continue;
		ent_jsonout_name(out, ent_memo_party_id(view->memo, i));
		ent_jsonout_uint(out, view->cut.size[i] - theirs->size[i]);
	}
	ent_jsonout_object_end(out);
}

/* One that comes to the same is not shown. */
static void show_one_view(
		const struct view *view, const char *id, const struct ent_memo_cut *theirs) {
	struct ent_jsonout *out = view->out;
	struct differences differences = {.out = out};
	if (ent_memo_differ(view->memo, &view->cut, theirs, view->at_utc_us, NULL, NULL) == 0)
		return;
	ent_jsonout_object_begin(out);
	show_text(out, "party", id);
	ent_jsonout_name(out, "differences");
	ent_jsonout_array_begin(out);
	(void)ent_memo_differ(view->memo, &view->cut, theirs, view->at_utc_us, show_difference,
			&differences);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "more");
	ent_jsonout_uint(
			out, differences.n > DIFFERENCES_MAX ? differences.n - DIFFERENCES_MAX : 0);
	show_lacking(view, theirs);
	ent_jsonout_object_end(out);
}

/* What a member is known to have beside what it said: of ours what it acknowledged, of others' what it cosigned and showed. */
static void find_there(
		const struct view *view, uint32_t member, uint64_t ret_has[ENT_MEMO_PARTIES_MAX]) {
	const struct known_there *known = &view->known;
	const char *id = ent_memo_party_id(view->memo, member);
	memset(ret_has, 0, ENT_MEMO_PARTIES_MAX * sizeof ret_has[0]);
	for (size_t i = 0; i < known->n; i++)
		for (size_t j = 0; strcmp(known->id[i], id) == 0 && j < known->n; j++) {
			const uint32_t of = life_place(view->memorandum->life, known->id[j]);
			if (of < ent_memo_n_parties(view->memo))
				ret_has[of] = known->has[i][j];
		}
	const uint32_t us = life_place(view->memorandum->life, view->memorandum->all->us);
	if (us < ent_memo_n_parties(view->memo))
		ret_has[us] = view->has[member];
}

/* Where a member, by what it last said that it had seen and what it is known to have, would show another state. */
static void show_views(const struct view *view) {
	struct ent_jsonout *out = view->out;
	uint64_t has[ENT_MEMO_PARTIES_MAX];
	ent_jsonout_name(out, "views");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++) {
		struct ent_memo_cut theirs;
		const char *id = ent_memo_party_id(view->memo, i);
		if (strcmp(id, view->memorandum->all->us) == 0 || view->cut.size[i] == 0)
			continue;
		find_there(view, i, has);
		ent_memo_cut_there(view->memo, i, has, &theirs);
		theirs.early_us = view->cut.early_us;
		show_one_view(view, id, &theirs);
	}
	ent_jsonout_array_end(out);
}

/* --- All of it --- */

/* Before it is locked: the post is asked, and whoever knows of lines. */
static ent_status ask_others(struct memorandum *memorandum, struct view *view) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	const ent_status status = acknowledged_ask(memorandum, &view->acknowledged);
	acknowledged_there(memorandum, &view->known);
	for (size_t i = 0; status == ENT_OK && i < view->acknowledged.n; i++)
		view->line_by[i] = options->line != NULL
				? options->line(options->user, view->acknowledged.by[i].id)
				: NULL;
	return status;
}

/* What a member has of our entries; of ourselves, all. */
static void put_others(struct view *view) {
	for (uint32_t i = 0; i < ent_memo_n_parties(view->memo); i++) {
		const char *id = ent_memo_party_id(view->memo, i);
		if (strcmp(id, view->memorandum->all->us) == 0)
			view->has[i] = ent_memo_size(view->memo, i);
		for (size_t j = 0; j < view->acknowledged.n; j++)
			if (strcmp(view->acknowledged.by[j].id, id) == 0) {
				view->has[i] = view->acknowledged.by[j].size;
				view->line[i] = view->line_by[j];
			}
	}
}

static ent_status show_all(struct view *view) {
	const struct life *life = view->memorandum->life;
	struct ent_jsonout *out = view->out;
	ent_status status = ENT_OK;
	show_state(view);
	ent_jsonout_name(out, "members");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; status == ENT_OK && i < ent_memo_n_parties(view->memo); i++)
		status = show_member(view, i);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "versions");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; status == ENT_OK && i < ent_memo_n_versions(view->memo); i++)
		status = show_version(view, i);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "offers");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; status == ENT_OK && i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_OFFER && is_among_last(life, i))
			status = show_offer(view, &life->said[i]);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "sealed");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; status == ENT_OK && i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_DRAFT && life->said[i].sealed &&
				is_among_last(life, i))
			status = show_sealed(view, &life->said[i]);
	ent_jsonout_array_end(out);
	if (status == ENT_OK)
		status = owed_show(
				view->memorandum, &view->cut, &view->state, view->at_utc_us, out);
	show_views(view);
	acknowledged_show_acts(&view->acknowledged, view->memo,
			life_place(life, view->memorandum->all->us), out);
	return status;
}

ent_status ent_memoranda_write(struct ent_memoranda *memoranda, const char *id, int64_t at_utc_us,
		struct ent_jsonout *out) {
	struct view view = {.out = out, .memorandum = memoranda_find(memoranda, id)};
	if (view.memorandum == NULL)
		return ENT_E_MISSING;
	ent_status status = ask_others(view.memorandum, &view);
	if (status == ENT_OK)
		status = look_begin(memoranda, id, &view.memorandum);
	if (status != ENT_OK)
		return status;
	view.memo = view.memorandum->life->memo;
	put_others(&view);
	view.at_utc_us = moment_of(view.memorandum, at_utc_us, &view.cut);
	ent_memo_state(view.memo, &view.cut, view.at_utc_us, &view.state);
	view.named = named_by(
			view.memorandum, &view.cut, &view.state, view.at_utc_us, &view.named_by);
	status = show_all(&view);
	(void)pthread_mutex_unlock(&view.memorandum->lock);
	waits_tell(view.memorandum);
	return status;
}
