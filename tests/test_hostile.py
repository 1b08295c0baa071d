# SPDX-License-Identifier: Apache-2.0
"""A peer that is known, and hostile, against a real node, with an honest peer beside it. Whatever comes, each time: the node says by name
what is wrong, takes bounded memory and time, and the honest peer's entries go through meanwhile.

Both peers are of another hand (tests/peer.py). The node's clock can be set, so all entries of lines are TEST.

usage: test_hostile.py ENTENTE
"""
import contextlib
import datetime
import http.client
import json
import pathlib
import random
import re
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest

import party_nodes
import peer_bytes
import serving
from party_nodes import PartyNode, eventually, memorandum_document
from peer import Peer
from peer_bytes import Parcel

PARCEL_MAX = 16 << 20
PEAK_MIB = 160  # of parcels of 16 MiB a few are in hand at once; measured: 80, and 25 without any
MEANWHILE_S = 5  # for an entry of the honest peer; it takes milliseconds
HOSTILE_SOURCE = '127.0.0.66'  # an address of its own, as a machine of its own has


def is_sanitized():
    return re.search(b'__[atm]san_init', pathlib.Path(serving.program).read_bytes()) is not None


class Hostile(unittest.TestCase):
    """One node for all: what one test has done to it the next ones see."""

    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.folder = pathlib.Path(cls.stack.enter_context(tempfile.TemporaryDirectory()))
        cls.node = PartyNode(cls.folder / 'node', 'N').start()
        cls.stack.callback(cls.node.stop)
        cls.honest = Peer(cls.folder / 'honest', 'H').serve()
        cls.stack.callback(cls.honest.stop)
        cls.node.meet(cls.honest)
        cls.count = 0
        eventually(lambda: cls.node.line(cls.honest)['state'] == 'up', 'the line to the honest peer is up')
        cls.slow = Slow(cls)

    @classmethod
    def tearDownClass(cls):
        cls.slow.stop()
        cls.stack.close()

    def setUp(self):
        """A hostile peer that the node knows, and is on good terms with until now."""
        Hostile.count += 1
        self.hostile = self.another()
        self.said = len(self.node.alarms())
        self.node.forget_peak()
        self.begun = time.monotonic()

    def another(self, name='M', raw=None):
        made = Peer(self.folder / f'{name}{Hostile.count}', name).serve()
        made.source, made.pushes, made.receipts, made.raw = HOSTILE_SOURCE, False, False, raw
        self.addCleanup(made.stop)
        self.node.meet(made)
        if raw is None:
            eventually(lambda: not self.node.owed(made) and self.node.peer(made)['owed'], 'what the node wrote first is acknowledged')
        return made

    def tearDown(self):
        self.check_unharmed()
        if not is_sanitized():
            self.assertLess(self.node.resident_mib(peak=True), PEAK_MIB)

    def check_unharmed(self):
        """The honest peer's line is up, and an entry of its goes through, now."""
        begun = time.monotonic()
        self.honest.write(self.honest.line(self.node.id).name, 'line-remark', {'number': len(self.honest.line(self.node.id))})
        status, answer = self.honest.push(self.node.id)
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer.have[self.honest.line(self.node.id).name], len(self.honest.line(self.node.id)))
        self.assertFalse(self.honest.owed(self.node.id), 'all is cosigned')
        self.assertLess(time.monotonic() - begun, MEANWHILE_S)
        self.assertEqual(self.node.line(self.honest)['state'], 'up')
        self.assertEqual(self.node.alarms(self.honest), [])

    def alarm(self, kind, peer=None, ledger=None):
        """The one of this kind because of the hostile peer."""
        def found():
            return [one for one in self.node.alarms(peer or self.hostile, kind) if ledger in (None, one['ledger'])]
        return eventually(found, lambda: f'an alarm {kind}; there are {self.node.alarms()}')[0]

    def line(self):
        return self.hostile.line(self.node.id)

    def send(self, *pieces, **how):
        """A parcel of just these."""
        return self.hostile.push(self.node.id, self.hostile.parcel(self.node.id, pieces, **how))

    def remarks(self, n, ledger=None, who=None):
        """Entries of a kind that the node does not know: they count."""
        ledger = self.line() if ledger is None else ledger
        for _ in range(n):
            ledger.add('line-remark', 'TEST', (who or self.hostile).clock(), {'number': len(ledger)})
        return ledger

    def held(self, ledger=None):
        return self.node.size_of_theirs(self.hostile, ledger)

    # --- What is no parcel ---

    def test_garbage_is_refused_by_name(self):
        good = self.hostile.parcel(self.node.id)
        chance = random.Random(5)
        for why, body in (('nothing', b''), ('bytes by chance', chance.randbytes(100000)), ('zeros', bytes(5000)),
                          ('no UTF-8', good.encode().replace(b'end', b'\xff\xfe')), ('one line', b'entente parcel 1\n'),
                          ('a line without an end', b'x' * 2000000), ('lines', b'\n' * 500000), ('cut', good.encode()[:-9]),
                          ('a number too large', peer_bytes.ended(good.split('end ')[0] + f'have line/{self.hostile.id}/x {2**64}\n').encode()),
                          ('another hash', good[:-2].encode() + (b'0\n' if good[-2] != '0' else b'1\n'))):
            with self.subTest(why):
                status, _ = self.hostile.post(self.node.id, body)
                self.assertIn(status, (400, 403, 413))
        self.assertGreaterEqual(self.alarm('unreadable')['times'], 9)

    def test_a_parcel_from_or_to_somebody_else_is_misdirected(self):
        for from_, to in ((self.honest.id, self.node.id), (self.hostile.id, self.honest.id), ('0' * 16, self.node.id)):
            status, _ = self.hostile.post(self.node.id, peer_bytes.parcel(from_, to))
            self.assertIn(status, (400, 403))
        self.assertEqual(self.alarm('misdirected')['times'], 3)

    # --- How much, how long ---

    def test_oversized_bodies_are_refused_before_they_are_read(self):
        with self.hostile.connect(self.node.id) as link:
            link.sendall(b'POST /peer/parcel HTTP/1.1\r\nHost: n\r\nContent-Length: %d\r\n\r\n' % (PARCEL_MAX + 1))
            self.assertIn(b' 413 ', link.recv(4096))
        body = b'entente parcel 1\n' + b'x' * (PARCEL_MAX - 100)
        self.assertEqual(self.hostile.post(self.node.id, body)[0], 413)
        self.check_unharmed()

    def test_an_endless_body_ends(self):
        sent, block = 0, b'10000\r\n' + b'x' * 65536 + b'\r\n'
        with self.hostile.connect(self.node.id) as link:
            link.sendall(b'POST /peer/parcel HTTP/1.1\r\nHost: n\r\nTransfer-Encoding: chunked\r\n\r\n')
            with contextlib.suppress(OSError):
                while sent < 1 << 30:
                    link.sendall(block)
                    sent += 65536
                    if sent == 8 << 20:
                        self.check_unharmed()
        self.assertLess(sent, 128 << 20, 'it was cut off; what came behind the largest parcel was thrown away')

    def test_slow_heads_are_cut_and_slow_bodies_hold_up_nobody(self):
        """A byte a second, from before the other tests on: see Slow. Bodies have longer, and cost a connection each meanwhile."""
        for seconds in self.slow.heads():
            self.assertLess(seconds, 25)

    def test_a_flood_of_connections_leaves_room_for_others(self):
        host, port = self.node.listens
        links = []
        try:
            for _ in range(400):
                link = socket.socket()
                link.settimeout(5)
                link.bind((HOSTILE_SOURCE, 0))
                with contextlib.suppress(OSError):
                    link.connect((host, port))
                links.append(link)
            self.check_unharmed()
        finally:
            for link in links:
                link.close()
        eventually(lambda: self.answered(), 'the hostile peer itself is answered again')

    def answered(self):
        with contextlib.suppress(OSError):
            return self.send()[0] == 200
        return False

    def flood(self, text, n):
        """So many at once, as fast as it goes, while the honest peer writes three times; the statuses that there were."""
        stop, statuses = threading.Event(), []

        def post():
            while not stop.is_set():
                with contextlib.suppress(OSError, http.client.HTTPException):
                    statuses.append(self.hostile.post(self.node.id, text)[0])
        threads = [threading.Thread(target=post) for _ in range(n)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(3):
                self.check_unharmed()
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        return set(statuses)

    def test_a_flood_of_parcels_holds_up_nobody(self):
        """Each with 2000 entries that are to be hashed and compared."""
        ledger = self.remarks(2000)
        self.assertLessEqual(self.flood(self.hostile.parcel(self.node.id, [ledger.piece()]), 8), {200, 429, 503})
        self.assertEqual(self.held(), 2000)

    def test_a_flood_of_the_largest_parcels_holds_up_nobody(self):
        """Of the largest entries that there may be, which an entry of a line is not."""
        ledger = self.line()
        for _ in range(15):
            ledger.add('line-remark', 'TEST', self.hostile.clock(), {'text': 'x' * 1040000})
        self.assertLessEqual(self.flood(self.hostile.parcel(self.node.id, [ledger.piece()]), 4), {200, 429, 503})
        self.assertEqual(self.held(), 0)

    # --- Keys of connections ---

    def test_another_key_no_key_and_an_older_tls_do_not_pass(self):
        stranger = Peer(self.folder / f'S{Hostile.count}', 'S', listens=False)
        stranger.source = '127.0.0.67'
        stranger.knows(self.node.card())
        for why, how in (('another key', {}), ('TLS 1.2', {'version': ssl.TLSVersion.TLSv1_2, 'files': self.hostile.files})):
            with self.subTest(why), self.assertRaises((OSError, peer_bytes.Wrong)):
                stranger.post(self.node.id, self.hostile.parcel(self.node.id, [self.remarks(1).piece()]), **how)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with self.assertRaises(OSError), socket.create_connection(self.node.listens, 5) as plain:
            with context.wrap_socket(plain) as link:
                link.sendall(b'POST /peer/parcel HTTP/1.1\r\nHost: n\r\nContent-Length: 0\r\n\r\n')
                if not link.recv(100):
                    raise ConnectionError('closed')
        self.assertEqual(self.held(), 0)

    def test_the_node_asks_nobody_who_shows_another_key(self):
        """Who answers at the peer's address with another key gets no byte of a parcel."""
        self.hostile.stop()
        self.make_the_node_write()
        self.hostile.received.clear()
        self.hostile.files = Peer(self.folder / f'T{Hostile.count}', 'T', listens=False).files
        self.hostile.serve()
        eventually(lambda: 'key' in self.node.peer(self.hostile)['ways'][0]['last'], lambda: f'{self.node.peer(self.hostile)}')
        self.assertEqual(self.hostile.received, [])

    # --- What is signed ---

    def test_replayed_parcels_change_nothing(self):
        text = self.hostile.parcel(self.node.id, [self.remarks(3).piece()])
        answers = {self.hostile.post(self.node.id, text) for _ in range(20)}
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertEqual(self.held(), 3)
        self.assertEqual(self.node.alarms(self.hostile), [])
        # Somebody else's too: whoever sees a parcel cannot give it in his own name.
        status, _ = self.another('R').post(self.node.id, text)
        self.assertIn(status, (400, 403))

    def test_what_comes_out_of_order_waits_and_comes_to_the_same(self):
        ledger = self.remarks(30)
        for first, end, held in ((20, 30, 0), (0, 10, 10), (20, 30, 10), (5, 20, 20), (0, 10, 20), (20, 30, 30)):
            status, answer = self.send(ledger.piece(first, end))
            self.assertEqual((status, answer.have[ledger.name]), (200, held))
        self.assertEqual(self.node.alarms(self.hostile), [])

    def test_reordered_changed_and_left_out_entries_are_not_taken(self):
        ledger = self.remarks(5)
        a, b, c, d, e = ledger.entries
        for why, entries in (('two swapped', [a, c, b, d, e]), ('one doubled', [a, b, b, d, e]),
                             ('one changed', [a, b, c.replace('"TEST"', '"ACTUAL"'), d, e])):
            with self.subTest(why):
                self.send(ledger.piece(entries=entries))
                self.assertEqual(self.held(), 0)
        self.assertGreaterEqual(self.alarm('forged', ledger=ledger.name)['times'], 3)
        self.assertEqual(self.send(ledger.piece())[1].have[ledger.name], 5, 'the true ones are')

    def test_a_checkpoint_that_another_key_signed_is_forged(self):
        ledger = self.remarks(2)
        for why, note in (('another key', ledger.note(key=self.honest.who.line_key)),
                          ('the party key', ledger.note(key=self.hostile.who.party_key)),
                          ('a root that is not the one', self.hostile.who.note(ledger.name, 2, bytes(32)))):
            with self.subTest(why):
                self.send(ledger.piece(note=note))
                self.assertEqual(self.held(), 0)
        self.alarm('forged', ledger=ledger.name)

    def test_nobody_writes_in_the_ledger_of_another(self):
        """The hostile peer brings an entry of the honest one's line, of the node's own, of the airspace and of the desk."""
        before = self.node.size_of_theirs(self.honest)
        own = self.honest.line(self.node.id)
        for name in (own.name, f'line/{self.node.id}/{self.hostile.id}', 'airspace/main', 'desk'):
            self.send(self.remarks(1, peer_bytes.Ledger(self.hostile.who, name)).piece())
        other = own.copy()
        self.send(self.remarks(1, other, self.honest).piece())
        self.assertEqual(self.node.size_of_theirs(self.honest), before)
        # What the honest one signed is not the hostile one's to bring either, unless it was asked for it.
        memo = peer_bytes.Ledger(self.honest.who, f'memo/m-9/{self.honest.id}')
        self.send(self.remarks(1, memo, self.honest).piece())
        self.alarm('unasked', ledger=memo.name)
        self.assertEqual(self.node.request('/v1/memoranda/m-9').status, 404)

    def test_an_entry_that_may_not_stand_there_is_told(self):
        for why, entry in (('its number', '{"seq":1,"time_us":5,"kind":"line-remark","class":"TEST"}'), ('no JSON', 'entry'),
                           ('its time', '{"seq":0,"time_us":-5,"kind":"line-remark","class":"TEST"}'),
                           ('its members', '{"seq":0,"time_us":5,"kind":"line-test","class":"TEST","weapon":1}'),
                           ('deep', '{"seq":0,"time_us":5,"kind":"line-remark","class":"TEST","x":' + '[' * 5000 + ']' * 5000 + '}')):
            with self.subTest(why):
                ledger = peer_bytes.Ledger(self.hostile.who, self.line().name)
                ledger.put(entry)
                self.send(ledger.piece())
                self.assertEqual(self.held(), 0)
        self.alarm('bad-entry', ledger=self.line().name)

    # --- Contradictions ---

    def verify_evidence(self, alarm, author):
        """Offline, by the program and by another hand."""
        path = pathlib.Path(alarm['evidence'])
        path = path if path.is_absolute() else self.node.data / path
        done = serving.run('ledger', 'verify', path, '--vkey', author.who.line_vkey)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertTrue(done.stdout.startswith('PROVED'), done.stdout)
        done = serving.run('ledger', 'verify', path, '--vkey', self.honest.who.line_vkey)
        self.assertEqual(done.returncode, 1, 'of another key it proves nothing')
        return peer_bytes.proves_fork(path.read_text(), author.who.line_vkey)

    def test_a_fork_is_proved_and_the_line_goes_on(self):
        ledger = self.remarks(3)
        other = peer_bytes.Ledger(self.hostile.who, ledger.name)
        for entry in ledger.entries[:2]:
            other.put(entry)
        other.time_us = self.hostile.clock()
        self.send(ledger.piece())
        self.send(self.remarks(1, other).piece())
        alarm = self.alarm('fork', ledger=ledger.name)
        self.assertEqual(self.verify_evidence(alarm, self.hostile), (3, 3))
        theirs = [one for one in self.node.peer(self.hostile)['theirs'] if one['ledger'] == ledger.name]
        self.assertEqual([(one['size'], one['frozen']) for one in theirs], [(3, True)])
        # Tests go on: of the life that came first.
        begun = self.hostile.clock() // peer_bytes.PERIOD_US * peer_bytes.PERIOD_US
        ledger.add('line-test', 'TEST', self.hostile.clock(), {'period_from_us': begun, 'period_us': peer_bytes.PERIOD_US})
        self.assertEqual(self.send(ledger.piece())[1].have[ledger.name], 4)
        name = f'line/{self.node.id}/{self.hostile.id}'
        eventually(lambda: any('line-receipt' in entry and ledger.name in entry for entry in
                               self.hostile.theirs[self.node.id, name].entries), 'its test has a receipt')

    def test_a_fork_of_two_sizes_is_proved_when_the_ledger_is_given_again(self):
        ledger = self.remarks(3)
        other = peer_bytes.Ledger(self.hostile.who, ledger.name)
        for entry in ledger.entries[:1]:
            other.put(entry)
        self.send(ledger.piece())
        self.remarks(6, other)
        _, answer = self.send(other.piece(3))
        self.assertEqual(self.held(), 3, 'nothing is taken that does not follow')
        self.send(other.piece(answer.have.get(ledger.name, 0)))
        self.assertEqual(self.verify_evidence(self.alarm('fork', ledger=ledger.name), self.hostile), (3, 7))

    def test_a_fork_towards_two_is_found_when_they_exchange_checkpoints(self):
        """One life of its ledger of a memorandum to the node, another to the honest peer, who says what it was shown."""
        name, mine = self.memorandum()
        other = mine.copy()
        self.send(mine.piece())
        eventually(lambda: self.held(mine.name) == 1, 'the memorandum is here')
        version = peer_bytes.sha256(json.loads(mine.entries[0])['document'].encode()).hex()
        self.node.act(name, act='memo-sign', version=version)
        self.node.forget_peak()
        for ledger, text in ((mine, 'this to one'), (other, 'that to the other')):
            self.declare(ledger, text)
        self.send(mine.piece())
        self.assertEqual(self.held(mine.name), 2)
        # What an honest member does with a checkpoint that it was shown: it cosigns it, and the next parcel has it.
        shown = self.honest.who.cosign(other.note(), self.honest.clock() // 10**6)
        self.honest.witnessed[other.origin] = shown
        self.addCleanup(self.honest.witnessed.pop, other.origin)
        draft = self.honest.ledger(f'memo/{name}/{self.honest.id}')
        self.addCleanup(self.honest.ours.pop, draft.name)
        self.declare(draft, 'we have seen it', self.honest, {self.hostile.id: 1})
        self.honest.push(self.node.id)
        self.assertEqual(self.verify_evidence(self.alarm('fork', ledger=mine.name), self.hostile), (2, 2))
        # Acts of ours stop, under that memorandum; why is said.
        refused = self.node.v1(f'/v1/memoranda/{name}/acts', 'POST', {'act': 'memo-declare', 'reason': 'x'}, status=409)
        self.assertIn('contradicts itself', refused['message'])
        self.assertTrue(party_nodes.member(self.node.memorandum(name), self.hostile)['frozen'])

    def memorandum(self, name=None, who=None, others=()):
        """A draft of a memorandum between the node, the hostile peer and the honest one, in the hostile one's ledger."""
        name, who = name or f'm-{Hostile.count}', who or self.hostile
        sign_by = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
        document = memorandum_document([self.node, who, *(others or [self.honest])], sign_by, name)
        ledger = who.ledger(f'memo/{name}/{who.id}')
        ledger.add('memo-draft', 'ACTUAL', who.clock(), {'seen': {}, 'document': document}, act=True)
        return name, ledger

    def declare(self, ledger, text, who=None, seen=None):
        return ledger.add('memo-declare', 'ACTUAL', (who or self.hostile).clock(), {'seen': seen or {}, 'text': text}, act=True)

    # --- What the node's own ledger came to, by the peer's word ---

    def node_line(self):
        return f'line/{self.node.id}/{self.hostile.id}'

    def make_the_node_write(self):
        """A test of ours gets a receipt: the node has something to send."""
        self.hostile.test(self.node.id)
        self.send(self.line().piece())

    def test_who_says_that_it_has_more_of_our_ledger_than_we_is_told(self):
        self.hostile.answer = lambda came, text: peer_bytes.parcel(self.hostile.id, self.node.id, (), (), [(self.node_line(), 99)])
        self.make_the_node_write()
        self.assertEqual(self.alarm('unproven')['ledger'], self.node_line())
        self.assertEqual(self.node.alarms(self.hostile, 'old-copy'), [])

    def test_who_went_back_is_told(self):
        self.hostile.answer = lambda came, text: peer_bytes.parcel(self.hostile.id, self.node.id, (), (), [(self.node_line(), 0)])
        self.make_the_node_write()
        self.assertEqual(self.alarm('went-back')['ledger'], self.node_line())

    def test_a_checkpoint_of_ours_that_we_did_not_sign_is_told(self):
        def answer(came, text):
            note = came.ledgers[0]['note'].replace('\n\n', '\n\n', 1)
            lines = note.split('\n')
            lines[2] = peer_bytes.b64(bytes(32))
            return peer_bytes.parcel(self.hostile.id, self.node.id, (),
                                     [self.hostile.who.cosign('\n'.join(lines), self.hostile.clock() // 10**6)])
        self.hostile.answer = answer
        self.make_the_node_write()
        self.assertEqual(self.alarm('false-note')['ledger'], self.node_line())

    def test_who_answers_nothing_or_forever_holds_up_nobody(self):
        """At its address: silence, a byte a second, a body without an end, garbage, a redirect, 500."""
        def drip(link):
            with contextlib.suppress(OSError):
                link.recv(65536)
                link.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
                while link.send(b'x'):
                    time.sleep(1)

        def endless(link):
            with contextlib.suppress(OSError):
                link.recv(65536)
                link.sendall(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
                for _ in range(1 << 12):
                    link.sendall(b'10000\r\n' + b'x' * 65536 + b'\r\n')

        def say(answer):
            def raw(link):
                with contextlib.suppress(OSError):
                    link.recv(65536)
                    link.sendall(answer)
            return raw
        raws = {'S': lambda link: time.sleep(30), 'D': drip, 'E': endless, 'G': say(b'\x00' * 1000),
                'R': say(b'HTTP/1.1 302 F\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
                'F': say(b'HTTP/1.1 500 F\r\nContent-Length: 0\r\n\r\n'),
                'P': say(b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\ngarbage')}
        peers = [self.another(name, raw) for name, raw in raws.items()]
        for _ in range(3):
            self.check_unharmed()
        for peer in peers[2:]:
            eventually(lambda peer=peer: self.node.peer(peer)['ways'][0]['failures'] > 0 or self.node.alarms(peer, 'unreadable'),
                       lambda peer=peer: f'{peer.who.name}: {self.node.peer(peer)}')

    # --- Clocks ---

    def test_a_clock_a_day_ahead_is_an_alarm_and_gets_no_receipt_yet(self):
        self.hostile.ahead_us = 86400 * 10**6
        self.hostile.test(self.node.id)
        self.send(self.line().piece())
        alarm = self.alarm('clock-ahead', ledger=self.line().name)
        self.assertRegex(alarm['why'], r'^entry 0 is 8\d{4} s ahead of our clock$')
        self.assertTrue(self.node.line(self.hostile)['peer_is_ahead'], 'and it is shown')
        self.send(self.remarks(1).piece())
        eventually(lambda: self.alarm('clock-ahead')['times'] == 2, 'it counts')
        self.assertEqual(self.held(), 2)
        self.assertFalse(any('line-receipt' in entry for entry in self.theirs()), 'its time is still to come')
        before = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        self.assertLess(self.node.now(), before, 'the node goes by its own')

    def test_a_clock_a_day_behind_makes_no_link_look_up(self):
        eventually(lambda: self.theirs(), 'the node has tested')
        self.hostile.answer = lambda came, text: peer_bytes.parcel(self.hostile.id, self.node.id)
        self.hostile.ahead_us = -86400 * 10**6
        self.hostile.test(self.node.id)
        self.send(self.line().piece())
        self.assertEqual(self.held(), 1)
        view = self.node.line(self.hostile)
        self.assertFalse(view['peer_is_ahead'])
        self.assertNotIn('86400', json.dumps(view))

    def test_a_receipt_dated_a_day_before_its_test_is_an_alarm(self):
        eventually(lambda: self.theirs(), 'the node has tested')
        self.hostile.ahead_us = -86400 * 10**6
        entry = next(one for one in self.theirs() if 'line-test' in one)
        self.hostile.write(self.line().name, 'line-receipt', {'of': {
            'ledger': self.node_line(), 'seq': json.loads(entry)['seq'], 'leaf': peer_bytes.leaf_hash(entry).hex()}})
        self.send(self.line().piece())
        self.assertRegex(self.alarm('clock-behind', ledger=self.line().name)['why'],
                         r'^the receipt of our entry \d+ is dated 86\d{3} s before it$')

    def test_an_act_dated_a_day_ahead_is_an_alarm(self):
        name, ledger = self.memorandum(f'ahead-{Hostile.count}', self.hostile, [self.honest])
        self.hostile.ahead_us = 86400 * 10**6
        self.declare(ledger, 'from tomorrow')
        self.send(ledger.piece())
        self.assertRegex(self.alarm('clock-ahead', ledger=ledger.name)['why'], r'^entry 1 is 86\d{3} s ahead of our clock$')

    def theirs(self):
        replica = self.hostile.theirs.get((self.node.id, self.node_line()))
        return replica.entries if replica is not None else []

    # --- By the thousand ---

    def test_unknown_ledgers_by_the_thousand_are_passed_over(self):
        before = len(self.node.peer(self.hostile)['theirs'])
        for i in range(5):
            pieces = []
            for j in range(250):
                name = (f'x/{i}/{j}', f'line/{self.hostile.id}/{i * 250 + j:016x}', f'memo/{i}-{j}', f'line/{j}')[j % 4]
                pieces.append(self.remarks(1, peer_bytes.Ledger(self.hostile.who, name)).piece())
            status, answer = self.send(*pieces)
            self.assertEqual(status, 200, answer)
            self.assertEqual(answer.have, {}, 'and the answer says nothing of them')
        self.assertEqual(len(self.node.peer(self.hostile)['theirs']), before)

    def test_memoranda_by_the_thousand_are_too_much(self):
        pieces = []
        sign_by = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
        document = memorandum_document([self.node, self.hostile], sign_by, 'flood-0000')
        for i in range(1000):
            name = f'flood-{i:04}'
            ledger = peer_bytes.Ledger(self.hostile.who, f'memo/{name}/{self.hostile.id}')
            ledger.add('memo-draft', 'ACTUAL', self.hostile.clock(),
                       {'seen': {}, 'document': document.replace('flood-0000', name)}, act=True)
            pieces.append(ledger.piece())
        for i in range(0, 1000, 200):
            self.assertEqual(self.send(*pieces[i:i + 200])[0], 200)
        here = [one['id'] for one in self.node.v1('/v1/memoranda')['memoranda'] if one['id'].startswith('flood-')]
        self.assertLessEqual(len(here), 64)
        self.assertGreater(len(here), 0)
        # The honest peer's memorandum has its place all the same.
        name, ledger = self.memorandum(f'after-{Hostile.count}', self.honest, [self.hostile])
        self.addCleanup(self.honest.ours.pop, ledger.name)
        self.honest.push(self.node.id)
        eventually(lambda: any(one['id'] == name for one in self.node.v1('/v1/memoranda')['memoranda']), 'it is here')


class Slow:
    """Heads and bodies that come a byte a second, from before the first test on, in threads of their own."""

    def __init__(self, case):
        self.stopped, self.seconds = threading.Event(), []
        self.peer = Peer(case.folder / 'slow', 'slow', listens=False)
        self.peer.source = '127.0.0.68'
        case.node.meet(self.peer)
        head = b'POST /peer/parcel HTTP/1.1\r\nHost: n\r\nContent-Length: 100000\r\n\r\n'
        self.threads = [threading.Thread(target=self.drip, args=(case.node.id, head + b'e' * 1000, begin))
                        for begin in (0, 10, 40, *[len(head) + 100] * 20)]
        for thread in self.threads:
            thread.start()

    def drip(self, node, whole, begin):
        begun = time.monotonic()
        with contextlib.suppress(OSError), self.peer.connect(node) as link:
            link.sendall(whole[:begin])
            link.settimeout(1)
            for at in range(begin, len(whole)):
                if self.stopped.is_set():
                    return
                link.sendall(whole[at:at + 1])
                with contextlib.suppress(TimeoutError):
                    if not link.recv(100):
                        break
        self.seconds.append(time.monotonic() - begun)

    def heads(self):
        """How long each of the heads lasted, once they have ended."""
        for thread in self.threads[:3]:
            thread.join(party_nodes.WAIT_S)
        if len(self.seconds) < 3:
            raise AssertionError('slow heads last')
        return self.seconds

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


if __name__ == '__main__':
    serving.main(sys.argv)
