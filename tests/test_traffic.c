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

#include "oracle.h"
#include "reading.h"
#include "traffic.h"

#include "entente/index.h"

/* Above so many all pairs take too long; then those apart in time are passed over. */
enum { ALL_PAIRS_MAX = 4000 };

/* Bytes are compared, so there are to be none between the members. */
_Static_assert(sizeof(struct ent_verdict) == 2 * sizeof(int32_t) + 11 * sizeof(int64_t), "padding");

static const struct ent_minima five_miles = {9260000, 304800, 0};
static const struct ent_minima with_time = {9260000, 304800, 30000000};

/* --- A sky --- */

/* All of a leg lies within radius_m of this place: no point of a way of length s is farther than s / 2 from its middle. */
struct ball {
	double x, y, z, radius_m;
};

struct item {
	struct ent_volume *volume;
	const struct ent_volume_parts *parts;
	struct ball *legs; /* of a track; a single point is a leg of no length */
	size_t n_legs;
};

struct sky {
	struct item *items;
	size_t n;
};

/* The textbook formula; the engine has its own. */
static struct ball on_surface(struct ent_point at) {
	const double deg = M_PI / 180e9, f = 1 / 298.257223563, e2 = f * (2 - f);
	const double lat = (double)at.lat_ndeg * deg, lon = (double)at.lon_ndeg * deg;
	const double n = 6378137.0 / sqrt(1 - e2 * sin(lat) * sin(lat));
	return (struct ball){n * cos(lat) * cos(lon), n * cos(lat) * sin(lon),
			n * (1 - e2) * sin(lat), 0};
}

static struct ball around_leg(struct ent_point from, struct ent_point to) {
	const struct ball a = on_surface(from), b = on_surface(to);
	return (struct ball){(a.x + b.x) / 2, (a.y + b.y) / 2, (a.z + b.z) / 2,
			oracle_distance_m(from, to) / 2};
}

/* Takes the volumes. */
static struct sky sky_create(struct ent_volume **volumes, size_t n) {
	struct sky sky = {calloc(n + 1, sizeof *sky.items), n};
	CHECK(sky.items != NULL);
	for (size_t i = 0; i < n; i++) {
		struct item *item = &sky.items[i];
		item->volume = volumes[i];
		item->parts = ent_volume_parts(volumes[i]);
		if (item->parts->kind != ENT_VOLUME_TRACK)
			continue;
		const struct ent_track_parts *track = item->parts->track;
		item->n_legs = track->n_points > 1 ? track->n_points - 1 : 1;
		item->legs = calloc(item->n_legs, sizeof *item->legs);
		CHECK(item->legs != NULL);
		for (size_t k = 0; k < item->n_legs; k++)
			item->legs[k] = around_leg(track->points[k].at,
					track->points[k + (track->n_points > 1)].at);
	}
	return sky;
}

static void sky_destroy(struct sky *sky) {
	for (size_t i = 0; i < sky->n; i++) {
		ent_volume_release(sky->items[i].volume);
		free(sky->items[i].legs);
	}
	free(sky->items);
}

/* --- The oracle, leg by leg --- */

struct campaign {
	uint64_t judged, found, unknown;
	uint64_t asked, passed_over; /* pairs of tracks: legs of them met the oracle, or none came near */
	uint64_t legs_asked, legs_passed_over;
	uint64_t near_ties;
	double loosest_m; /* the farthest above L that was called a conflict */
};

static struct thing leg_thing(const struct ent_track_parts *track, size_t leg) {
	struct thing thing = {.kind = ENT_VOLUME_TRACK, .ref = track->ref};
	thing.n = track->n_points > 1 ? 2 : 1;
	for (size_t i = 0; i < thing.n; i++)
		thing.points[i] = track->points[leg + i];
	thing.tolerance = track->tolerance;
	return thing;
}

static int64_t leg_end(const struct ent_track_parts *track, size_t leg) {
	return track->points[leg + (track->n_points > 1)].time_utc_us;
}

