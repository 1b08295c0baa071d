/* SPDX-License-Identifier: Apache-2.0 */
/* memo_acts.c: see memo_acts.h. */
#include "memo_acts.h"

#include <inttypes.h>

const char *const acts_id[ACTS_PARTIES] = {
		"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc", "dddddddddddddddd"};

static const char hex_digits[] = "0123456789abcdef";

static bool hash_of_hex(const char *hex, struct ent_hash *ret_hash) {
	for (size_t i = 0; i < 2 * ENT_HASH_SIZE; i++) {
		const char *digit = hex[i] != '\0' ? strchr(hex_digits, hex[i]) : NULL;
		if (digit == NULL)
			return false;
		ret_hash->bytes[i / 2] = (uint8_t)(ret_hash->bytes[i / 2] << 4 |
				(uint8_t)(digit - hex_digits));
	}
	return true;
}

void acts_obligation(char last, struct ent_hash *ret_content) {
	ent_seal_sha256((last & 1) != 0 ? "odd" : "even", (last & 1) != 0 ? 3 : 4, ret_content);
}

ent_status acts_terms(void *user, const char *document, size_t size,
		struct ent_memo_terms *ret_terms, struct ent_fault *reterr_fault) {
	(void)user;
	char text[ACTS_DOCUMENT_SIZE] = "", memo[41], replaces[65], until[16], parties[17],
	     levels[16];
	int by, from;
	struct ent_memo_terms terms = {.valid_until_utc_us = INT64_MAX};
	if (size < sizeof text)
		memcpy(text, document, size);
	if (sscanf(text, "%40s %64s %d %d %15s %16s %15s", memo, replaces, &by, &from, until,
			    parties, levels) != 7 ||
			strspn(levels, "012") != ENT_MEMO_SUBJECT_COUNT ||
			strlen(levels) != ENT_MEMO_SUBJECT_COUNT || strlen(until) > 9) {
		ent_fault_set(reterr_fault, "", "not a document of these tests");
		return ENT_E_SYNTAX;
	}
	(void)snprintf(terms.memorandum, sizeof terms.memorandum, "%s", memo);
	terms.replaces_given = strcmp(replaces, "-") != 0;
	if (terms.replaces_given && !hash_of_hex(replaces, &terms.replaces))
		return ENT_E_SYNTAX;
	terms.sign_by_utc_us = by * SECOND_US;
	terms.effective_from_utc_us = from * SECOND_US;
	if (strcmp(until, "-") != 0)
		terms.valid_until_utc_us = strtol(until, NULL, 10) * SECOND_US;
	terms.n_parties = (uint32_t)strlen(parties);
	for (uint32_t i = 0; i < terms.n_parties; i++)
		memset(terms.party[i], parties[i], ENT_PARTY_ID_SIZE - 1);
	for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
		terms.level[s] = (enum ent_memo_level)(levels[s] - '0');
	const char *notice = strstr(text, " " ACTS_NOTICE);
	if (notice != NULL)
		terms.suspension_notice_us = strtol(notice + strlen(" " ACTS_NOTICE), NULL, 10) *
				SECOND_US;
	acts_obligation(text[strlen(text) - 1], &terms.obligation[terms.n_obligations++]);
	*ret_terms = terms;
	return ENT_OK;
}

static void fake_sign(char letter, const void *message, size_t size, uint8_t *ret_signature) {
	const struct ent_seal_part parts[] = {{&letter, 1}, {message, size}};
	struct ent_hash hash;
	ent_seal_sha256_parts(parts, 2, &hash);
	memcpy(ret_signature, hash.bytes, sizeof hash.bytes);
	memcpy(ret_signature + sizeof hash.bytes, hash.bytes, sizeof hash.bytes);
}

bool acts_verify(void *user, const struct ent_memo_party *party, uint64_t seq, const void *message,
		size_t size, const uint8_t *signature) {
	(void)user;
	(void)seq;
	uint8_t right[ENT_SIGNATURE_SIZE];
	fake_sign(party->id[0], message, size, right);
	return memcmp(right, signature, sizeof right) == 0;
}

struct ent_memo *acts_create(unsigned n_parties) {
	struct ent_memo_party parties[ACTS_PARTIES] = {{{0}, 0, {0}}};
	struct ent_memo *memo = NULL;
	/* Not in their order. */
	for (unsigned i = 0; i < n_parties; i++)
		memcpy(parties[n_parties - 1 - i].id, acts_id[i], ENT_PARTY_ID_SIZE);
	const struct ent_memo_options options = {.memorandum = "m",
			.parties = parties,
			.n_parties = n_parties,
			.terms = acts_terms,
			.verify = acts_verify};
	return ent_memo_create(&options, &memo) == ENT_OK ? memo : NULL;
}

