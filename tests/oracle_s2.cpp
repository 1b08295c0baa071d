/* SPDX-License-Identifier: Apache-2.0 */
/* oracle_s2.cpp: see oracle_s2.h. */
#include "oracle_s2.h"

#include <s2/mutable_s2shape_index.h>
#include <s2/s2cap.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2closest_edge_query.h>
#include <s2/s2earth.h>
#include <s2/s2edge_distances.h>
#include <s2/s2error.h>
#include <s2/s2latlng.h>
#include <s2/s2loop.h>
#include <s2/s2polyline.h>
#include <s2/s2region_coverer.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace {

constexpr int LEVEL = 13;

S2Point point_of(const double place[2]) {
	return S2LatLng::FromDegrees(place[0], place[1]).ToPoint();
}

void give(const S2Point &point, double place[2]) {
	const S2LatLng at(point);
	place[0] = at.lat().degrees();
	place[1] = at.lng().degrees();
}

size_t cells_of(const S2Region &region, uint64_t *ids, size_t max) {
	S2RegionCoverer::Options options;
	options.set_fixed_level(LEVEL);
	options.set_max_cells(std::numeric_limits<int>::max());
	S2RegionCoverer coverer(options);
	std::vector<S2CellId> cells;
	coverer.GetCovering(region, &cells);
	for (size_t i = 0; i < cells.size() && i < max; i++)
		ids[i] = cells[i].id();
	return cells.size();
}

} // namespace

struct oracle_outline {
	std::unique_ptr<S2Loop> loop;
	std::unique_ptr<S2Polyline> line;
	MutableS2ShapeIndex index;
};

uint64_t oracle_cell_at(const double place[2], int level) {
	return S2CellId(point_of(place)).parent(level).id();
}

void oracle_cell_corners(uint64_t id, double *corners) {
	const S2Cell cell{S2CellId(id)};
	for (int k = 0; k < 4; k++)
		give(cell.GetVertex(k), corners + 2 * k);
}

void oracle_cell_border(uint64_t id, int border, double part, double place[2]) {
	const S2Cell cell{S2CellId(id)};
	give(S2::Interpolate(cell.GetVertex(border), cell.GetVertex(border + 1), part), place);
}

double oracle_cell_distance_m(uint64_t id, const double place[2]) {
	return S2Cell(S2CellId(id)).GetDistance(point_of(place)).radians() *
			S2Earth::RadiusMeters();
}

void oracle_special_place(int which, double place[2]) {
	/* Each coordinate -1, 0 or 1, not all 0. */
	const int k = which < 13 ? which : which + 1;
	give(S2Point(k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1).Normalize(), place);
}

struct oracle_outline *oracle_outline_create(const double *places, size_t n, bool line) {
	std::vector<S2Point> points;
	S2Error error;
	for (size_t i = 0; i < n; i++)
		points.push_back(point_of(places + 2 * i));
	auto outline = std::make_unique<oracle_outline>();
	if (line) {
		points.push_back(points[0]);
		outline->line = std::make_unique<S2Polyline>(points, S2Debug::DISABLE);
		if (outline->line->FindValidationError(&error))
			return nullptr;
		outline->index.Add(std::make_unique<S2Polyline::Shape>(outline->line.get()));
	} else {
		outline->loop = std::make_unique<S2Loop>(points, S2Debug::DISABLE);
		if (outline->loop->FindValidationError(&error))
			return nullptr;
		outline->loop->Normalize();
		outline->index.Add(std::make_unique<S2Loop::Shape>(outline->loop.get()));
	}
	return outline.release();
}

void oracle_outline_destroy(struct oracle_outline *outline) {
	delete outline;
}

double oracle_outline_area_sr(const struct oracle_outline *outline) {
	return outline->loop ? outline->loop->GetArea() : 0;
}

size_t oracle_outline_cells(const struct oracle_outline *outline, uint64_t *ids, size_t max) {
	return outline->loop ? cells_of(*outline->loop, ids, max)
			     : cells_of(*outline->line, ids, max);
}

double oracle_outline_distance_m(const struct oracle_outline *outline, uint64_t id) {
	S2ClosestEdgeQuery query(&outline->index);
	S2ClosestEdgeQuery::CellTarget target{S2Cell(S2CellId(id))};
	return query.GetDistance(&target).radians() * S2Earth::RadiusMeters();
}

size_t oracle_cap_cells(const double center[2], double radius_m, uint64_t *ids, size_t max) {
	const S1Angle radius = S1Angle::Radians(radius_m / S2Earth::RadiusMeters());
	return cells_of(S2Cap(point_of(center), radius), ids, max);
}
