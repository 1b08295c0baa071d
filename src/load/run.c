/* SPDX-License-Identifier: Apache-2.0 */
/* run.c: the phases of a run but the last; see run.h. */
#include "run.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "entente/text.h"
#include "scan.h"

#define NS_PER_S INT64_C(1000000000)
enum { REPLACED_MAX = 100 /* of the population, that were not answered well */ };

#define PREPARE_NS (600 * NS_PER_S) /* at most */

uint64_t load_random(struct load_run *run) {
	uint64_t z = (run->random += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint32_t load_random_below(struct load_run *run, uint32_t n) {
	return (uint32_t)(((load_random(run) >> 32) * n) >> 32);
}

ent_status load_run_renew(struct load_run *run, struct ent_fault *reterr_fault) {
	bool changed;
	const ent_status status = load_bearer_renew(
			&run->bearer, load_now_utc_us(), &changed, reterr_fault);
	if (status != ENT_OK || !changed)
		return status;
	run->head.size = 0;
	load_put_text(&run->head, " HTTP/1.1\r\nHost: ");
	load_put_text(&run->head, run->options->url.authority);
	load_put_text(&run->head, "\r\nAuthorization: Bearer ");
	load_put(&run->head, run->bearer.token, run->bearer.length);
	load_put_text(&run->head, "\r\n");
	return ENT_OK;
}

/* --- Progress --- */

void load_run_clear_progress(const struct load_run *run) {
	if (run->progress)
		(void)fputs("\r\033[K", stderr);
}

static void show_progress(struct load_run *run) {
	const struct load_tally *tally = run->tally;
	if (!run->progress)
		return;
	load_run_clear_progress(run);
	if (run->counting) {
		(void)fprintf(stderr, "%s: %lld s of %u, %llu/s, %llu errors", run->phase,
				(long long)((load_now_mono_ns() - tally->start_mono_ns) / NS_PER_S),
				run->options->seconds,
				(unsigned long long)(tally->requests - run->shown_requests),
				(unsigned long long)tally->errors);
		run->shown_requests = tally->requests;
	} else {
		(void)fprintf(stderr, "%s: %llu of %llu", run->phase, (unsigned long long)run->done,
				(unsigned long long)run->of);
	}
	(void)fflush(stderr);
}

bool load_run_tick(void *user) {
	struct load_run *run = user;
	/* The token that is there may still do; if not, answers say so. */
	struct ent_fault fault;
	if (load_run_renew(run, &fault) != ENT_OK && run->progress) {
		load_run_clear_progress(run);
		(void)fprintf(stderr, "entente: %s: %s\n", fault.where, fault.why);
	}
	show_progress(run);
	return !run->failed;
}

/* --- Greeting --- */

void load_run_say_refusal(
		const struct load_answer *answer, const char *what, struct ent_fault *ret_fault) {
	struct load_span message;
	const char *at = answer != NULL ? answer->body : NULL;
	char shown[160] = "";
	if (answer == NULL) {
		ent_fault_set(ret_fault, "", "%s was not answered", what);
		return;
	}
	if (load_scan_string(&at, answer->body + answer->size, "message", &message))
		(void)ent_text_show(message.text, message.length, shown, sizeof shown);
	ent_fault_set(ret_fault, "", "%s was answered %u%s%s", what, answer->status,
			shown[0] != '\0' ? ": " : "", shown);
}

static enum load_step greet_next(
		void *user, unsigned lane, const char **ret_bytes, size_t *ret_size) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	if (run->done > 0)
		return run->done == 1 ? LOAD_WAIT : LOAD_END;
	run->done = 1;
	if (!load_act_add(run, task, LOAD_INTENT))
		return LOAD_END;
	load_book_set(run->book, task->record, LOAD_GONE);
	run->next_spot = 0;
	task->verb = LOAD_GET;
	load_act_request(run, task);
	*ret_bytes = task->request.bytes;
	*ret_size = task->request.size;
	return LOAD_SEND;
}

static void greet_done(
		void *user, unsigned lane, const struct load_answer *answer, int64_t took_ns) {
	struct load_run *run = user;
	(void)lane;
	(void)took_ns;
	run->done = 2;
	run->failed = answer == NULL || answer->status != 404;
	if (answer != NULL && (answer->status == 401 || answer->status == 403))
		load_run_say_refusal(answer, "our token", &run->fault);
	else if (run->failed)
		load_run_say_refusal(answer, "a GET of an intent that is not there", &run->fault);
}

static bool greet_tick(void *user) {
	const struct load_run *run = user;
	return run->done < 2;
}

ent_status load_run_greet(struct load_run *run, struct ent_fault *reterr_fault) {
	const struct load_script script = {run, greet_next, greet_done, greet_tick};
	run->done = 0;
	const ent_status status = load_client_run(
			run->client, &script, load_now_mono_ns() + PREPARE_NS, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (run->failed)
		*reterr_fault = run->fault;
	return run->failed ? ENT_E_REFUSED : ENT_OK;
}

/* --- Preparing --- */

static enum load_step send_task(struct load_run *run, struct load_task *task,
		const char **ret_bytes, size_t *ret_size) {
	load_act_begin(run, task);
	*ret_bytes = task->request.bytes;
	*ret_size = task->request.size;
	return LOAD_SEND;
}

static enum load_step prepare_next(
		void *user, unsigned lane, const char **ret_bytes, size_t *ret_size) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	if (run->failed)
		return LOAD_END;
	if (task->again)
		return send_task(run, task, ret_bytes, ret_size);
	for (int kind = 0; kind < LOAD_KIND_COUNT; kind++) {
		if (run->wanted[kind] == 0)
			continue;
		run->wanted[kind]--;
		if (!load_act_add(run, task, (enum load_kind)kind))
			return LOAD_END;
		return send_task(run, task, ret_bytes, ret_size);
	}
	return run->under_way[LOAD_CREATE] > 0 ? LOAD_WAIT : LOAD_END;
}

static void prepare_done(
		void *user, unsigned lane, const struct load_answer *answer, int64_t took_ns) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	load_act_end(run, task, answer, took_ns);
	if (task->again)
		return;
	if (load_book_at(run->book, task->record)->standing == LOAD_LIVE) {
		run->done++;
		return;
	}
	/* A server that is not at its best gets another one instead. */
	const bool known = answer != NULL && answer->status < 500 && answer->status != 429;
	if (run->failed || (!known && run->n_replaced < REPLACED_MAX)) {
		run->wanted[task->kind]++;
		run->n_replaced++;
		return;
	}
	run->failed = true;
	load_run_say_refusal(answer, "a create of the population", &run->fault);
}

