/* SPDX-License-Identifier: Apache-2.0 */
/* log.h: the node's log: one JSON object a line, to standard error. Any thread. */
#ifndef ENTENTE_SERVE_LOG_H
#define ENTENTE_SERVE_LOG_H

#include "entente/http.h"
#include "entente/node.h"

/* Microseconds since 1970 UTC. */
int64_t clock_now(void *unused);

void log_say(void *unused, enum ent_node_say severity, const char *text);
void log_request(const struct ent_http_record *record);
/* Its body as it came, up to LOG_BODY_MAX bytes of it. */
enum { LOG_BODY_MAX = 65536 };
void log_report(void *unused, const char *id, const char *subject, const char *body, size_t size);

#endif
