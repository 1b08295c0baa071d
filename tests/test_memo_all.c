/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All interleavings of three parties' acts, as deep as ENTENTE_TEST_SCALE allows: each step, one party first hears of
 * all that some of the others have, or of nothing, and then does one of the acts below. Each party has a memorandum of
 * its own, which holds what it has heard of; one more holds all. A violated invariant is named with the steps.
 *
 * What is refused is done all the same, by a party that cheats, and must be the same fault where all is known.
 */
#include "../src/memo/life.h"
#include "memo_acts.h"

enum { N = 3, ALL = N, VIEWS = N + 1, STEPS_MAX = 8, NOW_S = 300 };
/* In A's ledger. */
enum { DRAFT_OF_3 = 3, OFFER_OF_2 = 4 };

#define ACTS(X)   \
	X(SIGN_2) \
	X(SIGN_3) \
	X(SUSPEND) X(RESUME) X(WITHDRAW) X(UP) X(DOWN) X(ACCEPT) X(DECLINE) X(DECLINE_DRAFT)
#define ACT_ENUM(name) name,
enum act { ACTS(ACT_ENUM) ACT_COUNT };
#define ACT_TEXT(name) #name,
static const char *const act_names[] = {ACTS(ACT_TEXT)};

struct step {
	unsigned party, heard; /* bits of those heard */
	enum act act;
};

struct one {
	char *bytes;
	size_t size;
	unsigned party;
};

struct campaign {
	struct ent_hash v1, v2, v3;
	struct step steps[STEPS_MAX];
	struct one entries[64]; /* by the order in which they were written */
	unsigned n_entries, n_steps, depth;
	uint64_t histories, counted, refused, differing, succeeded, declined;
	uint64_t statuses[ENT_MEMO_STATUS_COUNT];
};

static struct campaign campaign;

static void fail_here(const char *why) {
	char text[512] = "";
	for (unsigned i = 0; i < campaign.n_steps; i++) {
		const struct step *step = &campaign.steps[i];
		const size_t used = strlen(text);
		(void)snprintf(text + used, sizeof text - used, " %c(heard %x) %s",
				'A' + step->party, step->heard, act_names[step->act]);
	}
	fail_msg("%s:%s", why, text);
}

#define HOLDS(why, condition)           \
	do {                            \
		if (!(condition))       \
			fail_here(why); \
	} while (0)

/* --- Memoranda that are copied: every branch has its own --- */

static struct ent_memo *copy_of(const struct ent_memo *memo) {
	struct ent_memo *copy = malloc(sizeof *copy);
	CHECK(copy != NULL);
	*copy = *memo;
	for (uint32_t i = 0; i < memo->n; i++) {
		const size_t size = memo->ledgers[i].capacity * sizeof(struct life_entry);
		copy->ledgers[i].entries = malloc(size + 1);
		CHECK(copy->ledgers[i].entries != NULL);
		if (memo->ledgers[i].n > 0)
			memcpy(copy->ledgers[i].entries, memo->ledgers[i].entries,
					memo->ledgers[i].n * sizeof(struct life_entry));
	}
	copy->versions = malloc(memo->versions_capacity * sizeof *copy->versions + 1);
	CHECK(copy->versions != NULL);
	if (memo->n_versions > 0)
		memcpy(copy->versions, memo->versions, memo->n_versions * sizeof *copy->versions);
	return copy;
}

/* The parser is shared by all copies. */
static void drop(struct ent_memo *memo) {
	for (uint32_t i = 0; i < memo->n; i++)
		free(memo->ledgers[i].entries);
	free(memo->versions);
	free(memo);
}

static void add(struct ent_memo *memo, const struct one *one) {
	CHECK(ent_memo_add(memo, acts_id[one->party], one->bytes, one->size, 0) == ENT_OK);
}

