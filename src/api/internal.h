/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the routes share: an exchange (one request on its way to its answer), how it is refused, parsed
 * and answered.
 */
#ifndef ENTENTE_API_INTERNAL_H
#define ENTENTE_API_INTERNAL_H

#include <pthread.h>

#include "entente/api.h"
#include "entente/jsonout.h"

enum {
	PARAMETERS_MAX = 2,
	STATUSES_MAX = 600,
	ROUTES_MAX = 64,
	LOOK_EVERY = 256,      /* entities that are written between two looks at the client */
	KEPT_BODY_MAX = 65536, /* a key of 600 OVNs; there are as many parsers as room for them */
	FULL_RETRY_S = 2, /* answers are held for as long as answer_us, most of them for much less */
};

struct exchange;

struct route {
	enum ent_http_method method;
	const char *pattern; /* "{}" is a parameter: a run of anything but slashes, empty too */
	const char *const *scopes; /* any of them, NULL-terminated; NULL: open to everybody */
	void (*handle)(struct exchange *exchange);
};
extern const struct route api_routes[];
extern const size_t api_routes_count;

/* Parsers are kept and lent out, since each keeps its memory; those that took much are not kept. */
struct parsers {
	pthread_mutex_t lock;
	struct ent_json *json[64];
	size_t n;
};

struct ent_api {
	struct ent_api_options options;
	struct parsers parsers;
	int64_t start_utc_us;
	struct heartbeats *heartbeats;
	struct metrics *metrics;
};

/* The job comes first: a job is its exchange. */
struct exchange {
	struct ent_node_job job;
	struct ent_api *api;
	struct ent_http_request *request;
	const struct route *route;
	const struct ent_token *token;
	struct {
		const char *text; /* into 'path' */
		size_t length;
	} parameter[PARAMETERS_MAX];
	struct ent_json *json;
	struct ent_json_value body;
	/* What the command borrows. */
	struct ent_extent *extent;
	struct ent_extent_volume *volumes;
	struct ent_point *points;
	char ovn[ENT_AIRSPACE_OVN_MAX + 1];
	char uss[ENT_AIRSPACE_NAME_MAX + 1];
	char report_id[ENT_UUID_TEXT_SIZE];
	/* Writes the answer when the command was not refused. */
	void (*render)(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
			const struct ent_fold_version *version);
	bool full; /* it was not decided, since too much is held of answers */
	/* The answer, once it is decided. */
	unsigned status;
	unsigned retry_s; /* for Retry-After; 0: none */
	char *answer;
	size_t answer_size;
};

/* All 0 when nobody says. */
void read_sources(const struct ent_api *api, struct ent_api_sources *ret_sources);

/* All 0 when the node is no party. */
void read_party(const struct ent_api *api, struct ent_api_party *ret_party);

/* The node's time, and how far the machine's clock is ahead of it while it is doubted. */
int64_t time_now(const struct ent_api *api);
int64_t machine_time(const struct ent_api *api);
int64_t wall_ahead(const struct ent_api *api);

/* --- Its end: each sends an answer, and the exchange is gone --- */

void refuse(struct exchange *exchange, unsigned status, const char *format, ...) ENT_PRINTF(3, 4);
void send_answer(struct exchange *exchange);
void send_text(struct exchange *exchange, unsigned status, const char *content_type,
		const char *text, size_t size);

/* Without an exchange. */
void answer_plain(struct ent_http_request *request, unsigned status, const char *text);

/* --- An answer as JSON, in pieces --- */

/*
 * What a read answers, and a refusal, counts as it grows, and ends early when it may not be larger: then the exchange is
 * answered 413 or 503 instead. What a write answers is counted too, but whole: what has been decided cannot be
 * taken back, and who is to be told must not be left out. That a write is not begun when too much is held is
 * submit.c's.
 */
struct json_answer {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory;
	struct exchange *exchange;
	enum ent_http_verdict verdict;
	unsigned written; /* entities */
};
struct ent_jsonout *json_begin(struct json_answer *answer, struct exchange *exchange);
/* Of a write that was decided. */
struct ent_jsonout *json_begin_whole(struct json_answer *answer, struct exchange *exchange);
/* One more entity was written, in the request's own thread. False: the answer will be none, and writing may stop. */
bool json_goes_on(struct json_answer *answer);
/* The exchange's answer is what was written; 413 or 503 when that may not be, 503 when memory ran out. */
void json_end(struct json_answer *answer, struct exchange *exchange, unsigned status);
/* The exchange's answer is why there is no other. */
void error_of_verdict(struct exchange *exchange, enum ent_http_verdict verdict);
/* {"message": ...}, or {"error_message": ...} from 500 on, for the exchange. */
void json_error(struct exchange *exchange, unsigned status, const char *message);

/* --- Parsing; false: the exchange was refused and is gone --- */

/* The body is an object. */
bool parse_body(struct exchange *exchange);
/* "" when it is not there or null. */
bool parse_string(struct exchange *exchange, struct ent_json_value object, const char *path,
		const char *name, const char **ret_text, size_t *ret_length);
