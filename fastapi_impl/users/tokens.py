"""Access and refresh tokens: JWTs that both implementations accept, because they share the secret."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import jwt

from fastapi_impl.common.exceptions import InvalidToken
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import TOKENS
from fastapi_impl.users.queries import AuthenticatedUser

TIMES = ("iat", "nbf", "exp")
YEAR_10000 = 253_402_300_800  # in seconds since 1970
CLAIMS = ["sub", "iat", "exp", "jti", "iss", "aud", "token_type"]


class TokenClaims(NamedTuple):
    """What a valid token says: the id of its user, and when it expires, in seconds since 1970."""

    user_id: UUID
    expires_at: int


def issue_access_token(user: AuthenticatedUser) -> str:
    """Return a token that authenticates `user` for `tokens.access_lifetime_seconds` (settings.yaml)."""
    return _issue(user, "access", TOKENS["access_lifetime_seconds"])


def issue_refresh_token(user: AuthenticatedUser) -> str:
    """Return a token with which `user` gets new access tokens for `tokens.refresh_lifetime_seconds`."""
    return _issue(user, "refresh", TOKENS["refresh_lifetime_seconds"])


def read_access_token(token: str) -> TokenClaims:
    """Return the claims of the access token. Raises InvalidToken."""
    return _read(token, "access")


def read_refresh_token(token: str) -> UUID:
    """Return the id of the user in the refresh token. Raises InvalidToken."""
    return _read(token, "refresh").user_id


def _issue(user: AuthenticatedUser, kind: str, lifetime_seconds: int) -> str:
    now = datetime.now(UTC)
    claims = {
        "sub": str(user.id),
        "iat": now,
        "exp": now + timedelta(seconds=lifetime_seconds),
        "jti": uuid4().hex,
        "iss": TOKENS["issuer"],
        "aud": TOKENS["audience"],
        "token_type": kind,
    }
    return jwt.encode(claims, _secret(), algorithm=TOKENS["algorithm"])


def _read(token: str, kind: str) -> TokenClaims:
    try:
        claims = jwt.decode(
            token,
            _secret(),
            algorithms=[TOKENS["algorithm"]],
            issuer=TOKENS["issuer"],
            audience=TOKENS["audience"],
            options={"require": CLAIMS},
        )
        user_id = UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
    if claims["token_type"] != kind or not _are_dates(claims):
        raise InvalidToken
    return TokenClaims(user_id, int(claims["exp"]))


def _are_dates(claims: Mapping[str, Any]) -> bool:
    """Return whether the times are numbers before the year 10000. PyJWT also accepts strings and larger numbers."""
    times = [claims[name] for name in TIMES if name in claims]
    return all(type(time) in {int, float} and 0 <= time < YEAR_10000 for time in times)


def _secret() -> str:
    return get_settings().secret_key.get_secret_value()
