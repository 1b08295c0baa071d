/* SPDX-License-Identifier: Apache-2.0 */
/*
 * joined_state.c: what health and metrics are told of the party. It is gathered at most once in LOOK_EVERY_US, whoever asks and
 * however often: anybody may ask for health.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/json.h"
#include "entente/jsonout.h"
#include "joined_parts.h"
#include "log.h"

enum {
	LOOK_EVERY_US = 1000000,
	MEMORANDUM_MAX = 16 << 20 /* bytes of one, as JSON; a larger one counts as not in force */
};

struct joined_state {
	pthread_mutex_t lock;
	bool looked;
	int64_t looked_us;
	struct ent_api_party party;
	struct ent_api_link *links;
	size_t n_links;
};

struct joined_state *joined_state_create(void) {
	struct joined_state *state = calloc(1, sizeof *state);
	if (state == NULL)
		return NULL;
	state->links = calloc(ENT_PARTIES_MAX, sizeof *state->links);
	if (state->links == NULL || pthread_mutex_init(&state->lock, NULL) != 0) {
		free(state->links);
		free(state);
		return NULL;
	}
	return state;
}

void joined_state_destroy(struct joined_state *state) {
	if (state == NULL)
		return;
	(void)pthread_mutex_destroy(&state->lock);
	free(state->links);
	free(state);
}

/* --- Lines --- */

static enum ent_api_link_state link_state(enum ent_line_state state) {
	switch (state) {
	case ENT_LINE_STATE_UP:
		return ENT_API_LINK_UP;
	case ENT_LINE_STATE_LATE:
		return ENT_API_LINK_LATE;
	case ENT_LINE_STATE_LOST:
		return ENT_API_LINK_LOST;
	default:
		return ENT_API_LINK_UNTESTED;
	}
}

static uint64_t owed_to(struct ent_post *post, const char *peer, struct ent_post_share *shares) {
	const size_t n = ent_post_shares(post, peer, shares, ENT_POST_LEDGERS_MAX);
	uint64_t owed = 0;
	for (size_t i = 0; i < n && i < ENT_POST_LEDGERS_MAX; i++)
		owed += shares[i].size - shares[i].acknowledged;
	return owed;
}

static void look_at_links(struct joined *joined, struct joined_state *state) {
	struct ent_peer_view view;
	struct ent_peers *peers = joined->peers.part;
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * ENT_PARTIES_MAX);
	struct ent_post_share *shares = malloc(sizeof *shares * ENT_POST_LEDGERS_MAX);
	const size_t n = ids != NULL && shares != NULL ? ent_peers_list(peers, ids, ENT_PARTIES_MAX)
						       : 0;
	state->n_links = 0;
	for (size_t i = 0; i < n && i < ENT_PARTIES_MAX; i++) {
		if (ent_peers_look(peers, ids[i], &view) != ENT_OK)
			continue;
		struct ent_api_link *link = &state->links[state->n_links++];
		*link = (struct ent_api_link){.state = link_state(view.line.state),
				.missed = view.line.missed,
				.owed = owed_to(joined->post, ids[i], shares)};
		(void)snprintf(link->id, sizeof link->id, "%s", ids[i]);
		state->party.links[link->state]++;
		state->party.owed += link->owed;
	}
	free(ids);
	free(shares);
}

/* --- Ledgers, alarms --- */

static void count_frozen(void *user, struct ent_post_ledger *ledger) {
	struct ent_post_stand stand;
	ent_post_stand(ledger, &stand);
	*(size_t *)user += stand.frozen;
}

/* --- Memoranda --- */

static bool is_waiting(struct ent_json_value root) {
	struct ent_json_value members, member, waiting;
	int64_t n = 0;
	if (!ent_json_member(root, "members", &members))
		return false;
	struct ent_json_walk walk = ent_json_walk_from(members);
	while (ent_json_next_element(&walk, &member))
		if (ent_json_member(member, "waiting", &waiting) && ent_json_int(waiting, &n) &&
				n > 0)
			return true;
	return false;
}

static void look_at_memorandum(struct ent_memoranda *memoranda, const char *id,
		struct ent_json *json, struct ent_api_party *party) {
	struct ent_jsonout_memory memory = {.limit = MEMORANDUM_MAX};
	struct ent_jsonout out;
	struct ent_json_value root, status;
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	const ent_status written = ent_memoranda_write(memoranda, id, ENT_MEMORANDA_NOW, &out);
	ent_jsonout_object_end(&out);
	if (written == ENT_OK && ent_jsonout_finish(&out) == ENT_OK &&
			ent_json_parse(json, memory.bytes, memory.size, NULL, &root, NULL) ==
					ENT_OK) {
		party->in_force += ent_json_member(root, "status", &status) &&
				ent_json_string_is(status, ent_memo_status_text(ENT_MEMO_IN_FORCE));
		party->waiting += is_waiting(root);
	} else {
		/* What cannot be looked at is not known to be whole. */
		party->waiting += written != ENT_E_MISSING;
	}
	free(memory.bytes);
}

static void look_at_memoranda(struct joined *joined, struct ent_api_party *party) {
	struct ent_memoranda *memoranda = atomic_load(&joined->memoranda);
	struct ent_json *json = NULL;
	char(*ids)[ENT_MEMO_ID_SIZE] = malloc(sizeof *ids * ENT_MEMORANDA_MAX);
	if (ids != NULL && ent_json_create(&json) == ENT_OK) {
		party->memoranda = ent_memoranda_list(memoranda, ids, ENT_MEMORANDA_MAX);
		for (size_t i = 0; i < party->memoranda && i < ENT_MEMORANDA_MAX; i++)
			look_at_memorandum(memoranda, ids[i], json, party);
	}
	ent_json_destroy(json);
	free(ids);
}

/* --- All of it --- */

static void look(struct joined *joined, struct joined_state *state) {
	const int64_t now_us = clock_monotonic();
	if (state->looked && now_us - state->looked_us < LOOK_EVERY_US)
		return;
	state->looked = true;
	state->looked_us = now_us;
	state->party = (struct ent_api_party){.there = true,
			.settable_clock = joined->running->ours.settable_clock,
			.alarms = ent_post_alarms(joined->post, NULL, 0)};
	ent_post_ledgers(joined->post, count_frozen, &state->party.frozen);
	look_at_links(joined, state);
	look_at_memoranda(joined, &state->party);
}

void joined_party(struct joined *joined, struct ent_api_party *ret_party) {
	struct joined_state *state = joined->state;
	(void)pthread_mutex_lock(&state->lock);
	look(joined, state);
	*ret_party = state->party;
	(void)pthread_mutex_unlock(&state->lock);
}

size_t joined_links(struct joined *joined, struct ent_api_link *ret_links, size_t capacity) {
	struct joined_state *state = joined->state;
	(void)pthread_mutex_lock(&state->lock);
	look(joined, state);
	const size_t n = state->n_links;
	for (size_t i = 0; i < n && i < capacity; i++)
		ret_links[i] = state->links[i];
	(void)pthread_mutex_unlock(&state->lock);
	return n;
}
