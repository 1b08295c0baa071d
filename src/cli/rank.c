/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rank.c: how bad each conflict is, and the conflicts in that order.
 *
 * The share of the minima that two keep at some moment is the greater of lateral / L and
 * vertical / V. A conflict is as bad as the least share that it ever has. A share s is reached
 * when there is a conflict with the minima s L and s V: the judge itself is asked, with smaller
 * and smaller minima, so this holds for all kinds of volume, references and tolerances.
 */
#include "check.h"

#include <stdlib.h>

#include "terms.h"

/* How exactly the least share is found. Of 5 NM and 1,000 ft it is 2 m and 6 cm. */
#define SHARE_EXACT (1.0 / 4096)

static double part(int64_t mm, int64_t minimum_mm) {
	return minimum_mm > 0 ? (double)mm / (double)minimum_mm : 0;
}

static double share_of(const struct ent_witness *w, const struct ent_minima *minima, bool unknown) {
	const double lateral = part(w->lateral_mm, minima->lateral_mm);
	const double vertical = unknown ? 0 : part(w->vertical_lo_mm, minima->vertical_mm);
	return lateral > vertical ? lateral : vertical;
}

/* Halves what lies between a share that is reached and one that is not. */
static void find_nearest(const struct check_model *model, struct check_conflict *conflict) {
	const struct check_item *a = &model->items[conflict->a], *b = &model->items[conflict->b];
	const bool unknown = conflict->verdict.kind == ENT_VERDICT_UNKNOWN;
	const struct ent_minima whole = check_minima_of(model, a, b);
	conflict->nearest = conflict->verdict.witness;
	conflict->share = share_of(&conflict->nearest, &whole, unknown);
	/* Two volumes stand still. */
	if (unknown || (!check_is_flight(a) && !check_is_flight(b)))
		return;
	double not_reached = 0, reached = conflict->share;
	/* Most conflicts are worst where they are closest: that is asked first. */
	double asked = reached - SHARE_EXACT;
	while (reached - not_reached > SHARE_EXACT) {
		const struct ent_minima minima = {(int64_t)(asked * (double)whole.lateral_mm),
				(int64_t)(asked * (double)whole.vertical_mm), whole.time_us};
		const struct ent_verdict verdict = ent_conflict_judge(
				a->volume, b->volume, &minima);
		if (verdict.kind == ENT_VERDICT_CONFLICT) {
			const double share = share_of(&verdict.witness, &whole, false);
			if (share < conflict->share) {
				conflict->nearest = verdict.witness;
				conflict->share = share;
			}
			reached = share < asked ? share : asked;
		} else {
			not_reached = asked;
		}
		asked = (not_reached + reached) / 2;
	}
}

static int compare(int64_t a, int64_t b) {
	return a < b ? -1 : a > b;
}

/* Unknown pairs after all others. */
static int by_share(const void *left, const void *right) {
	const struct check_conflict *a = left, *b = right;
	const bool unknown_a = a->verdict.kind == ENT_VERDICT_UNKNOWN;
	const bool unknown_b = b->verdict.kind == ENT_VERDICT_UNKNOWN;
	if (unknown_a != unknown_b)
		return unknown_a ? 1 : -1;
	if (a->share < b->share || a->share > b->share)
		return a->share < b->share ? -1 : 1;
	const int by_time = compare(a->nearest.time_a_utc_us, b->nearest.time_a_utc_us);
	const int by_a = compare(a->a, b->a);
	return by_time != 0 ? by_time : by_a != 0 ? by_a : compare(a->b, b->b);
}

void check_rank(struct check_model *model) {
	for (size_t i = 0; i < model->n_conflicts; i++)
		find_nearest(model, &model->conflicts[i]);
	if (model->n_conflicts > 0)
		qsort(model->conflicts, model->n_conflicts, sizeof *model->conflicts, by_share);
}