static void hex_of_hash(const struct ent_hash *hash, char ret_text[65]) {
	for (size_t i = 0; i < 2 * ENT_HASH_SIZE; i++)
		ret_text[i] = hex_digits[hash->bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
	ret_text[2 * ENT_HASH_SIZE] = '\0';
}

const char *acts_document(char ret_text[ACTS_DOCUMENT_SIZE], struct ent_hash *ret_hash,
		const struct ent_hash *replaces, int by_s, int from_s, int until_s,
		const char *parties, const char *note) {
	char before[65] = "-", until[16] = "-";
	if (replaces != NULL)
		hex_of_hash(replaces, before);
	if (until_s > 0)
		(void)snprintf(until, sizeof until, "%d", until_s);
	(void)snprintf(ret_text, ACTS_DOCUMENT_SIZE, "m %s %d %d %s %s %s %s", before, by_s, from_s,
			until, parties, ACTS_LEVELS, note);
	if (ret_hash != NULL)
		ent_seal_sha256(ret_text, strlen(ret_text), ret_hash);
	return ret_text;
}

struct ent_memo_act acts_act(enum ent_memo_act_kind kind) {
	return (struct ent_memo_act){.kind = kind, .class_ = ENT_CLASS_ACTUAL};
}

struct ent_memo_act acts_draft(const char *document) {
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_DRAFT);
	act.document = (struct ent_memo_text){document, strlen(document)};
	return act;
}

struct ent_memo_act acts_sign(const struct ent_hash *version) {
	struct ent_memo_act act = acts_act(ENT_MEMO_ACT_SIGN);
	act.version = *version;
	return act;
}

char *acts_print(struct ent_memo_act *act, unsigned party, size_t *ret_size) {
	char origin[ENT_MEMO_ORIGIN_SIZE], *bytes = NULL;
	size_t size;
	ent_memo_origin("m", acts_id[party], 1, origin);
	if (ent_memo_act_message(act, origin, &bytes, &size) != ENT_OK)
		return NULL;
	fake_sign(acts_id[party][0], bytes, size, act->signature);
	free(bytes);
	return ent_memo_act_print(act, &bytes, ret_size) == ENT_OK ? bytes : NULL;
}

struct ent_memo_entry acts_entry(const struct ent_memo *memo, unsigned party, uint32_t seq) {
	struct ent_memo_entry entry;
	ent_memo_entry(memo, party, seq, &entry);
	return entry;
}

enum ent_memo_rule acts_put(struct ent_memo *memo, unsigned party, struct ent_memo_act *act,
		int64_t received_s) {
	size_t size;
	char *bytes = acts_print(act, party, &size);
	CHECK(bytes != NULL);
	const uint32_t seq = ent_memo_size(memo, party);
	CHECK(ent_memo_add(memo, acts_id[party], bytes, size, received_s * SECOND_US) == ENT_OK);
	free(bytes);
	return acts_entry(memo, party, seq).rule;
}

enum ent_memo_rule acts_do(
		struct ent_memo *memo, unsigned party, struct ent_memo_act act, int now_s) {
	enum ent_memo_rule rule = ENT_MEMO_RULE_NONE;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_memo_decide(
			memo, acts_id[party], now_s * SECOND_US, &act, &rule, &fault);
	if (status == ENT_E_REFUSED) {
		CHECK(rule != ENT_MEMO_RULE_NONE && fault.why[0] != '\0');
		return rule;
	}
	CHECK(status == ENT_OK);
	CHECK(acts_put(memo, party, &act, now_s) == ENT_MEMO_RULE_NONE);
	CHECK(acts_entry(memo, party, ent_memo_size(memo, party) - 1).standing != ENT_MEMO_WAITS);
	return ENT_MEMO_RULE_NONE;
}

struct ent_memo_state acts_state(const struct ent_memo *memo, int at_s) {
	struct ent_memo_cut cut;
	struct ent_memo_state state;
	ent_memo_cut_all(memo, &cut);
	ent_memo_state(memo, &cut, at_s * SECOND_US, &state);
	return state;
}

/* --- As text --- */

static const char *short_hash(bool given, const struct ent_hash *hash, char text[65]) {
	(void)strcpy(text, "-");
	if (given)
		hex_of_hash(hash, text);
	return text;
}

