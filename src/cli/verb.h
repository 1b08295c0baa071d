/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verb.h: what the commands that ask a running node have in common: asking, what is said when it is refused, and its JSON
 * for people. Exit status: 0 done, 1 refused, with the reason, 2 it could not be asked.
 */
#ifndef ENTENTE_CLI_VERB_H
#define ENTENTE_CLI_VERB_H

#include <stdio.h>

#include "client.h"
#include "entente/json.h"
#include "entente/text.h"

enum {
	VERB_REFUSED = 1,
	VERB_FAILED = 2,
	VERB_TEXT_SIZE = 1104, /* of what is shown of one value: a reason, with terminator */
	VERB_PATH_SIZE = 256
};

struct verb {
	const char *command; /* "memo": before each message */
	const char *data;    /* the directory; NULL is said to be missing */
	bool json;           /* the answer as it came */
	struct client *client;
	struct ent_json *json_reader; /* of the last answer */
	struct client_answer answer;  /* likewise */
};
/* Says so on standard error; VERB_FAILED. */
int verb_fail(const struct verb *verb, const char *where, const char *why);
int verb_fail_fault(const struct verb *verb, const struct ent_fault *fault, ent_status status);
/* Finds the node. */
int verb_begin(struct verb *verb);
/* One that was not begun is fine. */
void verb_end(struct verb *verb);

/*
 * Asks, and keeps the answer till the next. 0: its status is 2xx; 1: refused, and the reason was said; 2: it could not be
 * asked, which was said too.
 */
int verb_ask(struct verb *verb, const struct client_request *request);
/* Asks and reads the answer as a JSON object, which is kept as long. */
int verb_ask_json(struct verb *verb, const struct client_request *request,
		struct ent_json_value *ret_root);
int verb_get(struct verb *verb, const char *path, struct ent_json_value *ret_root);
/* The last answer as it came, with an end of line. */
int verb_print(const struct verb *verb);

/* Into a file as fopen has its mode; NULL and "-" are standard output. 0, or it was said. */
int verb_write(const struct verb *verb, const char *path, const char *mode, const char *bytes,
		size_t size);

/* The node's clock. */
int verb_now(struct verb *verb, int64_t *ret_utc_us);
/* An RFC 3339 time, or how long from the node's now on: "+72h". 'where' names the option. */
int verb_time(struct verb *verb, const char *where, const char *text, int64_t *ret_utc_us);

/* --- Values of an object, fit to be shown; nothing where there is none --- */

/* Returns ret_text; "" when there is no text. */
const char *verb_text(
		struct ent_json_value object, const char *name, char ret_text[VERB_TEXT_SIZE]);
bool verb_is(struct ent_json_value object, const char *name, const char *text);
bool verb_true(struct ent_json_value object, const char *name);
int64_t verb_number(struct ent_json_value object, const char *name);
/* A walk over an array; empty when there is none. */
struct ent_json_walk verb_walk(struct ent_json_value object, const char *name);

/* A memorandum's id, as it can stand in a path: else it is said. */
bool verb_is_memorandum(const struct verb *verb, const char *text);

#endif
