/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of a party that cheats, or whose clock or program is wrong: each is a fault of that author's ledger at that
 * entry, with its rule, and what was agreed is what it was before. Real keys sign here.
 */
#include "memo_acts.h"

#include "entente/json.h"

enum { A, B, C, N };

struct world {
	struct ent_memo *memo;
	struct ent_sign_key *key[N];
	char document[4][ACTS_DOCUMENT_SIZE];
	struct ent_hash v1, v2, v3;
};

static void world_begin(struct world *world) {
	struct ent_memo_party parties[N] = {{{0}, 0, {0}}};
	*world = (struct world){.memo = NULL};
	for (int i = 0; i < N; i++) {
		uint8_t seed[ENT_SIGN_SEED_SIZE];
		memset(seed, 'a' + i, sizeof seed);
		CHECK(ent_sign_key_create_from_seed(seed, &world->key[i]) == ENT_OK);
		memcpy(parties[i].id, acts_id[i], ENT_PARTY_ID_SIZE);
		ent_sign_key_public(world->key[i], parties[i].public_key);
	}
	const struct ent_memo_options options = {
			.memorandum = "m", .parties = parties, .n_parties = N, .terms = acts_terms};
	CHECK(ent_memo_create(&options, &world->memo) == ENT_OK);
	acts_document(world->document[1], &world->v1, NULL, 100, 200, 0, "ab", "one");
	acts_document(world->document[2], &world->v2, &world->v1, 1000, 2000, 0, "ab", "two");
	acts_document(world->document[3], &world->v3, &world->v1, 1000, 3000, 0, "ab", "three");
}

static void world_end(struct world *world) {
	ent_memo_destroy(world->memo);
	for (int i = 0; i < N; i++)
		ent_sign_key_destroy(world->key[i]);
}

/* The act as it is, signed by the key of 'signer'. */
static char *print(struct world *world, int party, int signer, struct ent_memo_act *act,
		size_t *ret_size) {
	char origin[ENT_MEMO_ORIGIN_SIZE], *bytes;
	size_t size;
	ent_memo_origin("m", acts_id[party], 1, origin);
	CHECK(ent_memo_act_message(act, origin, &bytes, &size) == ENT_OK);
	ent_sign(world->key[signer], bytes, size, act->signature);
	free(bytes);
	CHECK(ent_memo_act_print(act, &bytes, ret_size) == ENT_OK);
	return bytes;
}

static enum ent_memo_rule put_bytes(
		struct world *world, int party, const char *bytes, size_t size) {
	const uint32_t seq = ent_memo_size(world->memo, (uint32_t)party);
	CHECK(ent_memo_add(world->memo, acts_id[party], bytes, size, 0) == ENT_OK);
	const struct ent_memo_entry entry = acts_entry(world->memo, (unsigned)party, seq);
	CHECK(entry.standing != ENT_MEMO_WAITS);
	CHECK((entry.standing == ENT_MEMO_FAULTY) == (entry.rule != ENT_MEMO_RULE_NONE));
	CHECK(entry.standing != ENT_MEMO_FAULTY || entry.fault.why[0] != '\0');
	return entry.rule;
}

/* Has seen all that the others have, the right number and version, and is signed by its author. */
static struct ent_memo_act good(
		struct world *world, int party, struct ent_memo_act act, int now_s) {
	act.seq = ent_memo_size(world->memo, (uint32_t)party);
	act.time_utc_us = now_s * SECOND_US;
	if (act.kind == ENT_MEMO_ACT_SUSPEND)
		act.from_utc_us = act.time_utc_us;
	act.n_seen = 0;
	for (int i = 0; i < N; i++) {
		if (i == party || ent_memo_size(world->memo, (uint32_t)i) == 0)
			continue;
		memcpy(act.seen[act.n_seen].party, acts_id[i], ENT_PARTY_ID_SIZE);
		act.seen[act.n_seen++].size = ent_memo_size(world->memo, (uint32_t)i);
	}
	const struct ent_memo_state state = acts_state(world->memo, now_s);
	act.under_given = state.status == ENT_MEMO_IN_FORCE || state.status == ENT_MEMO_SUSPENDED;
	act.under = state.version;
	return act;
}

static enum ent_memo_rule put(struct world *world, int party, struct ent_memo_act act) {
	size_t size;
	char *bytes = print(world, party, party, &act, &size);
	const enum ent_memo_rule rule = put_bytes(world, party, bytes, size);
	free(bytes);
	return rule;
}

