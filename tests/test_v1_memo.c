/* SPDX-License-Identifier: Apache-2.0 */
/* What bodies ask for under /v1/memoranda: each kind of act, what is refused by name, what each allocation that fails leaves. */
#include "entente/text.h"
#include "entente/v1memo.h"
#include "memory.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define A "0123456789abcdef"
#define B "fedcba9876543210"

/* The JSON parser's, which are freed by delete and so are not counted as live. */
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

static struct ent_json *json;
static struct ent_fault fault;

static ent_status read_act(const char *body, struct ent_v1_memo *ret_memo) {
	fault = (struct ent_fault){{0}, {0}};
	return ent_v1_memo_read_act(json, body, strlen(body), ret_memo, &fault);
}

static ent_status read_draft(const char *body, struct ent_v1_memo *ret_memo) {
	fault = (struct ent_fault){{0}, {0}};
	return ent_v1_memo_read_draft(json, body, strlen(body), ret_memo, &fault);
}

static void begin(void) {
	CHECK(ent_seal_start() == ENT_OK);
	CHECK(ent_json_create(&json) == ENT_OK);
}

static void end(void) {
	ent_json_destroy(json);
	json = NULL;
}

/* The entry that it would be: what is read here, an entry can have. */
static void check_entry(const char *why, const struct ent_memo_act *act, const char *part) {
	struct ent_memo_act again;
	char *bytes = NULL;
	size_t size = 0;
	CHECK(ent_memo_act_print(act, &bytes, &size) == ENT_OK);
	if (strstr(bytes, part) == NULL)
		fail_msg("%s: \"%s\" is not in: %s", why, part, bytes);
	CHECK_ROW(why, ent_memo_act_read(json, bytes, size, &again, &fault) == ENT_OK);
	free(bytes);
}

static const struct {
	const char *body;
	enum ent_memo_act_kind kind;
	const char *part; /* of the entry */
} acts[] = {
		{"{\"act\":\"memo-offer\",\"version\":\"" HASH
		 "\",\"answer_by\":\"1970-01-01T00:00:01Z\",\"reason\":\"see 4.2\"}",
				ENT_MEMO_ACT_OFFER,
				"\"version\":\"" HASH
				"\",\"answer_by_us\":1000000,\"text\":\"see 4.2\""},
		{"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"" A "\",\"seq\":3}}",
				ENT_MEMO_ACT_ACCEPT, "\"offer\":{\"party\":\"" A "\",\"seq\":3}"},
		{"{\"offer\":{\"seq\":0,\"party\":\"" A "\"},\"act\":\"memo-decline\"}",
				ENT_MEMO_ACT_DECLINE, "\"offer\":{\"party\":\"" A "\",\"seq\":0}"},
		{"{\"act\":\"memo-sign\",\"version\":\"" HASH "\"}", ENT_MEMO_ACT_SIGN,
				"\"version\":\"" HASH "\""},
		{"{\"act\":\"memo-paper\",\"version\":\"" HASH "\",\"scan\":\"" HASH
		 "\",\"signed\":\"1970-01-01T00:00:02Z\",\"signed_by\":[\"" B "\",\"" A "\"]}",
				ENT_MEMO_ACT_PAPER,
				"\"scan\":\"" HASH "\",\"signed_us\":2000000,\"signed_by\":[\"" A
				"\",\"" B "\"]"},
		{"{\"act\":\"memo-suspend\",\"from\":\"1970-01-01T01:00:00+00:59\"}",
				ENT_MEMO_ACT_SUSPEND, "\"from_us\":60000000"},
		{"{\"act\":\"memo-suspend\"}", ENT_MEMO_ACT_SUSPEND, "\"from_us\":0"},
		{"{\"act\":\"memo-resume\",\"reason\":\"\\u0645\"}", ENT_MEMO_ACT_RESUME,
				"\"text\":\"\xd9\x85\""},
		{"{\"act\":\"memo-withdraw\"}", ENT_MEMO_ACT_WITHDRAW, "\"from_us\":0"},
		{"{\"act\":\"memo-level\",\"subject\":\"cease-fire\",\"level\":\"none\"}",
				ENT_MEMO_ACT_LEVEL,
				"\"subject\":\"cease-fire\",\"level\":\"none\""},
		{"{\"act\":\"memo-declare\",\"reason\":\"we stay on the ground\"}",
				ENT_MEMO_ACT_DECLARE, "\"text\":\"we stay on the ground\""},
		{"{\"act\":\"memo-obligation\",\"clause\":\"obl-1\",\"done\":true}",
				ENT_MEMO_ACT_OBLIGATION, "\"clause\":\"obl-1\",\"done\":true"},
		{"{\"act\":\"memo-obligation\",\"clause\":\"1.2\",\"done\":false,"
		 "\"reason\":\"the bridge is closed\"}",
				ENT_MEMO_ACT_OBLIGATION,
				"\"done\":false,\"text\":\"the bridge is closed\""},
};

