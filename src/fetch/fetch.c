/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch.c: the thread that runs the transfers: it sleeps in curl_multi_poll until a socket that is waited for is
 * ready, a deadline is there, or somebody has submitted. Sockets of kept connections are not waited for: that one has
 * ended is seen when it is to be used again.
 */
#include "internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

enum {
	CONNECTIONS_PER_PEER = 4, /* at once; further requests wait for one, within their time */
	SLEEP_MS = 3600000,       /* nobody waits for what this ends */
	PATIENCE_US = 50000,      /* libcurl ends what it can by itself, and knows more of it */
};

struct ent_fetch {
	CURLM *multi;
	struct identity identity;
	unsigned requests_max;
	pthread_t thread;
	bool runs, has_lock;
	struct transfer *going; /* the thread's, as is the next */
	int64_t next_due_us;    /* no later than when the first of these is */
	pthread_mutex_t lock;   /* of what follows */
	struct transfer *coming, **coming_end;
	unsigned requests; /* coming and going */
	bool ends;
};

int64_t fetch_now_us(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- The thread --- */

static void finish(struct ent_fetch *fetch, struct transfer *transfer,
		const struct ent_fetch_result *result) {
	(void)pthread_mutex_lock(&fetch->lock);
	fetch->requests--;
	(void)pthread_mutex_unlock(&fetch->lock);
	transfer_end(transfer, result);
}

static void leave(struct ent_fetch *fetch, struct transfer *transfer) {
	if (transfer->previous != NULL)
		transfer->previous->next = transfer->next;
	else
		fetch->going = transfer->next;
	if (transfer->next != NULL)
		transfer->next->previous = transfer->previous;
	(void)curl_multi_remove_handle(fetch->multi, transfer->curl);
}

static void begin(struct ent_fetch *fetch, struct transfer *transfer) {
	static const struct ent_fetch_result failed = {
			.end = ENT_FETCH_OURS, .body = "", .why = "out of memory"};
	const int64_t left_us = transfer->due_us - fetch_now_us();
	const long left_ms = left_us <= 0 ? 1 : (long)((left_us + 999) / 1000);
	if (curl_easy_setopt(transfer->curl, CURLOPT_TIMEOUT_MS, left_ms) != CURLE_OK ||
			curl_multi_add_handle(fetch->multi, transfer->curl) != CURLM_OK) {
		finish(fetch, transfer, &failed);
		return;
	}
	if (transfer->due_us < fetch->next_due_us)
		fetch->next_due_us = transfer->due_us;
	transfer->previous = NULL;
	transfer->next = fetch->going;
	if (fetch->going != NULL)
		fetch->going->previous = transfer;
	fetch->going = transfer;
}

/* False: it is time to end. */
static bool take_coming(struct ent_fetch *fetch) {
	(void)pthread_mutex_lock(&fetch->lock);
	struct transfer *at = fetch->coming;
	const bool ends = fetch->ends;
	fetch->coming = NULL;
	fetch->coming_end = &fetch->coming;
	(void)pthread_mutex_unlock(&fetch->lock);
	while (at != NULL) {
		struct transfer *next = at->next;
		begin(fetch, at);
		at = next;
	}
	return !ends;
}

static void finish_ended(struct ent_fetch *fetch) {
	const CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(fetch->multi, &left)) != NULL) {
		struct transfer *transfer = NULL;
		struct ent_fetch_result result;
		if (message->msg != CURLMSG_DONE ||
				curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
						(char **)&transfer) != CURLE_OK)
			continue;
		transfer_result(transfer, message->data.result, &result);
		leave(fetch, transfer);
		finish(fetch, transfer, &result);
	}
}

/* One that waits for a peer's connections is not looked at by libcurl until it has one, whatever time it was given. */
static void end_overdue(struct ent_fetch *fetch, int64_t now_us) {
	if (now_us < fetch->next_due_us + PATIENCE_US)
		return;
	fetch->next_due_us = INT64_MAX - PATIENCE_US;
	for (struct transfer *at = fetch->going, *next; at != NULL; at = next) {
		next = at->next;
		if (now_us >= at->due_us + PATIENCE_US) {
			struct ent_fetch_result result;
			transfer_result(at, CURLE_OPERATION_TIMEDOUT, &result);
			leave(fetch, at);
			finish(fetch, at, &result);
		} else if (at->due_us < fetch->next_due_us) {
			fetch->next_due_us = at->due_us;
		}
	}
}

/* Until the first is overdue. */
static int sleep_ms(const struct ent_fetch *fetch) {
	const int64_t left_us = fetch->next_due_us + PATIENCE_US - fetch_now_us();
	if (left_us <= 0)
		return 0;
	return left_us >= SLEEP_MS * INT64_C(1000) ? SLEEP_MS : (int)((left_us + 999) / 1000);
}

static void stop_all(struct ent_fetch *fetch) {
	static const struct ent_fetch_result stopped = {
			.end = ENT_FETCH_STOPPED, .body = "", .why = ""};
	struct transfer *at = fetch->going;
	while (at != NULL) {
		struct transfer *next = at->next;
		leave(fetch, at);
		finish(fetch, at, &stopped);
		at = next;
	}
}