static void put_good(struct world *world, int party, struct ent_memo_act act, int now_s) {
	CHECK(put(world, party, good(world, party, act, now_s)) == ENT_MEMO_RULE_NONE);
}

/* v1 is in force between A and B, v2 and v3 are drafted, A has signed v2. */
static void make_agreed(struct world *world) {
	put_good(world, A, acts_draft(world->document[1]), 10);
	put_good(world, A, acts_sign(&world->v1), 20);
	put_good(world, B, acts_sign(&world->v1), 30);
	put_good(world, A, acts_draft(world->document[2]), 300);
	put_good(world, B, acts_draft(world->document[3]), 310);
	put_good(world, A, acts_sign(&world->v2), 320);
}

TEST(memo_13__ink_is_of_nobody_but_the_parties_to_that_version) {
	(void)state_;
	struct world world;
	world_begin(&world);
	put_good(&world, A, acts_draft(world.document[1]), 10);
	struct ent_memo_act paper = acts_act(ENT_MEMO_ACT_PAPER);
	paper.version = world.v1;
	paper.signed_utc_us = 20 * SECOND_US;
	paper.n_signed_by = 3;
	memcpy(paper.signed_by[0], acts_id[A], ENT_PARTY_ID_SIZE);
	memcpy(paper.signed_by[1], acts_id[B], ENT_PARTY_ID_SIZE);
	/* C is here and no party to it; of the other there is nobody. */
	memcpy(paper.signed_by[2], acts_id[C], ENT_PARTY_ID_SIZE);
	CHECK(put(&world, A, good(&world, A, paper, 30)) == ENT_MEMO_RULE_INK);
	memcpy(paper.signed_by[2], "ffffffffffffffff", ENT_PARTY_ID_SIZE);
	CHECK(put(&world, A, good(&world, A, paper, 40)) == ENT_MEMO_RULE_INK);
	paper.n_signed_by = 2;
	put_good(&world, A, paper, 50);
	world_end(&world);
}

/* What each does to a good entry of A, a declaration at 400, and what it breaks. */
static void seen_back(struct ent_memo_act *act) {
	act->seen[0].size--;
}
static void seen_nothing(struct ent_memo_act *act) {
	act->n_seen = 0;
}
static void wrong_number(struct ent_memo_act *act) {
	act->seq++;
}
static void old_number(struct ent_memo_act *act) {
	act->seq--;
}
static void time_stands(struct ent_memo_act *act) {
	act->time_utc_us = 320 * SECOND_US;
}
static void time_back(struct ent_memo_act *act) {
	act->time_utc_us = 5 * SECOND_US;
}
static void under_nothing(struct ent_memo_act *act) {
	act->under_given = false;
}
static void under_other(struct ent_memo_act *act) {
	act->under.bytes[0] ^= 1;
}
static void sees_itself(struct ent_memo_act *act) {
	memcpy(act->seen[1].party, act->seen[0].party, ENT_PARTY_ID_SIZE);
	memcpy(act->seen[0].party, acts_id[A], ENT_PARTY_ID_SIZE);
	act->seen[1].size = act->seen[0].size;
	act->n_seen = 2;
}

static const struct {
	const char *why;
	void (*spoil)(struct ent_memo_act *act);
	enum ent_memo_rule rule;
} spoils[] = {
		{"seen goes back", seen_back, ENT_MEMO_RULE_SEEN_BACK},
		{"seen goes back to nothing", seen_nothing, ENT_MEMO_RULE_SEEN_BACK},
		{"a number is left out", wrong_number, ENT_MEMO_RULE_SEQ},
		{"a number comes again", old_number, ENT_MEMO_RULE_SEQ},
		{"its time is that of the entry before", time_stands, ENT_MEMO_RULE_TIME},
		{"its time goes back", time_back, ENT_MEMO_RULE_TIME},
		{"under nothing", under_nothing, ENT_MEMO_RULE_UNDER},
		{"under what nobody drafted", under_other, ENT_MEMO_RULE_UNDER},
		{"has seen itself", sees_itself, ENT_MEMO_RULE_FORM},
};

