/* SPDX-License-Identifier: Apache-2.0 */
/* acts.c: see acts.h; writes entries. Reading is in acts_read.c. */
#include "acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/jsonout.h"

#define NAME(name, text) text,
const char *const act_member_names[ACT_MEMBER_COUNT] = {ACT_MEMBER_MAP(NAME)};

#define BIT(name) (UINT32_C(1) << ACT_MEMBER_##name)
#define ALWAYS (BIT(SEQ) | BIT(TIME) | BIT(KIND) | BIT(CLASS) | BIT(SEEN) | BIT(SIGNATURE))

const uint32_t act_must[ENT_MEMO_ACT_COUNT] = {
		[ENT_MEMO_ACT_DRAFT] = ALWAYS,
		[ENT_MEMO_ACT_OFFER] = ALWAYS | BIT(VERSION) | BIT(ANSWER_BY),
		[ENT_MEMO_ACT_ACCEPT] = ALWAYS | BIT(OFFER),
		[ENT_MEMO_ACT_DECLINE] = ALWAYS | BIT(OFFER),
		[ENT_MEMO_ACT_SIGN] = ALWAYS | BIT(VERSION),
		[ENT_MEMO_ACT_PAPER] = ALWAYS | BIT(VERSION) | BIT(SCAN) | BIT(SIGNED) |
				BIT(SIGNED_BY),
		[ENT_MEMO_ACT_SUSPEND] = ALWAYS | BIT(FROM),
		[ENT_MEMO_ACT_RESUME] = ALWAYS,
		[ENT_MEMO_ACT_WITHDRAW] = ALWAYS | BIT(FROM),
		[ENT_MEMO_ACT_LEVEL] = ALWAYS | BIT(SUBJECT) | BIT(LEVEL),
		[ENT_MEMO_ACT_DECLARE] = ALWAYS | BIT(TEXT),
		[ENT_MEMO_ACT_OBLIGATION] = ALWAYS | BIT(CLAUSE) | BIT(DONE),
};

const uint32_t act_may[ENT_MEMO_ACT_COUNT] = {
		/* Either the document or what is sealed; acts_read.c sees to it. */
		[ENT_MEMO_ACT_DRAFT] = BIT(UNDER) | BIT(DOCUMENT) | BIT(AD_REFERENDUM) |
				BIT(SEALED) | BIT(TEXT),
		[ENT_MEMO_ACT_OFFER] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_ACCEPT] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_DECLINE] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_SIGN] = BIT(UNDER),
		[ENT_MEMO_ACT_PAPER] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_SUSPEND] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_RESUME] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_WITHDRAW] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_LEVEL] = BIT(UNDER) | BIT(TEXT),
		[ENT_MEMO_ACT_DECLARE] = BIT(UNDER),
		[ENT_MEMO_ACT_OBLIGATION] = BIT(UNDER) | BIT(TEXT),
};

/* --- Words --- */

#define TEXT(name, text) text,
static const char *word(const char *const *texts, unsigned n, unsigned value) {
	return value < n ? texts[value] : "unknown";
}

static const char *const act_texts[] = {ENT_MEMO_ACT_MAP(TEXT)};

const char *ent_memo_act_text(enum ent_memo_act_kind kind) {
	return word(act_texts, ENT_MEMO_ACT_COUNT, (unsigned)kind);
}

static const char *const class_texts[] = {ENT_CLASS_MAP(TEXT)};

const char *ent_memo_class_text(enum ent_class class_) {
	return word(class_texts, ENT_CLASS_COUNT, (unsigned)class_);
}

static const char *const subject_texts[] = {ENT_MEMO_SUBJECT_MAP(TEXT)};

const char *ent_memo_subject_text(enum ent_memo_subject subject) {
	return word(subject_texts, ENT_MEMO_SUBJECT_COUNT, (unsigned)subject);
}

static const char *const level_texts[] = {ENT_MEMO_LEVEL_MAP(TEXT)};

const char *ent_memo_level_text(enum ent_memo_level level) {
	return word(level_texts, ENT_MEMO_LEVEL_COUNT, (unsigned)level);
}

/* --- Out --- */

void ent_memo_origin(const char *memorandum, const char *party, unsigned epoch,
		char ret_origin[ENT_MEMO_ORIGIN_SIZE]) {
	char at[16] = "";
	if (epoch > 1)
		(void)snprintf(at, sizeof at, "@%u", epoch);
	(void)snprintf(ret_origin, ENT_MEMO_ORIGIN_SIZE,
			"%.16s.line.entente.invalid/memo/%.40s/%.16s%s", party, memorandum, party,
			at);
}

static void write_name(struct ent_jsonout *out, enum act_member member) {
	ent_jsonout_name(out, act_member_names[member]);
}

static void write_text(struct ent_jsonout *out, enum act_member member, const char *text) {
	write_name(out, member);
	ent_jsonout_string(out, text);
}

static void write_long(
		struct ent_jsonout *out, enum act_member member, const struct ent_memo_text *text) {
	write_name(out, member);
	ent_jsonout_string_n(out, text->bytes, text->size);
}

static void write_int(struct ent_jsonout *out, enum act_member member, int64_t value) {
	write_name(out, member);
	ent_jsonout_int(out, value);
}

static void write_hex(struct ent_jsonout *out, const struct ent_hash *hash) {
	static const char digits[] = "0123456789abcdef";
	char text[2 * ENT_HASH_SIZE];
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		text[2 * i] = digits[hash->bytes[i] >> 4];
		text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ent_jsonout_string_n(out, text, sizeof text);
}

