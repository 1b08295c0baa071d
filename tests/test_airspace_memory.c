/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had, in the airspace: every allocation of a version fails once, then all from it on. The
 * outcome is E_MEMORY; once the version is discarded all is as it was, nothing stays behind, and the same goes well.
 */
#include "airspaces.h"
#include "memory.h"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

enum { COMMANDS_MAX = 32, NEIGHBOURS = 40, ENTRY_MAX = 4096, LACKS = 2 };

struct script {
	struct airspace airspace; /* what is there before */
	struct ent_command command[COMMANDS_MAX];
	struct ent_ovn key[4 * NEIGHBOURS];
	size_t n;
	uint8_t *before; /* its bytes */
	size_t before_size;
	struct {
		char bytes[ENTRY_MAX];
		size_t size;
	} entry[COMMANDS_MAX];
	size_t n_entries;
};

static void must(struct airspace *airspace, struct ent_command command) {
	CHECK(airspace_do(airspace, &command) == ENT_REFUSAL_NONE);
}

/* Neighbours enough that every list and map must grow. */
static void fill(struct airspace *airspace) {
	airspace_begin(airspace);
	for (unsigned i = 0; i < NEIGHBOURS; i++) {
		struct ent_command command = put_subscription(i, disc(47, 8, 0, 100, 0, 7200));
		command.notify_constraints = true;
		must(airspace, command);
		command = put_intent(
				1000 + i, disc(47, 8, 100 * (int)i, 100 * (int)i + 50, 0, 3600));
		command.has_new_subscription = true;
		must(airspace, command);
		must(airspace, put_constraint(2000 + i, disc(47, 8, 0, 100, 0, 200)));
	}
	must(airspace,
			(struct ent_command){.kind = ENT_COMMAND_SET_AVAILABILITY,
					.manager = "a",
					.uss = "uss1",
					.old_version = ""});
}

static void add(struct script *script, struct ent_command command) {
	CHECK(script->n < COMMANDS_MAX);
	script->command[script->n++] = command;
}

/* Each speaks of another entity, so that what is in force does not depend on the others. */
static void write_script(struct script *script) {
	struct airspace *airspace = &script->airspace;
	struct ent_command command = update(
			airspace, put_intent(1000, disc(47, 8, 0, 50, 0, 3600)));
	command = with_key(airspace, command, script->key, COUNT_OF(script->key));
	struct ent_ovn *key = command.key;
	const size_t n_key = command.n_key;
	command.has_new_subscription = command.has_suffix = true;
	command.fresh = id_of(300000);
	command.suffix = suffix_of(airspace->now_utc_us, 1);
	ent_uuid_print(&command.suffix, command.suffix_text);
	add(script, command);
	/* Its implicit subscription is widened. */
	command = update(airspace, put_intent(1001, disc(47.02, 8.02, 0, 50, 0, 7000)));
	command.has_subscription = true;
	command.subscription = id_of(101001);
	command.key = key;
	command.n_key = n_key;
	add(script, command);
	add(script, put_intent(3000, disc(47, 8, 0, 5000, 0, 3600))); /* LACKS: its key is empty */
	add(script, put_constraint(3001, disc(47, 8, 0, 5000, 0, 3600)));
	add(script, update(airspace, put_constraint(2001, disc(47.1, 8, 0, 5000, 0, 3600))));
	add(script, delete_it(airspace, ENT_COMMAND_DELETE_CONSTRAINT, 2002));
	add(script, delete_it(airspace, ENT_COMMAND_DELETE_INTENT, 1002));
	add(script, put_subscription(3002, disc(47, 8, 0, 5000, 0, 3600)));
	add(script, update(airspace, put_subscription(3, disc(47.1, 8, 0, 5000, 0, 3600))));
	add(script, delete_it(airspace, ENT_COMMAND_DELETE_SUBSCRIPTION, 4));
	add(script,
			(struct ent_command){.kind = ENT_COMMAND_SET_AVAILABILITY,
					.manager = "a",
					.uss = "uss1",
					.old_version = ent_airspace_uss(airspace->seen, "uss1")
								       .version,
					.availability = ENT_AVAILABILITY_DOWN});
	add(script,
			(struct ent_command){.kind = ENT_COMMAND_REPORT,
					.manager = "a",
					.id = id_of(3003)});
	add(script, (struct ent_command){.kind = ENT_COMMAND_CONFIG});
	add(script, (struct ent_command){.kind = ENT_COMMAND_TICK});
}

