# SPDX-License-Identifier: Apache-2.0
"""An authority of one's own, which signs tokens; Debian's PyJWT."""
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

LIFE_S = 3000  # f3548 3.3: an hour at most


class Authority:
    """Its key is RSA, and made anew."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public_pem(self):
        return self.key.public_key().public_bytes(serialization.Encoding.PEM,
                                                  serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def token(self, sub, scopes, algorithm='RS256', key=None, headers=None, **claims):
        """A claim that is None is left out."""
        now = int(time.time())
        all_claims = {'iss': 'authority', 'sub': sub, 'aud': '127.0.0.1', 'scope': ' '.join(scopes), 'iat': now - 1,
                      'exp': now + LIFE_S, **claims}
        return jwt.encode({name: value for name, value in all_claims.items() if value is not None}, key or self.key,
                          algorithm, headers)
