/* SPDX-License-Identifier: Apache-2.0 */
/* memo_act.c: our own acts under a memorandum: which version, offer or time is meant, and what is said before one signs. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "entente/memo.h"
#include "memo_node.h"

enum { ANSWER_SIZE = 16, KIND_SIZE = 32, SCAN_BLOCK = 65536, TAG_SIZE = 72 };

/* --- An act in the making --- */

struct making {
	struct verb *verb;
	const struct memo_asked *asked;
	struct people *people;
	struct memo_act act;
};

/* What stands behind the id; NULL: nothing. */
static const char *operand(const struct making *making, size_t i) {
	return i < making->asked->n_files ? making->asked->file[i] : NULL;
}

static int find_version(struct making *making, enum memo_open open, struct memo_version *version) {
	struct ent_json_value root;
	int end = memo_get(making->verb, making->asked->file[0], NULL, &root);
	if (end == 0)
		end = memo_find_version(making->verb, root, operand(making, 1), open,
				people_own(making->people), version);
	if (end == 0)
		memcpy(making->act.version, version->hash, MEMO_HASH_SIZE);
	return end;
}

static int make_offer(struct making *making) {
	struct memo_version version;
	if (making->asked->answer_by == NULL)
		return verb_fail(making->verb, "--answer-by",
				"it is needed: until when the offer can be answered");
	const int end = verb_time(making->verb, "--answer-by", making->asked->answer_by,
			&making->act.answer_by_utc_us);
	return end != 0 ? end : find_version(making, MEMO_OPEN_OFFER, &version);
}

/* --- What cannot be taken back --- */

/* 0: yes. */
static int ask_whether(const struct verb *verb, const char *question, const char *not_done) {
	char answer[ANSWER_SIZE] = "";
	const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		return verb_fail(verb, "", "there is no terminal to ask at; give --yes");
	ssize_t got = write(terminal, question, strlen(question));
	if (got > 0)
		got = read(terminal, answer, sizeof answer - 1);
	(void)close(terminal);
	if (got == 4 && strncmp(answer, "yes\n", 4) == 0)
		return 0;
	(void)verb_fail(verb, "", not_done);
	return VERB_REFUSED;
}

/* What check says of it and is no fault: whoever signs sees it, whoever wrote it. */
static int tell_doubts(struct making *making, const char *hash, FILE *out) {
	struct ent_memodoc_faults *faults = NULL;
	struct ent_memodoc *doc = NULL;
	char path[sizeof "version " + MEMO_SHORT_SIZE];
	int end = memo_ask_document(making->verb, making->asked->file[0], hash);
	if (end != 0)
		return end;
	(void)snprintf(path, sizeof path, "version %.*s", MEMO_SHORT_SIZE - 1, hash);
	faults = calloc(1, sizeof *faults);
	const ent_status status = faults == NULL
			? ENT_E_MEMORY
			: ent_memodoc_read(making->verb->answer.body, making->verb->answer.size,
					  &doc, faults);
	if (status != ENT_OK)
		end = verb_fail(making->verb, path, ent_status_text(status));
	else
		memo_tell_doubts(out, path, doc);
	ent_memodoc_destroy(doc);
	free(faults);
	return end;
}

static int make_sign(struct making *making) {
	struct memo_version version;
	int end = find_version(making, MEMO_OPEN_TO_SIGN, &version);
	if (end != 0)
		return end;
	/* With --json standard output is for the answer alone. */
	FILE *out = making->verb->json ? stderr : stdout;
	(void)fprintf(out, "memorandum %s\n", making->asked->file[0]);
	memo_show_version(out, version.value, making->people);
	(void)fprintf(out, "    its text: entente memo document %s %.*s --data %s\n",
			making->asked->file[0], MEMO_SHORT_SIZE - 1, version.hash,
			making->asked->data);
	end = tell_doubts(making, version.hash, out);
	(void)fflush(out);
	if (end != 0)
		return end;
	return making->asked->yes ? 0
				  : ask_whether(making->verb,
						    "Sign it? A signature cannot be taken back. "
						    "Type yes to sign: ",
						    "it was not signed");
}

/* --- accept, decline --- */

