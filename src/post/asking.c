/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asking.c: ledgers of ours, from the first question to the writing (docs/decisions/0020). One that asks is kept like
 * another's: what it lacks comes back from whoever has it, and is taken because we signed it once. Then its scribe opens it, and
 * the jobs that waited go on in their order.
 *
 *     ASKS -- all have answered, or ent_post_begin --> BECOMES --> WRITTEN
 *                                                        \--> BROKEN -- ent_post_begin --> BECOMES
 *
 * One whose place another took goes the same way, but for ent_post_begin, and is not written at its end: whoever lacks something of
 * it is given it then.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/route.h"
#include "internal.h"

struct ent_scribe_ledger *post_scribe(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->use);
	struct ent_scribe_ledger *scribe = ledger->scribe;
	(void)pthread_mutex_unlock(&ledger->use);
	return scribe;
}

ent_status post_scribe_open(struct ent_post_ledger *ledger, struct ent_fault *reterr_fault) {
	const struct ent_post *post = ledger->post;
	struct ent_scribe_ledger *scribe = NULL;
	const struct ent_scribe_ledger_options options = {.name = ledger->name,
			.origin = ledger->origin,
			.key_name = post->vkey.name,
			.key = post->options.line_key,
			.older = post->older,
			.n_older = post->n_older,
			.fold = ledger->options.fold,
			.decide = ledger->options.decide,
			.goes_on = ledger->options.goes_on};
	const ent_status status = ent_scribe_open(post->scribe, &options, &scribe, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&ledger->use);
	ledger->scribe = scribe;
	if (ledger->number == 0)
		ledger->number = ent_scribe_number(scribe);
	(void)pthread_mutex_unlock(&ledger->use);
	return ENT_OK;
}

/* --- Who is asked --- */

struct ent_post_ledger *asking_find(struct ent_post *post, const char *name) {
	struct ent_post_ledger *ledger = ent_post_find(post, post->id, name);
	if (ledger == NULL)
		return NULL;
	(void)pthread_mutex_lock(&post->lock);
	const bool asks = ledger->stage == ASKS;
	(void)pthread_mutex_unlock(&post->lock);
	return asks ? ledger : NULL;
}

/* Under the post's lock. NULL: it is not asked, or has answered. */
static struct member *asked_member(struct ent_post_ledger *ledger, const struct peer *peer) {
	if (!ledger->is_open || ledger->stage != ASKS)
		return NULL;
	for (size_t i = 0; i < ledger->n_members; i++)
		if (ledger->members[i].peer == peer && !ledger->members[i].answered)
			return &ledger->members[i];
	return NULL;
}

ent_status asking_list(struct ent_post *post, const struct peer *peer,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n) {
	size_t n = 0;
	(void)pthread_mutex_lock(&post->lock);
	struct ent_post_ledger **ledgers = malloc((post->n_ledgers + 1) * sizeof(void *));
	for (size_t i = 0; ledgers != NULL && i < post->n_ledgers; i++)
		if (asked_member(post->ledgers[i], peer) != NULL)
			ledgers[n++] = post->ledgers[i];
	(void)pthread_mutex_unlock(&post->lock);
	if (ledgers == NULL)
		return ENT_E_MEMORY;
	*ret_ledgers = ledgers;
	*ret_n = n;
	return ENT_OK;
}

int64_t asking_next_us(struct ent_post *post, const struct peer *peer, int64_t now_us) {
	int64_t next_us = INT64_MAX;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		const struct member *member = asked_member(post->ledgers[i], peer);
		if (member == NULL)
			continue;
		/* A pause that a clock set back would make longer than the longest is over. */
		const bool waits = member->asked > 0 && member->again_us > now_us &&
				member->again_us - now_us <= ENT_ROUTE_PAUSE_MAX_US;
		const int64_t at_us = waits ? member->again_us : now_us;
		next_us = at_us < next_us ? at_us : next_us;
	}
	(void)pthread_mutex_unlock(&post->lock);
	return next_us;
}

void asking_sent(struct ent_post *post, const struct peer *peer, bool arrived) {
	const int64_t now_us = post_now(post);
	uint32_t by_chance;
	ent_seal_random(&by_chance, sizeof by_chance);
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		struct member *member = asked_member(post->ledgers[i], peer);
		if (member == NULL)
			continue;
		member->asked = arrived ? member->asked + 1 : 0;
		if (arrived)
			member->again_us = now_us + ent_route_pause_us(member->asked, by_chance);
	}
	(void)pthread_mutex_unlock(&post->lock);
}

