"""Functions that are called after a commit, as Django's `transaction.on_commit`."""

import logging
from collections.abc import Awaitable, Callable
from inspect import isawaitable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import await_

log = logging.getLogger(__name__)
_KEY = "on_commit"


# --8<-- [start:on-commit]
def on_commit(session: AsyncSession, function: Callable[[], Awaitable[None] | None]) -> None:
    """Call the function after the session's transaction is committed, and not if it is rolled back. Awaits its result.

    Its error is logged: the change is permanent.
    """
    session.info.setdefault(_KEY, []).append(function)


@event.listens_for(Session, "after_commit")
def call_functions(session: Session) -> None:
    """Call the functions of the transaction."""
    if session.in_nested_transaction():
        return  # only a savepoint was released
    for function in session.info.pop(_KEY, ()):
        try:
            result = function()
            if isawaitable(result):
                await_(result)  # in the greenlet in which SQLAlchemy runs the commit
        except Exception:
            log.exception("Error after the commit, in %s", function)


@event.listens_for(Session, "after_rollback")
def forget_functions(session: Session) -> None:
    """Forget the functions of the transaction."""
    session.info.pop(_KEY, None)
    # --8<-- [end:on-commit]
