/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_checkpoint_sign.c: checkpoints that we sign and cosign, and proof files: what we write we read, and
 * nothing else reads as it.
 */
#include "notes.h"

static const char *const name = "example.com/log";

static struct ent_checkpoint some_checkpoint(uint64_t size) {
	struct ent_checkpoint checkpoint = {.origin = "example.com/log", .size = size};
	ent_seal_sha256(&size, sizeof size, &checkpoint.root);
	return checkpoint;
}

/* --- Signing --- */

TEST(checkpoint__what_we_sign_is_the_text_of_c2sp) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	struct ent_checkpoint checkpoint = {.origin = "example.com/log", .size = 7};
	char note[ENT_NOTE_SIZE], expected[1024];
	size_t size = 0;
	CHECK(ent_base64_parse(ENT_BASE64, NOTE_ROOT, strlen(NOTE_ROOT), &checkpoint.root,
			      sizeof checkpoint.root, &size) == ENT_OK);
	size_t length = (size_t)sprintf(expected, NOTE_BODY "\n");
	length += note_signature(
			NOTE_BODY, strlen(NOTE_BODY), name, 0x01, key, 0, expected + length);
	CHECK(ent_checkpoint_sign(&checkpoint, name, key, note) == length);
	CHECK(strcmp(note, expected) == 0);
	ent_sign_key_destroy(key);
}

TEST(checkpoint__what_we_sign_opens) {
	(void)state_;
	static const uint64_t sizes[] = {0, 1, 9, 10, 255, UINT32_MAX, INT64_MAX};
	struct ent_sign_key *key = note_key(1), *other_key = note_key(2);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	const struct ent_vkey other = note_vkey(other_key, name, 0x01);
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		const struct ent_checkpoint checkpoint = some_checkpoint(sizes[i]);
		struct ent_checkpoint back = {.size = 77}, untouched = back;
		char note[ENT_NOTE_SIZE];
		const size_t length = ent_checkpoint_sign(&checkpoint, name, key, note);
		CHECK(length == strlen(note));
		CHECK(ent_checkpoint_open(note, length, &other, &back, NULL) == ENT_E_REFUSED);
		CHECK(memcmp(&back, &untouched, sizeof back) == 0);
		CHECK(ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK);
		CHECK(note_same_checkpoint(&checkpoint, &back));
	}
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(other_key);
}

/* Two keys of one name; and a third, of another name, which has signed as well. */
TEST(checkpoint__says_which_other_key_of_a_name_signed_it) {
	(void)state_;
	struct ent_sign_key *key = note_key(1), *newer = note_key(2), *third = note_key(3);
	const struct ent_vkey keys[] = {note_vkey(key, name, 0x01), note_vkey(newer, name, 0x01)};
	const struct ent_checkpoint checkpoint = some_checkpoint(7);
	char note[ENT_NOTE_SIZE], line[ENT_NOTE_SIZE], id[ENT_VKEY_ID_SIZE] = "before",
						       expected[ENT_VKEY_ID_SIZE],
						       text[ENT_VKEY_SIZE];
	size_t length = ent_checkpoint_sign(&checkpoint, name, newer, note);
	CHECK(ent_checkpoint_cosign(note, length, "w.example", third, 1, &length) == ENT_OK);
	CHECK(ent_checkpoint_names_other(note, length, keys, 1, id));
	ent_vkey_id(&keys[1], expected);
	CHECK(strcmp(id, expected) == 0);
	(void)ent_vkey_print(&keys[1], text);
	CHECK(strncmp(text + strlen(name) + 1, expected, strlen(expected)) == 0);
	/* It is known, or has signed too; or nobody of the name has. */
	CHECK(!ent_checkpoint_names_other(note, length, keys, 2, id));
	CHECK(!ent_checkpoint_names_other(note, length, keys, 0, id));
	const struct ent_vkey other = note_vkey(key, "other.example", 0x01);
	CHECK(!ent_checkpoint_names_other(note, length, &other, 1, id));
	(void)ent_checkpoint_sign(&checkpoint, name, key, line);
	const char *signature = strstr(line, "\n\n") + 2;
	(void)snprintf(note + length, sizeof note - length, "%s", signature);
	CHECK(!ent_checkpoint_names_other(note, strlen(note), keys, 1, id));
	CHECK(!ent_checkpoint_names_other("", 0, keys, 1, id));
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(newer);
	ent_sign_key_destroy(third);
}

