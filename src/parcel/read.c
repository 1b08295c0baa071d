/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.c: reads a parcel, strictly. One walk knows the grammar; the first time through its faults are told, later there
 * are none.
 *
 *     LEDGERS   --ledger-->     ENTRIES, or BEHIND when there are none
 *     ENTRIES   --the last-->   BEHIND
 *     BEHIND    --payload-->    BEHIND     --checkpoint--> LEDGERS
 *     LEDGERS   --witnessed-->  WITNESSED  (stays)
 *     LEDGERS, WITNESSED --have--> HAVES   (stays)
 *     LEDGERS, WITNESSED, HAVES --end-->   the end
 */
#include "entente/parcel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "entente/text.h"
#include "text.h"

/* An origin is the name of a line key, a slash, and the ledger's name (docs/decisions/0015, "Ledgers"). */
#define KEY_NAME ".line.entente.invalid"
#define FIRST "entente parcel 1\n"

enum stage { LEDGERS, ENTRIES, BEHIND, WITNESSED, HAVES };

enum { HEAD_LINES = 3, KEY_NAME_LENGTH = sizeof KEY_NAME - 1 };

static const size_t most_of[ENT_PARCEL_ITEM_KINDS] = {
		[ENT_PARCEL_LEDGER] = ENT_PARCEL_LEDGERS_MAX,
		[ENT_PARCEL_ENTRY] = ENT_PARCEL_ENTRIES_MAX,
		[ENT_PARCEL_PAYLOAD] = ENT_PARCEL_ENTRIES_MAX,
		[ENT_PARCEL_CHECKPOINT] = ENT_PARCEL_LEDGERS_MAX,
		[ENT_PARCEL_WITNESSED] = ENT_PARCEL_WITNESSED_MAX,
		[ENT_PARCEL_HAVE] = ENT_PARCEL_LEDGERS_MAX,
};

const char *ent_parcel_item_text(enum ent_parcel_item_kind kind) {
#define ITEM_TEXT(name, text) [ENT_PARCEL_##name] = text,
	static const char *const texts[ENT_PARCEL_ITEM_KINDS] = {ENT_PARCEL_ITEM_MAP(ITEM_TEXT)};
	return texts[kind];
}

/* --- Lines --- */

/* The text ends in a newline. False at its end. */
static bool next_line(struct ent_parcel_cursor *cursor, struct parcel_line *ret_line) {
	if (cursor->at == cursor->end)
		return false;
	const char *newline = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
	*ret_line = (struct parcel_line){
			cursor->at, (size_t)(newline - cursor->at), ++cursor->line};
	cursor->at = newline + 1;
	return true;
}

static ent_status check_text(const char *text, size_t length, struct ent_fault *fault) {
	uint64_t line = 1;
	size_t start = 0, bytes = 0;
	if (length < sizeof FIRST - 1 || memcmp(text, FIRST, sizeof FIRST - 1) != 0)
		return parcel_fault(fault, 1, ENT_E_SYNTAX,
				"it does not begin with \"entente parcel 1\"");
	if (length > ENT_PARCEL_SIZE_MAX)
		return parcel_fault(fault, 1, ENT_E_LIMIT, "a parcel has at most 16 MiB");
	for (size_t i = 0; i < length; i += bytes) {
		uint32_t character = (uint8_t)text[i];
		bytes = character < 0x80 ? 1 : ent_text_character(text + i, length - i, &character);
		if (bytes == 0)
			return parcel_fault(fault, line, ENT_E_SYNTAX, "a byte that is not UTF-8");
		if (character == '\n') {
			line++;
			start = i + 1;
		} else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
			return parcel_fault(fault, line, ENT_E_SYNTAX, "a control character");
		} else if (i - start >= ENT_PARCEL_LINE_MAX) {
			return parcel_fault(fault, line, ENT_E_LIMIT, "a line is too long");
		}
	}
	if (length == 0 || text[length - 1] != '\n')
		return parcel_fault(
				fault, line, ENT_E_SYNTAX, "no newline at its end: it was cut off");
	return ENT_OK;
}

