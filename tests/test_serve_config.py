# SPDX-License-Identifier: Apache-2.0
"""What `entente serve` and `entente token` say of their options: every fault, with its line or flag, in one run."""
import functools
import os
import re
import socket
import subprocess
import sys
import unittest

import jwt

import serving
from serving import Authority, Case, dev_token, jwks, run

# Of each option a value that is taken, one that is not, and what is said of that. {f} is a folder with files to name.
VALUES = {
    'data': ('{f}/data', '{f}/key.pem', 'it is no folder'),
    'listen': ('127.0.0.1:0', 'localhost:80', 'localhost:80: not an address and port such as 127.0.0.1:8080'),
    'peers-listen': (None, None, None),  # with a party only: test_serve_party.py
    'metrics-listen': ('127.0.0.1:0', ':x', ':x: not an address and port'),
    'tls-certificate': ('{f}/localhost.pem', '{f}/none', 'none: cannot be read: No such file or directory'),
    'tls-key': ('{f}/localhost.key', '{f}', 'cannot be read: Is a directory'),
    'metrics-plain': ('yes', 'maybe', 'it is yes or no, not "maybe"'),
    'threads': ('3', '65', '"65" is not a whole number from 1 to 64'),
    'quiet': ('off', '', 'it is yes or no, not ""'),
    'stop-timeout': ('0s', '25h', '"25h" is not a time from 0s to 1d'),
    'public-keys': ('{f}/key.pem,{f}/key.pem', '{f}/localhost.pem', 'localhost.pem: holds a block of "CERTIFICATE"; it must be "PUBLIC KEY"'),
    'jwks': ('{f}/keys.json', 'http://127.0.0.1/', 'http://127.0.0.1/: it must be https; only --dev takes http'),
    'jwks-key-ids': ('one', 'a,,b', 'there is nothing before or after a comma'),
    'keys-refresh': ('100ms', '1', '"1" has no unit'),
    'keys-ttl': ('1h30min', '0s', '"0s" is not a time from 100ms to 10d'),
    'audience': ('a b, c', '', 'it is not to be empty'),
    'dev': ('no', 'No', 'it is yes or no, not "No"'),
    'name': ('node.example', 'a b', "a node's name has no spaces and no plus"),
    'locality': ('north', '', 'it is not to be empty'),
    'public-endpoint': ('https://node.example/;#x', None, None),
    'ca-certs': ('{f}/localhost.pem', '{f}/keys.json', 'there is no PEM block in it'),
    'accepted-ca-certs': ('{f}/localhost.pem', '{f}/none', 'none: cannot be read: No such file'),
    'allow-http-base-urls': ('true', '2', 'it is yes or no, not "2"'),
    'strict-f3548': ('1', 'strict', 'it is yes or no, not "strict"'),
    'notification-index': ('time', 'clock', 'it is counted or time, not "clock"'),
    'expire-after': ('PT30M', '3651d', '"3651d" is not a time from 0s to 3650d'),
    'purge-after': ('90d', '3651d', '"3651d" is not a time from 0s to 3650d'),
    'archive-after': ('30d', '3651d', '"3651d" is not a time from 0s to 3650d'),
    'snapshot-entries': ('1000000000000', '-1', '"-1" is not a whole number from 0 to 1000000000000'),
    'volumes-max': ('1000', '1001', '"1001" is not a whole number from 1 to 1000'),
    'vertices-max': ('1024000', '2', '"2" is not a whole number from 3 to 1024000'),
    'cells-max': ('1', '0', '"0" is not a whole number from 1 to 4194304'),
    'cells-per-uss-max': ('1', '0', '"0" is not a whole number from 1 to 1000000000000'),
    'area-max-km2': ('2.5', '0.5', '"0.5" is not a number from 1 to 1000000'),
    'queue-max': ('1', '0x10', '"0x10" is not a whole number'),
    'body-max-kib': ('64', '1.5', '"1.5" is not a whole number from 1 to 1048576'),
    'bodies-max-kib': ('64', '', '"" is not a whole number'),
    'answer-max-kib': ('64', '15', '"15" is not a whole number from 16 to 4194304'),
    'answers-max-kib': ('65536', '1 GiB', '"1 GiB" is not a whole number from 16 to 16777216'),
    'missing-max': ('10', '0', '"0" is not a whole number from 1 to 1000000'),
    'head-max-kib': ('64', '65', '"65" is not a whole number from 1 to 64'),
    'headers-max': ('1000', 'nan', '"nan" is not a whole number from 1 to 1000'),
    'connections-max': ('10', '1e6', '"1e6" is not a whole number from 1 to 100000'),
    'connections-per-client-max': ('10', '99999999999999999999', 'is not a whole number from 1 to 100000'),
    'requests-per-client-max': ('10', '\x1b[2J', '"?[2J" is not a whole number'),
    'rate-per-client': ('0.5', '-0.1', '"-0.1" is not a number from 0 to 10000000'),
    'burst-per-client': ('5', '10 requests', '"10 requests" is not a whole number'),
    'head-timeout': ('1ms', '999us', '"999us" is not a time from 1ms to 1d'),
    'body-timeout': ('1min30s', '5m', '"5m" '),
    'request-timeout': ('1d', '1d1ms', '"1d1ms" is not a time from 1ms to 1d'),
    'answer-timeout': ('2s', '-2s', '"-2s" is not a duration'),
    'idle-timeout': ('2s', 'for ever', '"for ever" '),
}
FLAG_ONLY = ('config', 'check', 'help', 'restored', 'restored-alone')