static void *run(void *user) {
	struct ent_fetch *fetch = user;
	int running;
	while (take_coming(fetch)) {
		const int64_t now_us = fetch_now_us();
		(void)curl_multi_perform(fetch->multi, &running);
		finish_ended(fetch);
		end_overdue(fetch, now_us);
		(void)curl_multi_poll(fetch->multi, NULL, 0, sleep_ms(fetch), NULL);
	}
	/* What 'done' submits from here on comes too late. */
	stop_all(fetch);
	return NULL;
}

/* --- For others --- */

static ent_status check_options(const struct ent_fetch_options *options, struct ent_fault *fault) {
	if ((options->certificate_pem == NULL) != (options->key_pem == NULL)) {
		ent_fault_set(fault, "", "a certificate and its key come together");
		return ENT_E_SYNTAX;
	}
	const bool requests = options->requests_max >= 1 &&
			options->requests_max <= ENT_FETCH_REQUESTS_MAX;
	if (requests && options->connections_kept_max >= 1 &&
			options->connections_kept_max <= ENT_FETCH_REQUESTS_MAX)
		return ENT_OK;
	ent_fault_set(fault, requests ? "connections_kept_max" : "requests_max", "from 1 to %d",
			ENT_FETCH_REQUESTS_MAX);
	return ENT_E_DOMAIN;
}

static bool open_multi(struct ent_fetch *fetch, unsigned kept_max) {
	fetch->multi = curl_multi_init();
	return fetch->multi != NULL &&
			curl_multi_setopt(fetch->multi, CURLMOPT_MAXCONNECTS, (long)kept_max) ==
			CURLM_OK &&
			curl_multi_setopt(fetch->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
					(long)CONNECTIONS_PER_PEER) == CURLM_OK;
}

/* Signals are for the program's own threads. */
static bool start_thread(struct ent_fetch *fetch) {
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	fetch->runs = pthread_create(&fetch->thread, NULL, run, fetch) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return fetch->runs;
}

ent_status ent_fetch_create(const struct ent_fetch_options *options, struct ent_fetch **ret_fetch,
		struct ent_fault *reterr_fault) {
	ent_status status = check_options(options, reterr_fault);
	if (status != ENT_OK)
		return status;
	struct ent_fetch *fetch = calloc(1, sizeof *fetch);
	if (fetch == NULL) {
		ent_fault_set(reterr_fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	identity_init(&fetch->identity);
	fetch->requests_max = options->requests_max;
	fetch->coming_end = &fetch->coming;
	fetch->next_due_us = INT64_MAX - PATIENCE_US;
	fetch->has_lock = pthread_mutex_init(&fetch->lock, NULL) == 0;
	if (options->certificate_pem != NULL)
		status = identity_fill(&fetch->identity, options->certificate_pem, options->key_pem,
				reterr_fault);
	if (status == ENT_OK &&
			(!fetch->has_lock || !open_multi(fetch, options->connections_kept_max) ||
					!start_thread(fetch))) {
		ent_fault_set(reterr_fault, "", "out of memory, descriptors or threads");
		status = ENT_E_MEMORY;
	}
	if (status != ENT_OK) {
		ent_fetch_destroy(fetch);
		return status;
	}
	*ret_fetch = fetch;
	return ENT_OK;
}

/* Counts it, if there is room. */
static bool enter(struct ent_fetch *fetch) {
	(void)pthread_mutex_lock(&fetch->lock);
	const bool room = fetch->requests < fetch->requests_max && !fetch->ends;
	fetch->requests += room;
	(void)pthread_mutex_unlock(&fetch->lock);
	return room;
}

ent_status ent_fetch_submit(struct ent_fetch *fetch, const struct ent_fetch_request *request,
		struct ent_fault *reterr_fault) {
	struct transfer *transfer = NULL;
	if (!enter(fetch)) {
		ent_fault_set(reterr_fault, "", "more than %u requests in hand, or stopping",
				fetch->requests_max);
		return ENT_E_LIMIT;
	}
	const ent_status status = transfer_create(
			request, &fetch->identity, &transfer, reterr_fault);
	(void)pthread_mutex_lock(&fetch->lock);
	if (transfer != NULL) {
		*fetch->coming_end = transfer;
		fetch->coming_end = &transfer->next;
	} else {
		fetch->requests--;
	}
	(void)pthread_mutex_unlock(&fetch->lock);
	if (transfer != NULL)
		(void)curl_multi_wakeup(fetch->multi);
	return status;
}

void ent_fetch_destroy(struct ent_fetch *fetch) {
	if (fetch == NULL)
		return;
	if (fetch->runs) {
		(void)pthread_mutex_lock(&fetch->lock);
		fetch->ends = true;
		(void)pthread_mutex_unlock(&fetch->lock);
		(void)curl_multi_wakeup(fetch->multi);
		(void)pthread_join(fetch->thread, NULL);
	}
	(void)curl_multi_cleanup(fetch->multi);
	identity_finish(&fetch->identity);
	if (fetch->has_lock)
		(void)pthread_mutex_destroy(&fetch->lock);
	free(fetch);
}
