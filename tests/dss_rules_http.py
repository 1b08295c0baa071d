# SPDX-License-Identifier: Apache-2.0
"""Rules 1, 3 and 10 of docs/f3548-rules.md: HTTP, tokens, the pool and versions; over HTTP only, without the model."""
import base64
import http.client
import json
import re
import socket
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

import openapi_check
from dss_bodies import HOUR_US, URL, flight, intent, new_id, query
from dss_case import Case
from dss_forms import print_time
from dss_http import Client
from dss_model import ALL, INTENTS, MONITORING, PROCESSING, STRATEGIC, SUBSCRIPTIONS, USSS

KIB = 1024
POOL, BEAT = 'interuss.pool_status.read', 'interuss.pool_status.heartbeat.write'
VERSIONS = 'interuss.versioning.read_system_versions'
RID = ('dss.read.identification_service_areas', 'dss.write.identification_service_areas')
EVERY = (*ALL, POOL, BEAT, VERSIONS, *RID)


class HttpCase(Case):
    def setUp(self):
        if self.world.is_model:
            self.skipTest('the model speaks no HTTP')
        super().setUp()
        self.node = self.world.node
        self.anybody = Client(self.node, None)
        self.planner = self.world.client('planner', STRATEGIC)

    def with_token(self, token):
        return Client(self.node, 'token', token=token)

    def raw(self, *pieces, wait_s=0.0):
        """Sends bytes, waiting between them, and gives all that comes until the node closes."""
        host, port = self.node.address.split(':')
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(wait_s)
            answer = b''
            while part := connection.recv(65536):
                answer += part
        return answer


