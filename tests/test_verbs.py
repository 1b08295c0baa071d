#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
The commands that ask a running node, against a stand-in for it: what they ask, what they say of each answer (kept in
tests/data/verbs/*.golden), and what becomes of them when the node is gone, is another one, or answers anything.

usage: test_verbs.py PROGRAM SOURCE-DIR [--write-golden]
"""
import contextlib
import hashlib
import json
import os
import pathlib
import pty
import select
import subprocess
import sys
import tempfile
import time
import unittest

from verbs_node import (ALARMS, CLOSED, DONE, EVENTS, FIRST, HISTORY, MEMORANDUM, NEXT, OTHER, PARCEL, PARTIES, TERMS,
                        SECOND, STATE, Standin, TAKEN, THEIRS, THEM, TOKEN, US, VERSION, alarm_tag, control_text, node_answers)

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WRITE = '--write-golden' in sys.argv
DATA = SOURCE / 'tests/data/verbs'
WAIT_S = 30
FIRST_ALARM = alarm_tag(ALARMS['alarms'][1])


class Verbs(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        self.node = Standin(self.folder)
        self.addCleanup(self.node.stop)
        self.node.answers = node_answers()
        self.passphrase = self.folder / 'passphrase'
        self.passphrase.write_text('four "words" of оurs\nnot this\n', encoding='utf-8')
        self.passphrase.chmod(0o600)

    def run_it(self, *arguments, data=True, given=None):
        environment = {k: v for k, v in os.environ.items() if k != 'CREDENTIALS_DIRECTORY'}
        # A proxy that nobody may ask.
        environment['http_proxy'] = 'http://127.0.0.1:9'
        return subprocess.run(
            [PROGRAM, *map(str, arguments), *(['--data', str(self.folder)] if data else [])], input=given,
            stdin=subprocess.DEVNULL if given is None else None, capture_output=True, check=False, timeout=WAIT_S,
            env=environment, start_new_session=True)

    def verb(self, *arguments, status=0, says=None, **how):
        done = self.run_it(*arguments, **how)
        self.assertEqual(done.returncode, status, done)
        text = (done.stdout if status == 0 else done.stderr).decode()
        if says is not None:
            self.assertIn(says, text)
        return text

    def act(self, *arguments, **how):
        """The body that is sent, without the passphrase, which must be that of the file."""
        self.verb('memo', *arguments, '--passphrase-file', self.passphrase, **how)
        body = json.loads(self.node.asked[-1][3])
        self.assertEqual(body.pop('passphrase'), 'four "words" of оurs')
        return body

    def refused(self, *arguments, status=1, says=None, **how):
        done = self.run_it(*arguments, **how)
        self.assertEqual(done.returncode, status, done)
        self.assertEqual(done.stdout, b'')
        self.assertEqual(done.stderr.count(b'\n'), 1, done.stderr)
        if says is not None:
            self.assertIn(says, done.stderr.decode())

    # --- What is said

    def test_answers_are_those_that_are_kept(self):
        for name, arguments in {
                'party-status': 'party status', 'party-status-one': 'party status fedc', 'party-status-lost': 'party status feed',
                'memo-list': 'memo list', 'memo-status': 'memo status river', 'memo-status-at': 'memo status river --at +72h',
                'memo-status-agreed': 'memo status sea', 'memo-history': 'memo history river', 'memo-terms': 'memo terms river', 'memo-terms-at': 'memo terms river --at +72h',
                'alarms': 'alarms', 'alarms-close': f'alarms close {FIRST_ALARM} --reason test',
                'bundle-import': f'bundle import {SOURCE}/README.md',
                'clock-show': 'clock show', 'clock-set': 'clock set +72h', 'watch': 'watch --count 2'}.items():
            with self.subTest(name):
                done = self.run_it(*arguments.split())
                self.assertEqual((done.returncode, done.stderr), (0, b''), done)
                path = DATA / (name + '.golden')
                if WRITE:
                    path.write_bytes(done.stdout)
                self.assertEqual(done.stdout.decode(), path.read_text(encoding='utf-8'))

    def test_our_ledger_is_frozen_because_of_another_s(self):
        frozen = {**MEMORANDUM, 'members': [{**one, 'frozen': True} for one in MEMORANDUM['members']]}
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, frozen)
        said = self.verb('memo', 'status', 'river')
        self.assertEqual(said.count("FROZEN: another's contradicts itself, so we suspend or withdraw, and no more"), 1)
        self.assertEqual(said.count('FROZEN: its ledger contradicts itself'), len(MEMORANDUM['members']) - 1)

    def test_nothing_is_said_of_nothing(self):
        self.node.answers[('GET', '/v1/parties')] = (200, {'parties': []})
        self.node.answers[('GET', '/v1/memoranda')] = (200, {'memoranda': [], 'unshown': []})
        self.node.answers[('GET', '/v1/alarms')] = (200, {'since': '2026-11-26T10:00:00Z', 'alarms': []})
        self.verb('party', 'status', says='no other party is known')
        self.verb('memo', 'list', says='there is no memorandum')
        self.verb('alarms', says='no alarm since the node has started at 2026-11-26T10:00:00Z, and none kept from before; others of before stand in its log')

    def test_one_that_cannot_be_looked_at_is_named_and_not_passed_over(self):
        self.node.answers[('GET', '/v1/memoranda')] = (200, {'memoranda': [], 'unshown': ['lake']})
        said = self.verb('memo', 'list', says='lake: IT CANNOT BE LOOKED AT NOW: how it stands is not known')
        self.assertNotIn('there is no memorandum', said)

    def test_differences_that_are_too_many_are_a_number(self):
        view = {**MEMORANDUM['views'][0], 'more': 7, 'missing': 0, 'lacks': {}}
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, {**MEMORANDUM, 'views': [view]})
        self.verb('memo', 'status', 'river', says='    and 7 more\n')

    def test_for_programs_the_answer_is_as_it_came(self):
        for arguments, answer in (('party status', PARTIES), ('party status fedc', THEIRS), ('memo status river', MEMORANDUM),
                                  ('memo history river', HISTORY), ('memo terms river', TERMS), ('alarms', ALARMS), ('clock show', STATE),
                                  (f'alarms close {FIRST_ALARM} --reason test', CLOSED),
                                  (f'bundle import {SOURCE}/README.md', TAKEN)):
            self.assertEqual(self.verb(*arguments.split(), '--json'), json.dumps(answer) + '\n')

    def test_members_that_a_node_does_not_say_are_left_out(self):
        for path, name, arguments in (
                ('/v1/parties', 'parties', 'party status'), (f'/v1/parties/{THEM}', 'ways', 'party status fedc'),
                ('/v1/memoranda', 'memoranda', 'memo list'), ('/v1/memoranda/river', 'members', 'memo status river'),
                ('/v1/memoranda/river/history', 'entries', 'memo history river'), ('/v1/memoranda/river/terms', 'terms', 'memo terms river'),
                ('/v1/alarms', 'alarms', 'alarms')):
            for value in ({}, {name: {'a': [1]}},
                          {name: [None, 7, [], {}, {'level': [1], 'line': [7], 'offer': 'x', 'signed_by': [1], 'seq': 'x'}],
                           'level': [1], 'versions': [{}, {'evidence': [1], 'hash': 7}], 'offers': [{'answers': [1]}],
                           'obligations': [{}], 'views': [{'differences': [3]}, {'missing': 1, 'lacks': {'x': 'y'}, 'differences': [{'what': ' bound'}]}],
                           'acts': [{}, {'acknowledged': [1]}, {'acknowledged': {'x': 7}}], 'title': [1], 'goes_on': {'what': 7},
                           'sealed': [{}, {'for': 7, 'declined_by': [7]}], 'payloads': [{}, {'for': 7}]},
                          {name: [{'title': [1], 'suspended_by': 7, 'withdrawn': [7, {}], 'version': 7}]}):
                self.node.answers = {**node_answers(), ('GET', path): (200, value)}
                self.assertEqual(self.run_it(*arguments.split()).returncode, 0)

    # --- Acts

    def test_an_alarm_is_closed_as_it_is_now_and_nothing_else_is_sent(self):
        reason = 'Звонили: "старый"\tdisk'
        self.assertIn(f'{FIRST_ALARM}. unreadable: ', self.verb('alarms'))
        self.verb('alarms', 'close', FIRST_ALARM, '--reason', reason, says='It permits nothing: what is frozen stays frozen')
        self.assertEqual([one[:2] for one in self.node.asked[-2:]], [('GET', '/v1/alarms'), ('POST', '/v1/alarms/1/close')])
        self.assertEqual(json.loads(self.node.asked[-1][3]), {'reason': reason, 'first': '2026-11-26T11:00:00Z', 'times': 1})
        for arguments, status, says in (
                ('close 3@000000 --reason x', 1, 'there is no alarm of that number'), (f'close 0{FIRST_ALARM} --reason x', 1, 'there is no alarm of that number'),
                ('close 1 --reason x', 2, 'with its tag'), (f'close {FIRST_ALARM[:-1]} --reason x', 1, 'is another one by now'),
                (f'close 2{FIRST_ALARM[1:]} --reason x', 1, 'is another one by now'),
                ('close --reason x', 2, 'which one?'), (f'close {FIRST_ALARM}', 2, '--reason: it is needed'), ('close 1 2 --reason x', 2, ''),
                ('shut 1 --reason x', 2, 'there is no such action'), ('--reason x', 2, 'it is for entente alarms close')):
            asked = sum(one[0] == 'POST' for one in self.node.asked)
            self.refused('alarms', *arguments.split(), status=status, says=says)
            self.assertEqual(sum(one[0] == 'POST' for one in self.node.asked), asked)
        self.refused('alarms', 'close', FIRST_ALARM, '--reason', 'x' * 20000, status=2, says='it is too long')
        for status in (403, 409, 412):
            self.node.answers[('POST', '/v1/alarms/1/close')] = (status, {'message': 'it is not closed'})
            self.refused('alarms', 'close', FIRST_ALARM, '--reason', 'x', says='refused: it is not closed')
        # A restart or the same once more between the list and the word: it is what nobody has seen.
        for changed in ({'times': 2}, {'first': '2026-11-26T11:00:00.000001Z'}, {'kind': 'forged'}, {'peer': THEM}, {'ledger': 'x'}):
            fork, one = ALARMS['alarms']
            self.node.answers = {**node_answers(), ('GET', '/v1/alarms'): (200, {**ALARMS, 'alarms': [fork, {**one, **changed}]})}
            asked = sum(one[0] == 'POST' for one in self.node.asked)
            self.refused('alarms', 'close', FIRST_ALARM, '--reason', 'x', status=1, says='another one by now, or has happened again')
            self.assertEqual(sum(one[0] == 'POST' for one in self.node.asked), asked)

    def test_each_act_is_what_it_says(self):
        later = {'answer_by': '2026-11-27T14:00:00Z'}
        for arguments, body in (
                ('offer river abab --answer-by +24h', {'act': 'memo-offer', 'version': SECOND, **later}),
                ('offer river --answer-by 2026-11-27T15:00:00+01:00', {'act': 'memo-offer', 'version': SECOND, **later}),
                ('accept river', {'act': 'memo-accept', 'offer': {'party': THEM, 'seq': 2}}),
                ('decline river feed/7 --reason no', {'act': 'memo-decline', 'offer': {'party': OTHER, 'seq': 7}, 'reason': 'no'}),
                ('sign river abab --yes', {'act': 'memo-sign', 'version': SECOND}),
                ('sign river --yes', {'act': 'memo-sign', 'version': SECOND}),
                ('suspend river', {'act': 'memo-suspend'}),
                ('suspend river --from +1h', {'act': 'memo-suspend', 'from': '2026-11-26T15:00:00Z'}),
                ('resume river --reason calm', {'act': 'memo-resume', 'reason': 'calm'}),
                ('withdraw river --yes --from 2026-12-26T00:00:00Z', {'act': 'memo-withdraw', 'from': '2026-12-26T00:00:00Z'}),
                ('level river flight exchange', {'act': 'memo-level', 'subject': 'flight', 'level': 'exchange'}),
                ('declare river quiet', {'act': 'memo-declare', 'reason': 'quiet'}),
                ('obligation river obl-2 done', {'act': 'memo-obligation', 'clause': 'obl-2', 'done': True}),
                ('obligation river obl-2 not-done --reason ice', {'act': 'memo-obligation', 'clause': 'obl-2', 'done': False,
                                                                  'reason': 'ice'}),
                (f'paper river --scan {SOURCE}/LICENSE --signed 2026-11-25T00:00:00Z --signed-by {US},fedc',
                 {'act': 'memo-paper', 'version': SECOND, 'signed': '2026-11-25T00:00:00Z', 'signed_by': [US, THEM],
                  'scan': hashlib.sha256((SOURCE / 'LICENSE').read_bytes()).hexdigest()})):
            self.assertEqual(self.act(*arguments.split()), body, arguments)
            self.assertEqual(self.node.asked[-1][2]['Content-Type'], 'application/json')

    def test_a_draft_is_declined_where_no_offer_waits(self):
        draft = {**NEXT, 'declined_by': [OTHER]}
        answered = [{**MEMORANDUM['offers'][0], 'answers': {US: 'declined'}}]
        for versions, offers in (([VERSION, draft], []), ([VERSION, draft], answered),
                                 ([{**draft, 'stage': 'drafted ad referendum, binds nobody'}], answered)):
            answer = {**MEMORANDUM, 'versions': versions, 'offers': offers}
            self.node.answers[('GET', '/v1/memoranda/river')] = (200, answer)
            self.assertEqual(self.act('decline', 'river', '--reason', 'no'),
                             {'act': 'memo-decline', 'offer': {'party': THEM, 'seq': 1}, 'reason': 'no'})
        for versions, says in (([draft, draft], 'several offers or drafts'), ([NEXT], 'no offer or draft waits'),
                               ([{**draft, 'drafted_by': US}], 'no offer or draft waits'),
                               ([{**draft, 'stage': 'replaced'}], 'no offer or draft waits')):
            self.node.answers[('GET', '/v1/memoranda/river')] = (200, {**MEMORANDUM, 'versions': versions, 'offers': []})
            self.refused('memo', 'decline', 'river', status=1, says=says)

    def test_a_draft_that_is_kept_to_us_is_read_and_declined_like_another(self):
        kept = {'party': THEM, 'seq': 6, 'hash': 'ca' * 32, 'for': [US], 'declined_by': []}
        here = {**MEMORANDUM['payloads'][0], 'here': True}
        path = ('GET', f'/v1/memoranda/river/documents/{"ca" * 32}')
        known = {**MEMORANDUM, 'versions': [], 'offers': [], 'sealed': [kept], 'payloads': [here]}
        self.node.answers.update({('GET', '/v1/memoranda/river'): (200, known), path: (200, b'{"of": "us two"}')})
        for which in ((), ('caca',)):  # without a hash the only one that there is
            known['version'] = None
            self.assertEqual(self.verb('memo', 'document', 'river', *which), '{"of": "us two"}')
        self.assertEqual(self.act('decline', 'river'), {'act': 'memo-decline', 'offer': {'party': THEM, 'seq': 6}})
        asked = len(self.node.asked)
        for arguments, status, says in (
                ('decline river --reason long', 2, 'all parties would read that'),
                (f'decline river {THEM}/6 --reason long', 2, 'Say it in the document itself'),
                ('offer river caca --answer-by +1h', 1, 'before them already: they may decline it'),
                ('sign river caca --yes', 1, 'draft it without --for')):
            self.refused('memo', *arguments.split(), status=status, says=says)
        known['payloads'] = [{**here, 'here': False}]
        self.refused('memo', 'document', 'river', 'caca', status=1, says='its document is not here')
        known['sealed'] = [{**kept, 'declined_by': [US]}]
        self.refused('memo', 'decline', 'river', status=1, says='no offer or draft waits')
        known['sealed'] = [kept, {**kept, 'seq': 7}]
        self.refused('memo', 'decline', 'river', status=1, says='several offers or drafts')
        self.assertEqual([one for one in self.node.asked[asked:] if one[0] == 'POST'], [])

    def test_what_is_kept_to_some_has_no_reason_for_all(self):
        self.refused('memo', 'draft', SOURCE / 'tests/data/memo/good.json', '--for', THEM[:6], '--reason', 'of C', status=2,
                     says='--reason: a draft that is kept to some parties has no reason beside it')
        self.assertEqual(self.node.asked, [])

    def test_a_draft_ad_referendum_is_the_one_that_is_offered(self):
        draft = {**NEXT, 'stage': 'drafted ad referendum, binds nobody'}
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, {**MEMORANDUM, 'versions': [VERSION, draft], 'offers': []})
        self.assertEqual(self.act('offer', 'river', '--answer-by', '+24h')['version'], SECOND)

    def test_what_can_no_longer_be_signed_is_drafted_for_ink_alone(self):
        late = self.folder / 'late.json'
        text = (SOURCE / 'tests/data/memo/good.json').read_text(encoding='utf-8')
        late.write_text(text.replace('2027-01-01T00:00:00Z', '2026-11-26T13:59:59Z').replace('2027-01-01', '2026-11-26'), encoding='utf-8')
        self.refused('memo', 'draft', late, status=2, says='its sign_by is over: nobody can sign it any more; of one that was signed on paper')
        self.assertEqual([one for one in self.node.asked if one[0] == 'POST'], [])
        self.assertEqual(self.act('draft', late, '--on-paper')['ad_referendum'], False)
        told = self.run_it('memo', 'draft', late, '--ad-referendum', '--passphrase-file', self.passphrase)
        self.assertEqual(told.returncode, 0, told)
        self.assertIn(b'late.json: warning: its sign_by is over', told.stderr)

    def test_who_has_not_recorded_its_ink_is_named(self):
        for evidence, missing in (({US: 'not signed', THEM: 'signed with its key', OTHER: 'not signed'}, [OTHER]),
                                  ({US: 'not signed', THEM: 'signed on paper, attested by another party'}, [THEM]),
                                  ({US: 'not signed', THEM: 'signed on paper, attested by itself'}, [])):
            self.node.answers[('GET', '/v1/memoranda/river')] = (200, {**MEMORANDUM, 'versions': [{**NEXT, 'evidence': evidence}]})
            told = self.run_it('memo', 'paper', 'river', '--scan', SOURCE / 'LICENSE', '--signed', '2026-11-25T00:00:00Z', '--signed-by',
                               f'{US},{THEM}', '--passphrase-file', self.passphrase)
            self.assertEqual(told.returncode, 0, told)
            for party in (US, THEM, OTHER):
                self.assertEqual(f'agreed only when {party}' in told.stderr.decode(), party in missing, told)

    def test_of_an_obligation_nothing_is_said_that_the_node_then_refuses(self):
        told = self.run_it('memo', 'obligation', 'river', 'obl-1', 'done', '--passphrase-file', self.passphrase)
        self.assertEqual((told.returncode, told.stderr), (0, b''))
        before = {**MEMORANDUM, 'version': None, 'obligations': []}
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, before)
        self.refused('memo', 'obligation', 'river', 'obl-1', 'done', status=1, says='no version has taken effect')

    def test_an_act_that_is_but_a_test_is_told_as_one(self):
        for class_, told in (('ACTUAL', False), ('TEST', True), ('EXERCISE', True)):
            self.node.answers[('POST', '/v1/memoranda/river/acts')] = (201, {**DONE, 'class': class_})
            shown = self.verb('memo', 'suspend', 'river', '--passphrase-file', self.passphrase)
            self.assertEqual(f'of class {class_}: IT CHANGES NOTHING' in shown, told, shown)

    def test_a_draft_is_sent_to_the_byte(self):
        document = (SOURCE / 'tests/data/memo/good.json').read_bytes()
        body = self.act('draft', SOURCE / 'tests/data/memo/good.json', says=f'memorandum river, version {FIRST}: entry 5 of')
        self.assertEqual(body, {'document': document.decode(), 'ad_referendum': False})
        self.assertTrue(self.act('draft', SOURCE / 'tests/data/memo/good.json', '--ad-referendum')['ad_referendum'])
        kept = self.act('draft', SOURCE / 'tests/data/memo/good.json', '--for', THEM[:6])
        self.assertEqual((kept['ad_referendum'], kept['for']), (True, [THEM]))
        before = len(self.node.asked)
        template = self.folder / 'template.json'
        template.write_bytes(self.run_it('memo', 'new', data=False).stdout)
        for action in ('check', 'draft'):
            told = self.run_it('memo', action, template, data=action == 'draft')
            self.assertIn(b'template.json: warning: clauses.obligations[0].text.en: still as in the template: "(to be written by the parties)"\n',
                          told.stdout + told.stderr, action)
        self.assertEqual(len([one for one in self.node.asked[before:] if one[0] == 'POST']), 0)
        before = len(self.node.asked)
        bad = self.folder / 'bad.json'
        bad.write_text('{}', encoding='ascii')
        self.verb('memo', 'draft', bad, status=1, says='bad.json: ')
        self.assertEqual(len(self.node.asked), before)

    def test_a_draft_names_who_will_read_it_and_is_no_party_to_it_or_has_withdrawn(self):
        draft = self.folder / 'next.json'
        text = (SOURCE / 'tests/data/memo/good.json').read_text(encoding='utf-8').replace('"north-corridor"', '"river"')
        draft.write_text(text.replace('0' * 14 + 'aa', US).replace('0' * 14 + 'bb', OTHER), encoding='utf-8')
        told = self.run_it('memo', 'draft', draft, '--passphrase-file', self.passphrase)
        self.assertEqual(told.returncode, 0, told)
        said = told.stderr.decode()
        self.assertIn(f'{THEM} "', said)
        self.assertEqual((said.count('is no party to it, and may read'), said.count('has withdrawn, and may read')), (1, 1), said)
        self.assertEqual(said.count('take another memorandum id'), 2)
        self.assertNotIn(US, said)
        # Under another id nobody else reads it, and what is sealed goes to those that are named.
        draft.write_text(text.replace('"river"', '"delta"').replace('0' * 14 + 'aa', US), encoding='utf-8')
        for arguments in ((draft,), (SOURCE / 'tests/data/memo/good.json', '--for', THEM[:6])):
            told = self.run_it('memo', 'draft', *arguments, '--passphrase-file', self.passphrase)
            self.assertEqual((told.returncode, told.stderr), (0, b''), told)

    def test_what_is_signed_is_shown_and_asked_for(self):
        shown = self.verb('memo', 'sign', 'river', '--yes', '--passphrase-file', self.passphrase)
        for says in ('memorandum river\n', f'version {SECOND}\n', f'entente memo document river {SECOND[:12]} --data', 'signed by some', f'replaces {FIRST}\n', 'to be signed by 2026-12-01T00:00:00Z',
                     'memo-sign: entry 5 of memo/river/' + US):
            self.assertIn(says, shown)
        self.verb('memo', 'sign', 'river', status=2, says='there is no terminal to ask at; give --yes')
        self.verb('memo', 'withdraw', 'river', status=2, says='there is no terminal to ask at; give --yes')
        done = self.run_it('memo', 'sign', 'river', '--yes', '--json', '--passphrase-file', self.passphrase)
        self.assertEqual(json.loads(done.stdout), DONE)
        self.assertIn(SECOND.encode(), done.stderr)

    def test_who_signs_is_told_what_check_would_say(self):
        """Whoever wrote it: what is still the template's, two that people would take for one another, a text that contradicts its figures."""
        self.assertNotIn('warning', self.verb('memo', 'sign', 'river', '--yes', '--passphrase-file', self.passphrase))
        document = json.loads(self.run_it('memo', 'new', data=False).stdout)
        document['parties'][1]['name'] = document['parties'][0]['name'].upper()
        document['clauses']['validity']['sign_by'] = '2026-12-01T00:00:00Z'
        text = json.dumps(document).encode()
        digest = hashlib.sha256(text).hexdigest()
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, {**MEMORANDUM, 'versions': [{**NEXT, 'hash': digest}]})
        self.node.answers[('GET', f'/v1/memoranda/river/documents/{digest}')] = (200, text)
        told = (f'version {digest[:12]}: warning: clauses.obligations[0].text.en: still as in the template: "(to be written by the parties)"',
                f'version {digest[:12]}: warning: parties[1].name: people will take it for parties[0].name',
                f'version {digest[:12]}: warning: clauses.validity.text.en: it says 2027-01-01, ')
        shown = self.verb('memo', 'sign', 'river', '--yes', '--passphrase-file', self.passphrase)
        status, asked = self.at_terminal(b'no')
        self.assertEqual(status, 1, asked)
        for says in told:
            self.assertIn(says, shown)
            self.assertLess(0, asked.find(says))
            self.assertLess(asked.find(says), asked.find('Sign it?'))
        # What cannot be looked at is not signed.
        before = len(self.node.asked)
        self.node.answers[('GET', f'/v1/memoranda/river/documents/{digest}')] = (200, text + b' ')
        done = self.run_it('memo', 'sign', 'river', '--yes', '--passphrase-file', self.passphrase)
        self.assertEqual(done.returncode, 2, done)
        self.assertIn(b'not the document of that hash', done.stderr)
        self.assertFalse([ask for ask in self.node.asked[before:] if ask[0] == 'POST'])

    def at_terminal(self, *lines):
        child, terminal = pty.fork()
        if child == 0:
            os.execv(PROGRAM, [PROGRAM, 'memo', 'sign', 'river', '--data', str(self.folder)])
        shown, until, left = b'', time.monotonic() + WAIT_S, list(lines)
        while time.monotonic() < until:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    part = os.read(terminal, 4096)
                except OSError:
                    part = b''
                if not part:
                    break
                shown += part
            if left and shown.endswith(b': '):
                os.write(terminal, left.pop(0) + b'\n')
                shown += b'|'
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
        return status, shown.decode()

    def test_at_a_terminal_a_person_is_asked(self):
        status, shown = self.at_terminal(b'yes', b'in the dark')
        self.assertEqual(status, 0, shown)
        self.assertNotIn('dark', shown)
        self.assertIn('A signature cannot be taken back', shown)
        self.assertEqual(json.loads(self.node.asked[-1][3])['passphrase'], 'in the dark')
        before = len(self.node.asked)
        for word in (b'no', b'', b'yes please', b'y'):
            status, shown = self.at_terminal(word)
            self.assertEqual(status, 1, shown)
            self.assertIn('it was not signed', shown)
        self.assertFalse([ask for ask in self.node.asked[before:] if ask[0] == 'POST'])

    def test_no_passphrase_is_asked_for_while_the_key_is_unlocked(self):
        self.verb('memo', 'resume', 'river', status=2, says='there is no terminal to ask for the passphrase at')
        self.node.answers[('GET', '/v1/state')] = (200, {**STATE, 'key_unlocked_until': '2026-11-26T14:15:00Z'})
        self.verb('memo', 'resume', 'river')
        self.assertEqual(json.loads(self.node.asked[-1][3]), {'act': 'memo-resume'})
        self.assertEqual(self.act('resume', 'river'), {'act': 'memo-resume'})

    def test_an_act_may_name_the_state_that_it_is_based_on(self):
        self.assertEqual(self.act('suspend', 'river', '--if-match', 'cafe' * 8), {'act': 'memo-suspend'})
        self.assertEqual(self.node.asked[-1][2]['If-Match'], '"%s"' % ('cafe' * 8))
        self.act('suspend', 'river')
        self.assertNotIn('If-Match', self.node.asked[-1][2])
        self.node.answers[('POST', '/v1/memoranda/river/acts')] = (412, {'message': 'it has changed meanwhile'})
        self.refused('memo', 'resume', 'river', '--if-match', 'cafe' * 8, '--passphrase-file', self.passphrase,
                     says='refused: it has changed meanwhile')
        before = len(self.node.asked)
        for tag in ('', '*', '"cafe"', 'cafe\r\nX-Y: z', 'a' * 100):
            self.refused('memo', 'suspend', 'river', '--if-match=' + tag, status=2, says='--if-match')
        self.refused('memo', 'draft', SOURCE / 'tests/data/memo/good.json', '--if-match', 'cafe', status=2, says='no such option')
        self.assertEqual(len(self.node.asked), before)

    def test_what_cannot_be_meant_is_refused_before_it_is_asked(self):
        both = {**MEMORANDUM, 'versions': [NEXT, {**NEXT, 'hash': 'abcd' + 'e' * 60}], 'offers': MEMORANDUM['offers'] * 2}
        none = {**MEMORANDUM, 'versions': [VERSION], 'offers': []}
        for answer, arguments, status, says in (
                (both, 'sign river --yes', 1, 'several versions'), (both, 'accept river', 1, 'several offers'),
                (none, 'sign river --yes', 1, 'no version is open for our signature'), (none, 'accept river', 1, 'no offer waits'),
                (none, 'sign river abab --yes', 1, 'no version'), (none, 'sign river aa --yes', 1, 'no version'),
                (none, 'offer river', 2, '--answer-by'), (none, 'accept river x', 2, 'PARTY/NUMBER'),
                (none, 'accept river fedc/x', 2, 'PARTY/NUMBER'), (none, 'accept river abcd/1', 2, 'knows no party'),
                (none, 'obligation river a maybe', 2, 'done or not-done'), (none, 'obligation river a not-done', 2, '--reason'),
                (none, 'obligation river obl-9 done', 1, 'no such obligation'),
                (none, 'suspend river --from noon', 2, '--from'), (none, 'suspend ../x', 2, 'no memorandum'),
                (none, 'paper river --scan x', 2, '--signed'), (none, 'suspend', 2, 'the id of a memorandum'),
                (none, 'sign river --from +1h', 2, 'no such option'), (none, 'level river flight', 2, 'a subject'),
                (none, 'level river sky exchange', 2, 'sky: a subject is flight,'),
                (none, 'level river flight up', 2, 'up: a level is none,')):
            self.node.answers[('GET', '/v1/memoranda/river')] = (200, answer)
            self.refused('memo', *arguments.split(), status=status, says=says)
            self.assertFalse([ask for ask in self.node.asked if ask[0] == 'POST'])
        odd = self.folder / 'odd'
        odd.write_bytes(b'\xff\xfe\n')
        odd.chmod(0o600)
        self.refused('memo', 'resume', 'river', '--passphrase-file', odd, status=2, says='UTF-8')

    def test_a_document_is_checked_against_its_hash(self):
        document = b'{"a":1}\n'
        digest = hashlib.sha256(document).hexdigest()
        answer = {**MEMORANDUM, 'version': digest, 'versions': [{**VERSION, 'hash': digest}, NEXT]}
        self.node.answers[('GET', '/v1/memoranda/river')] = (200, answer)
        path = ('GET', f'/v1/memoranda/river/documents/{digest}')
        self.node.answers[path] = (200, document)
        self.assertEqual(self.verb('memo', 'document', 'river').encode(), document)
        self.verb('memo', 'document', 'river', digest[:8], '--output', self.folder / 'out.json')
        self.assertEqual((self.folder / 'out.json').read_bytes(), document)
        self.refused('memo', 'document', 'river', '--output', self.folder / 'out.json', status=2, says='exists')
        self.node.answers[path] = (200, document + b' ')
        self.refused('memo', 'document', 'river', status=2, says='not the document of that hash')

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