bool asking_answered(struct ent_post_ledger *ledger, const struct peer *peer, uint64_t said) {
	struct ent_replica_answer held;
	kept_look(ledger, &held);
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct member *member = asked_member(ledger, peer);
	const bool complete = said <= held.size && ledger->signed_size <= held.size;
	if (member != NULL && complete)
		member->answered = true;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return complete;
}

void asking_signed(struct ent_post_ledger *ledger, uint64_t size) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	if (ledger->signed_size < size)
		ledger->signed_size = size;
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

/* --- From asking to writing --- */

/* The next job that waits. NULL: there is none, and from now on none does. */
static struct ent_scribe_job *next_job(struct ent_post_ledger *ledger, enum stage from_now_on) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	struct ent_scribe_job *job = ledger->jobs;
	if (job != NULL) {
		ledger->jobs = job->next;
		ledger->n_jobs--;
	} else {
		ledger->stage = from_now_on;
	}
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return job;
}

static ent_status open_scribe(struct ent_post_ledger *ledger, struct ent_fault *fault) {
	struct ent_post *post = ledger->post;
	char reason[ENT_FAULT_WHY_SIZE] = "";
	(void)pthread_mutex_lock(&ledger->opening);
	kept_put_aside(ledger);
	const ent_status status = post_scribe_open(ledger, fault);
	(void)pthread_mutex_unlock(&ledger->opening);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&post->lock);
	post->by_number[ledger->number] = ledger;
	const bool frozen = ledger->frozen;
	memcpy(reason, ledger->reason, sizeof reason);
	(void)pthread_mutex_unlock(&post->lock);
	/* It was frozen while it asked. */
	if (frozen)
		ent_scribe_freeze(ledger->scribe, reason);
	return ENT_OK;
}

/* Whoever shares it is owed it now. */
static ent_status owe_all(struct ent_post_ledger *ledger) {
	ent_status status = ENT_OK;
	for (size_t i = 0;; i++) {
		(void)pthread_mutex_lock(&ledger->post->lock);
		struct peer *peer = i < ledger->n_members ? ledger->members[i].peer : NULL;
		(void)pthread_mutex_unlock(&ledger->post->lock);
		if (peer == NULL)
			return status;
		const ent_status owed = post_owe(ledger, peer);
		status = status == ENT_OK ? owed : status;
	}
}

/* By who has made it BECOMES. */
static ent_status become(struct ent_post_ledger *ledger, struct ent_fault *fault) {
	struct ent_post *post = ledger->post;
	struct ent_fault why = {{0}, {0}};
	struct ent_scribe_job *job;
	ent_status status = post_scribe(ledger) != NULL ? ENT_OK : open_scribe(ledger, &why);
	if (status == ENT_OK)
		status = owe_all(ledger);
	if (status == ENT_OK) {
		while ((job = next_job(ledger, WRITTEN)) != NULL)
			ent_scribe_submit(ledger->scribe, job);
		return ENT_OK;
	}
	(void)pthread_mutex_lock(&post->lock);
	if (!ledger->frozen)
		(void)snprintf(ledger->reason, sizeof ledger->reason,
				"it cannot be written: %.200s",
				why.why[0] != '\0' ? why.why : ent_status_text(status));
	(void)pthread_mutex_unlock(&post->lock);
	while ((job = next_job(ledger, BROKEN)) != NULL)
		job->done(job, ENT_E_IO);
	post_say(post, ENT_SCRIBE_ERROR, "%s cannot be written: %s: %s", ledger->name, why.where,
			why.why[0] != '\0' ? why.why : ent_status_text(status));
	if (fault != NULL)
		*fault = why;
	return status;
}

static bool has_all_answers(const struct ent_post_ledger *ledger) {
	for (size_t i = 0; i < ledger->n_members; i++)
		if (!ledger->members[i].answered)
			return false;
	return ledger->n_members > 0;
}

/* The next one that begins, which is this caller's alone then. 'at' goes behind it. */
static struct ent_post_ledger *next_to_begin(struct ent_post *post, bool whatever, size_t *at) {
	struct ent_post_ledger *ledger = NULL;
	(void)pthread_mutex_lock(&post->lock);
	while (ledger == NULL && *at < post->n_ledgers) {
		struct ent_post_ledger *next = post->ledgers[(*at)++];
		const bool begun = whatever && !next->past;
		const bool begins = next->stage == ASKS ? begun || has_all_answers(next)
							: next->stage == BROKEN && whatever;
		if (next->is_open && begins)
			ledger = next;
	}
	if (ledger != NULL)
		ledger->stage = BECOMES;
	(void)pthread_mutex_unlock(&post->lock);
	return ledger;
}

