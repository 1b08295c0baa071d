/* SPDX-License-Identifier: Apache-2.0 */
/* The core message of a memorandum, as a file for radio mail: one act, with all that is needed to take it in, is under 2 KB. */
#include "memonodes.h"

enum { CORE_MAX = 2048, ALL = (1 << 3) - 1 };

/* What b is owed by a, as a file. */
static size_t bundle_size(struct node *a, const struct node *b) {
	struct ent_post_parcel parcel = {0};
	struct ent_fault fault = {"", ""};
	CHECK(ent_post_compose(a->post, b->card.id, ENT_BOOK_FILE, true, ENT_PARCEL_SIZE_MAX,
			      &parcel, &fault) == ENT_OK);
	CHECK(strstr(parcel.text, "\"kind\":\"memo-") != NULL);
	const size_t size = parcel.length;
	ent_post_parcel_finish(&parcel);
	return size;
}

TEST(bundle__of_one_act_is_under_2_KB_among_three_parties) {
	static const enum ent_memo_act_kind kinds[] = {ENT_MEMO_ACT_SUSPEND, ENT_MEMO_ACT_RESUME,
			ENT_MEMO_ACT_LEVEL, ENT_MEMO_ACT_DECLARE, ENT_MEMO_ACT_WITHDRAW};
	struct nodes nodes;
	struct ent_hash first;
	(void)state_;
	nodes_open(&nodes, 3);
	struct node *a = &nodes.node[0];
	char *document = document_of_nodes(&nodes, NULL, &first);
	(void)node_acts(a, NULL, draft_of(document));
	meet(&nodes, ALL, MEMO);
	/* Each has seen the others' ledgers when it acts, so an entry is as long as one may be. */
	for (size_t i = 0; i < 3; i++) {
		(void)node_acts(&nodes.node[i], MEMO, sign_of(&first));
		CHECK(bundle_size(&nodes.node[i], &nodes.node[(i + 1) % 3]) < CORE_MAX);
		meet(&nodes, ALL, MEMO);
	}
	nodes.now_us = FROM_US;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct ent_memo_act act = act_of(kinds[i]);
		act.subject = ENT_MEMO_SUBJECT_FLIGHT;
		act.level = ENT_MEMO_LEVEL_EXCHANGE;
		act.text = (struct ent_memo_text){"the pass is closed until Friday", 31};
		nodes.now_us += SECOND_US;
		(void)node_acts(a, MEMO, act);
		CHECK_ROW(ent_memo_act_text(kinds[i]), bundle_size(a, &nodes.node[1]) < CORE_MAX);
		meet(&nodes, ALL, MEMO);
	}
	free(document);
	nodes_close(&nodes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(bundle__of_one_act_is_under_2_KB_among_three_parties),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
