/* SPDX-License-Identifier: Apache-2.0 */
#include "streams.h"
#include "test.h"

#include "entente/json.h"
#include "entente/jsonout.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static ent_status parse_n(struct ent_json *json, const char *text, size_t size,
		bool refuse_duplicates, struct ent_json_value *ret_root, struct ent_fault *fault) {
	struct ent_json_options options = {.refuse_duplicates = refuse_duplicates};
	return ent_json_parse(json, text, size, &options, ret_root, fault);
}

static ent_status parse(struct ent_json *json, const char *text, struct ent_json_value *ret_root,
		struct ent_fault *fault) {
	return parse_n(json, text, strlen(text), false, ret_root, fault);
}

static struct ent_json *new_json(void) {
	struct ent_json *json;
	CHECK(ent_json_create(&json) == ENT_OK);
	return json;
}

TEST(json__values_come_as_they_were_written) {
	(void)state_;
	struct ent_json *json = new_json();
	struct ent_json_value root, value;
	const char *text;
	size_t length = 0;
	int64_t number = 0;
	double real = 0;
	bool yes = false;
	CHECK(parse(json,
			      " {\"s\":\"\\u00e9\\n\\u0000x\",\"i\":-9223372036854775808,\"u\":"
			      "18446744073709551615,"
			      "\"d\":1.5e3,\"t\":true,\"n\":null,\"a\":[1,[2],{}],\"o\":{\"k\":1}}"
			      " ",
			      &root, NULL) == ENT_OK);
	CHECK(ent_json_kind(root) == ENT_JSON_OBJECT);
	CHECK(ent_json_member(root, "s", &value) && ent_json_string(value, &text, &length));
	CHECK(length == 5 && memcmp(text, "\xc3\xa9\n\0x", 6) == 0);
	CHECK(ent_json_member(root, "i", &value) && ent_json_int(value, &number) &&
			number == INT64_MIN);
	CHECK(ent_json_member(root, "u", &value) && ent_json_kind(value) == ENT_JSON_UINT);
	CHECK(!ent_json_int(value, &number) && ent_json_double(value, &real) &&
			real == 18446744073709551615.0);
	CHECK(ent_json_member(root, "d", &value) && ent_json_int(value, &number) && number == 1500);
	CHECK(ent_json_member(root, "t", &value) && ent_json_bool(value, &yes) && yes);
	CHECK(!ent_json_double(value, &real) && !ent_json_string(value, &text, &length));
	CHECK(ent_json_member(root, "n", &value) && ent_json_kind(value) == ENT_JSON_NULL);
	CHECK(!ent_json_member(root, "missing", &value) && !ent_json_member(value, "s", &value));
	CHECK(ent_json_member(root, "a", &value));
	struct ent_json_walk walk = ent_json_walk_from(value);
	int n = 0;
	while (ent_json_next_element(&walk, &value))
		n++;
	CHECK(n == 3);
	ent_json_destroy(json);
}

TEST(json__what_is_wiped_is_not_there_any_more) {
	(void)state_;
	struct ent_json *json = new_json();
	struct ent_json_value root;
	const char *text;
	size_t length = 0;
	ent_json_wipe(NULL);
	ent_json_wipe(json);
	CHECK(parse(json, "\"\\u0061 secret\"", &root, NULL) == ENT_OK);
	CHECK(ent_json_string(root, &text, &length) && strcmp(text, "a secret") == 0);
	ent_json_wipe(json);
	for (size_t i = 0; i < length; i++)
		CHECK(text[i] == '\0');
	/* It is as good as new. */
	CHECK(parse(json, "[]", &root, NULL) == ENT_OK);
	ent_json_destroy(json);
}

