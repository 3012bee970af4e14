"""Functions that are called after a commit, as Django's `transaction.on_commit`."""

import logging
from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)


# --8<-- [start:on-commit]
def on_commit(session: AsyncSession, function: Callable[[], None]) -> None:
    """Call the function after the session's transaction is committed. Its error is logged: the change is permanent."""

    def call(sync_session: Session) -> None:
        if sync_session.in_nested_transaction():
            return  # only a savepoint was released
        try:
            function()
        except Exception:
            log.exception("Error after the commit, in %s", function)

    event.listen(session.sync_session, "after_commit", call)
    # --8<-- [end:on-commit]