TEST(checkpoint__the_longest_names_fit) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	struct ent_checkpoint checkpoint = some_checkpoint(INT64_MAX), back;
	char long_name[ENT_ORIGIN_SIZE] = "", note[ENT_NOTE_SIZE], text[ENT_VKEY_SIZE];
	memset(long_name, 'n', sizeof long_name - 1);
	memset(checkpoint.origin, 'o', sizeof checkpoint.origin - 1);
	const struct ent_vkey vkey = note_vkey(key, long_name, 0x01);
	size_t length = ent_checkpoint_sign(&checkpoint, long_name, key, note);
	CHECK(ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK);
	CHECK(note_same_checkpoint(&checkpoint, &back));
	struct ent_vkey read;
	CHECK(ent_vkey_parse(text, ent_vkey_print(&vkey, text), &read, NULL) == ENT_OK);
	CHECK(strcmp(read.name, long_name) == 0 && read.type == 0x01);
	/* Fifteen cosigners of such names fit, too. */
	for (uint8_t i = 0; i < 15; i++) {
		struct ent_sign_key *cosigner = note_key((uint8_t)(10 + i));
		CHECK(ent_checkpoint_cosign(note, length, long_name, cosigner, INT64_MAX,
				      &length) == ENT_OK);
		ent_sign_key_destroy(cosigner);
	}
	CHECK(ent_checkpoint_cosign(note, length, name, key, 1, &length) == ENT_E_LIMIT);
	CHECK(ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK);
	ent_sign_key_destroy(key);
}

TEST(checkpoint__any_bit_elsewhere_and_any_end_sooner_is_refused) {
	(void)state_;
	struct ent_sign_key *key = note_key(1), *cosigner = note_key(3);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	const struct ent_vkey witness = note_vkey(cosigner, "w.example", 0x04);
	const struct ent_checkpoint checkpoint = some_checkpoint(1234567);
	struct ent_checkpoint back;
	char note[ENT_NOTE_SIZE];
	uint64_t time_s = 0;
	const size_t signed_length = ent_checkpoint_sign(&checkpoint, name, key, note);
	size_t length = 0;
	CHECK(ent_checkpoint_cosign(note, signed_length, "w.example", cosigner, 99, &length) ==
			ENT_OK);
	for (size_t cut = 0; cut < length; cut++) {
		CHECK((ent_checkpoint_open(note, cut, &vkey, &back, NULL) == ENT_OK) ==
				(cut == signed_length));
		CHECK(ent_checkpoint_cosigned(note, cut, &witness, &time_s, NULL) != ENT_OK);
	}
	for (size_t bit = 0; bit < 8 * length; bit++) {
		note[bit / 8] = (char)(note[bit / 8] ^ (1 << bit % 8));
		const bool by_log = ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK;
		const bool by_witness = ent_checkpoint_cosigned(note, length, &witness, &time_s,
							NULL) == ENT_OK;
		/* A bit of one's line leaves the other's right, unless the note is none any more. */
		CHECK(!(by_log && by_witness));
		CHECK(!by_log || bit / 8 >= signed_length);
		CHECK(!by_witness || (bit / 8 < signed_length && bit / 8 > signed_length - 120));
		note[bit / 8] = (char)(note[bit / 8] ^ (1 << bit % 8));
	}
	CHECK(ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK);
	CHECK(ent_checkpoint_cosigned(note, length, &witness, &time_s, NULL) == ENT_OK);
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(cosigner);
}

/* --- Cosigning --- */

