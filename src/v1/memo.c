/* SPDX-License-Identifier: Apache-2.0 */
/* memo.c: see v1memo.h. One table says which members each kind of act has: all it must have, and no others. */
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "entente/v1memo.h"
#include "internal.h"

#define MEMBER_MAP(X)                     \
	X(DOCUMENT, "document")           \
	X(AD_REFERENDUM, "ad_referendum") \
	X(FOR, "for")                     \
	X(ACT, "act")                     \
	X(VERSION, "version")             \
	X(REASON, "reason")               \
	X(FROM, "from")                   \
	X(SUBJECT, "subject")             \
	X(LEVEL, "level")                 \
	X(OFFER, "offer")                 \
	X(ANSWER_BY, "answer_by")         \
	X(CLAUSE, "clause")               \
	X(DONE, "done")                   \
	X(SCAN, "scan")                   \
	X(SIGNED, "signed")               \
	X(SIGNED_BY, "signed_by")         \
	X(PASSPHRASE, "passphrase")
#define MEMBER_ENUM(name, text) MEMBER_##name,
enum member { MEMBER_MAP(MEMBER_ENUM) MEMBER_COUNT };
#define MEMBER_TEXT(name, text) text,
static const char *const members[MEMBER_COUNT] = {MEMBER_MAP(MEMBER_TEXT)};

#define BIT(name) (UINT32_C(1) << MEMBER_##name)
/* Beside 'act', which all but a draft have, and a passphrase, which each may. */
static const struct {
	uint32_t must, may;
} bodies[ENT_MEMO_ACT_COUNT] = {
		[ENT_MEMO_ACT_DRAFT] = {BIT(DOCUMENT) | BIT(AD_REFERENDUM), BIT(FOR) | BIT(REASON)},
		[ENT_MEMO_ACT_OFFER] = {BIT(VERSION) | BIT(ANSWER_BY), BIT(REASON)},
		[ENT_MEMO_ACT_ACCEPT] = {BIT(OFFER), BIT(REASON)},
		[ENT_MEMO_ACT_DECLINE] = {BIT(OFFER), BIT(REASON)},
		[ENT_MEMO_ACT_SIGN] = {BIT(VERSION), 0},
		[ENT_MEMO_ACT_PAPER] = {BIT(VERSION) | BIT(SCAN) | BIT(SIGNED) | BIT(SIGNED_BY),
				BIT(REASON)},
		[ENT_MEMO_ACT_SUSPEND] = {0, BIT(FROM) | BIT(REASON)},
		[ENT_MEMO_ACT_RESUME] = {0, BIT(REASON)},
		[ENT_MEMO_ACT_WITHDRAW] = {0, BIT(FROM) | BIT(REASON)},
		[ENT_MEMO_ACT_LEVEL] = {BIT(SUBJECT) | BIT(LEVEL), BIT(REASON)},
		[ENT_MEMO_ACT_DECLARE] = {BIT(REASON), 0},
		[ENT_MEMO_ACT_OBLIGATION] = {BIT(CLAUSE) | BIT(DONE), BIT(REASON)},
};

/* Texts are borrowed from the JSON until all is read. */
struct reading {
	struct ent_json_value value[MEMBER_COUNT];
	uint32_t there; /* bits by member */
	struct ent_memo_act act;
	const char *passphrase;
	size_t passphrase_length;
	struct ent_fault *fault;
};

static bool has(const struct reading *reading, enum member member) {
	return reading->there >> member & 1;
}

static bool refuse(const struct reading *reading, enum member member, const char *why) {
	ent_fault_set(reading->fault, members[member], "%s", why);
	return false;
}

static bool refuse_at(const struct reading *reading, const char *where, const char *why) {
	ent_fault_set(reading->fault, where, "%s", why);
	return false;
}

/* --- Which members there are --- */

