/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known.c: our own card, and those of others, as they stand in the folder.
 *
 *     card.txt             our own card
 *     <id>.party           of another party: what we know of it, and its card; one file, so that both change at once
 *     <id>-<number>.party  as that was when a card of this number was replaced
 *
 *         entente known party 1
 *         confirmed <RFC 3339>
 *         by words | key | key-before | operators     people compared the words; or the known key signed it
 *         operator <name>                             two of them, behind 'operators' only
 *         operator <name>
 *         before <number>                             of the card that it replaced; not of the first
 *         <the card>
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "card.h"
#include "entente/text.h"
#include "fields.h"
#include "files.h"
#include "known.h"
#include "own.h"

#define FIRST_LINE "entente known party 1"
#define SUFFIX KNOWN_SUFFIX

enum { ID_LENGTH = ENT_PARTY_ID_SIZE - 1 };

/* For what a card was taken, as the file says it. */
static const struct {
	enum ent_card_change by;
	const char *word;
} reasons[] = {{ENT_CARD_UNKNOWN, "words"}, {ENT_CARD_NEWER, "key"},
		{ENT_CARD_KEY_VOUCHED, "key-before"}, {ENT_CARD_KEY_UNVOUCHED, "operators"}};

enum { REASONS = sizeof reasons / sizeof reasons[0] };

void known_name(const char *id, uint64_t number, char ret_name[FILES_NAME_SIZE]) {
	if (number == 0)
		(void)snprintf(ret_name, FILES_NAME_SIZE, "%s" SUFFIX, id);
	else
		(void)snprintf(ret_name, FILES_NAME_SIZE, "%s-%" PRIu64 SUFFIX, id, number);
}

/* --- Our own --- */

ent_status ent_party_own(const struct ent_party_folder *folder, struct ent_party_known *ret_own,
		struct ent_fault *reterr_fault) {
	struct ent_party_known own = {.length = 0};
	ent_status status = files_read(folder, OWN_CARD, false, own.text, sizeof own.text,
			&own.length, reterr_fault);
	if (status != ENT_OK)
		return status;
	status = ent_card_parse(own.text, own.length, &own.card, reterr_fault);
	if (status != ENT_OK)
		return files_say(folder, OWN_CARD, status, reterr_fault);
	own.before = own.card.number - 1;
	*ret_own = own;
	return ENT_OK;
}

/* --- A file of another --- */

static ent_status read_operators(struct fields *fields, struct ent_party_known *known) {
	for (size_t i = 0; i < 2; i++) {
		struct field field = {NULL, 0};
		ent_status status = field_need(fields, "operator", &field);
		if (status == ENT_OK)
			status = ent_party_name_check(field.value, field.length, fields->fault);
		if (status != ENT_OK)
			return status;
		memcpy(known->operators[i], field.value, field.length);
	}
	return ENT_OK;
}

static ent_status read_by(struct fields *fields, struct ent_party_known *known) {
	struct field field = {NULL, 0};
	const ent_status status = field_need(fields, "by", &field);
	if (status != ENT_OK)
		return status;
	for (size_t i = 0; i < REASONS; i++) {
		if (field.length != strlen(reasons[i].word) ||
				memcmp(field.value, reasons[i].word, field.length) != 0)
			continue;
		known->by = reasons[i].by;
		return known->by == ENT_CARD_KEY_UNVOUCHED ? read_operators(fields, known) : ENT_OK;
	}
	return field_fault(fields, ENT_E_SYNTAX, "it is words, key, key-before or operators");
}

/* Perhaps not there. */
static ent_status read_before(struct fields *fields, struct ent_party_known *known) {
	struct field field = {NULL, 0};
	return field_take(fields, "before", &field)
			? field_number(fields, &field, 1, INT64_MAX, &known->before)
			: ENT_OK;
}

static ent_status parse_known(const char *text, size_t length, const char *id,
		struct ent_party_known *known, struct ent_fault *fault) {
	struct fields fields = {text, text + length, 0, fault};
	struct field field = {NULL, 0};
	ent_status status = field_need_line(&fields, FIRST_LINE);
	if (status == ENT_OK)
		status = field_need(&fields, "confirmed", &field);
	if (status == ENT_OK)
		status = field_time(&fields, &field, &known->confirmed_utc_us);
	if (status == ENT_OK)
		status = read_by(&fields, known);
	if (status == ENT_OK)
		status = read_before(&fields, known);
	if (status != ENT_OK)
		return status;
	known->length = (size_t)(fields.end - fields.at);
	status = ent_card_parse(fields.at, known->length, &known->card, fault);
	if (status == ENT_OK && strcmp(known->card.id, id) != 0) {
		ent_fault_set(fault, "", "it holds the card of another party, %s", known->card.id);
		status = ENT_E_SYNTAX;
	}
	/* So whoever goes back from card to card comes to an end. */
	if (status == ENT_OK && known->before >= known->card.number) {
		ent_fault_set(fault, "", "no card replaces one of a number that is not smaller");
		status = ENT_E_SYNTAX;
	}
	if (status != ENT_OK)
		return status;
	memcpy(known->text, fields.at, known->length);
	known->text[known->length] = '\0';
	return ENT_OK;
}

