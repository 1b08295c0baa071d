/* SPDX-License-Identifier: Apache-2.0 */
/* oracle_gridref.cpp: see oracle_gridref.h. No exception leaves it. */
#include "oracle_gridref.h"

#include <GeographicLib/DMS.hpp>
#include <GeographicLib/GARS.hpp>
#include <GeographicLib/Georef.hpp>
#include <GeographicLib/MGRS.hpp>
#include <GeographicLib/PolarStereographic.hpp>
#include <GeographicLib/TransverseMercator.hpp>
#include <GeographicLib/UTMUPS.hpp>

#include <cstring>
#include <string>

using namespace GeographicLib;

namespace {

template <typename Work> bool taken(Work work) {
	try {
		work();
		return true;
	} catch (const std::exception &) {
		return false;
	}
}

void give(const std::string &text, char *to) {
	if (text.size() >= ORACLE_TEXT_SIZE)
		throw GeographicErr("too long");
	std::memcpy(to, text.c_str(), text.size() + 1);
}

} // namespace

bool oracle_print_mgrs(double lat_deg, double lon_deg, int precision, char *text) {
	return taken([&] {
		int zone;
		bool north;
		double east_m, north_m;
		std::string mgrs;
		UTMUPS::Forward(lat_deg, lon_deg, zone, north, east_m, north_m);
		MGRS::Forward(zone, north, east_m, north_m, lat_deg, precision, mgrs);
		give(mgrs, text);
	});
}

bool oracle_print_gars(double lat_deg, double lon_deg, int precision, char *text) {
	return taken([&] {
		std::string gars;
		GARS::Forward(lat_deg, lon_deg, precision, gars);
		give(gars, text);
	});
}

bool oracle_print_georef(double lat_deg, double lon_deg, int precision, char *text) {
	return taken([&] {
		std::string georef;
		/* There -1 is for 15 degrees, 0 for one. */
		Georef::Forward(lat_deg, lon_deg, precision < 2 ? precision - 1 : precision,
				georef);
		give(georef, text);
	});
}

bool oracle_parse_mgrs(const char *text, double *lat_deg, double *lon_deg) {
	return taken([&] {
		int zone, precision;
		bool north;
		double east_m, north_m;
		MGRS::Reverse(text, zone, north, east_m, north_m, precision, true);
		UTMUPS::Reverse(zone, north, east_m, north_m, *lat_deg, *lon_deg);
	});
}

bool oracle_parse_gars(const char *text, double *lat_deg, double *lon_deg) {
	int precision;
	return taken([&] { GARS::Reverse(text, *lat_deg, *lon_deg, precision, true); });
}

bool oracle_parse_georef(const char *text, double *lat_deg, double *lon_deg) {
	int precision;
	return taken([&] { Georef::Reverse(text, *lat_deg, *lon_deg, precision, true); });
}

bool oracle_parse_angle(const char *text, double *deg) {
	DMS::flag kind;
	return taken([&] { *deg = DMS::Decode(text, kind); });
}

bool oracle_project(double lat_deg, double lon_deg, double *east_m, double *north_m) {
	int zone;
	bool north;
	return taken([&] { UTMUPS::Forward(lat_deg, lon_deg, zone, north, *east_m, *north_m); });
}

void oracle_utm(double meridian_deg, double lat_deg, double lon_deg, double *east_m,
		double *north_m) {
	TransverseMercator::UTM().Forward(meridian_deg, lat_deg, lon_deg, *east_m, *north_m);
}

void oracle_ups(bool north, double lat_deg, double lon_deg, double *east_m, double *north_m) {
	PolarStereographic::UPS().Forward(north, lat_deg, lon_deg, *east_m, *north_m);
}
