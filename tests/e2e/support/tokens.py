"""Tokens with any claims; those of `hermod token` are in support/hermod.py."""

import base64
import hashlib
import hmac
import json
import time

from . import secrets
from .hermod import KEY


def token(key=KEY, header=None, **claims):
    """A token with these claims; a claim that is None is left out."""
    now = int(time.time())
    claims = {"sub": "ann", "exp": now + 600, "aud": "huleedu-platform", "iss": "huleedu-identity-service"} | claims

    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = {name: value for name, value in claims.items() if value is not None}
    head = part(json.dumps({"alg": "HS256", "typ": "JWT"} | (header or {})).encode())
    signed = head + b"." + part(json.dumps(claims).encode())
    made = (signed + b"." + part(hmac.new(key.encode(), signed, hashlib.sha256).digest())).decode()
    secrets.keep_token(made)
    return made
