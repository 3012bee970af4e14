"""Statements for events. Values are passed as bind parameters, for example `event_id`."""

from datetime import timedelta

from sqlalchemy import Uuid, any_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from fastapi_impl.contract import EVENTS
from fastapi_impl.notifications.models import Event

NOW = func.statement_timestamp()
ATTEMPT = timedelta(seconds=EVENTS["attempt_seconds"])
KEPT = timedelta(seconds=EVENTS["kept_seconds"])
BATCH = 100

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
