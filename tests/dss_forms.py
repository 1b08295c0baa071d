# SPDX-License-Identifier: Apache-2.0
"""How requests of F3548-21 are read: ids, times, URLs, bodies, extents and their cells.

Times are microseconds since 1970 UTC, altitudes millimetres (exact), areas square kilometres.
"""
import dataclasses
import datetime
import decimal
import fractions
import json
import re
import subprocess
import threading
import urllib.parse

SECOND_US = 1_000_000
KM2_MAX = 2500  # f3548 4.7


class Refused(Exception):
    """The answer is no: a status, and the members that stand beside the message."""

    def __init__(self, status, why, **members):
        super().__init__(why)
        self.status, self.why, self.members = status, why, members


def bad(why):
    return Refused(400, why)


# --- Texts: f3548 4.1, 4.2, 4.12 ---


def parse_uuid(text):
    """In lower case with hyphens; None when it is none."""
    text = text.lower()
    if text.startswith('urn:uuid:') and len(text) == 45:
        text = text[9:]
    elif len(text) == 38 and text[0] + text[-1] == '{}':
        text = text[1:-1]
    if re.fullmatch('[0-9a-f]{32}', text):
        text = '-'.join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    return text if re.fullmatch('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', text) else None


def parse_id(text, version=4):
    """f3548 4.1. None when it is no UUID of this version and of the variant of RFC 4122."""
    text = parse_uuid(text)
    return text if text and text[14] == str(version) and text[19] in '89ab' else None


def parse_time(text):
    """f3548 4.2. None when it is no RFC 3339."""
    found = re.fullmatch(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))', text, re.ASCII)
    if not found:
        return None
    seconds, fraction, sign, hours, minutes = found.groups()
    try:
        moment = datetime.datetime.strptime(seconds, '%Y-%m-%dT%H:%M:%S').replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        return None
    if sign and (int(hours) > 23 or int(minutes) > 59):
        return None
    offset_s = int(f'{sign}1') * (int(hours) * 3600 + int(minutes) * 60) if sign else 0
    return (round(moment.timestamp()) - offset_s) * SECOND_US + int((fraction or '0')[:6].ljust(6, '0'))


