# SPDX-License-Identifier: Apache-2.0
"""Rules of docs/f3548-rules.md that a node keeps by an option, or that its end shows.

Each test starts a node of its own.
"""
import base64
import datetime
import json
import os
import socket
import ssl
import tempfile
import threading
import time
import urllib.request

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import RSAAlgorithm

from dss_bodies import HOUR_US, circle, constraint, flight, intent, new_id, now_us, query, square, subscription, volume
from dss_case import Case, Uss, World, ids, told
from dss_http import Client, Node, Shadow
from dss_model import CONSTRAINTS, INTENTS, MANAGEMENT, MONITORING, PROCESSING, REPORTS, STRATEGIC, SUBSCRIPTIONS, Model
from dss_rules_intents import IMPLICIT


class OptionsCase(Case):
    def setUp(self):
        if self.world.is_model:
            self.skipTest('the model has no options')
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def start(self, *options, authority=True, **model):
        """A node of one's own, in the place of the one that all share."""
        common = type(self).world
        node = Node(common.node.program, self.folder.name + '/data', *options,
                    authority=common.node.authority if authority else None).start()
        self.addCleanup(node.stop)
        self.world = World(node, None, cells=common.cells)
        self.world.shadow = Shadow(Model(common.cells, **model))
        super().setUp()
        return node

    def file_of(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, 'w', encoding='ascii') as file:
            file.write(text)
        return path


class Transport(OptionsCase):
    # f3548 1.2
    def test_http__is_spoken_over_tls_where_a_certificate_is_given(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'localhost')])
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        day = datetime.timedelta(days=1)
        certificate = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day,
                                              now + day)
        certificate = certificate.add_extension(x509.SubjectAlternativeName([x509.DNSName('localhost')]), False)
        certificate = certificate.sign(key, hashes.SHA256())
        files = [self.file_of('certificate.pem', certificate.public_bytes(serialization.Encoding.PEM).decode()),
                 self.file_of('key.pem', key.private_bytes(serialization.Encoding.PEM,
                                                           serialization.PrivateFormat.PKCS8,
                                                           serialization.NoEncryption()).decode())]
        context = ssl.create_default_context(cafile=files[0])
        context.check_hostname = True
        node = Node(type(self).world.node.program, self.folder.name + '/data', '--tls-certificate', files[0],
                    '--tls-key', files[1],
                    authority=type(self).world.node.authority, tls=context)
        self.addCleanup(node.stop)
        node.start()
        port = node.address.split(':')[1]
        with urllib.request.urlopen(f'https://localhost:{port}/healthy', context=context, timeout=20) as answer:
            self.assertEqual(answer.read().decode().strip(), 'ok')

    # f3548 1.3
    def test_http__slow_heads_and_bodies_are_cut_off(self):
        node = self.start('--head-timeout', '1s', '--body-timeout', '1s', '--idle-timeout', '1s')
        host, port = node.address.split(':')
        for why, sent in (('a head that does not end', b'GET /healthy HTTP/1.1\r\nHost: a\r\n'),
                          ('nothing at all', b''),
                          ('a body that does not come',
                           b'PUT /healthy HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n')):
            with self.subTest(why), socket.create_connection((host, int(port)), timeout=20) as connection:
                connection.sendall(sent)
                answer = b''
                while part := connection.recv(65536):
                    answer += part
                self.assertFalse(answer.startswith(b'HTTP/1.1 200'), answer)

    # f3548 1.3
    def test_http__what_takes_too_long_is_503(self):
        node = self.start('--request-timeout', '1ms')
        client = Client(node, 'uss1', STRATEGIC)
        # So many cells take longer than a turn of the loop that looks at the time, mostly.
        body = json.dumps(subscription(flight(circle(10.1, 20.1, 120_000))))
        for _ in range(200):
            exchange = client.send('PUT', f'{SUBSCRIPTIONS}/{new_id()}', body)
            if exchange.status != 200:
                break
        self.assertEqual((exchange.status, exchange.content_type.split(';')[0]), (503, 'text/plain'))

    # f3548 1.13
    def test_http__what_a_node_has_taken_it_answers_when_it_is_told_to_stop(self):
        node = self.start()
        made, faults = [], []

        def file_on():
            client = Client(node, 'uss1', STRATEGIC)
            while True:
                try:
                    exchange = client.send('PUT', f'{SUBSCRIPTIONS}/{new_id()}', subscription(flight(self.here)))
                except OSError:
                    return  # it takes no more
                if exchange.status == 200:
                    made.append(exchange.json['subscription'])
                elif exchange.status != 503:
                    faults.append(exchange)

        threads = [threading.Thread(target=file_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(made) < 50:
            time.sleep(0.01)
        self.assertEqual(node.stop(), 0)
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])
        node.start()
        again = Client(node, 'uss1', STRATEGIC)
        for each in made:
            self.assertEqual(again.send('GET', f"{SUBSCRIPTIONS}/{each['id']}").json, {'subscription': each})

    # f3548 3.2
    def test_tokens__are_checked_by_the_keys_of_a_jwk_set_too(self):
        authority, other = type(self).world.node.authority, ec.generate_private_key(ec.SECP256R1())
        numbers = other.public_key().public_numbers()  # Debian's PyJWT writes no JWK of them
        keys = [{**json.loads(RSAAlgorithm.to_jwk(authority.key.public_key())), 'kid': 'one'},
                {'kty': 'EC', 'crv': 'P-256', 'kid': 'two', 'x': base64url(numbers.x), 'y': base64url(numbers.y)}]
        node = self.start('--jwks', self.file_of('keys.json', json.dumps({'keys': keys})), authority=False)
        for why, token in (('RSA', authority.token('a', [STRATEGIC])),
                           ('RSA, with another kid', authority.token('a', [STRATEGIC], headers={'kid': 'two'})),
                           ('P-256', authority.token('a', [STRATEGIC], 'ES256', key=other))):
            with self.subTest(why):
                self.assertEqual(Client(node, 'a', token=token).send('GET', f'{INTENTS}/{new_id()}').status, 404)
        stranger = authority.token('a', [STRATEGIC], 'ES256', key=ec.generate_private_key(ec.SECP256R1()))
        self.assertEqual(Client(node, 'a', token=stranger).send('GET', f'{INTENTS}/{new_id()}').status, 401)


