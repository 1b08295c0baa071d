/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_airspace_bytes.c: entries and snapshots that are not ours. They are refused, with a reason, or they are taken
 * and all promises hold; and what was before is there again when the version is discarded.
 */
#include "airspaces.h"

struct outcome {
	ent_status status;
	struct ent_fault fault;
	uint8_t *bytes; /* of the state, when it was taken */
	size_t size;
};

static void begin_outcome(struct ent_fold *fold, struct outcome *outcome) {
	CHECK(ent_fold_begin(fold) == ENT_OK);
	*outcome = (struct outcome){.fault = {{0}, {0}}};
}

static void end_outcome(struct ent_fold *fold, struct outcome *outcome) {
	if (outcome->status == ENT_OK)
		outcome->bytes = airspace_bytes(ent_fold_open(fold), &outcome->size);
	CHECK((outcome->status == ENT_OK) == (outcome->bytes != NULL));
}

/* Intents that stand as we write them are not parsed as JSON there. */
static void apply_as_replay_does(struct ent_fold *fold, const char *bytes, size_t size,
		size_t capacity, struct outcome *ret_outcome) {
	struct ent_airspace_entry *entry;
	CHECK(ent_airspace_entry_create(&entry) == ENT_OK);
	begin_outcome(fold, ret_outcome);
	ret_outcome->status = ent_airspace_entry_read(
			entry, bytes, size, capacity, &ret_outcome->fault);
	if (ret_outcome->status == ENT_OK)
		ret_outcome->status = ent_airspace_entry_apply(fold, entry, &ret_outcome->fault);
	end_outcome(fold, ret_outcome);
	ent_airspace_entry_destroy(entry);
}

/* Both ways. In its own block, so that a byte too far is seen. */
static ent_status apply(struct ent_fold *fold, struct ent_json *json, const char *bytes,
		size_t size, struct ent_fault *ret_fault) {
	struct outcome parsed, other;
	char *copy = malloc(size > 0 ? size : 1);
	CHECK(copy != NULL);
	memcpy(copy, bytes, size);
	apply_as_replay_does(fold, copy, size, size, &other);
	ent_fold_discard(fold);
	begin_outcome(fold, &parsed);
	parsed.status = ent_airspace_apply(fold, json, copy, size, size, &parsed.fault);
	end_outcome(fold, &parsed);
	free(copy);
	CHECK_ROW(bytes, parsed.status == other.status && parsed.size == other.size);
	CHECK_ROW(bytes, parsed.size == 0 || memcmp(parsed.bytes, other.bytes, parsed.size) == 0);
	CHECK_ROW(bytes,
			strcmp(parsed.fault.where, other.fault.where) == 0 &&
					strcmp(parsed.fault.why, other.fault.why) == 0);
	free(parsed.bytes);
	free(other.bytes);
	*ret_fault = parsed.fault;
	return parsed.status;
}

#define HEAD "{\"seq\":4,\"time_us\":1767225700000000,"
#define INTENT                                                                      \
	HEAD "\"kind\":\"intent\",\"id\":\"00000000-0000-4000-8000-000000000009\"," \
	     "\"manager\":\"uss1\",\"state\":\"Accepted\",\"ovn\":\"a\","           \
	     "\"uss_base_url\":\"https://a\","
#define CONSTRAINT                                                                      \
	HEAD "\"kind\":\"constraint\",\"id\":\"00000000-0000-4000-8000-000000000009\"," \
	     "\"manager\":\"uss1\",\"ovn\":\"a\",\"uss_base_url\":\"https://a\","
#define SUBSCRIPTION                                                                      \
	HEAD "\"kind\":\"subscription\",\"id\":\"00000000-0000-4000-8000-000000000009\"," \
	     "\"manager\":\"uss1\",\"ovn\":\"a\",\"uss_base_url\":\"https://a\","         \
	     "\"notify_for_operational_intents\":true,\"notify_for_constraints\":false,"