@functools.lru_cache
def options_of_help():
    """Name, value and default of each, as `entente serve --help` lists them."""
    one_line_each = re.sub(r'\n {8,}', ' ', run('serve', '--help').stdout)
    return re.findall(r'^  --([a-z0-9-]+)(?: (\S+))? .*?(?: \(([^()]*)\))?$', one_line_each, re.M)


KEY = Authority('one')


class Config(Case):
    def setUp(self):
        super().setUp()
        self.certificate()
        self.write('key.pem', KEY.pem())
        self.write('keys.json', jwks(KEY))

    def lines(self, column):
        return {name: row[column].format(f=self.folder) for name, row in VALUES.items() if row[column] is not None}

    def file_of(self, text):
        return self.write('node.conf', text)

    def check(self, text, *flags):
        done = run('serve', '--config', self.file_of(text), '--check', *flags)
        self.assertEqual((done.returncode, done.stdout), (0, 'entente serve: all is well\n') if done.returncode == 0 else (2, ''), done)
        return done

    def faults(self, text, *flags):
        """What is said of them, without the name of the program and the file."""
        done = self.check(text, *flags)
        self.assertEqual(done.returncode, 2, done)
        said = [line.removeprefix('entente serve: ').replace(str(self.folder / 'node.conf') + ':', '') for line in done.stderr.splitlines()]
        count = sum(not line.startswith('warning: ') for line in said[:-1])
        self.assertEqual(said[-1], f"{count} fault{'s' if count != 1 else ''}")
        return [line for line in said[:-1] if not line.startswith('warning: ')]

    def test_help__lists_every_option_with_its_default(self):
        listed = options_of_help()
        self.assertEqual(sorted(name for name, _, _ in listed), sorted([*VALUES, *FLAG_ONLY]))
        self.assertIn(('listen', 'ADDRESS', '127.0.0.1:8080'), listed)
        self.assertIn(('dev', '', ''), listed)
        self.assertEqual(run('help', 'serve').stdout, run('serve', '--help').stdout)
        # Defaults are values that are taken.
        self.check(''.join(f'{name} = {default}\n' for name, _, default in listed if default not in ('', 'needed')), '--data', self.folder / 'd',
                   '--listen', '127.0.0.1:0')

    def test_file__takes_a_value_of_every_option(self):
        good = self.lines(0)
        self.check('[serve]\n' + ''.join(f'{name} = {value}\n' for name, value in good.items()))
        self.assertFalse((self.folder / 'data').exists(), 'a check makes nothing')

    def test_flags__take_a_value_of_every_option_in_both_forms(self):
        for form in (lambda name, value: [f'--{name}={value}'], lambda name, value: ['--' + name, value]):
            flags = []
            for name, value in self.lines(0).items():
                switch = next(listed[1] == '' for listed in options_of_help() if listed[0] == name)
                flags += [f'--{name}={value}'] if switch else form(name, value)
            done = run('serve', '--check', *flags)
            self.assertEqual(done.returncode, 0, done)

    def test_file__every_fault_is_told_with_its_line_in_one_run(self):
        bad = self.lines(1)
        says = {name: VALUES[name][2] for name in bad}
        said = self.faults(''.join(f'{name} = {value}\n' for name, value in bad.items()))
        for number, name in enumerate(bad, 1):
            with self.subTest(name):
                mine = [line for line in said if line.startswith(f'{number}: {name}: ')]
                self.assertEqual(len(mine), 1, said)
                self.assertIn(says[name], mine[0])
        self.assertEqual(len(said), len(bad), said)

    def test_flags__every_fault_is_told_in_one_run(self):
        bad = self.lines(1)
        done = run('serve', '--check', *(f'--{name}={value}' for name, value in bad.items()))
        self.assertEqual(done.returncode, 2)
        for name in bad:
            self.assertIn(f'entente serve: --{name}: ', done.stderr)
            self.assertIn(VALUES[name][2], done.stderr)
        self.assertNotIn('\x1b', done.stderr)

    def test_file__its_grammar(self):
        data = f'data = {self.folder}/d\n'
        for why, text in (('nothing but what is needed', data), ('a section', '[serve]\n' + data), ('no end of the last line', data[:-1]),
                          ('lines as of Windows, and a mark of UTF-8', '\ufeff[serve]\r\n' + data.replace('\n', '\r\n')),
                          ('comments', f'# one\n; two\n\n{data[:-1]} ; three\n threads = 3\t# four\n'),
                          ('indented lines', f'[serve]\n  {data}\tthreads = 3\n    audience=a\n    audience = b,c\n'),
                          ('a colon', data.replace('=', ':') + 'audience: a=b\n')):
            with self.subTest(why):
                self.check(text, '--listen', '127.0.0.1:0')
        row = "a line is 'name = value', or a comment behind ; or #"
        for why, text, said in (
                ('lines that are none', 'threads\n' + data + 'x y\n', ['1: ' + row, '3: ' + row]),
                ('another section', '[other]\n' + data + '[serve\n[]\n', [f'{line}: the one section there is, is [serve]' for line in (1, 3, 4)]),
                ('twice', data + 'threads = 3\nthreads = 3\n', ['3: threads: it stands in line 2 already']),
                ('one that is only a flag', data + 'check = yes\nconfig = x\n', ['2: check: it is a flag only: --check', '3: config: it is a flag only: --config']),
                ('a line too long', data + 'audience = ' + 'x' * 300 + '\nthreads = 0\n', ['2: it is too long; a list may stand on several lines, and a flag may be longer', '3: threads: "0" is not a whole number from 1 to 64']),
                ('a NUL', data + 'name = a\0b\n', ['2: there is a NUL in it']),
                ('no name', data + '= 3\n', ['2: : there is no such option; try entente serve --help']),
                ('hints', data + 'tls_key = x\nthredas = 3\nfrobnicate = 1\n', [
                    '2: tls_key: there is no such option; did you mean tls-key?', '3: thredas: there is no such option; did you mean threads?',
                    '4: frobnicate: there is no such option; try entente serve --help']),
                ('one that means nothing alone', data + f'tls-key = {self.folder}/localhost.key\njwks-key-ids = a\nburst-per-client = 3\n', [
                    '2: tls-key: it goes with tls-certificate', '3: jwks-key-ids: it goes with jwks', '4: burst-per-client: it goes with rate-per-client']),
                ('two that contradict', data + 'bodies-max-kib = 10\nkeys-ttl = 5s\nanswers-max-kib = 20\n', ['2: bodies-max-kib: it is less than body-max-kib', '4: answers-max-kib: it is less than answer-max-kib', '3: keys-ttl: it is less than keys-refresh']),
                ('two that contradict, of which one was not given', data + 'body-max-kib = 300000\nkeys-refresh = 2h\n', [
                    '2: body-max-kib: it is more than bodies-max-kib, which is 262144 when not given', '3: keys-refresh: it is more than keys-ttl, which is 1h when not given'])):
            with self.subTest(why):
                self.assertEqual(self.faults(text, '--listen', '127.0.0.1:0'), said)
        # Of an address that nobody can have, so that nothing is bound.
        self.assertIn('3: metrics-listen: it is the address of listen: each has one of its own',
                      self.faults(data + 'listen = 127.0.0.1:99999\nmetrics-listen = 127.0.0.1:99999\n'))

    def test_file__many_faults_are_shown_up_to_a_limit_and_all_are_counted(self):
        for flags, more in (['--check'], ['entente serve: and 50 more', 'entente serve: 150 faults']), ([], ['entente serve: and 50 more']):
            said = self.refused('--config', self.file_of('x\n' * 150), '--data', self.folder / 'd', *flags, says='node.conf:100: ').stderr.splitlines()
            self.assertEqual([line for line in said[100:] if 'warning' not in line], more)

    def test_file__that_cannot_be_read_is_a_fault(self):
        for path, why in ((self.folder / 'none', 'No such file or directory'), (self.folder, 'Is a directory')):
            self.refused('--config', path, '--data', self.folder / 'd', says=f'entente serve: {path}: cannot be read: {why}')

    def test_flags__are_told_apart(self):
        for flags, said in ((['--dta', 'x'], '--dta: there is no such option; did you mean --data?'), (['--lis=1'], '--lis: there is no such option; did you mean --listen?'), (['--li=1'], '--li: there is no such option; try'),
                            (['--list=1'], '--list: there is no such option; did you mean --listen?'),
                            (['--listen', '--quiet'], '--listen: it needs a value: ADDRESS'), (['--listen'], '--listen: it needs a value: ADDRESS'),
                            (['x'], '"x" is no option: they begin with --; try entente serve --help'), (['-h'], '"-h" is no option'),
                            (['--quiet', 'no'], '"no" is no option'), (['--'], '--: there is no such option'), (['--check=maybe'], '--check: it is yes or no, not "maybe"'),
                            (['--config'], '--config: it needs a value: FILE'), (['--listen='], '--listen: it is not to be empty'),
                            (['\x1b[31m'], '"?[31m" is no option'), (['--\x1b[31m'], '--?[31m: there is no such option')):
            with self.subTest(flags):
                done = self.refused('--data', self.folder / 'd', *flags, says='entente serve: ' + said)
                self.assertEqual(done.stderr.count('\n'), 1, done)
        self.assertFalse((self.folder / 'd').exists())
        self.refused(says='entente serve: --data: it is needed: the folder that keeps the ledger\n')

    def test_flags__win_over_the_file_and_lists_do_not_mix(self):
        file = self.file_of('locality = south\nlisten = 127.0.0.1:1\naudience = south\naudience = east\nvolumes-max = 1\nquiet = yes\n')
        token = dev_token('interuss.pool_status.read', aud='north')
        node = self.start('--config', file, '--dev', '--locality', 'west', '--locality', 'north', '--audience', 'north', '--audience', 'far', '--quiet=no')
        answer = node.ask('/aux/v1/pool/dss_instances', token=token)
        self.assertEqual(answer.json()['dss_instances'][0]['id'], 'north')
        node.wait_for(answer.id)
        for audience, status in (('far', 200), ('south', 401), ('localhost', 401)):
            self.assertEqual(node.ask('/aux/v1/pool', token=dev_token('interuss.pool_status.read', aud=audience)).status, status, audience)
        # What only the file has stays.
        both = serving.intent(serving.circle(), serving.circle(47.1))
        self.assertEqual(node.ask(f'{serving.INTENTS}/{serving.new_id()}', 'PUT', both, dev_token(aud='north')).status, 413)
        self.assertEqual(node.stop(), 0)
        node.options += ['--quiet']
        node.start()
        quiet = node.ask('/aux/v1/version').id
        self.assertEqual(node.stop(), 0)
        self.assertNotIn(quiet, ''.join(node.log))

    def test_defaults__run(self):
        node = self.start()
        self.assertEqual(node.ask('/healthy').body, b'ok')
        node.wait_for('there are no keys, so no token is taken: give --public-keys or --jwks, or --dev to try things out')
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], health['writes'], health['reason']),
                         ('degraded', True, 'there is no key to check tokens with, so none is taken'))
        self.assertEqual(node.ask('/aux/v1/pool', token=dev_token('interuss.pool_status.read')).status, 401, 'the test key is for --dev')

    def test_check__looks_at_files_addresses_and_the_data_directory(self):
        other = self.certificate('other')
        files = ['--tls-certificate', self.folder / 'localhost.pem', '--tls-key', self.folder / 'localhost.key']
        taken = self.stack.enter_context(socket.create_server(('127.0.0.1', 0))).getsockname()[1]
        good = ['--data', self.folder / 'd', '--dev', '--listen', '127.0.0.1:0']
        for why, flags, status, says in (
                ('all is well', files, 0, 'warning: --dev: anybody can make a token'),
                ('a key of another certificate', [*files, '--tls-key', other[1]], 2, '--tls-key: it is not the key of the certificate'),
                ('not the machine\'s address', ['--listen', '192.0.2.1:80'], 2, '--listen: cannot listen at 192.0.2.1:80: Cannot assign requested address'),
                ('a port that is none', ['--listen', '127.0.0.1:65536'], 2, '--listen: 127.0.0.1:65536: not an address and port'),
                ('a port that is taken', ['--listen', f'127.0.0.1:{taken}'], 0, f'--listen: cannot listen at 127.0.0.1:{taken}: Address already in use; a node that runs, perhaps'),
                ('for metrics too', ['--metrics-listen', f'127.0.0.1:{taken}'], 0, '--metrics-listen: cannot listen at'),
                ('no place for the data', ['--data', self.folder / 'no/d'], 2, f'--data: {self.folder}/no/d: cannot be made: No such file or directory'),
                ('the data a file', ['--data', self.folder / 'key.pem'], 2, f'--data: {self.folder}/key.pem: it is no folder'),
                ('no such place', ['--data', self.folder / 'key.pem/d'], 2, f'--data: {self.folder}/key.pem/d: cannot be made: Not a directory')):
            with self.subTest(why):
                done = run('serve', '--check', *good, *flags)
                self.assertEqual(done.returncode, status, done)
                self.assertIn('entente serve: ' + says, done.stderr)
                self.assertEqual(done.stdout, 'entente serve: all is well\n' if status == 0 else '')
        self.assertFalse((self.folder / 'd').exists())
        with self.subTest('while the node runs'):
            node = self.start('--dev')
            address = node.url.removeprefix('http://')
            self.assertEqual(run('serve', '--check', '--data', node.data, '--dev', '--listen', address).returncode, 0)

    def test_example__has_options_that_there_are_and_shows_their_defaults(self):
        path = os.path.join(os.path.dirname(__file__), '../dist/entente.conf')
        with open(path, encoding='utf-8') as file:
            text = file.read()
        defaults = {name: default for name, _, default in options_of_help()}
        shown = re.findall(r'^(;)?([a-z0-9-]+) = (.*)$', text, re.M)
        self.assertEqual(sorted({name for _, name, _ in shown}), sorted(VALUES))
        for comment, name, value in shown:
            if comment and defaults[name] not in ('', 'needed'):
                self.assertEqual(value, defaults[name], name)
        # All of it, without what is a comment only.
        text = re.sub(r'^;([a-z0-9-]+ = )', r'\1', text, flags=re.M)
        for name, value in self.lines(0).items():
            if defaults[name] == '' or name in ('data', 'listen'):
                text = re.sub(rf'^{name} = .*$', lambda _, name=name, value=value: f'{name} = {value}', text, flags=re.M)
        text = re.sub(r'^burst-per-client = 0$|^peers-listen = .*$', '', text, flags=re.M)
        self.assertEqual(self.check(text).returncode, 0)


