/* SPDX-License-Identifier: Apache-2.0 */
/* aux.c: /aux/v1 and /versions: what InterUSS's pools ask a node for, of a pool of one. */
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "internal.h"

/* --- Signs of life: in memory only, since they say nothing of the time before a start --- */

enum { HEARTBEATS_MAX = 256, SOURCE_MAX = 256 };

struct heartbeat {
	char source[SOURCE_MAX + 1], reporter[SOURCE_MAX + 1];
	int64_t at_utc_us, next_utc_us;
	bool has_next;
};

struct heartbeats {
	pthread_mutex_t lock;
	size_t n;
	struct heartbeat heartbeat[HEARTBEATS_MAX];
};

ent_status heartbeats_create(struct heartbeats **ret_heartbeats) {
	struct heartbeats *heartbeats = calloc(1, sizeof *heartbeats);
	if (heartbeats == NULL || pthread_mutex_init(&heartbeats->lock, NULL) != 0) {
		free(heartbeats);
		return ENT_E_MEMORY;
	}
	*ret_heartbeats = heartbeats;
	return ENT_OK;
}

void heartbeats_destroy(struct heartbeats *heartbeats) {
	if (heartbeats == NULL)
		return;
	(void)pthread_mutex_destroy(&heartbeats->lock);
	free(heartbeats);
}

/* One of a source takes the place of the one before; false when there are too many sources. */
static bool record(struct heartbeats *heartbeats, const struct heartbeat *heartbeat) {
	size_t i = 0;
	(void)pthread_mutex_lock(&heartbeats->lock);
	while (i < heartbeats->n && strcmp(heartbeats->heartbeat[i].source, heartbeat->source) != 0)
		i++;
	const bool fits = i < HEARTBEATS_MAX;
	if (fits)
		heartbeats->heartbeat[i] = *heartbeat;
	if (fits && i == heartbeats->n)
		heartbeats->n++;
	(void)pthread_mutex_unlock(&heartbeats->lock);
	return fits;
}

static bool latest(struct heartbeats *heartbeats, struct heartbeat *ret_heartbeat) {
	bool found = false;
	(void)pthread_mutex_lock(&heartbeats->lock);
	for (size_t i = 0; i < heartbeats->n; i++)
		if (!found || heartbeats->heartbeat[i].at_utc_us > ret_heartbeat->at_utc_us) {
			*ret_heartbeat = heartbeats->heartbeat[i];
			found = true;
		}
	(void)pthread_mutex_unlock(&heartbeats->lock);
	return found;
}

static void answer_instances(struct exchange *exchange, unsigned status) {
	const struct ent_api_options *options = &exchange->api->options;
	struct json_answer answer;
	struct heartbeat heartbeat;
	struct ent_jsonout *out = json_begin(&answer);
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "dss_instances");
	ent_jsonout_array_begin(out);
	ent_jsonout_object_begin(out);
	write_text(out, "id", options->locality);
	write_text(out, "public_endpoint", options->public_endpoint);
	if (latest(exchange->api->heartbeats, &heartbeat)) {
		ent_jsonout_name(out, "most_recent_heartbeat");
		ent_jsonout_object_begin(out);
		write_moment(out, "timestamp", heartbeat.at_utc_us);
		write_text(out, "source", heartbeat.source);
		write_text(out, "reporter", heartbeat.reporter);
		if (heartbeat.has_next)
			write_moment(out, "next_heartbeat_expected_before", heartbeat.next_utc_us);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_object_end(out);
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, status);
	send_answer(exchange);
}

void get_instances(struct exchange *exchange) {
	answer_instances(exchange, 200);
}

static bool parse_moment(
		struct exchange *exchange, const char *name, int64_t *ret_utc_us, bool *ret_there) {
	const char *text = ent_http_query(exchange->request, name);
	struct ent_fault fault = {{0}, {0}};
	*ret_there = text != NULL && text[0] != '\0';
	if (!*ret_there || ent_text_parse_time(text, strlen(text), ret_utc_us, &fault) == ENT_OK)
		return true;
	refuse(exchange, 400, "%s: %s", name, fault.why);
	return false;
}

