/* SPDX-License-Identifier: Apache-2.0 */
/* json_out.c: the answer as JSON and as GeoJSON; docs/formats.md describes both. */
#include "check.h"
#include "terms.h"

#define METRES 3
#define DEGREES 9

static void member_string(struct ent_jsonout *out, const char *name, const char *value) {
	ent_jsonout_name(out, name);
	ent_jsonout_string(out, value);
}

static void member_uint(struct ent_jsonout *out, const char *name, uint64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_uint(out, value);
}

static void member_metres(struct ent_jsonout *out, const char *name, int64_t mm) {
	ent_jsonout_name(out, name);
	if (mm == INT64_MAX)
		ent_jsonout_null(out);
	else
		ent_jsonout_decimal(out, mm, METRES);
}

static void member_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	ent_jsonout_time(out, utc_us);
}

static void member_degrees(struct ent_jsonout *out, const char *name, int64_t ndeg) {
	ent_jsonout_name(out, name);
	ent_jsonout_decimal(out, ndeg, DEGREES);
}

static void write_side(struct ent_jsonout *out, const char *name, const struct check_model *model,
		const struct check_item *item) {
	ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	member_string(out, "id", item->id);
	if (item->callsign[0] != '\0')
		member_string(out, "callsign", item->callsign);
	if (item->icao24[0] != '\0')
		member_string(out, "icao24", item->icao24);
	member_string(out, "kind", check_is_flight(item) ? "flight" : "volume");
	if (model->terms != NULL && item->kind != CHECK_KIND_UNKNOWN)
		member_string(out, "of_kind", check_kind_text(item->kind));
	member_string(out, "source", model->sources[item->source].name);
	ent_jsonout_object_end(out);
}

/* Beside the degrees, which are always there. */
static void write_places(struct ent_jsonout *out, const struct check_options *options,
		const struct ent_witness *w) {
	char text[ENT_GRIDREF_TEXT_SIZE];
	member_string(out, "place", check_show_place(options, w->at_a, text));
	member_string(out, "b_place", check_show_place(options, w->at_b, text));
}

/* A moment's members, the object left open. */
static void write_moment(struct ent_jsonout *out, const char *name,
		const struct check_options *options, const struct ent_witness *w, bool unknown) {
	ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	member_time(out, "time", w->time_a_utc_us);
	if (w->time_b_utc_us != w->time_a_utc_us)
		member_time(out, "time_b", w->time_b_utc_us);
	member_degrees(out, "lat_deg", w->at_a.lat_ndeg);
	member_degrees(out, "lon_deg", w->at_a.lon_ndeg);
	member_degrees(out, "b_lat_deg", w->at_b.lat_ndeg);
	member_degrees(out, "b_lon_deg", w->at_b.lon_ndeg);
	if (options->coordinates_given)
		write_places(out, options, w);
	member_metres(out, "lateral_m", w->lateral_mm);
	member_metres(out, "vertical_m", unknown ? INT64_MAX : w->vertical_lo_mm);
	if (!unknown && w->vertical_hi_mm != w->vertical_lo_mm)
		member_metres(out, "vertical_max_m", w->vertical_hi_mm);
}

/* Closest laterally, and when the least share of the minima is kept. */
static void write_moments(struct ent_jsonout *out, const struct check_options *options,
		const struct check_conflict *conflict) {
	const bool unknown = conflict->verdict.kind == ENT_VERDICT_UNKNOWN;
	write_moment(out, "closest", options, &conflict->verdict.witness, unknown);
	ent_jsonout_object_end(out);
	write_moment(out, "nearest", options, &conflict->nearest, unknown);
	ent_jsonout_name(out, "share");
	if (unknown)
		ent_jsonout_null(out);
	else
		ent_jsonout_decimal(out, (int64_t)(conflict->share * 1e4), 4);
	ent_jsonout_object_end(out);
}

static void write_proposals(struct ent_jsonout *out, const struct check_model *model,
		const struct check_conflict *conflict) {
	static const char *const kinds[ENT_PROPOSAL_COUNT] = {
			"time", "altitude", "lateral", "combined"};
	const bool track = check_is_flight(&model->items[conflict->proposed_for]);
	ent_jsonout_name(out, "proposals");
	ent_jsonout_object_begin(out);
	member_string(out, "for", model->items[conflict->proposed_for].id);
	for (int k = 0; k < ENT_PROPOSAL_COUNT; k++) {
		const struct ent_proposal *p = &conflict->proposals[k];
		ent_jsonout_name(out, kinds[k]);
		ent_jsonout_object_begin(out);
		ent_jsonout_name(out, "found");
		ent_jsonout_bool(out, p->found);
		if (p->found) {
			ent_jsonout_name(out, "later_s");
			ent_jsonout_decimal(out, p->later_us, 6);
			member_metres(out, "higher_m", p->higher_mm);
			member_metres(out, track ? "right_m" : "offset_m", p->offset_mm);
			if (!track && p->offset_mm != 0) {
				ent_jsonout_name(out, "azimuth_deg");
				ent_jsonout_decimal(out, (int64_t)p->azimuth_deg, 0);
			}
			member_uint(out, "steps", p->steps);
		}
		ent_jsonout_object_end(out);
	}
	ent_jsonout_object_end(out);
}

