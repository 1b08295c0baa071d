/* SPDX-License-Identifier: Apache-2.0 */
/* joined.c: see joined.h. What the parts are asked for health and metrics: joined_state.c. */
#include "joined.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "entente/desk.h"
#include "entente/jsonout.h"
#include "entente/serve.h"
#include "joined_parts.h"
#include "log.h"
#include "look.h"

enum {
	/* Threads that take parcels: as many peers may be slow to be verified before one waits. */
	WORKERS = 4,
	EVENT_MAX = 4096
};

_Static_assert((int)ENT_SCRIBE_INFO == (int)ENT_NODE_INFO &&
				(int)ENT_SCRIBE_WARNING == (int)ENT_NODE_WARNING &&
				(int)ENT_SCRIBE_ERROR == (int)ENT_NODE_ERROR,
		"one kind of severity");

static void say(void *user, enum ent_scribe_say severity, const char *text) {
	(void)user;
	log_say(NULL, (enum ent_node_say)severity, text);
}

/* --- What people at the desk see at once --- */

struct event {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory;
};

static void event_begin(struct event *event, const struct joined *joined) {
	event->memory = (struct ent_jsonout_memory){.limit = EVENT_MAX};
	ent_jsonout_init(&event->out, ent_jsonout_to_memory, &event->memory, 0);
	ent_jsonout_object_begin(&event->out);
	ent_jsonout_name(&event->out, "time");
	ent_jsonout_time(&event->out, running_time(joined->running));
}

static void event_text(struct event *event, const char *name, const char *text) {
	ent_jsonout_name(&event->out, name);
	ent_jsonout_string(&event->out, text);
}

static void event_number(struct event *event, const char *name, uint64_t number) {
	ent_jsonout_name(&event->out, name);
	ent_jsonout_int(&event->out, (int64_t)number);
}

/* One that there is no memory for is not told: the office says what there is to whoever asks. */
static void event_end(struct event *event, struct joined *joined, const char *kind) {
	static const char end[] = "";
	ent_jsonout_object_end(&event->out);
	ent_status status = ent_jsonout_finish(&event->out);
	if (status == ENT_OK)
		status = ent_jsonout_to_memory(&event->memory, end, sizeof end);
	if (status == ENT_OK) {
		ent_office_event(door_enter(&joined->office), kind, event->memory.bytes);
		door_leave(&joined->office);
	}
	free(event->memory.bytes);
}

/* --- From the post --- */

static void post_alarm(void *user, const struct ent_post_alarm *alarm) {
	struct joined *joined = user;
	struct event event;
	struct ent_memoranda *memoranda = atomic_load(&joined->memoranda);
	if (memoranda != NULL)
		ent_memoranda_alarm(memoranda, alarm);
	event_begin(&event, joined);
	event_number(&event, "number", alarm->number);
	event_text(&event, "kind", ent_post_alarm_word(alarm->kind));
	event_text(&event, "text", ent_post_alarm_text(alarm->kind));
	event_text(&event, "peer", alarm->peer);
	event_text(&event, "ledger", alarm->ledger);
	event_text(&event, "where", alarm->fault.where);
	event_text(&event, "why", alarm->fault.why);
	event_text(&event, "evidence", alarm->evidence);
	event_number(&event, "times", alarm->times);
	event_end(&event, joined, "alarm");
}

static void post_owed(void *user, const char *peer) {
	struct joined *joined = user;
	struct ent_peers *peers = door_enter(&joined->peers);
	if (peers != NULL)
		ent_peers_owed(peers, peer);
	door_leave(&joined->peers);
}

static void post_grew(void *user, struct ent_post_ledger *ledger, uint64_t size) {
	struct ent_memoranda *memoranda = atomic_load(&((struct joined *)user)->memoranda);
	if (memoranda != NULL)
		ent_memoranda_grew(memoranda, ledger, size);
}

