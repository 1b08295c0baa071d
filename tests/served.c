/* SPDX-License-Identifier: Apache-2.0 */
/* served.c: see served.h. */
#include "served.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int64_t mono_ms(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pause_ms(int ms) {
	const struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000};
	(void)nanosleep(&span, NULL);
}

/* --- The server --- */

static void answer_text(struct ent_http_request *request, unsigned status, char *take_text) {
	static const char *const headers[] = {"X-Test", "yes", NULL};
	const struct ent_http_answer answer = {
			.status = status,
			.content_type = take_text == NULL ? NULL : "text/plain",
			.take_body = take_text,
			.size = take_text == NULL ? 0 : strlen(take_text),
			.headers = headers,
	};
	ent_http_answer(request, &answer);
}

/* A header that would end its line, and begin another. */
static void answer_split(struct ent_http_request *request) {
	static const char *const headers[] = {"X-Test", "a\r\nX-Other: b", NULL};
	const struct ent_http_answer answer = {.status = 200, .headers = headers};
	ent_http_answer(request, &answer);
}

static void answer_empty(struct ent_http_request *request) {
	const struct ent_http_answer answer = {.status = 200, .content_type = "text/plain"};
	ent_http_answer(request, &answer);
}

static const char *or_none(const char *text) {
	return text == NULL ? "-" : text;
}

/* What the handler saw, as a line. */
static void echo(struct ent_http_request *request) {
	size_t size;
	const char *body = ent_http_body(request, &size);
	const char *path = ent_http_path(request);
	const char *q = or_none(ent_http_query(request, "q"));
	const char *x = or_none(ent_http_header(request, "X-Sent"));
	unsigned sum = 0;
	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + (unsigned char)body[i];
	for (size_t i = size; i < size + 64; i++)
		CHECK(body[i] == '\0');
	const size_t room = strlen(path) + strlen(q) + strlen(x) + 80;
	char *text = malloc(room);
	if (text != NULL)
		(void)snprintf(text, room, "%d %s q=%s x=%s %zu:%08x",
				(int)ent_http_method(request), path, q, x, size, sum);
	answer_text(request, text == NULL ? 503 : 200, text);
}

static void big(struct ent_http_request *request) {
	char *text = malloc(BIG_SIZE + 1);
	CHECK(text != NULL);
	memset(text, 'b', BIG_SIZE);
	text[BIG_SIZE] = '\0';
	answer_text(request, 200, text);
}

/* As an answer that is made piece by piece: of as many bytes as the query says. */
static void grow(struct ent_http_request *request) {
	const size_t size = strtoul(or_none(ent_http_query(request, "size")), NULL, 10);
	enum ent_http_verdict verdict = ENT_HTTP_FINE;
	for (size_t at = 0; at < size && verdict == ENT_HTTP_FINE; at += GROWTH)
		verdict = ent_http_grow(request, size - at < GROWTH ? size : at + GROWTH);
	char *text = verdict == ENT_HTTP_FINE ? malloc(size + 1) : strdup("too much");
	if (text != NULL && verdict == ENT_HTTP_FINE) {
		memset(text, 'g', size);
		text[size] = '\0';
	}
	answer_text(request,
			verdict == ENT_HTTP_FINE                    ? 200
					: verdict == ENT_HTTP_LARGE ? 413
								    : 503,
			text);
}

/* Works until nobody waits for it. */
static void work(struct served *served, struct ent_http_request *request) {
	const int64_t until = mono_ms() + WAIT_MS;
	enum ent_http_verdict verdict = ENT_HTTP_FINE;
	while (verdict == ENT_HTTP_FINE && mono_ms() < until) {
		atomic_store(&served->works, true);
		pause_ms(5);
		verdict = ent_http_look(request);
	}
	atomic_store(&served->verdict, verdict);
	answer_text(request, 503, strdup("it ended"));
}