/* The last line is of all before it. */
static ent_status check_hash(const char *text, size_t length, struct ent_fault *fault) {
	struct ent_hash hash;
	char expected[PARCEL_HEX_LENGTH + 1];
	struct parcel_word word = {NULL, 0};
	uint64_t lines = 1;
	size_t start = length - 1;
	while (start > 0 && text[start - 1] != '\n')
		start--;
	for (size_t i = 0; i < start; i++)
		lines += text[i] == '\n';
	const struct parcel_line last = {text + start, length - 1 - start, lines};
	if (!parcel_words(&last, "end", &word, 1) || word.length != PARCEL_HEX_LENGTH)
		return parcel_fault(fault, lines, ENT_E_SYNTAX,
				"the last line is not \"end\" and a hash: it was cut off");
	ent_seal_sha256(text, start, &hash);
	parcel_hex(&hash, expected);
	if (memcmp(word.text, expected, PARCEL_HEX_LENGTH) != 0)
		return parcel_fault(fault, lines, ENT_E_REFUSED,
				"the hash is not that of the lines before: it was changed on its "
				"way");
	return ENT_OK;
}

static ent_status read_id(struct ent_parcel_cursor *cursor, const char *key,
		char ret_id[ENT_PARTY_ID_SIZE], struct ent_fault *fault) {
	struct parcel_line line = {NULL, 0, 0};
	struct parcel_word word = {NULL, 0};
	if (!next_line(cursor, &line) || !parcel_words(&line, key, &word, 1) ||
			!ent_party_id_ok(word.text, word.length))
		return parcel_fault(fault, cursor->line, ENT_E_SYNTAX,
				"\"from\", then \"to\", and a party's id of 16 hex digits, must "
				"come");
	memcpy(ret_id, word.text, word.length);
	ret_id[word.length] = '\0';
	return ENT_OK;
}

/* --- The walk --- */

/* Takes the lines of a note, and looks at its form. */
static ent_status read_note(struct ent_parcel_cursor *cursor, const struct parcel_word *count,
		struct ent_parcel_item *item, struct ent_checkpoint *ret_checkpoint,
		struct ent_fault *fault) {
	struct ent_fault inner = {{0}, {0}};
	struct parcel_line line = {NULL, 0, 0};
	uint64_t n = 0;
	if (!parcel_decimal(count, &n) || n == 0)
		return parcel_fault(fault, cursor->line, ENT_E_SYNTAX, "not a number of lines");
	if (n > ENT_PARCEL_NOTE_LINES_MAX)
		return parcel_fault(
				fault, cursor->line, ENT_E_LIMIT, "a note has at most 64 lines");
	item->bytes = cursor->at;
	for (uint64_t i = 0; i < n; i++)
		if (!next_line(cursor, &line))
			return parcel_fault(
					fault, cursor->line, ENT_E_SYNTAX, "it ends within a note");
	item->size = (size_t)(cursor->at - item->bytes);
	const ent_status status = ent_checkpoint_look(
			item->bytes, item->size, ret_checkpoint, &inner);
	if (status != ENT_OK) {
		/* The note counts its own lines. */
		const uint64_t within = strncmp(inner.where, "line ", 5) == 0
				? strtoull(inner.where + 5, NULL, 10)
				: 1;
		return parcel_fault(fault, item->line + within, status, inner.why);
	}
	return ENT_OK;
}

