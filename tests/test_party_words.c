/* SPDX-License-Identifier: Apache-2.0 */
/* test_party_words.c: the words of a fingerprint, and what people get wrong who read them to one another. */
#include "entente/party.h"

#include <ctype.h>

#include "cards.h"

enum { LIST = 256, LETTERS_MAX = 11, BEGIN = 3, APART = 3, APART_ACROSS = 2 };

/* Place 0 for the first list, 1 for the second. */
static const char *word_of(size_t list, size_t i) {
	return ent_fingerprint_word(list, (uint8_t)i);
}

/* Levenshtein's distance by its recursive definition on a full table: another way than the module's. */
static size_t distance(const char *a, const char *b) {
	size_t table[LETTERS_MAX + 2][LETTERS_MAX + 2];
	const size_t m = strlen(a), n = strlen(b);
	for (size_t i = 0; i <= m; i++)
		for (size_t j = 0; j <= n; j++) {
			if (i == 0 || j == 0) {
				table[i][j] = i + j;
				continue;
			}
			const size_t substitute = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			const size_t drop = table[i - 1][j] + 1, insert = table[i][j - 1] + 1;
			const size_t less = drop < insert ? drop : insert;
			table[i][j] = substitute < less ? substitute : less;
		}
	return table[m][n];
}

TEST(words__are_small_letters_in_order_and_short) {
	(void)state_;
	for (size_t list = 0; list < 2; list++)
		for (size_t i = 0; i < LIST; i++) {
			const char *word = word_of(list, i);
			CHECK_ROW(word, strlen(word) >= 5 && strlen(word) <= LETTERS_MAX);
			for (const char *c = word; *c != '\0'; c++)
				CHECK_ROW(word, *c >= 'a' && *c <= 'z');
			CHECK_ROW(word, i == 0 || strcmp(word_of(list, i - 1), word) < 0);
		}
}

TEST(words__of_a_list_differ_in_three_letters_and_begin_differently) {
	(void)state_;
	for (size_t list = 0; list < 2; list++)
		for (size_t i = 0; i < LIST; i++)
			for (size_t j = 0; j < i; j++) {
				const char *a = word_of(list, i), *b = word_of(list, j);
				CHECK_ROW(a, distance(a, b) >= APART);
				CHECK_ROW(a, strncmp(a, b, BEGIN) != 0);
			}
}

TEST(words__of_the_two_lists_are_never_the_same_nor_the_beginning_of_one_another) {
	(void)state_;
	for (size_t i = 0; i < LIST; i++)
		for (size_t j = 0; j < LIST; j++) {
			const char *a = word_of(0, i), *b = word_of(1, j);
			CHECK_ROW(a, distance(a, b) >= APART_ACROSS);
			CHECK_ROW(a,
					strncmp(a, b, strlen(a)) != 0 &&
							strncmp(a, b, strlen(b)) != 0);
		}
}

/* The first bytes of SHA-256 over all words, each with a NUL behind it: Python's hashlib. */
TEST(words__stay_as_they_are_because_fingerprints_stand_on_paper) {
	(void)state_;
	struct ent_hash hash;
	struct ent_seal_hasher *hasher = NULL;
	static const uint8_t kept[] = {0x5a, 0x1c, 0xdc, 0x97, 0xba, 0x1e, 0xfc, 0x48};
	CHECK(ent_seal_hasher_create(&hasher) == ENT_OK);
	for (size_t list = 0; list < 2; list++)
		for (size_t i = 0; i < LIST; i++)
			CHECK(ent_seal_hasher_add(hasher, word_of(list, i),
					      strlen(word_of(list, i)) + 1) == ENT_OK);
	CHECK(ent_seal_hasher_finish(hasher, &hash) == ENT_OK);
	CHECK(memcmp(hash.bytes, kept, sizeof kept) == 0);
	ent_seal_hasher_destroy(hasher);
}

TEST(fingerprint__is_of_the_key_s_text_and_changes_with_it) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "x", 1),
			      other = party_card(1, 3, 2, "x", 2);
	char vkey[ENT_VKEY_SIZE];
	uint8_t bytes[ENT_FINGERPRINT_SIZE], others[ENT_FINGERPRINT_SIZE];
	struct ent_hash hash;
	ent_fingerprint(&card.party_key, bytes);
	ent_fingerprint(&other.party_key, others);
	ent_seal_sha256(vkey, ent_vkey_print(&card.party_key, vkey), &hash);
	CHECK(memcmp(bytes, hash.bytes, sizeof bytes) == 0);
	CHECK(memcmp(bytes, others, sizeof bytes) != 0);
}

