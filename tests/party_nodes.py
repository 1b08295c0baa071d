# SPDX-License-Identifier: Apache-2.0
"""Nodes of parties, as people run them: `party add`, `serve`, /v1 by the door of the command line, files. For tests.

The addresses of a card lead to a Way each, a forwarder on this machine that a test cuts and mends; or into a network namespace.
"""
import contextlib
import ctypes
import datetime
import http.client
import json
import os
import pathlib
import re
import select
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import serving
from peer import WAIT_S, Peer, free_address

PASSPHRASE = 'correct horse battery'
HOUR_S = 3600


def eventually(holds, why, seconds=WAIT_S):
    """Waits until it holds, and gives what it is then."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > until:
            raise AssertionError('not in time: ' + (why() if callable(why) else why))
        time.sleep(0.05)
    return found


def moment(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def moment_text(at):
    return at.strftime('%Y-%m-%dT%H:%M:%SZ')


class Way:
    """One address of a card: takes connections and carries their bytes to where the node listens, while it is not cut."""

    def __init__(self, to):
        self.to, self.address, self.links = to, free_address(), set()
        self.listener, self.carried = None, 0
        self.limit = None  # it breaks for good after so many bytes, wherever that is

    @property
    def url(self):
        return f'https://{self.address[0]}:{self.address[1]}'

    def mend(self):
        if self.listener is None:
            self.listener = socket.create_server(self.address)
            threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()
        return self

    def cut(self):
        """At once, in the middle of whatever it is."""
        if self.listener is not None:
            listener, self.listener = self.listener, None
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for link in list(self.links):
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self.carry, args=(listener.accept()[0],), daemon=True).start()

    def carry(self, one):
        with contextlib.suppress(OSError), one, socket.create_connection(self.to, WAIT_S) as other:
            self.links.update((one, other))
            try:
                while True:
                    for link in select.select((one, other), (), ())[0]:
                        some = link.recv(65536)
                        if not some or self.listener is None:
                            return
                        self.carried += len(some)
                        if self.limit is not None and self.carried > self.limit:
                            self.cut()
                            return
                        (other if link is one else one).sendall(some)
            finally:
                self.links.difference_update((one, other))


def connect_in(namespace, address):
    """A connection of a network namespace (None: ours): a socket stays in the one that it was made in."""
    if namespace is None:
        return socket.create_connection(address, WAIT_S)
    made = []

    def make():
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f'/run/netns/{namespace}', encoding='ascii') as file:
            if libc.setns(file.fileno(), 0x40000000) != 0:  # CLONE_NEWNET, of this thread alone
                return
        with contextlib.suppress(OSError):
            made.append(socket.create_connection(address, WAIT_S))
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if not made:
        raise ConnectionError(f'{address} in {namespace}')
    return made[0]


class PartyNode:
    """A party's folder, and its node while it runs."""

    def __init__(self, folder, name, settable=True, ways=1, listens=None, namespace=None,
                 addresses=None, options=()):
        self.folder, self.name, self.namespace, self.options = pathlib.Path(folder), name, namespace, list(options)
        self.data, self.settable = self.folder / 'data', settable
        self.folder.mkdir(parents=True, exist_ok=True)
        self.passphrase = self.folder / 'passphrase'
        self.passphrase.write_text(PASSPHRASE + '\n')
        self.listens, self.node = listens or free_address(), None
        self.ways = [Way(self.listens).mend() for _ in range(ways)] if addresses is None else []
        urls = [way.url for way in self.ways] if addresses is None else addresses
        # As `entente init` makes it, but for the cost of the passphrase, which is then paid for each act.
        self.run_tool(self.data, name, PASSPHRASE, 'settable' if settable else 'real', *urls)
        self.id = re.search(r'(?m)^party (.*)$', self.card())[1]

    def run(self, *arguments, status=0):
        done = serving.run(*arguments)
        if done.returncode != status:
            raise AssertionError(f'{arguments}: {done.returncode}: {done.stdout}{done.stderr}')
        return done

    @staticmethod
    def run_tool(*arguments):
        tool = pathlib.Path(serving.program).parents[2] / 'tests/party_tool'
        done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, timeout=WAIT_S, check=False)
        if done.returncode != 0:
            raise AssertionError(f'{arguments}: {done.returncode}: {done.stdout}{done.stderr}')

    # --- Cards ---

    def card(self):
        return (self.data / 'party/card.txt').read_text()

    @property
    def certificate(self):
        return self.data / 'party/tls.pem'

    @property
    def line_vkey(self):
        return re.search(r'(?m)^line-key (.*)$', self.card())[1]

    def add(self, card_path):
        """Confirms it, and tells the node when it runs."""
        self.run('party', 'add', card_path, '--data', self.data, '--confirm')
        if self.node is not None:
            self.v1('/v1/parties/again', 'POST')

    def meet(self, *others):
        """Both confirm the other's card; others are nodes or peers of another hand."""
        for other in others:
            if isinstance(other, Peer):
                # Who is called before it knows who calls turns it away, and is left alone for a second.
                other.knows(self.card(), self.certificate)
                self.add(other.card_file())
            else:
                self.add(other.data / 'party/card.txt')
                other.add(self.data / 'party/card.txt')

    # --- Running ---

    def start(self, *options):
        prefix = () if self.namespace is None else ('ip', 'netns', 'exec', self.namespace)
        self.node = serving.Node('--quiet', '--peers-listen', '%s:%d' % self.listens, *(['--dev'] if self.settable else []),
                                 *self.options, *options, data=self.data, prefix=prefix).start()
        return self

    def stop(self):
        if self.node is not None:
            node, self.node = self.node, None
            status = node.stop()
            if status != 0:
                raise AssertionError(f'{self.name} ended with {status}:\n' + ''.join(node.log))

    def kill(self):
        node, self.node = self.node, None
        node.kill()

    @property
    def pid(self):
        """Of the program, not of what ran it in a namespace."""
        return self.node.process.pid

    def resident_mib(self, peak=False):
        """Now, or the most since forget_peak()."""
        with open(f'/proc/{self.pid}/status', encoding='ascii') as file:
            return int(re.search(rf'{"VmHWM" if peak else "VmRSS"}:\s+(\d+) kB', file.read())[1]) / 1024

    def forget_peak(self):
        pathlib.Path(f'/proc/{self.pid}/clear_refs').write_text('5')

    # --- /v1, as the command line asks ---

    def request(self, path, method='GET', body=None, headers=None):
        url, token = (self.data / 'control').read_text().split()[:2]
        host, port = url.removeprefix('http://').split(':')
        connection = http.client.HTTPConnection(host, int(port))
        connection.sock = connect_in(self.namespace, (host, int(port)))
        try:
            given = json.dumps(body) if isinstance(body, dict) else body
            kind = {'Content-Type': 'text/plain' if isinstance(body, str) else 'application/json'} if body is not None else {}
            connection.request(method, path, given.encode() if given is not None else None,
                               {'Authorization': 'Bearer ' + token, **kind, **(headers or {})})
            return serving.Answer(connection.getresponse())
        finally:
            connection.close()

    def v1(self, path, method='GET', body=None, status=(200, 201, 204), headers=None):
        answer = self.request(path, method, body, headers)
        if answer.status not in ([status] if isinstance(status, int) else status):
            raise AssertionError(f'{method} {path}: {answer}')
        if answer.headers.get_content_type() == 'application/json':
            return answer.json()
        return answer.body.decode()

    def now(self):
        return moment(self.v1('/v1/state')['time'])

    def set_clock(self, at):
        self.v1('/v1/clock', 'POST', {'time': at.isoformat().replace('+00:00', 'Z')})

    def unlock(self):
        """For a quarter of an hour by the node's clock, which a test may have set on since."""
        if self.v1('/v1/state')['key_unlocked_until'] is None:
            self.v1('/v1/key', 'POST', {'passphrase': PASSPHRASE, 'minutes': 15})

    def peer(self, other):
        return self.v1(f'/v1/parties/{other.id}')

    def line(self, other):
        return self.peer(other)['line']

    def size_of_theirs(self, other, ledger=None):
        name = ledger or f'line/{other.id}/{self.id}'
        return next((one['size'] for one in self.peer(other)['theirs'] if one['ledger'] == name), 0)

    def owed(self, other):
        """Entries of ours that the other has not acknowledged, by ledger."""
        return {one['ledger']: one['size'] - one['acknowledged'] for one in self.peer(other)['owed']
                if one['size'] > one['acknowledged']}

    def alarms(self, peer=None, kind=None):
        return [one for one in self.v1('/v1/alarms')['alarms']
                if (peer is None or one['peer'] == peer.id) and (kind is None or one['kind'] == kind)]

    def wrongs(self):
        """Alarms, but for those of clocks: tests set them one after the other."""
        return [one for one in self.alarms() if one['kind'] not in ('clock-ahead', 'clock-behind')]

    def bundle(self, other):
        return self.v1(f'/v1/parties/{other.id}/parcel')

    def take_bundle(self, text):
        return self.v1('/v1/parcels', 'POST', text)

    def act(self, memorandum, **members):
        self.unlock()
        return self.v1(f'/v1/memoranda/{memorandum}/acts', 'POST', members)

    def first_act(self, memorandum, **members):
        """Those whom it concerns are asked before it; who cannot be reached is waited for, and meanwhile it is refused."""
        self.unlock()
        eventually(lambda: self.request(f'/v1/memoranda/{memorandum}/acts', 'POST', members).status == 201,
                   f'{self.name} still asks')

    def memorandum(self, name):
        return self.v1(f'/v1/memoranda/{name}')

    def told_by_time(self, name):
        """Of all that the node remembers: what time alone has brought about under a memorandum, each with the event that tells it."""
        text = self.v1('/v1/events', headers={'Last-Event-ID': 'none'})
        told = [json.loads(line.removeprefix('data: ')) for line in text.split('\n') if line.startswith('data: ')]
        return [(one, each) for one in told for each in one.get('by_time', []) if one['memorandum'] == name]

    # --- Ledgers, offline: the node has stopped ---

    def verify(self, ledger, vkey):
        """As it lies in the folder, and as a file that goes anywhere."""
        exported = self.folder / 'exported'
        self.run('ledger', 'export', '--data', self.data, '--ledger', ledger, '--output', exported)
        self.run('ledger', 'verify', exported, '--vkey', vkey)
        return self.run('ledger', 'verify', '--data', self.data, '--ledger', ledger, '--vkey', vkey)

    def entries(self, ledger):
        return self.run('ledger', 'show', '--data', self.data, '--ledger', ledger).stdout.splitlines()