static ent_status begin_ledger(struct ent_parcel_cursor *cursor, const struct parcel_word words[3],
		struct ent_parcel_item *item, struct ent_fault *fault) {
	if (!ent_parcel_name_ok(words[0].text, words[0].length))
		return parcel_fault(fault, item->line, ENT_E_SYNTAX, "not the name of a ledger");
	if (!parcel_decimal(&words[1], &item->number) || !parcel_decimal(&words[2], &item->n) ||
			item->number > PARCEL_NUMBER_MAX - item->n)
		return parcel_fault(fault, item->line, ENT_E_SYNTAX,
				"not the number of the first entry, and how many there are");
	if (item->n > ENT_PARCEL_ENTRIES_MAX)
		return parcel_fault(fault, item->line, ENT_E_LIMIT,
				"a parcel has at most 65536 entries");
	item->kind = ENT_PARCEL_LEDGER;
	item->name = words[0].text;
	item->name_length = words[0].length;
	cursor->ledger = *item;
	cursor->entries = 0;
	cursor->payload_from = item->number;
	cursor->stage = item->n > 0 ? ENTRIES : BEHIND;
	return ENT_OK;
}

static ent_status take_entry(struct ent_parcel_cursor *cursor, const struct parcel_line *line,
		struct ent_parcel_item *item, struct ent_fault *fault) {
	if (line->length > ENT_PARCEL_ENTRY_MAX)
		return parcel_fault(fault, line->number, ENT_E_LIMIT, "an entry has at most 1 MiB");
	if (line->length < 2 || line->text[0] != '{' || line->text[line->length - 1] != '}')
		return parcel_fault(fault, line->number, ENT_E_SYNTAX,
				"not an entry: a JSON object in one line");
	item->kind = ENT_PARCEL_ENTRY;
	item->number = cursor->ledger.number + cursor->entries++;
	item->bytes = line->text;
	item->size = line->length;
	if (cursor->entries == cursor->ledger.n)
		cursor->stage = BEHIND;
	return ENT_OK;
}

/* Canonical, of a size that there can be; what it decodes to is looked at, not kept. */
static bool base64_ok(const char *text, size_t length) {
	enum { CHUNK = 1024 };
	uint8_t bytes[CHUNK / 4 * 3];
	size_t size = 0, part = 0;
	for (size_t at = 0; at < length; at += part) {
		part = length - at < CHUNK ? length - at : CHUNK;
		/* Padding stands at the end only. */
		if (at + part < length && memchr(text + at, '=', part) != NULL)
			return false;
		if (ent_base64_parse(ENT_BASE64, text + at, part, bytes, sizeof bytes, &size) !=
				ENT_OK)
			return false;
	}
	return true;
}

static size_t base64_size(const char *text, size_t length) {
	size_t padding = 0;
	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		padding++;
	return length / 4 * 3 - (length >= 4 ? padding : 0);
}

static ent_status take_payload(struct ent_parcel_cursor *cursor, const struct parcel_word words[2],
		struct ent_parcel_item *item, struct ent_fault *fault) {
	const struct ent_parcel_item *ledger = &cursor->ledger;
	const size_t size = base64_size(words[1].text, words[1].length);
	if (!parcel_decimal(&words[0], &item->number) || item->number < cursor->payload_from ||
			item->number >= ledger->number + ledger->n)
		return parcel_fault(fault, item->line, ENT_E_SYNTAX,
				"a payload is of one of these entries, in their order, each once");
	if (size > ENT_PARCEL_PAYLOAD_MAX)
		return parcel_fault(fault, item->line, ENT_E_LIMIT,
				"a payload has at most 1 MiB, with its salt");
	if (size < ENT_PARCEL_SALT_SIZE || !base64_ok(words[1].text, words[1].length))
		return parcel_fault(fault, item->line, ENT_E_SYNTAX,
				"not base64 of a salt of 32 bytes and a payload");
	cursor->payload_from = item->number + 1;
	item->kind = ENT_PARCEL_PAYLOAD;
	item->bytes = words[1].text;
	item->size = words[1].length;
	return ENT_OK;
}

/* A party's line key, a slash, the ledger. */
static bool is_origin_of(const char *origin, const struct ent_parcel_item *ledger) {
	const size_t front = ENT_PARTY_ID_SIZE - 1 + KEY_NAME_LENGTH + 1;
	return strlen(origin) == front + ledger->name_length &&
			ent_party_id_ok(origin, ENT_PARTY_ID_SIZE - 1) &&
			strncmp(origin + ENT_PARTY_ID_SIZE - 1, KEY_NAME "/",
					KEY_NAME_LENGTH + 1) == 0 &&
			memcmp(origin + front, ledger->name, ledger->name_length) == 0;
}

