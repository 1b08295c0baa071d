# SPDX-License-Identifier: Apache-2.0
"""The life of `entente serve`: its listeners, what it says of itself, its limits, its data."""
import http.client
import json
import math
import os
import re
import shutil
import signal
import socket
import ssl
import sys
import threading
import time
import warnings

import serving
from serving import INTENTS, PLAN, SUBSCRIPTIONS, WAIT_S, Case, circle, dev_token, intent, new_id, polygon, run, subscription

POOL, TELLTALE = 'interuss.pool_status.read', 'who-reads-this-in-a-log-has-found-a-fault'
UUID = r'[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
NAME, LABEL = r'[a-zA-Z_:][a-zA-Z0-9_:]*', r'[a-zA-Z_][a-zA-Z0-9_]*'


def exposition(text):
    """
    Prometheus text, exposition format 0.0.4, read strictly: families of HELP, TYPE and samples, in that order and
    together. {family: (type, {(name, labels): value})}
    """
    families, family, samples = {}, None, None
    assert text.endswith('\n') and '\r' not in text
    for line in text[:-1].split('\n'):
        if found := re.fullmatch(rf'# HELP ({NAME}) (.*)', line):
            family, samples = found[1], {}
            assert family not in families and found[2].strip() == found[2] != '', line
            families[family] = [None, samples]
        elif found := re.fullmatch(rf'# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)', line):
            assert found[1] == family and families[family] == [None, {}], line
            families[family][0] = found[2]
        else:
            found = re.fullmatch(rf'({NAME})(?:\{{({LABEL}="(?:[^"\\\n]|\\["\\n])*"(?:,{LABEL}="(?:[^"\\\n]|\\["\\n])*")*)\}})? (\S+)', line)
            assert found is not None, line
            labels = tuple(re.findall(rf'({LABEL})="((?:[^"\\]|\\.)*)"', found[2] or ''))
            kind = families[family][0]
            assert found[1] in ([family + end for end in ('_bucket', '_sum', '_count')] if kind == 'histogram' else [family]), line
            assert len(dict(labels)) == len(labels) and (found[1], labels) not in samples, line
            samples[found[1], labels] = float(found[3])
            assert math.isfinite(float(found[3])), line
    for family, (kind, samples) in families.items():
        assert kind is not None, family
        assert kind != 'counter' or family.endswith('_total'), family
        if kind == 'histogram':
            check_histogram(family, samples)
    return {family: (kind, samples) for family, (kind, samples) in families.items()}


def check_histogram(family, samples):
    """Buckets rise to +Inf, which is the count."""
    series = {}
    for (name, labels), value in samples.items():
        if name == family + '_bucket':
            assert labels[-1][0] == 'le'
            series.setdefault(labels[:-1], []).append((float(labels[-1][1]), value))
    for labels, buckets in series.items():
        assert buckets == sorted(buckets) and [value for _, value in buckets] == sorted(value for _, value in buckets), labels
        assert len({bound for bound, _ in buckets}) == len(buckets) and buckets[-1][0] == math.inf
        assert samples[family + '_count', labels] == buckets[-1][1]
        assert samples[family + '_sum', labels] >= 0
    assert {labels for name, labels in samples if not name.endswith('_bucket')} == set(series)


def documented_metrics(party=False):
    """{family: type}, as docs/formats.md has them; those of a party are a block of their own."""
    with open(os.path.join(os.path.dirname(__file__), '../docs/formats.md'), encoding='utf-8') as file:
        rows = re.findall(r'^\| ((?:`[a-z_]+`(?:, )?)+) \| (counter|gauge|histogram) \|', file.read(), re.M)
    of_party = r'entente_(link_|alarms$|ledgers_frozen$|memoranda)'
    return {name: kind for names, kind in rows for name in re.findall('`([a-z_]+)`', names) if party or not re.match(of_party, name)}