TEST(v1_memo__each_act_is_read_as_the_entry_that_it_becomes) {
	(void)state_;
	begin();
	for (size_t i = 0; i < COUNT_OF(acts); i++) {
		struct ent_v1_memo memo = {0};
		if (read_act(acts[i].body, &memo) != ENT_OK)
			fail_msg("%s: %s: %s", acts[i].body, fault.where, fault.why);
		CHECK_ROW(acts[i].body, memo.act.kind == acts[i].kind);
		CHECK_ROW(acts[i].body, memo.passphrase_length == 0);
		check_entry(acts[i].body, &memo.act, acts[i].part);
		ent_v1_memo_finish(&memo);
	}
	end();
}

TEST(v1_memo__a_draft_keeps_the_exact_bytes) {
	struct ent_v1_memo memo = {0};
	(void)state_;
	begin();
	CHECK(read_draft("{\"document\":\"{\\n \\\"a\\\" : \\\"\\u0000\\\\u0041\\\"}\","
			 "\"ad_referendum\":true,\"passphrase\":\"four words of ours\"}",
			      &memo) == ENT_OK);
	/* The parser's own memory is used anew. */
	struct ent_v1_memo other = {0};
	CHECK(read_draft("{\"document\":\"x\",\"ad_referendum\":false}", &other) == ENT_OK);
	CHECK(memo.act.kind == ENT_MEMO_ACT_DRAFT && memo.act.ad_referendum);
	CHECK(memo.act.document.size == 19);
	CHECK(memcmp(memo.act.document.bytes, "{\n \"a\" : \"\0\\u0041\"}", 19) == 0);
	CHECK(memo.passphrase_length == 18 && strcmp(memo.passphrase, "four words of ours") == 0);
	CHECK(!other.act.ad_referendum && other.act.document.size == 1 && other.act.text.size == 0);
	ent_v1_memo_finish(&other);
	ent_v1_memo_finish(&memo);
	CHECK(memo.texts == NULL && memo.passphrase_length == 0);
	for (size_t i = 0; i < sizeof memo.passphrase; i++)
		CHECK(memo.passphrase[i] == '\0');
	ent_v1_memo_finish(&memo);
	end();
}

TEST(v1_memo__a_draft_may_be_kept_to_some_parties) {
	struct ent_v1_memo memo = {0};
	(void)state_;
	begin();
	CHECK(read_draft("{\"document\":\"x\",\"ad_referendum\":true,\"for\":[\"" B "\",\"" A
			 "\"]}",
			      &memo) == ENT_OK);
	CHECK(memo.act.sealed && memo.act.ad_referendum && memo.act.n_sealed_for == 2);
	CHECK(strcmp(memo.act.sealed_for[0], A) == 0 && strcmp(memo.act.sealed_for[1], B) == 0);
	ent_v1_memo_finish(&memo);
	end();
}