ent_status known_read(const struct ent_party_folder *folder, const char *id, uint64_t number,
		struct ent_party_known *ret_known, struct ent_fault *fault) {
	char text[KNOWN_SIZE], name[FILES_NAME_SIZE];
	struct ent_party_known known = {.length = 0};
	size_t length = 0;
	known_name(id, number, name);
	ent_status status = files_read(folder, name, false, text, sizeof text, &length, fault);
	if (status != ENT_OK)
		return status;
	status = parse_known(text, length, id, &known, fault);
	/* Else a file could name itself as the one before, and whoever goes back would come to no end. */
	if (status == ENT_OK && number != 0 && known.card.number != number) {
		ent_fault_set(fault, "", "it holds card %" PRIu64, known.card.number);
		status = ENT_E_SYNTAX;
	}
	if (status != ENT_OK)
		return files_say(folder, name, status, fault);
	*ret_known = known;
	return ENT_OK;
}

ent_status ent_party_get(const struct ent_party_folder *folder, const char *id,
		struct ent_party_known *ret_known, struct ent_fault *reterr_fault) {
	if (!ent_party_id_ok(id, strlen(id))) {
		ent_fault_set(reterr_fault, "", "not an id: 16 hexadecimal digits, small letters");
		return ENT_E_SYNTAX;
	}
	const ent_status status = known_read(folder, id, 0, ret_known, reterr_fault);
	if (status == ENT_E_MISSING)
		ent_fault_set(reterr_fault, id, "no such party is known here");
	return status;
}

/* --- All of them --- */

static int compare_ids(const void *a, const void *b) {
	return memcmp(a, b, ENT_PARTY_ID_SIZE);
}

/* The id in a file's name; false when it is no such file. */
static bool id_of(const char *name, char ret_id[ENT_PARTY_ID_SIZE]) {
	if (strlen(name) != ID_LENGTH + sizeof SUFFIX - 1 || !ent_party_id_ok(name, ID_LENGTH) ||
			strcmp(name + ID_LENGTH, SUFFIX) != 0)
		return false;
	memcpy(ret_id, name, ID_LENGTH);
	ret_id[ID_LENGTH] = '\0';
	return true;
}

static ent_status list(
		DIR *stream, char (*ret_ids)[ENT_PARTY_ID_SIZE], size_t capacity, size_t *ret_n) {
	char id[ENT_PARTY_ID_SIZE];
	size_t n = 0;
	errno = 0;
	for (struct dirent *entry; (entry = readdir(stream)) != NULL; errno = 0) {
		if (!id_of(entry->d_name, id))
			continue;
		if (n == ENT_PARTIES_MAX || n == capacity)
			return ENT_E_LIMIT;
		memcpy(ret_ids[n++], id, sizeof id);
	}
	if (errno != 0)
		return ENT_E_IO;
	if (n > 0)
		qsort(ret_ids, n, sizeof *ret_ids, compare_ids);
	*ret_n = n;
	return ENT_OK;
}

ent_status ent_party_list(const struct ent_party_folder *folder, char (*ret_ids)[ENT_PARTY_ID_SIZE],
		size_t capacity, size_t *ret_n, struct ent_fault *reterr_fault) {
	const int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	if (stream == NULL) {
		ent_fault_set(reterr_fault, folder->path, "cannot be read: %s", strerror(errno));
		if (fd >= 0)
			(void)close(fd);
		return ENT_E_IO;
	}
	const ent_status status = list(stream, ret_ids, capacity, ret_n);
	if (status == ENT_E_LIMIT)
		ent_fault_set(reterr_fault, folder->path, "more than %zu parties",
				capacity < ENT_PARTIES_MAX ? capacity : (size_t)ENT_PARTIES_MAX);
	else if (status != ENT_OK)
		ent_fault_set(reterr_fault, folder->path, "cannot be read: %s", strerror(errno));
	(void)closedir(stream);
	return status;
}

/* --- An offered card --- */