TEST(memo_3__a_spoiled_envelope_is_a_fault_and_changes_nothing) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(spoils); i++) {
		struct world world;
		world_begin(&world);
		make_agreed(&world);
		struct ent_memo_act act = good(&world, A, acts_act(ENT_MEMO_ACT_SUSPEND), 400);
		spoils[i].spoil(&act);
		CHECK_ROW(spoils[i].why, put(&world, A, act) == spoils[i].rule);
		CHECK_ROW(spoils[i].why, acts_state(world.memo, 500).status == ENT_MEMO_IN_FORCE);
		/* And the ledger goes on. */
		put_good(&world, A, acts_act(ENT_MEMO_ACT_SUSPEND), 410);
		CHECK_ROW(spoils[i].why, acts_state(world.memo, 500).status == ENT_MEMO_SUSPENDED);
		world_end(&world);
	}
}

TEST(memo_3__an_act_signed_by_another_key_or_changed_does_not_count) {
	(void)state_;
	struct world world;
	size_t size;
	world_begin(&world);
	make_agreed(&world);
	struct ent_memo_act act = good(&world, A, acts_act(ENT_MEMO_ACT_SUSPEND), 400);
	char *bytes = print(&world, A, B, &act, &size);
	CHECK(put_bytes(&world, A, bytes, size) == ENT_MEMO_RULE_SIGNATURE);
	free(bytes);
	/* A's own words, shown again in B's ledger. */
	act = good(&world, B, acts_act(ENT_MEMO_ACT_SUSPEND), 400);
	bytes = print(&world, A, A, &act, &size);
	CHECK(put_bytes(&world, B, bytes, size) == ENT_MEMO_RULE_SIGNATURE);
	free(bytes);
	act = good(&world, B, acts_act(ENT_MEMO_ACT_SUSPEND), 410);
	bytes = print(&world, B, B, &act, &size);
	char *time = strstr(bytes, "410000000");
	CHECK(time != NULL);
	time[1] = '2';
	CHECK(put_bytes(&world, B, bytes, size) == ENT_MEMO_RULE_SIGNATURE);
	free(bytes);
	CHECK(acts_state(world.memo, 500).status == ENT_MEMO_IN_FORCE);
	world_end(&world);
}

TEST(memo_7__the_second_of_two_competing_signatures_is_the_fault) {
	(void)state_;
	struct world world;
	world_begin(&world);
	make_agreed(&world);
	CHECK(put(&world, A, good(&world, A, acts_sign(&world.v3), 400)) ==
			ENT_MEMO_RULE_COMPETING);
	put_good(&world, B, acts_sign(&world.v3), 410);
	struct ent_memo_state state = acts_state(world.memo, 5000);
	CHECK(memcmp(&state.version, &world.v1, sizeof state.version) == 0);
	world_end(&world);
}

TEST(memo_2__dated_before_what_it_has_seen_is_a_fault) {
	(void)state_;
	struct world world;
	world_begin(&world);
	make_agreed(&world);
	put_good(&world, A, acts_act(ENT_MEMO_ACT_SUSPEND), 1500);
	/* B has seen that, and dates its signature back to before sign_by; five minutes are the clocks'. */
	CHECK(put(&world, B, good(&world, B, acts_sign(&world.v2), 1000)) ==
			ENT_MEMO_RULE_BACKDATED);
	CHECK(put(&world, B, good(&world, B, acts_act(ENT_MEMO_ACT_SUSPEND), 1200)) ==
			ENT_MEMO_RULE_NONE);
	world_end(&world);
}

TEST(memo_5__who_is_no_party_does_nothing) {
	(void)state_;
	struct world world;
	static const enum ent_memo_act_kind kinds[] = {ENT_MEMO_ACT_SUSPEND, ENT_MEMO_ACT_WITHDRAW,
			ENT_MEMO_ACT_LEVEL, ENT_MEMO_ACT_OBLIGATION, ENT_MEMO_ACT_DECLARE};
	world_begin(&world);
	make_agreed(&world);
	int now_s = 400;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct ent_memo_act act = acts_act(kinds[i]);
		act.from_utc_us = 900 * SECOND_US;
		memcpy(act.clause, "c1", 3);
		act.text = (struct ent_memo_text){"x", 1};
		const enum ent_memo_rule rule = put(&world, C, good(&world, C, act, now_s++));
		CHECK(rule == ENT_MEMO_RULE_NOTHING || rule == ENT_MEMO_RULE_PARTY);
	}
	CHECK(put(&world, C, good(&world, C, acts_sign(&world.v2), 500)) == ENT_MEMO_RULE_PARTY);
	CHECK(put(&world, C, good(&world, C, acts_draft(world.document[2]), 510)) ==
			ENT_MEMO_RULE_PARTY);
	CHECK(acts_state(world.memo, 1000).status == ENT_MEMO_IN_FORCE);
	world_end(&world);
}