def base64url(number):
    return base64.urlsafe_b64encode(number.to_bytes(32, 'big')).decode().rstrip('=')


class Strict(OptionsCase):
    # f3548 3.8, 8.5
    def test_strict__scopes_and_a_uss_that_is_down_are_held_to(self):
        self.start('--strict-f3548', strict=True)
        part = flight(self.here)
        monitor = Uss(self, 'monitor', MONITORING)
        rows = [('told of both, with both scopes', self.one, True, True, 200),
                ('told of intents, with that scope', self.planner, True, False, 200),
                ('told of constraints, without that scope', self.planner, False, True, 403),
                ('told of both, without that of constraints', self.planner, True, True, 403),
                ('told of constraints, with that scope', Uss(self, 'processor', PROCESSING), False, True, 200),
                ('told of intents, without that scope', Uss(self, 'processor', PROCESSING), True, False, 403)]
        for why, uss, for_intents, for_constraints, status in rows:
            with self.subTest(why):
                uss.put_subscription(subscription(part, notify_for_operational_intents=for_intents,
                                                  notify_for_constraints=for_constraints),
                                     new_id(), want=status)
        told_of = {**IMPLICIT, 'notify_for_constraints': True}
        self.planner.put_intent(intent(flight(self.away()), new_subscription=told_of), new_id(), want=403)
        self.one.remove(self.one.file(flight(self.away()), new_subscription=told_of))
        monitor.put_intent(intent(part), new_id(), want=403)
        with self.subTest('a monitor'):
            made = Uss(self, 'monitor', MONITORING, STRATEGIC).file(part, new_subscription=IMPLICIT)
            monitor.put_intent(intent(part, state='Activated', subscription_id=made['subscription_id']), made['id'],
                               made['ovn'], 403)
            monitor.change(made, part, state='Contingent', subscription_id=made['subscription_id'])
        with self.subTest('a USS that is Down'):
            part = flight(self.away())
            made = self.one.file(part, new_subscription=IMPLICIT)
            self.judge.set_availability('uss1', 'Down')
            self.one.put_intent(intent(flight(circle(self.place[0] + 0.2, self.place[1]))), new_id(), want=403)
            for state, status in (('Accepted', 403), ('Activated', 403), ('Nonconforming', 200), ('Contingent', 200)):
                answer = self.one.put_intent(intent(part, state=state, subscription_id=made['subscription_id']),
                                             made['id'], made['ovn'], status)
                made = answer.get('operational_intent_reference', made)
            self.one.remove(made, 403)
            self.judge.set_availability('uss1', 'Normal')
            self.one.remove(made)

    # f3548 3.8, 8.5
    def test_lax__scopes_and_a_uss_that_is_down_are_not_held_to(self):
        self.start()
        part = flight(self.here)
        self.planner.put_subscription(subscription(part, notify_for_constraints=True), new_id(), want=200)
        Uss(self, 'processor', PROCESSING).put_subscription(subscription(part), new_id(), want=200)
        monitor = Uss(self, 'monitor', MONITORING)
        made = monitor.file(part, new_subscription=IMPLICIT)
        self.judge.set_availability('monitor', 'Down')
        monitor.remove(monitor.change(made, part, state='Activated', subscription_id=made['subscription_id']))