#define CELLS "\"cells\":\"479aa5f4\","
#define TIMES "\"start_us\":1767225600000000,\"end_us\":1767229200000000"
#define BAND "\"lower_mm\":0,\"upper_mm\":1000,"
#define VOLUMES "\"volumes\":[{\"circle\":[47000000000,8000000000,50000]," BAND TIMES "}]"
#define SPAN TIMES "," CELLS "\"volumes\":[]"
#define GONE "-removed\",\"manager\":\"uss1\",\"id\":"

static const struct {
	const char *why;
	bool taken;
	const char *entry;
} entries[] = {
		{"an intent", true, INTENT CELLS VOLUMES "}"},
		{"a constraint", true, CONSTRAINT CELLS VOLUMES "}"},
		{"a subscription", true, SUBSCRIPTION SPAN "}"},
		{"of nowhere", true, SUBSCRIPTION TIMES ",\"cells\":\"\",\"volumes\":[]}"},
		{"a tick", true, HEAD "\"kind\":\"tick\"}"},
		{"no JSON", false, "tick"},
		{"nothing", false, ""},
		{"a list", false, "[]"},
		{"something behind it", false, HEAD "\"kind\":\"tick\"} 1"},
		{"a member twice", false, HEAD "\"kind\":\"tick\",\"seq\":4}"},
		{"a member that no entry has", false, HEAD "\"kind\":\"tick\",\"tock\":1}"},
		{"a member of another kind", false, HEAD "\"kind\":\"tick\",\"size\":1}"},
		{"a volume with more", false,
				CONSTRAINT CELLS "\"volumes\":[{\"height\":1," TIMES "}]}"},
		{"a volume with a bound twice", false,
				CONSTRAINT CELLS "\"volumes\":[{" TIMES "," TIMES "}]}"},
		{"no kind", false, HEAD "\"kinds\":\"tick\"}"},
		{"another kind", false, HEAD "\"kind\":\"tock\"}"},
		{"the number before", false,
				"{\"seq\":3,\"time_us\":1767225700000000,\"kind\":\"tick\"}"},
		{"the number after", false,
				"{\"seq\":5,\"time_us\":1767225700000000,\"kind\":\"tick\"}"},
		{"a negative number", false,
				"{\"seq\":-4,\"time_us\":1767225700000000,\"kind\":\"tick\"}"},
		{"the time before", false,
				"{\"seq\":4,\"time_us\":1767225603000000,\"kind\":\"tick\"}"},
		{"no moment of the calendar", false,
				"{\"seq\":4,\"time_us\":253402300800000000,\"kind\":\"tick\"}"},
		{"no state", false,
				HEAD "\"kind\":\"intent\",\"id\":\"00000000-0000-4000-8000-"
				     "000000000009\",\"manager\":\"a\",\"ovn\":\"a\","
				     "\"uss_base_url\":\"a\"," CELLS VOLUMES "}"},
		{"an id of zeros", false,
				HEAD "\"kind\":\"tick" GONE "\"00000000-0000-0000-0000-"
				     "000000000000\"}"},
		{"no cells", false, INTENT VOLUMES "}"},
		{"an intent of nowhere", false, INTENT "\"cells\":\"\"," VOLUMES "}"},
		{"seven digits", false, INTENT "\"cells\":\"479aa5f\"," VOLUMES "}"},
		{"capitals", false, INTENT "\"cells\":\"479AA5F4\"," VOLUMES "}"},
		{"a space behind", false, INTENT "\"cells\":\"479aa5f4 \"," VOLUMES "}"},
		{"two spaces", false, INTENT "\"cells\":\"479aa5f4  479aa5fc\"," VOLUMES "}"},
		{"a comma", false, INTENT "\"cells\":\"479aa5f4,479aa5fc\"," VOLUMES "}"},
		{"a cell twice", false, INTENT "\"cells\":\"479aa5f4 479aa5f4\"," VOLUMES "}"},
		{"out of order", false, INTENT "\"cells\":\"479aa5fc 479aa5f4\"," VOLUMES "}"},
		{"a cell of another level", false, INTENT "\"cells\":\"479aa5f0\"," VOLUMES "}"},
		{"a seventh face", false, INTENT "\"cells\":\"c79aa5f4\"," VOLUMES "}"},
		{"no volumes", false, INTENT CELLS "\"volumes\":[]}"},
		{"volumes that are no list", false, INTENT CELLS "\"volumes\":{}}"},
		{"a volume that is none", false, INTENT CELLS "\"volumes\":[1]}"},
		{"without end", false,
				INTENT CELLS "\"volumes\":[{" BAND
					     "\"start_us\":1767225600000000}]}"},
		{"without upper", false, INTENT CELLS "\"volumes\":[{\"lower_mm\":0," TIMES "}]}"},
		{"a constraint without altitudes", true,
				CONSTRAINT CELLS "\"volumes\":[{" TIMES "}]}"},
		{"ends before it starts", false,
				INTENT CELLS "\"volumes\":[{" BAND "\"end_us\":1767225600000000,"
					     "\"start_us\":1767229200000000}]}"},
		{"upper below lower", false,
				INTENT CELLS "\"volumes\":[{\"lower_mm\":1,\"upper_mm\":0," TIMES
					     "}]}"},
		{"too high", false,
				INTENT CELLS
				"\"volumes\":[{\"lower_mm\":1,\"upper_mm\":200000001," TIMES "}]}"},
		{"a circle of two numbers", false,
				INTENT CELLS "\"volumes\":[{\"circle\":[1,2]," BAND TIMES "}]}"},
		{"a circle of many", false,
				INTENT CELLS "\"volumes\":[{\"circle\":[1,2,3,4,5,6,7,8,9,10,11,12]"
					     "," BAND TIMES "}]}"},
		{"a circle beside a small polygon", false,
				INTENT CELLS "\"volumes\":[{\"polygon\":[],\"circle\":[1,2,3,4,5,6,"
					     "7,8,9,10,11,12]," BAND TIMES "}]}"},
		{"a circle and a polygon", false,
				INTENT CELLS "\"volumes\":[{\"circle\":[1,2,3],"
					     "\"polygon\":[1,2,3,4,5,7]," BAND TIMES "}]}"},
		{"a radius below zero", false,
				INTENT CELLS "\"volumes\":[{\"circle\":[1,2,-1]," BAND TIMES "}]}"},
		{"a circle that is no list", false,
				INTENT CELLS "\"volumes\":[{\"circle\":7," BAND TIMES "}]}"},
		{"north of the pole", false,
				INTENT CELLS
				"\"volumes\":[{\"circle\":[90000000001,0,1]," BAND TIMES "}]}"},
		{"two corners", false,
				INTENT CELLS "\"volumes\":[{\"polygon\":[1,2,3,4]," BAND TIMES
					     "}]}"},
		{"three corners", true,
				INTENT CELLS "\"volumes\":[{\"polygon\":[1,2,3,4,5,7]," BAND TIMES
					     "}]}"},
		{"three and a half", false,
				INTENT CELLS "\"volumes\":[{\"polygon\":[1,2,3,4,5,7,6]," BAND TIMES
					     "}]}"},
		{"half a number", false,
				INTENT CELLS "\"volumes\":[{\"polygon\":[1,2,3,4,5,7.5]," BAND TIMES
					     "}]}"},
		{"no such subscription", false,
				INTENT "\"subscription_id\":\"00000000-0000-4000-8000-"
				       "00000000000f\"," CELLS VOLUMES "}"},
		{"the subscription of another place", false,
				INTENT
				"\"subscription_id\":\"00000000-0000-4000-8000-000000000002\","
				"\"cells\":\"479aa5fc\"," VOLUMES "}"},
		{"the subscription that is there", true,
				INTENT "\"subscription_id\":\"00000000-0000-4000-8000-"
				       "000000000002\"," CELLS VOLUMES "}"},
		{"two subscriptions", false,
				INTENT
				"\"subscription_id\":\"00000000-0000-4000-8000-000000000002\","
				"\"implicit_subscription\":{\"id\":\"00000000-0000-4000-8000-"
				"00000000000f\",\"uss_base_url\":\"a\","
				"\"notify_for_constraints\":true}," CELLS VOLUMES "}"},
		{"a new one", true,
				INTENT
				"\"implicit_subscription\":{\"id\":\"00000000-0000-4000-8000-"
				"00000000000f\",\"uss_base_url\":\"a\","
				"\"notify_for_constraints\":true}," CELLS VOLUMES "}"},
		{"a new one that is there", false,
				INTENT
				"\"implicit_subscription\":{\"id\":\"00000000-0000-4000-8000-"
				"000000000002\",\"uss_base_url\":\"a\","
				"\"notify_for_constraints\":true}," CELLS VOLUMES "}"},
		{"a new one of zeros", false,
				INTENT
				"\"implicit_subscription\":{\"id\":\"00000000-0000-0000-0000-"
				"000000000000\",\"uss_base_url\":\"a\","
				"\"notify_for_constraints\":true}," CELLS VOLUMES "}"},
		{"a new one that is none", false,
				INTENT "\"implicit_subscription\":7," CELLS VOLUMES "}"},
		{"a subscription of a moment", false,
				SUBSCRIPTION "\"start_us\":5,\"end_us\":5," CELLS
					     "\"volumes\":[]}"},
		{"a subscription without end", false,
				SUBSCRIPTION "\"start_us\":5," CELLS "\"volumes\":[]}"},
		{"beyond the calendar", false,
				SUBSCRIPTION "\"start_us\":5,\"end_us\":9223372036854775807," CELLS
					     "\"volumes\":[]}"},
		{"a subscription that leaves its intent behind", false,
				HEAD
				"\"kind\":\"subscription\",\"id\":\"00000000-0000-4000-8000-"
				"000000000002\",\"manager\":\"uss1\",\"ovn\":\"a\","
				"\"uss_base_url\":\"a\",\"notify_for_operational_intents\":true,"
				"\"notify_for_constraints\":false,\"start_us\":1767225600000000,"
				"\"end_us\":1767225600000001," CELLS "\"volumes\":[]}"},
		{"a subscription with an intent, gone", false,
				HEAD "\"kind\":\"subscription" GONE
				     "\"00000000-0000-4000-8000-000000000002\"}"},
		{"an intent, gone", true,
				HEAD "\"kind\":\"intent" GONE
				     "\"00000000-0000-4000-8000-000000000003\"}"},
		{"an intent that was never there, gone", false,
				HEAD "\"kind\":\"intent" GONE
				     "\"00000000-0000-4000-8000-000000000004\"}"},
		{"a constraint that was never there, gone", false,
				HEAD "\"kind\":\"constraint" GONE
				     "\"00000000-0000-4000-8000-000000000003\"}"},
		{"an expiry", true,
				HEAD "\"kind\":\"config\",\"expire_after_us\":0,"
				     "\"index_is_time\":true}"},
		{"an expiry below zero", false,
				HEAD "\"kind\":\"config\",\"expire_after_us\":-1,"
				     "\"index_is_time\":true}"},
		{"an expiry that would not fit", false,
				HEAD "\"kind\":\"config\",\"expire_after_us\":9223372036854775807,"
				     "\"index_is_time\":true}"},
		{"an availability", true,
				HEAD "\"kind\":\"availability\",\"manager\":\"a\",\"uss\":\"b\","
				     "\"availability\":\"Down\",\"version\":\"c\"}"},
		{"another availability", false,
				HEAD "\"kind\":\"availability\",\"manager\":\"a\",\"uss\":\"b\","
				     "\"availability\":\"Up\",\"version\":\"c\"}"},
		{"a NUL in a name", false,
				HEAD
				"\"kind\":\"availability\",\"manager\":\"a\",\"uss\":\"b\\u0000\","
				"\"availability\":\"Down\",\"version\":\"c\"}"},
		{"a report", true,
				HEAD
				"\"kind\":\"report\",\"id\":\"00000000-0000-4000-8000-"
				"000000000009\",\"manager\":\"a\",\"size\":1,\"sha256\":\"00000000"
				"00000000000000000000000000000000000000000000000000000000\"}"},
		{"a report without hash", false,
				HEAD
				"\"kind\":\"report\",\"id\":\"00000000-0000-4000-8000-"
				"000000000009\",\"manager\":\"a\",\"size\":1,\"sha256\":\"0000\"}"},
};