static void handle(void *user, struct ent_http_request *request) {
	struct served *served = user;
	const char *path = ent_http_path(request);
	atomic_fetch_add(&served->handled, 1);
	ent_http_set_route(request, "test");
	ent_http_set_subject(request, "first");
	ent_http_set_subject(request, path);
	CHECK(ent_http_context(request) == NULL);
	ent_http_set_context(request, served);
	if (strcmp(path, "/hold") == 0 || strcmp(path, "/late") == 0) {
		(void)pthread_mutex_lock(&served->lock);
		CHECK(served->held_n < HELD_MAX && served->late_n < HELD_MAX);
		if (path[1] == 'h')
			served->held[served->held_n++] = request;
		else
			served->late[served->late_n++] = request;
		(void)pthread_cond_broadcast(&served->changed);
		(void)pthread_mutex_unlock(&served->lock);
	} else if (strcmp(path, "/big") == 0) {
		big(request);
	} else if (strcmp(path, "/grow") == 0) {
		grow(request);
	} else if (strcmp(path, "/work") == 0) {
		work(served, request);
	} else if (strcmp(path, "/none") == 0) {
		answer_text(request, 204, NULL);
	} else if (strcmp(path, "/split") == 0) {
		answer_split(request);
	} else if (strcmp(path, "/empty") == 0) {
		answer_empty(request);
	} else {
		echo(request);
	}
}

static void record(void *user, const struct ent_http_record *r) {
	struct served *served = user;
	if (r->route != NULL) {
		CHECK(strcmp(r->route, "test") == 0);
		CHECK(r->subject == NULL || r->subject[0] == '/');
	}
	CHECK(strcmp(r->peer, "127.0.0.1") == 0);
	CHECK(r->duration_us >= 0);
	atomic_store(&served->last_status, r->status);
	atomic_fetch_add(&served->lost, r->status == 0);
	atomic_fetch_add(&served->recorded, 1);
}

static void *answer_late(void *user) {
	struct served *served = user;
	static struct ent_http_request *batch[HELD_MAX];
	for (;;) {
		(void)pthread_mutex_lock(&served->lock);
		while (served->late_n == 0 && !served->ends)
			(void)pthread_cond_wait(&served->changed, &served->lock);
		const size_t n = served->late_n;
		memcpy(batch, served->late, n * sizeof(struct ent_http_request *));
		served->late_n = 0;
		(void)pthread_mutex_unlock(&served->lock);
		if (n == 0)
			return NULL;
		pause_ms((int)served->late_us / 1000);
		for (size_t i = n; i > 0; i--) {
			const size_t at = test_random(&served->seed) % i;
			struct ent_http_request *request = batch[at];
			batch[at] = batch[i - 1];
			CHECK(ent_http_context(request) == served);
			echo(request);
			atomic_fetch_add(&served->answered, 1);
		}
	}
}

struct ent_http_options served_options(void) {
	const struct ent_http_options options = {
			.listen = "127.0.0.1:0", .threads = 2, .limits = ent_http_limits_default};
	return options;
}

void served_start(struct served *served, struct ent_http_options *options) {
	struct ent_fault fault = {0};
	memset(served, 0, sizeof *served);
	served->seed = 17;
	(void)pthread_mutex_init(&served->lock, NULL);
	(void)pthread_cond_init(&served->changed, NULL);
	options->handle = handle;
	options->record = record;
	options->user = served;
	const ent_status status = ent_http_server_create(options, &served->server, &fault);
	CHECK_ROW(fault.why, status == ENT_OK);
	const char *colon = strrchr(ent_http_server_address(served->server), ':');
	served->port = (uint16_t)strtoul(colon + 1, NULL, 10);
	CHECK(served->port != 0);
	CHECK(pthread_create(&served->other, NULL, answer_late, served) == 0);
}

void served_stop(struct served *served, int64_t wait_us) {
	ent_http_server_stop(served->server, wait_us);
	ent_http_server_destroy(served->server);
	(void)pthread_mutex_lock(&served->lock);
	served->ends = true;
	(void)pthread_cond_broadcast(&served->changed);
	(void)pthread_mutex_unlock(&served->lock);
	CHECK(pthread_join(served->other, NULL) == 0);
	(void)pthread_cond_destroy(&served->changed);
	(void)pthread_mutex_destroy(&served->lock);
}

static size_t held_n(struct served *served) {
	(void)pthread_mutex_lock(&served->lock);
	const size_t n = served->held_n;
	(void)pthread_mutex_unlock(&served->lock);
	return n;
}

void served_wait_held(struct served *served, size_t n) {
	const int64_t until = mono_ms() + WAIT_MS;
	while (held_n(served) < n && mono_ms() < until)
		pause_ms(2);
	CHECK(held_n(served) >= n);
}

void served_release(struct served *served) {
	static struct ent_http_request *held[HELD_MAX];
	(void)pthread_mutex_lock(&served->lock);
	const size_t n = served->held_n;
	memcpy(held, served->held, n * sizeof(struct ent_http_request *));
	served->held_n = 0;
	(void)pthread_mutex_unlock(&served->lock);
	for (size_t i = 0; i < n; i++)
		echo(held[i]);
}

