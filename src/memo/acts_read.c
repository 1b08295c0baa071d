/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acts_read.c: reads an entry of a memorandum's ledger. What is read is written again and compared: so there is one
 * spelling of every entry, and who signs one has signed all that anybody may read in it.
 */
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "entente/base64.h"
#include "entente/json.h"
#include "entente/text.h"

/* Moments that can be printed: the years 0001 to 9999. */
#define TIME_MIN_US INT64_C(-62135596800000000)
#define TIME_MAX_US INT64_C(253402300799999999)

struct reading {
	struct ent_json_value value[ACT_MEMBER_COUNT];
	uint32_t there; /* bits by member */
	struct ent_fault *fault;
};

static bool has(const struct reading *reading, enum act_member member) {
	return reading->there >> member & 1;
}

static bool refuse(const struct reading *reading, enum act_member member, const char *why) {
	ent_fault_set(reading->fault, act_member_names[member], "%s", why);
	return false;
}

bool act_is_party(const char *text, size_t length) {
	return length == ENT_PARTY_ID_SIZE - 1 &&
			strspn(text, "0123456789abcdef") >= ENT_PARTY_ID_SIZE - 1;
}

static bool read_members(struct ent_json_value root, struct reading *reading) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value;
	const char *name;
	size_t length;
	char shown[64];
	if (ent_json_kind(root) != ENT_JSON_OBJECT) {
		ent_fault_set(reading->fault, "", "an entry is an object");
		return false;
	}
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		int member = 0;
		while (member < ACT_MEMBER_COUNT &&
				(strlen(act_member_names[member]) != length ||
						memcmp(act_member_names[member], name, length) !=
								0))
			member++;
		if (member == ACT_MEMBER_COUNT || has(reading, (enum act_member)member)) {
			ent_fault_set(reading->fault,
					ent_text_show(name, length, shown, sizeof shown),
					member == ACT_MEMBER_COUNT
							? "no entry of a memorandum has this member"
							: "stands there twice");
			return false;
		}
		reading->value[member] = value;
		reading->there |= UINT32_C(1) << member;
	}
	return true;
}

/* --- Values --- */

static bool read_int(const struct reading *reading, enum act_member member, int64_t least,
		int64_t most, int64_t *ret_int) {
	int64_t value;
	if (!ent_json_int(reading->value[member], &value) || value < least || value > most)
		return refuse(reading, member, "not a number that can stand here");
	*ret_int = value;
	return true;
}

static bool read_time(const struct reading *reading, enum act_member member, int64_t *ret_utc_us) {
	return read_int(reading, member, TIME_MIN_US, TIME_MAX_US, ret_utc_us);
}

static bool read_hash(const struct reading *reading, enum act_member member,
		struct ent_json_value value, struct ent_hash *ret_hash) {
	const char *text;
	size_t length;
	if (!ent_json_string(value, &text, &length) || length != 2 * (size_t)ENT_HASH_SIZE ||
			strspn(text, "0123456789abcdef") != length)
		return refuse(reading, member, "not a hash: 64 small hexadecimal digits");
	for (size_t i = 0; i < length; i++) {
		const unsigned digit = (unsigned)(text[i] <= '9' ? text[i] - '0'
								 : text[i] - 'a' + 10);
		ret_hash->bytes[i / 2] = (uint8_t)((unsigned)ret_hash->bytes[i / 2] << 4 | digit);
	}
	return true;
}

static bool read_long(const struct reading *reading, enum act_member member, size_t most,
		struct ent_memo_text *ret_text) {
	if (!ent_json_string(reading->value[member], &ret_text->bytes, &ret_text->size) ||
			ret_text->size == 0)
		return refuse(reading, member, "not a text, or an empty one");
	if (ret_text->size > most)
		return refuse(reading, member, "longer than it may be");
	return true;
}

/* The number of a word in a list of n. */
static bool read_word(const struct reading *reading, enum act_member member,
		const char *(*text_of)(unsigned), unsigned n, unsigned *ret_word) {
	for (unsigned word = 0; word < n; word++)
		if (ent_json_string_is(reading->value[member], text_of(word))) {
			*ret_word = word;
			return true;
		}
	return refuse(reading, member, "none of the words that can stand here");
}

static const char *kind_text(unsigned word) {
	return ent_memo_act_text((enum ent_memo_act_kind)word);
}

