/* SPDX-License-Identifier: Apache-2.0 */
/* ledgers.c: ledgers of ours and of peers: opened, found, looked at, read, frozen. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/wake.h"
#include "internal.h"

/* --- Names --- */

bool post_name_is_of(const char *name, const char *author) {
	const char *first = strchr(name, '/');
	const char *second = first != NULL ? strchr(first + 1, '/') : NULL;
	const size_t length = ENT_PARTY_ID_SIZE - 1;
	if (second == NULL || strchr(second + 1, '/') != NULL)
		return false;
	if (strncmp(name, "line/", 5) == 0)
		return second == first + 1 + length && memcmp(first + 1, author, length) == 0;
	/* An epoch may stand behind it. */
	return strncmp(name, "memo/", 5) == 0 && strncmp(second + 1, author, length) == 0 &&
			(second[1 + length] == '\0' || second[1 + length] == '@');
}

bool post_is_line(const struct ent_post_ledger *ledger) {
	return strncmp(ledger->name, "line/", 5) == 0;
}

/* --- Begin and end --- */

static void destroy(struct ent_post_ledger *ledger) {
	ent_replica_close(ledger->replica);
	purge_finish(ledger);
	free(ledger->aside.note);
	free(ledger->unkept);
	if (ledger->has_unused)
		(void)pthread_cond_destroy(&ledger->unused);
	if (ledger->has_opening)
		(void)pthread_mutex_destroy(&ledger->opening);
	if (ledger->has_lacking)
		(void)pthread_mutex_destroy(&ledger->lacking);
	if (ledger->has_use)
		(void)pthread_mutex_destroy(&ledger->use);
	free(ledger->members);
	free(ledger->hands);
	free(ledger->lacks);
	free(ledger);
}

void post_ledgers_close(struct ent_post *post) {
	for (size_t i = 0; i < post->n_ledgers; i++)
		destroy(post->ledgers[i]);
	post->n_ledgers = 0;
}

static ent_status create(struct ent_post *post, struct peer *peer,
		const struct ent_post_ledger_options *options, struct ent_post_ledger **ret_ledger,
		struct ent_fault *fault) {
	struct ent_post_ledger *ledger = NULL;
	if (!ent_parcel_name_ok(options->name, strlen(options->name))) {
		ent_fault_set(fault, "", "a ledger cannot have such a name");
		return ENT_E_LIMIT;
	}
	ledger = calloc(1, sizeof *ledger);
	if (ledger == NULL)
		return ENT_E_MEMORY;
	ledger->post = post;
	ledger->options = *options;
	ledger->peer = peer;
	ledger->doubt = NO_DOUBT;
	(void)snprintf(ledger->name, sizeof ledger->name, "%s", options->name);
	ledger->options.name = ledger->name;
	(void)snprintf(ledger->author, sizeof ledger->author, "%s",
			peer != NULL ? peer->id : post->id);
	const ent_status status = ent_party_origin(ledger->author, ledger->name, ledger->origin);
	ledger->has_use = status == ENT_OK && pthread_mutex_init(&ledger->use, NULL) == 0;
	ledger->has_opening = ledger->has_use && pthread_mutex_init(&ledger->opening, NULL) == 0;
	ledger->has_lacking = ledger->has_opening &&
			pthread_mutex_init(&ledger->lacking, NULL) == 0;
	ledger->has_unused = ledger->has_lacking && ent_wake_init(&ledger->unused) == ENT_OK;
	if (!ledger->has_unused) {
		destroy(ledger);
		return status != ENT_OK ? status : ENT_E_MEMORY;
	}
	*ret_ledger = ledger;
	return ENT_OK;
}

/* Opened ones, or also those that are being opened. */
static struct ent_post_ledger *find(const struct ent_post *post, const char *name, bool any) {
	for (size_t i = 0; i < post->n_ledgers; i++)
		if (strcmp(post->ledgers[i]->name, name) == 0)
			return any || post->ledgers[i]->is_open ? post->ledgers[i] : NULL;
	return NULL;
}

