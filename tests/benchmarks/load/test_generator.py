"""The process of the generator: it counts requests, checks every response, and exits when its input closes."""

import math
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import psutil
import pytest

from benchmarks.cells import Cell, Load, MeasureCommand
from benchmarks.load.process import Generator, GeneratorFailed, generator
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Plan, Request
from benchmarks.settings import SLICE_SECONDS
from harness.paths import ROOT
from tests.benchmarks.fake_server import any_product, fake_server

USERS, SECONDS, STRETCH = 3, 0.3, 0.2
# Seconds by which gevent's timers may be early, and seconds that no measurement takes.
EARLY, A_MINUTE = 0.01, 60.0
# More requests than fit into a slice on any machine.
MANY = 10_000
CLOSED, OPEN = Load(users=USERS), Load(rate=60)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan with matching responses, responses that do not match, both also in the background, and serial numbers."""
    plan = Plan()
    plan.add("right", [[_product(slug, slug)] for slug in ("cup", "mug", "jar")])
    background = [replace(_product(slug, slug), is_background=True) for slug in ("cup", "mug")]
    plan.add("background", [background])
    plan.add("wrong-background", [[replace(_product("mug", "vase"), is_background=True)]])
    plan.add("wrong", [[_product("cup", "cup")], [_product("mug", "vase")]])
    order = Request("POST", "/orders", f'{{"n":"{SERIAL}"}}', "application/json", account="a@example.com", keyed=True)
    plan.add("serial", [[Exchange(order, 201, pattern=r'\{"n":"\d{9}"\}')]])
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    return path


@pytest.fixture(scope="module")
def load(plan: Path) -> Iterator[Generator]:
    with generator(plan, None) as started:
        yield started


def _product(slug: str, expected: str) -> Exchange:
    return Exchange(Request("GET", f"/p/{slug}"), 200, text=f'{{"slug":"{expected}"}}')


def _open_connections(port: int) -> int:
    """Return the number of established connections of a server, without those in TIME_WAIT."""
    connections = psutil.Process().net_connections("tcp")
    return sum(each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED for each in connections)


def new_command(scenario: str, port: int, under: Load = CLOSED) -> MeasureCommand:
    return MeasureCommand(
        scenario=scenario,
        workload=scenario,
        url=f"http://127.0.0.1:{port}",
        load=under,
        warm_up=0.05,
        duration=SECONDS,
        latency_seconds=STRETCH,
        tokens={"a@example.com": "secret-token"},
        server_pids=[os.getpid()],
        database_pid=None,
        server_cpus=[],
    )


def measure(load: Generator, scenario: str, port: int, under: Load = CLOSED) -> Cell:
    (cell,) = load.measure([new_command(scenario, port, under)])
    return cell


def test_responses_are_counted_and_their_latencies_are_recorded(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, "right", port)
    assert (cell.errors, cell.examples) == (0, [])
    assert SECONDS - EARLY <= cell.seconds < A_MINUTE
    assert cell.requests >= 2 * USERS
    # Each user has sent two requests in the stretch, and the first does not count.
    assert sum(cell.latencies.values()) >= USERS
    assert cell.dropped == 0
    assert cell.concurrency is not None
    assert 0 < cell.concurrency <= 1 + EARLY
    assert 0 < min(cell.latencies) < A_MINUTE * 1e6
    assert 0 < cell.server_cpu < A_MINUTE
    assert 0 < cell.generator_cpu < A_MINUTE
    assert (cell.database_cpu, cell.intruder_cpu) == (None, None)


@pytest.mark.parametrize("under", [CLOSED, OPEN])
def test_requests_in_the_background_are_counted_and_checked_without_latencies(load: Generator, under: Load) -> None:
    with fake_server(any_product) as port:
        right, wrong = (measure(load, workload, port, under) for workload in ("background", "wrong-background"))
    assert right.requests > 0
    assert (right.errors, right.latencies, right.late, right.dropped) == (0, {}, 0, 0)
    assert wrong.errors > 0


def test_users_join_one_after_another(load: Generator) -> None:
    interval = 0.2
    first_requests: dict[int, float] = {}

    def respond(*request: str) -> tuple[int, str]:
        # Each connection has a thread of its own.
        first_requests.setdefault(threading.get_ident(), time.monotonic())
        return any_product(*request)

    with fake_server(respond) as port:
        started = time.monotonic()
        (cell,) = load.measure([replace(new_command("right", port), join_interval=interval)])
    assert cell.errors == 0
    assert len(first_requests) == USERS
    for number, sent in enumerate(sorted(first_requests.values())):
        assert sent - started >= number * interval - EARLY


def test_servers_are_loaded_in_turns_and_never_at_the_same_time(load: Generator) -> None:
    servers: list[str] = []
    lock = threading.Lock()

    def respond(name: str, *request: str) -> tuple[int, str]:
        with lock:
            servers.append(name)
        time.sleep(0.01)
        with lock:
            servers.append(name)
        return any_product(*request)

    with fake_server(partial(respond, "first")) as one, fake_server(partial(respond, "second")) as other:
        cells = load.measure([new_command("right", port) for port in (one, other)])
    turns = [name for name, _ in groupby(servers)]
    # Each server is warmed up, then the slices follow: first, second, second, first, ...
    assert turns[:3] == ["first", "second", "first"]
    # At the end comes a stretch on each server.
    assert turns[-2:] == ["first", "second"]
    slices = math.ceil(SECONDS / (SLICE_SECONDS - EARLY))
    assert len(turns) <= 2 + 2 * slices + 2
    assert sum(cell.requests for cell in cells) < len(servers) / 2
    for cell in cells:
        assert cell.errors == 0
        assert cell.seconds >= SECONDS - EARLY


def test_a_slice_lasts_until_each_user_has_sent_two_requests(load: Generator) -> None:
    def slow(*request: str) -> tuple[int, str]:
        time.sleep(SECONDS)
        return any_product(*request)

    with fake_server(slow) as port:
        (cell,) = load.measure([replace(new_command("right", port), latency_seconds=0.0)])
    assert 2 * USERS <= cell.requests < 4 * USERS
    assert cell.seconds >= 2 * SECONDS


def test_a_command_with_a_number_of_requests_runs_until_they_are_completed(load: Generator) -> None:
    with fake_server(any_product) as port:
        few, many = (replace(new_command("right", port), requests=number) for number in (1, MANY))
        cells = load.measure([few, many])
    assert [cell.errors for cell in cells] == [0, 0]
    assert cells[0].seconds >= SLICE_SECONDS - EARLY
    assert cells[1].requests >= MANY


def test_without_a_stretch_there_are_no_latencies(load: Generator) -> None:
    with fake_server(any_product) as port:
        (cell,) = load.measure([replace(new_command("right", port), latency_seconds=0.0)])
    assert cell.requests > 0
    assert (cell.latencies, cell.concurrency) == ({}, None)


def test_a_wrong_body_is_an_error_and_is_recorded_as_an_example(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, "wrong", port)
    assert cell.errors > 0
    assert cell.examples[0] == 'GET /p/mug: 200, not the expected response: {"slug":"mug"}'
    assert not any("cup" in example for example in cell.examples)


@pytest.mark.parametrize("under", [CLOSED, OPEN], ids=str)
def test_wrong_responses_are_errors_under_both_loads(load: Generator, under: Load) -> None:
    with fake_server(lambda *_: (200, '{"slug":"vase"}')) as port:
        cell = measure(load, "right", port, under)
    assert cell.errors > 0


@pytest.mark.parametrize("status", [201, 302, 404, 503])
def test_a_different_status_is_an_error(load: Generator, status: int) -> None:
    with fake_server(lambda *request: (status, any_product(*request)[1])) as port:
        cell = measure(load, "right", port)
    assert cell.errors > 0
    assert f": {status}, not the expected response" in cell.examples[0]


def test_a_refused_connection_is_an_error(load: Generator) -> None:
    with fake_server(any_product) as port:
        pass
    cell = measure(load, "right", port)
    assert cell.errors > 0
    assert "refused" in cell.examples[0].lower()


@pytest.mark.parametrize("under", [CLOSED, OPEN], ids=str)
def test_connections_are_closed_at_the_end(load: Generator, under: Load) -> None:
    with fake_server(any_product) as port:
        assert measure(load, "right", port, under).errors == 0
        deadline = time.monotonic() + A_MINUTE
        while _open_connections(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _open_connections(port) == 0


def test_each_request_has_a_unique_serial_number_that_the_response_must_contain(load: Generator) -> None:
    bodies: list[str] = []
    lock = threading.Lock()

    def respond(_method: str, _path: str, body: str) -> tuple[int, str]:
        with lock:
            bodies.append(body)
            return 201, body if len(bodies) != USERS else '{"n":"000000000"}'

    with fake_server(respond) as port:
        cell = measure(load, "serial", port)
    assert len(bodies) == len(set(bodies)) > USERS
    assert all(re.fullmatch(r'\{"n":"\d{9}"\}', body) for body in bodies)
    assert cell.errors == 1


def test_the_error_of_a_generator_that_cannot_start_has_the_reason(tmp_path: Path) -> None:
    with pytest.raises(GeneratorFailed, match="FileNotFoundError"), generator(tmp_path / "none.json", None):
        pass


def test_the_error_of_a_generator_that_was_killed_names_the_signal(plan: Path) -> None:
    before = set(psutil.Process().children())
    with generator(plan, None) as load:
        (process,) = set(psutil.Process().children()) - before
        process.kill()
        with pytest.raises(GeneratorFailed, match=r"^The load generator was killed by signal 9 \(Killed\)"):
            load.measure([])


def test_the_generator_exits_when_its_input_closes(plan: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.load.generator", str(plan), "-"]
    finished = subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=A_MINUTE)
    assert finished.returncode == 0


def test_the_command_line_does_not_import_gevent_which_patches_the_standard_library() -> None:
    code = "import sys, benchmarks.__main__; sys.exit('gevent' in sys.modules or 'locust' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
