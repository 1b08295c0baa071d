/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c: the party key: locked, but for one act or for a while. Its passphrase is computed by one worker. Wrong ones are
 * counted for each who gives them, as wrong passwords are (docs/decisions/0017), on a clock that nobody sets; each is an
 * entry, and none is heard while the count is locked, so there are few.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct office_key_hold {
	struct ent_sign_key *key;
	atomic_uint users;
};

const struct ent_sign_key *office_key_of(const struct office_key_hold *hold) {
	return hold->key;
}

static struct office_key_hold *hold_key(struct ent_sign_key *take_key) {
	struct office_key_hold *hold = malloc(sizeof *hold);
	if (hold == NULL) {
		ent_sign_key_destroy(take_key);
		return NULL;
	}
	hold->key = take_key;
	atomic_init(&hold->users, 1);
	return hold;
}

void office_key_release(struct office_key_hold *hold) {
	if (hold == NULL || atomic_fetch_sub(&hold->users, 1) != 1)
		return;
	ent_sign_key_destroy(hold->key);
	free(hold);
}

/* --- Unlocked for a while --- */

/* The end of 9999: for as long as it takes until somebody locks it. */
#define KEPT_UNTIL_US (INT64_C(253402300799) * 1000000)

static bool is_over(const struct office_key *key, int64_t now_utc_us) {
	return now_utc_us >= key->until_utc_us || office_monotonic() >= key->until_us;
}

ent_status office_key_keep(struct ent_office *office, struct ent_sign_key *take_key) {
	struct office_key *key = &office->key;
	struct office_key_hold *hold = hold_key(take_key);
	if (hold == NULL)
		return ENT_E_MEMORY;
	(void)pthread_mutex_lock(&key->lock);
	key->hold = hold;
	key->until_utc_us = KEPT_UNTIL_US;
	key->until_us = INT64_MAX;
	(void)pthread_mutex_unlock(&key->lock);
	return ENT_OK;
}

/*
 * It takes the place of the one before, unless that is kept: 'take_hold' goes then. Who unlocks it for a short while does not cut short
 * what somebody else relies on: to end that, one locks it. Returns until when it is unlocked.
 */
static int64_t put_key(
		struct ent_office *office, struct office_key_hold *take_hold, int64_t for_us) {
	struct office_key *key = &office->key;
	struct office_key_hold *gone = take_hold;
	const int64_t now_us = office_now(office), end_us = office_monotonic() + for_us;
	(void)pthread_mutex_lock(&key->lock);
	if (key->hold == NULL || key->until_us != INT64_MAX) {
		const bool anew = key->hold == NULL || is_over(key, now_us);
		gone = key->hold;
		key->hold = take_hold;
		if (anew || key->until_utc_us < now_us + for_us)
			key->until_utc_us = now_us + for_us;
		if (anew || key->until_us < end_us)
			key->until_us = end_us;
	}
	const int64_t until_us = key->until_utc_us;
	(void)pthread_mutex_unlock(&key->lock);
	office_key_release(gone);
	return until_us;
}

struct office_key_hold *office_key_take(struct ent_office *office) {
	struct office_key *key = &office->key;
	const int64_t now_us = office_now(office);
	(void)pthread_mutex_lock(&key->lock);
	struct office_key_hold *hold = is_over(key, now_us) ? NULL : key->hold;
	if (hold != NULL)
		(void)atomic_fetch_add(&hold->users, 1);
	(void)pthread_mutex_unlock(&key->lock);
	return hold;
}

int64_t office_key_until(struct ent_office *office) {
	struct office_key *key = &office->key;
	const int64_t now_us = office_now(office);
	(void)pthread_mutex_lock(&key->lock);
	const int64_t until = key->hold != NULL && !is_over(key, now_us) ? key->until_utc_us : 0;
	(void)pthread_mutex_unlock(&key->lock);
	return until;
}

bool office_key_lock(struct ent_office *office, bool at_once) {
	struct office_key *key = &office->key;
	const int64_t now_us = office_now(office);
	struct office_key_hold *hold = NULL;
	(void)pthread_mutex_lock(&key->lock);
	if (at_once || is_over(key, now_us)) {
		hold = key->hold;
		key->hold = NULL;
	}
	(void)pthread_mutex_unlock(&key->lock);
	office_key_release(hold);
	return hold != NULL;
}

/* --- Wrong ones --- */

/* There are as many as there can be operators, and one for the command line. */
static struct ent_desk_tries *tries_of(struct office_key *key, const char *by) {
	size_t i = 0;
	while (i < ENT_DESK_OPERATORS_MAX && key->tries[i].by[0] != '\0' &&
			strcmp(key->tries[i].by, by) != 0)
		i++;
	(void)snprintf(key->tries[i].by, sizeof key->tries[i].by, "%s", by);
	return &key->tries[i].tries;
}

static bool is_heard(struct office_key *key, const char *by) {
	(void)pthread_mutex_lock(&key->lock);
	const bool heard = office_monotonic() >= tries_of(key, by)->locked_until_utc_us;
	(void)pthread_mutex_unlock(&key->lock);
	return heard;
}

