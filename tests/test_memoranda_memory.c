/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_memoranda_memory.c: memory that cannot be had, in a node with memoranda: every allocation fails once, then all from it
 * on. What was answered is there, what was not has never been or is told at the next look, and nothing stays behind.
 */
#include "memory.h"

#include "memonodes.h"

enum { ALL = 7, PLACES_MAX = 4000 };

static void memory_end(void) {
	memory_begin(0, false);
}

static struct ent_memo_act word_of(const char *text) {
	struct ent_memo_act act = act_of(ENT_MEMO_ACT_DECLARE);
	act.text = (struct ent_memo_text){text, strlen(text)};
	return act;
}

/* Some of what the threads of a node allocate comes before, some after: places are passed over so that all are met in time. */
static uint64_t stride(uint64_t at) {
	return at < 40 ? 1 : 1 + at / 8;
}

/*
 * What a peer has of ours, and so what it sees of it, is asked for again where its word could not be read: that is the
 * post's.
 */
static char *state_of(const struct node *node) {
	char *text = node_shows(node, MEMO, false);
	char *views = strstr(text, "\"views\":");
	CHECK(views != NULL);
	*views = '\0';
	for (char *at = text; (at = strstr(at, "\"has\":")) != NULL; at += 6)
		at[6] = '#';
	return text;
}

TEST(memoranda_memory__begins_or_says_that_it_cannot) {
	(void)state_;
	struct nodes nodes;
	struct ent_fault fault;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	char *state = state_of(a);
	for (int all = 0; all < 2; all++) {
		ent_status status = ENT_E_MEMORY;
		for (uint64_t at = 1; status != ENT_OK; at += stride(at)) {
			struct ent_memoranda *memoranda = NULL;
			CHECK(status == ENT_E_MEMORY || status == ENT_E_IO);
			CHECK(at < PLACES_MAX);
			node_stop(a);
			a->deaf = true;
			const struct ent_post_options below = {.store = a->store,
					.directory = a->path,
					.id = a->card.id,
					.line_key = a->line_key,
					.clock = node_clock,
					.user = a};
			CHECK(ent_post_create(&below, &a->post, &fault) == ENT_OK);
			for (size_t i = 1; i < 3; i++)
				CHECK(ent_post_put_peer(a->post, &nodes.node[i].card, &fault) ==
						ENT_OK);
			const struct ent_memoranda_options options = {.post = a->post,
					.store = a->store,
					.keys = node_keys,
					.settable = node_settable,
					.clock = node_clock,
					.user = a};
			memory_begin(at, all == 1);
			status = ent_memoranda_create(&options, &memoranda, &fault);
			memory_end();
			a->memoranda = memoranda;
			a->deaf = false;
		}
		CHECK(ent_post_begin(a->post, &fault) == ENT_OK);
		char *again = state_of(a);
		CHECK_ROW(again, strcmp(state, again) == 0);
		free(again);
	}
	free(state);
	nodes_close(&nodes);
}

/* However it ends, what all come to is the same, and what was said to be done is in it. */
TEST(memoranda_memory__an_act_that_finds_none_has_never_been) {
	(void)state_;
	struct nodes nodes;
	unsigned done = 0, failed = 0;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0];
	for (int all = 0; all < 2; all++)
		for (uint64_t at = 1; at < 90; at += stride(at)) {
			char text[64];
			(void)snprintf(text, sizeof text, "place %u of %d", (unsigned)at, all);
			memory_begin(at, all == 1);
			const struct ent_memoranda_done result = node_does(a, MEMO, word_of(text));
			memory_end();
			CHECK_ROW(result.fault.why,
					result.status == ENT_OK || result.status == ENT_E_MEMORY ||
							result.status == ENT_E_IO);
			done += result.status == ENT_OK;
			failed += result.status != ENT_OK;
			/* The next one is taken: it stands where this one would. */
			struct ent_memoranda_done next = {.status = ENT_E_IO};
			for (int i = 0; i < 500 && next.status != ENT_OK; i++) {
				next = node_does(a, MEMO, word_of("next"));
				if (next.status != ENT_OK)
					pause_ms(5);
			}
			CHECK_ROW(next.fault.why, next.status == ENT_OK);
			char *history = node_shows(a, MEMO, true);
			CHECK(result.status != ENT_OK || strstr(history, text) != NULL);
			CHECK(strstr(history, "\"fault\"") == NULL);
			free(history);
		}
	CHECK(done > 3 && failed > 10);
	meet(&nodes, ALL, MEMO);
	nodes_close(&nodes);
}