ent_status ent_party_look(const struct ent_party_folder *folder, const char *text, size_t length,
		struct ent_card *ret_card, enum ent_card_change *ret_change,
		struct ent_fault *reterr_fault) {
	struct ent_party_known known = {.length = 0};
	struct ent_card card = {.number = 0};
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	ent_status status = ent_card_parse(text, length, &card, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &known, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (strcmp(known.card.id, card.id) == 0) {
		ent_fault_set(reterr_fault, "", "it is a card of our own party");
		return ENT_E_REFUSED;
	}
	status = ent_party_get(folder, card.id, &known, reterr_fault);
	if (status == ENT_OK)
		status = ent_card_compare(
				known.text, known.length, text, length, &change, reterr_fault);
	if (status != ENT_OK && status != ENT_E_MISSING)
		return status;
	*ret_card = card;
	*ret_change = change;
	return ENT_OK;
}

/* May it be taken? */
static ent_status check_change(enum ent_card_change change, const char *const operators[2],
		struct ent_fault *fault) {
	if (change == ENT_CARD_OLDER || change == ENT_CARD_CLASH ||
			change == ENT_CARD_OTHER_CLOCK) {
		ent_fault_set(fault, "", "it is %s", ent_card_change_text(change));
		return ENT_E_REFUSED;
	}
	if (change == ENT_CARD_KEY_UNVOUCHED && operators == NULL) {
		ent_fault_set(fault, "",
				"its key is another one, for which the known key does not vouch: "
				"two "
				"operators have to");
		return ENT_E_REFUSED;
	}
	if (operators == NULL)
		return ENT_OK;
	for (size_t i = 0; i < 2; i++) {
		const ent_status status = ent_party_name_check(
				operators[i], strlen(operators[i]), fault);
		if (status != ENT_OK)
			return status;
	}
	if (strcmp(operators[0], operators[1]) == 0) {
		ent_fault_set(fault, "", "two operators are two people: both names are the same");
		return ENT_E_REFUSED;
	}
	return ENT_OK;
}

/* Is there room for one more? */
static ent_status check_room(const struct ent_party_folder *folder, struct ent_fault *fault) {
	size_t n = 0;
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * ENT_PARTIES_MAX);
	if (ids == NULL)
		return ENT_E_MEMORY;
	ent_status status = ent_party_list(folder, ids, ENT_PARTIES_MAX, &n, fault);
	if (status == ENT_OK && n == ENT_PARTIES_MAX) {
		ent_fault_set(fault, folder->path, "there are %d parties, the most there can be",
				ENT_PARTIES_MAX);
		status = ENT_E_LIMIT;
	}
	free(ids);
	return status;
}

static ent_status write_known(const struct ent_party_folder *folder, const char *id,
		uint64_t before, enum ent_card_change change, const char *const operators[2],
		int64_t now_utc_us, const char *text, size_t length, struct ent_fault *fault) {
	char all[KNOWN_SIZE], name[FILES_NAME_SIZE], time[ENT_TEXT_TIME_SIZE];
	size_t reason = 0;
	while (reasons[reason].by != change)
		reason++;
	(void)ent_text_print_time(now_utc_us, time);
	int front = snprintf(all, sizeof all, FIRST_LINE "\nconfirmed %s\nby %s\n", time,
			reasons[reason].word);
	if (change == ENT_CARD_KEY_UNVOUCHED)
		front += snprintf(all + front, sizeof all - (size_t)front,
				"operator %s\noperator %s\n", operators[0], operators[1]);
	if (before != 0)
		front += snprintf(all + front, sizeof all - (size_t)front, "before %" PRIu64 "\n",
				before);
	memcpy(all + front, text, length);
	known_name(id, 0, name);
	return files_write(folder, name, all, (size_t)front + length, fault);
}

ent_status ent_party_put(struct ent_party_folder *folder, const char *text, size_t length,
		const char *const operators[2], int64_t now_utc_us,
		enum ent_card_change *ret_change, struct ent_fault *reterr_fault) {
	struct ent_card card;
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	uint64_t before = 0;
	ent_status status = ent_party_look(folder, text, length, &card, &change, reterr_fault);
	if (status == ENT_OK)
		status = check_change(change, operators, reterr_fault);
	if (status == ENT_OK && change == ENT_CARD_UNKNOWN)
		status = check_room(folder, reterr_fault);
	else if (status == ENT_OK && change != ENT_CARD_SAME)
		status = kept_put(folder, card.id, &before, reterr_fault);
	if (status == ENT_OK && change != ENT_CARD_SAME)
		status = write_known(folder, card.id, before, change, operators, now_utc_us, text,
				length, reterr_fault);
	if (status == ENT_OK)
		*ret_change = change;
	return status;
}

ent_status ent_party_remove(
		struct ent_party_folder *folder, const char *id, struct ent_fault *reterr_fault) {
	char name[FILES_NAME_SIZE];
	if (!ent_party_id_ok(id, strlen(id))) {
		ent_fault_set(reterr_fault, "", "not an id: 16 hexadecimal digits, small letters");
		return ENT_E_SYNTAX;
	}
	ent_status status = kept_remove(folder, id, reterr_fault);
	known_name(id, 0, name);
	if (status == ENT_OK)
		status = files_remove(folder, name, reterr_fault);
	if (status == ENT_E_MISSING)
		ent_fault_set(reterr_fault, id, "no such party is known here");
	return status;
}
