#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Two offices on the real post, peers and memoranda, whose people carry parcels between them: cards, a line, a memorandum from
its draft to its suspension, and a restart. Each answer is held to docs/openapi-v1.yaml.

usage: test_office_real.py OFFICE_REAL
"""
import json
import pathlib
import sys
import unittest

import office_case
from office_case import PASSPHRASE, ROOT, Office, Who
from test_office_events import Listener

MEMORANDUM = 'm'


def figure(text):
    """Metres or seconds of a quantity as a memorandum has it, "3 NM"."""
    number, unit = text.split()
    each = {'NM': 1852, 'km': 1000, 'm': 1, 'ft': 0.3048, 's': 1, 'min': 60, 'h': 3600, 'd': 86400}[unit]
    return round(float(number) * each, 6)


class Party:
    """An office, and its command line."""

    def __init__(self):
        self.office = Office('party').start()
        self.line = Who(self.office, command_line=True)
        self.id = self.line.ask('GET', '/v1/state').json()['party']['id']

    def know(self, other):
        card = pathlib.Path(other.office.folder, 'party/card.txt')
        assert self.office.tell(f'know {card} {self.office.folder}') == []
        return self.line.ask('POST', '/v1/parties/again').json()['changed']

    def act(self, act, **members):
        return self.line.ask('POST', f'/v1/memoranda/{MEMORANDUM}/acts', {'act': act, 'passphrase': PASSPHRASE, **members})

    def look(self, at=''):
        return self.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}{at}').json()


def carry(giver, taker, size=''):
    """A parcel by hand, and its answer back; what the taker says."""
    parcel = giver.line.ask('GET', f'/v1/parties/{taker.id}/parcel{size}')
    assert parcel.status == 200, parcel
    taken = taker.line.ask('POST', '/v1/parcels', parcel.body.decode(), Content_Type='text/plain')
    assert taken.status == 200, taken
    if taken.json()['answer']:
        back = giver.line.ask('POST', '/v1/parcels', taken.json()['answer'], Content_Type='text/plain')
        assert back.status == 200, back
    return taken.json()


class Real(unittest.TestCase):
    def setUp(self):
        self.a, self.b = Party(), Party()
        self.addCleanup(self.a.office.remove)
        self.addCleanup(self.b.office.remove)

    def meet(self):
        carry(self.a, self.b)
        carry(self.b, self.a)
        carry(self.a, self.b)

    def document(self):
        document = json.loads((ROOT / 'tests/data/memo/least.json').read_text(encoding='utf-8'))
        ids = sorted([self.a.id, self.b.id])
        document['parties'] = [{'id': id_, 'name': name} for id_, name in zip(ids, 'AB')]
        # All terms that can act, from the one that has them.
        good = json.loads((ROOT / 'tests/data/memo/good.json').read_text(encoding='utf-8'))['clauses']
        text = document['clauses']['bound']['text']
        for at, name in enumerate(('minima', 'notice', 'disclosure', 'data_age', 'purge', 'line', 'deadlines', 'read_back', 'blind')):
            document['clauses'][name] = good[name]
            for number, one in enumerate(good[name] if isinstance(good[name], list) else [good[name]]):
                one.update(clause=f'2{at}.{number}', text=text)
                if 'to' in one:
                    one['to'] = ids[:1]
        return json.dumps(document, ensure_ascii=False)

    def test_cards_make_a_line_and_parcels_by_hand_test_it(self):
        self.assertEqual(self.a.line.ask('GET', '/v1/parties').json(), {'parties': []})
        self.assertEqual((self.a.know(self.b), self.b.know(self.a)), (1, 1))
        party = self.a.line.ask('GET', f'/v1/parties/{self.b.id}').json()
        self.assertEqual((party['name'], party['line']['state']), ('Aid', 'not tested yet'))
        self.meet()
        self.meet()
        for one, other in ((self.a, self.b), (self.b, self.a)):
            party = one.line.ask('GET', f'/v1/parties/{other.id}').json()
            self.assertEqual([theirs['ledger'] for theirs in party['theirs']], [f'line/{other.id}/{one.id}'])
            self.assertGreater(party['theirs'][0]['size'], 0)
            self.assertGreater(party['owed'][0]['acknowledged'], 0)
            self.assertEqual(one.line.ask('GET', '/v1/alarms').json()['alarms'], [])
        stranger = Party()
        self.addCleanup(stranger.office.remove)
        stranger.know(self.a)
        text = stranger.line.ask('GET', f'/v1/parties/{self.a.id}/parcel').body.decode()
        self.assertEqual(self.a.line.ask('POST', '/v1/parcels', text, Content_Type='text/plain').status, 404)
        self.assertEqual(self.b.line.ask('POST', '/v1/parcels', text, Content_Type='text/plain').status, 409)
        self.assertEqual(self.a.line.ask('POST', '/v1/parcels', text.replace('party', 'partx', 1)[:-3],
                                         Content_Type='text/plain').status, 400)

    def test_a_memorandum_is_drafted_signed_and_suspended_over_http(self):
        self.a.know(self.b), self.b.know(self.a)
        listener, document = Listener(self.b.line), self.document()
        listener.id = 'none'
        listener.ask()
        draft = self.a.line.ask('POST', '/v1/memoranda',
                                {'document': document, 'ad_referendum': False, 'passphrase': PASSPHRASE})
        self.assertEqual(draft.status, 201, draft)
        hash_ = draft.json()['hash']
        self.meet()
        self.assertEqual(self.b.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}/documents/{hash_}').body.decode(), document)
        seen = self.b.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}').headers['ETag']
        self.assertEqual(self.a.act('memo-sign', version=hash_).status, 201)
        self.assertEqual(self.a.act('memo-sign', version=hash_).json()['rule'], 8)
        self.meet()
        # The other's page has not seen that signature yet.
        answer = self.b.line.ask('POST', f'/v1/memoranda/{MEMORANDUM}/acts',
                                 {'act': 'memo-sign', 'version': hash_, 'passphrase': PASSPHRASE}, If_Match=seen)
        self.assertEqual(answer.status, 412, answer)
        self.assertEqual(self.b.act('memo-sign', version=hash_).status, 201)
        self.meet()
        for party in (self.a, self.b):
            self.assertEqual(party.look()['status'], 'agreed, not yet in force')
            self.assertEqual(party.look('?at=2027-01-01T00:00:01Z')['status'], 'in force')
            self.assertEqual(party.look('/documents')['documents'], [
                {'hash': hash_, 'what': 'version', 'stage': 'agreed, not yet in force',
                 'drafted': [{'party': self.a.id, 'seq': 0}], 'here': True}])
            party.office.tell(f'advance {90 * 86400}')
            self.assertEqual(party.look()['status'], 'in force')
            self.terms_are_those_of(party, json.loads(document), hash_)
        nothing = self.a.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}/terms?at=2000-01-01T00:00:00Z').json()
        self.assertEqual((nothing['at'], nothing['version'], nothing['terms']), ('2000-01-01T00:00:00Z', None, []))
        self.assertEqual(self.b.act('memo-suspend', reason='Feuer').status, 201)
        self.meet()
        self.assertEqual(self.a.look()['status'], 'suspended')
        self.assertEqual({member['party']: member['line'] for member in self.a.look()['members']},
                         {self.a.id: None, self.b.id: self.a.line.ask('GET', f'/v1/parties/{self.b.id}').json()['line']['state']})
        history = self.a.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}/history').json()['entries']
        self.assertEqual([entry['kind'] for entry in history], ['memo-draft', 'memo-sign', 'memo-sign', 'memo-suspend'])
        one, = self.a.line.ask('GET', '/v1/memoranda').json()['memoranda']
        self.assertEqual((one['status'], one['level_suspended'], one['ended']), ('suspended', True, None))
        by, = one['suspended_by']
        self.assertEqual(by['since'], [member['suspended_since'] for member in self.a.look()['members'] if member['party'] == by['party']][0])
        self.assertEqual(one['title'], {'fr': 'Mémorandum'})
        self.assertEqual(self.a.line.ask('GET', '/v1/alarms').json()['alarms'], [])
        listener.ask()
        self.assertIn(('memorandum', {'id': MEMORANDUM}), listener.seen)
        self.assertIn(('peer', {'id': self.a.id}), listener.seen)
        self.restart()

    def terms_are_those_of(self, party, document, hash_):
        """Each term of the document, read here by the words that stand in it, with its clause and its figures."""
        answer = party.line.ask('GET', f'/v1/memoranda/{MEMORANDUM}/terms').json()
        self.assertEqual((answer['id'], answer['status'], answer['version']), (MEMORANDUM, 'in force', hash_))
        clauses = document['clauses']
        expected = [('level', one['subject'], one['clause'], {'agreed': one['level'], 'level': one['level']}) for one in clauses['levels']]
        expected += [('minima', one['kind'], one['clause'], {
            'lateral_m': figure(one['lateral']), 'vertical_m': figure(one['vertical']), 'time_s': figure(one.get('time', '0 s'))})
            for one in clauses.get('minima', [])]
        expected += [('notice', one['kind'], one['clause'], {
            'ahead_s': figure(one['at_least']), 'emergency_s': figure(one.get('emergency', one['at_least']))}) for one in clauses.get('notice', [])]
        expected += [('disclosure', one['kind'], one['clause'], {'to': to, 'class': one['class'], 'learns': one['learns']})
                     for one in clauses['disclosure'] for to in one.get('to', [each['id'] for each in document['parties']])]
        expected += [(term, None, clauses[name]['clause'], {f'{member}{unit}': figure(clauses[name].get(member, '0 s')) for member in members})
                     for term, name, unit, members in (('data-age', 'data_age', '_s', ['limit']), ('purge', 'purge', '_s', ['after']),
                                                       ('read-back', 'read_back', '_m', ['tolerance']),
                                                       ('line', 'line', '_s', ['test_every', 'late_after']),
                                                       ('suspension', 'suspension', '_s', ['notice']))
                     if name in clauses]
        expected += [('deadlines', one['precedence'], one['clause'], {
            'steps': [{'after_s': figure(step['after']), 'to': step['to']} for step in one['steps']]}) for one in clauses.get('deadlines', [])]
        expected += [('blind', one['kind'], one['clause'], {'checks': one['budget'], 'per_s': figure(one['per']), 'finest_cell': one['finest_cell']})
                     for one in clauses.get('blind', [])]
        found = [(one['term'], one.get('subject') or one.get('kind') or one.get('precedence'), one['clause'], one) for one in answer['terms']]
        key = lambda term: (term[0], term[2], term[3].get('to', ''))
        self.assertEqual(len(found), len(expected))
        for own, (*words, figures) in zip(sorted(found, key=key), sorted(expected, key=key)):
            self.assertEqual(list(own[:3]), words)
            self.assertEqual({name: own[3][name] for name in figures}, figures, words)
            self.assertTrue(own[3]['says'])
        self.assertEqual(sorted(found[-1][3]['goes_on']), sorted(clauses['suspension']['goes_on']))

    def restart(self):
        """All that was agreed is there again, after a stop and after a kill."""
        for end in (self.a.office.stop, self.a.office.kill):
            end()
            self.a.office.start()
            self.a.office.tell(f'advance {90 * 86400}')
            self.assertEqual(self.a.look()['status'], 'suspended')
        # Each act that was ordered is found where it is an entry now, or it is said why it is none.
        entries = {entry['seq']: entry for entry in self.a.office.entries()}
        came = [(entries[entry['ordered']]['what'], entry.get('ledger'), entry.get('number'), entry.get('reason'))
                for entry in entries.values() if entry['kind'] in ('act-done', 'act-failed')]
        ledger = f'memo/{MEMORANDUM}/{self.a.id}'
        self.assertEqual(came, [
            ('memo-draft', ledger, 0, None), ('memo-sign', ledger, 1, None),
            ('memo-sign', None, None, 'memo-sign: this party has signed that version already, and no signature is taken back (rule 8)')])
        orders = [(entry['what'], entry['on']) for entry in self.a.office.entries() if entry['kind'] == 'act-ordered']
        self.assertEqual([order for order in orders if order[0].startswith('memo')],
                         [('memo-draft', MEMORANDUM), ('memo-sign', MEMORANDUM), ('memo-sign', MEMORANDUM)])


def main():
    office_case.tool = sys.argv.pop(1)
    unittest.main()


if __name__ == '__main__':
    main()