static const struct {
	const char *why, *body, *where, *says;
} refused[] = {
		{"no JSON", "{", "line 1", ""},
		{"no object", "[]", "", "the body is an object"},
		{"no act", "{}", "act", "it is missing"},
		{"a number", "{\"act\":7}", "act", "memo-offer, memo-accept"},
		{"a draft is no act of this path", "{\"act\":\"memo-draft\"}", "act",
				"one of memo-offer"},
		{"unknown", "{\"act\":\"memo-resume\",\"target\":1}", "target", "not known here"},
		{"unknown and steering", "{\"\\u202eact\":1}", "?act", "not known here"},
		{"a document is a draft's", "{\"act\":\"memo-sign\",\"document\":\"x\"}",
				"document", "no act of this kind"},
		{"twice", "{\"act\":\"memo-resume\",\"act\":\"memo-resume\"}", "act", "twice"},
		{"another kind's", "{\"act\":\"memo-resume\",\"version\":\"" HASH "\"}", "version",
				"no act of this kind"},
		{"a signature has no reason",
				"{\"act\":\"memo-sign\",\"version\":\"" HASH "\",\"reason\":\"x\"}",
				"reason", "no act of this kind"},
		{"no version", "{\"act\":\"memo-sign\"}", "version", "missing"},
		{"a short hash", "{\"act\":\"memo-sign\",\"version\":\"0011\"}", "version",
				"64 small"},
		{"great digits",
				"{\"act\":\"memo-sign\",\"version\":\"A0112233445566778899"
				"aabbccddeeff00112233445566778899aabbccddeeff\"}",
				"version", "64 small"},
		{"no time", "{\"act\":\"memo-suspend\",\"from\":7}", "from", "a moment"},
		{"local time",
				"{\"act\":\"memo-suspend\",\"from\":\"2026-11-26T14:00:"
				"00\"}",
				"from", "zone"},
		{"1970", "{\"act\":\"memo-suspend\",\"from\":\"1970-01-01T00:00:00Z\"}", "from",
				"1970"},
		{"an offer of a text", "{\"act\":\"memo-accept\",\"offer\":\"" A "\"}", "offer",
				"the party"},
		{"an offer in a list", "{\"act\":\"memo-accept\",\"offer\":[1,2]}", "offer",
				"the party"},
		{"an offer without number",
				"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"" A "\"}}",
				"offer", "seq"},
		{"an offer with more",
				"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"" A
				"\",\"seq\":1,\"x\":1}}",
				"offer", "seq"},
		{"an offer of nobody",
				"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"me\","
				"\"seq\":1}}",
				"offer", "16 small"},
		{"an offer below the first",
				"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"" A
				"\",\"seq\":-1}}",
				"offer", "number of an entry"},
		{"an offer beyond the last",
				"{\"act\":\"memo-accept\",\"offer\":{\"party\":\"" A
				"\",\"seq\":16384}}",
				"offer", "number of an entry"},
		{"seq twice", "{\"act\":\"memo-accept\",\"offer\":{\"seq\":1,\"seq\":1}}", "offer",
				"the party"},
		{"signed by one twice",
				"{\"act\":\"memo-paper\",\"version\":\"" HASH "\",\"scan\":\"" HASH
				"\",\"signed\":\"2026-01-01T00:00:00Z\",\"signed_by\":[\"" A
				"\",\"" B "\",\"" A "\"]}",
				"signed_by", "twice"},
		{"signed by nobody",
				"{\"act\":\"memo-paper\",\"version\":\"" HASH "\",\"scan\":\"" HASH
				"\",\"signed\":\"2026-01-01T00:00:00Z\",\"signed_by\":[]}",
				"signed_by", "no party"},
		{"a subject",
				"{\"act\":\"memo-level\",\"subject\":\"war\",\"level\":"
				"\"none\"}",
				"subject", "one of flight, reserved-airspace"},
		{"a level",
				"{\"act\":\"memo-level\",\"subject\":\"flight\","
				"\"level\":\"all\"}",
				"level", "one of none, exchange, coordination"},
		{"nothing declared", "{\"act\":\"memo-declare\"}", "reason", "missing"},
		{"an empty text", "{\"act\":\"memo-declare\",\"reason\":\"\"}", "reason",
				"not empty"},
		{"a clause of another form",
				"{\"act\":\"memo-obligation\",\"clause\":\"A 1\","
				"\"done\":true}",
				"clause", "1 to 32"},
		{"done in words",
				"{\"act\":\"memo-obligation\",\"clause\":\"a\","
				"\"done\":\"yes\"}",
				"done", "true or false"},
		{"not done, and nothing in the way",
				"{\"act\":\"memo-obligation\",\"clause\":\"a\","
				"\"done\":false}",
				"reason", "obstacle"},
		{"an obstacle of blanks",
				"{\"act\":\"memo-obligation\",\"clause\":\"1\",\"done\":false,"
				"\"reason\":\" \\u00a0\"}",
				"reason", "shows something"},
		{"a reason that is not seen",
				"{\"act\":\"memo-declare\",\"reason\":\"\\u202e\\u3164\"}",
				"reason", "shows something"},
		{"a reason of marks alone",
				"{\"act\":\"memo-declare\",\"reason\":\"\\u0301\\ufe0f\"}",
				"reason", "shows something"},
		{"a reason that turns a line around",
				"{\"act\":\"memo-declare\",\"reason\":\"it is \\u202edone\"}",
				"reason", "marks of direction"},
		{"an empty passphrase", "{\"act\":\"memo-resume\",\"passphrase\":\"\"}",
				"passphrase", "not empty"},
};

