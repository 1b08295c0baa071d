#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
`entente serve` on a disk that takes no more: writes are refused, reads go on, and /healthz and /metrics say so; when
there is room again it goes on by itself.

usage: test_serve_disk.py PROGRAM
"""
import resource
import sys
import time

import serving
from serving import SUBSCRIPTIONS, WAIT_S, Case, dev_token, new_id, run, subscription


class Disk(Case):
    def let_grow(self, node, size):
        """Files of the node may grow to so many bytes (None: any): as on a disk that is full."""
        _, hard = resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    def writes(self, node):
        return [line for line in node.metrics().body.decode().splitlines() if line.startswith('entente_writes ')]

    def wait_until_ok(self, node):
        until = time.monotonic() + WAIT_S
        while node.ask('/healthz').json()['status'] != 'ok':
            self.assertLess(time.monotonic(), until)
            time.sleep(0.05)

    def test_disk__that_takes_no_more_is_told_and_reads_go_on(self):
        node = self.start('--dev', '--metrics-listen', '127.0.0.1:0')
        token, kept = dev_token(), []
        for _ in range(20):
            path = f'{SUBSCRIPTIONS}/{new_id()}'
            kept.append((path, node.ask(path, 'PUT', subscription(), token).json()['subscription']))
        self.let_grow(node, 1)  # with more there might be room again once the log is emptied
        path = f'{SUBSCRIPTIONS}/{new_id()}'
        answer = node.ask(path, 'PUT', subscription(), token)
        self.assertEqual(answer.status, 503)
        self.assertIn('the ledger takes no writes just now', answer.json()['error_message'])
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], health['writes'], health['store']['writes']), ('degraded', False, False))
        self.assertIn('disk I/O error', health['reason'])  # of the write, or of trying again
        self.assertEqual(health['reason'], health['store']['reason'])
        self.assertEqual(health['ledger']['size'], 1 + len(kept))
        self.assertEqual(self.writes(node), ['entente_writes 0'])
        self.assertIn('File too large', node.wait_for('a batch of 1 entries was not written'))
        # All that was acknowledged can be read, nothing is taken, and a refusal needs no disk.
        for there, made in kept:
            found = node.ask(there, token=token).json()['subscription']
            self.assertEqual({**found, 'notification_index': 0}, made)
        self.assertEqual(node.ask(path, token=token).status, 404)
        self.assertEqual(node.ask(path, 'PUT', subscription(), token).status, 503)
        self.assertEqual(node.ask(path, 'PUT', {}, token).status, 400)
        self.let_grow(node, None)
        self.wait_until_ok(node)
        self.assertEqual(self.writes(node), ['entente_writes 1'])
        node.wait_for('the store takes writes again')
        path = f'{SUBSCRIPTIONS}/{new_id()}'
        made = node.ask(path, 'PUT', subscription(), token)
        self.assertEqual(made.status, 200)
        self.assertEqual(node.stop(), 0)
        self.assertEqual(run('ledger', 'verify', '--data', node.data).returncode, 0)
        node.start()
        for there, _ in [*kept, (path, None)]:
            self.assertEqual(node.ask(there, token=token).status, 200)

    def test_disk__a_page_that_was_damaged_is_told_of_at_the_next_start(self):
        node = self.start('--dev', '--snapshot-entries', '0')
        token = dev_token()
        for _ in range(300):
            self.assertEqual(node.ask(f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', subscription(), token).status, 200)
        self.assertEqual(node.stop(), 0)
        file = node.data / 'ledger.sqlite'
        good = file.read_bytes()
        last = len(good) // 4096 - 1
        # The table that has the heads, and one of entries.
        for page, starts, verifies in ((2, 'the database cannot be read', 'the database cannot be read'),
                                       (last - 1, 'cannot be read', 'missing or cannot be read')):
            with self.subTest(page=page):
                file.write_bytes(good[:4096 * page] + b'\xff' * 4096 + good[4096 * (page + 1):])
                for snapshot in node.data.glob('snapshot-*'):
                    snapshot.unlink()
                self.refused('--data', node.data, '--listen', '127.0.0.1:0', says=starts)
                done = run('ledger', 'verify', '--data', node.data)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(verifies, done.stdout + done.stderr)


if __name__ == '__main__':
    serving.main(sys.argv)
