/* SPDX-License-Identifier: Apache-2.0 */
/* test_party_card.c: cards, written, read, refused and compared; ids, names and addresses. */
#include "entente/party.h"

#include <inttypes.h>

#include "cards.h"

static struct ent_card full_card(void) {
	struct ent_card card = party_card(1, 1, 2, "Клиника «Надежда»", 1);
	(void)snprintf(card.address, sizeof card.address, "https://a.example:8443");
	(void)snprintf(card.reserve[0], sizeof card.reserve[0], "https://192.0.2.7:8443");
	(void)snprintf(card.reserve[1], sizeof card.reserve[1], "https://[2001:db8::7]:8443");
	card.n_reserves = 2;
	return card;
}

static bool same_card(const struct ent_card *a, const struct ent_card *b) {
	bool same = strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 &&
			a->number == b->number && a->issued_utc_us == b->issued_utc_us &&
			a->settable_clock == b->settable_clock &&
			strcmp(a->party_key.name, b->party_key.name) == 0 &&
			memcmp(a->party_key.public_key, b->party_key.public_key, 32) == 0 &&
			memcmp(a->line_key.public_key, b->line_key.public_key, 32) == 0 &&
			strcmp(a->line_key.name, b->line_key.name) == 0 &&
			memcmp(&a->tls_key, &b->tls_key, sizeof a->tls_key) == 0 &&
			strcmp(a->address, b->address) == 0 && a->n_reserves == b->n_reserves;
	for (size_t i = 0; same && i < a->n_reserves; i++)
		same = strcmp(a->reserve[i], b->reserve[i]) == 0;
	return same;
}

/* The id of the seed 32 times 0x01: SHA-256 of its public key, by Python's cryptography and hashlib. */
#define ID_OF_1 "34750f98bd59fcfc"

TEST(party_id__is_the_hash_of_the_first_key) {
	(void)state_;
	const struct ent_card card = full_card();
	CHECK(strcmp(card.id, ID_OF_1) == 0);
	CHECK(ent_party_id_ok(card.id, 16) && !ent_party_id_ok(card.id, 15));
	CHECK(!ent_party_id_ok("0123456789ABCDEF", 16) && !ent_party_id_ok("0123456789abcdeg", 16));
	CHECK(strcmp(card.party_key.name, ID_OF_1 ".party.entente.invalid") == 0);
	CHECK(strcmp(card.line_key.name, ID_OF_1 ".line.entente.invalid") == 0);
}

TEST(party_origin__is_the_line_key_s_name_and_the_ledger_s) {
	(void)state_;
	char origin[ENT_ORIGIN_SIZE] = "as it was", ledger[ENT_ORIGIN_SIZE];
	CHECK(ent_party_origin(ID_OF_1, "line/a/b", origin) == ENT_OK);
	CHECK(strcmp(origin, ID_OF_1 ".line.entente.invalid/line/a/b") == 0);
	memset(ledger, 'x', sizeof ledger);
	ledger[sizeof ledger - 1] = '\0';
	CHECK(ent_party_origin(ID_OF_1, ledger, origin) == ENT_E_LIMIT);
	CHECK(strcmp(origin, ID_OF_1 ".line.entente.invalid/line/a/b") == 0);
}

TEST(card__is_the_text_of_the_decision) {
	(void)state_;
	const struct ent_card card = full_card();
	char text[ENT_CARD_SIZE];
	const size_t length = party_print(&card, 1, 0, text);
	CHECK(length == strlen(text));
	static const char front[] =
			"entente card 1\nparty " ID_OF_1
			"\nname Клиника «Надежда»\nnumber 1\nissued 2026-11-26T10:00:00Z\n"
			"party-key " ID_OF_1 ".party.entente.invalid+";
	CHECK(strncmp(text, front, sizeof front - 1) == 0);
	static const char back[] =
			"\ntls-key AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n"
			"address https://a.example:8443\nreserve https://192.0.2.7:8443\n"
			"reserve https://[2001:db8::7]:8443\n\n\xe2\x80\x94 " ID_OF_1
			".party.entente.invalid ";
	CHECK(strstr(text, back) != NULL);
}