/* Its name is taken before it is read, so that nobody opens it twice: two would have one state. */
static ent_status take_place(struct ent_post_ledger *ledger, struct ent_fault *fault) {
	struct ent_post *post = ledger->post;
	ent_status status = ENT_OK;
	(void)pthread_mutex_lock(&post->lock);
	if (find(post, ledger->name, true) != NULL)
		status = ENT_E_EXISTS;
	else if (post->n_ledgers == ENT_POST_LEDGERS_MAX)
		status = ENT_E_LIMIT;
	else
		post->ledgers[post->n_ledgers++] = ledger;
	(void)pthread_mutex_unlock(&post->lock);
	if (status != ENT_OK)
		ent_fault_set(fault, ledger->name, "%s",
				status == ENT_E_EXISTS ? "it is open already"
						       : "too many ledgers are open");
	return status;
}

static void leave_place(struct ent_post_ledger *ledger) {
	struct ent_post *post = ledger->post;
	size_t i = 0;
	(void)pthread_mutex_lock(&post->lock);
	while (post->ledgers[i] != ledger)
		i++;
	memmove(&post->ledgers[i], &post->ledgers[i + 1],
			(--post->n_ledgers - i) * sizeof post->ledgers[0]);
	(void)pthread_mutex_unlock(&post->lock);
}

/* It is there for all from now on. */
static void publish(struct ent_post_ledger *ledger) {
	struct ent_post *post = ledger->post;
	(void)pthread_mutex_lock(&post->lock);
	ledger->is_open = true;
	if (ledger->scribe != NULL)
		post->by_number[ledger->number] = ledger;
	(void)pthread_mutex_unlock(&post->lock);
	purge_again(post);
}

/* When something came last is when it was cosigned here. */
static int64_t cosigned_us(struct ent_post_ledger *ledger) {
	const struct ent_post *post = ledger->post;
	struct ent_vkey ours = post_cosigner(&post->vkey);
	struct ent_replica_answer answer;
	uint64_t time_s = 0;
	kept_look(ledger, &answer);
	ent_status status = ent_checkpoint_cosigned(
			answer.note, answer.note_length, &ours, &time_s, NULL);
	for (size_t i = 0; i < post->n_older && status != ENT_OK; i++) {
		ours = post_cosigner(&post->older[i]);
		status = ent_checkpoint_cosigned(
				answer.note, answer.note_length, &ours, &time_s, NULL);
	}
	return status == ENT_OK && time_s <= (uint64_t)INT64_MAX / 1000000
			? (int64_t)time_s * 1000000
			: 0;
}

/* --- Opening --- */

static uint64_t size_of(struct ent_post_ledger *ledger) {
	struct ent_scribe_ledger_state state;
	struct ent_replica_answer answer;
	struct ent_scribe_ledger *scribe = post_scribe(ledger);
	if (scribe != NULL) {
		ent_scribe_state(scribe, &state);
		return state.size;
	}
	kept_look(ledger, &answer);
	return answer.size;
}

static ent_status open_kept(struct ent_post_ledger *ledger, struct ent_fault *fault) {
	if (ledger->peer == NULL && !ledger->options.asks)
		return post_scribe_open(ledger, fault);
	if (ledger->peer == NULL) {
		ledger->past = ledger->options.past;
		ledger->stage = ASKS;
		return kept_open(ledger, fault);
	}
	ent_status status = kept_open(ledger, fault);
	if (status == ENT_OK)
		status = lacks_recall(ledger);
	if (status == ENT_OK) {
		ledger->came_us = cosigned_us(ledger);
		relay_grew(ledger, size_of(ledger));
		if (size_of(ledger) > 0)
			places_open(ledger);
		evidence_recall(ledger);
		ahead_recall(ledger);
	}
	return status;
}

