"""Make JWTs without a library, so that a case can use tokens that no library makes."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from harness.servers.command_lines import SECRET_KEY
from tests.contract.document import SETTINGS

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def make_token(
    user_id: str,
    *,
    use: str = "access",
    expires_in: int | None = None,
    key: str = SECRET_KEY,
    alg: str = "HS256",
    claims: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
) -> str:
    """Return a token as the implementations issue it, with these changes.

    `expires_in` is in seconds. `use` is "access" or "refresh". A field of `header` that is None is removed. The claims
    in `without` are removed. With the algorithm `none` the token has no signature.
    """
    now = int(time.time())
    settings = SETTINGS["tokens"]
    lifetime = settings[f"{use}_lifetime_seconds"] if expires_in is None else expires_in
    payload = {
        "sub": user_id,
        "iat": min(now, now + lifetime),
        "exp": now + lifetime,
        "jti": uuid.uuid4().hex,
        "iss": settings["issuer"],
        "aud": settings["audience"],
        "token_type": use,
        **(claims or {}),
    }
    head = {"alg": alg, "typ": "JWT", **(header or {})}
    text = ".".join(
        [
            _encoded({name: value for name, value in head.items() if value is not None}),
            _encoded({name: value for name, value in payload.items() if name not in without}),
        ]
    )
    return f"{text}.{_signature(text, key, alg)}"


def tamper_token(token: str, claims: Mapping[str, Any]) -> str:
    """Return the token with changed claims and the old signature."""
    head, payload, signature = token.split(".")
    changed = json.loads(base64.urlsafe_b64decode(payload + "==")) | dict(claims)
    return f"{head}.{_encoded(changed)}.{signature}"


def _signature(text: str, key: str, alg: str) -> str:
    if alg not in HASHES:
        return ""
    return _base64url(hmac.new(key.encode(), text.encode(), HASHES[alg]).digest())


def _encoded(value: Any) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
