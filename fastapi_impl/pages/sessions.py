"""Sessions: a signed cookie with the id of the user, the token of forms, and notices for the next page."""

from secrets import token_urlsafe
from typing import Annotated

from fastapi import Depends, Request

from fastapi_impl.common.database.dependencies import ReaderDep
from fastapi_impl.users.dependencies import get_user_of_session, remove_from_session
from fastapi_impl.users.queries import AuthenticatedUser

CSRF_FIELD = "csrfmiddlewaretoken"  # the name that Django gives the field


# --8<-- [start:sessions]
async def get_session_user(request: Request, reader: ReaderDep) -> AuthenticatedUser | None:
    """Return the user of the session, or None. They are removed from a session that has ended."""
    if "user_id" not in request.session:
        return None
    user = await get_user_of_session(request.session, reader)
    if user is None:
        remove_from_session(request.session)
    request.state.user = user
    return user


SessionUser = Annotated[AuthenticatedUser | None, Depends(get_session_user)]
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
