/* SPDX-License-Identifier: Apache-2.0 */
/* test_party.c: a party's folder: made, opened, renewed, damaged. */
#include "entente/party.h"

#include "party_folder.h"

/* --- Our own --- */

TEST(party__is_made_with_keys_that_its_card_names) {
	(void)state_;
	struct ent_party_known own;
	struct ent_sign_key *line_key = NULL, *key = NULL;
	struct ent_secret *passphrase = secret_of("three at night"), *wrong = secret_of("four");
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
	CHECK(strcmp(own.card.name, "Aid") == 0 && own.card.number == 1 &&
			own.card.n_reserves == 1);
	CHECK(own.card.issued_utc_us == NOW_US && ent_card_key_is_first(&own.card));
	CHECK(ent_party_open_line_key(folder, &line_key, NULL) == ENT_OK);
	ent_sign_key_public(line_key, public_key);
	CHECK(memcmp(public_key, own.card.line_key.public_key, sizeof public_key) == 0);
	CHECK(ent_party_open_key(folder, wrong, &key, &fault) == ENT_E_REFUSED && key == NULL);
	CHECK(strcmp(fault.where, "passphrase") == 0);
	CHECK(ent_party_open_key(folder, passphrase, &key, NULL) == ENT_OK);
	ent_sign_key_public(key, public_key);
	CHECK(memcmp(public_key, own.card.party_key.public_key, sizeof public_key) == 0);
	ent_sign_key_destroy(line_key);
	ent_sign_key_destroy(key);
	ent_secret_destroy(passphrase);
	ent_secret_destroy(wrong);
	ent_party_folder_close(folder);
}

TEST(party__its_tls_key_is_the_one_of_the_card) {
	(void)state_;
	char pem[4096];
	struct ent_hash hash;
	struct ent_party_known own;
	struct ent_pkey *key = NULL;
	struct ent_party_folder *folder = made();
	CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
	size_t length = read_file(ENT_PARTY_TLS_CERTIFICATE, pem, sizeof pem);
	CHECK(ent_certificate_key_hash(pem, length, &hash, NULL) == ENT_OK);
	CHECK(memcmp(&hash, &own.card.tls_key, sizeof hash) == 0);
	length = read_file(ENT_PARTY_TLS_KEY, pem, sizeof pem);
	CHECK(ent_pkey_create_from_pem(pem, length, true, &key, NULL) == ENT_OK);
	CHECK(ent_pkey_kind(key) == ENT_PKEY_P256);
	ent_pkey_destroy(key);
	ent_party_folder_close(folder);
}

TEST(party__its_files_are_for_the_owner_alone) {
	(void)state_;
	static const char *const names[] = {"", "card.txt", "line.key", "party.key", "tls.pem",
			"tls.key", "profile.ini"};
	struct stat about;
	(void)umask(0);
	struct ent_party_folder *folder = made();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		CHECK_ROW(names[i], stat(path_of(names[i]), &about) == 0);
		CHECK_ROW(names[i], (about.st_mode & 077) == 0);
	}
	ent_party_folder_close(folder);
}

TEST(party__there_is_one_in_a_directory) {
	(void)state_;
	char before[ENT_CARD_SIZE], after[ENT_CARD_SIZE];
	struct ent_fault fault = {{0}, {0}};
	ent_party_folder_close(made());
	(void)read_file("card.txt", before, sizeof before);
	CHECK(create("Another", NULL, 0, &fault) == ENT_E_EXISTS);
	CHECK(strstr(fault.why, "there is a party") != NULL);
	(void)read_file("card.txt", after, sizeof after);
	CHECK(strcmp(before, after) == 0);
}

