"""Accounts sign in again before their tokens expire, shares get rates, and a server that exits ends its round."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.environment.processors import Pinning
from benchmarks.runs import rounds
from benchmarks.runs.bench import AccessTokens
from benchmarks.runs.rounds import ServerRun
from benchmarks.settings import JOIN_SECONDS, Settings, Subject
from harness.servers.server import RunningServer
from tests.benchmarks.factories import cell

IMPLEMENTATION = cast(RunningServer, SimpleNamespace(port=1, is_running=lambda: True))


class ExitingServer:
    """A server that the test stops by setting `running`."""

    name, port = "django", 1
    running = True

    def is_running(self) -> bool:
        return self.running

    def wait_for_end(self, seconds: float) -> None:
        """Return immediately."""

    def log_tail(self) -> str:
        return "Killed"

    def processes(self) -> list[Any]:
        return []

    def workers(self) -> list[Any]:
        return [psutil.Process()]

    def peak_rss_bytes(self) -> int:
        return 1


class RunningVariant(ExitingServer):
    """A server that runs; its URL is its name."""

    def __init__(self, name: str) -> None:
        self.url = name


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
    def client(_port: int, _dialect: object) -> Iterator[Any]:
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


def test_the_server_runs_of_a_variant_share_the_tokens(fake_clients: list[FakeClient]) -> None:
    access = AccessTokens()
    runs = [ServerRun(Subject("django"), IMPLEMENTATION, {"a@example.com"}, access) for _ in range(2)]
    assert runs[0].tokens() == runs[1].tokens()
    assert len(fake_clients) == 1


@pytest.mark.parametrize("is_running", [False, True], ids=["exited", "running"])
def test_a_failed_sign_in_ends_the_round_if_the_server_exited_and_the_benchmark_otherwise(
    monkeypatch: pytest.MonkeyPatch, is_running: bool
) -> None:
    implementation = ExitingServer()

    def reject_connection(_port: int, _dialect: object) -> None:
        implementation.running = is_running
        raise ConnectionRefusedError

    monkeypatch.setattr(rounds, "client", reject_connection)
    bench: Any = SimpleNamespace(
        settings=Settings(variants=("django",), turns=1),
        processors=1,
        data=lambda _: nullcontext(),
        settle=lambda: None,
        pinnings={1: Pinning(None, None)},
        tokens={},
        running=lambda *_: nullcontext(implementation),
    )
    plan: Any = SimpleNamespace(scenarios=lambda _: ["login"], accounts=lambda *_: {"a@example.com"})
    progress: Any = SimpleNamespace(start_server=lambda _: None, start_scenario=lambda _: None)
    run_round = partial(rounds.run_round, bench, 1, plan=plan, load=cast(Any, None), progress=progress, open_rates={})
    if is_running:
        with pytest.raises(ConnectionRefusedError):
            run_round()
        return
    (run,) = run_round()
    assert run.cells == []
    expected = "django exited unexpectedly during the sign-in before login. The end of its log:\nKilled"
    assert run.failure == expected


class FakeGenerator:
    """A generator that answers `rates` requests per second, by variant, and stores the commands."""

    def __init__(self, rates: dict[str, float]) -> None:
        self._rates = rates
        self.commands: list[MeasureCommand] = []

    def measure(self, commands: Sequence[MeasureCommand]) -> list[Cell]:
        self.commands += commands
        return [
            replace(cell(each.scenario, self._rates[each.url]), load=each.load, rate=each.arrival_rate)
            for each in commands
        ]


def commands_of(
    settings: Settings,
    number: int,
    rates: dict[str, float],
    open_rates: dict[str, dict[str, float]],
    events: list[str] | None = None,
) -> list[MeasureCommand]:
    """Return the commands of a round in which the variants answer `rates` requests per second.

    Appends what happens to `events`.
    """
    events = [] if events is None else events

    @contextmanager
    def running(subject: Subject, *_: object) -> Iterator[RunningVariant]:
        events.append("start")
        yield RunningVariant(subject.variant)
        events.append("stop")

    bench: Any = SimpleNamespace(
        settings=settings,
        processors=2,
        server=SimpleNamespace(process=lambda: None),
        pinnings={workers: Pinning(None, None) for workers in settings.workers},
        data=lambda _: nullcontext(),
        settle=lambda: events.append("settle"),
        tokens={},
        running=running,
    )
    plan: Any = SimpleNamespace(scenarios=lambda _: settings.scenarios, accounts=lambda *_: {"a@example.com"})
    progress: Any = SimpleNamespace(start_server=lambda _: None, start_scenario=events.append, finish_cell=lambda: None)
    load = FakeGenerator(rates)
    runs = rounds.run_round(bench, number, plan=plan, load=cast(Any, load), progress=progress, open_rates=open_rates)
    assert all((cell.peak_rss, cell.workers) == (1, 1) for run in runs for cell in run.cells)
    return load.commands


@pytest.mark.usefixtures("fake_clients")
def test_a_share_is_a_rate_that_the_first_round_measures_and_later_rounds_keep() -> None:
    settings = Settings(
        scenarios=("login", "product_list"),
        loads=(Load(users=8), Load(share=0.5), Load(rate=7.0)),
        open_scenarios=("login",),
        duration=1.0,
        arrivals=100,
    )
    open_rates: dict[str, dict[str, float]] = {}
    first = commands_of(settings, 1, {"django": 40.0, "fastapi": 60.0}, open_rates)
    assert open_rates == {"login": {"50%": 20.0}}
    expected = [*[("login", None)] * 4, *[("login", 20.0)] * 4, *[("login", 7.0)] * 4, *[("product_list", None)] * 4]
    assert [(each.scenario, each.rate) for each in first] == expected
    assert [each.url for each in first[4:8]] == ["django", "fastapi", "fastapi", "django"]
    assert [each.duration for each in first[::4]] == [1.0, 5.0, settings.open_duration(7.0), 1.0]
    second = commands_of(settings, 2, {"django": 4000.0, "fastapi": 6000.0}, open_rates)
    assert [(each.scenario, each.rate) for each in second] == expected
    # All servers get the same arrivals, and other rounds and scenarios get others.
    seeds = [{each.seed for each in commands[start : start + 4]} for commands in (first, second) for start in (4, 8)]
    assert [len(each) for each in seeds] == [1, 1, 1, 1]
    assert len(set.union(*seeds)) == 4


@pytest.mark.usefixtures("fake_clients")
@pytest.mark.parametrize(("workers", "interval"), [(1, 0.0), (2, JOIN_SECONDS)])
def test_the_users_of_several_workers_join_one_after_another(workers: int, interval: float) -> None:
    settings = Settings(scenarios=("login",), workers=(workers,))
    commands = commands_of(settings, 1, {"django": 40.0, "fastapi": 60.0}, {})
    assert [command.join_interval for command in commands] == [interval] * 4
    assert JOIN_SECONDS == 0.02


@pytest.mark.usefixtures("fake_clients")
def test_postgresql_has_written_the_clones_of_all_servers_before_the_first_scenario() -> None:
    events: list[str] = []
    settings = Settings(scenarios=("login", "shopper"))
    commands_of(settings, 1, {"django": 40.0, "fastapi": 60.0}, {}, events)
    assert events == [*["start"] * 4, "settle", "login", "shopper", *["stop"] * 4]
