#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Whom a party trusts, and on whose word: each change is an entry of the ledger `desk`, whether a node runs or not, and a key that the
known one does not vouch for is taken when two operators of this node have each given their password.

usage: test_trust.py PROGRAM
"""
import contextlib
import json
import os
import pathlib
import pty
import re
import shutil
import sys
import tempfile
import unittest

import party_cards
import serving
import test_party
from serving import Node, run

PASSWORDS = {'mickey': 'a mouse sat here at 3', 'minnie': 'so did she, an hour on'}
begun = None  # a party whose node has begun and stopped, with two operators, which is copied


def fingerprint(number):
    """The text of a key in entries."""
    name = f'{party_of(1)}.party.entente.invalid'
    words = party_cards.fingerprint(party_cards.vkey(name, party_cards.raw(party_cards.key(number))))
    return ''.join(f'{party_cards.words.index(word) % 256:02x}' for word in words)


def party_of(first):
    return re.search('(?m)^party (.*)$', party_cards.make('N', first=first))[1]


def begin_once():
    global begun
    if begun is not None:
        return begun
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    begun = pathlib.Path(folder.name) / 'node'
    shutil.copytree(test_party.make_once()[0], begun)
    node = Node(data=begun).start()
    assert node.stop() == 0, node.log
    for name, password in PASSWORDS.items():
        file = pathlib.Path(folder.name) / name
        file.write_text(password + '\n')
        done = run('operator', 'add', name, '--data', begun, '--name', name.capitalize(), '--roles',
                   'administrator' if name == 'mickey' else 'linguist', '--password-file', file)
        assert done.returncode == 0, done.stderr
    return begun


class Case(test_party.Case):
    def setUp(self):
        super().setUp()
        shutil.copytree(begin_once(), self.data)
        self.theirs = party_cards.make('N')
        self.id = party_of(1)
        self.own = party_cards.parse(self.card())['party'][0]
        self.node = None

    def start(self):
        self.node = Node(data=self.data).start()
        self.addCleanup(self.node.kill)

    def stop(self):
        self.assertEqual(self.node.stop(), 0)

    def entries(self):
        """Of the ledger desk, of a node that has stopped; whole, and what was signed."""
        done = run('ledger', 'verify', '--data', self.data, '--ledger', 'desk')
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('follows from those before it', done.stdout)
        shown = run('ledger', 'show', '--data', self.data, '--ledger', 'desk').stdout
        return [json.loads(line) for line in shown.splitlines()]

    def told(self):
        """What the ledger says of parties, behind our own card, which the first start entered."""
        told = [(entry['by'], entry['what'], entry['on']) for entry in self.entries()
                if entry.get('what', '').startswith(('party-', 'own-'))]
        self.assertEqual(told[0][:2], ('(node)', 'own-card'))
        self.assertRegex(told[0][2], f'^{self.own}/card:1/key:[0-9a-f]{{24}}$')
        return told[1:]

    def vouch(self, card, operators='mickey,minnie', passwords=None, status=0):
        files = []
        for i, password in enumerate(passwords or PASSWORDS.values()):
            path = self.root / f'password{i}'
            path.write_text(password + '\n')
            files += ['--password-file', path]
        return self.party('add', self.write(card), '--confirm', '--operators', operators, *files, status=status)


class Told(Case):
    def change_all(self):
        self.party('add', self.write(self.theirs), '--confirm')
        self.party('add', self.write(party_cards.make('N', number=2)), '--confirm')
        self.party('add', self.write(party_cards.make('N', number=3, now=5, before=1)), '--confirm')
        self.party('renew', '--name', 'Us', '--passphrase-file', self.passphrase)
        # What changes nothing has no entry.
        self.party('add', self.write(party_cards.make('N', number=3, now=5, before=1)), '--confirm')
        self.party('add', self.write(party_cards.make('N', number=4, now=5)), status=1)
        self.party('remove', self.id, '--confirm')

    def check_all(self):
        by = '(command line)'
        told = self.told()
        self.assertEqual([(who, what) for who, what, _ in told],
                         [(by, 'party-known'), (by, 'party-renewed'), (by, 'party-key-changed'), (by, 'own-card'),
                          (by, 'party-removed')])
        self.assertEqual([on for _, _, on in told if not on.startswith(self.own)],
                         [f'{self.id}/card:1/key:{fingerprint(1)}', f'{self.id}/card:2/key:{fingerprint(1)}',
                          f'{self.id}/card:3/key:{fingerprint(5)}', self.id])
        self.assertRegex(told[3][2], f'^{self.own}/card:2/key:')

    def test_each_change_is_an_entry_while_the_node_is_stopped(self):
        self.change_all()
        self.check_all()

    def test_each_change_is_an_entry_while_the_node_runs(self):
        self.start()
        self.change_all()
        self.stop()
        self.check_all()

    def test_what_nobody_entered_the_next_start_enters(self):
        # As when the folder was changed while the store was elsewhere, or by hand.
        self.party('add', self.write(self.theirs), '--confirm')
        kept = (self.data / f'party/{self.id}.party').read_bytes()
        (self.data / f'party/{self.id}.party').unlink()
        self.start()
        self.stop()
        (self.data / f'party/{self.id}.party').write_bytes(kept)
        self.start()
        self.stop()
        key = f'{self.id}/card:1/key:{fingerprint(1)}'
        self.assertEqual(self.told(), [('(command line)', 'party-known', key), ('(node)', 'party-removed', self.id),
                                       ('(node)', 'party-known', key)])
        self.start()
        self.stop()
        self.assertEqual(len(self.told()), 3)

    def test_a_party_that_is_known_before_the_first_start_is_entered_by_it(self):
        shutil.rmtree(self.data)
        self.copy()
        self.party('add', self.write(self.theirs), '--confirm')
        self.start()
        self.stop()
        told = {(entry['by'], entry['what'], entry['on'][:16]) for entry in self.entries()}
        own = party_cards.parse(self.card())['party'][0]
        self.assertEqual(told, {('(node)', 'party-known', self.id), ('(node)', 'own-card', own)})


class Vouched(Case):
    """Card 3 is by another key, which the known one did not sign."""

    def setUp(self):
        super().setUp()
        self.party('add', self.write(self.theirs), '--confirm')
        self.lost = party_cards.make('N', number=3, now=5)
        self.key = f'{self.id}/card:3/key:{fingerprint(5)}'

    def is_not_taken(self):
        self.assertIn('card 1 ', self.party('list').stdout)

    def check_refused(self):
        for operators, says in (('Mickey,Minnie', 'an operator is named by his id'),
                                ('mickey,pluto', 'pluto: there is no operator of that id here'),
                                ('goofy,mickey', 'goofy: there is no operator of that id here'),
                                ('minnie,nora', 'nora: this operator is disabled')):
            self.assertIn(says, self.vouch(self.lost, operators, status=1).stderr)
        self.assertIn('two people', self.vouch(self.lost, 'mickey,mickey', status=2).stderr)
        self.is_not_taken()
        wrong = self.vouch(self.lost, passwords=(PASSWORDS['mickey'], PASSWORDS['mickey']), status=1)
        self.assertIn('the id or the password is wrong', wrong.stderr)
        self.is_not_taken()

    def check_taken(self):
        self.assertIn('Taken', self.vouch(self.lost).stdout)
        self.assertIn('for which "mickey" and "minnie" vouched', self.party('show', self.id).stdout)

    def check_ledger(self):
        entries = [entry for entry in self.entries() if entry['kind'] in ('key-vouched', 'sign-in-failed', 'session-begun')]
        self.assertEqual([(entry['kind'], entry['operator']) for entry in entries],
                         [('key-vouched', 'mickey'), ('sign-in-failed', 'minnie'), ('key-vouched', 'mickey'),
                          ('key-vouched', 'minnie')])
        self.assertEqual({entry['on'] for entry in entries if 'on' in entry}, {self.key})
        self.assertEqual(self.told()[-1], ('(command line)', 'party-key-changed', f'{self.key}/by:mickey+minnie'))

    def add_nora(self):
        (self.root / 'nora').write_text('nora is here no more\n')
        for arguments in (('add', 'nora', '--name', 'Nora', '--roles', 'linguist', '--password-file', self.root / 'nora'),
                          ('disable', 'nora')):
            done = run('operator', *arguments, '--data', self.data)
            self.assertEqual(done.returncode, 0, done)

    def test_two_operators_by_their_passwords_while_the_node_is_stopped(self):
        self.add_nora()
        self.check_refused()
        self.check_taken()
        self.check_ledger()

    def test_two_operators_by_their_passwords_while_the_node_runs(self):
        self.add_nora()
        self.start()
        self.check_refused()
        self.check_taken()
        self.stop()
        self.check_ledger()

    def test_wrong_passwords_lock_the_account_in_both_ways(self):
        wrong = (PASSWORDS['mickey'], 'not hers at all')
        for _ in range(3):
            self.vouch(self.lost, passwords=wrong, status=1)
        self.start()
        for _ in range(2):
            self.vouch(self.lost, passwords=wrong, status=1)
        # Now the right one is not heard either, here or there.
        self.assertIn('too many tries', self.vouch(self.lost, status=1).stderr)
        self.stop()
        self.assertIn('too many tries', self.vouch(self.lost, status=1).stderr)
        self.is_not_taken()

    def test_without_operators_nobody_vouches(self):
        shutil.rmtree(self.data)
        self.copy()
        self.party('add', self.write(self.theirs), '--confirm')
        self.assertIn('no node has begun there', self.vouch(self.lost, status=2).stderr)
        self.is_not_taken()

    def test_whoever_has_no_role_vouches_for_nobody(self):
        done = run('operator', 'roles', 'minnie', '--roles', 'none', '--data', self.data)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('none of the roles', self.vouch(self.lost, status=1).stderr)
        self.is_not_taken()

    def test_the_terminal_asks_each_of_the_two_and_shows_nothing(self):
        card = self.write(self.lost)
        child, terminal = pty.fork()
        if child == 0:
            os.execv(serving.program, [serving.program, 'party', 'add', str(card), '--data', str(self.data), '--confirm',
                                       '--operators', 'mickey,minnie'])
        shown, left = b'', list(PASSWORDS.items())
        with open(terminal, 'rb', buffering=0) as screen:
            # Reading ends with an error when the other end is closed.
            with contextlib.suppress(OSError):
                while part := screen.read(4096):
                    shown += part
                    if left and f'password of {left[0][0]}: '.encode() in shown:
                        os.write(terminal, left.pop(0)[1].encode() + b'\n')
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.assertEqual((status, left), (0, []), shown)
        self.assertIn(b'Taken', shown)
        for password in PASSWORDS.values():
            self.assertNotIn(password.encode(), shown)

    def test_each_has_a_password_file_or_the_terminal_is_asked(self):
        one = self.party('add', self.write(self.lost), '--confirm', '--operators', 'mickey,minnie', '--password-file',
                         self.passphrase, status=2)
        self.assertIn('one for each of the two', one.stderr)


if __name__ == '__main__':
    serving.main(sys.argv)
