# SPDX-License-Identifier: Apache-2.0
"""The keys that `entente serve` checks tokens with: from files and URLs, refreshed, rotated, lost."""
import http.server
import json
import re
import ssl
import sys
import threading
import time

import serving
from serving import WAIT_S, Authority, Case, dev_token, jwks, run

POOL = 'interuss.pool_status.read'
OLD, NEW = Authority('old'), Authority('new')


class Source:
    """A server of key sets: 'text' is what it has, or None: then it says 500; 'stalls': nothing at all."""

    def __init__(self, text, tls=None):
        source = self
        self.text, self.asked, self.location, self.stalls = text, 0, None, False

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                source.asked += 1
                until = time.monotonic() + WAIT_S
                while source.stalls and time.monotonic() < until:
                    time.sleep(0.02)
                body = (source.text or '').encode()
                self.send_response(302 if source.location else 200 if source.text is not None else 500)
                if source.location:
                    self.send_header('Location', source.location)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f'http{"s" if tls else ""}://127.0.0.1:{self.server.server_port}/keys'
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stalls = False
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def wait_for_refresh(self):
        """Until it has been asked, and once more: then the first answer is in force."""
        wait_until(lambda asked=self.asked: self.asked >= asked + 2)


def wait_until(true):
    until = time.monotonic() + WAIT_S
    while not true():
        if time.monotonic() > until:
            raise AssertionError('it takes too long')
        time.sleep(0.02)


