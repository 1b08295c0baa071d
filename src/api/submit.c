/* SPDX-License-Identifier: Apache-2.0 */
/* submit.c: an exchange that writes goes through the node, and is answered when what was decided is durable. */
#include <stdio.h>
#include <string.h>

#include "internal.h"

typedef void (*render_fn)(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version);

/* Their answers are as large as what is near, or as what was sent; those of others are mostly small. */
static bool answers_much(const struct ent_command *command) {
	return command->kind == ENT_COMMAND_PUT_SUBSCRIPTION || command->kind == ENT_COMMAND_REPORT;
}

/*
 * Asked by the decider just before it decides. What is decided will be answered whole, so this is where too much that is
 * held of answers stops a write; and answers are rendered there one by one, so that only one can be above.
 */
static bool job_gone(struct ent_node_job *job) {
	struct exchange *exchange = (struct exchange *)job;
	if (ent_http_gone(exchange->request))
		return true;
	exchange->full = ent_http_full(exchange->request, !answers_much(&job->command));
	return exchange->full;
}

/* How many are lacking in all is said; so many of them are listed that the decider is not held up. */
static void write_conflict_message(struct ent_jsonout *out,
		const struct ent_airspace_outcome *outcome, size_t listed) {
	char text[sizeof outcome->message + 128];
	(void)snprintf(text, sizeof text,
			"%s: %zu of them are listed, and %zu more; ask again with these",
			outcome->message, listed, outcome->n_missing - listed);
	write_text(out, "message", listed < outcome->n_missing ? text : outcome->message);
}

/* 409 with what the key lacks, and the request's id as in every error. */
static void render_conflict(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	static const struct {
		enum ent_entity_kind kind;
		const char *name;
	} lists[] = {{ENT_ENTITY_INTENT, "missing_operational_intents"},
			{ENT_ENTITY_CONSTRAINT, "missing_constraints"}};
	struct json_answer answer;
	const struct rendering rendering = {
			json_begin(&answer, exchange), version, exchange->token->subject, NULL};
	const size_t most = exchange->api->options.missing_max;
	const size_t n = outcome->n_missing < most ? outcome->n_missing : most;
	size_t i = 0;
	ent_jsonout_object_begin(rendering.out);
	write_conflict_message(rendering.out, outcome, n);
	write_text(rendering.out, "request_id", ent_http_id(exchange->request));
	for (size_t list = 0; list < 2; list++) {
		if (i == n || outcome->missing[i]->kind != lists[list].kind)
			continue;
		ent_jsonout_name(rendering.out, lists[list].name);
		ent_jsonout_array_begin(rendering.out);
		for (; i < n && outcome->missing[i]->kind == lists[list].kind; i++)
			write_reference(&rendering, outcome->missing[i]);
		ent_jsonout_array_end(rendering.out);
	}
	ent_jsonout_object_end(rendering.out);
	json_end(&answer, exchange, 409);
}

static void job_decided(struct ent_node_job *job, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct exchange *exchange = (struct exchange *)job;
	if (outcome->refusal == ENT_REFUSAL_NONE)
		exchange->render(exchange, outcome, version);
	else if (outcome->refusal == ENT_REFUSAL_CONFLICT)
		render_conflict(exchange, outcome, version);
	else
		json_error(exchange, ent_refusal_http(outcome->refusal), outcome->message);
}

static void job_done(struct ent_node_job *job, ent_status status) {
	struct exchange *exchange = (struct exchange *)job;
	switch (status) {
	case ENT_OK:
		break;
	case ENT_E_LIMIT:
		json_error(exchange, 503, "too many requests wait to be written; try again");
		break;
	case ENT_E_MISSING:
		error_of_verdict(exchange, exchange->full ? ENT_HTTP_FULL : ENT_HTTP_LOST);
		break;
	case ENT_E_MEMORY:
		json_error(exchange, 503, "out of memory");
		break;
	default:
		json_error(exchange, 503,
				"the ledger takes no writes just now, and whether it took this one "
				"is not known: look again later, see /healthz");
		break;
	}
	send_answer(exchange);
}

void submit(struct exchange *exchange, render_fn render) {
	exchange->render = render;
	exchange->job.gone = job_gone;
	exchange->job.decided = job_decided;
	exchange->job.done = job_done;
	ent_node_submit(exchange->api->options.node, &exchange->job);
}
