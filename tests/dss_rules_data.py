# SPDX-License-Identifier: Apache-2.0
"""Rules 4 and 5 of docs/f3548-rules.md: ids, times, places, OVNs and versions."""
import copy
import datetime
import re
import urllib.parse
import uuid

from dss_bodies import (HOUR_US, MINUTE_US, URL, circle, constraint, flight, intent, new_id, polygon,
                        query, square, subscription, suffix, volume, without)
from dss_case import Case, ids, told, twenty_corners
from dss_forms import SECOND_US, print_time, time_member
from dss_model import CONSTRAINTS, HIDDEN, INTENTS, SUBSCRIPTIONS


def spellings(ident):
    return {'lower case': ident, 'upper case': ident.upper(), '32 digits': ident.replace('-', ''),
            'braces': urllib.parse.quote('{' + ident + '}'), 'urn:uuid:': 'urn:uuid:' + ident}


class Ids(Case):
    # f3548 4.1
    def test_ids__any_usual_spelling_is_one_id_in_lower_case(self):
        for why in spellings(new_id()):
            with self.subTest(why):
                ident = new_id()
                made = self.one.file(flight(self.here), ident=spellings(ident)[why])
                self.assertEqual(made['id'], ident)
                for spelled in spellings(ident).values():
                    self.assertEqual(self.two.get_intent(spelled)['id'], ident)
                self.one.remove({**made, 'id': spellings(ident)[why]})

    # f3548 4.1
    def test_ids__what_is_no_uuid_of_version_4_is_refused(self):
        good = new_id()
        rows = [('no UUID', 'intent-1'), ('version 1', '2f8343be-6482-1d1b-a474-16847e01af1e'),
                ('version 7', suffix()), ('a variant before RFC 4122', '2f8343be-6482-4d1b-0474-16847e01af1e'),
                ('a variant to come', '2f8343be-6482-4d1b-f474-16847e01af1e'), ('a digit short', good[:-1]),
                ('a digit long', good + '0'), ('hyphens elsewhere', good.replace('-', '')[:20] + '-' + good[-15:]),
                ('half in braces', urllib.parse.quote('{' + good)), ('not a digit', good[:-1] + 'g'), ('empty', '')]
        for why, ident in rows:
            with self.subTest(why):
                self.assertEqual(self.one.status('GET', f'{INTENTS}/{ident}'), 400)
                self.assertEqual(self.one.status('PUT', f'{INTENTS}/{ident}', intent(flight(self.here))), 400)
                self.assertEqual(self.authority.status('PUT', f'{CONSTRAINTS}/{ident}', constraint(flight(self.here))),
                                 400)
                self.assertEqual(self.one.status('PUT', f'{SUBSCRIPTIONS}/{ident}', subscription(flight(self.here))),
                                 400)
                self.assertEqual(self.one.status('DELETE', f'{SUBSCRIPTIONS}/{ident}/v'), 400)


