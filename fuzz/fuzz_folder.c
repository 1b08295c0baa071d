/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_folder.c: files of a party's folder that hold anything. The first byte says which file, the rest is what it holds; a
 * capital letter puts what goes with it around it: the first two lines of a key's file, or a card that is good behind those of one that
 * is known. All other files are as they should be. Whatever is read of it is said with a reason, is what the card names, and comes to
 * an end. A cost that is taken and would be paid is paid only where it is small.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include "cards.h"
#include "entente/text.h"

enum {
	INPUT_MAX = 12000,
	TEXT_MAX = 2 * INPUT_MAX,
	PATH_SIZE = 128,
	CHEAP_KIB = 64,
	CHEAP_PASSES = 4
};
#define PASSPHRASE "correct horse battery"

/* By the input's first byte. */
enum what { KEY_OF_LINE, KEY_OF_PARTY, KNOWN, CARD };
static const struct {
	char letter;
	const char *name; /* of KNOWN behind the other party's id */
	enum what what;
} files[] = {{'l', "line.key", KEY_OF_LINE}, {'m', "line.next.key", KEY_OF_LINE},
		{'p', "party.key", KEY_OF_PARTY}, {'q', "party.next.key", KEY_OF_PARTY},
		{'k', ".party", KNOWN}, {'b', "-1.party", KNOWN}, {'c', "card.txt", CARD},
		{'d', "card-1.txt", CARD}, {'i', "profile.ini", CARD}};
enum { FILES = sizeof files / sizeof files[0] };

static struct {
	bool ready, changed[FILES];
	char data[PATH_SIZE], other[ENT_PARTY_ID_SIZE];
	char good[FILES][TEXT_MAX]; /* what each should hold; "": it is not there */
	char head[2][512];          /* of the files of keys, by 'what' */
	char card[ENT_CARD_SIZE];   /* of the other party */
	struct ent_secret *passphrase;
} own;

/* --- The folder --- */

static void path_of(size_t file, char ret_path[2 * PATH_SIZE]) {
	(void)snprintf(ret_path, 2 * PATH_SIZE, "%s/party/%s%s", own.data,
			files[file].what == KNOWN ? own.other : "", files[file].name);
}

static void write_file(size_t file, const char *text, size_t size) {
	char path[2 * PATH_SIZE];
	path_of(file, path);
	const int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FUZZ_CHECK(out >= 0 && write(out, text, size) == (ssize_t)size);
	FUZZ_CHECK(close(out) == 0);
}

static void put_good(size_t file) {
	char path[2 * PATH_SIZE];
	path_of(file, path);
	if (own.good[file][0] != '\0')
		write_file(file, own.good[file], strlen(own.good[file]));
	else
		(void)unlink(path);
}

/* As it should be, but for one file; and the key in force is not there when it is the next one, which then takes its place. */
static void write_folder(size_t but, const char *text, size_t size) {
	char path[2 * PATH_SIZE];
	for (size_t i = 0; i < FILES; i++)
		if (own.changed[i])
			put_good(i);
	memset(own.changed, 0, sizeof own.changed);
	own.changed[but] = true;
	write_file(but, text, size);
	if (files[but].letter != 'm' && files[but].letter != 'q')
		return;
	own.changed[but - 1] = true;
	path_of(but - 1, path);
	(void)unlink(path);
}

