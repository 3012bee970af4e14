"""Who may connect: the checks of the handshake of a WebSocket, which is refused like an HTTP request."""

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from channels.db import database_sync_to_async
from django.conf import settings

from django_impl.common.exceptions import InvalidHost, InvalidToken, NotAuthenticated, PermissionDenied
from django_impl.common.http.middleware import reject_host
from django_impl.common.http.requests import ShopASGIRequest
from django_impl.contract import SOCKETS
from django_impl.users.authentication import get_active_user
from django_impl.users.models import User
from django_impl.users.throttling import throttle_user
from django_impl.users.tokens import read_access_token

# As a browser sends it.
ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Admitted(NamedTuple):
    """The user of a connection, and when the token expires, in seconds since 1970."""

    user: User
    expires_at: int


# --8<-- [start:handshake]
@database_sync_to_async
def admit(scope: Any) -> Admitted:
    """Return who connects.

    Raises: InvalidHost, PermissionDenied, NotAuthenticated, InvalidToken, TooManyRequests.
    """
    request = ShopASGIRequest({**scope, "type": "http", "method": "GET"}, BytesIO())
    if reject_host(request):
        raise InvalidHost
    check_origin(request.headers.get("Origin"))
    claims = read_access_token(offered_token(scope["subprotocols"]))
    user = get_active_user(claims.user_id)
    throttle_user(user_id=user.id)
    return Admitted(user, claims.expires_at)
    # --8<-- [end:handshake]


def check_origin(origin: str | None) -> None:
    """Raise PermissionDenied for the page of another host. Only browsers send an origin."""
    if origin is None or origin in settings.CORS_ALLOWED_ORIGINS:
        return
    found = ORIGIN.fullmatch(origin)
    # Any port: another server of the same host can have the page.
    if found is None or found["host"] not in settings.ALLOWED_HOSTS:
        raise PermissionDenied


def offered_token(subprotocols: Sequence[str]) -> str:
    """Return the second of two subprotocols. Browsers can send the token with no other header.

    Raises: NotAuthenticated, InvalidToken.
    """
    if subprotocols[:1] != [SOCKETS["subprotocol"]]:
        raise NotAuthenticated
    if len(subprotocols) != 2:
        raise InvalidToken
    return subprotocols[1]
