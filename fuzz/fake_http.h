/* SPDX-License-Identifier: Apache-2.0 */
/* fake_http.h: http.h without a server: a request that is made of bytes, and the answer that it got. */
#ifndef ENTENTE_FUZZ_FAKE_HTTP_H
#define ENTENTE_FUZZ_FAKE_HTTP_H

#include "entente/http.h"

enum { FAKE_ARGUMENTS_MAX = 8 };

/* What of it are texts, is borrowed. */
struct ent_http_request {
	enum ent_http_method method;
	const char *path, *authorization;
	struct {
		const char *name, *value;
	} argument[FAKE_ARGUMENTS_MAX]; /* of the query */
	size_t n_arguments;
	const char *body; /* with 64 zero bytes behind it */
	size_t body_size;
	int64_t start_utc_us;
	bool gone; /* the client did not wait */
	void *context;
	const char *route;
	/* The answer. */
	unsigned answers; /* how many there were */
	unsigned status;
	const char *content_type;
	char *answer; /* to be freed */
	size_t answer_size;
};

#endif