class Listeners(Case):
    def test_tls__on_every_listener(self):
        files = self.certificate()
        options = ['--dev', '--tls-certificate', files[0], '--tls-key', files[1], '--metrics-listen', '127.0.0.1:0']
        node = self.start(*options)
        self.assertRegex(node.url, r'^https://127\.0\.0\.1:\d+$')
        self.assertRegex(node.metrics_url, r'^https://127\.0\.0\.1:\d+/metrics$')
        node.tls = ssl.create_default_context(cafile=files[0])
        self.assertEqual(node.ask('/healthy').body, b'ok')
        self.assertEqual(node.ask('/aux/v1/pool', token=dev_token(POOL)).status, 200)
        self.assertEqual(node.metrics().status, 200)
        with self.assertRaises((OSError, http.client.HTTPException)):
            node.ask('/healthy', url=node.url.replace('https', 'http'))
        with self.assertRaises(ssl.SSLError):
            node.tls = ssl.create_default_context()
            node.ask('/healthy')
        with self.subTest('a version that is too old'), warnings.catch_warnings():
            warnings.simplefilter('ignore', DeprecationWarning)
            node.tls = ssl.create_default_context(cafile=files[0])
            node.tls.minimum_version, node.tls.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            node.tls.set_ciphers('ALL:@SECLEVEL=0')
            with self.assertRaises(OSError):
                node.ask('/healthy')

    def test_tls__metrics_may_be_plain(self):
        files = self.certificate()
        node = self.start('--tls-certificate', files[0], '--tls-key', files[1], '--metrics-listen', '127.0.0.1:0', '--metrics-plain')
        self.assertTrue(node.metrics_url.startswith('http://'))
        self.assertEqual(node.metrics().status, 200)

    def test_addresses__every_one_and_ipv6(self):
        node = self.start('--listen', ':0')
        port = int(node.url.rsplit(':', 1)[1])
        self.assertEqual(node.ask('/healthy', url=f'http://127.0.0.1:{port}').body, b'ok')
        if socket.has_ipv6 and os.path.exists('/proc/net/if_inet6'):
            self.assertEqual(node.ask('/healthy', url=f'http://[::1]:{port}').body, b'ok')

    def test_port__that_is_taken_is_said(self):
        node = self.start('--dev')
        address = node.url.removeprefix('http://')
        self.refused('--data', self.folder / 'other', '--listen', address, says=f'entente serve: --listen: cannot listen at {address}: Address already in use\n')
        self.refused('--data', self.folder / 'other', '--listen', '127.0.0.1:0', '--metrics-listen', address, says='--metrics-listen: cannot listen at')
        self.assertEqual(node.ask('/healthy').body, b'ok')


