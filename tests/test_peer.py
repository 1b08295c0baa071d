# SPDX-License-Identifier: Apache-2.0
"""The peer of another hand (tests/peer.py) and the program read each other: cards, parcels, evidence, keys of connections. What a
running node and this peer say to each other stands in test_hostile.py.

usage: test_peer.py ENTENTE
"""
import json
import pathlib
import sys
import tempfile
import threading
import unittest

import peer_bytes
import serving
from peer import Peer
from peer_bytes import Card, Parcel, Replica, Tree, sha256
from serving import run


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def peers(self):
        """Two of them, that know each other."""
        made = [Peer(self.folder / name, name, settable=False, seed=name.encode()) for name in ('A', 'B')]
        for one, other in made, made[::-1]:
            one.knows(other.who.card(), other.files[0])
        return made

    def test_the_program_takes_the_peers_card_and_the_peer_the_programs(self):
        data, passphrase = self.folder / 'node', self.write('passphrase', 'correct horse battery\n')
        done = run('init', '--data', data, '--name', 'Узел', '--passphrase-file', passphrase, '--address', 'https://127.0.0.1:1')
        self.assertEqual(done.returncode, 0, done.stderr)
        card = Card((data / 'party/card.txt').read_text())
        self.assertEqual(card.addresses, ['https://127.0.0.1:1'])
        peer = self.peers()[0]
        done = run('party', 'add', peer.card_file(), '--data', data, '--confirm')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(peer.id, run('party', 'list', '--data', data).stdout)
        changed = peer.card_file().read_text().replace('name A', 'name B')
        done = run('party', 'add', self.write('changed', changed), '--data', data, '--confirm')
        self.assertEqual(done.returncode, 2)
        self.assertIn('signature', done.stderr)

    def test_the_program_reads_the_peers_parcels_and_holds_them_to_its_keys(self):
        a, b = self.peers()
        a.test(b.id)
        b.take(a.parcel(b.id))
        text = b.parcel(a.id)
        path, (a_key, b_key) = self.write('parcel', text), (peer.who.line_vkey for peer in (a, b))
        done = run('parcel', 'show', path, '--vkey', a_key, '--vkey', b_key)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('its entries are all here and come to this root', done.stdout)
        self.assertIn('nothing is wrong with what these keys can tell', done.stdout)
        # Also with the cards, and when it came by mail.
        done = run('parcel', 'show', self.write('mailed', text.replace('\n', '\r\n') + '\r\n'), '--vkey', a.card_file(),
                   '--vkey', b.card_file())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('nothing is wrong with what these keys can tell', done.stdout)
        changed = self.write('changed', a.who.card().replace('name A', 'name B'))
        done = run('parcel', 'show', path, '--vkey', changed)
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertIn('the signature is wrong', done.stderr)
        # The answer, with a cosignature.
        answer = a.take(text, b.id)[1]
        cosigner = peer_bytes.vkey(a.who.line_name, peer_bytes.raw(a.who.line_key), peer_bytes.COSIGNER)
        done = run('parcel', 'show', self.write('answer', answer), '--vkey', b_key, '--vkey', cosigner)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f'cosigned by {a.who.line_name}', done.stdout)
        # And what is forged is told.
        forged = a.line(b.id).piece(note=a.line(b.id).note(key=b.who.line_key))
        done = run('parcel', 'show', self.write('forged', a.parcel(b.id, [forged])), '--vkey', a_key)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn('NOT signed by its author', done.stdout)

    def test_the_peer_refuses_what_was_changed_forged_or_put_elsewhere(self):
        a, b = self.peers()
        for _ in range(3):
            a.write(f'line/{a.id}/{b.id}', 'line-test', {'period_from_us': 0, 'period_us': 1})
        good = a.line(b.id)
        rows = [
            ('another entry', good.piece(entries=[good.entries[0], good.entries[0], good.entries[2]])),
            ('another number', {**good.piece(), 'first': 1}),
            ('another key', good.piece(note=good.note(key=b.who.line_key))),
            ('another ledger', good.piece(note=a.ledger('line/x/y').note())),
            ('a root of nothing', good.piece(note=a.who.note(good.name, 3, sha256(b'')))),
        ]
        for why, piece in rows:
            with self.subTest(why):
                b.failures.clear()
                self.assertIn(f'have {good.name} 0\n', b.take(a.parcel(b.id, [piece]))[1])
                self.assertEqual(len(b.failures), 1, b.failures)
        came, answer = b.take(a.parcel(b.id))
        self.assertIn(f'have {good.name} 3\n', answer)
        for text in (answer.replace('have', 'hath'), answer[:-2] + '\n', answer.replace(f'from {b.id}', f'from {a.id}')):
            with self.assertRaises(peer_bytes.Wrong):
                Parcel(text)
        self.assertEqual(a.acknowledged[b.id, good.name], 0)
        a.take(answer, b.id)
        self.assertEqual(a.acknowledged[b.id, good.name], 3)
        self.assertEqual(a.owed(b.id), [])

    def test_pieces_doubled_and_out_of_order_come_to_the_same(self):
        a, b = self.peers()
        ledger = a.ledger('memo/m/' + a.id)
        for i in range(20):
            a.write(ledger.name, 'memo-declare', {'seen': {}, 'text': f'"{i}" é'}, act=True)
        replica = Replica(b.known[a.id].card, ledger.name)
        for first, end, size in ((5, 9, 0), (0, 5, 5), (3, 9, 9), (0, 2, 9), (9, 20, 20), (0, 20, 20)):
            replica.take(ledger.piece(first, end))
            self.assertEqual(len(replica), size)
        self.assertEqual(replica.entries, ledger.entries)

    def test_the_program_believes_evidence_of_a_fork_and_no_other(self):
        a, b = self.peers()
        one = a.line(b.id)
        for i in range(5):
            a.write(one.name, 'line-result', {'period_from_us': i, 'result': 'heard'})
        other = one.copy()
        a.write(one.name, 'line-result', {'period_from_us': 9, 'result': 'heard'})
        for i in range(7):
            other.add('line-result', 'ACTUAL', 0, {'period_from_us': 10 + i, 'result': 'heard'})
        for why, text, code in (('two sizes', peer_bytes.fork_file(one, 6, other, 9), 0),
                                ('one size', peer_bytes.fork_file(one, 6, other, 6), 0),
                                ('a beginning that they share', peer_bytes.fork_file(one, 5, other, 9), 1)):
            with self.subTest(why):
                done = run('ledger', 'verify', self.write('evidence', text), '--vkey', a.who.line_vkey)
                self.assertEqual(done.returncode, code, done.stdout + done.stderr)
                if code == 0:
                    peer_bytes.proves_fork(text, a.who.line_vkey)
                    # Who has nothing but its card, out of a mail, needs nothing more.
                    card = self.write('card', a.who.card().replace('\n', '\r\n'))
                    done = run('ledger', 'verify', self.write('evidence', text), '--vkey', card)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assertTrue(done.stdout.startswith(f'PROVED: {a.who.line_name} '), done.stdout)
                    done = run('ledger', 'verify', self.write('evidence', text), '--vkey', b.who.line_vkey)
                    self.assertEqual(done.returncode, 1)
                else:
                    with self.assertRaises(peer_bytes.Wrong):
                        peer_bytes.proves_fork(text, a.who.line_vkey)

    def test_two_of_them_test_a_line_over_tls_with_pinned_keys(self):
        a, b = self.peers()
        for peer in a, b:
            peer.serve()
            self.addCleanup(peer.stop)
        a.test(b.id)
        status, answer = a.push(b.id)
        self.assertEqual((status, answer.have), (200, {f'line/{a.id}/{b.id}': 1}))
        for _ in range(100):
            if len(b.line(a.id)) and b.acknowledged[a.id, b.line(a.id).name]:
                break
            threading.Event().wait(0.05)
        receipt = json.loads(a.theirs[b.id, f'line/{b.id}/{a.id}'].entries[0])
        self.assertEqual(receipt['of']['leaf'], peer_bytes.leaf_hash(a.line(b.id).entries[0]).hex())
        stranger = Peer(self.folder / 'C', 'C', seed=b'C')
        stranger.knows(b.who.card())
        with self.assertRaises(OSError):
            stranger.post(b.id, stranger.parcel(b.id))
        b.who.tls_key = stranger.who.tls_key
        b.known[a.id].card.tls_hash = bytes(32)
        self.assertEqual(a.post(b.id, a.parcel(b.id))[0], 403)

    def test_trees_are_those_of_the_standard(self):
        """Against the plain recursion of RFC 6962."""
        def plain(leaves):
            if len(leaves) < 2:
                return leaves[0] if leaves else sha256(b'')
            k = 1 << (len(leaves) - 1).bit_length() - 1
            return sha256(b'\1' + plain(leaves[:k]) + plain(leaves[k:]))
        tree, leaves = Tree(), [sha256(bytes([i])) for i in range(40)]
        for n, leaf in enumerate(leaves, 1):
            tree.add(leaf)
            for m in range(1, n + 1):
                self.assertEqual(tree.root(m), plain(leaves[:m]))
                self.assertTrue(peer_bytes.consistency_holds(m, n, plain(leaves[:m]), plain(leaves[:n]), tree.consistency(m, n)))


if __name__ == '__main__':
    serving.main(sys.argv)
