"""The messages of `asyncapi.yaml` as text."""

import io
from dataclasses import dataclass

from django_impl.common.exceptions import MalformedBody
from django_impl.common.http.parsers import StrictJSONParser
from django_impl.common.http.renderers import dump_json
from django_impl.common.validation.output_fields import DateTimeField
from django_impl.contract import FRAMES
from django_impl.notifications.models import Event

AT = DateTimeField()


# --8<-- [start:messages]
class Ping:
    """A question whether the server is there."""


@dataclass(frozen=True)
class Since:
    """The id of the last event that the client has. It need not be one."""

    id: str


PONG = dump_json({"type": "pong"})


def read_message(text: str | None) -> Ping | Since | None:
    """Return the message of a client, or None if it is invalid. Binary messages have no text."""
    try:
        message = StrictJSONParser().parse(io.BytesIO((text or "").encode()))
    except MalformedBody:
        return None
    match message:
        case {"type": "ping", **others} if not others:
            return Ping()
        case {"type": "since", "id": str(event_id), **others} if not others:
            return Since(event_id)
    return None


def event_text(event: Event) -> str:
    """Return the message about an event."""
    at = AT.to_representation(event.created_at)
    return dump_json({"id": event.id, "type": event.type, "at": at, "data": event.data})


def error_text(code: str) -> str:
    """Return the error `code` of errors.yaml as a message."""
    return dump_json({"type": "error", "code": code, "message": FRAMES[code]["message"]})
    # --8<-- [end:messages]
