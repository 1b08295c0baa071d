/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_airspace_random.c: random histories. Whatever is decided, a second fold comes to the same state by the entries'
 * bytes alone, and a third by a snapshot; all promises hold at every step; who lacks what in a key and who is told
 * is what a search without an index finds.
 */
#include "airspace_history.h"
#include "entente/cells.h"

/* --- Searches without an index --- */

static bool share_a_cell(const struct ent_extent *a, const struct ent_extent *b) {
	for (size_t i = 0; i < a->n_cells; i++)
		for (size_t k = 0; k < b->n_cells; k++)
			if (a->cells[i] == b->cells[k])
				return true;
	return false;
}

/* 'also' may be NULL. */
static bool concerns(const struct ent_extent *entity, const struct ent_extent *extent,
		const struct ent_extent *also) {
	int64_t start = extent->start_utc_us, end = extent->end_utc_us;
	if (also != NULL && also->start_utc_us < start)
		start = also->start_utc_us;
	if (also != NULL && also->end_utc_us > end)
		end = also->end_utc_us;
	return entity->start_utc_us <= end && entity->end_utc_us >= start &&
			(share_a_cell(entity, extent) ||
					(also != NULL && share_a_cell(entity, also)));
}

static bool is_notified(const struct ent_airspace_outcome *outcome, const struct ent_uuid *id,
		uint64_t *ret_index) {
	for (size_t i = 0; i < outcome->n_notified; i++)
		if (ent_uuid_compare(&outcome->notified[i].subscription->id, id) == 0) {
			*ret_index = outcome->notified[i].index;
			return true;
		}
	return false;
}

static uint64_t index_before(const struct history *history, const struct ent_uuid *id) {
	for (size_t i = 0; i < history->n_noted; i++)
		if (ent_uuid_compare(&history->noted[i].id, id) == 0)
			return history->noted[i].index;
	return 0;
}

/* f3548 6.5, f3548 8.1: who is told, and by how much each index grew. 'version' has the subscriptions in question. */
static void check_told(const struct history *history, const struct ent_fold_version *version,
		bool intents, const struct ent_extent *extent, const struct ent_extent *also) {
	const struct ent_airspace_head *head = ent_fold_head(version);
	const uint64_t of_day = (uint64_t)(history->now_utc_us % (24 * HOUR_US)) / 1000;
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value, index = 0;
	size_t told = 0;
	ent_fold_seek(version, ENT_AIRSPACE_SUBSCRIPTIONS, NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value)) {
		const struct ent_entity *subscription = (const struct ent_entity *)(uintptr_t)
				value; /* NOLINT */
		const bool expected = (intents ? subscription->notify_intents
					       : subscription->notify_constraints) &&
				concerns(&subscription->extent, extent, also);
		const uint64_t before = index_before(history, &subscription->id);
		CHECK(is_notified(&history->outcome, &subscription->id, &index) == expected);
		if (expected)
			CHECK(index == (head->index_is_time ? of_day : before + 1));
		told += expected;
	}
	CHECK(told == history->outcome.n_notified);
	for (size_t i = 1; i < told; i++)
		CHECK(strcmp(history->outcome.notified[i - 1].subscription->url,
				      history->outcome.notified[i].subscription->url) <= 0);
}

static bool in_key(const struct ent_command *command, const char *ovn) {
	for (size_t i = 0; i < command->n_key; i++)
		if (command->key[i].length == strlen(ovn) &&
				memcmp(command->key[i].text, ovn, strlen(ovn)) == 0)
			return true;
	return false;
}

static bool is_missing(
		const struct ent_airspace_outcome *outcome, const struct ent_entity *entity) {
	for (size_t i = 0; i < outcome->n_missing; i++)
		if (outcome->missing[i] == entity)
			return true;
	return false;
}

