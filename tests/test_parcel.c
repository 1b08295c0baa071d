/* SPDX-License-Identifier: Apache-2.0 */
/* test_parcel.c: parcels written and read again; rows of what is none, each with its line. */
#include "parcels.h"

enum { TEXT_MAX = 1 << 20 };

#define HEAD "entente parcel 1\nfrom " PARCEL_A "\nto " PARCEL_B "\n"
#define SALT_64 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static char text[TEXT_MAX];

static int start(void **state) {
	(void)state;
	return ent_seal_start() == ENT_OK ? 0 : 1;
}

/* --- Written and read --- */

struct made {
	struct ent_sign_key *a, *b;
	struct ent_tree tree;
	char note[ENT_NOTE_SIZE];
	size_t note_length;
};

/* A's ledger of these entries, and its checkpoint. */
static void make(struct made *made, const char *const *entries, size_t n) {
	made->a = note_key(1);
	made->b = note_key(2);
	ent_tree_init(&made->tree);
	for (size_t i = 0; i < n; i++)
		parcel_grow(&made->tree, entries[i], strlen(entries[i]));
	made->note_length = parcel_note(made->a, PARCEL_KEY_A, PARCEL_AB, &made->tree, made->note);
}

static void unmake(struct made *made) {
	ent_sign_key_destroy(made->a);
	ent_sign_key_destroy(made->b);
}

static bool item_is(const struct ent_parcel_item *item, enum ent_parcel_item_kind kind,
		const char *name, uint64_t number, const char *bytes) {
	return item->kind == kind && item->name_length == strlen(name) &&
			memcmp(item->name, name, item->name_length) == 0 &&
			item->number == number && item->size == strlen(bytes) &&
			(item->size == 0 || memcmp(item->bytes, bytes, item->size) == 0);
}

