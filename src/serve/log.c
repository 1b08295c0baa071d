/* SPDX-License-Identifier: Apache-2.0 */
/* log.c: see log.h. */
#include "log.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "entente/jsonout.h"

int64_t clock_now(void *unused) {
	struct timespec now;
	(void)unused;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- To standard error --- */

/* Standard error is the process's, and so is this. */
static struct {
	pthread_mutex_t lock;
	uint64_t lost;  /* lines, since the last that was written */
	bool in_a_line; /* of which only a part was written */
} sink = {PTHREAD_MUTEX_INITIALIZER, 0, false};

/* In parts that a pipe takes without a wait once it is ready to take anything. */
static bool write_all(const char *bytes, size_t size) {
	while (size > 0) {
		struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
		if (poll(&ready, 1, sink.lost > 0 ? 0 : LOG_WAIT_MS) <= 0 ||
				(ready.revents & POLLOUT) == 0)
			return false;
		const ssize_t wrote = write(
				STDERR_FILENO, bytes, size < PIPE_BUF ? size : (size_t)PIPE_BUF);
		if (wrote <= 0)
			return false;
		bytes += wrote;
		size -= (size_t)wrote;
		sink.in_a_line = size > 0;
	}
	return true;
}

/* --- Lines --- */

struct line {
	struct ent_jsonout out;
	struct ent_jsonout_memory memory;
};

static void put_text(struct line *line, const char *name, const char *text) {
	if (text == NULL)
		return;
	ent_jsonout_name(&line->out, name);
	ent_jsonout_string(&line->out, text);
}

static void put_int(struct line *line, const char *name, int64_t value) {
	ent_jsonout_name(&line->out, name);
	ent_jsonout_int(&line->out, value);
}

static void begin(struct line *line, int64_t time_utc_us, const char *level, const char *event) {
	line->memory = (struct ent_jsonout_memory){.limit = 1 << 20};
	ent_jsonout_init(&line->out, ent_jsonout_to_memory, &line->memory, 0);
	ent_jsonout_object_begin(&line->out);
	ent_jsonout_name(&line->out, "time");
	ent_jsonout_time(&line->out, time_utc_us);
	put_text(line, "level", level);
	put_text(line, "event", event);
}

/* Under the lock. */
static bool put_line(struct line *line) {
	ent_jsonout_object_end(&line->out);
	if (ent_jsonout_finish(&line->out) != ENT_OK)
		return false;
	/* What was begun is a line of its own. */
	return (!sink.in_a_line || write_all("\n", 1)) &&
			write_all(line->memory.bytes, line->memory.size);
}

/* Says how many are lost, if any are. */
static bool put_lost(void) {
	struct line line;
	if (sink.lost == 0)
		return true;
	begin(&line, clock_now(NULL), "warning", "log");
	put_text(&line, "message", "lines before this one are lost: nobody took them");
	put_int(&line, "lost", (int64_t)sink.lost);
	const bool fine = put_line(&line);
	if (fine)
		sink.lost = 0;
	free(line.memory.bytes);
	return fine;
}

static void end(struct line *line) {
	(void)pthread_mutex_lock(&sink.lock);
	if (!put_lost() || !put_line(line))
		sink.lost++;
	(void)pthread_mutex_unlock(&sink.lock);
	free(line->memory.bytes);
}

void log_say(void *unused, enum ent_node_say severity, const char *text) {
	static const char *const levels[] = {"info", "warning", "error"};
	struct line line;
	(void)unused;
	begin(&line, clock_now(NULL), levels[severity], "node");
	put_text(&line, "message", text);
	end(&line);
}

void log_request(const struct ent_http_record *record) {
	struct line line;
	begin(&line, record->start_utc_us, record->status >= 500 ? "error" : "info", "request");
	put_text(&line, "request_id", record->id);
	put_text(&line, "method", record->method);
	put_text(&line, "path", record->path);
	put_int(&line, "status", record->status);
	put_text(&line, "peer", record->peer);
	put_text(&line, "subject", record->subject);
	ent_jsonout_name(&line.out, "duration_ms");
	ent_jsonout_decimal(&line.out, record->duration_us, 3);
	put_int(&line, "bytes_in", (int64_t)record->bytes_in);
	put_int(&line, "bytes_out", (int64_t)record->bytes_out);
	end(&line);
}

void log_report(void *unused, const char *id, const char *subject, const char *body, size_t size) {
	struct line line;
	(void)unused;
	begin(&line, clock_now(NULL), "info", "report");
	put_text(&line, "report_id", id);
	put_text(&line, "subject", subject);
	put_int(&line, "size", (int64_t)size);
	ent_jsonout_name(&line.out, "body");
	ent_jsonout_string_n(&line.out, body, size < LOG_BODY_MAX ? size : LOG_BODY_MAX);
	end(&line);
}
