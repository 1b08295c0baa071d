# SPDX-License-Identifier: Apache-2.0
"""Each end of a connection between nodes against another's: OpenSSL's s_client and s_server, and Python's ssl.

usage: test_links.py LINK_TOOL
"""
import contextlib
import hashlib
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import serialization

WAIT_S = 30  # much longer than it takes
tool = None  # set by main()
REQUEST = b'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine'
ANSWERED = 'it was answered'
CUT = 'the connection ended before the answer did'


class Identity:
    """A certificate and its key in files, made by the openssl command; 'key' as the standard says, by Python."""

    def __init__(self, folder, name, *how):
        self.certificate, self.secret = folder / f'{name}.pem', folder / f'{name}.key'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj', '/CN=node', '-days', '30', *how,
                        '-keyout', self.secret, '-out', self.certificate], check=True, capture_output=True)
        read = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        public = read.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.key = hashlib.sha256(public).hexdigest()


class Case(unittest.TestCase):
    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        folder = pathlib.Path(made.name)
        self.server, self.peer, self.other = (Identity(folder, name) for name in ('server', 'peer', 'other'))
        # Issued for one day, 40 days ago.
        self.old = folder / 'old.pem'
        config = folder / 'ca.conf'
        config.write_text(f'[ca]\ndefault_ca = d\n[d]\ndatabase = {folder}/index\nserial = {folder}/serial\npolicy = p\n'
                          f'new_certs_dir = {folder}\ndefault_md = default\n[p]\ncommonName = supplied\n')
        (folder / 'index').write_text('')
        (folder / 'serial').write_text('01\n')
        subprocess.run(['openssl', 'req', '-new', '-key', self.peer.secret, '-subj', '/CN=node', '-out', folder / 'csr'],
                       check=True, capture_output=True)
        subprocess.run(['openssl', 'ca', '-batch', '-config', config, '-selfsign', '-keyfile', self.peer.secret, '-notext',
                        '-startdate', '20200101000000Z', '-enddate', '20200102000000Z', '-in', folder / 'csr', '-out', self.old],
                       check=True, capture_output=True)

    # --- Our server ---

    @contextlib.contextmanager
    def serving(self, *keys):
        with subprocess.Popen([tool, 'serve', self.server.certificate, self.server.secret, *keys], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as process:
            host, port = process.stdout.readline().strip().removeprefix('https://').split(':')
            self.say = lambda text: (process.stdin.write(text + '\n'), process.stdin.flush())
            yield host, int(port)
            process.stdin.close()
            self.assertEqual(process.wait(WAIT_S), 0)

    def context(self, certificate=None, secret=None, version=ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.maximum_version = version
        if certificate is not None:
            context.load_cert_chain(certificate, secret)
        return context

    def read(self, link):
        """One whole answer; "" when there is none."""
        text = ''
        while not text.endswith(' 5\n'):
            more = link.recv(65536).decode()
            if not more:
                return ''
            text += more
        return text

    def ask(self, address, context, session=None):
        """What a client is answered, and its session; None when it is not."""
        with socket.create_connection(address, WAIT_S) as plain:
            try:
                with context.wrap_socket(plain, session=session) as link:
                    link.sendall(REQUEST)
                    return self.read(link), link.session, link.session_reused
            except (ssl.SSLError, ConnectionError) as error:
                self.why = str(error)
                return None

    def test_our_server__python_passes_with_the_known_key_and_with_no_other(self):
        with self.serving(self.peer.key) as address:
            for why, context, passes in (
                    ('the known key', self.context(self.peer.certificate, self.peer.secret), True),
                    ('its expired certificate', self.context(self.old, self.peer.secret), True),
                    ('another key', self.context(self.other.certificate, self.other.secret), False),
                    ('the right key again', self.context(self.peer.certificate, self.peer.secret), True),
                    ('no certificate', self.context(), False),
                    ('TLS 1.2', self.context(self.peer.certificate, self.peer.secret, ssl.TLSVersion.TLSv1_2), False)):
                with self.subTest(why):
                    got = self.ask(address, context)
                    self.assertEqual(got is not None and got[0].endswith(f'{self.peer.key} 5\n'), passes, got)

    def test_our_server__says_why_it_turns_somebody_away(self):
        with self.serving(self.peer.key) as address:
            for context, alert in ((self.context(self.other.certificate, self.other.secret), 'ACCESS_DENIED'),
                                   (self.context(), 'CERTIFICATE_REQUIRED')):
                for _ in range(20):
                    self.assertIsNone(self.ask(address, context))
                    self.assertIn(alert, self.why.upper().replace(' ', '_'))

    def test_our_server__resumes_no_session_so_that_each_connection_proves_its_key(self):
        with self.serving(self.peer.key) as address:
            context = self.context(self.peer.certificate, self.peer.secret)
            _, session, _ = self.ask(address, context)
            got = self.ask(address, context, session)
            self.assertTrue(got[0].endswith(f'{self.peer.key} 5\n'))
            self.assertFalse(got[2])
            self.assertFalse(session is not None and session.has_ticket)

    def test_our_server__a_dropped_key_ends_an_open_connection(self):
        with self.serving(self.peer.key, self.other.key) as address:
            with socket.create_connection(address, WAIT_S) as one, socket.create_connection(address, WAIT_S) as two, \
                    self.context(self.peer.certificate, self.peer.secret).wrap_socket(one) as peer, \
                    self.context(self.other.certificate, self.other.secret).wrap_socket(two) as other:
                for link in peer, other:
                    link.sendall(REQUEST)
                    self.assertIn('200 OK', self.read(link))
                self.say(f'drop {self.peer.key}')
                with contextlib.suppress(ssl.SSLError, ConnectionError):
                    self.assertEqual(peer.recv(1), b'')
                other.sendall(REQUEST)
                self.assertIn('200 OK', self.read(other))

    def test_our_server__a_client_that_is_cut_in_its_body_harms_nobody(self):
        with self.serving(self.peer.key) as address:
            context = self.context(self.peer.certificate, self.peer.secret)
            for cut in range(len(REQUEST) - 5, len(REQUEST)):
                with socket.create_connection(address, WAIT_S) as plain:
                    link = context.wrap_socket(plain)
                    link.sendall(REQUEST[:cut])
                    link.close()
            self.assertIn(self.peer.key, self.ask(address, context)[0])

    def test_our_server__s_client_passes_with_the_known_key_only(self):
        with self.serving(self.peer.key) as (host, port):
            for identity, version, passes in ((self.peer, '-tls1_3', True), (self.other, '-tls1_3', False),
                                              (self.peer, '-tls1_2', False)):
                done = subprocess.run(
                    ['openssl', 's_client', '-connect', f'{host}:{port}', '-cert', identity.certificate, '-key', identity.secret,
                     version, '-quiet'],
                    input=REQUEST.replace(b'Host', b'Connection: close\r\nHost'), capture_output=True, timeout=WAIT_S, check=False)
                self.assertEqual(identity.key.encode() in done.stdout, passes, done)

    # --- Our client ---

    def fetch(self, port, key, milliseconds=5000):
        """Two requests: how each ended, its status, its body, 'new' or 'kept'."""
        done = subprocess.run([tool, 'fetch', self.peer.certificate, self.peer.secret, f'https://127.0.0.1:{port}/', key,
                               str(milliseconds)], capture_output=True, text=True, timeout=WAIT_S, check=True)
        return [line.split('|') for line in done.stdout.splitlines()]

    @contextlib.contextmanager
    def answering(self, answer, certificate=None, secret=None, version=ssl.TLSVersion.TLSv1_3, close=True):
        """Python's server: 'answer(link, request)' for each request; 'keys' has the clients' certificates."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate or self.server.certificate, secret or self.server.secret)
        context.maximum_version = version
        context.load_verify_locations(self.peer.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
        self.keys, self.connections = [], 0

        def serve(plain):
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True, suppress_ragged_eofs=False) as link:
                self.keys.append(link.getpeercert(True))
                while (request := link.recv(65536)):
                    if answer(link, request) is False:
                        if close:
                            link.unwrap()
                        return

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    plain = listener.accept()[0]
                    self.connections += 1
                    threading.Thread(target=serve, args=(plain,), daemon=True).start()

        with socket.create_server(('127.0.0.1', 0)) as listener:
            threading.Thread(target=accept, daemon=True).start()
            yield listener.getsockname()[1]
            listener.shutdown(socket.SHUT_RDWR)

    def test_our_client__pythons_server_is_known_by_its_key_and_gets_our_certificate(self):
        requests = []

        def answer(link, request):
            requests.append(request)
            link.sendall(ANSWER)

        with self.answering(answer) as port:
            self.assertEqual(self.fetch(port, self.server.key), [[ANSWERED, '200', 'fine', 'new'], [ANSWERED, '200', 'fine', 'kept']])
            self.assertEqual(self.keys, [ssl.PEM_cert_to_DER_cert(self.peer.certificate.read_text())])
            self.assertEqual(self.connections, 1)
            # And nothing is said that nobody has asked to say.
            self.assertEqual(requests, 2 * [f'POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: entente\r\nAccept: */*\r\n'
                                            'Content-Length: 5\r\n\r\nhello'.encode()])
            for first in self.fetch(port, self.other.key):
                self.assertIn('the key is not the one known here', first[0])

    def test_our_client__an_expired_certificate_with_the_known_key_passes(self):
        with self.answering(lambda link, request: link.sendall(ANSWER), self.old, self.peer.secret) as port:
            self.assertEqual(self.fetch(port, self.peer.key)[0], [ANSWERED, '200', 'fine', 'new'])

    def test_our_client__does_not_speak_tls_1_2(self):
        with self.answering(lambda link, request: link.sendall(ANSWER), version=ssl.TLSVersion.TLSv1_2) as port:
            for got in self.fetch(port, self.server.key):
                self.assertEqual(got[0], 'no TLS connection comes about')

    def test_our_client__an_answer_that_is_cut_is_none_wherever_it_is_cut(self):
        for close in True, False:
            for cut in range(0, len(ANSWER), 3):
                with self.answering(lambda link, request: link.sendall(ANSWER[:cut]) and False or False, close=close) as port:
                    for got in self.fetch(port, self.server.key):
                        self.assertEqual(got[:3], [CUT, '0', ''], (close, cut))

    def test_our_client__an_answer_that_does_not_say_where_it_ends_is_none(self):
        """Whoever can cut the connection could say it in its place."""
        for head in b'', b'Transfer-Encoding: identity\r\n', b'Content-Lengthy: 4\r\n':
            body = ANSWER.replace(b'Content-Length: 4\r\n', head)
            for close in True, False:
                with self.answering(lambda link, request: link.sendall(body) and False or False, close=close) as port:
                    self.assertEqual(self.fetch(port, self.server.key)[0][:3], [CUT, '0', ''])

    def test_our_client__a_length_chunks_and_no_content_are_ends(self):
        for answer, status, text in ((ANSWER, '200', 'fine'), (b'HTTP/1.1 204 No\r\n\r\n', '204', ''),
                                     (b'HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n', '200', 'fine')):
            with self.answering(lambda link, request: link.sendall(answer)) as port:
                for got in self.fetch(port, self.server.key):
                    self.assertEqual(got[:3], [ANSWERED, status, text])

    def test_our_client__a_handshake_that_stops_ends_in_time(self):
        with socket.create_server(('127.0.0.1', 0)) as listener:
            start = time.monotonic()
            for got in self.fetch(listener.getsockname()[1], self.server.key, 300):
                self.assertEqual(got[0], 'it is there, but no whole answer came in time')
            self.assertLess(time.monotonic() - start, WAIT_S / 2)

    def test_our_client__s_server_that_wants_a_certificate_gets_ours(self):
        with socket.create_server(('127.0.0.1', 0)) as free:
            port = free.getsockname()[1]
        with subprocess.Popen(['openssl', 's_server', '-accept', f'127.0.0.1:{port}', '-cert', self.server.certificate, '-key',
                               self.server.secret, '-tls1_3', '-Verify', '1', '-CAfile', self.peer.certificate,
                               '-verify_return_error'], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            seen = []

            def answer():
                for line in process.stdout:
                    seen.append(line)
                    if line.startswith(b'POST'):
                        process.stdin.write(ANSWER)
                        process.stdin.flush()

            reader = threading.Thread(target=answer)
            reader.start()
            try:
                until = time.monotonic() + WAIT_S
                while b'ACCEPT\n' not in seen and time.monotonic() < until:
                    time.sleep(0.01)
                self.assertEqual(self.fetch(port, self.server.key)[0], [ANSWERED, '200', 'fine', 'new'])
                self.assertIn('the key is not the one known here', self.fetch(port, self.peer.key)[0][0])
            finally:
                process.kill()
                reader.join()


def main():
    global tool
    tool = sys.argv.pop(1)
    unittest.main()


if __name__ == '__main__':
    main()
