/* SPDX-License-Identifier: Apache-2.0 */
/* test_scribe_killed.c: a process that writes two ledgers is killed under load, again and again. */
#include <signal.h>
#include <sys/wait.h>

#include "scribes.h"

struct child {
	struct call call;
	int pipe;
};

static void tell_parent(struct ent_scribe_job *job, ent_status status) {
	const struct child *child = (struct child *)job;
	if (status == ENT_OK)
		(void)!write(child->pipe, &child->call.command.number,
				sizeof child->call.command.number);
	call_done(job, status);
}

/* Writes two ledgers until it is killed; each acknowledged number goes through the pipe. */
static void live_and_die(const char *path, int pipe, uint64_t from) {
	struct desk desk = {.key = note_key(7), .now_us = 1};
	struct chain chains[2] = {{.steps_back = true}, {.steps_back = true}};
	struct ent_scribe_ledger *ledgers[2];
	static struct child children[64];
	(void)snprintf(desk.path, sizeof desk.path, "%s", path);
	desk.store = store_at(path);
	desk_start(&desk);
	ledgers[0] = desk_ledger(&desk, "line/a/b", &chains[0]);
	ledgers[1] = desk_ledger(&desk, "line/a/c", &chains[1]);
	for (uint64_t number = from;; number += COUNT_OF(children)) {
		for (size_t i = 0; i < COUNT_OF(children); i++) {
			struct call *call = &children[i].call;
			memset(call, 0, sizeof *call);
			children[i].pipe = pipe;
			(void)pthread_mutex_init(&call->lock, NULL);
			(void)pthread_cond_init(&call->told, NULL);
			call->command = (struct command){SAY, 1, number + i, 50};
			call->job.command = &call->command;
			call->job.done = tell_parent;
			ent_scribe_submit(ledgers[i % 2], &call->job);
		}
		for (size_t i = 0; i < COUNT_OF(children); i++)
			(void)call_wait(&children[i].call);
	}
}

static ent_status note_number(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	bool *there = user;
	char text[64] = "";
	(void)seq;
	const char *number = strstr(entry->bytes, "\"number\":");
	CHECK(number != NULL);
	memcpy(text, number, 40);
	there[strtoull(text + 9, NULL, 10)] = true;
	return ENT_OK;
}

TEST(scribe__killed_under_load_it_has_all_that_it_acknowledged) {
	enum { NUMBERS = 1 << 20, LIVES = 6 };
	struct desk desk;
	bool *acknowledged = calloc(NUMBERS, 1), *there = calloc(NUMBERS, 1);
	uint64_t number = 0, all = 0;
	(void)state_;
	CHECK(acknowledged != NULL && there != NULL);
	desk_open(&desk);
	for (unsigned life = 0; life < LIVES; life++) {
		int ends[2];
		desk_stop(&desk);
		ent_store_close(desk.store);
		CHECK(pipe(ends) == 0);
		const pid_t child = fork();
		CHECK(child >= 0);
		if (child == 0) {
			(void)close(ends[0]);
			live_and_die(desk.path, ends[1], life * (NUMBERS / LIVES));
		}
		(void)close(ends[1]);
		for (unsigned n = 0; n < 300 + 200 * life; n++)
			if (read(ends[0], &number, sizeof number) == (ssize_t)sizeof number)
				acknowledged[number] = true;
		CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
		while (read(ends[0], &number, sizeof number) == (ssize_t)sizeof number)
			acknowledged[number] = true;
		(void)close(ends[0]);
		desk.store = store_at(desk.path);
		desk_start(&desk);
		for (unsigned i = 0; i < 2; i++) {
			struct chain chain = {0};
			uint32_t id;
			const char *name = i == 0 ? "line/a/b" : "line/a/c";
			desk_check(&desk, desk_ledger(&desk, name, &chain), &chain);
			CHECK(ent_store_ledger(desk.store, name, false, &id) == ENT_OK);
			CHECK(ent_store_read(desk.store, id, 0, UINT64_MAX, note_number, there) ==
					ENT_OK);
		}
		for (size_t i = 0; i < NUMBERS; i++) {
			CHECK(!acknowledged[i] || there[i]);
			all += acknowledged[i] && life == LIVES - 1;
		}
	}
	CHECK(all > 2000);
	desk_close(&desk);
	free(acknowledged);
	free(there);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(scribe__killed_under_load_it_has_all_that_it_acknowledged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
