# SPDX-License-Identifier: Apache-2.0
"""A party's node of another hand, for tests: it keeps ledgers as peer_bytes has them, speaks TLS 1.3 with pinned keys, takes
parcels and answers them, tests its line and answers tests. Honest unless it is told not to be: a test sets 'answer' or 'raw', changes a
ledger, or sends what it likes.
"""
import collections
import contextlib
import http.client
import http.server
import ipaddress
import itertools
import json
import os
import pathlib
import socket
import ssl
import threading
import time
import urllib.parse

import peer_bytes
from peer_bytes import Card, Identity, Ledger, Parcel, Replica, leaf_hash

PATH = '/peer/parcel'
WAIT_S = 30  # much longer than it takes


def now_us():
    return time.time_ns() // 1000


def free_port(host='127.0.0.1'):
    """One that nobody has at this moment; a card has to name it before anybody listens."""
    with socket.create_server((host, 0)) as listener:
        return listener.getsockname()[1]


def free_address(made=itertools.count()):
    """Of an address of this machine's that is ours alone: no connection that goes out of 127.0.0.1 takes the port while nobody listens."""
    host = str(ipaddress.ip_address(0x7f010000 + (os.getpid() % 65000 << 8) + next(made) % 250 + 1))
    return host, free_port(host)


class Known:
    """A party that this one knows: its card, and the certificate that Python's ssl wants to have beside the key's hash."""

    def __init__(self, card_text, certificate):
        self.card, self.certificate = Card(card_text), certificate


