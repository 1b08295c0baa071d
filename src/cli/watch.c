/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c: see watch.h. An answer of the node is a piece of server-sent events (HTML, 9.2) and ends after some seconds; the
 * next request says which event was the last, so none is missed. An event that the node no longer remembers is told as "lost".
 */
#include "watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/jsonout.h"
#include "entente/option.h"
#include "verb.h"

enum { OPTIONS_MAX = 4, ID_SIZE = 64, KIND_SIZE = 64, RETRY_NS = 100000000, LINE_SIZE = 4096 };
/* "2026-11-26T14:00:00": people look at seconds. */
enum { SECOND_SIZE = sizeof "2026-11-26T14:00:00" };

/* What an event says: when, and what; not more of it than fits. */
struct line {
	char time[SECOND_SIZE]; /* "": it has none */
	char text[LINE_SIZE];
	size_t used;
};

struct asked {
	const char *data, *count;
	bool json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of the node that runs (needed)"},
				offsetof(struct asked, data), 0},
		{{"count", "N", "end after so many events"}, offsetof(struct asked, count), 0},
		{{"json", NULL, "each as a JSON object: id, event, data"},
				offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
static const struct ent_option_table table = {
		"watch", rows, sizeof rows / sizeof rows[0], sizeof rows[0]};

void watch_help(FILE *out) {
	ent_option_say(out,
			"usage: entente watch --data DIR [--count N] [--json]\n"
			"\n"
			"What happens at the node that runs on DIR, from now on, a line each, "
			"until it is broken off; what the line before says is not said again.\n"
			"Exit status: 0 so many came, 2 the node cannot be asked, or has stopped.\n"
			"\n");
	ent_option_print_all(out, &table, 14);
}

struct watching {
	struct verb *verb;
	int64_t left; /* events to come; < 0: without an end */
	char last[ID_SIZE];
	/* Of the event that is read. */
	char id[ID_SIZE], kind[KIND_SIZE];
	const char *data;
	size_t data_size;
	struct line line, before; /* "before": printed last */
};

/* --- An event as a line --- */

static void add(struct line *line, const char *format, ...) ENT_PRINTF(2, 3);
static void add(struct line *line, const char *format, ...) {
	va_list values;
	va_start(values, format);
	const int length = vsnprintf(
			line->text + line->used, sizeof line->text - line->used, format, values);
	va_end(values);
	if (length > 0)
		line->used += (size_t)length;
	if (line->used >= sizeof line->text)
		line->used = sizeof line->text - 1;
}

/* "peer 3f9c..., state up"; what is an object or a list itself is left to --json. */
static void add_members(struct line *line, struct ent_json_value root) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value;
	const char *name = NULL, *text = NULL, *before = ": ";
	size_t length = 0;
	char shown[VERB_TEXT_SIZE];
	bool yes = false;
	int64_t number = 0;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		(void)ent_text_show(name, length, shown, sizeof shown);
		if (line->time[0] != '\0' && strcmp(shown, "time") == 0)
			continue;
		if (ent_json_string(value, &text, &length) && length == 0)
			continue;
		if (ent_json_string(value, &text, &length)) {
			add(line, "%s%s ", before, shown);
			add(line, "%s", ent_text_show(text, length, shown, sizeof shown));
		} else if (ent_json_int(value, &number)) {
			add(line, "%s%s %lld", before, shown, (long long)number);
		} else if (ent_json_bool(value, &yes)) {
			add(line, "%s%s%s", before, yes ? "" : "not ", shown);
		} else {
			continue;
		}
		before = ", ";
	}
}

/* "memo-suspend, entry 3 of fedcba9876543210, has effect from ...". */
static void add_entry(struct line *line, struct ent_json_value entry) {
	char text[VERB_TEXT_SIZE];
	(void)verb_text(entry, "kind", text);
	add(line, "%s", text[0] != '\0' ? text : "what is not understood");
	if (verb_text(entry, "class", text)[0] != '\0' && strcmp(text, "ACTUAL") != 0)
		add(line, " (%s)", text);
	add(line, ", entry %" PRId64, verb_number(entry, "seq"));
	add(line, " of %s", verb_text(entry, "party", text));
	if (verb_text(entry, "from", text)[0] != '\0')
		add(line, ", has effect from %s", text);
	if (verb_is(entry, "standing", "fault"))
		add(line, ": FAULT, changes nothing");
	else if (verb_is(entry, "standing", "waits"))
		add(line, ": WAITS for what is not here");
}

