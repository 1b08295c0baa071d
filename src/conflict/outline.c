/* SPDX-License-Identifier: Apache-2.0 */
/* outline.c: see outline.h. */
#include "outline.h"

#include "patch.h"

enum { STEPS_MAX = 64 };

void outline_face(const struct ent_volume *volume, struct ent_vec3 from, struct ent_vec3 to,
		double near_m, struct facing *ret_facing) {
	ret_facing->volume = volume;
	ret_facing->parts = ent_volume_parts(volume);
	ret_facing->from = from;
	ret_facing->to = to;
	ret_facing->curve = curve_between(from, to);
	ret_facing->near_m = near_m;
	ret_facing->all = false;
	ret_facing->n = 0;
	for (uint32_t i = 0; i < core_pieces(ret_facing->parts); i++) {
		struct ent_vec3 a, b;
		core_ends(ret_facing->parts, i, &a, &b);
		if (pieces_apart_m(from, to, a, b) >= near_m)
			continue;
		if (ret_facing->n == OUTLINE_NEAR_MAX) {
			ret_facing->all = true;
			return;
		}
		ret_facing->piece[ret_facing->n++] = curve_between(a, b);
	}
}

/* The next near piece; false at the end. Start with *i = 0. */
static bool next_piece(const struct facing *facing, uint32_t *i, struct curve *ret_piece) {
	if (!facing->all) {
		if (*i >= facing->n)
			return false;
		*ret_piece = facing->piece[(*i)++];
		return true;
	}
	while (*i < core_pieces(facing->parts)) {
		struct ent_vec3 a, b;
		core_ends(facing->parts, (*i)++, &a, &b);
		if (pieces_apart_m(facing->from, facing->to, a, b) < facing->near_m) {
			*ret_piece = curve_between(a, b);
			return true;
		}
	}
	return false;
}

static struct contact contact_at(const struct facing *facing, const struct curve *piece,
		const struct nearest *nearest) {
	return (struct contact){nearest->u, curve_at(&facing->curve, nearest->u),
			curve_at(piece, nearest->v), nearest->distance_m, false};
}

bool outline_within(const struct facing *facing, double x0, double x1, const struct reach *reach,
		struct contact *ret_contact) {
	const struct ent_vec3 start = curve_at(&facing->curve, x0);
	if (ent_volume_contains(facing->volume, start)) {
		*ret_contact = (struct contact){x0, start, start, 0, true};
		return true;
	}
	const struct patch patch = patch_rectangle(x0, x1, 0, 1);
	struct curve piece;
	for (uint32_t i = 0; next_piece(facing, &i, &piece);) {
		struct nearest nearest;
		if (patch_within(&facing->curve, &piece, &patch, reach, &nearest)) {
			*ret_contact = contact_at(facing, &piece, &nearest);
			return true;
		}
	}
	return false;
}

double outline_extreme(const struct facing *facing, double x0, double x1, const struct reach *reach,
		double known_x, bool first, double step) {
	double far = first ? x0 : x1, hit = known_x;
	struct contact contact;
	/* Often the whole part is within reach. */
	if (outline_within(facing, far, far, reach, &contact))
		return far;
	for (int i = 0; i < STEPS_MAX && (hit - far) * (first ? 1 : -1) > step; i++) {
		const double middle = 0.5 * (hit + far);
		const bool found = first ? outline_within(facing, far, middle, reach, &contact)
					 : outline_within(facing, middle, far, reach, &contact);
		if (!found)
			far = middle;
		else if (contact.inside)
			hit = middle; /* it begins inside, which is the near end */
		else
			hit = contact.x;
	}
	return far;
}

bool outline_least(const struct facing *facing, double x0, double x1, double at_most_m,
		struct contact *ret_contact) {
	const struct patch patch = patch_rectangle(x0, x1, 0, 1);
	struct curve piece;
	bool found = false;
	for (uint32_t i = 0; next_piece(facing, &i, &piece);) {
		struct nearest nearest;
		if (!patch_least(&facing->curve, &piece, &patch, at_most_m, &nearest))
			continue;
		found = true;
		at_most_m = nearest.distance_m;
		*ret_contact = contact_at(facing, &piece, &nearest);
	}
	return found;
}