TEST(memoranda_memory__what_comes_counts_at_last) {
	(void)state_;
	struct nodes nodes;
	nodes_open(&nodes, 3);
	(void)nodes_agree(&nodes);
	struct node *a = &nodes.node[0], *b = &nodes.node[1];
	for (int all = 0; all < 2; all++)
		for (uint64_t at = 1; at < 400; at += stride(at)) {
			struct ent_post_parcel parcel;
			struct ent_post_taken taken;
			struct ent_fault fault = {"", ""};
			char *answer = NULL;
			size_t length = 0;
			(void)node_acts(b, MEMO, word_of("heard"));
			CHECK(ent_post_compose(b->post, a->card.id, ENT_BOOK_NET, true, 1 << 20,
					      &parcel, &fault) == ENT_OK);
			memory_begin(at, all == 1);
			const ent_status status = ent_post_take(a->post, b->card.id, parcel.text,
					parcel.length, ENT_BOOK_UNASKED, &answer, &length, &taken,
					&fault);
			memory_end();
			CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
			free(answer);
			ent_post_failed(b->post, a->card.id, &parcel);
			ent_post_parcel_finish(&parcel);
			/* As a node that is begun again, or hears the next. */
			ent_memoranda_again(a->memoranda);
			nodes.now_us += 3600 * SECOND_US;
		}
	meet(&nodes, ALL, MEMO);
	char *history = node_shows(a, MEMO, true);
	CHECK(strstr(history, "\"waits\"") == NULL && strstr(history, "\"fault\"") == NULL);
	free(history);
	nodes_close(&nodes);
}

TEST(memoranda_memory__shows_or_says_that_it_cannot) {
	(void)state_;
	static struct ent_jsonout out; /* large */
	struct nodes nodes;
	nodes_open(&nodes, 3);
	const struct ent_hash hash = nodes_agree(&nodes);
	struct ent_memoranda *memoranda = nodes.node[1].memoranda;
	for (int what = 0; what < 3; what++)
		for (int all = 0; all < 2; all++) {
			ent_status status = ENT_E_MEMORY;
			for (uint64_t at = 1; status != ENT_OK; at++) {
				static char room[1 << 20];
				char *bytes = NULL;
				size_t size = 0;
				FILE *file = fmemopen(room, sizeof room, "w");
				CHECK(status == ENT_E_MEMORY && at < PLACES_MAX && file != NULL);
				ent_jsonout_init(&out, ent_jsonout_to_file, file, 0);
				if (what == 1)
					ent_jsonout_array_begin(&out);
				else
					ent_jsonout_object_begin(&out);
				memory_begin(at, all == 1);
				if (what == 0)
					status = ent_memoranda_write(
							memoranda, MEMO, nodes.now_us, &out);
				else if (what == 1)
					status = ent_memoranda_write_history(memoranda, MEMO, &out);
				else
					status = ent_memoranda_document(
							memoranda, MEMO, &hash, &bytes, &size);
				memory_end();
				free(bytes);
				CHECK(fclose(file) == 0);
			}
		}
	nodes_close(&nodes);
}

static int nothing_stays(void **state) {
	(void)state;
	CHECK(memory.live == 0);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_teardown(memoranda_memory__begins_or_says_that_it_cannot,
					nothing_stays),
			cmocka_unit_test_teardown(
					memoranda_memory__an_act_that_finds_none_has_never_been,
					nothing_stays),
			cmocka_unit_test_teardown(
					memoranda_memory__what_comes_counts_at_last, nothing_stays),
			cmocka_unit_test_teardown(memoranda_memory__shows_or_says_that_it_cannot,
					nothing_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
