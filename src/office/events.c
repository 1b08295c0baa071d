/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.c: what happens, live, as server-sent events (HTML, 9.2). Events have numbers from 1 since the start, and an id
 * of the start's eight digits and the number, so that the id of a start before is known for what it is.
 *
 *     ask -> something behind its id, or none may be held -> answered
 *        \-> held -> the watch's thread: something came, its time is over, or the office stops -> answered
 *
 * An answer ends after at most so long, and its client comes back with the id that it ends with: the server has no
 * endless answers, and a cut is nothing. What is no longer remembered is told as 'lost': the client is to look anew.
 *
 * The same thread ends sessions that nobody uses, and locks the key when its time is over.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

#define RETRY "retry: 100\n\n"
#define HOUSEKEEPING_US INT64_C(1000000)
enum { ANSWER_MAX = 1 << 20, ID_SIZE = 40 };

/* --- The ring --- */

static void forget_first(struct office_events *events) {
	struct office_event *event = &events->event[events->first++ % ENT_OFFICE_EVENTS_MAX];
	events->bytes -= event->size;
	free(event->json);
	*event = (struct office_event){0};
}

/* NULL: no memory. A line break would end an event's data; between JSON's tokens a blank says the same. */
static char *event_text(const char *kind, const char *json, size_t *ret_kind_at, size_t *ret_size) {
	size_t length = strlen(json);
	if (length > ENT_OFFICE_EVENT_MAX) {
		json = "{}";
		length = 2;
	}
	while (length > 0 && json[length - 1] == '\n')
		length--;
	const size_t kind_size = strlen(kind) + 1;
	char *text = malloc(length + 1 + kind_size);
	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < length; i++)
		text[i] = json[i] == '\n' || json[i] == '\r' ? ' ' : json[i];
	text[length] = '\0';
	memcpy(text + length + 1, kind, kind_size);
	*ret_kind_at = length + 1;
	*ret_size = length + 1 + kind_size;
	return text;
}

void ent_office_event(struct ent_office *office, const char *kind, const char *json) {
	size_t kind_at = 0, size = 0;
	if (office == NULL)
		return;
	struct office_events *events = &office->events;
	char *text = event_text(kind, json, &kind_at, &size);
	(void)pthread_mutex_lock(&events->lock);
	while (events->first < events->next &&
			(events->next - events->first == ENT_OFFICE_EVENTS_MAX ||
					events->bytes + size > ENT_OFFICE_EVENTS_BYTES))
		forget_first(events);
	if (text != NULL) {
		events->event[events->next++ % ENT_OFFICE_EVENTS_MAX] = (struct office_event){
				text + kind_at, text, size};
		events->bytes += size;
	} else {
		/* One that there was no memory for is lost to all, and they are told so. */
		while (events->first < events->next)
			forget_first(events);
		events->first = ++events->next;
	}
	(void)pthread_cond_signal(&events->changed);
	(void)pthread_mutex_unlock(&events->lock);
}

/* --- Answers --- */

/* Behind which number; one that is none of ours, or of another start, is behind nothing that is known: UINT64_MAX. */
static uint64_t after_of(const struct office_events *events, const char *id) {
	char *end = NULL;
	const size_t length = sizeof events->start - 1;
	if (strncmp(id, events->start, length) != 0 || id[length] != '-' || id[length + 1] < '0' ||
			id[length + 1] > '9' || strlen(id) >= ID_SIZE)
		return UINT64_MAX;
	const uint64_t number = strtoull(id + length + 1, &end, 10);
	return *end == '\0' && number < events->next ? number : UINT64_MAX;
}

static bool is_behind(const struct office_events *events, uint64_t after) {
	return after == UINT64_MAX || after + 1 < events->next;
}

static bool add(struct ent_jsonout_memory *text, const char *format, ...) ENT_PRINTF(2, 3);
static bool add(struct ent_jsonout_memory *text, const char *format, ...) {
	char line[ID_SIZE + 128];
	va_list values;
	va_start(values, format);
	const int length = vsnprintf(line, sizeof line, format, values);
	va_end(values);
	return length >= 0 && (size_t)length < sizeof line &&
			ent_jsonout_to_memory(text, line, (size_t)length) == ENT_OK;
}

