/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole skies, pair by pair: made-up traffic of every size in one index, and recorded traffic
 * (ENTENTE_RECORDINGS, a folder). What the index finds is what judging every pair finds, byte for
 * byte; two tracks are also asked of the oracle, leg by leg. Then the same sky lies across the
 * antimeridian, in the other hemisphere, and both: WGS84 is a body of revolution with an equator
 * of symmetry and places are stored as integers, so nothing but rounding may change.
 */
#include <dirent.h>
#include <math.h>

#include "reading.h"
#include "traffic.h"
#include "whole_sky.h"

static const struct ent_minima five_miles = {9260000, 304800, 0};
static const struct ent_minima with_time = {9260000, 304800, 30000000};

/* --- The same sky elsewhere --- */

static struct ent_point moved_point(struct ent_point at, int64_t east_ndeg, bool south) {
	const int64_t half = 180 * ENT_GEO_NDEG_PER_DEG;
	int64_t lon = at.lon_ndeg + east_ndeg;
	struct ent_point moved = {0, 0};
	lon -= lon >= half ? 2 * half : 0;
	CHECK(ent_geo_point_from_ndeg(south ? -at.lat_ndeg : at.lat_ndeg, lon, &moved) == ENT_OK);
	return moved;
}

static ent_status create_moved_fixed(const struct ent_volume_parts *parts,
		const struct ent_point *vertices, struct ent_volume **ret_volume) {
	size_t sizes[ENT_VOLUME_RINGS_MAX];
	switch (parts->kind) {
	case ENT_VOLUME_CIRCLE:
		return ent_volume_create_circle(vertices[0], parts->radius_mm, parts->band,
				parts->span, NULL, ret_volume, NULL);
	case ENT_VOLUME_CORRIDOR:
		return ent_volume_create_corridor(vertices, parts->n_vertices, parts->radius_mm,
				parts->band, parts->span, NULL, ret_volume, NULL);
	default:
		for (uint32_t i = 0; i < parts->n_rings; i++)
			sizes[i] = ent_ring_size(parts, i);
		return ent_volume_create_polygon(vertices, sizes, parts->n_rings, parts->band,
				parts->span, NULL, ret_volume, NULL);
	}
}

/* Without what is known of ground and air: heights above the geoid are not the same elsewhere. */
static struct ent_volume *moved_volume(
		const struct ent_volume_parts *parts, int64_t east_ndeg, bool south) {
	struct ent_volume *volume = NULL;
	if (parts->kind == ENT_VOLUME_TRACK) {
		const struct ent_track_parts *track = parts->track;
		struct ent_track_point *points = calloc(track->n_points, sizeof *points);
		CHECK(points != NULL);
		for (uint32_t i = 0; i < track->n_points; i++) {
			points[i] = track->points[i];
			points[i].at = moved_point(points[i].at, east_ndeg, south);
		}
		CHECK(ent_volume_create_track(points, track->n_points, track->ref, track->tolerance,
				      NULL, &volume, NULL) == ENT_OK);
		free(points);
		return volume;
	}
	struct ent_point vertices[ENT_VOLUME_VERTICES_MAX];
	for (uint32_t i = 0; i < parts->n_vertices; i++)
		vertices[i] = moved_point(parts->vertices[i], east_ndeg, south);
	CHECK(create_moved_fixed(parts, vertices, &volume) == ENT_OK);
	return volume;
}

static struct sky sky_moved(const struct sky *sky, int64_t east_ndeg, bool south) {
	struct ent_volume **volumes = calloc(sky->n + 1, sizeof(struct ent_volume *));
	CHECK(volumes != NULL);
	for (size_t i = 0; i < sky->n; i++)
		volumes[i] = moved_volume(sky->items[i].parts, east_ndeg, south);
	struct sky moved = whole_sky_create(volumes, sky->n);
	free(volumes);
	return moved;
}

/* How far east, so that the middle of all that flies lies on the antimeridian. */
static int64_t to_antimeridian_ndeg(const struct sky *sky) {
	double sum = 0, n = 0;
	for (size_t i = 0; i < sky->n; i++)
		for (size_t k = 0; k < sky->items[i].n_legs; k++, n++)
			sum += (double)sky->items[i].parts->track->points[k].at.lon_ndeg;
	const int64_t east = 180 * ENT_GEO_NDEG_PER_DEG - (n > 0 ? (int64_t)(sum / n) : 0);
	return east % (360 * ENT_GEO_NDEG_PER_DEG);
}

