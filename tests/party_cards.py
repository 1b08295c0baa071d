# SPDX-License-Identifier: Apache-2.0
"""Cards of parties, made and looked at by another hand: for tests. Shares no code with the program."""
import base64
import hashlib
import pathlib
import re

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ISSUED = '2026-11-26T10:00:00Z'
ONE = b'\x01'  # Ed25519, in signed notes
words = re.findall(r'"([a-z]+)"', (pathlib.Path(__file__).parent.parent / 'src/party/words.c').read_text())


def b64(data):
    return base64.b64encode(data).decode()


def raw(key):
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def key(number):
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def key_id(name, public):
    return hashlib.sha256(name.encode() + b'\n' + ONE + public).digest()[:4]


def vkey(name, public):
    return f'{name}+{key_id(name, public).hex()}+{b64(ONE + public)}'


def fingerprint(vkey_text):
    """The 12 words of a party key."""
    assert len(words) == 512
    digest = hashlib.sha256(vkey_text.encode()).digest()[:12]
    return [words[256 * (place % 2) + byte] for place, byte in enumerate(digest)]


def make(name, number=1, first=1, now=None, line=2, addresses=(), before=None):
    """A card of the party whose first key is key(first); signed by key(now), and by key(before)."""
    now = first if now is None else now
    party = hashlib.sha256(raw(key(first))).hexdigest()[:16]
    party_name, line_name = f'{party}.party.entente.invalid', f'{party}.line.entente.invalid'
    lines = ['entente card 1', f'party {party}', f'name {name}', f'number {number}', f'issued {ISSUED}',
             f'party-key {vkey(party_name, raw(key(now)))}', f'line-key {vkey(line_name, raw(key(line)))}',
             f'tls-key {b64(bytes([line]) * 32)}']
    lines += [f'{"reserve" if i else "address"} {address}' for i, address in enumerate(addresses)]
    text = '\n'.join(lines) + '\n'
    card = text + '\n'
    for signer in [now] if before is None else [now, before]:
        signature = key_id(party_name, raw(key(signer))) + key(signer).sign(text.encode())
        card += f'\u2014 {party_name} {b64(signature)}\n'
    return card


def parse(card):
    """Verifies a card, and gives its members: name to a list of values; '' has the keys that signed it."""
    text, signatures = card.split('\n\n')
    text += '\n'
    members = {}
    for line in text.splitlines():
        name, value = line.split(' ', 1)
        members.setdefault(name, []).append(value)
    vkeys = [members['party-key'][0]]
    members[''] = []
    for line in signatures.splitlines():
        dash, name, blob = line.split(' ')
        assert dash == '\u2014' and name == vkeys[0].split('+', 1)[0]
        members[''].append((base64.b64decode(blob)[:4].hex(), base64.b64decode(blob)[4:], text.encode()))
    assert verifies(members, vkeys[0])
    return members


def verifies(members, vkey_text):
    """Is one of the card's signatures by this key? Raises when one that claims to be is wrong."""
    _, digits, blob = vkey_text.split('+', 2)
    found = False
    for key_digits, signature, text in members['']:
        if key_digits == digits:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(blob)[1:]).verify(signature, text)
            found = True
    return found
