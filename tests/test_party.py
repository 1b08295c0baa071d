# SPDX-License-Identifier: Apache-2.0
"""`entente init` and `entente party` as people use them; what they write is verified by another hand (party_cards).

To seal or open a party key takes half a second and 256 MiB on purpose, so a party is made once for all tests that only
need one, and copied; those of how one is made make their own.
"""
import base64
import contextlib
import ctypes
import fcntl
import hashlib
import os
import pathlib
import pty
import random
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import serialization

import party_cards
import serving
from serving import WAIT_S, run

PASSPHRASE = 'correct horse battery'
NAME = 'Клиника «Надежда»'
OPTIONS = ('--address', 'https://a.example:8443', '--reserve', 'https://192.0.2.1:1', '--reserve', 'https://[2001:db8::1]:2')
made = None  # the party that is copied, and what init said of it


def make_once():
    """Before the first test that needs it, and after all of them gone."""
    global made
    if made is None:
        folder = tempfile.TemporaryDirectory()
        unittest.addModuleCleanup(folder.cleanup)
        passphrase = pathlib.Path(folder.name) / 'passphrase'
        passphrase.write_text(PASSPHRASE)
        data = pathlib.Path(folder.name) / 'node'
        done = run('init', '--data', data, '--name', NAME, '--passphrase-file', passphrase, *OPTIONS)
        assert done.returncode == 0, done.stderr
        made = data, done.stdout
    return made


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.data = self.root / 'node'
        self.passphrase = self.root / 'passphrase'
        self.passphrase.write_text(PASSPHRASE + '\n')

    def copy(self):
        """A party that was made with NAME and OPTIONS; what init said."""
        data, said = make_once()
        shutil.copytree(data, self.data)
        return said

    def init(self, *options, data=None, name='Aid 7', status=0):
        done = run('init', '--data', data or self.data, '--name', name, '--passphrase-file', self.passphrase, *options)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def party(self, action, *arguments, status=0, **options):
        done = subprocess.run([serving.program, 'party', action, *map(str, arguments), '--data', self.data],
                              capture_output=True, text=True, timeout=WAIT_S, check=False, **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def card(self, data=None):
        return ((data or self.data) / 'party/card.txt').read_text()

    def line_and_tls_keys_are_of(self, members):
        certificate = x509.load_pem_x509_certificate((self.data / 'party/tls.pem').read_bytes())
        spki = certificate.public_key().public_bytes(serialization.Encoding.DER,
                                                     serialization.PublicFormat.SubjectPublicKeyInfo)
        self.assertEqual(base64.b64encode(hashlib.sha256(spki).digest()).decode(), members['tls-key'][0])
        key = serialization.load_pem_private_key((self.data / 'party/tls.key').read_bytes(), None)
        self.assertEqual(key.public_key().public_numbers(), certificate.public_key().public_numbers())
        # The line key's seed makes the public key of the card.
        seed = base64.b64decode(re.search(r'(?m)^seed (.*)$', (self.data / 'party/line.key').read_text())[1])
        line = party_cards.Ed25519PrivateKey.from_private_bytes(seed)
        self.assertEqual(party_cards.vkey(f'{members["party"][0]}.line.entente.invalid', party_cards.raw(line)),
                         members['line-key'][0])

    def write(self, card, name='theirs.txt'):
        path = self.root / name
        path.write_text(card)
        return path

    def words_shown(self, output):
        rows = [line for line in output.splitlines() if re.match(r'  +\d+ [a-z]+ +\d+ ', line)]
        return [word for row in rows for word in re.findall('[a-z]+', row)]


class Init(Case):
    def test_the_card_is_what_another_hand_reads_and_verifies(self):
        said = self.copy()
        card = self.card()
        self.assertIn(card, said)
        members = party_cards.parse(card)
        self.assertEqual(members['name'], [NAME])
        self.assertEqual(members['number'], ['1'])
        self.assertEqual(members['address'], ['https://a.example:8443'])
        self.assertEqual(members['reserve'], ['https://192.0.2.1:1', 'https://[2001:db8::1]:2'])
        public = base64.b64decode(members['party-key'][0].split('+', 2)[2])[1:]
        self.assertEqual(hashlib.sha256(public).hexdigest()[:16], members['party'][0])
        self.assertEqual(self.words_shown(said), party_cards.fingerprint(members['party-key'][0]))
        self.line_and_tls_keys_are_of(members)

    def test_the_passphrase_and_the_party_key_stand_nowhere(self):
        self.data, _ = make_once()
        sealed = (self.data / 'party/party.key').read_text()
        self.assertRegex(sealed, r'(?m)^argon2id-memory-kib 262144$')
        self.assertRegex(sealed, r'(?m)^argon2id-passes 3$')
        self.assertNotIn('seed', sealed)
        for path in self.data.rglob('*'):
            if path.is_file():
                self.assertNotIn(PASSPHRASE.encode(), path.read_bytes(), path)
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
            else:
                self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o700, path)

    def test_there_is_one_party_in_a_directory_and_it_stays_as_it_is(self):
        self.copy()
        before = {path: path.read_bytes() for path in self.data.rglob('*') if path.is_file()}
        done = self.init('--profile', 'cell', name='Another', status=2)
        self.assertIn('there is a party in it', done.stderr)
        self.assertEqual(before, {path: path.read_bytes() for path in self.data.rglob('*') if path.is_file()})

    def test_its_configuration_is_one_that_serve_takes_and_one_that_is_there_stays(self):
        self.copy()
        done = run('serve', '--config', self.data / 'node.conf', '--check')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.profile_is_shown('aid')
        self.data = self.root / 'other'
        self.data.mkdir()
        (self.data / 'node.conf').write_text('[serve]\n')
        done = self.init('--profile', 'cell')
        self.assertIn('node.conf: it is there, and stays as it is', done.stderr)
        self.assertEqual((self.data / 'node.conf').read_text(), '[serve]\n')
        self.profile_is_shown('cell')

    def profile_is_shown(self, profile):
        shown = self.party('show').stdout
        roles = {'aid': 'watch officer, linguist, releasing authority, administrator',
                 'cell': 'watch officer, duty officer, linguist, releasing authority, administrator',
                 'u-space': 'duty officer, administrator'}[profile]
        self.assertRegex(shown, rf'(?m)^ +roles +{roles}$')

    def test_one_for_trying_out_says_so_in_its_card_and_its_configuration(self):
        done = self.init('--dev', '--address', 'https://[2001:db8::1]:8443')
        self.assertEqual(party_cards.parse(self.card())['clock'], ['settable'])
        self.assertRegex(done.stdout, r'(?m)^clock    can be set: ')
        configuration = (self.data / 'node.conf').read_text()
        self.assertRegex(configuration, r'(?m)^dev = yes$')
        self.assertRegex(configuration, r'(?m)^peers-listen = :8443$')
        done = run('serve', '--config', self.data / 'node.conf', '--check')
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.party('renew', '--name', 'Aid 8', '--passphrase-file', self.passphrase)
        self.assertEqual(party_cards.parse(self.card())['clock'], ['settable'])
        self.data = self.root / 'earnest'
        self.assertNotIn('clock', self.copy())
        self.assertNotRegex((self.data / 'node.conf').read_text(), r'(?m)^dev')

    def test_an_address_of_this_machine_alone_is_all_that_is_listened_on(self):
        for at, listens in (('127.0.0.1:8443', '127.0.0.1:8443'), ('[::1]:8444', '[::1]:8444'), ('127.0.0.1.example:8443', ':8443')):
            self.data = self.root / f'node{len(listens)}'
            self.init('--dev', '--address', f'https://{at}')
            self.assertIn(f'\npeers-listen = {listens}\n', (self.data / 'node.conf').read_text())

    def test_a_passphrase_file_that_others_may_read_is_warned_of_and_taken(self):
        for mode, warned in ((0o600, False), (0o640, True), (0o604, True)):
            self.passphrase.chmod(mode)
            self.data = self.root / f'{mode:o}'
            self.assertEqual('warning' in self.init().stderr, warned)
            if warned:
                self.assertIn(f'{self.passphrase}: others may read', self.party('renew', '--passphrase-file', self.passphrase).stderr)

    def test_a_profile_that_says_what_it_cannot_is_named_by_line(self):
        self.copy()
        (self.data / 'party/profile.ini').write_text('languages = en\nflight = open\n')
        self.assertIn('profile.ini: line 2: it is exact, coarse or blind', self.party('show', status=2).stderr)

    def test_a_passphrase_that_is_short_or_long_is_none(self):
        for text, says in (('elevenbytes', 'shorter than 12'), ('', 'shorter than 12'), ('x' * 1025, 'longer than 1024')):
            self.passphrase.write_text(text)
            self.assertIn(says, self.init(status=2).stderr)
        self.assertFalse((self.data / 'party').exists())

    def test_a_credential_of_systemd_is_taken_when_no_file_is_named(self):
        (self.root / 'party-passphrase').write_text(PASSPHRASE)
        environment = {**os.environ, 'CREDENTIALS_DIRECTORY': str(self.root)}
        done = run('init', '--data', self.data, '--name', 'x', '--profile', 'u-space', env=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.profile_is_shown('u-space')
        done = run('party', 'renew', '--data', self.data, '--name', 'y', '--passphrase-file', self.passphrase)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_without_a_terminal_it_says_what_to_give(self):
        done = run('init', '--data', self.data, '--name', 'x', start_new_session=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn('--passphrase-file', done.stderr)
        self.assertFalse((self.data / 'party').exists())

    def test_of_several_at_once_one_makes_the_party(self):
        done = []

        def one(number):
            done.append(run('init', '--data', self.data, '--name', f'n{number}', '--passphrase-file', self.passphrase))

        threads = [threading.Thread(target=one, args=(i,)) for i in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(one.returncode for one in done), [0, 2, 2], [one.stderr for one in done])
        self.renew_works()

    def test_killed_at_any_moment_there_is_all_of_a_party_or_none(self):
        chance = random.Random(1)
        for _ in range(4):  # each goes on from what the one before left
            process = subprocess.Popen([serving.program, 'init', '--data', self.data, '--name', 'x', '--passphrase-file',
                                        self.passphrase], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, 0.8))
            process.kill()
            process.wait()
            if (self.data / 'party').exists():
                party_cards.parse(self.card())
                break
        else:
            self.init()
        self.renew_works()

    def renew_works(self):
        """So the party key opens, and is the card's."""
        before = party_cards.parse(self.card())
        self.party('renew', '--address', 'https://z.example:1', '--passphrase-file', self.passphrase)
        after = party_cards.parse(self.card())
        self.assertEqual(int(after['number'][0]), int(before['number'][0]) + 1)


class Terminal(Case):
    """At a terminal of its own, as a person sits at it."""

    def at_terminal(self, arguments, keys, columns=200):
        """What is shown, the status, and whether the terminal still shows what is typed."""
        process, terminal = pty.fork()
        if process == 0:
            with contextlib.suppress(BaseException):
                os.execv(serving.program, [serving.program, *map(str, arguments)])
            os._exit(127)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 100, columns, 0, 0))
        shown, asked, until = b'', 0, time.monotonic() + WAIT_S
        with contextlib.suppress(OSError):
            while time.monotonic() < until:
                part = os.read(terminal, 4096)
                if not part:
                    break
                shown += part
                while asked < len(keys) and len(re.findall(rb'(?:not shown\)|Once more|party key): ', shown)) > asked:
                    os.write(terminal, keys[asked])
                    asked += 1
        _, status = os.waitpid(process, 0)
        echo = True
        with contextlib.suppress(termios.error, OSError):
            echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        os.close(terminal)
        return shown.decode(), os.waitstatus_to_exitcode(status), echo

    def test_it_asks_twice_and_shows_nothing_of_it(self):
        keys = [b'corrXct\x7f\x7f\x7fect horse battery\n', b'correct horse battery\n']
        shown, status, echo = self.at_terminal(['init', '--data', self.data, '--name', 'x'], keys)
        self.assertEqual(status, 0, shown)
        self.assertTrue(echo)
        self.assertNotIn('horse', shown)
        self.assertIn('█', shown)
        self.party('renew', '--passphrase-file', self.passphrase)

    def test_two_that_differ_and_an_interruption_make_no_party(self):
        for keys, says in (([b'correct horse battery\n', b'correct horse batterx\n'], 'not the same'),
                           ([b'correct\x03'], 'broken off'), ([b'correct horse battery\n', b'\x04'], 'broken off')):
            shown, status, echo = self.at_terminal(['init', '--data', self.data, '--name', 'x'], keys)
            self.assertEqual(status, 2, shown)
            self.assertIn(says, shown)
            self.assertTrue(echo)
            self.assertFalse((self.data / 'party').exists())

    def test_a_terminal_that_is_too_narrow_for_the_code_is_told_so(self):
        self.copy()
        shown, status, _ = self.at_terminal(['party', 'show', '--data', self.data], [], columns=60)
        self.assertEqual(status, 0)
        self.assertRegex(shown, r'the QR code needs \d+ columns, the terminal has 60')
        shown, status, _ = self.at_terminal(['party', 'show', '--qr', '--data', self.data], [], columns=60)
        self.assertEqual(status, 2)


