/* SPDX-License-Identifier: Apache-2.0 */
/* option.c: see option.h. */
#include "entente/option.h"

#include <string.h>

#include "entente/text.h"

enum {
	SHOWN_SIZE = 80,
	COLUMNS = 80,
	HELP_SIZE = 400,
	USAGE = 7, /* "usage: " */
	MICRO = 1000000,
	BEGIN_LETTERS = 3, /* of a name, from which on it may stand for what begins so */
	FAR = 4            /* so many letters amiss are no slip any more */
};

const struct ent_option *ent_option_at(const struct ent_option_table *table, size_t i) {
	return (const void *)((const char *)table->rows + i * table->row_size);
}

const struct ent_option *ent_option_find(
		const struct ent_option_table *table, const char *name, size_t length) {
	for (size_t i = 0; i < table->n; i++) {
		const struct ent_option *option = ent_option_at(table, i);
		if (strlen(option->name) == length && memcmp(option->name, name, length) == 0)
			return option;
	}
	return NULL;
}

static bool has_dashes(const char *argument) {
	return strncmp(argument, "--", 2) == 0;
}

void ent_option_split(const struct ent_option_table *table, int argc, char **argv,
		struct ent_option_taken *ret_taken) {
	struct ent_option_taken taken = {.argument = argv[0], .used = 1};
	const size_t length = strcspn(argv[0], "=");
	(void)ent_text_show(argv[0], length, taken.where, sizeof taken.where);
	if (has_dashes(argv[0])) {
		taken.option = ent_option_find(table, argv[0] + 2, length - 2);
		if (argv[0][length] == '=')
			taken.value = argv[0] + length + 1;
		else if ((taken.option == NULL || taken.option->value != NULL) && argc > 1 &&
				!has_dashes(argv[1])) {
			taken.value = argv[1];
			taken.used = 2;
		}
	}
	*ret_taken = taken;
}

