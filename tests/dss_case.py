# SPDX-License-Identifier: Apache-2.0
"""What the tests of rules stand on: one node for all of them, clients, and a place for each test.

Every answer is what the test says that it is, and also what the model says. Instead of a node the model itself can be
asked, which tests both the model and the tests.
"""
import json
import math
import time
import unittest

import dss_bodies
from dss_bodies import circle, intent, new_id, now_us, point
from dss_forms import Cells
from dss_http import Client, Exchange, Shadow
from dss_ledger import made_ovn
from dss_match import Message, Plain, Report
from dss_model import (ARBITRATION, CONSTRAINTS, INTENTS, MANAGEMENT, MONITORING, PROCESSING, STRATEGIC, SUBSCRIPTIONS,
                       USSS, Call, Model)


class ModelNode:
    """The model in a node's place."""

    def __init__(self, cells):
        self.model, self.exchanges, self.time_us = Model(cells, self.choose), [], 0

    def choose(self, kind, salt=None):
        return new_id() if kind == 'id' else made_ovn(salt, self.time_us)

    def client(self, sub, *scopes):
        return ModelClient(self, sub, *scopes)

    def stop(self):
        return 0


class ModelClient:
    def __init__(self, node, sub, *scopes):
        self.node, self.sub, self.scopes = node, sub, scopes

    def send(self, method, path, body=None):
        node = self.node
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        node.time_us = max(node.time_us + 1, now_us())
        call = Call(method, path, body, self.sub, self.scopes)
        answer = node.model.answer(call, node.time_us)
        node.model = answer.model
        shown = answer.body
        if isinstance(shown, Message):
            shown = {'message': 'no', **shown.members}
        elif isinstance(shown, Report):
            shown = {'report_id': new_id(), 'exchange': shown.exchange}
        if isinstance(shown, Plain):
            shown, text = None, 'no'
        else:
            text = json.dumps(shown)
        return Exchange(call, answer.status, 'text/plain' if shown is None else 'application/json; charset=utf-8', text,
                        None if shown is None else json.loads(text), time.monotonic_ns(), time.monotonic_ns(),
                        node.time_us, node.time_us)


class World:
    """The node that all tests of a run share. 'node' is a dss_http.Node or a ModelNode."""

    def __init__(self, node, s2_cells, cells=None):
        self.cells = cells or Cells(s2_cells)
        self.node = node if node is not None else ModelNode(self.cells)
        self.is_model = node is None
        self.shadow = Shadow(Model(self.cells))
        self.places = 0
        self.clients = {}

    def client(self, sub, *scopes):
        if (sub, scopes) not in self.clients:
            make = self.node.client if self.is_model else lambda *who: Client(self.node, *who)
            self.clients[sub, scopes] = make(sub, *scopes)
        return self.clients[sub, scopes]

    def cells_of(self, outline):
        """The cells of a circle or polygon as a body has it; None when the oracle cannot say."""
        if 'outline_circle' in outline:
            shape = outline['outline_circle']
            line = f"circle {shape['center']['lat']} {shape['center']['lng']} {float(shape['radius']['value'])}"
        else:
            line = 'polygon ' + ' '.join(f"{each['lat']} {each['lng']}"
                                         for each in outline['outline_polygon']['vertices'])
        said = self.cells.ask(line)
        return frozenset(said[2:]) if said[0] == 'cells' else None

    def place(self):
        """
        Far from every other test's, and amid a cell: what is within 350 m of it is in that cell, and what is 0.1
        degrees away is in another.
        """
        self.places += 1
        lat, lng = -50 + self.places % 100 + 0.3137, -170 + self.places // 100 * 5 + 0.2719
        return tuple(map(float, self.cells.ask(f'cell {lat} {lng}')[1:]))


def north(place, metres):
    return round(place[0] + metres / dss_bodies.DEGREE_M, 7), place[1]


def twenty_corners(place, radius_m):
    """The polygon that InterUSS takes for a circle, to some metres."""
    corners = []
    for i in range(20):
        angle = math.tau * i / 20
        corners.append(point(place[0] + radius_m * math.cos(angle) / dss_bodies.DEGREE_M, place[1] + radius_m *
                             math.sin(angle) / dss_bodies.DEGREE_M / math.cos(math.radians(place[0]))))
    return {'outline_polygon': {'vertices': corners}}


