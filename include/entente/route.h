/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h: by which of a party's addresses to reach it now: the primary first, else the reserves in their order. A function
 * of what came of earlier tries and of the time, nothing else. Depends on: base.
 *
 * 1. An address at which a try failed is left alone for a while, the longer the more tries in a row failed:
 *    ENT_ROUTE_PAUSE_FIRST_US, doubled each time, at most ENT_ROUTE_PAUSE_MAX_US, of which chance takes away up to half,
 *    so that many do not come back at one moment.
 * 2. Chosen is the first address that is not left alone: when the primary breaks off in the middle of a parcel, the same
 *    parcel goes to the first reserve at once, and when the primary's pause is over the next one goes there again.
 * 3. Every address is to be tried once in a while, whatever the others do (ent_route_untried): a reserve that is dead is to
 *    be known before it is needed.
 * 4. A pause that a clock set back would make longer than the longest is over.
 */
#ifndef ENTENTE_ROUTE_H
#define ENTENTE_ROUTE_H

#include "entente/base.h"

enum {
	ENT_ROUTE_WAYS_MAX = 9, /* of a card: its address and 8 reserves */
	ENT_ROUTE_NONE = ENT_ROUTE_WAYS_MAX
};
#define ENT_ROUTE_PAUSE_FIRST_US INT64_C(1000000)
#define ENT_ROUTE_PAUSE_MAX_US (INT64_C(300) * 1000000)

/* Room for two lost packets (RFC 6298: sent again after 1 s and 3 s), and a satellite's round trips; and for a name, and more losses. */
#define ENT_ROUTE_CONNECT_SOON_US INT64_C(4000000)
#define ENT_ROUTE_CONNECT_MAX_US INT64_C(10000000)

struct ent_route_way {
	uint32_t failures;      /* in a row; 0: the last try did not fail */
	int64_t until_utc_us;   /* left alone; when there were failures */
	int64_t tried_utc_us;   /* the last time; 0: never */
	int64_t reached_utc_us; /* the last time that it was reached; 0: never */
};

/* A plain value. 0 is the primary, the others are the reserves. */
struct ent_route {
	unsigned n;
	struct ent_route_way way[ENT_ROUTE_WAYS_MAX];
};

/* Of so many addresses, at most ENT_ROUTE_WAYS_MAX; none has been tried. */
void ent_route_init(struct ent_route *route, unsigned n);
/* ENT_ROUTE_NONE: all are left alone now, or there are none. */
unsigned ent_route_pick(const struct ent_route *route, int64_t now_utc_us);
/* When one can be tried: now, or later. INT64_MAX: there are none. */
int64_t ent_route_next_us(const struct ent_route *route, int64_t now_utc_us);
/*
 * How long this address is given to take a connection. When another one is well, it has to be soon: what is to go waits meanwhile.
 * When none is, as long as a bad line takes.
 */
int64_t ent_route_connect_us(const struct ent_route *route, unsigned way);
/* The first that was not tried since then: to be tested. ENT_ROUTE_NONE: all were. */
unsigned ent_route_untried(const struct ent_route *route, int64_t since_utc_us);
/*
 * What came of a try. That nothing came back in time is a failure too: what arrived all the same is a duplicate, and
 * duplicates are nothing. 'chance' is any number by chance.
 */
void ent_route_outcome(struct ent_route *route, unsigned way, bool reached, int64_t now_utc_us,
		uint32_t chance);

/* The pause after so many failures in a row (1 or more), by the first rule above. */
int64_t ent_route_pause_us(uint32_t failures, uint32_t chance);

#endif