static const char *class_text(unsigned word) {
	return ent_memo_class_text((enum ent_class)word);
}

static const char *subject_text(unsigned word) {
	return ent_memo_subject_text((enum ent_memo_subject)word);
}

static const char *level_text(unsigned word) {
	return ent_memo_level_text((enum ent_memo_level)word);
}

static bool read_party(const struct reading *reading, enum act_member member,
		struct ent_json_value value, char ret_id[ENT_PARTY_ID_SIZE]) {
	const char *text;
	size_t length;
	if (!ent_json_string(value, &text, &length) || !act_is_party(text, length))
		return refuse(reading, member, "not a party: 16 small hexadecimal digits");
	memcpy(ret_id, text, ENT_PARTY_ID_SIZE);
	return true;
}

/* One or more, ascending. */
static bool read_parties(const struct reading *reading, enum act_member member,
		struct ent_json_value list, char (*ret_ids)[ENT_PARTY_ID_SIZE], uint32_t *ret_n) {
	struct ent_json_walk walk = ent_json_walk_from(list);
	struct ent_json_value value;
	uint32_t n = 0;
	if (ent_json_kind(list) != ENT_JSON_ARRAY)
		return refuse(reading, member, "not a list of parties");
	for (; ent_json_next_element(&walk, &value); n++) {
		if (n == ENT_MEMO_PARTIES_MAX)
			return refuse(reading, member, "more parties than there can be");
		if (!read_party(reading, member, value, ret_ids[n]))
			return false;
		if (n > 0 && strcmp(ret_ids[n - 1], ret_ids[n]) >= 0)
			return refuse(reading, member,
					"parties stand in ascending order, each once");
	}
	*ret_n = n;
	return n > 0 || refuse(reading, member, "names no party");
}

/* --- Members --- */

static bool read_seen(const struct reading *reading, struct ent_memo_act *act) {
	struct ent_json_walk walk = ent_json_walk_from(reading->value[ACT_MEMBER_SEEN]);
	struct ent_json_value value;
	const char *name;
	size_t length;
	int64_t size;
	if (ent_json_kind(reading->value[ACT_MEMBER_SEEN]) != ENT_JSON_OBJECT)
		return refuse(reading, ACT_MEMBER_SEEN, "not an object");
	for (act->n_seen = 0; ent_json_next_member(&walk, &name, &length, &value); act->n_seen++) {
		struct ent_memo_seen *seen = &act->seen[act->n_seen];
		if (act->n_seen == ENT_MEMO_PARTIES_MAX)
			return refuse(reading, ACT_MEMBER_SEEN, "more parties than there can be");
		if (!act_is_party(name, length))
			return refuse(reading, ACT_MEMBER_SEEN, "names what is no party");
		if (!ent_json_int(value, &size) || size < 1 || size > ENT_MEMO_LEDGER_MAX)
			return refuse(reading, ACT_MEMBER_SEEN, "not the size of a ledger");
		memcpy(seen->party, name, length);
		seen->party[length] = '\0';
		seen->size = (uint64_t)size;
		if (act->n_seen > 0 && strcmp(seen[-1].party, seen->party) >= 0)
			return refuse(reading, ACT_MEMBER_SEEN,
					"parties stand in ascending order, each once");
	}
	return true;
}

static bool read_signature(const struct reading *reading, struct ent_memo_act *act) {
	const char *text;
	size_t length, size;
	if (!ent_json_string(reading->value[ACT_MEMBER_SIGNATURE], &text, &length) ||
			ent_base64_parse(ENT_BASE64, text, length, act->signature,
					sizeof act->signature, &size) != ENT_OK ||
			size != sizeof act->signature)
		return refuse(reading, ACT_MEMBER_SIGNATURE, "not 64 bytes in base64");
	return true;
}

static bool read_envelope(const struct reading *reading, struct ent_memo_act *act) {
	int64_t seq;
	unsigned class_;
	if (!read_int(reading, ACT_MEMBER_SEQ, 0, INT64_MAX, &seq) ||
			!read_time(reading, ACT_MEMBER_TIME, &act->time_utc_us) ||
			!read_word(reading, ACT_MEMBER_CLASS, class_text, ENT_CLASS_COUNT,
					&class_) ||
			!read_seen(reading, act) || !read_signature(reading, act))
		return false;
	act->seq = (uint64_t)seq;
	act->class_ = (enum ent_class)class_;
	act->under_given = has(reading, ACT_MEMBER_UNDER);
	return !act->under_given ||
			read_hash(reading, ACT_MEMBER_UNDER, reading->value[ACT_MEMBER_UNDER],
					&act->under);
}

