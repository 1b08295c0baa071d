/* SPDX-License-Identifier: Apache-2.0 */
/* whole_sky.c: see whole_sky.h. */
#include "whole_sky.h"

#include <math.h>

#include "entente/index.h"

/* Above so many all pairs take too long; then those apart in time are passed over. */
enum { ALL_PAIRS_MAX = 4000 };

/* Bytes are compared, so there are to be none between the members. */
_Static_assert(sizeof(struct ent_verdict) == 2 * sizeof(int32_t) + 11 * sizeof(int64_t), "padding");

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

struct sky whole_sky_create(struct ent_volume **volumes, size_t n) {
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

void whole_sky_destroy(struct sky *sky) {
	for (size_t i = 0; i < sky->n; i++) {
		ent_volume_release(sky->items[i].volume);
		free(sky->items[i].legs);
	}
	free(sky->items);
}

/* --- The oracle, leg by leg --- */

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

void whole_sky_ask(struct campaign *c, const struct item *a, const struct item *b,
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

static void list_add(struct list *list, uint64_t a, uint64_t b, const struct ent_verdict *verdict) {
	if (list->n == list->room) {
		list->room = 2 * list->room + 1024;
		list->at = realloc(list->at, list->room * sizeof *list->at);
		CHECK(list->at != NULL);
	}
	list->at[list->n++] = (struct found){(uint32_t)a, (uint32_t)b, *verdict};
}

int whole_sky_order(const void *left, const void *right) {
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
				whole_sky_ask(c, a, b, minima, &v);
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
	CHECK(bsearch(&key, answers->all->at, answers->all->n, sizeof key, whole_sky_order) !=
			NULL);
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
	CHECK(ent_index_pairs(snapshot, minima, NULL, take_pair, &pairs, NULL, NULL) == ENT_OK);
	if (pairs.n > 0)
		qsort(pairs.at, pairs.n, sizeof *pairs.at, whole_sky_order);
	CHECK(pairs.n == all->n);
	for (size_t i = 0; i < pairs.n; i++)
		CHECK(whole_sky_order(&pairs.at[i], &all->at[i]) == 0 &&
				same_bytes(&pairs.at[i].verdict, &all->at[i].verdict));
	for (uint64_t i = 0; i < sky->n; i++) {
		answers.asked = i;
		CHECK(ent_index_query(snapshot, sky->items[i].volume, minima, &i, NULL, take_hit,
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

struct list whole_sky_check(const char *name, const struct sky *sky,
		const struct ent_minima *minima, bool oracle, struct campaign *ret_c) {
	struct campaign c = {.loosest_m = 0};
	struct list all = judge_all(&c, sky, minima, oracle);
	compare_index(sky, minima, &all);
	report(name, sky, minima, &c);
	*ret_c = c;
	return all;
}
