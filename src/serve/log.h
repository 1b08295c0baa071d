/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h: the node's log: one JSON object a line, to standard error. Any thread.
 *
 * A log holds nobody up: when its reader takes nothing for LOG_WAIT_MS, lines are lost until it takes some again,
 * and the next line says how many. Headers of requests are never in it; a report is, as its client sent it.
 */
#ifndef ENTENTE_SERVE_LOG_H
#define ENTENTE_SERVE_LOG_H

#include "entente/http.h"
#include "entente/node.h"

enum {
	LOG_BODY_MAX = 65536, /* bytes of a report's body; the rest is cut off */
	LOG_WAIT_MS = 1000,
};

/* Microseconds since 1970 UTC by the machine's clock, wrong or not: to say, never to decide by (clock.h). */
int64_t clock_now(void *unused);
/* Microseconds by the clock that is never set. */
int64_t clock_monotonic(void);

void log_say(void *unused, enum ent_node_say severity, const char *text);
void log_request(const struct ent_http_record *record);
/* Its body as it came. */
void log_report(void *unused, const char *id, const char *subject, const char *body, size_t size);

#endif
