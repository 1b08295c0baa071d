/* SPDX-License-Identifier: Apache-2.0 */
/* memoranda.c: memoranda come and go, and what the post tells reaches the one concerned; see internal.h. */
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Between two lines of the log about what was passed over: who sends it may send it all the time. */
#define TOLD_EVERY_US INT64_C(60000000)

void memoranda_say(const struct ent_memoranda *all, enum ent_scribe_say severity,
		const char *format, ...) {
	char text[1024];
	va_list arguments;
	if (all->options.say == NULL)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	all->options.say(all->options.user, severity, text);
}

/* --- The list --- */

struct memorandum *memoranda_find(struct ent_memoranda *all, const char *id) {
	struct memorandum *found = NULL;
	(void)pthread_mutex_lock(&all->lock);
	for (size_t i = 0; found == NULL && i < all->n; i++)
		if (strcmp(all->memoranda[i]->id, id) == 0)
			found = all->memoranda[i];
	(void)pthread_mutex_unlock(&all->lock);
	return found;
}

size_t memoranda_copy(
		struct ent_memoranda *all, struct memorandum *ret_memoranda[ENT_MEMORANDA_MAX]) {
	(void)pthread_mutex_lock(&all->lock);
	const size_t n = all->n;
	memcpy(ret_memoranda, all->memoranda, n * sizeof ret_memoranda[0]);
	(void)pthread_mutex_unlock(&all->lock);
	return n;
}

static void memorandum_destroy(struct memorandum *memorandum) {
	for (size_t i = 0; i < memorandum->n_ledgers; i++)
		free(memorandum->ledgers[i]);
	life_destroy(memorandum->life);
	life_destroy(memorandum->coming);
	ent_memodoc_destroy(memorandum->doc);
	ent_json_destroy(memorandum->json);
	(void)pthread_mutex_destroy(&memorandum->lock);
	free(memorandum);
}

static struct memorandum *memorandum_create(struct ent_memoranda *all, const char *id) {
	struct memorandum *memorandum = calloc(1, sizeof *memorandum);
	if (memorandum == NULL)
		return NULL;
	memorandum->all = all;
	(void)snprintf(memorandum->id, sizeof memorandum->id, "%s", id);
	if (pthread_mutex_init(&memorandum->lock, NULL) != 0) {
		free(memorandum);
		return NULL;
	}
	if (ent_json_create(&memorandum->json) != ENT_OK) {
		memorandum_destroy(memorandum);
		return NULL;
	}
	return memorandum;
}

ent_status memoranda_get(struct ent_memoranda *all, const char *id, bool ours,
		struct memorandum **ret_memorandum) {
	const size_t most = ours ? ENT_MEMORANDA_MAX
				 : ENT_MEMORANDA_MAX - ENT_MEMORANDA_OF_PEER_MAX;
	struct memorandum *found = NULL;
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&all->lock);
	for (size_t i = 0; found == NULL && i < all->n; i++)
		if (strcmp(all->memoranda[i]->id, id) == 0)
			found = all->memoranda[i];
	if (found == NULL && all->n >= most)
		status = ENT_E_LIMIT;
	if (found == NULL && status == ENT_OK) {
		found = memorandum_create(all, id);
		status = found != NULL ? ENT_OK : ENT_E_MEMORY;
		if (found != NULL)
			all->memoranda[all->n++] = found;
	}
	(void)pthread_mutex_unlock(&all->lock);
	if (status == ENT_OK)
		*ret_memorandum = found;
	return status;
}

/* --- Begin and end --- */

struct names {
	char (*name)[ENT_PARCEL_NAME_MAX + 1];
	size_t n, capacity;
	ent_status status;
};

static void keep_name(void *user, uint32_t ledger, const char *name) {
	struct names *names = user;
	char id[ENT_MEMO_ID_SIZE], author[ENT_PARTY_ID_SIZE];
	(void)ledger;
	if (names->status != ENT_OK || !ledger_name_read(name, id, author))
		return;
	if (names->n == names->capacity) {
		const size_t capacity = 2 * names->capacity + 16;
		char(*grown)[ENT_PARCEL_NAME_MAX + 1] = realloc(
				names->name, capacity * sizeof *grown);
		if (grown == NULL) {
			names->status = ENT_E_MEMORY;
			return;
		}
		names->name = grown;
		names->capacity = capacity;
	}
	(void)snprintf(names->name[names->n++], sizeof names->name[0], "%s", name);
}

static ent_status open_one(struct ent_memoranda *all, const char *name, struct ent_fault *fault) {
	char id[ENT_MEMO_ID_SIZE], author[ENT_PARTY_ID_SIZE];
	struct memorandum *memorandum = NULL;
	struct memo_ledger *ledger = NULL;
	if (!ledger_name_read(name, id, author))
		return ENT_OK;
	ent_status status = memoranda_get(all, id, true, &memorandum);
	if (status == ENT_OK)
		status = ledger_open(memorandum, author, true, &ledger, fault);
	if (status == ENT_E_MISSING) {
		memoranda_say(all, ENT_SCRIBE_WARNING, "%s is not read: its author is not known",
				name);
		return ENT_OK;
	}
	return status == ENT_OK && !ledger->ours ? received_mark_now(ledger) : status;
}

