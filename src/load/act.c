/* SPDX-License-Identifier: Apache-2.0 */
/*
 * act.c: what is done to one record, and what its answer means for it (book.h). A record that a request changes
 * is looked at by no other until that is answered, so each answer has one right value.
 */
#include "run.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scan.h"

#define API "/dss/v1/"

enum { PICKS = 16, COUNTED_EVERY = 16 /* answer of a query is counted */ };

struct kind {
	const char *name, *path, *member;
	unsigned created;
};
static const struct kind kinds[LOAD_KIND_COUNT] = {
#define ROW(name, text, path, member, created) {text, path, member, created},
		LOAD_KIND_MAP(ROW)
#undef ROW
};

static const char *const methods[LOAD_VERB_COUNT] = {
#define ROW(name, text, method) method " ",
		LOAD_VERB_MAP(ROW)
#undef ROW
};

void load_wrong(const struct load_run *run, uint64_t n_before, const struct load_record *record,
		const char *format, ...) {
	char id[ENT_UUID_TEXT_SIZE], why[256];
	va_list arguments;
	if (n_before >= LOAD_WRONG_SHOWN)
		return;
	va_start(arguments, format);
	(void)vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	ent_uuid_print(&record->id, id);
	load_run_clear_progress(run);
	(void)fprintf(stderr, "entente: %s %s: %s\n", kinds[record->kind].name, id, why);
}

/* --- Requests --- */

bool load_act_add(struct load_run *run, struct load_task *task, enum load_kind kind) {
	uint8_t chance[16];
	const uint64_t halves[2] = {load_random(run), load_random(run)};
	uint32_t number;
	if (load_book_add(run->book, kind, &number) != ENT_OK)
		return false;
	struct load_record *record = load_book_at(run->book, number);
	memcpy(chance, halves, sizeof chance);
	record->id = ent_uuid_from_random(chance);
	record->spot = run->mix->together ? 0 : run->next_spot++;
	task->verb = LOAD_CREATE;
	task->kind = kind;
	task->state = LOAD_ACCEPTED;
	task->record = number;
	task->tries = 0;
	task->n_missing = 0;
	return true;
}

bool load_act_pick(struct load_run *run, struct load_task *task, enum load_kind kind, bool change) {
	const uint32_t n = load_book_live(run->book, kind);
	for (int i = 0; n > 0 && i < PICKS; i++) {
		const uint32_t number = load_book_live_at(
				run->book, kind, load_random_below(run, n));
		const struct load_record *record = load_book_at(run->book, number);
		if (!record->writing && (!change || record->readers == 0)) {
			task->kind = kind;
			task->record = number;
			return true;
		}
	}
	return false;
}

void load_act_request(struct load_run *run, struct load_task *task) {
	const struct load_record *record = load_book_at(run->book, task->record);
	const bool has_body = task->verb != LOAD_GET && task->verb != LOAD_DELETE;
	struct load_text *request = &task->request;
	request->size = 0;
	load_put_text(request, methods[task->verb]);
	load_put_text(request, run->options->url.prefix);
	load_put_text(request, API);
	load_put_text(request, kinds[task->kind].path);
	load_put_text(request, "/");
	if (task->verb == LOAD_QUERY)
		load_put_text(request, "query");
	else
		load_put_uuid(request, &record->id);
	if (task->verb == LOAD_UPDATE || task->verb == LOAD_DELETE) {
		load_put_text(request, "/");
		load_put_text(request, record->ovn);
	}
	load_put(request, run->head.bytes, run->head.size);
	if (has_body) {
		run->body.size = 0;
		load_body_put(run, task, &run->body);
		load_put_text(request, "Content-Type: application/json\r\nContent-Length: ");
		load_put_uint(request, run->body.size);
		load_put_text(request, "\r\n\r\n");
		load_put(request, run->body.bytes, run->body.size);
	} else {
		load_put_text(request, "\r\n");
	}
}

static bool only_looks(enum load_verb verb) {
	return verb == LOAD_GET || verb == LOAD_QUERY;
}