void asking_begin_answered(struct ent_post *post) {
	struct ent_post_ledger *ledger;
	/* One that fails says so itself. */
	for (size_t at = 0; (ledger = next_to_begin(post, false, &at)) != NULL;)
		(void)become(ledger, NULL);
}

ent_status ent_post_begin(struct ent_post *post, struct ent_fault *reterr_fault) {
	struct ent_post_ledger *ledger;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ENT_OK;
	for (size_t at = 0; (ledger = next_to_begin(post, true, &at)) != NULL;) {
		const ent_status begun = become(ledger, &fault);
		if (status == ENT_OK && begun != ENT_OK && reterr_fault != NULL)
			*reterr_fault = fault;
		status = status == ENT_OK ? begun : status;
	}
	return status;
}

static size_t count_unwritten(struct ent_post *post, bool past) {
	size_t n = 0;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_ledgers; i++) {
		const struct ent_post_ledger *ledger = post->ledgers[i];
		n += ledger->is_open && ledger->stage != WRITTEN && (past || !ledger->past);
	}
	(void)pthread_mutex_unlock(&post->lock);
	return n;
}

size_t ent_post_asking(struct ent_post *post) {
	return count_unwritten(post, false);
}

size_t ent_post_unanswered(struct ent_post *post) {
	return count_unwritten(post, true);
}

void ent_post_past(struct ent_post_ledger *ledger) {
	struct ent_post *post = ledger->post;
	(void)pthread_mutex_lock(&post->lock);
	ledger->past = true;
	struct ent_scribe_job *jobs = ledger->jobs;
	ledger->jobs = NULL;
	ledger->n_jobs = 0;
	(void)pthread_mutex_unlock(&post->lock);
	while (jobs != NULL) {
		struct ent_scribe_job *job = jobs;
		jobs = job->next;
		job->done(job, ENT_E_IO);
	}
}

void asking_drop_jobs(struct ent_post *post) {
	struct ent_scribe_job *job;
	for (size_t i = 0; i < post->n_ledgers; i++)
		if (post->ledgers[i]->jobs != NULL)
			while ((job = next_job(post->ledgers[i], BROKEN)) != NULL)
				job->done(job, ENT_E_IO);
}

/* --- Using --- */

void ent_post_submit(struct ent_post_ledger *ledger, struct ent_scribe_job *job) {
	struct ent_post *post = ledger->post;
	ent_status refused = ENT_OK;
	assert(ledger->peer == NULL);
	(void)pthread_mutex_lock(&post->lock);
	const bool is_written = ledger->stage == WRITTEN && !ledger->past;
	if (ledger->stage == BROKEN || ledger->past)
		refused = ENT_E_IO;
	else if (!is_written && ledger->n_jobs >= ENT_SCRIBE_QUEUE_MAX)
		refused = ENT_E_LIMIT;
	else if (!is_written) {
		job->next = NULL;
		if (ledger->jobs == NULL)
			ledger->last_job = &ledger->jobs;
		*ledger->last_job = job;
		ledger->last_job = &job->next;
		ledger->n_jobs++;
	}
	(void)pthread_mutex_unlock(&post->lock);
	if (refused != ENT_OK)
		job->done(job, refused);
	else if (is_written)
		ent_scribe_submit(post_scribe(ledger), job);
}

/* Told to its scribe, or when there is one. */
static void set_frozen(struct ent_post_ledger *ledger, bool frozen, const char *reason) {
	assert(ledger->peer == NULL);
	(void)pthread_mutex_lock(&ledger->post->lock);
	ledger->frozen = frozen;
	(void)snprintf(ledger->reason, sizeof ledger->reason, "%s", reason);
	(void)pthread_mutex_unlock(&ledger->post->lock);
	struct ent_scribe_ledger *scribe = post_scribe(ledger);
	if (scribe != NULL && frozen)
		ent_scribe_freeze(scribe, reason);
	else if (scribe != NULL)
		ent_scribe_thaw(scribe);
}

void ent_post_freeze(struct ent_post_ledger *ledger, const char *reason) {
	set_frozen(ledger, true, reason);
}

void ent_post_thaw(struct ent_post_ledger *ledger) {
	set_frozen(ledger, false, "");
}