/* What there is behind a number, as much as one answer has; it ends with the id to come back with. */
static bool write_events(const struct office_events *events, uint64_t after,
		struct ent_jsonout_memory *text) {
	bool fine = ent_jsonout_to_memory(text, RETRY, sizeof RETRY - 1) == ENT_OK;
	if (after == UINT64_MAX || after + 1 < events->first) {
		after = events->first - 1;
		fine = fine &&
				add(text, "id: %s-%" PRIu64 "\nevent: lost\ndata: {}\n\n",
						events->start, after);
	}
	while (fine && after + 1 < events->next && text->size < ANSWER_MAX) {
		const struct office_event *event = &events->event[++after % ENT_OFFICE_EVENTS_MAX];
		fine = add(text, "id: %s-%" PRIu64 "\nevent: %.64s\ndata: ", events->start, after,
				       event->kind) &&
				ent_jsonout_to_memory(text, event->json, strlen(event->json)) ==
						ENT_OK &&
				add(text, "\n\n");
	}
	/* Without data it is no event to a client, but the id counts. */
	return fine && add(text, "id: %s-%" PRIu64 "\n\n", events->start, after);
}

/* Under the lock. NULL: no memory, and the call ends with a bare status. */
static char *answer_of(const struct office_events *events, uint64_t after, size_t *ret_size) {
	struct ent_jsonout_memory text = {.limit = 2 * (size_t)ANSWER_MAX};
	if (!write_events(events, after, &text)) {
		free(text.bytes);
		return NULL;
	}
	*ret_size = text.size;
	return text.bytes;
}

/* Not under the lock: the session may have ended while it was held. */
static void send(struct office_call *call, char *take_text, size_t size) {
	struct office_desk *desk = &call->office->desk;
	(void)pthread_mutex_lock(&desk->lock);
	const bool still = call->who.command_line ||
			ent_desk_session_of(desk->desk, call->who.session,
					office_now(call->office)) != NULL;
	(void)pthread_mutex_unlock(&desk->lock);
	if (still && take_text != NULL) {
		office_send(call, 200, "text/event-stream", take_text, size, NULL);
		return;
	}
	free(take_text);
	if (!still)
		office_refuse(call, 401, "%s",
				ent_desk_refusal_text(ENT_DESK_REFUSAL_NOT_SIGNED_IN));
}

static int64_t hold_us(const struct office_call *call) {
	const int64_t request_us = call->office->options.request_us != 0
			? call->office->options.request_us
			: ent_http_limits_default.request_us;
	int64_t most = call->control ? ENT_OFFICE_HOLD_US : request_us - 1000000;
	/* Of one that is shorter still, half of it. */
	if (!call->control && most <= 0)
		most = request_us / 2;
	return most < ENT_OFFICE_HOLD_US ? most : ENT_OFFICE_HOLD_US;
}

bool office_ask_events(struct office_call *call) {
	struct office_events *events = &call->office->events;
	const char *id = ent_http_header(call->request, "Last-Event-ID");
	char *text = NULL;
	size_t size = 0;
	bool held = false;
	(void)pthread_mutex_lock(&events->lock);
	call->after = id != NULL ? after_of(events, id) : events->next - 1;
	const bool full = events->n_held == ENT_OFFICE_HOLD_MAX;
	if (is_behind(events, call->after) || events->answers_all) {
		text = answer_of(events, call->after, &size);
	} else if (!full) {
		call->until_us = office_monotonic() + hold_us(call);
		call->next = events->held;
		events->held = call;
		events->n_held++;
		held = true;
		(void)pthread_cond_signal(&events->changed);
	}
	(void)pthread_mutex_unlock(&events->lock);
	if (held)
		return true;
	if (text == NULL && full)
		office_refuse(call, 503, "as many wait for events as may");
	else
		send(call, text, size);
	return false;
}

/* --- The watch --- */

/* Takes those that are to be answered off the list; their texts are in 'texts'. */
struct due {
	struct office_call *call[ENT_OFFICE_HOLD_MAX];
	char *text[ENT_OFFICE_HOLD_MAX];
	size_t size[ENT_OFFICE_HOLD_MAX];
	unsigned n;
};

static void take_due(struct office_events *events, int64_t now_us, struct due *due) {
	struct office_call **at = &events->held;
	due->n = 0;
	while (*at != NULL) {
		struct office_call *call = *at;
		if (!events->answers_all && now_us < call->until_us &&
				!is_behind(events, call->after)) {
			at = &call->next;
			continue;
		}
		*at = call->next;
		events->n_held--;
		due->call[due->n] = call;
		due->size[due->n] = 0;
		due->text[due->n] = answer_of(events, call->after, &due->size[due->n]);
		due->n++;
	}
}

static void send_due(struct due *due) {
	for (unsigned i = 0; i < due->n; i++) {
		send(due->call[i], due->text[i], due->size[i]);
		office_call_destroy(due->call[i]);
	}
}

