/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_checkpoint.c: keys, notes and checkpoints as C2SP writes them: those of others, those of ours, and
 * rows of what is none.
 */
#include "notes.h"

enum { NOTE_MAX = 1 << 18 };

static const char *const name = "example.com/log";

static size_t file(const char *file_name, char *ret_text) {
	char path[512];
	(void)snprintf(path, sizeof path, TEST_DATA "/ledger/%s", file_name);
	FILE *stream = fopen(path, "rb");
	CHECK_ROW(path, stream != NULL);
	const size_t length = fread(ret_text, 1, NOTE_MAX - 1, stream);
	CHECK(fclose(stream) == 0);
	ret_text[length] = '\0';
	return length;
}

static struct ent_vkey vkey_of(const char *text) {
	struct ent_vkey vkey;
	struct ent_fault fault = {0};
	const ent_status status = ent_vkey_parse(text, strlen(text), &vkey, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	return vkey;
}

/* --- Keys --- */

#define LITTLE_GARDEN                                          \
	"transparency.dev/DEV:witness-little-garden+d8042a87+" \
	"BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM"
#define SMARTIT "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO"

/* The examples of C2SP signed-note, golang.org/x/mod/sumdb/note and transparency-dev/formats; witnesses' own. */
static const char *const good_vkeys[] = {
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop",
		"TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
		"sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
		"remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
		LITTLE_GARDEN,
};

TEST(vkey__those_of_others_are_read_and_written_as_they_were) {
	(void)state_;
	for (size_t i = 0; i < COUNT_OF(good_vkeys); i++) {
		char text[ENT_VKEY_SIZE];
		const struct ent_vkey vkey = vkey_of(good_vkeys[i]);
		CHECK(vkey.type == 0x01 || vkey.type == 0x04);
		CHECK(ent_vkey_print(&vkey, text) == strlen(good_vkeys[i]));
		CHECK(strcmp(text, good_vkeys[i]) == 0);
	}
	const struct ent_vkey vkey = vkey_of(good_vkeys[0]);
	CHECK(strcmp(vkey.name, "example.com/foo") == 0 && vkey.public_key[0] == 0xe9);
}

#define KEY_ID "example.com/foo+530d903a"
#define KEY_64 "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

TEST(vkey__what_is_none_is_refused_with_the_reason) {
	(void)state_;
	static const struct {
		const char *why, *text;
		ent_status status;
	} rows[] = {
			{"nothing", "", ENT_E_SYNTAX},
			{"a name alone", "example.com/foo", ENT_E_SYNTAX},
			{"no key", KEY_ID, ENT_E_SYNTAX},
			{"an empty key", KEY_ID "+", ENT_E_SYNTAX},
			{"an empty name", "+530d903a+" KEY_64, ENT_E_SYNTAX},
			{"another name", "example.com/fooo+530d903a+" KEY_64, ENT_E_SYNTAX},
			{"a space in the name", "example.com/ foo+530d903a+" KEY_64, ENT_E_SYNTAX},
			{"a newline in the name", "example.com/\nfoo+530d903a+" KEY_64,
					ENT_E_SYNTAX},
			{"not UTF-8", "example.com/\xff+530d903a+" KEY_64, ENT_E_SYNTAX},
			{"another id", "example.com/foo+530d903b+" KEY_64, ENT_E_SYNTAX},
			{"upper case", "example.com/foo+530D903A+" KEY_64, ENT_E_SYNTAX},
			{"seven digits", "example.com/foo+530d903+" KEY_64, ENT_E_SYNTAX},
			{"nine digits", "example.com/foo+0530d903a+" KEY_64, ENT_E_SYNTAX},
			{"a digit that is none", "example.com/foo+530d903g+" KEY_64, ENT_E_SYNTAX},
			{"no base64", KEY_ID "+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2!",
					ENT_E_SYNTAX},
			{"the URL's alphabet",
					"TEST+7997405c+AQcC-"
					"FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6",
					ENT_E_SYNTAX},
			{"a space behind", KEY_ID "+" KEY_64 " ", ENT_E_SYNTAX},
			{"a newline behind", KEY_ID "+" KEY_64 "\n", ENT_E_SYNTAX},
			{"a byte more", KEY_ID "+" KEY_64 "AA==", ENT_E_SYNTAX},
			{"three bytes less", KEY_ID "+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv",
					ENT_E_SYNTAX},
			{"ECDSA",
					"example.com/"
					"foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
					ENT_E_REFUSED},
			{"type 0",
					"example.com/"
					"foo+530d903a+AOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
					ENT_E_REFUSED},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct ent_vkey vkey;
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].why,
				ent_vkey_parse(rows[i].text, strlen(rows[i].text), &vkey, &fault) ==
						rows[i].status);
		CHECK_ROW(rows[i].why, fault.why[0] != '\0');
	}
}

