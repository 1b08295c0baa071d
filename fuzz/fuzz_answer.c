/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_answer.c: answers to the load generator: the same whether their bytes come at once or in pieces, of a size that
 * the first byte says; then what is looked for in their bodies.
 */
#include "fuzz.h"

#include "answer.h"
#include "scan.h"

struct outcome {
	enum load_answer_step step;
	struct load_answer answer;
	size_t used;
};

/* Each time in a block that ends with the bytes that are there. */
static char *read_in_pieces(
		const uint8_t *data, size_t size, size_t piece, struct outcome *ret_outcome) {
	struct load_answer_reader reader = {0};
	char *bytes = NULL;
	size_t n = 0;
	ret_outcome->step = LOAD_ANSWER_MORE;
	while (ret_outcome->step == LOAD_ANSWER_MORE && n < size) {
		const size_t more = size - n < piece ? size - n : piece;
		bytes = realloc(bytes, n + more);
		FUZZ_CHECK(bytes != NULL);
		memcpy(bytes + n, data + n, more);
		n += more;
		ret_outcome->step = load_answer_read(
				&reader, bytes, n, &ret_outcome->answer, &ret_outcome->used);
	}
	FUZZ_CHECK(ret_outcome->step != LOAD_ANSWER_WHOLE || ret_outcome->used <= n);
	return bytes;
}

static void scan(const struct load_answer *answer) {
	const char *end = answer->body + answer->size, *at = answer->body;
	struct load_span span;
	int32_t number;
	while (load_scan_string(&at, end, "ovn", &span))
		FUZZ_CHECK(span.text > answer->body && span.text + span.length < end);
	at = answer->body;
	while (load_scan_int(&at, end, "version", &number))
		FUZZ_CHECK(number >= 0 && at <= end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct outcome whole, parts;
	if (size < 2)
		return 0;
	char *one = read_in_pieces(data + 1, size - 1, size, &whole);
	char *other = read_in_pieces(data + 1, size - 1, (size_t)1 + data[0] % 32, &parts);
	FUZZ_CHECK(whole.step == parts.step);
	if (whole.step == LOAD_ANSWER_WHOLE) {
		FUZZ_CHECK(whole.used == parts.used && whole.answer.status == parts.answer.status);
		FUZZ_CHECK(whole.answer.status >= 200 && whole.answer.status <= 599);
		FUZZ_CHECK(whole.answer.size == parts.answer.size);
		FUZZ_CHECK(memcmp(whole.answer.body, parts.answer.body, whole.answer.size) == 0);
		scan(&whole.answer);
	}
	free(one);
	free(other);
	return 0;
}