static bool gather(struct ent_json_value root, struct reading *reading) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value = root;
	const char *name = "";
	size_t length = 0;
	char shown[64];
	if (ent_json_kind(root) != ENT_JSON_OBJECT)
		return refuse_at(reading, "", "the body is an object");
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		unsigned member = 0;
		while (member < MEMBER_COUNT &&
				(strlen(members[member]) != length ||
						memcmp(members[member], name, length) != 0))
			member++;
		if (member == MEMBER_COUNT)
			return refuse_at(reading, ent_text_show(name, length, shown, sizeof shown),
					"a member that is not known here");
		if (has(reading, (enum member)member))
			return refuse(reading, (enum member)member, "it is there twice");
		reading->value[member] = value;
		reading->there |= UINT32_C(1) << member;
	}
	return true;
}

static bool hold_to_kind(const struct reading *reading, uint32_t always) {
	const uint32_t must = bodies[reading->act.kind].must | always;
	const uint32_t may = must | bodies[reading->act.kind].may | BIT(PASSPHRASE);
	for (unsigned member = 0; member < MEMBER_COUNT; member++) {
		const bool there = has(reading, (enum member)member);
		if (there && (may >> member & 1) == 0)
			return refuse(reading, (enum member)member, "no act of this kind has it");
		if (!there && (must >> member & 1) != 0)
			return refuse(reading, (enum member)member, "it is missing");
	}
	return true;
}

/* --- Values --- */

static bool read_text(const struct reading *reading, enum member member, size_t most,
		const char **ret_text, size_t *ret_length) {
	if (!ent_json_string(reading->value[member], ret_text, ret_length) || *ret_length == 0)
		return refuse(reading, member, "a text that is not empty");
	if (*ret_length <= most)
		return true;
	ent_fault_set(reading->fault, members[member], "longer than %zu bytes", most);
	return false;
}

static bool read_time(const struct reading *reading, enum member member, int64_t *ret_utc_us) {
	const char *text = "";
	size_t length = 0;
	struct ent_fault fault = {{0}, {0}};
	if (!ent_json_string(reading->value[member], &text, &length))
		return refuse(reading, member, "a moment like 2026-11-26T14:00:00Z");
	if (ent_text_parse_time(text, length, ret_utc_us, &fault) != ENT_OK)
		return refuse(reading, member, fault.why);
	return true;
}

static bool read_hash(
		const struct reading *reading, enum member member, struct ent_hash *ret_hash) {
	static const char digits[] = "0123456789abcdef";
	const char *text = "";
	size_t length = 0;
	if (!ent_json_string(reading->value[member], &text, &length) ||
			length != 2 * (size_t)ENT_HASH_SIZE || strspn(text, digits) != length)
		return refuse(reading, member, "a hash: 64 small hexadecimal digits");
	for (size_t i = 0; i < length; i++) {
		const unsigned digit = (unsigned)(strchr(digits, text[i]) - digits);
		ret_hash->bytes[i / 2] = (uint8_t)((unsigned)ret_hash->bytes[i / 2] << 4 | digit);
	}
	return true;
}

static bool read_party(struct ent_json_value value, char ret_id[ENT_PARTY_ID_SIZE]) {
	const char *text = "";
	size_t length = 0;
	if (!ent_json_string(value, &text, &length) || length != ENT_PARTY_ID_SIZE - 1 ||
			strspn(text, "0123456789abcdef") != length)
		return false;
	memcpy(ret_id, text, ENT_PARTY_ID_SIZE);
	return true;
}

/* The number of a word in a list of n. */
static bool read_word(const struct reading *reading, enum member member,
		const char *(*text_of)(unsigned), unsigned n, unsigned *ret_word) {
	char why[ENT_FAULT_WHY_SIZE] = "one of";
	for (unsigned word = 0; word < n; word++) {
		if (ent_json_string_is(reading->value[member], text_of(word))) {
			*ret_word = word;
			return true;
		}
		(void)strncat(why, word > 0 ? ", " : " ", sizeof why - strlen(why) - 1);
		(void)strncat(why, text_of(word), sizeof why - strlen(why) - 1);
	}
	return refuse(reading, member, why);
}

