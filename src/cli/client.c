/* SPDX-License-Identifier: Apache-2.0 */
/* client.c: see client.h. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente/seal.h"

/* DIR/control: an address, a token, and of which directory it is. */
#define CONTROL "control"
#define HOST "http://127.0.0.1:"
#define FOLDER "folder "
enum {
	CONTROL_MAX = 512,
	PATH_SIZE = 4096,
	TOKEN_MAX = 128,
	PORT_MAX = 65535,
	CONNECT_US = 5000000,
	UNAUTHORIZED = 401,
	HEADERS_SIZE = 9
};

struct client {
	struct ent_fetch *fetch;
	char data[PATH_SIZE], base[sizeof HOST + 8]; /* without a slash at its end */
	char bearer[TOKEN_MAX + sizeof "Bearer "];
	pthread_mutex_t lock;
	pthread_cond_t ended;
	/* Of the request that is in hand. */
	bool done, memory_failed;
	enum ent_fetch_end end;
	struct client_answer answer;
	char why[ENT_FAULT_WHY_SIZE];
};

static ent_status refuse(
		struct ent_fault *fault, ent_status status, const char *data, const char *why) {
	ent_fault_set(fault, data, "%s", why);
	return status;
}

static ent_status no_node(struct ent_fault *fault, const char *data) {
	ent_fault_set(fault, "", "no node runs on %.120s: start it with entente serve", data);
	return ENT_E_MISSING;
}

/* --- DIR/control --- */

static ent_status read_control(
		const char *data, char ret_text[CONTROL_MAX + 1], struct ent_fault *fault) {
	char path[PATH_SIZE];
	size_t length = 0;
	ssize_t got = 1;
	const int printed = snprintf(path, sizeof path, "%s/" CONTROL, data);
	if (printed < 0 || (size_t)printed >= sizeof path)
		return refuse(fault, ENT_E_LIMIT, data, "its name is too long");
	const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
		return access(data, F_OK) == 0
				? no_node(fault, data)
				: refuse(fault, ENT_E_MISSING, data, "there is no such directory");
	if (file < 0) {
		ent_fault_set(fault, path, "%s; it is for who owns the node's data",
				strerror(errno));
		return errno == EACCES ? ENT_E_REFUSED : ENT_E_IO;
	}
	while (got > 0 && length < CONTROL_MAX) {
		got = read(file, ret_text + length, CONTROL_MAX - length);
		length += got > 0 ? (size_t)got : 0;
	}
	const int error = errno;
	(void)close(file);
	if (got < 0)
		return refuse(fault, ENT_E_IO, path, strerror(error));
	ret_text[length] = '\0';
	return ENT_OK;
}

/* One line, cut off from the text; NULL: there is no whole one. */
static char *take_line(char **at) {
	char *line = *at, *end = strchr(line, '\n');
	if (end == NULL)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return line;
}

static bool is_address(const char *text) {
	const size_t begin = sizeof HOST - 1;
	long port = 0;
	if (strncmp(text, HOST, begin) != 0)
		return false;
	const size_t digits = strspn(text + begin, "0123456789");
	if (digits == 0 || digits > 5 || text[begin + digits] != '\0')
		return false;
	port = strtol(text + begin, NULL, 10);
	return port > 0 && port <= PORT_MAX;
}

