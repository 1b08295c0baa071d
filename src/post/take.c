/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take.c: a parcel comes in.
 *
 *     form, hash                                                 UNREADABLE
 *     from whom, to whom                                         MISDIRECTED
 *     notes of ours, and "have" of an answer  -> book            WENT_BACK, OLD_COPY, OLD_KEYS, FALSE_NOTE
 *     each ledger -> its replica, payloads by the entries' hash  FORK, FORGED, BAD_ENTRY, TOO_MUCH
 *     another's ledger, that the peer was asked for              UNASKED; as above: of the author what it signed, else of the peer
 *     notes of others' ledgers -> their replicas                 FORK, FORGED
 *     "have" of ours that asks -> it is written when all have answered    OLD_COPY, UNPROVEN
 *     "have" of the peer's own, or of another's that it may have from us -> what it lacks goes back with the answer; what it lacks of
 *     ours is asked
 *     "have" of ours on the line, by a connection -> what is behind goes back with the answer (fetched.c)
 *     -> what has grown is told, and the answer
 *
 * A fault in one holds up no other. What could not be done for want of memory or disk is told last, for all to be sent again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taking.h"

void taking_alarm(struct taking *taking, enum ent_post_alarm_kind kind, const char *ledger,
		const struct ent_fault *fault) {
	taking->taken.alarms++;
	post_alarm(taking->post, kind, taking->peer->id, ledger, fault, NULL);
}

void taking_fail(struct taking *taking, ent_status status) {
	if (taking->status == ENT_OK)
		taking->status = status;
}

void taking_fork(struct taking *taking, struct ent_post_ledger *ledger,
		const struct ent_fault *fault) {
	taking->taken.alarms++;
	evidence_keep(ledger, taking->held.fork, taking->held.fork_length, fault);
}

/* --- Ledgers of the peer --- */

static void name_of(const struct ent_parcel_item *item, char ret_name[ENT_PARCEL_NAME_MAX + 1]) {
	(void)snprintf(ret_name, ENT_PARCEL_NAME_MAX + 1, "%.*s", (int)item->name_length,
			item->name);
}

/* The ledger that comes now: is its checkpoint signed by the peer? Else whoever can bring a file could have it opened. */
static bool is_signed(const struct taking *taking, const char *name) {
	struct ent_parcel_cursor cursor = taking->cursor;
	struct ent_parcel_item item;
	struct ent_checkpoint checkpoint;
	char origin[ENT_ORIGIN_SIZE];
	while (ent_parcel_next(&cursor, &item))
		if (item.kind == ENT_PARCEL_CHECKPOINT)
			return ent_party_origin(taking->peer->id, name, origin) == ENT_OK &&
					ent_checkpoint_open(item.bytes, item.size, &taking->vkey,
							&checkpoint, NULL) == ENT_OK &&
					strcmp(checkpoint.origin, origin) == 0;
	return false;
}

/* A ledger of the peer's that is open, or that somebody opens when it is offered. */
static struct ent_post_ledger *find(struct taking *taking, const char *name) {
	const struct ent_fault fault = {"",
			"it is a ledger that is not here, and its checkpoint is not its author's"};
	struct ent_post *post = taking->post;
	const char *author = taking->peer->id;
	struct ent_post_ledger *ledger = ent_post_find(post, author, name);
	if (ledger != NULL || post->options.offered == NULL || !post_name_is_of(name, author))
		return ledger;
	if (!is_signed(taking, name)) {
		taking_alarm(taking, ENT_POST_FORGED, name, &fault);
		return NULL;
	}
	post->options.offered(post->options.user, author, name);
	return ent_post_find(post, author, name);
}

bool taking_is_refused(struct ent_post_ledger *ledger) {
	(void)pthread_mutex_lock(&ledger->post->lock);
	const bool frozen = ledger->frozen;
	(void)pthread_mutex_unlock(&ledger->post->lock);
	return frozen && ledger->peer != NULL && !post_is_line(ledger);
}

