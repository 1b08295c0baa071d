/* SPDX-License-Identifier: Apache-2.0 */
/*
 * altitude.c: carrying altitudes to heights above the ellipsoid, as intervals that contain
 * the truth: mean sea level by the geoid over the whole outline, the ground by the given
 * terrain, pressure altitude by the given QNH and the stated departure from the standard
 * atmosphere. What is not given stays unknown.
 */
#include "internal.h"

#include "bounds.h"

/* A climbing leg's pressure altitude is carried in so many steps, each widened by its own height. */
#define CLIMB_STEPS 32

static struct ent_interval add(struct ent_interval a, struct ent_interval b) {
	return (struct ent_interval){a.lo_mm + b.lo_mm, a.hi_mm + b.hi_mm};
}

/* Ground above the ellipsoid. */
static bool ground(const struct ent_air *air, struct ent_interval geoid, struct ent_interval *ret) {
	if (air == NULL || !air->terrain_known)
		return false;
	*ret = air->terrain_ref == ENT_ALTITUDE_AMSL ? add(air->terrain_mm, geoid)
						     : air->terrain_mm;
	return true;
}

static bool pressure(
		const struct ent_air *air, int64_t altitude_mm, struct ent_interval *ret_amsl) {
	return air != NULL && air->qnh_known &&
			ent_geo_pressure_altitude_amsl(altitude_mm, air->qnh_lo_pa, air->qnh_hi_pa,
					air->isa_deviation_k, ret_amsl) == ENT_OK;
}

static int32_t clamp_mm(int64_t mm) {
	return mm <= INT32_MIN ? INT32_MIN + 1 : mm >= INT32_MAX ? INT32_MAX - 1 : (int32_t)mm;
}

static struct ent_w84_bound carry(struct ent_altitude altitude, const struct ent_air *air,
		struct ent_interval geoid) {
	if (altitude.mm == ENT_ALTITUDE_UNBOUNDED_BELOW ||
			altitude.mm == ENT_ALTITUDE_UNBOUNDED_ABOVE)
		return (struct ent_w84_bound){altitude.mm, altitude.mm};
	const struct ent_interval own = {altitude.mm, altitude.mm};
	struct ent_interval w84 = own, other;
	bool known = true;
	switch (altitude.ref) {
	case ENT_ALTITUDE_AMSL:
		w84 = add(own, geoid);
		break;
	case ENT_ALTITUDE_AGL:
		known = ground(air, geoid, &other);
		w84 = known ? add(own, other) : own;
		break;
	case ENT_ALTITUDE_FL:
		known = pressure(air, altitude.mm, &other);
		w84 = known ? add(other, geoid) : own;
		break;
	case ENT_ALTITUDE_W84:
	case ENT_ALTITUDE_REF_COUNT:
		break;
	}
	if (!known)
		return (struct ent_w84_bound){1, 0};
	return (struct ent_w84_bound){clamp_mm(w84.lo_mm), clamp_mm(w84.hi_mm)};
}

/*
 * What is given, and for what is not the widest that there is: the QNH and the departure that
 * ent_geo_pressure_altitude_amsl takes, and ground between the shore of the Dead Sea (-440 m in
 * 2024) and the top of Everest (8,849 m, Nepal and China, 2020), with a margin.
 */
static struct ent_air widest_air(const struct ent_air *air) {
	struct ent_air widest = {0};
	if (air != NULL)
		widest = *air;
	if (!widest.terrain_known) {
		widest.terrain_known = true;
		widest.terrain_ref = ENT_ALTITUDE_AMSL;
		widest.terrain_mm = (struct ent_interval){-500000, 9000000};
	}
	if (!widest.qnh_known) {
		widest.qnh_known = true;
		widest.qnh_lo_pa = 85000;
		widest.qnh_hi_pa = 110000;
		widest.isa_deviation_k = 60;
	}
	return widest;
}