static void write_hash(
		struct ent_jsonout *out, enum act_member member, const struct ent_hash *hash) {
	write_name(out, member);
	write_hex(out, hash);
}

static void write_ids(struct ent_jsonout *out, const char (*ids)[ENT_PARTY_ID_SIZE], uint32_t n) {
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; i < n; i++)
		ent_jsonout_string(out, ids[i]);
	ent_jsonout_array_end(out);
}

static void write_envelope(struct ent_jsonout *out, const struct ent_memo_act *act) {
	write_name(out, ACT_MEMBER_SEQ);
	ent_jsonout_uint(out, act->seq);
	write_int(out, ACT_MEMBER_TIME, act->time_utc_us);
	write_text(out, ACT_MEMBER_KIND, ent_memo_act_text(act->kind));
	write_text(out, ACT_MEMBER_CLASS, ent_memo_class_text(act->class_));
	write_name(out, ACT_MEMBER_SEEN);
	ent_jsonout_object_begin(out);
	for (uint32_t i = 0; i < act->n_seen; i++) {
		ent_jsonout_name(out, act->seen[i].party);
		ent_jsonout_uint(out, act->seen[i].size);
	}
	ent_jsonout_object_end(out);
	if (act->under_given)
		write_hash(out, ACT_MEMBER_UNDER, &act->under);
}

static void write_draft(struct ent_jsonout *out, const struct ent_memo_act *act) {
	if (!act->sealed)
		write_long(out, ACT_MEMBER_DOCUMENT, &act->document);
	if (act->ad_referendum) {
		write_name(out, ACT_MEMBER_AD_REFERENDUM);
		ent_jsonout_bool(out, true);
	}
	if (!act->sealed)
		return;
	write_name(out, ACT_MEMBER_SEALED);
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "for");
	write_ids(out, act->sealed_for, act->n_sealed_for);
	ent_jsonout_name(out, "hash");
	write_hex(out, &act->sealed_hash);
	ent_jsonout_object_end(out);
}

static void write_offer(struct ent_jsonout *out, const struct ent_memo_act *act) {
	write_name(out, ACT_MEMBER_OFFER);
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "party");
	ent_jsonout_string(out, act->offer.party);
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, act->offer.size);
	ent_jsonout_object_end(out);
}

static void write_paper(struct ent_jsonout *out, const struct ent_memo_act *act) {
	write_hash(out, ACT_MEMBER_SCAN, &act->scan);
	write_int(out, ACT_MEMBER_SIGNED, act->signed_utc_us);
	write_name(out, ACT_MEMBER_SIGNED_BY);
	write_ids(out, act->signed_by, act->n_signed_by);
}

static void write_content(struct ent_jsonout *out, const struct ent_memo_act *act) {
	const uint32_t must = act_must[act->kind];
	if (act->kind == ENT_MEMO_ACT_DRAFT)
		write_draft(out, act);
	if (must & BIT(VERSION))
		write_hash(out, ACT_MEMBER_VERSION, &act->version);
	if (must & BIT(ANSWER_BY))
		write_int(out, ACT_MEMBER_ANSWER_BY, act->answer_by_utc_us);
	if (must & BIT(OFFER))
		write_offer(out, act);
	if (must & BIT(SCAN))
		write_paper(out, act);
	if (must & BIT(FROM))
		write_int(out, ACT_MEMBER_FROM, act->from_utc_us);
	if (must & BIT(SUBJECT)) {
		write_text(out, ACT_MEMBER_SUBJECT, ent_memo_subject_text(act->subject));
		write_text(out, ACT_MEMBER_LEVEL, ent_memo_level_text(act->level));
	}
	if (must & BIT(CLAUSE)) {
		write_text(out, ACT_MEMBER_CLAUSE, act->clause);
		write_name(out, ACT_MEMBER_DONE);
		ent_jsonout_bool(out, act->done);
	}
	if (act->text.size > 0)
		write_long(out, ACT_MEMBER_TEXT, &act->text);
}

/* Without the line break that ends what is written; with 'closed', the signature and the brace too. */
static ent_status print(const struct ent_memo_act *act, bool closed, const char *front,
		char **ret_bytes, size_t *ret_size) {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory = {.limit = 2 * (size_t)ENT_MEMO_ENTRY_MAX};
	ent_status status = ent_jsonout_to_memory(&memory, front, strlen(front));
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	write_envelope(&out, act);
	write_content(&out, act);
	if (closed) {
		char signature[ENT_BASE64_SIZE(ENT_SIGNATURE_SIZE)];
		(void)ent_base64_print(
				ENT_BASE64, act->signature, sizeof act->signature, signature);
		write_text(&out, ACT_MEMBER_SIGNATURE, signature);
	}
	ent_jsonout_object_end(&out);
	if (status == ENT_OK)
		status = ent_jsonout_finish(&out);
	if (status != ENT_OK) {
		free(memory.bytes);
		return status;
	}
	*ret_size = memory.size - (closed ? 1 : 2);
	memory.bytes[*ret_size] = '\0';
	*ret_bytes = memory.bytes;
	return ENT_OK;
}

ent_status ent_memo_act_print(const struct ent_memo_act *act, char **ret_bytes, size_t *ret_size) {
	return print(act, true, "", ret_bytes, ret_size);
}

ent_status ent_memo_act_message(const struct ent_memo_act *act, const char *origin,
		char **ret_bytes, size_t *ret_size) {
	char front[sizeof "entente/act/v1\n\n" + ENT_MEMO_ORIGIN_SIZE];
	(void)snprintf(front, sizeof front, "entente/act/v1\n%.127s\n", origin);
	return print(act, false, front, ret_bytes, ret_size);
}
