/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms_close.c: a person has dealt with an alarm. It is no more, and nothing else is: no evidence, no frozen ledger, and nothing
 * that was agreed hangs on an alarm. Its file goes first, so that one whose file stays is still there. Done again, it is a new one.
 */
#include "internal.h"

bool alarms_is_closable(enum ent_post_alarm_kind kind) {
	return alarms_is_kept(kind) || kind == ENT_POST_UNREADABLE || kind == ENT_POST_MISDIRECTED;
}

/* Under the post's lock. NULL: it is not there, or has happened again. */
static struct alarm *find(struct ent_post *post, const struct ent_post_alarm *seen) {
	for (size_t i = 0; i < post->n_alarms; i++) {
		struct alarm *alarm = &post->alarms[i];
		if (!alarm->closed && alarm->alarm.number == seen->number &&
				alarm->alarm.times == seen->times &&
				alarms_are_same(&alarm->alarm, seen))
			return alarm;
	}
	return NULL;
}

/* By who holds 'keeping': so whoever raises it again writes its file behind this. */
static ent_status close_alarm(
		struct ent_post *post, const struct ent_post_alarm *seen, struct ent_fault *fault) {
	(void)pthread_mutex_lock(&post->lock);
	struct alarm *alarm = find(post, seen);
	const unsigned slot = alarm != NULL ? alarm->slot : 0;
	(void)pthread_mutex_unlock(&post->lock);
	if (alarm == NULL)
		return ENT_E_MISSING;
	ent_status status = alarms_is_kept(seen->kind) ? alarms_remove(post, slot, fault) : ENT_OK;
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&post->lock);
	alarm = find(post, seen);
	if (alarm != NULL) {
		alarm->closed = true;
	} else {
		/* It was raised again, and its file is to be there. */
		post->alarm_changed[slot] = true;
		status = ENT_E_MISSING;
	}
	(void)pthread_mutex_unlock(&post->lock);
	return status;
}

ent_status ent_post_close_alarm(struct ent_post *post, const struct ent_post_alarm *seen,
		struct ent_fault *reterr_fault) {
	if (!alarms_is_closable(seen->kind))
		return ENT_E_REFUSED;
	(void)pthread_mutex_lock(&post->keeping);
	const ent_status status = close_alarm(post, seen, reterr_fault);
	(void)pthread_mutex_unlock(&post->keeping);
	return status;
}
