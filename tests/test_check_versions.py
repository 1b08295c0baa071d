#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Which version of a memorandum `entente check --memorandum ID --data DIR` judges a plan by: the one that is in force at the plan's moment, as a
stand-in for a node says. What real nodes say of themselves: test_replay_suspended.py.

usage: test_check_versions.py PROGRAM SOURCE-DIR
"""
import copy
import csv
import hashlib
import io
import json
import sys
import unittest

from verbs_case import SOURCE, VerbsCase
from verbs_node import MEMBER, MEMORANDUM, STATE, THEM, US

DATA = SOURCE / 'tests/data/cli'
ID = 'valley-2026'
FIRST = json.loads((DATA / 'terms.json').read_text())  # from 2026-01-01 to 2027-01-01
FEBRUARY, MARCH, APRIL, MAY, JUNE = (f'2026-0{month}-01T00:00:00Z' for month in range(2, 7))
DAY = '2026-01-05'


def clause(document, section, kind):
    return next(one for one in document['clauses'][section] if one['kind'] == kind)


def version(effective_from, until='2027-01-01T00:00:00Z', **flights):
    """Another, with other minima and notice of flights."""
    document = copy.deepcopy(FIRST)
    document['clauses']['validity'].update(sign_by=effective_from, effective_from=effective_from, until=until)
    clause(document, 'minima', 'flight').update({'clause': '5.9', **flights})
    clause(document, 'notice', 'flight').update(clause='6.9', at_least='2 d')
    return document


def text_of(document):
    return json.dumps(document).encode()


def hash_of(document):
    return hashlib.sha256(text_of(document)).hexdigest()


class Versions(VerbsCase):
    def setUp(self):
        super().setUp()
        self.node.answers = {('GET', '/v1/state'): (200, {**STATE, 'time': '2026-01-04T00:00:00Z'})}

    def holds(self, at, document, status='in force', follows=None, **member):
        """What the node says of a moment, or (None) of now; 'follows': a version and when it takes effect."""
        path = f'/v1/memoranda/{ID}'
        one = {**MEMBER, 'party': THEM, **member}
        self.node.answers['GET', path + (f'?at={at}' if at else '')] = (200, {
            **MEMORANDUM, 'id': ID, 'status': status, 'version': hash_of(document) if document else None, 'members': [{**MEMBER, 'party': US}, one],
            'next': hash_of(follows[0]) if follows else None, 'next_from': follows[1] if follows else None})
        for each in (document, follows[0] if follows else None):
            if each is not None:
                self.node.answers['GET', f'{path}/documents/{hash_of(each)}'] = (200, text_of(each))

    def plans(self, *begins, other='FL106'):
        """At each moment two flights that cross over one place, one of them at FL100, for six minutes."""
        path = self.folder / 'plans.geojson'
        features = []
        for begin in begins:
            times = [begin, begin[:14] + '%02d' % (int(begin[14:16]) + 6) + begin[16:]]
            for name, ends, altitude in (('n', [[8, 46.95], [8, 47.05]], 'FL100'), ('e', [[7.95, 47], [8.05, 47]], other)):
                features.append({'type': 'Feature', 'properties': {'id': f'{begin}-{name}', 'times': times, 'altitude': altitude},
                                 'geometry': {'type': 'LineString', 'coordinates': ends}})
        path.write_text(json.dumps({'type': 'FeatureCollection', 'features': features}))
        return path

    def judge(self, *arguments, status):
        done = self.run_it('check', '--memorandum', ID, *arguments)
        self.assertEqual(done.returncode, status, done)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done

    def check(self, *arguments, status=1):
        return json.loads(self.judge('--format', 'json', *arguments, status=status).stdout)

    def judged(self, answer):
        """Of each conflict, in the order of time: by which versions and clauses, how far apart."""
        found = sorted(answer['conflicts'], key=lambda one: one['first'])
        return [([(each['version'], each['clauses']) for each in (one['by'], *one['by'].get('also', []))], one['by']['minima']['lateral_m'])
                for one in found]

    def asked(self):
        return [path for _, path, _, _ in self.node.asked if '?at=' in path]

    def test_a_plan_is_judged_by_the_version_of_its_moment_and_each_format_names_it(self):
        following = version(FEBRUARY, lateral='6 NM', vertical='900 ft')
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        first, second = hash_of(FIRST), hash_of(following)
        plans = self.plans('2026-01-31T23:00:00Z', '2026-01-31T23:53:00Z', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z')
        answer = self.check(plans)
        self.assertEqual(self.judged(answer), [([(first, ['5.1'])], 5556), ([(first, ['5.1'])], 5556), ([(second, ['5.9'])], 11112),
                                               ([(second, ['5.9'])], 11112)])
        named = answer['summary']['memorandum']
        self.assertEqual((named['version'], named['in_force'], named['beyond'], named['partly_beyond']), (first, True, 0, 0))
        self.assertEqual([(one['version'], one['from'], one['flights']['clauses'], one['notice']['flights']) for one in named['next']],
                         [(second, FEBRUARY, ['5.9'], {'clause': '6.9', 'notice': '2 d'})])
        self.assertEqual(answer['summary']['minima']['lateral_m'], 11112)
        said = self.judge(plans, status=1).stdout
        self.assertIn(f'      by clause 5.9 of {ID}, version {second[:12]}\n', said)
        self.assertIn(f'      by clause 5.1 of {ID}, version {first[:12]}\n', said)
        self.assertIn(f'memorandum: {ID}, version {first}\nminima of two flights, by clause 5.1: ', said)
        self.assertIn(f'memorandum: {ID}, version {second}, from {FEBRUARY} on\nminima of two flights, by clause 5.9: ', said)
        self.assertIn(f'note: this version is in force now; another takes its place at {FEBRUARY}\n'
                      f'note: version {second[:12]} will be in force from {FEBRUARY}\n', said)
        rows = list(csv.DictReader(io.StringIO(self.judge('--format', 'csv', plans, status=1).stdout)))
        self.assertEqual(sorted((row['first'][:10], row['version'], row['clauses']) for row in rows),
                         [('2026-01-31', first, '5.1'), ('2026-01-31', first, '5.1'), ('2026-02-01', second, '5.9'), ('2026-02-02', second, '5.9')])
        page = self.folder / 'page.html'
        self.judge('--html', page, plans, status=1)
        self.assertIn(f'<td>clause 5.9 of {ID}, version {second[:12]}</td>', page.read_text())
        self.assertIn(f'{second}</span>, from {FEBRUARY} on</p>', page.read_text())

    def test_what_is_in_the_time_of_two_goes_by_the_larger_of_each_and_names_both(self):
        for lateral, vertical, larger in (('6 NM', '900 ft', (11112, 304.8)), ('2 NM', '1100 ft', (5556, 335.28))):
            following = version(FEBRUARY, lateral=lateral, vertical=vertical)
            self.holds(None, FIRST, follows=(following, FEBRUARY))
            self.holds(FEBRUARY, following)
            first, second = hash_of(FIRST), hash_of(following)
            plans = self.plans('2026-01-31T23:53:00Z')
            plans.write_text(plans.read_text().replace('2026-01-31T23:59:00Z', '2026-02-01T00:03:00Z'))
            answer = self.check(plans)
            self.assertEqual(self.judged(answer), [([(first, ['5.1']), (second, ['5.9'])], larger[0])])
            self.assertEqual(answer['conflicts'][0]['by']['minima']['vertical_m'], larger[1])
            self.assertEqual((answer['summary']['memorandum']['beyond'], answer['summary']['memorandum']['partly_beyond']), (0, 0))
            self.assertIn(f'      by clause 5.1 of {ID}, version {first[:12]}, and clause 5.9 of {ID}, version {second[:12]}\n',
                          self.judge(plans, status=1).stdout)
            row, = csv.DictReader(io.StringIO(self.judge('--format', 'csv', plans, status=1).stdout))
            self.assertEqual((row['version'], row['clauses']), (f'{first};{second}', '5.1;5.9'))

    def test_who_is_there_before_and_who_is_there_after_meet_in_the_later_time(self):
        following = version(FEBRUARY, lateral='2 NM')
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        plans = self.plans('2026-02-01T00:00:00Z')
        # One of the two is under way for an hour; they can meet only while both are.
        features = json.loads(plans.read_text())
        features['features'][0]['properties']['times'].insert(0, '2026-01-31T23:00:00Z')
        features['features'][0]['geometry']['coordinates'].insert(0, [8, 46.8])
        plans.write_text(json.dumps(features))
        answer = self.check('--from', FEBRUARY, plans)
        self.assertEqual([by for by, _ in self.judged(answer)], [[(hash_of(following), ['5.9'])]])

    def test_a_minimum_in_time_reaches_into_the_time_of_the_next(self):
        following = version(FEBRUARY)
        clause(following, 'minima', 'reserved-airspace').update(clause='5.7')
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        # A minute of it counts: what is over half a minute before the change is judged with what is there half a minute after it.
        areas = json.loads((DATA / 'kinds.geojson').read_text())['features'][1]
        for end, by in (('2026-01-31T23:59:30Z', [(hash_of(FIRST), ['5.2']), (hash_of(following), ['5.7'])]),
                        ('2026-01-31T23:58:30Z', [(hash_of(FIRST), ['5.2'])])):
            pair = [copy.deepcopy(areas) for _ in range(2)]
            pair[0]['properties'].update(id='over', start='2026-01-31T23:00:00Z', end=end)
            pair[1]['properties'].update(id='there', start='2026-01-31T23:58:00Z', end='2026-02-01T01:00:00Z')
            plans = self.folder / 'areas.geojson'
            plans.write_text(json.dumps({'type': 'FeatureCollection', 'features': pair}))
            self.assertEqual([named for named, _ in self.judged(self.check(plans))], [by])

    def test_notice_goes_by_the_version_at_the_beginning(self):
        following = version(FEBRUARY)
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        plans = self.plans('2026-01-31T23:00:00Z', '2026-02-01T00:00:00Z')
        # An hour is what the first asks for, and two days what the second does.
        short = self.check('--at', '2026-01-31T12:00:00Z', plans)['summary']['memorandum']['notice']['short']
        self.assertEqual([(one['begins'], one['by'], one['version'], one['clause']) for one in short],
                         [(FEBRUARY, '2026-01-30T00:00:00Z', hash_of(following), '6.9')] * 2)
        self.assertIn(f'to be told by 2026-01-30T00:00:00Z (clause 6.9 of version {hash_of(following)[:12]}: 2 d)\n',
                      self.judge('--at', '2026-01-31T12:00:00Z', plans, status=1).stdout)

    def chain(self):
        """Five in all, of which the last asks for the most."""
        chain = [version(at, lateral=f'{nm} NM', **({'vertical': '2000 ft'} if at == MAY else {})) for nm, at in enumerate((FEBRUARY, MARCH, APRIL, MAY), 6)]
        self.holds(None, FIRST, follows=(chain[0], FEBRUARY))
        for i, at in enumerate((FEBRUARY, MARCH, APRIL, MAY)):
            self.holds(at, chain[i], follows=(chain[i + 1], (MARCH, APRIL, MAY)[i]) if i < 3 else None)
        return chain

    def test_one_behind_the_fourth_is_named_as_not_read(self):
        fifth = hash_of(self.chain()[3])[:12]
        note = f'version {fifth} is agreed from {MAY} on and was not read'
        # 1500 ft: further apart than the four ask for, and not than the fifth does, which nobody has checked.
        lines = self.plans('2026-05-02T00:00:00Z', other='FL115')
        answer = self.check(lines, status=2)
        notes = answer['summary']['memorandum']['notes']
        self.assertEqual(sum(note in one for one in notes), 1, notes)
        self.assertTrue(any(one.startswith('it does not speak of 2 ') and one.endswith(', or in the time of the version that was not read')
                            for one in notes), notes)
        said = self.judge(lines, status=2).stdout
        self.assertIn(f'note: {note}', said)
        self.assertIn('or does in a version that was not read', said)
        # Of no more than four there is nothing to be said.
        self.holds(APRIL, self.chain()[2])
        self.assertNotIn('was not read', self.judge(lines, status=0).stdout)

    def test_versions_follow_one_another_up_to_four(self):
        chain = self.chain()
        begins = [f'2026-0{month}-02T00:00:00Z' for month in (1, 2, 3, 4, 5)]
        answer = self.check(self.plans(*begins))
        judged = self.judged(answer)
        self.assertEqual(judged[:4], [([(hash_of(one), [number])], mm) for one, number, mm in
                                      zip([FIRST, *chain], ('5.1', '5.9', '5.9', '5.9'), (5556, 11112, 12964, 14816))])
        # Of the fifth nothing was asked, nor is anything said of its time: by the largest of all.
        self.assertEqual((len(judged[4][0]), judged[4][1]), (4, 14816))
        self.assertEqual(answer['summary']['memorandum']['beyond'], 2)
        self.assertIn(f'version {hash_of(chain[2])[:12]} will be in force from {APRIL}; another takes its place at {MAY}',
                      answer['summary']['memorandum']['notes'])

    def test_a_node_that_goes_in_circles_is_left(self):
        following = version(FEBRUARY)
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following, follows=(FIRST, FEBRUARY))
        self.check(self.plans('2026-01-05T00:00:00Z'))
        self.assertEqual(len(self.asked()), 1)

    def test_what_is_declared_for_later_ends_the_time_of_those_that_follow(self):
        following = version(FEBRUARY)
        plans = self.plans('2026-02-02T00:00:00Z', '2026-03-02T00:00:00Z')
        for declared, says in (({'suspends_from': MARCH}, 'it is suspended from'), ({'withdrawn': MARCH}, 'a party leaves it at')):
            self.holds(None, FIRST, follows=(following, FEBRUARY), **declared)
            self.holds(FEBRUARY, following, **declared)
            named = self.check(plans)['summary']['memorandum']
            self.assertEqual(named['beyond'], 2)
            self.assertIn(f'version {hash_of(following)[:12]} will be in force from {FEBRUARY}; {says} {MARCH}', named['notes'])
            # Before it has taken effect: then it is in force at no time.
            self.holds(None, FIRST, follows=(following, FEBRUARY), **{name: '2026-01-20T00:00:00Z' for name in declared})
            self.holds(FEBRUARY, following, status='suspended' if 'suspends_from' in declared else 'ended by withdrawal')
            answer = self.check(plans)
            self.assertEqual((answer['summary']['memorandum']['beyond'], 'next' in answer['summary']['memorandum']), (4, False))
            self.assertEqual([by for by, _ in self.judged(answer)], [[(hash_of(FIRST), ['5.1'])]] * 2)

    def test_between_the_end_of_one_and_the_beginning_of_the_next_nothing_is_agreed(self):
        first = version('2026-01-01T00:00:00Z', until=FEBRUARY)
        following = version(FEBRUARY)  # as it says; it came about later
        self.holds(None, first, follows=(following, MARCH))
        self.holds(MARCH, following)
        answer = self.check(self.plans('2026-02-02T00:00:00Z', '2026-03-02T00:00:00Z'))
        self.assertEqual((answer['summary']['memorandum']['beyond'], answer['summary']['memorandum']['partly_beyond']), (2, 0))
        # Under way from one to the other, over the gap.
        plans = self.plans('2026-01-31T23:00:00Z')
        plans.write_text(plans.read_text().replace('2026-01-31T23:06:00Z', MARCH))
        named = self.check(plans)['summary']['memorandum']
        self.assertEqual((named['beyond'], named['partly_beyond']), (0, 2))

    def test_each_version_has_its_own_area(self):
        following = version(FEBRUARY)
        following['clauses']['area']['polygon'] = [[[9, 46.5], [10, 46.5], [10, 47.5], [9, 47.5], [9, 46.5]]]
        following['clauses']['area']['clause'] = '2.9'
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        named = self.check(self.plans('2026-01-31T23:00:00Z', '2026-02-02T00:00:00Z'))['summary']['memorandum']
        self.assertEqual((named['beyond'], named['partly_beyond']), (2, 0))
        self.assertIn('outside its area (clause 2, 2.9) or its time (clause 3)', ' '.join(named['notes']))
        plans = self.plans('2026-01-31T23:53:00Z')
        plans.write_text(plans.read_text().replace('2026-01-31T23:59:00Z', '2026-02-01T00:03:00Z'))
        named = self.check(plans)['summary']['memorandum']
        self.assertEqual((named['beyond'], named['partly_beyond']), (0, 2))

    def test_one_that_is_agreed_and_not_yet_in_force_has_its_time_too(self):
        self.holds(None, None, status='agreed, not yet in force', follows=(FIRST, '2026-01-10T00:00:00Z'))
        self.holds('2026-01-10T00:00:00Z', FIRST)
        answer = self.check(self.plans('2026-01-05T00:00:00Z', '2026-01-12T00:00:00Z'))
        named = answer['summary']['memorandum']
        self.assertEqual((named['version'], named['in_force'], named['beyond']), (hash_of(FIRST), False, 2))
        self.assertEqual(named['notes'][:2], [f'version {hash_of(FIRST)[:12]} will be in force from 2026-01-10T00:00:00Z',
                                              'no version is in force now'])
        self.assertEqual([by for by, _ in self.judged(answer)], [[(hash_of(FIRST), ['5.1'])]] * 2)
        self.assertIn(f'memorandum: {ID}, version {hash_of(FIRST)}, from 2026-01-10T00:00:00Z on\n', self.judge(
            self.plans('2026-01-12T00:00:00Z'), status=1).stdout)

    def test_nothing_is_checked_by_what_is_not_in_force(self):
        plans = self.plans('2026-01-05T00:00:00Z')
        for status in 'suspended', 'nothing is agreed', 'ended by withdrawal', 'no longer in force: its validity is over':
            self.holds(None, FIRST, status=status)
            done = self.judge(plans, status=2)
            self.assertEqual((done.stdout, done.stderr), ('', f'entente check: {ID}: no version is in force now: {status}; nothing was checked\n'))

    def test_one_that_follows_without_minima_ends_the_time_and_one_in_force_is_refused(self):
        following = version(FEBRUARY)
        del following['clauses']['minima']
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        named = self.check(self.plans('2026-02-02T00:00:00Z'))['summary']['memorandum']
        self.assertEqual((named['beyond'], 'next' in named), (2, False))
        self.holds(None, following)
        done = self.judge(self.plans('2026-02-02T00:00:00Z'), status=2)
        self.assertEqual(done.stderr, f'entente check: {ID}: version {hash_of(following)} agrees on no minima; nothing was checked\n')

    def test_a_document_that_is_another_is_refused(self):
        following = version(FEBRUARY)
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        for body in text_of(FIRST), b'{}', b'':
            self.node.answers['GET', f'/v1/memoranda/{ID}/documents/{hash_of(following)}'] = (200, body)
            done = self.judge(self.plans('2026-01-05T00:00:00Z'), status=2)
            self.assertEqual((done.stdout, done.stderr), ('', 'entente check: the node: its answer is not the document of that hash\n'))

    def test_kinds_go_by_the_version_of_the_moment_too(self):
        following = version(FEBRUARY)
        clause(following, 'minima', 'hazard-area').update(clause='5.8', lateral='7 NM')
        self.holds(None, FIRST, follows=(following, FEBRUARY))
        self.holds(FEBRUARY, following)
        plans = self.folder / 'kinds.geojson'
        text = (DATA / 'kinds.geojson').read_text()
        plans.write_text(text.replace(DAY, '2026-02-05'))
        named = {one['a']['id']: one['by']['clauses'] for one in self.check(plans)['conflicts']}
        self.assertEqual((named['flight-13'], named['flight-14'], named['reserved-airspace-17']), (['5.8'], ['5.8', '5.2'], ['5.8', '5.2']))
        plans.write_text(text)
        named = {one['a']['id']: one['by']['clauses'] for one in self.check(plans)['conflicts']}
        self.assertEqual((named['flight-13'], named['reserved-airspace-17']), (['5.3'], ['5.3', '5.2']))


if __name__ == '__main__':
    sys.argv = sys.argv[:1]
    unittest.main()
