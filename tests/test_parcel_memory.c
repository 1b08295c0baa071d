/* SPDX-License-Identifier: Apache-2.0 */
/* test_parcel_memory.c: parcels, books and entries of a line while each allocation fails in turn. */
#include "memory.h"

#include "entente/book.h"
#include "entente/json.h"
#include "entente/line.h"
#include "parcels.h"

/* For C++, which reads JSON. */
void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow);
void *__real__ZnamRKSt9nothrow_t(size_t size, const void *nothrow);

void *__wrap__ZnwmRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnwmRKSt9nothrow_t(size, nothrow);
}

void *__wrap__ZnamRKSt9nothrow_t(size_t size, const void *nothrow) {
	return memory_fails() ? NULL : __real__ZnamRKSt9nothrow_t(size, nothrow);
}

static char note[ENT_NOTE_SIZE];
static size_t note_length;

static int start(void **state) {
	(void)state;
	if (ent_seal_start() != ENT_OK)
		return 1;
	struct ent_sign_key *key = note_key(1);
	struct ent_tree tree;
	ent_tree_init(&tree);
	for (int i = 0; i < 40; i++)
		parcel_grow(&tree, "{}", 2);
	note_length = parcel_note(key, PARCEL_KEY_A, PARCEL_AB, &tree, note);
	ent_sign_key_destroy(key);
	return 0;
}

/* Each task succeeds when nothing fails, says E_MEMORY when something does, and leaves nothing behind. */
typedef ent_status (*task_fn)(void);

static void check_task(task_fn task, uint64_t least) {
	const int64_t live = memory.live;
	memory_begin(0, false);
	CHECK(task() == ENT_OK && memory.live == live);
	const uint64_t calls = memory.calls;
	CHECK(calls >= least);
	for (uint64_t i = 1; i <= calls; i++)
		for (int all_later = 0; all_later < 2; all_later++) {
			memory_begin(i, all_later == 1);
			const ent_status status = task();
			memory_begin(0, false);
			CHECK(status == ENT_E_MEMORY && memory.live == live);
		}
}

static ent_status write_and_read(void) {
	static char entry[3000];
	struct ent_parcel_writer *writer = NULL;
	struct ent_parcel parcel;
	const char *text = NULL;
	size_t length = 0;
	memset(entry, 'x', sizeof entry);
	entry[0] = '{';
	entry[sizeof entry - 1] = '}';
	ent_status status = ent_parcel_writer_create(PARCEL_A, PARCEL_B, SIZE_MAX, &writer);
	if (status != ENT_OK)
		return status;
	ent_parcel_write_ledger(writer, PARCEL_AB, 0, 40);
	for (int i = 0; i < 40; i++)
		ent_parcel_write_entry(writer, entry, sizeof entry);
	ent_parcel_write_payload(writer, 39, entry, sizeof entry);
	ent_parcel_write_checkpoint(writer, note, note_length);
	status = ent_parcel_writer_finish(writer, &text, &length);
	/* Reading allocates nothing. */
	const uint64_t calls = memory.calls;
	if (status == ENT_OK)
		CHECK(ent_parcel_read(text, length, &parcel, NULL) == ENT_OK);
	CHECK(memory.calls == calls);
	ent_parcel_writer_destroy(writer);
	return status;
}

TEST(parcel__writing_survives_every_failed_allocation) {
	(void)state_;
	check_task(write_and_read, 4);
}

static ent_status keep_a_book(void) {
	struct ent_book *book = NULL;
	char name[32];
	ent_status status = ent_book_create(&book);
	for (int i = 0; status == ENT_OK && i < ENT_BOOK_LEDGERS_MAX; i++) {
		(void)snprintf(name, sizeof name, "memo/%d/a", i);
		status = ent_book_grew(book, name, 1, false);
		CHECK(status != ENT_OK || ent_book_count(book) == (size_t)i + 1);
	}
	if (status == ENT_OK)
		CHECK(ent_book_grew(book, "one/more", 1, false) == ENT_E_LIMIT);
	ent_book_destroy(book);
	return status;
}

TEST(book__survives_every_failed_allocation) {
	(void)state_;
	check_task(keep_a_book, 5);
}

static ent_status read_an_entry(void) {
	static const char bytes[] = "{\"seq\":0,\"time_us\":1,\"kind\":\"line-result\",\"class\":"
				    "\"ACTUAL\",\"period_from_us\":0,\"result\":\"heard\"}";
	struct ent_json *json = NULL;
	struct ent_line_entry entry;
	ent_status status = ent_json_create(&json);
	if (status == ENT_OK)
		status = ent_line_entry_parse(json, bytes, sizeof bytes - 1, &entry, NULL);
	ent_json_destroy(json);
	return status;
}

TEST(line_entry__reading_survives_every_failed_allocation) {
	(void)state_;
	check_task(read_an_entry, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(parcel__writing_survives_every_failed_allocation),
			TEST_ENTRY(book__survives_every_failed_allocation),
			TEST_ENTRY(line_entry__reading_survives_every_failed_allocation),
	};
	return cmocka_run_group_tests(tests, start, NULL);
}
