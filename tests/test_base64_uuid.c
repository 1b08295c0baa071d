/* SPDX-License-Identifier: Apache-2.0 */
/* test_base64_uuid.c: bytes as base64 (RFC 4648) and UUIDs (RFC 9562), against the vectors of both. */
#include "entente/base64.h"
#include "entente/uuid.h"
#include "test.h"

/* --- Base64 --- */

/* RFC 4648, section 10; the last two stand for its section 9 and for the letters that the alphabets differ in. */
static const struct {
	const char *bytes;
	size_t size;
	const char *text[2]; /* ENT_BASE64, ENT_BASE64_URL */
} vectors[] = {
		{"", 0, {"", ""}},
		{"f", 1, {"Zg==", "Zg"}},
		{"fo", 2, {"Zm8=", "Zm8"}},
		{"foo", 3, {"Zm9v", "Zm9v"}},
		{"foob", 4, {"Zm9vYg==", "Zm9vYg"}},
		{"fooba", 5, {"Zm9vYmE=", "Zm9vYmE"}},
		{"foobar", 6, {"Zm9vYmFy", "Zm9vYmFy"}},
		{"\x14\xfb\x9c\x03\xd9\x7e", 6, {"FPucA9l+", "FPucA9l-"}},
		{"\xff\xef\xff", 3, {"/+//", "_-__"}},
};

TEST(base64__is_that_of_rfc_4648) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(vectors); i++) {
		for (int alphabet = ENT_BASE64; alphabet <= ENT_BASE64_URL; alphabet++) {
			const char *expected = vectors[i].text[alphabet];
			char text[16];
			uint8_t bytes[8];
			size_t size = 4711;
			CHECK_ROW(expected,
					ent_base64_print((enum ent_base64_alphabet)alphabet,
							vectors[i].bytes, vectors[i].size,
							text) == strlen(expected));
			CHECK_ROW(expected, strcmp(text, expected) == 0);
			CHECK_ROW(expected,
					ent_base64_parse((enum ent_base64_alphabet)alphabet,
							expected, strlen(expected), bytes,
							sizeof bytes, &size) == ENT_OK);
			CHECK_ROW(expected,
					size == vectors[i].size &&
							memcmp(bytes, vectors[i].bytes, size) == 0);
		}
	}
}

TEST(base64__what_is_printed_reads_back_and_fits_to_the_byte) {
	(void)state_;
	uint64_t seed = 4648;
	for (size_t size = 0; size <= 200; size++) {
		uint8_t bytes[200], back[200];
		char text[ENT_BASE64_SIZE(200)];
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)test_random(&seed);
		for (int a = ENT_BASE64; a <= ENT_BASE64_URL; a++) {
			const enum ent_base64_alphabet alphabet = (enum ent_base64_alphabet)a;
			const size_t length = ent_base64_print(alphabet, bytes, size, text);
			size_t back_size = 4711;
			CHECK(length < ENT_BASE64_SIZE(size) && text[length] == '\0');
			CHECK(alphabet != ENT_BASE64 || length + 1 == ENT_BASE64_SIZE(size));
			if (size > 0)
				CHECK(ent_base64_parse(alphabet, text, length, back, size - 1,
						      &back_size) == ENT_E_LIMIT);
			CHECK(back_size == 4711);
			CHECK(ent_base64_parse(alphabet, text, length, back, size, &back_size) ==
					ENT_OK);
			CHECK(back_size == size && memcmp(back, bytes, size) == 0);
		}
	}
}