/* "suspended by fedcba9876543210, entry 3, since ...": what nobody has done just now. */
static void add_timed(struct line *line, struct ent_json_value timed) {
	char text[VERB_TEXT_SIZE];
	const bool overdue = verb_is(timed, "what", "overdue"),
		   unanswered = verb_is(timed, "what", "unanswered"),
		   lapsed = verb_is(timed, "what", "lapsed");
	if (overdue)
		add(line, "OVERDUE: obligation %s of ", verb_text(timed, "clause", text));
	else if (unanswered)
		add(line, "not answered by all in time: offer of ");
	else if (lapsed)
		add(line, "not signed by all in time: draft of ");
	else
		add(line, "by time %s", verb_text(timed, "what", text));
	if (verb_text(timed, "party", text)[0] != '\0')
		add(line, "%s%s", overdue || unanswered || lapsed ? "" : " by ", text);
	if (!overdue && text[0] != '\0')
		add(line, ", entry %" PRId64, verb_number(timed, "seq"));
	add(line, ", %s %s",
			overdue                      ? "due"
					: unanswered ? "to be answered by"
					: lapsed     ? "to be signed by"
						     : "since",
			verb_text(timed, "at", text));
	if (verb_true(timed, "while_down"))
		add(line, ", while the node was down");
}

/* What was written, or what time has changed, and what it comes to. */
static void describe_memorandum(struct line *line, struct ent_json_value root) {
	char text[VERB_TEXT_SIZE], before[VERB_TEXT_SIZE];
	struct ent_json_walk walk = verb_walk(root, "entries");
	struct ent_json_value entry;
	const char *between = ": ";
	(void)verb_text(root, "memorandum", text);
	add(line, "memorandum %s", text);
	for (; ent_json_next_element(&walk, &entry); between = "; ") {
		add(line, "%s", between);
		add_entry(line, entry);
	}
	for (walk = verb_walk(root, "by_time"); ent_json_next_element(&walk, &entry);
			between = "; ") {
		add(line, "%s", between);
		add_timed(line, entry);
	}
	const int64_t more = verb_number(root, "more");
	if (more > 0)
		add(line, "; and %" PRId64 " more", more);
	if (between[0] == ':')
		add(line, ": something new; see entente memo history %s", text);
	(void)verb_text(root, "before", before);
	if (verb_text(root, "status", text)[0] == '\0')
		return;
	if (strcmp(text, before) == 0)
		add(line, " - still: %s", text);
	else
		add(line, " - NOW: %s, before: %s", text, before);
}

static void describe(struct line *line, const char *kind, struct ent_json_value root) {
	char text[VERB_TEXT_SIZE];
	*line = (struct line){.used = 0};
	/* Of the clock the time is what has changed. */
	if (strcmp(kind, "clock") != 0)
		(void)snprintf(line->time, sizeof line->time, "%.*s", (int)sizeof line->time - 1,
				verb_text(root, "time", text));
	if (strcmp(kind, "lost") == 0) {
		add(line,
				"lost: some events are no longer remembered; look anew at what "
				"they "
				"were of");
	} else if (strcmp(kind, "memorandum") == 0) {
		describe_memorandum(line, root);
	} else {
		add(line, "%s", ent_text_show(kind, strlen(kind), text, sizeof text));
		add_members(line, root);
	}
}

/* The same as the line before says? What tells how something stands does so at any later time, too. */
static bool is_said(const struct watching *watching) {
	static const char *const standing[] = {"line", "peer", "key", "lost"};
	const struct line *line = &watching->line, *before = &watching->before;
	if (strcmp(line->text, before->text) != 0)
		return false;
	for (size_t i = 0; i < sizeof standing / sizeof standing[0]; i++)
		if (strcmp(watching->kind, standing[i]) == 0)
			return true;
	return line->time[0] != '\0' && strcmp(line->time, before->time) == 0;
}

static void print_line(struct watching *watching) {
	const struct line *line = &watching->line;
	(void)printf("%s%s%s\n", line->time, line->time[0] != '\0' ? "Z " : "", line->text);
	watching->before = *line;
}

static int print_json(const struct watching *watching) {
	struct ent_jsonout *out = malloc(sizeof *out);
	if (out == NULL)
		return verb_fail(watching->verb, "", ent_status_text(ENT_E_MEMORY));
	ent_jsonout_init(out, ent_jsonout_to_file, stdout, 0);
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "id");
	ent_jsonout_string(out, watching->id);
	ent_jsonout_name(out, "event");
	ent_jsonout_string(out, watching->kind);
	ent_jsonout_name(out, "data");
	ent_jsonout_raw(out, watching->data, watching->data_size);
	ent_jsonout_object_end(out);
	const ent_status status = ent_jsonout_finish(out);
	free(out);
	return status == ENT_OK ? 0 : verb_fail(watching->verb, "standard output", strerror(errno));
}

