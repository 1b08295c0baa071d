# SPDX-License-Identifier: Apache-2.0
"""A node whose data were restored from a copy (docs/decisions/0020): it asks its peers how far it had been, gets back what it lacks, and
contradicts itself nowhere; without a peer to ask it waits, or says that it begins anew (0021), or else the peer has the proof. And peers that
begin anew as they should not.

usage: test_restored.py ENTENTE
"""
import contextlib
import datetime
import json
import pathlib
import shutil
import sys
import tempfile

import party_nodes
import peer_bytes
import serving
from party_nodes import PartyNode, bring_into_force, eventually, set_clocks, synchronised
from peer import Peer
from verbs_node import alarm_tag

MEMO = 'm-1'
EPOCHS_MAX = 8  # ledgers of one side of a line, the first among them


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
        line = f'line/{a.id}/{b.id}'
        size = b.size_of_theirs(a, line)
        set_clocks(cls.nodes, max(node.now() for node in cls.nodes) + datetime.timedelta(hours=2))
        eventually(lambda: b.size_of_theirs(a, line) > size, 'the line goes on behind the copy')
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
        # It is acknowledged once it is stored, and counts once it is written when it came.
        eventually(lambda: 'and on' in self.said_by_a(), lambda: f'{self.said_by_a()}')
        self.assertEqual(self.said_by_a(), [f'after the copy, {i}' for i in range(3)] + ['and on'])
        for node in self.nodes:
            node.stop()
        for name in self.ledgers():
            self.assertEqual(self.a.entries(name), self.b.entries(name))
            for node in self.nodes:
                node.verify(name, self.a.line_vkey)

    def said_by_a(self):
        return [one['text'] for one in self.b.v1(f'/v1/memoranda/{MEMO}/history')['entries'] if one['party'] == self.a.id and one.get('text')]

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

    def test_alone_its_line_begins_anew_and_its_peer_has_what_it_lost(self):
        line, there = self.ledgers()[0], self.b.size_of_theirs(self.a, self.ledgers()[0])
        self.b.ways[0].cut()
        self.a.ways[0].cut()
        self.start('--restored-alone')
        epoch = eventually(lambda: self.a.peer(self.b)['epochs'], 'its line begins anew after 10 s')[0]
        new = epoch['ledger']
        self.assertTrue(epoch['ours'] and new.startswith(line + '@') and epoch['before'] == line)
        self.assertLess(epoch['had'], there)
        # What binds it can wait for those whom it binds; also over a start that does not say it again.
        self.write('too early', status=(409, 503))
        self.a.stop()
        self.start()
        self.write('too early, and nobody says that it is an old copy', status=(409, 503))
        self.assertEqual(self.a.peer(self.b)['epochs'], [epoch], 'it goes on in the same one')
        for way in (self.a.ways[0], self.b.ways[0]):
            way.mend()
        set_clocks(self.nodes, self.then + datetime.timedelta(hours=2))
        eventually(lambda: all(node.line(other)['state'] == 'up' for node, other in (self.nodes, self.nodes[::-1])), 'the line is up again')
        # The peer is told, and has what was lost; it is given back, and stands as it was said.
        alarm = eventually(lambda: self.b.alarms(self.a, 'epoch'), lambda: f'{self.b.alarms()}')[0]
        lost = there - epoch['had']
        self.assertEqual(alarm['ledger'], new)
        self.assertIn(f': {lost} that it no longer had', alarm['why'])
        self.assertEqual(self.b.peer(self.a)['epochs'], [{**epoch, 'ours': False, 'here': there}])
        self.assertIn(f'{lost} more are here, which they had lost', self.b.run('party', 'status', self.a.id, '--data', self.b.data).stdout)
        eventually(lambda: self.a.peer(self.b)['epochs'][0]['here'] == there, 'it comes back')
        self.assertIn(f'{lost} more came back', self.a.run('party', 'status', self.b.id, '--data', self.a.data).stdout)
        eventually(lambda: not (self.a.data / 'restored').exists(), 'it is no old copy any more')
        self.caught_up()
        for node in self.nodes:
            self.assertEqual(len(node.entries(line)), there)
            self.assertEqual(node.entries(new), self.a.entries(new))
            node.verify(new, self.a.line_vkey)
        self.assertIn('"kind":"line-epoch"', self.a.entries(new)[0])