TEST(cosignature__has_the_time_that_was_given) {
	(void)state_;
	static const uint64_t times_s[] = {0, 1, 1679315147, UINT32_MAX, INT64_MAX};
	struct ent_sign_key *key = note_key(1), *cosigner = note_key(3);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	const struct ent_vkey witness = note_vkey(cosigner, "w.example", 0x04);
	const struct ent_checkpoint checkpoint = some_checkpoint(20852163);
	for (size_t i = 0; i < COUNT_OF(times_s); i++) {
		char note[ENT_NOTE_SIZE], expected[1024];
		struct ent_checkpoint back;
		uint64_t time_s = 4711;
		const size_t signed_length = ent_checkpoint_sign(&checkpoint, name, key, note);
		size_t length = 0;
		CHECK(ent_checkpoint_cosigned(note, signed_length, &witness, &time_s, NULL) ==
				ENT_E_MISSING);
		CHECK(time_s == 4711);
		CHECK(ent_checkpoint_cosign(note, signed_length, "w.example", cosigner, times_s[i],
				      &length) == ENT_OK);
		CHECK(length == strlen(note));
		(void)note_signature(note, (size_t)(strstr(note, "\n\n") - note) + 1, "w.example",
				0x04, cosigner, times_s[i], expected);
		CHECK(strcmp(note + signed_length, expected) == 0);
		CHECK(ent_checkpoint_cosigned(note, length, &witness, &time_s, NULL) == ENT_OK);
		CHECK(time_s == times_s[i]);
		CHECK(ent_checkpoint_open(note, length, &vkey, &back, NULL) == ENT_OK);
		CHECK(note_same_checkpoint(&checkpoint, &back));
	}
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(cosigner);
}

TEST(cosignature__of_several_the_latest_time_counts_and_all_must_be_right) {
	(void)state_;
	struct ent_sign_key *key = note_key(1), *cosigner = note_key(3);
	const struct ent_vkey witness = note_vkey(cosigner, "w.example", 0x04);
	const struct ent_checkpoint checkpoint = some_checkpoint(5);
	char note[ENT_NOTE_SIZE];
	struct ent_fault fault = {0};
	uint64_t time_s = 0;
	size_t length = ent_checkpoint_sign(&checkpoint, name, key, note);
	static const uint64_t times_s[] = {20, 30, 10};
	for (size_t i = 0; i < COUNT_OF(times_s); i++)
		CHECK(ent_checkpoint_cosign(note, length, "w.example", cosigner, times_s[i],
				      &length) == ENT_OK);
	CHECK(ent_checkpoint_cosigned(note, length, &witness, &time_s, NULL) == ENT_OK);
	CHECK(time_s == 30);
	/* One more of the same key, of another note. */
	length += note_signature("log\n", 4, "w.example", 0x04, cosigner, 40, note + length);
	CHECK(ent_checkpoint_cosigned(note, length, &witness, &time_s, &fault) == ENT_E_REFUSED);
	CHECK(strcmp(fault.where, "line 9") == 0);
	ent_sign_key_destroy(key);
	ent_sign_key_destroy(cosigner);
}

TEST(cosignature__is_no_signature_nor_the_other_way_around) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey signer = note_vkey(key, name, 0x01);
	const struct ent_vkey cosigner = note_vkey(key, name, 0x04);
	char note[2048];
	struct ent_checkpoint back;
	uint8_t id[4], blob[72] = {0};
	uint64_t time_s = 0;
	/* A signature of the text under a cosigner's id, time and all. */
	note_id(&cosigner, id);
	ent_sign(key, NOTE_BODY, strlen(NOTE_BODY), blob + 8);
	size_t length = (size_t)sprintf(note, NOTE_BODY "\n");
	length += note_line(name, id, blob, sizeof blob, note + length);
	CHECK(ent_checkpoint_cosigned(note, length, &cosigner, &time_s, NULL) == ENT_E_REFUSED);
	/* A cosignature without its time under a signer's id. */
	note_id(&signer, id);
	static const char text[] = "cosignature/v1\ntime 0\n" NOTE_BODY;
	ent_sign(key, text, strlen(text), blob + 8);
	length = (size_t)sprintf(note, NOTE_BODY "\n");
	length += note_line(name, id, blob + 8, 64, note + length);
	CHECK(ent_checkpoint_open(note, length, &signer, &back, NULL) == ENT_E_REFUSED);
	/* A time that no verifier may take. */
	length = (size_t)sprintf(note, NOTE_BODY "\n");
	length += note_signature(NOTE_BODY, strlen(NOTE_BODY), name, 0x04, key,
			(uint64_t)INT64_MAX + 1, note + length);
	CHECK(ent_checkpoint_cosigned(note, length, &cosigner, &time_s, NULL) == ENT_E_REFUSED);
	ent_sign_key_destroy(key);
}

