/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_http_path.c: path and query of a request line. What is taken holds no NUL, is no longer than it was sent, and is the
 * same again after it has been escaped in full; each argument is found by its name.
 */
#include "fuzz.h"

#include "target.h"

/* Every byte as %XX; 'size' bytes, 3 times as many out. */
static char *escape(const char *text, size_t size) {
	static const char digits[] = "0123456789ABCDEF";
	char *to = malloc(3 * size + 1);
	FUZZ_CHECK(to != NULL);
	for (size_t i = 0; i < size; i++) {
		to[3 * i] = '%';
		to[3 * i + 1] = digits[(unsigned char)text[i] >> 4];
		to[3 * i + 2] = digits[(unsigned char)text[i] & 15];
	}
	to[3 * size] = '\0';
	return to;
}

static void path(const char *raw, size_t size) {
	/* Exactly what target.h says is needed. */
	char *decoded = malloc(size + 1);
	FUZZ_CHECK(decoded != NULL);
	if (target_decode_path(raw, size, decoded)) {
		const size_t n = strlen(decoded);
		FUZZ_CHECK(n >= 1 && n <= size && raw[0] == '/' && decoded[0] == '/');
		char *escaped = escape(decoded + 1, n - 1);
		char *again = malloc(3 * n + 2);
		char *slashed = malloc(3 * n + 2);
		FUZZ_CHECK(again != NULL && slashed != NULL);
		slashed[0] = '/';
		memcpy(slashed + 1, escaped, 3 * (n - 1));
		FUZZ_CHECK(target_decode_path(slashed, 1 + 3 * (n - 1), again));
		FUZZ_CHECK(strcmp(decoded, again) == 0);
		free(slashed);
		free(again);
		free(escaped);
	}
	free(decoded);
}

/* Puts the arguments together again, escaped, and reads them back. */
static void query_again(const char *pairs, size_t size) {
	char *text = malloc(4 * size + 1), *again = malloc(8 * size + 4);
	size_t n = 0, again_size = 0;
	FUZZ_CHECK(text != NULL && again != NULL);
	for (size_t i = 0; i < size;) {
		for (int part = 0; part < 2; part++) {
			const size_t length = strlen(pairs + i);
			char *escaped = escape(pairs + i, length);
			memcpy(text + n, escaped, 3 * length);
			n += 3 * length;
			text[n++] = part == 0 ? '=' : '&';
			free(escaped);
			i += length + 1;
		}
	}
	FUZZ_CHECK(target_decode_query(text, n, again, &again_size));
	FUZZ_CHECK(again_size == size && memcmp(pairs, again, size) == 0);
	free(text);
	free(again);
}

static void query(const char *raw, size_t size) {
	char *pairs = malloc(2 * size + 2);
	size_t n = 0;
	FUZZ_CHECK(pairs != NULL);
	if (target_decode_query(raw, size, pairs, &n)) {
		FUZZ_CHECK(n <= 2 * size + 2 && (n == 0 || pairs[n - 1] == '\0'));
		size_t zeros = 0;
		for (size_t i = 0; i < n; i++)
			zeros += pairs[i] == '\0';
		FUZZ_CHECK(zeros % 2 == 0);
		for (size_t i = 0; i < n;) {
			const char *found = target_find(pairs, n, pairs + i);
			FUZZ_CHECK(found != NULL && found >= pairs && found < pairs + n);
			i += strlen(pairs + i) + 1;
			i += strlen(pairs + i) + 1;
		}
		query_again(pairs, n);
	}
	free(pairs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size == 0 || size > 65536)
		return 0;
	/* An exact copy, so that a byte too far is seen. */
	char *text = malloc(size);
	FUZZ_CHECK(text != NULL);
	memcpy(text, data, size);
	path(text, size);
	query(text, size);
	const char *mark = memchr(text, '?', size);
	if (mark != NULL) {
		path(text, (size_t)(mark - text));
		query(mark + 1, size - (size_t)(mark - text) - 1);
	}
	free(text);
	return 0;
}
