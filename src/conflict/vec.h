/* SPDX-License-Identifier: Apache-2.0 */
/* vec.h: three-dimensional vectors, in the order of operations that every machine keeps. */
#ifndef ENTENTE_CONFLICT_VEC_H
#define ENTENTE_CONFLICT_VEC_H

#include "entente/geo.h"

static inline struct ent_vec3 vec_sub(struct ent_vec3 a, struct ent_vec3 b) {
	return (struct ent_vec3){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline struct ent_vec3 vec_add(struct ent_vec3 a, struct ent_vec3 b) {
	return (struct ent_vec3){a.x + b.x, a.y + b.y, a.z + b.z};
}

static inline struct ent_vec3 vec_scale(struct ent_vec3 a, double by) {
	return (struct ent_vec3){a.x * by, a.y * by, a.z * by};
}

/* a + b * by */
static inline struct ent_vec3 vec_along(struct ent_vec3 a, struct ent_vec3 b, double by) {
	return (struct ent_vec3){a.x + b.x * by, a.y + b.y * by, a.z + b.z * by};
}

static inline double vec_dot(struct ent_vec3 a, struct ent_vec3 b) {
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline double vec_square(struct ent_vec3 a) {
	return vec_dot(a, a);
}

#endif