/*
 * One verdict on the same two elsewhere. Stored places and times are the same integers, so only
 * the rounding of doubles differs: of distances said to a millimetre one step.
 */
static bool same_elsewhere(const struct ent_verdict *a, const struct ent_verdict *b) {
	return a->kind == b->kind && a->unknown == b->unknown &&
			llabs(a->witness.lateral_mm - b->witness.lateral_mm) <= 1;
}

/* The least distance of such a pair is within the bound of L, and a millimetre is its rounding. */
static bool near_tie(const struct found *found, const struct ent_minima *minima) {
	const double l = (double)minima->lateral_mm * 1e-3;
	return fabs((double)found->verdict.witness.lateral_mm * 1e-3 - l) <=
			ENT_CONFLICT_BOUND_M(l) + 1e-3;
}

/* Returns how many were found in one place only. */
static size_t compare_places(const struct list *here, const struct list *there,
		const struct ent_minima *minima) {
	size_t i = 0, j = 0, only = 0;
	while (i < here->n || j < there->n) {
		const int order = i == here->n  ? 1
				: j == there->n ? -1
						: whole_sky_order(&here->at[i], &there->at[j]);
		if (order == 0) {
			CHECK(same_elsewhere(&here->at[i++].verdict, &there->at[j++].verdict));
			continue;
		}
		CHECK(near_tie(order < 0 ? &here->at[i++] : &there->at[j++], minima));
		only++;
	}
	return only;
}

/*
 * The minimum put a few millimetres about the distance of two that were found: there the verdict
 * turns, here and there at the same millimetre or within the bound. Returns where it did not.
 */
static size_t compare_ties(const struct sky *here, const struct sky *there, const struct list *all,
		struct campaign *c) {
	size_t differ = 0;
	for (size_t k = 0; k < all->n; k++) {
		const struct found *found = &all->at[k];
		const struct item *a = &here->items[found->a], *b = &here->items[found->b];
		if (a->n_legs == 0 || b->n_legs == 0 || found->verdict.kind != ENT_VERDICT_CONFLICT)
			continue;
		for (int more = -2; more <= 3; more++) {
			const struct ent_minima minima = {found->verdict.witness.lateral_mm + more,
					five_miles.vertical_mm, 0};
			if (minima.lateral_mm < 1)
				continue;
			const struct ent_verdict v = ent_conflict_judge(
					a->volume, b->volume, &minima);
			const struct ent_verdict w = ent_conflict_judge(
					there->items[found->a].volume,
					there->items[found->b].volume, &minima);
			whole_sky_ask(c, a, b, &minima, &v);
			whole_sky_ask(c, &there->items[found->a], &there->items[found->b], &minima,
					&w);
			differ += v.kind != w.kind;
		}
	}
	return differ;
}

static void check_everywhere(const char *name, const struct sky *sky,
		const struct ent_minima *minima, struct campaign *ret_c) {
	const int64_t east = to_antimeridian_ndeg(sky);
	const struct {
		const char *where;
		int64_t east_ndeg;
		bool south;
	} places[] = {{"across the antimeridian", east, false},
			{"in the other hemisphere", 0, true},
			{"across it in the other hemisphere", east, true}};
	struct list here = whole_sky_check(name, sky, minima, true, ret_c);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct campaign c;
		char text[160];
		struct sky moved = sky_moved(sky, places[i].east_ndeg, places[i].south);
		(void)snprintf(text, sizeof text, "%s, %s", name, places[i].where);
		struct list there = whole_sky_check(text, &moved, minima, true, &c);
		const size_t only = compare_places(&here, &there, minima);
		struct campaign ties = {.loosest_m = 0};
		const size_t differ = compare_ties(sky, &moved, &here, &ties);
		print_message("of %zu found, %zu in one of both places only; of %llu with L at "
			      "their distance %zu differ, all within the bound; loosest %.6f m "
			      "above L\n",
				here.n, only, (unsigned long long)ties.asked / 2, differ,
				ties.loosest_m);
		CHECK(only <= 1 + here.n / 1000);
		free(there.at);
		whole_sky_destroy(&moved);
	}
	free(here.at);
}

/* --- Made-up traffic --- */

