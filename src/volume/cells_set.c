/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells_set.c: sets of cells, ascending and without repeats.
 *
 * One set is merged into another from the end: the union is counted first, then written from its
 * last place down, which never catches up with what is still to be read.
 */
#include "cells_sphere.h"

#include <stdlib.h>
#include <string.h>

/* The room of a set that first grows; a kilometre or so of outline. */
enum { FIRST_ROOM = 16 };

void ent_cells_finish(struct ent_cells *cells) {
	free(cells->ids);
	*cells = (struct ent_cells){0};
}

ent_status cells_reserve(struct ent_cells *cells, size_t more, uint64_t **ret_behind) {
	const size_t all = cells->n + more;
	if (all > cells->capacity) {
		size_t capacity = cells->capacity < FIRST_ROOM ? FIRST_ROOM : cells->capacity;
		while (capacity < all)
			capacity *= 2;
		uint64_t *ids = realloc(cells->ids, capacity * sizeof *ids);
		if (ids == NULL)
			return ENT_E_MEMORY;
		cells->ids = ids;
		cells->capacity = capacity;
	}
	*ret_behind = cells->ids + cells->n;
	return ENT_OK;
}

/* The first of 'ids' from 'at' on that is not below 'id': in leaps that double, then by halves. */
static size_t skip_to(const uint64_t *ids, size_t n, size_t at, uint64_t id) {
	size_t leap = 1;
	while (at + leap <= n && ids[at + leap - 1] < id) {
		at += leap;
		leap *= 2;
	}
	size_t end = leap <= n - at ? at + leap - 1 : n;
	while (at < end) {
		const size_t middle = at + (end - at) / 2;
		if (ids[middle] < id)
			at = middle + 1;
		else
			end = middle;
	}
	return at;
}

static size_t count_common(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b) {
	size_t n = 0;
	for (size_t i = 0, j = 0; j < n_b; j++) {
		i = skip_to(a, n_a, i, b[j]);
		n += i < n_a && a[i] == b[j];
	}
	return n;
}

/* Has room for all of them; 'more' does not lie within it. */
static void merge(struct ent_cells *cells, const uint64_t *more, size_t n, size_t n_union) {
	size_t left = cells->n, to = n_union;
	cells->n = n_union;
	while (n > 0) {
		if (left > 0 && cells->ids[left - 1] > more[n - 1]) {
			cells->ids[--to] = cells->ids[--left];
			continue;
		}
		left -= left > 0 && cells->ids[left - 1] == more[n - 1];
		cells->ids[--to] = more[--n];
	}
}

ent_status ent_cells_add(struct ent_cells *cells, const uint64_t *more, size_t n, size_t max) {
	const size_t n_new = n - count_common(cells->ids, cells->n, more, n);
	uint64_t *behind;
	if (n_new > max || cells->n > max - n_new)
		return ENT_E_LIMIT;
	if (n_new == 0)
		return ENT_OK;
	const ent_status status = cells_reserve(cells, n_new, &behind);
	if (status != ENT_OK)
		return status;
	merge(cells, more, n, cells->n + n_new);
	return ENT_OK;
}

ent_status cells_harvest_fault(ent_status status, size_t max, struct ent_fault *reterr_fault) {
	if (status == ENT_E_LIMIT)
		ent_fault_set(reterr_fault, "", "touches more than %zu cells of about 1.3 km2",
				max);
	return status;
}

ent_status cells_harvest_end(struct cells_harvest *harvest, size_t max) {
	struct ent_cells *cells = harvest->into;
	const size_t n = harvest->n;
	if (n == 0)
		return ENT_OK;
	if (cells->n == 0 || cells->ids[cells->n - 1] < cells->ids[cells->n]) {
		if (n > max || cells->n > max - n)
			return ENT_E_LIMIT;
		cells->n += n;
		return ENT_OK;
	}
	/* Out of the way of the union, which is n longer at most. */
	uint64_t *behind;
	const ent_status status = cells_reserve(cells, 2 * n, &behind);
	if (status != ENT_OK)
		return status;
	memcpy(behind + n, behind, n * sizeof *behind);
	return ent_cells_add(cells, behind + n, n, max);
}

bool ent_cells_meet(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b) {
	for (size_t i = 0, j = 0; i < n_a && j < n_b;) {
		if (a[i] == b[j])
			return true;
		if (a[i] < b[j])
			i = skip_to(a, n_a, i, b[j]);
		else
			j = skip_to(b, n_b, j, a[i]);
	}
	return false;
}

bool ent_cells_contain(const uint64_t *a, size_t n_a, const uint64_t *b, size_t n_b) {
	if (n_b > n_a)
		return false;
	for (size_t i = 0, j = 0; j < n_b; i++, j++) {
		i = skip_to(a, n_a, i, b[j]);
		if (i == n_a || a[i] != b[j])
			return false;
	}
	return true;
}
