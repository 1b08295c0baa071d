# SPDX-License-Identifier: Apache-2.0
"""tests/office_tool.c in a process of one's own, and operators that ask it: for tests of the office."""
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from openapi_check import Document

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = Document.read(ROOT / 'docs/openapi-v1.yaml')
WAIT_S = 30  # much longer than it takes, so that only a program that hangs meets it
PASSPHRASE = 'three at night is early'  # of the party that the tool makes
PEER, MEMORANDUM = '0123456789abcdef', 'aid-2026'
tool = None  # set by the test's main


def password_of(who):
    return f'{who} sat here at 3 h'


class Answer:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:400]}'


class Office:
    """From start() to stop() or kill(); its folder is left for another start."""

    def __init__(self, *how, folder=None):
        self.folder = folder or tempfile.mkdtemp(dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
        self.how, self.process, self.said, self.lock = how, None, b'', threading.Lock()
        self.url, self.control, self.token = None, None, None

    def start(self):
        self.process = subprocess.Popen([tool, self.folder, *self.how], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        line = self.process.stdout.readline().decode()
        if not line.startswith('ready '):
            raise RuntimeError(self.end()[1].decode())
        self.url = line.split()[1]
        self.control, self.token = pathlib.Path(self.folder, 'control').read_text(encoding='ascii').split()[:2]
        return self

    def tell(self, line):
        """A command to the tool, which has obeyed it when this returns; what it said."""
        with self.lock:
            self.process.stdin.write(line.encode() + b'\n')
            self.process.stdin.flush()
            return list(iter(self.process.stdout.readline, b'done\n'))

    def end(self):
        self.process.stdin.close()
        out, errors = self.process.stdout.read(), self.process.stderr.read()
        status = self.process.wait(WAIT_S)
        self.process.stdout.close()
        self.process.stderr.close()
        self.said += out + errors
        assert b'Sanitizer' not in errors, errors.decode()
        return status, errors

    def stop(self):
        return self.end()[0]

    def kill(self):
        self.process.kill()
        return self.end()[0]

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            status = self.stop()
            assert status == 0, (status, self.said)
        shutil.rmtree(self.folder)

    def entries(self):
        """Of the desk's ledger, as they are in the store."""
        if self.process.poll() is None:
            return [json.loads(line) for line in self.tell('entries')]
        db = sqlite3.connect(pathlib.Path(self.folder, 'ledger.sqlite'))
        try:
            return [json.loads(bytes_) for bytes_, in db.execute('SELECT bytes FROM entry ORDER BY key')]
        finally:
            db.close()


class Who:
    """Somebody who asks: by the main listener with cookies, or the command line."""

    def __init__(self, office, command_line=False):
        self.office, self.command_line, self.cookies = office, command_line, {}

    def connect(self):
        url = self.office.control if self.command_line else self.office.url
        return http.client.HTTPConnection(url.partition('://')[2], timeout=WAIT_S)

    def head(self, headers):
        head = dict(headers)
        if self.command_line:
            head.setdefault('Authorization', 'Bearer ' + self.office.token)
        elif self.cookies:
            head.setdefault('Cookie', '; '.join(f'{name}={value}' for name, value in self.cookies.items()))
        return head

    def ask(self, method, path, body=None, connection=None, **headers):
        """What it answers; it is held to the document."""
        head = self.head({name.replace('_', '-'): value for name, value in headers.items()})
        if isinstance(body, dict):
            body = json.dumps(body)
            head.setdefault('Content-Type', 'application/json')
        own = connection or self.connect()
        try:
            own.request(method, path, body.encode() if isinstance(body, str) else body, head)
            answer = Answer(own.getresponse())
        finally:
            if connection is None:
                own.close()
        for cookie in answer.headers.get_all('Set-Cookie') or []:
            name, _, value = cookie.split(';')[0].partition('=')
            self.cookies[name] = value
        check(method, path, answer)
        return answer

    def sign_in(self, who, password=None):
        return self.ask('POST', '/v1/session', {'id': who, 'password': password or password_of(who)})


def check(method, path, answer):
    if not answer.body:
        return
    if DOCUMENT.route(method, path) is None:
        assert answer.status in (401, 403, 404, 405) and list(answer.json()) == ['message'], answer
        return
    faults = DOCUMENT.check_exchange({'method': method, 'path': path, 'status': answer.status,
                                      'content_type': answer.headers['Content-Type'], 'body': answer.body.decode()})
    assert faults == [], faults


ROLES = {'ada': ['administrator'], 'wim': ['watch-officer'], 'dan': ['duty-officer'], 'lin': ['linguist'],
         'rex': ['releasing-authority']}


class OfficeCase(unittest.TestCase):
    how = ('party',)
    staff = ()

    def setUp(self):
        self.office = Office(*self.how)
        self.addCleanup(self.office.remove)
        self.office.start()
        self.line = Who(self.office, command_line=True)
        self.who = {}
        for who in self.staff:
            self.add(who)
            self.who[who] = self.signed_in(who)

    def add(self, who):
        answer = self.line.ask('POST', '/v1/operators', {'id': who, 'name': who, 'languages': [], 'roles': ROLES[who],
                                                         'password': password_of(who)})
        self.assertEqual(answer.status, 201, answer)

    def signed_in(self, who):
        asks = Who(self.office)
        answer = asks.sign_in(who)
        self.assertEqual(answer.status, 201, answer)
        return asks

    def orders(self):
        """Without whom the party trusts, which the first start enters: test_trust.py."""
        return [(entry['by'], entry['what'], entry['on']) for entry in self.office.entries()
                if entry['kind'] == 'act-ordered' and not entry['what'].startswith(('party-', 'own-'))]

    def outcomes(self):
        """What the desk's ledger says came of each act under a memorandum that was ordered: the act, and where it is or why it is not."""
        entries = {entry['seq']: entry for entry in self.office.entries()}
        return [(entries[entry['ordered']]['what'], entry.get('reason') or (entry['ledger'], entry['number']))
                for entry in entries.values() if entry['kind'] in ('act-done', 'act-failed')]

    def wait_for(self, what):
        until = time.monotonic() + WAIT_S
        while not what():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.02)