class Peer:
    def __init__(self, folder, name='Peer', settable=True, seed=None, listens=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.address = free_address() if listens else None
        urls = [f'https://{self.address[0]}:{self.address[1]}'] if listens else []
        self.who = Identity(name, seed, settable, urls)
        self.id, self.files = self.who.id, self.who.write_tls(self.folder)
        self.class_ = 'TEST' if settable else 'ACTUAL'
        self.ahead_us = 0  # its clock, of the machine's
        self.source = '127.0.0.1'  # where its connections come from
        self.known, self.ours, self.theirs = {}, {}, {}
        self.acknowledged = collections.defaultdict(int)
        self.witnessed = {}  # by origin: the largest checkpoint of another's ledger, cosigned
        self.received, self.failures = [], []
        self.answer = None  # answer(parcel, text): what to say instead of 'text'
        self.raw = None  # raw(connection): instead of HTTP, on the TLS connection
        self.pushes = self.receipts = True  # it sends what it writes by itself; it writes a receipt for each test
        self.lock, self.server, self.links = threading.RLock(), None, set()

    # --- Whom it knows ---

    def card_file(self):
        path = self.folder / 'card.txt'
        path.write_text(self.who.card())
        return path

    def knows(self, card_text, certificate=None):
        known = Known(card_text, certificate)
        self.known[known.card.id] = known
        return known

    def clock(self):
        return now_us() + self.ahead_us

    # --- Ledgers ---

    def ledger(self, name):
        return self.ours.setdefault(name, Ledger(self.who, name))

    def line(self, peer):
        return self.ledger(f'line/{self.id}/{peer}')

    def write(self, name, kind, members, act=False):
        with self.lock:
            return self.ledger(name).add(kind, self.class_, self.clock(), members, act)

    def test(self, peer, period_us=peer_bytes.PERIOD_US, **changed):
        """A test of the period that it is."""
        begun = self.clock() // period_us * period_us
        return self.write(f'line/{self.id}/{peer}', 'line-test', {'period_from_us': begun, 'period_us': period_us, **changed})

    def members_of(self, name):
        """Whom a ledger of ours goes to: the line's peer, or everybody."""
        parts = name.split('/')
        return [parts[2].split('@')[0]] if parts[0] == 'line' else list(self.known)

    # --- Parcels ---

    def owed(self, peer):
        """All that this peer has not cosigned; a file has no more, a request no less."""
        return [ledger.piece(self.acknowledged[peer, name]) for name, ledger in sorted(self.ours.items())
                if peer in self.members_of(name) and self.acknowledged[peer, name] < len(ledger)]

    def haves(self, peer):
        return [(name, len(replica)) for (author, name), replica in sorted(self.theirs.items()) if author == peer]

    def parcel(self, peer, ledgers=None, witnessed=None, have=None):
        with self.lock:
            return peer_bytes.parcel(self.id, peer, self.owed(peer) if ledgers is None else ledgers,
                                     self.others(peer) if witnessed is None else witnessed,
                                     self.haves(peer) if have is None else have)

    def others(self, peer):
        return [note for origin, note in sorted(self.witnessed.items()) if not origin.startswith((peer, self.id))]

    def take(self, text, from_=None):
        """Takes a parcel in, and gives the answer's text. Wrong when it is none, or not for us."""
        came = Parcel(text)
        peer_bytes.need(came.to == self.id and came.from_ in self.known and from_ in (None, came.from_), 'from and to')
        known, cosigned = self.known[came.from_], []
        with self.lock:
            for piece in came.ledgers:
                cosigned += self.take_ledger(known, piece)
            for note in came.witnessed:
                self.take_note(came.from_, known, note)
            have = {piece['name']: len(self.theirs[came.from_, piece['name']]) for piece in came.ledgers}
            back = self.give_back(came, have)
            return came, peer_bytes.parcel(self.id, came.from_, back, cosigned, list(have.items()))

    def give_back(self, came, have):
        """Who says how much it has of its own ledgers is told how much of them is here, and gets what it lacks (0020)."""
        back = []
        for name, size in came.have.items():
            if not name.startswith(f'line/{came.from_}/') and not name.endswith('/' + came.from_):
                continue
            replica = self.theirs.get((came.from_, name), ())
            have[name] = len(replica)
            if size < len(replica) and replica.note is not None:
                back.append({'name': name, 'first': size, 'entries': replica.entries[size:], 'payloads': [], 'note': replica.note})
        return back

    def take_ledger(self, known, piece):
        replica = self.theirs.setdefault((known.card.id, piece['name']), Replica(known.card, piece['name']))
        before = len(replica)
        try:
            replica.take(piece)
        except peer_bytes.Wrong as wrong:
            self.failures.append(str(wrong))
            return []
        self.receive(known.card.id, replica, before)
        if replica.note is None or not len(replica):
            return []
        note = self.who.cosign(replica.note, self.clock() // 10**6)
        self.witnessed[replica.origin] = note
        return [note]

    def receive(self, peer, replica, before):
        """Tests get their receipts."""
        for entry in replica.entries[before:]:
            found = json.loads(entry)
            if found['kind'] == 'line-test' and self.receipts:
                self.write(f'line/{self.id}/{peer}', 'line-receipt', {'of': {
                    'ledger': replica.name, 'seq': found['seq'], 'leaf': leaf_hash(entry).hex()}})

    def take_note(self, peer, known, note):
        origin, size, root = peer_bytes.checkpoint(note)
        name = origin.split('/', 1)[1]
        if not origin.startswith(self.who.line_name + '/') or name not in self.ours:
            return
        ours = self.ours[name]
        peer_bytes.need(peer_bytes.signed_by(note, self.who.line_vkey), 'a checkpoint that we signed')
        peer_bytes.need(size <= len(ours) and ours.tree.root(size) == root, 'a checkpoint of what we have')
        if peer_bytes.cosigned_by(note, known.card.line_vkey) is not None:
            self.acknowledged[peer, name] = max(self.acknowledged[peer, name], size)

    # --- Asking ---

    def context(self, version=ssl.TLSVersion.TLSv1_3, files=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        context.load_cert_chain(*(files or self.files))
        return context

    def connect(self, peer, address=None, **how):
        """TLS with the key of the card, or nothing is sent."""
        card = self.known[peer].card
        url = urllib.parse.urlsplit(address or card.addresses[0])
        link = self.context(**how).wrap_socket(socket.create_connection((url.hostname, url.port), WAIT_S, (self.source, 0)))
        shown = peer_bytes.x509.load_der_x509_certificate(link.getpeercert(True)).public_key()
        if peer_bytes.spki_hash(shown) != card.tls_hash:
            link.close()
            raise peer_bytes.Wrong('the key of the card')
        return link

    def post(self, peer, body, address=None, path=PATH, **how):
        """One request; status and text."""
        with self.connect(peer, address, **how) as link:
            connection = http.client.HTTPConnection('peer')
            connection.sock = link
            connection.request('POST', path, body.encode() if isinstance(body, str) else body, {'Content-Type': 'text/plain'})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def push(self, peer, text=None, address=None):
        """Sends what is owed, or this; takes the answer in and gives it."""
        status, answer = self.post(peer, self.parcel(peer) if text is None else text, address)
        if status != 200:
            return status, answer
        return status, self.take(answer, peer)[0]

    # --- Being asked ---

    def serve(self):
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            timeout = WAIT_S
            disable_nagle_algorithm = True  # else the body waits 40 ms for the head's acknowledgement

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length'])).decode()
                status, text = peer.handle(body, self.connection.getpeercert(True))
                self.send_response(status)
                self.send_header('Content-Type', 'text/plain; charset=utf-8')
                self.send_header('Content-Length', str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads, block_on_close = True, False

            def finish_request(self, request, client_address):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.minimum_version = ssl.TLSVersion.TLSv1_3
                context.load_cert_chain(*peer.files)
                context.verify_mode = ssl.CERT_REQUIRED
                for known in list(peer.known.values()):
                    if known.certificate is not None:
                        context.load_verify_locations(known.certificate)
                with contextlib.suppress(OSError), context.wrap_socket(request, server_side=True) as link:
                    peer.links.add(link)
                    try:
                        if peer.raw is not None:
                            peer.raw(link)
                        else:
                            Handler(link, client_address, self)
                    finally:
                        peer.links.discard(link)

            def handle_error(self, request, client_address):
                peer.failures.append('a request failed')

        self.server = Server(self.address, Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def handle(self, body, certificate):
        shown = peer_bytes.spki_hash(peer_bytes.x509.load_der_x509_certificate(certificate).public_key())
        who = [known.card.id for known in self.known.values() if known.card.tls_hash == shown]
        if not who:
            return 403, 'nobody we know'
        try:
            came, text = self.take(body, who[0])
        except peer_bytes.Wrong as wrong:
            self.failures.append(str(wrong))
            return 400, str(wrong)
        self.received.append(came)
        if self.answer is not None:
            text = self.answer(came, text)
        elif self.pushes and self.owed(who[0]):
            threading.Thread(target=self.push_quietly, args=(who[0],), daemon=True).start()
        return 200, text

    def push_quietly(self, peer):
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.push(peer)

    def stop(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None
            for link in list(self.links):
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
