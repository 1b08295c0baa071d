# SPDX-License-Identifier: Apache-2.0
"""What stands between two parties, written a second time from docs/decisions/0015 and docs/formats.md: keys, cards, signed notes,
trees, entries, acts, parcels. Shares no code with the program; Ed25519 is python3-cryptography's, trees are RFC 6962's.

Nothing here has a network or a clock; tests/peer.py has.
"""
import base64
import datetime
import hashlib
import json
import os
import re
import struct

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from party_cards import b64, raw
from verify_ledger import consistency_holds

SIGNER, COSIGNER = 1, 4
PERIOD_US = 3600 * 10**6


class Wrong(Exception):
    """What came is not as 0015 has it."""


def need(holds, why):
    if not holds:
        raise Wrong(why)


def sha256(data):
    return hashlib.sha256(data).digest()


# --- Keys and notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---


def key_id(name, kind, public):
    return sha256(name.encode() + b'\n' + bytes([kind]) + public)[:4]


def vkey(name, public, kind=SIGNER):
    return f'{name}+{key_id(name, kind, public).hex()}+{b64(bytes([kind]) + public)}'


def vkey_parts(text):
    """Name, type and public key of a vkey."""
    name, digits, blob = text.split('+', 2)
    blob = base64.b64decode(blob, validate=True)
    need(key_id(name, blob[0], blob[1:]).hex() == digits and len(blob) == 33, 'a vkey')
    return name, blob[0], blob[1:]


def verifies(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def signature_line(name, kind, public, rest):
    return f'\u2014 {name} {b64(key_id(name, kind, public) + rest)}\n'


def signatures(note, name, kind, public):
    """What stands behind the key's id in each of the note's signatures by this key."""
    for line in note.split('\n\n', 1)[1].splitlines():
        dash, by, blob = line.split(' ')
        blob = base64.b64decode(blob, validate=True)
        need(dash == '\u2014', 'a signature')
        if by == name and blob[:4] == key_id(name, kind, public):
            yield blob[4:]


def note_text(note):
    return note.split('\n\n', 1)[0] + '\n'


def checkpoint(note):
    """Origin, size and root that a note says, whoever signed it."""
    lines = note_text(note).split('\n')
    need(len(lines) == 4, 'a checkpoint')
    return lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)


def signed_by(note, line_key):
    """Is it signed by the key of this vkey?"""
    name, kind, public = vkey_parts(line_key)
    found = list(signatures(note, name, kind, public))
    return bool(found) and all(verifies(public, note_text(note).encode(), one) for one in found)


def cosigned_by(note, line_key):
    """The time of the cosignature by the same key; None: there is none that holds."""
    name, _, public = vkey_parts(line_key)
    for rest in signatures(note, name, COSIGNER, public):
        time_s = struct.unpack('>Q', rest[:8])[0]
        if verifies(public, f'cosignature/v1\ntime {time_s}\n{note_text(note)}'.encode(), rest[8:]):
            return time_s
    return None


# --- Trees (RFC 6962, 2.1) ---