/* An object of just these two members. */
static bool read_pair(const struct reading *reading, enum act_member member, const char *first,
		const char *second, struct ent_json_value ret_values[2]) {
	struct ent_json_walk walk = ent_json_walk_from(reading->value[member]);
	struct ent_json_value value;
	const char *name;
	size_t length;
	unsigned n = 0;
	while (ent_json_next_member(&walk, &name, &length, &value))
		n++;
	if (n != 2 || !ent_json_member(reading->value[member], first, &ret_values[0]) ||
			!ent_json_member(reading->value[member], second, &ret_values[1]))
		return refuse(reading, member, "not an object of the two members that it has");
	return true;
}

static bool read_sealed(const struct reading *reading, struct ent_memo_act *act) {
	struct ent_json_value part[2];
	act->sealed = true;
	return read_pair(reading, ACT_MEMBER_SEALED, "for", "hash", part) &&
			read_parties(reading, ACT_MEMBER_SEALED, part[0], act->sealed_for,
					&act->n_sealed_for) &&
			read_hash(reading, ACT_MEMBER_SEALED, part[1], &act->sealed_hash);
}

static bool read_draft(const struct reading *reading, struct ent_memo_act *act) {
	if (has(reading, ACT_MEMBER_DOCUMENT) == has(reading, ACT_MEMBER_SEALED))
		return refuse(reading, ACT_MEMBER_DOCUMENT,
				"a draft has its document, or what is sealed, not both");
	if (has(reading, ACT_MEMBER_AD_REFERENDUM) &&
			(!ent_json_bool(reading->value[ACT_MEMBER_AD_REFERENDUM],
					 &act->ad_referendum) ||
					!act->ad_referendum))
		return refuse(reading, ACT_MEMBER_AD_REFERENDUM, "true, or not there");
	if (has(reading, ACT_MEMBER_DOCUMENT))
		return read_long(reading, ACT_MEMBER_DOCUMENT, ENT_MEMO_DOCUMENT_MAX,
				&act->document);
	if (!act->ad_referendum)
		return refuse(reading, ACT_MEMBER_SEALED, "only a draft ad referendum is sealed");
	return read_sealed(reading, act);
}

static bool read_offer(const struct reading *reading, struct ent_memo_act *act) {
	struct ent_json_value part[2];
	int64_t seq;
	if (!read_pair(reading, ACT_MEMBER_OFFER, "party", "seq", part) ||
			!read_party(reading, ACT_MEMBER_OFFER, part[0], act->offer.party))
		return false;
	if (!ent_json_int(part[1], &seq) || seq < 0 || seq >= ENT_MEMO_LEDGER_MAX)
		return refuse(reading, ACT_MEMBER_OFFER, "not the number of an entry");
	act->offer.size = (uint64_t)seq;
	return true;
}