static void begin_ledger(struct taking *taking, const struct ent_parcel_item *item) {
	const struct ent_fault frozen = {"", "more came for it, and was not taken: it is frozen"};
	char name[ENT_PARCEL_NAME_MAX + 1];
	name_of(item, name);
	/* Of ours, when we lack something of it. */
	struct ent_post_ledger *ledger = asking_find(taking->post, name);
	if (ledger == NULL)
		ledger = find(taking, name);
	taking->taken.ledgers++;
	taking->ledger = NULL;
	taking->handed_on = false;
	if (ledger == NULL) {
		ledger = handed_find(taking, name);
		taking->handed_on = true;
	}
	if (ledger == NULL)
		return;
	if (ledger->peer != NULL && !taking->handed_on)
		answer_add(&taking->answer, ledger, UINT64_MAX);
	evidence_again(ledger);
	if (taking_is_refused(ledger)) {
		taking->taken.alarms++;
		post_alarm(taking->post, ENT_POST_FORK, ledger->author, ledger->name, &frozen,
				NULL);
		return;
	}
	kept_look(ledger, &taking->held);
	taking->ledger = ledger;
	taking->first = item->number;
	taking->here = taking->held.size;
	taking->n_entries = 0;
}

static void add_entry(struct taking *taking, const struct ent_parcel_item *item) {
	if (taking->ledger != NULL)
		taking->entries[taking->n_entries++] = (struct ent_replica_entry){
				item->bytes, item->size};
}

/* Is it for us, and what its entry has the hash of? And is it to be kept: one that is due by now would be purged at once. */
static ent_status check_payload(struct taking *taking, uint64_t seq, const void *bytes, size_t size,
		const char **ret_wrong, bool *ret_keep) {
	const struct ent_replica_entry *entry = &taking->entries[seq - taking->first];
	struct envelope_sealed sealed;
	struct ent_hash hash;
	*ret_keep = false;
	const ent_status status = envelope_read(
			&taking->envelope, entry->bytes, entry->size, taking->post->id, &sealed);
	ent_seal_sha256(bytes, size, &hash);
	if (!sealed.sealed)
		*ret_wrong = "the entry has no payload, and one came";
	else if (!sealed.for_them)
		*ret_wrong = "the payload is for others, and came here";
	else if (!ent_seal_equal(&hash, &sealed.hash, sizeof hash))
		*ret_wrong = "the payload is not the one that the entry has the hash of";
	if (status == ENT_OK && *ret_wrong == NULL) {
		struct keeping keeping = keeping_of(entry->bytes, entry->size, &sealed);
		(void)keeping_bound(taking->ledger, seq, post_now(taking->post), &keeping);
		*ret_keep = !keeping_is_over(taking->ledger, &keeping);
	}
	return status;
}

/* The entry is taken all the same: what it says is said. */
static void pass_over_payload(struct taking *taking, uint64_t seq) {
	struct ent_fault fault;
	char where[ENT_FAULT_WHERE_SIZE];
	(void)snprintf(where, sizeof where, "entry %" PRIu64, seq);
	ent_fault_set(&fault, where, "as many payloads are here as may be: this one is not kept");
	taking_alarm(taking, ENT_POST_TOO_MUCH, taking->ledger->name, &fault);
}

/* One that is here, or was and is purged, does not come a second time; one that never came may. */
static void add_payload(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_fault fault;
	char where[ENT_FAULT_WHERE_SIZE];
	const char *wrong = NULL;
	bool keep = false;
	/* A payload is its author's to give. */
	if (taking->ledger == NULL || taking->handed_on)
		return;
	if (item->number < taking->here && !lacks_payload(taking->ledger, item->number))
		return;
	uint8_t *bytes = malloc(item->size);
	if (bytes == NULL) {
		taking_fail(taking, ENT_E_MEMORY);
		taking->ledger = NULL;
		return;
	}
	const size_t size = ent_parcel_payload(item, bytes);
	const ent_status status = check_payload(taking, item->number, bytes, size, &wrong, &keep);
	keep = keep && status == ENT_OK && wrong == NULL;
	const enum places_left left = keep ? places_take(taking->post, taking->peer) : PLACES_NONE;
	if (left == PLACES_LEFT) {
		taking->n_places++;
		taking->payloads[taking->n_payloads++] = (struct ent_store_payload){
				item->number, (const char *)bytes, size};
		return;
	}
	if (keep && left == PLACES_NONE)
		pass_over_payload(taking, item->number);
	if (left == PLACES_UNKNOWN)
		taking->ledger = NULL; /* all of it is to come again */
	ent_seal_wipe(bytes, size);
	free(bytes);
	if (status == ENT_OK && wrong == NULL)
		return;
	if (status != ENT_OK) {
		taking_fail(taking, status);
		taking->ledger = NULL;
		return;
	}
	(void)snprintf(where, sizeof where, "entry %" PRIu64, item->number);
	ent_fault_set(&fault, where, "%s", wrong);
	taking_alarm(taking, ENT_POST_FORGED, taking->ledger->name, &fault);
	/* All of it is to come again. */
	taking->ledger = NULL;
}

