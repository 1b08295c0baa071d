# SPDX-License-Identifier: Apache-2.0
"""Three real nodes under one memorandum, and a draft that one of them keeps to one of the two others (docs/decisions/0023): what the
third gets has nothing of it; when its time is over nothing of it is left anywhere, both have said so, and all else stands.

usage: test_purge.py ENTENTE
"""
import base64
import datetime
import json
import sys

import party_nodes
import serving
from party_nodes import bring_into_force, eventually, memorandum_document, set_clocks, synchronised

MEMO = 'm-1'
SECRET = 'Nachtübergang bei der Mühle, nur über die Furt, 40 Männer'
DAY = datetime.timedelta(days=1)


def traces():
    """What of it could stand in a file: its words, as they are and as JSON has them, and its base64 in each of the three ways in which
    that can lie."""
    words = SECRET.encode()
    found = [words, json.dumps(SECRET)[1:-1].encode()]
    for skipped in range(3):
        part = words[skipped:]
        found.append(base64.b64encode(part[:len(part) - len(part) % 3]))
    return found


def files_with(node, needles):
    """Names of the files of a party that have any of this: its data, and what its node has said."""
    found = [str(path.relative_to(node.folder)) for path in node.folder.rglob('*')
             if path.is_file() and any(needle in path.read_bytes() for needle in needles)]
    if node.node is not None and any(needle in ''.join(node.node.log).encode() for needle in needles):
        found.append('(log)')
    return found


