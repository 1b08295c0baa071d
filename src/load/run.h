/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h: one run of the load generator, from the first request to the check of what was acknowledged.
 *
 *     reach --> prepare --> measure --> check --> summary
 *                 (the population)  (counted)  (each write is there, each delete is 404)
 */
#ifndef ENTENTE_LOAD_RUN_H
#define ENTENTE_LOAD_RUN_H

#include "bearer.h"
#include "book.h"
#include "client.h"
#include "field.h"
#include "options.h"
#include "tally.h"
#include "text.h"

#include "entente/json.h"

enum {
	LOAD_MISSING_MAX =
			64, /* OVNs that are taken from one conflict; the next one has the others */
	LOAD_TRIES_MAX = 1000, /* of one create that meets conflicts */
	LOAD_WRONG_SHOWN = 10
};

/* What a connection is doing. */
struct load_task {
	enum load_verb verb;
	enum load_kind kind;
	uint32_t record;       /* that it is about; of a query: one that it must find */
	enum load_state state; /* that an intent is to have */
	unsigned slots;        /* that a query looks at */
	unsigned hits;         /* that it must find; 0: its record, whatever else */
	unsigned tries;
	bool again; /* the same once more */
	size_t n_missing;
	char missing[LOAD_MISSING_MAX][LOAD_OVN_MAX + 1]; /* OVNs that the last key did not have */
	struct load_text request;
};

struct load_run {
	const struct load_options *options;
	const struct load_mix *mix;
	struct load_bearer bearer;
	struct load_client *client;
	struct load_book *book;
	struct load_field field;
	struct load_tally *tally;
	struct load_checked checked;
	struct load_task *tasks; /* one a connection */
	unsigned connections;
	struct load_text head, body; /* what all requests have in common; room for a body */
	uint64_t random;
	uint32_t next_spot;
	uint64_t wrong; /* answers that belied what had been acknowledged, before the check */
	uint32_t under_way[LOAD_VERB_COUNT]; /* requests, by what they do */
	bool failed;                         /* 'fault' says why it cannot go on */
	struct ent_fault fault;

	/* The phase it is in. */
	const char *phase;
	bool counting, progress;
	uint64_t done, of; /* for the progress line */
	uint64_t shown_requests;
	uint32_t wanted[LOAD_KIND_COUNT]; /* preparing: what is still to be filed */
	uint32_t n_replaced;              /* of it, since their creates failed */
	uint32_t next_check, n_unsettled; /* checking: the record that comes next */
	struct ent_json *json;
};

/* --- Chance (run.c) --- */

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t load_random(struct load_run *run);
/* Below n, which is at least 1. */
uint32_t load_random_below(struct load_run *run, uint32_t n);

/* --- Acts (act.c): a task becomes a request, an answer becomes a record's new standing --- */

/* A new record for a task that creates, at the next spot; false: the book is full. */
bool load_act_add(struct load_run *run, struct load_task *task, enum load_kind kind);
/*
 * Some live record that may be read, or changed, into task->record; false when chance finds none that is
 * not in use.
 */
bool load_act_pick(struct load_run *run, struct load_task *task, enum load_kind kind, bool change);
void load_act_begin(struct load_run *run, struct load_task *task);
void load_act_end(struct load_run *run, struct load_task *task, const struct load_answer *answer,
		int64_t took_ns);
/* Head and, for a verb that has one, body; into task->request. */
void load_act_request(struct load_run *run, struct load_task *task);

/* Says on standard error what is wrong with a record, unless enough has been said. */
void load_wrong(const struct load_run *run, uint64_t n_before, const struct load_record *record,
		const char *format, ...) ENT_PRINTF(4, 5);

/* --- Bodies (body.c) --- */

/* What 'task' asks for, as JSON. */
void load_body_put(struct load_run *run, struct load_task *task, struct load_text *body);

/* --- Phases --- */

/* A request that says whether there is a DSS that takes our token. E_IO, E_REFUSED with the reason. */
ENT_MUST_USE ent_status load_run_greet(struct load_run *run, struct ent_fault *reterr_fault);
/* E_IO: the server cannot be reached any more, or the population cannot be filed. */
ENT_MUST_USE ent_status load_run_prepare(struct load_run *run, struct ent_fault *reterr_fault);
ENT_MUST_USE ent_status load_run_measure(struct load_run *run, struct ent_fault *reterr_fault);
/* Fills run->checked (check.c). E_MEMORY too. */
ENT_MUST_USE ent_status load_run_check(struct load_run *run, struct ent_fault *reterr_fault);

/* The Authorization and Host headers as they are now. E_IO and others: no token. */
ENT_MUST_USE ent_status load_run_renew(struct load_run *run, struct ent_fault *reterr_fault);
/* For load_script.tick: renews the token, shows the progress. */
bool load_run_tick(void *user);
void load_run_clear_progress(const struct load_run *run);

/* What an answer says to people, or its status; for a fault. */
void load_run_say_refusal(
		const struct load_answer *answer, const char *what, struct ent_fault *ret_fault);

/* --- The summary (summary.c) --- */

/* On standard output; 'run' has been checked. E_IO. */
ENT_MUST_USE ent_status load_summary_print(const struct load_run *run);

#endif
