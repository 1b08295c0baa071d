# SPDX-License-Identifier: Apache-2.0
"""`entente serve` in a process of one's own, a client of it, and keys that sign tokens: for tests of the program."""
import base64
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

WAIT_S = 30  # much longer than it takes, so that only a program that hangs meets it
PLAN = 'utm.strategic_coordination'
INTENTS, SUBSCRIPTIONS = '/dss/v1/operational_intent_references', '/dss/v1/subscriptions'
program = None  # set by main()


def run(*arguments, **options):
    """`entente` with these arguments, to its end."""
    return subprocess.run([program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=WAIT_S, check=False, **options)


class Answer:
    def __init__(self, answer):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        self.id = self.headers['X-Request-Id']

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f'{self.status} {self.body[:400]}'


class Node:
    """Runs from start() to stop(). Everything that it says on standard error is in 'log'."""

    def __init__(self, *options, data=None, prefix=(), environment=None, **how):
        self.data, self.how, self.prefix = data, how, prefix
        self.options = [*(['--data', data] if data is not None else []), '--listen', '127.0.0.1:0', *options]
        self.environment = {**os.environ, **(environment or {})}
        self.process, self.url, self.metrics_url, self.tls = None, None, None, None
        self.log, self.reader, self.connections = [], None, []

    def start(self):
        self.log = []
        self.process = subprocess.Popen(
            [*self.prefix, program, 'serve', *map(str, self.options)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=self.environment, **self.how)
        self.reader = threading.Thread(target=self.read_log, args=(self.process.stderr,))
        self.reader.start()
        self.url, self.metrics_url = None, None
        for line in self.process.stdout:
            url = re.search(r'https?://\S+', line.decode())[0]
            if b'metrics at' in line:
                self.metrics_url = url
            else:
                self.url = url
            if self.metrics_url is not None or '--metrics-listen' not in self.options:
                return self
        raise RuntimeError('it does not serve:\n' + self.end()[1])

    def read_log(self, stderr):
        for line in stderr:
            self.log.append(line.decode())

    def end(self):
        """Its exit status, and all it said."""
        try:
            status = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = 'it hangs'
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        while self.connections:
            self.connections.pop().close()
        return status, ''.join(self.log)

    def stop(self):
        self.process.terminate()
        return self.end()[0]

    def kill(self):
        """As a power cut would."""
        self.process.kill()
        return self.end()[0]

    def connect(self, url=None):
        scheme, _, address = (url or self.url).partition('://')
        address = address.split('/')[0]
        made = (http.client.HTTPConnection(address, timeout=WAIT_S) if scheme == 'http' else
                http.client.HTTPSConnection(address, timeout=WAIT_S, context=self.tls))
        self.connections.append(made)
        return made

    def ask(self, path, method='GET', body=None, token=None, headers=None, connection=None, url=None):
        own = connection or self.connect(url)
        head = {**(headers or {}), **({'Authorization': 'Bearer ' + token} if token is not None else {})}
        try:
            own.request(method, path, json.dumps(body) if isinstance(body, dict) else body, head)
            return Answer(own.getresponse())
        finally:
            if connection is None:
                own.close()
                self.connections.remove(own)

    def metrics(self):
        return self.ask('/metrics', url=self.metrics_url)

    def wait_for(self, text):
        """A line of the log that has this text."""
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            for line in list(self.log):
                if text in line:
                    return line
            time.sleep(0.01)
        raise AssertionError(f'"{text}" is not in the log:\n' + ''.join(self.log))


def dev_token(scope=PLAN, **claims):
    done = run('token', '--dev', '--scope', scope, *(part for name, value in claims.items() for part in ('--' + name, value)))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def b64(number):
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, 'big')).rstrip(b'=').decode()


class Authority:
    """A key that signs tokens."""

    def __init__(self, kid):
        self.kid, self.key = kid, rsa.generate_private_key(65537, 2048)

    def pem(self):
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def jwk(self):
        numbers = self.key.public_key().public_numbers()
        return {'kty': 'RSA', 'kid': self.kid, 'use': 'sig', 'n': b64(numbers.n), 'e': b64(numbers.e)}

    def token(self, scope=PLAN, sub='uss1'):
        now = int(time.time())
        return jwt.encode({'iss': 'authority', 'sub': sub, 'aud': 'localhost', 'scope': scope, 'iat': now, 'exp': now + 600},
                          self.key, 'RS256', {'kid': self.kid})


def jwks(*authorities):
    return json.dumps({'keys': [authority.jwk() for authority in authorities]})


def moment(later_s):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=later_s)
    return {'value': at.strftime('%Y-%m-%dT%H:%M:%SZ'), 'format': 'RFC3339'}


def metres(value):
    return {'value': value, 'reference': 'W84', 'units': 'M'}


def circle(lat=47.0, lng=8.0, radius_m=50):
    return {'outline_circle': {'center': {'lat': lat, 'lng': lng}, 'radius': {'value': radius_m, 'units': 'M'}}}


def polygon(places):
    return {'outline_polygon': {'vertices': [{'lat': lat, 'lng': lng} for lat, lng in places]}}


def volume(outline):
    return {'volume': {**outline, 'altitude_lower': metres(50), 'altitude_upper': metres(100)}, 'time_start': moment(60),
            'time_end': moment(3600)}


def subscription(outline=None, **members):
    return {'extents': volume(outline or circle()), 'uss_base_url': 'https://uss.example', 'notify_for_operational_intents': True,
            **members}


def intent(*outlines, **members):
    return {'extents': [volume(outline) for outline in outlines or [circle()]], 'key': [], 'state': 'Accepted',
            'uss_base_url': 'https://uss.example', **members}


def new_id():
    return str(uuid.uuid4())


class Case(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))

    def write(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def start(self, *options, data='data', **how):
        """A node that is stopped behind the test, unless it was before; it must end well."""
        node = Node(*options, data=self.folder / data, **how).start()

        def stop():
            if node.process.poll() is None:
                self.assertEqual(node.stop(), 0, ''.join(node.log))
        self.stack.callback(stop)
        return node

    def refused(self, *options, says):
        """It does not start, with status 2, and each of these is said."""
        done = run('serve', *options)
        self.assertEqual(done.returncode, 2, done)
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, done.stderr)
        self.assertEqual(done.stdout, '')
        return done

    def certificate(self, name='localhost'):
        """Made by openssl: the files of a certificate of this machine, and of its key."""
        files = self.folder / f'{name}.pem', self.folder / f'{name}.key'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', f'/CN={name}',
                        '-addext', f'subjectAltName=DNS:{name},IP:127.0.0.1', '-days', '2', '-keyout', files[1], '-out', files[0]],
                       check=True, capture_output=True)
        return files


def main(arguments):
    """arguments: the program's path, then those of unittest."""
    global program
    program = os.path.abspath(arguments.pop(1))
    unittest.main('__main__', argv=arguments, verbosity=1)