TEST(card__says_behind_its_time_that_its_clock_can_be_set) {
	(void)state_;
	struct ent_card card = full_card(), read;
	char text[ENT_CARD_SIZE];
	size_t length = party_print(&card, 1, 0, text);
	CHECK(ent_card_parse(text, length, &read, NULL) == ENT_OK && !read.settable_clock);
	CHECK(strstr(text, "clock") == NULL);
	card.settable_clock = true;
	length = party_print(&card, 1, 0, text);
	CHECK(strstr(text, "\nissued 2026-11-26T10:00:00Z\nclock settable\nparty-key ") != NULL);
	CHECK(ent_card_parse(text, length, &read, NULL) == ENT_OK && read.settable_clock);
}

TEST(card__what_is_written_is_read) {
	(void)state_;
	uint64_t seed = 15;
	for (int round = 0; round < 200; round++) {
		const uint8_t first = (uint8_t)(test_random(&seed) % 250 + 1);
		const bool changed = test_random(&seed) % 2 == 0;
		const uint8_t now = changed ? (uint8_t)(first + 1) : first;
		struct ent_card card = party_card(first, now, (uint8_t)(first + 2), "名前",
						changed ? test_random(&seed) % INT64_MAX + 1 : 1),
				read;
		char text[ENT_CARD_SIZE], again[ENT_CARD_SIZE];
		card.number += changed && card.number == 1;
		card.issued_utc_us += (int64_t)(test_random(&seed) % 100000000000000);
		card.settable_clock = test_random(&seed) % 2 == 0;
		card.n_reserves = test_random(&seed) % (ENT_PARTY_RESERVES_MAX + 1);
		for (size_t i = 0; i < card.n_reserves; i++)
			(void)snprintf(card.reserve[i], sizeof card.reserve[i],
					"https://h%" PRIu64 ".example:%" PRIu64, test_random(&seed),
					test_random(&seed) % 65535 + 1);
		if (test_random(&seed) % 2 == 0)
			(void)snprintf(card.address, sizeof card.address, "https://x-1.example:1");
		else
			card.n_reserves = 0; /* a reserve is behind a first one */
		const size_t length = party_print(&card, now, changed ? first : 0, text);
		CHECK(ent_card_parse(text, length, &read, NULL) == ENT_OK);
		CHECK(same_card(&card, &read) && ent_card_key_is_first(&read) == !changed);
		CHECK(party_print(&read, now, changed ? first : 0, again) == length);
		CHECK(memcmp(text, again, length) == 0);
	}
}

TEST(card__the_largest_fits) {
	(void)state_;
	struct ent_card card = party_card(1, 9, 2, "", INT64_MAX), read;
	char text[ENT_CARD_SIZE];
	memset(card.name, 'n', sizeof card.name - 1);
	card.name[sizeof card.name - 1] = '\0';
	(void)snprintf(card.address, sizeof card.address, "https://%0241d:65535", 1);
	CHECK(strlen(card.address) == 255);
	card.settable_clock = true;
	card.n_reserves = ENT_PARTY_RESERVES_MAX;
	for (size_t i = 0; i < card.n_reserves; i++)
		memcpy(card.reserve[i], card.address, sizeof card.address);
	const size_t length = party_print(&card, 9, 1, text);
	CHECK(length < ENT_CARD_SIZE && ent_card_parse(text, length, &read, NULL) == ENT_OK);
	CHECK(same_card(&card, &read));
}

TEST(card__no_byte_of_it_may_be_another) {
	(void)state_;
	const struct ent_card card = full_card();
	struct ent_card untouched;
	char text[ENT_CARD_SIZE], changed[ENT_CARD_SIZE];
	const size_t length = party_print(&card, 1, 0, text);
	for (size_t at = 0; at < length; at++)
		for (int bit = 0; bit < 8; bit++) {
			struct ent_fault fault = {{0}, {0}};
			memcpy(changed, text, length);
			changed[at] = (char)(changed[at] ^ (1 << bit));
			CHECK(ent_card_parse(changed, length, &untouched, &fault) != ENT_OK);
			CHECK(fault.why[0] != '\0');
		}
	for (size_t cut = 0; cut < length; cut++)
		CHECK(ent_card_parse(text, cut, &untouched, NULL) != ENT_OK);
}

/* --- Cards that are signed, and are none --- */