/* A ledger of four entries: the behaviour, a subscription, an intent with it, an availability. */
static void begin_ledger(struct ent_fold **ret_fold, struct ent_json **ret_json) {
	static const char *const first[] = {
			("{\"seq\":0,\"time_us\":1767225600000000,\"kind\":\"config\","
			 "\"expire_after_us\":7200000000,\"index_is_time\":false}"),
			("{\"seq\":1,\"time_us\":1767225601000000,\"kind\":\"subscription\","
			 "\"id\":\"00000000-0000-4000-8000-000000000002\",\"manager\":\"uss1\","
			 "\"ovn\":\"a\",\"uss_base_url\":\"https://a\","
			 "\"notify_for_operational_intents\":true,"
			 "\"notify_for_constraints\":true," SPAN "}"),
			("{\"seq\":2,\"time_us\":1767225602000000,\"kind\":\"intent\","
			 "\"id\":\"00000000-0000-4000-8000-000000000003\",\"manager\":\"uss1\","
			 "\"state\":\"Accepted\",\"ovn\":\"b\",\"uss_base_url\":\"https://a\","
			 "\"subscription_id\":\"00000000-0000-4000-8000-000000000002\"," CELLS
							VOLUMES "}"),
			("{\"seq\":3,\"time_us\":1767225603000000,\"kind\":\"availability\","
			 "\"manager\":\"a\",\"uss\":\"uss1\",\"availability\":\"Normal\","
			 "\"version\":\"c\"}")};
	struct ent_fault fault;
	CHECK(ent_seal_start() == ENT_OK);
	CHECK(ent_json_create(ret_json) == ENT_OK);
	CHECK(ent_fold_create(&ent_airspace_fold_options, ret_fold) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(first); i++) {
		const ent_status status = apply(
				*ret_fold, *ret_json, first[i], strlen(first[i]), &fault);
		CHECK_ROW(fault.why, status == ENT_OK);
		ent_fold_publish(*ret_fold, ent_fold_seal(*ret_fold));
	}
}

