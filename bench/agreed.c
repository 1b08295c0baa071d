/* SPDX-License-Identifier: Apache-2.0 */
/* agreed.c: see agreed.h. */
#include "agreed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/text.h"
#include "entries.h"
#include "measure.h"

enum { ROOM = ENT_MEMODOC_SIZE_MAX, WAIT_S = 120 };

static void pause_ms(long ms) {
	const struct timespec pause = {.tv_nsec = ms * 1000000};
	(void)nanosleep(&pause, NULL);
}

/* --- Made --- */

/* All of 'find' by 'put', in place; false: there is none, or no room. */
static bool replace(char *text, const char *find, const char *put) {
	const size_t old = strlen(find), new = strlen(put);
	bool any = false;
	for (char *at = text; (at = strstr(at, find)) != NULL; at += new, any = true) {
		if (strlen(text) + new >= ROOM)
			return false;
		memmove(at + new, at + old, strlen(at + old) + 1);
		for (size_t i = 0; i < new; i++)
			at[i] = put[i];
	}
	return any;
}

static bool fill_in(struct agreed *agreed, const char *const party[1 + AGREED_OTHERS]) {
	char *text = agreed->document, *end = strstr(text, ",\n  \"replaces\"");
	char from[ENT_TEXT_TIME_SIZE], until[ENT_TEXT_TIME_SIZE], more[256], quoted[64];
	if (end == NULL)
		return false;
	memcpy(end, "\n}\n", 4);
	(void)ent_text_print_time(agreed->from_utc_us, from);
	(void)ent_text_print_time(agreed->from_utc_us + INT64_C(86400000000), until);
	(void)snprintf(quoted, sizeof quoted, "\"id\": \"%s\"", agreed->id);
	(void)snprintf(more, sizeof more,
			"\"parties\": [{\"id\":\"%s\",\"name\":\"Bench 3\"},"
			"{\"id\":\"%s\",\"name\":\"Bench 4\"},",
			party[3], party[4]);
	return replace(text, "00000000000000aa", party[0]) &&
			replace(text, "00000000000000bb", party[1]) &&
			replace(text, "00000000000000cc", party[2]) &&
			replace(text, "\"parties\": [", more) &&
			replace(text, "\"id\": \"north-corridor\"", quoted) &&
			replace(text, "2027-01-01T00:00:00Z", from) &&
			replace(text, "2027-01-02T00:00:00Z", from) &&
			replace(text, "2028-01-01T00:00:00Z", until);
}

bool agreed_make(struct agreed *ret_agreed, unsigned number, const char *path,
		const char *const party[1 + AGREED_OTHERS], int64_t from_utc_us) {
	FILE *file = fopen(path, "re");
	/* To the second: so people write it. */
	*ret_agreed = (struct agreed){.document = calloc(1, ROOM + 1),
			.from_utc_us = from_utc_us / 1000000 * 1000000};
	(void)snprintf(ret_agreed->id, sizeof ret_agreed->id, "bench-%u", number);
	const bool read = file != NULL && ret_agreed->document != NULL &&
			fread(ret_agreed->document, 1, ROOM / 2, file) > 0;
	if (file != NULL)
		(void)fclose(file);
	if (!read || !fill_in(ret_agreed, party))
		return false;
	ent_seal_sha256(ret_agreed->document, strlen(ret_agreed->document), &ret_agreed->hash);
	return true;
}

/* --- Acts --- */

static bool act(const struct agreed *agreed, struct ent_memoranda *memoranda,
		const struct ent_sign_key *key, const struct ent_memo_act *act_,
		struct ent_memoranda_done *ret_done) {
	const struct ent_memoranda_act asked = {.memorandum = agreed->id, .act = act_, .key = key};
	ent_memoranda_do(memoranda, &asked, ret_done);
	return ret_done->status == ENT_OK;
}

static bool say(const struct agreed *agreed, const struct ent_memoranda_done *done) {
	(void)fprintf(stderr, "bench_peers: %s: %s: %s\n", agreed->id, done->fault.where,
			done->fault.why[0] != '\0' ? done->fault.why
						   : ent_status_text(done->status));
	return false;
}

bool agreed_draft(const struct agreed *agreed, struct ent_memoranda *memoranda,
		const struct ent_sign_key *key) {
	const struct ent_memo_act draft = {.kind = ENT_MEMO_ACT_DRAFT,
			.document = {agreed->document, strlen(agreed->document)}};
	struct ent_memoranda_done done;
	return act(agreed, memoranda, key, &draft, &done) || say(agreed, &done);
}

bool agreed_sign(const struct agreed *agreed, struct ent_memoranda *memoranda,
		const struct ent_sign_key *key) {
	const struct ent_memo_act sign = {.kind = ENT_MEMO_ACT_SIGN, .version = agreed->hash};
	const double start_s = measure_now_s();
	struct ent_memoranda_done done;
	while (!act(agreed, memoranda, key, &sign, &done)) {
		if (measure_now_s() - start_s > WAIT_S)
			return say(agreed, &done);
		pause_ms(20);
	}
	return true;
}

/* --- In force --- */

static bool is_in_force(const struct agreed *agreed, struct ent_memoranda *memoranda) {
	static struct ent_jsonout out; /* large */
	struct ent_jsonout_memory text = {.limit = 1 << 24};
	ent_jsonout_init(&out, ent_jsonout_to_memory, &text, 0);
	ent_jsonout_object_begin(&out);
	ent_status status = ent_memoranda_write(memoranda, agreed->id, entry_clock(NULL), &out);
	ent_jsonout_object_end(&out);
	if (status == ENT_OK)
		status = ent_jsonout_finish(&out);
	if (status == ENT_OK)
		status = ent_jsonout_to_memory(&text, "", 1);
	const bool in_force = status == ENT_OK &&
			strstr(text.bytes, "\"status\":\"in force\"") != NULL;
	free(text.bytes);
	return in_force;
}

bool agreed_wait(const struct agreed *agreed, struct ent_memoranda *memoranda) {
	const double start_s = measure_now_s();
	while (!is_in_force(agreed, memoranda)) {
		if (measure_now_s() - start_s > WAIT_S)
			return false;
		pause_ms(50);
	}
	return true;
}
