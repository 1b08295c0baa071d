/* SPDX-License-Identifier: Apache-2.0 */
/* csv.c: a state machine over bytes; fields are gathered, unquoted, in one buffer. */
#include "csv.h"

#include <string.h>

enum state { FIELD_START, PLAIN, QUOTED, QUOTE_IN_QUOTED };

enum step { STEP_ON, STEP_RECORD, STEP_BAD };

struct machine {
	struct check_csv *csv;
	enum state state;
	size_t used, field; /* of the record; where the field began */
	const char *why;
	bool too_long;
};

void check_csv_init(struct check_csv *csv, ent_read_fn read, void *user) {
	csv->read = read;
	csv->user = user;
	csv->separator = ',';
	csv->line = 1;
	csv->record_line = 1;
	csv->at = csv->filled = 0;
	csv->ended = false;
	csv->n_fields = 0;
}

bool check_csv_is_stuck(const struct check_csv *csv) {
	return csv->ended;
}

static ent_status fill(struct check_csv *csv) {
	if (csv->at < csv->filled || csv->ended)
		return ENT_OK;
	csv->at = csv->filled = 0;
	ent_status status = csv->read(csv->user, csv->input, sizeof csv->input, &csv->filled);
	if (status != ENT_OK || csv->filled == 0)
		csv->ended = true;
	return status;
}

static enum step bad(struct machine *m, const char *why) {
	m->why = why;
	return STEP_BAD;
}

static enum step put(struct machine *m, char c) {
	if (m->used == CHECK_CSV_RECORD_MAX) {
		m->too_long = true;
		return bad(m, "the line is longer than 64 KiB");
	}
	m->csv->record[m->used++] = c;
	return STEP_ON;
}

static enum step end_field(struct machine *m) {
	struct check_csv *csv = m->csv;
	if (csv->n_fields == CHECK_CSV_FIELDS_MAX)
		return bad(m, "more than 256 columns");
	csv->fields[csv->n_fields++] = (struct check_text){
			csv->record + m->field, m->used - m->field};
	m->field = m->used;
	m->state = FIELD_START;
	return STEP_ON;
}

/* The CR of CRLF belongs to the line's end. */
static void drop_cr(struct machine *m) {
	if (m->state == PLAIN && m->used > m->field && m->csv->record[m->used - 1] == '\r')
		m->used--;
}

static enum step step(struct machine *m, char c) {
	if (c == '\0')
		return bad(m, "a zero byte");
	if (c == '\n')
		m->csv->line++;
	if (m->state == QUOTED) {
		if (c != '"')
			return put(m, c);
		m->state = QUOTE_IN_QUOTED;
		return STEP_ON;
	}
	if (m->state == QUOTE_IN_QUOTED && c == '"') {
		m->state = QUOTED;
		return put(m, c);
	}
	if (c == '\n') {
		drop_cr(m);
		return end_field(m) == STEP_ON ? STEP_RECORD : STEP_BAD;
	}
	if (c == m->csv->separator)
		return end_field(m);
	if (m->state == QUOTE_IN_QUOTED)
		return c == '\r' ? STEP_ON
				 : bad(m, "a quote stands within a field; it must be doubled");
	if (c == '"' && m->state == FIELD_START) {
		m->state = QUOTED;
		return STEP_ON;
	}
	m->state = PLAIN;
	return put(m, c);
}

/* Behind a bad record: on to the end of its line. */
static ent_status skip_line(struct check_csv *csv) {
	for (;;) {
		ent_status status = fill(csv);
		if (status != ENT_OK || csv->ended)
			return status;
		const char *end = memchr(csv->input + csv->at, '\n', csv->filled - csv->at);
		if (end != NULL) {
			csv->at = (size_t)(end - csv->input) + 1;
			csv->line++;
			return ENT_OK;
		}
		csv->at = csv->filled;
	}
}

static ent_status fail(struct machine *m, char last, const char **ret_why) {
	*ret_why = m->why;
	if (m->too_long) {
		m->csv->ended = true;
		return ENT_E_LIMIT;
	}
	if (last != '\n' && skip_line(m->csv) != ENT_OK)
		m->csv->ended = true;
	return ENT_E_SYNTAX;
}

/* The input ended within a record, or before one. */
static ent_status finish(struct machine *m, const char **ret_why) {
	if (m->state == QUOTED) {
		*ret_why = "a quoted field has no end";
		return ENT_E_SYNTAX;
	}
	if (m->used == 0 && m->csv->n_fields == 0 && m->state == FIELD_START)
		return ENT_E_MISSING;
	drop_cr(m);
	if (end_field(m) == STEP_ON)
		return ENT_OK;
	*ret_why = m->why;
	return ENT_E_SYNTAX;
}

static ent_status next_record(struct check_csv *csv, const char **ret_why) {
	struct machine m = {.csv = csv};
	*ret_why = NULL;
	csv->n_fields = 0;
	csv->record_line = csv->line;
	for (;;) {
		ent_status status = fill(csv);
		if (status != ENT_OK)
			return status;
		if (csv->ended)
			return finish(&m, ret_why);
		while (csv->at < csv->filled) {
			char c = csv->input[csv->at++];
			enum step done = step(&m, c);
			if (done == STEP_RECORD)
				return ENT_OK;
			if (done == STEP_BAD)
				return fail(&m, c, ret_why);
		}
	}
}

ent_status check_csv_next(struct check_csv *csv, const char **ret_why) {
	ent_status status;
	do
		status = next_record(csv, ret_why);
	while (status == ENT_OK && csv->n_fields == 1 && csv->fields[0].length == 0);
	return status;
}