static const struct {
	const char *why, *replace, *with, *where, *says;
	ent_status status;
} bad[] = {
		{"another version", "card 1", "card 2", "line 1", "entente card 1", ENT_E_SYNTAX},
		{"capitals", "party " ID_OF_1, "party ABCDEF0123456789", "line 2", "not an id",
				ENT_E_SYNTAX},
		{"no name", "name Клиника «Надежда»\n", "name \n", "line 3", "not empty",
				ENT_E_SYNTAX},
		{"a name that turns the line around", "Клиника", "\xe2\x80\xae", "line 3",
				"marks of direction", ENT_E_SYNTAX},
		{"a name in quotes", "Клиника", "\"", "line 3", "no \"", ENT_E_SYNTAX},
		{"number 0", "number 1", "number 0", "line 4", "from 1 to", ENT_E_SYNTAX},
		{"number 01", "number 1", "number 01", "line 4", "from 1 to", ENT_E_SYNTAX},
		{"number 2^63", "number 1", "number 9223372036854775808", "line 4", "from 1 to",
				ENT_E_SYNTAX},
		{"no time", "issued 2026-11-26T10:00:00Z", "issued today", "line 5", "not a time",
				ENT_E_SYNTAX},
		{"a time in another zone", "10:00:00Z", "11:00:00+01:00", "line 5", "not a time",
				ENT_E_SYNTAX},
		{"a time with idle decimals", "10:00:00Z", "10:00:00.000Z", "line 5", "not a time",
				ENT_E_SYNTAX},
		{"a clock that is set by nobody", "10:00:00Z", "10:00:00Z\nclock steady", "line 6",
				"'settable'", ENT_E_SYNTAX},
		{"a clock that is settable twice", "10:00:00Z",
				"10:00:00Z\nclock settable\nclock settable", "line 7", "party-key",
				ENT_E_SYNTAX},
		{"a clock in another place", "number 1", "clock settable\nnumber 1", "line 4",
				"'number ...'", ENT_E_SYNTAX},
		{"order", "number 1\nissued", "issued 2026-11-26T10:00:00Z\nnumber 1\nissued",
				"line 4", "'number ...'", ENT_E_SYNTAX},
		{"the line key's name for the party key", "party-key " ID_OF_1 ".party",
				"party-key " ID_OF_1 ".line", "line 6", "", ENT_E_SYNTAX},
		{"not base64", "tls-key Ag", "tls-key A*", "line 8", "not 32 bytes in base64",
				ENT_E_SYNTAX},
		{"too short", "tls-key AgIC", "tls-key ", "line 8", "not 32 bytes in base64",
				ENT_E_SYNTAX},
		{"http", "address https", "address http", "line 9", "https://HOST:PORT",
				ENT_E_SYNTAX},
		{"a path", "8443\nreserve", "8443/\nreserve", "line 9", "https://HOST:PORT",
				ENT_E_SYNTAX},
		{"a reserve alone", "address https://a.example:8443\n", "", "line 9",
				"there is none", ENT_E_SYNTAX},
		{"a second address", "reserve https://192", "address https://192", "line 10",
				"does not belong here", ENT_E_SYNTAX},
		{"something more", "reserve https://[2001", "target https://[2001", "line 11",
				"does not belong here", ENT_E_SYNTAX},
};

/* 'text' with the first 'replace' as 'with'. */
static void replace_in(const char *text, const char *replace, const char *with, char *ret_text) {
	const char *at = strstr(text, replace);
	CHECK_ROW(replace, at != NULL);
	(void)snprintf(ret_text, ENT_CARD_SIZE, "%.*s%s%s", (int)(at - text), text, with,
			at + strlen(replace));
}

TEST(card__a_signature_does_not_make_one_of_what_is_none) {
	(void)state_;
	const struct ent_card card = full_card();
	char text[ENT_CARD_SIZE], changed[ENT_CARD_SIZE], note[ENT_CARD_SIZE];
	(void)party_print(&card, 1, 0, text);
	strstr(text, "\n\n")[1] = '\0';
	struct ent_card read;
	CHECK(ent_card_parse(note, party_sign(text, ID_OF_1, 1, note), &read, NULL) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct ent_fault fault = {{0}, {0}};
		replace_in(text, bad[i].replace, bad[i].with, changed);
		const size_t length = party_sign(changed, ID_OF_1, 1, note);
		CHECK_ROW(bad[i].why, ent_card_parse(note, length, &read, &fault) == bad[i].status);
		CHECK_ROW(bad[i].why, strcmp(fault.where, bad[i].where) == 0);
		CHECK_ROW(bad[i].why, strstr(fault.why, bad[i].says) != NULL);
	}
}

