/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h: many HTTP/1.1 connections, kept open, with one request under way on each; one thread, one epoll.
 *
 *     closed --(time to try)--> connecting --> idle --(there is a request)--> busy --(whole answer)--> idle
 *        ^-----------------------'  ^------------'---(the server closed)--------'--(no answer)--> closed
 *
 * A connection that is lost is opened again, at first at once, then after pauses that grow. A request that was
 * under way on it is not sent again: nobody knows whether the server took it, and whoever asked must know that.
 */
#ifndef ENTENTE_LOAD_CLIENT_H
#define ENTENTE_LOAD_CLIENT_H

#include "answer.h"
#include "url.h"

enum {
	LOAD_CONNECTIONS_MAX = 1000, /* below the usual limit of open files, 1024 */
	LOAD_REQUEST_MAX = 65536     /* head and body */
};

enum load_step {
	LOAD_SEND,
	LOAD_WAIT, /* nothing until another request has been answered */
	LOAD_END   /* nothing any more, on any connection */
};

/* What is sent, and what becomes of the answers. A lane is a connection, by its number. */
struct load_script {
	void *user;
	/* The bytes stay until 'done'. */
	enum load_step (*next)(void *user, unsigned lane, const char **ret_bytes, size_t *ret_size);
	/*
	 * NULL: no answer came, and whether the server took the request is not known. The answer is valid
	 * during the call.
	 */
	void (*done)(void *user, unsigned lane, const struct load_answer *answer, int64_t took_ns);
	/* About once a second. False: end, as LOAD_END. */
	bool (*tick)(void *user);
};

struct load_client;

/* The address is copied. 'n' is 1 to LOAD_CONNECTIONS_MAX. E_MEMORY, E_IO. */
ENT_MUST_USE ent_status load_client_create(const struct load_address *address, unsigned n,
		struct load_client **ret_client, struct ent_fault *reterr_fault);
/* NULL is fine. */
void load_client_destroy(struct load_client *client);

/*
 * Plays a script until it ends or the time is up, and all requests under way are answered or lost. Connections
 * stay open for the next one. E_IO: the server has not answered anything for LOAD_SILENCE_S, with the reason.
 */
enum { LOAD_SILENCE_S = 15, LOAD_ANSWER_WAIT_S = 12 };
ENT_MUST_USE ent_status load_client_run(struct load_client *client,
		const struct load_script *script, int64_t until_mono_ns,
		struct ent_fault *reterr_fault);

int64_t load_now_mono_ns(void);
int64_t load_now_utc_us(void);

#endif