/* In integers: are all heights of the two legs more than so much apart? */
static bool far_in_height(const struct ent_track_point *p, const struct ent_track_point *q,
		const struct ent_track_point *r, const struct ent_track_point *s, int64_t more_mm) {
	const int32_t p_low = p->altitude_mm < q->altitude_mm ? p->altitude_mm : q->altitude_mm;
	const int32_t p_high = p->altitude_mm < q->altitude_mm ? q->altitude_mm : p->altitude_mm;
	const int32_t r_low = r->altitude_mm < s->altitude_mm ? r->altitude_mm : s->altitude_mm;
	const int32_t r_high = r->altitude_mm < s->altitude_mm ? s->altitude_mm : r->altitude_mm;
	return (int64_t)r_low - p_high > more_mm || (int64_t)p_low - r_high > more_mm;
}

static bool legs_far(const struct item *a, size_t i, const struct item *b, size_t j,
		const struct ent_minima *minima) {
	const struct ent_track_parts *ta = a->parts->track, *tb = b->parts->track;
	const struct ball *p = &a->legs[i], *q = &b->legs[j];
	const double x = p->x - q->x, y = p->y - q->y, z = p->z - q->z;
	/* A metre more than any bound: the straight way is never longer than the geodesic. */
	const double near_m = (double)(minima->lateral_mm + ta->tolerance.lateral_mm +
					      tb->tolerance.lateral_mm) *
					1e-3 +
			p->radius_m + q->radius_m + 1;
	return x * x + y * y + z * z > near_m * near_m ||
			far_in_height(&ta->points[i], &ta->points[i + (ta->n_points > 1)],
					&tb->points[j], &tb->points[j + (tb->n_points > 1)],
					minima->vertical_mm + ta->tolerance.vertical_mm +
							tb->tolerance.vertical_mm);
}

/* Two tracks at one moment each: all pairs of legs that share time, in order of time. */
static struct answer ask_legs(struct campaign *c, const struct item *a, const struct item *b,
		const struct ent_minima *minima) {
	const struct ent_track_parts *ta = a->parts->track, *tb = b->parts->track;
	const double enough_m = (double)minima->lateral_mm * 1e-3 + 100;
	struct answer least = {.distance_m = 1e9};
	const uint64_t before = c->legs_asked;
	for (size_t i = 0, j = 0; i < a->n_legs && j < b->n_legs;) {
		const int64_t end_a = leg_end(ta, i), end_b = leg_end(tb, j);
		const bool together = ta->points[i].time_utc_us <= end_b &&
				tb->points[j].time_utc_us <= end_a;
		if (together && legs_far(a, i, b, j, minima)) {
			c->legs_passed_over++;
		} else if (together) {
			const struct thing leg_a = leg_thing(ta, i), leg_b = leg_thing(tb, j);
			const struct answer here = oracle_ask(&leg_a, &leg_b, minima, enough_m);
			c->legs_asked++;
			least.meets |= here.meets;
			least.error_m = here.error_m;
			if (here.meets && here.distance_m < least.distance_m)
				least.distance_m = here.distance_m;
		}
		if (end_a <= end_b)
			i++;
		else
			j++;
	}
	if (c->legs_asked > before)
		c->asked++;
	else
		c->passed_over++;
	return least;
}

static void ask_oracle(struct campaign *c, const struct item *a, const struct item *b,
		const struct ent_minima *minima, const struct ent_verdict *verdict) {
	const struct answer answer = ask_legs(c, a, b, minima);
	const double above = answer.distance_m - (double)minima->lateral_mm * 1e-3;
	/* The bound's length is from core to core. */
	const double reach_m = (double)(minima->lateral_mm + a->parts->track->tolerance.lateral_mm +
					       b->parts->track->tolerance.lateral_mm) *
			1e-3;
	const char *fault = oracle_fault(&answer, verdict, minima, ENT_CONFLICT_BOUND_M(reach_m));
	if (fault != NULL)
		fail_msg("%s: %.6f m above L, verdict %d with %lld mm", fault, above,
				(int)verdict->kind, (long long)verdict->witness.lateral_mm);
	c->near_ties += answer.meets && fabs(above) < 1;
	if (verdict->kind == ENT_VERDICT_CONFLICT && above > c->loosest_m)
		c->loosest_m = above;
}