class Tree:
    def __init__(self):
        self.levels = [[]]  # of leaves, of pairs of them, and so on: whole subtrees only

    def __len__(self):
        return len(self.levels[0])

    def add(self, leaf):
        self.levels[0].append(leaf)
        level = 0
        while len(self.levels[level]) % 2 == 0:
            if level + 1 == len(self.levels):
                self.levels.append([])
            self.levels[level + 1].append(sha256(b'\1' + b''.join(self.levels[level][-2:])))
            level += 1

    def part(self, first, n):
        """MTH of the n leaves from 'first' on, which begins at a multiple of a power of two not below n."""
        if n & (n - 1) == 0:
            return self.levels[n.bit_length() - 1][first // n]
        left = 1 << (n - 1).bit_length() - 1
        return sha256(b'\1' + self.part(first, left) + self.part(first + left, n - left))

    def root(self, n=None):
        n = len(self) if n is None else n
        return sha256(b'') if n == 0 else self.part(0, n)

    def consistency(self, m, n):
        """PROOF(m, D[n])."""
        def sub(m, first, n, whole):
            if m == n:
                return [] if whole else [self.part(first, n)]
            left = 1 << (n - 1).bit_length() - 1
            if m <= left:
                return sub(m, first, left, whole) + [self.part(first + left, n - left)]
            return sub(m - left, first + left, n - left, False) + [self.part(first, left)]
        return sub(m, 0, n, True)


def leaf_hash(entry):
    return sha256(b'\0' + entry.encode())


# --- Who ---


class Identity:
    """The keys of a party, and its card. All but the TLS key follow from 'seed', so a test can be run again."""

    def __init__(self, name, seed=None, settable=False, addresses=()):
        seed = os.urandom(16) if seed is None else seed
        self.name, self.settable, self.number, self.addresses = name, settable, 1, list(addresses)
        self.party_key, self.line_key = (Ed25519PrivateKey.from_private_bytes(sha256(seed + what)) for what in (b'party', b'line'))
        self.id = sha256(raw(self.party_key)).hex()[:16]
        self.party_name, self.line_name = f'{self.id}.party.entente.invalid', f'{self.id}.line.entente.invalid'
        self.tls_key = ec.generate_private_key(ec.SECP256R1())
        self.issued = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')

    @property
    def line_vkey(self):
        return vkey(self.line_name, raw(self.line_key))

    @property
    def party_vkey(self):
        return vkey(self.party_name, raw(self.party_key))

    def certificate(self):
        """Signed by itself, as any that TLS carries a key in."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f'{self.id}.tls.entente.invalid')])
        start = datetime.datetime(2000, 1, 1)
        return (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.tls_key.public_key())
                .serial_number(1).not_valid_before(start).not_valid_after(datetime.datetime(9999, 12, 31))
                .sign(self.tls_key, hashes.SHA256()))

    def write_tls(self, folder):
        """The files that ssl wants: certificate and key."""
        paths = folder / f'{self.id}.pem', folder / f'{self.id}.key'
        paths[0].write_bytes(self.certificate().public_bytes(serialization.Encoding.PEM))
        paths[1].write_bytes(self.tls_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                        serialization.NoEncryption()))
        return paths

    def card(self):
        lines = ['entente card 1', f'party {self.id}', f'name {self.name}', f'number {self.number}', f'issued {self.issued}']
        lines += ['clock settable'] if self.settable else []
        lines += [f'party-key {self.party_vkey}', f'line-key {self.line_vkey}', f'tls-key {b64(spki_hash(self.tls_key.public_key()))}']
        lines += [f'{"reserve" if i else "address"} {address}' for i, address in enumerate(self.addresses)]
        text = '\n'.join(lines) + '\n'
        public = raw(self.party_key)
        return text + '\n' + signature_line(self.party_name, SIGNER, public, self.party_key.sign(text.encode()))

    def note(self, ledger, size, root, key=None):
        """A checkpoint of one of our ledgers."""
        text = f'{self.line_name}/{ledger}\n{size}\n{b64(root)}\n'
        key = key or self.line_key
        return text + '\n' + signature_line(self.line_name, SIGNER, raw(self.line_key), key.sign(text.encode()))

    def cosign(self, note, time_s):
        signature = self.line_key.sign(f'cosignature/v1\ntime {time_s}\n{note_text(note)}'.encode())
        return note + signature_line(self.line_name, COSIGNER, raw(self.line_key), struct.pack('>Q', time_s) + signature)


def spki_hash(public):
    return sha256(public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


class Card:
    """Another party's, verified."""

    def __init__(self, text):
        body, signed = text.split('\n\n')
        body += '\n'
        members = {}
        for line in body.splitlines():
            name, value = line.split(' ', 1)
            members.setdefault(name, []).append(value)
        self.id, self.party_vkey, self.line_vkey = (members[name][0] for name in ('party', 'party-key', 'line-key'))
        self.tls_hash = base64.b64decode(members['tls-key'][0], validate=True)
        self.settable = members.get('clock') == ['settable']
        self.addresses = members.get('address', []) + members.get('reserve', [])
        name, kind, public = vkey_parts(self.party_vkey)
        need(members['number'][0] != '1' or sha256(public).hex()[:16] == self.id, 'an id')
        need(name == f'{self.id}.party.entente.invalid', 'the name of a key')
        need(any(verifies(public, body.encode(), one) for one in signatures(body + '\n' + signed, name, kind, public)), 'a card')


# --- Entries ---


def text_of(members):
    """The one spelling: no spaces, letters as they are."""
    return json.dumps(members, ensure_ascii=False, separators=(',', ':'))


class Ledger:
    """One of our own: its entries, its tree, and a checkpoint of any part of it."""

    def __init__(self, who, name):
        self.who, self.name, self.origin = who, name, f'{who.line_name}/{name}'
        self.entries, self.tree, self.time_us = [], Tree(), 0

    def __len__(self):
        return len(self.entries)

    def copy(self):
        """As it is now: a second life of it is a fork."""
        other = Ledger(self.who, self.name)
        for entry in self.entries:
            other.put(entry)
        other.time_us = self.time_us
        return other

    def put(self, entry):
        """Whatever it is."""
        self.entries.append(entry)
        self.tree.add(leaf_hash(entry))
        return entry

    def add(self, kind, class_, time_us, members, act=False):
        """The next entry, of the right form; an act is signed by the party key."""
        self.time_us = max(self.time_us + 1, time_us)
        text = text_of({'seq': len(self), 'time_us': self.time_us, 'kind': kind, 'class': class_, **members})
        if act:
            text = self.signed(text)
        return self.put(text)

    def signed(self, text):
        signature = self.who.party_key.sign(f'entente/act/v1\n{self.origin}\n{text[:-1]}'.encode())
        return f'{text[:-1]},"signature":"{b64(signature)}"}}'

    def note(self, size=None, key=None):
        size = len(self) if size is None else size
        return self.who.note(self.name, size, self.tree.root(size), key)

    def piece(self, first=0, end=None, **changed):
        """Entries and their checkpoint, for a parcel; any of it can be said otherwise."""
        end = len(self) if end is None else end
        return {'name': self.name, 'first': first, 'entries': self.entries[first:end], 'payloads': [],
                'note': self.note(end), **changed}


class Replica:
    """One of another's, as far as it is here: nothing but what its author signed."""

    def __init__(self, card, name):
        self.card, self.name, self.origin = card, name, f'{card.id}.line.entente.invalid/{name}'
        self.entries, self.tree, self.note, self.time_us = [], Tree(), None, -1

    def __len__(self):
        return len(self.entries)

    def take(self, piece):
        """How many new entries there are; Wrong: nothing of it is kept."""
        origin, size, root = checkpoint(piece['note'])
        need(origin == self.origin and size == piece['first'] + len(piece['entries']), 'a checkpoint of these entries')
        need(signed_by(piece['note'], self.card.line_vkey), 'a checkpoint that its author signed')
        if piece['first'] > len(self):
            return 0
        for at, entry in enumerate(piece['entries'], piece['first']):
            need(at >= len(self) or self.entries[at] == entry, f'entry {at} as it was')
        new = piece['entries'][len(self) - piece['first']:]
        tried = Tree()
        for leaf in self.tree.levels[0] + [leaf_hash(entry) for entry in new]:
            tried.add(leaf)
        need(size <= len(tried) and tried.root(size) == root, 'the root of a checkpoint')
        for seq, entry in enumerate(new, len(self)):
            found = json.loads(entry)
            need(list(found)[:4] == ['seq', 'time_us', 'kind', 'class'] and found['seq'] == seq, 'the members of an entry')
            need(found['time_us'] > self.time_us and text_of(found) == entry, 'the time and spelling of an entry')
            self.time_us = found['time_us']
        self.entries += new
        self.tree = tried
        if size == len(self):
            self.note = piece['note']
        return len(new)


# --- Parcels ---


def parcel(from_, to, ledgers=(), witnessed=(), have=()):
    text = f'entente parcel 1\nfrom {from_}\nto {to}\n'
    for one in ledgers:
        text += f'ledger {one["name"]} {one["first"]} {len(one["entries"])}\n' + ''.join(entry + '\n' for entry in one['entries'])
        text += ''.join(f'payload {number} {b64(payload)}\n' for number, payload in one['payloads'])
        text += counted('checkpoint', one['note'])
    text += ''.join(counted('witnessed', note) for note in witnessed)
    return ended(text + ''.join(f'have {name} {size}\n' for name, size in have))


def counted(word, note):
    return f'{word} {note.count(chr(10))}\n{note}'


def ended(text):
    return text + f'end {sha256(text.encode()).hex()}\n'


class Parcel:
    """One that came: 'from_', 'to', 'ledgers', 'witnessed', 'have'."""

    def __init__(self, text):
        need(text.endswith('\n'), 'the end of a parcel')
        self.lines = text[:-1].split('\n')
        need(self.lines[-1] == f'end {sha256(text[:text.rindex("end ")].encode()).hex()}', 'the hash of a parcel')
        del self.lines[-1]
        self.lines.reverse()
        need(self.lines.pop() == 'entente parcel 1', 'the first line of a parcel')
        self.from_, self.to = (self.words(word, 1)[0] for word in ('from', 'to'))
        need(re.fullmatch('[0-9a-f]{16}', self.from_) and re.fullmatch('[0-9a-f]{16}', self.to), 'ids')
        self.ledgers, self.witnessed, self.have = [], [], {}
        while self.next_is('ledger'):
            self.ledgers.append(self.read_ledger())
        while self.next_is('witnessed'):
            self.witnessed.append(self.read_note('witnessed'))
        while self.next_is('have'):
            name, size = self.words('have', 2)
            need(name not in self.have, 'each ledger once')
            self.have[name] = int(size)
        need(not self.lines, f'the line {self.lines[-1:]}')

    def next_is(self, word):
        return bool(self.lines) and self.lines[-1].startswith(word + ' ')

    def words(self, word, n):
        found, *rest = self.lines.pop().split(' ')
        need(found == word and len(rest) == n, f'a line "{word}"')
        return rest

    def take(self, n):
        need(n <= len(self.lines), 'so many lines')
        return [self.lines.pop() for _ in range(n)]

    def read_note(self, word):
        return ''.join(line + '\n' for line in self.take(int(self.words(word, 1)[0])))

    def read_ledger(self):
        name, first, n = self.words('ledger', 3)
        entries, payloads = self.take(int(n)), []
        while self.next_is('payload'):
            number, blob = self.words('payload', 2)
            payloads.append((int(number), base64.b64decode(blob, validate=True)))
        return {'name': name, 'first': int(first), 'entries': entries, 'payloads': payloads, 'note': self.read_note('checkpoint')}


# --- Evidence ---


def fork_file(one, size, other, larger):
    """The evidence that two lives of a ledger are one author's: checkpoints of the first 'size' entries of one, 'larger' of the other."""
    text = 'entente fork 1\n' + counted('checkpoint', one.note(size)) + counted('checkpoint', other.note(larger))
    if size < larger:
        proof = other.tree.consistency(size, larger)
        text += f'prefix {b64(other.tree.root(size))}\nproof {len(proof)}\n' + ''.join(b64(one) + '\n' for one in proof)
    return text + 'end\n'


def proves_fork(text, line_vkey):
    """Does this file prove that the key's holder contradicts itself? The sizes, or Wrong."""
    lines = text.split('\n')
    need(lines.pop(0) == 'entente fork 1' and lines[-2:] == ['end', ''], 'the ends of evidence')
    notes = []
    for _ in range(2):
        word, n = lines.pop(0).split(' ')
        need(word == 'checkpoint', 'a checkpoint of evidence')
        notes.append(''.join(line + '\n' for line in lines[:int(n)]))
        del lines[:int(n)]
    (origin, size, root), (other, larger, larger_root) = map(checkpoint, notes)
    need(origin == other and all(signed_by(note, line_vkey) for note in notes), 'two notes of one ledger by its author')
    if size == larger:
        need(root != larger_root and lines == ['end', ''], 'two roots of one size')
        return size, larger
    prefix = base64.b64decode(lines[0].removeprefix('prefix '), validate=True)
    need(size < larger and lines[1] == f'proof {len(lines) - 4}' and prefix != root, 'another prefix')
    proof = [base64.b64decode(line, validate=True) for line in lines[2:-2]]
    need(consistency_holds(size, larger, prefix, larger_root, proof), 'a consistency proof')
    return size, larger
