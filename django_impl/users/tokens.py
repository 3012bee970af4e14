"""Access and refresh tokens: JWTs that both implementations accept, because they share the secret."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from rest_framework_simplejwt import tokens as jwt_tokens
from rest_framework_simplejwt.exceptions import TokenError

from django_impl.common.exceptions import InvalidToken
from django_impl.users.models import User

TIME_CLAIMS = ("iat", "nbf", "exp")
YEAR_10000 = 253_402_300_800  # in seconds since 1970


class TokenClaims(NamedTuple):
    """What a valid token says: the id of its user, and when it expires, in seconds since 1970."""

    user_id: UUID
    expires_at: int


def issue_access_token(user: User) -> str:
    """Return a token that authenticates `user` for `tokens.access_lifetime_seconds` (settings.yaml)."""
    return str(jwt_tokens.AccessToken.for_user(user))


def issue_refresh_token(user: User) -> str:
    """Return a token with which `user` gets new access tokens for `tokens.refresh_lifetime_seconds`."""
    return str(jwt_tokens.RefreshToken.for_user(user))


def read_access_token(token: str) -> TokenClaims:
    """Return the claims of the access token. Raises InvalidToken."""
    return _read(jwt_tokens.AccessToken, token)


def read_refresh_token(token: str) -> UUID:
    """Return the id of the user in the refresh token. Raises InvalidToken."""
    return _read(jwt_tokens.RefreshToken, token).user_id


def _read(kind: type[jwt_tokens.Token], token: str) -> TokenClaims:
    try:
        claims = kind(token)  # type: ignore[arg-type] # SimpleJWT annotates the parameter as Token, and takes a str
        claims["iat"]  # SimpleJWT requires the other claims itself
        user_id = UUID(claims["sub"])
    except (TokenError, KeyError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise InvalidToken from error
    if not _are_dates(claims.payload):
        raise InvalidToken
    return TokenClaims(user_id, int(claims["exp"]))


def _are_dates(claims: Mapping[str, Any]) -> bool:
    """Return whether the times are numbers before the year 10000. PyJWT also accepts strings and larger numbers."""
    times = [claims[name] for name in TIME_CLAIMS if name in claims]
    return all(type(time) in {int, float} and 0 <= time < YEAR_10000 for time in times)
