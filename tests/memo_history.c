/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo_history.c: random histories of a memorandum for tests/test_memo_model.py: four parties, who hear of one another
 * now and then, decide, err and cheat. To standard output, in lines:
 *
 *     history SEED
 *     add LETTER ENTRY           in an order of arrival
 *     dump AT_US SIZE SIZE SIZE SIZE
 *     ...what that cut comes to, as acts_dump writes it
 *     end
 *
 * usage: memo_history FIRST_SEED HISTORIES ENTRIES
 */
#include "memo_acts.h"

#include <inttypes.h>

enum { N = ACTS_PARTIES, ENTRIES_MAX = 512, DOCUMENTS_MAX = 24, VIEWS = N + 1, ALL = N };

struct one {
	char *bytes;
	size_t size;
	unsigned party;
};

struct history {
	uint64_t seed;
	struct ent_memo *views[VIEWS];
	struct one entries[ENTRIES_MAX];
	unsigned n;
	char documents[DOCUMENTS_MAX][ACTS_DOCUMENT_SIZE];
	struct ent_hash hashes[DOCUMENTS_MAX];
	unsigned n_documents;
	int now_s;
};

static unsigned pick(struct history *history, unsigned n) {
	return (unsigned)(test_random(&history->seed) % n);
}

static bool chance(struct history *history, unsigned percent) {
	return pick(history, 100) < percent;
}

static void add(struct ent_memo *memo, const struct one *one) {
	CHECK(ent_memo_add(memo, acts_id[one->party], one->bytes, one->size, 0) == ENT_OK);
}

/* A random part of what 'to' lacks of each ledger. */
static void hear(struct history *history, unsigned to, bool all_of_it) {
	unsigned most[N], number[N] = {0};
	for (unsigned i = 0; i < N; i++) {
		const unsigned all = ent_memo_size(history->views[ALL], i);
		const unsigned here = ent_memo_size(history->views[to], i);
		most[i] = all_of_it || chance(history, 60) ? all
							   : here + pick(history, all - here + 1);
	}
	for (unsigned i = 0; i < history->n; i++) {
		const unsigned party = history->entries[i].party, seq = number[party]++;
		if (seq >= ent_memo_size(history->views[to], party) && seq < most[party])
			add(history->views[to], &history->entries[i]);
	}
}

/* One of those that are there, or a new one; 'good': a new one that could be agreed. */
static void draft(struct history *history, unsigned author, bool good, struct ent_memo_act *act) {
	static const char *const parties[] = {"abc", "ab", "abcd", "bc", "abc", "abc"};
	unsigned d = good ? DOCUMENTS_MAX : pick(history, DOCUMENTS_MAX);
	if (d >= history->n_documents && history->n_documents < DOCUMENTS_MAX) {
		const struct ent_memo_state state = acts_state(
				history->views[author], history->now_s);
		const int by = history->now_s + (good ? 60 : 20) +
				(int)pick(history, good ? 60 : 300);
		const int from = by + (int)pick(history, 200);
		const int until = chance(history, 30) ? from + 50 + (int)pick(history, 500) : 0;
		char note[16];
		d = history->n_documents++;
		(void)snprintf(note, sizeof note, "%s%u", d % 3 == 0 ? ACTS_NOTICE : "n", d);
		const bool second = !good && d > 0 && chance(history, 20);
		acts_document(history->documents[d], &history->hashes[d],
				second ? &history->hashes[pick(history, d)]
						: state.next_given    ? &state.next
						: state.version_given ? &state.version
								      : NULL,
				by, from, until,
				parties[good ? 0 : pick(history, COUNT_OF(parties))], note);
	}
	if (d >= history->n_documents)
		d = pick(history, history->n_documents);
	act->document = (struct ent_memo_text){
			history->documents[d], strlen(history->documents[d])};
	act->ad_referendum = !good && chance(history, 15);
	if (!good && chance(history, 3))
		act->document = (struct ent_memo_text){"no document", 11};
}

/* The newest most often. */
static struct ent_hash any_version(struct history *history) {
	if (history->n_documents == 0)
		return (struct ent_hash){{0}};
	const unsigned back = chance(history, 70) ? pick(history, 2) : pick(history, DOCUMENTS_MAX);
	return history->hashes[back < history->n_documents ? history->n_documents - 1 - back : 0];
}

