/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timed.c: what time alone changes under a memorandum, told once when it does: what takes effect, what is over, and what was
 * not done in time. Of the same entries two moments are compared, the one of which all was told and now.
 *
 *     change (change.c) -> what acts have changed, at a moment ----+-> the next moment at which something may change
 *     tick, or the next change: is that moment there? -> compare --'
 *     start -> the moment of which all was told before (told.c) -> the first of these compares it with now
 *
 * So between two such moments a look costs a comparison of two numbers.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#include "entente/text.h"

/* What acts have made overdue is found so much later; what could not be read is tried again. */
#define SOON_US INT64_C(1000000)
#define AGAIN_US INT64_C(60000000)

#define TEXT(name, text) text,
static const char *const what_texts[] = {ENT_MEMORANDA_TIME_MAP(TEXT)};

const char *ent_memoranda_time_text(enum ent_memoranda_time what) {
	return (unsigned)what < ENT_MEMORANDA_TIME_COUNT ? what_texts[what] : "unknown";
}

/* --- The next moment --- */

static void note(int64_t moment_utc_us, int64_t at_utc_us, int64_t *next_utc_us) {
	if (moment_utc_us > at_utc_us && moment_utc_us < *next_utc_us)
		*next_utc_us = moment_utc_us;
}

/* Behind it: at that moment itself there is still time. */
static void note_behind(int64_t moment_utc_us, int64_t at_utc_us, int64_t *next_utc_us) {
	if (moment_utc_us < INT64_MAX)
		note(moment_utc_us + 1, at_utc_us, next_utc_us);
}

/* Who dates far ahead is counted only when that is no longer far. The last ones, as times of what counts rise. */
static void note_dated(const struct ent_memo *memo, const struct ent_memo_cut *cut, uint32_t party,
		int64_t at_utc_us, int64_t *next_utc_us) {
	for (uint32_t seq = cut->size[party]; seq > 0; seq--) {
		struct ent_memo_entry entry;
		ent_memo_entry(memo, party, seq - 1, &entry);
		if (entry.standing != ENT_MEMO_COUNTS)
			continue;
		if (entry.time_utc_us <= at_utc_us)
			return;
		note(entry.time_utc_us - cut->early_us, at_utc_us, next_utc_us);
		note(entry.time_utc_us, at_utc_us, next_utc_us);
	}
}

/* Rather one too many: at a moment at which nothing changes nothing is told. */
static int64_t next_of(const struct life *life, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us) {
	const struct ent_memo *memo = life->memo;
	int64_t next_utc_us = INT64_MAX;
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		const struct ent_memo_member *member = &state->member[i];
		note_dated(memo, cut, i, at_utc_us, &next_utc_us);
		if (member->suspending)
			note(member->suspended_utc_us, at_utc_us, &next_utc_us);
		if (member->withdrawing)
			note(member->withdrawn_utc_us, at_utc_us, &next_utc_us);
	}
	for (uint32_t i = 0; i < ent_memo_n_versions(memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(memo, i);
		note(terms->sign_by_utc_us, at_utc_us, &next_utc_us);
		note_behind(terms->sign_by_utc_us, at_utc_us, &next_utc_us);
		note(terms->effective_from_utc_us, at_utc_us, &next_utc_us);
		note(terms->valid_until_utc_us, at_utc_us, &next_utc_us);
	}
	for (size_t i = 0; i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_OFFER)
			note_behind(life->said[i].answer_by_utc_us, at_utc_us, &next_utc_us);
	return next_utc_us;
}

void timed_changed(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us) {
	struct timed *timed = &memorandum->timed;
	timed->at_utc_us = at_utc_us;
	timed->next_utc_us = next_of(memorandum->life, cut, state, at_utc_us);
	note(at_utc_us + SOON_US, at_utc_us, &timed->next_utc_us);
}

/* --- What has changed --- */