class Uss:
    """A client of the node that speaks in what tests are about."""

    def __init__(self, case, sub, *scopes):
        self.case, self.sub, self.scopes = case, sub, scopes
        self.client = case.world.client(sub, *scopes)

    def ask(self, method, path, body=None, want=None):
        """What is answered, as JSON; 'want' is the status that it must have."""
        exchange = self.client.send(method, path, body)
        self.case.world.shadow.follow(exchange)
        if want is not None and exchange.status != want:
            self.case.fail(f'{method} {path}: {exchange.status}, not {want}: {exchange.text}')
        return exchange.json if exchange.json is not None else exchange.text

    def status(self, method, path, body=None):
        exchange = self.client.send(method, path, body)
        self.case.world.shadow.follow(exchange)
        return exchange.status

    # --- Operational intents ---

    def put_intent(self, body, ident, ovn=None, want=None):
        return self.ask('PUT', path_of(INTENTS, ident, ovn), body, want)

    def file(self, *volumes, ident=None, **members):
        """A new intent, whose reference is answered."""
        return self.put_intent(intent(*volumes, **members), ident or new_id(), want=201)['operational_intent_reference']

    def change(self, reference, *volumes, **members):
        """It as it is then."""
        return self.put_intent(intent(*volumes, **members), reference['id'], reference['ovn'],
                               200)['operational_intent_reference']

    def get_intent(self, ident, want=200):
        answer = self.ask('GET', path_of(INTENTS, ident), want=want)
        return answer['operational_intent_reference'] if want == 200 else answer

    def remove(self, reference, want=200):
        return self.ask('DELETE', path_of(INTENTS, reference['id'], reference['ovn']), want=want)

    def intents(self, area):
        return self.ask('POST', INTENTS + '/query', dss_bodies.query(area), 200)['operational_intent_references']

    # --- Constraints ---

    def put_constraint(self, body, ident, ovn=None, want=None):
        return self.ask('PUT', path_of(CONSTRAINTS, ident, ovn), body, want)

    def restrict(self, *volumes, ident=None, **members):
        return self.put_constraint(dss_bodies.constraint(*volumes, **members), ident or new_id(),
                                   want=201)['constraint_reference']

    def get_constraint(self, ident, want=200):
        answer = self.ask('GET', path_of(CONSTRAINTS, ident), want=want)
        return answer['constraint_reference'] if want == 200 else answer

    def constraints(self, area):
        return self.ask('POST', CONSTRAINTS + '/query', dss_bodies.query(area), 200)['constraint_references']

    # --- Subscriptions ---

    def put_subscription(self, body, ident, version=None, want=None):
        return self.ask('PUT', path_of(SUBSCRIPTIONS, ident, version), body, want)

    def subscribe(self, extents, ident=None, **members):
        return self.put_subscription(dss_bodies.subscription(extents, **members), ident or new_id(),
                                     want=200)['subscription']

    def get_subscription(self, ident, want=200):
        answer = self.ask('GET', path_of(SUBSCRIPTIONS, ident), want=want)
        return answer['subscription'] if want == 200 else answer

    def subscriptions(self, area):
        return self.ask('POST', SUBSCRIPTIONS + '/query', dss_bodies.query(area), 200)['subscriptions']

    # --- Availability ---

    def set_availability(self, uss, availability, want=200):
        version = self.ask('GET', path_of(USSS, uss), want=200)['version']
        return self.ask('PUT', path_of(USSS, uss), {'old_version': version, 'availability': availability}, want)


def path_of(collection, ident, version=None):
    return f'{collection}/{ident}' if version is None else f'{collection}/{ident}/{version}'


def told(answer):
    """Subscriptions that a change is told to, with their indices."""
    return {state['subscription_id']: state['notification_index']
            for subscriber in answer['subscribers'] for state in subscriber['subscriptions']}


def ids(items):
    return sorted(item['id'] for item in items)


class Case(unittest.TestCase):
    """Two USSs that plan and monitor, one that does not monitor, who restricts, and who judges availability."""

    world = None
    maxDiff = None

    def setUp(self):
        self.one = Uss(self, 'uss1', STRATEGIC, PROCESSING, MONITORING)
        self.two = Uss(self, 'uss2', STRATEGIC, PROCESSING, MONITORING)
        self.planner = Uss(self, 'uss3', STRATEGIC)
        self.authority = Uss(self, 'authority', MANAGEMENT, PROCESSING)
        self.judge = Uss(self, 'judge', ARBITRATION)
        self.place = self.world.place()
        self.here = circle(*self.place)
        self.now = now_us()

    def aside(self):
        """Another outline in the cell of self.here, with 200 m between them."""
        return circle(*north(self.place, 300))

    def away(self):
        """An outline in another cell."""
        return circle(self.place[0] + 0.1, self.place[1])

    def refused(self, rows, ask):
        """Rows of why, body, status; 'ask' sends a body and returns the status."""
        for why, body, status in rows:
            with self.subTest(why):
                self.assertEqual(ask(body), status)
