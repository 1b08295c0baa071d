/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.cpp: the only door to simdjson, and the only C++ of the house. A value is an index
 * into simdjson's tape, so walking costs no memory. No exception leaves this file: simdjson
 * is used through error codes, and nothing here allocates but with nothrow new and malloc.
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include <simdjson.h>

extern "C" {
#include "entente/json.h"
#include "entente/text.h"
#include "json_locate.h"
}

/*
 * simdjson works by blocks (128 bytes at most, in 3.0.1), and takes the last of a text by way of the stack, where it
 * stays. Blanks behind our copy of a text fill the last one, so that nothing else does.
 */
enum { BLOCK = 128, TAIL_MAX = 2 * BLOCK };

/* Texts that are not parsed in place are copied by us: simdjson's own copy could not be wiped. */
struct ent_json {
	simdjson::dom::parser parser{ENT_JSON_SIZE_MAX + TAIL_MAX};
	char *text = nullptr;
	size_t text_room = 0; /* without the padding */
};

using simdjson::internal::tape_ref;
using simdjson::internal::tape_type;

static tape_ref ref(const ent_json *json, uint64_t at) noexcept {
	return tape_ref(&json->parser.doc, static_cast<size_t>(at));
}

extern "C" {

ent_status ent_json_create(ent_json **ret_json) {
	ent_json *json = new (std::nothrow) ent_json;
	if (json == nullptr)
		return ENT_E_MEMORY;
	*ret_json = json;
	return ENT_OK;
}

void ent_json_wipe(ent_json *json) {
	if (json == nullptr)
		return;
	simdjson::dom::document &document = json->parser.doc;
	ent_wipe(json->text, json->text_room);
	/* As simdjson's document::allocate has it: an empty string takes five bytes here for three of the text. */
	if (document.string_buf)
		ent_wipe(document.string_buf.get(),
				5 * document.capacity() / 3 + simdjson::SIMDJSON_PADDING);
}

void ent_json_destroy(ent_json *json) {
	if (json != nullptr)
		std::free(json->text);
	delete json;
}

/* Line and column of a byte of the text, with what stands before the text. */
static void fault_at(ent_fault *fault, const char *text, size_t at, const ent_json_options *options,
		const char *why) {
	uint64_t lines = options->lines_before, bytes = options->bytes_before;
	char where[ENT_FAULT_WHERE_SIZE];
	for (size_t i = 0; i < at; i++) {
		bytes++;
		if (text[i] == '\n') {
			lines++;
			bytes = 0;
		}
	}
	(void)snprintf(where, sizeof where, "line %llu, column %llu",
			static_cast<unsigned long long>(lines + 1),
			static_cast<unsigned long long>(bytes + 1));
	ent_fault_set(fault, where, "%s", why);
}

/* What simdjson says, in our statuses; the place and the reason are looked for in the text. */
static ent_status explain(simdjson::error_code error, const char *text, size_t size,
		const ent_json_options *options, ent_fault *fault) {
	if (error == simdjson::MEMALLOC) {
		ent_fault_set(fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	const char *why;
	size_t at = json_locate(text, size, ENT_JSON_DEPTH_MAX, &why);
	ent_status status = ENT_E_SYNTAX;
	if (error == simdjson::DEPTH_ERROR || std::strcmp(why, JSON_WHY_TOO_DEEP) == 0)
		status = ENT_E_LIMIT;
	else if (std::strcmp(why, JSON_WHY_TOO_LARGE) == 0)
		status = ENT_E_DOMAIN;
	fault_at(fault, text, at, options, why);
	return status;
}

struct name {
	const char *text;
	size_t length;
};

static bool same_name(const name &a, const name &b) {
	return a.length == b.length && std::memcmp(a.text, b.text, a.length) == 0;
}

static int compare_names(const void *a, const void *b) {
	const name *x = static_cast<const name *>(a), *y = static_cast<const name *>(b);
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return std::memcmp(x->text, y->text, x->length);
}

enum { FEW_NAMES = 24 };

/* The first of few names that stands a second time, or NULL. Objects are small, so this is quick. */
static const name *repeated_of_few(const name *names, size_t n) {
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (same_name(names[i], names[k]))
				return &names[i];
	return nullptr;
}

/* The first name that an object has twice, or NULL text. */
static ent_status repeated_name(ent_json_value object, name *ret_name) {
	name few[FEW_NAMES], *names = few, one;
	size_t n = 0, room = FEW_NAMES;
	ent_json_value value;
	struct ent_json_walk it = ent_json_walk_from(object);
	ret_name->text = nullptr;
	while (ent_json_next_member(&it, &one.text, &one.length, &value)) {
		if (n == room) {
			name *more = static_cast<name *>(std::realloc(
					names == few ? nullptr : names, 2 * room * sizeof *names));
			if (more == nullptr) {
				if (names != few)
					std::free(names);
				return ENT_E_MEMORY;
			}
			if (names == few)
				std::memcpy(more, few, sizeof few);
			names = more;
			room *= 2;
		}
		names[n++] = one;
	}
	if (names == few) {
		const name *repeated = repeated_of_few(few, n);
		if (repeated != nullptr)
			*ret_name = *repeated;
		return ENT_OK;
	}
	std::qsort(names, n, sizeof *names, compare_names);
	for (size_t i = 1; i < n && ret_name->text == nullptr; i++)
		if (same_name(names[i - 1], names[i]))
			*ret_name = names[i];
	std::free(names);
	return ENT_OK;
}

/* One level of the way to a value. */
struct step {
	const step *above;
	const name *member; /* or the index */
	uint64_t index;
};

static void put_path(ent_json_path *path, const step *last) {
	if (last == nullptr)
		return;
	put_path(path, last->above);
	if (last->member != nullptr)
		(void)ent_json_path_member(path, last->member->text, last->member->length);
	else
		(void)ent_json_path_index(path, last->index);
}

static ent_status refuse_repeated(const name *repeated, const step *way, ent_fault *fault) {
	ent_json_path path = {};
	put_path(&path, way);
	(void)ent_json_path_member(&path, repeated->text, repeated->length);
	ent_fault_set(fault, path.text, "stands twice in one object");
	return ENT_E_EXISTS;
}

/* Recursion is bounded by ENT_JSON_DEPTH_MAX, which the parser has enforced. */
static ent_status refuse_duplicates(ent_json_value value, const step *way, ent_fault *fault) {
	const bool is_array = ent_json_kind(value) == ENT_JSON_ARRAY;
	ent_json_value inner;
	ent_status status = ENT_OK;
	name one;
	if (!is_array) {
		status = repeated_name(value, &one);
		if (status == ENT_OK && one.text != nullptr)
			return refuse_repeated(&one, way, fault);
	}
	struct ent_json_walk it = ent_json_walk_from(value);
	for (uint64_t i = 0; status == ENT_OK &&
			(is_array ? ent_json_next_element(&it, &inner)
				  : ent_json_next_member(&it, &one.text, &one.length, &inner));
			i++) {
		const step here = {way, is_array ? nullptr : &one, i};
		if (ent_json_kind(inner) >= ENT_JSON_ARRAY)
			status = refuse_duplicates(inner, &here, fault);
	}
	return status;
}

/* The parser's memory for texts of this size and their tail; it only grows, by doubling. */
static simdjson::error_code make_room(ent_json *json, size_t size) {
	if (json->parser.capacity() >= size + TAIL_MAX)
		return simdjson::SUCCESS;
	size_t room = 4096;
	while (room < size)
		room *= 2;
	room += TAIL_MAX;
	simdjson::error_code error = json->parser.doc.allocate(room);
	if (error != simdjson::SUCCESS)
		return error;
	/* simdjson refuses at its limit, not above it: one level more than may be used. */
	return json->parser.allocate(room, ENT_JSON_DEPTH_MAX + 1);
}

/* NULL: no memory. Else '*size' is with the tail. */
static const char *copy_text(ent_json *json, const char *text, size_t *size) {
	const size_t padded = (*size + BLOCK - 1) / BLOCK * BLOCK + BLOCK;
	if (json->text_room < padded) {
		std::free(json->text);
		json->text = static_cast<char *>(std::malloc(padded + ENT_JSON_PADDING));
		json->text_room = json->text == nullptr ? 0 : padded;
	}
	if (json->text == nullptr)
		return nullptr;
	std::memcpy(json->text, text, *size);
	std::memset(json->text + *size, ' ', padded - *size + ENT_JSON_PADDING);
	*size = padded;
	return json->text;
}

static simdjson::error_code parse(ent_json *json, const char *text, size_t size, bool in_place) {
	simdjson::error_code error = make_room(json, size);
	if (error != simdjson::SUCCESS)
		return error;
	const char *padded = in_place ? text : copy_text(json, text, &size);
	if (padded == nullptr)
		return simdjson::MEMALLOC;
	return json->parser.parse(padded, size, false).error();
}

ent_status ent_json_parse(ent_json *json, const char *text, size_t size,
		const ent_json_options *options, ent_json_value *ret_root,
		ent_fault *reterr_fault) {
	static const ent_json_options none = {};
	if (options == nullptr)
		options = &none;
	if (size > ENT_JSON_SIZE_MAX) {
		ent_fault_set(reterr_fault, "", "a JSON document of more than %d MiB",
				ENT_JSON_SIZE_MAX >> 20);
		return ENT_E_LIMIT;
	}
	bool in_place = options->capacity >= size && options->capacity - size >= ENT_JSON_PADDING;
	simdjson::error_code error = parse(json, text, size, in_place);
	if (error != simdjson::SUCCESS)
		return explain(error, text, size, options, reterr_fault);
	ent_json_value root = {json, 1};
	if (options->refuse_duplicates) {
		ent_status status = refuse_duplicates(root, nullptr, reterr_fault);
		if (status != ENT_OK)
			return status;
	}
	*ret_root = root;
	return ENT_OK;
}

enum ent_json_kind ent_json_kind(ent_json_value value) {
	switch (ref(value.json, value.at).tape_ref_type()) {
	case tape_type::START_ARRAY:
		return ENT_JSON_ARRAY;
	case tape_type::START_OBJECT:
		return ENT_JSON_OBJECT;
	case tape_type::STRING:
		return ENT_JSON_STRING;
	case tape_type::INT64:
		return ENT_JSON_INT;
	case tape_type::UINT64:
		return ENT_JSON_UINT;
	case tape_type::DOUBLE:
		return ENT_JSON_DOUBLE;
	case tape_type::TRUE_VALUE:
	case tape_type::FALSE_VALUE:
		return ENT_JSON_BOOL;
	default:
		return ENT_JSON_NULL;
	}
}

const char *ent_json_kind_text(enum ent_json_kind kind) {
	static const char *const texts[ENT_JSON_KIND_COUNT] = {"null", "a boolean", "a number",
			"a number", "a number", "a string", "an array", "an object"};
	return static_cast<unsigned>(kind) < ENT_JSON_KIND_COUNT ? texts[kind] : "nothing";
}

bool ent_json_bool(ent_json_value value, bool *ret_bool) {
	if (ent_json_kind(value) != ENT_JSON_BOOL)
		return false;
	*ret_bool = ref(value.json, value.at).is_true();
	return true;
}

bool ent_json_double(ent_json_value value, double *ret_double) {
	tape_ref at = ref(value.json, value.at);
	switch (at.tape_ref_type()) {
	case tape_type::DOUBLE:
		*ret_double = at.next_tape_value<double>();
		return true;
	case tape_type::INT64:
		*ret_double = static_cast<double>(at.next_tape_value<int64_t>());
		return true;
	case tape_type::UINT64:
		*ret_double = static_cast<double>(at.next_tape_value<uint64_t>());
		return true;
	default:
		return false;
	}
}

bool ent_json_int(ent_json_value value, int64_t *ret_int) {
	tape_ref at = ref(value.json, value.at);
	if (at.is_int64()) {
		*ret_int = at.next_tape_value<int64_t>();
		return true;
	}
	double number;
	/* Within 2^53, so that the double is the very integer that was written. */
	const double exact = 9007199254740992;
	if (!at.is_double() || !ent_json_double(value, &number) || number < -exact ||
			number > exact)
		return false;
	int64_t whole = static_cast<int64_t>(number);
	if (static_cast<double>(whole) != number)
		return false;
	*ret_int = whole;
	return true;
}

bool ent_json_string(ent_json_value value, const char **ret_text, size_t *ret_length) {
	tape_ref at = ref(value.json, value.at);
	if (at.tape_ref_type() != tape_type::STRING)
		return false;
	std::string_view view = at.get_string_view();
	*ret_text = view.data();
	*ret_length = view.size();
	return true;
}

bool ent_json_string_is(ent_json_value value, const char *text) {
	const char *have;
	size_t length;
	return ent_json_string(value, &have, &length) && length == std::strlen(text) &&
			std::memcmp(have, text, length) == 0;
}

struct ent_json_walk ent_json_walk_from(ent_json_value value) {
	tape_ref at = ref(value.json, value.at);
	tape_type type = at.tape_ref_type();
	if (type != tape_type::START_ARRAY && type != tape_type::START_OBJECT)
		return {value.json, 0, 0};
	return {value.json, value.at + 1, at.after_element() - 1};
}

bool ent_json_next_element(struct ent_json_walk *walk, ent_json_value *ret_value) {
	if (walk->at >= walk->end)
		return false;
	*ret_value = {walk->json, walk->at};
	walk->at = ref(walk->json, walk->at).after_element();
	return true;
}

bool ent_json_next_member(struct ent_json_walk *walk, const char **ret_name, size_t *ret_length,
		ent_json_value *ret_value) {
	/* The elements of an array have no names: what would be read as one is none. */
	if (walk->at >= walk->end ||
			ref(walk->json, walk->end).tape_ref_type() != tape_type::END_OBJECT)
		return false;
	std::string_view view = ref(walk->json, walk->at).get_string_view();
	*ret_name = view.data();
	*ret_length = view.size();
	*ret_value = {walk->json, walk->at + 1};
	walk->at = ref(walk->json, walk->at + 1).after_element();
	return true;
}

bool ent_json_member(ent_json_value object, const char *name, ent_json_value *ret_value) {
	if (ent_json_kind(object) != ENT_JSON_OBJECT)
		return false;
	size_t wanted = std::strlen(name);
	struct ent_json_walk it = ent_json_walk_from(object);
	const char *have;
	size_t length;
	ent_json_value value;
	while (ent_json_next_member(&it, &have, &length, &value)) {
		if (length == wanted && std::memcmp(have, name, length) == 0) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

} /* extern "C" */
