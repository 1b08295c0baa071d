/* SPDX-License-Identifier: Apache-2.0 */
/* measure.c: see measure.h. */
#define _DEFAULT_SOURCE /* wait4 */
#include "measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double measure_now_s(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void figure_add(struct figure *figure, double value) {
	if (figure->n < MEASURE_RUNS_MAX)
		figure->run[figure->n++] = value;
}

static int rising(const void *left, const void *right) {
	const double a = *(const double *)left, b = *(const double *)right;
	return a < b ? -1 : a > b;
}

double measure_quantile(double *values, size_t n, double part) {
	qsort(values, n, sizeof *values, rising);
	const size_t i = (size_t)(part * (double)n);
	return n == 0 ? 0 : values[i < n ? i : n - 1];
}

/* Three digits that count. */
static void show(double value, char text[24]) {
	const int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
	(void)snprintf(text, 24, "%.*f", decimals, value);
}

void table_head(void) {
	(void)printf("%-62s %-16s %12s  %-22s\n", "what", "goal", "median", "lowest .. highest");
}

void table_line(const char *what, const char *goal, const struct figure *figure, const char *unit) {
	struct figure sorted = *figure;
	char median[24], low[24], high[24], spread[64];
	show(measure_quantile(sorted.run, sorted.n, 0.5), median);
	show(sorted.run[0], low);
	show(sorted.run[sorted.n - 1], high);
	(void)snprintf(spread, sizeof spread, "%s .. %s %s", low, high, unit);
	(void)printf("%-62s %-16s %12s  %-22s\n", what, goal, median, spread);
	(void)fflush(stdout);
}

void table_note(const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	(void)printf("    ");
	(void)vprintf(format, arguments);
	(void)printf("\n");
	va_end(arguments);
	(void)fflush(stdout);
}

int table_row(void (*row)(void)) {
	(void)fflush(stdout);
	const pid_t child = fork();
	if (child < 0) {
		perror("bench");
		return 1;
	}
	if (child == 0) {
		row();
		(void)fflush(stdout);
		_exit(0);
	}
	int status = 0;
	struct rusage usage;
	memset(&usage, 0, sizeof usage);
	if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
			WEXITSTATUS(status) != 0) {
		(void)fprintf(stderr, "bench: a row did not end well\n");
		return 1;
	}
	table_note("peak memory %ld MB", usage.ru_maxrss / 1000);
	return 0;
}
