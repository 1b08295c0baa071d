/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: after the load, what was acknowledged is asked for, and each answer is read in full: what is live must
 * be there with its OVN, version and state; what was deleted, or refused when it was to be created, must be 404.
 * What was lost on the way is not asked for.
 */
#include "run.h"

#include <string.h>

enum { TRIES_MAX = 3 /* of a GET that is lost, or answered 429 or 5xx */ };

#define CHECK_NS (INT64_C(3600) * 1000000000)

static const char *const members[LOAD_KIND_COUNT] = {
#define ROW(name, text, path, member, created) member,
		LOAD_KIND_MAP(ROW)
#undef ROW
};

/* --- One answer --- */

static void wrong(struct load_run *run, const struct load_record *record, const char *why) {
	load_wrong(run, run->wrong + run->checked.wrong, record, "%s", why);
	run->checked.wrong++;
}

static bool string_is(struct ent_json_value object, const char *name, const char *expected) {
	struct ent_json_value value;
	return ent_json_member(object, name, &value) && ent_json_string_is(value, expected);
}

static const char *compare(const struct load_record *record, struct ent_json_value found) {
	struct ent_json_value value;
	int64_t version = 0;
	char id[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(&record->id, id);
	if (!string_is(found, "id", id))
		return "another id in its answer";
	if (record->kind == LOAD_SUBSCRIPTION)
		return string_is(found, "version", record->ovn)
				? NULL
				: "another version than the one that was acknowledged";
	if (!string_is(found, "ovn", record->ovn))
		return "another OVN than the one that was acknowledged";
	if (!ent_json_member(found, "version", &value) || !ent_json_int(value, &version) ||
			version != record->version)
		return "another version than the one that was acknowledged";
	if (record->kind == LOAD_INTENT &&
			!string_is(found, "state", load_state_text((enum load_state)record->state)))
		return "another state than the one that was acknowledged";
	return NULL;
}

static void check_live(struct load_run *run, const struct load_record *record,
		const struct load_answer *answer) {
	struct ent_json_value root, found;
	if (answer->status == 404) {
		wrong(run, record, "it was acknowledged, and is 404");
		return;
	}
	if (answer->status != 200) {
		load_wrong(run, run->wrong + run->checked.wrong, record,
				"it was acknowledged, and its GET is answered %u", answer->status);
		run->checked.wrong++;
		return;
	}
	if (ent_json_parse(run->json, answer->body, answer->size, NULL, &root, NULL) != ENT_OK ||
			!ent_json_member(root, members[record->kind], &found)) {
		wrong(run, record, "the answer to its GET is not what the API says");
		return;
	}
	const char *why = compare(record, found);
	if (why != NULL)
		wrong(run, record, why);
}

/* A GET that tells nothing yet. */
static bool try_again(struct load_task *task, const struct load_answer *answer) {
	const bool tells = answer != NULL && answer->status != 429 && answer->status < 500;
	return !tells && ++task->tries < TRIES_MAX;
}

/* --- All of them --- */

static bool is_known(const struct load_record *record) {
	return record->standing == LOAD_LIVE || record->standing == LOAD_GONE;
}

/* False: that were all. */
static bool next_known(struct load_run *run, uint32_t *ret_record) {
	while (run->next_check < load_book_size(run->book)) {
		*ret_record = run->next_check++;
		if (is_known(load_book_at(run->book, *ret_record)))
			return true;
	}
	return false;
}

static enum load_step next(void *user, unsigned lane, const char **ret_bytes, size_t *ret_size) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	if (!task->again) {
		if (!next_known(run, &task->record))
			return run->n_unsettled > 0 ? LOAD_WAIT : LOAD_END;
		task->kind = (enum load_kind)load_book_at(run->book, task->record)->kind;
		task->verb = LOAD_GET;
		task->tries = 0;
		run->n_unsettled++;
	}
	task->again = false;
	load_act_request(run, task);
	*ret_bytes = task->request.bytes;
	*ret_size = task->request.size;
	return LOAD_SEND;
}

static void done(void *user, unsigned lane, const struct load_answer *answer, int64_t took_ns) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	const struct load_record *record = load_book_at(run->book, task->record);
	(void)took_ns;
	task->again = try_again(task, answer);
	if (task->again)
		return;
	run->n_unsettled--;
	run->done++;
	if (answer == NULL)
		wrong(run, record, "its GET is not answered");
	else if (record->standing == LOAD_LIVE)
		check_live(run, record, answer);
	else if (answer->status != 404)
		wrong(run, record, "it was deleted or refused, and is not 404");
}

ent_status load_run_check(struct load_run *run, struct ent_fault *reterr_fault) {
	const struct load_script script = {run, next, done, load_run_tick};
	struct load_checked *checked = &run->checked;
	for (uint32_t i = 0; i < load_book_size(run->book); i++) {
		const uint8_t standing = load_book_at(run->book, i)->standing;
		checked->live += standing == LOAD_LIVE;
		checked->gone += standing == LOAD_GONE;
		checked->unknown += standing == LOAD_UNKNOWN || standing == LOAD_NEW;
	}
	if (ent_json_create(&run->json) != ENT_OK) {
		ent_fault_set(reterr_fault, "", "%s", ent_status_text(ENT_E_MEMORY));
		return ENT_E_MEMORY;
	}
	run->phase = "checking";
	run->done = 0;
	run->of = checked->live + checked->gone;
	for (unsigned i = 0; i < run->connections; i++)
		run->tasks[i].again = false;
	const ent_status status = load_client_run(
			run->client, &script, load_now_mono_ns() + CHECK_NS, reterr_fault);
	checked->looked_at = run->done;
	return status;
}
