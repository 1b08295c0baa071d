/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be had: for every input, every allocation fails once, and then all
 * from it on. The outcome is E_MEMORY with its fault, or the very result; nothing stays
 * behind (the sanitizers look) and nothing is half there. The linker puts the functions
 * below in place of those that our own objects call (tests/meson.build).
 */
#include <zlib.h>

#include "reading.h"

static uint64_t calls, fail_at; /* fail_at 0: never */
static bool fail_on;            /* all later ones too */
static int64_t live;            /* blocks from our own objects that were not freed */

static bool fails(void) {
	calls++;
	return fail_at != 0 && (calls == fail_at || (fail_on && calls > fail_at));
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

static void *counted(void *block) {
	live += block != NULL;
	return block;
}

void *__wrap_malloc(size_t size) {
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size) {
	return fails() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *block, size_t size) {
	if (fails())
		return NULL;
	return block == NULL ? counted(__real_realloc(NULL, size)) : __real_realloc(block, size);
}

char *__wrap_strdup(const char *text) {
	return fails() ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *block) {
	live -= block != NULL;
	__real_free(block);
}

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

static char input[200000];
static size_t input_size;

static void load(const char *name, bool packed) {
	char path[512];
	unsigned char plain[100000];
	(void)snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
	FILE *file = fopen(path, "rb");
	CHECK(file != NULL);
	size_t size = fread(plain, 1, sizeof plain, file);
	(void)fclose(file);
	if (!packed) {
		memcpy(input, plain, size);
		input_size = size;
		return;
	}
	z_stream z = {.next_in = plain, .avail_in = (uInt)size};
	z.next_out = (unsigned char *)input;
	z.avail_out = sizeof input;
	CHECK(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END && deflateEnd(&z) == Z_OK);
	input_size = z.total_out;
}

/* One run; the items and faults that came of it. */
static ent_status run_once(size_t *ret_items, uint64_t *ret_faults) {
	struct run run = {0};
	struct check_read_options options = {.skip_bad = true};
	*ret_items = 0;
	*ret_faults = 0;
	ent_status status = check_faults_init(&run.faults, 3);
	if (status == ENT_OK)
		status = check_reader_create(&run.model, &run.faults, &options, &run.reader);
	if (status == ENT_OK) {
		status = read_n(&run, "input", input, input_size);
		*ret_items = run.model.n_items;
		*ret_faults = run.faults.total;
		CHECK(status != ENT_E_MEMORY || run.faults.total > 0);
	}
	finish(&run);
	return status;
}

static void try_all(const char *why) {
	size_t items, items_whole;
	uint64_t faults, faults_whole;
	fail_at = 0;
	calls = 0;
	live = 0;
	CHECK_ROW(why, run_once(&items_whole, &faults_whole) == ENT_OK && items_whole > 0);
	CHECK_ROW(why, live == 0);
	const uint64_t total = calls;
	for (uint64_t n = 1; n <= total; n++) {
		for (int on = 0; on < 2; on++) {
			fail_at = n;
			fail_on = on == 1;
			calls = 0;
			live = 0;
			ent_status status = run_once(&items, &faults);
			fail_at = 0;
			CHECK_ROW(why, live == 0);
			/* Expat calls some of its own failures ill-formed text; that is a fault, too. */
			bool same = items == items_whole && faults == faults_whole;
			bool said = items < items_whole && faults > faults_whole;
			CHECK_ROW(why,
					status == ENT_E_MEMORY ||
							(status == ENT_OK && (same || said)));
		}
	}
}

TEST(memory__that_cannot_be_had_leaves_nothing_behind_in_any_format) {
	(void)state_;
	static const char *const files[] = {"read_volumes.geojson", "read_intent.json",
			"read_intents.json", "read_tracks.csv", "read_plan.kml",
			"read_reports.json"};
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		load(files[i], false);
		try_all(files[i]);
		load(files[i], true);
		try_all(files[i]);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(memory__that_cannot_be_had_leaves_nothing_behind_in_any_format),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