class Case(unittest.TestCase):
    """A folder, and nodes that are stopped behind the test, whatever came of it; they must end well."""

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = pathlib.Path(self.stack.enter_context(tempfile.TemporaryDirectory()))

    def party(self, name, start=True, **how):
        made = PartyNode(self.folder / name, name, **how)
        self.stack.callback(made.stop)
        for way in made.ways:
            self.stack.callback(way.cut)
        return made.start() if start else made

    def hand(self, name, serve=True, **how):
        """A peer of another hand."""
        made = Peer(self.folder / name, name, **how)
        self.stack.callback(made.stop)
        return made.serve() if serve else made


def set_clocks(nodes, at):
    """All to one moment; those that are on their way must not be met before."""
    for node in nodes:
        node.set_clock(at)


def synchronised(nodes):
    """Each has all that each other wrote to it, and knows that the other has what it wrote."""
    return all(not node.owed(other) and node.peer(other)['owed'] for node in nodes for other in nodes if other is not node)


def bring_into_force(nodes, name='m-1', **terms):
    """Drafted by the first, signed by all, and the clocks set to where it takes effect; gives the document's hash."""
    sign_by = nodes[0].now().replace(microsecond=0) + datetime.timedelta(hours=2)
    for node in nodes:
        node.unlock()
    draft = nodes[0].v1('/v1/memoranda', 'POST', {'document': memorandum_document(nodes, sign_by, name, **terms), 'ad_referendum': False})
    for node in nodes:
        eventually(lambda node=node: node.request(f'/v1/memoranda/{name}').status == 200 and node.memorandum(name)['versions'],
                   lambda node=node: f'the draft is not at {node.name}')
        node.first_act(name, act='memo-sign', version=draft['hash'])
    for node in nodes:
        eventually(lambda node=node: len(node.memorandum(name)['versions'][0]['evidence']) == len(nodes) and
                   node.memorandum(name)['status'] == 'agreed, not yet in force', lambda node=node: f'{node.memorandum(name)}')
    set_clocks(nodes, sign_by + datetime.timedelta(seconds=1))
    for node in nodes:
        eventually(lambda node=node: node.memorandum(name)['status'] == 'in force', lambda node=node: f'{node.memorandum(name)}')
    return draft['hash']


def member(memorandum, party):
    return next(one for one in memorandum['members'] if one['party'] == party.id)


def memorandum_document(parties, sign_by, name='m-1', replaces=None, until=None, test_every=None):
    """From the template, for these parties; it takes effect when signing ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'template.json'
        done = serving.run('memo', 'new', '--language', 'en', '--output', path)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        document = json.loads(path.read_text())
    document['id'] = name
    if replaces is not None:
        document['replaces'] = replaces
    document['parties'] = [{'id': party.id, 'name': f'Party {letter}'} for letter, party in zip('ABCDEFGH', parties)]
    clauses = document['clauses']
    clauses['validity'].update(sign_by=moment_text(sign_by), effective_from=moment_text(sign_by),
                               until=moment_text(until or sign_by + datetime.timedelta(days=365)))
    for one in clauses['obligations']:
        one.update(owner=parties[0].id, due=moment_text(sign_by + datetime.timedelta(days=30)))
    for one in clauses['disclosure']:
        one.pop('to', None)
    if test_every is not None:
        clauses['line']['test_every'] = test_every
    return json.dumps(document, ensure_ascii=False)