static void dump_state(FILE *out, const struct ent_memo *memo, const struct ent_memo_state *state) {
	char text[2][65];
	(void)fprintf(out,
			"status %d version %s since %" PRId64 " until %" PRId64 " next %s %" PRId64
			" levels",
			(int)state->status,
			short_hash(state->version_given, &state->version, text[0]),
			state->since_utc_us, state->until_utc_us,
			short_hash(state->next_given, &state->next, text[1]),
			state->next_from_utc_us);
	for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
		(void)fprintf(out, " %d", (int)state->level[s]);
	(void)fprintf(out, "\n");
	for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++) {
		const struct ent_memo_member *member = &state->member[i];
		(void)fprintf(out,
				"%s bound %d suspended %d %d %" PRId64 " due %" PRId64
				" withdrawn %d %" PRId64 " levels",
				ent_memo_party_id(memo, i), member->bound, member->suspending,
				member->suspended, member->suspended_utc_us,
				member->suspended_due_utc_us, member->withdrawing,
				member->withdrawn_utc_us);
		for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
			(void)fprintf(out, " %d", (int)member->level[s]);
		(void)fprintf(out, "\n");
	}
}

/* Of the one clause that the tests have, in each of the two forms in which documents have it. */
static void dump_words(FILE *out, const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us) {
	struct ent_hash content;
	for (uint32_t i = 0; i < 2 * ent_memo_n_parties(memo); i++) {
		uint32_t seq = 0;
		acts_obligation((char)(i & 1), &content);
		const enum ent_memo_word said = ent_memo_obligation(
				memo, cut, at_utc_us, i / 2, "c1", &content, &seq);
		(void)fprintf(out, "word %d %u\n", (int)said, (unsigned)seq);
	}
}

/* By hash, since their numbers are by arrival. */
static void dump_versions(FILE *out, const struct ent_memo *memo, const struct ent_memo_cut *cut,
		int64_t at_utc_us) {
	const struct ent_memo_terms *last = NULL;
	for (uint32_t n = 0; n < ent_memo_n_versions(memo); n++) {
		const struct ent_memo_terms *best = NULL;
		struct ent_memo_version version;
		uint32_t number = 0;
		char text[65];
		for (uint32_t v = 0; v < ent_memo_n_versions(memo); v++) {
			const struct ent_memo_terms *terms = ent_memo_terms(memo, v);
			if ((last == NULL ||
					    memcmp(&last->hash, &terms->hash, ENT_HASH_SIZE) < 0) &&
					(best == NULL ||
							memcmp(&terms->hash, &best->hash,
									ENT_HASH_SIZE) < 0)) {
				best = terms;
				number = v;
			}
		}
		last = best;
		ent_memo_version(memo, cut, at_utc_us, number, &version);
		if (version.stage == ENT_MEMO_STAGE_UNKNOWN)
			continue;
		(void)fprintf(out, "version %s stage %d by", short_hash(true, &last->hash, text),
				(int)version.stage);
		for (uint32_t i = 0; i < ent_memo_n_parties(memo); i++)
			(void)fprintf(out, " %d", (int)version.evidence[i]);
		(void)fprintf(out, "\n");
	}
}

struct dumping {
	FILE *out;
	const struct ent_memo *memo;
	const struct ent_memo_cut *cut;
	int64_t at_utc_us;
};

static bool dump_entry(void *user, uint32_t party, uint32_t seq) {
	const struct dumping *dumping = user;
	struct ent_memo_entry entry;
	enum ent_memo_answer answers[ENT_MEMO_PARTIES_MAX];
	ent_memo_entry(dumping->memo, party, seq, &entry);
	(void)fprintf(dumping->out, "entry %s %u rule %d\n",
			ent_memo_party_id(dumping->memo, party), (unsigned)seq, (int)entry.rule);
	const uint32_t declined = ent_memo_declined(
			dumping->memo, dumping->cut, dumping->at_utc_us, party, seq);
	if (declined != 0)
		(void)fprintf(dumping->out, "declined %x\n", (unsigned)declined);
	if (ent_memo_offer(dumping->memo, dumping->cut, dumping->at_utc_us, party, seq, answers) !=
			ENT_OK)
		return true;
	(void)fprintf(dumping->out, "offer");
	for (uint32_t i = 0; i < ent_memo_n_parties(dumping->memo); i++)
		(void)fprintf(dumping->out, " %d", (int)answers[i]);
	(void)fprintf(dumping->out, "\n");
	return true;
}

char *acts_dump(const struct ent_memo *memo, const struct ent_memo_cut *cut, int64_t at_utc_us) {
	char *text = NULL;
	size_t size = 0;
	struct ent_memo_state state;
	struct dumping dumping = {open_memstream(&text, &size), memo, cut, at_utc_us};
	CHECK(dumping.out != NULL);
	ent_memo_state(memo, cut, at_utc_us, &state);
	dump_state(dumping.out, memo, &state);
	dump_words(dumping.out, memo, cut, at_utc_us);
	dump_versions(dumping.out, memo, cut, at_utc_us);
	ent_memo_walk(memo, cut, dump_entry, &dumping);
	(void)fclose(dumping.out);
	return text;
}