TEST(cosignature__is_not_put_to_what_is_no_checkpoint) {
	(void)state_;
	static const char *const none[] = {"", "text\n", NOTE_BODY, NOTE_BODY "\n",
			NOTE_BODY "\nmore\n",
			"log\n07\n" NOTE_ROOT "\n\n\xe2\x80\x94 x AAAAAAA=\n"};
	struct ent_sign_key *key = note_key(1);
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		char note[ENT_NOTE_SIZE];
		size_t length = 4711;
		(void)snprintf(note, sizeof note, "%s", none[i]);
		CHECK(ent_checkpoint_cosign(note, strlen(note), name, key, 1, &length) ==
				ENT_E_SYNTAX);
		CHECK(length == 4711 && strcmp(note, none[i]) == 0);
	}
	ent_sign_key_destroy(key);
}

TEST(cosignature__fits_to_the_byte_or_is_not_put) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	char line[256], body[ENT_NOTE_SIZE], note[ENT_NOTE_SIZE + 256], copy[ENT_NOTE_SIZE];
	const size_t more = note_signature(NOTE_BODY, strlen(NOTE_BODY), name, 0x04, key, 1, line);
	for (size_t room = more - 1; room <= more + 2; room++) {
		const size_t signature = note_signature(
				NOTE_BODY, strlen(NOTE_BODY), name, 0x01, key, 0, line);
		const size_t body_size = ENT_NOTE_SIZE - room - signature - 1;
		memset(body, 'x', sizeof body);
		memcpy(body, NOTE_BODY, strlen(NOTE_BODY));
		body[body_size - 1] = '\n';
		body[body_size] = '\0';
		size_t length = (size_t)sprintf(note, "%s\n", body);
		length += note_signature(body, body_size, name, 0x01, key, 0, note + length);
		CHECK(length + room == ENT_NOTE_SIZE);
		memcpy(copy, note, length + 1);
		/* One byte is the terminator's. */
		const ent_status status = ent_checkpoint_cosign(
				copy, length, name, key, 1, &length);
		CHECK(status == (room > more ? ENT_OK : ENT_E_LIMIT));
		CHECK(strlen(copy) == length);
	}
	ent_sign_key_destroy(key);
}

/* --- Proof files --- */

#define HEAD "c2sp.org/tlog-proof@v1\n"

static ent_status parse(const char *text, struct ent_fault *fault) {
	uint64_t index = 0;
	struct ent_proof proof;
	const char *note = NULL;
	size_t length = 0;
	memset(fault, 0, sizeof *fault);
	return ent_proof_file_parse(text, strlen(text), &index, &proof, &note, &length, fault);
}

TEST(proof_file__that_of_c2sp_is_read) {
	(void)state_;
	/* The example of C2SP tlog-proof; its checkpoint is shortened there. */
	static const char text[] = HEAD
			"extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ\n"
			"index 73894\n"
			"gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n"
			"B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
			"EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\n"
			"RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
			"AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n"
			"\n"
			"example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/"
			"EQi08=\n";
	uint64_t index = 0;
	struct ent_proof proof;
	const char *note = NULL;
	size_t length = 0;
	CHECK(ent_proof_file_parse(text, strlen(text), &index, &proof, &note, &length, NULL) ==
			ENT_OK);
	CHECK(index == 73894 && proof.n == 5 && proof.hashes[4].bytes[1] == 0x70);
	CHECK(strncmp(note, "example.com/fancylog\n", 21) == 0 && note[length] == '\0');
}

