"""Who may connect: the checks of the handshake of a WebSocket, which is refused like an HTTP request."""

import re
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import Depends, WebSocket

from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.exceptions import InvalidToken, NotAuthenticated, PermissionDenied
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import SOCKETS
from fastapi_impl.users.dependencies import get_active_user
from fastapi_impl.users.queries import AuthenticatedUser
from fastapi_impl.users.throttling import throttle_user
from fastapi_impl.users.tokens import read_access_token

# As a browser sends it.
ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


class Admitted(NamedTuple):
    """The user of a connection, and when the token expires, in seconds since 1970."""

    user: AuthenticatedUser
    expires_at: int


# --8<-- [start:handshake]
async def admit(websocket: WebSocket, reader: ReaderDep) -> Admitted:
    """Return who connects.

    Raises: PermissionDenied, NotAuthenticated, InvalidToken, TooManyRequests. Their handlers respond.
    """
    check_origin(websocket.headers.get("origin"))
    claims = read_access_token(offered_token(websocket.scope["subprotocols"]))
    user = await get_active_user(reader, claims.user_id)
    await throttle_user(reader, user.id)
    return Admitted(user, claims.expires_at)


AdmittedDep = Annotated[Admitted, Depends(admit)]
# --8<-- [end:handshake]


def check_origin(origin: str | None) -> None:
    """Raise PermissionDenied for the page of another host. Only browsers send an origin."""
    if origin is None or origin in get_settings().cors_allowed_origins:
        return
    found = ORIGIN.fullmatch(origin)
    # Any port: another server of the same host can have the page.
    if found is None or found["host"] not in get_settings().allowed_hosts:
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