static void drop_payloads(struct taking *taking) {
	for (size_t i = 0; i < taking->n_payloads; i++) {
		ent_seal_wipe((void *)taking->payloads[i].bytes, taking->payloads[i].size);
		free((void *)taking->payloads[i].bytes);
	}
	taking->n_payloads = 0;
	if (taking->n_places > 0)
		places_give_back(taking->post, taking->peer, taking->n_places);
	taking->n_places = 0;
}

/* They are stored: their places are the ledger's. Of ours there are none. */
static void leave_places(struct taking *taking) {
	if (taking->n_places == 0 || taking->ledger->peer != taking->peer)
		return;
	places_came(taking->ledger, taking->n_places);
	taking->n_places = 0;
	purge_again(taking->post);
}

/* Did the author sign this, so that it is the author who went another way? */
static bool author_signed(const struct taking *taking, const struct ent_replica_given *given) {
	struct ent_checkpoint checkpoint;
	return ent_checkpoint_open(given->note, given->note_length, &taking->vkey, &checkpoint,
			       NULL) == ENT_OK &&
			strcmp(checkpoint.origin, taking->ledger->origin) == 0;
}

/* From where on it is asked for: from the beginning, then behind what is the same as here. */
static void doubt(struct taking *taking, const struct ent_replica_given *given, ent_status status) {
	struct ent_post_ledger *ledger = taking->ledger;
	const uint64_t end = given->first + given->n;
	const bool other_way = status == ENT_E_REFUSED && taking->here > 0 && given->first > 0 &&
			author_signed(taking, given);
	(void)pthread_mutex_lock(&ledger->post->lock);
	if (other_way)
		ledger->doubt = 0;
	else if (status == ENT_E_EXISTS || (status == ENT_OK && end >= taking->held.size))
		ledger->doubt = NO_DOUBT;
	else if (status == ENT_OK && ledger->doubt != NO_DOUBT && given->first <= ledger->doubt &&
			end > ledger->doubt)
		ledger->doubt = end;
	(void)pthread_mutex_unlock(&ledger->post->lock);
}

/* Of a ledger of ours what the peer shows is false, unless our keys are old: both are told. */
static void tell_false(struct taking *taking, enum ent_post_alarm_kind kind, const char *ledger,
		const struct ent_fault *fault) {
	const struct ent_vkey cosigner = post_cosigner(&taking->vkey);
	taking_alarm(taking, kind, ledger, fault);
	taking->taken.alarms += old_keys_tell(
			taking->post, taking->peer->id, &taking->parcel, &cosigner, ledger);
}

static void tell(struct taking *taking, ent_status status, const struct ent_fault *fault) {
	static const enum ent_post_alarm_kind kinds[ENT_STATUS_COUNT] = {
			[ENT_E_REFUSED] = ENT_POST_FORGED,
			[ENT_E_SYNTAX] = ENT_POST_BAD_ENTRY,
			[ENT_E_LIMIT] = ENT_POST_TOO_MUCH};
	if (status == ENT_E_IO || status == ENT_E_MEMORY)
		taking_fail(taking, status);
	else if (taking->ledger->peer == NULL && status == ENT_E_EXISTS)
		taking_alarm(taking, ENT_POST_OLD_COPY, taking->ledger->name, fault);
	else if (taking->ledger->peer == NULL && status == ENT_E_REFUSED)
		tell_false(taking, ENT_POST_FALSE_NOTE, taking->ledger->name, fault);
	else if (taking->ledger->peer == NULL && status != ENT_OK && status != ENT_E_MISSING)
		taking_alarm(taking, ENT_POST_FALSE_NOTE, taking->ledger->name, fault);
	else if (status == ENT_E_EXISTS)
		taking_fork(taking, taking->ledger, fault);
	else if (status != ENT_OK && status != ENT_E_MISSING)
		taking_alarm(taking, kinds[status], taking->ledger->name, fault);
}