/* Is what was published still what it was? */
static void discard(struct ent_fold *fold, const uint8_t *bytes, size_t size) {
	size_t now_size;
	ent_fold_discard(fold);
	const struct ent_fold_version *version = ent_fold_take(fold);
	uint8_t *now = airspace_bytes(version, &now_size);
	CHECK(now != NULL && now_size == size && memcmp(now, bytes, size) == 0);
	free(now);
	ent_fold_release(fold, version);
}

static uint8_t *published_bytes(struct ent_fold *fold, size_t *ret_size) {
	const struct ent_fold_version *version = ent_fold_take(fold);
	uint8_t *bytes = airspace_bytes(version, ret_size);
	CHECK(bytes != NULL);
	ent_fold_release(fold, version);
	return bytes;
}

TEST(entry__of_any_bytes_is_refused_with_a_reason_or_keeps_all_promises) {
	(void)state_;
	struct ent_fold *fold;
	struct ent_json *json;
	size_t size;
	begin_ledger(&fold, &json);
	uint8_t *before = published_bytes(fold, &size);
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		struct ent_fault fault;
		const ent_status status = apply(
				fold, json, entries[i].entry, strlen(entries[i].entry), &fault);
		CHECK_ROW(entries[i].why, status == (entries[i].taken ? ENT_OK : ENT_E_SYNTAX));
		CHECK_ROW(entries[i].why, (fault.why[0] == '\0') == entries[i].taken);
		if (entries[i].taken)
			CHECK_ROW(entries[i].why, airspace_broken(ent_fold_open(fold)) == NULL);
		discard(fold, before, size);
	}
	free(before);
	ent_fold_destroy(fold);
	ent_json_destroy(json);
}

