/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compose.c: a parcel for a peer. What goes into it is planned on a copy of its book, since the entries that are weighed come
 * from the store; others may send at the same moment, and then it goes twice, which is nothing.
 *
 *     entries and payloads of ours, each ledger with the checkpoint of just their end
 *     our cosigned checkpoints of the peer's ledgers, which acknowledge them, and how much of each is here: in a file of all, else of
 *     those of the line, of which the answer brings what is not here (fetched.c)
 *     checkpoints of other members' ledgers: those that the peer was not told of, in a file all
 *     of ours that ask, how much is here; of others' that the peer has more of, too (relay.c)
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum {
	LOOKED_MAX = 256, /* entries that are weighed in one go */
	LINE_COST = ENT_PARCEL_NAME_MAX + 64
};

/* About as often as there is a parcel for a test, whatever is said. */
#define TOLD_AGAIN_US (INT64_C(3600) * 1000000)

/* What was weighed. */
struct looked {
	size_t size;
	int64_t time_us;
	bool has_payload;
	size_t payload_size;
	struct keeping keeping;
};

struct composing {
	struct ent_post *post;
	struct peer *peer;
	enum ent_book_bearer bearer;
	size_t bytes, used; /* to be kept to; taken so far */
	size_t reserved;    /* of 'bytes', for "have" */
	struct ent_book *book;
	struct ent_post_ledger *ledgers[ENT_BOOK_LEDGERS_MAX]; /* by the book's numbers */
	struct envelope envelope;
	/* A window of what was weighed. */
	const struct ent_post_ledger *looked_ledger;
	uint64_t looked_first;
	size_t n_looked;
	struct looked looked[LOOKED_MAX];
	struct ent_parcel_writer *writer;
	struct ent_post_ledger **asking; /* ours that ask the peer */
	struct relay_ask *asks;          /* others' that the peer is asked for */
	struct ent_post_ledger **theirs; /* of the peer's, those that are acknowledged in it */
	size_t n_asking, n_asks, n_theirs, n_haves;
};

/* --- Weighing --- */

static ent_status look_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct composing *composing = user;
	struct looked *looked = &composing->looked[composing->n_looked];
	struct envelope_sealed sealed;
	uint64_t said = 0;
	/* What was let go cannot be sent. */
	if (entry->bytes == NULL)
		return ENT_E_IO;
	const ent_status status = envelope_read(&composing->envelope, entry->bytes, entry->size,
			composing->peer->id, &sealed);
	if (status != ENT_OK)
		return status;
	*looked = (struct looked){.size = entry->size, .has_payload = sealed.for_them};
	if (sealed.for_them)
		looked->keeping = keeping_of(entry->bytes, entry->size, &sealed);
	if (!ent_scribe_entry_place(entry->bytes, entry->size, &said, &looked->time_us) ||
			said != seq)
		return ENT_E_IO;
	composing->n_looked++;
	return ENT_OK;
}

static ent_status weigh_payload(void *user, const struct ent_store_payload *payload) {
	struct looked *looked = user;
	looked->payload_size = payload->size;
	return ENT_OK;
}

static bool can_carry(size_t payload_size) {
	return payload_size >= ENT_PARCEL_SALT_SIZE && payload_size <= ENT_PARCEL_PAYLOAD_MAX;
}

