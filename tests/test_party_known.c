/* SPDX-License-Identifier: Apache-2.0 */
/* test_party_known.c: the cards of other parties in a party's folder. */
#include "entente/party.h"

#include "party_folder.h"

static const char *const two[2] = {"A. Amsel", "B. Birke"};

static ent_status put(struct ent_party_folder *folder, const struct ent_card *card, uint8_t now,
		uint8_t before, const char *const operators[2], enum ent_card_change *change,
		struct ent_fault *fault) {
	char text[ENT_CARD_SIZE];
	const size_t length = party_print(card, now, before, text);
	return ent_party_put(folder, text, length, operators, NOW_US, change, fault);
}

TEST(party__a_card_that_is_taken_is_there_again_byte_for_byte) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "Бригада «Север»", 1);
	char text[ENT_CARD_SIZE];
	struct ent_party_known known;
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_folder *folder = made();
	const size_t length = party_print(&card, 1, 0, text);
	CHECK(ent_party_put(folder, text, length, NULL, NOW_US, &change, NULL) == ENT_OK);
	CHECK(change == ENT_CARD_UNKNOWN);
	CHECK(ent_party_get(folder, card.id, &known, NULL) == ENT_OK);
	CHECK(known.length == length && memcmp(known.text, text, length + 1) == 0);
	CHECK(known.confirmed_utc_us == NOW_US && known.by == ENT_CARD_UNKNOWN);
	CHECK(known.operators[0][0] == '\0');
	CHECK(ent_party_put(folder, text, length, NULL, NOW_US + 1, &change, NULL) == ENT_OK);
	CHECK(change == ENT_CARD_SAME);
	CHECK(ent_party_get(folder, card.id, &known, NULL) == ENT_OK);
	CHECK(known.confirmed_utc_us == NOW_US);
	ent_party_folder_close(folder);
}

TEST(party__keys_follow_one_another_by_signature_or_by_two_people) {
	(void)state_;
	static const char *const same[2] = {"A. Amsel", "A. Amsel"};
	static const char *const bad[2] = {"A. Amsel", ""};
	static const struct {
		const char *why;
		uint8_t now, before, line;
		uint64_t number;
		const char *const *operators;
		ent_status status;
		enum ent_card_change change;
	} rows[] = {
			{"the first", 1, 0, 2, 2, NULL, ENT_OK, ENT_CARD_UNKNOWN},
			{"older", 1, 0, 2, 1, NULL, ENT_E_REFUSED, 0},
			{"the same number", 1, 0, 3, 2, NULL, ENT_E_REFUSED, 0},
			{"the same number, by two people", 1, 0, 3, 2, two, ENT_E_REFUSED, 0},
			{"a new line key", 1, 0, 3, 3, NULL, ENT_OK, ENT_CARD_NEWER},
			{"a new key by nobody", 4, 0, 3, 4, NULL, ENT_E_REFUSED, 0},
			{"by one person twice", 4, 0, 3, 4, same, ENT_E_REFUSED, 0},
			{"by one person", 4, 0, 3, 4, bad, ENT_E_SYNTAX, 0},
			{"by the known key", 4, 1, 3, 4, NULL, ENT_OK, ENT_CARD_KEY_VOUCHED},
			{"back, by a key that is known no more", 1, 1, 3, 5, NULL, ENT_E_REFUSED,
					0},
			{"by two people", 5, 0, 3, 6, two, ENT_OK, ENT_CARD_KEY_UNVOUCHED},
			{"and on, by the key that they took", 6, 5, 3, 7, NULL, ENT_OK,
					ENT_CARD_KEY_VOUCHED},
	};
	struct ent_party_known known, before;
	struct ent_party_folder *folder = made();
	memset(&before, 0, sizeof before);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_card card = party_card(
				1, rows[i].now, rows[i].line, "x", rows[i].number);
		enum ent_card_change change = ENT_CARD_OTHER;
		struct ent_fault fault = {{0}, {0}};
		CHECK_ROW(rows[i].why,
				put(folder, &card, rows[i].now, rows[i].before, rows[i].operators,
						&change, &fault) == rows[i].status);
		CHECK_ROW(rows[i].why, ent_party_get(folder, card.id, &known, NULL) == ENT_OK);
		if (rows[i].status != ENT_OK) {
			CHECK_ROW(rows[i].why, fault.why[0] != '\0');
			CHECK_ROW(rows[i].why, strcmp(known.text, before.text) == 0);
			continue;
		}
		CHECK_ROW(rows[i].why, change == rows[i].change && known.by == change);
		const bool by_people = change == ENT_CARD_KEY_UNVOUCHED;
		CHECK_ROW(rows[i].why, strcmp(known.operators[0], by_people ? two[0] : "") == 0);
		CHECK_ROW(rows[i].why, strcmp(known.operators[1], by_people ? two[1] : "") == 0);
		before = known;
	}
	ent_party_folder_close(folder);
}