TEST(fingerprint__what_is_said_is_read_back_however_it_is_written) {
	(void)state_;
	uint64_t seed = 12;
	for (int round = 0; round < 500; round++) {
		uint8_t bytes[ENT_FINGERPRINT_SIZE], read[ENT_FINGERPRINT_SIZE];
		char text[ENT_FINGERPRINT_TEXT_SIZE];
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)test_random(&seed);
		const size_t length = ent_fingerprint_print(bytes, text);
		CHECK(length == strlen(text));
		CHECK(ent_fingerprint_parse(text, length, read, NULL) == ENT_OK);
		CHECK(memcmp(bytes, read, sizeof bytes) == 0);
		for (size_t i = 0; i < length; i++)
			text[i] = text[i] == ' ' ? "-,\n\t"[test_random(&seed) % 4]
						 : (char)toupper(text[i]);
		CHECK(ent_fingerprint_parse(text, length, read, NULL) == ENT_OK);
		CHECK(memcmp(bytes, read, sizeof bytes) == 0);
	}
}

/* --- What people get wrong --- */

/* Words of 'bytes' with the one at 'drop' left out, and 'twice' said twice; 12: none. */
static size_t say(const uint8_t *bytes, size_t drop, size_t twice, char *ret_text, size_t size) {
	size_t length = 0;
	for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++)
		for (size_t times = i == drop ? 0 : i == twice ? 2 : 1; times > 0; times--)
			length += (size_t)snprintf(ret_text + length, size - length, "%s ",
					ent_fingerprint_word(i, bytes[i]));
	return length;
}

TEST(fingerprint__a_dropped_a_doubled_and_a_swapped_word_are_noticed_where_they_are) {
	(void)state_;
	uint64_t seed = 13;
	for (size_t at = 0; at < ENT_FINGERPRINT_SIZE; at++) {
		uint8_t bytes[ENT_FINGERPRINT_SIZE], untouched[ENT_FINGERPRINT_SIZE];
		char text[256], where[16];
		struct ent_fault fault = {{0}, {0}};
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)test_random(&seed);
		size_t length = say(bytes, at, 12, text, sizeof text);
		CHECK(ent_fingerprint_parse(text, length, untouched, &fault) == ENT_E_SYNTAX);
		(void)snprintf(where, sizeof where, "word %zu", at + 1);
		CHECK(strcmp(fault.where, where) == 0);
		length = say(bytes, 12, at, text, sizeof text);
		CHECK(ent_fingerprint_parse(text, length, untouched, &fault) == ENT_E_SYNTAX);
		(void)snprintf(where, sizeof where, "word %zu", at + 2);
		CHECK(strcmp(fault.where, where) == 0);
		if (at + 1 == ENT_FINGERPRINT_SIZE)
			continue;
		length = 0;
		for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++) {
			const size_t j = i == at ? at + 1 : i == at + 1 ? at : i;
			length += (size_t)snprintf(text + length, sizeof text - length, "%s ",
					ent_fingerprint_word(j, bytes[j]));
		}
		CHECK(ent_fingerprint_parse(text, length, untouched, &fault) == ENT_E_SYNTAX);
		(void)snprintf(where, sizeof where, "word %zu", at + 1);
		CHECK(strcmp(fault.where, where) == 0 && strstr(fault.why, "swapped") != NULL);
	}
}

TEST(fingerprint__a_misheard_word_is_named_with_the_one_that_it_may_have_been) {
	(void)state_;
	static const struct {
		const char *why, *text, *where, *says;
	} rows[] = {
			{"nothing", "", "word 1", "missing"},
			{"one letter amiss", "akorn", "word 1", "was it \"acorn\"?"},
			{"two letters amiss, at its end", "acornes", "word 1", "was it \"acorn\"?"},
			{"no word at all", "qqqqqq", "word 1", "\"qqqqqq\" is none of the words"},
			{"in the other list", "abacus", "word 1", "cannot stand here"},
			{"endless",
					"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
					"aaaa",
					"word 1", "is none of the words"},
			{"too few", "acorn abacus", "word 3", "missing"},
			{"what steers a terminal", "\033[2J", "word 1", "\"?[2J\""},
	};
	uint8_t untouched[ENT_FINGERPRINT_SIZE];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_fault fault = {{0}, {0}};
		CHECK_ROW(rows[i].why,
				ent_fingerprint_parse(rows[i].text, strlen(rows[i].text), untouched,
						&fault) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].why, strstr(fault.why, rows[i].says) != NULL);
	}
	CHECK(ent_fingerprint_parse("acorn\0abacus", 12, untouched, NULL) == ENT_E_SYNTAX);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(words__are_small_letters_in_order_and_short),
			TEST_ENTRY(words__of_a_list_differ_in_three_letters_and_begin_differently),
			TEST_ENTRY(words__of_the_two_lists_are_never_the_same_nor_the_beginning_of_one_another),
			TEST_ENTRY(words__stay_as_they_are_because_fingerprints_stand_on_paper),
			TEST_ENTRY(fingerprint__is_of_the_key_s_text_and_changes_with_it),
			TEST_ENTRY(fingerprint__what_is_said_is_read_back_however_it_is_written),
			TEST_ENTRY(fingerprint__a_dropped_a_doubled_and_a_swapped_word_are_noticed_where_they_are),
			TEST_ENTRY(fingerprint__a_misheard_word_is_named_with_the_one_that_it_may_have_been),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
