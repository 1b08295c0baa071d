/* SPDX-License-Identifier: Apache-2.0 */
/*
 * internal.h: how a volume lies in memory, shared by the files of this folder.
 *
 * A volume is one block: this structure, then its arrays. Nothing in it points outside
 * the block, nothing changes after its creation but the count of holds.
 */
#ifndef ENTENTE_VOLUME_INTERNAL_H
#define ENTENTE_VOLUME_INTERNAL_H

#include <stdatomic.h>

#include "entente/volume.h"

struct ent_volume {
	atomic_uint holds;
	uint32_t bytes, points_bytes;
	struct ent_volume_parts parts;
};

/* Room inside a volume's block, handed out piece by piece, each aligned to 8 bytes. */
struct room {
	unsigned char *next;
};

/* What a run of 'bytes' takes up in a block. */
static inline size_t room_size(size_t bytes) {
	return (bytes + 7) & ~(size_t)7;
}

static inline void *room_take(struct room *room, size_t bytes) {
	void *taken = room->next;
	room->next += room_size(bytes);
	return taken;
}

/* A zeroed volume with one hold and 'extra' bytes of room behind it; NULL when there is no memory. */
struct ent_volume *volume_allocate(size_t extra, struct room *ret_room);

/* Checks a point from a caller and gives its canonical form. */
ent_status volume_check_point(const struct ent_point *point, const char *array, size_t i,
		struct ent_point *ret_point, struct ent_fault *reterr_fault);

/* Checks band, span and air of a fixed volume. */
ent_status volume_check_box(const struct ent_band *band, const struct ent_span *span,
		const struct ent_air *air, struct ent_fault *reterr_fault);
ent_status volume_check_air(const struct ent_air *air, struct ent_fault *reterr_fault);

/*
 * How many pieces of at most 'longest_m' the geodesic from a to b is divided into.
 * ret_path is filled when there is more than one. Lines under a third of a degree are not
 * measured: 'longest_m' is at least 25 km.
 */
uint32_t pieces_count(struct ent_point a, struct ent_point b, double longest_m,
		struct ent_geodesic *ret_path);

/* The surface point a fraction of the way along that path. */
struct ent_vec3 pieces_at(struct ent_point a, const struct ent_geodesic *path, double fraction);

/* The most that a geodesic of chord length^2 'chord2' leaves its chord, and a thousandth more; metres. */
static inline double pieces_sag_m(double chord2) {
	return chord2 * (1.001 / (8.0 * ENT_GEO_RADIUS_MIN_M));
}

/* Fills center and ball_radius_m from at, kind and radius_mm. */
void volume_enclose(struct ent_volume_parts *parts);

/* Checks a polygon's pieces for everything that E_SHAPE names. Needs center. */
ent_status polygon_check(const struct ent_volume_parts *parts, struct ent_fault *reterr_fault);

/* Fills floor_w84 and ceiling_w84 of a fixed volume. E_DOMAIN: the floor is certainly above the ceiling. */
ent_status altitude_carry_band(struct ent_volume *volume, struct ent_fault *reterr_fault);

/* w84 - altitude for a leg between two points, anywhere within lateral_mm of it; false when not known. */
bool altitude_carry_leg(const struct ent_track_point *a, const struct ent_track_point *b,
		int64_t lateral_mm, enum ent_altitude_ref ref, const struct ent_air *air,
		struct ent_interval *ret_offset);

static inline struct ent_vec3 vec_sub(struct ent_vec3 a, struct ent_vec3 b) {
	return (struct ent_vec3){a.x - b.x, a.y - b.y, a.z - b.z};
}

static inline double vec_dot(struct ent_vec3 a, struct ent_vec3 b) {
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct ent_vec3 vec_cross(struct ent_vec3 a, struct ent_vec3 b) {
	return (struct ent_vec3){
			a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static inline struct ent_vec3 vec_scale(struct ent_vec3 a, double by) {
	return (struct ent_vec3){a.x * by, a.y * by, a.z * by};
}

#endif
