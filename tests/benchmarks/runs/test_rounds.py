"""Accounts are signed in again before their tokens expire; a server that dies ends its round."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks.runs import rounds
from benchmarks.runs.rounds import ServerRun
from benchmarks.settings import Settings, Subject
from harness.servers.server import RunningServer

IMPLEMENTATION = cast(RunningServer, SimpleNamespace(port=1, is_running=lambda: True))


class DyingServer:
    """A server that is there until it is asked."""

    name, port, ready_after = "django", 1, 0.5
    is_there = True

    def is_running(self) -> bool:
        return self.is_there

    def wait_for_end(self, seconds: float) -> None:
        """It is known at once."""

    def log_tail(self) -> str:
        return "its last words"


class FakeClient:
    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def sign_in(self, accounts: set[str]) -> None:
        self.tokens = {account: f"token of {time.monotonic()}" for account in accounts}


@pytest.fixture
def fake_clients(monkeypatch: pytest.MonkeyPatch) -> list[FakeClient]:
    """The clients that were opened."""
    asked: list[FakeClient] = []

    @contextmanager
    def client(_port: int) -> Iterator[Any]:
        asked.append(FakeClient())
        yield asked[-1]

    monkeypatch.setattr(rounds, "client", client)
    return asked


def test_tokens_are_reused_while_fresh_and_renewed_on_a_new_connection(
    monkeypatch: pytest.MonkeyPatch, fake_clients: list[FakeClient]
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    server_run = ServerRun(Subject("django"), IMPLEMENTATION, {"somebody"})
    first = server_run.tokens()
    now += rounds.STALE_AFTER
    assert server_run.tokens() == first
    now += 1
    assert server_run.tokens() != first
    assert len(fake_clients) == 2


@pytest.mark.parametrize("is_there", [False, True], ids=["dead", "alive"])
def test_a_failed_sign_in_ends_the_round_if_the_server_died_and_the_benchmark_otherwise(
    monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    implementation = DyingServer()

    def refuse(_port: int) -> None:
        implementation.is_there = is_there
        raise ConnectionRefusedError

    monkeypatch.setattr(rounds, "client", refuse)
    bench: Any = SimpleNamespace(
        settings=Settings(variants=("django",), turns=1),
        data=lambda _: nullcontext(),
        running=lambda *_: nullcontext(implementation),
    )
    plan: Any = SimpleNamespace(scenarios=lambda _: ["login"], accounts=lambda _: {"somebody"})
    silent: Any = SimpleNamespace(starts=lambda _: None, turn=lambda _: None)
    asked = partial(rounds.run_round, bench, 1, plan=plan, load=cast(Any, None), watch=silent)
    if is_there:
        with pytest.raises(ConnectionRefusedError):
            asked()
        return
    (run,) = asked()
    assert run.cells == []
    assert run.failure == "django ended by itself during the sign-in before login. Its last lines:\nits last words"
