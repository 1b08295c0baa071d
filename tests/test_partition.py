# SPDX-License-Identifier: Apache-2.0
"""Real nodes whose ways to each other are cut and mended: nothing that either wrote is lost or doubled, whatever mixture of
ways brought it, and each author's order is kept; and two that never reach each other, with a third between them.

Between network namespaces where this machine allows them, with two pairs of interfaces that are taken down; else over
forwarders on the loopback that are cut. The first line of the output says which.

usage: test_partition.py ENTENTE
"""
import contextlib
import datetime
import json
import os
import subprocess
import sys
import threading

import party_nodes
import serving
from party_nodes import PartyNode, bring_into_force, eventually, set_clocks, synchronised
from peer import free_port

MEMO = 'm-1'
HOURS_CUT, STEP_H = 72, 24


def ip(*arguments):
    return subprocess.run(['ip', *map(str, arguments)], capture_output=True, text=True, check=False)


class Loopback:
    """Each address is a forwarder."""
    name = 'forwarders on the loopback'

    def __init__(self, case):
        self.case = case

    def node(self, name, ways):
        return self.case.party(name, ways=ways)

    def cut(self, nodes, way):
        for node in nodes:
            node.ways[way].cut()

    def mend(self, nodes, way):
        for node in nodes:
            node.ways[way].mend()


class Namespaces:
    """Each node in its own; a pair of interfaces between them for each way."""
    name = 'network namespaces'

    def __init__(self, case):
        self.case, self.made = case, []
        self.spaces = [f'entente-{os.getpid()}-{letter}' for letter in 'ab']
        case.stack.callback(self.remove)
        for space in self.spaces:
            self.need('netns', 'add', space)
            self.need('-n', space, 'link', 'set', 'lo', 'up')
        for way in range(2):
            self.need('link', 'add', f'w{way}', 'netns', self.spaces[0], 'type', 'veth', 'peer', 'name', f'w{way}', 'netns', self.spaces[1])
            for i, space in enumerate(self.spaces):
                self.need('-n', space, 'address', 'add', f'{self.host(i, way)}/24', 'dev', f'w{way}')
                self.need('-n', space, 'link', 'set', f'w{way}', 'up')

    @staticmethod
    def host(i, way):
        return f'10.91.{way}.{i + 1}'

    def need(self, *arguments):
        done = ip(*arguments)
        if done.returncode != 0:
            raise OSError(done.stderr)

    def remove(self):
        for space in self.spaces:
            ip('netns', 'delete', space)

    def node(self, name, ways):
        i = len(self.made)
        port = free_port()
        made = PartyNode(self.case.folder / name, name, listens=('0.0.0.0', port), namespace=self.spaces[i],
                         addresses=[f'https://{self.host(i, way)}:{port}' for way in range(ways)])
        self.case.stack.callback(made.stop)
        self.made.append(made)
        return made.start()

    def cut(self, nodes, way):
        for space in self.spaces:
            self.need('-n', space, 'link', 'set', f'w{way}', 'down')

    def mend(self, nodes, way):
        for space in self.spaces:
            self.need('-n', space, 'link', 'set', f'w{way}', 'up')


def namespaces_work():
    """Whether one can be made, and a pair of interfaces in it."""
    space = f'entente-{os.getpid()}-try'
    try:
        return ip('netns', 'add', space).returncode == 0 and \
            ip('-n', space, 'link', 'add', 'w0', 'type', 'veth', 'peer', 'name', 'w1').returncode == 0
    except FileNotFoundError:
        return False
    finally:
        with contextlib.suppress(FileNotFoundError):
            ip('netns', 'delete', space)