struct look {
	struct memorandum *memorandum;
	const struct ent_memo *memo;
	struct ent_memo_cut cut;
	int64_t before_utc_us, now_utc_us;
	struct ent_memo_state before, state;
	struct ent_memoranda_change *change;
};

/* Borrowed until the next one. What there is no room for is counted. */
static void put(struct look *look, const struct ent_memoranda_timed *timed) {
	struct ent_memoranda_change *change = look->change;
	if (change->n_timed == ENT_MEMORANDA_CHANGE_MAX) {
		change->more++;
		return;
	}
	struct ent_memoranda_timed *one = &change->timed[change->n_timed++];
	*one = *timed;
	one->while_down = timed->at_utc_us < look->memorandum->timed.start_utc_us;
}

static void put_by(struct look *look, enum ent_memoranda_time what, uint32_t party, uint64_t seq,
		int64_t at_utc_us) {
	struct ent_memoranda_timed timed = {.what = what, .seq = seq, .at_utc_us = at_utc_us};
	(void)snprintf(timed.party, sizeof timed.party, "%s", ent_memo_party_id(look->memo, party));
	put(look, &timed);
}

static void compare_version(struct look *look) {
	const struct ent_memo_state *before = &look->before, *state = &look->state;
	if (state->version_given &&
			(!before->version_given ||
					memcmp(&before->version, &state->version,
							sizeof state->version) != 0))
		put(look,
				&(struct ent_memoranda_timed){.what = ENT_MEMORANDA_TIME_IN_FORCE,
						.version = state->version,
						.at_utc_us = state->since_utc_us});
	if (state->status == ENT_MEMO_EXPIRED && before->status != ENT_MEMO_EXPIRED)
		put(look,
				&(struct ent_memoranda_timed){.what = ENT_MEMORANDA_TIME_EXPIRED,
						.version = state->version,
						.at_utc_us = state->until_utc_us});
}

/* A withdrawal that is to have effect at once is its own doing, unless its date was to come. */
static bool is_at_once(
		const struct look *look, uint32_t party, const struct ent_memo_member *member) {
	struct ent_memo_entry entry;
	ent_memo_entry(look->memo, party, member->withdrawal_seq, &entry);
	return member->withdrawn_utc_us <= entry.time_utc_us;
}

/* Has this moment come between the two? */
static bool has_come(const struct look *look, int64_t moment_utc_us) {
	return moment_utc_us > look->before_utc_us && moment_utc_us <= look->now_utc_us;
}

static bool has_left(const struct look *look, uint32_t party, const struct ent_memo_member *before,
		const struct ent_memo_member *member) {
	if (!member->withdrawing)
		return false;
	return is_at_once(look, party, member) ? !before->withdrawing
					       : has_come(look, member->withdrawn_utc_us);
}

static void compare_members(struct look *look) {
	for (uint32_t i = 0; i < ent_memo_n_parties(look->memo); i++) {
		const struct ent_memo_member *before = &look->before.member[i],
					     *member = &look->state.member[i];
		if (member->suspended && !before->suspended)
			put_by(look, ENT_MEMORANDA_TIME_SUSPENDED, i, member->suspension_seq,
					member->suspended_utc_us);
		if (has_left(look, i, before, member))
			put_by(look, ENT_MEMORANDA_TIME_WITHDRAWN, i, member->withdrawal_seq,
					member->withdrawn_utc_us);
	}
}

static void compare_offers(struct look *look) {
	const struct life *life = look->memorandum->life;
	enum ent_memo_answer answers[ENT_MEMO_PARTIES_MAX];
	for (size_t i = 0; i < life->n_said; i++) {
		const struct said *said = &life->said[i];
		bool unanswered = false;
		if (said->kind != ENT_MEMO_ACT_OFFER || said->answer_by_utc_us == INT64_MAX ||
				!has_come(look, said->answer_by_utc_us + 1) ||
				ent_memo_offer(look->memo, &look->cut, look->now_utc_us,
						said->party, said->seq, answers) != ENT_OK)
			continue;
		for (uint32_t j = 0; j < ent_memo_n_parties(look->memo); j++)
			unanswered = unanswered || answers[j] == ENT_MEMO_ANSWER_UNANSWERED;
		if (unanswered)
			put_by(look, ENT_MEMORANDA_TIME_UNANSWERED, said->party, said->seq,
					said->answer_by_utc_us);
	}
}