class Tokens(Case):
    def test_usage__is_told_by_option(self):
        for arguments, said in (([], '--dev: it is needed: the key that signs is known to everybody and not for production'),
                                (['--scope', 'a'], '--dev: it is needed'), (['--dev'], '--scope: it is needed: what the token is good for'),
                                (['--dev', '--scope'], '--scope: it needs a value: TEXT'), (['--scope', '--dev'], '--scope: it needs a value: TEXT'),
                                (['--dev', '--scope='], '--scope: it is not to be empty'), (['--dev', '--scope', 'a', '--sub='], '--sub: it is not to be empty'),
                                (['--dev=yes', '--scope', 'a'], '--dev: it takes no value'), (['--scopes', 'a'], '--scopes: there is no such option; did you mean --scope?'),
                                (['uss1'], '"uss1" is no option: they begin with --'), (['\x1b[2J'], '"?[2J" is no option'),
                                (['--dev', '--scope', 'a', '--expires', '61min'], '--expires: no node takes a token that holds longer than an hour'),
                                (['--dev', '--scope', 'a', '--expires', '5'], '--expires: "5" has no unit'), (['--dev', '--scope', 'a', '--expires', '-5s'], '--expires: '),
                                (['--dev', '--scope', 'a' * 8000], '--scope, --sub, --aud: the token would be longer than any node takes')):
            with self.subTest(arguments):
                done = run('token', *arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ''))
                self.assertTrue(done.stderr.startswith('entente token: ' + said), done.stderr)
                self.assertEqual(done.stderr.count('\n'), 1)

    def test_claims__are_what_was_asked_for(self):
        for arguments, wanted, lasts in ((['--scope=a b'], {'sub': 'uss1', 'aud': 'localhost', 'scope': 'a b', 'iss': 'entente-dev'}, 3600),
                                         (['--scope', 'a', '--sub', 'u 2', '--aud=n', '--expires=90s'], {'sub': 'u 2', 'aud': 'n', 'scope': 'a', 'iss': 'entente-dev'}, 90)):
            text = run('token', '--dev', *arguments).stdout
            claims = jwt.decode(text.strip(), options={'verify_signature': False})
            self.assertEqual((claims.pop('exp') - claims['iat'], type(claims.pop('iat'))), (lasts, int))
            self.assertEqual(claims, wanted)
            self.assertEqual(text.count('\n'), 1)

    def test_help__names_the_scopes_that_the_interface_asks_for(self):
        with open(os.path.join(os.path.dirname(__file__), '../docs/openapi.yaml'), encoding='utf-8') as file:
            document = file.read()
        scopes = re.findall(r'^  ((?:utm|interuss|dss)\.\S+)$', run('token', '--help').stdout, re.M)
        wanted = set(re.findall(r'^            ((?:utm|interuss|dss)\.[a-z_.]+): ', document, re.M))
        self.assertEqual(set(scopes), wanted)
        self.assertEqual(len(scopes), len(wanted))


class Unit(Case):
    def test_unit__is_well_formed_and_sandboxed(self):
        if not os.path.exists('/usr/bin/systemd-analyze'):
            self.skipTest('there is no systemd-analyze')
        with open(os.path.join(os.path.dirname(__file__), '../dist/entente.service.in'), encoding='utf-8') as file:
            unit = self.write('entente.service', file.read().replace('@bindir@/entente', serving.program).replace('@sysconfdir@', '/etc'))
        done = subprocess.run(['systemd-analyze', 'verify', '--man=no', unit], capture_output=True, text=True, check=False)
        mine = [line for line in done.stderr.splitlines() if 'entente' in line]
        self.assertEqual(mine, [])
        done = subprocess.run(['systemd-analyze', 'security', '--offline=true', '--threshold=15', unit], capture_output=True, text=True, check=False)
        score = re.search(r'exposure level for .*: ([0-9.]+)', done.stdout)
        self.assertIsNotNone(score, done)
        self.assertLessEqual(float(score[1]), 1.5, done.stdout)


if __name__ == '__main__':
    serving.main(sys.argv)
