# SPDX-License-Identifier: Apache-2.0
"""Random requests of several clients in one busy place, most of them sensible, some not."""
import random
import urllib.parse

import dss_bodies
from dss_bodies import HOUR_US, MINUTE_US, circle, constraint, intent, query, square, subscription, suffix, volume
from dss_forms import SECOND_US
from dss_model import (ARBITRATION, CONSTRAINTS, INTENTS, MANAGEMENT, MONITORING, PROCESSING, REPORTS, STATES,
                       STRATEGIC, SUBSCRIPTIONS,
                       USSS, find)

# Who asks: a name, and what it may.
PLANNERS = (('uss1', STRATEGIC, MONITORING, PROCESSING), ('uss2', STRATEGIC),
            ('uss3', STRATEGIC, PROCESSING, MONITORING))
AUTHORITIES = (('authority1', MANAGEMENT, PROCESSING), ('authority2', MANAGEMENT))
JUDGE = ('judge', ARBITRATION)
POWERLESS = ('uss1', 'openid')
HOME = (47.05, 8.3)
# Moments lie on this grid, so that many are the same; none so near to a limit that the delay of a request matters.
GRID_US, MARGIN_US = 15 * MINUTE_US, 20 * SECOND_US


class Player:
    """Thinks of requests. 'model' is what the airspace is thought to be; OVNs are taken from there."""

    def __init__(self, seed, cells, ids=6, spread=0.03, radii=(30, 200, 1000, 2000), sides=(0.0005, 0.01, 0.03), soon=0):
        """
        'spread' and 'sides' are degrees, 'radii' metres: of outlines around one place. 'soon' percent of all ends within half
        a second.
        """
        self.random, self.soon = random.Random(seed), soon
        self.spread, self.radii, self.sides = spread, radii, sides
        self.intents, self.constraints, self.subscriptions = ([self.new_id() for _ in range(n)]
                                                              for n in (ids, ids // 2, ids))
        self.shapes = self.make_shapes(cells)
        self.wide = square(HOME[0] - 0.06, HOME[1] - 0.06, 0.12)
        self.start_us = dss_bodies.now_us() // GRID_US * GRID_US
        self.stale = ['A' * 44]

    def share(self, other):
        """Plays with the same ids and in the same places as another."""
        self.intents, self.constraints, self.subscriptions = other.intents, other.constraints, other.subscriptions
        self.shapes = other.shapes

    def new_id(self):
        text = f'{self.random.getrandbits(128):032x}'
        return f'{text[:8]}-{text[8:12]}-4{text[13:16]}-{self.random.choice("89ab")}{text[17:20]}-{text[20:]}'

    def make_shapes(self, cells):
        shapes = []
        while len(shapes) < 10:
            lat, lng = (round(each + self.random.uniform(-self.spread, self.spread), 6) for each in HOME)
            radius = self.random.choice(self.radii)
            # Not so near to a cell's border that the oracle cannot say.
            if cells.ask(f'circle {lat!r} {lng!r} {float(radius)!r}')[0] == 'cells':
                shapes += [circle(lat, lng, radius), square(lat, lng, self.random.choice(self.sides))]
        return shapes

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def pick(self, **weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    # --- Parts of bodies ---

    def moment(self, first, last):
        """On the grid, and not near to what the node compares it with."""
        now = dss_bodies.now_us()
        while True:
            at = self.start_us + self.random.randint(first, last) * GRID_US + self.random.choice((0, 0, 0, 1, -1))
            if min(abs(at - now), abs(at - now + 5 * MINUTE_US)) > MARGIN_US:
                return at

    def part(self, lacking=4):
        """A Volume4D; percent of them lack a bound or an outline."""
        start = self.moment(-12, 12)
        end = self.moment(-3, 24)
        lower = self.random.choice((0, 50, 100, 100.001, 200))
        bounds = [min(start, end), max(start, end), lower, lower + self.random.choice((0, 50, 100, 900))]
        if self.chance(self.soon):
            bounds[:2] = [self.start_us - HOUR_US, self.in_a_moment()]
        for i in range(4):
            if self.chance(lacking):
                bounds[i] = None
        outline = {} if self.chance(lacking) else self.random.choice(self.shapes)
        if self.chance(1):
            bounds[0], bounds[1] = bounds[1], bounds[0]
        return volume(outline, *bounds)

    def in_a_moment(self):
        return dss_bodies.now_us() + self.random.randint(SECOND_US // 50, SECOND_US // 2)

    def parts(self):
        if self.chance(self.soon):
            return [self.part(1)]  # so that all of it ends soon, perhaps
        return [self.part(1) for _ in range(self.random.choice((1, 1, 1, 2, 3)))]

    def version(self, current, fresh_percent):
        """What stands behind the id in a path: None for nothing."""
        if current is None:
            return None if self.chance(fresh_percent) else self.random.choice(['', *self.stale[-5:]])
        kind = self.pick(right=78, none=7, empty=4, stale=11)
        return {'right': current, 'none': None, 'empty': '', 'stale': self.random.choice(self.stale)}[kind]

    def known(self, chosen):
        """A value that the node chose, if it was seen yet; else nothing that it would choose."""
        value = getattr(chosen, 'value', chosen)
        return 'never-seen' if value is None else value

    # --- Requests: who, method, path, body ---

    def next(self, model):
        kind = self.pick(put_intent=34, delete_intent=7, get_intent=4, query_intents=6, put_constraint=9,
                         delete_constraint=3,
                         get_constraint=2, query_constraints=4, put_subscription=13, delete_subscription=5,
                         get_subscription=5,
                         query_subscriptions=4, availability=4, report=1, garbage=2)
        who, method, path, body = getattr(self, kind)(model)
        if self.chance(1):
            who = POWERLESS
        return who, method, path, body

    def who_of(self, entity, among):
        """Mostly whose it is."""
        if entity is not None and self.chance(80):
            for who in among:
                if who[0] == entity.manager:
                    return who
        return self.random.choice(among)

    def put_intent(self, model):
        ident = self.random.choice(self.intents)
        old = find(model.intents, ident)
        who = self.who_of(old, PLANNERS)
        version = self.version(None if old is None else self.known(old.ovn), 88)
        states = STATES if version and self.chance(70) else ('Accepted',)
        body = intent(*self.parts(), state=self.random.choice(states), key=self.key(model),
                      uss_base_url=f'https://{who[0]}.example/utm')
        kind = self.pick(none=30, new=35, given=30, unknown=3, both=2)
        if kind in ('new', 'both'):
            body['new_subscription'] = {'uss_base_url': f'https://{self.random.choice(PLANNERS)[0]}.example/utm',
                                        'notify_for_constraints': self.chance(50)}
        if kind in ('given', 'both'):
            body['subscription_id'] = self.subscription_of(model, who)
        if kind == 'unknown':
            body['subscription_id'] = self.new_id()
        if kind == 'given' and self.chance(60):
            self.fit(model, body)
        if self.chance(10):
            used = [each for by, each in model.used if by == ident]
            reused = used[-1] if used and self.chance(40) else suffix()
            body['requested_ovn_suffix'] = reused if self.chance(80) else self.random.choice(
                ('', self.new_id(), suffix(dss_bodies.now_us() - HOUR_US)))
        return who, 'PUT', self.path(INTENTS, ident, version), body

    def fit(self, model, body):
        """Brings the intent into the time of its subscription."""
        given = find(model.subscriptions, body['subscription_id'])
        if given is None or given.extent.end < dss_bodies.now_us() + MARGIN_US:
            return
        for part in body['extents']:
            part.update(volume({}, given.extent.start, given.extent.end), volume=part['volume'])

    def subscription_of(self, model, who):
        mine = [self.known(each.id) for each in model.subscriptions if each.manager == who[0]]
        mine = [each for each in mine if each != 'never-seen']
        return self.random.choice(mine) if mine and self.chance(92) else self.random.choice(self.subscriptions)

    def key(self, model):
        """OVNs: all that there are, some, or none."""
        ovns = [self.known(each.ovn) for each in model.intents + model.constraints]
        if self.chance(45):
            return ovns
        return [ovn for ovn in ovns if self.chance(70)] if self.chance(60) else []

    def path(self, collection, ident, version=None):
        if self.chance(1):
            ident = self.random.choice((ident.upper(), ident.replace('-', ''), ident[:-1], ''))
        return f'{collection}/{ident}' if version is None else f'{collection}/{ident}/{urllib.parse.quote(version)}'

    def delete(self, items, ids, collection, among, version_of):
        ident = self.random.choice(ids)
        old = find(items, ident)
        version = self.version(None if old is None else self.known(version_of(old)), 0) or ''
        return self.who_of(old, among), 'DELETE', self.path(collection, ident, version), None

    def delete_intent(self, model):
        return self.delete(model.intents, self.intents, INTENTS, PLANNERS, lambda each: each.ovn)

    def get_intent(self, model):
        return self.random.choice(PLANNERS), 'GET', self.path(INTENTS, self.random.choice(self.intents)), None

    def area(self):
        return query(self.part(25)) if self.chance(97) else {}

    def query_intents(self, model):
        return self.random.choice(PLANNERS), 'POST', INTENTS + '/query', self.area()

    def put_constraint(self, model):
        ident = self.random.choice(self.constraints)
        old = find(model.constraints, ident)
        version = self.version(None if old is None else self.known(old.ovn), 90)
        who = self.who_of(old, AUTHORITIES)
        return who, 'PUT', self.path(CONSTRAINTS, ident, version), constraint(*self.parts(),
                                                                              uss_base_url=f'https://{who[0]}.example')

    def delete_constraint(self, model):
        return self.delete(model.constraints, self.constraints, CONSTRAINTS, AUTHORITIES, lambda each: each.ovn)

    def get_constraint(self, model):
        return self.random.choice(AUTHORITIES + PLANNERS), 'GET', self.path(CONSTRAINTS,
                                                                            self.random.choice(self.constraints)), None

    def query_constraints(self, model):
        return self.random.choice(AUTHORITIES), 'POST', CONSTRAINTS + '/query', self.area()

    def put_subscription(self, model):
        ident = self.any_subscription(model)
        old = find(model.subscriptions, ident)
        version = self.version(None if old is None else self.known(old.version), 90)
        version = version if version != '' else 'none'  # what an empty one means is not written down
        who = self.who_of(old, PLANNERS)
        start, end = self.moment(0, 6), self.moment(8, 96)
        bounds = [start if self.chance(65) else None, end if self.chance(75) else None]
        if self.chance(self.soon):
            bounds = [None, self.in_a_moment()]
        bounds += self.random.choice(((0, 1100), (0, 1100), (0, 1100), (None, None), (100, 200), (0, None)))
        outline = self.wide if self.chance(60) else self.random.choice(self.shapes) if self.chance(80) else {}
        body = subscription(volume(outline, *bounds), uss_base_url=f'https://{who[0]}.example/utm',
                            notify_for_operational_intents=self.chance(75), notify_for_constraints=self.chance(50))
        return who, 'PUT', self.path(SUBSCRIPTIONS, ident, version), body

    def any_subscription(self, model):
        seen = [self.known(each.id) for each in model.subscriptions]
        return self.random.choice([each for each in seen if each != 'never-seen'] * 2 + self.subscriptions)

    def delete_subscription(self, model):
        return self.delete(model.subscriptions, [self.any_subscription(model)], SUBSCRIPTIONS, PLANNERS,
                           lambda each: each.version)

    def get_subscription(self, model):
        ident = self.any_subscription(model)
        return self.who_of(find(model.subscriptions, ident), PLANNERS), 'GET', self.path(SUBSCRIPTIONS, ident), None

    def query_subscriptions(self, model):
        return self.random.choice(PLANNERS), 'POST', SUBSCRIPTIONS + '/query', self.area()

    def availability(self, model):
        uss = self.random.choice(PLANNERS + AUTHORITIES)[0]
        if self.chance(20):
            return self.random.choice((JUDGE, *PLANNERS)), 'GET', f'{USSS}/{uss}', None
        version = self.known(model.availability(uss)[1]) if self.chance(80) else self.random.choice(self.stale)
        return JUDGE, 'PUT', f'{USSS}/{uss}', {'old_version': version,
                                               'availability': self.random.choice(('Normal', 'Down', 'down', 'Unknown',
                                                                                   '', 'Up'))}

    def report(self, model):
        exchange = {'url': 'https://uss1.example', 'method': 'GET', 'problem': f'{self.random.random()}'}
        return self.random.choice(PLANNERS + AUTHORITIES), 'POST', REPORTS, {'exchange': exchange}

    def garbage(self, model):
        who, method, path, body = getattr(self,
                                          self.pick(put_intent=1, put_constraint=1, put_subscription=1,
                                                    query_intents=1))(model)
        if self.chance(30):
            return who, method, path, self.random.choice(('{', '[]', '', 'null', '{"extents": 1}',
                                                          '{"state": {}, "extents": []}'))
        name = self.random.choice(list(body) or ['extents'])
        body[name] = self.random.choice((None, 1, 'text', [], {}, [1], {'a': 1}, False))
        return who, method, path, body