/* One entry, or when they are asked for one after another, many. */
static ent_status look_from(struct composing *composing, const struct ent_post_ledger *ledger,
		uint64_t number) {
	struct ent_store *store = composing->post->options.store;
	const bool goes_on = composing->looked_ledger == ledger &&
			number == composing->looked_first + composing->n_looked;
	composing->looked_ledger = ledger;
	composing->looked_first = number;
	composing->n_looked = 0;
	ent_status status = ent_store_read(store, ledger->number, number, goes_on ? LOOKED_MAX : 1,
			look_entry, composing);
	for (size_t i = 0; status == ENT_OK && i < composing->n_looked; i++) {
		struct looked *looked = &composing->looked[i];
		/* One that is due is sent no more, also when it could not be purged yet. */
		if (!looked->has_payload || keeping_is_over(ledger, &looked->keeping))
			continue;
		status = ent_store_payload_get(
				store, ledger->number, number + i, weigh_payload, looked);
		/* Purged. */
		if (status == ENT_E_MISSING)
			status = ENT_OK;
		looked->has_payload = can_carry(looked->payload_size);
	}
	if (status == ENT_OK && composing->n_looked == 0)
		status = ENT_E_IO;
	/* What is half weighed is weighed again. */
	if (status != ENT_OK)
		composing->looked_ledger = NULL;
	return status == ENT_E_MISSING ? ENT_E_IO : status;
}

/* The book asks for its own alone. */
static const struct ent_post_ledger *ledger_of(
		const struct composing *composing, const char *name) {
	if (composing->looked_ledger != NULL && strcmp(composing->looked_ledger->name, name) == 0)
		return composing->looked_ledger;
	size_t i = 0;
	while (strcmp(ent_book_at(composing->book, i)->name, name) != 0)
		i++;
	assert(composing->ledgers[i] != NULL);
	return composing->ledgers[i];
}

/* An ent_book_look_fn. */
static ent_status look(
		void *user, const char *name, uint64_t number, struct ent_book_entry *ret_entry) {
	struct composing *composing = user;
	const struct ent_post_ledger *ledger = ledger_of(composing, name);
	if (ledger != composing->looked_ledger || number < composing->looked_first ||
			number - composing->looked_first >= composing->n_looked) {
		const ent_status status = look_from(composing, ledger, number);
		if (status != ENT_OK)
			return status;
	}
	const struct looked *looked = &composing->looked[number - composing->looked_first];
	*ret_entry = (struct ent_book_entry){
			.cost = ent_parcel_entry_cost(looked->size,
					looked->has_payload ? looked->payload_size : 0),
			.time_utc_us = looked->time_us};
	return ENT_OK;
}

/* --- Entries --- */

/* Entries as they are written, and which of them have payloads for the peer. */
struct writing {
	struct composing *composing;
	struct to_write {
		uint64_t seq;
		struct keeping keeping;
	} * sealed;
	size_t n, capacity;
};

static ent_status write_entry(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct writing *writing = user;
	struct composing *composing = writing->composing;
	struct envelope_sealed sealed;
	if (entry->bytes == NULL)
		return ENT_E_IO;
	const ent_status status = envelope_read(&composing->envelope, entry->bytes, entry->size,
			composing->peer->id, &sealed);
	if (status != ENT_OK)
		return status;
	if (sealed.for_them && writing->n == writing->capacity) {
		const size_t capacity = writing->capacity > 0 ? 2 * writing->capacity : 16;
		struct to_write *more = realloc(writing->sealed, capacity * sizeof *more);
		if (more == NULL)
			return ENT_E_MEMORY;
		writing->sealed = more;
		writing->capacity = capacity;
	}
	if (sealed.for_them)
		writing->sealed[writing->n++] = (struct to_write){
				seq, keeping_of(entry->bytes, entry->size, &sealed)};
	ent_parcel_write_entry(composing->writer, entry->bytes, entry->size);
	composing->used += ent_parcel_entry_cost(entry->size, 0);
	return ENT_OK;
}

static ent_status write_payload(void *user, const struct ent_store_payload *payload) {
	struct composing *composing = user;
	if (!can_carry(payload->size))
		return ENT_OK;
	ent_parcel_write_payload(composing->writer, payload->seq, payload->bytes, payload->size);
	composing->used += ent_parcel_entry_cost(0, payload->size);
	return ENT_OK;
}