void served_wait_recorded(struct served *served, unsigned n) {
	const int64_t until = mono_ms() + WAIT_MS;
	while (atomic_load(&served->recorded) < n && mono_ms() < until)
		pause_ms(2);
	CHECK(atomic_load(&served->recorded) >= n);
}

/* --- A client --- */

int client_connect_to(uint16_t port) {
	const struct sockaddr_in address = {.sin_family = AF_INET,
			.sin_port = htons(port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const int on = 1;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	CHECK(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
	return fd;
}

bool client_send(int fd, const void *bytes, size_t size) {
	for (size_t sent = 0; sent < size;) {
		const ssize_t n = send(fd, (const char *)bytes + sent, size - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		sent += (size_t)n;
	}
	return true;
}

bool client_send_text(int fd, const char *text) {
	return client_send(fd, text, strlen(text));
}

/* At most 'size'; 0 at the end, however it came; the time is up: fails. */
static size_t read_some(int fd, char *to, size_t size) {
	struct pollfd ready = {fd, POLLIN, 0};
	const int n = poll(&ready, 1, WAIT_MS);
	CHECK(n == 1);
	const ssize_t got = recv(fd, to, size, 0);
	return got <= 0 ? 0 : (size_t)got;
}

/* Byte by byte, for what follows is another answer's. */
static bool read_head(int fd, struct answer *answer) {
	size_t n = 0;
	while (n < sizeof answer->head - 1) {
		if (read_some(fd, answer->head + n, 1) == 0)
			return false;
		answer->head[++n] = '\0';
		if (n >= 4 && strcmp(answer->head + n - 4, "\r\n\r\n") == 0)
			return true;
	}
	return false;
}

const char *answer_header(const struct answer *answer, const char *name) {
	static _Thread_local char value[512];
	const size_t length = strlen(name);
	for (const char *at = strstr(answer->head, "\r\n"); at != NULL; at = strstr(at, "\r\n")) {
		at += 2;
		if (strncasecmp(at, name, length) != 0 || at[length] != ':')
			continue;
		const char *from = at + length + 1 + strspn(at + length + 1, " ");
		(void)snprintf(value, sizeof value, "%.*s", (int)strcspn(from, "\r"), from);
		return value;
	}
	return NULL;
}

static void read_body(int fd, struct answer *answer) {
	char part[65536];
	while (answer->size < answer->sent) {
		size_t want = answer->sent - answer->size;
		if (want > sizeof part)
			want = sizeof part;
		const size_t got = read_some(fd, part, want);
		if (got == 0) {
			answer->status = 0;
			return;
		}
		for (size_t i = 0; i < got && answer->size + i < sizeof answer->body - 1; i++)
			answer->body[answer->size + i] = part[i];
		answer->size += got;
	}
}

struct answer *client_read(int fd, bool bodiless) {
	struct answer *answer = calloc(1, sizeof *answer);
	CHECK(answer != NULL);
	do {
		if (!read_head(fd, answer) ||
				sscanf(answer->head, "HTTP/1.1 %d", &answer->status) != 1) {
			answer->status = 0;
			return answer;
		}
	} while (answer->status == 100);
	const char *length = answer_header(answer, "Content-Length");
	answer->sent = length == NULL ? 0 : strtoul(length, NULL, 10);
	const char *connection = answer_header(answer, "Connection");
	answer->closes = connection != NULL && strcasecmp(connection, "close") == 0;
	if (!bodiless)
		read_body(fd, answer);
	return answer;
}

bool client_sees_close(int fd) {
	char part[65536];
	const int64_t until = mono_ms() + WAIT_MS;
	while (mono_ms() < until) {
		struct pollfd ready = {fd, POLLIN, 0};
		if (poll(&ready, 1, 50) == 1 && recv(fd, part, sizeof part, 0) <= 0)
			return true;
	}
	return false;
}

struct answer *client_ask(uint16_t port, const void *bytes, size_t size) {
	const int fd = client_connect_to(port);
	(void)client_send(fd, bytes, size);
	struct answer *answer = client_read(fd, false);
	(void)close(fd);
	return answer;
}

int client_get(uint16_t port, const char *path) {
	char text[512];
	(void)snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: test\r\n\r\n", path);
	struct answer *answer = client_ask(port, text, strlen(text));
	const int status = answer->status;
	free(answer);
	return status;
}