TEST(proof_file__proves_the_entry_of_another_log) {
	(void)state_;
	/* From a log's own tiles, by the tests of project-oak/oak (C2SP tlog-proof). */
	static const char text[] = HEAD "index 76958\n"
					"fGRlLyuz+L9Jb8+uTSut/2aVc4z7fKFW+clvsb6xjEM=\n"
					"F6LautOHD5eppkWC0xn/lz00X5g2yLlZAkl2jCI/wdE=\n"
					"qH7OJxFNup+TDvJuohd2HphKVngfMeMzUK8QChEDcas=\n"
					"+Y3g758yXtPCRh/eqhLTA3bdcx+cCV1Uah0JdgB0YEs=\n"
					"vq8cJSjj8dPVmFBRUqDLlaMqW6aAYR2GKugVhgudXLs=\n"
					"J0z3X5qTb9WFC1gABhVFx0bW1rVZRL+DAoBL2e2h4G4=\n"
					"NmSbYg25xNFzTRerIsF3HbEMyTIDqW87AQd9ekzopE8=\n"
					"L8BZipjURnkctkjJtGJs+YyTXMssvNKA7+a8nV2JT/s=\n"
					"pva4RFzCejMkVMVmYc93As2lbk7WAyrw58TvrzEOjNc=\n"
					"\nnote\n";
	static const char root_text[] = "QYfrD7XAd4qUHbRBs4dDyDZwpZN4M/cccXr2G56pxkY=";
	uint64_t index = 0;
	struct ent_proof proof;
	struct ent_hash root, leaf;
	const char *note = NULL;
	size_t length = 0;
	CHECK(ent_proof_file_parse(text, strlen(text), &index, &proof, &note, &length, NULL) ==
			ENT_OK);
	CHECK(ent_base64_parse(ENT_BASE64, root_text, strlen(root_text), &root, sizeof root,
			      &length) == ENT_OK);
	ent_ledger_leaf_hash("hello tesseroak\n", 16, &leaf);
	CHECK(ent_proof_inclusion_holds(&leaf, index, 76959, &proof, &root));
	CHECK(!ent_proof_inclusion_holds(&leaf, index - 1, 76959, &proof, &root));
}

TEST(proof_file__what_we_write_we_read) {
	(void)state_;
	struct ent_sign_key *key = note_key(1);
	const struct ent_vkey vkey = note_vkey(key, name, 0x01);
	const struct ent_checkpoint checkpoint = some_checkpoint(INT64_MAX);
	struct ent_checkpoint opened;
	static char note[ENT_NOTE_SIZE], text[ENT_PROOF_FILE_SIZE];
	struct ent_proof proof = {.n = 0}, back;
	const size_t note_length = ent_checkpoint_sign(&checkpoint, name, key, note);
	for (; proof.n <= ENT_PROOF_HASHES_MAX; proof.n++) {
		const uint64_t index = proof.n == 3 ? INT64_MAX : proof.n;
		uint64_t read_index = 0;
		const char *read_note = NULL;
		size_t read_length = 0;
		ent_seal_sha256(&proof.n, sizeof proof.n, &proof.hashes[proof.n]);
		const size_t length = ent_proof_file_print(index, &proof, note, note_length, text);
		CHECK(length == strlen(text) && length < sizeof text);
		CHECK(ent_proof_file_parse(text, length, &read_index, &back, &read_note,
				      &read_length, NULL) == ENT_OK);
		CHECK(read_index == index && back.n == proof.n);
		CHECK(memcmp(back.hashes, proof.hashes, proof.n * sizeof proof.hashes[0]) == 0);
		CHECK(read_length == note_length && memcmp(read_note, note, note_length) == 0);
		CHECK(ent_checkpoint_open(read_note, read_length, &vkey, &opened, NULL) == ENT_OK);
	}
	ent_sign_key_destroy(key);
}