class Purge(party_nodes.Case):
    def setUp(self):
        super().setUp()
        options = ['--snapshot-entries', '1']
        # C's own option is sooner than what is agreed; it is given nothing, so it alone goes by that.
        self.nodes = self.a, self.b, self.c = [
            self.party(letter, options=options + ['--purge-after', '10d'] * (letter == 'C')) for letter in 'ABC']
        self.a.meet(self.b, self.c)
        self.b.meet(self.c)
        self.first = bring_into_force(self.nodes, MEMO)

    def payload(self, node):
        found = node.memorandum(MEMO)['payloads']
        self.assertEqual(len(found), 1, node.name)
        return found[0]

    def listed(self, node, hash_):
        """In the list of documents: what it is, and whether it is here."""
        documents = node.v1(f'/v1/memoranda/{MEMO}/documents')['documents']
        return [(document['what'], document['here']) for document in documents if document['hash'] == hash_]

    def draft(self):
        """A successor, ad referendum, from A to B alone, by the command line."""
        sign_by = self.a.now().replace(microsecond=0) + 60 * DAY
        document = json.loads(memorandum_document(self.nodes, sign_by, MEMO, replaces=self.first, until=sign_by + 400 * DAY))
        document['clauses']['other'] = [{'clause': '99', 'text': {'en': SECRET}}]
        path = self.folder / 'draft.json'
        path.write_text(json.dumps(document, ensure_ascii=False), encoding='utf-8')
        self.a.unlock()
        done = self.a.run('memo', 'draft', path, '--data', self.a.data, '--for', self.b.id[:8], '--json')
        return json.loads(done.stdout), path.read_text(encoding='utf-8')

    def hold_to_what_can_be_kept(self):
        """To parties of the document, and of no other draft than one ad referendum."""
        sign_by = self.a.now().replace(microsecond=0) + 60 * DAY
        document = memorandum_document(self.nodes, sign_by, MEMO, replaces=self.first, until=sign_by + 400 * DAY)
        for members, why in (({'ad_referendum': False, 'for': [self.b.id]}, 'only a draft ad referendum'),
                             ({'ad_referendum': True, 'for': []}, 'names no party'),
                             ({'ad_referendum': True, 'for': [self.b.id, self.b.id]}, 'no party twice'),
                             ({'ad_referendum': True, 'for': ['0' * 16]}, 'parties that the document names'),
                             ({'ad_referendum': True, 'for': [self.a.id]}, 'beside us'),
                             ({'ad_referendum': True, 'for': self.b.id}, 'a list of parties')):
            self.a.unlock()
            answer = self.a.request('/v1/memoranda', 'POST', {'document': document, **members})
            self.assertEqual(answer.status, 400, (members, answer))
            self.assertIn(why, answer.body.decode())
        self.assertEqual(self.a.memorandum(MEMO)['payloads'], [])

    def test_what_was_given_to_one_is_at_no_other_and_in_its_time_at_nobody(self):
        self.hold_to_what_can_be_kept()
        for node in self.nodes[1:]:
            node.ways[0].cut()
        drafted, text = self.draft()
        needles = traces()
        late = {node: self.a.bundle(node) for node in self.nodes[1:]}  # carried by hand, for days
        for node in self.nodes[1:]:
            node.ways[0].mend()
        eventually(lambda: synchronised(self.nodes), 'the draft is not everywhere')
        where = f'/v1/memoranda/{MEMO}/documents/{drafted["hash"]}'

        # B reads it; C knows that there is one, for whom, and nothing of it: neither on the wire nor in any file.
        self.assertEqual(self.b.request(where).body.decode(), text)
        self.assertEqual(self.c.request(where).status, 404)
        begin = drafted['hash'][:8]
        self.assertEqual(self.b.run('memo', 'document', MEMO, begin, '--data', self.b.data).stdout, text)
        self.assertIn('its document is not here', self.c.run('memo', 'document', MEMO, begin, '--data', self.c.data, status=1).stderr)
        self.assertIn(f'    kept to some, hash {drafted["hash"]}\n', self.c.run('memo', 'history', MEMO, '--data', self.c.data).stdout)
        self.assertEqual([self.payload(node)['here'] for node in self.nodes], [True, True, False])
        self.assertEqual([self.listed(node, drafted['hash']) for node in self.nodes],
                         [[('sealed', True)], [('sealed', True)], [('sealed', False)]])
        for node in self.nodes:
            shown = self.payload(node)
            self.assertEqual((shown['party'], shown['for'], shown['hash']), (self.a.id, [self.b.id], drafted['hash']))
            self.assertEqual((shown['purged'], shown['missing']), ([], []))
        self.assertIn('\npayload ', late[self.b])
        self.assertNotIn('\npayload ', late[self.c])
        self.assertTrue(files_with(self.a, needles) and files_with(self.b, needles), 'the search finds what is there')
        self.assertEqual(files_with(self.c, needles), [])

        # The agreed time is over: the template says 30 days. One that is stopped then does it when it starts.
        due = party_nodes.moment(self.payload(self.a)['due'])
        self.assertEqual(due.date(), (party_nodes.moment(drafted['time']) + 30 * DAY).date())
        # By which clause of which version, before and afterwards.
        by = [(self.payload(node)['due_version'], self.payload(node)['due_clause']) for node in self.nodes]
        self.assertEqual(by, [(self.first, '8.1'), (self.first, '8.1'), (None, None)])
        own = party_nodes.moment(self.payload(self.c)['due'])
        self.assertEqual(own.date(), (party_nodes.moment(drafted['time']) + 10 * DAY).date())
        said = self.c.run('memo', 'status', MEMO, '--data', self.c.data).stdout
        self.assertIn(f"its purge is due {self.payload(self.c)['due']} by our own purge-after", said)
        set_clocks(self.nodes, due - datetime.timedelta(hours=1))
        self.assertEqual(self.b.request(where).body.decode(), text)
        self.b.stop()
        for node in (self.a, self.c):
            node.set_clock(due + datetime.timedelta(hours=1))
        eventually(lambda: not self.payload(self.a)['here'], 'A keeps it')
        eventually(lambda: self.payload(self.a)['missing'] == [self.b.id], lambda: str(self.payload(self.a)))
        self.assertEqual(self.a.alarms(kind='payload-unpurged'), [])
        self.a.set_clock(due + datetime.timedelta(hours=25))
        alarm = eventually(lambda: self.a.alarms(kind='payload-unpurged'), 'B is not missed')[0]
        self.assertEqual((alarm['peer'], alarm['ledger']), (self.b.id, f'memo/{MEMO}/{self.a.id}'))
        self.b.start()
        set_clocks((self.b, self.c), due + datetime.timedelta(hours=25))
        eventually(lambda: not self.payload(self.b)['here'], 'B keeps it')
        for node in (self.a, self.b):
            eventually(lambda node=node: sorted(self.payload(node)['purged']) == sorted([self.a.id, self.b.id]),
                       lambda node=node: str(self.payload(node)))
        said = self.a.run('memo', 'status', MEMO, '--data', self.a.data).stdout
        self.assertIn(f"it is not here; purged, as was due {self.payload(self.a)['due']} by clause 8.1 of version {self.first[:12]}; done by", said)
        self.assertEqual(self.b.request(where).status, 404)
        self.assertEqual(self.listed(self.b, drafted['hash']), [('sealed', False)])

        # It comes back neither by what was carried by hand, nor by an answer; nothing that is made from now on has it.
        self.b.take_bundle(late[self.b])
        self.c.take_bundle(late[self.c])
        eventually(lambda: synchronised(self.nodes), 'something is on its way')
        self.assertFalse(self.payload(self.b)['here'])
        for node in self.nodes:
            for other in self.nodes:
                if other is not node:
                    parcel = node.bundle(other).encode()
                    self.assertFalse([needle for needle in needles if needle in parcel])
        states = [self.state(node) for node in self.nodes]
        for node in self.nodes:
            self.assertEqual(files_with(node, needles), [], node.name)
            node.stop()
            self.assertEqual(files_with(node, needles), [], node.name)

        # What was read again comes to the same, and nobody says it twice.
        for node in self.nodes:
            node.start()
        set_clocks(self.nodes, due + datetime.timedelta(hours=26))
        for node, state in zip(self.nodes, states):
            eventually(lambda node=node: node.request(f'/v1/memoranda/{MEMO}').status == 200, node.name)
            self.assertEqual(self.state(node), state)
        eventually(lambda: synchronised(self.nodes), 'something is on its way')
        for node in self.nodes:
            node.stop()
        self.hold_offline(needles)

    def test_who_dates_ahead_has_it_kept_no_longer_by_others(self):
        """A's clock is 20 days ahead when it drafts. B counts from when it came, at its next start too; A by what it wrote."""
        before = self.b.now()
        self.a.set_clock(self.a.now() + 20 * DAY)
        drafted, _ = self.draft()
        eventually(lambda: self.b.memorandum(MEMO)['payloads'] and self.payload(self.b)['here'], 'the draft has not come')
        agreed = party_nodes.moment(self.payload(self.a)['due'])
        self.assertEqual(agreed.date(), (party_nodes.moment(drafted['time']) + 30 * DAY).date())
        behind, apart = self.b.now(), datetime.timedelta(minutes=5)
        # Of what the node looks at when it starts, ten days later, nothing is as if it had come then.
        self.b.set_clock(behind + 10 * DAY)
        self.b.stop()
        self.b.start()
        due = party_nodes.moment(self.payload(self.b)['due'])
        self.assertTrue(before <= due - 30 * DAY - apart <= behind, f'{before} {due} {behind}')
        self.assertEqual(party_nodes.moment(self.payload(self.b)['due']), due)
        # What was agreed is counted from then: it is no option of B's own.
        shown = self.payload(self.b)
        self.assertEqual((shown['due_version'], shown['due_clause']), (self.first, '8.1'))
        self.b.set_clock(due + apart)
        eventually(lambda: not self.payload(self.b)['here'], 'B keeps it')
        self.assertTrue(self.payload(self.a)['here'])
        self.assertIn(f'memo/{MEMO}/{self.a.id}', {one['ledger'] for one in self.b.alarms(self.a, 'clock-ahead')})

    def state(self, node):
        found = node.memorandum(MEMO)
        return found['status'], found['version'], found['versions'], sorted(found['payloads'][0]['purged']), found['payloads'][0]['due']

    def hold_offline(self, needles):
        """All ledgers are whole, receipts stand once, and of the payload there is nothing."""
        for node in self.nodes:
            self.assertEqual(files_with(node, needles), [], node.name)
            for author in self.nodes:
                node.verify(f'memo/{MEMO}/{author.id}', author.line_vkey)
        for author, peer in ((self.a, self.b), (self.b, self.a)):
            name = f'line/{author.id}/{peer.id}'
            for node in (author, peer):
                node.verify(name, author.line_vkey)
                receipts = [json.loads(line) for line in node.entries(name) if 'purge-receipt' in line]
                self.assertEqual([(one['of']['ledger'], one['of']['seq']) for one in receipts],
                                 [(f'memo/{MEMO}/{self.a.id}', self.sealed_number())], (name, node.name))
        for author, peer in ((self.a, self.c), (self.b, self.c), (self.c, self.a), (self.c, self.b)):
            self.assertFalse([line for line in author.entries(f'line/{author.id}/{peer.id}') if 'purge-receipt' in line])

    def sealed_number(self):
        return next(json.loads(line)['seq'] for line in self.a.entries(f'memo/{MEMO}/{self.a.id}') if '"sealed"' in line)


if __name__ == '__main__':
    serving.main(sys.argv)
