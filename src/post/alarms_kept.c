/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alarms_kept.c: DIR/alarms, a file for each alarm of a kind that does not come again by itself after a start (post.h says which):
 * "<slot>.alarm", a JSON object (docs/formats.md). Each alarm has a slot as long as it is remembered, and a slot that has no such
 * alarm has no file: so there are as many files as alarms at the most, whatever comes from outside.
 *
 *     raised, told again     -> its slot is changed -> written, and then told
 *     forgotten, one of many -> its slot is changed -> written or removed by who calls each second, or at the end
 *
 * So what was told is there after a node was killed. Who raises one waits for its file, and perhaps for a few of others'. From one pass
 * to the next only so many are written at once, and fewer because of one peer, and a pass begins behind the last slot of the one before: a flood is no load on the disk, and costs nobody else's
 * alarm its place. Of a flood itself a node that is killed may have some in its log alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/json.h"
#include "entente/jsonout.h"
#include "entente/text.h"
#include "internal.h"

#define FOLDER "alarms"
#define ENDING ".alarm"
enum {
	NAME_SIZE = ENT_POST_KEPT_SIZE - sizeof FOLDER,
	/* All texts of an alarm at their longest, each byte escaped as six. */
	KEPT_SIZE = 6 * (sizeof(struct ent_post_alarm)) + 512
};

bool alarms_is_kept(enum ent_post_alarm_kind kind) {
	static const bool kept[ENT_POST_ALARM_KINDS] = {[ENT_POST_WENT_BACK] = true,
			[ENT_POST_OLD_COPY] = true,
			[ENT_POST_OLD_KEYS] = true,
			[ENT_POST_FALSE_NOTE] = true,
			[ENT_POST_UNPROVEN] = true,
			[ENT_POST_FORGED] = true,
			[ENT_POST_BAD_ENTRY] = true,
			[ENT_POST_TOO_MUCH] = true,
			[ENT_POST_UNASKED] = true};
	return kept[kind];
}

static void name_of(unsigned slot, char ret_name[NAME_SIZE]) {
	(void)snprintf(ret_name, NAME_SIZE, "%u" ENDING, slot);
}

void alarms_file(unsigned slot, char ret_file[ENT_POST_KEPT_SIZE]) {
	(void)snprintf(ret_file, ENT_POST_KEPT_SIZE, FOLDER "/%u" ENDING, slot);
}

/* --- Writing --- */

static void write_text(struct ent_jsonout *out, const char *name, const char *text) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, text);
}

static void write_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	ent_jsonout_time(out, utc_us);
}

static ent_status print(const struct ent_post_alarm *alarm, struct ent_jsonout_memory *memory) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_memory, memory, 1);
	ent_jsonout_object_begin(&out);
	write_text(&out, "kind", ent_post_alarm_word(alarm->kind));
	write_text(&out, "peer", alarm->peer);
	write_text(&out, "ledger", alarm->ledger);
	write_text(&out, "where", alarm->fault.where);
	write_text(&out, "why", alarm->fault.why);
	write_time(&out, "first", alarm->first_utc_us);
	write_time(&out, "last", alarm->last_utc_us);
	ent_jsonout_name(&out, "times");
	ent_jsonout_uint(&out, alarm->times);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

static ent_status write_one(struct ent_post *post, const char *name,
		const struct ent_post_alarm *alarm, struct ent_fault *fault) {
	struct ent_jsonout_memory memory = {.limit = KEPT_SIZE};
	ent_status status = print(alarm, &memory);
	if (status == ENT_OK)
		status = folder_write(&post->alarm_files, name, memory.bytes, memory.size, fault);
	free(memory.bytes);
	return status;
}

/* Has it changed? Then the alarm that is to be kept of it. */
static bool take_changed(struct ent_post *post, unsigned slot, bool *ret_is_kept,
		struct ent_post_alarm *ret_alarm) {
	*ret_is_kept = false;
	(void)pthread_mutex_lock(&post->lock);
	const bool changed = post->alarm_changed[slot];
	post->alarm_changed[slot] = false;
	for (size_t i = 0; changed && i < post->n_alarms; i++)
		if (post->alarms[i].slot == slot) {
			*ret_alarm = post->alarms[i].alarm;
			*ret_is_kept = alarms_is_kept(ret_alarm->kind) && !post->alarms[i].closed;
		}
	(void)pthread_mutex_unlock(&post->lock);
	return changed;
}

static void put_back(struct ent_post *post, unsigned slot) {
	(void)pthread_mutex_lock(&post->lock);
	post->alarm_changed[slot] = true;
	(void)pthread_mutex_unlock(&post->lock);
}

ent_status alarms_remove(struct ent_post *post, unsigned slot, struct ent_fault *reterr_fault) {
	char name[NAME_SIZE];
	name_of(slot, name);
	return folder_remove(&post->alarm_files, name, reterr_fault);
}