static bool is_token(const char *text) {
	const size_t length = strlen(text);
	return length > 0 && length <= TOKEN_MAX &&
			strspn(text,
					"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					"0123456789-_") == length;
}

static bool is_of(const char *line, const char *data) {
	char text[sizeof FOLDER + 48];
	struct stat folder;
	if (stat(data, &folder) != 0)
		return false;
	(void)snprintf(text, sizeof text, FOLDER "%ju %ju", (uintmax_t)folder.st_dev,
			(uintmax_t)folder.st_ino);
	return strcmp(line, text) == 0;
}

static ent_status take_control(struct client *client, char *text, struct ent_fault *fault) {
	char *at = text;
	const char *address = take_line(&at), *token = address != NULL ? take_line(&at) : NULL;
	const char *folder = token != NULL ? take_line(&at) : NULL;
	if (folder == NULL || *at != '\0' || !is_address(address) || !is_token(token) ||
			strncmp(folder, FOLDER, sizeof FOLDER - 1) != 0)
		return refuse(fault, ENT_E_SYNTAX, CONTROL,
				"this is not what a node writes there: http://127.0.0.1:PORT, a "
				"token and the folder's number; start the node anew");
	/* Its node runs on the directory that this one was copied from: what is asked here must not be done there. */
	if (!is_of(folder, client->data)) {
		ent_fault_set(fault, "",
				"no node runs on %.120s: its control is another folder's, which "
				"this one was copied from",
				client->data);
		return ENT_E_MISSING;
	}
	(void)snprintf(client->base, sizeof client->base, "%s", address);
	(void)snprintf(client->bearer, sizeof client->bearer, "Bearer %s", token);
	return ENT_OK;
}

/* --- Opened and closed --- */

ent_status client_open(
		const char *data, struct client **ret_client, struct ent_fault *reterr_fault) {
	const struct ent_fetch_options options = {.requests_max = 1, .connections_kept_max = 1};
	char text[CONTROL_MAX + 1] = "";
	struct client *client = NULL;
	ent_status status = read_control(data, text, reterr_fault);
	if (status == ENT_OK) {
		client = calloc(1, sizeof *client);
		if (client == NULL)
			status = ENT_E_MEMORY;
	}
	if (status == ENT_OK) {
		(void)pthread_mutex_init(&client->lock, NULL);
		(void)pthread_cond_init(&client->ended, NULL);
		(void)snprintf(client->data, sizeof client->data, "%s", data);
		status = take_control(client, text, reterr_fault);
	}
	if (status == ENT_OK)
		status = ent_fetch_start();
	if (status == ENT_OK)
		status = ent_fetch_create(&options, &client->fetch, reterr_fault);
	ent_seal_wipe(text, sizeof text);
	if (status != ENT_OK) {
		client_close(client);
		return status;
	}
	*ret_client = client;
	return ENT_OK;
}

void client_close(struct client *client) {
	if (client == NULL)
		return;
	ent_fetch_destroy(client->fetch);
	(void)pthread_cond_destroy(&client->ended);
	(void)pthread_mutex_destroy(&client->lock);
	ent_seal_wipe(client, sizeof *client);
	free(client);
}

/* --- A request --- */

/* In the fetch's thread. */
static void on_done(void *user, const struct ent_fetch_result *result) {
	struct client *client = user;
	(void)pthread_mutex_lock(&client->lock);
	client->end = result->end;
	client->answer = (struct client_answer){.status = result->status, .size = result->size};
	(void)snprintf(client->why, sizeof client->why, "%s", result->why);
	client->answer.body = malloc(result->size + 1);
	client->memory_failed = client->answer.body == NULL;
	if (client->answer.body != NULL)
		memcpy(client->answer.body, result->body, result->size + 1);
	client->done = true;
	(void)pthread_cond_signal(&client->ended);
	(void)pthread_mutex_unlock(&client->lock);
}

static void put_headers(const struct client *client, const struct client_request *request,
		const char *ret_headers[HEADERS_SIZE]) {
	size_t n = 0;
	ret_headers[n++] = "Authorization";
	ret_headers[n++] = client->bearer;
	if (request->content_type != NULL) {
		ret_headers[n++] = "Content-Type";
		ret_headers[n++] = request->content_type;
	}
	if (request->last_event_id != NULL) {
		ret_headers[n++] = "Last-Event-ID";
		ret_headers[n++] = request->last_event_id;
	}
	if (request->if_match != NULL) {
		ret_headers[n++] = "If-Match";
		ret_headers[n++] = request->if_match;
	}
	ret_headers[n] = NULL;
}

/* Why there is no answer. */
static ent_status explain(const struct client *client, const struct client_request *request,
		struct ent_fault *fault) {
	const bool may_be_done = request->method != ENT_FETCH_GET;
	switch (client->end) {
	case ENT_FETCH_REFUSED:
	case ENT_FETCH_NO_PATH:
		return no_node(fault, client->data);
	case ENT_FETCH_TOO_LARGE:
		return refuse(fault, ENT_E_LIMIT, client->base, "its answer is too large");
	case ENT_FETCH_MALFORMED:
		return refuse(fault, ENT_E_IO, client->base,
				"what answers there is no node: start the node anew");
	case ENT_FETCH_NO_ANSWER:
	case ENT_FETCH_CUT:
		ent_fault_set(fault, client->base, "%s%s", ent_fetch_end_text(client->end),
				may_be_done ? "; it may have been done all the same: look before "
					      "you ask again"
					    : "");
		return ENT_E_IO;
	default:
		ent_fault_set(fault, client->base, "%s%s%.100s", ent_fetch_end_text(client->end),
				client->why[0] != '\0' ? ": " : "", client->why);
		return ENT_E_IO;
	}
}

static ent_status judge(struct client *client, const struct client_request *request,
		struct client_answer *ret_answer, struct ent_fault *fault) {
	ent_status status = ENT_OK;
	if (client->end != ENT_FETCH_ANSWERED)
		status = explain(client, request, fault);
	else if (client->memory_failed)
		status = ENT_E_MEMORY;
	else if (client->answer.status == UNAUTHORIZED)
		status = refuse(fault, ENT_E_REFUSED, client->base,
				"what answers there does not take the token of " CONTROL
				": it is another node's, or was just started anew; try again");
	if (status != ENT_OK) {
		free(client->answer.body);
		return status;
	}
	*ret_answer = client->answer;
	return ENT_OK;
}

ent_status client_ask(struct client *client, const struct client_request *request,
		struct client_answer *ret_answer, struct ent_fault *reterr_fault) {
	const char *headers[HEADERS_SIZE];
	char url[ENT_FETCH_URL_MAX + 1];
	const int length = snprintf(url, sizeof url, "%s%s", client->base, request->path);
	if (length < 0 || (size_t)length >= sizeof url)
		return refuse(reterr_fault, ENT_E_LIMIT, client->base, "the path is too long");
	put_headers(client, request, headers);
	const struct ent_fetch_request asked = {.method = request->method,
			.url = url,
			.http_too = true,
			.headers = headers,
			.body = request->body,
			.body_size = request->size,
			.answer_max = CLIENT_ANSWER_MAX,
			.connect_us = CONNECT_US,
			.total_us = request->wait_us != 0 ? request->wait_us : CLIENT_WAIT_US,
			.done = on_done,
			.user = client};
	client->done = false;
	const ent_status status = ent_fetch_submit(client->fetch, &asked, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&client->lock);
	while (!client->done)
		(void)pthread_cond_wait(&client->ended, &client->lock);
	(void)pthread_mutex_unlock(&client->lock);
	return judge(client, request, ret_answer, reterr_fault);
}