TEST(entry__with_one_byte_changed_keeps_all_promises_or_is_refused) {
	(void)state_;
	static const char others[] = "09aZ \",:[]{}-\\.\x7f\xc3";
	struct ent_fold *fold;
	struct ent_json *json;
	size_t size;
	unsigned taken = 0;
	begin_ledger(&fold, &json);
	uint8_t *before = published_bytes(fold, &size);
	for (size_t i = 0; i < COUNT_OF(entries); i++) {
		const size_t length = strlen(entries[i].entry);
		char text[2048];
		CHECK(length < sizeof text);
		if (!entries[i].taken)
			continue;
		for (size_t at = 0; at < length; at++) {
			struct ent_fault fault;
			memcpy(text, entries[i].entry, length);
			text[at] = others[(at + i) % (sizeof others - 1)];
			const ent_status status = apply(fold, json, text, length, &fault);
			CHECK(status == ENT_OK || (status == ENT_E_SYNTAX && fault.why[0] != '\0'));
			if (status == ENT_OK)
				CHECK(airspace_broken(ent_fold_open(fold)) == NULL);
			taken += status == ENT_OK;
			discard(fold, before, size);
		}
	}
	CHECK(taken > 100);
	free(before);
	ent_fold_destroy(fold);
	ent_json_destroy(json);
}