/* What others could still have signed, and nobody can any more. A draft ad referendum was never to be signed. */
static void compare_drafts(struct look *look) {
	for (uint32_t i = 0; i < ent_memo_n_versions(look->memo); i++) {
		const struct ent_memo_terms *terms = ent_memo_terms(look->memo, i);
		struct ent_memo_version version;
		if (terms->sign_by_utc_us == INT64_MAX ||
				!has_come(look, terms->sign_by_utc_us + 1))
			continue;
		ent_memo_version(look->memo, &look->cut, look->now_utc_us, i, &version);
		if (version.stage != ENT_MEMO_STAGE_LAPSED)
			continue;
		struct ent_memoranda_timed one = {.what = ENT_MEMORANDA_TIME_LAPSED,
				.seq = version.seq,
				.version = terms->hash,
				.at_utc_us = terms->sign_by_utc_us};
		(void)snprintf(one.party, sizeof one.party, "%s",
				ent_memo_party_id(look->memo, version.party));
		put(look, &one);
	}
}

_Static_assert(ENT_MEMODOC_OBLIGATIONS_MAX <= 64, "a bit for each");

static bool is_overdue(const struct look *look, int64_t at_utc_us, const char *owner,
		const struct ent_memodoc_obligation *obligation) {
	const uint32_t place = life_place(look->memorandum->life, owner);
	uint32_t seq = 0;
	return at_utc_us > obligation->due_utc_us &&
			(place >= ent_memo_n_parties(look->memo) ||
					ent_memo_obligation(look->memo, &look->cut, at_utc_us,
							place, obligation->clause.id,
							&obligation->content,
							&seq) != ENT_MEMO_WORD_DONE);
}

/* Those that were overdue when all was told before a start, under the version that was in force then, are known. */
static uint64_t known_overdue(const struct look *look, const struct ent_memodoc_parts *parts) {
	const int64_t at_utc_us = look->memorandum->timed.before_start_utc_us;
	struct ent_memo_state state;
	uint64_t overdue = 0;
	ent_memo_state(look->memo, &look->cut, at_utc_us, &state);
	if (!state.version_given ||
			memcmp(&state.version, &look->state.version, sizeof state.version) != 0)
		return 0;
	for (uint32_t i = 0; i < parts->n_obligations; i++) {
		const struct ent_memodoc_obligation *obligation = &parts->obligation[i];
		if (is_overdue(look, at_utc_us, parts->party[obligation->owner].id, obligation))
			overdue |= UINT64_C(1) << i;
	}
	return overdue;
}

/* Each once; again when it was done meanwhile and no longer is. Also what became overdue by an act, and what could not be read before. */
static ent_status compare_obligations(struct look *look, int64_t *next_utc_us) {
	struct timed *timed = &look->memorandum->timed;
	const struct ent_memodoc *doc = NULL;
	if (!look->state.version_given)
		return ENT_OK;
	const ent_status status = document_of(look->memorandum, &look->state.version, &doc);
	if (status != ENT_OK)
		return status;
	if (memcmp(&timed->overdue_of, &look->state.version, sizeof timed->overdue_of) != 0)
		timed->overdue = 0;
	timed->overdue_of = look->state.version;
	const struct ent_memodoc_parts *parts = ent_memodoc_parts(doc);
	if (timed->start_utc_us != 0)
		timed->overdue |= known_overdue(look, parts);
	for (uint32_t i = 0; i < parts->n_obligations; i++) {
		const struct ent_memodoc_obligation *obligation = &parts->obligation[i];
		const char *owner = parts->party[obligation->owner].id;
		const uint64_t bit = UINT64_C(1) << i;
		note_behind(obligation->due_utc_us, look->now_utc_us, next_utc_us);
		if (!is_overdue(look, look->now_utc_us, owner, obligation)) {
			timed->overdue &= ~bit;
			continue;
		}
		struct ent_memoranda_timed one = {.what = ENT_MEMORANDA_TIME_OVERDUE,
				.version = look->state.version,
				.at_utc_us = obligation->due_utc_us};
		(void)snprintf(one.party, sizeof one.party, "%s", owner);
		(void)snprintf(one.clause, sizeof one.clause, "%s", obligation->clause.id);
		if ((timed->overdue & bit) == 0)
			put(look, &one);
		timed->overdue |= bit;
	}
	return ENT_OK;
}