static ent_status open_new(struct ent_post *post, struct peer *peer,
		const struct ent_post_ledger_options *options, struct ent_post_ledger **ret_ledger,
		struct ent_fault *fault) {
	struct ent_post_ledger *ledger = NULL;
	ent_status status = create(post, peer, options, &ledger, fault);
	if (status != ENT_OK)
		return status;
	status = take_place(ledger, fault);
	if (status == ENT_OK) {
		status = open_kept(ledger, fault);
		if (status != ENT_OK)
			leave_place(ledger);
	}
	if (status != ENT_OK) {
		destroy(ledger);
		return status;
	}
	publish(ledger);
	*ret_ledger = ledger;
	return ENT_OK;
}

ent_status ent_post_open_ours(struct ent_post *post, const struct ent_post_ledger_options *options,
		struct ent_post_ledger **ret_ledger, struct ent_fault *reterr_fault) {
	assert(options->decide != NULL);
	return open_new(post, NULL, options, ret_ledger, reterr_fault);
}

ent_status ent_post_open_theirs(struct ent_post *post, const char *id,
		const struct ent_post_ledger_options *options, struct ent_post_ledger **ret_ledger,
		struct ent_fault *reterr_fault) {
	struct peer *peer = post_peer(post, id);
	struct ent_vkey vkey;
	if (peer == NULL || !post_peer_keys(peer, &vkey)) {
		ent_fault_set(reterr_fault, id, "no such party is known");
		return ENT_E_MISSING;
	}
	return open_new(post, peer, options, ret_ledger, reterr_fault);
}

/* --- Finding --- */

struct ent_post_ledger *ent_post_find(struct ent_post *post, const char *author, const char *name) {
	(void)pthread_mutex_lock(&post->lock);
	struct ent_post_ledger *ledger = find(post, name, false);
	(void)pthread_mutex_unlock(&post->lock);
	return ledger != NULL && strcmp(ledger->author, author) == 0 ? ledger : NULL;
}

static bool is_member(const struct ent_post_ledger *ledger, const struct peer *peer) {
	for (size_t i = 0; i < ledger->n_members; i++)
		if (ledger->members[i].peer == peer)
			return true;
	return false;
}

static bool is_chosen(const struct ent_post_ledger *ledger, const struct choice *choice) {
	if (choice->author != NULL)
		return ledger->peer == choice->author;
	if (choice->member != NULL)
		return ledger->peer != NULL && is_member(ledger, choice->member);
	return true;
}

ent_status post_choose(struct ent_post *post, const struct choice *choice,
		struct ent_post_ledger ***ret_ledgers, size_t *ret_n) {
	size_t n = 0;
	(void)pthread_mutex_lock(&post->lock);
	struct ent_post_ledger **ledgers = malloc((post->n_ledgers + 1) * sizeof(void *));
	for (size_t i = 0; ledgers != NULL && i < post->n_ledgers; i++)
		if (post->ledgers[i]->is_open && is_chosen(post->ledgers[i], choice))
			ledgers[n++] = post->ledgers[i];
	(void)pthread_mutex_unlock(&post->lock);
	if (ledgers == NULL)
		return ENT_E_MEMORY;
	*ret_ledgers = ledgers;
	*ret_n = n;
	return ENT_OK;
}

void ent_post_ledgers(struct ent_post *post,
		void (*visit)(void *user, struct ent_post_ledger *ledger), void *user) {
	for (size_t i = 0;; i++) {
		(void)pthread_mutex_lock(&post->lock);
		struct ent_post_ledger *ledger = i < post->n_ledgers ? post->ledgers[i] : NULL;
		const bool is_open = ledger != NULL && ledger->is_open;
		(void)pthread_mutex_unlock(&post->lock);
		if (ledger == NULL)
			return;
		if (is_open)
			visit(user, ledger);
	}
}

struct stored {
	const char *prefix;
	char (*names)[ENT_PARCEL_NAME_MAX + 1];
	size_t capacity, n;
};

