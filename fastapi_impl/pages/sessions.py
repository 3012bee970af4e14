"""Sessions: a signed cookie with the id of the user, the token of forms, and notices for the next page."""

import hashlib
import hmac
from secrets import compare_digest, token_urlsafe
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.common.database.reader import Reader
from fastapi_impl.config.settings import get_settings
from fastapi_impl.users import queries
from fastapi_impl.users.queries import AuthenticatedUser, CredentialsRow

CSRF_FIELD = "csrfmiddlewaretoken"  # the name that Django gives the field


# --8<-- [start:sessions]
async def get_session_user(request: Request, reader: ReaderDep) -> AuthenticatedUser | None:
    """Return the user of the session, if they are active and have not changed their password."""
    session = request.session
    if "user_id" not in session:
        return None
    found = await _find(reader, UUID(session["user_id"]))
    if found is None or not compare_digest(_password_hash(found), session["password_hash"]):
        session.clear()
        return None
    request.state.user = found.user
    return found.user


SessionUser = Annotated[AuthenticatedUser | None, Depends(get_session_user)]


async def sign_in(request: Request, reader: Reader, user: AuthenticatedUser) -> None:
    """Begin a session of the user. Nothing of the previous session stays."""
    request.session.clear()
    if found := await _find(reader, user.id):
        request.session.update({"user_id": str(user.id), "password_hash": _password_hash(found)})


def sign_out(request: Request) -> None:
    """End the session."""
    request.session.clear()


async def _find(reader: Reader, user_id: UUID) -> CredentialsRow | None:
    return await reader.fetch_one_or_none(CredentialsRow, queries.ACTIVE_USER_WITH_PASSWORD, {"id": user_id})


def _password_hash(user: CredentialsRow) -> str:
    """Return a keyed hash of the stored password, which changes with it. Django's sessions have such a hash too."""
    key = f"session-password:{get_settings().secret_key.get_secret_value()}"
    return hmac.digest(key.encode(), user.password.encode(), hashlib.sha256).hex()
    # --8<-- [end:sessions]


# --8<-- [start:csrf]
def csrf_token(request: Request) -> str:
    """Return the token of the session that forms contain."""
    return str(request.session.setdefault(CSRF_FIELD, token_urlsafe()))
    # --8<-- [end:csrf]


def add_notice(request: Request, text: str) -> None:
    """Store a notice that the next page shows."""
    request.session["notices"] = [*request.session.get("notices", []), text]


def take_notices(request: Request) -> list[str]:
    """Return the notices, and remove them."""
    notices: list[str] = request.session.pop("notices", [])
    return notices