class Operating(OptionsCase):
    # f3548 10.5
    def test_pool__shows_each_certificate_of_a_file(self):
        pems = [f'-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n' for text in ('TUlJ', 'QUFB')]
        node = self.start('--ca-certs', self.file_of('ca.pem', f'the root:\n{pems[0]}\nand another:\n{pems[1]}'),
                          '--accepted-ca-certs', self.file_of('accepted.pem', pems[1].rstrip('\n')))
        anybody = Client(node, None)
        for name, shown in (('ca_certs', pems), ('accepted_ca_certs', [pems[1].rstrip('\n')])):
            self.assertEqual(anybody.send('GET', f'/aux/v1/configuration/{name}').json, {'CAs': shown})

    # f3548 4.12
    def test_urls__may_be_http_where_the_node_allows_it(self):
        self.start('--allow-http-base-urls', allow_http=True)
        url = {'uss_base_url': 'http://uss.example'}
        part = flight(self.here)
        self.one.file(part, new_subscription=url, **url)
        self.authority.restrict(part, **url)
        self.one.subscribe(part, **url)
        self.one.put_intent(intent(flight(self.away()), uss_base_url=''), new_id(), want=400)

    # f3548 9.5
    def test_notification_index__may_follow_the_clock(self):
        node = self.start('--notification-index', 'time')
        one, two = Client(node, 'uss1', STRATEGIC), Client(node, 'uss2', STRATEGIC)
        pool = Client(node, 'pool', 'interuss.pool_status.read')
        part = flight(self.here)
        made = one.send('PUT', f'{SUBSCRIPTIONS}/{new_id()}', subscription(part)).json['subscription']
        exchange = two.send('PUT', f'{INTENTS}/{new_id()}', intent(part))
        index = told(exchange.json)[made['id']]
        day_ms = 86_400_000
        self.assertLessEqual((index - exchange.sent_us // 1000) % day_ms,
                             (exchange.received_us - exchange.sent_us) // 1000 + 1)
        time.sleep(0.01)
        reference = exchange.json['operational_intent_reference']
        exchange = two.send('DELETE', f"{INTENTS}/{reference['id']}/{reference['ovn']}")
        self.assertLessEqual((told(exchange.json)[made['id']] - exchange.sent_us // 1000) % day_ms,
                             (exchange.received_us - exchange.sent_us) // 1000 + 1)
        self.assertTrue(pool.send('GET', '/aux/v1/configuration/global_options').json['time_based_notification_index'])

    # f3548 6.3
    def test_intents__an_implicit_subscription_is_widened_to_the_limit_of_an_extent(self):
        node = self.start('--cells-max', '20')
        one = Client(node, 'uss1', STRATEGIC)

        def put(step, ident, ovn='', **members):
            part = flight(circle(self.place[0] + step / 20, self.place[1]))
            return one.send('PUT', f'{INTENTS}/{ident}/{ovn}'.rstrip('/'), intent(part, **members))
        made = put(0, new_id(), new_subscription=IMPLICIT).json['operational_intent_reference']
        given, last, steps = {'subscription_id': made['subscription_id']}, made['id'], 0
        exchange = None
        while exchange is None or exchange.status == 201:
            steps += 1
            self.assertLessEqual(steps, 20)
            exchange = put(steps, new_id(), **given)
        self.assertEqual(exchange.status, 413)
        self.assertIn('attach it to another subscription', exchange.json['message'])
        # What lies within can be attached still, and what does not to a new one.
        self.assertEqual(put(0, last, made['ovn'], **given).status, 200)
        self.assertEqual(put(steps, new_id(), new_subscription=IMPLICIT).status, 201)

    # f3548 6.10
    def test_http__a_uss_that_has_filed_too_much_is_413_until_it_deletes(self):
        node = self.start('--cells-per-uss-max', '20')
        one, two = Client(node, 'uss1', STRATEGIC), Client(node, 'uss2', STRATEGIC)

        def put(client, step, **members):
            part = flight(circle(self.place[0] + step / 20, self.place[1]))
            return client.send('PUT', f'{INTENTS}/{new_id()}', intent(part, **members))
        filed = [put(one, 0)]
        while filed[-1].status == 201:
            self.assertLess(len(filed), 21)
            filed.append(put(one, len(filed)))
        self.assertEqual(filed[-1].status, 413)
        self.assertIn('delete what is no longer needed', filed[-1].json['message'])
        wide = subscription(volume(square(self.place[0], self.place[1], 0.3)))
        self.assertEqual(one.send('PUT', f'{SUBSCRIPTIONS}/{new_id()}', wide).status, 413)
        self.assertEqual(put(two, len(filed)).status, 201)
        gone = filed[0].json['operational_intent_reference']
        self.assertEqual(one.send('DELETE', f"{INTENTS}/{gone['id']}/{gone['ovn']}").status, 200)
        self.assertEqual(put(one, 0).status, 201)
        # It is counted anew at a start.
        node.stop()
        node.start()
        self.assertIn(413, [put(one, len(filed) + step).status for step in range(1, 4)])

    # f3548 9.7
    def test_expiry__what_has_ended_is_cleared_away_in_the_background(self):
        node = self.start('--expire-after', '4s')
        part = flight(self.here, now_us() - HOUR_US, now_us() + 1_000_000)
        one, authority = Client(node, 'uss1', STRATEGIC), Client(node, 'authority', MANAGEMENT)
        kept = one.send('PUT', f'{INTENTS}/{new_id()}',
                        intent(flight(self.away()))).json['operational_intent_reference']
        made = one.send('PUT', f'{INTENTS}/{new_id()}',
                        intent(part, new_subscription=IMPLICIT)).json['operational_intent_reference']
        fence = authority.send('PUT', f'{CONSTRAINTS}/{new_id()}', constraint(part)).json['constraint_reference']
        # Its subscription would end an hour later.
        there = circle(self.place[0] - 0.1, self.place[1])
        cut = one.send('PUT', f'{INTENTS}/{new_id()}',
                       intent(flight(there), new_subscription=IMPLICIT)).json['operational_intent_reference']
        cut = one.send('PUT', f"{INTENTS}/{cut['id']}/{cut['ovn']}",
                       intent(flight(there, now_us(), now_us() + 1_000_000), subscription_id=cut['subscription_id'])
                       ).json['operational_intent_reference']
        late = one.send('PUT', f'{SUBSCRIPTIONS}/{new_id()}',
                        subscription(volume(self.here, now_us() - 1000, now_us() + 1_000_000))).json['subscription']
        paths = [(one, f"{INTENTS}/{made['id']}"), (one, f"{SUBSCRIPTIONS}/{made['subscription_id']}"),
                 (authority, f"{CONSTRAINTS}/{fence['id']}"),
                 (one, f"{SUBSCRIPTIONS}/{late['id']}"), (one, f"{INTENTS}/{cut['id']}"),
                 (one, f"{SUBSCRIPTIONS}/{cut['subscription_id']}")]
        time.sleep(1.1)  # they have ended, and are there
        self.assertEqual([client.send('GET', path).status for client, path in paths], [200] * len(paths))
        until = time.monotonic() + 20
        while any(client.send('GET', path).status != 404 for client, path in paths):
            self.assertLess(time.monotonic(), until, 'they are still there')
            time.sleep(0.1)
        self.assertEqual(one.send('POST', INTENTS + '/query', query(volume(self.here))).json,
                         {'operational_intent_references': []})
        self.assertEqual(one.send('GET', f"{INTENTS}/{kept['id']}").status, 200)

    # f3548 6.10
    def test_http__a_client_that_asks_too_much_at_once_is_429_and_none_is_412(self):
        node = self.start('--rate-per-client', '2', '--burst-per-client', '10')
        client, seen = Client(node, 'uss1', STRATEGIC), set()
        for _ in range(40):
            exchange = client.send('GET', f'{INTENTS}/{new_id()}')
            seen.add(exchange.status)
        self.assertEqual(seen, {404, 429})
        time.sleep(1)
        self.assertEqual(client.send('GET', f'{INTENTS}/{new_id()}').status, 404)

    # f3548 8.6
    def test_reports__are_in_the_log(self):
        node = self.start()
        said = {'exchange': {'url': 'https://uss.example', 'method': 'GET', 'problem': f'no answer {new_id()}'}}
        ident = Client(node, 'uss1', STRATEGIC).send('POST', REPORTS, said).json['report_id']
        node.stop()
        lines = [line for line in node.log if ident in line]
        self.assertTrue(any(said['exchange']['problem'] in line for line in lines), lines)

    # f3548 9.8
    def test_metrics__count_requests_and_what_is_filed(self):
        node = self.start('--metrics-listen', '127.0.0.1:0')
        part = flight(self.here)
        self.one.file(part, new_subscription=IMPLICIT)
        self.one.subscribe(part)
        self.authority.restrict(part)
        self.one.get_intent(new_id(), 404)
        with urllib.request.urlopen(f'http://{node.metrics_address}/metrics', timeout=20) as answer:
            self.assertEqual(answer.headers['Content-Type'].split(';')[0], 'text/plain')
            text = answer.read().decode()
        self.assertTrue(text.endswith('\n'))
        counts = dict(line.rsplit(' ', 1) for line in text.splitlines() if line and not line.startswith('#'))
        for kind, count in (('operational_intents', 1), ('constraints', 1), ('subscriptions', 2)):
            self.assertEqual(counts[f'scd_{kind}_total'], str(count))
        requests = [int(count) for name, count in counts.items() if name.startswith('entente_http_requests_total')]
        # Whether the node serves was asked too.
        self.assertGreaterEqual(sum(requests), 5)

    # f3548 4.11, 7.9
    def test_queries__answer_all_there_is(self):
        """InterUSS cuts after 10 000."""
        node = self.start()
        count, part = 10_001, volume(circle(*self.place, 5))
        body, lock, left = json.dumps(subscription(part)), threading.Lock(), [new_id() for _ in range(count)]
        wanted = sorted(left)

        def work():
            client = Client(node, 'uss1', STRATEGIC)
            while True:
                with lock:
                    if not left:
                        return
                    ident = left.pop()
                # Constraints do not list one another, and so neither answer grows.
                client.send('PUT', f'{SUBSCRIPTIONS}/{ident}', body)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answer = Client(node, 'uss1', STRATEGIC).send('POST', SUBSCRIPTIONS + '/query', query(part))
        self.assertEqual(ids(answer.json['subscriptions']), wanted)
        # f3548 1.3: the work for one ends with its time.
        node.stop()
        late = Client(self.start('--request-timeout', '1ms'), 'uss1', STRATEGIC).send('POST', SUBSCRIPTIONS + '/query', query(part))
        self.assertEqual((late.status, late.json['error_message'].split(':')[0]), (503, 'request timeout'))

    # f3548 4.11
    def test_queries__larger_than_an_answer_may_be_are_413_and_never_cut(self):
        client, count = Client(self.start('--answer-max-kib', '16'), 'uss1', STRATEGIC), 60
        parts = [volume(circle(self.place[0] + i % 2 / 5, self.place[1], 5)) for i in range(count)]
        made = [new_id() for _ in range(count)]
        for ident, part in zip(made, parts):
            self.assertEqual(client.send('PUT', f'{SUBSCRIPTIONS}/{ident}', subscription(part)).status, 200)
        whole = volume(square(self.place[0] - 0.05, self.place[1] - 0.05, 0.3))
        answer = client.send('POST', SUBSCRIPTIONS + '/query', query(whole))
        self.assertEqual(answer.status, 413)
        self.assertIn('ask for a smaller area', answer.json['message'])
        for i in range(2):
            answer = client.send('POST', SUBSCRIPTIONS + '/query', query(parts[i]))
            self.assertEqual((answer.status, ids(answer.json['subscriptions'])), (200, sorted(made[i::2])))

    # f3548 6.6
    def test_conflicts__list_no_more_than_they_may_and_say_how_many_more(self):
        client = Client(self.start('--missing-max', '3'), 'uss1', STRATEGIC, PROCESSING, MANAGEMENT)
        key, parts = [], [flight(self.here, lower_m=i * 100, upper_m=i * 100 + 50) for i in range(5)]
        for part in parts:
            answer = client.send('PUT', f'{INTENTS}/{new_id()}', intent(part))
            self.assertEqual(answer.status, 201)
            key.append(answer.json['operational_intent_reference']['ovn'])
        fence = client.send('PUT', f'{CONSTRAINTS}/{new_id()}', constraint(flight(self.here))).json['constraint_reference']
        key.append(fence['ovn'])
        wanted = intent(flight(self.here, lower_m=0, upper_m=1000), new_subscription={**IMPLICIT, 'notify_for_constraints': True})
        ident, known, seen = new_id(), [], []
        for listed, says in (((3, 0), '3 of them are listed, and 3 more'), ((2, 1), None)):
            answer = client.send('PUT', f'{INTENTS}/{ident}', {**wanted, 'key': known})
            self.assertEqual(answer.status, 409)
            lists = answer.json.get('missing_operational_intents', []), answer.json.get('missing_constraints', [])
            self.assertEqual((len(lists[0]), len(lists[1])), listed)
            self.assertEqual('more' in answer.json['message'], says is not None)
            self.assertIn(says or 'the key lacks', answer.json['message'])
            seen += [reference['id'] for part in lists for reference in part]
            known = known + [reference['ovn'] for part in lists for reference in part]
        self.assertEqual((len(set(seen)), sorted(known)), (6, sorted(key)))
        self.assertEqual(client.send('PUT', f'{INTENTS}/{ident}', {**wanted, 'key': known}).status, 201)
