/* SPDX-License-Identifier: Apache-2.0 */
/* The command line's client of a running node: one that says nothing costs no more than the time given; memory that fails is told. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "entente/seal.h"
#include "memory.h"
#include "stores.h"

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define SHORT_US INT64_C(300000)

/* --- What listens there --- */

struct place {
	int socket;
	bool answers; /* else it takes a request and says nothing */
	pthread_t thread;
	char data[FOLDER_SIZE];
};

static void *serve(void *user) {
	struct place *place = user;
	char request[4096];
	memory_spared = true;
	for (int one; (one = accept(place->socket, NULL, NULL)) >= 0; (void)close(one))
		while (recv(one, request, sizeof request, 0) > 0)
			if (place->answers &&
					send(one, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) < 0)
				break;
	return NULL;
}

static void place_open(struct place *place, bool answers) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof address;
	char path[FOLDER_SIZE + 16];
	memory_spared = true;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	place->answers = answers;
	place->socket = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(place->socket >= 0);
	CHECK(bind(place->socket, (struct sockaddr *)&address, sizeof address) == 0);
	CHECK(listen(place->socket, 4) == 0);
	CHECK(getsockname(place->socket, (struct sockaddr *)&address, &length) == 0);
	folder_make(place->data);
	(void)snprintf(path, sizeof path, "%s/control", place->data);
	FILE *file = fopen(path, "w");
	CHECK(file != NULL);
	struct stat about;
	CHECK(stat(place->data, &about) == 0);
	(void)fprintf(file, "http://127.0.0.1:%u\ntoken\nfolder %ju %ju\n",
			(unsigned)ntohs(address.sin_port), (uintmax_t)about.st_dev,
			(uintmax_t)about.st_ino);
	CHECK(fclose(file) == 0);
	CHECK(pthread_create(&place->thread, NULL, serve, place) == 0);
	memory_spared = false;
}

static void place_close(struct place *place) {
	(void)shutdown(place->socket, SHUT_RDWR);
	CHECK(pthread_join(place->thread, NULL) == 0);
	(void)close(place->socket);
	folder_remove(place->data);
}

static int64_t mono_us(void) {
	struct timespec now = {0, 0};
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

TEST(client__a_node_that_says_nothing_costs_the_time_that_is_given) {
	static const struct client_request request = {
			.method = ENT_FETCH_POST, .path = "/v1/clock", .wait_us = SHORT_US};
	struct place place;
	struct client *client = NULL;
	struct client_answer answer = {.status = 7};
	struct ent_fault fault = {{0}, {0}};
	(void)state_;
	place_open(&place, false);
	CHECK(client_open(place.data, &client, &fault) == ENT_OK);
	const int64_t begin_us = mono_us();
	CHECK(client_ask(client, &request, &answer, &fault) == ENT_E_IO);
	CHECK(mono_us() - begin_us >= SHORT_US && mono_us() - begin_us < 20 * SHORT_US);
	CHECK(strstr(fault.why, "no whole answer came in time") != NULL);
	CHECK(strstr(fault.why, "look before you ask again") != NULL);
	CHECK(answer.status == 7);
	client_close(client);
	place_close(&place);
}

/* From the file to the second answer over one connection. */
static ent_status live(const struct place *place, struct ent_fault *fault) {
	static const struct client_request request = {.method = ENT_FETCH_GET,
			.path = "/v1/state",
			.content_type = "application/json",
			.last_event_id = "7"};
	struct client *client = NULL;
	struct client_answer answer = {.body = NULL};
	ent_status status = client_open(place->data, &client, fault);
	for (int i = 0; status == ENT_OK && i < 2; i++) {
		status = client_ask(client, &request, &answer, fault);
		CHECK(status != ENT_OK || strcmp(answer.body, "{}") == 0);
		if (status == ENT_OK)
			free(answer.body);
	}
	client_close(client);
	return status;
}

TEST(client__memory_that_fails_is_told_and_leaves_nothing_behind) {
	struct place place;
	struct ent_fault fault = {{0}, {0}};
	(void)state_;
	place_open(&place, true);
	const int64_t live_before = memory.live;
	memory_begin(0, false);
	CHECK(live(&place, &fault) == ENT_OK);
	const uint64_t calls = memory.calls;
	unsigned told = 0;
	CHECK(calls > 3);
	for (uint64_t at = 1; at <= calls; at++) {
		memory_begin(at, false);
		const ent_status status = live(&place, &fault);
		/* The fetch says in its own words that memory failed within it; some that it has in spare it does without. */
		CHECK(status == ENT_OK || status == ENT_E_MEMORY || status == ENT_E_IO);
		told += status == ENT_E_MEMORY;
		memory_begin(0, false);
		CHECK(memory.live == live_before);
	}
	CHECK(told >= 3); /* the client's own: itself, and a body of each answer */
	CHECK(live(&place, &fault) == ENT_OK);
	place_close(&place);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(client__a_node_that_says_nothing_costs_the_time_that_is_given),
			TEST_ENTRY(client__memory_that_fails_is_told_and_leaves_nothing_behind),
	};
	CHECK(ent_seal_start() == ENT_OK && ent_fetch_start() == ENT_OK);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