static void write_minima(struct ent_jsonout *out, const struct ent_minima *minima) {
	ent_jsonout_name(out, "minima");
	ent_jsonout_object_begin(out);
	member_metres(out, "lateral_m", minima->lateral_mm);
	member_metres(out, "vertical_m", minima->vertical_mm);
	ent_jsonout_name(out, "time_s");
	ent_jsonout_decimal(out, minima->time_us, 6);
	ent_jsonout_object_end(out);
}

static void write_clauses(struct ent_jsonout *out, const struct check_apart *apart) {
	const char *clause[CHECK_CLAUSES_MAX];
	const size_t n = check_clauses(apart, clause);
	ent_jsonout_name(out, "clauses");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < n; i++)
		ent_jsonout_string(out, clause[i]);
	ent_jsonout_array_end(out);
}

static void write_apart(
		struct ent_jsonout *out, const char *name, const struct check_apart *apart) {
	ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	write_clauses(out, apart);
	write_minima(out, &apart->minima);
	ent_jsonout_object_end(out);
}

/* What a pair rests on; 'also': the further versions, where it lies in the time of several. */
static void write_basis(struct ent_jsonout *out, const struct check_model *model,
		const struct check_conflict *conflict) {
	struct check_basis basis;
	check_basis_of(model->terms, &model->items[conflict->a], &model->items[conflict->b],
			&basis);
	ent_jsonout_name(out, "by");
	ent_jsonout_object_begin(out);
	member_string(out, "version", basis.by[0].version->hash);
	write_clauses(out, &basis.by[0].apart);
	write_minima(out, &basis.minima);
	if (basis.n > 1) {
		ent_jsonout_name(out, "also");
		ent_jsonout_array_begin(out);
		for (size_t i = 1; i < basis.n; i++) {
			ent_jsonout_object_begin(out);
			member_string(out, "version", basis.by[i].version->hash);
			write_clauses(out, &basis.by[i].apart);
			ent_jsonout_object_end(out);
		}
		ent_jsonout_array_end(out);
	}
	ent_jsonout_object_end(out);
}

static void write_conflict(struct ent_jsonout *out, const struct check_model *model,
		const struct check_options *options, const struct check_conflict *conflict) {
	member_string(out, "verdict",
			conflict->verdict.kind == ENT_VERDICT_CONFLICT ? "conflict" : "unknown");
	write_side(out, "a", model, &model->items[conflict->a]);
	write_side(out, "b", model, &model->items[conflict->b]);
	member_time(out, "first", conflict->verdict.witness.first_utc_us);
	member_time(out, "last", conflict->verdict.witness.last_utc_us);
	write_moments(out, options, conflict);
	if (model->terms != NULL)
		write_basis(out, model, conflict);
	if (conflict->proposed)
		write_proposals(out, model, conflict);
}

/* Only what was asked for. */
static void write_scope(struct ent_jsonout *out, const struct check_scope *scope) {
	if (scope->area_given) {
		ent_jsonout_name(out, "area");
		ent_jsonout_object_begin(out);
		member_degrees(out, "south_deg", scope->south_west.lat_ndeg);
		member_degrees(out, "west_deg", scope->south_west.lon_ndeg);
		member_degrees(out, "north_deg", scope->north_east.lat_ndeg);
		member_degrees(out, "east_deg", scope->north_east.lon_ndeg);
		ent_jsonout_object_end(out);
	}
	if (scope->span.start_utc_us != ENT_TIME_UNBOUNDED_BEFORE)
		member_time(out, "from", scope->span.start_utc_us);
	if (scope->span.end_utc_us != ENT_TIME_UNBOUNDED_AFTER)
		member_time(out, "to", scope->span.end_utc_us);
}

/* One of which it is not known where it begins has no 'begins' and no 'by'. */
static void write_late(struct ent_jsonout *out, const struct check_model *model,
		const struct check_late *late) {
	const struct check_item *item = &model->items[late->item];
	const struct check_notice_asked *asked = check_notice_of(model, late);
	ent_jsonout_object_begin(out);
	member_string(out, "id", item->id);
	if (item->callsign[0] != '\0')
		member_string(out, "callsign", item->callsign);
	if (late->start_us != ENT_TIME_UNBOUNDED_BEFORE) {
		member_time(out, "begins", late->start_us);
		member_time(out, "by", late->by_us);
	}
	if (model->terms->n_versions > 1)
		member_string(out, "version", model->terms->version[late->version].hash);
	member_string(out, "clause", asked->clause);
	member_string(out, "notice", asked->text);
	ent_jsonout_object_end(out);
}

