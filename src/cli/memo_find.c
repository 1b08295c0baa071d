/* SPDX-License-Identifier: Apache-2.0 */
/* memo_find.c: which version, or which draft that is kept to some parties, is meant by how its hash begins. */
#include <string.h>

#include "entente/memo.h"
#include "memo_node.h"

enum { BEGIN_MIN = 4 };

static bool is_hash(const char *text) {
	return strlen(text) == MEMO_HASH_SIZE - 1 &&
			strspn(text, "0123456789abcdef") == MEMO_HASH_SIZE - 1;
}

static bool is_at(struct ent_json_value version, enum ent_memo_stage stage) {
	return verb_is(version, "stage", ent_memo_stage_text(stage));
}

bool memo_is_open(struct ent_json_value version, enum memo_open open, const char *own) {
	struct ent_json_value evidence = {0};
	const bool signing = is_at(version, ENT_MEMO_STAGE_DRAFTED) ||
			is_at(version, ENT_MEMO_STAGE_SIGNING);
	const bool has = ent_json_member(version, "evidence", &evidence);
	if (open == MEMO_OPEN_ANY)
		return true;
	if (open == MEMO_OPEN_OFFER)
		return signing || is_at(version, ENT_MEMO_STAGE_AD_REFERENDUM);
	/* Of another's word on our ink ours is still to come; what has lapsed is named by its hash. */
	if (open == MEMO_OPEN_PAPER && has &&
			verb_is(evidence, own, ent_memo_evidence_text(ENT_MEMO_EVIDENCE_ATTESTED)))
		return signing || is_at(version, ENT_MEMO_STAGE_INK);
	return signing && has &&
			verb_is(evidence, own, ent_memo_evidence_text(ENT_MEMO_EVIDENCE_NONE));
}

static int say_none(const struct verb *verb, const char *begin, enum memo_open open) {
	(void)verb_fail(verb, begin != NULL ? begin : "",
			begin != NULL ? "no version's hash, nor that of a draft kept to some, "
					"begins so (4 digits or more); see entente memo status"
					: open == MEMO_OPEN_TO_SIGN
					? "no version is open for our signature; see entente memo "
					  "status"
					: "no version is open; see entente memo status");
	return VERB_REFUSED;
}

static bool begins(const char *hash, const char *begin) {
	return strlen(begin) >= BEGIN_MIN && strncmp(hash, begin, strlen(begin)) == 0;
}

static bool payload_is_here(struct ent_json_value memorandum, const char *hash) {
	struct ent_json_walk walk = verb_walk(memorandum, "payloads");
	struct ent_json_value payload;
	while (ent_json_next_element(&walk, &payload))
		if (verb_is(payload, "hash", hash))
			return verb_true(payload, "here");
	return false;
}

/* Drafts that are kept to some parties are no versions. How many are meant; the last is taken. */
static size_t find_sealed(struct ent_json_value memorandum, const char *begin,
		struct memo_version *ret_version) {
	struct ent_json_walk walk = verb_walk(memorandum, "sealed");
	struct ent_json_value draft;
	char hash[VERB_TEXT_SIZE];
	size_t found = 0;
	while (ent_json_next_element(&walk, &draft)) {
		if (!is_hash(verb_text(draft, "hash", hash)) ||
				(begin != NULL ? !begins(hash, begin)
					       : !payload_is_here(memorandum, hash)))
			continue;
		memcpy(ret_version->hash, hash, MEMO_HASH_SIZE);
		ret_version->value = draft;
		ret_version->sealed = true;
		found++;
	}
	return found;
}

/* What is kept to some parties is before them: 0, when that is what was asked for, and it is here. */
static int take_sealed(const struct verb *verb, struct ent_json_value memorandum,
		enum memo_open open, const struct memo_version *version) {
	if (open == MEMO_OPEN_ANY && payload_is_here(memorandum, version->hash))
		return 0;
	(void)verb_fail(verb, version->hash,
			open == MEMO_OPEN_ANY ? "that draft is kept to some parties, and its "
						"document is not here: it is not for us, has not "
						"come, or is purged; see entente memo status"
					: open == MEMO_OPEN_OFFER
					? "that draft is kept to some parties, and so before them "
					  "already: they may decline it; to offer it to all, "
					  "draft it without --for"
					: "that draft is kept to some parties: what is signed has "
					  "to be there for all, so draft it without --for and "
					  "--ad-referendum");
	return VERB_REFUSED;
}

int memo_find_version(const struct verb *verb, struct ent_json_value memorandum, const char *begin,
		enum memo_open open, const char *own, struct memo_version *ret_version) {
	struct ent_json_walk walk = verb_walk(memorandum, "versions");
	struct ent_json_value version;
	char hash[VERB_TEXT_SIZE];
	size_t found = 0;
	*ret_version = (struct memo_version){.sealed = false};
	while (ent_json_next_element(&walk, &version)) {
		if (!is_hash(verb_text(version, "hash", hash)))
			continue;
		if (begin == NULL ? !memo_is_open(version, open, own) : !begins(hash, begin))
			continue;
		memcpy(ret_version->hash, hash, MEMO_HASH_SIZE);
		ret_version->value = version;
		found++;
	}
	const bool open_only = begin == NULL && (open != MEMO_OPEN_ANY || found > 0);
	const size_t sealed = open_only ? 0 : find_sealed(memorandum, begin, ret_version);
	if (found + sealed == 1)
		return sealed == 0 ? 0 : take_sealed(verb, memorandum, open, ret_version);
	if (found + sealed == 0)
		return say_none(verb, begin, open);
	(void)verb_fail(verb, begin != NULL ? begin : "",
			"several versions are meant: say which by the beginning of its hash; see "
			"entente memo status");
	return VERB_REFUSED;
}