void load_act_begin(struct load_run *run, struct load_task *task) {
	struct load_record *record = load_book_at(run->book, task->record);
	assert(!record->writing);
	if (only_looks(task->verb))
		record->readers++;
	else
		record->writing = true;
	/* One that was refused before is sent again. */
	if (task->verb == LOAD_CREATE)
		load_book_set(run->book, task->record, LOAD_NEW);
	run->under_way[task->verb]++;
	task->again = false;
	load_act_request(run, task);
}

/* --- Answers --- */

/* What an answer says of a record. */
struct reference {
	struct load_span ovn, subscription;
	int32_t version;
};

static bool take_reference(const struct load_answer *answer, enum load_kind kind,
		struct reference *ret_reference) {
	const char *end = answer->body + answer->size, *from = answer->body, *at;
	if (!load_scan_name(&from, end, kinds[kind].member))
		return false;
	at = from;
	if (!load_scan_string(&at, end, kind == LOAD_SUBSCRIPTION ? "version" : "ovn",
			    &ret_reference->ovn) ||
			ret_reference->ovn.length == 0 || ret_reference->ovn.length > LOAD_OVN_MAX)
		return false;
	if (kind == LOAD_SUBSCRIPTION)
		return true;
	at = from;
	if (!load_scan_int(&at, end, "version", &ret_reference->version))
		return false;
	at = from;
	return kind != LOAD_INTENT ||
			load_scan_string(&at, end, "subscription_id", &ret_reference->subscription);
}

static void wrong(struct load_run *run, const struct load_task *task, const char *why) {
	load_wrong(run, run->wrong, load_book_at(run->book, task->record), "%s", why);
	run->wrong++;
}

/* A write was acknowledged: what it says is kept. */
static void take_write(
		struct load_run *run, struct load_task *task, const struct load_answer *answer) {
	struct load_record *record = load_book_at(run->book, task->record);
	struct reference reference = {0};
	if (!take_reference(answer, task->kind, &reference) ||
			(task->kind == LOAD_INTENT &&
					ent_uuid_parse(reference.subscription.text,
							reference.subscription.length,
							&record->subscription) != ENT_OK)) {
		wrong(run, task, "the answer to a write lacks what the API says");
		load_book_set(run->book, task->record, LOAD_UNKNOWN);
		return;
	}
	if (task->verb == LOAD_UPDATE && strlen(record->ovn) == reference.ovn.length &&
			memcmp(record->ovn, reference.ovn.text, reference.ovn.length) == 0)
		wrong(run, task, "the OVN is the same after a change");
	record->version = task->verb == LOAD_UPDATE ? record->version + 1 : 1;
	if (task->kind != LOAD_SUBSCRIPTION && reference.version != record->version)
		wrong(run, task, "the version did not go up by one");
	memcpy(record->ovn, reference.ovn.text, reference.ovn.length);
	record->ovn[reference.ovn.length] = '\0';
	record->state = (uint8_t)task->state;
	load_book_set(run->book, task->record, LOAD_LIVE);
}

static void check_get(
		struct load_run *run, struct load_task *task, const struct load_answer *answer) {
	const struct load_record *record = load_book_at(run->book, task->record);
	struct reference reference = {0};
	if (!take_reference(answer, task->kind, &reference))
		wrong(run, task, "the answer to a GET lacks what the API says");
	else if (strlen(record->ovn) != reference.ovn.length ||
			memcmp(record->ovn, reference.ovn.text, reference.ovn.length) != 0)
		wrong(run, task, "another OVN than the one that was acknowledged");
	else if (reference.version != record->version && task->kind != LOAD_SUBSCRIPTION)
		wrong(run, task, "another version than the one that was acknowledged");
}

static void check_query(
		struct load_run *run, struct load_task *task, const struct load_answer *answer) {
	const struct load_record *record = load_book_at(run->book, task->record);
	const char *end = answer->body + answer->size;
	char id[ENT_UUID_TEXT_SIZE];
	ent_uuid_print(&record->id, id);
	if (!load_scan_has(answer->body, answer->size, id, sizeof id - 1)) {
		wrong(run, task, "a query of its area does not find it");
		return;
	}
	if (task->hits == 0 || load_random_below(run, COUNTED_EVERY) != 0)
		return;
	unsigned hits = 0;
	for (const char *at = answer->body; load_scan_name(&at, end, "ovn");)
		hits++;
	if (hits != task->hits)
		load_wrong(run, run->wrong++, record, "a query finds %u in its area instead of %u",
				hits, task->hits);
}

