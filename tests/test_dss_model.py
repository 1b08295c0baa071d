#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The model of a DSS, its parts, and the witness of concurrent answers, without a node: what tests of nodes stand on.

usage: test_dss_model.py S2_CELLS
"""
import dataclasses
import fractions
import json
import sys
import unittest

import dss_bodies
import dss_case
import dss_rules_data
import dss_rules_intents
import dss_rules_others
from dss_bodies import HOUR_US, circle, constraint, flight, intent, new_id, query, square, subscription
from dss_case import ModelNode
from dss_forms import (PUT_INTENT, QUERY, Extent, Refused, meet, parse_id, parse_time, parse_uuid, print_time,
                       read_body,
                       read_extent, spans_meet, unite, VOLUME4D)
from dss_http import Shadow
from dss_ledger import Witness, key_of_exchange, made_ovn
from dss_match import Chosen, Message, Unordered, match
from dss_model import (ARBITRATION, CONSTRAINTS, INTENTS, MANAGEMENT, REPORTS, STRATEGIC, SUBSCRIPTIONS, USSS, Model,
                       find)

OVN, OTHER_OVN = 'A' * 43 + '_', 'B' * 43 + '_'
ID = '2f8343be-6482-4d1b-a474-16847e01af1e'


class Forms(unittest.TestCase):
    def test_uuids(self):
        for text in (ID, ID.upper(), ID.replace('-', ''), '{' + ID + '}', 'urn:uuid:' + ID, 'URN:UUID:' + ID.upper()):
            self.assertEqual(parse_id(text), ID, text)
        for text in ('', ID[:-1], ID + '0', '{' + ID, ID + '}', 'urn:' + ID, ID.replace('-', '')[:-1],
                     ID.replace('-', '', 1), ID[:-1] + 'g',
                     ID + '\n', ' ' + ID):
            self.assertIsNone(parse_uuid(text), text)
        for text in (ID[:14] + '1' + ID[15:], ID[:19] + 'c' + ID[20:]):
            self.assertIsNotNone(parse_uuid(text))
            self.assertIsNone(parse_id(text), text)
        made = dss_bodies.suffix(1_700_000_000_123_456)
        self.assertEqual((parse_id(made, 7), int(made.replace('-', '')[:12], 16)), (made, 1_700_000_000_123))

    def test_times(self):
        rows = [('1970-01-01T00:00:00Z', 0, '1970-01-01T00:00:00Z'),
                ('2000-02-29T12:00:00.5Z', 951825600_500000, '2000-02-29T12:00:00.5Z'),
                ('2026-11-26T05:00:00.000001+01:30', 1795663800_000001, '2026-11-26T03:30:00.000001Z'),
                ('2026-11-25T23:00:00-04:30', 1795663800_000000, '2026-11-26T03:30:00Z'),
                ('1969-12-31T23:59:59.999999Z', -1, '1969-12-31T23:59:59.999999Z'),
                ('2026-11-26T03:30:00.1234567Z', 1795663800_123456, '2026-11-26T03:30:00.123456Z')]
        for text, time_us, printed in rows:
            self.assertEqual((parse_time(text), print_time(time_us)), (time_us, printed), text)
        for text in ('', 'soon', '2026-11-26', '2026-11-26T03:30:00', '2026-11-26 03:30:00Z', '2026-13-26T03:30:00Z',
                     '2026-11-26T03:30:00+24:00',
                     '2026-11-26T03:30:00.Z', '2026-11-26T03:30:00Z\n', '2026-02-30T00:00:00Z'):
            self.assertIsNone(parse_time(text), text)

    def test_bodies(self):
        body = read_body(' {"state": "x", "more": 1, "extents": [{"volume": {"altitude_lower": {"value": 0.1}}}], '
                         '"key": null} tail', PUT_INTENT)
        self.assertEqual((body['state'], body['key'], body['uss_base_url'], body['subscription_id']),
                         ('x', [], '', None))
        lower = body['extents'][0]['volume']['altitude_lower']
        self.assertEqual(lower, {'value': fractions.Fraction(1, 10), 'reference': '', 'units': ''})
        self.assertEqual(read_body('null', QUERY), {'area_of_interest': None})
        for text in ('', '{', '[]', '1', '{"state": 1}', '{"key": ["a", 1]}', '{"key": {}}', '{"extents": [1]}',
                     '{"extents": [{"volume": []}]}', '{"state": true}',
                     '{"extents": [{"volume": {"altitude_lower": {"value": true}}}]}',
                     '{"extents": [{"volume": {"altitude_lower": {"value": "1"}}}]}',
                     '{"new_subscription": {"notify_for_constraints": 1}}', '{"state": NaN}'):
            with self.assertRaises(Refused, msg=text):
                read_body(text, PUT_INTENT)

    def test_spans(self):
        rows = [(1, 2, 2, 3, True), (1, 2, 3, 4, False), (1, 9, 3, 4, True), (None, 2, 2, None, True),
                (None, 2, 3, None, False), (None, None, 5, 5, True),
                (1, None, None, 0, False), (5, 5, 5, 5, True)]
        for start, end, other_start, other_end, met in rows:
            self.assertEqual(spans_meet(start, end, other_start, other_end), met)
            self.assertEqual(spans_meet(other_start, other_end, start, end), met)

    def test_extents(self):
        one, two = Extent(frozenset('a'), 1, 2, 10, 20), Extent(frozenset('b'), None, 5, 5, 15)
        self.assertEqual(unite([one, two]), Extent(frozenset('ab'), None, 5, 5, 20))
        self.assertEqual(unite([]), Extent(frozenset()))
        self.assertFalse(meet(one, two))
        self.assertTrue(meet(one, unite([one, two]), altitudes=True))
        self.assertFalse(meet(one, dataclasses.replace(one, lower=3, upper=4), altitudes=True))
        self.assertTrue(meet(one, dataclasses.replace(one, lower=3, upper=4)))


class Matching(unittest.TestCase):
    def test_what_was_chosen_is_learned_and_held_to(self):
        chosen, seen = Chosen('ovn'), set()
        expected = {'ovn': chosen, 'list': Unordered([{'x': 1}, {'x': 2}])}
        self.assertFalse(chosen == OVN)
        self.assertTrue(match(expected, {'ovn': 'short', 'list': [{'x': 1}, {'x': 2}]}, seen))
        self.assertTrue(match(expected, {'ovn': OVN, 'list': [{'x': 1}]}, seen))
        self.assertIsNone(chosen.value)
        self.assertEqual(match(expected, {'ovn': OVN, 'list': [{'x': 2}, {'x': 1}]}, seen), [])
        self.assertTrue(chosen == OVN and OVN == chosen and not chosen == OTHER_OVN)
        self.assertEqual(match(expected, {'ovn': OVN, 'list': [{'x': 1}, {'x': 2}]}, seen), [])
        self.assertTrue(match(expected, {'ovn': OTHER_OVN, 'list': [{'x': 1}, {'x': 2}]}, seen))
        self.assertTrue(match({'ovn': Chosen('ovn')}, {'ovn': OVN}, seen), 'chosen twice')

    def test_differences(self):
        rows = [({'a': 1}, {}), ({'a': 1}, {'a': 1, 'b': 2}), ({'a': 1}, {'a': True}), ({'a': 1}, {'a': 1.0}),
                ({'a': 'x'}, {'a': 'y'}), ({'a': 1}, []),
                (Unordered([1, 1, 2]), [1, 2, 2]), (Unordered([1]), [1, 1]), (Unordered([]), {}),
                (Unordered([Chosen('id'), 'x']), ['x', 'x']),
                (Message(), {'request_id': 'x'}), (Message(), {'message': ''}),
                (Message(), {'message': 'x', 'missing_constraints': []}), (Message(a=Unordered([1])), {'message': 'x'})]
        for expected, actual in rows:
            self.assertTrue(match(expected, actual), (expected, actual))
        self.assertEqual(match(Message(a=Unordered([1])), {'message': 'x', 'request_id': 'y', 'a': [1]}), [])
        self.assertEqual(match(Unordered([Chosen('id'), 'x']), ['x', ID]), [])


class Oracle(unittest.TestCase):
    cells = None

    def test_cells(self):
        # The id of the S2 cell at a place, as S2's own documents and viewers have it.
        self.assertEqual(self.cells.ask('circle 47.0 8.0 0.5')[2:], ['478fc324'])
        lat, lng = self.cells.ask('middle 478fc324')[1:]
        self.assertEqual(self.cells.ask(f'cell {lat} {lng}')[1:], [lat, lng])
        self.assertEqual(self.cells(f'circle {lat} {lng} 10.0'), {'478fc324'})
        small, large = self.cells('circle 47.0 8.0 900.0'), self.cells('circle 47.0 8.0 3000.0')
        self.assertTrue({'478fc324'} < small < large)
        self.assertTrue(small < self.cells('polygon 46.9 7.9 46.9 8.1 47.1 8.1 47.1 7.9'))
        self.assertEqual(self.cells('polygon 46.9 7.9 46.9 8.1 47.1 8.1'),
                         self.cells('polygon 47.1 8.1 46.9 8.1 46.9 7.9'))

    def test_areas(self):
        # A square degree at the equator is 111.195 km squared.
        self.assertAlmostEqual(float(self.cells.ask('polygon 0 0 0 1 1 1 1 0')[1]), 111.195**2, delta=3)
        for line, status in (('polygon 0 0 0 1 1 1 1 0', 413), ('polygon 0 0 1 1 0 1 1 0', 400),
                             ('polygon 0 0 1 1 0 0', 400), ('polygon 0 0 1 1', 400)):
            with self.assertRaises(Refused) as refused:
                self.cells(line)
            self.assertEqual(refused.exception.status, status, line)

    def test_circles_at_a_border_are_unclear(self):
        said = {self.cells.ask(f'circle 47.0 8.0 {radius}')[0] for radius in range(100, 2000, 10)}
        self.assertEqual(said, {'cells', 'unclear'})

    def test_outlines_are_read(self):
        part = read_body(json.dumps(flight(circle(47, 8, 0.5), 0, 1, 2, 3)), VOLUME4D)
        self.assertEqual(read_extent(part, self.cells), Extent(frozenset(['478fc324']), 2000, 3000, 0, 1))
        for outline in ({**circle(47, 8), **square(47, 8, 1)}, circle(47, 8, 0), circle(91, 8), {'outline_circle': {}}):
            with self.assertRaises(Refused):
                read_extent(read_body(json.dumps(flight(outline)), VOLUME4D), self.cells)


class Witnessed(unittest.TestCase):
    """A few exchanges of which the entries are made up as a node writes them; then each is spoiled in turn."""

    cells = None

    def setUp(self):
        self.node, self.shadow = ModelNode(self.cells), Shadow(Model(self.cells))
        self.exchanges, self.entries, self.clock = [], [{'seq': 0, 'time_us': 1, 'kind': 'config',
                                                         'expire_after_us': 2 * HOUR_US}], 0
        one, two, authority, judge = (self.node.client(*who) for who in (
            ('uss1', STRATEGIC), ('uss2', STRATEGIC), ('authority', MANAGEMENT), ('judge', ARBITRATION)))
        here, self.watch, self.made = flight(circle(47, 8, 0.5)), new_id(), new_id()
        self.ask(two, 'PUT', f'{SUBSCRIPTIONS}/{self.watch}', subscription(here))
        made = self.ask(one, 'PUT', f'{INTENTS}/{self.made}',
                        intent(here, new_subscription={'uss_base_url': dss_bodies.URL}))['operational_intent_reference']
        self.ask(two, 'PUT', f'{INTENTS}/{new_id()}', intent(here))
        self.ask(two, 'GET', f'{INTENTS}/{self.made}')
        self.ask(authority, 'PUT', f'{CONSTRAINTS}/{new_id()}', constraint(here, here))
        self.ask(two, 'GET', f'{SUBSCRIPTIONS}/{self.watch}')
        self.ask(judge, 'PUT', f'{USSS}/uss1', {'old_version': '', 'availability': 'Down'})
        self.ask(one, 'POST', REPORTS, {'exchange': {'url': 'x'}})
        self.ask(two, 'GET', f'{INTENTS}/{self.made}')
        self.ask(one, 'PUT', f"{INTENTS}/{self.made}/{made['ovn']}", intent(here))
        self.ask(one, 'DELETE',
                 f"{INTENTS}/{self.made}/{self.exchanges[-1].json['operational_intent_reference']['ovn']}")
        self.ask(two, 'POST', INTENTS + '/query', query(here))

    def ask(self, client, method, path, body=None):
        exchange = client.send(method, path, body)
        self.shadow.follow(exchange)
        self.clock += 10
        exchange = dataclasses.replace(exchange, sent=self.clock, received=self.clock + 5)
        self.exchanges.append(exchange)
        key = key_of_exchange(exchange)
        if key is not None:
            entry = {'seq': len(self.entries), 'time_us': self.node.time_us, 'kind': key[0], 'manager': client.sub}
            entry.update({'availability': {'uss': key[1], 'version': key[-1]},
                          'report': {'id': key[1]}}.get(key[0]) or self.members(key, exchange))
            self.entries.append(entry)
        return exchange.json

    def members(self, key, exchange):
        if key[0].endswith('-removed'):
            return {'id': key[1]}
        model, body = self.node.model, json.loads(exchange.call.body)
        entity = find({'intent': model.intents, 'constraint': model.constraints,
                       'subscription': model.subscriptions}[key[0]], key[1])
        bounds = {'start_us': entity.extent.start, 'end_us': entity.extent.end}
        members = {'id': key[1], 'ovn': key[2], 'uss_base_url': body['uss_base_url'],
                   'cells': ' '.join(sorted(entity.extent.cells)),
                   'notify_for_operational_intents': True, 'notify_for_constraints': False, **bounds}
        if key[0] != 'subscription':
            members['volumes'] = [{'lower_mm': 50000, 'upper_mm': 100000, **bounds}] * len(body['extents'])
        if key[0] == 'intent':
            members['state'] = body['state']
            if 'new_subscription' in body:
                members['implicit_subscription'] = {'id': entity.subscription}
        return members

    def faults(self):
        return Witness(self.entries, self.exchanges, Model(self.cells)).check()

    def change(self, number, **members):
        self.exchanges[number] = dataclasses.replace(self.exchanges[number], **members)

    def swap_entries(self, one, two):
        first, second = self.entries[one], self.entries[two]
        self.entries[one], self.entries[two] = ({**second, 'seq': one, 'time_us': first['time_us']},
                                                {**first, 'seq': two, 'time_us': second['time_us']})

    def spoil_text(self, number, old, new):
        text = self.exchanges[number].text.replace(old, new)
        self.assertNotEqual(text, self.exchanges[number].text)
        self.change(number, text=text, json=json.loads(text))

    def test_what_is_right_is_witnessed(self):
        self.assertEqual(self.faults(), [])
        self.assertEqual(self.exchanges[2].status, 409)

    def test_each_thing_that_is_wrong_is_seen(self):
        rows = [('no answer for an entry', lambda: self.exchanges.pop(1), 'nobody was answered'),
                ('no entry for an answer', lambda: self.entries.pop(), 'no entry has it'),
                ('an entry left out amid', lambda: self.entries.pop(3), 'seq'),
                ('a time that goes back', lambda: self.entries[3].update(time_us=self.entries[2]['time_us']), 'time'),
                ('an index too high', lambda: self.spoil_text(1, '"notification_index": 1', '"notification_index": 2'),
                 'notification_index'),
                ('another member', lambda: self.spoil_text(4, '"version": 1', '"version": 2'), 'version'),
                ('a status', lambda: self.change(1, status=200), 'expected 201'),
                ('an OVN that another has', lambda: self.spoil_text(1, self.entries[2]['ovn'], OVN),
                 'nobody was answered'),
                ('a cell in an entry', lambda: self.entries[2].update(cells='478fc32c'), 'cells'),
                ('a volume that was lost', lambda: self.entries[3].update(volumes=self.entries[3]['volumes'][:1]),
                 'volumes'),
                ('a manager', lambda: self.entries[3].update(manager='uss1'), 'manager'),
                ('a bound', lambda: self.entries[2].update(volumes=[{**self.entries[2]['volumes'][0], 'lower_mm': 0}]),
                 'lower_mm'),
                ('a conflict that there was none of', lambda: self.spoil_text(2, self.made, new_id()), 'after none'),
                ('a look that sees too little', lambda: self.change(3, status=404, json={'message': 'x'}),
                 'after none'),
                ('a look that sees too much', lambda: self.spoil_text(3, '"Unknown"', '"Down"'), 'after none'),
                ('a look that sees what is gone', lambda: self.change(-1, json=self.old_query()), 'after none'),
                ('a refusal for nothing', lambda: self.change(2, status=403, json={'message': 'x'}), 'after none')]
        for why, spoil, expected in rows:
            with self.subTest(why):
                self.setUp()
                spoil()
                self.assertTrue(any(expected in fault for fault in self.faults()), self.faults())

    def old_query(self):
        return {'operational_intent_references': [self.exchanges[3].json['operational_intent_reference']]}

    def test_the_order_may_be_another_only_where_exchanges_overlap(self):
        # Entry 5 is a report, 4 an availability: exchanges 7 and 6. Either order gives the same answers.
        self.entries[5]['id'] = self.exchanges[7].json['report_id']
        self.swap_entries(4, 5)
        for entry in self.entries[4:6]:
            if entry['kind'] == 'availability':
                self.spoil_text(6, entry['version'], made_ovn('uss1', entry['time_us']))
                entry['version'] = self.exchanges[6].json['version']
        self.assertTrue(any('before an earlier one was asked' in fault for fault in self.faults()))
        self.change(6, received=self.exchanges[7].sent + 1)
        self.assertEqual(self.faults(), [])

    def test_a_look_may_see_what_is_under_way_but_then_no_later_one_less(self):
        # Exchange 3 looks at the intent, and 8 does so after its manager went Down in exchange 6.
        self.spoil_text(3, '"Unknown"', '"Down"')
        self.change(6, sent=self.exchanges[3].received - 1)
        self.assertTrue(self.faults(), 'entries of 4 came between')
        self.change(4, sent=self.exchanges[3].received - 1)
        self.assertEqual(self.faults(), [])
        # 5 looks at a subscription, whose number says less than 3 has seen only if it is old.
        self.spoil_text(5, '"notification_index": 1', '"notification_index": 0')
        self.assertTrue(any('after none' in fault for fault in self.faults()))

    def test_looks_that_go_back_are_seen(self):
        # Both while exchange 6 is under way: first Down, then not yet.
        first, second = self.exchanges[8], self.exchanges[3]
        self.change(6, sent=1, received=self.exchanges[7].sent - 1)
        for sent, later in ((self.exchanges[5].received + 1, True), (self.exchanges[6].sent + 1, False)):
            del later
        self.exchanges[8] = dataclasses.replace(first, sent=66, received=67)
        self.exchanges[3] = dataclasses.replace(second, sent=68, received=69)
        self.change(4, sent=50, received=52)
        self.change(6, sent=61, received=74)
        self.change(7, sent=75, received=79)
        self.assertTrue(any('after none' in fault for fault in self.faults()))
        self.exchanges[8] = dataclasses.replace(first, sent=68, received=69)
        self.exchanges[3] = dataclasses.replace(second, sent=66, received=67)
        self.assertEqual(self.faults(), [])


def main(s2_cells, *names):
    dss_case.Case.world = world = dss_case.World(None, s2_cells)
    Oracle.cells = Witnessed.cells = world.cells
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Forms, Matching, Oracle, Witnessed))
    # The model passes what is asked of a node.
    suite.addTests(loader.loadTestsFromModule(module)
                   for module in (dss_rules_data, dss_rules_intents, dss_rules_others))
    if names:
        suite = unittest.TestSuite(test for group in suite for test in group
                                   if any(name in test.id() for name in names))
    result = unittest.TextTestRunner().run(suite)
    world.cells.close()
    return 0 if result.wasSuccessful() else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