static void post_offered(void *user, const char *peer, const char *ledger) {
	struct joined *joined = user;
	struct ent_memoranda *memoranda = atomic_load(&joined->memoranda);
	struct ent_peers *peers = door_enter(&joined->peers);
	if (peers != NULL)
		ent_peers_offered(peers, peer, ledger);
	door_leave(&joined->peers);
	if (memoranda != NULL)
		ent_memoranda_offered(memoranda, peer, ledger);
}

/* --- Payloads --- */

/* What was agreed, or sooner. */
static int64_t keep_us(void *user, const char *ledger, const struct ent_hash *under) {
	const struct joined *joined = user;
	struct ent_memoranda *memoranda = atomic_load(&joined->memoranda);
	const int64_t own_us = joined->running->config.purge_after_us;
	const int64_t agreed_us = memoranda != NULL && under != NULL
			? ent_memoranda_purge_after(memoranda, ledger, under, NULL)
			: 0;
	if (agreed_us == 0 || own_us == 0)
		return agreed_us + own_us > 0 ? agreed_us + own_us : INT64_MAX;
	return agreed_us < own_us ? agreed_us : own_us;
}

static int64_t received_us(void *user, const char *ledger, uint64_t seq) {
	struct ent_memoranda *memoranda = atomic_load(&((struct joined *)user)->memoranda);
	return memoranda != NULL ? ent_memoranda_received(memoranda, ledger, seq) : INT64_MAX;
}

static bool say_purged(void *user, const char *peer, const struct ent_post_payload *payload) {
	struct joined *joined = user;
	struct ent_peers *peers = door_enter(&joined->peers);
	const ent_status status = peers != NULL ? ent_peers_say_purged(peers, peer, payload->ledger,
								  payload->seq, &payload->leaf)
						: ENT_E_EXISTS;
	door_leave(&joined->peers);
	return status != ENT_E_EXISTS;
}

/* To whom there is no line, of that one nothing can be expected. */
static bool has_purged(void *user, const char *peer, const struct ent_post_payload *payload) {
	struct joined *joined = user;
	struct ent_peer_view view;
	struct ent_peers *peers = door_enter(&joined->peers);
	const bool has = peers == NULL || ent_peers_look(peers, peer, &view) != ENT_OK ||
			ent_peers_has_purged(
					peers, peer, payload->ledger, payload->seq, &payload->leaf);
	door_leave(&joined->peers);
	return has;
}

static void post_shown(void *user, const char *peer, const char *author, const char *ledger,
		uint64_t size) {
	struct ent_memoranda *memoranda = atomic_load(&((struct joined *)user)->memoranda);
	if (memoranda != NULL)
		ent_memoranda_shown(memoranda, peer, author, ledger, size);
}

static int64_t time_now(void *user) {
	return running_time(((struct joined *)user)->running);
}

/* --- From peers --- */

static struct ent_line_terms line_terms(void *user, const char *peer) {
	struct ent_memoranda *memoranda = atomic_load(&((struct joined *)user)->memoranda);
	return memoranda != NULL ? ent_memoranda_line_terms(memoranda, peer, time_now(user), NULL)
				 : ent_line_terms_default();
}

static bool we_work(void *user) {
	struct running *running = ((struct joined *)user)->running;
	struct ent_node_state state;
	ent_node_state(running->node, &state);
	return state.writes && clock_ahead(&running->clock) == 0;
}

static void peer_changed(void *user, const char *peer) {
	struct joined *joined = user;
	struct ent_peer_view view;
	struct event event;
	struct ent_peers *peers = door_enter(&joined->peers);
	const bool known = peers != NULL && ent_peers_look(peers, peer, &view) == ENT_OK;
	door_leave(&joined->peers);
	event_begin(&event, joined);
	event_text(&event, "party", peer);
	if (known)
		event_text(&event, "state", ent_line_state_text(view.line.state));
	event_end(&event, joined, "line");
}

/* --- From memoranda --- */

static bool settable(void *user, const char *party) {
	struct ent_card card;
	const struct running *running = ((struct joined *)user)->running;
	return ours_card(running->config.data, party, &card) && card.settable_clock;
}

