/* SPDX-License-Identifier: Apache-2.0 */
/* life.c: see life.h; takes entries in and judges each as soon as all that it has seen is here. */
#include "life.h"

#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "entente/json.h"

bool life_hash_is(const struct ent_hash *a, const struct ent_hash *b) {
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

int life_party(const struct ent_memo *memo, const char *id) {
	for (uint32_t i = 0; i < memo->n; i++)
		if (strcmp(memo->ledgers[i].party.id, id) == 0)
			return (int)i;
	return NOBODY;
}

struct life_version *life_version(const struct ent_memo *memo, const struct ent_hash *hash) {
	for (uint32_t i = 0; i < memo->n_versions; i++)
		if (life_hash_is(&memo->versions[i].terms.hash, hash))
			return &memo->versions[i];
	return NULL;
}

/* --- Created and destroyed --- */

static bool is_memorandum(const char *id) {
	const size_t length = strlen(id);
	return length > 0 && length < ENT_MEMO_ID_SIZE &&
			strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static int by_id(const void *a, const void *b) {
	return strcmp(((const struct life_ledger *)a)->party.id,
			((const struct life_ledger *)b)->party.id);
}

static bool parties_are_good(const struct ent_memo_options *options) {
	if (options->n_parties > ENT_MEMO_PARTIES_MAX)
		return false;
	for (size_t i = 0; i < options->n_parties; i++) {
		const char *id = options->parties[i].id;
		if (!act_is_party(id, strnlen(id, ENT_PARTY_ID_SIZE)))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(options->parties[j].id, id) == 0)
				return false;
	}
	return true;
}

ent_status ent_memo_create(const struct ent_memo_options *options, struct ent_memo **ret_memo) {
	if (!is_memorandum(options->memorandum) || !parties_are_good(options))
		return ENT_E_DOMAIN;
	struct ent_memo *memo = calloc(1, sizeof *memo);
	if (memo == NULL || ent_json_create(&memo->json) != ENT_OK) {
		free(memo);
		return ENT_E_MEMORY;
	}
	memcpy(memo->memorandum, options->memorandum, strlen(options->memorandum) + 1);
	memo->options = *options;
	memo->options.memorandum = memo->memorandum;
	memo->options.parties = NULL;
	memo->n = (uint32_t)options->n_parties;
	for (uint32_t i = 0; i < memo->n; i++) {
		memo->ledgers[i].party = options->parties[i];
		memo->ledgers[i].withdrawn = NEVER;
	}
	qsort(memo->ledgers, memo->n, sizeof memo->ledgers[0], by_id);
	*ret_memo = memo;
	return ENT_OK;
}

void ent_memo_destroy(struct ent_memo *memo) {
	if (memo == NULL)
		return;
	for (uint32_t i = 0; i < memo->n; i++) {
		for (uint32_t j = 0; j < memo->ledgers[i].n; j++)
			free(memo->ledgers[i].entries[j].fault);
		free(memo->ledgers[i].entries);
	}
	free(memo->versions);
	ent_json_destroy(memo->json);
	free(memo);
}

/* --- Judged --- */

static bool is_here(const struct ent_memo *memo, int author, const struct life_entry *entry) {
	if (entry->strangers)
		return false;
	for (uint32_t i = 0; i < memo->n; i++)
		if ((int)i != author && entry->seen.size[i] > memo->ledgers[i].judged)
			return false;
	return true;
}

static void set_clock(const struct ent_memo *memo, int author, uint32_t seq,
		const struct life_entry *before, struct life_entry *entry) {
	entry->clock = before != NULL ? before->clock : (struct ent_memo_cut){{0}};
	entry->clock.size[author] = seq;
	for (uint32_t i = 0; i < memo->n; i++) {
		const uint32_t seen = entry->seen.size[i];
		if ((int)i == author || seen == 0)
			continue;
		life_join(&entry->clock, &memo->ledgers[i].entries[seen - 1].clock);
		if (seen > entry->clock.size[i])
			entry->clock.size[i] = seen;
	}
}

/* What counts is noted where it is looked for. */
static void note(struct ent_memo *memo, int author, int32_t seq, struct life_entry *entry) {
	struct life_version *version = NULL;
	struct life_entry *answered = NULL;
	switch (entry->kind) {
	case ENT_MEMO_ACT_DRAFT:
		if (entry->draft == NEVER)
			return;
		version = &memo->versions[entry->draft];
		int32_t *at = entry->ad_referendum ? &version->ad_referendum[author]
						   : &version->open[author];
		if (*at == NEVER)
			*at = seq;
		return;
	case ENT_MEMO_ACT_SIGN:
	case ENT_MEMO_ACT_PAPER:
		version = life_version(memo, &entry->version);
		if (version != NULL && version->signature[author] == NEVER)
			version->signature[author] = seq;
		return;
	case ENT_MEMO_ACT_ACCEPT:
	case ENT_MEMO_ACT_DECLINE:
		/* It counts: what it answers is here. */
		answered = &memo->ledgers[entry->offer_party].entries[entry->offer_seq];
		entry->answer_before = answered->answer;
		answered->answer = (struct life_at){(uint16_t)(author + 1), (uint32_t)seq};
		return;
	case ENT_MEMO_ACT_WITHDRAW:
		memo->ledgers[author].withdrawn = seq;
		return;
	default:
		return;
	}
}

static bool judge_next(struct ent_memo *memo, int author) {
	struct life_ledger *ledger = &memo->ledgers[author];
	if (ledger->entries == NULL || ledger->judged == ledger->n)
		return false;
	const uint32_t seq = ledger->judged;
	struct life_entry *entry = &ledger->entries[seq];
	const struct life_entry *before = seq > 0 ? entry - 1 : NULL;
	if (!is_here(memo, author, entry))
		return false;
	set_clock(memo, author, seq, before, entry);
	if (entry->rule == ENT_MEMO_RULE_NONE)
		entry->rule = (uint8_t)life_check_place(memo, author, before, entry);
	if (life_counts(entry))
		entry->rule = (uint8_t)life_check(memo, author, entry,
				entry->draft != NEVER ? &memo->versions[entry->draft].terms : NULL);
	if (life_counts(entry))
		note(memo, author, (int32_t)seq, entry);
	ledger->judged++;
	return true;
}

/* As far as it goes: each that is judged may be what others waited for. */
static void judge(struct ent_memo *memo) {
	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < memo->n; i++)
			while (judge_next(memo, (int)i))
				more = true;
	}
}

