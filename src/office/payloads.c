/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payloads.c: of a memorandum, what some of its parties alone were given: until when it is kept, by which clause, and who has said that
 * nothing of it is left (docs/decisions/0023).
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

struct showing {
	struct ent_office *office;
	struct ent_jsonout *out;
	int64_t now_utc_us;
};

enum word { PURGED, MISSING, NOTHING };

/* What a party has said, or ought to have. */
static enum word word_of(const struct showing *showing, const struct ent_post_payload *payload,
		const char *party) {
	struct ent_peers *peers = showing->office->options.peers;
	struct ent_peer_view view;
	const bool due = payload->due_utc_us <= showing->now_utc_us;
	if (!payload->ours)
		return NOTHING;
	if (strcmp(party, showing->office->party_id) == 0)
		return !due ? NOTHING : payload->here ? MISSING : PURGED;
	if (ent_peers_has_purged(peers, party, payload->ledger, payload->seq, &payload->leaf))
		return PURGED;
	/* Without a line to it, nothing is said to us. */
	return due && ent_peers_look(peers, party, &view) == ENT_OK ? MISSING : NOTHING;
}

static void show_words(const struct showing *showing, const struct ent_post_payload *payload,
		const char *name, enum word word) {
	ent_jsonout_name(showing->out, name);
	ent_jsonout_array_begin(showing->out);
	for (size_t i = 0; i < payload->n_parties; i++)
		if (word_of(showing, payload, payload->party[i]) == word)
			ent_jsonout_string(showing->out, payload->party[i]);
	ent_jsonout_array_end(showing->out);
}

/* By which clause of which version it is due then; both are null when this node's own option is sooner, or alone. */
static void show_source(const struct showing *showing, const struct ent_post_payload *payload) {
	struct ent_memoranda_source source = {.clause = ""};
	char version[2 * ENT_HASH_SIZE + 1];
	const int64_t after_us = payload->under_given
			? ent_memoranda_purge_after(showing->office->options.memoranda,
					  payload->ledger, &payload->under, &source)
			: 0;
	const bool agreed = after_us != 0 &&
			payload->due_utc_us - after_us == payload->kept_from_utc_us;
	office_hex(&source.version, version);
	ent_jsonout_name(showing->out, "due_version");
	if (agreed)
		ent_jsonout_string(showing->out, version);
	else
		ent_jsonout_null(showing->out);
	ent_jsonout_name(showing->out, "due_clause");
	if (agreed && source.clause[0] != '\0')
		ent_jsonout_string(showing->out, source.clause);
	else
		ent_jsonout_null(showing->out);
}

static void show_payload(void *user, const struct ent_post_payload *payload) {
	const struct showing *showing = user;
	struct ent_jsonout *out = showing->out;
	char hash[2 * ENT_HASH_SIZE + 1];
	ent_jsonout_object_begin(out);
	office_write_text(out, "party", payload->author);
	office_write_uint(out, "seq", payload->seq);
	office_hex(&payload->hash, hash);
	office_write_text(out, "hash", hash);
	ent_jsonout_name(out, "for");
	ent_jsonout_array_begin(out);
	for (size_t i = 1; i < payload->n_parties; i++)
		ent_jsonout_string(out, payload->party[i]);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "due");
	if (payload->due_utc_us != INT64_MAX)
		ent_jsonout_time(out, payload->due_utc_us);
	else
		ent_jsonout_null(out);
	show_source(showing, payload);
	ent_jsonout_name(out, "here");
	ent_jsonout_bool(out, payload->here);
	show_words(showing, payload, "purged", PURGED);
	show_words(showing, payload, "missing", MISSING);
	ent_jsonout_object_end(out);
}

ent_status office_write_payloads(
		struct ent_office *office, const char *memorandum, struct ent_jsonout *out) {
	struct showing showing = {office, out, office_now(office)};
	char prefix[ENT_MEMO_ID_SIZE + 8];
	(void)snprintf(prefix, sizeof prefix, "memo/%s/", memorandum);
	ent_jsonout_name(out, "payloads");
	ent_jsonout_array_begin(out);
	const ent_status status = ent_post_payloads(
			office->options.post, prefix, show_payload, &showing);
	ent_jsonout_array_end(out);
	return status;
}