TEST(party__its_own_card_is_not_another_s) {
	(void)state_;
	struct ent_party_known own;
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	CHECK(ent_party_own(folder, &own, NULL) == ENT_OK);
	CHECK(ent_party_put(folder, own.text, own.length, NULL, NOW_US, &change, &fault) ==
			ENT_E_REFUSED);
	CHECK(strstr(fault.why, "our own") != NULL);
	ent_party_folder_close(folder);
}

TEST(party__the_list_is_in_order_and_has_what_is_not_removed) {
	(void)state_;
	char ids[8][ENT_PARTY_ID_SIZE];
	size_t n = 9;
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	CHECK(ent_party_list(folder, ids, 8, &n, NULL) == ENT_OK && n == 0);
	for (uint8_t i = 1; i <= 8; i++) {
		const struct ent_card card = party_card(i, i, 2, "x", 1);
		CHECK(put(folder, &card, i, 0, NULL, &change, NULL) == ENT_OK);
	}
	CHECK(ent_party_list(folder, ids, 8, &n, NULL) == ENT_OK && n == 8);
	for (size_t i = 1; i < n; i++)
		CHECK(strcmp(ids[i - 1], ids[i]) < 0);
	CHECK(ent_party_list(folder, ids, 7, &n, &fault) == ENT_E_LIMIT);
	CHECK(ent_party_remove(folder, ids[3], NULL) == ENT_OK);
	CHECK(ent_party_remove(folder, ids[3], &fault) == ENT_E_MISSING);
	CHECK(ent_party_remove(folder, "../card.txt", &fault) == ENT_E_SYNTAX);
	CHECK(ent_party_list(folder, ids, 8, &n, NULL) == ENT_OK && n == 7);
	ent_party_folder_close(folder);
}

TEST(party__a_damaged_card_is_named_and_not_overwritten) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "x", 1),
			      newer = party_card(1, 1, 3, "x", 2);
	char text[ENT_CARD_SIZE + 512], name[64], after[ENT_CARD_SIZE + 512];
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_known known;
	struct ent_party_folder *folder = made();
	CHECK(put(folder, &card, 1, 0, NULL, &change, NULL) == ENT_OK);
	(void)snprintf(name, sizeof name, "%s.party", card.id);
	const size_t length = read_file(name, text, sizeof text);
	for (size_t at = 0; at < length; at++) {
		struct ent_fault fault = {{0}, {0}};
		text[at] ^= 1;
		write_file(name, text, length);
		const ent_status status = ent_party_get(folder, card.id, &known, &fault);
		/* A digit of the time is another time: of that nobody vouches but we ourselves. */
		if (status != ENT_OK) {
			CHECK(strstr(fault.where, name) != NULL && fault.why[0] != '\0');
			CHECK(put(folder, &newer, 1, 0, NULL, &change, NULL) != ENT_OK);
			(void)read_file(name, after, sizeof after);
			CHECK(memcmp(after, text, length) == 0);
		} else {
			CHECK(known.confirmed_utc_us != NOW_US);
		}
		text[at] ^= 1;
	}
	/* Under another's name. */
	write_file("0123456789abcdef.party", text, length);
	struct ent_fault fault = {{0}, {0}};
	CHECK(ent_party_get(folder, "0123456789abcdef", &known, &fault) == ENT_E_SYNTAX);
	CHECK(strstr(fault.why, card.id) != NULL);
	ent_party_folder_close(folder);
}

