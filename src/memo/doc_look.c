/* SPDX-License-Identifier: Apache-2.0 */
/* doc_look.c: the terms that act, each with the clause and the version that it rests on. */
#include "doc_read.h"

static ent_status rests_on(const struct ent_memodoc *doc, const struct ent_memodoc_clause *clause,
		struct ent_memodoc_applied *ret_applied) {
	if (clause->id == NULL)
		return ENT_E_MISSING;
	ret_applied->clause = clause->id;
	ret_applied->version = doc->parts.terms.hash;
	return ENT_OK;
}

ent_status ent_memodoc_look_level(const struct ent_memodoc *doc, enum ent_memo_subject subject,
		enum ent_memo_level *ret_level, struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.level[subject], ret_applied);
	if (status == ENT_OK)
		*ret_level = doc->parts.terms.level[subject];
	return status;
}

ent_status ent_memodoc_look_minima(const struct ent_memodoc *doc, enum ent_memo_kind kind,
		int64_t *ret_lateral_mm, int64_t *ret_vertical_mm, int64_t *ret_time_us,
		struct ent_memodoc_applied *ret_applied) {
	const struct ent_memodoc_minima *minima = &doc->parts.minima[kind];
	const ent_status status = rests_on(doc, &minima->clause, ret_applied);
	if (status != ENT_OK)
		return status;
	*ret_lateral_mm = minima->lateral.value;
	*ret_vertical_mm = minima->vertical.value;
	*ret_time_us = minima->time.value;
	return ENT_OK;
}

ent_status ent_memodoc_look_notice(const struct ent_memodoc *doc, enum ent_memo_kind kind,
		bool emergency, int64_t *ret_ahead_us, struct ent_memodoc_applied *ret_applied) {
	const struct ent_memodoc_notice *notice = &doc->parts.notice[kind];
	const ent_status status = rests_on(doc, &notice->clause, ret_applied);
	if (status == ENT_OK)
		*ret_ahead_us = emergency && notice->emergency.text != NULL
				? notice->emergency.value
				: notice->at_least.value;
	return status;
}

ent_status ent_memodoc_look_disclosure(const struct ent_memodoc *doc, enum ent_memo_kind kind,
		uint32_t recipient, enum ent_disclosure *ret_class, enum ent_learns *ret_learns,
		struct ent_memodoc_applied *ret_applied) {
	const struct ent_memodoc_disclosure *disclosure = &doc->parts.disclosure[kind];
	if (recipient >= doc->parts.terms.n_parties || !disclosure->to[recipient])
		return ENT_E_MISSING;
	const ent_status status = rests_on(doc, &disclosure->clause, ret_applied);
	if (status != ENT_OK)
		return status;
	*ret_class = disclosure->class_;
	*ret_learns = disclosure->learns;
	return ENT_OK;
}

ent_status ent_memodoc_look_deadline(const struct ent_memodoc *doc, enum ent_precedence precedence,
		uint32_t step, int64_t *ret_after_us, enum ent_role *ret_to,
		struct ent_memodoc_applied *ret_applied) {
	const struct ent_memodoc_deadline *deadline = &doc->parts.deadline[precedence];
	if (step >= deadline->n_steps)
		return ENT_E_MISSING;
	const ent_status status = rests_on(doc, &deadline->clause, ret_applied);
	if (status != ENT_OK)
		return status;
	*ret_after_us = deadline->step[step].after.value;
	*ret_to = deadline->step[step].to;
	return ENT_OK;
}

ent_status ent_memodoc_look_budget(const struct ent_memodoc *doc, enum ent_memo_kind kind,
		int64_t *ret_checks, int64_t *ret_per_us, enum ent_cell *ret_finest,
		struct ent_memodoc_applied *ret_applied) {
	const struct ent_memodoc_blind *blind = &doc->parts.blind[kind];
	const ent_status status = rests_on(doc, &blind->clause, ret_applied);
	if (status != ENT_OK)
		return status;
	*ret_checks = blind->budget;
	*ret_per_us = blind->per.value;
	*ret_finest = blind->finest_cell;
	return ENT_OK;
}

ent_status ent_memodoc_look_data_age(const struct ent_memodoc *doc, int64_t *ret_limit_us,
		struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.data_age.clause, ret_applied);
	if (status == ENT_OK)
		*ret_limit_us = doc->parts.data_age.limit.value;
	return status;
}

ent_status ent_memodoc_look_purge(const struct ent_memodoc *doc, int64_t *ret_after_us,
		struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.purge.clause, ret_applied);
	if (status == ENT_OK)
		*ret_after_us = doc->parts.purge.after.value;
	return status;
}

ent_status ent_memodoc_look_read_back(const struct ent_memodoc *doc, int64_t *ret_tolerance_mm,
		struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.read_back.clause, ret_applied);
	if (status == ENT_OK)
		*ret_tolerance_mm = doc->parts.read_back.tolerance.value;
	return status;
}

ent_status ent_memodoc_look_suspension(const struct ent_memodoc *doc, int64_t *ret_notice_us,
		struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.suspension.clause, ret_applied);
	if (status == ENT_OK)
		*ret_notice_us = doc->parts.suspension.notice.value;
	return status;
}

ent_status ent_memodoc_look_line(const struct ent_memodoc *doc, int64_t *ret_test_every_us,
		int64_t *ret_late_after_us, struct ent_memodoc_applied *ret_applied) {
	const ent_status status = rests_on(doc, &doc->parts.line.clause, ret_applied);
	if (status != ENT_OK)
		return status;
	*ret_test_every_us = doc->parts.line.test_every.value;
	*ret_late_after_us = doc->parts.line.late_after.value;
	return ENT_OK;
}
