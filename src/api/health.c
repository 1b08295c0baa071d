/* SPDX-License-Identifier: Apache-2.0 */
/* health.c: /healthy, /healthz and /openapi.yaml. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "internal.h"

void get_healthy(struct exchange *exchange) {
	send_text(exchange, 200, "text/plain; charset=utf-8", "ok", 2);
}

void get_openapi(struct exchange *exchange) {
	const struct ent_api_options *options = &exchange->api->options;
	send_text(exchange, 200, "application/yaml", options->openapi, options->openapi_size);
}

static void write_ledger(struct ent_jsonout *out, const struct ent_api *api,
		const struct ent_node_state *state) {
	char root[ENT_BASE64_SIZE(ENT_HASH_SIZE)];
	(void)ent_base64_print(ENT_BASE64, state->root.bytes, sizeof state->root.bytes, root);
	ent_jsonout_name(out, "ledger");
	ent_jsonout_object_begin(out);
	write_text(out, "name", ent_node_vkey(api->options.node)->name);
	write_int(out, "size", (int64_t)state->size);
	write_text(out, "root", root);
	ent_jsonout_object_end(out);
}

#define LINK_WORD(name, word) word,

/* Of the keys for tokens. */
struct keys {
	size_t count;
	struct ent_api_sources sources;
};

/* Of the time. */
struct doubt {
	char text[ENT_FAULT_WHY_SIZE];
};

static void write_keys(struct ent_jsonout *out, const struct keys *keys) {
	const struct ent_api_sources *sources = &keys->sources;
	ent_jsonout_name(out, "keys");
	ent_jsonout_object_begin(out);
	write_int(out, "count", (int64_t)keys->count);
	write_int(out, "sources", (int64_t)sources->good + sources->kept + sources->without);
	write_int(out, "sources_kept", sources->kept);
	write_int(out, "sources_without", sources->without);
	ent_jsonout_object_end(out);
}

/* Which other parties these are is not for everybody who may ask: it is in the metrics. */
static void write_party(struct ent_jsonout *out, const struct ent_api_party *party) {
	static const char *const words[] = {ENT_API_LINK_MAP(LINK_WORD)};
	ent_jsonout_name(out, "party");
	ent_jsonout_object_begin(out);
	write_bool(out, "settable_clock", party->settable_clock);
	ent_jsonout_name(out, "links");
	ent_jsonout_object_begin(out);
	for (size_t i = 0; i < ENT_API_LINK_STATES; i++)
		write_int(out, words[i], (int64_t)party->links[i]);
	ent_jsonout_object_end(out);
	write_int(out, "entries_owed", (int64_t)party->owed);
	write_int(out, "alarms", (int64_t)party->alarms);
	write_int(out, "ledgers_frozen", (int64_t)party->frozen);
	write_int(out, "memoranda", (int64_t)party->memoranda);
	write_int(out, "memoranda_in_force", (int64_t)party->in_force);
	write_int(out, "memoranda_waiting", (int64_t)party->waiting);
	ent_jsonout_object_end(out);
}

/* NULL: the node's time is the machine's, and not before the ledger's. */
static const char *doubt_clock(const struct ent_api *api, const struct ent_node_state *state,
		struct doubt *ret_doubt) {
	const int64_t ahead_us = wall_ahead(api);
	if (ahead_us != 0)
		(void)snprintf(ret_doubt->text, sizeof ret_doubt->text,
				"the clock was set %.0f s %s; until it has stayed so for 5 "
				"minutes, the "
				"node goes by the time that it had",
				(double)llabs(ahead_us) / 1e6, ahead_us > 0 ? "ahead" : "back");
	else if (state->behind_us > 0)
		(void)snprintf(ret_doubt->text, sizeof ret_doubt->text,
				"the clock is %lld s behind the ledger's last entry: until it is "
				"there, "
				"nothing expires, and plans that end before are refused",
				(long long)(state->behind_us / 1000000));
	else
		return NULL;
	return ret_doubt->text;
}

/* Why it is not as it should be; NULL: it is. */
static const char *find_reason(const struct ent_api *api, const struct ent_node_state *state,
		const struct keys *keys, struct doubt *ret_doubt) {
	if (!state->writes)
		return state->reason[0] != '\0' ? state->reason : "the store takes no writes";
	if (doubt_clock(api, state, ret_doubt) != NULL)
		return ret_doubt->text;
	if (keys->count == 0)
		return keys->sources.without > 0
				? "keys for tokens cannot be read, and there are no others, so no "
				  "token is taken"
				: "there is no key to check tokens with, so none is taken";
	if (keys->sources.without > 0)
		return "some keys for tokens cannot be read, so tokens by them are refused";
	return NULL;
}

/* A node that only reads is degraded: what it says is still so. So is one that takes no tokens, or whose time is in doubt. */
void get_health(struct exchange *exchange) {
	struct ent_api *api = exchange->api;
	struct ent_node_state state;
	struct keys keys = {.count = ent_token_checker_count(api->options.checker)};
	struct doubt doubt;
	struct ent_api_party party;
	struct json_answer answer;
	struct ent_jsonout *out = json_begin(&answer, exchange);
	ent_node_state(api->options.node, &state);
	read_sources(api, &keys.sources);
	read_party(api, &party);
	const int64_t up_us = machine_time(api) - api->start_utc_us;
	ent_jsonout_object_begin(out);
	const char *reason = find_reason(api, &state, &keys, &doubt);
	write_text(out, "status", reason == NULL ? "ok" : "degraded");
	write_bool(out, "writes", state.writes);
	if (reason != NULL)
		write_text(out, "reason", reason);
	write_ledger(out, api, &state);
	ent_jsonout_name(out, "store");
	ent_jsonout_object_begin(out);
	write_bool(out, "writes", state.writes);
	if (!state.writes)
		write_text(out, "reason", reason);
	ent_jsonout_object_end(out);
	write_keys(out, &keys);
	if (party.there)
		write_party(out, &party);
	write_int(out, "uptime_s", up_us > 0 ? up_us / 1000000 : 0);
	write_text(out, "version", api->options.version);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}