class Http(HttpCase):
    # f3548 1.2
    def test_http__is_spoken_plain(self):
        answer = self.raw(b'GET /healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
        self.assertTrue(answer.startswith(b'HTTP/1.1 200 '), answer)

    # f3548 1.4
    def test_http__a_body_over_four_mebibytes_is_413_before_all_else(self):
        path, size = f'{INTENTS}/{new_id()}', 4096 * KIB
        head = f'PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size + 1}\r\n\r\n'
        for why, pieces in (('said ahead, so nothing of it need be sent', [head.encode()]),
                            ('on no route', [head.replace(path, '/nowhere').encode()])):
            with self.subTest(why):
                answer = self.raw(*pieces)
                self.assertTrue(answer.startswith(b'HTTP/1.1 413 '), answer)
                self.assertIn(b'content-type: text/plain', answer.lower())
        with self.subTest('not said ahead'):
            connection = http.client.HTTPConnection(self.node.address, timeout=20)
            try:
                connection.request('PUT', path, (b' ' * (64 * KIB) for _ in range(66)), encode_chunked=True,
                                   headers={'Transfer-Encoding': 'chunked'})
                status = connection.getresponse().status
            except (BrokenPipeError, ConnectionResetError):
                status = 413  # it was closed while it was sent
            connection.close()
            self.assertEqual(status, 413)
        exchange = self.planner.send('PUT', path, json.dumps(intent(flight(self.here))).ljust(size))
        self.assertEqual(exchange.status, 201)

    # f3548 1.5
    def test_http__what_no_route_has_is_404_in_plain_text(self):
        ident = new_id()
        rows = [('GET', '/'), ('GET', '/nowhere'), ('GET', '/dss/v1'), ('GET', '/dss/v1/'), ('GET', INTENTS),
                ('POST', INTENTS),
                ('POST', f'{INTENTS}/{ident}'), ('DELETE', f'{INTENTS}/{ident}'), ('GET', f'{INTENTS}/{ident}/ovn'),
                ('PATCH', f'{INTENTS}/{ident}'), ('PUT', f'{INTENTS}/{ident}/ovn/more'), ('GET', '/dss/v1/reports'),
                ('POST', f'{USSS}/uss1'), ('GET', '/dss/v2/uss_availability/uss1'), ('PUT', '/aux/v1/version'),
                ('GET', '/metrics'),
                ('OPTIONS', f'{SUBSCRIPTIONS}/{ident}'), ('POST', INTENTS + '/query/'),
                ('GET', '/DSS/v1/subscriptions/' + ident)]
        for method, path in rows:
            for client in (self.anybody, self.planner):
                with self.subTest(f'{method} {path}'):
                    exchange = client.send(method, path)
                    self.assertEqual((exchange.status, exchange.content_type.split(';')[0]), (404, 'text/plain'))

    # f3548 1.5
    def test_http__an_empty_segment_is_a_parameter_and_paths_are_decoded(self):
        judge = self.world.client('judge', 'utm.availability_arbitration')
        for path, status, uss in ((f'{USSS}/', 200, ''), (f'{USSS}/a%20b%C3%A9', 200, 'a b\u00e9'),
                                  ('/dss/v1/uss%5favailability/x', 200, 'x')):
            exchange = judge.send('GET', path)
            self.assertEqual((exchange.status, exchange.json['status']['uss']), (status, uss))
        for method, path, status in (('GET', f'{INTENTS}/', 400), ('GET', f'{SUBSCRIPTIONS}/', 400),
                                     ('DELETE', f'{INTENTS}/{new_id()}/', 400),
                                     ('DELETE', f'{INTENTS}//', 400), ('GET', f'{INTENTS}/query', 400),
                                     ('GET', f'{INTENTS}/{new_id()}?a=b', 404)):
            with self.subTest(f'{method} {path}'):
                self.assertEqual(self.planner.send(method, path).status, status)
                self.assertEqual(self.planner.send(method, path).content_type, 'application/json; charset=utf-8')

    # f3548 1.6
    def test_http__healthy_is_ok_without_token_whatever_the_method(self):
        for method in ('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD'):
            with self.subTest(method):
                exchange = self.anybody.send(method, '/healthy')
                self.assertEqual((exchange.status, exchange.text.strip()), (200, '' if method == 'HEAD' else 'ok'))
                self.assertEqual(exchange.content_type.split(';')[0], 'text/plain')

    # f3548 1.7
    def test_http__answers_are_json_with_a_newline_and_errors_have_the_logs_id(self):
        good = self.planner.send('PUT', f'{INTENTS}/{new_id()}', intent(flight(self.here)))
        bad = self.planner.send('GET', f'{INTENTS}/{new_id()}')
        for exchange in (good, bad):
            self.assertEqual(exchange.content_type, 'application/json; charset=utf-8')
            self.assertTrue(exchange.text.endswith('}\n'), exchange.text)
        self.assertEqual(sorted(bad.json), ['message', 'request_id'])
        self.assertTrue(bad.json['message'].endswith(f" (E:{bad.json['request_id']})"), bad.json)
        self.assertEqual(len(self.log_lines(bad.json['request_id'])), 1)

    def log_lines(self, *texts):
        """Lines of the log that have all these; it may be a little late."""
        for _ in range(100):
            found = [line for line in list(self.node.log) if all(text in line for text in texts)]
            if found:
                return found
            time.sleep(0.02)
        return []

    # f3548 1.8
    def test_http__unknown_members_are_passed_over_and_wrong_types_are_not(self):
        part = flight(self.here)
        good = intent(part, key=[])
        rows = [('an unknown member', {**good, 'colour': {'of': ['the', 'wind']}}, 201),
                ('an unknown member within', {**good, 'extents': [{**part, 'note': 1}]}, 201),
                ('white space around it', ' \r\n\t' + json.dumps(good) + '\n', 201),
                ('null for absent', {**good, 'key': None, 'new_subscription': None}, 201),
                ('nothing', '', 400), ('half of it', json.dumps(good)[:-9], 400), ('a word', 'intent', 400),
                ('a list', [good], 400),
                ('a string', '"intent"', 400), ('a number for a string', {**good, 'uss_base_url': 1}, 400),
                ('a string for a list', {**good, 'key': 'a'}, 400),
                ('a number in a list of strings', {**good, 'key': [1]}, 400),
                ('an object for a list', {**good, 'extents': part}, 400),
                ('a list for an object', {**good, 'new_subscription': []}, 400),
                ('a string for a boolean',
                 {**good, 'new_subscription': {'uss_base_url': URL, 'notify_for_constraints': 'yes'}}, 400),
                ('a number for a string, in new_subscription', {**good, 'new_subscription': {'uss_base_url': 1}}, 400)]
        for why, body, status in rows:
            with self.subTest(why):
                exchange = self.planner.send('PUT', f'{INTENTS}/{new_id()}', body)
                self.assertEqual(exchange.status, status, exchange.text)
                if status == 201:
                    made = exchange.json['operational_intent_reference']
                    self.planner.send('DELETE', f"{INTENTS}/{made['id']}/{made['ovn']}")
        for name, value in (('lat', '47'), ('lng', None)):
            part = flight(self.here)
            part['volume']['outline_circle']['center'][name] = value
            exchange = self.planner.send('POST', INTENTS + '/query', query(part))
            self.assertEqual(exchange.status, 400, exchange.text)  # a place is whole

    # f3548 1.8
    def test_http__text_behind_a_body_is_passed_over(self):
        good = json.dumps(intent(flight(self.here)))
        for body in (good + ' and more', good + '{"a":'):
            exchange = self.planner.send('PUT', f'{INTENTS}/{new_id()}', body)
            self.assertEqual(exchange.status, 201, exchange.text)
            made = exchange.json['operational_intent_reference']
            self.planner.send('DELETE', f"{INTENTS}/{made['id']}/{made['ovn']}")

    # f3548 1.9
    def test_http__a_bad_token_is_answered_before_a_bad_body_and_that_before_a_bad_field(self):
        nobody, other = self.with_token('not.a.token'), self.world.client('planner', POOL)
        for body in ('{', '', '[]', json.dumps(intent()), json.dumps(intent(flight(self.here)))):
            self.assertEqual([client.send('PUT', f'{INTENTS}/1', body).status
                              for client in (self.anybody, nobody, other, self.planner)],
                             [401, 401, 403, 400])
            self.assertEqual(self.anybody.send('POST', '/nowhere', body).status, 404)

    # f3548 1.14
    def test_http__each_request_is_a_line_of_the_log_without_its_token(self):
        ident = new_id()
        exchange = self.planner.send('GET', f'{INTENTS}/{ident}?secret=x')
        lines = self.log_lines(f'{INTENTS}/{ident}')
        self.assertEqual(len(lines), 1)
        for text in ('GET', '404', 'planner', '127.0.0.1', exchange.json['request_id']):
            self.assertIn(text, lines[0])
        for token in self.node.tokens.values():
            self.assertFalse(any(token.split('.')[2] in line for line in self.node.log))


class Tokens(HttpCase):
    def ask(self, client, path=None):
        return client.send('GET', path or f'{INTENTS}/{new_id()}')

    def rows(self, rows, make):
        for why, what, status in rows:
            with self.subTest(why):
                exchange = self.ask(make(what))
                self.assertEqual(exchange.status, status, exchange.text)
                self.assertTrue(exchange.json['message'])

    # f3548 3.1
    def test_tokens__are_bearers_in_any_letter_case(self):
        token = self.node.token('planner', (STRATEGIC,))

        def client(header):
            made = Client(self.node, None)
            made.authorization = header
            return made

        self.rows([('Bearer', 'Bearer ' + token, 404), ('bearer', 'bearer ' + token, 404),
                   ('BEARER', 'BEARER ' + token, 404),
                   ('none', None, 401), ('empty', '', 401), ('no scheme', token, 401),
                   ('another scheme', 'Basic ' + token, 401),
                   ('nothing behind it', 'Bearer', 401), ('a space behind it', 'Bearer ', 401),
                   ('no JWT', 'Bearer abc', 401),
                   ('two parts', 'Bearer ' + token.rsplit('.', 1)[0], 401),
                   ('four parts', 'Bearer ' + token + '.', 401)], client)

    # f3548 3.2
    def test_tokens__are_signed_with_any_rsa_algorithm_by_a_key_of_the_authority(self):
        authority = self.node.authority
        rows = [(f'{name}', authority.token('planner', [STRATEGIC], name), 404)
                for name in ('RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512')]
        rows += [('any kid', authority.token('planner', [STRATEGIC], headers={'kid': 'whatever'}), 404)]
        stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        good = authority.token('planner', [STRATEGIC])
        head, claims, sign = good.split('.')
        none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip('=')
        # PyJWT does not sign with a PEM as a secret, so it is encoded first.
        hmac = jwt.encode(jwt.decode(good, options={'verify_signature': False}),
                          base64.b64encode(authority.public_pem().encode()), 'HS256')
        rows += [("a stranger's key", authority.token('planner', [STRATEGIC], key=stranger), 401), ('HMAC', hmac, 401),
                 ('none', f'{none}.{claims}.', 401), ('none, and a signature', f'{none}.{claims}.{sign}', 401),
                 ('another signature', f'{head}.{claims}.{sign[::-1]}', 401),
                 ('other claims', f"{head}.{authority.token('other', [STRATEGIC]).split('.')[1]}.{sign}", 401)]
        self.rows(rows, self.with_token)

    # f3548 3.3
    def test_tokens__say_who_by_whom_and_until_when(self):
        now = int(time.time())
        rows = [('as it should be', {}, 404), ('no subject', {'sub': None}, 401),
                ('an empty subject', {'sub': ''}, 401), ('no issuer', {'iss': None}, 401),
                ('an empty issuer', {'iss': ''}, 401), ('no end', {'exp': None}, 401), ('ended', {'exp': now - 1}, 401),
                ('good for 59 minutes', {'exp': now + 3540}, 404),
                ('good for 61 minutes', {'exp': now + 3660}, 401), ('not yet', {'nbf': now + 60}, 401),
                ('since just now', {'nbf': now - 1}, 404),
                ('issued in a minute', {'iat': now + 60}, 401), ('issued never', {'iat': None}, 404),
                ('scopes in a list', {'scope': [STRATEGIC]}, 401),
                ('a scope that is a number', {'scope': 1}, 401)]
        self.rows(rows, lambda claims: self.with_token(self.node.authority.token(claims.pop('sub', 'planner'),
                                                                                 [STRATEGIC], **claims)))

    # f3548 3.4
    def test_tokens__are_for_this_node(self):
        rows = [('its address', '127.0.0.1', 404), ('its name', 'localhost', 404),
                ('a list with it', ['elsewhere', 'localhost'], 404), ('elsewhere', 'elsewhere', 401),
                ('a list without it', ['elsewhere', 'nowhere'], 401), ('an empty list', [], 401), ('empty', '', 401),
                ('absent', None, 401),
                ('its name and more', 'localhost.example', 401)]
        self.rows(rows, lambda aud: self.with_token(self.node.authority.token('planner', [STRATEGIC], aud=aud)))

    # f3548 3.5
    def test_tokens__need_one_of_the_scopes(self):
        rows = [('the scope', (STRATEGIC,), 404), ('with others', ('openid', STRATEGIC, PROCESSING), 404),
                ('the other one', (MONITORING,), 404),
                ('none', (), 403), ('others', (PROCESSING, 'openid'), 403), ('a part of it', (STRATEGIC[:-1],), 403),
                ('more than it', (STRATEGIC + 's',), 403),
                ('in capitals', (STRATEGIC.upper(),), 403)]
        self.rows(rows, lambda scopes: self.with_token(self.node.authority.token('planner', scopes)))
        self.assertEqual(self.ask(self.with_token(self.node.authority.token('planner', [], scope=None))).status, 403)

    # f3548 3.6
    def test_tokens__say_who_the_client_is(self):
        authority = self.node.authority
        mine, also = (self.with_token(authority.token('the-same', [STRATEGIC], iss=iss)) for iss in ('one', 'another'))
        made = mine.send('PUT', f'{INTENTS}/{new_id()}', intent(flight(self.here))).json['operational_intent_reference']
        self.assertEqual(made['manager'], 'the-same')
        self.assertEqual(also.send('GET', f"{INTENTS}/{made['id']}").json['operational_intent_reference']['ovn'],
                         made['ovn'])
        self.assertEqual(self.planner.send('DELETE', f"{INTENTS}/{made['id']}/{made['ovn']}").status, 403)
        self.assertEqual(also.send('DELETE', f"{INTENTS}/{made['id']}/{made['ovn']}").status, 200)

    # f3548 3.7
    def test_tokens__open_what_the_document_says_and_nothing_else(self):
        for path, method, operation in openapi_check.Document.read().operations():
            path = re.sub(r'\{[^}]*\}', 'x', path)
            scopes = {scope for each in operation['security'] for scope in each['authority']}
            for scope in EVERY:
                with self.subTest(f'{method} {path} {scope}'):
                    status = self.world.client('anybody', scope).send(method.upper(), path, '{').status
                    if scope in scopes or not scopes:
                        self.assertNotIn(status, (401, 403))
                    else:
                        self.assertEqual(status, 403)
            rest = [scope for scope in EVERY if scope not in scopes]
            if scopes:
                self.assertEqual(self.world.client('anybody', *rest).send(method.upper(), path, '{').status, 403)
                self.assertEqual(self.anybody.send(method.upper(), path, '{').status, 401)


class Pool(HttpCase):
    def setUp(self):
        super().setUp()
        self.pool, self.beater = self.world.client('pool', POOL), self.world.client('beater', BEAT)

    # f3548 10.1
    def test_pool__the_version_is_one_under_every_name(self):
        version = self.anybody.send('GET', '/aux/v1/version').json['version']
        self.assertTrue(re.fullmatch(r'\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?', version), version)
        self.assertNotIn('undefined', version)
        reader = self.world.client('reader', VERSIONS)
        for name in ('com.example.dss', 'x', 'a%20b'):
            self.assertEqual(reader.send('GET', f'/versions/{name}').json,
                             {'system_identity': name.replace('%20', ' '), 'system_version': version})

    # f3548 10.2
    def test_pool__a_token_can_be_tried(self):
        for scope in RID:
            client = self.world.client('tried', scope)
            for why, asked, status in (('no owner', '', 200), ('its owner', '?owner=tried', 200),
                                       ('another owner', '?owner=other', 403), ('an empty owner', '?owner=', 200)):
                with self.subTest(why):
                    exchange = client.send('GET', '/aux/v1/validate_oauth' + asked)
                    self.assertEqual(exchange.status, status)
                    self.assertTrue(exchange.json == {} or status == 403)

    # f3548 10.3
    def test_pool__has_an_id_and_this_node(self):
        ident = self.pool.send('GET', '/aux/v1/pool').json['dar_id']
        self.assertEqual(self.pool.send('GET', '/aux/v1/pool').json, {'dar_id': ident})
        instances = self.pool.send('GET', '/aux/v1/pool/dss_instances').json['dss_instances']
        self.assertEqual([each['id'] for each in instances], ['north'])
        self.assertEqual(instances[0]['public_endpoint'], 'https://dss.example')

    # f3548 10.4
    def test_pool__a_sign_of_life_has_a_source_and_possible_times(self):
        path = '/aux/v1/pool/dss_instances/heartbeat'
        at, later = print_time(self.now + 10**6), print_time(self.now + HOUR_US)
        rows = [('no source', '', 400), ('an empty source', '?source=', 400), ('a source', '?source=cron', 201),
                ('a time that is none', '?source=cron&timestamp=soon', 400),
                ('a next that is none', '?source=cron&next_heartbeat_expected_before=soon', 400),
                ('a next before it', f'?source=cron&timestamp={later}&next_heartbeat_expected_before={at}', 400),
                ('both times', f'?source=cron&timestamp={at}&next_heartbeat_expected_before={later}', 201)]
        for why, asked, status in rows:
            with self.subTest(why):
                self.assertEqual(self.beater.send('PUT', path + asked).status, status)
        instance, = self.beater.send('PUT',
                                     f'{path}?source=other&timestamp={print_time(self.now)}').json['dss_instances']
        self.assertEqual(instance['most_recent_heartbeat'],
                         {'timestamp': at, 'source': 'cron', 'reporter': 'beater',
                          'next_heartbeat_expected_before': later})
        # One is kept of each source.
        self.beater.send('PUT', f'{path}?source=cron&timestamp={print_time(self.now - HOUR_US)}')
        instance, = self.pool.send('GET', '/aux/v1/pool/dss_instances').json['dss_instances']
        self.assertEqual(instance['most_recent_heartbeat'],
                         {'timestamp': print_time(self.now), 'source': 'other', 'reporter': 'beater'})

    # f3548 10.5
    def test_pool__shows_no_certificates_where_it_has_none(self):
        for name in ('accepted_ca_certs', 'ca_certs'):
            self.assertEqual(self.anybody.send('GET', f'/aux/v1/configuration/{name}').json, {})

    # f3548 10.6
    def test_pool__agrees_on_three_options(self):
        self.assertEqual(self.pool.send('GET', '/aux/v1/configuration/global_options').json,
                         {'scd_global_lock': False, 'scd_hash_lock': False, 'time_based_notification_index': False})