class Saying(Case):
    def test_metrics__are_well_formed_and_count(self):
        node = self.start('--dev', '--metrics-listen', '127.0.0.1:0')
        answer = node.metrics()
        self.assertEqual((answer.status, answer.headers['Content-Type']), (200, 'text/plain; version=0.0.4; charset=utf-8'))
        before = exposition(answer.body.decode())
        self.assertEqual({family: kind for family, (kind, _) in before.items()}, documented_metrics())
        token, path = dev_token(), f'{SUBSCRIPTIONS}/{new_id()}'
        self.assertEqual(node.ask(path, 'PUT', subscription(), token).status, 200)
        self.assertEqual(node.ask(path, 'PUT', subscription(), token).status, 409)
        self.assertEqual(node.ask(path, token=token).status, 200)
        self.assertEqual([node.ask(path).status, node.ask('/no"such\\path').status], [401, 404])
        wanted = {('GET', '/dss/v1/subscriptions/{}', '2xx'): 1, ('GET', '/dss/v1/subscriptions/{}', '4xx'): 1, ('PUT', '/dss/v1/subscriptions/{}', '2xx'): 1,
                  ('PUT', '/dss/v1/subscriptions/{}', '4xx'): 1, ('any', 'other', '4xx'): 1}
        until = time.monotonic() + WAIT_S
        while True:  # a request is counted behind its answer
            after = exposition(node.metrics().body.decode())
            requests = after['entente_http_requests_total'][1]
            if sum(requests.values()) == 5 or time.monotonic() > until:
                break
        self.assertEqual({tuple(value for _, value in labels): count for (_, labels), count in requests.items()}, wanted)

        def value(families, name, **labels):
            return families[name][1][name, tuple(labels.items())]
        for name, moved in (('entente_ledger_entries', 1), ('scd_subscriptions_total', 1), ('scd_operational_intents_total', 0)):
            self.assertEqual(value(after, name) - value(before, name), moved, name)
        for outcome, moved in (('committed', 1), ('refused', 1), ('failed', 0)):
            self.assertEqual(value(after, 'entente_commands_total', outcome=outcome) - value(before, 'entente_commands_total', outcome=outcome), moved)
        self.assertGreater(value(after, 'entente_ledger_batches_total'), value(before, 'entente_ledger_batches_total'))
        self.assertEqual(value(after, 'entente_writes'), 1)
        self.assertAlmostEqual(value(after, 'process_start_time_seconds'), time.time(), delta=2 * WAIT_S)
        self.assertEqual(value(after, 'entente_build_info', version=run('version').stdout.split()[1]), 1)
        histogram = after['entente_http_request_duration_seconds'][1]
        self.assertEqual(sum(count for (name, _), count in histogram.items() if name.endswith('_count')), 5)
        elsewhere = node.ask('/healthz', url=node.metrics_url)
        self.assertEqual((elsewhere.status, elsewhere.body), (404, b'there is only /metrics here\n'))
        self.assertEqual(node.ask('/metrics').status, 404, 'not on the other listener')

    def test_health__says_how_it_is(self):
        node = self.start('--dev', '--name', 'north.example')
        answer = node.ask('/healthz')
        self.assertEqual((answer.status, answer.headers['Content-Type']), (200, 'application/json; charset=utf-8'))
        health = answer.json()
        self.assertEqual((health['status'], health['writes'], health['store'], health['version'], health['ledger']['name'], health['ledger']['size']),
                         ('ok', True, {'writes': True}, run('version').stdout.split()[1], 'north.example/airspace/main', 1))
        self.assertEqual(health['keys'], {'count': 1, 'sources': 0, 'sources_kept': 0, 'sources_without': 0})
        self.assertEqual(node.ask('/aux/v1/version').json(), {'version': health['version']})
        self.assertRegex(health['ledger']['root'], r'^[A-Za-z0-9+/]{43}=$')
        node.ask(f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', subscription(), dev_token())
        later = node.ask('/healthz').json()['ledger']
        self.assertEqual(later['size'], 2)
        self.assertNotEqual(later['root'], health['ledger']['root'])
        for method in 'GET', 'POST', 'DELETE':
            answer = node.ask('/healthy', method)
            self.assertEqual((answer.status, answer.body), (200, b'ok'))
        self.assertEqual(node.ask('/healthy', 'HEAD').body, b'')

    def test_refusals__name_the_place(self):
        node = self.start('--dev')
        token = dev_token(f'{PLAN} utm.constraint_management')

        def lacks(name, within=None):
            """Two volumes, of which the second lacks the member."""
            body = intent(circle(10, 10), circle(10.1, 10))
            part = body['extents'][1]
            del (part if within is None else part[within])[name]
            return body

        def refused(answer, says):
            self.assertEqual((answer.status, answer.json()['message'].split(' (E:')[0]), (400, says))
        intents, constraints = f'{INTENTS}/{new_id()}', f'/dss/v1/constraint_references/{new_id()}'
        for path, body, says in (
                (intents, lacks('time_start'), 'extents[1].time_start: missing'),
                (intents, lacks('time_end'), 'extents[1].time_end: missing'),
                (intents, lacks('altitude_lower', 'volume'), 'extents[1].volume.altitude_lower: missing'),
                (intents, lacks('altitude_upper', 'volume'), 'extents[1].volume.altitude_upper: missing'),
                (intents, lacks('outline_circle', 'volume'), 'extents[1].volume: outline_circle or outline_polygon is needed'),
                (constraints, lacks('time_start'), 'extents[1].time_start: missing'),
                (constraints, lacks('time_end'), 'extents[1].time_end: missing'),
                (constraints, lacks('outline_circle', 'volume'), 'extents[1].volume: outline_circle or outline_polygon is needed')):
            with self.subTest(says):
                refused(node.ask(path, 'PUT', body, token), says)
        for exchange, says in (
                (7, 'exchange: it is a number, not an object'), ({'url': 7}, 'exchange.url: it is a number, not a string'),
                ({'headers': {}}, 'exchange.headers: it is an object, not an array'),
                ({'headers': ['a', None, 1]}, 'exchange.headers[2]: it is a number, not a string'),
                ({'request_time': 'noon'}, 'exchange.request_time: it is a string, not an object'),
                ({'request_time': {'value': 12}}, 'exchange.request_time.value: it is a number, not a string'),
                ({'response_code': 1 << 31}, 'exchange.response_code: it must be an integer of 32 bits'),
                ({'response_code': '200'}, 'exchange.response_code: it must be an integer of 32 bits')):
            with self.subTest(says):
                refused(node.ask('/dss/v1/reports', 'POST', {'exchange': exchange}, token), says)
        self.assertEqual(node.ask(constraints, 'PUT', lacks('altitude_lower', 'volume'), token).status, 201)

    def test_log__is_one_object_a_line_with_the_id_that_the_answer_has(self):
        node = self.start('--dev')
        token, connection = dev_token(sub='uss "1"\n'), node.connect()
        path = f'{INTENTS}/{new_id()}'
        asked = [node.ask(*rest, connection=connection) for rest in (
            ('/healthy',), ('/nowhere?secret=' + TELLTALE,), (path, 'GET', None, token), (path, 'GET', None, token + 'x'), (path, 'GET'),
            (path, 'PUT', '{', token), (path, 'PUT', intent(), token), (f'{INTENTS}/{new_id()}', 'PUT', intent(), token),
            ('/dss/v1/reports', 'POST', {'exchange': {'url': 'x', 'method': 'GET', 'recorder_role': 'Client', 'request_time': serving.moment(0), 'problem': 'π'}}, token))]
        asked.append(node.ask('/healthy', connection=connection, headers={'Authorization': TELLTALE, 'Cookie': TELLTALE}))
        asked.append(node.ask('/healthy', headers={f'X-{at}': '1' for at in range(80)}))
        self.assertEqual([answer.status for answer in asked], [200, 404, 404, 401, 401, 400, 201, 409, 201, 200, 431])
        node.wait_for(asked[-1].id)
        self.assertEqual(node.stop(), 0)
        lines = [json.loads(line) for line in node.log]
        for line in lines:
            self.assertRegex(line['time'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$')
            self.assertIn(line['level'], ('info', 'warning', 'error'))
            self.assertIn(line['event'], ('node', 'request', 'report'))
        for answer in asked:
            self.assertRegex(answer.id, f'^{UUID}$')
            mine = [line for line in lines if line.get('request_id') == answer.id]
            self.assertEqual(len(mine), 1)
            self.assertEqual((mine[0]['event'], mine[0]['status'], mine[0]['peer'], mine[0]['bytes_out']), ('request', answer.status, '127.0.0.1', len(answer.body)))
            self.assertGreater(mine[0]['duration_ms'], 0)
            self.assertEqual(answer.headers['WWW-Authenticate'], 'Bearer' if answer.status == 401 else None)
            if answer.status >= 400 and answer.headers['Content-Type'].startswith('application/json'):
                self.assertEqual(answer.json()['request_id'], answer.id)
        named = {line['request_id']: line for line in lines if line['event'] == 'request'}
        self.assertEqual((named[asked[1].id]['path'], named[asked[2].id]['subject'], named[asked[2].id]['method']), ('/nowhere', 'uss "1"\n', 'GET'))
        self.assertNotIn('subject', named[asked[3].id])
        reports = [line for line in lines if line['event'] == 'report']
        self.assertEqual((reports[0]['report_id'], json.loads(reports[0]['body'])['exchange']['problem']), (asked[8].json()['report_id'], 'π'))
        said = ''.join(node.log)
        for secret in (TELLTALE, *token.split('.')[1:], 'Bearer'):
            self.assertNotIn(secret, said)
        self.assertEqual([line['message'] for line in lines if line['event'] == 'node'][-2:], ['snapshot of 3 entries', 'stopped'])

    def test_log__that_nobody_reads_holds_nobody_up(self):
        read, write = os.pipe()
        data = self.folder / 'data'
        options = [serving.program, 'serve', '--data', str(data), '--listen', '127.0.0.1:0']
        out_read, out_write = os.pipe()
        child = os.posix_spawn(serving.program, options, os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, out_write, 1), (os.POSIX_SPAWN_DUP2, write, 2)])
        os.close(out_write)
        os.close(write)
        with os.fdopen(out_read) as out:
            connection = http.client.HTTPConnection(re.search(r'http://(\S+)', out.readline())[1], timeout=WAIT_S)
            self.stack.callback(connection.close)
        path, asked = '/' + 'x' * 4000, 40  # much more than a pipe holds
        for _ in range(asked):
            connection.request('GET', path)
            self.assertEqual(connection.getresponse().read(), b'404 page not found\n')
        os.set_blocking(read, True)
        lines, text = [], b''

        def take():
            nonlocal text
            while part := os.read(read, 1 << 16):
                text += part
        reader = threading.Thread(target=take)
        reader.start()
        until = time.monotonic() + WAIT_S
        while b'"lost":' not in text and time.monotonic() < until:
            connection.request('GET', '/')
            connection.getresponse().read()
        os.kill(child, signal.SIGTERM)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        reader.join()
        os.close(read)
        for line in text.decode().splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                self.assertTrue(line.startswith('{"time":'), line[:200])  # what was begun when it stalled
        lost = [line for line in lines if line['event'] == 'log']
        self.assertEqual([line['message'] for line in lost], ['lines before this one are lost: nobody took them'] * len(lost))
        told = sum(line['event'] == 'request' and line['path'] == path for line in lines)
        self.assertGreaterEqual(told + sum(line['lost'] for line in lost), asked)
        self.assertGreater(told, 5)
        self.assertLess(told, asked)


class Limits(Case):
    def refused_with(self, answer, status, says):
        self.assertEqual(answer.status, status, answer)
        self.assertIn(says, answer.body.decode())

    def test_sizes__of_heads_and_bodies(self):
        node = self.start('--dev', '--body-max-kib', '64', '--bodies-max-kib', '64', '--head-max-kib', '2', '--headers-max', '10')
        token, path = dev_token(), f'{SUBSCRIPTIONS}/{new_id()}'
        self.refused_with(node.ask(path, 'PUT', b' ' * (64 * 1024 + 1), token), 413, 'The body is larger than this server takes.')
        self.refused_with(node.ask(path, 'PUT', b' ' * (64 * 1024), token), 400, 'the body is not JSON')
        self.refused_with(node.ask('/healthy', headers={'X': 'x' * 2048}), 431, 'The head of the request is too large.')
        self.assertEqual(node.ask('/healthy', headers={'X': 'x' * 1024}).status, 200)
        self.refused_with(node.ask('/healthy', headers={f'X{i}': 'x' for i in range(11)}), 431, 'The request has too many headers.')

    @staticmethod
    def lazy(node):
        """A connection whose socket takes little of an answer until somebody reads it."""
        made = node.connect()
        made.sock = socket.socket()
        made.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made.sock.connect((made.host, made.port))
        return made

    def test_answers__are_held_up_to_a_limit_and_given_back(self):
        """One client reads nothing of its large answer; while it is held, others have small ones and may file intents."""
        node = self.start('--dev', '--metrics-listen', '127.0.0.1:0', '--answer-max-kib', '16', '--answers-max-kib', '3000', '--answer-timeout', '1min')

        def held_and_refused():
            families = exposition(node.metrics().body.decode())
            return tuple(int(families[name][1][name, ()]) for name in ('entente_answers_held_bytes', 'entente_answers_refused_total'))

        def wait_held(wanted):
            until = time.monotonic() + WAIT_S
            while not wanted(held_and_refused()[0]):
                self.assertLess(time.monotonic(), until)
                time.sleep(0.01)
        token, near = dev_token(), f'{SUBSCRIPTIONS}/{new_id()}'
        self.assertEqual(held_and_refused(), (0, 0))
        report = {'exchange': {'url': 'x', 'method': 'GET', 'recorder_role': 'Client', 'request_time': serving.moment(0), 'request_body': 'x' * 3600000}}
        lazy = self.lazy(node)
        lazy.request('POST', '/dss/v1/reports', json.dumps(report), {'Authorization': 'Bearer ' + token})
        wait_held(lambda held: held > 3600000)
        for path, method, body in (('/openapi.yaml', 'GET', None), (near, 'PUT', subscription()), ('/dss/v1/reports', 'POST', report)):
            with self.subTest(path):
                answer = node.ask(path, method, body, token)
                self.refused_with(answer, 503, 'too much is being read from this server just now; try again')
                self.assertEqual(answer.headers['Retry-After'], '2')
        self.assertEqual(held_and_refused()[1], 3)
        self.assertEqual(node.ask('/healthz').status, 200)
        self.assertEqual(node.ask(near, token=token).status, 404, 'it was not begun')
        self.assertEqual(node.ask(f'{INTENTS}/{new_id()}', 'PUT', intent(), token).status, 201)
        lazy.close()
        wait_held(lambda held: held == 0)
        self.assertEqual([node.ask('/openapi.yaml').status, node.ask(near, 'PUT', subscription(), token).status], [200, 200])

    def test_memory__goes_back_when_answers_have_been_sent(self):
        with open(serving.program, 'rb') as file:
            if re.search(b'__[atm]san_init', file.read()):
                self.skipTest('a sanitizer keeps what has been freed')
        node = self.start('--dev')

        def resident_kib():
            with open(f'/proc/{node.process.pid}/status', encoding='ascii') as file:
                return int(re.search(r'VmRSS:\s+(\d+) kB', file.read())[1])
        token = dev_token()
        body = json.dumps({'exchange': {'url': 'x', 'method': 'GET', 'recorder_role': 'Client', 'request_time': serving.moment(0), 'request_body': 'x' * 3600000}})
        before, lazy = resident_kib(), []
        for _ in range(20):
            one = self.lazy(node)
            one.request('POST', '/dss/v1/reports', body, {'Authorization': 'Bearer ' + token})
            lazy.append(one)
        until = time.monotonic() + WAIT_S
        while resident_kib() - before < 50000 and time.monotonic() < until:
            time.sleep(0.01)
        self.assertGreater(resident_kib() - before, 50000, 'they are held')
        for one in lazy:
            one.close()
        while resident_kib() - before > 25000 and time.monotonic() < until:
            time.sleep(0.01)
        self.assertLess(resident_kib() - before, 25000)

    def test_extents__vertices_volumes_area_and_cells(self):
        node = self.start('--dev', '--volumes-max', '100', '--cells-max', '4000', '--area-max-km2', '2000')
        token = dev_token()

        def put(*outlines):
            return node.ask(f'{INTENTS}/{new_id()}', 'PUT', intent(*outlines), token)

        def ring(n, radius_deg=0.05):
            return polygon([(47 + radius_deg * math.sin(2 * math.pi * i / n), 8 + radius_deg * math.cos(2 * math.pi * i / n)) for i in range(n)])
        # Each away from the others, so that none is in another's way.
        self.assertEqual(put(ring(1024)).status, 201)
        self.refused_with(put(ring(1025)), 400, 'more than 1024 vertices')
        self.assertEqual(put(*(circle(10 + i / 100, 20, 10) for i in range(100))).status, 201)
        self.refused_with(put(*(circle(10 + i / 100, 30, 10) for i in range(101))), 413, 'extents: more than 100 volumes')
        self.assertEqual(put(polygon([(0, 0), (0, 0.4), (0.4, 0.4), (0.4, 0)])).status, 201)  # 44 km wide
        self.refused_with(put(polygon([(0, 0), (0, 0.42), (0.42, 0.42), (0.42, 0)])), 400, 'extents[0]: area too large: 2181')
        self.refused_with(put(*(circle(-40 + i / 2, 50, 10000) for i in range(20))), 413, 'cells')
        area = {'area_of_interest': {'volume': polygon([(0, 0), (0, 0.42), (0.42, 0.42), (0.42, 0)])}}
        self.refused_with(node.ask(INTENTS + '/query', 'POST', area, token), 400, 'area_of_interest: area too large: 2181')
        self.refused_with(node.ask(SUBSCRIPTIONS + '/query', 'POST', area, token), 413, 'area_of_interest: area too large: 2181')

    def test_extents__vertices_of_all_volumes(self):
        node = self.start('--dev', '--vertices-max', '300')
        token = dev_token(f'{PLAN} utm.constraint_management')

        def ring(n, lat=47.0):
            return polygon([(lat + 0.01 * math.sin(2 * math.pi * i / n), 8 + 0.01 * math.cos(2 * math.pi * i / n)) for i in range(n)])
        three = [ring(100), circle(48, 8, 10), ring(100, 49), ring(100, 50)]
        self.assertEqual(node.ask(f'{INTENTS}/{new_id()}', 'PUT', intent(*three), token).status, 201)
        made = intent(*three[:3], ring(101, 51))
        for path in (f'{INTENTS}/{new_id()}', f'/dss/v1/constraint_references/{new_id()}'):
            answer = node.ask(path, 'PUT', made, token)
            self.refused_with(answer, 413, '"extents[3]: more than 300 vertices in all ')
            self.assertEqual(answer.json()['request_id'], answer.id)
        # One volume has all of them.
        for method, path, body in (('PUT', f'{SUBSCRIPTIONS}/{new_id()}', subscription),
                                   ('POST', SUBSCRIPTIONS + '/query', lambda outline: {'area_of_interest': {'volume': outline}}),
                                   ('POST', INTENTS + '/query', lambda outline: {'area_of_interest': {'volume': outline}})):
            place = 'extents' if method == 'PUT' else 'area_of_interest'
            self.refused_with(node.ask(path, method, body(ring(301)), token), 413, f'"{place}: more than 300 vertices in all ')
            self.assertEqual(node.ask(path, method, body(ring(300)), token).status, 200)

    def test_extents__the_vertices_that_are_taken_when_nothing_is_said(self):
        node = self.start('--dev')
        token = dev_token()

        def put(n, last):
            rings = [polygon([(10 + k / 10 + 0.01 * math.sin(2 * math.pi * i / m), 8 + 0.01 * math.cos(2 * math.pi * i / m)) for i in range(m)])
                     for k, m in enumerate([1024] * n + [last])]
            return node.ask(f'{INTENTS}/{new_id()}', 'PUT', intent(*rings), token)
        self.refused_with(put(16, 3), 413, 'extents[16]: more than 16384 vertices in all')
        self.assertEqual(put(15, 1024).status, 201)

    def test_clients__rate_and_burst(self):
        node = self.start('--rate-per-client', '0.5', '--burst-per-client', '3')
        answers = [node.ask('/healthy') for _ in range(5)]
        self.assertEqual([answer.status for answer in answers][:3], [200] * 3)
        late = [answer for answer in answers if answer.status != 200]
        self.assertTrue(late)
        for answer in late:
            self.refused_with(answer, 429, 'Too many requests; wait a little.')
            self.assertIn(answer.headers['Retry-After'], ('1', '2'))
            self.assertRegex(answer.id, UUID)

    def test_clients__connections(self):
        node = self.start('--connections-per-client-max', '2', '--connections-max', '3')
        kept = [node.connect() for _ in range(2)]
        for connection in kept:
            self.assertEqual(node.ask('/healthy', connection=connection).status, 200)
        with self.assertRaises((OSError, http.client.HTTPException)):
            node.ask('/healthy')
        self.assertEqual([node.ask('/healthy', connection=connection).status for connection in kept], [200, 200])
        kept[0].close()
        until = time.monotonic() + WAIT_S
        while True:
            try:
                self.assertEqual(node.ask('/healthy').status, 200)
                break
            except (OSError, http.client.HTTPException):
                self.assertLess(time.monotonic(), until)

    def test_clients__requests_at_once(self):
        node = self.start('--dev', '--requests-per-client-max', '1')
        host, port = node.url.removeprefix('http://').split(':')
        body = json.dumps(subscription()).encode()
        with socket.create_connection((host, int(port)), timeout=WAIT_S) as one:
            one.sendall(f'PUT {SUBSCRIPTIONS}/{new_id()} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {dev_token()}\r\n'
                        f'Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n'.encode())
            self.assertTrue(one.recv(4096).startswith(b'HTTP/1.1 100 '))
            answer = node.ask('/healthy')
            self.refused_with(answer, 429, 'Too many of your requests are being answered; wait for some of them.')
            self.assertEqual(answer.headers['Retry-After'], '1')
            one.sendall(body)
            self.assertTrue(one.recv(4096).startswith(b'HTTP/1.1 200 '))
        until = time.monotonic() + WAIT_S
        while (answer := node.ask('/healthy')).status != 200 and time.monotonic() < until:
            pass  # it counts until its answer has gone
        self.assertEqual(answer.status, 200)

    def test_times__of_heads_bodies_and_rest(self):
        node = self.start('--head-timeout', '300ms', '--body-timeout', '600ms', '--idle-timeout', '900ms')
        host, port = node.url.removeprefix('http://').split(':')
        begun, cut = time.monotonic(), {}

        def wait(why, sent):
            with socket.create_connection((host, int(port)), timeout=WAIT_S) as connection:
                connection.sendall(sent)
                try:
                    while connection.recv(65536):
                        pass
                except ConnectionResetError:
                    pass
                cut[why] = time.monotonic() - begun
        threads = [threading.Thread(target=wait, args=row) for row in (
            ('nothing', b''), ('head', b'GET /healthy HTTP/1.1\r\nHost: a\r\n'), ('body', b'PUT /healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n'),
            ('rest', b'GET /healthy HTTP/1.1\r\nHost: a\r\n\r\n'))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for why, least in (('nothing', 0.3), ('head', 0.3), ('body', 0.6), ('rest', 0.9)):
            self.assertGreaterEqual(cut[why], least, why)
            self.assertLess(cut[why], WAIT_S / 2, why)

    def test_descriptors__are_raised_to_what_connections_need(self):
        node = self.start(prefix=('prlimit', '--nofile=256:4096'))
        with open(f'/proc/{node.process.pid}/limits', encoding='ascii') as limits:
            self.assertRegex(limits.read(), r'Max open files +1152 +4096')
        self.assertNotIn('connections-max', ''.join(node.log))
        node = self.start(prefix=('prlimit', '--nofile=256:300'), data='other')
        node.wait_for('the process may have 300 files open, which is too few for connections-max; raise its limit (ulimit -n, LimitNOFILE)')


class Data(Case):
    def test_directory__is_one_node_s_alone(self):
        node = self.start('--dev')
        self.refused('--data', node.data, '--listen', '127.0.0.1:0',
                     says=f'entente serve: --data: {node.data}: another process has it open; a node has its data directory to itself\n')
        self.assertEqual(node.ask('/healthy').body, b'ok')
        self.assertEqual(sorted(os.listdir(node.data))[:2], ['ledger.key', 'ledger.sqlite'])
        for name in os.listdir(node.data):
            mode = os.stat(node.data / name).st_mode & 0o777
            self.assertEqual(mode, 0o644 if name == 'ledger.vkey' else 0o600, name)
        self.assertEqual(os.stat(node.data).st_mode & 0o777, 0o700)

    def test_directory__that_cannot_be_one(self):
        file = self.write('file', '')
        for path, why in ((file, 'it is no folder'), (file / 'd', 'cannot be made: Not a directory'),
                          (self.folder / 'no/d', 'cannot be made: No such file or directory')):
            self.refused('--data', path, '--listen', '127.0.0.1:0', says=f'entente serve: --data: {path}: {why}\n')

    def test_directory__that_cannot_be_written_to(self):
        made = self.start('--dev')
        self.assertEqual(made.stop(), 0)
        # As somebody who may not: root may all. The program may lie where only root may go: in root's home.
        how = {}
        if os.geteuid() == 0:
            copy = shutil.copy(serving.program, self.folder / 'entente')
            how = {'user': 65534, 'group': 65534, 'extra_groups': [], 'executable': copy}
            os.chmod(self.folder, 0o755)
            os.chmod(copy, 0o755)
            shutil.chown(made.data, 65534, 65534)
            for name in os.listdir(made.data):
                shutil.chown(made.data / name, 65534, 65534)
        os.chmod(made.data, 0o555)
        self.addCleanup(os.chmod, made.data, 0o755)
        for check in [], ['--check']:
            done = run('serve', '--data', made.data, '--listen', '127.0.0.1:0', *check, **how)
            self.assertEqual(done.returncode, 2, done)
            self.assertIn(f'entente serve: --data: {made.data}: cannot be written to: Permission denied\n', done.stderr)

    def test_copies__that_do_not_belong_together_are_refused(self):
        node = self.start('--dev')
        old = self.folder / 'old'
        self.assertEqual(node.stop(), 0)
        shutil.copytree(node.data, old)
        node.start()
        node.ask(f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', subscription(), dev_token())
        self.assertEqual(node.stop(), 0)
        other = self.start('--dev', data='other')
        self.assertEqual(other.stop(), 0)

        def mixed(name, *files):
            folder = self.folder / name
            shutil.copytree(node.data, folder)
            for file in files:
                if file is None or file.parent == node.data:
                    (folder / file.name).unlink()
                else:
                    shutil.copy(file, folder)
            return folder
        for name, files, says in (
                ('no-key', [node.data / 'ledger.key'], 'ledger.key'), ('another-key', [other.data / 'ledger.key'], 'the ledger is not signed by its ledger.key'),
                ('no-ledger', [node.data / 'ledger.sqlite'], 'its ledger has 0 entries, but a snapshot is of 2: the ledger is lost or an old copy'),
                ('an-old-ledger', [old / 'ledger.sqlite'], 'its ledger has 1 entries, but a snapshot is of 2'),
                ('half-a-key', [self.write('ledger.key', 'PRIVATE+KEY+x')], 'this is not a key that we wrote, or not all of it'),
                ('no-database', [self.write('ledger.sqlite', 'x' * 1000)], 'file is not a database')):
            with self.subTest(name):
                folder = mixed(name, *files)
                done = self.refused('--data', folder, '--listen', '127.0.0.1:0', says='entente serve: --data: ')
                self.assertIn(says, done.stderr)
        with self.subTest('a whole copy'):
            copy = self.start('--dev', data='old')
            self.assertEqual(copy.ask('/healthz').json()['ledger']['size'], 1)
        with self.subTest('another name'):
            node.options += ['--name', 'other.example']
            node.start()
            node.wait_for('name: the ledger is \\"node-')


if __name__ == '__main__':
    serving.main(sys.argv)
