/* SPDX-License-Identifier: Apache-2.0 */
/* things.h: for tests of the judge: places, straight flights, and a question asked both ways round. */
#ifndef ENTENTE_TESTS_THINGS_H
#define ENTENTE_TESTS_THINGS_H

#include "oracle.h"
#include "test.h"

static inline struct ent_point place(double lat_deg, double lon_deg) {
	struct ent_point at = {0, 0};
	CHECK(ent_geo_point_from_deg(lat_deg, lon_deg, &at) == ENT_OK);
	return at;
}

static inline enum ent_verdict_kind judge(
		const struct thing *a, const struct thing *b, const struct ent_minima *minima) {
	struct ent_volume *va = thing_volume(a), *vb = thing_volume(b);
	const enum ent_verdict_kind one = ent_conflict_judge(va, vb, minima).kind;
	const enum ent_verdict_kind two = ent_conflict_judge(vb, va, minima).kind;
	CHECK(one == two);
	ent_volume_release(va);
	ent_volume_release(vb);
	return one;
}

static inline struct thing straight(struct ent_point from, struct ent_point to, int32_t altitude_mm,
		int64_t start_us, int64_t end_us) {
	return (struct thing){.kind = ENT_VOLUME_TRACK,
			.ref = ENT_ALTITUDE_FL,
			.n = 2,
			.points = {{from, altitude_mm, start_us}, {to, altitude_mm, end_us}}};
}

#endif
