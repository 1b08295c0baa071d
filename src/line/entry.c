/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c: entries of a line as bytes. Each has one spelling, so it is read by what must come next:
 *
 *     {"seq":N,"time_us":N,"kind":"...","class":"...", and of a
 *     line-test       "period_from_us":N,"period_us":N}
 *     line-receipt    "of":{"ledger":"...","seq":N,"leaf":"<64 hex digits>"}}
 *     purge-receipt   likewise
 *     line-result     "period_from_us":N,"result":"..."}
 *     line-epoch      "before":"...","checkpoint":"..."}       a newline in it is written \n
 */
#include "entente/line.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HEX_LENGTH = 2 * ENT_HASH_SIZE, DECIMAL_LENGTH_MAX = 19, WORD_MAX = 80 };

static const char digits[] = "0123456789abcdef";

static const char *const kinds[ENT_LINE_KINDS] = {
#define KIND_TEXT(name, text) [ENT_LINE_KIND_##name] = (text),
		ENT_LINE_KIND_MAP(KIND_TEXT)};
static const char *const classes[ENT_CLASS_COUNT] = {
#define CLASS_TEXT(name, text) [ENT_CLASS_##name] = (text),
		ENT_CLASS_MAP(CLASS_TEXT)};
static const char *const results[ENT_LINE_RESULTS] = {
#define RESULT_TEXT(name, text) [ENT_LINE_##name] = (text),
		ENT_LINE_RESULT_MAP(RESULT_TEXT)};

const char *ent_line_result_text(enum ent_line_result result) {
	return results[result];
}

/* --- Out --- */

static void print_hex(const struct ent_hash *hash, char ret_text[HEX_LENGTH + 1]) {
	for (size_t i = 0; i < ENT_HASH_SIZE; i++) {
		ret_text[2 * i] = digits[hash->bytes[i] >> 4];
		ret_text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	ret_text[HEX_LENGTH] = '\0';
}

/* "before":"...","checkpoint":"..."}: a note has nothing to be escaped but its newlines. */
static size_t print_epoch(const struct ent_line_entry *entry, char *at, size_t room) {
	size_t size = (size_t)snprintf(
			at, room, "\"before\":\"%s\",\"checkpoint\":\"", entry->ledger);
	for (const char *from = entry->checkpoint; *from != '\0'; from++) {
		assert(size + 2 < room);
		if (*from == '\n')
			at[size++] = '\\';
		at[size++] = *from == '\n' ? 'n' : *from;
	}
	return size + (size_t)snprintf(at + size, room - size, "\"}");
}

size_t ent_line_entry_print(
		const struct ent_line_entry *entry, char ret_bytes[ENT_LINE_ENTRY_SIZE]) {
	char hex[HEX_LENGTH + 1], *at = ret_bytes;
	size_t room = ENT_LINE_ENTRY_SIZE;
	assert(entry->kind != ENT_LINE_KIND_OTHER && entry->kind < ENT_LINE_KINDS);
	const size_t front = (size_t)snprintf(at, room,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64
			",\"kind\":\"%s\",\"class\":\"%s\",",
			entry->seq, entry->time_utc_us, kinds[entry->kind], classes[entry->class]);
	size_t rest = 0;
	at += front;
	room -= front;
	if (entry->kind == ENT_LINE_KIND_CHECK) {
		rest = (size_t)snprintf(at, room,
				"\"period_from_us\":%" PRId64 ",\"period_us\":%" PRId64 "}",
				entry->period_from_utc_us, entry->period_us);
	} else if (entry->kind == ENT_LINE_KIND_RECEIPT || entry->kind == ENT_LINE_KIND_PURGE) {
		print_hex(&entry->leaf, hex);
		rest = (size_t)snprintf(at, room,
				"\"of\":{\"ledger\":\"%s\",\"seq\":%" PRIu64 ",\"leaf\":\"%s\"}}",
				entry->ledger, entry->number, hex);
	} else if (entry->kind == ENT_LINE_KIND_EPOCH) {
		rest = print_epoch(entry, at, room);
	} else {
		rest = (size_t)snprintf(at, room,
				"\"period_from_us\":%" PRId64 ",\"result\":\"%s\"}",
				entry->period_from_utc_us, results[entry->result]);
	}
	assert(rest < room);
	return front + rest;
}

/* --- In --- */

struct scan {
	const char *at, *end;
	struct ent_fault *fault;
};

static bool refuse(const struct scan *scan, const char *member) {
	ent_fault_set(scan->fault, member, "missing, or not what an entry has there");
	return false;
}

static bool skip(struct scan *scan, const char *text) {
	const size_t length = strlen(text);
	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, text, length) != 0)
		return false;
	scan->at += length;
	return true;
}

