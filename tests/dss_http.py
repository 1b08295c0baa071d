# SPDX-License-Identifier: Apache-2.0
"""A node to ask over HTTP, clients of it, and a record of all that was asked and answered."""
import dataclasses
import http.client
import json
import pathlib
import re
import subprocess
import threading
import time
import urllib.request

import dss_bodies
from dss_forms import parse_time
from dss_match import match
from dss_model import Call

START_S, STOP_S, ANSWER_S = 30, 30, 30  # much longer than it takes, so that only a node that hangs meets them
IDLE_S = 15  # f3548 1.3: a node drops a connection after 30 s


@dataclasses.dataclass(frozen=True)
class Exchange:
    """A request and its answer. 'sent' and 'received' order it among others of this process."""
    call: Call
    status: int
    content_type: str
    text: str
    json: object  # None where it is none
    sent: int
    received: int
    sent_us: int  # by the clock that the node reads too
    received_us: int

    def as_record(self):
        return {'method': self.call.method, 'path': self.call.path, 'status': self.status,
                'content_type': self.content_type, 'body': self.text}


def read_json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


class Node:
    """
    A node of one's own, in a process; 'options' go to `entente serve` as they are. 'authority' signs the tokens;
    without one it is --dev, and `entente token` makes them. 'tls' trusts its certificate.
    """

    def __init__(self, program, data, *options, authority=None, tls=None):
        self.program, self.data, self.authority = program, data, authority
        self.options, self.tls = list(options), tls
        if authority is None and '--jwks' not in options:
            self.options.append('--dev')
        elif authority is not None:
            keys = pathlib.Path(data).with_suffix('.pem')
            keys.write_text(authority.public_pem(), encoding='ascii')
            self.options += ['--public-keys', str(keys)]
        self.process, self.reader, self.address, self.metrics_address = None, None, None, None
        self.log, self.exchanges, self.tokens = [], [], {}

    def start(self):
        self.address, self.metrics_address = None, None
        self.process = subprocess.Popen(
            [self.program, 'serve', '--data', self.data, '--listen', '127.0.0.1:0', *self.options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace')
        self.reader = threading.Thread(target=self.read_log, args=(self.process,), daemon=True)
        self.reader.start()
        until = time.monotonic() + START_S
        while not self.is_healthy():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError('the node does not serve:\n' + '\n'.join(self.log[-20:]))
            time.sleep(0.01)
        return self

    def read_log(self, process):
        for line in process.stdout:
            self.log.append(line.rstrip('\n'))
            found = re.search(r'(metrics at )?https?://(127\.0\.0\.1:\d+)', line)
            if found and found[1]:
                self.metrics_address = found[2]
            elif found:
                self.address = found[2]

    def is_healthy(self):
        if self.address is None:
            return False
        try:
            root = f'http://{self.address}' if self.tls is None else f'https://localhost:{self.address[10:]}'
            with urllib.request.urlopen(root + '/healthy', timeout=ANSWER_S, context=self.tls) as answer:
                return answer.read().decode().strip() == 'ok'
        except OSError:
            return False

    def stop(self):
        """Tells it to stop, and waits; its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process = None
        return status

    def kill(self):
        """As a power cut would."""
        self.process.kill()
        return self.stop()

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=ANSWER_S, check=False)
        if done.returncode != 0:
            raise RuntimeError(f'{arguments}: {done.returncode}: {done.stderr}')
        return done.stdout

    def token(self, sub, scopes):
        """Good for nearly an hour; the same one each time."""
        wanted = (sub, tuple(scopes))
        if wanted not in self.tokens:
            self.tokens[wanted] = self.authority.token(sub, scopes) if self.authority is not None else self.run(
                'token', '--dev', '--sub', sub, '--scope', ' '.join(scopes), '--aud', '127.0.0.1').strip()
        return self.tokens[wanted]

    def ledger(self):
        """The entries, of a node that has stopped; all of it is verified first."""
        self.run('ledger', 'verify', '--data', self.data)
        lines = map(json.loads, self.run('ledger', 'export', '--data', self.data).splitlines())
        return [line for line in lines if 'seq' in line]

    def faults(self, document):
        """What of all answers does not fit the document; an openapi_check.Document."""
        known = {}
        for exchange in self.exchanges:
            record = exchange.as_record()
            if record['path'] == '/healthy':
                record['method'] = 'GET'  # whatever it was: f3548 1.6
            if exchange.call.method == 'HEAD':
                continue
            known.setdefault(tuple(record.values()), record)
        return [fault for record in known.values() for fault in document.check_exchange(record, unrouted=True)]

    def write_record(self, name):
        with open(name, 'w', encoding='utf-8') as record:
            for exchange in self.exchanges:
                record.write(json.dumps(exchange.as_record()) + '\n')


class Client:
    """One client: who it is and what it may, and a connection for each thread that it has."""

    def __init__(self, node, sub, *scopes, token=None):
        self.node, self.sub, self.scopes = node, sub, scopes
        self.authorization = None
        if token is not None or sub is not None:
            self.authorization = 'Bearer ' + (token or node.token(sub, scopes))
        self.mine = threading.local()

    def connection(self):
        fresh = getattr(self.mine, 'address', None) != self.node.address or time.monotonic() - self.mine.used > IDLE_S
        if fresh:
            self.mine.connection = http.client.HTTPConnection(self.node.address, timeout=ANSWER_S)
            self.mine.address = self.node.address
        self.mine.used = time.monotonic()
        return self.mine.connection

    def close(self):
        if getattr(self.mine, 'address', None) is not None:
            self.mine.connection.close()
            self.mine.address = None

    def send(self, method, path, body=None, headers=()):
        """'body' is what JSON is made of, or text as it is to be sent."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        head = {'Content-Type': 'application/json'} if body is not None else {}
        if self.authorization is not None:
            head['Authorization'] = self.authorization
        head.update(headers)
        connection = self.connection()
        sent_us, sent = dss_bodies.now_us(), time.monotonic_ns()
        connection.request(method, path, body.encode() if isinstance(body, str) else body, head)
        answer = connection.getresponse()
        text = answer.read().decode('utf-8')
        received, received_us = time.monotonic_ns(), dss_bodies.now_us()
        exchange = Exchange(Call(method, path, body, self.sub, self.scopes), answer.status,
                            answer.headers.get('Content-Type'), text, read_json(text), sent, received, sent_us,
                            received_us)
        if answer.will_close:
            self.close()
        self.node.exchanges.append(exchange)
        return exchange


def moments(exchange):
    """When the node may have decided it: the one that its answer shows, or as early and as late as can be."""
    if exchange.call.method == 'PUT' and exchange.status == 200 and isinstance(exchange.json, dict) and \
            'subscription' in exchange.json and '"time_start"' not in exchange.call.body:
        start_us = parse_time(exchange.json['subscription']['time_start']['value'])
        if exchange.sent_us - 1000 <= start_us <= exchange.received_us + 1000:
            return [start_us]
    return [exchange.sent_us, exchange.received_us]


class Shadow:
    """A model that is asked whatever a node is asked, and must say the same."""

    def __init__(self, model):
        self.model, self.seen = model, set()

    def follow(self, exchange):
        """Raises AssertionError where the two differ."""
        first = None
        for now_us in moments(exchange):
            answer = self.model.answer(exchange.call, now_us)
            faults = [] if answer.status == exchange.status else [f'{exchange.status}, expected {answer.status}']
            actual = exchange.json if (exchange.content_type or '').startswith('application/json') else exchange.text
            faults = faults or match(answer.body, actual, self.seen)
            if not faults:
                self.model = answer.model
                return
            first = first or (faults, answer)
        raise AssertionError('\n'.join([*first[0], f'asked: {exchange.call}', f'answered: {exchange.text}',
                                        f'expected: {first[1].status} {first[1].body}']))