/* A session that nobody used: one a second; one that could not be written is tried again then. */
static ent_status end_idle(struct ent_office *office) {
	struct office_desk *desk = &office->desk;
	struct office_command command = {0};
	struct office_decided decided;
	char id[ENT_DESK_ID_MAX + 1] = "";
	(void)pthread_mutex_lock(&desk->lock);
	const bool idle = ent_desk_tokens_idle(
			desk->tokens, desk->desk, office_now(office), &command.plain);
	if (idle)
		(void)snprintf(id, sizeof id, "%s", command.plain.id);
	(void)pthread_mutex_unlock(&desk->lock);
	command.plain.id = id;
	return idle ? office_desk_do(office, &command, &decided) : ENT_OK;
}

/* The key whose time is over: it is locked whatever the ledger takes. */
static ent_status end_key(struct ent_office *office) {
	struct office_decided decided;
	if (!office_key_lock(office, false))
		return ENT_OK;
	ent_office_event(office, "key", "{\"unlocked_until\":null}");
	return office_order(office, ENT_DESK_BY_NODE, ENT_DESK_ORDER_KEY_LOCKED, office->party_id,
			&decided);
}

static void keep_house(struct ent_office *office) {
	const ent_status idle = end_idle(office), key = end_key(office);
	if (key != ENT_OK && office->options.say != NULL)
		office->options.say(office->options.user, ENT_SCRIBE_WARNING,
				"the desk's ledger does not say that the party key was locked: it "
				"takes no writes");
	(void)idle;
}

/* Until something happens, at most so long. Under the lock. */
static void wait_for_news(struct office_events *events, int64_t until_us) {
	for (const struct office_call *call = events->held; call != NULL; call = call->next)
		if (call->until_us < until_us)
			until_us = call->until_us;
	const struct timespec until = {
			.tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	(void)pthread_cond_timedwait(&events->changed, &events->lock, &until);
}

static bool has_news(const struct office_events *events, int64_t now_us) {
	if (events->stop)
		return true;
	for (const struct office_call *call = events->held; call != NULL; call = call->next)
		if (events->answers_all || now_us >= call->until_us ||
				is_behind(events, call->after))
			return true;
	return false;
}

static void *watch(void *user) {
	struct ent_office *office = user;
	struct office_events *events = &office->events;
	static _Thread_local struct due due;
	int64_t house_us = office_monotonic() + HOUSEKEEPING_US;
	bool stop = false;
	while (!stop) {
		(void)pthread_mutex_lock(&events->lock);
		if (!has_news(events, office_monotonic()) && office_monotonic() < house_us)
			wait_for_news(events, house_us);
		stop = events->stop;
		take_due(events, office_monotonic(), &due);
		(void)pthread_mutex_unlock(&events->lock);
		send_due(&due);
		if (!stop && office_monotonic() >= house_us) {
			if (atomic_load(&office->ready))
				keep_house(office);
			house_us = office_monotonic() + HOUSEKEEPING_US;
		}
	}
	return NULL;
}

ent_status office_events_start(struct ent_office *office) {
	struct office_events *events = &office->events;
	uint8_t chance[4];
	pthread_condattr_t attributes;
	ent_seal_random(chance, sizeof chance);
	(void)snprintf(events->start, sizeof events->start, "%02x%02x%02x%02x", chance[0],
			chance[1], chance[2], chance[3]);
	events->first = events->next = 1;
	if (pthread_condattr_init(&attributes) != 0)
		return ENT_E_MEMORY;
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&events->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	events->made = pthread_create(&events->thread, NULL, watch, office) == 0;
	return events->made ? ENT_OK : ENT_E_MEMORY;
}

void ent_office_stop(struct ent_office *office) {
	struct office_events *events = &office->events;
	(void)pthread_mutex_lock(&events->lock);
	events->answers_all = true;
	(void)pthread_cond_signal(&events->changed);
	(void)pthread_mutex_unlock(&events->lock);
}

void office_events_end(struct ent_office *office) {
	struct office_events *events = &office->events;
	if (!events->made)
		return;
	(void)pthread_mutex_lock(&events->lock);
	events->stop = events->answers_all = true;
	(void)pthread_cond_signal(&events->changed);
	(void)pthread_mutex_unlock(&events->lock);
	(void)pthread_join(events->thread, NULL);
	events->made = false;
}

void office_events_destroy(struct office_events *events) {
	while (events->first < events->next)
		forget_first(events);
}