class Partition(party_nodes.Case):
    def world(self, ways, dead=(), wires=None):
        """Two nodes with so many ways to each other, of which these are dead from the first moment on."""
        self.wires = (wires or (Namespaces if namespaces_work() else Loopback))(self)
        nodes = [self.wires.node(name, ways) for name in 'AB']
        for way in dead:
            self.wires.cut(nodes, way)
        nodes[0].meet(nodes[1])
        self.line_is_up(nodes)
        return nodes

    def line_is_up(self, nodes):
        for node, other in (nodes, nodes[::-1]):
            eventually(lambda node=node, other=other: node.line(other)['state'] == 'up',
                       lambda node=node, other=other: f'{node.name}: {node.peer(other)}')

    def write_while_cut(self, nodes, hour):
        """What people do meanwhile, each in its own ledger."""
        for node in nodes:
            node.act(MEMO, act='memo-declare', reason=f'{node.name} at hour {hour}')

    def check_ledgers(self, nodes):
        """Offline: each side's copy is the author's own, entry for entry, verified by his key, in his order, none twice."""
        for node in nodes:
            node.stop()
        entries = {}
        for author, other in (nodes, nodes[::-1]):
            for name in (f'line/{author.id}/{other.id}', f'memo/{MEMO}/{author.id}'):
                own = author.entries(name)
                self.assertEqual(other.entries(name), own, name)
                self.assertEqual([json.loads(entry)['seq'] for entry in own], list(range(len(own))))
                times = [json.loads(entry)['time_us'] for entry in own]
                self.assertEqual(times, sorted(set(times)))
                for node in nodes:
                    node.verify(name, author.line_vkey)
                entries[name] = own
        return entries

    def test_72_hours_cut_then_merged_by_a_mixture_of_ways(self):
        a, b = nodes = self.world(1)
        bring_into_force(nodes, MEMO)
        eventually(lambda: synchronised(nodes), 'all is acknowledged')
        self.wires.cut(nodes, 0)
        cut_at = a.now()
        for hour in range(0, HOURS_CUT, STEP_H):
            self.write_while_cut(nodes, hour)
            set_clocks(nodes, cut_at + datetime.timedelta(hours=hour + STEP_H))
        for node, other in (nodes, nodes[::-1]):
            eventually(lambda node=node, other=other: node.line(other)['state'] == 'lost', 'the line is lost')
            self.assertIn(f'memo/{MEMO}/{node.id}', node.owed(other))
        # A file, made before the last entries, is brought twice; its answer goes back by file, twice.
        early = a.bundle(b)
        self.write_while_cut(nodes, HOURS_CUT)
        late = a.bundle(b)
        taken = [b.take_bundle(text) for text in (early, early, late)]
        self.assertGreater(taken[0]['entries'], 0)
        self.assertEqual((taken[1]['entries'], taken[2]['entries'] > 0), (0, True))
        for _ in range(2):
            a.take_bundle(taken[2]['answer'])
        self.assertNotIn(f'memo/{MEMO}/{a.id}', a.owed(b), 'by a file it is acknowledged as well')
        # The other direction comes by the network and by a file at the same time.
        files = [b.bundle(a) for _ in range(2)]
        self.wires.mend(nodes, 0)
        set_clocks(nodes, a.now() + datetime.timedelta(minutes=6))
        threads = [threading.Thread(target=a.take_bundle, args=(text,)) for text in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(b)} {b.owed(a)}')
        self.line_is_up(nodes)
        states = [node.memorandum(MEMO) for node in nodes]
        self.assertEqual([state['status'] for state in states], ['in force'] * 2)
        self.assertEqual([state['views'] and [one['differences'] for one in state['views']] for state in states].count([]), 2)
        self.assertEqual([alarm for node in nodes for alarm in node.wrongs()], [])
        entries = self.check_ledgers(nodes)
        for node in nodes:
            texts = [json.loads(entry).get('text') for entry in entries[f'memo/{MEMO}/{node.id}']]
            self.assertEqual([text for text in texts if text], [f'{node.name} at hour {hour}' for hour in range(0, HOURS_CUT + 1, STEP_H)])

    def test_a_dead_primary_address_and_a_reserve_that_lives(self):
        a, b = nodes = self.world(2, dead=[0])
        bring_into_force(nodes, MEMO)
        # Two tests were missed when the clocks were set.
        self.line_is_up(nodes)
        eventually(lambda: synchronised(nodes), lambda: f'{a.peer(b)} {b.peer(a)}')
        for node, other in (nodes, nodes[::-1]):
            primary, reserve = node.peer(other)['ways']
            self.assertTrue(primary['primary'] and not reserve['primary'])
            self.assertGreater(primary['failures'], 0)
            self.assertEqual((reserve['failures'], primary['reached']), (0, None))
        # And by the primary again, once its pause is over; then the reserve may die.
        self.wires.mend(nodes, 0)
        set_clocks(nodes, a.now() + datetime.timedelta(hours=2))
        self.write_while_cut(nodes, 0)
        for node, other in (nodes, nodes[::-1]):
            eventually(lambda node=node, other=other: node.peer(other)['ways'][0]['failures'] == 0, lambda: f'{node.peer(other)}')
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(b)} {b.owed(a)}')
        self.wires.cut(nodes, 1)
        self.write_while_cut(nodes, 1)
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(b)} {b.owed(a)}')
        self.assertEqual([alarm for node in nodes for alarm in node.wrongs()], [])
        self.check_ledgers(nodes)

    def test_a_primary_address_that_dies_in_the_middle_of_a_parcel(self):
        a, b = nodes = self.world(2, wires=Loopback)
        bring_into_force(nodes, MEMO)
        eventually(lambda: synchronised(nodes), lambda: f'{a.peer(b)} {b.peer(a)}')
        # Some thousand bytes of the next parcel get through, and no more.
        a.act(MEMO, act='memo-declare', reason='short')
        eventually(lambda: synchronised(nodes), lambda: f'{a.peer(b)} {b.peer(a)}')
        b.ways[0].limit = b.ways[0].carried + 1000
        for _ in range(5):
            a.act(MEMO, act='memo-declare', reason='x' * 900)
        eventually(lambda: synchronised(nodes), lambda: f'{a.peer(b)} {b.peer(a)}')
        primary, reserve = a.peer(b)['ways']
        self.assertGreater(primary['failures'], 0)
        self.assertEqual(reserve['failures'], 0)
        self.assertIsNone(b.ways[0].listener, 'it broke in the middle')
        self.assertEqual([alarm for node in nodes for alarm in node.wrongs()], [])
        self.check_ledgers(nodes)

    def test_a_line_of_which_one_direction_is_open_is_up_on_both_sides(self):
        """Nobody gets through to A any more, and A does to B: in B's hours its test, in A's the receipt comes with B's answers."""
        a, b = nodes = self.world(1, wires=Loopback)
        a.ways[0].cut()
        for hour in range(4):
            at = a.now().replace(minute=10) + datetime.timedelta(hours=1)
            set_clocks(nodes, at)
            for node, other in (nodes, nodes[::-1]):
                eventually(lambda node=node, other=other, at=at: self.is_good(node.line(other), at),
                           lambda node=node, other=other, hour=hour: f'hour {hour}, {node.name}: {node.peer(other)}')
        self.assertGreater(b.peer(a)['ways'][0]['failures'], 0)
        # What was fetched is not brought again, and what is left comes when there is a way.
        a.ways[0].mend()
        set_clocks(nodes, a.now() + datetime.timedelta(minutes=6))
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(b)} {b.owed(a)}')
        self.assertEqual([alarm for node in nodes for alarm in node.wrongs()], [])
        for node in nodes:
            node.stop()
        for author, other in (nodes, nodes[::-1]):
            name = f'line/{author.id}/{other.id}'
            self.assertEqual(other.entries(name), author.entries(name), name)

    @staticmethod
    def is_good(line, at):
        """This hour's test was heard, or answered."""
        return line['state'] == 'up' and party_nodes.moment(line['good']).replace(minute=0, second=0, microsecond=0) == \
            at.replace(minute=0, second=0, microsecond=0)

    def test_two_that_cannot_reach_each_other_have_all_by_a_third(self):
        """A and C know one another by cards whose addresses are dead; B has later ones. What A and C write B hands on."""
        a, b, c = (self.party(name, start=False) for name in 'ABC')
        ends = ((a, c), (c, a))
        for node, other in ends:
            other.add(node.data / 'party/card.txt')
            node.ways[0].cut()
        for node, _ in ends:
            way = party_nodes.Way(node.listens).mend()
            self.stack.callback(way.cut)
            node.run('party', 'renew', '--data', node.data, '--address', way.url, '--passphrase-file', node.passphrase)
            b.meet(node)
        nodes = [node.start() for node in (b, a, c)]
        bring_into_force(nodes, MEMO)
        for node, other in ends:
            self.assertIn(f'memo/{MEMO}/{node.id}', node.owed(other), 'it never brought it itself')
            self.assertEqual(party_nodes.member(node.memorandum(MEMO), other)['waiting'], 0)
        # What ends it, too.
        c.act(MEMO, act='memo-withdraw', reason='enough')
        eventually(lambda: party_nodes.member(a.memorandum(MEMO), c)['withdrawing'], lambda: f'{a.memorandum(MEMO)}')
        # When they meet at last nothing is new, and each learns that the other has all.
        for node, _ in ends:
            node.ways[0].mend()
        set_clocks(nodes, a.now() + datetime.timedelta(minutes=6))
        eventually(lambda: synchronised(nodes), lambda: f'{a.owed(c)} {c.owed(a)}')
        self.assertEqual([alarm for node in nodes for alarm in node.wrongs()], [])
        for node in nodes:
            node.stop()
        for author in nodes:
            name = f'memo/{MEMO}/{author.id}'
            for node in nodes:
                self.assertEqual(node.entries(name), author.entries(name), name)
                node.verify(name, author.line_vkey)


if __name__ == '__main__':
    print('over', Namespaces.name if namespaces_work() else Loopback.name, flush=True)
    serving.main(sys.argv)