class Code(Case):
    def test_it_is_the_card_module_by_module(self):
        """The drawing against the library's own matrix; so a code that is drawn upside down or cut is found."""
        self.copy()
        rows = [line for line in self.party('show', '--qr').stdout.splitlines() if re.fullmatch('[ ▀▄█]{40,}', line)]
        halves = {' ': (0, 0), '▀': (1, 0), '▄': (0, 1), '█': (1, 1)}
        drawn = [[halves[c][half] for c in line] for line in rows for half in (0, 1)]

        class Matrix(ctypes.Structure):
            _fields_ = [('version', ctypes.c_int), ('width', ctypes.c_int), ('data', ctypes.POINTER(ctypes.c_ubyte))]

        library = ctypes.CDLL('libqrencode.so.4')
        library.QRcode_encodeData.restype = ctypes.POINTER(Matrix)
        card = self.card().encode()
        matrix = library.QRcode_encodeData(len(card), card, 0, 0).contents
        width = matrix.width
        self.assertEqual([len(row) for row in drawn], [width + 8] * len(drawn))
        for row in range(width):
            self.assertEqual(drawn[row + 4][4:-4], [matrix.data[row * width + column] & 1 for column in range(width)])
        for row in drawn[:4] + drawn[width + 4:]:
            self.assertEqual(sum(row), 0)