void put_heartbeat(struct exchange *exchange) {
	struct heartbeat heartbeat = {.at_utc_us = ent_http_start_utc_us(exchange->request)};
	const char *source = ent_http_query(exchange->request, "source");
	const char *reporter = exchange->token->subject;
	bool there;
	if (source == NULL || source[0] == '\0' || strlen(source) > SOURCE_MAX ||
			strlen(reporter) > SOURCE_MAX) {
		refuse(exchange, 400, "source: one of 1 to %d bytes is needed", SOURCE_MAX);
		return;
	}
	memcpy(heartbeat.source, source, strlen(source));
	memcpy(heartbeat.reporter, reporter, strlen(reporter));
	if (!parse_moment(exchange, "timestamp", &heartbeat.at_utc_us, &there) ||
			!parse_moment(exchange, "next_heartbeat_expected_before",
					&heartbeat.next_utc_us, &heartbeat.has_next))
		return;
	if (heartbeat.has_next && heartbeat.next_utc_us < heartbeat.at_utc_us)
		refuse(exchange, 400, "next_heartbeat_expected_before: before the timestamp");
	else if (!record(exchange->api->heartbeats, &heartbeat))
		refuse(exchange, 400, "source: more than %d of them", HEARTBEATS_MAX);
	else
		answer_instances(exchange, 201);
}

/* --- The rest --- */

static void answer_one(struct exchange *exchange, const char *name, const char *value) {
	struct json_answer answer;
	struct ent_jsonout *out = json_begin(&answer);
	ent_jsonout_object_begin(out);
	if (name != NULL)
		write_text(out, name, value);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

void get_version(struct exchange *exchange) {
	answer_one(exchange, "version", exchange->api->options.version);
}

void validate_oauth(struct exchange *exchange) {
	const char *owner = ent_http_query(exchange->request, "owner");
	if (owner != NULL && owner[0] != '\0' && strcmp(owner, exchange->token->subject) != 0)
		refuse(exchange, 403, "the token is of another owner");
	else
		answer_one(exchange, NULL, NULL);
}

/* The airspace's identity is the name that signs its ledger. */
void get_pool(struct exchange *exchange) {
	answer_one(exchange, "dar_id", ent_node_vkey(exchange->api->options.node)->name);
}

/* Each PEM block is one. */
static void write_pems(struct ent_jsonout *out, const char *pem) {
	static const char begin[] = "-----BEGIN ", end[] = "-----END ", dashes[] = "-----";
	while ((pem = strstr(pem, begin)) != NULL) {
		const char *last = strstr(pem, end);
		if (last != NULL)
			last = strstr(last + sizeof end - 1, dashes);
		if (last == NULL)
			return;
		last += sizeof dashes - 1;
		last += *last == '\r';
		last += *last == '\n';
		ent_jsonout_string_n(out, pem, (size_t)(last - pem));
		pem = last;
	}
}

static void answer_cas(struct exchange *exchange, const char *pem) {
	struct json_answer answer;
	struct ent_jsonout *out = json_begin(&answer);
	ent_jsonout_object_begin(out);
	if (pem != NULL) {
		ent_jsonout_name(out, "CAs");
		ent_jsonout_array_begin(out);
		write_pems(out, pem);
		ent_jsonout_array_end(out);
	}
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

void get_accepted_cas(struct exchange *exchange) {
	answer_cas(exchange, exchange->api->options.accepted_ca_certs_pem);
}

void get_cas(struct exchange *exchange) {
	answer_cas(exchange, exchange->api->options.ca_certs_pem);
}

void get_global_options(struct exchange *exchange) {
	struct json_answer answer;
	struct ent_jsonout *out = json_begin(&answer);
	ent_jsonout_object_begin(out);
	write_bool(out, "scd_global_lock", false);
	write_bool(out, "scd_hash_lock", false);
	write_bool(out, "time_based_notification_index", exchange->api->options.index_is_time);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}

void get_system_version(struct exchange *exchange) {
	char identity[SOURCE_MAX + 1];
	struct json_answer answer;
	size_t length = exchange->parameter[0].length;
	if (length > SOURCE_MAX)
		length = SOURCE_MAX;
	memcpy(identity, exchange->parameter[0].text, length);
	identity[length] = '\0';
	struct ent_jsonout *out = json_begin(&answer);
	ent_jsonout_object_begin(out);
	write_text(out, "system_identity", identity);
	write_text(out, "system_version", exchange->api->options.version);
	ent_jsonout_object_end(out);
	json_end(&answer, exchange, 200);
	send_answer(exchange);
}