/* It waits, and says for what; its author's later entries wait behind it, nobody else's. */
TEST(memo_2__who_has_seen_what_does_not_exist_waits_for_it) {
	(void)state_;
	struct world world;
	size_t size;
	world_begin(&world);
	make_agreed(&world);
	struct ent_memo_act act = good(&world, B, acts_act(ENT_MEMO_ACT_SUSPEND), 400);
	act.seen[0].size = 9;
	char *bytes = print(&world, B, B, &act, &size);
	CHECK(ent_memo_add(world.memo, acts_id[B], bytes, size, 0) == ENT_OK);
	free(bytes);
	struct ent_memo_entry entry = acts_entry(world.memo, B, 2);
	CHECK(entry.standing == ENT_MEMO_WAITS);
	CHECK(strstr(entry.fault.why, "9 entries of aaaaaaaaaaaaaaaa, of which 4 are here") !=
			NULL);
	struct ent_memo_waiting waiting;
	ent_memo_waiting(world.memo, B, &waiting);
	CHECK(waiting.n == 1 && waiting.kinds == 1U << ENT_MEMO_ACT_SUSPEND);
	CHECK(waiting.known && waiting.party == A && waiting.size == 9);
	ent_memo_waiting(world.memo, A, &waiting);
	CHECK(waiting.n == 0 && waiting.kinds == 0 && !waiting.known);
	struct ent_fault fault;
	enum ent_memo_rule rule;
	act = acts_act(ENT_MEMO_ACT_SUSPEND);
	act.from_utc_us = 410 * SECOND_US;
	CHECK(ent_memo_decide(world.memo, acts_id[A], 410 * SECOND_US, &act, &rule, &fault) ==
			ENT_OK);
	CHECK(act.n_seen == 1 && act.seen[0].size == 2); /* without what waits */
	CHECK(put(&world, A, act) == ENT_MEMO_RULE_NONE);
	world_end(&world);
}

/* Adds the act, which has seen so much of another, signed well. */
static void put_waiting(
		struct world *world, int party, struct ent_memo_act act, int seen, uint64_t size) {
	size_t length;
	act = good(world, party, act, 400);
	(void)snprintf(act.seen[0].party, sizeof act.seen[0].party, "%s", acts_id[seen]);
	act.seen[0].size = size;
	act.n_seen = 1;
	char *bytes = print(world, party, party, &act, &length);
	CHECK(ent_memo_add(world->memo, acts_id[party], bytes, length, 7) == ENT_OK);
	free(bytes);
}

/* It is whose entries are not here that is named, not who waits for them too; and a ring of those that wait has an end. */
TEST(memo_2__what_waits_is_named_with_who_lacks_entries) {
	(void)state_;
	struct world world;
	struct ent_memo_waiting waiting;
	struct ent_memo_act word = acts_act(ENT_MEMO_ACT_DECLARE);
	word.text = (struct ent_memo_text){"x", 1};
	world_begin(&world);
	make_agreed(&world);
	const uint32_t a = ent_memo_size(world.memo, A), b = ent_memo_size(world.memo, B);
	put_waiting(&world, B, word, C, 3);
	put_waiting(&world, A, acts_act(ENT_MEMO_ACT_WITHDRAW), B, b + 1);
	ent_memo_waiting(world.memo, A, &waiting);
	CHECK(waiting.n == 1 && waiting.kinds == 1U << ENT_MEMO_ACT_WITHDRAW);
	CHECK(waiting.known && waiting.party == C && waiting.size == 3);
	CHECK(waiting.received_utc_us == 7);
	put_waiting(&world, C, word, A, a + 1);
	put_waiting(&world, C, word, A, a + 1);
	put_waiting(&world, C, word, A, a + 1);
	ent_memo_waiting(world.memo, A, &waiting);
	CHECK(waiting.n == 1 && waiting.known);
	world_end(&world);
}

TEST(memo_3__a_seen_that_is_not_closed_is_a_fault) {
	(void)state_;
	struct world world;
	world_begin(&world);
	make_agreed(&world);
	/* C has seen B's draft, and not the entries of A that it had seen. */
	struct ent_memo_act act = good(&world, C, acts_act(ENT_MEMO_ACT_DECLARE), 400);
	act.text = (struct ent_memo_text){"x", 1};
	act.seen[0] = act.seen[1];
	act.n_seen = 1;
	CHECK(put(&world, C, act) == ENT_MEMO_RULE_SEEN_OPEN);
	world_end(&world);
}