TEST(party__an_attempt_that_broke_off_is_taken_up) {
	(void)state_;
	char path[128];
	struct ent_party_known own;
	(void)snprintf(path, sizeof path, "%s/party.new", data);
	CHECK(mkdir(path, 0700) == 0);
	(void)snprintf(path, sizeof path, "%s/party.new/line.key", data);
	FILE *file = fopen(path, "w");
	CHECK(file != NULL && fputs("half of a k", file) >= 0 && fclose(file) == 0);
	struct ent_party_folder *folder = made();
	struct ent_sign_key *key = NULL;
	CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
	CHECK(ent_party_open_line_key(folder, &key, NULL) == ENT_OK);
	ent_sign_key_destroy(key);
	ent_party_folder_close(folder);
}

TEST(party__is_not_made_of_a_bad_wish) {
	(void)state_;
	struct ent_fault fault = {{0}, {0}};
	struct stat about;
	CHECK(create("", NULL, 0, &fault) == ENT_E_SYNTAX && strcmp(fault.where, "name") == 0);
	CHECK(create("\xe2\x80\x94 +", NULL, 0, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "name") == 0 && strstr(fault.why, "letter or digit") != NULL);
	CHECK(create("x", "http://a:1", 0, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "address") == 0);
	CHECK(create("x", NULL, 1, &fault) == ENT_E_SYNTAX && strcmp(fault.where, "reserve") == 0);
	CHECK(create("x", NULL, 9, &fault) == ENT_E_LIMIT && strcmp(fault.where, "reserve") == 0);
	CHECK(stat(path_of(""), &about) != 0);
}

TEST(party__without_a_folder_there_is_none) {
	(void)state_;
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {{0}, {0}};
	CHECK(ent_party_folder_open(data, false, &folder, &fault) == ENT_E_MISSING);
	CHECK(folder == NULL && strstr(fault.why, "entente init") != NULL);
	ent_party_folder_close(NULL);
}

TEST(party__who_changes_it_has_it_alone_and_readers_do_not_wait) {
	(void)state_;
	struct ent_party_folder *folder = made(), *other = NULL;
	struct ent_fault fault = {{0}, {0}};
	CHECK(ent_party_folder_open(data, true, &other, &fault) == ENT_E_EXISTS);
	CHECK(strstr(fault.why, "another process") != NULL);
	CHECK(ent_party_folder_open(data, false, &other, NULL) == ENT_OK);
	ent_party_folder_close(other);
	ent_party_folder_close(folder);
}

/* --- Damaged --- */

static ent_status open_both(const struct ent_party_folder *folder, struct ent_fault *fault) {
	struct ent_sign_key *key = NULL;
	struct ent_secret *passphrase = secret_of("three at night");
	ent_status status = ent_party_open_line_key(folder, &key, fault);
	ent_sign_key_destroy(key);
	key = NULL;
	if (status == ENT_OK)
		status = ent_party_open_key(folder, passphrase, &key, fault);
	ent_sign_key_destroy(key);
	ent_secret_destroy(passphrase);
	return status;
}

TEST(party__a_damaged_file_is_named_and_each_byte_of_a_key_counts) {
	(void)state_;
	static const char *const names[] = {"card.txt", "line.key", "party.key"};
	struct ent_party_folder *folder = made();
	CHECK(open_both(folder, NULL) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char text[ENT_CARD_SIZE];
		const size_t length = read_file(names[i], text, sizeof text);
		/* More passes, or more memory, is another passphrase's key: no byte of either file goes unnoticed. */
		for (size_t at = 0; at < length; at += 1 + length / 150) {
			struct ent_fault fault = {{0}, {0}};
			text[at] ^= 1;
			write_file(names[i], text, length);
			text[at] ^= 1;
			const ent_status status = open_both(folder, &fault);
			CHECK_ROW(names[i],
					status == ENT_E_SYNTAX || status == ENT_E_REFUSED ||
							status == ENT_E_LIMIT);
			CHECK_ROW(names[i],
					strstr(fault.where, names[i]) != NULL ||
							strcmp(fault.where, "passphrase") == 0);
			CHECK_ROW(names[i], fault.why[0] != '\0');
		}
		for (size_t cut = 0; cut < length; cut += 1 + length / 50) {
			write_file(names[i], text, cut);
			CHECK_ROW(names[i], open_both(folder, NULL) != ENT_OK);
		}
		write_file(names[i], text, length);
		CHECK_ROW(names[i], open_both(folder, NULL) == ENT_OK);
	}
	ent_party_folder_close(folder);
}

