# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests of F3548-21, for tests to send."""
import copy
import time
import uuid

from dss_forms import SECOND_US, time_member

MINUTE_US, HOUR_US = 60 * SECOND_US, 3600 * SECOND_US
URL = 'https://uss.example/utm'
# Metres in a degree of latitude, to place things within some metres of where they are meant to be.
DEGREE_M = 111_320


def now_us():
    return time.time_ns() // 1000


def new_id():
    return str(uuid.uuid4())


def suffix(made_us=None, version=7):
    """A requested OVN suffix: a UUID of version 7 made at that moment (now)."""
    made_ms = (now_us() if made_us is None else made_us) // 1000
    return str(uuid.UUID(int=made_ms << 80 | version << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1))


def without(body, *names):
    return {name: value for name, value in body.items() if name not in names}


def point(lat, lng):
    return {'lat': lat, 'lng': lng}


def circle(lat, lng, radius_m=50):
    return {'outline_circle': {'center': point(lat, lng), 'radius': {'value': radius_m, 'units': 'M'}}}


def polygon(*places):
    return {'outline_polygon': {'vertices': [point(lat, lng) for lat, lng in places]}}


def square(lat, lng, side_deg):
    """Of which that place is the south-west corner."""
    return polygon((lat, lng), (lat, lng + side_deg), (lat + side_deg, lng + side_deg), (lat + side_deg, lng))


def altitude(value):
    return {'value': value, 'reference': 'W84', 'units': 'M'}


def volume(outline, start_us=None, end_us=None, lower_m=None, upper_m=None):
    """A Volume4D; what is None is left out."""
    space = copy.deepcopy(outline)
    if lower_m is not None:
        space['altitude_lower'] = altitude(lower_m)
    if upper_m is not None:
        space['altitude_upper'] = altitude(upper_m)
    whole = {'volume': space}
    if start_us is not None:
        whole['time_start'] = time_member(start_us)
    if end_us is not None:
        whole['time_end'] = time_member(end_us)
    return whole


def flight(outline, start_us=None, end_us=None, lower_m=50, upper_m=100):
    """A Volume4D with all bounds; by default of the next hour."""
    start_us = now_us() if start_us is None else start_us
    return volume(outline, start_us, start_us + HOUR_US if end_us is None else end_us, lower_m, upper_m)


def intent(*volumes, **members):
    return {'extents': list(volumes), 'key': [], 'state': 'Accepted', 'uss_base_url': URL, **members}


def constraint(*volumes, **members):
    return {'extents': list(volumes), 'uss_base_url': URL, **members}


def subscription(extents, **members):
    return {'extents': extents, 'uss_base_url': URL, 'notify_for_operational_intents': True,
            'notify_for_constraints': False, **members}


def query(area):
    return {'area_of_interest': area}