ent_status ent_option_check(const struct ent_option_table *table,
		const struct ent_option_taken *taken, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	const struct ent_option *option = taken->option;
	if (!has_dashes(taken->argument)) {
		ent_fault_set(reterr_fault, "",
				"\"%s\" is no option: they begin with --; try entente %s --help",
				ent_text_show(taken->argument, strlen(taken->argument), shown,
						sizeof shown),
				table->command);
		return ENT_E_MISSING;
	}
	if (option == NULL) {
		ent_option_unknown(table, taken->where, taken->where + 2, "--", reterr_fault);
		return ENT_E_MISSING;
	}
	if (option->value != NULL && taken->value == NULL) {
		ent_fault_set(reterr_fault, taken->where, "it needs a value: %s", option->value);
		return ENT_E_MISSING;
	}
	if (option->value == NULL && taken->value != NULL) {
		ent_fault_set(reterr_fault, taken->where, "it takes no value");
		return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

ent_status ent_option_take(const struct ent_option_table *table, int argc, char **argv,
		struct ent_option_taken *ret_taken, struct ent_fault *reterr_fault) {
	ent_option_split(table, argc, argv, ret_taken);
	return ent_option_check(table, ret_taken, reterr_fault);
}

static bool is_among(const char *name, const char *const *names, size_t most) {
	for (size_t i = 0; i < most && names[i] != NULL; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

ent_status ent_option_check_action(const struct ent_option_table *table, const bool *given,
		const char *const *has, size_t has_most, struct ent_fault *reterr_fault) {
	char where[ENT_OPTION_WHERE_SIZE];
	for (size_t i = 0; i < table->n; i++) {
		const char *name = ent_option_at(table, i)->name;
		if (!given[i] || is_among(name, has, has_most))
			continue;
		(void)snprintf(where, sizeof where, "--%s", name);
		ent_fault_set(reterr_fault, where,
				"this action has no such option; see entente help %s",
				table->command);
		return ENT_E_SYNTAX;
	}
	return ENT_OK;
}

/* --- All of them --- */

static ent_status put(const struct ent_option_row *row, const struct ent_option_taken *taken,
		void *asked, struct ent_fault *fault) {
	void *at = (char *)asked + row->at;
	const char **texts = at;
	size_t n = 0;
	if (row->is.value == NULL) {
		*(bool *)at = true;
		return ENT_OK;
	}
	while (n < row->most && texts[n] != NULL)
		n++;
	if (row->most > 0 && n == row->most) {
		ent_fault_set(fault, taken->where, "at most %zu of them", row->most);
		return ENT_E_LIMIT;
	}
	texts[n] = taken->value;
	return ENT_OK;
}

static ent_status put_word(const struct ent_option_table *table, const char *word,
		struct ent_option_words *words, struct ent_fault *fault) {
	char shown[SHOWN_SIZE];
	if (words->action == NULL) {
		words->action = word;
	} else if (words->n < words->capacity) {
		words->operands[words->n++] = word;
	} else {
		ent_fault_set(fault, ent_text_show(word, strlen(word), shown, sizeof shown),
				"one thing too many; see entente help %s", table->command);
		return ENT_E_LIMIT;
	}
	return ENT_OK;
}

ent_status ent_option_take_all(const struct ent_option_table *table, int argc, char **argv,
		void *asked, struct ent_option_words *words, struct ent_fault *reterr_fault) {
	struct ent_option_taken taken = {.used = 1};
	ent_status status = ENT_OK;
	for (int i = 0; status == ENT_OK && i < argc; i += taken.used) {
		if (!has_dashes(argv[i])) {
			taken.used = 1;
			status = put_word(table, argv[i], words, reterr_fault);
			continue;
		}
		status = ent_option_take(table, argc - i, argv + i, &taken, reterr_fault);
		if (status != ENT_OK)
			break;
		const struct ent_option_row *row = (const void *)taken.option;
		words->given[row - (const struct ent_option_row *)table->rows] = true;
		status = put(row, &taken, asked, reterr_fault);
	}
	return status;
}

/* --- Names that are near --- */

/* How many letters two names differ by, between what they have in common at both ends. */
static size_t differ(const char *a, const char *b) {
	const size_t length_a = strlen(a), length_b = strlen(b);
	const size_t longer = length_a > length_b ? length_a : length_b;
	size_t same = 0, tail = 0;
	while (a[same] != '\0' && a[same] == b[same])
		same++;
	while (tail + same < length_a && tail + same < length_b &&
			a[length_a - 1 - tail] == b[length_b - 1 - tail])
		tail++;
	return longer - same - tail;
}

/* One that begins so; or the one that differs least, by less than half of its letters, and not by FAR. */
static const char *nearest(const struct ent_option_table *table, const char *name) {
	const size_t length = strlen(name);
	const char *best = NULL;
	size_t least = FAR;
	for (size_t i = 0; i < table->n; i++) {
		const char *other = ent_option_at(table, i)->name;
		const size_t far = differ(name, other);
		if (length >= BEGIN_LETTERS && strncmp(name, other, length) == 0)
			return other;
		if (far < least && 2 * far < strlen(other)) {
			least = far;
			best = other;
		}
	}
	return best;
}

void ent_option_unknown(const struct ent_option_table *table, const char *where, const char *name,
		const char *dashes, struct ent_fault *reterr_fault) {
	const char *hint = nearest(table, name);
	if (hint != NULL)
		ent_fault_set(reterr_fault, where, "there is no such option; did you mean %s%s?",
				dashes, hint);
	else
		ent_fault_set(reterr_fault, where, "there is no such option; try entente %s --help",
				table->command);
}

/* --- Help --- */

/* How much of the text still fits: up to a blank where it may be broken. At least one word. */
static size_t fitting(const char *text, size_t room, bool usage) {
	size_t fits = 0, depth = 0, i = 0;
	for (; text[i] != '\0' && text[i] != '\n'; i++) {
		if (usage && text[i] == '[')
			depth++;
		else if (usage && text[i] == ']')
			depth--;
		/* What belongs together stays so: an option and its value, what stands in brackets. */
		const bool may = text[i] == ' ' && i > 0 &&
				(!usage || (depth == 0 && strchr("[(-", text[i + 1]) != NULL));
		if (may && (i <= room || fits == 0))
			fits = i;
	}
	return i <= room || fits == 0 ? i : fits;
}

/* One line of text, 'used' columns of which are taken already, as several that begin so far to the right. */
static const char *print_line(FILE *out, const char *text, size_t used, size_t indent, bool usage) {
	for (;;) {
		const size_t room = used < COLUMNS ? COLUMNS - used : 0;
		const size_t length = fitting(text, room, usage);
		(void)fprintf(out, "%.*s\n", (int)length, text);
		text += length;
		if (*text != ' ')
			return *text == '\n' ? text + 1 : text;
		text++;
		(void)fprintf(out, "%*s", (int)indent, "");
		used = indent;
	}
}

/* Below what stands behind the names of command and action. */
static size_t usage_indent(const char *line) {
	size_t at = USAGE;
	for (;;) {
		const size_t length = strcspn(line + at, " \n");
		if (line[at + length] != ' ' ||
				strspn(line + at, "abcdefghijklmnopqrstuvwxyz|") != length)
			return at;
		at += length + 1;
	}
}

void ent_option_say(FILE *out, const char *text) {
	while (*text != '\0') {
		const size_t blanks = strspn(text, " ");
		const bool usage = blanks == USAGE || strncmp(text, "usage: ", USAGE) == 0;
		text = print_line(out, text, 0, usage ? usage_indent(text) : blanks, usage);
	}
}

void ent_option_print(FILE *out, const struct ent_option *option, const char *initial, int width) {
	char left[SHOWN_SIZE], help[HELP_SIZE];
	const size_t column = (size_t)width + 3;
	(void)snprintf(left, sizeof left, "  --%s%s%s", option->name,
			option->value != NULL ? " " : "",
			option->value != NULL ? option->value : "");
	(void)snprintf(help, sizeof help, "%s%s%s%s", option->help, initial != NULL ? " (" : "",
			initial != NULL ? initial : "", initial != NULL ? ")" : "");
	/* One that is wider than the column stands above. */
	if (strlen(left) < column)
		(void)fprintf(out, "%-*s ", width + 2, left);
	else
		(void)fprintf(out, "%s\n%*s", left, (int)column, "");
	(void)print_line(out, help, column, column, false);
}

void ent_option_print_all(FILE *out, const struct ent_option_table *table, int width) {
	for (size_t i = 0; i < table->n; i++)
		ent_option_print(out, ent_option_at(table, i), NULL, width);
}

/* --- Values --- */

/* In millionths; false when it is no number, or one beyond all bounds. */
static bool parse_micro(const char *text, size_t length, int64_t *ret_micro) {
	return ent_text_parse_decimal(text, length, MICRO, 1, ret_micro, NULL) == ENT_OK;
}

ent_status ent_option_count(const char *text, size_t length, int64_t least, int64_t most,
		int64_t *ret_count, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	int64_t micro;
	if (parse_micro(text, length, &micro) && micro % MICRO == 0 && micro / MICRO >= least &&
			micro / MICRO <= most) {
		*ret_count = micro / MICRO;
		return ENT_OK;
	}
	ent_fault_set(reterr_fault, "", "\"%s\" is not a whole number from %lld to %lld",
			ent_text_show(text, length, shown, sizeof shown), (long long)least,
			(long long)most);
	return ENT_E_SYNTAX;
}

ent_status ent_option_number(const char *text, size_t length, double least, double most,
		double *ret_number, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE];
	int64_t micro = 0;
	const bool is_number = parse_micro(text, length, &micro);
	const double number = (double)micro / MICRO;
	if (is_number && number >= least && number <= most) {
		*ret_number = number;
		return ENT_OK;
	}
	ent_fault_set(reterr_fault, "", "\"%s\" is not a number from %.10g to %.10g",
			ent_text_show(text, length, shown, sizeof shown), least, most);
	return ENT_E_SYNTAX;
}

/* In the largest unit that leaves no fraction. */
static const char *print_time(int64_t time_us, char *ret_text, size_t size) {
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {{"d", INT64_C(86400000000)}, {"h", INT64_C(3600000000)},
			{"min", INT64_C(60000000)}, {"s", 1000000}, {"ms", 1000}, {"us", 1}};
	size_t i = time_us == 0 ? 3 : 0;
	while (time_us % units[i].us != 0)
		i++;
	(void)snprintf(ret_text, size, "%lld%s", (long long)(time_us / units[i].us), units[i].unit);
	return ret_text;
}

ent_status ent_option_duration(const char *text, size_t length, int64_t least_us, int64_t most_us,
		int64_t *ret_us, struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE], least[32], most[32];
	int64_t us;
	const ent_status status = ent_text_parse_duration(text, length, &us, reterr_fault);
	if (status != ENT_OK)
		return status;
	if (us >= least_us && us <= most_us) {
		*ret_us = us;
		return ENT_OK;
	}
	ent_fault_set(reterr_fault, "", "\"%s\" is not a time from %s to %s",
			ent_text_show(text, length, shown, sizeof shown),
			print_time(least_us, least, sizeof least),
			print_time(most_us, most, sizeof most));
	return ENT_E_SYNTAX;
}

ent_status ent_option_word(const char *text, const char *const *words, size_t n, size_t *ret_word,
		struct ent_fault *reterr_fault) {
	char shown[SHOWN_SIZE], list[SHOWN_SIZE] = "";
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(text, words[i]) == 0) {
			*ret_word = i;
			return ENT_OK;
		}
		const char *join = i == 0 ? "" : i + 1 < n ? ", " : " or ";
		(void)snprintf(list + at, sizeof list - at, "%s%s", join, words[i]);
		at += strlen(list + at);
	}
	ent_fault_set(reterr_fault, "", "it is %s, not \"%s\"", list,
			ent_text_show(text, strlen(text), shown, sizeof shown));
	return ENT_E_SYNTAX;
}