static const char *line_state(void *user, const char *party) {
	struct joined *joined = user;
	struct ent_peer_view view;
	struct ent_peers *peers = door_enter(&joined->peers);
	const bool known = peers != NULL && ent_peers_look(peers, party, &view) == ENT_OK;
	door_leave(&joined->peers);
	return known ? ent_line_state_text(view.line.state) : NULL;
}

static size_t party_keys(void *user, const char *party, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
		size_t capacity) {
	const struct running *running = ((struct joined *)user)->running;
	return ours_party_keys(running->config.data, party, ret_keys, capacity);
}

static void event_entry(struct event *event, const struct ent_memoranda_new *entry) {
	ent_jsonout_object_begin(&event->out);
	event_text(event, "party", entry->party);
	event_text(event, "ledger", entry->ledger);
	event_number(event, "seq", entry->seq);
	if (entry->kind != NULL) {
		event_text(event, "kind", entry->kind);
		event_text(event, "class", entry->class_);
	}
	event_text(event, "standing", entry->standing);
	if (entry->from_utc_us != 0) {
		ent_jsonout_name(&event->out, "from");
		ent_jsonout_time(&event->out, entry->from_utc_us);
	}
	ent_jsonout_object_end(&event->out);
}

static void event_timed(struct event *event, const struct ent_memoranda_timed *timed) {
	ent_jsonout_object_begin(&event->out);
	event_text(event, "what", ent_memoranda_time_text(timed->what));
	if (timed->party[0] != '\0')
		event_text(event, "party", timed->party);
	if (timed->clause[0] != '\0')
		event_text(event, "clause", timed->clause);
	else if (timed->party[0] != '\0')
		event_number(event, "seq", timed->seq);
	ent_jsonout_name(&event->out, "at");
	ent_jsonout_time(&event->out, timed->at_utc_us);
	if (timed->while_down) {
		ent_jsonout_name(&event->out, "while_down");
		ent_jsonout_bool(&event->out, true);
	}
	ent_jsonout_object_end(&event->out);
}

static void memorandum_changed(void *user, const struct ent_memoranda_change *change) {
	struct joined *joined = user;
	struct event event;
	event_begin(&event, joined);
	event_text(&event, "memorandum", change->memorandum);
	event_text(&event, "before", change->before);
	event_text(&event, "status", change->after);
	ent_jsonout_name(&event.out, "entries");
	ent_jsonout_array_begin(&event.out);
	for (size_t i = 0; i < change->n; i++)
		event_entry(&event, &change->entry[i]);
	ent_jsonout_array_end(&event.out);
	ent_jsonout_name(&event.out, "by_time");
	ent_jsonout_array_begin(&event.out);
	for (size_t i = 0; i < change->n_timed; i++)
		event_timed(&event, &change->timed[i]);
	ent_jsonout_array_end(&event.out);
	event_number(&event, "more", change->more);
	event_end(&event, joined, "memorandum");
}

static void memorandum_waits(void *user, const char *memorandum, const char *party) {
	struct joined *joined = user;
	struct event event;
	event_begin(&event, joined);
	event_text(&event, "memorandum", memorandum);
	event_text(&event, "party", party);
	event_end(&event, joined, "memorandum-waits");
}

/* --- From the office --- */

/* It tells peers and memoranda of it. */
static ent_status set_clock(void *user, int64_t now_utc_us) {
	struct joined *joined = user;
	if (!clock_set(&joined->running->clock, now_utc_us))
		return ENT_E_DOMAIN;
	purging_now(&joined->purging);
	return ENT_OK;
}

/* --- Together --- */