/* By who holds 'keeping'. What fails is told when the one before did not. */
static ent_status bring_up_to_date(struct ent_post *post, unsigned slot, bool *ret_changed) {
	struct ent_post_alarm alarm;
	struct ent_fault fault = {{0}, {0}};
	char name[NAME_SIZE];
	bool is_kept = false;
	*ret_changed = take_changed(post, slot, &is_kept, &alarm);
	if (!*ret_changed)
		return ENT_OK;
	name_of(slot, name);
	const ent_status status = is_kept ? write_one(post, name, &alarm, &fault)
					  : alarms_remove(post, slot, &fault);
	if (status != ENT_OK)
		put_back(post, slot);
	if (status != ENT_OK && !post->alarm_failed)
		post_say(post, ENT_SCRIBE_ERROR, "alarms are not kept: %s: %s", fault.where,
				status == ENT_E_IO ? fault.why : ent_status_text(status));
	post->alarm_failed = post->alarm_failed || status != ENT_OK;
	return status == ENT_OK || status == ENT_E_MEMORY ? status : ENT_E_IO;
}

ent_status alarms_write(struct ent_post *post, size_t most) {
	ent_status status = ENT_OK;
	for (unsigned i = 0; i < ENT_POST_ALARMS_MAX && most > 0; i++) {
		bool changed = false;
		/* One file at a time: who raises an alarm meanwhile waits for no more. */
		(void)pthread_mutex_lock(&post->keeping);
		const unsigned slot = post->alarm_next;
		post->alarm_next = (slot + 1) % ENT_POST_ALARMS_MAX;
		const ent_status one = bring_up_to_date(post, slot, &changed);
		(void)pthread_mutex_unlock(&post->keeping);
		/* One that cannot be written keeps none of the others from it. */
		status = status == ENT_OK ? one : status;
		most -= changed;
	}
	(void)pthread_mutex_lock(&post->keeping);
	post->alarm_failed = post->alarm_failed && status != ENT_OK;
	(void)pthread_mutex_unlock(&post->keeping);
	return status;
}

/* False: there were enough since the last pass, of all or because of this peer. */
static bool may_write_now(struct ent_post *post, const char *peer) {
	size_t of_peer = 0;
	(void)pthread_mutex_lock(&post->lock);
	for (size_t i = 0; i < post->n_at_once; i++)
		of_peer += strcmp(post->at_once[i], peer) == 0;
	const bool may = post->n_at_once < ALARMS_AT_ONCE_MAX && of_peer < ALARMS_AT_ONCE_OF_PEER;
	if (may)
		(void)snprintf(post->at_once[post->n_at_once++], ENT_PARTY_ID_SIZE, "%s", peer);
	(void)pthread_mutex_unlock(&post->lock);
	return may;
}

void alarms_write_now(struct ent_post *post, unsigned slot, const char *peer) {
	bool changed = false;
	if (!may_write_now(post, peer))
		return;
	(void)pthread_mutex_lock(&post->keeping);
	const ent_status status = bring_up_to_date(post, slot, &changed);
	(void)pthread_mutex_unlock(&post->keeping);
	/* It was told, and the next pass tries again. */
	(void)status;
}

ent_status ent_post_keep(struct ent_post *post) {
	(void)pthread_mutex_lock(&post->lock);
	post->n_at_once = 0;
	(void)pthread_mutex_unlock(&post->lock);
	return alarms_write(post, ALARMS_WRITTEN_MAX);
}

/* --- Reading --- */