static bool take_number(struct scan *scan, int64_t most, int64_t *ret_number) {
	int64_t number = 0;
	size_t length = 0;
	const char *from = scan->at;
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
		/* 18 digits fit whatever they are. */
		if (++length >= DECIMAL_LENGTH_MAX)
			return false;
		number = number * 10 + (*scan->at++ - '0');
	}
	if (length == 0 || (*from == '0' && length > 1) || number > most)
		return false;
	*ret_number = number;
	return true;
}

/* A string without anything that would be escaped in it, terminated. */
static bool take_word(struct scan *scan, char ret_word[WORD_MAX]) {
	size_t length = 0;
	if (!skip(scan, "\""))
		return false;
	while (scan->at < scan->end && *scan->at != '"') {
		if (*scan->at < 0x20 || *scan->at == '\\' || *scan->at == 0x7f ||
				length + 1 == WORD_MAX)
			return false;
		ret_word[length++] = *scan->at++;
	}
	ret_word[length] = '\0';
	return skip(scan, "\"");
}

static bool take_one_of(struct scan *scan, const char *const *words, int first, int n, int *ret) {
	char word[WORD_MAX];
	if (!take_word(scan, word))
		return false;
	for (int i = first; i < n; i++)
		if (strcmp(words[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static bool take_front(struct scan *scan, struct ent_line_entry *entry) {
	char word[WORD_MAX] = "";
	int64_t seq = 0;
	int class = 0;
	if (!skip(scan, "{\"seq\":") || !take_number(scan, INT64_MAX, &seq))
		return refuse(scan, "seq");
	if (!skip(scan, ",\"time_us\":") ||
			!take_number(scan, ENT_LINE_TIME_MOST_US, &entry->time_utc_us))
		return refuse(scan, "time_us");
	if (!skip(scan, ",\"kind\":") || !take_word(scan, word) || word[0] == '\0')
		return refuse(scan, "kind");
	if (!skip(scan, ",\"class\":") || !take_one_of(scan, classes, 0, ENT_CLASS_COUNT, &class))
		return refuse(scan, "class");
	entry->seq = (uint64_t)seq;
	entry->class = (enum ent_class) class;
	entry->kind = ENT_LINE_KIND_OTHER;
	for (int kind = 0; kind < ENT_LINE_KINDS; kind++)
		if (strcmp(kinds[kind], word) == 0)
			entry->kind = (enum ent_line_kind)kind;
	return true;
}

static bool take_period(struct scan *scan, struct ent_line_entry *entry) {
	return (skip(scan, ",\"period_from_us\":") &&
			       take_number(scan, ENT_LINE_TIME_MOST_US,
					       &entry->period_from_utc_us)) ||
			refuse(scan, "period_from_us");
}

static bool take_test(struct scan *scan, struct ent_line_entry *entry) {
	if (!take_period(scan, entry))
		return false;
	return (skip(scan, ",\"period_us\":") &&
			       take_number(scan, ENT_LINE_PERIOD_MOST_US, &entry->period_us) &&
			       entry->period_us >= ENT_LINE_PERIOD_LEAST_US) ||
			refuse(scan, "period_us");
}

static bool take_leaf(struct scan *scan, struct ent_hash *ret_leaf) {
	for (size_t i = 0; i < HEX_LENGTH; i++) {
		const char *digit = scan->at < scan->end && *scan->at != '\0'
				? strchr(digits, *scan->at)
				: NULL;
		if (digit == NULL)
			return false;
		const unsigned value = (unsigned)(digit - digits);
		ret_leaf->bytes[i / 2] = (uint8_t)((unsigned)ret_leaf->bytes[i / 2] << 4 | value);
		scan->at++;
	}
	return true;
}

static bool take_receipt(struct scan *scan, struct ent_line_entry *entry) {
	int64_t number = 0;
	_Static_assert((int)ENT_LINE_NAME_SIZE == (int)WORD_MAX, "a word has room for a name");
	if (!skip(scan, ",\"of\":{\"ledger\":") || !take_word(scan, entry->ledger))
		return refuse(scan, "of.ledger");
	if (!skip(scan, ",\"seq\":") || !take_number(scan, INT64_MAX, &number))
		return refuse(scan, "of.seq");
	if (!skip(scan, ",\"leaf\":\"") || !take_leaf(scan, &entry->leaf) || !skip(scan, "\"}"))
		return refuse(scan, "of.leaf");
	entry->number = (uint64_t)number;
	return true;
}

/* Without anything but text and newlines; terminated. */
static bool take_note(struct scan *scan, char ret_note[ENT_LINE_CHECKPOINT_SIZE]) {
	size_t length = 0;
	if (!skip(scan, "\""))
		return false;
	while (scan->at < scan->end && *scan->at != '"') {
		const bool newline = skip(scan, "\\n");
		if (length + 1 == ENT_LINE_CHECKPOINT_SIZE ||
				(!newline &&
						(*scan->at == '\\' || *scan->at == 0x7f ||
								(unsigned char)*scan->at < 0x20)))
			return false;
		ret_note[length++] = newline ? '\n' : *scan->at++;
	}
	ret_note[length] = '\0';
	return skip(scan, "\"");
}

static bool take_epoch(struct scan *scan, struct ent_line_entry *entry) {
	if (!skip(scan, ",\"before\":") || !take_word(scan, entry->ledger))
		return refuse(scan, "before");
	return (skip(scan, ",\"checkpoint\":") && take_note(scan, entry->checkpoint)) ||
			refuse(scan, "checkpoint");
}

static bool take_result(struct scan *scan, struct ent_line_entry *entry) {
	int result = 0;
	if (!take_period(scan, entry))
		return false;
	if (!skip(scan, ",\"result\":") ||
			!take_one_of(scan, results, ENT_LINE_UNKNOWN + 1, ENT_LINE_RESULTS,
					&result))
		return refuse(scan, "result");
	entry->result = (enum ent_line_result)result;
	return true;
}

static bool take_rest(struct scan *scan, struct ent_line_entry *entry) {
	static bool (*const takes[ENT_LINE_KINDS])(
			struct scan * scan, struct ent_line_entry * entry) = {
			[ENT_LINE_KIND_CHECK] = take_test,
			[ENT_LINE_KIND_RECEIPT] = take_receipt,
			[ENT_LINE_KIND_RESULT] = take_result,
			[ENT_LINE_KIND_PURGE] = take_receipt,
			[ENT_LINE_KIND_EPOCH] = take_epoch,
	};
	/* That it is an object to its end was seen before. */
	if (takes[entry->kind] == NULL)
		return scan->at < scan->end && (*scan->at == ',' || scan->at + 1 == scan->end);
	if (!takes[entry->kind](scan, entry))
		return false;
	if (skip(scan, "}") && scan->at == scan->end)
		return true;
	ent_fault_set(scan->fault, "", "there is more than an entry of this kind has");
	return false;
}

ent_status ent_line_entry_parse(struct ent_json *json, const char *bytes, size_t size,
		struct ent_line_entry *ret_entry, struct ent_fault *reterr_fault) {
	const struct ent_json_options options = {.refuse_duplicates = true};
	struct ent_json_value root;
	struct ent_line_entry entry = {.seq = 0};
	struct scan scan = {bytes, bytes + size, reterr_fault};
	if (size > ENT_LINE_ENTRY_MAX) {
		ent_fault_set(reterr_fault, "", "an entry of a line has at most 65536 bytes");
		return ENT_E_LIMIT;
	}
	const ent_status status = ent_json_parse(json, bytes, size, &options, &root, reterr_fault);
	if (status == ENT_E_MEMORY || status == ENT_E_LIMIT)
		return status;
	if (status != ENT_OK)
		return ENT_E_SYNTAX;
	if (!take_front(&scan, &entry) || !take_rest(&scan, &entry)) {
		if (entry.kind == ENT_LINE_KIND_OTHER && scan.at < scan.end &&
				reterr_fault != NULL && reterr_fault->why[0] == '\0')
			ent_fault_set(reterr_fault, "class", "not followed by what belongs there");
		return ENT_E_SYNTAX;
	}
	*ret_entry = entry;
	return ENT_OK;
}