/* f3548 6.4: all that the intent meets in 'version', which is from before it was filed, and that its key lacks. */
static void check_missing(const struct history *history, const struct ent_fold_version *version,
		const struct ent_command *command, bool constraints) {
	const struct ent_airspace_outcome *outcome = &history->outcome;
	size_t missing = 0;
	for (unsigned map = ENT_AIRSPACE_INTENTS; map <= ENT_AIRSPACE_CONSTRAINTS; map++) {
		struct ent_fold_cursor cursor;
		const uint64_t *key;
		uint64_t value;
		ent_fold_seek(version, map, NULL, &cursor);
		while (ent_fold_next(&cursor, &key, &value)) {
			const struct ent_entity *entity = (const struct ent_entity *)(uintptr_t)
					value; /* NOLINT */
			const bool intent = entity->kind == ENT_ENTITY_INTENT;
			const bool excused = intent && entity->state == ENT_INTENT_ACCEPTED &&
					ent_airspace_uss(version, entity->manager).availability ==
							ENT_AVAILABILITY_DOWN;
			const bool own = intent && ent_uuid_compare(&entity->id, &command->id) == 0;
			const bool lacks = concerns(&entity->extent, command->extent, NULL) &&
					!own && !excused && !in_key(command, entity->ovn) &&
					(intent ? ent_extent_altitudes_meet(
								  &entity->extent, command->extent)
						: constraints);
			CHECK(is_missing(outcome, entity) == lacks);
			missing += lacks;
		}
	}
	CHECK(missing == outcome->n_missing);
	CHECK((outcome->refusal == ENT_REFUSAL_CONFLICT) == (missing > 0));
}

/* --- A step --- */

static void note_subscriptions(struct history *history) {
	const struct ent_fold_version *open = ent_fold_open(history->decided);
	struct ent_fold_cursor cursor;
	const uint64_t *key;
	uint64_t value;
	history->n_noted = 0;
	ent_fold_seek(open, ENT_AIRSPACE_SUBSCRIPTIONS, NULL, &cursor);
	while (ent_fold_next(&cursor, &key, &value)) {
		const struct ent_entity *subscription = (const struct ent_entity *)(uintptr_t)
				value; /* NOLINT */
		CHECK(history->n_noted < NOTED_MAX);
		history->noted[history->n_noted++] = (struct noted){subscription->id,
				ent_airspace_notification_index(open, subscription)};
	}
}

/* What is not told of stays as it was; nothing ever shrinks. */
static void check_indices(const struct history *history) {
	const struct ent_fold_version *open = ent_fold_open(history->decided);
	for (size_t i = 0; i < history->n_noted; i++) {
		const struct noted *noted = &history->noted[i];
		const struct ent_entity *subscription = ent_airspace_find(
				open, ENT_ENTITY_SUBSCRIPTION, &noted->id);
		uint64_t told = noted->index;
		const struct ent_airspace_head *head = ent_fold_head(open);
		if (subscription == NULL)
			continue;
		if (!head->index_is_time)
			(void)is_notified(&history->outcome, &noted->id, &told);
		CHECK(ent_airspace_notification_index(open, subscription) == told);
		CHECK(told == noted->index || told == noted->index + 1);
	}
}

