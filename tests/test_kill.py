#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A node that is killed again and again, under load, while it starts, and while it writes snapshots: all that it acknowledged is
there afterwards, in its answers and in its ledger, which is checked each time.

usage: test_kill.py PROGRAM

ENTENTE_TEST_SCALE times the number of kills, ENTENTE_TEST_SEED is where chance begins.
"""
import collections
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

import dss_bodies
from dss_http import Client, Node
from kill_ledger import Ledger

KILLS, THREADS = 20, 6
LOOKED_AGAIN = 25  # things that nobody touched lately, in each life
SCOPES = ('utm.strategic_coordination', 'utm.constraint_management', 'utm.constraint_processing')

Kind = collections.namedtuple('Kind', 'path member version entry')
INTENT = Kind('/dss/v1/operational_intent_references', 'operational_intent_reference', 'ovn', 'intent')
CONSTRAINT = Kind('/dss/v1/constraint_references', 'constraint_reference', 'ovn', 'constraint')
SUBSCRIPTION = Kind('/dss/v1/subscriptions', 'subscription', 'version', 'subscription')


class Thing:
    """What a client knows of what it has at the node: its OVN by the last answer (None: it is not there), and what it asked since."""

    def __init__(self, kind, place):
        self.kind, self.place, self.id = kind, place, dss_bodies.new_id()
        self.ovn, self.asked = None, None

    def body(self):
        """Each has a place to itself, so that no key is needed."""
        lat, lng = -50 + self.place // 2000 * 0.06, -170 + self.place % 2000 * 0.17
        whole = dss_bodies.flight(dss_bodies.circle(lat, lng))
        if self.kind is SUBSCRIPTION:
            return dss_bodies.subscription(whole)
        if self.kind is CONSTRAINT:
            return dss_bodies.constraint(whole)
        members = {'new_subscription': {'uss_base_url': dss_bodies.URL}} if self.place % 3 == 0 else {}
        return dss_bodies.intent(whole, **members)


class Worker:
    """A USS with one connection. It stops when the node does not answer any more."""

    def __init__(self, kills, number):
        self.kills, self.number = kills, number
        self.client = Client(kills.node, f'uss{number}', *SCOPES)
        self.chance = random.Random(kills.seed * 1000 + number)
        self.things, self.touched = [], []
        self.writes, self.acknowledged, self.uncertain = 0, [], 0

    def live(self):
        try:
            self.look()
            while True:
                self.write()
        except (OSError, http.client.HTTPException):
            self.client.close()
        except Exception as wrong:  # pylint: disable=broad-except
            self.kills.faults.append(f'uss{self.number}: {type(wrong).__name__}: {wrong}')

    # --- After a restart ---

    def look(self):
        older = self.chance.sample(self.things, min(LOOKED_AGAIN, len(self.things)))
        for thing in [*self.touched, *older]:
            self.look_at(thing)
        self.touched = []

    def look_at(self, thing):
        exchange = self.client.send('GET', f'{thing.kind.path}/{thing.id}')
        if exchange.status == 503:
            raise ConnectionError('it stops')
        assert exchange.status in (200, 404), f'{exchange.status} to a GET: {exchange.text}'
        found = exchange.json[thing.kind.member][thing.kind.version] if exchange.status == 200 else None
        if thing.asked is None:
            assert found == thing.ovn, f'{thing.kind.entry} {thing.id} has {found}, acknowledged was {thing.ovn}'
        elif thing.asked == 'delete':
            assert found in (thing.ovn, None), f'{thing.kind.entry} {thing.id} has {found}, had {thing.ovn}, and was to go'
        else:
            assert found is not None or thing.ovn is None, f'{thing.kind.entry} {thing.id} is gone, had {thing.ovn}'
        thing.ovn, thing.asked = found, None

    # --- Under load ---

    def pick(self):
        luck = self.chance.random()
        there = self.chance.choice(self.things) if self.things and luck < 0.6 else None
        if there is not None and there.ovn is not None and there.asked is None:
            return there, 'delete' if luck < 0.25 else 'update'
        thing = Thing(self.chance.choice([INTENT, INTENT, INTENT, CONSTRAINT, SUBSCRIPTION]), self.kills.next_place())
        self.things.append(thing)
        return thing, 'create'

    def write(self):
        thing, thing.asked = self.pick()
        self.touched.append(thing)
        path = f'{thing.kind.path}/{thing.id}' + (f'/{thing.ovn}' if thing.ovn is not None else '')
        exchange = self.client.send('DELETE', path) if thing.asked == 'delete' else self.client.send('PUT', path, thing.body())
        self.writes += 1
        if exchange.status == 503:  # it stops
            self.uncertain += 1
            return
        assert exchange.status in (200, 201), f'{exchange.status} to {thing.asked}: {exchange.text}'
        answer = exchange.json[thing.kind.member]
        entry = thing.kind.entry + ('-removed' if thing.asked == 'delete' else '')
        thing.ovn = None if thing.asked == 'delete' else answer[thing.kind.version]
        self.acknowledged.append((entry, thing.id, thing.ovn))
        thing.asked = None


class Kills:

    def __init__(self, program, data, seed, kills):
        self.program, self.data, self.seed, self.left = program, data, seed, kills
        self.chance, self.faults, self.places, self.lock = random.Random(seed), [], 0, threading.Lock()
        self.node = Node(program, data, '--quiet', '--snapshot-entries', '200', '--audience', '127.0.0.1')
        self.workers = [Worker(self, number) for number in range(THREADS)]
        self.ledger = Ledger(data)
        self.snapshots, self.starts = 0, []

    def next_place(self):
        with self.lock:
            self.places += 1
            return self.places

    def start(self):
        """Now and then it is killed before it serves."""
        while self.chance.random() < 0.25 and self.left > 0:
            process = subprocess.Popen([self.program, 'serve', '--data', self.data, '--listen', '127.0.0.1:0', '--dev', '--quiet'],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.chance.random() * 0.06)
            process.kill()
            process.wait()
            self.left -= 1
            self.check_ledger()
        began = time.monotonic()
        self.node.start()
        self.starts.append(time.monotonic() - began)
        self.node.exchanges.clear()

    def life(self):
        self.start()
        threads = [threading.Thread(target=worker.live) for worker in self.workers]
        for thread in threads:
            thread.start()
        time.sleep(0.05 + self.chance.random() ** 2)
        if self.chance.random() < 0.9:
            self.node.kill()
        elif self.node.stop() != 0:
            self.faults.append('it did not stop as it should')
        self.left -= 1
        for thread in threads:
            thread.join()
        self.check_ledger()

    def check_ledger(self):
        """Each acknowledged write has its entry, in the order in which its client was answered."""
        try:
            entries = [json.loads(entry) for entry in self.ledger.read()]
        except AssertionError as wrong:
            self.faults.append(f'the ledger: {wrong}')
            return
        at = {(entry['kind'], entry.get('id'), entry.get('ovn')): number for number, entry in enumerate(entries)}
        for worker in self.workers:
            places = [at.get(each, -1) for each in worker.acknowledged]
            if -1 in places:
                self.faults.append(f'no entry of what was acknowledged: {worker.acknowledged[places.index(-1)]}')
            if places != sorted(places):
                self.faults.append(f'entries of uss{worker.number} are not in the order of its answers')
            worker.acknowledged = []
        # Killed early enough, it has not even made its folder.
        self.snapshots += os.path.isdir(self.data) and any(name.startswith('snapshot-') for name in os.listdir(self.data))

    def verify(self):
        """By our own program."""
        done = subprocess.run([self.program, 'ledger', 'verify', '--data', self.data], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            self.faults.append(f'entente ledger verify: {done.returncode}: {done.stdout}{done.stderr}')

    def run(self):
        while self.left > 0 and not self.faults:
            self.life()
            if self.left % 5 == 0:
                self.verify()
        if self.faults:
            return
        self.start()
        try:
            for worker in self.workers:
                worker.touched = worker.things
                worker.look()
        except AssertionError as wrong:
            self.faults.append(f'in the end: {wrong}')
        if self.node.stop() != 0:
            self.faults.append('it did not stop as it should')
        self.check_ledger()
        self.verify()


def main():
    scale, seed = float(os.environ.get('ENTENTE_TEST_SCALE', 1)), int(os.environ.get('ENTENTE_TEST_SEED', 1))
    count = max(4, int(KILLS * scale))
    with tempfile.TemporaryDirectory() as folder:
        kills = Kills(sys.argv[1], f'{folder}/data', seed, count)
        kills.run()
        writes = sum(worker.writes for worker in kills.workers)
        things = sum(len(worker.things) for worker in kills.workers)
        for fault in kills.faults[:20]:
            print(f'test_kill: {fault}')
        print(f'{count} kills, {writes} writes of {things} things, {len(kills.ledger.tree.leaves)} entries; '
              f'the longest start took {max(kills.starts):.2f} s')
        if kills.faults:
            print('\n'.join(kills.node.log[-20:]))
            print(f'test_kill: seed {seed}')
            sys.exit(1)
        assert writes > 20 * count, 'more load'
        assert kills.snapshots > 0 or count < 10, 'a snapshot'


if __name__ == '__main__':
    main()
