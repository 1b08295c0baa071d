#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens against a second implementation: PyJWT over python3-cryptography (Debian's).

What we mint, it verifies; what it makes, we let in; what it signs wrongly on purpose, we refuse.
usage: verify_token.py TOKEN_TOOL
"""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import tempfile

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

NOW = 1767225600
RSA_ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
checked = 0


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, 'big'))


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        encoding='utf-8')

    def ask(self, *fields):
        self.process.stdin.write('\t'.join(str(f) for f in fields) + '\n')
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip('\n').split('\t')

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


def check(claim, condition, seen):
    global checked
    checked += 1
    if not condition:
        sys.exit(f'verify_token: {claim}: {seen}')


def private_pem(key):
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                             serialization.NoEncryption())


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def jwk(key, kid):
    n = key.public_key().public_numbers()
    if isinstance(n, rsa.RSAPublicNumbers):
        return {'kty': 'RSA', 'kid': kid, 'n': number(n.n), 'e': number(n.e)}
    return {'kty': 'EC', 'crv': 'P-256', 'kid': kid, 'x': number(n.x, 32), 'y': number(n.y, 32)}


def claims(**more):
    return {'iss': 'issuer', 'sub': 'uss1', 'aud': 'localhost', 'exp': NOW + 600, 'scope': 'utm.a utm.b', **more}


def ours_to_them(tool, folder, name, key, algs):
    for alg in algs:
        for kid, sub, scope in [('', 'uss1', 'utm.a utm.b'), ('k "1"', 'Zürich \u202e', ''), ('k', 'x' * 2000, 'é')]:
            token, = tool.ask('mint', folder / f'{name}.pem', alg, kid, 'issuer', sub, 'localhost', scope, NOW, NOW + 600)
            got = jwt.decode(token, key.public_key(), algorithms=[alg], audience='localhost',
                             options={'verify_exp': False, 'verify_iat': False})
            want = {'iss': 'issuer', 'sub': sub, 'aud': 'localhost', 'iat': NOW, 'exp': NOW + 600}
            if scope:
                want['scope'] = scope
            check(f'minted with {alg}', got == want, got)
            header = jwt.get_unverified_header(token)
            want = {'alg': alg, 'typ': 'JWT', **({'kid': kid} if kid else {})}
            check(f'its header, {alg}', header == want, header)


def theirs_to_us(tool, key, other, algs):
    for alg in algs:
        for token in [jwt.encode(claims(), key, alg), jwt.encode(claims(), key, alg, headers={'kid': 'any'}),
                      jwt.encode(claims(nbf=NOW, iat=NOW - 0.25, exp=NOW + 599.5), key, alg)]:
            answer = tool.ask('check', NOW, f'Bearer {token}')
            check(f'made with {alg}', answer == ['OK', 'uss1', 'utm.a utm.b'], answer)
            answer = tool.ask('check', NOW + 600, f'Bearer {token}')
            check(f'later, {alg}', answer[0] == 'E_REFUSED' and 'expired' in answer[1], answer)
        answer = tool.ask('check', NOW, 'Bearer ' + jwt.encode(claims(), other, alg))
        check(f"another's {alg}", answer[0] == 'E_REFUSED' and 'none of our keys' in answer[1], answer)


def attacks(tool, key):
    """The public key as the secret of an HMAC, and no signature at all: RFC 8725, section 2.1."""
    for secret in [public_pem(key), public_pem(key).strip(),
                   key.public_key().public_bytes(serialization.Encoding.DER,
                                                 serialization.PublicFormat.SubjectPublicKeyInfo)]:
        for alg, digest in [('HS256', hashlib.sha256), ('HS512', hashlib.sha512), ('RS256', hashlib.sha256)]:
            text = b64(json.dumps({'alg': alg}).encode()) + '.' + b64(json.dumps(claims()).encode())
            token = text + '.' + b64(hmac.new(secret, text.encode(), digest).digest())
            answer = tool.ask('check', NOW, f'Bearer {token}')
            check(f'the public key as secret, {alg}', answer[0] == 'E_REFUSED', answer)
    answer = tool.ask('check', NOW, 'Bearer ' + jwt.encode(claims(), None, 'none'))
    check('none', answer[0] == 'E_REFUSED', answer)


def main():
    tool = Tool(sys.argv[1])
    keys = {'rsa2048': rsa.generate_private_key(65537, 2048), 'rsa3072': rsa.generate_private_key(65537, 3072),
            'rsa2056': rsa.generate_private_key(3, 2056), 'p256': ec.generate_private_key(ec.SECP256R1())}
    others = {'rsa': rsa.generate_private_key(65537, 2048), 'p256': ec.generate_private_key(ec.SECP256R1())}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for name, key in keys.items():
            algs = ['ES256'] if name == 'p256' else RSA_ALGS
            other = others[name[:3] if name != 'p256' else name]
            (folder / f'{name}.pem').write_bytes(private_pem(key))
            (folder / 'public.pem').write_bytes(public_pem(key))
            (folder / 'keys.json').write_text(json.dumps({'keys': [jwk(key, 'a')]}))
            ours_to_them(tool, folder, name, key, algs)
            for kind, file in [('pem', 'public.pem'), ('jwks', 'keys.json')]:
                answer = tool.ask('keys', kind, folder / file)
                check(f'{kind} of {name}', answer == ['OK'], answer)
                theirs_to_us(tool, key, other, algs)
                attacks(tool, key)
        (folder / 'all.json').write_text(json.dumps({'keys': [jwk(k, n) for n, k in keys.items()]}))
        check('all keys', tool.ask('keys', 'jwks', folder / 'all.json') == ['OK'], '')
        for name, key in keys.items():
            theirs_to_us(tool, key, others['rsa' if name != 'p256' else name], ['ES256'] if name == 'p256' else RSA_ALGS)
        # Coordinates that begin with zeros, as one point in some hundreds does.
        key = ec.generate_private_key(ec.SECP256R1())
        while key.public_key().public_numbers().x >> 248:
            key = ec.generate_private_key(ec.SECP256R1())
        (folder / 'zero.json').write_text(json.dumps({'keys': [jwk(key, 'z')]}))
        check('a zero in front', tool.ask('keys', 'jwks', folder / 'zero.json') == ['OK'], '')
        theirs_to_us(tool, key, others['p256'], ['ES256'])
        # r or s below 2^248: 32 bytes each all the same.
        short = 0
        for n in range(2000):
            token = jwt.encode(claims(jti=str(n)), key, 'ES256')
            signature = base64.urlsafe_b64decode(token.rsplit('.', 1)[1] + '==')
            if signature[0] and signature[32] or short > 3:
                continue
            short += 1
            check('a short half of a signature', tool.ask('check', NOW, f'Bearer {token}')[0] == 'OK', token)
    tool.close()
    print(f'{checked} answers agree')


main()
