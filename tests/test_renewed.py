# SPDX-License-Identifier: Apache-2.0
"""A party whose keys were renewed (docs/parties.md): its node starts again with ledgers that the key before has signed, and goes on in them.

usage: test_renewed.py ENTENTE
"""
import datetime
import json
import shutil
import sys

import party_nodes
import serving
from party_nodes import bring_into_force, eventually, set_clocks, synchronised

MEMO = 'm-1'
KEYS = '--new-line-key', '--new-tls-key'


class Renewed(party_nodes.Case):
    def renew(self, node, *keys):
        node.stop()
        node.run('party', 'renew', '--data', node.data, '--passphrase-file', node.passphrase, *keys)
        node.start()

    def acknowledged(self, nodes, line):
        return synchronised(nodes) and nodes[1].size_of_theirs(nodes[0], line) > self.before

    def test_ledgers_go_on_under_a_new_line_key(self):
        """The peer takes the new card; what it has is signed by the key before, and what follows by the new one."""
        nodes = a, b = self.party('A'), self.party('B')
        a.meet(b)
        bring_into_force(nodes, MEMO)
        eventually(lambda: synchronised(nodes), 'all is acknowledged')
        then, line = a.now(), f'line/{a.id}/{b.id}'
        self.before, own = b.size_of_theirs(a, line), a.line_vkey
        self.renew(a, *KEYS)
        self.assertNotEqual(own, a.line_vkey)
        b.add(a.data / 'party/card.txt')
        set_clocks(nodes, max(then, b.now()) + datetime.timedelta(hours=2))
        a.act(MEMO, act='memo-declare', reason='by the new key')
        eventually(lambda: self.acknowledged(nodes, line), lambda: f'{a.owed(b)} {b.owed(a)} {a.alarms()} {b.alarms()}')
        self.assertEqual([], a.wrongs() + b.wrongs())
        self.assertEqual('in force', a.memorandum(MEMO)['status'])
        for node in nodes:
            node.stop()
        for ledger in line, f'memo/{MEMO}/{a.id}':
            a.verify(ledger, a.line_vkey)
            b.verify(ledger, a.line_vkey)

    def test_a_copy_of_before_says_that_its_own_keys_are_old_and_blames_nobody(self):
        """Its peer shows what the newer line key signed, which the copy cannot know: it says so, and what to do; then it goes on."""
        nodes = a, b = self.party('A'), self.party('B')
        a.meet(b)
        bring_into_force(nodes, MEMO)
        eventually(lambda: synchronised(nodes), 'all is acknowledged')
        then, line = a.now(), f'line/{a.id}/{b.id}'
        self.before = b.size_of_theirs(a, line)
        a.stop()
        copy, party = a.folder / 'copy', a.folder / 'party'
        shutil.copytree(a.data, copy)
        old = a.line_vkey.split('+')[1]
        a.start()
        self.renew(a, '--new-line-key')
        b.add(a.data / 'party/card.txt')
        set_clocks(nodes, max(then, b.now()) + datetime.timedelta(hours=2))
        a.act(MEMO, act='memo-declare', reason='by the new key')
        eventually(lambda: self.acknowledged(nodes, line), lambda: f'{a.owed(b)} {b.owed(a)} {a.alarms()} {b.alarms()}')
        new = a.line_vkey.split('+')[1]
        a.stop()
        shutil.copytree(a.data / 'party', party)
        shutil.rmtree(a.data)
        shutil.copytree(copy, a.data)
        a.start()
        ledgers = {line, f'memo/{MEMO}/{a.id}'}
        eventually(lambda: ledgers <= {one['ledger'] for one in a.alarms(b, 'old-keys')}, lambda: f'{a.alarms()}')
        for one in a.alarms(b, 'old-keys'):
            self.assertIn(new, one['why'])
            self.assertIn(old, one['why'])
            self.assertIn('stop this node, take the copy anew, put the folder party of now into it, start it with --restored', one['why'])
        # Nobody can verify it: what else it may be is told beside it.
        self.assertEqual([one for one in a.wrongs() if one['kind'] not in ('old-keys', 'false-note', 'unproven')], [])
        # What it says to do is what helps.
        a.stop()
        shutil.rmtree(a.data)
        shutil.copytree(copy, a.data)
        shutil.rmtree(a.data / 'party')
        shutil.copytree(party, a.data / 'party')
        a.start('--restored')
        set_clocks(nodes, max(a.now(), b.now()) + datetime.timedelta(hours=2))
        a.first_act(MEMO, act='memo-declare', reason='and on')
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(b)} {b.owed(a)} {a.alarms()} {b.alarms()}')
        self.assertEqual([], a.wrongs())
        self.assertIn('by the new key', json.dumps(a.v1(f'/v1/memoranda/{MEMO}/history')))


if __name__ == '__main__':
    serving.main(sys.argv)