static ent_status write_part(struct composing *composing, const struct ent_book_part *part) {
	struct ent_post_ledger *ledger = composing->ledgers[part->ledger];
	struct writing writing = {.composing = composing};
	struct ent_scribe_piece piece;
	ent_parcel_write_ledger(composing->writer, ledger->name, part->first, part->n);
	ent_status status = ent_scribe_read(post_scribe(ledger), part->first, part->n, SIZE_MAX,
			write_entry, &writing, &piece);
	/* The book has only what is durable. */
	if (status == ENT_OK && piece.end != part->first + part->n)
		status = ENT_E_IO;
	for (size_t i = 0; status == ENT_OK && i < writing.n; i++) {
		if (keeping_is_over(ledger, &writing.sealed[i].keeping))
			continue;
		status = ent_store_payload_get(composing->post->options.store, ledger->number,
				writing.sealed[i].seq, write_payload, composing);
		if (status == ENT_E_MISSING)
			status = ENT_OK;
	}
	free(writing.sealed);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_IO;
	ent_parcel_write_checkpoint(composing->writer, piece.note, piece.note_length);
	composing->used += LINE_COST + piece.note_length;
	return ENT_OK;
}

/* --- What is here of others --- */

static bool has_room(const struct composing *composing, size_t cost) {
	const size_t taken = composing->used + composing->reserved;
	return taken <= composing->bytes && cost <= composing->bytes - taken;
}

static bool can_tell(const struct ent_replica_answer *answer) {
	return answer->note_length > 0 && answer_note_fits(answer->note, answer->note_length);
}

/* False: there is no room for it, or no note. */
static bool write_note(struct composing *composing, const struct ent_replica_answer *answer) {
	const size_t cost = answer->note_length + 32;
	if (!can_tell(answer) || !has_room(composing, cost))
		return false;
	ent_parcel_write_witnessed(composing->writer, answer->note, answer->note_length);
	composing->used += cost;
	return true;
}

/* A ledger, and when it is its turn to have its checkpoint in a file. */
struct turn {
	struct ent_post_ledger *ledger;
	int64_t new_us; /* when more of it came, since it had; 0: nothing */
	uint64_t noted;
};

static int compare_turns(const void *a, const void *b) {
	const struct turn *x = a, *y = b;
	if (x->new_us != y->new_us)
		return x->new_us > y->new_us ? -1 : 1;
	return (x->noted > y->noted) - (x->noted < y->noted);
}

/*
 * A small file has not room for all: first what came last, then whose turn was longest ago. Else the author of what never has its
 * turn would send the same entries for ever.
 */
static ent_status take_turns(
		struct ent_post *post, struct ent_post_ledger **ledgers, size_t n_ledgers) {
	struct turn *turns = malloc((n_ledgers + 1) * sizeof *turns);
	if (turns == NULL)
		return ENT_E_MEMORY;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < n_ledgers; i++)
		turns[i] = (struct turn){ledgers[i],
				ledgers[i]->came_us >= ledgers[i]->noted_us ? ledgers[i]->came_us
									    : 0,
				ledgers[i]->noted};
	(void)pthread_mutex_unlock(&post->lock);
	qsort(turns, n_ledgers, sizeof *turns, compare_turns);
	for (size_t i = 0; i < n_ledgers; i++)
		ledgers[i] = turns[i].ledger;
	free(turns);
	return ENT_OK;
}

static void end_turn(struct ent_post *post, struct ent_post_ledger *ledger) {
	const int64_t now_us = post_now(post);
	(void)pthread_mutex_lock(&post->lock);
	ledger->noted_us = now_us;
	ledger->noted = ++post->note_number;
	(void)pthread_mutex_unlock(&post->lock);
}

/* With a parcel that goes anyway it is told again: the peer may have been started anew before it did anything about it. */
static uint64_t told_of(const struct composing *composing, const struct ent_post_ledger *ledger) {
	const int64_t now_us = post_now(composing->post);
	uint64_t told = 0;
	(void)pthread_mutex_lock(&composing->post->lock);
	for (size_t i = 0; i < ledger->n_members; i++) {
		const struct member *member = &ledger->members[i];
		if (member->peer == composing->peer && now_us >= member->told_us &&
				now_us - member->told_us < TOLD_AGAIN_US)
			told = member->told;
	}
	(void)pthread_mutex_unlock(&composing->post->lock);
	return told;
}