/* A clock that was a little ahead waits; one that was far ahead was wrong, and what it has told of is told anew. */
static bool is_time(const struct timed *timed, int64_t now_utc_us) {
	return now_utc_us >= timed->next_utc_us ||
			now_utc_us < timed->at_utc_us - ENT_MEMO_CLOCKS_APART_US;
}

/* Under the lock: is there anything to tell? */
static bool take(struct memorandum *memorandum, int64_t now_utc_us,
		struct ent_memoranda_change *change) {
	struct timed *timed = &memorandum->timed;
	struct look look = {.memorandum = memorandum,
			.memo = memorandum->life->memo,
			.before_utc_us = timed->at_utc_us,
			.now_utc_us = now_utc_us,
			.change = change};
	change_counted(memorandum, &look.cut);
	ent_memo_state(look.memo, &look.cut, look.before_utc_us, &look.before);
	ent_memo_state(look.memo, &look.cut, now_utc_us, &look.state);
	*change = (struct ent_memoranda_change){.memorandum = memorandum->id,
			.before = ent_memo_status_text(look.before.status),
			.after = ent_memo_status_text(look.state.status)};
	compare_version(&look);
	compare_members(&look);
	compare_offers(&look);
	compare_drafts(&look);
	int64_t next_utc_us = next_of(memorandum->life, &look.cut, &look.state, now_utc_us);
	timed->unread = compare_obligations(&look, &next_utc_us) != ENT_OK;
	if (timed->unread)
		note(now_utc_us + AGAIN_US, now_utc_us, &next_utc_us);
	else
		timed->start_utc_us = 0;
	timed->at_utc_us = now_utc_us;
	timed->next_utc_us = next_utc_us;
	return change->n_timed > 0 || look.before.status != look.state.status;
}

static bool take_due(struct memorandum *memorandum, int64_t now_utc_us,
		struct ent_memoranda_change *change) {
	(void)pthread_mutex_lock(&memorandum->lock);
	const bool any = memorandum->life != NULL && is_time(&memorandum->timed, now_utc_us) &&
			take(memorandum, now_utc_us, change);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return any;
}

/* --- Told --- */

/* For the log, which whoever has the watch reads: an offer is its addressees' business, and in the event alone. */
static void say(const struct memorandum *memorandum, const struct ent_memoranda_change *change,
		const struct ent_memoranda_timed *timed) {
	static const char *const words[] = {[ENT_MEMORANDA_TIME_IN_FORCE] = "a version is in force",
			[ENT_MEMORANDA_TIME_SUSPENDED] = "suspended by ",
			[ENT_MEMORANDA_TIME_WITHDRAWN] = "withdrawn from by ",
			[ENT_MEMORANDA_TIME_EXPIRED] = "its validity is over",
			[ENT_MEMORANDA_TIME_OVERDUE] = "overdue: obligation ",
			[ENT_MEMORANDA_TIME_LAPSED] = "not signed by all in time: draft of "};
	char at[ENT_TEXT_TIME_SIZE];
	const bool overdue = timed->what == ENT_MEMORANDA_TIME_OVERDUE;
	if (timed->what == ENT_MEMORANDA_TIME_UNANSWERED)
		return;
	(void)ent_text_print_time(timed->at_utc_us, at);
	memoranda_say(memorandum->all,
			timed->what == ENT_MEMORANDA_TIME_IN_FORCE ? ENT_SCRIBE_INFO
								   : ENT_SCRIBE_WARNING,
			"memorandum %s: %s%s%s%s since %s%s; it is %s", memorandum->id,
			words[timed->what], timed->clause, overdue ? " of " : "", timed->party, at,
			timed->while_down ? ", while the node was down" : "", change->after);
}

