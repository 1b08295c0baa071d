# SPDX-License-Identifier: Apache-2.0
"""How `entente serve` ends, what it tells whoever started it, and the standard files that it was given."""
import contextlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time

import serving
from serving import SUBSCRIPTIONS, WAIT_S, Case, dev_token, new_id, subscription


class Ends(Case):
    def test_stop__cuts_no_request_and_loses_no_write(self):
        node = self.start('--dev')
        token, made, faults, body = dev_token(), {}, [], subscription()
        target = node.url.removeprefix('http://')

        def file_on(number):
            mine, part = [f'{SUBSCRIPTIONS}/{new_id()}' for _ in range(2000)], {**body, 'uss_base_url': f'https://uss{number}.example'}
            with contextlib.closing(http.client.HTTPConnection(target, timeout=WAIT_S)) as connection:
                for path in mine:
                    try:
                        answer = node.ask(path, 'PUT', part, token, connection=connection)
                    except (ConnectionError, http.client.RemoteDisconnected):
                        # Not a byte of an answer: then it was not taken, which is looked at below.
                        made[path] = None
                        return
                    except (OSError, http.client.HTTPException) as error:
                        faults.append((path, error))
                        return
                    if answer.status == 200:
                        made[path] = answer.json()['subscription']
                    elif answer.status == 503:
                        made[path] = None
                    else:
                        faults.append((path, answer))
        threads = [threading.Thread(target=file_on, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + WAIT_S
        while len(made) < 100 and time.monotonic() < until:
            time.sleep(0.01)
        self.assertEqual(node.stop(), 0)
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])
        kept = {path: each for path, each in made.items() if each is not None}
        self.assertGreaterEqual(len(kept), 100)
        requests = [json.loads(line) for line in node.log if '"event":"request"' in line]
        self.assertEqual(sum(line['status'] == 200 for line in requests), len(kept), 'each that was answered, was answered whole')
        node.start()
        connection = node.connect()
        for path, each in made.items():
            answer = node.ask(path, token=token, connection=connection)
            if each is None:
                self.assertEqual(answer.status, 404, 'what was not answered, was not taken')
            else:
                self.assertEqual(answer.json(), {'subscription': each})
        self.assertEqual(node.ask('/healthz').json()['ledger']['size'], 1 + len(kept))

    def test_stop__a_request_that_has_come_is_answered_and_others_are_not_waited_for(self):
        node = self.start('--dev')
        idle, half = node.connect(), node.connect()
        self.assertEqual(node.ask('/healthy', connection=idle).status, 200)
        half.putrequest('PUT', '/healthy')
        half.putheader('Content-Length', '10')
        half.endheaders(b'12345')
        begun = time.monotonic()
        self.assertEqual(node.stop(), 0)
        self.assertLess(time.monotonic() - begun, 10)
        with self.assertRaises((OSError, http.client.HTTPException)):
            node.ask('/healthy')

    def test_signals__that_stop(self):
        for name in ('SIGTERM', 'SIGINT'):
            with self.subTest(name):
                node = self.start('--dev', data=name)
                node.process.send_signal(getattr(signal, name))
                node.process.send_signal(getattr(signal, name))  # soon after: the same said twice
                self.assertEqual(node.end()[0], 0)
                self.assertIn('"message":"stopped"', node.log[-1])

    def test_kill__loses_no_write_that_was_answered(self):
        node = self.start('--dev')
        token, connection = dev_token(), node.connect()
        paths = [f'{SUBSCRIPTIONS}/{new_id()}' for _ in range(20)]
        for path in paths:
            self.assertEqual(node.ask(path, 'PUT', subscription(), token, connection=connection).status, 200)
        self.assertEqual(node.kill(), -signal.SIGKILL)
        node.start()
        self.assertEqual({node.ask(path, token=token).status for path in paths}, {200})

    def test_notify__says_when_it_is_ready_and_when_it_stops(self):
        path = str(self.folder / 'notify')
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            notify.settimeout(WAIT_S)
            node = self.start('--dev', environment={'NOTIFY_SOCKET': path})
            self.assertEqual(notify.recv(4096), b'READY=1')
            self.assertEqual(node.ask('/healthy').body, b'ok')
            self.assertEqual(node.stop(), 0)
            self.assertEqual(notify.recv(4096), b'STOPPING=1')

    def test_standard_files__that_are_closed_do_not_become_others(self):
        """The log would go into the ledger, or to a client."""
        data = self.folder / 'data'
        node = self.start('--dev', prefix=('sh', '-c', 'exec "$@" 2>&- 0<&-', 'sh'))
        self.assertEqual(node.ask('/healthy').body, b'ok')
        # No more than these two: others come and go while one looks.
        self.assertEqual([os.readlink(f'/proc/{node.process.pid}/fd/{number}') for number in (0, 2)], ['/dev/null', '/dev/null'])
        self.assertEqual(node.stop(), 0)
        self.assertEqual(node.log, [])
        self.assertTrue((data / 'ledger.sqlite').read_bytes().startswith(b'SQLite format 3'))


if __name__ == '__main__':
    serving.main(sys.argv)