TEST(v1_memo__what_is_not_as_it_should_be_is_refused_by_name) {
	struct ent_v1_memo memo = {.passphrase_length = 7};
	(void)state_;
	begin();
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		CHECK_ROW(refused[i].why, read_act(refused[i].body, &memo) == ENT_E_SYNTAX);
		if (strstr(fault.where, refused[i].where) == NULL ||
				strstr(fault.why, refused[i].says) == NULL)
			fail_msg("%s: %s: %s", refused[i].why, fault.where, fault.why);
		CHECK_ROW(refused[i].why, memo.passphrase_length == 7 && memo.texts == NULL);
	}
	CHECK(read_draft("{\"document\":\"x\"}", &memo) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "ad_referendum") == 0);
	CHECK(read_draft("{\"document\":\"\",\"ad_referendum\":true}", &memo) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "document") == 0);
	CHECK(read_draft("{\"act\":\"memo-draft\",\"document\":\"x\",\"ad_referendum\":true}",
			      &memo) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "act") == 0);
	end();
}

TEST(v1_memo__a_word_for_received_and_for_agreed_is_no_reason) {
	(void)state_;
	static const struct {
		const char *text;
		bool refused;
	} rows[] = {
			{"Roger", true},
			{"  ROGER!  ", true},
			{"roger that.", true},
			{"Noted", true},
			{"O.K.", true},
			{"Entendu.", true},
			{"Noté", true},
			{"NOTÉ", true},
			{"Принято", true},
			{"\xc2\xabПРИНЯТО\xc2\xbb!", true},
			{"prinyato", true},
			{"عُلِم", true},
			{"تم.", true},
			{"received", false},
			{"agreed", false},
			{"Roger Martin gives notice", false},
			{"Принято решение лететь позже", false},
			{"noted on page 4", false},
			{"отказано", false},
			{"?", false},
			{"\xf0\x9f\x9b\x91", false},
	};
	begin();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ent_v1_memo memo;
		char body[200];
		(void)snprintf(body, sizeof body, "{\"act\":\"memo-declare\",\"reason\":\"%s\"}",
				rows[i].text);
		const ent_status status = read_act(body, &memo);
		CHECK_ROW(rows[i].text, status == (rows[i].refused ? ENT_E_SYNTAX : ENT_OK));
		if (status == ENT_OK)
			ent_v1_memo_finish(&memo);
		else
			CHECK_ROW(fault.why,
					strcmp(fault.where, "reason") == 0 &&
							strstr(fault.why, "say which") != NULL);
	}
	end();
}