TEST(party__a_write_that_fails_leaves_the_known_card_as_it_was) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "x", 1),
			      newer = party_card(1, 1, 3, "x", 2);
	char name[64];
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	CHECK(put(folder, &card, 1, 0, NULL, &change, NULL) == ENT_OK);
	/* A folder stands where the file is written first; root is stopped by it, too. */
	(void)snprintf(name, sizeof name, "%s.party.new", card.id);
	CHECK(mkdir(path_of(name), 0700) == 0);
	CHECK(put(folder, &newer, 1, 0, NULL, &change, &fault) == ENT_E_IO);
	CHECK(strstr(fault.why, "cannot be written") != NULL);
	CHECK(ent_party_get(folder, card.id, &known, NULL) == ENT_OK && known.card.number == 1);
	CHECK(rmdir(path_of(name)) == 0);
	CHECK(put(folder, &newer, 1, 0, NULL, &change, NULL) == ENT_OK);
	ent_party_folder_close(folder);
}

TEST(party__the_keys_that_another_had_are_known_newest_first) {
	(void)state_;
	/* Cards 1 to 12: a new line key each, and another party key twice. */
	enum { CARDS = 12 };
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_keys keys;
	struct ent_party_known known;
	struct ent_party_folder *folder = made();
	const struct ent_card first = party_card(1, 1, 40, "x", 1);
	for (int i = 1; i <= CARDS; i++) {
		const uint8_t now = i < 4 ? 1 : i < 8 ? 2 : 3, before = i == 4 ? 1 : i == 8 ? 2 : 0;
		const struct ent_card card = party_card(
				1, now, (uint8_t)(39 + i), "x", (uint64_t)i);
		char text[ENT_CARD_SIZE];
		const size_t length = party_print(&card, now, before, text);
		CHECK(ent_party_put(folder, text, length, NULL, NOW_US + i, &change, NULL) ==
				ENT_OK);
	}
	CHECK(ent_party_keys_of(folder, first.id, &keys, NULL) == ENT_OK);
	CHECK(keys.line.n == ENT_PARTY_KEYS_MAX && keys.party.n == 3);
	for (int i = 0; i < ENT_PARTY_KEYS_MAX; i++) {
		const struct ent_card card = party_card(1, 1, (uint8_t)(39 + CARDS - i), "x", 1);
		CHECK(memcmp(&keys.line.vkey[i], &card.line_key, sizeof card.line_key) == 0);
		/* It was in force until the card after it was taken. */
		CHECK(keys.line.until_utc_us[i] == (i == 0 ? INT64_MAX : NOW_US + CARDS + 1 - i));
	}
	CHECK(memcmp(&keys.party.vkey[2], &first.party_key, sizeof first.party_key) == 0);
	CHECK(keys.party.until_utc_us[1] == NOW_US + 8 && keys.party.until_utc_us[2] == NOW_US + 4);
	/* From card to card, to the first. */
	CHECK(ent_party_get(folder, first.id, &known, NULL) == ENT_OK);
	for (uint64_t number = CARDS; number > 1; number--) {
		CHECK(known.card.number == number && known.before == number - 1);
		CHECK(ent_party_before(folder, &known, &known, NULL) == ENT_OK);
	}
	CHECK(known.card.number == 1 && known.by == ENT_CARD_UNKNOWN);
	CHECK(ent_party_before(folder, &known, &known, NULL) == ENT_E_MISSING);
	CHECK(ent_party_keys_of(folder, "0123456789abcdef", &keys, NULL) == ENT_E_MISSING);
	ent_party_folder_close(folder);
}

/* How many files of a party there are in the folder. */
static size_t files_of(const char *id) {
	char command[256];
	(void)snprintf(command, sizeof command, "exit $(ls '%s/party' | grep -c '^%s')", data, id);
	const int status = system(command); /* NOLINT(cert-env33-c) */
	return (size_t)(status >> 8);
}