TEST(vkey__any_part_of_one_is_none) {
	(void)state_;
	const char *text = good_vkeys[4];
	struct ent_vkey vkey;
	for (size_t from = 0; from <= strlen(text); from++)
		for (size_t to = from; to <= strlen(text); to++)
			CHECK((ent_vkey_parse(text + from, to - from, &vkey, NULL) == ENT_OK) ==
					(to - from == strlen(text)));
}

TEST(vkey__names_and_origins_are_what_notes_can_carry) {
	(void)state_;
	static const struct {
		const char *why, *text;
		bool name_ok, origin_ok;
	} rows[] = {
			{"plain", "example.com/log42", true, true},
			{"letters of any kind",
					"\xc3\xbc"
					"bungsfl\xc3\xbcge.example/\xe6\x97\xa5",
					true, true},
			{"empty", "", false, false},
			{"a space", "go.sum database tree", false, true},
			{"a plus", "a+b", false, true},
			{"a space that does not break",
					"a\xc2\xa0"
					"b",
					false, true},
			{"an ideographic space",
					"a\xe3\x80\x80"
					"b",
					false, true},
			{"a thin space",
					"a\xe2\x80\x89"
					"b",
					false, true},
			{"a line separator",
					"a\xe2\x80\xa8"
					"b",
					false, true},
			{"next line",
					"a\xc2\x85"
					"b",
					false, true},
			{"a tab", "a\tb", false, false},
			{"a newline", "a\n", false, false},
			{"half a character", "a\xc3", false, false},
			{"a surrogate", "a\xed\xa0\x80", false, false},
			{"a long zero", "a\xc0\x80", false, false},
	};
	char many[ENT_ORIGIN_SIZE];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const size_t length = strlen(rows[i].text);
		CHECK_ROW(rows[i].why, ent_vkey_name_ok(rows[i].text, length) == rows[i].name_ok);
		CHECK_ROW(rows[i].why,
				ent_checkpoint_origin_ok(rows[i].text, length) ==
						rows[i].origin_ok);
	}
	memset(many, 'x', sizeof many);
	CHECK(ent_vkey_name_ok(many, 255) && !ent_vkey_name_ok(many, 256));
	CHECK(ent_checkpoint_origin_ok(many, 255) && !ent_checkpoint_origin_ok(many, 256));
	CHECK(!ent_vkey_name_ok("a\0b", 3) && !ent_checkpoint_origin_ok("a\0b", 3));
}

/* --- Notes of others --- */

TEST(checkpoint__those_of_others_open_with_their_keys) {
	(void)state_;
	static const struct {
		const char *why, *file, *vkey, *origin;
		uint64_t size;
	} rows[] = {
			{"Go's checksum database", "sum.golang.org.note",
					"sum.golang.org+033de0ae+"
					"Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
					"go.sum database tree", 30055305},
			{"a log of certificates", "arche2025h1.note",
					"arche2025h1.staging.ct.transparency.dev+ba2f06c0+"
					"AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f",
					"arche2025h1.staging.ct.transparency.dev", 1432088532},
			{"by a cosigner of it", "arche2025h1.note",
					"remora.n621.de+da77ade7+"
					"BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
					"arche2025h1.staging.ct.transparency.dev", 1432088532},
	};
	static char text[NOTE_MAX];
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const size_t length = file(rows[i].file, text);
		const struct ent_vkey vkey = vkey_of(rows[i].vkey);
		struct ent_vkey other = vkey;
		struct ent_checkpoint checkpoint;
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].why,
				ent_checkpoint_open(text, length, &vkey, &checkpoint, &fault) ==
						ENT_OK);
		CHECK_ROW(rows[i].why, strcmp(checkpoint.origin, rows[i].origin) == 0);
		CHECK_ROW(rows[i].why, checkpoint.size == rows[i].size);
		other.type ^= 0x05;
		CHECK_ROW(rows[i].why,
				ent_checkpoint_open(text, length, &other, &checkpoint, &fault) ==
						ENT_E_REFUSED);
		*strchr(text, '\n') ^= 1;
		CHECK_ROW(rows[i].why,
				ent_checkpoint_open(text, length, &vkey, &checkpoint, &fault) !=
						ENT_OK);
	}
}

