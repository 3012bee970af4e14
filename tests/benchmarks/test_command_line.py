"""What the command line refuses, and how it says so."""

import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app, command_of
from benchmarks.cells import Load
from tests.benchmarks.factories import made_results


def said(*words: str) -> tuple[int, str]:
    """Exit status, and all that was printed, in one line."""
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--scenario", "nothing"], ["--scenario", "product_detail", "shopper"]),
        (["--variant", "flask"], ["--variant", "django", "django-asgi", "fastapi"]),
        (["--rounds", "0"], ["--rounds", "1<=x<=1000"]),
        (["--users", "100000"], ["--users", "1<=x<=512"]),
        (["--size", "10"], ["--size", "1000<=x<=1000000"]),
        (["--rate", "0"], ["--rate", "0.1<=x"]),
        (["--workers", "0"], ["--workers", "1<=x<=64"]),
        (["--full", "--users", "3"], ["--full", "settings of their own"]),
        (["--duration", "soon"], ["--duration", "float"]),
        (["--seed", "-1"], ["--seed", "0<=x"]),
        (["--resume", "nowhere", "--users", "3"], ["--resume", "no other option"]),
        (["--resume", "nowhere"], ["nowhere", "No such file"]),
        (["compare", "nowhere", "nowhere"], ["nowhere", "No such file"]),
        (["--unknown"], ["--unknown"]),
    ],
)
def test_a_bad_flag_is_named_with_what_is_allowed(words: list[str], named: list[str]) -> None:
    status, output = said(*words)
    assert status == 2
    assert "Traceback" not in output
    for part in named:
        assert part in output


def test_help_names_every_option() -> None:
    status, output = said("--help")
    assert status == 0
    options = ["scenario", "variant", "rounds", "duration", "users", "rate", "workers"]
    options += ["size", "seed", "full", "smoke", "resume", "output"]
    for option in options:
        assert f"--{option}" in output


def test_existing_results_are_not_overwritten(tmp_path: Path) -> None:
    made_results({"django": 1000, "fastapi": 1500}).save(tmp_path)
    status, output = said("--smoke", "--output", str(tmp_path))
    assert status == 2
    assert "holds another run" in output


def test_two_runs_can_be_compared(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        made_results({"django": 1000, "fastapi": 1500}).save(tmp_path / name)
    status, output = said("compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert status == 0
    assert "product_detail" in output


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({}, []),
        ({"scenarios": ("login",), "seed": 9, "duration": 1.25}, ["--scenario", "login", "--seed", "9"]),
        ({"loads": (Load(users=4), Load(rate=50.0))}, ["--users", "4", "--rate", "50"]),
        ({"workers": (1, 2), "sizes": (1000,)}, ["--workers", "1", "--workers", "2", "--size", "1000"]),
    ],
)
def test_the_command_repeats_the_run(chosen: dict[str, Any], words: list[str]) -> None:
    given = shlex.split(command_of(chosen, is_full=False, is_smoke=False))
    assert given[:3] == [".venv/bin/python", "-m", "benchmarks"]
    assert given[3 : 3 + len(words)] == words


def test_a_report_is_rewritten_from_saved_results(tmp_path: Path) -> None:
    made_results({"django": 1000, "fastapi": 1500}).save(tmp_path)
    status, output = said("report", str(tmp_path))
    assert status == 0, output
    assert (tmp_path / "report.html").exists()