/* A draft is no act of this path: it has one of its own. */
static const char *act_text(unsigned word) {
	return ent_memo_act_text((enum ent_memo_act_kind)(word + 1));
}

static const char *subject_text(unsigned word) {
	return ent_memo_subject_text((enum ent_memo_subject)word);
}

static const char *level_text(unsigned word) {
	return ent_memo_level_text((enum ent_memo_level)word);
}

/* --- Members --- */

static bool read_offer(struct reading *reading) {
	struct ent_json_walk walk = ent_json_walk_from(reading->value[MEMBER_OFFER]);
	struct ent_json_value value = reading->value[MEMBER_OFFER];
	const char *name = "";
	size_t length = 0;
	int64_t seq = -1;
	bool party = false;
	unsigned n = 0;
	for (; ent_json_next_member(&walk, &name, &length, &value); n++) {
		if (length == 5 && memcmp(name, "party", 5) == 0)
			party = read_party(value, reading->act.offer.party);
		else if (length != 3 || memcmp(name, "seq", 3) != 0 || !ent_json_int(value, &seq))
			return refuse(reading, MEMBER_OFFER, "it has a party and a number, seq");
	}
	if (n != 2 || !party)
		return refuse(reading, MEMBER_OFFER,
				"the party whose offer it is, 16 small hexadecimal digits, and "
				"seq");
	if (seq < 0 || seq >= ENT_MEMO_LEDGER_MAX)
		return refuse(reading, MEMBER_OFFER, "seq is the number of an entry");
	reading->act.offer.size = (uint64_t)seq;
	return true;
}

/* Into ascending order, in which the entry has them. */
static bool read_parties(const struct reading *reading, enum member member,
		char (*ids)[ENT_PARTY_ID_SIZE], uint32_t *ret_n) {
	struct ent_json_walk walk = ent_json_walk_from(reading->value[member]);
	struct ent_json_value value;
	char id[ENT_PARTY_ID_SIZE];
	uint32_t n = 0;
	if (ent_json_kind(reading->value[member]) != ENT_JSON_ARRAY)
		return refuse(reading, member, "a list of parties");
	while (ent_json_next_element(&walk, &value)) {
		if (n == ENT_MEMO_PARTIES_MAX)
			return refuse(reading, member, "more parties than there can be");
		if (!read_party(value, id))
			return refuse(reading, member, "parties, 16 small hexadecimal digits each");
		uint32_t at = n++;
		for (; at > 0 && strcmp(ids[at - 1], id) > 0; at--)
			memcpy(ids[at], ids[at - 1], sizeof id);
		if (at > 0 && strcmp(ids[at - 1], id) == 0)
			return refuse(reading, member, "no party twice");
		memcpy(ids[at], id, sizeof id);
	}
	*ret_n = n;
	return n > 0 || refuse(reading, member, "it names no party");
}

/* What can be signed must be there for all. */
static bool read_for(struct reading *reading) {
	struct ent_memo_act *act = &reading->act;
	bool ad_referendum = false;
	act->sealed = true;
	if (!ent_json_bool(reading->value[MEMBER_AD_REFERENDUM], &ad_referendum) || !ad_referendum)
		return refuse(reading, MEMBER_FOR,
				"only a draft ad referendum is kept to some parties");
	if (has(reading, MEMBER_REASON))
		return refuse(reading, MEMBER_REASON, ENT_MEMO_NO_REASON);
	return read_parties(reading, MEMBER_FOR, act->sealed_for, &act->n_sealed_for);
}

static bool read_clause(struct reading *reading) {
	const char *text = "";
	size_t length = 0;
	if (!ent_json_string(reading->value[MEMBER_CLAUSE], &text, &length) || length == 0 ||
			length >= ENT_MEMO_CLAUSE_SIZE || text[0] == '-' || text[0] == '.' ||
			strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != length)
		return refuse(reading, MEMBER_CLAUSE,
				"the id of a clause: 1 to 32 of a-z, 0-9, '-' and '.'");
	memcpy(reading->act.clause, text, length + 1);
	return true;
}