class Others(Case):
    def setUp(self):
        super().setUp()
        self.copy()
        self.theirs = party_cards.make('Бригада «Север»', addresses=['https://n.example:1', 'https://s.example:2'])
        self.id = re.search('(?m)^party (.*)$', self.theirs)[1]
        self.vkey = re.search('(?m)^party-key (.*)$', self.theirs)[1]

    def files(self):
        return sorted(path.name for path in (self.data / 'party').glob('*.party'))

    def test_a_card_is_shown_with_its_words_and_taken_only_when_confirmed(self):
        path = self.write(self.theirs)
        done = self.party('add', path, status=1)
        for part in ('"Бригада «Север»"', self.id, 'https://n.example:1', 'https://s.example:2', '--confirm'):
            self.assertIn(part, done.stdout)
        self.assertEqual(self.words_shown(done.stdout), party_cards.fingerprint(self.vkey))
        self.assertEqual(self.files(), [])
        self.assertIn('Taken', self.party('add', path, '--confirm').stdout)
        self.assertEqual(self.files(), [f'{self.id}.party'])
        self.assertIn(self.id, self.party('list').stdout)
        self.assertEqual(self.party('show', self.id[:6], '--card').stdout, self.theirs)
        self.assertIn('its words confirmed', self.party('show', self.id).stdout)
        self.assertIn('the same card', self.party('add', path).stdout)
        done = self.party('remove', self.id[:5], status=1)
        for part in ('"Бригада «Север»"', self.id, 'Nothing was changed', 'again with\n--confirm', 'may show as none'):
            self.assertIn(part, done.stdout)
        self.assertEqual(self.files(), [f'{self.id}.party'])
        self.assertIn('is known no more', self.party('remove', self.id[:5], '--confirm').stdout)
        self.assertEqual(self.files(), [])
        self.assertIn('no other party is known', self.party('list').stdout)

    def test_a_card_that_came_through_a_mailbox_is_read(self):
        text = self.theirs.replace('\n', '\r\n') + '\r\n\r\n'
        done = self.party('add', '-', '--confirm', input=text)
        self.assertIn('Taken', done.stdout)
        self.assertEqual(self.party('show', self.id, '--card').stdout, self.theirs)

    def test_what_is_no_card_is_refused_by_file_and_line(self):
        for card, says in ((self.theirs.replace('number 1', 'number 2'), 'the signature is wrong'),
                           (self.theirs.replace('address https', 'address http'), 'line 9: an address is https'),
                           (self.theirs.split('\n\n')[0] + '\n', 'without an empty line and signatures'),
                           ('', 'no newline at its end'), ('x' * 10000, 'longer than'),
                           (self.card(), 'our own party'), ('\0' * 100, 'line 1')):
            done = self.party('add', self.write(card), '--confirm', status=2)
            self.assertIn(says, done.stderr)
            self.assertIn('theirs.txt', done.stderr)
        self.assertEqual(self.files(), [])
        self.assertIn('No such file', self.party('add', self.root / 'nowhere', status=2).stderr)
        self.assertIn('Is a directory', self.party('add', self.root, status=2).stderr)

    def test_keys_change_by_the_known_key_or_by_two_operators(self):
        self.party('add', self.write(self.theirs), '--confirm')
        newer_card = party_cards.make('N', number=2, now=3, before=1)
        newer = self.write(newer_card)
        shown = self.party('add', newer, status=1).stdout
        self.assertIn('which the known key signed too', shown)
        self.assertNotIn('--operators', shown)
        self.party('add', newer, '--confirm')
        self.assertIn('the one before signed', self.party('show', self.id).stdout)
        # The old one is worth nothing any more.
        stolen = self.write(party_cards.make('N', number=3, now=1))
        self.assertIn('--operators', self.party('add', stolen, status=1).stdout)
        self.assertIn('two operators have to', self.party('add', stolen, '--confirm', status=2).stderr)
        self.assertIn('both names are the same',
                      self.party('add', stolen, '--confirm', '--operators', 'Ann,Ann', status=2).stderr)
        for names, status in (('ann', 2), ('ann,ben,cy', 2), ('ann,', 1), (',ben', 1), ('ann, ben', 1)):
            self.party('add', stolen, '--confirm', '--operators', names, status=status)
        # Two names are no two operators, who have accounts and passwords: test_trust.py.
        self.assertIn('an operator is named by his id',
                      self.party('add', stolen, '--confirm', '--operators', 'Ann,Ben', status=1).stderr)
        self.assertIn('no node has begun there',
                      self.party('add', stolen, '--confirm', '--operators', 'ann,ben', status=2).stderr)
        self.assertIn('not the party\'s first one', self.party('show', self.id).stdout)
        for card in (self.theirs, party_cards.make('M', number=2, now=3, before=1)):
            self.party('add', self.write(card), '--confirm', '--operators', 'ann,ben', status=2)
        self.assertIn('card 2', self.party('list').stdout)

    def test_words_that_are_read_back_are_right_or_the_wrong_one_is_named(self):
        self.party('add', self.write(self.theirs), '--confirm')
        words = party_cards.fingerprint(self.vkey)
        self.assertIn('all 12 words', self.party('fingerprint', self.id, *words).stdout)
        self.assertIn('all 12 words', self.party('fingerprint', self.id, ' '.join(words).upper()).stdout)
        other = party_cards.fingerprint(party_cards.vkey('x', bytes(32)))
        wrong = [*words[:6], other[6], *words[7:]]
        self.assertRegex(self.party('fingerprint', self.id, *wrong, status=1).stdout, '^word 7: .* NOT')
        swapped = [*words[:3], words[4], words[3], *words[5:]]
        self.assertRegex(self.party('fingerprint', self.id, *swapped, status=1).stdout, '^word 4: .*swapped')
        self.assertRegex(self.party('fingerprint', self.id, *words[:11], status=1).stdout, '^word 12: .*missing')
        self.assertRegex(self.party('fingerprint', self.id, *words, words[0], status=1).stdout, '^word 13: ')
        self.assertEqual(self.words_shown(self.party('fingerprint', self.id).stdout), words)
        own = re.search('(?m)^party-key (.*)$', self.card())[1]
        self.assertEqual(self.words_shown(self.party('fingerprint').stdout), party_cards.fingerprint(own))

    def test_a_party_is_named_by_how_its_id_begins(self):
        self.party('add', self.write(self.theirs), '--confirm')
        self.assertIn('no party is known', self.party('show', self.id[:3], status=2).stderr)
        self.assertIn('no party is known', self.party('show', '0' * 16, status=2).stderr)
        own = re.search('(?m)^party (.*)$', self.card())[1]
        self.assertIn('profile', self.party('show', own).stdout)
        self.assertIn('our own party', self.party('remove', own, '--confirm', status=2).stderr)

    def test_a_damaged_card_is_named_and_hides_no_other(self):
        self.party('add', self.write(self.theirs), '--confirm')
        other = party_cards.make('Other', first=9)
        self.party('add', self.write(other), '--confirm')
        path = self.data / f'party/{self.id}.party'
        path.write_text(path.read_text().replace('number 1', 'number 7'))
        done = self.party('list', status=2)
        self.assertIn('"Other"', done.stdout)
        self.assertIn(f'{self.id}.party', done.stderr)
        self.party('add', self.write(self.theirs), '--confirm', status=2)
        self.assertIn('its card is damaged', self.party('remove', self.id, status=1).stdout)
        self.party('remove', self.id, '--confirm')
        self.party('add', self.write(self.theirs), '--confirm')

    def test_who_changes_the_folder_has_it_alone(self):
        folder = os.open(self.data / 'party', os.O_RDONLY)
        self.addCleanup(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX)
        self.assertIn('another process', self.party('add', self.write(self.theirs), status=2).stderr)
        self.party('list')