/* --- Snapshots --- */

/* One of everything. */
static uint8_t *some_snapshot(size_t *ret_size) {
	struct airspace airspace;
	airspace_begin(&airspace);
	struct ent_command command = put_subscription(1, disc(47, 8, 0, 0, 0, 7200));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_intent(2, disc(47, 8, 0, 100, 0, 3600));
	command.has_subscription = command.has_suffix = true;
	command.subscription = id_of(1);
	command.suffix = suffix_of(airspace.now_utc_us, 1);
	ent_uuid_print(&command.suffix, command.suffix_text);
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_intent(3, disc(47, 8, 200, 300, 0, 3600));
	command.has_new_subscription = true;
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	command = put_constraint(4, disc(47, 8, 0, 300, 0, 3600));
	CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	for (int i = 0; i < 2; i++) {
		command = (struct ent_command){.kind = ENT_COMMAND_SET_AVAILABILITY,
				.manager = "arbitrator",
				.uss = i == 0 ? "uss1" : "uss2",
				.old_version = "",
				.availability = ENT_AVAILABILITY_DOWN};
		CHECK(airspace_do(&airspace, &command) == ENT_REFUSAL_NONE);
	}
	uint8_t *bytes = airspace_bytes(airspace.seen, ret_size);
	CHECK(bytes != NULL);
	airspace_end(&airspace);
	return bytes;
}

/* With the hash that fits; what is taken would be written as it is. */
static ent_status read_snapshot(uint8_t *bytes, size_t size) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_fold *fold;
	struct ent_hash hash;
	size_t written;
	ent_seal_sha256(bytes, size - ENT_HASH_SIZE, &hash);
	memcpy(bytes + size - ENT_HASH_SIZE, hash.bytes, ENT_HASH_SIZE);
	CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
	CHECK(ent_fold_begin(fold) == ENT_OK);
	const ent_status status = ent_airspace_snapshot_read(fold, bytes, size, &fault);
	CHECK((status == ENT_OK) == (fault.why[0] == '\0'));
	if (status == ENT_OK) {
		const char *broken = airspace_broken(ent_fold_open(fold));
		CHECK_ROW(broken != NULL ? broken : "", broken == NULL);
		uint8_t *again = airspace_bytes(ent_fold_open(fold), &written);
		CHECK(again != NULL && written == size && memcmp(again, bytes, size) == 0);
		free(again);
	}
	ent_fold_destroy(fold);
	return status;
}

