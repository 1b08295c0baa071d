/* SPDX-License-Identifier: Apache-2.0 */
/* memos.h: memoranda for tests, from tests/data/memo, as they are and with something changed. */
#ifndef ENTENTE_TESTS_MEMOS_H
#define ENTENTE_TESTS_MEMOS_H

#include "entente/memodoc.h"
#include "test.h"

/* Terminated, with room for a little more; the caller's. */
static inline char *memo_file(const char *name, size_t *ret_size) {
	char path[512];
	(void)snprintf(path, sizeof path, "%s/memo/%s", TEST_DATA, name);
	FILE *file = fopen(path, "rb");
	CHECK(file != NULL);
	char *bytes = calloc(1, ENT_MEMODOC_SIZE_MAX);
	CHECK(bytes != NULL);
	*ret_size = fread(bytes, 1, ENT_MEMODOC_SIZE_MAX - 16, file);
	(void)fclose(file);
	return bytes;
}

static inline struct ent_memodoc_faults *memo_faults(void) {
	struct ent_memodoc_faults *faults = calloc(1, sizeof *faults);
	CHECK(faults != NULL);
	return faults;
}

static inline struct ent_memodoc *memo_of(const char *name) {
	struct ent_memodoc_faults *faults = memo_faults();
	struct ent_memodoc *doc = NULL;
	size_t size;
	char *bytes = memo_file(name, &size);
	if (ent_memodoc_read(bytes, size, &doc, faults) != ENT_OK)
		fail_msg("%s: %s", faults->fault[0].fault.where, faults->fault[0].fault.why);
	free(bytes);
	free(faults);
	return doc;
}

static inline struct ent_memodoc *memo_good(void) {
	return memo_of("good.json");
}

/* With the first 'find' replaced, which must be there; the caller's. */
static inline char *memo_changed(const char *name, const char *find, const char *put) {
	size_t size;
	char *bytes = memo_file(name, &size), *text = calloc(1, size + strlen(put) + 1);
	CHECK(text != NULL);
	const char *at = strstr(bytes, find);
	CHECK_ROW(find, at != NULL);
	memcpy(text, bytes, (size_t)(at - bytes));
	strcat(text, put);
	strcat(text, at + strlen(find));
	free(bytes);
	return text;
}

/* An object of so many members that there are not; the caller's. */
static inline char *memo_many_faults(int n) {
	char *text = calloc(1, (size_t)n * 16 + 3);
	CHECK(text != NULL);
	strcat(text, "{");
	for (int i = 0; i < n; i++)
		(void)sprintf(text + strlen(text), "%s\"m%d\":1", i > 0 ? "," : "", i);
	strcat(text, "}");
	return text;
}

#endif
