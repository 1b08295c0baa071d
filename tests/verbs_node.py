# SPDX-License-Identifier: Apache-2.0
"""A stand-in for a node, and what it answers to the commands of test_verbs.py."""
import contextlib
import hashlib
import http.server
import json
import pathlib
import threading

TOKEN = 'AbC-_' + 'x' * 38
US, THEM, OTHER = '0123456789abcdef', 'fedcba9876543210', 'feed000000000001'
FIRST, KEPT = 'aa' * 32, 'cd' * 32


def document_that_begins(begin):
    """A document whose hash begins so, by what blanks stand behind it; and that hash."""
    text = (pathlib.Path(__file__).parent / 'data/memo/good.json').read_bytes()
    before = hashlib.sha256(text)
    for n in range(1 << 24):
        after, blanks = before.copy(), ''.join(' \n'[n >> bit & 1] for bit in range(24)).encode()
        after.update(blanks)
        if after.hexdigest().startswith(begin):
            return text + blanks, after.hexdigest()
    raise ValueError(begin)


DOCUMENT, SECOND = document_that_begins('abab')
PARCEL = (pathlib.Path(__file__).parent / 'data/cli/two.parcel').read_text(encoding='utf-8')
STATE = {'version': '1', 'time': '2026-11-26T14:00:00Z', 'settable_clock': True,
         'party': {'id': US, 'name': 'Blue river aid'}, 'key_unlocked_until': None}
LINE = {'state': 'up', 'missed': 0, 'why': 'nobody looked yet', 'good': '2026-11-26T13:00:07Z',
        'expected': '2026-11-26T15:00:00Z', 'ours': True, 'peer_says': 'answered', 'peer_is_ahead': False,
        'terms': {'test_every_s': 1800, 'late_after_s': 300, 'memorandum': 'river', 'version': FIRST, 'clause': '9'}}
THEIRS = {'id': THEM, 'name': 'Équipe \u202eأزرق', 'words': 'one two three', 'card_number': 2,
          'confirmed': '2026-11-25T10:00:00Z', 'line': LINE,
          'ways': [{'url': 'https://a.example:8443', 'primary': True, 'failures': 3, 'reached': None,
                    'last': 'it refuses connections'},
                   {'url': 'https://b.example:8443', 'primary': False, 'failures': 0,
                    'reached': '2026-11-26T13:00:07Z', 'last': 'it was answered'}],
          'heard': '2026-11-26T13:00:07Z', 'sent': None,
          'owed': [{'ledger': f'line/{US}/{THEM}', 'size': 9, 'acknowledged': 8,
                    'acknowledged_time': '2026-11-26T13:00:07Z'}],
          'theirs': [{'ledger': f'line/{THEM}/{US}', 'size': 7, 'time': '2026-11-26T13:00:07Z', 'frozen': False, 'reason': ''},
                     {'ledger': f'memo/river/{THEM}', 'size': 4, 'time': None, 'frozen': True,
                      'reason': 'it contradicts itself'}]}
LOST = {**THEIRS, 'id': OTHER, 'name': 'Centre',
        'line': {**LINE, 'state': 'lost', 'missed': 2, 'why': 'no path', 'good': None, 'ours': False, 'peer_says': None,
                 'peer_is_ahead': True,
                 'terms': {'test_every_s': 3600, 'late_after_s': 300, 'memorandum': None, 'version': None, 'clause': None}}, 'heard': None, 'ways': [], 'owed': [], 'theirs': []}
PARTIES = {'parties': [THEIRS, LOST]}
MEMBER = {'party': US, 'bound': True, 'suspended': False, 'suspended_since': None, 'suspended_declared': None,
          'suspended_received': None, 'withdrawing': False, 'withdrawn': None, 'withdrawn_declared': None, 'withdrawn_received': None,
          'coalition': [{'id': 'coast', 'name': 'Coast Guard'}], 'suspension_reason': None, 'withdrawal_reason': None,
          'level': {'flight': 'coordination'}, 'received': 5, 'has': 5, 'frozen': False,
          'waiting': 0, 'waiting_since': None, 'waiting_for': None, 'waiting_kinds': [],
          'suspension_version': None, 'suspension_clause': None, 'declarations': []}
