#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
What a party's profile decides: the roles that its operators can have, and what a memorandum begins with. The profile is changed by
hand, as people do.

usage: test_profile.py PROGRAM
"""
import json
import re
import sys

import serving
import test_party
from serving import Node, run

PASSWORD = 'a cat sat here at 5'


class Case(test_party.Case):
    def profile(self, **changes):
        """Lines of profile.ini, by their names with _ for -; None takes one away."""
        path = self.data / 'party/profile.ini'
        for name, value in changes.items():
            name = name.replace('_', '-')
            text = re.sub(rf'(?m)^{name} = .*\n', '', path.read_text())
            path.write_text(text + (f'{name} = {value}\n' if value is not None else ''))

    def memo(self, *arguments, status=0):
        done = run('memo', *arguments, '--data', self.data)
        self.assertEqual(done.returncode, status, done)
        return done.stdout if status == 0 else done.stderr

    def new(self, *options):
        document = self.memo('new', *options)
        path = self.root / 'draft.json'
        path.write_text(document)
        done = run('memo', 'check', path)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return json.loads(document)


def classes(document):
    return {clause['kind']: clause['class'] for clause in document['clauses']['disclosure']}


class Memorandum(Case):
    """`entente memo new --data DIR`"""

    def setUp(self):
        super().setUp()
        self.copy()
        self.id = re.search('(?m)^party (.*)$', self.card())[1]

    def test_our_party_stands_first_in_it(self):
        document = self.new()
        self.assertEqual(document['parties'], [{'id': self.id, 'name': test_party.NAME},
                                               {'id': '0000000000000002', 'name': 'Party B'}])
        self.assertEqual([clause['owner'] for clause in document['clauses']['obligations']], [self.id])

    def test_languages_are_those_of_the_profile_unless_an_option_says_others(self):
        document = self.new()
        self.assertEqual(document['authentic'], ['en', 'fr', 'ar'])
        self.assertEqual(document['clauses']['line']['languages'], ['en', 'fr', 'ar'])
        self.assertEqual(list(document['clauses']['bound']['text']), ['en', 'fr', 'ar'])
        # One that there is no template in is spoken all the same; of a language in two scripts the memorandum knows one.
        self.profile(languages='sr-Latn, ru,sr-Cyrl,ar')
        document = self.new()
        self.assertEqual(document['authentic'], ['ru', 'ar'])
        self.assertEqual(document['clauses']['line']['languages'], ['sr', 'ru', 'ar'])
        self.assertEqual(self.new('--language', 'fr')['authentic'], ['fr'])
        self.profile(languages=None)
        document = self.new()
        self.assertEqual((document['authentic'], document['clauses']['line']['languages']), (['en'], ['en', 'fr']))
        self.profile(languages='en, 7')
        self.assertIn('party/profile.ini: languages: 7 is none', self.memo('new', status=2))

    def test_labels_are_those_of_the_profile_where_it_says_them(self):
        self.profile(label_aid_fr='préavis', label_air_ar='سلامة')
        document = self.new()
        labels = document['clauses']['labels']
        self.assertEqual(labels['aid'], {'en': 'notification', 'fr': 'préavis', 'ar': 'إخطار'})
        self.assertEqual(labels['air'], {'en': 'flight safety', 'fr': 'sécurité des vols', 'ar': 'سلامة'})
        # And what the clause says is the same.
        self.assertIn('préavis', labels['text']['fr'])
        self.profile(label_air_en='x' * 100)
        said = self.memo('new', '--output', self.root / 'none.json', status=2)
        self.assertIn('by party/profile.ini a memorandum would have a fault: clauses.labels.air.en', said)
        self.assertFalse((self.root / 'none.json').exists())

    def test_disclosure_is_by_the_classes_of_the_profile(self):
        document = self.new()
        self.assertEqual(classes(document), {'flight': 'exact', 'reserved-airspace': 'exact', 'hazard-area': 'exact',
                                             'protected-place': 'blind'})
        self.assertEqual([clause['kind'] for clause in document['clauses']['blind']], ['protected-place'])
        # Each kind that is blind has a budget, and none else.
        self.profile(flight='blind', hazard_area='coarse', reserved_airspace='blind', protected_place='coarse')
        document = self.new()
        self.assertEqual(classes(document), {'flight': 'blind', 'reserved-airspace': 'blind', 'hazard-area': 'coarse',
                                             'protected-place': 'coarse'})
        self.assertEqual([(clause['kind'], clause['clause']) for clause in document['clauses']['blind']],
                         [('flight', '12.1'), ('reserved-airspace', '12.2')])
        self.profile(flight='exact', reserved_airspace='exact')
        self.assertNotIn('blind', self.new()['clauses'])
        # What it says nothing of is as without a party.
        self.profile(flight=None, hazard_area=None, reserved_airspace=None, protected_place=None)
        self.assertEqual(classes(self.new()), classes(json.loads(run('memo', 'new').stdout)))

    def test_each_profile_that_a_party_begins_with_makes_one(self):
        for profile, languages, flight in (('aid', ['en', 'fr', 'ar'], 'exact'), ('cell', ['en', 'ru'], 'coarse'),
                                           ('u-space', ['en'], 'exact')):
            self.data = self.root / profile
            self.init('--profile', profile)
            document = self.new()
            self.assertEqual((document['authentic'], classes(document)['flight']), (languages, flight))

    def test_a_document_is_shown_in_our_first_language(self):
        path = self.root / 'draft.json'
        path.write_text(self.memo('new', '--language', 'en,ru'))
        self.assertEqual(self.memo('show', path).split('\n')[0], 'MEMORANDUM')
        self.profile(languages='sr, ru, en')
        self.assertEqual(self.memo('show', path).split('\n')[0], 'МЕМОРАНДУМ')
        self.assertEqual(self.memo('show', path, '--language', 'en').split('\n')[0], 'MEMORANDUM')
        # A profile that is amiss keeps nobody from reading.
        (self.data / 'party/profile.ini').write_text('?')
        self.assertEqual(self.memo('show', path).split('\n')[0], 'MEMORANDUM')
        self.assertIn('line 1', self.memo('new', status=2))

    def test_there_has_to_be_a_party(self):
        self.data = self.root
        self.assertIn('there is no party here', self.memo('new', status=2))


class Roles(Case):
    """A party of the profile aid has no duty officer."""

    def setUp(self):
        super().setUp()
        self.copy()
        self.password = self.root / 'password'
        self.password.write_text(PASSWORD + '\n')
        self.node = Node(data=self.data).start()
        self.addCleanup(self.node.kill)

    def operator(self, *arguments, status=0):
        done = run('operator', *arguments, '--data', self.data)
        self.assertEqual(done.returncode, status, done)
        return done.stderr

    def add(self, who, roles, status=0):
        return self.operator('add', who, '--name', who.capitalize(), '--roles', roles, '--password-file', self.password,
                             status=status)

    def check_refused(self, said, role='duty officer'):
        self.assertIn(f'this party has no {role}', said)
        self.assertIn('party/profile.ini', said)
        self.assertIn('add it there', said)

    def test_the_command_gives_none_that_the_profile_does_not_have(self):
        self.assertEqual(self.node.stop(), 0)
        self.check_refused(self.add('ada', 'administrator,duty-officer', status=1))
        self.add('ada', 'administrator,watch-officer')
        self.check_refused(self.operator('roles', 'ada', '--roles', 'administrator,duty-officer', status=1))
        # What is no giving of roles goes on whatever they are.
        self.profile(roles='administrator, duty officer')
        self.operator('change', 'ada', '--name', 'Ada A.')
        self.operator('roles', 'ada', '--roles', 'administrator,duty-officer')
        self.check_refused(self.add('wim', 'watch-officer', status=1), 'watch officer')
        self.profile(roles=None)
        self.add('wim', 'watch-officer,linguist')
        self.profile(roles='administrator, watchman')
        self.assertIn('profile.ini: roles: watchman: it is no role', self.add('eve', 'administrator', status=2))
        self.assertIn('profile.ini: roles: watchman: it is no role', self.party('show', status=2).stderr)

    def ask(self, method, path, **body):
        url, token = (self.data / 'control').read_text().split('\n')[:2]
        return self.node.ask(path, method, body, token, {'Content-Type': 'application/json', 'If-Match': '*'}, url=url)

    def test_nor_does_a_node_that_runs(self):
        self.assertEqual(self.node.stop(), 0)
        self.add('ada', 'administrator')
        self.node.start()
        wim = {'id': 'wim', 'name': 'Wim', 'languages': [], 'password': PASSWORD}
        answer = self.ask('POST', '/v1/operators', roles=['duty-officer'], **wim)
        self.assertEqual(answer.status, 409, answer)
        self.check_refused(answer.json()['message'])
        self.assertEqual(self.ask('POST', '/v1/operators', roles=['linguist'], **wim).status, 201)
        answer = self.ask('PUT', '/v1/operators/wim/roles', roles=['linguist', 'duty-officer'])
        self.assertEqual(answer.status, 409, answer)
        self.check_refused(answer.json()['message'])
        # The node is not started anew.
        self.profile(roles='duty officer, linguist')
        answer = self.ask('PUT', '/v1/operators/wim/roles', roles=['linguist', 'duty-officer'])
        self.assertEqual(answer.status, 200, answer)
        self.profile(roles='watchman')
        answer = self.ask('PUT', '/v1/operators/wim/roles', roles=['linguist'])
        self.assertEqual(answer.status, 409, answer)
        self.assertIn('watchman: it is no role', answer.json()['message'])


if __name__ == '__main__':
    serving.main(sys.argv)
