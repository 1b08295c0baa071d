/* SPDX-License-Identifier: Apache-2.0 */
/*
 * s2_cells.cpp: which cells of level 13 an outline touches, in the S2 library's own opinion; for dss_model.py.
 *
 * Reads lines, each an outline in degrees and metres, and answers each with a line, as soon as it is read:
 *
 *     polygon LAT LNG LAT LNG LAT LNG ...     its smaller side; the last vertex is not the first again
 *     circle LAT LNG RADIUS                   the disc by geodesic distance on WGS84 (PROJ's geodesic.h)
 *     cell LAT LNG                            the cell that a place lies in
 *     middle ID                               of a cell
 *
 *     cells AREA_KM2 ID ID ...    ids as eight hexadecimal digits, ascending
 *     middle LAT LNG              of the cell
 *     invalid WHY                 S2 says that it is no polygon
 *     unclear                     a circle whose border passes so near to a cell's that two polygons, one within the
 *                                 disc and one around it, do not agree; the caller takes another circle
 */
#include <geodesic.h>
#include <s2/s2cell_id.h>
#include <s2/s2error.h>
#include <s2/s2latlng.h>
#include <s2/s2loop.h>
#include <s2/s2polyline.h>
#include <s2/s2region_coverer.h>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr int LEVEL = 13;
/* The earth that InterUSS scales areas with. */
constexpr double EARTH_KM2 = 510072000.0;
/* Of the polygons for a circle: the sides come nearer to the centre than the corners by 1 - cos(pi / 120) = 3.4e-4. */
constexpr int CORNERS = 120;
constexpr double SLACK = 1e-3;
/* Below 40 m2 a polygon is as good as the line around it, and S2 may not know which side is its inside. */
constexpr double THIN_SR = 1e-12;

S2Point point_of(double lat_deg, double lng_deg) {
	return S2LatLng::FromDegrees(lat_deg, lng_deg).ToPoint();
}

std::vector<S2CellId> cells_of(const S2Region &region) {
	S2RegionCoverer::Options options;
	options.set_fixed_level(LEVEL);
	options.set_max_cells(std::numeric_limits<int>::max());
	S2RegionCoverer coverer(options);
	std::vector<S2CellId> cells;
	coverer.GetCovering(region, &cells);
	return cells;
}

std::string say(const std::vector<S2CellId> &cells, double area_sr) {
	char text[64];
	(void)snprintf(text, sizeof text, "cells %.9g", area_sr / (4 * M_PI) * EARTH_KM2);
	std::string answer = text;
	for (const S2CellId cell : cells) {
		(void)snprintf(text, sizeof text, " %08llx", (unsigned long long)(cell.id() >> 32));
		answer += text;
	}
	return answer;
}

std::string polygon(const std::vector<double> &numbers) {
	std::vector<S2Point> points;
	S2Error error;
	for (size_t i = 0; i + 1 < numbers.size(); i += 2)
		points.push_back(point_of(numbers[i], numbers[i + 1]));
	if (points.size() < 3)
		return "invalid fewer than three vertices";
	S2Loop loop(points, S2Debug::DISABLE);
	if (loop.FindValidationError(&error))
		return "invalid " + error.text();
	loop.Normalize();
	const double area_sr = loop.GetArea();
	if (area_sr > THIN_SR && area_sr < 4 * M_PI - THIN_SR)
		return say(cells_of(loop), area_sr);
	points.push_back(points[0]);
	return say(cells_of(S2Polyline(points, S2Debug::DISABLE)), 0);
}

/* The corners of a regular polygon around the centre, at that distance. */
std::vector<S2Point> around(const std::vector<double> &circle, double distance_m) {
	struct geod_geodesic wgs84;
	std::vector<S2Point> points;
	geod_init(&wgs84, 6378137.0, 1 / 298.257223563);
	for (int i = 0; i < CORNERS; i++) {
		double lat_deg, lng_deg;
		geod_direct(&wgs84, circle[0], circle[1], 360.0 / CORNERS * i, distance_m, &lat_deg,
				&lng_deg, nullptr);
		points.push_back(point_of(lat_deg, lng_deg));
	}
	return points;
}

std::string circle(const std::vector<double> &numbers) {
	if (numbers.size() != 3 || !(numbers[2] > 0))
		return "invalid circle";
	S2Loop within(around(numbers, numbers[2]), S2Debug::DISABLE);
	S2Loop outside(around(numbers, numbers[2] * (1 + SLACK)), S2Debug::DISABLE);
	within.Normalize();
	outside.Normalize();
	const std::vector<S2CellId> cells = cells_of(within);
	if (cells != cells_of(outside))
		return "unclear";
	return say(cells, within.GetArea());
}

std::string middle(S2CellId cell) {
	char text[64];
	const S2LatLng at = cell.ToLatLng();
	(void)snprintf(text, sizeof text, "middle %.7f %.7f", at.lat().degrees(),
			at.lng().degrees());
	return text;
}

std::string answer(const std::string &line) {
	std::istringstream words(line);
	std::string kind, id;
	std::vector<double> numbers;
	words >> kind;
	if (kind == "middle" && words >> id)
		return middle(S2CellId(std::stoull(id, nullptr, 16) << 32));
	for (double number; words >> number;)
		numbers.push_back(number);
	if (kind == "circle")
		return circle(numbers);
	if (kind == "cell" && numbers.size() == 2)
		return middle(S2CellId(point_of(numbers[0], numbers[1])).parent(LEVEL));
	return polygon(numbers);
}

} // namespace

int main() {
	std::string line;
	while (std::getline(std::cin, line))
		std::cout << answer(line) << std::endl;
	return 0;
}