class Renew(Case):
    def test_a_new_card_follows_the_known_one(self):
        self.copy()
        first = party_cards.parse(self.card())
        alone = self.party('renew', '--address', 'none', '--passphrase-file', self.passphrase, status=2)
        self.assertIn('reserve: a reserve is tried when the first address fails, and there is none', alone.stderr)
        self.assertEqual(party_cards.parse(self.card())['number'], ['1'])
        done = self.party('renew', '--name', 'Новое имя', '--reserve', 'https://r.example:1', '--new-line-key',
                          '--new-tls-key', '--passphrase-file', self.passphrase)
        self.assertIn('Start the node again', done.stdout)
        second = party_cards.parse(self.card())
        self.assertEqual(second['name'], ['Новое имя'])
        self.assertEqual(second['address'], first['address'])
        self.assertEqual(second['reserve'], ['https://r.example:1'])
        self.assertEqual(second['party-key'], first['party-key'])
        self.assertNotEqual(second['line-key'], first['line-key'])
        self.line_and_tls_keys_are_of(second)
        self.party('renew', '--new-key', '--address', 'none', '--reserve', 'none', '--passphrase-file', self.passphrase)
        third = party_cards.parse(self.card())
        self.assertEqual(third['party'], first['party'])
        self.assertNotEqual(third['party-key'], first['party-key'])
        self.assertTrue(party_cards.verifies(third, first['party-key'][0]))
        self.assertEqual(len(third['']), 2)
        self.assertNotIn('reserve', third)
        self.assertNotIn('address', third)
        self.line_and_tls_keys_are_of(third)
        self.assertEqual(party_cards.parse((self.data / 'party/card-2.txt').read_text())[''][0][2], second[''][0][2])
        # Another party follows, card by card.
        ours, theirs = self.data, self.root / 'theirs'
        self.data = theirs
        self.init()
        for name, says in (('card-1.txt', 'this party is known now'), ('card-2.txt', 'by the same key'),
                           ('card.txt', 'which the known key signed too')):
            self.assertIn(says, self.party('add', ours / 'party' / name, '--confirm').stdout)
        # What was replaced is known at both, and until when.
        shown = self.party('show', third['party'][0]).stdout
        for kind, vkey in (('party', first['party-key'][0]), ('line', first['line-key'][0])):
            self.assertRegex(shown, rf'(?m)^   {kind} key +until 20..-\S+Z  {re.escape(vkey)}$')
        self.data = ours
        self.assertEqual(len(re.findall('(?m)^   (?:party|line) key +until ', self.party('show').stdout)), 2)

    def test_another_passphrase_changes_nothing(self):
        self.copy()
        before = self.card()
        self.passphrase.write_text('correct horse batterx')
        done = self.party('renew', '--new-key', '--passphrase-file', self.passphrase, status=2)
        self.assertIn('passphrase: it is not the one', done.stderr)
        self.assertEqual(self.card(), before)


if __name__ == '__main__':
    serving.main(sys.argv)
