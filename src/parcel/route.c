/* SPDX-License-Identifier: Apache-2.0 */
/* route.c: see route.h. */
#include "entente/route.h"

#include <assert.h>

int64_t ent_route_pause_us(uint32_t failures, uint32_t chance) {
	int64_t pause_us = ENT_ROUTE_PAUSE_FIRST_US;
	for (uint32_t i = 1; i < failures && pause_us < ENT_ROUTE_PAUSE_MAX_US; i++)
		pause_us *= 2;
	if (pause_us > ENT_ROUTE_PAUSE_MAX_US)
		pause_us = ENT_ROUTE_PAUSE_MAX_US;
	/* In thousandths: a pause in microseconds times 2^32 would be too large. */
	return pause_us - pause_us / 2000 * (int64_t)(chance % 1001);
}

void ent_route_init(struct ent_route *route, unsigned n) {
	assert(n <= ENT_ROUTE_WAYS_MAX);
	*route = (struct ent_route){.n = n};
}

static bool is_left_alone(const struct ent_route_way *way, int64_t now_utc_us) {
	return way->failures > 0 && now_utc_us < way->until_utc_us &&
			way->until_utc_us - now_utc_us <= ENT_ROUTE_PAUSE_MAX_US;
}

unsigned ent_route_pick(const struct ent_route *route, int64_t now_utc_us) {
	for (unsigned i = 0; i < route->n; i++)
		if (!is_left_alone(&route->way[i], now_utc_us))
			return i;
	return ENT_ROUTE_NONE;
}

int64_t ent_route_next_us(const struct ent_route *route, int64_t now_utc_us) {
	int64_t next_us = INT64_MAX;
	for (unsigned i = 0; i < route->n; i++) {
		const int64_t from_us = is_left_alone(&route->way[i], now_utc_us)
				? route->way[i].until_utc_us
				: now_utc_us;
		next_us = from_us < next_us ? from_us : next_us;
	}
	return next_us;
}

int64_t ent_route_connect_us(const struct ent_route *route, unsigned way) {
	for (unsigned i = 0; i < route->n; i++)
		if (i != way && route->way[i].failures == 0)
			return ENT_ROUTE_CONNECT_SOON_US;
	return ENT_ROUTE_CONNECT_MAX_US;
}

unsigned ent_route_untried(const struct ent_route *route, int64_t since_utc_us) {
	for (unsigned i = 0; i < route->n; i++)
		if (route->way[i].tried_utc_us < since_utc_us)
			return i;
	return ENT_ROUTE_NONE;
}

void ent_route_outcome(struct ent_route *route, unsigned way, bool reached, int64_t now_utc_us,
		uint32_t chance) {
	assert(way < route->n);
	struct ent_route_way *of = &route->way[way];
	if (reached) {
		*of = (struct ent_route_way){
				.tried_utc_us = now_utc_us, .reached_utc_us = now_utc_us};
		return;
	}
	of->tried_utc_us = now_utc_us;
	of->failures += of->failures < UINT32_MAX;
	of->until_utc_us = now_utc_us + ent_route_pause_us(of->failures, chance);
}