/* --- Taken in --- */

void life_entry_from(const struct ent_memo *memo, int author, const struct ent_memo_act *act,
		struct life_entry *ret_entry) {
	struct life_entry entry = {.time_utc_us = act->time_utc_us,
			.under = act->under,
			.version = act->version,
			.offer_seq = (uint32_t)act->offer.size,
			.offer_party = NOBODY,
			.draft = NEVER,
			.kind = (uint8_t)act->kind,
			.class_ = (uint8_t)act->class_,
			.subject = (uint8_t)act->subject,
			.level = (uint8_t)act->level,
			.understood = true,
			.under_given = act->under_given,
			.sealed = act->sealed,
			.ad_referendum = act->ad_referendum};
	for (uint32_t i = 0; i < act->n_seen; i++) {
		const int party = life_party(memo, act->seen[i].party);
		if (party == NOBODY)
			entry.strangers = true;
		else if (party == author)
			entry.rule = ENT_MEMO_RULE_FORM;
		else
			entry.seen.size[party] = (uint32_t)act->seen[i].size;
	}
	for (uint32_t i = 0; i < act->n_signed_by; i++) {
		const int party = life_party(memo, act->signed_by[i]);
		if (party != NOBODY)
			entry.signed_by |= (uint16_t)(1U << party);
		else
			entry.others_ink++;
	}
	for (uint32_t i = 0; i < act->n_sealed_for; i++) {
		const int party = life_party(memo, act->sealed_for[i]);
		if (party != NOBODY)
			entry.signed_by |= (uint16_t)(1U << party);
	}
	if (act->kind == ENT_MEMO_ACT_ACCEPT || act->kind == ENT_MEMO_ACT_DECLINE)
		entry.offer_party = (int16_t)life_party(memo, act->offer.party);
	entry.when_utc_us = act->kind == ENT_MEMO_ACT_OFFER ? act->answer_by_utc_us
			: act->kind == ENT_MEMO_ACT_PAPER   ? act->signed_utc_us
							    : act->from_utc_us;
	if (act->kind == ENT_MEMO_ACT_OBLIGATION) {
		ent_seal_sha256(act->clause, strlen(act->clause), &entry.version);
		entry.done = act->done;
	}
	*ret_entry = entry;
}