static void remove_folder(void) {
	char path[2 * PATH_SIZE];
	for (size_t i = 0; i < FILES; i++) {
		path_of(i, path);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/party", own.data);
	(void)rmdir(path);
	(void)rmdir(own.data);
}

static size_t index_of(char letter) {
	size_t i = 0;
	while (i < FILES && files[i].letter != letter)
		i++;
	return i;
}

static char *good(char letter) {
	return own.good[index_of(letter)];
}

/* --- What it should hold: keys whose numbers are known, so that seeds can have them, too --- */

static void make_head(enum what what, const struct ent_vkey *vkey) {
	char text[ENT_VKEY_SIZE];
	(void)ent_vkey_print(vkey, text);
	(void)snprintf(own.head[what], sizeof own.head[what], "entente key 1\nvkey %s\n", text);
}

static void make_keys(const struct ent_card *card) {
	/* Of party_key(1), under PASSPHRASE. */
	static const char sealed[] =
			"argon2id-passes 1\n"
			"argon2id-memory-kib 8\n"
			"argon2id-salt AAECAwQFBgcICQoLDA0ODw==\n"
			"xchacha20-poly1305-nonce AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\n"
			"xchacha20-poly1305-box "
			"epYrazaWT5meipvNCJWa07vCX4o4Zq09HDEKj+AwN5myC0nVFt8wVDB9z7ZcTJGJ\n";
	make_head(KEY_OF_LINE, &card->line_key);
	make_head(KEY_OF_PARTY, &card->party_key);
	(void)snprintf(good('l'), TEXT_MAX, "%sseed AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n",
			own.head[KEY_OF_LINE]);
	(void)snprintf(good('p'), TEXT_MAX, "%s%s", own.head[KEY_OF_PARTY], sealed);
	FUZZ_CHECK(ent_secret_create(strlen(PASSPHRASE), &own.passphrase) == ENT_OK);
	memcpy(ent_secret_bytes(own.passphrase), PASSPHRASE, strlen(PASSPHRASE));
}

static void make_cards(const struct ent_card *card) {
	struct ent_card before = party_card(1, 1, 2, "A", 1), other = party_card(3, 3, 4, "B", 2),
			first = party_card(3, 3, 4, "B", 1);
	char text[ENT_CARD_SIZE];
	(void)party_print(card, 1, 0, good('c'));
	(void)party_print(&before, 1, 0, good('d'));
	(void)party_print(&other, 3, 0, own.card);
	(void)party_print(&first, 3, 0, text);
	memcpy(own.other, other.id, sizeof own.other);
	(void)snprintf(good('k'), TEXT_MAX,
			"entente known party 1\nconfirmed 2026-11-26T10:00:00Z\nby key\nbefore "
			"1\n%s",
			own.card);
	(void)snprintf(good('b'), TEXT_MAX,
			"entente known party 1\nconfirmed 2026-11-26T10:00:00Z\nby words\n%s",
			text);
	(void)snprintf(good('i'), TEXT_MAX, "%s", ent_profile_text(ENT_PROFILE_AID));
}

/* --- What is read of it --- */

/* A reason is there when it is needed, and shows nothing that steers a terminal. */
static bool is_fine(ent_status status, const struct ent_fault *fault) {
	uint32_t character = 0;
	size_t bytes = 0;
	FUZZ_CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	FUZZ_CHECK(status != ENT_E_MEMORY && status != ENT_E_IO);
	for (const char *c = fault->why; *c != '\0'; c += bytes) {
		bytes = ent_text_character(c, strlen(c), &character);
		FUZZ_CHECK(bytes > 0 && !ent_text_steers(character));
	}
	return status == ENT_OK;
}

static void check_key(struct ent_sign_key *take_key, const struct ent_vkey *vkey) {
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	ent_sign_key_public(take_key, public_key);
	FUZZ_CHECK(memcmp(public_key, vkey->public_key, sizeof public_key) == 0);
	ent_sign_key_destroy(take_key);
}

/* Each number is smaller than the one before it. */
static void go_back(const struct ent_party_folder *folder, const struct ent_party_known *from) {
	struct ent_party_known known = *from, before;
	struct ent_fault fault = {{0}, {0}};
	while (is_fine(ent_party_before(folder, &known, &before, &fault), &fault)) {
		FUZZ_CHECK(before.card.number < known.card.number);
		known = before;
	}
}

static void read_others(const struct ent_party_folder *folder) {
	char ids[4][ENT_PARTY_ID_SIZE];
	struct ent_party_known known;
	struct ent_party_keys keys;
	struct ent_fault fault = {{0}, {0}};
	size_t n = 0;
	FUZZ_CHECK(ent_party_list(folder, ids, 4, &n, NULL) == ENT_OK && n == 1);
	if (is_fine(ent_party_get(folder, own.other, &known, &fault), &fault)) {
		FUZZ_CHECK(strcmp(known.card.id, own.other) == 0);
		FUZZ_CHECK(known.before < known.card.number && strlen(known.text) == known.length);
		FUZZ_CHECK((known.operators[0][0] != '\0') == (known.by == ENT_CARD_KEY_UNVOUCHED));
		go_back(folder, &known);
	}
	fault = (struct ent_fault){{0}, {0}};
	if (is_fine(ent_party_keys_of(folder, own.other, &keys, &fault), &fault))
		FUZZ_CHECK(keys.party.n > 0 && keys.line.n > 0);
}

static void read_own(const struct ent_party_folder *folder, bool is_cheap) {
	struct ent_party_known known;
	struct ent_sign_key *key = NULL;
	struct ent_fault fault = {{0}, {0}};
	char profile[ENT_PROFILE_SIZE];
	(void)is_fine(ent_party_profile(folder, profile, &fault), &fault);
	fault = (struct ent_fault){{0}, {0}};
	if (!is_fine(ent_party_own(folder, &known, &fault), &fault))
		return;
	go_back(folder, &known);
	if (is_fine(ent_party_open_line_key(folder, &key, &fault), &fault))
		check_key(key, &known.card.line_key);
	fault = (struct ent_fault){{0}, {0}};
	if (is_cheap && is_fine(ent_party_open_key(folder, own.passphrase, &key, &fault), &fault))
		check_key(key, &known.card.party_key);
}

/* Else nothing would be found behind it. */
static void check_good(const struct ent_card *card) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known known;
	struct ent_sign_key *key = NULL;
	char profile[ENT_PROFILE_SIZE];
	for (size_t i = 0; i < FILES; i++)
		put_good(i);
	FUZZ_CHECK(ent_party_folder_open(own.data, false, &folder, NULL) == ENT_OK);
	FUZZ_CHECK(ent_party_profile(folder, profile, NULL) == ENT_OK);
	FUZZ_CHECK(ent_party_open_line_key(folder, &key, NULL) == ENT_OK);
	check_key(key, &card->line_key);
	FUZZ_CHECK(ent_party_open_key(folder, own.passphrase, &key, NULL) == ENT_OK);
	check_key(key, &card->party_key);
	FUZZ_CHECK(ent_party_get(folder, own.other, &known, NULL) == ENT_OK);
	FUZZ_CHECK(ent_party_before(folder, &known, &known, NULL) == ENT_OK);
	FUZZ_CHECK(ent_party_own(folder, &known, NULL) == ENT_OK);
	FUZZ_CHECK(ent_party_before(folder, &known, &known, NULL) == ENT_OK);
	ent_party_folder_close(folder);
}

