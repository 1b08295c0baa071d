#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The published schema and the program's reader take the same memoranda: on hundreds made of a good one
by chance, and on all slips of one character in what has a pattern. The schema is judged by Debian's jsonschema, which shares no code with ours.

usage: test_memo_schema.py PROGRAM SOURCE-DIR
"""
import copy
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

program, source = sys.argv[1], pathlib.Path(sys.argv[2])
scale = float(os.environ.get('ENTENTE_TEST_SCALE', '1'))
SCHEMA = json.loads((source / 'docs/memorandum.schema.json').read_text(encoding='utf-8'))
GOOD = json.loads((source / 'tests/data/memo/good.json').read_text(encoding='utf-8'))
judge = jsonschema.Draft202012Validator(SCHEMA)
chance = random.Random(4)

VALUES = [None, True, False, 0, 1, -1, 2.0, 1.5, 1e15, 200, 1000000, 1000001, '', 'x', '1', 'flight', 'exact', 'en', 'eng', 'engl',
          '2027-01-01T00:00:00Z', '2027-01-01T00:00:00Z\n', '3 NM', '3NM', '3.1234 km', '12345678 m', '3. km', '48 h', '4.5 h', '-1 h',
          'FL410', 'FL41', 'FL4100', 'GND', 'UNL', '3000 ft AMSL', '3000 ft', '3000 ft FL', 'a' * 32, 'a' * 33, 'a' * 40, 'a' * 41,
          '0' * 16, '0' * 17, 'A' * 16, '0' * 64, '-a', '.a', 'a.b', 'é', '\u202e', 'я' * 120, 'я' * 121, '\U0001f54a' * 200,
          '\U0001f54a' * 201, 'б' * 8000, 'б' * 8001, '٣ NM', '0000000000000001', 'tests', 'GND\n', 'en\n', [], {}, [0, 0],
          [180, 90], [180.1, 0], [0, -90.5], [0, 0, 0], ['0', 0], {'en': 'x'}, {'en': ''}, {'EN': 'x'}, {'en\n': 'x'}, [{}], ['en'],
          ['en', 'en']]
NAMES = ['target', 'targets', 'weapon_type', 'sensorVideo', 'sensors', 'forceStrength', 'strength', 'x', '', 'clause', 'text', 'kind',
         'notice', 'to', 'circle', 'replaces', 'affected', 'other', 'en', 'ru', 'until', 'Id', '//', '//note', '$comment']


def places(value, found):
    """Every container and what stands in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.append((value, key))
        places(inner, found)
    return found


def mutate(document):
    where, key = chance.choice(places(document, []))
    act = chance.randrange(8)
    if act == 0:
        del where[key]
    elif act == 1:
        where[key] = copy.deepcopy(chance.choice(VALUES))
    elif act == 2 and isinstance(where, dict):
        where[chance.choice(NAMES)] = where.pop(key)
    elif act == 3 and isinstance(where, dict):
        where[chance.choice(NAMES)] = copy.deepcopy(chance.choice(VALUES))
    elif act == 4 and isinstance(where, list):
        where.extend(copy.deepcopy(where[key]) for _ in range(chance.choice([1, 1, 2, 8, 70, 300])))
    elif act == 5:
        other, other_key = chance.choice(places(document, []))
        where[key] = copy.deepcopy(other[other_key])
    elif act == 6 and isinstance(where[key], str):
        text = where[key]
        at = chance.randrange(len(text) + 1)
        where[key] = text[:at] + chance.choice(['', ' ', '0', '\n', '\0', 'Z', '.', 'é']) + text[at + chance.randrange(2):]
    elif act == 7 and isinstance(where[key], list):
        where[key] = where[key] * chance.choice([0, 2, 3, 40])