/* Those in the store that are not open. */
static ent_status open_stored(struct ent_memoranda *all, struct ent_fault *fault) {
	struct names names = {.status = ENT_OK};
	ent_status status = ent_store_ledgers(all->options.store, keep_name, &names);
	if (status == ENT_OK)
		status = names.status;
	for (size_t i = 0; status == ENT_OK && i < names.n; i++)
		status = open_one(all, names.name[i], fault);
	free(names.name);
	return status;
}

static ent_status settle_all(struct ent_memoranda *all) {
	struct memorandum *memoranda[ENT_MEMORANDA_MAX];
	const size_t n = memoranda_copy(all, memoranda);
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		struct ent_memoranda_change known;
		status = settle(memoranda[i]);
		change_take(memoranda[i], &known);
		timed_start(memoranda[i]);
	}
	return status;
}

ent_status ent_memoranda_create(const struct ent_memoranda_options *options,
		struct ent_memoranda **ret_memoranda, struct ent_fault *reterr_fault) {
	struct ent_memoranda *all = calloc(1, sizeof *all);
	if (all == NULL)
		return ENT_E_MEMORY;
	all->options = *options;
	(void)snprintf(all->us, sizeof all->us, "%s", ent_post_id(options->post));
	all->has_lock = pthread_mutex_init(&all->lock, NULL) == 0;
	all->has_marks_lock = pthread_mutex_init(&all->marks_lock, NULL) == 0;
	all->has_opening = pthread_mutex_init(&all->opening, NULL) == 0;
	ent_status status = all->has_lock && all->has_marks_lock && all->has_opening
			? received_open(all, reterr_fault)
			: ENT_E_MEMORY;
	if (status == ENT_OK)
		status = open_stored(all, reterr_fault);
	if (status == ENT_OK)
		status = settle_all(all);
	/* What is open the post folds until its end. */
	if (status != ENT_OK && all->received == NULL) {
		ent_memoranda_destroy(all);
		all = NULL;
	}
	*ret_memoranda = all;
	return status;
}

void ent_memoranda_destroy(struct ent_memoranda *memoranda) {
	if (memoranda == NULL)
		return;
	for (size_t i = 0; i < memoranda->n; i++)
		memorandum_destroy(memoranda->memoranda[i]);
	received_finish(memoranda);
	if (memoranda->has_lock)
		(void)pthread_mutex_destroy(&memoranda->lock);
	if (memoranda->has_marks_lock)
		(void)pthread_mutex_destroy(&memoranda->marks_lock);
	if (memoranda->has_opening)
		(void)pthread_mutex_destroy(&memoranda->opening);
	free(memoranda);
}

/* --- What the post tells --- */

void memoranda_changed(struct memorandum *memorandum) {
	struct ent_memoranda *all = memorandum->all;
	bool more = false;
	told_begin(all);
	/* What fails is done at the next change, or look. */
	const ent_status status = settle_some(memorandum, &more);
	if (status == ENT_OK && more)
		received_turn(memorandum);
	struct ent_memoranda_change change;
	/* Before it what time had changed by then: the act may have ended it again. */
	const bool timed = timed_tell(memorandum, all->options.clock(all->options.user));
	change_take(memorandum, &change);
	change_say(memorandum, &change);
	if (all->options.changed != NULL)
		all->options.changed(all->options.user, &change);
	told_end(all, timed || change.n > 0);
	waits_tell(memorandum);
}

int64_t moment_of(const struct memorandum *memorandum, int64_t at_utc_us,
		struct ent_memo_cut *ret_cut) {
	const struct ent_memoranda_options *options = &memorandum->all->options;
	if (at_utc_us == ENT_MEMORANDA_NOW) {
		ent_memo_cut_now(memorandum->life->memo, ret_cut);
		return options->clock(options->user);
	}
	ent_memo_cut_all(memorandum->life->memo, ret_cut);
	return at_utc_us;
}