/* Keeps the reason with the entry. */
static ent_status put_fault(
		struct life_entry *entry, enum ent_memo_rule rule, const struct ent_fault *fault) {
	entry->rule = (uint8_t)rule;
	entry->fault = malloc(sizeof *entry->fault);
	if (entry->fault == NULL)
		return ENT_E_MEMORY;
	*entry->fault = *fault;
	return ENT_OK;
}

static ent_status verify(const struct ent_memo *memo, int author, const struct ent_memo_act *act,
		uint32_t seq, bool *ret_good) {
	const struct ent_memo_party *party = &memo->ledgers[author].party;
	char origin[ENT_MEMO_ORIGIN_SIZE];
	char *message;
	size_t size;
	ent_memo_origin(memo->memorandum, party->id, party->epoch, origin);
	const ent_status status = ent_memo_act_message(act, origin, &message, &size);
	if (status != ENT_OK)
		return status;
	*ret_good = memo->options.verify != NULL
			? memo->options.verify(memo->options.user, party, seq, message, size,
					  act->signature)
			: ent_sign_verify(party->public_key, message, size, act->signature);
	free(message);
	return ENT_OK;
}

static ent_status put_version(
		struct ent_memo *memo, const struct ent_memo_terms *terms, int32_t *ret_version) {
	struct life_version *version = life_version(memo, &terms->hash);
	if (version != NULL) {
		*ret_version = (int32_t)(version - memo->versions);
		return ENT_OK;
	}
	if (memo->n_versions == memo->versions_capacity) {
		const uint32_t capacity = 2 * memo->versions_capacity + 4;
		version = realloc(memo->versions, capacity * sizeof *version);
		if (version == NULL)
			return ENT_E_MEMORY;
		memo->versions = version;
		memo->versions_capacity = capacity;
	}
	version = &memo->versions[memo->n_versions];
	version->terms = *terms;
	for (int i = 0; i < ENT_MEMO_PARTIES_MAX; i++) {
		version->place[i] = NOBODY;
		if ((uint32_t)i < terms->n_parties)
			version->place[i] = (int16_t)life_party(memo, terms->party[i]);
		version->open[i] = version->ad_referendum[i] = version->signature[i] = NEVER;
	}
	*ret_version = (int32_t)memo->n_versions++;
	return ENT_OK;
}

/* What is drafted is read once; a document that none can agree on is this entry's fault. */
static ent_status take_document(struct ent_memo *memo, struct life_ledger *ledger,
		const struct ent_memo_act *act, struct life_entry *entry) {
	struct ent_memo_terms terms = {0};
	struct ent_fault fault = {{0}, {0}};
	if (ledger->drafts == ENT_MEMO_DRAFTS_MAX) {
		entry->rule = ENT_MEMO_RULE_DRAFTS;
		return ENT_OK;
	}
	ent_fault_set(&fault, "document", "%s", ent_memo_rule_text(ENT_MEMO_RULE_DOCUMENT));
	ent_status status = memo->options.terms(memo->options.user, act->document.bytes,
			act->document.size, &terms, &fault);
	if (status == ENT_E_MEMORY)
		return status;
	ent_seal_sha256(act->document.bytes, act->document.size, &terms.hash);
	if (status != ENT_OK || !life_check_terms(memo, &terms, &fault))
		return put_fault(entry, ENT_MEMO_RULE_DOCUMENT, &fault);
	return put_version(memo, &terms, &entry->draft);
}

