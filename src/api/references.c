/* SPDX-License-Identifier: Apache-2.0 */
/* references.c: what routes of intents and of constraints do alike: answers of references, by kind. */
#include "internal.h"

struct reference {
	const char *one, *many; /* members of answers */
	const char *absent;
	bool altitudes; /* a query looks at them */
	void (*write)(const struct rendering *rendering, const struct ent_entity *entity);
};

/* Subscriptions have no references. */
static const struct reference references[] = {
		[ENT_ENTITY_INTENT] = {"operational_intent_reference",
				"operational_intent_references",
				"there is no operational intent of this id", true, write_intent},
		[ENT_ENTITY_CONSTRAINT] = {"constraint_reference", "constraint_references",
				"there is no constraint of this id", false, write_constraint},
};

void write_reference(const struct rendering *rendering, const struct ent_entity *entity) {
	references[entity->kind].write(rendering, entity);
}

static bool write_found(void *user, const struct ent_entity *entity) {
	write_reference(user, entity);
	return true;
}

void write_meeting(const struct rendering *rendering, enum ent_entity_kind kind,
		const struct ent_extent *extent, bool altitudes) {
	ent_jsonout_name(rendering->out, references[kind].many);
	ent_jsonout_array_begin(rendering->out);
	ent_airspace_meeting(rendering->version, kind, extent, altitudes, write_found,
			(void *)rendering);
	ent_jsonout_array_end(rendering->out);
}

void query_references(struct exchange *exchange, enum ent_entity_kind kind) {
	if (!parse_body(exchange) || !parse_area(exchange, 400))
		return;
	struct ent_node *node = exchange->api->options.node;
	struct json_answer answer;
	const struct rendering rendering = {
			json_begin(&answer), ent_node_take(node), exchange->token->subject};
	ent_jsonout_object_begin(rendering.out);
	write_meeting(&rendering, kind, exchange->extent, references[kind].altitudes);
	ent_jsonout_object_end(rendering.out);
	ent_node_release(node, rendering.version);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

void get_reference(struct exchange *exchange, enum ent_entity_kind kind) {
	struct ent_uuid id;
	if (!parse_id(exchange, 0, &id))
		return;
	struct ent_node *node = exchange->api->options.node;
	const struct ent_fold_version *version = ent_node_take(node);
	const struct ent_entity *entity = ent_airspace_find(version, kind, &id);
	if (entity != NULL) {
		struct json_answer answer;
		const struct rendering rendering = {
				json_begin(&answer), version, exchange->token->subject};
		ent_jsonout_object_begin(rendering.out);
		ent_jsonout_name(rendering.out, references[kind].one);
		write_reference(&rendering, entity);
		ent_jsonout_object_end(rendering.out);
		json_end(&answer, exchange, 200);
	} else {
		json_error(exchange, 404, references[kind].absent);
	}
	ent_node_release(node, version);
	send_answer(exchange);
}

void render_change(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version) {
	struct json_answer answer;
	const struct rendering rendering = {json_begin(&answer), version, exchange->token->subject};
	ent_jsonout_object_begin(rendering.out);
	write_subscribers(&rendering, outcome);
	ent_jsonout_name(rendering.out, references[outcome->entity->kind].one);
	write_reference(&rendering, outcome->entity);
	ent_jsonout_object_end(rendering.out);
	json_end(&answer, exchange, outcome->created ? 201 : 200);
}

/* What the state of the airspace does not matter for is refused before it waits for its turn. */
bool check_command(struct exchange *exchange) {
	struct ent_airspace_outcome outcome = {0};
	if (ent_airspace_check(&exchange->job.command, time_now(exchange->api), &outcome))
		return true;
	refuse(exchange, ent_refusal_http(outcome.refusal), "%s", outcome.message);
	return false;
}
