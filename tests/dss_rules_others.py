# SPDX-License-Identifier: Apache-2.0
"""Rules 7 and 8 of docs/f3548-rules.md: subscriptions, constraints, availability, reports."""
from dss_bodies import (HOUR_US, MINUTE_US, circle, constraint, flight, intent, new_id, now_us, query, square,
                        subscription, volume, without)
from dss_case import Case, Uss, ids, told
from dss_forms import parse_time
from dss_match import Chosen
from dss_model import CONSTRAINTS, REPORTS, SUBSCRIPTIONS, USSS
from dss_rules_intents import IMPLICIT, OTHER_URL

DAY_US = 24 * HOUR_US


class Subscriptions(Case):
    # f3548 7.1
    def test_subscriptions__are_refused_for_their_fields(self):
        part = flight(self.here)
        rows = [('told of nothing', subscription(part, notify_for_operational_intents=False), 400),
                ('told of nothing that is said',
                 without(subscription(part), 'notify_for_operational_intents', 'notify_for_constraints'), 400),
                ('told of constraints', subscription(part, notify_for_operational_intents=False,
                                                     notify_for_constraints=True), 200),
                ('told of both', subscription(part, notify_for_constraints=True), 200),
                ('a base URL that is not https', subscription(part, uss_base_url='http://uss.example'), 400),
                ('no base URL', without(subscription(part), 'uss_base_url'), 400),
                ('an outline too large', subscription(flight(square(10, 20, 1))), 400),
                ('a bad outline', subscription(flight(circle(*self.place, 0))), 400),
                ('no outline', subscription(flight({})), 200),
                ('no extents', without(subscription(part), 'extents'), 200)]
        self.refused(rows, lambda body: self.one.status('PUT', f'{SUBSCRIPTIONS}/{new_id()}', body))
        self.assertEqual(self.one.status('PUT', f'{SUBSCRIPTIONS}/1', subscription(part)), 400)

    # f3548 7.1
    def test_subscriptions__the_version_is_compared_before_the_owner(self):
        part = flight(self.here)
        made = self.one.subscribe(part)
        stale = made['version']
        made = self.one.put_subscription(subscription(part), made['id'], stale, 200)['subscription']
        late = subscription(flight(self.here, self.now - HOUR_US, self.now + HOUR_US))
        rows = [('its times before all', self.two, new_id(), stale, late, 400),
                ('none to update', self.one, new_id(), stale, subscription(part), 400),
                ('new, but it is there', self.one, made['id'], None, subscription(part), 409),
                ("new, but it is there and another's", self.two, made['id'], None, subscription(part), 409),
                ('a version of before', self.one, made['id'], stale, subscription(part), 409),
                ("a version of before and another's", self.two, made['id'], stale, subscription(part), 409),
                ("another's", self.two, made['id'], made['version'], subscription(part), 403)]
        for why, uss, ident, version, body, status in rows:
            with self.subTest(why):
                uss.put_subscription(body, ident, version, status)
        self.assertEqual(self.one.get_subscription(made['id']), made)

    # f3548 7.2
    def test_subscriptions__last_a_day_at_most_and_begin_five_minutes_ago_at_most(self):
        now = self.now
        rows = [('from four minutes ago', now - 4 * MINUTE_US, now + HOUR_US, 200),
                ('from six minutes ago', now - 6 * MINUTE_US, now + HOUR_US, 400),
                ('all of it over', now - 4 * MINUTE_US, now - 2 * MINUTE_US, 200),
                ('far ahead', now + 900 * HOUR_US, now + 901 * HOUR_US, 200),
                ('a day', now + MINUTE_US, now + MINUTE_US + DAY_US, 200),
                ('longer than a day', now + MINUTE_US, now + MINUTE_US + DAY_US + 1, 400),
                ('ends before it starts', now + HOUR_US, now + MINUTE_US, 400),
                ('no start, and over', None, now - MINUTE_US, 400),
                ('no start, until in 25 hours', None, now + DAY_US + HOUR_US, 400),
                ('no start', None, now + HOUR_US, 200)]
        for why, start, end, status in rows:
            with self.subTest(why):
                self.one.put_subscription(subscription(volume(self.here, start, end)), new_id(), want=status)

    # f3548 7.2
    def test_subscriptions__times_left_out_are_from_now_on_for_a_day_or_as_before(self):
        before = now_us()
        made = self.one.subscribe(volume(self.here))
        start, end = parse_time(made['time_start']['value']), parse_time(made['time_end']['value'])
        self.assertTrue(before <= start <= now_us())
        self.assertEqual(end - start, DAY_US)
        only_start = self.one.subscribe(volume(self.here, self.now + HOUR_US))
        self.assertEqual(parse_time(only_start['time_end']['value']), self.now + HOUR_US + DAY_US)
        # A start of before may be as old as it is.
        changed = self.one.put_subscription(subscription(volume(self.here)), made['id'], made['version'],
                                            200)['subscription']
        self.assertEqual((changed['time_start'], changed['time_end']), (made['time_start'], made['time_end']))
        later = self.now + 3 * HOUR_US
        changed = self.one.put_subscription(subscription(volume(self.here, None, later)), made['id'],
                                            changed['version'], 200)['subscription']
        self.assertEqual((changed['time_start']['value'], parse_time(changed['time_end']['value'])),
                         (made['time_start']['value'], later))
        # f3548 4.3: it ends when it starts.
        self.one.put_subscription(subscription(volume(self.here, later)), made['id'], changed['version'], 400)
        self.one.put_subscription(subscription(volume(self.here, later + 1)), made['id'], changed['version'], 400)
        self.one.put_subscription(subscription(volume(self.here, None, start + DAY_US + 1)), made['id'],
                                  changed['version'], 400)

    # f3548 7.3
    def test_subscriptions__go_on_covering_the_intents_that_depend_on_them(self):
        start, end = self.now + HOUR_US, self.now + 3 * HOUR_US
        wide = square(self.place[0] - 0.05, self.place[1] - 0.05, 0.1)
        made = self.one.subscribe(flight(wide, start, end, 0, 1000))
        self.one.file(flight(self.here, start + HOUR_US, end, 100, 200), subscription_id=made['id'])
        rows = [('as before', flight(wide, start, end, 0, 1000), 200),
                ('no more than needed', flight(self.here, start + HOUR_US, end, 100, 200), 200),
                ('starts five minutes late', flight(self.here, start + HOUR_US + 5 * MINUTE_US, end, 100, 200), 200),
                ('starts later than that', flight(self.here, start + HOUR_US + 5 * MINUTE_US + 1, end, 100, 200), 400),
                ('ends too soon', flight(self.here, start + HOUR_US, end - 1, 100, 200), 400),
                ('too high', flight(self.here, start + HOUR_US, end, 100.001, 200), 400),
                ('not high enough', flight(self.here, start + HOUR_US, end, 100, 199.999), 400),
                ('elsewhere', flight(self.away(), start + HOUR_US, end, 100, 200), 400),
                ('no altitudes', volume(wide, start, end), 400),
                ('no lower altitude', volume(wide, start, end, None, 1000), 400),
                ('no outline, so as before', flight({}, start, end, 0, 1000), 200),
                ('as before, once more', flight(wide, start, end, 0, 1000), 200)]
        for why, part, status in rows:
            with self.subTest(why):
                answer = self.one.put_subscription(subscription(part), made['id'], made['version'], status)
                made = answer['subscription'] if status == 200 else made
        self.assertEqual(ids(self.one.subscriptions(volume(circle(self.place[0] + 0.04, self.place[1])))), [made['id']])

    # f3548 7.3
    def test_subscriptions__an_update_without_outline_leaves_the_place(self):
        made = self.one.subscribe(flight(self.here))
        changed = self.one.put_subscription(subscription(flight({})), made['id'], made['version'], 200)['subscription']
        self.assertEqual(ids(self.one.subscriptions(flight(self.here))), [changed['id']])
        self.assertEqual(list(told(self.two.put_intent(intent(flight(self.here)), new_id(), want=201))), [made['id']])

    # f3548 7.4
    def test_subscriptions__are_answered_with_what_is_near_of_the_kinds_asked_for(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        high = self.two.file(flight(self.here, start, end, 8000, 9000))
        self.two.file(flight(self.here, end + MINUTE_US, end + HOUR_US))
        self.two.file(flight(self.away(), start, end))
        fence = self.authority.restrict(volume(self.here, start, end, 8000, 9000))
        self.authority.restrict(volume(self.here, end + MINUTE_US, end + HOUR_US))
        part, none = flight(self.here, start, end), flight({}, start, end)
        rows = [('intents', part, True, False, [high['id']], None),
                ('constraints', part, False, True, None, [fence['id']]),
                ('both', part, True, True, [high['id']], [fence['id']]), ('both, nowhere', none, True, True, [], [])]
        for why, extents, for_intents, for_constraints, intents, constraints in rows:
            with self.subTest(why):
                body = subscription(extents, notify_for_operational_intents=for_intents,
                                    notify_for_constraints=for_constraints)
                answer = self.one.put_subscription(body, new_id(), want=200)
                self.assertEqual(answer['subscription']['notification_index'], 0)
                for name, wanted in (('operational_intent_references', intents),
                                     ('constraint_references', constraints)):
                    self.assertEqual(ids(answer[name]) if name in answer else None, wanted)

    # f3548 7.4
    def test_subscriptions__are_answered_with_what_is_near_in_the_times_that_they_then_have(self):
        """InterUSS compares constraints with the times that were sent, so that ones left out let all of them in."""
        soon = self.authority.restrict(flight(self.here))
        self.authority.restrict(flight(self.here, self.now + 50 * HOUR_US, self.now + 51 * HOUR_US))
        near = self.two.file(flight(self.here))
        self.two.file(flight(self.here, self.now + 50 * HOUR_US, self.now + 51 * HOUR_US))
        answer = self.one.put_subscription(subscription(volume(self.here), notify_for_constraints=True), new_id(),
                                           want=200)
        self.assertEqual(ids(answer['operational_intent_references']), [near['id']])
        self.assertEqual(ids(answer['constraint_references']), [soon['id']])

    # f3548 7.4
    def test_subscriptions__keep_their_index_when_changed(self):
        part = flight(self.here)
        made = self.one.subscribe(part)
        other = self.two.file(part)
        self.two.change(other, part)
        changed = self.one.put_subscription(subscription(part), made['id'], made['version'], 200)['subscription']
        self.assertEqual(changed['notification_index'], 2)
        self.one.ask('DELETE', f"{SUBSCRIPTIONS}/{made['id']}/{changed['version']}", want=200)
        self.assertEqual(self.one.subscribe(part, ident=made['id'])['notification_index'], 0)

    # f3548 7.5
    def test_subscriptions__a_query_finds_ones_own_that_have_not_ended(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        mine = self.one.subscribe(flight(self.here, start, end))
        self.two.subscribe(flight(self.here, start, end))
        over = self.one.subscribe(flight(self.here, self.now - 2 * MINUTE_US, self.now - MINUTE_US))
        rows = [('near it', flight(self.aside(), start, end), [mine['id']]),
                ('no bounds', volume(self.here), [mine['id']]),
                ('high above', flight(self.here, start, end, 9000, 9001), [mine['id']]),
                ('from its end on', volume(self.here, end), [mine['id']]), ('after it', volume(self.here, end + 1), []),
                ('until its start', volume(self.here, None, start), [mine['id']]),
                ('before it', volume(self.here, None, start - 1), []),
                ('elsewhere', volume(self.away()), [])]
        for why, area, found in rows:
            with self.subTest(why):
                self.assertEqual(ids(self.one.subscriptions(area)), found)
        rows = [('nothing', {}, 400), ('no outline', query(volume({})), 400),
                ('too large', query(volume(square(10, 20, 1))), 413)]
        self.refused(rows, lambda body: self.one.status('POST', SUBSCRIPTIONS + '/query', body))
        self.two.get_subscription(mine['id'], 403)
        self.two.get_subscription(new_id(), 404)
        self.two.get_subscription('1', 400)
        self.assertEqual(self.one.get_subscription(over['id']), over)

    # f3548 7.6
    def test_subscriptions__are_deleted_by_their_owner_when_no_intent_depends_on_them(self):
        part = flight(self.here)
        made = self.one.subscribe(part)
        stale = made['version']
        made = self.one.put_subscription(subscription(part), made['id'], stale, 200)['subscription']
        depending = self.one.file(part, subscription_id=made['id'])
        rows = [('no version', self.two, made['id'], '', 400), ('no id', self.one, '1', stale, 400),
                ('none of this id', self.one, new_id(), stale, 404),
                ("another's", self.two, made['id'], made['version'], 403),
                ("another's, with a version of before", self.two, made['id'], stale, 403),
                ('a version of before', self.one, made['id'], stale, 409),
                ('an intent depends on it', self.one, made['id'], made['version'], 400)]
        for why, uss, ident, version, status in rows:
            with self.subTest(why):
                uss.ask('DELETE', f'{SUBSCRIPTIONS}/{ident}/{version}', want=status)
        self.one.remove(depending)
        answer = self.one.ask('DELETE', f"{SUBSCRIPTIONS}/{made['id']}/{made['version']}", want=200)
        self.assertEqual(answer, {'subscription': {**made, 'notification_index': 2}})
        self.one.get_subscription(made['id'], 404)

    # f3548 7.7
    def test_subscriptions__have_ten_members(self):
        part = flight(self.here)
        made = self.one.subscribe(part, notify_for_constraints=True, uss_base_url=OTHER_URL)
        self.assertEqual(made, {'id': made['id'], 'version': made['version'], 'notification_index': 0,
                                'time_start': part['time_start'],
                                'time_end': part['time_end'], 'uss_base_url': OTHER_URL,
                                'notify_for_operational_intents': True,
                                'notify_for_constraints': True, 'implicit_subscription': False,
                                'dependent_operational_intents': []})
        depending = self.one.file(part, subscription_id=made['id'])
        self.assertEqual(self.one.get_subscription(made['id'])['dependent_operational_intents'], [depending['id']])

    # f3548 7.8
    def test_subscriptions__an_implicit_one_becomes_explicit_when_it_is_changed(self):
        part = flight(self.here)
        made = self.one.file(part, new_subscription=IMPLICIT)
        ident = made['subscription_id']
        self.assertEqual(ids(self.one.subscriptions(part)), [ident])
        implicit = self.one.get_subscription(ident)
        self.assertTrue(implicit['implicit_subscription'])
        changed = self.one.put_subscription(subscription(part), ident, implicit['version'], 200)['subscription']
        self.assertEqual((changed['implicit_subscription'], changed['dependent_operational_intents']),
                         (False, [made['id']]))
        self.one.remove(made)
        self.one.get_subscription(ident)

    # f3548 7.9
    def test_subscriptions__there_is_no_limit_to_them(self):
        part = flight(self.here)
        made = [self.one.subscribe(part) for _ in range(30)]
        self.assertEqual(ids(self.one.subscriptions(part)), ids(made))


class Constraints(Case):
    # f3548 8.1
    def test_constraints__are_refused_for_their_fields(self):
        part = flight(self.here)
        rows = [('all bounds', constraint(part), 201),
                ('no altitudes', constraint(volume(self.here, self.now, self.now + HOUR_US)), 201),
                ('no start', constraint(volume(self.here, None, self.now + HOUR_US)), 400),
                ('no end', constraint(volume(self.here, self.now)), 400),
                ('ended a minute ago', constraint(flight(self.here, self.now - HOUR_US, self.now - MINUTE_US)), 400),
                ('started long ago', constraint(flight(self.here, self.now - 900 * HOUR_US, self.now + HOUR_US)), 201),
                ('no extents', constraint(), 400), ('no outline', constraint(flight({})), 400),
                ('a bad outline', constraint(flight(circle(*self.place, -1))), 400),
                ('too large', constraint(flight(square(10, 20, 1))), 400),
                ('an empty base URL', constraint(part, uss_base_url=''), 400),
                ('a base URL that is not https', constraint(part, uss_base_url='http://a.example'), 400)]
        self.refused(rows, lambda body: self.authority.status('PUT', f'{CONSTRAINTS}/{new_id()}', body))
        self.assertEqual(self.authority.status('PUT', f'{CONSTRAINTS}/1', constraint(part)), 400)

    # f3548 8.1
    def test_constraints__are_their_managers_to_change_with_the_ovn_in_force(self):
        part, other = flight(self.here), Uss(self, 'authority2', 'utm.constraint_management')
        made = self.authority.restrict(part)
        stale = made['ovn']
        made = self.authority.put_constraint(constraint(part), made['id'], stale, 200)['constraint_reference']
        self.assertEqual(made, {'id': made['id'], 'manager': 'authority', 'uss_availability': 'Unknown', 'version': 2,
                                'ovn': made['ovn'],
                                'time_start': part['time_start'], 'time_end': part['time_end'],
                                'uss_base_url': 'https://uss.example/utm'})
        rows = [("another's", other, made['id'], made['ovn'], 403),
                ("another's, with an OVN of before", other, made['id'], stale, 403),
                ("another's, as if new", other, made['id'], None, 403),
                ('an OVN of before', self.authority, made['id'], stale, 409),
                ('new, but it is there', self.authority, made['id'], None, 409),
                ('new by an empty OVN, but it is there', self.authority, made['id'], '', 409),
                ('none to update', self.authority, new_id(), made['ovn'], 409)]
        for why, uss, ident, ovn, status in rows:
            with self.subTest(why):
                uss.put_constraint(constraint(part), ident, ovn, status)
        self.assertEqual(self.authority.get_constraint(made['id']), made)
        self.authority.put_constraint(constraint(part), new_id(), '', 201)

    # f3548 8.1
    def test_constraints__need_no_key(self):
        part = flight(self.here)
        self.one.file(part)
        self.authority.restrict(part)
        self.authority.restrict(part)

    # f3548 8.1
    def test_constraints__are_told_to_who_is_near_at_that_time(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        here = self.one.subscribe(flight(self.aside(), start, end, 9000, 9001), notify_for_constraints=True)
        away = self.one.subscribe(flight(self.away(), start, end), notify_for_operational_intents=False,
                                  notify_for_constraints=True)
        self.one.subscribe(flight(self.here, start, end))
        self.one.subscribe(flight(self.here, end + 1, end + HOUR_US), notify_for_constraints=True)
        answer = self.authority.put_constraint(constraint(volume(self.here, start, end)), new_id(), want=201)
        self.assertEqual(told(answer), {here['id']: 1})
        made = answer['constraint_reference']
        answer = self.authority.put_constraint(constraint(volume(self.away(), start, end)), made['id'], made['ovn'],
                                               200)
        self.assertEqual(told(answer), {here['id']: 2, away['id']: 1})
        made = answer['constraint_reference']
        answer = self.authority.ask('DELETE', f"{CONSTRAINTS}/{made['id']}/{made['ovn']}", want=200)
        self.assertEqual(told(answer), {away['id']: 2})
        self.assertEqual(answer['constraint_reference'], made)

    # f3548 8.2
    def test_constraints__are_deleted_by_their_manager_with_the_ovn_in_force(self):
        part, other = flight(self.here), Uss(self, 'authority2', 'utm.constraint_management')
        made = self.authority.restrict(part)
        stale = made['ovn']
        made = self.authority.put_constraint(constraint(part), made['id'], stale, 200)['constraint_reference']
        rows = [('no OVN', other, made['id'], '', 400), ('no id', self.authority, '1', stale, 400),
                ('none of this id', self.authority, new_id(), stale, 404),
                ("another's", other, made['id'], made['ovn'], 403),
                ("another's, with an OVN of before", other, made['id'], stale, 403),
                ('an OVN of before', self.authority, made['id'], stale, 409),
                ('the one in force', self.authority, made['id'], made['ovn'], 200),
                ('gone', self.authority, made['id'], made['ovn'], 404)]
        for why, uss, ident, ovn, status in rows:
            with self.subTest(why):
                uss.ask('DELETE', f'{CONSTRAINTS}/{ident}/{ovn}', want=status)
        self.one.get_constraint(made['id'], 404)

    # f3548 8.2
    def test_constraints__show_their_managers_availability_as_it_is_now(self):
        uss = Uss(self, 'fences-' + new_id(), *self.authority.scopes)
        made = uss.restrict(flight(self.here))
        self.assertEqual(made['uss_availability'], 'Unknown')
        self.judge.set_availability(uss.sub, 'Down')
        self.assertEqual(self.one.get_constraint(made['id'])['uss_availability'], 'Down')

    # f3548 8.3
    def test_constraints__are_found_by_cells_and_times(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        made = self.authority.restrict(flight(self.here, start, end))
        rows = [('near it', flight(self.aside(), start, end), True),
                ('high above', flight(self.here, start, end, 9000, 9001), True),
                ('no bounds', volume(self.here), True), ('from its end on', volume(self.here, end), True),
                ('after it', volume(self.here, end + 1), False),
                ('until its start', volume(self.here, None, start), True),
                ('before it', volume(self.here, None, start - 1), False),
                ('elsewhere', volume(self.away()), False)]
        for why, area, found in rows:
            with self.subTest(why):
                self.assertEqual(ids(self.one.constraints(area)), [made['id']] if found else [])
        rows = [('nothing', {}, 400), ('no outline', query(volume({})), 400),
                ('too large', query(volume(square(10, 20, 1))), 400),
                ('a bad outline', query(volume(circle(*self.place, 0))), 400),
                ('a bad time', query({**volume(self.here), 'time_start': {'value': '1'}}), 400)]
        self.refused(rows, lambda body: self.one.status('POST', CONSTRAINTS + '/query', body))


class Availability(Case):
    # f3548 8.4
    def test_availability__is_set_with_the_version_in_force(self):
        uss = 'anybody-' + new_id()
        path = f'{USSS}/{uss}'
        self.assertEqual(self.one.ask('GET', path, want=200),
                         {'version': '', 'status': {'uss': uss, 'availability': 'Unknown'}})
        self.judge.ask('PUT', path, {'old_version': 'A' * 44, 'availability': 'Normal'}, 409)
        version = ''
        for why, said, availability in [('first', 'Normal', 'Normal'), ('in capitals', 'DOWN', 'Down'),
                                        ('in mixed letters', 'nOrMaL', 'Normal'),
                                        ('empty', '', 'Unknown'), ('the same again', 'Unknown', 'Unknown')]:
            with self.subTest(why):
                answer = self.judge.ask('PUT', path, {'old_version': version, 'availability': said}, 200)
                self.assertEqual(answer['status'], {'uss': uss, 'availability': availability})
                self.assertEqual(self.two.ask('GET', path, want=200), answer)
                self.judge.ask('PUT', path, {'old_version': version, 'availability': 'Down'}, 409)
                self.judge.ask('PUT', path, {'availability': 'Down'}, 409)
                version = answer['version']
        rows = [('another word', {'old_version': version, 'availability': 'Up'}, 400),
                ('a word and a space', {'old_version': version, 'availability': 'Down '}, 400),
                ('another word, with an old version', {'old_version': '', 'availability': 'Up'}, 400)]
        self.refused(rows, lambda body: self.judge.status('PUT', path, body))
        self.assertEqual(self.judge.status('PUT', path, {'old_version': version}), 200)

    # f3548 8.5
    def test_availability__down_binds_the_uss_itself_to_nothing(self):
        part, uss = flight(self.here), Uss(self, 'down-' + new_id(), *self.one.scopes)
        self.judge.set_availability(uss.sub, 'Down')
        made = uss.file(part)
        made = uss.change(made, part, state='Activated', new_subscription=IMPLICIT)
        uss.remove(made)

    # f3548 8.6
    def test_reports__are_answered_with_a_new_id(self):
        exchange = {'url': 'https://uss.example', 'method': 'GET', 'recorder_role': 'Client',
                    'request_time': {'value': '2026-01-01T00:00:00Z', 'format': 'RFC3339'},
                    'problem': 'no answer'}
        seen = set()
        for body in ({'exchange': exchange}, {'exchange': exchange, 'report_id': new_id()}, {'exchange': {}}, {}):
            answer = self.one.ask('POST', REPORTS, body, 201)
            self.assertTrue(Chosen('id').takes(answer['report_id']))
            self.assertNotIn(answer['report_id'], seen | {body.get('report_id')})
            seen.add(answer['report_id'])
            self.assertIsInstance((answer['exchange'] or {}).get('request_time', {}), dict)
        self.assertEqual(self.one.status('POST', REPORTS, '{'), 400)

    # f3548 1.8, 8.6
    def test_reports__of_wrong_types_are_refused_and_what_they_say_is_not_checked(self):
        rows = [('no object', 7, 400), ('a list', [], 400), ('null for absent', None, 201), ('empty', {}, 201),
                ('no URL, no method, no side', {'url': '', 'method': 'FLY', 'recorder_role': 'Bystander'}, 201),
                ('unknown members', {'colour': 1}, 201), ('a number for a string', {'url': 7}, 400),
                ('an object for a string', {'problem': {}}, 400), ('nulls within', {'url': None, 'headers': None}, 201),
                ('a string for a list', {'headers': 'Host: a'}, 400), ('a number in a list', {'headers': ['a', 1]}, 400),
                ('a string for a moment', {'request_time': '2026-01-01T00:00:00Z'}, 400),
                ('a number for its value', {'response_time': {'value': 1}}, 400),
                ('a number for its form', {'request_time': {'value': '', 'format': 3339}}, 400),
                ('a moment that is none', {'request_time': {'value': 'noon', 'format': 'RFC3339'}}, 201),
                ('a string for a number', {'response_code': '200'}, 400), ('half a number', {'response_code': 1.5}, 400),
                ('a code that is none', {'response_code': -7}, 201)]
        self.refused(rows, lambda exchange: self.one.status('POST', REPORTS, {'exchange': exchange}))
        self.assertEqual(self.one.status('POST', REPORTS, {'report_id': 1, 'exchange': {}}), 400)