TEST(parcel__what_was_written_is_read_in_its_order) {
	(void)state_;
	static const char *const entries[] = {"{\"seq\":0}", "{\"seq\":1,\"text\":\"\xd1\x8f\"}"};
	static const uint8_t payload[] = "a salt of exactly 32 bytes, yes! and what it salts";
	static uint8_t back[ENT_PARCEL_PAYLOAD_MAX];
	struct made made;
	struct ent_parcel_writer *writer = NULL;
	struct ent_parcel parcel;
	struct ent_parcel_cursor cursor;
	struct ent_parcel_item item;
	struct ent_fault fault = {{0}, {0}};
	const char *bytes = NULL;
	size_t length = 0;
	make(&made, entries, 2);
	CHECK(ent_parcel_writer_create(PARCEL_A, PARCEL_B, SIZE_MAX, &writer) == ENT_OK);
	ent_parcel_write_ledger(writer, PARCEL_AB, 0, 2);
	ent_parcel_write_entry(writer, entries[0], strlen(entries[0]));
	ent_parcel_write_entry(writer, entries[1], strlen(entries[1]));
	ent_parcel_write_payload(writer, 1, payload, sizeof payload);
	ent_parcel_write_checkpoint(writer, made.note, made.note_length);
	ent_parcel_write_witnessed(writer, made.note, made.note_length);
	ent_parcel_write_have(writer, PARCEL_BA, 7);
	CHECK(ent_parcel_writer_finish(writer, &bytes, &length) == ENT_OK);
	CHECK(strlen(bytes) == length);
	const ent_status status = ent_parcel_read(bytes, length, &parcel, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	CHECK(strcmp(parcel.from, PARCEL_A) == 0 && strcmp(parcel.to, PARCEL_B) == 0);
	CHECK(parcel.n[ENT_PARCEL_LEDGER] == 1 && parcel.n[ENT_PARCEL_ENTRY] == 2 &&
			parcel.n[ENT_PARCEL_PAYLOAD] == 1 && parcel.n[ENT_PARCEL_CHECKPOINT] == 1 &&
			parcel.n[ENT_PARCEL_WITNESSED] == 1 && parcel.n[ENT_PARCEL_HAVE] == 1);
	ent_parcel_begin(&parcel, &cursor);
	CHECK(ent_parcel_next(&cursor, &item) &&
			item_is(&item, ENT_PARCEL_LEDGER, PARCEL_AB, 0, "") && item.n == 2);
	CHECK(item.line == 4);
	CHECK(ent_parcel_next(&cursor, &item) &&
			item_is(&item, ENT_PARCEL_ENTRY, PARCEL_AB, 0, entries[0]));
	CHECK(ent_parcel_next(&cursor, &item) &&
			item_is(&item, ENT_PARCEL_ENTRY, PARCEL_AB, 1, entries[1]));
	CHECK(ent_parcel_next(&cursor, &item) && item.kind == ENT_PARCEL_PAYLOAD &&
			item.number == 1);
	CHECK(ent_parcel_payload(&item, back) == sizeof payload &&
			memcmp(back, payload, sizeof payload) == 0);
	CHECK(ent_parcel_next(&cursor, &item) &&
			item_is(&item, ENT_PARCEL_CHECKPOINT, PARCEL_AB, 0, made.note));
	CHECK(ent_parcel_next(&cursor, &item) &&
			item_is(&item, ENT_PARCEL_WITNESSED, "", 0, made.note));
	CHECK(ent_parcel_next(&cursor, &item) && item_is(&item, ENT_PARCEL_HAVE, PARCEL_BA, 7, ""));
	CHECK(!ent_parcel_next(&cursor, &item) && !ent_parcel_next(&cursor, &item));
	ent_parcel_writer_destroy(writer);
	unmake(&made);
}

TEST(parcel__a_small_entry_with_a_cosigned_checkpoint_is_below_two_kilobytes) {
	(void)state_;
	char entry[501], cosigned[ENT_NOTE_SIZE];
	struct made made;
	struct ent_parcel_writer *writer = NULL;
	const char *bytes = NULL, *entries[] = {entry};
	size_t length = 0;
	memset(entry, 'x', sizeof entry);
	entry[0] = '{';
	entry[499] = '}';
	entry[500] = '\0';
	make(&made, entries, 1);
	/* A ledger that has gone on for years. */
	made.tree.size = 123456789;
	made.note_length = parcel_note(made.a, PARCEL_KEY_A, PARCEL_AB, &made.tree, made.note);
	memcpy(cosigned, made.note, sizeof cosigned);
	CHECK(ent_checkpoint_cosign(cosigned, made.note_length, PARCEL_KEY_B, made.b, 1795668110,
			      &made.note_length) == ENT_OK);
	CHECK(ent_parcel_writer_create(PARCEL_A, PARCEL_B, 2048, &writer) == ENT_OK);
	ent_parcel_write_ledger(writer, PARCEL_AB, 123456788, 1);
	ent_parcel_write_entry(writer, entry, strlen(entry));
	ent_parcel_write_checkpoint(writer, cosigned, made.note_length);
	ent_parcel_write_have(writer, PARCEL_BA, 123456789);
	CHECK(ent_parcel_writer_finish(writer, &bytes, &length) == ENT_OK);
	CHECK(length < 2048);
	CHECK(length <= ENT_PARCEL_FRAME_COST + ENT_PARCEL_LEDGER_COST +
					ent_parcel_entry_cost(500, 0) +
					strlen("have " PARCEL_BA " 123456789\n"));
	ent_parcel_writer_destroy(writer);
	unmake(&made);
}

/* --- Refused --- */

#define NOTE_OF(origin, size) origin "\n" size "\n" NOTE_ROOT "\n\n\xe2\x80\x94 k AAAAAAA=\n"
#define ORIGIN PARCEL_KEY_A "/" PARCEL_AB
#define NOTE_1 NOTE_OF(ORIGIN, "1")
#define ONE "ledger " PARCEL_AB " 0 1\n{}\n"
#define TWO "ledger " PARCEL_AB " 0 2\n{}\n{}\n"

static const struct row {
	const char *why, *lines;
	ent_status status;
	unsigned line;
} rows[] = {
		{"nothing in it is a parcel too", HEAD, ENT_OK, 0},
		{"an entry", HEAD ONE "checkpoint 5\n" NOTE_1, ENT_OK, 0},
		{"a checkpoint alone", HEAD "ledger " PARCEL_AB " 1 0\ncheckpoint 5\n" NOTE_1,
				ENT_OK, 0},
		{"a payload", HEAD ONE "payload 0 " SALT_64 "\ncheckpoint 5\n" NOTE_1, ENT_OK, 0},
		{"a witnessed note", HEAD "witnessed 5\n" NOTE_1, ENT_OK, 0},
		{"sizes", HEAD "have a 0\nhave b 9223372036854775807\n", ENT_OK, 0},
		{"another version", "entente parcel 2\nfrom " PARCEL_A "\nto " PARCEL_B "\n",
				ENT_E_SYNTAX, 1},
		{"a space more in the first line",
				"entente parcel 1 \nfrom " PARCEL_A "\nto " PARCEL_B "\n",
				ENT_E_SYNTAX, 1},
		{"nobody sends it", "entente parcel 1\nto " PARCEL_B "\n", ENT_E_SYNTAX, 2},
		{"to whom comes second", "entente parcel 1\nto " PARCEL_B "\nfrom " PARCEL_A "\n",
				ENT_E_SYNTAX, 2},
		{"an id of capitals", "entente parcel 1\nfrom 0123456789ABCDEF\nto " PARCEL_B "\n",
				ENT_E_SYNTAX, 2},
		{"an id too short", "entente parcel 1\nfrom " PARCEL_A "\nto fedcba987654321\n",
				ENT_E_SYNTAX, 3},
		{"an empty line", HEAD "\n", ENT_E_SYNTAX, 4},
		{"a line that nobody knows", HEAD "note 1\n", ENT_E_SYNTAX, 4},
		{"two spaces", HEAD "have  a 1\n", ENT_E_SYNTAX, 4},
		{"a space at its end", HEAD "have a 1 \n", ENT_E_SYNTAX, 4},
		{"a carriage return", HEAD "have a 1\r\n", ENT_E_SYNTAX, 4},
		{"a control of C1", HEAD "have a 1\xc2\x85\n", ENT_E_SYNTAX, 4},
		{"not UTF-8", HEAD "have \xff 1\n", ENT_E_SYNTAX, 4},
		{"a zero byte's other spelling", HEAD "have \xc0\x80 1\n", ENT_E_SYNTAX, 4},
		{"a ledger with an empty part", HEAD "have a//b 1\n", ENT_E_SYNTAX, 4},
		{"a ledger that begins with a slash", HEAD "have /a 1\n", ENT_E_SYNTAX, 4},
		{"a ledger that ends with one", HEAD "have a/ 1\n", ENT_E_SYNTAX, 4},
		{"a ledger that goes up", HEAD "have a/../b 1\n", ENT_E_SYNTAX, 4},
		{"a ledger with a letter that it has not", HEAD "have a+b 1\n", ENT_E_SYNTAX, 4},
		{"a zero in front", HEAD "have a 01\n", ENT_E_SYNTAX, 4},
		{"a sign", HEAD "have a +1\n", ENT_E_SYNTAX, 4},
		{"2^63", HEAD "have a 9223372036854775808\n", ENT_E_SYNTAX, 4},
		{"twenty digits", HEAD "have a 10000000000000000000\n", ENT_E_SYNTAX, 4},
		{"one size twice", HEAD "have a 1\nhave b 1\nhave a 1\n", ENT_E_SYNTAX, 6},
		{"a ledger behind sizes", HEAD "have a 1\n" ONE "checkpoint 5\n" NOTE_1,
				ENT_E_SYNTAX, 5},
		{"a ledger behind what was witnessed",
				HEAD "witnessed 5\n" NOTE_1 ONE "checkpoint 5\n" NOTE_1,
				ENT_E_SYNTAX, 10},
		{"what was witnessed behind sizes", HEAD "have a 1\nwitnessed 5\n" NOTE_1,
				ENT_E_SYNTAX, 5},
		{"one ledger twice", HEAD ONE "checkpoint 5\n" NOTE_1 ONE "checkpoint 5\n" NOTE_1,
				ENT_E_SYNTAX, 12},
		{"no checkpoint", HEAD ONE, ENT_E_SYNTAX, 6},
		{"no checkpoint before the next ledger", HEAD ONE "ledger a 0 0\n", ENT_E_SYNTAX,
				6},
		{"fewer entries than were said",
				HEAD "ledger " PARCEL_AB " 0 3\n{}\n{}\ncheckpoint 5\n" NOTE_1,
				ENT_E_SYNTAX, 7},
		{"an entry missing at the end", HEAD "ledger a 0 1\n", ENT_E_SYNTAX, 5},
		{"more entries than were said", HEAD "ledger " PARCEL_AB " 0 1\n{}\n{}\n",
				ENT_E_SYNTAX, 6},
		{"an entry that is no object", HEAD "ledger " PARCEL_AB " 0 1\n[]\n", ENT_E_SYNTAX,
				5},
		{"half an entry", HEAD "ledger " PARCEL_AB " 0 1\n{\n", ENT_E_SYNTAX, 5},
		{"more entries than there may be", HEAD "ledger a 0 65537\n", ENT_E_LIMIT, 4},
		{"numbers beyond 2^63", HEAD "ledger a 9223372036854775807 1\n", ENT_E_SYNTAX, 4},
		{"a payload of another entry", HEAD ONE "payload 1 " SALT_64 "\n", ENT_E_SYNTAX, 6},
		{"a payload twice", HEAD ONE "payload 0 " SALT_64 "\npayload 0 " SALT_64 "\n",
				ENT_E_SYNTAX, 7},
		{"payloads out of order", HEAD TWO "payload 1 " SALT_64 "\npayload 0 " SALT_64 "\n",
				ENT_E_SYNTAX, 8},
		{"a payload without a salt", HEAD ONE "payload 0 AAAA\n", ENT_E_SYNTAX, 6},
		{"bits that stand for nothing",
				HEAD ONE "payload 0 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
				ENT_E_SYNTAX, 6},
		{"padding in the middle",
				HEAD ONE "payload 0 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
					 "AAAA\n",
				ENT_E_SYNTAX, 6},
		{"a checkpoint of another ledger",
				HEAD ONE "checkpoint 5\n" NOTE_OF(PARCEL_KEY_A "/" PARCEL_BA, "1"),
				ENT_E_SYNTAX, 7},
		{"a checkpoint that only ends like it",
				HEAD ONE "checkpoint 5\n" NOTE_OF("evil/" PARCEL_AB, "1"),
				ENT_E_SYNTAX, 7},
		{"a checkpoint of more entries", HEAD ONE "checkpoint 5\n" NOTE_OF(ORIGIN, "2"),
				ENT_E_SYNTAX, 8},
		{"a checkpoint of fewer", HEAD ONE "checkpoint 5\n" NOTE_OF(ORIGIN, "0"),
				ENT_E_SYNTAX, 8},
		{"a note without a signature", HEAD "witnessed 3\n" ORIGIN "\n1\n" NOTE_ROOT "\n",
				ENT_E_SYNTAX, 7},
		{"a note's size is none", HEAD "witnessed 5\n" NOTE_OF(ORIGIN, "x"), ENT_E_SYNTAX,
				6},
		{"a note of no lines", HEAD "witnessed 0\n", ENT_E_SYNTAX, 4},
		{"a note of too many lines", HEAD "witnessed 65\n", ENT_E_LIMIT, 4},
		{"a note longer than the parcel", HEAD "witnessed 6\n" NOTE_1, ENT_E_SYNTAX, 0},
};

static void check_refused(const char *why, size_t length, ent_status expected, unsigned line) {
	struct ent_parcel parcel;
	struct ent_fault fault = {{0}, {0}};
	char where[32];
	const ent_status status = ent_parcel_read(text, length, &parcel, &fault);
	if (status != expected)
		fail_msg("%s: %s: %s", why, fault.where, fault.why);
	CHECK_ROW(why, (status == ENT_OK) == (fault.why[0] == '\0'));
	(void)snprintf(where, sizeof where, "line %u", line);
	if (line > 0 && strcmp(fault.where, where) != 0)
		fail_msg("%s: not at %s but %s", why, where, fault.where);
}

TEST(parcel__what_is_none_is_refused_with_its_line) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const size_t length = (size_t)sprintf(text, "%s", rows[i].lines);
		check_refused(rows[i].why, parcel_end(text, length), rows[i].status, rows[i].line);
	}
}

