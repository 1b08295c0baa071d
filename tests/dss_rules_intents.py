# SPDX-License-Identifier: Apache-2.0
"""Rules 6 of docs/f3548-rules.md: operational intents."""
import itertools
import time

from dss_bodies import (HOUR_US, MINUTE_US, URL, circle, flight, intent, new_id, query, square,
                        volume, without)
from dss_case import Case, ids, told
from dss_model import INTENTS, NO_SUBSCRIPTION, STATES

OTHER_URL = 'https://other.example/utm'
IMPLICIT = {'uss_base_url': URL}


class Checks(Case):
    """What is asked of a request before the airspace is looked at."""

    def test_intents__are_refused_for_their_fields(self):
        part = flight(self.here)
        mine = self.one.subscribe(part)
        lost = {**part, 'volume': without(part['volume'], 'outline_circle')}
        crossing = square(*self.place, 0.01)
        vertices = crossing['outline_polygon']['vertices']
        vertices[0], vertices[1] = vertices[1], vertices[0]
        rows = [
            ('no base URL', intent(part, uss_base_url=''), 400),  # f3548 6.1.2
            ('a base URL left out', without(intent(part), 'uss_base_url'), 400),  # f3548 6.1.2
            ('a subscription id that is none', intent(part, subscription_id='mine'), 400),  # f3548 6.1.3
            ('a subscription id of version 1', intent(part, subscription_id=new_id()[:14] + '1' + new_id()[15:]), 400),
            ('an empty subscription id counts as not given', intent(part, subscription_id=''), 201),  # f3548 6.1.3
            ('a new subscription without a base URL',
             intent(flight(self.away()), new_subscription={'uss_base_url': ''}), 400),  # f3548 6.1.4
            ('a new subscription that is empty', intent(flight(self.away()), new_subscription={}), 400),  # f3548 6.1.4
            ('a new subscription beside a given one',
             intent(flight(self.away()), new_subscription=IMPLICIT, subscription_id=mine['id']), 400),  # f3548 6.1.4
            ('a new subscription beside an empty id',
             intent(flight(self.away()), new_subscription=IMPLICIT, subscription_id=''), 400),  # f3548 6.1.4
            ('a base URL that is not https', intent(part, uss_base_url='http://uss.example'), 400),  # f3548 6.1.5
            ('a new subscription whose URL is not https',
             intent(part, new_subscription={'uss_base_url': 'http://uss.example'}), 400),  # f3548 6.1.5
            ('a state that is none', intent(part, state='Flying'), 400),  # f3548 6.1.6
            ('a state that ended', intent(part, state='Ended'), 400),  # f3548 6.1.6
            ('a state in lower case', intent(part, state='accepted'), 400),  # f3548 6.1.6
            ('a state left out', without(intent(part), 'state'), 400),  # f3548 6.1.6
            ('no start', intent(volume(self.here, None, self.now + HOUR_US, 0, 1)), 400),  # f3548 6.1.7
            ('no end', intent(volume(self.here, self.now, None, 0, 1)), 400),  # f3548 6.1.7
            ('no lower altitude', intent(volume(self.here, self.now, self.now + HOUR_US, None, 1)), 400),  # f3548 6.1.7
            ('no upper altitude', intent(volume(self.here, self.now, self.now + HOUR_US, 0)), 400),  # f3548 6.1.7
            ('ended a minute ago', intent(flight(self.here, self.now - HOUR_US, self.now - MINUTE_US)), 400),
            # f3548 6.1.7
            ('started long ago', intent(flight(self.away(), self.now - 900 * HOUR_US, self.now + HOUR_US)), 201),
            # f3548 6.1.7
            ('flies for two years',
             intent(flight(circle(self.place[0] + 0.3, self.place[1]), self.now, self.now + 17000 * HOUR_US)), 201),
            ('no extents', intent(), 400),  # f3548 6.1.7
            ('no outline', intent(lost), 400),  # f3548 6.1.8
            ('a bad outline', intent(flight(crossing)), 400),  # f3548 6.1.8
            ('an outline too large', intent(flight(square(10, 20, 1))), 400),  # f3548 6.1.8
            ('new and Activated', intent(part, state='Activated', new_subscription=IMPLICIT), 400),  # f3548 6.1.9
            ('new and Nonconforming', intent(part, state='Nonconforming', new_subscription=IMPLICIT), 400),
            # f3548 6.1.9
            ('new and Contingent', intent(part, state='Contingent', new_subscription=IMPLICIT), 400),  # f3548 6.1.9
            ('an OVN suffix that is no UUID', intent(part, requested_ovn_suffix='1'), 400),  # f3548 6.1.10
        ]
        self.refused(rows, lambda body: self.one.status('PUT', f'{INTENTS}/{new_id()}', body))
        self.assertEqual(self.one.status('PUT', f'{INTENTS}/{new_id()[:-1]}', intent(part)), 400)  # f3548 6.1.1

    # f3548 6.1.11, 6.1.12
    def test_intents__other_states_than_accepted_need_a_subscription_and_two_a_scope(self):
        part = flight(self.here)
        rows = [('Accepted, with neither', self.planner, 'Accepted', {}, 200),
                ('Activated, with neither', self.planner, 'Activated', {}, 400),
                ('Activated, with an empty id', self.planner, 'Activated', {'subscription_id': ''}, 400),
                ('Activated, with a new one', self.planner, 'Activated', {'new_subscription': IMPLICIT}, 200),
                ('Nonconforming, by no monitor', self.planner, 'Nonconforming', {'new_subscription': IMPLICIT}, 403),
                ('Contingent, by no monitor', self.planner, 'Contingent', {'new_subscription': IMPLICIT}, 403),
                ('Contingent, by no monitor, with neither', self.planner, 'Contingent', {}, 400),
                ('Nonconforming, by a monitor', self.one, 'Nonconforming', {'new_subscription': IMPLICIT}, 200),
                ('Contingent, by a monitor', self.one, 'Contingent', {'new_subscription': IMPLICIT}, 200),
                ('Contingent, by a monitor, with neither', self.one, 'Contingent', {}, 400)]
        for why, uss, state, members, status in rows:
            with self.subTest(why):
                made = uss.file(part)
                answer = uss.put_intent(intent(part, state=state, **members), made['id'], made['ovn'], status)
                uss.remove(answer['operational_intent_reference'] if status == 200 else made)

    # f3548 6.1, 6.1.13, 6.1.14, 6.1.15
    def test_intents__the_first_fault_is_the_answer_and_nothing_is_changed(self):
        part = flight(self.here)
        made, block = self.one.file(part), self.two.file(flight(self.away()))
        stale = made['ovn']
        made = self.one.change(made, part)
        there = flight(self.away())
        rows = [("a bad field before another's", self.two, made['id'], stale, intent(part, state=''), 400),
                ("a monitor's scope before another's", self.planner, made['id'], stale,
                 intent(part, state='Contingent', new_subscription=IMPLICIT), 403),
                ("another's before its OVN", self.two, made['id'], stale, intent(part), 403),
                ("another's when it is new", self.two, made['id'], None, intent(part), 403),
                ('the OVN before the subscription', self.one, made['id'], stale, intent(part, subscription_id=new_id()),
                 409),
                ('an OVN of before', self.one, made['id'], stale, intent(part), 409),
                ("another intent's OVN", self.one, made['id'], block['ovn'], intent(part), 409),
                ('the words for a hidden OVN', self.one, made['id'], 'Available%20from%20USS', intent(part), 409),
                ('new, but it is there', self.one, made['id'], None, intent(part), 409),
                ('new by an empty OVN, but it is there', self.one, made['id'], '', intent(part), 409),
                ('none to update', self.one, new_id(), made['ovn'], intent(part), 400),
                ('none to update, before the key', self.one, new_id(), made['ovn'], intent(there), 400),
                ('the subscription before the key', self.one, made['id'], made['ovn'],
                 intent(there, subscription_id=new_id()), 400),
                ('the key', self.one, made['id'], made['ovn'], intent(there, new_subscription=IMPLICIT), 409)]
        for why, uss, ident, ovn, body, status in rows:
            with self.subTest(why):
                answer = uss.put_intent(body, ident, ovn, status)
                self.assertEqual('missing_operational_intents' in answer, why == 'the key')
        self.assertEqual(self.one.get_intent(made['id']), made)
        self.assertEqual(self.one.subscriptions(volume(self.here)), [])
        self.assertEqual(self.one.subscriptions(volume(self.away())), [])

    # f3548 6.1.15
    def test_intents__an_empty_ovn_makes_a_new_one(self):
        answer = self.one.put_intent(intent(flight(self.here)), new_id(), '', 201)
        self.assertEqual(answer['operational_intent_reference']['version'], 1)

    # f3548 6.1.16, 6.1.17, 6.1.18, 6.1.19, 6.1.20
    def test_intents__a_change_is_made_in_one_piece(self):
        part = flight(self.here)
        watch = self.two.subscribe(part)
        made = self.one.file(part, new_subscription=IMPLICIT)
        first = made['subscription_id']
        answer = self.one.put_intent(intent(part, state='Activated',
                                            new_subscription={**IMPLICIT, 'uss_base_url': OTHER_URL}),
                                     made['id'], made['ovn'], 200)
        changed = answer['operational_intent_reference']
        self.assertNotEqual((changed['ovn'], changed['subscription_id']), (made['ovn'], first))
        self.assertEqual((changed['state'], changed['version']), ('Activated', 2))
        self.one.get_subscription(first, 404)
        self.assertEqual(told(answer), {watch['id']: 2, changed['subscription_id']: 1})
        self.assertEqual(self.one.get_intent(made['id']), changed)

    # f3548 6.2
    def test_intents__any_state_follows_any_other(self):
        part = flight(self.here)
        for before, after in itertools.product(STATES, STATES):
            with self.subTest(f'{before}, then {after}'):
                made = self.one.file(part, new_subscription=IMPLICIT)
                for state in (before, after):
                    made = self.one.change(made, part, state=state, subscription_id=made['subscription_id'])
                self.assertEqual(made['state'], after)
                self.one.remove(made)


