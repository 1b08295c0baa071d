#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Random histories of several clients against a node and the model: every answer is the same.

usage: test_dss_random.py PROGRAM S2_CELLS

ENTENTE_TEST_SCALE times the number of histories; ENTENTE_TEST_SEED is the first one's seed. A failure names its seed,
and tells the requests that came before.
"""
import collections
import os
import sys
import tempfile
import time

import openapi_check
from dss_forms import Cells
from dss_http import Client, Node, Shadow
from dss_model import CONSTRAINTS, INTENTS, SUBSCRIPTIONS, USSS, Model
from dss_random import AUTHORITIES, PLANNERS, Player
from dss_tokens import Authority

HISTORIES, REQUESTS = 4, 500
# What a campaign must have met, so that it is known to be one: method, collection, statuses.
MET = (('PUT', INTENTS, (200, 201, 400, 403, 409)), ('DELETE', INTENTS, (200, 400, 403, 404, 409)),
       ('GET', INTENTS, (200, 404)),
       ('POST', INTENTS, (200, 400)), ('PUT', CONSTRAINTS, (200, 201, 400, 403, 409)),
       ('DELETE', CONSTRAINTS, (200, 400, 403, 404, 409)),
       ('POST', CONSTRAINTS, (200, 400)), ('PUT', SUBSCRIPTIONS, (200, 400, 403, 409)),
       ('DELETE', SUBSCRIPTIONS, (200, 400, 403, 404, 409)),
       ('GET', SUBSCRIPTIONS, (200, 403, 404)), ('POST', SUBSCRIPTIONS, (200, 400)), ('PUT', USSS, (200, 400, 409)))


class History:
    def __init__(self, program, cells, seed, folder, authority):
        self.seed, self.cells = seed, cells
        self.node = Node(program, f'{folder}/{seed}', authority=authority)
        self.player = Player(seed, cells)
        self.shadow = Shadow(Model(cells))
        self.clients, self.count, self.missing = {}, collections.Counter(), collections.Counter()

    def client(self, who):
        if who not in self.clients:
            self.clients[who] = Client(self.node, *who)
        return self.clients[who]

    def ask(self, who, method, path, body):
        exchange = self.client(who).send(method, path, body)
        self.shadow.follow(exchange)
        collection = '/'.join(path.split('/')[:4])
        self.count[method, collection, exchange.status] += 1
        if exchange.status == 409 and isinstance(exchange.json, dict):
            for name in exchange.json:
                self.missing[name] += 1
        return exchange

    def step(self):
        exchange = self.ask(*self.player.next(self.shadow.model))
        for name in ('operational_intent_reference', 'constraint_reference', 'subscription'):
            if isinstance(exchange.json, dict) and name in exchange.json:
                self.player.stale.append(exchange.json[name].get('ovn', exchange.json[name].get('version')))

    def look_at_all(self):
        """Every entity, as every planner sees it."""
        for who in PLANNERS:
            for collection, ids in ((INTENTS, self.player.intents), (SUBSCRIPTIONS, self.player.subscriptions)):
                for ident in ids:
                    self.ask(who, 'GET', f'{collection}/{ident}', None)
        for ident in self.player.constraints:
            self.ask(AUTHORITIES[0], 'GET', f'{CONSTRAINTS}/{ident}', None)

    def run(self, requests):
        self.node.start()
        try:
            for number in range(requests):
                if number == requests // 2:
                    # What a node has said holds when it comes again, also when it was not told to stop.
                    self.node.stop() if self.seed % 2 else self.node.kill()
                    self.node.start()
                    self.look_at_all()
                self.step()
            self.look_at_all()
        except AssertionError:
            print(f'seed {self.seed}, request {len(self.node.exchanges)}; the last before it:')
            for exchange in self.node.exchanges[-12:]:
                call = exchange.call
                print(call.sub, call.method, call.path, exchange.status, (call.body or '')[:300], exchange.text[:300],
                      sep='  ')
            raise
        finally:
            self.node.stop()


def main(program, s2_cells):
    scale = float(os.environ.get('ENTENTE_TEST_SCALE', 1))
    first = int(os.environ.get('ENTENTE_TEST_SEED', 1))
    histories, requests = max(1, round(HISTORIES * scale)), REQUESTS if scale >= 0.5 else 150
    cells, document, authority = Cells(s2_cells), openapi_check.Document.read(), Authority()
    count, missing, total, faults = collections.Counter(), collections.Counter(), 0, []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + histories):
            history = History(program, cells, seed, folder, authority)
            history.run(requests)
            count += history.count
            missing += history.missing
            total += len(history.node.exchanges)
            faults += history.node.faults(document)
    cells.close()
    for method, collection, statuses in MET if scale >= 1 else ():
        faults += [f'no {method} of {collection} was answered {status}' for status in statuses
                   if not count[method, collection, status]]
    for name in ('missing_operational_intents', 'missing_constraints') if scale >= 1 else ():
        faults += [] if missing[name] else [f'no key ever lacked {name}']
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f'campaign: {histories} histories from seed {first}, {total} requests, {time.monotonic() - start:.1f} s; ' +
          ', '.join(f'{method} {collection.split("/")[-1]} {status}: {n}' for (method, collection, status),
                    n in sorted(count.items())))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