/* "PARTY/SEQ", as status shows it. */
static int read_offer(struct making *making, const char *text) {
	const char *slash = strchr(text, '/');
	char begin[ENT_PARTY_ID_SIZE] = "";
	char *end = NULL;
	if (slash == NULL || slash - text >= ENT_PARTY_ID_SIZE || slash[1] < '0' ||
			slash[1] > '9' || strlen(slash) > 8)
		return verb_fail(making->verb, text,
				"an offer or draft is PARTY/NUMBER, as entente memo status shows "
				"it");
	memcpy(begin, text, (size_t)(slash - text));
	making->act.offer_seq = strtol(slash + 1, &end, 10);
	if (*end != '\0')
		return verb_fail(making->verb, text, "behind the slash stands a number");
	return people_find(making->verb, making->people, begin, making->act.offer_party);
}

static void answer_to(struct making *making, struct ent_json_value one, const char *author) {
	char party[VERB_TEXT_SIZE];
	(void)snprintf(making->act.offer_party, ENT_PARTY_ID_SIZE, "%.16s",
			verb_text(one, author, party));
	making->act.offer_seq = verb_number(one, "seq");
}

static bool names(struct ent_json_value object, const char *list, const char *party) {
	struct ent_json_walk walk = verb_walk(object, list);
	struct ent_json_value value;
	while (ent_json_next_element(&walk, &value))
		if (ent_json_string_is(value, party))
			return true;
	return false;
}

/* Nor does one that is kept to some parties, by whom it is for. */
static size_t find_sealed_drafts(struct making *making, struct ent_json_value root) {
	const char *own = people_own(making->people);
	struct ent_json_walk walk = verb_walk(root, "sealed");
	struct ent_json_value draft;
	size_t found = 0;
	while (ent_json_next_element(&walk, &draft)) {
		if (!names(draft, "for", own) || names(draft, "declined_by", own) ||
				verb_is(draft, "party", own))
			continue;
		answer_to(making, draft, "party");
		found++;
	}
	return found;
}

/* A draft needs no offer to be declined. How many there are; the last is taken. */
static size_t find_drafts(struct making *making, struct ent_json_value root) {
	const char *own = people_own(making->people);
	struct ent_json_walk walk = verb_walk(root, "versions");
	struct ent_json_value draft, evidence;
	size_t found = 0;
	while (ent_json_next_element(&walk, &draft)) {
		const bool waits = memo_is_open(draft, MEMO_OPEN_TO_SIGN, own) ||
				(verb_is(draft, "stage",
						 ent_memo_stage_text(
								 ENT_MEMO_STAGE_AD_REFERENDUM)) &&
						ent_json_member(draft, "evidence", &evidence) &&
						ent_json_member(evidence, own, &evidence));
		if (!waits || verb_is(draft, "drafted_by", own) || names(draft, "declined_by", own))
			continue;
		answer_to(making, draft, "drafted_by");
		found++;
	}
	return found;
}

static int say_which(const struct making *making, bool declines, size_t found) {
	static const char *const words[2][2] = {
			{"no offer waits for our answer; see entente memo status",
					"several offers wait for our answer: say which, "
					"PARTY/NUMBER, as entente memo status shows it"},
			{"no offer or draft waits for our answer; see entente memo status",
					"several offers or drafts wait for our answer: say which, "
					"PARTY/NUMBER, as entente memo status shows it"}};
	(void)verb_fail(making->verb, making->asked->action, words[declines][found > 0]);
	return VERB_REFUSED;
}

/* The one that waits for our answer: an offer, or, where there is none to decline, a draft. */
static int find_offer(struct making *making) {
	struct ent_json_value root, offer, answers;
	size_t found = 0;
	const bool declines = strcmp(making->asked->action, "decline") == 0;
	const int end = memo_get(making->verb, making->asked->file[0], NULL, &root);
	if (end != 0)
		return end;
	struct ent_json_walk walk = verb_walk(root, "offers");
	while (ent_json_next_element(&walk, &offer)) {
		if (!ent_json_member(offer, "answers", &answers) ||
				!verb_is(answers, people_own(making->people),
						ent_memo_answer_text(ENT_MEMO_ANSWER_OFFERED)))
			continue;
		answer_to(making, offer, "party");
		found++;
	}
	if (found == 0 && declines)
		found = find_drafts(making, root) + find_sealed_drafts(making, root);
	return found == 1 ? 0 : say_which(making, declines, found);
}

/* The node refuses it too; this is before anybody is asked for a passphrase. */
static int check_reason(struct making *making) {
	struct ent_json_value root, draft;
	const int end = memo_get(making->verb, making->asked->file[0], NULL, &root);
	if (end != 0)
		return end;
	struct ent_json_walk walk = verb_walk(root, "sealed");
	while (ent_json_next_element(&walk, &draft))
		if (verb_is(draft, "party", making->act.offer_party) &&
				verb_number(draft, "seq") == making->act.offer_seq)
			return verb_fail(making->verb, "--reason", ENT_MEMO_NO_REASON);
	return 0;
}