static void make_folder(void) {
	const char *temporary = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char path[2 * PATH_SIZE];
	if (own.ready)
		return;
	FUZZ_CHECK(ent_seal_start() == ENT_OK);
	const struct ent_card card = party_card(1, 1, 2, "A", 2);
	make_cards(&card);
	make_keys(&card);
	(void)snprintf(own.data, sizeof own.data, "%s/fuzz-folder-XXXXXX", temporary);
	FUZZ_CHECK(mkdtemp(own.data) != NULL);
	(void)snprintf(path, sizeof path, "%s/party", own.data);
	FUZZ_CHECK(mkdir(path, 0700) == 0);
	FUZZ_CHECK(atexit(remove_folder) == 0);
	check_good(&card);
	own.ready = true;
}

/* --- One input --- */

/* Would it cost little to open a key that this text is taken for? */
static bool is_cheap(const char *text) {
	const char *memory = strstr(text, "\nargon2id-memory-kib "),
		   *passes = strstr(text, "\nargon2id-passes ");
	return memory == NULL || passes == NULL ||
			(strtoul(strchr(memory, ' '), NULL, 10) <= CHEAP_KIB &&
					strtoul(strchr(passes, ' '), NULL, 10) <= CHEAP_PASSES);
}

static void try_folder(size_t file, const char *text, size_t size) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {{0}, {0}};
	write_folder(file, text, size);
	/* What a change that was broken off has left is settled by who opens it. */
	FUZZ_CHECK(ent_party_folder_open(own.data, false, &folder, &fault) == ENT_OK);
	if (files[file].what != KNOWN)
		read_own(folder, is_cheap(text));
	else
		read_others(folder);
	ent_party_folder_close(folder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static char text[TEXT_MAX];
	const char *before = "", *behind = "";
	if (size == 0 || size > INPUT_MAX)
		return 0;
	make_folder();
	const size_t file = index_of((char)(data[0] | 0x20));
	if (file == FILES)
		return 0;
	const bool is_around = (data[0] & 0x20) == 0;
	if (is_around && files[file].what <= KEY_OF_PARTY)
		before = own.head[files[file].what];
	if (is_around && files[file].what == KNOWN)
		behind = own.card;
	const size_t n_before = strlen(before), n_behind = strlen(behind);
	memcpy(text, before, n_before);
	memcpy(text + n_before, data + 1, size - 1);
	memcpy(text + n_before + size - 1, behind, n_behind + 1);
	try_folder(file, text, n_before + size - 1 + n_behind);
	return 0;
}
