/* SPDX-License-Identifier: Apache-2.0 */
/* fetching.h: requests that a test waits for, in program parts of their own so that allocations can be made to fail. */
#ifndef ENTENTE_TESTS_FETCHING_H
#define ENTENTE_TESTS_FETCHING_H

#include <pthread.h>

#include "entente/fetch.h"
#include "test.h"

struct asked {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned ends; /* calls of 'done' */
	enum ent_fetch_end end;
	unsigned status;
	size_t size;
	bool new_connection;
	char body[1024], why[256]; /* cut */
};

static inline void asked_init(struct asked *asked) {
	memset(asked, 0, sizeof *asked);
	(void)pthread_mutex_init(&asked->lock, NULL);
	(void)pthread_cond_init(&asked->changed, NULL);
}

static inline void asked_finish(struct asked *asked) {
	(void)pthread_cond_destroy(&asked->changed);
	(void)pthread_mutex_destroy(&asked->lock);
}

static inline void asked_done(void *user, const struct ent_fetch_result *result) {
	struct asked *asked = user;
	(void)pthread_mutex_lock(&asked->lock);
	asked->end = result->end;
	asked->status = result->status;
	asked->size = result->size;
	asked->new_connection = result->new_connection;
	(void)snprintf(asked->body, sizeof asked->body, "%s", result->body);
	(void)snprintf(asked->why, sizeof asked->why, "%s", result->why);
	asked->ends++;
	(void)pthread_cond_broadcast(&asked->changed);
	(void)pthread_mutex_unlock(&asked->lock);
}

static inline void asked_wait(struct asked *asked, unsigned n) {
	(void)pthread_mutex_lock(&asked->lock);
	while (asked->ends < n)
		(void)pthread_cond_wait(&asked->changed, &asked->lock);
	(void)pthread_mutex_unlock(&asked->lock);
}

static inline struct ent_fetch *fetch_open(const char *certificate_pem, const char *key_pem) {
	const struct ent_fetch_options options = {.certificate_pem = certificate_pem,
			.key_pem = key_pem,
			.requests_max = 1000,
			.connections_kept_max = 256};
	struct ent_fetch *fetch = NULL;
	struct ent_fault fault = {0};
	CHECK(ent_fetch_start() == ENT_OK);
	CHECK_ROW(fault.why, ent_fetch_create(&options, &fetch, &fault) == ENT_OK);
	return fetch;
}

/* GET, of 64 KiB at most, within 5 seconds. */
static inline struct ent_fetch_request fetch_request(const char *url) {
	const struct ent_fetch_request request = {.method = ENT_FETCH_GET,
			.url = url,
			.http_too = true,
			.answer_max = 65536,
			.connect_us = 5000000,
			.total_us = 5000000,
			.done = asked_done};
	return request;
}

/* Sets 'done' and 'user'. */
static inline struct asked fetch_ask(struct ent_fetch *fetch, struct ent_fetch_request request) {
	struct asked asked;
	struct ent_fault fault = {0};
	asked_init(&asked);
	request.done = asked_done;
	request.user = &asked;
	CHECK_ROW(fault.why, ent_fetch_submit(fetch, &request, &fault) == ENT_OK);
	asked_wait(&asked, 1);
	asked_finish(&asked);
	return asked;
}

#endif
