/* SPDX-License-Identifier: Apache-2.0 */
/* intents.c: /dss/v1/operational_intent_references. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "scopes.h"

/* --- Looking --- */

void query_intents(struct exchange *exchange) {
	query_references(exchange, ENT_ENTITY_INTENT);
}

void get_intent(struct exchange *exchange) {
	get_reference(exchange, ENT_ENTITY_INTENT);
}

/* --- Writing --- */

static bool parse_subscription_id(struct exchange *exchange, bool *ret_there) {
	struct ent_command *command = &exchange->job.command;
	struct ent_json_value value;
	const char *text;
	size_t length;
	*ret_there = member(exchange->body, "subscription_id", &value);
	if (!parse_string(exchange, exchange->body, "", "subscription_id", &text, &length))
		return false;
	if (length == 0)
		return true;
	if (ent_uuid_parse(text, length, &command->subscription) != ENT_OK ||
			ent_uuid_version(&command->subscription) != 4) {
		refuse(exchange, 400, "subscription_id: not a UUID of version 4");
		return false;
	}
	command->has_subscription = true;
	return true;
}

static bool parse_new_subscription(struct exchange *exchange, bool subscription_id) {
	struct ent_command *command = &exchange->job.command;
	struct ent_json_value value;
	size_t length;
	if (!member(exchange->body, "new_subscription", &value))
		return true;
	if (ent_json_kind(value) != ENT_JSON_OBJECT) {
		refuse(exchange, 400, "new_subscription: it must be an object");
		return false;
	}
	if (!parse_string(exchange, value, "new_subscription.", "uss_base_url",
			    &command->new_subscription_url, &length) ||
			!parse_bool(exchange, value, "new_subscription.", "notify_for_constraints",
					&command->new_subscription_constraints))
		return false;
	if (length == 0) {
		refuse(exchange, 400, "new_subscription.uss_base_url: missing or empty");
		return false;
	}
	if (subscription_id) {
		refuse(exchange, 400, "subscription_id and new_subscription exclude one another");
		return false;
	}
	command->has_new_subscription = true;
	return check_url(exchange, "new_subscription.uss_base_url", command->new_subscription_url,
			length, true);
}

static bool parse_key(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	struct ent_json_value key, element;
	size_t n = 0;
	if (!member(exchange->body, "key", &key))
		return true;
	if (ent_json_kind(key) != ENT_JSON_ARRAY) {
		refuse(exchange, 400, "key: it must be a list of OVNs");
		return false;
	}
	struct ent_json_walk walk = ent_json_walk_from(key);
	while (ent_json_next_element(&walk, &element))
		n++;
	if (n > ENT_AIRSPACE_KEY_MAX) {
		refuse(exchange, 413, "key: more than %d OVNs", ENT_AIRSPACE_KEY_MAX);
		return false;
	}
	command->key = malloc((n + 1) * sizeof *command->key);
	if (command->key == NULL) {
		refuse(exchange, 503, "out of memory");
		return false;
	}
	walk = ent_json_walk_from(key);
	while (ent_json_next_element(&walk, &element)) {
		struct ent_ovn *ovn = &command->key[command->n_key];
		if (!ent_json_string(element, &ovn->text, &ovn->length)) {
			refuse(exchange, 400, "key[%zu]: it must be a string", command->n_key);
			return false;
		}
		command->n_key++;
	}
	ent_command_sort_key(command->key, command->n_key);
	return true;
}

static bool parse_suffix(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	struct ent_json_value value;
	const char *text;
	size_t length;
	if (!member(exchange->body, "requested_ovn_suffix", &value))
		return true;
	if (!parse_string(exchange, exchange->body, "", "requested_ovn_suffix", &text, &length))
		return false;
	if (length >= sizeof command->suffix_text ||
			ent_uuid_parse(text, length, &command->suffix) != ENT_OK) {
		refuse(exchange, 400, "requested_ovn_suffix: not a UUID of version 7");
		return false;
	}
	memcpy(command->suffix_text, text, length + 1);
	command->has_suffix = true;
	return true;
}

static bool parse_state(struct exchange *exchange) {
	const char *text;
	size_t length;
	if (!parse_string(exchange, exchange->body, "", "state", &text, &length))
		return false;
	if (ent_intent_state_parse(text, length, &exchange->job.command.state) == ENT_OK)
		return true;
	refuse(exchange, 400, "state: it must be Accepted, Activated, Nonconforming or Contingent");
	return false;
}

/* The body, in the order in which InterUSS looks at it. */
static bool parse_intent(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	size_t length;
	bool subscription_id;
	if (!parse_id(exchange, 0, &command->id) || !parse_body(exchange) ||
			!parse_string(exchange, exchange->body, "", "uss_base_url", &command->url,
					&length))
		return false;
	if (length == 0) {
		refuse(exchange, 400, "uss_base_url: missing or empty");
		return false;
	}
	return parse_subscription_id(exchange, &subscription_id) &&
			parse_new_subscription(exchange, subscription_id) &&
			check_url(exchange, "uss_base_url", command->url, length, true) &&
			parse_state(exchange) && parse_key(exchange) && parse_extents(exchange) &&
			parse_suffix(exchange);
}

/* The members first, then the scopes that they need. */
static bool check(struct exchange *exchange) {
	const struct ent_command *command = &exchange->job.command;
	const bool off_nominal = command->state == ENT_INTENT_NONCONFORMING ||
			command->state == ENT_INTENT_CONTINGENT;
	if (!check_command(exchange))
		return false;
	if (off_nominal && !has_scope(exchange, SCOPE_CMSA)) {
		refuse(exchange, 403, "state: %s needs the scope " SCOPE_CMSA,
				ent_intent_state_text(command->state));
		return false;
	}
	if (command->strict && !off_nominal && !has_scope(exchange, SCOPE_SC)) {
		refuse(exchange, 403, "state: %s needs the scope " SCOPE_SC,
				ent_intent_state_text(command->state));
		return false;
	}
	if (command->strict && command->new_subscription_constraints &&
			!has_scope(exchange, SCOPE_CP)) {
		refuse(exchange, 403,
				"new_subscription.notify_for_constraints needs the "
				"scope " SCOPE_CP);
		return false;
	}
	return true;
}

static void put(struct exchange *exchange) {
	struct ent_command *command = &exchange->job.command;
	uint8_t chance[16];
	command->kind = ENT_COMMAND_PUT_INTENT;
	command->uss_cells_max = exchange->api->options.uss_cells_max;
	command->strict = exchange->api->options.strict;
	command->cells_max = exchange->api->options.extents.cells_max;
	ent_seal_random(chance, sizeof chance);
	command->fresh = ent_uuid_from_random(chance);
	if (parse_intent(exchange) && check(exchange))
		submit(exchange, render_change);
}

void put_intent(struct exchange *exchange) {
	put(exchange);
}

/* An empty OVN is as if none were given: InterUSS takes it so. */
void update_intent(struct exchange *exchange) {
	if (exchange->parameter[1].length > 0 && !parse_ovn(exchange))
		return;
	put(exchange);
}

void delete_intent(struct exchange *exchange) {
	exchange->job.command.kind = ENT_COMMAND_DELETE_INTENT;
	exchange->job.command.strict = exchange->api->options.strict;
	if (parse_id(exchange, 0, &exchange->job.command.id) && parse_ovn(exchange))
		submit(exchange, render_change);
}