/* A reason of so many bytes, each written with six; and so a passphrase. */
static char *long_body(size_t reason, size_t passphrase, size_t spaces) {
	char *body = malloc(6 * (reason + passphrase) + spaces + 100), *at = body;
	CHECK(body != NULL);
	at += sprintf(at, "{\"act\":\"memo-resume\",\"reason\":\"");
	for (size_t i = 0; i < reason; i++)
		at += sprintf(at, "\\u0061");
	at += sprintf(at, "\",\"passphrase\":\"");
	for (size_t i = 0; i < passphrase; i++)
		at += sprintf(at, "\\u0062");
	at += sprintf(at, "\"");
	memset(at, ' ', spaces);
	memcpy(at + spaces, "}", 2);
	return body;
}

TEST(v1_memo__what_is_too_long_is_refused) {
	struct ent_v1_memo memo = {0};
	(void)state_;
	begin();
	char *body = long_body(ENT_MEMO_TEXT_MAX, ENT_V1_PASSPHRASE_MAX, 0);
	CHECK(strlen(body) <= ENT_V1_ACT_MAX && read_act(body, &memo) == ENT_OK);
	CHECK(memo.act.text.size == ENT_MEMO_TEXT_MAX);
	CHECK(memo.passphrase_length == ENT_V1_PASSPHRASE_MAX);
	ent_v1_memo_finish(&memo);
	free(body);
	body = long_body(ENT_MEMO_TEXT_MAX + 1, 1, 0);
	CHECK(read_act(body, &memo) == ENT_E_SYNTAX && strcmp(fault.where, "reason") == 0);
	free(body);
	body = long_body(1, ENT_V1_PASSPHRASE_MAX + 1, 0);
	CHECK(read_act(body, &memo) == ENT_E_SYNTAX && strcmp(fault.where, "passphrase") == 0);
	free(body);
	body = long_body(1, 1, ENT_V1_ACT_MAX);
	CHECK(read_act(body, &memo) == ENT_E_LIMIT);
	CHECK(read_draft(body, &memo) == ENT_E_SYNTAX && strcmp(fault.where, "document") == 0);
	free(body);
	end();
}

static ent_status live(void) {
	struct ent_v1_memo memo = {0};
	ent_status status = ent_json_create(&json);
	if (status == ENT_OK)
		status = read_act("{\"act\":\"memo-declare\",\"reason\":\"x\","
				  "\"passphrase\":\"y\"}",
				&memo);
	CHECK((status == ENT_OK) == (memo.texts != NULL));
	ent_v1_memo_finish(&memo);
	end();
	return status;
}

TEST(v1_memo__memory_that_fails_is_told_and_leaves_nothing_behind) {
	(void)state_;
	CHECK(ent_seal_start() == ENT_OK);
	const int64_t live_before = memory.live;
	memory_begin(0, false);
	CHECK(live() == ENT_OK);
	const uint64_t calls = memory.calls;
	CHECK(calls > 1);
	for (uint64_t at = 1; at <= calls; at++) {
		memory_begin(at, false);
		CHECK(live() == ENT_E_MEMORY);
		memory_begin(0, false);
		CHECK(memory.live == live_before);
	}
	CHECK(live() == ENT_OK);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(v1_memo__a_word_for_received_and_for_agreed_is_no_reason),
			TEST_ENTRY(v1_memo__each_act_is_read_as_the_entry_that_it_becomes),
			TEST_ENTRY(v1_memo__a_draft_may_be_kept_to_some_parties),
			TEST_ENTRY(v1_memo__a_draft_keeps_the_exact_bytes),
			TEST_ENTRY(v1_memo__what_is_not_as_it_should_be_is_refused_by_name),
			TEST_ENTRY(v1_memo__what_is_too_long_is_refused),
			TEST_ENTRY(v1_memo__memory_that_fails_is_told_and_leaves_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