TEST(card__another_s_signature_is_none) {
	(void)state_;
	const struct ent_card card = full_card();
	char text[ENT_CARD_SIZE], note[ENT_CARD_SIZE];
	struct ent_card untouched;
	struct ent_fault fault = {{0}, {0}};
	(void)party_print(&card, 1, 0, text);
	strstr(text, "\n\n")[1] = '\0';
	size_t length = party_sign(text, ID_OF_1, 3, note);
	CHECK(ent_card_parse(note, length, &untouched, &fault) == ENT_E_REFUSED);
	CHECK(strstr(fault.why, "not by this key of ") != NULL);
	/* Three signatures, the right one among them. */
	char more[ENT_NOTE_LINE_SIZE];
	length = party_print(&card, 1, 3, note);
	struct ent_sign_key *key = party_key(4);
	(void)ent_note_sign(text, strlen(text), card.party_key.name, key, more);
	length += (size_t)snprintf(note + length, ENT_CARD_SIZE - length, "%s", more);
	CHECK(ent_card_parse(note, length, &untouched, &fault) == ENT_E_SYNTAX);
	ent_sign_key_destroy(key);
}

TEST(card__nine_reserves_are_one_too_many) {
	(void)state_;
	struct ent_card card = full_card(), untouched;
	char text[ENT_CARD_SIZE], note[ENT_CARD_SIZE];
	struct ent_fault fault = {{0}, {0}};
	card.n_reserves = ENT_PARTY_RESERVES_MAX;
	for (size_t i = 0; i < card.n_reserves; i++)
		(void)snprintf(card.reserve[i], sizeof card.reserve[i], "https://r%zu.example:1",
				i);
	(void)party_print(&card, 1, 0, text);
	strcpy(strstr(text, "\n\n"), "\nreserve https://r8.example:1\n");
	const size_t length = party_sign(text, ID_OF_1, 1, note);
	CHECK(ent_card_parse(note, length, &untouched, &fault) == ENT_E_LIMIT);
	CHECK(strcmp(fault.where, "line 18") == 0);
}

TEST(card__the_first_one_has_the_key_that_its_id_is_of) {
	(void)state_;
	struct ent_card card = party_card(1, 3, 2, "x", 1), read;
	struct ent_fault fault = {{0}, {0}};
	char text[ENT_CARD_SIZE];
	size_t length = party_print(&card, 3, 0, text);
	CHECK(ent_card_parse(text, length, &read, &fault) == ENT_E_SYNTAX);
	CHECK(strcmp(fault.where, "line 6") == 0);
	/* A later one may have another; that is said, and people compare the words. */
	card.number = 2;
	length = party_print(&card, 3, 0, text);
	CHECK(ent_card_parse(text, length, &read, NULL) == ENT_OK && !ent_card_key_is_first(&read));
}

TEST(card__longer_than_any_is_not_looked_at) {
	(void)state_;
	static char text[ENT_CARD_SIZE + 1];
	struct ent_card untouched;
	struct ent_fault fault = {{0}, {0}};
	memset(text, 'a', sizeof text);
	CHECK(ent_card_parse(text, sizeof text, &untouched, &fault) == ENT_E_LIMIT);
	CHECK(ent_card_parse(text, 0, &untouched, &fault) == ENT_E_SYNTAX);
}

/* --- One beside another --- */

