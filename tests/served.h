/* SPDX-License-Identifier: Apache-2.0 */
/*
 * served.h: an HTTP server for a test and clients that are no more than sockets, so that they may send anything.
 *
 * The server answers "/echo" with what it saw; holds a request to "/hold" until served_release; to "/late" it
 * answers from another thread, in an order of chance; "/big" is 16 MiB; "/grow?size=N" asks for each part of its N bytes; "/work" works until
 * nobody waits for it. Waits are bounded by WAIT_MS, which only a
 * test that fails ever reaches.
 */
#ifndef ENTENTE_TESTS_SERVED_H
#define ENTENTE_TESTS_SERVED_H

#include <pthread.h>
#include <stdatomic.h>

#include "entente/http.h"
#include "test.h"

enum { WAIT_MS = 20000, HELD_MAX = 4096, BIG_SIZE = 16 << 20, GROWTH = 65536 };

struct served {
	struct ent_http_server *server;
	uint16_t port;
	atomic_uint handled, answered, recorded, lost; /* lost: recorded with status 0 */
	atomic_uint last_status;
	atomic_bool works;   /* "/work" has begun */
	atomic_uint verdict; /* that ended it */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct ent_http_request *held[HELD_MAX];
	size_t held_n;
	struct ent_http_request *late[HELD_MAX];
	size_t late_n;
	uint64_t seed;
	bool ends;
	unsigned late_us; /* the other thread waits that long before each batch */
	pthread_t other;
};

/* Limits of the default; for a test to change before served_start. */
struct ent_http_options served_options(void);
/* Sets listen, handle, record and user. */
void served_start(struct served *served, struct ent_http_options *options);
/* Stops with that wait, and ends the other thread once it has answered what it had. */
void served_stop(struct served *served, int64_t wait_us);
/* Waits until so many are held. */
void served_wait_held(struct served *served, size_t n);
/* Answers all that are held. */
void served_release(struct served *served);
/* Waits until so many have been recorded. */
void served_wait_recorded(struct served *served, unsigned n);

void pause_ms(int ms);
int64_t mono_ms(void);

/* --- A client --- */

struct answer {
	int status; /* 0: closed without one, or not whole */
	size_t size, sent;
	bool closes;      /* says so */
	char head[4096];  /* status line and headers */
	char body[65536]; /* terminated, cut */
};

int client_connect_to(uint16_t port);
/* False when the other side has closed. */
bool client_send(int fd, const void *bytes, size_t size);
bool client_send_text(int fd, const char *text);
/* Reads one whole answer ('bodiless': to HEAD); interim ones are skipped. */
struct answer *client_read(int fd, bool bodiless);
/* Whether the server closes within WAIT_MS; what it sends before is thrown away. */
bool client_sees_close(int fd);
/* One request on its own connection. The caller's to free. */
struct answer *client_ask(uint16_t port, const void *bytes, size_t size);
/* Of GET; the status. */
int client_get(uint16_t port, const char *path);
/* The value of a header of an answer, or NULL. */
const char *answer_header(const struct answer *answer, const char *name);

#endif
