/* SPDX-License-Identifier: Apache-2.0 */
/* terms.c: see terms.h: what the clauses on minima say, and which pair goes by what. */
#include "terms.h"

#include <string.h>
#include <time.h>

#include "check.h"
#include "memo.h"

/* --- What the clauses say --- */

static bool take_apart(const struct ent_memodoc *doc, enum ent_memo_kind kind,
		struct check_apart *ret_apart) {
	struct check_apart apart = {.clause = {NULL}};
	struct ent_memodoc_applied applied;
	if (ent_memodoc_look_minima(doc, kind, &apart.minima.lateral_mm, &apart.minima.vertical_mm,
			    &apart.minima.time_us, &applied) != ENT_OK)
		return false;
	apart.clause[0] = apart.clause[1] = applied.clause;
	apart.clause[2] = apart.minima.time_us > 0 ? applied.clause : NULL;
	*ret_apart = apart;
	return true;
}

/* Each of the three by itself: the largest lateral distance may stand in one clause, the largest vertical in another. */
static void take_larger(struct check_apart *apart, const struct check_apart *other) {
	if (other->minima.lateral_mm > apart->minima.lateral_mm) {
		apart->minima.lateral_mm = other->minima.lateral_mm;
		apart->clause[0] = other->clause[0];
	}
	if (other->minima.vertical_mm > apart->minima.vertical_mm) {
		apart->minima.vertical_mm = other->minima.vertical_mm;
		apart->clause[1] = other->clause[1];
	}
	if (other->minima.time_us > apart->minima.time_us) {
		apart->minima.time_us = other->minima.time_us;
		apart->clause[2] = other->clause[2];
	}
}

bool check_version_take(struct ent_memodoc *doc, struct check_version *ret_version) {
	struct check_version *v = ret_version;
	struct check_apart *largest = &v->of[CHECK_KIND_UNKNOWN];
	const struct ent_memo_terms *terms = ent_memodoc_terms(doc);
	bool any = false;
	*v = (struct check_version){.doc = doc,
			.from_utc_us = terms->effective_from_utc_us,
			.until_utc_us = terms->valid_until_utc_us};
	(void)memo_hash(&terms->hash, v->hash);
	check_notice_take(doc, v->notice);
	for (int kind = CHECK_KIND_UNKNOWN + 1; kind < CHECK_KIND_COUNT; kind++) {
		v->agreed[kind] = take_apart(
				doc, check_memo_kind((enum check_kind)kind), &v->of[kind]);
		if (v->agreed[kind] && !any)
			*largest = v->of[kind];
		else if (v->agreed[kind])
			take_larger(largest, &v->of[kind]);
		v->notice_agreed[kind] =
				ent_memodoc_parts(doc)
						->notice[check_memo_kind((enum check_kind)kind)]
						.clause.id != NULL;
		any = any || v->agreed[kind];
	}
	for (int kind = CHECK_KIND_UNKNOWN + 1; kind < CHECK_KIND_COUNT; kind++)
		if (!v->agreed[kind])
			v->of[kind] = *largest;
	return any;
}

void check_version_finish(struct check_version *version) {
	ent_memodoc_destroy(version->doc);
	*version = (struct check_version){.doc = NULL};
}

void check_terms_finish(struct check_terms *terms) {
	check_notice_finish(&terms->notice);
	for (size_t v = 0; v < CHECK_VERSIONS_MAX; v++)
		check_version_finish(&terms->version[v]);
	*terms = (struct check_terms){.n_versions = 0};
}

/* --- Where it comes from --- */

static bool read_file(const struct check_options *options, struct check_terms *ret_terms) {
	struct ent_memodoc *doc = NULL;
	struct timespec now = {0};
	if (memo_read(options->memorandum, &doc) != 0) {
		(void)fputs("entente: --memorandum: it cannot be applied; nothing was checked\n",
				stderr);
		return false;
	}
	const bool any = check_version_take(doc, &ret_terms->version[0]);
	ret_terms->n_versions = 1;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	ret_terms->notice.told_utc_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	if (!any)
		(void)fprintf(stderr,
				"entente: --memorandum: %s: version %s agrees on no minima; "
				"nothing was checked\n",
				options->memorandum, ret_terms->version[0].hash);
	return any;
}