/* The OVNs that a key lacked; false: that was not why, or they cannot be known. */
static bool take_missing(struct load_task *task, const struct load_answer *answer) {
	const char *at = answer->body, *end = answer->body + answer->size;
	struct load_span ovn;
	task->n_missing = 0;
	if (!load_scan_name(&at, end, "missing_operational_intents"))
		return false;
	while (task->n_missing < LOAD_MISSING_MAX && load_scan_string(&at, end, "ovn", &ovn)) {
		/* Another manager's is not told, and has a space in it. */
		if (ovn.length == 0 || ovn.length > LOAD_OVN_MAX ||
				memchr(ovn.text, ' ', ovn.length) != NULL)
			return false;
		memcpy(task->missing[task->n_missing], ovn.text, ovn.length);
		task->missing[task->n_missing++][ovn.length] = '\0';
	}
	return task->n_missing > 0;
}

static unsigned expected_status(const struct load_task *task) {
	return task->verb == LOAD_CREATE ? kinds[task->kind].created : 200;
}

/* What was asked for was not done, or nobody knows. */
static void take_refusal(
		struct load_run *run, struct load_task *task, const struct load_answer *answer) {
	const bool known = answer != NULL && answer->status >= 400 && answer->status < 500;
	const bool writes = !only_looks(task->verb);
	if (known && answer->status == 404 && task->verb != LOAD_CREATE && task->verb != LOAD_QUERY)
		wrong(run, task, "it was acknowledged, and is 404");
	if (writes && !known)
		load_book_set(run->book, task->record, LOAD_UNKNOWN);
	else if (task->verb == LOAD_CREATE)
		load_book_set(run->book, task->record, LOAD_GONE);
}

/* What is kept of the answer. */
static void take_answer(
		struct load_run *run, struct load_task *task, const struct load_answer *answer) {
	switch (task->verb) {
	case LOAD_CREATE:
	case LOAD_UPDATE:
		take_write(run, task, answer);
		break;
	case LOAD_DELETE:
		load_book_set(run->book, task->record, LOAD_GONE);
		break;
	case LOAD_GET:
		check_get(run, task, answer);
		break;
	case LOAD_QUERY:
		check_query(run, task, answer);
		break;
	case LOAD_VERB_COUNT:
		break;
	}
}

static void count(struct load_run *run, const struct load_task *task,
		const struct load_answer *answer, bool fine, int64_t took_ns) {
	struct load_tally *tally = run->tally;
	if (!run->counting)
		return;
	tally->requests++;
	if (answer != NULL) {
		load_histogram_add(&tally->took, took_ns);
		load_histogram_add(&tally->by_act[task->kind][task->verb], took_ns);
	}
	if (task->again) {
		tally->conflicts++;
	} else if (!fine) {
		tally->errors++;
		tally->by_status[answer != NULL ? answer->status : LOAD_STATUS_LOST]++;
	}
}

void load_act_end(struct load_run *run, struct load_task *task, const struct load_answer *answer,
		int64_t took_ns) {
	struct load_record *record = load_book_at(run->book, task->record);
	const bool fine = answer != NULL && answer->status == expected_status(task);
	if (only_looks(task->verb))
		record->readers--;
	else
		record->writing = false;
	run->under_way[task->verb]--;
	if (fine)
		take_answer(run, task, answer);
	else
		take_refusal(run, task, answer);
	/* Refused for now; it is new again when it is sent again. */
	task->again = run->mix->together && !fine && answer != NULL && answer->status == 409 &&
			task->verb == LOAD_CREATE && ++task->tries < LOAD_TRIES_MAX &&
			take_missing(task, answer);
	count(run, task, answer, fine, took_ns);
}