/* Pairs grow with the square of what flies. */
static size_t some(double n) {
	return 1 + (size_t)(n * sqrt(test_scale()));
}

static struct sky made_up(uint64_t seed) {
	const size_t flights = some(1000), drones = some(1000), airspace = some(60);
	const size_t n = flights + drones + airspace;
	struct ent_volume **volumes = calloc(n, sizeof(struct ent_volume *));
	CHECK(volumes != NULL);
	traffic_day(volumes, flights, seed);
	traffic_drones(volumes + flights, drones, seed + 1);
	traffic_airspace(volumes + flights + drones, airspace, seed + 2);
	struct sky sky = whole_sky_create(volumes, n);
	free(volumes);
	return sky;
}

TEST(traffic__made_up_of_all_sizes_is_found_pair_by_pair) {
	(void)state_;
	static const struct ent_minima minima[] = {{0, 0, 0}, {50000, 15000, 0},
			{37040000, 609600, 0}, {5556000, 304800, 30000000}};
	struct sky sky = made_up(101);
	for (size_t i = 0; i < COUNT_OF(minima); i++) {
		struct campaign c;
		struct list all = whole_sky_check(
				"made-up", &sky, &minima[i], minima[i].time_us == 0, &c);
		CHECK(c.found > c.judged / 10000);
		free(all.at);
	}
	whole_sky_destroy(&sky);
}

TEST(traffic__made_up_is_the_same_across_the_antimeridian_and_in_the_south) {
	(void)state_;
	struct sky sky = made_up(201);
	struct campaign c;
	check_everywhere("made-up", &sky, &five_miles, &c);
	/* Worth asking: conflicts and unknowns come, and the oracle sees a fair part of the tracks. */
	CHECK(c.found - c.unknown > c.judged / 10000);
	CHECK(c.unknown > 0);
	CHECK(c.asked > (c.asked + c.passed_over) / 2000);
	whole_sky_destroy(&sky);
}

/* --- Recorded traffic --- */

static int is_recording(const struct dirent *entry) {
	const char *name = entry->d_name;
	const size_t n = strlen(name);
	return (n > 5 && strcmp(name + n - 5, ".json") == 0) ||
			(n > 8 && strcmp(name + n - 8, ".json.gz") == 0);
}

/* Below a scale of 1 some of its flights only, drawn evenly. */
static struct sky recorded(const char *path) {
	const struct check_read_options options = {.skip_bad = true};
	struct run run;
	uint64_t seed = 301;
	begin(&run, &options);
	CHECK(check_read_file(run.reader, path, false) == ENT_OK);
	struct ent_volume **volumes = calloc(run.model.n_items + 1, sizeof(struct ent_volume *));
	CHECK(volumes != NULL);
	size_t n = 0;
	for (size_t i = 0; i < run.model.n_items; i++)
		if (test_uniform(&seed) < sqrt(test_scale()))
			volumes[n++] = ent_volume_hold(run.model.items[i].volume);
	struct sky sky = whole_sky_create(volumes, n);
	free(volumes);
	finish(&run);
	return sky;
}

TEST(traffic__recorded_is_found_pair_by_pair_wherever_it_lies) {
	(void)state_;
	const char *folder = getenv("ENTENTE_RECORDINGS");
	struct dirent **names = NULL;
	if (folder == NULL) {
		print_message("no recordings were given (ENTENTE_RECORDINGS), so none are "
			      "checked\n");
		skip();
	}
	const int n = scandir(folder, &names, is_recording, alphasort);
	if (n <= 0)
		fail_msg("no *.json or *.json.gz in %s", folder);
	for (int i = 0; i < n; i++) {
		char path[4096];
		struct campaign c;
		CHECK(snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name) <
				(int)sizeof path);
		struct sky sky = recorded(path);
		check_everywhere(names[i]->d_name, &sky, &five_miles, &c);
		struct list all = whole_sky_check(names[i]->d_name, &sky, &with_time, false, &c);
		free(all.at);
		whole_sky_destroy(&sky);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(traffic__made_up_of_all_sizes_is_found_pair_by_pair),
			TEST_ENTRY(traffic__made_up_is_the_same_across_the_antimeridian_and_in_the_south),
			TEST_ENTRY(traffic__recorded_is_found_pair_by_pair_wherever_it_lies),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
