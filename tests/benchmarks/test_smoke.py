"""The whole benchmark, for a moment each, on real wings and a real database."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.results import Results
from benchmarks.scenarios import SCENARIOS
from harness.paths import ROOT

WITHIN = 170.0


def benchmark(*words: str | Path) -> Sequence[str]:
    return [sys.executable, "-m", "benchmarks", *map(str, words)]


@contextmanager
def started(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    """The benchmark in a process of its own, which is asked to end should the test fail."""
    command = benchmark(*words)
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.communicate()


def test_every_scenario_is_measured_on_both_wings_and_every_answer_is_right(tmp_path: Path) -> None:
    command = benchmark("--smoke", "--rounds", "1", "--output", tmp_path)
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WITHIN)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = Results.load(tmp_path)
    assert results.gate == {}
    assert [leg.variant for leg in results.legs] == ["django", "fastapi", "fastapi", "django"]
    for leg in results.legs:
        assert [cell.scenario for cell in leg.cells] == list(SCENARIOS)
        for cell in leg.cells:
            assert (cell.errors, cell.examples) == (0, [])
            assert cell.requests > 0
            assert cell.server_cpu > 0
            assert cell.peak_rss > 10_000_000
    report = (tmp_path / "results.md").read_text()
    for scenario in SCENARIOS:
        assert scenario in report
        assert scenario in ran.stdout
    assert "INVALID" not in report.replace("makes a scenario INVALID", "")
    assert str(tmp_path / "results.json") in ran.stdout


def test_an_interrupted_run_leaves_no_process_keeps_its_rounds_and_is_finished_later(tmp_path: Path) -> None:
    words = ("--smoke", "--variant", "django", "--scenario", "category_list", "--rounds", "2", "--output", tmp_path)
    with started(*words) as run:
        said = "".join(_lines_until(run, "round 2/2"))
        offspring = _with_its_server(run)
        run.send_signal(signal.SIGINT)
        said += run.communicate(timeout=60)[0]
    assert run.returncode == 128 + signal.SIGINT, said
    assert psutil.wait_procs(offspring, timeout=5)[1] == []
    assert f"--resume {tmp_path}" in said
    assert Results.load(tmp_path).finished_rounds() == [1]
    assert "Only 1 of 2 rounds" in (tmp_path / "results.md").read_text()

    resumed = subprocess.run(benchmark("--resume", tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=WITHIN)
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert "round 1/2" not in resumed.stdout
    assert Results.load(tmp_path).finished_rounds() == [1, 2]
    assert len(Results.load(tmp_path).sessions) == 2


def _with_its_server(run: "subprocess.Popen[str]") -> list[psutil.Process]:
    """All processes that the run has started, as soon as generator, guard and server are among them."""
    deadline = time.monotonic() + 60
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