/* Has this party anything that the other lacks? To hear of nothing is not to hear. */
static bool is_news(const struct ent_memo *from, const struct ent_memo *to) {
	for (uint32_t i = 0; i < N; i++)
		if (ent_memo_size(from, i) > ent_memo_size(to, i))
			return true;
	return false;
}

/* All of 'from' that 'to' lacks, in the order in which it was written, so that nothing waits. */
static void hear(struct ent_memo *to, const struct ent_memo *from) {
	uint32_t number[N] = {0};
	for (unsigned i = 0; i < campaign.n_entries; i++) {
		const unsigned party = campaign.entries[i].party;
		const uint32_t seq = number[party]++;
		if (seq >= ent_memo_size(to, party) && seq < ent_memo_size(from, party))
			add(to, &campaign.entries[i]);
	}
}

/* --- What must hold, looked at from the entries themselves --- */

static bool counts(const struct ent_memo *memo, unsigned party, uint32_t seq,
		const struct life_entry **ret_entry) {
	*ret_entry = &memo->ledgers[party].entries[seq];
	return seq < memo->ledgers[party].judged && (*ret_entry)->rule == ENT_MEMO_RULE_NONE;
}

struct tally {
	int signed_2, signed_3, suspended, level, answers, declined;
	int64_t withdrew_us; /* INT64_MAX: not */
};

static struct tally tally_of(const struct ent_memo *memo, unsigned party) {
	struct tally tally = {.level = ENT_MEMO_LEVEL_EXCHANGE, .withdrew_us = INT64_MAX};
	const struct life_entry *entry;
	for (uint32_t seq = 0; seq < ent_memo_size(memo, party); seq++) {
		if (!counts(memo, party, seq, &entry))
			continue;
		tally.signed_2 += entry->kind == ENT_MEMO_ACT_SIGN &&
				life_hash_is(&entry->version, &campaign.v2);
		tally.signed_3 += entry->kind == ENT_MEMO_ACT_SIGN &&
				life_hash_is(&entry->version, &campaign.v3);
		tally.suspended += entry->kind == ENT_MEMO_ACT_SUSPEND;
		tally.suspended -= entry->kind == ENT_MEMO_ACT_RESUME;
		const bool of_draft = entry->offer_seq == DRAFT_OF_3;
		if (entry->kind == ENT_MEMO_ACT_ACCEPT || entry->kind == ENT_MEMO_ACT_DECLINE)
			*(of_draft ? &tally.declined : &tally.answers) += 1;
		/* Who has signed declines no more; the other way round it may. */
		HOLDS("12: declined what it had signed",
				!of_draft || entry->kind != ENT_MEMO_ACT_DECLINE ||
						tally.signed_3 == 0);
		if (entry->kind == ENT_MEMO_ACT_LEVEL)
			tally.level = entry->level;
		if (entry->kind == ENT_MEMO_ACT_WITHDRAW)
			tally.withdrew_us = entry->time_utc_us;
	}
	return tally;
}

