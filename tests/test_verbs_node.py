#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Further commands that ask a running node, against a stand-in for it: the party key, bundles, events, and what becomes of them when the node is
gone, is another one, or answers anything.

usage: test_verbs_node.py PROGRAM SOURCE-DIR
"""
import contextlib
import json
import sys
import unittest

from verbs_case import SOURCE, VerbsCase
from verbs_node import (EVENTS, OTHER, PARCEL, STATE, TAKEN, THEM, TOKEN, control_text)


class Node(VerbsCase):
    # --- The party key

    def test_the_key_is_unlocked_for_a_while_and_locked(self):
        until = '2026-11-26T14:05:00Z'
        self.node.answers |= {('POST', '/v1/key'): (200, {'until': until}), ('DELETE', '/v1/key'): (204, b'')}
        self.assertEqual(self.verb('key', 'show'), 'the party key is locked\n')
        self.assertEqual(json.loads(self.verb('key', 'show', '--json')), {'unlocked_until': None})
        for more, sent in ((), {}), (('--minutes', '5'), {'minutes': 5}):
            shown = self.verb('key', 'unlock', '--passphrase-file', self.passphrase, *more)
            self.assertEqual(shown, f'the party key is unlocked until {until}\n')
            self.assertEqual(self.node.asked[-1][:2], ('POST', '/v1/key'))
            self.assertEqual(json.loads(self.node.asked[-1][3]), {'passphrase': 'four "words" of оurs', **sent})
        shown = self.verb('key', 'unlock', '--passphrase-file', self.passphrase, '--json')
        self.assertEqual(json.loads(shown), {'unlocked_until': until})
        self.assertEqual(self.verb('key', 'lock'), 'the party key is locked\n')
        self.assertEqual(self.node.asked[-1][:2], ('DELETE', '/v1/key'))
        self.assertEqual(json.loads(self.verb('key', 'lock', '--json')), {'unlocked_until': None})
        for time_, says in (('2026-11-26T14:05:00Z', 'until 2026-11-26T14:05:00Z'), ('9999-12-31T23:59:59Z', 'until somebody locks it')):
            self.node.answers[('GET', '/v1/state')] = (200, {**STATE, 'key_unlocked_until': time_})
            self.assertEqual(self.verb('key', 'show'), f'the party key is unlocked {says}\n')

    def test_a_key_is_never_said_to_be_what_the_node_does_not_say(self):
        file = ('--passphrase-file', self.passphrase)
        for answer, status, says in (((403, {'message': 'it is not the passphrase'}), 1, 'refused: it is not the passphrase'),
                                     ((429, {'message': 'too many'}), 1, 'refused: too many'), ((200, {}), 2, 'not what a node'),
                                     ((200, {'until': 'soon"'}), 2, 'not what a node'), ((503, {'message': 'later'}), 2, 'later')):
            self.node.answers[('POST', '/v1/key')] = answer
            self.refused('key', 'unlock', *file, '--json', status=status, says=says)
        self.node.answers[('DELETE', '/v1/key')] = (503, {'message': 'the disk is full'})
        self.refused('key', 'lock', status=2, says='the disk is full')
        self.node.answers[('GET', '/v1/state')] = (200, {**STATE, 'party': None})
        self.refused('key', 'show', status=2, says='of no party')
        before = len(self.node.asked)
        for arguments, says in ((('key',), 'show, unlock or lock'), (('key', 'open'), 'show, unlock or lock'),
                                (('key', 'lock', *file), 'no such option'), (('key', 'unlock', '--minutes', '0', *file), '--minutes'),
                                (('key', 'unlock'), 'there is no terminal to ask for the passphrase at')):
            self.refused(*arguments, status=2, says=says)
        self.assertEqual(len(self.node.asked), before)

    # --- Bundles

    def test_a_bundle_goes_out_and_comes_in(self):
        done = self.run_it('bundle', 'export', 'fedc')
        self.assertEqual((done.returncode, done.stdout.decode()), (0, PARCEL))
        self.assertRegex(done.stderr.decode(), r'^\d+ entries of \d+ ledgers?, %d bytes\n$' % len(PARCEL.encode()))
        self.verb('bundle', 'export', 'fedc', '--bytes', '2000', '--output', self.folder / 'out.parcel')
        self.assertEqual((self.folder / 'out.parcel').read_text(encoding='utf-8'), PARCEL)
        # What comes next goes whole, though it is larger; then that is said.
        self.node.answers[('GET', f'/v1/parties/{THEM}/parcel?bytes=200')] = (200, PARCEL.encode())
        for size, said in (('200', True), ('2000', False)):
            done = self.run_it('bundle', 'export', 'fedc', '--bytes', size)
            self.assertEqual((done.returncode, f'more than --bytes {size}: what comes next is larger' in done.stderr.decode()), (0, said))
        self.verb('bundle', 'import', '-', '--answer', self.folder / 'answer', given=PARCEL.encode(), says='1 ALARM:')
        self.assertEqual(self.node.asked[-1][3].decode(), PARCEL)
        self.assertEqual((self.folder / 'answer').read_text(encoding='utf-8'), TAKEN['answer'])
        # What mail does to the ends of lines is mended.
        self.verb('bundle', 'import', '-', given=PARCEL.replace('\n', '\r\n').encode() + b'\r\n', says='1 ALARM:')
        self.assertEqual(self.node.asked[-1][3].decode(), PARCEL)
        self.node.answers[('GET', f'/v1/parties/{THEM}/parcel')] = (200, b'no parcel')
        self.refused('bundle', 'export', 'fedc', status=2, says='no parcel')
        self.refused('bundle', 'export', 'abcd', status=2, says='knows no party')
        self.refused('bundle', 'export', 'fe', status=2, says='knows no party')
        for size in ('0', '10', '127'):
            self.refused('bundle', 'export', 'fedc', '--bytes', size, status=2, says=f'--bytes: {size} is too small: a bundle with nothing in it has 128')
        self.refused('bundle', 'export', 'fedc', '--bytes', 'few', status=2, says='--bytes: "few"')
        self.refused('bundle', 'import', self.folder / 'nothing', status=2, says='No such file')
        self.refused('bundle', 'import', status=2, says='a file')

    # --- Events

    def test_events_go_on_behind_the_last_one(self):
        def second(handler):
            self.assertEqual(handler.headers['Last-Event-ID'], 's-7')
            return 200, b'id: s-8\nevent: key\ndata: {"unlocked_until":null}\n\nid: s-8\n\n'

        answers = [(200, EVENTS.encode()), (200, b'id: s-7\n\n'), second]
        self.node.answers[('GET', '/v1/events')] = lambda handler: (
            answers.pop(0)(handler) if callable(answers[0]) else answers.pop(0))
        lines = self.verb('watch', '--count', '3', '--json').splitlines()
        self.assertEqual([json.loads(line)['id'] for line in lines], ['s-6', 's-7', 's-8'])
        self.assertEqual(json.loads(lines[2]), {'id': 's-8', 'event': 'key', 'data': {'unlocked_until': None}})

    def test_of_a_memorandum_the_watch_says_what_has_changed(self):
        entry = {'party': THEM, 'ledger': f'memo/river/{THEM}', 'seq': 3, 'kind': 'memo-suspend', 'class': 'ACTUAL',
                 'standing': 'counts', 'from': '2026-11-26T15:00:00Z'}
        new = {'memorandum': 'river', 'before': 'in force', 'status': 'in force', 'entries': [entry], 'more': 0}
        resumed = {**entry, 'kind': 'memo-resume', 'seq': 4, 'from': None}
        broken = {'party': OTHER, 'ledger': f'memo/river/{OTHER}', 'seq': 0, 'standing': 'fault'}
        for data, shown in (
                ({'memorandum': 'river'}, ': something new; see entente memo history river'),
                (new, f': memo-suspend, entry 3 of {THEM}, has effect from 2026-11-26T15:00:00Z - still: in force'),
                ({**new, 'before': 'suspended', 'entries': [resumed]},
                 f': memo-resume, entry 4 of {THEM} - NOW: in force, before: suspended'),
                ({**new, 'entries': [{**resumed, 'class': 'TEST', 'standing': 'passed'}, broken, {**resumed, 'standing': 'waits'}],
                  'more': 2},
                 f': memo-resume (TEST), entry 4 of {THEM}; what is not understood, entry 0 of {OTHER}: FAULT, changes nothing; '
                 f'memo-resume, entry 4 of {THEM}: WAITS for what is not here; and 2 more - still: in force'),
                ({**new, 'entries': [], 'status': 'suspended', 'by_time': [
                    {'what': 'suspended', 'party': THEM, 'seq': 3, 'at': '2026-11-26T15:00:00Z'}]},
                 f': by time suspended by {THEM}, entry 3, since 2026-11-26T15:00:00Z - NOW: suspended, before: in force'),
                ({**new, 'entries': [], 'by_time': [
                    {'what': 'overdue', 'party': THEM, 'clause': '13.1', 'at': '2026-11-25T00:00:00Z'},
                    {'what': 'unanswered', 'party': THEM, 'seq': 2, 'at': '2026-11-25T00:00:00Z'}]},
                 f': OVERDUE: obligation 13.1 of {THEM}, due 2026-11-25T00:00:00Z; not answered by all in time: offer of {THEM}, '
                 'entry 2, to be answered by 2026-11-25T00:00:00Z - still: in force'),
                ({**new, 'entries': [], 'by_time': [
                    {'what': 'lapsed', 'party': THEM, 'seq': 2, 'at': '2026-11-25T00:00:00Z', 'while_down': True}]},
                 f': not signed by all in time: draft of {THEM}, entry 2, to be signed by 2026-11-25T00:00:00Z, while the node was down - '
                 'still: in force'),
                ({**new, 'entries': [], 'before': 'agreed, not yet in force', 'by_time': [
                    {'what': 'in force', 'at': '2026-11-25T00:00:00Z'}, 7, {}]},
                 ': by time in force, since 2026-11-25T00:00:00Z; by time , since ; by time , since  - NOW: in force, before: agreed, '
                 'not yet in force'),
                ({**new, 'entries': [{}, 7, [1]]}, ': what is not understood, entry 0 of ; what is not understood, entry 0 of ; '
                 'what is not understood, entry 0 of  - still: in force')):
            self.node.answers[('GET', '/v1/events')] = (
                200, f'id: s-6\nevent: memorandum\ndata: {json.dumps(data)}\n\n'.encode())
            self.assertEqual(self.verb('watch', '--count', '1'), f'memorandum river{shown}\n')

    def test_a_watch_says_when_and_does_not_say_the_same_twice(self):
        def event(kind, **data):
            return f'event: {kind}\ndata: {json.dumps(data)}\n\n'
        second = '2026-11-26T14:00:00'
        text = ''.join((
            event('line', time=second + '.5Z', party=THEM, state='late'), event('line', time='2026-11-26T14:05:00Z', party=THEM, state='late'),
            event('line', time='2026-11-26T14:06:00Z', party=THEM, state='up'), event('memorandum', time=second + 'Z', memorandum='river'),
            event('memorandum', time=second + '.9Z', memorandum='river'), event('memorandum', time='2026-11-26T14:00:01Z', memorandum='river'),
            event('operators', operator='ada'), event('operators', operator='ada'), event('clock', time=second + 'Z')))
        self.node.answers[('GET', '/v1/events')] = (200, text.encode())
        news = 'memorandum river: something new; see entente memo history river'
        self.assertEqual(self.verb('watch', '--count', '7').splitlines(), [
            f'{second}Z line: party {THEM}, state late', f'2026-11-26T14:06:00Z line: party {THEM}, state up', f'{second}Z {news}',
            f'2026-11-26T14:00:01Z {news}', 'operators: operator ada', 'operators: operator ada', f'clock: time {second}Z'])

    def test_a_watch_ends_with_the_node(self):
        answers = [(200, EVENTS.encode()), (503, {'message': 'stopping'})]
        self.node.answers[('GET', '/v1/events')] = lambda _: answers.pop(0)
        done = self.run_it('watch')
        self.assertEqual((done.returncode, done.stdout.count(b'\n')), (2, 2), done)

    def test_events_that_are_none_do_no_harm(self):
        for body in (b'', b'\n\n\n', b'data: {\n\n', b'data: nothing\n\n', b'event: x\n\n', b'id: ' + b'x' * 100000 + b'\n\n',
                     b'event: ' + b'\x1b' * 1000 + b'\ndata: {}\n\n', b'data: [1,2]\n\n', b'data: {}'):
            answers = [(200, body)]
            self.node.answers[('GET', '/v1/events')] = lambda _, left=answers: left.pop(0) if left else (503, b'')
            done = self.run_it('watch')
            self.assertEqual(done.returncode, 2, done)
            self.assertNotIn(b'\x1b', done.stdout)

    # --- Nodes that are none

    def test_a_refusal_is_1_and_what_could_not_be_asked_is_2(self):
        for answer, status, says in (
                ((409, {'message': 'version: the time to sign that version, its sign_by, is over', 'rule': 'sign-by'}), 1,
                 'refused: version: the time to sign that version, its sign_by, is over'),
                ((404, {'message': 'there is no such memorandum'}), 1, 'refused: there is no such memorandum'),
                ((400, {'message': 'steer\u001b[31m'}), 1, 'refused: steer?[31m'),
                ((423, {'message': 'the party key is locked'}), 1, 'locked'), ((403, b''), 1, 'status 403'),
                ((503, {'message': 'try again'}), 2, 'try again'), ((500, b'\xff\x00garbage'), 2, 'status 500'),
                ((302, b''), 2, 'status 302'), ((200, b''), 2, 'not what a node answers'), ((200, b'[]'), 2, 'not what a node'),
                ((200, b'{"a":1}' * 2), 2, 'not what a node'), ((200, b'[' * 100000), 2, 'not what a node'),
                ((200, b'\xff'), 2, 'not what a node')):
            self.node.answers[('GET', '/v1/alarms')] = answer
            self.refused('alarms', status=status, says=says)

    def test_a_node_that_is_not_there(self):
        says = f'no node runs on {self.folder}: start it with entente serve'
        self.node.stop()
        self.refused('alarms', status=2, says=says)
        self.node.control.unlink()
        self.refused('alarms', status=2, says=says)
        self.refused('alarms', '--data', self.folder / 'nowhere', data=False, status=2, says='there is no such directory')
        self.refused('alarms', data=False, status=2, says='--data: it is needed')

    def test_another_node_than_that_of_the_file(self):
        self.node.control.write_text(control_text(self.node.url, self.folder, 'old'), encoding='ascii')
        self.refused('alarms', status=2, says='does not take the token')
        for text in ('', '\n\n', self.node.url + '\n', f'{self.node.url}\n{TOKEN}', f'{self.node.url}\n{TOKEN}\n', f'{self.node.url}\n{TOKEN}\nmore\n', control_text(self.node.url, self.folder) + 'more\n',
                     control_text(self.node.url + '/', self.folder), control_text(self.node.url + '@example.org', self.folder), control_text('http://localhost:1', self.folder),
                     control_text('http://10.0.0.1:80', self.folder), control_text('https://127.0.0.1:1', self.folder), control_text('http://127.0.0.1:0', self.folder),
                     control_text('http://127.0.0.1:65536', self.folder), control_text(self.node.url, self.folder, 'a b'), control_text(self.node.url, self.folder, 'x' * 129), 'x' * 5000):
            before = len(self.node.asked)
            self.node.control.write_text(text, encoding='ascii')
            self.refused('alarms', status=2, says='not what a node writes there')
            self.assertEqual(len(self.node.asked), before)

    def test_a_copy_of_the_folder_is_no_way_to_the_node(self):
        copy = self.folder / 'copy'
        copy.mkdir()
        (copy / 'control').write_bytes(self.node.control.read_bytes())
        before = len(self.node.asked)
        self.refused('alarms', '--data', copy, data=False, status=2, says=f"no node runs on {copy}: its control is another folder's")
        self.assertEqual(len(self.node.asked), before)

    def test_answers_that_never_end_or_end_early(self):
        def cut(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{')
            handler.close_connection = True

        def garbage(handler):
            handler.wfile.write(b'SSH-2.0-OpenSSH_9.2\r\n' * 4)
            handler.close_connection = True

        def endless(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\n\r\n')
            handler.close_connection = True
            with contextlib.suppress(OSError):
                for _ in range(200):
                    handler.wfile.write(b' ' * (1 << 20))
                self.fail('nobody ended it')

        def announced(handler):
            handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n')
            handler.close_connection = True

        for answer, says in ((cut, 'ended before the answer did'), (garbage, 'no node'), (endless, 'too large'),
                             (announced, 'ended before')):
            self.node.answers[('GET', '/v1/alarms')] = answer
            self.refused('alarms', status=2, says=says)
        self.node.answers[('POST', '/v1/memoranda/river/acts')] = cut
        self.refused('memo', 'resume', 'river', '--passphrase-file', self.passphrase, status=2, says='look before you ask again')

    def test_a_document_is_shown_with_our_own_party_first(self):
        data, good = self.folder / 'ours', SOURCE / 'tests/data/memo/good.json'
        self.verb('init', '--data', data, '--name', 'B', '--passphrase-file', self.passphrase, data=False)
        own = self.verb('party', 'show', '--card', '--data', data, data=False).splitlines()[1].split()[1]
        document = json.loads(good.read_text(encoding='utf-8'))
        before = document['parties'][-1]['id']
        ours = self.folder / 'ours.json'
        ours.write_text(good.read_text(encoding='utf-8').replace(before, own), encoding='utf-8')
        self.assertEqual(self.verb('memo', 'show', ours, '--data', data, data=False),
                         self.verb('memo', 'show', ours, '--as', own, data=False))
        self.assertNotEqual(self.verb('memo', 'show', ours, data=False), self.verb('memo', 'show', ours, '--as', own, data=False))
        # Of a memorandum of others the document's order stands.
        self.assertEqual(self.verb('memo', 'show', good, '--data', data, data=False), self.verb('memo', 'show', good, data=False))
        self.refused('memo', 'show', good, '--data', self.folder, data=False, status=2, says='there is no party here')

    def test_the_folder_tells_a_node_that_it_has_changed(self):
        ours, theirs = self.folder / 'ours', self.folder / 'theirs'
        card = self.folder / 'card'
        for data in (ours, theirs):
            self.verb('init', '--data', data, '--name', data.name, '--passphrase-file', self.passphrase, data=False)
        card.write_text(self.verb('party', 'show', '--card', '--data', theirs, data=False), encoding='utf-8')
        self.node.answers[('POST', '/v1/parties/again')] = (200, {'changed': 1})
        self.assertNotIn('The node', self.verb('party', 'add', card, '--confirm', '--data', ours, data=False))
        (ours / 'control').write_text(control_text(self.node.url, ours), encoding='ascii')
        self.assertIn('The node that runs here knows it too.',
                      self.verb('party', 'add', card, '--confirm', '--data', ours, data=False))
        self.assertEqual(self.node.asked[-1][:2], ('POST', '/v1/parties/again'))
        # What was done to the folder is done, whatever becomes of the node.
        self.node.answers[('POST', '/v1/parties/again')] = (503, {'message': 'no'})
        done = self.run_it('party', 'add', card, '--confirm', '--data', ours, data=False)
        self.assertEqual((done.returncode, done.stderr.count(b'start it anew')), (0, 1), done)
        self.node.stop()
        done = self.run_it('party', 'add', card, '--confirm', '--data', ours, data=False)
        self.assertEqual((done.returncode, done.stderr), (0, b''), done)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