VERSION = {'hash': FIRST, 'stage': 'the version that took effect last', 'sign_by': '2026-11-20T00:00:00Z',
           'effective_from': '2026-11-21T00:00:00Z', 'valid_until': '2027-11-21T00:00:00Z', 'replaces': None,
           'evidence': {US: 'signed with its key', THEM: 'signed on paper, attested by another party'}, 'drafted_by': US, 'seq': 0,
           'paper': [{'party': US, 'seq': 2, 'scan': SECOND, 'signed': '2026-11-19T00:00:00Z', 'signed_by': [US, THEM]}],
           'declined_by': [], 'declines': []}
NEXT = {**VERSION, 'hash': SECOND, 'stage': 'signed by some', 'sign_by': '2026-12-01T00:00:00Z',
        'effective_from': '2026-12-02T00:00:00Z', 'valid_until': None, 'replaces': FIRST,
        'evidence': {US: 'not signed', THEM: 'signed with its key'}, 'paper': [], 'drafted_by': THEM, 'seq': 1, 'declined_by': [US, OTHER],
        'declines': [{'party': US, 'seq': 2, 'answer': 'declined', 'declared': '2026-11-26T12:00:00Z', 'received': '2026-11-26T12:00:00Z', 'reason': None},
                     {'party': OTHER, 'seq': 0, 'answer': 'declined', 'declared': '2026-11-26T12:00:00Z', 'received': '2026-11-26T12:00:01Z',
                      'reason': 'clause 9\nis too\u001b[31m long'}]}
# Ink of all, which this party has recorded, and another has not.
INK = {**NEXT, 'hash': '1a' * 32, 'stage': 'signed by all in time, as attested; some have not recorded their own ink',
       'evidence': {US: 'signed on paper, attested by itself', THEM: 'signed on paper, attested by itself',
                    OTHER: 'signed on paper, attested by another party'},
       'paper': [{'party': party, 'seq': 7, 'scan': SECOND, 'signed': '2026-11-19T00:00:00Z', 'signed_by': [party, OTHER]} for party in (US, THEM)],
       'declined_by': [], 'declines': []}