void taking_grew(struct taking *taking) {
	struct ent_post *post = taking->post;
	const int64_t now_us = post_now(post);
	if (taking->held.taken == 0)
		return;
	taking->taken.entries += taking->held.taken;
	if (taking->asked != ENT_BOOK_UNASKED && taking->ledger->peer == taking->peer)
		taking->taken.fetched += taking->held.taken;
	purge_again(post);
	(void)pthread_mutex_lock(&post->lock);
	taking->ledger->came_us = now_us;
	(void)pthread_mutex_unlock(&post->lock);
	relay_grew(taking->ledger, taking->held.size);
	if (post->options.grew != NULL)
		post->options.grew(post->options.user, taking->ledger, taking->held.size);
}

/* Those of entries that are here are put by themselves, when they lacked. */
static ent_status take_given(
		struct taking *taking, struct ent_replica_given *given, struct ent_fault *fault) {
	struct ent_post_ledger *ledger = taking->ledger;
	while (given->n_payloads > 0 && given->payloads[0].seq < taking->here) {
		given->payloads++;
		given->n_payloads--;
	}
	ent_status status = ledger->peer != NULL ? lacks_expect(taking) : ENT_OK;
	if (status == ENT_OK)
		status = ent_replica_take(ledger->replica, given, &taking->held, fault);
	if (ledger->peer != NULL && status != ENT_OK && status != ENT_E_IO)
		lacks_undo(taking);
	/* What is not put is to be sent again. */
	if (status == ENT_OK && ledger->peer != NULL)
		status = lacks_end(taking);
	return status;
}

static void end_ledger(struct taking *taking, const struct ent_parcel_item *item) {
	struct ent_replica_given given = {.first = taking->first,
			.entries = taking->entries,
			.n = taking->n_entries,
			.payloads = taking->payloads,
			.n_payloads = taking->n_payloads,
			.note = item->bytes,
			.note_length = item->size};
	struct ent_fault fault = {{0}, {0}};
	if (taking->ledger != NULL && taking->handed_on) {
		handed_end(taking, item);
	} else if (taking->ledger != NULL) {
		taking->held.taken = 0;
		ent_status status = kept_use(taking->ledger, &fault);
		if (status == ENT_OK) {
			status = take_given(taking, &given, &fault);
			kept_unuse(taking->ledger);
			if (status == ENT_OK || taking->held.taken > 0)
				leave_places(taking);
			if (taking->ledger->peer != NULL)
				doubt(taking, &given, status);
			tell(taking, status, &fault);
		} else if (taking->ledger->peer != NULL) {
			taking_fail(taking, status == ENT_E_MEMORY ? status : ENT_E_IO);
		}
		taking_grew(taking);
	}
	drop_payloads(taking);
	taking->ledger = NULL;
}

/* --- Sizes --- */

/*
 * Is there a checkpoint of more than is here that we signed? Who has more has one, and shows it (answer.c), with the entries a second
 * time; further ones are not looked at.
 */
static bool shows_more(
		const struct taking *taking, const struct ent_post_ledger *ledger, uint64_t here) {
	enum { LOOKED_AT_MAX = 2 };
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct ent_checkpoint checkpoint;
	int n = 0;
	ent_parcel_begin(&taking->parcel, &cursor);
	while (n < LOOKED_AT_MAX && ent_parcel_next(&cursor, &item)) {
		if ((item.kind != ENT_PARCEL_WITNESSED && item.kind != ENT_PARCEL_CHECKPOINT) ||
				ent_checkpoint_look(item.bytes, item.size, &checkpoint, NULL) !=
						ENT_OK ||
				strcmp(checkpoint.origin, ledger->origin) != 0 ||
				checkpoint.size <= here)
			continue;
		if (post_signed(taking->post, item.bytes, item.size, &checkpoint))
			return true;
		n++;
	}
	return false;
}

/*
 * How many there are of one of ours that asks. What we signed, and is neither here nor given back, needs a person; a number that
 * nobody signed holds up nothing.
 */
static void take_answer(struct taking *taking, struct ent_post_ledger *ledger, uint64_t said) {
	struct ent_fault fault;
	struct ent_replica_answer *held = &taking->held;
	if (!asking_waits(ledger, taking->peer) || asking_answered(ledger, taking->peer, said))
		return;
	kept_look(ledger, held);
	if (shows_more(taking, ledger, held->size)) {
		ent_fault_set(&fault, "",
				"it has %" PRIu64 " entries, which could not be taken back", said);
		taking_alarm(taking, ENT_POST_OLD_COPY, ledger->name, &fault);
		return;
	}
	ent_fault_set(&fault, "", "it says %" PRIu64 " entries, and %" PRIu64 " are here", said,
			held->size);
	tell_false(taking, ENT_POST_UNPROVEN, ledger->name, &fault);
	(void)asking_answered(ledger, taking->peer, held->size);
}

