# SPDX-License-Identifier: Apache-2.0
"""The replay suspended-or-not (docs/replays.md): one side suspends the memorandum, and nobody is ever in doubt whether the line still
works, or whether the memorandum holds. On two real nodes, through /v1 alone.

usage: test_replay_suspended.py ENTENTE
"""
import datetime
import json
import sys

import party_nodes
import serving
from party_nodes import bring_into_force, eventually, member, moment, set_clocks, synchronised

MEMO = 'm-1'
HOUR = datetime.timedelta(hours=1)


class Suspended(party_nodes.Case):
    def setUp(self):
        super().setUp()
        self.a, self.b = self.nodes = [self.party(name) for name in 'AB']
        self.a.meet(self.b)
        self.version = bring_into_force(self.nodes, MEMO)
        self.pairs = (self.nodes, self.nodes[::-1])
        for node, other in self.pairs:
            eventually(lambda node=node, other=other: node.line(other)['state'] == 'up', 'the line is up')

    def settled(self):
        eventually(lambda: synchronised(self.nodes), lambda: f'{self.a.owed(self.b)} {self.b.owed(self.a)}')

    def later(self, hours):
        at = self.a.now().replace(microsecond=0) + hours * HOUR
        set_clocks(self.nodes, at)
        return at

    def both_show(self, status, suspended_by=()):
        """The same state, from the same bytes."""
        self.settled()
        for node in self.nodes:
            eventually(lambda node=node: node.memorandum(MEMO)['status'] == status, lambda node=node: f'{node.memorandum(MEMO)}')
        shown = [node.memorandum(MEMO) for node in self.nodes]
        for one in shown:
            self.assertEqual(one['version'], self.version)
            self.assertEqual([member(one, node)['suspended'] for node in self.nodes], [node in suspended_by for node in self.nodes])
            self.assertFalse([view for view in one['views'] if view['differences']])
        for key in 'since', 'until', 'level', 'status':
            self.assertEqual(shown[0][key], shown[1][key])
        return shown

    def act_of(self, at, author, kind):
        """As it stands in the history at this node: signed by its author, with the time that he declares and that of its receipt here."""
        entry = [one for one in at.v1(f'/v1/memoranda/{MEMO}/history')['entries']
                 if (one['party'], one['kind']) == (author.id, kind)][-1]
        self.assertEqual(entry['standing'], 'counts')
        return moment(entry['declared']), moment(entry['received'])

    def told_by_time(self, node, what, name=MEMO):
        """The one event of that, of all that the node remembers."""
        (told, one), = eventually(lambda: [pair for pair in node.told_by_time(name) if pair[1]['what'] == what],
                                  lambda: f'{node.name} does not tell what is {what}')
        self.assertEqual((told['entries'], told['more']), ([], 0))
        return told['before'], told['status'], one

    def check_minima(self, node, at, status):
        """Two flights that cross at one moment, checked by the version that this node has in force."""
        plan = node.folder / 'plan.csv'
        ends = [party_nodes.moment_text(at + datetime.timedelta(minutes=minutes)) for minutes in (0, 6)]
        plan.write_text('time,callsign,lat,lon,altitude\n' + ''.join(
            f'{time},{name},{lat},{lon},FL100\n' for name, places in (('NORTH1', ((47.4, 8.5), (47.6, 8.5))), ('EAST2', ((47.5, 8.4), (47.5, 8.6))))
            for time, (lat, lon) in zip(ends, places)))
        return node.run('check', '--memorandum', MEMO, '--data', node.data, '--format', 'json', plan, status=status)

    def minima_are_in_force(self, node, at, beyond=0, late=0):
        before = node.now()
        answer = json.loads(self.check_minima(node, at, 1).stdout)
        named = answer['summary']['memorandum']
        self.assertEqual((named['id'], named['version'], named['in_force'], named['beyond']), (MEMO, self.version, True, beyond))
        self.assertEqual([(one['by']['version'], one['by']['clauses']) for one in answer['conflicts']], [(self.version, ['5.1'])])
        # Notice is counted by the node's clock, which here is not the machine's.
        told = moment(named['notice']['from'])
        self.assertLessEqual(before, told)
        self.assertLessEqual(told, node.now())
        self.assertEqual([(one['clause'], moment(one['by'])) for one in named['notice']['short']], [('6.1', at - HOUR)] * late)
        return named

    def hour_by_hour(self, hours):
        """An hour on, and another: each side tests by turns, and the line is up all along."""
        for _ in range(hours):
            sizes = [node.size_of_theirs(other) for node, other in self.pairs]
            at = self.later(1)
            for (node, other), size in zip(self.pairs, sizes):
                eventually(lambda node=node, other=other, size=size: node.size_of_theirs(other) > size,
                           lambda node=node, other=other: f'nothing came to {node.name}: {node.peer(other)}')
                line = eventually(lambda node=node, other=other: node.line(other) if moment(node.line(other)['good']) >= at else None,
                                  lambda node=node, other=other: f'no good test at {node.name}: {node.line(other)}')
                self.assertEqual(line['state'], 'up')

    def test_suspension_and_the_line_are_two_things_each_signed_and_dated(self):
        self.both_show('in force')
        for node, other in self.pairs:
            self.assertEqual(node.line(other)['terms'], {'test_every_s': 3600, 'late_after_s': 300, 'memorandum': MEMO,
                                                         'version': self.version, 'clause': '9'}, 'what acts says where it stands')
        for node in self.nodes:
            self.minima_are_in_force(node, node.now().replace(microsecond=0) + HOUR, late=2)  # a moment too late
        # A suspends, at the notice that the memorandum asks for. Until then it is in force, and both show what is to come.
        said = self.a.now()
        self.a.act(MEMO, act='memo-suspend', reason='until the inquiry is over')
        self.settled()
        # It is not only sent: A sees that B has acknowledged it, and when.
        own = self.a.memorandum(MEMO)['acts'][-1]
        self.assertEqual(own['kind'], 'memo-suspend')
        self.assertGreaterEqual(moment(own['acknowledged'][self.b.id]), moment(own['declared']))
        for node in self.nodes:
            eventually(lambda node=node: member(node.memorandum(MEMO), self.a)['suspends_from'], lambda node=node: f'{node.memorandum(MEMO)}')
            declared, received = self.act_of(node, self.a, 'memo-suspend')
            self.assertGreaterEqual(declared, said)
            self.assertGreaterEqual(received + datetime.timedelta(seconds=5), declared)
            shown = node.memorandum(MEMO)
            self.assertEqual((shown['status'], moment(member(shown, self.a)['suspends_from'])), ('in force', declared + HOUR))
            # Each node has both times of it, and so has its status.
            both = [moment(member(shown, self.a)[name]) for name in ('suspended_declared', 'suspended_received')]
            self.assertEqual(both, [declared, received])
        # It is suspended. The line says nothing of it, and goes on.
        self.hour_by_hour(1)
        since = {member(one, self.a)['suspended_since'] for one in self.both_show('suspended', [self.a])}
        # Nobody acted then, and yet who watches either node is told, once, and so is its log.
        for node in self.nodes:
            self.assertEqual(self.told_by_time(node, 'in force')[:2], ('agreed, not yet in force', 'in force'))
            before, after, told = self.told_by_time(node, 'suspended')
            self.assertEqual((before, after, told['party'], moment(told['at'])), ('in force', 'suspended', self.a.id, declared + HOUR))
            # The log comes by a pipe that is read beside: an event may be here sooner.
            eventually(lambda node=node: f'memorandum {MEMO}: suspended by {self.a.id} since' in ''.join(node.node.log),
                       lambda node=node: 'its log says so: ' + ''.join(node.node.log))
            self.assertEqual(member(node.memorandum(MEMO), self.a)['suspension_clause'], '14', 'and on which clause the notice stands')
        self.assertEqual({moment(at) for at in since}, {declared + HOUR})
        for node, other in self.pairs:
            self.assertEqual(member(node.memorandum(MEMO), other)['line'], 'up', 'they stand side by side')
        self.hour_by_hour(3)
        self.both_show('suspended', [self.a])
        # What is suspended is applied to nothing.
        for node in self.nodes:
            done = self.check_minima(node, node.now() + HOUR, 2)
            self.assertEqual((done.stdout, 'no version is in force now: suspended; nothing was checked' in done.stderr), ('', True), done.stderr)

        # The line is cut for hours. It is late, then lost, by its own account; the memorandum is what it was.
        for node in self.nodes:
            node.ways[0].cut()
        good = self.b.line(self.a)['good']
        self.later(5)
        for node, other in self.pairs:
            line = eventually(lambda node=node, other=other: node.line(other) if node.line(other)['state'] == 'lost' else None,
                              lambda node=node, other=other: f'{node.line(other)}')
            self.assertGreater(line['missed'], 1)
            self.assertTrue(line['good'])
            self.assertEqual(node.memorandum(MEMO)['status'], 'suspended')
            self.assertEqual(member(node.memorandum(MEMO), other)['line'], 'lost')
        self.assertEqual(self.b.line(self.a)['good'], good, 'and when it last worked is known')

        # A resumes meanwhile. B cannot know, and neither pretends: A shows where B's last word comes to another state.
        self.a.act(MEMO, act='memo-resume', reason='the inquiry is over')
        here = self.a.memorandum(MEMO)
        self.assertEqual(here['status'], 'in force')
        view = next(view for view in here['views'] if view['party'] == self.b.id)
        self.assertEqual(view['missing'], 1, 'it disagrees with nothing: it has only not received the act')
        differences = view['differences']
        self.assertIn(('status', 'in force', 'suspended'), [(one['what'], one['here'], one['there']) for one in differences])
        there = self.b.memorandum(MEMO)
        self.assertEqual((there['status'], member(there, self.a)['line']), ('suspended', 'lost'))

        # By radio it would be a few lines: the act, whatever else has not gone yet.
        radio = self.a.v1(f'/v1/parties/{self.b.id}/parcel?bytes=2000')
        self.assertLessEqual(len(radio.encode()), 2000)
        self.assertIn('"kind":"memo-resume"', radio)

        # Mended: both show the same again, and when each learned of it.
        for node in self.nodes:
            node.ways[0].mend()
        mended = self.later(1)
        self.both_show('in force')
        declared, received = self.act_of(self.b, self.a, 'memo-resume')
        self.assertLess(declared, mended)
        self.assertGreaterEqual(received, mended)
        for node, other in self.pairs:
            eventually(lambda node=node, other=other: node.line(other)['state'] == 'up', 'the line is up')
        self.hour_by_hour(1)

        # Offline, years later: who said what, and when, by the author's key alone.
        for node in self.nodes:
            node.stop()
        for node in self.nodes:
            for author in self.nodes:
                node.verify(f'memo/{MEMO}/{author.id}', author.line_vkey)
            for author, other in self.pairs:
                node.verify(f'line/{author.id}/{other.id}', author.line_vkey)
        # Of its own ledgers a party has the key in its own card, and of nobody else's.
        for author, other in self.pairs:
            for ledger in (f'memo/{MEMO}/{author.id}', f'line/{author.id}/{other.id}'):
                told = author.run('ledger', 'verify', '--data', author.data, '--ledger', ledger)
                self.assertIn('every entry is what was signed', told.stdout)
                told = other.run('ledger', 'verify', '--data', other.data, '--ledger', ledger, status=2)
                self.assertIn('it needs --vkey', told.stderr)

    def both_judge_by_the_version_of_the_moment(self, replaced, following):
        for node in self.nodes:
            eventually(lambda node=node: node.memorandum(MEMO)['next'] == following, lambda node=node: f'{node.memorandum(MEMO)}')
        for at, by, lateral, vertical, notice in (
                (replaced - HOUR, [self.version], 9260, 304.8, []), (replaced, [following], 11112, 152.4, [following] * 2),
                (replaced - datetime.timedelta(minutes=3), [self.version, following], 11112, 304.8, [])):
            for node in self.nodes:
                answer = json.loads(self.check_minima(node, at, 1).stdout)
                named = answer['summary']['memorandum']
                self.assertEqual((named['version'], named['in_force'], named['beyond'], named['partly_beyond']), (self.version, True, 0, 0))
                self.assertEqual([(one['version'], moment(one['from'])) for one in named['next']], [(following, replaced)])
                one, = answer['conflicts']
                self.assertEqual([(each['version'], each['clauses']) for each in (one['by'], *one['by'].get('also', []))],
                                 [(version, ['5.1']) for version in by])
                self.assertEqual((one['by']['minima']['lateral_m'], one['by']['minima']['vertical_m']), (lateral, vertical))
                # So are notice times: 40 h are asked for only of what begins in the successor's time.
                self.assertEqual([(late['version'], late['clause']) for late in named['notice']['short']], [(version, '6.1') for version in notice])
                self.assertIn(f'this version is in force now; another takes its place at {party_nodes.moment_text(replaced)}', named['notes'])

    def test_the_line_outlives_withdrawal_and_the_end_of_validity(self):
        bring_into_force(self.nodes, 'm-2', until=self.a.now() + 4 * HOUR)
        # A successor is agreed, with other minima and notice: what is flown before it takes effect is judged by the version in force now, what is
        # flown after by the successor, and what is flown at that moment by both.
        sign_by = self.a.now().replace(microsecond=0) + 30 * HOUR
        document = json.loads(party_nodes.memorandum_document(self.nodes, sign_by, MEMO, replaces=self.version))
        document['clauses']['minima'][0].update(lateral='6 NM', vertical='500 ft')
        document['clauses']['notice'][0].update(at_least='40 h')
        for node in self.nodes:
            node.unlock()
        draft = self.a.v1('/v1/memoranda', 'POST', {'document': json.dumps(document), 'ad_referendum': False})
        for node in self.nodes:
            eventually(lambda node=node: len(node.memorandum(MEMO)['versions']) == 2, lambda node=node: f'{node.memorandum(MEMO)}')
            node.act(MEMO, act='memo-sign', version=draft['hash'])
        eventually(lambda: self.a.memorandum(MEMO)['next'] == draft['hash'], lambda: f'{self.a.memorandum(MEMO)}')
        self.both_judge_by_the_version_of_the_moment(sign_by, draft['hash'])
        # So it is with what is declared already and has its effect later: what is flown then is not under it.
        later = self.a.now().replace(microsecond=0) + 3 * HOUR
        for declares, says in (({'act': 'memo-suspend'}, 'it is suspended from'), ({'act': 'memo-withdraw'}, 'a party leaves it at')):
            self.a.act(MEMO, **declares, **{'from': party_nodes.moment_text(later)})
            self.minima_are_in_force(self.a, later - HOUR)
            notes = self.minima_are_in_force(self.a, later, beyond=2)['notes']
            self.assertIn(f'this version is in force now; {says} {party_nodes.moment_text(later)}', notes)
            if declares['act'] == 'memo-suspend':
                self.a.act(MEMO, act='memo-resume')
        self.settled()
        self.hour_by_hour(4)
        for node in self.nodes:
            self.assertEqual([node.memorandum(name)['status'] for name in (MEMO, 'm-2')],
                             ['ended by withdrawal', 'no longer in force: its validity is over'])
            self.assertEqual(self.told_by_time(node, 'expired', 'm-2')[1], 'no longer in force: its validity is over')
        self.assertEqual([alarm for node in self.nodes for alarm in node.wrongs()], [])


if __name__ == '__main__':
    serving.main(sys.argv)
