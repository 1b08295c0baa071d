/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c: the desk's ledger, through the scribe. The scribe's thread has a desk of its own, on which it decides; what
 * others look at is the desk as it is durable, which takes its place at once and without memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* --- The fold --- */

static ent_status apply(void *state, uint64_t seq, const char *bytes, size_t size,
		struct ent_fault *reterr_fault) {
	struct ent_office *office = state;
	(void)seq;
	return ent_desk_apply(office->desk.working, bytes, size, reterr_fault);
}

static void durable(void *state, uint64_t size) {
	struct office_desk *desk = &((struct ent_office *)state)->desk;
	(void)size;
	(void)pthread_mutex_lock(&desk->lock);
	ent_desk_set(desk->desk, desk->working);
	(void)pthread_mutex_unlock(&desk->lock);
}

static bool back(void *state) {
	struct office_desk *desk = &((struct ent_office *)state)->desk;
	/* Only this thread ever writes what is durable. */
	ent_desk_set(desk->working, desk->desk);
	return true;
}

static void reset(void *state) {
	ent_desk_set(((struct ent_office *)state)->desk.working, NULL);
}

/* --- Deciding --- */

/* One that waits for what is decided. */
struct asked {
	struct ent_scribe_job job;
	const struct office_command *command;
	struct office_decided decided;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done;
	ent_status status;
};

static enum ent_class class_of(const struct ent_office *office, const struct ent_desk *desk) {
	return ent_desk_class(desk,
			office->options.set_clock != NULL ? ENT_CLASS_TEST : ENT_CLASS_ACTUAL);
}

/* Where tries of the call are counted that leave no entry. */
static uint64_t *turned_away(struct ent_office *office, const struct ent_v1_call *call) {
	const struct ent_desk *working = office->desk.working;
	for (unsigned i = 0; i < ent_desk_operators(working); i++) {
		const struct ent_desk_operator *who = ent_desk_operator_at(working, i);
		if (strcmp(who->id, call->id) == 0 && !who->disabled)
			return &office->desk.turned_away[i];
	}
	return &office->desk.turned_away[ENT_DESK_OPERATORS_MAX];
}

static ent_status decide_v1(struct ent_office *office, const struct office_command *command,
		int64_t time_us, struct ent_desk_outcome *outcome) {
	const struct ent_desk *working = office->desk.working;
	const struct ent_v1_by by = {
			.who = ent_desk_session_of(working, command->who->session, time_us),
			.session = command->who->session,
			.command_line = command->who->command_line};
	uint64_t *tries = turned_away(office, command->v1);
	const ent_status status = ent_v1_decide(working, command->v1, &by,
			class_of(office, working), &command->device, *tries, time_us, outcome);
	if (status != ENT_OK ||
			(outcome->refusal != ENT_DESK_REFUSAL_WRONG &&
					outcome->refusal != ENT_DESK_REFUSAL_LOCKED))
		return status;
	*tries = outcome->has_entry ? 0 : *tries + 1;
	return ENT_OK;
}

static ent_status decide(void *state, const void *user, struct ent_scribe_draft *draft,
		struct ent_fault *reterr_fault) {
	struct ent_office *office = state;
	struct asked *asked = *(struct asked *const *)user;
	struct ent_desk_outcome *outcome = &office->desk.outcome;
	ent_status status = ENT_OK;
	(void)reterr_fault;
	if (asked->command->v1 != NULL) {
		status = decide_v1(office, asked->command, draft->time_us, outcome);
	} else {
		struct ent_desk_command plain = asked->command->plain;
		plain.class = class_of(office, office->desk.working);
		status = ent_desk_decide(office->desk.working, &plain, draft->time_us, outcome);
	}
	if (status != ENT_OK)
		return status;
	/* A wrong password is refused and has an entry: to the scribe it is no refusal. */
	asked->decided = (struct office_decided){outcome->refusal, draft->seq};
	return outcome->has_entry ? ent_scribe_add(draft, outcome->entry, outcome->size) : ENT_OK;
}

static void done(struct ent_scribe_job *job, ent_status status) {
	struct asked *asked = (struct asked *)job;
	(void)pthread_mutex_lock(&asked->lock);
	asked->status = status;
	asked->done = true;
	(void)pthread_cond_signal(&asked->changed);
	(void)pthread_mutex_unlock(&asked->lock);
}

ent_status office_desk_do(struct ent_office *office, const struct office_command *command,
		struct office_decided *ret_decided) {
	struct asked asked = {.command = command};
	const struct asked *self = &asked;
	asked.job.command = &self;
	asked.job.done = done;
	(void)pthread_mutex_init(&asked.lock, NULL);
	(void)pthread_cond_init(&asked.changed, NULL);
	ent_scribe_submit(office->desk.ledger, &asked.job);
	(void)pthread_mutex_lock(&asked.lock);
	while (!asked.done)
		(void)pthread_cond_wait(&asked.changed, &asked.lock);
	(void)pthread_mutex_unlock(&asked.lock);
	(void)pthread_cond_destroy(&asked.changed);
	(void)pthread_mutex_destroy(&asked.lock);
	if (asked.status == ENT_OK)
		*ret_decided = asked.decided;
	return asked.status;
}

/* --- Orders --- */

