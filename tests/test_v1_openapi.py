#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
docs/openapi-v1.yaml has the routes of include/entente/v1.h and office.h, no more and no fewer, and what tests/test_v1.c is answered is as
it says: each exchange of that test, which writes them down.

usage: test_v1_openapi.py TEST_V1
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from openapi_check import Document, Validator, check_record

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else 'build/tests/test_v1'


class V1(unittest.TestCase):
    def setUp(self):
        self.document = Document.read(ROOT / 'docs/openapi-v1.yaml')

    def test_the_document_has_the_routes_of_the_headers(self):
        header = ''.join((ROOT / 'include/entente' / name).read_text(encoding='utf-8') for name in ('v1.h', 'office.h'))
        routes = {(method, path) for method, path in re.findall(r'X\(\w+, "([A-Z]+)", "(/[^"]+)"\)', header)}
        self.assertGreaterEqual(len(routes), 29)
        self.assertEqual({(method.upper(), path) for path, method, _ in self.document.operations()}, routes)

    def test_its_schemas_are_schemas_and_its_references_lead_somewhere(self):
        for schema in self.document.root['components']['schemas'].values():
            Validator.check_schema(schema)
        for ref in re.findall(r"\$ref: '([^']+)'", (ROOT / 'docs/openapi-v1.yaml').read_text(encoding='utf-8')):
            self.document.resolve(ref)

    def test_what_is_answered_is_what_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            record = pathlib.Path(folder) / 'record'
            done = subprocess.run([PROGRAM], env={**os.environ, 'ENTENTE_V1_RECORD': str(record)}, capture_output=True, text=True,
                                  timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = record.read_text(encoding='utf-8').splitlines()
        faults, count = check_record(self.document, 'record', lines)
        self.assertEqual(faults, [])
        self.assertGreater(count, 50)


if __name__ == '__main__':
    unittest.main()