/* Of the other members' ledgers. */
static ent_status write_others(
		struct composing *composing, size_t n_written, struct ent_post_parcel *parcel) {
	const struct choice choice = {.member = composing->peer};
	struct ent_post_ledger **ledgers = NULL;
	struct ent_replica_answer answer;
	size_t n = 0;
	ent_status status = post_choose(composing->post, &choice, &ledgers, &n);
	if (status == ENT_OK && n > 0) {
		parcel->told = malloc(n * sizeof *parcel->told);
		status = parcel->told != NULL ? ENT_OK : ENT_E_MEMORY;
	}
	for (size_t i = 0; status == ENT_OK && i < n && n_written < ENT_PARCEL_WITNESSED_MAX; i++) {
		kept_look(ledgers[i], &answer);
		if (composing->bearer == ENT_BOOK_NET &&
				told_of(composing, ledgers[i]) >= answer.size)
			continue;
		/* Of what cannot be told there is nothing to try again. */
		if (can_tell(&answer) && !write_note(composing, &answer))
			continue;
		n_written++;
		parcel->told[parcel->n_told++] = (struct ent_post_told){ledgers[i], answer.size};
	}
	free(ledgers);
	return status;
}

/* So many of each of these are here. Returns how many there was room for. */
static size_t write_haves(
		struct composing *composing, struct ent_post_ledger *const *ledgers, size_t n) {
	struct ent_replica_answer answer;
	size_t i = 0;
	composing->reserved = 0;
	for (; i < n && composing->n_haves < ENT_PARCEL_LEDGERS_MAX &&
			has_room(composing, LINE_COST);
			i++) {
		lacks_look(ledgers[i], &answer);
		ent_parcel_write_have(composing->writer, ledgers[i]->name, answer.size);
		composing->used += LINE_COST;
		composing->n_haves++;
	}
	return i;
}

/* Of others' so many are here, and the peer has more. */
static void write_asks(struct composing *composing) {
	for (size_t i = 0; i < composing->n_asks && composing->n_haves < ENT_PARCEL_LEDGERS_MAX;
			i++) {
		const struct relay_ask *ask = &composing->asks[i];
		ent_parcel_write_have(composing->writer, ask->ledger->name, ask->from);
		composing->used += LINE_COST;
		composing->n_haves++;
	}
}

/* Of the peer's own: over the network those of the line, in a file all, by turns. */
static ent_status choose_theirs(struct composing *composing) {
	const struct choice choice = {.author = composing->peer};
	if (composing->bearer == ENT_BOOK_NET)
		return fetched_choose(composing->post, composing->peer, &composing->theirs,
				&composing->n_theirs);
	const ent_status status = post_choose(
			composing->post, &choice, &composing->theirs, &composing->n_theirs);
	return status == ENT_OK
			? take_turns(composing->post, composing->theirs, composing->n_theirs)
			: status;
}

/* What is here of theirs, and of others'. */
static ent_status write_notes(struct composing *composing, struct ent_post_parcel *parcel) {
	struct ent_replica_answer answer;
	size_t n_written = 0;
	for (size_t i = 0; i < composing->n_theirs && n_written < ENT_PARCEL_WITNESSED_MAX; i++) {
		lacks_look(composing->theirs[i], &answer);
		if (!write_note(composing, &answer))
			continue;
		n_written++;
		if (composing->bearer == ENT_BOOK_FILE)
			end_turn(composing->post, composing->theirs[i]);
	}
	return write_others(composing, n_written, parcel);
}

/* --- The whole --- */