TEST(checkpoint__cosignatures_of_others_have_their_time) {
	(void)state_;
	static const char *const cosigners[] = {
			"remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
			"witness.stagemole.eu+67f7aea0+"
			"BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
			SMARTIT,
			LITTLE_GARDEN,
	};
	static char text[NOTE_MAX];
	const size_t length = file("arche2025h1.note", text);
	uint64_t time_s = 0;
	for (size_t i = 0; i < COUNT_OF(cosigners); i++) {
		const struct ent_vkey vkey = vkey_of(cosigners[i]);
		CHECK(ent_checkpoint_cosigned(text, length, &vkey, &time_s, NULL) == ENT_OK);
		CHECK(time_s == 0x6a122120); /* the eight bytes behind each key id */
	}
	struct ent_vkey vkey = vkey_of("rgdd.se/poc-witness+db03732e+"
				       "BCjJKlo6BU0xfIb8LutqerIFTWIXEA0L5n3tW3QyPFgG");
	struct ent_fault fault = {0};
	CHECK(ent_checkpoint_cosigned(text, length, &vkey, &time_s, &fault) == ENT_E_MISSING);
	CHECK(strstr(fault.why, "rgdd.se/poc-witness") != NULL);
	CHECK_ROW(fault.why,
			strcmp(fault.why,
					"not signed by rgdd.se/poc-witness (key db03732e), but by "
					"arche2025h1.staging.ct.transparency.dev (key cd333cb1) "
					"and 5 "
					"more") == 0);
	/* The name has signed, by another key: what is lacking is that one. */
	vkey = vkey_of(cosigners[0]);
	vkey.public_key[0] ^= 1;
	CHECK(ent_checkpoint_cosigned(text, length, &vkey, &time_s, &fault) == ENT_E_MISSING);
	CHECK_ROW(fault.why, strstr(fault.why, "but by another of that name (da77ade7)") != NULL);
	vkey = vkey_of("arche2025h1.staging.ct.transparency.dev+ba2f06c0+"
		       "AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f");
	CHECK(ent_checkpoint_cosigned(text, length, &vkey, &time_s, &fault) == ENT_E_REFUSED);
}

/* --- What is none --- */

static ent_status open_text(const char *text, size_t length, const struct ent_vkey *vkey,
		struct ent_fault *fault) {
	struct ent_checkpoint checkpoint;
	memset(fault, 0, sizeof *fault);
	const ent_status status = ent_checkpoint_open(text, length, vkey, &checkpoint, fault);
	CHECK((status == ENT_OK) == (fault->why[0] == '\0'));
	return status;
}

struct body_row {
	const char *why, *body;
	unsigned line; /* where it is wrong; 0: it is a checkpoint */
};

static const struct body_row number_rows[] = {
		{"plain", NOTE_BODY, 0},
		{"lines that follow", NOTE_BODY "more\nand + more\n", 0},
		{"spaces in the origin", "my log\n7\n" NOTE_ROOT "\n", 0},
		{"size 0", "log\n0\n" NOTE_ROOT "\n", 0},
		{"2^63 - 1", "log\n9223372036854775807\n" NOTE_ROOT "\n", 0},
		{"2^63", "log\n9223372036854775808\n" NOTE_ROOT "\n", 2},
		{"2^64", "log\n18446744073709551616\n" NOTE_ROOT "\n", 2},
		{"2^64 + 7", "log\n18446744073709551623\n" NOTE_ROOT "\n", 2},
		{"20 digits", "log\n00000000000000000007\n" NOTE_ROOT "\n", 2},
		{"a zero in front", "log\n07\n" NOTE_ROOT "\n", 2},
		{"two zeros", "log\n00\n" NOTE_ROOT "\n", 2},
		{"a plus", "log\n+7\n" NOTE_ROOT "\n", 2},
		{"a minus", "log\n-7\n" NOTE_ROOT "\n", 2},
		{"a space in front", "log\n 7\n" NOTE_ROOT "\n", 2},
		{"a space behind", "log\n7 \n" NOTE_ROOT "\n", 2},
		{"not a number", "log\nseven\n" NOTE_ROOT "\n", 2},
		{"hexadecimal", "log\n0x7\n" NOTE_ROOT "\n", 2},
		{"no size", "log\n", 2},
		{"no root", "log\n7\n", 3},
		{"31 bytes", "log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n", 3},
		{"33 bytes", "log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2Ij\n", 3},
		{"not padded", "log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", 3},
		{"bits that stand for nothing",
				"log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", 3},
		{"the URL's alphabet", "log\n7\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n", 3},
		{"a space behind the root", "log\n7\n" NOTE_ROOT " \n", 3},
};

