#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes data/: an afternoon at a wildfire on the line between two states.

Everything is invented. Places are nautical miles east and north of the middle of the fire,
altitudes feet; only the last step makes degrees of them. README.md tells the story.
Run it here, without arguments; the same files come out every time.
"""
import csv
import json
import math
import pathlib

DAY = '2026-08-12'
FIRE_LAT, FIRE_LON = 41.95, -7.0
DATA = pathlib.Path(__file__).resolve().parent / 'data'
STEP_S = 15


def place(x, y):
    """Degrees; a minute of latitude is near enough a nautical mile."""
    return round(FIRE_LAT + y / 60, 5), round(FIRE_LON + x / 60 / math.cos(math.radians(FIRE_LAT)), 5)


def clock(text):
    parts = [int(part) for part in text.split(':')]
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)


def stamp(seconds):
    return f'{DAY}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z'


def rounded(points):
    """Cuts the corners off (Chaikin), so that turns look flown; ends and level parts stay."""
    for _ in range(3):
        cut = [points[0]]
        for a, b in zip(points, points[1:]):
            cut.append(tuple(p + (q - p) * 0.25 for p, q in zip(a, b)))
            cut.append(tuple(p + (q - p) * 0.75 for p, q in zip(a, b)))
        points = cut + [points[-1]]
    return points


def fly(start, points):
    """Reports every STEP_S along points (x, y, altitude in ft, speed in kt): (time, x, y, altitude)."""
    points = rounded(points)
    times = [0.0]
    for a, b in zip(points, points[1:]):
        times.append(times[-1] + math.dist(a[:2], b[:2]) / ((a[3] + b[3]) / 2) * 3600)
    reports, leg = [], 0
    for at in range(0, int(times[-1]) + 1, STEP_S):
        while times[leg + 1] < at:
            leg += 1
        part = (at - times[leg]) / (times[leg + 1] - times[leg])
        x, y, altitude = (p + (q - p) * part for p, q in zip(points[leg][:3], points[leg + 1][:3]))
        reports.append((clock(start) + at, x, y, round(altitude)))
    return reports


def write_tracks(name, altitude_column, show_altitude, flights):
    with open(DATA / name, 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(['time', 'id', 'lat', 'lon', altitude_column])
        for flight, reports in flights.items():
            for at, x, y, altitude in reports:
                out.writerow([stamp(at), flight, *place(x, y), show_altitude(altitude)])


def scooper(start):
    """From the base in the southwest to the reservoir, then three times to the fire and back.

    Loaded at 4,500 ft, empty at 5,500 ft: where the two meet they are exactly 1,000 ft apart.
    """
    scoop = [(-21, -13.6, 2300, 100), (-19, -12.6, 2300, 90), (-17, -11.5, 2300, 90)]
    loaded = [(-14.5, -9.7, 4500, 140), (-9, -6, 4500, 150), (-5.5, -3.6, 4500, 150)]
    drop = [(-2.5, -1.7, 3300, 125), (0.5, -1.2, 3300, 120), (2, -2.6, 3500, 130)]
    empty = [(-0.5, -4.4, 5500, 150), (-3, -5.6, 5500, 150), (-9, -9, 5500, 150), (-16, -13.2, 5500, 150), (-22, -17, 3400, 130),
             (-24, -15.8, 2500, 110)]
    home = empty[:4] + [(-34, -28, 5500, 170)]
    return fly(start, [(-34, -28, 5500, 170), (-25, -18, 4000, 140)] + 2 * (scoop + loaded + drop + empty) +
               scoop + loaded + drop + home)


def south_tankers():
    return {'TANKER21': scooper('14:00'), 'TANKER22': scooper('14:13')}


def north_tankers():
    """The lead plane shows the tanker its line, 12 s ahead, and then waits in the north."""
    inbound = [(38, 30, 8000, 240), (20, 16.8, 8000, 240), (14, 12.4, 8000, 230), (8, 7, 5500, 190),
               (4.5, 2.4, 3700, 150), (2.5, 1.6, 3400, 135), (-1, 1.4, 3400, 135)]
    wait = [(-3, 3, 4500, 150), (-1, 7, 6000, 150)] + 6 * [(6, 8, 6000, 150), (6, 12, 6000, 150), (2, 12, 6000, 150),
                                                          (2, 8, 6000, 150)]
    away = [(-4, 1, 3700, 150), (-6.5, -1.5, 4300, 170), (-5, -5.5, 4700, 190), (4, -8, 6500, 220),
            (16, -4, 8000, 240), (40, 21, 8000, 240)]
    return {'LEAD41': fly('14:00', inbound + wait + [(20, 19, 8000, 200), (38, 32, 8000, 200)]),
            'TANKER61': fly('14:00:12', inbound + away)}


def helicopters():
    bucket = [(8.6, -3.4, 3000, 15), (8.9, -2.8, 3200, 70), (8.6, -0.8, 3500, 80), (8.0, 0.4, 3300, 25),
              (7.5, -0.6, 3400, 80), (7.8, -2.6, 3200, 70)]
    return {'HELI7': fly('14:10', [(24, -14, 4000, 110), (12, -6, 4000, 110)] + 12 * bucket +
                         [(12, -6, 4000, 110), (24, -14, 4000, 110)]),
            'AMBULANCE3': fly('14:50', [(-14, 20, 4500, 140), (-6, -2, 4500, 140), (2, -24, 4500, 140)])}


def passing():
    return {'AIR482': fly('14:16:30', [(-42, -22, 34000, 450), (42, 22, 34000, 450)]),
            'AIR517': fly('14:16:30', [(-42, 22, 35000, 450), (42, -22, 35000, 450)]),
            'REGIO15': fly('13:58', [(8, 42, 13000, 270), (20, 27, 9200, 260), (28, 17, 7300, 250), (42, 0, 5000, 230)])}


def square(x, y, width, height):
    return [place(x, y), place(x + width, y), place(x + width, y + height), place(x, y + height)]


def write_json(name, value):
    (DATA / name).write_text(json.dumps(value, indent=1) + '\n', encoding='utf-8')


def write_survey():
    """Three cells, each 120 m above ground of about 954 m above the ellipsoid."""
    def extent(outline, start, end):
        return {'volume': {'outline_polygon': {'vertices': [{'lat': lat, 'lng': lon} for lat, lon in outline]},
                           'altitude_lower': {'value': 950, 'reference': 'W84', 'units': 'M'},
                           'altitude_upper': {'value': 1074, 'reference': 'W84', 'units': 'M'}},
                'time_start': {'value': stamp(clock(start)), 'format': 'RFC3339'},
                'time_end': {'value': stamp(clock(end)), 'format': 'RFC3339'}}
    write_json('drone-survey.json', {
        'extents': [extent(square(9, 6, 2, 2), '14:00', '14:20'), extent(square(8, 2, 2, 2), '14:20', '14:45'),
                    extent(square(-1, 3, 2, 2), '15:00', '15:25')],
        'key': [], 'state': 'Accepted', 'uss_base_url': 'https://survey.example', 'flight_type': 'BVLOS'})


def write_reserved():
    outline = [[lon, lat] for lat, lon in square(-9, 3, 6, 3)]
    write_json('reserved-airspace.geojson', {
        'type': 'FeatureCollection', 'features': [{
            'type': 'Feature', 'id': 'FIRE-AREA-2',
            'properties': {'floor': 'GND', 'ceiling': '6000 ft AMSL', 'start': stamp(clock('14:30')),
                           'end': stamp(clock('16:00')), 'remark': 'crews burn out ahead of the fire: keep clear'},
            'geometry': {'type': 'Polygon', 'coordinates': [outline + outline[:1]]}}]})


def write_corridor():
    line = ' '.join(f'{lon},{lat}' for lat, lon in (place(-27, -8), place(-21, -9.5), place(-13, -16)))
    (DATA / 'power-line.kml').write_text(f'''<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
 <Placemark>
  <name>POWER-LINE-DRONE</name>
  <TimeSpan><begin>{stamp(clock('13:30'))}</begin><end>{stamp(clock('14:15'))}</end></TimeSpan>
  <ExtendedData>
   <Data name="half_width"><value>250 m</value></Data>
   <Data name="floor"><value>GND</value></Data>
   <Data name="ceiling"><value>3000 ft AMSL</value></Data>
  </ExtendedData>
  <LineString><coordinates>{line}</coordinates></LineString>
 </Placemark>
</kml>
''', encoding='utf-8')


def main():
    DATA.mkdir(exist_ok=True)
    write_tracks('tankers-south.csv', 'altitude_amsl_ft', str, south_tankers())
    write_tracks('tankers-north.csv', 'altitude_amsl_ft', str, north_tankers())
    write_tracks('helicopters.csv', 'altitude_amsl_ft', str, helicopters())
    write_tracks('passing.csv', 'altitude_fl_ft', str, passing())
    write_survey()
    write_reserved()
    write_corridor()


if __name__ == '__main__':
    main()
