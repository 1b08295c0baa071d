#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A small DSS for testing `entente load`: in memory, one thread, no more of F3548-21 than the load generator uses.

Two things are near if their areas' boxes, altitudes and times touch. With --fault it lies or stumbles in one way, which
the load generator must find or survive. It prints the port that it listens on.
usage: fake_dss.py [--fault NAME] [--every N]
"""
import argparse
import asyncio
import collections
import datetime
import functools
import hashlib
import json
import pathlib
import re
import uuid

import jsonschema
import jwt
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = yaml.load((ROOT / 'docs/openapi.yaml').read_text(encoding='utf-8'),
                     getattr(yaml, 'CSafeLoader', yaml.SafeLoader))
# What it does wrongly, and what that is.
FAULTS = {
    'forgets': 'acknowledges creates that it does not keep',
    'undead': 'acknowledges deletes that it does not do',
    'stale': 'acknowledges updates that it does not do',
    'ovn': 'shows another OVN than it has acknowledged',
    'state': 'keeps the old state in an update',
    'blind': 'leaves one out of what a query finds',
    'lost': 'drops connections instead of answering',
    'closes': 'closes connections after answers',
    'chunks': 'sends its answers in chunks, in several pieces',
    'fails': 'answers 503 to writes, half of which it has done',
    'token': 'takes no token',
    'strange': 'answers what is no HTTP',
}
KINDS = {'operational_intent_references': 'operational_intent_reference', 'constraint_references': 'constraint_reference',
         'subscriptions': 'subscription'}
BODIES = {'operational_intent_references': 'PutOperationalIntentReferenceParameters',
          'constraint_references': 'PutConstraintReferenceParameters', 'subscriptions': 'PutSubscriptionParameters'}
SCOPES = {'operational_intent_references': 'utm.strategic_coordination',
          'constraint_references': 'utm.constraint_management', 'subscriptions': 'utm.strategic_coordination'}
REASONS = {200: 'OK', 201: 'Created', 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 409: 'Conflict',
           503: 'Service Unavailable'}
VERSION, STATE = 'version', 'state'
ANSWERS_AFTER = 0.002  # seconds


@functools.cache
def validator(name):
    return jsonschema.Draft202012Validator({'$ref': f'#/components/schemas/{name}', 'components': DOCUMENT['components']})


class Refusal(Exception):
    def __init__(self, status, message, **more):
        super().__init__(message)
        self.status, self.body = status, {'message': message, **more}


def dev_pem(half):
    """'PRIVATE' or 'PUBLIC'."""
    text = (ROOT / 'src/token/dev_key.h').read_text(encoding='utf-8')
    macro = text.split(f'ENT_TOKEN_DEV_{half}_PEM', 1)[1].split('#', 1)[0]
    return ''.join(line + '\n' for line in re.findall(r'"(.*)\\n"', macro))


def token():
    """One that it takes, made without the load generator."""
    now = int(datetime.datetime.now().timestamp())
    claims = {'iss': 'test', 'sub': 'load', 'aud': '127.0.0.1', 'iat': now, 'exp': now + 600,
              'scope': ' '.join(sorted(set(SCOPES.values())))}
    return jwt.encode(claims, dev_pem('PRIVATE'), algorithm='RS256')


def moment(value):
    return datetime.datetime.fromisoformat(value['value'].replace('Z', '+00:00'))


def show(time):
    return {'value': time.isoformat().replace('+00:00', 'Z'), 'format': 'RFC3339'}


class Box:
    """The union of volumes as boxes: degrees, metres, moments; closed."""

    def __init__(self, volumes):
        corners = [corner for v in volumes for corner in v['volume']['outline_polygon']['vertices']]
        bounds = [[c['lat'] for c in corners], [c['lng'] for c in corners],
                  [v['volume'][side]['value'] for v in volumes for side in ('altitude_lower', 'altitude_upper')],
                  [moment(v[side]) for v in volumes for side in ('time_start', 'time_end')]]
        self.bounds = [(min(b), max(b)) for b in bounds]

    def meets(self, other):
        return all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(self.bounds, other.bounds))

    def tiles(self):
        """What it is found by: squares of 0.1 degrees."""
        (south, north), (west, east) = self.bounds[:2]
        return [(y, x) for y in range(int(south * 10), int(north * 10) + 1)
                for x in range(int(west * 10), int(east * 10) + 1)]


class Dss:
    def __init__(self, fault, every):
        self.fault, self.every = fault, every
        self.things = {kind: {} for kind in KINDS}  # id -> (shown, box)
        self.tiles = {kind: collections.defaultdict(set) for kind in KINDS}
        self.writes = self.requests = 0
        self.lost = set()  # paths that were not answered
        self.tokens, self.pem = set(), dev_pem('PUBLIC')

    def strikes(self, fault, n):
        return self.fault == fault and n % self.every == self.every - 1

    def loses(self, fault, path):
        """An answer, but never twice for one path: who asks again is answered, whatever else is asked meanwhile."""
        if not self.strikes(fault, self.requests) or path in self.lost:
            return False
        self.lost.add(path)
        return True

    def check_token(self, header, scope):
        token = header.removeprefix('Bearer ')
        if self.fault == 'token':
            raise Refusal(401, 'the token is not one of ours')
        if (token, scope) in self.tokens:
            return
        try:
            claims = jwt.decode(token, self.pem, algorithms=['RS256'], audience='127.0.0.1',
                                options={'require': ['exp', 'iat', 'iss', 'sub', 'aud']})
        except jwt.PyJWTError as error:
            raise Refusal(401, str(error)) from error
        if claims['sub'] != 'load' or scope not in claims['scope'].split(' ') or claims['exp'] - claims['iat'] > 3600:
            raise Refusal(401, f'claims: {claims}')
        self.tokens.add((token, scope))

    def keep(self, kind, key, shown, box):
        self.remove(kind, key)
        self.things[kind][key] = (shown, box)
        for tile in box.tiles():
            self.tiles[kind][tile].add(key)

    def remove(self, kind, key):
        if key in self.things[kind]:
            for tile in self.things[kind].pop(key)[1].tiles():
                self.tiles[kind][tile].discard(key)

    def near(self, kind, box):
        keys = {key for tile in box.tiles() for key in self.tiles[kind].get(tile, ())}
        return [self.things[kind][key][0] for key in keys if self.things[kind][key][1].meets(box)]

    def check_key(self, body, key, box):
        missing = [shown for shown in self.near('operational_intent_references', box)
                   if shown['id'] != key and shown['ovn'] not in body.get('key', [])]
        if missing:
            raise Refusal(409, 'the key lacks some', missing_operational_intents=missing)

    def put(self, kind, key, version, body):
        # The first of each kind, then now and then, since it takes its time.
        if len(self.things[kind]) < 20 or self.writes % 50 == 0:
            error = jsonschema.exceptions.best_match(validator(BODIES[kind]).iter_errors(body))
            if error:
                raise Refusal(400, error.message)
        old = self.things[kind].get(key)
        if (old[0].get('ovn', old[0][VERSION]) if old else None) != version:
            raise Refusal(409, 'another version is in force')
        box = Box(body['extents'] if isinstance(body['extents'], list) else [body['extents']])
        self.writes += 1
        new = 'A' + hashlib.sha256(f'{key}{self.writes}'.encode()).hexdigest()[:43]
        shown = {'id': key, 'time_start': show(box.bounds[3][0]), 'time_end': show(box.bounds[3][1]),
                 'uss_base_url': body['uss_base_url']}
        if kind == 'subscriptions':
            shown |= {VERSION: new, 'notification_index': 0, 'implicit_subscription': False}
        else:
            shown |= {'manager': 'load', 'uss_availability': 'Unknown', 'ovn': new,
                      VERSION: old[0][VERSION] + 1 if old else 1}
        if kind == 'operational_intent_references':
            self.check_key(body, key, box)
            if not old and body[STATE] != 'Accepted':
                raise Refusal(400, 'it begins as Accepted')
            if not old and 'new_subscription' not in body or old and body['subscription_id'] != old[0]['subscription_id']:
                raise Refusal(400, 'its subscription')
            shown |= {STATE: body[STATE], 'subscription_id': old[0]['subscription_id'] if old else str(uuid.uuid4())}
        self.store(kind, key, old, shown, box)
        answer = {KINDS[kind]: shown}
        if kind != 'subscriptions':
            answer = {'subscribers': [{'subscriptions': [{'subscription_id': str(uuid.uuid4()), 'notification_index': 1}],
                                       'uss_base_url': 'https://other.example'}], **answer}
        return 200 if old or kind == 'subscriptions' else 201, answer

    def store(self, kind, key, old, shown, box):
        kept = dict(shown)
        if self.strikes('forgets' if not old else 'stale', self.writes):
            return
        if self.strikes('ovn', self.writes) and 'ovn' in kept:
            kept['ovn'] = 'B' + kept['ovn'][1:]
        if self.strikes('state', self.writes) and old and STATE in kept:
            kept[STATE] = old[0][STATE]
        self.keep(kind, key, kept, box)

    def delete(self, kind, key, version):
        old = self.find(kind, key)
        if old.get('ovn', old[VERSION]) != version:
            raise Refusal(409, 'another version is in force')
        self.writes += 1
        if not self.strikes('undead', self.writes):
            self.remove(kind, key)
        return 200, {KINDS[kind]: old}

    def find(self, kind, key):
        if key not in self.things[kind]:
            raise Refusal(404, 'there is none')
        return self.things[kind][key][0]

    def query(self, kind, body):
        found = self.near(kind, Box([body['area_of_interest']]))
        return 200, {kind: found[1:] if self.strikes('blind', self.requests) else found}

    def answer(self, method, path, headers, body):
        parts = path.split('/')[1:]
        if parts[:2] != ['dss', 'v1'] or len(parts) not in (4, 5) or parts[2] not in KINDS:
            raise Refusal(404, 'no such path')
        kind, key, version = parts[2], parts[3], parts[4] if len(parts) == 5 else None
        self.check_token(headers.get('authorization', ''), SCOPES[kind])
        if method == 'POST' and key == 'query':
            return self.query(kind, json.loads(body))
        if key != str(uuid.UUID(key)) or uuid.UUID(key).version != 4:
            raise Refusal(400, 'the id')
        if method == 'GET':
            return 200, {KINDS[kind]: self.find(kind, key)}
        failing = self.strikes('fails', self.requests)
        if failing and self.requests // self.every % 2:
            raise Refusal(503, 'not now')
        done = self.delete(kind, key, version) if method == 'DELETE' else self.put(kind, key, version, json.loads(body))
        if failing:
            raise Refusal(503, 'now, but who knows')
        return done


class Connection(asyncio.Protocol):
    def __init__(self, dss):
        self.dss, self.buffer = dss, b''

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b'\r\n\r\n')) >= 0:
            lines = self.buffer[:end].decode('latin-1').split('\r\n')
            headers = {name.lower(): value.strip() for name, value in (line.split(':', 1) for line in lines[1:])}
            size = int(headers.get('content-length', 0))
            if len(self.buffer) < end + 4 + size:
                return
            body = self.buffer[end + 4:end + 4 + size]
            self.buffer = self.buffer[end + 4 + size:]
            # Who waits costs nothing: as fast as it can, it would take a processor, and show no more.
            asyncio.get_running_loop().call_later(ANSWERS_AFTER, self.serve, lines[0].split(' '), headers, body)

    def serve(self, request, headers, body):
        self.dss.requests += 1
        try:
            status, answer = self.dss.answer(request[0], request[1], headers, body)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        if self.dss.loses('lost', request[1]):
            self.transport.abort()
            return
        if self.dss.loses('strange', request[1]):
            self.transport.write(b'220 ready\r\n\r\n')
            return
        closes = self.dss.strikes('closes', self.dss.requests)
        text = json.dumps(answer).encode()
        head = f'HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n'
        head += 'Connection: close\r\n' if closes else ''
        if self.dss.fault == 'chunks':
            self.send_chunks(head, text)
        else:
            self.transport.write(f'{head}Content-Length: {len(text)}\r\n\r\n'.encode() + text)
        if closes:
            self.transport.close()

    def send_chunks(self, head, text):
        parts = [text[:1], text[1:200], text[200:]]
        self.transport.write(f'HTTP/1.1 103 Early Hints\r\n\r\n{head}Transfer-Encoding: '.encode())
        self.transport.write(b'chunked\r\n\r')
        self.transport.write(b'\n' + b''.join(b'%X;x=1\r\n%b\r\n' % (len(part), part) for part in parts if part))
        self.transport.write(b'0\r\nTrailer: x\r\n\r\n')


async def serve(fault, every, tell):
    dss = Dss(fault, every)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(dss), '127.0.0.1', 0)
    tell(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def run(fault, every, tell):
    """Until it is ended; tell is called with the port."""
    asyncio.run(serve(fault, every, tell))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--fault', choices=FAULTS)
    parser.add_argument('--every', type=int, default=40)
    arguments = parser.parse_args()
    run(arguments.fault, arguments.every, functools.partial(print, flush=True))


if __name__ == '__main__':
    main()