TEST(party__a_key_that_others_may_read_is_not_used) {
	(void)state_;
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	CHECK(chmod(path_of("line.key"), 0640) == 0);
	CHECK(open_both(folder, &fault) == ENT_E_REFUSED && strstr(fault.why, "chmod 600") != NULL);
	CHECK(unlink(path_of("line.key")) == 0);
	CHECK(open_both(folder, &fault) == ENT_E_MISSING);
	CHECK(mkfifo(path_of("line.key"), 0600) == 0);
	CHECK(open_both(folder, &fault) == ENT_E_IO && strstr(fault.why, "regular file") != NULL);
	ent_party_folder_close(folder);
}

TEST(party__another_party_s_keys_are_not_taken_for_its_own) {
	(void)state_;
	char text[1024], first[64];
	struct ent_fault fault = {{0}, {0}};
	ent_party_folder_close(made());
	const size_t length = read_file("line.key", text, sizeof text);
	memcpy(first, data, sizeof first);
	CHECK(begin(NULL) == 0);
	struct ent_party_folder *folder = made();
	write_file("line.key", text, length);
	const ent_status status = open_both(folder, &fault);
	CHECK(status == ENT_E_SYNTAX && strstr(fault.where, "line.key: line 2") != NULL);
	ent_party_folder_close(folder);
	CHECK(end(NULL) == 0);
	memcpy(data, first, sizeof first);
}

/* --- A new card --- */

static ent_status renew(struct ent_party_folder *folder, const struct ent_party_change *said,
		const char *passphrase, struct ent_fault *fault) {
	struct ent_party_change change = *said;
	change.passphrase = secret_of(passphrase);
	change.passes = 1;
	change.memory_kib = 8;
	const ent_status status = ent_party_renew(folder, &change, fault);
	ent_secret_destroy(change.passphrase);
	return status;
}

static enum ent_card_change compare(
		const struct ent_party_known *before, const struct ent_party_known *after) {
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	CHECK(ent_card_compare(before->text, before->length, after->text, after->length, &change,
			      NULL) == ENT_OK);
	return change;
}

