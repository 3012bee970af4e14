"""Accounts sign in again before their tokens expire, and a server that exits ends its round."""

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


class ExitingServer:
    """A server that the test stops by setting `running`."""

    name, port, ready_after = "django", 1, 0.5
    running = True

    def is_running(self) -> bool:
        return self.running

    def wait_for_end(self, seconds: float) -> None:
        """Return immediately."""

    def log_tail(self) -> str:
        return "Killed"


class FakeClient:
    """A client that gets new tokens each time."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def sign_in(self, accounts: set[str]) -> None:
        self.tokens = {account: f"token of {time.monotonic()}" for account in accounts}


@pytest.fixture
def fake_clients(monkeypatch: pytest.MonkeyPatch) -> list[FakeClient]:
    """The clients that were opened."""
    clients: list[FakeClient] = []

    @contextmanager
    def client(_port: int) -> Iterator[Any]:
        clients.append(FakeClient())
        yield clients[-1]

    monkeypatch.setattr(rounds, "client", client)
    return clients


def test_tokens_are_reused_while_fresh_and_renewed_on_a_new_connection(
    monkeypatch: pytest.MonkeyPatch, fake_clients: list[FakeClient]
) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    server_run = ServerRun(Subject("django"), IMPLEMENTATION, {"a@example.com"})
    first = server_run.tokens()
    now += rounds.RENEW_TOKENS_AFTER
    assert server_run.tokens() == first
    now += 1
    assert server_run.tokens() != first
    assert len(fake_clients) == 2


@pytest.mark.parametrize("is_running", [False, True], ids=["exited", "running"])
def test_a_failed_sign_in_ends_the_round_if_the_server_exited_and_the_benchmark_otherwise(
    monkeypatch: pytest.MonkeyPatch, is_running: bool
) -> None:
    implementation = ExitingServer()

    def refuse_connection(_port: int) -> None:
        implementation.running = is_running
        raise ConnectionRefusedError

    monkeypatch.setattr(rounds, "client", refuse_connection)
    bench: Any = SimpleNamespace(
        settings=Settings(variants=("django",), turns=1),
        data=lambda _: nullcontext(),
        running=lambda *_: nullcontext(implementation),
    )
    plan: Any = SimpleNamespace(scenarios=lambda _: ["login"], accounts=lambda _: {"a@example.com"})
    progress: Any = SimpleNamespace(start_server=lambda _: None, start_scenario=lambda _: None)
    run_round = partial(rounds.run_round, bench, 1, plan=plan, load=cast(Any, None), progress=progress)
    if is_running:
        with pytest.raises(ConnectionRefusedError):
            run_round()
        return
    (run,) = run_round()
    assert run.cells == []
    expected = "django exited unexpectedly during the sign-in before login. The end of its log:\nKilled"
    assert run.failure == expected