TEST(memo_3__who_dates_ahead_waits_for_its_time_to_come) {
	(void)state_;
	struct world world;
	world_begin(&world);
	make_agreed(&world);
	put_good(&world, B, acts_act(ENT_MEMO_ACT_SUSPEND), 100000);
	/* A's own act is decided without it, so it is not dated before what it has seen. */
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SUSPEND);
	act.from_utc_us = 400 * SECOND_US;
	struct ent_fault fault;
	enum ent_memo_rule rule;
	CHECK(ent_memo_decide(world.memo, acts_id[A], 400 * SECOND_US, &act, &rule, &fault) ==
			ENT_OK);
	CHECK(act.n_seen == 1 && act.seen[0].size == 2);
	CHECK(put(&world, A, act) == ENT_MEMO_RULE_NONE);
	world_end(&world);
}

/* --- Bytes --- */

TEST(memo_3__bytes_that_are_no_entry_are_named) {
	(void)state_;
	struct world world;
	struct ent_fault fault;
	struct ent_memo_act act, again;
	struct ent_json *json;
	size_t size;
	static const struct {
		const char *from, *to, *where;
	} rows[] = {
			{"{\"seq\"", "{ \"seq\"", ""},
			{"\"seq\":0", "\"seq\":0.0", ""},
			{"\"seq\":0", "\"seq\":-1", "seq"},
			{"\"seq\":0,", "", "seq"},
			{"\"seq\":0,", "\"seq\":0,\"seq\":0,", "seq"},
			{"\"seq\":0,", "\"seq\":0,\"weapon\":\"none\",", "weapon"},
			{"memo-suspend", "memo-attack", "kind"},
			{"memo-suspend", "memo-resume", "from_us"},
			{"memo-suspend", "memo-sign", "version"},
			{"ACTUAL", "actual", "class"},
			{"\"seen\":{}", "\"seen\":[]", "seen"},
			{"\"seen\":{}", "\"seen\":{\"bbbbbbbbbbbbbbbb\":0}", "seen"},
			{"\"seen\":{}", "\"seen\":{\"bbbb\":1}", "seen"},
			{"\"seen\":{}", "\"seen\":{\"cccccccccccccccc\":1,\"bbbbbbbbbbbbbbbb\":1}",
					"seen"},
			{"\"seen\":{}", "\"seen\":{},\"under\":\"00\"", "under"},
			{"\"seen\":{}", "\"seen\":{},\"version\":\"00\"", "version"},
			{"\"text\":\"why\"", "\"text\":\"\"", "text"},
			{"\"text\":\"why\"", "\"text\":\"w\\u0068y\"", ""},
			{"==\"}", "\"}", "signature"},
			{"\"}", "\"} ", ""},
			{"\"}", "\"", "line 1"},
	};
	world_begin(&world);
	act = acts_act(ENT_MEMO_ACT_SUSPEND);
	act.text = (struct ent_memo_text){"why", 3};
	char *bytes = print(&world, A, A, &act, &size);
	CHECK(ent_json_create(&json) == ENT_OK);
	CHECK(ent_memo_act_read(json, bytes, size, &again, &fault) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[1024];
		const char *at = strstr(bytes, rows[i].from);
		CHECK_ROW(rows[i].from, at != NULL);
		(void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - bytes), bytes, rows[i].to,
				at + strlen(rows[i].from));
		CHECK_ROW(rows[i].to,
				ent_memo_act_read(json, text, strlen(text), &again, &fault) ==
						ENT_E_SYNTAX);
		CHECK_ROW(rows[i].to, fault.why[0] != '\0');
		CHECK_ROW(rows[i].to,
				strncmp(fault.where, rows[i].where, strlen(rows[i].where)) == 0);
		CHECK_ROW(rows[i].to,
				put_bytes(&world, A, text, strlen(text)) == ENT_MEMO_RULE_FORM);
	}
	CHECK(acts_state(world.memo, 1000).status == ENT_MEMO_NOTHING);
	free(bytes);
	ent_json_destroy(json);
	world_end(&world);
}