TEST(parcel__the_last_line_is_the_last_and_stands_once) {
	(void)state_;
	size_t length = parcel_end(text, (size_t)sprintf(text, HEAD));
	check_refused("an end behind the end", parcel_end(text, length), ENT_E_SYNTAX, 4);
	length = parcel_end(text, (size_t)sprintf(text, HEAD));
	text[length++] = '\n';
	check_refused("an empty line behind it", length, ENT_E_SYNTAX, 5);
	length = parcel_end(text, (size_t)sprintf(text, HEAD));
	text[length - 2] = text[length - 2] == '0' ? '1' : '0';
	check_refused("another hash", length, ENT_E_REFUSED, 4);
	length = parcel_end(text, (size_t)sprintf(text, HEAD));
	check_refused("no newline behind it", length - 1, ENT_E_SYNTAX, 4);
	check_refused("nothing at all", 0, ENT_E_SYNTAX, 1);
}

/* Whatever a bearer does to it, but for nothing. */
TEST(parcel__no_byte_can_be_changed_or_left_away) {
	(void)state_;
	struct ent_parcel parcel;
	const size_t whole = parcel_end(text,
			(size_t)sprintf(text, "%s",
					HEAD ONE "payload 0 " SALT_64 "\ncheckpoint 5\n" NOTE_1));
	CHECK(ent_parcel_read(text, whole, &parcel, NULL) == ENT_OK);
	for (size_t i = 0; i < whole; i++) {
		const char was = text[i];
		CHECK(ent_parcel_read(text, i, &parcel, NULL) != ENT_OK);
		for (int bit = 0; bit < 8; bit++) {
			text[i] = (char)(was ^ 1 << bit);
			CHECK(ent_parcel_read(text, whole, &parcel, NULL) != ENT_OK);
		}
		text[i] = was;
	}
}