static void keep_stored(void *user, uint32_t number, const char *name) {
	struct stored *stored = user;
	(void)number;
	if (strncmp(name, stored->prefix, strlen(stored->prefix)) != 0 ||
			strlen(name) > ENT_PARCEL_NAME_MAX)
		return;
	if (stored->n < stored->capacity)
		(void)snprintf(stored->names[stored->n], ENT_PARCEL_NAME_MAX + 1, "%s", name);
	stored->n++;
}

ent_status ent_post_stored(struct ent_post *post, const char *prefix,
		char (*ret_names)[ENT_PARCEL_NAME_MAX + 1], size_t capacity, size_t *ret_n) {
	struct stored stored = {prefix, ret_names, capacity, 0};
	const ent_status status = ent_store_ledgers(post->options.store, keep_stored, &stored);
	*ret_n = stored.n;
	return status;
}

/* --- Looking --- */

/* Size, root and checkpoint of one moment. */
static void stand_written(struct ent_scribe_ledger *scribe, struct ent_post_stand *stand) {
	struct ent_scribe_ledger_state state;
	uint64_t size;
	ent_scribe_state(scribe, &state);
	do {
		size = state.size;
		stand->note_length = ent_scribe_checkpoint(scribe, stand->note);
		ent_scribe_state(scribe, &state);
	} while (state.size != size);
	stand->size = state.size;
	stand->root = state.root;
	stand->time_utc_us = state.time_us;
	stand->frozen = state.frozen;
	(void)snprintf(stand->reason, sizeof stand->reason, "%s", state.reason);
}

static void stand_kept(struct ent_post_ledger *ledger, struct ent_post_stand *stand) {
	struct ent_post *post = ledger->post;
	struct ent_checkpoint checkpoint;
	struct ent_replica_answer answer;
	kept_look(ledger, &answer);
	stand->size = answer.size;
	stand->note_length = answer.note_length;
	memcpy(stand->note, answer.note, answer.note_length + 1);
	ent_seal_sha256(NULL, 0, &stand->root);
	if (answer.note_length > 0 &&
			ent_checkpoint_look(answer.note, answer.note_length, &checkpoint, NULL) ==
					ENT_OK)
		stand->root = checkpoint.root;
	(void)pthread_mutex_lock(&post->lock);
	stand->time_utc_us = ledger->came_us;
	stand->asking = ledger->stage == ASKS || ledger->stage == BECOMES;
	stand->frozen = ledger->frozen;
	memcpy(stand->reason, ledger->reason, sizeof stand->reason);
	(void)pthread_mutex_unlock(&post->lock);
}

void ent_post_stand(struct ent_post_ledger *ledger, struct ent_post_stand *ret_stand) {
	*ret_stand = (struct ent_post_stand){.name = ledger->name,
			.author = ledger->author,
			.ours = ledger->peer == NULL};
	struct ent_scribe_ledger *scribe = post_scribe(ledger);
	if (scribe != NULL)
		stand_written(scribe, ret_stand);
	else
		stand_kept(ledger, ret_stand);
}

size_t ent_post_checkpoint(struct ent_post_ledger *ledger, char ret_note[ENT_NOTE_SIZE]) {
	const struct ent_post *post = ledger->post;
	struct ent_checkpoint checkpoint;
	struct ent_post_stand *stand = malloc(sizeof *stand);
	size_t length = 0;
	assert(ledger->peer == NULL);
	ret_note[0] = '\0';
	if (stand == NULL)
		return 0;
	ent_post_stand(ledger, stand);
	if (stand->size > 0) {
		checkpoint = (struct ent_checkpoint){.size = stand->size, .root = stand->root};
		(void)snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", ledger->origin);
		length = ent_checkpoint_sign(
				&checkpoint, post->vkey.name, post->options.line_key, ret_note);
	}
	free(stand);
	return length;
}

ent_status ent_post_read(struct ent_post_ledger *ledger, uint64_t first, uint64_t n,
		ent_store_entry_fn entry, void *user) {
	const uint64_t size = size_of(ledger);
	if (first >= size || n == 0)
		return ENT_OK;
	return ent_store_read(ledger->post->options.store, ledger->number, first,
			n < size - first ? n : size - first, entry, user);
}