static ent_status copy_book(struct composing *composing, uint64_t *ret_asked) {
	struct peer *peer = composing->peer;
	(void)pthread_mutex_lock(&peer->lock);
	ent_status status = peer->known ? ent_book_copy(peer->book, &composing->book)
					: ENT_E_MISSING;
	*ret_asked = ent_book_moment(peer->book);
	for (size_t i = 0; status == ENT_OK && i < ent_book_count(peer->book); i++)
		composing->ledgers[i] = peer->lines[i].ledger;
	(void)pthread_mutex_unlock(&peer->lock);
	return status;
}

/* No more of a ledger than is taken at once. */
static void cut_plan(struct ent_book_plan *plan) {
	for (size_t i = 0; i < plan->n; i++)
		if (plan->part[i].n > ENT_REPLICA_ENTRIES_MAX)
			plan->part[i].n = ENT_REPLICA_ENTRIES_MAX;
}

static ent_status write_parcel(struct composing *composing, struct ent_post_parcel *parcel) {
	const char *text = NULL;
	size_t length = 0;
	ent_status status = ent_parcel_writer_create(composing->post->id, composing->peer->id,
			ENT_PARCEL_SIZE_MAX, &composing->writer);
	for (size_t i = 0; status == ENT_OK && i < parcel->plan.n; i++)
		status = write_part(composing, &parcel->plan.part[i]);
	if (status == ENT_OK)
		status = write_notes(composing, parcel);
	if (status == ENT_OK) {
		parcel->n_asked = write_haves(composing, composing->asking, composing->n_asking);
		(void)write_haves(composing, composing->theirs, composing->n_theirs);
		write_asks(composing);
	}
	if (status == ENT_OK)
		status = ent_parcel_writer_finish(composing->writer, &text, &length);
	if (status != ENT_OK)
		return status;
	parcel->text = malloc(length + 1);
	if (parcel->text == NULL)
		return ENT_E_MEMORY;
	memcpy(parcel->text, text, length + 1);
	parcel->length = length;
	return ENT_OK;
}

/*
 * Entries leave room for the lines behind them: questions have half of a parcel that is small. In a file these lines are a help and
 * no more, and it may be as small as a radio's: a part of it that is no loss.
 */
static size_t room_for_haves(const struct composing *composing) {
	enum { FILE_PART = 64 };
	const bool net = composing->bearer == ENT_BOOK_NET;
	size_t n = net ? composing->n_asking + composing->n_theirs : ENT_PARCEL_LEDGERS_MAX;
	n = n < ENT_PARCEL_LEDGERS_MAX ? n : ENT_PARCEL_LEDGERS_MAX;
	const size_t most = composing->bytes / (net ? 2 : FILE_PART);
	return n * LINE_COST < most ? n * LINE_COST : most;
}

static ent_status compose(
		struct composing *composing, bool always, struct ent_post_parcel *parcel) {
	if (composing->bytes > ENT_PARCEL_SIZE_MAX)
		composing->bytes = ENT_PARCEL_SIZE_MAX;
	composing->used = ENT_PARCEL_FRAME_COST;
	const int64_t now_us = post_now(composing->post);
	always = always || asking_next_us(composing->post, composing->peer, now_us) <= now_us;
	if (composing->bearer == ENT_BOOK_NET)
		always = always ||
				relay_next_us(composing->post, composing->peer, now_us) <= now_us;
	ent_status status = copy_book(composing, &parcel->asked);
	if (status == ENT_OK)
		status = asking_list(composing->post, composing->peer, &composing->asking,
				&composing->n_asking);
	if (status == ENT_OK)
		status = choose_theirs(composing);
	if (status == ENT_OK && composing->bearer == ENT_BOOK_NET)
		status = relay_list(composing->post, composing->peer, now_us, &composing->asks,
				&composing->n_asks);
	if (status != ENT_OK)
		return status;
	composing->reserved = room_for_haves(composing);
	status = ent_book_plan(composing->book, composing->bearer, now_us,
			composing->bytes - composing->reserved, look, composing, &parcel->plan);
	if (status == ENT_E_MISSING && always)
		status = ENT_OK;
	cut_plan(&parcel->plan);
	return status == ENT_OK ? write_parcel(composing, parcel) : status;
}

