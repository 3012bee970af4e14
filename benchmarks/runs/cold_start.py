"""Measures how long the servers take from the start of their process to the first response, and their imports apart."""

import subprocess
import sys
from typing import Any

from benchmarks.results import Part
from benchmarks.runs.bench import Bench
from harness.paths import ROOT
from harness.servers.command_lines import Budget, application_module, environment_for
from harness.servers.names import Served, is_served

_TIMED_IMPORT = """
import os, sys, time
if cpus := sys.argv[2]:
    os.sched_setaffinity(0, map(int, cpus.split(",")))
started = time.perf_counter()
__import__(sys.argv[1])
print(time.perf_counter() - started)
"""


def measure_cold_starts(bench: Bench, part: Part) -> dict[str, Any]:
    """Start each server once in each round, in the order of the round.

    Return, by variant, the seconds from the start of the process to the first 200, and those that a new process needs
    to import the application. The application of an added server is not known.
    """
    (size,) = bench.settings.sizes
    times: dict[str, dict[str, list[float]]] = {}
    with bench.data(size) as url:
        bench.settle()
        for number in range(1, part.settings.rounds + 1):
            for subject in part.settings.order(number):
                cpus = bench.pinnings[subject.workers].server
                with bench.running(subject, url, cpus) as implementation:
                    ready = implementation.ready_after
                seconds = times.setdefault(subject.variant, {"ready": [], "import": []})
                seconds["ready"].append(ready)
                if is_served(subject.variant):
                    seconds["import"].append(import_seconds(subject.variant, url, cpus))
    return {"cold_start": times}


def import_seconds(served: Served, database_url: str, cpus: frozenset[int] | None) -> float:
    """Return the seconds in which a new process imports the application of a server, on these CPUs.

    Raises CalledProcessError.
    """
    words = ",".join(map(str, sorted(cpus or ())))
    command = [sys.executable, "-c", _TIMED_IMPORT, application_module(served), words]
    environment = environment_for(database_url, Budget(), served=served)
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8"
    )
    return float(ran.stdout)
