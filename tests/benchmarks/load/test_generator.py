"""The generator's process: it counts what it asked, checks every answer, and goes when nobody wants it."""

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

from benchmarks.cells import Cell, Load, Order
from benchmarks.load.process import Generator, GeneratorFailed, generator
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Plan, Request
from benchmarks.settings import SLICE_SECONDS
from harness.paths import ROOT
from tests.benchmarks.fake_server import any_product, fake_server

USERS, SECONDS = 3, 0.3
# What gevent's timers may be early by; and more than any of this takes, in another unit than microseconds.
EARLY, A_MINUTE = 0.01, 60.0
# More requests than fit into a slice, however fast the machine is.
MANY = 10_000
CLOSED, OPEN = Load(users=USERS), Load(rate=60)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three products that are there; one that is not as learnt; orders with numbers of their own."""
    plan = Plan()
    plan.add("right", [[_product(slug, slug)] for slug in ("cup", "mug", "jar")])
    plan.add("wrong", [[_product("cup", "cup")], [_product("mug", "vase")]])
    order = Request("POST", "/orders", f'{{"n":"{SERIAL}"}}', "application/json", account="a@example.com", keyed=True)
    plan.add("numbered", [[Exchange(order, 201, pattern=r'\{"n":"\d{9}"\}')]])
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.save(path)
    return path


@pytest.fixture(scope="module")
def load(plan: Path) -> Iterator[Generator]:
    with generator(plan, None) as started:
        yield started


def _product(slug: str, answered: str) -> Exchange:
    return Exchange(Request("GET", f"/p/{slug}"), 200, text=f'{{"slug":"{answered}"}}')


def _open_connections(port: int) -> int:
    """How many the server has, not counting those that are only waiting for the system to forget them."""
    connections = psutil.Process().net_connections("tcp")
    return sum(each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED for each in connections)


def slices_of(cell: Cell) -> int:
    """In how many slices a server was asked: a slice has its answers in it, and the first of each user is not timed."""
    untimed = cell.requests - sum(cell.latencies.values())
    assert untimed % USERS == 0
    return round(untimed / USERS)


def order(scenario: str, port: int, under: Load = CLOSED) -> Order:
    return Order(
        scenario=scenario,
        work=scenario,
        url=f"http://127.0.0.1:{port}",
        load=under,
        warm_up=0.05,
        duration=SECONDS,
        tokens={"a@example.com": "secret-token"},
        server_pids=[os.getpid()],
        database_pid=None,
        server_cpus=[],
    )


def measure(load: Generator, scenario: str, port: int, under: Load = CLOSED) -> Cell:
    (cell,) = load.measure([order(scenario, port, under)])
    return cell


def test_answers_are_counted_timed_and_right(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, "right", port)
    assert (cell.errors, cell.examples) == (0, [])
    assert SECONDS - EARLY <= cell.seconds < A_MINUTE
    assert cell.requests >= 2 * USERS * slices_of(cell)
    assert 0 < min(cell.latencies) < A_MINUTE * 1e6
    assert 0 < cell.server_cpu < A_MINUTE
    assert 0 < cell.generator_cpu < A_MINUTE
    assert (cell.database_cpu, cell.intruder_cpu) == (None, None)


def test_servers_are_loaded_in_turns_and_never_at_the_same_time(load: Generator) -> None:
    asked: list[str] = []
    lock = threading.Lock()

    def seen(name: str, *request: str) -> tuple[int, str]:
        with lock:
            asked.append(name)
        time.sleep(0.01)
        with lock:
            asked.append(name)
        return any_product(*request)

    with fake_server(partial(seen, "first")) as one, fake_server(partial(seen, "second")) as other:
        cells = load.measure([order("right", port) for port in (one, other)])
    turns = [name for name, _ in groupby(asked)]
    # A warm-up each, then slices: there, back again, and there, so that but for the first and last two are in a row.
    assert turns[:3] == ["first", "second", "first"]
    assert len(turns) <= 2 + sum(map(slices_of, cells))
    assert sum(cell.requests for cell in cells) < len(asked) / 2
    for cell in cells:
        assert cell.errors == 0
        assert cell.seconds >= SECONDS - EARLY


def test_a_slice_lasts_until_each_user_has_sent_two_requests(load: Generator) -> None:
    def slow(*request: str) -> tuple[int, str]:
        time.sleep(SECONDS)
        return any_product(*request)

    with fake_server(slow) as port:
        cell = measure(load, "right", port)
    assert slices_of(cell) == 1
    assert 2 * USERS <= cell.requests < 4 * USERS
    assert cell.seconds >= 2 * SECONDS


def test_an_order_with_a_number_of_requests_runs_until_they_are_done(load: Generator) -> None:
    with fake_server(any_product) as port:
        few, many = (replace(order("right", port), requests=number) for number in (1, MANY))
        cells = load.measure([few, many])
    assert [cell.errors for cell in cells] == [0, 0]
    assert slices_of(cells[0]) == 1
    assert cells[0].seconds >= SLICE_SECONDS - EARLY
    assert cells[1].requests >= MANY
    assert slices_of(cells[1]) > 1


def test_a_wrong_body_is_an_error_and_an_example_is_kept(load: Generator) -> None:
    with fake_server(any_product) as port:
        cell = measure(load, "wrong", port)
    assert cell.errors > 0
    assert cell.examples[0] == 'GET /p/mug: 200, not as learnt: {"slug":"mug"}'
    assert not any("cup" in example for example in cell.examples)


@pytest.mark.parametrize("under", [CLOSED, OPEN], ids=str)
def test_wrong_answers_are_errors_under_either_load(load: Generator, under: Load) -> None:
    with fake_server(lambda *_: (200, '{"slug":"vase"}')) as port:
        cell = measure(load, "right", port, under)
    assert cell.errors > 0


@pytest.mark.parametrize("status", [201, 302, 404, 503])
def test_another_status_is_an_error(load: Generator, status: int) -> None:
    with fake_server(lambda *asked: (status, any_product(*asked)[1])) as port:
        cell = measure(load, "right", port)
    assert cell.errors > 0
    assert f": {status}, not as learnt" in cell.examples[0]


def test_a_server_that_is_not_there_is_an_error(load: Generator) -> None:
    with fake_server(any_product) as port:
        pass
    cell = measure(load, "right", port)
    assert cell.errors > 0
    assert "refused" in cell.examples[0].lower()


@pytest.mark.parametrize("under", [CLOSED, OPEN], ids=str)
def test_its_connections_are_closed_at_the_end(load: Generator, under: Load) -> None:
    with fake_server(any_product) as port:
        assert measure(load, "right", port, under).errors == 0
        deadline = time.monotonic() + A_MINUTE
        while _open_connections(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _open_connections(port) == 0


def test_each_order_has_a_number_of_its_own_and_must_be_answered_with_it(load: Generator) -> None:
    seen: list[str] = []
    lock = threading.Lock()

    def answers(_method: str, _path: str, body: str) -> tuple[int, str]:
        with lock:
            seen.append(body)
            return 201, body if len(seen) != USERS else '{"n":"000000000"}'

    with fake_server(answers) as port:
        cell = measure(load, "numbered", port)
    assert len(seen) == len(set(seen)) > USERS
    assert all(re.fullmatch(r'\{"n":"\d{9}"\}', body) for body in seen)
    assert cell.errors == 1


def test_a_generator_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(GeneratorFailed, match="FileNotFoundError"), generator(tmp_path / "none.json", None):
        pass


def test_the_generator_exits_when_its_input_closes(plan: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.load.generator", str(plan), "-"]
    ended = subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=A_MINUTE)
    assert ended.returncode == 0


def test_only_the_generator_s_process_has_the_standard_library_patched() -> None:
    code = "import sys, benchmarks.__main__; sys.exit('gevent' in sys.modules or 'locust' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
