# SPDX-License-Identifier: Apache-2.0
"""A node whose data were restored from a copy (docs/decisions/0020): it asks its peers how far it had been, gets back what it lacks, and
contradicts itself nowhere; without a peer to ask it waits, or says that it begins anew, or else the peer has the proof.

usage: test_restored.py ENTENTE
"""
import contextlib
import datetime
import pathlib
import shutil
import sys
import tempfile

import party_nodes
import peer_bytes
import serving
from party_nodes import PartyNode, bring_into_force, eventually, set_clocks, synchronised

MEMO = 'm-1'


class Restored(party_nodes.Case):
    """A and B have a memorandum; a copy of A is taken; A goes on, and what it writes is at B; then A's disk is lost. Made once."""

    @classmethod
    def setUpClass(cls):
        cls.class_stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.class_stack.close)
        cls.kept = pathlib.Path(cls.class_stack.enter_context(tempfile.TemporaryDirectory()))
        cls.a, cls.b = cls.nodes = [PartyNode(cls.kept / name, name).start() for name in 'AB']
        try:
            cls.make()
        finally:
            for node in cls.nodes:
                node.stop()
        shutil.copytree(cls.b.data, cls.kept / 'B-then')

    @classmethod
    def make(cls):
        a, b = cls.nodes
        a.meet(b)
        bring_into_force(cls.nodes, MEMO)
        eventually(lambda: synchronised(cls.nodes), 'all is acknowledged')
        a.stop()
        shutil.copytree(a.data, cls.kept / 'A-copy', ignore=shutil.ignore_patterns('control'))
        a.start()
        for i in range(3):
            a.act(MEMO, act='memo-declare', reason=f'after the copy, {i}')
        set_clocks(cls.nodes, max(node.now() for node in cls.nodes) + datetime.timedelta(hours=2))
        cls.at_b = {}
        for name in cls.ledgers():
            eventually(lambda: synchronised(cls.nodes), 'all is acknowledged')
            cls.at_b[name] = b.size_of_theirs(a, name)
        cls.then = b.now()

    def setUp(self):
        super().setUp()
        for node, kept in ((self.a, 'A-copy'), (self.b, 'B-then')):
            shutil.rmtree(node.data)
            shutil.copytree(self.kept / kept, node.data)
            self.stack.callback(node.stop)
            self.stack.callback(node.ways[0].cut)
            node.ways[0].mend()
        self.b.start()
        self.set_clock(self.b, self.then)

    @staticmethod
    def set_clock(node, at):
        node.set_clock(max(at, node.now() + datetime.timedelta(seconds=1)))

    @classmethod
    def ledgers(cls):
        return f'line/{cls.a.id}/{cls.b.id}', f'memo/{MEMO}/{cls.a.id}'

    def start(self, *options):
        self.a.start(*options)
        self.set_clock(self.a, self.then)
        self.a.unlock()

    def settled(self):
        eventually(lambda: synchronised(self.nodes), lambda: f'{self.a.peer(self.b)} {self.b.peer(self.a)}')

    def ours(self):
        """How large A's ledgers are at A."""
        return {one['ledger']: one['size'] for one in self.a.peer(self.b)['owed']}

    def write(self, text, status=(200, 201)):
        self.a.unlock()
        return self.a.v1(f'/v1/memoranda/{MEMO}/acts', 'POST', {'act': 'memo-declare', 'reason': text}, status=status)

    def caught_up(self):
        """A has what B had of it, goes on behind that, and nobody has anything to complain of."""
        eventually(lambda: all(self.ours().get(name, 0) >= size for name, size in self.at_b.items()), lambda: f'{self.ours()} {self.at_b}')
        done = eventually(lambda: self.try_to_write('and on'), 'it is written')
        self.assertGreaterEqual(done['seq'], self.at_b[f'memo/{MEMO}/{self.a.id}'])
        self.settled()
        for node in self.nodes:
            self.assertEqual(node.alarms(kind='fork'), [])
            self.assertFalse([one for one in node.peer(self.b if node is self.a else self.a)['theirs'] if one['frozen']])
        texts = [one.get('text') for one in self.b.v1(f'/v1/memoranda/{MEMO}/history')['entries'] if one['party'] == self.a.id]
        self.assertEqual([text for text in texts if text], [f'after the copy, {i}' for i in range(3)] + ['and on'])
        for node in self.nodes:
            node.stop()
        for name in self.ledgers():
            self.assertEqual(self.a.entries(name), self.b.entries(name))
            for node in self.nodes:
                node.verify(name, self.a.line_vkey)

    def try_to_write(self, text):
        self.a.unlock()
        answer = self.a.request(f'/v1/memoranda/{MEMO}/acts', 'POST', {'act': 'memo-declare', 'reason': text})
        return answer.json() if answer.status == 201 else None

    def test_it_asks_its_peer_and_goes_on_behind_what_that_has(self):
        """Nobody said that it is an old copy."""
        self.start()
        self.caught_up()

    def test_one_that_is_said_to_be_restored_waits_for_its_peer_however_long_that_takes(self):
        self.b.ways[0].cut()
        self.start('--restored')
        before = self.ours()
        refused = self.write('too early', status=(409, 503))
        self.assertIn('message', refused)
        set_clocks(self.nodes, self.then + datetime.timedelta(hours=3))
        self.write('too early, hours later', status=(409, 503))
        self.assertEqual(self.ours(), before)
        self.b.ways[0].mend()
        set_clocks(self.nodes, self.then + datetime.timedelta(hours=4))
        self.caught_up()

    def test_without_a_word_and_without_a_peer_the_peer_has_the_proof(self):
        """What is not caught (0020): the copy goes on by itself, and then cannot be anybody's word any more."""
        self.b.ways[0].cut()
        self.start()
        eventually(lambda: self.try_to_write('again, and otherwise'), 'it goes on after 10 s')
        self.b.ways[0].mend()
        set_clocks(self.nodes, self.then + datetime.timedelta(hours=3))
        alarm = eventually(lambda: self.b.alarms(self.a, 'fork'), lambda: f'{self.b.alarms()}')[0]
        path = pathlib.Path(alarm['evidence'])
        path = path if path.is_absolute() else self.b.data / path
        done = serving.run('ledger', 'verify', path, '--vkey', self.a.line_vkey)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        peer_bytes.proves_fork(path.read_text(), self.a.line_vkey)
        # What had been received stays as it was.
        for name, size in self.at_b.items():
            self.assertGreaterEqual(self.b.size_of_theirs(self.a, name), size)


if __name__ == '__main__':
    serving.main(sys.argv)