/* --- Limits --- */

static size_t with_haves(size_t n) {
	size_t length = (size_t)sprintf(text, HEAD);
	for (size_t i = 0; i < n; i++)
		length += (size_t)sprintf(text + length, "have l/%zu 1\n", i);
	return parcel_end(text, length);
}

static size_t with_witnessed(size_t n) {
	size_t length = (size_t)sprintf(text, HEAD);
	for (size_t i = 0; i < n; i++)
		length += (size_t)sprintf(text + length, "witnessed 5\n" NOTE_1);
	return parcel_end(text, length);
}

TEST(parcel__each_maximum_is_taken_and_one_more_is_not) {
	(void)state_;
	check_refused("as many sizes", with_haves(ENT_PARCEL_LEDGERS_MAX), ENT_OK, 0);
	check_refused("a size more", with_haves(ENT_PARCEL_LEDGERS_MAX + 1), ENT_E_LIMIT,
			4 + ENT_PARCEL_LEDGERS_MAX);
	check_refused("as many notes", with_witnessed(ENT_PARCEL_WITNESSED_MAX), ENT_OK, 0);
	check_refused("a note more", with_witnessed(ENT_PARCEL_WITNESSED_MAX + 1), ENT_E_LIMIT,
			4 + 6 * ENT_PARCEL_WITNESSED_MAX);
}