static void count_try(struct office_key *key, const char *by, bool right) {
	const int64_t now_us = office_monotonic();
	(void)pthread_mutex_lock(&key->lock);
	struct ent_desk_tries *tries = tries_of(key, by);
	if (right || now_us - tries->failed_utc_us >= ENT_DESK_FORGET_US)
		*tries = (struct ent_desk_tries){0};
	if (!right) {
		int64_t lock = ENT_DESK_LOCK_FIRST_US;
		tries->failures++;
		tries->failed_utc_us = now_us;
		for (uint64_t n = ENT_DESK_FREE_TRIES;
				n < tries->failures && lock < ENT_DESK_LOCK_LAST_US; n++)
			lock *= 2;
		if (tries->failures >= ENT_DESK_FREE_TRIES)
			tries->locked_until_utc_us = now_us +
					(lock < ENT_DESK_LOCK_LAST_US ? lock
								      : ENT_DESK_LOCK_LAST_US);
	}
	(void)pthread_mutex_unlock(&key->lock);
}

/* --- Opening --- */

static ent_status open_key(
		struct office_call *call, struct ent_sign_key **ret_key, struct ent_fault *fault) {
	struct ent_party_folder *folder = NULL;
	ent_status status = ent_party_folder_open(
			call->office->options.data, false, &folder, fault);
	if (status == ENT_OK)
		status = ent_party_open_key(folder, call->passphrase, ret_key, fault);
	ent_party_folder_close(folder);
	return status;
}

static void refuse_passphrase(struct office_call *call) {
	struct office_decided decided;
	count_try(&call->office->key, office_by(&call->who), false);
	if (office_order(call->office, office_by(&call->who), ENT_DESK_ORDER_KEY_REFUSED,
			    call->office->party_id, &decided) != ENT_OK)
		office_refuse(call, 503, "the desk's ledger takes no writes just now");
	else
		office_refuse(call, 403, "passphrase: it is not that of the party key");
}

struct office_key_hold *office_key_open(struct office_call *call) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_sign_key *key = NULL;
	if (!is_heard(&call->office->key, office_by(&call->who))) {
		office_refuse(call, 429,
				"too many wrong passphrases: none is heard for a while, at most a "
				"quarter of an hour");
		return NULL;
	}
	const ent_status status = open_key(call, &key, &fault);
	if (status == ENT_E_REFUSED && strcmp(fault.where, "passphrase") == 0) {
		refuse_passphrase(call);
		return NULL;
	}
	if (status != ENT_OK) {
		office_refuse(call, 503, "the party key: %s: %s", fault.where,
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
		return NULL;
	}
	count_try(&call->office->key, office_by(&call->who), true);
	struct office_key_hold *hold = hold_key(key);
	if (hold == NULL)
		office_refuse(call, 503, "out of memory");
	return hold;
}

/* --- The routes --- */

static void tell(struct ent_office *office) {
	struct office_writing writing;
	office_begin(&writing);
	office_write_time(&writing.out, "unlocked_until", office_key_until(office));
	ent_jsonout_object_end(&writing.out);
	if (ent_jsonout_finish(&writing.out) == ENT_OK)
		ent_office_event(office, "key", writing.memory.bytes);
	office_drop(&writing);
}

static void run_unlock(struct office_call *call) {
	struct ent_office *office = call->office;
	struct office_writing writing;
	struct office_key_hold *hold = office_key_open(call);
	if (hold == NULL)
		return;
	if (!office_ordered(call, ENT_DESK_ORDER_KEY_UNLOCKED, office->party_id)) {
		office_key_release(hold);
		return;
	}
	const int64_t until_us = put_key(office, hold, call->number * 60 * 1000000);
	tell(office);
	office_begin(&writing);
	office_write_time(&writing.out, "until", until_us);
	office_finish(call, &writing, 200, NULL);
}

bool office_ask_unlock(struct office_call *call) {
	struct office_member members[] = {
			{.name = "passphrase", .must = true}, {.name = "minutes", .number = true}};
	if (!office_read_body(call, members, 2) ||
			!office_keep_passphrase(call, members[0].text, members[0].length))
		return false;
	call->number = members[1].text != NULL ? members[1].value : ENT_OFFICE_MINUTES_MAX;
	if (call->number < 1 || call->number > ENT_OFFICE_MINUTES_MAX) {
		office_refuse(call, 400, "minutes: 1 to %d", ENT_OFFICE_MINUTES_MAX);
		return false;
	}
	return office_put(call, &call->office->keys, run_unlock);
}

/* To lock it is never refused: it is locked first, and then on record. */
static void run_lock(struct office_call *call) {
	const bool was = office_key_lock(call->office, true);
	if (was)
		tell(call->office);
	if (!was || office_ordered(call, ENT_DESK_ORDER_KEY_LOCKED, call->office->party_id))
		office_send(call, 204, NULL, NULL, 0, NULL);
}

bool office_ask_lock(struct office_call *call) {
	return office_put(call, &call->office->deeds, run_lock);
}