/* All of it into one version; what is decided is kept when 'keep'. The last comes when all constraints are due. */
static ent_status decide_all(struct script *script, bool keep) {
	struct ent_airspace_outcome outcome = {0};
	int64_t now = script->airspace.now_utc_us;
	ent_status status = ent_fold_begin(script->airspace.fold);
	for (size_t i = 0; status == ENT_OK && i < script->n; i++) {
		now += i + 1 < script->n ? 1 : HOUR_US / 2;
		status = ent_airspace_decide(
				script->airspace.fold, &script->command[i], now, &outcome);
		if (status != ENT_OK)
			break;
		const bool lacks = i == LACKS;
		CHECK(outcome.refusal == (lacks ? ENT_REFUSAL_CONFLICT : ENT_REFUSAL_NONE));
		if (!keep || outcome.refusal != ENT_REFUSAL_NONE)
			continue;
		CHECK(outcome.entry_size < ENTRY_MAX);
		memcpy(script->entry[script->n_entries].bytes, outcome.entry, outcome.entry_size);
		script->entry[script->n_entries++].size = outcome.entry_size;
	}
	ent_airspace_outcome_finish(&outcome);
	return status;
}

static ent_status apply_all(struct script *script) {
	struct ent_json *json = NULL;
	ent_status status = ent_json_create(&json);
	if (status == ENT_OK)
		status = ent_fold_begin(script->airspace.fold);
	for (size_t i = 0; status == ENT_OK && i < script->n_entries; i++) {
		struct ent_fault fault;
		status = ent_airspace_apply(script->airspace.fold, json, script->entry[i].bytes,
				script->entry[i].size, script->entry[i].size, &fault);
	}
	ent_json_destroy(json);
	return status;
}

/* Whatever memory failed at, what was published is what it was. */
static void check_untouched(struct script *script) {
	size_t size;
	const struct ent_fold_version *version = ent_fold_take(script->airspace.fold);
	uint8_t *bytes = airspace_bytes(version, &size);
	CHECK(bytes != NULL && size == script->before_size);
	CHECK(memcmp(bytes, script->before, size) == 0);
	CHECK(airspace_broken(version) == NULL);
	free(bytes);
	ent_fold_release(script->airspace.fold, version);
}

static ent_status decide_again(struct script *script) {
	return decide_all(script, false);
}

/* 'spared': how many allocations may fail without harm, those that would only have given memory back. */
static void fail_everywhere(
		struct script *script, ent_status (*all)(struct script *script), size_t spared) {
	const int64_t live = memory.live;
	size_t failed = 0, harmless = 0;
	for (int all_later = 0; all_later < 2; all_later++) {
		bool reached = true;
		for (uint64_t fail_at = 1; reached; fail_at++) {
			memory_begin(fail_at, all_later == 1);
			const ent_status status = all(script);
			reached = memory.calls >= fail_at;
			memory_begin(0, false);
			CHECK(status == ENT_E_MEMORY || status == ENT_OK);
			CHECK(reached || status == ENT_OK);
			failed += status == ENT_E_MEMORY;
			harmless += reached && status == ENT_OK;
			ent_fold_discard(script->airspace.fold);
			if (fail_at % 8 == 0 || !reached)
				check_untouched(script);
			CHECK(memory.live == live);
		}
	}
	CHECK(failed > 100 && harmless <= spared);
}

