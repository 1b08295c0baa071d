#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what emit_proofs prints, with nothing of ours: hashlib, and Ed25519 from the formulas of RFC 8032.

Trees and proofs are those of RFC 6962, section 2.1, by recursion; notes, cosignatures and proof files those of
C2SP. Every signature and some proofs are also checked with a bit flipped, so that this program is seen to refuse.
usage: verify_ledger.py PROGRAM
"""
import base64
import functools
import hashlib
import json
import subprocess
import sys

# --- Ed25519 (RFC 8032, section 5.1): points as (x, y) with fractions done away: X/Z, Y/Z, and T = XY/Z ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    """Section 5.1.4: the addition that holds for every two points of this curve."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    difference, total = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = total - difference, d - c, d + c, total + difference
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    result = (0, 1, 1, 0)
    for bit in bin(number)[2:]:
        result = add(result, result)
        if bit == '1':
            result = add(result, point)
    return result


def decode_point(text):
    """Section 5.1.3. None when these bytes are no point, or not the one way to write it."""
    y = int.from_bytes(text, 'little')
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign == 1):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, 'little'))


def signature_holds(key, message, signature):
    """Section 5.1.7: [S]B = R + [k]A."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], 'little')
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), 'little') % ORDER
    left, right = times(s, BASE), add(r, times(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- Trees (RFC 6962, section 2.1) ---


def sha256(data):
    return hashlib.sha256(data).digest()


def node(left, right):
    return sha256(b'\x01' + left + right)


def leaf(index):
    return sha256(b'\x00' + b'entry %d' % index)


def split(n):
    return 1 << (n - 1).bit_length() - 1


@functools.lru_cache(maxsize=None)
def tree(first, n):
    """MTH of the n entries from 'first' on."""
    if n == 0:
        return sha256(b'')
    if n == 1:
        return leaf(first)
    k = split(n)
    return node(tree(first, k), tree(first + k, n - k))


def root_by_path(m, n, entry, path):
    """What the root must be for PATH(m, D[n]) to be this path. None when it is too long or too short."""
    if n == 1:
        return entry if not path else None
    if not path:
        return None
    k = split(n)
    if m < k:
        below = root_by_path(m, k, entry, path[:-1])
        return below and node(below, path[-1])
    below = root_by_path(m - k, n - k, entry, path[:-1])
    return below and node(path[-1], below)


def roots_by_proof(m, n, known, proof):
    """The roots of m and of n entries by SUBPROOF(m, D[n], b); 'known' is the root when b is true, else None."""
    if m == n:
        if known is not None:
            return (known, known) if not proof else None
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    k, last = split(n), proof[-1]
    if m <= k:
        below = roots_by_proof(m, k, known, proof[:-1])
        return below and (below[0], node(below[1], last))
    below = roots_by_proof(m - k, n - k, None, proof[:-1])
    return below and (node(last, below[0]), node(last, below[1]))


def inclusion_holds(index, size, entry, path, root):
    return index < size and root_by_path(index, size, entry, path) == root


def consistency_holds(old, size, old_root, root, proof):
    if old == 0 or old == size:
        return not proof
    return roots_by_proof(old, size, old_root, proof) == (old_root, root)


# --- Notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) and proof files (tlog-proof) ---


def parse_vkey(text):
    name, key_id, key = text.split('+', 2)
    key = base64.b64decode(key, validate=True)
    assert sha256(name.encode() + b'\n' + key)[:4].hex() == key_id, 'a key id'
    return name, bytes.fromhex(key_id), key[0], key[1:]


def signatures_by(vkey, note):
    """(key, message, signature, time) of each line of this key."""
    name, key_id, kind, key = parse_vkey(vkey)
    at = note.rindex('\n\n')
    text, found = note[:at + 1], []
    for line in note[at + 2:].splitlines():
        dash, by, blob = line.split(' ')
        assert dash == '\u2014', 'a dash'
        blob = base64.b64decode(blob, validate=True)
        if by != name or blob[:4] != key_id:
            continue
        if kind == 1:
            found.append((key, text.encode(), blob[4:], None))
        else:
            time = int.from_bytes(blob[4:12], 'big')
            found.append((key, f'cosignature/v1\ntime {time}\n{text}'.encode(), blob[12:], time))
    return found


def check_signature(found, time):
    assert len(found) == 1 and found[0][3] == time, 'one signature, of this time'
    key, message, signature, _ = found[0]
    assert signature_holds(key, message, signature), 'a signature'
    flipped = bytes([signature[0]]) + bytes([signature[1] ^ 1]) + signature[2:]
    assert not signature_holds(key, message, flipped), 'a signature with a bit flipped'
    assert not signature_holds(key, message + b'\n', signature), 'a signature of another text'


def check_file(row):
    first, index, *rest = row['text'].split('\n')
    assert first == 'c2sp.org/tlog-proof@v1' and index == f'index {row["from"]}', 'the head of a proof file'
    path = [base64.b64decode(line, validate=True) for line in rest[:rest.index('')]]
    note = row['text'].split('\n\n', 1)[1]
    origin, size, root, empty = note.split('\n')[:4]
    assert (origin, int(size), empty) == (row['origin'], row['size'], ''), 'a checkpoint'
    root = base64.b64decode(root, validate=True)
    assert root == tree(0, row['size']), 'the root of a checkpoint'
    assert inclusion_holds(row['from'], row['size'], leaf(row['from']), path, root), 'the proof of a proof file'
    check_signature(signatures_by(row['vkey'], note), None)
    check_signature(signatures_by(row['witness'], note), row['time'])


def forked_leaf(index, forks_at):
    return leaf(index + 100000) if index >= forks_at else leaf(index)


def forked_tree(first, n, forks_at):
    """MTH of the other history."""
    if n == 1:
        return forked_leaf(first, forks_at)
    k = split(n)
    return node(forked_tree(first, k, forks_at), forked_tree(first + k, n - k, forks_at))


def checkpoint_of(lines):
    """Takes a note off the front of the lines; gives it and its size and root."""
    word, count = lines.pop(0).split(' ')
    assert word == 'checkpoint', 'a checkpoint of a fork'
    note = ''.join(line + '\n' for line in lines[:int(count)])
    del lines[:int(count)]
    return note, int(note.split('\n')[1]), base64.b64decode(note.split('\n')[2], validate=True)


def check_fork(row):
    lines = row['text'].split('\n')
    assert lines.pop(0) == 'entente fork 1' and lines[-2:] == ['end', ''], 'the ends of a fork'
    (note, size, root), (other, larger, larger_root) = checkpoint_of(lines), checkpoint_of(lines)
    assert (size, larger) == (row['size'], row['larger']) and note.split('\n')[0] == other.split('\n')[0], 'of one ledger'
    for signed in note, other:
        check_signature(signatures_by(row['vkey'], signed), None)
    assert root == tree(0, size) and larger_root == forked_tree(0, larger, row['forks_at']), 'the roots of a fork'
    if size == larger:
        assert lines == ['end', ''] and root != larger_root, 'a fork of one size'
        return
    prefix = base64.b64decode(lines[0].removeprefix('prefix '), validate=True)
    assert lines[1] == f'proof {len(lines) - 4}', 'the length of a proof'
    proof = [base64.b64decode(line, validate=True) for line in lines[2:-2]]
    assert prefix == forked_tree(0, size, row['forks_at']) and prefix != root, 'the prefix of a fork'
    assert consistency_holds(size, larger, prefix, larger_root, proof), 'the proof of a fork'
    assert not consistency_holds(size, larger, root, larger_root, proof), 'a fork that is none'


def check_inclusion(row):
    size, index = row['size'], row['from']
    path = [bytes.fromhex(text) for text in row['proof']]
    assert inclusion_holds(index, size, leaf(index), path, tree(0, size)), 'an inclusion proof'
    assert not inclusion_holds(index, size, leaf(index + 1), path, tree(0, size)), 'another entry'
    assert not inclusion_holds(index, size, leaf(index), path + [leaf(0)], tree(0, size)), 'a longer proof'


def check_consistency(row):
    size, old = row['size'], row['from']
    proof = [bytes.fromhex(text) for text in row['proof']]
    assert consistency_holds(old, size, tree(0, old), tree(0, size), proof), 'a consistency proof'
    assert not consistency_holds(old, size, tree(0, old), tree(0, size), proof + [leaf(0)]), 'a longer proof'
    if 0 < old < size:
        assert not consistency_holds(old, size, tree(0, old), tree(0, size + 1), proof), 'another tree'


def check_root(row):
    assert bytes.fromhex(row['root']) == tree(0, row['size']), 'a root'


def check_ourselves():
    """RFC 8032, section 7.1, TEST 3."""
    key = bytes.fromhex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025')
    signature = bytes.fromhex('6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac'
                              '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a')
    assert signature_holds(key, bytes.fromhex('af82'), signature), 'RFC 8032'
    assert not signature_holds(key, bytes.fromhex('af83'), signature), 'RFC 8032, another text'


def main():
    checks = {'root': check_root, 'file': check_file, 'fork': check_fork, 'inclusion': check_inclusion,
              'consistency': check_consistency}
    counts = dict.fromkeys(checks, 0)
    check_ourselves()
    lines = subprocess.run(sys.argv[1:2], check=True, capture_output=True, text=True, encoding='utf-8').stdout
    for number, line in enumerate(lines.splitlines(), 1):
        row = json.loads(line)
        try:
            checks[row['kind']](row)
        except AssertionError as wrong:
            sys.exit(f'verify_ledger: line {number} is wrong: {wrong}: {line}')
        counts[row['kind']] += 1
    print(', '.join(f'{count} of {kind}' for kind, count in counts.items()))
    if min(counts.values()) < 10:
        sys.exit('verify_ledger: fewer than expected')


if __name__ == '__main__':
    main()
