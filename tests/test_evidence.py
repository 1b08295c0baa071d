#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`entente ledger verify`, offline, of what stands between parties: evidence that an author contradicts itself is told in a
sentence, and of nothing else; a line's ledger is what was signed, or the entry is named that is not.

usage: test_evidence.py ENTENTE EMIT_PROOFS EMIT_LEDGER
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

program, emit, emit_ledger = sys.argv[1:4]


def run(*arguments):
    done = subprocess.run([program, 'ledger', 'verify', *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def expect(what, condition, *shown):
    if not condition:
        sys.exit(f'test_evidence: {what}: {shown}')


def check_row(row, path):
    path.write_text(row['text'], encoding='utf-8')
    size, larger = row['size'], row['larger']
    code, out, err = run(path, '--vkey', row['vkey'])
    expect('a proof is one', code == 0 and out.startswith('PROVED: ledger.example contradicts itself.\n') and not err, code, out, err)
    expect('its ledger is named', 'of the ledger ledger.example/line/a/b that cannot both be honest' in out, out)
    sizes = f'both are over {size} entries' if size == larger else f'one over {size} entries, and one over {larger}, of which'
    expect('its sizes are named', sizes in out, out)
    code, out, err = run(path, '--vkey', row['vkey'], '--json')
    expect('as JSON', code == 0 and json.loads(out) == {'contradicts_itself': True, 'ledger': 'ledger.example/line/a/b',
                                                        'sizes': [size, larger]}, code, out, err)


def check_others(row, path):
    path.write_text(row['text'], encoding='utf-8')
    key = path.parent / 'vkey'
    key.write_text(row['vkey'] + '\n', encoding='utf-8')
    code, out, _ = run(path, '--vkey', key)
    expect('a key in a file', code == 0 and out.startswith('PROVED'), code, out)
    code, out, err = run(path)
    expect('without a key', code == 2 and not out and '--vkey' in err, code, out, err)
    code, out, err = run(path, '--vkey', row['vkey'], '--data', path.parent)
    expect('with --data', code == 2 and not out, code, out, err)
    text = row['text'].split('\n')
    text[3] = str(row['size'] + 1)
    path.write_text('\n'.join(text), encoding='utf-8')
    code, out, _ = run(path, '--vkey', row['vkey'])
    expect('what was changed', code == 1 and out.startswith('NOT proved: the first checkpoint'), code, out)
    code, out, _ = run(path, '--vkey', row['vkey'], '--json')
    expect('what was changed, as JSON', code == 1 and json.loads(out)['contradicts_itself'] is False, code, out)
    path.write_text(row['text'][:-4], encoding='utf-8')
    code, out, err = run(path, '--vkey', row['vkey'])
    expect('what is cut off', code == 2 and not out and 'line ' in err, code, out, err)


def check_export(path, line, vkey):
    """A ledger between parties as a file: it names no key, so the author's must be given; and it is held to what was signed."""
    subprocess.run([program, 'ledger', 'export', *line, '--output', path], check=True)
    code, out, err = run(path, '--vkey', vkey)
    expect('an export of a line is verified', code == 0 and not err and 'ledger line/a/b: 300 entries' in out and
           'every entry is what was signed, and is later than the one before it' in out, code, out, err)
    code, out, err = run(path, '--vkey', vkey, '--json')
    expect('as JSON', code == 0 and 'folds' not in json.loads(out) and json.loads(out)['root_is_signed'], code, out, err)
    code, out, err = run(path)
    expect('it names no key', code == 2 and not out and 'it needs --vkey' in err, code, out, err)
    lines = path.read_text(encoding='utf-8').splitlines(keepends=True)
    shown = subprocess.run([program, 'ledger', 'show', path], check=True, capture_output=True, text=True).stdout
    expect('it is shown', shown == ''.join(row for row in lines if row.startswith('{"seq":')) and len(shown.splitlines()) == 300)
    changed = path.with_name('changed')
    for what, text, where in (
            ('an entry', [row.replace('"time_us":1795', '"time_us":1794') if row.startswith('{"seq":100,') else row for row in lines], 'entry 100: '),
            ('its end', lines[:-2], 'entry 299: missing'),
            ('its name', [lines[0].replace('line/a/b', 'line/a/c', 1), *lines[1:]], 'checkpoint: it is of another ledger')):
        changed.write_text(''.join(text), encoding='utf-8')
        code, out, err = run(changed, '--vkey', vkey)
        expect(f'{what} was changed', code == 1 and where in out, code, out, err)
    done = subprocess.run([program, 'ledger', 'import', path, '--data', path.parent / 'imported', '--vkey', vkey], capture_output=True,
                          text=True, check=False)
    expect('it is not imported', done.returncode == 2 and 'this is line/a/b' in done.stderr, done)
    proof, entry = path.with_name('proof'), path.with_name('entry')
    subprocess.run([program, 'ledger', 'prove', '7', *line, '--output', proof], check=True)
    entry.write_text(shown.splitlines()[7], encoding='utf-8')
    done = subprocess.run([program, 'ledger', 'prove', '--check', proof, '--entry', entry, '--vkey', vkey], capture_output=True, text=True,
                          check=False)
    expect('an entry of it is proved', done.returncode == 0 and 'the entry is number 7 of the 300 entries' in done.stdout, done)


def check_wrong_key(line, vkey):
    """Which key signed it, which one was given, and where the right one is."""
    name, key_id, _ = vkey.split('+')
    other = other_key(name)
    code, out, err = run(*line, '--vkey', other)
    said = f'not by this key of {name} ({other.split("+")[1]}) but by another of that name ({key_id})'
    expect('another key of that name', code == 1 and said in out and "its author's card has the key" in out, code, out, err)
    other = other_key('somebody.example')
    code, out, err = run(*line, '--vkey', other)
    said = f'not signed by somebody.example (key {other.split("+")[1]}), but by {name} (key {key_id})'
    expect('a key of another name', code == 1 and said in out and f'NOT signed by {other}' in out, code, out, err)


def other_key(name):
    key = b'\x01' + bytes(range(32))
    return f'{name}+{hashlib.sha256(name.encode() + bytes([10]) + key).hexdigest()[:8]}+{base64.b64encode(key).decode()}'


def check_no_ledger(folder):
    """A data directory whose node was never started."""
    folder.mkdir()
    for more in (), ('--ledger', 'desk'), ('--ledger', 'line/a/b', '--vkey', other_key('a')):
        code, out, err = run('--data', folder, *more)
        expect('no ledger yet', code == 2 and not out and f'{folder}: there is no ledger in it: a node makes it at its first start' in err, code, out, err)


def check_ledger(folder):
    data = folder / 'data'
    vkey = subprocess.run([emit_ledger, data], check=True, capture_output=True, text=True).stdout.strip()
    line = ('--data', data, '--ledger', 'line/a/b')
    code, out, err = run(*line, '--vkey', vkey)
    expect('a line is verified', code == 0 and not err and 'ledger line/a/b: 300 entries' in out and
           'every entry is what was signed, and is later than the one before it' in out, code, out, err)
    code, out, err = run(*line, '--vkey', vkey, '--json')
    expect('as JSON', code == 0 and 'folds' not in json.loads(out) and json.loads(out)['root_is_signed'], code, out, err)
    code, out, err = run(*line)
    expect('without a key', code == 2 and not out and 'it needs --vkey' in err, code, out, err)
    code, out, err = run('--data', data, '--ledger', 'line/a/c', '--vkey', vkey)
    expect('one that is not there', code == 2 and 'there is no ledger of this name in it, but line/a/b\n' in err, code, out, err)
    code, out, err = run('--ledger', 'line/a/b', '--vkey', vkey, folder / 'vkey')
    expect('of a file', code == 2 and '--ledger' in err, code, out, err)
    shown = subprocess.run([program, 'ledger', 'show', *line, '--from', '7', '--to', '8'], check=True, capture_output=True, text=True)
    expect('it is shown', [json.loads(row)['seq'] for row in shown.stdout.splitlines()] == [7, 8], shown)
    check_export(folder / 'export', line, vkey)
    check_wrong_key(line, vkey)
    database = data / 'ledger.sqlite'
    bytes_ = database.read_bytes()
    entry, changed = b'{"seq":100,"time_us":1795', b'{"seq":100,"time_us":1794'
    expect('it is in the database', entry in bytes_)
    database.write_bytes(bytes_.replace(entry, changed))
    code, out, err = run(*line, '--vkey', vkey)
    expect('the entry is named', code == 1 and out.startswith('entry 100: '), code, out, err)


def main():
    lines = subprocess.run([emit], check=True, capture_output=True, text=True, encoding='utf-8').stdout.splitlines()
    rows = [row for row in map(json.loads, lines) if row['kind'] == 'fork']
    expect('there are some', len(rows) > 15)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'evidence'
        for row in rows[::3]:
            check_row(row, path)
        check_others(rows[1], path)
        check_no_ledger(pathlib.Path(folder) / 'empty')
        check_ledger(pathlib.Path(folder))


if __name__ == '__main__':
    main()
