/* SPDX-License-Identifier: Apache-2.0 */
/* log.c: see log.h. */
#include "log.h"

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

/* In one write, so that lines of threads do not mix. What cannot be logged is lost: a log holds nobody up. */
static void end(struct line *line) {
	ent_jsonout_object_end(&line->out);
	if (ent_jsonout_finish(&line->out) == ENT_OK &&
			write(STDERR_FILENO, line->memory.bytes, line->memory.size) < 0)
		line->memory.size = 0;
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