const char *office_by(const struct office_who *who) {
	return who->command_line ? ENT_DESK_BY_COMMAND_LINE : who->id;
}

ent_status office_order(struct ent_office *office, const char *by, enum ent_desk_order order,
		const char *on, struct office_decided *ret_decided) {
	const struct office_command command = {
			.plain = {.act = ENT_DESK_ACT_ORDER, .by = by, .order = order, .on = on}};
	return office_desk_do(office, &command, ret_decided);
}

bool office_ordered_why(struct office_call *call, enum ent_desk_order order, const char *on,
		const char *reason) {
	const struct office_command command = {.plain = {.act = ENT_DESK_ACT_ORDER,
							       .by = office_by(&call->who),
							       .order = order,
							       .on = on,
							       .reason = reason}};
	struct office_decided decided = {ENT_DESK_REFUSAL_NONE, 0};
	const ent_status status = office_desk_do(call->office, &command, &decided);
	if (status != ENT_OK)
		office_refuse(call, 503,
				"the desk's ledger takes no writes just now: nothing was done");
	else if (decided.refusal != ENT_DESK_REFUSAL_NONE)
		office_refuse(call, (unsigned)ent_desk_refusal_http(decided.refusal), "%s",
				ent_desk_refusal_text(decided.refusal));
	call->ordered = decided.seq;
	return status == ENT_OK && decided.refusal == ENT_DESK_REFUSAL_NONE;
}

static void enter_outcome(struct office_call *call, const struct office_command *command) {
	struct office_decided decided;
	struct ent_office *office = call->office;
	/* It is done or not all the same, and the ledgers concerned show it. */
	if (office_desk_do(office, command, &decided) != ENT_OK && office->options.say != NULL)
		office->options.say(office->options.user, ENT_SCRIBE_WARNING,
				"the desk's ledger does not say what came of the last act that was "
				"ordered: it takes no writes");
}

void office_was_done(struct office_call *call, const char *ledger, uint64_t number) {
	const struct office_command command = {.plain = {.act = ENT_DESK_ACT_DONE,
							       .ordered = call->ordered,
							       .ledger = ledger,
							       .number = number}};
	enter_outcome(call, &command);
}

void office_was_not_done(struct office_call *call, const char *reason) {
	char shown[ENT_DESK_REASON_MAX + 1];
	const struct office_command command = {.plain = {.act = ENT_DESK_ACT_UNDONE,
							       .ordered = call->ordered,
							       .reason = shown}};
	(void)ent_text_show(reason, strlen(reason), shown, sizeof shown);
	enter_outcome(call, &command);
}

bool office_ordered(struct office_call *call, enum ent_desk_order order, const char *on) {
	return office_ordered_why(call, order, on, NULL);
}

/* --- Opening --- */

static ent_status open_ledger(struct ent_office *office, struct ent_fault *fault) {
	const struct ent_office_options *options = &office->options;
	const struct ent_scribe_ledger_options ledger = {.name = ENT_DESK_LEDGER,
			.origin = options->desk_origin,
			.key_name = options->desk_key_name,
			.key = options->desk_key,
			.fold = {office, apply, durable, back, reset},
			.decide = decide};
	return ent_scribe_open(options->scribe, &ledger, &office->desk.ledger, fault);
}

void office_desk_end_all(struct ent_office *office) {
	const struct office_command command = {.plain = {.act = ENT_DESK_ACT_END_ALL,
							       .by = ENT_DESK_BY_NODE,
							       .why = ENT_DESK_WHY_STOPPED}};
	struct office_decided decided;
	/* Whose token is gone does nothing, whatever the ledger says of his session. */
	if (office_desk_do(office, &command, &decided) != ENT_OK && office->options.say != NULL)
		office->options.say(office->options.user, ENT_SCRIBE_WARNING,
				"the desk's ledger does not say that sessions are over: it takes "
				"no "
				"writes");
}

ent_status office_desk_make(struct office_desk *desk) {
	ent_status status = ent_desk_create(&desk->working);
	if (status == ENT_OK)
		status = ent_desk_create(&desk->desk);
	if (status == ENT_OK)
		status = ent_desk_tokens_create(&desk->tokens);
	return status;
}

/* What commands changed while the node was down, and did not enter themselves. */
static void tell_trust(struct ent_office *office) {
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = office_tell_trust(office, ENT_DESK_BY_NODE, &fault);
	char text[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	if (status == ENT_OK || office->options.say == NULL)
		return;
	(void)snprintf(text, sizeof text,
			"the ledger desk does not say which parties are known now: %s: %s",
			fault.where, fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	office->options.say(office->options.user, ENT_SCRIBE_WARNING, text);
}

ent_status office_desk_open(struct ent_office *office, struct ent_fault *reterr_fault) {
	const ent_status status = open_ledger(office, reterr_fault);
	if (status != ENT_OK)
		return status;
	/* A node that was killed left sessions open, whose tokens nobody has any more. */
	office_desk_end_all(office);
	if (office->has_party)
		tell_trust(office);
	return ENT_OK;
}

void office_desk_close(struct office_desk *desk) {
	ent_desk_tokens_destroy(desk->tokens);
	ent_desk_destroy(desk->desk);
	ent_desk_destroy(desk->working);
	ent_desk_outcome_finish(&desk->outcome);
}
