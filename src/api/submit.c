/* SPDX-License-Identifier: Apache-2.0 */
/* submit.c: an exchange that writes goes through the node, and is answered when what was decided is durable. */
#include <string.h>

#include "internal.h"

typedef void (*render_fn)(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version);

static bool job_gone(struct ent_node_job *job) {
	return ent_http_gone(((struct exchange *)job)->request);
}

/* 409 with what the key lacks, and the request's id as in every error. */
static void render_conflict(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	static const struct {
		enum ent_entity_kind kind;
		const char *name;
		void (*write)(const struct rendering *rendering, const struct ent_entity *entity);
	} lists[] = {{ENT_ENTITY_INTENT, "missing_operational_intents", write_intent},
			{ENT_ENTITY_CONSTRAINT, "missing_constraints", write_constraint}};
	struct json_answer answer;
	const struct rendering rendering = {json_begin(&answer), version, exchange->token->subject};
	size_t i = 0;
	ent_jsonout_object_begin(rendering.out);
	write_text(rendering.out, "message", outcome->message);
	write_text(rendering.out, "request_id", ent_http_id(exchange->request));
	for (size_t list = 0; list < 2; list++) {
		if (i == outcome->n_missing || outcome->missing[i]->kind != lists[list].kind)
			continue;
		ent_jsonout_name(rendering.out, lists[list].name);
		ent_jsonout_array_begin(rendering.out);
		for (; i < outcome->n_missing && outcome->missing[i]->kind == lists[list].kind; i++)
			lists[list].write(&rendering, outcome->missing[i]);
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
		json_error(exchange, 503, "the client did not wait");
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
