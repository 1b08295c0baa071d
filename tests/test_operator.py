#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
`entente operator` on the data directory of a node that has stopped: who is made, who is refused, what is said of it, and
that the ledger it writes is whole.

usage: test_operator.py PROGRAM
"""
import json
import os
import pathlib
import pty
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

import serving
from serving import Node, run

PASSWORD = 'correct horse battery staple'
WAIT_S = 30
TIME = r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z'


def at_terminal(arguments, lines):
    """Runs the program at a terminal of its own and types these lines, each when it is asked; all that the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(serving.program, [serving.program, *map(str, arguments)])
    shown, until = b'', time.monotonic() + WAIT_S
    left = list(lines)
    asked = 0
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                part = os.read(terminal, 4096)
            except OSError:  # the other end is closed
                part = b''
            if not part:
                break
            shown += part
        if left and shown.count(b': ') > asked:
            asked = shown.count(b': ')
            os.write(terminal, left.pop(0).encode() + b'\n')
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return status, shown.decode()


class Operators(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.work.cleanup)
        cls.fresh = pathlib.Path(cls.work.name) / 'fresh'
        node = Node('--dev', data=cls.fresh).start()
        assert node.stop() == 0

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        self.data = self.folder / 'data'
        shutil.copytree(self.fresh, self.data)
        self.password = self.folder / 'password'
        self.password.write_text(PASSWORD + '\nnot this line\n', encoding='utf-8')

    def operator(self, *arguments, status=0, says=None):
        done = run('operator', *arguments, '--data', self.data)
        self.assertEqual(done.returncode, status, done)
        if says is not None:
            self.assertIn(says, done.stdout if status == 0 else done.stderr)
        if status != 0:
            self.assertEqual(done.stdout, '')
        return done

    def add(self, name, roles, *more, **how):
        return self.operator('add', name, '--name', name.capitalize(), '--roles', roles, '--password-file', self.password,
                             *more, **how)

    def entries(self):
        done = run('ledger', 'show', '--data', self.data, '--ledger', 'desk')
        self.assertEqual(done.returncode, 0, done)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def verify(self, status=0):
        done = run('ledger', 'verify', '--data', self.data, '--ledger', 'desk')
        self.assertEqual(done.returncode, status, done)
        return done.stdout

    def test_there_is_nobody_until_an_administrator_is_made(self):
        self.operator('list', says='there are no operators')
        self.add('wim', 'watch-officer', status=1, says='the first operator is an administrator')
        self.operator('list', says='there are no operators')
        done = self.operator('add', 'ada', '--name', 'عائشة', '--roles', 'watch-officer,administrator', '--languages',
                             'ar,fr', '--password-file', self.password)
        self.assertEqual(done.stdout, 'ada is an operator now; several roles in one hand\n')
        self.assertRegex(self.operator('list').stdout, '^ada "عائشة"\n'
                         '    roles: watch officer, administrator \\(several roles in one hand\\)\n'
                         '    languages: ar fr\n'
                         f'    added {TIME}, password of {TIME}\n'
                         '    open sessions: 0\n$')

    def test_the_ledger_is_whole_and_each_act_an_entry(self):
        self.add('ada', 'administrator', '--languages', 'fr')
        self.add('wim', 'watch-officer')
        self.operator('password', 'wim', '--password-file', self.password)
        self.operator('roles', 'wim', '--roles', 'duty-officer,releasing-authority')
        self.operator('change', 'wim', '--name', 'Willem', '--languages', 'nl,sr-Latn')
        self.operator('disable', 'wim')
        self.operator('enable', 'wim')
        self.operator('unlock', 'wim')
        entries = self.entries()
        self.assertEqual([entry['kind'] for entry in entries],
                         ['operator-added', 'operator-added', 'operator-password', 'operator-roles', 'operator-changed',
                          'operator-disabled', 'operator-enabled', 'operator-unlocked'])
        self.assertEqual([entry['seq'] for entry in entries], list(range(8)))
        self.assertEqual({entry['by'] for entry in entries}, {'(command line)'})
        self.assertEqual({entry['class'] for entry in entries}, {'ACTUAL'})
        self.assertEqual(list(entries[0]), ['seq', 'time_us', 'kind', 'class', 'by', 'operator', 'name', 'password', 'languages', 'roles'])
        self.assertTrue(all(a['time_us'] < b['time_us'] for a, b in zip(entries, entries[1:])))
        said = self.verify()
        self.assertIn('/desk: 8 entries', said)
        self.assertIn('every entry is what was signed, and follows from those before it', said)
        # The other ledger is as it was, and an export of this one is verified by itself.
        self.assertEqual(run('ledger', 'verify', '--data', self.data).returncode, 0)
        export = self.folder / 'export'
        self.assertEqual(run('ledger', 'export', '--data', self.data, '--ledger', 'desk', '--output', export).returncode, 0)
        done = run('ledger', 'verify', export)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn('follows from those before it', done.stdout)
        wim = json.loads(self.operator('list', '--json').stdout)['operators'][1]
        self.assertEqual({name: wim[name] for name in ('id', 'name', 'roles', 'several_roles', 'languages', 'disabled', 'locked')},
                         {'id': 'wim', 'name': 'Willem', 'roles': ['duty-officer', 'releasing-authority'], 'several_roles': True,
                          'languages': ['nl', 'sr-Latn'], 'disabled': False, 'locked': False})

    def test_nothing_shows_a_password_or_its_hash(self):
        self.add('ada', 'administrator')
        hashed = self.entries()[0]['password']
        self.assertTrue(hashed.startswith('$argon2id$v=19$m=65536,'))
        for done in self.operator('list'), self.operator('list', '--json'):
            self.assertNotIn('argon2', done.stdout)
        for path in self.data.rglob('*'):
            if path.is_file():
                self.assertNotIn(PASSWORD.encode(), path.read_bytes(), path)

    def test_an_entry_that_was_changed_is_told_and_nothing_goes_on_from_it(self):
        self.add('ada', 'administrator')
        self.add('wim', 'watch-officer')
        database = sqlite3.connect(self.data / 'ledger.sqlite')
        # The desk is the second ledger; its entry 1 has wim's roles.
        changed = database.execute("UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'watch-officer', 'administrator') AS BLOB) "
                                   'WHERE key = ?', ((2 << 40) | 1,)).rowcount
        self.assertEqual(changed, 1)
        database.commit()
        database.close()
        self.assertIn('entry 1: it or the hash kept of it was changed', self.verify(status=1))
        self.operator('list', status=2, says='entry 1: it is gone or was changed')
        self.operator('disable', 'wim', status=2, says='entry 1: it is gone or was changed')

    def test_what_is_refused(self):
        self.add('ada', 'administrator')
        for arguments, status, says in [
                (['disable', 'ada'], 1, 'without this administrator there would be none'),
                (['roles', 'ada', '--roles', 'none'], 1, 'without this administrator there would be none'),
                (['roles', 'ada', '--roles', 'administrator'], 1, 'that is so already'),
                (['enable', 'ada'], 1, 'that is so already'),
                (['disable', 'eve'], 1, 'eve: there is no operator of that id'),
                (['password', 'eve', '--password-file', self.password], 1, 'eve: there is no operator of that id'),
                (['unlock', 'ada', '--dev'], 1, 'of another class'),
                (['roles', 'ada', '--roles', 'boss'], 2, 'there is no such role'),
                (['roles', 'ada'], 2, 'it needs --roles LIST'),
                (['add', 'Eve', '--name', 'E', '--roles', 'none'], 2, 'an id has 1 to 32'),
                (['add', 'eve', '--roles', 'none'], 2, 'it needs --name NAME'),
                (['add', 'eve', '--name', 'E\u202e', '--roles', 'none'], 2, 'nothing that cannot be seen'),
                (['add', 'eve', '--name', '\u0301', '--roles', 'none'], 2, 'at least one letter or digit'),
                (['change', 'ada', '--name', '...'], 2, 'at least one letter or digit'),
                (['add', 'eve', '--name', 'E', '--roles', 'none', '--languages', 'french'], 2, 'a language is a tag'),
                (['list', 'ada'], 2, 'one thing too many'),
                (['list', '--roles', 'none'], 2, 'this action has no such option'),
                (['disable'], 2, 'it needs the id'),
                (['remove', 'ada'], 2, 'there is no such action')]:
            with self.subTest(arguments):
                self.operator(*arguments, status=status, says=says)
        self.add('ada', 'administrator', status=1, says='there is an operator of that id already')
        self.assertEqual(len(self.entries()), 1)

    def test_passwords_come_from_a_file_and_are_not_any(self):
        for text, says in [('short\n', '12 characters or more'), ('ab' * 20 + '\n', '5 different characters'),
                           ('ada-the-administrator\n', 'the password is the id'), ('x' * 1025, '1024 bytes at the most'),
                           ('', '12 characters or more')]:
            with self.subTest(text):
                self.password.write_text(text, encoding='utf-8')
                done = run('operator', 'add', 'ada-the-administrator', '--name', 'A', '--roles', 'administrator',
                           '--password-file', self.password, '--data', self.data)
                self.assertIn(says, done.stderr)
                self.assertNotEqual(done.returncode, 0)
        done = run('operator', 'add', 'ada', '--name', 'A', '--roles', 'administrator', '--password-file',
                   self.folder / 'none', '--data', self.data)
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertIn('cannot be read: No such file', done.stderr)
        done = subprocess.run([serving.program, 'operator', 'add', 'ada', '--name', 'A', '--roles', 'administrator',
                               '--password-file', '-', '--data', self.data], input=PASSWORD, capture_output=True, text=True,
                              timeout=WAIT_S, check=False)
        self.assertEqual(done.returncode, 0, done)
        done = subprocess.run([serving.program, 'operator', 'password', 'ada', '--data', self.data], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=WAIT_S, check=False, start_new_session=True)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn('there is no terminal to ask', done.stderr)

    def test_the_terminal_is_asked_twice_and_shows_nothing(self):
        add = ['operator', 'add', 'ada', '--name', 'Ada', '--roles', 'administrator', '--data', self.data]
        status, shown = at_terminal(add, [PASSWORD, PASSWORD + '.'])
        self.assertEqual(status, 1, shown)
        self.assertIn('the two are not the same; nothing was changed', shown)
        status, shown = at_terminal(add, [PASSWORD, PASSWORD])
        self.assertEqual(status, 0, shown)
        self.assertIn('new password of ada: ', shown)
        self.assertIn('ada is an operator now', shown)
        self.assertNotIn('horse', shown)

    def test_of_a_party_whose_clock_can_be_set_all_is_a_test_whether_dev_is_given_or_not(self):
        done = run('init', '--dev', '--data', self.data, '--name', 'A', '--passphrase-file', self.password)
        self.assertEqual(done.returncode, 0, done)
        says = "by the party's card its clock can be set, so this is a test, as with --dev\n"
        self.assertEqual(self.add('ada', 'administrator').stdout, 'ada is an operator now\n' + says)
        self.assertEqual(self.add('wim', 'watch-officer', '--dev').stdout, 'wim is an operator now\n')
        self.assertEqual(self.operator('disable', 'wim').stdout, 'wim can no longer sign in\n' + says)
        self.assertEqual([entry['class'] for entry in self.entries()], ['TEST'] * 3)
        node = Node('--dev', data=self.data).start()
        self.assertEqual(node.stop(), 0, node.log)

    def test_what_was_begun_in_earnest_goes_on_so_whatever_the_card_says(self):
        self.add('ada', 'administrator')
        done = run('init', '--dev', '--data', self.data, '--name', 'A', '--passphrase-file', self.password)
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(self.add('wim', 'watch-officer').stdout, 'wim is an operator now\n')
        self.assertEqual([entry['class'] for entry in self.entries()], ['ACTUAL'] * 2)

    def test_a_node_that_runs_is_left_alone_and_a_folder_without_one_too(self):
        self.add('ada', 'administrator', '--dev')
        node = Node('--dev', data=self.data).start()
        try:
            done = run('operator', 'disable', 'ada', '--data', self.data)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn('another process has it open', done.stderr)
        finally:
            self.assertEqual(node.stop(), 0, node.log)
        self.add('wim', 'watch-officer', '--dev')
        self.assertEqual([entry['class'] for entry in self.entries()], ['TEST', 'TEST'])
        self.verify()
        done = run('operator', 'add', 'ada', '--name', 'A', '--roles', 'administrator', '--data', self.folder / 'nowhere')
        self.assertEqual(done.returncode, 2, done)
        self.assertIn('no node has begun there', done.stderr)
        self.assertFalse((self.folder / 'nowhere').exists())


if __name__ == '__main__':
    serving.main(sys.argv)