TEST(json__what_is_not_well_formed_is_refused_with_its_place) {
	(void)state_;
	static const struct {
		const char *text;
		ent_status status;
		const char *where, *why;
	} rows[] = {
			{"", ENT_E_SYNTAX, "line 1, column 1", "empty"},
			{"  ", ENT_E_SYNTAX, "line 1, column 3", "too early"},
			{"{\"a\":1,}", ENT_E_SYNTAX, "line 1, column 8", "name"},
			{"[1,]", ENT_E_SYNTAX, "line 1, column 4", "no value starts so"},
			{"[1 2]", ENT_E_SYNTAX, "line 1, column 4", "comma or ]"},
			{"{\"a\" 1}", ENT_E_SYNTAX, "line 1, column 6", "colon"},
			{"{\"a\":1 \"b\":2}", ENT_E_SYNTAX, "line 1, column 8", "comma or }"},
			{"{a:1}", ENT_E_SYNTAX, "line 1, column 2", "name in quotes"},
			{"{\n \"a\": tru\n}", ENT_E_SYNTAX, "line 2, column 7",
					"no value starts so"},
			{"[1] 2", ENT_E_SYNTAX, "line 1, column 5", "nothing may follow"},
			{"[\"abc]", ENT_E_SYNTAX, "line 1, column 2", "no end"},
			{"[\"a\nb\"]", ENT_E_SYNTAX, "line 1, column 4", "control character"},
			{"[\"\\x\"]", ENT_E_SYNTAX, "line 1, column 3", "escape"},
			{"[\"\\ud800\"]", ENT_E_SYNTAX, "line 1, column 3", "surrogate"},
			{"[\"\xff\"]", ENT_E_SYNTAX, "line 1, column 3", "UTF-8"},
			{"[\"\xc0\x80\"]", ENT_E_SYNTAX, "line 1, column 3", "UTF-8"},
			{"[\"\xed\xa0\x80\"]", ENT_E_SYNTAX, "line 1, column 3", "UTF-8"},
			{"[\"\xf4\x90\x80\x80\"]", ENT_E_SYNTAX, "line 1, column 3", "UTF-8"},
			{"[01]", ENT_E_SYNTAX, "line 1, column 2", "start with 0"},
			{"[1.]", ENT_E_SYNTAX, "line 1, column 2", "point"},
			{"[.5]", ENT_E_SYNTAX, "line 1, column 2", "no value"},
			{"[1e]", ENT_E_SYNTAX, "line 1, column 2", "e of a number"},
			{"[+1]", ENT_E_SYNTAX, "line 1, column 2", "no value"},
			{"[NaN]", ENT_E_SYNTAX, "line 1, column 2", "NaN and Infinity are not"},
			{"[-Infinity]", ENT_E_SYNTAX, "line 1, column 2",
					"NaN and Infinity are not"},
			{"[nan]", ENT_E_SYNTAX, "line 1, column 2", "NaN and Infinity are not"},
			{"[nu]", ENT_E_SYNTAX, "line 1, column 2", "no value"},
			{"[-]", ENT_E_SYNTAX, "line 1, column 2", "no value"},
			{"[1e999]", ENT_E_DOMAIN, "", "too large"},
			{"[123456789012345678901234567890]", ENT_E_DOMAIN, "line 1, column 2",
					"too large"},
			{"// x\n[1]", ENT_E_SYNTAX, "line 1, column 1", "no value"},
			{"{\"a\":{\"b\":[1,2}", ENT_E_SYNTAX, "line 1, column 15", "comma or ]"},
			{"{\"a\":1", ENT_E_SYNTAX, "line 1, column 7", "too early"},
	};
	struct ent_json *json = new_json();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ent_json_value root = {NULL, 77};
		struct ent_fault fault = {0};
		ent_status status = parse(json, rows[i].text, &root, &fault);
		CHECK_ROW(rows[i].text, status == rows[i].status);
		CHECK_ROW(rows[i].text,
				rows[i].where[0] == '\0' ||
						strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].text, strstr(fault.why, rows[i].why) != NULL);
		CHECK_ROW(rows[i].text, root.at == 77);
	}
	struct ent_json_value root;
	CHECK(parse_n(json, "[1]\0", 4, false, &root, NULL) == ENT_E_SYNTAX);
	ent_json_destroy(json);
}

/* Who does not ask what a value is, as what is from outside may want, must not read its elements as names. */
TEST(json__what_is_no_object_has_no_members) {
	static const char *const texts[] = {"[]", "[[1]]", "[1,2.5,\"a\"]", "[{\"a\":1},{\"a\":1}]",
			"7", "\"a\"", "null"};
	struct ent_json *json = NULL;
	struct ent_json_value root, value;
	struct ent_fault fault;
	const char *name;
	size_t length;
	(void)state_;
	CHECK(ent_json_create(&json) == ENT_OK);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		CHECK(ent_json_parse(json, texts[i], strlen(texts[i]), NULL, &root, &fault) ==
				ENT_OK);
		struct ent_json_walk walk = ent_json_walk_from(root);
		CHECK_ROW(texts[i], !ent_json_next_member(&walk, &name, &length, &value));
		CHECK_ROW(texts[i], !ent_json_member(root, "a", &value));
	}
	ent_json_destroy(json);
}

