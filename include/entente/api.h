/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api.h: the node's HTTP interface: ASTM F3548-21's DSS part, aux, versions, health and metrics, as
 * docs/openapi.yaml says it. Depends on: base, seal, wire, volume, ledger, store, airspace, token, http, node.
 *
 * Handlers run in the HTTP server's threads. What only looks answers at once from the committed state; what writes
 * becomes a job of the node and is answered when that is durable.
 */
#ifndef ENTENTE_API_H
#define ENTENTE_API_H

#include "entente/base.h"
#include "entente/exact.h"
#include "entente/extent.h"
#include "entente/http.h"
#include "entente/node.h"
#include "entente/token.h"

struct ent_api;

/* The sources of keys for tokens, by what came of it when each was read last. */
struct ent_api_sources {
	unsigned good, kept, without; /* read; not read, its old keys hold; not read, it has none */
	unsigned retry_s;             /* until one that has none is read again; 0: there is none */
};

/* How a line to another party is; the zero value is that nobody knows. */
#define ENT_API_LINK_MAP(X)     \
	X(UNTESTED, "untested") \
	X(UP, "up")             \
	X(LATE, "late")         \
	X(LOST, "lost")
#define ENT_API_LINK_ENUM_(name, word) ENT_API_LINK_##name,
enum ent_api_link_state { ENT_API_LINK_MAP(ENT_API_LINK_ENUM_) ENT_API_LINK_STATES };
#undef ENT_API_LINK_ENUM_

enum { ENT_API_LINKS_MAX = 1000 /* that the metrics tell of */ };
struct ent_api_link {
	char id[17]; /* of the party, terminated */
	enum ent_api_link_state state;
	uint64_t missed, owed; /* tests in a row; entries that it has not acknowledged */
};
/* What stands between the node's party and others. */
struct ent_api_party {
	bool there; /* else the node is no party */
	bool settable_clock;
	size_t links[ENT_API_LINK_STATES];   /* by state */
	uint64_t owed;                       /* entries, to all of them */
	size_t alarms, frozen;               /* that are remembered; ledgers */
	size_t memoranda, in_force, waiting; /* of the last not all is here */
};

struct ent_api_options {
	struct ent_node *node;             /* stays the caller's */
	struct ent_token_checker *checker; /* stays the caller's */
	struct ent_exact *exact;           /* stays the caller's; NULL: none */
	struct ent_extent_limits extents;
	size_t missing_max;     /* references that one 409 lists; not 0 */
	uint64_t uss_cells_max; /* discovery cells of all that a USS has; 0: any */
	bool allow_http_base_urls;
	bool strict;          /* F3548-21's own rules on scopes and on a USS that is Down */
	bool index_is_time;   /* as the node has it, for aux */
	const char *version;  /* "0.1.0+abcdef" */
	const char *locality; /* this node's name in its pool */
	const char *public_endpoint;
	const char *ca_certs_pem, *accepted_ca_certs_pem; /* NULL: none */
	const char *openapi;                              /* the document */
	size_t openapi_size;
	int64_t (*clock)(void *user); /* as the node's */
	/* How far the machine's clock is ahead of it, in microseconds; 0: it follows that. May be NULL: always 0. */
	int64_t (*wall_ahead)(void *user);
	/* The machine's, of a node whose own clock can be set: what tokens are held to. NULL: the later of the two times above. */
	int64_t (*token_clock)(void *user);
	/* A report of a client's, for the log: its id and the body as it came. May be NULL. */
	void (*report)(void *user, const char *id, const char *subject, const char *body,
			size_t size);
	/* What is held of the server's answers, for the metrics. May be NULL: nobody knows. */
	void (*answers)(void *user, struct ent_http_answers *ret_answers);
	/* How the sources of the checker's keys are. May be NULL: there are none. */
	void (*sources)(void *user, struct ent_api_sources *ret_sources);
	/* May be NULL: the node is no party. */
	void (*party)(void *user, struct ent_api_party *ret_party);
	/* As many as there are; the first 'capacity' are filled in. With 'party'. */
	size_t (*links)(void *user, struct ent_api_link *ret_links, size_t capacity);
	void *user;
};

/* Texts are borrowed until it is destroyed. E_MEMORY. */
ENT_MUST_USE ent_status ent_api_create(
		const struct ent_api_options *options, struct ent_api **ret_api);
/* After the server has stopped. NULL is fine. */
void ent_api_destroy(struct ent_api *api);

/* The scopes that routes ask for, each once; NULL behind the last. */
const char *ent_api_scope(size_t i);

/* For ent_http_options; 'api' is the user. */
void ent_api_handle(void *api, struct ent_http_request *request);
/* The metrics listener's. */
void ent_api_handle_metrics(void *api, struct ent_http_request *request);
/* Counts an exchange for the metrics. */
void ent_api_record(struct ent_api *api, const struct ent_http_record *record);

#endif