def print_time(time_us):
    """f3548 4.2: without zeros at the end."""
    moment = datetime.datetime.fromtimestamp(time_us // SECOND_US, datetime.timezone.utc)
    fraction = f'.{time_us % SECOND_US:06d}'.rstrip('0').rstrip('.')
    return moment.strftime('%Y-%m-%dT%H:%M:%S') + fraction + 'Z'


def time_member(time_us):
    return {'value': print_time(time_us), 'format': 'RFC3339'}


def base_url(text, allow_http, what):
    """f3548 4.12."""
    try:
        parts = urllib.parse.urlsplit(text)
    except ValueError:
        raise bad(f'{what}: is no URL') from None
    if not allow_http and (parts.scheme.lower() != 'https' or not parts.netloc):
        raise bad(f'{what}: is not https')
    return text


# --- Bodies: f3548 1.8 ---


class Maybe:
    """A member that is None when it is absent; others are then empty: '', 0, False, [], or an object of such."""

    def __init__(self, kind):
        self.kind = kind


TIME = {'value': str, 'format': str}
ALTITUDE = {'value': Maybe(float), 'reference': str, 'units': str}
POINT = {'lat': Maybe(float), 'lng': Maybe(float)}
VOLUME = {'outline_circle': Maybe({'center': Maybe(POINT), 'radius': Maybe({'value': Maybe(float), 'units': Maybe(str)})}),
          'outline_polygon': Maybe({'vertices': [POINT]}),
          'altitude_lower': Maybe(ALTITUDE), 'altitude_upper': Maybe(ALTITUDE)}
VOLUME4D = {'volume': VOLUME, 'time_start': Maybe(TIME), 'time_end': Maybe(TIME)}
QUERY = {'area_of_interest': Maybe(VOLUME4D)}
PUT_INTENT = {'extents': [VOLUME4D], 'key': [str], 'state': str, 'uss_base_url': str, 'subscription_id': Maybe(str),
              'new_subscription': Maybe({'uss_base_url': str, 'notify_for_constraints': bool}),
              'requested_ovn_suffix': Maybe(str)}
PUT_CONSTRAINT = {'extents': [VOLUME4D], 'uss_base_url': str}
PUT_SUBSCRIPTION = {'extents': VOLUME4D, 'uss_base_url': str, 'notify_for_operational_intents': bool,
                    'notify_for_constraints': bool}
SET_AVAILABILITY = {'old_version': str, 'availability': str}
EXCHANGE = {'url': str, 'method': str, 'headers': [str], 'recorder_role': str, 'request_time': TIME, 'request_body': str,
            'response_time': Maybe(TIME), 'response_body': str, 'response_code': int, 'problem': Maybe(str)}
REPORT = {'report_id': Maybe(str), 'exchange': EXCHANGE}


def decode(kind, value):
    """What stands there in the form that the kind says; unknown members are passed over. ValueError: a wrong type."""
    if isinstance(kind, Maybe):
        return None if value is None else decode(kind.kind, value)
    if isinstance(kind, list):
        if not isinstance(value, (list, type(None))):
            raise ValueError('not a list')
        return [decode(kind[0], item) for item in value or []]
    if isinstance(kind, dict):
        if not isinstance(value, (dict, type(None))):
            raise ValueError('not an object')
        return {name: decode(below, (value or {}).get(name)) for name, below in kind.items()}
    if value is None:
        return kind()
    wanted = (int, decimal.Decimal) if kind is float else kind
    if not isinstance(value, wanted) or isinstance(value, bool) != (kind is bool):
        raise ValueError(f'not a {kind.__name__}')
    return fractions.Fraction(value) if kind is float else value


def read_body(text, kind):
    """f3548 1.8: text behind the value is passed over, absent members are empty."""

    def refuse(constant):
        raise ValueError(constant)

    decoder = json.JSONDecoder(parse_float=decimal.Decimal, parse_constant=refuse)
    try:
        return decode(kind, decoder.raw_decode((text or '').lstrip(' \t\r\n'))[0])
    except ValueError as error:
        raise bad(f'the body: {error}') from None


# --- Extents: f3548 4.3 to 4.10 ---


@dataclasses.dataclass(frozen=True)
class Extent:
    """Where and when something is; a bound that is None is not there."""
    cells: frozenset
    lower: fractions.Fraction = None
    upper: fractions.Fraction = None
    start: int = None
    end: int = None


def spans_meet(start, end, other_start, other_end):
    """f3548 4.10: closed, and an absent bound never keeps two apart."""
    return not (end is not None and other_start is not None and end < other_start) and \
        not (other_end is not None and start is not None and other_end < start)


def meet(a, b, altitudes=False):
    return bool(a.cells & b.cells) and spans_meet(a.start, a.end, b.start, b.end) and \
        (not altitudes or spans_meet(a.lower, a.upper, b.lower, b.upper))


def unite(extents):
    """f3548 4.9: a bound that one part lacks, the whole lacks."""

    def least(bounds):
        return None if not bounds or None in bounds else min(bounds)

    def greatest(bounds):
        return None if not bounds or None in bounds else max(bounds)

    return Extent(frozenset().union(*(each.cells for each in extents)), least([each.lower for each in extents]),
                  greatest([each.upper for each in extents]), least([each.start for each in extents]),
                  greatest([each.end for each in extents]))


def outline(volume):
    """As a line for the cells' program; None for no outline."""
    circle, polygon = volume['outline_circle'], volume['outline_polygon']
    if circle is not None and polygon is not None:  # f3548 4.5
        raise bad('an outline is a circle or a polygon, not both')
    if circle is None and polygon is None:
        return None
    points = polygon['vertices'] if polygon is not None else [circle['center']]
    if None in points or circle is not None and circle['radius'] is None:  # f3548 4.6
        raise bad('a circle has a centre and a radius')
    for point in points:
        if None in point.values():  # f3548 1.8
            raise bad('a place has lat and lng')
        if abs(point['lat']) > 90 or abs(point['lng']) > 180:
            raise bad('a place is out of range')
    numbers = [float(each[name]) for each in points for name in ('lat', 'lng')]
    if circle is None:
        if len(points) < 3:  # f3548 4.7
            raise bad('a polygon has three vertices or more')
        return 'polygon ' + ' '.join(map(repr, numbers))
    if (circle['radius']['value'] or 0) <= 0:  # f3548 4.6
        raise bad('a radius is above 0')
    if circle['radius']['units'] not in (None, '', 'M'):  # f3548 4.4
        raise bad('a radius is in metres (M)')
    return 'circle ' + ' '.join(map(repr, numbers + [float(circle['radius']['value'])]))


def altitude(member):
    if member is None:
        return None
    if member['reference'] != 'W84' or member['units'] != 'M' or member['value'] is None:  # f3548 4.4
        raise bad('an altitude is in metres (M) on W84')
    return member['value'] * 1000


def moment(member):
    if member is None:
        return None
    time_us = parse_time(member['value'])
    if time_us is None:
        raise bad('a time is not RFC 3339')
    return time_us


def read_extent(volume4d, cells):
    """One part. 'cells' gives the cells of an outline and raises Refused."""
    volume = volume4d['volume']
    lower, upper = altitude(volume['altitude_lower']), altitude(volume['altitude_upper'])
    start, end = moment(volume4d['time_start']), moment(volume4d['time_end'])
    if lower is not None and upper is not None and lower > upper:  # f3548 4.4
        raise bad('altitude_lower is above altitude_upper')
    if start is not None and end is not None and start > end:  # f3548 4.3
        raise bad('time_start is after time_end')
    line = outline(volume)
    return Extent(cells(line) if line else frozenset(), lower, upper, start, end)


class Cells:
    """The cells of outlines, by the program s2_cells."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()
        self.known = {}

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def ask(self, line):
        """What the program says of an outline, in words."""
        with self.lock:
            if line not in self.known:
                self.process.stdin.write(line + '\n')
                self.process.stdin.flush()
                self.known[line] = self.process.stdout.readline().split()
            return self.known[line]

    def __call__(self, line):
        said, *rest = self.ask(line)
        if said == 'invalid':
            raise bad('a polygon is not valid: ' + ' '.join(rest))
        if said != 'cells':
            raise LookupError(f'{line}: the oracle cannot say which cells it touches; take another outline')
        if line.startswith('polygon') and float(rest[0]) > KM2_MAX:
            raise Refused(413, 'area too large')
        return frozenset(rest[1:])