/* A text of this many bytes, whose fourth line is this long. */
static void check_long(const char *why, size_t line, size_t size, ent_status expected) {
	struct ent_parcel parcel;
	char *big = malloc(size);
	CHECK(big != NULL && size >= strlen(HEAD) + line + 1);
	memset(big, 'x', size);
	memcpy(big, HEAD, strlen(HEAD));
	for (size_t i = strlen(HEAD) + line; i < size; i += line + 1)
		big[i] = '\n';
	big[size - 1] = '\n';
	CHECK_ROW(why, ent_parcel_read(big, size, &parcel, NULL) == expected);
	free(big);
}

TEST(parcel__long_lines_and_long_texts_end_early) {
	(void)state_;
	check_long("the longest line", ENT_PARCEL_LINE_MAX, 4 << 20, ENT_E_SYNTAX);
	check_long("a byte more", ENT_PARCEL_LINE_MAX + 1, 4 << 20, ENT_E_LIMIT);
	check_long("the longest text", 1000, ENT_PARCEL_SIZE_MAX, ENT_E_SYNTAX);
	check_long("a byte more of that", 1000, ENT_PARCEL_SIZE_MAX + 1, ENT_E_LIMIT);
}

TEST(parcel__a_writer_stops_at_its_limit_and_never_beyond) {
	(void)state_;
	static const char *const entries[] = {"{\"seq\":0}"};
	struct made made;
	const char *bytes = NULL;
	size_t length = 0, whole = 0;
	make(&made, entries, 1);
	for (size_t limit = 2048; limit > 0; limit--) {
		struct ent_parcel_writer *writer = NULL;
		CHECK(ent_parcel_writer_create(PARCEL_A, PARCEL_B, limit, &writer) == ENT_OK);
		ent_parcel_write_ledger(writer, PARCEL_AB, 0, 1);
		ent_parcel_write_entry(writer, entries[0], strlen(entries[0]));
		ent_parcel_write_checkpoint(writer, made.note, made.note_length);
		const ent_status status = ent_parcel_writer_finish(writer, &bytes, &length);
		if (whole == 0)
			whole = length;
		CHECK(status == (limit >= whole ? ENT_OK : ENT_E_LIMIT));
		ent_parcel_writer_destroy(writer);
	}
	unmake(&made);
}