static int make_answer(struct making *making) {
	const char *text = operand(making, 1);
	const int end = text != NULL ? read_offer(making, text) : find_offer(making);
	return end != 0 || making->act.reason == NULL ? end : check_reason(making);
}

/* --- paper --- */

static int hash_scan(struct making *making, const char *path) {
	struct ent_seal_hasher *hasher = NULL;
	struct ent_hash hash;
	char block[SCAN_BLOCK];
	size_t got = 0;
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return verb_fail(making->verb, path, strerror(errno));
	ent_status status = ent_seal_hasher_create(&hasher);
	while (status == ENT_OK && (got = fread(block, 1, sizeof block, file)) > 0)
		status = ent_seal_hasher_add(hasher, block, got);
	if (status == ENT_OK && ferror(file) != 0)
		status = ENT_E_IO;
	if (status == ENT_OK)
		status = ent_seal_hasher_finish(hasher, &hash);
	ent_seal_hasher_destroy(hasher);
	(void)fclose(file);
	if (status != ENT_OK)
		return verb_fail(making->verb, path, ent_status_text(status));
	(void)memo_hash(&hash, making->act.scan);
	return 0;
}

/* A record binds its author alone: who has not recorded its own ink, or signed, is not bound by ours. */
static void tell_ink_missing(const struct making *making, struct ent_json_value version) {
	struct ent_json_value evidence, value;
	const char *id = NULL;
	size_t length = 0;
	char party[ENT_PARTY_ID_SIZE], name[ENT_PARTY_NAME_SIZE + 4];
	if (!ent_json_member(version, "evidence", &evidence))
		return;
	struct ent_json_walk walk = ent_json_walk_from(evidence);
	while (ent_json_next_member(&walk, &id, &length, &value)) {
		(void)ent_text_show(id, length, party, sizeof party);
		if (strcmp(party, people_own(making->people)) == 0 ||
				ent_json_string_is(value,
						ent_memo_evidence_text(ENT_MEMO_EVIDENCE_SIGNED)) ||
				ent_json_string_is(value,
						ent_memo_evidence_text(ENT_MEMO_EVIDENCE_PAPER)))
			continue;
		(void)fprintf(stderr,
				"entente memo: it is agreed only when %s%s has signed, or recorded "
				"its own ink, too\n",
				party, people_name(making->people, party, name));
	}
}

static int make_paper(struct making *making) {
	const struct memo_asked *asked = making->asked;
	struct memo_version version;
	if (asked->scan == NULL || asked->signed_at == NULL || asked->signed_by == NULL)
		return verb_fail(making->verb, "paper",
				"it needs --scan FILE, --signed TIME and --signed-by "
				"PARTY,PARTY...");
	int end = verb_time(making->verb, "--signed", asked->signed_at, &making->act.signed_utc_us);
	if (end == 0)
		end = memo_read_parties(making->verb, making->people, "--signed-by",
				asked->signed_by, making->act.signed_by, &making->act.n_signed_by);
	if (end == 0)
		end = hash_scan(making, asked->scan);
	if (end == 0)
		end = find_version(making, MEMO_OPEN_PAPER, &version);
	if (end == 0)
		tell_ink_missing(making, version.value);
	return end;
}

/* --- The others --- */

static int make_from(struct making *making) {
	return making->asked->from == NULL ? 0
					   : verb_time(making->verb, "--from", making->asked->from,
							     &making->act.from_utc_us);
}

/* Nobody comes back to a memorandum that it has left. */
static int make_withdraw(struct making *making) {
	const int end = make_from(making);
	return end != 0 || making->asked->yes ? end
					      : ask_whether(making->verb,
								"Leave the memorandum? That cannot "
								"be taken back; suspend can. "
								"Type yes to withdraw: ",
								"nothing was withdrawn");
}

static int make_resume(struct making *making) {
	(void)making;
	return 0;
}

static bool is_subject(const char *word) {
	for (unsigned i = 0; i < ENT_MEMO_SUBJECT_COUNT; i++)
		if (strcmp(word, ent_memo_subject_text((enum ent_memo_subject)i)) == 0)
			return true;
	return false;
}

static bool is_level(const char *word) {
	for (unsigned i = 0; i < ENT_MEMO_LEVEL_COUNT; i++)
		if (strcmp(word, ent_memo_level_text((enum ent_memo_level)i)) == 0)
			return true;
	return false;
}