class Begun(party_nodes.Case):
    """A node, and peers of another hand that begin anew."""

    @classmethod
    def setUpClass(cls):
        cls.class_stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.class_stack.close)
        cls.kept = pathlib.Path(cls.class_stack.enter_context(tempfile.TemporaryDirectory()))
        cls.node = PartyNode(cls.kept / 'N', 'N').start()
        cls.class_stack.callback(cls.node.stop)
        cls.count = 0

    def setUp(self):
        super().setUp()
        Begun.count += 1
        self.peer = self.hand(f'P{Begun.count}')
        self.node.meet(self.peer)
        self.line = self.peer.line(self.node.id)
        for number in range(3):
            self.peer.write(self.line.name, 'line-remark', {'number': number})
        self.peer.push(self.node.id)
        eventually(lambda: not self.peer.owed(self.node.id), 'all is acknowledged')
        self.peer.pushes = False

    def begin(self, number, before=None, note=None, who=None):
        before = before or self.line
        ledger = (who or self.peer).ledger(f'{self.line.name}@{number}')
        checkpoint = note if note is not None else before.note()
        ledger.add('line-epoch', 'TEST', self.peer.clock(), {'before': before.name, 'checkpoint': checkpoint})
        return ledger

    def send(self, *pieces):
        status, answer = self.peer.push(self.node.id, self.peer.parcel(self.node.id, pieces))
        self.assertEqual(status, 200)
        return answer

    def alarm(self, kind, ledger):
        return eventually(lambda: [one for one in self.node.alarms(self.peer, kind) if one['ledger'] == ledger.name],
                          lambda: f'{kind} of {ledger.name}: {self.node.alarms(self.peer)}')[0]

    def epochs(self):
        return self.node.peer(self.peer)['epochs']

    def receipts(self):
        """The node's, of which ledger."""
        node = self.peer.theirs[self.node.id, f'line/{self.node.id}/{self.peer.id}']
        return [json.loads(entry)['of']['ledger'] for entry in node.entries if '"kind":"line-receipt"' in entry]

    def is_answered(self, ledger):
        ledger.add('line-test', 'TEST', self.peer.clock(), {'period_from_us': self.peer.clock() // peer_bytes.PERIOD_US * peer_bytes.PERIOD_US,
                                                            'period_us': peer_bytes.PERIOD_US})
        self.send(ledger.piece())
        eventually(lambda: ledger.name in self.receipts(), lambda: f'a receipt of {ledger.name}: {self.receipts()}')

    def test_of_a_later_one_that_came_first_the_line_goes_on_and_the_earlier_one_is_kept(self):
        later, earlier = self.begin(3 * 10**6), self.begin(2 * 10**6)
        self.send(later.piece())
        self.alarm('epoch', later)
        self.send(earlier.piece())
        self.alarm('epoch', earlier)
        self.assertEqual([one['ledger'] for one in self.epochs()], [later.name, earlier.name])
        self.is_answered(later)
        self.assertNotIn(earlier.name, self.receipts())

    def test_one_that_claims_more_than_was_is_held_to_it(self):
        claimed = self.line.copy()
        for number in range(2):
            claimed.add('line-remark', 'TEST', self.peer.clock(), {'number': f'claimed {number}'})
        new = self.begin(2 * 10**6, claimed)
        self.send(new.piece())
        why = self.alarm('epoch', new)['why']
        # What the peer has written since, of its own accord, did not go out.
        here = self.peer.acknowledged[self.node.id, self.line.name]
        self.assertIn(f'it had {len(claimed)} entries of {self.line.name}, and {here} are here: 0 that', why)
        # What it then gives are others.
        for number in range(2):
            self.peer.write(self.line.name, 'line-remark', {'number': number})
        self.send(self.line.piece())
        self.prove(self.alarm('fork', self.line))

    def test_one_that_claims_other_than_was_has_contradicted_itself(self):
        other = peer_bytes.Ledger(self.peer.who, self.line.name)
        for entry in self.line.entries[:-1]:
            other.put(entry)
        other.add('line-remark', 'TEST', self.peer.clock(), {'number': 'another'})
        new = self.begin(2 * 10**6, other)
        self.send(new.piece())
        self.prove(self.alarm('fork', self.line))
        # That it goes on elsewhere takes nothing back.
        frozen = {one['ledger']: one['frozen'] for one in self.node.peer(self.peer)['theirs']}
        self.assertEqual(frozen, {self.line.name: True, new.name: False})

    def prove(self, alarm):
        path = pathlib.Path(alarm['evidence'])
        path = path if path.is_absolute() else self.node.data / path
        vkey = self.peer.who.line_vkey
        done = serving.run('ledger', 'verify', path, '--vkey', vkey)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        peer_bytes.proves_fork(path.read_text(), vkey)

    def test_in_a_new_one_a_contradiction_is_one_as_ever(self):
        new = self.begin(2 * 10**6)
        one = new.copy()
        for ledger, what in ((new, 'this'), (one, 'that')):
            ledger.add('line-remark', 'TEST', self.peer.clock(), {'number': what})
            self.send(ledger.piece())
        self.prove(self.alarm('fork', new))

    def test_with_another_key_it_begins_nothing(self):
        stranger = self.hand('S', serve=False)
        forged = self.begin(2 * 10**6)
        self.send(forged.piece(note=forged.note(key=stranger.who.line_key)))
        self.alarm('forged', forged)
        # A file says of itself who it is from.
        self.node.take_bundle(self.peer.parcel(self.node.id, [forged.piece(note=forged.note(key=stranger.who.line_key))]))
        self.assertEqual([one['ledger'] for one in self.node.peer(self.peer)['theirs']], [self.line.name])
        text = peer_bytes.note_text(self.line.note())
        who = stranger.who
        signature = peer_bytes.signature_line(who.line_name, peer_bytes.SIGNER, peer_bytes.raw(who.line_key), who.line_key.sign(text.encode()))
        for number, note, told in ((3, text + '\n' + signature, None), (4, self.line.note(key=who.line_key), self.line), (5, 'nonsense', self.line)):
            new = self.begin(number * 10**6, note=note)
            self.send(new.piece())
            self.alarm('forged', told or new)
            self.alarm('epoch', new)

    def test_a_forged_one_is_known_after_a_node_that_was_killed_until_people_have_dealt_with_it(self):
        stranger = self.hand('T', serve=False)
        forged = self.begin(2 * 10**6)
        self.send(forged.piece(note=forged.note(key=stranger.who.line_key)))
        told = self.alarm('forged', forged)
        kept = self.node.data / told['kept']
        eventually(kept.is_file, 'it is kept')
        self.node.kill()
        self.node.start()
        told = {**told, 'number': self.alarm('forged', forged)['number']}
        self.assertEqual(self.alarm('forged', forged), told)
        self.node.stop()
        kept.unlink()
        self.node.start()
        self.assertEqual(self.of(forged), [])

    def of(self, ledger):
        return [one for one in self.node.alarms(self.peer) if one['ledger'] == ledger.name]

    def close(self, alarm, status=0):
        return self.node.run('alarms', 'close', alarm_tag(alarm), '--reason', 'Звонили: "старый" диск', '--data', self.node.data, status=status)

    def test_a_closed_alarm_is_on_record_and_gone_after_a_kill_and_what_is_done_again_is_one_again(self):
        stranger = self.hand('U', serve=False)
        forged = self.begin(2 * 10**6)

        def forge():
            self.send(forged.piece(note=forged.note(key=stranger.who.line_key)))
            return self.alarm('forged', forged)
        told = forge()
        said = self.close(told).stdout
        self.assertIn('closed by (command line): Звонили: "старый" диск', said)
        self.assertIn('It permits nothing: what is frozen stays frozen', said)
        self.assertEqual((self.of(forged), (self.node.data / told['kept']).exists()), ([], False))
        self.assertIn('there is no alarm of that number', self.close(told, status=1).stderr)
        self.node.kill()
        self.node.start()
        self.assertEqual(self.of(forged), [])
        self.assertEqual(forge()['times'], 1)
        self.node.stop()
        closed = [entry for entry in map(json.loads, self.node.entries('desk')) if entry.get('what') == 'alarm-closed']
        self.node.start()
        self.assertEqual([(one['by'], one['on'], one['reason']) for one in closed],
                         [('(command line)', f'forged:{self.peer.id}:{forged.name}', 'Звонили: "старый" диск')])

    def test_a_fork_cannot_be_closed_and_closing_another_alarm_thaws_nothing(self):
        new = self.begin(2 * 10**6)
        for ledger, what in ((new, 'this'), (new.copy(), 'that')):
            ledger.add('line-remark', 'TEST', self.peer.clock(), {'number': what})
            self.send(ledger.piece())
        fork = self.alarm('fork', new)
        self.assertIn('it cannot be closed', self.close(fork, status=1).stderr)
        forged = self.begin(3 * 10**6)
        self.send(forged.piece(note=forged.note(key=self.hand('V', serve=False).who.line_key)))
        self.close(self.alarm('forged', forged))
        self.assertEqual(self.of(forged), [])
        # Of the other ledger all is as it was.
        self.assertEqual({alarm['kind'] for alarm in self.of(new)}, {'fork', 'epoch'})
        self.prove(fork)
        self.assertTrue(next(theirs['frozen'] for theirs in self.node.peer(self.peer)['theirs'] if theirs['ledger'] == new.name))

    def test_a_clock_that_is_wrong_is_told_again_by_a_node_that_starts_anew(self):
        """Of ahead and behind nothing is kept: the entries are there, and show it again."""
        behind = self.hand(f'Q{Begun.count}', serve=False)
        behind.receipts = behind.pushes = False
        self.node.meet(behind.serve())
        name = f'line/{self.node.id}/{behind.id}'
        eventually(lambda: (self.node.id, name) in behind.theirs and behind.theirs[self.node.id, name].entries, 'the node has tested')
        tested = next(entry for entry in behind.theirs[self.node.id, name].entries if 'line-test' in entry)
        behind.ahead_us = -86400 * 10**6
        behind.write(behind.line(self.node.id).name, 'line-receipt', {'of': {
            'ledger': name, 'seq': json.loads(tested)['seq'], 'leaf': peer_bytes.leaf_hash(tested).hex()}})
        behind.push(self.node.id)
        self.peer.ahead_us = 86400 * 10**6
        self.peer.write(self.line.name, 'line-remark', {'number': 'of tomorrow'})
        self.peer.push(self.node.id)
        for _ in range(2):
            for peer, kind in ((behind, 'clock-behind'), (self.peer, 'clock-ahead')):
                told = eventually(lambda peer=peer, kind=kind: self.node.alarms(peer, kind), lambda: f'{self.node.alarms()}')[0]
                self.assertEqual(told['kept'], '')
            self.node.stop()
            self.node.start()

    def test_what_does_not_say_that_it_begins_is_not_taken(self):
        ledger = self.peer.ledger(f'{self.line.name}@{2 * 10**6}')
        ledger.add('line-remark', 'TEST', self.peer.clock(), {'number': 0})
        self.send(ledger.piece())
        self.alarm('bad-entry', ledger)
        self.assertEqual(self.epochs(), [])

    def test_who_shows_more_of_ours_than_it_gives_back_is_not_believed(self):
        node, name = self.party('R'), f'R{Begun.count}'
        node.meet(self.peer)
        replica = eventually(lambda: self.peer.theirs.get((node.id, f'line/{node.id}/{self.peer.id}')), 'the first test')
        node.stop()
        had = len(replica)
        shutil.copytree(node.data, self.folder / name, ignore=shutil.ignore_patterns('control'))
        node.start()
        for _ in range(3):
            node.set_clock(node.now() + datetime.timedelta(hours=1))
            with contextlib.suppress(AssertionError):
                eventually(lambda: len(replica) > had, 'it goes on behind the copy', 3)
                break
        self.assertGreater(len(replica), had)
        node.stop()
        shutil.rmtree(node.data)
        shutil.copytree(self.folder / name, node.data)
        shown = self.peer.who.cosign(replica.note, self.peer.clock() // 10**6)
        self.peer.answer = lambda came, text: peer_bytes.parcel(self.peer.id, node.id, [], [shown], [(replica.name, had)])
        node.start('--restored')
        eventually(lambda: node.alarms(self.peer, 'old-copy'), lambda: f'{node.alarms()}')
        self.assertEqual(node.peer(self.peer)['owed'], [], 'nothing is written')
        self.assertTrue((node.data / 'restored').exists())
        self.peer.answer = None
        node.set_clock(node.now() + datetime.timedelta(hours=3))
        eventually(lambda: not (node.data / 'restored').exists(), 'all is there now')
        self.assertGreaterEqual(next(one['size'] for one in node.peer(self.peer)['owed']), len(replica.entries))

    def test_who_begins_without_end_is_at_an_end(self):
        ledgers = [self.begin(number * 10**6) for number in range(2, EPOCHS_MAX + 4)]
        for ledger in ledgers:
            self.send(ledger.piece())
        self.alarm('too-much', ledgers[EPOCHS_MAX - 1])
        names = [ledger.name for ledger in ledgers[:EPOCHS_MAX - 1]]
        for ledger in ledgers[:EPOCHS_MAX - 1]:
            self.alarm('epoch', ledger)
        self.assertEqual([one['ledger'] for one in self.epochs()], names)
        self.node.stop()
        self.node.start()
        self.assertEqual([one['ledger'] for one in self.epochs()], names)
        self.send(ledgers[-1].piece())
        self.alarm('too-much', ledgers[-1])
        self.alarm('epoch', ledgers[EPOCHS_MAX - 2])
        self.assertEqual(len(self.node.peer(self.peer)['theirs']), EPOCHS_MAX)


if __name__ == '__main__':
    serving.main(sys.argv)
