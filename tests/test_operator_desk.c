/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The desk's ledger as the command line writes it: longer than a tile, opened again and again, verified; and entries
 * that somebody who has the node's key put there against the rules: nobody goes on from them.
 */
#include "nodes.h"

#include "ledger_verify.h"
#include "operator_desk.h"

#define HASH "$argon2id$v=19$m=65536,t=3,p=1$s$h"

static struct ent_desk_command command_of(
		enum ent_desk_act act, const char *id, const char *name, unsigned roles) {
	return (struct ent_desk_command){.act = act,
			.class = ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.id = id,
			.name = name,
			.password = HASH,
			.roles = roles};
}

/* A home whose node has begun and stopped, with the administrator "ada" at its desk, which is left open. */
static void begin(struct home *home, struct operator_desk *desk) {
	struct ent_fault fault = {{0}, {0}};
	const struct ent_desk_command add = command_of(
			ENT_DESK_ACT_ADD, "ada", "Ada", ENT_DESK_BIT(ENT_DESK_ROLE_ADMINISTRATOR));
	CHECK(ent_seal_start() == ENT_OK);
	home_make(home);
	ent_node_destroy(home_open(home));
	CHECK(operator_desk_open(desk, home->path, true, &fault) == ENT_OK);
	CHECK(operator_desk_do(desk, &add, &fault) == ENT_OK);
}

static void open_again(struct home *home, struct operator_desk *desk) {
	struct ent_fault fault = {{0}, {0}};
	operator_desk_close(desk);
	if (operator_desk_open(desk, home->path, true, &fault) != ENT_OK)
		fail_msg("%s: %s", fault.where, fault.why);
}

/* How many faults it has; the first is told. */
static uint64_t verify(const struct home *home, uint64_t entries, struct ent_fault *ret_first) {
	struct ledger_source source;
	struct verify_result *result = calloc(1, sizeof *result);
	struct ent_fault fault = {{0}, {0}};
	CHECK(result != NULL);
	CHECK(ledger_source_open(&source, home->path, ENT_DESK_LEDGER, &fault) == ENT_OK);
	CHECK(ledger_verify(&source, &source.vkey, NULL, NULL, result, &fault) == ENT_OK);
	CHECK(result->entries == entries && result->signed_by && result->root_is);
	CHECK(result->folds == (result->faults == 0));
	*ret_first = result->fault[0];
	const uint64_t faults = result->faults;
	verify_result_finish(result);
	ledger_source_close(&source);
	free(result);
	return faults;
}

TEST(desk_ledger__goes_on_behind_a_tile_and_is_whole_each_time) {
	struct home home;
	struct operator_desk desk;
	struct ent_fault fault = {{0}, {0}};
	char name[32];
	(void)state_;
	begin(&home, &desk);
	for (unsigned i = 1; i < 600; i++) {
		(void)snprintf(name, sizeof name, "Ada %u", i);
		const struct ent_desk_command change = command_of(
				ENT_DESK_ACT_CHANGE, "ada", name, 0);
		CHECK(operator_desk_do(&desk, &change, &fault) == ENT_OK);
		if (i % 64 == 0 || (i > 253 && i < 259))
			open_again(&home, &desk);
	}
	open_again(&home, &desk);
	CHECK(ent_desk_size(desk.desk) == 600);
	assert_string_equal(ent_desk_operator(desk.desk, "ada")->name, "Ada 599");
	operator_desk_close(&desk);
	CHECK(verify(&home, 600, &fault) == 0);
	/* The node goes on beside it, as before. */
	ent_node_destroy(home_open(&home));
	home_remove(&home);
}

/* As append of operator_desk.c, without asking anybody. */
static void forge(struct operator_desk *desk, const char *bytes) {
	struct ent_store_entry entry = {.bytes = bytes, .size = strlen(bytes)};
	struct ent_checkpoint checkpoint = {{0}};
	struct ent_fault fault = {{0}, {0}};
	char note[ENT_NOTE_SIZE];
	uint8_t chance[16];
	ent_seal_random(chance, sizeof chance);
	const uint64_t first = desk->tree.size;
	ent_ledger_leaf_hash(entry.bytes, entry.size, &entry.leaf);
	CHECK(ent_tree_append(&desk->tree, &entry.leaf, NULL, NULL) == ENT_OK);
	(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", desk->vkey.name);
	checkpoint.size = desk->tree.size;
	ent_tree_root(&desk->tree, &checkpoint.root);
	const struct ent_store_batch batch = {.ledger = desk->ledger,
			.first = first,
			.entries = &entry,
			.n_entries = 1,
			.note = note,
			.note_length = ent_checkpoint_sign(
					&checkpoint, desk->vkey.name, desk->key, note),
			.batch = ent_uuid_from_random(chance)};
	CHECK(ent_store_append(desk->store, &batch, &fault) == ENT_OK);
}

#define FORGED(kind, more)                                                                        \
	"{\"seq\":1,\"time_us\":2000000000000000,\"kind\":\"" kind "\",\"class\":\"ACTUAL\"" more \
	"}"

TEST(desk_ledger__entries_against_the_rules_are_told_though_they_are_signed) {
	static const struct {
		const char *why, *entry;
	} rows[] = {
			{"the last administrator",
					FORGED("operator-disabled",
							",\"by\":\"(command line)\",\"operator\":"
							"\"ada\"")},
			{"by who has no session",
					FORGED("operator-unlocked",
							",\"by\":\"ada\",\"operator\":\"ada\"")},
			{"nobody is removed",
					FORGED("operator-removed",
							",\"by\":\"(command line)\",\"operator\":"
							"\"ada\"")},
			{"a member more",
					FORGED("operator-unlocked",
							",\"by\":\"(command line)\",\"operator\":"
							"\"ada\",\"x\":1")},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct home home;
		struct operator_desk desk;
		struct ent_fault fault = {{0}, {0}};
		(void)state_;
		begin(&home, &desk);
		forge(&desk, rows[i].entry);
		operator_desk_close(&desk);
		CHECK_ROW(rows[i].why, verify(&home, 2, &fault) == 1);
		assert_string_equal(fault.where, "entry 1");
		CHECK(strstr(fault.why, "does not follow from those before it") != NULL);
		fault = (struct ent_fault){{0}, {0}};
		CHECK_ROW(rows[i].why,
				operator_desk_open(&desk, home.path, true, &fault) == ENT_E_SYNTAX);
		CHECK(strstr(fault.where, "entry 1") != NULL && fault.why[0] != '\0');
		operator_desk_close(&desk);
		home_remove(&home);
	}
}

TEST(desk_ledger__of_another_key_is_refused) {
	struct home home, other;
	struct operator_desk desk;
	struct ent_fault fault = {{0}, {0}};
	char here[512], there[512];
	(void)state_;
	begin(&home, &desk);
	operator_desk_close(&desk);
	begin(&other, &desk);
	operator_desk_close(&desk);
	static const char *const files[] = {"ledger.key", "ledger.vkey"};
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		home_file(&home, files[i], here);
		home_file(&other, files[i], there);
		CHECK(rename(there, here) == 0);
	}
	CHECK(operator_desk_open(&desk, home.path, true, &fault) == ENT_E_REFUSED);
	operator_desk_close(&desk);
	home_remove(&home);
	home_remove(&other);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(desk_ledger__goes_on_behind_a_tile_and_is_whole_each_time),
			TEST_ENTRY(desk_ledger__entries_against_the_rules_are_told_though_they_are_signed),
			TEST_ENTRY(desk_ledger__of_another_key_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