TEST(party__one_whose_clock_can_be_set_stays_so) {
	(void)state_;
	struct ent_party_known first, second;
	settable_clock = true;
	struct ent_party_folder *folder = made();
	settable_clock = false;
	CHECK(ent_party_own(folder, &first, NULL) == ENT_OK && first.card.settable_clock);
	CHECK(renew(folder,
			      &(struct ent_party_change){
					      .name = "Aid 2", .now_utc_us = NOW_US + 1000000},
			      "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &second, NULL) == ENT_OK && second.card.settable_clock);
	CHECK(compare(&first, &second) == ENT_CARD_NEWER);
	ent_party_folder_close(folder);
}

TEST(party__a_new_card_says_what_is_new_and_what_is_not_stays) {
	(void)state_;
	static const char *const reserves[] = {"https://s:1", "https://s:2"};
	struct ent_party_known first, second, third;
	char kept[ENT_CARD_SIZE];
	struct ent_party_folder *folder = made();
	CHECK(ent_party_own(folder, &first, NULL) == ENT_OK);
	CHECK(renew(folder,
			      &(struct ent_party_change){
					      .name = "Aid 2", .now_utc_us = NOW_US + 1000000},
			      "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &second, NULL) == ENT_OK);
	CHECK(compare(&first, &second) == ENT_CARD_NEWER && second.card.number == 2);
	CHECK(strcmp(second.card.name, "Aid 2") == 0 && second.card.issued_utc_us > NOW_US);
	CHECK(strcmp(second.card.address, "https://a:1") == 0 && second.card.n_reserves == 1);
	/* By a clock that was set back. */
	CHECK(renew(folder,
			      &(struct ent_party_change){.address = "https://b:1",
					      .reserves = reserves,
					      .n_reserves = 2,
					      .now_utc_us = 0},
			      "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &third, NULL) == ENT_OK);
	CHECK(strcmp(third.card.address, "https://b:1") == 0 && third.card.n_reserves == 2);
	CHECK(third.card.issued_utc_us == second.card.issued_utc_us);
	CHECK(strcmp(third.card.name, "Aid 2") == 0 && compare(&second, &third) == ENT_CARD_NEWER);
	(void)read_file("card-1.txt", kept, sizeof kept);
	CHECK(strcmp(kept, first.text) == 0);
	(void)read_file("card-2.txt", kept, sizeof kept);
	CHECK(strcmp(kept, second.text) == 0);
	CHECK(open_both(folder, NULL) == ENT_OK);
	ent_party_folder_close(folder);
}

/* --- A new line key, a new TLS key --- */

/* The files of both, as they stand in a folder. */
struct held {
	char line[1024], certificate[4096], key[1024];
	size_t line_length, certificate_length, key_length;
};

static struct held held(void) {
	struct held held;
	held.line_length = read_file("line.key", held.line, sizeof held.line);
	held.certificate_length = read_file("tls.pem", held.certificate, sizeof held.certificate);
	held.key_length = read_file("tls.key", held.key, sizeof held.key);
	return held;
}

static bool same_held(const struct held *a, const struct held *b) {
	return strcmp(a->line, b->line) == 0 && strcmp(a->certificate, b->certificate) == 0 &&
			strcmp(a->key, b->key) == 0;
}

/* The card's line key opens, and the certificate is of its TLS key. */
static void check_held(const struct ent_party_folder *folder) {
	struct ent_party_known own;
	struct ent_sign_key *line = NULL;
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_hash hash;
	const struct held now = held();
	CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
	CHECK(ent_party_open_line_key(folder, &line, NULL) == ENT_OK);
	ent_sign_key_public(line, public_key);
	CHECK(memcmp(public_key, own.card.line_key.public_key, sizeof public_key) == 0);
	CHECK(ent_certificate_key_hash(now.certificate, now.certificate_length, &hash, NULL) ==
			ENT_OK);
	CHECK(memcmp(hash.bytes, own.card.tls_key.bytes, sizeof hash.bytes) == 0);
	ent_sign_key_destroy(line);
}

TEST(party__new_line_and_tls_keys_are_those_of_the_new_card) {
	(void)state_;
	struct ent_party_known first, second, third;
	struct ent_party_keys keys;
	struct ent_party_folder *folder = made();
	const struct held before = held();
	CHECK(ent_party_own(folder, &first, NULL) == ENT_OK);
	CHECK(renew(folder,
			      &(struct ent_party_change){
					      .new_line_key = true, .now_utc_us = NOW_US + 1000000},
			      "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &second, NULL) == ENT_OK);
	CHECK(compare(&first, &second) == ENT_CARD_NEWER);
	CHECK(memcmp(&first.card.tls_key, &second.card.tls_key, sizeof first.card.tls_key) == 0);
	check_held(folder);
	CHECK(renew(folder,
			      &(struct ent_party_change){.new_tls_key = true,
					      .new_key = true,
					      .now_utc_us = NOW_US + 2000000},
			      "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &third, NULL) == ENT_OK);
	CHECK(compare(&second, &third) == ENT_CARD_KEY_VOUCHED);
	check_held(folder);
	const struct held after = held();
	CHECK(strcmp(before.line, after.line) != 0 && strcmp(before.key, after.key) != 0);
	/* What was replaced is still known, and until when. */
	CHECK(ent_party_keys_of(folder, first.card.id, &keys, NULL) == ENT_OK);
	CHECK(keys.line.n == 2 && keys.party.n == 2);
	CHECK(memcmp(&keys.line.vkey[0], &third.card.line_key, sizeof keys.line.vkey[0]) == 0);
	CHECK(memcmp(&keys.line.vkey[1], &first.card.line_key, sizeof keys.line.vkey[1]) == 0);
	CHECK(keys.line.until_utc_us[0] == INT64_MAX);
	CHECK(keys.line.until_utc_us[1] == NOW_US + 1000000);
	CHECK(memcmp(&keys.party.vkey[1], &second.card.party_key, sizeof keys.party.vkey[1]) == 0);
	CHECK(keys.party.until_utc_us[1] == NOW_US + 2000000);
	ent_party_folder_close(folder);
}

TEST(party__new_line_and_tls_keys_that_break_off_are_there_or_not) {
	(void)state_;
	/* What has reached the disk: the next files, the card, the names that were changed since then. */
	static const struct {
		const char *why;
		bool line_next, key_next, certificate_next, card, line, key;
	} rows[] = {
			{"a line key alone", true, false, false, false, false, false},
			{"and a TLS key", true, true, false, false, false, false},
			{"all but the card", true, true, true, false, false, false},
			{"the card", true, true, true, true, false, false},
			{"the line key has its name", false, true, true, true, true, false},
			{"the TLS key, too", false, false, true, true, true, true},
	};
	char cards[2][ENT_CARD_SIZE];
	struct stat about;
	struct ent_party_folder *folder = made();
	const struct held before = held();
	const struct ent_party_change change = {
			.new_line_key = true, .new_tls_key = true, .now_utc_us = NOW_US};
	(void)read_file("card.txt", cards[0], sizeof cards[0]);
	CHECK(renew(folder, &change, "three at night", NULL) == ENT_OK);
	const struct held after = held();
	(void)read_file("card.txt", cards[1], sizeof cards[1]);
	ent_party_folder_close(folder);
	for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
		const size_t row = i / 2;
		const struct held *line = rows[row].line ? &after : &before;
		const struct held *key = rows[row].key ? &after : &before;
		write_file("card.txt", cards[rows[row].card], strlen(cards[rows[row].card]));
		write_file("line.key", line->line, line->line_length);
		write_file("tls.key", key->key, key->key_length);
		write_file("tls.pem", before.certificate, before.certificate_length);
		if (rows[row].line_next)
			write_file("line.next.key", after.line, after.line_length);
		if (rows[row].key_next)
			write_file("tls.next.key", after.key, after.key_length);
		if (rows[row].certificate_next)
			write_file("tls.next.pem", after.certificate, after.certificate_length);
		/* By who reads, and by who changes. */
		CHECK(ent_party_folder_open(data, i % 2 == 1, &folder, NULL) == ENT_OK);
		check_held(folder);
		const struct held now = held();
		CHECK_ROW(rows[row].why, same_held(&now, rows[row].card ? &after : &before));
		ent_party_folder_close(folder);
	}
	/* What was left of the ones that were given up is in nobody's way. */
	CHECK(ent_party_folder_open(data, true, &folder, NULL) == ENT_OK);
	CHECK(renew(folder, &change, "three at night", NULL) == ENT_OK);
	check_held(folder);
	CHECK(stat(path_of("line.next.key"), &about) != 0);
	CHECK(stat(path_of("tls.next.pem"), &about) != 0);
	ent_party_folder_close(folder);
}

TEST(party__a_change_that_cannot_be_changes_nothing) {
	(void)state_;
	static const char *const bad[] = {"x"};
	static const struct {
		const char *why, *passphrase, *where;
		struct ent_party_change change;
		ent_status status;
	} rows[] = {
			{"another passphrase", "four", "passphrase", {.name = "y"}, ENT_E_REFUSED},
			{"a name", "three at night", "name", {.name = ""}, ENT_E_SYNTAX},
			{"a name of signs", "three at night", "name", {.name = "-"}, ENT_E_SYNTAX},
			{"an address", "three at night", "address", {.address = "a"}, ENT_E_SYNTAX},
			{"a reserve", "three at night", "reserve",
					{.reserves = bad, .n_reserves = 1}, ENT_E_SYNTAX},
			{"reserves that stay without a first one", "three at night", "reserve",
					{.address = ""}, ENT_E_SYNTAX},
			{"many", "three at night", "reserve", {.reserves = bad, .n_reserves = 9},
					ENT_E_LIMIT},
	};
	struct ent_party_known before, after;
	struct ent_party_folder *folder = made();
	CHECK(ent_party_own(folder, &before, NULL) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {{0}, {0}};
		CHECK_ROW(rows[i].why,
				renew(folder, &rows[i].change, rows[i].passphrase, &fault) ==
						rows[i].status);
		CHECK_ROW(rows[i].why, strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why, ent_party_own(folder, &after, NULL) == ENT_OK);
		CHECK_ROW(rows[i].why, strcmp(before.text, after.text) == 0);
	}
	ent_party_folder_close(folder);
}

TEST(party__a_new_key_is_vouched_for_by_the_one_before) {
	(void)state_;
	struct ent_party_known first, second, third;
	struct ent_party_folder *folder = made();
	const struct ent_party_change another = {.new_key = true, .now_utc_us = NOW_US};
	CHECK(ent_party_own(folder, &first, NULL) == ENT_OK);
	CHECK(renew(folder, &another, "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &second, NULL) == ENT_OK);
	CHECK(compare(&first, &second) == ENT_CARD_KEY_VOUCHED);
	CHECK(strcmp(first.card.id, second.card.id) == 0 && !ent_card_key_is_first(&second.card));
	CHECK(memcmp(first.card.line_key.public_key, second.card.line_key.public_key, 32) == 0);
	CHECK(open_both(folder, NULL) == ENT_OK);
	CHECK(renew(folder, &another, "three at night", NULL) == ENT_OK);
	CHECK(ent_party_own(folder, &third, NULL) == ENT_OK);
	CHECK(compare(&second, &third) == ENT_CARD_KEY_VOUCHED);
	/* Who missed the second card needs it first. */
	CHECK(compare(&first, &third) == ENT_CARD_KEY_UNVOUCHED);
	CHECK(open_both(folder, NULL) == ENT_OK);
	ent_party_folder_close(folder);
}

TEST(party__a_change_of_keys_that_breaks_off_loses_none) {
	(void)state_;
	char first_key[1024], second_key[1024], left[1024];
	struct stat about;
	struct ent_party_folder *folder = made();
	const struct ent_party_change another = {.new_key = true, .now_utc_us = NOW_US};
	const size_t first_length = read_file("party.key", first_key, sizeof first_key);
	/* Before the card: the next key is of no card, and the next change writes over it. */
	write_file("party.next.key", "entente key 1\nhalf of", 22);
	CHECK(open_both(folder, NULL) == ENT_OK);
	CHECK(renew(folder, &another, "three at night", NULL) == ENT_OK);
	CHECK(open_both(folder, NULL) == ENT_OK && stat(path_of("party.next.key"), &about) != 0);
	/* Behind the card: it is in force, under its first name. */
	const size_t second_length = read_file("party.key", second_key, sizeof second_key);
	write_file("party.next.key", second_key, second_length);
	write_file("party.key", first_key, first_length);
	CHECK(open_both(folder, NULL) == ENT_OK);
	/* And is put in its place before the next one can take its name. */
	CHECK(mkdir(path_of("party.next.key.new"), 0700) == 0);
	CHECK(renew(folder, &another, "three at night", NULL) == ENT_E_IO);
	CHECK(read_file("party.key", left, sizeof left) == second_length);
	CHECK(strcmp(left, second_key) == 0 && open_both(folder, NULL) == ENT_OK);
	CHECK(rmdir(path_of("party.next.key.new")) == 0);
	CHECK(renew(folder, &another, "three at night", NULL) == ENT_OK);
	CHECK(open_both(folder, NULL) == ENT_OK);
	ent_party_folder_close(folder);
}

/* --- The profile --- */

TEST(profile__of_each_kind_is_well_formed_and_is_found_by_its_names) {
	(void)state_;
	static const char *const flight[] = {"exact", "coarse", "exact"};
	for (int i = 0; i < ENT_PROFILE_COUNT; i++) {
		const char *text = ent_profile_text((enum ent_profile)i), *at = text;
		struct ent_profile_line line;
		char value[ENT_PARTY_NAME_SIZE];
		unsigned number = 0, lines = 0;
		ent_status status;
		CHECK(strlen(at) < ENT_PROFILE_SIZE);
		while ((status = ent_profile_next(&at, &number, &line, NULL)) == ENT_OK) {
			char name[32];
			(void)snprintf(name, sizeof name, "%.*s", (int)line.name_length, line.name);
			CHECK(ent_profile_find(text, name, value));
			CHECK(strlen(value) == line.value_length &&
					memcmp(value, line.value, line.value_length) == 0);
			lines++;
		}
		CHECK(status == ENT_E_MISSING && lines >= 7);
		CHECK(ent_profile_find(text, "flight", value) && strcmp(value, flight[i]) == 0);
		CHECK(!ent_profile_find(text, "flights", value));
	}
}

TEST(profile__says_what_is_wrong_in_it) {
	(void)state_;
	static const struct {
		const char *text, *where, *says;
	} rows[] = {
			{"profile aid\n", "line 1", "name = value"},
			{"# x\n\ntarget = x\n", "line 3", "no such name"},
			{"flight = open\n", "line 1", "exact, coarse or blind"},
			{"profile = aid\n", "line 1", "no such name"},
			{"label-aid-en = \n", "line 1", "empty"},
			{"label-aid-en = \xff\n", "line 1", "empty"},
			{"flight = blind\nroles = x\nflight = exact\n", "line 3", "already"},
	};
	char text[ENT_PROFILE_SIZE];
	struct ent_party_folder *folder = made();
	CHECK(ent_party_profile(folder, text, NULL) == ENT_OK);
	CHECK(strcmp(text, ent_profile_text(ENT_PROFILE_CELL)) == 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {{0}, {0}};
		write_file("profile.ini", rows[i].text, strlen(rows[i].text));
		CHECK_ROW(rows[i].text, ent_party_profile(folder, text, &fault) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].text, strstr(fault.where, rows[i].where) != NULL);
		CHECK_ROW(rows[i].text, strstr(fault.why, rows[i].says) != NULL);
	}
	ent_party_folder_close(folder);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			IN_FOLDER(party__is_made_with_keys_that_its_card_names),
			IN_FOLDER(party__its_tls_key_is_the_one_of_the_card),
			IN_FOLDER(party__its_files_are_for_the_owner_alone),
			IN_FOLDER(party__there_is_one_in_a_directory),
			IN_FOLDER(party__an_attempt_that_broke_off_is_taken_up),
			IN_FOLDER(party__is_not_made_of_a_bad_wish),
			IN_FOLDER(party__without_a_folder_there_is_none),
			IN_FOLDER(party__who_changes_it_has_it_alone_and_readers_do_not_wait),
			IN_FOLDER(party__a_damaged_file_is_named_and_each_byte_of_a_key_counts),
			IN_FOLDER(party__a_key_that_others_may_read_is_not_used),
			IN_FOLDER(party__another_party_s_keys_are_not_taken_for_its_own),
			IN_FOLDER(party__one_whose_clock_can_be_set_stays_so),
			IN_FOLDER(party__a_new_card_says_what_is_new_and_what_is_not_stays),
			IN_FOLDER(party__new_line_and_tls_keys_are_those_of_the_new_card),
			IN_FOLDER(party__new_line_and_tls_keys_that_break_off_are_there_or_not),
			IN_FOLDER(party__a_change_that_cannot_be_changes_nothing),
			IN_FOLDER(party__a_new_key_is_vouched_for_by_the_one_before),
			IN_FOLDER(party__a_change_of_keys_that_breaks_off_loses_none),
			IN_FOLDER(profile__of_each_kind_is_well_formed_and_is_found_by_its_names),
			IN_FOLDER(profile__says_what_is_wrong_in_it),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
