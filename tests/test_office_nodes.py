# SPDX-License-Identifier: Apache-2.0
"""
The office of a node that is of no party, and of one whose clock can be set; all else of it: test_office.py.

usage: test_office_nodes.py OFFICE_TOOL
"""
import sys
import unittest

import office_case
from office_case import MEMORANDUM, PASSPHRASE, OfficeCase


class Alone(OfficeCase):
    """A node that is of no party."""
    how = ()
    staff = ('ada',)

    def test_it_has_operators_and_nothing_between_parties(self):
        state = self.who['ada'].ask('GET', '/v1/state').json()
        self.assertEqual((state['party'], state['settable_clock'], state['key_unlocked_until']), (None, False, None))
        for path in ('/v1/parties', '/v1/alarms', '/v1/memoranda', f'/v1/memoranda/{MEMORANDUM}'):
            self.assertEqual(self.who['ada'].ask('GET', path).status, 404)
        self.assertEqual(self.line.ask('POST', '/v1/key', {'passphrase': PASSPHRASE}).status, 404)


class Clock(OfficeCase):
    how = ('party', 'dev')
    staff = ('ada',)

    def setUp(self):
        super().setUp()
        self.before = self.line.ask('GET', '/v1/state').json()

    def test_it_is_set_forward_by_the_command_line_and_entries_are_of_class_test(self):
        self.assertTrue(self.before['settable_clock'])
        self.assertEqual(self.who['ada'].ask('POST', '/v1/clock', {'time': '2031-01-01T00:00:00Z'}).status, 403)
        self.assertEqual(self.line.ask('POST', '/v1/clock', {'time': '2001-01-01T00:00:00Z'}).status, 409)
        self.assertEqual(self.line.ask('POST', '/v1/clock', {'time': 'soon'}).status, 400)
        answer = self.line.ask('POST', '/v1/clock', {'time': '2031-01-01T00:00:00Z'})
        self.assertEqual(answer.status, 200, answer)
        self.assertTrue(self.line.ask('GET', '/v1/state').json()['time'].startswith('2031-01-01T00:00:0'))
        self.assertEqual(self.orders(), [('(command line)', 'clock-set', '2031-01-01T00:00:00Z')])
        self.assertEqual({entry['class'] for entry in self.office.entries()}, {'TEST'})


def main():
    office_case.tool = sys.argv.pop(1)
    unittest.main()


if __name__ == '__main__':
    main()