static void write_asked(
		struct ent_jsonout *out, const char *name, const struct check_notice_asked *asked) {
	ent_jsonout_name(out, name);
	ent_jsonout_object_begin(out);
	member_string(out, "clause", asked->clause);
	member_string(out, "notice", asked->text);
	ent_jsonout_object_end(out);
}

/* By the kinds of which something was read and on which there is a clause. */
static void write_kinds(struct ent_jsonout *out, const struct check_model *model,
		const struct check_version *version, bool notice) {
	bool any = false;
	for (enum check_kind kind = CHECK_KIND_UNKNOWN; kind < CHECK_KIND_COUNT; kind++) {
		if (!check_is_read(model, kind) ||
				!(notice ? version->notice_agreed[kind] : version->agreed[kind]))
			continue;
		if (!any) {
			ent_jsonout_name(out, "kinds");
			ent_jsonout_object_begin(out);
		}
		any = true;
		if (notice)
			write_asked(out, check_kind_text(kind), &version->notice[kind]);
		else
			write_apart(out, check_kind_text(kind), &version->of[kind]);
	}
	if (any)
		ent_jsonout_object_end(out);
}

static void write_all_minima(struct ent_jsonout *out, const struct check_model *model,
		const struct check_version *version) {
	write_apart(out, "flights", &version->of[CHECK_KIND_FLIGHT]);
	write_kinds(out, model, version, false);
	write_apart(out, "others", &version->of[CHECK_KIND_UNKNOWN]);
}

/* null: nothing is agreed on. 'late': also who is. */
static void write_notice(struct ent_jsonout *out, const struct check_model *model,
		const struct check_version *version, bool late) {
	const struct check_notice *notice = model->notice;
	ent_jsonout_name(out, "notice");
	if (version->notice[CHECK_KIND_UNKNOWN].clause == NULL && !(late && notice->n_late > 0)) {
		ent_jsonout_null(out);
		return;
	}
	ent_jsonout_object_begin(out);
	if (late)
		member_time(out, "from", notice->told_utc_us);
	if (version->notice[CHECK_KIND_UNKNOWN].clause != NULL) {
		write_asked(out, "flights", &version->notice[CHECK_KIND_FLIGHT]);
		write_kinds(out, model, version, true);
		write_asked(out, "others", &version->notice[CHECK_KIND_UNKNOWN]);
	}
	if (late) {
		ent_jsonout_name(out, "short");
		ent_jsonout_array_begin(out);
		for (size_t i = 0; i < notice->n_late; i++)
			write_late(out, model, &notice->late[i]);
		ent_jsonout_array_end(out);
	}
	ent_jsonout_object_end(out);
}