TEST(json__nesting_ends_at_the_stated_depth) {
	(void)state_;
	struct ent_json *json = new_json();
	struct ent_json_value root;
	struct ent_fault fault = {0};
	char text[2 * ENT_JSON_DEPTH_MAX + 8];
	for (size_t depth = ENT_JSON_DEPTH_MAX - 1; depth <= ENT_JSON_DEPTH_MAX + 1; depth++) {
		memset(text, '[', depth);
		text[depth] = '1';
		memset(text + depth + 1, ']', depth);
		ent_status status = parse_n(json, text, 2 * depth + 1, false, &root, &fault);
		CHECK(status == (depth <= ENT_JSON_DEPTH_MAX ? ENT_OK : ENT_E_LIMIT));
	}
	CHECK(strstr(fault.why, "deep") != NULL);
	size_t size = 1 << 20;
	char *deep = malloc(size);
	memset(deep, '[', size);
	CHECK(parse_n(json, deep, size, false, &root, &fault) == ENT_E_LIMIT);
	free(deep);
	ent_json_destroy(json);
}

TEST(json__a_document_above_the_limit_is_not_looked_at) {
	(void)state_;
	struct ent_json *json = new_json();
	struct ent_json_value root;
	/* One byte that is readable: were the rest touched, the sanitizers would say so. */
	CHECK(ent_json_parse(json, "x", (size_t)ENT_JSON_SIZE_MAX + 1, NULL, &root, NULL) ==
			ENT_E_LIMIT);
	ent_json_destroy(json);
}

TEST(json__duplicate_members_are_refused_by_name_when_asked) {
	(void)state_;
	static const struct {
		const char *text, *where;
	} rows[] = {
			{"{\"a\":1,\"a\":1}", "a"},
			{"{\"a\":1,\"\\u0061\":1}", "a"},
			{"{\"x\":[0,{\"b\":1,\"c\":2,\"b\":3}]}", "x[1].b"},
			{"[{\"a\":{\"q\":{},\"q\":{}}}]", "[0].a.q"},
	};
	struct ent_json *json = new_json();
	struct ent_json_value root;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].text,
				parse_n(json, rows[i].text, strlen(rows[i].text), true, &root,
						&fault) == ENT_E_EXISTS);
		CHECK_ROW(rows[i].text, strcmp(fault.where, rows[i].where) == 0);
		CHECK_ROW(rows[i].text, parse(json, rows[i].text, &root, NULL) == ENT_OK);
	}
	CHECK(parse_n(json, "{\"a\":{\"a\":1},\"b\":{\"a\":1}}", 25, true, &root, NULL) == ENT_OK);
	char many[2000] = "{";
	for (int i = 0; i < 100; i++)
		(void)snprintf(many + strlen(many), sizeof many - strlen(many), "\"m%d\":0,",
				i % 99);
	many[strlen(many) - 1] = '}';
	CHECK(parse_n(json, many, strlen(many), true, &root, NULL) == ENT_E_EXISTS);
	ent_json_destroy(json);
}

TEST(json__paths_read_as_a_person_would_write_them_and_never_overrun) {
	(void)state_;
	struct ent_json_path path = {0};
	(void)ent_json_path_member(&path, "features", 8);
	(void)ent_json_path_index(&path, 3);
	size_t base = ent_json_path_member(&path, "geo\nmetry", 9);
	CHECK(strcmp(path.text, "features[3].geo?metry") == 0);
	ent_json_path_cut(&path, base);
	CHECK(strcmp(path.text, "features[3]") == 0);
	for (int i = 0; i < 100; i++)
		(void)ent_json_path_index(&path, UINT64_MAX);
	CHECK(strlen(path.text) == path.length && path.length < sizeof path.text);
}

/* --- Streams --- */

struct tally {
	uint64_t elements, members;
	double sum;
};

static void add(struct tally *tally, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *name;
	size_t length;
	double number;
	if (ent_json_kind(value) == ENT_JSON_OBJECT) {
		while (ent_json_next_member(&walk, &name, &length, &inner)) {
			tally->members++;
			tally->sum += (double)length;
			add(tally, inner);
		}
	} else if (ent_json_kind(value) == ENT_JSON_ARRAY) {
		while (ent_json_next_element(&walk, &inner))
			add(tally, inner);
	} else if (ent_json_double(value, &number)) {
		tally->sum += number;
	} else if (ent_json_string(value, &name, &length)) {
		tally->sum += 3 * (double)length;
	}
}