static struct ent_memo_seen any_offer(struct history *history) {
	struct ent_memo_seen offer = {"dddddddddddddddd", 0};
	for (int tries = 0; tries < 40; tries++) {
		const unsigned party = pick(history, N);
		const unsigned n = ent_memo_size(history->views[ALL], party);
		if (n == 0)
			continue;
		memcpy(offer.party, acts_id[party], sizeof offer.party);
		offer.size = pick(history, n);
		const struct ent_memo_entry entry = acts_entry(
				history->views[ALL], party, (uint32_t)offer.size);
		if (entry.kind == ENT_MEMO_ACT_OFFER ||
				chance(history, entry.kind == ENT_MEMO_ACT_DRAFT ? 20 : 5))
			break;
	}
	return offer;
}

static void put_parties(struct history *history, unsigned author, struct ent_memo_act *act) {
	for (unsigned i = 0; i < N; i++)
		if (i == author ? chance(history, 90) : chance(history, 40))
			memcpy(act->signed_by[act->n_signed_by++], acts_id[i], ENT_PARTY_ID_SIZE);
	if (act->n_signed_by == 0)
		memcpy(act->signed_by[act->n_signed_by++], acts_id[3], ENT_PARTY_ID_SIZE);
}

static struct ent_memo_act any_act(struct history *history, unsigned author) {
	static const enum ent_memo_act_kind often[] = {ENT_MEMO_ACT_DRAFT, ENT_MEMO_ACT_SIGN,
			ENT_MEMO_ACT_SIGN, ENT_MEMO_ACT_SIGN, ENT_MEMO_ACT_LEVEL};
	struct ent_memo_act act = acts_act(chance(history, 50)
					? often[pick(history, COUNT_OF(often))]
					: (enum ent_memo_act_kind)pick(
							  history, ENT_MEMO_ACT_COUNT));
	const int64_t now_us = history->now_s * SECOND_US;
	if (act.kind == ENT_MEMO_ACT_WITHDRAW && chance(history, 80))
		act.kind = ENT_MEMO_ACT_SIGN;
	if (act.kind == ENT_MEMO_ACT_DRAFT)
		draft(history, author, false, &act);
	act.version = any_version(history);
	act.answer_by_utc_us = now_us + ((int64_t)pick(history, 300) - 30) * SECOND_US;
	if (act.kind == ENT_MEMO_ACT_ACCEPT || act.kind == ENT_MEMO_ACT_DECLINE)
		act.offer = any_offer(history);
	act.signed_utc_us = now_us + (5 - (int64_t)pick(history, 200)) * SECOND_US;
	if (act.kind == ENT_MEMO_ACT_PAPER)
		put_parties(history, author, &act);
	act.from_utc_us = chance(history, 20)
			? 0
			: now_us + ((int64_t)pick(history, 200) - 10) * SECOND_US;
	act.subject = (enum ent_memo_subject)pick(history, ENT_MEMO_SUBJECT_COUNT);
	if (act.kind == ENT_MEMO_ACT_LEVEL && chance(history, 70))
		act.subject = (enum ent_memo_subject)pick(history, 2);
	act.level = (enum ent_memo_level)pick(history, ENT_MEMO_LEVEL_COUNT);
	memcpy(act.clause, "c1", 3);
	act.done = chance(history, 50);
	if (act.kind == ENT_MEMO_ACT_DECLARE || act.kind == ENT_MEMO_ACT_OBLIGATION)
		act.text = (struct ent_memo_text){"said", 4};
	if (chance(history, 4))
		act.class_ = (enum ent_class)pick(history, 2);
	return act;
}

/* One thing in the envelope is not as it should be; or the act is done in spite of its being refused. */
static void spoil(struct history *history, struct ent_memo_act *act) {
	switch (pick(history, 8)) {
	case 0:
		act->seq += 1 + pick(history, 2);
		break;
	case 1:
		act->time_utc_us -= (int64_t)pick(history, 900) * SECOND_US;
		break;
	case 2:
		if (act->n_seen > 0)
			act->n_seen--;
		break;
	case 3:
		if (act->n_seen > 0 && act->seen[0].size > 1)
			act->seen[0].size -= 1 + pick(history, (unsigned)act->seen[0].size - 1);
		break;
	case 4:
		act->under_given = !act->under_given;
		break;
	case 5:
		act->under = any_version(history);
		act->under_given = true;
		break;
	case 6: /* may wait for long */
		if (act->n_seen > 0 && chance(history, 30))
			act->seen[pick(history, act->n_seen)].size += 1 + pick(history, 3);
		break;
	default:
		break;
	}
}

