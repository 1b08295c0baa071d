/* SPDX-License-Identifier: Apache-2.0 */
/* party_add.c: see party_add.h. */
#include "party_add.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "card_out.h"
#include "mailed.h"
#include "party_vouch.h"

/* What it ends with, when it is not 0. */
enum { NOT_DONE = 1, FAILED = 2 };

static int fail(const char *where, const char *why) {
	(void)fprintf(stderr, "entente party: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return FAILED;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	return fail(fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

static int read_card(const char *path, char ret_text[ENT_CARD_SIZE + 1], size_t *ret_length) {
	const bool standard = strcmp(path, "-") == 0;
	const int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = file >= 0 ? 1 : -1;
	while (got > 0 && length < ENT_CARD_SIZE) {
		got = read(file, ret_text + length, ENT_CARD_SIZE - length);
		length += got > 0 ? (size_t)got : 0;
	}
	const int error = errno;
	if (file >= 0 && !standard)
		(void)close(file);
	if (got < 0)
		return fail(path, strerror(error));
	mailed_mend(ret_text, &length);
	*ret_length = length;
	return 0;
}

/* "A,B". */
static int take_operators(const char *text, char ret_names[2][ENT_PARTY_NAME_SIZE]) {
	const char *comma = strchr(text, ',');
	if (comma == NULL || strchr(comma + 1, ',') != NULL ||
			(size_t)(comma - text) >= ENT_PARTY_NAME_SIZE ||
			strlen(comma + 1) >= ENT_PARTY_NAME_SIZE)
		return fail("--operators", "it is two names with a comma between: A,B");
	memcpy(ret_names[0], text, (size_t)(comma - text));
	ret_names[0][comma - text] = '\0';
	memcpy(ret_names[1], comma + 1, strlen(comma + 1) + 1);
	return 0;
}

/* What a person has to do before this card is taken. */
static void say_what_to_do(enum ent_card_change change) {
	(void)printf("\nNothing was changed: it is not taken yet. It would be: %s.\n",
			ent_card_change_text(change));
	if (change == ENT_CARD_UNKNOWN || change == ENT_CARD_KEY_UNVOUCHED)
		(void)fputs("Have the other party read its 12 words to you by another way than "
			    "the card came:\nface to face, or by a telephone number that you "
			    "have from elsewhere. Only when all 12 are\nthese, give the same "
			    "command again with --confirm",
				stdout);
	else
		(void)fputs("The key that is known signed it. To take it, give the same command "
			    "again with --confirm",
				stdout);
	if (change == ENT_CARD_KEY_UNVOUCHED)
		(void)fputs(" and --operators A,B: the ids of two\noperators of this node, who "
			    "have "
			    "both heard the words and each give their password, for\nthe known "
			    "key did not sign this one",
				stdout);
	(void)fputs(".\n", stdout);
}

static int64_t now_utc_us(void) {
	struct timespec now = {0, 0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000;
}

static int look_at(const struct ent_party_folder *folder, const char *text, size_t length,
		const char *path, struct ent_card *ret_card, enum ent_card_change *ret_change) {
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_party_look(
			folder, text, length, ret_card, ret_change, &fault);
	if (status != ENT_OK) {
		(void)fprintf(stderr, "entente party: %s: ", path);
		(void)fprintf(stderr, "%s%s%s\n", fault.where, fault.where[0] != '\0' ? ": " : "",
				fault.why);
		return FAILED;
	}
	card_out_summary(stdout, ret_card);
	return 0;
}

/* Two accounts of this node, and those who have their passwords. */
static int vouch(const struct party_adding *adding, const struct ent_card *card,
		const char *const operators[2]) {
	struct party_vouching vouching = {.data = adding->data,
			.ids = {operators[0], operators[1]},
			.password_files = {adding->password_files[0], adding->password_files[1]}};
	vouching.card.card = card->number;
	memcpy(vouching.card.id, card->id, sizeof vouching.card.id);
	ent_party_key_text(&card->party_key, vouching.card.key);
	if (strcmp(operators[0], operators[1]) == 0)
		return fail("--operators", "two operators are two people: both names are the same");
	return party_vouch(&vouching);
}

static int put(struct ent_party_folder *folder, const struct party_adding *adding, const char *text,
		size_t length, const struct ent_card *card, bool needs_operators) {
	char names[2][ENT_PARTY_NAME_SIZE];
	const char *const operators[2] = {names[0], names[1]};
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	struct ent_fault fault = {{0}, {0}};
	if (adding->operators != NULL && take_operators(adding->operators, names) != 0)
		return FAILED;
	if (adding->operators != NULL && needs_operators) {
		const int refused = vouch(adding, card, operators);
		if (refused != 0)
			return refused;
	}
	const ent_status status = ent_party_put(folder, text, length,
			adding->operators != NULL ? operators : NULL, now_utc_us(), &change,
			&fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (change == ENT_CARD_UNKNOWN)
		(void)puts("\nTaken: this party is known now.");
	else
		(void)printf("\n%s: %s.\n", change == ENT_CARD_SAME ? "Nothing to change" : "Taken",
				ent_card_change_text(change));
	return 0;
}

int party_add(struct ent_party_folder *folder, const struct party_adding *adding) {
	char text[ENT_CARD_SIZE + 1];
	size_t length = 0;
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	struct ent_card card;
	int result = read_card(adding->path, text, &length);
	if (result == 0)
		result = look_at(folder, text, length, adding->path, &card, &change);
	if (result != 0)
		return result;
	const bool refused = change == ENT_CARD_OLDER || change == ENT_CARD_CLASH ||
			change == ENT_CARD_OTHER_CLOCK;
	if (adding->confirm || refused || change == ENT_CARD_SAME)
		return put(folder, adding, text, length, &card, change == ENT_CARD_KEY_UNVOUCHED);
	say_what_to_do(change);
	return NOT_DONE;
}
