# SPDX-License-Identifier: Apache-2.0
"""`entente serve` is told to read its keys and certificates again, while clients are connected."""
import datetime
import json
import os
import re
import signal
import socket
import ssl
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

import serving
from serving import WAIT_S, Authority, Case, dev_token, jwks, run

POOL = 'interuss.pool_status.read'
OLD, NEW = Authority('old'), Authority('new')
TOLD = 'told to read keys and certificates again'


class Reload(Case):
    def tell(self, node, *says):
        """Tells it, and waits until it has said each; what it said since."""
        since = len(node.log)
        node.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + WAIT_S
        while True:
            said = ''.join(node.log[since:])
            if TOLD in said and all(text in said for text in says):
                return said
            self.assertLess(time.monotonic(), until, f'{says}: {said}')
            time.sleep(0.01)

    def shown(self, url):
        """The certificate that a new connection is shown."""
        host, port = re.fullmatch(r'https://([0-9.]+):(\d+)(?:/metrics)?', url).groups()
        return ssl.get_server_certificate((host, int(port)))

    def put(self, made, names):
        """Puts files in the place of others, as who renews certificates does."""
        for each, name in zip(made, names):
            each.rename(name)

    def test_certificate__another_one_is_for_new_connections_and_none_is_cut(self):
        files = self.folder / 'tls.pem', self.folder / 'tls.key'
        self.put(self.certificate('localhost'), files)
        first = files[0].read_text()
        node = self.start('--dev', '--tls-certificate', files[0], '--tls-key', files[1], '--metrics-listen', '127.0.0.1:0')
        said = node.wait_for(f'"level":"info","event":"node","message":"tls: {files[0]}: the certificate of \\"CN=localhost\\" is in force, good until ')
        day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        self.assertIn(re.search(r'until (\S+)T', said)[1], {str((day + datetime.timedelta(hours=hours)).date()) for hours in (-1, 0)})
        node.tls = ssl.create_default_context(cafile=files[0])
        kept, token = node.connect(), dev_token(POOL)
        self.assertEqual(node.ask('/aux/v1/pool', token=token, connection=kept).status, 200)
        socket_of_kept = kept.sock
        half = node.connect()
        half.putrequest('PUT', '/healthy')
        half.putheader('Content-Length', '4')
        half.endheaders(b'12')
        for listener in node.url, node.metrics_url:
            self.assertEqual(self.shown(listener), first)
        self.put(self.certificate('other'), files)
        second = files[0].read_text()
        self.assertNotEqual(first, second)
        self.tell(node, f'tls: {files[0]}: the certificate of \\"CN=other\\" is in force, good until ')
        for listener in node.url, node.metrics_url:
            self.assertEqual(self.shown(listener), second)
        self.assertEqual(node.ask('/aux/v1/pool', token=token, connection=kept).status, 200)
        self.assertIs(kept.sock, socket_of_kept, 'the same connection')
        half.send(b'34')
        self.assertEqual(half.getresponse().status, 200)
        with self.assertRaises(ssl.SSLError):
            node.ask('/healthy')
        node.tls = ssl.create_default_context(cafile=files[0])
        self.assertEqual(node.ask('/healthy').body, b'ok')

    def test_certificate__a_bad_one_leaves_the_old_one_in_force(self):
        files = self.folder / 'tls.pem', self.folder / 'tls.key'
        self.put(self.certificate('localhost'), files)
        good, other = [file.read_text() for file in files], [file.read_text() for file in self.certificate('other')]
        node = self.start('--dev', '--tls-certificate', files[0], '--tls-key', files[1])
        for why, texts, says in (
                ('another key', (good[0], other[1]), f'tls: {files[1]}: it is not the key of the certificate'),
                ('another certificate', (other[0], good[1]), f'tls: {files[1]}: it is not the key of the certificate'),
                ('half a certificate', (good[0][:200], good[1]), f'tls: {files[0]}: it is no certificate: '),
                ('an empty key', (good[0], ''), f'tls: {files[1]}: it is no private key: '),
                ('no certificate', (None, good[1]), f'tls: {files[0]}: cannot be read: No such file or directory'),
                ('no key', (good[0], None), f'tls: {files[1]}: cannot be read: No such file or directory')):
            with self.subTest(why):
                for file, text in zip(files, texts):
                    file.unlink(missing_ok=True)
                    if text is not None:
                        file.write_text(text)
                said = self.tell(node, says, '; the certificate of before stays in force')
                self.assertIn('"level":"error"', said)
                self.assertEqual(self.shown(node.url), good[0])

    def test_files__one_that_is_not_regular_is_refused_and_waited_for_by_nobody(self):
        files = self.folder / 'tls.pem', self.folder / 'tls.key'
        self.put(self.certificate('localhost'), files)
        pem, keys = self.write('key.pem', OLD.pem()), self.write('keys.json', jwks(OLD))
        node = self.start('--tls-certificate', files[0], '--tls-key', files[1], '--public-keys', pem, '--jwks', keys,
                          '--keys-refresh', '1d', '--keys-ttl', '1d')
        first = files[0].read_text()
        for file, word in (files[0], 'tls'), (files[1], 'tls'), (pem, 'keys'), (keys, 'keys'):
            with self.subTest(file.name):
                aside = file.rename(file.with_suffix('.aside'))
                for make, unmake, why in (os.mkfifo, os.unlink, 'it is not a regular file'), (os.mkdir, os.rmdir, 'Is a directory'):
                    make(file)
                    self.tell(node, f'"level":"error","event":"node","message":"{word}: {file}: cannot be read: {why}')
                    self.assertEqual(self.shown(node.url), first)
                    unmake(file)
                file.symlink_to(aside)
                self.assertNotIn('cannot be read', self.tell(node, 'is in force, good until', f'{pem}: read again', f'{keys}: read again'))
                file.unlink()
                aside.rename(file)
        files[0].unlink()
        os.mkfifo(files[0])
        self.tell(node, 'it is not a regular file')
        self.assertEqual(node.stop(), 0, 'the first SIGTERM stops it')
        self.refused('--data', self.folder / 'd', '--tls-certificate', files[0], '--tls-key', files[1], says='it is not a regular file')

    def test_certificate__one_that_is_over_is_warned_of(self):
        files = self.over()
        options = ['--dev', '--tls-certificate', files[0], '--tls-key', files[1], '--listen', '127.0.0.1:0']
        says = f'tls: {files[0]}: the certificate of "CN=over" ended at 2021-01-01T00:00:00Z; clients refuse it'
        done = run('serve', '--check', '--data', self.folder / 'd', *options)
        self.assertEqual((done.returncode, done.stderr.count(says)), (0, 1), done)
        self.start(*options).wait_for(json.dumps(says))

    def test_keys__are_read_again_at_once(self):
        pem, keys = self.write('key.pem', OLD.pem()), self.write('keys.json', jwks(OLD))
        node = self.start('--public-keys', pem, '--jwks', keys, '--keys-refresh', '1d', '--keys-ttl', '1d')
        kept = node.connect()

        def statuses():
            return [node.ask('/aux/v1/pool', token=each.token(POOL), connection=kept).status for each in (OLD, NEW)]
        self.assertEqual(statuses(), [200, 401])
        self.write('new.pem', NEW.pem()).rename(pem)
        self.tell(node, f'"level":"info","event":"node","message":"keys: {pem}: other keys are in force: 1 key"', f'keys: {keys}: read again, the same keys: 1 key')
        self.assertEqual(statuses(), [200, 200])
        self.write('new.json', jwks(NEW)).rename(keys)
        self.tell(node, f'keys: {keys}: other keys are in force: 1 key')
        self.assertEqual(statuses(), [401, 200])
        pem.write_text('-----BEGIN PUBLIC KEY-----\nAAAA')
        keys.unlink()
        for _ in range(2):  # told of each time, since somebody asks
            said = self.tell(node, f'"level":"error","event":"node","message":"keys: {pem}: a PEM block has no end"', f'"level":"error","event":"node","message":"keys: {keys}: cannot be read: ')
            self.assertEqual(statuses(), [401, 200], said)
        self.assertEqual(node.ask('/healthz').json()['keys'], {'count': 2, 'sources': 2, 'sources_kept': 2, 'sources_without': 0})

    def test_signal__is_harmless_without_files_and_in_numbers(self):
        path = str(self.folder / 'notify')
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            notify.settimeout(WAIT_S)
            node = self.start('--dev', environment={'NOTIFY_SOCKET': path})
            self.assertEqual(notify.recv(4096), b'READY=1')
            self.tell(node)
            self.assertRegex(notify.recv(4096), rb'^RELOADING=1\nMONOTONIC_USEC=\d+$')
            self.assertEqual(notify.recv(4096), b'READY=1')
        for _ in range(100):
            node.process.send_signal(signal.SIGHUP)
        self.assertEqual(node.ask('/aux/v1/pool', token=dev_token(POOL)).status, 200)
        self.assertEqual(node.stop(), 0)

    def over(self):
        """A certificate of the past."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'over')])
        made = x509.CertificateBuilder(name, name, NEW.key.public_key(), 1, datetime.datetime(2020, 1, 1), datetime.datetime(2021, 1, 1)).sign(NEW.key, hashes.SHA256())
        return (self.write('over.pem', made.public_bytes(serialization.Encoding.PEM)),
                self.write('over.key', NEW.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())))


if __name__ == '__main__':
    serving.main(sys.argv)
