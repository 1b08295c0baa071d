/* SPDX-License-Identifier: Apache-2.0 */
/* A memorandum as people write it, under real keys: its document's bytes go through its life as they are. */
#include "entente/json.h"
#include "entente/memo.h"
#include "memos.h"

enum { N = 3, BB = 1, CC = 2 };
#define SECOND_US INT64_C(1000000)
/* date -ud 2026-12-01 +%s, 2027-01-02 and 2028-01-01, when it takes effect and ends */
#define NOW_US (INT64_C(1796083200) * SECOND_US)
#define FROM_US (INT64_C(1798848000) * SECOND_US)
#define UNTIL_US (INT64_C(1830297600) * SECOND_US)
#define REPLACES ",\n  \"replaces\": \"" AB AB AB AB "\""
#define AB "abababababababab"

static const char *const ids[N] = {"00000000000000aa", "00000000000000bb", "00000000000000cc"};

struct world {
	struct ent_memo *memo;
	struct ent_sign_key *keys[N];
	char *last; /* the entry that was added last */
	size_t last_size;
};

static void world_begin(struct world *world) {
	struct ent_memo_party parties[N] = {{{0}, 0, {0}}};
	*world = (struct world){.memo = NULL};
	for (int i = 0; i < N; i++) {
		CHECK(ent_sign_key_create(&world->keys[i]) == ENT_OK);
		memcpy(parties[i].id, ids[i], ENT_PARTY_ID_SIZE);
		ent_sign_key_public(world->keys[i], parties[i].public_key);
	}
	const struct ent_memo_options options = {.memorandum = "north-corridor",
			.parties = parties,
			.n_parties = N,
			.terms = ent_memo_terms_of_document};
	CHECK(ent_memo_create(&options, &world->memo) == ENT_OK);
}

static void world_end(struct world *world) {
	ent_memo_destroy(world->memo);
	for (int i = 0; i < N; i++)
		ent_sign_key_destroy(world->keys[i]);
	free(world->last);
}

static ent_status act_on(struct world *world, int party, struct ent_memo_act act, int64_t now_us,
		struct ent_fault *fault) {
	enum ent_memo_rule rule;
	char origin[ENT_MEMO_ORIGIN_SIZE], *message;
	size_t size;
	const ent_status status = ent_memo_decide(
			world->memo, ids[party], now_us, &act, &rule, fault);
	if (status != ENT_OK)
		return status;
	ent_memo_origin("north-corridor", ids[party], 1, origin);
	CHECK(ent_memo_act_message(&act, origin, &message, &size) == ENT_OK);
	ent_sign(world->keys[party], message, size, act.signature);
	free(message);
	free(world->last);
	CHECK(ent_memo_act_print(&act, &world->last, &world->last_size) == ENT_OK);
	const uint32_t seq = ent_memo_size(world->memo, (uint32_t)party);
	CHECK(ent_memo_add(world->memo, ids[party], world->last, world->last_size, now_us) ==
			ENT_OK);
	struct ent_memo_entry entry;
	ent_memo_entry(world->memo, (uint32_t)party, seq, &entry);
	CHECK_ROW(entry.fault.why, entry.standing == ENT_MEMO_COUNTS);
	return ENT_OK;
}

static struct ent_memo_act act_of(enum ent_memo_act_kind kind) {
	return (struct ent_memo_act){.kind = kind, .class_ = ENT_CLASS_ACTUAL};
}

static struct ent_memo_act draft_of(const char *document) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DRAFT);
	act.document = (struct ent_memo_text){document, strlen(document)};
	return act;
}

static enum ent_memo_status status_at(const struct world *world, int64_t at_us) {
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	ent_memo_cut_all(world->memo, &cut);
	ent_memo_state(world->memo, &cut, at_us, &state);
	return state.status;
}

TEST(memo__a_real_document_is_drafted_signed_and_in_force) {
	(void)state_;
	struct world world;
	struct ent_fault fault = {{0}, {0}};
	struct ent_json *json;
	struct ent_memo_act again, sign = act_of(ENT_MEMO_ACT_SIGN);
	char *document = memo_changed("good.json", REPLACES, "");
	world_begin(&world);
	const ent_status status = act_on(&world, 0, draft_of(document), NOW_US, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	/* The very bytes, in the entry too. */
	CHECK(ent_json_create(&json) == ENT_OK);
	CHECK(ent_memo_act_read(json, world.last, world.last_size, &again, &fault) == ENT_OK);
	CHECK(again.document.size == strlen(document));
	CHECK(memcmp(again.document.bytes, document, again.document.size) == 0);
	ent_json_destroy(json);
	ent_seal_sha256(document, strlen(document), &sign.version);
	for (int i = 0; i < N; i++)
		CHECK(act_on(&world, i, sign, NOW_US + i + 1, &fault) == ENT_OK);
	CHECK(status_at(&world, FROM_US - 1) == ENT_MEMO_AGREED);
	CHECK(status_at(&world, FROM_US) == ENT_MEMO_IN_FORCE);
	CHECK(status_at(&world, UNTIL_US) == ENT_MEMO_EXPIRED);
	/* With effect an hour after it says so, as its clause 14 has it. */
	struct ent_memo_act suspend = act_of(ENT_MEMO_ACT_SUSPEND);
	suspend.from_utc_us = FROM_US + 7200 * SECOND_US;
	CHECK(act_on(&world, CC, suspend, FROM_US + 3600 * SECOND_US, &fault) == ENT_OK);
	CHECK(status_at(&world, FROM_US + 7199 * SECOND_US) == ENT_MEMO_IN_FORCE);
	CHECK(status_at(&world, FROM_US + 7200 * SECOND_US) == ENT_MEMO_SUSPENDED);
	struct ent_memo_act word = act_of(ENT_MEMO_ACT_OBLIGATION);
	memcpy(word.clause, "13.1", 5);
	word.done = true;
	CHECK(act_on(&world, BB, word, FROM_US + 8000 * SECOND_US, &fault) == ENT_OK);
	free(document);
	world_end(&world);
}

TEST(memo__a_document_that_cannot_be_agreed_is_refused_by_its_path) {
	(void)state_;
	struct world world;
	struct ent_fault fault = {{0}, {0}};
	world_begin(&world);
	char *document = memo_changed(
			"good.json", "\"due\": \"2027-02-01T", "\"due\": \"2027-02-31T");
	CHECK(act_on(&world, 0, draft_of(document), NOW_US, &fault) == ENT_E_REFUSED);
	CHECK_ROW(fault.where, strcmp(fault.where, "clauses.obligations[0].due") == 0);
	free(document);
	document = memo_changed("good.json", "north-corridor", "south-corridor");
	CHECK(act_on(&world, 0, draft_of(document), NOW_US, &fault) == ENT_E_REFUSED);
	CHECK_ROW(fault.where, strcmp(fault.where, "memorandum") == 0);
	free(document);
	world_end(&world);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memo__a_real_document_is_drafted_signed_and_in_force),
			TEST_ENTRY(memo__a_document_that_cannot_be_agreed_is_refused_by_its_path),
	};
	return ent_seal_start() == ENT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
