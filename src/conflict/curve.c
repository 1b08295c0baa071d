/* SPDX-License-Identifier: Apache-2.0 */
/* curve.c: see curve.h. */
#include "curve.h"

static struct ent_vec3 middle(struct ent_vec3 a, struct ent_vec3 b) {
	return ent_geo_surface(
			(struct ent_vec3){(a.x + b.x) * 0.5, (a.y + b.y) * 0.5, (a.z + b.z) * 0.5});
}

struct curve curve_between(struct ent_vec3 from, struct ent_vec3 to) {
	const struct ent_vec3 half = middle(from, to);
	const struct ent_vec3 quarter = middle(from, half), three = middle(half, to);
	const struct ent_vec3 a1 = vec_sub(quarter, from), a2 = vec_sub(half, quarter);
	const struct ent_vec3 a3 = vec_sub(three, half), a4 = vec_sub(to, three);
	const struct ent_vec3 b1 = vec_sub(a2, a1), b2 = vec_sub(a3, a2), b3 = vec_sub(a4, a3);
	const struct ent_vec3 c1 = vec_sub(b2, b1), c2 = vec_sub(b3, b2);
	return (struct curve){from, a1, b1, c1, vec_sub(c2, c1)};
}
