"""The client of one connection: what it may see, and the messages that wait to be sent to it."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from django_impl.contract import FRAMES, SOCKETS
from django_impl.notifications.messages import error_text
from django_impl.notifications.models import Event
from django_impl.notifications.queries import Position

CLOSE_CODES = SOCKETS["close_codes"]
MAX_QUEUED = SOCKETS["max_queued_frames"]


class Frame(NamedTuple):
    """A message that waits to be sent, or the code with which the connection is closed then."""

    text: str = ""
    is_event: bool = False
    close_code: int = 0


# --8<-- [start:client]
class Client:
    """A connected client. A task of its own sends to it, so no other client waits for it."""

    def __init__(self, *, user_id: UUID, is_staff: bool, position: Position) -> None:
        self.user_id = user_id
        self.is_staff = is_staff
        self.position = position  # the events up to here were queued, or need not be
        self.is_live = True  # whether new events are queued, not earlier ones
        self.is_closing = False
        self._queue: deque[Frame] = deque()
        self._has_begun, self._has_frames, self._has_room = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._received, self._window_ends_at = 0, 0.0

    def sees(self, event: Event) -> bool:
        """Return whether the user may see the event."""
        return self.is_staff or event.is_public or event.customer_id == self.user_id

    def offer(self, event: Event, text: str) -> None:
        """Queue a new event that the user may see. If too many wait, the connection is closed."""
        if not self.is_live or event.position <= self.position or not self.sees(event):
            return
        if len(self._queue) >= MAX_QUEUED:
            self.close(CLOSE_CODES["slow"])
        self._append(Frame(text, is_event=True))

    def restart(self, position: Position) -> None:
        """Begin again after a position. Until `is_live` is set, events are queued with `put`."""
        self.position, self.is_live = position, False
        self._queue = deque(frame for frame in self._queue if not frame.is_event)
        self._has_begun.set()

    async def put(self, text: str) -> None:
        """Queue an earlier event when the queue has space for it, and for as many new ones."""
        while len(self._queue) >= MAX_QUEUED // 2 and not self.is_closing:
            self._has_room.clear()
            await self._has_room.wait()
        self._append(Frame(text, is_event=True))

    def reply(self, text: str) -> None:
        """Queue the answer to a message."""
        self._append(Frame(text))
        self._has_begun.set()

    def fail(self, code: str) -> None:
        """Queue the error `code` of errors.yaml, after which the connection may be closed."""
        self.reply(error_text(code))
        if "close" in FRAMES[code]:
            self._append(Frame(close_code=FRAMES[code]["close"]))
            self.is_closing = True

    def close(self, code: int) -> None:
        """Close the connection without the messages that wait."""
        if not self.is_closing:
            self._queue.clear()
            self._append(Frame(close_code=code))
            self.is_closing = True
        self._has_begun.set()
        self._has_room.set()

    async def send_messages(self, send: Callable[[str], Awaitable[None]]) -> int:
        """Send what is queued until the connection must be closed, and return the code for that.

        Events wait a moment for the first message of the client, which can be `since`.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._has_begun.wait(), SOCKETS["first_message_seconds"])
        while True:
            frame = await self._next()
            if frame.close_code:
                return frame.close_code
            try:
                async with asyncio.timeout(SOCKETS["send_seconds"]):
                    await send(frame.text)
            except TimeoutError:
                self.close(CLOSE_CODES["slow"])
                return int(CLOSE_CODES["slow"])

    # --8<-- [end:client]

    def count_message(self) -> bool:
        """Count a message of the client, and return whether it is within the limit."""
        limit, now = SOCKETS["messages"], time.monotonic()
        if now >= self._window_ends_at:
            self._received, self._window_ends_at = 0, now + limit["seconds"]
        self._received += 1
        return self._received <= int(limit["number"])

    def _append(self, frame: Frame) -> None:
        if not self.is_closing:
            self._queue.append(frame)
            self._has_frames.set()

    async def _next(self) -> Frame:
        while not self._queue:
            self._has_frames.clear()
            await self._has_frames.wait()
        self._has_room.set()
        return self._queue.popleft()
