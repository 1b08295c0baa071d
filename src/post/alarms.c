/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms.c: what must not be. The same kind from the same peer of the same ledger is one alarm: it counts, and is told
 * again once an hour. Few are remembered, a peer's own first forgotten, and those that come again by themselves before those
 * that are kept over a restart (alarms_kept.c), and these before those of a fork. What is kept is on the disk before it is told.
 *
 * One that a person has closed (alarms_close.c) is shown to nobody, and forgotten first: what it kept us from blaming a peer for
 * stays so until the end. Done again, it is a new one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define AGAIN_US (INT64_C(3600) * 1000000)

const char *ent_post_alarm_text(enum ent_post_alarm_kind kind) {
#define ALARM_TEXT(name, text) [ENT_POST_##name] = text,
	static const char *const texts[ENT_POST_ALARM_KINDS] = {ENT_POST_ALARM_MAP(ALARM_TEXT)};
	return texts[kind];
}

const char *ent_post_alarm_word(enum ent_post_alarm_kind kind) {
	static const char *const words[ENT_POST_ALARM_KINDS] = {[ENT_POST_FORK] = "fork",
			[ENT_POST_WENT_BACK] = "went-back",
			[ENT_POST_OLD_COPY] = "old-copy",
			[ENT_POST_OLD_KEYS] = "old-keys",
			[ENT_POST_FALSE_NOTE] = "false-note",
			[ENT_POST_UNPROVEN] = "unproven",
			[ENT_POST_FORGED] = "forged",
			[ENT_POST_BAD_ENTRY] = "bad-entry",
			[ENT_POST_TOO_MUCH] = "too-much",
			[ENT_POST_UNREADABLE] = "unreadable",
			[ENT_POST_MISDIRECTED] = "misdirected",
			[ENT_POST_UNASKED] = "unasked",
			[ENT_POST_PLAY] = "play",
			[ENT_POST_CLOCK_AHEAD] = "clock-ahead",
			[ENT_POST_CLOCK_BEHIND] = "clock-behind",
			[ENT_POST_EPOCH] = "epoch",
			[ENT_POST_KEPT] = "payload-kept",
			[ENT_POST_UNPURGED] = "payload-unpurged"};
	return words[kind];
}

bool alarms_are_same(const struct ent_post_alarm *a, const struct ent_post_alarm *b) {
	return a->kind == b->kind && strcmp(a->peer, b->peer) == 0 &&
			strcmp(a->ledger, b->ledger) == 0;
}

/* The last to be forgotten has the highest. */
static unsigned worth(const struct alarm *alarm) {
	if (alarm->closed)
		return 0;
	return alarm->alarm.kind == ENT_POST_FORK ? 3 : alarms_is_kept(alarm->alarm.kind) ? 2 : 1;
}

/* The first to be forgotten, of this peer or of all (NULL). */
static size_t least(const struct ent_post *post, const char *peer) {
	size_t at = SIZE_MAX;
	for (size_t i = 0; i < post->n_alarms; i++) {
		const struct alarm *alarm = &post->alarms[i];
		if (peer != NULL && strcmp(alarm->alarm.peer, peer) != 0)
			continue;
		if (at == SIZE_MAX || worth(alarm) < worth(&post->alarms[at]))
			at = i;
	}
	return at;
}

static void forget(struct ent_post *post, size_t at) {
	if (alarms_is_kept(post->alarms[at].alarm.kind))
		post->alarm_changed[post->alarms[at].slot] = true;
	memmove(&post->alarms[at], &post->alarms[at + 1],
			(--post->n_alarms - at) * sizeof post->alarms[0]);
}

/* There is one: there are as many as alarms. */
static unsigned free_slot(const struct ent_post *post) {
	bool is_taken[ENT_POST_ALARMS_MAX] = {false};
	unsigned slot = 0;
	for (size_t i = 0; i < post->n_alarms; i++)
		is_taken[post->alarms[i].slot] = true;
	while (is_taken[slot])
		slot++;
	return slot;
}

struct alarm *alarms_add(struct ent_post *post, const struct ent_post_alarm *what) {
	size_t of_peer = 0;
	for (size_t i = 0; i < post->n_alarms; i++)
		of_peer += strcmp(post->alarms[i].alarm.peer, what->peer) == 0;
	if (of_peer >= ALARMS_OF_PEER_MAX)
		forget(post, least(post, what->peer));
	else if (post->n_alarms == ENT_POST_ALARMS_MAX)
		forget(post, least(post, NULL));
	const unsigned slot = free_slot(post);
	struct alarm *alarm = &post->alarms[post->n_alarms++];
	*alarm = (struct alarm){.alarm = *what, .slot = slot};
	alarm->alarm.number = ++post->alarm_number;
	return alarm;
}

