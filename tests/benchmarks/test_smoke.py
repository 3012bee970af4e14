"""A short run of the complete benchmark, with the real implementations and a real database."""

import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from benchmarks.environment.processors import assigned_processors
from benchmarks.results import Part, Results
from benchmarks.runs.head_to_head import OPEN_SCENARIOS
from benchmarks.runs.special_parts import COLD_START, FANOUT
from benchmarks.runs.suite import full as all_parts
from benchmarks.scenarios import SCENARIOS
from benchmarks.settings import Settings, smoke
from harness.paths import ROOT
from harness.processes.locks import EXCLUSIVE, file_lock
from tests.benchmarks.processes import RUN_TIMEOUT, benchmark, lines_until, started

# Seconds.
START_TIMEOUT = 120.0
# The users of a smoke run.
USERS = smoke(Settings()).loads[0].users or 0
# Seconds in which all parts are measured, also beside other runs on a busy machine.
FULL_TIMEOUT = 3600.0


@dataclass(frozen=True)
class Run:
    """A finished run: its directory, its output and its parts."""

    directory: Path
    output: str
    parts: dict[str, Part]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Run:
    """A run of all parts with the shortest settings. The workers of pytest-xdist share it, because it takes minutes."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    directory, output = shared / "full", shared / "full.txt"
    with file_lock(shared / "full.lock", EXCLUSIVE):
        if not output.exists():
            command = benchmark("--full", "--smoke", "--rounds", "1", "--output", directory)
            ran = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=FULL_TIMEOUT, encoding="utf-8"
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
            output.write_text(ran.stdout, encoding="utf-8")
    parts = {part.name: part for part in Results.load(directory).parts}
    return Run(directory, output.read_text(encoding="utf-8"), parts)


@pytest.mark.takes_minutes
def test_every_scenario_is_measured_on_both_implementations_without_errors(full: Run) -> None:
    part = full.parts["main"]
    assert part.gate == {}
    assert part.statements["django"] == part.statements["fastapi"]
    assert part.statements["django"]["product_detail"] == 1
    assert [run.subject.variant for run in part.runs] == ["django", "fastapi", "fastapi", "django"]
    for run in part.runs:
        assert [cell.scenario for cell in run.cells if not cell.load.is_open] == list(SCENARIOS)
        assert {cell.scenario for cell in run.cells if cell.load.is_open} == set(OPEN_SCENARIOS)
        for cell in run.cells:
            assert (cell.errors, cell.examples) == (0, [])
            # In the short window of open load there may be no arrival.
            assert cell.requests > 0 or cell.load.is_open
            assert cell.server_cpu > 0
            assert cell.peak_rss > 10_000_000
            # The CPU time of other programs is only known if the server has reserved CPUs.
            assert (cell.intruder_cpu is not None) is (assigned_processors(1).server is not None)


@pytest.mark.takes_minutes
def test_every_part_of_a_full_run_measures_its_subjects(full: Run) -> None:
    assert list(full.parts) == [part.name for part in all_parts(Settings())]
    for part in full.parts.values():
        assert part.gate == {}
        assert part.is_finished
        assert {run.subject for run in part.runs} == (set(part.settings.subjects) if part.settings.cells else set())
        assert all(cell.requests > 0 or cell.load.is_open for run in part.runs for cell in run.cells)
    load, layers, memory = (full.parts[name] for name in ("load", "layers", "memory"))
    assert {cell.load for run in load.runs for cell in run.cells} == set(load.settings.loads)
    assert all(limit["per_second"] > 0 for limit in layers.extra["pgbench"].values())
    assert {len(intervals) for intervals in memory.extra["memory"].values()} == {12}
    for seconds in full.parts[COLD_START].extra["cold_start"].values():
        assert len(seconds["ready"]) == len(seconds["import"]) == full.parts[COLD_START].settings.rounds
        assert all(each > 0 for each in (*seconds["ready"], *seconds["import"]))
    deliveries = full.parts[FANOUT].extra["fanout"]["variants"]
    assert deliveries.keys() == {"django", "fastapi"}
    for seconds in deliveries.values():
        assert len(seconds["p50"]) == len(seconds["p99"]) == full.parts[FANOUT].settings.rounds
        assert all(0 < p50 <= p99 for p50, p99 in zip(seconds["p50"], seconds["p99"], strict=True))


@pytest.mark.takes_minutes
def test_a_run_writes_an_html_page_markdown_with_pictures_and_raw_results(full: Run) -> None:
    assert {path.suffix for path in full.directory.iterdir()} == {".html", ".json", ".md", ".svg"}
    report = (full.directory / "results.md").read_text(encoding="utf-8")
    for scenario in SCENARIOS:
        assert scenario in report
        assert scenario in full.output
    assert "INVALID" not in report.replace("makes a scenario INVALID", "")
    for name in ("report.html", "results.md", "results.json"):
        assert str(full.directory / name) in full.output


def test_tutorial_shops_are_measured_beside_an_implementation_each_with_its_own_responses(tmp_path: Path) -> None:
    variants = ("tutorial-django", "tutorial-fastapi", "fastapi")
    scenarios = ("category_list", "login", "order_place")
    options = [word for name in variants for word in ("--variant", name)]
    options += [word for name in scenarios for word in ("--scenario", name)]
    command = benchmark("--smoke", "--rounds", "1", *options, "--output", tmp_path)
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_TIMEOUT, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (part,) = Results.load(tmp_path).parts
    assert part.gate == {}
    assert {run.subject.variant for run in part.runs} == {*variants}
    assert all([cell.scenario for cell in run.cells] == [*scenarios] for run in part.runs)
    assert [cell.examples for run in part.runs for cell in run.cells if cell.errors] == []
    # LimitOffsetPagination counts the rows, and Django without CONN_MAX_AGE sends settings to each new connection.
    assert part.statements["tutorial-django"]["category_list"] > part.statements["fastapi"]["category_list"]


def test_an_interrupted_run_leaves_no_process_keeps_its_rounds_and_can_be_resumed(tmp_path: Path) -> None:
    options = ("--smoke", "--variant", "django", "--scenario", "category_list", "--rounds", "3", "--output", tmp_path)
    with started(*options) as run:
        output = "".join(lines_until(run, "round 2/3: category_list"))
        processes = _processes_of(run)
        run.send_signal(signal.SIGINT)
        output += run.communicate(timeout=RUN_TIMEOUT)[0]
    assert run.returncode == 128 + signal.SIGINT, output
    assert psutil.wait_procs(processes, timeout=RUN_TIMEOUT)[1] == []
    assert f"--resume {tmp_path}" in output
    finished = Results.load(tmp_path).parts[0].finished_rounds()
    # Usually one; two if the signal was handled late.
    assert finished[:1] == [1]
    assert len(finished) < 3
    assert f"Only {len(finished)} of 3 rounds" in (tmp_path / "results.md").read_text(encoding="utf-8")

    command = benchmark("--resume", tmp_path)
    resumed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_TIMEOUT, encoding="utf-8")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "round 1/3" not in resumed.stdout
    assert Results.load(tmp_path).parts[0].finished_rounds() == [1, 2, 3]
    assert len(Results.load(tmp_path).sessions) == 2


def test_a_server_crash_invalidates_only_its_round_and_is_reported(tmp_path: Path) -> None:
    options = ("--smoke", "--variant", "django", "--scenario", "category_list", "--rounds", "2", "--duration", "8")
    with started(*options, "--output", tmp_path) as run:
        output = "".join(lines_until(run, "round 1/2: category_list"))
        _server_of(run).kill()
        output += run.communicate(timeout=RUN_TIMEOUT)[0]
    assert run.returncode == 1, output
    (part,) = Results.load(tmp_path).parts
    assert part.finished_rounds() == [2]
    assert [(run.round, "exited unexpectedly" in (run.failure or "")) for run in part.failures()] == [(1, True)]
    assert "Round 1 is invalid, django: django exited unexpectedly during" in " ".join(output.split())
    assert f"--resume {tmp_path}" in output


def _server_of(run: "subprocess.Popen[str]") -> psutil.Process:
    """Wait until the generator is connected to a gunicorn of the run, and return its master process.

    A master's parent is the guard. Killing a worker would not end the server: its master starts another one.
    """
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        for process in psutil.Process(run.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if _is_master(process) and len(_connections(process)) >= USERS:
                    return process
        time.sleep(0.05)
    raise AssertionError("the generator connected to no server")


def _is_master(process: psutil.Process) -> bool:
    parent = process.parent()
    is_guard = "harness.servers.guard" in process.cmdline()
    is_child_of_guard = parent is not None and "harness.servers.guard" in parent.cmdline()
    return "gunicorn" in process.cmdline() and is_child_of_guard and not is_guard


def _connections(master: psutil.Process) -> list[object]:
    """Return the established connections of clients, without those to the database."""
    processes = (master, *master.children(recursive=True))
    connections = [each for process in processes for each in process.net_connections("tcp")]
    ports = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
    return [each for each in connections if each.status == psutil.CONN_ESTABLISHED and each.laddr.port in ports]


def _processes_of(run: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Wait until the generator, the guard and the server are running, and return all processes of the run."""
    deadline = time.monotonic() + START_TIMEOUT
    while len(processes := psutil.Process(run.pid).children(recursive=True)) < 3:
        assert time.monotonic() < deadline, processes
        time.sleep(0.05)
    return processes