/* At NOW_S + 90, when v1 is in force, and at 3500, when v2 or v3 would be. */
static void check_state(const struct ent_memo *memo) {
	struct tally tally[N];
	struct ent_memo_cut cut;
	ent_memo_cut_all(memo, &cut);
	const uint32_t declined = ent_memo_declined(memo, &cut, INT64_MAX, 0, DRAFT_OF_3);
	campaign.declined += declined != 0;
	int left = 0, all_2 = 0, all_3 = 0, least = ENT_MEMO_LEVEL_COUNT, suspended = 0;
	for (unsigned i = 0; i < N; i++) {
		tally[i] = tally_of(memo, i);
		HOLDS("7: two competing signatures", tally[i].signed_2 + tally[i].signed_3 <= 1);
		HOLDS("10: suspended once", tally[i].suspended == 0 || tally[i].suspended == 1);
		HOLDS("12: answered once", tally[i].answers <= 1 && tally[i].declined <= 1);
		HOLDS("12: shown as declined", (declined >> i & 1) == (unsigned)tally[i].declined);
		all_2 += tally[i].signed_2;
		all_3 += tally[i].signed_3;
		if (tally[i].withdrew_us != INT64_MAX)
			continue;
		left++;
		suspended += tally[i].suspended;
		least = tally[i].level < least ? tally[i].level : least;
	}
	struct ent_memo_state state = acts_state(memo, NOW_S + 90);
	const enum ent_memo_status status = left < 2 ? ENT_MEMO_ENDED
			: suspended > 0              ? ENT_MEMO_SUSPENDED
						     : ENT_MEMO_IN_FORCE;
	campaign.statuses[status]++;
	HOLDS("10, 9: status", state.status == status);
	HOLDS("6: version", life_hash_is(&state.version, &campaign.v1));
	if (left >= 2)
		HOLDS("11: level", (int)state.level[ENT_MEMO_SUBJECT_FLIGHT] == least);
	for (unsigned i = 0; i < N && left >= 2; i++)
		HOLDS("9: bound", state.member[i].bound == (tally[i].withdrew_us == INT64_MAX));
	const bool then_2 = all_2 == N && left == N, then_3 = all_3 == N && left == N;
	state = acts_state(memo, 3500);
	HOLDS("5, 9: successor",
			life_hash_is(&state.version,
					then_2                   ? &campaign.v2
							: then_3 ? &campaign.v3
								 : &campaign.v1));
	campaign.succeeded += then_2 || then_3;
	if (then_2 || then_3)
		HOLDS("10: suspension outlives its version",
				state.status ==
						(suspended > 0 ? ENT_MEMO_SUSPENDED
							       : ENT_MEMO_IN_FORCE));
}

