/* SPDX-License-Identifier: Apache-2.0 */
/* running.h: a node that is being put together, runs, and is taken apart again. */
#ifndef ENTENTE_SERVE_RUNNING_H
#define ENTENTE_SERVE_RUNNING_H

#include <stdatomic.h>

#include "clock.h"
#include "config.h"
#include "entente/api.h"
#include "keys.h"
#include "ours.h"

struct running {
	struct config config;
	struct clock clock;
	char *tls_certificate, *tls_key, *ca_certs, *accepted_ca_certs;
	struct ours ours;
	struct keys *keys;
	struct ent_token_checker *checker;
	struct ent_node *node;
	struct joined *joined; /* NULL: no party is here */
	struct ent_exact *exact;
	struct ent_api *api;
	struct ent_http_server *server, *metrics;
	_Atomic(struct ent_http_server *) counted; /* 'server', once the metrics may ask it */
};

/* What the metrics listener speaks TLS with; NULL: it does not. */
const char *running_metrics_pem(const struct running *running, const char *pem);
/* What is to be warned of, at a start and when it is only looked. */
void running_warn(const struct running *running);
/* The node, the party's parts, the listeners: it serves. What is wrong was said, or is a lack of memory. */
ENT_MUST_USE ent_status running_start(struct running *running);
/* Says where. */
void running_say_where(const struct running *running);
/* Keys, certificates and the party's folder. */
void running_read_again(struct running *running);
/* Whatever there is of it. Nothing that was acknowledged is lost. */
void running_finish(struct running *running);

/* Its time; 'running' is the user. Any thread. */
int64_t running_time(void *running);

#endif