static void script_begin(struct script *script) {
	*script = (struct script){0};
	fill(&script->airspace);
	write_script(script);
	script->before = airspace_bytes(script->airspace.seen, &script->before_size);
	CHECK(script->before != NULL);
	CHECK(decide_all(script, true) == ENT_OK);
	CHECK(script->n_entries == script->n - 1);
	CHECK(ent_fold_count(ent_fold_open(script->airspace.fold), ENT_AIRSPACE_CONSTRAINTS) == 2);
	ent_fold_discard(script->airspace.fold);
}

static void script_end(struct script *script) {
	free(script->before);
	airspace_end(&script->airspace);
}

TEST(airspace__decided_without_memory_is_what_it_was) {
	(void)state_;
	static struct script script;
	script_begin(&script);
	fail_everywhere(&script, decide_again, 0);
	script_end(&script);
}

TEST(airspace__replayed_without_memory_is_what_it_was) {
	(void)state_;
	static struct script script;
	script_begin(&script);
	fail_everywhere(&script, apply_all, 2 * script.n_entries);
	script_end(&script);
}

static ent_status read_snapshot(const struct script *script, struct ent_fold **ret_fold) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_fold_create(&ent_airspace_fold_options, ret_fold);
	if (status == ENT_OK)
		status = ent_fold_begin(*ret_fold);
	return status == ENT_OK ? ent_airspace_snapshot_read(*ret_fold, script->before,
						  script->before_size, &fault)
				: status;
}

TEST(snapshot__without_memory_leaves_nothing) {
	(void)state_;
	static struct script script;
	script_begin(&script);
	const int64_t live = memory.live;
	bool reached = true;
	for (uint64_t fail_at = 1; reached; fail_at++) {
		struct ent_fold *fold = NULL;
		size_t size;
		memory_begin(fail_at, fail_at % 2 == 0);
		const ent_status status = read_snapshot(&script, &fold);
		reached = memory.calls >= fail_at;
		memory_begin(0, false);
		CHECK(status == (reached ? ENT_E_MEMORY : ENT_OK));
		ent_fold_destroy(fold);
		memory_begin(fail_at, true);
		uint8_t *bytes = airspace_bytes(script.airspace.seen, &size);
		memory_begin(0, false);
		free(bytes);
		CHECK(memory.live == live);
	}
	script_end(&script);
}

TEST(extent__without_memory_leaves_nothing) {
	(void)state_;
	const struct ent_point corners[] = {{47000000000, 8000000000}, {47000000000, 8100000000},
			{47100000000, 8100000000}};
	struct ent_extent_volume volumes[2] = {{.outline = ENT_EXTENT_CIRCLE,
			.center = corners[0],
			.radius_mm = 5000000,
			.upper_mm = 1,
			.end_utc_us = 1}};
	volumes[1] = volumes[0];
	volumes[1].outline = ENT_EXTENT_POLYGON;
	volumes[1].vertices = corners;
	volumes[1].n_vertices = COUNT_OF(corners);
	const int64_t live = memory.live;
	bool reached = true;
	for (uint64_t fail_at = 1; reached; fail_at++) {
		struct ent_extent *extent = NULL;
		struct ent_fault fault;
		memory_begin(fail_at, fail_at % 2 == 0);
		const ent_status status = ent_extent_create(
				volumes, 2, &ent_extent_limits_default, &extent, &fault);
		reached = memory.calls >= fail_at;
		memory_begin(0, false);
		CHECK(status == ENT_OK || status == ENT_E_MEMORY);
		CHECK(reached || status == ENT_OK);
		ent_extent_destroy(extent);
		CHECK(memory.live == live);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(airspace__decided_without_memory_is_what_it_was),
			TEST_ENTRY(airspace__replayed_without_memory_is_what_it_was),
			TEST_ENTRY(snapshot__without_memory_leaves_nothing),
			TEST_ENTRY(extent__without_memory_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