MEMORANDUM = {
    'id': 'river', 'title': {'en': 'On the river', 'ru': 'О реке'}, 'ended': None, 'level_suspended': True,
    'goes_on': {'clause': '14', 'version': FIRST, 'what': ['tests', 'flash', 'safety-call', 'protected-places', 'reported-events']},
    'status': 'suspended', 'version': FIRST, 'since': '2026-11-21T00:00:00Z',
    'until': '2027-11-21T00:00:00Z', 'next': None, 'next_from': None,
    'level': {'flight': 'exchange', 'cease-fire': 'coordination', 'reserved-airspace': 'coordination', 'reported-event': 'exchange'},
    'level_clauses': {'flight': '3.1', 'cease-fire': '3.7', 'hazard-area': '3.2'},
    'level_acts': [{'subject': 'flight', 'level': 'exchange', 'party': THEM, 'seq': 3, 'declared': '2026-11-25T10:00:00Z',
                    'received': '2026-11-25T10:00:04Z'},
                   {'subject': 'hazard-area', 'level': 'none', 'party': US, 'seq': 4, 'declared': '2026-11-25T11:00:00Z',
                    'received': '2026-11-25T11:00:00Z'}],
    'members': [{**MEMBER, 'party': THEM, 'suspended': True, 'suspended_since': '2026-11-26T09:00:00Z', 'received': 4, 'has': 3,
                 'suspends_from': '2026-11-26T09:00:00Z', 'suspension_agreed_from': '2026-11-26T10:00:00Z', 'frozen': True,
                 'suspended_declared': '2026-11-26T08:59:00Z', 'suspended_received': '2026-11-26T11:20:00Z', 'suspension_version': FIRST, 'suspension_clause': '14',
                 'suspension_reason': 'the bridge is\u001b[31m closed',
                 'declarations': [{'seq': 2, 'declared': '2026-11-25T10:00:00Z', 'received': '2026-11-25T10:00:01Z',
                                   'text': 'clause 5 as we read it:\u001b[31m\nfishing boats too'}],
                 'waiting': 2, 'waiting_since': '2026-11-26T12:00:00Z', 'waiting_for': {'party': OTHER, 'entries': 5},
                 'waiting_kinds': ['memo-withdraw', 'memo-declare']},
                {**MEMBER, 'party': OTHER, 'bound': False, 'received': 1, 'has': 0, 'withdrawing': True,
                 'withdrawn': '2026-11-27T00:00:00Z', 'withdrawn_declared': '2026-11-25T00:00:00Z',
                 'withdrawn_received': '2026-11-25T06:00:00Z', 'withdrawal_reason': 'no mandate any more', 'waiting': 1, 'waiting_since': '2026-11-26T13:00:00Z'},
                {**MEMBER, 'suspends_from': '2026-11-26T16:00:00Z', 'suspension_agreed_from': '2026-11-26T16:00:00Z',
                 'suspended_declared': '2026-11-26T13:00:00Z', 'suspended_received': '2026-11-26T13:00:00Z'}],
    'versions': [VERSION, NEXT, INK],
    'payloads': [{'party': THEM, 'seq': 6, 'hash': 'ca' * 32, 'for': [US], 'due': '2026-12-26T00:00:00Z', 'due_version': FIRST, 'due_clause': '8.1',
                  'here': False, 'purged': [US], 'missing': [THEM]},
                 {'party': US, 'seq': 1, 'hash': 'cb' * 32, 'for': [THEM], 'due': '2026-12-01T00:00:00Z', 'due_version': None, 'due_clause': None,
                  'here': True, 'purged': [], 'missing': []},
                 {'party': US, 'seq': 2, 'hash': 'cc' * 32, 'for': [THEM], 'due': None, 'due_version': None, 'due_clause': None,
                  'here': True, 'purged': [], 'missing': []},
                 {'party': US, 'seq': 3, 'hash': 'cd' * 32, 'for': [THEM], 'due': '2026-12-01T00:00:00Z', 'due_version': SECOND, 'due_clause': None,
                  'here': True, 'purged': [], 'missing': []}],
    'offers': [{'party': THEM, 'seq': 2, 'version': SECOND, 'answer_by': '2026-11-28T00:00:00Z',
                'answers': {OTHER: 'declined', US: 'offered'},
                'answered': [{'party': OTHER, 'seq': 1, 'answer': 'declined', 'declared': '2026-11-26T12:00:00Z', 'received': '2026-11-26T12:00:01Z',
                              'reason': 'not by that day'}]}],
    'sealed': [{'party': US, 'seq': 3, 'hash': KEPT, 'for': [THEM], 'declined_by': [THEM]}],
    'obligations': [{'clause': 'obl-1', 'owner': THEM, 'due': '2026-11-25T00:00:00Z', 'word': 'not done',
                     'obstacle': 'the bridge is closed', 'overdue': True},
                    {'clause': 'obl-2', 'owner': US, 'due': '2026-12-25T00:00:00Z', 'word': 'nothing said', 'obstacle': None,
                     'overdue': False},
                    {'clause': 'obl-3', 'owner': US, 'due': '2026-11-20T00:00:00Z', 'word': 'done', 'obstacle': None, 'overdue': False,
                     'late': True, 'said': '2026-11-22T00:00:00Z', 'received': '2026-11-22T00:00:04Z'}],
    'views': [{'party': THEM, 'differences': [{'what': 'status', 'here': 'suspended', 'there': 'in force'}], 'more': 0, 'missing': 1,
               'lacks': {US: 1}},
              {'party': OTHER, 'missing': 2, 'lacks': {US: 1, THEM: 1},
               'differences': [{'what': 'status', 'here': 'suspended', 'there': 'nothing is agreed'},
                               {'what': 'level of flight', 'here': 'exchange', 'there': 'none'},
                               {'what': 'level of hazard-area', 'here': 'coordination', 'there': 'none'},
                               {'what': f'{US} bound', 'here': 'yes', 'there': 'no'},
                               {'what': f'{US} level of flight', 'here': 'exchange', 'there': 'none'},
                               {'what': f'{THEM} bound', 'here': 'yes', 'there': 'no'},
                               {'what': f'{THEM} suspended', 'here': '2026-11-26T14:00:00Z', 'there': 'no'},
                               {'what': f'version {SECOND} by {THEM}', 'here': 'signed with its key', 'there': 'not signed'},
                               {'what': 'next version', 'here': SECOND, 'there': 'none'}]}],
    'acts': [{'seq': 3, 'kind': 'memo-decline', 'declared': '2026-11-26T12:00:00Z',
              'acknowledged': {THEM: '2026-11-26T13:00:07Z', OTHER: None}},
             {'seq': 4, 'kind': 'memo-suspend', 'declared': '2026-11-26T13:00:00Z', 'acknowledged': {THEM: None, OTHER: None}}],
    'tag': 'cafe' * 8}
