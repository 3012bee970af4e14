"""The messages of `asyncapi.yaml` as text."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from fastapi_impl.common.exceptions import MalformedBody
from fastapi_impl.common.http.parsers import read_json
from fastapi_impl.common.validation.schemas import Input, Output
from fastapi_impl.contract import FRAMES
from fastapi_impl.notifications.queries import EventRow


# --8<-- [start:messages]
class Ping(Input):
    """A question whether the server is there."""

    type: Literal["ping"]


class Since(Input):
    """The id of the last event that the client has. It need not be one."""

    type: Literal["since"]
    id: str


class EventOut(Output):
    """An event."""

    id: UUID
    type: str
    at: Annotated[datetime, Field(validation_alias="created_at")]
    data: dict[str, Any]


class Error(Output):
    """What is wrong with a message of the client."""

    type: Literal["error"] = "error"
    code: str
    message: str


MESSAGE: TypeAdapter[Ping | Since] = TypeAdapter(Annotated[Ping | Since, Field(discriminator="type")])
PONG = '{"type":"pong"}'


def read_message(text: str | None) -> Ping | Since | None:
    """Return the message of a client, or None if it is invalid. Binary messages have no text."""
    try:
        return MESSAGE.validate_python(read_json((text or "").encode()))
    except (MalformedBody, ValidationError):
        return None


def event_text(event: EventRow) -> str:
    """Return the message about an event."""
    return EventOut.model_validate(event).model_dump_json()


def error_text(code: str) -> str:
    """Return the error `code` of errors.yaml as a message."""
    return Error(code=code, message=FRAMES[code]["message"]).model_dump_json()
    # --8<-- [end:messages]
