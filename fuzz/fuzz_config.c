/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_config.c: what a node is told, as a file and as flags (a first line that begins with "--", its words between
 * blanks). It is understood, or every fault is told in a line without anything that steers; what is understood lies
 * within its limits.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "entente/text.h"
#include "option.h"

enum { FLAGS_MAX = 32, SIZE_MAX_TRIED = 1 << 16 };

struct input {
	char path[64]; /* of the file */
	int file;
	char *flags; /* a copy, cut into words */
	char *argument[FLAGS_MAX + 2];
	int n;
};

static void input_begin(struct input *input, const char *text, size_t size) {
	const char *end = memchr(text, '\n', size);
	const bool has_flags = size > 2 && memcmp(text, "--", 2) == 0;
	const size_t flags = !has_flags ? 0 : end != NULL ? (size_t)(end - text) + 1 : size;
	*input = (struct input){.file = memfd_create("config", 0)};
	FUZZ_CHECK(input->file >= 0);
	FUZZ_CHECK(write(input->file, text + flags, size - flags) == (ssize_t)(size - flags));
	(void)snprintf(input->path, sizeof input->path, "/proc/self/fd/%d", input->file);
	static char config[] = "--config";
	input->argument[input->n++] = config;
	input->argument[input->n++] = input->path;
	input->flags = calloc(1, flags + 1);
	FUZZ_CHECK(input->flags != NULL);
	if (flags > 0)
		memcpy(input->flags, text, flags - (end != NULL));
	char *rest = NULL;
	for (char *word = strtok_r(input->flags, " ", &rest);
			word != NULL && input->n < FLAGS_MAX + 2; word = strtok_r(NULL, " ", &rest))
		if (strncmp(word, "--config", 8) != 0)
			input->argument[input->n++] = word;
}

static void check_number(const struct config *config, const struct option *option) {
	const void *at = (const char *)config + option->at;
	double number = option->least;
	if (option->kind == OPTION_COUNT)
		number = *(const unsigned *)at;
	else if (option->kind == OPTION_BIG_COUNT)
		number = (double)*(const size_t *)at;
	else if (option->kind == OPTION_KIB)
		number = (double)*(const size_t *)at / 1024;
	else if (option->kind == OPTION_RATE)
		number = *(const double *)at;
	else if (option->kind == OPTION_DURATION)
		number = (double)*(const int64_t *)at / 1e6;
	FUZZ_CHECK(number >= option->least && number <= option->most);
}

static void check_config(const struct config *config) {
	for (size_t i = 0; i < options_count; i++) {
		const struct option *option = &options[i];
		const struct config_list *list = (const void *)((const char *)config + option->at);
		FUZZ_CHECK(config_where(config, option->is.name)[0] != '\0');
		if (option->kind >= OPTION_COUNT && option->kind <= OPTION_RATE)
			check_number(config, option);
		for (size_t k = 0; option->kind == OPTION_LIST && k < list->n; k++)
			FUZZ_CHECK(k < CONFIG_LIST_MAX && list->item[k][0] != '\0');
	}
}

/* One line a fault, and nothing that steers. */
static void check_told(const char *told, size_t size, size_t faults) {
	uint32_t character = 0;
	size_t lines = 0, bytes = 0;
	for (size_t at = 0; at < size; at += bytes) {
		bytes = ent_text_character(told + at, size - at, &character);
		FUZZ_CHECK(bytes > 0 && (character == '\n' || !ent_text_steers(character)));
		lines += character == '\n';
	}
	FUZZ_CHECK(lines == (faults < CONFIG_FAULTS_MAX ? faults : CONFIG_FAULTS_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct config config;
	struct input input;
	char *told = NULL;
	size_t told_size = 0;
	if (size > SIZE_MAX_TRIED)
		return 0;
	input_begin(&input, (const char *)data, size);
	FILE *errors = open_memstream(&told, &told_size);
	FUZZ_CHECK(errors != NULL);
	const bool fine = config_read(&config, input.n, input.argument, errors);
	FUZZ_CHECK(fclose(errors) == 0);
	FUZZ_CHECK(fine == (config.faults == 0) || config.help);
	check_told(told, told_size, config.faults);
	if (fine && !config.help) {
		FUZZ_CHECK(config.data != NULL && config.listen != NULL);
		check_config(&config);
	}
	config_finish(&config);
	free(told);
	free(input.flags);
	(void)close(input.file);
	return 0;
}