static int tell(struct watching *watching) {
	struct ent_json_value root;
	if (ent_json_parse(watching->verb->json_reader, watching->data, watching->data_size, NULL,
			    &root, NULL) != ENT_OK)
		return verb_fail(watching->verb, "the node",
				"its answer is not what a node answers");
	if (watching->verb->json) {
		const int end = print_json(watching);
		if (end != 0)
			return end;
	} else {
		describe(&watching->line, watching->kind, root);
		if (is_said(watching))
			return 0;
		print_line(watching);
	}
	if (fflush(stdout) != 0)
		return verb_fail(watching->verb, "standard output", strerror(errno));
	if (watching->left > 0)
		watching->left--;
	return 0;
}

/* --- An answer, line by line --- */

static void keep(char *ret_text, size_t size, const char *text, size_t length) {
	(void)snprintf(ret_text, size, "%.*s", (int)(length < size ? length : size - 1), text);
}

/* An empty line ends an event, which without data is none; its id counts all the same. */
static int end_event(struct watching *watching) {
	int end = 0;
	if (watching->data != NULL)
		end = tell(watching);
	if (watching->id[0] != '\0')
		memcpy(watching->last, watching->id, sizeof watching->last);
	watching->kind[0] = '\0';
	watching->data = NULL;
	return end;
}

static int take_line(struct watching *watching, const char *line, size_t length) {
	static const char id[] = "id: ", kind[] = "event: ", data[] = "data: ";
	if (length == 0)
		return end_event(watching);
	if (length >= sizeof id - 1 && memcmp(line, id, sizeof id - 1) == 0)
		keep(watching->id, sizeof watching->id, line + sizeof id - 1,
				length - (sizeof id - 1));
	else if (length >= sizeof kind - 1 && memcmp(line, kind, sizeof kind - 1) == 0)
		keep(watching->kind, sizeof watching->kind, line + sizeof kind - 1,
				length - (sizeof kind - 1));
	else if (length >= sizeof data - 1 && memcmp(line, data, sizeof data - 1) == 0) {
		watching->data = line + sizeof data - 1;
		watching->data_size = length - (sizeof data - 1);
	}
	return 0;
}

static int take_answer(struct watching *watching) {
	const char *at = watching->verb->answer.body;
	const char *end_of_all = at + watching->verb->answer.size;
	int end = 0;
	watching->data = NULL;
	while (end == 0 && at < end_of_all && watching->left != 0) {
		const char *line_end = memchr(at, '\n', (size_t)(end_of_all - at));
		if (line_end == NULL)
			break;
		end = take_line(watching, at, (size_t)(line_end - at));
		at = line_end + 1;
	}
	return end;
}

static int watch(struct watching *watching) {
	static const struct timespec pause = {.tv_nsec = RETRY_NS};
	int end = 0;
	while (end == 0 && watching->left != 0) {
		const struct client_request request = {.method = ENT_FETCH_GET,
				.path = "/v1/events",
				.last_event_id = watching->last[0] != '\0' ? watching->last : NULL};
		end = verb_ask(watching->verb, &request);
		if (end == 0)
			end = take_answer(watching);
		if (end == 0 && watching->left != 0)
			(void)nanosleep(&pause, NULL);
	}
	return end;
}

int watch_main(int argc, char **argv) {
	struct asked asked = {.data = NULL};
	struct verb verb = {.command = "watch"};
	struct watching watching = {.verb = &verb, .left = -1};
	struct ent_option_words words = {.given = asked.given};
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_option_take_all(&table, argc, argv, &asked, &words, &fault);
	if (status != ENT_OK)
		return verb_fail_fault(&verb, &fault, status);
	if (asked.help) {
		watch_help(stdout);
		return 0;
	}
	if (words.action != NULL)
		return verb_fail(&verb, words.action, "one thing too many; see entente help watch");
	if (asked.count != NULL &&
			ent_option_count(asked.count, strlen(asked.count), 1, ENT_OPTION_COUNT_MAX,
					&watching.left, &fault) != ENT_OK)
		return verb_fail(&verb, "--count", fault.why);
	verb.data = asked.data;
	verb.json = asked.json;
	int end = verb_begin(&verb);
	if (end == 0)
		end = watch(&watching);
	verb_end(&verb);
	return end;
}
