# SPDX-License-Identifier: Apache-2.0
"""A data directory's ledger, read and checked with nothing of ours: sqlite3, hashlib, and verify_ledger.py's Ed25519."""
import base64
import pathlib
import shutil
import sqlite3
import tempfile

from verify_ledger import check_signature, node, sha256, signatures_by

WIDTH = 256  # of a tile
SEQ_BITS = 40


class Tree:
    """RFC 6962, section 2.1, a leaf at a time: perfect subtrees, the largest first, as (leaves, root)."""

    def __init__(self):
        self.leaves, self.peaks = [], []

    def add(self, entry):
        size, root = 1, sha256(b'\x00' + entry)
        self.leaves.append(root)
        while self.peaks and self.peaks[-1][0] == size:
            root = node(self.peaks.pop()[1], root)
            size *= 2
        self.peaks.append((size, root))

    def root(self):
        if not self.peaks:
            return sha256(b'')
        root = self.peaks[-1][1]
        for _, peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root


def perfect_root(hashes):
    while len(hashes) > 1:
        hashes = [node(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
    return hashes[0]


class Ledger:
    """What was read of it stays as it was; 'read' goes on from there, and returns the new entries."""

    def __init__(self, data, name='airspace/main'):
        self.data, self.name, self.tree = pathlib.Path(data), name, Tree()
        self.tiles = []  # of each level, the roots of its full ones

    def read(self):
        """Of a node that does not run: from a copy, so that its own recovery is the node's to do."""
        with tempfile.TemporaryDirectory() as folder:
            for file in self.data.glob('ledger.sqlite*'):
                shutil.copy(file, folder)
            db = sqlite3.connect(f'{folder}/ledger.sqlite')
            try:
                return self.read_from(db)
            finally:
                db.close()

    def read_from(self, db):
        found = db.execute('SELECT id, size, note FROM ledger WHERE name = ?', (self.name,)).fetchone() if db.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'ledger'").fetchone() else None
        ledger, size, note = found or (0, 0, b'')
        before = len(self.tree.leaves)
        assert size >= before, f'{size} entries, where there were {before}'
        rows = db.execute('SELECT key, leaf, bytes FROM entry WHERE key >= ? ORDER BY key', (ledger << SEQ_BITS,)).fetchall() if found else []
        assert [key for key, *_ in rows] == [(ledger << SEQ_BITS) + i for i in range(size)], 'a gap, or entries beyond the size'
        for i, leaf in enumerate(self.tree.leaves):
            assert sha256(b'\x00' + rows[i][2]) == leaf == rows[i][1], f'entry {i} was changed'
        for key, leaf, entry in rows[before:]:
            self.tree.add(entry)
            assert leaf == self.tree.leaves[-1], f'the hash beside entry {key - (ledger << SEQ_BITS)}'
        if size > 0:
            self.check_note(note.decode(), size)
            self.check_tiles(db, ledger)
        return [entry for *_, entry in rows[before:]]

    def check_note(self, note, size):
        shown = self.data / 'ledger.vkey'
        if not shown.exists():
            # It is written behind the first entry, before the node serves; what it signed is looked at when it is there.
            assert size == 1 and (self.data / 'ledger.key').exists(), f'no key to verify {size} entries with'
            return
        vkey = shown.read_text(encoding='ascii').strip()
        origin, said_size, root = note.split('\n')[:3]
        assert origin == vkey.split('+')[0] and int(said_size) == size, f'a checkpoint of {said_size} entries over {size}'
        assert base64.b64decode(root, validate=True) == self.tree.root(), 'a root'
        check_signature(signatures_by(vkey, note), None)

    def check_tiles(self, db, ledger):
        """All that are full are there, and no others."""
        below, level = self.tree.leaves, 0
        while len(below) >= WIDTH:
            rows = db.execute('SELECT idx, root, hashes FROM tile WHERE ledger = ? AND level = ? ORDER BY idx', (ledger, level)).fetchall()
            assert [row[0] for row in rows] == list(range(len(below) // WIDTH)), f'tiles of level {level}'
            if level == len(self.tiles):
                self.tiles.append([])
            for index, root, hashes in rows:
                assert hashes == b''.join(below[index * WIDTH:(index + 1) * WIDTH]), f'tile {level}, {index}'
                if index >= len(self.tiles[level]):
                    self.tiles[level].append(perfect_root(below[index * WIDTH:(index + 1) * WIDTH]))
                assert root == self.tiles[level][index], f'the root of tile {level}, {index}'
            below, level = self.tiles[level], level + 1
        assert db.execute('SELECT count(*) FROM tile WHERE ledger = ? AND level >= ?', (ledger, level)).fetchone() == (0,), 'a tile too many'