/* --- The index against every pair --- */

struct found {
	uint32_t a, b; /* a < b */
	struct ent_verdict verdict;
};

/* In order of a, then b. */
struct list {
	struct found *at;
	size_t n, room;
};

static void list_add(struct list *list, uint64_t a, uint64_t b, const struct ent_verdict *verdict) {
	if (list->n == list->room) {
		list->room = 2 * list->room + 1024;
		list->at = realloc(list->at, list->room * sizeof *list->at);
		CHECK(list->at != NULL);
	}
	list->at[list->n++] = (struct found){(uint32_t)a, (uint32_t)b, *verdict};
}

static int by_pair(const void *left, const void *right) {
	const struct found *p = left, *q = right;
	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b < q->b ? -1 : p->b > q->b;
}

static bool same_bytes(const struct ent_verdict *a, const struct ent_verdict *b) {
	return memcmp(a, b, sizeof *a) == 0;
}

static bool take_pair(void *user, const struct ent_index_pair *pair) {
	CHECK(pair->id_a < pair->id_b);
	list_add(user, pair->id_a, pair->id_b, &pair->verdict);
	return true;
}

/* The test's own and only shortcut, for skies of many: spans with nothing of the minimum between them. */
static bool apart_in_time(
		const struct item *a, const struct item *b, const struct ent_minima *minima) {
	const struct ent_span p = a->parts->span, q = b->parts->span;
	int64_t more = minima->time_us;
	more += a->n_legs > 0 ? a->parts->track->tolerance.time_us : 0;
	more += b->n_legs > 0 ? b->parts->track->tolerance.time_us : 0;
	const bool open = p.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE ||
			q.start_utc_us == ENT_TIME_UNBOUNDED_BEFORE ||
			p.end_utc_us == ENT_TIME_UNBOUNDED_AFTER ||
			q.end_utc_us == ENT_TIME_UNBOUNDED_AFTER;
	return !open &&
			(q.start_utc_us - more > p.end_utc_us ||
					p.start_utc_us - more > q.end_utc_us);
}

/* Judges every pair; 'oracle': and asks about two tracks of one reference. */
static struct list judge_all(struct campaign *c, const struct sky *sky,
		const struct ent_minima *minima, bool oracle) {
	struct list all = {NULL, 0, 0};
	for (size_t i = 0; i < sky->n; i++)
		for (size_t j = i + 1; j < sky->n; j++) {
			const struct item *a = &sky->items[i], *b = &sky->items[j];
			if (sky->n > ALL_PAIRS_MAX && apart_in_time(a, b, minima))
				continue;
			const struct ent_verdict v = ent_conflict_judge(
					a->volume, b->volume, minima);
			c->judged++;
			c->unknown += v.kind == ENT_VERDICT_UNKNOWN;
			if (v.kind != ENT_VERDICT_CLEAR)
				list_add(&all, i, j, &v);
			if (oracle && a->n_legs > 0 && b->n_legs > 0 &&
					a->parts->track->ref == b->parts->track->ref)
				ask_oracle(c, a, b, minima, &v);
		}
	c->found += all.n;
	return all;
}

struct answers {
	const struct sky *sky;
	const struct ent_minima *minima;
	const struct list *all;
	uint64_t asked; /* the number of the item whose answers these are */
	size_t n;
};

static bool take_hit(void *user, const struct ent_index_hit *hit) {
	struct answers *answers = user;
	const uint64_t asked = answers->asked;
	const struct found key = {(uint32_t)(asked < hit->id ? asked : hit->id),
			(uint32_t)(asked < hit->id ? hit->id : asked), {0}};
	const struct ent_verdict v = ent_conflict_judge(
			answers->sky->items[asked].volume, hit->volume, answers->minima);
	CHECK(hit->id < answers->sky->n && hit->volume == answers->sky->items[hit->id].volume);
	CHECK(bsearch(&key, answers->all->at, answers->all->n, sizeof key, by_pair) != NULL);
	CHECK(same_bytes(&v, &hit->verdict));
	answers->n++;
	return true;
}