class Attached(Case):
    """f3548 6.3."""

    # f3548 6.3
    def test_intents__a_new_subscription_has_the_bounds_of_its_intent(self):
        part = flight(self.here)
        for constraints in (None, False, True):
            new = dict(IMPLICIT) if constraints is None else {**IMPLICIT, 'notify_for_constraints': constraints}
            made = self.one.file(part, new_subscription=new)
            found = self.one.get_subscription(made['subscription_id'])
            self.assertEqual((found['time_start'], found['time_end']), (made['time_start'], made['time_end']))
            self.assertEqual((found['notify_for_operational_intents'], found['notify_for_constraints']),
                             (True, bool(constraints)))
            self.assertEqual((found['implicit_subscription'], found['dependent_operational_intents']),
                             (True, [made['id']]))
            self.assertEqual(found['notification_index'], 1)
            self.assertEqual(ids(self.one.subscriptions(volume(self.aside()))), [found['id']])
            self.assertEqual(self.one.subscriptions(volume(self.away())), [])
            self.one.remove(made)
            self.one.get_subscription(found['id'], 404)

    # f3548 6.3
    def test_intents__a_new_subscription_is_made_at_every_write_that_has_one(self):
        part = flight(self.here)
        made, seen = self.one.file(part, new_subscription=IMPLICIT), set()
        for _ in range(3):
            self.assertNotIn(made['subscription_id'], seen)
            seen.add(made['subscription_id'])
            made = self.one.change(made, part, new_subscription=IMPLICIT)
        self.assertEqual(ids(self.one.subscriptions(volume(self.here))), [made['subscription_id']])
        mine = self.one.subscribe(part)
        made = self.one.change(made, part, subscription_id=mine['id'])
        made = self.one.change(made, part, new_subscription=IMPLICIT)
        self.assertNotEqual(made['subscription_id'], mine['id'])
        # One that the client made stays.
        self.assertEqual(self.one.get_subscription(mine['id'])['dependent_operational_intents'], [])

    # f3548 6.3
    def test_intents__a_given_subscription_must_be_there_and_the_clients_and_hold_the_intent(self):
        start, end = self.now + HOUR_US, self.now + 3 * HOUR_US
        whole = square(self.place[0] - 0.05, self.place[1] - 0.05, 0.1)
        mine = self.one.subscribe(flight(whole, start, end))
        theirs = self.two.subscribe(flight(whole, start, end))
        fences = self.one.subscribe(flight(whole, start, end), notify_for_operational_intents=False,
                                    notify_for_constraints=True)
        rows = [('none of this id', new_id(), self.here, start, end, 400),
                ("another's", theirs['id'], self.here, start, end, 403),
                ('all of its time', mine['id'], self.here, start, end, 201),
                ('all of its place', mine['id'], whole, start, end, 201),
                ('starts before it', mine['id'], self.here, start - 1, end, 400),
                ('ends after it', mine['id'], self.here, start, end + 1, 400),
                ('beside it', mine['id'], circle(self.place[0] + 0.2, self.place[1]), start, end, 400),
                ('partly beside it', mine['id'], square(*self.place, 0.1), start, end, 400),
                ('told of constraints only', fences['id'], self.here, start, end, 201),
                ('upper case', mine['id'].upper(), self.here, start, end, 201)]
        for why, ident, outline, first, last, status in rows:
            with self.subTest(why):
                # Any altitude will do.
                answer = self.one.put_intent(intent(flight(outline, first, last, 5000, 6000), subscription_id=ident),
                                             new_id(), want=status)
                if status == 201:
                    made = answer['operational_intent_reference']
                    self.assertEqual(made['subscription_id'], ident.lower())
                    self.assertEqual(self.one.get_subscription(ident)['dependent_operational_intents'], [made['id']])
                    self.one.remove(made)
        self.assertEqual(self.one.get_subscription(mine['id'])['dependent_operational_intents'], [])

    # f3548 6.3
    def test_intents__an_implicit_subscription_is_widened(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        made = self.one.file(flight(self.here, start, end), new_subscription=IMPLICIT)
        ident = made['subscription_id']
        before = self.one.get_subscription(ident)
        inside = self.one.file(flight(self.here, start, end, 200, 300), subscription_id=ident)
        self.assertEqual(self.one.get_subscription(ident)['version'], before['version'])
        wider = self.one.file(flight(self.away(), start - HOUR_US, end + HOUR_US), subscription_id=ident)
        after = self.one.get_subscription(ident)
        self.assertNotEqual(after['version'], before['version'])
        self.assertEqual((after['time_start'], after['time_end']), (wider['time_start'], wider['time_end']))
        self.assertTrue(after['implicit_subscription'])
        self.assertEqual(sorted(after['dependent_operational_intents']), ids([made, inside, wider]))
        self.assertEqual(ids(self.one.subscriptions(volume(self.away()))), [ident])
        self.assertEqual(ids(self.one.subscriptions(volume(self.here))), [ident])
        # It goes with the last that has it.
        for each in (made, wider, inside):
            self.one.get_subscription(ident, 200)
            self.one.remove(each)
        self.one.get_subscription(ident, 404)

    # f3548 6.3
    def test_intents__with_neither_an_accepted_intent_has_none(self):
        part = flight(self.here)
        made = self.one.file(part, new_subscription=IMPLICIT)
        ident = made['subscription_id']
        made = self.one.change(made, part)
        self.assertEqual(made['subscription_id'], NO_SUBSCRIPTION)
        self.one.get_subscription(ident, 404)
        self.one.get_subscription(NO_SUBSCRIPTION, 404)
        self.assertEqual(self.one.get_intent(made['id'])['subscription_id'], NO_SUBSCRIPTION)

    # f3548 6.3
    def test_intents__a_subscription_that_another_intent_has_stays(self):
        part = flight(self.here)
        first = self.one.file(part, new_subscription=IMPLICIT)
        ident = first['subscription_id']
        second = self.one.file(part, subscription_id=ident, key=[first['ovn']])
        first = self.one.change(first, part, key=[second['ovn']])
        self.assertEqual(self.one.get_subscription(ident)['dependent_operational_intents'], [second['id']])
        self.one.change(second, part, new_subscription=IMPLICIT, key=[first['ovn']])
        self.one.get_subscription(ident, 404)


class Keys(Case):
    """f3548 6.4."""

    def lacks(self, uss, *volumes, **members):
        """The ids of what a new intent's key lacks: intents, constraints."""
        exchange = uss.put_intent(intent(*volumes, **members), new_id())
        if 'message' not in exchange:
            uss.remove(exchange['operational_intent_reference'])
            return [], []
        return ids(exchange.get('missing_operational_intents', [])), ids(exchange.get('missing_constraints', []))

    # f3548 6.4
    def test_keys__name_all_that_an_intent_meets(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        theirs = self.two.file(flight(self.here, start, end, 100, 200))
        mine = self.one.file(flight(self.aside(), start, end, 300, 400))
        both = sorted([theirs['id'], mine['id']])
        rows = [('above both', (start, end, 401, 500), [], []), ('below both', (start, end, 50, 99), [], []),
                ('touches one from below', (start, end, 50, 100), [], [theirs['id']]),
                ('between them', (start, end, 201, 299), [], []), ('touches both', (start, end, 200, 300), [], both),
                ('touches their end', (end, end + 1000, 100, 400), [], both),
                ('after both', (end + 1, end + 1000, 100, 400), [], []),
                ("with the others' key", (start, end, 100, 400), [theirs['ovn']], [mine['id']]),
                ("with one's own key", (start, end, 100, 400), [mine['ovn']], [theirs['id']]),
                ('with both', (start, end, 100, 400), [mine['ovn'], theirs['ovn']], []),
                ('with too many', (start, end, 100, 400), [mine['ovn'], 'A' * 44, theirs['ovn'], mine['ovn']], []),
                ('with the words for a hidden OVN', (start, end, 100, 400), ['Available from USS'], both)]
        for why, bounds, key, missing in rows:
            with self.subTest(why):
                self.assertEqual(self.lacks(self.one, flight(self.here, *bounds), key=key), (missing, []))

    # f3548 6.4
    def test_keys__leave_out_the_intent_itself_but_not_what_has_ended(self):
        part = flight(self.here, self.now - HOUR_US, self.now + 2_500_000)
        made = self.one.file(part)
        made = self.one.change(made, part)
        self.wait_until(self.now + 3_000_000)
        self.assertEqual(self.lacks(self.two, flight(self.here, self.now - HOUR_US, self.now + HOUR_US)),
                         ([made['id']], []))
        self.assertEqual(self.lacks(self.two, flight(self.here, self.now + 3_000_000, self.now + HOUR_US)), ([], []))

    # f3548 6.4
    def test_keys__are_needed_to_be_accepted_or_activated_only(self):
        part, block = flight(self.here), None
        made = self.one.file(part, new_subscription=IMPLICIT)
        block = self.two.file(part, key=[made['ovn']])
        for state, status in (('Accepted', 409), ('Activated', 409), ('Nonconforming', 200), ('Contingent', 200),
                              ('Activated', 409)):
            answer = self.one.put_intent(intent(part, state=state, subscription_id=made['subscription_id']), made['id'],
                                         made['ovn'], status)
            made = answer['operational_intent_reference'] if status == 200 else made
        self.one.change(made, part, state='Activated', subscription_id=made['subscription_id'], key=[block['ovn']])

    # f3548 6.4, 8.5
    def test_keys__pass_over_what_a_uss_that_is_down_has_accepted(self):
        part = flight(self.here)
        uss = self.one.__class__(self, 'down-' + new_id(), *self.one.scopes)
        made = uss.file(part, new_subscription=IMPLICIT)
        for availability, state, missing in (('Normal', 'Accepted', True), ('Down', 'Accepted', False),
                                             ('Down', 'Activated', True),
                                             ('Down', 'Nonconforming', True), ('Down', 'Contingent', True),
                                             ('Down', 'Accepted', False), ('Unknown', 'Accepted', True)):
            with self.subTest(f'{availability}, {state}'):
                made = uss.change(made, part, state=state, subscription_id=made['subscription_id'])
                self.judge.set_availability(uss.sub, availability)
                self.assertEqual(self.lacks(self.two, part), ([made['id']] if missing else [], []))

    # f3548 6.4
    def test_keys__name_constraints_if_the_subscription_is_told_of_them(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        fence = self.authority.restrict(volume(self.aside(), start, end, 1000, 1100))
        told_of = {**IMPLICIT, 'notify_for_constraints': True}
        mine = self.one.subscribe(flight(self.here, start, end + HOUR_US), notify_for_constraints=True)
        blind = self.one.subscribe(flight(self.here, start, end + HOUR_US))
        # Altitudes do not matter.
        here, later, away = flight(self.here, start, end), flight(self.here, end + 1,
                                                                  end + HOUR_US), flight(self.away(), start, end)
        rows = [('with no subscription', here, {}, False),
                ('with a new one that is not told', here, {'new_subscription': IMPLICIT}, False),
                ('with a new one that is', here, {'new_subscription': told_of}, True),
                ('with a given one that is not told', here, {'subscription_id': blind['id']}, False),
                ('with a given one that is', here, {'subscription_id': mine['id']}, True),
                ('after it', later, {'new_subscription': told_of}, False),
                ('elsewhere', away, {'new_subscription': told_of}, False),
                ('with its OVN', here, {'subscription_id': mine['id'], 'key': [fence['ovn']]}, False)]
        for why, part, members, missing in rows:
            with self.subTest(why):
                self.assertEqual(self.lacks(self.one, part, **members), ([], [fence['id']] if missing else []))

    # f3548 6.6
    def test_conflicts__list_each_kind_only_where_there_are_some(self):
        part = flight(self.here)
        members = {'new_subscription': {**IMPLICIT, 'notify_for_constraints': True}}
        made = self.two.file(part)
        answer = self.one.put_intent(intent(part, **members), new_id(), want=409)
        self.assertEqual(sorted(without(answer, 'request_id')), ['message', 'missing_operational_intents'])
        self.assertEqual(answer['missing_operational_intents'], [self.one.get_intent(made['id'])])
        fence = self.authority.restrict(part)
        answer = self.one.put_intent(intent(part, **members), new_id(), want=409)
        self.assertEqual(sorted(without(answer, 'request_id')),
                         ['message', 'missing_constraints', 'missing_operational_intents'])
        answer = self.one.put_intent(intent(part, key=[made['ovn']], **members), new_id(), want=409)
        self.assertEqual(sorted(without(answer, 'request_id')), ['message', 'missing_constraints'])
        self.assertEqual(answer['missing_constraints'], [self.one.get_constraint(fence['id'])])

    @staticmethod
    def wait_until(moment_us):
        time.sleep(max(0, moment_us / 1e6 - time.time()))


class Told(Case):
    """f3548 6.5."""

    # f3548 6.5
    def test_changes__are_told_to_who_is_near_at_that_time(self):
        start, end = self.now + HOUR_US, self.now + 2 * HOUR_US
        before = self.two.subscribe(volume(self.here, self.now, start - 1))
        touching = self.two.subscribe(volume(self.aside(), self.now, start))
        high = self.two.subscribe(volume(self.here, start, end, 9000, 9001))
        away = self.two.subscribe(volume(self.away(), start, end))
        fences = self.two.subscribe(volume(self.here, start, end), notify_for_operational_intents=False,
                                    notify_for_constraints=True)
        mine = self.one.subscribe(volume(self.here, end, end + HOUR_US))
        answer = self.one.put_intent(intent(flight(self.here, start, end)), new_id(), want=201)
        self.assertEqual(told(answer), {touching['id']: 1, high['id']: 1, mine['id']: 1})
        made = answer['operational_intent_reference']
        # What was and what will be; what lies between them too.
        answer = self.one.put_intent(intent(flight(self.away(), end + HOUR_US, end + 2 * HOUR_US)), made['id'],
                                     made['ovn'], 200)
        self.assertEqual(told(answer), {touching['id']: 2, high['id']: 2, mine['id']: 2, away['id']: 1})
        answer = self.one.remove(answer['operational_intent_reference'])
        self.assertEqual(told(answer), {})
        for each, index in ((before, 0), (touching, 2), (high, 2), (away, 1), (fences, 0)):
            self.assertEqual(self.two.get_subscription(each['id'])['notification_index'], index)

    # f3548 6.5
    def test_changes__are_told_under_each_base_url_once(self):
        part = flight(self.here)
        first, second = self.two.subscribe(part), self.one.subscribe(part)
        other = self.two.subscribe(part, uss_base_url=OTHER_URL)
        answer = self.one.put_intent(intent(part), new_id(), want=201)
        grouped = {each['uss_base_url']: sorted(state['subscription_id'] for state in each['subscriptions'])
                   for each in answer['subscribers']}
        self.assertEqual(len(answer['subscribers']), 2)
        self.assertEqual(grouped, {URL: sorted([first['id'], second['id']]), OTHER_URL: [other['id']]})

    # f3548 6.5
    def test_changes__a_new_implicit_subscription_is_told_at_once_and_one_that_goes_still(self):
        part = flight(self.here)
        answer = self.one.put_intent(intent(part, new_subscription=IMPLICIT), new_id(), want=201)
        made = answer['operational_intent_reference']
        self.assertEqual(told(answer), {made['subscription_id']: 1})
        self.assertEqual(self.one.get_subscription(made['subscription_id'])['notification_index'], 1)
        self.assertEqual(told(self.one.remove(made)), {made['subscription_id']: 2})
        self.one.get_subscription(made['subscription_id'], 404)


class Found(Case):
    # f3548 6.7
    def test_intents__any_client_may_get_and_query_them(self):
        part = flight(self.here)
        made = self.one.file(part)
        for uss in (self.two, self.planner, self.one.__class__(self, 'monitor', 'utm.conformance_monitoring_sa')):
            self.assertEqual(uss.get_intent(made['id'])['id'], made['id'])
            self.assertEqual(ids(uss.intents(part)), [made['id']])
        self.two.get_intent(new_id(), 404)
        self.two.get_intent('1', 400)
        rows = [('nothing', {}, 400), ('no outline', query(volume({})), 400),
                ('an area without volume', {'area_of_interest': {}}, 400),
                ('too large', query(volume(square(10, 20, 1))), 400), ('an area alone', query(volume(self.here)), 200),
                ('in the past', query(volume(self.here, self.now - 90 * HOUR_US, self.now - 80 * HOUR_US)), 200),
                ('a bad altitude', query(volume(self.here, lower_m=2, upper_m=1)), 400)]
        self.refused(rows, lambda body: self.two.status('POST', INTENTS + '/query', body))
        self.assertEqual(self.two.intents(volume(self.here, self.now - 90 * HOUR_US, self.now - 80 * HOUR_US)), [])

    # f3548 6.8
    def test_intents__are_deleted_by_their_manager_with_the_ovn_in_force(self):
        part = flight(self.here)
        made = self.one.file(part)
        stale, made = made['ovn'], self.one.change(made, part)
        rows = [('no OVN', self.two, {**made, 'ovn': ''}, 400), ('no id', self.one, {**made, 'id': '1'}, 400),
                ('none of this id', self.one, {**made, 'id': new_id()}, 404), ("another's", self.two, made, 403),
                ("another's, with an OVN of before", self.two, {**made, 'ovn': stale}, 403),
                ('an OVN of before', self.one, {**made, 'ovn': stale}, 409)]
        for why, uss, reference, status in rows:
            with self.subTest(why):
                answer = uss.remove(reference, status)
                self.assertEqual(list(without(answer, 'request_id')), ['message'])
        watch = self.two.subscribe(part)
        answer = self.one.remove(made)
        self.assertEqual(answer['operational_intent_reference'], made)
        self.assertEqual(told(answer), {watch['id']: 1})
        self.one.get_intent(made['id'], 404)
        self.assertEqual(self.one.intents(part), [])

    # f3548 6.8
    def test_intents__are_deleted_in_any_state(self):
        part = flight(self.here)
        for state in STATES:
            made = self.one.file(part, new_subscription=IMPLICIT)
            made = self.one.change(made, part, state=state, subscription_id=made['subscription_id'])
            self.assertEqual(self.one.remove(made)['operational_intent_reference']['state'], state)

    # f3548 6.9
    def test_references__have_ten_members_and_the_availability_of_now(self):
        part = flight(self.here)
        uss = self.one.__class__(self, 'member-' + new_id(), *self.one.scopes)
        made = uss.file(part, uss_base_url=OTHER_URL)
        self.assertEqual(made, {'id': made['id'], 'manager': uss.sub, 'uss_availability': 'Unknown', 'version': 1,
                                'state': 'Accepted',
                                'ovn': made['ovn'], 'time_start': part['time_start'], 'time_end': part['time_end'],
                                'uss_base_url': OTHER_URL, 'subscription_id': NO_SUBSCRIPTION})
        for availability in ('Down', 'Normal', 'Unknown'):
            self.judge.set_availability(uss.sub, availability)
            self.assertEqual(self.two.get_intent(made['id'])['uss_availability'], availability)
            self.assertEqual([each['uss_availability'] for each in self.two.intents(part)], [availability])
