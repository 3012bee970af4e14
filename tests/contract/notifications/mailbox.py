"""A mail server that keeps what it receives."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller

from harness.ports import LOOPBACK, free_port

WITHIN_SECONDS = 60


@dataclass
class Mailbox:
    """The mails that were accepted. `answer` is the response to the next ones; without one their clients wait."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    answer: str | None = "250 OK"
    asked: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """The value of EMAIL_URL."""
        return f"smtp://{LOOPBACK}:{self.port}"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Return the response, and keep the mail if that accepts it."""
        self.asked.set()
        while self.answer is None:
            await asyncio.sleep(0.02)
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer

    def wait_for(self, number: int) -> list[EmailMessage]:
        """Return the mails once there are so many."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while len(self.mails) < number:
            assert time.monotonic() < deadline, f"{len(self.mails)} of {number} mails came"
            time.sleep(0.02)
        return self.mails


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server until the end of the block."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname=LOOPBACK, port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