/* What is not decided, for entries of its author wait, is written all the same. */
static void decide(struct history *history, unsigned author, int64_t now_us,
		struct ent_memo_act *act) {
	const struct ent_memo *view = history->views[author];
	enum ent_memo_rule rule;
	struct ent_fault fault;
	for (int tries = 0; tries < 6; tries++) {
		if (tries > 0)
			*act = any_act(history, author);
		act->seq = ent_memo_size(view, author);
		act->time_utc_us = now_us;
		const ent_status status = ent_memo_decide(
				view, acts_id[author], now_us, act, &rule, &fault);
		CHECK(status == ENT_OK || status == ENT_E_REFUSED || status == ENT_E_EXISTS);
		if (status == ENT_OK || chance(history, 10))
			break;
	}
}

/* At first, and now and then, all go for one document, so that something comes of it. */
static void write_entry(struct history *history) {
	const unsigned phase = history->n % 16;
	const bool agreeing = phase < 4 && (history->n < 4 || chance(history, 85));
	const unsigned author = agreeing ? phase % 3 : pick(history, chance(history, 92) ? 3 : N);
	struct one *one = &history->entries[history->n];
	if (agreeing || chance(history, 60))
		hear(history, author, agreeing);
	history->now_s += (int)pick(history, 15);
	struct ent_memo_act act = any_act(history, author);
	if (agreeing && phase == 0) {
		act = acts_act(ENT_MEMO_ACT_DRAFT);
		draft(history, author, true, &act);
	} else if (agreeing && history->n_documents > 0)
		act = acts_sign(&history->hashes[history->n_documents - 1]);
	int64_t now_us = history->now_s * SECOND_US;
	if (chance(history, 5))
		now_us += ((int64_t)pick(history, 600) - 300) * SECOND_US; /* a wrong clock */
	decide(history, author, now_us, &act);
	if (chance(history, 4))
		spoil(history, &act);
	one->party = author;
	one->bytes = acts_print(&act, chance(history, 2) ? (author + 1) % N : author, &one->size);
	CHECK(one->bytes != NULL);
	if (chance(history, 1))
		one->bytes[chance(history, 50) ? 1 : one->size - 1] = '~'; /* no JSON */
	history->n++;
	add(history->views[author], one);
	add(history->views[ALL], one);
}

static void dump(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us) {
	char *text = acts_dump(memo, cut, at_utc_us);
	(void)printf("dump %" PRId64, at_utc_us);
	for (unsigned i = 0; i < N; i++)
		(void)printf(" %u", (unsigned)cut->size[i]);
	(void)printf("\n%send\n", text);
	free(text);
}

/* In another order of arrival than that of writing; looked at now and then, and at the end. */
static void print_history(struct history *history) {
	struct ent_memo *memo = acts_create(N);
	unsigned next[N] = {0};
	struct ent_memo_cut cut;
	for (unsigned left = history->n; left > 0;) {
		const unsigned party = pick(history, N);
		unsigned count = 0, i = 0;
		while (i < history->n &&
				(history->entries[i].party != party || count++ < next[party]))
			i++;
		if (i == history->n)
			continue;
		next[party]++;
		left--;
		(void)printf("add %c %s\n", 'a' + party, history->entries[i].bytes);
		add(memo, &history->entries[i]);
		if (!chance(history, 10) && left > 0)
			continue;
		ent_memo_cut_all(memo, &cut);
		dump(memo, &cut,
				(int64_t)pick(history, (unsigned)history->now_s + 600) * SECOND_US);
		ent_memo_cut_seen_by(memo, party, &cut);
		dump(memo, &cut,
				(int64_t)pick(history, (unsigned)history->now_s + 600) * SECOND_US);
		ent_memo_cut_dated(memo, history->now_s / 2 * SECOND_US, &cut);
		dump(memo, &cut, history->now_s / 2 * SECOND_US);
	}
	ent_memo_destroy(memo);
}

int main(int n_arguments, char **arguments) {
	static struct history history;
	if (n_arguments != 4 || ent_seal_start() != ENT_OK)
		return 1;
	const uint64_t first = strtoull(arguments[1], NULL, 10);
	const uint64_t histories = strtoull(arguments[2], NULL, 10);
	const unsigned long entries = strtoul(arguments[3], NULL, 10);
	for (uint64_t i = 0; i < histories; i++) {
		history = (struct history){.seed = first + i};
		(void)printf("history %" PRIu64 "\n", first + i);
		for (unsigned v = 0; v < VIEWS; v++)
			history.views[v] = acts_create(N);
		while (history.n < entries && history.n < ENTRIES_MAX)
			write_entry(&history);
		print_history(&history);
		while (history.n > 0)
			free(history.entries[--history.n].bytes);
		for (unsigned v = 0; v < VIEWS; v++)
			ent_memo_destroy(history.views[v]);
	}
	return 0;
}