/* Those that are agreed to follow; none: no member. */
static void write_next(struct ent_jsonout *out, const struct check_model *model) {
	const struct check_terms *terms = model->terms;
	if (terms->n_versions == 1)
		return;
	ent_jsonout_name(out, "next");
	ent_jsonout_array_begin(out);
	for (size_t v = 1; v < terms->n_versions; v++) {
		const struct check_version *version = &terms->version[v];
		ent_jsonout_object_begin(out);
		member_string(out, "version", version->hash);
		member_time(out, "from", version->from_utc_us);
		write_all_minima(out, model, version);
		write_notice(out, model, version, false);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_note(void *user, const char *line) {
	ent_jsonout_string(user, line);
}

static void write_memorandum(struct ent_jsonout *out, const struct check_model *model) {
	const struct check_terms *terms = model->terms;
	const struct check_version *first = &terms->version[0];
	ent_jsonout_name(out, "memorandum");
	ent_jsonout_object_begin(out);
	member_string(out, "id", ent_memodoc_terms(first->doc)->memorandum);
	member_string(out, "version", first->hash);
	ent_jsonout_name(out, "in_force");
	if (terms->asked)
		ent_jsonout_bool(out, terms->in_force);
	else
		ent_jsonout_null(out);
	write_all_minima(out, model, first);
	write_next(out, model);
	member_uint(out, "beyond", model->beyond_terms);
	member_uint(out, "partly_beyond", model->partly_beyond_terms);
	write_notice(out, model, first, true);
	ent_jsonout_name(out, "notes");
	ent_jsonout_array_begin(out);
	check_say_notes(model, &(struct check_lines){write_note, out});
	ent_jsonout_array_end(out);
	ent_jsonout_object_end(out);
}

static void write_summary(struct ent_jsonout *out, const struct check_model *model) {
	char text[1024];
	check_summary(model, text, sizeof text);
	ent_jsonout_name(out, "summary");
	ent_jsonout_object_begin(out);
	member_string(out, "text", text);
	member_uint(out, "conflicts", model->n_conflicts - model->unknowns);
	member_uint(out, "unknown", model->unknowns);
	ent_jsonout_name(out, "more");
	ent_jsonout_bool(out, model->more);
	member_uint(out, "flights", model->flights);
	member_uint(out, "volumes", model->volumes);
	member_uint(out, "outside", model->outside);
	member_uint(out, "left_out", model->left_out);
	member_uint(out, "cut_inputs", model->cut_inputs);
	member_uint(out, "together", model->together);
	ent_jsonout_name(out, "own_versions");
	ent_jsonout_bool(out, model->own_versions);
	member_uint(out, "no_altitude_flights", model->no_altitude_flights);
	member_uint(out, "empty_flights", model->empty_flights);
	member_uint(out, "doubtful_flights", model->cleaning.doubtful);
	write_scope(out, &model->scope);
	write_minima(out, &model->minima);
	if (model->terms != NULL)
		write_memorandum(out, model);
	ent_jsonout_object_end(out);
}

static void write_cleaning(struct ent_jsonout *out, const struct check_model *model) {
	static const char *const keys[] = {
#define KEY(name, key, text) key,
			CHECK_RULE_MAP(KEY)
#undef KEY
	};
	ent_jsonout_name(out, "cleaning");
	ent_jsonout_object_begin(out);
	member_uint(out, "reports", model->cleaning.reports);
	member_uint(out, "kept", model->cleaning.kept);
	member_uint(out, "lost", model->cleaning.lost);
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++)
		member_uint(out, keys[rule], model->cleaning.touched[rule]);
	ent_jsonout_object_end(out);
}

static void write_sources(struct ent_jsonout *out, const struct check_model *model) {
	ent_jsonout_name(out, "sources");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < model->n_sources; i++) {
		const struct check_source *source = &model->sources[i];
		ent_jsonout_object_begin(out);
		member_string(out, "name", source->name);
		member_string(out, "format", source->format != NULL ? source->format : "unknown");
		member_uint(out, "items", source->items);
		member_uint(out, "left_out", source->left_out);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

ent_status check_write_json(
		const struct check_model *model, const struct check_options *options, FILE *file) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, file, 2);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "conflicts");
	ent_jsonout_array_begin(&out);
	for (size_t i = 0; i < model->n_conflicts; i++) {
		ent_jsonout_object_begin(&out);
		write_conflict(&out, model, options, &model->conflicts[i]);
		ent_jsonout_object_end(&out);
	}
	ent_jsonout_array_end(&out);
	write_summary(&out, model);
	write_cleaning(&out, model);
	write_sources(&out, model);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

static void write_position(struct ent_jsonout *out, struct ent_point at) {
	ent_jsonout_array_begin_inline(out);
	ent_jsonout_decimal(out, at.lon_ndeg, DEGREES);
	ent_jsonout_decimal(out, at.lat_ndeg, DEGREES);
	ent_jsonout_array_end(out);
}

/* The line from a to b at the nearest approach, or the one place where they are. */
static void write_geometry(struct ent_jsonout *out, const struct ent_witness *w) {
	const bool point = w->at_a.lat_ndeg == w->at_b.lat_ndeg &&
			w->at_a.lon_ndeg == w->at_b.lon_ndeg;
	ent_jsonout_name(out, "geometry");
	ent_jsonout_object_begin(out);
	member_string(out, "type", point ? "Point" : "LineString");
	ent_jsonout_name(out, "coordinates");
	if (!point)
		ent_jsonout_array_begin_inline(out);
	write_position(out, w->at_a);
	if (!point) {
		write_position(out, w->at_b);
		ent_jsonout_array_end(out);
	}
	ent_jsonout_object_end(out);
}

ent_status check_write_geojson(
		const struct check_model *model, const struct check_options *options, FILE *file) {
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, file, 2);
	ent_jsonout_object_begin(&out);
	member_string(&out, "type", "FeatureCollection");
	write_summary(&out, model);
	write_cleaning(&out, model);
	ent_jsonout_name(&out, "features");
	ent_jsonout_array_begin(&out);
	for (size_t i = 0; i < model->n_conflicts; i++) {
		ent_jsonout_object_begin(&out);
		member_string(&out, "type", "Feature");
		write_geometry(&out, &model->conflicts[i].verdict.witness);
		ent_jsonout_name(&out, "properties");
		ent_jsonout_object_begin(&out);
		write_conflict(&out, model, options, &model->conflicts[i]);
		ent_jsonout_object_end(&out);
		ent_jsonout_object_end(&out);
	}
	ent_jsonout_array_end(&out);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}
