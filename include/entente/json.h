/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h: reads JSON (RFC 8259), strictly: UTF-8, no comments, no trailing commas, numbers
 * that fit. Depends on: base, stream.
 *
 * A document is parsed as a whole and then walked; values are small cursors into it.
 * ent_json_stream reads a top-level array of any length in pieces, in bounded memory.
 *
 * Faults say where: line and column (in bytes, from 1) for text that is not well formed;
 * for what a value means, its user builds the path with ent_json_path_*.
 */
#ifndef ENTENTE_JSON_H
#define ENTENTE_JSON_H

#include "entente/base.h"
#include "entente/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	ENT_JSON_DEPTH_MAX =
			64, /* arrays and objects within one another; an empty one innermost is not counted */
	ENT_JSON_PADDING = 64,     /* readable bytes behind a text that is parsed in place */
	ENT_JSON_WINDOW = 1 << 20, /* of a stream that is held at once, while elements are small */
	ENT_JSON_ELEMENT_MAX = 1 << 24, /* one element of a stream, in bytes */
	ENT_JSON_SIZE_MAX =
			1 << 26, /* one document, in bytes; parsing takes up to 16 times as much */
};

enum ent_json_kind {
	ENT_JSON_NULL,
	ENT_JSON_BOOL,
	ENT_JSON_INT,    /* fits int64 */
	ENT_JSON_UINT,   /* above int64, fits uint64 */
	ENT_JSON_DOUBLE, /* written with a point or an exponent; finite */
	ENT_JSON_STRING,
	ENT_JSON_ARRAY,
	ENT_JSON_OBJECT,
	ENT_JSON_KIND_COUNT
};

/* Holds one document at a time; parsing the next one ends the values of the one before. Not shared between threads. */
struct ent_json;

/* A cursor, valid until its document's next parse. Plain value; the fields are the module's own. */
struct ent_json_value {
	const struct ent_json *json;
	uint64_t at;
};

struct ent_json_options {
	size_t capacity; /* readable bytes at the text; size + ENT_JSON_PADDING or more: it is not copied */
	bool refuse_duplicates; /* two members of one name in an object: E_EXISTS, named by path */
	uint64_t bytes_before;  /* of its line, and lines before the text in its file: for faults */
	uint64_t lines_before;
};

/* E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_json_create(struct ent_json **ret_json);
/*
 * Overwrites all text that is held of the document, which may have had secrets in it; its values are over. Before the
 * next parse or destroy, which do not. A text that was parsed in place is the caller's, and its last bytes may be on the
 * stack. NULL is fine.
 */
ENT_API void ent_json_wipe(struct ent_json *json);
/* NULL is fine. */
ENT_API void ent_json_destroy(struct ent_json *json);

/*
 * 'options' may be NULL: copied, duplicates taken. The text need not stay afterwards.
 * E_SYNTAX: not well formed, or not UTF-8. E_DOMAIN: a number too large. E_LIMIT: nested
 * deeper than ENT_JSON_DEPTH_MAX, larger than ENT_JSON_SIZE_MAX. E_EXISTS. E_MEMORY.
 */
ENT_API ENT_MUST_USE ent_status ent_json_parse(struct ent_json *json, const char *text, size_t size,
		const struct ent_json_options *options, struct ent_json_value *ret_root,
		struct ent_fault *reterr_fault);

/* --- Values. The getters return false, and leave ret_ alone, when the kind does not fit. --- */

ENT_API enum ent_json_kind ent_json_kind(struct ent_json_value value);
/* "null", "a boolean", "a number", "a string", "an array", "an object". */
ENT_API const char *ent_json_kind_text(enum ent_json_kind kind);
ENT_API bool ent_json_bool(struct ent_json_value value, bool *ret_bool);
/* An integer, or a double that is one. */
ENT_API bool ent_json_int(struct ent_json_value value, int64_t *ret_int);
/* Any number. */
ENT_API bool ent_json_double(struct ent_json_value value, double *ret_double);
/* UTF-8 with its length (it may hold NUL), terminated too; borrowed from the document. */
ENT_API bool ent_json_string(
		struct ent_json_value value, const char **ret_text, size_t *ret_length);
/* The text is exactly this. */
ENT_API bool ent_json_string_is(struct ent_json_value value, const char *text);

/* The first member of that name; a walk over the members, so not for hot paths. */
ENT_API bool ent_json_member(
		struct ent_json_value object, const char *name, struct ent_json_value *ret_value);

/* for (it = ent_json_walk_from(v); ent_json_next_member(&it, ...);) */
struct ent_json_walk {
	const struct ent_json *json;
	uint64_t at, end;
};
/* Of an array or object; of anything else it is empty. An array has no members. */
ENT_API struct ent_json_walk ent_json_walk_from(struct ent_json_value value);
ENT_API bool ent_json_next_element(struct ent_json_walk *walk, struct ent_json_value *ret_value);
ENT_API bool ent_json_next_member(struct ent_json_walk *walk, const char **ret_name,
		size_t *ret_length, struct ent_json_value *ret_value);

/* --- A top-level array, element by element --- */

struct ent_json_stream;

/* E_MEMORY. */
ENT_API ENT_MUST_USE ent_status ent_json_stream_create(
		ent_read_fn read, void *user, struct ent_json_stream **ret_stream);
/* NULL is fine. */
ENT_API void ent_json_stream_destroy(struct ent_json_stream *stream);
/*
 * The next elements, one or more, as an array that is valid until the next call, and the
 * index of its first. E_MISSING: there are no more, the array ended well. E_SYNTAX: also
 * when the text is no array or ends early. E_LIMIT: one element above ENT_JSON_ELEMENT_MAX.
 * Others as ent_json_parse and as 'read'. After an error only destroy may follow.
 */
ENT_API ENT_MUST_USE ent_status ent_json_stream_next(struct ent_json_stream *stream,
		struct ent_json_value *ret_batch, uint64_t *ret_first,
		struct ent_fault *reterr_fault);

/* --- Paths for faults: "features[3].geometry.coordinates[0][7]" --- */

struct ent_json_path {
	char text[ENT_FAULT_WHERE_SIZE];
	size_t length;
};
/* Each returns the length before, for ent_json_path_cut. What does not fit is left away. */
ENT_API size_t ent_json_path_member(struct ent_json_path *path, const char *name, size_t length);
ENT_API size_t ent_json_path_index(struct ent_json_path *path, uint64_t index);
ENT_API void ent_json_path_cut(struct ent_json_path *path, size_t length);

#ifdef __cplusplus
}
#endif

#endif