ent_status load_run_prepare(struct load_run *run, struct ent_fault *reterr_fault) {
	const struct load_script script = {run, prepare_next, prepare_done, load_run_tick};
	const struct load_mix *mix = run->mix;
	if (mix->empty)
		return ENT_OK;
	uint32_t n = mix->population > 0 ? mix->population : run->options->population;
	/* Every place that is begun is filled. */
	if (mix->slots > 0)
		n += (mix->slots - n % mix->slots) % mix->slots;
	run->wanted[LOAD_INTENT] = n;
	run->wanted[LOAD_CONSTRAINT] = n * mix->constraints_percent / 100;
	run->wanted[LOAD_SUBSCRIPTION] = n * mix->subscriptions_percent / 100;
	run->phase = "preparing";
	run->done = run->of = 0;
	for (int kind = 0; kind < LOAD_KIND_COUNT; kind++)
		run->of += run->wanted[kind];
	const ent_status status = load_client_run(
			run->client, &script, load_now_mono_ns() + PREPARE_NS, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (!run->failed && run->done < run->of) {
		ent_fault_set(&run->fault, "", "the population could not be filed in time");
		run->failed = true;
	}
	if (run->failed)
		*reterr_fault = run->fault;
	return run->failed ? ENT_E_REFUSED : ENT_OK;
}

/* --- Measuring --- */

static enum load_step measure_next(
		void *user, unsigned lane, const char **ret_bytes, size_t *ret_size) {
	struct load_run *run = user;
	struct load_task *task = &run->tasks[lane];
	if (!task->again) {
		const enum load_step step = run->mix->choose(run, task);
		if (step != LOAD_SEND)
			return step;
	}
	return send_task(run, task, ret_bytes, ret_size);
}

static void measure_done(
		void *user, unsigned lane, const struct load_answer *answer, int64_t took_ns) {
	struct load_run *run = user;
	load_act_end(run, &run->tasks[lane], answer, took_ns);
}

static int64_t cpu_us(void) {
	struct rusage usage;
	(void)getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
			usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

ent_status load_run_measure(struct load_run *run, struct ent_fault *reterr_fault) {
	const struct load_script script = {run, measure_next, measure_done, load_run_tick};
	struct load_tally *tally = run->tally;
	run->phase = run->mix->name;
	run->counting = true;
	tally->cpu_us = cpu_us();
	tally->start_mono_ns = load_now_mono_ns();
	const ent_status status = load_client_run(run->client, &script,
			tally->start_mono_ns + run->options->seconds * NS_PER_S, reterr_fault);
	tally->end_mono_ns = load_now_mono_ns();
	tally->cpu_us = cpu_us() - tally->cpu_us;
	run->counting = false;
	return status;
}