/* Is the floor above the ceiling, whatever is not known of the air and the ground? */
static bool upside_down(
		const struct ent_band *band, const struct ent_air *air, struct ent_interval geoid) {
	if (band->floor.ref == band->ceiling.ref)
		return false; /* compared as they are, by volume_check_box */
	const struct ent_air widest = widest_air(air);
	const struct ent_w84_bound floor = carry(band->floor, &widest, geoid);
	const struct ent_w84_bound ceiling = carry(band->ceiling, &widest, geoid);
	return ent_w84_known(floor) && ent_w84_known(ceiling) && floor.lo_mm > ceiling.hi_mm;
}

ent_status altitude_carry_band(struct ent_volume *volume, struct ent_fault *reterr_fault) {
	struct ent_volume_parts *parts = &volume->parts;
	const bool plain = parts->band.floor.ref == ENT_ALTITUDE_W84 &&
			parts->band.ceiling.ref == ENT_ALTITUDE_W84;
	struct ent_interval geoid = {0, 0};
	if (!plain) {
		struct ent_point south_west, north_east;
		ent_volume_bounds(volume, &south_west, &north_east);
		geoid = ent_geo_geoid(south_west, north_east);
	}
	parts->floor_w84 = carry(parts->band.floor, parts->air, geoid);
	parts->ceiling_w84 = carry(parts->band.ceiling, parts->air, geoid);
	if (upside_down(&parts->band, parts->air, geoid)) {
		ent_fault_set(reterr_fault, "floor", "the floor is above the ceiling");
		return ENT_E_DOMAIN;
	}
	return ENT_OK;
}

/* amsl - pressure altitude anywhere between two pressure altitudes; both bounds of amsl rise with it. */
static bool pressure_between(const struct ent_air *air, int64_t a_mm, int64_t b_mm,
		struct ent_interval *ret_offset) {
	const int64_t low = a_mm < b_mm ? a_mm : b_mm, high = a_mm < b_mm ? b_mm : a_mm;
	const int64_t steps = high > low ? CLIMB_STEPS : 1;
	struct ent_interval hull = {INT64_MAX, INT64_MIN}, here, next;
	if (!pressure(air, low, &here))
		return false;
	for (int64_t k = 1; k <= steps; k++, here = next) {
		const int64_t z0 = low + (high - low) * (k - 1) / steps;
		const int64_t z1 = low + (high - low) * k / steps;
		if (!pressure(air, z1, &next))
			return false;
		hull.lo_mm = here.lo_mm - z1 < hull.lo_mm ? here.lo_mm - z1 : hull.lo_mm;
		hull.hi_mm = next.hi_mm - z0 > hull.hi_mm ? next.hi_mm - z0 : hull.hi_mm;
	}
	*ret_offset = hull;
	return true;
}

bool altitude_carry_leg(const struct ent_track_point *a, const struct ent_track_point *b,
		int64_t lateral_mm, enum ent_altitude_ref ref, const struct ent_air *air,
		struct ent_interval *ret_offset) {
	struct bounds bounds;
	bounds_start(&bounds, a->at);
	bounds_add(&bounds, a->at, b->at);
	struct ent_point south_west, north_east;
	bounds_box(&bounds, (double)lateral_mm * 1e-3, &south_west, &north_east);
	const struct ent_interval geoid = ent_geo_geoid(south_west, north_east);
	struct ent_interval offset;
	switch (ref) {
	case ENT_ALTITUDE_AMSL:
		*ret_offset = geoid;
		return true;
	case ENT_ALTITUDE_AGL:
		return ground(air, geoid, ret_offset);
	case ENT_ALTITUDE_FL:
		if (!pressure_between(air, a->altitude_mm, b->altitude_mm, &offset))
			return false;
		*ret_offset = add(offset, geoid);
		return true;
	case ENT_ALTITUDE_W84:
	case ENT_ALTITUDE_REF_COUNT:
		break;
	}
	*ret_offset = (struct ent_interval){0, 0};
	return true;
}
