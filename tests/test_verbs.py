#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
The commands that ask a running node, against a stand-in for it: what they ask, what they say of each answer (kept in
tests/data/verbs/*.golden). The party key, bundles, events, and nodes that are none: test_verbs_node.py.

usage: test_verbs.py PROGRAM SOURCE-DIR [--write-golden]
"""
import hashlib
import json
import os
import pty
import select
import sys
import time
import unittest

from verbs_case import PROGRAM, SOURCE, VerbsCase, WAIT_S
from verbs_node import (ALARMS, CLOSED, DONE, FIRST, HISTORY, MEMORANDUM, NEXT, OTHER, PARTIES, TERMS, SECOND, STATE, TAKEN,
                        THEIRS, THEM, US, VERSION, alarm_tag, node_answers)

WRITE = '--write-golden' in sys.argv
DATA = SOURCE / 'tests/data/verbs'
FIRST_ALARM = alarm_tag(ALARMS['alarms'][1])


class Verbs(VerbsCase):
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


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