/* What the index says at once, and of each item, is what judging every pair said. */
static void compare_index(
		const struct sky *sky, const struct ent_minima *minima, const struct list *all) {
	struct ent_index *index;
	struct ent_index_snapshot *snapshot;
	struct list pairs = {NULL, 0, 0};
	struct answers answers = {.sky = sky, .minima = minima, .all = all};
	CHECK(ent_index_create(&index) == ENT_OK);
	for (uint64_t i = 0; i < sky->n; i++)
		CHECK(ent_index_insert(index, i, sky->items[i].volume) == ENT_OK);
	CHECK(ent_index_snapshot_take(index, &snapshot) == ENT_OK);
	CHECK(ent_index_pairs(snapshot, minima, take_pair, &pairs, NULL, NULL) == ENT_OK);
	if (pairs.n > 0)
		qsort(pairs.at, pairs.n, sizeof *pairs.at, by_pair);
	CHECK(pairs.n == all->n);
	for (size_t i = 0; i < pairs.n; i++)
		CHECK(by_pair(&pairs.at[i], &all->at[i]) == 0 &&
				same_bytes(&pairs.at[i].verdict, &all->at[i].verdict));
	for (uint64_t i = 0; i < sky->n; i++) {
		answers.asked = i;
		CHECK(ent_index_query(snapshot, sky->items[i].volume, minima, &i, take_hit,
				      &answers) == ENT_OK);
	}
	/* Each pair was found from both of its sides. */
	CHECK(answers.n == 2 * all->n);
	free(pairs.at);
	ent_index_snapshot_release(snapshot);
	ent_index_destroy(index);
}

static void report(const char *name, const struct sky *sky, const struct ent_minima *minima,
		const struct campaign *c) {
	print_message("campaign %s, %lld m %lld m %lld s: %zu items, %llu pairs judged, %llu "
		      "found, %llu of them unknown; of two tracks %llu asked of the oracle (%llu "
		      "pairs of legs), %llu passed over (%llu), %llu within 1 m of L; loosest %.6f "
		      "m above L\n",
			name, (long long)minima->lateral_mm / 1000,
			(long long)minima->vertical_mm / 1000, (long long)minima->time_us / 1000000,
			sky->n, (unsigned long long)c->judged, (unsigned long long)c->found,
			(unsigned long long)c->unknown, (unsigned long long)c->asked,
			(unsigned long long)c->legs_asked, (unsigned long long)c->passed_over,
			(unsigned long long)c->legs_passed_over, (unsigned long long)c->near_ties,
			c->loosest_m);
}

static struct list check_sky(const char *name, const struct sky *sky,
		const struct ent_minima *minima, bool oracle, struct campaign *ret_c) {
	struct campaign c = {.loosest_m = 0};
	struct list all = judge_all(&c, sky, minima, oracle);
	compare_index(sky, minima, &all);
	report(name, sky, minima, &c);
	*ret_c = c;
	return all;
}

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
	struct sky moved = sky_create(volumes, sky->n);
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
						: by_pair(&here->at[i], &there->at[j]);
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
			ask_oracle(c, a, b, &minima, &v);
			ask_oracle(c, &there->items[found->a], &there->items[found->b], &minima,
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
	struct list here = check_sky(name, sky, minima, true, ret_c);
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		struct campaign c;
		char text[160];
		struct sky moved = sky_moved(sky, places[i].east_ndeg, places[i].south);
		(void)snprintf(text, sizeof text, "%s, %s", name, places[i].where);
		struct list there = check_sky(text, &moved, minima, true, &c);
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
		sky_destroy(&moved);
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
	struct sky sky = sky_create(volumes, n);
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
		struct list all = check_sky(
				"made-up", &sky, &minima[i], minima[i].time_us == 0, &c);
		CHECK(c.found > c.judged / 10000);
		free(all.at);
	}
	sky_destroy(&sky);
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
	sky_destroy(&sky);
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
	struct sky sky = sky_create(volumes, n);
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
		struct list all = check_sky(names[i]->d_name, &sky, &with_time, false, &c);
		free(all.at);
		sky_destroy(&sky);
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
