/* SPDX-License-Identifier: Apache-2.0 */
/* fill.c: brings what a memorandum's ledgers come to up to what the store has of them; see internal.h. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Read at once; a draft may be larger. */
enum { PIECE_ENTRIES = 256, PIECE_BYTES = 1 << 20 };

/* --- Whose life it is --- */

uint32_t life_place(const struct life *life, const char *id) {
	uint32_t i = 0;
	while (i < life->parties.n && strcmp(life->parties.party[i].id, id) != 0)
		i++;
	return i;
}

/* By any key that the party has had, but by none that is older than one it has signed with since. */
static bool verify(void *user, const struct ent_memo_party *party, uint64_t seq,
		const void *message, size_t size, const uint8_t signature[ENT_SIGNATURE_SIZE]) {
	struct life *life = user;
	const uint32_t place = life_place(life, party->id);
	(void)seq;
	if (place == life->parties.n)
		return false;
	const struct party *of = &life->parties.party[place];
	for (size_t i = 0; i < of->n_keys && i <= life->oldest_key[place]; i++)
		if (ent_sign_verify(of->key[i], message, size, signature)) {
			life->oldest_key[place] = i;
			return true;
		}
	return false;
}

void life_destroy(struct life *life) {
	if (life == NULL)
		return;
	ent_memo_destroy(life->memo);
	free(life->said);
	free(life);
}

static ent_status life_create(
		const char *memorandum, const struct parties *parties, struct life **ret_life) {
	struct ent_memo_party of[ENT_MEMO_PARTIES_MAX] = {{.epoch = 0}};
	struct life *life = calloc(1, sizeof *life);
	if (life == NULL)
		return ENT_E_MEMORY;
	life->parties = *parties;
	for (size_t i = 0; i < parties->n; i++) {
		memcpy(of[i].id, parties->party[i].id, sizeof of[i].id);
		of[i].settable_clock = parties->party[i].settable_clock;
		life->oldest_key[i] = ENT_MEMORANDA_KEYS_MAX;
	}
	const struct ent_memo_options options = {.memorandum = memorandum,
			.parties = of,
			.n_parties = parties->n,
			.terms = ent_memo_terms_of_document,
			.verify = verify,
			.user = life};
	const ent_status status = ent_memo_create(&options, &life->memo);
	if (status != ENT_OK) {
		free(life);
		return status;
	}
	*ret_life = life;
	return ENT_OK;
}

const struct said *life_draft(const struct life *life, const struct ent_hash *hash) {
	for (size_t i = 0; i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_DRAFT &&
				memcmp(&life->said[i].version, hash, sizeof *hash) == 0)
			return &life->said[i];
	return NULL;
}

/* --- Reading --- */

struct piece {
	char *bytes;
	size_t size, capacity, n;
	struct {
		size_t at, size;
	} entry[PIECE_ENTRIES];
};

static ent_status take(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct piece *piece = user;
	(void)seq;
	if (entry->bytes == NULL)
		return ENT_E_IO;
	/* The first may be of any size. */
	if (piece->n > 0 && piece->size + entry->size > PIECE_BYTES)
		return ENT_E_LIMIT;
	if (piece->size + entry->size + 1 > piece->capacity) {
		const size_t capacity = 2 * piece->capacity + entry->size + 1;
		char *grown = realloc(piece->bytes, capacity);
		if (grown == NULL)
			return ENT_E_MEMORY;
		piece->bytes = grown;
		piece->capacity = capacity;
	}
	memcpy(piece->bytes + piece->size, entry->bytes, entry->size);
	piece->entry[piece->n].at = piece->size;
	piece->entry[piece->n].size = entry->size;
	piece->n++;
	piece->size += entry->size;
	return ENT_OK;
}

static ent_status read_piece(
		const struct memo_ledger *ledger, uint64_t first, uint64_t n, struct piece *piece) {
	piece->size = piece->n = 0;
	const ent_status status = ent_post_read(
			ledger->post, first, n < PIECE_ENTRIES ? n : PIECE_ENTRIES, take, piece);
	/* Enough. */
	if (status == ENT_E_LIMIT && piece->n > 0)
		return ENT_OK;
	return status == ENT_OK && piece->n == 0 ? ENT_E_IO : status;
}