AGREED = {**MEMORANDUM, 'id': 'sea', 'status': 'agreed, not yet in force', 'version': None, 'since': None, 'until': None, 'next': SECOND,
          'next_from': '2026-12-02T00:00:00Z', 'level': {}, 'level_suspended': False, 'goes_on': None, 'level_clauses': {}, 'level_acts': [], 'views': [], 'offers': [], 'obligations': [], 'acts': [], 'versions': [
              {**NEXT, 'stage': 'agreed, not yet in force', 'declined_by': []}],
          'members': [{**MEMBER, 'bound': False}, {**MEMBER, 'party': THEM, 'bound': False}, {**MEMBER, 'party': OTHER, 'bound': False}]}
ENTRY = {'party': US, 'seq': 0, 'kind': 'memo-draft', 'class': 'ACTUAL', 'declared': '2026-11-19T08:00:00Z',
         'received': '2026-11-19T08:00:00Z', 'standing': 'counts'}
HISTORY = {'entries': [
    {**ENTRY, 'version': FIRST, 'ad_referendum': True, 'acknowledged': {THEM: '2026-11-26T13:00:07Z', OTHER: None}},
    {**ENTRY, 'kind': 'memo-paper', 'party': THEM, 'seq': 1, 'received': '2026-11-22T08:00:00Z', 'version': FIRST,
     'scan': SECOND, 'signed': '2026-11-18T00:00:00Z', 'signed_by': [US, THEM]},
    {**ENTRY, 'seq': 5, 'sealed': KEPT, 'sealed_for': [THEM], 'ad_referendum': True},
    {**ENTRY, 'kind': 'memo-decline', 'seq': 2, 'offer': {'party': THEM, 'seq': 2}, 'text': 'not yet,\nand \u001b[31m not so'},
    {**ENTRY, 'kind': 'memo-sign', 'seq': 3, 'standing': 'fault', 'rule': 5, 'where': 'entry 3',
     'why': 'the time to sign that version, its sign_by, is over'},
    {**ENTRY, 'kind': 'memo-obligation', 'seq': 4, 'class': 'TEST', 'standing': 'passed', 'under': FIRST, 'clause': 'obl-1', 'done': False,
     'text': 'closed'},
    {'party': OTHER, 'seq': 0, 'received': '2026-11-22T08:00:00Z', 'standing': 'waits', 'where': '',
     'why': 'it has seen entry 9 of fedcba9876543210, which is not here'}]}