bool check_terms_read(const struct check_options *options, struct check_terms *ret_terms) {
	struct check_apart largest;
	if (ent_seal_start() != ENT_OK) {
		(void)fputs("entente: the system gives no random numbers: is /dev/urandom there?\n",
				stderr);
		return false;
	}
	if (!(options->data != NULL ? check_terms_ask(options, ret_terms)
				    : read_file(options, ret_terms)))
		return false;
	if (options->at_given)
		ret_terms->notice.told_utc_us = options->at_utc_us;
	largest = ret_terms->version[0].of[CHECK_KIND_UNKNOWN];
	for (size_t v = 1; v < ret_terms->n_versions; v++)
		take_larger(&largest, &ret_terms->version[v].of[CHECK_KIND_UNKNOWN]);
	ret_terms->largest = largest.minima;
	return true;
}

/* --- Which pair goes by what --- */

struct check_apart check_apart_of(
		const struct check_version *version, enum check_kind a, enum check_kind b) {
	if (a == CHECK_KIND_FLIGHT || b == CHECK_KIND_FLIGHT)
		return version->of[a == CHECK_KIND_FLIGHT ? b : a];
	/* In one order, so that which clause is named where two say the same does not hang on which thing comes first. */
	struct check_apart apart = version->of[a < b ? a : b];
	take_larger(&apart, &version->of[a < b ? b : a]);
	return apart;
}

static int64_t shifted(int64_t utc_us, int64_t by_us) {
	return utc_us == ENT_TIME_UNBOUNDED_BEFORE || utc_us == ENT_TIME_UNBOUNDED_AFTER
			? utc_us
			: utc_us + by_us;
}

struct ent_span check_span_of(const struct check_item *item) {
	const struct ent_volume_parts *parts = ent_volume_parts(item->volume);
	const int64_t more_us = parts->track != NULL ? parts->track->tolerance.time_us : 0;
	return (struct ent_span){shifted(parts->span.start_utc_us, -more_us),
			shifted(parts->span.end_utc_us, more_us)};
}

bool check_is_beyond_time(const struct check_version *version, struct ent_span span) {
	return span.end_utc_us < version->from_utc_us ||
			(version->until_utc_us != INT64_MAX &&
					span.start_utc_us >= version->until_utc_us);
}

static int64_t least(int64_t a, int64_t b) {
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
	return a > b ? a : b;
}

/* When both are there, or come as near in time as counts between them. */
static struct ent_span common_span(
		const struct check_item *a, const struct check_item *b, int64_t apart_us) {
	const struct ent_span x = check_span_of(a), y = check_span_of(b);
	return (struct ent_span){
			least(most(x.start_utc_us, shifted(y.start_utc_us, -apart_us)),
					most(y.start_utc_us, shifted(x.start_utc_us, -apart_us))),
			most(least(x.end_utc_us, shifted(y.end_utc_us, apart_us)),
					least(y.end_utc_us, shifted(x.end_utc_us, apart_us)))};
}

static void add_version(const struct check_version *version, const struct check_apart *apart,
		struct check_basis *basis) {
	struct ent_minima *minima = &basis->minima;
	basis->by[basis->n].version = version;
	basis->by[basis->n++].apart = *apart;
	minima->lateral_mm = most(minima->lateral_mm, apart->minima.lateral_mm);
	minima->vertical_mm = most(minima->vertical_mm, apart->minima.vertical_mm);
	minima->time_us = most(minima->time_us, apart->minima.time_us);
}

void check_basis_of(const struct check_terms *terms, const struct check_item *a,
		const struct check_item *b, struct check_basis *ret_basis) {
	struct check_apart apart[CHECK_VERSIONS_MAX];
	struct check_basis basis = {.n = 0};
	int64_t apart_us = 0;
	for (size_t v = 0; v < terms->n_versions; v++) {
		apart[v] = check_apart_of(&terms->version[v], a->kind, b->kind);
		apart_us = most(apart_us, apart[v].minima.time_us);
	}
	const struct ent_span span = common_span(a, b, apart_us);
	for (size_t v = 0; v < terms->n_versions; v++)
		if (!check_is_beyond_time(&terms->version[v], span))
			add_version(&terms->version[v], &apart[v], &basis);
	/* Of what none speaks: by all of them. */
	if (basis.n == 0)
		for (size_t v = 0; v < terms->n_versions; v++)
			add_version(&terms->version[v], &apart[v], &basis);
	*ret_basis = basis;
}

struct ent_minima check_minima_of(const struct check_model *model, const struct check_item *a,
		const struct check_item *b) {
	struct check_basis basis;
	if (model->terms == NULL)
		return model->minima;
	check_basis_of(model->terms, a, b, &basis);
	return basis.minima;
}
