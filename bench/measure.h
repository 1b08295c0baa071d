/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.h: time and memory of a piece of work, and a table of them.
 *
 * Each row of the table is measured in a process of its own, so that its peak of memory is
 * its own. Times are of the clock on the wall. A row is measured several times over: the
 * table shows the median of these runs and the lowest and highest.
 */
#ifndef ENTENTE_BENCH_MEASURE_H
#define ENTENTE_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

enum { MEASURE_RUNS_MAX = 32 };

/* A figure of a row: its value in each run. */
struct figure {
	double run[MEASURE_RUNS_MAX];
	size_t n;
};

double measure_now_s(void);
void figure_add(struct figure *figure, double value);
/* What lies a part of the way up (0.5: the median) of n values, which are sorted here. */
double measure_quantile(double *values, size_t n, double part);

/* What a row prints: its name, its goal in words, its figure with the unit. */
void table_head(void);
void table_line(const char *what, const char *goal, const struct figure *figure, const char *unit);
void table_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Runs 'row' in a process of its own; prints its peak of memory below it. 0 or 1. */
int table_row(void (*row)(void));

#endif
