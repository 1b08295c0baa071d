/* SPDX-License-Identifier: Apache-2.0 */
/* fake_node.c: see fake_node.h. */
#include "fake_node.h"

#include <stdio.h>

#include "airspace_whole.h"
#include "fuzz.h"

#define BEGIN_US INT64_C(1767225600000000) /* 2026-01-01T00:00:00Z */

struct ent_node {
	struct ent_fold *fold, *replayed;
	struct ent_json *json;
	struct ent_airspace_outcome outcome;
	struct ent_vkey vkey;
	int64_t now_utc_us;
	ent_status fail;
	uint64_t committed, refused;
};

/* Into both folds' open versions. */
static void decide(struct ent_node *node, const struct ent_command *command) {
	struct ent_fault fault = {{0}, {0}};
	const struct ent_airspace_head *head = ent_fold_head(ent_fold_open(node->fold));
	if (node->now_utc_us <= head->time_utc_us)
		node->now_utc_us = head->time_utc_us + 1;
	FUZZ_CHECK(ent_airspace_decide(node->fold, command, node->now_utc_us, &node->outcome) ==
			ENT_OK);
	if (node->outcome.refusal != ENT_REFUSAL_NONE)
		return;
	FUZZ_CHECK(ent_airspace_apply(node->replayed, node->json, node->outcome.entry,
				   node->outcome.entry_size, node->outcome.entry_size,
				   &fault) == ENT_OK);
}

static void begin(struct ent_node *node) {
	const struct ent_command tick = {.kind = ENT_COMMAND_TICK};
	FUZZ_CHECK(ent_fold_begin(node->fold) == ENT_OK);
	FUZZ_CHECK(ent_fold_begin(node->replayed) == ENT_OK);
	while (ent_airspace_due(ent_fold_open(node->fold), node->now_utc_us + 1)) {
		node->now_utc_us++;
		decide(node, &tick);
	}
}

static void commit(struct ent_fold *fold) {
	ent_fold_publish(fold, ent_fold_seal(fold));
	(void)ent_fold_sweep(fold, SIZE_MAX);
}

struct ent_node *fake_node_create(void) {
	const struct ent_command config = {
			.kind = ENT_COMMAND_CONFIG, .expire_after_us = INT64_C(7200000000)};
	struct ent_node *node = calloc(1, sizeof *node);
	FUZZ_CHECK(node != NULL);
	node->now_utc_us = BEGIN_US;
	(void)snprintf(node->vkey.name, sizeof node->vkey.name, "%s", "fake.example/airspace/main");
	FUZZ_CHECK(ent_json_create(&node->json) == ENT_OK);
	FUZZ_CHECK(ent_fold_create(&ent_airspace_fold_options, &node->fold) == ENT_OK);
	FUZZ_CHECK(ent_fold_create(&ent_airspace_fold_options, &node->replayed) == ENT_OK);
	begin(node);
	decide(node, &config);
	commit(node->fold);
	commit(node->replayed);
	return node;
}

void fake_node_destroy(struct ent_node *node) {
	ent_airspace_outcome_finish(&node->outcome);
	ent_json_destroy(node->json);
	ent_fold_destroy(node->fold);
	ent_fold_destroy(node->replayed);
	free(node);
}

int64_t fake_node_now(const struct ent_node *node) {
	return node->now_utc_us;
}

void fake_node_wait(struct ent_node *node, int64_t us) {
	node->now_utc_us += us;
}

void fake_node_fail_next(struct ent_node *node, ent_status status) {
	node->fail = status;
}

const char *fake_node_broken(struct ent_node *node) {
	const struct ent_fold_version *here = ent_fold_take(node->fold);
	const struct ent_fold_version *there = ent_fold_take(node->replayed);
	const char *broken = airspace_broken(here);
	if (broken == NULL)
		broken = airspace_differ(here, there);
	ent_fold_release(node->fold, here);
	ent_fold_release(node->replayed, there);
	return broken;
}

/* --- node.h --- */

void ent_node_submit(struct ent_node *node, struct ent_node_job *job) {
	const ent_status fail = node->fail;
	node->fail = ENT_OK;
	if (fail != ENT_OK) {
		job->done(job, fail);
		return;
	}
	/* As it is with a node's queue: nothing is done for who has gone. */
	if (job->gone != NULL && job->gone(job)) {
		job->done(job, ENT_E_MISSING);
		return;
	}
	begin(node);
	decide(node, &job->command);
	node->committed += node->outcome.refusal == ENT_REFUSAL_NONE;
	node->refused += node->outcome.refusal != ENT_REFUSAL_NONE;
	job->decided(job, &node->outcome, ent_fold_open(node->fold));
	commit(node->fold);
	commit(node->replayed);
	job->done(job, ENT_OK);
}

const struct ent_fold_version *ent_node_take(struct ent_node *node) {
	return ent_fold_take(node->fold);
}

void ent_node_release(struct ent_node *node, const struct ent_fold_version *version) {
	ent_fold_release(node->fold, version);
}

void ent_node_state(struct ent_node *node, struct ent_node_state *ret_state) {
	const struct ent_fold_version *version = ent_fold_take(node->fold);
	const struct ent_airspace_head *head = ent_fold_head(version);
	*ret_state = (struct ent_node_state){.writes = node->fail == ENT_OK,
			.reason = "it fails next",
			.size = head->size,
			.time_utc_us = head->time_utc_us,
			.intents = ent_fold_count(version, ENT_AIRSPACE_INTENTS),
			.committed = node->committed,
			.refused = node->refused};
	ent_fold_release(node->fold, version);
}

const struct ent_vkey *ent_node_vkey(const struct ent_node *node) {
	return &node->vkey;
}