/* False when it is not there or null. */
bool parse_bool(struct exchange *exchange, struct ent_json_value object, const char *path,
		const char *name, bool *ret_bool);
/* "path.name: it is a number, not a string"; false, for the caller to return. */
bool refuse_kind(struct exchange *exchange, const char *path, const char *name,
		struct ent_json_value value, const char *wanted);
/* A member that is there and not null. */
bool member(struct ent_json_value object, const char *name, struct ent_json_value *ret_value);
bool parse_id(struct exchange *exchange, unsigned parameter, struct ent_uuid *ret_id);
/* The second parameter as an OVN or version, which must not be empty. */
bool parse_ovn(struct exchange *exchange);
/* A base URL; 'name' is for the message. */
bool check_url(struct exchange *exchange, const char *name, const char *url, size_t length,
		bool needed);

/* extents.c: "extents" (an array), or one volume. */
bool parse_extents(struct exchange *exchange);
bool parse_extent(struct exchange *exchange, const char *name);
/* "area_of_interest", with an outline; 'too_large' is the status when its area is. */
bool parse_area(struct exchange *exchange, unsigned too_large);

/* --- Rendering --- */

void write_text(struct ent_jsonout *out, const char *name, const char *text);
void write_id(struct ent_jsonout *out, const char *name, const struct ent_uuid *id);
void write_int(struct ent_jsonout *out, const char *name, int64_t value);
void write_bool(struct ent_jsonout *out, const char *name, bool value);
/* RFC 3339 with as few decimals as are exact. */
void write_moment(struct ent_jsonout *out, const char *name, int64_t utc_us);
/* {"value": ..., "format": "RFC3339"} */
void write_time(struct ent_jsonout *out, const char *name, int64_t utc_us);

struct rendering {
	struct ent_jsonout *out;
	const struct ent_fold_version *version;
	const char *reader;         /* who will read it: sees the OVNs of what is their own */
	struct json_answer *answer; /* asked whether to go on, after each entity; NULL: nobody is */
};
void write_intent(const struct rendering *rendering, const struct ent_entity *intent);
void write_constraint(const struct rendering *rendering, const struct ent_entity *constraint);
void write_subscription(const struct rendering *rendering, const struct ent_entity *subscription,
		uint64_t index);
void write_subscribers(
		const struct rendering *rendering, const struct ent_airspace_outcome *outcome);

/* --- References of intents and constraints, alike --- */

void write_reference(const struct rendering *rendering, const struct ent_entity *entity);
/* A member that lists those of a kind that meet an extent. */
void write_meeting(const struct rendering *rendering, enum ent_entity_kind kind,
		const struct ent_extent *extent, bool altitudes);
void query_references(struct exchange *exchange, enum ent_entity_kind kind);
void get_reference(struct exchange *exchange, enum ent_entity_kind kind);
/* For submit: the entity that was put or deleted, and who is to be told. */
void render_change(struct exchange *exchange, const struct ent_airspace_outcome *outcome,
		const struct ent_fold_version *version);

/* --- Writing --- */

/* ent_airspace_check of the exchange's command; false: refused. */
bool check_command(struct exchange *exchange);
/* Submits the exchange's command; 'decided' renders the answer of what was not refused. */
void submit(struct exchange *exchange,
		void (*render)(struct exchange *exchange,
				const struct ent_airspace_outcome *outcome,
				const struct ent_fold_version *version));
bool has_scope(const struct exchange *exchange, const char *scope);

/* --- Routes --- */

void query_intents(struct exchange *exchange);
void get_intent(struct exchange *exchange);
void put_intent(struct exchange *exchange);
void update_intent(struct exchange *exchange);
void delete_intent(struct exchange *exchange);
void query_constraints(struct exchange *exchange);
void get_constraint(struct exchange *exchange);
void put_constraint(struct exchange *exchange);
void update_constraint(struct exchange *exchange);
void delete_constraint(struct exchange *exchange);
void query_subscriptions(struct exchange *exchange);
void get_subscription(struct exchange *exchange);
void put_subscription(struct exchange *exchange);
void update_subscription(struct exchange *exchange);
void delete_subscription(struct exchange *exchange);
void make_report(struct exchange *exchange);
void get_availability(struct exchange *exchange);
void set_availability(struct exchange *exchange);
void get_version(struct exchange *exchange);
void validate_oauth(struct exchange *exchange);
void get_pool(struct exchange *exchange);
void get_instances(struct exchange *exchange);
void put_heartbeat(struct exchange *exchange);
void get_accepted_cas(struct exchange *exchange);
void get_cas(struct exchange *exchange);
void get_global_options(struct exchange *exchange);
void get_system_version(struct exchange *exchange);
void get_healthy(struct exchange *exchange);
void get_health(struct exchange *exchange);
void get_openapi(struct exchange *exchange);

/* --- What the node heard since it began --- */

/* E_MEMORY. */
ENT_MUST_USE ent_status heartbeats_create(struct heartbeats **ret_heartbeats);
void heartbeats_destroy(struct heartbeats *heartbeats);
ENT_MUST_USE ent_status metrics_create(struct metrics **ret_metrics);
void metrics_destroy(struct metrics *metrics);

#endif
