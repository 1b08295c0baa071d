#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
`entente ledger` on ledgers that were changed: each change is told by the number of the entry, and of a good ledger
nothing is told.

usage: test_ledger.py PROGRAM
"""
import base64
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import uuid

from dss_http import Client, Node

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else 'entente'
ENTRIES = 600  # two whole tiles of hashes, and some entries behind them


def key_of(number):
    return (1 << 40) | number


def ledger(*arguments):
    return subprocess.run([PROGRAM, 'ledger', *map(str, arguments)], check=False, capture_output=True, text=True)


def fill(data):
    node = Node(PROGRAM, data).start()
    try:
        client = Client(node, 'uss1', 'utm.strategic_coordination')
        for _ in range(ENTRIES - 1):  # the first entry is the configuration
            done = client.send('PUT', f'/dss/v1/subscriptions/{uuid.uuid4()}', {
                'extents': {}, 'uss_base_url': 'https://uss1.example', 'notify_for_operational_intents': True})
            assert done.status == 200, done.text
        client.close()
    finally:
        node.stop()


class Ledger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.work.name)
        cls.data = cls.folder / 'data'
        fill(cls.data)
        cls.vkey = (cls.data / 'ledger.vkey').read_text(encoding='utf-8').strip()
        done = ledger('export', '--data', cls.data, '--output', cls.folder / 'export')
        assert done.returncode == 0, done.stderr
        cls.lines = (cls.folder / 'export').read_text(encoding='utf-8').splitlines()
        cls.line_of = [at for at, line in enumerate(cls.lines) if line.startswith('{"seq":')]
        cls.chance = random.Random(1)

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def verify(self, source, *flags):
        done = ledger('verify', *source, '--vkey', self.vkey, '--json', *flags)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(done.returncode == 0, not answer['faults'])
        told = {}
        for fault in answer['faults']:
            told[fault['where']] = '; '.join([*([told[fault['where']]] if fault['where'] in told else []), fault['why']])
        return told

    def verify_lines(self, lines):
        path = self.folder / 'changed'
        path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
        return self.verify([path])

    def some(self):
        """Numbers of entries: the first, the last, at the ends of tiles, and by chance."""
        return {0, 1, 255, 256, 511, 512, ENTRIES - 1, *(self.chance.randrange(ENTRIES) for _ in range(4))}

    def test_ledger__of_a_good_one_nothing_is_told(self):
        self.assertEqual(len(self.line_of), ENTRIES)
        self.assertEqual(self.verify_lines(self.lines), {})
        self.assertEqual(self.verify(['--data', self.data]), {})
        shown = ledger('show', '--data', self.data, '--from', 3, '--to', 5).stdout.splitlines()
        self.assertEqual(shown, [self.lines[self.line_of[at]] for at in (3, 4, 5)])
        for span, why in ((('--from', ENTRIES), f'the ledger has {ENTRIES} entries'), (('--from', 5, '--to', 3), 'less than --from')):
            done = ledger('show', '--data', self.data, *span)
            self.assertEqual((done.returncode, why in done.stderr), (2, True), done.stderr)

    def test_ledger__a_changed_entry_of_an_export_is_told_by_its_number(self):
        for number in self.some():
            line = self.lines[self.line_of[number]]
            at = self.chance.randrange(len('{"seq":') + len(str(number)) + 1, len(line))
            changed = self.lines[:]
            changed[self.line_of[number]] = line[:at] + chr(ord(line[at]) ^ 1) + line[at + 1:]
            with self.subTest(number=number, at=at):
                self.assertIn(f'entry {number}', self.verify_lines(changed))

    def test_ledger__a_missing_doubled_or_swapped_entry_of_an_export_is_told_by_its_number(self):
        for number in self.some():
            at = self.line_of[number]
            with self.subTest('missing', number=number):
                self.assertIn('missing', self.verify_lines(self.lines[:at] + self.lines[at + 1:])[f'entry {number}'])
            with self.subTest('doubled', number=number):
                told = self.verify_lines(self.lines[:at] + [self.lines[at]] + self.lines[at:])
                self.assertIn('where it does not belong', told[f'entry {number}'])
            if number + 1 < ENTRIES and self.line_of[number + 1] == at + 1:
                swapped = self.lines[:at] + [self.lines[at + 1], self.lines[at]] + self.lines[at + 2:]
                with self.subTest('swapped', number=number):
                    self.assertIn(f'entry {number}', self.verify_lines(swapped))

    def test_ledger__an_entry_of_an_export_changed_with_the_hash_kept_of_it_is_told_by_the_root(self):
        for number in self.some() - {0}:
            changed = self.lines[:]
            at, tile = self.line_of[number], next(at for at, line in enumerate(self.lines) if line.startswith(f'{{"tile":{number // 256},'))
            changed[at] = changed[at].replace('https://uss1', 'https://uss2')
            line = json.loads(changed[tile])
            hashes = bytearray(base64.b64decode(line['hashes']))
            hashes[32 * (number % 256):32 * (number % 256) + 32] = hashlib.sha256(b'\0' + changed[at].encode()).digest()
            changed[tile] = json.dumps({**line, 'hashes': base64.b64encode(hashes).decode()}, separators=(',', ':'))
            with self.subTest(number=number):
                (where, why), = self.verify_lines(changed).items()
                self.assertEqual(where, f'entries 0 to {ENTRIES - 1}')
                self.assertIn("the root is not the checkpoint's", why)

    def test_ledger__what_was_signed_by_another_or_cut_is_told(self):
        other = ledger('verify', self.folder / 'export', '--vkey', 'x' + self.vkey)
        self.assertEqual(other.returncode, 2)  # a key whose name is another has another id: no key at all
        self.assertIn('missing', self.verify_lines(self.lines[:self.line_of[590]])['entry 590'])
        head = json.loads(self.lines[0])
        head['checkpoint'] = head['checkpoint'].replace('\n600\n', '\n601\n')
        self.assertIn('checkpoint', self.verify_lines([json.dumps(head), *self.lines[1:]]))
        self.assertEqual(self.verify_lines([json.dumps({**json.loads(self.lines[0]), 'entries': 7}), *self.lines[1:]]),
                         {'head': f'it says 7 entries, the checkpoint is over {ENTRIES}'})
        lines = [json.dumps(head), *self.lines[1:]]
        lines[self.line_of[7]] = lines[self.line_of[7]].replace('uss1', 'uss2')
        self.assertGreaterEqual(self.verify_lines(lines).keys(), {'checkpoint', 'entry 7'})

    def test_ledger__what_has_no_checkpoint_is_not_signed_though_it_is_empty(self):
        head = {**json.loads(self.lines[0]), 'entries': 0, 'checkpoint': ''}
        self.assertEqual(self.verify_lines([json.dumps(head)]), {'checkpoint': 'there is none, so nothing here was signed'})
        # A start of a node that finds its ledger gone leaves an empty one.
        empty = self.changed_copy(('DELETE FROM entry',), ('DELETE FROM tile',), ("UPDATE ledger SET size = 0, note = x''",))
        self.assertIn('checkpoint', self.verify(['--data', empty]))

    def change(self, *statements):
        """What is told of a copy of the data directory on which these were run: each a text and its values."""
        return self.verify(['--data', self.changed_copy(*statements)])

    def changed_copy(self, *statements):
        copy = self.folder / 'copy'
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        database = sqlite3.connect(copy / 'ledger.sqlite')
        database.create_function('leaf_of', 1, lambda entry: hashlib.sha256(b'\0' + entry).digest())
        with database:
            for statement, *values in statements:
                self.assertGreater(database.execute(statement, values).rowcount, 0)
        database.close()
        return copy

    CHANGED = "CAST(replace(bytes, 'https://uss1', 'https://uss2') AS BLOB)"

    def some_that_can_change(self):
        return self.some() - {0}  # the configuration has no URL

    def test_ledger__a_changed_or_missing_entry_of_a_data_directory_is_told_by_its_number_alone(self):
        for number in self.some_that_can_change():
            with self.subTest('missing', number=number):
                told = self.change(('DELETE FROM entry WHERE key = ?', key_of(number)))
                self.assertIn('missing', told.pop(f'entry {number}'))
                self.assertEqual(told, {})
            for what, change in (('bytes', self.CHANGED), ('leaf', 'randomblob(32)')):
                with self.subTest('changed', what=what, number=number):
                    told = self.change((f'UPDATE entry SET {what} = {change} WHERE key = ?', key_of(number)))
                    self.assertEqual(list(told), [f'entry {number}'])
            with self.subTest('a hash that is none', number=number):
                told = self.change(('UPDATE entry SET leaf = zeroblob(31) WHERE key = ?', key_of(number)))
                self.assertIn('cannot be read', told[f'entry {number}'])

    def test_ledger__a_doubled_or_swapped_entry_of_a_data_directory_is_told_by_its_number(self):
        for number in self.some_that_can_change():
            here, before = key_of(number), key_of(number - 1)
            with self.subTest('doubled', number=number):
                told = self.change(('DELETE FROM entry WHERE key = ?', here),
                                   ('INSERT INTO entry SELECT ?, leaf, bytes FROM entry WHERE key = ?', here, before))
                self.assertIn(f'entry {number - 1} stands in its place', told[f'entry {number}'])
            with self.subTest('swapped', number=number):
                told = self.change(('UPDATE entry SET key = 1 WHERE key = ?', here),
                                   ('UPDATE entry SET key = ? WHERE key = ?', here, before),
                                   ('UPDATE entry SET key = ? WHERE key = 1', before))
                self.assertIn(f'entry {number - 1} stands in its place', told[f'entry {number}'])
                self.assertIn(f'entry {number} stands in its place', told[f'entry {number - 1}'])

    def test_ledger__an_entry_changed_with_the_hash_beside_it_is_told_by_its_tile_or_else_by_a_range(self):
        for number in self.some_that_can_change():
            told = self.change((f'UPDATE entry SET leaf = leaf_of({self.CHANGED}), bytes = {self.CHANGED} WHERE key = ?',
                                key_of(number)))
            with self.subTest(number=number):
                if number < ENTRIES // 256 * 256:
                    self.assertIn(f'of entry {number} it has another hash', told.pop(f'tile {number // 256}'))
                (where, why), = told.items()
                self.assertEqual(where, f'entries {min(number, ENTRIES // 256 * 256)} to {ENTRIES - 1}')
                self.assertIn("the root is not the checkpoint's", why)

    def test_ledger__an_entry_changed_with_its_tile_too_is_told_by_the_root(self):
        told = self.change((f'UPDATE entry SET leaf = leaf_of({self.CHANGED}), bytes = {self.CHANGED} WHERE key = ?', key_of(300)),
                           ('UPDATE tile SET hashes = CAST(substr(hashes, 1, ?1) || (SELECT leaf FROM entry WHERE key = ?2) || '
                            'substr(hashes, ?1 + 33) AS BLOB) WHERE level = 0 AND idx = 1', 32 * (300 - 256), key_of(300)))
        (where, why), = told.items()
        self.assertEqual(where, 'entries 512 to 599')
        self.assertIn('or earlier ones, with their tile too', why)

    def test_ledger__a_changed_or_missing_tile_of_a_data_directory_is_told_by_its_number_alone(self):
        for index in range(ENTRIES // 256):
            for at, differ in ((0, 1), (255, 1), (100, 2)):
                with self.subTest('changed', index=index, at=at):
                    told = self.change(('UPDATE tile SET hashes = CAST(substr(hashes, 1, ?1) || randomblob(?2) || '
                                        'substr(hashes, ?1 + ?2 + 1) AS BLOB) WHERE level = 0 AND idx = ?3',
                                        32 * at, 32 * differ, index))
                    self.assertEqual(list(told), [f'tile {index}'])
                    self.assertIn(f'of entry {256 * index + at} it has', told[f'tile {index}'])
                    self.assertEqual('1 more' in told[f'tile {index}'], differ == 2)
            for change in ('DELETE FROM tile', 'UPDATE tile SET hashes = zeroblob(1)'):
                with self.subTest(change, index=index):
                    told = self.change((f'{change} WHERE level = 0 AND idx = ?', index))
                    self.assertEqual(told, {f'tile {index}': 'missing or cannot be read'})

    def test_ledger__of_archived_entries_a_changed_hash_is_told(self):
        archive = ('UPDATE entry SET bytes = NULL WHERE key < ?', key_of(200))
        self.assertEqual(self.change(archive), {})
        told = self.change(archive, ('UPDATE entry SET leaf = randomblob(32) WHERE key = ?', key_of(100)))
        self.assertIn('of entry 100 it has another hash', told['tile 0'])
        self.assertIn('entries 100 to 599', told)

    def test_ledger__a_proof_holds_for_its_entry_alone(self):
        proof, entry = self.folder / 'proof', self.folder / 'entry'
        for number in self.some():
            self.assertEqual(ledger('prove', number, '--data', self.data, '--output', proof).returncode, 0)
            for other in (number, (number + 1) % ENTRIES):
                entry.write_text(self.lines[self.line_of[other]], encoding='utf-8')
                done = ledger('prove', '--check', proof, '--entry', entry, '--vkey', self.vkey)
                self.assertEqual(done.returncode, 0 if other == number else 1, done.stdout + done.stderr)

    def export(self, data):
        path = self.folder / 'exported'
        done = ledger('export', '--data', data, '--output', path)
        self.assertEqual(done.returncode, 0, done.stderr)
        return path

    def test_ledger__a_line_that_is_too_long_is_told_by_its_number_and_not_kept(self):
        path = self.folder / 'long'
        with path.open('w', encoding='utf-8') as file:
            file.write('\n'.join(self.lines[:3]) + '\n')
        with path.open('r+b') as file:
            file.truncate(1 << 32)  # of zeros, which no disk holds
        with subprocess.Popen([PROGRAM, 'ledger', 'verify', path, '--vkey', self.vkey], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            said = process.stdout.read().decode()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        path.unlink()
        self.assertIn(f'{path}:4: the line is longer than any entry may be', said)
        self.assertNotEqual(process.returncode, 0)
        self.assertLess(used.ru_maxrss, 512 << 10, 'KiB')

    def test_ledger__what_was_wrong_with_a_data_directory_is_told_of_its_export(self):
        for number in self.some_that_can_change():
            for what, statement in (
                    ('missing', 'DELETE FROM entry WHERE key = ?'),
                    ('it or the hash kept of it was changed', f'UPDATE entry SET bytes = {self.CHANGED} WHERE key = ?'),
                    ('it or the hash kept of it was changed', 'UPDATE entry SET leaf = randomblob(32) WHERE key = ?')):
                with self.subTest(statement, number=number):
                    told = self.verify([self.export(self.changed_copy((statement, key_of(number))))])
                    self.assertIn(what, told.pop(f'entry {number}'))
                    self.assertEqual(told, {})

    def test_ledger__an_export_of_archived_entries_is_imported_as_it_is(self):
        copy, imported = self.changed_copy(('UPDATE entry SET bytes = NULL WHERE key < ?', key_of(300))), self.folder / 'archived'
        exported = self.export(copy).read_text(encoding='utf-8')
        self.assertEqual(self.verify([self.folder / 'exported']), {})
        self.assertEqual(ledger('import', self.folder / 'exported', '--data', imported).returncode, 0)
        self.assertEqual(self.verify(['--data', imported]), {})
        self.assertEqual(self.export(imported).read_text(encoding='utf-8'), exported)
        self.assertEqual(ledger('export', self.folder / 'exported').returncode, 2)

    def test_ledger__an_import_is_the_same_ledger_and_is_not_continued(self):
        copy = self.folder / 'imported'
        self.assertEqual(ledger('import', self.folder / 'export', '--data', copy, '--vkey', self.vkey).returncode, 0)
        self.assertEqual(self.verify(['--data', copy]), {})
        again = self.folder / 'again'
        self.assertEqual(ledger('export', '--data', copy, '--output', again).returncode, 0)
        self.assertEqual(again.read_text(encoding='utf-8').splitlines(), self.lines)
        self.assertEqual(ledger('import', self.folder / 'export', '--data', copy).returncode, 2)
        served = subprocess.run([PROGRAM, 'serve', '--data', copy, '--listen', '127.0.0.1:0'], check=False,
                                capture_output=True, text=True, timeout=30)
        self.assertEqual(served.returncode, 2)
        self.assertIn('ledger.key', served.stderr)


if __name__ == '__main__':
    unittest.main()
