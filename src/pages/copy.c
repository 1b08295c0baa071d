/* SPDX-License-Identifier: Apache-2.0 */
/* copy.c: see copy.h. A document has objects, arrays, texts and numbers, and recursion ends where its form does. */
#include "copy.h"

#include <math.h>
#include <stdlib.h>

static void copy(struct memo_copying *copying, struct ent_json_value value);

static void copy_object(struct memo_copying *copying, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	const char *name;
	size_t length;
	ent_jsonout_object_begin(copying->out);
	while (ent_json_next_member(&walk, &name, &length, &inner)) {
		ent_jsonout_name(copying->out, name);
		if (!copying->write(copying->user, value, name))
			copy(copying, inner);
	}
	ent_jsonout_object_end(copying->out);
}

/* Positions stand in one line. */
static void copy_array(struct memo_copying *copying, struct ent_json_value value) {
	struct ent_json_walk walk = ent_json_walk_from(value);
	struct ent_json_value inner;
	double number;
	size_t n = 0;
	while (ent_json_next_element(&walk, &inner)) {
		if (n == 0 && ent_json_double(inner, &number))
			ent_jsonout_array_begin_inline(copying->out);
		else if (n == 0)
			ent_jsonout_array_begin(copying->out);
		copy(copying, inner);
		n++;
	}
	if (n == 0)
		ent_jsonout_array_begin(copying->out);
	ent_jsonout_array_end(copying->out);
}

static void copy(struct memo_copying *copying, struct ent_json_value value) {
	const char *text;
	size_t length;
	double number;
	int64_t whole;
	if (ent_json_kind(value) == ENT_JSON_OBJECT)
		copy_object(copying, value);
	else if (ent_json_kind(value) == ENT_JSON_ARRAY)
		copy_array(copying, value);
	else if (ent_json_string(value, &text, &length))
		ent_jsonout_string_n(copying->out, text, length);
	else if (ent_json_int(value, &whole))
		ent_jsonout_int(copying->out, whole);
	else if (ent_json_double(value, &number))
		ent_jsonout_decimal(copying->out, llround(number * 1e9), 9);
	else
		ent_jsonout_null(copying->out); /* there is no other */
}

ent_status memo_copy(struct memo_copying *copying, const char *text, size_t size,
		ent_write_fn write, void *user) {
	struct ent_json *json = NULL;
	struct ent_json_value root;
	struct ent_fault fault = {{0}, {0}};
	copying->out = calloc(1, sizeof *copying->out);
	ent_status status = copying->out == NULL ? ENT_E_MEMORY : ent_json_create(&json);
	if (status == ENT_OK)
		status = ent_json_parse(json, text, size, NULL, &root, &fault);
	if (status == ENT_OK) {
		ent_jsonout_init(copying->out, write, user, 2);
		copy(copying, root);
		status = ent_jsonout_finish(copying->out);
	}
	ent_json_destroy(json);
	free(copying->out);
	return status;
}