void memoranda_passed_over(struct ent_memoranda *all, const char *peer, const char *name,
		ent_status status, const struct ent_fault *fault) {
	const int64_t now_us = all->options.clock(all->options.user);
	const int64_t told_us = all->told_us;
	if (told_us != 0 && now_us - told_us < TOLD_EVERY_US)
		return;
	all->told_us = now_us;
	memoranda_say(all, ENT_SCRIBE_WARNING, "%s of %s is not taken: %s", name, peer,
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

void ent_memoranda_offered(struct ent_memoranda *memoranda, const char *peer, const char *ledger) {
	char id[ENT_MEMO_ID_SIZE], author[ENT_PARTY_ID_SIZE];
	struct memorandum *memorandum = NULL;
	struct memo_ledger *opened = NULL;
	struct ent_fault fault = {{0}, {0}};
	if (!ledger_name_read(ledger, id, author) || strcmp(author, peer) != 0)
		return;
	ent_status status = ENT_OK;
	/* One that would not be opened makes no memorandum either. */
	if (memoranda_find(memoranda, id) == NULL &&
			ledger_unasked_of(memoranda, peer) >= ENT_MEMORANDA_OF_PEER_MAX)
		status = ENT_E_LIMIT;
	if (status == ENT_OK)
		status = memoranda_get(memoranda, id, false, &memorandum);
	if (status == ENT_OK)
		status = ledger_open(memorandum, peer, false, &opened, &fault);
	if (status != ENT_OK)
		memoranda_passed_over(memoranda, peer, ledger, status, &fault);
}

void ent_memoranda_shown(struct ent_memoranda *memoranda, const char *peer, const char *author,
		const char *ledger, uint64_t size) {
	char id[ENT_MEMO_ID_SIZE], of[ENT_PARTY_ID_SIZE];
	if (!ledger_name_read(ledger, id, of) || strcmp(author, of) != 0)
		return;
	struct memorandum *memorandum = memoranda_find(memoranda, id);
	if (memorandum == NULL)
		return;
	relays_shown(memorandum, peer, author, size);
	relays_settle(memorandum);
}

static struct memo_ledger *find_ledger(
		struct ent_memoranda *all, const struct ent_post_ledger *post) {
	struct memorandum *memoranda[ENT_MEMORANDA_MAX];
	const size_t n = memoranda_copy(all, memoranda);
	struct memo_ledger *found = NULL;
	for (size_t i = 0; found == NULL && i < n; i++) {
		(void)pthread_mutex_lock(&memoranda[i]->lock);
		for (size_t j = 0; j < memoranda[i]->n_ledgers; j++)
			if (memoranda[i]->ledgers[j]->post == post)
				found = memoranda[i]->ledgers[j];
		(void)pthread_mutex_unlock(&memoranda[i]->lock);
	}
	return found;
}

void ent_memoranda_grew(
		struct ent_memoranda *memoranda, struct ent_post_ledger *ledger, uint64_t size) {
	struct memo_ledger *grown = find_ledger(memoranda, ledger);
	(void)size;
	if (grown == NULL)
		return;
	if (grown->ours)
		memoranda_changed(grown->of);
	else
		received_mark(grown);
}

void ent_memoranda_alarm(struct ent_memoranda *memoranda, const struct ent_post_alarm *alarm) {
	char id[ENT_MEMO_ID_SIZE], author[ENT_PARTY_ID_SIZE];
	if (alarm->kind != ENT_POST_FORK || !ledger_name_read(alarm->ledger, id, author))
		return;
	struct memorandum *memorandum = memoranda_find(memoranda, id);
	if (memorandum == NULL)
		return;
	(void)pthread_mutex_lock(&memorandum->lock);
	struct memo_ledger *ledger = ledger_of(memorandum, author);
	if (ledger != NULL && !ledger->ours && !ledger->forked) {
		/* The ledger's name is as long as an id allows, the file's end says enough. */
		const size_t length = strlen(alarm->evidence);
		(void)snprintf(ledger->evidence, sizeof ledger->evidence,
				"%.90s contradicts itself, see %.120s", alarm->ledger,
				alarm->evidence + (length > 120 ? length - 120 : 0));
		ledger->forked = true;
	}
	(void)pthread_mutex_unlock(&memorandum->lock);
	memoranda_changed(memorandum);
}

void ent_memoranda_retry(struct ent_memoranda *memoranda) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	if (!atomic_exchange(&memoranda->failed, false))
		return;
	const size_t n = memoranda_copy(memoranda, each);
	for (size_t i = 0; i < n; i++) {
		const ent_status status = settle_what_failed(each[i]);
		(void)status;
	}
}

void ent_memoranda_again(struct ent_memoranda *memoranda) {
	struct memorandum *each[ENT_MEMORANDA_MAX];
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = open_stored(memoranda, &fault);
	if (status != ENT_OK)
		memoranda_say(memoranda, ENT_SCRIBE_WARNING,
				"not all memoranda of the store are open: %s%s%s", fault.where,
				fault.where[0] != '\0' ? ": " : "",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	const size_t n = memoranda_copy(memoranda, each);
	for (size_t i = 0; i < n; i++) {
		(void)pthread_mutex_lock(&each[i]->lock);
		each[i]->keys_again = true;
		for (size_t j = 0; j < each[i]->n_ledgers; j++)
			each[i]->ledgers[j]->n_shared = each[i]->ledgers[j]->n_relayed = 0;
		(void)pthread_mutex_unlock(&each[i]->lock);
		memoranda_changed(each[i]);
	}
}
