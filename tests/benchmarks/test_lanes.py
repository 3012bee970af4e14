"""Those who ask are signed in again before their tokens are old, on a connection that nobody has closed meanwhile."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks import rounds
from benchmarks.rounds import Lane
from benchmarks.settings import Subject
from harness.wings import RunningWing

WING = cast(RunningWing, SimpleNamespace(port=1, is_running=lambda: True))


class Doorman:
    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def sign_in(self, accounts: set[str]) -> None:
        self.tokens = {account: f"token of {time.monotonic()}" for account in accounts}


@pytest.fixture
def doormen(monkeypatch: pytest.MonkeyPatch) -> list[Doorman]:
    """Those who were asked, each on a connection of its own."""
    asked: list[Doorman] = []

    @contextmanager
    def client(_port: int) -> Iterator[Any]:
        asked.append(Doorman())
        yield asked[-1]

    monkeypatch.setattr(rounds, "client", client)
    return asked


def test_tokens_are_kept_while_they_are_fresh_and_got_anew_by_another_connection(
    monkeypatch: pytest.MonkeyPatch, doormen: list[Doorman]
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    lane = Lane(Subject("django"), WING, {"somebody"})
    first = lane.tokens()
    now += rounds.STALE_AFTER
    assert lane.tokens() == first
    now += 1
    assert lane.tokens() != first
    assert len(doormen) == 2