static bool read_obligation(const struct reading *reading, struct ent_memo_act *act) {
	const char *text;
	size_t length;
	if (!ent_json_string(reading->value[ACT_MEMBER_CLAUSE], &text, &length) || length == 0 ||
			length >= ENT_MEMO_CLAUSE_SIZE || text[0] == '-' || text[0] == '.' ||
			strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") != length)
		return refuse(reading, ACT_MEMBER_CLAUSE, "not the id of a clause");
	memcpy(act->clause, text, length + 1);
	if (!ent_json_bool(reading->value[ACT_MEMBER_DONE], &act->done))
		return refuse(reading, ACT_MEMBER_DONE, "not a boolean");
	return act->done || has(reading, ACT_MEMBER_TEXT) ||
			refuse(reading, ACT_MEMBER_TEXT, "what is not done has an obstacle");
}

static bool read_level(const struct reading *reading, struct ent_memo_act *act) {
	unsigned subject, level;
	if (!read_word(reading, ACT_MEMBER_SUBJECT, subject_text, ENT_MEMO_SUBJECT_COUNT,
			    &subject) ||
			!read_word(reading, ACT_MEMBER_LEVEL, level_text, ENT_MEMO_LEVEL_COUNT,
					&level))
		return false;
	act->subject = (enum ent_memo_subject)subject;
	act->level = (enum ent_memo_level)level;
	return true;
}

static bool read_paper(const struct reading *reading, struct ent_memo_act *act) {
	return read_hash(reading, ACT_MEMBER_SCAN, reading->value[ACT_MEMBER_SCAN], &act->scan) &&
			read_time(reading, ACT_MEMBER_SIGNED, &act->signed_utc_us) &&
			read_parties(reading, ACT_MEMBER_SIGNED_BY,
					reading->value[ACT_MEMBER_SIGNED_BY], act->signed_by,
					&act->n_signed_by);
}

static bool read_content(const struct reading *reading, struct ent_memo_act *act) {
	if (has(reading, ACT_MEMBER_TEXT) &&
			!read_long(reading, ACT_MEMBER_TEXT, ENT_MEMO_TEXT_MAX, &act->text))
		return false;
	if (has(reading, ACT_MEMBER_VERSION) &&
			!read_hash(reading, ACT_MEMBER_VERSION, reading->value[ACT_MEMBER_VERSION],
					&act->version))
		return false;
	switch (act->kind) {
	case ENT_MEMO_ACT_DRAFT:
		return read_draft(reading, act);
	case ENT_MEMO_ACT_OFFER:
		return read_time(reading, ACT_MEMBER_ANSWER_BY, &act->answer_by_utc_us);
	case ENT_MEMO_ACT_ACCEPT:
	case ENT_MEMO_ACT_DECLINE:
		return read_offer(reading, act);
	case ENT_MEMO_ACT_PAPER:
		return read_paper(reading, act);
	case ENT_MEMO_ACT_SUSPEND:
	case ENT_MEMO_ACT_WITHDRAW:
		return read_time(reading, ACT_MEMBER_FROM, &act->from_utc_us);
	case ENT_MEMO_ACT_LEVEL:
		return read_level(reading, act);
	case ENT_MEMO_ACT_OBLIGATION:
		return read_obligation(reading, act);
	default:
		return true;
	}
}

static bool read_act(
		struct ent_json_value root, struct reading *reading, struct ent_memo_act *act) {
	unsigned kind;
	if (!read_members(root, reading))
		return false;
	if (!has(reading, ACT_MEMBER_KIND))
		return refuse(reading, ACT_MEMBER_KIND, "missing");
	if (!read_word(reading, ACT_MEMBER_KIND, kind_text, ENT_MEMO_ACT_COUNT, &kind))
		return false;
	act->kind = (enum ent_memo_act_kind)kind;
	for (int member = 0; member < ACT_MEMBER_COUNT; member++) {
		const bool there = has(reading, (enum act_member)member);
		if (!there && act_must[kind] >> member & 1)
			return refuse(reading, (enum act_member)member, "missing");
		if (there && !((act_must[kind] | act_may[kind]) >> member & 1))
			return refuse(reading, (enum act_member)member,
					"no entry of this kind has this member");
	}
	return read_envelope(reading, act) && read_content(reading, act);
}

ent_status ent_memo_act_read(struct ent_json *json, const char *bytes, size_t size,
		struct ent_memo_act *ret_act, struct ent_fault *reterr_fault) {
	struct ent_json_value root;
	struct reading reading = {.there = 0, .fault = reterr_fault};
	struct ent_memo_act act = {0};
	char *again;
	size_t again_size;
	if (size > ENT_MEMO_ENTRY_MAX) {
		ent_fault_set(reterr_fault, "", "longer than %d bytes", ENT_MEMO_ENTRY_MAX);
		return ENT_E_LIMIT;
	}
	ent_status status = ent_json_parse(json, bytes, size, NULL, &root, reterr_fault);
	if (status != ENT_OK)
		return status == ENT_E_MEMORY ? status : ENT_E_SYNTAX;
	if (!read_act(root, &reading, &act))
		return ENT_E_SYNTAX;
	status = ent_memo_act_print(&act, &again, &again_size);
	if (status != ENT_OK)
		return status;
	const bool same = again_size == size && memcmp(again, bytes, size) == 0;
	free(again);
	if (!same) {
		ent_fault_set(reterr_fault, "",
				"not written as entries are: order, spaces, escapes");
		return ENT_E_SYNTAX;
	}
	*ret_act = act;
	return ENT_OK;
}