def check(documents, folder):
    """The reader's faults of form, and of meaning, of each."""
    names = []
    for i, document in enumerate(documents):
        names.append(os.path.join(folder, f'{i}.json'))
        pathlib.Path(names[-1]).write_text(json.dumps(document, ensure_ascii=bool(i % 2)), encoding='utf-8')
    run = subprocess.run([program, 'memo', 'check', '--json'] + names, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode in (0, 1), (run.returncode, run.stderr)
    answers = json.loads(run.stdout)
    assert [answer['file'] for answer in answers] == names
    return answers


def test_what_is_published_is_what_the_program_goes_by():
    run = subprocess.run([program, 'memo', 'new', '--schema'], capture_output=True, check=True, timeout=60)
    assert run.stdout == (source / 'docs/memorandum.schema.json').read_bytes(), 'docs/memorandum.schema.json is not of this program'
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_good_document_has_no_fault():
    assert judge.is_valid(GOOD)
    with tempfile.TemporaryDirectory() as folder:
        assert check([GOOD], folder)[0]['faults'] == []


def test_reader_and_schema_agree():
    documents = [GOOD]
    for _ in range(max(100, int(700 * scale))):
        document = copy.deepcopy(GOOD)
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            mutate(document)
        # What is larger than any may be is not read at all, and a schema cannot say so.
        if len(json.dumps(document, ensure_ascii=False).encode()) <= 200000:
            documents.append(document)
    refused = meant = 0
    fine = []
    with tempfile.TemporaryDirectory() as folder:
        for answer, document in zip(check(documents, folder), documents):
            of_form = [fault for fault in answer['faults'] if fault['of_form']]
            valid = judge.is_valid(document)  # stops at the first error, unlike the list of them below
            if bool(of_form) == valid:
                print(json.dumps(document, ensure_ascii=False)[:4000])
                raise AssertionError((answer['faults'], [error.message[:200] for error in judge.iter_errors(document)]))
            refused += not valid
            meant += bool(answer['faults']) and valid
            if valid:
                fine.append(document)
            for fault in answer['faults']:
                assert fault['why'] and fault['status'].startswith('E_'), fault
        # What has no fault can be shown, whatever it says.
        for document in chance.sample(fine, min(20, len(fine))):
            for language in ('ar', 'ru'):
                run = subprocess.run([program, 'memo', 'show', '-', '--language', language], input=json.dumps(document).encode(),
                                     capture_output=True, check=False, timeout=60)
                assert run.returncode == (0 if run.stdout else 1), (run.returncode, run.stderr)
    # A campaign of which nothing is refused, or all, would show nothing.
    assert len(documents) * 0.3 < refused < len(documents) * 0.95, (refused, len(documents))
    assert meant > len(documents) * 0.02, meant


def test_each_pattern_is_the_same_in_both():
    """A regular expression stands in the schema, a function in the reader: on all slips of one character they must agree."""
    least = json.loads((source / 'tests/data/memo/least.json').read_text(encoding='utf-8'))
    rows = [(('id',), ['m', 'a1-b', 'a' * 40]), (('parties', 0, 'id'), ['0123456789abcdef']), (('replaces',), ['0' * 64]),
            (('clauses', 'bound', 'clause'), ['1', 'a.1-b', 'a' * 32]),
            (('clauses', 'validity', 'sign_by'), ['2027-01-01T00:00:00Z']),
            (('clauses', 'area', 'circle', 'radius'), ['5 NM', '12.5 km', '1234567.123 ft', '0 m']),
            (('clauses', 'area', 'floor'), ['FL195', 'GND', 'UNL', '3000 ft AMSL', '1.5 m AGL', '7 m W84']),
            (('clauses', 'suspension', 'notice'), ['1 h', '1234567 min', '30 s', '2 d']), (('authentic', 0), ['fr', 'fra'])]
    documents = []
    for path, texts in rows:
        for text in texts:
            slips = {text}
            for at in range(len(text) + 1):
                for put in ('', '0', 'a', '.', ' ', '\n'):
                    slips.add(text[:at] + put + text[at:])
                    slips.add(text[:at] + put + text[at + 1:])
            for slip in sorted(slips):
                document = copy.deepcopy(least)
                inner = document
                for step in path[:-1]:
                    inner = inner[step]
                inner[path[-1]] = slip
                documents.append(document)
    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(documents), 2000):
            part = documents[start:start + 2000]
            for answer, document in zip(check(part, folder), part):
                of_form = any(fault['of_form'] for fault in answer['faults'])
                assert of_form != judge.is_valid(document), (answer['faults'], document)
                refused += of_form
    assert len(documents) * 0.5 < refused < len(documents), (refused, len(documents))


def test_each_name_that_is_refused_says_why():
    for name in ('target', 'weapon', 'weapon_system', 'sensors', 'sensorVideo', 'force_strength', 'troops'):
        for path in ((), ('parties', 0), ('clauses',), ('clauses', 'minima', 1), ('clauses', 'area'), ('clauses', 'bound', 'text')):
            document = copy.deepcopy(GOOD)
            inner = document
            for step in path:
                inner = inner[step]
            inner[name] = 1
            with tempfile.TemporaryDirectory() as folder:
                faults = check([document], folder)[0]['faults']
            assert len(faults) >= 1 and faults[0]['status'] == 'E_REFUSED', (name, path, faults)
            assert faults[0]['where'].endswith(name), faults
            assert 'targets, weapons, sensor video or force strength' in faults[0]['why'], faults


for name, test in list(globals().items()):
    if name.startswith('test_'):
        test()
        print(f'ok {name}')