static ent_status create_post(struct joined *joined, struct ent_fault *fault) {
	struct running *running = joined->running;
	const struct ent_party_key_list *keys = &running->ours.line_keys;
	uint32_t ledger = 0;
	const struct ent_post_options options = {.store = ent_node_store(running->node, &ledger),
			.directory = running->config.data,
			.id = running->ours.card.id,
			.line_key = running->ours.line_key,
			/* The one in force is the first. */
			.older = &keys->vkey[1],
			.n_older = keys->n > 0 ? keys->n - 1 : 0,
			.clock = time_now,
			.say = say,
			.alarm = post_alarm,
			.owed = post_owed,
			.grew = post_grew,
			.offered = post_offered,
			.keep_us = keep_us,
			.received_us = received_us,
			.say_purged = say_purged,
			.has_purged = has_purged,
			.shown = post_shown,
			.user = joined};
	return ent_post_create(&options, &joined->post, fault);
}

static ent_status create_peers(struct joined *joined, struct ent_fault *fault) {
	const struct config *config = &joined->running->config;
	struct ent_peers *peers = NULL;
	const struct ent_peers_options options = {.post = joined->post,
			.data = config->data,
			.listen = config->peers_listen,
			.workers = WORKERS,
			.settable_clock = joined->running->ours.settable_clock,
			.clock = time_now,
			.terms = line_terms,
			.we_work = we_work,
			.say = say,
			.changed = peer_changed,
			.user = joined};
	const ent_status status = ent_peers_create(&options, &peers, fault);
	door_open(&joined->peers, peers);
	return status;
}

static ent_status create_memoranda(struct joined *joined, struct ent_fault *fault) {
	struct ent_memoranda *memoranda = NULL;
	uint32_t ledger = 0;
	const struct ent_memoranda_options options = {.post = joined->post,
			.store = ent_node_store(joined->running->node, &ledger),
			.keys = party_keys,
			.settable_clock = joined->running->ours.settable_clock,
			.asks_first = true,
			.settable = settable,
			.line = line_state,
			.clock = time_now,
			.say = say,
			.changed = memorandum_changed,
			.waits = memorandum_waits,
			.user = joined};
	const ent_status status = ent_memoranda_create(&options, &memoranda, fault);
	atomic_store(&joined->memoranda, memoranda);
	return status;
}

/* The desk's ledger is the node's, signed by its key. */
static ent_status create_office(struct joined *joined, struct ent_fault *fault) {
	struct running *running = joined->running;
	const struct config *config = &running->config;
	struct ent_office *office = NULL;
	struct ent_vkey vkey;
	ent_status status = ent_node_read_key(config->data, &joined->desk_key, &vkey, fault);
	if (status == ENT_OK)
		status = ent_node_vkey_of(&vkey, ENT_DESK_LEDGER, &joined->desk, fault);
	if (status != ENT_OK)
		return status;
	const struct ent_office_options options = {.data = config->data,
			.post = joined->post,
			.scribe = ent_post_scribe(joined->post),
			.peers = joined->peers.part,
			.memoranda = atomic_load(&joined->memoranda),
			.desk_key = joined->desk_key,
			.desk_origin = joined->desk.name,
			.desk_key_name = joined->desk.name,
			.take_party_key = running->ours.key,
			.secure = running->tls_certificate != NULL,
			.request_us = config->limits.request_us,
			.version = ent_serve_version,
			.clock = time_now,
			.set_clock = running->ours.settable_clock ? set_clock : NULL,
			.say = say,
			.user = joined};
	running->ours.key = NULL;
	status = ent_office_create(&options, &office, fault);
	door_open(&joined->office, office);
	return status;
}

