#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docs/openapi.yaml is in order, and openapi_check takes what fits it and refuses what does not."""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

import openapi_check

ROOT = pathlib.Path(__file__).resolve().parent.parent
ID = '2f8343be-6482-4d1b-a474-16847e01af1e'
OTHER_ID = '00000000-0000-4000-8000-000000000000'
OVN = 'jtOIx4b2KD1C6g8bV3aQbQ8qXjPcXzv0F-wd5zB3M_k.'
MASK = 'Available from USS'
JSON = 'application/json; charset=utf-8'
INTENTS = '/dss/v1/operational_intent_references'
CONSTRAINTS = '/dss/v1/constraint_references'
SUBSCRIPTIONS = '/dss/v1/subscriptions'


def moment(value='2026-11-26T03:13:00.25Z'):
    return {'value': value, 'format': 'RFC3339'}


def intent(**changes):
    return {'id': ID, 'manager': 'uss1', 'uss_availability': 'Unknown', 'version': 1, 'state': 'Accepted', 'ovn': OVN,
            'time_start': moment(), 'time_end': moment('2026-11-26T04:13:00Z'), 'uss_base_url': 'https://uss1.example/utm',
            'subscription_id': OTHER_ID, **changes}


def constraint(**changes):
    return {'id': ID, 'manager': 'uss2', 'uss_availability': 'Normal', 'version': 7, 'ovn': MASK, 'time_start': moment(),
            'time_end': moment('2026-11-26T04:13:00.000001Z'), 'uss_base_url': 'https://uss2.example', **changes}


def subscription(**changes):
    return {'id': ID, 'version': OVN, 'notification_index': 0, 'time_start': moment(), 'time_end': moment(),
            'uss_base_url': 'https://uss1.example', 'notify_for_operational_intents': True, 'notify_for_constraints': False,
            'implicit_subscription': False, 'dependent_operational_intents': [OTHER_ID], **changes}


def health(**changes):
    return {'status': 'ok', 'writes': True, 'ledger': {'name': 'airspace/main', 'size': 12, 'root': 'A' * 43 + '='},
            'store': {'writes': True}, 'keys': {'count': 1, 'sources': 2, 'sources_kept': 0, 'sources_without': 1},
            'uptime_s': 0, 'version': '0.1.0+dc41ceb', **changes}


def without(value, *names):
    return {name: below for name, below in value.items() if name not in names}


SUBSCRIBERS = [{'subscriptions': [{'subscription_id': ID, 'notification_index': 86399999}],
                'uss_base_url': 'https://uss2.example'}]
INTENT_CHANGED = {'subscribers': SUBSCRIBERS, 'operational_intent_reference': intent(ovn=f'{ID}_{OTHER_ID}')}
CONSTRAINT_CHANGED = {'subscribers': SUBSCRIBERS, 'constraint_reference': constraint(ovn=OVN)}
SUBSCRIBED = {'subscription': subscription(), 'operational_intent_references': [intent(ovn=MASK)],
              'constraint_references': [constraint()]}
INSTANCES = {'dss_instances': [{'id': 'north', 'public_endpoint': 'https://dss.example',
                                'most_recent_heartbeat': {'timestamp': '2026-11-26T03:13:00Z', 'source': 'start',
                                                          'reporter': 'uss1',
                                                          'next_heartbeat_expected_before': '2026-11-26T03:14:00Z'}},
                               {'id': 'south'}]}
STRATEGIC = 'utm.strategic_coordination'
MONITORING = 'utm.conformance_monitoring_sa'
MANAGEMENT = 'utm.constraint_management'
PROCESSING = 'utm.constraint_processing'
ARBITRATION = 'utm.availability_arbitration'
RID = ['dss.read.identification_service_areas', 'dss.write.identification_service_areas']
READ, BEAT = 'interuss.pool_status.read', 'interuss.pool_status.heartbeat.write'
VERSIONS = 'interuss.versioning.read_system_versions'

