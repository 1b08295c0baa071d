#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many clients at once at few ids and one busy place: there is one order in which all that was answered is right.

usage: test_dss_concurrent.py PROGRAM S2_CELLS

The order is the ledger's (dss_ledger.py). ENTENTE_TEST_SCALE times the number of rounds, ENTENTE_TEST_SEED is the first
one's seed.
"""
import collections
import os
import sys
import tempfile
import threading
import time

import openapi_check
from dss_forms import Cells, Extent, parse_time
from dss_http import Client, Node
from dss_ledger import Witness
from dss_model import CONSTRAINTS, INTENTS, SUBSCRIPTIONS, Constraint, Intent, Model, Subscription, without
from dss_random import Player
from dss_tokens import Authority

ROUNDS, THREADS, REQUESTS = 4, 8, 100
# Every other round much ends at once, and is cleared away a moment later.
EXPIRING = ('--expire-after', '0.05s')


class Board:
    """What the clients have been answered last of each entity: mostly so, and late now and then. Read as a Model is."""

    def __init__(self):
        self.lock = threading.Lock()
        self.intents, self.constraints, self.subscriptions, self.usss = [], [], [], {}
        self.used = []  # as the model's

    def availability(self, uss):
        return 'Unknown', self.usss.get(uss, '')

    def note(self, exchange):
        parts = exchange.call.path.split('/')
        collection, ident = '/'.join(parts[:4]), parts[4] if len(parts) > 4 else ''
        gone = exchange.status == 404 or exchange.call.method == 'DELETE' and exchange.status == 200
        answer = exchange.json if isinstance(exchange.json, dict) and exchange.status in (200, 201) else {}
        with self.lock:
            if 'operational_intent_reference' in answer or collection == INTENTS and gone:
                self.intents = self.put(self.intents, ident, gone, answer.get('operational_intent_reference'),
                                        self.intent)
            if 'constraint_reference' in answer or collection == CONSTRAINTS and gone:
                self.constraints = self.put(self.constraints, ident, gone, answer.get('constraint_reference'),
                                            self.constraint)
            if 'subscription' in answer or collection == SUBSCRIPTIONS and gone:
                self.subscriptions = self.put(self.subscriptions, ident, gone, answer.get('subscription'),
                                              self.subscription)
            for subscriber in answer.get('subscribers', []):
                for state in subscriber['subscriptions']:
                    self.hear(state['subscription_id'], exchange.call.sub)
            if 'status' in answer:
                self.usss[answer['status']['uss']] = answer['version']

    def hear(self, ident, sub):
        """Of a subscription there are ways to know before it was got."""
        if not any(each.id == ident for each in self.subscriptions):
            self.subscriptions = self.subscriptions + [Subscription(ident, sub, '', 'never-seen', 0,
                                                                    Extent(frozenset(), end=0), True, True, True)]

    @staticmethod
    def put(items, ident, gone, member, make):
        if gone:
            return without(items, ident)
        return without(items, member['id']) + [make(member)]

    @staticmethod
    def extent(member):
        return Extent(frozenset(), start=parse_time(member['time_start']['value']),
                      end=parse_time(member['time_end']['value']))

    def intent(self, member):
        ovn = self.ovn(member, self.intents)
        if ovn.startswith(member['id'] + '_'):
            self.used = self.used + [(member['id'], ovn[37:])]
        return Intent(member['id'], member['manager'], '', member['state'], 0, ovn, self.extent(member), None)

    def constraint(self, member):
        return Constraint(member['id'], member['manager'], '', 0, self.ovn(member, self.constraints),
                          self.extent(member))

    def subscription(self, member):
        return Subscription(member['id'], '', '', member['version'], 0, self.extent(member), True, True,
                            member['implicit_subscription'])

    @staticmethod
    def ovn(member, items):
        if member['ovn'] != 'Available from USS':
            return member['ovn']
        return next((each.ovn for each in items if each.id == member['id']), member['ovn'])


class Worker(threading.Thread):
    def __init__(self, node, board, player, requests, start, pause_s):
        super().__init__()
        self.node, self.board, self.player, self.requests, self.begin = node, board, player, requests, start
        self.pause_s, self.clients, self.fault = pause_s, {}, None

    def run(self):
        try:
            self.begin.wait()
            for i in range(self.requests):
                if i == self.requests // 2:
                    time.sleep(self.pause_s)
                who, method, path, body = self.player.next(self.board)
                if who not in self.clients:
                    self.clients[who] = Client(self.node, *who)
                exchange = self.clients[who].send(method, path, body)
                self.board.note(exchange)
        except Exception as error:  # pylint: disable=broad-except  # told below, with the seed
            self.fault = f'{type(error).__name__}: {error}'


def play(program, cells, authority, seed, folder, requests):
    """The node, stopped, with all its exchanges; and faults."""
    expiring = seed % 2 == 0
    node = Node(program, f'{folder}/{seed}', *(EXPIRING if expiring else ()), authority=authority).start()
    board, begin = Board(), threading.Barrier(THREADS)
    players = [Player(seed * 100 + i, cells, ids=4, spread=0.004, radii=(30, 200), sides=(0.0005, 0.004),
                      soon=60 if expiring else 0) for i in range(THREADS)]
    for player in players:
        player.share(players[0])
    # What ends soon has expired after the pause, however quick the machine is.
    pause_s = 0.6 if expiring else 0
    workers = [Worker(node, board, player, requests, begin, pause_s) for player in players]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    faults = [worker.fault for worker in workers if worker.fault]
    status = node.stop()
    return node, faults + ([f'the node ended with {status}'] if status else [])


def overlapping(exchanges):
    """How many were sent while another was under way."""
    latest, count = 0, 0
    for exchange in sorted(exchanges, key=lambda each: each.sent):
        count += exchange.sent < latest
        latest = max(latest, exchange.received)
    return count


def main(program, s2_cells):
    scale = float(os.environ.get('ENTENTE_TEST_SCALE', 1))
    first = int(os.environ.get('ENTENTE_TEST_SEED', 1))
    rounds, requests = max(1, round(ROUNDS * scale)), REQUESTS if scale >= 0.5 else REQUESTS // 3
    cells, document, authority = Cells(s2_cells), openapi_check.Document.read(), Authority()
    count, total, overlaps, wide, entries, gone, bad = collections.Counter(), 0, 0, 0, 0, 0, 0
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + rounds):
            node, faults = play(program, cells, authority, seed, folder, requests)
            witness = Witness(node.ledger(), node.exchanges, Model(cells))
            faults = faults or witness.check() + node.faults(document)
            for fault in faults[:20]:
                print(f'seed {seed}: {fault}', file=sys.stderr)
            bad += len(faults)
            total += len(node.exchanges)
            overlaps += overlapping(node.exchanges)
            wide += witness.wide
            entries += len(witness.entries)
            gone += witness.expired
            count.update((exchange.call.method, exchange.status) for exchange in node.exchanges)
    cells.close()
    print(f'campaign: {rounds} rounds from seed {first}, {total} exchanges, {overlaps} of them while others were under '
          f'way, {entries} entries, {gone} of what they made expired, {wide} answers with a choice of states, {time.monotonic() - start:.1f} s; ' +
          ', '.join(f'{method} {status}: {n}' for (method, status), n in sorted(count.items())))
    # Else nothing was shown.
    if not bad and (overlaps < total / 2 or entries < total / 10 or wide < total / 10 or
                    rounds > 1 and not gone or not count['PUT', 409]):
        print('the exchanges hardly met', file=sys.stderr)
        bad = 1
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