/* Each kind with all that it may have is written, read and written as the same bytes. */
TEST(memo__an_entry_of_each_kind_is_read_as_it_was_written) {
	(void)state_;
	struct ent_json *json;
	CHECK(ent_json_create(&json) == ENT_OK);
	for (int kind = 0; kind < ENT_MEMO_ACT_COUNT; kind++) {
		for (int variant = 0; variant < 3; variant++) {
			struct ent_memo_act act = acts_act((enum ent_memo_act_kind)kind), again;
			struct ent_fault fault;
			size_t size, again_size;
			act.seq = (uint64_t)variant;
			act.n_seen = (uint32_t)variant;
			for (int i = 0; i < variant; i++) {
				memcpy(act.seen[i].party, acts_id[i], ENT_PARTY_ID_SIZE);
				act.seen[i].size = 7;
			}
			act.under_given = variant > 0;
			act.text = (struct ent_memo_text){"\xd8\xb9\n\xe2\x80\x8f\"", 7};
			act.sealed = act.ad_referendum = variant == 1;
			if (kind == ENT_MEMO_ACT_SIGN)
				act.text.size = 0;
			act.document = (struct ent_memo_text){"{\n}", 3};
			act.n_sealed_for = act.n_signed_by = 1;
			memcpy(act.sealed_for[0], acts_id[B], ENT_PARTY_ID_SIZE);
			memcpy(act.signed_by[0], acts_id[B], ENT_PARTY_ID_SIZE);
			memcpy(act.offer.party, acts_id[C], ENT_PARTY_ID_SIZE);
			memcpy(act.clause, "air.3-b", 8);
			act.done = variant == 2;
			char *bytes = acts_print(&act, A, &size), *again_bytes;
			CHECK(bytes != NULL);
			CHECK_ROW(bytes,
					ent_memo_act_read(json, bytes, size, &again, &fault) ==
							ENT_OK);
			CHECK(ent_memo_act_print(&again, &again_bytes, &again_size) == ENT_OK);
			CHECK_ROW(bytes,
					size == again_size &&
							memcmp(bytes, again_bytes, size) == 0);
			free(bytes);
			free(again_bytes);
		}
	}
	ent_json_destroy(json);
}

TEST(memo__what_is_too_much_is_refused) {
	(void)state_;
	struct world world;
	static char long_text[ENT_MEMO_DOCUMENT_MAX + 2];
	memset(long_text, 'x', sizeof long_text - 1);
	world_begin(&world);
	CHECK(put(&world, A, good(&world, A, acts_draft(long_text), 10)) == ENT_MEMO_RULE_FORM);
	for (int i = 0; i < ENT_MEMO_DRAFTS_MAX + 1; i++) {
		char note[16], document[ACTS_DOCUMENT_SIZE];
		(void)snprintf(note, sizeof note, "n%d", i);
		acts_document(document, NULL, NULL, 100, 200, 0, "ab", note);
		CHECK(put(&world, A, good(&world, A, acts_draft(document), 20 + i)) ==
				(i < ENT_MEMO_DRAFTS_MAX ? ENT_MEMO_RULE_NONE
							 : ENT_MEMO_RULE_DRAFTS));
	}
	while (ent_memo_size(world.memo, A) < ENT_MEMO_LEDGER_MAX)
		CHECK(ent_memo_add(world.memo, acts_id[A], "x", 1, 0) == ENT_OK);
	CHECK(ent_memo_add(world.memo, acts_id[A], "x", 1, 0) == ENT_E_LIMIT);
	CHECK(ent_memo_add(world.memo, "eeeeeeeeeeeeeeee", "x", 1, 0) == ENT_E_MISSING);
	put_good(&world, B, acts_draft(world.document[1]), 90); /* the other is not hindered */
	world_end(&world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo_3__a_spoiled_envelope_is_a_fault_and_changes_nothing),
			TEST_ENTRY(memo_3__an_act_signed_by_another_key_or_changed_does_not_count),
			TEST_ENTRY(memo_7__the_second_of_two_competing_signatures_is_the_fault),
			TEST_ENTRY(memo_2__dated_before_what_it_has_seen_is_a_fault),
			TEST_ENTRY(memo_5__who_is_no_party_does_nothing),
			TEST_ENTRY(memo_2__who_has_seen_what_does_not_exist_waits_for_it),
			TEST_ENTRY(memo_2__what_waits_is_named_with_who_lacks_entries),
			TEST_ENTRY(memo_3__a_seen_that_is_not_closed_is_a_fault),
			TEST_ENTRY(memo_3__who_dates_ahead_waits_for_its_time_to_come),
			TEST_ENTRY(memo_13__ink_is_of_nobody_but_the_parties_to_that_version),
			TEST_ENTRY(memo_3__bytes_that_are_no_entry_are_named),
			TEST_ENTRY(memo__an_entry_of_each_kind_is_read_as_it_was_written),
			TEST_ENTRY(memo__what_is_too_much_is_refused),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