# operationId: method, path with something in it, status, scopes of which one is enough, errors besides those that
# every operation of its sort has, and good bodies.
OPERATIONS = {
    'queryOperationalIntentReferences': (
        'POST', f'{INTENTS}/query', 200, [STRATEGIC, MONITORING], [400],
        [{'operational_intent_references': []}, {'operational_intent_references': [intent(), intent(ovn=MASK)]}]),
    'getOperationalIntentReference': (
        'GET', f'{INTENTS}/{ID}', 200, [STRATEGIC, MONITORING], [400, 404],
        [{'operational_intent_reference': intent(state='Nonconforming')}]),
    'createOperationalIntentReference': (
        'PUT', f'{INTENTS}/{ID}', 201, [STRATEGIC, MONITORING], [400, 409], [INTENT_CHANGED]),
    'updateOperationalIntentReference': (
        'PUT', f'{INTENTS}/{ID}/{OVN}', 200, [STRATEGIC, MONITORING], [400, 409], [INTENT_CHANGED]),
    'deleteOperationalIntentReference': (
        'DELETE', f'{INTENTS}/{ID}/{OVN}', 200, [STRATEGIC, MONITORING], [400, 404, 409],
        [{'subscribers': [], 'operational_intent_reference': intent(state='Contingent')}]),
    'queryConstraintReferences': (
        'POST', f'{CONSTRAINTS}/query', 200, [MANAGEMENT, PROCESSING], [400],
        [{'constraint_references': []}, {'constraint_references': [constraint()]}]),
    'getConstraintReference': (
        'GET', f'{CONSTRAINTS}/{ID}', 200, [MANAGEMENT, PROCESSING], [400, 404],
        [{'constraint_reference': constraint(uss_availability='Down')}]),
    'createConstraintReference': (
        'PUT', f'{CONSTRAINTS}/{ID}', 201, [MANAGEMENT], [400, 409], [CONSTRAINT_CHANGED]),
    'updateConstraintReference': (
        'PUT', f'{CONSTRAINTS}/{ID}/{OVN}', 200, [MANAGEMENT], [400, 409], [CONSTRAINT_CHANGED]),
    'deleteConstraintReference': (
        'DELETE', f'{CONSTRAINTS}/{ID}/{OVN}', 200, [MANAGEMENT], [400, 404, 409], [CONSTRAINT_CHANGED]),
    'querySubscriptions': (
        'POST', f'{SUBSCRIPTIONS}/query', 200, [STRATEGIC, PROCESSING], [400],
        [{'subscriptions': [subscription(implicit_subscription=True), subscription(dependent_operational_intents=[])]}]),
    'getSubscription': (
        'GET', f'{SUBSCRIPTIONS}/{ID}', 200, [STRATEGIC, PROCESSING], [400, 404], [{'subscription': subscription()}]),
    'createSubscription': (
        'PUT', f'{SUBSCRIPTIONS}/{ID}', 200, [STRATEGIC, PROCESSING], [400, 409],
        [SUBSCRIBED, {'subscription': subscription()}]),
    'updateSubscription': (
        'PUT', f'{SUBSCRIPTIONS}/{ID}/{OVN}', 200, [STRATEGIC, PROCESSING], [400, 409],
        [SUBSCRIBED, {'subscription': subscription(), 'constraint_references': []}]),
    'deleteSubscription': (
        'DELETE', f'{SUBSCRIPTIONS}/{ID}/{OVN}', 200, [STRATEGIC, PROCESSING], [400, 404, 409],
        [{'subscription': subscription()}]),
    'makeDssReport': (
        'POST', '/dss/v1/reports', 201, [MANAGEMENT, PROCESSING, STRATEGIC, MONITORING, ARBITRATION], [400],
        [{'report_id': ID}, {'report_id': ID, 'exchange': {'url': 'https://uss1.example', 'anything': [None]}}]),
    'getUssAvailability': (
        'GET', '/dss/v1/uss_availability/uss1', 200, [ARBITRATION, STRATEGIC, MONITORING], [400],
        [{'version': '', 'status': {'uss': 'uss1', 'availability': 'Unknown'}}]),
    'setUssAvailability': (
        'PUT', '/dss/v1/uss_availability/uss1', 200, [ARBITRATION], [400, 409],
        [{'version': OVN, 'status': {'uss': 'uss1', 'availability': 'Down'}}]),
    'getVersion': ('GET', '/aux/v1/version', 200, [], [], [{'version': '0.1.0'}, {'version': '0.1.0-rc1+dc41ceb'}]),
    'validateOauth': ('GET', '/aux/v1/validate_oauth?owner=uss1', 200, RID, [], [{}]),
    'getPool': ('GET', '/aux/v1/pool', 200, [READ], [501], [{'dar_id': 'e2b1'}]),
    'getDSSInstances': ('GET', '/aux/v1/pool/dss_instances', 200, [READ], [], [INSTANCES, {'dss_instances': []}]),
    'putDSSInstancesHeartbeat': (
        'PUT', '/aux/v1/pool/dss_instances/heartbeat?source=cron', 201, [BEAT], [400], [INSTANCES]),
    'getAcceptedCAs': (
        'GET', '/aux/v1/configuration/accepted_ca_certs', 200, [], [501],
        [{}, {'CAs': ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n']}]),
    'getInstanceCAs': ('GET', '/aux/v1/configuration/ca_certs', 200, [], [501], [{}, {'CAs': []}]),
    'getGlobalOptions': (
        'GET', '/aux/v1/configuration/global_options', 200, [READ], [],
        [{'scd_global_lock': False, 'scd_hash_lock': False, 'time_based_notification_index': True}]),
    'getSystemVersion': (
        'GET', '/versions/com.example.dss', 200, [VERSIONS], [],
        [{'system_identity': 'com.example.dss', 'system_version': '0.1.0'}]),
    'getHealthy': ('GET', '/healthy', 200, [], [], ['ok']),
    'getHealth': (
        'GET', '/healthz', 200, [], [],
        [health(), health(status='degraded', reason='two writes failed'),
         health(status='degraded', writes=False, reason='the disk is full',
                store={'writes': False, 'reason': 'the disk is full'})]),
    'getOpenapi': ('GET', '/openapi.yaml', 200, [], [], [(ROOT / 'docs/openapi.yaml').read_text(encoding='utf-8')]),
}
SUCCESS_TYPE = {'getHealthy': 'text/plain; charset=utf-8', 'getOpenapi': 'application/yaml'}
# Members that may be absent, as operationId or * and the place.
OPTIONAL = {
    ('*', 'request_id'), ('*', 'missing_operational_intents'), ('*', 'missing_constraints'),
    ('createSubscription', 'operational_intent_references'), ('createSubscription', 'constraint_references'),
    ('updateSubscription', 'operational_intent_references'), ('updateSubscription', 'constraint_references'),
    ('makeDssReport', 'exchange'), ('*', 'CAs'),
    ('*', 'dss_instances.public_endpoint'), ('*', 'dss_instances.most_recent_heartbeat'),
    ('*', 'dss_instances.most_recent_heartbeat.reporter'),
    ('*', 'dss_instances.most_recent_heartbeat.next_heartbeat_expected_before'),
}
CONFLICT = {'message': 'the key lacks 3 OVNs', 'request_id': ID, 'missing_operational_intents': [intent(ovn=MASK)],
            'missing_constraints': [constraint()]}


def exchange(method, path, status, content_type, body):
    return {'method': method, 'path': path, 'status': status, 'content_type': content_type,
            'body': body if isinstance(body, str) else json.dumps(body) + '\n'}


def good_exchanges():
    """(operationId, exchange) for every operation and every status that it should declare."""
    for name, (method, path, success, scopes, errors, bodies) in OPERATIONS.items():
        for body in bodies:
            yield name, exchange(method, path, success, SUCCESS_TYPE.get(name, JSON), body)
        errors = errors + [413, 429, 503] + ([401, 403, 500] if scopes else [])
        for status in errors:
            member = 'error_message' if status >= 500 else 'message'
            yield name, exchange(method, path, status, JSON, {member: 'no (E:1)', 'request_id': ID})
            yield name, exchange(method, path, status, 'application/json', {member: 'no'})
            if status in (413, 429, 503):
                yield name, exchange(method, path, status, 'text/plain', 'request timeout')
        if name in ('createOperationalIntentReference', 'updateOperationalIntentReference'):
            yield name, exchange(method, path, 409, JSON, CONFLICT)
    yield 'updateOperationalIntentReference', exchange('PUT', f'{INTENTS}/{ID}/', 201, JSON, INTENT_CHANGED)
    yield 'updateConstraintReference', exchange('PUT', f'{CONSTRAINTS}/{ID}/', 201, JSON, CONSTRAINT_CHANGED)


def objects(value, place=''):
    """Each object in a body, with the names of the members that lead to it."""
    if isinstance(value, dict):
        yield value, place
        for name, below in value.items():
            # What a report holds is the client's.
            if name != 'exchange':
                yield from objects(below, f'{place}.{name}'.lstrip('.'))
    elif isinstance(value, list):
        for below in value:
            yield from objects(below, place)


def json_bodies():
    for name, good in good_exchanges():
        if good['content_type'].startswith('application/json'):
            yield name, good, json.loads(good['body'])


def of_another_type(value):
    """What no member of the type of 'value' may be."""
    if isinstance(value, (bool, dict)):
        return ['true', 0, []]
    if isinstance(value, int):
        return ['1', 1.5, 1.0, True, None]
    if isinstance(value, str):
        return [7, None, [], {}]
    return [{}, 'x', None]


DOCUMENT = openapi_check.Document.read()


class TheDocument(unittest.TestCase):
    def test_is_in_order(self):
        self.assertEqual(DOCUMENT.check_document(), [])

    def test_has_each_operation_with_its_scopes_and_no_other(self):
        found = {}
        for path, method, operation in DOCUMENT.operations():
            scopes = []
            for alternative in operation['security']:
                self.assertEqual(list(alternative), ['authority'])
                self.assertEqual(len(alternative['authority']), 1)
                scopes += alternative['authority']
            found[operation['operationId']] = (method.upper(), path, sorted(scopes))
        self.assertEqual(sorted(found), sorted(OPERATIONS))
        for name, (method, path, _, scopes, _, _) in OPERATIONS.items():
            self.assertEqual(found[name][0], method, name)
            self.assertEqual(found[name][2], sorted(scopes), name)
            self.assertEqual(DOCUMENT.route(method, path)[1]['operationId'], name)
        for prefix, count in {'/dss/v1/': 18, '/aux/v1/': 8, '/versions/': 1}.items():
            self.assertEqual(sum(path.startswith(prefix) for _, path, _ in found.values()), count, prefix)

    def test_says_the_version_and_licence_of_the_project(self):
        project = (ROOT / 'meson.build').read_text(encoding='utf-8')
        self.assertEqual(DOCUMENT.root['info']['version'], re.search(r"version: '([^']+)'", project)[1])
        self.assertEqual(DOCUMENT.root['info']['license']['identifier'], re.search(r"license: '([^']+)'", project)[1])

    def test_has_lines_that_a_screen_shows(self):
        for number, line in enumerate((ROOT / 'docs/openapi.yaml').read_text(encoding='utf-8').splitlines(), 1):
            self.assertLessEqual(len(line), 140, f'line {number}')

    def test_is_refused_when_something_is_amiss(self):
        get = ('paths', f'{INTENTS}/{{entityid}}', 'get')
        answer = ('components', 'schemas', 'OperationalIntentReference')
        sent = ('components', 'schemas', 'Volume4D')
        rows = [
            ('another OpenAPI', ('openapi',), '3.0.3', '/openapi: is not 3.1'),
            ('no version', ('info', 'version'), None, '/info: has no version'),
            ('a dangling reference', get + ('responses', '404', '$ref'), '#/components/responses/None', 'points at nothing'),
            ('a reference of another kind', get + ('responses', '404', '$ref'), '#/components/schemas/Time',
             'is not in /components/responses'),
            ('a dangling schema', answer + ('properties', 'id', '$ref'), '#/components/schemas/None', 'points at nothing'),
            ('a foreign reference', answer + ('properties', 'id', '$ref'), 'other.yaml#/a', 'is not in /components/schemas'),
            ('no operationId', get + ('operationId',), None, 'has no operationId'),
            ('an operationId twice', get + ('operationId',), 'getPool', 'operationId getPool is also'),
            ('no summary', get + ('summary',), None, 'has no summary'),
            ('an empty description', get + ('description',), ' ', 'has no description'),
            ('no security', get + ('security',), None, 'has no security'),
            ('an unknown scope', get + ('security',), [{'authority': ['utm.all']}], 'the scope utm.all is not in'),
            ('an unknown scheme', get + ('security',), [{'basic': ['x']}], 'basic is not in'),
            ('no scope at all', get + ('security',), [{'authority': []}], 'names no scope'),
            ('an alternative that opens all', get + ('security',), [{}], 'an empty alternative opens'),
            ('open, but answers 401', get + ('security',), [], '401 belongs to operations with security'),
            ('no 401', get + ('responses', '401'), None, '401 belongs to operations with security'),
            ('no 2xx', get + ('responses', '200'), None, 'has no 2xx'),
            ('not a status', get + ('responses', '4XX'), {'$ref': '#/components/responses/NotFound'}, 'is not a status'),
            ('a tag that nobody knows', get + ('tags',), ['x'], 'the tag x is not in /tags'),
            ('a member that nobody knows', get + ('sumary',), 'x', 'is not known in a operation'),
            ('a path without its parameter', get[:2] + ('parameters',), None, 'entityid is not both in the path'),
            ('a parameter twice', get[:2] + ('parameters',), [{'$ref': '#/components/parameters/EntityId'}] * 2,
             'entityid stands twice'),
            ('two paths alike', ('paths', f'{INTENTS}/{{id}}'), {}, 'cannot be told from'),
            ('a path without slash', ('paths', 'x'), {}, 'does not begin with /'),
            ('an answer that is open', answer + ('additionalProperties',), None, 'is answered and not closed'),
            ('a request that is closed', sent + ('additionalProperties',), False, 'is sent and closed'),
            ('requires what it has not', answer + ('required',), ['x'], 'requires x, which it has not'),
            ('a slip of the pen', answer + ('requird',), ['id'], 'is not a word of schemas'),
            ('a member of any kind', answer + ('properties', 'id'), {'description': 'x'}, 'does not say what it is'),
            ('a list of anything', answer + ('properties', 'id'), {'type': 'array'}, 'does not say what its items are'),
            ('not JSON Schema', answer + ('type',), 'thing', 'is not valid under'),
            ('used nowhere', ('components', 'schemas', 'Spare'), {'type': 'string'}, 'Spare: is used nowhere'),
            ('not a media type', get + ('responses', '200', 'content', 'json'), {'schema': {'type': 'string'}},
             'is not a media type'),
        ]
        for why, place, value, expected in rows:
            root = json.loads(json.dumps(DOCUMENT.root))  # what the file's anchors share is apart now
            at = root
            for name in place[:-1]:
                at = at[name]
            if value is None:
                del at[place[-1]]
            else:
                at[place[-1]] = value
            faults = openapi_check.Document(root).check_document()
            self.assertTrue(any(expected in fault for fault in faults), f'{why}: {faults}')

    def test_is_refused_where_yaml_would_pass_over_a_slip(self):
        for why, text in (('a key twice', 'a: 1\na: 2\n'), ('a status that is a number', '200: x\n'),
                          ('a word that is a truth value', 'on: x\n')):
            with self.assertRaises(yaml.YAMLError, msg=why):
                yaml.load(text, openapi_check.Loader)


class GoodExchanges(unittest.TestCase):
    def test_pass(self):
        for name, good in good_exchanges():
            self.assertEqual(DOCUMENT.route(good['method'], good['path'])[1]['operationId'], name)
            self.assertEqual(DOCUMENT.check_exchange(good), [], f'{name}: {good}')

    def test_are_here_for_every_operation_status_and_content_type(self):
        shown = {(name, str(good['status']), good['content_type'].split(';')[0]) for name, good in good_exchanges()}
        declared = {(operation['operationId'], status, media_type) for _, _, operation in DOCUMENT.operations()
                    for status, response in operation['responses'].items()
                    for media_type in DOCUMENT.follow(response)['content']}
        self.assertEqual(shown, declared)

    def test_are_found_by_the_decoded_path_and_its_query_is_cut(self):
        for path, operation in ((f'{INTENTS}/', 'getOperationalIntentReference'), (f'{INTENTS}/query', None),
                                (f'{SUBSCRIPTIONS}/%32f8343be?x=/y', 'getSubscription'), ('/%68ealthz', 'getHealth'),
                                ('/dss/v1/uss_availability/', 'getUssAvailability'), ('/healthz/', None), ('/Healthz', None),
                                ('/aux/v1/pool/x', None), (f'/x{INTENTS}/{ID}', None), (f'{INTENTS}/a/b/c', None)):
            found = DOCUMENT.route('GET', path)
            if path.endswith('/query'):
                self.assertEqual(found[0], f'{INTENTS}/{{entityid}}')
            else:
                self.assertEqual(found and found[1]['operationId'], operation, path)


class BadExchanges(unittest.TestCase):
    def refused(self, bad, expected, why=''):
        faults = DOCUMENT.check_exchange(bad)
        self.assertTrue(any(expected in fault for fault in faults), f'{why}: {faults} for {bad}')

    def test_with_a_member_more_are_refused_wherever_it_is(self):
        for name, good, body in json_bodies():
            for i, (_, place) in enumerate(objects(body)):
                changed = copy.deepcopy(body)
                list(objects(changed))[i][0]['surprise'] = 1
                expected = 'body' if name == 'getHealth' and good['status'] == 503 else 'surprise'
                self.refused(dict(good, body=json.dumps(changed)), expected, f'{name} {place}')

    def test_with_a_member_less_are_refused_unless_it_may_be_absent(self):
        for name, good, body in json_bodies():
            for i, (value, place) in enumerate(objects(body)):
                for member in value:
                    at = f'{place}.{member}'.lstrip('.')
                    if {('*', at), (name, at)} & OPTIONAL or at == 'reason' or at == 'store.reason':
                        continue
                    changed = copy.deepcopy(body)
                    del list(objects(changed))[i][0][member]
                    expected = 'body' if name == 'getHealth' and good['status'] == 503 else f"'{member}' is a required"
                    self.refused(dict(good, body=json.dumps(changed)), expected, f'{name} {at}')

    def test_without_what_may_be_absent_pass(self):
        for name, good, body in json_bodies():
            for i, (value, place) in enumerate(objects(body)):
                for member in value:
                    at = f'{place}.{member}'.lstrip('.')
                    if {('*', at), (name, at)} & OPTIONAL:
                        changed = copy.deepcopy(body)
                        del list(objects(changed))[i][0][member]
                        self.assertEqual(DOCUMENT.check_exchange(dict(good, body=json.dumps(changed))), [], f'{name} {at}')

    def test_with_a_member_of_another_type_are_refused(self):
        for name, good, body in json_bodies():
            for i, (value, place) in enumerate(objects(body)):
                for member, kept in value.items():
                    for other in of_another_type(kept):
                        if member == 'exchange':
                            other = 'x'
                        changed = copy.deepcopy(body)
                        list(objects(changed))[i][0][member] = other
                        self.refused(dict(good, body=json.dumps(changed)), 'body', f'{name} {place}.{member} {other}')

    def test_with_a_status_that_is_not_declared_are_refused(self):
        for name, (method, path, success, scopes, errors, bodies) in OPERATIONS.items():
            declared = {success, 413, 429, 503, *errors, *([401, 403, 500] if scopes else [])}
            if name in ('updateOperationalIntentReference', 'updateConstraintReference'):
                declared.add(201)
            for status in {200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 412, 418, 500, 501, 502, 504} - declared:
                self.refused(exchange(method, path, status, JSON, {'message': 'x'}), 'does not declare this status', name)

    def test_with_a_method_that_is_not_there_are_refused(self):
        for name, (method, path, success, _, _, bodies) in OPERATIONS.items():
            for other in ('PATCH', 'HEAD', method.lower(), 'GET ', ''):
                self.refused(exchange(other, path, success, JSON, bodies[0]), 'no operation', name)

    def test_in_another_content_type_are_refused(self):
        for name, good in good_exchanges():
            for content_type in ('text/html', 'application/problem+json', '', None, 'json'):
                self.refused(dict(good, content_type=content_type), 'the content type is', name)
            for parameter in ('charset=latin-1', 'q=1', ''):
                self.refused(dict(good, content_type=f'{good["content_type"].split(";")[0]}; {parameter}'),
                             'the content type has', name)

    def test_that_are_not_json_are_refused(self):
        for name, good, body in json_bodies():
            text = json.dumps(body)
            for other in ('', 'x', text + '{}', text[:-1], "{'a': 1}", '{"a": NaN}', '{"a": 1, "a": 1}', '[1,]'):
                self.refused(dict(good, body=other), 'the body is not JSON', name)

    def test_by_hand(self):
        rows = [
            ('an id in upper case', 'getOperationalIntentReference', {'operational_intent_reference': intent(id=ID.upper())},
             'operational_intent_reference/id'),
            ('an id of version 7', 'getSubscription', {'subscription': subscription(id=ID[:14] + '7' + ID[15:])},
             'subscription/id'),
            ('a newline behind an id', 'getSubscription', {'subscription': subscription(id=ID + '\n')}, 'subscription/id'),
            ('no OVN', 'getOperationalIntentReference', {'operational_intent_reference': intent(ovn='')}, 'too short'),
            ('an endless OVN', 'getConstraintReference', {'constraint_reference': constraint(ovn='x' * 129)}, 'too long'),
            ('a state that is none', 'getOperationalIntentReference', {'operational_intent_reference': intent(state='Ended')},
             'is not one of'),
            ('a state in lower case', 'getOperationalIntentReference',
             {'operational_intent_reference': intent(state='accepted')}, 'is not one of'),
            ('an availability in lower case', 'setUssAvailability',
             {'version': OVN, 'status': {'uss': 'x', 'availability': 'down'}}, 'is not one of'),
            ('version 0', 'getConstraintReference', {'constraint_reference': constraint(version=0)}, 'minimum'),
            ('a version beyond 32 bits', 'getConstraintReference', {'constraint_reference': constraint(version=2**31)},
             "not a 'int32'"),
            ('a negative index', 'getSubscription', {'subscription': subscription(notification_index=-1)}, 'minimum'),
            ('nobody to notify, but an entry', 'createConstraintReference',
             {'subscribers': [{'subscriptions': [], 'uss_base_url': ''}], 'constraint_reference': constraint()}, 'too short'),
            ('no list of subscribers', 'createConstraintReference',
             {'subscribers': None, 'constraint_reference': constraint()}, 'subscribers'),
            ('a time in another zone', 'getConstraintReference',
             {'constraint_reference': constraint(time_end=moment('2026-11-26T03:13:00+01:00'))}, 'time_end/value'),
            ('a zero behind the fraction', 'getConstraintReference',
             {'constraint_reference': constraint(time_end=moment('2026-11-26T03:13:00.250Z'))}, 'time_end/value'),
            ('a tenth digit', 'getConstraintReference',
             {'constraint_reference': constraint(time_end=moment('2026-11-26T03:13:00.1234567891Z'))}, 'time_end/value'),
            ('a thirteenth month', 'getConstraintReference',
             {'constraint_reference': constraint(time_end=moment('2026-13-26T03:13:00Z'))}, 'time_end/value'),
            ('a time that is a text', 'getConstraintReference',
             {'constraint_reference': constraint(time_end='2026-11-26T03:13:00Z')}, 'time_end'),
            ('a time of another format', 'getConstraintReference',
             {'constraint_reference': constraint(time_end={'value': '2026-11-26T03:13:00Z', 'format': 'ISO'})},
             'time_end/format'),
            ('a version that says undefined', 'getVersion', {'version': '0.1.0+undefined'}, 'body at version'),
            ('a version that is none', 'getVersion', {'version': 'v1'}, 'body at version'),
            ('a certificate that is none', 'getInstanceCAs', {'CAs': ['x']}, 'CAs/0'),
            ('well, but writes nothing', 'getHealth', health(writes=False), 'writes'),
            ('unwell without a reason', 'getHealth', health(status='degraded'), "'reason' is a required"),
            ('a store that writes nothing, without a reason', 'getHealth',
             health(status='degraded', reason='x', store={'writes': False}), "'reason' is a required"),
            ('a root that is too short', 'getHealth', health(ledger={'name': 'a', 'size': 0, 'root': 'AAAA'}), 'ledger/root'),
            ('a health that is none', 'getHealth', health(status='fine', reason='x'), 'status'),
            ('a trailing newline', 'getHealthy', 'ok\n', "'ok' was expected"),
            ('another text', 'getHealthy', 'healthy', "'ok' was expected"),
            ('another document', 'getOpenapi', 'swagger: 2.0\n', 'does not match'),
        ]
        for why, name, body, expected in rows:
            method, path, success = OPERATIONS[name][:3]
            self.refused(exchange(method, path, success, SUCCESS_TYPE.get(name, JSON), body), expected, why)

    def test_of_errors_by_hand(self):
        create = 'PUT', f'{INTENTS}/{ID}'
        rows = [
            ('the name of the other class', (*create, 400, JSON, {'error_message': 'x'}), 'error_message'),
            ('the name of the other class', (*create, 500, JSON, {'message': 'x'}), 'message'),
            ('both names', (*create, 400, JSON, {'message': 'x', 'error_message': 'x'}), 'error_message'),
            ('nothing said', (*create, 400, JSON, {'message': ''}), 'message'),
            ('nothing said in text', (*create, 503, 'text/plain', ''), 'too short'),
            ('text where JSON belongs', (*create, 400, 'text/plain', 'x'), 'the content type is text/plain'),
            ('a request id that is none', (*create, 400, JSON, {'message': 'x', 'request_id': '7'}), 'request_id'),
            ('an empty list of the missing', (*create, 409, JSON, {'message': 'x', 'missing_constraints': []}), 'too short'),
            ('missing ones as ids', (*create, 409, JSON, {'message': 'x', 'missing_constraints': [ID]}),
             'missing_constraints/0'),
            ('a conflict of intents at a constraint', ('PUT', f'{CONSTRAINTS}/{ID}', 409, JSON, CONFLICT), 'missing_'),
            ('a conflict of intents at a deletion', ('DELETE', f'{INTENTS}/{ID}/{OVN}', 409, JSON, CONFLICT), 'missing_'),
        ]
        for why, fields, expected in rows:
            self.refused(exchange(*fields), expected, why)

    def test_that_are_no_exchanges_are_refused(self):
        good = exchange('GET', '/healthy', 200, 'text/plain', 'ok')
        self.assertEqual(DOCUMENT.check_exchange(dict(good, more=1)), [])
        for name in good:
            self.refused(without(good, name), f'an exchange has {name}')
        for name, value in (('status', '200'), ('status', True), ('method', None), ('body', {}), ('path', 7)):
            self.refused(dict(good, **{name: value}), f'{name} is')
        self.refused([], 'an exchange is an object')

    def test_that_no_operation_is_for_pass_only_when_asked_for_and_answered_404_in_text(self):
        stranger = exchange('GET', '/nowhere', 404, 'text/plain; charset=utf-8', 'Not found')
        self.refused(stranger, 'no operation')
        self.assertEqual(DOCUMENT.check_exchange(stranger, unrouted=True), [])
        for changes in ({'status': 405}, {'content_type': 'application/json'}, {'path': f'{INTENTS}/{ID}'}):
            self.assertNotEqual(DOCUMENT.check_exchange(dict(stranger, **changes), unrouted=True), [], changes)


class TheProgram(unittest.TestCase):
    def run_it(self, *arguments, text=''):
        done = subprocess.run([sys.executable, openapi_check.__file__, *arguments], input=text, capture_output=True,
                              text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_checks_the_document_alone(self):
        self.assertEqual(self.run_it()[:2], (0, 'openapi_check: the document is in order, 0 exchanges fit\n'))

    def test_takes_records_and_names_the_line_of_each_fault(self):
        good = [json.dumps(each) for _, each in good_exchanges()]
        with tempfile.NamedTemporaryFile('w', encoding='utf-8', suffix='.jsonl') as record:
            record.write('\n'.join(good) + '\n')
            record.flush()
            self.assertEqual(self.run_it(record.name)[:2],
                             (0, f'openapi_check: the document is in order, {len(good)} exchanges fit\n'))
            record.write('\n{"method": \n' + json.dumps(exchange('GET', '/healthy', 200, 'text/plain', 'no')) + '\n')
            record.flush()
            status, _, errors = self.run_it(record.name, '-', text='[]')
        self.assertEqual(status, 1)
        self.assertIn(f"{record.name}:{len(good) + 2}: not JSON", errors)
        self.assertIn(f"{record.name}:{len(good) + 3}: GET /healthy 200: body: 'ok' was expected", errors)
        self.assertIn('-:1: an exchange is an object', errors)
        self.assertEqual(len(errors.splitlines()), 3)

    def test_refuses_what_it_cannot_read(self):
        for arguments in (('--document', '/nowhere'), ('/nowhere',), ('--document', __file__)):
            status, output, errors = self.run_it(*arguments)
            self.assertEqual((status, output), (1, ''), arguments)
            self.assertIn('openapi_check: ', errors)


if __name__ == '__main__':
    unittest.main()