/* Texts are borrowed until the next one. What a large document needed is not kept for it. */
static ent_status parse(struct memorandum *memorandum, const char *bytes, size_t size,
		struct ent_memo_act *ret_act) {
	enum { KEPT = 1 << 16 };
	struct ent_json *json = NULL;
	if (memorandum->parsed > KEPT && ent_json_create(&json) == ENT_OK) {
		ent_json_destroy(memorandum->json);
		memorandum->json = json;
		memorandum->parsed = 0;
	}
	memorandum->parsed = size > memorandum->parsed ? size : memorandum->parsed;
	return ent_memo_act_read(memorandum->json, bytes, size, ret_act, NULL);
}

ent_status fill_act(struct memorandum *memorandum, uint32_t party, uint32_t seq,
		struct ent_memo_act *ret_act) {
	const struct memo_ledger *ledger = ledger_of(
			memorandum, memorandum->life->parties.party[party].id);
	if (ledger == NULL)
		return ENT_E_MISSING;
	struct piece *piece = calloc(1, sizeof *piece);
	if (piece == NULL)
		return ENT_E_MEMORY;
	ent_status status = read_piece(ledger, seq, 1, piece);
	if (status == ENT_OK)
		status = parse(memorandum, piece->bytes, piece->entry[0].size, ret_act);
	free(piece->bytes);
	free(piece);
	return status;
}

/* --- Adding --- */

/* Before the entry is added, so that nothing has to be taken back. */
static ent_status make_room(struct life *life) {
	if (life->n_said < life->capacity)
		return ENT_OK;
	const size_t capacity = 2 * life->capacity + 16;
	struct said *said = realloc(life->said, capacity * sizeof *said);
	if (said == NULL)
		return ENT_E_MEMORY;
	life->said = said;
	life->capacity = capacity;
	return ENT_OK;
}

static void note(struct life *life, uint32_t party, uint32_t seq, const struct ent_memo_act *act) {
	struct said said = {.kind = act->kind,
			.sealed = act->sealed,
			.party = party,
			.seq = seq,
			.version = act->version,
			.offer_party = ENT_MEMO_PARTIES_MAX};
	uint32_t version = 0;
	switch (act->kind) {
	case ENT_MEMO_ACT_DRAFT:
		said.version = act->sealed_hash;
		if (!act->sealed)
			ent_seal_sha256(act->document.bytes, act->document.size, &said.version);
		/* One that none can agree on, or of too many. */
		if (!act->sealed && ent_memo_find(life->memo, &said.version, &version) != ENT_OK)
			return;
		break;
	case ENT_MEMO_ACT_ACCEPT:
	case ENT_MEMO_ACT_DECLINE:
		said.offer_party = life_place(life, act->offer.party);
		said.offer_seq = (uint32_t)act->offer.size;
		break;
	case ENT_MEMO_ACT_OFFER:
		said.answer_by_utc_us = act->answer_by_utc_us;
		break;
	case ENT_MEMO_ACT_SIGN:
	case ENT_MEMO_ACT_PAPER:
	case ENT_MEMO_ACT_DECLARE:
		break;
	default:
		return;
	}
	life->said[life->n_said++] = said;
}

/* It waits, when it has seen what is not here; what is a fault may be signed by nobody. */
static void note_seen(struct life *life, const char *us, uint32_t party, uint32_t seq,
		const struct ent_memo_act *act) {
	struct ent_memo_entry entry;
	ent_memo_entry(life->memo, party, seq, &entry);
	for (uint32_t i = 0; entry.standing != ENT_MEMO_FAULTY && i < act->n_seen; i++)
		if (strcmp(act->seen[i].party, us) == 0 &&
				act->seen[i].size > life->seen_of_us[party])
			life->seen_of_us[party] = act->seen[i].size;
}

/* By when it was received: a callback is no business of whoever holds the lock. */
static void note_clock(struct memo_ledger *ledger, uint32_t seq, const struct ent_memo_act *act,
		int64_t received_utc_us) {
	if (ledger->ours || seq < ledger->looked)
		return;
	ledger->looked = (uint64_t)seq + 1;
	if (act->time_utc_us - received_utc_us <= ENT_MEMO_CLOCKS_APART_US)
		return;
	ledger->ahead = seq;
	ledger->ahead_utc_us = act->time_utc_us;
}