/* The peer has only so many of its own; or it says how many there are of one of ours that asks. */
static void take_have(struct taking *taking, const struct ent_parcel_item *item) {
	char name[ENT_PARCEL_NAME_MAX + 1];
	name_of(item, name);
	struct ent_post_ledger *ledger = asking_find(taking->post, name);
	for (size_t i = 0; i < taking->n_found; i++)
		if (taking->found[i] == ledger)
			return;
	if (ledger != NULL && taking->asked != ENT_BOOK_UNASKED) {
		take_answer(taking, ledger, item->number);
		return;
	}
	/*
	 * In an answer it asks nothing. A file is of whom it says: what is behind is in the next one that goes to that party, and not with
	 * whoever brought this.
	 */
	const bool gives = taking->asked == ENT_BOOK_UNASKED && !taking->is_file;
	ledger = relay_find(taking->post, name, taking->peer);
	if (ledger != NULL && gives && relay_gives(ledger, taking->peer))
		answer_add(&taking->answer, ledger, item->number);
	if (gives)
		fetched_note(taking->post, taking->peer, name, item->number, &taking->answer);
	if (!post_name_is_of(name, taking->peer->id))
		return;
	taking->asks = true;
	ledger = ent_post_find(taking->post, taking->peer->id, name);
	if (ledger != NULL)
		answer_add(&taking->answer, ledger, item->number);
	else
		taking->unknown[taking->answer.n_unknown++] = *item;
}

/* --- The whole --- */

/* A parcel without ledgers asks for what is here of all; and who asks what it has lost may have lost whole ledgers. */
static void answer_all(struct taking *taking) {
	const struct choice choice = {.author = taking->peer};
	struct ent_post_ledger **ledgers = NULL;
	size_t n = 0;
	const ent_status status = post_choose(taking->post, &choice, &ledgers, &n);
	if (status != ENT_OK)
		taking_fail(taking, status);
	for (size_t i = 0; i < n; i++)
		answer_add(&taking->answer, ledgers[i], UINT64_MAX);
	free(ledgers);
}

/* It asks how much is here of its own: it has started anew. */
static bool starts_anew(const struct taking *taking) {
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	char name[ENT_PARCEL_NAME_MAX + 1];
	ent_parcel_begin(&taking->parcel, &cursor);
	while (taking->asked == ENT_BOOK_UNASKED && ent_parcel_next(&cursor, &item)) {
		if (item.kind != ENT_PARCEL_HAVE)
			continue;
		name_of(&item, name);
		if (post_name_is_of(name, taking->peer->id))
			return true;
	}
	return false;
}

static void take_items(struct taking *taking) {
	static void (*const kinds[ENT_PARCEL_ITEM_KINDS])(struct taking *,
			const struct ent_parcel_item *) = {[ENT_PARCEL_LEDGER] = begin_ledger,
			[ENT_PARCEL_ENTRY] = add_entry,
			[ENT_PARCEL_PAYLOAD] = add_payload,
			[ENT_PARCEL_CHECKPOINT] = end_ledger,
			[ENT_PARCEL_WITNESSED] = taking_witnessed,
			[ENT_PARCEL_HAVE] = take_have};
	struct ent_parcel_item item;
	/* What it shows to have in the same parcel it has. */
	if (starts_anew(taking))
		relay_be_unsure(taking->post, taking->peer);
	ent_parcel_begin(&taking->parcel, &taking->cursor);
	while (ent_parcel_next(&taking->cursor, &item))
		if (kinds[item.kind] != NULL)
			kinds[item.kind](taking, &item);
	for (size_t i = 0; i < taking->n_ahead; i++)
		ahead_keep(taking->ahead[i]);
	if (taking->taken.ledgers == 0 || taking->asks)
		answer_all(taking);
	asking_begin_answered(taking->post);
}