/* An obstacle of blanks is none. */
static bool shows_something(const char *text, size_t length) {
	uint32_t character = 0;
	for (size_t at = 0; at < length;) {
		const size_t n = ent_text_character(text + at, length - at, &character);
		if (n > 0 && ent_text_shows(character))
			return true;
		at += n > 0 ? n : 1;
	}
	return false;
}

/* Ends of lines do not, nor do joiners, with which Persian spells: whoever reads it is to read what was written. */
static bool steers(const char *text, size_t length) {
	uint32_t character = 0;
	for (size_t at = 0; at < length;) {
		const size_t n = ent_text_character(text + at, length - at, &character);
		if (n > 0 && ent_text_steers(character) && character != '\n' &&
				character != 0x200c && character != 0x200d)
			return true;
		at += n > 0 ? n : 1;
	}
	return false;
}

static bool read_reason(struct reading *reading) {
	struct ent_memo_text *text = &reading->act.text;
	if (!read_text(reading, MEMBER_REASON, ENT_MEMO_TEXT_MAX, &text->bytes, &text->size))
		return false;
	if (!shows_something(text->bytes, text->size))
		return refuse(reading, MEMBER_REASON, "a text that shows something");
	if (steers(text->bytes, text->size))
		return refuse(reading, MEMBER_REASON,
				"a text without controls and marks of direction");
	return !v1_is_ambiguous(text->bytes, text->size) ||
			refuse(reading, MEMBER_REASON,
					"one side hears that word as received, the other as "
					"agreed: "
					"say which is meant");
}

static bool read_done(struct reading *reading) {
	if (!ent_json_bool(reading->value[MEMBER_DONE], &reading->act.done))
		return refuse(reading, MEMBER_DONE, "true or false");
	return reading->act.done || has(reading, MEMBER_REASON) ||
			refuse(reading, MEMBER_REASON,
					"it is missing: what is not done has an obstacle");
}

static bool read_subject(struct reading *reading) {
	unsigned word = 0;
	if (!read_word(reading, MEMBER_SUBJECT, subject_text, ENT_MEMO_SUBJECT_COUNT, &word))
		return false;
	reading->act.subject = (enum ent_memo_subject)word;
	return true;
}

static bool read_level(struct reading *reading) {
	unsigned word = 0;
	if (!read_word(reading, MEMBER_LEVEL, level_text, ENT_MEMO_LEVEL_COUNT, &word))
		return false;
	reading->act.level = (enum ent_memo_level)word;
	return true;
}

static bool read_member(struct reading *reading, enum member member) {
	struct ent_memo_act *act = &reading->act;
	switch (member) {
	case MEMBER_DOCUMENT:
		return read_text(reading, member, ENT_MEMO_DOCUMENT_MAX, &act->document.bytes,
				&act->document.size);
	case MEMBER_AD_REFERENDUM:
		return ent_json_bool(reading->value[member], &act->ad_referendum) ||
				refuse(reading, member, "true or false");
	case MEMBER_VERSION:
		return read_hash(reading, member, &act->version);
	case MEMBER_REASON:
		return read_reason(reading);
	case MEMBER_FROM:
		/* 0 says that none was given. */
		return read_time(reading, member, &act->from_utc_us) &&
				(act->from_utc_us > 0 || refuse(reading, member, "not after 1970"));
	case MEMBER_SUBJECT:
		return read_subject(reading);
	case MEMBER_LEVEL:
		return read_level(reading);
	case MEMBER_OFFER:
		return read_offer(reading);
	case MEMBER_ANSWER_BY:
		return read_time(reading, member, &act->answer_by_utc_us);
	case MEMBER_CLAUSE:
		return read_clause(reading);
	case MEMBER_DONE:
		return read_done(reading);
	case MEMBER_SCAN:
		return read_hash(reading, member, &act->scan);
	case MEMBER_SIGNED:
		return read_time(reading, member, &act->signed_utc_us);
	case MEMBER_SIGNED_BY:
		return read_parties(reading, member, act->signed_by, &act->n_signed_by);
	case MEMBER_FOR:
		return read_for(reading);
	case MEMBER_PASSPHRASE:
		return read_text(reading, member, ENT_V1_PASSPHRASE_MAX, &reading->passphrase,
				&reading->passphrase_length);
	default:
		return true; /* the act was read first */
	}
}