class Keys(Case):
    def status(self, node, authority):
        return node.ask('/aux/v1/pool', token=authority.token(POOL)).status

    def wait_for_status(self, node, authority, status):
        wait_until(lambda: self.status(node, authority) == status)

    def source(self, text, **how):
        return self.stack.enter_context(Source(text, **how))

    def keys_metric(self, node):
        return [line for line in node.metrics().body.decode().splitlines() if line.startswith('entente_token_keys ')]

    def test_url__rotation(self):
        source = self.source(jwks(OLD))
        node = self.start('--dev', '--jwks', source.url, '--keys-refresh', '100ms', '--metrics-listen', '127.0.0.1:0')
        self.assertEqual([self.status(node, each) for each in (OLD, NEW)], [200, 401])
        self.assertEqual(self.keys_metric(node), ['entente_token_keys 2'])
        token = OLD.token(POOL)
        self.assertEqual(node.ask('/aux/v1/pool', token=token).status, 200)
        source.text = jwks(OLD, NEW)
        self.wait_for_status(node, NEW, 200)
        self.assertEqual(self.status(node, OLD), 200)
        source.text = jwks(NEW)
        self.wait_for_status(node, OLD, 401)
        self.assertEqual(self.status(node, NEW), 200)
        self.assertEqual(node.ask('/aux/v1/pool', token=token).status, 401, 'also one that was taken before')
        # A set that is the same changes nothing, and is not spoken of.
        source.wait_for_refresh()
        in_force = lambda: sum('other keys are in force' in line for line in list(node.log))
        wait_until(lambda: in_force() >= 2)
        self.assertEqual(in_force(), 2)

    def test_url__a_source_that_fails_keeps_its_keys_until_they_are_too_old(self):
        source = self.source(jwks(OLD))
        node = self.start('--dev', '--jwks', source.url, '--keys-refresh', '100ms', '--keys-ttl', '2s')
        for text, why in ((None, 'cannot be fetched: The requested URL returned error: 500'), ('{"keys": [', 'it is not'), ('{"keys": []}', ''), ('', 'it is empty')):
            source.text = text
            since = len(node.log)
            source.wait_for_refresh()
            says = f'"level":"warning","event":"node","message":"keys: {source.url}: '
            wait_until(lambda since=since, says=says: says in ''.join(node.log[since:]))
            said = ''.join(node.log[since:])
            if why != 'it is not':
                self.assertIn(why, said)
            if why == '':
                break
            self.assertEqual(self.status(node, OLD), 200, text)
            # Good in between, so that its time begins anew.
            source.text = jwks(OLD)
            source.wait_for_refresh()
        self.wait_for_status(node, OLD, 401)
        self.assertIn('"level":"error"', node.wait_for('not good for longer than keys-ttl: no token by its keys is taken any more'))
        self.assertEqual(node.ask('/aux/v1/pool', token=dev_token(POOL)).status, 200, 'other keys stay')
        source.text = jwks(OLD)
        self.wait_for_status(node, OLD, 200)

    def test_url__a_stop_does_not_wait_for_it(self):
        source = self.source(jwks(OLD))
        node = self.start('--dev', '--jwks', source.url, '--keys-refresh', '100ms')
        source.stalls = True
        wait_until(lambda asked=source.asked: source.asked > asked)
        begun = time.monotonic()
        self.assertEqual(node.stop(), 0)
        self.assertLess(time.monotonic() - begun, 5)

    def test_url__is_https_unless_dev(self):
        source, files = self.source(jwks(OLD)), self.certificate()
        secure = self.source(jwks(OLD), tls=files)
        good = ['--data', self.folder / 'd', '--listen', '127.0.0.1:0']
        for why, flags, says in (('http', ['--jwks', source.url], 'it must be https; only --dev takes http'),
                                 ('another scheme', ['--dev', '--jwks', 'ftp://127.0.0.1/x'], 'it must be https or http'),
                                 ('a file by its URL', ['--dev', '--jwks', f'file://{files[0]}'], 'it must be https or http'),
                                 ('no URL', ['--jwks', 'https://a b/'], 'https://a b/: '), ('a port that is none', ['--jwks', 'https://a:99999/'], 'https://a:99999/: ')):
            with self.subTest(why):
                for check in ([], ['--check']):
                    done = self.refused(*good, *flags, *check, says='--jwks: ')
                    self.assertIn(says, done.stderr)
        with self.subTest('sent on to a file'):
            source.location = f'file://{files[0]}'
            self.warned(*good, '--dev', '--jwks', source.url, says=f'{source.url}: cannot be fetched: ')
        for why, flags, url in (('a certificate of nobody that we trust', [], secure.url), ('nobody there', ['--dev'], 'http://127.0.0.1:1/')):
            with self.subTest(why):
                self.warned(*good, *flags, '--jwks', url, says=f'{url}: cannot be fetched: ')

    def warned(self, *options, says):
        """A check passes, and a warning says so."""
        done = run('serve', '--check', *options)
        self.assertEqual((done.returncode, done.stdout), (0, 'entente serve: all is well\n'), done)
        self.assertRegex(done.stderr, f'(?m)^entente serve: warning: keys: {re.escape(says)}.*; the node starts without its keys, refuses tokens by them, and tries again$')

    def test_url__what_it_answers_is_looked_at_by_a_check(self):
        source = self.source(None)
        for why, text, says in (('it says 500', None, 'cannot be fetched: The requested URL returned error: 500'), ('no JSON', 'x', ''),
                                ('no key', '{"keys": []}', ''), ('too large', ' ' * ((1 << 20) + 1), 'larger than 1024 KiB'), ('empty', '', 'it is empty')):
            with self.subTest(why):
                source.text = text
                self.warned('--data', self.folder / 'd', '--listen', '127.0.0.1:0', '--dev', '--jwks', source.url, says=f'{source.url}: {says}')

    def sources_metric(self, node):
        return dict(re.findall(r'^entente_token_sources\{state="(\w+)"\} (\d+)$', node.metrics().body.decode(), re.M))

    def test_url__one_that_fails_does_not_hinder_a_start(self):
        """An outage of who issues tokens must not become ours: of two keys the one that is there works."""
        source, pem = self.source(None), self.write('new.pem', NEW.pem())
        node = self.start('--dev', '--public-keys', pem, '--jwks', source.url, '--metrics-listen', '127.0.0.1:0')
        begun = time.monotonic()
        node.wait_for('keys: ')
        said = [line for line in node.log if 'keys: ' in line]
        self.assertEqual(len(said), 1, said)
        self.assertIn(f'"level":"warning","event":"node","message":"keys: {source.url}: cannot be fetched: The requested URL returned error: 500; the node starts', said[0])
        self.assertEqual(self.status(node, NEW), 200)
        answer = node.ask('/aux/v1/pool', token=OLD.token(POOL))
        self.assertEqual((answer.status, answer.headers['Retry-After']), (401, None))
        self.assertIn("the token's signature is by none of our keys; not all keys can be had just now, see /healthz", answer.json()['message'])
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], health['reason'], health['keys']),
                         ('degraded', 'some keys for tokens cannot be read, so tokens by them are refused',
                          {'count': 2, 'sources': 2, 'sources_kept': 0, 'sources_without': 1}))
        self.assertEqual(self.sources_metric(node), {'good': '1', 'kept': '0', 'without': '1'})
        # It tries again about a second later, and not only when all are read again, in a minute; and says nothing that it has said.
        wait_until(lambda: source.asked >= 2)
        self.assertEqual([line for line in node.log if 'keys: ' in line], said)
        source.text = jwks(OLD)
        self.wait_for_status(node, OLD, 200)
        self.assertLess(time.monotonic() - begun, WAIT_S)
        node.wait_for(f'"level":"info","event":"node","message":"keys: {source.url}: other keys are in force: 1 key"')
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], health['keys']), ('ok', {'count': 3, 'sources': 2, 'sources_kept': 0, 'sources_without': 0}))
        self.assertEqual(self.sources_metric(node), {'good': '2', 'kept': '0', 'without': '0'})

    def test_url__without_any_key_a_client_is_told_to_come_again(self):
        # https, since --dev has a key; nobody trusts this one, so it stays as it is.
        secure = self.source(jwks(OLD), tls=self.certificate())
        node = self.start('--jwks', secure.url, '--keys-refresh', '2s')
        for _ in range(3):
            answer = node.ask('/aux/v1/pool', token=OLD.token(POOL))
            self.assertEqual(answer.status, 503)
            self.assertIn(answer.headers['Retry-After'], ('1', '2'))
            self.assertIn('Access token validation is not possible just now: the keys of its authority cannot be had; try again', answer.json()['error_message'])
        self.assertEqual(node.ask('/aux/v1/pool').status, 401, 'without a token')
        self.assertEqual(node.ask('/aux/v1/pool', token='a.b').status, 401, 'what is no token, whatever the keys')
        self.assertEqual(node.ask('/aux/v1/version').status, 200)
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], health['reason']), ('degraded', 'keys for tokens cannot be read, and there are no others, so no token is taken'))

    def test_url__one_that_stalls_holds_a_start_up_for_a_moment_only(self):
        source = self.source(jwks(OLD))
        source.stalls = True
        begun = time.monotonic()
        node = self.start('--dev', '--jwks', source.url)
        self.assertLess(time.monotonic() - begun, 8)
        self.assertEqual(node.ask('/healthz').json()['keys']['sources_without'], 1)
        source.stalls = False
        self.wait_for_status(node, OLD, 200)

    def test_files__are_read_again_too(self):
        pem, keys = self.write('key.pem', OLD.pem()), self.write('keys.json', jwks(OLD))
        node = self.start('--public-keys', pem, '--keys-refresh', '100ms', '--keys-ttl', '2s')
        other = self.start('--jwks', keys, '--keys-refresh', '100ms', '--keys-ttl', '2s', data='other')
        self.assertEqual([self.status(each, OLD) for each in (node, other)], [200, 200])
        # Whole, as who rotates keys by hand is told to.
        self.write('new.pem', OLD.pem() + NEW.pem()).rename(pem)
        self.write('new.json', jwks(OLD, NEW)).rename(keys)
        for each in node, other:
            self.wait_for_status(each, NEW, 200)
            self.assertEqual(self.status(each, OLD), 200)
        pem.write_bytes(b'-----BEGIN PUBLIC KEY-----\nAAAA')
        keys.unlink()
        node.wait_for('a PEM block has no end')
        other.wait_for('cannot be read: No such file or directory')
        for each in node, other:
            self.wait_for_status(each, OLD, 503)
            health = each.ask('/healthz')
            self.assertEqual((health.status, health.json()['status'], health.json()['reason']),
                             (200, 'degraded', 'keys for tokens cannot be read, and there are no others, so no token is taken'))
        self.write('new.pem', NEW.pem()).rename(pem)
        self.wait_for_status(node, NEW, 200)
        self.assertEqual(node.ask('/healthz').json()['status'], 'ok')

    def test_key_ids__are_those_that_are_taken(self):
        keys = self.write('keys.json', jwks(OLD, NEW))
        node = self.start('--jwks', keys, '--jwks-key-ids', 'new')
        self.assertEqual([self.status(node, each) for each in (OLD, NEW)], [401, 200])
        done = self.refused('--data', self.folder / 'd', '--jwks', keys, '--jwks-key-ids', 'new,third', says=f'entente serve: --jwks: {keys}: ')
        self.assertIn('third', done.stderr)

    def test_start__every_source_that_is_bad_is_told(self):
        pem, private = self.write('a.pem', OLD.pem()), self.write('private.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
        bad = self.write('bad.json', '{"keys": 3}')
        config = self.write('node.conf', f'data = {self.folder}/d\npublic-keys = {pem}, {private}\npublic-keys = {self.folder}/none\njwks = {bad}\n')
        self.refused('--config', config, says=[f'{config}:2: public-keys: {private}: holds a block of "PRIVATE KEY"; it must be "PUBLIC KEY"',
                                               f'{config}:3: public-keys: {self.folder}/none: cannot be read: No such file or directory',
                                               f'{config}:4: jwks: {bad}: '])
        self.assertFalse((self.folder / 'd').exists())


if __name__ == '__main__':
    serving.main(sys.argv)