static ent_status refuse(struct ent_post *post, enum ent_post_alarm_kind kind, const char *peer,
		ent_status status, const struct ent_fault *fault, struct ent_post_taken *taken) {
	taken->alarms++;
	post_alarm(post, kind, peer, NULL, fault, NULL);
	return status;
}

/* Is it a parcel, from whom it must be, to us? */
static ent_status open_parcel(struct taking *taking, const char *id, const char *text,
		size_t length, struct ent_fault *fault) {
	struct ent_post *post = taking->post;
	struct ent_parcel *parcel = &taking->parcel;
	const struct peer *known = id != NULL ? post_peer(post, id) : NULL;
	const char *who = known != NULL ? id : NULL;
	ent_status status = ent_parcel_read(text, length, parcel, fault);
	if (status != ENT_OK)
		return refuse(post, ENT_POST_UNREADABLE, who, status, fault, &taking->taken);
	memcpy(taking->taken.from, parcel->from, sizeof parcel->from);
	/* A stick that is put back where it was filled is nobody's doing; a connection that brings it is. */
	if (id == NULL && strcmp(parcel->from, post->id) == 0) {
		ent_fault_set(fault, "from", "the parcel is our own, and is to be carried to %s",
				parcel->to);
		return ENT_E_REFUSED;
	}
	taking->peer = post_peer(post, parcel->from);
	if (taking->peer != NULL && !post_peer_keys(taking->peer, &taking->vkey))
		taking->peer = NULL;
	if (id != NULL && strcmp(parcel->from, id) != 0) {
		ent_fault_set(fault, "from", "%s sent a parcel of %s", id, parcel->from);
		status = ENT_E_REFUSED;
	} else if (strcmp(parcel->to, post->id) != 0) {
		ent_fault_set(fault, "to", "the parcel is to %s", parcel->to);
		status = ENT_E_REFUSED;
		who = taking->peer != NULL ? parcel->from : who;
	}
	if (status != ENT_OK)
		return refuse(post, ENT_POST_MISDIRECTED, who, status, fault, &taking->taken);
	if (taking->peer == NULL)
		ent_fault_set(fault, "from", "nobody of this id is known: %s", parcel->from);
	return taking->peer != NULL ? ENT_OK : ENT_E_MISSING;
}

static ent_status take(struct taking *taking, char **ret_answer, size_t *ret_length) {
	taking->entries = malloc(
			(taking->parcel.n[ENT_PARCEL_ENTRY] + 1) * sizeof *taking->entries);
	taking->payloads = malloc(
			(taking->parcel.n[ENT_PARCEL_PAYLOAD] + 1) * sizeof *taking->payloads);
	taking->unknown = malloc((taking->parcel.n[ENT_PARCEL_HAVE] + 1) * sizeof *taking->unknown);
	if (taking->entries == NULL || taking->payloads == NULL || taking->unknown == NULL)
		return ENT_E_MEMORY;
	taking->answer.unknown = taking->unknown;
	said_take(taking->post, taking->peer, &taking->vkey, &taking->parcel, taking->asked,
			&taking->taken);
	take_items(taking);
	if (taking->asks)
		post_be_unsure(taking->post, taking->peer);
	cosigned_write(taking->post, taking->peer, false);
	if (taking->status == ENT_OK && ret_answer != NULL)
		taking->status = answer_write(taking->post, taking->peer, &taking->answer,
				ret_answer, ret_length);
	return taking->status;
}

ent_status ent_post_take(struct ent_post *post, const char *peer, const char *text, size_t length,
		uint64_t asked, char **ret_answer, size_t *ret_length,
		struct ent_post_taken *ret_taken, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	struct taking *taking = calloc(1, sizeof *taking);
	if (taking == NULL)
		return ENT_E_MEMORY;
	taking->post = post;
	taking->asked = asked;
	taking->is_file = peer == NULL;
	ent_status status = open_parcel(taking, peer, text, length, &fault);
	if (status == ENT_OK)
		status = take(taking, ret_answer, ret_length);
	if (status != ENT_OK && fault.why[0] == '\0')
		ent_fault_set(&fault, "", "%s; to be sent again", ent_status_text(status));
	if (status != ENT_OK && reterr_fault != NULL)
		*reterr_fault = fault;
	*ret_taken = taking->taken;
	drop_payloads(taking);
	envelope_finish(&taking->envelope);
	free(taking->entries);
	free(taking->payloads);
	free(taking->unknown);
	free(taking);
	return status;
}