static const struct body_row line_rows[] = {
		{"no origin", "7\n" NOTE_ROOT "\n", 2},
		{"nothing", "", 1},
		{"an empty origin", "\n7\n" NOTE_ROOT "\n", 4},
		{"an empty line between", NOTE_BODY "\nmore\n", 6},
		{"an empty line behind", NOTE_BODY "\n", 5},
		{"ends of lines of DOS", "log\r\n7\r\n" NOTE_ROOT "\r\n", 1},
		{"a tab further on", NOTE_BODY "a\tb\n", 4},
		{"not UTF-8", "log\xff\n7\n" NOTE_ROOT "\n", 1},
		{"a surrogate", NOTE_BODY "\xed\xa0\x80\n", 4},
		{"half a character", NOTE_BODY "\xe2\x80\n", 4},
};

/* Every row is well signed. */
static void check_bodies(const struct body_row *rows, size_t n) {
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	for (size_t i = 0; i < n; i++) {
		char text[1024], where[16] = "";
		struct ent_fault fault;
		size_t length = (size_t)sprintf(text, "%s\n", rows[i].body);
		length += note_signature(rows[i].body, strlen(rows[i].body), name, 0x01, key, 0,
				text + length);
		if (rows[i].line > 0)
			(void)snprintf(where, sizeof where, "line %u", rows[i].line);
		CHECK_ROW(rows[i].why,
				open_text(text, length, &vkey, &fault) ==
						(rows[i].line == 0 ? ENT_OK : ENT_E_SYNTAX));
		CHECK_ROW(rows[i].why, strcmp(fault.where, where) == 0);
	}
	ent_sign_key_destroy(key);
}

TEST(checkpoint__a_number_or_a_root_is_written_in_one_way) {
	(void)state_;
	check_bodies(number_rows, COUNT_OF(number_rows));
}

TEST(checkpoint__lines_are_utf_8_and_none_is_empty) {
	(void)state_;
	check_bodies(line_rows, COUNT_OF(line_rows));
}

/* In 'lines', '$' is the right signature, '@' one that has its key's id and is wrong, '#' another's. */
static size_t expand(const char *lines, const struct ent_sign_key *key, char *ret_text) {
	struct ent_sign_key *other = note_key(2);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	const uint8_t zeros[64] = {0};
	uint8_t id[4];
	char *out = ret_text + sprintf(ret_text, NOTE_BODY "\n");
	note_id(&vkey, id);
	for (; *lines != '\0'; lines++) {
		if (*lines == '$')
			out += note_signature(
					NOTE_BODY, strlen(NOTE_BODY), name, 0x01, key, 0, out);
		else if (*lines == '@')
			out += note_line(name, id, zeros, sizeof zeros, out);
		else if (*lines == '#')
			out += note_signature(
					NOTE_BODY, strlen(NOTE_BODY), name, 0x01, other, 0, out);
		else
			*out++ = *lines;
	}
	*out = '\0';
	ent_sign_key_destroy(other);
	return (size_t)(out - ret_text);
}

#define DASH "\xe2\x80\x94"