TEST(snapshot__that_is_taken_would_be_written_again) {
	(void)state_;
	static const uint8_t changes[] = {1, 2, 4, 0x80, 0xff, 0x5a};
	size_t size;
	unsigned taken = 0, refused = 0;
	uint8_t *bytes = some_snapshot(&size);
	CHECK(read_snapshot(bytes, size) == ENT_OK);
	for (size_t at = 0; at < size - ENT_HASH_SIZE; at++)
		for (size_t i = 0; i < COUNT_OF(changes); i++) {
			bytes[at] ^= changes[i];
			const ent_status status = read_snapshot(bytes, size);
			CHECK(status == ENT_OK || status == ENT_E_SYNTAX);
			taken += status == ENT_OK;
			refused += status != ENT_OK;
			bytes[at] ^= changes[i];
		}
	CHECK(taken > 100 && refused > 100);
	free(bytes);
}

TEST(snapshot__that_is_cut_or_longer_or_another_is_refused) {
	(void)state_;
	size_t size;
	uint8_t *bytes = some_snapshot(&size);
	uint8_t *copy = malloc(size + ENT_HASH_SIZE);
	CHECK(copy != NULL);
	for (size_t length = ENT_HASH_SIZE; length < size; length++) {
		memcpy(copy, bytes, size);
		CHECK(read_snapshot(copy, length) == ENT_E_SYNTAX);
	}
	memcpy(copy, bytes, size);
	CHECK(read_snapshot(copy, size + 1) == ENT_E_SYNTAX);
	/* Without the hash that fits. */
	for (size_t length = 0; length <= size; length++) {
		struct ent_fault fault = {{0}, {0}};
		struct ent_fold *fold;
		CHECK(ent_fold_create(&ent_airspace_fold_options, &fold) == ENT_OK);
		CHECK(ent_fold_begin(fold) == ENT_OK);
		uint8_t *exact = malloc(length + 1);
		CHECK(exact != NULL);
		memcpy(exact, bytes, length);
		if (length == size)
			exact[length / 2] ^= 1;
		CHECK(ent_airspace_snapshot_read(fold, exact, length, &fault) == ENT_E_SYNTAX);
		CHECK(fault.why[0] != '\0');
		free(exact);
		ent_fold_destroy(fold);
	}
	free(copy);
	free(bytes);
}

static ent_status refuse_after(void *user, const void *bytes, size_t size) {
	size_t *left = user;
	(void)bytes;
	if (size > *left)
		return ENT_E_IO;
	*left -= size;
	return ENT_OK;
}

TEST(snapshot__says_what_its_reader_says) {
	(void)state_;
	struct airspace airspace;
	airspace_begin(&airspace);
	for (size_t most = 0; most < 200; most++) {
		size_t left = most;
		const ent_status status = ent_airspace_snapshot_write(
				airspace.seen, refuse_after, &left);
		CHECK(status == ENT_OK || status == ENT_E_IO);
		CHECK(most > 0 || status == ENT_E_IO);
	}
	airspace_end(&airspace);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(entry__of_any_bytes_is_refused_with_a_reason_or_keeps_all_promises),
			TEST_ENTRY(entry__with_one_byte_changed_keeps_all_promises_or_is_refused),
			TEST_ENTRY(snapshot__that_is_taken_would_be_written_again),
			TEST_ENTRY(snapshot__that_is_cut_or_longer_or_another_is_refused),
			TEST_ENTRY(snapshot__says_what_its_reader_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