static ent_status add(struct memorandum *memorandum, struct life *life, struct memo_ledger *ledger,
		uint32_t party, const char *bytes, size_t size, int64_t received_utc_us) {
	struct ent_memo_act act = {0};
	const uint32_t seq = ent_memo_size(life->memo, party);
	ent_status status = make_room(life);
	if (status != ENT_OK)
		return status;
	/* What is not understood says nothing. */
	const ent_status read = parse(memorandum, bytes, size, &act);
	if (read != ENT_E_MEMORY)
		status = ent_memo_add(life->memo, life->parties.party[party].id, bytes, size,
				received_utc_us);
	if (read == ENT_E_MEMORY || status != ENT_OK)
		return read == ENT_E_MEMORY ? read : status;
	if (read != ENT_OK)
		return ENT_OK;
	note(life, party, seq, &act);
	note_seen(life, memorandum->all->us, party, seq, &act);
	note_clock(ledger, seq, &act, received_utc_us);
	return ENT_OK;
}

static ent_status add_piece(struct memorandum *memorandum, struct life *life,
		struct memo_ledger *ledger, uint32_t party, const struct piece *piece) {
	ent_status status = ENT_OK;
	for (size_t i = 0; status == ENT_OK && i < piece->n; i++) {
		const char *bytes = piece->bytes + piece->entry[i].at;
		uint64_t seq = ent_memo_size(life->memo, party);
		int64_t time_utc_us = 0;
		if (!ledger->ours)
			time_utc_us = received_time(memorandum->all, ledger->marks, seq);
		else if (!ent_scribe_entry_place(bytes, piece->entry[i].size, &seq, &time_utc_us))
			return ENT_E_IO;
		status = add(memorandum, life, ledger, party, bytes, piece->entry[i].size,
				time_utc_us);
	}
	return status;
}

/* What waits is judged later, and everything behind it. */
static void note_play(struct life *life, struct memo_ledger *ledger, uint32_t party) {
	struct ent_memo_entry entry;
	for (; life->judged[party] < ent_memo_size(life->memo, party); life->judged[party]++) {
		ent_memo_entry(life->memo, party, life->judged[party], &entry);
		if (entry.standing == ENT_MEMO_WAITS)
			return;
		if (entry.rule == ENT_MEMO_RULE_PLAY && life->judged[party] >= ledger->played)
			ledger->played = (uint64_t)life->judged[party] + 1;
	}
}

/* 'ret_more': there are more than 'most'. */
static ent_status fill_life(
		struct memorandum *memorandum, struct life *life, uint64_t most, bool *ret_more) {
	ent_status status = ENT_OK;
	struct piece *piece = NULL;
	*ret_more = false;
	for (size_t i = 0; status == ENT_OK && !*ret_more && i < memorandum->n_ledgers; i++) {
		struct memo_ledger *ledger = memorandum->ledgers[i];
		const uint32_t party = life_place(life, ledger->author);
		const uint64_t size = ledger_size(ledger);
		while (status == ENT_OK && party < life->parties.n &&
				ent_memo_size(life->memo, party) < size) {
			const uint64_t first = ent_memo_size(life->memo, party);
			*ret_more = most == 0;
			if (*ret_more)
				break;
			if (piece == NULL && (piece = calloc(1, sizeof *piece)) == NULL)
				return ENT_E_MEMORY;
			status = read_piece(ledger, first,
					size - first < most ? size - first : most, piece);
			if (status == ENT_OK)
				status = add_piece(memorandum, life, ledger, party, piece);
			most -= piece->n;
		}
		if (party < life->parties.n)
			note_play(life, ledger, party);
	}
	if (piece != NULL)
		free(piece->bytes);
	free(piece);
	return status;
}

ent_status fill(struct memorandum *memorandum) {
	bool more;
	return memorandum->life != NULL ? fill_life(memorandum, memorandum->life, UINT64_MAX, &more)
					: ENT_OK;
}

ent_status fill_anew(struct memorandum *memorandum, const struct parties *parties, bool *ret_more) {
	ent_status status = ENT_OK;
	*ret_more = false;
	if (memorandum->coming != NULL && !parties_same(&memorandum->coming->parties, parties)) {
		life_destroy(memorandum->coming);
		memorandum->coming = NULL;
	}
	struct life *coming = memorandum->coming;
	if (coming == NULL)
		status = life_create(memorandum->id, parties, &coming);
	memorandum->coming = coming;
	if (status == ENT_OK && coming != NULL)
		status = fill_life(memorandum, coming, TURN_ENTRIES, ret_more);
	if (status != ENT_OK || *ret_more)
		return status;
	life_destroy(memorandum->life);
	memorandum->life = memorandum->coming;
	memorandum->coming = NULL;
	return ENT_OK;
}