TEST(checkpoint__signatures_that_are_none_are_refused_where_they_stand) {
	(void)state_;
	static const struct {
		const char *why, *lines;
		ent_status status;
		const char *where;
	} rows[] = {
			{"one", "$", ENT_OK, ""},
			{"the same twice", "$$", ENT_OK, ""},
			{"unknown ones around it", "#$" DASH " x AAAAAAA=\n", ENT_OK, ""},
			{"sixteen of others", "################", ENT_E_REFUSED, ""},
			{"sixteen, the last right", "###############$", ENT_OK, ""},
			{"seventeen", "################$", ENT_E_LIMIT, "line 21"},
			{"none", "", ENT_E_SYNTAX, "line 4"},
			{"unknown ones only", "##", ENT_E_REFUSED, ""},
			{"a wrong one behind", "$@", ENT_E_REFUSED, "line 6"},
			{"a wrong one in front", "@$", ENT_E_REFUSED, "line 5"},
			{"an empty line behind", "$\n", ENT_E_SYNTAX, "line 6"},
			{"text behind", "$more\n", ENT_E_SYNTAX, "line 6"},
			{"text behind without end", "$more", ENT_E_SYNTAX, "line 6"},
			{"a hyphen", "$- x AAAAAAA=\n", ENT_E_SYNTAX, "line 6"},
			{"an en dash", "$\xe2\x80\x93 x AAAAAAA=\n", ENT_E_SYNTAX, "line 6"},
			{"a dash alone", "$" DASH "\n", ENT_E_SYNTAX, "line 6"},
			{"no name", "$" DASH " \n", ENT_E_SYNTAX, "line 6"},
			{"no base64", "$" DASH " x\n", ENT_E_SYNTAX, "line 6"},
			{"empty base64", "$" DASH " x \n", ENT_E_SYNTAX, "line 6"},
			{"an empty name", "$" DASH "  AAAAAAA=\n", ENT_E_SYNTAX, "line 6"},
			{"two spaces", "$" DASH " x  AAAAAAA=\n", ENT_E_SYNTAX, "line 6"},
			{"a space behind", "$" DASH " x AAAAAAA= \n", ENT_E_SYNTAX, "line 6"},
			{"four bytes", "$" DASH " x AAAAAA==\n", ENT_E_SYNTAX, "line 6"},
			{"not canonical", "$" DASH " x AAAAAAB=\n", ENT_E_SYNTAX, "line 6"},
			{"a plus in the name", "$" DASH " x+y AAAAAAA=\n", ENT_E_SYNTAX, "line 6"},
			{"a space of another kind", "$" DASH " x\xc2\xa0y AAAAAAA=\n", ENT_E_SYNTAX,
					"line 6"},
	};
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		static char text[NOTE_MAX];
		struct ent_fault fault;
		const size_t length = expand(rows[i].lines, key, text);
		CHECK_ROW(rows[i].why, open_text(text, length, &vkey, &fault) == rows[i].status);
		CHECK_ROW(rows[i].why, strcmp(fault.where, rows[i].where) == 0);
	}
	ent_sign_key_destroy(key);
}

TEST(checkpoint__key_ids_and_names_count_together) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	uint8_t id[4], other_id[4], right[64];
	char text[2048];
	struct ent_fault fault;
	note_id(&vkey, id);
	memcpy(other_id, id, sizeof id);
	other_id[3] ^= 1;
	ent_sign(key, NOTE_BODY, strlen(NOTE_BODY), right);
	static const struct {
		const char *why, *name;
		bool own_id;
		size_t size;
		ent_status status;
	} rows[] = {
			{"both", "example.com/log", true, 64, ENT_OK},
			{"another name", "example.com/lo", true, 64, ENT_E_REFUSED},
			{"a longer name", "example.com/logs", true, 64, ENT_E_REFUSED},
			{"another id", "example.com/log", false, 64, ENT_E_REFUSED},
			{"cut", "example.com/log", true, 63, ENT_E_REFUSED},
			{"hardly anything", "example.com/log", true, 1, ENT_E_REFUSED},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		size_t length = (size_t)sprintf(text, NOTE_BODY "\n");
		length += note_line(rows[i].name, rows[i].own_id ? id : other_id, right,
				rows[i].size, text + length);
		CHECK_ROW(rows[i].why, open_text(text, length, &vkey, &fault) == rows[i].status);
	}
	ent_sign_key_destroy(key);
}