bool timed_tell(struct memorandum *memorandum, int64_t now_utc_us) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	struct ent_memoranda_change change;
	if (!take_due(memorandum, now_utc_us, &change))
		return false;
	for (size_t i = 0; i < change.n_timed; i++)
		say(memorandum, &change, &change.timed[i]);
	if (change.more > 0)
		memoranda_say(memorandum->all, ENT_SCRIBE_WARNING,
				"memorandum %s: more has changed by time; see its status",
				memorandum->id);
	if (options->changed != NULL)
		options->changed(options->user, &change);
	return true;
}

/* --- A start, and each second --- */

/* When the last of its entries was here: nothing was marked yet behind the first. */
static int64_t last_received(const struct ent_memo *memo) {
	int64_t last_utc_us = 0;
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		struct ent_memo_entry entry;
		const uint32_t size = ent_memo_size(memo, i);
		if (size == 0)
			continue;
		ent_memo_entry(memo, i, size - 1, &entry);
		if (entry.received_utc_us > last_utc_us)
			last_utc_us = entry.received_utc_us;
	}
	return last_utc_us;
}

/* A mark that is ahead of now is of a clock that was. */
void timed_start(struct memorandum *memorandum) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	struct timed *timed = &memorandum->timed;
	const int64_t now_us = options->clock(options->user);
	int64_t told_utc_us = told_before(memorandum->all);
	(void)pthread_mutex_lock(&memorandum->lock);
	if (memorandum->life != NULL) {
		if (told_utc_us == 0)
			told_utc_us = last_received(memorandum->life->memo);
		if (told_utc_us > now_us)
			told_utc_us = now_us;
		timed->at_utc_us = timed->next_utc_us = told_utc_us;
		timed->before_start_utc_us = told_utc_us;
		timed->start_utc_us = now_us;
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
}

bool timed_is_behind(struct memorandum *memorandum) {
	(void)pthread_mutex_lock(&memorandum->lock);
	const bool is = memorandum->timed.unread || memorandum->timed.start_utc_us != 0;
	(void)pthread_mutex_unlock(&memorandum->lock);
	return is;
}

/* All are asked of one moment, so that it can be marked. */
void ent_memoranda_tick(struct ent_memoranda *memoranda) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	bool behind = false, news = atomic_exchange(&memoranda->told.news, false);
	const int64_t now_us = memoranda->options.clock(memoranda->options.user);
	const size_t n = memoranda_copy(memoranda, each);
	for (size_t i = 0; i < n; i++) {
		if (timed_tell(each[i], now_us))
			news = true;
		behind = behind || timed_is_behind(each[i]);
	}
	if (news && (behind || !told_mark(memoranda, now_us)))
		atomic_store(&memoranda->told.news, true);
}

/* What would be told now is left to the next start: who could hear it has gone. */
static bool has_rest(struct memorandum *memorandum, int64_t now_utc_us) {
	struct ent_memoranda_change untold;
	(void)pthread_mutex_lock(&memorandum->lock);
	const bool has = memorandum->life != NULL && take(memorandum, now_utc_us, &untold);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return has || timed_is_behind(memorandum);
}

void ent_memoranda_rest(struct ent_memoranda *memoranda) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	const int64_t now_us = memoranda->options.clock(memoranda->options.user);
	const size_t n = memoranda_copy(memoranda, each);
	bool rest = !atomic_load(&memoranda->told.news);
	for (size_t i = 0; i < n && !rest; i++)
		rest = has_rest(each[i], now_us);
	if (!rest)
		(void)told_mark(memoranda, now_us);
}