/* f3548 5.1: no OVN has ever been before; hashed openly. */
static void check_new_ovn(struct history *history, const char *ovn) {
	uint64_t hash = UINT64_C(14695981039346656037);
	for (const char *c = ovn; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	size_t at = hash % OVNS_MAX;
	for (; history->ovns[at] != 0; at = (at + 1) % OVNS_MAX)
		CHECK(history->ovns[at] != hash);
	history->ovns[at] = hash;
}

/* An implicit subscription is not widened above the limit; nor is it refused when it would have been within. */
static void check_widened(const struct history *history, const struct ent_command *command,
		const struct ent_fold_version *before) {
	const enum ent_refusal refusal = history->outcome.refusal;
	const size_t most = command->cells_max > 0 ? command->cells_max : ENT_CELLS_MAX;
	const struct ent_entity *old = ent_airspace_find(
			before, ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	const bool implicit = command->has_subscription && old != NULL && old->implicit;
	const bool refused = refusal == ENT_REFUSAL_TOO_LARGE &&
			strstr(history->outcome.message, "implicit subscription") != NULL;
	CHECK(implicit || !refused);
	if (!implicit)
		return;
	size_t n = old->extent.n_cells;
	for (size_t i = 0; i < command->extent->n_cells; i++)
		n += !ent_cells_contain(old->extent.cells, old->extent.n_cells,
				command->extent->cells + i, 1);
	const bool above = n > most && n > old->extent.n_cells;
	CHECK(above ? refusal != ENT_REFUSAL_NONE : !refused);
	if (refusal == ENT_REFUSAL_NONE)
		CHECK(ent_airspace_find(ent_fold_open(history->decided), ENT_ENTITY_SUBSCRIPTION,
				      &command->subscription)
						->extent.n_cells == n);
}

/* What a USS holds grows to its limit, off-nominal to twice that; it may shrink from above. */
static void check_held(const struct history *history, const struct ent_command *command,
		const struct ent_fold_version *before) {
	const struct ent_airspace_outcome *outcome = &history->outcome;
	const bool off_nominal = command->kind == ENT_COMMAND_PUT_INTENT &&
			command->state > ENT_INTENT_ACTIVATED;
	const uint64_t most = command->uss_cells_max * (off_nominal ? 2 : 1);
	const uint64_t was = airspace_held(before, command->manager);
	const uint64_t is = airspace_held(ent_fold_open(history->decided), command->manager);
	if (outcome->refusal == ENT_REFUSAL_NONE)
		CHECK(most == 0 || is <= most || is <= was);
	else if (strstr(outcome->message, "all that this USS has filed") != NULL)
		CHECK(most > 0 && was + 2 * command->extent->n_cells > most);
}

/* f3548 5.2, f3548 5.3: no suffix twice for one id, whatever became of the intent. */
static void check_suffix(struct history *history, const struct ent_command *command) {
	const struct ent_airspace_outcome *outcome = &history->outcome;
	bool used = false;
	if (!command->has_suffix)
		return;
	for (size_t i = 0; !used && i < history->n_used; i++)
		used = ent_uuid_compare(&history->used[i].id, &command->id) == 0 &&
				ent_uuid_compare(&history->used[i].suffix, &command->suffix) == 0;
	const bool refused = outcome->refusal == ENT_REFUSAL_BAD &&
			strstr(outcome->message, "has had it") != NULL;
	CHECK(used ? outcome->refusal != ENT_REFUSAL_NONE : !refused);
	history->reused += refused;
	if (outcome->refusal != ENT_REFUSAL_NONE)
		return;
	CHECK(history->n_used < USED_MAX);
	history->used[history->n_used++] = (struct used){command->id, command->suffix};
}

static void keep_entry(struct history *history) {
	history->entry = realloc(history->entry, (history->n_entries + 1) * sizeof *history->entry);
	char *bytes = malloc(history->outcome.entry_size + ENT_JSON_PADDING);
	CHECK(history->entry != NULL && bytes != NULL);
	memset(bytes, 0, history->outcome.entry_size + ENT_JSON_PADDING);
	memcpy(bytes, history->outcome.entry, history->outcome.entry_size);
	history->entry[history->n_entries].bytes = bytes;
	history->entry[history->n_entries++].size = history->outcome.entry_size;
}

static void check_put_intent(struct history *history, const struct ent_command *command,
		const struct ent_fold_version *before, const struct ent_entity *old) {
	const struct ent_airspace_outcome *outcome = &history->outcome;
	const struct ent_entity *subscription = ent_airspace_find(
			before, ENT_ENTITY_SUBSCRIPTION, &command->subscription);
	const bool constraints = command->has_new_subscription
			? command->new_subscription_constraints
			: command->has_subscription && subscription != NULL &&
					subscription->notify_constraints;
	if (outcome->refusal == ENT_REFUSAL_CONFLICT ||
			(outcome->refusal == ENT_REFUSAL_NONE &&
					command->state <= ENT_INTENT_ACTIVATED))
		check_missing(history, before, command, constraints);
	if (outcome->refusal != ENT_REFUSAL_NONE)
		return;
	check_told(history, ent_fold_open(history->decided), true, command->extent,
			old != NULL ? &old->extent : NULL);
	CHECK(outcome->created == (old == NULL));
	CHECK(outcome->entity->version == (old == NULL ? 1 : old->version + 1));
	check_new_ovn(history, outcome->entity->ovn);
}

/* What came of it is what a search without an index says; 'before' is the state before. */
static void check_step(struct history *history, const struct ent_command *command,
		const struct ent_fold_version *before) {
	const struct ent_airspace_outcome *outcome = &history->outcome;
	const struct ent_fold_version *open = ent_fold_open(history->decided);
	const struct ent_entity *old;
	if (command->extent != NULL)
		check_held(history, command, before);
	if (command->kind == ENT_COMMAND_PUT_INTENT) {
		old = ent_airspace_find(before, ENT_ENTITY_INTENT, &command->id);
		check_put_intent(history, command, before, old);
		check_suffix(history, command);
		check_widened(history, command, before);
	} else if (outcome->refusal != ENT_REFUSAL_NONE) {
		return;
	} else if (command->kind == ENT_COMMAND_PUT_CONSTRAINT) {
		old = ent_airspace_find(before, ENT_ENTITY_CONSTRAINT, &command->id);
		check_told(history, open, false, command->extent,
				old != NULL ? &old->extent : NULL);
		check_new_ovn(history, outcome->entity->ovn);
	} else if (command->kind == ENT_COMMAND_DELETE_INTENT) {
		check_told(history, before, true, &outcome->entity->extent, NULL);
	} else if (command->kind == ENT_COMMAND_DELETE_CONSTRAINT) {
		check_told(history, before, false, &outcome->entity->extent, NULL);
	} else if (command->kind == ENT_COMMAND_PUT_SUBSCRIPTION) {
		check_new_ovn(history, outcome->entity->ovn);
	}
}

static bool is_put(enum ent_command_kind kind) {
	return kind == ENT_COMMAND_PUT_INTENT || kind == ENT_COMMAND_PUT_CONSTRAINT ||
			kind == ENT_COMMAND_PUT_SUBSCRIPTION;
}

static void decide(struct history *history, struct ent_command *command,
		const struct ent_fold_version *before) {
	struct ent_extent *made = NULL, extent;
	if (is_put(command->kind)) {
		made = some_extent(history, command->kind == ENT_COMMAND_PUT_INTENT);
		extent = *made;
		if (command->kind == ENT_COMMAND_PUT_SUBSCRIPTION && !command->has_outline)
			extent.n_cells = 0;
		command->extent = &extent;
	}
	CHECK(ent_airspace_decide(history->decided, command, history->now_utc_us,
			      &history->outcome) == ENT_OK);
	const char *broken = airspace_broken(ent_fold_open(history->decided));
	CHECK_ROW(broken != NULL ? broken : "", broken == NULL);
	check_step(history, command, before);
	check_indices(history);
	ent_extent_destroy(made);
}

/* The version before is sealed, so that the open one can be held against it. */
static void step(struct history *history) {
	struct ent_command command;
	struct ent_ovn key[HISTORY_KEY_MAX];
	struct ent_fold_version *before = ent_fold_seal(history->decided);
	history->sealed[history->n_sealed++] = before;
	CHECK(ent_fold_begin(history->decided) == ENT_OK);
	note_subscriptions(history);
	choose(history, &command, key);
	if (ent_airspace_due(before, history->now_utc_us))
		command = (struct ent_command){.kind = ENT_COMMAND_TICK};
	decide(history, &command, before);
	history->counts[command.kind][history->outcome.refusal]++;
	if (history->outcome.refusal == ENT_REFUSAL_NONE)
		keep_entry(history);
	else
		CHECK(airspace_differ(before, ent_fold_open(history->decided)) == NULL);
	history->now_utc_us += one_in(history, 20) ? (int64_t)below(history, 20) * MINUTE_US + 1
						   : 1 + (int64_t)below(history, 2000000);
}

/* --- Versions --- */

static void forget_entries(struct history *history) {
	for (size_t i = 0; i < history->n_entries; i++)
		free(history->entry[i].bytes);
	history->n_entries = 0;
}

static void check_same(const struct ent_fold_version *a, const struct ent_fold_version *b) {
	size_t size_a, size_b;
	const char *differ = airspace_differ(a, b);
	CHECK_ROW(differ != NULL ? differ : "", differ == NULL);
	uint8_t *bytes_a = airspace_bytes(a, &size_a), *bytes_b = airspace_bytes(b, &size_b);
	CHECK(bytes_a != NULL && bytes_b != NULL && size_a == size_b);
	CHECK(memcmp(bytes_a, bytes_b, size_a) == 0);
	free(bytes_a);
	free(bytes_b);
}

static void check_snapshot(const struct ent_fold_version *version) {
	struct ent_fold *fold;
	struct ent_fault fault = {{0}, {0}};
	size_t size;
	uint8_t *bytes = airspace_bytes(version, &size);
	CHECK(bytes != NULL);
	CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
	CHECK(ent_fold_begin(fold) == ENT_OK);
	CHECK_ROW(fault.why, ent_airspace_snapshot_read(fold, bytes, size, &fault) == ENT_OK);
	check_same(version, ent_fold_open(fold));
	CHECK(airspace_broken(ent_fold_open(fold)) == NULL);
	ent_fold_destroy(fold);
	free(bytes);
}

/* All that was decided since is published here and there. */
static void publish(struct history *history) {
	struct ent_fault fault = {{0}, {0}};
	history->n_used_published = history->n_used;
	CHECK(ent_fold_begin(history->replayed) == ENT_OK);
	for (size_t i = 0; i < history->n_entries; i++) {
		const size_t size = history->entry[i].size;
		const size_t capacity = size + (one_in(history, 2) ? ENT_JSON_PADDING : 0);
		const ent_status status = ent_airspace_apply(history->replayed, history->json,
				history->entry[i].bytes, size, capacity, &fault);
		CHECK_ROW(fault.why, status == ENT_OK);
	}
	check_same(ent_fold_open(history->decided), ent_fold_open(history->replayed));
	if (one_in(history, 2))
		check_snapshot(ent_fold_open(history->decided));
	ent_fold_publish(history->replayed, ent_fold_seal(history->replayed));
	for (size_t i = 0; i < history->n_sealed; i++)
		ent_fold_publish(history->decided, history->sealed[i]);
	ent_fold_publish(history->decided, ent_fold_seal(history->decided));
}

/* What is discarded has never been: all is as it was when it was last published. */
static void discard(struct history *history) {
	ent_fold_discard(history->decided);
	history->n_used = history->n_used_published;
	const struct ent_fold_version *here = ent_fold_take(history->decided);
	const struct ent_fold_version *there = ent_fold_take(history->replayed);
	check_same(here, there);
	ent_fold_release(history->decided, here);
	ent_fold_release(history->replayed, there);
}

static void history_begin(struct history *history, uint64_t seed) {
	*history = (struct history){.seed = seed};
	history->now_utc_us = BEGIN_US + (int64_t)below(history, 86400) * SECOND_US;
	history->ovns = calloc(OVNS_MAX, sizeof *history->ovns);
	CHECK(history->ovns != NULL && ent_json_create(&history->json) == ENT_OK);
	CHECK(ent_fold_create(&ent_airspace_fold_options, &history->decided) == ENT_OK);
	CHECK(ent_fold_create(&ent_airspace_fold_options, &history->replayed) == ENT_OK);
}

static void history_end(struct history *history) {
	ent_airspace_outcome_finish(&history->outcome);
	ent_json_destroy(history->json);
	ent_fold_destroy(history->decided);
	ent_fold_destroy(history->replayed);
	free(history->entry);
	free(history->ovns);
}

/* Every command comes to what it can come to, or the history would show nothing. */
static void check_counts(unsigned counts[ENT_COMMAND_KIND_COUNT][ENT_REFUSAL_COUNT]) {
	for (int refusal = ENT_REFUSAL_NONE; refusal < ENT_REFUSAL_COUNT; refusal++)
		if (refusal != ENT_REFUSAL_MISSING)
			CHECK(counts[ENT_COMMAND_PUT_INTENT][refusal] > 0);
	for (int kind = 0; kind < ENT_COMMAND_KIND_COUNT; kind++)
		CHECK(counts[kind][ENT_REFUSAL_NONE] > 0);
	CHECK(counts[ENT_COMMAND_PUT_SUBSCRIPTION][ENT_REFUSAL_BAD] > 0);
	CHECK(counts[ENT_COMMAND_PUT_SUBSCRIPTION][ENT_REFUSAL_TOO_LARGE] > 0);
	CHECK(counts[ENT_COMMAND_PUT_CONSTRAINT][ENT_REFUSAL_TOO_LARGE] > 0);
	CHECK(counts[ENT_COMMAND_DELETE_SUBSCRIPTION][ENT_REFUSAL_BAD] > 0);
	CHECK(counts[ENT_COMMAND_DELETE_INTENT][ENT_REFUSAL_MISSING] > 0);
	CHECK(counts[ENT_COMMAND_SET_AVAILABILITY][ENT_REFUSAL_STALE] > 0);
}

TEST(airspace__a_replay_and_a_snapshot_come_to_the_state_that_was_decided) {
	(void)state_;
	unsigned counts[ENT_COMMAND_KIND_COUNT][ENT_REFUSAL_COUNT] = {{0}};
	unsigned reused = 0;
	const uint64_t histories = 2 + (uint64_t)(60 * test_scale());
	CHECK(ent_seal_start() == ENT_OK);
	for (uint64_t seed = 1; seed <= histories; seed++) {
		static struct history history;
		history_begin(&history, seed);
		for (int round = 0; round < 60; round++) {
			CHECK(ent_fold_begin(history.decided) == ENT_OK);
			for (uint64_t steps = below(&history, STEPS_MAX); steps > 0; steps--)
				step(&history);
			if (one_in(&history, 5))
				discard(&history);
			else
				publish(&history);
			forget_entries(&history);
			history.n_sealed = 0;
		}
		for (int i = 0; i < ENT_COMMAND_KIND_COUNT * ENT_REFUSAL_COUNT; i++)
			counts[i / ENT_REFUSAL_COUNT][i % ENT_REFUSAL_COUNT] += history.counts[i /
					ENT_REFUSAL_COUNT][i % ENT_REFUSAL_COUNT];
		reused += history.reused;
		history_end(&history);
	}
	check_counts(counts);
	CHECK(reused > 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(airspace__a_replay_and_a_snapshot_come_to_the_state_that_was_decided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
