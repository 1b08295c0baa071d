/* SPDX-License-Identifier: Apache-2.0 */
/* office_real.c: see office_below.h. Nobody connects to it, so parcels go by hand. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/fetch.h"
#include "office_below.h"

struct below_own {
	struct below *below;
	struct below_options options;
	struct ent_party_folder *folder;
	struct ent_party_known known;
	struct ent_sign_key *line_key;
	_Atomic(struct ent_office *) office;
};

static int64_t clock_now(void *user) {
	return ((struct below_own *)user)->options.clock(NULL);
}

static void say(void *user, enum ent_scribe_say severity, const char *text) {
	((struct below_own *)user)->options.say(NULL, severity, text);
}

static void tell(struct below_own *own, const char *kind, const char *id) {
	char json[128];
	(void)snprintf(json, sizeof json, "{\"id\":\"%s\"}", id);
	ent_office_event(own->office, kind, json);
}

/* --- What the post says --- */

static void alarm_came(void *user, const struct ent_post_alarm *alarm) {
	struct below_own *own = user;
	if (own->below->memoranda != NULL)
		ent_memoranda_alarm(own->below->memoranda, alarm);
	tell(own, "alarm", alarm->peer);
}

static void owed(void *user, const char *peer) {
	struct below_own *own = user;
	if (own->below->peers != NULL)
		ent_peers_owed(own->below->peers, peer);
}

static void grew(void *user, struct ent_post_ledger *ledger, uint64_t size) {
	struct below_own *own = user;
	if (own->below->memoranda != NULL)
		ent_memoranda_grew(own->below->memoranda, ledger, size);
}

static void offered(void *user, const char *peer, const char *ledger) {
	struct below_own *own = user;
	if (own->below->memoranda != NULL)
		ent_memoranda_offered(own->below->memoranda, peer, ledger);
}

/* --- What peers and memoranda ask and say --- */

static void peer_changed(void *user, const char *peer) {
	tell(user, "peer", peer);
}

static const char *line_state(void *user, const char *party) {
	const struct below *below = ((struct below_own *)user)->below;
	struct ent_peer_view view;
	return below->peers != NULL && ent_peers_look(below->peers, party, &view) == ENT_OK
			? ent_line_state_text(view.line.state)
			: NULL;
}

static void memorandum_changed(void *user, const struct ent_memoranda_change *change) {
	tell(user, "memorandum", change->memorandum);
}

static ent_status know(
		struct below_own *own, const char *party, struct ent_party_known *ret_known) {
	return strcmp(party, own->known.card.id) == 0
			? ent_party_own(own->folder, ret_known, NULL)
			: ent_party_get(own->folder, party, ret_known, NULL);
}

static size_t keys(void *user, const char *party, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
		size_t capacity) {
	struct ent_party_known *known = malloc(sizeof *known);
	size_t n = 0;
	if (known != NULL && capacity > 0 && know(user, party, known) == ENT_OK) {
		memcpy(ret_keys[0], known->card.party_key.public_key, ENT_SIGN_PUBLIC_SIZE);
		n = 1;
	}
	free(known);
	return n;
}

static bool settable(void *user, const char *party) {
	(void)user;
	(void)party;
	return false;
}

/* --- All of it --- */

static ent_status begin_post(struct below_own *own, struct ent_fault *fault) {
	const struct ent_post_options post = {.store = own->options.store,
			.directory = own->options.data,
			.id = own->known.card.id,
			.line_key = own->line_key,
			.clock = clock_now,
			.say = say,
			.alarm = alarm_came,
			.owed = owed,
			.grew = grew,
			.offered = offered,
			.user = own};
	const ent_status status = ent_post_create(&post, &own->below->post, fault);
	if (status == ENT_OK)
		own->below->scribe = ent_post_scribe(own->below->post);
	return status;
}

static ent_status begin_rest(struct below_own *own, struct ent_fault *fault) {
	struct below *below = own->below;
	const struct ent_peers_options peers = {.post = below->post,
			.data = own->options.data,
			.workers = 1,
			.settable_clock = own->options.settable_clock,
			.ask_us = 1000, /* nobody can answer */
			.clock = clock_now,
			.say = say,
			.changed = peer_changed,
			.user = own};
	const struct ent_memoranda_options memoranda = {.post = below->post,
			.store = own->options.store,
			.settable_clock = own->options.settable_clock,
			.keys = keys,
			.settable = settable,
			.line = line_state,
			.clock = clock_now,
			.say = say,
			.changed = memorandum_changed,
			.user = own};
	ent_status status = ent_peers_create(&peers, &below->peers, fault);
	if (status == ENT_OK)
		status = ent_memoranda_create(&memoranda, &below->memoranda, fault);
	return status == ENT_OK ? ent_peers_start(below->peers, fault) : status;
}

ent_status below_begin(
		const struct below_options *options, struct below *below, struct ent_fault *fault) {
	struct below_own *own = calloc(1, sizeof *own);
	if (own == NULL)
		return ENT_E_MEMORY;
	below->own = own;
	own->below = below;
	own->options = *options;
	ent_status status = ent_fetch_start();
	if (status == ENT_OK)
		status = ent_party_folder_open(options->data, false, &own->folder, fault);
	if (status == ENT_OK)
		status = ent_party_own(own->folder, &own->known, fault);
	if (status == ENT_OK)
		status = ent_party_open_line_key(own->folder, &own->line_key, fault);
	if (status == ENT_OK)
		status = begin_post(own, fault);
	return status == ENT_OK ? begin_rest(own, fault) : status;
}

void below_set_office(struct below *below, struct ent_office *office) {
	below->own->office = office;
}

void below_end(struct below *below) {
	struct below_own *own = below->own;
	if (own == NULL)
		return;
	ent_peers_end(below->peers);
	ent_post_destroy(below->post);
	ent_peers_destroy(below->peers);
	ent_memoranda_destroy(below->memoranda);
	ent_sign_key_destroy(own->line_key);
	ent_party_folder_close(own->folder);
	free(own);
}