/* All that can fail is done before the entry is in its ledger. */
static ent_status take(struct ent_memo *memo, int author, const char *bytes, size_t size,
		struct life_entry *entry) {
	struct life_ledger *ledger = &memo->ledgers[author];
	struct ent_memo_act act = {0};
	struct ent_fault fault = {{0}, {0}};
	bool good = false;
	ent_status status = ent_memo_act_read(memo->json, bytes, size, &act, &fault);
	if (status == ENT_E_MEMORY)
		return status;
	if (status != ENT_OK)
		return put_fault(entry, ENT_MEMO_RULE_FORM, &fault);
	life_entry_from(memo, author, &act, entry);
	if (entry->rule == ENT_MEMO_RULE_FORM) {
		entry->understood = false;
		ent_fault_set(&fault, "seen", "names its own author");
		return put_fault(entry, ENT_MEMO_RULE_FORM, &fault);
	}
	if (act.seq != ledger->n) {
		entry->rule = ENT_MEMO_RULE_SEQ;
		return ENT_OK;
	}
	status = verify(memo, author, &act, ledger->n, &good);
	if (status != ENT_OK)
		return status;
	if (!good)
		entry->rule = ENT_MEMO_RULE_SIGNATURE;
	else if (act.kind == ENT_MEMO_ACT_DRAFT && !act.sealed)
		status = take_document(memo, ledger, &act, entry);
	return status;
}

static ent_status grow(struct life_ledger *ledger) {
	if (ledger->n < ledger->capacity)
		return ENT_OK;
	const uint32_t capacity = 2 * ledger->capacity + 8;
	struct life_entry *entries = realloc(ledger->entries, capacity * sizeof *entries);
	if (entries == NULL)
		return ENT_E_MEMORY;
	ledger->entries = entries;
	ledger->capacity = capacity;
	return ENT_OK;
}

/* What is not its author's word says nothing of what was seen, and stands behind the entry before. */
static void place(const struct life_entry *before, struct life_entry *entry) {
	const bool word = entry->rule != ENT_MEMO_RULE_FORM && entry->rule != ENT_MEMO_RULE_SEQ &&
			entry->rule != ENT_MEMO_RULE_SIGNATURE;
	const int64_t latest = before != NULL ? before->latest_utc_us : INT64_MIN;
	if (!entry->understood)
		entry->time_utc_us = before != NULL ? latest : 0;
	if (word) {
		entry->latest_utc_us = entry->time_utc_us > latest ? entry->time_utc_us : latest;
		return;
	}
	entry->latest_utc_us = latest;
	entry->seen = before != NULL ? before->seen : (struct ent_memo_cut){{0}};
	entry->strangers = before != NULL && before->strangers;
}

/* What was once needed for a large document is not kept, for each memorandum, as long as it lives. */
static void shed(struct ent_memo *memo, size_t size) {
	enum { KEPT = 1 << 16 };
	struct ent_json *json = NULL;
	if (size <= KEPT || ent_json_create(&json) != ENT_OK)
		return;
	ent_json_destroy(memo->json);
	memo->json = json;
}

ent_status ent_memo_add(struct ent_memo *memo, const char *party, const char *bytes, size_t size,
		int64_t received_utc_us) {
	const int author = life_party(memo, party);
	if (author == NOBODY)
		return ENT_E_MISSING;
	struct life_ledger *ledger = &memo->ledgers[author];
	struct life_entry entry = {.draft = NEVER, .offer_party = NOBODY};
	if (ledger->n == ENT_MEMO_LEDGER_MAX)
		return ENT_E_LIMIT;
	ent_status status = grow(ledger);
	if (status == ENT_OK)
		status = take(memo, author, bytes, size, &entry);
	shed(memo, size);
	if (status != ENT_OK) {
		free(entry.fault);
		return status;
	}
	entry.received_utc_us = received_utc_us;
	place(ledger->n > 0 ? &ledger->entries[ledger->n - 1] : NULL, &entry);
	ledger->drafts += entry.draft != NEVER;
	ledger->entries[ledger->n++] = entry;
	judge(memo);
	return ENT_OK;
}

/* --- Looked at --- */

void life_tell(const struct life_entry *entry, struct ent_fault *ret_fault) {
	const enum ent_memo_rule rule = (enum ent_memo_rule)entry->rule;
	ent_fault_set(ret_fault, ent_memo_act_text((enum ent_memo_act_kind)entry->kind),
			"%s (rule %u)", ent_memo_rule_text(rule), ent_memo_rule_invariant(rule));
}

uint32_t ent_memo_n_parties(const struct ent_memo *memo) {
	return memo->n;
}

const char *ent_memo_party_id(const struct ent_memo *memo, uint32_t party) {
	return memo->ledgers[party].party.id;
}

uint32_t ent_memo_size(const struct ent_memo *memo, uint32_t party) {
	return memo->ledgers[party].n;
}

