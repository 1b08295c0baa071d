/* SPDX-License-Identifier: Apache-2.0 */
/*
 * joined.h: a node that is a party (docs/decisions/0020): post, peers, memoranda and office on the node's store, put together
 * when DIR/party is there. Each is told what happens in those below it:
 *
 *     post   -- owed --> peers       -- grew, offered, alarm --> memoranda      -- alarm --> office
 *     peers  -- changed --> office   memoranda -- changed --> office            memoranda -- terms --> peers
 */
#ifndef ENTENTE_SERVE_JOINED_H
#define ENTENTE_SERVE_JOINED_H

#include "entente/api.h"
#include "running.h"

struct joined;

/*
 * All of it but the beginning: nothing goes out or comes in yet. The node is there, and stays until joined_destroy. What is
 * wrong was said. E_IO and so on, E_MEMORY.
 */
ENT_MUST_USE ent_status joined_create(struct running *running, struct joined **ret_joined);
/* Begins. What is wrong was said. */
ENT_MUST_USE ent_status joined_start(struct joined *joined);
/* Answers what waits for events, so that the listeners' stop waits for nobody. NULL is fine. */
void joined_stop(struct joined *joined);
/* The listeners have stopped: takes no more parcels, finishes what was submitted. NULL is fine. */
void joined_destroy(struct joined *joined);

/* A request for /v1/ is the office's. False: it is none. */
bool joined_handle(struct joined *joined, struct ent_http_request *request);
/* The folder is read again, and the memoranda's parties looked at anew; says what has become of it. */
void joined_again(struct joined *joined);
/* Where peers connect, "address:port"; NULL: nowhere. */
const char *joined_address(const struct joined *joined);
/* For the API's health and metrics. */
void joined_party(struct joined *joined, struct ent_api_party *ret_party);
size_t joined_links(struct joined *joined, struct ent_api_link *ret_links, size_t capacity);

#endif