ALARMS = {'since': '2026-11-26T10:00:00Z', 'alarms': [
    {'number': 2, 'kind': 'fork', 'text': 'two checkpoints of this ledger cannot both be honest; the evidence is kept',
     'peer': THEM, 'ledger': f'memo/river/{THEM}', 'where': 'line 7', 'why': 'of size 4 there are two roots',
     'evidence': '/d/evidence/1.fork', 'kept': '', 'closable': False, 'first': '2026-11-26T12:00:00Z', 'last': '2026-11-26T13:00:00Z', 'times': 4},
    {'number': 1, 'kind': 'unreadable', 'text': 'what the peer sent is no parcel', 'peer': '', 'ledger': '', 'where': '',
     'why': '', 'evidence': '', 'kept': '', 'closable': True, 'first': '2026-11-26T11:00:00Z', 'last': '2026-11-26T11:00:00Z', 'times': 1}]}


def alarm_tag(alarm):
    """As `entente alarms` has it: what it is, and as often as it has happened."""
    text = ''.join(f'{alarm[name]}\n' for name in ('kind', 'peer', 'ledger', 'first', 'times'))
    return f'{alarm["number"]}@{int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 10 ** 6:06}'


CLOSED = {'alarm': ALARMS['alarms'][1], 'by': '(command line)', 'reason': 'a test of ours'}
TAKEN = {'from': THEM, 'ledgers': 2, 'entries': 1, 'acknowledged': 3, 'alarms': 1, 'answer': 'entente parcel 1\n...\n'}
DONE = {'memorandum': 'river', 'ledger': f'memo/river/{US}', 'seq': 5, 'time': '2026-11-26T14:00:00.000001Z', 'class': 'ACTUAL',
        'leaf': 'cd' * 32}
EVENTS = ('retry: 100\n\nid: s-6\nevent: lost\ndata: {}\n\nid: s-7\nevent: peer\n'
          f'data: {{"id":"{THEM}","state":"up","missed":0,"ahead":false,"ledger":"","more":{{"x":1}}}}\n\nid: s-7\n\n')


def control_text(url, folder, token=TOKEN):
    about = folder.stat()
    return f'{url}\n{token}\nfolder {about.st_dev} {about.st_ino}\n'