TEST(base64__no_two_texts_are_the_same_bytes) {
	(void)state_;
	/* Every text of up to four of these characters is refused or is the one that is printed. */
	static const char characters[] = "AQgw/+-_=\n z09";
	const size_t n = sizeof characters; /* the terminator, too */
	size_t taken[2] = {0, 0};
	for (size_t length = 0, texts = 1; length <= 4; length++, texts *= n) {
		for (size_t number = 0; number < texts; number++) {
			char text[4], printed[8];
			uint8_t bytes[4];
			for (size_t i = 0, rest = number; i < length; i++, rest /= n)
				text[i] = characters[rest % n];
			for (int a = ENT_BASE64; a <= ENT_BASE64_URL; a++) {
				const enum ent_base64_alphabet alphabet = (enum ent_base64_alphabet)
						a;
				size_t size = 0;
				if (ent_base64_parse(alphabet, text, length, bytes, sizeof bytes,
						    &size) != ENT_OK)
					continue;
				taken[a]++;
				CHECK(ent_base64_print(alphabet, bytes, size, printed) == length);
				CHECK(memcmp(printed, text, length) == 0);
			}
		}
	}
	CHECK(taken[0] > 1000 && taken[1] > 1000);
}

TEST(base64__other_spellings_are_refused) {
	(void)state_;
	static const struct {
		const char *why, *text;
		enum ent_base64_alphabet alphabet;
	} rows[] = {
			{"not padded", "Zg", ENT_BASE64},
			{"half padded", "Zg=", ENT_BASE64},
			{"padded too much", "Zg===", ENT_BASE64},
			{"padding alone", "====", ENT_BASE64},
			{"padding of one letter", "Z===", ENT_BASE64},
			{"padding in the middle", "Zg==Zg==", ENT_BASE64},
			{"padding in front", "=Zg=", ENT_BASE64},
			{"padded where none is", "Zm9v====", ENT_BASE64},
			{"bits that stand for nothing", "Zh==", ENT_BASE64},
			{"more of them", "Zm9=", ENT_BASE64},
			{"the URL's minus", "FPucA9l-", ENT_BASE64},
			{"the URL's underline", "/+/_", ENT_BASE64},
			{"a newline in it", "Zm9v\nZm9v", ENT_BASE64},
			{"a newline behind", "Zm9v\n", ENT_BASE64},
			{"a space in front", " Zm9", ENT_BASE64},
			{"a letter of elsewhere", "Zm\xc3\xa9", ENT_BASE64},
			{"padded in a URL", "Zg==", ENT_BASE64_URL},
			{"a plus in a URL", "FPucA9l+", ENT_BASE64_URL},
			{"a slash in a URL", "_-_/", ENT_BASE64_URL},
			{"one letter in a URL", "Z", ENT_BASE64_URL},
			{"five letters in a URL", "Zm9vZ", ENT_BASE64_URL},
			{"bits for nothing in a URL", "Zh", ENT_BASE64_URL},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t bytes[16];
		size_t size = 4711;
		CHECK_ROW(rows[i].why,
				ent_base64_parse(rows[i].alphabet, rows[i].text,
						strlen(rows[i].text), bytes, sizeof bytes,
						&size) == ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, size == 4711);
	}
}

/* --- UUIDs --- */

static struct ent_uuid uuid_of(const char *text) {
	struct ent_uuid uuid;
	CHECK_ROW(text, ent_uuid_parse(text, strlen(text), &uuid) == ENT_OK);
	return uuid;
}