static bool read_members(struct reading *reading) {
	for (unsigned member = 0; member < MEMBER_COUNT; member++)
		if (has(reading, (enum member)member) && !read_member(reading, (enum member)member))
			return false;
	return true;
}

/* --- The value --- */

static void keep_text(struct ent_memo_text *text, char **at) {
	if (text->size == 0)
		return;
	memcpy(*at, text->bytes, text->size);
	text->bytes = *at;
	*at += text->size;
	*(*at)++ = '\0';
}

static ent_status keep(const struct reading *reading, struct ent_v1_memo *ret_memo) {
	struct ent_memo_act act = reading->act;
	char *texts = malloc(act.document.size + act.text.size + 2);
	if (texts == NULL)
		return ENT_E_MEMORY;
	char *at = texts;
	keep_text(&act.document, &at);
	keep_text(&act.text, &at);
	memset(ret_memo, 0, sizeof *ret_memo);
	ret_memo->act = act;
	ret_memo->texts = texts;
	ret_memo->passphrase_length = reading->passphrase_length;
	if (reading->passphrase_length > 0)
		memcpy(ret_memo->passphrase, reading->passphrase, reading->passphrase_length);
	return ENT_OK;
}

static ent_status begin(struct ent_json *json, const char *body, size_t size, size_t most,
		struct reading *reading) {
	struct ent_json_value root;
	if (size > most) {
		ent_fault_set(reading->fault, "", "the body is longer than %zu bytes", most);
		return ENT_E_LIMIT;
	}
	const ent_status status = ent_json_parse(json, body, size, NULL, &root, reading->fault);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_SYNTAX;
	return gather(root, reading) ? ENT_OK : ENT_E_SYNTAX;
}

ent_status ent_v1_memo_read_draft(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault) {
	struct reading reading = {.act = {.kind = ENT_MEMO_ACT_DRAFT}, .fault = reterr_fault};
	const ent_status status = begin(json, body, size, ENT_V1_DRAFT_MAX, &reading);
	if (status != ENT_OK)
		return status;
	if (!hold_to_kind(&reading, 0) || !read_members(&reading))
		return ENT_E_SYNTAX;
	return keep(&reading, ret_memo);
}

ent_status ent_v1_memo_read_act(struct ent_json *json, const char *body, size_t size,
		struct ent_v1_memo *ret_memo, struct ent_fault *reterr_fault) {
	struct reading reading = {.fault = reterr_fault};
	unsigned kind = 0;
	const ent_status status = begin(json, body, size, ENT_V1_ACT_MAX, &reading);
	if (status != ENT_OK)
		return status;
	if (!has(&reading, MEMBER_ACT)) {
		(void)refuse(&reading, MEMBER_ACT, "it is missing");
		return ENT_E_SYNTAX;
	}
	if (!read_word(&reading, MEMBER_ACT, act_text, ENT_MEMO_ACT_COUNT - 1, &kind))
		return ENT_E_SYNTAX;
	reading.act.kind = (enum ent_memo_act_kind)(kind + 1);
	if (!hold_to_kind(&reading, BIT(ACT)) || !read_members(&reading))
		return ENT_E_SYNTAX;
	return keep(&reading, ret_memo);
}

void ent_v1_memo_finish(struct ent_v1_memo *memo) {
	free(memo->texts);
	ent_seal_wipe(memo, sizeof *memo);
}