/* The first that is not here; of those before it in its ledger too. */
static void tell_waiting(
		const struct ent_memo *memo, uint32_t party, struct ent_memo_entry *ret_entry) {
	const struct life_ledger *ledger = &memo->ledgers[party];
	const struct life_entry *entry = &ledger->entries[ledger->judged];
	ent_fault_set(&ret_entry->fault, "seen",
			"entry %u has seen a party whose ledger is not here",
			(unsigned)ledger->judged);
	for (uint32_t i = 0; i < memo->n; i++)
		if (i != party && entry->seen.size[i] > memo->ledgers[i].judged)
			ent_fault_set(&ret_entry->fault, "seen",
					"entry %u has seen %u entries of %s, of which %u are here",
					(unsigned)ledger->judged, (unsigned)entry->seen.size[i],
					memo->ledgers[i].party.id,
					(unsigned)memo->ledgers[i].judged);
}

/* The first in the order of ids whom that entry has seen more of than is judged; rather one whose entries are not here at all. */
static int lacking(const struct ent_memo *memo, int author, const struct life_entry *entry) {
	int found = NOBODY;
	for (uint32_t i = 0; i < memo->n; i++) {
		if ((int)i == author || entry->seen.size[i] <= memo->ledgers[i].judged)
			continue;
		if (entry->seen.size[i] > memo->ledgers[i].n)
			return (int)i;
		if (found == NOBODY)
			found = (int)i;
	}
	return found;
}

/*
 * Who is here and waits itself is not whose entries lack: it goes on to what that one waits for. Who works against us can let
 * entries wait for one another in a ring, so it ends after as many as there are.
 */
static void find_lacking(
		const struct ent_memo *memo, int author, struct ent_memo_waiting *ret_waiting) {
	for (uint32_t step = 0; step < memo->n; step++) {
		const struct life_ledger *ledger = &memo->ledgers[author];
		const struct life_entry *entry = &ledger->entries[ledger->judged];
		const int next = lacking(memo, author, entry);
		/* A ledger that is not here at all has no name: of what waits for that, rather who waits is told. */
		if (next == NOBODY)
			return;
		ret_waiting->known = true;
		ret_waiting->party = (uint32_t)next;
		ret_waiting->size = entry->seen.size[next];
		if (ret_waiting->size > memo->ledgers[next].n)
			return;
		author = next;
	}
}

void ent_memo_waiting(
		const struct ent_memo *memo, uint32_t party, struct ent_memo_waiting *ret_waiting) {
	const struct life_ledger *ledger = &memo->ledgers[party];
	*ret_waiting = (struct ent_memo_waiting){.n = ledger->n - ledger->judged};
	if (ret_waiting->n == 0)
		return;
	ret_waiting->received_utc_us = ledger->entries[ledger->judged].received_utc_us;
	for (uint32_t i = ledger->judged; i < ledger->n; i++)
		if (life_counts(&ledger->entries[i]))
			ret_waiting->kinds |= UINT32_C(1) << ledger->entries[i].kind;
	find_lacking(memo, (int)party, ret_waiting);
}

void ent_memo_entry(const struct ent_memo *memo, uint32_t party, uint32_t seq,
		struct ent_memo_entry *ret_entry) {
	const struct life_entry *entry = &memo->ledgers[party].entries[seq];
	*ret_entry = (struct ent_memo_entry){.standing = ENT_MEMO_WAITS,
			.understood = entry->understood,
			.kind = (enum ent_memo_act_kind)entry->kind,
			.class_ = (enum ent_class)entry->class_,
			.time_utc_us = entry->time_utc_us,
			.received_utc_us = entry->received_utc_us};
	if (seq >= memo->ledgers[party].judged) {
		tell_waiting(memo, party, ret_entry);
		return;
	}
	if (entry->rule == ENT_MEMO_RULE_NONE) {
		ret_entry->standing = life_counts(entry) ? ENT_MEMO_COUNTS : ENT_MEMO_PASSED;
		return;
	}
	ret_entry->standing = ENT_MEMO_FAULTY;
	ret_entry->rule = (enum ent_memo_rule)entry->rule;
	if (entry->fault != NULL &&
			(entry->rule == ENT_MEMO_RULE_FORM ||
					entry->rule == ENT_MEMO_RULE_DOCUMENT))
		ret_entry->fault = *entry->fault;
	else
		life_tell(entry, &ret_entry->fault);
}
