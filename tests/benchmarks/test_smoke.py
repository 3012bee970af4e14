"""The whole benchmark, for a moment each, on real implementations and a real database."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from benchmarks.environment.processors import assigned_processors
from benchmarks.results import Part, Results
from benchmarks.scenarios import SCENARIOS
from harness.paths import ROOT

# Hang guards, in seconds.
WITHIN, SOON = 300.0, 120.0
# Of a run that is made short.
USERS = 4


@dataclass(frozen=True)
class Run:
    """A run that is over: where it wrote, what it printed, what it found."""

    directory: Path
    said: str
    parts: dict[str, Part]


def benchmark(*words: str | Path) -> Sequence[str]:
    return [sys.executable, "-m", "benchmarks", *map(str, words)]


@contextmanager
def started(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """The benchmark in a process of its own, which is asked to end should the test fail."""
    command = benchmark(*words)
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of all parts, as short as can be."""
    directory = tmp_path_factory.mktemp("full")
    command = benchmark("--full", "--smoke", "--rounds", "1", "--output", directory)
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=5 * WITHIN, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return Run(directory, ran.stdout, {part.name: part for part in Results.load(directory).parts})


def test_every_scenario_is_measured_on_both_implementations_and_every_answer_is_right(full: Run) -> None:
    part = full.parts["main"]
    assert part.gate == {}
    assert part.statements["django"] == part.statements["fastapi"]
    assert part.statements["django"]["product_detail"] == 1
    assert [run.subject.variant for run in part.runs] == ["django", "fastapi", "fastapi", "django"]
    for run in part.runs:
        assert run.cold_start > 0
        assert [cell.scenario for cell in run.cells] == list(SCENARIOS)
        for cell in run.cells:
            assert (cell.errors, cell.examples) == (0, [])
            assert cell.requests > 0
            assert cell.server_cpu > 0
            assert cell.peak_rss > 10_000_000
            # What others do on the server's CPUs is only known where it has CPUs of its own.
            assert (cell.intruder_cpu is not None) is (assigned_processors(1).server is not None)


def test_every_part_of_a_full_run_measures_its_subjects(full: Run) -> None:
    assert list(full.parts) == ["main", "layers", "growth", "load", "variants", "memory"]
    for part in full.parts.values():
        assert part.gate == {}
        assert part.is_finished
        assert {run.subject for run in part.runs} == set(part.settings.subjects)
        assert all(cell.requests > 0 or cell.load.is_open for run in part.runs for cell in run.cells)
    load, layers, memory = (full.parts[name] for name in ("load", "layers", "memory"))
    assert {cell.load for run in load.runs for cell in run.cells} == set(load.settings.loads)
    assert all(limit["per_second"] > 0 for limit in layers.extra["pgbench"].values())
    assert {len(stretches) for stretches in memory.extra["memory"].values()} == {12}


def test_a_run_is_reported_as_a_page_as_markdown_with_pictures_and_raw(full: Run) -> None:
    assert {path.suffix for path in full.directory.iterdir()} == {".html", ".json", ".md", ".svg"}
    report = (full.directory / "results.md").read_text(encoding="utf-8")
    for scenario in SCENARIOS:
        assert scenario in report
        assert scenario in full.said
    assert "INVALID" not in report.replace("makes a scenario INVALID", "")
    for name in ("report.html", "results.md", "results.json"):
        assert str(full.directory / name) in full.said


def test_an_interrupted_run_leaves_no_process_keeps_its_rounds_and_is_finished_later(tmp_path: Path) -> None:
    words = ("--smoke", "--variant", "django", "--scenario", "category_list", "--rounds", "3", "--output", tmp_path)
    with started(*words) as run:
        said = "".join(_lines_until(run, "round 2/3: category_list"))
        offspring = _with_its_server(run)
        run.send_signal(signal.SIGINT)
        said += run.communicate(timeout=WITHIN)[0]
    assert run.returncode == 128 + signal.SIGINT, said
    assert psutil.wait_procs(offspring, timeout=WITHIN)[1] == []
    assert f"--resume {tmp_path}" in said
    finished = Results.load(tmp_path).parts[0].finished_rounds()
    # One, unless it was long on its way.
    assert finished[:1] == [1]
    assert len(finished) < 3
    assert f"Only {len(finished)} of 3 rounds" in (tmp_path / "results.md").read_text(encoding="utf-8")

    resumed = subprocess.run(
        benchmark("--resume", tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=WITHIN, encoding="utf-8"
    )
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "round 1/3" not in resumed.stdout
    assert Results.load(tmp_path).parts[0].finished_rounds() == [1, 2, 3]
    assert len(Results.load(tmp_path).sessions) == 2


def test_a_server_crash_invalidates_only_its_round_and_is_reported(tmp_path: Path) -> None:
    words = ("--smoke", "--variant", "django", "--scenario", "category_list", "--rounds", "2", "--duration", "15")
    with started(*words, "--output", tmp_path) as run:
        said = "".join(_lines_until(run, "round 1/2: category_list"))
        _server_of(run).kill()
        said += run.communicate(timeout=WITHIN)[0]
    assert run.returncode == 1, said
    (part,) = Results.load(tmp_path).parts
    assert part.finished_rounds() == [2]
    assert [(run.round, "ended by itself" in (run.failure or "")) for run in part.failures()] == [(1, True)]
    assert "Round 1 does not count, django: django ended by itself during" in " ".join(said.split())
    assert f"--resume {tmp_path}" in said


def _server_of(run: "subprocess.Popen[str]") -> psutil.Process:
    """The first process of the gunicorn that the run is measuring, as soon as the generator is connected to it."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        for process in psutil.Process(run.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                is_server = "gunicorn" in process.cmdline() and "harness.servers.guard" not in process.cmdline()
                if is_server and len(_connections(process)) >= USERS:
                    return process
        time.sleep(0.05)
    raise AssertionError("no server was asked anything")


def _connections(leader: psutil.Process) -> list[object]:
    """Those at the port that it serves; its own to the database do not count."""
    family = (leader, *leader.children(recursive=True))
    there = [each for process in family for each in process.net_connections("tcp")]
    served = {each.laddr.port for each in there if each.status == psutil.CONN_LISTEN}
    return [each for each in there if each.status == psutil.CONN_ESTABLISHED and each.laddr.port in served]


def _with_its_server(run: "subprocess.Popen[str]") -> list[psutil.Process]:
    """All processes that the run has started, as soon as generator, guard and server are among them."""
    deadline = time.monotonic() + SOON
    while len(offspring := psutil.Process(run.pid).children(recursive=True)) < 3:
        assert time.monotonic() < deadline, offspring
        time.sleep(0.05)
    return offspring


def _lines_until(run: "subprocess.Popen[str]", last: str) -> Iterator[str]:
    """What the run prints, up to a line that has the words, or to its end."""
    for line in run.stdout or ():
        yield line
        if last in line:
            return