/* What was no UTF-8 has become longer; it is cut, between two characters. */
static bool read_text(struct ent_json_value root, const char *name, char *ret_text, size_t size) {
	struct ent_json_value value;
	const char *text = NULL;
	size_t length = 0;
	if (!ent_json_member(root, name, &value) || !ent_json_string(value, &text, &length) ||
			memchr(text, '\0', length) != NULL)
		return false;
	if (length >= size)
		for (length = size - 1; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
			length--;
	memcpy(ret_text, text, length);
	ret_text[length] = '\0';
	return true;
}

static bool read_time(struct ent_json_value root, const char *name, int64_t *ret_utc_us) {
	char text[ENT_TEXT_TIME_SIZE];
	return read_text(root, name, text, sizeof text) &&
			ent_text_parse_time(text, strlen(text), ret_utc_us, NULL) == ENT_OK;
}

static bool read_kind(struct ent_json_value root, enum ent_post_alarm_kind *ret_kind) {
	struct ent_json_value value;
	if (!ent_json_member(root, "kind", &value))
		return false;
	for (int kind = 0; kind < ENT_POST_ALARM_KINDS; kind++) {
		*ret_kind = (enum ent_post_alarm_kind)kind;
		if (alarms_is_kept(*ret_kind) &&
				ent_json_string_is(value, ent_post_alarm_word(*ret_kind)))
			return true;
	}
	return false;
}

static bool read_alarm(struct ent_json_value root, struct ent_post_alarm *ret_alarm) {
	struct ent_json_value value;
	int64_t times = 0;
	if (!read_kind(root, &ret_alarm->kind) ||
			!read_text(root, "peer", ret_alarm->peer, sizeof ret_alarm->peer) ||
			!read_text(root, "ledger", ret_alarm->ledger, sizeof ret_alarm->ledger) ||
			!read_text(root, "where", ret_alarm->fault.where,
					sizeof ret_alarm->fault.where) ||
			!read_text(root, "why", ret_alarm->fault.why,
					sizeof ret_alarm->fault.why) ||
			!read_time(root, "first", &ret_alarm->first_utc_us) ||
			!read_time(root, "last", &ret_alarm->last_utc_us) ||
			!ent_json_member(root, "times", &value) || !ent_json_int(value, &times) ||
			times < 1)
		return false;
	ret_alarm->times = (uint64_t)times;
	return true;
}

struct recalled {
	struct ent_post_alarm alarm;
	unsigned slot;
};
struct recalling {
	struct ent_post *post;
	struct ent_json *json;
	bool found[ENT_POST_ALARMS_MAX]; /* by slot */
	struct recalled recalled[ENT_POST_ALARMS_MAX];
	size_t n;
	char text[KEPT_SIZE];
};

/* Names of another form are no business of ours. */
static ent_status found_file(void *user, const char *file) {
	struct recalling *recalling = user;
	char name[NAME_SIZE];
	for (unsigned slot = 0; slot < ENT_POST_ALARMS_MAX; slot++) {
		name_of(slot, name);
		recalling->found[slot] = recalling->found[slot] || strcmp(name, file) == 0;
	}
	return ENT_OK;
}

/* What cannot be read says nothing to anybody; it stays until its slot is needed. */
static ent_status read_one(struct recalling *recalling, unsigned slot) {
	struct ent_post *post = recalling->post;
	struct recalled *recalled = &recalling->recalled[recalling->n];
	struct ent_json_value root;
	char name[NAME_SIZE];
	size_t length = 0;
	name_of(slot, name);
	ent_status status = folder_read(
			&post->alarm_files, name, recalling->text, sizeof recalling->text, &length);
	if (status == ENT_OK)
		status = ent_json_parse(
				recalling->json, recalling->text, length, NULL, &root, NULL);
	if (status == ENT_E_MEMORY)
		return status;
	*recalled = (struct recalled){.slot = slot};
	if (status == ENT_OK && read_alarm(root, &recalled->alarm))
		recalling->n++;
	else
		post_say(post, ENT_SCRIBE_ERROR,
				FOLDER "/%s is not what it should be; what it kept is not known",
				name);
	return ENT_OK;
}

static int by_first(const void *a, const void *b) {
	const struct recalled *x = a, *y = b;
	return (x->alarm.first_utc_us > y->alarm.first_utc_us) -
			(x->alarm.first_utc_us < y->alarm.first_utc_us);
}

static bool is_there(const struct ent_post *post, const struct ent_post_alarm *alarm) {
	for (size_t i = 0; i < post->n_alarms; i++)
		if (alarms_are_same(&post->alarms[i].alarm, alarm))
			return true;
	return false;
}

/* Each stays in the file that it has. One that is there twice, as after a power cut, loses the second. */
static void recall(struct recalling *recalling) {
	struct ent_post *post = recalling->post;
	qsort(recalling->recalled, recalling->n, sizeof recalling->recalled[0], by_first);
	for (size_t i = 0; i < recalling->n; i++) {
		const struct recalled *recalled = &recalling->recalled[i];
		if (is_there(post, &recalled->alarm)) {
			post->alarm_changed[recalled->slot] = true;
			continue;
		}
		struct alarm *alarm = alarms_add(post, &recalled->alarm);
		alarm->slot = recalled->slot;
		alarm->recalled = true;
		alarms_say(post, &alarm->alarm, ", from before the start");
	}
}

ent_status alarms_open(struct ent_post *post, struct ent_fault *reterr_fault) {
	struct recalling *recalling = calloc(1, sizeof *recalling);
	if (recalling == NULL)
		return ENT_E_MEMORY;
	recalling->post = post;
	ent_status status = folder_open(&post->alarm_files, post->directory, FOLDER, reterr_fault);
	if (status == ENT_OK)
		status = folder_list(&post->alarm_files, found_file, recalling);
	if (status == ENT_OK)
		status = ent_json_create(&recalling->json);
	for (unsigned slot = 0; status == ENT_OK && slot < ENT_POST_ALARMS_MAX; slot++)
		if (recalling->found[slot])
			status = read_one(recalling, slot);
	if (status == ENT_OK)
		recall(recalling);
	if (status == ENT_E_IO && reterr_fault != NULL && reterr_fault->why[0] == '\0')
		ent_fault_set(reterr_fault, FOLDER, "the folder cannot be read");
	ent_json_destroy(recalling->json);
	free(recalling);
	return status;
}