static ent_status run_stream(
		ent_read_fn read, void *user, struct tally *tally, struct ent_fault *fault) {
	struct ent_json_stream *stream;
	struct ent_json_value batch, value;
	uint64_t first;
	ent_status status;
	CHECK(ent_json_stream_create(read, user, &stream) == ENT_OK);
	while ((status = ent_json_stream_next(stream, &batch, &first, fault)) == ENT_OK) {
		CHECK(first == tally->elements);
		struct ent_json_walk walk = ent_json_walk_from(batch);
		while (ent_json_next_element(&walk, &value)) {
			add(tally, value);
			tally->elements++;
		}
	}
	ent_json_stream_destroy(stream);
	return status;
}

/* Elements that hold what looks like the end of an element. */
static char *make_array(uint64_t seed, size_t elements, size_t *ret_size) {
	size_t capacity = elements * 400 + 16, n = 0;
	char *text = malloc(capacity);
	text[n++] = '[';
	for (size_t i = 0; i < elements; i++) {
		if (i > 0)
			n += (size_t)snprintf(text + n, capacity - n, "%s",
					test_random(&seed) % 2 ? "," : " \n, ");
		switch (test_random(&seed) % 5) {
		case 0:
			n += (size_t)snprintf(text + n, capacity - n,
					"{\"a\":[{\"b\":1},{\"c\":2}],\"d\":%d}", (int)i);
			break;
		case 1:
			n += (size_t)snprintf(text + n, capacity - n, "{\"s\":\"}, {\\\"},{[\"}");
			break;
		case 2:
			n += (size_t)snprintf(text + n, capacity - n, "%d", (int)i);
			break;
		case 3:
			n += (size_t)snprintf(text + n, capacity - n, "\"\\\\\"");
			break;
		default:
			n += (size_t)snprintf(text + n, capacity - n, "{\"pad\":\"%0*d\"}",
					(int)(test_random(&seed) % 300) + 1, 7);
			break;
		}
	}
	text[n++] = ']';
	*ret_size = n;
	return text;
}

TEST(json_stream__gives_what_the_whole_document_gives_however_the_bytes_come) {
	(void)state_;
	struct ent_json *json = new_json();
	for (uint64_t seed = 1; seed <= 6; seed++) {
		size_t size;
		/* Up to four windows. */
		char *text = make_array(seed, (size_t)(seed * 4500), &size);
		struct ent_json_value root;
		struct tally whole = {0}, parts = {0};
		struct ent_fault fault = {0};
		CHECK(parse_n(json, text, size, false, &root, &fault) == ENT_OK);
		add(&whole, root);
		struct test_bytes from = {
				.bytes = text, .size = size, .most = 100000, .seed = seed};
		CHECK(run_stream(test_read_bytes, &from, &parts, &fault) == ENT_E_MISSING);
		CHECK(parts.elements == seed * 4500 && parts.members == whole.members &&
				parts.sum == whole.sum);
		free(text);
	}
	ent_json_destroy(json);
}