/* Which option is to blame is known of the listener only; else it is what the directory holds. */
static void tell(struct joined *joined, const struct ent_fault *fault, ent_status status) {
	struct config *config = &joined->running->config;
	if (strcmp(fault->where, "peers-listen") == 0)
		listener_fault(config, "peers-listen", config->peers_listen, status, fault);
	else
		config_fault(config, config_where(config, "data"), "%s%s%s", fault->where,
				fault->where[0] != '\0' ? ": " : "",
				fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

ent_status joined_create(struct running *running, struct joined **ret_joined) {
	struct joined *joined = calloc(1, sizeof *joined);
	struct ent_fault fault = {{0}, {0}};
	if (joined == NULL || door_init(&joined->peers) != ENT_OK) {
		free(joined);
		return ENT_E_MEMORY;
	}
	if (door_init(&joined->office) != ENT_OK) {
		door_finish(&joined->peers);
		free(joined);
		return ENT_E_MEMORY;
	}
	joined->running = running;
	joined->state = joined_state_create();
	ent_status status = joined->state != NULL ? create_post(joined, &fault) : ENT_E_MEMORY;
	if (status == ENT_OK)
		status = create_peers(joined, &fault);
	if (status == ENT_OK)
		status = create_memoranda(joined, &fault);
	if (status == ENT_OK)
		status = create_office(joined, &fault);
	if (status == ENT_OK) {
		*ret_joined = joined;
		return ENT_OK;
	}
	tell(joined, &fault, status);
	joined_destroy(joined);
	return status;
}

ent_status joined_start(struct joined *joined) {
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_peers_start(joined->peers.part, &fault);
	const struct config *config = &joined->running->config;
	const struct begin_options options = {.post = joined->post,
			.peers = joined->peers.part,
			.memoranda = atomic_load(&joined->memoranda),
			.directory = config->data,
			.restored = config->restored,
			.alone = config->restored_alone};
	if (status == ENT_OK)
		status = begin_start(&joined->begin, &options, &fault);
	if (status == ENT_OK)
		status = purging_start(&joined->purging, joined->post);
	if (status != ENT_OK)
		tell(joined, &fault, status);
	return status;
}

void joined_stop(struct joined *joined) {
	if (joined != NULL && joined->office.part != NULL)
		ent_office_stop(joined->office.part);
}

/* Each is taken out of reach of those below it before it goes, and goes while those that it calls are there. */
void joined_destroy(struct joined *joined) {
	if (joined == NULL)
		return;
	struct ent_office *office = joined->office.part;
	struct ent_peers *peers = joined->peers.part;
	door_close(&joined->office);
	if (office != NULL)
		ent_office_end(office);
	door_close(&joined->peers);
	purging_stop(&joined->purging);
	begin_stop(&joined->begin);
	ent_peers_end(peers);
	ent_post_destroy(joined->post);
	/* What the scribe's ledgers come to until its end. */
	ent_peers_destroy(peers);
	ent_office_destroy(office);
	ent_memoranda_destroy(atomic_load(&joined->memoranda));
	ent_sign_key_destroy(joined->desk_key);
	joined_state_destroy(joined->state);
	door_finish(&joined->peers);
	door_finish(&joined->office);
	free(joined);
}

/* --- While it runs --- */

bool joined_handle(struct joined *joined, struct ent_http_request *request) {
	if (joined == NULL ||
			strncmp(ent_http_path(request), ENT_OFFICE_PREFIX,
					sizeof ENT_OFFICE_PREFIX - 1) != 0)
		return false;
	ent_office_handle(joined->office.part, request);
	return true;
}

void joined_again(struct joined *joined) {
	char text[ENT_FAULT_WHERE_SIZE + ENT_FAULT_WHY_SIZE + 64];
	struct ent_fault fault = {{0}, {0}};
	size_t changed = 0;
	const ent_status status = ent_peers_again(joined->peers.part, &changed, &fault);
	/* One party that cannot be taken in keeps nobody else's new key from counting. */
	if (status == ENT_OK || changed > 0)
		ent_memoranda_again(atomic_load(&joined->memoranda));
	if (status == ENT_OK) {
		(void)snprintf(text, sizeof text, "parties: the folder was read again, %zu changed",
				changed);
	} else {
		(void)snprintf(text, sizeof text, "parties: %s%s%s; what else is new counts",
				fault.where, fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	}
	log_say(NULL, status == ENT_OK ? ENT_NODE_INFO : ENT_NODE_ERROR, text);
}

const char *joined_address(const struct joined *joined) {
	return ent_peers_address(joined->peers.part);
}