static ent_status take_checkpoint(struct ent_parcel_cursor *cursor, const struct parcel_word *count,
		struct ent_parcel_item *item, struct ent_fault *fault) {
	const struct ent_parcel_item *ledger = &cursor->ledger;
	struct ent_checkpoint checkpoint = {.size = 0};
	const ent_status status = read_note(cursor, count, item, &checkpoint, fault);
	if (status != ENT_OK)
		return status;
	if (!is_origin_of(checkpoint.origin, ledger))
		return parcel_fault(fault, item->line + 1, ENT_E_SYNTAX,
				"the checkpoint is not of this ledger");
	if (checkpoint.size != ledger->number + ledger->n)
		return parcel_fault(fault, item->line + 2, ENT_E_SYNTAX,
				"the checkpoint is not of as many entries as there are with these");
	item->kind = ENT_PARCEL_CHECKPOINT;
	cursor->stage = LEDGERS;
	return ENT_OK;
}

static ent_status take_have(struct ent_parcel_cursor *cursor, const struct parcel_word words[2],
		struct ent_parcel_item *item, struct ent_fault *fault) {
	if (!ent_parcel_name_ok(words[0].text, words[0].length))
		return parcel_fault(fault, item->line, ENT_E_SYNTAX, "not the name of a ledger");
	if (!parcel_decimal(&words[1], &item->number))
		return parcel_fault(fault, item->line, ENT_E_SYNTAX, "not a number of entries");
	item->kind = ENT_PARCEL_HAVE;
	item->name = words[0].text;
	item->name_length = words[0].length;
	cursor->stage = HAVES;
	return ENT_OK;
}

/* Of a ledger that has begun. */
static ent_status step_within(struct ent_parcel_cursor *cursor, const struct parcel_line *line,
		struct ent_parcel_item *item, struct ent_fault *fault) {
	struct parcel_word words[2] = {{NULL, 0}};
	item->name = cursor->ledger.name;
	item->name_length = cursor->ledger.name_length;
	if (cursor->stage == ENTRIES)
		return take_entry(cursor, line, item, fault);
	if (parcel_words(line, "payload", words, 2))
		return take_payload(cursor, words, item, fault);
	if (parcel_words(line, "checkpoint", words, 1))
		return take_checkpoint(cursor, words, item, fault);
	return parcel_fault(fault, line->number, ENT_E_SYNTAX,
			"\"payload\", its number and base64, or \"checkpoint\" and its lines must "
			"come");
}

/* E_MISSING: the parcel's end stands here. */
static ent_status step(struct ent_parcel_cursor *cursor, struct ent_parcel_item *ret_item,
		struct ent_fault *fault) {
	struct parcel_line line = {NULL, 0, 0};
	struct parcel_word words[3] = {{NULL, 0}};
	struct ent_checkpoint checkpoint = {.size = 0};
	if (!next_line(cursor, &line))
		return parcel_fault(fault, cursor->line, ENT_E_SYNTAX, "it was cut off");
	*ret_item = (struct ent_parcel_item){.line = line.number, .name = ""};
	if (cursor->stage == ENTRIES || cursor->stage == BEHIND)
		return step_within(cursor, &line, ret_item, fault);
	if (cursor->stage == LEDGERS && parcel_words(&line, "ledger", words, 3))
		return begin_ledger(cursor, words, ret_item, fault);
	if (cursor->stage != HAVES && parcel_words(&line, "witnessed", words, 1)) {
		cursor->stage = WITNESSED;
		ret_item->kind = ENT_PARCEL_WITNESSED;
		return read_note(cursor, words, ret_item, &checkpoint, fault);
	}
	if (parcel_words(&line, "have", words, 2))
		return take_have(cursor, words, ret_item, fault);
	if (parcel_words(&line, "end", words, 1) && cursor->at == cursor->end)
		return ENT_E_MISSING;
	return parcel_fault(fault, line.number, ENT_E_SYNTAX,
			"\"ledger\", \"witnessed\", \"have\" or \"end\" must come, in this order, "
			"with what belongs to it");
}