TEST(json_stream__bad_arrays_end_in_an_error) {
	(void)state_;
	static const struct {
		const char *text;
		ent_status status;
		uint64_t elements;
	} rows[] = {
			{"[]", ENT_E_MISSING, 0},
			{" [ ] ", ENT_E_MISSING, 0},
			{"\xef\xbb\xbf[1]", ENT_E_MISSING, 1},
			{"", ENT_E_SYNTAX, 0},
			{"{}", ENT_E_SYNTAX, 0},
			{"[", ENT_E_SYNTAX, 0},
			{"[1,", ENT_E_SYNTAX, 0},
			{"[1,]", ENT_E_SYNTAX, 0},
			{"[,1]", ENT_E_SYNTAX, 0},
			{"[1]]", ENT_E_SYNTAX, 0},
			{"[{}] [{}]", ENT_E_SYNTAX, 0},
			{"[{},{}", ENT_E_SYNTAX, 0},
			{"[{\"a\":1},{\"b\"]", ENT_E_SYNTAX, 0},
			{"[{\"a\":\"],\"}", ENT_E_SYNTAX, 0},
			{"[\"a\"] x", ENT_E_SYNTAX, 0},
			{"[1e999]", ENT_E_DOMAIN, 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct test_bytes from = {.bytes = rows[i].text,
				.size = strlen(rows[i].text),
				.most = 3,
				.seed = i + 1};
		struct tally tally = {0};
		struct ent_fault fault = {0};
		CHECK_ROW(rows[i].text,
				run_stream(test_read_bytes, &from, &tally, &fault) ==
						rows[i].status);
		CHECK_ROW(rows[i].text, tally.elements == rows[i].elements);
	}
	struct test_bytes broken = {.bytes = "[1,2", .size = 4};
	struct tally tally = {0};
	CHECK(run_stream(test_read_broken, &broken, &tally, NULL) == ENT_E_IO);
}

/* Every one of these would need gigabytes if it were held. */
TEST(json_stream__hostile_endless_input_ends_in_bounded_memory) {
	(void)state_;
	static const struct {
		const char *why, *head, *body;
		ent_status status;
	} rows[] = {
			{"a string of a gigabyte", "[{\"a\":\"", "x", ENT_E_LIMIT},
			{"an array within the element", "[{\"a\":[0", ",1", ENT_E_LIMIT},
			{"nesting", "[", "[", ENT_E_LIMIT},
			{"spaces", "[1,", " ", ENT_E_LIMIT},
			{"broken early, then endless", "[{},{\"a\" 1},{\"b\":[0", ",{}",
					ENT_E_SYNTAX},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct test_endless from = {.head = rows[i].head,
				.body = rows[i].body,
				.total = UINT64_C(1) << 30};
		struct tally tally = {0};
		struct ent_fault fault = {0};
		ent_status status = run_stream(test_read_endless, &from, &tally, &fault);
		CHECK_ROW(rows[i].why, status == rows[i].status);
		CHECK_ROW(rows[i].why, from.given <= 2 * (uint64_t)ENT_JSON_ELEMENT_MAX);
	}
}

TEST(json_stream__many_small_elements_need_no_more_than_a_window) {
	(void)state_;
	struct test_endless from = {.head = "[0", .body = ",{\"a\":1}", .total = 20000000};
	struct tally tally = {0};
	struct ent_fault fault = {0};
	CHECK(run_stream(test_read_endless, &from, &tally, &fault) == ENT_E_SYNTAX);
	CHECK(strstr(fault.why, "ends before") != NULL);
	CHECK(tally.elements > 2300000 && tally.elements <= 2500001);
}

/* --- The writer --- */

static const char *written(void (*write)(struct ent_jsonout *), unsigned indent,
		struct ent_jsonout_memory *memory) {
	struct ent_jsonout out;
	memset(memory, 0, sizeof *memory);
	memory->limit = 1 << 20;
	ent_jsonout_init(&out, ent_jsonout_to_memory, memory, indent);
	write(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_OK);
	return memory->bytes;
}

static void write_all(struct ent_jsonout *out) {
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "text");
	ent_jsonout_string(out, "a\"\\\n\x01\x7f\xc3\xa9\xff");
	ent_jsonout_name(out, "numbers");
	ent_jsonout_array_begin_inline(out);
	ent_jsonout_int(out, INT64_MIN);
	ent_jsonout_uint(out, UINT64_MAX);
	ent_jsonout_decimal(out, 47458300000, 9);
	ent_jsonout_decimal(out, -1, 3);
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "rest");
	ent_jsonout_array_begin(out);
	ent_jsonout_bool(out, true);
	ent_jsonout_null(out);
	ent_jsonout_time(out, 0);
	ent_jsonout_time(out, INT64_MAX);
	ent_jsonout_object_begin(out);
	ent_jsonout_object_end(out);
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
}

TEST(jsonout__writes_exactly_this) {
	(void)state_;
	struct ent_jsonout_memory memory;
	const char *flat = "{\"text\":\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\","
			   "\"numbers\":[-9223372036854775808,"
			   "18446744073709551615,47.4583,-0.001],\"rest\":[true,null,\"1970-01-"
			   "01T00:00:00Z\",null,{}]}\n";
	CHECK(strcmp(written(write_all, 0, &memory), flat) == 0);
	free(memory.bytes);
	const char *pretty = "{\n  \"text\": \"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\",\n "
			     " \"numbers\": [-9223372036854775808, "
			     "18446744073709551615, 47.4583, -0.001],\n  \"rest\": [\n    true,\n  "
			     "  null,\n"
			     "    \"1970-01-01T00:00:00Z\",\n    null,\n    {}\n  ]\n}\n";
	CHECK(strcmp(written(write_all, 2, &memory), pretty) == 0);
	free(memory.bytes);
}

