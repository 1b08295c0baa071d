/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c: see watch.h. An answer of the node is a piece of server-sent events (HTML, 9.2) and ends after some seconds; the
 * next request says which event was the last, so none is missed. An event that the node no longer remembers is told as "lost".
 */
#include "watch.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/jsonout.h"
#include "entente/option.h"
#include "verb.h"

enum { OPTIONS_MAX = 4, ID_SIZE = 64, KIND_SIZE = 64, RETRY_NS = 100000000 };

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
	(void)fputs("usage: entente watch --data DIR [--count N] [--json]\n\n"
		    "What happens at the node that runs on DIR, from now on, a line each, until it "
		    "is broken off.\n"
		    "Exit status: 0 so many came, 2 the node cannot be asked, or has stopped.\n\n",
			out);
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
};

/* --- An event as a line --- */

/* "peer 3f9c..., state up"; what is an object or a list itself is left to --json. */
static void print_members(struct ent_json_value root) {
	struct ent_json_walk walk = ent_json_walk_from(root);
	struct ent_json_value value;
	const char *name = NULL, *text = NULL, *before = ": ";
	size_t length = 0;
	char shown[VERB_TEXT_SIZE];
	bool yes = false;
	int64_t number = 0;
	while (ent_json_next_member(&walk, &name, &length, &value)) {
		(void)ent_text_show(name, length, shown, sizeof shown);
		if (ent_json_string(value, &text, &length) && length == 0)
			continue;
		if (ent_json_string(value, &text, &length)) {
			(void)printf("%s%s ", before, shown);
			(void)printf("%s", ent_text_show(text, length, shown, sizeof shown));
		} else if (ent_json_int(value, &number)) {
			(void)printf("%s%s %lld", before, shown, (long long)number);
		} else if (ent_json_bool(value, &yes)) {
			(void)printf("%s%s%s", before, yes ? "" : "not ", shown);
		} else {
			continue;
		}
		before = ", ";
	}
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
	char kind[KIND_SIZE];
	if (ent_json_parse(watching->verb->json_reader, watching->data, watching->data_size, NULL,
			    &root, NULL) != ENT_OK)
		return verb_fail(watching->verb, "the node",
				"its answer is not what a node answers");
	if (watching->verb->json) {
		const int end = print_json(watching);
		if (end != 0)
			return end;
	} else if (strcmp(watching->kind, "lost") == 0) {
		(void)puts("lost: some events are no longer remembered; look anew at what they "
			   "were of");
	} else {
		(void)printf("%s",
				ent_text_show(watching->kind, strlen(watching->kind), kind,
						sizeof kind));
		print_members(root);
		(void)fputc('\n', stdout);
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
