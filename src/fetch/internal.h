/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: what the files of this folder share. A transfer is made by whoever submits it, and is the thread's
 * from then on:
 *
 *   transfer_create --> coming (under the lock) --(thread)--> going, in libcurl's hands --> ended: done, freed
 */
#ifndef ENTENTE_FETCH_INTERNAL_H
#define ENTENTE_FETCH_INTERNAL_H

#include <curl/curl.h>

#include "entente/fetch.h"

/* A certificate and its key, as files that lie in memory and have names for as long as this lives. */
struct identity {
	int certificate_fd, key_fd; /* -1: none */
	char certificate_path[32], key_path[32];
};

struct transfer {
	struct transfer *previous, *next;
	CURL *curl;
	struct curl_slist *headers;
	void (*done)(void *user, const struct ent_fetch_result *result);
	void *user;
	char *answer; /* terminated once there is any */
	size_t size, capacity, answer_max, head_size;
	bool head_is_whole, has_end; /* of its answer: 'has_end' that it says where its body ends */
	bool too_large, no_memory, no_socket;
	int64_t start_us, silent_us;
	int64_t due_us;    /* when its time is over */
	int64_t opened_us; /* when its first socket was; 0: none yet */
	char why[CURL_ERROR_SIZE];
};

/* fetch.c: of the clock that cannot be set. */
int64_t fetch_now_us(void);

/* identity.c */
void identity_init(struct identity *identity);
/* E_IO, E_MEMORY; what is half made is for identity_finish. */
ENT_MUST_USE ent_status identity_fill(struct identity *identity, const char *certificate_pem,
		const char *key_pem, struct ent_fault *reterr_fault);
void identity_finish(struct identity *identity);

/* transfer.c. As ent_fetch_submit says. */
ENT_MUST_USE ent_status transfer_create(const struct ent_fetch_request *request,
		const struct identity *identity, struct transfer **ret_transfer,
		struct ent_fault *reterr_fault);
/* How it ended, by what libcurl says. */
void transfer_result(struct transfer *transfer, CURLcode code, struct ent_fetch_result *ret_result);
/* Calls 'done'. It is with libcurl no more, and gone afterwards. */
void transfer_end(struct transfer *transfer, const struct ent_fetch_result *result);
void transfer_destroy(struct transfer *transfer); /* NULL and half made are fine */

#endif
