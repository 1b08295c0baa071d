#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a node holds when many ask for much and read nothing: its memory before, under and after, and what others meet.

usage: bench/flood.py PROGRAM [INTENTS [READERS]]

Files so many intents in one place (20000), has so many clients query them that do not read (250), and lets them go.
"""
import json
import pathlib
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tests'))
import serving  # noqa: E402
from serving import INTENTS, SUBSCRIPTIONS, circle, metres, moment, new_id  # noqa: E402

CEILING_M, SETTLE_S, FILLERS = 10000, 4, 8
NEEDED = ('--dev', '--quiet', '--metrics-listen', '127.0.0.1:0', '--answer-timeout', '1min', '--connections-per-client-max', '1000',
          '--requests-per-client-max', '1000')


def layer(lower_m, upper_m):
    return {'volume': {**circle(), 'altitude_lower': metres(lower_m), 'altitude_upper': metres(upper_m)},
            'time_start': moment(600), 'time_end': moment(3600)}


def intent(lower_m, upper_m):
    return {'extents': [layer(lower_m, upper_m)], 'key': [], 'state': 'Accepted', 'uss_base_url': 'https://uss.example'}


class Flood:
    def __init__(self, node, count, readers):
        self.node, self.count, self.readers, self.token = node, count, readers, serving.dev_token()
        self.asked = 0
        self.query = json.dumps({'area_of_interest': layer(0, CEILING_M)})

    def resident_mb(self):
        with open(f'/proc/{self.node.process.pid}/status', encoding='ascii') as file:
            return next(int(line.split()[1]) // 1024 for line in file if line.startswith('VmRSS'))

    def held(self):
        lines = self.node.metrics().body.decode().splitlines()
        return ', '.join(line for line in lines if line.startswith('entente_answers'))

    def ask(self, what, *request):
        start = time.monotonic()
        answer = self.node.ask(*request, token=self.token)
        print(f'{what}: {answer.status}, {len(answer.body)} bytes, {time.monotonic() - start:.3f} s')

    def ask_all(self):
        self.asked += 1
        high = CEILING_M / 2 + 10 * self.asked
        self.ask('healthz', '/healthz')
        self.ask('query of all', INTENTS + '/query', 'POST', self.query)
        self.ask('intent that lacks all', f'{INTENTS}/{new_id()}', 'PUT', intent(0, CEILING_M))
        self.ask('intent that lacks nothing', f'{INTENTS}/{new_id()}', 'PUT', intent(high, high + 1))
        near = {'extents': layer(0, CEILING_M), 'uss_base_url': 'https://uss.example', 'notify_for_operational_intents': True}
        self.ask('subscription to all', f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', near)

    def fill(self):
        step_m = CEILING_M / 4 / self.count

        def work(first):
            connection = self.node.connect()
            for i in range(first, self.count, FILLERS):
                answer = self.node.ask(f'{INTENTS}/{new_id()}', 'PUT', intent(i * step_m, (i + 0.5) * step_m), self.token,
                                       connection=connection)
                assert answer.status == 201, answer
        threads = [threading.Thread(target=work, args=(first,)) for first in range(FILLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def flood(self):
        """Until nothing more comes to be held."""
        host, port = self.node.url.split('//')[1].split(':')
        head = (f'POST {INTENTS}/query HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {self.token}\r\n'
                f'Content-Length: {len(self.query)}\r\n\r\n')
        lazy, before, most = [], -1, 0
        for _ in range(self.readers):
            one = socket.socket()
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.connect((host, int(port)))
            one.sendall((head + self.query).encode())
            lazy.append(one)
        while before < most:
            before = most
            for _ in range(20):
                time.sleep(SETTLE_S / 20)
                most = max(most, self.resident_mb())
        print(f'under the flood: {most} MB; {self.held()}')
        self.ask_all()
        for one in lazy:
            one.close()

    def run(self):
        self.fill()
        print(f'{self.count} intents: {self.resident_mb()} MB')
        self.ask_all()
        time.sleep(SETTLE_S)
        print(f'before the flood: {self.resident_mb()} MB')
        self.flood()
        time.sleep(SETTLE_S)
        print(f'after it: {self.resident_mb()} MB; {self.held()}')


def main():
    serving.program = sys.argv[1]
    count, readers = (int(text) for text in [*sys.argv[2:4], *('20000', '250')[len(sys.argv) - 2:]])
    with tempfile.TemporaryDirectory() as folder:
        node = serving.Node(*NEEDED, data=folder + '/data').start()
        try:
            Flood(node, count, readers).run()
        finally:
            node.stop()


main()
