"""The Locust user: asks one exchange after the other, as fast as the server answers, and checks every answer.

Importing this module patches the standard library (gevent), so only the generator's own process does.
"""

import re
from functools import cache
from itertools import count
from typing import Any, ClassVar

from locust import FastHttpUser, constant, task
from locust.env import Environment

from benchmarks.exchanges import SERIAL, Exchange

SHOWN = 200


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """The pattern of a whole answer, made once: a page of products takes ten milliseconds, and re forgets after 512."""
    return re.compile(pattern.encode())


class Work:
    """An exchange made ready: what it needs at each request is looked up once."""

    def __init__(self, exchange: Exchange, tokens: dict[str, str]) -> None:
        request = exchange.request
        self.request = request
        self.status = exchange.status
        self.text = None if exchange.text is None else exchange.text.encode()
        self.pattern = None if exchange.pattern is None else compiled(exchange.pattern)
        self.headers = request.headers(tokens, SERIAL)
        self.is_numbered = request.keyed or SERIAL in (request.body or "")
        self.echoes = SERIAL in (request.body or "")

    def is_right(self, status: int, body: bytes | None, serial: str) -> bool:
        """Whether the answer is the one that the gate learnt."""
        if status != self.status or body is None:
            return False
        if self.pattern is None:
            return body == self.text
        return self.pattern.fullmatch(body) is not None and (not self.echoes or serial.encode() in body)


class ShopUser(FastHttpUser):
    """Walks through the exchanges from a place of its own, without a pause: closed load."""

    wait_time = constant(0)
    max_retries = 0
    max_redirects = 0
    network_timeout = 30.0
    connection_timeout = 10.0
    works: ClassVar[list[Work]] = []
    starts: ClassVar[list[int]] = [0]
    _numbers: "ClassVar[count[int]]" = count()
    _serials: "ClassVar[count[int]]" = count(1)

    @classmethod
    def prepare(cls, works: list[Work], starts: list[int], users: int) -> None:
        """Give the next users their work, and begin numbering them anew, spread over the starts."""
        cls.works, cls.starts = works, [starts[number * len(starts) // users % len(starts)] for number in range(users)]
        cls._numbers = count()

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._place = self.starts[next(self._numbers) % len(self.starts)]

    def on_stop(self) -> None:
        """Close the connection: a server that is told to stop would wait for it."""
        self.client.client.close()

    @task
    def ask(self) -> None:
        """Make one exchange."""
        work = self.works[self._place]
        self._place = (self._place + 1) % len(self.works)
        serial = f"{next(self._serials):09d}" if work.is_numbered else ""
        headers: dict[str, Any] = work.headers
        if work.request.keyed:
            headers = {**headers, "Idempotency-Key": f"benchmark-{serial}"}
        request = work.request
        with self.client.request(
            request.method, request.path, data=request.payload(serial), headers=headers, catch_response=True
        ) as answer:
            if not work.is_right(answer.status_code, answer.content, serial):
                found = answer.content or str(getattr(answer, "error", "nothing")).encode()
                shown = found[:SHOWN].decode(errors="replace")
                answer.failure(f"{request.method} {request.path}: {answer.status_code}, not as learnt: {shown}")
            else:
                answer.success()
