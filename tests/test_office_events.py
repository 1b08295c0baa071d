#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
What happens, live, over HTTP: held requests, cuts, what is no longer remembered, many listeners, and a stop.

usage: test_office_events.py OFFICE_TOOL
"""
import json
import select
import sys
import threading
import time
import unittest

import office_case
from office_case import PASSPHRASE, OfficeCase, Who


def read(text):
    """Blocks of an event stream: (id, kind, data), with kind None where only the id is said."""
    for block in text.decode().split('\n\n'):
        fields = dict(line.split(': ', 1) for line in block.split('\n') if ': ' in line)
        if 'id' in fields:
            yield fields['id'], fields.get('event'), json.loads(fields['data']) if 'data' in fields else None


class Listener:
    """As a browser does: it comes back with the id of its last event."""

    def __init__(self, who):
        self.who, self.id, self.seen = who, None, []

    def ask(self):
        answer = self.who.ask('GET', '/v1/events', **({'Last_Event_ID': self.id} if self.id else {}))
        assert answer.status == 200, answer
        assert answer.headers['Content-Type'] == 'text/event-stream'
        assert answer.body.startswith(b'retry: 100\n\n')
        for self.id, kind, data in read(answer.body):
            if kind is not None:
                self.seen.append((kind, data))
        return answer


class ListenerCase(OfficeCase):
    def listener(self, who=None):
        """One that knows where now is."""
        listener = Listener(who or self.line)
        listener.id = 'none'
        listener.ask()
        listener.seen = []
        return listener


class Operators(ListenerCase):
    how = ('party', 'brief')
    staff = ('ada',)

    def signed_in(self, who):
        """At the door that has time for it: on a machine that is busy a password takes seconds."""
        asks = Who(self.office)
        asks.connect = self.line.connect
        self.assertEqual(asks.sign_in(who).status, 201)
        del asks.connect
        return asks

    def test_a_held_request_is_answered_when_something_happens(self):
        listener = self.listener(self.who['ada'])
        thread = threading.Thread(target=listener.ask)
        begun = time.monotonic()
        thread.start()
        time.sleep(0.3)
        self.assertTrue(thread.is_alive())
        self.office.tell('event peer {"id": "\\"x\\"\\u0000"}')
        thread.join(office_case.WAIT_S)
        self.assertLess(time.monotonic() - begun, 3)
        self.assertEqual(listener.seen, [('peer', {'id': '"x"\0'})])

    def test_an_answer_ends_in_time_with_the_id_to_come_back_with(self):
        """A second before the listener would answer for it."""
        listener = self.listener(self.who['ada'])
        before, begun = listener.id, time.monotonic()
        listener.ask()
        self.assertGreater(time.monotonic() - begun, 2.5)
        self.assertEqual((listener.id, listener.seen), (before, []))

    def test_many_may_wait_but_not_any_number(self):
        ids = self.listener().id
        asked = Who(self.office, command_line=True)
        held = []
        for _ in range(250):
            connection = asked.connect()
            connection.request('GET', '/v1/events', headers=asked.head({'Last-Event-ID': ids}))
            held.append(connection)
        more = Who(self.office)
        more.cookies = self.who['ada'].cookies
        for _ in range(10):
            connection = more.connect()
            connection.request('GET', '/v1/events', headers=more.head({'Last-Event-ID': ids}))
            held.append(connection)
        # Those for whom there is no room are told at once.
        turned_away = []
        while len(turned_away) < 4:
            turned_away = select.select([connection.sock for connection in held], [], [], office_case.WAIT_S)[0]
        self.office.tell('event peer {}')
        statuses = []
        for connection in held:
            statuses.append(connection.getresponse().status)
            connection.close()
        self.assertEqual((statuses.count(200), statuses.count(503)), (256, 4))

    def test_a_stop_waits_for_nobody(self):
        listener = self.listener(self.who['ada'])
        thread = threading.Thread(target=listener.ask)
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        self.assertEqual(self.office.stop(), 0)
        self.assertLess(time.monotonic() - begun, 3)
        thread.join(office_case.WAIT_S)
        self.assertEqual(listener.seen, [])

    def test_who_is_signed_out_hears_nothing_more(self):
        ada = self.who['ada']
        id_ = self.listener(ada).id
        answers = []
        connection = ada.connect()
        connection.request('GET', '/v1/events', headers=ada.head({'Last-Event-ID': id_}))
        self.assertEqual(ada.ask('DELETE', '/v1/session').status, 204)
        self.office.tell('event peer {"secret":1}')
        answers.append(connection.getresponse())
        self.assertEqual(answers[0].status, 401)
        self.assertNotIn(b'secret', answers[0].read())
        connection.close()


class Events(ListenerCase):
    def test_who_has_no_id_begins_now_and_is_told_where_that_is(self):
        self.office.tell('event peer {"n":1}')
        listener = Listener(self.line)
        thread = threading.Thread(target=listener.ask)
        thread.start()
        # When it is there, this test cannot know: what happened before is not told, so something happens until there is an answer.
        for n in range(2, 2 + office_case.WAIT_S * 5):
            self.office.tell(f'event peer {{"n":{n}}}')
            thread.join(0.2)
            if not thread.is_alive():
                break
        told = [data['n'] for _, data in listener.seen]
        self.assertTrue(told and told[0] > 1, told)
        self.assertEqual(told, list(range(told[0], told[0] + len(told))))

    def test_nothing_is_lost_or_doubled_whatever_is_cut(self):
        listener, cut = self.listener(), Who(self.office, command_line=True)
        done = threading.Event()

        def happen():
            for _ in range(20):
                self.office.tell('events 50')
                time.sleep(0.01)
            done.set()

        thread = threading.Thread(target=happen)
        thread.start()
        while not done.is_set() or len(listener.seen) < 1000:
            # One that is cut in its midst, whose answer nobody reads, with the same id.
            connection = cut.connect()
            connection.request('GET', '/v1/events', headers=cut.head({'Last-Event-ID': listener.id}))
            connection.close()
            listener.ask()
        thread.join()
        self.assertEqual(listener.seen, [('number', {'n': n}) for _ in range(20) for n in range(50)])

    def test_what_is_no_longer_remembered_is_told(self):
        listener = self.listener()
        self.office.tell('events 5000')
        while len(listener.seen) < 4097:
            listener.ask()
        self.assertEqual(listener.seen[0], ('lost', {}))
        self.assertEqual(listener.seen[1:], [('number', {'n': n}) for n in range(904, 5000)])

    def test_an_id_of_another_start_or_of_none_is_told(self):
        listener = self.listener()
        self.office.tell('event peer {}')
        listener.ask()
        last = listener.id
        self.office.stop()
        self.office.start()
        for id_ in (last, 'x', '', last.split('-')[0] + '-99999999999999999999999999', '-1', last + 'x'):
            other = Listener(self.line)
            other.id = id_
            # The empty one is none that was sent.
            if id_:
                other.ask()
                self.assertEqual(other.seen[0], ('lost', {}), id_)
                self.assertNotEqual(other.id.split('-')[0], last.split('-')[0])

    def test_of_one_that_is_too_large_only_the_kind_is_told(self):
        listener = self.listener()
        self.office.tell('event peer {"x":"%s"}' % ('x' * 20000))
        listener.ask()
        self.assertEqual(listener.seen, [('peer', {})])

    def test_what_the_office_does_is_told(self):
        listener = self.listener()
        self.add('ada')
        self.line.ask('POST', '/v1/key', {'passphrase': PASSPHRASE})
        self.line.ask('DELETE', '/v1/key')
        while len(listener.seen) < 3:
            listener.ask()
        self.assertEqual([kind for kind, _ in listener.seen], ['operators', 'key', 'key'])
        self.assertEqual(listener.seen[0][1], {'operator': 'ada'})
        self.assertIsNone(listener.seen[2][1]['unlocked_until'])


def main():
    office_case.tool = sys.argv.pop(1)
    unittest.main()


if __name__ == '__main__':
    main()
