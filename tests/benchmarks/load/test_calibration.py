"""Calibration measures the load generator with a server that does no work."""

import os
import subprocess
import sys

import pytest

from benchmarks.environment.processors import Pinning
from benchmarks.load.calibration import Calibration, calibrate, null_server
from harness.paths import ROOT

CALIBRATION = Calibration(
    per_second=10_000,
    cpu_per_request=80,
    generator_share=0.9,
    server_share=0.5,
    open_p50=300,
    open_p99=900,
    open_late=0,
)


def test_the_generator_is_measured_under_closed_and_open_load() -> None:
    calibration = calibrate(Pinning(None, None), seconds=0.3)
    assert calibration.per_second > 0
    assert 0 < calibration.cpu_per_request < 1e6
    assert 0 < calibration.open_p50 <= calibration.open_p99
    assert Calibration.from_json(calibration.as_json()) == calibration


@pytest.mark.parametrize(
    ("generator", "server", "limit"),
    [(0.9, 0.5, "generator"), (0.5, 0.95, "null server"), (0.3, 0.2, "other programs")],
)
def test_calibration_names_the_limit(generator: float, server: float, limit: str) -> None:
    values = CALIBRATION.as_json() | {"generator_share": generator, "server_share": server}
    assert Calibration.from_json(values).limit == limit


def test_the_null_server_is_stopped_at_the_end() -> None:
    with null_server(100, None) as (_, pid):
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_null_server_exits_when_its_input_closes() -> None:
    command = [sys.executable, "-m", "benchmarks.load.null_server", "100", "-"]
    ended = subprocess.run(command, cwd=ROOT, input=b"", capture_output=True, timeout=60)
    assert ended.returncode == 0
    assert ended.stdout.strip().isdigit()