TEST(party__replaced_cards_are_kept_to_a_most_and_go_with_their_party) {
	(void)state_;
	enum { CARDS = ENT_PARTY_KEPT_MAX + 5 };
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_keys keys;
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_folder *folder = made();
	const struct ent_card first = party_card(1, 1, 2, "x", 1),
			      other = party_card(7, 7, 2, "x", 1);
	char name[64], id[ENT_PARTY_ID_SIZE];
	size_t n = 0;
	CHECK(put(folder, &other, 7, 0, NULL, &change, NULL) == ENT_OK);
	for (uint64_t number = 1; number <= CARDS; number++) {
		const struct ent_card card = party_card(1, 1, 2, "x", number * 10);
		CHECK(put(folder, &card, 1, 0, NULL, &change, NULL) == ENT_OK);
		const uint64_t kept = number <= ENT_PARTY_KEPT_MAX ? number - 1
								   : ENT_PARTY_KEPT_MAX;
		CHECK(files_of(first.id) == 1 + kept);
	}
	CHECK(ent_party_keys_of(folder, first.id, &keys, NULL) == ENT_OK);
	CHECK(keys.line.n == 1 && keys.party.n == 1);
	/* They are no parties, and one that is damaged is named. */
	CHECK(ent_party_list(folder, &id, 1, &n, NULL) == ENT_E_LIMIT);
	(void)snprintf(name, sizeof name, "%s-%d.party", first.id, 10 * (CARDS - 1));
	write_file(name, "x", 1);
	CHECK(ent_party_keys_of(folder, first.id, &keys, &fault) == ENT_E_SYNTAX);
	CHECK(strstr(fault.where, name) != NULL && fault.why[0] != '\0');
	CHECK(ent_party_remove(folder, first.id, NULL) == ENT_OK);
	CHECK(files_of(first.id) == 0 && files_of(other.id) == 1);
	ent_party_folder_close(folder);
}

TEST(party__a_card_that_says_it_replaced_a_later_one_is_damaged) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "x", 5);
	enum ent_card_change change = ENT_CARD_OTHER;
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	char text[ENT_CARD_SIZE], all[ENT_CARD_SIZE + 512], name[64];
	struct ent_party_folder *folder = made();
	CHECK(put(folder, &card, 1, 0, NULL, &change, NULL) == ENT_OK);
	(void)party_print(&card, 1, 0, text);
	(void)snprintf(name, sizeof name, "%s.party", card.id);
	for (int before = 4; before <= 6; before++) {
		const int length = snprintf(all, sizeof all,
				"entente known party 1\nconfirmed 2026-11-26T10:00:00Z\nby words\n"
				"before %d\n%s",
				before, text);
		write_file(name, all, (size_t)length);
		CHECK(ent_party_get(folder, card.id, &known, &fault) ==
				(before < 5 ? ENT_OK : ENT_E_SYNTAX));
		/* The file of it is gone: then nothing is known from before. */
		CHECK(before >= 5 ||
				ent_party_before(folder, &known, &known, &fault) == ENT_E_MISSING);
	}
	CHECK(strstr(fault.why, "not smaller") != NULL);
	ent_party_folder_close(folder);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			IN_FOLDER(party__a_card_that_is_taken_is_there_again_byte_for_byte),
			IN_FOLDER(party__keys_follow_one_another_by_signature_or_by_two_people),
			IN_FOLDER(party__its_own_card_is_not_another_s),
			IN_FOLDER(party__the_list_is_in_order_and_has_what_is_not_removed),
			IN_FOLDER(party__a_damaged_card_is_named_and_not_overwritten),
			IN_FOLDER(party__a_write_that_fails_leaves_the_known_card_as_it_was),
			IN_FOLDER(party__the_keys_that_another_had_are_known_newest_first),
			IN_FOLDER(party__replaced_cards_are_kept_to_a_most_and_go_with_their_party),
			IN_FOLDER(party__a_card_that_says_it_replaced_a_later_one_is_damaged),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