TEST(proof_file__what_is_none_is_refused_where_it_is_wrong) {
	(void)state_;
	static const struct {
		const char *why, *text, *where; /* where NULL: it is one */
	} rows[] = {
			{"without hashes", HEAD "index 0\n\nnote\n", NULL},
			{"with more", HEAD "extra dGVzdA==\nindex 0\n\nnote\n", NULL},
			{"nothing", "", "line 1"},
			{"a first line alone", HEAD, "line 1"},
			{"another version", "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n", "line 1"},
			{"a longer first line", "c2sp.org/tlog-proof@v1 \nindex 0\n\nnote\n",
					"line 1"},
			{"an empty first line", "\n" HEAD "index 0\n\nnote\n", "line 1"},
			{"no index", HEAD NOTE_ROOT "\n\nnote\n", "line 2"},
			{"an index without number", HEAD "index \n\nnote\n", "line 2"},
			{"a zero in front", HEAD "index 01\n\nnote\n", "line 2"},
			{"a minus", HEAD "index -1\n\nnote\n", "line 2"},
			{"two spaces", HEAD "index  1\n\nnote\n", "line 2"},
			{"a capital", HEAD "Index 1\n\nnote\n", "line 2"},
			{"2^63", HEAD "index 9223372036854775808\n\nnote\n", "line 2"},
			{"more that is no base64", HEAD "extra dGVzdA=\nindex 0\n\nnote\n",
					"line 2"},
			{"more of nothing", HEAD "extra \nindex 0\n\nnote\n", "line 2"},
			{"more twice", HEAD "extra dGVzdA==\nextra dGVzdA==\nindex 0\n\nnote\n",
					"line 3"},
			{"more behind", HEAD "index 0\nextra dGVzdA==\n\nnote\n", "line 3"},
			{"more and no index", HEAD "extra dGVzdA==\n", "line 2"},
			{"a hash that is short", HEAD "index 0\nAAAA\n\nnote\n", "line 3"},
			{"a hash with a space", HEAD "index 0\n" NOTE_ROOT " \n\nnote\n", "line 3"},
			{"no empty line", HEAD "index 0\n" NOTE_ROOT "\n", "line 3"},
			{"no note", HEAD "index 0\n" NOTE_ROOT "\n\n", "line 4"},
			{"no end", HEAD "index 0\n\nnote", "line 4"},
			{"a control", HEAD "index 0\n\nno\tte\n", "line 4"},
			{"not UTF-8", HEAD "index 0\n\nno\xffte\n", "line 4"},
	};
	struct ent_fault fault;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CHECK_ROW(rows[i].why,
				parse(rows[i].text, &fault) ==
						(rows[i].where == NULL ? ENT_OK : ENT_E_SYNTAX));
		CHECK_ROW(rows[i].why,
				strcmp(fault.where, rows[i].where == NULL ? "" : rows[i].where) ==
						0);
	}
	static char text[ENT_PROOF_FILE_READ_MAX + 100];
	char *out = text + sprintf(text, HEAD "index 0\n");
	for (int i = 0; i <= ENT_PROOF_HASHES_MAX; i++)
		out += sprintf(out, NOTE_ROOT "\n");
	(void)sprintf(out, "\nnote\n");
	CHECK(parse(text, &fault) == ENT_E_SYNTAX && strcmp(fault.where, "line 67") == 0);
	memset(text, 'x', sizeof text - 1);
	CHECK(parse(text, &fault) == ENT_E_LIMIT);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(checkpoint__what_we_sign_is_the_text_of_c2sp),
			TEST_ENTRY(checkpoint__what_we_sign_opens),
			TEST_ENTRY(checkpoint__says_which_other_key_of_a_name_signed_it),
			TEST_ENTRY(checkpoint__the_longest_names_fit),
			TEST_ENTRY(checkpoint__any_bit_elsewhere_and_any_end_sooner_is_refused),
			TEST_ENTRY(cosignature__has_the_time_that_was_given),
			TEST_ENTRY(cosignature__of_several_the_latest_time_counts_and_all_must_be_right),
			TEST_ENTRY(cosignature__is_no_signature_nor_the_other_way_around),
			TEST_ENTRY(cosignature__is_not_put_to_what_is_no_checkpoint),
			TEST_ENTRY(cosignature__fits_to_the_byte_or_is_not_put),
			TEST_ENTRY(proof_file__that_of_c2sp_is_read),
			TEST_ENTRY(proof_file__proves_the_entry_of_another_log),
			TEST_ENTRY(proof_file__what_we_write_we_read),
			TEST_ENTRY(proof_file__what_is_none_is_refused_where_it_is_wrong),
	};
	if (ent_seal_start() != ENT_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