class Times(Case):
    def file_at(self, start, end):
        part = flight(self.here)
        part['time_start'], part['time_end'] = {'value': start, 'format': 'RFC3339'}, {'value': end, 'format': 'any'}
        made = self.authority.restrict(part)
        return made['time_start']['value'], made['time_end']['value']

    # f3548 4.2
    def test_times__any_zone_is_answered_in_utc_without_zeros_at_the_end(self):
        soon = datetime.datetime.fromtimestamp(self.now // SECOND_US + 7200, datetime.timezone.utc)
        zone = datetime.timezone(datetime.timedelta(hours=5, minutes=45))
        end = print_time(self.now + 9 * HOUR_US)
        whole = soon.strftime('%Y-%m-%dT%H:%M:%S')
        rows = [('UTC', whole + 'Z', 'Z'), ('an offset of zero', whole + '+00:00', 'Z'),
                ('an offset', soon.astimezone(zone).strftime('%Y-%m-%dT%H:%M:%S') + '+05:45', 'Z'),
                ('an offset to the west', (soon - datetime.timedelta(hours=3)).strftime('%Y-%m-%dT%H:%M:%S') + '-03:00',
                 'Z'),
                ('zeros at the end', whole + '.500000Z', '.5Z'), ('zeros alone', whole + '.000Z', 'Z'),
                ('microseconds', whole + '.000001Z', '.000001Z'),
                ('nanoseconds are cut', whole + '.123456000Z', '.123456Z')]
        for why, start, rest in rows:
            with self.subTest(why):
                self.assertEqual(self.file_at(start, end), (whole + rest, end))

    # f3548 4.2
    def test_times__what_is_not_rfc_3339_is_refused(self):
        for why, value in [('no zone', '2040-01-02T03:04:05'), ('a day', '2040-01-02'), ('a word', 'soon'),
                           ('empty', ''),
                           ('a day that is none', '2040-02-30T03:04:05Z'),
                           ('an hour that is none', '2040-01-02T25:00:00Z')]:
            with self.subTest(why):
                part = flight(self.here)
                part['time_end'] = {'value': value, 'format': 'RFC3339'}
                self.one.put_intent(intent(part), new_id(), want=400)
                self.authority.put_constraint(constraint(part), new_id(), want=400)
                self.one.put_subscription(subscription(part), new_id(), want=400)
                self.one.ask('POST', INTENTS + '/query', query(part), 400)

    # f3548 4.3
    def test_times__what_ends_before_it_starts_or_then_is_refused(self):
        start = self.now + HOUR_US
        for why, end in [('before', start - 1), ('then', start)]:
            with self.subTest(why):
                part = flight(self.here, start, end)
                self.one.put_intent(intent(part), new_id(), want=400)
                self.authority.put_constraint(constraint(part), new_id(), want=400)
                self.one.put_subscription(subscription(part), new_id(), want=400)
        self.one.file(flight(self.here, start, start + 1))

    # f3548 4.3, 4.10
    def test_times__a_query_may_be_of_one_moment(self):
        made = self.one.file(flight(self.here))
        moment = self.now + HOUR_US // 2
        self.assertEqual(ids(self.two.intents(flight(self.here, moment, moment))), [made['id']])
        self.one.ask('POST', INTENTS + '/query', query(flight(self.here, moment, moment - 1)), 400)


class Altitudes(Case):
    # f3548 4.4
    def test_altitudes__are_metres_on_w84_and_the_lower_not_above_the_upper(self):
        def with_lower(**changes):
            part = flight(self.here)
            part['volume']['altitude_lower'].update(changes)
            return part

        rows = [('feet', with_lower(units='F'), 400), ('no unit', with_lower(units=''), 400),
                ('above the geoid', with_lower(reference='AMSL'), 400), ('no reference', with_lower(reference=''), 400),
                ('above the upper', with_lower(value=101), 400), ('the upper', with_lower(value=100), 200),
                ('above it by less than a millimetre', with_lower(value=100.0004), 400)]
        for why, part, status in rows:
            with self.subTest(why):
                self.one.put_subscription(subscription(part), new_id(), want=status)
                self.one.ask('POST', INTENTS + '/query', query(part), status)
                self.one.put_intent(intent(part), new_id(), want=400 if status == 400 else 201)

    # f3548 1.8, 4.4
    def test_places__and_altitudes_are_whole_or_refused(self):
        """Where InterUSS takes 0 for what is absent, and so another place, or a thinner volume."""
        def lacking(shape, *path):
            shape = copy.deepcopy(shape)
            below = shape
            for name in path[:-1]:
                below = below[name]
            below[path[-1]['new']] = below.pop(path[-1]['old'])
            return shape

        disc, square = self.here, polygon((47, 8), (47, 8.01), (47.01, 8.01))
        for why, outline in (('lon for lng', lacking(disc, 'outline_circle', 'center', {'old': 'lng', 'new': 'lon'})),
                             ('no lat', lacking(disc, 'outline_circle', 'center', {'old': 'lat', 'new': 'latitude'})),
                             ('a vertex', lacking(square, 'outline_polygon', 'vertices', 1, {'old': 'lng', 'new': 'lon'}))):
            with self.subTest(why):
                self.one.put_subscription(subscription(flight(outline)), new_id(), want=400)
                self.one.ask('POST', INTENTS + '/query', query(flight(outline)), 400)
                self.one.put_intent(intent(flight(outline)), new_id(), want=400)
        for name in ('altitude_lower', 'altitude_upper'):
            part = flight(self.here)
            del part['volume'][name]['value']
            self.one.put_intent(intent(part), new_id(), want=400)

    # f3548 4.4
    def test_altitudes__a_millimetre_apart_do_not_meet(self):
        # 32-bit numbers of metres have steps of 2 mm there.
        self.one.file(flight(self.here, lower_m=29000, upper_m=30000.001))
        self.two.file(flight(self.here, lower_m=30000.002, upper_m=30001))
        self.two.put_intent(intent(flight(self.here, lower_m=30000.001, upper_m=30001)), new_id(), want=409)


class Outlines(Case):
    def all_of(self, outline, status):
        """The same place for each kind; 'status' is 200 or 400."""
        part = flight(outline)
        made = self.one.put_intent(intent(part), new_id(), want=201 if status == 200 else status)
        if status == 200:
            self.one.remove(made['operational_intent_reference'])
        self.authority.put_constraint(constraint(part), new_id(), want=201 if status == 200 else status)
        self.one.put_subscription(subscription(part), new_id(), want=status)
        self.one.ask('POST', INTENTS + '/query', query(part), status)
        self.authority.ask('POST', CONSTRAINTS + '/query', query(part), status)
        self.one.ask('POST', SUBSCRIPTIONS + '/query', query(part), status)

    # f3548 4.5
    def test_outlines__both_are_refused_and_neither_is_none(self):
        self.all_of({**self.here, **square(*self.place, 0.01)}, 400)
        self.one.put_intent(intent(flight({})), new_id(), want=400)
        self.authority.put_constraint(constraint(flight({})), new_id(), want=400)
        self.one.put_subscription(subscription(flight({})), new_id(), want=200)
        for client, collection in ((self.one, INTENTS), (self.authority, CONSTRAINTS), (self.one, SUBSCRIPTIONS)):
            client.ask('POST', collection + '/query', query(flight({})), 400)

    # f3548 4.4, 4.6
    def test_circles__have_a_centre_and_a_radius_that_can_be(self):
        def changed(center=None, radius=None):
            shape = copy.deepcopy(self.here)['outline_circle']
            shape['center'].update(center or {})
            shape['radius'].update(radius or {})
            return {'outline_circle': shape}

        shape = self.here['outline_circle']
        rows = [('a radius of zero', changed(radius={'value': 0}), 400),
                ('a negative radius', changed(radius={'value': -1}), 400),
                ('north of the pole', changed({'lat': 90.001}), 400), ('south of the pole', changed({'lat': -91}), 400),
                ('too far east', changed({'lng': 180.5}), 400), ('too far west', changed({'lng': -181}), 400),
                ('no centre', {'outline_circle': without(shape, 'center')}, 400),
                ('no radius', {'outline_circle': without(shape, 'radius')}, 400),
                ('nothing', {'outline_circle': {}}, 400), ('a radius in no unit', changed(radius={'units': ''}), 200),
                ('a radius without its unit', {'outline_circle': {**shape, 'radius': {'value': 50}}}, 200),
                ('a radius in kilometres', changed(radius={'units': 'KM'}), 400),
                ('a radius without a value', {'outline_circle': {**shape, 'radius': {'units': 'M'}}}, 400),
                ('a metre', changed(radius={'value': 1}), 200), ('half a metre', changed(radius={'value': 0.5}), 200)]
        for why, outline, status in rows:
            with self.subTest(why):
                self.all_of(outline, status)

    # f3548 4.6
    def test_circles__have_a_limit(self):
        """The model's circles have none, so it is not asked."""
        if self.world.is_model:
            return
        part = flight(circle(*self.place, 1_000_000))
        for client, method, path, body in (
                (self.one, 'PUT', f'{INTENTS}/{new_id()}', intent(part)),
                (self.authority, 'PUT', f'{CONSTRAINTS}/{new_id()}', constraint(part)),
                (self.one, 'PUT', f'{SUBSCRIPTIONS}/{new_id()}', subscription(part)),
                (self.one, 'POST', INTENTS + '/query', query(part)),
                (self.one, 'POST', SUBSCRIPTIONS + '/query', query(part))):
            self.assertIn(client.client.send(method, path, body).status, (400, 413), path)

    # f3548 4.7
    def test_polygons__have_three_places_that_differ_and_no_edges_that_cross(self):
        lat, lng = self.place
        corners = [(lat, lng), (lat, lng + 0.01), (lat + 0.01, lng + 0.01), (lat + 0.01, lng)]
        rows = [('counterclockwise', polygon(*corners), 200), ('clockwise', polygon(*corners[::-1]), 200),
                ('a triangle', polygon(*corners[:3]), 200), ('two places', polygon(*corners[:2]), 400),
                ('no places', polygon(), 400), ('a place twice', polygon(*corners[:3], corners[2]), 400),
                ('closed, so the first twice', polygon(*corners, corners[0]), 400),
                ('edges that cross', polygon(corners[0], corners[2], corners[1], corners[3]), 400),
                ('north of the pole', polygon((90.5, 10), *corners[1:]), 400),
                ('too far east', polygon(*corners[:3], (lat, 180.01)), 400)]
        for why, outline, status in rows:
            with self.subTest(why):
                self.all_of(outline, status)

    # f3548 4.7
    def test_polygons__the_inside_is_the_smaller_side_whatever_the_winding(self):
        lat, lng = self.place
        corners = [(lat - 0.02, lng - 0.02), (lat - 0.02, lng + 0.02), (lat + 0.02, lng + 0.02),
                   (lat + 0.02, lng - 0.02)]
        for outline in (polygon(*corners), polygon(*corners[::-1])):
            made = self.one.file(flight(outline))
            self.assertEqual(ids(self.two.intents(flight(self.here))), [made['id']])
            self.assertEqual(self.two.intents(flight(circle(lat + 0.2, lng))), [])
            self.one.remove(made)

    # f3548 4.7, 7.5
    def test_polygons__end_at_2500_km2(self):
        # A degree is 111.195 km there: 0.449 and 0.450 of it squared are 2493 and 2504 km2, near to the equator.
        for side, status in ((0.449, 200), (0.4501, 400)):
            part = flight(square(0.11 + self.world.places * 0.001, 150.07, side))
            self.one.put_intent(intent(part, key=self.keys(part) if status == 200 else []), new_id(),
                                want=201 if status == 200 else 400)
            self.authority.put_constraint(constraint(part), new_id(), want=201 if status == 200 else 400)
            self.one.put_subscription(subscription(part), new_id(), want=status)
            self.one.ask('POST', INTENTS + '/query', query(part), status)
            self.authority.ask('POST', CONSTRAINTS + '/query', query(part), status)
            self.one.ask('POST', SUBSCRIPTIONS + '/query', query(part), 413 if status == 400 else 200)

    def keys(self, part):
        return [each['ovn'] for each in self.one.intents(part)]

    # f3548 4.7
    def test_polygons__without_area_are_lines(self):
        lat, lng = self.place
        # Along a meridian.
        line = polygon((lat - 0.05, lng), (lat + 0.05, lng), (lat, lng))
        made = self.one.file(flight(line))
        for where in (lat - 0.04, lat, lat + 0.04):
            self.assertEqual(ids(self.two.intents(flight(circle(where, lng, 5)))), [made['id']])
        self.assertEqual(self.two.intents(flight(circle(lat, lng + 0.05, 5))), [])


class Cells(Case):
    # f3548 4.8
    def test_near__is_who_shares_a_cell_touching_or_not(self):
        made = self.one.file(flight(self.here))
        self.assertEqual(ids(self.two.intents(flight(self.aside()))), [made['id']])
        self.two.put_intent(intent(flight(self.aside())), new_id(), want=409)
        self.two.file(flight(self.away()))

    # f3548 4.8
    def test_near__is_by_the_true_circle(self):
        """InterUSS cuts circles to 20 corners, and so misses cells at their borders."""
        for radius in range(3000, 5000, 37):
            shape = circle(*self.place, radius)
            wide, narrow = self.world.cells_of(shape), self.world.cells_of(twenty_corners(self.place, radius))
            if wide is not None and wide - narrow:
                break
        cell = sorted(wide - narrow)[0]
        made = self.one.file(flight(shape))
        lat, lng = map(float, self.world.cells.ask(f'middle {cell}')[1:])
        self.assertEqual(ids(self.two.intents(flight(circle(lat, lng, 1)))), [made['id']])

    # f3548 4.8
    def test_near__is_found_through_every_cell_of_a_large_outline(self):
        lat, lng = self.place
        made = self.one.file(flight(square(lat, lng, 0.2)))
        for step in range(0, 20, 3):
            self.assertEqual(ids(self.two.intents(flight(circle(lat + 0.01 * step, lng + 0.199, 5)))), [made['id']])

    # f3548 4.9
    def test_extents__the_parts_become_one(self):
        """What lies between the parts counts too: all cells for all of the time, from the lowest to the highest."""
        early, late = self.now + HOUR_US, self.now + 5 * HOUR_US
        made = self.one.file(flight(self.here, early, early + HOUR_US, 50, 100),
                             flight(self.away(), late, late + HOUR_US, 300, 400))
        self.assertEqual((made['time_start'], made['time_end']), (time_member(early), time_member(late + HOUR_US)))
        rows = [('the first part', self.here, early, 50), ('its place at the other time', self.here, late, 50),
                ('its place at the other height', self.here, early, 400),
                ('between the times', self.here, early + 2 * HOUR_US, 50),
                ('between the heights', self.away(), late, 200), ('the second part', self.away(), late, 400)]
        for why, outline, start, lower in rows:
            with self.subTest(why):
                part = flight(outline, start, start + MINUTE_US, lower, lower + 10)
                self.assertEqual(ids(self.two.intents(part)), [made['id']])
        self.assertEqual(self.two.intents(flight(circle(self.place[0] + 0.05, self.place[1]), early)), [])

    # f3548 4.9, 6.1.7, 6.1.8
    def test_extents__a_bound_that_one_part_lacks_the_whole_lacks(self):
        good = flight(self.here)
        for name in ('time_start', 'time_end'):
            self.one.put_intent(intent(good, without(good, name)), new_id(), want=400)
            self.authority.put_constraint(constraint(good, without(good, name)), new_id(), want=400)
        for name in ('altitude_lower', 'altitude_upper'):
            part = {**good, 'volume': without(good['volume'], name)}
            self.one.put_intent(intent(good, part), new_id(), want=400)
        self.one.put_intent(intent(good, flight({})), new_id(), want=400)
        self.authority.put_constraint(constraint(good, flight({})), new_id(), want=400)

    # f3548 4.10
    def test_bounds__what_touches_overlaps_and_what_is_absent_overlaps_everything(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        made = self.one.file(flight(self.here, start, end, 100, 200))
        rows = [('the same', (start, end, 100, 200), True),
                ('ends when it starts', (start - 1000, start, 100, 200), True),
                ('ends just before', (start - 1000, start - 1, 100, 200), False),
                ('starts when it ends', (end, end + 1000, 100, 200), True),
                ('starts just after', (end + 1, end + 1000, 100, 200), False),
                ('below and touching', (start, end, 50, 100), True), ('below', (start, end, 50, 99.999), False),
                ('above and touching', (start, end, 200, 300), True), ('above', (start, end, 200.001, 300), False),
                ('no bounds', (None, None, None, None), True), ('from its end on', (end, None, None, None), True),
                ('after it', (end + 1, None, None, None), False), ('until it', (None, start, None, None), True),
                ('before it', (None, start - 1, None, None), False), ('above a floor', (None, None, 201, None), False),
                ('below a ceiling', (None, None, None, 99), False), ('a floor below it', (None, None, 0, None), True)]
        for why, bounds, found in rows:
            with self.subTest(why):
                self.assertEqual(ids(self.two.intents(volume(self.here, *bounds))), [made['id']] if found else [])

    # f3548 4.12
    def test_urls__are_https(self):
        rows = [('https', URL, True), ('with a slash at the end', URL + '/', True),
                ('with a port', 'https://a.example:8443', True),
                ('a scheme in upper case', 'HTTPS://uss.example', True),
                ('http', 'http://uss.example/utm', False), ('no scheme', 'uss.example/utm', False),
                ('ftp', 'ftp://uss.example', False),
                ('empty', '', False)]
        for why, url, good in rows:
            with self.subTest(why):
                part = flight(circle(self.place[0] + self.world.places * 1e-6, self.place[1] + 0.3))
                made = self.one.put_intent(intent(part, uss_base_url=url), new_id(), want=201 if good else 400)
                if good:
                    self.one.remove(made['operational_intent_reference'])
                self.authority.put_constraint(constraint(part, uss_base_url=url), new_id(), want=201 if good else 400)
                self.one.put_subscription(subscription(part, uss_base_url=url), new_id(), want=200 if good else 400)


class Ovns(Case):
    # f3548 5.1
    def test_ovns__are_new_at_every_write_and_fit_into_a_url(self):
        part, seen = flight(self.here), set()
        made = self.one.file(part)
        for _ in range(5):
            self.assertTrue(re.fullmatch('[A-Za-z0-9._-]{44}', made['ovn']), made['ovn'])
            self.assertNotIn(made['ovn'], seen)
            seen.add(made['ovn'])
            made = self.one.change(made, part)
        fence = self.authority.restrict(part)
        for _ in range(3):
            self.assertTrue(re.fullmatch('[A-Za-z0-9._-]{44}', fence['ovn']), fence['ovn'])
            self.assertNotIn(fence['ovn'], seen)
            seen.add(fence['ovn'])
            fence = self.authority.put_constraint(constraint(part), fence['id'], fence['ovn'],
                                                  200)['constraint_reference']

    # f3548 5.2
    def test_ovns__may_be_asked_for(self):
        part, wanted = flight(self.here), suffix()
        made = self.one.file(part, requested_ovn_suffix=wanted)
        self.assertEqual(made['ovn'], f"{made['id']}_{wanted}")
        made = self.one.change(made, part)
        self.assertTrue(re.fullmatch('[A-Za-z0-9._-]{44}', made['ovn']), made['ovn'])
        # It is spelled as it was asked for.
        for spelled in (suffix().upper(), suffix().replace('-', '')):
            made = self.one.change(made, part, requested_ovn_suffix=spelled)
            self.assertEqual(made['ovn'], f"{made['id']}_{spelled}")
        # Another intent may have the same: the OVN is another.
        self.two.file(flight(self.away()), requested_ovn_suffix=wanted)

    # f3548 5.2, 6.1.10
    def test_ovns__what_is_asked_for_is_a_uuid_of_version_7_of_these_five_minutes(self):
        rows = [('made four minutes ago', suffix(self.now - 4 * MINUTE_US), 201),
                ('of four minutes from now', suffix(self.now + 4 * MINUTE_US), 201),
                ('made six minutes ago', suffix(self.now - 6 * MINUTE_US), 400),
                ('of six minutes from now', suffix(self.now + 6 * MINUTE_US), 400),
                ('no UUID', 'mine', 400), ('empty', '', 400), ('version 4', new_id(), 400),
                ('version 1', str(uuid.uuid1()), 400)]
        for why, wanted, status in rows:
            with self.subTest(why):
                made = self.one.put_intent(intent(flight(self.here), requested_ovn_suffix=wanted), new_id(),
                                           want=status)
                if status == 201:
                    self.one.remove(made['operational_intent_reference'])

    # f3548 5.2, 5.3
    def test_ovns__what_an_earlier_version_had_is_refused(self):
        part, first, second = flight(self.here), suffix(), suffix()
        made = self.one.file(part, requested_ovn_suffix=first)
        self.one.put_intent(intent(part, requested_ovn_suffix=first), made['id'], made['ovn'], 400)
        made = self.one.change(made, part)
        self.one.put_intent(intent(part, requested_ovn_suffix=first), made['id'], made['ovn'], 400)
        made = self.one.change(made, part, requested_ovn_suffix=second)
        self.one.put_intent(intent(part, requested_ovn_suffix=first), made['id'], made['ovn'], 400)
        self.assertEqual(self.one.get_intent(made['id'])['ovn'], made['ovn'])

    # f3548 5.2, 5.3
    def test_ovns__do_not_come_back_when_their_intent_was_deleted(self):
        small, first, second = flight(self.here), suffix(), suffix()
        made = self.one.file(small, requested_ovn_suffix=first)
        seen = made['ovn']
        self.one.remove(self.one.change(made, small, requested_ovn_suffix=second))
        # Larger, by whoever: who has only seen the deleted one would have its OVN in the key.
        large = flight(circle(*self.place, 500))
        for uss in (self.one, self.two):
            for wanted in (first, second, first.upper()):
                uss.put_intent(intent(large, requested_ovn_suffix=wanted), made['id'], want=400)
        again = self.one.file(large, ident=made['id'], requested_ovn_suffix=suffix())
        answer = self.two.put_intent(intent(small, key=[seen]), new_id(), want=409)
        self.assertEqual(ids(answer['missing_operational_intents']), [again['id']])

    # f3548 5.4
    def test_versions__change_at_every_write_but_not_when_notifying(self):
        part = flight(self.here)
        made = self.one.subscribe(part)
        self.assertEqual(told(self.two.put_intent(intent(part), new_id(), want=201)), {made['id']: 1})
        told_of = self.one.get_subscription(made['id'])
        self.assertEqual((told_of['version'], told_of['notification_index']), (made['version'], 1))
        changed = self.one.put_subscription(subscription(part), made['id'], made['version'], 200)['subscription']
        self.assertNotEqual(changed['version'], made['version'])
        uss = 'uss-' + new_id()
        first = self.judge.set_availability(uss, 'Normal')['version']
        self.assertNotEqual(self.judge.set_availability(uss, 'Normal')['version'], first)

    # f3548 5.6
    def test_ovns__are_hidden_from_all_but_the_manager(self):
        part = flight(self.here)
        made, fence = self.one.file(part), self.authority.restrict(part)
        self.assertEqual(self.one.get_intent(made['id'])['ovn'], made['ovn'])
        self.assertEqual(self.two.get_intent(made['id'])['ovn'], HIDDEN)
        self.assertEqual([each['ovn'] for each in self.one.intents(part)], [made['ovn']])
        self.assertEqual([each['ovn'] for each in self.two.intents(part)], [HIDDEN])
        self.assertEqual(self.authority.get_constraint(fence['id'])['ovn'], fence['ovn'])
        self.assertEqual(self.two.get_constraint(fence['id'])['ovn'], HIDDEN)
        self.assertEqual([each['ovn'] for each in self.two.constraints(part)], [HIDDEN])
        conflict = self.two.put_intent(intent(part,
                                              new_subscription={'uss_base_url': URL, 'notify_for_constraints': True}),
                                       new_id(), want=409)
        self.assertEqual([each['ovn'] for each in conflict['missing_operational_intents']], [HIDDEN])
        self.assertEqual([each['ovn'] for each in conflict['missing_constraints']], [HIDDEN])
        conflict = self.one.put_intent(intent(part), new_id(), want=409)
        self.assertEqual([each['ovn'] for each in conflict['missing_operational_intents']], [made['ovn']])
        answer = self.two.put_subscription(subscription(part, notify_for_constraints=True), new_id(), want=200)
        self.assertEqual([each['ovn'] for each in answer['operational_intent_references']], [HIDDEN])
        self.assertEqual([each['ovn'] for each in answer['constraint_references']], [HIDDEN])

    # f3548 5.7
    def test_versions__of_intents_and_constraints_count_from_one(self):
        part = flight(self.here)
        made, fence = self.one.file(part), self.authority.restrict(part)
        for version in (1, 2, 3):
            self.assertEqual((made['version'], fence['version']), (version, version))
            made = self.one.change(made, part)
            fence = self.authority.put_constraint(constraint(part), fence['id'], fence['ovn'],
                                                  200)['constraint_reference']
        self.one.remove(made)
        self.assertEqual(self.one.file(part, ident=made['id'])['version'], 1)