/* Words are looked at before anybody is asked for a passphrase. */
static int make_level(struct making *making) {
	making->act.subject = operand(making, 1);
	making->act.level = operand(making, 2);
	if (!is_subject(making->act.subject))
		return verb_fail(making->verb, making->act.subject,
				"a subject is flight, reserved-airspace, hazard-area, "
				"protected-place, reserved-position, reported-event or cease-fire");
	if (!is_level(making->act.level))
		return verb_fail(making->verb, making->act.level,
				"a level is none, exchange or coordination");
	return 0;
}

static int make_declare(struct making *making) {
	making->act.reason = operand(making, 1);
	return 0;
}

/* What is signed of a clause that there is not says nothing to anybody. */
static int find_obligation(struct making *making) {
	struct ent_json_value root, obligation;
	char version[VERB_TEXT_SIZE];
	const int end = memo_get(making->verb, making->asked->file[0], NULL, &root);
	if (end != 0)
		return end;
	struct ent_json_walk walk = verb_walk(root, "obligations");
	while (ent_json_next_element(&walk, &obligation))
		if (verb_is(obligation, "clause", making->act.clause))
			return 0;
	(void)verb_fail(making->verb, making->act.clause,
			verb_text(root, "version", version)[0] != '\0'
					? "the version in force has no such obligation; see "
					  "entente memo status"
					: "no version has taken effect, so nothing is owed yet; "
					  "see entente memo status");
	return VERB_REFUSED;
}

static int make_obligation(struct making *making) {
	const char *word = operand(making, 2);
	making->act.clause = operand(making, 1);
	making->act.done = strcmp(word, "done") == 0;
	if (!making->act.done && strcmp(word, "not-done") != 0)
		return verb_fail(making->verb, word, "an obligation is done or not-done");
	if (!making->act.done && making->asked->reason == NULL)
		return verb_fail(making->verb, "--reason",
				"it is needed: what stands in the way of what is not done");
	return find_obligation(making);
}

static const struct {
	const char *action;
	enum ent_memo_act_kind kind;
	int (*make)(struct making *making);
} makers[] = {
		{"offer", ENT_MEMO_ACT_OFFER, make_offer},
		{"accept", ENT_MEMO_ACT_ACCEPT, make_answer},
		{"decline", ENT_MEMO_ACT_DECLINE, make_answer},
		{"sign", ENT_MEMO_ACT_SIGN, make_sign},
		{"paper", ENT_MEMO_ACT_PAPER, make_paper},
		{"suspend", ENT_MEMO_ACT_SUSPEND, make_from},
		{"resume", ENT_MEMO_ACT_RESUME, make_resume},
		{"withdraw", ENT_MEMO_ACT_WITHDRAW, make_withdraw},
		{"level", ENT_MEMO_ACT_LEVEL, make_level},
		{"declare", ENT_MEMO_ACT_DECLARE, make_declare},
		{"obligation", ENT_MEMO_ACT_OBLIGATION, make_obligation},
};

/* As an ETag, in quotation marks. */
static int make_tag(struct making *making, char ret_tag[TAG_SIZE]) {
	const char *tag = making->asked->if_match;
	if (tag == NULL)
		return 0;
	if (tag[0] == '\0' || strspn(tag, "0123456789abcdef") != strlen(tag) ||
			strlen(tag) + 3 > TAG_SIZE)
		return verb_fail(making->verb, "--if-match",
				"it is the tag that entente memo status shows");
	(void)snprintf(ret_tag, TAG_SIZE, "\"%s\"", tag);
	making->act.if_match = ret_tag;
	return 0;
}

int memo_act(const struct memo_asked *asked) {
	struct verb verb = memo_verb(asked);
	struct making making = {.verb = &verb, .asked = asked, .act = {.reason = asked->reason}};
	char tag[TAG_SIZE];
	if (make_tag(&making, tag) != 0)
		return VERB_FAILED;
	if (!verb_is_memorandum(&verb, asked->file[0]))
		return VERB_FAILED;
	int end = verb_begin(&verb);
	if (end == 0)
		end = people_ask(&verb, &making.people);
	for (size_t i = 0; end == 0 && i < sizeof makers / sizeof makers[0]; i++) {
		if (strcmp(makers[i].action, asked->action) != 0)
			continue;
		making.act.kind = ent_memo_act_text(makers[i].kind);
		end = makers[i].make(&making);
	}
	if (end == 0)
		end = memo_send(&verb, asked, &making.act);
	free(making.people);
	verb_end(&verb);
	return end;
}
