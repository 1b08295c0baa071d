#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
Makes the parcels of tests/data/cli anew, and the keys for them: with Debian's python3-cryptography, by docs/formats.md and the
texts of C2SP, and without any code of ours. Ed25519 has no chance in it: the same bytes come out each time.

usage: make_parcels.py FOLDER
"""
import base64
import hashlib
import pathlib
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGNER, COSIGNER = 1, 4
TIME = 1795668110788770
PERIOD = 3600000000
BEGUN = TIME // PERIOD * PERIOD


class Party:
    def __init__(self, seed, name):
        self.key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.id = hashlib.sha256(name).hexdigest()[:16]
        self.name = self.id + '.line.entente.invalid'
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def key_id(self, kind):
        return hashlib.sha256(self.name.encode() + b'\n' + bytes([kind]) + self.public).digest()[:4]

    def vkey(self, kind):
        return f'{self.name}+{self.key_id(kind).hex()}+{base64.b64encode(bytes([kind]) + self.public).decode()}\n'

    def line(self, kind, rest):
        return f'\u2014 {self.name} {base64.b64encode(self.key_id(kind) + rest).decode()}\n'

    def note(self, ledger, entries):
        root = base64.b64encode(tree([leaf(entry) for entry in entries])).decode()
        text = f'{self.name}/{ledger}\n{len(entries)}\n{root}\n'
        return text + '\n' + self.line(SIGNER, self.key.sign(text.encode()))

    def cosign(self, note, time_s):
        text = note.split('\n\n')[0] + '\n'
        signature = self.key.sign(f'cosignature/v1\ntime {time_s}\n{text}'.encode())
        return note + self.line(COSIGNER, struct.pack('>Q', time_s) + signature)


def leaf(entry):
    return hashlib.sha256(b'\0' + entry.encode()).digest()


def tree(hashes):
    """RFC 6962, section 2.1."""
    if len(hashes) == 1:
        return hashes[0]
    left = 1
    while left * 2 < len(hashes):
        left *= 2
    return hashlib.sha256(b'\1' + tree(hashes[:left]) + tree(hashes[left:])).digest()


def counted(key, note):
    return f'{key} {note.count(chr(10))}\n{note}'


def ended(text):
    return text + 'end ' + hashlib.sha256(text.encode()).hexdigest() + '\n'


def test_entry(time_us):
    return (f'{{"seq":0,"time_us":{time_us},"kind":"line-test","class":"ACTUAL","period_from_us":{BEGUN},'
            f'"period_us":{PERIOD}}}')


def main(folder):
    a, b = Party(1, b'party key of A'), Party(2, b'party key of B')
    of_a, of_b, memo = f'line/{a.id}/{b.id}', f'line/{b.id}/{a.id}', f'memo/m1/{a.id}'
    heard = test_entry(TIME + 500000)
    entries = [test_entry(TIME),
               f'{{"seq":1,"time_us":{TIME + 1000000},"kind":"line-receipt","class":"ACTUAL",'
               f'"of":{{"ledger":"{of_b}","seq":0,"leaf":"{leaf(heard).hex()}"}}}}']
    # A name that would turn the line around on a screen.
    draft = (f'{{"seq":0,"time_us":{TIME},"kind":"memo-draft","class":"ACTUAL",'
             '"name":"A \u0447\u044c\u044f-\u0442\u043e \u202ename"}')
    payload = base64.b64encode(hashlib.sha256(b'salt').digest() + b'for some').decode()
    text = f'entente parcel 1\nfrom {a.id}\nto {b.id}\n'
    text += f'ledger {of_a} 0 2\n' + ''.join(entry + '\n' for entry in entries)
    text += counted('checkpoint', a.note(of_a, entries))
    text += f'ledger {memo} 2 1\n{draft}\npayload 2 {payload}\n' + counted('checkpoint', a.note(memo, [draft] * 3))
    text += counted('witnessed', a.cosign(b.note(of_b, [heard]), (TIME + 1000000) // 1000000)) + f'have {of_b} 1\n'
    files = {
        'two.parcel': ended(text),
        'two-changed.parcel': ended(text).replace('"seq":1', '"seq":7'),
        'two-forged.parcel': ended(text.replace('line-receipt', 'line-RECEIPT')),
        'two-cut.parcel': ended(text)[:700],
        'two-bad.parcel': ended(text.replace('payload 2', 'payload 1')),
        'a.vkey': a.vkey(SIGNER), 'a-witness.vkey': a.vkey(COSIGNER), 'b.vkey': b.vkey(SIGNER),
    }
    for name, content in files.items():
        (pathlib.Path(folder) / name).write_text(content, encoding='utf-8')


if __name__ == '__main__':
    main(sys.argv[1])