TEST(checkpoint__long_ones_are_read_up_to_the_limits) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	static char text[NOTE_MAX], body[NOTE_MAX];
	uint8_t of_others[5000] = {1};
	struct ent_fault fault;
	/* Fifteen signatures of 5 kB: what signed-note asks for. */
	size_t length = (size_t)sprintf(text, NOTE_BODY "\n");
	for (int i = 0; i < 15; i++)
		length += note_line("pq.example", of_others, of_others, sizeof of_others,
				text + length);
	length += note_signature(NOTE_BODY, strlen(NOTE_BODY), name, 0x01, key, 0, text + length);
	CHECK(length > 100000 && open_text(text, length, &vkey, &fault) == ENT_OK);
	memset(text + length, 'x', ENT_NOTE_READ_MAX);
	CHECK(open_text(text, ENT_NOTE_READ_MAX + 1, &vkey, &fault) == ENT_E_LIMIT);
	/* Padding in the middle of a long one, at each place. */
	for (size_t at = 4; at < 600; at += 4) {
		length = (size_t)sprintf(text, NOTE_BODY "\n\xe2\x80\x94 pq.example ");
		memset(text + length, 'A', 600);
		memcpy(text + length + at - 2, "==", 2);
		length += 600;
		text[length++] = '\n';
		CHECK(open_text(text, length, &vkey, &fault) == ENT_E_SYNTAX);
	}
	/* Bodies and origins to the byte. */
	const size_t sizes[] = {ENT_NOTE_SIZE - 1, ENT_NOTE_SIZE};
	for (size_t i = 0; i < 2; i++) {
		memset(body, 'x', sizes[i]);
		memcpy(body, NOTE_BODY, strlen(NOTE_BODY));
		body[sizes[i] - 1] = '\n';
		body[sizes[i]] = '\0';
		length = (size_t)sprintf(text, "%s\n", body);
		length += note_signature(body, sizes[i], name, 0x01, key, 0, text + length);
		CHECK(open_text(text, length, &vkey, &fault) == (i == 0 ? ENT_OK : ENT_E_LIMIT));
	}
	for (size_t origin = 255; origin <= 256; origin++) {
		memset(body, 'x', origin);
		(void)sprintf(body + origin, "\n7\n" NOTE_ROOT "\n");
		length = (size_t)sprintf(text, "%s\n", body);
		length += note_signature(body, strlen(body), name, 0x01, key, 0, text + length);
		CHECK(open_text(text, length, &vkey, &fault) ==
				(origin == 255 ? ENT_OK : ENT_E_LIMIT));
	}
	ent_sign_key_destroy(key);
}

TEST(checkpoint__what_a_note_says_can_be_looked_at_before_anybody_vouches_for_it) {
	(void)state_;
	struct ent_sign_key *key = note_key(9);
	struct ent_checkpoint checkpoint = {.size = 0};
	struct ent_fault fault = {{0}, {0}};
	char note[2048];
	size_t length = (size_t)sprintf(note, NOTE_BODY "\n");
	length += note_signature(NOTE_BODY, strlen(NOTE_BODY), "nobody.example", 0x01, key, 0,
			note + length);
	CHECK(ent_checkpoint_look(note, length, &checkpoint, &fault) == ENT_OK);
	CHECK(strcmp(checkpoint.origin, name) == 0 && checkpoint.size == 7);
	CHECK(ent_checkpoint_look(note, length - 1, &checkpoint, &fault) == ENT_E_SYNTAX);
	CHECK(fault.why[0] != '\0');
	ent_sign_key_destroy(key);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(vkey__those_of_others_are_read_and_written_as_they_were),
			TEST_ENTRY(vkey__what_is_none_is_refused_with_the_reason),
			TEST_ENTRY(vkey__any_part_of_one_is_none),
			TEST_ENTRY(vkey__names_and_origins_are_what_notes_can_carry),
			TEST_ENTRY(checkpoint__those_of_others_open_with_their_keys),
			TEST_ENTRY(checkpoint__cosignatures_of_others_have_their_time),
			TEST_ENTRY(checkpoint__a_number_or_a_root_is_written_in_one_way),
			TEST_ENTRY(checkpoint__lines_are_utf_8_and_none_is_empty),
			TEST_ENTRY(checkpoint__signatures_that_are_none_are_refused_where_they_stand),
			TEST_ENTRY(checkpoint__key_ids_and_names_count_together),
			TEST_ENTRY(checkpoint__long_ones_are_read_up_to_the_limits),
			TEST_ENTRY(checkpoint__what_a_note_says_can_be_looked_at_before_anybody_vouches_for_it),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
