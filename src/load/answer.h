/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.h: reads an HTTP/1.1 answer (RFC 9112) as its bytes come: with Content-Length, in chunks, or without a
 * body (204, 304). Interim answers (1xx) are passed over. A body that ends with the connection is refused.
 */
#ifndef ENTENTE_LOAD_ANSWER_H
#define ENTENTE_LOAD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum {
	LOAD_ANSWER_HEAD_MAX = 16384,
	LOAD_ANSWER_MAX = 16 << 20 /* head and body; chunks with their sizes */
};

struct load_answer {
	unsigned status;
	bool close;       /* the server takes no more requests on this connection */
	const char *body; /* points into the bytes that were read */
	size_t size;
};

enum load_answer_step {
	LOAD_ANSWER_MORE, /* it is not all there */
	LOAD_ANSWER_WHOLE,
	LOAD_ANSWER_BAD /* not an answer, or one above a limit */
};

/* Its fields are the reader's own; zeroed is at an answer's first byte. */
struct load_answer_reader {
	size_t at;    /* what lies before has been read */
	size_t body;  /* where the body begins; 0 while the head is not whole */
	size_t ready; /* chunks: the body that is put together ends here */
	size_t left;  /* of the body or chunk */
	bool chunked, in_chunk, close, has_length;
	unsigned status;
};

/*
 * 'bytes' are all bytes of the answer so far; they may move between calls, and chunks are put together in
 * place. WHOLE: 'ret_answer' is set, and ret_used says how many of the bytes were the answer's.
 */
enum load_answer_step load_answer_read(struct load_answer_reader *reader, char *bytes, size_t size,
		struct load_answer *ret_answer, size_t *ret_used);

#endif