/* The same entries, another order between ledgers: of all orders of whole ledgers, and one by one in turn. */
static void check_orders(const struct ent_memo *all, const struct ent_memo *empty) {
	static const unsigned orders[6][N] = {
			{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct ent_memo_cut cut;
	const bool every = campaign.depth == 3 && test_scale() >= 10;
	ent_memo_cut_all(all, &cut);
	char *dump = acts_dump(all, &cut, 3500 * SECOND_US);
	for (unsigned o = 0; o < COUNT_OF(orders); o++) {
		if (!every && o != campaign.histories % COUNT_OF(orders))
			continue;
		struct ent_memo *other = copy_of(empty);
		for (unsigned i = 0; i < N; i++)
			for (unsigned e = 0; e < campaign.n_entries; e++)
				if (campaign.entries[e].party == orders[o][i])
					add(other, &campaign.entries[e]);
		struct ent_memo_cut other_cut;
		ent_memo_cut_all(other, &other_cut);
		HOLDS("1: nothing waits", memcmp(&cut, &other_cut, sizeof cut) == 0);
		char *other_dump = acts_dump(other, &other_cut, 3500 * SECOND_US);
		HOLDS("1: another order of arrival", strcmp(dump, other_dump) == 0);
		free(other_dump);
		drop(other);
	}
	free(dump);
}

/* What a party has by itself is what its last entry's cut comes to where all is known. */
static void check_views(struct ent_memo *const *views) {
	for (unsigned i = 0; i < N; i++) {
		struct ent_memo_cut cut;
		struct ent_memo_state here, there;
		ent_memo_cut_all(views[i], &cut);
		ent_memo_state(views[i], &cut, 3500 * SECOND_US, &here);
		ent_memo_state(views[ALL], &cut, 3500 * SECOND_US, &there);
		HOLDS("1: a cut is a cut",
				here.status == there.status &&
						life_hash_is(&here.version, &there.version));
		ent_memo_cut_all(views[ALL], &cut);
		struct ent_memo_cut said;
		ent_memo_cut_seen_by(views[ALL], i, &said);
		campaign.differing += ent_memo_differ(views[ALL], &cut, &said, 3500 * SECOND_US,
						      NULL, NULL) > 0;
	}
}

/* --- Steps --- */

static struct ent_memo_act act_of(enum act act) {
	struct ent_memo_act of = acts_act(ENT_MEMO_ACT_SUSPEND);
	switch (act) {
	case SIGN_2:
		return acts_sign(&campaign.v2);
	case SIGN_3:
		return acts_sign(&campaign.v3);
	case RESUME:
		of.kind = ENT_MEMO_ACT_RESUME;
		break;
	case WITHDRAW:
		of.kind = ENT_MEMO_ACT_WITHDRAW;
		break;
	case UP:
	case DOWN:
		of.kind = ENT_MEMO_ACT_LEVEL;
		of.level = act == UP ? ENT_MEMO_LEVEL_COORDINATION : ENT_MEMO_LEVEL_NONE;
		break;
	case DECLINE_DRAFT:
		of.kind = ENT_MEMO_ACT_DECLINE;
		memcpy(of.offer.party, acts_id[0], sizeof of.offer.party);
		of.offer.size = DRAFT_OF_3;
		break;
	case ACCEPT:
	case DECLINE:
		of.kind = act == ACCEPT ? ENT_MEMO_ACT_ACCEPT : ENT_MEMO_ACT_DECLINE;
		memcpy(of.offer.party, acts_id[0], sizeof of.offer.party);
		of.offer.size = OFFER_OF_2;
		break;
	default:
		break;
	}
	return of;
}

/* Decided by what the party has; true: it counts. */
static bool act_in(struct ent_memo *const *views, const struct step *step, int now_s) {
	struct ent_memo_act act = act_of(step->act);
	enum ent_memo_rule rule = ENT_MEMO_RULE_NONE;
	struct ent_fault fault = {{0}, {0}};
	struct one *one = &campaign.entries[campaign.n_entries];
	if (act.kind == ENT_MEMO_ACT_WITHDRAW || act.kind == ENT_MEMO_ACT_SUSPEND)
		act.from_utc_us = now_s * SECOND_US;
	const ent_status status = ent_memo_decide(views[step->party], acts_id[step->party],
			now_s * SECOND_US, &act, &rule, &fault);
	HOLDS("decided", status == ENT_OK || status == ENT_E_REFUSED);
	one->party = step->party;
	one->bytes = acts_print(&act, step->party, &one->size);
	CHECK(one->bytes != NULL);
	campaign.n_entries++;
	add(views[step->party], one);
	add(views[ALL], one);
	const struct ent_memo_entry entry = acts_entry(views[ALL], step->party, (uint32_t)act.seq);
	HOLDS("2: refused and a fault are one", entry.rule == rule);
	HOLDS("2: the same where all is known",
			entry.standing ==
					(rule == ENT_MEMO_RULE_NONE ? ENT_MEMO_COUNTS
								    : ENT_MEMO_FAULTY));
	return rule == ENT_MEMO_RULE_NONE;
}

static void go_on(struct ent_memo *const *views, const struct ent_memo *empty);

static void try_step(struct ent_memo *const *views, const struct ent_memo *empty,
		const struct step *step) {
	struct ent_memo *copies[VIEWS];
	for (unsigned i = 0; i < VIEWS; i++)
		copies[i] = copy_of(views[i]);
	for (unsigned i = 0; i < N; i++)
		if (step->heard >> i & 1)
			hear(copies[step->party], views[i]);
	campaign.steps[campaign.n_steps++] = *step;
	campaign.histories++;
	const bool counted = act_in(copies, step, NOW_S + 10 * (int)campaign.n_steps);
	campaign.counted += counted;
	campaign.refused += !counted;
	check_state(copies[ALL]);
	check_views(copies);
	if (campaign.n_steps == campaign.depth)
		check_orders(copies[ALL], empty);
	/* A fault changes nothing (3): what follows it follows without it. */
	if (counted && campaign.n_steps < campaign.depth)
		go_on(copies, empty);
	campaign.n_steps--;
	free(campaign.entries[--campaign.n_entries].bytes);
	for (unsigned i = 0; i < VIEWS; i++)
		drop(copies[i]);
}

static void go_on(struct ent_memo *const *views, const struct ent_memo *empty) {
	for (unsigned party = 0; party < N; party++)
		for (unsigned heard = 0; heard < 1U << N; heard++) {
			bool news = true;
			for (unsigned i = 0; i < N; i++)
				if (heard >> i & 1)
					news = news && is_news(views[i], views[party]);
			for (int act = 0; news && act < ACT_COUNT; act++) {
				const struct step step = {party, heard, (enum act)act};
				try_step(views, empty, &step);
			}
		}
}

/* A drafts v1, all sign it; A drafts v2 and v3, which replace it, and offers v2; all know. */
static void begin(struct ent_memo *memo) {
	char text[3][ACTS_DOCUMENT_SIZE];
	acts_document(text[0], &campaign.v1, NULL, 100, 200, 0, "abc", "one");
	acts_document(text[1], &campaign.v2, &campaign.v1, 1000, 2000, 0, "abc", "two");
	acts_document(text[2], &campaign.v3, &campaign.v1, 1000, 3000, 0, "abc", "three");
	struct ent_memo_act offer = acts_act(ENT_MEMO_ACT_OFFER);
	offer.version = campaign.v2;
	offer.answer_by_utc_us = 1000 * SECOND_US;
	const struct {
		unsigned party;
		struct ent_memo_act act;
	} acts[] = {{0, acts_draft(text[0])}, {0, acts_sign(&campaign.v1)},
			{1, acts_sign(&campaign.v1)}, {2, acts_sign(&campaign.v1)},
			{0, acts_draft(text[1])}, {0, acts_draft(text[2])}, {0, offer}};
	for (unsigned i = 0; i < COUNT_OF(acts); i++) {
		struct one *one = &campaign.entries[campaign.n_entries++];
		struct ent_memo_act act = acts[i].act;
		enum ent_memo_rule rule;
		struct ent_fault fault;
		CHECK(ent_memo_decide(memo, acts_id[acts[i].party],
				      (i < 4 ? 10 + (int)i : 250 + (int)i) * SECOND_US, &act, &rule,
				      &fault) == ENT_OK);
		one->party = acts[i].party;
		one->bytes = acts_print(&act, one->party, &one->size);
		CHECK(one->bytes != NULL);
		add(memo, one);
	}
}

TEST(memo__all_interleavings_of_three_parties_keep_the_invariants) {
	(void)state_;
	struct ent_memo *empty = acts_create(N), *views[VIEWS];
	CHECK(empty != NULL);
	const double scale = test_scale();
	campaign.depth = scale < 0.2 ? 2 : scale < 20 ? 3 : 4;
	for (unsigned i = 0; i < VIEWS; i++)
		views[i] = copy_of(empty);
	begin(views[ALL]);
	for (unsigned i = 0; i < N; i++)
		hear(views[i], views[ALL]);
	go_on(views, empty);
	print_message("%llu histories, %llu acts counted, %llu refused, %llu views differed\n",
			(unsigned long long)campaign.histories,
			(unsigned long long)campaign.counted, (unsigned long long)campaign.refused,
			(unsigned long long)campaign.differing);
	/* It was no walk on the spot. */
	CHECK(campaign.counted > 20 && campaign.refused > 20 && campaign.differing > 20);
	CHECK(campaign.statuses[ENT_MEMO_IN_FORCE] > 0 &&
			campaign.statuses[ENT_MEMO_SUSPENDED] > 0);
	CHECK(campaign.statuses[ENT_MEMO_ENDED] > 0);
	CHECK(campaign.depth < 3 || campaign.succeeded > 0);
	CHECK(campaign.declined > 0);
	for (unsigned i = 0; i < VIEWS; i++)
		drop(views[i]);
	while (campaign.n_entries > 0)
		free(campaign.entries[--campaign.n_entries].bytes);
	ent_memo_destroy(empty);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo__all_interleavings_of_three_parties_keep_the_invariants),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