TEST(card__beside_the_known_one_is_one_of_those_that_there_are) {
	(void)state_;
	static const struct {
		const char *why;
		uint8_t first, now, before, line;
		uint64_t number;
		enum ent_card_change change;
	} rows[] = {
			{"itself", 1, 1, 0, 2, 5, ENT_CARD_SAME},
			{"itself, with one signature more", 1, 1, 7, 2, 5, ENT_CARD_SAME},
			{"a new line key", 1, 1, 0, 3, 6, ENT_CARD_NEWER},
			{"much later", 1, 1, 0, 3, INT64_MAX, ENT_CARD_NEWER},
			{"a new key, vouched for", 1, 4, 1, 2, 6, ENT_CARD_KEY_VOUCHED},
			{"a new key", 1, 4, 0, 2, 6, ENT_CARD_KEY_UNVOUCHED},
			{"a new key, vouched for by anybody", 1, 4, 9, 2, 6,
					ENT_CARD_KEY_UNVOUCHED},
			{"older", 1, 1, 0, 2, 4, ENT_CARD_OLDER},
			{"older, by another key", 1, 4, 1, 2, 4, ENT_CARD_OLDER},
			{"the same number, another line key", 1, 1, 0, 3, 5, ENT_CARD_CLASH},
			{"the same number, another key", 1, 4, 1, 2, 5, ENT_CARD_CLASH},
			{"another party's", 6, 6, 0, 2, 5, ENT_CARD_OTHER},
	};
	const struct ent_card card = party_card(1, 1, 2, "x", 5);
	char known[ENT_CARD_SIZE], offered[ENT_CARD_SIZE];
	const size_t length = party_print(&card, 1, 0, known);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct ent_card other = party_card(
				rows[i].first, rows[i].now, rows[i].line, "x", rows[i].number);
		const size_t more = party_print(&other, rows[i].now, rows[i].before, offered);
		enum ent_card_change change = ENT_CARD_UNKNOWN;
		CHECK_ROW(rows[i].why,
				ent_card_compare(known, length, offered, more, &change, NULL) ==
						ENT_OK);
		CHECK_ROW(rows[i].why, change == rows[i].change);
		CHECK_ROW(rows[i].why, ent_card_change_text(change)[0] != '\0');
	}
}

TEST(card__play_does_not_become_earnest_nor_the_other_way_round) {
	(void)state_;
	static const struct {
		const char *why;
		bool known, offered;
		uint64_t number;
		enum ent_card_change change;
	} rows[] = {
			{"play, and now in earnest", true, false, 6, ENT_CARD_OTHER_CLOCK},
			{"in earnest, and now play", false, true, 6, ENT_CARD_OTHER_CLOCK},
			{"play, and still", true, true, 6, ENT_CARD_NEWER},
			{"of the same number", true, false, 5, ENT_CARD_CLASH},
			{"an older one", false, true, 4, ENT_CARD_OLDER},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_card card = party_card(1, 1, 2, "x", 5),
				other = party_card(1, 1, 2, "x", rows[i].number);
		char known[ENT_CARD_SIZE], offered[ENT_CARD_SIZE];
		enum ent_card_change change = ENT_CARD_UNKNOWN;
		card.settable_clock = rows[i].known;
		other.settable_clock = rows[i].offered;
		const size_t length = party_print(&card, 1, 0, known),
			     more = party_print(&other, 1, 0, offered);
		CHECK_ROW(rows[i].why,
				ent_card_compare(known, length, offered, more, &change, NULL) ==
						ENT_OK);
		CHECK_ROW(rows[i].why, change == rows[i].change);
	}
}

TEST(card__a_wrong_signature_of_the_known_key_vouches_for_nothing) {
	(void)state_;
	const struct ent_card card = party_card(1, 1, 2, "x", 5),
			      other = party_card(1, 4, 2, "x", 6);
	char known[ENT_CARD_SIZE], offered[ENT_CARD_SIZE];
	enum ent_card_change change = ENT_CARD_UNKNOWN;
	const size_t length = party_print(&card, 1, 0, known),
		     more = party_print(&other, 4, 1, offered);
	/* In the last line, the signature by the key before; not in its first letters, which name the key. */
	offered[more - 20] = offered[more - 20] == 'A' ? 'B' : 'A';
	CHECK(ent_card_compare(known, length, offered, more, &change, NULL) == ENT_OK);
	CHECK(change == ENT_CARD_KEY_UNVOUCHED);
}

/* --- Names and addresses --- */