TEST(parcel__the_smallest_has_nothing_in_it) {
	(void)state_;
	struct ent_parcel parcel;
	const char *bytes = NULL;
	size_t length = 0;
	for (size_t less = 0; less < 2; less++) {
		struct ent_parcel_writer *writer = NULL;
		CHECK(ent_parcel_writer_create(PARCEL_A, PARCEL_B, ENT_PARCEL_SIZE_MIN - less,
				      &writer) == ENT_OK);
		const ent_status status = ent_parcel_writer_finish(writer, &bytes, &length);
		CHECK(status == (less == 0 ? ENT_OK : ENT_E_LIMIT));
		if (status == ENT_OK) {
			CHECK(length == ENT_PARCEL_SIZE_MIN);
			CHECK(ent_parcel_read(bytes, length, &parcel, NULL) == ENT_OK);
		}
		ent_parcel_writer_destroy(writer);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(parcel__what_was_written_is_read_in_its_order),
			TEST_ENTRY(parcel__a_small_entry_with_a_cosigned_checkpoint_is_below_two_kilobytes),
			TEST_ENTRY(parcel__what_is_none_is_refused_with_its_line),
			TEST_ENTRY(parcel__the_last_line_is_the_last_and_stands_once),
			TEST_ENTRY(parcel__no_byte_can_be_changed_or_left_away),
			TEST_ENTRY(parcel__each_maximum_is_taken_and_one_more_is_not),
			TEST_ENTRY(parcel__long_lines_and_long_texts_end_early),
			TEST_ENTRY(parcel__a_writer_stops_at_its_limit_and_never_beyond),
			TEST_ENTRY(parcel__the_smallest_has_nothing_in_it),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
