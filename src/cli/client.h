/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h: what commands ask of the node that runs on a data directory. The node writes DIR/control when it starts: the
 * address of its listener on this machine, and a token that is new each time. Only 127.0.0.1 is asked, whatever stands
 * there, and an answer costs at most CLIENT_ANSWER_MAX bytes and the time that the request says.
 */
#ifndef ENTENTE_CLI_CLIENT_H
#define ENTENTE_CLI_CLIENT_H

#include "entente/base.h"
#include "entente/fetch.h"

enum { CLIENT_ANSWER_MAX = 1 << 26 /* bytes: as much as JSON is read of */ };
/* Passphrases wait for one another at the node, half a second each: at most 64. */
#define CLIENT_WAIT_US INT64_C(60000000)

struct client;

struct client_request {
	enum ent_fetch_method method;
	const char *path;         /* "/v1/state"; fit for a URL */
	const char *content_type; /* of the body; NULL: there is none */
	const void *body;         /* borrowed */
	size_t size;
	const char *last_event_id; /* NULL: not sent; so below */
	const char *if_match;      /* with its quotation marks */
	int64_t wait_us;           /* 0: CLIENT_WAIT_US */
};
struct client_answer {
	unsigned status; /* of HTTP */
	char *body;      /* terminated, from malloc: the caller's, also when it is empty */
	size_t size;
};

/*
 * Looks for the node. E_MISSING: none runs on it, as far as its files say; E_REFUSED: the file is not ours to read; E_SYNTAX:
 * it is not what a node writes; E_IO, E_MEMORY. Each with a sentence that says what to do.
 */
ENT_MUST_USE ent_status client_open(
		const char *data, struct client **ret_client, struct ent_fault *reterr_fault);
/* NULL is fine. */
void client_close(struct client *client);
/*
 * Waits for the answer, whatever its status. E_MISSING: no node answers there. E_REFUSED: what answers does not take the
 * token. E_IO: no whole answer, in words; E_LIMIT: it is too large; E_MEMORY.
 */
ENT_MUST_USE ent_status client_ask(struct client *client, const struct client_request *request,
		struct client_answer *ret_answer, struct ent_fault *reterr_fault);

#endif
