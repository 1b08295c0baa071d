# SPDX-License-Identifier: Apache-2.0
"""What time alone has changed while a node was down, told at its next start: by the event and in the log, and at no later start.

usage: test_told_at_start.py ENTENTE
"""
import datetime
import sys
import time

import party_nodes
import serving
from party_nodes import eventually, memorandum_document, moment

MEMO = 'm-1'


def machine_now():
    """The nodes' clocks are the machine's until somebody sets them."""
    return datetime.datetime.now(datetime.timezone.utc)


class ToldAtStart(party_nodes.Case):
    def draft(self, seconds):
        sign_by = self.a.now().replace(microsecond=0) + datetime.timedelta(seconds=seconds)
        body = {'document': memorandum_document([self.a, self.b], sign_by, MEMO), 'ad_referendum': False}
        self.a.unlock()
        # Those whom the first one concerns are asked before it.
        eventually(lambda: self.a.request('/v1/memoranda', 'POST', body).status == 201, 'A still asks')
        return sign_by

    def down_while_one_lapses(self):
        """A machine so slow that the node saw it happen gets more time with the next one; returns how many lapsed before, and when."""
        for before, seconds in enumerate((5, 20, 80, 320)):
            sign_by = self.draft(seconds)
            self.a.stop()
            if machine_now() < sign_by:
                while machine_now() <= sign_by:
                    time.sleep(0.1)
                return before, sign_by
            self.a.start()
        raise AssertionError('the node is never down in time')

    def lapsed(self, sign_by):
        """The one event that tells of it, and what it says of it."""
        found, = eventually(lambda: [pair for pair in self.a.told_by_time(MEMO) if moment(pair[1]['at']) == sign_by],
                            lambda: f'{self.a.told_by_time(MEMO)}')
        return found

    def test_a_draft_that_lapsed_while_the_node_was_down_is_told_at_its_start_and_once(self):
        self.a, self.b = self.party('A'), self.party('B')
        self.a.meet(self.b)
        first_by = self.draft(86400)
        before, sign_by = self.down_while_one_lapses()
        self.a.start()
        event, told = self.lapsed(sign_by)
        self.assertEqual(told, {'what': 'lapsed', 'party': self.a.id, 'seq': 1 + before, 'at': party_nodes.moment_text(sign_by),
                                'while_down': True})
        self.assertEqual((event['before'], event['status'], event['entries'], event['more']),
                         ('nothing is agreed', 'nothing is agreed', [], 0))
        self.a.node.wait_for(
            f'memorandum {MEMO}: not signed by all in time: draft of {self.a.id} since {told["at"]}, while the node was down')
        # At the next start it is known: what is told then is what comes then.
        self.a.stop()
        self.a.start()
        self.a.set_clock(first_by + datetime.timedelta(seconds=1))
        _, told = self.lapsed(first_by)
        self.assertEqual((told['what'], told['seq'], 'while_down' in told), ('lapsed', 0, False))
        self.assertEqual(len(self.a.told_by_time(MEMO)), 1)


if __name__ == '__main__':
    serving.main(sys.argv)
