"""Statements for events. Values are passed as bind parameters, for example `event_id`."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Text, Uuid, any_, bindparam, cast, delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY

from fastapi_impl.contract import EVENTS, SOCKETS
from fastapi_impl.notifications.models import Event

NOW = func.statement_timestamp()
ATTEMPT = timedelta(seconds=EVENTS["attempt_seconds"])
KEPT = timedelta(seconds=EVENTS["kept_seconds"])
BATCH = 100

# The order in which events are read: the id of the transaction, and the id of the event.
type Position = tuple[int, UUID]


class EventRow(NamedTuple):
    """The columns of `READABLE`: an event for the clients of WebSockets."""

    id: UUID
    transaction_id: int
    type: str
    data: dict[str, Any]
    customer_id: UUID | None
    is_public: bool
    created_at: datetime

    @property
    def position(self) -> Position:
        """Its place in the order in which events are read."""
        return self.transaction_id, self.id


# --8<-- [start:queries]
WITH_ID = Event.id == bindparam("event_id", type_=Uuid)
WITH_IDS = Event.id == any_(bindparam("event_ids", type_=ARRAY(Uuid)))
UNFINISHED = Event.next_attempt_at.is_not(None)
OUT_OF_ATTEMPTS = Event.attempts >= EVENTS["max_attempts"]

# Without those that others have locked, or with a task that this version of the code does not know. The longest due
# first.
DUE = (Event.next_attempt_at <= NOW, Event.type.in_(list(EVENTS["tasks"])))
LOCKED_DUE = select(Event).where(*DUE).order_by(Event.next_attempt_at).limit(BATCH).with_for_update(skip_locked=True)
WAITING_TIME = select(NOW - Event.next_attempt_at).where(*DUE).order_by(Event.next_attempt_at).limit(1)
NUMBER_UNFINISHED = select(func.count()).select_from(Event).where(UNFINISHED)
NUMBER_FAILED = select(func.count()).select_from(Event).where(Event.failed_at.is_not(None))
BY_ID = select(Event).where(WITH_ID)
LOCKED_UNFINISHED = BY_ID.where(Event.finished_at.is_(None)).with_for_update()
LOCKED_EXPIRED = (
    select(Event.id)
    .where(Event.created_at < NOW - KEPT, Event.next_attempt_at.is_(None), Event.failed_at.is_(None))
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)

UPDATE = update(Event).execution_options(synchronize_session=False)
POSTPONE = UPDATE.where(WITH_IDS, UNFINISHED).values(next_attempt_at=NOW + ATTEMPT)
RELEASE = UPDATE.where(UNFINISHED, WITH_ID, Event.attempts == bindparam("attempt")).values(next_attempt_at=NOW)
START_ATTEMPT = (
    UPDATE.where(UNFINISHED, WITH_ID, Event.attempts == bindparam("attempt"))
    .values(attempts=Event.attempts + 1, next_attempt_at=NOW + ATTEMPT)
    .returning(Event.id)
)
FINISH = UPDATE.where(WITH_ID).values(finished_at=NOW, next_attempt_at=None, failed_at=None, error="")
RECORD_ERROR = (
    UPDATE.where(UNFINISHED, WITH_ID, Event.attempts == bindparam("number"))
    .values(error=bindparam("error_text"))
    .returning(Event.id)
)
GIVE_UP = UPDATE.where(UNFINISHED, WITH_IDS, OUT_OF_ATTEMPTS).values(failed_at=NOW, next_attempt_at=None)
RETRY = UPDATE.where(WITH_ID, Event.failed_at.is_not(None)).values(
    attempts=0, failed_at=None, error="", next_attempt_at=NOW
)
DELETE = delete(Event).where(WITH_IDS).execution_options(synchronize_session=False)
# --8<-- [end:queries]

# --8<-- [start:readable]
OLDEST_OPEN_TRANSACTION = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), Text), BigInteger)
# Those of transactions that have all ended, so that no event is added before one that was read.
READABLE = select(
    Event.id, Event.transaction_id, Event.type, Event.data, Event.customer_id, Event.is_public, Event.created_at
).where(Event.type.in_(SOCKETS["event_types"]), Event.transaction_id < OLDEST_OPEN_TRANSACTION)
READ = (
    READABLE.where(
        tuple_(Event.transaction_id, Event.id)
        > tuple_(bindparam("transaction_id", type_=BigInteger), bindparam("event_id", type_=Uuid))
    )
    .order_by(Event.transaction_id, Event.id)
    .limit(BATCH)
)
KEPT_BY_ID = READABLE.where(WITH_ID, Event.created_at >= NOW - KEPT)
NEXT_TRANSACTION = select(OLDEST_OPEN_TRANSACTION)
# --8<-- [end:readable]


class TransactionRow(NamedTuple):
    """The column of `NEXT_TRANSACTION`."""

    id: int
