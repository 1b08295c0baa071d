# SPDX-License-Identifier: Apache-2.0
"""`entente serve` on a machine whose clock is set while it runs: nothing is written that a wrong moment would make final."""
import json
import os
import struct
import sys
import time

import serving
from serving import INTENTS, SUBSCRIPTIONS, WAIT_S, Case, circle, dev_token, intent, new_id, run, subscription

S, DAY_S, TEN_YEARS_S = 1_000_000, 86400, 10 * 365 * 86400
set_clock = None  # set below
ADHERED = 'the node goes on from the first by a clock that cannot be set'


class Clocks(Case):
    def setUp(self):
        super().setUp()
        self.clock = self.write('clock', bytes(16))

    def set(self, ahead_s, slept_s=0):
        """The machine's clock, and what the one that cannot be set has counted beyond what passed."""
        with open(self.clock, 'r+b', buffering=0) as file:
            file.write(struct.pack('=qq', ahead_s * S, slept_s * S))

    def begin(self, *options):
        environment = {'LD_PRELOAD': set_clock, 'ENTENTE_TEST_CLOCK': str(self.clock)}
        return self.start('--dev', '--metrics-listen', '127.0.0.1:0', *options, environment=environment)

    def file(self, node, at=47.0, status=201, token=None):
        path = f'{INTENTS}/{new_id()}'
        answer = node.ask(path, 'PUT', intent(circle(at)), token or dev_token())
        self.assertEqual(answer.status, status, answer)
        return path

    def metric(self, node, name):
        for line in node.metrics().body.decode().split('\n'):
            if line.startswith(name + ' '):
                return float(line.split()[1])
        return self.fail('there is no such metric')

    def ahead(self, node):
        return self.metric(node, 'entente_clock_ahead_seconds')

    def wait_for_expiry(self, node):
        until = time.monotonic() + WAIT_S
        while self.metric(node, 'scd_operational_intents_total') > 0 and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(node.ask('/healthz').json()['ledger']['size'], 3)

    def test_clock__ten_years_ahead_for_some_seconds_expires_nothing(self):
        node = self.begin()
        path = self.file(node)
        before = node.ask('/healthz').json()
        self.assertEqual((before['status'], self.ahead(node)), ('ok', 0))
        self.set(TEN_YEARS_S)
        warned = json.loads(node.wait_for(ADHERED))
        self.assertEqual(warned['level'], 'warning')
        self.assertRegex(warned['message'], rf'it was set from 20\S+Z to 20\S+Z, by {TEN_YEARS_S} s: ')
        time.sleep(2.5)  # an idle node looks each second at what is due
        during = node.ask('/healthz').json()
        self.assertEqual((during['status'], during['writes']), ('degraded', True))
        self.assertIn(f'the clock was set {TEN_YEARS_S} s ahead', during['reason'])
        self.assertAlmostEqual(self.ahead(node), TEN_YEARS_S, delta=1)
        # By the later of the two times it has expired.
        answer = node.ask(path, token=dev_token())
        self.assertEqual((answer.status, 'expired' in answer.json()['message']), (401, True), answer)
        self.set(0)
        node.wait_for('it is back at 20')
        after = node.ask('/healthz').json()
        self.assertEqual((after['status'], after['ledger'], self.ahead(node)), ('ok', before['ledger'], 0))
        self.assertEqual(node.ask(path, token=dev_token()).status, 200)
        self.file(node, 48.0)
        self.assertEqual(len([line for line in node.log if ADHERED in line]), 1)
        self.assertEqual(node.stop(), 0)
        node.start()
        self.assertEqual(node.ask(path, token=dev_token()).status, 200)
        self.file(node, 49.0)
        self.assertNotIn('behind the ledger', ''.join(node.log))

    def test_clock__set_back_makes_no_token_good_again(self):
        node = self.begin()
        old = run('token', '--dev', '--scope', serving.PLAN, '--expires', '1s').stdout.strip()
        time.sleep(1)
        self.set(-60)
        node.wait_for(f'by -60 s: {ADHERED}')
        self.file(node, status=401, token=old)
        self.set(-TEN_YEARS_S)
        node.ask('/healthz')
        self.assertAlmostEqual(self.ahead(node), -TEN_YEARS_S, delta=1)
        self.file(node)
        self.assertEqual(node.ask('/healthz').json()['status'], 'degraded')

    def test_clock__that_stays_is_taken_after_5_minutes(self):
        node = self.begin()
        self.file(node)
        self.set(2 * DAY_S)
        node.wait_for(ADHERED)
        self.set(2 * DAY_S + 290, 290)
        self.assertEqual(node.ask('/healthz').json()['status'], 'degraded')
        self.set(2 * DAY_S + 301, 301)
        node.wait_for('it has stayed for 5 minutes, and the node goes by it now')
        self.wait_for_expiry(node)
        self.assertEqual((node.ask('/healthz').json()['status'], self.ahead(node)), ('ok', 0))
        # And back: what stands in the ledger stays, and time waits for the clock.
        self.set(301, 301)
        node.wait_for(f'by -{2 * DAY_S} s: {ADHERED}')
        self.set(602, 602)
        node.wait_for(f'by -{2 * DAY_S} s: it has stayed')
        node.wait_for("behind the ledger's last entry")
        health = node.ask('/healthz').json()
        self.assertEqual(health['status'], 'degraded')
        self.assertIn("behind the ledger's last entry", health['reason'])

    def test_clock__a_machine_that_slept_has_not_had_its_clock_set(self):
        node = self.begin()
        self.file(node)
        self.set(DAY_S, DAY_S)
        self.wait_for_expiry(node)
        self.assertNotIn('"message":"clock: ', ''.join(node.log))

    def test_start__says_how_long_ago_the_last_entry_was(self):
        node = self.begin()
        node.wait_for('a new ledger begins, and by the clock it is 20')
        node.ask(f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', subscription(), dev_token())
        self.assertEqual(node.stop(), 0)
        node.start()
        self.assertNotIn('the last entry is from', ''.join(node.log))
        self.assertEqual(node.stop(), 0)
        self.set(30 * DAY_S + 60)
        node.start()
        node.wait_for(': 30 days later')
        self.assertEqual(node.stop(), 0)
        self.set(-int(time.time()) + 1)
        node.start()
        node.wait_for('the clock is wrong: by it, it is 1970-01-01T00:00:')
        node.wait_for("behind the ledger's last entry")


if __name__ == '__main__':
    set_clock = os.path.abspath(sys.argv.pop(2))
    serving.main(sys.argv)
