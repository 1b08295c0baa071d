#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Memoranda as documents under /v1, on the real post and memoranda: what the node answers is what `entente memo new|check|show|diff` says of the
same bytes. Each answer is held to docs/openapi-v1.yaml.

usage: test_office_documents.py OFFICE_REAL PROGRAM
"""
import hashlib
import json
import subprocess
import sys
import unittest

import office_case
from office_case import PASSPHRASE, ROOT, OfficeCase, Who

DATA = ROOT / 'tests/data/memo'
LANGUAGES = ('en', 'fr', 'ru', 'ar')
FILES = {name: (DATA / name).read_bytes() for name in ('good.json', 'least.json')}
program = None  # set by main
JSON = {'Content_Type': 'application/json'}


def memo(*arguments, given=None, status=(0,)):
    run = subprocess.run([program, 'memo', *arguments], input=given, capture_output=True, check=False, timeout=60)
    assert run.returncode in status, (arguments, run)
    return run.stdout


def hash_of(document):
    return hashlib.sha256(document).hexdigest()


class Documents(OfficeCase):
    def setUp(self):
        super().setUp()
        self.us = self.line.ask('GET', '/v1/state').json()['party']['id']

    def ask(self, method, path, body=None, status=200):
        answer = self.line.ask(method, path, body, **(JSON if body is not None else {}))
        self.assertEqual(answer.status, status, (method, path, answer))
        return answer

    def document(self, change=lambda document: None):
        """One that names us, second."""
        document = json.loads(FILES['least.json'])
        document['parties'] = [{'id': '0000000000000000', 'name': 'Пост'}, {'id': self.us, 'name': 'We'}]
        change(document)
        return json.dumps(document, ensure_ascii=False)

    def draft(self, document, status=201, **more):
        return self.ask('POST', '/v1/memoranda', json.dumps({'document': document, 'ad_referendum': False, 'passphrase': PASSPHRASE,
                                                             **more}), status)

    def test_a_page_is_the_commands_in_each_language(self):
        for name, document in FILES.items():
            parties = [party['id'] for party in json.loads(document)['parties']]
            for language in LANGUAGES:
                for reader in parties:
                    asked = f'/v1/documents/text?language={language}&as={reader}'
                    answer = self.ask('POST', asked, document)
                    self.assertEqual(answer.body, memo('show', '-', '--language', language, '--as', reader, given=document),
                                     (name, language, reader))
                    self.assertEqual(answer.headers['Content-Language'], language)
                # We are none of its parties.
                self.assertEqual(self.ask('POST', f'/v1/documents/text?language={language}', document).body,
                                 memo('show', '-', '--language', language, given=document))
        self.assertEqual(self.ask('POST', '/v1/documents/text', FILES['good.json']).body, memo('show', DATA / 'good.json'))

    def test_a_page_of_what_is_held_has_us_first(self):
        document = self.document()
        path = f'/v1/memoranda/m/documents/{self.draft(document).json()["hash"]}/text'
        for language in LANGUAGES:
            self.assertEqual(self.ask('GET', f'{path}?language={language}').body,
                             memo('show', '-', '--language', language, '--as', self.us, given=document.encode()))
        self.assertEqual(self.ask('GET', f'{path}?as=0000000000000000').body,
                         memo('show', '-', '--as', '0000000000000000', given=document.encode()))
        self.assertIn('language: it is en, fr, ru or ar', self.ask('GET', path + '?language=de', status=400).json()['message'])
        self.assertIn('no party of this id', self.ask('GET', path + '?as=00000000000000ff', status=400).json()['message'])
        self.ask('GET', path.replace('/m/', '/other/'), status=404)

    def test_what_is_found_is_what_the_command_finds(self):
        faulty = json.loads(FILES['good.json'])
        faulty['clauses']['minima'][0]['lateral'] = '5 miles'
        faulty['weapons'] = []
        del faulty['title']
        late = json.loads(FILES['good.json'])
        late['clauses']['obligations'][0]['due'] = '2001-01-01T00:00:00Z'
        for document in (*FILES.values(), memo('new', '--language', 'en,ar'), json.dumps(faulty).encode(), json.dumps(late).encode(),
                         b'{', b'[]', b' ' * 300000):
            found = self.ask('POST', '/v1/documents/check', document).json()
            said = json.loads(memo('check', '--json', '-', given=document, status=(0, 1)))[0] if len(document) < 262144 else None
            if said is not None:
                del said['file']
                self.assertEqual(found, said)
            else:
                self.assertEqual(found['faults_in_all'], 1)
        found = self.ask('POST', '/v1/documents/check', json.dumps(faulty).encode()).json()
        self.assertEqual({fault['where'] for fault in found['faults']}, {'clauses.minima[0].lateral', 'weapons', 'title'})
        found = self.ask('POST', '/v1/documents/check', json.dumps(late).encode()).json()
        self.assertIn('clauses.obligations[0].due', {warning['where'] for warning in found['warnings']})
        # What is held is looked at in the same way.
        held = self.document(lambda document: document['clauses']['validity'].update(sign_by='2026-12-24T00:00:00Z'))
        self.assertEqual(self.ask('GET', '/v1/memoranda').json(), {'memoranda': [], 'unshown': []})
        self.assertEqual(self.orders(), [])
        path = f'/v1/memoranda/m/documents/{self.draft(held).json()["hash"]}/check'
        self.assertEqual(self.ask('GET', path).json(), self.ask('POST', '/v1/documents/check', held.encode()).json())
        self.ask('GET', path.replace('/m/', '/n/'), status=404)
        # By the node's clock, as the command goes by the machine's or --at.
        self.assertNotIn('clauses.validity.sign_by', [warning['where'] for warning in self.ask('GET', path).json()['warnings']])
        self.office.tell(f'advance {400 * 86400}')
        self.assertIn('clauses.validity.sign_by', [warning['where'] for warning in self.ask('GET', path).json()['warnings']])

    def test_nothing_of_what_is_sent_is_stored(self):
        for path in ('check', 'text', 'rewrite'):
            self.ask('POST', f'/v1/documents/{path}', FILES['good.json'])
        self.assertEqual(self.ask('GET', '/v1/memoranda').json(), {'memoranda': [], 'unshown': []})
        self.assertEqual(self.orders(), [])

    def test_a_faulty_document_is_refused_with_all_its_faults(self):
        def spoil(document):
            document['clauses']['read_back'] = {'clause': '99', 'text': {}, 'tolerance': 'near'}
            document['targets'] = 1
        document = self.document(spoil)
        found = self.ask('POST', '/v1/documents/check', document.encode()).json()
        self.assertGreater(len(found['faults']), 2)
        refused = self.draft(document, status=400).json()
        self.assertEqual(refused['faults'], found['faults'])
        self.assertEqual(refused['faults_in_all'], found['faults_in_all'])
        first = found['faults'][0]
        self.assertEqual(refused['message'], f'{first["where"]}: {first["why"]}')
        self.assertEqual(self.ask('POST', '/v1/documents/text', document.encode(), 400).json()['faults'], found['faults'])
        self.assertEqual(self.orders(), [])

    def test_the_template_and_the_guide_are_the_commands(self):
        self.assertEqual(self.ask('GET', '/v1/documents/template').body, memo('new'))
        for languages in ('ru', 'en,fr,ru,ar', 'ar,en'):
            self.assertEqual(self.ask('GET', f'/v1/documents/template?language={languages}').body, memo('new', '--language', languages))
        for languages, why in (('de', 'en, fr, ru and ar'), ('en,en', 'twice'), ('', 'which?')):
            self.assertIn(why, self.ask('GET', f'/v1/documents/template?language={languages}', status=400).json()['message'])
        self.assertEqual(self.ask('GET', '/v1/documents/guide').body, memo('new', '--guide'))

    def test_texts_are_written_anew_as_the_command_does(self):
        document = json.loads(memo('new', '--language', 'en,fr,ru,ar'))
        document['clauses']['validity']['sign_by'] = '2026-12-01T00:00:00Z'
        document = json.dumps(document, ensure_ascii=False).encode()
        where = {warning['where'] for warning in self.ask('POST', '/v1/documents/check', document).json()['warnings']}
        self.assertTrue({f'clauses.validity.text.{language}' for language in LANGUAGES} < where, where)
        anew = self.ask('POST', '/v1/documents/rewrite', document).body
        self.assertEqual(anew, memo('rewrite', '-', given=document))
        self.assertEqual(anew.decode().count('2026-12-01'), 1 + len(LANGUAGES))
        self.assertEqual(self.ask('POST', '/v1/documents/rewrite', FILES['good.json']).body, FILES['good.json'])
        self.assertIn('faults', self.ask('POST', '/v1/documents/rewrite', b'{}', 400).json())

    def test_differences_are_the_commands(self):
        def change(document):
            document['clauses']['validity']['sign_by'] = '2026-12-31T00:00:00Z'
            document['clauses']['area']['ceiling'] = 'FL300'
        was, is_ = self.document(), self.document(change)
        hashes = [self.draft(document).json()['hash'] for document in (was, is_)]
        self.assertEqual(hashes, [hash_of(was.encode()), hash_of(is_.encode())])
        files = []
        for name, document in (('was', was), ('is', is_)):
            files.append(f'{self.office.folder}/{name}.json')
            with open(files[-1], 'w', encoding='utf-8') as file:
                file.write(document)
        said = json.loads(memo('diff', '--json', *files, status=(1,)))
        self.assertEqual(len([change for change in said['changes'] if change['what'] == 'clause']), 2)
        path = '/v1/memoranda/m/documents/{}/differences'
        self.assertEqual(self.ask('GET', path.format(hashes[1]) + f'?from={hashes[0]}').json(), said)
        self.assertEqual(self.ask('POST', path.format(hashes[0]), is_.encode()).json(), said)
        self.assertEqual(self.ask('POST', path.format(hashes[0]), was.encode()).json()['changes'], [])
        self.assertIn('from', self.ask('GET', path.format(hashes[1]), status=400).json()['message'])
        self.ask('GET', path.format(hashes[1]) + '?from=' + '0' * 64, status=404)
        self.ask('GET', path.format(hashes[1]) + '?from=x', status=404)
        self.ask('POST', path.format('0' * 64), is_.encode(), 404)
        self.assertIn('faults', self.ask('POST', path.format(hashes[0]), b'{}', 400).json())

    def test_what_was_drafted_is_listed(self):
        def other(document):
            document['clauses']['area']['ceiling'] = 'FL300'
        self.ask('GET', '/v1/memoranda/m/documents', status=404)
        first = self.draft(self.document()).json()
        open_ = self.draft(self.document(other), ad_referendum=True).json()
        sealed = self.draft(self.document(), ad_referendum=True, **{'for': ['0000000000000000']}).json()
        listed = self.ask('GET', '/v1/memoranda/m/documents').json()
        self.assertEqual(listed, {'more': 0, 'documents': [
            {'hash': answer['hash'], 'what': what, 'stage': stage, 'drafted': [{'party': self.us, 'seq': answer['seq']}], 'here': True}
            for answer, what, stage in ((first, 'draft', 'drafted'), (open_, 'draft', 'drafted ad referendum, binds nobody'),
                                        (sealed, 'sealed', None))]})
        for document in listed['documents']:
            self.ask('GET', f'/v1/memoranda/m/documents/{document["hash"]}/text')

    def test_every_operator_may_and_nobody_else(self):
        hash_ = self.draft(self.document()).json()['hash']
        routes = [('GET', '/v1/documents/template'), ('GET', '/v1/documents/guide'), ('POST', '/v1/documents/check'), ('POST', '/v1/documents/rewrite'),
                  ('POST', '/v1/documents/text'), ('GET', '/v1/memoranda/m/documents'), ('GET', f'/v1/memoranda/m/documents/{hash_}/check'),
                  ('GET', f'/v1/memoranda/m/documents/{hash_}/text'),
                  ('GET', f'/v1/memoranda/m/documents/{hash_}/differences?from={hash_}'),
                  ('POST', f'/v1/memoranda/m/documents/{hash_}/differences')]
        self.add('ada')
        self.add('lin')
        lin = self.signed_in('lin')
        for method, path in routes:
            body = FILES['good.json'] if method == 'POST' else None
            headers = JSON if body else {}
            self.assertEqual(lin.ask(method, path, body, **headers).status, 200, path)
            self.assertEqual(Who(self.office).ask(method, path, body, **headers).status, 401, path)
            if body:
                self.assertEqual(lin.ask(method, path, body, Content_Type='text/plain').status, 415, path)


def main():
    global program
    office_case.tool, program = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main()


if __name__ == '__main__':
    main()