static void write_steering(struct ent_jsonout *out) {
	ent_jsonout_array_begin_inline(out);
	ent_jsonout_string(out,
			"a\xe2\x80\xae"
			"b\xe2\x80\xa8\xef\xbb\xbf");
	ent_jsonout_string(out, "\xc2\x9b[m\xf3\xa0\x81\xa1");
	ent_jsonout_array_end(out);
}

TEST(jsonout__what_steers_a_reader_is_escaped_and_kept) {
	(void)state_;
	struct ent_jsonout_memory memory;
	const char *text = written(write_steering, 0, &memory);
	CHECK(strcmp(text, "[\"a\\u202eb\\u2028\\ufeff\",\"\\u009b[m\\udb40\\udc61\"]\n") == 0);
	struct ent_json *json = new_json();
	struct ent_json_value root, value;
	const char *back;
	size_t length = 0;
	CHECK(ent_json_parse(json, text, memory.size, NULL, &root, NULL) == ENT_OK);
	struct ent_json_walk walk = ent_json_walk_from(root);
	CHECK(ent_json_next_element(&walk, &value) && ent_json_string(value, &back, &length));
	CHECK(length == 11 &&
			memcmp(back,
					"a\xe2\x80\xae"
					"b\xe2\x80\xa8\xef\xbb\xbf",
					length) == 0);
	ent_json_destroy(json);
	free(memory.bytes);
}

static void write_random(struct ent_jsonout *out) {
	uint64_t seed = 5;
	ent_jsonout_array_begin(out);
	for (int i = 0; i < 3000; i++) {
		char bytes[40];
		size_t length = (size_t)(test_random(&seed) % sizeof bytes);
		for (size_t j = 0; j < length; j++)
			bytes[j] = (char)test_random(&seed);
		ent_jsonout_string_n(out, bytes, length);
	}
	ent_jsonout_array_end(out);
}

TEST(jsonout__any_bytes_become_json_that_the_reader_takes) {
	(void)state_;
	struct ent_jsonout_memory memory;
	const char *text = written(write_random, 2, &memory);
	struct ent_json *json = new_json();
	struct ent_json_value root, value;
	CHECK(parse(json, text, &root, NULL) == ENT_OK);
	struct ent_json_walk walk = ent_json_walk_from(root);
	int n = 0;
	while (ent_json_next_element(&walk, &value))
		n += ent_json_kind(value) == ENT_JSON_STRING;
	CHECK(n == 3000);
	ent_json_destroy(json);
	free(memory.bytes);
}

TEST(jsonout__the_first_failure_of_the_sink_is_returned) {
	(void)state_;
	struct ent_jsonout out;
	struct ent_jsonout_memory memory = {.limit = 20000};
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_array_begin(&out);
	for (int i = 0; i < 10000; i++)
		ent_jsonout_int(&out, i);
	ent_jsonout_array_end(&out);
	CHECK(ent_jsonout_finish(&out) == ENT_E_LIMIT);
	CHECK(memory.size <= memory.limit);
	free(memory.bytes);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(json__values_come_as_they_were_written),
			TEST_ENTRY(json__what_is_wiped_is_not_there_any_more),
			TEST_ENTRY(json__what_is_not_well_formed_is_refused_with_its_place),
			TEST_ENTRY(json__what_is_no_object_has_no_members),
			TEST_ENTRY(json__nesting_ends_at_the_stated_depth),
			TEST_ENTRY(json__a_document_above_the_limit_is_not_looked_at),
			TEST_ENTRY(json__duplicate_members_are_refused_by_name_when_asked),
			TEST_ENTRY(json__paths_read_as_a_person_would_write_them_and_never_overrun),
			TEST_ENTRY(json_stream__gives_what_the_whole_document_gives_however_the_bytes_come),
			TEST_ENTRY(json_stream__bad_arrays_end_in_an_error),
			TEST_ENTRY(json_stream__hostile_endless_input_ends_in_bounded_memory),
			TEST_ENTRY(json_stream__many_small_elements_need_no_more_than_a_window),
			TEST_ENTRY(jsonout__writes_exactly_this),
			TEST_ENTRY(jsonout__what_steers_a_reader_is_escaped_and_kept),
			TEST_ENTRY(jsonout__any_bytes_become_json_that_the_reader_takes),
			TEST_ENTRY(jsonout__the_first_failure_of_the_sink_is_returned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