/* --- The whole --- */

struct names {
	struct parcel_word words[ENT_PARCEL_LEDGERS_MAX];
	size_t n;
};

/* False: it is there already. There is room: counts are checked before. */
static bool add_name(struct names *names, const struct ent_parcel_item *item) {
	for (size_t i = 0; i < names->n; i++)
		if (names->words[i].length == item->name_length &&
				memcmp(names->words[i].text, item->name, item->name_length) == 0)
			return false;
	names->words[names->n++] = (struct parcel_word){item->name, item->name_length};
	return true;
}

static ent_status count_item(struct ent_parcel *parcel, const struct ent_parcel_item *item,
		struct names *ledgers, struct names *haves, struct ent_fault *fault) {
	if (++parcel->n[item->kind] > most_of[item->kind])
		return parcel_fault(fault, item->line, ENT_E_LIMIT,
				"more of these than a parcel may have");
	if ((item->kind == ENT_PARCEL_LEDGER && !add_name(ledgers, item)) ||
			(item->kind == ENT_PARCEL_HAVE && !add_name(haves, item)))
		return parcel_fault(
				fault, item->line, ENT_E_SYNTAX, "this ledger was there before");
	return ENT_OK;
}

ent_status ent_parcel_read(const char *text, size_t length, struct ent_parcel *ret_parcel,
		struct ent_fault *reterr_fault) {
	struct ent_parcel parcel = {.text = text, .length = length};
	struct ent_parcel_cursor cursor = {.at = text};
	struct ent_parcel_item item = {.line = 0};
	struct names ledgers = {.n = 0}, haves = {.n = 0};
	ent_status status = check_text(text, length, reterr_fault);
	if (status == ENT_OK)
		status = check_hash(text, length, reterr_fault);
	if (status == ENT_OK) {
		cursor = (struct ent_parcel_cursor){
				.at = text + sizeof FIRST - 1, .end = text + length, .line = 1};
		status = read_id(&cursor, "from", parcel.from, reterr_fault);
	}
	if (status == ENT_OK)
		status = read_id(&cursor, "to", parcel.to, reterr_fault);
	if (status != ENT_OK)
		return status;
	while ((status = step(&cursor, &item, reterr_fault)) == ENT_OK) {
		status = count_item(&parcel, &item, &ledgers, &haves, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	if (status != ENT_E_MISSING)
		return status;
	*ret_parcel = parcel;
	return ENT_OK;
}

void ent_parcel_begin(const struct ent_parcel *parcel, struct ent_parcel_cursor *ret_cursor) {
	struct parcel_line line;
	*ret_cursor = (struct ent_parcel_cursor){
			.at = parcel->text, .end = parcel->text + parcel->length};
	for (int i = 0; i < HEAD_LINES; i++)
		(void)next_line(ret_cursor, &line);
}

bool ent_parcel_next(struct ent_parcel_cursor *cursor, struct ent_parcel_item *ret_item) {
	struct ent_parcel_item item = {.line = 0};
	if (cursor->at == cursor->end || step(cursor, &item, NULL) != ENT_OK)
		return false;
	*ret_item = item;
	return true;
}

size_t ent_parcel_payload(const struct ent_parcel_item *item, uint8_t *ret_bytes) {
	size_t size = 0;
	assert(item->kind == ENT_PARCEL_PAYLOAD);
	const ent_status status = ent_base64_parse(ENT_BASE64, item->bytes, item->size, ret_bytes,
			ENT_PARCEL_PAYLOAD_MAX, &size);
	assert(status == ENT_OK);
	(void)status;
	return size;
}