TEST(uuid__those_of_rfc_9562_have_their_version) {
	(void)state_;
	/* RFC 9562, appendices A.1 to A.6 and B; sections 5.9 and 5.10. */
	static const struct {
		const char *text;
		int version;
	} rows[] = {
			{"c232ab00-9414-11ec-b3c8-9f6bdeced846", 1},
			{"5df41881-3aed-3515-88a7-2f4a814cf09e", 3},
			{"919108f7-52d1-4320-9bac-f847db4148a8", 4},
			{"2ed6657d-e927-568b-95e1-2665a8aea6a2", 5},
			{"1ec9414c-232a-6b00-b3c8-9f6bdeced846", 6},
			{"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", 7},
			{"2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", 8},
			{"00000000-0000-0000-0000-000000000000", -1},
			{"ffffffff-ffff-ffff-ffff-ffffffffffff", -1},
			{"919108f7-52d1-4320-1bac-f847db4148a8", -1},
			{"919108f7-52d1-4320-cbac-f847db4148a8", -1},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[ENT_UUID_TEXT_SIZE];
		const struct ent_uuid uuid = uuid_of(rows[i].text);
		CHECK_ROW(rows[i].text, ent_uuid_version(&uuid) == rows[i].version);
		ent_uuid_print(&uuid, text);
		CHECK_ROW(rows[i].text, strcmp(text, rows[i].text) == 0);
	}
	/* Appendix A.6: Tuesday, February 22, 2022 2:22:22.00 PM GMT-05:00. */
	const struct ent_uuid seven = uuid_of("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
	CHECK(ent_uuid_time_ms(&seven) == INT64_C(1645557742000));
}

TEST(uuid__several_spellings_are_one) {
	(void)state_;
	static const char *const spellings[] = {
			"919108f7-52d1-4320-9bac-f847db4148a8",
			"919108F7-52D1-4320-9BAC-F847DB4148A8",
			"919108f752d143209bacf847db4148a8",
			"{919108f7-52d1-4320-9bac-f847db4148a8}",
			"urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8",
			"URN:UUID:919108f7-52d1-4320-9bac-f847db4148a8",
			"Urn:Uuid:919108F7-52d1-4320-9bac-f847db4148a8",
	};
	static const uint8_t bytes[16] = {0x91, 0x91, 0x08, 0xf7, 0x52, 0xd1, 0x43, 0x20, 0x9b,
			0xac, 0xf8, 0x47, 0xdb, 0x41, 0x48, 0xa8};
	for (size_t i = 0; i < COUNT_OF(spellings); i++) {
		const struct ent_uuid uuid = uuid_of(spellings[i]);
		CHECK_ROW(spellings[i], memcmp(uuid.bytes, bytes, sizeof bytes) == 0);
	}
}

TEST(uuid__what_is_none_is_refused) {
	(void)state_;
	static const struct {
		const char *why, *text;
	} rows[] = {
			{"nothing", ""},
			{"a word", "not-a-uuid"},
			{"a digit less", "919108f7-52d1-4320-9bac-f847db4148a"},
			{"a digit more", "919108f7-52d1-4320-9bac-f847db4148a80"},
			{"a letter that is no digit", "919108f7-52d1-4320-9bac-f847db4148ag"},
			{"a hyphen elsewhere", "919108f75-2d1-4320-9bac-f847db4148a8"},
			{"a hyphen for a digit", "919108f7-52d1-4320-9bac-f847db4148-8"},
			{"other hyphens", "919108f7_52d1_4320_9bac_f847db4148a8"},
			{"31 digits", "919108f752d143209bacf847db4148a"},
			{"33 digits", "919108f752d143209bacf847db4148a80"},
			{"one brace", "{919108f7-52d1-4320-9bac-f847db4148a8"},
			{"the other brace", "919108f7-52d1-4320-9bac-f847db4148a8}"},
			{"round brackets", "(919108f7-52d1-4320-9bac-f847db4148a8)"},
			{"half a URN", "uuid:919108f7-52d1-4320-9bac-f847db4148a8"},
			{"a URN of nothing", "urn:uuid:"},
			{"another URN", "urn:oid:919108f7-52d1-4320-9bac-f847db4148a8"},
			{"a URN like it", "urn\x1auuid:919108f7-52d1-4320-9bac-f847db4148a8"},
			{"a space in front", " 919108f7-52d1-4320-9bac-f847db4148a8"},
			{"a space behind", "919108f7-52d1-4320-9bac-f847db4148a8 "},
			{"a plus in it", "+19108f7-52d1-4320-9bac-f847db4148a8"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_uuid uuid;
		memset(&uuid, 7, sizeof uuid);
		CHECK_ROW(rows[i].why,
				ent_uuid_parse(rows[i].text, strlen(rows[i].text), &uuid) ==
						ENT_E_SYNTAX);
		CHECK_ROW(rows[i].why, uuid.bytes[0] == 7);
	}
}

TEST(uuid__any_end_sooner_is_refused_and_any_byte_elsewhere_is_another) {
	(void)state_;
	static const char whole[] = "urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8";
	const struct ent_uuid right = uuid_of(whole);
	for (size_t length = 0; length < sizeof whole - 1; length++) {
		struct ent_uuid uuid;
		char *text = malloc(length > 0 ? length : 1); /* so that a byte too far is seen */
		CHECK(text != NULL);
		memcpy(text, whole, length);
		CHECK(ent_uuid_parse(text, length, &uuid) == ENT_E_SYNTAX);
		free(text);
	}
	for (size_t at = 0; at < sizeof whole - 1; at++) {
		for (int c = 0; c < 256; c++) {
			char text[sizeof whole];
			struct ent_uuid uuid;
			memcpy(text, whole, sizeof whole);
			text[at] = (char)c;
			if (ent_uuid_parse(text, sizeof whole - 1, &uuid) != ENT_OK)
				continue;
			const bool same_letter = (c | 0x20) == (whole[at] | 0x20);
			CHECK((ent_uuid_compare(&uuid, &right) == 0) == same_letter);
		}
	}
}

TEST(uuid__chance_makes_version_4_and_keeps_the_other_bits) {
	(void)state_;
	uint64_t seed = 9562;
	for (int i = 0; i < 1000; i++) {
		uint8_t chance[16];
		for (size_t j = 0; j < sizeof chance; j++)
			chance[j] = (uint8_t)test_random(&seed);
		struct ent_uuid uuid = ent_uuid_from_random(chance);
		CHECK(ent_uuid_version(&uuid) == 4);
		CHECK((uuid.bytes[6] & 0x0f) == (chance[6] & 0x0f));
		CHECK((uuid.bytes[8] & 0x3f) == (chance[8] & 0x3f));
		uuid.bytes[6] = chance[6];
		uuid.bytes[8] = chance[8];
		CHECK(memcmp(uuid.bytes, chance, sizeof chance) == 0);
	}
}

TEST(uuid__bytes_compare_as_texts_do) {
	(void)state_;
	uint64_t seed = 16;
	for (int i = 0; i < 1000; i++) {
		struct ent_uuid a, b;
		char text_a[ENT_UUID_TEXT_SIZE], text_b[ENT_UUID_TEXT_SIZE];
		for (size_t j = 0; j < 16; j++) {
			a.bytes[j] = (uint8_t)test_random(&seed);
			/* Alike at first, mostly. */
			b.bytes[j] = j < (size_t)i % 17 ? a.bytes[j] : (uint8_t)test_random(&seed);
		}
		ent_uuid_print(&a, text_a);
		ent_uuid_print(&b, text_b);
		const int bytes = ent_uuid_compare(&a, &b), texts = strcmp(text_a, text_b);
		CHECK((bytes < 0) == (texts < 0) && (bytes > 0) == (texts > 0));
		CHECK(ent_uuid_compare(&a, &a) == 0);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(base64__is_that_of_rfc_4648),
			TEST_ENTRY(base64__what_is_printed_reads_back_and_fits_to_the_byte),
			TEST_ENTRY(base64__no_two_texts_are_the_same_bytes),
			TEST_ENTRY(base64__other_spellings_are_refused),
			TEST_ENTRY(uuid__those_of_rfc_9562_have_their_version),
			TEST_ENTRY(uuid__several_spellings_are_one),
			TEST_ENTRY(uuid__what_is_none_is_refused),
			TEST_ENTRY(uuid__any_end_sooner_is_refused_and_any_byte_elsewhere_is_another),
			TEST_ENTRY(uuid__chance_makes_version_4_and_keeps_the_other_bits),
			TEST_ENTRY(uuid__bytes_compare_as_texts_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