/* The one that this counts in, which may be new. */
static struct alarm *find(struct ent_post *post, const struct ent_post_alarm *what) {
	size_t i = 0;
	while (i < post->n_alarms && !alarms_are_same(&post->alarms[i].alarm, what))
		i++;
	if (i < post->n_alarms && !post->alarms[i].closed)
		return &post->alarms[i];
	if (i < post->n_alarms)
		forget(post, i);
	return alarms_add(post, what);
}

/* True: it is to be told, as it is now. */
static bool note(struct ent_post *post, struct ent_post_alarm *what, unsigned *ret_slot) {
	const int64_t now_us = what->last_utc_us;
	(void)pthread_mutex_lock(&post->lock);
	struct alarm *alarm = find(post, what);
	struct ent_post_alarm *kept = &alarm->alarm;
	kept->times++;
	kept->last_utc_us = now_us;
	kept->fault = what->fault;
	if (what->evidence[0] != '\0')
		memcpy(kept->evidence, what->evidence, sizeof kept->evidence);
	const bool tell = kept->times == 1 || now_us < alarm->told_us ||
			now_us - alarm->told_us >= AGAIN_US;
	alarm->recalled = false;
	if (tell)
		alarm->told_us = now_us;
	/* What counts on within the hour costs the disk nothing. */
	if (tell && alarms_is_kept(kept->kind))
		post->alarm_changed[alarm->slot] = true;
	*what = *kept;
	*ret_slot = alarm->slot;
	(void)pthread_mutex_unlock(&post->lock);
	return tell;
}

void alarms_say(const struct ent_post *post, const struct ent_post_alarm *alarm, const char *when) {
	post_say(post, ENT_SCRIBE_ERROR,
			"alarm %s%s, party %s, ledger %s: %s (%.150s%s%.200s; %" PRIu64 " time%s)",
			ent_post_alarm_word(alarm->kind), when,
			alarm->peer[0] != '\0' ? alarm->peer : "unknown",
			alarm->ledger[0] != '\0' ? alarm->ledger : "none",
			ent_post_alarm_text(alarm->kind), alarm->fault.where,
			alarm->fault.where[0] != '\0' ? ": " : "", alarm->fault.why, alarm->times,
			alarm->times == 1 ? "" : "s");
}

void post_alarm(struct ent_post *post, enum ent_post_alarm_kind kind, const char *peer,
		const char *ledger, const struct ent_fault *fault, const char *evidence) {
	struct ent_post_alarm alarm = {.kind = kind};
	unsigned slot = 0;
	(void)snprintf(alarm.peer, sizeof alarm.peer, "%s", peer != NULL ? peer : "");
	(void)snprintf(alarm.ledger, sizeof alarm.ledger, "%s", ledger != NULL ? ledger : "");
	(void)snprintf(alarm.evidence, sizeof alarm.evidence, "%s",
			evidence != NULL ? evidence : "");
	if (fault != NULL)
		alarm.fault = *fault;
	alarm.first_utc_us = alarm.last_utc_us = post_now(post);
	if (!note(post, &alarm, &slot))
		return;
	if (alarms_is_kept(kind))
		alarms_write_now(post, slot, alarm.peer);
	alarms_say(post, &alarm, "");
	if (post->options.alarm != NULL)
		post->options.alarm(post->options.user, &alarm);
}

bool post_alarm_stands(struct ent_post *post, enum ent_post_alarm_kind kind, const char *ledger) {
	bool stands = false;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; !stands && i < post->n_alarms; i++)
		stands = post->alarms[i].alarm.kind == kind && !post->alarms[i].recalled &&
				strcmp(post->alarms[i].alarm.ledger, ledger) == 0;
	(void)pthread_mutex_unlock(&post->lock);
	return stands;
}

void ent_post_raise(struct ent_post *post, enum ent_post_alarm_kind kind, const char *peer,
		const char *ledger, const struct ent_fault *fault) {
	post_alarm(post, kind, peer, ledger, fault, NULL);
}

size_t ent_post_alarms(struct ent_post *post, struct ent_post_alarm *ret_alarms, size_t capacity) {
	(void)pthread_mutex_lock(&post->lock);
	size_t n = 0;
	for (size_t i = post->n_alarms; i > 0; i--) {
		const struct alarm *alarm = &post->alarms[i - 1];
		if (alarm->closed)
			continue;
		if (n < capacity) {
			ret_alarms[n] = alarm->alarm;
			ret_alarms[n].closable = alarms_is_closable(alarm->alarm.kind);
			if (alarms_is_kept(alarm->alarm.kind))
				alarms_file(alarm->slot, ret_alarms[n].kept);
		}
		n++;
	}
	(void)pthread_mutex_unlock(&post->lock);
	return n;
}
