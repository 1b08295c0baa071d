/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_reader.h: runs a reader of `entente check` over an input and holds it to its promises. */
#ifndef ENTENTE_FUZZ_READER_H
#define ENTENTE_FUZZ_READER_H

#include "fuzz.h"
#include "reader.h"

typedef ent_status (*fuzz_format_fn)(struct check_reader *reader, ent_read_fn read, void *user);

/* Every report is in a track or was touched by a rule that drops it. */
static inline void fuzz_check_cleaning(const struct check_cleaning *cleaning) {
	uint64_t sum = cleaning->kept;
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++)
		if (rule != CHECK_RULE_UNSORTED && rule != CHECK_RULE_GAP)
			sum += cleaning->touched[rule];
	FUZZ_CHECK(sum == cleaning->reports);
}

static inline void fuzz_check_items(const struct check_model *model) {
	uint64_t items = 0;
	for (size_t i = 0; i < model->n_sources; i++)
		items += model->sources[i].items;
	FUZZ_CHECK(items == model->n_items);
	for (size_t i = 0; i < model->n_items; i++) {
		const struct check_item *item = &model->items[i];
		FUZZ_CHECK(item->volume != NULL && item->id[0] != '\0');
		for (const char *c = item->id; *c != '\0'; c++)
			FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
		if (i > 0 && i < 50)
			for (size_t j = 0; j < i; j++)
				FUZZ_CHECK(item->group == model->items[j].group ||
						strcmp(item->id, model->items[j].id) != 0);
	}
}

/* Once as it is, once with what is bad left out: the same faults and the same items. */
static inline void fuzz_reader(fuzz_format_fn format, const uint8_t *data, size_t size) {
	uint64_t faults_before = 0;
	size_t items_before = 0;
	for (int skip = 0; skip < 2; skip++) {
		struct check_model model = {0};
		struct check_faults faults;
		struct check_reader *reader;
		struct check_read_options options = {
				.skip_bad = skip == 1, .max_input_bytes = 1 << 24};
		struct fuzz_bytes from = {data, size, 0, skip == 1 ? 13 : 0};
		FUZZ_CHECK(check_faults_init(&faults, 5) == ENT_OK);
		FUZZ_CHECK(check_reader_create(&model, &faults, &options, &reader) == ENT_OK);
		if (format != NULL) {
			FUZZ_CHECK(check_reader_begin(reader, "-", false) == ENT_OK);
			(void)format(reader, fuzz_read, &from);
			FUZZ_CHECK((reader->first == ENT_OK) == (faults.total == 0));
		} else {
			ent_status status = check_read_stream(
					reader, "a/b.json", false, fuzz_read, &from);
			FUZZ_CHECK((status == ENT_OK) == (faults.total == 0 || options.skip_bad));
		}
		/* A feature or row is left out once, whatever its faults. */
		FUZZ_CHECK((model.left_out > 0) == (options.skip_bad && faults.total > 0));
		FUZZ_CHECK(model.left_out <= faults.total);
		for (size_t i = 0; i < faults.n_shown; i++)
			FUZZ_CHECK(faults.shown[i].fault.why[0] != '\0');
		fuzz_check_items(&model);
		if (faults.total == 0)
			fuzz_check_cleaning(&model.cleaning);
		FUZZ_CHECK(skip == 0 ||
				(faults.total == faults_before && model.n_items == items_before));
		faults_before = faults.total;
		items_before = model.n_items;
		check_reader_destroy(reader);
		check_model_finish(&model);
		check_faults_finish(&faults);
	}
}

#endif