class Standin:
    """A node that answers what it is told to. 'asked' has what it was asked: method, path, headers, body."""

    def __init__(self, folder):
        self.answers, self.asked = {}, []
        standin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            wbufsize = 1 << 16  # head and body in one piece

            def answer(self):
                body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
                standin.asked.append((self.command, self.path, dict(self.headers), body))
                if self.headers.get('Authorization') != 'Bearer ' + TOKEN:
                    self.send(401, b'{"message":"no"}')
                    return
                answer = standin.answers.get((self.command, self.path), (404, {'message': 'there is nothing at that path'}))
                if callable(answer):
                    answer = answer(self)
                if answer is not None:
                    self.send(*answer)

            def send(self, status, body):
                body = json.dumps(body).encode() if isinstance(body, dict) else body
                self.send_response(status)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body)

            do_GET = do_POST = do_DELETE = answer  # noqa: N815

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(('127.0.0.1', 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.control = folder / 'control'
        self.url = 'http://127.0.0.1:%d' % self.server.server_address[1]
        self.control.write_text(control_text(self.url, folder), encoding='ascii')

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


TERMS = {
    'id': 'river', 'at': '2026-11-29T14:00:00Z', 'status': 'suspended', 'version': FIRST,
    'terms': [{'term': 'level', 'subject': 'flight', 'clause': '4.1', 'agreed': 'coordination', 'level': 'exchange',
               'says': 'exchange, lowered by an act from coordination'},
              {'term': 'minima', 'kind': 'flight', 'clause': '5.1', 'lateral_m': 5556, 'vertical_m': 304.8, 'time_s': 0,
               'says': 'lateral 3 NM, vertical 1000 ft'},
              {'term': 'deadlines', 'precedence': 'flash', 'clause': '10.1', 'steps': [{'after_s': 60, 'to': 'watch-officer'}],
               'says': 'after 60 s to the watch-officer'},
              {'term': 'read-back', 'clause': '11', 'tolerance_m': 1000, 'says': 'the same within 1 km'}]}
NOTHING = {'title': {}, 'status': 'nothing is agreed', 'version': None, 'since': None, 'until': None, 'next': None, 'next_from': None, 'ended': None,
           'suspended_by': [], 'withdrawn': [], 'level': {}, 'level_suspended': False, 'parties': [US], 'waiting': 0, 'tag': 'bb'}


def node_answers():
    return {
        ('GET', '/v1/state'): (200, STATE), ('GET', '/v1/parties'): (200, PARTIES),
        ('GET', f'/v1/parties/{THEM}'): (200, THEIRS), ('GET', f'/v1/parties/{OTHER}'): (200, LOST),
        ('GET', '/v1/memoranda'): (200, {'memoranda': [
            {**NOTHING, 'id': 'bridge', 'title': {'en': 'On the\u001b[31m bridge'}, 'status': 'ended by withdrawal', 'version': SECOND,
             'since': '2026-11-21T00:00:00Z', 'until': '2027-11-21T00:00:00Z', 'ended': '2026-11-25T00:00:00Z',
             'withdrawn': [{'party': THEM, 'from': '2026-11-25T00:00:00Z', 'reason': None}], 'parties': [US, THEM]},
            {**NOTHING, 'id': 'lake', 'status': 'no longer in force: its validity is over', 'version': SECOND, 'since': '2026-11-21T00:00:00Z',
             'until': '2026-11-25T00:00:00Z', 'ended': '2026-11-25T00:00:00Z', 'parties': [US, THEM]},
            {**NOTHING, 'id': 'river', 'title': {'en': 'On the river', 'ru': 'О реке'}, 'status': 'suspended', 'version': FIRST,
             'since': '2026-11-21T00:00:00Z', 'suspended_by': [{'party': THEM, 'since': '2026-11-26T09:00:00Z', 'reason': 'the bridge is closed'},
                                                               {'party': US, 'since': '2026-11-26T10:00:00Z', 'reason': None}],
             'level': {'flight': 'exchange'}, 'level_suspended': True, 'parties': [US, THEM], 'waiting': 3, 'tag': 'aa'},
            {**NOTHING, 'id': 'sea', 'next': SECOND, 'next_from': '2026-12-02T00:00:00Z', 'status': 'agreed, not yet in force', 'tag': 'bb'},
            {**NOTHING, 'id': 'sky'}]}),
        ('GET', '/v1/memoranda/river'): (200, MEMORANDUM), ('GET', '/v1/memoranda/sea'): (200, AGREED),
        ('GET', '/v1/memoranda/river?at=2026-11-29T14:00:00Z'): (200, {**MEMORANDUM, 'offers': [], 'versions': []}),
        ('GET', '/v1/memoranda/river/terms'): (200, TERMS),
        ('GET', '/v1/memoranda/river/terms?at=2026-11-29T14:00:00Z'): (200, {**TERMS, 'status': 'ended by withdrawal', 'version': None, 'terms': []}),
        ('GET', '/v1/memoranda/river/history'): (200, HISTORY), ('GET', '/v1/alarms'): (200, ALARMS),
        ('POST', '/v1/alarms/1/close'): (200, CLOSED),
        ('GET', f'/v1/parties/{THEM}/parcel'): (200, PARCEL.encode()),
        ('GET', f'/v1/parties/{THEM}/parcel?bytes=2000'): (200, PARCEL.encode()),
        ('POST', '/v1/parcels'): (200, TAKEN), ('POST', '/v1/memoranda/river/acts'): (201, DONE),
        ('POST', '/v1/memoranda'): (201, {**DONE, 'hash': FIRST}), ('POST', '/v1/clock'): (200, {'time': '2026-11-29T14:00:00Z'}),
        ('GET', '/v1/events'): (200, EVENTS.encode()), ('GET', f'/v1/memoranda/river/documents/{SECOND}'): (200, DOCUMENT),
    }
