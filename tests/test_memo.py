#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`entente memo` as people use it: a template that has no fault, documents as they are read in four languages (kept in
tests/data/memo/*.golden), differences in words, and what is said of everything else.

usage: test_memo.py PROGRAM SOURCE-DIR [--write-golden]
"""
import fcntl
import hashlib
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata
import unittest

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WRITE = '--write-golden' in sys.argv
DATA = SOURCE / 'tests/data/memo'
GOOD = DATA / 'good.json'
LANGUAGES = ('en', 'fr', 'ru', 'ar')
FSI, PDI = '\u2068', '\u2069'


def memo(*arguments, status=0, given=None):
    run = subprocess.run([PROGRAM, 'memo'] + [str(argument) for argument in arguments], input=given, capture_output=True,
                         check=False, timeout=60)
    assert run.returncode == status, (arguments, run.returncode, run.stdout[-500:], run.stderr)
    return (run.stdout if status != 2 else run.stderr).decode('utf-8')


def memo_at_terminal(columns, *arguments):
    """What a terminal of so many columns is sent."""
    child, terminal = pty.fork()
    if child == 0:
        # The size is there before the program looks.
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        os.execv(PROGRAM, [PROGRAM, 'memo', *map(str, arguments)])
    sent = b''
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b''
        if not part:
            break
        sent += part
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, sent
    return sent.decode('utf-8').replace('\r\n', '\n')


def width(line):
    """Columns: marks that are put on a letter, and those that only steer, take none."""
    return sum(unicodedata.category(character) not in ('Mn', 'Cf') for character in line)


def shown_order(line):
    """The paragraph's direction by the Unicode Bidirectional Algorithm, P2 and P3: what stands in isolates counts for nothing."""
    depth = 0
    for character in line:
        if character in '\u2066\u2067\u2068':
            depth += 1
        elif character == PDI:
            depth -= 1
        elif depth == 0 and unicodedata.bidirectional(character) in ('L', 'R', 'AL'):
            return unicodedata.bidirectional(character)
    return None


# Before the documents' sign_by, whatever this machine's clock says.
IN_TIME = ('--at', '2026-12-01T00:00:00Z')


class Template(unittest.TestCase):
    def test_each_language_and_all_together_have_no_fault(self):
        for languages in LANGUAGES + ('en,fr,ru,ar', 'ar,en'):
            document = memo('new', '--language', languages)
            answer = json.loads(memo('check', '--json', '-', given=document.encode()))
            self.assertEqual(answer[0]['faults'], [], languages)
            parsed = json.loads(document)
            self.assertEqual(parsed['authentic'], languages.split(','))
            self.assertEqual(list(parsed['clauses']['bound']['text']), languages.split(','))

    def test_each_text_says_what_its_figures_say(self):
        for languages in LANGUAGES + ('en,fr,ru,ar',):
            document = memo('new', '--language', languages).encode()
            for language, figures in zip(LANGUAGES, ('Figures: ', 'Données : ', 'Данные: ', 'البيانات: ')):
                if language in languages:
                    text = memo('show', '-', '--language', language, given=document)
                    # Only what is owed is for the parties to write.
                    self.assertEqual(text.count(f'    {figures}'), 1, (languages, language))

    def test_a_file_that_is_there_is_not_written_over(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'draft.json'
            memo('new', '--output', path)
            before = path.read_bytes()
            self.assertIn('File exists', memo('new', '--language', 'fr', '--output', path, status=2))
            self.assertEqual(path.read_bytes(), before)

    def test_the_guide_has_every_member_of_the_schema(self):
        guide = memo('new', '--guide')
        schema = json.loads(memo('new', '--schema'))
        count = 0
        todo = [('', schema)]
        while todo:
            path, part = todo.pop()
            part = part.get('items', part)
            for name, inner in part.get('properties', {}).items():
                here = f'{path}.{name}' if path else name
                self.assertRegex(guide, rf'(?m)^{re.escape(here)}( \(may be left out\))?$')
                todo.append((here + ('[]' if inner.get('items', {}).get('properties') else ''), inner))
                count += 1
        self.assertGreater(count, 100)


class Shown(unittest.TestCase):
    def golden(self, name, text):
        if WRITE:
            (DATA / name).write_text(text, encoding='utf-8')
        self.assertEqual(text, (DATA / name).read_text(encoding='utf-8'), name)

    def test_as_it_is_kept(self):
        for language in LANGUAGES:
            self.golden(f'good.{language}.golden', memo('show', GOOD, '--language', language, '--as', '00000000000000bb'))
        self.golden('least.ar.golden', memo('show', DATA / 'least.json', '--language', 'ar'))

    def test_the_readers_own_party_stands_first(self):
        for party in ('00000000000000aa', '00000000000000bb', '00000000000000cc'):
            text = memo('show', GOOD, '--as', party)
            ids = re.findall(r'^  - .*\(id ([0-9a-f]{16})\)', text, re.M)
            self.assertEqual(ids[0], party)
            self.assertEqual(sorted(ids), ['00000000000000aa', '00000000000000bb', '00000000000000cc'])

    def test_a_rendering_is_marked_and_an_authentic_text_stands(self):
        english, french = memo('show', GOOD), memo('show', GOOD, '--language', 'fr')
        self.assertNotIn('(rendering)', english)
        self.assertIn('| Aircraft keep five nautical miles', english)
        # What the text says otherwise than the figures is seen; where both are the same, once is enough.
        self.assertIn('Figures: Flights: a flight that is nearer than 5 NM', english)
        self.assertEqual(english.count('Reserved airspace: a flight that is nearer than 3 NM'), 1)
        self.assertIn('Elle ne fait pas foi', french)
        # What the authentic text says otherwise is shown to who reads another language, too.
        self.assertIn('Texte faisant foi (anglais) : Aircraft keep five nautical miles', french)
        self.assertEqual(french.count('Texte faisant foi (anglais)'), 4)
        # A clause has the number that the parties gave it, and no line has one of ours that could be taken for it.
        self.assertFalse(re.findall(r'^\d+\. ', english + french, re.M))
        clauses = french.split('\nQui est lié\n')[1]
        for line in clauses.split('\n\nUnités')[0].splitlines():
            if line.startswith('    ') and line.strip():
                self.assertRegex(line, r'^    (\(version ne faisant pas foi\) |Texte faisant foi \(|\| )')

    def test_isolates_are_closed_and_arabic_lines_run_from_the_right(self):
        arabic = json.loads(memo('new', '--language', 'ar'))
        arabic['clauses']['other'][0]['text']['ar'] = 'GARS هي الشبكة.\nWGS84 هو المرجع.'
        for document in (GOOD.read_bytes(), (DATA / 'least.json').read_bytes(), json.dumps(arabic).encode()):
            authentic = 'ar' in json.loads(document)['authentic']
            for language in LANGUAGES:
                for line in memo('show', '-', '--language', language, given=document).splitlines():
                    depth = 0
                    for character in line:
                        depth += (character == FSI) - (character == PDI)
                        self.assertGreaterEqual(depth, 0)
                        self.assertFalse(unicodedata.bidirectional(character) in ('LRE', 'RLE', 'LRO', 'RLO', 'PDF'))
                    self.assertEqual(depth, 0, line)
                    # Behind a bar another language may go on, which has its own direction.
                    if language == 'ar' and line.strip() and (authentic or not line.startswith('    |')):
                        self.assertIn(shown_order(line), ('R', 'AL'), line)

    def test_at_a_terminal_lines_are_broken_at_blanks_and_nothing_is_lost(self):
        for language in LANGUAGES:
            whole = memo('show', GOOD, '--language', language)
            for columns in (80, 57):
                parts = memo_at_terminal(columns, 'show', GOOD, '--language', language)
                for line in parts.splitlines():
                    # A hash is longer than a narrow terminal, and is left whole.
                    self.assertTrue(width(line) <= columns or len(line.split()) <= 2 or re.search('[0-9a-f]{64}', line), line)
                    self.assertEqual(line.count(FSI), line.count(PDI), line)
                    if language == 'ar' and line.strip() and not line.startswith('    |'):
                        self.assertIn(shown_order(line), ('R', 'AL'), line)
                self.assertGreater(parts.count('\n'), whole.count('\n'))
                # The same words in the same order, but for the marks and bars at which a line goes on.
                words = [re.sub(f'[\u200f{FSI}{PDI}]', '', text).replace('    | ', '').split() for text in (whole, parts)]
                self.assertEqual(*words)
        # What the parties wrote stays behind its bar, and nothing else comes there.
        behind = [' '.join(line.removeprefix('    |') for line in text.splitlines() if line.startswith('    |')).split()
                  for text in (memo('show', GOOD), memo_at_terminal(60, 'show', GOOD))]
        self.assertEqual(*behind)

    def test_a_distance_of_0_is_said_as_it_is_judged(self):
        """Exactly the minimum apart is enough; where it is 0, touching is a conflict (tests/data/cli/terms-touch.golden)."""
        says = {'en': 'touching is in conflict', 'fr': 'le contact est un conflit',
                'ru': 'конфликтом считается и соприкосновение', 'ar': 'فيُعدّ التماس تعارضًا'}
        document = json.loads(memo('new', '--language', 'en,fr,ru,ar'))
        for figures, times in (({'lateral': '3 NM', 'vertical': '500 ft'}, 0), ({'lateral': '0 m', 'vertical': '500 ft'}, 1),
                               ({'lateral': '3 NM', 'vertical': '0 ft'}, 1), ({'lateral': '0 m', 'vertical': '0 ft'}, 1)):
            document['clauses']['minima'][1].update(figures)
            for language, words in says.items():
                text = memo('show', '-', '--language', language, given=json.dumps(document).encode())
                self.assertEqual(text.count(words), times, (figures, language))

    def test_lines_of_the_parties_never_look_like_ours(self):
        document = json.loads(GOOD.read_text(encoding='utf-8'))
        for words in document['clauses']['other'][0]['text']:
            document['clauses']['other'][0]['text'][words] = 'x\nNo recognition\n  Clause 17\n    Figures: none'
        text = memo('show', '-', given=json.dumps(document).encode())
        self.assertEqual(len(re.findall(r'^No recognition$', text, re.M)), 1)
        self.assertEqual(len(re.findall(r'^ *Clause 17$', text, re.M)), 1)
        self.assertIn('\n    | No recognition\n    |   Clause 17\n', text)
        # Also where it is shown as the text of another language.
        text = memo('show', '-', '--language', 'fr', given=json.dumps(document).encode())
        self.assertEqual(len(re.findall(r'^Absence de reconnaissance$', text, re.M)), 1)
        self.assertFalse(re.findall(r'^No recognition$', text, re.M))

    def test_how_the_program_acts_and_where_to_sign_stand_behind_all_that_is_signed(self):
        marks = {'en': ('made by a program; it is not signed', 'Texts and figures:', 'Withdrawal:', 'Levels:', 'Replacement:', 'Signature:'),
                 'fr': ('établi par un programme', 'Textes et données :', 'Retrait :', 'Niveaux :', 'Remplacement :', 'Signature :'),
                 'ru': ('составлено программой; не подписано', 'Тексты и данные:', 'Выход:', 'Уровни:', 'Замена:', 'Подпись:'),
                 'ar': ('أعدّه برنامج حاسوبي، وهو غير موقّع', 'النصوص والبيانات:', 'الانسحاب:', 'المستويات:', 'الاستبدال:', 'التوقيع:')}
        for language, (mark, *rules, sign) in marks.items():
            text = memo('show', GOOD, '--language', language, '--as', '00000000000000bb')
            behind = text.split('\n\n')[-5:]  # how it acts; what is signed; three parties
            self.assertIn(mark, behind[0])
            for rule in rules:
                self.assertEqual(len(re.findall(f'^  \\* {rule}', behind[0], re.M)), 1, rule)
            self.assertIn(hashlib.sha256(GOOD.read_bytes()).hexdigest(), behind[1])
            places = behind[2:]
            self.assertEqual([re.search('0{14}[a-c]{2}', place)[0][-2:] for place in places], ['bb', 'aa', 'cc'])
            for place in places:
                self.assertEqual(place.count('_' * 30), 3)
                self.assertIn(sign, place)
        # None of it is in a document that begins with the template.
        self.assertNotIn('Withdrawal:', memo('new'))

    def test_no_word_takes_a_side_or_promises(self):
        words = {'en': 'enemy|hostile|adversary|violation|roger|safe to|cleared|terrorist',
                 'fr': 'ennemi|hostile|adversaire|violation|entendu|terroriste',
                 'ru': 'враг|вражд|противник|нарушени|принято|террорист', 'ar': 'عدو|العدو|خصم|معاد|انتهاك|إرهاب'}
        for language in LANGUAGES:
            text = memo('show', GOOD, '--language', language) + memo('new', '--language', language)
            self.assertIsNone(re.search(words[language], text, re.I), language)


class Compared(unittest.TestCase):
    def differ(self, change, *options, status=1):
        document = json.loads(GOOD.read_text(encoding='utf-8'))
        change(document)
        with tempfile.NamedTemporaryFile('w', suffix='.json', encoding='utf-8') as file:
            json.dump(document, file, ensure_ascii=False)
            file.flush()
            return memo('diff', GOOD, file.name, *options, status=status)

    def test_each_change_is_told_by_its_id(self):
        rows = [
            ('a figure', lambda d: d['clauses']['minima'][1].update(lateral='4 NM'), [('clause', '5.2', 'changed')]),
            ('a text', lambda d: d['clauses']['bound']['text'].update(ru='иначе'), [('clause', '1', 'changed')]),
            ('a clause less', lambda d: d['clauses'].pop('read_back'), [('clause', '11', 'removed')] * 3),
            ('another id', lambda d: d['clauses']['bound'].update(clause='1a'),
             [('clause', '1', 'removed')] * 3 + [('clause', '1a', 'added')] * 3),
            ('another order', lambda d: d['clauses']['minima'].reverse(), []),
            ('a name', lambda d: d['parties'][0].update(name='North'), [('party', '00000000000000aa', 'changed')]),
            ('a member less', lambda d: d['parties'][0]['members'].pop(), [('member', 'relief', 'removed')]),
            ('an affected one more', lambda d: d['affected'].append({'id': 'x', 'name': 'X'}), [('affected', 'x', 'added')]),
            ('the first version', lambda d: d.pop('replaces'), [('memorandum', 'replaces', 'removed')]),
            ('the title', lambda d: d['title'].update(en='Other'), [('memorandum', 'title', 'changed')]),
            ('who owes', lambda d: d['clauses']['obligations'][0].update(owner='00000000000000aa'), [('clause', '13.1', 'changed')]),
            ('a label in a language that is not shown', lambda d: d['clauses']['labels']['aid'].update(ru='оповещение'),
             [('label', 'aid', 'changed')]),
            ('the finest cell', lambda d: d['clauses']['blind'][0].update(finest_cell='15-minutes'), [('clause', '12.1', 'changed')]),
            ('what goes on', lambda d: d['clauses']['suspension']['goes_on'].pop(), [('clause', '14', 'changed')]),
            ('the hole of an area', lambda d: d['clauses']['area']['polygon'].append([[8.1, 47.1], [8.2, 47.1], [8.1, 47.2], [8.1, 47.1]]),
             [('clause', '2', 'changed')]),
        ]
        for why, change, told in rows:
            answer = json.loads(self.differ(change, '--json'))
            # A change of a name shows in the clauses that name the party, too.
            found = [(c['what'], c['id'], c['change']) for c in answer['changes']]
            self.assertEqual([row for row in found if row in told or row[0] != 'clause'], told, why)
            self.assertEqual(self.differ(change) == 'they say the same, in other bytes: each must be signed for itself\n', not told, why)

    def test_the_order_of_members_means_nothing(self):
        def turned(value):
            if isinstance(value, dict):
                return {name: turned(value[name]) for name in reversed(value)}
            return [turned(inner) for inner in value] if isinstance(value, list) else value

        document = json.loads(GOOD.read_text(encoding='utf-8'))
        with tempfile.NamedTemporaryFile('w', suffix='.json', encoding='utf-8') as file:
            json.dump(turned(document), file, ensure_ascii=True)
            file.flush()
            self.assertEqual(memo('diff', GOOD, file.name, status=1),
                             'they say the same, in other bytes: each must be signed for itself\n')
            for language in LANGUAGES:
                # Clauses stand in the order in which people read them, whatever the document's.
                shown = [re.sub('[0-9a-f]{64}', '', memo('show', path, '--language', language)) for path in (GOOD, file.name)]
                self.assertEqual(sorted(shown[0].splitlines()), sorted(shown[1].splitlines()))

    def test_the_same_bytes_are_the_same(self):
        self.assertEqual(memo('diff', GOOD, GOOD), 'the same bytes\n')
        self.assertEqual(json.loads(memo('diff', GOOD, GOOD, '--json'))['changes'], [])

    def test_a_document_with_faults_is_compared_with_nothing(self):
        self.assertIn('there is no such member here', self.differ(lambda d: d.update(x=1), status=2))


OURS, THEIRS = '3f9c0d1b7a2e4655', '00000000000000cc'


class Contradicted(unittest.TestCase):
    """Dates and parties in texts against the figures beside them, and the program's texts written anew."""

    def setUp(self):
        self.document = json.loads(memo('new', '--language', 'en,ru,ar'))
        self.clauses = self.document['clauses']

    def given(self):
        return json.dumps(self.document, ensure_ascii=False).encode()

    def warned(self, given=None):
        """By path, what texts say that figures do not."""
        warnings = json.loads(memo('check', '-', '--json', given=given or self.given()))[0]['warnings']
        return [(one['where'], one['why']) for one in warnings if one['why'].startswith('it says ')]

    def fill_in(self):
        """As people do: the real parties and moments into the figures."""
        for party, id_, name in zip(self.document['parties'], (THEIRS, OURS), ('Пост', 'Centre')):
            party.update(id=id_, name=name)
        self.clauses['validity'].update(sign_by='2026-12-05T00:00:00Z', effective_from='2026-12-06T00:00:00Z')
        self.clauses['obligations'][0].update(owner=OURS, due='2026-12-07T00:00:00Z')
        for clause in self.clauses['disclosure']:
            if 'to' in clause:
                clause['to'] = [OURS]

    def rewrite(self):
        given = self.given()
        self.document = json.loads(memo('rewrite', '-', given=given))
        self.clauses = self.document['clauses']
        return given

    def test_a_date_or_party_that_is_none_of_the_figures_is_named(self):
        self.assertEqual(self.warned(), [])
        self.fill_in()
        dates = 'which is none of the dates in this clause\'s figures'
        self.assertEqual(self.warned(), [
            (f'clauses.validity.text.{code}', f'it says {date}, {dates}') for code in ('en', 'ru', 'ar')
            for date in ('2027-01-01', '2027-01-02')] + [
            (f'clauses.disclosure[3].text.{code}', 'it says 0000000000000002, which is no party of this memorandum') for code in ('en', 'ru', 'ar')])

    def test_only_what_contradicts_is_named(self):
        self.fill_in()
        self.rewrite()
        for where, text, says in (
                ('other', 'As of 2019-03-04, 12:00, and by 12027-01-01 or ' + 'ab' * 32, []),
                ('other', f'{OURS} and {THEIRS} meet.', []),
                ('other', 'By 00000000000000dd.', ['00000000000000dd, which is no party of this memorandum']),
                ('obligations', f'The Centre ({OURS}) lists its places by 2026-12-07.', []),
                ('obligations', 'By 2026-12-07T00:00:00Z, and again on 2026-12-08.', ['2026-12-08, which is none of the dates in this clause\'s figures']),
                ('obligations', f'({THEIRS})', [f'{THEIRS}, which is not whom this clause\'s figures name'])):
            with self.subTest(text):
                before = dict(self.clauses[where][0]['text'])
                self.clauses[where][0]['text']['ru'] = text
                self.assertEqual(self.warned(), [(f'clauses.{where}[0].text.ru', f'it says {what}') for what in says])
                self.clauses[where][0]['text'] = before

    def test_the_programs_texts_are_written_anew_and_peoples_stay(self):
        self.fill_in()
        self.clauses['minima'][0]['lateral'] = '10 km'
        self.clauses['minima'][1]['text']['ru'] = own = 'Держимся подальше, 3 NM.'
        self.clauses['minima'][1]['lateral'] = '9 NM'
        levels = self.clauses['levels']
        levels[0]['level'] = 'exchange' if levels[0]['level'] == 'coordination' else 'coordination'
        before = json.loads(self.rewrite())
        self.assertEqual(self.warned(), [])
        self.assertEqual(self.clauses['minima'][1]['text']['ru'], own)
        self.assertIn('9 NM', self.clauses['minima'][1]['text']['en'])
        self.assertIn(f'Centre ({OURS})', self.clauses['disclosure'][3]['text']['ar'])
        # What is to be done, and what else is agreed, people write.
        for where in ('obligations', 'other'):
            self.assertEqual(self.clauses[where], before['clauses'][where])
        # All but the texts is as it was.
        for document in (before, self.document):
            for clauses in document['clauses'].values():
                for clause in clauses if isinstance(clauses, list) else [clauses]:
                    del clause['text']
        self.assertEqual(before, self.document)

    def test_each_text_says_its_figures_again(self):
        self.fill_in()
        self.rewrite()
        for language, figures in (('en', 'Figures: '), ('ru', 'Данные: '), ('ar', 'البيانات: ')):
            text = memo('show', '-', '--language', language, given=self.given())
            self.assertEqual(text.count(f'    {figures}'), 1, language)  # of the obligation

    def test_it_is_done_again_when_figures_change_again(self):
        self.fill_in()
        self.rewrite()
        self.clauses['validity']['sign_by'] = '2026-12-04T12:30:00Z'
        self.assertEqual(len(self.warned()), 3)
        self.rewrite()
        self.assertEqual(self.warned(), [])
        self.assertIn('2026-12-04 12:30:00 UTC', self.clauses['validity']['text']['ru'])

    def test_what_would_be_too_long_is_left_to_people(self):
        ring = [[108.000000001 + i / 1000, 47.000000001 + i * i / 1e6] for i in range(250)]
        self.clauses['area']['polygon'] = [[*ring, ring[0]]]
        self.rewrite()
        self.assertEqual(self.clauses['area']['text']['ru'], '(формулируется сторонами)')
        self.assertIn('clauses.area.text.ru: still as in the template', memo('check', '-', given=self.given()))

    def test_where_nothing_is_the_programs_the_bytes_stay(self):
        for document in (GOOD.read_bytes(), (DATA / 'least.json').read_bytes(), memo('new', '--language', 'fr').encode()):
            self.assertEqual(memo('rewrite', '-', given=document).encode(), document)
        self.assertEqual(memo('rewrite', '-', given=b'{}', status=1), '')
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'new.json'
            self.assertEqual(memo('rewrite', GOOD, '--output', path), '')
            self.assertEqual(path.read_bytes(), GOOD.read_bytes())
            self.assertIn('File exists', memo('rewrite', GOOD, '--output', path, status=2))


class Said(unittest.TestCase):
    def test_what_is_not_understood(self):
        rows = [
            ((), 'what to do?'), (('burn',), 'burn: there is no such action'), (('check',), 'check: it takes files'),
            (('diff', GOOD), 'diff: it takes two files'), (('show', GOOD, GOOD), 'show: it takes a file'),
            (('show', GOOD, '--json'), '--json: this action has no such option'),
            (('check', GOOD, '--as', 'x'), '--as: this action has no such option'),
            (('show', GOOD, '--language', 'de'), '--language: it is en, fr, ru or ar'),
            (('show', GOOD, '--as', 'x'), '--as: the memorandum has no party of this id'),
            (('new', '--language', 'en,en'), '--language: one stands there twice'),
            (('new', '--language', 'en,de'), '--language: the template is there in'),
            (('new', '--guide', '--schema'), '--schema: it and --guide exclude one another'),
            (('check', '/nowhere/x'), '/nowhere/x: No such file'), (('check', '/'), 'Is a directory'),
        ]
        for arguments, says in rows:
            self.assertIn(says, memo(*arguments, status=2), arguments)

    def test_whose_time_to_sign_is_over_is_told(self):
        for at, late in (('2027-01-01T00:00:00Z', False), ('2027-01-01T00:00:01Z', True)):
            warnings = json.loads(memo('check', GOOD, '--json', '--at', at))[0]['warnings']
            self.assertEqual([one['where'] for one in warnings], ['clauses.validity.sign_by'] if late else [], at)
            self.assertEqual('warning: clauses.validity.sign_by: its sign_by is over: nobody can sign it any more'
                             in memo('check', GOOD, '--at', at), late)
        self.assertIn('--at: ', memo('check', GOOD, '--at', 'noon', status=2))

    def test_what_is_due_while_nothing_is_in_force_is_told_by_its_path(self):
        document = json.loads(GOOD.read_text(encoding='utf-8'))
        validity = document['clauses']['validity']
        validity['text'] = {code: text.replace(validity['until'][:10], '2027-03-01') for code, text in validity['text'].items()}
        validity['until'] = '2027-03-01T00:00:00Z'
        for due, says in (('2027-01-01T23:59:59Z', 'it is due before effective_from'), ('2027-01-02T00:00:00Z', None),
                          ('2027-03-01T00:00:00Z', None), ('2027-03-01T00:00:01Z', 'it is due after until')):
            document['clauses']['obligations'][0]['due'] = due
            given = json.dumps(document).encode()
            said = memo('check', '-', *IN_TIME, given=given)
            warnings = json.loads(memo('check', '-', *IN_TIME, '--json', given=given))[0]['warnings']
            self.assertIn('no fault found', said)
            self.assertEqual([one['where'] for one in warnings], ['clauses.obligations[0].due'] if says else [], due)
            self.assertEqual(says is not None and f'warning: clauses.obligations[0].due: {says}' in said, says is not None, said)
            self.assertEqual('warning' in said, says is not None)

    def test_two_names_that_people_would_take_for_one_another_are_told(self):
        for one, other, like in (
                ('Blue river aid', 'Blue river aid', True), ('Blue river aid', 'BLUE  RIVER-AID', True),
                ('Aid', 'Аid', True), ('Помощь', 'помощь', True), ('Ёлка', 'елка', True), ('Secours été', 'Secours e\u0301te\u0301', True),
                ('ΑΙΔ', 'АIΔ', True), ('إغاثة النهر', 'اغاثه النهر', True), ('Ａｉｄ', 'aid', True), ('Team 0', 'Team O', True),
                ('AI', 'Al', True), ('A1', 'AI', True), ('A1', 'Al', True), ('Team I', 'Team 1', True), ('ΑΙ', 'AI', True), ('At', 'Al', False),
                ('Blue river aid', 'Blue river', False), ('Team 1', 'Team 2', False), ('A', 'B', False), ('+', '-', False), ('+', '+', True),
                ('Аид', 'Aid', False)):
            document = json.loads(GOOD.read_text(encoding='utf-8'))
            ids = [party['id'] for party in document['parties'][:2]]
            for party, name in zip(document['parties'], (one, other)):
                party['name'] = name
            given = json.dumps(document).encode()
            warnings = json.loads(memo('check', '-', *IN_TIME, '--json', given=given))[0]['warnings']
            why = f'people will take it for parties[0].name; only the ids, {ids[1]} and {ids[0]}, tell them apart'
            self.assertEqual(warnings, [{'where': 'parties[1].name', 'why': why}] if like else [], (one, other))
            self.assertEqual(f'-: warning: parties[1].name: {why}\n' in memo('check', '-', *IN_TIME, given=given), like)
        # Who is affected and not present is named, too.
        document['affected'] = [{'id': 'a-village', 'name': 'AID!'}, {'id': 'b-village', 'name': 'Mill'}]
        warnings = json.loads(memo('check', '-', *IN_TIME, '--json', given=json.dumps(document).encode()))[0]['warnings']
        self.assertEqual([one['where'] for one in warnings], ['affected[0].name'])

    def test_json_has_every_warning_that_the_text_has(self):
        document = json.loads(memo('new', '--language', 'en,ar'))
        document['clauses']['obligations'][0]['due'] = '2001-01-01T00:00:00Z'
        document['clauses']['validity']['until'] = '2027-06-01T00:00:00Z'
        given = json.dumps(document).encode()
        warnings = json.loads(memo('check', '-', '--json', given=given))[0]['warnings']
        self.assertEqual([line for line in memo('check', '-', given=given).splitlines() if 'warning' in line],
                         [f'-: warning: {one["where"]}: {one["why"]}' for one in warnings])
        self.assertEqual({one['where'] for one in warnings},
                         {'title.en', 'title.ar', 'clauses.obligations[0].text.en', 'clauses.obligations[0].text.ar', 'clauses.obligations[0].due',
                          'clauses.other[0].text.en', 'clauses.other[0].text.ar', 'clauses.validity.text.en', 'clauses.validity.text.ar'})

    def test_faults_go_with_status_1(self):
        answer = memo('check', '-', status=1, given=b'{}')
        self.assertIn('-: format: missing: what this document is\n', answer)
        self.assertIn('larger than a memorandum may be', memo('check', '-', status=2, given=b' ' * 400000))

    def test_one_bad_file_of_several_is_told_by_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = pathlib.Path(folder) / 'bad.json'
            bad.write_text('[]', encoding='utf-8')
            answer = json.loads(memo('check', '--json', GOOD, bad, DATA / 'least.json', status=1))
            self.assertEqual([len(row['faults']) for row in answer], [0, 1, 0])
            self.assertEqual([row.get('memorandum') for row in answer], ['north-corridor', None, 'm'])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