static void finish(struct composing *composing) {
	ent_parcel_writer_destroy(composing->writer);
	envelope_finish(&composing->envelope);
	ent_book_destroy(composing->book);
	free(composing->asking);
	free(composing->asks);
	free(composing->theirs);
	free(composing);
}

ent_status ent_post_compose(struct ent_post *post, const char *id, enum ent_book_bearer bearer,
		bool always, size_t bytes, struct ent_post_parcel *ret_parcel,
		struct ent_fault *reterr_fault) {
	struct ent_post_parcel parcel = {.text = NULL};
	struct peer *peer = post_peer(post, id);
	struct composing *composing = peer != NULL ? calloc(1, sizeof *composing) : NULL;
	if (composing == NULL) {
		ent_fault_set(reterr_fault, id, "%s",
				peer == NULL ? "no such party is known"
					     : ent_status_text(ENT_E_MEMORY));
		return peer == NULL ? ENT_E_MISSING : ENT_E_MEMORY;
	}
	composing->post = post;
	composing->peer = peer;
	composing->bearer = bearer;
	composing->bytes = bytes;
	const ent_status status = compose(composing, always, &parcel);
	finish(composing);
	if (status == ENT_OK)
		*ret_parcel = parcel;
	else
		ent_post_parcel_finish(&parcel);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, id, "%s",
				status == ENT_E_MISSING ? "nothing is owed to it now"
							: ent_status_text(status));
	cosigned_write(post, peer, false);
	return status;
}

void ent_post_parcel_finish(struct ent_post_parcel *parcel) {
	free(parcel->text);
	free(parcel->told);
	parcel->text = NULL;
	parcel->told = NULL;
	parcel->n_told = 0;
}

/* --- What became of it --- */

/* From what was told, or nothing of it. */
static void tell(struct ent_post *post, const struct peer *peer,
		const struct ent_post_parcel *parcel, bool arrived) {
	const int64_t now_us = post_now(post);
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < parcel->n_told; i++) {
		const struct ent_post_told *told = &parcel->told[i];
		for (size_t j = 0; j < told->ledger->n_members; j++) {
			struct member *member = &told->ledger->members[j];
			if (member->peer != peer || (!arrived && member->told != told->size))
				continue;
			member->told = arrived ? told->size : 0;
			member->told_us = now_us;
		}
	}
	(void)pthread_mutex_unlock(&post->lock);
}

void ent_post_sent(struct ent_post *post, const char *id, enum ent_book_bearer bearer,
		const struct ent_post_parcel *parcel) {
	struct peer *peer = post_peer(post, id);
	uint32_t chance;
	if (peer == NULL)
		return;
	const int64_t now_us = post_now(post);
	ent_seal_random(&chance, sizeof chance);
	(void)pthread_mutex_lock(&peer->lock);
	ent_book_sent(peer->book, bearer, &parcel->plan, now_us, chance);
	(void)pthread_mutex_unlock(&peer->lock);
	/* A file may be lost. */
	if (bearer == ENT_BOOK_NET) {
		tell(post, peer, parcel, true);
		asking_sent(post, peer, parcel->n_asked, true);
		relay_sent(post, peer, true);
	}
}

void ent_post_failed(struct ent_post *post, const char *id, const struct ent_post_parcel *parcel) {
	struct peer *peer = post_peer(post, id);
	if (peer == NULL)
		return;
	(void)pthread_mutex_lock(&peer->lock);
	ent_book_failed(peer->book, &parcel->plan);
	(void)pthread_mutex_unlock(&peer->lock);
	tell(post, peer, parcel, false);
	asking_sent(post, peer, parcel->n_asked, false);
	relay_sent(post, peer, false);
}