TEST(party_name__is_in_any_script_and_steers_nothing) {
	(void)state_;
	static const struct {
		const char *name;
		ent_status status;
	} rows[] = {
			{"Aid 7", ENT_OK}, {"الهلال الأحمر", ENT_OK},
			{"می‌خواهم", ENT_OK}, /* Persian, with a joiner */
			{"О'Нил-Группа", ENT_OK}, {"", ENT_E_SYNTAX}, {" x", ENT_E_SYNTAX},
			{"x ", ENT_E_SYNTAX}, {"a\nb", ENT_E_SYNTAX}, {"a\x7f", ENT_E_SYNTAX},
			{"a\xc2\x85", ENT_E_SYNTAX}, {"a\xff", ENT_E_SYNTAX},
			{"a\xe2\x80\x8f", ENT_E_SYNTAX}, /* a mark of direction */
			{"a\xe2\x80\x8b", ENT_E_SYNTAX}, /* a space without a width */
			{"the \"one\"", ENT_E_SYNTAX},
			{"e\xcc\x81", ENT_OK},                          /* a letter with a mark */
			{"\xcc\x81", ENT_E_SYNTAX},                     /* the mark alone, */
			{"\xef\xb8\x8f\xf3\xa0\x84\x80", ENT_E_SYNTAX}, /* variation selectors, */
			{"\xc2\xa0\xe3\x80\x80", ENT_E_SYNTAX},         /* blanks */
	};
	char name[ENT_PARTY_NAME_SIZE + 1];
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].name,
				ent_party_name_check(rows[i].name, strlen(rows[i].name), NULL) ==
						rows[i].status);
	memset(name, 'x', sizeof name);
	CHECK(ent_party_name_check(name, 120, NULL) == ENT_OK);
	CHECK(ent_party_name_check(name, 121, NULL) == ENT_E_LIMIT);
}

TEST(party_address__is_https_a_host_and_a_port) {
	(void)state_;
	static const struct {
		const char *address;
		bool good;
	} rows[] = {
			{"https://a:1", true},
			{"https://xn--80ak6aa92e.example:65535", true},
			{"https://192.0.2.1:443", true},
			{"https://[::1]:443", true},
			{"https://a.b.c-d.example:8443", true},
			{"https://a", false},
			{"https://a:", false},
			{"https://:1", false},
			{"https://a:0", false},
			{"https://a:01", false},
			{"https://a:65536", false},
			{"https://a:1/", false},
			{"https://a:1?x", false},
			{"https://u@a:1", false},
			{"https://a..b:1", false},
			{"https://.a:1", false},
			{"https://a.:1", false},
			{"https://-a:1", false},
			{"https://a b:1", false},
			{"https://ä:1", false},
			{"https://[a]:1", false},
			{"https://[::1:1", false},
			{"http://a:1", false},
			{"HTTPS://a:1", false},
			{"https://", false},
			{"", false},
	};
	char address[ENT_PARTY_ADDRESS_SIZE + 16];
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CHECK_ROW(rows[i].address,
				(ent_party_address_check(rows[i].address, strlen(rows[i].address),
						 NULL) == ENT_OK) == rows[i].good);
	(void)snprintf(address, sizeof address, "https://%0242d:65535", 1);
	CHECK(ent_party_address_check(address, strlen(address), NULL) == ENT_E_LIMIT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(party_id__is_the_hash_of_the_first_key),
			TEST_ENTRY(party_origin__is_the_line_key_s_name_and_the_ledger_s),
			TEST_ENTRY(card__is_the_text_of_the_decision),
			TEST_ENTRY(card__says_behind_its_time_that_its_clock_can_be_set),
			TEST_ENTRY(card__what_is_written_is_read),
			TEST_ENTRY(card__the_largest_fits),
			TEST_ENTRY(card__no_byte_of_it_may_be_another),
			TEST_ENTRY(card__a_signature_does_not_make_one_of_what_is_none),
			TEST_ENTRY(card__another_s_signature_is_none),
			TEST_ENTRY(card__nine_reserves_are_one_too_many),
			TEST_ENTRY(card__the_first_one_has_the_key_that_its_id_is_of),
			TEST_ENTRY(card__longer_than_any_is_not_looked_at),
			TEST_ENTRY(card__beside_the_known_one_is_one_of_those_that_there_are),
			TEST_ENTRY(card__play_does_not_become_earnest_nor_the_other_way_round),
			TEST_ENTRY(card__a_wrong_signature_of_the_known_key_vouches_for_nothing),
			TEST_ENTRY(party_name__is_in_any_script_and_steers_nothing),
			TEST_ENTRY(party_address__is_https_a_host_and_a_port),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
