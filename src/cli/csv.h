/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h: records of fields (RFC 4180) from a stream: quoted fields may hold separators,
 * line breaks and doubled quotes; lines end with LF or CRLF. A record has at most
 * CHECK_CSV_RECORD_MAX bytes and CHECK_CSV_FIELDS_MAX fields, so memory is fixed.
 */
#ifndef ENTENTE_CLI_CSV_H
#define ENTENTE_CLI_CSV_H

#include "entente/stream.h"
#include "traffic.h"

enum { CHECK_CSV_RECORD_MAX = 65536, CHECK_CSV_FIELDS_MAX = 256, CHECK_CSV_INPUT_SIZE = 65536 };

struct check_csv {
	ent_read_fn read;
	void *user;
	char separator;       /* ',' unless changed after the first look */
	uint64_t line;        /* of the input, from 1 */
	uint64_t record_line; /* where the last record began */
	size_t at, filled;
	bool ended;
	struct check_text fields[CHECK_CSV_FIELDS_MAX]; /* of the last record */
	size_t n_fields;
	char record[CHECK_CSV_RECORD_MAX];
	char input[CHECK_CSV_INPUT_SIZE];
};

/* 'csv' is large: not for the stack. */
void check_csv_init(struct check_csv *csv, ent_read_fn read, void *user);

/*
 * The next record that is not an empty line. E_MISSING: there is none. E_LIMIT: too long,
 * which ends the reading. E_SYNTAX, E_LIMIT for too many fields: a bad record; the next
 * call goes on behind its line. Or what 'read' returned, 'why' being NULL.
 */
ENT_MUST_USE ent_status check_csv_next(struct check_csv *csv, const char **ret_why);

/* True after an error behind which nothing can be read. */
bool check_csv_is_stuck(const struct check_csv *csv);

#endif
